"""Cumulative operations, windows and associative scans."""
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from cases import case, d, f, i, positive, with_batches, with_gradients

for name in ["cumsum", "cumprod"]:
    function = getattr(jnp, name)
    with_gradients(f"np.{name}", function, f(11), loose=6)
    with_gradients(f"np.{name}.axis", lambda x, g=function: g(x, axis=1), f(3, 7, 2), loose=6)
    case(f"np.{name}.int", function, i(9, low=-3, high=4))
    case(f"np.{name}.flat", function, f(3, 4), loose=6)
    with_batches(f"np.{name}", function, f(9), loose=6)
case("np.cumsum.long", jnp.cumsum, f(1000), loose=20)
case("np.cumsum.f64", jnp.cumsum, d(50), wide=True, loose=4)
case("np.nancumsum", lambda x: jnp.nancumsum(jnp.where(x > 1, jnp.nan, x)), f(12), loose=4)
for name in ["cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp"]:
    for reverse in (False, True):
        with_gradients(f"lax.{name}.{'reverse' if reverse else 'forward'}", lambda x, g=getattr(lax, name), r=reverse: g(x, axis=0, reverse=r), f(9, 3), loose=8)
case("lax.cummax.int", lambda x: lax.cummax(x, axis=1), i(3, 9))
case("lax.associative_scan", lambda x: lax.associative_scan(jnp.add, x), f(13), loose=4)
with_gradients("lax.associative_scan.linear", lambda a, x: lax.associative_scan(lambda p, q: (p[0] * q[0], q[0] * p[1] + q[1]), (a, x))[1],
               f(12, low=0.2, high=0.9), f(12), argnums=(0, 1), loose=8)
case("lax.associative_scan.matrices", lambda x: lax.associative_scan(jnp.matmul, x), f(6, 2, 2), loose=20)
case("lax.associative_scan.reverse", lambda x: lax.associative_scan(jnp.maximum, x, reverse=True, axis=1), f(3, 8))
case("lax.reduce_window.sum", lambda x: lax.reduce_window(x, 0.0, lax.add, (2, 3), (1, 2), "SAME"), f(6, 7), loose=3)
case("lax.reduce_window.max", lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (1, 3), (1, 1), "VALID", window_dilation=(1, 2)), f(4, 9))
case("lax.reduce_window.base", lambda x: lax.reduce_window(x, 0.0, lax.add, (3,), (1,), ((2, 1),), base_dilation=(2,)), f(6), loose=3)
case("lax.reduce_window.custom", lambda x: lax.reduce_window(x, np.float32(1), lambda p, q: p * q + 0 * q, (2, 2), (2, 2), "VALID"), f(6, 6), loose=3)
case("lax.reduce_window.int", lambda x: lax.reduce_window(x, 99, lax.min, (3,), (2,), "SAME"), i(11))
for name, reducer, start in (("max", lax.max, -jnp.inf), ("sum", lax.add, 0.0)):
    with_gradients(f"pool.{name}", lambda x, r=reducer, s=start: lax.reduce_window(x, s, r, (1, 2, 2, 1), (1, 2, 2, 1), "VALID"), f(2, 6, 6, 3), loose=3)
    with_gradients(f"pool.{name}.overlap", lambda x, r=reducer, s=start: lax.reduce_window(x, s, r, (1, 3, 3, 1), (1, 2, 2, 1), "SAME"), f(2, 7, 7, 3), loose=3)
with_batches("pool.max", lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (2, 2), (2, 2), "VALID"), f(6, 6))
case("np.convolve", lambda x, y: (jnp.convolve(x, y), jnp.convolve(x, y, mode="same"), jnp.correlate(x, y, mode="full")), f(9), f(4), loose=4)
case("np.trapezoid", lambda y, x: jnp.trapezoid(y, jnp.cumsum(x)), f(9), positive(9), loose=6)
case("np.ediff1d", jnp.ediff1d, f(9))
case("polyfit.values", lambda x: jnp.polyval(jnp.polymul(x, x[:2]), 0.5), f(4), loose=6)
case("maximum.accumulate", lambda x: jnp.maximum.accumulate(x), f(9))
case("add.reduceat", lambda x: jnp.add.at(x, jnp.array([0, 0, 2]), 1.0, inplace=False), f(5))
