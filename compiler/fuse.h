// Which values are kept in memory and which kernel computes each: the decisions that lowering
// follows.
#ifndef JITC_COMPILER_FUSE_H
#define JITC_COMPILER_FUSE_H
#include "compiler/program.h"

// What one unit of the program becomes.
typedef enum UnitKind {
  UNIT_KERNEL,   // one kernel that stores values
  UNIT_UPDATE,   // dynamic_update_slice: a copy, then a kernel over the update
  UNIT_SCATTER,  // a scatter: a copy, then a kernel over the updates
  UNIT_SORT,
  UNIT_FOURIER,
  UNIT_WHILE,
  UNIT_SWITCH,
} UnitKind;

// A loop that runs inside kernels: the body computes each element of what it carries from elements
// at the same place, and from what does not change. There is a kernel per shape of carried values.
typedef struct SeqLoop {
  const struct Fusion *cond, *body;  // in which nothing is kept
  int64_t trips;                     // an estimate, or how often it runs
  bool apart;  // the condition holds where any element's does, and those whose own does not stay
  const Node **update;  // per carried value: the dynamic_update_slice by which a stack gets a part
                        // in each iteration, or NULL
  bool *covered;        // stacks: every element is written
  int *group;           // per carried value
  int ngroups;
  struct LoopGroup *groups;
} SeqLoop;

// An operand of a loop as a kernel reads it.
typedef struct LoopRead {
  Id value;
  const int8_t *axes;  // the axis per dimension, -1 where 1; NULL: anywhere
} LoopRead;

typedef struct LoopGroup {
  int naxes;
  int64_t axis[MAX_RANK];
  int weight;  // operations of an iteration
  LoopRead *reads;
  int nreads;
} LoopGroup;

typedef struct Unit {
  UnitKind kind;
  uint32_t node;  // the node that opened it: the last one in it
  int naxes;
  int64_t axis[MAX_AXES];
  Id *stores;  // values that it writes to memory
  int nstores;
  const SeqLoop *loop;  // UNIT_KERNEL: the loop `node` runs in it
  int group;            // of the loop's
  int nupdates;         // stacks of the loop that begin as copies:
  Id *updated, *into;   // of these values, in the memory of those results
  // While fusing:
  uint32_t stores_cap;
  int ops;         // weight of the operations in it,
  int again;       // and of that, of operations that it computes at more than one place
  uint32_t root;   // axes of the space it was opened with
  uint32_t rows;   // axes over which its reductions give one value each
  bool has_stage;  // a reduction or contraction is inside
  bool contracts;  // one contraction, nothing else
  Order order;     // of its reductions
} Unit;

// Units are numbered against the order of execution: what unit u reads is computed by units above
// u.
typedef struct Fusion {
  Arena *arena;
  const Graph *graph;
  Unit *units;
  uint32_t nunits, units_cap;
  const Id *same;          // per value: what an optimization_barrier passes on, or the value itself
  bool *kept;              // per value: must be in memory whatever is decided
  bool *passed;            // per value: only because a barrier passes it on
  int *early;              // per value: 0, or which array it must be computed before it changes
  int *home;               // per value: the unit which stores it, or -1: computed where it is read
  const int8_t **at;       // per stored value: the axis of its unit for each dimension, -1 where 1
  const SeqLoop **seq;     // per node: a loop that runs inside kernels
  const int8_t **reduced;  // per reducing node: the axis for each reduced dimension, -1 where 1
  bool explain;            // record notes
  FusionNote *notes;
  uint32_t nnotes, notes_cap;
} Fusion;

typedef enum FuseMode { FUSE_NONE, FUSE_ALL } FuseMode;

// Decisions for the live nodes of a closed graph without calls. alias as in ProgramOptions.
Fusion *fuse(Arena *a, const Graph *g, FuseMode mode, const int *alias, bool explain);

// Decisions for a graph that is lowered inside a kernel: nothing is kept.
Fusion *fuse_inside(Arena *a, const Graph *g);
// How the loop n runs inside kernels; NULL: it cannot.
const SeqLoop *fuse_loop(Fusion *f, const Node *n);
// Axes of the space of a carried value: dimensions of more than one element.
void loop_axes(Type t, int8_t *axes);

// Has memory without being computed: a parameter, or a constant with all its elements.
bool fusion_in_memory(const Graph *g, Id v);
// The dimensions which a reduction or contraction sums over, as dimensions of its first operand,
// outermost first.
Ints node_reduced(const Node *n);

// g, or a copy with gt(x, y) read off what it selects: as gt(max(x, y), y) or
// gt(select(gt(x, y), x, y), y), wherever that is computed as well (the same for every x and y, NaN
// included); and wide concatenations as trees.
const Graph *graph_prepare(Arena *a, const Graph *g);
#endif
