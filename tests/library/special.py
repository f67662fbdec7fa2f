"""Expectations of tests/library_special.c."""
import jax
from jax import grad
from jax.scipy import special as s

from expected import *

a = jnp.array([.1, .5, 1, 2.5, 10, 33, 100, 0, 0, 3, 3, -1, 3, jnp.nan, 2, 1000], f32)
x = jnp.array([.01, 2, 1, 1, 12, 30, 130, 1, 0, 0, jnp.inf, 1, -1, 1, jnp.nan, 990], f32)
for d in (f32, f64):
    n = NAMES[np.dtype(d).name]
    # JAX's own f32 is not within roundings: its f64, rounded.
    case(f"igamma_{n}", s.gammainc(a.astype(f64), x.astype(f64)).astype(d))
    case(f"igammac_{n}", s.gammaincc(a.astype(f64), x.astype(f64)).astype(d))
    p = jnp.array([.5, 2, 10, 1, 0, 2, 0, 3, -1, 40, 1e-3, 5], f64)
    q = jnp.array([.5, 3, 1, 1, 2, 0, 0, 3, 2, 50, 2, 5], f64)
    y = jnp.array([.3, .9, .999, .25, .5, .5, .5, 1.5, .5, .45, .01, 0], f64)
    case(f"betainc_{n}", s.betainc(p.astype(f32).astype(f64), q, y.astype(f32).astype(f64)).astype(d))
ga, gx = a[:7].astype(f64), x[:7].astype(f64)
case("igamma_by_a", grad(lambda v: jnp.sum(s.gammainc(v, gx)))(ga).astype(f32))
case("igamma_by_x", grad(lambda v: jnp.sum(s.gammainc(ga, v)))(gx).astype(f32))
case("igammac_by_a", grad(lambda v: jnp.sum(s.gammaincc(v, gx)))(ga).astype(f32))
case("igamma_by_x_x", jax.hessian(lambda v: s.gammainc(f64(2.5), v))(f64(1.5)).astype(f32))
case("betainc_by_x", grad(lambda v: jnp.sum(s.betainc(f64(2), f64(3), v)))(jnp.array([.1, .5, .9], f64)).astype(f32))
case("betaln", s.betaln(data(f32, 1, 5) + 4, f32(2.5)))
write(__file__)
