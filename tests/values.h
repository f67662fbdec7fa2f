// Values of graphs by the interpreter, for tests which compare them.
#ifndef JITC_TESTS_VALUES_H
#define JITC_TESTS_VALUES_H
#include "ir/graph.h"

// Random elements for the parameters of g (corners of their dtypes among them).
void **random_arguments(Arena *a, const Graph *g, uint64_t seed);
// The results of g; NULL after fail().
void **graph_values(Arena *a, const Graph *g, void *const *args);
// NULL if the results are equal: the same bits, or both NaN. Otherwise the first that differs.
const char *values_differ(Arena *a, const Graph *g, void *const *got, void *const *want);
// Both graphs on the same random arguments: values_differ of theirs.
const char *graphs_differ(Arena *a, const Graph *got, const Graph *want, uint64_t seed);
#endif
