// Reductions over windows, select_and_scatter and cumulative ops in terms of views.
#include <string.h>

#include "compiler/legalize_linalg.h"
#include "compiler/rules.h"
#include "compiler/view.h"

// The places of larger windows of combiners without a reduction are gone through in a loop.
enum { MOST_UNROLLED = 128 };

// OP_COUNT where none is or takes a d: nothing reduces complex numbers by max.
static Op reduction_of(Op combine, Dtype d) {
  if (combine == OP_add && d == DT_BOOL) return OP_reduce_or;
  if (combine == OP_mul && d == DT_BOOL) return OP_reduce_and;
  for (Op op = 0; op < OP_COUNT; op++) {
    const OpInfo *info = op_info(op);
    if (info->op_class == CLASS_REDUCE && info->combine == combine && op_accepts(op, d)) return op;
  }
  return OP_COUNT;
}

static Ints last_axes(Arena *a, int from, int n) {
  int64_t *axes = ARENA_ARRAY(a, int64_t, n);
  for (int i = 0; i < n; i++) axes[i] = from + i;
  return (Ints){n, axes};
}

static bool next_place(Ints window, int64_t *place) {
  for (int i = window.n - 1; i >= 0; i--) {
    if (++place[i] < window.v[i]) return true;
    place[i] = 0;
  }
  return false;
}

static Id spread_scalar(Graph *g, Id x, Type like) {
  return b_broadcast(g, x, type_shape(like), (Ints){0});
}

// ---- reduce_window

// The dimension along which the windows are all elements up to each one (1), or from it on (-1),
// and so many that it matters; 0: they are not.
static int cumulative_dim(const Attrs *at, Type x, int *dim) {
  int found = 0;
  for (int i = 0; i < x.rank; i++) {
    const int64_t n = at->window.v[i], low = at->low.v[i], high = at->high.v[i];
    const bool plain = at->stride.v[i] == 1 && at->lhs_dilation.v[i] == 1;
    if (plain && n == 1 && low == 0 && high == 0) continue;
    if (n <= ORDER_PARTIALS) return 0;
    const bool up = low == n - 1 && high == 0, down = low == 0 && high == n - 1;
    if (!plain || at->rhs_dilation.v[i] != 1 || n != x.dim[i] || found || !(up || down)) return 0;
    found = up ? 1 : -1;
    *dim = i;
  }
  return found;
}

// Each window from its first place on, by columns, then the init.
static Id by_reduction(Graph *g, const Attrs *at, Op reduction, Id x, Id init, Type result) {
  const Type t = graph_type(g, x);
  const View v = view_windows(t, at, result, NULL);
  const Id windows = view_read(g, &v, x, init);
  if (windows == NO_ID) return NO_ID;
  const Ints places = last_axes(g->arena, t.rank, v.rank - t.rank);
  Id r = windows;
  if (places.n)
    r = graph_add(g, reduction, 1, &windows, &(Attrs){.axes = places, .order = ORDER_COLS});
  if (places.n && graph_is_identity(g, init, reduction)) return r;
  return graph_add(g, op_info(reduction)->combine, 2, (Id[]){r, spread_scalar(g, init, result)},
                   NULL);
}

static void by_chain(Legalize *s, Type result) {
  Graph *g = s->g;
  const Attrs *at = s->node->attrs;
  const int n = s->node->nresults;
  Id *acc = ARENA_ARRAY(g->arena, Id, 2 * n);
  int64_t place[MAX_RANK] = {0};
  for (int i = 0; i < n; i++) acc[i] = spread_scalar(g, s->args[n + i], result);
  do {
    const View v = view_windows(legalize_arg(s, 0), at, result, place);
    for (int i = 0; i < n; i++) acc[n + i] = view_read(g, &v, s->args[i], s->args[n + i]);
    map_scalars(g, at->body, type_shape(result), acc, s->results);
    for (int i = 0; i < n; i++) acc[i] = s->results[i];
  } while (!failed() && next_place(at->window, place));
}

// x: what was combined so far of each operand, its windows by place.
static void place_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  const int n = at->body->nresults;
  const Type t = graph_type(g, x[0]);
  Id *pairs = ARENA_ARRAY(g->arena, Id, 2 * n);
  for (int k = 0; k < n; k++) {
    pairs[k] = x[k];
    pairs[n + k] = row_at(g, x[n + k], b_convert(g, i, DT_I64));
  }
  if (!failed()) map_scalars(g, at->body, type_shape(t), pairs, next);
}

static void by_loop(Legalize *s, Type result) {
  Graph *g = s->g;
  const Attrs *at = s->node->attrs;
  const int n = s->node->nresults;
  Id *args = ARENA_ARRAY(g->arena, Id, 2 * n);
  for (int i = 0; i < n; i++) {
    args[i] = spread_scalar(g, s->args[n + i], result);
    args[n + i] = view_by_place(g, at, s->args[i], s->args[n + i], result);
  }
  matrix_loop(g, at, window_elements(at->window), place_step, NULL, n, 2 * n, args, s->results);
}

void legalize_reduce_window(Legalize *s) {
  Graph *g = s->g;
  const Node *n = s->node;
  const Attrs *at = n->attrs;
  const Type x = legalize_arg(s, 0);
  int64_t dims[MAX_RANK];
  Type result = {x.dtype, x.rank, dims};
  int dim = 0;
  for (int i = 0; i < x.rank; i++) {
    if (!window_count(x.dim[i], window_dim(at, at->window.v[i], i), &dims[i])) return;
  }
  const Op combine = n->nresults == 1 ? combiner_op(at->body) : OP_COUNT;
  const Op reduction = combine == OP_COUNT ? OP_COUNT : reduction_of(combine, x.dtype);
  const int way = reduction == OP_COUNT ? 0 : cumulative_dim(at, x, &dim);
  if (way) {
    const Id sums = graph_add(g, OP_cumulative, 1, s->args,
                              &(Attrs){.axis = dim, .backwards = way < 0, .body = at->body});
    s->results[0] = graph_add(g, op_info(reduction)->combine, 2,
                              (Id[]){sums, spread_scalar(g, s->args[1], x)}, NULL);
  } else if (reduction != OP_COUNT) {
    s->results[0] = by_reduction(g, at, reduction, s->args[0], s->args[1], result);
  } else if (window_elements(at->window) > MOST_UNROLLED && type_count(result)) {
    by_loop(s, result);
  } else {
    by_chain(s, result);
  }
}

// The tangent of the first of the largest elements of each window.
static Id tangent_of_first(Graph *g, const Attrs *at, Op arg, Id x, Id init, Id t, Type result) {
  const Type tx = graph_type(g, x);
  const View v = view_windows(tx, at, result, NULL);
  const int64_t size = window_elements(at->window);
  int64_t shape[MAX_RANK + 1];
  for (int i = 0; i < tx.rank; i++) shape[i] = result.dim[i];
  shape[tx.rank] = size;
  const Ints flat = {tx.rank + 1, shape};
  const Id windows = b_reshape(g, view_read(g, &v, x, init), flat);
  const Id tangents = b_reshape(g, view_read(g, &v, t, b_scalar(g, tx.dtype, 0)), flat);
  if (windows == NO_ID || tangents == NO_ID) return NO_ID;
  const Id first = b_argreduce(g, arg, windows, tx.rank);
  const Type places = {DT_I32, flat.n, flat.v};
  const Id here =
      b_eq(g, b_iota(g, places, tx.rank), spread_reduced(g, first, INTS(tx.rank), places));
  return b_reduce(g, OP_reduce_sum, b_select(g, here, tangents, b_like(g, tangents, 0)),
                  INTS(tx.rank));
}

bool jvp_reduce_window(Jvp *c, const Node *n) {
  const Op combine = n->nresults == 1 ? combiner_op(n->attrs->body) : OP_COUNT;
  if ((combine != OP_max && combine != OP_min) || c->tangent[n->args[1]] != NO_ID)
    return jvp_legal(c, n);
  const Id r = jvp_copy(c, n);
  c->tangent[n->first] = tangent_of_first(
      c->out, n->attrs, combine == OP_max ? OP_argmax : OP_argmin, c->primal[n->args[0]],
      c->primal[n->args[1]], c->tangent[n->args[0]], graph_type(c->out, r));
  return true;
}

// ---- select_and_scatter

// Of each window the number of the place that was chosen: in row-major order, each compared with
// the one chosen before; padding is never chosen. -1 where there is nothing but padding.
static Id chosen(Graph *g, const Attrs *at, Id x, Type result) {
  const Type t = graph_type(g, x), all = {DT_BOOL, t.rank, t.dim};
  const Type places = {DT_I32, result.rank, result.dim};
  const Id real = b_full(g, all, 1), zero = b_scalar(g, t.dtype, 0), no = b_scalar(g, DT_BOOL, 0);
  Id best = b_full(g, result, 0), at_best = b_full(g, places, -1);
  int64_t place[MAX_RANK] = {0};
  int number = 0;
  do {
    const View v = view_windows(t, at, result, place);
    const Id pair[] = {best, view_read(g, &v, x, zero)}, inside = view_read(g, &v, real, no);
    Id keep = NO_ID;
    map_scalars(g, at->cond, type_shape(result), pair, &keep);
    if (failed()) return NO_ID;
    keep = b_and(g, keep, b_ge(g, at_best, b_like(g, at_best, 0)));
    keep = b_or(g, keep, b_not(g, inside));
    at_best = b_select(g, keep, at_best, b_like(g, at_best, number++));
    best = b_select(g, keep, best, pair[1]);
  } while (next_place(at->window, place));
  return at_best;
}

// x: the element chosen so far, the number of its place, the elements by place, which are real.
static void chosen_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  const Id place = b_convert(g, i, DT_I64);
  const Id pair[] = {x[0], row_at(g, x[2], place)}, inside = row_at(g, x[3], place);
  Id keep = NO_ID;
  if (failed()) return;
  map_scalars(g, at->cond, type_shape(graph_type(g, x[0])), pair, &keep);
  keep = b_and(g, keep, b_ge(g, x[1], b_like(g, x[1], 0)));
  keep = b_or(g, keep, b_not(g, inside));
  next[0] = b_select(g, keep, x[0], pair[1]);
  next[1] = b_select(g, keep, x[1], b_broadcast(g, i, type_shape(graph_type(g, x[1])), (Ints){0}));
}

static Id chosen_by_loop(Graph *g, const Attrs *at, Id x, Type result) {
  const Type t = graph_type(g, x), all = {DT_BOOL, t.rank, t.dim};
  const Type places = {DT_I32, result.rank, result.dim};
  const Id real = b_full(g, all, 1), zero = b_scalar(g, t.dtype, 0), no = b_scalar(g, DT_BOOL, 0);
  const Id args[] = {b_full(g, result, 0), b_full(g, places, -1),
                     view_by_place(g, at, x, zero, result), view_by_place(g, at, real, no, result)};
  Id r[2] = {NO_ID, NO_ID};
  matrix_loop(g, at, window_elements(at->window), chosen_step, NULL, 2, 4, args, r);
  return r[1];
}

// The indices [windows, rank] in x of the places with these numbers; -1 of none.
static Id chosen_indices(Graph *g, const Attrs *at, Id which, Type x) {
  const Type t = graph_type(g, which);
  const int64_t windows = type_count(t);
  Id *columns = ARENA_ARRAY(g->arena, Id, x.rank);
  int64_t inner = 1;
  for (int i = x.rank - 1; i >= 0; inner *= at->window.v[i], i--) {
    const Id place = b_rem(g, b_div(g, which, b_like(g, which, (double)inner)),
                           b_like(g, which, (double)at->window.v[i]));
    const Id first = b_mul(g, b_iota(g, t, i), b_like(g, which, (double)at->stride.v[i]));
    Id v = b_add(g, place, b_sub(g, first, b_like(g, which, (double)at->low.v[i])));
    v = b_select(g, b_lt(g, which, b_like(g, which, 0)), b_like(g, which, -1), v);
    columns[i] = b_reshape(g, v, INTS(windows, 1));
  }
  return b_concatenate(g, x.rank, columns, 1);
}

// Of large windows: a scatter to the places, in order of the windows.
static void scatter_to_chosen(Legalize *s, Id which) {
  Graph *g = s->g;
  const Type x = legalize_arg(s, 0), source = legalize_arg(s, 1);
  int64_t dims[MAX_RANK];
  for (int i = 0; i < x.rank; i++) dims[i] = i;
  const Attrs at = {.collapsed_dims = {x.rank, dims},
                    .index_map = {x.rank, dims},
                    .index_vector_dim = 1,
                    .body = s->node->attrs->body};
  const Id args[] = {spread_scalar(g, s->args[2], x), chosen_indices(g, s->node->attrs, which, x),
                     b_reshape(g, s->args[1], INTS(type_count(source)))};
  s->results[0] = graph_add(g, OP_scatter, 3, args, &at);
}

// For each element of x the sources of the windows that chose it, in order of the windows: the last
// place of a window is that of the first one.
static void read_from_chosen(Legalize *s, Id which) {
  Graph *g = s->g;
  const Attrs *at = s->node->attrs;
  const Type x = legalize_arg(s, 0), result = legalize_arg(s, 1);
  Id acc = spread_scalar(g, s->args[2], x);
  int64_t place[MAX_RANK];
  for (int64_t k = window_elements(at->window) - 1; k >= 0 && !failed(); k--) {
    int64_t rest = k;
    for (int i = x.rank - 1; i >= 0; rest /= at->window.v[i], i--)
      place[i] = rest % at->window.v[i];
    const View v = view_sources(x, at, result, place);
    const Id pair[] = {acc, view_read(g, &v, s->args[1], b_scalar(g, x.dtype, 0))};
    const Id from = view_read(g, &v, which, b_scalar(g, DT_I32, -1));
    Id sum = NO_ID;
    map_scalars(g, at->body, type_shape(x), pair, &sum);
    acc = b_select(g, b_eq(g, from, b_like(g, from, (double)k)), sum, acc);
  }
  s->results[0] = acc;
}

void legalize_select_and_scatter(Legalize *s) {
  const Type result = legalize_arg(s, 1);
  const bool loop = window_elements(s->node->attrs->window) > MOST_UNROLLED && type_count(result) &&
                    legalize_arg(s, 0).rank;
  const Id which = loop ? chosen_by_loop(s->g, s->node->attrs, s->args[0], result)
                        : chosen(s->g, s->node->attrs, s->args[0], result);
  if (failed()) return;
  if (loop) scatter_to_chosen(s, which);
  else read_from_chosen(s, which);
}

// ---- cumulative

// Elements from `by` on with the ones `by` places before them.
static Id scan_step(Graph *g, const Graph *body, Id x, int axis, int64_t by) {
  const int64_t n = graph_type(g, x).dim[axis];
  const Id pair[] = {b_slice_axis(g, x, axis, 0, n - by, 1), b_slice_axis(g, x, axis, by, n, 1)};
  Id sum = NO_ID;
  if (pair[1] == NO_ID) return NO_ID;
  map_scalars(g, body, type_shape(graph_type(g, pair[1])), pair, &sum);
  return b_concatenate(g, 2, (Id[]){b_slice_axis(g, x, axis, 0, by, 1), sum}, axis);
}

static Id scan(Graph *g, const Graph *body, Id x, int axis) {
  const int64_t n = graph_type(g, x).dim[axis];
  for (int64_t by = 1; by < n && x != NO_ID; by *= 2) x = scan_step(g, body, x, axis, by);
  return x;
}

// Blocks of 64, scanned side by side; the totals of the blocks by the same rule, so that no step
// waits for a whole row and rounding errors grow with the logarithm of its length.
static Id scan_blocks(Graph *g, const Graph *body, Id x, int axis) {
  const Type t = graph_type(g, x);
  const int64_t n = t.dim[axis], blocks = (n + ORDER_PARTIALS - 1) / ORDER_PARTIALS;
  int64_t shape[MAX_RANK + 1], high[MAX_RANK] = {0}, none[MAX_RANK] = {0}, whole[MAX_RANK];
  for (int i = 0; i < t.rank; i++) whole[i] = shape[i + (i > axis)] = t.dim[i];
  shape[axis] = blocks, shape[axis + 1] = ORDER_PARTIALS;
  whole[axis] = blocks * ORDER_PARTIALS;
  high[axis] = whole[axis] - n;
  const Ints zero = {t.rank, none};
  x = b_pad(g, x, b_scalar(g, t.dtype, 0), zero, (Ints){t.rank, high}, zero);
  x = scan(g, body, b_reshape(g, x, (Ints){t.rank + 1, shape}), axis + 1);
  if (x == NO_ID) return NO_ID;
  Id totals = b_slice_axis(g, b_slice_axis(g, x, axis, 0, blocks - 1, 1), axis + 1,
                           ORDER_PARTIALS - 1, ORDER_PARTIALS, 1);
  shape[axis] = blocks - 1;
  int64_t flat[MAX_RANK], dims[MAX_RANK];
  for (int i = 0; i < t.rank; i++)
    flat[i] = i == axis ? blocks - 1 : t.dim[i], dims[i] = i + (i > axis);
  totals = graph_add(g, OP_cumulative, 1, (Id[]){b_reshape(g, totals, (Ints){t.rank, flat})},
                     &(Attrs){.axis = axis, .body = body});
  const Id pair[] = {b_broadcast(g, totals, (Ints){t.rank + 1, shape}, (Ints){t.rank, dims}),
                     b_slice_axis(g, x, axis, 1, blocks, 1)};
  Id sum = NO_ID;
  if (pair[1] == NO_ID) return NO_ID;
  map_scalars(g, body, type_shape(graph_type(g, pair[1])), pair, &sum);
  x = b_concatenate(g, 2, (Id[]){b_slice_axis(g, x, axis, 0, 1, 1), sum}, axis);
  return b_slice_axis(g, b_reshape(g, x, (Ints){t.rank, whole}), axis, 0, n, 1);
}

void legalize_cumulative(Legalize *s) {
  Graph *g = s->g;
  const Attrs *at = s->node->attrs;
  const Type x = legalize_arg(s, 0);
  const int axis = (int)at->axis;
  Id v = s->args[0];
  if (type_count(x) == 0 || x.dim[axis] == 1) {
    s->results[0] = v;
    return;
  }
  if (at->backwards) v = b_reverse(g, v, INTS(axis));
  v = x.dim[axis] <= ORDER_PARTIALS ? scan(g, at->body, v, axis)
                                    : scan_blocks(g, at->body, v, axis);
  s->results[0] = at->backwards ? b_reverse(g, v, INTS(axis)) : v;
}

static bool is_sum(const Node *n) { return combiner_op(n->attrs->body) == OP_add; }

bool jvp_cumulative(Jvp *c, const Node *n) {
  return is_sum(n) ? jvp_linear(c, n) : jvp_legal(c, n);
}

bool transpose_cumulative(Transpose *c, const Node *n) {
  Attrs at = *n->attrs;
  if (!is_sum(n)) return fail(n->loc, "cumulative: it is not linear");
  at.backwards = !at.backwards;
  transpose_add(c, n->args[0], graph_add(c->out, n->op, 1, (Id[]){c->cotangent[n->first]}, &at));
  return true;
}

bool batch_cumulative(Batch *c, const Node *n) {
  Attrs at = *n->attrs;
  const int axis = c->axis[n->args[0]];
  at.axis += at.axis >= axis;
  batch_result(c, n, graph_add(c->out, n->op, 1, (Id[]){c->value[n->args[0]]}, &at), axis);
  return true;
}
