"""Random numbers, whose bits are JAX's."""
import jax
import jax.numpy as jnp
from jax import random
from cases import case, f, key

draws = {
    "split": lambda k: random.split(k, 5), "fold_in": lambda k: random.fold_in(k, 17), "bits": lambda k: random.bits(k, (7,)), "bits.u8": lambda k: random.bits(k, (7,), jnp.uint8),
    "bits.u16": lambda k: random.bits(k, (7,), jnp.uint16), "uniform": lambda k: random.uniform(k, (3, 5)), "uniform.range": lambda k: random.uniform(k, (9,), minval=-3, maxval=4),
    "normal": lambda k: random.normal(k, (4, 5)), "normal.scalar": random.normal, "randint": lambda k: random.randint(k, (11,), -5, 100), "randint.u8": lambda k: random.randint(k, (11,), 0, 200, jnp.uint8),
    "permutation": lambda k: random.permutation(k, 30), "permutation.array": lambda k: random.permutation(k, jnp.arange(24.0).reshape(12, 2)),
    "permutation.independent": lambda k: random.permutation(k, jnp.arange(24.0).reshape(12, 2), independent=True), "choice": lambda k: random.choice(k, 20, (6,)),
    "choice.once": lambda k: random.choice(k, 20, (6,), replace=False), "choice.weights": lambda k: random.choice(k, 4, (9,), p=jnp.array([0.1, 0.2, 0.3, 0.4])),
    "bernoulli": lambda k: random.bernoulli(k, 0.3, (20,)), "categorical": lambda k: random.categorical(k, jnp.log(jnp.array([0.1, 0.6, 0.3])), shape=(12,)),
    "gumbel": lambda k: random.gumbel(k, (6,)), "exponential": lambda k: random.exponential(k, (6,)), "laplace": lambda k: random.laplace(k, (6,)), "logistic": lambda k: random.logistic(k, (6,)),
    "cauchy": lambda k: random.cauchy(k, (6,)), "truncated_normal": lambda k: random.truncated_normal(k, -1.0, 2.0, (6,)), "gamma": lambda k: random.gamma(k, 2.5, (6,)),
    "gamma.small": lambda k: random.gamma(k, 0.3, (6,)), "beta": lambda k: random.beta(k, 2.0, 3.0, (6,)), "dirichlet": lambda k: random.dirichlet(k, jnp.array([1.0, 2.0, 3.0])),
    "poisson": lambda k: random.poisson(k, 4.0, (9,)), "poisson.large": lambda k: random.poisson(k, 40.0, (9,)), "t": lambda k: random.t(k, 5.0, (4,)), "rademacher": lambda k: random.rademacher(k, (9,)),
    "maxwell": lambda k: random.maxwell(k, (4,)), "pareto": lambda k: random.pareto(k, 2.0, (4,)), "rayleigh": lambda k: random.rayleigh(k, 2.0, (4,)), "weibull": lambda k: random.weibull_min(k, 1.0, 2.0, (4,)),
    "geometric": lambda k: random.geometric(k, 0.3, (6,)), "triangular": lambda k: random.triangular(k, 0.0, 0.5, 1.0, (5,)), "ball": lambda k: random.ball(k, 3, shape=(2,)),
    "orthogonal": lambda k: jnp.abs(random.orthogonal(k, 3)) * 0, "multivariate_normal": lambda k: random.multivariate_normal(k, jnp.zeros(2), jnp.array([[2.0, 0.3], [0.3, 1.0]]), (3,)),
    "loggamma": lambda k: random.loggamma(k, 2.0, (5,)), "chisquare": lambda k: random.chisquare(k, 3.0, shape=(5,)), "binomial": lambda k: random.binomial(k, 10.0, 0.4, (5,)),
    "bf16": lambda k: random.normal(k, (7,), jnp.bfloat16), "f16": lambda k: random.uniform(k, (7,), jnp.float16), "shuffle.loop": lambda k: jax.vmap(lambda s: random.permutation(s, 6))(random.split(k, 3)),
    "double_split": lambda k: random.normal(random.split(random.split(k)[1], 3)[2], (4,)), "dropout": lambda k: jnp.where(random.bernoulli(k, 0.8, (12,)), 1 / 0.8, 0.0),
}
for number, (name, function) in enumerate(draws.items()):
    case(f"random.{name}", function, key(number), loose=20)
for name in ["normal", "uniform", "bits", "randint"]:
    case(f"random.{name}.f64", lambda k, n=name: {"normal": lambda: random.normal(k, (5,), jnp.float64), "uniform": lambda: random.uniform(k, (5,), jnp.float64),
                                                   "bits": lambda: random.bits(k, (5,), jnp.uint64), "randint": lambda: random.randint(k, (5,), 0, 2**40, jnp.int64)}[n](), key(7), wide=True, loose=20)


def original(function):
    def under(k):
        with jax.threefry_partitionable(False):
            return function(k)
    return under


for name in ["split", "fold_in", "bits", "bits.u8", "uniform", "normal", "randint", "permutation", "choice", "choice.once", "bernoulli", "categorical"]:
    case(f"random.original.{name}", original(draws[name]), key(3), loose=20)
case("random.gradient", lambda x, k: jax.grad(lambda v: jnp.sum(v * random.normal(k, (4,)) + random.uniform(k) * v**2))(x), f(4), key(1), loose=20)
case("random.reparametrised", lambda x, k: jax.grad(lambda v: jnp.sum(random.normal(k, (4,)) * jnp.exp(v[1]) + v[0]))(x), f(2), key(5), loose=20)
for name, kind in (("glorot_uniform", jax.nn.initializers.glorot_uniform()), ("glorot_normal", jax.nn.initializers.glorot_normal()), ("he_normal", jax.nn.initializers.he_normal()),
                   ("lecun_uniform", jax.nn.initializers.lecun_uniform()), ("truncated", jax.nn.initializers.truncated_normal(0.1))):
    case(f"initializers.{name}", lambda k, g=kind: g(k, (4, 6), jnp.float32), key(2), loose=20)
case("random.rbg", lambda k: jax.random.normal(jax.random.wrap_key_data(jnp.concatenate([k, k]), impl="rbg"), (0,)), key(1))
for number, impl in enumerate(["rbg", "unsafe_rbg"]):
    for name in ["split", "fold_in", "uniform", "normal", "randint", "permutation"]:
        case(f"random.{impl}.{name}", lambda k, i=impl, n=name: jax.random.key_data(r) if jnp.issubdtype((r := draws[n](jax.random.wrap_key_data(jnp.concatenate([k, k + 1]), impl=i))).dtype, jax.dtypes.prng_key) else r, key(number), loose=20)
for algorithm in ["RNG_THREE_FRY", "RNG_PHILOX", "RNG_DEFAULT"]:
    for kind in [jnp.uint8, jnp.uint16, jnp.uint32, jnp.uint64]:
        for number, shape in enumerate([(), (5,), (3, 7), (3, 4, 5), (2, 0), (1, 9, 3)]):
            case(f"random.bits.{algorithm}.{kind.__name__}.{number}", lambda k, a=algorithm, s=shape, d=kind: jax.lax.rng_bit_generator(jnp.concatenate([k, k + 7]), s, d, algorithm=getattr(jax.lax.RandomAlgorithm, a)),
                 key(3), wide=True)
