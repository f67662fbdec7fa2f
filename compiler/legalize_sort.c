// Sorts by any comparator, as a network of compare and exchange in a loop; top_k by sorting.
#include <math.h>

#include "compiler/legalize.h"
#include "compiler/rules.h"

// A bitonic network over `size` (a power of two) rows. Step t compares rows whose numbers differ in
// the bit near[t]; the smaller of the two goes first where the row's number has not the bit far[t].
// A row's number where it came from, carried along, makes the order total: the sort is stable, and
// rows from `count` on, which only fill up, come last.
typedef struct Network {
  Legalize *s;
  int n;
  int64_t count, size, others, steps;
  int axis;
} Network;

static Network network_of(Legalize *s) {
  const Type t = legalize_arg(s, 0);
  Network w = {
      .s = s, .n = s->node->nargs, .axis = (int)s->node->attrs->axis, .size = 1, .others = 1};
  w.count = t.dim[w.axis];
  for (int i = 0; i < t.rank; i++) w.others *= i == w.axis ? 1 : t.dim[i];
  int64_t levels = 0;
  for (; w.size < w.count; w.size *= 2) levels++;
  w.steps = levels * (levels + 1) / 2;
  return w;
}

// [steps]: the bits that pairs differ in, and those that turn the order round.
static Id bits_of(const Network *w, Graph *g, bool far) {
  int64_t *v = ARENA_ARRAY(g->arena, int64_t, w->steps), k = 0;
  for (int64_t f = 2; f <= w->size; f *= 2) {
    for (int64_t near = f / 2; near > 0; near /= 2) v[k++] = far ? f : near;
  }
  return b_literal(g, (Type){DT_I64, 1, &w->steps}, false, v);
}

static Id element(Graph *g, Id list, Id i) {
  const Attrs at = {.slice_sizes = INTS(1)};
  return b_reshape(g, graph_add(g, OP_dynamic_slice, 2, (Id[]){list, i}, &at), (Ints){0});
}

static Id rows_at(Graph *g, Id x, Id rows) {
  const int64_t others = graph_type(g, x).dim[1];
  const Attrs at = {.offset_dims = INTS(1),
                    .collapsed_dims = INTS(0),
                    .index_map = INTS(0),
                    .index_vector_dim = 1,
                    .slice_sizes = INTS(1, others),
                    .mode = MODE_CLIP};
  return graph_add(g, OP_gather, 2, (Id[]){x, rows}, &at);
}

static Id spread_rows(Graph *g, Id rows, Ints shape) {
  return b_broadcast(g, rows, shape, INTS(0));
}

// cond(a.., b..) for all elements.
static Id compared(const Network *w, Graph *g, Ints shape, const Id *a, const Id *b) {
  Id *args = ARENA_ARRAY(g->arena, Id, 2 * w->n), r;
  for (int i = 0; i < w->n; i++) args[2 * i] = a[i], args[2 * i + 1] = b[i];
  map_scalars(g, w->s->node->attrs->cond, shape, args, &r);
  return r;
}

// Whether x stands before y: a total order, whatever cond is. The last array has the numbers.
static Id precedes(const Network *w, Graph *g, Ints shape, const Id *x, const Id *y) {
  const Id earlier = b_lt(g, x[w->n], y[w->n]);
  const Id filler = b_ge(g, b_max(g, x[w->n], y[w->n]),
                         b_broadcast(g, b_scalar_int(g, DT_I64, w->count), shape, (Ints){0}));
  const Id less = compared(w, g, shape, x, y), more = compared(w, g, shape, y, x);
  const Id equal = b_or(g, filler, b_eq(g, less, more));
  return b_select(g, equal, earlier, less);
}

// Parameters: t, the arrays and the numbers, near, far.
static const Graph *network_step(const Network *w) {
  Arena *a = w->s->g->arena;
  Graph *g = graph_new(a, "body");
  const int n = w->n + 1;
  const int64_t dim[2] = {w->size, w->others};
  const Ints shape = {2, dim};
  Id *x = ARENA_ARRAY(a, Id, n), *y = ARENA_ARRAY(a, Id, n), *results = ARENA_ARRAY(a, Id, n + 1);
  const Id t = graph_param(g, type_scalar(DT_I64), NULL);
  for (int i = 0; i < n; i++)
    x[i] = graph_param(g, type_of(i < w->n ? legalize_arg(w->s, i).dtype : DT_I64, shape), NULL);
  const Type list = {DT_I64, 1, &w->steps};
  const Id near = element(g, graph_param(g, list, NULL), t),
           far = element(g, graph_param(g, list, NULL), t);
  const Id row = b_iota(g, (Type){DT_I64, 1, dim}, 0), zero = b_like(g, row, 0);
  const Ints rows = {1, dim};
  const Id bit = b_broadcast(g, near, rows, (Ints){0}), turn = b_broadcast(g, far, rows, (Ints){0});
  const Id partner = b_xor(g, row, bit);
  for (int i = 0; i < n; i++) y[i] = rows_at(g, x[i], partner);
  if (failed()) return NULL;
  const Id first = b_eq(g, b_and(g, row, bit), zero), up = b_eq(g, b_and(g, row, turn), zero);
  const Id smaller = spread_rows(g, b_eq(g, first, up), shape);
  const Id stays = b_eq(g, precedes(w, g, shape, x, y), smaller);
  results[0] = b_add(g, t, b_scalar_int(g, DT_I64, 1));
  for (int i = 0; i < n; i++) results[1 + i] = b_select(g, stays, x[i], y[i]);
  if (!failed()) graph_set_results(g, n + 1, results);
  return failed() ? NULL : g;
}

static const Graph *network_cond(const Network *w, const Graph *step) {
  Graph *g = graph_new(w->s->g->arena, "cond");
  graph_params_of(g, step, NULL);
  const Id r = b_lt(g, g->params[0], b_scalar_int(g, DT_I64, w->steps));
  graph_set_results(g, 1, &r);
  return g;
}

static Ints with_axis_first(Arena *a, int rank, int axis, bool back) {
  int64_t *perm = ARENA_ARRAY(a, int64_t, rank);
  for (int i = 0, k = 1; i < rank; i++) {
    const int to = i == axis ? 0 : k++;
    perm[back ? i : to] = back ? to : i;
  }
  return (Ints){rank, perm};
}

// [size, others]
static Id to_rows(const Network *w, Id x) {
  Graph *g = w->s->g;
  const Type t = graph_type(g, x);
  Id rows = b_transpose(g, x, with_axis_first(g->arena, t.rank, w->axis, false));
  rows = b_reshape(g, rows, INTS(w->count, w->others));
  return b_pad(g, rows, b_scalar(g, t.dtype, 0), INTS(0, 0), INTS(w->size - w->count, 0),
               INTS(0, 0));
}

static Id from_rows(const Network *w, Id rows, Type t) {
  Graph *g = w->s->g;
  int64_t shape[MAX_RANK] = {w->count};
  for (int i = 0, k = 1; i < t.rank; i++) {
    if (i != w->axis) shape[k++] = t.dim[i];
  }
  rows = b_slice_axis(g, rows, 0, 0, w->count, 1);
  return b_transpose(g, b_reshape(g, rows, (Ints){t.rank, shape}),
                     with_axis_first(g->arena, t.rank, w->axis, true));
}

void legalize_sort_by(Legalize *s) {
  Graph *g = s->g;
  const Network w = network_of(s);
  for (int i = 0; i < w.n; i++) s->results[i] = s->args[i];
  if (w.steps == 0 || w.others == 0) return;
  Id *args = ARENA_ARRAY(g->arena, Id, w.n + 4);
  args[0] = b_scalar_int(g, DT_I64, 0);
  for (int i = 0; i < w.n; i++) args[1 + i] = to_rows(&w, s->args[i]);
  args[1 + w.n] = b_iota(g, type_of(DT_I64, INTS(w.size, w.others)), 0);
  args[2 + w.n] = bits_of(&w, g, false);
  args[3 + w.n] = bits_of(&w, g, true);
  Attrs loop = {.ncarry = w.n + 2, .body = network_step(&w)};
  if (failed() || !loop.body) return;
  loop.cond = network_cond(&w, loop.body);
  const Id first = graph_add(g, OP_while, w.n + 4, args, &loop);
  for (int i = 0; first != NO_ID && i < w.n; i++)
    s->results[i] = from_rows(&w, first + 1 + (Id)i, legalize_arg(s, i));
}

void legalize_top_k(Legalize *s) {
  Graph *g = s->g;
  const Type t = legalize_arg(s, 0);
  const int axis = t.rank - 1;
  const Id key = b_not(g, b_total_order(g, s->args[0]));  // grows as x falls
  const Id index = b_iota(g, (Type){DT_I32, t.rank, t.dim}, axis);
  const Id sorted =
      graph_add(g, OP_sort, 3, (Id[]){key, s->args[0], index}, &(Attrs){.axis = axis});
  for (int i = 0; sorted != NO_ID && i < 2; i++)
    s->results[i] = b_slice_axis(g, sorted + 1 + (Id)i, axis, 0, s->node->attrs->k, 1);
}
