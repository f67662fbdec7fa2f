// Statistics of the public API: without NaN, quantiles, weights, covariances.
#include <math.h>
#include <string.h>

#include "frontend/library/ops.h"

static Val is_nan(Np *n, Val x) { return np_compare(n, OP_ne, x, x); }
static Val number(Np *n, Val like, double v) { return np_number(n, like, v); }

// ---- without NaN

static Val without_nan(Np *n, Val x, double v) {
  if (np_bad(x) || !dtype_is_inexact(np_type(n, x).dtype)) return x;
  return np_select(n, is_nan(n, x), number(n, x, v), x);
}

static Val nan_product(Np *n, Val x, Ints axes, bool keepdims) {
  return np_reduce(n, OP_reduce_prod, np_widen(n, without_nan(n, x, 1)), axes, keepdims);
}

static Val not_nan_count(Np *n, Val x, Ints axes, bool keepdims) {
  const Val counts = np_map1(n, OP_not, is_nan(n, x));
  return np_to(n, np_sum(n, counts, axes, keepdims), np_type(n, x).dtype, x.weak);
}

static Val nan_mean(Np *n, Val x, Ints axes, bool keepdims) {
  x = np_inexact(n, x);
  if (np_bad(x)) return x;
  const Val sum = np_sum(n, without_nan(n, x, 0), axes, keepdims);
  return np_div(n, sum, not_nan_count(n, x, axes, keepdims));
}

static Val nan_var(Np *n, Val x, Ints axes, bool keepdims, double ddof) {
  x = np_inexact(n, x);
  if (np_bad(x)) return x;
  const Val apart = without_nan(n, np_sub(n, x, nan_mean(n, x, axes, true)), 0);
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
  const Val r = np_reduce(n, op, without_nan(n, x, least), axes, keepdims);
  const Val all = np_reduce(n, OP_reduce_and, is_nan(n, x), axes, keepdims);
  return np_select(n, all, number(n, r, NAN), r);
}

static Val peak_to_peak(Np *n, Val x, Ints axes, bool keepdims) {
  if (!some(n, x, axes)) return NP_BAD;
  return np_sub(n, np_reduce(n, OP_reduce_max, x, axes, keepdims),
                np_reduce(n, OP_reduce_min, x, axes, keepdims));
}

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

// Places [..] times rows [kept.., size], sorted: at each place what lies there, [.., kept..].
static Val at_places(Np *n, Val sorted, Val place, int nkept) {
  const Val i = np_convert(n, place, DT_I32);
  const Val taken = np_take(n, sorted, i, nkept, MODE_CLIP);  // [kept.., ..]
  if (np_bad(taken)) return taken;
  const int rank = np_type(n, taken).rank;
  int64_t perm[MAX_RANK];
  for (int k = 0; k < rank; k++) perm[k] = (k + nkept) % rank;
  return np_transpose(n, taken, (Ints){rank, perm});
}

// v of the rank of q, as something that broadcasts with [q.., kept..].
static Val for_each(Np *n, Val v, int nkept) {
  for (int i = 0; i < nkept && !np_bad(v); i++) v = np_expand_dims(n, v, -1);
  return v;
}

static Val between(Np *n, Val sorted, Val place, const Rows *r, jc_quantile_method method) {
  const Val low = np_map1(n, OP_floor, place), high = np_map1(n, OP_ceil, place);
  const Val a = at_places(n, sorted, low, r->nkept), b = at_places(n, sorted, high, r->nkept);
  if (method == JC_LOWER || method == JC_HIGHER) return method == JC_LOWER ? a : b;
  if (method == JC_NEAREST) return at_places(n, sorted, np_map1(n, OP_round_even, place), r->nkept);
  const Val half = number(n, a, 0.5);
  if (method == JC_MIDPOINT) return np_mul(n, np_add(n, a, b), half);
  const Val part = for_each(n, np_sub(n, place, low), r->nkept);
  const Val rest = np_sub(n, number(n, part, 1), part);
  return np_add(n, np_mul(n, a, rest), np_mul(n, b, part));
}

static Val quantile(Np *n, Val x, Val q, Ints axes, jc_quantile_method method, bool keepdims,
                    double whole) {
  Val both[2] = {x, q};
  Rows r;
  if (np_bad(q) || !np_promote(n, 2, both)) return NP_BAD;
  x = np_inexact(n, both[0]), q = np_inexact(n, both[1]);
  if (np_bad(x) || !dtype_is_float(np_type(n, x).dtype))
    return np_fail(n, "does not take %s", TYPE_STR(np_type(n, x)));
  const int q_rank = np_type(n, q).rank;
  const Val rows = as_rows(n, x, axes, &r);
  if (np_bad(rows)) return rows;
  if (r.rank + q_rank > MAX_RANK) return np_fail(n, "the result has too many axes");
  const Val nan = np_reduce(n, OP_reduce_or, is_nan(n, rows), INTS(-1), true);
  Val sorted = np_sort(n, rows, -1, false);
  sorted = np_select(n, nan, number(n, rows, NAN), sorted);
  if (whole != 1) q = np_div(n, q, number(n, q, whole));
  const Val place = np_mul(n, q, number(n, q, (double)(r.size - 1)));
  Val found = between(n, sorted, place, &r, method);
  if (np_bad(found)) return found;
  // Outside [0, 1] is nowhere.
  const Val inside = np_map2(n, OP_and, np_compare(n, OP_ge, q, number(n, q, 0)),
                             np_compare(n, OP_le, q, number(n, q, 1)));
  found = np_select(n, for_each(n, inside, r.nkept), found, number(n, found, NAN));
  if (!keepdims) return found;
  int64_t dim[MAX_RANK];
  for (int i = 0; i < q_rank; i++) dim[i] = np_type(n, q).dim[i];
  memcpy(dim + q_rank, r.ones, sizeof *dim * (size_t)r.rank);
  return np_reshape(n, found, (Ints){q_rank + r.rank, dim});
}

static Val median(Np *n, Val x, Ints axes, bool keepdims) {
  if (np_bad(x)) return x;
  x = np_inexact(n, x);
  const Val half = number(n, x, 0.5);
  return quantile(n, x, half, axes, JC_LINEAR, keepdims, 1);
}

REDUCE(nansum, np_sum(n, without_nan(n, x, 0), axes, keepdims))
REDUCE(nanprod, nan_product(n, x, axes, keepdims))
REDUCE(nanmean, nan_mean(n, x, axes, keepdims))
REDUCE(nanmax, nan_extremum(n, OP_reduce_max, x, axes, keepdims))
REDUCE(nanmin, nan_extremum(n, OP_reduce_min, x, axes, keepdims))
REDUCE(nanvar, nan_var(n, x, axes, keepdims, ddof))
REDUCE(nanstd, np_map1(n, OP_sqrt, nan_var(n, x, axes, keepdims, ddof)))
REDUCE(ptp, peak_to_peak(n, x, axes, keepdims))
REDUCE(median, median(n, x, axes, keepdims))

// Options: the method, keepdims, axes.
#define QUANTILE(name, whole)                                                           \
  OPS_BUILD(name) {                                                                     \
    OPS_UNUSED;                                                                         \
    return quantile(n, v[0], v[1], (Ints){options.n - 2, options.v + 2},                \
                    (jc_quantile_method)options.v[0], options.v[1], whole);             \
  }                                                                                     \
  jc_array jc_##name##_(jc_array x, struct jc_quantile q, const char *file, int line) { \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};                           \
    return quantile_of(&fn, x, &q, HERE(file, line));                                   \
  }
static jc_array quantile_of(const Fn *fn, jc_array x, const struct jc_quantile *q, Loc loc) {
  int64_t options[2 + MAX_RANK] = {(int64_t)q->method, q->keepdims};
  if ((unsigned)q->method > JC_NEAREST || q->axes.n < 0 || q->axes.n > MAX_RANK)
    return fail(loc, "%s: method %d, %d axes", fn->name, (int)q->method, q->axes.n),
           handle_poison();
  for (int i = 0; i < q->axes.n; i++) options[2 + i] = q->axes.d[i];
  return call(fn, 2, (jc_array[]){x, q->q}, (Ints){2 + q->axes.n, options}, loc);
}
QUANTILE(quantile, 1)
QUANTILE(percentile, 100)

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
