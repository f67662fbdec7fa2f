// Kernels: one iteration space, stages over a scalar DAG. What is computed per point; how is each
// backend's schedule. Both emitters (LLVM, CUDA C) consume kernels and nothing else.
#ifndef JITC_COMPILER_KERNEL_H
#define JITC_COMPILER_KERNEL_H
#include "ir/scalar.h"

enum {
  MAX_AXES = 24,  // of a kernel: those of the results and the reduced ones
  MAX_LOOPS = 8,  // of a kernel: bits MAX_AXES.. of a set of axes
};

// ---- index expressions: constant + sum of coef * atom, hash-consed; integers, never overflowing
// by construction
typedef uint32_t Ix;

typedef enum IxKind {
  IX_AXIS,   // index along an axis of the kernel
  IX_DIV,    // floor(inner / by), by > 0, inner >= 0
  IX_MOD,    // inner mod by, likewise
  IX_VALUE,  // an integer of the DAG (gather and dynamic slice), converted to i64 and clamped to
             // [lo, hi]
} IxKind;

typedef struct IxTerm {
  int64_t coef;
  IxKind kind;
  int axis;
  Ix inner;
  int64_t by;
  Sid value;
  int64_t lo, hi;  // range of the atom, both inclusive (for IX_VALUE: what it is clamped to)
} IxTerm;

#define INDEX_LIMIT 0x1p56  // types have 2^50 bytes at most: what is beyond is no index

// Terms in a canonical order, at most one per atom; lo..hi is the range of the sum over the
// iteration space.
typedef struct IxSum {
  int64_t constant;
  int nterms;
  const IxTerm *terms;
  int64_t lo, hi;
} IxSum;

// A guarded read: valid where lo <= ix < hi.
typedef struct Guard {
  Ix ix;
  int64_t lo, hi;
} Guard;

// S_LOAD number i reads element `index` of kernel buffer `buffer`, or is `otherwise` where a guard
// fails (the element is then not touched).
typedef struct Access {
  int buffer;
  Ix index;  // in elements, row-major linear
  int nguards;
  const Guard *guards;
  Sid otherwise;  // NO_SID without guards
} Access;

// ---- loops: at a point, `while (test) { stores; carry = next; }`. What changes from iteration to
// iteration depends on the loop's bit as on an axis. The scalar number i of what loop l carries is
// S_CARRY inside and S_FINAL behind the loop, which runs where its first S_FINAL is used.
static inline uint64_t scalar_carried(int loop, int i) {
  return (uint64_t)loop << 32 | (uint64_t)i;
}
static inline int scalar_loop(uint64_t imm) { return (int)(imm >> 32); }
static inline int scalar_carry(uint64_t imm) { return (int)(imm & UINT32_MAX); }
#define LOOP_BIT(l) (UINT32_C(1) << (MAX_AXES + (l)))

// buffer[index] = value in each iteration.
typedef struct LoopStore {
  int buffer;
  Ix index;
  Sid value;
} LoopStore;

typedef struct Carried {
  Sid init, next;
  Sid carry, final;  // S_CARRY and S_FINAL
} Carried;

typedef struct KernelLoop {
  int ncarried;
  Carried *carried;
  Sid test;
  int nstores;
  LoopStore *stores;
  uint32_t axes;  // the points at which it runs, where it stores: those of its STAGE_LOOP
  int64_t trips;  // how often it runs, for estimates
  uint32_t carried_cap, stores_cap;
} KernelLoop;

// ---- stages, in order; later stages see earlier ones as S_STAGE
typedef enum StageKind {
  STAGE_VALUE,   // value at each point of `axes`: named because it is used more than once or kept
  STAGE_REDUCE,  // combine `value` over `reduce` axes in `order`: rows or cols
  STAGE_ARGREDUCE,  // i32 index along the one reduced axis of the first NaN, else first extremum
                    // (combine: max or min)
  STAGE_CONTRACT,   // sum over `reduce` axes of value * value2 in `order`: chain or rows; integers:
                    // mul and add
  STAGE_STORE,      // buffer[index] = value at each point of `axes`
  STAGE_SCATTER,    // buffer[index] = combine(buffer[index], value), points in row-major order of
                    // axes; dropped where a guard fails
  STAGE_LOOP,  // the loop whose S_FINAL is `value` runs at each point of `axes`, for its stores
} StageKind;

typedef struct Stage {
  StageKind kind;
  uint32_t axes;  // bit a: depends on axis a (STORE, SCATTER: the points it runs over)
  int nreduce;
  const int *reduce;  // reduced axes, outermost first: elements are flattened in this order
  Sid value, value2;
  Op combine;
  Order order;
  int buffer;  // STORE, SCATTER
  Ix index;
  int nguards;  // SCATTER
  const Guard *guards;
} Stage;

// A buffer as a kernel sees it: a flat array. The program says which memory it is.
typedef struct KernelBuffer {
  const char *name;
  Dtype dtype;
  int64_t count;  // elements
  bool written;   // by STORE or SCATTER; else read only
} KernelBuffer;

struct IxTable;

typedef struct Kernel {
  Arena *arena;
  const char *name;
  int naxes;
  int64_t axis[MAX_AXES];  // sizes; axes in row-major order of the main result, reduced axes behind
  const char *axis_name[MAX_AXES];
  Dag dag;
  struct IxTable *ix;
  Access *accesses;
  Stage *stages;
  KernelBuffer *buffers;
  KernelLoop *loops;
  int naccesses, nstages, nbuffers, nloops;
  int nplaces;
  uint32_t accesses_cap, stages_cap, buffers_cap, places_cap;
  Loc loc;               // of the first node in it
  Loc *places;           // lines of all nodes in it, each once
  int64_t flops, bytes;  // per run
  uint32_t *depends;     // per node of the DAG: the axes its value depends on
} Kernel;

const IxSum *ix_sum(const Kernel *k, Ix ix);
Ix ix_const(Kernel *k, int64_t c);
Ix ix_axis(Kernel *k, int axis);
Ix ix_value(Kernel *k, Sid v, int64_t lo, int64_t hi);
Ix ix_add(Kernel *k, Ix a, Ix b);
Ix ix_mul(Kernel *k, Ix a, int64_t c);
Ix ix_div(Kernel *k, Ix a,
          int64_t by);  // simplifies with the known ranges: (4*i + j) / 4 = i for j in 0..3
Ix ix_mod(Kernel *k, Ix a, int64_t by);

// Axes that an index depends on, values in it included.
uint32_t ix_axes(const Kernel *k, Ix ix);
// The axis which ix is (coefficient 1, nothing added), or -1.
int ix_single_axis(const Kernel *k, Ix ix);
// Axes that a scalar depends on (bit a: axis a; LOOP_BIT), those of stages, loads and their indices
// included.
static inline uint32_t kernel_depends(const Kernel *k, Sid s) { return k->depends[s]; }

// Calls f for each scalar of a loop: its test, and those that it carries and stores, indices apart.
void kernel_loop_each(const KernelLoop *l, void (*f)(void *context, Sid s), void *context);

// ---- text, in the spirit of the graph's: kernel_text prints what kernel_parse reads back
char *kernel_text(Arena *a, const Kernel *k);
Kernel *kernel_parse(Arena *a, const char *text, const char *file);  // NULL after fail()
bool kernel_verify(const Kernel *k);  // ranges of all indices inside their buffers, stages in
                                      // order, dtypes; fail() with text
#endif
