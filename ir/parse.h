// Reads the text form of graphs (ir/print.h writes it).
#ifndef JITC_IR_PARSE_H
#define JITC_IR_PARSE_H
#include "ir/graph.h"

// The one function in the text, or NULL after fail() at file:line:col. Nodes with a comment
// `# mlp.c:12` get that location, others their place in the text.
Graph *graph_parse(Arena *a, const char *file, const char *text, size_t n);
// All functions of the text, in order; NULL after fail().
Graph **graphs_parse(Arena *a, const char *file, const char *text, size_t n, int *count);
#endif
