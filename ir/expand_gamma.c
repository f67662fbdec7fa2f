// lgamma, digamma, zeta and polygamma, in f64.
#include <math.h>

#include "ir/expand.h"

static const double PI = 0x1.921fb54442d18p+1;

// Distance of x >= 0 to the nearest integer. At most 1/2.
static Sid to_integer(Dag *d, Sid x) {
  Sid f = s_sub(d, x, s_floor(d, x));
  return s_select(d, x_greater(d, f, 0.5), s_sub(d, x_num(d, x, 1), f), f);
}

// ---- lgamma

// log gamma(2 + t), -1/2 <= t <= 1
static Sid lgamma_poly(Dag *d, Sid t) {
  Sid q = x_poly(
      d, t,
      POLY(1.871744806418604e-09, -1.3724659881524462e-08, 4.733240594568041e-08,
           -1.1003363857922055e-07, 2.202190080672195e-07, -4.478842641988528e-07,
           9.501451639214278e-07, -2.037908617725678e-06, 4.376204011510497e-06,
           -9.44016905421782e-06, 2.050703470221312e-05, -4.492608597353534e-05,
           9.945752238340667e-05, -0.0002231547770039791, 0.0005096695249877601,
           -0.0011927539103859547, 0.0028905103306914822, -0.007385551028725188,
           0.02058080842778629, -0.06735230105319717, 0.3224670334241132, 0.42278433509846713));
  return s_mul(d, t, q);
}

// log gamma(x) by Stirling's formula, x >= 8
static Sid stirling(Dag *d, Sid x, Sid log) {
  Sid u = s_div(d, x_num(d, x, 1), x), half_log_2pi = x_num(d, x, 0.9189385332046728);
  Sid q = x_poly(d, s_mul(d, u, u),
                 POLY(0.004980233245855698, -0.0018860260562042323, 0.0008413848381460758,
                      -0.0005952357835782891, 0.0007936507860923872, -0.0027777777777668144,
                      0.08333333333333333));
  Sid rest = s_fma(d, q, u, s_sub(d, half_log_2pi, x_num(d, x, 0.5)));
  Sid shifted = s_sub(d, x, x_num(d, x, 0.5));
  return s_fma(d, shifted, s_sub(d, log, x_num(d, x, 1)), rest);
}

// log gamma(x) for x > -1/2. gamma(x) = gamma(2 + t) f or / f with -1/2 <= t < 1 below 8.
static Sid lgamma_right(Dag *d, Sid x) {
  enum { STEPS = 5 };
  Sid one = x_num(d, x, 1), f = one, t = x;
  for (int i = 0; i < STEPS; i++) {
    Sid big = s_ge(d, t, x_num(d, x, 3));
    t = s_select(d, big, s_sub(d, t, one), t);
    f = s_select(d, big, s_mul(d, f, t), f);
  }
  t = s_sub(d, t, x_num(d, x, 2));
  Sid least = x_less(d, x, 0.5), less = x_less(d, x, 1.5), far = s_ge(d, x, x_num(d, x, 8));
  t = s_select(d, least, x, s_select(d, less, s_sub(d, x, one), t));
  f = s_select(d, less, s_select(d, least, s_abs(d, s_fma(d, x, x, x)), x), f);
  Sid log = s_log(d, s_select(d, far, x, f)), p = lgamma_poly(d, s_select(d, far, one, t));
  Sid near = s_add(d, p, s_select(d, less, s_neg(d, log), log));
  return s_select(d, far, stirling(d, x, log), near);
}

// Left of -1/2 by reflection: log(pi / |x sin(pi x)|) - log gamma(-x).
static Sid lgamma_f64(Dag *d, const Sid *args) {
  Sid x = args[0], size = s_abs(d, x), left = x_less(d, x, -0.5);
  Sid y = lgamma_right(d, s_select(d, left, size, x)), inf = x_num(d, x, INFINITY);
  Sid f = to_integer(d, size), sine = s_mul(d, size, x_sin_pi(d, f));
  Sid reflected = s_sub(d, s_log(d, s_div(d, x_num(d, x, PI), sine)), y);
  Sid pole = s_or(d, s_eq(d, f, x_num(d, x, 0)), s_eq(d, size, inf));
  return s_select(d, left, s_select(d, pole, inf, reflected), s_select(d, s_eq(d, x, inf), x, y));
}

Sid expand_lgamma(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return x_in_f64(d, lgamma_f64, 1, args);
}

// ---- digamma

// digamma(5/2 + t), |t| <= 1/2
static Sid digamma_poly(Dag *d, Sid t) {
  return x_poly(d, t,
                POLY(9.005794625325702e-08, -2.055090945272942e-07, 4.1688191269110356e-07,
                     -1.0655218014013837e-06, 2.714515459404917e-06, -6.802598070823099e-06,
                     1.7088079400206733e-05, -4.305219570144366e-05, 0.00010882597702524973,
                     -0.0002764392905512409, 0.0007073881553542855, -0.0018305640370013213,
                     0.004821409821785546, -0.013073166646122281, 0.037317641469534646,
                     -0.11810202582086411, 0.4903577561002349, 0.7031566406452432));
}

// log(x) - 1 / (2 x) - w q(w), w = 1 / x^2, x >= 3
static Sid digamma_far(Dag *d, Sid x) {
  Sid u = s_div(d, x_num(d, x, 1), x), w = s_mul(d, u, u);
  Sid q =
      x_poly(d, w,
             POLY(124.09088967271576, -104.63385391147092, 41.76599191949853, -10.849262273567392,
                  2.190542304253145, -0.40586685533909544, 0.08213768053216945,
                  -0.021066005593671906, 0.007575362045529819, -0.004166663146943765,
                  0.003968253952027915, -0.008333333333305229, 0.08333333333333333));
  Sid rest = s_fma(d, w, q, s_mul(d, u, x_num(d, x, 0.5)));
  return s_sub(d, s_log(d, x), rest);
}

// digamma(x) for x > 0: digamma(x + 1) = digamma(x) + 1 / x up to 2
static Sid digamma_right(Dag *d, Sid x) {
  Sid one = x_num(d, x, 1), two = x_num(d, x, 2), far = s_ge(d, x, x_num(d, x, 3));
  Sid least = x_less(d, x, 1), less = x_less(d, x, 2), zero = x_num(d, x, 0);
  Sid lift = s_select(d, least, two, s_select(d, less, one, zero));
  Sid t = s_sub(d, s_add(d, x, lift), x_num(d, x, 2.5));
  Sid above = s_select(d, least, s_fma(d, x, two, one), s_select(d, less, one, zero));
  Sid below = s_select(d, least, s_fma(d, x, x, x), s_select(d, less, x, one));
  Sid near = s_sub(d, digamma_poly(d, s_select(d, far, zero, t)), s_div(d, above, below));
  return s_select(d, far, digamma_far(d, x), near);
}

// Left of 0 by reflection: digamma(1 - x) - pi / tan(pi x).
static Sid digamma_f64(Dag *d, const Sid *args) {
  Sid x = args[0], one = x_num(d, x, 1), zero = x_num(d, x, 0), half = x_num(d, x, 0.5);
  Sid left = s_lt(d, x, zero), size = s_abs(d, x), f = s_sub(d, size, s_floor(d, size));
  Sid y = digamma_right(d, s_select(d, left, s_sub(d, one, x), x));
  // pi / tan(pi |x|), whose sign changes at the half
  Sid g = to_integer(d, size), sine = x_sin_pi(d, g), cosine = x_sin_pi(d, s_sub(d, half, g));
  Sid slope = s_div(d, s_mul(d, x_num(d, x, PI), cosine), sine);
  y = s_select(d, left, s_add(d, y, s_select(d, s_gt(d, f, half), s_neg(d, slope), slope)), y);
  Sid pole = s_and(d, s_le(d, x, zero), s_not(d, s_gt(d, f, zero)));
  y = s_select(d, s_eq(d, x, x_num(d, x, INFINITY)), x, y);
  return s_select(d, pole, x_num(d, x, NAN), y);
}

Sid expand_digamma(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return x_in_f64(d, digamma_f64, 1, args);
}

// ---- zeta and polygamma

// B_2j / (2 j)! of Euler and Maclaurin's formula, j = 1, 2, ..
static const double bernoulli[] = {
    1.0 / 12,
    -1.0 / 720,
    1.0 / 30240,
    -1.0 / 1209600,
    1.0 / 47900160,
    -691.0 / 1307674368000,
    1.0 / 74724249600,
    -3617.0 / 10670622842880000,
    43867.0 / 5109094217170944000,
    -174611.0 / 802857662698291200000.0,
    77683.0 / 14101100039391805440000.0,
    -236364091.0 / 1693824136731743669452800000.0,
};
enum { TERMS = 9, CORRECTIONS = sizeof bernoulli / sizeof *bernoulli };

// s / a (c1 + (s + 1) (s + 2) / a^2 (c2 + (s + 3) (s + 4) / a^2 (c3 + ..
static Sid corrections(Dag *d, Sid s, Sid a) {
  Sid u = s_div(d, x_num(d, a, 1), a), w = s_mul(d, u, u), y = x_num(d, a, 0);
  for (int j = CORRECTIONS; j-- > 0;) {
    y = s_add(d, y, x_num(d, a, bernoulli[j]));
    Sid next = s_add(d, s, x_num(d, s, 2 * j)), before = s_add(d, s, x_num(d, s, 2 * j - 1));
    y = s_mul(d, y, j ? s_mul(d, s_mul(d, next, before), w) : s_mul(d, s, u));
  }
  // There the first term is all, and the products overflow.
  Sid all = s_gt(d, s, s_mul(d, a, x_num(d, a, 30)));
  return s_select(d, all, x_num(d, a, 0), y);
}

// As JAX's outside its domain: inf at s = 1 and the poles of even s, else NaN; q < 0 is for a few
// terms and whole s.
static Sid zeta_f64(Dag *d, const Sid *args) {
  Sid s = args[0], q = args[1], one = x_num(d, s, 1), sum = NO_SID, power = s_neg(d, s);
  for (int k = 0; k < TERMS; k++) {
    Sid term = s_pow(d, s_add(d, q, x_num(d, q, k)), power);
    sum = k ? s_add(d, sum, term) : term;
  }
  Sid a = s_add(d, q, x_num(d, q, TERMS)), t = s_pow(d, a, power);
  Sid rest = s_add(d, s_div(d, a, s_sub(d, s, one)), x_num(d, s, 0.5));
  Sid y = s_fma(d, t, s_add(d, rest, corrections(d, s, a)), sum);
  Sid half = s_mul(d, s, x_num(d, s, 0.5)), even = s_eq(d, s_floor(d, half), half);
  Sid nan = x_num(d, s, NAN), inf = x_num(d, s, INFINITY), zero = x_num(d, s, 0);
  Sid pole = s_and(d, s_le(d, q, zero), s_eq(d, s_floor(d, q), q));
  y = s_select(d, pole, s_select(d, even, inf, nan), y);
  y = s_select(d, s_and(d, s_eq(d, s, one), s_eq(d, q, q)), inf, y);
  return s_select(d, s_lt(d, s, one), nan, y);
}

Sid expand_zeta(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return x_in_f64(d, zeta_f64, 2, args);
}

// n! for n = 0 .. 170, inf above
static Sid factorial(Dag *d, Sid n) {
  enum { MOST = 170 };
  double values[MOST + 1] = {1};
  long double product = 1;
  for (int i = 1; i <= MOST; i++) values[i] = (double)(product *= i);
  Sid inside = s_and(d, s_ge(d, n, x_num(d, n, 0)), s_le(d, n, x_num(d, n, MOST)));
  Sid i = s_convert(d, s_select(d, inside, n, x_num(d, n, 0)), DT_I32);
  return s_select(d, inside, s_table(d, DT_F64, MOST + 1, values, i), x_num(d, n, INFINITY));
}

// (-1)^(n + 1) n! zeta(n + 1, x), and digamma for n = 0
static Sid polygamma_f64(Dag *d, const Sid *args) {
  Sid n = args[0], x = args[1], zero = x_num(d, n, 0), half = s_mul(d, n, x_num(d, n, 0.5));
  Sid order = s_add(d, n, x_num(d, n, 1));
  Sid y = s_mul(d, factorial(d, n), zeta_f64(d, (Sid[]){order, x}));
  y = s_select(d, s_eq(d, s_floor(d, half), half), s_neg(d, y), y);
  y = s_select(d, s_eq(d, n, zero), digamma_f64(d, &x), y);
  Sid known = s_and(d, s_ge(d, n, zero), s_eq(d, s_floor(d, n), n));
  return s_select(d, known, y, x_num(d, n, NAN));
}

Sid expand_polygamma(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return x_in_f64(d, polygamma_f64, 2, args);
}
