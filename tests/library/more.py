"""Expectations of tests/library_more.c."""
import jax
import jax.scipy.special as jsp
from jax import grad

from expected import *

inf = float("inf")
v, m, c = data(f32, 2, 7), data(f32, 1, 3, 4), cplx(f32, 1, 2, 3)
stack = data(f32, 1, 2, 3, 2)
ORDERS = {"1": 1, "2": 2, "inf": inf, "-inf": -inf, "0": 0, "3": 3, "half": .5, "-1": -1}
for name, o in ORDERS.items():
    case("norm_v_" + name, jnp.linalg.norm(v, o))
    case("norm_axis_" + name, jnp.linalg.norm(m, o, axis=1, keepdims=True))
    case("norm_c_" + name, jnp.linalg.norm(c, o, axis=0))
for name, o in {"fro": "fro", "nuc": "nuc", "1": 1, "-1": -1, "2": 2, "-2": -2, "inf": inf, "-inf": -inf}.items():
    case("norm_m_" + name, jnp.linalg.norm(m, o))
    case("norm_axes_" + name, jnp.linalg.norm(stack, o, axis=(2, 0)))
    case("norm_keep_" + name, jnp.linalg.norm(stack, o, axis=(0, -1), keepdims=True))
    case("norm_cm_" + name, jnp.linalg.norm(c, o))
case("norm_c", jnp.linalg.norm(c))
case("norm_i32", jnp.linalg.norm(data(i32, 1, 5), 1).astype(f32))
for name, o in {"1": 1, "3": 3, "inf": inf}.items():
    case("norm_grad_" + name, grad(lambda x: jnp.linalg.norm(x, o))(v))
case("norm_grad_nuc", grad(lambda x: jnp.linalg.norm(x, "nuc"))(m))

for d in (f32, i32, f64, u8):
    x = data(d, 1, 4, 5) % (7 if np.dtype(d).kind in "iu" else 2)
    n = NAMES[np.dtype(d).name]
    for name, size, fill in (("exact", 7, None), ("more", 12, None), ("few", 3, None), ("filled", 12, 1)):
        r = jnp.unique(x, size=size, fill_value=fill, return_index=True, return_inverse=True, return_counts=True)
        case(f"unique_{n}_{name}", r[0])
        for part, y in zip(("index", "inverse", "counts"), r[1:]):
            case(f"unique_{n}_{name}_{part}", y, i32)
holes = jnp.array([2, jnp.nan, -1, jnp.nan, 2, 0], f32)
r = jnp.unique(holes, size=5, return_counts=True)
case("unique_nan", r[0])
case("unique_nan_counts", r[1], i32)
case("unique_empty", jnp.unique(jnp.zeros(0, f32), size=2, fill_value=4))
case("unique_bool", jnp.unique(data(bool, 1, 9), size=3, fill_value=True))
a, b = data(i32, 1, 9) % 6, data(i32, 4, 2, 4) % 5
for name, f in {"union1d": jnp.union1d, "intersect1d": jnp.intersect1d, "setdiff1d": jnp.setdiff1d,
                "setxor1d": jnp.setxor1d}.items():
    case(name, f(a, b, size=12, fill_value=-9))
    case(name + "_few", f(a, b, size=2, fill_value=-9))
case("setdiff1d_zero", jnp.setdiff1d(a, b, size=9))
case("union1d_least", jnp.union1d(a, b, size=14))
case("intersect1d_mixed", jnp.intersect1d(a.astype(f32), b, size=3, fill_value=.5).astype(f32))
case("isin", jnp.isin(m, jnp.array([.5, -1.25, 3, 0], f32)))
case("isin_invert", jnp.isin(a, b, invert=True))
case("isin_empty", jnp.isin(a, jnp.zeros(0, i32)))

for d in (f32, f64, f16, bf16):
    x = jnp.array([0, -0., 1, -1.5, 3e-3, 1e4, jnp.inf, -jnp.inf, jnp.nan, 6e-8], d)
    n = NAMES[np.dtype(d).name]
    r = jnp.frexp(x)
    case(f"frexp_{n}", r[0])
    case(f"frexp_{n}_exponent", r[1], i32)
    case(f"modf_{n}", jnp.modf(x[:6])[0])
    case(f"modf_{n}_whole", jnp.modf(x[:6])[1])
    case(f"ldexp_{n}", np.ldexp(np.asarray(x).astype(f64), np.array([1, 2, -3, 5, 7, -12, 3, 1, 2, 2])).astype(d))
tiny = np.array([5e-324, 2.5e-310, 1.7e308, 3, -1, 1.3], f64)
es = np.array([1074, 2000, -2100, -1075, 1023, -1074])
case("ldexp_far", jnp.asarray(np.ldexp(tiny, es)))
case("frexp_far", jnp.asarray(np.frexp(tiny)[0]))
case("frexp_far_exponent", jnp.asarray(np.frexp(tiny)[1].astype(i32)))
case("ldexp_grad", grad(lambda x: jnp.sum(jnp.ldexp(x, jnp.array([1, -2, 3]))))(v[:3]))

for d in (f32, f64):
    n = NAMES[np.dtype(d).name]
    p = jnp.array([0, 1e-30, 1e-9, 1e-3, .1, .13, .14, .25, .5, .75, .87, .99, .99999, 1, -1, 2], d)
    x = jnp.array([-1e5, -300, -37, -20.5, -20, -10.5, -10, -5, -1, 0, .5, 3, 5.5, 7.9, 9, 30, jnp.nan], d)
    case(f"ndtri_{n}", jsp.ndtri(p))
    case(f"log_ndtr_{n}", jsp.log_ndtr(x, series_order=9))
    case(f"log_ndtr_{n}_grad", grad(lambda x: jnp.sum(jsp.log_ndtr(x, series_order=9)))(x[3:12]))
    case(f"ndtri_{n}_grad", grad(lambda x: jnp.sum(jsp.ndtri(x)))(p[1:12]))
write(__file__)
