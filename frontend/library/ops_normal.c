// The normal distribution's inverse and its logarithm.
#include <math.h>

#include "frontend/library/ops.h"

static Val number(Np *n, Val like, double v) { return np_number(n, like, v); }

static Val where(Np *n, Op op, Val x, double than, Val a, Val b) {
  return np_select(n, np_compare(n, op, x, number(n, x, than)), a, b);
}

static Val polynomial(Np *n, Val x, int count, const double *c) {
  Val y = number(n, x, c[0]);
  for (int i = 1; i < count; i++) y = np_add(n, np_mul(n, y, x), number(n, x, c[i]));
  return y;
}

typedef struct Ratio {
  double over[9], under[9];
  int n;  // of over; under has 9
} Ratio;
static Val ratio(Np *n, Val x, const Ratio *r) {
  return np_div(n, polynomial(n, x, r->n, r->over), polynomial(n, x, 9, r->under));
}

// Rational approximations of Cephes: in the middle, and by 1 / sqrt(-2 log p) in the tails.
static const Ratio middle = {
    {-59.9633501014107895267, 98.0010754185999661536, -56.6762857469070293439,
     13.9312609387279679503, -1.23916583867381258016},
    {1, 1.95448858338141759834, 4.67627912898881538453, 86.3602421390890590575,
     -225.462687854119370527, 200.260212380060660359, -82.0372256168333339912,
     15.9056225126211695515, -1.18331621121330003142},
    5};
static const Ratio near = {
    {4.05544892305962419923, 31.5251094599893866154, 57.1628192246421288162, 44.0805073893200834700,
     14.6849561928858024014, 2.18663306850790267539, -0.140256079171354495875,
     -0.0350424626827848203418, -8.57456785154685413611e-4},
    {1, 15.7799883256466749731, 45.3907635128879210584, 41.3172038254672030440,
     15.0425385692907503408, 2.50464946208309415979, -0.142182922854787788574,
     -0.0380806407691578277194, -9.33259480895457427372e-4},
    9};
static const Ratio far = {
    {3.23774891776946035970, 6.91522889068984211695, 3.93881025292474443415, 1.33303460815807542389,
     0.201485389549179081538, 0.0123716634817820021358, 3.01581553508235416007e-4,
     2.65806974686737550832e-6, 6.23974539184983293730e-9},
    {1, 6.02427039364742014255, 3.67983563856160859403, 1.37702099489081330271,
     0.216236993594496635890, 0.0134204006088543189037, 3.28014464682127739104e-4,
     2.89247864745380683936e-6, 6.79019408009981274425e-9},
    9};

static Val operand(Np *n, Val x) {
  x = np_inexact(n, x);
  if (!np_bad(x) && !dtype_is_float(np_type(n, x).dtype))
    return np_fail(n, "does not take %s", TYPE_STR(np_type(n, x)));
  return np_bad(x) || !dtype_is_half(np_type(n, x).dtype) ? x : np_convert(n, x, DT_F32);
}
static Val result(Np *n, Val y, Val given) {
  return np_bad(y) ? y : np_convert(n, y, np_type(n, np_inexact(n, given)).dtype);
}

static Val ndtri_of(Np *n, Val given) {
  const Val p = operand(n, given);
  if (np_bad(p)) return p;
  const double edge = exp(-2);
  Val tail = where(n, OP_gt, p, 1 - edge, np_sub(n, number(n, p, 1), p), p);
  tail = where(n, OP_eq, tail, 0, number(n, p, 0.5), tail);
  const Val w = np_sub(n, tail, number(n, p, 0.5)), ww = np_mul(n, w, w);
  const Val cubic = np_mul(n, np_mul(n, w, ww), ratio(n, ww, &middle));
  const Val inner = np_mul(n, np_add(n, w, cubic), number(n, p, -2.50662827463100050242));
  const Val z = np_map1(n, OP_sqrt, np_mul(n, np_map1(n, OP_log, tail), number(n, p, -2)));
  const Val r = np_div(n, number(n, z, 1), z);
  const Val outer = np_sub(n, z, np_div(n, np_map1(n, OP_log, z), z));
  const Val rest = where(n, OP_ge, z, 8, ratio(n, r, &far), ratio(n, r, &near));
  const Val by_tail = np_sub(n, outer, np_mul(n, rest, r));
  Val x = where(n, OP_gt, tail, edge, inner, by_tail);
  x = where(n, OP_gt, p, 1 - edge, x, np_map1(n, OP_neg, x));
  x = where(n, OP_eq, p, 0, number(n, p, -INFINITY), x);
  return result(n, where(n, OP_eq, p, 1, number(n, p, INFINITY), x), given);
}
UNARY(ndtri, ndtri_of(n, x))

// Above `high` by log(1 - q) = -q, below `low` by the asymptotic series, between by itself.
static Val log_ndtr_of(Np *n, Val given) {
  const Val x = operand(n, given);
  if (np_bad(x)) return x;
  const bool wide = np_type(n, x).dtype == DT_F64;
  const double low = wide ? -20 : -10, high = wide ? 8 : 5;
  const Val above = np_compare(n, OP_gt, x, number(n, x, high));
  const Val edge = number(n, x, low);
  const Val up = where(n, OP_gt, x, low, x, edge), down = where(n, OP_gt, x, low, edge, x);
  const Val ndtr = np_ndtr(n, np_select(n, above, np_map1(n, OP_neg, x), up));
  const Val square = np_mul(n, down, down), s = np_div(n, number(n, x, 1), square);
  // (-1)^k (2 k - 1)!!, of the powers of 1 / x^2, the highest first
  static const double series[] = {-34459425, 2027025, -135135, 10395, -945, 105, -15, 3, -1, 1};
  const Val log_scale = np_sub(n, np_mul(n, square, number(n, x, -0.5)),
                               np_map1(n, OP_log, np_map1(n, OP_neg, down)));
  Val below = np_sub(n, log_scale, number(n, x, 0.91893853320467274178));
  below = np_add(n, below, np_map1(n, OP_log, polynomial(n, s, 10, series)));
  const Val y = where(n, OP_gt, x, low, np_map1(n, OP_log, ndtr), below);
  return result(n, np_select(n, above, np_map1(n, OP_neg, ndtr), y), given);
}
UNARY(log_ndtr, log_ndtr_of(n, x))
