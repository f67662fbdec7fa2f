// The meaning of kernels and programs, evaluated point by point: an oracle for tests, slow and
// plain.
#ifndef JITC_TESTS_KERNEL_EVAL_H
#define JITC_TESTS_KERNEL_EVAL_H
#include "compiler/program.h"

// buffers: one per kernel buffer.
void kernel_eval(const Kernel *k, void *const *buffers);
// args and results as in Backend.run; results may share arguments' buffers as the program was told.
void program_eval(const Program *p, const void *const *args, void *const *results);
// A STEP_FOURIER of p; memory: that of its operands, then of its results.
bool fourier_step(const Program *p, const Step *s, char *const *memory);
// The branch that a STEP_SWITCH of p takes, of what its index points to.
int switch_taken(const Program *p, const Step *s, const void *index);
#endif
