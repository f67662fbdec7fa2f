// Transposition: one walk backward over a linear graph which sums the cotangent of each value.
#include <stdlib.h>

#include "compiler/rules.h"
#include "ir/stress.h"

void transpose_add(Transpose *c, Id v, Id cotangent) {
  if (!is_linear(c, v) || !has_tangent(graph_type(c->src, v))) return;
  c->cotangent[v] = add_tangents(c->out, c->cotangent[v], cotangent);
}

static void copy_known(Transpose *c, const Node *n) {
  Id *args = ARENA_ARRAY(c->out->arena, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++) {
    args[i] = c->value[n->args[i]];
    if (args[i] == NO_ID) return;
  }
  const Id first = graph_copy_node(c->out, n, args);
  for (int i = 0; i < n->nresults; i++) c->value[n->first + (Id)i] = first + (Id)i;
}

static bool transpose_node(Transpose *c, const Node *n) {
  bool reached = false;
  for (int i = 0; i < n->nresults; i++) reached |= c->cotangent[n->first + (Id)i] != NO_ID;
  if (!is_linear(c, n->first) || !reached) return true;
  c->out->loc = n->loc;
  c->out->loc.pass = PASS_BACKWARD;
  const Rules rules = rules_of(n->op);
  if (!rules.transpose)
    return fail(n->loc, "%s: has no transpose: it is not linear", op_info(n->op)->name);
  return rules.transpose(c, n) && !failed();
}

static bool transpose_nodes(Transpose *c, int nresiduals) {
  const Graph *g = c->src;
  for (int i = 0; i < g->nvalues; i++) c->value[i] = c->cotangent[i] = NO_ID;
  for (int i = 0; i < nresiduals; i++) {
    const Value *p = &g->values[g->params[i]];
    c->value[g->params[i]] = graph_param(c->out, p->type, p->name);
  }
  for (int i = 0; i < g->nnodes; i++) copy_known(c, &g->nodes[i]);
  for (int i = 0; i < g->nresults; i++) {
    const Id v = g->results[i];
    c->out->loc = graph_def(g, v) ? graph_def(g, v)->loc : g->loc;
    c->out->loc.pass = PASS_BACKWARD;
    transpose_add(c, v, graph_param(c->out, graph_type(g, v), NULL));
  }
  bool ok = !failed();
  for (int i = g->nnodes - 1; ok && i >= 0; i--) ok = transpose_node(c, &g->nodes[i]);
  return ok;
}

Graph *transpose(Arena *a, const Graph *linear, int nresiduals) {
  if (failed()) return NULL;
  const size_t size = sizeof(Id) * ((size_t)linear->nvalues + 1);
  Transpose c = {graph_new(a, linear->name), linear, xmalloc(size), xmalloc(size)};
  const bool ok = transpose_nodes(&c, nresiduals);
  const int n = linear->nparams - nresiduals;
  Id *results = ARENA_ARRAY(a, Id, n);
  c.out->loc = linear->loc;
  for (int i = 0; ok && i < n; i++) {
    const Id p = linear->params[nresiduals + i], ct = c.cotangent[p];
    results[i] = ct != NO_ID ? ct : b_full(c.out, graph_type(linear, p), 0);
  }
  graph_set_results(c.out, n, results);
  free(c.value);
  free(c.cotangent);
  return ok && !failed() ? c.out : NULL;
}

Graph *graph_transpose(Arena *a, const Graph *linear, int nresiduals) {
  Arena *scratch = arena_new();
  const Graph *made = transpose(scratch, linear, nresiduals);
  Graph *out = made ? graph_clone(a, made) : NULL;
  arena_free(scratch);
  return stress_pass(out, "transpose");
}
