// Sets of elements of the public API: as many as are asked for, since shapes are known beforehand.
#include "frontend/library/ops.h"

// Elements in ascending order, each group of equals told from the one before it.
typedef struct Sorted {
  Val v, order;  // order: where each stood
  Val first;     // whether it is the first of its equals
  int64_t n;
} Sorted;

static Val not_equal(Np *n, Val a, Val b) {  // NaN equals NaN
  const Val nan = np_map2(n, OP_and, np_compare(n, OP_ne, a, a), np_compare(n, OP_ne, b, b));
  return np_map2(n, OP_and, np_compare(n, OP_ne, a, b), np_map1(n, OP_not, nan));
}

static bool sorted_of(Np *n, Val x, Sorted *s) {
  x = np_reshape(n, x, INTS(-1));
  if (np_bad(x)) return false;
  if (dtype_is_complex(np_type(n, x).dtype))
    return np_fail(n, "does not take complex numbers"), false;
  *s = (Sorted){.n = np_type(n, x).dim[0], .order = np_argsort(n, x, 0, false)};
  s->v = s->n ? np_take(n, x, s->order, 0, MODE_CLIP) : x;
  if (np_bad(s->v)) return false;
  const int64_t one = 1;
  const Val first = np_full(n, (Type){DT_BOOL, 1, &one}, 1);
  if (s->n > 1)
    s->first = np_concatenate(n, 2,
                              (Val[]){first, not_equal(n, np_part(n, s->v, 0, 1, s->n),
                                                       np_part(n, s->v, 0, 0, s->n - 1))},
                              0);
  else s->first = np_part(n, first, 0, 0, s->n);
  return !np_bad(s->first);
}

// What stands where there is no further element: the filler, or the first of those chosen.
static Val filled(Np *n, Val chosen, Val at, int64_t none, const Val *filler) {
  const Val left = np_compare(n, OP_ge, at, np_number(n, at, (double)none));
  if (filler) return np_select(n, left, np_convert(n, *filler, np_type(n, chosen).dtype), chosen);
  if (!np_type(n, chosen).dim[0]) return chosen;
  return np_select(n, left, np_row(n, chosen, 0), chosen);
}

// `size` of the elements for which `hit` holds.
static Val chosen(Np *n, const Sorted *s, Val hit, int64_t size, const Val *filler) {
  if (np_bad(hit)) return hit;
  const Dtype d = np_type(n, s->v).dtype;
  if (!s->n) {
    const Val none = np_full(n, (Type){d, 1, &size}, 0);
    return filler ? np_broadcast_to(n, np_convert(n, *filler, d), INTS(size)) : none;
  }
  const Val at = np_flatnonzero(n, hit, size, s->n);
  return filled(n, np_take(n, s->v, at, 0, MODE_CLIP), at, s->n, filler);
}

static bool filler_ok(Np *n, int k, const Val *v, int before) {
  if (k > before && np_bad(v[before])) return false;
  if (k > before && np_type(n, v[before]).rank)
    return np_fail(n, "the filler is a scalar, not %s", TYPE_STR(np_type(n, v[before]))), false;
  return true;
}

static bool unique_of(Np *n, int k, const Val *v, Ints options, Val *out) {
  OPS_UNUSED;
  Sorted s;
  const int64_t size = options.v[0], more = size + 1;
  if (np_bad(v[0]) || !filler_ok(n, k, v, 1) || !sorted_of(n, v[0], &s)) return false;
  const Type t = np_type(n, v[0]);
  out[0] = chosen(n, &s, s.first, size, k > 1 ? &v[1] : NULL);
  if (!s.n) {
    out[1] = out[3] = np_full(n, (Type){DT_I32, 1, &size}, 0);
    out[2] = np_full(n, (Type){DT_I32, t.rank, t.dim}, 0);
    return !np_bad(out[0]);
  }
  const Val at = np_flatnonzero(n, s.first, more, s.n);
  const Val here = np_part(n, at, 0, 0, size);
  const Val safe = filled(n, here, here, s.n, &(Val){np_number(n, at, 0).id, false});
  out[1] = np_take(n, s.order, safe, 0, MODE_CLIP);
  const Val group = np_sub(n, np_cumsum(n, np_convert(n, s.first, DT_I32), 0), np_number(n, at, 1));
  const Val back =
      np_at_update(n, OP_scatter_set, np_full(n, (Type){DT_I32, 1, &s.n}, 0), s.order, group);
  out[2] = np_reshape(n, back, type_shape(t));
  out[3] = np_sub(n, np_part(n, at, 0, 1, more), here);
  return !np_bad(out[0]) && !np_bad(out[1]) && !np_bad(out[2]) && !np_bad(out[3]);
}

static bool size_ok(const Fn *fn, int64_t size, Loc loc) {
  return (size >= 0 && size < INT32_MAX) ||
         fail(loc, "%s: %lld elements", fn->name, (long long)size);
}

struct jc_unique jc_unique_(jc_array x, struct jc_unique_options o, const char *file, int line) {
  static const Fn fn = {"unique", NULL, PROMOTE_NONE, 4, unique_of};
  const Loc loc = HERE(file, line);
  jc_array r[4] = {handle_poison(), handle_poison(), handle_poison(), handle_poison()};
  if (size_ok(&fn, o.size, loc))
    call_all(&fn, o.fill.handle ? 2 : 1, (jc_array[]){x, o.fill}, INTS(o.size), r, loc);
  return (struct jc_unique){r[0], r[1], r[2], r[3]};
}

// ---- of two

// Whether elements are among those of a sorted list; NaN is in none.
static Val among(Np *n, Val x, Val list) {
  list = np_sort(n, np_reshape(n, list, INTS(-1)), 0, false);
  if (np_bad(x) || np_bad(list)) return NP_BAD;
  const Type t = np_type(n, x);
  if (!np_type(n, list).dim[0]) return np_full(n, (Type){DT_BOOL, t.rank, t.dim}, 0);
  const Val at = np_searchsorted(n, list, x, false);
  return np_compare(n, OP_eq, np_take(n, list, at, 0, MODE_CLIP), x);
}

static bool two_of(Np *n, Val a, Val b, Val out[2]) {
  out[0] = a, out[1] = b;
  if (!np_promote(n, 2, out)) return false;
  return !dtype_is_complex(np_type(n, out[0]).dtype) ||
         (np_fail(n, "does not take complex numbers"), false);
}

OPS_BUILD(isin) {
  OPS_UNUSED;
  Val x[2];
  if (!two_of(n, v[0], v[1], x)) return NP_BAD;
  const Val in = among(n, x[0], x[1]);
  return options.v[0] ? np_map1(n, OP_not, in) : in;
}
jc_array jc_isin_(jc_array x, struct jc_isin i, const char *file, int line) {
  static const Fn fn = {"isin", build_isin, PROMOTE_NONE};
  return call(&fn, 2, (jc_array[]){x, i.list}, INTS(i.invert), HERE(file, line));
}

// Of the sorted elements of a (or of both) those for which `in_b` is as wanted.
typedef enum SetOp { UNION, INTERSECTION, DIFFERENCE, ONE_OF } SetOp;
static Val set_of(Np *n, int k, const Val *v, int64_t size, SetOp op) {
  Val x[2];
  Sorted s;
  if (!two_of(n, v[0], v[1], x) || !filler_ok(n, k, v, 2)) return NP_BAD;
  for (int i = 0; i < 2; i++) x[i] = np_reshape(n, x[i], INTS(-1));
  const bool both = op == UNION || op == ONE_OF;
  if (!sorted_of(n, both ? np_concatenate(n, 2, x, 0) : x[0], &s)) return NP_BAD;
  Val hit = s.first;
  if (op != UNION) {
    Val in = among(n, s.v, x[1]);
    if (op == ONE_OF) in = np_map2(n, OP_and, in, among(n, s.v, x[0]));
    if (op != INTERSECTION) in = np_map1(n, OP_not, in);
    hit = np_map2(n, OP_and, hit, in);
  }
  const Val zero = op == DIFFERENCE ? (Val){np_number(n, s.v, 0).id, false} : NP_BAD;
  return chosen(n, &s, hit, size, k > 2 ? &v[2] : op == DIFFERENCE ? &zero : NULL);
}

#define SET(name, op)                                                                         \
  OPS_BUILD(name) {                                                                           \
    OPS_UNUSED;                                                                               \
    return set_of(n, k, v, options.v[0], op);                                                 \
  }                                                                                           \
  jc_array jc_##name##_(jc_array a, jc_array b, struct jc_unique_options o, const char *file, \
                        int line) {                                                           \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};                                 \
    const Loc loc = HERE(file, line);                                                         \
    if (!size_ok(&fn, o.size, loc)) return handle_poison();                                   \
    return call(&fn, o.fill.handle ? 3 : 2, (jc_array[]){a, b, o.fill}, INTS(o.size), loc);   \
  }
SET(union1d, UNION)
SET(intersect1d, INTERSECTION)
SET(setdiff1d, DIFFERENCE)
SET(setxor1d, ONE_OF)
