// Losses of the public API, as optax has them.
#include <math.h>

#include "frontend/library/ops.h"

// p and t as floats of one dtype and shape.
static bool pair(Np *n, Val *x) {
  if (!np_promote(n, 2, x)) return false;
  for (int i = 0; i < 2; i++) x[i] = np_inexact(n, x[i]);
  return np_broadcast(n, 2, x);
}

#define LOSS(name)                                    \
  static Val name(Np *n, Val p, Val t);               \
  static Val name##_of(Np *n, Val a, Val b) {         \
    Val x[2] = {a, b};                                \
    return pair(n, x) ? name(n, x[0], x[1]) : NP_BAD; \
  }                                                   \
  BINARY(name, name##_of(n, a, b))                    \
  static Val name(Np *n, Val p, Val t)

LOSS(mse) {
  const Val d = np_sub(n, p, t);
  return np_mean(n, np_mul(n, d, d), (Ints){0}, false);
}

LOSS(mae) { return np_mean(n, np_map1(n, OP_abs, np_sub(n, p, t)), (Ints){0}, false); }

LOSS(hinge) {
  const Val margin = np_sub(n, np_number(n, p, 1), np_mul(n, p, t));
  return np_map2(n, OP_max, margin, np_number(n, p, 0));
}

LOSS(log_cosh) {
  const Val apart = np_map1(n, OP_abs, np_sub(n, p, t));
  const Val tail = np_map1(n, OP_exp, np_mul(n, np_number(n, apart, -2), apart));
  return np_sub(n, np_add(n, apart, np_map1(n, OP_log1p, tail)), np_number(n, apart, log(2)));
}

// -t log sigmoid(p) - (1 - t) log sigmoid(-p)
LOSS(binary_cross_entropy) {
  const Val minus = np_map1(n, OP_neg, p), one = np_number(n, t, 1);
  return np_add(n, np_mul(n, t, np_softplus(n, minus)),
                np_mul(n, np_sub(n, one, t), np_softplus(n, p)));
}

static bool has_classes(Np *n, Val x) {
  const Type t = np_type(n, x);
  return t.rank > 0 || (np_fail(n, "%s has no axis of classes", TYPE_STR(t)), false);
}

LOSS(kl_divergence) {
  if (!has_classes(n, p)) return NP_BAD;
  const Val zero = np_number(n, t, 0), empty = np_compare(n, OP_eq, t, zero);
  const Val log_t = np_map1(n, OP_log, np_select(n, empty, np_number(n, t, 1), t));
  const Val each = np_mul(n, t, np_sub(n, log_t, p));
  return np_reduce(n, OP_reduce_sum, each, INTS(-1), false);
}

// Not below 1e-8, and there without a derivative.
static Val length_of(Np *n, Val x) {
  const Val square = np_reduce(n, OP_reduce_sum, np_mul(n, x, x), INTS(-1), false);
  return np_map1(n, OP_sqrt, np_map2(n, OP_max, square, np_number(n, square, 1e-16)));
}

LOSS(cosine_similarity) {
  if (!has_classes(n, p)) return NP_BAD;
  const Val product = np_reduce(n, OP_reduce_sum, np_mul(n, p, t), INTS(-1), false);
  return np_div(n, product, np_mul(n, length_of(n, p), length_of(n, t)));
}

LOSS(cosine_distance) {
  const Val near = cosine_similarity(n, p, t);
  return np_bad(near) ? near : np_sub(n, np_number(n, near, 1), near);
}

// ---- with options

// at x of t = 1, 1 - x of t = 0
static Val of_label(Np *n, Val x, Val t) {
  const Val one = np_number(n, t, 1);
  return np_add(n, np_mul(n, x, t), np_mul(n, np_sub(n, one, x), np_sub(n, one, t)));
}

OPS_BUILD(focal_loss) {
  OPS_UNUSED;
  Val x[2] = {v[0], v[1]};
  if (!pair(n, x)) return NP_BAD;
  const double gamma = ops_double(options, 0), alpha = ops_double(options, 1);
  const Val missed =
      np_sub(n, np_number(n, x[0], 1), of_label(n, np_map1(n, OP_logistic, x[0]), x[1]));
  const Val by = np_map2(n, OP_pow, missed, np_number(n, missed, gamma));
  const Val loss = np_mul(n, binary_cross_entropy(n, x[0], x[1]), by);
  return alpha == 0 ? loss : np_mul(n, of_label(n, np_number(n, x[1], alpha), x[1]), loss);
}
jc_array jc_focal_loss_(jc_array logits, struct jc_focal_loss o, const char *file, int line) {
  static const Fn fn = {"focal_loss", build_focal_loss, 0};
  const double gamma = o.gamma == 0 && !signbit(o.gamma) ? 2 : o.gamma;
  if (!(gamma >= 0 && o.alpha >= 0 && o.alpha <= 1))
    return fail(HERE(file, line), "focal_loss: gamma %g, alpha %g", gamma, o.alpha),
           handle_poison();
  return call(&fn, 2, (jc_array[]){logits, o.t}, INTS(ops_word(gamma), ops_word(o.alpha)),
              HERE(file, line));
}

OPS_BUILD(huber) {
  OPS_UNUSED;
  Val x[2] = {v[0], v[1]};
  if (!pair(n, x)) return NP_BAD;
  const Val apart = np_map1(n, OP_abs, np_sub(n, x[0], x[1]));
  const Val delta = np_number(n, apart, ops_double(options, 0));
  const Val near = np_map2(n, OP_min, apart, delta), far = np_sub(n, apart, near);
  const Val square = np_mul(n, np_number(n, near, 0.5), np_mul(n, near, near));
  return np_add(n, square, np_mul(n, delta, far));
}
jc_array jc_huber_(jc_array p, struct jc_huber o, const char *file, int line) {
  static const Fn fn = {"huber", build_huber, 0};
  return call(&fn, 2, (jc_array[]){p, o.t}, INTS(ops_word(o.delta == 0 ? 1 : o.delta)),
              HERE(file, line));
}

// The probability of each class.
static Val targets_of(Np *n, Val labels, Type logits) {
  const Type t = np_type(n, labels);
  const int64_t classes = logits.dim[logits.rank - 1];
  if (!dtype_is_float(t.dtype)) return np_convert(n, np_one_hot(n, labels, classes), logits.dtype);
  if (!t.rank || t.dim[t.rank - 1] != classes)
    return np_fail(n,
                   "labels of %s for logits of %s: floats are probabilities, of the same shape; "
                   "classes are integers",
                   TYPE_STR(t), TYPE_STR(logits));
  return np_convert(n, labels, logits.dtype);
}

OPS_BUILD(cross_entropy) {
  OPS_UNUSED;
  if (np_bad(v[0]) || np_bad(v[1])) return NP_BAD;
  const Val logits = np_inexact(n, v[0]);
  const Type t = np_type(n, logits);
  if (t.rank < 1) return np_fail(n, "logits are %s: no classes", TYPE_STR(t));
  Val target = targets_of(n, v[1], t);
  const double smoothing = ops_double(options, 0);
  if (smoothing != 0 && !np_bad(target)) {
    const double rest = smoothing / (double)t.dim[t.rank - 1];
    target = np_add(n, np_mul(n, target, np_number(n, target, 1 - smoothing)),
                    np_number(n, target, rest));
  }
  const Val each = np_mul(n, np_log_softmax(n, logits, -1), target);
  return np_map1(n, OP_neg, np_reduce(n, OP_reduce_sum, each, INTS(-1), false));
}
jc_array jc_cross_entropy_(jc_array logits, struct jc_cross_entropy o, const char *file, int line) {
  static const Fn fn = {"cross_entropy", build_cross_entropy, PROMOTE_NONE};
  const Loc loc = HERE(file, line);
  if (!(o.smoothing >= 0 && o.smoothing <= 1))
    return fail(loc, "cross_entropy: smoothing of %g: from 0 to 1", o.smoothing), handle_poison();
  return call(&fn, 2, (jc_array[]){logits, o.labels}, INTS(ops_word(o.smoothing)), loc);
}
