// JITC_PROFILE: what ran when, as a Chrome trace; and the ticks in which calls are counted.
#ifndef JITC_RUNTIME_PROFILE_H
#define JITC_RUNTIME_PROFILE_H
#include "backends/backend.h"
#include "backends/clock.h"

bool profile_on(void);  // JITC_PROFILE names a file; decided once

// Notes that `name` took from start to end in this thread; without JITC_PROFILE nothing. kind:
// "trace", "call", ... The file is written when the process exits.
void profile_span(const char *kind, const char *name, Loc loc, int64_t start_ns, int64_t end_ns);

// Who is told of the steps of executables, while they are profiled.
StepWatch *profile_watch(void);
// An executable that took from start_ns to now to compile.
void profile_compiled(Executable *e, const Graph *g, int64_t start_ns);

// A counter that a call can afford to read twice; profile_seconds says how long some of it are.
static inline int64_t profile_ticks(void) {
#if defined __x86_64__
  return (int64_t)__builtin_ia32_rdtsc();
#else
  return now_ns();
#endif
}
double profile_seconds(int64_t ticks);
#endif
