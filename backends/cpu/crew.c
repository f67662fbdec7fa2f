// Jobs and their parts; spinning, then giving way.
#include "backends/cpu/crew.h"

#include <sched.h>

// A thread that waits longer shares its CPU with whoever is late: at 10-40 ns a pause, about 50 us.
enum { SPINS = 2000 };

static void pause_or_yield(int *spins) {
  if (++*spins > SPINS) sched_yield();
  else __builtin_ia32_pause();
}

void crew_init(Crew *c, int n) {
  c->n = n < CREW_MOST ? n : CREW_MOST;
  atomic_init(&c->turn, 0);
  atomic_init(&c->left, 0);
  atomic_init(&c->over, false);
  for (int i = 0; i < c->n; i++) atomic_init(&c->taken[i].turn, 0);
}

// Taking a part proves that the job is not finished, so that its description is still there: a late
// thread that asks for a part of an old turn finds it taken.
static void run_parts(Crew *c, unsigned turn, int first) {
  for (int i = 0; i < c->n; i++) {
    int part = (first + i) % c->n;
    unsigned before = turn - 1;
    if (!atomic_compare_exchange_strong_explicit(&c->taken[part].turn, &before, turn,
                                                 memory_order_acq_rel, memory_order_relaxed))
      continue;
    c->job.run(c->job.what, part, c->n);
    atomic_fetch_sub_explicit(&c->left, 1, memory_order_release);
  }
}

void crew_run(Crew *c, Job job) {
  unsigned turn = atomic_load_explicit(&c->turn, memory_order_relaxed) + 1;
  c->job = job;
  atomic_store_explicit(&c->left, c->n, memory_order_relaxed);
  atomic_store_explicit(&c->turn, turn, memory_order_release);
  run_parts(c, turn, 0);
  for (int spins = 0; atomic_load_explicit(&c->left, memory_order_acquire) > 0;)
    pause_or_yield(&spins);
}

void crew_dismiss(Crew *c) { atomic_store_explicit(&c->over, true, memory_order_release); }

void crew_help(Crew *c, int thread) {
  unsigned seen = 0;
  for (int spins = 0; !atomic_load_explicit(&c->over, memory_order_acquire);) {
    unsigned turn = atomic_load_explicit(&c->turn, memory_order_acquire);
    if (turn == seen) {
      pause_or_yield(&spins);
      continue;
    }
    seen = turn;
    spins = 0;
    run_parts(c, turn, thread);
  }
}
