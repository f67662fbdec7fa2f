// Elementwise graphs over one axis, so that one executable serves all shapes.
#ifndef JITC_COMPILER_FLATTEN_H
#define JITC_COMPILER_FLATTEN_H
#include "ir/graph.h"

// The size that stands for the length of the axis: a power of two that every index type holds.
static const int64_t FLAT_SIZE = INT64_C(1) << 30;

// g over one axis of FLAT_SIZE, where g maps elements of equal place to elements (scalars and
// values that depend on scalars only may take part; of index functions, the index in a vector).
// *count: the true number of elements. NULL, without an error, where g is not of that kind.
Graph *graph_flatten(Arena *a, const Graph *g, int64_t *count);
#endif
