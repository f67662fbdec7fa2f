// What must be computed before an array is overwritten. Where a result of the graph is an argument
// with some elements written anew, and takes over its buffer, small values that are read of the
// array before an update are kept: computed in a kernel that can run before the update, and not
// where they are used behind it.
#include <limits.h>
#include <string.h>

#include "compiler/fuse_build.h"

enum { WORTH = 4 };  // the array has so many times the elements of what is kept

typedef struct Chain {
  Fusion *f;
  Id *states;     // the argument, then what each update makes of it
  int n;          // updates
  int *level;     // per value: the last state that it depends on
  int *reads;     // per value: the first state that is read where it is computed; NEVER: it is kept
  int *position;  // per value: which state it is, or -1
} Chain;
enum { NEVER = INT_MAX };

static const Node *update_of(const Graph *g, Id v) {
  const Node *n = graph_def(g, v);
  const bool is =
      n && (n->op == OP_dynamic_update_slice || op_info(n->op)->op_class == CLASS_SCATTER);
  return is ? n : NULL;
}

// From the result back to the argument; false: the result is something else.
static bool find_states(Chain *c, Id result, Id param) {
  const Fusion *f = c->f;
  c->n = 0;
  for (Id v = result; v != param; v = f->same[update_of(f->graph, v)->args[0]]) {
    if (!update_of(f->graph, v)) return false;
    c->n++;
  }
  c->states = ARENA_ARRAY(f->arena, Id, c->n + 1);
  Id v = result;
  for (int i = c->n; i > 0; i--) {
    c->states[i] = v;
    v = f->same[update_of(f->graph, v)->args[0]];
  }
  c->states[0] = param;
  return c->n > 0;
}

static int first_read(const Chain *c, Id v) {
  return c->position[v] >= 0 ? c->position[v] : c->reads[v];
}

static int64_t elements(const Chain *c, Id v) { return type_count(graph_type(c->f->graph, v)); }

// Operand v of a node behind state `level`.
static void see_operand(Chain *c, const Node *n, Id v, int level, int chain) {
  const int from = first_read(c, v);
  if (from >= level || c->position[v] >= 0) return;
  const Node *update = update_of(c->f->graph, n->first);
  // One element is written after all was read.
  const bool single =
      update && elements(c, update->args[update->op == OP_dynamic_update_slice ? 1 : 2]) == 1;
  if (c->position[n->first] == level && from == level - 1 && single) return;
  if (elements(c, v) > elements(c, c->states[0]) / WORTH) return;
  c->f->early[v] = chain + from;
  c->f->kept[v] = true;
  c->reads[v] = NEVER;
}

static bool reads_on(const Node *n) { return !fusion_is_step(n->op) && !fusion_is_reducing(n); }

static void see_node(Chain *c, const Node *n, int chain) {
  const Fusion *f = c->f;
  const int state = c->position[n->first];
  int level = state > 0 ? state : 0, reads = NEVER;
  for (int i = 0; i < n->nargs; i++)
    if (c->level[f->same[n->args[i]]] > level) level = c->level[f->same[n->args[i]]];
  for (int i = state > 0; i < n->nargs; i++) {
    const Id v = f->same[n->args[i]];
    see_operand(c, n, v, level, chain);
    if (first_read(c, v) < reads) reads = first_read(c, v);
  }
  for (int i = 0; i < n->nresults; i++) {
    c->level[n->first + (Id)i] = level;
    c->reads[n->first + (Id)i] = reads_on(n) ? reads : NEVER;
  }
}

// Nothing of another chain.
static void begin_chain(Chain *c) {
  const Fusion *f = c->f;
  const int n = f->graph->nvalues;
  if (!c->level) {
    c->level = ARENA_ARRAY(f->arena, int, n + 1);
    c->reads = ARENA_ARRAY(f->arena, int, n + 1);
    c->position = ARENA_ARRAY(f->arena, int, n + 1);
  }
  for (int i = 0; i < n; i++) c->level[i] = 0, c->reads[i] = NEVER, c->position[i] = -1;
  for (int i = 0; i <= c->n; i++) c->position[c->states[i]] = i;
}

void fusion_find_early(Fusion *f, const int *alias) {
  const Graph *g = f->graph;
  f->early = ARENA_ARRAY(f->arena, int, g->nvalues + 1);
  Chain c = {.f = f};
  int chain = 1;
  for (int r = 0; alias && r < g->nresults; r++) {
    if (alias[r] < 0 || !find_states(&c, f->same[g->results[r]], g->params[alias[r]])) continue;
    begin_chain(&c);
    for (int i = 0; i < g->nnodes; i++)
      if (op_info(g->nodes[i].op)->op_class != CLASS_BARRIER) see_node(&c, &g->nodes[i], chain);
    chain += c.n;
  }
}
