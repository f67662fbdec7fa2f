// Convolutions: as contractions over windows, and their transposes and batching, which are
// convolutions again.
#include <string.h>

#include "compiler/legalize.h"
#include "compiler/rules.h"
#include "compiler/view.h"

static int spatial(const Attrs *at) { return at->stride.n; }

static Ints with(Arena *a, Ints v, int i, int64_t x) {
  v = ints_copy(a, v);
  ((int64_t *)v.v)[i] = x;
  return v;
}

static Id zeros(Graph *g, Type t) { return b_full(g, t, 0); }

// ---- splitting and merging dimensions

// Dimension `dim` of x as outer * inner.
static Id split_dim(Graph *g, Id x, int dim, int64_t outer, int64_t inner) {
  if (x == NO_ID) return NO_ID;
  const Type t = graph_type(g, x);
  int64_t shape[MAX_RANK + 1];
  for (int i = 0; i < t.rank; i++) shape[i + (i > dim)] = t.dim[i];
  shape[dim] = outer, shape[dim + 1] = inner;
  return b_reshape(g, x, (Ints){t.rank + 1, shape});
}

// Dimension `from` in front of what is `to` without it, merged with that.
static Id merge_dim(Graph *g, Id x, int from, int to) {
  if (x == NO_ID) return NO_ID;
  x = move_axis(g, x, from, to);
  const Type t = graph_type(g, x);
  int64_t shape[MAX_RANK];
  for (int i = 0; i < t.rank; i++) shape[i - (i > to)] = (i == to + 1 ? t.dim[to] : 1) * t.dim[i];
  return b_reshape(g, x, (Ints){t.rank - 1, shape});
}

// Splits `outer` groups off dimension `from` and merges them into `to`.
static Id regroup(Graph *g, Id x, int64_t from, int64_t to, int64_t outer) {
  if (x == NO_ID) return NO_ID;
  x = split_dim(g, x, (int)from, outer, graph_type(g, x).dim[from] / outer);
  return merge_dim(g, x, (int)from, (int)to);
}

// ---- legalization

// Without holes between the elements of x: windows of a view, contracted with the kernel.
static void add_rows(View *v, const Attrs *at, Type x, Type k, Type out, int group, int *axis) {
  const int64_t *l = at->lhs_dims.v, *r = at->rhs_dims.v, *o = at->out_dims.v;
  for (int d = 0; d < out.rank; d++) {
    if (d != o[1]) axis[d] = view_axis(v, out.dim[d]);
  }
  v->map[l[0]][axis[o[0]]] = 1;
  if (group >= 0 && at->batch_groups > 1) v->map[l[0]][group] = x.dim[l[0]] / at->batch_groups;
  if (group >= 0 && at->feature_groups > 1) v->map[l[1]][group] = k.dim[r[1]];
  for (int i = 0; i < spatial(at); i++) {
    v->map[l[2 + i]][axis[o[2 + i]]] = at->stride.v[i];
    v->start[l[2 + i]] = -at->low.v[i];
  }
}

// The contracted axes stand in the order of the kernel's dimensions.
static void add_taps(View *v, const Attrs *at, Type k) {
  const int64_t *l = at->lhs_dims.v, *r = at->rhs_dims.v;
  for (int d = 0; d < k.rank; d++) {
    if (d == r[0]) continue;
    const int axis = view_axis(v, k.dim[d]);
    if (d == r[1]) v->map[l[1]][axis] = 1;
    for (int i = 0; i < spatial(at); i++) {
      if (d == r[2 + i]) v->map[l[2 + i]][axis] = at->rhs_dilation.v[i];
    }
  }
}

// From batch (if there are groups), rows, columns to the layout of the result.
static Id laid_out(Graph *g, const Attrs *at, Id y, Type out, bool groups) {
  int64_t perm[MAX_RANK + 1];
  int n = 0, row = groups;
  for (int d = 0; d < out.rank; d++) {
    if (d != at->out_dims.v[1]) {
      perm[n++] = row++;
      continue;
    }
    if (groups) perm[n++] = 0;
    perm[n++] = out.rank - 1 + groups;
  }
  return b_reshape(g, b_transpose(g, y, (Ints){n, perm}), type_shape(out));
}

// x with its padding written out where a contraction then reads windows by strides alone: where
// there are columns enough to fill vectors.
static Id padded(Graph *g, Attrs *at, Id x, Type k, Type out) {
  enum { LEAST_COLUMNS = 8 };
  const Type t = graph_type(g, x);
  Arena *a = g->arena;
  if (!dtype_is_float(t.dtype) || dtype_is_half(t.dtype)) return x;
  if (out.dim[at->out_dims.v[1]] / (at->feature_groups * at->batch_groups) < LEAST_COLUMNS)
    return x;
  const Ints none = ints_fill(a, t.rank, 0);
  Ints low = none, high = none;
  bool any = false;
  for (int i = 0; i < spatial(at); i++) {
    const int d = (int)at->lhs_dims.v[2 + i];
    const int64_t span = (out.dim[at->out_dims.v[2 + i]] - 1) * at->stride.v[i] +
                         dilated(k.dim[at->rhs_dims.v[2 + i]], at->rhs_dilation.v[i]);
    const int64_t before = at->low.v[i] > 0 ? at->low.v[i] : 0;
    const int64_t after = span - at->low.v[i] > t.dim[d] ? span - at->low.v[i] - t.dim[d] : 0;
    low = with(a, low, d, before), high = with(a, high, d, after);
    at->low = with(a, at->low, i, at->low.v[i] - before);
    any |= before || after;
  }
  return any ? b_pad(g, x, b_scalar(g, t.dtype, 0), low, high, none) : x;
}

static Id as_dot(Graph *g, const Attrs *given, Id x, Id k, Type out) {
  Attrs own = *given;
  const Attrs *at = &own;
  x = padded(g, &own, x, graph_type(g, k), out);
  if (x == NO_ID) return NO_ID;
  const Type tx = graph_type(g, x), tk = graph_type(g, k);
  const int64_t groups = at->feature_groups * at->batch_groups;
  View v = view_of(tx);
  int axis[MAX_RANK] = {0};
  const int group = groups > 1 ? view_axis(&v, groups) : -1;
  // What is contiguous in x comes last: a copy of the view then runs along it.
  const bool taps_first = at->lhs_dims.v[0] == tx.rank - 1;
  if (taps_first) add_taps(&v, at, tk);
  const int before = v.rank;
  add_rows(&v, at, tx, tk, out, group, axis);
  const int after = v.rank;
  if (!taps_first) add_taps(&v, at, tk);
  const int n = tk.rank - 1, nbatch = groups > 1, taps = taps_first ? before - n : after;
  int outputs = (int)at->rhs_dims.v[0];
  const int64_t each = tk.dim[outputs] / groups;
  // Output features between the contracted dimensions would keep those from being one.
  if (outputs != 0) k = move_axis(g, k, outputs, tk.rank - 1), outputs = tk.rank - 1;
  if (groups > 1) k = split_dim(g, k, outputs, groups, each);
  int64_t lc[2 * MAX_RANK + 2], rc[2 * MAX_RANK + 2];
  for (int i = 0; i < n; i++) {
    lc[i] = taps + i;
    rc[i] = i + (i >= outputs) * (1 + nbatch);
  }
  const Id args[] = {view_read(g, &v, x, b_scalar(g, tx.dtype, 0)), k};
  const Id y = graph_add(g, OP_dot, 2, args,
                         &(Attrs){.lhs_batch = {nbatch, (int64_t[]){0}},
                                  .rhs_batch = {nbatch, (int64_t[]){outputs}},
                                  .lhs_contract = {n, lc},
                                  .rhs_contract = {n, rc},
                                  .order = ORDER_CHAIN});
  return y == NO_ID ? NO_ID : laid_out(g, at, y, out, groups > 1);
}

static int64_t gcd(int64_t a, int64_t b) { return b ? gcd(b, a % b) : a; }

// Outputs phase, phase + phases, .. of spatial dimension i. Elements of x stand `base` apart, so
// that these see only the taps first, first + step, .. : a convolution without holes.
static Id one_phase(Graph *g, const Attrs *at, int i, int64_t phase, int64_t count, Id x, Id k,
                    Type out) {
  const int64_t base = at->lhs_dilation.v[i], by = gcd(base, at->stride.v[i]);
  const int kd = (int)at->rhs_dims.v[2 + i], od = (int)at->out_dims.v[2 + i];
  const int64_t size = graph_type(g, k).dim[kd], n = graph_type(g, x).dim[at->lhs_dims.v[2 + i]];
  const int64_t step = base / gcd(base, at->rhs_dilation.v[i]);
  int64_t first = 0, at_0 = 0;
  for (; first < step; first++) {
    at_0 = at->stride.v[i] * phase + at->rhs_dilation.v[i] * first - at->low.v[i];
    if (at_0 % base == 0) break;
  }
  if (first >= step || first >= size) {
    const Ints shape = with(g->arena, type_shape(out), od, count);
    return zeros(g, (Type){out.dtype, shape.n, shape.v});
  }
  Attrs part = *at;
  Arena *a = g->arena;
  const int64_t stride = at->stride.v[i] / by;
  const int64_t dilation = at->rhs_dilation.v[i] / gcd(base, at->rhs_dilation.v[i]);
  const int64_t low = -(at_0 / base), taps = (size - first + step - 1) / step;
  part.lhs_dilation = with(a, at->lhs_dilation, i, 1);
  part.stride = with(a, at->stride, i, stride);
  part.rhs_dilation = with(a, at->rhs_dilation, i, dilation);
  part.low = with(a, at->low, i, low);
  part.high = with(a, at->high, i, (count - 1) * stride + dilated(taps, dilation) - n - low);
  const Id args[] = {x, b_slice_axis(g, k, kd, first, size, step)};
  return graph_add(g, OP_conv, 2, args, &part);
}

// Interleaved: [.., count, ..] of each phase -> [.., count, phases, ..] -> [.., out, ..]
static Id by_phases(Graph *g, const Attrs *at, int i, int64_t phases, Id x, Id k, Type out) {
  const int d = (int)at->out_dims.v[2 + i];
  const int64_t count = (out.dim[d] + phases - 1) / phases;
  Id *parts = ARENA_ARRAY(g->arena, Id, phases);
  for (int64_t p = 0; p < phases; p++) {
    const Id y = one_phase(g, at, i, p, count, x, k, out);
    if (y == NO_ID) return NO_ID;
    parts[p] = split_dim(g, y, d, count, 1);  // [.., count, 1, ..]
  }
  Id y = b_concatenate(g, (int)phases, parts, d + 1);
  y = b_reshape(g, y, with(g->arena, type_shape(out), d, count * phases));
  return count * phases == out.dim[d] ? y : b_slice_axis(g, y, d, 0, out.dim[d], 1);
}

// Holes written out.
static Id with_holes(Graph *g, const Attrs *at, int i, Id x) {
  const int rank = graph_type(g, x).rank, d = (int)at->lhs_dims.v[2 + i];
  const Ints none = ints_fill(g->arena, rank, 0);
  return b_pad(g, x, b_scalar(g, graph_type(g, x).dtype, 0), none, none,
               with(g->arena, none, d, at->lhs_dilation.v[i] - 1));
}

void legalize_conv(Legalize *s) {
  enum { MOST_PHASES = 8 };
  Graph *g = s->g;
  const Attrs *at = s->node->attrs;
  const Id x = s->args[0], k = s->args[1];
  Type out;
  Infer in = {g->arena, OP_conv, 2, (Type[]){graph_type(g, x), graph_type(g, k)},
              at,       g->loc,  1, &out};
  if (!op_infer(&in)) return;
  if (!type_count(out) || !type_count(graph_type(g, x)) || !type_count(graph_type(g, k))) {
    s->results[0] = zeros(g, out);
    return;
  }
  for (int i = 0; i < spatial(at); i++) {
    const int64_t base = at->lhs_dilation.v[i], phases = base / gcd(base, at->stride.v[i]);
    if (base == 1) continue;
    if (phases <= MOST_PHASES) {
      s->results[0] = by_phases(g, at, i, phases, x, k, out);
      return;
    }
    Attrs part = *at;
    part.lhs_dilation = with(g->arena, at->lhs_dilation, i, 1);
    s->results[0] = graph_add(g, OP_conv, 2, (Id[]){with_holes(g, at, i, x), k}, &part);
    return;
  }
  s->results[0] = as_dot(g, at, x, k, out);
}

// ---- transposes: the rules of JAX

static Ints swapped(Arena *a, Ints dims) {
  return with(a, with(a, dims, 0, dims.v[1]), 1, dims.v[0]);
}

// Padding of the transposes: for x the kernel turned round slides over the cotangent, for the
// kernel the cotangent over x.
static void padding(Arena *a, const Attrs *at, Type x, Type k, Type out, bool for_x, Attrs *to) {
  int64_t *low = ARENA_ARRAY(a, int64_t, spatial(at)), *high = ARENA_ARRAY(a, int64_t, spatial(at));
  for (int i = 0; i < spatial(at); i++) {
    const int64_t n = dilated(x.dim[at->lhs_dims.v[2 + i]], at->lhs_dilation.v[i]);
    const int64_t w = dilated(k.dim[at->rhs_dims.v[2 + i]], at->rhs_dilation.v[i]);
    const int64_t o = dilated(out.dim[at->out_dims.v[2 + i]], at->stride.v[i]);
    low[i] = for_x ? w - at->low.v[i] - 1 : at->low.v[i];
    high[i] = for_x ? n + w - 1 - o - low[i] : o - n + w - at->low.v[i] - 1;
  }
  to->low = (Ints){spatial(at), low}, to->high = (Ints){spatial(at), high};
}

static Id x_cotangent(Graph *g, const Attrs *at, Type x, Id k, Id ct) {
  const int64_t *l = at->lhs_dims.v, *r = at->rhs_dims.v;
  const int64_t groups = at->feature_groups * at->batch_groups;
  Attrs t = *at;
  padding(g->arena, at, x, graph_type(g, k), graph_type(g, ct), true, &t);
  // Output features of each group become input features, those of all groups outputs.
  if (groups > 1) k = regroup(g, k, r[0], r[1], groups);
  k = b_reverse(g, k, (Ints){spatial(at), r + 2});
  t.lhs_dims = at->out_dims, t.out_dims = at->lhs_dims;
  t.rhs_dims = swapped(g->arena, at->rhs_dims);
  t.stride = at->lhs_dilation, t.lhs_dilation = at->stride;
  t.feature_groups = groups, t.batch_groups = 1;
  Id y = graph_add(g, OP_conv, 2, (Id[]){ct, k}, &t);
  return at->batch_groups > 1 ? regroup(g, y, l[1], l[0], at->batch_groups) : y;
}

static Id kernel_cotangent(Graph *g, const Attrs *at, Id x, Type k, Id ct) {
  Attrs t = *at;
  padding(g->arena, at, graph_type(g, x), k, graph_type(g, ct), false, &t);
  t.lhs_dims = swapped(g->arena, at->lhs_dims);
  t.rhs_dims = swapped(g->arena, at->out_dims);
  t.out_dims = swapped(g->arena, at->rhs_dims);
  t.stride = at->rhs_dilation, t.rhs_dilation = at->stride;
  t.batch_groups = at->feature_groups, t.feature_groups = at->batch_groups;
  return graph_add(g, OP_conv, 2, (Id[]){x, ct}, &t);
}

bool transpose_conv(Transpose *c, const Node *n) {
  Graph *g = c->out;
  const Attrs *at = n->attrs;
  const Id ct = c->cotangent[n->first];
  const int i = is_linear(c, n->args[0]) ? 0 : 1;
  const Type t = graph_type(c->src, n->args[i]), other = graph_type(c->src, n->args[1 - i]);
  const Id v = c->value[n->args[1 - i]];
  Id y = NO_ID;
  if (!type_count(other) || !type_count(t)) y = zeros(g, t);
  else y = i ? kernel_cotangent(g, at, v, t, ct) : x_cotangent(g, at, t, v, ct);
  transpose_add(c, n->args[i], y);
  return true;
}

// ---- batching

// Dims of an operand once a batch axis has been merged into one of them: as they were.
static Id merged(Batch *c, Id v, int64_t into) {
  return merge_dim(c->out, c->value[v], c->axis[v], (int)into);
}

// The batch axis out of dimension d of the result.
static bool unmerged(Batch *c, const Node *n, Id y, int64_t d) {
  const int64_t each = graph_type(c->src, n->first).dim[d];
  batch_result(c, n, split_dim(c->out, y, (int)d, c->size, each), (int)d);
  return true;
}

// A batch of kernels: more output features, the batch inside of the groups.
static bool batch_kernels(Batch *c, const Node *n) {
  Graph *g = c->out;
  const Attrs *at = n->attrs;
  const int64_t r = at->rhs_dims.v[0], o = at->out_dims.v[1];
  const int64_t groups = at->feature_groups * at->batch_groups;
  if (groups == 1) {
    const Id args[] = {c->value[n->args[0]], merged(c, n->args[1], r)};
    return unmerged(c, n, graph_copy_node(g, n, args), o);
  }
  const int64_t each = graph_type(c->src, n->first).dim[o] / groups;
  // [batch .. groups, each ..]
  Id k = split_dim(g, batch_at(c, n->args[1], 0), (int)r + 1, groups, each);
  k = merge_dim(g, k, 0, (int)r + 1);  // [.. groups, batch * each ..]
  k = merge_dim(g, k, (int)r, (int)r);
  Id y = graph_copy_node(g, n, (Id[]){c->value[n->args[0]], k});
  y = split_dim(g, y, (int)o, groups, c->size * each);
  y = split_dim(g, y, (int)o + 1, c->size, each);  // [.. groups, batch, each ..]
  if (y == NO_ID) return false;
  y = move_axis(g, y, (int)o + 1, 0);
  batch_result(c, n, merge_dim(g, y, (int)o + 1, (int)o + 1), 0);
  return true;
}

bool batch_conv(Batch *c, const Node *n) {
  Graph *g = c->out;
  const Attrs *at = n->attrs;
  const bool x = c->axis[n->args[0]] >= 0, k = c->axis[n->args[1]] >= 0;
  if (c->size == 0) {
    const Type each = graph_type(c->src, n->first);
    batch_result(c, n, zeros(g, type_insert(g->arena, each, 0, 0)), 0);
    return true;
  }
  if (!x) return batch_kernels(c, n);
  if (!k && at->batch_groups == 1) {
    const Id args[] = {merged(c, n->args[0], at->lhs_dims.v[0]), c->value[n->args[1]]};
    return unmerged(c, n, graph_copy_node(g, n, args), at->out_dims.v[0]);
  }
  // One group per element; a kernel that is shared is repeated.
  Attrs t = *at;
  const bool by_batch = at->batch_groups > 1;
  *(by_batch ? &t.batch_groups : &t.feature_groups) *= c->size;
  const Id kernels = merge_dim(g, batch_at(c, n->args[1], 0), 0, (int)at->rhs_dims.v[0]);
  const Id args[] = {merged(c, n->args[0], at->lhs_dims.v[by_batch ? 0 : 1]), kernels};
  return unmerged(c, n, graph_add(g, OP_conv, 2, args, &t), at->out_dims.v[1]);
}
