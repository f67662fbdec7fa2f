// Operations on each element. Part of jitc.h, which includes it.
#ifndef JITC_ELEMENTWISE_H
#define JITC_ELEMENTWISE_H

// ---- elementwise, one operand

// Each is also a function of that name, to be passed on: jc_tree_map(jc_tanh, params). Functions of
// real numbers give f32 for integers.

#define JC_UNARY_DECLARE_(name)              \
  jc_array jc_##name##_(jc_array x, JC_AT_); \
  jc_array(jc_##name)(jc_array x);
// clang-format off
#define JC_UNARY_OPS_(X) \
  X(neg) X(abs) X(sign) X(square) X(sqrt) X(rsqrt) X(reciprocal) X(exp) X(expm1) X(log) \
  X(log1p) X(sin) X(cos) X(tanh) X(sigmoid) X(relu) X(silu) X(softplus) X(erf_inv) X(floor) \
  X(ceil) X(round) X(stop_gradient) X(isfinite) X(isinf) X(isnan) X(logical_not) \
  X(bitwise_not) X(real) X(imag) X(conj) X(angle)
// clang-format on
JC_UNARY_OPS_(JC_UNARY_DECLARE_)

#define jc_neg(x) jc_neg_(jc_lift(x), JC_HERE)                  // -x
#define jc_abs(x) jc_abs_(jc_lift(x), JC_HERE)                  // |x|; derivative 1 at 0
#define jc_sign(x) jc_sign_(jc_lift(x), JC_HERE)                // -1, 0, 1
#define jc_square(x) jc_square_(jc_lift(x), JC_HERE)            // x * x
#define jc_sqrt(x) jc_sqrt_(jc_lift(x), JC_HERE)                // square root
#define jc_rsqrt(x) jc_rsqrt_(jc_lift(x), JC_HERE)              // 1 / sqrt(x)
#define jc_reciprocal(x) jc_reciprocal_(jc_lift(x), JC_HERE)    // 1 / x
#define jc_exp(x) jc_exp_(jc_lift(x), JC_HERE)                  // e to the x
#define jc_expm1(x) jc_expm1_(jc_lift(x), JC_HERE)              // exp(x) - 1, exact near 0
#define jc_log(x) jc_log_(jc_lift(x), JC_HERE)                  // natural logarithm
#define jc_log1p(x) jc_log1p_(jc_lift(x), JC_HERE)              // log(1 + x), exact near 0
#define jc_sin(x) jc_sin_(jc_lift(x), JC_HERE)                  // sine of radians
#define jc_cos(x) jc_cos_(jc_lift(x), JC_HERE)                  // cosine of radians
#define jc_tanh(x) jc_tanh_(jc_lift(x), JC_HERE)                // hyperbolic tangent
#define jc_sigmoid(x) jc_sigmoid_(jc_lift(x), JC_HERE)          // 1 / (1 + exp(-x))
#define jc_relu(x) jc_relu_(jc_lift(x), JC_HERE)                // max(x, 0); derivative 0 at 0
#define jc_silu(x) jc_silu_(jc_lift(x), JC_HERE)                // x * sigmoid(x)
#define jc_softplus(x) jc_softplus_(jc_lift(x), JC_HERE)        // log(1 + exp(x)) without overflow
#define jc_erf_inv(x) jc_erf_inv_(jc_lift(x), JC_HERE)          // inverse of the error function
#define jc_floor(x) jc_floor_(jc_lift(x), JC_HERE)              // largest integer not above x
#define jc_ceil(x) jc_ceil_(jc_lift(x), JC_HERE)                // least integer not below x
#define jc_round(x) jc_round_(jc_lift(x), JC_HERE)              // nearest integer, halves to even
#define jc_isfinite(x) jc_isfinite_(jc_lift(x), JC_HERE)        // neither infinite nor NaN
#define jc_isinf(x) jc_isinf_(jc_lift(x), JC_HERE)              // infinite, either sign
#define jc_isnan(x) jc_isnan_(jc_lift(x), JC_HERE)              // not a number
#define jc_logical_not(x) jc_logical_not_(jc_lift(x), JC_HERE)  // x == 0
#define jc_bitwise_not(x) jc_bitwise_not_(jc_lift(x), JC_HERE)  // complement of bools and integers
#define jc_real(x) jc_real_(jc_lift(x), JC_HERE)    // real part; x itself where it is real
#define jc_imag(x) jc_imag_(jc_lift(x), JC_HERE)    // imaginary part; 0 where x is real
#define jc_conj(x) jc_conj_(jc_lift(x), JC_HERE)    // complex conjugate
#define jc_angle(x) jc_angle_(jc_lift(x), JC_HERE)  // argument, in -pi to pi
// x, whose derivative is taken to be zero.
#define jc_stop_gradient(x) jc_stop_gradient_(jc_lift(x), JC_HERE)

// jc_leaky_relu(x, slope): x where x >= 0, else slope * x.
jc_array jc_leaky_relu_(jc_array x, jc_array slope, JC_AT_);
#define jc_leaky_relu(x, slope) jc_leaky_relu_(jc_lift(x), jc_lift(slope), JC_HERE)

// ---- elementwise, two operands

// Shapes broadcast and dtypes promote as in JAX; lifted numbers are weak. Integers wrap.

#define JC_BINARY_DECLARE_(name)                         \
  jc_array jc_##name##_(jc_array a, jc_array b, JC_AT_); \
  jc_array(jc_##name)(jc_array a, jc_array b);
// clang-format off
#define JC_BINARY_OPS_(X) \
  X(add) X(sub) X(mul) X(div) X(true_divide) X(floor_divide) X(rem) X(mod) X(pow) X(maximum) \
  X(minimum) X(equal) X(not_equal) X(less) X(less_equal) X(greater) X(greater_equal) \
  X(logical_and) X(logical_or) X(logical_xor) X(bitwise_and) X(bitwise_or) X(bitwise_xor) \
  X(shift_left) X(shift_right) X(matmul) X(outer) X(complex)
// clang-format on
JC_BINARY_OPS_(JC_BINARY_DECLARE_)

#define JC_ADD2_(a, b) jc_add_(jc_lift(a), jc_lift(b), JC_HERE)
#define JC_ADD3_(a, b, c) jc_add_(JC_ADD2_(a, b), jc_lift(c), JC_HERE)
#define JC_MUL2_(a, b) jc_mul_(jc_lift(a), jc_lift(b), JC_HERE)
#define JC_MUL3_(a, b, c) jc_mul_(JC_MUL2_(a, b), jc_lift(c), JC_HERE)
#define JC_ARITY_(a, b, c, name, ...) name
// jc_add(a, b), jc_add(a, b, c): sum, left to right; jc_mul likewise: product.
#define jc_add(...) JC_ARITY_(__VA_ARGS__, JC_ADD3_, JC_ADD2_, ~)(__VA_ARGS__)
#define jc_mul(...) JC_ARITY_(__VA_ARGS__, JC_MUL3_, JC_MUL2_, ~)(__VA_ARGS__)
#define jc_sub(a, b) jc_sub_(jc_lift(a), jc_lift(b), JC_HERE)  // a - b
// a / b; integers truncate as C's, x / 0 is -1 (all ones).
#define jc_div(a, b) jc_div_(jc_lift(a), jc_lift(b), JC_HERE)
#define jc_true_divide(a, b) jc_true_divide_(jc_lift(a), jc_lift(b), JC_HERE)    // always a float
#define jc_floor_divide(a, b) jc_floor_divide_(jc_lift(a), jc_lift(b), JC_HERE)  // floor(a / b)
#define jc_rem(a, b) jc_rem_(jc_lift(a), jc_lift(b), JC_HERE)  // C's remainder: the sign of a
#define jc_mod(a, b) jc_mod_(jc_lift(a), jc_lift(b), JC_HERE)  // numpy's: the sign of b
#define jc_pow(a, b) jc_pow_(jc_lift(a), jc_lift(b), JC_HERE)  // a to the b
#define jc_maximum(a, b) jc_maximum_(jc_lift(a), jc_lift(b), JC_HERE)  // larger; NaN propagates
#define jc_minimum(a, b) jc_minimum_(jc_lift(a), jc_lift(b), JC_HERE)  // smaller; NaN propagates
#define jc_equal(a, b) jc_equal_(jc_lift(a), jc_lift(b), JC_HERE)      // a == b, as bool
#define jc_not_equal(a, b) jc_not_equal_(jc_lift(a), jc_lift(b), JC_HERE)          // a != b
#define jc_less(a, b) jc_less_(jc_lift(a), jc_lift(b), JC_HERE)                    // a < b
#define jc_less_equal(a, b) jc_less_equal_(jc_lift(a), jc_lift(b), JC_HERE)        // a <= b
#define jc_greater(a, b) jc_greater_(jc_lift(a), jc_lift(b), JC_HERE)              // a > b
#define jc_greater_equal(a, b) jc_greater_equal_(jc_lift(a), jc_lift(b), JC_HERE)  // a >= b
#define jc_logical_and(a, b) jc_logical_and_(jc_lift(a), jc_lift(b), JC_HERE)      // both non-zero
#define jc_logical_or(a, b) jc_logical_or_(jc_lift(a), jc_lift(b), JC_HERE)        // one non-zero
#define jc_logical_xor(a, b) jc_logical_xor_(jc_lift(a), jc_lift(b), JC_HERE)      // exactly one
#define jc_bitwise_and(a, b) jc_bitwise_and_(jc_lift(a), jc_lift(b), JC_HERE)      // a & b
#define jc_bitwise_or(a, b) jc_bitwise_or_(jc_lift(a), jc_lift(b), JC_HERE)        // a | b
#define jc_bitwise_xor(a, b) jc_bitwise_xor_(jc_lift(a), jc_lift(b), JC_HERE)      // a ^ b
#define jc_shift_left(a, b) jc_shift_left_(jc_lift(a), jc_lift(b), JC_HERE)  // 0 from the width up
// a >> b; the sign comes in for signed integers.
#define jc_shift_right(a, b) jc_shift_right_(jc_lift(a), jc_lift(b), JC_HERE)
// Matrix product by numpy's rules: vectors gain an axis for the product, leading axes are batches.
#define jc_matmul(a, b) jc_matmul_(jc_lift(a), jc_lift(b), JC_HERE)
// a + bi of real a and b: c64, or c128 where one is f64.
#define jc_complex(a, b) jc_complex_(jc_lift(a), jc_lift(b), JC_HERE)
// a[i] * b[j] of two vectors.
#define jc_outer(a, b) jc_outer_(jc_lift(a), jc_lift(b), JC_HERE)

// jc_where(c, a, b): a where c holds, else b. jc_clip(x, lo, hi): x within [lo, hi].
// jc_fma(a, b, c): a * b + c, rounded once.
#define JC_TERNARY_DECLARE_(name)                                    \
  jc_array jc_##name##_(jc_array a, jc_array b, jc_array c, JC_AT_); \
  jc_array(jc_##name)(jc_array a, jc_array b, jc_array c);
// clang-format off
#define JC_TERNARY_OPS_(X) \
  X(where) X(clip) X(fma)
// clang-format on
JC_TERNARY_OPS_(JC_TERNARY_DECLARE_)
#define jc_where(c, a, b) jc_where_(jc_lift(c), jc_lift(a), jc_lift(b), JC_HERE)
#define jc_clip(x, lo, hi) jc_clip_(jc_lift(x), jc_lift(lo), jc_lift(hi), JC_HERE)
#define jc_fma(a, b, c) jc_fma_(jc_lift(a), jc_lift(b), jc_lift(c), JC_HERE)

// ---- elementwise: more of mathematics

// Their accuracy is in docs/accuracy.md.
// clang-format off
#define JC_UNARY_MATH_(X) \
  X(exp2) X(log2) X(log10) X(cbrt) X(erf) X(erfc) X(tan) X(asin) X(acos) X(atan) X(sinh) \
  X(cosh) X(asinh) X(acosh) X(atanh) X(lgamma) X(digamma) X(i0e) X(i1e) X(trunc) \
  X(round_away) X(popcount) X(clz) X(isposinf) X(isneginf) X(nan_to_num) \
  X(entr) X(logit) X(ndtr) X(ndtri) X(log_ndtr) X(sinc) X(i0) X(i1)
#define JC_BINARY_MATH_(X) \
  X(atan2) X(nextafter) X(hypot) X(logaddexp) X(polygamma) X(zeta) X(xlogy) X(xlog1py)
// clang-format on
JC_UNARY_MATH_(JC_UNARY_DECLARE_)
JC_BINARY_MATH_(JC_BINARY_DECLARE_)
#define jc_exp2(x) jc_exp2_(jc_lift(x), JC_HERE)              // 2 to the x
#define jc_log2(x) jc_log2_(jc_lift(x), JC_HERE)              // logarithm to base 2
#define jc_log10(x) jc_log10_(jc_lift(x), JC_HERE)            // logarithm to base 10
#define jc_cbrt(x) jc_cbrt_(jc_lift(x), JC_HERE)              // cube root
#define jc_erf(x) jc_erf_(jc_lift(x), JC_HERE)                // error function
#define jc_erfc(x) jc_erfc_(jc_lift(x), JC_HERE)              // 1 - erf(x)
#define jc_tan(x) jc_tan_(jc_lift(x), JC_HERE)                // tangent of radians
#define jc_asin(x) jc_asin_(jc_lift(x), JC_HERE)              // inverse sine
#define jc_acos(x) jc_acos_(jc_lift(x), JC_HERE)              // inverse cosine
#define jc_atan(x) jc_atan_(jc_lift(x), JC_HERE)              // inverse tangent
#define jc_sinh(x) jc_sinh_(jc_lift(x), JC_HERE)              // hyperbolic sine
#define jc_cosh(x) jc_cosh_(jc_lift(x), JC_HERE)              // hyperbolic cosine
#define jc_asinh(x) jc_asinh_(jc_lift(x), JC_HERE)            // inverse hyperbolic sine
#define jc_acosh(x) jc_acosh_(jc_lift(x), JC_HERE)            // inverse hyperbolic cosine
#define jc_atanh(x) jc_atanh_(jc_lift(x), JC_HERE)            // inverse hyperbolic tangent
#define jc_lgamma(x) jc_lgamma_(jc_lift(x), JC_HERE)          // log of |gamma(x)|
#define jc_digamma(x) jc_digamma_(jc_lift(x), JC_HERE)        // derivative of lgamma
#define jc_i0e(x) jc_i0e_(jc_lift(x), JC_HERE)                // exp(-|x|) I0(x)
#define jc_i1e(x) jc_i1e_(jc_lift(x), JC_HERE)                // exp(-|x|) I1(x)
#define jc_i0(x) jc_i0_(jc_lift(x), JC_HERE)                  // modified Bessel function
#define jc_i1(x) jc_i1_(jc_lift(x), JC_HERE)                  // likewise, of order 1
#define jc_entr(x) jc_entr_(jc_lift(x), JC_HERE)              // -x log(x)
#define jc_logit(x) jc_logit_(jc_lift(x), JC_HERE)            // log(x / (1 - x))
#define jc_ndtr(x) jc_ndtr_(jc_lift(x), JC_HERE)              // normal distribution function
#define jc_ndtri(x) jc_ndtri_(jc_lift(x), JC_HERE)            // its inverse, of [0, 1]
#define jc_log_ndtr(x) jc_log_ndtr_(jc_lift(x), JC_HERE)      // its log, without underflow
#define jc_sinc(x) jc_sinc_(jc_lift(x), JC_HERE)              // sin(pi x) / (pi x)
#define jc_trunc(x) jc_trunc_(jc_lift(x), JC_HERE)            // integer part
#define jc_round_away(x) jc_round_away_(jc_lift(x), JC_HERE)  // nearest integer, halves away from 0
#define jc_popcount(x) jc_popcount_(jc_lift(x), JC_HERE)      // how many bits are set
#define jc_clz(x) jc_clz_(jc_lift(x), JC_HERE)  // how many bits stand above the highest set
#define jc_isposinf(x) jc_isposinf_(jc_lift(x), JC_HERE)  // x is inf
#define jc_isneginf(x) jc_isneginf_(jc_lift(x), JC_HERE)  // x is -inf
#define jc_nan_to_num(x) \
  jc_nan_to_num_(jc_lift(x), JC_HERE)  // NaN as 0, infinities as the largest numbers
// angle of the point (b, a), in (-pi, pi]
#define jc_atan2(a, b) jc_atan2_(jc_lift(a), jc_lift(b), JC_HERE)
// the next number from a towards b
#define jc_nextafter(a, b) jc_nextafter_(jc_lift(a), jc_lift(b), JC_HERE)
// sqrt(a^2 + b^2) without overflow
#define jc_hypot(a, b) jc_hypot_(jc_lift(a), jc_lift(b), JC_HERE)
// log(exp(a) + exp(b)) without overflow
#define jc_logaddexp(a, b) jc_logaddexp_(jc_lift(a), jc_lift(b), JC_HERE)
// derivative number a of digamma at b, which is above -9
#define jc_polygamma(a, b) jc_polygamma_(jc_lift(a), jc_lift(b), JC_HERE)
// Hurwitz's zeta: the sum of (b + k)^-a, k = 0, 1, ..; b above -9
#define jc_zeta(a, b) jc_zeta_(jc_lift(a), jc_lift(b), JC_HERE)
// a log(b) and a log(1 + b), which are 0 where a is
#define jc_xlogy(a, b) jc_xlogy_(jc_lift(a), jc_lift(b), JC_HERE)
#define jc_xlog1py(a, b) jc_xlog1py_(jc_lift(a), jc_lift(b), JC_HERE)

// jc_astype(x, JC_F64): other element type; floats to integers truncate and saturate, NaN gives 0.
jc_array jc_astype_(jc_array x, jc_dtype dtype, JC_AT_);
#define jc_astype(x, dtype) jc_astype_(jc_lift(x), dtype, JC_HERE)

#endif
