// The reference backend: evaluates a graph node by node on contiguous buffers, in the orders that
// ir/op.h and docs define. Every op and dtype is here; other backends are compared with it.
#ifndef JITC_BACKENDS_INTERP_INTERP_H
#define JITC_BACKENDS_INTERP_INTERP_H
#include "backends/backend.h"

// Evaluates g: one pointer to contiguous elements per parameter and result. A result may be the
// buffer of a parameter. False after fail().
bool interp_graph(const Graph *g, const void *const *args, void *const *results);

// The same, but false after fail() at the first node that gives a NaN though no operand has one.
bool interp_find_nan(const Graph *g, const void *const *args, void *const *results);
#endif
