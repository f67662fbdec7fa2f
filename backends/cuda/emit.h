// CUDA C text of kernels in the plain schedule: one thread per point, no barriers, no shared
// memory. The same text is C once `cuda_shim` stands before it: compiled by cc it is the second
// oracle on machines without a GPU.
#ifndef JITC_BACKENDS_CUDA_EMIT_H
#define JITC_BACKENDS_CUDA_EMIT_H
#include "compiler/program.h"

// Text of every kernel of a program, sub-programs included, behind one prelude. Kernel number i,
// counted over the steps in order with sub-programs (by step_part) at their step, is `extern "C"
// __global__ void k<i>(T *b0, T *b1, ...)`, one pointer per kernel buffer, run by at least
// cuda_points(kernel) threads. malloc'ed.
char *cuda_text(const Program *p);

int64_t cuda_points(const Kernel *k);  // threads that the plain schedule needs

// Definitions of the keywords and intrinsics of CUDA used in the text, for a C compiler. A kernel
// is then an ordinary function; `jc_thread` (long long, set by the caller) is the number of the
// thread.
extern const char cuda_shim[];
#endif
