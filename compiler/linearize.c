// Linearization: the jvp of a graph split into what depends on tangents and what does not.
#include <stdlib.h>
#include <string.h>

#include "compiler/rules.h"

// On what the values of a jvp depend.
enum { NOTHING, PRIMALS, TANGENTS };

typedef struct Split {
  Arena *arena;
  const Graph *jvp;
  int nprimals;        // parameters of jvp that are no tangents; the rest are
  char *depends;       // by value
  Id *known, *linear;  // by value: where it stands in the parts, or NO_ID
  Id *residuals;       // values of jvp, in the order of first use
  int nresiduals;
} Split;

static void find_dependence(Split *s) {
  const Graph *g = s->jvp;
  for (int i = 0; i < g->nparams; i++)
    s->depends[g->params[i]] = i < s->nprimals ? PRIMALS : TANGENTS;
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    char most = NOTHING;
    for (int k = 0; k < n->nargs; k++) {
      if (s->depends[n->args[k]] > most) most = s->depends[n->args[k]];
    }
    memset(s->depends + n->first, most, (size_t)n->nresults);
  }
}

static void add_residual(Split *s, Id v) {
  if (s->depends[v] != PRIMALS || s->linear[v] != NO_ID) return;
  s->linear[v] = (Id)s->nresiduals;  // for now only a mark
  s->residuals[s->nresiduals++] = v;
}

static void find_residuals(Split *s, int first_tangent) {
  const Graph *g = s->jvp;
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    for (int k = 0; s->depends[n->first] == TANGENTS && k < n->nargs; k++)
      add_residual(s, n->args[k]);
  }
  for (int i = first_tangent; i < g->nresults; i++) add_residual(s, g->results[i]);
}

static void copy_node(Graph *to, const Node *n, Id *map) {
  Id *args = ARENA_ARRAY(to->arena, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++) args[i] = map[n->args[i]];
  const Id first = graph_copy_node(to, n, args);
  for (int i = 0; i < n->nresults; i++) map[n->first + (Id)i] = first + (Id)i;
}

static Graph *known_part(Split *s, int nresults) {
  const Graph *g = s->jvp;
  Graph *to = graph_new(s->arena, g->name);
  for (int i = 0; i < s->nprimals; i++) {
    const Value *p = &g->values[g->params[i]];
    s->known[g->params[i]] = graph_param(to, p->type, p->name);
  }
  for (int i = 0; i < g->nnodes; i++) {
    if (s->depends[g->nodes[i].first] != TANGENTS) copy_node(to, &g->nodes[i], s->known);
  }
  Id *results = ARENA_ARRAY(s->arena, Id, nresults + s->nresiduals);
  for (int i = 0; i < nresults; i++) results[i] = s->known[g->results[i]];
  for (int i = 0; i < s->nresiduals; i++) results[nresults + i] = s->known[s->residuals[i]];
  graph_set_results(to, nresults + s->nresiduals, results);
  return to;
}

static Graph *linear_part(Split *s, int first_tangent) {
  const Graph *g = s->jvp;
  Graph *to = graph_new(s->arena, g->name);
  for (int i = 0; i < s->nresiduals; i++)
    s->linear[s->residuals[i]] = graph_param(to, graph_type(g, s->residuals[i]), NULL);
  for (int i = s->nprimals; i < g->nparams; i++) {
    const Value *p = &g->values[g->params[i]];
    s->linear[g->params[i]] = graph_param(to, p->type, p->name);
  }
  for (int i = 0; i < g->nnodes; i++) {
    if (s->depends[g->nodes[i].first] != PRIMALS) copy_node(to, &g->nodes[i], s->linear);
  }
  const int n = g->nresults - first_tangent;
  Id *results = ARENA_ARRAY(s->arena, Id, n);
  for (int i = 0; i < n; i++) results[i] = s->linear[g->results[first_tangent + i]];
  graph_set_results(to, n, results);
  return to;
}

static void split_jvp(Arena *a, Split *s, int nresults, Linearized *out) {
  const size_t n = (size_t)s->jvp->nvalues + 1;
  s->depends = xcalloc(n, 1);
  s->known = xmalloc(sizeof(Id) * n);
  s->linear = xmalloc(sizeof(Id) * n);
  s->residuals = xmalloc(sizeof(Id) * n);
  memset(s->known, 0xff, sizeof(Id) * n);
  memset(s->linear, 0xff, sizeof(Id) * n);
  find_dependence(s);
  find_residuals(s, nresults);
  out->known = graph_clone(a, known_part(s, nresults));
  out->linear = graph_clone(a, linear_part(s, nresults));
  out->nresiduals = s->nresiduals;
  free(s->depends);
  free(s->known);
  free(s->linear);
  free(s->residuals);
}

bool graph_linearize(Arena *a, const Graph *g, const bool *active, Linearized *out) {
  if (failed()) return false;
  Arena *scratch = arena_new();
  const bool *on = active_params(scratch, g, active);
  Graph *flat = on ? graph_inline_calls(scratch, g) : NULL, *jvp = NULL;
  bool *want = ARENA_ARRAY(scratch, bool, g->nresults + 1);
  for (int i = 0; i < g->nresults; i++)
    want[i] = dtype_is_float(graph_type(g, g->results[i]).dtype);
  if (flat) jvp = jvp_graph(scratch, flat, on, want, NULL, true);
  if (jvp) jvp = graph_clone(scratch, jvp);  // without what only results that are no floats need
  if (jvp)
    split_jvp(a, &(Split){.arena = scratch, .jvp = jvp, .nprimals = g->nparams}, g->nresults, out);
  arena_free(scratch);
  return jvp && !failed();
}
