// What the schedule asks of the contraction generator's side.
#ifndef JITC_BACKENDS_CPU_SCHEDULE_PARTS_H
#define JITC_BACKENDS_CPU_SCHEDULE_PARTS_H
#include "backends/cpu/schedule.h"

// The axes of a kernel that is one contraction with an epilogue; NULL where the generator cannot
// take it.
const GemmAxes *gemm_axes(Arena *a, const Kernel *k, const Schedule *s);
int64_t gemm_kernel_scratch(const Kernel *k, const Schedule *s, const Machine *m);
const char *gemm_kernel_text(Arena *a, const Kernel *k, const Schedule *s, const Machine *m);
#endif
