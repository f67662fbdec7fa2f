// What expansions share, and those of clamp and integer powers.
#include "ir/expand.h"

Sid x_num(Dag *d, Sid x, double v) { return s_const(d, x_type(d, x), v); }
Sid x_int(Dag *d, Sid x, int64_t v) { return s_const_int(d, x_type(d, x), v); }
Sid x_less(Dag *d, Sid x, double v) { return s_lt(d, x, x_num(d, x, v)); }
Sid x_greater(Dag *d, Sid x, double v) { return s_gt(d, x, x_num(d, x, v)); }

Sid x_poly(Dag *d, Sid x, Poly p) {
  Sid y = x_num(d, x, p.c[0]);
  for (int i = 1; i < p.n; i++) y = s_fma(d, y, x, x_num(d, x, p.c[i]));
  return y;
}

Dtype x_int_type(Dag *d, Sid x) { return x_wide(d, x) ? DT_I64 : DT_I32; }
Sid x_bits(Dag *d, Sid x) { return s_bitcast(d, x, x_int_type(d, x)); }
Sid x_float(Dag *d, Sid bits) {
  return s_bitcast(d, bits, x_type(d, bits) == DT_I64 ? DT_F64 : DT_F32);
}

Sid x_sign_bit(Dag *d, Sid x) {
  Sid bits = x_bits(d, x);
  return s_and(d, bits, x_int(d, bits, x_wide(d, x) ? INT64_MIN : INT32_MIN));
}

Sid x_or_sign(Dag *d, Sid y, Sid x) { return x_float(d, s_or(d, x_bits(d, y), x_sign_bit(d, x))); }

Sid x_at_least(Dag *d, Sid x, double v) { return s_select(d, x_less(d, x, v), x_num(d, x, v), x); }
Sid x_at_most(Dag *d, Sid x, double v) {
  return s_select(d, x_greater(d, x, v), x_num(d, x, v), x);
}

Sid x_in_f64(Dag *d, Sid (*f)(Dag *d, const Sid *args), int nargs, const Sid *args) {
  Sid wide[3];
  for (int i = 0; i < nargs; i++) wide[i] = s_convert(d, args[i], DT_F64);
  return s_convert(d, f(d, wide), x_type(d, args[0]));
}

Pair x_sum(Dag *d, Sid a, Sid b) {
  Sid s = s_add(d, a, b);
  return (Pair){s, s_sub(d, b, s_sub(d, s, a))};
}

Sid x_lost(Dag *d, Sid a, Sid b, Sid sum) {
  Sid from_b = s_sub(d, sum, a), from_a = s_sub(d, sum, from_b);
  return s_add(d, s_sub(d, a, from_a), s_sub(d, b, from_b));
}

Pair x_product(Dag *d, Sid a, Sid b) {
  Sid p = s_mul(d, a, b);
  return (Pair){p, s_fma(d, a, b, s_neg(d, p))};
}

// clamp(lo, x, hi)
Sid expand_clamp(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return s_min(d, s_max(d, args[1], args[0]), args[2]);
}

// x^n for n >= 0 by squaring, from the low bit of n up.
static Sid power_by_squaring(Dag *d, Sid x, uint64_t n) {
  Sid y = NO_SID;
  for (Sid square = x; n; n >>= 1) {
    if (n & 1) y = y == NO_SID ? square : s_mul(d, y, square);
    if (n > 1) square = s_mul(d, square, square);
  }
  return y == NO_SID ? x_num(d, x, 1) : y;
}

// x^n for integers and n < 0: zero, but for 1 and -1.
static Sid power_below_zero(Dag *d, Sid x, Sid odd) {
  Sid one = x_int(d, x, 1), y = s_select(d, s_eq(d, x, one), one, x_int(d, x, 0));
  if (dtype_kind(x_type(d, x)) != KIND_SIGNED) return y;
  Sid minus = x_int(d, x, -1);
  return s_select(d, s_eq(d, x, minus), s_select(d, odd, minus, one), y);
}

Sid expand_integer_pow(Dag *d, const Sid *args, const Attrs *attrs) {
  Sid x = args[0];
  int64_t n = attrs->exponent;
  if (n >= 0) return power_by_squaring(d, x, (uint64_t)n);
  if (!dtype_is_float(x_type(d, x))) return power_below_zero(d, x, s_const_int(d, DT_BOOL, n & 1));
  return s_div(d, x_num(d, x, 1), power_by_squaring(d, x, -(uint64_t)n));
}

Sid x_integer_power(Dag *d, Sid x, Sid n) {
  bool is_signed = dtype_kind(x_type(d, x)) == KIND_SIGNED;
  int bits = 8 * (int)dtype_size(x_type(d, x)) - is_signed;
  Sid y = x_int(d, x, 1), square = x, zero = x_int(d, x, 0);
  for (int i = 0; i < bits; i++) {
    Sid bit = s_and(d, n, x_int(d, x, (int64_t)(UINT64_C(1) << i)));
    y = s_select(d, s_ne(d, bit, zero), s_mul(d, y, square), y);
    if (i + 1 < bits) square = s_mul(d, square, square);
  }
  if (!is_signed) return y;
  Sid odd = s_ne(d, s_and(d, n, x_int(d, x, 1)), zero);
  return s_select(d, s_lt(d, n, zero), power_below_zero(d, x, odd), y);
}
