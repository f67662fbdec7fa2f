// The barrier between the kernels of one parallel region; generated code calls cpu_barrier.
#ifndef JITC_BACKENDS_CPU_BARRIER_H
#define JITC_BACKENDS_CPU_BARRIER_H
#include <stdatomic.h>

// Counter and generation on lines of their own: arrivals must not disturb those who wait.
typedef struct CpuBarrier {
  _Alignas(64) atomic_int arrived;
  _Alignas(64) atomic_int generation;
  int n;  // threads that meet; 1: cpu_barrier returns at once
} CpuBarrier;

static inline void cpu_barrier_init(CpuBarrier *b, int n) {
  atomic_init(&b->arrived, 0);
  atomic_init(&b->generation, 0);
  b->n = n;
}

// Returns when all n threads have called it; what they wrote before is visible after.
void cpu_barrier(CpuBarrier *b);
#endif
