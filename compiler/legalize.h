// Legalization: ops and dtypes that no backend has become ones that every backend has.
#ifndef JITC_COMPILER_LEGALIZE_H
#define JITC_COMPILER_LEGALIZE_H
#include "ir/build.h"

// A node in terms of other ops, which may themselves want legalizing. Rules build into g and set
// results; a failed builder is noticed by the walker.
typedef struct Legalize {
  Graph *g;
  const Node *node;
  const Id *args;  // the node's operands, in g
  Id *results;     // node->nresults ids, to be set
} Legalize;

typedef void LegalizeRule(Legalize *s);

static inline Type legalize_arg(const Legalize *s, int i) { return graph_type(s->g, s->args[i]); }

// The form of node n of g that its row's rule gives: a graph over its operands. NULL after fail().
Graph *node_legalized(Arena *a, const Graph *g, const Node *n);

#define OP(name, ...) __VA_ARGS__
#define LEGALIZE(rule) void legalize_##rule(Legalize *s);
#include "ir/ops.def"

// A graph of scalars for each element of arrays of one shape: elementwise where it is, else
// batched. Parameters that are arrays are the same for all elements.
void map_scalars(Graph *g, const Graph *body, Ints shape, const Id *args, Id *results);

Id row_at(Graph *g, Id rows, Id i);  // row i (i64) of an array, without its first dimension

// g without ops that have a rule (column LEGALIZE of ops.def), sub-graphs included: what
// interpreter, program and kernels are made from. Parameters and results keep their memory layout.
// g itself where nothing has to change; otherwise in `a`, canonically numbered. NULL after fail().
const Graph *graph_legalize(Arena *a, const Graph *g);

// The same walk for other rules: `find` gives the rule of a node, or NULL where it may stay.
typedef LegalizeRule *LegalizeFind(const Graph *g, const Node *n);
const Graph *graph_replace(Arena *a, const Graph *g, LegalizeFind *find, const char *pass);
LegalizeFind legalize_rule;  // the column
LegalizeFind
    legalize_backend_rule;  // of what backends lack: ops with a rule, arithmetic in some dtypes

// A part of it: g with two floats for each complex value; g itself where it has none.
const Graph *legalize_complex(Arena *a, const Graph *g);
#endif
