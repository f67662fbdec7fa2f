// Promotion, broadcasting and elementwise functions on graphs.
#include "frontend/library/np.h"

#include <stdarg.h>
#include <stdio.h>

Val np_fail(Np *n, const char *fmt, ...) {
  char text[900];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(text, sizeof text, fmt, ap);
  va_end(ap);
  fail(n->g->loc, "%s: %s", n->name, text);
  return NP_BAD;
}

// ---- promotion

// JAX's lattice: numbers of C have no width (INTEGER, REAL); a step stands before what it can
// become, FROM_x is the set of what x can become.
enum {
  STEP_BOOL,
  INTEGER,
  STEP_U8,
  STEP_I8,
  STEP_U16,
  STEP_I16,
  STEP_U32,
  STEP_I32,
  STEP_U64,
  STEP_I64,
  REAL,
  STEP_F16,
  STEP_BF16,
  STEP_F32,
  STEP_F64,
  COMPLEX,
  STEP_C64,
  STEP_C128
};
enum {
  FROM_C128 = 1 << STEP_C128,
  FROM_C64 = 1 << STEP_C64 | FROM_C128,
  FROM_COMPLEX = 1 << COMPLEX | FROM_C64,
  FROM_F64 = 1 << STEP_F64 | FROM_C128,
  FROM_F32 = 1 << STEP_F32 | FROM_F64 | FROM_C64,
  FROM_F16 = 1 << STEP_F16 | FROM_F32,
  FROM_BF16 = 1 << STEP_BF16 | FROM_F32,
  FROM_REAL = 1 << REAL | FROM_F16 | FROM_BF16 | FROM_COMPLEX,
  FROM_I64 = 1 << STEP_I64 | FROM_REAL,
  FROM_U64 = 1 << STEP_U64 | FROM_REAL,
  FROM_I32 = 1 << STEP_I32 | FROM_I64,
  FROM_U32 = 1 << STEP_U32 | FROM_I64 | FROM_U64,
  FROM_I16 = 1 << STEP_I16 | FROM_I32,
  FROM_U16 = 1 << STEP_U16 | FROM_I32 | FROM_U32,
  FROM_I8 = 1 << STEP_I8 | FROM_I16,
  FROM_U8 = 1 << STEP_U8 | FROM_I16 | FROM_U16,
  FROM_INTEGER = 1 << INTEGER | FROM_I8 | FROM_U8,
  FROM_BOOL = 1 << STEP_BOOL | FROM_INTEGER,
};

// What a value can become, as a set of steps: its own is the lowest.
static unsigned becomes(Dtype d, bool weak) {
  static const unsigned strong[DT_COUNT] = {
      [DT_BOOL] = FROM_BOOL, [DT_U8] = FROM_U8,   [DT_I8] = FROM_I8,    [DT_U16] = FROM_U16,
      [DT_I16] = FROM_I16,   [DT_U32] = FROM_U32, [DT_I32] = FROM_I32,  [DT_U64] = FROM_U64,
      [DT_I64] = FROM_I64,   [DT_F32] = FROM_F32, [DT_F64] = FROM_F64,  [DT_F16] = FROM_F16,
      [DT_BF16] = FROM_BF16, [DT_C64] = FROM_C64, [DT_C128] = FROM_C128};
  if (weak && dtype_is_complex(d)) return FROM_COMPLEX;
  if (weak && dtype_is_float(d)) return FROM_REAL;
  if (weak && dtype_is_int(d)) return FROM_INTEGER;
  return strong[d];
}

static Dtype dtype_of_step(unsigned set) {
  for (int d = 0; d < DT_COUNT; d++) {
    if (becomes((Dtype)d, false) == set) return (Dtype)d;
  }
  return DT_F32;  // REAL: of u64 and a signed type
}

void promote(Dtype a, bool weak_a, Dtype b, bool weak_b, Dtype *d, bool *weak) {
  const unsigned from_a = becomes(a, weak_a), from_b = becomes(b, weak_b), both = from_a & from_b;
  if (both == from_a) {
    *d = a, *weak = weak_a && a != DT_BOOL;
  } else if (both == from_b) {
    *d = b, *weak = weak_b && b != DT_BOOL;
  } else {
    *d = dtype_of_step(both), *weak = both == FROM_REAL;
  }
}

Val np_to(Np *n, Val x, Dtype d, bool weak) { return (Val){b_convert(n->g, x.id, d), weak}; }
Val np_convert(Np *n, Val x, Dtype d) { return np_to(n, x, d, false); }

Val np_inexact(Np *n, Val x) {
  if (np_bad(x) || dtype_is_inexact(np_type(n, x).dtype)) return x;
  return np_to(n, x, DT_F32, x.weak);
}

bool np_promote(Np *n, int k, Val *x) {
  if (np_bad(x[0])) return false;
  Dtype d = np_type(n, x[0]).dtype;
  bool weak = x[0].weak;
  for (int i = 1; i < k; i++) {
    if (np_bad(x[i])) return false;
    promote(d, weak, np_type(n, x[i]).dtype, x[i].weak, &d, &weak);
  }
  for (int i = 0; i < k; i++) x[i] = np_to(n, x[i], d, weak);
  return true;
}

Val np_number(Np *n, Val like, double v) {
  return np_bad(like) ? NP_BAD : (Val){b_scalar(n->g, np_type(n, like).dtype, v), true};
}

// ---- shapes

bool np_axis(Np *n, int64_t axis, int rank, int *out) {
  if (axis < -rank || axis >= rank)
    return np_fail(n, "axis %lld is out of range for rank %d", (long long)axis, rank), false;
  *out = (int)(axis < 0 ? axis + rank : axis);
  return true;
}

static bool broadcasts(Type x, Ints shape) {
  if (x.rank > shape.n) return false;
  for (int i = 0; i < x.rank; i++) {
    if (x.dim[i] != 1 && x.dim[i] != shape.v[shape.n - x.rank + i]) return false;
  }
  return true;
}

Val np_broadcast_to(Np *n, Val x, Ints shape) {
  if (np_bad(x)) return x;
  Type t = np_type(n, x);
  if (!broadcasts(t, shape))
    return np_fail(n, "%s does not broadcast to %s", TYPE_STR(t),
                   TYPE_STR(type_of(t.dtype, shape)));
  int64_t dims[MAX_RANK];
  for (int i = 0; i < t.rank; i++) dims[i] = shape.n - t.rank + i;
  return (Val){b_broadcast(n->g, x.id, shape, (Ints){t.rank, dims}), x.weak};
}

static bool shapes_meet(Type a, Type b) {
  for (int i = 1; i <= a.rank && i <= b.rank; i++) {
    const int64_t p = a.dim[a.rank - i], q = b.dim[b.rank - i];
    if (p != q && p != 1 && q != 1) return false;
  }
  return true;
}

bool np_broadcast(Np *n, int k, Val *x) {
  int64_t dim[MAX_RANK];
  int rank = 0;
  for (int i = 0; i < k; i++) {
    if (np_bad(x[i])) return false;
    int r = np_type(n, x[i]).rank;
    if (r > rank) rank = r;
  }
  for (int d = 0; d < rank; d++) dim[d] = 1;
  for (int i = 0; i < k; i++) {
    Type t = np_type(n, x[i]);
    for (int d = 0; d < t.rank; d++) {
      int64_t *to = &dim[rank - t.rank + d];
      if (*to == 1) *to = t.dim[d];
    }
  }
  for (int i = 0; i < k; i++) {
    if (broadcasts(np_type(n, x[i]), (Ints){rank, dim})) continue;
    int other = 0;  // one that differs along an axis where neither has size 1
    while (shapes_meet(np_type(n, x[other]), np_type(n, x[i]))) other++;
    const int a = other < i ? other : i, b = other < i ? i : other;
    return np_fail(n, "shapes %s and %s do not broadcast", TYPE_STR(np_type(n, x[a])),
                   TYPE_STR(np_type(n, x[b]))),
           false;
  }
  for (int i = 0; i < k; i++) x[i] = np_broadcast_to(n, x[i], (Ints){rank, dim});
  return true;
}

// ---- elementwise

// Whether the op has a meaning for x's dtype; the message names the public function.
static bool np_accepts(Np *n, Op op, Val x) {
  const Type t = np_type(n, x);
  const unsigned accepts = op_info(op)->accepts;
  if (op_accepts(op, t.dtype)) return true;
  const unsigned kind = accepts == ACCEPTS_COMPLEX ? ACCEPTS_COMPLEX : accepts & 7;
  return np_fail(n, "does not take %s: it is for %s", TYPE_STR(t), accepts_text(kind)), false;
}

Val np_map1(Np *n, Op op, Val x) {
  if (np_bad(x) || !np_accepts(n, op, x)) return NP_BAD;
  return (Val){graph_add(n->g, op, 1, &x.id, NULL), x.weak};
}

Val np_real1(Np *n, Op op, Val x) { return np_map1(n, op, np_inexact(n, x)); }

Val np_map2(Np *n, Op op, Val a, Val b) {
  Val x[2] = {a, b};
  if (!np_promote(n, 2, x) || !np_accepts(n, op, x[0]) || !np_broadcast(n, 2, x)) return NP_BAD;
  return (Val){graph_add(n->g, op, 2, (Id[]){x[0].id, x[1].id}, NULL), x[0].weak};
}

Val np_compare(Np *n, Op op, Val a, Val b) {
  Val r = np_map2(n, op, a, b);
  r.weak = false;
  return r;
}

Val np_nonzero(Np *n, Val x) {
  if (np_bad(x) || np_type(n, x).dtype == DT_BOOL) return x;
  return np_compare(n, OP_ne, x, np_number(n, x, 0));
}

Val np_select(Np *n, Val c, Val a, Val b) {
  Val x[2] = {a, b}, all[3];
  c = np_nonzero(n, c);
  if (np_bad(c) || !np_promote(n, 2, x)) return NP_BAD;
  all[0] = c, all[1] = x[0], all[2] = x[1];
  if (!np_broadcast(n, 3, all)) return NP_BAD;
  return (Val){b_select(n->g, all[0].id, all[1].id, all[2].id), x[0].weak};
}

Val np_true_divide(Np *n, Val a, Val b) {
  Val x[2] = {a, b};
  if (!np_promote(n, 2, x)) return NP_BAD;
  return np_div(n, np_inexact(n, x[0]), np_inexact(n, x[1]));
}

// The remainder with the divisor's sign.
Val np_mod(Np *n, Val a, Val b) {
  Val x[2] = {a, b};
  if (!np_promote(n, 2, x) || !np_broadcast(n, 2, x)) return NP_BAD;
  Val r = np_map2(n, OP_rem, x[0], x[1]), zero = np_number(n, r, 0);
  if (np_bad(r) || dtype_kind(np_type(n, r).dtype) == KIND_UNSIGNED) return r;
  Val differs =
      np_compare(n, OP_ne, np_compare(n, OP_lt, r, zero), np_compare(n, OP_lt, x[1], zero));
  Val fix = np_map2(n, OP_and, differs, np_compare(n, OP_ne, r, zero));
  return np_select(n, fix, np_add(n, r, x[1]), r);
}

Val np_floor_divide(Np *n, Val a, Val b) {
  Val x[2] = {a, b};
  if (!np_promote(n, 2, x) || !np_broadcast(n, 2, x)) return NP_BAD;
  Dtype d = np_type(n, x[0]).dtype;
  if (dtype_is_float(d)) return np_map1(n, OP_floor, np_div(n, x[0], x[1]));
  Val q = np_div(n, x[0], x[1]), zero = np_number(n, q, 0);
  if (dtype_kind(d) == KIND_UNSIGNED) return q;
  Val r = np_map2(n, OP_rem, x[0], x[1]);
  Val differs =
      np_compare(n, OP_ne, np_compare(n, OP_lt, x[0], zero), np_compare(n, OP_lt, x[1], zero));
  Val fix = np_map2(n, OP_and, differs, np_compare(n, OP_ne, r, zero));
  return np_select(n, fix, np_sub(n, q, np_number(n, q, 1)), q);
}

// By max and min, so that the derivative at an edge is 0.5 as theirs at a tie.
Val np_clip(Np *n, Val x, Val lo, Val hi) {
  return np_map2(n, OP_min, np_map2(n, OP_max, x, lo), hi);
}
