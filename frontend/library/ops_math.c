// The rest of the elementwise functions of mathematics.
#include <math.h>

#include "frontend/library/ops.h"

UNARY(exp2, np_real1(n, OP_exp2, x))
UNARY(cbrt, np_real1(n, OP_cbrt, x))
UNARY(erf, np_real1(n, OP_erf, x))
UNARY(erfc, np_real1(n, OP_erfc, x))
UNARY(tan, np_real1(n, OP_tan, x))
UNARY(asin, np_real1(n, OP_asin, x))
UNARY(acos, np_real1(n, OP_acos, x))
UNARY(atan, np_real1(n, OP_atan, x))
UNARY(sinh, np_real1(n, OP_sinh, x))
UNARY(cosh, np_real1(n, OP_cosh, x))
UNARY(asinh, np_real1(n, OP_asinh, x))
UNARY(acosh, np_real1(n, OP_acosh, x))
UNARY(atanh, np_real1(n, OP_atanh, x))
UNARY(lgamma, np_real1(n, OP_lgamma, x))
UNARY(digamma, np_real1(n, OP_digamma, x))
UNARY(i0e, np_real1(n, OP_bessel_i0e, x))
UNARY(i1e, np_real1(n, OP_bessel_i1e, x))
UNARY(round_away, np_real1(n, OP_round_away, x))
UNARY(popcount, np_map1(n, OP_popcnt, x))
UNARY(clz, np_map1(n, OP_clz, x))

// log(x) / log(base), as JAX has it
static Val log_of_base(Np *n, Val x, double base) {
  const Val y = np_real1(n, OP_log, x);
  return np_div(n, y, np_number(n, y, log(base)));
}
UNARY(log2, log_of_base(n, x, 2))
UNARY(log10, log_of_base(n, x, 10))

static Val trunc_of(Np *n, Val x) {
  x = np_inexact(n, x);
  const Val up = np_map1(n, OP_ceil, x), down = np_map1(n, OP_floor, x);
  return np_select(n, np_compare(n, OP_lt, x, np_number(n, x, 0)), up, down);
}
UNARY(trunc, trunc_of(n, x))

static Val equals(Np *n, Val x, double v) {
  x = np_inexact(n, x);
  return np_compare(n, OP_eq, x, np_number(n, x, v));
}
UNARY(isposinf, equals(n, x, INFINITY))
UNARY(isneginf, equals(n, x, -INFINITY))

static Val nan_to_num(Np *n, Val x) {
  if (np_bad(x) || !dtype_is_float(np_type(n, x).dtype)) return x;
  const Val zero = np_number(n, x, 0), inf = np_number(n, x, INFINITY);
  const Val most = np_map2(n, OP_nextafter, inf, zero);
  Val y = np_select(n, np_compare(n, OP_ne, x, x), zero, x);
  y = np_select(n, equals(n, x, INFINITY), most, y);
  return np_select(n, equals(n, x, -INFINITY), np_map1(n, OP_neg, most), y);
}
UNARY(nan_to_num, nan_to_num(n, x))

static Val real2(Np *n, Op op, Val a, Val b) {
  Val x[2] = {a, b};
  if (!np_promote(n, 2, x)) return NP_BAD;
  return np_map2(n, op, np_inexact(n, x[0]), np_inexact(n, x[1]));
}
BINARY(atan2, real2(n, OP_atan2, a, b))
BINARY(nextafter, real2(n, OP_nextafter, a, b))
BINARY(polygamma, real2(n, OP_polygamma, a, b))
BINARY(zeta, real2(n, OP_zeta, a, b))

// The larger times sqrt(1 + (smaller / larger)^2); zero and infinity as they are.
static Val hypot_of(Np *n, Val a, Val b) {
  Val x[2] = {a, b};
  if (!np_promote(n, 2, x)) return NP_BAD;
  for (int i = 0; i < 2; i++) x[i] = np_map1(n, OP_abs, np_inexact(n, x[i]));
  const Val most = np_map2(n, OP_max, x[0], x[1]), least = np_map2(n, OP_min, x[0], x[1]);
  const Val zero = np_number(n, most, 0), one = np_number(n, most, 1);
  const Val edge = np_map2(n, OP_or, np_compare(n, OP_eq, most, zero),
                           np_compare(n, OP_eq, most, np_number(n, most, INFINITY)));
  const Val ratio = np_div(n, least, np_select(n, edge, one, most));
  const Val root = np_map1(n, OP_sqrt, np_add(n, one, np_mul(n, ratio, ratio)));
  return np_select(n, edge, most, np_mul(n, most, root));
}
BINARY(hypot, hypot_of(n, a, b))

// max + log1p(exp(-|a - b|)); the sum where the difference is NaN, as of equal infinities.
// One comparison orders both: where they are equal, halves of a derivative go to each.
Val np_greater_first(Np *n, Val x[2]) {
  const Val a = x[0], b = x[1], greater = np_compare(n, OP_gt, a, b);
  x[0] = np_select(n, greater, a, b);
  x[1] = np_select(n, greater, b, a);
  return np_sub(n, x[1], x[0]);
}

static Val logaddexp(Np *n, Val a, Val b) {
  Val x[2] = {a, b};
  if (!np_promote(n, 2, x)) return NP_BAD;
  for (int i = 0; i < 2; i++) x[i] = np_inexact(n, x[i]);
  const Val gap = np_greater_first(n, x);
  const Val sum = np_add(n, x[0], np_map1(n, OP_log1p, np_map1(n, OP_exp, gap)));
  return np_select(n, np_compare(n, OP_ne, gap, gap), np_add(n, x[0], x[1]), sum);
}
BINARY(logaddexp, logaddexp(n, a, b))
