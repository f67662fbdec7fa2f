// pow of floats: f32 through f64, f64 with a logarithm in two doubles; cbrt.
#include <math.h>

#include "ir/expand.h"

// a (b.high + b.low)
static Pair scaled(Dag *d, Sid a, Pair b) {
  Pair p = x_product(d, a, b.high);
  return (Pair){p.high, s_fma(d, a, b.low, p.low)};
}

// k and m as a float with x = 2^k m, denormals too.
static LogParts split_any(Dag *d, Sid x) {
  Sid tiny = x_less(d, x, 0x1p-1022);
  LogParts p = x_log_split(d, s_select(d, tiny, s_mul(d, x, x_num(d, x, 0x1p54)), x));
  Sid lift = s_select(d, tiny, x_int(d, p.k, 54), x_int(d, p.k, 0));
  return (LogParts){s_convert(d, s_sub(d, p.k, lift), DT_F64), p.m};
}

// f / (2 + f), f = m - 1
static Pair atanh_argument(Dag *d, Sid m) {
  Sid one = x_num(d, m, 1), f = s_sub(d, m, one);
  Sid high = s_add(d, m, one), low = s_sub(d, m, s_sub(d, high, one));
  Sid s = s_div(d, f, high);
  Sid left = s_fma(d, s_neg(d, s), low, s_fma(d, s_neg(d, s), high, f));
  return (Pair){s, s_div(d, left, high)};
}

// log(x) = k ln2 + 2 s + 2/3 s^3 + s^5 q(s^2)
Pair x_log_pair(Dag *d, Sid x) {
  LogParts p = split_any(d, x);
  Pair s = atanh_argument(d, p.m), z = x_product(d, s.high, s.high);
  z.low = s_fma(d, s_add(d, s.high, s.high), s.low, z.low);
  Pair cube = x_product(d, s.high, z.high);
  cube.low = s_add(d, cube.low, s_fma(d, s.high, z.low, s_mul(d, s.low, z.high)));
  Pair two_thirds = {x_num(d, x, 0x1.5555555555555p-1), x_num(d, x, 0x1.5555555555555p-55)};
  Pair third = scaled(d, cube.high, two_thirds);
  third.low = s_fma(d, cube.low, two_thirds.high, third.low);
  Sid q = x_poly(
      d, z.high,
      POLY(0.11999300153502233, 0.11673476108350311, 0.13336390002695783, 0.15384554774847475,
           0.18181818904982494, 0.22222222217211196, 0.28571428571446694, 0.39999999999999974));
  // ln2 in 41 bits, so that k times it is exact, and the rest of it
  Pair ln2 = {x_num(d, x, 0x1.62e42fefa2000p-1), x_num(d, x, 0x1.9ef35793c7673p-41)};
  Pair a = x_sum(d, s_mul(d, p.k, ln2.high), s_add(d, s.high, s.high));
  Pair b = x_sum(d, a.high, third.high);
  Sid low = s_fma(d, s_mul(d, cube.high, z.high), q, third.low);
  low = s_add(d, low, s_add(d, s.low, s.low));
  low = s_fma(d, p.k, ln2.low, low);
  return x_sum(d, b.high, s_add(d, low, s_add(d, a.low, b.low)));
}

// |x|^y in f64 for positive finite |x|, y of any size
static Sid power_f64(Dag *d, Sid x, Sid y) {
  enum { FAR = 800 };
  Pair t = scaled(d, y, x_log_pair(d, x));
  Sid inside = x_less(d, s_abs(d, t.high), FAR);
  Sid high = x_at_most(d, x_at_least(d, t.high, -FAR), FAR);
  ExpParts e = x_exp_reduce(d, high, 2 * BIAS_F64);
  e.r = s_add(d, e.r, s_select(d, inside, t.low, x_num(d, x, 0)));
  return x_exp_finish(d, e);
}

// The same for operands that were f32: a few digits more than those are enough.
static Sid power_f32(Dag *d, Sid x, Sid y) {
  LogParts p = x_log_split(d, x);
  Sid one = x_num(d, x, 1), s = s_div(d, s_sub(d, p.m, one), s_add(d, p.m, one));
  Sid z = s_mul(d, s, s);
  Sid q = x_poly(
      d, z,
      POLY(0.23585678150927003, 0.2853710157551644, 0.4000033901450668, 0.6666666562371925, 2));
  Sid log = s_fma(d, s_convert(d, p.k, DT_F64), x_num(d, x, 0x1.62e42fefa39efp-1), s_mul(d, s, q));
  Sid t = x_at_most(d, x_at_least(d, s_mul(d, y, log), -110), 90);
  ExpParts e = x_exp_reduce(d, t, BIAS_F64);
  Sid r = x_poly(d, e.r,
                 POLY(0.001374505925923586, 0.008368953131139278, 0.04166965186595917,
                      0.166665181517601, 0.49999988079071045, 1, 1));
  return s_mul(d, r, x_exp_scale(d, e.shifted));
}

static Sid is_integer(Dag *d, Sid y) { return s_eq(d, s_floor(d, y), y); }

// |x|^y where |x| is 0, inf or NaN, or y is infinite: exp(y log|x|) of the extended logarithm.
static Sid power_edges(Dag *d, Sid x, Sid y, Sid inside) {
  Sid zero = x_num(d, x, 0), inf = x_num(d, x, INFINITY), one = x_num(d, x, 1);
  Sid grows = s_eq(d, s_gt(d, x, one), s_gt(d, y, zero));
  Sid limit = s_select(d, grows, inf, zero);
  Sid edge = s_or(d, s_or(d, s_eq(d, x, zero), s_eq(d, x, inf)), s_eq(d, s_abs(d, y), inf));
  Sid z = s_select(d, edge, limit, inside);
  z = s_select(d, s_eq(d, x, one), one, z);
  Sid nan = s_or(d, s_ne(d, x, x), s_ne(d, y, y));
  return s_select(d, nan, x_num(d, x, NAN), z);
}

static Sid float_power(Dag *d, Sid x, Sid y) {
  Sid ax = s_abs(d, x), zero = x_num(d, x, 0), one = x_num(d, x, 1), z;
  if (x_wide(d, x)) {
    z = power_f64(d, ax, y);
  } else {
    z = power_f32(d, s_convert(d, ax, DT_F64), s_convert(d, y, DT_F64));
    z = s_convert(d, z, DT_F32);
  }
  z = power_edges(d, ax, y, z);
  Sid whole = is_integer(d, y), even = is_integer(d, s_mul(d, y, x_num(d, y, 0.5)));
  Sid odd = s_and(d, whole, s_not(d, even));
  Sid sign = s_select(d, odd, x_sign_bit(d, x), x_int(d, x_bits(d, x), 0));
  z = x_float(d, s_xor(d, x_bits(d, z), sign));
  Sid finite_negative = s_and(d, s_lt(d, x, zero), s_gt(d, x, x_num(d, x, -INFINITY)));
  z = s_select(d, s_and(d, finite_negative, s_not(d, whole)), x_num(d, x, NAN), z);
  return s_select(d, s_or(d, s_eq(d, y, zero), s_eq(d, x, one)), one, z);
}

Sid expand_pow(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  if (dtype_is_float(x_type(d, args[0]))) return float_power(d, args[0], args[1]);
  return x_integer_power(d, args[0], args[1]);
}

// ---- cbrt

// y less its error e: (y^3 - a) / (3 y^2), the divisor taken at the first y
static Sid root_step(Dag *d, Sid y, Sid a, Sid third, bool last) {
  Pair square = x_product(d, y, y);
  Sid rest = s_fma(d, square.high, y, s_neg(d, a));
  if (last) rest = s_fma(d, square.low, y, rest);
  return s_fma(d, s_neg(d, rest), third, y);
}

// x = 2^(3 q + r) m with r = -1, 0, 1: a polynomial in m and three steps of Newton's
static Sid cbrt_f64(Dag *d, const Sid *args) {
  Sid x = args[0], size = s_abs(d, x), zero = x_num(d, x, 0);
  LogParts p = split_any(d, size);
  Sid q = s_round_even(d, s_mul(d, p.k, x_num(d, x, 1.0 / 3)));
  Sid r = s_fma(d, q, x_num(d, x, -3), p.k);
  Sid below = s_lt(d, r, zero), above = s_gt(d, r, zero), one = x_num(d, x, 1);
  Sid power = s_select(d, below, x_num(d, x, 0.5), s_select(d, above, x_num(d, x, 2), one));
  Sid root = s_select(d, below, x_num(d, x, 0.7937005259840998),
                      s_select(d, above, x_num(d, x, 1.2599210498948732), one));
  Sid y = x_poly(d, p.m,
                 POLY(-0.03715145339464713, 0.2142482504098887, -0.5314508929991706,
                      0.9019882179029878, 0.45237115370237785));
  y = s_mul(d, y, root);
  Sid a = s_mul(d, p.m, power);
  Sid third = s_div(d, one, s_mul(d, x_num(d, x, 3), s_mul(d, y, y)));
  for (int i = 0; i < 3; i++) y = root_step(d, y, a, third, i == 2);
  Sid bits = s_add(d, s_convert(d, q, DT_I64), s_const_int(d, DT_I64, BIAS_F64));
  y = x_or_sign(d, s_mul(d, y, x_exp_scale(d, bits)), x);
  Sid usual = s_and(d, s_gt(d, size, zero), x_less(d, size, INFINITY));
  return s_select(d, usual, y, x);
}

Sid expand_cbrt(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return x_in_f64(d, cbrt_f64, 1, args);
}
