"""Expectations of tests/library_random.c."""
import jax

from expected import *

r = jax.random
alphas = jnp.array([.01, .3, .9, 1, 2.5, 10, 1000], f32)
for layout, flag in (("", True), ("original_", False)):
    jax.config.update("jax_threefry_partitionable", flag)
    key = r.PRNGKey(42)
    case(layout + "gamma", r.gamma(key, alphas, (3, 7), f32))
    case(layout + "gamma_scalar", r.gamma(key, f32(.7), (), f32))
    case(layout + "loggamma", r.loggamma(key, alphas, (3, 7), f32))
    case(layout + "gamma_f64", r.gamma(key, f64(1.5), (5,), f64))
    case(layout + "beta", r.beta(key, alphas, f32(2), (7,), f32))
    case(layout + "dirichlet", r.dirichlet(key, alphas[1:5], (3,), f32))
    case(layout + "student_t", r.t(key, f32(3), (6,), f32))
    case(layout + "chisquare", r.chisquare(key, f32(3), (6,), f32))
    lam = jnp.array([0, .1, 2, 9.5, 10, 33, 1e4], f32)
    case(layout + "poisson", r.poisson(key, lam, (4, 7), i32))
    case(layout + "poisson_small", r.poisson(key, f32(3), (11,), i32))
    case(layout + "cauchy", r.cauchy(key, (7,), f32))
    case(layout + "maxwell", r.maxwell(key, (5,), f32))
    with jax.enable_x64(False):  # which makes 0.5 an f64
        case(layout + "rademacher", r.rademacher(key, (9,), i32))
    case(layout + "pareto", r.pareto(key, f32(2), (7,), f32))
    case(layout + "rayleigh", r.rayleigh(key, f32(2), (7,), f32))
    case(layout + "lognormal", r.lognormal(key, f32(.5), (7,), f32))
    case(layout + "weibull", r.weibull_min(key, f32(2), f32(1.5), (7,), f32))
    case(layout + "geometric", r.geometric(key, f32(.2), (9,), i32))
    cov = jnp.array([[2, .5], [.5, 1]], f32)
    case(layout + "multivariate_normal", r.multivariate_normal(key, jnp.array([1, -1], f32), cov, (3,), f32))
    case(layout + "orthogonal", r.orthogonal(key, 3, (2,), f32))
    case(layout + "shuffle", r.permutation(key, data(f32, 1, 3, 6), 1))
    p = jnp.array([.1, .2, .05, .4, .25], f32)
    case(layout + "choice_p", r.choice(key, 5, (8,), p=p), i32)
    case(layout + "choice_p_without", r.choice(key, 5, (4,), replace=False, p=p), i32)
write(__file__)
