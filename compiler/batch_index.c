// Batching of gather, scatter and dynamic slices.
#include "compiler/rules.h"

static Id value_in(const Batch *c, const Node *n, int k) { return c->value[n->args[k]]; }
static int axis_in(const Batch *c, const Node *n, int k) { return c->axis[n->args[k]]; }
static Type type_in(const Batch *c, const Node *n, int k) {
  return graph_type(c->out, value_in(c, n, k));
}

// ---- gather and scatter: windows of an operand, at the places that indices give

// How windows are described once the operand, the indices or both have a batch axis.
typedef struct Windows {
  Attrs at;
  int axis;  // the batch axis of the gather's result, or of the scatter's updates
} Windows;

// The operand's batch axis is one more dimension of each window.
static Windows widen_windows(Arena *a, const Attrs *at, int x, int rank, int64_t size) {
  Windows w = {*at, rank};
  w.at.collapsed_dims = ints_shift(a, at->collapsed_dims, x);
  w.at.operand_batch = ints_shift(a, at->operand_batch, x);
  w.at.index_map = ints_shift(a, at->index_map, x);
  w.at.slice_sizes = ints_insert(a, at->slice_sizes, x, size);
  int k = 0;  // dimensions of the window in front of it
  for (int i = 0; i < x; i++)
    k += !ints_has(w.at.collapsed_dims, i) && !ints_has(w.at.operand_batch, i);
  if (k < at->offset_dims.n) w.axis = (int)at->offset_dims.v[k];
  w.at.offset_dims = ints_insert(a, ints_shift(a, at->offset_dims, w.axis), k, w.axis);
  return w;
}

// The indices' batch axis is one more axis of windows.
static Windows add_windows(Arena *a, const Attrs *at, int indices, int rank) {
  Windows w = {*at, 0};
  w.at.index_vector_dim = at->index_vector_dim + (indices <= at->index_vector_dim);
  w.at.index_batch = ints_shift(a, at->index_batch, indices);
  int before = indices - (w.at.index_vector_dim < indices);
  // The place of the dimension with `before` batch dimensions in front of it.
  for (; w.axis < rank && (before > 0 || ints_has(at->offset_dims, w.axis)); w.axis++)
    before -= !ints_has(at->offset_dims, w.axis);
  w.at.offset_dims = ints_shift(a, at->offset_dims, w.axis);
  return w;
}

// Both: windows of lane i are taken from lane i of the operand.
static Windows pair_windows(Arena *a, const Attrs *at, int x, int indices, int rank, int64_t size) {
  Windows w = add_windows(a, at, indices, rank);
  const Ints batch = ints_shift(a, at->operand_batch, x);
  int k = 0;
  while (k < batch.n && batch.v[k] < x) k++;
  w.at.operand_batch = ints_insert(a, batch, k, x);
  w.at.index_batch = ints_insert(a, w.at.index_batch, k, indices);
  w.at.collapsed_dims = ints_shift(a, at->collapsed_dims, x);
  w.at.index_map = ints_shift(a, at->index_map, x);
  w.at.slice_sizes = ints_insert(a, at->slice_sizes, x, size ? 1 : 0);
  return w;
}

static Windows windows_of(Batch *c, const Attrs *at, int x, int indices, int rank) {
  Arena *a = c->out->arena;
  if (indices < 0) return widen_windows(a, at, x, rank, c->size);
  return x < 0 ? add_windows(a, at, indices, rank) : pair_windows(a, at, x, indices, rank, c->size);
}

bool batch_gather(Batch *c, const Node *n) {
  const int rank = graph_type(c->src, n->first).rank;
  Windows w = windows_of(c, n->attrs, axis_in(c, n, 0), axis_in(c, n, 1), rank);
  const Id args[] = {value_in(c, n, 0), value_in(c, n, 1)};
  batch_result(c, n, graph_add(c->out, OP_gather, 2, args, &w.at), w.axis);
  return true;
}

bool batch_scatter(Batch *c, const Node *n) {
  const int x = axis_in(c, n, 0) >= 0 ? axis_in(c, n, 0) : 0;
  const int rank = graph_type(c->src, n->args[2]).rank;
  Attrs at = *n->attrs;
  at.slice_sizes = ints_fill(c->out->arena, graph_type(c->src, n->args[0]).rank, 0);  // has none
  Windows w = windows_of(c, &at, x, axis_in(c, n, 1), rank);
  const Id args[] = {batch_at(c, n->args[0], x), value_in(c, n, 1),
                     batch_at(c, n->args[2], w.axis)};
  batch_result(c, n, graph_add(c->out, n->op, 3, args, &w.at), x);
  return true;
}

// ---- dynamic slices

static bool starts_mapped(const Batch *c, const Node *n, int from) {
  for (int i = from; i < n->nargs; i++) {
    if (axis_in(c, n, i) >= 0) return true;
  }
  return false;
}

// The node with a start of 0 put in at the batch axis; its operands in front are in args already.
static Id with_start(Batch *c, const Node *n, Id *args, int from, int axis, const Attrs *at) {
  int k = from;
  for (int i = from; i <= n->nargs; i++) {
    if (i - from == axis) args[k++] = b_scalar_int(c->out, DT_I32, 0);
    if (i < n->nargs) args[k++] = value_in(c, n, i);
  }
  return graph_add(c->out, n->op, k, args, at);
}

// Starts as one array of index vectors, [size, rank], of a common dtype.
static Id start_vectors(Batch *c, const Node *n, int from) {
  Graph *g = c->out;
  Dtype d = type_in(c, n, from).dtype;
  for (int i = from; i < n->nargs; i++) {
    if (type_in(c, n, i).dtype != d) d = DT_I64;
  }
  Id *starts = ARENA_ARRAY(g->arena, Id, n->nargs);
  for (int i = from; i < n->nargs; i++)
    starts[i - from] = b_reshape(g, b_convert(g, batch_at(c, n->args[i], 0), d), INTS(c->size, 1));
  return b_concatenate(g, n->nargs - from, starts, 1);
}

static Ints counting(Arena *a, int from, int n) {
  int64_t *v = ARENA_ARRAY(a, int64_t, n);
  for (int i = 0; i < n; i++) v[i] = from + i;
  return (Ints){n, v};
}

// A gather of one window per lane.
static void slice_per_lane(Batch *c, const Node *n) {
  Arena *a = c->out->arena;
  const int rank = graph_type(c->src, n->first).rank, x = axis_in(c, n, 0);
  Attrs at = {.offset_dims = counting(a, 1, rank),
              .index_map = counting(a, 0, rank),
              .index_vector_dim = 1,
              .slice_sizes = n->attrs->slice_sizes,
              .mode = MODE_CLIP};
  if (x >= 0) {
    at.operand_batch = ints_fill(a, 1, x), at.index_batch = ints_fill(a, 1, 0);
    at.index_map = ints_shift(a, at.index_map, x);
    at.slice_sizes = ints_insert(a, at.slice_sizes, x, c->size ? 1 : 0);
  }
  const Id args[] = {value_in(c, n, 0), start_vectors(c, n, 1)};
  batch_result(c, n, graph_add(c->out, OP_gather, 2, args, &at), 0);
}

bool batch_dynamic_slice(Batch *c, const Node *n) {
  if (starts_mapped(c, n, 1)) {
    slice_per_lane(c, n);
    return true;
  }
  const int axis = axis_in(c, n, 0);
  Id *args = ARENA_ARRAY(c->out->arena, Id, n->nargs + 1);
  args[0] = value_in(c, n, 0);
  const Attrs at = {.slice_sizes =
                        ints_insert(c->out->arena, n->attrs->slice_sizes, axis, c->size)};
  batch_result(c, n, with_start(c, n, args, 1, axis, &at), axis);
  return true;
}

// One window per lane.
static Id update_per_lane(Batch *c, const Node *n) {
  Graph *g = c->out;
  const int rank = graph_type(c->src, n->first).rank;
  const Id x = batch_at(c, n->args[0], 0), update = batch_at(c, n->args[1], 0);
  Attrs at = {.offset_dims = counting(g->arena, 1, rank),
              .operand_batch = INTS(0),
              .index_batch = INTS(0),
              .index_map = counting(g->arena, 1, rank),
              .index_vector_dim = 1};
  const Id indices = indices_clamped(g, graph_type(g, x), start_vectors(c, n, 2), &at,
                                     type_shape(graph_type(g, update)));
  return graph_add(g, OP_scatter_set, 3, (Id[]){x, indices, update}, &at);
}

bool batch_dynamic_update_slice(Batch *c, const Node *n) {
  if (starts_mapped(c, n, 2)) {
    batch_result(c, n, update_per_lane(c, n), 0);
    return true;
  }
  const int axis = axis_in(c, n, 0) >= 0 ? axis_in(c, n, 0) : axis_in(c, n, 1);
  Id *args = ARENA_ARRAY(c->out->arena, Id, n->nargs + 1);
  args[0] = batch_at(c, n->args[0], axis), args[1] = batch_at(c, n->args[1], axis);
  batch_result(c, n, with_start(c, n, args, 2, axis, NULL), axis);
  return true;
}
