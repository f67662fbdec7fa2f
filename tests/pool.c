// The thread pool: every part runs once, nested, concurrent and forked callers run serially,
// barriers meet.
#include "backends/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backends/cpu/barrier.h"
#include "check.h"

enum { THREADS = 3, ROUNDS = 300 };

typedef struct Region {
  atomic_int calls[THREADS];
  atomic_int nthreads, nested_serial;
  CpuBarrier barrier;
  int shared[THREADS];  // plain memory: ordered by the barrier alone
  atomic_int wrong;
} Region;

static void count_part(void *context, int64_t thread, int64_t nthreads) {
  Region *r = context;
  atomic_fetch_add(&r->calls[thread], 1);
  atomic_store(&r->nthreads, (int)nthreads);
}

static void every_part_runs_once(void) {
  for (int round = 0; round < ROUNDS; round++) {
    Region r = {0};
    EXPECT(pool_run(count_part, &r, THREADS));
    EXPECT_EQ(r.nthreads, THREADS);
    for (int i = 0; i < THREADS; i++) EXPECT_EQ(r.calls[i], 1);
  }
}

static void workers_wake_from_sleep(void) {
  for (int round = 0; round < 20; round++) {
    usleep(1000);
    Region r = {0};
    EXPECT(pool_run(count_part, &r, THREADS));
    EXPECT_EQ(r.calls[THREADS - 1], 1);
  }
}

static void nested_part(void *context, int64_t thread, int64_t nthreads) {
  Region *r = context, inner = {0};
  (void)thread, (void)nthreads;
  if (!pool_run(count_part, &inner, THREADS) && inner.nthreads == 1 && inner.calls[0] == 1)
    atomic_fetch_add(&r->nested_serial, 1);
}

static void nested_regions_run_serially(void) {
  Region r = {0};
  pool_run(nested_part, &r, THREADS);
  EXPECT_EQ(r.nested_serial, THREADS);
}

static void prepare(void *context, int64_t n) {
  cpu_barrier_init(&((Region *)context)->barrier, (int)n);
}

static void barrier_part(void *context, int64_t thread, int64_t nthreads) {
  Region *r = context;
  for (int step = 1; step <= 50; step++) {
    r->shared[thread] = step;
    cpu_barrier(&r->barrier);
    for (int64_t i = 0; i < nthreads; i++)
      if (r->shared[i] != step) atomic_fetch_add(&r->wrong, 1);
    cpu_barrier(&r->barrier);
  }
}

static void barriers_meet(void) {
  for (int threads = 1; threads <= THREADS; threads++) {
    Region r = {0};
    EXPECT(pool_run_prepared(barrier_part, prepare, &r, threads));
    EXPECT_EQ(r.wrong, 0);
  }
}

static void *call_pool(void *unused) {
  for (int i = 0; i < ROUNDS; i++) {
    Region r = {0};
    pool_run(count_part, &r, THREADS);
    for (int k = 0; k < r.nthreads; k++) EXPECT_EQ(r.calls[k], 1);
  }
  return unused;
}

static void concurrent_callers_never_wait(void) {
  pthread_t threads[3];
  for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, call_pool, NULL);
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
}

static void forked_children_run_serially(void) {
  pid_t child = fork();
  if (child == 0) {
    Region r = {0};
    bool parallel = pool_run(count_part, &r, THREADS);
    _exit(!parallel && r.nthreads == 1 && r.calls[0] == 1 ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  Region r = {0};
  EXPECT(pool_run(count_part, &r, THREADS));
}

static void the_limit_holds(void) {
  int all = pool_threads();
  EXPECT(all >= 1);
  pool_limit(1);
  EXPECT_EQ(pool_threads(), 1);
  pool_limit(0);
  EXPECT_EQ(pool_threads(), all);
}

int main(void) {
  RUN(every_part_runs_once);
  RUN(workers_wake_from_sleep);
  RUN(nested_regions_run_serially);
  RUN(barriers_meet);
  RUN(concurrent_callers_never_wait);
  RUN(forked_children_run_serially);
  RUN(the_limit_holds);
  return tests_done();
}
