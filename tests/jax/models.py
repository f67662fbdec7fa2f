"""Small models: forward, loss and gradients."""
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from cases import b, case, f, i, key, with_gradients


def cross_entropy(z, y):
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], 1))


def mlp(p, x):
    for w, c in zip(p[:-2:2], p[1:-2:2]):
        x = jax.nn.relu(x @ w + c)
    return x @ p[-2] + p[-1]


def norm(x, g, c):
    m = x.mean(-1, keepdims=True)
    return (x - m) / jnp.sqrt(((x - m) ** 2).mean(-1, keepdims=True) + 1e-5) * g + c


def attention(x, q, k, v, heads=2):
    n, t, e = x.shape
    split = lambda w: (x @ w).reshape(n, t, heads, -1).transpose(0, 2, 1, 3)
    a = split(q) @ split(k).transpose(0, 1, 3, 2) / np.sqrt(e // heads)
    a = jax.nn.softmax(jnp.where(jnp.tril(jnp.ones((t, t), bool)), a, -1e9), -1)
    return (a @ split(v)).transpose(0, 2, 1, 3).reshape(n, t, e)


def batch_norm(x, g, c):
    return (x - x.mean((0, 1, 2))) * lax.rsqrt(x.var((0, 1, 2)) + 1e-5) * g + c


def conv(x, w, s=1):
    return lax.conv_general_dilated(x, w, (s, s), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))


def cnn(w1, g, c, w2, d, x):
    x = jax.nn.relu(batch_norm(conv(x, w1, 2), g, c))
    x = jax.nn.relu(conv(x, w2))
    x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    return x.reshape(x.shape[0], -1) @ d


def lstm(w, u, h0, x):
    def cell(s, v):
        h, c = s
        p, q, r, t = jnp.split(v @ w + h @ u, 4, -1)
        c = jax.nn.sigmoid(q) * c + jax.nn.sigmoid(p) * jnp.tanh(r)
        h = jax.nn.sigmoid(t) * jnp.tanh(c)
        return (h, c), h
    return lax.scan(cell, (h0, h0), x)[1]


def gru(w, u, h0, x):
    def cell(h, v):
        z = jax.nn.sigmoid(v @ w[0] + h @ u[0])
        r = jax.nn.sigmoid(v @ w[1] + h @ u[1])
        h = (1 - z) * h + z * jnp.tanh(v @ w[2] + (r * h) @ u[2])
        return h, h
    return lax.scan(cell, h0, x)[1]


weights = [f(12, 9), f(9), f(9, 8), f(8), f(8, 5), f(5)]
with_gradients("model.mlp", lambda *a: cross_entropy(mlp(a[:-2], a[-2]), a[-1]), *weights, f(7, 12), i(7, low=0, high=5), argnums=tuple(range(6)), loose=40)
case("model.mlp.per_example", lambda *a: jax.vmap(jax.grad(lambda p, x, y: cross_entropy(mlp(p, x[None]), y[None])), (None, 0, 0))(a[:-2], a[-2], a[-1]), *weights, f(7, 12), i(7, low=0, high=5), loose=40)
with_gradients("model.norm", lambda x, g, c: norm(x, g, c), f(4, 6, 8), f(8), f(8), argnums=(0, 1, 2), loose=40)
with_gradients("model.rms_norm", lambda x, g: x * lax.rsqrt((x * x).mean(-1, keepdims=True) + 1e-6) * g, f(4, 8), f(8), argnums=(0, 1), loose=40)
with_gradients("model.attention", attention, f(2, 5, 8), f(8, 8), f(8, 8), f(8, 8), argnums=(0, 1, 2, 3), loose=60)
with_gradients("model.batch_norm", batch_norm, f(3, 4, 4, 5), f(5), f(5), argnums=(0, 1, 2), loose=60)
with_gradients("model.cnn", cnn, f(3, 3, 1, 4), f(4), f(4), f(3, 3, 4, 6), f(24, 5), f(3, 8, 8, 1), argnums=(0, 1, 2, 3, 4), loose=100)
with_gradients("model.lstm", lstm, f(3, 16), f(4, 16), f(2, 4), f(6, 2, 3), argnums=(0, 1), loose=60)
with_gradients("model.gru", gru, f(3, 3, 4), f(3, 4, 4), f(2, 4), f(6, 2, 3), argnums=(0, 1), loose=60)
with_gradients("model.embedding", lambda e, k: jnp.tanh(e[k]).sum(1), f(11, 4), i(3, 5, low=0, high=11), loose=20)
with_gradients("model.gpt", lambda e, q, k, v, a, o, t: cross_entropy((jax.nn.gelu(norm(e[t] + attention(e[t], q, k, v), 1.0, 0.0) @ a) @ o).reshape(-1, 11), t.reshape(-1)),
               f(11, 8), f(8, 8), f(8, 8), f(8, 8), f(8, 16), f(16, 11), i(2, 5, low=0, high=11), argnums=tuple(range(6)), loose=100)
with_gradients("model.residual", lambda w, x: lax.fori_loop(0, 4, lambda k, h: h + jnp.tanh(h @ w), x), f(5, 5), f(3, 5), argnums=(0, 1), loose=60)
with_gradients("model.vae", lambda w, u, x, k: jnp.mean((jax.nn.sigmoid((m := x @ w)[:, :3] + jnp.exp(0.5 * m[:, 3:]) * jax.random.normal(k, (4, 3))) @ u - x) ** 2) - 0.5 * jnp.mean(1 + m[:, 3:] - m[:, :3] ** 2 - jnp.exp(m[:, 3:])),
               f(7, 6, low=-0.5, high=0.5), f(3, 7), f(4, 7), key(4), argnums=(0, 1), loose=60)
with_gradients("model.dropout", lambda x, k: jnp.where(jax.random.bernoulli(k, 0.8, x.shape), x / 0.8, 0), f(5, 6), key(3), loose=4)
with_gradients("model.contrastive", lambda x, y: -jnp.mean(jnp.diag(jax.nn.log_softmax((x / jnp.linalg.norm(x, axis=1, keepdims=True)) @ (y / jnp.linalg.norm(y, axis=1, keepdims=True)).T * 5))), f(5, 8), f(5, 8), argnums=(0, 1), loose=60)
with_gradients("model.kmeans", lambda c, x: jnp.mean(jnp.min(((x[:, None] - c[None]) ** 2).sum(-1), 1)), f(3, 2), f(20, 2), loose=20)
with_gradients("model.gaussian_process", lambda s, x, y: (lambda k: 0.5 * y @ jax.scipy.linalg.cho_solve((jnp.linalg.cholesky(k), True), y))(jnp.exp(-((x[:, None] - x[None]) ** 2) / s**2) + 0.5 * jnp.eye(6)), lambda: np.float32(1.3), f(6), f(6), loose=300)
with_gradients("model.huber", lambda p, y: jnp.mean(jnp.where(jnp.abs(p - y) < 1, 0.5 * (p - y) ** 2, jnp.abs(p - y) - 0.5)), f(9), f(9), loose=20)
with_gradients("model.focal", lambda z, y: jnp.mean(-((1 - jax.nn.sigmoid(z)) ** 2) * y * jax.nn.log_sigmoid(z)), f(9), lambda: np.float32([0, 1, 1, 0, 1, 0, 0, 1, 1]), loose=20)
with_gradients("model.rope", lambda x: jnp.concatenate([x[..., :4] * jnp.cos(jnp.arange(5.0))[:, None] - x[..., 4:] * jnp.sin(jnp.arange(5.0))[:, None], x[..., 4:]], -1), f(2, 5, 8), loose=20)
with_gradients("model.moe", lambda x, g, w: jnp.einsum("bk,bkd->bd", (t := lax.top_k(jax.nn.softmax(x @ g), 2))[0], jnp.einsum("bi,bkid->bkd", x, w[t[1]])), f(6, 4), f(4, 3), f(3, 4, 5), argnums=(0, 1, 2), loose=60)
with_gradients("model.ctc", lambda z: jnp.sum(lax.scan(lambda a, v: (jnp.logaddexp(a, jnp.roll(a, 1)) + v, None), jnp.zeros(4), jax.nn.log_softmax(z))[0]), f(6, 4), loose=60)
with_gradients("model.diffusion", lambda w, x, t: jnp.mean((jnp.sin(t[:, None] * jnp.arange(4.0)) @ w - x) ** 2), f(4, 3), f(5, 3), f(5), loose=40)
