"""The list of programs: functions of JAX with inputs, which the files of this folder fill."""
import os
import zlib

import jax
import ml_dtypes
import numpy as np

SEED = int(os.environ.get("TEST_SEED") or "0", 0)
HALF = {"bf16": ml_dtypes.bfloat16, "f16": np.float16}


class Case:
    """A function and its inputs; `wide` lowers with JAX's 64-bit types on; `loose` multiplies the tolerance; `ulps`, if it is
    not 0, is the most units in the last place that results differ by instead, those of `size` where results are smaller."""

    def __init__(self, name, function, inputs, wide, loose, ulps, size):
        self.name, self.function, self.inputs = name, function, inputs
        self.wide, self.loose, self.ulps, self.size = wide, loose, ulps, size


cases = {}
_random = np.random.default_rng()


def case(name, function, *inputs, wide=False, loose=1, ulps=0, size=0):
    """Adds a program. Inputs are arrays, or functions without arguments that draw one."""
    global _random
    assert name not in cases, name
    _random = np.random.default_rng([SEED, zlib.crc32(name.encode())])
    cases[name] = Case(name, function, [x() if callable(x) else np.asarray(x) for x in inputs], wide, loose, ulps, size)


def f(*shape, dtype=np.float32, low=-2.0, high=2.0):
    """Floats between low and high."""
    return lambda: _random.uniform(low, high, shape).astype(dtype)


def d(*shape, **options):
    return f(*shape, dtype=np.float64, **options)


def positive(*shape, dtype=np.float32):
    return f(*shape, dtype=dtype, low=0.1, high=3.0)


def i(*shape, low=-9, high=10, dtype=np.int32):
    return lambda: _random.integers(low, high, shape).astype(dtype)


def b(*shape):
    return lambda: _random.random(shape) < 0.5


def c(*shape, dtype=np.complex64):
    return lambda: (_random.normal(size=shape) + 1j * _random.normal(size=shape)).astype(dtype)


def any_of(dtype, *shape, low=-9, high=9):
    """Numbers of any dtype."""
    kind = np.dtype(dtype).kind
    if kind == "b":
        return b(*shape)
    if kind == "c":
        return lambda: (_random.uniform(low, high, shape) + 1j * _random.uniform(low, high, shape)).astype(dtype)
    if kind in "iu":
        return i(*shape, low=max(low, 0) if kind == "u" else low, high=high + 1, dtype=dtype)
    return f(*shape, dtype=dtype, low=low, high=high)


def permutation(n):
    return lambda: _random.permutation(n).astype(np.int32)


def distinct(dtype, rows, n):
    """Rows of quarters, none twice."""
    return lambda: (np.stack([_random.permutation(n) for _ in range(rows)]) / 4).astype(dtype)


def key(n=0):
    return np.array([n, n * 7 + 42], np.uint32)


def with_gradients(name, function, *inputs, argnums=0, **options):
    """The function, the gradient of a sum of its result, and its jvp along ones."""
    import jax.numpy as jnp

    def scalar(*a):
        return sum(jnp.sum(jnp.real(leaf)) if k == 0 else jnp.sum(jnp.sin(jnp.real(leaf)))
                   for k, leaf in enumerate(jax.tree_util.tree_leaves(function(*a))))

    case(name, function, *inputs, **options)
    case(name + ".grad", jax.grad(scalar, argnums), *inputs, **options)


def with_batches(name, function, *inputs, batch=3, **options):
    """The function under vmap, all inputs stacked."""
    case(name + ".vmap", jax.vmap(function), *[_stacked(x, batch) for x in inputs], **options)


def _stacked(x, batch):
    return lambda: np.stack([x() if callable(x) else np.asarray(x) for _ in range(batch)])
