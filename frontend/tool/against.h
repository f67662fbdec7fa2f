// Comparing the values of a graph on a device that has bits of its own (XLA) with ours.
#ifndef JITC_FRONTEND_AGAINST_H
#define JITC_FRONTEND_AGAINST_H
#include "frontend/values.h"
#include "runtime/device.h"

// The first element of a node that is too far away.
typedef struct AgainstFault {
  const Node *node;
  Type type;
  int64_t index, count;  // flat; how many elements of the value are
  double got, want, ulps;
} AgainstFault;

// Node by node: every node of g (calls inlined, sub-graphs of loops and branches too, on the
// operands of their first round) is computed there and here from the same operands, which are those
// that g on `in` gives here, with denormals as zeros. So a tolerance is that of one op: the table
// in against.c. *nodes counts what was compared, faults[0 .. *n) what differs (at most `most`).
// False after fail().
bool against_nodes(Arena *a, const Device *ours, const Device *theirs, const Graph *g,
                   const Values *in, int *nodes, AgainstFault *faults, int most, int *n);

// The results of the whole graph: what ops in a row do to errors is only bounded loosely, relative
// to the largest element of a result. Integers and bools are not compared (a rounding may tip
// them). False after fail().
bool against_results(Arena *a, const Device *ours, const Device *theirs, const Graph *g,
                     const Values *in, Difference *d);
#endif
