// numpy's indexing, sorting and searching on graphs.
#include <math.h>

#include "frontend/library/np.h"

// ---- indices

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

Val np_take(Np *n, Val x, Val indices, int64_t axis, IndexMode mode) {
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
                 .mode = mode};
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

// As numpy's: the axes other than `axis` broadcast.
Val np_take_along_axis(Np *n, Val x, Val indices, int64_t axis, IndexMode mode) {
  int at;
  if (np_bad(x) || !index_ok(n, indices) || !np_axis(n, axis, np_type(n, x).rank, &at))
    return NP_BAD;
  indices = wide_index(n, indices);
  const Type t = np_type(n, x), ti = np_type(n, indices);
  if (t.rank != ti.rank)
    return np_fail(n, "%s and the indices %s differ in rank", TYPE_STR(t), TYPE_STR(ti));
  int64_t shape_x[MAX_RANK], shape_i[MAX_RANK], others[MAX_RANK], sizes[MAX_RANK];
  int k = 0;
  for (int i = 0; i < t.rank; i++) {
    const int64_t a = t.dim[i], b = ti.dim[i];
    shape_x[i] = a, shape_i[i] = b, sizes[i] = 1;
    if (i == at) continue;
    if (a != b && a != 1 && b != 1)
      return np_fail(n, "%s and the indices %s do not broadcast", TYPE_STR(t), TYPE_STR(ti));
    shape_x[i] = shape_i[i] = a == 1 ? b : a;
    sizes[i] = shape_x[i] > 0;
    others[k++] = i;
  }
  if (t.dim[at] == 0 && type_count(ti) > 0)
    return np_fail(n, "%s has nothing to take along axis %d", TYPE_STR(t), at);
  if (t.dim[at] == 0)
    return (Val){b_full(n->g, type_of(t.dtype, (Ints){t.rank, shape_i}), 0), x.weak};
  const Val from = np_broadcast_to(n, x, (Ints){t.rank, shape_x});
  const Val w = np_broadcast_to(n, wrap(n, indices, t.dim[at]), (Ints){t.rank, shape_i});
  const Attrs attrs = {.collapsed_dims = INTS(at),
                       .operand_batch = {k, others},
                       .index_batch = {k, others},
                       .index_map = INTS(at),
                       .index_vector_dim = t.rank,
                       .slice_sizes = {t.rank, sizes},
                       .mode = mode};
  if (np_bad(from) || np_bad(w)) return NP_BAD;
  return (Val){graph_add(n->g, OP_gather, 2, (Id[]){from.id, w.id}, &attrs), x.weak};
}

Val np_at_update(Np *n, Op op, Val x, Val i, Val v) {
  if (np_bad(x) || np_bad(v) || !index_ok(n, i)) return NP_BAD;
  const Type t = np_type(n, x);
  if (!t.rank) return np_fail(n, "a scalar has no elements to index");
  i = wide_index(n, i);
  const Type ti = np_type(n, i);
  const int rank = ti.rank + t.rank - 1;
  if (rank > MAX_RANK) return np_fail(n, "the updates have too many axes");
  int64_t shape[MAX_RANK], offset[MAX_RANK];
  for (int k = 0; k < rank; k++) shape[k] = k < ti.rank ? ti.dim[k] : t.dim[k - ti.rank + 1];
  for (int k = 0; k < t.rank - 1; k++) offset[k] = ti.rank + k;
  v = np_broadcast_to(n, np_convert(n, v, t.dtype), (Ints){rank, shape});
  if (np_bad(v)) return NP_BAD;
  const Attrs at = {.offset_dims = {t.rank - 1, offset},
                    .collapsed_dims = INTS(0),
                    .index_map = INTS(0),
                    .index_vector_dim = ti.rank};
  const Id args[] = {x.id, wrap(n, i, t.dim[0]).id, v.id};
  return (Val){graph_add(n->g, op, 3, args, &at), x.weak};
}

// ---- sorting

Val np_sort(Np *n, Val x, int64_t axis, bool descending) {
  int at;
  if (np_bad(x) || !np_axis(n, axis, np_type(n, x).rank, &at)) return NP_BAD;
  const Val r = {graph_add(n->g, OP_sort, 1, &x.id, &(Attrs){.axis = at}), x.weak};
  return descending ? np_flip(n, r, at) : r;
}

// Turned round twice, equals stay in their order.
Val np_argsort(Np *n, Val x, int64_t axis, bool descending) {
  int at;
  if (np_bad(x) || !np_axis(n, axis, np_type(n, x).rank, &at)) return NP_BAD;
  const Type t = np_type(n, x);
  Val index = np_iota(n, (Type){DT_I32, t.rank, t.dim}, at);
  if (descending) x = np_flip(n, x, at), index = np_flip(n, index, at);
  const Id first = graph_add(n->g, OP_sort, 2, (Id[]){x.id, index.id}, &(Attrs){.axis = at});
  const Val r = np_val(first == NO_ID ? NO_ID : first + 1);
  return descending ? np_flip(n, r, at) : r;
}

Val np_lexsort(Np *n, int k, const Val *keys) {
  if (k < 1) return np_fail(n, "takes at least one key");
  for (int i = 0; i < k; i++) {
    if (np_bad(keys[i])) return NP_BAD;
    if (np_type(n, keys[i]).rank != 1 || !shape_equal(np_type(n, keys[i]), np_type(n, keys[0])))
      return np_fail(n, "keys are vectors of one length, not %s and %s",
                     TYPE_STR(np_type(n, keys[0])), TYPE_STR(np_type(n, keys[i])));
  }
  Val order = np_iota1(n, DT_I32, np_type(n, keys[0]).dim[0]);
  if (!np_type(n, order).dim[0]) return order;
  for (int i = 0; i < k && !np_bad(order); i++) {
    const Val key = np_take(n, keys[i], order, 0, MODE_CLIP);
    const Id first = graph_add(n->g, OP_sort, 2, (Id[]){key.id, order.id}, &(Attrs){.axis = 0});
    order = np_val(first == NO_ID ? NO_ID : first + 1);
  }
  return order;
}

// Any NaN is largest, whatever its sign.
Val np_top_k(Np *n, Val x, int64_t k, bool indices) {
  if (np_bad(x)) return x;
  if (dtype_is_float(np_type(n, x).dtype))
    x = (Val){b_select(n->g, b_ne(n->g, x.id, x.id), b_like(n->g, x.id, NAN), x.id), x.weak};
  const Id first = graph_add(n->g, OP_top_k, 1, &x.id, &(Attrs){.k = k});
  if (first == NO_ID) return NP_BAD;
  return indices ? np_val(first + 1) : (Val){first, x.weak};
}

static Val is_nan(Np *n, Val x) { return np_compare(n, OP_ne, x, x); }

// a stands before b (or with it); NaN comes last.
static Val in_front(Np *n, Val a, Val b, bool right) {
  const Val x = right ? b : a, y = right ? a : b;
  const Val nan = np_map2(n, OP_and, is_nan(n, y), np_map1(n, OP_not, is_nan(n, x)));
  const Val less = np_map2(n, OP_or, np_compare(n, OP_lt, x, y), nan);
  return right ? np_map1(n, OP_not, less) : less;
}

// Bits of the result, the highest first.
Val np_searchsorted(Np *n, Val sorted, Val v, bool right) {
  Val x[2] = {sorted, v};
  if (!np_promote(n, 2, x)) return NP_BAD;
  const Type t = np_type(n, x[0]), tv = np_type(n, x[1]);
  if (t.rank != 1) return np_fail(n, "searches a vector, not %s", TYPE_STR(t));
  if (t.dim[0] >= INT32_MAX / 2) return np_fail(n, "%s is too long", TYPE_STR(t));
  const Type counts = {DT_I32, tv.rank, tv.dim};
  Val found = np_full(n, counts, 0);
  int64_t step = 1;
  while (2 * step <= t.dim[0]) step *= 2;
  for (; t.dim[0] && step > 0 && !np_bad(found); step /= 2) {
    const Val next = np_add(n, found, np_full(n, counts, (double)step));
    const Val last = np_sub(n, next, np_full(n, counts, 1));
    const Val fits = np_compare(n, OP_le, next, np_full(n, counts, (double)t.dim[0]));
    const Val before = in_front(n, np_take(n, x[0], last, 0, MODE_CLIP), x[1], right);
    found = np_select(n, np_map2(n, OP_and, fits, before), next, found);
  }
  return found;
}
