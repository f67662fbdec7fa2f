// Shapes and indexing on graphs.
#include <string.h>

#include "frontend/np.h"

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
  int64_t start[MAX_RANK] = {i < 0 ? i + t.dim[0] : i}, limit[MAX_RANK], step[MAX_RANK];
  for (int k = 0; k < t.rank; k++) limit[k] = k ? t.dim[k] : start[0] + 1, step[k] = 1;
  Id r = b_slice(n->g, x.id, (Ints){t.rank, start}, (Ints){t.rank, limit}, (Ints){t.rank, step});
  return (Val){b_reshape(n->g, r, (Ints){t.rank - 1, t.dim + 1}), x.weak};
}

// Negative indices count from the end.
static Val wrap(Np *n, Val i, int64_t size) {
  if (np_bad(i) || dtype_kind(np_type(n, i).dtype) != KIND_SIGNED) return i;
  return np_select(n, np_compare(n, OP_lt, i, np_number(n, i, 0)),
                   np_add(n, i, np_number(n, i, (double)size)), i);
}

// Sizes of axes are numbers of the index's type.
static Val wide_index(Np *n, Val i) {
  return dtype_size(np_type(n, i).dtype) < 4 ? np_convert(n, i, DT_I32) : i;
}

static bool index_ok(Np *n, Val i) {
  if (np_bad(i)) return false;
  return dtype_is_int(np_type(n, i).dtype) ||
         (np_fail(n, "the index is %s, not integers", TYPE_STR(np_type(n, i))), false);
}

Val np_take(Np *n, Val x, Val indices, int64_t axis) {
  int at;
  if (np_bad(x) || !index_ok(n, indices) || !np_axis(n, axis, np_type(n, x).rank, &at))
    return NP_BAD;
  Type t = np_type(n, x), ti = np_type(n, indices);
  indices = wide_index(n, indices);
  if (t.rank - 1 + ti.rank > MAX_RANK) return np_fail(n, "the result has too many axes");
  if (t.dim[at] == 0 && type_count(ti) > 0)
    return np_fail(n, "%s has nothing to take along axis %d", TYPE_STR(t), at);
  int64_t offset[MAX_RANK], sizes[MAX_RANK];
  for (int i = 0, k = 0; i < t.rank; i++) {
    sizes[i] = i == at ? 1 : t.dim[i];
    if (i != at) offset[k++] = i < at ? i : i - 1 + ti.rank;
  }
  Attrs attrs = {.offset_dims = {t.rank - 1, offset},
                 .collapsed_dims = INTS(at),
                 .index_map = INTS(at),
                 .index_vector_dim = ti.rank,
                 .slice_sizes = {t.rank, sizes},
                 .mode = MODE_CLIP};
  Val w = wrap(n, indices, t.dim[at]);
  return (Val){graph_add(n->g, OP_gather, 2, (Id[]){x.id, w.id}, &attrs), x.weak};
}

static bool starts(Np *n, Type t, int k, const Val *start, Id *out) {
  if (k != t.rank) return np_fail(n, "%d starts for %s", k, TYPE_STR(t)), false;
  for (int i = 0; i < k; i++) {
    if (!index_ok(n, start[i])) return false;
    if (np_type(n, start[i]).rank) return np_fail(n, "start %d is no scalar", i), false;
    out[i] = wrap(n, wide_index(n, start[i]), t.dim[i]).id;
  }
  return true;
}

Val np_dynamic_slice(Np *n, Val x, int k, const Val *start, Ints sizes) {
  if (np_bad(x)) return x;
  Id args[1 + MAX_RANK] = {x.id};
  if (!starts(n, np_type(n, x), k, start, args + 1)) return NP_BAD;
  return (Val){graph_add(n->g, OP_dynamic_slice, 1 + k, args, &(Attrs){.slice_sizes = sizes}),
               x.weak};
}

Val np_dynamic_update_slice(Np *n, Val x, Val v, int k, const Val *start) {
  if (np_bad(x) || np_bad(v)) return NP_BAD;
  Id args[2 + MAX_RANK] = {x.id, np_convert(n, v, np_type(n, x).dtype).id};
  if (!starts(n, np_type(n, x), k, start, args + 2)) return NP_BAD;
  return (Val){graph_add(n->g, OP_dynamic_update_slice, 2 + k, args, NULL), x.weak};
}
