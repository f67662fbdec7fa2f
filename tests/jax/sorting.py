"""Sorting, selection and ranks."""
import jax.numpy as jnp
import numpy as np
from jax import lax
from cases import b, case, d, f, i, with_batches, with_gradients

with_gradients("np.sort", jnp.sort, f(9))
with_gradients("np.sort.axis", lambda x: jnp.sort(x, axis=0), f(6, 4))
case("np.sort.descending", lambda x: jnp.sort(x, descending=True), f(4, 9))
case("np.sort.nan", lambda x: jnp.sort(jnp.log(x)), f(12))
case("np.sort.zeros", lambda x: 1 / jnp.sort(jnp.round(x) * 0.0), f(9))
for dtype in [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32]:
    case(f"np.sort.{np.dtype(dtype).name}", jnp.sort, i(3, 20, low=0, high=99, dtype=dtype))
case("np.sort.bool", jnp.sort, b(9))
case("np.sort.f64", jnp.sort, d(30), wide=True)
case("np.sort.i64", jnp.sort, i(30, low=-2**40, high=2**40, dtype=np.int64), wide=True)
case("np.sort.long", jnp.sort, f(3000))
case("np.argsort", jnp.argsort, f(5, 30))
case("np.argsort.ties", lambda x: jnp.argsort(x, axis=0), i(30, 4, low=0, high=4))
case("np.argsort.descending", lambda x: jnp.argsort(x, descending=True, stable=True), i(30, low=0, high=4))
case("np.lexsort", lambda x, y: jnp.lexsort((x, y)), i(20, low=0, high=4), i(20, low=0, high=4))
case("np.partition", lambda x: jnp.partition(x, 3)[3], f(12))
case("np.argpartition", lambda x: x[jnp.argpartition(x, 3)[3]], f(12))
case("np.sort_complex", lambda x: jnp.sort(x + 1j * x[::-1]), i(9, low=0, high=3, dtype=np.float32))
with_batches("np.sort", jnp.sort, f(9))
with_batches("np.argsort", jnp.argsort, f(9))
case("lax.sort.two", lambda x, y: lax.sort((x, y), num_keys=1), i(20, low=0, high=5), f(20))
case("lax.sort.keys", lambda x, y, z: lax.sort((x, y, z), num_keys=2), i(20, low=0, high=5), i(20, low=0, high=3), f(20))
case("lax.sort.dimension", lambda x, y: lax.sort((x, y), dimension=0, num_keys=2), f(7, 4), f(7, 4))
with_gradients("lax.sort.values", lambda x, y: lax.sort((x, y), num_keys=1)[1], f(9), f(9), argnums=(0, 1))
with_gradients("lax.top_k", lambda x: lax.top_k(x, 3), f(4, 9))
case("lax.top_k.int", lambda x: lax.top_k(x, 4), i(4, 9, low=0, high=5))
case("lax.top_k.all", lambda x: lax.top_k(x, 6), f(6))
with_batches("lax.top_k", lambda x: lax.top_k(x, 2), f(4, 9))
case("lax.approx_max_k", lambda x: lax.approx_max_k(x, 3, recall_target=1.0), f(2, 16))
case("ranks", lambda x: jnp.argsort(jnp.argsort(x)), f(12))
case("median.axis", lambda x: jnp.median(x, axis=(0, 2)), f(3, 4, 5), loose=2)
case("sort.approximate", lambda x: lax.approx_max_k(x, 4), f(3, 20))
case("sort.approximate.least", lambda x: lax.approx_min_k(x, 4, reduction_dimension=0), f(20, 2))
