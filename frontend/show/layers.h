// Layered drawings of acyclic graphs: which row each box stands in, where, and the way of each
// edge.
#ifndef JITC_FRONTEND_LAYERS_H
#define JITC_FRONTEND_LAYERS_H
#include <stdbool.h>

#include "ir/arena.h"

typedef struct Box {
  double width, height;  // given
  double label;          // given: the width of what stands below it, right of its middle
  double x, y;           // found: its top left corner
  int layer;             // found: 0 is the topmost
} Box;

typedef struct Point {
  double x, y;
} Point;

typedef struct Arrow {
  int from, to;  // given: boxes
  int npoints;   // found: from the lower edge of `from` through all rows to the upper edge of `to`
  Point *points;
} Arrow;

typedef struct Layers {
  int nboxes, narrows;
  Box *boxes;  // in topological order: arrows go from smaller to larger numbers
  Arrow *arrows;
  double width, height;  // found
} Layers;

// Memory of the result comes from `a`.
void layers_place(Arena *a, Layers *l);
// Rows only: fills in Box.layer.
void layers_rank(Arena *a, Layers *l);
#endif
