// Counting, choosing and combining by index of the public API.
#include <math.h>

#include "frontend/library/ops.h"

// ---- counts

// Options: how many, whether there are weights.
OPS_BUILD(bincount) {
  OPS_UNUSED;
  Val x = v[0];
  if (np_bad(x)) return x;
  const Type t = np_type(n, x);
  if (t.rank != 1 || !dtype_is_int(t.dtype))
    return np_fail(n, "of a vector of integers, not %s", TYPE_STR(t));
  const Val ones = np_full(n, (Type){DT_I32, 1, t.dim}, 1), w = k == 2 ? v[1] : ones;
  if (np_bad(w)) return w;
  if (!shape_equal(np_type(n, w), t))
    return np_fail(n, "weights %s of %s", TYPE_STR(np_type(n, w)), TYPE_STR(t));
  if (dtype_kind(t.dtype) == KIND_SIGNED) x = np_map2(n, OP_max, x, np_number(n, x, 0));
  const Val none = np_full(n, (Type){np_type(n, w).dtype, 1, &options.v[0]}, 0);
  return np_at_update(n, OP_scatter_add, none, x, w);
}
jc_array jc_bincount_(jc_array x, struct jc_bincount b, const char *file, int line) {
  static const Fn fn = {"bincount", build_bincount, PROMOTE_NONE};
  const Loc loc = HERE(file, line);
  if (b.n < 0 || b.n > INT32_MAX)
    return fail(loc, "bincount: of %lld numbers", (long long)b.n), handle_poison();
  return call(&fn, b.weights.handle ? 2 : 1, (jc_array[]){x, b.weights}, INTS(b.n), loc);
}

// Edges may descend: then they are searched from the other end.
static Val digitize(Np *n, Val x, Val bins, bool right) {
  if (np_bad(bins)) return bins;
  const Type t = np_type(n, bins);
  if (t.rank != 1) return np_fail(n, "edges are a vector, not %s", TYPE_STR(t));
  const Val up = np_searchsorted(n, bins, x, !right);
  if (t.dim[0] < 2 || np_bad(up)) return up;
  const Val back = np_searchsorted(n, np_flip(n, bins, 0), x, !right);
  const Val down = np_sub(n, np_number(n, back, (double)t.dim[0]), back);
  const Val descends = np_compare(n, OP_lt, np_row(n, bins, -1), np_row(n, bins, 0));
  return np_select(n, descends, down, up);
}
OPS_BUILD(digitize) {
  OPS_UNUSED;
  return digitize(n, v[0], v[1], options.v[0]);
}
jc_array jc_digitize_(jc_array x, struct jc_digitize d, const char *file, int line) {
  static const Fn fn = {"digitize", build_digitize, 0};
  return call(&fn, 2, (jc_array[]){x, d.bins}, INTS(d.right), HERE(file, line));
}

// Options: bins, and the bits of low and high.
static Val edges_of(Np *n, Val x, Ints options) {
  const int64_t bins = options.v[0];
  const double from = ops_double(options, 1), to = ops_double(options, 2);
  Val low = np_number(n, x, from), high = np_number(n, x, to);
  if (from == to && type_count(np_type(n, x))) {
    low = np_reduce(n, OP_reduce_min, x, (Ints){0}, false);
    high = np_reduce(n, OP_reduce_max, x, (Ints){0}, false);
    const Val one = np_compare(n, OP_eq, low, high), half = np_number(n, low, 0.5);
    low = np_select(n, one, np_sub(n, low, half), low);
    high = np_select(n, one, np_add(n, high, half), high);
  } else if (from == to) {
    low = np_number(n, x, 0), high = np_number(n, x, 1);
  }
  const Dtype d = np_type(n, x).dtype;
  const Val i = np_convert(n, np_iota1(n, DT_I32, bins + 1), d);
  const Val part = np_div(n, i, np_number(n, i, (double)bins));
  const Val rest = np_sub(n, np_number(n, i, 1), part);
  const Val line = np_add(n, np_mul(n, low, rest), np_mul(n, high, part));
  const Val last = np_compare(n, OP_eq, i, np_number(n, i, (double)bins));
  return np_convert(n, np_select(n, last, high, line), d);
}

static bool histogram(Np *n, int k, const Val *v, Ints options, Val *out) {
  OPS_UNUSED;
  Val x = np_inexact(n, v[0]);
  if (np_bad(x)) return false;
  if (!dtype_is_float(np_type(n, x).dtype))
    return np_fail(n, "does not take %s", TYPE_STR(np_type(n, x))), false;
  x = np_reshape(n, x, INTS(-1));
  const Val edges = out[1] = edges_of(n, x, options);
  if (np_bad(edges)) return false;
  const int64_t bins = options.v[0], size = bins + 1;
  Val at = np_searchsorted(n, edges, x, true);
  const Val last = np_compare(n, OP_eq, x, np_row(n, edges, -1));
  at = np_select(n, last, np_number(n, at, (double)bins), at);
  // Place 0 is below all bins, place bins + 1 above them.
  const Dtype d = np_type(n, x).dtype;
  const Val none = np_full(n, (Type){d, 1, &size}, 0);
  const Val counts = np_at_update(n, OP_scatter_add, none, at, np_val(b_scalar(n->g, d, 1)));
  out[0] = np_part(n, counts, 0, 1, size);
  return !np_bad(out[0]);
}
struct jc_histogram jc_histogram_(jc_array x, struct jc_histogram_options h, const char *file,
                                  int line) {
  static const Fn fn = {"histogram", NULL, PROMOTE_NONE, 2, histogram};
  const Loc loc = HERE(file, line);
  jc_array r[2] = {handle_poison(), handle_poison()};
  if (h.bins < 1 || h.bins > INT32_MAX / 2 || !(h.low <= h.high))
    fail(loc, "histogram: %lld bins from %g to %g", (long long)h.bins, h.low, h.high);
  else call_all(&fn, 1, &x, INTS(h.bins, ops_word(h.low), ops_word(h.high)), r, loc);
  return (struct jc_histogram){.counts = r[0], .edges = r[1]};
}

// ---- places of what is not zero

// The flat indices in order: each element that counts writes its index where its number among those
// is. Options: the size, what stands behind.
Val np_flatnonzero(Np *n, Val x, int64_t size, int64_t fill) {
  const Val hit = np_reshape(n, np_nonzero(n, x), INTS(-1));
  if (np_bad(hit)) return hit;
  const Val none =
      np_val(b_broadcast(n->g, b_scalar_int(n->g, DT_I32, fill), INTS(size), (Ints){0}));
  const int64_t count = np_type(n, hit).dim[0];
  if (!count || !size) return none;
  if (count > INT32_MAX) return np_fail(n, "%s is too large", TYPE_STR(np_type(n, x)));
  const Val number = np_cumsum(n, hit, 0), one = np_number(n, number, 1);
  const Val at = np_select(n, hit, np_sub(n, number, one), np_number(n, number, (double)INT32_MAX));
  return np_at_update(n, OP_scatter_set, none, at, np_iota1(n, DT_I32, count));
}

OPS_BUILD(flatnonzero) {
  OPS_UNUSED;
  return np_bad(v[0]) ? NP_BAD : np_flatnonzero(n, v[0], options.v[0], options.v[1]);
}

// Columns are the flat index taken apart.
OPS_BUILD(argwhere) {
  OPS_UNUSED;
  if (np_bad(v[0])) return NP_BAD;
  const Type t = np_type(n, v[0]);
  const int64_t size = options.v[0], shape[] = {size, t.rank};
  const Val flat = np_flatnonzero(n, v[0], size, -1);
  if (!t.rank) return np_full(n, (Type){DT_I32, 2, shape}, 0);
  if (np_bad(flat)) return flat;
  const Val none = np_compare(n, OP_lt, flat, np_number(n, flat, 0));
  Val columns[MAX_RANK], rest = flat;
  for (int i = t.rank; i-- > 0;) {
    const Val by = np_number(n, rest, (double)(t.dim[i] ? t.dim[i] : 1));
    const Val index = np_map2(n, OP_rem, rest, by);
    columns[i] = np_select(n, none, np_val(b_scalar_int(n->g, DT_I32, options.v[1])), index);
    rest = np_div(n, rest, by);
  }
  return np_stack(n, t.rank, columns, 1);
}

#define WHERE(name)                                                                           \
  jc_array jc_##name##_(jc_array x, struct jc_argwhere a, const char *file, int line) {       \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};                                 \
    if (a.size < 0 || a.size > INT32_MAX || a.fill < INT32_MIN || a.fill > INT32_MAX)         \
      return fail(HERE(file, line), #name ": %lld places, filled by %lld", (long long)a.size, \
                  (long long)a.fill),                                                         \
             handle_poison();                                                                 \
    return call(&fn, 1, &x, INTS(a.size, a.fill), HERE(file, line));                          \
  }
WHERE(argwhere)
WHERE(flatnonzero)

// The last operand stands where no condition holds; choices are in front of it, then conditions.
OPS_BUILD(select) {
  OPS_UNUSED;
  const int count = (k - 1) / 2;
  Val r = v[k - 1];
  for (int i = count; i-- > 0 && !np_bad(r);) r = np_select(n, v[i], v[count + i], r);
  return r;
}
jc_array jc_select_(jc_list conditions, jc_list choices, jc_array otherwise, const char *file,
                    int line) {
  static const Fn fn = {"select", build_select, PROMOTE_NONE};
  enum { MOST = 64 };
  const int count = conditions.n;
  jc_array all[2 * MOST + 1];
  if (count < 1 || count > MOST || choices.n != count)
    return fail(HERE(file, line), "select: %d conditions and %d choices", count, choices.n),
           handle_poison();
  if (!conditions.items || !choices.items)
    return fail(HERE(file, line), "select: the list of %d arrays is NULL", count), handle_poison();
  for (int i = 0; i < count; i++) all[i] = conditions.items[i], all[count + i] = choices.items[i];
  all[2 * count] = otherwise;
  return call(&fn, 2 * count + 1, all, (Ints){0}, HERE(file, line));
}

// ---- segments

static Val segments(Np *n, Op scatter, Op reducer, Val x, Val ids, int64_t count) {
  if (np_bad(x) || np_bad(ids)) return NP_BAD;
  const Type t = np_type(n, x), ti = np_type(n, ids);
  if (ti.rank != 1 || !t.rank || ti.dim[0] != t.dim[0])
    return np_fail(n, "ids %s for %s: one for each slice", TYPE_STR(ti), TYPE_STR(t));
  if (dtype_is_complex(t.dtype) && reducer != OP_reduce_sum && reducer != OP_reduce_prod)
    return np_fail(n, "does not take complex numbers");
  int64_t dim[MAX_RANK] = {count};
  for (int i = 1; i < t.rank; i++) dim[i] = t.dim[i];
  const Type wide = {t.dtype, t.rank, dim};
  if (!type_fits(wide)) return np_fail(n, "%s is too large", TYPE_STR(wide));
  uint64_t identity[ELEMENT_WORDS] = {0};
  const bool zero = reducer == OP_reduce_sum;
  if (!zero && !dtype_is_complex(t.dtype)) op_identity(reducer, t.dtype, identity);
  const Id none = zero || dtype_is_complex(t.dtype)
                      ? b_full(n->g, wide, zero ? 0 : 1)
                      : b_broadcast(n->g, b_literal(n->g, type_scalar(t.dtype), true, identity),
                                    type_shape(wide), (Ints){0});
  if (!t.dim[0]) return np_val(none);
  if (dtype_kind(ti.dtype) == KIND_SIGNED) {  // negative ones do not count from the end
    ids = np_convert(n, ids, DT_I64);
    const Val out = np_val(b_scalar_int(n->g, DT_I64, count));
    ids = np_select(n, np_compare(n, OP_lt, ids, np_number(n, ids, 0)), out, ids);
  }
  return np_at_update(n, scatter, np_val(none), ids, x);
}

#define SEGMENT(name, scatter)                                                             \
  OPS_BUILD(segment_##name) {                                                              \
    OPS_UNUSED;                                                                            \
    return segments(n, scatter, OP_reduce_##name, v[0], v[1], options.v[0]);               \
  }                                                                                        \
  jc_array jc_segment_##name##_(jc_array x, jc_array ids, int64_t count, const char *file, \
                                int line) {                                                \
    static const Fn fn = {"segment_" #name, build_segment_##name, PROMOTE_NONE};           \
    if (count < 0 || count > INT32_MAX)                                                    \
      return fail(HERE(file, line), "segment_" #name ": %lld segments", (long long)count), \
             handle_poison();                                                              \
    return call(&fn, 2, (jc_array[]){x, ids}, INTS(count), HERE(file, line));              \
  }
SEGMENT(sum, OP_scatter_add)
SEGMENT(prod, OP_scatter_mul)
SEGMENT(max, OP_scatter_max)
SEGMENT(min, OP_scatter_min)
