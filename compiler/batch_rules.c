// Batching of elementwise ops, reductions, contractions, shape ops and control flow.
#include "compiler/rules.h"

// Values of the graph that is made.
static Id value_in(const Batch *c, const Node *n, int k) { return c->value[n->args[k]]; }
static int axis_in(const Batch *c, const Node *n, int k) { return c->axis[n->args[k]]; }
static Type type_in(const Batch *c, const Node *n, int k) {
  return graph_type(c->out, value_in(c, n, k));
}

// All operands with their batch axis at `axis`.
static Id *operands_at(Batch *c, const Node *n, int axis) {
  Id *args = ARENA_ARRAY(c->out->arena, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++) args[i] = batch_at(c, n->args[i], axis);
  return args;
}

bool batch_map(Batch *c, const Node *n) {
  const int axis = batch_axis(c, n);
  batch_result(c, n, graph_copy_node(c->out, n, operands_at(c, n, axis)), axis);
  return true;
}

static int count_below(Ints v, int64_t limit) {
  int n = 0;
  for (int i = 0; i < v.n; i++) n += v.v[i] < limit;
  return n;
}

bool batch_reduce(Batch *c, const Node *n) {
  const int axis = axis_in(c, n, 0);
  const Ints axes = ints_shift(c->out->arena, n->attrs->axes, axis);
  Id r = axes.n ? b_reduce(c->out, n->op, value_in(c, n, 0), axes) : value_in(c, n, 0);
  batch_result(c, n, r, axis - count_below(axes, axis));
  return true;
}

bool batch_argreduce(Batch *c, const Node *n) {
  const int axis = axis_in(c, n, 0), over = (int)n->attrs->axis + (n->attrs->axis >= axis);
  batch_result(c, n, b_argreduce(c->out, n->op, value_in(c, n, 0), over), axis - (over < axis));
  return true;
}

// ---- dot

// Free dimensions of an operand below `limit`.
static int free_below(Ints batch, Ints contract, int limit) {
  int n = 0;
  for (int i = 0; i < limit; i++) n += !ints_has(batch, i) && !ints_has(contract, i);
  return n;
}

// A batch axis of one operand is a free dimension, of both a batch dimension in front.
bool batch_dot(Batch *c, const Node *n) {
  Graph *g = c->out;
  const Attrs *at = n->attrs;
  Ints lb = at->lhs_batch, rb = at->rhs_batch, lc = at->lhs_contract, rc = at->rhs_contract;
  const int l = axis_in(c, n, 0), r = axis_in(c, n, 1);
  if (l >= 0) lb = ints_shift(g->arena, lb, l), lc = ints_shift(g->arena, lc, l);
  if (r >= 0) rb = ints_shift(g->arena, rb, r), rc = ints_shift(g->arena, rc, r);
  int axis = 0;
  if (l >= 0 && r >= 0) {
    lb = ints_insert(g->arena, lb, 0, l), rb = ints_insert(g->arena, rb, 0, r);
  } else if (l >= 0) {
    axis = lb.n + free_below(lb, lc, l);
  } else {
    axis = lb.n + free_below(lb, lc, type_in(c, n, 0).rank) + free_below(rb, rc, r);
  }
  batch_result(c, n, b_dot(g, value_in(c, n, 0), value_in(c, n, 1), lb, rb, lc, rc), axis);
  return true;
}

// ---- shape

bool batch_broadcast(Batch *c, const Node *n) {
  Graph *g = c->out;
  const Ints shape = ints_insert(g->arena, n->attrs->shape, 0, c->size);
  const Ints dims =
      ints_insert(g->arena, ints_shift(g->arena, n->attrs->dims, 0), axis_in(c, n, 0), 0);
  batch_result(c, n, spread(g, value_in(c, n, 0), shape, dims), 0);
  return true;
}

static int64_t product(const int64_t *v, int from, int to) {
  int64_t n = 1;
  for (int i = from; i < to; i++) n *= v[i];
  return n;
}

// The batch axis stays where the reshape does not merge over it, else it goes to the front first.
bool batch_reshape(Batch *c, const Node *n) {
  Graph *g = c->out;
  const Ints shape = n->attrs->shape;
  const Type t = type_in(c, n, 0);
  int from = axis_in(c, n, 0), to = 0;
  const int64_t before = product(t.dim, 0, from), after = product(t.dim, from + 1, t.rank);
  while (to <= shape.n &&
         (product(shape.v, 0, to) != before || product(shape.v, to, shape.n) != after))
    to++;
  if (to > shape.n) from = to = 0;
  Id x = from == axis_in(c, n, 0) ? value_in(c, n, 0) : batch_at(c, n->args[0], from);
  batch_result(c, n, b_reshape(g, x, ints_insert(g->arena, shape, to, c->size)), to);
  return true;
}

bool batch_transpose(Batch *c, const Node *n) {
  Graph *g = c->out;
  const int axis = axis_in(c, n, 0);
  const Ints perm = ints_insert(g->arena, ints_shift(g->arena, n->attrs->perm, axis), axis, axis);
  batch_result(c, n, b_transpose(g, value_in(c, n, 0), perm), axis);
  return true;
}

bool batch_slice(Batch *c, const Node *n) {
  Graph *g = c->out;
  const Attrs *at = n->attrs;
  const int axis = axis_in(c, n, 0);
  Id r = b_slice(g, value_in(c, n, 0), ints_insert(g->arena, at->start, axis, 0),
                 ints_insert(g->arena, at->limit, axis, c->size),
                 ints_insert(g->arena, at->stride, axis, 1));
  batch_result(c, n, r, axis);
  return true;
}

static Id pad_at(Batch *c, Id x, Id value, const Attrs *at, int axis) {
  Arena *a = c->out->arena;
  return b_pad(c->out, x, value, ints_insert(a, at->low, axis, 0),
               ints_insert(a, at->high, axis, 0), ints_insert(a, at->interior, axis, 0));
}

// Mapped padding values are put in where padding is.
static Id pad_with_mapped(Batch *c, const Node *n, Id x, int axis) {
  Graph *g = c->out;
  const Type t = graph_type(g, x);
  Id padded = pad_at(c, x, b_scalar(g, t.dtype, 0), n->attrs, axis);
  const Type bools = {DT_BOOL, t.rank, t.dim};
  Id padding = pad_at(c, b_full(g, bools, 0), b_scalar(g, DT_BOOL, 1), n->attrs, axis);
  Id values = spread(g, value_in(c, n, 1), type_shape(graph_type(g, padded)), INTS(axis));
  return b_select(g, padding, values, padded);
}

bool batch_pad(Batch *c, const Node *n) {
  const int axis = axis_in(c, n, 0) >= 0 ? axis_in(c, n, 0) : 0;
  const Id x = batch_at(c, n->args[0], axis);
  Id r = axis_in(c, n, 1) >= 0 ? pad_with_mapped(c, n, x, axis)
                               : pad_at(c, x, value_in(c, n, 1), n->attrs, axis);
  batch_result(c, n, r, axis);
  return true;
}

bool batch_reverse(Batch *c, const Node *n) {
  const int axis = axis_in(c, n, 0);
  const Ints axes = ints_shift(c->out->arena, n->attrs->axes, axis);
  batch_result(c, n, b_reverse(c->out, value_in(c, n, 0), axes), axis);
  return true;
}

// Ops along one axis of several operands.
static bool batch_along(Batch *c, const Node *n) {
  const int axis = batch_axis(c, n);
  Attrs at = *n->attrs;
  at.axis += at.axis >= axis;
  batch_result(c, n, graph_add(c->out, n->op, n->nargs, operands_at(c, n, axis), &at), axis);
  return true;
}

bool batch_concatenate(Batch *c, const Node *n) { return batch_along(c, n); }
bool batch_sort(Batch *c, const Node *n) { return batch_along(c, n); }

bool batch_top_k(Batch *c, const Node *n) {
  const int last = type_in(c, n, 0).rank - 1;
  const int axis = axis_in(c, n, 0) == last ? 0 : axis_in(c, n, 0);
  Id x = batch_at(c, n->args[0], axis);
  batch_result(c, n, graph_add(c->out, OP_top_k, 1, &x, n->attrs), axis);
  return true;
}

// ---- control

bool batch_barrier(Batch *c, const Node *n) {
  Id *args = ARENA_ARRAY(c->out->arena, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++) args[i] = value_in(c, n, i);
  const Id first = graph_copy_node(c->out, n, args);
  for (int i = 0; i < n->nargs; i++) {
    c->value[n->first + (Id)i] = first + (Id)i;
    c->axis[n->first + (Id)i] = axis_in(c, n, i);
  }
  return true;
}

// A loop while it is being batched.
typedef struct Loop {
  Batch *c;
  const Node *n;
  int *axes;      // of the operands
  bool branches;  // the condition differs between lanes
} Loop;

// Carried values take the axis which the body gives them, and all have one where lanes end apart.
static bool find_axes(Loop *l) {
  const int ncarry = (int)l->n->attrs->ncarry;
  Arena *a = l->c->out->arena;
  int *out = ARENA_ARRAY(a, int, ncarry + 1);
  for (bool changed = true; changed;) {
    changed = false;
    int pred = AXIS_FREE;
    for (int i = 0; i < ncarry; i++) out[i] = AXIS_FREE;
    if (!batch_graph(a, l->n->attrs->cond, l->c->size, l->axes, &pred) ||
        !batch_graph(a, l->n->attrs->body, l->c->size, l->axes, out))
      return false;
    l->branches = pred >= 0;
    for (int i = 0; i < ncarry; i++) {
      if (l->axes[i] >= 0 || (out[i] < 0 && !l->branches)) continue;
      l->axes[i] = out[i] >= 0 ? out[i] : 0;
      changed = true;
    }
  }
  return true;
}

static Graph *loop_graph(Loop *l, const Graph *batched, Id *params) {
  Graph *g = graph_new(batched->arena, batched->name);
  for (int i = 0; i < l->n->nargs; i++) {
    const Value *p = &batched->values[batched->params[i]];
    params[i] = graph_param(g, p->type, p->name);
  }
  g->loc = l->n->loc;
  return g;
}

// Goes on while one lane does.
static Graph *any_lane(Loop *l, const Graph *cond) {
  Id *params = ARENA_ARRAY(cond->arena, Id, l->n->nargs), pred;
  Graph *g = loop_graph(l, cond, params);
  graph_inline(g, cond, params, &pred);
  pred = b_reduce(g, OP_reduce_or, pred, INTS(0));
  graph_set_results(g, 1, &pred);
  return g;
}

// A lane that has ended keeps its carry.
static Graph *lanes_apart(Loop *l, const Graph *cond, const Graph *body) {
  Id *params = ARENA_ARRAY(cond->arena, Id, l->n->nargs), pred;
  Graph *g = loop_graph(l, body, params);
  Id *next = ARENA_ARRAY(cond->arena, Id, body->nresults);
  graph_inline(g, cond, params, &pred);
  graph_inline(g, body, params, next);
  for (int i = 0; i < body->nresults; i++) {
    const Ints shape = type_shape(graph_type(g, params[i]));
    next[i] = b_select(g, spread(g, pred, shape, INTS(l->axes[i])), next[i], params[i]);
  }
  graph_set_results(g, body->nresults, next);
  return g;
}

bool batch_while(Batch *c, const Node *n) {
  Arena *a = c->out->arena;
  const int ncarry = (int)n->attrs->ncarry;
  Loop l = {c, n, ARENA_ARRAY(a, int, n->nargs + 1), false};
  for (int i = 0; i < n->nargs; i++) l.axes[i] = axis_in(c, n, i);
  if (!find_axes(&l)) return false;
  int pred = AXIS_FREE, *out = ARENA_ARRAY(a, int, ncarry + 1);
  for (int i = 0; i < ncarry; i++) out[i] = l.axes[i];
  Graph *cond = batch_graph(a, n->attrs->cond, c->size, l.axes, &pred);
  Graph *body = batch_graph(a, n->attrs->body, c->size, l.axes, out);
  if (!cond || !body) return false;
  Attrs at = {.cond = l.branches ? any_lane(&l, cond) : cond,
              .body = l.branches ? lanes_apart(&l, cond, body) : body,
              .ncarry = ncarry};
  Id *args = ARENA_ARRAY(a, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++)
    args[i] = l.axes[i] < 0 ? value_in(c, n, i) : batch_at(c, n->args[i], l.axes[i]);
  c->out->loc = n->loc;
  const Id first = graph_add(c->out, n->op, n->nargs, args, &at);
  for (int i = 0; i < ncarry; i++) {
    c->value[n->first + (Id)i] = first + (Id)i;
    c->axis[n->first + (Id)i] = l.axes[i];
  }
  return first != NO_ID;
}
