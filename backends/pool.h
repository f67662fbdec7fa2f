// The thread pool: fork-join of one parallel region at a time. Workers spin a short while for the
// next region, then sleep in the kernel.
#ifndef JITC_BACKENDS_POOL_H
#define JITC_BACKENDS_POOL_H
#include <stdint.h>

// One part of a region: called once for each thread in 0..nthreads-1, on as many threads. A region
// must give the same bits for every nthreads, for the pool may decide for 1.
typedef void PoolFn(void *context, int64_t thread, int64_t nthreads);

// Runs f on up to `threads` threads (the caller is thread 0) and returns when all are done; true if
// it had all of them. Where the pool is busy with another thread's region, inside a region, or in a
// forked child, it runs f(context, 0, 1) on the caller at once instead of waiting; f sees by
// nthreads which it is.
_Bool pool_run(PoolFn *f, void *context, int threads);

// The caller runs f(context, 0, n), which can do all the work by itself; workers that come in time
// run f(context, t, n) beside it and help. Those that have not begun when the caller's part returns
// are called off: one that the system has put aside holds up nobody. `prepare` is told n before
// anything starts.
void pool_assist(PoolFn *f, void (*prepare)(void *context, int64_t nthreads), void *context,
                 int threads);

// How many threads a region may use: CPUs of the affinity mask, less where a cgroup's quota allows
// less, and at most what pool_limit set. At least 1.
int pool_threads(void);

// Caps pool_threads from now on; 0: no cap. (JITC_THREADS is passed here.)
void pool_limit(int threads);
#endif
