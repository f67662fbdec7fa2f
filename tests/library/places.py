"""Expectations of tests/library_places.c."""
import jax
import jax.scipy.special as jsp
import scipy.linalg
import scipy.special
from jax import grad

from expected import *

NAN = np.nan
holes = data(f32, 1, 3, 5).at[0, 1].set(NAN).at[2, :2].set(NAN).at[1].set(NAN)
some = holes.at[1, 3].set(2)
case("nanmedian", jnp.nanmedian(some))
case("nanmedian_axis", jnp.nanmedian(holes, axis=1, keepdims=True))
case("nanmedian_f64", jnp.nanmedian(data(f64, 2, 4, 3), axis=0))
for name, method in {"linear": "linear", "lower": "lower", "higher": "higher", "midpoint": "midpoint",
                     "nearest": "nearest"}.items():
    case("nanquantile_" + name, jnp.nanquantile(some, jnp.array([0, .3, .5, 1], f32), axis=1, method=method))
case("nanquantile_none", jnp.nanquantile(holes, f32(.25), axis=1))
case("nanpercentile", jnp.nanpercentile(some, f32(40), axis=0))
case("quantile_rows", jnp.quantile(data(f32, 3, 2, 3, 4), jnp.array([.1, .9], f32), axis=(0, 2))[None])
case("nanargmax", jnp.nanargmax(holes, axis=1), i32)
case("nanargmin", jnp.nanargmin(holes, axis=1), i32)
case("nanargmax_i32", jnp.nanargmax(data(i32, 1, 2, 5), axis=0), i32)
case("nancumsum", jnp.nancumsum(some, axis=1))
case("nancumprod", jnp.nancumprod(some, axis=0))
case("nanmedian_grad", grad(lambda x: jnp.sum(jnp.nanmedian(x, axis=1)))(some))

for m in (1, 2, 7, 8):
    for f in (np.bartlett, np.blackman, np.hamming, np.hanning):
        case(f"{f.__name__}_{m}", f(m).astype(f32))
case("kaiser", np.kaiser(9, 8.6).astype(f64))
case("kaiser_0", np.kaiser(3, 0).astype(f32))

a, b = data(f32, 1, 5), data(f32, 4, 3)
ia, ib = data(i32, 1, 3), data(i32, 4, 4)
case("polyadd", jnp.polyadd(a, b))
case("polysub", jnp.polysub(ia, ib))
case("polymul", jnp.polymul(a, b))
case("polyder", jnp.polyder(a))
case("polyder_3", jnp.polyder(a, 3))
case("polyder_5", jnp.polyder(a, 4))
case("polyint", jnp.polyint(a))
case("polyint_3", jnp.polyint(a, 3, k=jnp.array([2, -3, 5], f32)))
case("poly", jnp.poly(b))
case("polyder_grad", grad(lambda p: jnp.polyval(jnp.polyder(p), f32(1.5)))(a))
x = jnp.linspace(-1, 2, 9, dtype=f64)
y = data(f64, 2, 9)
w = jnp.abs(data(f64, 5, 9))
case("polyfit", np.polyfit(x, y, 3))
case("polyfit_w", np.polyfit(x, y, 2, w=w))
case("polyfit_2", np.polyfit(x, jnp.stack([y, w], 1), 1))

m = data(f64, 3, 4, 4)
by_parts = lambda v: np.array(sorted(v, key=lambda z: (round(z.real, 6), z.imag)))
case("eigvals_real", by_parts(np.linalg.eigvals(m)).real)
case("eigvals_imag", by_parts(np.linalg.eigvals(m)).imag)

for f in (jnp.tril_indices, jnp.triu_indices):
    for k in (-2, 0, 1):
        r = f(3, k, 4)
        case(f"{f.__name__}_{k}_rows", r[0], i32)
        case(f"{f.__name__}_{k}_columns", r[1], i32)
flat = jnp.array([[0, 7, -1], [23, 30, -40]], i32)
for i, v in enumerate(jnp.unravel_index(flat, (2, 3, 4))):
    case(f"unravel_{i}", v, i32)
i, j = jnp.array([0, 1, 5, -1], i32), jnp.array([2, -4, 3, 0], i32)
case("ravel_clip", jnp.ravel_multi_index((i, j), (2, 3), mode="clip"), i32)
case("ravel_wrap", jnp.ravel_multi_index((i, j), (2, 3), mode="wrap"), i32)
c = data(f32, 1, 2, 3)
case("delete", jnp.delete(c, 1, axis=1))
case("delete_last", jnp.delete(c, -1, axis=0))
case("insert", jnp.insert(c, 1, f32(9), axis=1))
case("insert_slice", jnp.insert(c, 2, jnp.array([1, 2, 3], f32), axis=0))
case("insert_first", jnp.concatenate([data(f32, 2, 2, 2), c], 1))
case("fill_diagonal", jnp.fill_diagonal(data(i32, 1, 3, 2), 7, inplace=False))
bits = data(bool, 1, 3, 11)
for axis in (0, 1):
    for order in ("big", "little"):
        p = jnp.packbits(bits, axis=axis, bitorder=order)
        case(f"packbits_{axis}_{order}", p)
        case(f"unpackbits_{axis}_{order}", jnp.unpackbits(p, axis=axis, bitorder=order))
case("unpackbits_count", jnp.unpackbits(data(u8, 1, 4), count=13))
case("vecdot", jnp.vecdot(cplx(f32, 1, 2, 3), cplx(f32, 3, 4, 1, 3)))
case("matvec", jnp.matvec(cplx(f32, 1, 2, 3), cplx(f32, 3, 4, 3)))
case("vecmat", jnp.vecmat(cplx(f32, 1, 4, 3), cplx(f32, 3, 3, 2)))
case("vecdot_i32", jnp.vecdot(data(i32, 1, 4), data(i32, 2, 4)))

for d in (f32, f64):
    n = NAMES[np.dtype(d).name]
    x = np.array([-800, -90, -20, -3.5, -1.01, -1, -.99, -1e-8, 0, 1e-8, .25, .37, 1, 5, 39.9, 40.1, 60, 88, np.inf,
                  -np.inf, NAN], d)
    case(f"expi_{n}", scipy.special.expi(x.astype(f64)).astype(d))
    case(f"exp1_{n}", scipy.special.exp1(-x[:13].astype(f64)).astype(d))
case("expi_grad", grad(lambda x: jnp.sum(jsp.expi(x)))(jnp.array([-2, .5, 3, 50], f64)))
case("exp1_grad", grad(lambda x: jnp.sum(jsp.exp1(x)))(jnp.array([.01, .5, 3, 50], f64)))
case("block_diag", jax.scipy.linalg.block_diag(data(f32, 1, 2, 3), f32(7), data(f32, 2, 2), data(f32, 3, 0, 1)))
case("toeplitz", jax.scipy.linalg.toeplitz(data(f32, 1, 3), data(f32, 2, 4)))
for name, by in {"small": .01, "one": .3, "large": 5}.items():
    x = np.asarray(data(f64, 2, 3, 3)) * by
    case("expm_" + name, scipy.linalg.expm(x))
    case("expm_c_" + name, scipy.linalg.expm(x + 1j * np.asarray(data(f64, 4, 3, 3)) * by))
case("expm_f32", jax.scipy.linalg.expm(data(f32, 1, 2, 3, 3)))
case("expm_grad", grad(lambda x: jnp.sum(jax.scipy.linalg.expm(x) ** 2))(data(f64, 2, 3, 3) / 4))
case("factorial", jsp.factorial(jnp.array([0, 1, 5, 10.5, 30, -1.5], f64)).astype(f32))
x = np.array([1e-9, .1, .69, .7, 5, 80], f64)
case("log1mexp", jnp.asarray(np.where(x < .69, np.log(-np.expm1(-x)), np.log1p(-np.exp(-x)))))
case("log1mexp_grad", jnp.asarray(1 / np.expm1(x)))
p, q = data(f32, 1, 9), data(f32, 2, 9).at[3].set(0)
p = p.at[2].set(0)
case("rel_entr", jsp.rel_entr(jnp.abs(p), q))
case("kl_div", jsp.kl_div(p, jnp.abs(q)))
write(__file__)
