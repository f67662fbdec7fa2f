// A train step timed as the benchmarks of the examples do: the first call, which compiles, then
// medians of steps; one JSON line, which benchmarks/train_vs_jax sets beside JAX's.
#ifndef JITC_BENCHMARKS_STEP_H
#define JITC_BENCHMARKS_STEP_H
#include <jitc.h>
#include <stdio.h>
#include <stdlib.h>

enum { WARM_UP = 30, MOST_STEPS = 300 };
static const double ENOUGH_SECONDS = 4;

static int step_by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// Calls step(state) until it has been timed often enough; returns the median in us.
static inline double step_time(const char *name, void step(void *state), void *state) {
  double us[MOST_STEPS], start = jc_seconds();
  int n = 0;
  step(state);
  const double first_ms = 1e3 * (jc_seconds() - start);
  for (int i = 0; i < WARM_UP && jc_ok(); i++) step(state);
  start = jc_seconds();
  while (n < MOST_STEPS && jc_ok() && (n < 20 || jc_seconds() - start < ENOUGH_SECONDS)) {
    const double t = jc_seconds();
    step(state);
    us[n++] = 1e6 * (jc_seconds() - t);
  }
  if (!jc_ok()) return 0;
  qsort(us, (size_t)n, sizeof *us, step_by_value);
  printf(
      "{\"program\":\"%s\",\"by\":\"jitc\",\"step_us\":{\"p10\":%.1f,\"p50\":%.1f,\"p90\":%.1f},"
      "\"compile_ms\":%.2f}\n",
      name, us[n / 10], us[n / 2], us[n * 9 / 10], first_ms);
  return us[n / 2];
}
#endif
