// Builders.
#include "ir/build.h"

#include <string.h>

#include "ir/half.h"

#define OP(name, ...)
#define MAP1(name, cols) \
  Id b_##name(Graph *g, Id x) { return graph_add(g, OP_##name, 1, &x, NULL); }
#define MAP2(name, cols) \
  Id b_##name(Graph *g, Id x, Id y) { return graph_add(g, OP_##name, 2, (Id[]){x, y}, NULL); }
#define MAP3(name, cols)                                      \
  Id b_##name(Graph *g, Id x, Id y, Id z) {                   \
    return graph_add(g, OP_##name, 3, (Id[]){x, y, z}, NULL); \
  }
#define PART1(name, cols) MAP1(name, cols)
#define PRED1(name, cols) MAP1(name, cols)
#define PRED2(name, cols) MAP2(name, cols)
#define PICK(name, cols) MAP3(name, cols)
#include "ir/ops.def"

static bool known(Id x) { return x != NO_ID; }

Id b_power(Graph *g, Id x, int64_t exponent) {
  return graph_add(g, OP_integer_pow, 1, &x, &(Attrs){.exponent = exponent});
}

Id b_convert(Graph *g, Id x, Dtype d) {
  if (!known(x) || graph_type(g, x).dtype == d) return x;
  return graph_add(g, OP_convert, 1, &x, &(Attrs){.dtype = d});
}

Id b_bitcast(Graph *g, Id x, Dtype d) {
  if (!known(x) || graph_type(g, x).dtype == d) return x;
  return graph_add(g, OP_bitcast_convert, 1, &x, &(Attrs){.dtype = d});
}

// ---- constants

#define STORE(NAME, name, ctype, kind, bytes) \
  case DT_##NAME: {                           \
    ctype t = (ctype)v;                       \
    memcpy(out, &t, sizeof t);                \
    return;                                   \
  }

static void store_half(Dtype d, long double v, void *out) {
  const uint16_t bits = half_of(d, v);
  memcpy(out, &bits, sizeof bits);
}

static void store_int(Dtype d, int64_t v, void *out) {
  if (dtype_is_complex(d)) {
    store_int(dtype_part(d), v, out);
    store_int(dtype_part(d), 0, (char *)out + dtype_size(d) / 2);
    return;
  }
  if (d == DT_BOOL) v = v != 0;
  if (dtype_is_half(d)) {
    store_half(d, v, out);
    return;
  }
  switch (d) {
    C_DTYPES(STORE)
    default: BUG("dtype %d", d);
  }
}

// Integers wrap; beyond 64 bits they end at what these hold.
static int64_t wrapped(double v) {
  if (v != v) return 0;
  if (v >= 0x1p63) return (int64_t)(v < 0x1p64 ? (uint64_t)v : UINT64_MAX);
  return v < -0x1p63 ? INT64_MIN : (int64_t)v;
}

static void store_double(Dtype d, double v, void *out) {
  if (d == DT_BOOL) v = v != 0;
  if (!dtype_is_inexact(d)) {
    store_int(d, wrapped(v), out);
    return;
  }
  if (dtype_is_half(d)) {
    store_half(d, v, out);
    return;
  }
  if (dtype_is_complex(d)) {
    store_double(dtype_part(d), v, out);
    store_double(dtype_part(d), 0, (char *)out + dtype_size(d) / 2);
    return;
  }
  switch (d) {
    C_DTYPES(STORE)
    default: BUG("dtype %d", d);
  }
}

Id b_complex(Graph *g, Id re, Id im) { return graph_add(g, OP_complex, 2, (Id[]){re, im}, NULL); }

Id b_real(Graph *g, Id x) { return graph_add(g, OP_real, 1, &x, NULL); }
Id b_imag(Graph *g, Id x) { return graph_add(g, OP_imag, 1, &x, NULL); }

Id b_conj(Graph *g, Id x) {
  if (!known(x) || !dtype_is_complex(graph_type(g, x).dtype)) return x;
  return b_complex(g, b_real(g, x), b_neg(g, b_imag(g, x)));
}

Id b_literal(Graph *g, Type t, bool splat, const void *data) {
  return graph_add(g, OP_constant, 0, NULL, &(Attrs){.literal = {t, splat, data}});
}

Id b_scalar(Graph *g, Dtype d, double v) {
  uint64_t bits[ELEMENT_WORDS] = {0};
  store_double(d, v, bits);
  return b_literal(g, type_scalar(d), true, bits);
}

Id b_scalar_int(Graph *g, Dtype d, int64_t v) {
  uint64_t bits[ELEMENT_WORDS] = {0};
  store_int(d, v, bits);
  return b_literal(g, type_scalar(d), true, bits);
}

Id b_full(Graph *g, Type t, double v) {
  return b_broadcast(g, b_scalar(g, t.dtype, v), type_shape(t), (Ints){0});
}

Id b_like(Graph *g, Id x, double v) { return known(x) ? b_full(g, graph_type(g, x), v) : NO_ID; }

Id b_iota(Graph *g, Type t, int axis) {
  return graph_add(g, OP_iota, 0, NULL,
                   &(Attrs){.dtype = t.dtype, .shape = type_shape(t), .axis = axis});
}

Id b_total_order(Graph *g, Id x) {
  if (!known(x) || !dtype_is_float(graph_type(g, x).dtype)) return x;
  static const Dtype ints[] = {[2] = DT_I16, [4] = DT_I32, [8] = DT_I64};
  const size_t size = dtype_size(graph_type(g, x).dtype);
  const Id bits = b_bitcast(g, x, ints[size]);
  if (!known(bits)) return NO_ID;
  const Type t = graph_type(g, bits);
  const int64_t most = INT64_MAX >> (64 - 8 * size);
  const Id shift =
      b_broadcast(g, b_scalar_int(g, t.dtype, 8 * (int)size - 1), type_shape(t), (Ints){0});
  const Id mask = b_broadcast(g, b_scalar_int(g, t.dtype, most), type_shape(t), (Ints){0});
  return b_xor(g, bits, b_and(g, b_shift_right_arithmetic(g, bits, shift), mask));
}

// ---- reductions and contractions

static void sort_ints(int64_t *v, int n) {
  for (int i = 1; i < n; i++) {
    for (int k = i; k > 0 && v[k] < v[k - 1]; k--) {
      int64_t t = v[k];
      v[k] = v[k - 1], v[k - 1] = t;
    }
  }
}

Order reduce_order(Type t, Ints axes) {
  for (int i = t.rank - 1; i >= 0; i--) {
    if (t.dim[i] > 1) return ints_has(axes, i) ? ORDER_ROWS : ORDER_COLS;
  }
  return ORDER_ROWS;
}

Id b_reduce(Graph *g, Op reducer, Id x, Ints axes) {
  if (!known(x) || axes.n == 0) return x;
  int64_t sorted[MAX_RANK];
  if (axes.n > MAX_RANK) return graph_add(g, reducer, 1, &x, &(Attrs){.axes = axes});
  memcpy(sorted, axes.v, sizeof(int64_t) * (size_t)axes.n);
  sort_ints(sorted, axes.n);
  Ints ascending = {axes.n, sorted};
  return graph_add(g, reducer, 1, &x,
                   &(Attrs){.axes = ascending, .order = reduce_order(graph_type(g, x), ascending)});
}

Id b_argreduce(Graph *g, Op op, Id x, int axis) {
  return graph_add(g, op, 1, &x, &(Attrs){.axis = axis});
}

static int64_t product(Type t, Ints dims) {
  int64_t n = 1;
  for (int i = 0; i < dims.n; i++) n *= t.dim[dims.v[i]];
  return n;
}

// The contracted dimensions are the last ones, in order: the operand's rows run along K.
static bool k_minor(Type t, Ints contract) {
  for (int i = 0; i < contract.n; i++) {
    if (contract.v[i] != t.rank - contract.n + i) return false;
  }
  return contract.n > 0;
}

// The dot form (64 partials along K) pays only for thin results whose operands both run along K.
enum { DOT_THIN = 16, DOT_LONG = 256 };

Order dot_order(Type a, Type b, const Attrs *at) {
  int64_t k = product(a, at->lhs_contract), batch = product(a, at->lhs_batch), per = k * batch;
  if (per == 0 || !k_minor(a, at->lhs_contract) || !k_minor(b, at->rhs_contract))
    return ORDER_CHAIN;
  int64_t m = type_count(a) / per, n = type_count(b) / per, thin = m < n ? m : n;
  if (thin == 1) return ORDER_ROWS;
  return thin <= DOT_THIN && k >= DOT_LONG ? ORDER_ROWS : ORDER_CHAIN;
}

Id b_dot(Graph *g, Id a, Id b, Ints lhs_batch, Ints rhs_batch, Ints lhs_contract,
         Ints rhs_contract) {
  if (!known(a) || !known(b)) return NO_ID;
  Attrs at = {.lhs_batch = lhs_batch,
              .rhs_batch = rhs_batch,
              .lhs_contract = lhs_contract,
              .rhs_contract = rhs_contract,
              .order = ORDER_CHAIN};
  Type one;
  // Shapes are checked before dot_order reads dimensions by number.
  Infer in = {g->arena, OP_dot, 2, (Type[]){graph_type(g, a), graph_type(g, b)},
              &at,      g->loc, 1, &one};
  if (!op_infer(&in)) return NO_ID;
  at.order = dot_order(graph_type(g, a), graph_type(g, b), &at);
  return graph_add(g, OP_dot, 2, (Id[]){a, b}, &at);
}

// ---- shape

static bool is_iota(Ints v, int n) {
  for (int i = 0; i < v.n; i++) {
    if (v.v[i] != i) return false;
  }
  return v.n == n;
}

Id b_broadcast(Graph *g, Id x, Ints shape, Ints dims) {
  if (!known(x)) return NO_ID;
  if (is_iota(dims, shape.n) && ints_equal(type_shape(graph_type(g, x)), shape)) return x;
  return graph_add(g, OP_broadcast, 1, &x, &(Attrs){.shape = shape, .dims = dims});
}

Id b_reshape(Graph *g, Id x, Ints shape) {
  if (!known(x) || ints_equal(type_shape(graph_type(g, x)), shape)) return x;
  return graph_add(g, OP_reshape, 1, &x, &(Attrs){.shape = shape});
}

Id b_transpose(Graph *g, Id x, Ints perm) {
  if (!known(x) || is_iota(perm, graph_type(g, x).rank)) return x;
  return graph_add(g, OP_transpose, 1, &x, &(Attrs){.perm = perm});
}

Id b_slice(Graph *g, Id x, Ints start, Ints limit, Ints stride) {
  return graph_add(g, OP_slice, 1, &x, &(Attrs){.start = start, .limit = limit, .stride = stride});
}

Id b_slice_axis(Graph *g, Id x, int axis, int64_t from, int64_t to, int64_t step) {
  if (x == NO_ID) return NO_ID;
  const Type t = graph_type(g, x);
  int64_t start[MAX_RANK] = {0}, limit[MAX_RANK], stride[MAX_RANK];
  for (int i = 0; i < t.rank; i++) limit[i] = t.dim[i], stride[i] = 1;
  start[axis] = from, limit[axis] = to, stride[axis] = step;
  return b_slice(g, x, (Ints){t.rank, start}, (Ints){t.rank, limit}, (Ints){t.rank, stride});
}

Id b_pad(Graph *g, Id x, Id value, Ints low, Ints high, Ints interior) {
  return graph_add(g, OP_pad, 2, (Id[]){x, value},
                   &(Attrs){.low = low, .high = high, .interior = interior});
}

Id b_reverse(Graph *g, Id x, Ints axes) {
  if (axes.n == 0) return x;
  return graph_add(g, OP_reverse, 1, &x, &(Attrs){.axes = axes});
}

// i, 0, 0, ...
static int row_starts(Graph *g, Id i, int rank, Id *starts) {
  for (int k = 0; k < rank; k++) starts[k] = k ? b_scalar_int(g, graph_type(g, i).dtype, 0) : i;
  return rank;
}

Id b_row(Graph *g, Id x, Id i) {
  if (x == NO_ID || i == NO_ID) return NO_ID;
  const Type t = graph_type(g, x);
  int64_t sizes[MAX_RANK];
  Id args[MAX_RANK + 1] = {x};
  for (int k = 0; k < t.rank; k++) sizes[k] = k ? t.dim[k] : 1;
  const int n = row_starts(g, i, t.rank, args + 1);
  const Id row =
      graph_add(g, OP_dynamic_slice, 1 + n, args, &(Attrs){.slice_sizes = {t.rank, sizes}});
  return b_reshape(g, row, (Ints){t.rank - 1, t.dim + 1});
}

Id b_with_row(Graph *g, Id x, Id i, Id row) {
  if (x == NO_ID || i == NO_ID || row == NO_ID) return NO_ID;
  const Type t = graph_type(g, x);
  int64_t sizes[MAX_RANK];
  for (int k = 0; k < t.rank; k++) sizes[k] = k ? t.dim[k] : 1;
  Id args[MAX_RANK + 2] = {x, b_reshape(g, row, (Ints){t.rank, sizes})};
  const int n = row_starts(g, i, t.rank, args + 2);
  return graph_add(g, OP_dynamic_update_slice, 2 + n, args, NULL);
}

Id b_concatenate(Graph *g, int n, const Id *xs, int axis) {
  if (n == 1) return xs[0];
  return graph_add(g, OP_concatenate, n, xs, &(Attrs){.axis = axis});
}
