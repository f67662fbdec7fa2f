// Graphs as Graphviz source.

#include "ir/print.h"
#include "ir/text.h"

// Numbers every function, so that equal ids of different functions are different vertices.
typedef struct Dot {
  Text out;
  int functions;
} Dot;

static void dot_graph(Dot *d, const Graph *g, int self);

static void print_vertex(Dot *d, int self, Id v, const char *label, Type t, const char *shape) {
  text_fmt(&d->out, "  f%d_%u [label=\"%s\\n%s\", shape=%s];\n", self, v, label, TYPE_STR(t),
           shape);
}

static void print_regions(Dot *d, const Node *n, int self) {
  for (int f = 0; f < ATTR_COUNT; f++) {
    if (!op_has(n->op, f) || attr_fields[f].kind != ATTR_GRAPH) continue;
    const Graph *sub = *(const Graph *const *)((const char *)n->attrs + attr_fields[f].offset);
    const int inner = ++d->functions;
    text_fmt(&d->out, "  subgraph cluster_%d {\n  label=\"%s\";\n", inner, attr_fields[f].name);
    dot_graph(d, sub, inner);
    text_str(&d->out, "  }\n");
    if (sub->nresults)
      text_fmt(&d->out, "  f%d_%u -> f%d_%u [style=dashed];\n", inner, sub->results[0], self,
               n->first);
  }
}

// Where a node has several results the first one is drawn, and the others hang on it.
static void print_node(Dot *d, const Graph *g, const Node *n, int self) {
  const char *name = op_info(n->op)->name;
  for (int i = 0; i < n->nresults; i++) {
    const Id v = n->first + (Id)i;
    print_vertex(d, self, v, name, graph_type(g, v), "box");
    if (i) text_fmt(&d->out, "  f%d_%u -> f%d_%u [style=dotted];\n", self, n->first, self, v);
  }
  for (int i = 0; i < n->nargs && n->nresults; i++)
    text_fmt(&d->out, "  f%d_%u -> f%d_%u;\n", self, n->args[i], self, n->first);
  print_regions(d, n, self);
}

static void dot_graph(Dot *d, const Graph *g, int self) {
  for (int i = 0; i < g->nparams; i++) {
    const Id v = g->params[i];
    const char *name = g->values[v].name;
    print_vertex(d, self, v, name ? name : "parameter", graph_type(g, v), "ellipse");
  }
  for (int i = 0; i < g->nnodes; i++) print_node(d, g, &g->nodes[i], self);
  for (int i = 0; i < g->nresults; i++) {
    text_fmt(&d->out, "  f%d_r%d [label=\"result %d\", shape=ellipse];\n", self, i, i);
    text_fmt(&d->out, "  f%d_%u -> f%d_r%d;\n", self, g->results[i], self, i);
  }
}

char *graph_dot(Arena *a, const Graph *g) {
  Dot d = {0};
  Arena *scratch = arena_new();
  g = graph_clone(scratch, g);
  text_fmt(&d.out, "digraph \"%s\" {\n  node [fontname=monospace];\n", g->name);
  dot_graph(&d, g, 0);
  text_str(&d.out, "}\n");
  arena_free(scratch);
  return text_take(&d.out, a);
}
