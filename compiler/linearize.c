// Linearization: the jvp of a graph split into what depends on tangents and what does not.
#include <stdlib.h>
#include <string.h>

#include "compiler/rules.h"
#include "ir/stress.h"

// On what the values of a jvp depend.
enum { NOTHING, PRIMALS, TANGENTS };

typedef struct Split {
  Arena *arena;
  const Graph *jvp;
  int nprimals;        // parameters of jvp that are no tangents; the rest are
  char *depends;       // by value
  bool *needed;        // by value
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

// Derivatives that users write may give values made of tangents.
static bool values_known(const Split *s, int nresults) {
  const Graph *g = s->jvp;
  for (int i = 0; i < nresults; i++) {
    const Node *n = graph_def(g, g->results[i]);
    if (s->depends[g->results[i]] == TANGENTS)
      return fail(n ? n->loc : g->loc,
                  "custom_jvp: the values of the derivative depend on tangents");
  }
  return true;
}

// What the tangents among the results need.
static void find_needed(Split *s, int first_tangent) {
  const Graph *g = s->jvp;
  for (int i = first_tangent; i < g->nresults; i++) s->needed[g->results[i]] = true;
  for (int i = g->nnodes - 1; i >= 0; i--) {
    const Node *n = &g->nodes[i];
    bool any = false;
    for (int k = 0; k < n->nresults; k++) any |= s->needed[n->first + (Id)k];
    for (int k = 0; any && k < n->nargs; k++) s->needed[n->args[k]] = true;
    for (int k = 0; any && k < n->nresults; k++) s->needed[n->first + (Id)k] = true;
  }
}

static bool in_linear_part(const Split *s, const Node *n) {
  return s->needed[n->first] && s->depends[n->first] != PRIMALS;
}

static void add_residual(Split *s, Id v) {
  if (s->depends[v] != PRIMALS || s->linear[v] != NO_ID) return;
  s->linear[v] = (Id)s->nresiduals;  // a mark, until linear_part gives it its place
  s->residuals[s->nresiduals++] = v;
}

static void find_residuals(Split *s, int first_tangent) {
  const Graph *g = s->jvp;
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    for (int k = 0; in_linear_part(s, n) && k < n->nargs; k++) add_residual(s, n->args[k]);
  }
  for (int i = first_tangent; i < g->nresults; i++) add_residual(s, g->results[i]);
}

void copy_node(Graph *to, const Node *n, Id *map) {
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
    if (in_linear_part(s, &g->nodes[i])) copy_node(to, &g->nodes[i], s->linear);
  }
  const int n = g->nresults - first_tangent;
  Id *results = ARENA_ARRAY(s->arena, Id, n);
  for (int i = 0; i < n; i++) results[i] = s->linear[g->results[first_tangent + i]];
  graph_set_results(to, n, results);
  return to;
}

static void split_jvp(Split *s, int nresults, Linearized *out) {
  const size_t n = (size_t)s->jvp->nvalues + 1;
  s->depends = xcalloc(n, 1);
  s->needed = xcalloc(n, sizeof(bool));
  s->known = xmalloc(sizeof(Id) * n);
  s->linear = xmalloc(sizeof(Id) * n);
  s->residuals = xmalloc(sizeof(Id) * n);
  memset(s->known, 0xff, sizeof(Id) * n);
  memset(s->linear, 0xff, sizeof(Id) * n);
  find_dependence(s);
  if (values_known(s, nresults)) {
    find_needed(s, nresults);
    find_residuals(s, nresults);
    *out = (Linearized){known_part(s, nresults), linear_part(s, nresults), s->nresiduals};
  }
  free(s->depends);
  free(s->needed);
  free(s->known);
  free(s->linear);
  free(s->residuals);
}

bool linearize(Arena *a, const Graph *g, const bool *active, Linearized *out) {
  if (failed()) return false;
  const bool *on = active_params(a, g, active);
  Graph *flat = on ? graph_inline_calls(a, g) : NULL, *jvp = NULL;
  bool *want = ARENA_ARRAY(a, bool, g->nresults + 1);
  for (int i = 0; i < g->nresults; i++)
    want[i] = dtype_is_inexact(graph_type(g, g->results[i]).dtype);
  if (flat) jvp = jvp_graph(a, flat, on, want, NULL, true);
  if (!jvp || failed()) return false;
  split_jvp(&(Split){.arena = a, .jvp = jvp, .nprimals = g->nparams}, g->nresults, out);
  return !failed();
}

bool graph_linearize(Arena *a, const Graph *g, const bool *active, Linearized *out) {
  Arena *scratch = arena_new();
  Linearized parts;
  const bool ok = linearize(scratch, g, active, &parts);
  if (ok)
    *out =
        (Linearized){graph_clone(a, parts.known), graph_clone(a, parts.linear), parts.nresiduals};
  arena_free(scratch);
  return ok && stress_pass(out->known, "linearize") && stress_pass(out->linear, "linearize");
}
