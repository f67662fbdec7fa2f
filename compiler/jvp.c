// Forward differentiation: one walk forward which carries the tangent of each value.
#include <stdlib.h>

#include "compiler/rules.h"
#include "ir/stress.h"

Id add_tangents(Graph *g, Id a, Id b) { return a == NO_ID ? b : b == NO_ID ? a : b_add(g, a, b); }

Id jvp_copy(Jvp *c, const Node *n) {
  Id *args = ARENA_ARRAY(c->out->arena, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++) args[i] = c->primal[n->args[i]];
  Id first = graph_copy_node(c->out, n, args);
  for (int i = 0; i < n->nresults; i++) {
    c->primal[n->first + (Id)i] = first + (Id)i;
    c->tangent[n->first + (Id)i] = NO_ID;
  }
  c->out->loc.pass = PASS_TANGENT;  // of what follows
  return first;
}

Id jvp_tangent(Jvp *c, Id v) {
  return c->tangent[v] != NO_ID ? c->tangent[v] : b_like(c->out, c->primal[v], 0);
}

static bool is_active(const Jvp *c, const Node *n) {
  bool in = false, out = false;
  for (int i = 0; i < n->nargs; i++) in |= c->tangent[n->args[i]] != NO_ID;
  for (int i = 0; i < n->nresults; i++) out |= has_tangent(graph_type(c->src, n->first + (Id)i));
  return in && out;
}

static bool jvp_node(Jvp *c, const Node *n) {
  c->out->loc = n->loc;
  if (!is_active(c, n)) {
    jvp_copy(c, n);
    return !failed();
  }
  Rules rules = rules_of(n->op);
  if (!rules.jvp) return fail(n->loc, "%s: has no derivative", op_info(n->op)->name);
  return rules.jvp(c, n) && !failed();
}

void jvp_set_tangent(Jvp *c, Id v, Id tangent) {
  c->tangent[v] = has_tangent(graph_type(c->src, v)) ? tangent : NO_ID;
}

static const char *tangent_name(Arena *a, const char *name) {
  return name ? arena_printf(a, "%s_dot", name) : NULL;
}

static void jvp_params(Jvp *c, const bool *active) {
  const Graph *g = c->src;
  for (int i = 0; i < g->nparams; i++) {
    Id p = g->params[i];
    c->primal[p] = graph_param(c->out, graph_type(g, p), g->values[p].name);
    c->tangent[p] = NO_ID;
  }
  for (int i = 0; i < g->nparams; i++) {
    if (!active[i]) continue;
    Id p = g->params[i];
    Type t = graph_type(g, p);
    Id v = graph_param(c->out, t, tangent_name(c->out->arena, g->values[p].name));
    if (has_tangent(t)) c->tangent[p] = v;
  }
}

static void jvp_results(Jvp *c, const bool *want, bool *nonzero) {
  const Graph *g = c->src;
  Id *results = ARENA_ARRAY(c->out->arena, Id, 2 * g->nresults);
  int n = 0;
  c->out->loc = g->loc;
  for (int i = 0; i < g->nresults; i++) results[n++] = c->primal[g->results[i]];
  for (int i = 0; i < g->nresults; i++) {
    if (want && want[i]) results[n++] = jvp_tangent(c, g->results[i]);
    if (nonzero) nonzero[i] = c->tangent[g->results[i]] != NO_ID;
  }
  graph_set_results(c->out, n, results);
}

Graph *jvp_graph(Arena *a, const Graph *g, const bool *active, const bool *want, bool *nonzero,
                 bool split_control) {
  Jvp c = {graph_new(a, arena_printf(a, "%s_jvp", g->name)), g,
           xmalloc(sizeof(Id) * ((size_t)g->nvalues + 1)),
           xmalloc(sizeof(Id) * ((size_t)g->nvalues + 1)), split_control};
  jvp_params(&c, active);
  bool ok = true;
  for (int i = 0; ok && i < g->nnodes; i++) ok = jvp_node(&c, &g->nodes[i]);
  if (ok) jvp_results(&c, want, nonzero);
  free(c.primal);
  free(c.tangent);
  return ok ? c.out : NULL;
}

bool *active_params(Arena *a, const Graph *g, const bool *active) {
  bool *on = ARENA_ARRAY(a, bool, g->nparams + 1);
  for (int i = 0; i < g->nparams; i++) {
    Type t = graph_type(g, g->params[i]);
    on[i] = active ? active[i] : dtype_is_inexact(t.dtype);
    if (!on[i] || dtype_is_inexact(t.dtype)) continue;
    const char *name = g->values[g->params[i]].name;
    fail(g->loc, "%s: no derivative with respect to parameter %s of type %s: it is not a float",
         g->name, name ? name : arena_printf(a, "%d", i), TYPE_STR(t));
    return NULL;
  }
  return on;
}

Graph *graph_jvp(Arena *a, const Graph *g, const bool *active) {
  if (failed()) return NULL;
  Arena *scratch = arena_new();
  const bool *on = active_params(scratch, g, active);
  Graph *flat = on ? graph_inline_calls(scratch, g) : NULL, *jvp = NULL;
  bool *want = ARENA_ARRAY(scratch, bool, g->nresults + 1);
  for (int i = 0; i < g->nresults; i++) want[i] = true;
  if (flat) jvp = jvp_graph(scratch, flat, on, want, NULL, false);
  Graph *out = jvp && !failed() ? graph_clone(a, jvp) : NULL;
  if (out && !jvp_resolved(out)) out = NULL;
  arena_free(scratch);
  return stress_pass(out, "jvp");
}
