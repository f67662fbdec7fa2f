"""Every primitive of lax by dtype and by variant: small programs of one primitive each."""
import itertools
import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
from jax import lax
from cases import any_of, b, case, distinct, i

FLOATS = [np.float32, np.float64, np.float16, ml_dtypes.bfloat16]
COMPLEX = [np.complex64, np.complex128]
INTS = [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64]
INEXACT, REAL, NUMBERS = FLOATS + COMPLEX, FLOATS + INTS, FLOATS + COMPLEX + INTS
ALL = NUMBERS + [np.bool_]


# What XLA itself is from the truth, where that is more: mostly near zeros of the function, or where its terms cancel.
XLA = {"lgamma": 20, "digamma": 20, "log1p": 300, "atanh": 300, "erfc": 100, "erf_inv": 40, "bessel_i0e": 20, "bessel_i1e": 20, "log": 200, "tan": 40, "sinh": 10, "cosh": 10, "expm1": 8,
       "logistic": 8, "rsqrt": 8, "tanh": 8, "erf": 5, "asin": 5, "acos": 5, "sin": 5, "cos": 5, "integer_pow": 40, "div": 5, "mul": 5}


# Terms cancel: what rounding makes of their sum is no matter of its own size.
SUMS = {"ulps": 0, "loose": 8}


def primitive(name, function, *inputs, **options):
    """Compared to three units in the last place, as the public test data is; complex ones, whose parts are products of two
    functions, to six."""
    least, size = 3, SIZES.get(name.split(".")[0], 0)
    if name.endswith(("complex64", "complex128")):
        least, size = 6, 1 if name.startswith("sinh") else 0
    case(f"lax.{name}", function, *inputs, wide=True, **{"ulps": max(least, XLA.get(name.split(".")[0], 3)), "size": size, **options})


# Functions with zeros, and what XLA computes as the difference of numbers of this size: where the value is smaller, units are
# those of this size.
SIZES = {"lgamma": 8, "digamma": 8}


def each(name, dtypes, function, *shapes, low=-9, high=9, **options):
    """A program of each dtype; the function gets arrays of these shapes, of that dtype all."""
    for dtype in dtypes:
        primitive(f"{name}.{np.dtype(dtype).name}", function, *[any_of(dtype, *s, low=low, high=high) for s in shapes], **options)


# ---- elementwise
S = (20, 20)
for name in ["neg", "sign"]:
    each(name, NUMBERS, getattr(lax, name), S)
each("abs", INEXACT + INTS[:4], lax.abs, S)
for name in ["cos", "sin", "tan", "tanh", "exp", "exp2", "expm1", "log", "log1p", "sqrt", "rsqrt", "logistic", "asinh", "atan", "square", "asin", "acos", "atanh", "acosh", "cosh", "sinh"]:
    each(name, INEXACT, getattr(lax, name), S)
    each(f"{name}.small", INEXACT, getattr(lax, name), S, low=-1, high=1)
for name in ["cbrt", "ceil", "floor", "is_finite", "erf", "erfc", "bessel_i0e", "bessel_i1e", "lgamma", "digamma"]:
    each(name, FLOATS, getattr(lax, name), S)
each("erf_inv", FLOATS, lax.erf_inv, S, low=-0.99, high=0.99)
for method in lax.RoundingMethod:
    each(f"round.{method.name.lower()}", FLOATS, lambda x, m=method: lax.round(x, m), S)
for name in ["population_count", "clz"]:
    each(name, INTS, getattr(lax, name), (9,), low=-100, high=100)
each("not", INTS + [np.bool_], lax.bitwise_not, S)
for name in ["real", "imag", "conj"]:
    each(name, COMPLEX, getattr(lax, name), (3, 4))
for n in (0, 1, 2, 3, 4, 5, 7, 16, -1, -2, -3):
    each(f"integer_pow.{n}", INEXACT if n < 0 else NUMBERS, lambda x, n=n: lax.integer_pow(x, n), (4, 5))
for e, m in ((5, 10), (8, 7), (5, 2), (4, 3), (2, 0), (8, 23), (3, 30)):
    each(f"reduce_precision.{e}.{m}", FLOATS, lambda x, e=e, m=m: lax.reduce_precision(x, e, m), (40,))
for left, right in ((S, S), ((1, 20), S), (S, (1, 20))):
    kind = "" if left == right else ".left" if left == (1, 20) else ".right"
    for name in ["add", "sub", "mul"]:
        each(name + kind, NUMBERS, getattr(lax, name), left, right)
    for name in ["max", "min"]:
        each(name + kind, ALL, getattr(lax, name), left, right)
    each("div" + kind, NUMBERS, lax.div, left, right)
    each("rem" + kind, REAL, lax.rem, left, right)
    each("pow" + kind, FLOATS, lax.pow, left, right, low=0.1)
    each("atan2" + kind, FLOATS, lax.atan2, left, right)
    each("nextafter" + kind, [np.float32, np.float64], lax.nextafter, left, right)
    for name in ["bitwise_and", "bitwise_or", "bitwise_xor"]:
        each(name + kind, INTS + [np.bool_], getattr(lax, name), left, right)
    for name in ["shift_left", "shift_right_logical", "shift_right_arithmetic"]:
        each(name + kind, INTS, getattr(lax, name), left, right, low=0, high=70)
for name in ["eq", "ne"]:
    each(name, ALL, getattr(lax, name), (3, 4), (3, 4), low=-2, high=2)
for name in ["ge", "gt", "le", "lt"]:
    each(name, REAL + [np.bool_], getattr(lax, name), (3, 4), (3, 4), low=-2, high=2)
each("pow.negative", FLOATS, lax.pow, S, S)
each("pow.complex", COMPLEX, lax.pow, S, S, ulps=300)
for exponent in [np.int32, np.int64, np.int8, np.uint32]:
    for dtype in INEXACT:
        primitive(f"pow.{np.dtype(exponent).name}.{np.dtype(dtype).name}", lax.pow, any_of(dtype, 9), any_of(exponent, 9, low=-4, high=5), ulps=60)
for name in ["igamma", "igammac", "random_gamma_grad", "zeta", "igamma_grad_a"]:
    if hasattr(lax, name):
        each(name, FLOATS, getattr(lax, name), S, S, low=1.1, high=6, ulps=300)
each("polygamma", FLOATS, lambda n, x: lax.polygamma(jnp.round(n), x), S, S, low=1, high=5, ulps=300)
each("betainc", FLOATS, lax.betainc, (9,), (9,), (9,), low=0.1, high=0.9, ulps=300)
for shapes in (((), (2, 3), ()), ((2, 3), (2, 3), (2, 3))):
    each(f"clamp.{len(shapes[0])}", REAL, lax.clamp, *shapes)
each("complex", [np.float32, np.float64], lax.complex, (3, 2), (3, 1))
for dtype in ALL:
    name = np.dtype(dtype).name
    primitive(f"select_n.bool.{name}", lax.select_n, b(2, 3), any_of(dtype, 2, 3), any_of(dtype, 2, 3))
    primitive(f"select_n.scalar.{name}", lax.select_n, b(), any_of(dtype, 2, 3), any_of(dtype, 2, 3))
    primitive(f"select_n.int.{name}", lax.select_n, i(2, 3, low=0, high=3), *[any_of(dtype, 2, 3) for _ in range(3)])
for x, y in itertools.product(ALL, ALL):
    if not (np.dtype(x).kind == "c" and np.dtype(y).kind != "c"):
        low = 0 if np.dtype(y).kind in "u" else -100
        primitive(f"convert.{np.dtype(x).name}.{np.dtype(y).name}", lambda v, y=y: lax.convert_element_type(v, y), any_of(x, 50, low=low, high=100))
for x, y in itertools.product(REAL, REAL):
    size = np.dtype(y).itemsize / np.dtype(x).itemsize
    primitive(f"bitcast.{np.dtype(x).name}.{np.dtype(y).name}", lambda v, y=y: lax.bitcast_convert_type(v, y), any_of(x, *((2, 3) if size <= 1 else (2, 3, int(size)))))

# ---- shape
each("broadcast_in_dim", ALL, lambda x: lax.broadcast_in_dim(x, (3, 2, 4), (1,)), (2,))
each("concatenate", ALL, lambda x, y: lax.concatenate([x, y, x], 1), (2, 3), (2, 1))
each("iota", NUMBERS, lambda x: lax.broadcasted_iota(x.dtype, (2, 5, 3), 1), (1,))
for n, config in enumerate([((0, 0, 0), (0, 0, 0)), ((1, 1, 0), (2, 2, 0)), ((1, 2, 1), (0, 1, 0)), ((1, 2, 2), (-1, 1, 1)), ((-1, 0, 0), (-1, 0, 0)), ((-2, -3, 4), (1, 0, 2)), ((-1, -1, 0), (-1, -2, 0))]):
    each(f"pad.{n}", ALL if n < 2 else [np.float32], lambda x, v, c=config: lax.pad(x, v, c), (2, 3), ())
each("reshape", ALL, lambda x: lax.reshape(x, (3, 2)), (2, 3))
each("reshape.dimensions", [np.float32], lambda x: lax.reshape(x, (3, 20), (2, 0, 1)), (3, 4, 5))
each("rev", ALL, lambda x: lax.rev(x, (0, 1)), (4, 5))
each("squeeze", ALL, lambda x: lax.squeeze(x, (0, 2)), (1, 2, 1))
each("transpose", ALL, lambda x: lax.transpose(x, (2, 0, 1)), (2, 3, 4))
for n, (lo, hi, step) in enumerate([((1, 1), (4, 5), None), ((0, 2), (5, 7), (2, 3)), ((5, 0), (5, 7), None), ((1, 3), (5, 4), (3, 1))]):
    each(f"slice.{n}", ALL if n == 1 else [np.float32], lambda x, a=lo, z=hi, s=step: lax.slice(x, a, z, s), (5, 7))
each("split", ALL, lambda x: lax.split(x, (1, 2, 0, 2), 1), (2, 5))
each("tile", ALL, lambda x: lax.tile(x, (2, 3)), (2, 3))
each("copy", ALL, lambda x: (lax.stop_gradient(x), jnp.copy(x), jax.device_put(x)), (3, 4))
for index in [np.int32, np.int64, np.uint8, np.uint32, np.int8]:
    each(f"dynamic_slice.{np.dtype(index).name}", ALL, lambda x, t=index: [lax.dynamic_slice(x, (t(v), t(1)), (2, 2)) for v in (0, 3, 4, 100)], (5, 4))
    each(f"dynamic_update_slice.{np.dtype(index).name}", ALL, lambda x, y, t=index: [lax.dynamic_update_slice(x, y, (t(v), t(1))) for v in (0, 3, 4, 100)], (5, 4), (2, 2))

# ---- reductions
for name in ["sum", "prod"]:
    each(f"reduce_{name}", NUMBERS, lambda x, r=getattr(lax, f"reduce_{name}"): (r(x, (0,)), r(x, (1,)), r(x, (0, 1)), r(x, ())), (2, 3), low=-3, high=3, **SUMS)
for name in ["max", "min"]:
    each(f"reduce_{name}", ALL, lambda x, r=getattr(lax, f"reduce_{name}"): (r(x, (0,)), r(x, (0, 2)), r(x, (0, 1, 2))), (2, 3, 5))
for name in ["and", "or", "xor"]:
    each(f"reduce_{name}", INTS + [np.bool_], lambda x, r=getattr(lax, f"reduce_{name}"): (r(x, (0,)), r(x, (0, 1))), (2, 3))
for name in ["argmax", "argmin"]:
    for index in [np.int32, np.int64, np.uint8]:
        each(f"{name}.{np.dtype(index).name}", REAL + [np.bool_], lambda x, r=getattr(lax, name), t=index: (r(x, 0, t), r(x, 1, t)), (18, 12), low=-3, high=3)
each("reduce.two", REAL, lambda x, y: lax.reduce((x, y), (x[0, 0], y[0, 0]), lambda a, c: (a[0] + c[0], lax.max(a[1], c[1])), (0,)), (4, 6), (4, 6), **SUMS)
each("reduce.odd", NUMBERS, lambda x: lax.reduce(x, np.ones((), x.dtype), lambda a, c: a * c + a + c, (1,)), (4, 6), low=-1, high=2, ulps=0, loose=40)
each("reduce.mixed", REAL, lambda x: lax.reduce((x, lax.broadcasted_iota(np.int32, x.shape, 1)), (np.zeros((), x.dtype), np.int32(0)), lambda a, c: (lax.select(a[1] > c[1], a[0], c[0]), lax.max(a[1], c[1])), (1,)), (4, 6))
each("reduce_precision.sum", FLOATS, lambda x: lax.reduce_and((x > 0), (0,)), (5, 3))
for name in ["cumsum", "cumprod", "cummax", "cummin"]:
    for reverse in (False, True):
        each(f"{name}{'.reverse' if reverse else ''}", REAL if name[3] == "m" else NUMBERS, lambda x, r=getattr(lax, name), v=reverse: (r(x, 0, reverse=v), r(x, 1, reverse=v)), (8, 9), low=-3, high=3, ulps=0, loose=4)
for reverse in (False, True):
    each(f"cumlogsumexp{'.reverse' if reverse else ''}", FLOATS, lambda x, v=reverse: (lax.cumlogsumexp(x, 0, reverse=v), lax.cumlogsumexp(x, 1, reverse=v)), (8, 9), ulps=60)

# ---- contractions
for x, y in itertools.product(ALL, ALL):
    kinds = {np.dtype(x).kind, np.dtype(y).kind}
    if x is y:
        primitive(f"dot_general.{np.dtype(x).name}", lambda u, v: lax.dot_general(u, v, (((1,), (0,)), ((), ()))), any_of(x, 4, 3), any_of(y, 3, 6), **SUMS)
        primitive(f"dot_general.batch.{np.dtype(x).name}", lambda u, v: lax.dot_general(u, v, (((2,), (1,)), ((0,), (0,)))), any_of(x, 2, 4, 3), any_of(y, 2, 3, 5), **SUMS)
    elif "b" not in kinds and "V" not in kinds:
        primitive(f"dot_general.{np.dtype(x).name}.{np.dtype(y).name}", lambda u, v: lax.dot_general(u, v, (((1,), (0,)), ((), ())), preferred_element_type=jnp.promote_types(u.dtype, v.dtype)), any_of(x, 4, 3), any_of(y, 3, 6), **SUMS)
for n, (numbers, left, right) in enumerate([((((2, 1), (1, 2)), ((0,), (0,))), (2, 3, 4), (2, 4, 3)), ((((), ()), ((), ())), (3,), (4,)), ((((0, 2), (2, 0)), ((1,), (1,))), (3, 2, 4), (4, 2, 3)), ((((3,), (3,)), ((0, 1), (0, 1))), (2, 3, 4, 5), (2, 3, 6, 5))]):
    each(f"dot_general.form.{n}", NUMBERS, lambda u, v, d=numbers: lax.dot_general(u, v, d), left, right, **SUMS)


def conv(strides=(1, 1), padding="SAME", numbers=("NHWC", "HWIO", "NHWC"), **options):
    return lambda x, w: lax.conv_general_dilated(x, w, strides, padding, dimension_numbers=numbers, **options)


for name, function, x, w in [("plain", conv(), (1, 6, 5, 2), (3, 2, 2, 3)), ("dilated", conv((1, 1), ((1, 2), (0, 2)), lhs_dilation=(2, 1), rhs_dilation=(1, 2)), (2, 5, 5, 2), (2, 3, 2, 2)),
                             ("groups", conv((2, 1), "VALID", feature_group_count=2), (2, 6, 6, 4), (3, 2, 2, 6)), ("batches", conv(batch_group_count=2), (4, 5, 5, 2), (2, 2, 2, 4))]:
    each(f"conv.{name}", NUMBERS, function, x, w, low=-4, high=4, **SUMS)

each("conv.bool", [np.bool_], conv(strides=(2, 1)), (1, 6, 5, 2), (3, 2, 2, 3))

# ---- windows
for name, init in (("add", 0), ("mul", 1), ("max", "low"), ("min", "high")):
    def window(x, strides=(1, 1), padding="VALID", lhs=None, rhs=None, shape=(2, 2), n=name, v=init):
        t = np.dtype(x.dtype)
        span = jnp.finfo(t) if t.kind in "fV" else jnp.iinfo(t) if t.kind in "iu" else None
        first = {"low": -np.inf if t.kind in "fV" else span and span.min, "high": np.inf if t.kind in "fV" else span and span.max}.get(v, v)
        return lax.reduce_window(x, np.asarray(first, x.dtype), getattr(lax, n), shape, strides, padding, lhs, rhs)
    each(f"reduce_window.{name}", REAL if isinstance(init, str) else NUMBERS, window, (4, 6), low=-3, high=3, ulps=0)
    for label, options in {"strides": dict(strides=(2, 3), padding="SAME"), "padding": dict(padding=((1, 2), (0, 3))), "base": dict(lhs=(2, 1), padding="SAME"), "window": dict(rhs=(1, 2)), "all": dict(strides=(1, 2), padding=((2, 0), (3, 1)), lhs=(2, 2), rhs=(2, 1), shape=(2, 3)), "negative": dict(padding=((-1, 0), (1, -2)))}.items():
        each(f"reduce_window.{name}.{label}", [np.float32, np.int32, ml_dtypes.bfloat16], lambda x, o=options, w=window: w(x, **o), (5, 7), low=-3, high=3, ulps=0)
each("reduce_window.two", [np.float32, np.int32], lambda x, y: lax.reduce_window((x, y), (np.zeros((), x.dtype), np.ones((), x.dtype)), lambda a, c: (a[0] + c[0], a[1] * c[1]), (2, 3), (1, 2), "SAME"), (5, 7), (5, 7), low=-2, high=2, ulps=8)
each("reduce_window.odd", REAL, lambda x: lax.reduce_window(x, np.ones((), x.dtype), lambda a, c: a * c + c, (2, 3), (1, 1), "VALID"), (5, 7), low=-1, high=2, ulps=100)
for select in ("ge", "le"):
    from jax._src.lax import windowed_reductions as wr
    prim = {"ge": lax.ge_p, "le": lax.le_p}[select]
    for label, (window, strides, padding) in {"plain": ((2, 2), (1, 1), "VALID"), "same": ((2, 3), (2, 2), "SAME"), "wide": ((3, 1), (1, 2), "SAME")}.items():
        def gather_add(t, x, p=prim, w=window, s=strides, q=padding):
            return wr._select_and_gather_add(t, x, p, w, s, lax.padtype_to_pads(x.shape, w, s, q), (1, 1), (1, 1))

        def scatter_add(x, p=prim, w=window, s=strides, q=padding):
            pads = lax.padtype_to_pads(x.shape, w, s, q)
            source = jax.eval_shape(lambda v: lax.reduce_window(v, np.zeros((), v.dtype), lax.add, w, s, pads), x)
            return wr._select_and_scatter_add(lax.broadcasted_iota(x.dtype, source.shape, 0) + np.ones((), x.dtype), x, p, w, s, pads)
        each(f"select_and_gather_add.{select}.{label}", [np.float32], gather_add, (4, 6), (4, 6))
        each(f"select_and_scatter_add.{select}.{label}", REAL, scatter_add, (4, 6))

# ---- indexing
gathers = [("rows", (10, 10), (2, 1), ((1,), (0,), (0,)), (1, 10)), ("windows", (10, 10, 10), (2,), ((0, 1, 2), (), (0, 1)), (3, 2, 4)), ("points", (4, 6), (4, 2), ((), (0, 1), (0, 1)), (1, 1)), ("batch", (3, 10), (3, 2, 1), ((), (1,), (1,), (0,), (0,)), (1, 1))]
for label, shape, index, numbers, sizes in gathers:
    dims = lax.GatherDimensionNumbers(*numbers)
    for mode in ("clip", "fill", "promise_in_bounds"):
        each(f"gather.{label}.{mode}", ALL if label == "rows" else [np.float32, np.int8],
             lambda x, m=mode, d=dims, s=sizes, k=index: lax.gather(x, jnp.asarray(np.arange(np.prod(k)).reshape(k) * (7 if m != "promise_in_bounds" else 1) % 13 % (13 if m != "promise_in_bounds" else 3), np.int32), d, s, mode=m), shape)
    primitive(f"gather.{label}.fill_value", lambda x, d=dims, s=sizes, k=index: lax.gather(x, jnp.asarray(np.arange(np.prod(k)).reshape(k) * 5, np.int64), d, s, mode="fill", fill_value=-7), any_of(np.float32, *shape))
scatters = [("points", (5,), (3, 1), (3,), ((), (0,), (0,))), ("one", (1,), (1,), (), ((), (0,), (0,))), ("rows", (5, 4), (2, 1), (2, 4), ((1,), (0,), (0,))), ("window", (3, 5, 4), (2, 1), (3, 2, 4), ((0, 2), (1,), (1,))),
            ("inner", (4, 2, 3, 5), (4, 1), (4, 3), None), ("batch", (5, 6, 7), (5, 1), (5, 2, 7), None), ("wide", (5, 6, 7), (2, 2), (5, 2, 2), None), ("outside", (2, 3), (1, 3), (2, 1, 3), None), ("part", (10,), (2, 1), (2, 3), ((1,), (), (0,)))]
for label, shape, index, update, numbers in scatters:
    numbers = numbers or {"inner": ((), (1, 2, 3), (1, 2), (0,), (0,)), "batch": ((1, 2), (), (1,), (0,), (0,)), "wide": ((0,), (1, 2), (1, 2)), "outside": ((0,), (1,), (1,))}[label]
    if label == "inner":
        numbers, update, index = ((), (1, 2, 3), (1, 2, 3), (0,), (0,)), (4,), (4, 3)
    if label == "wide":
        numbers, index, update = ((0,), (1, 2), (1, 2)), (2, 2, 2), (5, 2, 2)
    if label == "outside":
        numbers, index, update = ((0,), (1,), (1,)), (1, 3, 1), (2, 1, 3)
    dims = lax.ScatterDimensionNumbers(*numbers)
    for name in ["scatter", "scatter_add", "scatter_sub", "scatter_mul", "scatter_max", "scatter_min"]:
        for mode in ("clip", "fill", "promise_in_bounds"):
            if mode != "fill" and label not in ("rows", "part"):
                continue
            bound = 3 if mode == "promise_in_bounds" else 23
            function = getattr(lax, name)
            def run(x, u, f=function, d=dims, m=mode, k=index, e=bound, unique=name in ("scatter", "scatter_mul")):
                n = int(np.prod(k))
                where = (np.arange(n) * 5 % e if not unique else np.arange(n) % max(shape)).reshape(k)
                return f(x, jnp.asarray(where, np.int32), u, d, mode=m, indices_are_sorted=False, unique_indices=False)
            each(f"{name}.{label}.{mode}", ALL if name == "scatter" else REAL if name[8:] in ("max", "min") else NUMBERS, run, shape, update, low=-3, high=3, ulps=8)
each("scatter_apply", NUMBERS, lambda x: x.at[jnp.array([1, 3, 1])].apply(lambda v: v * v + v), (5,), ulps=8)
for mode in ("clip", "drop", "fill"):
    each(f"take.{mode}", ALL, lambda x, m=mode: (x.at[jnp.array([0, -1, 7, -9])].get(mode="fill" if m == "drop" else m), x.at[jnp.array([0, -1, 7, -9])].set(x[0], mode="drop" if m == "fill" else m)), (5, 2))

# ---- sorts
for stable in (True, False):
    each(f"sort.{stable}", ALL, lambda x, s=stable: (lax.sort(x, 0, is_stable=s), lax.sort(x, 1, is_stable=s)), (5, 7))
each("sort.two", ALL, lambda x, y: lax.sort((x, y), num_keys=1), (5, 7), (5, 7), low=-2, high=2)
each("sort.keys", ALL, lambda x, y: lax.sort((x, y), num_keys=2, dimension=0), (5, 7), (5, 7), low=-2, high=2)
each("argsort", ALL, lambda x: (jnp.argsort(x), jnp.argsort(x, descending=True), jnp.argsort(x, stable=False) * 0), (5, 7), low=-2, high=2)
each("top_k", REAL, lambda x: (lax.top_k(x, 3), lax.top_k(x, 1), lax.top_k(x, 0)), (5, 7))
for dtype in FLOATS:  # of equals any may come first
    primitive(f"approx_top_k.{np.dtype(dtype).name}", lambda x: (lax.approx_max_k(x, 3), lax.approx_min_k(x, 2)), distinct(dtype, 5, 37))

# ---- linear algebra
for label, sizes in {"1": (1, 1), "3": (3, 5), "8": (8, 10), "33": (33, 4)}.items():
    n, m = sizes
    for left, lower, turned, unit in itertools.product((True, False), (True, False), (0, 1, 2), (True, False)):
        if label not in ("3", "8") and (turned == 2 or unit):
            continue
        each(f"triangular_solve.{label}.{left}.{lower}.{turned}.{unit}", [np.float32, np.float64, np.complex64, np.complex128][:: 1 if label == "3" else 2],
             lambda a, x, l=left, w=lower, t=turned, u=unit: lax.linalg.triangular_solve(a / (1 if not u else 9) + (0 if u else 9 * jnp.eye(a.shape[-1], dtype=a.dtype)), x, left_side=l, lower=w, transpose_a=t > 0, conjugate_a=t > 1, unit_diagonal=u),
             (2, n, n), (2, n, m) if left else (2, m, n), low=-1, high=1, ulps=0, loose=4)
each("tridiagonal_solve", [np.float32, np.float64, np.complex64, np.complex128], lambda a, b, c, x: lax.linalg.tridiagonal_solve(a, b + 5, c, x), (2, 7), (2, 7), (2, 7), (2, 7, 3), low=-1, high=1, ulps=0, loose=20)
for kind, length in (("FFT", (15,)), ("IFFT", (14, 15)), ("FFT", (3, 14, 15))):
    each(f"fft.{kind}.{len(length)}", COMPLEX, lambda x, k=kind, n=length: lax.fft(x, k, n), (2, 3, 14, 15), ulps=0, loose=20)
each("fft.rfft", [np.float32, np.float64], lambda x: (lax.fft(x, "RFFT", (15,)), lax.fft(x, "RFFT", (14, 15))), (2, 14, 15), ulps=0, loose=20)
each("fft.irfft", COMPLEX, lambda x: (lax.fft(x, "IRFFT", (16,)), lax.fft(x, "IRFFT", (14, 17))), (2, 14, 9), ulps=0, loose=20)

# ---- random
for bits in (8, 16, 32, 64):
    primitive(f"random_bits.{bits}", lambda k, n=bits: jax.random.bits(k, (5, 3), f"uint{n}"), np.array([3, 42], np.uint32))
for algorithm in ("RNG_THREE_FRY", "RNG_DEFAULT", "RNG_PHILOX"):
    for t in (np.uint8, np.uint16, np.uint32, np.uint64):
        size = 4 if algorithm == "RNG_PHILOX" else 4
        primitive(f"rng_bit_generator.{algorithm}.{np.dtype(t).name}", lambda k, a=algorithm, t=t: lax.rng_bit_generator(k, (5, 7), t, algorithm=getattr(lax.RandomAlgorithm, a)), np.array([3, 42, 17, 19], np.uint32))
for dtype in FLOATS:
    n = np.dtype(dtype).name
    for name in ["uniform", "normal", "gumbel", "exponential", "laplace", "logistic", "cauchy", "truncated_normal", "rayleigh", "beta", "gamma", "dirichlet", "t", "pareto", "loggamma", "maxwell", "weibull_min", "double_sided_maxwell", "chisquare", "f", "wald"]:
        g = getattr(jax.random, name)
        function = {"truncated_normal": lambda k, t, g=g: g(k, -1, 2, (4, 3), t), "beta": lambda k, t, g=g: g(k, 2.0, 3.0, (4,), t), "gamma": lambda k, t, g=g: g(k, 2.5, (4,), t), "dirichlet": lambda k, t, g=g: g(k, jnp.ones(3, t), (2,), t), "t": lambda k, t, g=g: g(k, 3.0, (4,), t),
                    "pareto": lambda k, t, g=g: g(k, 3.0, (4,), t), "loggamma": lambda k, t, g=g: g(k, 0.4, (4,), t), "weibull_min": lambda k, t, g=g: g(k, 2.0, 1.5, (4,), t), "double_sided_maxwell": lambda k, t, g=g: g(k, 0.0, 1.0, (4,), t), "rayleigh": lambda k, t, g=g: g(k, 1.0, (4,), t),
                    "chisquare": lambda k, t, g=g: g(k, 3.0, (4,), t), "f": lambda k, t, g=g: g(k, 3.0, 4.0, (4,), t), "wald": lambda k, t, g=g: g(k, 2.0, (4,), t), "maxwell": lambda k, t, g=g: g(k, (4,), t)}.get(name, lambda k, t, g=g: g(k, (32, 4), t))
        primitive(f"random.{name}.{n}", lambda k, t=dtype, g=function: g(k, t), np.array([3, 42], np.uint32), ulps=0, loose=40)
for dtype in INTS:
    primitive(f"random.randint.{np.dtype(dtype).name}", lambda k, t=dtype: jax.random.randint(k, (9,), 2, 100, t), np.array([3, 42], np.uint32))
