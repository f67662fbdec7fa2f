// Transformations of graphs: forward and reverse differentiation, batching. Pure functions from
// graph to graph.
//
// All take a closed graph and give a new one in `a` (canonically numbered, dead nodes gone; it
// shares only strings of locations with `g`), or NULL after fail(), also when an error was pending
// already. Calls are inlined first. What cannot be differentiated says so by op and location; what
// has no float in or out has a zero derivative. Cost is linear in the size of the graph.
#ifndef JITC_COMPILER_TRANSFORM_H
#define JITC_COMPILER_TRANSFORM_H
#include "ir/graph.h"

// The results of g and their derivatives along tangents of the active parameters.
//   params:  g's, then one tangent per active parameter (of its type; it must be a float)
//   results: g's, then one tangent per result, of the result's type. Zeros are materialised, and
//            are what a result that is no float gets (JAX has float0 there).
// active: one flag per parameter; NULL: all floats.
Graph *graph_jvp(Arena *a, const Graph *g, const bool *active);

// The results of g and the gradient of a weighted sum of its float results.
//   params:  g's, then one cotangent per float result
//   results: g's, then one gradient per active parameter (zeros where nothing depends on it)
// It is jvp, linearize and transpose in a row: forward and backward in one graph, where backward
// nodes carry the location of the node which they differentiate. A loop has a reverse derivative if
// it counts from one constant to another (while i < end, i = i + 1); it keeps what the backward
// loop needs of each step.
Graph *graph_vjp(Arena *a, const Graph *g, const bool *active);

// The jvp split into what depends on tangents and what does not.
//   known:  g's params -> g's results, then the residuals
//   linear: the residuals, then one tangent per active parameter -> one tangent per float result;
//           linear in the tangents
typedef struct Linearized {
  Graph *known, *linear;
  int nresiduals;
} Linearized;
bool graph_linearize(Arena *a, const Graph *g, const bool *active, Linearized *out);

// Tangents of functions with a reverse rule only, which can be transposed but not evaluated, are
// not in g; false after fail() at one.
bool jvp_resolved(const Graph *g);

// The transpose of a graph which is linear in all but its first `nresiduals` parameters.
//   params:  the residuals, then one cotangent per result
//   results: one cotangent per linear parameter
Graph *graph_transpose(Arena *a, const Graph *linear, int nresiduals);

// g on a batch: maps over axis in_axes[i] (of `size` elements) of parameter i and stacks result k
// along out_axes[k]. An in_axis of -1 is a parameter that is shared by all; an out_axis of -1 is a
// result that must not depend on a mapped parameter (an error where it does). The batch axis stays
// where the ops leave it; it is moved only where operands must agree and at the results.
Graph *graph_vmap(Arena *a, const Graph *g, int64_t size, const int *in_axes, const int *out_axes);

// The Jacobian of g's first result by each active parameter, all floats: of the result's shape
// followed by the parameter's. Forward it takes a batch of jvps for each parameter, in reverse one
// batch of vjps.
//   params:  g's      results: one per active parameter
Graph *graph_jacfwd(Arena *a, const Graph *g, const bool *active);
Graph *graph_jacrev(Arena *a, const Graph *g, const bool *active);

// g with the bodies of its calls in their places, in sub-graphs as well.
Graph *graph_inline_calls(Arena *a, const Graph *g);
#endif
