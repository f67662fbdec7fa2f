// What a drawing of a graph consists of: its nodes, or where there are too many groups of them, as
// boxes with arrows.
#ifndef JITC_FRONTEND_DRAWING_BOXES_H
#define JITC_FRONTEND_DRAWING_BOXES_H
#include "frontend/show/layers.h"
#include "ir/graph.h"

// X(KIND, name): how boxes are coloured.
#define BOX_KINDS(X)   \
  X(PARAM, parameter)  \
  X(RESULT, result)    \
  X(MAP, elementwise)  \
  X(REDUCE, reduction) \
  X(DOT, contraction)  \
  X(SHAPE, shape)      \
  X(SOURCE, source)    \
  X(INDEX, indexing)   \
  X(CONTROL, control)  \
  X(OTHER, other)      \
  X(GROUP, several)
typedef enum BoxKind {
#define X(KIND, name) BOX_##KIND,
  BOX_KINDS(X)
#undef X
      BOX_KINDS_COUNT
} BoxKind;

typedef struct BoxText {
  BoxKind kind;
  const char *name, *detail, *tip;
  const char *places;  // "mlp.c:33 mlp.c:34": of all nodes in it
  const char *type;    // of what it gives, or NULL
} BoxText;

// A graph inside a node.
typedef struct BoxRegion {
  const Graph *graph;
  const char *title;
} BoxRegion;

typedef struct Boxes {
  Layers layers;
  BoxText *texts;  // per box
  BoxRegion *regions;
  int nregions;
} Boxes;

// The boxes of a graph, placed. At most MOST_BOXES nodes are drawn one by one; of larger graphs
// those of one line that feed nothing else share a box, as few as needed, then those of several.
enum { MOST_BOXES = 160 };
Boxes boxes_of_graph(Arena *a, const Graph *g);
#endif
