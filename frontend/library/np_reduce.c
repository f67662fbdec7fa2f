// Reductions on graphs, and what is made of them: softmax, norms, contraction.
#include <math.h>
#include <string.h>

#include "frontend/library/np.h"

bool np_axes(Np *n, Ints given, int rank, Axes *out) {
  out->n = 0;
  uint32_t seen = 0;
  for (int i = 0; i < given.n; i++) {
    int axis;
    if (!np_axis(n, given.v[i], rank, &axis)) return false;
    if (seen >> axis & 1) return np_fail(n, "axis %d is given twice", axis), false;
    seen |= 1u << axis;
  }
  if (!given.n) seen = (1u << rank) - 1;
  for (int i = 0; i < rank; i++) {
    if (seen >> i & 1) out->v[out->n++] = i;
  }
  return true;
}

static Val keep_dims(Np *n, Val r, Type t, const Axes *axes) {
  int64_t dim[MAX_RANK];
  for (int i = 0; i < t.rank; i++) dim[i] = ints_has((Ints){axes->n, axes->v}, i) ? 1 : t.dim[i];
  return (Val){b_reshape(n->g, r.id, (Ints){t.rank, dim}), r.weak};
}

Val np_reduce(Np *n, Op op, Val x, Ints given, bool keepdims) {
  Axes axes;
  if (np_bad(x) || !np_axes(n, given, np_type(n, x).rank, &axes)) return NP_BAD;
  Val r = {b_reduce(n->g, op, x.id, (Ints){axes.n, axes.v}), x.weak};
  return keepdims ? keep_dims(n, r, np_type(n, x), &axes) : r;
}

Val np_widen(Np *n, Val x) {
  if (np_bad(x)) return x;
  Dtype d = np_type(n, x).dtype;
  if (dtype_size(d) >= 4 || dtype_is_float(d)) return x;
  return np_convert(n, x, dtype_kind(d) == KIND_UNSIGNED ? DT_U32 : DT_I32);
}

Val np_sum(Np *n, Val x, Ints axes, bool keepdims) {
  return np_reduce(n, OP_reduce_sum, np_widen(n, x), axes, keepdims);
}

static double reduced_count(Np *n, Val x, const Axes *axes) {
  double count = 1;
  for (int i = 0; i < axes->n; i++) count *= (double)np_type(n, x).dim[axes->v[i]];
  return count;
}

// Halves as f32: statistics are rounded to them once, at last.
static Val as_f32(Np *n, Val x) {
  const bool half = !np_bad(x) && dtype_is_half(np_type(n, x).dtype);
  return half ? np_to(n, x, DT_F32, x.weak) : x;
}

static Val back_to(Np *n, Val r, Val x) {
  return np_bad(r) || np_bad(x) ? r : np_to(n, r, np_type(n, x).dtype, r.weak);
}

static Val mean(Np *n, Val x, Ints given, bool keepdims) {
  Axes axes;
  if (np_bad(x) || !np_axes(n, given, np_type(n, x).rank, &axes)) return NP_BAD;
  double count = reduced_count(n, x, &axes);
  Val sum = np_reduce(n, OP_reduce_sum, x, given, keepdims);
  return np_div(n, sum, np_number(n, x, count));
}

Val np_mean(Np *n, Val x, Ints axes, bool keepdims) {
  x = np_inexact(n, x);
  return back_to(n, mean(n, as_f32(n, x), axes, keepdims), x);
}

static Val variance(Np *n, Val x, Ints given, bool keepdims, double ddof) {
  Axes axes;
  if (np_bad(x) || !np_axes(n, given, np_type(n, x).rank, &axes)) return NP_BAD;
  Val centred = np_sub(n, x, mean(n, x, given, true));
  Val sum = np_reduce(n, OP_reduce_sum, np_mul(n, centred, centred), given, keepdims);
  return np_div(n, sum, np_number(n, x, reduced_count(n, x, &axes) - ddof));
}

Val np_var(Np *n, Val x, Ints axes, bool keepdims, double ddof) {
  x = np_inexact(n, x);
  return back_to(n, variance(n, as_f32(n, x), axes, keepdims, ddof), x);
}

// The largest along the axes, 0 where it is not finite: what exponents are taken relative to.
static Val finite_max(Np *n, Val x, Ints axes) {
  Val m = np_map1(n, OP_stop_gradient, np_reduce(n, OP_reduce_max, x, axes, true));
  return np_select(n, np_map1(n, OP_is_finite, m), m, np_number(n, m, 0));
}

static Val squeeze_like(Np *n, Val x, Ints given) {
  Axes axes;
  if (np_bad(x) || !np_axes(n, given, np_type(n, x).rank, &axes)) return NP_BAD;
  Type t = np_type(n, x);
  int64_t dim[MAX_RANK];
  int rank = 0;
  for (int i = 0; i < t.rank; i++) {
    if (!ints_has((Ints){axes.n, axes.v}, i)) dim[rank++] = t.dim[i];
  }
  return (Val){b_reshape(n->g, x.id, (Ints){rank, dim}), x.weak};
}

Val np_logsumexp(Np *n, Val x, Ints axes, bool keepdims) {
  x = np_inexact(n, x);
  Val m = finite_max(n, x, axes);
  Val e = np_map1(n, OP_exp, np_sub(n, x, m));
  Val r = np_map1(n, OP_log, np_reduce(n, OP_reduce_sum, e, axes, keepdims));
  return np_add(n, r, keepdims ? m : squeeze_like(n, m, axes));
}

Val np_norm(Np *n, Val x, Ints axes, bool keepdims) {
  x = np_inexact(n, x);
  return np_map1(n, OP_sqrt, np_reduce(n, OP_reduce_sum, np_mul(n, x, x), axes, keepdims));
}

Val np_arg(Np *n, Op op, Val x, int64_t axis) {
  int at;
  if (np_bad(x) || !np_axis(n, axis, np_type(n, x).rank, &at)) return NP_BAD;
  return np_val(b_argreduce(n->g, op, x.id, at));
}

Val np_softmax(Np *n, Val x, int64_t axis) {
  x = np_inexact(n, x);
  Val m = np_map1(n, OP_stop_gradient, np_reduce(n, OP_reduce_max, x, INTS(axis), true));
  Val e = np_map1(n, OP_exp, np_sub(n, x, m));
  return np_div(n, e, np_reduce(n, OP_reduce_sum, e, INTS(axis), true));
}

Val np_log_softmax(Np *n, Val x, int64_t axis) {
  x = np_inexact(n, x);
  Val m = np_map1(n, OP_stop_gradient, np_reduce(n, OP_reduce_max, x, INTS(axis), true));
  Val s = np_sub(n, x, m);
  Val e = np_reduce(n, OP_reduce_sum, np_map1(n, OP_exp, s), INTS(axis), true);
  return np_sub(n, s, np_map1(n, OP_log, e));
}

Val np_one_hot(Np *n, Val x, int64_t classes) {
  if (np_bad(x)) return x;
  if (!dtype_is_int(np_type(n, x).dtype))
    return np_fail(n, "labels are %s, not integers", TYPE_STR(np_type(n, x)));
  if (classes < 0) return np_fail(n, "%lld classes", (long long)classes);
  Type t = np_type(n, x);
  Dtype d = dtype_size(t.dtype) < 4 ? DT_I32 : t.dtype;  // more classes than it holds
  Val index = np_iota1(n, d, classes);
  Val hot = np_compare(n, OP_eq, np_expand_dims(n, np_convert(n, x, d), -1), index);
  return np_convert(n, hot, DT_F32);
}

// ---- contraction

static Val matmul_mismatch(Np *n, Val a, Val b) {
  return np_fail(n, "inner dimensions differ: %s x %s", TYPE_STR(np_type(n, a)),
                 TYPE_STR(np_type(n, b)));
}

// Leading (batch) axes of both operands made equal by broadcasting.
static bool match_batches(Np *n, Val *a, Val *b, int *nbatch) {
  Type ta = np_type(n, *a), tb = np_type(n, *b);
  int na = ta.rank - 2, nb = tb.rank - 2, rank = na > nb ? na : nb;
  int64_t da[MAX_RANK], db[MAX_RANK];
  for (int i = 0; i < rank; i++) {
    int64_t x = i < rank - na ? 1 : ta.dim[i - (rank - na)];
    int64_t y = i < rank - nb ? 1 : tb.dim[i - (rank - nb)];
    if (x != y && x != 1 && y != 1)
      return np_fail(n, "batch dimensions differ: %s x %s", TYPE_STR(ta), TYPE_STR(tb)), false;
    da[i] = db[i] = x == 1 ? y : x;
  }
  memcpy(da + rank, ta.dim + na, 2 * sizeof *da);
  memcpy(db + rank, tb.dim + nb, 2 * sizeof *db);
  *a = np_broadcast_to(n, *a, (Ints){rank + 2, da});
  *b = np_broadcast_to(n, *b, (Ints){rank + 2, db});
  *nbatch = rank;
  return true;
}

static Val matmul_batched(Np *n, Val a, Val b) {
  int nbatch;
  if (!match_batches(n, &a, &b, &nbatch) || np_bad(a) || np_bad(b)) return NP_BAD;
  int64_t batch[MAX_RANK];
  for (int i = 0; i < nbatch; i++) batch[i] = i;
  Ints axes = {nbatch, batch};
  return (Val){b_dot(n->g, a.id, b.id, axes, axes, INTS(nbatch + 1), INTS(nbatch)), a.weak};
}

// x[..., m, k] times w[k, n]: one contraction, without batches.
static Val matmul_shared(Np *n, Val a, Val b) {
  int last = np_type(n, a).rank - 1, row = np_type(n, b).rank == 1 ? 0 : np_type(n, b).rank - 2;
  return (Val){b_dot(n->g, a.id, b.id, (Ints){0}, (Ints){0}, INTS(last), INTS(row)), a.weak};
}

Val np_matmul(Np *n, Val a, Val b) {
  Val x[2] = {a, b};
  if (!np_promote(n, 2, x)) return NP_BAD;
  a = x[0], b = x[1];
  if (np_type(n, a).dtype == DT_BOOL) a = np_convert(n, a, DT_I32), b = np_convert(n, b, DT_I32);
  Type ta = np_type(n, a), tb = np_type(n, b);
  if (!ta.rank || !tb.rank)
    return np_fail(n, "takes no scalars: %s x %s", TYPE_STR(ta), TYPE_STR(tb));
  if (ta.dim[ta.rank - 1] != tb.dim[tb.rank == 1 ? 0 : tb.rank - 2])
    return matmul_mismatch(n, a, b);
  if (tb.rank <= 2) return matmul_shared(n, a, b);
  if (ta.rank > 1) return matmul_batched(n, a, b);
  return np_squeeze(n, matmul_batched(n, np_expand_dims(n, a, 0), b), -2);
}
