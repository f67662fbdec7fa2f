// Incomplete gamma and beta functions: series and continued fractions in f64, rounded to the
// operands' dtype at last.
#include <math.h>

#include "frontend/library/np_known.h"
#include "frontend/library/np_loop.h"
#include "frontend/library/ops.h"

enum { MOST_STEPS = 20000 };
static const double EPSILON = 0x1p-53, TINY = 1e-300;

static Val number(Np *n, Val like, double v) { return np_number(n, like, v); }
static Val strong(Val x) { return np_val(x.id); }
static Val choose(Np *n, Val c, Val a, Val b) { return strong(np_select(n, c, a, b)); }
static Val either(Np *n, Val a, Val b) { return np_map2(n, OP_or, a, b); }
static Val both(Np *n, Val a, Val b) { return np_map2(n, OP_and, a, b); }
static Val is(Np *n, Op op, Val x, double v) { return np_compare(n, op, x, number(n, x, v)); }
static Val any(Np *n, Val x) { return np_reduce(n, OP_reduce_or, x, (Ints){0}, false); }
static Val size_of(Np *n, Val x) { return np_map1(n, OP_abs, x); }
static Val not_tiny(Np *n, Val x) {
  return choose(n, np_compare(n, OP_lt, size_of(n, x), number(n, x, TINY)), number(n, x, TINY), x);
}
static Val inverse(Np *n, Val x) { return np_div(n, number(n, x, 1), x); }
static Val next_step(Np *n, Val i) { return strong(np_add(n, i, number(n, i, 1))); }

// ---- gamma: sums of x^k / (a + 1) .. (a + k), where x is small; step r c sum dc dsum | x

static Val series_goes_on(Np *n, const Val *x, const void *context) {
  (void)context;
  const Val eps = number(n, x[2], EPSILON);
  const Val more = np_compare(n, OP_gt, size_of(n, x[2]), np_mul(n, eps, size_of(n, x[3])));
  const Val slope = np_compare(n, OP_gt, size_of(n, x[4]), np_mul(n, eps, size_of(n, x[5])));
  return both(n, is(n, OP_lt, x[0], MOST_STEPS), any(n, either(n, more, slope)));
}
static void series_step(Np *n, const Val *x, Val *next, const void *context) {
  (void)context;
  const Val r = np_add(n, x[1], number(n, x[1], 1)), ratio = np_div(n, x[6], r);
  const Val slope = np_sub(n, np_mul(n, x[4], ratio), np_div(n, np_mul(n, x[2], ratio), r));
  const Val c = np_mul(n, x[2], ratio);
  next[0] = next_step(n, x[0]), next[1] = strong(r), next[2] = strong(c);
  next[3] = strong(np_add(n, x[3], c));
  next[4] = strong(slope), next[5] = strong(np_add(n, x[5], slope));
}

// The continued fraction of the complement where x is large, by Lentz's rule, with its derivative
// by a; step b c d h dc dd dh change | a
static Val fraction_goes_on(Np *n, const Val *x, const void *context) {
  (void)context;
  return both(n, is(n, OP_lt, x[0], MOST_STEPS), any(n, is(n, OP_gt, x[8], 2 * EPSILON)));
}
static void fraction_step(Np *n, const Val *x, Val *next, const void *context) {
  (void)context;
  const Val i = next_step(n, x[0]), c0 = x[2], d0 = x[3];
  const Val an = np_mul(n, i, np_sub(n, x[9], i)), b = np_add(n, x[1], number(n, x[1], 2));
  const Val one = number(n, b, 1);
  const Val d = inverse(n, not_tiny(n, np_add(n, np_mul(n, an, d0), b)));
  const Val c = not_tiny(n, np_add(n, b, np_div(n, an, c0)));
  const Val slope = np_sub(n, np_add(n, np_mul(n, i, d0), np_mul(n, an, x[6])), one);
  const Val dd = np_map1(n, OP_neg, np_mul(n, slope, np_mul(n, d, d)));
  const Val fall = np_div(n, np_div(n, np_mul(n, an, x[5]), c0), c0);
  const Val dc = np_sub(n, np_sub(n, np_div(n, i, c0), fall), one);
  const Val by = np_mul(n, d, c);
  const Val dby = np_add(n, np_mul(n, dd, c), np_mul(n, d, dc));
  next[0] = i, next[1] = strong(b), next[2] = strong(c), next[3] = strong(d);
  next[4] = strong(np_mul(n, x[4], by)), next[5] = strong(dc), next[6] = strong(dd);
  next[7] = strong(np_add(n, np_mul(n, x[7], by), np_mul(n, x[4], dby)));
  next[8] = strong(np_map2(n, OP_max, size_of(n, np_sub(n, by, one)), size_of(n, dby)));
}

typedef struct Gamma {
  Val lower, upper, slope;  // P, 1 - P, dP / da
} Gamma;

static bool gamma_of(Np *n, Val a, Val x, Gamma *out) {
  a = wide(n, a), x = wide(n, x);
  const Val none = is(n, OP_eq, x, 0);
  const Val infinite = is(n, OP_eq, x, INFINITY), point = is(n, OP_eq, a, 0);
  const Val nan = either(n, np_compare(n, OP_ne, a, a), np_compare(n, OP_ne, x, x));
  const Val negative = either(n, is(n, OP_lt, x, 0), is(n, OP_lt, a, 0));
  const Val bad = either(n, either(n, negative, nan), both(n, point, none));
  const Val edge = either(n, either(n, none, infinite), either(n, point, bad));
  const Val far = both(n, is(n, OP_ge, x, 1), np_compare(n, OP_gt, x, a));
  const Val by_sum = np_map1(n, OP_not, either(n, edge, far));
  const Val by_fraction = both(n, far, np_map1(n, OP_not, edge));
  // Elements that are not computed in a loop end it at once.
  const Val sa = choose(n, by_sum, a, number(n, a, 1)), sx = choose(n, by_sum, x, number(n, x, 0));
  const Val nil = strong(np_mul(n, sx, number(n, sx, 0))),
            one = strong(np_add(n, nil, number(n, nil, 1)));
  const Val start = np_val(b_scalar(n->g, DT_F64, 0));
  Val s[6], f[9];
  if (!np_while(n, series_goes_on, series_step, NULL, 6, 7,
                (Val[]){start, sa, one, one, nil, nil, sx}, s))
    return false;
  const Val fa = choose(n, by_fraction, a, number(n, a, 1));
  const Val fx = choose(n, by_fraction, x, number(n, x, 2));
  const Val b = strong(np_add(n, np_sub(n, fx, fa), one)), d = strong(inverse(n, b));
  const Val dd = strong(np_mul(n, d, d)), huge = strong(np_add(n, nil, number(n, nil, 1 / TINY)));
  if (!np_while(n, fraction_goes_on, fraction_step, NULL, 9, 10,
                (Val[]){start, b, huge, d, d, nil, dd, dd, one, fa}, f))
    return false;
  const Val log_s = np_map1(n, OP_log, choose(n, by_sum, x, one)), log_f = np_map1(n, OP_log, fx);
  const Val up = np_add(n, sa, one);
  const Val weight =
      np_map1(n, OP_exp, np_sub(n, np_sub(n, np_mul(n, sa, log_s), sx), np_map1(n, OP_lgamma, up)));
  const Val p = np_mul(n, weight, s[3]);
  const Val dp = np_add(n, np_mul(n, p, np_sub(n, log_s, np_map1(n, OP_digamma, up))),
                        np_mul(n, weight, s[5]));
  const Val tail =
      np_map1(n, OP_exp, np_sub(n, np_sub(n, np_mul(n, fa, log_f), fx), np_map1(n, OP_lgamma, fa)));
  const Val q = np_mul(n, tail, f[4]);
  const Val dq =
      np_add(n, np_mul(n, q, np_sub(n, log_f, np_map1(n, OP_digamma, fa))), np_mul(n, tail, f[7]));
  const Val whole = either(n, infinite, point), no = number(n, p, NAN);
  Val lower = np_select(n, by_fraction, np_sub(n, one, q), p);
  Val upper = np_select(n, by_fraction, q, np_sub(n, one, p));
  lower = np_select(n, whole, one, np_select(n, none, nil, lower));
  upper = np_select(n, whole, nil, np_select(n, none, one, upper));
  out->lower = np_select(n, bad, no, lower), out->upper = np_select(n, bad, no, upper);
  const Val slope = np_select(n, by_fraction, np_map1(n, OP_neg, dq), dp);
  out->slope = np_select(n, bad, no, np_select(n, edge, nil, slope));
  return !np_bad(out->slope);
}

static Val lower_gamma(Np *n, const Val *x) {
  Gamma g;
  return gamma_of(n, x[0], x[1], &g) ? as(n, g.lower, x[0]) : NP_BAD;
}
static Val upper_gamma(Np *n, const Val *x) {
  Gamma g;
  return gamma_of(n, x[0], x[1], &g) ? as(n, g.upper, x[0]) : NP_BAD;
}
static Val gamma_by_a(Np *n, const Val *x) {
  Gamma g;
  return gamma_of(n, x[0], x[1], &g) ? as(n, g.slope, x[0]) : NP_BAD;
}
// x^(a - 1) exp(-x) / gamma(a)
static Val gamma_by_x(Np *n, const Val *v) {
  const Val a = wide(n, v[0]), x = wide(n, v[1]);
  const Val power = np_mul(n, np_sub(n, a, number(n, a, 1)), np_map1(n, OP_log, x));
  const Val e = np_sub(n, np_sub(n, power, x), np_map1(n, OP_lgamma, a));
  return as(n, np_map1(n, OP_exp, e), v[0]);
}
static Val minus_by_a(Np *n, const Val *x) { return np_map1(n, OP_neg, gamma_by_a(n, x)); }
static Val minus_by_x(Np *n, const Val *x) { return np_map1(n, OP_neg, gamma_by_x(n, x)); }

static const Known igamma_rule = {"igamma", lower_gamma, 2, 2, {gamma_by_a, gamma_by_x}};
static const Known igammac_rule = {"igammac", upper_gamma, 2, 2, {minus_by_a, minus_by_x}};
BINARY(igamma, np_known(n, &igamma_rule, (Val[]){a, b}))
BINARY(igammac, np_known(n, &igammac_rule, (Val[]){a, b}))

// ---- beta: the continued fraction, two steps at a time; step c d h change | a b x

static Val beta_goes_on(Np *n, const Val *x, const void *context) {
  (void)context;
  return both(n, is(n, OP_lt, x[0], MOST_STEPS), any(n, is(n, OP_gt, x[4], 2 * EPSILON)));
}
static void lentz(Np *n, Val factor, Val *c, Val *d, Val *h, Val *by) {
  const Val one = number(n, factor, 1);
  *d = inverse(n, not_tiny(n, np_add(n, one, np_mul(n, factor, *d))));
  *c = not_tiny(n, np_add(n, one, np_div(n, factor, *c)));
  *by = np_mul(n, *d, *c);
  *h = np_mul(n, *h, *by);
}
static void beta_step(Np *n, const Val *x, Val *next, const void *context) {
  (void)context;
  const Val m = next_step(n, x[0]), a = x[5], b = x[6], twice = np_add(n, m, m);
  const Val at = np_add(n, a, twice), one = number(n, a, 1);
  const Val even =
      np_div(n, np_mul(n, np_mul(n, m, np_sub(n, b, m)), x[7]), np_mul(n, np_sub(n, at, one), at));
  const Val odd =
      np_div(n, np_mul(n, np_mul(n, np_add(n, a, m), np_add(n, np_add(n, a, b), m)), x[7]),
             np_mul(n, at, np_add(n, at, one)));
  Val c = x[1], d = x[2], h = x[3], by;
  lentz(n, even, &c, &d, &h, &by);
  lentz(n, np_map1(n, OP_neg, odd), &c, &d, &h, &by);
  next[0] = m, next[1] = strong(c), next[2] = strong(d), next[3] = strong(h);
  next[4] = strong(size_of(n, np_sub(n, by, one)));
}

static Val log_beta(Np *n, Val a, Val b) {
  const Val sum = np_add(n, np_map1(n, OP_lgamma, a), np_map1(n, OP_lgamma, b));
  return np_sub(n, sum, np_map1(n, OP_lgamma, np_add(n, a, b)));
}

// Arguments x, a, b. Where x is large, 1 less the function of 1 - x, b, a.
static Val beta_value(Np *n, const Val *v) {
  const Val x = wide(n, v[0]), a = wide(n, v[1]), b = wide(n, v[2]);
  const Val inf = number(n, x, INFINITY), start = np_val(b_scalar(n->g, DT_F64, 0));
  const Val at_one = either(n, is(n, OP_eq, a, 0), np_compare(n, OP_eq, b, inf));  // of mass 1 at 0
  const Val at_end = either(n, is(n, OP_eq, b, 0), np_compare(n, OP_eq, a, inf));
  const Val first = is(n, OP_eq, x, 0), last = is(n, OP_eq, x, 1);
  Val bad = either(n, is(n, OP_lt, a, 0), is(n, OP_lt, b, 0));
  bad = either(n, bad, either(n, is(n, OP_lt, x, 0), is(n, OP_gt, x, 1)));
  bad = either(n, bad, both(n, at_one, at_end));
  for (int i = 0; i < 3; i++) bad = either(n, bad, np_compare(n, OP_ne, v[i], v[i]));
  const Val edge = either(n, either(n, at_one, at_end), either(n, first, either(n, last, bad)));
  const Val one = number(n, x, 1);
  const Val mean = np_div(n, np_add(n, a, one), np_add(n, np_add(n, a, b), number(n, a, 2)));
  const Val near = np_compare(n, OP_lt, x, mean);
  const Val fx = choose(n, edge, number(n, x, 0), np_select(n, near, x, np_sub(n, one, x)));
  const Val fa = choose(n, edge, one, np_select(n, near, a, b));
  const Val fb = choose(n, edge, one, np_select(n, near, b, a));
  const Val sum = np_add(n, fa, fb);
  const Val slope = np_div(n, np_mul(n, sum, fx), np_add(n, fa, one));
  const Val d = strong(inverse(n, not_tiny(n, np_sub(n, one, slope))));
  const Val unit = strong(np_add(n, np_mul(n, fx, number(n, fx, 0)), one));
  Val f[5];
  if (!np_while(n, beta_goes_on, beta_step, NULL, 5, 8,
                (Val[]){start, unit, d, d, unit, fa, fb, fx}, f))
    return NP_BAD;
  const Val safe = choose(n, edge, number(n, fx, 0.5), fx);
  const Val powers = np_add(n, np_mul(n, fa, np_map1(n, OP_log, safe)),
                            np_mul(n, fb, np_map1(n, OP_log1p, np_map1(n, OP_neg, safe))));
  const Val weight = np_map1(n, OP_exp, np_sub(n, powers, log_beta(n, fa, fb)));
  const Val part = np_div(n, np_mul(n, weight, f[3]), fa);
  Val r = np_select(n, near, part, np_sub(n, one, part));
  r = np_select(n, either(n, both(n, at_end, np_map1(n, OP_not, last)), first), number(n, r, 0), r);
  const Val full = either(n, both(n, at_one, np_map1(n, OP_not, first)), last);
  r = np_select(n, full, one, r);
  return as(n, np_select(n, bad, number(n, r, NAN), r), v[0]);
}

static Val beta_by_x(Np *n, const Val *v) {
  const Val x = wide(n, v[0]), a = wide(n, v[1]), b = wide(n, v[2]), one = number(n, a, 1);
  const Val left = np_mul(n, np_sub(n, a, one), np_map1(n, OP_log, x));
  const Val right = np_mul(n, np_sub(n, b, one), np_map1(n, OP_log1p, np_map1(n, OP_neg, x)));
  return as(n, np_map1(n, OP_exp, np_sub(n, np_add(n, left, right), log_beta(n, a, b))), v[0]);
}

static const Known betainc_rule = {"betainc", beta_value, 3, 1, {beta_by_x}};
TERNARY(betainc, 0, np_known(n, &betainc_rule, (Val[]){c, a, b}))

static Val betaln(Np *n, Val a, Val b) {
  Val x[2] = {a, b};
  if (!np_promote(n, 2, x)) return NP_BAD;
  return log_beta(n, np_inexact(n, x[0]), np_inexact(n, x[1]));
}
BINARY(betaln, betaln(n, a, b))
