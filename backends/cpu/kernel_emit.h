// Inside the kernel emitter: its state, and the parts that its files share.
#ifndef JITC_BACKENDS_CPU_KERNEL_EMIT_H
#define JITC_BACKENDS_CPU_KERNEL_EMIT_H
#include "backends/cpu/lower.h"
#include "backends/cpu/schedule.h"

typedef LLVMValueRef V;

enum { FLAT_LANES = ORDER_PARTIALS };

// What was emitted for a node or an index and may be used again while its scope is open.
typedef struct Memo {
  V v;
  uint32_t axes;  // of an index: the axes that its value accounts for already
} Memo;
typedef struct Undo {
  Memo *at, before;
} Undo;

// What of a kernel a function does: all of it, or with a split schedule the results of blocks (all
// threads), or what follows from them (one thread). `shared` is the slot of the memory in which
// they meet.
typedef enum KernelPhase { PHASE_ALL, PHASE_BLOCKS, PHASE_REST } KernelPhase;
typedef struct KernelPart {
  KernelPhase phase;
  int shared;
} KernelPart;

typedef struct KernelEmit {
  Emit *e;
  Arena *arena;
  const Kernel *k;
  const Schedule *s;
  V *buffer;  // per kernel buffer
  V scratch, thread, nthreads;
  KernelPhase phase;
  V shared;            // results of blocks, of a split reduction
  V count;             // i64: length of the lane axis of a counted schedule
  uint32_t bound;      // axes whose index is known
  V index[MAX_AXES];   // i64; of lane 0 for the affine lane axis; a vector for the other lane axes
  uint32_t lane_axes;  // axes along which lanes differ
  int lane_axis;       // the only one of them, with unit steps; -1 where several are flattened
  int lanes;           // 1 while no lane axis is bound
  V mask;              // lanes that exist; NULL: all
  Memo *memo;          // per Sid
  Memo *spread;        // per Sid: a single value as a vector
  Memo *ix;            // per Ix
  V *stage;            // per stage: values with HOME_POINT
  Memo *kept;          // per stage: computed in this pass at this point
  uint32_t *seen;      // per Sid: the last walk that met it
  uint32_t walk;
  int *needs;  // per Sid: stages with values of their own before this one must be done
  int done;
  Undo *trail;
  int ntrail, trail_cap;
} KernelEmit;

// void name(ptr memory, ptr scratch, i64 thread, i64 nthreads): `memory` holds pointers, that of
// kernel buffer i at slots[i]; `scratch` is this thread's own.
void kernel_emit(Emit *e, Arena *a, const Kernel *k, const Schedule *s, const int *slots,
                 KernelPart part, const char *name);

// Inside: the state for a kernel whose pointers are in `memory`, with the builder at a function's
// entry.
KernelEmit kernel_open(Emit *e, Arena *a, const Kernel *k, const Schedule *s, const int *slots,
                       V memory);
void kernel_close(KernelEmit *ke);
void kernel_bind(KernelEmit *ke, int axis, V index);
// Several axes, the last one fastest, from an index into all of them, an integer or a vector.
void kernel_bind_flat(KernelEmit *ke, int n, const int *axes, V flat);

// The same function by the contraction generator, for schedules with a gemm.
void gemm_kernel_emit(Emit *e, Arena *a, const Kernel *k, const Schedule *s, const int *slots,
                      const char *name);

// ---- values
V value_of(KernelEmit *ke, Sid v);      // one value, or a vector where lanes differ
V value_vector(KernelEmit *ke, Sid v);  // `lanes` values (one value while lanes == 1)
V value_spread(KernelEmit *ke, V v);    // a single value as `lanes` equal ones
void value_prefetch(KernelEmit *ke, const Access *a);  // of lane 0
void value_store(KernelEmit *ke, const Stage *st, V v);
void value_combine(KernelEmit *ke, const Stage *st, V v);                // SCATTER
void value_store_at(KernelEmit *ke, int buffer, Ix index, V v, V mask);  // mask: of lanes, or NULL
void value_hoist_ix(KernelEmit *ke, Ix ix);
void loop_hoist(KernelEmit *ke, const KernelLoop *l);
// Runs a loop at the bound point: its S_FINALs are then known in the open scope.
void loop_emit(KernelEmit *ke, int loop);
// Emits now whatever the root needs that depends on bound axes only. hoist_begin starts a walk over
// several roots.
void hoist_begin(KernelEmit *ke);
void value_hoist(KernelEmit *ke, Sid root);
void scratch_store(KernelEmit *ke, int stage, V v);
static inline bool value_varies(const KernelEmit *ke, Sid v) {
  return kernel_depends(ke->k, v) & ke->lane_axes;
}
void memo_set(KernelEmit *ke, Memo *at, V v, uint32_t axes);
Dtype stage_dtype(const Kernel *k, const Stage *st);  // of its value

// Values emitted after scope_open are forgotten by scope_close.
static inline int scope_open(const KernelEmit *ke) { return ke->ntrail; }
void scope_close(KernelEmit *ke, int mark);

// ---- loops
// This thread's part [from, to) of n things.
void thread_range(KernelEmit *ke, int64_t n, V *from, V *to);
typedef void LeafFn(KernelEmit *ke, const Pass *p);
// A loop with values carried from one iteration to the next.
typedef struct CarryLoop {
  EmitLoop loop;
  LLVMBasicBlockRef before;
} CarryLoop;
CarryLoop carry_begin(KernelEmit *ke, V from, V to, int64_t step, int n, V *carried);
void carry_end(KernelEmit *ke, CarryLoop *c, int n, V *phis, const V *next);
// Lanes along an axis begin at an index; `present` lanes exist.
typedef struct LaneState {
  uint32_t bound, lane_axes;
  int lane_axis, lanes;
  V mask;
} LaneState;
LaneState lanes_begin(KernelEmit *ke, int axis, V from, int lanes, V mask);
void lanes_end(KernelEmit *ke, const LaneState *before);
V lanes_mask(KernelEmit *ke, int present, int lanes);  // NULL where all are present
void pass_hoist(KernelEmit *ke, const Pass *p);
void pass_keep(KernelEmit *ke, const Pass *p);  // computes and writes the values it keeps

// ---- reductions: the stages of a pass over its reduced axes; results go to their homes
void reduce_emit(KernelEmit *ke, const Pass *p);
void argreduce_emit(KernelEmit *ke, const Pass *p);
#endif
