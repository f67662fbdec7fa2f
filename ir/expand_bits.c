// Functions of a number's bits: popcnt, clz, nextafter, reduce_precision, round_away.
#include <math.h>

#include "ir/expand.h"

static int width(const Dag *d, Sid x) { return 8 * (int)dtype_size(x_type(d, x)); }

// `pattern` repeated over the width of x
static Sid pattern(Dag *d, Sid x, uint64_t byte) {
  return s_const_bits(d, x_type(d, x), byte * UINT64_C(0x0101010101010101));
}

static Sid right(Dag *d, Sid x, int n) { return s_shift_right_logical(d, x, x_int(d, x, n)); }

// Sums of bits in pairs, fours and bytes; then of the bytes.
Sid expand_popcnt(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  Sid x = args[0], pairs = pattern(d, x, 0x33);
  x = s_sub(d, x, s_and(d, right(d, x, 1), pattern(d, x, 0x55)));
  x = s_add(d, s_and(d, x, pairs), s_and(d, right(d, x, 2), pairs));
  x = s_and(d, s_add(d, x, right(d, x, 4)), pattern(d, x, 0x0f));
  for (int n = 8; n < width(d, x); n *= 2) x = s_add(d, x, right(d, x, n));
  return s_and(d, x, x_int(d, x, 0x7f));
}

// The bits from the highest on down are set, and counted.
Sid expand_clz(Dag *d, const Sid *args, const Attrs *attrs) {
  Sid x = args[0];
  for (int n = 1; n < width(d, x); n *= 2) x = s_or(d, x, right(d, x, n));
  x = s_not(d, x);
  return expand_popcnt(d, &x, attrs);
}

// Away from zero one more in the bits, towards it one less. (Halves have bits of their own.)
Sid expand_nextafter(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  Sid x = args[0], y = args[1], zero = x_num(d, x, 0);
  const Dtype t = dtype_is_half(x_type(d, x)) ? DT_I16 : x_int_type(d, x);
  Sid bits = s_bitcast(d, x, t),
      sign = x_int(d, bits, (int64_t) - (UINT64_C(1) << (width(d, x) - 1)));
  Sid up = s_lt(d, x, y), away = s_eq(d, up, s_gt(d, x, zero));
  Sid step = s_select(d, away, x_int(d, bits, 1), x_int(d, bits, -1));
  Sid least = s_or(d, x_int(d, bits, 1), s_and(d, s_bitcast(d, y, t), sign));
  Sid next = s_select(d, s_eq(d, x, zero), least, s_add(d, bits, step));
  next = s_bitcast(d, next, x_type(d, x));
  Sid nan = s_or(d, s_ne(d, x, x), s_ne(d, y, y));
  return s_select(d, nan, x_num(d, x, NAN), s_select(d, s_eq(d, x, y), y, next));
}

Sid expand_round_away(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  Sid x = args[0], size = s_abs(d, x), down = s_floor(d, size);
  Sid up = s_ge(d, s_sub(d, size, down), x_num(d, x, 0.5));
  return x_or_sign(d, s_select(d, up, s_add(d, down, x_num(d, x, 1)), down), x);
}

// Mantissa bits beyond `keep` rounded off, halves to even.
static Sid round_mantissa(Dag *d, Sid bits, int drop) {
  if (drop <= 0) return bits;
  Sid one = x_int(d, bits, 1), odd = s_and(d, right(d, bits, drop), one);
  Sid half = x_int(d, bits, (INT64_C(1) << (drop - 1)) - 1);
  Sid rounded = s_add(d, bits, s_add(d, half, odd));
  return s_and(d, rounded, x_int(d, bits, -(INT64_C(1) << drop)));
}

// Exponents that the narrower format does not have become inf or 0 (it has no denormals here).
Sid expand_reduce_precision(Dag *d, const Sid *args, const Attrs *attrs) {
  Sid x = args[0], bits = x_bits(d, s_abs(d, x));
  const bool wide = x_wide(d, x);
  const int fraction = wide ? 52 : 23, all = wide ? 11 : 8;
  const int64_t keep = attrs->mantissa_bits < fraction ? attrs->mantissa_bits : fraction;
  Sid y = round_mantissa(d, bits, fraction - (int)keep);
  if (attrs->exponent_bits < all) {
    const int64_t bias = ((int64_t)1 << (attrs->exponent_bits - 1)) - 1, ours = x_bias(d, x);
    Sid most = x_int(d, y, ((ours + bias + 1) << fraction) - 1);
    Sid least = x_int(d, y, (ours - bias + 1) << fraction);
    Sid inf = x_bits(d, x_num(d, x, INFINITY));
    y = s_select(d, s_gt(d, y, most), inf, s_select(d, s_lt(d, y, least), x_int(d, y, 0), y));
  }
  return s_select(d, s_ne(d, x, x), x, x_or_sign(d, x_float(d, y), x));
}
