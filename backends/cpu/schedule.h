// Schedules: how a kernel runs on this machine, as data. The kernel says what is computed; the
// emitter follows the schedule and decides nothing.
#ifndef JITC_BACKENDS_CPU_SCHEDULE_H
#define JITC_BACKENDS_CPU_SCHEDULE_H
#include "backends/cpu/gemm_run.h"
#include "backends/cpu/machine.h"
#include "compiler/kernel.h"

// Where the value of a stage lives between its computation and its uses.
typedef enum Home {
  HOME_INLINE,   // computed where it is used (once per point and pass)
  HOME_POINT,    // one value (or vector) per outer point: a register
  HOME_SCRATCH,  // an array over the inner axes of the stage, per thread
} Home;

// A loop nest inside an outer point: stages which share their loops.
typedef struct Pass {
  int nstages;
  const int *stages;
  const int *kept;  // stages whose values this pass writes to scratch on its way
  int nkept;
  uint32_t axes;     // all axes it runs through, reduced ones included
  uint32_t reduce;   // the reduced ones
  int lane;          // the axis whose elements fill a vector, or -1: none, or the outer lane axis
  bool flat;         // lanes are consecutive elements of the flattened reduced axes (rows order)
  bool staged;       // flat: values are computed by native vectors into a buffer of 64 first
  int64_t partials;  // offset in scratch of block results, where a reduction has several blocks
} Pass;

// A contraction for the generator: which axes are its rows, columns, ... (-1: of one element).
typedef struct GemmAxes {
  int stage, m, n, k;
  int nbatch, batches[GEMM_BATCHES];  // outermost first
  // Where the first operand is read through windows, its rows and ks are several axes, outermost
  // first; m and k are the last of them.
  bool windows;
  int nm, nk, ms[MAX_AXES], ks[MAX_AXES];
  bool flat_m;  // nothing but that operand tells the axes of m apart
} GemmAxes;

typedef struct Schedule {
  const char *form;        // "map", "rows", "cols", "scatter", "points": for people
  int64_t size[MAX_AXES];  // after collapsing: a collapsed axis has size 1, its inner neighbour the
                           // product
  uint32_t outer;          // parallel axes
  int lane;                // outer axis that fills vectors, or -1
  int lanes;               // elements of a vector
  int npasses;
  const Pass *passes;
  const Home *home;       // per stage
  const int64_t *offset;  // per stage with HOME_SCRATCH, bytes
  int64_t scratch;        // bytes per thread
  int64_t units;          // outer points, a vector counting as one
  const GemmAxes *gemm;   // not NULL: the contraction generator runs it; passes do not count
  double work;            // estimated nanoseconds on one thread
  bool split;      // the blocks of the first pass are shared by threads, then one combines them
  bool counted;    // the lane axis is the only one, and its length known at run time:
  int count_slot;  // the i64 that this memory slot points to
  bool serial;     // runs on one thread: called with thread 0 of 1 only
} Schedule;

const Schedule *schedule_kernel(Arena *a, const Kernel *k, const Machine *m);
char *schedule_text(Arena *a, const Kernel *k, const Schedule *s, const Machine *m);
#endif
