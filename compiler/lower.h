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

// What a loop would read, and whether it can run inside a kernel.
typedef struct LoopReads {
  bool failed;
  LoopRead *reads;
  uint32_t n, cap;
} LoopReads;

typedef struct Lower {
  Arena *arena;
  const Fusion *fusion;
  const Graph *g;
  int unit;
  Kernel *k;
  Id *buffer_value;  // per kernel buffer: the value in it
  uint32_t buffers_cap;
  struct Memo *memo;
  struct LoopLowering *inside;  // the loop to which the graph belongs, or NULL
  struct LoopLowering *loops;   // of this graph, lowered so far
  LoopReads
      *reads;  // not NULL: a trial, which notes what the loop reads and whether it can be done
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

// ---- loops inside the kernel

// A result of a loop at these coordinates.
Sid lower_loop_result(Lower *l, Id v, const Ix *at);
// A parameter of the graph of a loop.
Sid lower_loop_param(Lower *l, Id v, const Ix *at, Under under);
// The loop of a unit with one; stores of its stacks are added by lower_loop_stores.
void lower_loop_unit(Lower *l, const Unit *u);
void lower_loop_stores(Lower *l, const Unit *u);
// What cannot be done inside a loop: remembered, and gives anything.
Sid lower_loop_fails(Lower *l, Type t);
// A group of a loop in a kernel that is thrown away: false when that cannot be. Fills the group.
bool lower_loop_trial(const Fusion *f, const Node *n, const SeqLoop *loop, int group);
int lower_buffer(Lower *l, Id v);
Ix lower_linear(Kernel *k, Type t, const Ix *at);
void lower_memo_init(Lower *l);  // l->arena is set

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
