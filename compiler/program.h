// Programs: which kernels run in which order, in which memory. Made from a graph; read by every
// backend.
#ifndef JITC_COMPILER_PROGRAM_H
#define JITC_COMPILER_PROGRAM_H
#include "compiler/kernel.h"
#include "ir/graph.h"

typedef struct Program Program;

typedef enum MemoryKind {
  MEM_ARG,     // argument `index`
  MEM_RESULT,  // result `index`
  MEM_TEMP,    // bytes of the arena from `offset` (64-byte aligned); sub-programs share the arena
               // of the outermost program: their offsets count from its start as well
  MEM_CONST,   // `data`, read only
} MemoryKind;

typedef struct Memory {
  MemoryKind kind;
  int index;
  int64_t offset;
  const void *data;
  Dtype dtype;
  int64_t count;  // elements
} Memory;

typedef enum StepKind {
  STEP_KERNEL,  // kernel over `memory` (one per kernel buffer)
  STEP_COPY,    // memory[0] -> memory[1], whole
  STEP_SORT,  // stable sort of memory[0..n) into memory[n..2n): rank-3 view outer x length x inner
  STEP_FOURIER,  // `op`, likewise: its operands, then its results; length is that of the numbers
  STEP_WHILE,    // sub-programs, see below
  STEP_SWITCH,   // likewise
} StepKind;

typedef struct Step {
  StepKind kind;
  const Kernel *kernel;
  int nmemory;
  const int *memory;             // indices into Program.memory
  int64_t outer, length, inner;  // STEP_SORT, STEP_FOURIER
  Op op;                         // STEP_FOURIER: dft, rdft, irdft
  bool backwards;                // likewise
  int64_t wanted;  // STEP_SORT: so many first elements of each line are read, at most length
  // STEP_WHILE: memory = ncarry carried values (updated in place), then constants. cond: (carry,
  // consts) -> bool[]; body: (carry, consts) -> new carry. Their arguments and results are their
  // own MEM_ARG and MEM_RESULT; `scratch` is a list of ncarry further memories for the results of
  // the body, exchanged with the carry each iteration; or the carried memory itself, in which the
  // body then writes.
  const Program *cond, *body;
  int ncarry;
  const int *scratch;
  int predicate;  // memory for the bool
  // Where cond is "carried value `counter` is below the integer memory[bound], or below `end` where
  // bound is -1", and body adds one to it. counter -1: it is something else.
  int counter, bound;
  int64_t end;
  int inner_arena;  // memory in which the temporaries of sub-programs lie
  // STEP_SWITCH: memory = index (i32 or bool), operands, then results. One branch runs, with the
  // operands as its arguments; the last one for an index out of range.
  const Program *const *branches;
  int nbranches;
  Loc loc;
} Step;

struct Program {
  Arena *arena;
  const char *name;
  Memory *memory;
  Step *steps;
  int nmemory, nsteps, nargs, nresults, nkernels;
  int64_t arena_bytes;  // sub-programs included
  int64_t peak_bytes;   // arena and results
  int64_t flops, bytes;
};

// Fusion decisions, in the order they were taken: "add: into reduce_sum", "exp: kept: read 512
// times ...".
typedef struct FusionNote {
  Loc loc;
  const char *text;
} FusionNote;

typedef struct ProgramOptions {
  const int *alias;    // per result: the argument whose buffer it shares, or -1; NULL: none
  bool *refused;       // if not NULL: per result, whether that costs a copy at the end
  bool fuse;           // false: one kernel per node (eager-like, and the debugging baseline)
  FusionNote **notes;  // if not NULL: receives an arena array of *nnotes decisions
  int *nnotes;
} ProgramOptions;

// How many memories of a STEP_FOURIER are its operands: the rest are its results.
static inline int fourier_operands(Op op) { return op == OP_rdft ? 1 : 2; }

// Graph -> program: calls inlined, simplified, dead code gone, fused, planned. NULL after fail().
Program *program_build(Arena *a, const Graph *g, const ProgramOptions *options);
// The sub-programs of a step, by i from 0 on; NULL behind the last.
const Program *step_part(const Step *s, int i);
char *program_text(Arena *a, const Program *p);
bool program_verify(const Program *p);
#endif
