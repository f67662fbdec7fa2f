// Random well-typed graphs over the whole op table, for tests of whatever takes a graph.
#ifndef JITC_TESTS_RANDOM_GRAPH_H
#define JITC_TESTS_RANDOM_GRAPH_H
#include "ir/graph.h"

typedef struct RandomGraph {
  uint64_t seed;
  int nodes;                   // about so many, sub-graphs not counted
  int depth;                   // of loops and calls in each other; 0: none
  bool (*allows)(Op op);       // NULL: every op
  bool (*has_dtype)(Dtype d);  // NULL: every dtype; bool and i32 occur anyway
} RandomGraph;

// The same graph for the same numbers, under every compiler (draws have statements of their own: C
// leaves the order of operands open). Arrays are small (at most RANDOM_ELEMENTS elements), of rank
// 0 to 4, some without elements; constants prefer corners (NaN, infinities, zeros, denormals,
// extreme integers). Loops end after at most 3 rounds. It passes graph_verify.
enum { RANDOM_ELEMENTS = 256 };
Graph *random_graph(Arena *a, RandomGraph options);

// Rows that random graphs never have.
bool random_graph_lacks(Op op);

// Elements as random_graph's constants have them, for parameters.
void random_elements(uint64_t seed, Type t, void *out);
#endif
