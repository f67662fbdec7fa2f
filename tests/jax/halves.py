"""bfloat16 and float16."""
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from cases import HALF, b, case, f, i, permutation, with_gradients

for short, dtype in HALF.items():
    def h(*shape, **options):
        return f(*shape, dtype=dtype, **options)

    for name in ["exp", "log1p", "tanh", "sin", "sqrt", "abs", "negative", "sign", "floor", "rint", "cbrt", "arctan", "expm1", "isfinite", "square", "reciprocal"]:
        case(f"{short}.{name}", getattr(jnp, name), h(3, 5, low=0.1))
    for name in ["add", "subtract", "multiply", "divide", "maximum", "power", "less", "arctan2", "remainder", "nextafter"]:
        case(f"{short}.{name}", getattr(jnp, name), h(3, 5, low=0.2), h(5, low=0.3))
    for name in ["sum", "mean", "max", "prod", "var", "argmax", "sort", "argsort", "cumsum", "cumprod"]:
        case(f"{short}.{name}", lambda x, g=getattr(jnp, name): g(x, axis=1), h(3, 9), loose=4)
    case(f"{short}.sum.long", lambda x: x.sum(), h(1000), loose=4)
    with_gradients(f"{short}.matmul", jnp.matmul, h(5, 16), h(16, 3), argnums=(0, 1), loose=4)
    case(f"{short}.dot.f32", lambda x, y: lax.dot(x, y, preferred_element_type=jnp.float32), h(5, 16), h(16, 3), loose=4)
    case(f"{short}.einsum", lambda x, y: jnp.einsum("bij,bkj->bik", x, y), h(2, 3, 8), h(2, 4, 8), loose=4)
    with_gradients(f"{short}.softmax", lambda x: jax.nn.softmax(x, -1), h(3, 8), loose=6)
    with_gradients(f"{short}.layernorm", lambda x: (x - x.mean(-1, keepdims=True)) * lax.rsqrt(x.var(-1, keepdims=True) + jnp.asarray(1e-3, x.dtype)), h(3, 16), loose=30)
    with_gradients(f"{short}.gelu", jax.nn.gelu, h(3, 8), loose=8)
    case(f"{short}.logistic", jax.nn.sigmoid, h(9))
    case(f"{short}.erf", lax.erf, h(9))
    case(f"{short}.convert", lambda x: (x.astype(jnp.float32), x.astype(jnp.int32), (x.astype(jnp.float32) * 3).astype(x.dtype), x.astype(bool)), h(9))
    case(f"{short}.from_int", lambda x, t=dtype: x.astype(t), i(20, low=-70000, high=70000))
    case(f"{short}.bitcast", lambda x: lax.bitcast_convert_type(x, jnp.uint16), h(9))
    case(f"{short}.gather", lambda x, k: x[k], h(6, 3), i(4, low=0, high=6))
    case(f"{short}.at.add", lambda x, k, v: x.at[k].add(v), h(6, 3), permutation(6), h(6, 3))
    case(f"{short}.at.set", lambda x, k, v: x.at[k].set(v), h(6, 3), permutation(6), h(6, 3))
    case(f"{short}.where", lambda m, x: jnp.where(m, x, -x), b(9), h(9))
    case(f"{short}.pad", lambda x: jnp.pad(x, 2, constant_values=1), h(4))
    case(f"{short}.promote", lambda x, y, n: (x + y, x * 2, x + 0.5, x + n), h(4), f(4), i(4))
    with_gradients(f"{short}.conv", lambda x, w: lax.conv_general_dilated(x, w, (1,), "SAME", dimension_numbers=("NWC", "WIO", "NWC")), h(1, 7, 4), h(3, 4, 2), argnums=(0, 1), loose=6)
    case(f"{short}.maxpool", lambda x: lax.reduce_window(x, jnp.asarray(-jnp.inf, x.dtype), lax.max, (2,), (2,), "VALID"), h(8))
    case(f"{short}.scan", lambda x: lax.scan(lambda c, v: (c * jnp.asarray(0.5, c.dtype) + v, c), x[0], x), h(7), loose=3)
    case(f"{short}.clip", lambda x: jnp.clip(x, -1, 1), h(9))
    case(f"{short}.top_k", lambda x: lax.top_k(x, 3), h(12))
    case(f"{short}.specials", lambda x, t=dtype: (x / jnp.asarray(0, t), jnp.exp(x * jnp.asarray(100, t)), jnp.maximum(x, jnp.asarray(jnp.nan, t))), h(6))
case("bf16.mixed_training", lambda w, x: jax.grad(lambda v: jnp.mean((x.astype(jnp.bfloat16) @ v.astype(jnp.bfloat16)).astype(jnp.float32) ** 2))(w), f(8, 4), f(6, 8), loose=2**17)
