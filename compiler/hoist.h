// What does not change from one step of a loop to the next leaves it.
#ifndef JITC_COMPILER_HOIST_H
#define JITC_COMPILER_HOIST_H
#include "ir/graph.h"

// g, in `a`, with its loops (sub-graphs included) so that
// * carried values that no step changes are constants of the loop, and so are stacks of which each
//   step overwrites a row that is read in that step alone, where the last stack is not read;
// * constants of one element stand inside;
// * contractions, reductions, sorts and long functions of constants are computed in front.
// Every value keeps its bits.
Graph *graph_hoist(Arena *a, const Graph *g);
#endif
