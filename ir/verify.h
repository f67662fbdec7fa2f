// The verifier: what must hold for every graph, checked from scratch.
#ifndef JITC_IR_VERIFY_H
#define JITC_IR_VERIFY_H
#include "ir/graph.h"

// All faults of g and its sub-graphs: its text with each fault beside its node; NULL if there are
// none. Ids, topological order, parameters, sub-graphs, and every type by the rule of its row.
// An error that is pending stays as it is.
char *graph_faults(Arena *a, const Graph *g);

// Prints the faults to stderr, headed by `where` (the pass that made g); true if there are none.
bool graph_verify(const Graph *g, const char *where);
#endif
