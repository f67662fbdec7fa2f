// Functions of mathematics and statistics that are composed of others, as JAX composes them.
#include <math.h>

#include "frontend/library/ops.h"

static Val where(Np *n, Op op, Val x, double v, Val a, Val b) {
  return np_select(n, np_compare(n, op, x, np_number(n, x, v)), a, b);
}

// x f(y), f a logarithm from `low` on: 0 where x is 0 whatever f is there. The derivative by x is
// f(y) where that is finite.
static Val times(Np *n, Op f, double low, Val a, Val b) {
  Val x[2] = {a, b};
  if (!np_promote(n, 2, x)) return NP_BAD;
  for (int i = 0; i < 2; i++) x[i] = np_inexact(n, x[i]);
  const Val lowest = np_number(n, x[1], low), root = np_number(n, x[1], low + 1);
  const Val fine = np_map2(n, OP_and, np_compare(n, OP_gt, x[1], lowest),
                           np_compare(n, OP_lt, x[1], np_number(n, x[1], INFINITY)));
  const Val other = np_compare(n, OP_ne, x[0], np_number(n, x[0], 0));
  const Val y = np_select(n, np_map2(n, OP_or, fine, other), x[1], root);
  return np_mul(n, x[0], np_map1(n, f, y));
}
BINARY(xlogy, times(n, OP_log, 0, a, b))
BINARY(xlog1py, times(n, OP_log1p, -1, a, b))

static Val entropy(Np *n, Val x) {
  x = np_inexact(n, x);
  const Val y = np_map1(n, OP_neg, times(n, OP_log, 0, x, x));
  return where(n, OP_lt, x, 0, np_number(n, x, -INFINITY), y);
}
UNARY(entr, entropy(n, x))

static Val logit_of(Np *n, Val x) {
  x = np_inexact(n, x);
  return np_map1(n, OP_log, np_div(n, x, np_sub(n, np_number(n, x, 1), x)));
}
UNARY(logit, logit_of(n, x))

// The normal distribution function, by whichever of erf and erfc does not cancel.
Val np_ndtr(Np *n, Val x) {
  x = np_inexact(n, x);
  const Val w = np_mul(n, x, np_number(n, x, sqrt(0.5))), size = np_map1(n, OP_abs, w);
  const Val one = np_number(n, x, 1), tail = np_map1(n, OP_erfc, size);
  const Val middle = np_add(n, one, np_map1(n, OP_erf, w));
  const Val far = where(n, OP_gt, w, 0, np_sub(n, np_number(n, x, 2), tail), tail);
  return np_mul(n, np_number(n, x, 0.5), where(n, OP_lt, size, sqrt(0.5), middle, far));
}
UNARY(ndtr, np_ndtr(n, x))

// sin(pi x) / (pi x); by its series around 0, which has derivatives there.
static Val sinc_of(Np *n, Val x) {
  static const double terms[] = {1 / 362880., -1 / 5040., 1 / 120., -1 / 6., 1};
  x = np_inexact(n, x);
  const Val at = np_mul(n, x, np_number(n, x, 3.14159265358979323846)), y = np_mul(n, at, at);
  Val series = np_number(n, x, terms[0]);
  for (int i = 1; i < 5; i++) series = np_add(n, np_mul(n, series, y), np_number(n, x, terms[i]));
  const double near = 0.01;  // the next term is below the rounding of f64
  const Val safe = where(n, OP_lt, y, near, np_number(n, x, 1), at);
  return where(n, OP_lt, y, near, series, np_div(n, np_map1(n, OP_sin, safe), safe));
}
UNARY(sinc, sinc_of(n, x))

static Val bessel(Np *n, Op scaled, Val x) {
  x = np_inexact(n, x);
  return np_mul(n, np_map1(n, OP_exp, np_map1(n, OP_abs, x)), np_map1(n, scaled, x));
}
UNARY(i0, bessel(n, OP_bessel_i0e, x))
UNARY(i1, bessel(n, OP_bessel_i1e, x))

// In f64: the logarithm's error would count as often as the logarithm is large.
static Val factorial(Np *n, Val x) {
  x = np_inexact(n, x);
  if (np_bad(x)) return x;
  const Val wide = np_convert(n, x, DT_F64);
  const Val log_y = np_map1(n, OP_lgamma, np_add(n, wide, np_number(n, wide, 1)));
  const Val y = np_convert(n, np_map1(n, OP_exp, log_y), np_type(n, x).dtype);
  return where(n, OP_lt, x, 0, np_number(n, x, 0), y);
}
UNARY(factorial, factorial(n, x))

static Val log1mexp(Np *n, Val x) {
  x = np_inexact(n, x);
  if (np_bad(x)) return x;
  const double edge = log(2);
  const Val near = where(n, OP_lt, x, edge, x, np_number(n, x, edge));
  const Val far = where(n, OP_lt, x, edge, np_number(n, x, edge), x);
  const Val grown = np_map1(n, OP_expm1, np_map1(n, OP_neg, near));
  const Val less = np_map1(n, OP_neg, np_map1(n, OP_exp, np_map1(n, OP_neg, far)));
  return where(n, OP_lt, x, edge, np_map1(n, OP_log, np_map1(n, OP_neg, grown)),
               np_map1(n, OP_log1p, less));
}
UNARY(log1mexp, log1mexp(n, x))

static Val relative_entropy(Np *n, Val a, Val b, bool balanced) {
  Val x[2] = {a, b};
  if (!np_promote(n, 2, x)) return NP_BAD;
  for (int i = 0; i < 2; i++) x[i] = np_inexact(n, x[i]);
  if (np_bad(x[0]) || np_bad(x[1])) return NP_BAD;
  const Val zero = np_number(n, x[0], 0), one = np_number(n, x[0], 1);
  const Val positive =
      np_map2(n, OP_and, np_compare(n, OP_gt, x[0], zero), np_compare(n, OP_gt, x[1], zero));
  const Val none =
      np_map2(n, OP_and, np_compare(n, OP_eq, x[0], zero), np_compare(n, OP_ge, x[1], zero));
  const Val p = np_select(n, positive, x[0], one), q = np_select(n, positive, x[1], one);
  const Val sum = np_mul(n, p, np_map1(n, OP_log, np_div(n, p, q)));
  const Val r = np_select(n, positive, sum, np_select(n, none, zero, np_number(n, zero, INFINITY)));
  return balanced ? np_add(n, np_sub(n, r, x[0]), x[1]) : r;
}
BINARY(rel_entr, relative_entropy(n, a, b, false))
BINARY(kl_div, relative_entropy(n, a, b, true))
