// Products, diagonals and triangles of the public API.
#include <string.h>

#include <math.h>

#include "frontend/library/ops.h"

// ---- einsum: options are the letters, eight to a word

OPS_BUILD(einsum) {
  OPS_UNUSED;
  char text[8 * CALL_MAX_OPTIONS + 1] = {0};
  memcpy(text, options.v, 8 * (size_t)options.n);
  return np_einsum(n, text, k, v);
}
jc_array jc_einsum_(const char *subscripts, jc_list arrays, const char *file, int line) {
  static const Fn fn = {"einsum", build_einsum, 0};
  int64_t options[CALL_MAX_OPTIONS] = {0};
  const size_t length = subscripts ? strlen(subscripts) : 0;
  if (!length || length >= sizeof options)
    return fail(HERE(file, line), "einsum: %s", length ? "the letters are too many" : "no letters"),
           handle_poison();
  memcpy(options, subscripts, length);
  return call(&fn, arrays.n, arrays.items, (Ints){(int)(length / 8 + 1), options},
              HERE(file, line));
}

// ---- contractions

static int rank_of(Np *n, Val x) { return np_type(n, x).rank; }

// a's axes with b's, which are at most that many and distinct.
static Val contract(Np *n, Val a, Val b, Ints over_a, Ints over_b) {
  Val x[2] = {a, b};
  if (!np_promote(n, 2, x)) return NP_BAD;
  int64_t axes[2][MAX_RANK];
  uint32_t seen[2] = {0};
  for (int k = 0; k < 2; k++) {
    const Ints given = k ? over_b : over_a;
    for (int i = 0; i < given.n; i++) {
      int axis;
      if (!np_axis(n, given.v[i], rank_of(n, x[k]), &axis)) return NP_BAD;
      if (seen[k] >> axis & 1) return np_fail(n, "axis %d is given twice", axis);
      seen[k] |= 1u << axis, axes[k][i] = axis;
    }
    if (np_type(n, x[k]).dtype == DT_BOOL) x[k] = np_convert(n, x[k], DT_I32);
  }
  const Type ta = np_type(n, x[0]), tb = np_type(n, x[1]);
  for (int i = 0; i < over_a.n; i++) {
    if (ta.dim[axes[0][i]] != tb.dim[axes[1][i]])
      return np_fail(n, "axis %d of %s and axis %d of %s differ", (int)axes[0][i], TYPE_STR(ta),
                     (int)axes[1][i], TYPE_STR(tb));
  }
  if (ta.rank + tb.rank - 2 * over_a.n > MAX_RANK)
    return np_fail(n, "the result has too many axes");
  const Id r = b_dot(n->g, x[0].id, x[1].id, (Ints){0}, (Ints){0}, (Ints){over_a.n, axes[0]},
                     (Ints){over_b.n, axes[1]});
  return (Val){r, x[0].weak};
}

// In numpy's dot b's last axis but one is summed.
static Val dot(Np *n, Val a, Val b, bool inner) {
  if (np_bad(a) || np_bad(b)) return NP_BAD;
  const int rank = rank_of(n, b);
  if (!rank || !rank_of(n, a)) return np_mul(n, a, b);
  return contract(n, a, b, INTS(-1), INTS(inner || rank == 1 ? -1 : -2));
}

static Val vdot(Np *n, Val a, Val b) {
  a = np_reshape(n, np_conj(n, a), INTS(-1)), b = np_reshape(n, b, INTS(-1));
  return dot(n, a, b, true);
}

// Both with the same rank, the axes of a before those of b of the same number.
static Val kron(Np *n, Val a, Val b) {
  Val x[2] = {a, b};
  if (!np_promote(n, 2, x)) return NP_BAD;
  const Type ta = np_type(n, x[0]), tb = np_type(n, x[1]);
  const int rank = ta.rank > tb.rank ? ta.rank : tb.rank;
  if (2 * rank > MAX_RANK)
    return np_fail(n, "%s and %s have too many axes", TYPE_STR(ta), TYPE_STR(tb));
  int64_t da[MAX_RANK], db[MAX_RANK], all[MAX_RANK];
  for (int i = 0; i < rank; i++) {
    const int at = i - (rank - ta.rank), bt = i - (rank - tb.rank);
    da[2 * i] = at < 0 ? 1 : ta.dim[at], da[2 * i + 1] = 1;
    db[2 * i] = 1, db[2 * i + 1] = bt < 0 ? 1 : tb.dim[bt];
    all[i] = da[2 * i] * db[2 * i + 1];
  }
  const Val p = np_mul(n, np_reshape(n, x[0], (Ints){2 * rank, da}),
                       np_reshape(n, x[1], (Ints){2 * rank, db}));
  return np_reshape(n, p, (Ints){rank, all});
}

static Val component(Np *n, Val x, int i) {
  const int last = rank_of(n, x) - 1;
  return np_squeeze(n, np_part(n, x, last, i, i + 1), last);
}

static Val cross(Np *n, Val a, Val b) {
  Val x[2] = {a, b}, p[2][3], r[3];
  if (!np_promote(n, 2, x)) return NP_BAD;
  int64_t size[2];
  for (int k = 0; k < 2; k++) {
    const Type t = np_type(n, x[k]);
    size[k] = t.rank ? t.dim[t.rank - 1] : 0;
    if (size[k] != 2 && size[k] != 3)
      return np_fail(n, "of vectors of 2 or 3 elements, not %s", TYPE_STR(t));
    for (int i = 0; i < size[k]; i++) p[k][i] = component(n, x[k], i);
    if (size[k] == 2) p[k][2] = np_mul(n, p[k][0], np_number(n, p[k][0], 0));
  }
  const bool flat = size[0] == 2 && size[1] == 2;
  for (int i = flat ? 2 : 0; i < 3; i++) {
    const int u = (i + 1) % 3, w = (i + 2) % 3;
    r[i] = np_sub(n, np_mul(n, p[0][u], p[1][w]), np_mul(n, p[0][w], p[1][u]));
  }
  return flat ? r[2] : np_stack(n, 3, r, -1);
}

BINARY(dot, dot(n, a, b, false))
BINARY(vdot, vdot(n, a, b))
BINARY(inner, dot(n, a, b, true))
BINARY(kron, kron(n, a, b))
BINARY(cross, cross(n, a, b))

// Options: the count, or -1, the axes of a, those of b.
OPS_BUILD(tensordot) {
  OPS_UNUSED;
  const int count = (int)options.v[0], pairs = (options.n - 1) / 2;
  if (count < 0)
    return contract(n, v[0], v[1], (Ints){pairs, options.v + 1},
                    (Ints){pairs, options.v + 1 + pairs});
  if (np_bad(v[0]) || np_bad(v[1])) return NP_BAD;
  if (count > rank_of(n, v[0]) || count > rank_of(n, v[1]))
    return np_fail(n, "over %d axes of %s and %s", count, TYPE_STR(np_type(n, v[0])),
                   TYPE_STR(np_type(n, v[1])));
  int64_t axes[2][MAX_RANK];
  for (int i = 0; i < count; i++) axes[0][i] = i - count, axes[1][i] = i;
  return contract(n, v[0], v[1], (Ints){count, axes[0]}, (Ints){count, axes[1]});
}
jc_array jc_tensordot_(jc_array a, jc_array b, struct jc_tensordot t, const char *file, int line) {
  static const Fn fn = {"tensordot", build_tensordot, 0};
  const Loc loc = HERE(file, line);
  const int pairs = t.a_axes.n;
  if (t.count < 0 || pairs != t.b_axes.n || pairs < 0 || pairs > MAX_RANK || (t.count && pairs))
    return fail(loc, "tensordot: over %d axes, or %d with %d", t.count, pairs, t.b_axes.n),
           handle_poison();
  int64_t options[1 + 2 * MAX_RANK] = {pairs ? -1 : t.count};
  for (int i = 0; i < pairs; i++)
    options[1 + i] = t.a_axes.d[i], options[1 + pairs + i] = t.b_axes.d[i];
  return call(&fn, 2, (jc_array[]){a, b}, (Ints){1 + 2 * pairs, options}, loc);
}

// ---- diagonals: options are the offset and two axes

static Val diagonal(Np *n, Val x, Ints options) {
  if (np_bad(x)) return x;
  if (rank_of(n, x) < 2) return np_fail(n, "%s is no matrix", TYPE_STR(np_type(n, x)));
  return np_diagonal(n, x, options.v[0], options.v[1], options.v[2]);
}

static Val trace(Np *n, Val x, Ints options) {
  return np_sum(n, diagonal(n, x, options), INTS(-1), false);
}

// v with as many zeros between its elements as a row is long.
static Val diag(Np *n, Val x, Ints options) {
  if (np_bad(x)) return x;
  const Type t = np_type(n, x);
  const int64_t offset = options.v[0];
  if (t.rank == 2) return diagonal(n, x, options);
  if (t.rank != 1) return np_fail(n, "of a vector or a matrix, not %s", TYPE_STR(t));
  if (offset > INT32_MAX / 2 || offset < -INT32_MAX / 2) return np_fail(n, "the offset is too far");
  const int64_t size = t.dim[0] + (offset < 0 ? -offset : offset);
  const Type square = {t.dtype, 2, (int64_t[]){size, size}};
  if (!type_fits(square)) return np_fail(n, "%s is too large", TYPE_STR(square));
  if (!t.dim[0]) return (Val){b_full(n->g, square, 0), x.weak};
  const int64_t low = offset < 0 ? -offset * size : offset;
  const int64_t used = low + (t.dim[0] - 1) * (size + 1) + 1;
  const Id flat = b_pad(n->g, x.id, b_scalar(n->g, t.dtype, 0), INTS(low), INTS(size * size - used),
                        INTS(size));
  return (Val){b_reshape(n->g, flat, INTS(size, size)), x.weak};
}

#define DIAGONAL(name)                                                                    \
  OPS_BUILD(name) {                                                                       \
    OPS_UNUSED;                                                                           \
    return name(n, v[0], options);                                                        \
  }                                                                                       \
  jc_array jc_##name##_(struct jc_diagonal d, const char *file, int line) {               \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};                             \
    const int64_t a = d.axes.n ? d.axes.d[0] : 0, b = d.axes.n ? d.axes.d[1] : 1;         \
    if (d.axes.n && d.axes.n != 2)                                                        \
      return fail(HERE(file, line), #name ": %d axes, not 2", d.axes.n), handle_poison(); \
    return call(&fn, 1, &d.x, INTS(d.offset, a, b), HERE(file, line));                    \
  }
DIAGONAL(diagonal)
DIAGONAL(trace)
DIAGONAL(diag)

// ---- triangles

static Val triangle(Np *n, Val x, int64_t k, bool lower) {
  if (np_bad(x)) return x;
  const Type t = np_type(n, x);
  if (t.rank < 2) return np_fail(n, "%s is no matrix", TYPE_STR(t));
  if (k > INT32_MAX / 2) k = INT32_MAX / 2;
  if (k < -INT32_MAX / 2) k = -INT32_MAX / 2;
  const Ints shape = {2, t.dim + t.rank - 2};
  const Val kept = np_triangle(n, lower ? OP_ge : OP_le, shape, k);
  return np_select(n, kept, x, np_number(n, x, 0));
}

OPS_BUILD(tril) {
  OPS_UNUSED;
  return triangle(n, v[0], options.v[0], true);
}
OPS_BUILD(triu) {
  OPS_UNUSED;
  return triangle(n, v[0], options.v[0], false);
}
jc_array jc_tril_(struct jc_triangle t, const char *file, int line) {
  static const Fn fn = {"tril", build_tril, PROMOTE_NONE};
  return call(&fn, 1, &t.x, INTS(t.k), HERE(file, line));
}
jc_array jc_triu_(struct jc_triangle t, const char *file, int line) {
  static const Fn fn = {"triu", build_triu, PROMOTE_NONE};
  return call(&fn, 1, &t.x, INTS(t.k), HERE(file, line));
}

// Of vectors in the last axes, the others are batches; the first is conjugated.
BINARY(vecdot, np_einsum(n, "...i,...i->...", 2, (Val[]){np_conj(n, a), b}))
BINARY(vecmat, np_einsum(n, "...i,...ij->...j", 2, (Val[]){np_conj(n, a), b}))
BINARY(matvec, np_einsum(n, "...ij,...j->...i", 2, (Val[]){a, b}))

// Ones where the row plus k compares so with the column.
static jc_array ones_where(const Fn *fn, const struct jc_eye *o, Loc loc) {
  const jc_dims shape = JC_SHAPE(o->n, o->m ? o->m : o->n);
  if (!ops_shape_ok(&shape, loc, fn->name) || !ops_dtype_ok(o->dtype, loc, fn->name))
    return handle_poison();
  if (shape.d[0] > INT32_MAX / 2 || shape.d[1] > INT32_MAX / 2 || o->k > INT32_MAX / 2 ||
      o->k < -INT32_MAX / 2)
    return fail(loc, "%s: sizes are too large", fn->name), handle_poison();
  return call(fn, 0, NULL, INTS(shape.d[0], shape.d[1], o->k, (int64_t)o->dtype), loc);
}

#define ONES(name, op)                                                        \
  OPS_BUILD(name) {                                                           \
    OPS_UNUSED;                                                               \
    const Val where = np_triangle(n, op, (Ints){2, options.v}, options.v[2]); \
    return np_convert(n, where, (Dtype)options.v[3]);                         \
  }                                                                           \
  jc_array jc_##name##_(struct jc_eye o, const char *file, int line) {        \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};                 \
    return ones_where(&fn, &o, HERE(file, line));                             \
  }
ONES(eye, OP_eq)
ONES(tri, OP_ge)

// ---- products of several matrices

enum { CHAIN = 16 };
// best[i][k]: the cheapest way to multiply i .. k is i .. best and what follows (Cormen et al.).
static void chain_order(int count, const int64_t *size, int best[CHAIN][CHAIN]) {
  double cost[CHAIN][CHAIN] = {{0}};
  for (int span = 1; span < count; span++) {
    for (int i = 0; i + span < count; i++) {
      const int k = i + span;
      cost[i][k] = INFINITY;
      for (int at = i; at < k; at++) {
        const double own = (double)size[i] * (double)size[at + 1] * (double)size[k + 1];
        const double all = cost[i][at] + cost[at + 1][k] + own;
        if (all < cost[i][k]) cost[i][k] = all, best[i][k] = at;
      }
    }
  }
}
static Val chain_product(Np *n, const Val *x, int best[CHAIN][CHAIN], int i, int k) {
  if (i == k) return x[i];
  const int at = best[i][k];
  return np_matmul(n, chain_product(n, x, best, i, at), chain_product(n, x, best, at + 1, k));
}

OPS_BUILD(multi_dot) {
  OPS_UNUSED;
  int64_t size[CHAIN + 1];
  int best[CHAIN][CHAIN];
  if (k < 2 || k > CHAIN) return np_fail(n, "of 2 to %d matrices, not %d", CHAIN, k);
  for (int i = 0; i < k; i++) {
    if (np_bad(v[i])) return NP_BAD;
    const Type t = np_type(n, v[i]);
    const bool row = !i && t.rank == 1, column = i == k - 1 && t.rank == 1;
    if (t.rank != 2 && !row && !column) return np_fail(n, "%s is no matrix", TYPE_STR(t));
    const int64_t rows = row ? 1 : t.dim[0];
    if (i && rows != size[i])
      return np_fail(n, "array %d is %s: %lld columns are before it", i, TYPE_STR(t),
                     (long long)size[i]);
    size[i] = rows;
    size[i + 1] = column ? 1 : t.dim[t.rank - 1];
  }
  chain_order(k, size, best);
  return chain_product(n, v, best, 0, k - 1);
}
jc_array jc_multi_dot_(jc_list list, const char *file, int line) {
  static const Fn fn = {"multi_dot", build_multi_dot, PROMOTE_NONE};
  return call(&fn, list.n, list.items, (Ints){0}, HERE(file, line));
}
