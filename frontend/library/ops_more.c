// Elementwise functions of numpy that are composed of others, and comparisons of arrays.
#include <math.h>

#include "frontend/library/np_loop.h"
#include "frontend/library/ops.h"

static const double DEGREES = 180 / 3.14159265358979323846;

static Val number(Np *n, Val like, double v) { return np_number(n, like, v); }

static Val scaled(Np *n, Val x, double by) {
  x = np_inexact(n, x);
  return np_bad(x) ? x : np_mul(n, x, number(n, x, by));
}
UNARY(deg2rad, scaled(n, x, 1 / DEGREES))
UNARY(rad2deg, scaled(n, x, DEGREES))
UNARY(expit, np_real1(n, OP_logistic, x))
UNARY(gammaln, np_real1(n, OP_lgamma, x))

// ---- signs

static Val sign_bit(Np *n, Val x) {
  if (np_bad(x)) return x;
  const Dtype d = np_type(n, x).dtype;
  if (dtype_is_complex(d)) return np_fail(n, "does not take complex numbers");
  if (!dtype_is_float(d)) return np_compare(n, OP_lt, x, number(n, x, 0));
  const Dtype bits = dtype_size(d) == 8 ? DT_I64 : dtype_size(d) == 4 ? DT_I32 : DT_I16;
  const Val i = np_val(b_bitcast(n->g, x.id, bits));
  return np_compare(n, OP_lt, i, number(n, i, 0));
}
UNARY(signbit, sign_bit(n, x))

static bool floats(Np *n, Val a, Val b, Val x[2]) {
  x[0] = a, x[1] = b;
  if (!np_promote(n, 2, x)) return false;
  for (int i = 0; i < 2; i++) x[i] = np_inexact(n, x[i]);
  return !np_bad(x[0]) && !np_bad(x[1]);
}

static Val copy_sign(Np *n, Val a, Val b) {
  Val x[2];
  if (!floats(n, a, b, x)) return NP_BAD;
  const Val differ = np_compare(n, OP_ne, sign_bit(n, x[0]), sign_bit(n, x[1]));
  return np_select(n, differ, np_map1(n, OP_neg, x[0]), x[0]);
}
BINARY(copysign, copy_sign(n, a, b))

static Val heaviside(Np *n, Val a, Val b) {
  Val x[2];
  if (!floats(n, a, b, x)) return NP_BAD;
  const Val zero = number(n, x[0], 0), one = number(n, x[0], 1);
  const Val side = np_select(n, np_compare(n, OP_lt, x[0], zero), zero, one);
  const Val known = np_select(n, np_compare(n, OP_ne, x[0], x[0]), x[0], side);
  return np_select(n, np_compare(n, OP_eq, x[0], zero), x[1], known);
}
BINARY(heaviside, heaviside(n, a, b))

BINARY(fmod, np_map2(n, OP_rem, a, b))

static Val nan_aside(Np *n, Op op, Val a, Val b) {
  Val x[2] = {a, b};
  if (!np_promote(n, 2, x)) return NP_BAD;
  const Val first = np_compare(n, op, x[0], x[1]), none = np_compare(n, OP_ne, x[1], x[1]);
  return np_select(n, np_map2(n, OP_or, first, none), x[0], x[1]);
}
BINARY(fmax, nan_aside(n, OP_gt, a, b))
BINARY(fmin, nan_aside(n, OP_lt, a, b))

static Val float_power(Np *n, Val a, Val b) {
  Val x[2];
  return floats(n, a, b, x) ? np_map2(n, OP_pow, x[0], x[1]) : NP_BAD;
}
BINARY(float_power, float_power(n, a, b))

static Val logaddexp2(Np *n, Val a, Val b) {
  Val x[2];
  if (!floats(n, a, b, x)) return NP_BAD;
  const Val gap = np_greater_first(n, x), less = np_map1(n, OP_exp2, gap);
  const Val tail = np_div(n, np_map1(n, OP_log1p, less), number(n, less, log(2)));
  const Val sum = np_add(n, x[0], tail);
  return np_select(n, np_compare(n, OP_ne, gap, gap), np_add(n, x[0], x[1]), sum);
}
BINARY(logaddexp2, logaddexp2(n, a, b))

// ---- divisors: Euclid's steps until each remainder is 0

static Val any_left(Np *n, const Val *x, const void *context) {
  (void)context;
  return np_reduce(n, OP_reduce_or, np_nonzero(n, x[1]), (Ints){0}, false);
}
static void euclid(Np *n, const Val *x, Val *next, const void *context) {
  (void)context;
  const Val zero = number(n, x[1], 0), done = np_compare(n, OP_eq, x[1], zero);
  const Val divisor = np_select(n, done, number(n, x[1], 1), x[1]);
  next[0] = np_convert(n, np_select(n, done, x[0], x[1]), np_type(n, x[0]).dtype);
  next[1] = np_convert(n, np_select(n, done, zero, np_map2(n, OP_rem, x[0], divisor)),
                       np_type(n, x[0]).dtype);
}

static bool integers(Np *n, Val a, Val b, Val x[2]) {
  x[0] = a, x[1] = b;
  if (!np_promote(n, 2, x) || !np_broadcast(n, 2, x)) return false;
  const Type t = np_type(n, x[0]);
  if (!dtype_is_int(t.dtype)) return np_fail(n, "of integers, not %s", TYPE_STR(t)), false;
  for (int i = 0; i < 2; i++) x[i] = np_map1(n, OP_abs, np_convert(n, x[i], t.dtype));
  return true;
}

static Val gcd(Np *n, Val a, Val b) {
  Val x[2], r[2];
  return integers(n, a, b, x) && np_while(n, any_left, euclid, NULL, 2, 2, x, r) ? r[0] : NP_BAD;
}
BINARY(gcd, gcd(n, a, b))

static Val lcm(Np *n, Val a, Val b) {
  Val x[2];
  if (!integers(n, a, b, x)) return NP_BAD;
  const Val d = gcd(n, x[0], x[1]), zero = number(n, d, 0);
  const Val none = np_compare(n, OP_eq, d, zero);
  const Val part = np_div(n, x[0], np_select(n, none, number(n, d, 1), d));
  return np_select(n, none, zero, np_map1(n, OP_abs, np_mul(n, part, x[1])));
}
BINARY(lcm, lcm(n, a, b))

// ---- polynomials

static Val polyval(Np *n, Val p, Val at) {
  Val x[2] = {p, at};
  if (!np_promote(n, 2, x)) return NP_BAD;
  const Type t = np_type(n, x[0]);
  if (t.rank != 1) return np_fail(n, "coefficients are a vector, not %s", TYPE_STR(t));
  if (t.dim[0] > 256) return np_fail(n, "%lld coefficients, at most 256", (long long)t.dim[0]);
  Val y = np_mul(n, x[1], number(n, x[1], 0));
  for (int64_t i = 0; i < t.dim[0] && !np_bad(y); i++)
    y = np_add(n, np_mul(n, y, x[1]), np_row(n, x[0], i));
  return y;
}
BINARY(polyval, polyval(n, a, b))

// ---- closeness

// Options: the bits of rtol and atol, whether NaN is close to NaN.
static Val close_to(Np *n, Val a, Val b, Ints options) {
  Val x[2] = {a, b};
  if (!np_promote(n, 2, x)) return NP_BAD;
  const Dtype d = np_type(n, x[0]).dtype;
  if (!dtype_is_inexact(d)) {  // in f64, which holds what f32 would round
    for (int i = 0; i < 2; i++) x[i] = np_convert(n, x[i], DT_F64);
  }
  const Val gap = np_map1(n, OP_abs, np_sub(n, x[0], x[1])), size = np_map1(n, OP_abs, x[1]);
  const Val most = np_add(n, number(n, size, ops_double(options, 1)),
                          np_mul(n, number(n, size, ops_double(options, 0)), size));
  Val near = np_compare(n, OP_le, gap, most);
  const Val finite = np_map2(n, OP_and, np_map1(n, OP_is_finite, np_map1(n, OP_abs, x[0])),
                             np_map1(n, OP_is_finite, size));
  near = np_map2(n, OP_or, np_map2(n, OP_and, near, finite), np_compare(n, OP_eq, x[0], x[1]));
  if (!options.v[2]) return near;
  const Val both =
      np_map2(n, OP_and, np_compare(n, OP_ne, x[0], x[0]), np_compare(n, OP_ne, x[1], x[1]));
  return np_map2(n, OP_or, near, both);
}

OPS_BUILD(isclose) {
  OPS_UNUSED;
  return close_to(n, v[0], v[1], options);
}
OPS_BUILD(allclose) {
  OPS_UNUSED;
  return np_reduce(n, OP_reduce_and, close_to(n, v[0], v[1], options), (Ints){0}, false);
}

static jc_array close_call(const Fn *fn, jc_array a, const struct jc_isclose *c, Loc loc) {
  const double rtol = c->rtol == 0 && !c->exact ? 1e-5 : c->rtol;
  const double atol = c->atol == 0 && !c->exact ? 1e-8 : c->atol;
  if (!(rtol >= 0 && atol >= 0))
    return fail(loc, "%s: tolerances %g and %g", fn->name, rtol, atol), handle_poison();
  return call(fn, 2, (jc_array[]){a, c->b}, INTS(ops_word(rtol), ops_word(atol), c->equal_nan),
              loc);
}
jc_array jc_isclose_(jc_array a, struct jc_isclose c, const char *file, int line) {
  static const Fn fn = {"isclose", build_isclose, 0};
  return close_call(&fn, a, &c, HERE(file, line));
}
jc_array jc_allclose_(jc_array a, struct jc_isclose c, const char *file, int line) {
  static const Fn fn = {"allclose", build_allclose, 0};
  return close_call(&fn, a, &c, HERE(file, line));
}

static Val array_equal(Np *n, Val a, Val b) {
  if (np_bad(a) || np_bad(b)) return NP_BAD;
  if (!shape_equal(np_type(n, a), np_type(n, b))) return np_full(n, type_scalar(DT_BOOL), 0);
  return np_reduce(n, OP_reduce_and, np_compare(n, OP_eq, a, b), (Ints){0}, false);
}
BINARY(array_equal, array_equal(n, a, b))
