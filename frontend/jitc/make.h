// C numbers and memory to arrays, and arrays made by rule. Part of jitc.h, which includes it.
#ifndef JITC_MAKE_H
#define JITC_MAKE_H

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
#define jc_vector(...)                            \
  jc_from_(JC_ITEMS_(float, __VA_ARGS__), JC_F32, \
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
// diagonal. Behind n stands a dtype, as in all makers: numpy's eye(3, 4) is jc_eye(3, .m = 4).
// jc_tri(n): the same with ones below that diagonal as well.
struct jc_eye {
  int64_t n;
  jc_dtype dtype;
  int64_t m, k;
};
jc_array jc_eye_(struct jc_eye eye, JC_AT_);
jc_array jc_tri_(struct jc_eye eye, JC_AT_);
#define jc_eye(...) jc_eye_((struct jc_eye){.n = __VA_ARGS__}, JC_HERE)
#define jc_tri(...) jc_tri_((struct jc_eye){.n = __VA_ARGS__}, JC_HERE)

#endif
