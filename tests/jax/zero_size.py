"""Shapes with no elements, and with one."""
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from cases import b, c, case, f, i, with_gradients

table = {"add": lambda x: x + 1, "sum": lambda x: (x.sum(), x.sum(0), x.sum(1)), "prod": lambda x: x.prod(1), "transpose": lambda x: x.T, "reshape": lambda x: x.reshape(3, 0, 2),
         "concatenate": lambda x: jnp.concatenate([x, jnp.ones((2, 3))]), "pad": lambda x: jnp.pad(x, 1), "matmul.inner": lambda x: x.T @ x, "matmul.outer": lambda x: x @ x.T,
         "sort": lambda x: jnp.sort(x, 0), "cumsum": lambda x: jnp.cumsum(x, 0), "broadcast": lambda x: x + jnp.ones((4, 1, 3)), "where": lambda x: jnp.where(x > 0, x, 0),
         "softmax": lambda x: jax.nn.softmax(x, 1), "slice": lambda x: x[:, 1:2], "take": lambda x: x[:, jnp.array([0, 2])], "flip": lambda x: x[::-1], "any": lambda x: (x > 0).any(),
         "argsort": lambda x: jnp.argsort(x, axis=0), "einsum": lambda x: jnp.einsum("ij,ij->j", x, x), "stack": lambda x: jnp.stack([x, x]), "iota": lambda x: jnp.arange(0) + x.sum(),
         "update": lambda x: x.at[:, 1].set(2.0), "mean.kept": lambda x: x.mean(1), "var": lambda x: x.var(1), "scan": lambda x: lax.scan(lambda c, v: (c + v.sum(), v * 2), 0.0, x),
         "map": lambda x: lax.map(lambda v: v * 2, x), "max": lambda x: jnp.max(x, axis=1), "fori": lambda x: lax.fori_loop(0, 0, lambda k, v: v + 1, x.sum())}
for name, function in table.items():
    case(f"zero.{name}", function, f(0, 3))
case("zero.gather", lambda x, k: x[k], f(5, 3), i(0))
case("zero.scatter", lambda x, k, v: x.at[k].add(v), f(5, 3), i(0), f(0, 3))
case("zero.dynamic_slice", lambda x, k: lax.dynamic_slice(x, (k,), (0,)), f(5), i(low=0, high=3))
case("zero.grad", jax.grad(lambda x: jnp.sum(x**2) + 1.0), f(0, 4))
case("zero.vmap", jax.vmap(lambda x: x @ x), f(0, 3, 3))
case("zero.dot", lambda x, y: x @ y, f(3, 0), f(0, 4))
case("zero.result", lambda x: (x[:0], x), f(4))
case("zero.irfft", lambda x: (jnp.fft.irfft(x), jnp.fft.irfft2(x), jnp.fft.hfft(x)), c(1, 1))
case("zero.fft", lambda x, y: (jnp.fft.fftn(x), jnp.fft.ifftn(x), jnp.fft.fft(x.T), jnp.fft.rfftn(y), jnp.fft.irfftn(x)), c(0, 4), f(0, 4))
case("zero.bool", lambda x: (x.all(), x.any(), x.sum()), b(0))
ones = {"rank0": lambda x: (x + 1, x.reshape(1, 1), jnp.sin(x), jnp.sum(x)), "argmax": lambda x: jnp.argmax(x.reshape(1)), "sort": lambda x: jnp.sort(x.reshape(1)), "dot": lambda x: jnp.dot(x.reshape(1), x.reshape(1))}
for name, function in ones.items():
    case(f"one.{name}", function, f(), loose=3)
case("odd.sizes", lambda x: (x.sum(0), x.max(1), jnp.cumsum(x, 1), x @ x.T, x.T), f(17, 33), loose=10)
case("nothing.in", lambda: (jnp.arange(4.0), jnp.zeros((2, 0))))
case("nothing.used", lambda x, y: x, f(3), f(4))
case("same.twice", lambda x: (x, x, x + 0), f(3))
