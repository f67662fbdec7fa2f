// What StableHLO has no op for, in terms of ops that it has.
#include "compiler/complex_rows.h"
#include "compiler/mlir.h"
#include "compiler/rules.h"
#include "ir/scalar.h"

// Of integers below zero: 0, but for 1 and -1.
static Id power_below_zero(Graph *g, Id x, bool odd) {
  const Id y = b_select(g, b_eq(g, x, b_like(g, x, 1)), b_like(g, x, 1), b_like(g, x, 0));
  if (dtype_kind(graph_type(g, x).dtype) != KIND_SIGNED) return y;
  return b_select(g, b_eq(g, x, b_like(g, x, -1)), b_like(g, x, odd ? -1 : 1), y);
}

// By squaring, in the order of the row's own meaning.
static Id power(Graph *g, Id x, int64_t e) {
  const Id one = b_like(g, x, 1);
  if (e < 0 && !dtype_is_inexact(graph_type(g, x).dtype)) return power_below_zero(g, x, e & 1);
  Id y = NO_ID, square = x;
  for (uint64_t left = e < 0 ? -(uint64_t)e : (uint64_t)e; left; left >>= 1) {
    if (left & 1) y = y == NO_ID ? square : b_mul(g, y, square);
    if (left > 1) square = b_mul(g, square, square);
  }
  if (y == NO_ID) y = one;
  return e < 0 ? b_div(g, one, y) : y;
}

// Halves are rounded once.
void mlir_power(Legalize *s) {
  const Dtype d = legalize_arg(s, 0).dtype;
  const bool half = dtype_is_float(d) && dtype_size(d) == 2;
  const Id x = half ? b_convert(s->g, s->args[0], DT_F32) : s->args[0];
  s->results[0] = b_convert(s->g, power(s->g, x, s->node->attrs->exponent), d);
}

void mlir_exp2(Legalize *s) {
  s->results[0] = b_pow(s->g, b_like(s->g, s->args[0], 2), s->args[0]);
}

void mlir_pass(Legalize *s) { s->results[0] = s->args[0]; }

// Of f32 the product is exact in f64 and the sum is rounded twice; of f64 the product is rounded.
void mlir_fma(Legalize *s) {
  Graph *g = s->g;
  Id x[3];
  for (int i = 0; i < 3; i++) x[i] = b_convert(g, s->args[i], DT_F64);
  s->results[0] = b_convert(g, b_add(g, b_mul(g, x[0], x[1]), x[2]), legalize_arg(s, 0).dtype);
}

// ---- functions that StableHLO does not name: the row's own meaning, op by op. What is named there
// stays: XLA drops the rounding of (x + 1.5 * 2^52) - 1.5 * 2^52, which expanding exp needs.

static Id table_element(Graph *g, const ScalarTable *table, Id index) {
  const Type t = graph_type(g, index);
  const Attrs at = {.collapsed_dims = INTS(0),
                    .index_map = INTS(0),
                    .index_vector_dim = t.rank,
                    .slice_sizes = INTS(1),
                    .mode = MODE_CLIP};
  const Id all = b_literal(g, type_of(table->dtype, INTS(table->n)), false, table->data);
  return graph_add(g, OP_gather, 2, (Id[]){all, index}, &at);
}

static Id scalar_value(Legalize *s, const Dag *d, const Scalar *x, const Id *v) {
  Graph *g = s->g;
  Type t = legalize_arg(s, 0);
  t.dtype = x->dtype;
  Id args[3];
  for (int i = 0; i < x->nargs; i++) args[i] = v[x->args[i]];
  switch (x->kind) {
    case S_INPUT: return s->args[x->imm];
    case S_CONST: return b_literal(g, t, true, &x->imm);
    case S_TABLE: return table_element(g, &d->tables[x->imm], args[0]);
    case S_RARE: return b_select(g, args[0], args[2], args[1]);
    default: return graph_add(g, x->op, x->nargs, args, &(Attrs){.dtype = x->dtype});
  }
}

static bool has_name(Op op) { return mlir_forms[op].print; }

void mlir_expanded(Legalize *s) {
  const Node *n = s->node;
  Dag d;
  Sid in[3];
  dag_init(&d, s->g->arena);
  d.keeps = has_name;
  for (int i = 0; i < n->nargs; i++) in[i] = s_input(&d, legalize_arg(s, i).dtype, i);
  const Sid root = s_op(&d, n->op, n->nargs, in, n->attrs);
  Id *v = ARENA_ARRAY(s->g->arena, Id, d.n);
  for (int i = 0; i < d.n && !failed(); i++) v[i] = scalar_value(s, &d, dag_node(&d, (Sid)i), v);
  s->results[0] = v[root];
}

bool mlir_is_unsigned(const Graph *g, const Node *n) {
  return dtype_kind(graph_type(g, n->args[0]).dtype) == KIND_UNSIGNED;
}

void mlir_unsigned_sign(Legalize *s) {
  s->results[0] = b_min(s->g, s->args[0], b_like(s->g, s->args[0], 1));
}

// There the init, a zero, would turn -0 into 0.
bool mlir_reduces_nothing(const Graph *g, const Node *n) {
  (void)g;
  return !n->attrs->axes.n;
}

// ---- complex numbers

bool mlir_is_complex(const Graph *g, const Node *n) {
  return dtype_is_complex(graph_type(g, n->args[0]).dtype);
}

// Rows that StableHLO has of real numbers alone.
void mlir_by_parts(Legalize *s) {
  Parts x[2];
  for (int i = 0; i < s->node->nargs; i++)
    x[i] = (Parts){b_real(s->g, s->args[i]), b_imag(s->g, s->args[i])};
  const Parts y = complex_row(s->node->op)(s->g, s->node, x);
  s->results[0] = is_split(y) ? b_complex(s->g, y.re, y.im) : y.re;
}

// ---- Fourier transforms of parts

static Id fourier(Graph *g, Op op, Id x, int64_t n) {
  return graph_add(g, op, 1, &x, &(Attrs){.length = INTS(n)});
}

void mlir_dft(Legalize *s) {
  Graph *g = s->g;
  const Type t = legalize_arg(s, 0);
  const int axis = (int)s->node->attrs->axis, last = t.rank - 1;
  const int64_t n = t.dim[axis];
  const bool backwards = s->node->attrs->backwards;
  Id y = b_complex(g, move_axis(g, s->args[0], axis, last), move_axis(g, s->args[1], axis, last));
  y = fourier(g, backwards ? OP_ifft : OP_fft, y, n);
  for (int i = 0; i < 2; i++) {
    Id part = i ? b_imag(g, y) : b_real(g, y);
    if (backwards) part = b_mul(g, part, b_like(g, part, (double)n));
    s->results[i] = move_axis(g, part, last, axis);
  }
}

void mlir_rdft(Legalize *s) {
  const Type t = legalize_arg(s, 0);
  const Id y = fourier(s->g, OP_rfft, s->args[0], t.dim[t.rank - 1]);
  s->results[0] = b_real(s->g, y), s->results[1] = b_imag(s->g, y);
}

void mlir_irdft(Legalize *s) {
  Graph *g = s->g;
  const int64_t n = s->node->attrs->size;
  const Id y = fourier(g, OP_irfft, b_complex(g, s->args[0], s->args[1]), n);
  s->results[0] = b_mul(g, y, b_like(g, y, (double)n));
}

// ---- gather with fill

bool mlir_fills(const Graph *g, const Node *n) {
  (void)g;
  return n->attrs->mode == MODE_FILL;
}

static Id range_end(Legalize *s, const Attrs *at) {
  const Type x = legalize_arg(s, 0);
  int64_t last[MAX_RANK];
  for (int k = 0; k < at->index_map.n; k++)
    last[k] = x.dim[at->index_map.v[k]] - at->slice_sizes.v[at->index_map.v[k]];
  return b_literal(s->g, type_of(DT_I64, INTS(at->index_map.n)), false, last);
}

// Whether all starts of an index are in range: a bool per index, in the shape of the index array
// without its vector dimension.
static Id in_range(Legalize *s, const Attrs *at) {
  Graph *g = s->g;
  const Type index = legalize_arg(s, 1);
  const int64_t vector = at->index_vector_dim;
  // An index of u64 above the greatest i64 becomes negative: out of range as well.
  Id i = b_convert(g, s->args[1], DT_I64);
  int64_t shape[MAX_RANK + 1];
  for (int d = 0; d < index.rank; d++) shape[d] = index.dim[d];
  if (vector == index.rank) shape[index.rank] = 1;
  const Ints all = {index.rank + (vector == index.rank), shape};
  i = b_reshape(g, i, all);
  const Id last = b_broadcast(g, range_end(s, at), all, INTS(vector));
  const Id ok = b_and(g, b_ge(g, i, b_like(g, i, 0)), b_le(g, i, last));
  return b_reduce(g, OP_reduce_and, ok, INTS(vector));
}

void mlir_masked_gather(Legalize *s) {
  Graph *g = s->g;
  Attrs at = *s->node->attrs;
  at.mode = MODE_CLIP;
  const Id y = graph_add(g, OP_gather, 2, s->args, &at);
  if (y == NO_ID) return;
  const Type t = graph_type(g, y);
  int64_t batch[MAX_RANK];
  int n = 0;
  for (int d = 0; d < t.rank; d++) {
    if (!ints_has(at.offset_dims, d)) batch[n++] = d;
  }
  const Id ok = b_broadcast(g, in_range(s, &at), type_shape(t), (Ints){n, batch});
  const bool is_float = dtype_is_float(t.dtype);
  s->results[0] = b_select(g, ok, y, b_like(g, y, is_float ? __builtin_nan("") : 0));
}

// ---- dynamic slices

static int first_start(const Node *n) { return n->op == OP_dynamic_slice ? 1 : 2; }

bool mlir_mixed_starts(const Graph *g, const Node *n) {
  for (int i = first_start(n) + 1; i < n->nargs; i++) {
    if (graph_type(g, n->args[i]).dtype != graph_type(g, n->args[i - 1]).dtype) return true;
  }
  return false;
}

// StableHLO wants starts of one type. What i64 cannot hold is clamped as any large start is.
void mlir_same_starts(Legalize *s) {
  Graph *g = s->g;
  Id args[MAX_RANK + 2];
  for (int i = 0; i < s->node->nargs; i++) {
    Id x = s->args[i];
    if (i >= first_start(s->node)) {
      if (graph_type(g, x).dtype == DT_U64) x = b_min(g, x, b_scalar_int(g, DT_U64, INT64_MAX));
      x = b_convert(g, x, DT_I64);
    }
    args[i] = x;
  }
  s->results[0] = graph_add(g, s->node->op, s->node->nargs, args, s->node->attrs);
}

// ---- scatter into a scalar

bool mlir_is_scalar(const Graph *g, const Node *n) { return graph_type(g, n->args[0]).rank == 0; }

// As one into its only element, at index 0: XLA refuses it otherwise.
void mlir_scalar_scatter(Legalize *s) {
  Graph *g = s->g;
  const Node *n = s->node;
  const int indices = n->nargs / 2;
  const Type updates = legalize_arg(s, indices + 1);
  int64_t shape[MAX_RANK + 1];
  for (int d = 0; d < updates.rank; d++) shape[d] = updates.dim[d];
  shape[updates.rank] = 1;
  Id *args = ARENA_ARRAY(g->arena, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++)
    args[i] = i < indices ? b_reshape(g, s->args[i], INTS(1)) : s->args[i];
  args[indices] = b_full(g, (Type){DT_I32, updates.rank + 1, shape}, 0);
  Attrs at = *n->attrs;
  at.collapsed_dims = at.index_map = INTS(0);
  at.index_vector_dim = updates.rank;
  const Id first = graph_add(g, n->op, n->nargs, args, &at);
  for (int i = 0; first != NO_ID && i < n->nresults; i++)
    s->results[i] = b_reshape(g, first + (Id)i, (Ints){0});
}
