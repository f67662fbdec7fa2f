"""Expectations of tests/library_stats.c."""
import jax.numpy.linalg as jla
import jax.scipy.linalg as jsl
import jax.scipy.signal as jss
import jax.scipy.special as jsp
import scipy.signal
import scipy.special
import scipy.stats
from jax import grad, jacfwd
from jax.scipy import stats as js

from expected import *

# scipy in f64: JAX's own errors are none of ours to meet.
x, loc, scale = data(f64, 1, 7), data(f64, 4, 7), jnp.abs(data(f64, 2, 7)) + f64(.5)
a, b = jnp.abs(data(f64, 3, 7)) + f64(.25), jnp.abs(data(f64, 5, 7)) + f64(.75)
within = loc + scale * (data(f64, 6, 7) / 8 + .5)
args = {"norm": (x, loc, scale), "uniform": (within, loc, scale), "expon": (x, loc, scale),
        "cauchy": (x, loc, scale), "laplace": (x, loc, scale), "logistic": (x, loc, scale),
        "gamma": (within, a, loc, scale), "t": (x, a, loc, scale), "beta": (within, a, b, loc, scale)}
for name, given in args.items():
    for kind in ("logpdf", "pdf") + (() if name == "t" else ("cdf",)):
        case(f"{name}_{kind}", getattr(getattr(scipy.stats, name), kind)(*[np.asarray(v) for v in given]))
    for i in range(len(given)):
        f = lambda v: jnp.sum(getattr(js, name).pdf(*given[:i], v, *given[i + 1:]))
        case(f"{name}_by_{i}", grad(f)(given[i]))
case("norm_logcdf", scipy.stats.norm.logcdf(np.asarray(x * 9), loc, scale))
case("norm_sf", scipy.stats.norm.sf(np.asarray(x), loc, scale))
case("norm_ppf", scipy.stats.norm.ppf(np.array([0, .01, .5, .9, 1]), 2, 3))
case("norm_f32", js.norm.logpdf(data(f32, 1, 2, 3), f32(.5), data(f32, 2, 3) ** 2 + 1))
k = np.array([-1, 0, 1, 2, 5, 9, .5])
case("poisson_logpmf", scipy.stats.poisson.logpmf(k, 2.5))
case("poisson_pmf", scipy.stats.poisson.pmf(k, 2.5))
case("poisson_cdf", scipy.stats.poisson.cdf(k, 2.5))
case("bernoulli_logpmf", scipy.stats.bernoulli.logpmf(k, .3))
case("bernoulli_pmf", scipy.stats.bernoulli.pmf(k, .3))
case("bernoulli_cdf", scipy.stats.bernoulli.cdf(k, .3))
m = data(f64, 1, 3, 3)
cov = m @ m.T + jnp.eye(3)
rows, mean = data(f64, 2, 2, 2, 3), data(f64, 3, 3)
case("normals_logpdf", js.multivariate_normal.logpdf(rows, mean, cov))
case("normals_pdf", js.multivariate_normal.pdf(rows[0, 0], mean, cov))
case("normals_grad", grad(lambda c: jnp.sum(js.multivariate_normal.logpdf(rows, mean, c)))(cov))

u, v = data(f64, 1, 6), data(f64, 4, 3)
q, r = jnp.polydiv(u, v)
case("polydiv_q", q)
case("polydiv_r", r)
case("polydiv_short", jnp.polydiv(v, u)[0])
case("polydiv_grad", jacfwd(lambda v: jnp.polydiv(u, v)[0])(v))
t, p = data(f32, 1, 3, 4), data(f32, 2, 3, 2)
i = jnp.array([[0, -1], [2, 1], [3, 7]])
case("put_along_axis", jnp.put_along_axis(t, i, p, 1, inplace=False))
case("put_along_axis_0", jnp.put_along_axis(t, jnp.array([[2, 0, -3, 1]]), f32(9), 0, inplace=False))
case("put_along_axis_by_v",
     grad(lambda p: jnp.sum(jnp.put_along_axis(t, i, p, 1, inplace=False) ** 2))(p))
l = [data(f64, 1, 2, 5), data(f64, 2, 5, 3), data(f64, 3, 3, 4), data(f64, 4, 4)]
case("multi_dot", jla.multi_dot(l))
case("multi_dot_rows", jla.multi_dot([l[3], data(f64, 5, 4, 2), l[0]]))
for n, w in (("wide", data(f64, 2, 5, 4)), ("small", data(f64, 3, 2, 3))):
    for f in (jss.convolve2d, jss.correlate2d):
        for mode in ("full", "same", "valid"):
            case(f"{f.__name__}_{n}_{mode}", f(data(f64, 1, 4, 4), w, mode))
pu, pp = jsl.polar(np.asarray(data(f64, 1, 4, 3)), method="svd")
case("polar_u", pu)
case("polar_p", pp)
at = np.array([-1, 0, 1e-300, 1e-9, .25, .5, .75, .999, 1, 1.001, 1.5, 2, 2.5, 40, 1e10, np.inf, np.nan])
case("spence", scipy.special.spence(at[:15]))
case("spence_f32", scipy.special.spence(at[1:14].astype(f32)).astype(f32))
case("spence_grad", np.array([np.log(z) / (1 - z) if z != 1 else -1 for z in at[3:15]]))
logits, t01 = data(f64, 1, 3, 4), jnp.abs(data(f64, 2, 3, 4)) / 4
target = data(f64, 5, 3, 4)


def focal(x, t, gamma, alpha):
    p = jax.nn.sigmoid(x)
    ce = -t * jax.nn.log_sigmoid(x) - (1 - t) * jax.nn.log_sigmoid(-x)
    hit = p * t + (1 - p) * (1 - t)
    return ce * (1 - hit) ** gamma * (1 if alpha is None else alpha * t + (1 - alpha) * (1 - t))


case("log_cosh", jnp.logaddexp(logits - target, target - logits) - jnp.log(2.))
case("cosine_distance", 1 - jnp.sum(logits * target, -1) / jla.norm(logits, axis=-1) / jla.norm(target, axis=-1))
case("focal_loss", focal(logits, t01, 2, None))
case("focal_loss_options", focal(logits, t01, 1.5, .3))
case("focal_loss_flat", focal(logits, t01, 0, None))
case("focal_loss_grad", grad(lambda x: jnp.sum(focal(x, t01, 2, .25)))(logits))
signal = data(f64, 1, 2, 23)
for n, step in ((8, 4), (7, 2), (6, 6)):
    w = {"window": np.asarray(jnp.abs(data(f64, 3, 6)) + 1)} if n == 6 else {}
    z = jss.stft(signal, nperseg=n, noverlap=n - step, **w)[2]
    case(f"stft_{n}", z)
    case(f"istft_{n}", scipy.signal.istft(np.asarray(z), nperseg=n, noverlap=n - step, nfft=n, **w)[1])
case("stft_long", jss.stft(signal[0].astype(f32), nperseg=20)[2])
case("stft_grad", grad(lambda x: jnp.sum(jnp.abs(jss.stft(x, nperseg=8)[2]) ** 2))(signal))
write(__file__)
