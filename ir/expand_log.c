// log, log1p and the inverse hyperbolic functions.
#include <math.h>

#include "ir/expand.h"

static int fraction_bits(const Dag *d, Sid x) { return x_wide(d, x) ? 52 : 23; }

// The power of two k with x / 2^k in [sqrt(1/2), sqrt(2)).
static Sid split_exponent(Dag *d, Sid x) {
  Sid bits = x_bits(d, x);
  Sid root = x_int(d, bits, x_wide(d, x) ? 0x3fe6a09e667f3bcd : 0x3f3504f3);
  return s_shift_right_arithmetic(d, s_sub(d, bits, root), x_int(d, bits, fraction_bits(d, x)));
}

// k in the exponent field
static Sid exponent_field(Dag *d, Sid k, Sid x) {
  return s_shift_left(d, k, x_int(d, k, fraction_bits(d, x)));
}

LogParts x_log_split(Dag *d, Sid x) {
  Sid k = split_exponent(d, x);
  return (LogParts){k, x_float(d, s_sub(d, x_bits(d, x), exponent_field(d, k, x)))};
}

// k ln2 + log(1 + f)
static Sid log_of_f32(Dag *d, Sid k, Sid f) {
  Sid q = x_poly(
      d, f,
      POLY(-0.07353802770376205, 0.12615187466144562, -0.13203458487987518, 0.14228099584579468,
           -0.16621315479278564, 0.1999976634979248, -0.2500085234642029, 0.3333335518836975));
  Sid t = s_fma(d, f, q, x_num(d, f, -0.5));
  Sid y = s_fma(d, s_mul(d, f, f), t, f);
  return s_fma(d, k, x_num(d, f, 0x1.62e43p-1), y);
}

// The series of 2 atanh(s) with s = f / (2 + f), arranged as in fdlibm: f - (f^2 / 2 - s (f^2 / 2 +
// R)).
static Sid log_of_f64(Dag *d, Sid k, Sid f) {
  Sid s = s_div(d, f, s_add(d, x_num(d, f, 2), f)), z = s_mul(d, s, s);
  Sid q =
      x_poly(d, z,
             POLY(0.14798012582757716, 0.15313840065801024, 0.1818357285509651, 0.22222198399243506,
                  0.2857142874424437, 0.3999999999940505, 0.6666666666666736));
  Sid half_square = s_mul(d, s_mul(d, x_num(d, f, 0.5), f), f);
  Sid low = s_mul(d, k, x_num(d, f, 0x1.abc9e3b39803fp-56));
  Sid rest = s_fma(d, s, s_fma(d, z, q, half_square), low);
  Sid y = s_sub(d, f, s_sub(d, half_square, rest));
  return s_fma(d, k, x_num(d, f, 0x1.62e42fefa39efp-1), y);
}

static Sid log_of(Dag *d, Sid k, Sid f) {
  k = s_convert(d, k, x_type(d, f));
  return x_wide(d, f) ? log_of_f64(d, k, f) : log_of_f32(d, k, f);
}

// log(x 2^-lift) of a positive normal x
static Sid log_normal(Dag *d, Sid x, int lift) {
  LogParts p = x_log_split(d, x);
  Sid k = s_sub(d, p.k, x_int(d, p.k, lift));
  return log_of(d, k, s_sub(d, p.m, x_num(d, x, 1)));
}

// Of what is left when x is positive and finite: log(0) = -inf, log(inf) = inf, else NaN.
static Sid log_edges(Dag *d, Sid x, Sid inside) {
  Sid inf = x_num(d, x, INFINITY), zero = x_num(d, x, 0);
  Sid above = s_select(d, s_eq(d, x, inf), inf, inside);
  Sid below = s_select(d, s_eq(d, x, zero), x_num(d, x, -INFINITY), x_num(d, x, NAN));
  return s_select(d, s_gt(d, x, zero), above, below);
}

Sid expand_log(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  Sid x = args[0], bits = x_bits(d, x);
  bool wide = x_wide(d, x);
  // Zero, denormal, negative, inf or NaN: one comparison of the bits as an unsigned number.
  int64_t least = wide ? INT64_C(1) << 52 : 1 << 23, sign = wide ? INT64_MIN : INT32_MIN;
  int64_t normals = wide ? 0x7fe0000000000000 : 0x7f000000;
  Sid rank = s_add(d, bits, s_const_bits(d, x_type(d, bits), (uint64_t)sign - (uint64_t)least));
  Sid rare = s_ge(d, rank, x_int(d, bits, sign + normals));
  Sid lifted = s_mul(d, x, x_num(d, x, wide ? 0x1p54 : 0x1p23));
  Sid slow = log_edges(d, x, log_normal(d, lifted, wide ? 54 : 23));
  return s_rare(d, rare, log_normal(d, x, 0), slow);
}

// With u = 1 + x = 2^k m: f = m - 1 = 2^-k x + (2^-k - 1) loses nothing of a small x.
Sid expand_log1p(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  Sid x = args[0], one = x_num(d, x, 1), u = s_add(d, one, x);
  Sid k = split_exponent(d, u);
  Sid scale = x_float(d, s_sub(d, x_bits(d, one), exponent_field(d, k, x)));
  Sid fast = log_of(d, k, s_fma(d, scale, x, s_sub(d, scale, one)));
  Sid usual = s_and(d, x_greater(d, x, -1), x_less(d, x, 0x1p100));
  Sid slow = log_edges(d, u, log_normal(d, u, 0));
  return x_or_sign(d, s_rare(d, s_not(d, usual), fast, slow), x);
}

// ---- inverse hyperbolic functions

enum { HUGE_EXPONENT = 54 };  // beyond 2^54 x, x + 1 and sqrt(x^2 + 1) are one

// log1p(big ? x : y), + ln2 where x is big
static Sid log_of_double(Dag *d, Sid x, Sid y) {
  Sid big = x_greater(d, x, (double)(INT64_C(1) << HUGE_EXPONENT));
  Sid more = s_select(d, big, x_num(d, x, 0x1.62e42fefa39efp-1), x_num(d, x, 0));
  return s_add(d, s_log1p(d, s_select(d, big, x, y)), more);
}

// log(a + sqrt(a^2 + 1)) = log1p(a + a^2 / (1 + sqrt(a^2 + 1)))
static Sid asinh_f64(Dag *d, const Sid *args) {
  Sid a = s_abs(d, args[0]), z = s_mul(d, a, a), one = x_num(d, a, 1);
  Sid root = s_add(d, s_sqrt(d, s_add(d, z, one)), one);
  return x_or_sign(d, log_of_double(d, a, s_add(d, a, s_div(d, z, root))), args[0]);
}

// log(x + sqrt(x^2 - 1)) = log1p(t + sqrt(t (x + 1))), t = x - 1
static Sid acosh_f64(Dag *d, const Sid *args) {
  Sid x = args[0], one = x_num(d, x, 1), t = s_sub(d, x, one);
  Sid y = log_of_double(d, x, s_add(d, t, s_sqrt(d, s_mul(d, t, s_add(d, x, one)))));
  return s_select(d, s_lt(d, x, one), x_num(d, x, NAN), y);
}

static Sid atanh_f64(Dag *d, const Sid *args) {
  Sid a = s_abs(d, args[0]), y = s_div(d, s_add(d, a, a), s_sub(d, x_num(d, a, 1), a));
  return x_or_sign(d, s_mul(d, s_log1p(d, y), x_num(d, a, 0.5)), args[0]);
}

Sid expand_asinh(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return x_in_f64(d, asinh_f64, 1, args);
}

Sid expand_acosh(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return x_in_f64(d, acosh_f64, 1, args);
}

Sid expand_atanh(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return x_in_f64(d, atanh_f64, 1, args);
}
