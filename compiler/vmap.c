// Batching: one walk forward which knows of each value where its batch axis is.
#include <stdlib.h>

#include "compiler/rules.h"
#include "ir/stress.h"

void batch_result(Batch *c, const Node *n, Id first, int axis) {
  for (int i = 0; i < n->nresults; i++) {
    c->value[n->first + (Id)i] = first == NO_ID ? NO_ID : first + (Id)i;
    c->axis[n->first + (Id)i] = axis;
  }
}

Id repeated(Graph *g, Id x, int axis, int64_t size) {
  if (x == NO_ID) return NO_ID;
  const Type t = graph_type(g, x);
  int64_t dims[MAX_RANK];
  for (int i = 0; i < t.rank; i++) dims[i] = i + (i >= axis);
  return spread(g, x, ints_insert(g->arena, type_shape(t), axis, size), (Ints){t.rank, dims});
}

Id batch_at(Batch *c, Id v, int axis) {
  if (c->axis[v] < 0) return repeated(c->out, c->value[v], axis, c->size);
  return move_axis(c->out, c->value[v], c->axis[v], axis);
}

// The axis of the first operand which it would cost something to move.
int batch_axis(const Batch *c, const Node *n) {
  int axis = -1;
  for (int i = 0; i < n->nargs; i++) {
    const int at = c->axis[n->args[i]];
    if (at < 0) continue;
    if (axis < 0) axis = at;
    if (!graph_is(c->out, c->value[n->args[i]], OP_broadcast)) return at;
  }
  return axis;
}

static bool batch_node(Batch *c, const Node *n) {
  Id *args = ARENA_ARRAY(c->out->arena, Id, n->nargs);
  bool mapped = false;
  for (int i = 0; i < n->nargs; i++) {
    args[i] = c->value[n->args[i]];
    mapped |= c->axis[n->args[i]] >= 0;
  }
  c->out->loc = n->loc;
  if (!mapped) {
    batch_result(c, n, graph_copy_node(c->out, n, args), -1);
    return !failed();
  }
  const Rules rules = rules_of(n->op);
  if (!rules.batch) return fail(n->loc, "%s: cannot be batched", op_info(n->op)->name);
  return rules.batch(c, n) && !failed();
}

static bool batch_results(Batch *c, int *axes) {
  const Graph *g = c->src;
  Id *results = ARENA_ARRAY(c->out->arena, Id, g->nresults);
  for (int i = 0; i < g->nresults; i++) {
    const Id v = g->results[i];
    const Node *def = graph_def(g, v);
    c->out->loc = def ? def->loc : g->loc;
    if (axes[i] == -1 && c->axis[v] >= 0)
      return fail(c->out->loc,
                  "vmap: result %d of %s depends on a mapped argument, but its out_axis is none", i,
                  g->name);
    if (axes[i] == AXIS_FREE) axes[i] = c->axis[v];
    results[i] = axes[i] < 0 ? c->value[v] : batch_at(c, v, axes[i]);
  }
  graph_set_results(c->out, g->nresults, results);
  return !failed();
}

static void batch_params(Batch *c, const int *in_axes) {
  const Graph *g = c->src;
  for (int i = 0; i < g->nparams; i++) {
    const Id p = g->params[i];
    Type t = graph_type(g, p);
    if (in_axes[i] >= 0) t = type_insert(c->out->arena, t, in_axes[i], c->size);
    c->value[p] = graph_param(c->out, t, g->values[p].name);
    c->axis[p] = in_axes[i];
  }
}

Graph *batch_graph(Arena *a, const Graph *g, int64_t size, const int *in_axes, int *axes) {
  const size_t n = (size_t)g->nvalues + 1;
  Batch c = {graph_new(a, arena_printf(a, "%s_vmap", g->name)), g, size, xmalloc(sizeof(Id) * n),
             xmalloc(sizeof(int) * n)};
  batch_params(&c, in_axes);
  bool ok = true;
  for (int i = 0; ok && i < g->nnodes; i++) ok = batch_node(&c, &g->nodes[i]);
  ok = ok && batch_results(&c, axes);
  free(c.value);
  free(c.axis);
  return ok ? c.out : NULL;
}

static bool axes_fit(Arena *a, const Graph *g, int64_t size, const int *axes, const Id *values,
                     int n, const char *what) {
  for (int i = 0; i < n; i++) {
    if (axes[i] == -1) continue;
    const Type t = graph_type(g, values[i]);
    if (axes[i] < -1 || axes[i] > t.rank)
      return fail(g->loc, "vmap: %s %d of %s is %d, out of range for %s with one axis more", what,
                  i, g->name, axes[i], TYPE_STR(t));
    if (t.rank == MAX_RANK || !type_fits(type_insert(a, t, axes[i], size)))
      return fail(g->loc, "vmap: %s of %s with an axis of %lld more is too large", TYPE_STR(t),
                  g->name, (long long)size);
  }
  return true;
}

Graph *graph_vmap(Arena *a, const Graph *g, int64_t size, const int *in_axes, const int *out_axes) {
  if (failed()) return NULL;
  Arena *scratch = arena_new();
  Graph *out = NULL;
  if (axes_fit(scratch, g, size, in_axes, g->params, g->nparams, "in_axis") &&
      axes_fit(scratch, g, size, out_axes, g->results, g->nresults, "out_axis")) {
    int *axes = arena_copy(scratch, out_axes, sizeof(int) * (size_t)g->nresults);
    const Graph *flat = graph_inline_calls(scratch, g);
    const Graph *batched = batch_graph(scratch, flat, size, in_axes, axes);
    if (batched) out = graph_clone(a, batched);
  }
  arena_free(scratch);
  return stress_pass(out, "vmap");
}
