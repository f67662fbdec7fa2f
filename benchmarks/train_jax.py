"""The train steps of examples/ in JAX, for comparison: train_jax.py PROGRAM prints one JSON line. Needs `pip install jax`."""
import functools
import json
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
from jax.example_libraries import optimizers, stax

rng = np.random.default_rng(0)


def pixels(*shape):
    return jnp.asarray(rng.integers(0, 256, shape).astype(np.float32))


def classes(n):
    return jnp.asarray(rng.integers(0, 10, n).astype(np.uint8))


# ---- mlp

def mlp_init(key, sizes=(784, 512, 512, 10), scale=1e-2):
    params = []
    for m, n, k in zip(sizes[:-1], sizes[1:], jax.random.split(key, len(sizes))):
        w, b = jax.random.split(k)
        params.append((scale * jax.random.normal(w, (n, m)), scale * jax.random.normal(b, (n,))))
    return params


def mlp_predict(params, image):
    h = image
    for w, b in params[:-1]:
        h = jax.nn.relu(jnp.dot(w, h) + b)
    w, b = params[-1]
    logits = jnp.dot(w, h) + b
    return logits - jax.scipy.special.logsumexp(logits)


def mlp_loss(params, images, targets):
    return -jnp.mean(jax.vmap(mlp_predict, (None, 0))(params, images) * targets)


def mlp():
    images, labels = pixels(128, 784), classes(128)

    @functools.partial(jax.jit, donate_argnums=0)
    def update(params, images, labels):
        loss, grads = jax.value_and_grad(mlp_loss)(params, images, jax.nn.one_hot(labels, 10))
        return jax.tree_util.tree_map(lambda p, g: p - 0.01 * g, params, grads), loss

    return mlp_init(jax.random.key(0)), lambda s: update(s, images, labels)


# ---- cnn

def cnn(height=28, channels=1):
    conv = functools.partial(stax.Conv, padding="SAME")
    init, net = stax.serial(
        conv(32, (5, 5), (2, 2)), stax.BatchNorm(), stax.Relu,
        conv(32, (5, 5), (2, 2)), stax.BatchNorm(), stax.Relu,
        conv(10, (3, 3), (2, 2)), stax.BatchNorm(), stax.Relu,
        conv(10, (3, 3), (2, 2)), stax.Relu,
        stax.Flatten, stax.Dense(10), stax.LogSoftmax)
    x, y = pixels(128, height, 28, channels), jax.nn.one_hot(classes(128), 10)
    opt_init, opt_update, get_params = optimizers.adam(1e-3)

    def loss(params, x, y):
        return -jnp.sum(net(params, x) * y)

    @functools.partial(jax.jit, donate_argnums=0)
    def update(state, x, y):
        value, grads = jax.value_and_grad(loss)(get_params(state), x, y)
        return opt_update(0, grads, state), value

    _, params = init(jax.random.PRNGKey(0), (-1, height, 28, channels))
    return opt_init(params), lambda s: update(s, x, y)


# ---- clip_mlp

def clip_mlp():
    images, labels = pixels(64, 28, 28), classes(64)

    def init(key):
        def linear(key, i, o):
            return jax.random.normal(key, (o, i)) / 28, jnp.zeros(o)
        k = jax.random.split(key, 3)
        return linear(k[0], 784, 512), linear(k[1], 512, 512), linear(k[2], 512, 10)

    def forward(x, params):
        x = x.flatten()
        for w, b in params[:2]:
            x = jax.nn.relu(w @ x + b)
        w, b = params[2]
        return jax.nn.softmax(w @ x + b)

    def loss(params, images, labels):
        preds = jnp.clip(jax.vmap(forward, (0, None))(images, params), 1e-7, 1 - 1e-7)
        losses = jax.vmap(lambda p, t: -jnp.sum(t * jnp.log(p)))(preds, jax.nn.one_hot(labels, 10))
        return jnp.mean(losses / 10)

    @functools.partial(jax.jit, donate_argnums=0)
    def update(state, images, labels):
        params, momenta = state
        value, grads = jax.value_and_grad(loss)(params, images, labels)
        momenta = jax.tree_util.tree_map(lambda m, g: 0.6 * m + g, momenta, grads)
        return (jax.tree_util.tree_map(lambda p, m: p - 1e-2 * m, params, momenta), momenta), value

    params = init(jax.random.key(24))
    zeros = jax.tree_util.tree_map(jnp.zeros_like, params)
    return (params, zeros), lambda s: update(s, images, labels)


# ---- per_example

def per_example(sampled=True):
    images = pixels(60000, 784)
    images = images / jnp.linalg.norm(images, axis=1, keepdims=True)
    labels = jax.nn.one_hot(classes(60000), 10)
    sizes = ((50, 784), (50,), (100, 50), (100,), (10, 100), (10,))

    def predict(p, x):
        for w, b in zip(p[::2], p[1::2]):
            x = jnp.tanh(w @ x + b)
        return jax.nn.softmax(x)

    def loss(p, x, y):
        q = predict(p, x)
        return -jnp.sum(y * jnp.log(q) + (1 - y) * jnp.log(1 - q))

    @functools.partial(jax.jit, donate_argnums=0)
    def update(p, x, y):
        each = jax.vmap(jax.grad(loss), (None, 0, 0))(p, x, y)
        return jax.tree_util.tree_map(lambda p, g: p - 0.5 * jnp.mean(g, axis=0), p, each)

    def step(state):
        key, params = state
        key, use = jax.random.split(key)
        rows = jax.random.choice(use, 60000, (100,), replace=False) if sampled else jnp.arange(100)
        params = update(params, images[rows], labels[rows])
        return (key, params), params[-1]

    keys = jax.random.split(jax.random.key(0), 6)
    params = [jax.random.normal(k, s) for k, s in zip(keys, sizes)]
    return (jax.random.key(1), params), step


def sampling():
    def step(key):
        key, use = jax.random.split(key)
        return key, jax.random.choice(use, 60000, (100,), replace=False)
    return jax.random.key(1), step


# ---- selu of the tour

def selu():
    x = jax.random.normal(jax.random.key(0), (1000000,))
    f = jax.jit(lambda x: 1.05 * jnp.where(x > 0, x, 1.67 * jnp.exp(x) - 1.67))
    return None, lambda s: (None, f(x))


programs = {
    "mlp": mlp,
    "cnn": cnn,
    "cnn --literal": functools.partial(cnn, 1, 28),
    "clip_mlp": clip_mlp,
    "per_example": per_example,
    "sampling": sampling,
    "selu": selu,
}


def main(name, enough=4.0):
    state, step = programs[name]()
    jax.block_until_ready(state)
    t0 = time.perf_counter()
    state, out = step(state)
    jax.block_until_ready(out)
    first_ms = 1e3 * (time.perf_counter() - t0)
    times, start = [], time.perf_counter()
    while len(times) < 330 and (len(times) < 25 or time.perf_counter() - start < enough):
        t0 = time.perf_counter()
        state, out = step(state)
        jax.block_until_ready(out)
        times.append(1e6 * (time.perf_counter() - t0))
    p10, p50, p90 = np.percentile(times[5:], [10, 50, 90])
    print(json.dumps({"program": name, "by": "jax " + jax.__version__,
                      "step_us": {"p10": p10, "p50": p50, "p90": p90}, "compile_ms": first_ms}))


main(sys.argv[1])
