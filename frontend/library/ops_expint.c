// Exponential integrals: a series and an asymptotic series, below -1 a continued fraction; Spence's
// function by Bernoulli's numbers. In f64.
#include <math.h>

#include "frontend/library/np_known.h"
#include "frontend/library/np_loop.h"
#include "frontend/library/ops.h"

enum { MOST_STEPS = 1000, ASYMPTOTIC = 40 };
static const double EPSILON = 0x1p-53, EULER = 0.57721566490153286061;

static Val number(Np *n, Val like, double v) { return np_number(n, like, v); }
static Val strong(Val x) { return np_val(x.id); }
static Val is(Np *n, Op op, Val x, double v) { return np_compare(n, op, x, number(n, x, v)); }
static Val choose(Np *n, Val c, Val a, Val b) { return strong(np_select(n, c, a, b)); }
static Val inverse(Np *n, Val x) { return np_div(n, number(n, x, 1), x); }

static Val goes_on(Np *n, const Val *x, Val change) {
  const Val some = np_reduce(n, OP_reduce_or, is(n, OP_gt, change, EPSILON), (Ints){0}, false);
  return np_map2(n, OP_and, is(n, OP_lt, x[0], MOST_STEPS), some);
}
static Val relative(Np *n, Val part, Val sum) {
  const Val none = is(n, OP_eq, part, 0), size = choose(n, none, number(n, sum, 1), sum);
  return np_map1(n, OP_abs, np_div(n, part, size));
}

// step x^k / k! sum | x: of x^k / (k! k)
static Val series_goes_on(Np *n, const Val *x, const void *context) {
  (void)context;
  return goes_on(n, x, relative(n, np_div(n, x[1], x[0]), x[2]));
}
static void series_step(Np *n, const Val *x, Val *next, const void *context) {
  (void)context;
  const Val k = next[0] = strong(np_add(n, x[0], number(n, x[0], 1)));
  next[1] = strong(np_div(n, np_mul(n, x[1], x[3]), k));
  next[2] = strong(np_add(n, x[2], np_div(n, next[1], k)));
}

// step k!/x^k sum | x: until the terms grow
static Val tail_goes_on(Np *n, const Val *x, const void *context) {
  (void)context;
  return np_map2(n, OP_and, is(n, OP_lt, x[0], ASYMPTOTIC), goes_on(n, x, x[1]));
}
static void tail_step(Np *n, const Val *x, Val *next, const void *context) {
  (void)context;
  const Val k = next[0] = strong(np_add(n, x[0], number(n, x[0], 1)));
  next[1] = strong(np_div(n, np_mul(n, x[1], k), x[3]));
  next[2] = strong(np_add(n, x[2], next[1]));
}

// step b c d h change: Lentz's rule for 1 / (z + 1 - 1 / (z + 3 - 4 / (z + 5 - ..
static Val fraction_goes_on(Np *n, const Val *x, const void *context) {
  (void)context;
  return goes_on(n, x, x[5]);
}
static void fraction_step(Np *n, const Val *x, Val *next, const void *context) {
  (void)context;
  const Val i = next[0] = strong(np_add(n, x[0], number(n, x[0], 1)));
  const Val a = np_map1(n, OP_neg, np_mul(n, i, i)), b = np_add(n, x[1], number(n, x[1], 2));
  const Val d = inverse(n, np_add(n, np_mul(n, a, x[3]), b));
  const Val c = np_add(n, b, np_div(n, a, x[2])), by = np_mul(n, c, d);
  next[1] = strong(b), next[2] = strong(c), next[3] = strong(d);
  next[4] = strong(np_mul(n, x[4], by));
  next[5] = strong(np_map1(n, OP_abs, np_sub(n, by, number(n, by, 1))));
}

static Val expi_of(Np *n, Val x) {
  const Val far = is(n, OP_gt, x, ASYMPTOTIC), below = is(n, OP_lt, x, -1);
  const Val infinite = is(n, OP_eq, np_map1(n, OP_abs, x), INFINITY);
  const Val nan = np_compare(n, OP_ne, x, x);
  const Val outside = np_map2(n, OP_or, infinite, nan);
  // Elements that are not computed in a loop end it at once.
  const Val near = np_map1(n, OP_not, np_map2(n, OP_or, np_map2(n, OP_or, far, below), outside));
  const Val sx = choose(n, near, x, number(n, x, 0));
  const Val fx =
      choose(n, np_map2(n, OP_and, far, np_map1(n, OP_not, outside)), x, number(n, x, 1e300));
  const Val z = choose(n, np_map2(n, OP_and, below, np_map1(n, OP_not, outside)),
                       np_map1(n, OP_neg, x), number(n, x, 1e300));
  const Val nil = strong(np_mul(n, sx, number(n, sx, 0)));
  const Val one = strong(np_add(n, nil, number(n, nil, 1)));
  const Val first = np_val(b_scalar(n->g, DT_F64, 1)), zero = np_val(b_scalar(n->g, DT_F64, 0));
  Val s[3], t[3], f[6];
  if (!np_while(n, series_goes_on, series_step, NULL, 3, 4, (Val[]){first, sx, sx, sx}, s) ||
      !np_while(n, tail_goes_on, tail_step, NULL, 3, 4, (Val[]){zero, one, one, fx}, t))
    return NP_BAD;
  const Val b = strong(np_add(n, z, one)), d = strong(inverse(n, b));
  const Val huge = strong(np_add(n, nil, number(n, nil, 1e300)));
  if (!np_while(n, fraction_goes_on, fraction_step, NULL, 6, 6, (Val[]){zero, b, huge, d, d, one},
                f))
    return NP_BAD;
  const Val log_x = np_map1(n, OP_log, np_map1(n, OP_abs, sx));
  const Val sum = np_add(n, np_add(n, log_x, number(n, x, EULER)), s[2]);
  const Val root = np_map1(n, OP_exp, np_mul(n, x, number(n, x, 0.5)));
  const Val large = np_mul(n, root, np_mul(n, np_div(n, root, fx), t[2]));
  const Val small = np_mul(n, np_map1(n, OP_neg, f[4]), np_map1(n, OP_exp, x));
  Val r = np_select(n, far, large, np_select(n, below, small, sum));
  const Val end = np_select(n, is(n, OP_gt, x, 0), number(n, x, INFINITY), number(n, x, -0.0));
  r = np_select(n, infinite, end, r);
  return np_select(n, nan, x, r);
}

static Val expi_value(Np *n, const Val *v) { return as(n, expi_of(n, wide(n, v[0])), v[0]); }
static Val expi_slope(Np *n, const Val *v) {  // exp(x) / x
  const Val x = wide(n, v[0]);
  return as(n, np_div(n, np_map1(n, OP_exp, x), x), v[0]);
}
static Val exp1_value(Np *n, const Val *v) {
  const Val x = wide(n, v[0]), r = np_map1(n, OP_neg, expi_of(n, np_map1(n, OP_neg, x)));
  return as(n, np_select(n, is(n, OP_lt, x, 0), number(n, r, NAN), r), v[0]);
}
static Val exp1_slope(Np *n, const Val *v) {
  const Val x = wide(n, v[0]);
  return as(n, np_map1(n, OP_neg, np_div(n, np_map1(n, OP_exp, np_map1(n, OP_neg, x)), x)), v[0]);
}
static const Known expi_rule = {"expi", expi_value, 1, 1, {expi_slope}};
static const Known exp1_rule = {"exp1", exp1_value, 1, 1, {exp1_slope}};
UNARY(expi, np_known(n, &expi_rule, &x))
UNARY(exp1, np_known(n, &exp1_rule, &x))

// ---- Spence's function: of u = -log x it is u - u^2 / 4 + sum of B_2k u^(2k + 1) / (2k + 1)!

static Val spence_series(Np *n, Val x) {
  // B_2k / (2k + 1)!, for |u| <= log 2 down to the rounding of f64
  static const double terms[] = {1. / 36,
                                 -1. / 3600,
                                 1. / 211680,
                                 -1. / 10886400,
                                 1. / 526901760,
                                 -691. / 16999766784000.,
                                 7. / 7846046208000.};
  const Val u = np_map1(n, OP_neg, np_map1(n, OP_log, x)), square = np_mul(n, u, u);
  Val sum = number(n, u, terms[6]);
  for (int i = 6; i-- > 0;) sum = np_add(n, np_mul(n, sum, square), number(n, u, terms[i]));
  sum = np_sub(n, np_mul(n, np_mul(n, sum, square), u), np_mul(n, square, number(n, u, 0.25)));
  return np_add(n, u, sum);
}

// To [1 / 2, 2] by its values at 1 / x and 1 - x.
static Val spence_value(Np *n, const Val *v) {
  const double pi = 3.14159265358979323846;
  const Val x = wide(n, v[0]), one = number(n, x, 1);
  const Val large = is(n, OP_gt, x, 2), y = choose(n, large, inverse(n, x), x);
  const Val small = is(n, OP_lt, y, 0.5), rest = strong(np_sub(n, one, y));
  const Val series = spence_series(n, choose(n, small, rest, y));
  const Val logs = np_mul(n, np_map1(n, OP_log, choose(n, is(n, OP_gt, y, 0), y, one)),
                          np_map1(n, OP_log, choose(n, is(n, OP_gt, rest, 0), rest, one)));
  const Val turned = np_sub(n, np_sub(n, number(n, x, pi * pi / 6), logs), series);
  Val r = choose(n, small, turned, series);
  const Val log_x = np_map1(n, OP_log, choose(n, large, x, one));
  const Val below = np_sub(n, np_mul(n, np_mul(n, log_x, log_x), number(n, x, -0.5)), r);
  r = choose(n, large, below, r);
  return as(n, np_select(n, is(n, OP_ge, x, 0), r, number(n, r, NAN)), v[0]);
}
static Val spence_slope(Np *n, const Val *v) {  // log(x) / (1 - x), -1 at 1
  const Val x = wide(n, v[0]), one = number(n, x, 1), none = is(n, OP_eq, x, 1);
  const Val apart = choose(n, none, one, strong(np_sub(n, one, x)));
  const Val slope = np_div(n, np_map1(n, OP_log, x), apart);
  return as(n, choose(n, none, number(n, x, -1), slope), v[0]);
}
static const Known spence_rule = {"spence", spence_value, 1, 1, {spence_slope}};
UNARY(spence, np_known(n, &spence_rule, &x))
