// Indexing, sorting and searching of the public API.
#include "frontend/library/ops.h"

// ---- taking

// Indices as the mode, a jc_mode, has them: modulo the size of the axis, or as they are.
static Val in_mode(Np *n, Val x, Val i, Ints options) {
  int axis;
  if (options.v[1] != JC_WRAP || np_bad(x) || np_bad(i) || !dtype_is_int(np_type(n, i).dtype))
    return i;
  if (!np_axis(n, options.v[0], np_type(n, x).rank, &axis)) return NP_BAD;
  const Dtype wide = dtype_kind(np_type(n, i).dtype) == KIND_SIGNED ? DT_I64 : DT_U64;
  const int64_t size = np_type(n, x).dim[axis];
  i = np_convert(n, i, wide);
  return size ? np_mod(n, i, np_val(b_scalar_int(n->g, wide, size))) : i;
}
static IndexMode row_mode(Ints options) { return options.v[1] == JC_FILL ? MODE_FILL : MODE_CLIP; }

OPS_BUILD(take) {
  OPS_UNUSED;
  const Val i = in_mode(n, v[0], v[1], options);
  return np_take(n, v[0], i, options.v[0], row_mode(options));
}

OPS_BUILD(take_along_axis) {
  OPS_UNUSED;
  const Val i = in_mode(n, v[0], v[1], options);
  return np_take_along_axis(n, v[0], i, options.v[0], row_mode(options));
}

static jc_array take(const Fn *fn, jc_array x, jc_array i, struct jc_take t, Loc loc) {
  if ((unsigned)t.mode > JC_WRAP)
    return fail(loc, "%s: %d is no mode", fn->name, (int)t.mode), handle_poison();
  return call(fn, 2, (jc_array[]){x, i}, INTS(t.axis, (int64_t)t.mode), loc);
}

jc_array jc_take_(jc_array x, jc_array indices, struct jc_take t, const char *file, int line) {
  static const Fn fn = {"take", build_take, PROMOTE_NONE};
  return take(&fn, x, indices, t, HERE(file, line));
}

jc_array jc_take_along_axis_(jc_array x, jc_array indices, struct jc_take t, const char *file,
                             int line) {
  static const Fn fn = {"take_along_axis", build_take_along_axis, PROMOTE_NONE};
  return take(&fn, x, indices, t, HERE(file, line));
}

// ---- updates

// A C index is an option, and out of range an error.
static Val update(Np *n, Op op, int k, const Val *v, Ints options) {
  if (k == 3) return np_at_update(n, op, v[0], v[1], v[2]);
  if (np_bad(v[0])) return v[0];
  const Type t = np_type(n, v[0]);
  const int64_t i = options.v[0];
  if (t.rank && (i < -t.dim[0] || i >= t.dim[0]))
    return np_fail(n, "index %lld is out of range for %s", (long long)i, TYPE_STR(t));
  const Id at = b_scalar_int(n->g, DT_I64, t.rank && i < 0 ? i + t.dim[0] : i);
  return np_at_update(n, op, v[0], np_val(at), v[1]);
}

static jc_array update_at(const Fn *fn, jc_array x, jc_array i, jc_array v, Loc loc) {
  const Slot *s = slot_find(i);
  if (s && slot_kind(s) == SLOT_LITERAL && type_info(s->type)->type.dtype == DT_I32)
    return call(fn, 2, (jc_array[]){x, v}, INTS(s->integer), loc);
  return call(fn, 3, (jc_array[]){x, i, v}, (Ints){0}, loc);
}

#define AT_UPDATE(name)                                                                      \
  OPS_BUILD(at_##name) { return update(n, OP_scatter_##name, k, v, options); }               \
  jc_array jc_at_##name##_(jc_array x, jc_array i, jc_array v, const char *file, int line) { \
    static const Fn fn = {"at_" #name, build_at_##name, PROMOTE_NONE};                       \
    return update_at(&fn, x, i, v, HERE(file, line));                                        \
  }
AT_UPDATE(set)
AT_UPDATE(add)
AT_UPDATE(mul)
AT_UPDATE(max)
AT_UPDATE(min)

// ---- sorting

OPS_BUILD(sort) {
  OPS_UNUSED;
  return np_sort(n, v[0], options.v[0], options.v[1]);
}
jc_array jc_sort_(struct jc_sort s, const char *file, int line) {
  static const Fn fn = {"sort", build_sort, PROMOTE_NONE};
  return call(&fn, 1, &s.x, INTS(s.axis, s.descending), HERE(file, line));
}

OPS_BUILD(argsort) {
  OPS_UNUSED;
  return np_argsort(n, v[0], options.v[0], options.v[1]);
}
jc_array jc_argsort_(struct jc_sort s, const char *file, int line) {
  static const Fn fn = {"argsort", build_argsort, PROMOTE_NONE};
  return call(&fn, 1, &s.x, INTS(s.axis, s.descending), HERE(file, line));
}

OPS_BUILD(lexsort) {
  OPS_UNUSED;
  return np_lexsort(n, k, v);
}
jc_array jc_lexsort_(jc_list keys, const char *file, int line) {
  static const Fn fn = {"lexsort", build_lexsort, PROMOTE_NONE};
  return call(&fn, keys.n, keys.items, (Ints){0}, HERE(file, line));
}

OPS_BUILD(top_k) {
  OPS_UNUSED;
  return np_top_k(n, v[0], options.v[0], options.v[1]);
}
struct jc_top_k jc_top_k_(jc_array x, int64_t k, const char *file, int line) {
  static const Fn fn = {"top_k", build_top_k, PROMOTE_NONE};
  return (struct jc_top_k){.values = call(&fn, 1, &x, INTS(k, false), HERE(file, line)),
                           .indices = call(&fn, 1, &x, INTS(k, true), HERE(file, line))};
}

OPS_BUILD(searchsorted) {
  OPS_UNUSED;
  return np_searchsorted(n, v[0], v[1], options.v[0]);
}
jc_array jc_searchsorted_(struct jc_searchsorted s, const char *file, int line) {
  static const Fn fn = {"searchsorted", build_searchsorted, 0};
  return call(&fn, 2, (jc_array[]){s.sorted, s.v}, INTS(s.right), HERE(file, line));
}
