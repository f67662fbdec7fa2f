"""jax.scipy.special and scipy.stats."""
import jax
import jax.numpy as jnp
from jax import lax
from jax.scipy import special, stats
from cases import case, d, f, i, positive, with_gradients

for name in ["erf", "erfc", "i0", "i0e", "i1", "i1e", "expit", "ndtr", "log_ndtr", "entr", "exprel", "sinc"]:
    if hasattr(special, name):
        with_gradients(f"special.{name}", getattr(special, name), f(9), loose=20)
for name in ["digamma", "xlogx", "gamma", "factorial", "spence", "exp1", "expi"]:
    if hasattr(special, name):
        case(f"special.{name}", getattr(special, name), positive(9), loose=40)
with_gradients("special.erfinv", special.erfinv, f(9, low=-0.9, high=0.9), loose=40)
with_gradients("special.logit", special.logit, f(9, low=0.1, high=0.9), loose=20)
case("special.ndtri", special.ndtri, f(9, low=0.1, high=0.9), loose=40)
for name in ["xlogy", "xlog1py", "gammainc", "gammaincc", "betaln", "rel_entr", "kl_div"]:
    case(f"special.{name}", getattr(special, name), positive(7), positive(7), loose=60)
case("special.betainc", special.betainc, positive(7), positive(7), f(7, low=0.1, high=0.9), loose=100)
case("special.zeta", special.zeta, f(7, low=1.5, high=5), positive(7), loose=60)
case("special.polygamma", special.polygamma, i(5, low=1, high=4), positive(5), loose=60)
case("special.multigammaln", lambda x: special.multigammaln(x + 3, 3), positive(5), loose=60)
with_gradients("special.logsumexp", lambda x: special.logsumexp(x, axis=1), f(3, 5), loose=10)
with_gradients("special.gammaln", special.gammaln, positive(7), loose=60)
case("special.gammainc.grad", jax.grad(lambda x, a: special.gammainc(a, x).sum()), positive(7), positive(7), loose=100)
for name, kind in (("norm", stats.norm), ("expon", stats.expon), ("laplace", stats.laplace), ("logistic", stats.logistic), ("cauchy", stats.cauchy)):
    case(f"stats.{name}", lambda x, s=kind: (s.logpdf(x), s.cdf(x)), positive(6), loose=40)
case("stats.gamma", lambda x: stats.gamma.logpdf(x, 2.0), positive(6), loose=60)
case("stats.beta", lambda x: stats.beta.logpdf(x, 2.0, 3.0), f(6, low=0.1, high=0.9), loose=60)
case("stats.poisson", lambda k: stats.poisson.logpmf(k, 3.0), i(6, low=0, high=9), loose=60)
case("stats.t", lambda x: stats.t.logpdf(x, 4.0), f(6), loose=60)
case("stats.multivariate_normal", lambda x: stats.multivariate_normal.logpdf(x, jnp.zeros(3), jnp.eye(3) * 2), f(5, 3), loose=60)
case("lax.special", lambda x: (lax.bessel_i0e(x), lax.bessel_i1e(x), lax.digamma(x), lax.lgamma(x)), positive(9), loose=60)
case("lax.igamma", lambda a, x: (lax.igamma(a, x), lax.igammac(a, x)), positive(6), positive(6), loose=100)
case("lax.trig", lambda x: (lax.tan(x), lax.asin(x), lax.acos(x), lax.atan(x), lax.asinh(x), lax.atanh(x), lax.sinh(x), lax.cosh(x)), f(9, low=-0.9, high=0.9), loose=10)
case("special.gammaincc.grad", jax.grad(lambda x, a: special.gammaincc(a, x).sum()), positive(7), positive(7), loose=100)
case("special.gammainc.grad.a", jax.grad(lambda a, x: special.gammainc(a, x).sum()), positive(7), positive(7), loose=200)
case("special.betainc.grad", jax.grad(lambda x, a, b: special.betainc(a, b, x).sum()), f(7, low=0.1, high=0.9), positive(7), positive(7), loose=100)
case("special.ndtri.grad", jax.grad(lambda x: special.ndtri(x).sum()), f(9, low=0.1, high=0.9), loose=60)
case("special.polygamma.grad", jax.grad(lambda x: special.polygamma(1, x).sum()), positive(5), loose=100)
case("special.zeta.negative", lambda q: (special.zeta(2.0, q), special.polygamma(1, q)), d(9, low=-6, high=-0.1), wide=True, loose=1e3)
case("special.zeta.grad", jax.grad(lambda q: special.zeta(3.0, q).sum()), positive(5), loose=100)
case("special.expn", lambda x: special.expn(2, x), positive(6), loose=100)
case("special.poch", special.poch, positive(6), positive(6), loose=100)
case("special.random_gamma_grad", lambda a, x: jax.lax.random_gamma_grad(a, x), positive(6), positive(6), loose=200)
for name in ["gammaln", "digamma", "erfinv", "ndtri", "i0e", "i1e", "expi", "exp1", "spence"]:
    case(f"special.{name}.f64", getattr(special, name), d(7, low=0.1, high=0.9), wide=True, loose=1000)
