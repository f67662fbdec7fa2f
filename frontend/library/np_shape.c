// Shapes and indexing on graphs.
#include <string.h>

#include "frontend/library/np.h"

Val np_full(Np *n, Type t, double v) {
  if (!type_fits(t)) return np_fail(n, "the shape is negative or too large");
  return np_val(b_full(n->g, t, v));
}

Val np_iota(Np *n, Type t, int axis) { return np_val(b_iota(n->g, t, axis)); }
Val np_iota1(Np *n, Dtype d, int64_t count) {
  return np_val(b_iota(n->g, (Type){d, 1, &count}, 0));
}

Val np_reshape(Np *n, Val x, Ints shape) {
  if (np_bad(x)) return x;
  Type t = np_type(n, x);
  int64_t dim[MAX_RANK], known = 1;
  int hole = -1;
  for (int i = 0; i < shape.n; i++) {
    dim[i] = shape.v[i];
    if (dim[i] < -1) return np_fail(n, "size %lld of axis %d", (long long)dim[i], i);
    if (dim[i] == -1 && hole >= 0) return np_fail(n, "more than one size is -1");
    if (dim[i] == -1) {
      hole = i;
    } else if (__builtin_mul_overflow(known, dim[i], &known)) {
      return np_fail(n, "the shape is too large");
    }
  }
  int64_t count = type_count(t);
  if (hole >= 0) dim[hole] = known > 0 ? count / known : 0;
  if (hole >= 0 ? known * dim[hole] != count : known != count)
    return np_fail(n, "%s has %lld elements, the shape %s", TYPE_STR(t), (long long)count,
                   TYPE_STR(((Type){t.dtype, shape.n, shape.v})));
  return (Val){b_reshape(n->g, x.id, (Ints){shape.n, dim}), x.weak};
}

Val np_transpose(Np *n, Val x, Ints axes) {
  if (np_bad(x)) return x;
  Type t = np_type(n, x);
  int64_t perm[MAX_RANK];
  uint32_t seen = 0;
  if (axes.n && axes.n != t.rank) return np_fail(n, "%d axes for %s", axes.n, TYPE_STR(t));
  for (int i = 0; i < t.rank; i++) {
    int axis;
    if (!np_axis(n, axes.n ? axes.v[i] : t.rank - 1 - i, t.rank, &axis)) return NP_BAD;
    if (seen >> axis & 1) return np_fail(n, "axis %d is given twice", axis);
    seen |= 1u << axis;
    perm[i] = axis;
  }
  return (Val){b_transpose(n->g, x.id, (Ints){t.rank, perm}), x.weak};
}

Val np_expand_dims(Np *n, Val x, int64_t axis) {
  int at;
  if (np_bad(x) || !np_axis(n, axis, np_type(n, x).rank + 1, &at)) return NP_BAD;
  Type t = np_type(n, x);
  if (t.rank == MAX_RANK) return np_fail(n, "%s has no room for another axis", TYPE_STR(t));
  int64_t dim[MAX_RANK];
  for (int i = 0; i <= t.rank; i++) dim[i] = i < at ? t.dim[i] : i == at ? 1 : t.dim[i - 1];
  return (Val){b_reshape(n->g, x.id, (Ints){t.rank + 1, dim}), x.weak};
}

Val np_squeeze(Np *n, Val x, int64_t axis) {
  int at;
  if (np_bad(x) || !np_axis(n, axis, np_type(n, x).rank, &at)) return NP_BAD;
  Type t = np_type(n, x);
  if (t.dim[at] != 1) return np_fail(n, "axis %d of %s is not of size 1", at, TYPE_STR(t));
  int64_t dim[MAX_RANK];
  for (int i = 0; i + 1 < t.rank; i++) dim[i] = t.dim[i < at ? i : i + 1];
  return (Val){b_reshape(n->g, x.id, (Ints){t.rank - 1, dim}), x.weak};
}

Val np_flip(Np *n, Val x, int64_t axis) {
  int at;
  if (np_bad(x) || !np_axis(n, axis, np_type(n, x).rank, &at)) return NP_BAD;
  return (Val){b_reverse(n->g, x.id, INTS(at)), x.weak};
}

Val np_concatenate(Np *n, int k, const Val *given, int64_t axis) {
  Val x[256];
  Id ids[256];
  int at;
  if (k < 1 || k > 256) return np_fail(n, "takes 1 to 256 arrays, got %d", k);
  memcpy(x, given, sizeof *x * (size_t)k);
  if (!np_promote(n, k, x) || !np_axis(n, axis, np_type(n, x[0]).rank, &at)) return NP_BAD;
  for (int i = 0; i < k; i++) {
    Type a = np_type(n, x[0]), b = np_type(n, x[i]);
    bool same = a.rank == b.rank;
    for (int d = 0; same && d < a.rank; d++) same = d == at || a.dim[d] == b.dim[d];
    if (!same)
      return np_fail(n, "array %d is %s, array 0 is %s: they differ beside axis %d", i, TYPE_STR(b),
                     TYPE_STR(a), at);
    ids[i] = x[i].id;
  }
  return (Val){b_concatenate(n->g, k, ids, at), x[0].weak};
}

Val np_stack(Np *n, int k, const Val *given, int64_t axis) {
  Val x[256];
  if (k < 1 || k > 256) return np_fail(n, "takes 1 to 256 arrays, got %d", k);
  for (int i = 0; i < k; i++) {
    if (np_bad(given[i])) return NP_BAD;
    if (!shape_equal(np_type(n, given[0]), np_type(n, given[i])))
      return np_fail(n, "array %d is %s, array 0 is %s", i, TYPE_STR(np_type(n, given[i])),
                     TYPE_STR(np_type(n, given[0])));
    x[i] = np_expand_dims(n, given[i], axis);
  }
  return np_concatenate(n, k, x, axis);
}

static bool slice_bound(Np *n, int64_t given, int64_t size, int64_t *out) {
  *out = given < 0 ? given + size : given;
  if (*out >= 0 && *out <= size) return true;
  return np_fail(n, "bound %lld is out of range for %lld elements", (long long)given,
                 (long long)size),
         false;
}

Val np_slice(Np *n, Val x, Ints start, Ints limit, Ints stride) {
  if (np_bad(x)) return x;
  Type t = np_type(n, x);
  int64_t s[MAX_RANK], l[MAX_RANK], step[MAX_RANK];
  if (start.n != t.rank || limit.n != t.rank || (stride.n && stride.n != t.rank))
    return np_fail(n, "one start, limit (and stride) per axis of %s", TYPE_STR(t));
  for (int i = 0; i < t.rank; i++) {
    if (!slice_bound(n, start.v[i], t.dim[i], &s[i]) ||
        !slice_bound(n, limit.v[i], t.dim[i], &l[i]))
      return NP_BAD;
    if (l[i] < s[i]) l[i] = s[i];
    step[i] = stride.n ? stride.v[i] : 1;
    if (step[i] < 1) return np_fail(n, "stride %lld", (long long)step[i]);
  }
  Id r = b_slice(n->g, x.id, (Ints){t.rank, s}, (Ints){t.rank, l}, (Ints){t.rank, step});
  return (Val){r, x.weak};
}

Val np_row(Np *n, Val x, int64_t i) {
  if (np_bad(x)) return x;
  Type t = np_type(n, x);
  if (!t.rank) return np_fail(n, "a scalar has no elements to index");
  if (i < -t.dim[0] || i >= t.dim[0])
    return np_fail(n, "index %lld is out of range for %s", (long long)i, TYPE_STR(t));
  if (i < 0) i += t.dim[0];
  const Id r = b_slice_axis(n->g, x.id, 0, i, i + 1, 1);
  return (Val){b_reshape(n->g, r, (Ints){t.rank - 1, t.dim + 1}), x.weak};
}

Val np_move(Np *n, Val x, int64_t from, int64_t to) {
  int a, b;
  if (np_bad(x) || !np_axis(n, from, np_type(n, x).rank, &a) ||
      !np_axis(n, to, np_type(n, x).rank, &b))
    return NP_BAD;
  const int rank = np_type(n, x).rank;
  int64_t perm[MAX_RANK];
  for (int i = 0, k = 0; i < rank; i++) {
    if (i == b) {
      perm[i] = a;
      continue;
    }
    if (k == a) k++;
    perm[i] = k++;
  }
  return a == b ? x : (Val){b_transpose(n->g, x.id, (Ints){rank, perm}), x.weak};
}

Val np_part(Np *n, Val x, int axis, int64_t from, int64_t to) {
  return np_bad(x) ? x : (Val){b_slice_axis(n->g, x.id, axis, from, to, 1), x.weak};
}

Val np_roll(Np *n, Val x, int64_t by, int64_t given) {
  int axis;
  if (np_bad(x) || !np_axis(n, given, np_type(n, x).rank, &axis)) return NP_BAD;
  const int64_t size = np_type(n, x).dim[axis];
  const int64_t cut = size ? ((-by % size) + size) % size : 0;
  if (!cut) return x;
  const Val parts[] = {np_part(n, x, axis, cut, size), np_part(n, x, axis, 0, cut)};
  return np_concatenate(n, 2, parts, axis);
}

// The two axes behind the others as one, of which elements are as far apart as a row is long and
// one more.
Val np_diagonal(Np *n, Val x, int64_t offset, int64_t first, int64_t second) {
  int a, b;
  if (np_bad(x) || !np_axis(n, first, np_type(n, x).rank, &a) ||
      !np_axis(n, second, np_type(n, x).rank, &b))
    return NP_BAD;
  if (a == b) return np_fail(n, "axis %d is given twice", a);
  x = np_move(n, x, a, -1);
  x = np_move(n, x, b > a ? b - 1 : b, -1);
  const Type t = np_type(n, x);
  const int last = t.rank - 1;
  const int64_t rows = t.dim[last - 1], cols = t.dim[last];
  const int64_t row = offset < 0 ? -offset : 0, col = offset > 0 ? offset : 0;
  const int64_t down = rows - row, right = cols - col, least = down < right ? down : right;
  const int64_t count = least > 0 ? least : 0;
  int64_t dim[MAX_RANK], start[MAX_RANK] = {0}, step[MAX_RANK];
  for (int i = 0; i < last; i++) dim[i] = t.dim[i], step[i] = 1;
  dim[last - 1] = rows * cols;
  Val flat = {b_reshape(n->g, x.id, (Ints){last, dim}), x.weak};
  step[last - 1] = cols + 1;
  start[last - 1] = count ? row * cols + col : 0;
  dim[last - 1] = count ? start[last - 1] + (count - 1) * (cols + 1) + 1 : 0;
  const Ints s = {last, start}, l = {last, dim};
  return (Val){b_slice(n->g, flat.id, s, l, (Ints){last, step}), x.weak};
}

Val np_triangle(Np *n, Op op, Ints shape, int64_t k) {
  const Type t = {DT_I32, shape.n, shape.v};
  const Val row = np_iota(n, t, shape.n - 2), col = np_iota(n, t, shape.n - 1);
  return np_compare(n, op, np_add(n, row, np_number(n, row, (double)k)), col);
}
