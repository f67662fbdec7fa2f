// The text of graphs: Python-like source that ir/parse.h reads back, and Graphviz.
#ifndef JITC_IR_PRINT_H
#define JITC_IR_PRINT_H
#include "ir/graph.h"

typedef struct PrintOptions {
  // Every node under its own number, in its own order, dead ones too; broken graphs allowed. The
  // default prints the canonical order: what graph_clone gives.
  bool as_is;
  bool no_locations;
  // What to say beside node `node` (-1: the function itself) of g, or NULL. Only with as_is.
  const char *(*note)(void *context, const Graph *g, int node);
  void *context;
} PrintOptions;

char *graph_text(Arena *a, const Graph *g, PrintOptions options);
char *graph_dot(Arena *a, const Graph *g);  // for `dot -Tsvg`; sub-graphs are clusters
// One literal as it stands in text: f32(0.5), f32[2]([1.0, 2.0]).
char *literal_text(Arena *a, const Literal *l);
#endif
