"""Indexing: static, dynamic, gathers and scatters with all their modes."""
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from cases import b, case, f, i, permutation, with_batches, with_gradients

static = {"int": lambda x: x[2], "negative": lambda x: x[-1, :, -2], "slices": lambda x: x[1:3, ::2, ::-1], "newaxis": lambda x: x[:, None, 1, ..., None],
          "list": lambda x: x[jnp.array([0, 2, 2])], "two": lambda x: x[jnp.array([0, 2]), jnp.array([1, 1])], "mixed": lambda x: x[jnp.array([0, 2]), :, jnp.array([1, 3])],
          "grid": lambda x: x[jnp.array([[0], [2]]), jnp.array([1, 0])], "ellipsis": lambda x: x[..., jnp.array([3, 0])], "outside": lambda x: x[jnp.array([9, -9])],
          "fill": lambda x: x.at[jnp.array([9, 1, -9])].get(mode="fill", fill_value=-1.0), "clip": lambda x: x.at[jnp.array([9, 1])].get(mode="clip"),
          "promise": lambda x: x.at[jnp.array([0, 1])].get(mode="promise_in_bounds")}
for name, function in static.items():
    with_gradients(f"index.{name}", function, f(4, 3, 5))
case("index.mask", lambda x, m: jnp.where(m[:, None], x, 0), f(4, 3), b(4))
with_gradients("index.traced", lambda x, k: x[k], f(7, 3), i(5, low=-7, high=7))
with_gradients("index.traced.scalar", lambda x, k: x[k, 1], f(7, 3), i(low=-7, high=7))
with_gradients("index.traced.two", lambda x, k, l: x[k, :, l], f(4, 3, 5), i(6, low=0, high=4), i(6, low=0, high=5))
with_batches("index.traced", lambda x, k: x[k], f(7, 3), i(5, low=-7, high=7))

updates = {"set": lambda r, v: r.set(v), "add": lambda r, v: r.add(v), "multiply": lambda r, v: r.multiply(v), "min": lambda r, v: r.min(v), "max": lambda r, v: r.max(v),
           "divide": lambda r, v: r.divide(v), "subtract": lambda r, v: r.subtract(v)}
for name, update in updates.items():
    case(f"at.{name}.repeated", lambda x, k, v, u=update: u(x.at[k], v), f(6, 3), i(1 if name == "set" else 5, low=0, high=6), f(1 if name == "set" else 5, 3, low=0.5))
    case(f"at.{name}.int", lambda x, k, v, u=update: u(x.at[k], v), i(9), permutation(9), i(9, low=1, high=5))
    case(f"at.{name}.slice", lambda x, v, u=update: u(x.at[1:5:2, 1], v), f(6, 3), f(2, low=0.5))
    case(f"at.{name}.columns", lambda x, k, v, u=update: u(x.at[:, k], v), f(4, 6), permutation(6), f(4, 6, low=0.5))
for name in ["set", "add", "multiply", "min", "max"]:
    options = dict(unique_indices=True)
    with_gradients(f"at.{name}.unique", lambda x, v, k, n=name: getattr(x.at[k], n)(v, **options), f(6, 3), f(6, 3, low=0.5), permutation(6), argnums=(0, 1))
with_gradients("at.add.gradient", lambda x, v, k: x.at[k].add(v), f(6, 3), f(8, 3), i(8, low=0, high=6), argnums=(0, 1))
with_gradients("at.set.gradient", lambda x, v: x.at[2].set(v).at[:, 1].set(v[0]), f(6, 3), f(3), argnums=(0, 1))
with_batches("at.add", lambda x, v, k: x.at[k].add(v), f(6, 3), f(8, 3), i(8, low=0, high=6))
with_batches("at.set", lambda x, v, k: x.at[k].set(v), f(6, 3), f(6, 3), permutation(6))
case("at.set.drop", lambda x, v: x.at[jnp.array([7, 1, -8])].set(v, mode="drop"), f(6), f(3))
case("at.set.clip", lambda x, v: x.at[jnp.array([7])].set(v, mode="clip"), f(6), f(1))
case("at.apply", lambda x: x.at[1:3].apply(jnp.sin), f(6), loose=3)
case("at.power", lambda x: x.at[2].power(2.0), f(6), loose=3)
case("at.bool", lambda x: x.at[2].set(True), b(6))

with_gradients("np.take", lambda x, k: jnp.take(x, k, axis=1), f(3, 5), i(2, 4, low=0, high=5))
case("np.take.modes", lambda x, k: (jnp.take(x, k, mode="clip"), jnp.take(x, k, mode="wrap"), jnp.take(x, k, mode="fill")), f(5), i(7, low=-9, high=9))
with_gradients("np.take_along_axis", lambda x, k: jnp.take_along_axis(x, k, axis=1), f(3, 5), i(3, 2, low=0, high=5))
with_batches("np.take_along_axis", lambda x, k: jnp.take_along_axis(x, k, axis=0), f(5, 4), i(2, 4, low=0, high=5))
case("np.put_along_axis", lambda x, k, v: jnp.put_along_axis(x, k, v, axis=1, inplace=False), f(3, 5), lambda: np.array([[0], [2], [4]], np.int32), f(3, 1))
case("np.choose", lambda k, x: jnp.choose(k, [x, x * 2, x * 3], mode="clip"), i(5, low=0, high=3), f(5))
case("np.searchsorted", lambda x, v: (jnp.searchsorted(jnp.sort(x), v), jnp.searchsorted(jnp.sort(x), v, side="right")), f(20), f(7))
case("np.searchsorted.scan", lambda x, v: jnp.searchsorted(jnp.sort(x), v, method="scan"), f(20), f(7))
case("np.searchsorted.sort", lambda x, v: jnp.searchsorted(jnp.sort(x), v, method="sort"), f(20), f(7))
case("np.digitize", lambda x: jnp.digitize(x, jnp.array([-1.0, 0.0, 1.0])), f(9))
case("np.nonzero", lambda x: jnp.nonzero(x, size=6, fill_value=-1), b(9))
case("np.argwhere", lambda x: jnp.argwhere(x, size=5), b(3, 4))
case("np.unique", lambda x: jnp.unique(x, size=12), i(9, low=0, high=5))
case("np.unique.counts", lambda x: jnp.unique(x, size=6, return_counts=True, return_inverse=True), i(9, low=0, high=5))
case("np.isin", jnp.isin, i(9, low=0, high=7), i(3, low=0, high=7))
case("np.compress", lambda m, x: jnp.compress(m, x, axis=0, size=2, fill_value=7), b(3), f(3, 4))
case("np.extract", lambda m, x: jnp.extract(m, x, size=4), b(7), f(7))
case("np.triu_indices", lambda x: x[jnp.triu_indices(4)], f(4, 4))
case("np.ravel_multi_index", lambda x: jnp.unravel_index(x, (3, 4)), i(5, low=0, high=12))
case("segment_sum", lambda x, k: jax.ops.segment_sum(x, k, 4), f(10, 3), i(10, low=0, high=4))
case("segment_max", lambda x, k: jax.ops.segment_max(x, k, 5), f(10), i(10, low=0, high=4))
case("segment_prod", lambda x, k: jax.ops.segment_prod(x, k, 5), f(10), i(10, low=0, high=4))

with_gradients("lax.dynamic_slice", lambda x, k, l: lax.dynamic_slice(x, (k, l), (2, 3)), f(5, 6), i(low=-3, high=9), i(low=-3, high=9))
with_gradients("lax.dynamic_update_slice", lambda x, u, k: lax.dynamic_update_slice(x, u, (k, k)), f(5, 6), f(2, 3), i(low=-3, high=9), argnums=(0, 1))
with_batches("lax.dynamic_slice", lambda x, k: lax.dynamic_slice(x, (k, 0), (2, 3)), f(5, 6), i(low=0, high=4))
with_batches("lax.dynamic_update_slice", lambda x, u, k: lax.dynamic_update_slice(x, u, (k, 1)), f(5, 6), f(2, 3), i(low=0, high=4))
case("lax.dynamic_index", lambda x, k: (lax.dynamic_index_in_dim(x, k, 1), lax.dynamic_update_index_in_dim(x, x[:, 0], k, 1)), f(4, 5), i(low=0, high=5))
case("lax.dynamic_slice.u8", lambda x, k: lax.dynamic_slice(x, (k.astype(jnp.uint8), jnp.uint8(1)), (2, 2)), f(5, 6), i(low=0, high=4))
numbers = lax.GatherDimensionNumbers(offset_dims=(1,), collapsed_slice_dims=(0,), start_index_map=(0, 1))
case("lax.gather", lambda x, k: lax.gather(x, k, numbers, (1, 3), mode="clip"), f(5, 6), i(4, 2, low=-2, high=8))
case("lax.gather.fill", lambda x, k: lax.gather(x, k, numbers, (1, 3), mode="fill", fill_value=9), f(5, 6), i(4, 2, low=-2, high=8))
scatter = lax.ScatterDimensionNumbers(update_window_dims=(1,), inserted_window_dims=(0,), scatter_dims_to_operand_dims=(0, 1))
for name in ["scatter", "scatter_add", "scatter_mul", "scatter_min", "scatter_max", "scatter_sub"]:
    if hasattr(lax, name):
        case(f"lax.{name}", lambda x, k, u, g=getattr(lax, name): g(x, k[:1] if g is lax.scatter else k, u[:1] if g is lax.scatter else u, scatter), f(5, 6), i(4, 2, low=-2, high=8), f(4, 3))
case("lax.scatter_apply", lambda x, k: lax.scatter_apply(x, k, jnp.cos, scatter, update_shape=(4, 3)), f(5, 6), i(4, 2, low=0, high=3), loose=4)
for dtype in [np.int8, np.uint8, np.int16, np.uint16, np.uint32]:
    case(f"at.add.{np.dtype(dtype).name}", lambda x, k, v, t=dtype: x.astype(t).at[k].add(v.astype(t)), i(6), i(4, low=0, high=6), i(4))
    case(f"at.max.{np.dtype(dtype).name}", lambda x, k, v, t=dtype: x.astype(t).at[k].max(v.astype(t)), i(6), i(4, low=0, high=6), i(4))
