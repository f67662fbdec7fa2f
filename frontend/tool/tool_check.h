// The parts of `jitc check` among themselves.
#ifndef JITC_FRONTEND_TOOL_CHECK_H
#define JITC_FRONTEND_TOOL_CHECK_H
#include "frontend/tool/tool.h"

// Counts, and prints a line per check.
typedef struct Report {
  const Subject *subject;
  int passed, failed, skipped;
} Report;

void check_pass(Report *r, const char *what, const char *detail);
void check_fault(Report *r, const char *what, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
// Results that differ: names the result, the worst element, both values.
void check_fault_at(Report *r, const char *what, const Values *v, Difference d);
// What cannot be asked of this subject (a while loop in reverse): the pending error says why.
void check_skip(Report *r, const char *what);

// Compiles, allocates `out` and runs once. False after fail().
bool check_run(const Device *d, Arena *a, const Graph *g, const Values *in, Values *out);

// jvp against central differences along random directions, vjp against jvp; in f64.
bool check_derivatives(Report *r, Arena *a, const Values *in, uint64_t seed);
// vmap against a loop over the elements of a batch; in f64.
bool check_batching(Report *r, Arena *a, uint64_t seed);

// The same graphs and their derivatives on a device with bits of its own, within tolerances.
bool check_against(Report *r, Arena *a, const Device *theirs, const Values *in, uint64_t seed);
#endif
