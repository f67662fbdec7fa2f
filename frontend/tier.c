// What interpreting costs.
#include "frontend/tier.h"

#include <math.h>
#include <string.h>

#include "compiler/legalize.h"
#include "runtime/config.h"

enum {
  STEP_NODE = 150,
  STEP_ELEMENT = 1,
  STEP_FUNCTION = 2000,
  STEP_VALUE = 40,
  STEP_SORT = 50,
  STEP_FOURIER = 100,
  STEP_PRODUCT = 3
};

// Opening LLVM takes 12 ms, compiling a few kernels as much again.
static const double STEPS_OF_COLD_COMPILER = 1.5e7;

static double contracted(const Graph *g, const Node *n) {
  const Ints axes = n->attrs->lhs_contract;
  double all = 1;
  for (int i = 0; i < axes.n; i++) all *= (double)graph_type(g, n->args[0]).dim[axes.v[i]];
  return all;
}

// Of what the op's rule makes of it.
static double rule_steps(const Graph *g, const Node *n) {
  Arena *a = arena_new();
  const Graph *legal = node_legalized(a, g, n);
  const double all = legal ? tier_steps(legal) : (double)INFINITY;
  arena_free(a);
  return all;
}

static double node_steps(const Graph *g, const Node *n) {
  const OpInfo *op = op_info(n->op);
  double all = (double)type_count(graph_type(g, n->first));
  if (legalize_rule(g, n)) return rule_steps(g, n);
  if (op->op_class == CLASS_CONTROL) return (double)INFINITY;
  for (int i = 0; i < n->nargs; i++) {
    if (op->op_class == CLASS_REDUCE || op->op_class == CLASS_ARGREDUCE)
      all += (double)type_count(graph_type(g, n->args[i]));
  }
  if (op->op_class == CLASS_DOT) all *= STEP_PRODUCT * contracted(g, n);
  if (op->op_class == CLASS_SORT) all *= STEP_SORT;
  if (op->op_class == CLASS_FOURIER) all *= STEP_FOURIER;
  return op->expands ? STEP_FUNCTION + all * STEP_VALUE : STEP_NODE + all * STEP_ELEMENT;
}

double tier_steps(const Graph *g) {
  double all = STEP_NODE;
  for (int i = 0; i < g->nnodes && all < (double)INFINITY; i++) all += node_steps(g, &g->nodes[i]);
  return all;
}

const Device *tier_interpreter(const Device *d) {
  if (config_verify() || strcmp(d->name, "cpu") || !strcmp(config_text(CONFIG_TIER), "compile"))
    return NULL;
  for (int i = 0; i < device_count(); i++) {
    const Device *other = device_at(i);
    if (!strcmp(other->name, "interp") && other->backend) return other;
  }
  return NULL;
}

const Device *tier_for_one_run(const Device *d, const Graph *g) {
  const Device *other = tier_steps(g) < STEPS_OF_COLD_COMPILER ? tier_interpreter(d) : NULL;
  return other ? other : d;
}
