// Dead code: nodes that no result needs, values that loops carry for nobody, results of branches
// that nobody reads.
#include "compiler/dce.h"
#include "ir/stress.h"

#include <string.h>

// What is needed of a graph for some of its results.
typedef struct Need {
  bool *value;
  bool **operand;  // by node: which operands of a loop or switch stay; NULL: all
} Need;

static Need need_of(Arena *a, const Graph *g, const bool *results);

// A carried value stays if its result is used, or if the condition or a value that stays reads it.
static bool *loop_operands(Arena *a, const Node *n, const Need *outer) {
  const Graph *cond = n->attrs->cond, *body = n->attrs->body;
  const int ncarry = (int)n->attrs->ncarry;
  bool *keep = ARENA_ARRAY(a, bool, n->nargs + 1), *used = ARENA_ARRAY(a, bool, n->nargs + 1);
  const Need test = need_of(a, cond, (const bool[]){true});
  for (int i = 0; i < n->nargs; i++)
    keep[i] = test.value[cond->params[i]] || (i < ncarry && outer->value[n->first + (Id)i]);
  for (bool changed = true; changed;) {
    changed = false;
    memcpy(used, keep, sizeof *used * (size_t)n->nargs);
    const Need need = need_of(a, body, used);
    for (int i = 0; i < n->nargs; i++) {
      if (keep[i] || !need.value[body->params[i]]) continue;
      keep[i] = changed = true;
    }
  }
  return keep;
}

// The index, and what a branch reads for the results that are used.
static bool *switch_operands(Arena *a, const Node *n, const Need *outer) {
  bool *keep = ARENA_ARRAY(a, bool, n->nargs + 1);
  keep[0] = true;
  for (int k = 0; k < n->attrs->branches.n; k++) {
    const Graph *branch = n->attrs->branches.v[k];
    const Need need = need_of(a, branch, outer->value + n->first);
    for (int i = 1; i < n->nargs; i++) keep[i] |= need.value[branch->params[i - 1]];
  }
  return keep;
}

static Need need_of(Arena *a, const Graph *g, const bool *results) {
  Need need = {ARENA_ARRAY(a, bool, g->nvalues + 1), ARENA_ARRAY(a, bool *, g->nnodes + 1)};
  for (int i = 0; i < g->nresults; i++) {
    if (results[i]) need.value[g->results[i]] = true;
  }
  for (int i = g->nnodes - 1; i >= 0; i--) {
    const Node *n = &g->nodes[i];
    bool live = false;
    for (int k = 0; k < n->nresults; k++) live |= need.value[n->first + (Id)k];
    if (!live) continue;
    if (n->op == OP_while) need.operand[i] = loop_operands(a, n, &need);
    if (n->op == OP_switch) need.operand[i] = switch_operands(a, n, &need);
    for (int k = 0; k < n->nargs; k++)
      need.value[n->args[k]] |= !need.operand[i] || need.operand[i][k];
  }
  return need;
}

static Graph *prune(Arena *a, const Graph *g, const bool *params, const bool *results);

static bool *all(Arena *a, int n) {
  bool *flags = ARENA_ARRAY(a, bool, n + 1);
  memset(flags, true, (size_t)n);
  return flags;
}

static int count(const bool *flags, int n) {
  int k = 0;
  for (int i = 0; i < n; i++) k += flags[i];
  return k;
}

// Adds the loop with the operands that stay; results that vanish get no id.
static void prune_loop(Graph *to, const Node *n, const bool *keep, Id *map) {
  Arena *a = to->arena;
  const int ncarry = (int)n->attrs->ncarry;
  Id *args = ARENA_ARRAY(a, Id, n->nargs);
  int nargs = 0;
  for (int i = 0; i < n->nargs; i++) {
    if (keep[i]) args[nargs++] = map[n->args[i]];
  }
  Attrs at = *n->attrs;
  at.ncarry = count(keep, ncarry);
  at.cond = prune(a, at.cond, keep, (const bool[]){true});
  at.body = prune(a, at.body, keep, keep);
  Id next = graph_add(to, OP_while, nargs, args, &at);
  for (int i = 0; i < ncarry; i++) {
    if (keep[i]) map[n->first + (Id)i] = next++;
  }
}

static void prune_switch(Graph *to, const Node *n, const bool *keep, const bool *used, Id *map) {
  Arena *a = to->arena;
  const Graphs all = n->attrs->branches;
  const Graph **branches = ARENA_ARRAY(a, const Graph *, all.n);
  Id *args = ARENA_ARRAY(a, Id, n->nargs);
  int nargs = 0;
  for (int i = 0; i < n->nargs; i++) {
    if (keep[i]) args[nargs++] = map[n->args[i]];
  }
  for (int k = 0; k < all.n; k++) branches[k] = prune(a, all.v[k], keep + 1, used);
  Id next = graph_add(to, OP_switch, nargs, args, &(Attrs){.branches = {all.n, branches}});
  for (int i = 0; i < n->nresults; i++) {
    if (used[i]) map[n->first + (Id)i] = next++;
  }
}

static Graph *prune_whole(Arena *a, const Graph *g) {
  return prune(a, g, all(a, g->nparams), all(a, g->nresults));
}

static void prune_node(Graph *to, const Node *n, Id *map) {
  Arena *a = to->arena;
  Id *args = ARENA_ARRAY(a, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++) args[i] = map[n->args[i]];
  const Attrs at = attrs_map_graphs(a, n, prune_whole);
  const Id first = graph_add(to, n->op, n->nargs, args, &at);
  for (int i = 0; i < n->nresults; i++) map[n->first + (Id)i] = first + (Id)i;
}

static Graph *prune(Arena *a, const Graph *g, const bool *params, const bool *results) {
  Graph *to = graph_new(a, g->name);
  Id *map = ARENA_ARRAY(a, Id, g->nvalues + 1), *kept = ARENA_ARRAY(a, Id, g->nresults + 1);
  const Need need = need_of(a, g, results);
  for (int i = 0; i < g->nparams; i++) {
    const Id v = g->params[i];
    if (params[i]) map[v] = graph_param(to, graph_type(g, v), g->values[v].name);
  }
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    bool live = false;
    for (int k = 0; k < n->nresults; k++) live |= need.value[n->first + (Id)k];
    if (!live) continue;
    to->loc = n->loc;
    if (n->op == OP_switch) prune_switch(to, n, need.operand[i], need.value + n->first, map);
    else if (need.operand[i]) prune_loop(to, n, need.operand[i], map);
    else prune_node(to, n, map);
  }
  int nresults = 0;
  for (int i = 0; i < g->nresults; i++) {
    if (results[i]) kept[nresults++] = map[g->results[i]];
  }
  graph_set_results(to, nresults, kept);
  return to;
}

Graph *graph_dce(Arena *a, const Graph *g) {
  Arena *scratch = arena_new();
  const Graph *pruned = prune_whole(scratch, g);
  Graph *result = graph_clone(a, pruned);
  arena_free(scratch);
  return stress_pass(result, "dce");
}
