// Ops with a body of scalars, for which there is no row, in terms of loops and of trees.
#include "compiler/legalize.h"
#include "compiler/rules.h"

// ---- a graph of scalars, for each element of arrays

static bool is_elementwise(const Graph *body) {
  for (int i = 0; i < body->nparams; i++) {
    if (graph_type(body, body->params[i]).rank) return false;
  }
  for (int i = 0; i < body->nnodes; i++) {
    const Node *n = &body->nodes[i];
    if (op_info(n->op)->op_class == CLASS_MAP) continue;
    if (n->op != OP_constant || n->attrs->literal.type.rank) return false;
  }
  return true;
}

static Id spread_scalar(Graph *g, Id x, Ints shape) {
  return x == NO_ID || graph_type(g, x).rank ? x : b_broadcast(g, x, shape, (Ints){0});
}

static void map_elementwise(Graph *g, const Graph *body, Ints shape, const Id *args, Id *results) {
  Id *map = ARENA_ARRAY(g->arena, Id, body->nvalues + 1);
  for (int i = 0; i < body->nparams; i++) map[body->params[i]] = args[i];
  for (int i = 0; i < body->nnodes; i++) {
    const Node *n = &body->nodes[i];
    Id operands[3];
    for (int k = 0; k < n->nargs; k++) operands[k] = map[n->args[k]];
    map[n->first] = spread_scalar(g, graph_add(g, n->op, n->nargs, operands, n->attrs), shape);
  }
  for (int i = 0; i < body->nresults; i++) results[i] = map[body->results[i]];
}

// Anything else is batched along one axis. Parameters that are arrays are shared by all elements.
static void map_batched(Graph *g, const Graph *body, Ints shape, const Id *args, Id *results) {
  Arena *a = g->arena;
  int64_t n = 1;
  for (int i = 0; i < shape.n; i++) n *= shape.v[i];
  int *in = ARENA_ARRAY(a, int, body->nparams + 1), *out = ARENA_ARRAY(a, int, body->nresults + 1);
  Id *flat = ARENA_ARRAY(a, Id, body->nparams + 1);
  for (int i = 0; i < body->nparams; i++) {
    const bool shared = graph_type(body, body->params[i]).rank > 0;
    flat[i] = shared ? args[i] : b_reshape(g, args[i], INTS(n));
    if (shared) in[i] = -1;
  }
  const Graph *batched = batch_graph(a, graph_inline_calls(a, body), n, in, out);
  if (!batched) return;
  graph_inline(g, batched, flat, results);
  for (int i = 0; i < body->nresults; i++)
    results[i] =
        b_reshape(g, out[i] < 0 ? spread_scalar(g, results[i], INTS(n)) : results[i], shape);
}

void map_scalars(Graph *g, const Graph *body, Ints shape, const Id *args, Id *results) {
  for (int i = 0; i < body->nresults; i++) results[i] = NO_ID;
  if (is_elementwise(body)) map_elementwise(g, body, shape, args, results);
  else if (shape.n) map_batched(g, body, shape, args, results);
  else graph_inline(g, body, args, results);
}

// ---- reduce

// The reduced axes as one: the last if they are last already, else the first.
static Id reduced_together(Graph *g, Id x, Ints axes, int *axis) {
  const Type t = graph_type(g, x);
  int64_t perm[MAX_RANK], shape[MAX_RANK], n = 1;
  bool trailing = true;
  for (int i = t.rank - axes.n; i < t.rank; i++) trailing &= ints_has(axes, i);
  int k = 0, rank = 0;
  for (int part = 0; part < 2; part++) {
    for (int i = 0; i < t.rank; i++) {
      if (ints_has(axes, i) == trailing ? part : !part) perm[k++] = i;
      if (ints_has(axes, i) && part) n *= t.dim[i];
    }
  }
  if (!trailing) shape[rank++] = n;
  for (int i = 0; i < t.rank; i++) {
    if (!ints_has(axes, i)) shape[rank++] = t.dim[i];
  }
  if (trailing) shape[rank++] = n;
  *axis = trailing ? rank - 1 : 0;
  return b_reshape(g, b_transpose(g, x, (Ints){k, perm}), (Ints){rank, shape});
}

// Fused rounds read 2 to the power of their number elements for each result: these many at most.
enum { FUSED_ROUNDS = 3 };

// One round: neighbours are combined, an odd last one is kept.
static bool halve(Graph *g, const Graph *body, int n, int axis, int64_t size, Id *x) {
  Id *args = ARENA_ARRAY(g->arena, Id, 2 * n), *odd = ARENA_ARRAY(g->arena, Id, n);
  for (int i = 0; i < n; i++) {
    args[i] = b_slice_axis(g, x[i], axis, 0, size - size % 2, 2);
    args[n + i] = b_slice_axis(g, x[i], axis, 1, size, 2);
    if (size % 2) odd[i] = b_slice_axis(g, x[i], axis, size - 1, size, 1);
  }
  if (failed()) return false;
  map_scalars(g, body, type_shape(graph_type(g, args[0])), args, x);
  for (int i = 0; size % 2 && i < n; i++) x[i] = b_concatenate(g, 2, (Id[]){x[i], odd[i]}, axis);
  return !failed();
}

void legalize_reduce(Legalize *s) {
  Graph *g = s->g;
  const int n = s->node->nresults;
  const Graph *body = s->node->attrs->body;
  Id *both = ARENA_ARRAY(g->arena, Id, 2 * n), *x = both + n;
  int64_t kept[MAX_RANK], size = 1;
  int axis = 0, rank = 0;
  const Type t = legalize_arg(s, 0);
  for (int i = 0; i < t.rank; i++) {
    if (ints_has(s->node->attrs->axes, i)) size *= t.dim[i];
    else kept[rank++] = t.dim[i];
  }
  const Ints shape = {rank, kept};
  for (int i = 0; i < n; i++) {
    x[i] = reduced_together(g, s->args[i], s->node->attrs->axes, &axis);
    s->results[i] = both[i] = b_broadcast(g, s->args[n + i], shape, (Ints){0});
  }
  if (failed() || size == 0) return;
  for (int round = 1; size > 1; size = size / 2 + size % 2, round++) {
    if (!halve(g, body, n, axis, size, x)) return;
    if (round % FUSED_ROUNDS) continue;
    const Id first = graph_add(g, OP_optimization_barrier, n, x, NULL);
    for (int i = 0; i < n; i++) x[i] = first + (Id)i;
  }
  for (int i = 0; i < n; i++) x[i] = b_reshape(g, x[i], shape);
  if (!failed()) map_scalars(g, body, shape, both, s->results);
}

// ---- scatter

// The parts of a scatter in a plain form: starts [windows, rank of x] and updates [windows, a
// window of x..], windows in the order of the indices.
typedef struct Scattering {
  Legalize *s;
  int n;
  Type x;
  int64_t windows, sizes[MAX_RANK];
  Id starts, *updates;
} Scattering;

// Which dimension of the indices each of their batch dimensions is, without the vector's own.
static int index_dims(const Scattering *c, int64_t *dims) {
  const Type t = legalize_arg(c->s, c->n);
  int n = 0;
  for (int i = 0; i < t.rank; i++) {
    if (i != c->s->node->attrs->index_vector_dim) dims[n++] = i;
  }
  return n;
}

// One start of all windows, for dimension d of x: [windows].
static Id start_of(const Scattering *c, int d) {
  Graph *g = c->s->g;
  const Attrs *at = c->s->node->attrs;
  const Type t = legalize_arg(c->s, c->n);
  int64_t dims[MAX_RANK], batch[MAX_RANK];
  const int n = index_dims(c, dims);
  for (int i = 0; i < n; i++) batch[i] = t.dim[dims[i]];
  for (int i = 0; i < at->operand_batch.n; i++) {
    if (at->operand_batch.v[i] != d) continue;
    const int64_t from = at->index_batch.v[i];
    return b_reshape(
        g, b_iota(g, (Type){DT_I64, n, batch}, (int)(from - (from > at->index_vector_dim))),
        INTS(c->windows));
  }
  for (int i = 0; i < at->index_map.n; i++) {
    if (at->index_map.v[i] != d) continue;
    Id v = c->s->args[c->n];
    if (at->index_vector_dim < t.rank)
      v = b_slice_axis(g, v, (int)at->index_vector_dim, i, i + 1, 1);
    return b_convert(g, b_reshape(g, v, INTS(c->windows)), DT_I64);
  }
  return b_full(g, (Type){DT_I64, 1, &c->windows}, 0);
}

static Id all_starts(const Scattering *c) {
  Graph *g = c->s->g;
  Id *columns = ARENA_ARRAY(g->arena, Id, c->x.rank + 1);
  if (!c->x.rank) return b_full(g, type_of(DT_I64, INTS(c->windows, 0)), 0);
  for (int d = 0; d < c->x.rank; d++)
    columns[d] = b_reshape(g, start_of(c, d), INTS(c->windows, 1));
  return b_concatenate(g, c->x.rank, columns, 1);
}

static Id plain_updates(const Scattering *c, Id updates) {
  Graph *g = c->s->g;
  const Ints offset = c->s->node->attrs->offset_dims;
  const int rank = graph_type(g, updates).rank;
  int64_t perm[MAX_RANK], shape[MAX_RANK + 1] = {c->windows};
  int n = 0;
  for (int i = 0; i < rank; i++) {
    if (!ints_has(offset, i)) perm[n++] = i;
  }
  for (int i = 0; i < offset.n; i++) perm[n++] = offset.v[i];
  for (int i = 0; i < c->x.rank; i++) shape[1 + i] = c->sizes[i];
  return b_reshape(g, b_transpose(g, updates, (Ints){rank, perm}), (Ints){c->x.rank + 1, shape});
}

Id row_at(Graph *g, Id rows, Id i) {
  const Type t = graph_type(g, rows);
  int64_t sizes[MAX_RANK];
  Id args[MAX_RANK + 1] = {rows, i};
  for (int k = 1; k < t.rank; k++) args[1 + k] = b_scalar_int(g, DT_I64, 0), sizes[k] = t.dim[k];
  sizes[0] = 1;
  const Attrs at = {.slice_sizes = {t.rank, sizes}};
  return b_reshape(g, graph_add(g, OP_dynamic_slice, t.rank + 1, args, &at),
                   (Ints){t.rank - 1, t.dim + 1});
}

// bool[]: the window at `start` lies inside.
static Id fits(const Scattering *c, Graph *g, const Id *start) {
  Id all = b_eq(g, b_scalar_int(g, DT_I64, 0), b_scalar_int(g, DT_I64, 0));
  for (int d = 0; d < c->x.rank; d++) {
    const Id low = b_ge(g, start[d], b_scalar_int(g, DT_I64, 0));
    const Id high = b_le(g, start[d], b_scalar_int(g, DT_I64, c->x.dim[d] - c->sizes[d]));
    all = b_and(g, all, b_and(g, low, high));
  }
  return all;
}

// Parameters: i, x.., starts, updates..
static const Graph *scatter_step(const Scattering *c) {
  Arena *a = c->s->g->arena;
  Graph *g = graph_new(a, "body");
  const int n = c->n;
  Id *params = ARENA_ARRAY(a, Id, 2 * n + 2), *results = ARENA_ARRAY(a, Id, n + 1);
  Id *windows = ARENA_ARRAY(a, Id, 2 * n), *next = ARENA_ARRAY(a, Id, n), start[MAX_RANK + 2];
  const Graph *outer = c->s->g;
  params[0] = graph_param(g, type_scalar(DT_I64), NULL);
  for (int k = 0; k < n; k++) params[1 + k] = graph_param(g, legalize_arg(c->s, k), NULL);
  params[1 + n] = graph_param(g, graph_type(outer, c->starts), NULL);
  for (int k = 0; k < n; k++)
    params[2 + n + k] = graph_param(g, graph_type(outer, c->updates[k]), NULL);
  const Id row = row_at(g, params[1 + n], params[0]);
  for (int d = 0; d < c->x.rank; d++)
    start[2 + d] = b_reshape(g, b_slice_axis(g, row, 0, d, d + 1, 1), (Ints){0});
  const Id inside = fits(c, g, start + 2);
  const Ints sizes = {c->x.rank, c->sizes};
  for (int k = 0; k < n; k++) {
    start[1] = params[1 + k];
    windows[k] =
        graph_add(g, OP_dynamic_slice, c->x.rank + 1, start + 1, &(Attrs){.slice_sizes = sizes});
    windows[n + k] = row_at(g, params[2 + n + k], params[0]);
  }
  if (failed()) return NULL;
  map_scalars(g, c->s->node->attrs->body, sizes, windows, next);
  results[0] = b_add(g, params[0], b_scalar_int(g, DT_I64, 1));
  for (int k = 0; k < n; k++) {
    start[0] = params[1 + k];
    start[1] = b_select(g, b_broadcast(g, inside, sizes, (Ints){0}), next[k], windows[k]);
    results[1 + k] = graph_add(g, OP_dynamic_update_slice, c->x.rank + 2, start, NULL);
  }
  if (!failed()) graph_set_results(g, n + 1, results);
  return failed() ? NULL : g;
}

static const Graph *before(Arena *a, int64_t end, const Graph *step) {
  Graph *g = graph_new(a, "cond");
  graph_params_of(g, step, NULL);
  const Id r = b_lt(g, g->params[0], b_scalar_int(g, DT_I64, end));
  graph_set_results(g, 1, &r);
  return g;
}

void legalize_scatter(Legalize *s) {
  Graph *g = s->g;
  Scattering c = {.s = s, .n = s->node->nresults, .x = legalize_arg(s, 0), .windows = 1};
  const Type indices = legalize_arg(s, c.n), updates = legalize_arg(s, c.n + 1);
  const Attrs *at = s->node->attrs;
  for (int i = 0; i < indices.rank; i++) {
    if (i != at->index_vector_dim) c.windows *= indices.dim[i];
  }
  for (int i = 0; i < c.n; i++) s->results[i] = s->args[i];
  if (type_count(updates) == 0 || type_count(c.x) == 0) return;
  const Ints sizes = scatter_sizes(g->arena, c.x, updates, at);
  for (int i = 0; i < c.x.rank; i++) c.sizes[i] = sizes.v[i];
  c.starts = all_starts(&c);
  c.updates = ARENA_ARRAY(g->arena, Id, c.n);
  for (int k = 0; k < c.n; k++) c.updates[k] = plain_updates(&c, s->args[c.n + 1 + k]);
  if (failed()) return;
  Attrs loop = {.body = scatter_step(&c), .ncarry = c.n + 1};
  if (!loop.body) return;
  loop.cond = before(g->arena, c.windows, loop.body);
  Id *args = ARENA_ARRAY(g->arena, Id, 2 * c.n + 2);
  args[0] = b_scalar_int(g, DT_I64, 0);
  for (int k = 0; k < c.n; k++) args[1 + k] = s->args[k], args[2 + c.n + k] = c.updates[k];
  args[1 + c.n] = c.starts;
  const Id first = graph_add(g, OP_while, 2 * c.n + 2, args, &loop);
  for (int k = 0; k < c.n; k++) s->results[k] = first + 1 + (Id)k;
}
