"""The programs of loops.c in JAX, for comparison. Needs `pip install jax`."""
import time

import jax
import jax.numpy as jnp
from jax import lax

COUNT, SIDE, DEPTH, STEPS, WIDE, ROUNDS = 1000000, 512, 100, 1000, 1000, 15
BATCH, INPUTS, HIDDEN, LENGTH = 16, 16, 32, 128


def best(f, *args):
    f = jax.jit(f)
    jax.block_until_ready(f(*args))
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        jax.block_until_ready(f(*args))
        times.append(time.perf_counter() - start)
    return min(times)


def mandelbrot(re, im):
    def orbit(i, z):
        a, b, c = z[0] * z[0], z[1] * z[1], z[0] * z[1]
        return a - b + re, c + c + im, z[2] + (a + b <= 4).astype(jnp.int32)
    return lax.fori_loop(0, DEPTH, orbit, (jnp.zeros_like(re), jnp.zeros_like(im), jnp.zeros((SIDE, SIDE), jnp.int32)))[2]


def average(s, x):
    s = s * 0.9 + x * 0.1
    return s, s


def recurrent(p, h, xs):
    def cell(h, x):
        h = jnp.tanh(h @ p[0] + x @ p[1] + p[2])
        return h, h
    return jnp.sum(lax.scan(cell, h, xs)[1] ** 2)


one, keys = jnp.float32(1), [jax.random.key(i) for i in range(7)]
ns = best(lambda x: lax.fori_loop(0, COUNT, lambda i, x: x * 0.5 + 1, x), one) / COUNT * 1e9
print(f"scalar fori:              {ns:8.2f} ns per iteration")
ns = best(lambda x: lax.while_loop(lambda s: (s[0] > 1e-30) & (s[1] < COUNT), lambda s: (s[0] * 0.99999, s[1] + 1), (x, 0))[1], one) / COUNT * 1e9
print(f"scalar while:             {ns:8.2f} ns per iteration")
re, im = jax.random.uniform(keys[1], (SIDE, SIDE), minval=-2), jax.random.uniform(keys[2], (SIDE, SIDE), minval=-1)
print(f"mandelbrot 512x512x100:   {best(mandelbrot, re, im) * 1e3:8.2f} ms")
xs, s = jax.random.normal(keys[3], (STEPS, WIDE)), jnp.zeros(WIDE)
print(f"averages of 1000, scan:   {best(lambda s, xs: lax.scan(average, s, xs), s, xs) / STEPS * 1e9:8.2f} ns per step")
p = (0.1 * jax.random.normal(keys[4], (HIDDEN, HIDDEN)), 0.1 * jax.random.normal(keys[5], (INPUTS, HIDDEN)), jnp.zeros(HIDDEN))
h, inputs = jnp.zeros((BATCH, HIDDEN)), jax.random.normal(keys[6], (LENGTH, BATCH, INPUTS))
print(f"recurrent cell:           {best(recurrent, p, h, inputs) / LENGTH * 1e6:8.2f} us per step")
print(f"its value and gradient:   {best(jax.grad(recurrent), p, h, inputs) / LENGTH * 1e6:8.2f} us per step")
