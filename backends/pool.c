// The thread pool of pool.h. A worker owns one cache line: the caller raises its ticket, the worker
// runs the region and counts down `pending`. A worker that sleeps says so in `parked`, and only
// then is a system call made.
#include "backends/pool.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "backends/clock.h"

enum {
  MAX_THREADS = 256,
  SPIN_NS = 80000,  // a parked worker takes 9-22 us to wake, a spinning one 0.1-0.4 us
  PAUSES_PER_CLOCK = 64,
  CALLER_PAUSES = 4000,  // then the caller yields: its CPU may be the one a worker needs
  MXCSR_DEFAULT = 0x1f80,
  MXCSR_FLAGS = 0x3f,  // sticky, no part of the mode
};

typedef struct Worker {
  _Alignas(64) atomic_uint ticket;  // raised once per region; the futex word
  atomic_uint parked;
  atomic_int call;  // CALL_*: whoever changes it from CALL_POSTED decides whether the part runs
} Worker;

enum { CALL_NONE, CALL_POSTED, CALL_TAKEN };

static struct {
  atomic_bool busy;    // a region runs: the try-lock
  atomic_bool forked;  // in a forked child, which has no workers
  atomic_int limit;
  int n_workers;  // started; guarded by busy
  PoolFn *f;      // of the running region, published by the tickets
  void *context;
  int64_t nthreads;
  _Alignas(64) atomic_int pending;
  Worker worker[MAX_THREADS];
} pool;

static _Thread_local bool inside;  // this thread runs a part of a region

static void futex_wait(atomic_uint *word, unsigned expected) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, NULL, NULL, 0);
}

static void futex_wake(atomic_uint *word) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

// Waits until the ticket differs from `seen`: spinning first, asleep later.
static void await_ticket(Worker *w, unsigned seen) {
  int64_t end = now_ns() + SPIN_NS;
  do {
    for (int i = 0; i < PAUSES_PER_CLOCK; i++) {
      if (atomic_load_explicit(&w->ticket, memory_order_acquire) != seen) return;
      __builtin_ia32_pause();
    }
  } while (now_ns() < end);
  atomic_store(&w->parked, 1);
  while (atomic_load(&w->ticket) == seen) futex_wait(&w->ticket, seen);
  atomic_store(&w->parked, 0);
}

// The worker takes its call, or the caller calls it off: one of both.
static bool take_call(Worker *w, int to) {
  int posted = CALL_POSTED;
  return atomic_compare_exchange_strong_explicit(&w->call, &posted, to, memory_order_acq_rel,
                                                 memory_order_relaxed);
}

// Generated code relies on round to nearest and denormals; a -ffast-math library may have changed
// our inheritance.
static void default_float_environment(void) {
  if ((__builtin_ia32_stmxcsr() & ~MXCSR_FLAGS) != MXCSR_DEFAULT)
    __builtin_ia32_ldmxcsr(MXCSR_DEFAULT);
}

static void *worker_main(void *argument) {
  int64_t thread = (int64_t)(intptr_t)argument;
  Worker *w = &pool.worker[thread];
  inside = true;
  for (unsigned seen = 0;; seen++) {
    await_ticket(w, seen);
    if (!take_call(w, CALL_TAKEN)) continue;
    default_float_environment();
    pool.f(pool.context, thread, pool.nthreads);
    atomic_store_explicit(&w->call, CALL_NONE, memory_order_relaxed);
    atomic_fetch_sub_explicit(&pool.pending, 1, memory_order_release);
  }
  return NULL;
}

// Threads of a forked child's parent do not exist in the child: it runs everything serially.
static void after_fork(void) { atomic_store(&pool.forked, true); }

static void register_fork(void) { pthread_atfork(NULL, NULL, after_fork); }

static bool start_worker(int thread) {
  pthread_attr_t attr;
  pthread_t id;
  sigset_t all, old;
  sigfillset(&all);
  pthread_attr_init(&attr);
  pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
  pthread_sigmask(SIG_SETMASK, &all, &old);  // signals stay with the program's own threads
  bool ok = pthread_create(&id, &attr, worker_main, (void *)(intptr_t)thread) == 0;
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  pthread_attr_destroy(&attr);
  return ok;
}

// Workers 1..threads-1 exist after it, or fewer where the system has no more threads: their count
// + 1.
static int start_workers(int threads) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, register_fork);
  if (threads > MAX_THREADS) threads = MAX_THREADS;
  while (pool.n_workers < threads - 1 && start_worker(pool.n_workers + 1)) pool.n_workers++;
  return pool.n_workers + 1 < threads ? pool.n_workers + 1 : threads;
}

static void release(Worker *w) {
  atomic_store_explicit(&w->call, CALL_POSTED, memory_order_release);
  atomic_fetch_add(&w->ticket, 1);
  if (atomic_load(&w->parked)) futex_wake(&w->ticket);
}

static void join(void) {
  for (int spins = 0; atomic_load_explicit(&pool.pending, memory_order_acquire) > 0;) {
    if (++spins > CALLER_PAUSES) sched_yield();
    else __builtin_ia32_pause();
  }
}

static bool try_lock(void) {
  bool expected = false;
  return !inside && !atomic_load(&pool.forked) &&
         atomic_compare_exchange_strong(&pool.busy, &expected, true);
}

// Opens a region of n threads, the caller among them, runs the caller's part and closes it.
static int run_region(PoolFn *f, void (*prepare)(void *, int64_t), void *context, int threads,
                      bool wait) {
  int n = start_workers(threads);
  if (prepare) prepare(context, n);
  pool.f = f;
  pool.context = context;
  pool.nthreads = n;
  atomic_store_explicit(&pool.pending, n - 1, memory_order_relaxed);
  for (int i = 1; i < n; i++) release(&pool.worker[i]);
  inside = true;
  f(context, 0, n);
  inside = false;
  for (int i = 1; !wait && i < n; i++) {
    if (take_call(&pool.worker[i], CALL_NONE)) atomic_fetch_sub(&pool.pending, 1);
  }
  join();
  atomic_store(&pool.busy, false);
  return n;
}

bool pool_run(PoolFn *f, void *context, int threads) {
  if (threads > 1 && try_lock()) return run_region(f, NULL, context, threads, true) == threads;
  f(context, 0, 1);
  return threads <= 1;
}

void pool_assist(PoolFn *f, void (*prepare)(void *, int64_t), void *context, int threads) {
  if (threads > 1 && try_lock()) {
    run_region(f, prepare, context, threads, false);
    return;
  }
  prepare(context, 1);
  f(context, 0, 1);
}

// ceil(quota / period) of one cgroup directory, version 2 or 1; 0 where it sets none.
static int quota_in(const char *directory) {
  char path[512];
  long long quota = -1, period = 0;
  snprintf(path, sizeof path, "%s/cpu.max", directory);
  FILE *f = fopen(path, "re");
  if (f) {
    if (fscanf(f, "%lld %lld", &quota, &period) != 2) quota = -1;  // "max 100000"
    fclose(f);
  } else {
    snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", directory);
    if (!(f = fopen(path, "re"))) return 0;
    if (fscanf(f, "%lld", &quota) != 1) quota = -1;
    fclose(f);
    snprintf(path, sizeof path, "%s/cpu.cfs_period_us", directory);
    if (!(f = fopen(path, "re"))) return 0;
    if (fscanf(f, "%lld", &period) != 1) period = 0;
    fclose(f);
  }
  return quota > 0 && period > 0 ? (int)((quota + period - 1) / period) : 0;
}

static int least(int a, int b) { return b > 0 && b < a ? b : a; }

// The process's own cgroup and those above it, as far as they are visible.
static int cgroup_cpus(int cpus) {
  char line[256], directory[300];
  cpus = least(cpus, quota_in("/sys/fs/cgroup"));
  cpus = least(cpus, quota_in("/sys/fs/cgroup/cpu"));
  FILE *f = fopen("/proc/self/cgroup", "re");
  if (!f) return cpus;
  while (fgets(line, sizeof line, f)) {
    line[strcspn(line, "\n")] = 0;
    if (strncmp(line, "0::/", 4)) continue;
    for (char *end = line + strlen(line); end > line + 4; end = strrchr(line + 3, '/')) {
      *end = 0;
      snprintf(directory, sizeof directory, "/sys/fs/cgroup%s", line + 3);
      cpus = least(cpus, quota_in(directory));
    }
  }
  fclose(f);
  return cpus;
}

static int available;
static void count_cpus(void) {
  cpu_set_t set;
  int cpus = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  available = cgroup_cpus(least(MAX_THREADS, cpus));
}

int pool_threads(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, count_cpus);
  return least(available, atomic_load(&pool.limit));
}

void pool_limit(int threads) { atomic_store(&pool.limit, threads > 0 ? threads : 0); }
