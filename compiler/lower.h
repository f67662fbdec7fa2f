// From units of a fused graph to kernels: what is computed for an element of a value at given
// coordinates. One function per kind of op; lower.c drives.
#ifndef JITC_COMPILER_LOWER_H
#define JITC_COMPILER_LOWER_H
#include "compiler/fuse.h"
#include "compiler/kernel_build.h"

// Guards under which a value is asked for: elsewhere it may be anything, but loads are not made.
typedef struct Under {
  int n;
  const Guard *guards;
} Under;

typedef struct Lower {
  Arena *arena;
  const Fusion *fusion;
  const Graph *g;
  int unit;
  Kernel *k;
  Id *buffer_value;  // per kernel buffer: the value in it
  uint32_t buffers_cap;
  struct Memo *memo;
} Lower;

// A kernel and, for each of its buffers, the value that is in it (NO_ID: the value that the step
// updates).
typedef struct Lowered {
  Kernel *kernel;
  const Id *values;
} Lowered;

// The kernel of a unit of kind UNIT_KERNEL, UNIT_UPDATE or UNIT_SCATTER; kernel NULL: nothing to
// do.
Lowered lower_unit(Arena *a, const Fusion *f, int unit);

// The scalar for element `at` of v; `at` has one index per dimension.
Sid lower_value(Lower *l, Id v, const Ix *at, Under under);

typedef Sid LowerRule(Lower *l, const Node *n, const Ix *at, Under under);
extern LowerRule *const lower_shape_rules[OP_COUNT];  // shape, source and index ops
LowerRule lower_reduce, lower_argreduce, lower_dot;

// Index of the first element of a slice along a dimension of size `dim`: clamped so that it fits.
Ix lower_start(Lower *l, Id start, const Ix *at, int64_t dim, int64_t size, Under under);
// For gather and scatter: where the window element is that update or result coordinates `at` name.
// coordinates: one per operand dimension. Where `guards` is given, starts are not clamped: the
// guards tell where the whole window lies inside.
void lower_window(Lower *l, Id indices, Type operand, const Attrs *attrs, const Ix *at, int rank,
                  const int64_t *sizes, Under under, Ix *coordinates, Guard *guards, int *nguards);
// Adds a guard unless it always holds; false when it never does.
bool lower_guard(Lower *l, Under *under, Guard g);
// x where the guards `inside` hold, else `otherwise`; x was lowered under outer and inside.
Sid lower_choose(Lower *l, Sid x, Sid otherwise, Under outer, Under inside);
#endif
