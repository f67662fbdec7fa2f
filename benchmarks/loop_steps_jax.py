"""The programs of loop_steps.c in JAX, for comparison. Needs `pip install jax`."""
import time

import jax
import jax.numpy as jnp
from jax import lax

STEPS, ROUNDS = 1000, 31


def measure(name, f, *args):
    start = time.perf_counter()
    f = jax.jit(f)
    jax.block_until_ready(f(*args))
    first, times = time.perf_counter() - start, []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        jax.block_until_ready(f(*args))
        times.append(1e6 * (time.perf_counter() - start) / STEPS)
    times.sort()
    print(f"{name:12s} {times[0]:8.3f} {times[ROUNDS // 2]:8.3f} us per step (best, median); first call {1e3 * first:6.1f} ms", flush=True)


def spread(seed, shape, scale=1.0):
    return scale * jax.random.normal(jax.random.key(seed), shape)


def fori(body):
    return lambda x, *rest: lax.fori_loop(0, STEPS, lambda i, s: body(i, s, *rest), x)


def power(i, v, a):
    v = a @ v
    return v / jnp.sqrt(jnp.sum(v * v))


def up(x):
    return x * 0.5 - 1


def down(x):
    return x * x + 0.25


def while_cond(x):
    return lax.while_loop(lambda s: s[1] < STEPS, lambda s: (lax.cond(jnp.sum(s[0]) > 0, up, down, s[0]), s[1] + 1), (x, 0))[0]


def nested(h, xs, w):
    def outer(h, xs):
        h = lax.scan(lambda h, x: (jnp.tanh(w @ h + x), None), h, xs)[0]
        return h, jnp.sum(h)
    return lax.scan(outer, h, xs)


def newton(s, xs):
    def solved(s, x):
        a = jnp.abs(s) + 1
        root = lax.while_loop(lambda r: (jnp.abs(r[0] ** 3 - a) > 1e-3) & (r[1] < 20),
                              lambda r: (r[0] - (r[0] ** 3 - a) / (3 * r[0] * r[0]), r[1] + 1), (jnp.float32(1), 0))[0]
        return s * 0.5 + root * x, root
    return lax.scan(solved, s, xs)


def gathers(s, indices, table):
    def step(s, i):
        s = s * 0.5 + table[i]
        return s, jnp.max(s)
    return lax.scan(step, s, indices)


def kalman(b, zs, f, h, q, r):
    def track(b, z):
        x, p = f @ b[0], f @ b[1] @ f.T + q
        s = h @ p @ h.T + r
        inv = jnp.stack([s[1, 1], -s[0, 1], -s[1, 0], s[0, 0]]).reshape(2, 2) / (s[0, 0] * s[1, 1] - s[0, 1] * s[1, 0])
        gain = p @ h.T @ inv
        x, p = x + gain @ (z - h @ x), p - gain @ h @ p
        return (x, p), x
    return lax.scan(track, b, zs)


def lstm(p, s, xs):
    def gates(s, x):
        i, f, o, g = jnp.split(p[0] @ s[0] + p[1] @ x + p[2], 4)
        c = jax.nn.sigmoid(f) * s[1] + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h
    return jnp.sum(lax.scan(gates, s, xs)[1] ** 2)


def fit_step(i, p, x, y):
    g = jax.grad(lambda p: jnp.mean((jnp.tanh(x @ p[0] + p[1]) @ p[2] - y) ** 2))(p)
    return tuple(a - 0.1 * b for a, b in zip(p, g))


measure("matvec", fori(lambda i, h, w: jnp.tanh(w @ h)), spread(2, (32,)), spread(1, (32, 32), 0.2))
measure("power", fori(power), spread(3, (64,)), spread(4, (64, 64)))
measure("while_cond", while_cond, spread(5, (8,)))
measure("switch", fori(lambda i, x: lax.switch(i % 3, [up, down, jnp.sin], x)), spread(5, (16,)))
measure("nested", nested, spread(6, (4,)), spread(7, (50, 20, 4)), spread(8, (4, 4), 0.4))
measure("newton", newton, jnp.float32(2), spread(9, (STEPS,)))
measure("update_slice", fori(lambda i, r, w: lax.dynamic_update_slice(r, (w @ r[i])[None], (i + 1, 0))), spread(1, (STEPS + 1, 8)), 0.99 * jnp.eye(8))
places = jax.random.randint(jax.random.key(2), (STEPS,), 0, 64)
measure("gather", gathers, jnp.zeros(16), places, spread(3, (64, 16)))
measure("histogram", fori(lambda i, n, at: n.at[at[i]].add(1.0)), jnp.zeros(64), places)
measure("sort", fori(lambda i, x: jnp.flip(jnp.sort(x)) * 1.01 - jnp.sin(x) * 0.5), spread(4, (16,)))
measure("kalman", kalman, (jnp.zeros(4), jnp.eye(4)), spread(3, (STEPS, 2)), jnp.eye(4) + spread(1, (4, 4), 0.02), spread(2, (2, 4)), 0.1 * jnp.eye(4), jnp.eye(2))
H, IN = 16, 8
p, s, xs = (spread(4, (4 * H, H), 0.2), spread(5, (4 * H, IN), 0.2), jnp.zeros(4 * H)), (jnp.zeros(H), jnp.zeros(H)), spread(6, (STEPS, IN))
measure("lstm", lstm, p, s, xs)
measure("lstm_grad", jax.grad(lstm), p, s, xs)
measure("fit", lambda p, x, y: fori(fit_step)(p, x, y), (spread(7, (8, 32), 0.3), jnp.zeros(32), spread(8, (32, 1), 0.3)), spread(9, (16, 8)), spread(10, (16, 1)))
