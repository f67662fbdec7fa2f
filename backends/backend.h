// What a backend is: one struct of functions. A backend turns a closed graph into an executable and
// runs it.
#ifndef JITC_BACKENDS_BACKEND_H
#define JITC_BACKENDS_BACKEND_H
#include "ir/graph.h"

typedef struct Executable Executable;  // each backend's own struct begins with this one

// Where the time and memory of an executable went; known after compiling.
typedef struct ExecutableInfo {
  double optimize_ms, codegen_ms;
  int64_t flops, bytes;  // of one call: arithmetic operations; bytes read and written by kernels
  int64_t peak_bytes;    // arena and results
  int kernels;
} ExecutableInfo;

typedef struct CompileOptions {
  const int *alias;  // per result: the argument in whose buffer it is written (donation), or -1;
                     // NULL: none
  int threads;       // most threads that a call may use; 0: all
  int width;         // vector bits: 0 what the machine has, else 128, 256, 512 (tests)
  // Not 0: an axis of this size stands for one whose length is known at run time: one more argument
  // of the executable, behind the graph's, is that length (int64_t, at most this one). For graphs
  // of compiler/flatten.h. NULL without an error where the backend cannot.
  int64_t counted;
  const struct PjrtPlugin *plugin;  // of backend_pjrt; runtime/executable.c fills it in
} CompileOptions;

// A step of an executable, for who asks how long each takes.
typedef struct StepInfo {
  const char *name;
  Loc loc;
  int64_t flops, bytes;  // of one run
} StepInfo;
typedef struct StepWatch StepWatch;
struct StepWatch {
  void (*seen)(StepWatch *w, const StepInfo *step, int64_t start_ns, int64_t end_ns);
};

typedef struct Backend {
  const char *name;
  // NULL after fail(). The graph is not kept.
  Executable *(*compile)(const Graph *g, const CompileOptions *options);
  // args and results: one pointer to elements per parameter and result (contiguous, row-major,
  // aligned to the element at least). Results must not overlap arguments unless compiled so by
  // `alias`. Any thread may call, also at once.
  bool (*run)(Executable *e, const void *const *args, void *const *results);
  void (*free)(Executable *e);
  // Text of a later form of the graph: "kernels", "llvm", "asm", "cuda", "ptx"; malloc'ed; NULL
  // after fail().
  char *(*dump)(const Graph *g, const CompileOptions *options, const char *stage);
} Backend;

struct Executable {
  const Backend *backend;
  ExecutableInfo info;
  const char *name;  // under JITC_PROFILE: of its graph
  StepWatch *watch;  // told of each step that runs; NULL: nothing is measured
};

extern const Backend backend_interp;  // the reference: evaluates the graph node by node
extern const Backend backend_cpu;     // LLVM
extern const Backend backend_pjrt;    // any PJRT plugin, fed StableHLO: not bit-equal to the others
#endif
