// What fusion knows before it decides: the weight of operations and what lies above each value.
#include "compiler/fuse_build.h"
#include "ir/build.h"

enum { WEIGHT_EXPANDED = 12, WEIGHT_GUARDED = 5 };

int node_weight(const Node *n) {
  if (n->op == OP_clamp || n->op == OP_integer_pow) return 2;
  if (op_info(n->op)->expands) return WEIGHT_EXPANDED;
  switch (op_info(n->op)->op_class) {
    case CLASS_INDEX: return WEIGHT_GUARDED;
    case CLASS_SHAPE: return n->op == OP_pad || n->op == OP_concatenate ? WEIGHT_GUARDED : 0;
    default: return 1;
  }
}

static void cone_add(Cone *to, Cone arg) {
  to->cost = to->cost + arg.cost < COST_MAX ? to->cost + arg.cost : COST_MAX;
  to->leaves = to->leaves + arg.leaves < COST_MAX ? to->leaves + arg.leaves : COST_MAX;
  to->has_reduce |= arg.has_reduce;
  to->has_dot |= arg.has_dot;
}

static Cone node_cone(const Fusion *f, const Cone *cones, const Node *n) {
  if (fusion_is_reducing(n->op))
    return (Cone){.leaves = 1, .has_reduce = n->op != OP_dot, .has_dot = n->op == OP_dot};
  if (fusion_is_step(n->op) || op_info(n->op)->op_class == CLASS_BARRIER)
    return (Cone){.leaves = 1};
  if (n->op == OP_constant) return (Cone){.leaves = !n->attrs->literal.splat};
  Cone c = {.cost = node_weight(n)};
  for (int i = 0; i < n->nargs; i++) cone_add(&c, cones[f->same[n->args[i]]]);
  return c;
}

Cone *fusion_cones(const Fusion *f) {
  const Graph *g = f->graph;
  Cone *cones = ARENA_ARRAY(f->arena, Cone, g->nvalues + 1);
  for (int i = 0; i < g->nparams; i++) cones[g->params[i]].leaves = 1;
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    Cone c = node_cone(f, cones, n);
    for (int k = 0; k < n->nresults; k++) cones[n->first + (Id)k] = c;
  }
  return cones;
}

// ---- the mask of relu

// Chains of max nodes by their first operand.
typedef struct MaxTable {
  int *head, *next;
} MaxTable;

static bool has_max(const Graph *g, const MaxTable *t, Id x, Id y) {
  Id lo = x < y ? x : y, hi = x < y ? y : x;
  for (int i = t->head[lo]; i >= 0; i = t->next[i]) {
    if (g->nodes[i].args[1] == hi) return true;
  }
  return false;
}

static MaxTable find_max(Arena *a, const Graph *g) {
  MaxTable t = {ARENA_ARRAY(a, int, g->nvalues + 1), ARENA_ARRAY(a, int, g->nnodes + 1)};
  for (int i = 0; i < g->nvalues; i++) t.head[i] = -1;
  for (int i = 0; i < g->nnodes; i++) {
    if (g->nodes[i].op != OP_max) continue;
    t.next[i] = t.head[g->nodes[i].args[0]];
    t.head[g->nodes[i].args[0]] = i;
  }
  return t;
}

static Id copy_reusing(Graph *to, const Graph *g, const MaxTable *t, const Node *n, const Id *map) {
  Id *args = ARENA_ARRAY(to->arena, Id, n->nargs + 1);
  for (int i = 0; i < n->nargs; i++) args[i] = map[n->args[i]];
  to->loc = n->loc;
  if (n->op == OP_gt && has_max(g, t, n->args[0], n->args[1]))
    args[0] = b_max(to, args[0], args[1]);
  if (n->op == OP_lt && has_max(g, t, n->args[0], n->args[1]))
    args[1] = b_max(to, args[0], args[1]);
  return graph_add(to, n->op, n->nargs, args, n->attrs);
}

Graph *graph_reuse_max(Arena *a, const Graph *g) {
  Graph *to = graph_new(a, g->name);
  MaxTable t = find_max(a, g);
  Id *map = ARENA_ARRAY(a, Id, g->nvalues + 1), *results = ARENA_ARRAY(a, Id, g->nresults + 1);
  for (int i = 0; i < g->nparams; i++)
    map[g->params[i]] = graph_param(to, graph_type(g, g->params[i]), g->values[g->params[i]].name);
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    Id first = copy_reusing(to, g, &t, n, map);
    for (int k = 0; k < n->nresults; k++) map[n->first + (Id)k] = first + (Id)k;
  }
  for (int i = 0; i < g->nresults; i++) results[i] = map[g->results[i]];
  graph_set_results(to, g->nresults, results);
  return to;
}
