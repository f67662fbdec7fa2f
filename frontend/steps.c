// A graph run node by node.
#include "frontend/steps.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/executable.h"

typedef struct Step {
  Executable *executable;
  uint64_t hash;
  const Graph *graph;  // of this node alone
  bool shared;         // an earlier step owns the executable
} Step;

struct Steps {
  Arena *arena;
  const Graph *g;
  Step *steps;     // one per node
  int *last_use;   // per value: the last node that reads it; -1: none
  bool *returned;  // per value
};

// The node alone: its distinct operands as parameters, its results as results.
static Graph *node_graph(Arena *a, const Graph *g, const Node *n) {
  Graph *one = graph_new(a, op_info(n->op)->name);
  Id *args = ARENA_ARRAY(a, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++) args[i] = graph_param(one, graph_type(g, n->args[i]), NULL);
  const Id first = graph_copy_node(one, n, args);
  Id *results = ARENA_ARRAY(a, Id, n->nresults);
  for (int i = 0; i < n->nresults; i++) results[i] = first + (Id)i;
  graph_set_results(one, n->nresults, results);
  return first == NO_ID ? NULL : one;
}

static bool step_compile(Steps *s, int i, const Device *device, const CompileOptions *options) {
  Step *step = &s->steps[i];
  step->graph = node_graph(s->arena, s->g, &s->g->nodes[i]);
  if (!step->graph) return false;
  step->hash = graph_hash(step->graph);
  for (int k = 0; k < i; k++) {
    const Step *old = &s->steps[k];
    if (old->hash != step->hash || !graph_equal(old->graph, step->graph)) continue;
    step->executable = old->executable;
    return step->shared = true;
  }
  step->executable = executable_new(device, step->graph, options);
  return step->executable != NULL;
}

static void find_last_uses(Steps *s) {
  const Graph *g = s->g;
  s->last_use = ARENA_ARRAY(s->arena, int, g->nvalues);
  s->returned = ARENA_ARRAY(s->arena, bool, g->nvalues);
  for (int v = 0; v < g->nvalues; v++) s->last_use[v] = -1;
  for (int i = 0; i < g->nnodes; i++) {
    for (int k = 0; k < g->nodes[i].nargs; k++) s->last_use[g->nodes[i].args[k]] = i;
  }
  for (int i = 0; i < g->nresults; i++) s->returned[g->results[i]] = true;
}

Steps *steps_new(const Device *device, const CompileOptions *options, const Graph *g) {
  Arena *a = arena_new();
  Steps *s = ARENA_NEW(a, Steps);
  *s = (Steps){.arena = a, .g = g, .steps = ARENA_ARRAY(a, Step, g->nnodes)};
  find_last_uses(s);
  for (int i = 0; i < g->nnodes; i++) {
    if (!step_compile(s, i, device, options)) return steps_free(s), NULL;
  }
  return s;
}

void steps_free(Steps *s) {
  if (!s) return;
  for (int i = 0; i < s->g->nnodes; i++) {
    Executable *e = s->steps[i].executable;
    if (!s->steps[i].shared) executable_free(e);
  }
  arena_free(s->arena);
}

// ---- running

typedef struct Frame {
  Arena *arena;
  Values values;  // by value id; NULL where not computed yet or no longer needed
} Frame;

static void drop(const Steps *s, Frame *f, Id v, int node) {
  if (s->returned[v] || s->last_use[v] > node) return;
  buffer_release(f->values.buffers[v]);
  f->values.buffers[v] = NULL;
}

static Values pick(Frame *f, int n, const Id *ids) {
  Values v = {n, ARENA_ARRAY(f->arena, Type, n), ARENA_ARRAY(f->arena, Buffer *, n)};
  for (int i = 0; i < n; i++) {
    v.types[i] = f->values.types[ids[i]];
    v.buffers[i] = f->values.buffers[ids[i]];
  }
  return v;
}

static bool run_node(const Steps *s, Frame *f, int i) {
  const Node *n = &s->g->nodes[i];
  const Values args = pick(f, n->nargs, n->args);
  Id *ids = ARENA_ARRAY(f->arena, Id, n->nresults);
  for (int k = 0; k < n->nresults; k++) {
    const Id v = ids[k] = n->first + (Id)k;
    f->values.buffers[v] = buffer_new(n->loc, type_bytes(f->values.types[v]));
    if (!f->values.buffers[v]) return false;
  }
  Values results = pick(f, n->nresults, ids);
  if (!values_run(s->steps[i].executable, &args, &results)) return false;
  for (int k = 0; k < n->nargs; k++) drop(s, f, n->args[k], i);
  for (int k = 0; k < n->nresults; k++) drop(s, f, ids[k], i);
  return true;
}

bool steps_run(const Steps *s, const Values *args, Values *results) {
  const Graph *g = s->g;
  Arena *a = arena_new();
  Frame f = {a,
             {g->nvalues, ARENA_ARRAY(a, Type, g->nvalues), ARENA_ARRAY(a, Buffer *, g->nvalues)}};
  for (int v = 0; v < g->nvalues; v++) f.values.types[v] = graph_type(g, (Id)v);
  for (int i = 0; i < g->nparams; i++)
    f.values.buffers[g->params[i]] = buffer_retain(args->buffers[i]);
  bool ok = true;
  for (int i = 0; ok && i < g->nnodes; i++) ok = run_node(s, &f, i);
  for (int i = 0; ok && i < g->nresults; i++)
    memcpy(results->buffers[i]->data, f.values.buffers[g->results[i]]->data,
           type_bytes(results->types[i]));
  values_free(&f.values);
  arena_free(a);
  return ok;
}
