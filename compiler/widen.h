// Widening: the same graph in double precision, for checking derivatives.
#ifndef JITC_COMPILER_WIDEN_H
#define JITC_COMPILER_WIDEN_H
#include "ir/graph.h"

// g with every f32 value as f64: parameters, constants, results and sub-graphs too. Bits that are
// looked at (bitcast_convert) are those of the value rounded to f32, so that random numbers stay
// what they are. The result lives in `a`; NULL after fail().
Graph *graph_widen(Arena *a, const Graph *g);
#endif
