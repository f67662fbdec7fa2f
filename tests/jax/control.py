"""Control flow with gradients and batches."""
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from cases import b, case, f, i, positive, with_batches, with_gradients

with_gradients("fori", lambda x: lax.fori_loop(0, 7, lambda k, v: v * 0.9 + jnp.sin(v) + k, x), f(4), loose=10)
with_gradients("fori.matrix", lambda w, x: lax.fori_loop(0, 5, lambda k, v: jnp.tanh(w @ v), x), f(4, 4), f(4), argnums=(0, 1), loose=20)
case("fori.traced", lambda n, x: lax.fori_loop(0, n, lambda k, v: v + k, x), i(low=0, high=9), f(3))
case("fori.array", lambda x: lax.fori_loop(0, 6, lambda k, v: v.at[k].set(v[k] * k), x), f(6))
case("while", lambda x: lax.while_loop(lambda v: jnp.sum(v) < 100, lambda v: v * 1.7, x), positive(4), loose=20)
case("while.tuple", lambda x: lax.while_loop(lambda s: (s[0] < 9) & (s[1].max() < 50), lambda s: (s[0] + 1, s[1] * 1.5 + s[2], s[2]), (0, x, x)), positive(4), loose=20)
case("while.jvp", lambda x: jax.jvp(lambda y: lax.while_loop(lambda v: jnp.sum(v) < 100, lambda v: v * 1.7 + jnp.sin(v), y), (x,), (x,)), positive(4), loose=40)
case("while.vmap", jax.vmap(lambda x: lax.while_loop(lambda v: v < 30, lambda v: v * 1.7, x)), positive(6), loose=20)
case("while.vmap.shared", lambda x, n: jax.vmap(lambda y: lax.while_loop(lambda s: s[0] < n, lambda s: (s[0] + 1, s[1] * 1.1), (0, y)))(x), positive(6), i(low=2, high=7), loose=20)
case("while.never", lambda x: lax.while_loop(lambda v: v.sum() > 1e9, lambda v: v + 1, x), f(3))
case("collatz", jax.vmap(lambda n: lax.while_loop(lambda s: s[0] != 1, lambda s: (jnp.where(s[0] % 2 == 0, s[0] // 2, 3 * s[0] + 1), s[1] + 1), (n, 0))[1]), i(8, low=1, high=40))
case("newton", lambda a: lax.while_loop(lambda s: jnp.abs(s * s - a) > 1e-4, lambda s: 0.5 * (s + a / s), a), positive(), loose=50)
with_gradients("cond", lambda x: lax.cond(x.sum() > 0, jnp.sin, jnp.cos, x), f(4), loose=4)
with_gradients("cond.operands", lambda x, y: lax.cond(x[0] > y[0], lambda a, c: a * c, lambda a, c: a - c, x, y), f(4), f(4), argnums=(0, 1), loose=4)
case("cond.vmap", jax.vmap(lambda x, y: lax.cond(x > 0, lambda v: v * 2, lambda v: v - 1, y)), f(6), f(6))
case("cond.vmap.shared", lambda p, x: jax.vmap(lambda v: lax.cond(p, jnp.sin, jnp.cos, v))(x), b(), f(6), loose=4)
case("cond.nested", lambda x: lax.cond(x[0] > 0, lambda v: lax.cond(v[1] > 0, lambda u: u + 1, lambda u: u * 2, v), lambda v: -v, x), f(4))
with_gradients("switch", lambda x, k: lax.switch(k, [jnp.sin, jnp.cos, lambda v: v * v], x), f(4), i(low=-1, high=4), loose=4)
case("switch.vmap", lambda k, x: jax.vmap(lambda j, v: lax.switch(j, [jnp.sin, jnp.cos, lambda u: u * u], v))(k, x), i(7, low=-1, high=5), f(7), loose=4)
case("switch.loop", lambda x: lax.fori_loop(0, 6, lambda k, v: lax.switch(k % 3, [lambda u: u + 1, lambda u: u * 2, jnp.negative], v), x), f(4))
with_gradients("scan", lambda x: lax.scan(lambda c, v: (c * 0.5 + v, c * v), 0.3, x), f(9), loose=10)
with_gradients("scan.reverse", lambda x: lax.scan(lambda c, v: (c * 0.5 + v, c * v), 0.3, x, reverse=True), f(9), loose=10)
with_gradients("scan.unroll", lambda x: lax.scan(lambda c, v: (jnp.sin(c) + v, c), 0.3, x, unroll=3), f(9), loose=10)
with_gradients("scan.matrix", lambda w, x: lax.scan(lambda h, v: ((n := jnp.tanh(h @ w + v)), n), jnp.zeros((2, 4)), x), f(4, 4), f(5, 2, 4), argnums=(0, 1), loose=20)
case("scan.length", lambda x: lax.scan(lambda c, _: (c * 1.1, c.sum()), x, None, length=5), f(3), loose=10)
with_gradients("scan.beside_ones", lambda x: lax.scan(lambda c, _: ((c[0] * 1.1, c[1] * 1.1), None), (x, jnp.ones(4)), None, length=7)[0], f(4), loose=10)
with_gradients("scan.affine", lambda x: lax.scan(lambda c, _: (c * 1.1 + 0.1, None), x, None, length=7)[0], f(4), loose=10)
case("scan.affine.hvp", lambda x: jax.jvp(jax.grad(lambda v: jnp.sin(lax.scan(lambda c, _: (c * 1.1 + 0.1, None), v, None, length=7)[0]).sum()), (x,), (jnp.ones(4),))[1], f(4), loose=40)
case("scan.no_carry", lambda x: lax.scan(lambda c, v: (c, v * 2), (), x), f(4))
case("scan.tree", lambda x, y: lax.scan(lambda c, v: ({"a": c["a"] + v[0], "b": c["b"] * v[1]}, (v[0] * 2, c)), {"a": 0.0, "b": 1.0}, (x, y)), f(4), f(4), loose=10)
case("scan.vmap", lambda x: jax.vmap(lambda v: lax.scan(lambda c, u: (c + u, c), 0.0, v))(x), f(3, 5), loose=10)
case("scan.nested", lambda x: lax.scan(lambda c, r: lax.scan(lambda d, v: (d + v, d * v), c, r), 0.0, x), f(3, 4), loose=10)
case("scan.cond", lambda x: lax.scan(lambda c, v: (lax.cond(v > 0, lambda: c + v, lambda: c - 1.0), c), 0.0, x), f(7), loose=10)
case("scan.while", lambda x: lax.scan(lambda c, v: (c, lax.while_loop(lambda u: u < 5, lambda u: u * 1.5, v)), 0, x), positive(5), loose=10)
case("scan.grad.vmap", lambda x: jax.vmap(jax.grad(lambda v: lax.scan(lambda c, u: (jnp.tanh(c * u), c), 0.5, v)[0]))(x), f(3, 6), loose=20)
case("scan.hessian", jax.hessian(lambda x: lax.scan(lambda c, u: (jnp.sin(c * u), None), x[0], x)[0]), f(4), loose=40)
case("scan.jvp.grad", lambda x: jax.jvp(jax.grad(lambda v: lax.scan(lambda c, u: (jnp.sin(c * u), None), 0.4, v)[0]), (x,), (x,)), f(5), loose=40)
with_gradients("scan.checkpoint", lambda x: lax.scan(jax.checkpoint(lambda c, v: (jnp.sin(c) * v, c)), 0.3, x), f(9), loose=10)
case("map", lambda x: lax.map(lambda v: v @ v, x), f(4, 3), loose=4)
case("map.batched", lambda x: lax.map(lambda v: v * 2, x, batch_size=3), f(7, 2))
case("vmap.out_axes", jax.vmap(lambda x, y: (x * y, x + y), in_axes=(0, 1), out_axes=(1, 0)), f(3, 4), f(4, 3))
case("vmap.named", jax.vmap(lambda x: (x / lax.psum(x, "i"), lax.pmean(x, "i"), lax.pmax(x, "i"), lax.axis_index("i")), axis_name="i"), positive(5), loose=4)
case("vmap.all_gather", jax.vmap(lambda x: lax.all_gather(x, "i") * x, axis_name="i"), f(4))
case("vmap.ppermute", jax.vmap(lambda x: lax.ppermute(x, "i", [(0, 1), (1, 2), (2, 0)]), axis_name="i"), f(3))
case("jit.nested", lambda x: jax.jit(lambda v: jax.jit(jnp.sin)(v) * 2)(x) + jax.jit(jnp.sin)(x), f(3), loose=4)
case("custom_jvp", lambda x: jax.grad(_softplus)(x), f(), loose=4)
case("custom_vjp", lambda x: jax.grad(lambda v: _clipped(v).sum())(x), f(4), loose=4)
case("checkpoint", jax.grad(lambda x: jax.checkpoint(lambda v: jnp.sin(jnp.sin(v)))(x).sum()), f(4), loose=10)
case("ode.rk4", lambda y: lax.scan(lambda s, _: (_rk4(s), s), y, None, length=20), f(2), loose=50)
case("power.iteration", lambda a: lax.fori_loop(0, 20, lambda k, v: (a @ v) / jnp.linalg.norm(a @ v), jnp.ones(4)), positive(4, 4), loose=50)
case("bisection", lambda a: lax.fori_loop(0, 30, lambda k, s: lax.cond((m := 0.5 * (s[0] + s[1])) ** 3 > a, lambda: (s[0], m), lambda: (m, s[1])), (0.0, 4.0)), positive(), loose=50)


@jax.custom_jvp
def _softplus(x):
    return jnp.log1p(jnp.exp(x))


_softplus.defjvp(lambda p, t: (_softplus(p[0]), jax.nn.sigmoid(p[0]) * t[0]))


@jax.custom_vjp
def _clipped(x):
    return x * 3


_clipped.defvjp(lambda x: (_clipped(x), None), lambda _, g: (jnp.clip(g, -1, 1),))


def _rk4(y, h=0.05):
    def slope(v):
        return jnp.stack([v[1], -jnp.sin(v[0])])
    a = slope(y)
    p = slope(y + h / 2 * a)
    q = slope(y + h / 2 * p)
    return y + h / 6 * (a + 2 * p + 2 * q + slope(y + h * q))
