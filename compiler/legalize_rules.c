// Derivatives and batches of ops that are legalized.
#include "compiler/legalize.h"
#include "compiler/rules.h"

bool jvp_form(Jvp *c, const Node *n, const Graph *form) {
  Arena *a = c->out->arena;
  bool *on = ARENA_ARRAY(a, bool, n->nargs + 1), *want = ARENA_ARRAY(a, bool, n->nresults + 1);
  bool *nonzero = ARENA_ARRAY(a, bool, n->nresults + 1);
  Id *args = ARENA_ARRAY(a, Id, 2 * n->nargs + 1),
     *results = ARENA_ARRAY(a, Id, 2 * n->nresults + 1);
  int k = n->nargs;
  for (int i = 0; i < n->nargs; i++) {
    args[i] = c->primal[n->args[i]];
    on[i] = c->tangent[n->args[i]] != NO_ID;
    if (on[i]) args[k++] = c->tangent[n->args[i]];
  }
  for (int i = 0; i < n->nresults; i++) want[i] = has_tangent(graph_type(c->src, n->first + (Id)i));
  const Graph *jvp = jvp_graph(a, form, on, want, nonzero, c->split_control);
  if (!jvp) return false;
  graph_inline(c->out, jvp, args, results);
  for (int i = 0, t = n->nresults; i < n->nresults; i++) {
    c->primal[n->first + (Id)i] = results[i];
    c->tangent[n->first + (Id)i] = want[i] && nonzero[i] ? results[t] : NO_ID;
    t += want[i];
  }
  return true;
}

bool jvp_legal(Jvp *c, const Node *n) {
  const Graph *form = node_legalized(c->out->arena, c->src, n);
  return form && jvp_form(c, n, form);
}

bool batch_legal(Batch *c, const Node *n) {
  Arena *a = c->out->arena;
  const Graph *form = node_legalized(a, c->src, n);
  if (!form) return false;
  int *in = ARENA_ARRAY(a, int, n->nargs + 1), *axes = ARENA_ARRAY(a, int, n->nresults + 1);
  Id *args = ARENA_ARRAY(a, Id, n->nargs + 1);
  for (int i = 0; i < n->nargs; i++) args[i] = c->value[n->args[i]], in[i] = c->axis[n->args[i]];
  for (int i = 0; i < n->nresults; i++) axes[i] = AXIS_FREE;
  const Graph *batched = batch_graph(a, form, c->size, in, axes);
  if (!batched) return false;
  graph_inline(c->out, batched, args, &c->value[n->first]);
  for (int i = 0; i < n->nresults; i++) c->axis[n->first + (Id)i] = axes[i];
  return true;
}

// The op itself, whose operands have batches in front.
bool batch_leading(Batch *c, const Node *n) {
  Id *args = ARENA_ARRAY(c->out->arena, Id, n->nargs + 1);
  for (int i = 0; i < n->nargs; i++) args[i] = batch_at(c, n->args[i], 0);
  batch_result(c, n, graph_add(c->out, n->op, n->nargs, args, n->attrs), 0);
  return !failed();
}
