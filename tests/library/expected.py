"""What the cases of tests/library_*.c are compared with: run linalg.py, arrays.py, ... with JAX 0.10.2."""
import os
import sys

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np

jax.config.update("jax_enable_x64", True)
f32, f64, f16, bf16 = np.float32, np.float64, np.float16, ml_dtypes.bfloat16
i8, i16, i32, i64 = np.int8, np.int16, np.int32, np.int64
u8, u16, u32, u64 = np.uint8, np.uint16, np.uint32, np.uint64
NAMES = {"float32": "f32", "float64": "f64", "float16": "f16", "bfloat16": "bf16", "int8": "i8", "int16": "i16",
         "int32": "i32", "int64": "i64", "uint8": "u8", "uint16": "u16", "uint32": "u32", "uint64": "u64",
         "bool": "bool", "complex64": "c64", "complex128": "c128"}
lines = []


def data(dtype, seed, *shape):
    """The same numbers as library_data in tests/library.h."""
    i = np.arange(int(np.prod(shape, dtype=np.int64)), dtype=np.int64)
    k = (i * 7919 + seed * 104729 + i * i * 31) % 61
    kind = np.dtype(dtype).kind
    if kind == "b":
        v = k % 2
    elif kind == "u":
        v = k
    else:
        v = k - 30
        if kind not in "iu":
            v = v / 8
    return jnp.asarray(v.reshape(shape).astype(dtype))


def cplx(dtype, seed, *shape):
    return jax.lax.complex(data(dtype, seed, *shape), data(dtype, seed + 1, *shape))


def number(v):
    if isinstance(v, (bool, np.bool_)):
        return str(int(v))
    if isinstance(v, (int, np.integer)):
        return str(int(v))
    return repr(float(v)) if np.dtype(type(v)) != np.float32 else f"{float(v):.9g}"


def case(name, value, dtype=None):
    """A line; dtype: in place of the value's, where only x64 mode makes JAX's wider than ours."""
    x = np.asarray(value)
    if dtype is not None:
        x = x.astype(dtype)
    kind = NAMES[str(x.dtype)]
    flat = x.reshape(-1)
    if x.dtype.kind == "c":
        flat = np.stack([flat.real, flat.imag], -1).reshape(-1)
    if str(x.dtype) in ("bfloat16", "float16"):
        flat = flat.astype(np.float64)
    shape = ",".join(str(n) for n in x.shape)
    lines.append(f"{name} {kind}[{shape}] " + " ".join(number(v) for v in flat))


def write(path):
    out = os.path.splitext(os.path.abspath(path))[0] + ".txt"
    with open(out, "w", encoding="ascii") as f:
        f.writelines(line.rstrip() + "\n" for line in lines)
    print(f"{out}: {len(lines)} cases", file=sys.stderr)
