// Removes what no result needs.
#ifndef JITC_COMPILER_DCE_H
#define JITC_COMPILER_DCE_H
#include "ir/graph.h"

// g without dead nodes, its loops without carried values and constants that nothing reads, its
// switches without results that nothing reads.
// Parameters stay. In `a`, canonically numbered.
Graph *graph_dce(Arena *a, const Graph *g);
#endif
