// Graphs as StableHLO text: what JAX's programs are lowered to, and XLA compiles.
#ifndef JITC_COMPILER_STABLEHLO_H
#define JITC_COMPILER_STABLEHLO_H
#include "ir/graph.h"

// The function @name (NULL: @main), then the private functions that its calls need, @name.f: texts
// of several graphs make one file. Ops that StableHLO lacks are written through those that it has;
// an order of summation that the reader would not choose of itself stands in
// mhlo.frontend_attributes, so that what is read back has the same bits. The text is in `a`; NULL
// after fail(), which names the first op without a form.
char *graph_stablehlo(Arena *a, const Graph *g, const char *name);

// Whether nodes of an op can be written (or legalized into such): tests ask it of every row.
bool stablehlo_has(Op op);

// "tensor<2x3xf32>" in `a`.
const char *stablehlo_type(Arena *a, Type t);
#endif
