// Conversion to and from the half types: one rounding, to nearest even, in operations that
// vectorise.
#include "ir/expand.h"
#include "ir/half.h"

static Sid right(Dag *d, Sid bits, int n) {
  return s_shift_right_logical(d, bits, x_int(d, bits, n));
}
static Sid left(Dag *d, Sid bits, int n) { return s_shift_left(d, bits, x_int(d, bits, n)); }
static Sid mask(Dag *d, Sid bits, int64_t m) { return s_and(d, bits, x_int(d, bits, m)); }

// ---- f32 and halves

// The fraction moves into place; 2^112 corrects the exponent's bias and normalises denormals.
static Sid widen_f16(Dag *d, Sid bits) {
  const Sid sign = left(d, mask(d, bits, 0x8000), 16),
            magnitude = left(d, mask(d, bits, 0x7fff), 13);
  const Sid y = x_bits(d, s_mul(d, x_float(d, magnitude), s_const(d, DT_F32, 0x1p112)));
  const Sid not_finite = s_ge(d, magnitude, x_int(d, bits, 0x7c00 << 13));
  const Sid all = s_or(d, y, x_int(d, bits, 0x7f800000));
  return x_float(d, s_or(d, s_select(d, not_finite, all, y), sign));
}

// bits >> n, to nearest even: half of the last bit kept less one, and one more where that is odd.
static Sid round_shift(Dag *d, Sid bits, int n, int64_t plus) {
  const Sid odd = mask(d, right(d, bits, n), 1);
  const Sid half = x_int(d, bits, (INT64_C(1) << (n - 1)) - 1 + plus);
  return right(d, s_add(d, s_add(d, bits, half), odd), n);
}

static Sid narrow_bf16(Dag *d, Sid x) {
  const Sid bits = x_bits(d, x);
  const Sid nan = s_or(d, right(d, bits, 16), x_int(d, bits, 0x40));
  return s_select(d, s_ne(d, x, x), nan, round_shift(d, bits, 16, 0));
}

// Where the result is denormal an f32's addition to 0.5 rounds to its multiples of 2^-24.
static Sid narrow_f16(Dag *d, Sid x) {
  const Sid bits = x_bits(d, x), magnitude = mask(d, bits, INT32_MAX);
  const Sid infinity = x_int(d, bits, 0x7c00), half = s_const(d, DT_F32, 0.5);
  const Sid normal = s_min(d, round_shift(d, magnitude, 13, -(INT64_C(112) << 23)), infinity);
  const Sid denormal = s_sub(d, x_bits(d, s_add(d, x_float(d, magnitude), half)), x_bits(d, half));
  const Sid small = s_lt(d, magnitude, x_int(d, bits, 113 << 23));
  const Sid nan = s_gt(d, magnitude, x_int(d, bits, 0x7f800000));
  const Sid finite = s_select(d, small, denormal, normal);
  return s_or(d, s_select(d, nan, x_int(d, bits, 0x7e00), finite),
              mask(d, right(d, bits, 16), 0x8000));
}

static Sid half_convert(Dag *d, Sid x, Dtype to) {
  const Dtype from = x_type(d, x);
  if (from == DT_F32) {
    const Sid bits = to == DT_F16 ? narrow_f16(d, x) : narrow_bf16(d, x);
    return s_bitcast(d, s_convert(d, bits, DT_U16), to);
  }
  const Sid bits = s_convert(d, s_bitcast(d, x, DT_U16), DT_I32);
  return from == DT_F16 ? widen_f16(d, bits) : x_float(d, left(d, bits, 16));
}

Sid s_half_meaning(Dag *d, Op op, Dtype in, Dtype out) {
  Sid args[3];
  const int nargs = op_info(op)->args;
  for (int i = 0; i < nargs; i++) args[i] = s_input(d, in, i);
  if (op == OP_convert && (in == DT_F32 || out == DT_F32)) return half_convert(d, args[0], out);
  return s_op(d, op, nargs, args, &(Attrs){.dtype = out});
}

// ---- wider types

// Of the two f32 around x the odd one, if x is none itself: what was lost shows in the last bit,
// and a rounding to fewer digits sees it.
static Sid odd_of_f64(Dag *d, Sid x) {
  const Sid y = s_convert(d, x, DT_F32), back = s_convert(d, y, DT_F64), bits = x_bits(d, y);
  const Sid above = s_gt(d, s_abs(d, back), s_abs(d, x)), one = x_int(d, bits, 1);
  const Sid odd = s_or(d, s_select(d, above, s_sub(d, bits, one), bits), one);
  return x_float(d, s_select(d, s_ne(d, back, x), odd, bits));
}

// The same for 64-bit integers that an f64 does not hold: their last 11 bits become one.
static Sid odd_of_64_bits(Dag *d, Sid x) {
  const int64_t low = (1 << 11) - 1;
  const Sid sticky = mask(d, s_add(d, mask(d, x, low), x_int(d, x, low)), low + 1);
  const Sid odd = s_or(d, mask(d, x, ~low), sticky);
  const Sid top = s_shift_right_arithmetic(d, x, x_int(d, x, 53));
  Sid fits = s_eq(d, top, x_int(d, x, 0));
  if (x_type(d, x) == DT_I64) fits = s_or(d, fits, s_eq(d, top, x_int(d, x, -1)));
  return s_select(d, fits, x, odd);
}

Sid x_odd_f32(Dag *d, Sid x) {
  const Dtype t = x_type(d, x);
  if (t == DT_F64) return odd_of_f64(d, x);
  if (dtype_is_float(t) || dtype_size(t) < 4) return s_convert(d, x, DT_F32);
  if (dtype_size(t) == 8) x = odd_of_64_bits(d, x);
  return odd_of_f64(d, s_convert(d, x, DT_F64));
}
