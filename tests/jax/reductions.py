"""Reductions of numpy and lax, and contractions."""
import jax.numpy as jnp
import numpy as np
from jax import lax
from cases import b, case, d, f, i, positive, with_gradients

for name in ["sum", "prod", "max", "min", "mean", "var", "std", "median", "ptp"]:
    function = getattr(jnp, name)
    with_gradients(f"np.{name}.all", function, f(5, 4), loose=6)
    with_gradients(f"np.{name}.axis", lambda x, g=function: g(x, axis=1, keepdims=True), f(3, 5, 4), loose=6)
for name in ["sum", "prod", "max", "min", "argmax", "argmin", "any", "all", "count_nonzero"]:
    case(f"np.{name}.int", lambda x, g=getattr(jnp, name): g(x, axis=0), i(6, 4, low=-2, high=3))
for name in ["nansum", "nanmax", "nanmean", "nanargmax", "nanvar", "nanmedian"]:
    case(f"np.{name}", lambda x, g=getattr(jnp, name): g(jnp.where(x > 1, jnp.nan, x), axis=0), f(7, 4), loose=6)
for name in ["argmax", "argmin"]:
    for axis in (0, 1, None):
        case(f"np.{name}.{axis}", lambda x, g=getattr(jnp, name), a=axis: g(x, axis=a), f(6, 7))
    case(f"np.{name}.ties", lambda x, g=getattr(jnp, name): g(jnp.round(x), axis=1), f(6, 17))
    case(f"np.{name}.nan", lambda x, g=getattr(jnp, name): g(jnp.log(x), axis=1), f(6, 9))
case("np.any", lambda x: (jnp.any(x, 0), jnp.all(x, 1), jnp.any(x)), b(4, 5))
case("np.average", lambda x, w: jnp.average(x, axis=1, weights=w), f(4, 5), positive(5), loose=3)
case("np.sum.dtype", lambda x: (jnp.sum(x.astype(jnp.int8)), jnp.sum(x > 0), jnp.mean(x), jnp.prod(x[:2].astype(jnp.uint8))), i(9))
case("np.sum.where", lambda x, m: jnp.sum(x, where=m, initial=2.0, axis=0), f(6, 3), b(6, 3))
case("np.max.where", lambda x, m: jnp.max(x, where=m, initial=-5.0), f(6, 3), b(6, 3))
case("np.sum.large", lambda x: (x.sum(), x.sum(0), x.sum(1)), f(700, 333), loose=20)
case("np.bincount", lambda x: jnp.bincount(x, length=10), i(40, low=0, high=10))
case("np.histogram", lambda x: jnp.histogram(x, bins=8, range=(-2, 2)), f(60))
case("np.quantile", lambda x: jnp.quantile(x, jnp.array([0.25, 0.6]), axis=0), f(11, 3), loose=4)
case("np.percentile.nearest", lambda x: jnp.percentile(x, 40, method="nearest"), f(12))
case("np.corrcoef", jnp.corrcoef, f(3, 30), loose=10)
case("np.cov", jnp.cov, f(3, 30), loose=10)
case("np.allclose", jnp.allclose, f(4), f(4))
case("np.array_equal", jnp.array_equal, i(4), i(4))

case("lax.reduce.custom", lambda x: lax.reduce(x, np.float32(1), lambda p, q: p * q + 0 * p, (0,)), f(5, 4))
case("lax.reduce.two", lambda x, y: lax.reduce((x, y), (np.float32(-np.inf), np.int32(0)),
                                               lambda p, q: (jnp.maximum(p[0], q[0]), jnp.where(p[0] >= q[0], p[1], q[1])), (1,)), f(5, 9), i(5, 9))
case("lax.reduce.xor", lambda x: lax.reduce(x, np.int32(0), lax.bitwise_xor, (0,)), i(7, 3))
case("lax.reduce.minmax", lambda x: lax.reduce((x, x), (np.float32(np.inf), np.float32(-np.inf)),
                                               lambda p, q: (jnp.minimum(p[0], q[0]), jnp.maximum(p[1], q[1])), (0, 1)), f(5, 9))
case("lax.reduce_and", lambda x: (lax.reduce_and_p.bind(x, axes=(0,)), lax.reduce_or_p.bind(x, axes=(1,))), b(3, 4))

with_gradients("np.matmul", jnp.matmul, f(5, 7), f(7, 3), argnums=(0, 1), loose=3)
with_gradients("np.matmul.batch", jnp.matmul, f(2, 5, 7), f(2, 7, 3), argnums=(0, 1), loose=3)
case("np.matmul.broadcast", jnp.matmul, f(4, 1, 5, 7), f(3, 7, 2), loose=3)
case("np.matmul.vector", lambda x, v: (x @ v, v @ x.T), f(5, 7), f(7), loose=3)
case("np.dot.int", jnp.dot, i(4, 5), i(5, 3))
case("np.dot.large", jnp.dot, f(130, 257), f(257, 65), loose=20)
case("np.dot.f64", jnp.dot, d(13, 25), d(25, 6), wide=True, loose=3)
case("np.vdot", jnp.vdot, f(9), f(9), loose=3)
case("np.inner", jnp.inner, f(3, 4), f(5, 4), loose=3)
case("np.outer", jnp.outer, f(3), f(5))
case("np.kron", jnp.kron, f(2, 3), f(3, 2))
case("np.cross", jnp.cross, f(4, 3), f(4, 3), loose=3)
case("np.tensordot", lambda x, y: jnp.tensordot(x, y, axes=((0, 2), (1, 0))), f(3, 4, 5), f(5, 3, 2), loose=3)
case("np.trace", jnp.trace, f(5, 4))
for k, (spec, shapes) in enumerate([("ij,jk->ik", [(3, 4), (4, 5)]), ("bij,bkj->bik", [(2, 3, 4), (2, 5, 4)]), ("ii->i", [(4, 4)]), ("ii", [(4, 4)]),
                                    ("ij->ji", [(3, 4)]), ("i,i", [(5,), (5,)]), ("ijk,k->ij", [(2, 3, 4), (4,)]), ("bhqd,bhkd->bhqk", [(2, 2, 3, 4), (2, 2, 5, 4)]),
                                    ("ij,jk,kl->il", [(2, 3), (3, 4), (4, 2)]), ("...i,...i->...", [(2, 3, 4), (3, 4)]), ("ab,cd->bdac", [(2, 3), (3, 2)])]):
    with_gradients(f"np.einsum.{k}", lambda *x, s=spec: jnp.einsum(s, *x), *[f(*s) for s in shapes], loose=4)
case("lax.dot_general", lambda x, y: lax.dot_general(x, y, (((1, 3), (2, 0)), ((0,), (1,)))), f(2, 3, 4, 5), f(5, 2, 3, 6), loose=3)
case("lax.dot.preferred", lambda x, y: lax.dot(x, y, preferred_element_type=jnp.int32), i(4, 5, dtype=np.int8), i(5, 3, dtype=np.int8))
case("lax.dot.precision", lambda x, y: lax.dot(x, y, precision=lax.Precision.HIGHEST), f(4, 5), f(5, 3), loose=3)
for name, x, y, to in (("i8.f32", np.int8, np.int8, jnp.float32), ("f32.bf16", np.float32, np.float32, jnp.bfloat16), ("u8.i32", np.uint8, np.uint8, jnp.int32), ("f16.f32", np.float16, np.float16, jnp.float32)):
    case(f"lax.dot.preferred.{name}", lambda p, q, t=to: lax.dot(p, q, preferred_element_type=t), f(4, 5, dtype=x, low=0), f(5, 3, dtype=y, low=0), loose=4)
