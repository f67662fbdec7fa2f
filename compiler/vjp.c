// Reverse differentiation: linearize and transpose, put together again.
#include "compiler/hoist.h"
#include "compiler/rules.h"
#include "ir/stress.h"

// Parameters of g, then one cotangent per float result.
static Id *vjp_params(Graph *to, const Graph *g) {
  Id *params = ARENA_ARRAY(to->arena, Id, g->nparams + g->nresults);
  int n = 0;
  for (int i = 0; i < g->nparams; i++) {
    const Value *p = &g->values[g->params[i]];
    params[n++] = graph_param(to, p->type, p->name);
  }
  for (int i = 0; i < g->nresults; i++) {
    const Type t = graph_type(g, g->results[i]);
    if (dtype_is_inexact(t.dtype)) params[n++] = graph_param(to, t, "cotangent");
  }
  return params;
}

static Graph *join(Arena *a, const Graph *g, const Linearized *lin, const Graph *backward) {
  Graph *to = graph_new(a, arena_printf(a, "%s_vjp", g->name));
  const Id *params = vjp_params(to, g);
  const int ncotangents = backward->nparams - lin->nresiduals;
  Id *known = ARENA_ARRAY(a, Id, lin->known->nresults);
  graph_inline(to, lin->known, params, known);
  Id *args = ARENA_ARRAY(a, Id, backward->nparams);
  for (int i = 0; i < lin->nresiduals; i++) args[i] = known[g->nresults + i];
  for (int i = 0; i < ncotangents; i++) args[lin->nresiduals + i] = params[g->nparams + i];
  Id *results = ARENA_ARRAY(a, Id, g->nresults + backward->nresults);
  for (int i = 0; i < g->nresults; i++) results[i] = known[i];
  graph_inline(to, backward, args, results + g->nresults);
  graph_set_results(to, g->nresults + backward->nresults, results);
  return to;
}

Graph *graph_vjp(Arena *a, const Graph *g, const bool *active) {
  Arena *scratch = arena_new();
  Linearized lin;
  Graph *out = NULL;
  if (linearize(scratch, g, active, &lin)) {
    const Graph *backward = transpose(scratch, lin.linear, lin.nresiduals);
    if (backward) out = graph_hoist(a, join(scratch, g, &lin, backward));
  }
  arena_free(scratch);
  return stress_pass(out, "vjp");
}
