// Sequences along an axis: differences, integrals, interpolation, convolution of vectors.
#include <math.h>

#include "frontend/library/ops.h"

static Val number(Np *n, Val like, double v) { return np_number(n, like, v); }

static Val neighbours(Np *n, Val x, int axis) {
  const int64_t size = np_type(n, x).dim[axis];
  if (size < 1) return x;
  const Val next = np_part(n, x, axis, 1, size), last = np_part(n, x, axis, 0, size - 1);
  const bool truth = np_type(n, x).dtype == DT_BOOL;
  return truth ? np_compare(n, OP_ne, next, last) : np_sub(n, next, last);
}

OPS_BUILD(diff) {
  OPS_UNUSED;
  int axis;
  Val x = v[0];
  if (np_bad(x) || !np_axis(n, options.v[0], np_type(n, x).rank, &axis)) return NP_BAD;
  for (int64_t i = 0; i < options.v[1] && !np_bad(x); i++) x = neighbours(n, x, axis);
  return x;
}
jc_array jc_diff_(jc_array x, struct jc_diff d, const char *file, int line) {
  static const Fn fn = {"diff", build_diff, PROMOTE_NONE};
  if (d.n < 0) return fail(HERE(file, line), "diff: %d times", d.n), handle_poison();
  return call(&fn, 1, &x, INTS(d.axis, d.n ? d.n : 1), HERE(file, line));
}

// ---- options are the axis and the distance

static Val gradient(Np *n, Val x, int64_t given, double h) {
  int axis;
  x = np_inexact(n, x);
  if (np_bad(x) || !np_axis(n, given, np_type(n, x).rank, &axis)) return NP_BAD;
  const int64_t size = np_type(n, x).dim[axis];
  if (size < 2)
    return np_fail(n, "%lld elements along axis %d: two are needed", (long long)size, axis);
  const Val middle = np_sub(n, np_part(n, x, axis, 2, size), np_part(n, x, axis, 0, size - 2));
  const Val first = np_sub(n, np_part(n, x, axis, 1, 2), np_part(n, x, axis, 0, 1));
  const Val last =
      np_sub(n, np_part(n, x, axis, size - 1, size), np_part(n, x, axis, size - 2, size - 1));
  const Val one = number(n, x, h),
            parts[] = {np_div(n, first, one), np_div(n, middle, number(n, x, 2 * h)),
                       np_div(n, last, one)};
  return np_concatenate(n, 3, parts, axis);
}

static Val trapezoid(Np *n, Val x, int64_t given, double h) {
  int axis;
  x = np_inexact(n, x);
  if (np_bad(x) || !np_axis(n, given, np_type(n, x).rank, &axis)) return NP_BAD;
  const int64_t size = np_type(n, x).dim[axis];
  if (!size) return np_sum(n, x, INTS(axis), false);
  const Val sum = np_add(n, np_part(n, x, axis, 1, size), np_part(n, x, axis, 0, size - 1));
  return np_mul(n, number(n, x, 0.5),
                np_sum(n, np_mul(n, number(n, x, h), sum), INTS(axis), false));
}

#define SPACED(name)                                                                  \
  OPS_BUILD(name) {                                                                   \
    OPS_UNUSED;                                                                       \
    return name(n, v[0], options.v[0], ops_double(options, 1));                       \
  }                                                                                   \
  jc_array jc_##name##_(jc_array x, struct jc_spaced s, const char *file, int line) { \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};                         \
    return call(&fn, 1, &x, INTS(s.axis, ops_word(s.spacing == 0 ? 1 : s.spacing)),   \
                HERE(file, line));                                                    \
  }
SPACED(gradient)
SPACED(trapezoid)

// Jumps are taken as less than half a turn; their sums correct what follows.
OPS_BUILD(unwrap) {
  OPS_UNUSED;
  int axis;
  const double pi = 3.14159265358979323846;
  const Val x = np_inexact(n, v[0]);
  if (np_bad(x) || !np_axis(n, options.v[0], np_type(n, x).rank, &axis)) return NP_BAD;
  const Type t = np_type(n, x);
  if (t.dim[axis] < 2) return x;
  const Val d = neighbours(n, x, axis), half = number(n, x, pi), low = number(n, x, -pi);
  Val turn = np_sub(n, np_mod(n, np_add(n, d, half), number(n, x, 2 * pi)), half);
  const Val edge =
      np_map2(n, OP_and, np_compare(n, OP_eq, turn, low), np_compare(n, OP_gt, d, number(n, d, 0)));
  turn = np_select(n, edge, half, turn);
  const Val small = np_compare(n, OP_lt, np_map1(n, OP_abs, d), half);
  const Val fix = np_select(n, small, number(n, d, 0), np_sub(n, turn, d));
  const Val rest = np_add(n, np_part(n, x, axis, 1, t.dim[axis]), np_cumsum(n, fix, axis));
  return np_concatenate(n, 2, (Val[]){np_part(n, x, axis, 0, 1), rest}, axis);
}
jc_array jc_unwrap_(jc_array x, int axis, const char *file, int line) {
  static const Fn fn = {"unwrap", build_unwrap, PROMOTE_NONE};
  return call(&fn, 1, &x, INTS(axis), HERE(file, line));
}

// ---- between points

OPS_BUILD(interp) {
  OPS_UNUSED;
  Val x[3] = {v[0], v[1], v[2]};
  if (!np_promote(n, 3, x)) return NP_BAD;
  for (int i = 0; i < 3; i++) x[i] = np_inexact(n, x[i]);
  const Type tx = np_type(n, x[1]), ty = np_type(n, x[2]);
  if (tx.rank != 1 || !shape_equal(tx, ty) || tx.dim[0] < 1)
    return np_fail(n, "points are two vectors of one length, not %s and %s", TYPE_STR(tx),
                   TYPE_STR(ty));
  const int64_t count = tx.dim[0];
  if (count == 1) return np_broadcast_to(n, np_row(n, x[2], 0), type_shape(np_type(n, x[0])));
  Val i = np_searchsorted(n, x[1], x[0], true);
  i = np_clip(n, i, np_number(n, i, 1), np_number(n, i, (double)(count - 1)));
  const Val before = np_sub(n, i, np_number(n, i, 1));
  const Val y0 = np_take(n, x[2], before, 0, MODE_CLIP),
            x0 = np_take(n, x[1], before, 0, MODE_CLIP);
  const Val dy = np_sub(n, np_take(n, x[2], i, 0, MODE_CLIP), y0);
  const Val dx = np_sub(n, np_take(n, x[1], i, 0, MODE_CLIP), x0);
  const Val same = np_compare(n, OP_eq, dx, number(n, dx, 0));
  const Val part = np_div(n, np_sub(n, x[0], x0), np_select(n, same, number(n, dx, 1), dx));
  Val y = np_select(n, same, y0, np_add(n, y0, np_mul(n, part, dy)));
  const Val first = np_row(n, x[1], 0), last = np_row(n, x[1], -1);
  y = np_select(n, np_compare(n, OP_lt, x[0], first), np_row(n, x[2], 0), y);
  return np_select(n, np_compare(n, OP_gt, x[0], last), np_row(n, x[2], -1), y);
}
jc_array jc_interp_(jc_array x, jc_array xp, jc_array fp, const char *file, int line) {
  static const Fn fn = {"interp", build_interp, 0};
  return call(&fn, 3, (jc_array[]){x, xp, fp}, (Ints){0}, HERE(file, line));
}

// ---- convolution of vectors, by that of images in one dimension

static Val real_convolution(Np *n, Val a, Val w, int64_t low, int64_t high) {
  const int64_t na = np_type(n, a).dim[0], nw = np_type(n, w).dim[0];
  const Attrs at = {.lhs_dims = INTS(0, 1, 2),
                    .rhs_dims = INTS(0, 1, 2),
                    .out_dims = INTS(0, 1, 2),
                    .stride = INTS(1),
                    .low = INTS(low),
                    .high = INTS(high),
                    .lhs_dilation = INTS(1),
                    .rhs_dilation = INTS(1),
                    .feature_groups = 1,
                    .batch_groups = 1};
  const Id args[] = {b_reshape(n->g, a.id, INTS(1, 1, na)), b_reshape(n->g, w.id, INTS(1, 1, nw))};
  const Val r = {graph_add(n->g, OP_conv, 2, args, &at), a.weak};
  return np_reshape(n, r, INTS(-1));
}

// a[i] v[k - i]; options: the mode.
Val np_convolve(Np *n, Val a, Val v, jc_overlap mode) {
  Val x[2] = {a, v};
  if (!np_promote(n, 2, x)) return NP_BAD;
  for (int i = 0; i < 2; i++) {
    const Type t = np_type(n, x[i]);
    if (t.rank != 1 || !t.dim[0])
      return np_fail(n, "of vectors with elements, not %s", TYPE_STR(t));
    if (dtype_is_complex(t.dtype)) return np_fail(n, "does not take complex numbers");
    x[i] = np_inexact(n, x[i]);
  }
  const bool swap = np_type(n, x[0]).dim[0] < np_type(n, x[1]).dim[0];
  const Val longer = x[swap], shorter = np_flip(n, x[!swap], 0);
  const int64_t taps = np_type(n, shorter).dim[0];
  const int64_t low = mode == JC_FULL ? taps - 1 : mode == JC_SAME_SIZE ? taps / 2 : 0;
  const int64_t high = mode == JC_SAME_SIZE ? taps - taps / 2 - 1 : low;
  return real_convolution(n, longer, shorter, low, high);
}

// As a convolution with v in reverse; where v is the longer one, JAX's same size differs from that
// by one place for even sizes.
static Val correlation(Np *n, Val a, Val v, jc_overlap mode) {
  if (np_bad(a) || np_bad(v)) return NP_BAD;
  const Type ta = np_type(n, a), tv = np_type(n, v);
  if (ta.rank != 1 || tv.rank != 1)
    return np_fail(n, "of vectors, not %s and %s", TYPE_STR(ta), TYPE_STR(tv));
  if (ta.dim[0] >= tv.dim[0]) return np_convolve(n, a, np_flip(n, v, 0), mode);
  return np_flip(n, np_convolve(n, v, np_flip(n, a, 0), mode), 0);
}

#define OVERLAP(name, build)                                                                   \
  OPS_BUILD(name) {                                                                            \
    OPS_UNUSED;                                                                                \
    return build(n, v[0], v[1], (jc_overlap)options.v[0]);                                     \
  }                                                                                            \
  jc_array jc_##name##_(jc_array a, jc_array v, jc_overlap mode, const char *file, int line) { \
    static const Fn fn = {#name, build_##name, 0};                                             \
    if ((unsigned)mode > JC_INSIDE)                                                            \
      return fail(HERE(file, line), #name ": %d is no mode", (int)mode), handle_poison();      \
    return call(&fn, 2, (jc_array[]){a, v}, INTS((int64_t)mode), HERE(file, line));            \
  }
OVERLAP(convolve, np_convolve)
OVERLAP(correlate, correlation)

// ---- of matrices

static bool fits_in(const Type *a, const Type *b) {
  return a->dim[0] <= b->dim[0] && a->dim[1] <= b->dim[1];
}

static Val turned(Np *n, Val x) { return np_flip(n, np_flip(n, x, 0), 1); }

static Val convolution2d(Np *n, Val a, Val w, jc_overlap mode) {
  int64_t low[2], high[2];
  const Type ta = np_type(n, a), tw = np_type(n, w);
  for (int i = 0; i < 2; i++) {
    const int64_t taps = tw.dim[i];
    low[i] = mode == JC_FULL ? taps - 1 : mode == JC_SAME_SIZE ? taps / 2 : 0;
    high[i] = mode == JC_SAME_SIZE ? taps - taps / 2 - 1 : low[i];
  }
  const Attrs at = {.lhs_dims = INTS(0, 1, 2, 3),
                    .rhs_dims = INTS(0, 1, 2, 3),
                    .out_dims = INTS(0, 1, 2, 3),
                    .stride = INTS(1, 1),
                    .low = {2, low},
                    .high = {2, high},
                    .lhs_dilation = INTS(1, 1),
                    .rhs_dilation = INTS(1, 1),
                    .feature_groups = 1,
                    .batch_groups = 1};
  const Id args[] = {b_reshape(n->g, a.id, INTS(1, 1, ta.dim[0], ta.dim[1])),
                     b_reshape(n->g, turned(n, w).id, INTS(1, 1, tw.dim[0], tw.dim[1]))};
  const Val r = {graph_add(n->g, OP_conv, 2, args, &at), a.weak};
  return np_squeeze(n, np_squeeze(n, r, 0), 0);
}

// The larger of two matrices is passed over by the other, but for JC_SAME_SIZE.
static Val overlap2d(Np *n, Val a, Val v, jc_overlap mode, bool correlate) {
  Val x[2] = {a, v};
  if (!np_promote(n, 2, x)) return NP_BAD;
  for (int i = 0; i < 2; i++) {
    const Type t = np_type(n, x[i]);
    if (t.rank != 2 || !t.dim[0] || !t.dim[1])
      return np_fail(n, "of matrices with elements, not %s", TYPE_STR(t));
    if (dtype_is_complex(t.dtype)) return np_fail(n, "does not take complex numbers");
    x[i] = np_inexact(n, x[i]);
  }
  const Type ta = np_type(n, x[0]), tv = np_type(n, x[1]);
  if (mode == JC_INSIDE && !fits_in(&tv, &ta) && !fits_in(&ta, &tv))
    return np_fail(n, "neither of %s and %s lies within the other", TYPE_STR(ta), TYPE_STR(tv));
  const bool swap = mode != JC_SAME_SIZE && fits_in(&ta, &tv) && !shape_equal(ta, tv);
  if (!correlate) return convolution2d(n, x[swap], x[!swap], mode);
  if (swap) return convolution2d(n, turned(n, x[1]), x[0], mode);
  return turned(n, convolution2d(n, turned(n, x[0]), x[1], mode));
}
static Val np_convolve2d(Np *n, Val a, Val v, jc_overlap mode) {
  return overlap2d(n, a, v, mode, false);
}
static Val correlation2d(Np *n, Val a, Val v, jc_overlap mode) {
  return overlap2d(n, a, v, mode, true);
}
OVERLAP(convolve2d, np_convolve2d)
OVERLAP(correlate2d, correlation2d)

// ---- powers of a vector

OPS_BUILD(vander) {
  OPS_UNUSED;
  const Val x = v[0];
  if (np_bad(x)) return x;
  if (np_type(n, x).rank != 1) return np_fail(n, "of a vector, not %s", TYPE_STR(np_type(n, x)));
  const int64_t count = options.v[0];
  if (count > 256) return np_fail(n, "%lld columns, at most 256", (long long)count);
  Val columns[256];
  for (int64_t i = 0; i < count; i++)
    columns[i] = (Val){b_power(n->g, x.id, count - 1 - i), x.weak};
  return np_stack(n, (int)count, columns, 1);
}
jc_array jc_vander_(jc_array x, int64_t count, const char *file, int line) {
  static const Fn fn = {"vander", build_vander, PROMOTE_NONE};
  if (count < 1)
    return fail(HERE(file, line), "vander: %lld columns", (long long)count), handle_poison();
  return call(&fn, 1, &x, INTS(count), HERE(file, line));
}
