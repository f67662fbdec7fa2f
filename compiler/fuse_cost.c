// What fusion knows before it decides: the weight of operations and what lies above each value.
#include "compiler/fuse_build.h"

enum { WEIGHT_EXPANDED = 12, WEIGHT_GUARDED = 5, WEIGHT_AFFINE = 2 };

int node_weight(const Node *n) {
  if (n->op == OP_clamp || n->op == OP_integer_pow) return 2;
  if (op_info(n->op)->expands) return WEIGHT_EXPANDED;
  switch (op_info(n->op)->op_class) {
    case CLASS_INDEX: return WEIGHT_GUARDED;
    case CLASS_SHAPE:
      if (n->op == OP_affine) return WEIGHT_AFFINE;
      if (n->op == OP_concatenate) return WEIGHT_GUARDED * (n->nargs - 1);
      return n->op == OP_pad ? WEIGHT_GUARDED : 0;
    default: return 1;
  }
}

static void cone_add(Cone *to, Cone arg) {
  to->cost = to->cost + arg.cost < COST_MAX ? to->cost + arg.cost : COST_MAX;
  to->leaves = to->leaves + arg.leaves < COST_MAX ? to->leaves + arg.leaves : COST_MAX;
  to->has_reduce |= arg.has_reduce;
  to->has_dot |= arg.has_dot;
}

bool node_is_windows(const Graph *g, const Node *n) {
  return n->op == OP_affine &&
         type_count(graph_type(g, n->first)) > type_count(graph_type(g, n->args[0]));
}

static Cone node_cone(const Fusion *f, const Cone *cones, const Node *n) {
  if (fusion_is_reducing(n))
    return (Cone){.leaves = 1, .has_reduce = n->op != OP_dot, .has_dot = n->op == OP_dot};
  if (fusion_is_step(n->op) || op_info(n->op)->op_class == CLASS_BARRIER)
    return (Cone){.leaves = 1};
  if (n->op == OP_constant) return (Cone){.leaves = !n->attrs->literal.splat};
  // What is read through windows is in memory.
  if (node_is_windows(f->graph, n)) return (Cone){.cost = node_weight(n), .leaves = 1};
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
