// lgamma, digamma, zeta and polygamma, in f64.
#include <math.h>

#include "ir/expand.h"

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
static Pair stirling(Dag *d, Sid x, Pair log) {
  Sid u = s_div(d, x_num(d, x, 1), x), half_log_2pi = x_num(d, x, 0.9189385332046728);
  Sid q = x_poly(d, s_mul(d, u, u),
                 POLY(0.004980233245855698, -0.0018860260562042323, 0.0008413848381460758,
                      -0.0005952357835782891, 0.0007936507860923872, -0.0027777777777668144,
                      0.08333333333333333));
  Sid rest = s_fma(d, q, u, s_sub(d, half_log_2pi, x_num(d, x, 0.5)));
  Sid shifted = s_sub(d, x, x_num(d, x, 0.5));
  Pair less = x_sum(d, log.high, x_num(d, x, -1)), y = x_product(d, shifted, less.high);
  Sid low = s_fma(d, shifted, s_add(d, less.low, log.low), y.low);
  Pair all = x_sum(d, y.high, rest);
  Sid finite = x_less(d, y.high, INFINITY);
  return (Pair){all.high, s_select(d, finite, s_add(d, all.low, low), x_num(d, x, 0))};
}

// (x - 1) (x - 2) .. down to `left`, 2 <= left < 3; 1 and x if x is less. x < 8.
static Pair falling(Dag *d, Sid x, Sid *left) {
  enum { STEPS = 5 };
  Sid one = x_num(d, x, 1), t = x;
  Pair f = {one, x_num(d, x, 0)};
  for (int i = 0; i < STEPS; i++) {
    Sid big = s_ge(d, t, x_num(d, x, 3)), next = s_sub(d, t, one);
    Pair p = x_product(d, f.high, next);
    f.low = s_select(d, big, s_fma(d, f.low, next, p.low), f.low);
    f.high = s_select(d, big, p.high, f.high);
    t = s_select(d, big, next, t);
  }
  *left = t;
  return f;
}

// log gamma(x) for x > -1/2, in two parts: it may be taken from another that is almost the same.
// gamma(x) = gamma(2 + t) f or / f with -1/2 <= t < 1 below 8.
static Pair lgamma_right(Dag *d, Sid x) {
  Sid t, one = x_num(d, x, 1);
  Pair f = falling(d, x, &t);
  t = s_sub(d, t, x_num(d, x, 2));
  Sid least = x_less(d, x, 0.5), less = x_less(d, x, 1.5), far = s_ge(d, x, x_num(d, x, 8));
  t = s_select(d, least, x, s_select(d, less, s_sub(d, x, one), t));
  f.high = s_select(d, less, s_select(d, least, s_abs(d, s_fma(d, x, x, x)), x), f.high);
  Pair log = x_log_pair(d, s_select(d, far, x, f.high)), beyond = stirling(d, x, log);
  log.low = s_add(d, log.low, s_div(d, f.low, f.high));
  Sid p = lgamma_poly(d, s_select(d, far, one, t));
  Sid high = s_select(d, less, s_neg(d, log.high), log.high);
  Sid low = s_select(d, less, s_neg(d, log.low), log.low);
  return (Pair){s_select(d, far, beyond.high, high),
                s_select(d, far, beyond.low, s_add(d, p, low))};
}

// sin(pi x) / pi for 0 <= x <= 1/2
static Sid sin_pi_by_pi(Dag *d, Sid x) {
  Sid z = s_mul(d, x, x);
  Sid q = x_poly(d, z,
                 POLY(2.4526425771257155e-07, -6.9723445793590956e-06, 0.00014842794604725442,
                      -0.0023460809189918093, 0.02614784780852559, -0.1907518241217047,
                      0.8117424252833467, -1.6449340668482264));
  return s_fma(d, s_mul(d, x, z), q, x);
}

// Left of -1/2 by reflection: -log(|x| sin(pi x) / pi) - log gamma(-x), in two parts each, as there
// are zeros beside the poles.
static Sid lgamma_f64(Dag *d, const Sid *args) {
  Sid x = args[0], size = s_abs(d, x), left = x_less(d, x, -0.5), inf = x_num(d, x, INFINITY);
  Pair y = lgamma_right(d, s_select(d, left, size, x));
  Sid f = to_integer(d, size);
  Pair sine = x_product(d, size, sin_pi_by_pi(d, f)), log = x_log_pair(d, sine.high);
  log.low = s_add(d, log.low, s_div(d, sine.low, sine.high));
  Sid sum = s_add(d, log.high, y.high);
  Sid lost = x_lost(d, log.high, y.high, sum);
  Sid reflected = s_neg(d, s_add(d, sum, s_add(d, lost, s_add(d, log.low, y.low))));
  Sid pole = s_or(d, s_eq(d, f, x_num(d, x, 0)), s_eq(d, size, inf));
  Sid right = s_select(d, s_eq(d, size, x_num(d, x, 0)), inf, s_add(d, y.high, y.low));
  return s_select(d, left, s_select(d, pole, inf, reflected),
                  s_select(d, s_eq(d, x, inf), x, right));
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
static Pair digamma_far(Dag *d, Sid x) {
  Sid u = s_div(d, x_num(d, x, 1), x), w = s_mul(d, u, u);
  Sid q =
      x_poly(d, w,
             POLY(124.09088967271576, -104.63385391147092, 41.76599191949853, -10.849262273567392,
                  2.190542304253145, -0.40586685533909544, 0.08213768053216945,
                  -0.021066005593671906, 0.007575362045529819, -0.004166663146943765,
                  0.003968253952027915, -0.008333333333305229, 0.08333333333333333));
  Sid rest = s_fma(d, w, q, s_mul(d, u, x_num(d, x, 0.5)));
  return (Pair){s_log(d, x), s_neg(d, rest)};
}

// digamma(x) for x > 0, in two parts: digamma(x + 1) = digamma(x) + 1 / x up to 2
static Pair digamma_right(Dag *d, Sid x) {
  Sid one = x_num(d, x, 1), two = x_num(d, x, 2), far = s_ge(d, x, x_num(d, x, 3));
  Sid least = x_less(d, x, 1), less = x_less(d, x, 2), zero = x_num(d, x, 0);
  Sid lift = s_select(d, least, two, s_select(d, less, one, zero));
  Sid t = s_sub(d, s_add(d, x, lift), x_num(d, x, 2.5));
  Sid above = s_select(d, least, s_fma(d, x, two, one), s_select(d, less, one, zero));
  Sid below = s_select(d, least, s_fma(d, x, x, x), s_select(d, less, x, one));
  Sid near = digamma_poly(d, s_select(d, far, zero, t)), low = s_neg(d, s_div(d, above, below));
  Pair beyond = digamma_far(d, x);
  return (Pair){s_select(d, far, beyond.high, near), s_select(d, far, beyond.low, low)};
}

// pi / tan(pi x), 0 <= x <= 1/2, in two parts: 1 / x and what is left, which is at most 2
static Pair cot_pi(Dag *d, Sid x) {
  Sid q =
      x_poly(d, s_mul(d, x, x),
             POLY(17.19654884948935, -16.150363811699705, 13.051961600703693, -2.2123688647062334,
                  3.0910850552754776, 1.800328577683224, 2.026261858240917, 1.997545045113376,
                  2.000290194116522, 2.000484294895131, 2.0019893978755245, 2.0081547075164603,
                  2.034686124022929, 2.1646464674220027, 3.2898681336964533));
  return (Pair){s_div(d, x_num(d, x, 1), x), s_mul(d, s_neg(d, x), q)};
}

// Left of 0 by reflection: digamma(1 - x) - pi / tan(pi x).
static Sid digamma_f64(Dag *d, const Sid *args) {
  Sid x = args[0], one = x_num(d, x, 1), zero = x_num(d, x, 0), half = x_num(d, x, 0.5);
  Sid left = s_lt(d, x, zero), size = s_abs(d, x), f = s_sub(d, size, s_floor(d, size));
  Pair y = digamma_right(d, s_select(d, left, s_sub(d, one, x), x));
  // pi / tan(pi |x|), whose sign changes at the half
  Pair slope = cot_pi(d, to_integer(d, size));
  Sid above = s_gt(d, f, half);
  slope.high = s_select(d, above, s_neg(d, slope.high), slope.high);
  slope.low = s_select(d, above, s_neg(d, slope.low), slope.low);
  y.high = s_select(d, left, s_add(d, y.high, slope.high), y.high);
  y.low = s_select(d, left, s_add(d, y.low, slope.low), y.low);
  Sid pole = s_and(d, s_le(d, x, zero), s_not(d, s_gt(d, f, zero)));
  Sid sum = s_select(d, s_eq(d, x, x_num(d, x, INFINITY)), x, s_add(d, y.high, y.low));
  return s_select(d, pole, x_num(d, x, NAN), sum);
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
enum { TERMS = 10, CORRECTIONS = sizeof bernoulli / sizeof *bernoulli };

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

// (q + k)^-s. What rounding takes from q + k counts s times.
static Pair zeta_term(Dag *d, Sid s, Sid q, int k) {
  enum { MOST = 1 << 20 };  // of s: beyond it the first term is all
  Sid a = s_add(d, q, x_num(d, q, k)), t = s_pow(d, a, s_neg(d, s));
  Sid part = s_div(d, s_mul(d, x_lost(d, q, x_num(d, q, k), a), x_at_most(d, s, MOST)), a);
  return (Pair){t, s_mul(d, s_neg(d, t), part)};
}

// The sum of the first terms: they fall.
static Pair zeta_sum(Dag *d, Sid s, Sid q) {
  Pair sum = {s_pow(d, q, s_neg(d, s)), x_num(d, s, 0)};
  for (int k = 1; k < TERMS; k++) {
    Pair term = zeta_term(d, s, q, k), next = x_sum(d, sum.high, term.high);
    sum = (Pair){next.high, s_add(d, sum.low, s_add(d, next.low, term.low))};
  }
  return sum;
}

// As JAX's outside its domain: inf at s = 1 and the poles of even s (0 and below too), else NaN; q
// < 0 is for a few terms, as many as JAX adds, and whole s.
static Sid zeta_f64(Dag *d, const Sid *args) {
  Sid s = args[0], q = args[1], one = x_num(d, s, 1);
  Pair sum = zeta_sum(d, s, q), t = zeta_term(d, s, q, TERMS);
  Sid a = s_add(d, q, x_num(d, q, TERMS));
  Sid rest = s_add(d, x_num(d, s, 0.5), corrections(d, s, a));
  rest = s_add(d, s_div(d, a, s_sub(d, s, one)), rest);
  Sid low = s_fma(d, t.low, rest, sum.low);
  low = s_select(d, x_less(d, s_abs(d, low), INFINITY), low, x_num(d, s, 0));  // of infinite terms
  Sid y = s_add(d, sum.high, s_fma(d, t.high, rest, low));
  Sid half = s_floor(d, s_mul(d, s, x_num(d, s, 0.5))), even = s_eq(d, s_add(d, half, half), s);
  Sid nan = x_num(d, s, NAN), inf = x_num(d, s, INFINITY), zero = x_num(d, s, 0);
  Sid pole = s_and(d, s_le(d, q, zero), s_eq(d, s_floor(d, q), q));
  y = s_select(d, s_lt(d, s, one), nan, y);
  y = s_select(d, pole, s_select(d, even, inf, nan), y);
  return s_select(d, s_and(d, s_eq(d, s, one), s_eq(d, q, q)), inf, y);
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
