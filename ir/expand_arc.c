// asin, acos, atan and atan2, in f64.
#include "ir/expand.h"

static const double PI_HIGH = 0x1.921fb54442d18p+1, PI_LOW = 0x1.1a62633145c07p-53;

// ---- asin and acos

// asin(x) of x = sqrt(z) up to 1/2
static Sid asin_poly(Dag *d, Sid x, Sid z) {
  Sid q = x_poly(
      d, z,
      POLY(0.03185833708891584, -0.016145358394133603, 0.019478022070293, 0.006546235643823274,
           0.01216504090053214, 0.013885856581683516, 0.01735964424884176, 0.0223717618113127,
           0.03038195899692208, 0.04464285683105815, 0.07500000000335101, 0.16666666666665406));
  return s_fma(d, s_mul(d, x, z), q, x);
}

// Near 0 asin(|x|); beyond 1/2 asin(sqrt((1 - |x|) / 2)), half of what |x| lacks of pi/2.
static Sid arc(Dag *d, Sid size, Sid near) {
  Sid half = x_num(d, size, 0.5);
  Sid z = s_select(d, near, s_mul(d, size, size), s_fma(d, s_neg(d, half), size, half));
  return asin_poly(d, s_select(d, near, size, s_sqrt(d, z)), z);
}

static Sid asin_f64(Dag *d, const Sid *args) {
  Sid x = args[0], size = s_abs(d, x), near = s_le(d, size, x_num(d, x, 0.5));
  Sid a = arc(d, size, near), rest = s_sub(d, s_add(d, a, a), x_num(d, x, PI_LOW / 2));
  Sid far = s_sub(d, x_num(d, x, PI_HIGH / 2), rest);
  return x_or_sign(d, s_select(d, near, a, far), x);
}

static Sid acos_f64(Dag *d, const Sid *args) {
  Sid x = args[0], size = s_abs(d, x), near = s_le(d, size, x_num(d, x, 0.5));
  Sid a = arc(d, size, near), quarter = x_num(d, x, PI_HIGH / 2), low = x_num(d, x, PI_LOW / 2);
  Sid middle = s_sub(d, quarter, s_sub(d, x_or_sign(d, a, x), low));
  Sid left = s_sub(d, quarter, s_sub(d, a, low));
  Sid far = s_select(d, x_less(d, x, 0), left, a);
  return s_select(d, near, middle, s_add(d, far, far));
}

Sid expand_asin(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return x_in_f64(d, asin_f64, 1, args);
}

Sid expand_acos(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return x_in_f64(d, acos_f64, 1, args);
}

// ---- atan and atan2

static Sid pick(Dag *d, Sid p, double a, double b, Sid like) {
  return s_select(d, p, x_num(d, like, a), x_num(d, like, b));
}

// atan(y / x) of y, x >= 0, not both infinite; of pi less that where `left` holds. With y <= x by
// exchanging them, and (y - x) / (y + x) for y / x beyond tan(pi/8).
static Sid angle(Dag *d, Sid y, Sid x, Sid left) {
  Sid steep = s_gt(d, y, x), n = s_select(d, steep, x, y), m = s_select(d, steep, y, x);
  Sid big = s_gt(d, n, s_mul(d, m, x_num(d, m, 0.41421356237309503)));
  Sid a = s_select(d, big, s_sub(d, n, m), n), b = s_select(d, big, s_add(d, n, m), m);
  Sid q = s_div(d, a, b), z = s_mul(d, q, q);
  Sid p = x_poly(
      d, z,
      POLY(-0.01788209264572132, 0.03804000391080192, -0.05038265409309135, 0.058476399881540575,
           -0.0666306677020241, 0.0769205661728733, -0.09090897533501092, 0.11111110774690779,
           -0.14285714279995193, 0.19999999999951215, -0.33333333333333187));
  Sid r = s_fma(d, s_mul(d, q, z), p, q);
  Sid turned = s_xor(d, steep, left);
  // The multiple of pi / 4 from which r is taken off or to which it is added.
  Sid right_base = s_select(d, big, x_num(d, r, 0.25), pick(d, steep, 0.5, 0, r));
  Sid base = s_select(d, left, s_sub(d, x_num(d, r, 1), right_base), right_base);
  r = s_select(d, turned, s_neg(d, r), r);
  Sid low = s_fma(d, base, x_num(d, r, PI_LOW), r);
  return s_fma(d, base, x_num(d, r, PI_HIGH), low);
}

static Sid atan_f64(Dag *d, const Sid *args) {
  Sid x = args[0];
  Sid y = angle(d, s_abs(d, x), x_num(d, x, 1), s_const_int(d, DT_BOOL, 0));
  return x_or_sign(d, y, x);
}

// Huge operands are halved twice; equal ones are 1 and 1, zeros 0 and 1.
static Sid atan2_f64(Dag *d, const Sid *args) {
  Sid y = s_abs(d, args[0]), x = s_abs(d, args[1]), one = x_num(d, x, 1), zero = x_num(d, x, 0);
  Sid huge = x_greater(d, s_max(d, x, y), 0x1p1020);
  Sid scale = pick(d, huge, 0.25, 1, x), same = s_eq(d, x, y), none = s_eq(d, y, zero);
  Sid n = s_select(d, none, zero, s_select(d, same, one, s_mul(d, y, scale)));
  Sid m = s_select(d, s_or(d, same, s_eq(d, s_max(d, x, y), zero)), one, s_mul(d, x, scale));
  Sid left = s_lt(d, x_bits(d, args[1]), x_int(d, x_bits(d, args[1]), 0));
  return x_or_sign(d, angle(d, n, m, left), args[0]);
}

Sid expand_atan(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return x_in_f64(d, atan_f64, 1, args);
}

Sid expand_atan2(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return x_in_f64(d, atan2_f64, 2, args);
}
