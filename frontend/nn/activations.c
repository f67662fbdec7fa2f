// Activation functions of the public API, as jax.nn has them.
#include "frontend/library/ops.h"

static Val times(Np *n, double k, Val x) { return np_mul(n, np_number(n, x, k), x); }
static Val plus(Np *n, Val x, double k) { return np_add(n, x, np_number(n, x, k)); }

// x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))
static Val gelu(Np *n, Val x) {
  x = np_inexact(n, x);
  const Val cube = np_mul(n, x, np_mul(n, x, x));
  const Val inner = times(n, 0.7978845608028654, np_add(n, x, times(n, 0.044715, cube)));
  return np_mul(n, x, times(n, 0.5, plus(n, np_map1(n, OP_tanh, inner), 1)));
}
UNARY(gelu, gelu(n, x))

static Val gelu_erf(Np *n, Val x) {
  x = np_inexact(n, x);
  return np_mul(n, times(n, 0.5, x), np_map1(n, OP_erfc, times(n, -0.7071067811865476, x)));
}
UNARY(gelu_erf, gelu_erf(n, x))

// alpha (exp(x / width) - 1) below 0. There x is replaced elsewhere, so that its derivative is
// finite.
static Val below_zero(Np *n, Val x, double alpha, double width) {
  x = np_inexact(n, x);
  const Val zero = np_number(n, x, 0), is_above = np_compare(n, OP_gt, x, zero);
  Val low = np_select(n, is_above, zero, x);
  if (width != 1) low = np_div(n, low, np_number(n, low, width));
  return np_select(n, is_above, x, times(n, alpha, np_map1(n, OP_expm1, low)));
}
UNARY(selu, times(n, 1.0507009873554804934193349852946,
                  below_zero(n, x, 1.6732632423543772848170429916717, 1)))

// Between bounds, where the derivative is 0.
static Val relu6(Np *n, Val x) {
  const Val zero = np_number(n, x, 0), six = np_number(n, x, 6);
  const Val low = np_select(n, np_compare(n, OP_gt, x, zero), x, zero);
  return np_select(n, np_compare(n, OP_lt, low, six), low, six);
}
UNARY(relu6, relu6(n, x))

static Val hard_tanh(Np *n, Val x) {
  x = np_inexact(n, x);
  const Val one = np_number(n, x, 1), least = np_number(n, x, -1);
  const Val low = np_select(n, np_compare(n, OP_lt, x, least), least, x);
  return np_select(n, np_compare(n, OP_gt, x, one), one, low);
}
UNARY(hard_tanh, hard_tanh(n, x))

static Val hard_sigmoid(Np *n, Val x) {
  x = np_inexact(n, x);
  return np_div(n, relu6(n, plus(n, x, 3)), np_number(n, x, 6));
}
UNARY(hard_sigmoid, hard_sigmoid(n, x))
UNARY(hard_silu, np_mul(n, x, hard_sigmoid(n, x)))

UNARY(softsign, (x = np_inexact(n, x), np_div(n, x, plus(n, np_map1(n, OP_abs, x), 1))))
UNARY(log_sigmoid, np_map1(n, OP_neg, np_softplus(n, np_map1(n, OP_neg, np_inexact(n, x)))))
UNARY(mish, (x = np_inexact(n, x), np_mul(n, x, np_map1(n, OP_tanh, np_softplus(n, x)))))

// ---- with a parameter

static jc_array activation(const Fn *fn, const struct jc_activation *a, double otherwise, Loc loc) {
  return call(fn, 1, &a->x, INTS(ops_word(a->alpha == 0 ? otherwise : a->alpha)), loc);
}

#define ACTIVATION(name, otherwise, ...)                                      \
  OPS_BUILD(name) {                                                           \
    OPS_UNUSED;                                                               \
    Val x = v[0];                                                             \
    const double alpha = ops_double(options, 0);                              \
    return __VA_ARGS__;                                                       \
  }                                                                           \
  jc_array jc_##name##_(struct jc_activation a, const char *file, int line) { \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};                 \
    return activation(&fn, &a, otherwise, HERE(file, line));                  \
  }

static Val squareplus(Np *n, Val x, double alpha) {
  x = np_inexact(n, x);
  return times(n, 0.5, np_add(n, x, np_map1(n, OP_sqrt, plus(n, np_mul(n, x, x), alpha))));
}
ACTIVATION(elu, 1, below_zero(n, x, alpha, 1))
ACTIVATION(celu, 1, below_zero(n, x, alpha, alpha))
ACTIVATION(squareplus, 4, squareplus(n, x, alpha))

OPS_BUILD(glu) {
  OPS_UNUSED;
  const Val x = np_bad(v[0]) ? v[0] : np_inexact(n, v[0]);
  int axis;
  if (np_bad(x) || !np_axis(n, options.v[0], np_type(n, x).rank, &axis)) return NP_BAD;
  const int64_t size = np_type(n, x).dim[axis];
  if (size % 2) return np_fail(n, "axis %d of %s has no halves", axis, TYPE_STR(np_type(n, x)));
  const Val gate = np_map1(n, OP_logistic, np_part(n, x, axis, size / 2, size));
  return np_mul(n, np_part(n, x, axis, 0, size / 2), gate);
}
jc_array jc_glu_(jc_array x, int axis, const char *file, int line) {
  static const Fn fn = {"glu", build_glu, PROMOTE_NONE};
  return call(&fn, 1, &x, INTS(axis), HERE(file, line));
}
