// The thread pool: every part runs once, nested, concurrent and forked callers run serially,
// crews share out jobs, late workers are called off.
#include "backends/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backends/cpu/crew.h"
#include "check.h"

enum { THREADS = 3, ROUNDS = 300 };

typedef struct Region {
  atomic_int calls[THREADS];
  atomic_int nthreads, nested_serial;
  Crew crew;
  int shared[THREADS];  // plain memory: ordered by the crew alone
  int step;
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

enum { JOBS = 200 };

static void prepare(void *context, int64_t n) { crew_init(&((Region *)context)->crew, (int)n); }

static void own_part(const void *what, int64_t part, int64_t nparts) {
  Region *r = (Region *)(uintptr_t)what;
  (void)nparts;
  if (r->shared[part]++ != r->step) atomic_fetch_add(&r->wrong, 1);
}

static void crew_part(void *context, int64_t thread, int64_t nthreads) {
  Region *r = context;
  if (thread > 0) {
    crew_help(&r->crew, (int)thread);
    return;
  }
  for (r->step = 0; r->step < JOBS; r->step++) {
    crew_run(&r->crew, (Job){own_part, r});
    for (int64_t i = 0; i < nthreads; i++) EXPECT_EQ(r->shared[i], r->step + 1);
  }
  crew_dismiss(&r->crew);
}

static void crews_share_jobs(void) {
  for (int round = 0; round < 20; round++) {
    for (int threads = 1; threads <= THREADS; threads++) {
      Region r = {0};
      pool_assist(crew_part, prepare, &r, threads);
      EXPECT_EQ(r.wrong, 0);
    }
  }
}

static void short_part(void *context, int64_t thread, int64_t nthreads) {
  Region *r = context;
  (void)nthreads;
  if (thread > 0) {
    crew_help(&r->crew, (int)thread);
    return;
  }
  crew_run(&r->crew, (Job){own_part, r});
  crew_dismiss(&r->crew);
}

// More threads than CPUs, and regions so short that workers come late: none may touch a region that
// is gone.
static void late_workers_are_called_off(void) {
  for (int round = 0; round < 3000; round++) {
    Region *r = calloc(1, sizeof *r);
    r->step = 0;
    pool_assist(short_part, prepare, r, THREADS);
    EXPECT_EQ(r->shared[0], 1);
    free(r);
    if (round % 500 == 0) usleep(2000);
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
  RUN(crews_share_jobs);
  RUN(late_workers_are_called_off);
  RUN(concurrent_callers_never_wait);
  RUN(forked_children_run_serially);
  RUN(the_limit_holds);
  return tests_done();
}
