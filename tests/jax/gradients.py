"""Transformations nested in every order."""
import jax
import jax.numpy as jnp
from jax import lax
from cases import case, f, i, positive


def net(w, x):
    return jnp.tanh(x @ w).sum(-1)


case("grad.grad.grad", jax.grad(jax.grad(jax.grad(lambda x: x**5 * jnp.sin(x)))), f(), loose=10)
case("jacfwd", jax.jacfwd(lambda x: jnp.sin(x) * x.sum()), f(4), loose=10)
case("jacrev", jax.jacrev(lambda x: jnp.outer(x, jnp.exp(x))), f(4), loose=10)
case("hessian", jax.hessian(lambda x: jnp.prod(x) + jnp.sum(jnp.exp(x) * x[::-1])), f(4), loose=10)
case("hvp", lambda x, v: jax.jvp(jax.grad(lambda y: jnp.sum(jnp.tanh(y) ** 2 * y)), (x,), (v,))[1], f(5), f(5), loose=10)
case("per_example", lambda w, x: jax.vmap(jax.grad(net), (None, 0))(w, x), f(4, 3), f(6, 4), loose=10)
case("vjp", lambda x, t: jax.vjp(lambda y: jnp.cumsum(jnp.sin(y)), x)[1](t), f(5), f(5), loose=10)
case("linearize", lambda x, t: jax.linearize(lambda y: y * jnp.exp(y), x)[1](t), f(5), f(5), loose=10)
case("linear_transpose", lambda t: jax.linear_transpose(lambda y: jnp.flip(y) * 3 + jnp.cumsum(y), jnp.ones(5))(t), f(5), loose=10)
case("vmap.vmap", jax.vmap(jax.vmap(jnp.dot, (None, 0)), (0, None)), f(3, 5), f(4, 5), loose=4)
case("value_and_grad", jax.value_and_grad(lambda w, x: jnp.mean(net(w, x) ** 2)), f(4, 3), f(6, 4), loose=10)
case("grad.aux", jax.grad(lambda w: (jnp.sum(w**3), w * 2), has_aux=True), f(4))
case("grad.argnums", jax.grad(lambda a, b, c: jnp.sum(a * b + c**2), argnums=(0, 2)), f(3), f(3), f(3))
case("grad.int.input", jax.grad(lambda x, k: jnp.sum(x[k] ** 2)), f(5), i(7, low=0, high=5), loose=4)
case("grad.max.ties", jax.grad(lambda x: jnp.max(jnp.round(x)) + jnp.maximum(x[0], x[0])), f(6))
case("grad.norm", jax.grad(lambda x: jnp.linalg.norm(x)), f(6), loose=4)
case("grad.where.nan", jax.grad(lambda x: jnp.where(x > 0, jnp.log(jnp.where(x > 0, x, 1)), x).sum()), f(6), loose=4)
case("grad.prod.zero", jax.grad(lambda x: jnp.prod(x * jnp.array([1.0, 0.0, 1.0]))), f(3))
case("grad.sort", jax.grad(lambda x: (jnp.sort(x) * jnp.arange(7.0)).sum()), f(7))
case("grad.abs.clip", jax.grad(lambda x: (jnp.abs(x) + jnp.clip(x, -1, 1) + jax.nn.relu(x)).sum()), lambda: __import__("numpy").float32([-2, -1, 0, 0.5, 1, 3]))
case("grad.power", jax.grad(lambda x: (x**2.5 + 2.0**x + x**x).sum()), positive(5), loose=10)
case("grad.var", jax.grad(lambda x: jnp.var(x) + jnp.std(x)), f(8), loose=10)
case("grad.cross_entropy", jax.grad(lambda z, y: -jnp.mean(jax.nn.log_softmax(z)[jnp.arange(5), y])), f(5, 7), i(5, low=0, high=7), loose=10)
case("grad.einsum", jax.grad(lambda a, b: jnp.sum(jnp.einsum("bij,bjk->bik", a, b) ** 2), argnums=(0, 1)), f(2, 3, 4), f(2, 4, 3), loose=20)
case("grad.logsumexp", jax.grad(lambda x: jax.nn.logsumexp(x)), f(8), loose=10)
case("grad.stop", jax.grad(lambda x: (x * lax.stop_gradient(x) ** 2).sum()), f(4))
case("jvp.many", lambda x: jax.jvp(lambda y: (jnp.sin(y), y.sum(), y[1:]), (x,), (x * 2,)), f(4), loose=10)
case("jacobian.vmap", lambda x: jax.vmap(jax.jacrev(lambda v: jnp.tanh(v) * v[0]))(x), f(3, 4), loose=10)
case("hessian.mlp", lambda w, x: jax.hessian(lambda v: jnp.mean(net(v, x) ** 2))(w), f(3, 2), f(4, 3), loose=40)
case("grad.of.vmap.of.grad", jax.grad(lambda w, x: jnp.sum(jax.vmap(jax.grad(net), (None, 0))(w, x) ** 2)), f(4, 3), f(5, 4), loose=40)
case("custom_root", lambda a: jax.grad(lambda b: lax.custom_root(lambda x: x**3 - b, 1.0, lambda g, x: lax.fori_loop(0, 20, lambda k, y: y - g(y) / (3 * y * y), x), lambda g, y: y / g(1.0)))(a), positive(), loose=100)
case("chain.deep", jax.grad(lambda x: sum(jnp.sin(x * k) for k in range(1, 40))), f(), loose=100)
