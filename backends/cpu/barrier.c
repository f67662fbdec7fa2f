// The spinning barrier of barrier.h.
#include "backends/cpu/barrier.h"

#include <sched.h>

// A thread that waits longer shares its CPU with whoever is late: at 10-40 ns a pause, about 50 us.
enum { SPINS = 2000 };

void cpu_barrier(CpuBarrier *b) {
  if (b->n == 1) return;
  int generation = atomic_load_explicit(&b->generation, memory_order_acquire);
  if (atomic_fetch_add_explicit(&b->arrived, 1, memory_order_acq_rel) == b->n - 1) {
    atomic_store_explicit(&b->arrived, 0, memory_order_relaxed);
    atomic_store_explicit(&b->generation, generation + 1, memory_order_release);
    return;
  }
  for (int spin = 0; atomic_load_explicit(&b->generation, memory_order_acquire) == generation;) {
    if (++spin > SPINS) sched_yield();
    else __builtin_ia32_pause();
  }
}
