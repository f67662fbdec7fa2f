// Views: how an `affine` node is made, dimension by dimension.
#ifndef JITC_COMPILER_VIEW_H
#define JITC_COMPILER_VIEW_H
#include "ir/build.h"
#include "ir/window.h"

// Element r of the view is element (sum of map[i][k] * r[k] + start[i]) / stride[i] of x.
typedef struct View {
  int xrank, rank;
  int64_t shape[2 * MAX_RANK + 2];
  int64_t map[MAX_RANK][2 * MAX_RANK + 2];
  int64_t start[MAX_RANK], stride[MAX_RANK];
} View;

View view_of(Type x);                  // without axes
int view_axis(View *v, int64_t size);  // one more dimension of the view: its number
Id view_read(Graph *g, const View *v, Id x, Id value);

// The windows of x: windows first, in x's dimensions, then places in a window for each dimension
// with a window of more than one element, if `all`; else those at `place` alone.
View view_windows(Type x, const Attrs *at, Type result, const int64_t *place);
// The same as an array [places, windows..] of x, elements of its padding being `value`. NO_ID after
// fail() where the view has more dimensions than there can be.
Id view_by_place(Graph *g, const Attrs *at, Id x, Id value, Type result);
// What of `result` a source had at the place `place` of its windows: for each element of x.
View view_sources(Type x, const Attrs *at, Type result, const int64_t *place);
#endif
