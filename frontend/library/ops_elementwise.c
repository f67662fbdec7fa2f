// The elementwise functions of the public API.
#include <math.h>

#include "frontend/library/ops.h"

UNARY(neg, np_map1(n, OP_neg, x))
UNARY(abs, np_map1(n, OP_abs, x))
UNARY(sign, np_map1(n, OP_sign, x))
UNARY(square, np_mul(n, x, x))
UNARY(sqrt, np_real1(n, OP_sqrt, x))
UNARY(rsqrt, np_real1(n, OP_rsqrt, x))
UNARY(reciprocal, (x = np_inexact(n, x), np_div(n, np_number(n, x, 1), x)))
UNARY(exp, np_real1(n, OP_exp, x))
UNARY(expm1, np_real1(n, OP_expm1, x))
UNARY(log, np_real1(n, OP_log, x))
UNARY(log1p, np_real1(n, OP_log1p, x))
UNARY(sin, np_real1(n, OP_sin, x))
UNARY(cos, np_real1(n, OP_cos, x))
UNARY(tanh, np_real1(n, OP_tanh, x))
UNARY(sigmoid, np_real1(n, OP_logistic, x))
UNARY(erf_inv, np_real1(n, OP_erf_inv, x))
UNARY(floor, np_real1(n, OP_floor, x))
UNARY(ceil, np_real1(n, OP_ceil, x))
UNARY(round, np_real1(n, OP_round_even, x))
UNARY(stop_gradient, np_map1(n, OP_stop_gradient, x))
UNARY(isfinite, (x = np_real1(n, OP_is_finite, x), x.weak = false, x))
UNARY(isinf, (x = np_inexact(n, x),
              np_compare(n, OP_eq, np_map1(n, OP_abs, x), np_number(n, x, INFINITY))))
UNARY(isnan, np_compare(n, OP_ne, x, x))
static bool is_complex(Np *n, Val x) { return !np_bad(x) && dtype_is_complex(np_type(n, x).dtype); }
static Val part(Np *n, Val x, Op op) { return (Val){graph_add(n->g, op, 1, &x.id, NULL), x.weak}; }
UNARY(real, is_complex(n, x) ? part(n, x, OP_real) : x)
UNARY(imag, is_complex(n, x) ? part(n, x, OP_imag) : np_bad(x) ? x : np_full(n, np_type(n, x), 0))
static Val angle_of(Np *n, Val x) {
  if (is_complex(n, x)) return np_map2(n, OP_atan2, part(n, x, OP_imag), part(n, x, OP_real));
  x = np_inexact(n, x);
  return np_map2(n, OP_atan2, np_number(n, x, 0), x);
}
UNARY(angle, angle_of(n, x))
UNARY(conj, (Val){b_conj(n->g, x.id), x.weak})

UNARY(logical_not, np_map1(n, OP_not, np_nonzero(n, x)))
UNARY(bitwise_not, np_map1(n, OP_not, x))

// By a comparison, not max: the derivative at 0 is 0.
static Val relu(Np *n, Val x) {
  Val zero = np_number(n, x, 0);
  return np_select(n, np_compare(n, OP_gt, x, zero), x, zero);
}
UNARY(relu, relu(n, x))
UNARY(silu, (x = np_inexact(n, x), np_mul(n, x, np_map1(n, OP_logistic, x))))

// max(x, 0) + log1p(exp(-|x|)). Both by one comparison: each branch is smooth, so that all
// derivatives are right at 0 as well.
Val np_softplus(Np *n, Val x) {
  x = np_inexact(n, x);
  const Val zero = np_number(n, x, 0), above = np_compare(n, OP_gt, x, zero);
  const Val less = np_select(n, above, np_map1(n, OP_neg, x), x);
  const Val tail = np_map1(n, OP_log1p, np_map1(n, OP_exp, less));
  return np_add(n, np_select(n, above, x, zero), tail);
}
UNARY(softplus, np_softplus(n, x))

static Val leaky_relu(Np *n, Val x, Val slope) {
  x = np_inexact(n, x);
  return np_select(n, np_compare(n, OP_ge, x, np_number(n, x, 0)), x, np_mul(n, x, slope));
}
BINARY(leaky_relu, leaky_relu(n, a, b))

BINARY(add, np_add(n, a, b))
BINARY(sub, np_sub(n, a, b))
BINARY(mul, np_mul(n, a, b))
BINARY(div, np_div(n, a, b))
BINARY(true_divide, np_true_divide(n, a, b))
BINARY(floor_divide, np_floor_divide(n, a, b))
BINARY(rem, np_map2(n, OP_rem, a, b))
BINARY(mod, np_mod(n, a, b))
BINARY(maximum, np_map2(n, OP_max, a, b))
BINARY(minimum, np_map2(n, OP_min, a, b))
BINARY(equal, np_compare(n, OP_eq, a, b))
BINARY(not_equal, np_compare(n, OP_ne, a, b))
BINARY(less, np_compare(n, OP_lt, a, b))
BINARY(less_equal, np_compare(n, OP_le, a, b))
BINARY(greater, np_compare(n, OP_gt, a, b))
BINARY(greater_equal, np_compare(n, OP_ge, a, b))
BINARY(logical_and, np_map2(n, OP_and, np_nonzero(n, a), np_nonzero(n, b)))
BINARY(logical_or, np_map2(n, OP_or, np_nonzero(n, a), np_nonzero(n, b)))
BINARY(logical_xor, np_map2(n, OP_xor, np_nonzero(n, a), np_nonzero(n, b)))
BINARY(bitwise_and, np_map2(n, OP_and, a, b))
BINARY(bitwise_or, np_map2(n, OP_or, a, b))
BINARY(bitwise_xor, np_map2(n, OP_xor, a, b))
BINARY(shift_left, np_map2(n, OP_shift_left, a, b))
BINARY(matmul, np_matmul(n, a, b))

static Val complex_of(Np *n, Val a, Val b) {
  Val x[2] = {np_inexact(n, a), np_inexact(n, b)};
  if (!np_promote(n, 2, x) || !np_broadcast(n, 2, x)) return NP_BAD;
  return (Val){b_complex(n->g, x[0].id, x[1].id), x[0].weak};
}
BINARY(complex, complex_of(n, a, b))

static Val shift_right(Np *n, Val a, Val b) {
  Val x[2] = {a, b};
  if (!np_promote(n, 2, x)) return NP_BAD;
  bool signed_ = dtype_kind(np_type(n, x[0]).dtype) == KIND_SIGNED;
  return np_map2(n, signed_ ? OP_shift_right_arithmetic : OP_shift_right_logical, x[0], x[1]);
}
BINARY(shift_right, shift_right(n, a, b))

static Val outer(Np *n, Val a, Val b) {
  if (np_bad(a) || np_bad(b)) return NP_BAD;
  if (np_type(n, a).rank != 1 || np_type(n, b).rank != 1)
    return np_fail(n, "takes two vectors, got %s and %s", TYPE_STR(np_type(n, a)),
                   TYPE_STR(np_type(n, b)));
  return np_mul(n, np_expand_dims(n, a, 1), np_expand_dims(n, b, 0));
}
BINARY(outer, outer(n, a, b))

TERNARY(where, 1, np_select(n, a, b, c))
TERNARY(clip, 0, np_clip(n, a, b, c))

static Val fma_of(Np *n, Val a, Val b, Val c) {
  Val x[3] = {a, b, c};
  if (!np_promote(n, 3, x) || !np_broadcast(n, 3, x)) return NP_BAD;
  if (!dtype_is_float(np_type(n, x[0]).dtype)) return np_add(n, np_mul(n, x[0], x[1]), x[2]);
  return (Val){b_fma(n->g, x[0].id, x[1].id, x[2].id), x[0].weak};
}
TERNARY(fma, 0, fma_of(n, a, b, c))

// ---- powers: a C integer exponent is a power by squaring, chosen here for eager and traced alike

enum { MOST_POWER = 64 };

static Val pow_build(Np *n, int k, const Val *v, Ints options) {
  if (k == 1) {
    Val x = v[0];
    return np_bad(x) ? x : (Val){b_power(n->g, x.id, options.v[0]), x.weak};
  }
  return np_map2(n, OP_pow, v[0], v[1]);
}

jc_array jc_pow_(jc_array a, jc_array b, const char *file, int line) {
  static const Fn fn = {"pow", pow_build, 0}, power = {"pow", pow_build, PROMOTE_NONE};
  const Slot *x = slot_find(a), *y = slot_find(b);
  bool fixed = x && y && slot_kind(y) == SLOT_LITERAL && slot_kind(x) != SLOT_LITERAL &&
               type_info(y->type)->type.dtype == DT_I32 && y->integer <= MOST_POWER &&
               y->integer >= -MOST_POWER;
  // A negative power of an integer is pow's business.
  if (fixed && (y->integer >= 0 || dtype_is_inexact(type_info(x->type)->type.dtype)) &&
      type_info(x->type)->type.dtype != DT_BOOL)
    return call(&power, 1, &a, INTS(y->integer), HERE(file, line));
  return call(&fn, 2, (jc_array[]){a, b}, (Ints){0}, HERE(file, line));
}
jc_array(jc_pow)(jc_array a, jc_array b) {
  Loc here = context()->here;
  return jc_pow_(a, b, here.file, here.line);
}

OPS_BUILD(astype) {
  OPS_UNUSED;
  return np_convert(n, v[0], (Dtype)options.v[0]);
}
jc_array jc_astype_(jc_array x, jc_dtype dtype, const char *file, int line) {
  static const Fn fn = {"astype", build_astype, PROMOTE_NONE};
  if (!ops_dtype_ok(dtype, HERE(file, line), fn.name)) return handle_poison();
  return call(&fn, 1, &x, INTS((int64_t)dtype), HERE(file, line));
}
