// jitc: numeric functions in plain C that are traced, differentiated, batched and compiled.
//
//   static jc_array loss(jc_array w, jc_array x) { return jc_sum(jc_square(jc_matmul(x, w))); }
//   JC_FN(jc_array, loss, jc_array, jc_array);
//   ... jc_array g = jc_jit(jc_grad(loss))(w, x);
//
// Every function below behaves as numpy's (or JAX's) of that name; what differs is said beside it.
// The first error sticks, with the caller's file and line: see jc_ok, jc_error, jc_finish. A failed
// operation gives a poison value, on which further operations do nothing.
#ifndef JITC_H
#define JITC_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

// ---- values

// An array, or inside a transformed function a traced stand-in for one. A struct, so that
// `if (x)`, `x + y` and `x == y` do not compile. Copying it copies no elements.
typedef struct jc_array {
  uint64_t handle;
} jc_array;

// Element types. Arithmetic in f16 and bf16 is that of f32, rounded after every op; sums and
// products of matrices are rounded once.
typedef enum jc_dtype {
  JC_F32,
  JC_F64,
  JC_I32,
  JC_I64,
  JC_U32,
  JC_BOOL,
  JC_U8,
  JC_I8,
  JC_I16,
  JC_U16,
  JC_U64,
  JC_F16,
  JC_BF16,
  JC_C64,  // float _Complex
  JC_C128  // double _Complex
} jc_dtype;

enum {
  JC_MAX_RANK = 16,
  JC_MAX_ARGS = 8,     // most parameters of a function handed to a transformation
  JC_NONE = INT32_MIN  // in .in_axes: the argument has no batch axis
};

// A counted list of sizes or axes.
typedef struct jc_dims {
  int n;
  int64_t d[JC_MAX_RANK];
} jc_dims;

// JC_SHAPE(32, 784): a shape; JC_SCALAR: the shape of a single number; JC_AXES(0, -1): axes,
// negative ones count from the last.
#define JC_SHAPE(...) \
  ((jc_dims){.n = sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t), .d = {__VA_ARGS__}})
#define JC_AXES(...) JC_SHAPE(__VA_ARGS__)
#define JC_SCALAR ((jc_dims){.n = 0})

// A counted list of arrays: JC_LIST(a, b, c), or JC_LIST_OF(v) of a C array `jc_array v[N]`.
typedef struct jc_list {
  int n;
  const jc_array *items;
} jc_list;
#define JC_LIST(...)                                                      \
  ((jc_list){(int)(sizeof((jc_array[]){__VA_ARGS__}) / sizeof(jc_array)), \
             (jc_array[]){__VA_ARGS__}})
#define JC_LIST_OF(v) ((jc_list){(int)(sizeof(v) / sizeof *(v)), (v)})

// A list of arrays behind one handle, for models whose number of arrays is known at run time only
// (jc_init makes one). It stands wherever a jc_array may as a parameter, a result or a member of a
// tree, and counts there as the arrays in it: see jc_params_of.
typedef struct jc_params {
  uint64_t handle;
} jc_params;

// The place of the call: every function with a macro of its name gets it.
#define JC_HERE __FILE__, __LINE__
#define JC_AT_ const char *file_, int line_

// `jc_auto r = jc_value_and_grad(f)(x);` declares r with the type of its initialiser.
#if __STDC_VERSION__ >= 202311L || defined __cplusplus
#define jc_auto auto
#else
#define jc_auto __extension__ __auto_type
#endif

// ---- numbers to arrays

// jc_lift(x): x itself, or a C number as a weakly typed scalar: in 0.5 * x it takes the dtype of x.
// Every operand below is lifted by itself. `true` is an int in C11: use jc_bool. A complex number
// is lifted with the precision of c64.
jc_array jc_lift_int_(int64_t v);
jc_array jc_lift_double_(double v);
jc_array jc_lift_bool_(bool v);
jc_array jc_lift_parts_(double re, double im);
#ifndef __cplusplus
static inline jc_array jc_lift_complex_(double _Complex v) {
  const union {
    double _Complex whole;
    double part[2];
  } u = {v};
  return jc_lift_parts_(u.part[0], u.part[1]);
}
#endif
#ifdef __cplusplus  // overloads stand for _Generic
extern "C++" {
static inline jc_array jc_lift(jc_array x) { return x; }
static inline jc_array jc_lift(bool v) { return jc_lift_bool_(v); }
static inline jc_array jc_lift(double v) { return jc_lift_double_(v); }
static inline jc_array jc_lift(long double v) { return jc_lift_double_((double)v); }
static inline jc_array jc_lift(float v) { return jc_lift_double_((double)v); }
template <class Integer>
static inline jc_array jc_lift(Integer v) {
  return jc_lift_int_((int64_t)v);
}
}
#else
static inline jc_array jc_lift_array_(jc_array x) { return x; }
// clang-format off
#define jc_lift(x)                  \
  _Generic((x),                     \
           jc_array: jc_lift_array_, \
           bool: jc_lift_bool_,      \
           float: jc_lift_double_,   \
           double: jc_lift_double_,  \
           long double: jc_lift_double_, \
           float _Complex: jc_lift_complex_, \
           double _Complex: jc_lift_complex_, \
           default: jc_lift_int_)(x)
// clang-format on
#endif

// Scalars of a fixed dtype.
jc_array jc_f32(double v);
jc_array jc_f64(double v);
jc_array jc_f16(double v);
jc_array jc_bf16(double v);
jc_array jc_i8(int8_t v);
jc_array jc_i16(int16_t v);
jc_array jc_i32(int32_t v);
jc_array jc_i64(int64_t v);
jc_array jc_u8(uint8_t v);
jc_array jc_u16(uint16_t v);
jc_array jc_u32(uint32_t v);
jc_array jc_u64(uint64_t v);
jc_array jc_bool(bool v);
jc_array jc_c64(double re, double im);
jc_array jc_c128(double re, double im);

// The dtype of the elements that a C pointer points to.
// clang-format off
#ifdef __cplusplus
extern "C++" {
#define JC_DTYPE_OF_(T, dtype) static inline jc_dtype JC_DTYPE_OF(const T *) { return dtype; }
JC_DTYPE_OF_(float, JC_F32) JC_DTYPE_OF_(double, JC_F64) JC_DTYPE_OF_(bool, JC_BOOL)
JC_DTYPE_OF_(signed char, JC_I8) JC_DTYPE_OF_(unsigned char, JC_U8) JC_DTYPE_OF_(short, JC_I16)
JC_DTYPE_OF_(unsigned short, JC_U16) JC_DTYPE_OF_(int, JC_I32) JC_DTYPE_OF_(unsigned, JC_U32)
JC_DTYPE_OF_(long, JC_I64) JC_DTYPE_OF_(unsigned long, JC_U64)
JC_DTYPE_OF_(long long, JC_I64) JC_DTYPE_OF_(unsigned long long, JC_U64)
#undef JC_DTYPE_OF_
}
#else
#define JC_DTYPE_OF(p)                                                                \
  _Generic(*(p), float: JC_F32, double: JC_F64, int32_t: JC_I32, int64_t: JC_I64,     \
           long long: JC_I64, uint32_t: JC_U32, bool: JC_BOOL, uint8_t: JC_U8,        \
           int8_t: JC_I8, int16_t: JC_I16, uint16_t: JC_U16, uint64_t: JC_U64,        \
           unsigned long long: JC_U64, float _Complex: JC_C64, double _Complex: JC_C128)
#endif
// clang-format on

// jc_from(p, 2, 3): copies 6 elements at p, in row-major order, into an array of shape [2, 3].
// A compound literal for p goes into parentheses of its own.
jc_array jc_from_(const void *p, jc_dtype dtype, jc_dims shape, JC_AT_);
#define jc_from(p, ...) jc_from_(p, JC_DTYPE_OF(p), JC_SHAPE(__VA_ARGS__), JC_HERE)

// jc_from_bits(p, JC_BF16, 2, 3): the same for a dtype of which C has only the bits (uint16_t).
#define jc_from_bits(p, dtype, ...) jc_from_(p, dtype, JC_SHAPE(__VA_ARGS__), JC_HERE)

// jc_borrow(p, 2, 3): the same without a copy: the elements must outlive the array; jitc never
// writes to them.
jc_array jc_borrow_(void *p, jc_dtype dtype, jc_dims shape, JC_AT_);
#define jc_borrow(p, ...) jc_borrow_(p, JC_DTYPE_OF(p), JC_SHAPE(__VA_ARGS__), JC_HERE)

// jc_vector(1, 2, 3): f32[3].
#define jc_vector(...)                           \
  jc_from_((const float[]){__VA_ARGS__}, JC_F32, \
           JC_SHAPE(sizeof((float[]){__VA_ARGS__}) / sizeof(float)), JC_HERE)

// A shape with a dtype (f32 where not given).
struct jc_like {
  jc_dims shape;
  jc_dtype dtype;
};
struct jc_fill {
  jc_dims shape;
  double value;
  jc_dtype dtype;
};
// jc_zeros(JC_SHAPE(2, 3)), jc_ones(shape, JC_I32), jc_full(shape, 0.5, JC_F64): f32 by default.
jc_array jc_zeros_(struct jc_like like, JC_AT_);
jc_array jc_ones_(struct jc_like like, JC_AT_);
jc_array jc_full_(struct jc_fill fill, JC_AT_);
#define jc_zeros(...) jc_zeros_((struct jc_like){.shape = __VA_ARGS__}, JC_HERE)
#define jc_ones(...) jc_ones_((struct jc_like){.shape = __VA_ARGS__}, JC_HERE)
#define jc_full(...) jc_full_((struct jc_fill){.shape = __VA_ARGS__}, JC_HERE)

// Zeros, ones or copies of a number in the shape and dtype of x.
jc_array jc_zeros_like_(jc_array x, JC_AT_);
jc_array jc_ones_like_(jc_array x, JC_AT_);
jc_array jc_full_like_(jc_array x, jc_array v, JC_AT_);
#define jc_zeros_like(x) jc_zeros_like_(x, JC_HERE)
#define jc_ones_like(x) jc_ones_like_(x, JC_HERE)
#define jc_full_like(x, v) jc_full_like_(x, jc_lift(v), JC_HERE)

// jc_arange(n): 0, 1, ..., n - 1 as i32. jc_arange(a, b), jc_arange(a, b, step): a, a + step, ..
// before b: i32, or f32 where one of them is no integer; jc_arange(a, b, step, JC_I64): of a dtype.
struct jc_arange {
  double start, stop, step;
  jc_dtype dtype;
};
jc_array jc_arange_(struct jc_arange a, JC_AT_);
#ifdef __cplusplus
extern "C++" {
static inline jc_dtype JC_ARANGE_DTYPE_(double) { return JC_F32; }
static inline jc_dtype JC_ARANGE_DTYPE_(float) { return JC_F32; }
template <class Integer>
static inline jc_dtype JC_ARANGE_DTYPE_(Integer) {
  return JC_I32;
}
}
#else
#define JC_ARANGE_DTYPE_(x) _Generic((x), float : JC_F32, double : JC_F32, default : JC_I32)
#endif
#define JC_ARANGE4_(a, b, c, d) jc_arange_((struct jc_arange){a, b, c, d}, JC_HERE)
#define JC_ARANGE3_(a, b, c) JC_ARANGE4_(a, b, c, JC_ARANGE_DTYPE_((a) + (b) + (c)))
#define JC_ARANGE2_(a, b) JC_ARANGE4_(a, b, 1, JC_ARANGE_DTYPE_((a) + (b)))
#define JC_ARANGE1_(n) JC_ARANGE4_(0, n, 1, JC_ARANGE_DTYPE_(n))
#define JC_ARITY4_(a, b, c, d, name, ...) name
#define jc_arange(...) \
  JC_ARITY4_(__VA_ARGS__, JC_ARANGE4_, JC_ARANGE3_, JC_ARANGE2_, JC_ARANGE1_, ~)(__VA_ARGS__)

// jc_linspace(a, b, n): n f32 numbers from a to b, both included.
jc_array jc_linspace_(double start, double stop, int64_t n, JC_AT_);
#define jc_linspace(start, stop, n) jc_linspace_(start, stop, n, JC_HERE)

// jc_eye(n), jc_eye(n, JC_F64): the unit matrix; .m = 4: of so many columns, .k = 1: ones on that
// diagonal.
struct jc_eye {
  int64_t n;
  jc_dtype dtype;
  int64_t m, k;
};
jc_array jc_eye_(struct jc_eye eye, JC_AT_);
#define jc_eye(...) jc_eye_((struct jc_eye){.n = __VA_ARGS__}, JC_HERE)

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
// derivative number a of digamma at b
#define jc_polygamma(a, b) jc_polygamma_(jc_lift(a), jc_lift(b), JC_HERE)
// Hurwitz's zeta: the sum of (b + k)^-a, k = 0, 1, ..
#define jc_zeta(a, b) jc_zeta_(jc_lift(a), jc_lift(b), JC_HERE)
// a log(b) and a log(1 + b), which are 0 where a is
#define jc_xlogy(a, b) jc_xlogy_(jc_lift(a), jc_lift(b), JC_HERE)
#define jc_xlog1py(a, b) jc_xlog1py_(jc_lift(a), jc_lift(b), JC_HERE)

// jc_astype(x, JC_F64): other element type; floats to integers truncate and saturate, NaN gives 0.
jc_array jc_astype_(jc_array x, jc_dtype dtype, JC_AT_);
#define jc_astype(x, dtype) jc_astype_(jc_lift(x), dtype, JC_HERE)

// ---- reductions

// jc_sum(x), jc_sum(x, .axes = JC_AXES(0, 1), .keepdims = true): over all axes where none is given.
struct jc_reduce {
  jc_array x;
  jc_dims axes;
  bool keepdims;
  double ddof;   // jc_var, jc_std: what is taken off the count
  double ord;    // jc_norm
  bool nuclear;  // jc_norm
};
#define JC_REDUCE_DECLARE_(name)                     \
  jc_array jc_##name##_(struct jc_reduce r, JC_AT_); \
  jc_array(jc_##name)(jc_array x);
// clang-format off
#define JC_REDUCE_OPS_(X) \
  X(sum) X(prod) X(mean) X(max) X(min) X(all) X(any) X(logsumexp) X(norm) X(var) X(std) \
  X(count_nonzero)
// clang-format on
JC_REDUCE_OPS_(JC_REDUCE_DECLARE_)
#define jc_sum(...) jc_sum_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)    // 0 of nothing
#define jc_prod(...) jc_prod_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)  // 1 of nothing
#define jc_mean(...) jc_mean_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)  // f32 of integers
#define jc_max(...) jc_max_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)    // NaN propagates
#define jc_min(...) jc_min_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)    // NaN propagates
#define jc_all(...) jc_all_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)    // none is zero
#define jc_any(...) jc_any_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)    // one is not zero
// log(sum(exp(x))) without overflow.
#define jc_logsumexp(...) jc_logsumexp_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)
// sqrt(sum(|x|^2)) of all elements or over .axes. .ord = p, over one axis: (sum |x|^p)^(1 / p), p
// also INFINITY, -INFINITY (largest, least) and -0.0 (how many are not 0; 0 is not given); over
// two, of matrices: 1, INFINITY (largest sum of a column, of a row), 2 (largest singular value),
// and -1, -INFINITY, -2 for the least; .nuclear = true: the sum of singular values.
#define jc_norm(...) jc_norm_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)
// Variance and standard deviation; .ddof = 1 for the unbiased estimate.
#define jc_var(...) jc_var_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)
#define jc_std(...) jc_std_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)
// How many elements are not zero, as i32.
#define jc_count_nonzero(...) jc_count_nonzero_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)

// Functions along one axis, which is always given; negative counts from the last.
#define JC_ALONG_DECLARE_(name) jc_array jc_##name##_(jc_array x, int axis, JC_AT_);
// clang-format off
#define JC_ALONG_OPS_(X) \
  X(argmax) X(argmin) X(softmax) X(log_softmax)
// clang-format on
JC_ALONG_OPS_(JC_ALONG_DECLARE_)
#define jc_argmax(x, axis) jc_argmax_(x, axis, JC_HERE)  // i32; the first NaN, else first largest
#define jc_argmin(x, axis) jc_argmin_(x, axis, JC_HERE)  // i32; the first NaN, else first smallest
#define jc_softmax(x, axis) jc_softmax_(x, axis, JC_HERE)          // exp(x) over its sum
#define jc_log_softmax(x, axis) jc_log_softmax_(x, axis, JC_HERE)  // log of softmax

// jc_sort(x, axis): ascending, NaN last; jc_argsort(x, axis): the i32 indices that sort x. Both are
// stable: equals stay in their order, also with .descending = true (NaN first).
struct jc_sort {
  jc_array x;
  int axis;
  bool descending;
};
jc_array jc_sort_(struct jc_sort sort, JC_AT_);
jc_array jc_argsort_(struct jc_sort sort, JC_AT_);
#define jc_sort(a, ...) jc_sort_((struct jc_sort){.x = jc_lift(a), .axis = __VA_ARGS__}, JC_HERE)
#define jc_argsort(a, ...) \
  jc_argsort_((struct jc_sort){.x = jc_lift(a), .axis = __VA_ARGS__}, JC_HERE)
// jc_lexsort(JC_LIST(b, a)): the i32 indices that sort by a, then by b; of vectors.
jc_array jc_lexsort_(jc_list keys, JC_AT_);
#define jc_lexsort(keys) jc_lexsort_(keys, JC_HERE)
// jc_top_k(x, k): the k largest of the last axis, largest first, and their i32 indices. Of equals
// the first comes first; NaN is largest.
struct jc_top_k {
  jc_array values, indices;
};
struct jc_top_k jc_top_k_(jc_array x, int64_t k, JC_AT_);
#define jc_top_k(x, k) jc_top_k_(x, k, JC_HERE)
// jc_searchsorted(sorted, v): for each v the i32 number of elements of a sorted vector in front of
// it: those that are less, or (.right = true) not greater. NaN is behind all others.
struct jc_searchsorted {
  jc_array sorted, v;
  bool right;
  char end_;
};
jc_array jc_searchsorted_(struct jc_searchsorted search, JC_AT_);
#define jc_searchsorted(a, ...) JC_SEARCHSORTED_(a, __VA_ARGS__, .end_ = 0)
#define JC_SEARCHSORTED_(a, b, ...) \
  jc_searchsorted_((struct jc_searchsorted){.sorted = (a), .v = jc_lift(b), __VA_ARGS__}, JC_HERE)

// jc_cumsum(x, axis), jc_cumsum(x, axis, .reverse = true): of the elements up to each one along an
// axis, or of those from it on: sum, product, largest, smallest, log of the sum of exp. bools count
// as i32 in sums and products.
struct jc_cumulative {
  jc_array x;
  int axis;
  bool reverse;
};
// clang-format off
#define JC_CUMULATIVE_OPS_(X) X(cumsum) X(cumprod) X(cummax) X(cummin) X(cumlogsumexp)
// clang-format on
#define JC_CUMULATIVE_DECLARE_(name) jc_array jc_##name##_(struct jc_cumulative along, JC_AT_);
JC_CUMULATIVE_OPS_(JC_CUMULATIVE_DECLARE_)
#define JC_CUMULATIVE_(name, a, ...) \
  name((struct jc_cumulative){.x = (a), .axis = __VA_ARGS__}, JC_HERE)
#define jc_cumsum(a, ...) JC_CUMULATIVE_(jc_cumsum_, a, __VA_ARGS__)
#define jc_cumprod(a, ...) JC_CUMULATIVE_(jc_cumprod_, a, __VA_ARGS__)
#define jc_cummax(a, ...) JC_CUMULATIVE_(jc_cummax_, a, __VA_ARGS__)
#define jc_cummin(a, ...) JC_CUMULATIVE_(jc_cummin_, a, __VA_ARGS__)
#define jc_cumlogsumexp(a, ...) JC_CUMULATIVE_(jc_cumlogsumexp_, a, __VA_ARGS__)

// jc_conv(x, w, .strides = JC_SHAPE(2), .padding = JC_SAME): x is [N, space.., C], w is
// [space.., C / groups, O] and not flipped, as in stax and flax. Other layouts by a string, as
// "NCHW,OIHW,NCHW" or "NWC,WIO,NWC". One stride or dilation counts for all dimensions. Sums run
// over w's dimensions in their order.
typedef enum jc_padding { JC_VALID, JC_SAME } jc_padding;  // JC_SAME: an odd zero goes behind
struct jc_conv {
  jc_array w;
  jc_dims strides;
  jc_padding padding;
  jc_dims pads;          // in place of padding: low and high of each spatial dimension
  jc_dims dilation;      // of w
  jc_dims lhs_dilation;  // of x
  int groups;            // 0: one
  const char *layout;
};
jc_array jc_conv_(jc_array x, struct jc_conv c, JC_AT_);
#define jc_conv(x, ...) jc_conv_(x, (struct jc_conv){.w = __VA_ARGS__}, JC_HERE)
// The same with x's elements `strides` apart: JAX's conv_transpose.
jc_array jc_conv_transpose_(jc_array x, struct jc_conv c, JC_AT_);
#define jc_conv_transpose(x, ...) jc_conv_transpose_(x, (struct jc_conv){.w = __VA_ARGS__}, JC_HERE)

// jc_max_pool(x, JC_SHAPE(2, 2), .strides = JC_SHAPE(2)): x is [N, space.., C]; strides are 1 if
// not given. The gradient of a maximum goes to the first of equals; averages count padding as
// zeros.
struct jc_pool {
  jc_dims window, strides;
  jc_padding padding;
  jc_dims pads;
};
jc_array jc_max_pool_(jc_array x, struct jc_pool o, JC_AT_);
jc_array jc_avg_pool_(jc_array x, struct jc_pool o, JC_AT_);
#define jc_max_pool(x, ...) jc_max_pool_(x, (struct jc_pool){.window = __VA_ARGS__}, JC_HERE)
#define jc_avg_pool(x, ...) jc_avg_pool_(x, (struct jc_pool){.window = __VA_ARGS__}, JC_HERE)

// jc_one_hot(labels, 10), jc_one_hot(labels, 10, JC_BF16): f32 or of a dtype, a new last axis; a
// label out of range gives a zero row.
struct jc_one_hot {
  int64_t classes;
  jc_dtype dtype;
};
jc_array jc_one_hot_(jc_array labels, struct jc_one_hot h, JC_AT_);
#define jc_one_hot(labels, ...) \
  jc_one_hot_(labels, (struct jc_one_hot){.classes = __VA_ARGS__}, JC_HERE)

// ---- shape

// jc_reshape(x, -1, 784): one size may be -1, what is left. jc_ravel(x): one axis.
jc_array jc_reshape_(jc_array x, jc_dims shape, JC_AT_);
#define jc_reshape(x, ...) jc_reshape_(x, JC_SHAPE(__VA_ARGS__), JC_HERE)
#define jc_ravel(x) jc_reshape(x, -1)

// jc_transpose(x), jc_transpose(x, .axes = JC_AXES(1, 0, 2)): axes reversed where none are given.
struct jc_transpose {
  jc_array x;
  jc_dims axes;
};
jc_array jc_transpose_(struct jc_transpose t, JC_AT_);
#define jc_transpose(...) jc_transpose_((struct jc_transpose){.x = __VA_ARGS__}, JC_HERE)

// A new axis of size 1 at `axis`; jc_squeeze(x, axis) takes one away.
jc_array jc_expand_dims_(jc_array x, int axis, JC_AT_);
jc_array jc_squeeze_(jc_array x, int axis, JC_AT_);
#define jc_expand_dims(x, axis) jc_expand_dims_(x, axis, JC_HERE)
#define jc_squeeze(x, axis) jc_squeeze_(x, axis, JC_HERE)

// jc_broadcast_to(x, JC_SHAPE(8, 3)).
jc_array jc_broadcast_to_(jc_array x, jc_dims shape, JC_AT_);
#define jc_broadcast_to(x, shape) jc_broadcast_to_(jc_lift(x), shape, JC_HERE)

// jc_flip(x, axis): elements in reverse order.
jc_array jc_flip_(jc_array x, int axis, JC_AT_);
#define jc_flip(x, axis) jc_flip_(x, axis, JC_HERE)

// jc_stack(JC_LIST(a, b), 0): along a new axis; jc_concatenate(JC_LIST(a, b), 0): along one of
// theirs.
jc_array jc_stack_(jc_list list, int axis, JC_AT_);
jc_array jc_concatenate_(jc_list list, int axis, JC_AT_);
#define jc_stack(list, axis) jc_stack_(list, axis, JC_HERE)
#define jc_concatenate(list, axis) jc_concatenate_(list, axis, JC_HERE)

// ---- indexing

// Negative indices count from the end. A C index out of range is an error; indices in arrays are
// clamped to the range.

// jc_at(x, i): x[i], of an int or an integer array.
jc_array jc_at_(jc_array x, jc_array i, JC_AT_);
#define jc_at(x, i) jc_at_(x, jc_lift(i), JC_HERE)

// What reading outside an array gives.
typedef enum jc_mode {
  JC_CLIP,  // the nearest slice
  JC_FILL,  // NaN, 0 for integers
  JC_WRAP,  // the slice at the index modulo the size
} jc_mode;
// jc_take(x, rows, axis): the slices of x at `rows` along an axis; .mode = JC_FILL or JC_WRAP.
struct jc_take {
  int axis;
  jc_mode mode;
};
jc_array jc_take_(jc_array x, jc_array indices, struct jc_take t, JC_AT_);
#define jc_take(x, indices, ...) \
  jc_take_(x, jc_lift(indices), (struct jc_take){.axis = __VA_ARGS__}, JC_HERE)
// jc_take_along_axis(x, i, axis): x[.., i[.., k, ..], ..], i of x's rank; other axes broadcast.
jc_array jc_take_along_axis_(jc_array x, jc_array indices, struct jc_take t, JC_AT_);
#define jc_take_along_axis(x, indices, ...) \
  jc_take_along_axis_(x, jc_lift(indices), (struct jc_take){.axis = __VA_ARGS__}, JC_HERE)

// jc_at_set(x, i, v): x with x[i] = v, of an int or an integer array; v broadcasts to the shape of
// x[i]. Where indices repeat the last one stays; those out of range do nothing. jc_at_add,
// jc_at_mul, jc_at_max, jc_at_min combine x[i] with v, with each of them where indices repeat.
#define JC_AT_DECLARE_(name) jc_array jc_at_##name##_(jc_array x, jc_array i, jc_array v, JC_AT_);
JC_AT_DECLARE_(set)
JC_AT_DECLARE_(add)
JC_AT_DECLARE_(mul)
JC_AT_DECLARE_(max)
JC_AT_DECLARE_(min)
#define jc_at_set(x, i, v) jc_at_set_(x, jc_lift(i), jc_lift(v), JC_HERE)
#define jc_at_add(x, i, v) jc_at_add_(x, jc_lift(i), jc_lift(v), JC_HERE)
#define jc_at_mul(x, i, v) jc_at_mul_(x, jc_lift(i), jc_lift(v), JC_HERE)
#define jc_at_max(x, i, v) jc_at_max_(x, jc_lift(i), jc_lift(v), JC_HERE)
#define jc_at_min(x, i, v) jc_at_min_(x, jc_lift(i), jc_lift(v), JC_HERE)

// jc_slice(x, JC_AXES(0, 2), JC_AXES(4, 6)), with .strides: x[0:4, 2:6]; one start and limit per
// axis.
struct jc_slice {
  jc_dims limit, strides;
};
jc_array jc_slice_(jc_array x, jc_dims start, struct jc_slice s, JC_AT_);
#define jc_slice(x, start, ...) \
  jc_slice_(x, start, (struct jc_slice){.limit = __VA_ARGS__}, JC_HERE)

// jc_dynamic_slice(x, JC_LIST(i, j), JC_SHAPE(2, 2)): a window whose start is computed; starts are
// clamped so that it fits. jc_dynamic_update_slice(x, v, JC_LIST(i, j)): x with v written there.
jc_array jc_dynamic_slice_(jc_array x, jc_list start, jc_dims sizes, JC_AT_);
jc_array jc_dynamic_update_slice_(jc_array x, jc_array v, jc_list start, JC_AT_);
#define jc_dynamic_slice(x, start, sizes) jc_dynamic_slice_(x, start, sizes, JC_HERE)
#define jc_dynamic_update_slice(x, v, start) jc_dynamic_update_slice_(x, v, start, JC_HERE)

// ---- random

// threefry2x32 as JAX has it: the same key gives the same bits as JAX. A key is u32[2]. Use each
// key once: split it, or fold a counter into it. Every draw can be given .layout = JC_ORIGINAL, for
// the numbers of jax_threefry_partitionable = False, the default of JAX before 0.5.
typedef enum jc_random_layout { JC_PARTITIONABLE, JC_ORIGINAL } jc_random_layout;

// The key of a seed.
jc_array jc_key_(uint64_t seed, JC_AT_);
#define jc_key(seed) jc_key_(seed, JC_HERE)
// jc_split(key), jc_split(key, 3): new keys, u32[n, 2]; take them with jc_at. Two by default.
struct jc_split {
  jc_array key;
  int64_t n;
  jc_random_layout layout;
};
jc_array jc_split_(struct jc_split s, JC_AT_);
#define jc_split(...) jc_split_((struct jc_split){.key = __VA_ARGS__}, JC_HERE)
// Splits *key: one half stays there, the other is returned. At most one in an expression.
jc_array jc_next_key_(jc_array *key, JC_AT_);
#define jc_next_key(key) jc_next_key_(key, JC_HERE)
// A key made of a key and a number.
jc_array jc_fold_in_(jc_array key, jc_array data, JC_AT_);
#define jc_fold_in(key, data) jc_fold_in_(key, jc_lift(data), JC_HERE)
// jc_bits(key, shape): u32; jc_bits(key, shape, JC_U8): of another unsigned dtype.
struct jc_bits {
  jc_dims shape;
  jc_dtype dtype;
  jc_random_layout layout;
};
jc_array jc_bits_(jc_array key, struct jc_bits b, JC_AT_);
#define jc_bits(key, ...) jc_bits_(key, (struct jc_bits){.shape = __VA_ARGS__}, JC_HERE)
// jc_uniform(key, shape, dtype, .minval =, .maxval =): in [minval, maxval), [0, 1) by default.
struct jc_uniform {
  jc_dims shape;
  jc_dtype dtype;
  double minval, maxval;
  jc_random_layout layout;
};
jc_array jc_uniform_(jc_array key, struct jc_uniform u, JC_AT_);
#define jc_uniform(key, ...) jc_uniform_(key, (struct jc_uniform){.shape = __VA_ARGS__}, JC_HERE)
// What a distribution without further options draws: f32 by default.
struct jc_drawn {
  jc_dims shape;
  jc_dtype dtype;
  jc_random_layout layout;
};
// jc_normal(key, shape, dtype): mean 0, deviation 1.
jc_array jc_normal_(jc_array key, struct jc_drawn s, JC_AT_);
#define jc_normal(key, ...) jc_normal_(key, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
// jc_truncated_normal(key, lo, hi, shape): a normal number given that it lies between lo and hi.
jc_array jc_truncated_normal_(jc_array key, double lo, double hi, struct jc_drawn s, JC_AT_);
#define jc_truncated_normal(key, lo, hi, ...) \
  jc_truncated_normal_(key, lo, hi, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
// jc_exponential(key, shape): rate 1; jc_gumbel, jc_laplace, jc_logistic_draw: location 0, scale 1.
jc_array jc_exponential_(jc_array key, struct jc_drawn s, JC_AT_);
#define jc_exponential(key, ...) \
  jc_exponential_(key, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
jc_array jc_gumbel_(jc_array key, struct jc_drawn s, JC_AT_);
#define jc_gumbel(key, ...) jc_gumbel_(key, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
jc_array jc_laplace_(jc_array key, struct jc_drawn s, JC_AT_);
#define jc_laplace(key, ...) jc_laplace_(key, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
jc_array jc_logistic_draw_(jc_array key, struct jc_drawn s, JC_AT_);
#define jc_logistic_draw(key, ...) \
  jc_logistic_draw_(key, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
// jc_randint(key, lo, hi, shape): i32 in [lo, hi); jc_randint(key, lo, hi, shape, JC_I64): of
// another integer dtype.
struct jc_randint {
  jc_dims shape;
  jc_dtype dtype;
  jc_random_layout layout;
};
jc_array jc_randint_(jc_array key, int64_t lo, int64_t hi, struct jc_randint r, JC_AT_);
#define jc_randint(key, lo, hi, ...) \
  jc_randint_(key, lo, hi, (struct jc_randint){.shape = __VA_ARGS__}, JC_HERE)
// jc_bernoulli(key, p, shape): true with probability p.
jc_array jc_bernoulli_(jc_array key, jc_array p, struct jc_drawn b, JC_AT_);
#define jc_bernoulli(key, p, ...) \
  jc_bernoulli_(key, jc_lift(p), (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
// jc_categorical(key, logits, shape): i32 indices along the logits' last axis, drawn with the
// probabilities softmax(logits); the result has `shape`, then the logits' other axes.
jc_array jc_categorical_(jc_array key, jc_array logits, struct jc_drawn s, JC_AT_);
#define jc_categorical(key, logits, ...) \
  jc_categorical_(key, logits, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
// jc_permutation(key, n): 0 .. n - 1 in random order, i32.
struct jc_permutation {
  int64_t n;
  jc_random_layout layout;
};
jc_array jc_permutation_(jc_array key, struct jc_permutation p, JC_AT_);
#define jc_permutation(key, ...) \
  jc_permutation_(key, (struct jc_permutation){.n = __VA_ARGS__}, JC_HERE)
// jc_choice(key, n, k): k of 0 .. n - 1, each drawn anew unless .without_replacement = true; .p = a
// vector of n probabilities. Of an array: jc_take(x, jc_choice(..), axis).
struct jc_choice {
  int64_t k;
  bool without_replacement;
  jc_random_layout layout;
  jc_array p;
};
jc_array jc_choice_(jc_array key, int64_t n, struct jc_choice c, JC_AT_);
#define jc_choice(key, n, ...) jc_choice_(key, n, (struct jc_choice){.k = __VA_ARGS__}, JC_HERE)

// ---- functions

// A function can be transformed when JC_FN stands behind it, at file scope:
//
//   static jc_array loss(Mlp p, jc_array x, jc_array y) { ... }
//   JC_FN(jc_array, loss, Mlp, jc_array, jc_array);
//
// Parameters (1 to 8) and the result are jc_array or trees: structs, by value, made of arrays, of
// such structs and of C arrays of them. Parameters may also be static: bool, int, unsigned, long,
// float, double, char *, jc_opt, and pointers to static storage or functions; under jc_jit each
// value of a static parameter is compiled for itself, so a number that changes often should be a
// jc_array. Helpers that are only called need no JC_FN.

typedef void (*jc_fn)(void);  // any function

// What JC_FN tells about a result or parameter. kind: a array, t struct, b i u l f d numbers,
// s string, o jc_opt, p pointer, x struct with floats that travels otherwise than one of arrays.
struct jc_param_ {
  const char *type;
  size_t size, align;
  char kind;
};
struct jc_field_ {
  const char *name;
  size_t offset, size;
  char kind;
};
enum { JC_ABI_ = 1 };  // the form of these tables
void jc_register_(int abi, const char *name, jc_fn f, const void *unit, int n,
                  const struct jc_param_ *result_and_params, JC_AT_);
void jc_register_tree_(int abi, const char *type, const void *unit, size_t size, int n,
                       const struct jc_field_ *fields, JC_AT_);
// Called as if they took a struct of one or two words: whether its words arrive as those of arrays
// do. C cannot look into a struct, but one with floats comes in other registers.
struct jc_word_ {
  uint64_t w[1];
};
struct jc_words_ {
  uint64_t w[2];
};
#define JC_PATTERN_ \
  { UINT64_C(0x7ff8a5c31d2e4f60), UINT64_C(0x7ff85a3ce2d1b09f) }
bool jc_word_arrives_(struct jc_word_ w);
bool jc_words_arrive_(struct jc_words_ w);
__attribute__((unused)) static char jc_unit_;  // its address names the translation unit

// Signatures are registered before any function is made of them.
#define JC_BEFORE_MAIN_ __attribute__((constructor(1000)))

// A struct that mixes arrays with plain fields lists its fields:
//   JC_TREE(Conv, w, b, stride);
// Plain fields are static. It also gives leaves their names, and may be given for any tree. A field
// is an array, a number, a string, or a struct or C array made only of arrays.
#define JC_TREE(T, ...)                                                                            \
  JC_BEFORE_MAIN_ static void jc_register_tree_##T(void) {                                         \
    static const struct jc_field_ fields[] = {JC_EACH_(JC_FIELD_ROW_, T, __VA_ARGS__)};            \
    jc_register_tree_(JC_ABI_, #T, &jc_unit_, sizeof(T), JC_COUNT_(__VA_ARGS__), fields, JC_HERE); \
  }                                                                                                \
  struct jc_tree_of_##T
#define JC_FIELD_ROW_(T, i, field) \
  {#field, offsetof(T, field), sizeof(((T *)0)->field), JC_KIND_OF_(((T *)0)->field)},

// clang-format off
#define JC_KIND_OF_(x)                                                                        \
  _Generic((x), jc_array: 'a', jc_params: 'a', bool: 'b', int: 'i', unsigned: 'u', long: 'l', long long: 'l', \
           unsigned long: 'l', float: 'f', double: 'd', char *: 's', const char *: 's',       \
           jc_array *: 'v', jc_opt: 'o', default: __builtin_classify_type(x) == 5 ? 'p' : 't')
// clang-format on
#define JC_PARAM_ROW_(c, i, T) {#T, sizeof(T), _Alignof(T), JC_KIND_OF_(*(T *)0)},
// Turns the kind of a struct that travels otherwise into x. Volatile: an optimizer that knew the
// callee would pass what it wants.
#define JC_PARAM_PROBE_(row, i, T)                                                          \
  if (row->kind == 't' && (sizeof(T) == 8 || sizeof(T) == 16)) {                            \
    union {                                                                                 \
      uint64_t w[2];                                                                        \
      T value;                                                                              \
    } probe_ = {JC_PATTERN_};                                                               \
    jc_fn volatile f_ = sizeof(T) == 8 ? (jc_fn)jc_word_arrives_ : (jc_fn)jc_words_arrive_; \
    if (!((bool (*)(T))f_)(probe_.value)) row->kind = 'x';                                  \
  }                                                                                         \
  row++;

// Preprocessor kit: JC_EACH_(m, c, x, y, ...) is m(c, 0, x) m(c, 1, y) ..., up to 16.
#define JC_CAT__(a, b) a##b
#define JC_CAT_(a, b) JC_CAT__(a, b)
#define JC_FIRST__(a, ...) a
#define JC_FIRST_(...) JC_FIRST__(__VA_ARGS__, ~)
#define JC_COUNT__(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, count, ...) count
#define JC_COUNT_(...) \
  JC_COUNT__(__VA_ARGS__, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, ~)
#define JC_EACH_(m, c, ...) JC_CAT_(JC_EACH_FROM_, JC_COUNT_(__VA_ARGS__))(m, c, __VA_ARGS__)
#define JC_EACH_FROM_1(m, c, a) m(c, 0, a)
#define JC_EACH_FROM_2(m, c, a, b) m(c, 0, a) m(c, 1, b)
#define JC_EACH_FROM_3(m, c, a, b, d) JC_EACH_FROM_2(m, c, a, b) m(c, 2, d)
#define JC_EACH_FROM_4(m, c, a, b, d, e) JC_EACH_FROM_3(m, c, a, b, d) m(c, 3, e)
#define JC_EACH_FROM_5(m, c, a, b, d, e, f) JC_EACH_FROM_4(m, c, a, b, d, e) m(c, 4, f)
#define JC_EACH_FROM_6(m, c, a, b, d, e, f, g) JC_EACH_FROM_5(m, c, a, b, d, e, f) m(c, 5, g)
#define JC_EACH_FROM_7(m, c, a, b, d, e, f, g, h) JC_EACH_FROM_6(m, c, a, b, d, e, f, g) m(c, 6, h)
#define JC_EACH_FROM_8(m, c, a, b, d, e, f, g, h, i) \
  JC_EACH_FROM_7(m, c, a, b, d, e, f, g, h) m(c, 7, i)
#define JC_EACH_FROM_9(m, c, a, b, d, e, f, g, h, i, ...) \
  JC_EACH_FROM_8(m, c, a, b, d, e, f, g, h, i) JC_EACH_FROM_1(m, c, __VA_ARGS__)
#define JC_EACH_FROM_10(m, c, a, b, d, e, f, g, h, i, ...) \
  JC_EACH_FROM_8(m, c, a, b, d, e, f, g, h, i) JC_EACH_FROM_2(m, c, __VA_ARGS__)
#define JC_EACH_FROM_11(m, c, a, b, d, e, f, g, h, i, ...) \
  JC_EACH_FROM_8(m, c, a, b, d, e, f, g, h, i) JC_EACH_FROM_3(m, c, __VA_ARGS__)
#define JC_EACH_FROM_12(m, c, a, b, d, e, f, g, h, i, ...) \
  JC_EACH_FROM_8(m, c, a, b, d, e, f, g, h, i) JC_EACH_FROM_4(m, c, __VA_ARGS__)

// The types of everything derived from a function. Nothing of these structs is ever stored.
//   g0, g1, ..: its gradients     vg0, vg1, ..: value and gradient     jvp, vjp, ..
#define JC_GRAD_MEMBER_(params, i, T) T(*g##i) params;
#define JC_VALUE_GRAD_TYPE_(f, i, T) \
  struct jc_vg##i##_##f {            \
    jc_result_of_##f value;          \
    T grad;                          \
  };
#define JC_VALUE_GRAD_MEMBER_(f_params, i, T) \
  struct JC_CAT_(jc_vg##i##_, JC_HEAD_ f_params)(*vg##i) JC_TAIL_ f_params;
#define JC_HEAD_(f, ...) f
#define JC_TAIL_(f, ...) (__VA_ARGS__)
#define JC_ARGUMENT_(c, i, T) T a##i;

#define JC_FN(R, f, ...)                                                                       \
  _Static_assert(_Generic(&f, R(*)(__VA_ARGS__) : 1, default : 0),                             \
                 "JC_FN: this is not the signature of " #f);                                   \
  JC_FN_TYPES_(R, f, __VA_ARGS__);                                                             \
  JC_BEFORE_MAIN_ static void jc_register_fn_##f(void) {                                       \
    struct jc_param_ params_[] = {JC_EACH_(JC_PARAM_ROW_, , R, __VA_ARGS__)}, *row_ = params_; \
    JC_EACH_(JC_PARAM_PROBE_, row_, R, __VA_ARGS__)                                            \
    jc_register_(JC_ABI_, #f, (jc_fn)f, &jc_unit_, JC_COUNT_(__VA_ARGS__), params_, JC_HERE);  \
  }                                                                                            \
  struct jc_types_of_##f

#define JC_FN_TYPES_(R, f, ...)                                                      \
  typedef R jc_result_of_##f;                                                        \
  struct jc_jvp_##f {                                                                \
    R value, tangent;                                                                \
  };                                                                                 \
  struct jc_args_##f {                                                               \
    JC_EACH_(JC_ARGUMENT_, , __VA_ARGS__)                                            \
  };                                                                                 \
  struct jc_vjp_##f {                                                                \
    R value;                                                                         \
    struct jc_args_##f grads;                                                        \
  };                                                                                 \
  struct jc_linear_##f {                                                             \
    R value;                                                                         \
    jc_params linear;                                                                \
  };                                                                                 \
  JC_EACH_(JC_VALUE_GRAD_TYPE_, f, __VA_ARGS__)                                      \
  struct jc_types_of_##f {                                                           \
    JC_EACH_(JC_GRAD_MEMBER_, (__VA_ARGS__), __VA_ARGS__)                            \
    JC_EACH_(JC_VALUE_GRAD_MEMBER_, (f, __VA_ARGS__), __VA_ARGS__)                   \
    struct jc_jvp_##f (*jvp)(__VA_ARGS__, __VA_ARGS__);                              \
    struct jc_vjp_##f (*vjp)(__VA_ARGS__, R);                                        \
    struct jc_args_##f (*transposed)(__VA_ARGS__, R);                                \
    struct jc_linear_##f (*linearize)(__VA_ARGS__);                                  \
    R (*pushforward)(jc_params, __VA_ARGS__);                                        \
    struct jc_args_##f (*pullback)(jc_params, R);                                    \
  };                                                                                 \
  JC_FN_NAMES_(struct jc_types_of_##f, f);                                           \
  typedef __typeof__(*_Generic((R *)0, jc_array *                                    \
                               : _Generic((JC_FIRST_(__VA_ARGS__) *)0, jc_array *    \
                                          : (struct jc_types_of_##f *)0, default     \
                                          : (struct jc_grad_changed_the_result *)0), \
                                 default                                             \
                               : (struct jc_grad_changed_the_result *)0))            \
  JC_UNUSED_(JC_FN_MISSING_G1_##f),                                                  \
      JC_UNUSED_(JC_FN_MISSING_G2_##f), JC_UNUSED_(JC_FN_MISSING_G3_##f),            \
      JC_UNUSED_(JC_FN_MISSING_G4_##f)
struct jc_grad_changed_the_result {  // see JC_PEEL_: wrap jc_grad(f) in a function with its own
                                     // JC_FN
  char nothing;
};
#define JC_UNUSED_(name) name __attribute__((unused))
#define JC_FN_NAMES_(S, f)                                                 \
  typedef S JC_UNUSED_(JC_FN_MISSING_##f), JC_UNUSED_(JC_FN_MISSING1_##f), \
      JC_UNUSED_(JC_FN_MISSING2_##f), JC_UNUSED_(JC_FN_MISSING3_##f),      \
      JC_UNUSED_(JC_FN_MISSING4_##f), JC_UNUSED_(JC_FN_MISSING5_##f),      \
      JC_UNUSED_(JC_FN_MISSING_R_##f), JC_UNUSED_(JC_FN_MISSING_R1_##f),   \
      JC_UNUSED_(JC_FN_MISSING_R2_##f), JC_UNUSED_(JC_FN_MISSING_R3_##f),  \
      JC_UNUSED_(JC_FN_MISSING_R4_##f)

// JC_FN_AS(v, f): in a block where the variable or parameter v holds functions of f's signature, so
// that jc_grad(v) and its kin know the types.
#define JC_FN_AS(v, f)                                              \
  _Static_assert(_Generic((v), __typeof__(&*(f)) : 1, default : 0), \
                 "JC_FN_AS: " #v " and " #f " differ in type");     \
  JC_FN_NAMES_(struct jc_types_of_##f, v)

// ---- functions with derivatives of their own

// JC_CUSTOM_VJP(name, f, fwd, bwd), at file scope: `name` is f with this reverse derivative. Call
// and transform `name`; f itself keeps its own derivative.
//   R f(A, B);
//   Fwd fwd(A, B);            what it gives begins with f's result; what follows are the residuals
//   Grads bwd(Residuals, R);  from the residuals (jc_none for nothing) and the result's cotangent:
//                             a cotangent of each parameter's type, in their order, in one struct
//                             (the parameter's type alone where there is one); plain fields and
//                             cotangents of integers count for nothing
// JC_CUSTOM_JVP(name, f, jvp): with this forward derivative, which reverse mode transposes.
//   Pair jvp(A, B, A, B);     from the parameters and their tangents: {value, tangent}, R each
// All have a JC_FN. No derivative is taken by values that f uses from around it; there is no
// forward derivative of a JC_CUSTOM_VJP.
jc_fn jc_custom_jvp_(jc_fn f, jc_fn jvp, JC_AT_);
jc_fn jc_custom_vjp_(jc_fn f, jc_fn fwd, jc_fn bwd, JC_AT_);
#define JC_CUSTOM_JVP(name, f, jvp) \
  JC_CUSTOM_(name, f, jc_custom_jvp_((jc_fn)(f), (jc_fn)(jvp), JC_HERE))
#define JC_CUSTOM_VJP(name, f, fwd, bwd) \
  JC_CUSTOM_(name, f, jc_custom_vjp_((jc_fn)(f), (jc_fn)(fwd), (jc_fn)(bwd), JC_HERE))
#define JC_CUSTOM_(name, f, made)                                               \
  static JC_POINTER_TO_(f) JC_UNUSED_(name);                                    \
  JC_FN_NAMES_(struct jc_types_of_##f, name);                                   \
  typedef JC_FN_MISSING_G1_##f JC_UNUSED_(JC_FN_MISSING_G1_##name),             \
      JC_UNUSED_(JC_FN_MISSING_G2_##name), JC_UNUSED_(JC_FN_MISSING_G3_##name), \
      JC_UNUSED_(JC_FN_MISSING_G4_##name);                                      \
  __attribute__((constructor)) static void jc_make_##name(void) {               \
    name = (JC_POINTER_TO_(f))made;                                             \
  }                                                                             \
  struct jc_types_of_##f

// How a nest finds the types of the function it starts from. C cannot take a parameter's type out
// of a function's type, so JC_FN_MISSING_ is pasted onto the first token of the argument: for a
// name that gives a typedef of JC_FN, for another transformation one of the macros below, which
// peels it off and pastes onto what is inside; numbers count the level, for no macro expands inside
// itself. jvp, vjp and value_and_grad paste JC_FN_MISSING_R_, for their type has the result in it:
// there jc_grad leads to G, which has the types only where gradient and result are both jc_array.
#define JC_FN_MISSING_jc_jit(...) JC_FIRST_(JC_FN_MISSING1_##__VA_ARGS__)
#define JC_FN_MISSING1_jc_jit(...) JC_FIRST_(JC_FN_MISSING2_##__VA_ARGS__)
#define JC_FN_MISSING2_jc_jit(...) JC_FIRST_(JC_FN_MISSING3_##__VA_ARGS__)
#define JC_FN_MISSING3_jc_jit(...) JC_FIRST_(JC_FN_MISSING4_##__VA_ARGS__)
#define JC_FN_MISSING4_jc_jit(...) JC_FIRST_(JC_FN_MISSING5_##__VA_ARGS__)
#define JC_FN_MISSING_jc_vmap(...) JC_FIRST_(JC_FN_MISSING1_##__VA_ARGS__)
#define JC_FN_MISSING1_jc_vmap(...) JC_FIRST_(JC_FN_MISSING2_##__VA_ARGS__)
#define JC_FN_MISSING2_jc_vmap(...) JC_FIRST_(JC_FN_MISSING3_##__VA_ARGS__)
#define JC_FN_MISSING3_jc_vmap(...) JC_FIRST_(JC_FN_MISSING4_##__VA_ARGS__)
#define JC_FN_MISSING4_jc_vmap(...) JC_FIRST_(JC_FN_MISSING5_##__VA_ARGS__)
#define JC_FN_MISSING_jc_grad(...) JC_FIRST_(JC_FN_MISSING1_##__VA_ARGS__)
#define JC_FN_MISSING1_jc_grad(...) JC_FIRST_(JC_FN_MISSING2_##__VA_ARGS__)
#define JC_FN_MISSING2_jc_grad(...) JC_FIRST_(JC_FN_MISSING3_##__VA_ARGS__)
#define JC_FN_MISSING3_jc_grad(...) JC_FIRST_(JC_FN_MISSING4_##__VA_ARGS__)
#define JC_FN_MISSING4_jc_grad(...) JC_FIRST_(JC_FN_MISSING5_##__VA_ARGS__)
#define JC_FN_MISSING_jc_grad_arg(...) JC_FIRST_(JC_FN_MISSING1_##__VA_ARGS__)
#define JC_FN_MISSING1_jc_grad_arg(...) JC_FIRST_(JC_FN_MISSING2_##__VA_ARGS__)
#define JC_FN_MISSING2_jc_grad_arg(...) JC_FIRST_(JC_FN_MISSING3_##__VA_ARGS__)
#define JC_FN_MISSING3_jc_grad_arg(...) JC_FIRST_(JC_FN_MISSING4_##__VA_ARGS__)
#define JC_FN_MISSING4_jc_grad_arg(...) JC_FIRST_(JC_FN_MISSING5_##__VA_ARGS__)
#define JC_FN_MISSING_jc_jacfwd(...) JC_FIRST_(JC_FN_MISSING1_##__VA_ARGS__)
#define JC_FN_MISSING1_jc_jacfwd(...) JC_FIRST_(JC_FN_MISSING2_##__VA_ARGS__)
#define JC_FN_MISSING2_jc_jacfwd(...) JC_FIRST_(JC_FN_MISSING3_##__VA_ARGS__)
#define JC_FN_MISSING3_jc_jacfwd(...) JC_FIRST_(JC_FN_MISSING4_##__VA_ARGS__)
#define JC_FN_MISSING4_jc_jacfwd(...) JC_FIRST_(JC_FN_MISSING5_##__VA_ARGS__)
#define JC_FN_MISSING_jc_jacrev(...) JC_FIRST_(JC_FN_MISSING1_##__VA_ARGS__)
#define JC_FN_MISSING1_jc_jacrev(...) JC_FIRST_(JC_FN_MISSING2_##__VA_ARGS__)
#define JC_FN_MISSING2_jc_jacrev(...) JC_FIRST_(JC_FN_MISSING3_##__VA_ARGS__)
#define JC_FN_MISSING3_jc_jacrev(...) JC_FIRST_(JC_FN_MISSING4_##__VA_ARGS__)
#define JC_FN_MISSING4_jc_jacrev(...) JC_FIRST_(JC_FN_MISSING5_##__VA_ARGS__)
#define JC_FN_MISSING_jc_hessian(...) JC_FIRST_(JC_FN_MISSING1_##__VA_ARGS__)
#define JC_FN_MISSING1_jc_hessian(...) JC_FIRST_(JC_FN_MISSING2_##__VA_ARGS__)
#define JC_FN_MISSING2_jc_hessian(...) JC_FIRST_(JC_FN_MISSING3_##__VA_ARGS__)
#define JC_FN_MISSING3_jc_hessian(...) JC_FIRST_(JC_FN_MISSING4_##__VA_ARGS__)
#define JC_FN_MISSING4_jc_hessian(...) JC_FIRST_(JC_FN_MISSING5_##__VA_ARGS__)
#define JC_FN_MISSING_jc_scan(...) JC_FIRST_(JC_FN_MISSING1_##__VA_ARGS__)
#define JC_FN_MISSING1_jc_scan(...) JC_FIRST_(JC_FN_MISSING2_##__VA_ARGS__)
#define JC_FN_MISSING2_jc_scan(...) JC_FIRST_(JC_FN_MISSING3_##__VA_ARGS__)
#define JC_FN_MISSING3_jc_scan(...) JC_FIRST_(JC_FN_MISSING4_##__VA_ARGS__)
#define JC_FN_MISSING4_jc_scan(...) JC_FIRST_(JC_FN_MISSING5_##__VA_ARGS__)
#define JC_FN_MISSING_R_jc_scan(...) JC_FIRST_(JC_FN_MISSING_R1_##__VA_ARGS__)
#define JC_FN_MISSING_R1_jc_scan(...) JC_FIRST_(JC_FN_MISSING_R2_##__VA_ARGS__)
#define JC_FN_MISSING_R2_jc_scan(...) JC_FIRST_(JC_FN_MISSING_R3_##__VA_ARGS__)
#define JC_FN_MISSING_R3_jc_scan(...) JC_FIRST_(JC_FN_MISSING_R4_##__VA_ARGS__)
#define JC_FN_MISSING_jc_map(...) JC_FIRST_(JC_FN_MISSING1_##__VA_ARGS__)
#define JC_FN_MISSING1_jc_map(...) JC_FIRST_(JC_FN_MISSING2_##__VA_ARGS__)
#define JC_FN_MISSING2_jc_map(...) JC_FIRST_(JC_FN_MISSING3_##__VA_ARGS__)
#define JC_FN_MISSING3_jc_map(...) JC_FIRST_(JC_FN_MISSING4_##__VA_ARGS__)
#define JC_FN_MISSING4_jc_map(...) JC_FIRST_(JC_FN_MISSING5_##__VA_ARGS__)
#define JC_FN_MISSING_R_jc_map(...) JC_FIRST_(JC_FN_MISSING_R1_##__VA_ARGS__)
#define JC_FN_MISSING_R1_jc_map(...) JC_FIRST_(JC_FN_MISSING_R2_##__VA_ARGS__)
#define JC_FN_MISSING_R2_jc_map(...) JC_FIRST_(JC_FN_MISSING_R3_##__VA_ARGS__)
#define JC_FN_MISSING_R3_jc_map(...) JC_FIRST_(JC_FN_MISSING_R4_##__VA_ARGS__)
#define JC_FN_MISSING_jc_checkpoint(...) JC_FIRST_(JC_FN_MISSING1_##__VA_ARGS__)
#define JC_FN_MISSING1_jc_checkpoint(...) JC_FIRST_(JC_FN_MISSING2_##__VA_ARGS__)
#define JC_FN_MISSING2_jc_checkpoint(...) JC_FIRST_(JC_FN_MISSING3_##__VA_ARGS__)
#define JC_FN_MISSING3_jc_checkpoint(...) JC_FIRST_(JC_FN_MISSING4_##__VA_ARGS__)
#define JC_FN_MISSING4_jc_checkpoint(...) JC_FIRST_(JC_FN_MISSING5_##__VA_ARGS__)
#define JC_FN_MISSING_R_jc_checkpoint(...) JC_FIRST_(JC_FN_MISSING_R1_##__VA_ARGS__)
#define JC_FN_MISSING_R1_jc_checkpoint(...) JC_FIRST_(JC_FN_MISSING_R2_##__VA_ARGS__)
#define JC_FN_MISSING_R2_jc_checkpoint(...) JC_FIRST_(JC_FN_MISSING_R3_##__VA_ARGS__)
#define JC_FN_MISSING_R3_jc_checkpoint(...) JC_FIRST_(JC_FN_MISSING_R4_##__VA_ARGS__)
#define JC_FN_MISSING_G1_jc_checkpoint(...) JC_FIRST_(JC_FN_MISSING_G2_##__VA_ARGS__)
#define JC_FN_MISSING_G2_jc_checkpoint(...) JC_FIRST_(JC_FN_MISSING_G3_##__VA_ARGS__)
#define JC_FN_MISSING_G3_jc_checkpoint(...) JC_FIRST_(JC_FN_MISSING_G4_##__VA_ARGS__)
#define JC_FN_MISSING_R_jc_jit(...) JC_FIRST_(JC_FN_MISSING_R1_##__VA_ARGS__)
#define JC_FN_MISSING_R1_jc_jit(...) JC_FIRST_(JC_FN_MISSING_R2_##__VA_ARGS__)
#define JC_FN_MISSING_R2_jc_jit(...) JC_FIRST_(JC_FN_MISSING_R3_##__VA_ARGS__)
#define JC_FN_MISSING_R3_jc_jit(...) JC_FIRST_(JC_FN_MISSING_R4_##__VA_ARGS__)
#define JC_FN_MISSING_R_jc_vmap(...) JC_FIRST_(JC_FN_MISSING_R1_##__VA_ARGS__)
#define JC_FN_MISSING_R1_jc_vmap(...) JC_FIRST_(JC_FN_MISSING_R2_##__VA_ARGS__)
#define JC_FN_MISSING_R2_jc_vmap(...) JC_FIRST_(JC_FN_MISSING_R3_##__VA_ARGS__)
#define JC_FN_MISSING_R3_jc_vmap(...) JC_FIRST_(JC_FN_MISSING_R4_##__VA_ARGS__)
#define JC_FN_MISSING_R_jc_grad(...) JC_FIRST_(JC_FN_MISSING_G1_##__VA_ARGS__)
#define JC_FN_MISSING_R1_jc_grad(...) JC_FIRST_(JC_FN_MISSING_G2_##__VA_ARGS__)
#define JC_FN_MISSING_R2_jc_grad(...) JC_FIRST_(JC_FN_MISSING_G3_##__VA_ARGS__)
#define JC_FN_MISSING_G1_jc_grad(...) JC_FIRST_(JC_FN_MISSING_G2_##__VA_ARGS__)
#define JC_FN_MISSING_G2_jc_grad(...) JC_FIRST_(JC_FN_MISSING_G3_##__VA_ARGS__)
#define JC_FN_MISSING_G3_jc_grad(...) JC_FIRST_(JC_FN_MISSING_G4_##__VA_ARGS__)
#define JC_FN_MISSING_G1_jc_jit(...) JC_FIRST_(JC_FN_MISSING_G2_##__VA_ARGS__)
#define JC_FN_MISSING_G2_jc_jit(...) JC_FIRST_(JC_FN_MISSING_G3_##__VA_ARGS__)
#define JC_FN_MISSING_G3_jc_jit(...) JC_FIRST_(JC_FN_MISSING_G4_##__VA_ARGS__)
#define JC_FN_MISSING_G1_jc_vmap(...) JC_FIRST_(JC_FN_MISSING_G2_##__VA_ARGS__)
#define JC_FN_MISSING_G2_jc_vmap(...) JC_FIRST_(JC_FN_MISSING_G3_##__VA_ARGS__)
#define JC_FN_MISSING_G3_jc_vmap(...) JC_FIRST_(JC_FN_MISSING_G4_##__VA_ARGS__)

#define JC_POINTER_TO_(f) __typeof__(&*(f))  // of a function or a pointer to one
#define JC_MEMBER_(S, member) __typeof__(((__typeof__(S) *)0)->member)
#define JC_TYPES_(...) JC_FIRST_(JC_FN_MISSING_##__VA_ARGS__)
#define JC_TYPES_R_(...) JC_FIRST_(JC_FN_MISSING_R_##__VA_ARGS__)

// ---- transformations

// A function pointer in, a function pointer of natural type out; the same expression gives the same
// pointer, which stays valid, so that it may stand in a loop. They nest in any order.

// jc_jit(f)(x): f compiled, once for each combination of shapes, dtypes and static arguments.
//   .donate = {[0] = true}: the buffers of that argument may be reused for results; the arrays
//     passed in are gone afterwards.
struct jc_jit {
  jc_fn f;
  bool donate[JC_MAX_ARGS];
};
jc_fn jc_jit_(struct jc_jit options, JC_AT_);
#define jc_jit(...)                                                                          \
  ((JC_POINTER_TO_(JC_FIRST_(__VA_ARGS__)))jc_jit_((struct jc_jit){.f = (jc_fn)__VA_ARGS__}, \
                                                   JC_HERE))

// jc_vmap(f)(xs): f on each slice of its arguments along an axis; results are stacked.
//   .in_axes = {0, JC_NONE}: that axis of each argument; JC_NONE: the argument is shared by all.
//     Axis 0 where not given.
//   .leaf_axes = {[0] = JC_AXES(0, JC_NONE)}: of each array of that argument, a tree of at most 16.
//   .out_axes = {1}: where the batch axis of each leaf of the result stands; 0 where not given.
//   .axis_name = "b": a name for the axis, for jc_psum and its kin.
struct jc_vmap {
  jc_fn f;
  int in_axes[JC_MAX_ARGS], out_axes[JC_MAX_ARGS];
  const char *axis_name;
  jc_dims leaf_axes[JC_MAX_ARGS];
};
jc_fn jc_vmap_(struct jc_vmap options, JC_AT_);
#define jc_vmap(...)                                                                           \
  ((JC_POINTER_TO_(JC_FIRST_(__VA_ARGS__)))jc_vmap_((struct jc_vmap){.f = (jc_fn)__VA_ARGS__}, \
                                                    JC_HERE))

// jc_grad(f)(p, x): the gradient of f's result with respect to argument 0, in its type. The first
// leaf of the result, a scalar, is differentiated; other leaves are carried along by
// jc_value_and_grad. jc_grad_arg(f, 1): with respect to argument 1; the number is a literal.
struct jc_grad {
  jc_fn f;
  int argument;
};
jc_fn jc_grad_(struct jc_grad options, JC_AT_);
#define jc_grad(...)                                                 \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_##__VA_ARGS__), g0))jc_grad_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))
#define jc_grad_arg(f_, i)                         \
  ((JC_MEMBER_(JC_FN_MISSING_##f_, g##i))jc_grad_( \
      (struct jc_grad){.f = (jc_fn)f_, .argument = (i)}, JC_HERE))

// jc_auto r = jc_value_and_grad(f)(p, x): r.value is f's result, r.grad its gradient.
jc_fn jc_value_and_grad_(struct jc_grad options, JC_AT_);
#define jc_value_and_grad(...)                                                    \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_R_##__VA_ARGS__), vg0))jc_value_and_grad_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))
#define jc_value_and_grad_arg(f_, i)                            \
  ((JC_MEMBER_(JC_FN_MISSING_R_##f_, vg##i))jc_value_and_grad_( \
      (struct jc_grad){.f = (jc_fn)f_, .argument = (i)}, JC_HERE))

// jc_jacfwd(f)(x), jc_jacrev(f)(x): the Jacobian of f's first result by argument 0, in f's
// parameter type: each leaf has the result's axes, then its own. Forward costs a jvp per element of
// the argument, in reverse a vjp per element of the result. jc_hessian(f)(x): second derivatives of
// a scalar by argument 0, one array; of shape [x's axes, x's axes]. With _arg: by another argument.
jc_fn jc_jacfwd_(struct jc_grad options, JC_AT_);
jc_fn jc_jacrev_(struct jc_grad options, JC_AT_);
jc_fn jc_hessian_(struct jc_grad options, JC_AT_);
#define jc_jacfwd(...)                                                 \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_##__VA_ARGS__), g0))jc_jacfwd_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))
#define jc_jacrev(...)                                                 \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_##__VA_ARGS__), g0))jc_jacrev_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))
#define jc_hessian(...)                                                 \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_##__VA_ARGS__), g0))jc_hessian_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))
#define jc_jacfwd_arg(f_, i)                         \
  ((JC_MEMBER_(JC_FN_MISSING_##f_, g##i))jc_jacfwd_( \
      (struct jc_grad){.f = (jc_fn)f_, .argument = (i)}, JC_HERE))
#define jc_jacrev_arg(f_, i)                         \
  ((JC_MEMBER_(JC_FN_MISSING_##f_, g##i))jc_jacrev_( \
      (struct jc_grad){.f = (jc_fn)f_, .argument = (i)}, JC_HERE))
#define jc_hessian_arg(f_, i)                         \
  ((JC_MEMBER_(JC_FN_MISSING_##f_, g##i))jc_hessian_( \
      (struct jc_grad){.f = (jc_fn)f_, .argument = (i)}, JC_HERE))

// jc_auto t = jc_jvp(f)(x, y, dx, dy): t.value is f's result, t.tangent its derivative along the
// tangents, of which there is one per argument.
jc_fn jc_jvp_(struct jc_grad options, JC_AT_);
#define jc_jvp(...)                                                    \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_R_##__VA_ARGS__), jvp))jc_jvp_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))

// jc_auto c = jc_vjp(f)(x, y, ct): c.value is f's result, c.grads.a0, .a1, .. what the cotangent ct
// of the result gives for each argument; zeros for integers.
jc_fn jc_vjp_(struct jc_grad options, JC_AT_);
#define jc_vjp(...)                                                    \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_R_##__VA_ARGS__), vjp))jc_vjp_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))

// jc_auto at = jc_linearize(f)(x, y): at.value is f's result; at.linear holds what f's derivative
// at this point needs, computed once and kept, for any number of tangents and cotangents:
//   jc_pushforward(f)(at.linear, dx, dy)  the tangent, of f's result type: what
//                                         jc_jvp(f)(x, y, dx, dy).tangent is
//   jc_auto ct = jc_pullback(f)(at.linear, dz)  the cotangents ct.a0, ct.a1, ..: what
//                                         jc_vjp(f)(x, y, dz).grads is
// There is one tangent per argument, of its shape and dtype; what stands for an integer or a static
// argument counts for nothing, and cotangents of integers are zeros. All three nest with jc_jit,
// jc_vmap and the rest; to share at.linear among the lanes of a jc_vmap, its axis is JC_NONE. A
// jc_params of another function, or which jc_linearize did not give, and tangents of other shapes
// are errors. at.linear lives as any jc_params, and its arrays say nothing by themselves.
jc_fn jc_linearize_(struct jc_grad options, JC_AT_);
jc_fn jc_pushforward_(struct jc_grad options, JC_AT_);
jc_fn jc_pullback_(struct jc_grad options, JC_AT_);
#define jc_linearize(...)                                                          \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_R_##__VA_ARGS__), linearize))jc_linearize_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))
#define jc_pushforward(...)                                                            \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_R_##__VA_ARGS__), pushforward))jc_pushforward_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))
#define jc_pullback(...)                                                         \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_R_##__VA_ARGS__), pullback))jc_pullback_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))

// jc_linear_transpose(f)(x, y, ct): of a linear f, what the cotangent ct of its result gives for
// each argument: .a0, .a1, ..; x and y say the shapes only. What f adds that is constant is left
// out, as in JAX; anything else that is not linear is an error.
jc_fn jc_linear_transpose_(struct jc_grad options, JC_AT_);
#define jc_linear_transpose(...)                                                           \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_R_##__VA_ARGS__), transposed))jc_linear_transpose_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))

// jc_checkpoint(f)(x): f, of which nothing but its arguments is kept for a derivative in reverse:
// that computes f again. Less memory for more time; the same values.
//   .policy = JC_SAVE_DOTS: the results of matrix products and convolutions are kept, but not those
//     inside loops and branches of f.
enum jc_policy { JC_SAVE_NOTHING, JC_SAVE_DOTS };
struct jc_checkpoint {
  jc_fn f;
  enum jc_policy policy;
};
jc_fn jc_checkpoint_(struct jc_checkpoint options, JC_AT_);
#define jc_checkpoint(...)                                 \
  ((JC_POINTER_TO_(JC_FIRST_(__VA_ARGS__)))jc_checkpoint_( \
      (struct jc_checkpoint){.f = (jc_fn)__VA_ARGS__}, JC_HERE))

// Inside f of a jc_vmap(f, .axis_name = "b"), also in functions that f calls: x of all examples at
// once.
jc_array jc_psum_(jc_array x, const char *axis_name, JC_AT_);
jc_array jc_pmean_(jc_array x, const char *axis_name, JC_AT_);
jc_array jc_pmax_(jc_array x, const char *axis_name, JC_AT_);
jc_array jc_pmin_(jc_array x, const char *axis_name, JC_AT_);
jc_array jc_all_gather_(jc_array x, const char *axis_name, JC_AT_);
jc_array jc_axis_index_(const char *axis_name, JC_AT_);
jc_array jc_ppermute_(jc_array x, const char *axis_name, int n, const int64_t (*pairs)[2], JC_AT_);
#define jc_psum(x, axis_name) jc_psum_(jc_lift(x), axis_name, JC_HERE)    // their sum
#define jc_pmean(x, axis_name) jc_pmean_(jc_lift(x), axis_name, JC_HERE)  // f32 of integers
#define jc_pmax(x, axis_name) jc_pmax_(jc_lift(x), axis_name, JC_HERE)    // largest
#define jc_pmin(x, axis_name) jc_pmin_(jc_lift(x), axis_name, JC_HERE)    // smallest
// x of all, along a new axis 0.
#define jc_all_gather(x, axis_name) jc_all_gather_(jc_lift(x), axis_name, JC_HERE)
// The number of this example, an i32 scalar.
#define jc_axis_index(axis_name) jc_axis_index_(axis_name, JC_HERE)
// jc_ppermute(x, "b", {0, 1}, {1, 2}): example 1 gets the x of 0, 2 that of 1, others zeros.
#define jc_ppermute(x, axis_name, ...)                                                \
  jc_ppermute_(jc_lift(x), axis_name,                                                 \
               (int)(sizeof((const int64_t[][2]){__VA_ARGS__}) / sizeof(int64_t[2])), \
               (const int64_t[][2]){__VA_ARGS__}, JC_HERE)

// jc_while(holds, body)(x, limit): x = body(x, limit) while holds(x, limit), a bool scalar.
// Parameter 0 is what the loop carries and what body returns; the others stay. Both functions take
// the same parameters. Not differentiable in reverse.
jc_fn jc_while_(jc_fn holds, jc_fn body, JC_AT_);
#define jc_while(holds, body) \
  ((JC_POINTER_TO_(body))jc_while_((jc_fn)(holds), (jc_fn)(body), JC_HERE))

// jc_fori(body, n)(jc_i32(0), s): for i from the first argument (an i32 scalar) below n:
// s = body(i, s, ...); gives s. n is a C number, and the loop then has a reverse derivative, or an
// integer scalar, and has none.
jc_fn jc_fori_(jc_fn body, jc_array end, JC_AT_);
#define jc_fori(body, end) ((JC_POINTER_TO_(body))jc_fori_((jc_fn)(body), jc_lift(end), JC_HERE))

// jc_scan(f)(carry, xs, ...): for each x along axis 0 of xs (an array or a tree of them)
// {carry, y} = f(carry, x, ...); gives the last carry and the stacked ys. What f returns begins
// with the carry, in the carry's type; what follows is y, and there may be none. Further arguments
// are the same in each step, arrays that f uses from around it as well. Differentiable in reverse.
//   .length: how many steps; needed where parameter 1 of f is a jc_none (JC_NO_XS at the call).
//   .reverse = true: from the last x to the first; ys stand where their xs do.
//   .unroll: so many steps in each turn of the loop; the same bits.
typedef struct jc_none {  // nothing: a tree without arrays
  char nothing;
} jc_none;
#define JC_NO_XS ((jc_none){0})
struct jc_scan {
  jc_fn f;
  int64_t length;
  int unroll;
  bool reverse;
};
jc_fn jc_scan_(struct jc_scan options, JC_AT_);
#define jc_scan(...)                                                                           \
  ((JC_POINTER_TO_(JC_FIRST_(__VA_ARGS__)))jc_scan_((struct jc_scan){.f = (jc_fn)__VA_ARGS__}, \
                                                    JC_HERE))

// jc_map(f)(xs, ...): f(x, ...) for each x along axis 0 of xs, one after the other; results are
// stacked. Further arguments stay.
jc_fn jc_map_(jc_fn f, JC_AT_);
#define jc_map(f) ((JC_POINTER_TO_(f))jc_map_((jc_fn)(f), JC_HERE))

// jc_cond(p, f, g)(x, ...): f(x, ...) where p, a bool scalar, is true, else g(x, ...). Both are of
// one C type and give the same shapes and dtypes. Only the one is computed; under a vmap that maps
// p both are.
jc_fn jc_cond_(jc_array pred, jc_fn yes, jc_fn no, JC_AT_);
#define jc_cond(p, f, g) \
  ((JC_POINTER_TO_(f))jc_cond_(jc_lift(p), (jc_fn)(f), JC_BRANCH_FN_(f, 0, g) JC_HERE))
#define JC_BRANCH_FN_(f, i, g) (jc_fn) _Generic(&*(g), JC_POINTER_TO_(f) : (g)),

// jc_switch(i, f, g, h)(x, ...): what function number i (an integer scalar; clamped) gives. As
// jc_cond; at most 12 functions.
jc_fn jc_switch_(jc_array index, int n, const jc_fn *branches, JC_AT_);
#define jc_switch(i, ...)                              \
  ((JC_POINTER_TO_(JC_FIRST_(__VA_ARGS__)))jc_switch_( \
      jc_lift(i), JC_COUNT_(__VA_ARGS__),              \
      (const jc_fn[]){JC_EACH_(JC_BRANCH_FN_, JC_FIRST_(__VA_ARGS__), __VA_ARGS__)}, JC_HERE))

// jc_associative_scan(op, x, axis): running combinations along an axis, x[0], op(x[0], x[1]), ..,
// in a tree of log n steps for an op that is associative: op(a, b) combines slices of x, of any
// length along the axis, elementwise in it. .reverse = true: from the end.
struct jc_associative_scan {
  jc_array (*op)(jc_array, jc_array);
  jc_array x;
  int axis;
  bool reverse;
};
jc_array jc_associative_scan_(struct jc_associative_scan scan, JC_AT_);
#define jc_associative_scan(f, array, ...) \
  jc_associative_scan_(                    \
      (struct jc_associative_scan){.op = (f), .x = jc_lift(array), .axis = __VA_ARGS__}, JC_HERE)

// jc_reduce(op, x, init): x's elements combined in a tree by an associative op, which works
// elementwise on arrays; init comes in once, last. Over .axes, all by default; .keepdims = true.
struct jc_combine {
  jc_array (*op)(jc_array, jc_array);
  jc_array x, init;
  jc_dims axes;
  bool keepdims;
  char end_;
};
jc_array jc_combine_(struct jc_combine combine, JC_AT_);
#define jc_reduce(f, array, ...) JC_REDUCE_(f, array, __VA_ARGS__, .end_ = 0)
#define JC_REDUCE_(f, array, value, ...)                                                        \
  jc_combine_(                                                                                  \
      (struct jc_combine){.op = (f), .x = jc_lift(array), .init = jc_lift(value), __VA_ARGS__}, \
      JC_HERE)

// The types that jc_grad(jc_tanh) and its kin need; the library registers the functions. C++ has no
// _Generic, and of the transformations only what is declared here.
#ifdef __cplusplus
#define JC_LIBRARY_FN_(name)
#define JC_LIBRARY_FN2_(name)
#else
#define JC_LIBRARY_FN_(name) JC_FN_TYPES_(jc_array, jc_##name, jc_array);
#define JC_LIBRARY_FN2_(name) JC_FN_TYPES_(jc_array, jc_##name, jc_array, jc_array);
#endif
JC_UNARY_OPS_(JC_LIBRARY_FN_)
JC_UNARY_MATH_(JC_LIBRARY_FN_)
JC_REDUCE_OPS_(JC_LIBRARY_FN_)
JC_BINARY_OPS_(JC_LIBRARY_FN2_)
JC_BINARY_MATH_(JC_LIBRARY_FN2_)

// ---- memory

// Arrays belong to the innermost scope in which they were made and are freed with it.
//
// JC_SCOPE(params, key); as the first statement of a block: what these variables (arrays or trees)
// hold at the end of the block lives on in the enclosing scope. All else made in the block is
// freed, and what they held at its start where that had been carried out of a JC_SCOPE before: one
// line keeps a loop in constant memory. JC_SCOPE() keeps nothing. It works on every way out of the
// block (break, continue, return, goto). Inside a traced function it does nothing.
struct jc_kept_ {
  void *at;
  size_t size;
};
typedef struct jc_scope {
  void *frame;
} jc_scope;
jc_scope jc_scope_begin_(int n, const struct jc_kept_ *kept, JC_AT_);
void jc_scope_end_(jc_scope *scope);
#define JC_SCOPE(...)                                                                        \
  __attribute__((cleanup(jc_scope_end_), unused)) jc_scope JC_CAT_(jc_scope_at_, __LINE__) = \
      JC_CAT_(JC_SCOPE_EMPTY_, JC_IS_EMPTY_(__VA_ARGS__))(__VA_ARGS__)
#define JC_SCOPE_EMPTY_1(...) jc_scope_begin_(0, 0, JC_HERE)
#define JC_SCOPE_EMPTY_0(...)             \
  jc_scope_begin_(JC_COUNT_(__VA_ARGS__), \
                  (const struct jc_kept_[]){JC_EACH_(JC_KEPT_ROW_, , __VA_ARGS__)}, JC_HERE)
#define JC_KEPT_ROW_(c, i, v) {&(v), sizeof(v)},
// 1 for an empty list, 0 for names.
#define JC_IS_EMPTY_(...) JC_IS_EMPTY__(JC_FIRST_(__VA_ARGS__))
#define JC_IS_EMPTY__(a) JC_HAS_COMMA_(JC_COMMA_OF_ a())
#define JC_COMMA_OF_(...) ,
#define JC_HAS_COMMA_(...) \
  JC_COUNT__(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, ~)

// `return jc_keep(x);`: x (an array or a tree) moves to the scope outside the innermost.
#define jc_keep(x) (*(const __typeof__(x) *)jc_kept_copy_(sizeof(x), JC_COPY_OF_(x), JC_HERE))
const void *jc_kept_copy_(size_t size, const void *tree, JC_AT_);

// ---- reading

// Of a traced value each is an error that names the operation and line which made it.

// The value of an array of one element; NaN after an error.
double jc_item_(jc_array x, JC_AT_);
#define jc_item(x) jc_item_(x, JC_HERE)
// jc_data(float, x): its elements, row-major, as long as x lives; NULL after an error, also when x
// holds another type.
const void *jc_data_(jc_array x, jc_dtype dtype, JC_AT_);
#define jc_data(T, x) ((const T *)jc_data_(x, JC_DTYPE_OF((T *)0), JC_HERE))
// Copies the elements to `out`, which has exactly that many bytes.
bool jc_copy_(jc_array x, void *out, size_t bytes, JC_AT_);
#define jc_copy(x, out, bytes) jc_copy_(x, out, bytes, JC_HERE)
// Copies the elements to `out`, converted to the type it points to; room for jc_size(x).
bool jc_read_(jc_array x, void *out, jc_dtype dtype, JC_AT_);
#define jc_read(x, out) jc_read_(x, out, JC_DTYPE_OF(out), JC_HERE)
// Text, valid for the next dozen calls: "[1 2 3]" (shortened when long); "f32[3]".
const char *jc_str_(jc_array x, JC_AT_);
const char *jc_shape_str_(jc_array x, JC_AT_);
#define jc_str(x) jc_str_(x, JC_HERE)
#define jc_shape_str(x) jc_shape_str_(x, JC_HERE)
// Shape and dtype; of traced values as well.
int jc_rank_(jc_array x, JC_AT_);
int64_t jc_dim_(jc_array x, int axis, JC_AT_);
int64_t jc_size_(jc_array x, JC_AT_);
jc_dtype jc_dtype_of_(jc_array x, JC_AT_);
#define jc_rank(x) jc_rank_(x, JC_HERE)
#define jc_dim(x, axis) jc_dim_(x, axis, JC_HERE)
#define jc_size(x) jc_size_(x, JC_HERE)
#define jc_dtype_of(x) jc_dtype_of_(x, JC_HERE)

// ---- errors

// No error is pending in this thread.
bool jc_ok(void);
// The first error, "file.c:12: what", or NULL.
const char *jc_error(void);
// Forgets it; poison stays poison.
void jc_clear_error(void);
// `return jc_finish();` ends main: prints the first error, if any, and gives the exit status. An
// error that neither this nor jc_error told is printed when the program ends.
int jc_finish(void);

// ---- time

// Seconds of a clock that only goes forward.
double jc_seconds(void);

// Waits until x (an array or a tree) is computed.
#define jc_block(x) jc_block_(sizeof(x), JC_COPY_OF_(x))
void jc_block_(size_t size, const void *tree);

// JC_TIMEIT(f(x)): evaluates it often enough and prints the best time of one evaluation.
typedef struct jc_timer {
  const char *what;
  int64_t n, i;
  double start, best, begun;
  jc_scope scope;
} jc_timer;
jc_timer jc_timer_begin_(const char *what);
bool jc_timer_next_(jc_timer *timer);
#define JC_TIMEIT(...)                                                                        \
  for (jc_timer jc_timer_at_ = jc_timer_begin_(#__VA_ARGS__); jc_timer_next_(&jc_timer_at_);) \
  jc_block((__VA_ARGS__))

// ---- entries for the jitc tool

// JC_ENTRY(update, init(jc_key(0)), jc_spec(JC_SHAPE(128, 784)), jc_spec(JC_SHAPE(128), JC_U8));
// lets `jitc trace|run|bench|check file.c` find the function, with example arguments.
void jc_entry_(const char *name, void (*call)(void), jc_fn f, JC_AT_);
jc_fn jc_entry_call_(jc_fn f);
#define JC_ENTRY(f, ...)                                                 \
  static void jc_entry_call_##f(void) {                                  \
    ((JC_POINTER_TO_(f))jc_entry_call_((jc_fn)(f)))(__VA_ARGS__);        \
  }                                                                      \
  __attribute__((constructor)) static void jc_register_entry_##f(void) { \
    jc_entry_(#f, jc_entry_call_##f, (jc_fn)(f), JC_HERE);               \
  }                                                                      \
  struct jc_types_of_##f

// An example argument: a shape, a dtype, and the range of the random values it may be given.
struct jc_spec {
  jc_dims shape;
  jc_dtype dtype;
  double low, high;
};
jc_array jc_spec_(struct jc_spec spec, JC_AT_);
#define jc_spec(...) jc_spec_((struct jc_spec){.shape = __VA_ARGS__}, JC_HERE)

// ---- the library: parts of this header, in files of their own

#include "jitc/array.h"
#include "jitc/linalg.h"
#include "jitc/random.h"
#include "jitc/nn.h"
#include "jitc/optim.h"
#include "jitc/tree.h"
#include "jitc/data.h"
#include "jitc/show.h"

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
