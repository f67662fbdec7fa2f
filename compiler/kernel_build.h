// Building kernels: what lowering and the parser use. Everything lives in the kernel's arena.
#ifndef JITC_COMPILER_KERNEL_BUILD_H
#define JITC_COMPILER_KERNEL_BUILD_H
#include "compiler/kernel.h"

Kernel *kernel_new(Arena *a, const char *name);
int kernel_axis(Kernel *k, int64_t size);
int kernel_buffer(Kernel *k, const char *name, Dtype d, int64_t count);
Sid kernel_load(Kernel *k, Access access);  // equal accesses give the same scalar
int kernel_stage(Kernel *k, Stage s);
// A loop: what it carries comes one by one, each with a `next` set before kernel_loop_close, which
// makes the finals. Loops nest. -1: no more fit.
int kernel_loop(Kernel *k);
Sid kernel_carry(Kernel *k, int loop, Sid init);  // its S_CARRY, numbered in order of calls
void kernel_loop_close(Kernel *k, int loop, Sid test);
void kernel_loop_store(Kernel *k, int loop, LoopStore s);
// After the last stage: names, what depends on what, flops and bytes.
void kernel_finish(Kernel *k);

// Notes the line of a node that is computed in the kernel.
void kernel_place(Kernel *k, Loc loc);

// An array of *cap elements with room for one more than n; grows by doubling in the arena.
void *kernel_grow(const Kernel *k, void *p, uint32_t *cap, uint32_t n, size_t size);

void ix_init(Kernel *k);
Ix ix_add_const(Kernel *k, Ix a, int64_t c);
Sid ix_scalar(Kernel *k, Ix ix);      // its value as an i64 of the DAG
int64_t scalar_int(const Scalar *s);  // an integer constant's value
// The index lies in 0..count-1 at every point where the guards hold, as far as ranges tell.
bool ix_inside(const Kernel *k, Ix ix, int64_t count, int nguards, const Guard *guards);
#endif
