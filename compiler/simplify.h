// Cheaper graphs that compute the same bits.
#ifndef JITC_COMPILER_SIMPLIFY_H
#define JITC_COMPILER_SIMPLIFY_H
#include "ir/graph.h"

// g with identities applied and small constants folded, sub-graphs included; dead nodes are gone.
// In `a`, canonically numbered. One pass over the nodes: operands are simplified before their
// users.
Graph *graph_simplify(Arena *a, const Graph *g);
#endif
