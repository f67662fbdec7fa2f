// Time since some moment, by a clock that only goes forward.
#ifndef JITC_BACKENDS_CLOCK_H
#define JITC_BACKENDS_CLOCK_H
#include <stdint.h>
#include <time.h>

static inline int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline double now_ms(void) { return (double)now_ns() * 1e-6; }
#endif
