"""Elementwise functions of numpy, lax and nn, with gradients where they have one."""
import jax
import jax.numpy as jnp
from jax import lax
from cases import b, case, f, i, positive, with_gradients

anywhere = ["abs", "arctan", "cbrt", "ceil", "cos", "cosh", "deg2rad", "exp", "exp2", "expm1", "fabs", "floor", "negative",
            "positive", "rad2deg", "rint", "round", "sign", "sin", "sinc", "sinh", "square", "tan", "tanh", "trunc", "isfinite",
            "isnan", "isinf", "signbit", "nan_to_num", "logical_not", "i0"]
for name in anywhere:
    case(f"np.{name}", getattr(jnp, name), f(3, 5), loose=3)
for name in ["sqrt", "log", "log2", "log10", "log1p", "reciprocal", "arcsinh"]:
    with_gradients(f"np.{name}", getattr(jnp, name), positive(4, 3), loose=3)
for name in ["arcsin", "arccos", "arctanh"]:
    with_gradients(f"np.{name}", getattr(jnp, name), f(7, low=-0.9, high=0.9), loose=4)
case("np.arccosh", jnp.arccosh, f(7, low=1.1, high=4), loose=4)

two = ["add", "subtract", "multiply", "divide", "maximum", "minimum", "fmax", "fmin", "arctan2", "hypot", "logaddexp", "logaddexp2",
       "copysign", "nextafter", "heaviside", "remainder", "fmod", "floor_divide", "equal", "not_equal", "less", "greater_equal",
       "logical_and", "logical_or", "logical_xor", "ldexp"]
for name in two:
    if name == "ldexp":
        case("np.ldexp", jnp.ldexp, f(5), i(5))
    else:
        case(f"np.{name}", getattr(jnp, name), f(3, 5), f(3, 5, low=0.3), loose=3)
for name in ["add", "multiply", "divide", "floor_divide", "remainder", "fmod", "maximum", "bitwise_and", "bitwise_or", "bitwise_xor",
             "left_shift", "right_shift", "gcd", "lcm", "less", "equal"]:
    case(f"np.{name}.int", getattr(jnp, name), i(4, 6), i(6, low=1, high=7))
for name in ["multiply", "divide", "arctan2", "hypot", "logaddexp", "power", "maximum"]:
    with_gradients(f"np.{name}.broadcast", getattr(jnp, name), positive(3, 1, 4), positive(2, 1), argnums=(0, 1), loose=3)
case("np.power.int", jnp.power, i(5, low=0, high=6), i(5, low=0, high=5))
case("np.power.negative", jnp.power, f(6), i(6, low=-3, high=4), loose=3)
case("np.float_power", lambda x: x**3 + x**-2 + x**0.5, positive(5), loose=3)
case("np.divmod", jnp.divmod, i(6), i(6, low=1, high=5))
case("np.modf", jnp.modf, f(6))
case("np.frexp", jnp.frexp, f(6))
case("np.where", jnp.where, b(4, 3), f(3), f(4, 1))
with_gradients("np.where.guarded", lambda x: jnp.where(x > 0, jnp.sqrt(jnp.where(x > 0, x, 1.0)), 0.0), f(9))
with_gradients("np.clip", lambda x: jnp.clip(x, -0.5, 0.7), f(9))
case("np.select", lambda x: jnp.select([x < -1, x < 0, x < 1], [x, x * 2, x * 3], 7.0), f(12))
case("np.piecewise", lambda x: jnp.piecewise(x, [x < 0, x >= 0], [lambda v: -v, lambda v: v * v]), f(12))
case("np.invert", jnp.invert, i(5))
case("np.bitwise_count", jnp.bitwise_count, i(5, low=0, high=1000))
case("np.isclose", jnp.isclose, f(6), f(6))
case("np.unwrap", jnp.unwrap, f(12, low=-9, high=9))
case("np.interp", jnp.interp, f(7), lambda: jnp.linspace(-1, 1, 5).__array__(), f(5))
case("np.polyval", jnp.polyval, f(4), f(6))
case("np.float_constants", lambda x: x + jnp.pi - jnp.e + jnp.inf * 0 * 0 + 1e-20, f(3))

case("lax.rsqrt", lax.rsqrt, positive(5))
case("lax.round.away", lambda x: lax.round(x, lax.RoundingMethod.AWAY_FROM_ZERO), f(9, low=-4, high=4))
case("lax.round.even", lambda x: lax.round(x, lax.RoundingMethod.TO_NEAREST_EVEN), f(9, low=-4, high=4))
case("lax.integer_pow", lambda x: (lax.integer_pow(x, 3), lax.integer_pow(x, -2), lax.integer_pow(x, 0)), f(5), loose=3)
case("lax.clamp", lambda x, lo, hi: lax.clamp(lo, x, hi), f(6), f(), f())
case("lax.population_count", lax.population_count, i(6))
case("lax.clz", lax.clz, i(6, low=0, high=99999))
case("lax.shift_right_arithmetic", lambda x: lax.shift_right_arithmetic(x, jnp.int32(3)), i(6, low=-999, high=999))
case("lax.shift_right_logical", lambda x: lax.shift_right_logical(x, jnp.int32(3)), i(6, low=-999, high=999))
case("lax.reduce_precision", lambda x: lax.reduce_precision(x, 5, 7), f(9))
case("lax.bitcast", lambda x: lax.bitcast_convert_type(x, jnp.int32) ^ 0x7f, f(5))
case("lax.bitcast.bytes", lambda x: lax.bitcast_convert_type(x, jnp.uint8), f(5))
case("lax.bitcast.from_bytes", lambda x: lax.bitcast_convert_type(x.astype(jnp.uint8), jnp.uint32), i(5, 4, low=0, high=255))
case("lax.convert.saturate", lambda x: (x * 1e10).astype(jnp.int32), f(6))
case("lax.convert.small", lambda x: (x.astype(jnp.int8), x.astype(jnp.uint16), x.astype(bool), x.astype(jnp.float32)), i(6, low=-400, high=400))
case("lax.stop_gradient", lambda x: x * lax.stop_gradient(x), f(4))
case("lax.nextafter", lambda x: lax.nextafter(x, jnp.zeros_like(x)), f(4))
case("lax.select_n", lambda w, x, y, z: lax.select_n(w, x, y, z), i(6, low=0, high=3), f(6), f(6), f(6))

for name in ["relu", "relu6", "sigmoid", "softplus", "soft_sign", "silu", "log_sigmoid", "leaky_relu", "hard_sigmoid", "hard_silu",
             "hard_tanh", "elu", "celu", "selu", "gelu", "mish", "squareplus", "swish"]:
    with_gradients(f"nn.{name}", getattr(jax.nn, name), f(4, 5, low=-7, high=7), loose=4)
with_gradients("nn.gelu.exact", lambda x: jax.nn.gelu(x, approximate=False), f(4, 5), loose=4)
with_gradients("nn.glu", lambda x: jax.nn.glu(x, axis=-1), f(4, 6), loose=3)
with_gradients("nn.softmax", lambda x: jax.nn.softmax(x, axis=-1), f(4, 6), loose=3)
with_gradients("nn.softmax.axis0", lambda x: jax.nn.softmax(x, axis=0), f(4, 6), loose=3)
with_gradients("nn.log_softmax", lambda x: jax.nn.log_softmax(x, axis=1), f(4, 6, 2), loose=3)
with_gradients("nn.logsumexp", lambda x: jax.nn.logsumexp(x, axis=(0, 2)), f(4, 6, 2), loose=3)
with_gradients("nn.logsumexp.weights", lambda x, w: jax.nn.logsumexp(x, axis=0, b=w, keepdims=True), f(4, 6), positive(4, 6), loose=3)
with_gradients("nn.standardize", lambda x: jax.nn.standardize(x, axis=-1), f(4, 16), loose=10)
case("nn.one_hot", lambda x: jax.nn.one_hot(x, 7), i(5, low=-1, high=8))
case("nn.softmax.where", lambda x, w: jax.nn.softmax(x, where=w), f(4, 6), b(4, 6), loose=3)
