"""Steps of optimisers over a tree of parameters."""
import jax
import jax.numpy as jnp
from jax import lax
from cases import case, f, i


def loss(p, x, y):
    return jnp.mean((jnp.tanh(x @ p[0] + p[1]) @ p[2] - y) ** 2)


def tree(f2, *trees):
    return jax.tree_util.tree_map(f2, *trees)


def momentum(p, s, g, lr=0.1):
    s = tree(lambda m, d: 0.9 * m + d, s, g)
    return tree(lambda w, m: w - lr * m, p, s), s


def nesterov(p, s, g, lr=0.1):
    s = tree(lambda m, d: 0.9 * m + d, s, g)
    return tree(lambda w, m, d: w - lr * (0.9 * m + d), p, s, g), s


def adagrad(p, s, g, lr=0.1):
    s = tree(lambda m, d: m + d * d, s, g)
    return tree(lambda w, m, d: w - lr * jnp.where(m > 0, lax.rsqrt(m), 0) * d, p, s, g), s


def rmsprop(p, s, g, lr=0.01):
    s = tree(lambda m, d: 0.9 * m + 0.1 * d * d, s, g)
    return tree(lambda w, m, d: w - lr * d / jnp.sqrt(m + 1e-8), p, s, g), s


def lion(p, s, g, lr=0.01):
    return tree(lambda w, m, d: w - lr * jnp.sign(0.9 * m + 0.1 * d), p, s, g), tree(lambda m, d: 0.99 * m + 0.01 * d, s, g)


def clipped(p, s, g, lr=0.1):
    size = jnp.sqrt(sum(jnp.sum(d * d) for d in g))
    return tree(lambda w, d: w - lr * d * jnp.minimum(1.0, 0.5 / size), p, g), s


parameters = [f(4, 5), f(5), f(5, 2)]
data = [f(6, 4), f(6, 2)]
for rule in (momentum, nesterov, adagrad, rmsprop, lion, clipped):
    def step(a, b, c, x, y, rule=rule):
        p = (a, b, c)
        return rule(p, tree(jnp.ones_like, p), jax.grad(loss)(p, x, y))

    case(f"optimiser.{rule.__name__}", step, *parameters, *data, loose=60)


def adam(p, state, g, k, lr=1e-2, decay=0.0):
    m, v = state
    m = tree(lambda a, d: 0.9 * a + 0.1 * d, m, g)
    v = tree(lambda a, d: 0.999 * a + 0.001 * d * d, v, g)
    t = k + 1.0
    return tree(lambda w, a, c: w - lr * ((a / (1 - 0.9**t)) / (jnp.sqrt(c / (1 - 0.999**t)) + 1e-8) + decay * w), p, m, v), (m, v)


case("optimiser.adam", lambda a, b, c, x, y: adam((a, b, c), (tree(jnp.zeros_like, (a, b, c)),) * 2, jax.grad(loss)((a, b, c), x, y), 0), *parameters, *data, loose=200)
case("optimiser.adamw", lambda a, b, c, x, y: adam((a, b, c), (tree(jnp.ones_like, (a, b, c)),) * 2, jax.grad(loss)((a, b, c), x, y), 4, decay=0.1), *parameters, *data, loose=200)


def train(a, b, c, x, y):
    def one(s, k):
        p, state = s
        value, g = jax.value_and_grad(loss)(p, x, y)
        return adam(p, state, g, k), value
    p = (a, b, c)
    return lax.scan(one, (p, (tree(jnp.zeros_like, p),) * 2), jnp.arange(5.0))


case("optimiser.training", train, *parameters, *data, loose=2000)
case("optimiser.schedule", lambda k: (0.1 * 0.5 ** (k // 10), 0.05 * (1 + jnp.cos(jnp.pi * k / 100)), jnp.minimum(k / 10, 1.0)), i(low=0, high=90), loose=10)
case("optimiser.newton", lambda x: lax.fori_loop(0, 4, lambda k, v: v - jnp.linalg.solve(jax.hessian(_bowl)(v), jax.grad(_bowl)(v)), x), f(3), loose=1000)
case("optimiser.line_search", lambda x: lax.while_loop(lambda s: (_bowl(x - s * jax.grad(_bowl)(x)) > _bowl(x)) & (s > 1e-6), lambda s: s * 0.5, 4.0), f(3), loose=20)
case("optimiser.accumulate", lambda w, x, y: lax.scan(lambda g, d: (g + jax.grad(lambda v: jnp.mean((d[0] @ v - d[1]) ** 2))(w), None), jnp.zeros_like(w), (x, y))[0], f(4), f(3, 5, 4), f(3, 5), loose=40)
case("optimiser.ema", lambda a, b, c: tree(lambda w: 0.99 * w + 0.01 * jnp.ones_like(w), (a, b, c)), *parameters)


def _bowl(x):
    return jnp.sum(jnp.cosh(x)) + 0.5 * jnp.sum(x) ** 2
