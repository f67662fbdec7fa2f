// Places in arrays: indices as numbers and as lists, slices put in and taken out, bits in bytes.
#include <stdlib.h>

#include "frontend/library/ops.h"

// ---- triangles

// The places (row by row) of an n by m matrix whose column less row is at least low, at most high.
static struct jc_places triangle(const char *who, const struct jc_triangle_size *o, bool upper,
                                 const char *file, int line) {
  const int64_t rows = o->n, columns = o->m ? o->m : rows;
  struct jc_places r = {handle_poison(), handle_poison()};
  if (rows < 0 || columns < 0 || rows > INT32_MAX || columns > INT32_MAX ||
      rows * columns > INT32_MAX || o->unnamed_)
    return fail(HERE(file, line), "%s: of %lld by %lld; what follows the size has a name", who,
                (long long)rows, (long long)columns),
           r;
  int32_t *at = malloc(2 * sizeof *at * (size_t)(rows * columns) + 1), count = 0;
  if (!at) return fail(HERE(file, line), "%s: out of memory", who), r;
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t k = 0; k < columns; k++) {
      if (upper ? k - i < o->k : k - i > o->k) continue;
      at[2 * count] = (int32_t)i, at[2 * count++ + 1] = (int32_t)k;
    }
  }
  jc_array both = jc_from_(at, JC_I32, JC_SHAPE(count, 2), file, line);
  free(at);
  r.rows = jc_index_in_dim_(both, jc_lift(0), 1, file, line);
  r.columns = jc_index_in_dim_(both, jc_lift(1), 1, file, line);
  return r;
}
struct jc_places jc_tril_indices_(struct jc_triangle_size o, const char *file, int line) {
  return triangle("tril_indices", &o, false, file, line);
}
struct jc_places jc_triu_indices_(struct jc_triangle_size o, const char *file, int line) {
  return triangle("triu_indices", &o, true, file, line);
}

// ---- flat indices; options: which, and the shape

static Val whole(Np *n, Val i) {
  if (np_bad(i) || !dtype_is_int(np_type(n, i).dtype))
    return np_bad(i) ? i : np_fail(n, "the index is %s, not integers", TYPE_STR(np_type(n, i)));
  return dtype_size(np_type(n, i).dtype) < 4 ? np_convert(n, i, DT_I32) : i;
}
static Val number(Np *n, Val like, int64_t v) { return np_number(n, like, (double)v); }

static Val from_end(Np *n, Val i, int64_t size) {
  return np_select(n, np_compare(n, OP_lt, i, number(n, i, 0)), np_add(n, i, number(n, i, size)),
                   i);
}

OPS_BUILD(unravel_index) {
  OPS_UNUSED;
  const int axis = (int)options.v[0];
  int64_t all = 1, behind = 1;
  for (int i = 1; i < options.n; i++)
    all *= options.v[i], behind *= i > axis + 1 ? options.v[i] : 1;
  Val i = whole(n, v[0]);
  if (np_bad(i)) return i;
  i = np_clip(n, from_end(n, i, all), number(n, i, 0), number(n, i, all - 1));
  return np_map2(n, OP_rem, np_div(n, i, number(n, i, behind)), number(n, i, options.v[axis + 1]));
}

static bool places_ok(const char *who, const jc_dims *shape, Loc loc) {
  if (!ops_shape_ok(shape, loc, who)) return false;
  if (!shape->n) return fail(loc, "%s: a scalar has no indices", who);
  int64_t all = 1;
  for (int i = 0; i < shape->n; i++) all *= shape->d[i];
  return (all && all <= INT32_MAX) ||
         fail(loc, "%s: a shape of %lld elements", who, (long long)all);
}

jc_arrays jc_unravel_index_(jc_array i, jc_dims shape, const char *file, int line) {
  static const Fn fn = {"unravel_index", build_unravel_index, PROMOTE_NONE};
  const bool ok = places_ok(fn.name, &shape, HERE(file, line));
  jc_arrays r = {.n = ok ? shape.n : 0};
  for (int k = 0; k < JC_MAX_PARTS; k++) r.v[k] = handle_poison();
  int64_t options[1 + MAX_RANK];
  for (int k = 0; k < r.n; k++) options[1 + k] = shape.d[k];
  for (int k = 0; k < r.n; k++) {
    options[0] = k;
    r.v[k] = call(&fn, 1, &i, (Ints){1 + shape.n, options}, HERE(file, line));
  }
  return r;
}

OPS_BUILD(ravel_multi_index) {
  OPS_UNUSED;
  Val flat = NP_BAD;
  for (int i = 0; i < k; i++) {
    const int64_t size = options.v[1 + i];
    Val at = whole(n, v[i]);
    if (np_bad(at)) return at;
    at = options.v[0] == JC_WRAP ? np_mod(n, at, number(n, at, size))
                                 : np_clip(n, at, number(n, at, 0), number(n, at, size - 1));
    flat = i ? np_add(n, np_mul(n, flat, number(n, flat, size)), at) : at;
  }
  return flat;
}
jc_array jc_ravel_multi_index_(jc_list indices, struct jc_ravelled o, const char *file, int line) {
  static const Fn fn = {"ravel_multi_index", build_ravel_multi_index, PROMOTE_NONE};
  const Loc loc = HERE(file, line);
  if (!places_ok(fn.name, &o.shape, loc)) return handle_poison();
  if (indices.n != o.shape.n || (o.mode != JC_CLIP && o.mode != JC_WRAP))
    return fail(loc, "ravel_multi_index: %d indices for %d axes, mode %d", indices.n, o.shape.n,
                (int)o.mode),
           handle_poison();
  int64_t options[1 + MAX_RANK] = {(int64_t)o.mode};
  for (int k = 0; k < o.shape.n; k++) options[1 + k] = o.shape.d[k];
  return call(&fn, indices.n, indices.items, (Ints){1 + o.shape.n, options}, loc);
}

// ---- slices put in and taken out; options: the index, the axis

// The index within 0 .. size (past the last one, where something is put in).
static bool place_of(Np *n, Val x, Ints options, bool past, int *axis, int64_t *at) {
  if (np_bad(x) || !np_axis(n, options.v[1], np_type(n, x).rank, axis)) return false;
  const int64_t size = np_type(n, x).dim[*axis];
  *at = options.v[0] < 0 ? options.v[0] + size : options.v[0];
  return (*at >= 0 && *at < size + past) ||
         (np_fail(n, "index %lld is out of range for axis %d of %s", (long long)options.v[0], *axis,
                  TYPE_STR(np_type(n, x))),
          false);
}

OPS_BUILD(delete) {
  OPS_UNUSED;
  int axis;
  int64_t at;
  if (!place_of(n, v[0], options, false, &axis, &at)) return NP_BAD;
  const int64_t size = np_type(n, v[0]).dim[axis];
  const Val parts[] = {np_part(n, v[0], axis, 0, at), np_part(n, v[0], axis, at + 1, size)};
  return np_concatenate(n, 2, parts, axis);
}
jc_array jc_delete_(jc_array x, int64_t i, int axis, const char *file, int line) {
  static const Fn fn = {"delete", build_delete, PROMOTE_NONE};
  return call(&fn, 1, &x, INTS(i, axis), HERE(file, line));
}

OPS_BUILD(insert) {
  OPS_UNUSED;
  int axis;
  int64_t at, dim[MAX_RANK];
  Val y = v[1];
  if (np_bad(y) || !place_of(n, v[0], options, true, &axis, &at)) return NP_BAD;
  const Type t = np_type(n, v[0]);
  const bool several = np_type(n, y).rank == t.rank;
  for (int i = 0; i < t.rank; i++) dim[i] = t.dim[i];
  dim[axis] = several ? np_type(n, y).dim[axis] : 1;
  if (!several) {
    int64_t slice[MAX_RANK];
    for (int i = 0; i < t.rank - 1; i++) slice[i] = t.dim[i < axis ? i : i + 1];
    y = np_expand_dims(n, np_broadcast_to(n, y, (Ints){t.rank - 1, slice}), axis);
  }
  y = np_broadcast_to(n, np_convert(n, y, t.dtype), (Ints){t.rank, dim});
  if (np_bad(y)) return y;
  const Val parts[] = {np_part(n, v[0], axis, 0, at), y, np_part(n, v[0], axis, at, t.dim[axis])};
  return np_concatenate(n, 3, parts, axis);
}
jc_array jc_insert_(jc_array x, int64_t i, jc_array v, int axis, const char *file, int line) {
  static const Fn fn = {"insert", build_insert, PROMOTE_NONE};
  return call(&fn, 2, (jc_array[]){x, v}, INTS(i, axis), HERE(file, line));
}

// By flat indices, one past the last for what is out of range.
OPS_BUILD(put_along_axis) {
  OPS_UNUSED;
  int axis;
  Val x = v[0], i = whole(n, v[1]), y = v[2];
  if (np_bad(x) || np_bad(i) || np_bad(y)) return NP_BAD;
  const Type t = np_type(n, x), ti = np_type(n, i);
  if (!np_axis(n, options.v[0], t.rank, &axis)) return NP_BAD;
  bool fits = ti.rank == t.rank;
  for (int d = 0; d < t.rank && fits; d++) fits = d == axis || ti.dim[d] == t.dim[d];
  const int64_t all = type_count(t);
  if (!fits || all >= INT32_MAX)
    return np_fail(n, "indices %s for %s along axis %d", TYPE_STR(ti), TYPE_STR(t), axis);
  const Type counts = {np_type(n, i).dtype, ti.rank, ti.dim};
  const Val size = number(n, i, (double)t.dim[axis]);
  i = from_end(n, i, t.dim[axis]);
  const Val sound =
      np_map2(n, OP_and, np_compare(n, OP_ge, i, number(n, i, 0)), np_compare(n, OP_lt, i, size));
  Val flat = number(n, i, 0);
  for (int d = 0; d < t.rank; d++) {
    const Val at = d == axis ? i : np_iota(n, counts, d);
    flat = np_add(n, np_mul(n, flat, number(n, i, (double)t.dim[d])), at);
  }
  flat = np_reshape(n, np_select(n, sound, flat, number(n, flat, (double)all)), INTS(-1));
  y = np_broadcast_to(n, np_convert(n, y, t.dtype), type_shape(ti));
  if (np_bad(y)) return y;
  const Val set = np_at_update(n, OP_scatter_set, np_reshape(n, x, INTS(all)), flat,
                               np_reshape(n, y, INTS(type_count(ti))));
  return np_reshape(n, set, type_shape(t));
}
jc_array jc_put_along_axis_(jc_array x, jc_array indices, jc_array v, int axis, const char *file,
                            int line) {
  static const Fn fn = {"put_along_axis", build_put_along_axis, PROMOTE_NONE};
  return call(&fn, 3, (jc_array[]){x, indices, v}, INTS(axis), HERE(file, line));
}

// The element on the diagonal of a matrix.
static Val on_diagonal(Np *n, Val x, Val y) {
  if (np_bad(x) || np_bad(y)) return NP_BAD;
  const Type t = np_type(n, x);
  if (t.rank != 2 || np_type(n, y).rank)
    return np_fail(n, "of a matrix and a number, not %s and %s", TYPE_STR(t),
                   TYPE_STR(np_type(n, y)));
  return np_select(n, np_triangle(n, OP_eq, type_shape(t), 0), np_convert(n, y, t.dtype), x);
}
OPS_BUILD(fill_diagonal) {
  OPS_UNUSED;
  return on_diagonal(n, v[0], v[1]);
}
jc_array jc_fill_diagonal_(jc_array x, jc_array v, const char *file, int line) {
  static const Fn fn = {"fill_diagonal", build_fill_diagonal, PROMOTE_NONE};
  return call(&fn, 2, (jc_array[]){x, v}, (Ints){0}, HERE(file, line));
}

// ---- the smallest in front: all in order, which is one such order

#define PARTITION(name, ordered)                                                                   \
  OPS_BUILD(name) {                                                                                \
    OPS_UNUSED;                                                                                    \
    int axis;                                                                                      \
    int64_t at;                                                                                    \
    return place_of(n, v[0], options, false, &axis, &at) ? ordered(n, v[0], axis, false) : NP_BAD; \
  }                                                                                                \
  jc_array jc_##name##_(jc_array x, int64_t k, int axis, const char *file, int line) {             \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};                                      \
    return call(&fn, 1, &x, INTS(k, axis), HERE(file, line));                                      \
  }
PARTITION(partition, np_sort)
PARTITION(argpartition, np_argsort)

// ---- bits; options: the axis, whether the lowest comes first, how many

enum { BITS = 8 };
static Val bit_values(Np *n, bool little) {
  uint8_t v[BITS];
  for (int i = 0; i < BITS; i++) v[i] = (uint8_t)(1 << (little ? i : BITS - 1 - i));
  return np_val(b_literal(n->g, (Type){DT_U8, 1, (int64_t[]){BITS}}, false, v));
}

// The axis last, and its size.
static Val axis_last(Np *n, Val x, Ints options, int *axis, int64_t *dim) {
  if (np_bad(x)) return x;
  const Type t = np_type(n, x);
  if (dtype_is_inexact(t.dtype)) return np_fail(n, "of integers or bools, not %s", TYPE_STR(t));
  if (t.rank + 1 > MAX_RANK) return np_fail(n, "%s has too many axes", TYPE_STR(t));
  if (!np_axis(n, options.v[0], t.rank, axis)) return NP_BAD;
  x = np_move(n, x, *axis, t.rank - 1);
  if (np_bad(x)) return x;
  for (int i = 0; i < t.rank; i++) dim[i] = np_type(n, x).dim[i];
  return x;
}

OPS_BUILD(packbits) {
  OPS_UNUSED;
  int axis;
  int64_t dim[MAX_RANK];
  Val x = axis_last(n, v[0], options, &axis, dim);
  if (np_bad(x)) return x;
  const int rank = np_type(n, x).rank;
  const int64_t size = dim[rank - 1], bytes = (size + BITS - 1) / BITS;
  x = np_nonzero(n, x);
  dim[rank - 1] = bytes * BITS - size;
  x = np_concatenate(n, 2, (Val[]){x, np_full(n, (Type){DT_BOOL, rank, dim}, 0)}, rank - 1);
  dim[rank - 1] = bytes, dim[rank] = BITS;
  x = np_convert(n, np_reshape(n, x, (Ints){rank + 1, dim}), DT_U8);
  const Val sum = np_sum(n, np_mul(n, x, bit_values(n, options.v[1])), INTS(-1), false);
  return np_move(n, np_convert(n, sum, DT_U8), rank - 1, axis);
}

OPS_BUILD(unpackbits) {
  OPS_UNUSED;
  int axis;
  int64_t dim[MAX_RANK];
  if (!np_bad(v[0]) && np_type(n, v[0]).dtype != DT_U8)
    return np_fail(n, "of u8, not %s", TYPE_STR(np_type(n, v[0])));
  Val x = axis_last(n, v[0], options, &axis, dim);
  if (np_bad(x)) return x;
  const Type t = np_type(n, x);
  const int64_t size = dim[t.rank - 1] * BITS, count = options.v[2] ? options.v[2] : size;
  if (count < 0 || count > size)
    return np_fail(n, "%lld bits of %lld", (long long)count, (long long)size);
  const Val bits = np_map2(n, OP_and, np_expand_dims(n, x, -1), bit_values(n, options.v[1]));
  dim[t.rank - 1] = size;
  x = np_reshape(n, np_convert(n, np_nonzero(n, bits), DT_U8), (Ints){t.rank, dim});
  return np_move(n, np_part(n, x, t.rank - 1, 0, count), t.rank - 1, axis);
}

#define PACKED(name)                                                                     \
  jc_array jc_##name##_(jc_array x, struct jc_bit_order o, const char *file, int line) { \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};                            \
    return call(&fn, 1, &x, INTS(o.axis, o.little, o.count), HERE(file, line));          \
  }
PACKED(packbits)
PACKED(unpackbits)
