// Statistics of the public API: without NaN, quantiles, weights, covariances.
#include <math.h>
#include <string.h>

#include "frontend/library/ops.h"

static Val is_nan(Np *n, Val x) { return np_compare(n, OP_ne, x, x); }
static Val number(Np *n, Val like, double v) { return np_number(n, like, v); }

// ---- without NaN

Val np_without_nan(Np *n, Val x, double v) {
  if (np_bad(x) || !dtype_is_inexact(np_type(n, x).dtype)) return x;
  return np_select(n, is_nan(n, x), number(n, x, v), x);
}

static Val nan_product(Np *n, Val x, Ints axes, bool keepdims) {
  return np_reduce(n, OP_reduce_prod, np_widen(n, np_without_nan(n, x, 1)), axes, keepdims);
}

static Val not_nan_count(Np *n, Val x, Ints axes, bool keepdims) {
  const Val counts = np_map1(n, OP_not, is_nan(n, x));
  return np_to(n, np_sum(n, counts, axes, keepdims), np_type(n, x).dtype, x.weak);
}

static Val nan_mean(Np *n, Val x, Ints axes, bool keepdims) {
  x = np_inexact(n, x);
  if (np_bad(x)) return x;
  const Val sum = np_sum(n, np_without_nan(n, x, 0), axes, keepdims);
  return np_div(n, sum, not_nan_count(n, x, axes, keepdims));
}

static Val nan_var(Np *n, Val x, Ints axes, bool keepdims, double ddof) {
  x = np_inexact(n, x);
  if (np_bad(x)) return x;
  const Val apart = np_without_nan(n, np_sub(n, x, nan_mean(n, x, axes, true)), 0);
  const Val sum = np_sum(n, np_mul(n, apart, apart), axes, keepdims);
  const Val count = not_nan_count(n, x, axes, keepdims);
  const Val over = np_sub(n, count, number(n, count, ddof));
  return np_select(n, np_compare(n, OP_le, over, number(n, over, 0)), number(n, over, NAN),
                   np_div(n, sum, over));
}

static bool some(Np *n, Val x, Ints given) {
  Axes axes;
  if (np_bad(x) || !np_axes(n, given, np_type(n, x).rank, &axes)) return false;
  for (int i = 0; i < axes.n; i++) {
    if (!np_type(n, x).dim[axes.v[i]])
      return np_fail(n, "of nothing: %s is empty", TYPE_STR(np_type(n, x))), false;
  }
  return true;
}

// The identity where there is nothing but NaN is then NaN.
static Val nan_extremum(Np *n, Op op, Val x, Ints axes, bool keepdims) {
  if (!some(n, x, axes)) return NP_BAD;
  if (!dtype_is_float(np_type(n, x).dtype)) return np_reduce(n, op, x, axes, keepdims);
  const double least = op == OP_reduce_max ? -INFINITY : INFINITY;
  const Val r = np_reduce(n, op, np_without_nan(n, x, least), axes, keepdims);
  const Val all = np_reduce(n, OP_reduce_and, is_nan(n, x), axes, keepdims);
  return np_select(n, all, number(n, r, NAN), r);
}

static Val peak_to_peak(Np *n, Val x, Ints axes, bool keepdims) {
  if (!some(n, x, axes)) return NP_BAD;
  return np_sub(n, np_reduce(n, OP_reduce_max, x, axes, keepdims),
                np_reduce(n, OP_reduce_min, x, axes, keepdims));
}

// The place of the largest (smallest) that is not NaN; -1 where there is none.
static Val nan_place(Np *n, Op op, Val x, int64_t axis) {
  if (np_bad(x)) return x;
  const Val at = np_arg(n, op, np_without_nan(n, x, op == OP_argmax ? -INFINITY : INFINITY), axis);
  if (np_bad(at) || !dtype_is_inexact(np_type(n, x).dtype)) return at;
  const Val none = np_reduce(n, OP_reduce_and, is_nan(n, x), INTS(axis), false);
  return np_select(n, none, number(n, at, -1), at);
}
#define NAN_PLACE(name, op)                                                 \
  OPS_BUILD(name) {                                                         \
    OPS_UNUSED;                                                             \
    return nan_place(n, op, v[0], options.v[0]);                            \
  }                                                                         \
  jc_array jc_##name##_(jc_array x, int axis, const char *file, int line) { \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};               \
    return call(&fn, 1, &x, INTS(axis), HERE(file, line));                  \
  }
NAN_PLACE(nanargmax, OP_argmax)
NAN_PLACE(nanargmin, OP_argmin)

// ---- quantiles

// The reduced axes behind the others as one; what is left of the shape in `kept`, ones in place of
// what is reduced in `ones`.
typedef struct Rows {
  int64_t kept[MAX_RANK], ones[MAX_RANK], size;
  int nkept, rank;
} Rows;

static Val as_rows(Np *n, Val x, Ints given, Rows *r) {
  Axes axes;
  if (!some(n, x, given) || !np_axes(n, given, np_type(n, x).rank, &axes)) return NP_BAD;
  const Type t = np_type(n, x);
  int64_t perm[MAX_RANK], dim[MAX_RANK];
  *r = (Rows){.size = 1, .rank = t.rank};
  for (int i = 0; i < t.rank; i++) {
    const bool reduced = ints_has((Ints){axes.n, axes.v}, i);
    r->ones[i] = reduced ? 1 : t.dim[i];
    if (reduced) {
      r->size *= t.dim[i];
    } else {
      dim[r->nkept] = r->kept[r->nkept] = t.dim[i], perm[r->nkept++] = i;
    }
  }
  for (int i = 0; i < axes.n; i++) perm[r->nkept + i] = axes.v[i];
  dim[r->nkept] = r->size;
  return np_reshape(n, np_transpose(n, x, (Ints){t.rank, perm}), (Ints){r->nkept + 1, dim});
}

// Of rows [kept.., size], sorted, what lies at places [.., Q] of each.
static Val at_places(Np *n, Val sorted, Val place) {
  const Val i = np_convert(n, np_map2(n, OP_max, place, number(n, place, 0)), DT_I32);
  return np_take_along_axis(n, sorted, i, -1, MODE_CLIP);
}

static Val between(Np *n, Val sorted, Val place, jc_quantile_method method) {
  const Val low = np_map1(n, OP_floor, place), high = np_map1(n, OP_ceil, place);
  if (method == JC_LOWER || method == JC_HIGHER)
    return at_places(n, sorted, method == JC_LOWER ? low : high);
  if (method == JC_NEAREST) {
    const Val part = np_sub(n, place, low), far = np_compare(n, OP_gt, part, number(n, part, 0.5));
    return at_places(n, sorted, np_select(n, far, high, low));
  }
  const Val a = at_places(n, sorted, low), b = at_places(n, sorted, high);
  if (method == JC_MIDPOINT) return np_mul(n, np_add(n, a, b), number(n, a, 0.5));
  const Val part = np_sub(n, place, low), rest = np_sub(n, number(n, part, 1), part);
  return np_add(n, np_mul(n, a, rest), np_mul(n, b, part));
}

// Of which elements: where one is NaN the result is, or (`nan`) without those.
typedef struct Quantile {
  Ints axes;
  jc_quantile_method method;
  bool keepdims, nan;
  double whole;
} Quantile;

static Val quantile(Np *n, Val x, Val q, const Quantile *o) {
  Val both[2] = {x, q};
  Rows r;
  if (np_bad(q) || !np_promote(n, 2, both)) return NP_BAD;
  x = np_inexact(n, both[0]), q = np_inexact(n, both[1]);
  if (np_bad(x) || !dtype_is_float(np_type(n, x).dtype))
    return np_bad(x) ? x : np_fail(n, "does not take %s", TYPE_STR(np_type(n, x)));
  const Type tq = np_type(n, q);
  const Val rows = as_rows(n, x, o->axes, &r);
  if (np_bad(rows)) return rows;
  if (r.rank + tq.rank > MAX_RANK) return np_fail(n, "the result has too many axes");
  const Val nan = is_nan(n, rows);
  Val sorted = np_sort(n, rows, -1, false), last = number(n, rows, (double)(r.size - 1));
  if (o->nan) {
    last = np_sub(n, not_nan_count(n, rows, INTS(-1), true), number(n, rows, 1));
  } else {
    const Val some_nan = np_reduce(n, OP_reduce_or, nan, INTS(-1), true);
    sorted = np_select(n, some_nan, number(n, rows, NAN), sorted);
  }
  q = np_reshape(n, q, INTS(-1));
  if (o->whole != 1) q = np_div(n, q, number(n, q, o->whole));
  Val place = np_mul(n, q, last);
  for (int i = np_type(n, place).rank; i <= r.nkept; i++) place = np_expand_dims(n, place, 0);
  Val found = between(n, sorted, place, o->method);  // [kept.., Q]
  // Outside [0, 1] is nowhere.
  const Val inside = np_map2(n, OP_and, np_compare(n, OP_ge, q, number(n, q, 0)),
                             np_compare(n, OP_le, q, number(n, q, 1)));
  found = np_move(n, np_select(n, inside, found, number(n, found, NAN)), -1, 0);
  int64_t dim[MAX_RANK];
  for (int i = 0; i < tq.rank; i++) dim[i] = tq.dim[i];
  memcpy(dim + tq.rank, o->keepdims ? r.ones : r.kept, sizeof *dim * (size_t)r.rank);
  return np_reshape(n, found, (Ints){tq.rank + (o->keepdims ? r.rank : r.nkept), dim});
}

static Val median(Np *n, Val x, Ints axes, bool keepdims, bool nan) {
  if (np_bad(x)) return x;
  x = np_inexact(n, x);
  return quantile(n, x, number(n, x, 0.5), &(Quantile){axes, JC_LINEAR, keepdims, nan, 1});
}

REDUCE(nansum, np_sum(n, np_without_nan(n, x, 0), axes, keepdims))
REDUCE(nanprod, nan_product(n, x, axes, keepdims))
REDUCE(nanmean, nan_mean(n, x, axes, keepdims))
REDUCE(nanmax, nan_extremum(n, OP_reduce_max, x, axes, keepdims))
REDUCE(nanmin, nan_extremum(n, OP_reduce_min, x, axes, keepdims))
REDUCE(nanvar, nan_var(n, x, axes, keepdims, ddof))
REDUCE(nanstd, np_map1(n, OP_sqrt, nan_var(n, x, axes, keepdims, ddof)))
REDUCE(ptp, peak_to_peak(n, x, axes, keepdims))
REDUCE(median, median(n, x, axes, keepdims, false))
REDUCE(nanmedian, median(n, x, axes, keepdims, true))

// Options: the method, keepdims, axes.
#define QUANTILE(name, nan, whole)                                                            \
  OPS_BUILD(name) {                                                                           \
    OPS_UNUSED;                                                                               \
    return quantile(n, v[0], v[1],                                                            \
                    &(Quantile){(Ints){options.n - 2, options.v + 2},                         \
                                (jc_quantile_method)options.v[0], options.v[1], nan, whole}); \
  }                                                                                           \
  jc_array jc_##name##_(jc_array x, struct jc_quantile q, const char *file, int line) {       \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};                                 \
    return quantile_of(&fn, x, &q, HERE(file, line));                                         \
  }
static jc_array quantile_of(const Fn *fn, jc_array x, const struct jc_quantile *q, Loc loc) {
  int64_t options[2 + MAX_RANK] = {(int64_t)q->method, q->keepdims};
  if ((unsigned)q->method > JC_NEAREST || q->axes.n < 0 || q->axes.n > MAX_RANK)
    return fail(loc, "%s: method %d, %d axes", fn->name, (int)q->method, q->axes.n),
           handle_poison();
  for (int i = 0; i < q->axes.n; i++) options[2 + i] = q->axes.d[i];
  return call(fn, 2, (jc_array[]){x, q->q}, (Ints){2 + q->axes.n, options}, loc);
}
QUANTILE(quantile, false, 1)
QUANTILE(percentile, false, 100)
QUANTILE(nanquantile, true, 1)
QUANTILE(nanpercentile, true, 100)

// ---- weights

OPS_BUILD(average) {
  OPS_UNUSED;
  Val x[2] = {v[0], v[1]};
  if (!np_promote(n, 2, x)) return NP_BAD;
  Val a = np_inexact(n, x[0]), w = np_inexact(n, x[1]);
  const Type t = np_type(n, a), tw = np_type(n, w);
  if (!shape_equal(t, tw)) {
    int axis;
    if (options.n != 1 || tw.rank != 1 || !np_axis(n, options.v[0], t.rank, &axis) ||
        tw.dim[0] != t.dim[axis])
      return np_fail(n, "weights %s for %s: of its shape, or a vector along one axis", TYPE_STR(tw),
                     TYPE_STR(t));
    for (int i = axis + 1; i < t.rank; i++) w = np_expand_dims(n, w, -1);
    w = np_broadcast_to(n, w, type_shape(t));
  }
  const Val sum = np_sum(n, np_mul(n, a, w), options, false);
  return np_div(n, sum, np_sum(n, w, options, false));
}
jc_array jc_average_(jc_array x, struct jc_average a, const char *file, int line) {
  static const Fn fn = {"average", build_average, PROMOTE_NONE};
  if (a.axes.n < 0 || a.axes.n > MAX_RANK)
    return fail(HERE(file, line), "average: %d axes", a.axes.n), handle_poison();
  return call(&fn, 2, (jc_array[]){x, a.weights}, ops_dims(&a.axes), HERE(file, line));
}

// ---- covariances of rows

static Val covariance(Np *n, Val x, double ddof) {
  x = np_inexact(n, x);
  if (np_bad(x)) return x;
  const Type t = np_type(n, x);
  if (t.rank < 1 || t.rank > 2) return np_fail(n, "of the rows of a matrix, not %s", TYPE_STR(t));
  if (t.rank == 1) x = np_expand_dims(n, x, 0);
  const double count = (double)t.dim[t.rank - 1];
  x = np_sub(n, x, np_mean(n, x, INTS(-1), true));
  const Val sums = np_matmul(n, x, np_adjoint(n, x));
  const Val r = np_bad(sums) ? sums : np_div(n, sums, number(n, sums, count - ddof));
  return t.rank == 1 ? np_reshape(n, r, (Ints){0}) : r;
}

OPS_BUILD(cov) {
  OPS_UNUSED;
  return covariance(n, v[0], options.v[0] ? 0 : 1);
}
jc_array jc_cov_(struct jc_cov c, const char *file, int line) {
  static const Fn fn = {"cov", build_cov, PROMOTE_NONE};
  return call(&fn, 1, &c.x, INTS(c.biased), HERE(file, line));
}

OPS_BUILD(corrcoef) {
  OPS_UNUSED;
  const Val c = covariance(n, v[0], 1);
  if (np_bad(c)) return c;
  if (!np_type(n, c).rank) return np_div(n, c, c);
  if (dtype_is_complex(np_type(n, c).dtype)) return np_fail(n, "does not take complex numbers");
  const Val size = np_map1(n, OP_sqrt, np_diagonal(n, c, 0, 0, 1));
  const Val r = np_div(n, np_div(n, c, np_expand_dims(n, size, 1)), np_expand_dims(n, size, 0));
  return np_clip(n, r, number(n, r, -1), number(n, r, 1));
}
jc_array jc_corrcoef_(jc_array x, const char *file, int line) {
  static const Fn fn = {"corrcoef", build_corrcoef, PROMOTE_NONE};
  return call(&fn, 1, &x, (Ints){0}, HERE(file, line));
}
