"""The train step of examples/mlp.c in JAX, for comparison: prints one JSON line. Needs `pip install jax`."""
import json
import sys
import time

start = time.perf_counter()
import jax
import jax.numpy as jnp
import numpy as np

SIZES = (784, 512, 512, 10)
BATCH = 128


def init(key):
    keys = jax.random.split(key, len(SIZES))
    params = []
    for m, n, k in zip(SIZES[:-1], SIZES[1:], keys):
        w, b = jax.random.split(k)
        params.append((1e-2 * jax.random.normal(w, (n, m)), 1e-2 * jax.random.normal(b, (n,))))
    return params


def predict(params, image):
    h = image
    for w, b in params[:-1]:
        h = jax.nn.relu(jnp.dot(w, h) + b)
    w, b = params[-1]
    logits = jnp.dot(w, h) + b
    return logits - jax.scipy.special.logsumexp(logits)


def loss(params, images, targets):
    return -jnp.mean(jax.vmap(predict, (None, 0))(params, images) * targets)


def update(params, images, labels):
    grads = jax.grad(loss)(params, images, jax.nn.one_hot(labels, 10))
    return jax.tree_util.tree_map(lambda p, g: p - 0.01 * g, params, grads)


def main(repeats):
    rng = np.random.default_rng(0)
    images = jnp.asarray(rng.integers(0, 256, (BATCH, 784)).astype(np.float32))
    labels = jnp.asarray(rng.integers(0, 10, BATCH).astype(np.uint8))
    params = init(jax.random.key(0))
    t0 = time.perf_counter()
    step = jax.jit(update, donate_argnums=0).lower(params, images, labels).compile()
    compile_ms = 1e3 * (time.perf_counter() - t0)
    params = jax.block_until_ready(step(params, images, labels))
    first_ms = 1e3 * (time.perf_counter() - start)
    for _ in range(50):
        params = step(params, images, labels)
    jax.block_until_ready(params)
    times = []
    for _ in range(repeats):
        t0 = time.perf_counter()
        params = jax.block_until_ready(step(params, images, labels))
        times.append(1e6 * (time.perf_counter() - t0))
    p10, p50, p90 = np.percentile(times, [10, 50, 90])
    print(json.dumps({"program": "jax " + jax.__version__, "step_us": {"p10": p10, "p50": p50, "p90": p90},
                      "compile_ms": compile_ms, "first_step_ms": first_ms}))


main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
