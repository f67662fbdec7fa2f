"""64-bit types, integers of every width, and complex numbers."""
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from cases import c, case, d, f, i, with_gradients

for name in ["exp", "log1p", "tanh", "sin", "cos", "tan", "arctan", "expm1", "cbrt", "exp2", "sinh", "arcsinh", "log2", "i0"]:
    with_gradients(f"f64.{name}", getattr(jnp, name), d(9, low=0.2), wide=True, loose=5)
for name in ["erf", "erfc", "erf_inv", "lgamma", "digamma", "logistic"]:
    case(f"f64.{name}", getattr(lax, name), d(9, low=0.1, high=0.9), wide=True, loose=30)
with_gradients("f64.mlp", lambda w, x: jnp.tanh(x @ w) @ w.T, d(4, 5), d(3, 4), argnums=(0, 1), wide=True, loose=5)
case("f64.mixed", lambda x, y: (x + y, x * 2, jnp.float32(3) * x, y.astype(jnp.float64)), d(4), f(4), wide=True)
case("f64.arange", lambda x: jnp.linspace(0, 1, 9) * x, d(), wide=True)
case("i64.arithmetic", lambda x, y: (x + y, x * y, x // y, x % y, x << 3, x >> 2, x & y, -x, abs(x)), i(6, low=-2**60, high=2**60, dtype=np.int64), i(6, low=1, high=2**40, dtype=np.int64), wide=True)
case("u64.arithmetic", lambda x, y: (x + y, x * y, x // y, x % y, x >> 2, x ^ y, ~x), i(6, low=0, high=2**62, dtype=np.uint64), i(6, low=1, high=2**40, dtype=np.uint64), wide=True)
case("i64.reductions", lambda x: (x.sum(), x.max(0), x.argmin(1), jnp.cumsum(x)), i(4, 5, low=-2**50, high=2**50, dtype=np.int64), wide=True)
case("i64.convert", lambda x: (x.astype(jnp.float64), x.astype(jnp.float32), x.astype(jnp.int32), x.astype(jnp.uint8), x.astype(bool)), i(6, low=-2**60, high=2**60, dtype=np.int64), wide=True)
case("i64.from_float", lambda x: ((x * 1e18).astype(jnp.int64), (x * 1e19).astype(jnp.uint64)), d(6), wide=True)
case("i64.index", lambda x, k: x[k], d(6), i(4, low=-6, high=6, dtype=np.int64), wide=True)
case("i64.popcount", lambda x: (lax.population_count(x), lax.clz(x)), i(6, low=0, high=2**60, dtype=np.int64), wide=True)
case("i64.argsort", jnp.argsort, d(9), wide=True)
case("i64.matmul", jnp.matmul, i(3, 4, dtype=np.int64), i(4, 2, dtype=np.int64), wide=True)
for dtype in [np.int8, np.int16, np.uint8, np.uint16, np.uint32]:
    n = np.dtype(dtype).name
    case(f"{n}.arithmetic", lambda x, y: (x + y, x * y, x - y, x // y, x % y, x << 2, x >> 1, ~x, jnp.maximum(x, y)), i(9, low=0, high=120, dtype=dtype), i(9, low=1, high=12, dtype=dtype))
    case(f"{n}.reduce", lambda x: (x.sum(), x.max(), x.min(), jnp.cumsum(x), x.mean()), i(9, low=0, high=120, dtype=dtype), loose=3)
    case(f"{n}.compare", lambda x, y: (x < y, x == y, jnp.where(x > y, x, y)), i(9, low=0, high=9, dtype=dtype), i(9, low=0, high=9, dtype=dtype))
    case(f"{n}.dot", jnp.dot, i(3, 4, low=0, high=9, dtype=dtype), i(4, 2, low=0, high=9, dtype=dtype))
    case(f"{n}.convert", lambda x: (x.astype(jnp.float32), x.astype(jnp.int32), x.astype(jnp.int8)), i(9, low=0, high=120, dtype=dtype))
case("promotion", lambda a, b, c, e: (a + b, b + c, c + e, a + e, a * 2, e * 2.5), i(3, dtype=np.int8), i(3, low=0, dtype=np.uint8), i(3, dtype=np.int32), f(3))

for name in ["add", "subtract", "multiply", "divide", "equal", "not_equal"]:
    case(f"c64.{name}", getattr(jnp, name), c(3, 4), c(4), loose=8)
for name in ["abs", "exp", "log", "sqrt", "sin", "cos", "tanh", "conj", "real", "imag", "angle", "square", "negative", "sinh", "cosh", "tan", "log1p", "expm1", "sign", "reciprocal", "isfinite"]:
    case(f"c64.{name}", getattr(jnp, name), c(3, 4), loose=40)
case("c64.power", lambda x, y: (x**y, x**3, x**0.5), c(5), c(5), loose=60)
case("c64.sum", lambda x: (x.sum(), x.mean(0), jnp.cumsum(x, 1), x.prod(1)), c(3, 4), loose=20)
case("c64.matmul", jnp.matmul, c(3, 4), c(4, 5), loose=20)
case("c64.make", lambda x, y: (lax.complex(x, y), x + 1j * y, jnp.asarray(x, jnp.complex64)), f(4), f(4))
case("c64.shapes", lambda x: (x.T.reshape(2, 6), jnp.pad(x, 1), x[::-1], jnp.concatenate([x, x]), jnp.where(x.real > 0, x, 0)), c(3, 4))
case("c64.index", lambda x, k: (x[k], x.at[k].add(x[:2])), c(5, 2), i(2, low=0, high=2))
case("c64.grad.abs", lambda x: jax.grad(lambda z: jnp.sum(jnp.abs(z) ** 2 + jnp.real(z * z)))(x), c(4), loose=10)
case("c64.grad.holomorphic", lambda x: jax.grad(lambda z: jnp.sum(jnp.exp(z) * z), holomorphic=True)(x), c(4), loose=20)
case("c64.grad.real", lambda x: jax.grad(lambda v: jnp.sum(jnp.abs(jnp.exp(1j * v) + v)))(x), f(4), loose=20)
case("c64.convert", lambda x: (x.astype(jnp.complex64) * 2j, (x * 1j).imag), f(4))
case("c128.everything", lambda x, y: (x * y, jnp.exp(x) / y, x @ y, jnp.abs(x)), c(4, 4, dtype=np.complex128), c(4, 4, dtype=np.complex128), wide=True, loose=40)
for name in ["fft", "ifft", "rfft", "fft2", "fftn"]:
    case(f"fft.{name}", getattr(jnp.fft, name), (f if name == "rfft" else c)(4, 12), loose=20)
case("fft.irfft", lambda x: (jnp.fft.irfft(x), jnp.fft.irfft(x, 9)), c(3, 6), loose=20)
case("fft.prime", jnp.fft.fft, c(31), loose=40)
case("fft.long", jnp.fft.fft, c(1024), loose=40)
case("fft.shift", lambda x: (jnp.fft.fftshift(x), jnp.fft.fftfreq(8) + 0 * x.sum()), f(8))
case("fft.gradient", lambda x: jax.grad(lambda v: jnp.sum(jnp.abs(jnp.fft.rfft(v)) ** 2))(x), f(10), loose=40)
case("fft.convolve", lambda x, y: jnp.fft.irfft(jnp.fft.rfft(x, 32) * jnp.fft.rfft(y, 32), 32), f(20), f(9), loose=40)
