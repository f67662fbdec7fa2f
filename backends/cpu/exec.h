// Executables of the CPU backend: compiled kernels in the order of the program, and the memory of a
// call.
#ifndef JITC_BACKENDS_CPU_EXEC_H
#define JITC_BACKENDS_CPU_EXEC_H
#include <pthread.h>
#include <stdatomic.h>

#include "backends/backend.h"
#include "backends/cpu/object.h"
#include "backends/fourier.h"
#include "compiler/program.h"

// A compiled kernel; slots of `memory` are those of its program. `scratch` is the thread's own.
typedef void KernelFn(void *const *memory, void *scratch, int64_t thread, int64_t nthreads);

typedef struct ExecProgram ExecProgram;

typedef struct ExecStep {
  StepKind kind;
  KernelFn *run;
  const StepInfo *info;  // STEP_KERNEL
  int base;              // STEP_KERNEL: where its slots begin in the program's
  bool serial;           // on thread 0 alone: too little work to share
  int nmemory;
  const int *memory;
  int64_t bytes;              // STEP_COPY
  const Type *types;          // STEP_SORT: of each operand, outer x length x inner
  int64_t wanted;             // likewise, as in Step
  const FourierRun *fourier;  // STEP_FOURIER, without its pointers
  // Sub-programs with slots of their own for iterations of even and of odd number: the memories of
  // carry and results change places. cond NULL: counted, as in Step.
  const ExecProgram *cond[2], *body[2];
  int counter, bound;
  Dtype counter_dtype;
  int64_t end;
  const ExecProgram *const *branches;
  int nbranches, nresults;
  bool by_bool;  // STEP_SWITCH: the index is one
  int ncarry, predicate;
  const int *scratch;
  const int64_t *carry_bytes;
} ExecStep;

// Where a slot's pointer comes from.
typedef struct Bind {
  int slot, index;
} Bind;

struct ExecProgram {
  int nsteps, nmemory, nargs, nresults;
  const ExecStep *steps;
  const Memory *memory;
  Bind *args, *results;  // slots that differ from call to call
  int table;             // its slots begin here in a frame's table
  bool serial;           // all steps are
};

// The memory of one call. Frames wait in the executable's list between calls.
typedef struct Frame {
  struct Frame *next;
  void **table;  // slots of all programs
  char *arena, *scratch;
} Frame;

typedef struct CpuExecutable {
  Executable base;
  Arena *arena;
  Code *code[2];
  ExecProgram *program;
  int table_size, threads;
  int count_arg;                       // the argument that is the length of a counted axis, where
  int64_t alone_count;                 // not 0: up to which length a call runs on one thread
  int64_t arena_bytes, scratch_bytes;  // scratch: per thread
  _Atomic(Frame *) spare;              // the usual one: taken without a lock
  pthread_mutex_t lock;
  Frame *frames;
} CpuExecutable;

bool exec_run(Executable *e, const void *const *args, void *const *results);
void exec_free(Executable *e);
#endif
