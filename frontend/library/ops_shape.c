// Shapes of the public API beyond reshape and its kin: parts, repetition, padding.
#include <math.h>

#include "frontend/library/ops.h"

static int rank_of(Np *n, Val x) { return np_type(n, x).rank; }

// ---- parts

// Options: axis, from, to, stride.
OPS_BUILD(slice_in_dim) {
  OPS_UNUSED;
  int axis;
  if (np_bad(v[0]) || !np_axis(n, options.v[0], rank_of(n, v[0]), &axis)) return NP_BAD;
  const Type t = np_type(n, v[0]);
  int64_t start[MAX_RANK] = {0}, limit[MAX_RANK], step[MAX_RANK];
  for (int i = 0; i < t.rank; i++) limit[i] = t.dim[i], step[i] = 1;
  start[axis] = options.v[1], limit[axis] = options.v[2], step[axis] = options.v[3];
  return np_slice(n, v[0], (Ints){t.rank, start}, (Ints){t.rank, limit}, (Ints){t.rank, step});
}
jc_array jc_slice_in_dim_(jc_array x, int64_t from, int64_t to, struct jc_slice_in_dim s,
                          const char *file, int line) {
  static const Fn fn = {"slice_in_dim", build_slice_in_dim, PROMOTE_NONE};
  return call(&fn, 1, &x, INTS(s.axis, from, to, s.stride ? s.stride : 1), HERE(file, line));
}

// The index is an operand, or after the axis an option.
OPS_BUILD(index_in_dim) {
  OPS_UNUSED;
  int axis;
  if (np_bad(v[0]) || !np_axis(n, options.v[0], rank_of(n, v[0]), &axis)) return NP_BAD;
  if (k == 2) {
    if (!np_bad(v[1]) && rank_of(n, v[1])) return np_fail(n, "the index is no scalar");
    return np_take(n, v[0], v[1], axis, MODE_CLIP);
  }
  const int64_t size = np_type(n, v[0]).dim[axis], given = options.v[1];
  if (given < -size || given >= size)
    return np_fail(n, "index %lld is out of range for axis %d of %s", (long long)given, axis,
                   TYPE_STR(np_type(n, v[0])));
  const int64_t i = given < 0 ? given + size : given;
  return np_squeeze(n, np_part(n, v[0], axis, i, i + 1), axis);
}
static const Fn index_fn = {"index_in_dim", build_index_in_dim, PROMOTE_NONE};
jc_array jc_index_in_dim_(jc_array x, jc_array i, int axis, const char *file, int line) {
  const Slot *s = slot_find(i);
  if (s && slot_kind(s) == SLOT_LITERAL && type_info(s->type)->type.dtype == DT_I32)
    return call(&index_fn, 1, &x, INTS(axis, s->integer), HERE(file, line));
  return call(&index_fn, 2, (jc_array[]){x, i}, INTS(axis), HERE(file, line));
}

// Size of an axis of an array that may be traced; -1 after fail().
static int64_t axis_size(const char *who, jc_array x, int axis, Loc loc) {
  const Slot *s = slot_need(x, loc, who, "the array");
  if (!s || slot_kind(s) == SLOT_POISON) return -1;
  const Type t = type_info(s->type)->type;
  if (axis >= -t.rank && axis < t.rank) return t.dim[axis < 0 ? axis + t.rank : axis];
  fail(loc, "%s: axis %d is out of range for rank %d", who, axis, t.rank);
  return -1;
}

jc_arrays jc_parts_(jc_array x, int count, int axis, const char *file, int line) {
  static const Fn fn = {"parts", build_slice_in_dim, PROMOTE_NONE};
  const Loc loc = HERE(file, line);
  jc_arrays r = {.n = 0};
  for (int i = 0; i < JC_MAX_PARTS; i++) r.v[i] = handle_poison();
  const int64_t size = axis_size(fn.name, x, axis, loc);
  if (size < 0) return r;
  if (count < 1 || count > JC_MAX_PARTS || size % count)
    return fail(loc, "parts: %lld elements along axis %d in %d equal parts, of at most %d",
                (long long)size, axis, count, JC_MAX_PARTS),
           r;
  r.n = count;
  for (int i = 0; i < count; i++)
    r.v[i] = call(&fn, 1, &x, INTS(axis, size / count * i, size / count * (i + 1), 1), loc);
  return r;
}

jc_arrays jc_unstack_(jc_array x, int axis, const char *file, int line) {
  const Loc loc = HERE(file, line);
  jc_arrays r = {.n = 0};
  for (int i = 0; i < JC_MAX_PARTS; i++) r.v[i] = handle_poison();
  const int64_t size = axis_size("unstack", x, axis, loc);
  if (size < 0) return r;
  if (size > JC_MAX_PARTS)
    return fail(loc, "unstack: %lld slices, at most %d", (long long)size, JC_MAX_PARTS), r;
  r.n = (int)size;
  for (int i = 0; i < r.n; i++) r.v[i] = call(&index_fn, 1, &x, INTS(axis, i), loc);
  return r;
}

// Options: which of the operands, and along which axis it lies.
OPS_BUILD(meshgrid) {
  OPS_UNUSED;
  int64_t dim[MAX_RANK];
  for (int i = 0; i < k; i++) {
    if (np_bad(v[i])) return NP_BAD;
    const Type t = np_type(n, v[i]);
    if (t.rank > 1) return np_fail(n, "array %d is %s, no vector", i, TYPE_STR(t));
    const int at = k > 1 && !options.v[1] && i < 2 ? 1 - i : i;
    dim[at] = t.rank ? t.dim[0] : 1;
  }
  const int i = (int)options.v[0], at = k > 1 && !options.v[1] && i < 2 ? 1 - i : i;
  int64_t own[MAX_RANK];
  for (int d = 0; d < k; d++) own[d] = d == at ? dim[d] : 1;
  return np_broadcast_to(n, np_reshape(n, v[i], (Ints){k, own}), (Ints){k, dim});
}
jc_arrays jc_meshgrid_(struct jc_meshgrid m, const char *file, int line) {
  static const Fn fn = {"meshgrid", build_meshgrid, PROMOTE_NONE};
  jc_arrays r = {.n = 0};
  for (int i = 0; i < JC_MAX_PARTS; i++) r.v[i] = handle_poison();
  if (m.vectors.n < 1 || m.vectors.n > JC_MAX_PARTS)
    return fail(HERE(file, line), "meshgrid: of 1 to %d vectors, not %d", JC_MAX_PARTS,
                m.vectors.n),
           r;
  r.n = m.vectors.n;
  for (int i = 0; i < r.n; i++)
    r.v[i] = call(&fn, r.n, m.vectors.items, INTS(i, m.ij), HERE(file, line));
  return r;
}

// ---- repetition

// x with further axes in front, up to a rank.
static Val with_rank(Np *n, Val x, int rank) {
  while (!np_bad(x) && rank_of(n, x) < rank) x = np_expand_dims(n, x, 0);
  return x;
}

// Each axis after a new one, of as many elements as there are copies.
OPS_BUILD(tile) {
  OPS_UNUSED;
  const Val x = with_rank(n, v[0], options.n);
  if (np_bad(x)) return x;
  const Type t = np_type(n, x);
  if (2 * t.rank > MAX_RANK) return np_fail(n, "%s has too many axes", TYPE_STR(t));
  int64_t wide[MAX_RANK], dims[MAX_RANK], all[MAX_RANK];
  for (int i = 0; i < t.rank; i++) {
    const int at = i - (t.rank - options.n);
    wide[2 * i] = at < 0 ? 1 : options.v[at];
    if (wide[2 * i] < 0) return np_fail(n, "%lld times", (long long)wide[2 * i]);
    wide[2 * i + 1] = t.dim[i], dims[i] = 2 * i + 1;
    if (__builtin_mul_overflow(wide[2 * i], t.dim[i], &all[i]))
      return np_fail(n, "the result is too large");
  }
  if (!type_fits((Type){t.dtype, t.rank, all})) return np_fail(n, "the result is too large");
  const Id r = b_broadcast(n->g, x.id, (Ints){2 * t.rank, wide}, (Ints){t.rank, dims});
  return (Val){b_reshape(n->g, r, (Ints){t.rank, all}), x.weak};
}
jc_array jc_tile_(jc_array x, jc_dims times, const char *file, int line) {
  static const Fn fn = {"tile", build_tile, PROMOTE_NONE};
  if (times.n < 0 || times.n > MAX_RANK)
    return fail(HERE(file, line), "tile: %d axes", times.n), handle_poison();
  return call(&fn, 1, &x, ops_dims(&times), HERE(file, line));
}

OPS_BUILD(repeat) {
  OPS_UNUSED;
  int axis;
  if (np_bad(v[0]) || !np_axis(n, options.v[1], rank_of(n, v[0]), &axis)) return NP_BAD;
  const Type t = np_type(n, v[0]);
  const int64_t times = options.v[0];
  if (times < 0) return np_fail(n, "%lld times", (long long)times);
  if (t.rank == MAX_RANK) return np_fail(n, "%s has too many axes", TYPE_STR(t));
  int64_t wide[MAX_RANK], dims[MAX_RANK], all[MAX_RANK];
  for (int i = 0; i <= t.rank; i++) wide[i] = i <= axis ? t.dim[i] : t.dim[i - 1];
  wide[axis + 1] = times;
  for (int i = 0; i < t.rank; i++) dims[i] = i <= axis ? i : i + 1, all[i] = t.dim[i];
  if (__builtin_mul_overflow(times, t.dim[axis], &all[axis]) ||
      !type_fits((Type){t.dtype, t.rank, all}))
    return np_fail(n, "the result is too large");
  const Id r = b_broadcast(n->g, v[0].id, (Ints){t.rank + 1, wide}, (Ints){t.rank, dims});
  return (Val){b_reshape(n->g, r, (Ints){t.rank, all}), v[0].weak};
}
jc_array jc_repeat_(jc_array x, int64_t times, int axis, const char *file, int line) {
  static const Fn fn = {"repeat", build_repeat, PROMOTE_NONE};
  return call(&fn, 1, &x, INTS(times, axis), HERE(file, line));
}

// ---- order of axes and elements

// AXES(roll, (int64_t a, int b), np_roll(n, x, a, b)): of x and two numbers.
#define AXES(name, parameters, ...)                           \
  OPS_BUILD(name) {                                           \
    OPS_UNUSED;                                               \
    const Val x = v[0];                                       \
    const int64_t a = options.v[0], b = options.v[1];         \
    return __VA_ARGS__;                                       \
  }                                                           \
  jc_array jc_##name##_ parameters {                          \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE}; \
    return call(&fn, 1, &x, INTS(a, b), HERE(file, line));    \
  }

static Val swapped(Np *n, Val x, int64_t first, int64_t second) {
  int a, b;
  if (np_bad(x) || !np_axis(n, first, rank_of(n, x), &a) || !np_axis(n, second, rank_of(n, x), &b))
    return NP_BAD;
  int64_t perm[MAX_RANK];
  for (int i = 0; i < rank_of(n, x); i++) perm[i] = i == a ? b : i == b ? a : i;
  return np_transpose(n, x, (Ints){rank_of(n, x), perm});
}

AXES(roll, (jc_array x, int64_t a, int b, const char *file, int line), np_roll(n, x, a, b))
AXES(swapaxes, (jc_array x, int a, int b, const char *file, int line), swapped(n, x, a, b))
AXES(moveaxis, (jc_array x, int a, int b, const char *file, int line), np_move(n, x, a, b))

OPS_BUILD(rot90) {
  OPS_UNUSED;
  const int64_t turns = (options.v[0] % 4 + 4) % 4, a = options.v[1], b = options.v[2];
  int first, second;
  Val x = v[0];
  if (np_bad(x) || !np_axis(n, a, rank_of(n, x), &first) || !np_axis(n, b, rank_of(n, x), &second))
    return NP_BAD;
  if (first == second) return np_fail(n, "axis %d is given twice", first);
  if (turns == 2) return np_flip(n, np_flip(n, x, first), second);
  if (turns == 1) return swapped(n, np_flip(n, x, second), first, second);
  return turns ? np_flip(n, swapped(n, x, first, second), second) : x;
}
jc_array jc_rot90_(jc_array x, struct jc_rot90 r, const char *file, int line) {
  static const Fn fn = {"rot90", build_rot90, PROMOTE_NONE};
  if (r.axes.n && r.axes.n != 2)
    return fail(HERE(file, line), "rot90: %d axes, not 2", r.axes.n), handle_poison();
  const int64_t a = r.axes.n ? r.axes.d[0] : 0, b = r.axes.n ? r.axes.d[1] : 1;
  return call(&fn, 1, &x, INTS(r.k, a, b), HERE(file, line));
}

// ---- ranks, and arrays side by side

static Val columns_of(Np *n, Val x) {
  if (np_bad(x) || rank_of(n, x) > 1) return x;
  return np_expand_dims(n, with_rank(n, x, 1), 1);
}

static Val deep(Np *n, Val x) {
  if (np_bad(x) || rank_of(n, x) > 2) return x;
  return np_expand_dims(n, with_rank(n, x, 2), 2);
}

UNARY(atleast_1d, with_rank(n, x, 1))
UNARY(atleast_2d, with_rank(n, x, 2))
UNARY(atleast_3d, deep(n, x))

enum { MOST_JOINED = 256 };

#define JOIN(name, axis, ...)                                          \
  OPS_BUILD(name) {                                                    \
    OPS_UNUSED;                                                        \
    Val all[MOST_JOINED];                                              \
    if (k < 1) return np_fail(n, "of no arrays");                      \
    for (int i = 0; i < k; i++) {                                      \
      Val x = v[i];                                                    \
      if (np_bad(x)) return x;                                         \
      all[i] = __VA_ARGS__;                                            \
    }                                                                  \
    return np_bad(all[0]) ? NP_BAD : np_concatenate(n, k, all, axis);  \
  }                                                                    \
  jc_array jc_##name##_(jc_list list, const char *file, int line) {    \
    static const Fn fn = {#name, build_##name, 0};                     \
    return call(&fn, list.n, list.items, (Ints){0}, HERE(file, line)); \
  }
JOIN(hstack, rank_of(n, all[0]) > 1 ? 1 : 0, with_rank(n, x, 1))
JOIN(vstack, 0, with_rank(n, x, 2))
JOIN(dstack, 2, deep(n, x))
JOIN(column_stack, 1, columns_of(n, x))

// ---- padding: options are the mode, the value's bits, widths

// Behind and before along one axis; a part of x's own elements at a time.
static Val pad_around(Np *n, Val x, int axis, int64_t low, int64_t high, jc_pad_mode mode) {
  const int64_t size = np_type(n, x).dim[axis];
  if (!size && (low || high)) return np_fail(n, "axis %d has no elements to repeat", axis);
  const int64_t edge = mode == JC_PAD_REFLECT ? 1 : 0;
  const int64_t most = mode == JC_PAD_EDGE ? INT64_MAX : size - edge;
  for (int64_t before = 0, behind = 0; before < low || behind < high;) {
    if (most < 1) {  // a single element mirrored is that element
      mode = JC_PAD_EDGE;
      return pad_around(n, x, axis, low, high, mode);
    }
    const int64_t now = np_type(n, x).dim[axis], step = mode == JC_PAD_WRAP ? size : now - edge;
    int64_t a = low - before < step ? low - before : step;
    int64_t b = high - behind < step ? high - behind : step;
    Val first, last;
    if (mode == JC_PAD_EDGE) {
      a = low, b = high;
      int64_t dim[MAX_RANK];
      const Type t = np_type(n, x);
      for (int i = 0; i < t.rank; i++) dim[i] = t.dim[i];
      dim[axis] = a;
      first = np_broadcast_to(n, np_part(n, x, axis, 0, 1), (Ints){t.rank, dim});
      dim[axis] = b;
      last = np_broadcast_to(n, np_part(n, x, axis, now - 1, now), (Ints){t.rank, dim});
    } else if (mode == JC_PAD_WRAP) {  // as far on in a period as there is of it already
      first = np_part(n, x, axis, size - a, size);
      last = np_part(n, x, axis, now - size, now - size + b);
    } else {
      first = np_flip(n, np_part(n, x, axis, edge, edge + a), axis);
      last = np_flip(n, np_part(n, x, axis, now - edge - b, now - edge), axis);
    }
    x = np_concatenate(n, 3, (Val[]){first, x, last}, axis);
    if (np_bad(x)) return x;
    before += a, behind += b;
  }
  return x;
}

OPS_BUILD(pad) {
  OPS_UNUSED;
  Val x = v[0];
  if (np_bad(x)) return x;
  const Type t = np_type(n, x);
  const jc_pad_mode mode = (jc_pad_mode)options.v[0];
  const int64_t *widths = options.v + 2;
  const int count = options.n - 2;
  if (count != 2 && count != 2 * t.rank)
    return np_fail(n, "%d widths for %s: two, or two for each axis", count, TYPE_STR(t));
  int64_t low[MAX_RANK], high[MAX_RANK], none[MAX_RANK] = {0}, all[MAX_RANK];
  for (int i = 0; i < t.rank; i++) {
    low[i] = widths[count == 2 ? 0 : 2 * i], high[i] = widths[count == 2 ? 1 : 2 * i + 1];
    if (low[i] < 0 || high[i] < 0 || low[i] > INT32_MAX || high[i] > INT32_MAX)
      return np_fail(n, "widths %lld and %lld of axis %d", (long long)low[i], (long long)high[i],
                     i);
    all[i] = t.dim[i] + low[i] + high[i];
  }
  if (!type_fits((Type){t.dtype, t.rank, all})) return np_fail(n, "the result is too large");
  if (mode == JC_PAD_VALUE) {
    const Id value = b_scalar(n->g, t.dtype, ops_double(options, 1));
    const Ints l = {t.rank, low}, h = {t.rank, high};
    return (Val){b_pad(n->g, x.id, value, l, h, (Ints){t.rank, none}), x.weak};
  }
  for (int i = 0; i < t.rank && !np_bad(x); i++) x = pad_around(n, x, i, low[i], high[i], mode);
  return x;
}
jc_array jc_pad_(jc_array x, struct jc_pad p, const char *file, int line) {
  static const Fn fn = {"pad", build_pad, PROMOTE_NONE};
  const Loc loc = HERE(file, line);
  int64_t options[2 + MAX_RANK] = {(int64_t)p.mode, ops_word(p.value)};
  if ((unsigned)p.mode > JC_PAD_WRAP)
    return fail(loc, "pad: %d is no mode", (int)p.mode), handle_poison();
  if (p.widths.n < 1 || p.widths.n > MAX_RANK)
    return fail(loc, "pad: %d widths", p.widths.n), handle_poison();
  for (int i = 0; i < p.widths.n; i++) options[2 + i] = p.widths.d[i];
  return call(&fn, 1, &x, (Ints){2 + p.widths.n, options}, loc);
}

// ---- ranges of powers: options are two exponents and the base, or two numbers, and the count

static Val powers(Np *n, double from, double to, double base, int64_t count) {
  Val i = np_convert(n, np_iota1(n, DT_I32, count), DT_F64);
  const double step = count > 1 ? (to - from) / (double)(count - 1) : 0;
  i = np_add(n, np_mul(n, i, np_number(n, i, step)), np_number(n, i, from));
  return np_convert(n, np_map2(n, OP_pow, np_number(n, i, base), i), DT_F32);
}

static bool count_ok(const char *who, int64_t count, Loc loc) {
  return (count >= 0 && count <= INT32_MAX) ||
         fail(loc, "%s: %lld is no count", who, (long long)count);
}

OPS_BUILD(logspace) {
  OPS_UNUSED;
  return powers(n, ops_double(options, 0), ops_double(options, 1), ops_double(options, 2),
                options.v[3]);
}
jc_array jc_logspace_(double start, double stop, struct jc_logspace s, const char *file, int line) {
  static const Fn fn = {"logspace", build_logspace, PROMOTE_NONE};
  if (!count_ok(fn.name, s.n, HERE(file, line))) return handle_poison();
  const double base = s.base == 0 ? 10 : s.base;
  return call(&fn, 0, NULL, INTS(ops_word(start), ops_word(stop), ops_word(base), s.n),
              HERE(file, line));
}

OPS_BUILD(geomspace) {
  OPS_UNUSED;
  const double from = ops_double(options, 0), to = ops_double(options, 1);
  const Val r = powers(n, log(fabs(from)), log(fabs(to)), exp(1), options.v[2]);
  return from < 0 ? np_map1(n, OP_neg, r) : r;
}
jc_array jc_geomspace_(double start, double stop, int64_t count, const char *file, int line) {
  static const Fn fn = {"geomspace", build_geomspace, PROMOTE_NONE};
  if (!count_ok(fn.name, count, HERE(file, line))) return handle_poison();
  if (!(start * stop > 0))
    return fail(HERE(file, line), "geomspace: from %g to %g, which are of one sign and not 0",
                start, stop),
           handle_poison();
  return call(&fn, 0, NULL, INTS(ops_word(start), ops_word(stop), count), HERE(file, line));
}
