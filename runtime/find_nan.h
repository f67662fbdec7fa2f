// JITC_DEBUG_NANS: executables that look for the operation which makes a NaN.
#ifndef JITC_RUNTIME_FIND_NAN_H
#define JITC_RUNTIME_FIND_NAN_H
#include "backends/backend.h"

// An executable that first evaluates g node by node and fails at the first one that gives a NaN of
// operands without any, naming it and its place; then it runs `inner`, which it owns. Slow: for
// finding the fault only.
Executable *find_nan_new(const Graph *g, Executable *inner);
#endif
