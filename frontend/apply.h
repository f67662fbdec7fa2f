// One application of a transformation inside a trace: what transform.c and control.c share.
#ifndef JITC_FRONTEND_APPLY_H
#define JITC_FRONTEND_APPLY_H
#include "frontend/closure.h"

// One application: values of p that go in and out.
typedef struct Apply {
  Closure *c;
  Trace *p;
  void *const *args;
  const Val *in;
  Val *out;
  Loc loc;
  Traced traced;
  Id *operands;  // of the transformed graph: arrays, captures, then what the kind adds
  int noperands;
  const ListShape *saved;  // of a linearize
} Apply;

static inline Type apply_type(const Apply *a, int i) { return graph_type(a->p->g, a->in[i].id); }
// Notes what was traced, with room for results.
void apply_traced(Apply *a, Traced traced);
// Traces a function on arguments of `types` and finds its captures in p. False after fail().
bool apply_trace(Apply *a, Function *f, const TypeId *types);
const TypeId *apply_types(Apply *a, int n);  // of the first n inputs
// A transformed graph on the operands: its results in p. False after fail(), or where g is NULL.
bool apply_record(Apply *a, const Graph *g, Id *results);
static inline bool is_inexact(const Graph *g, Id v) {
  return dtype_is_inexact(graph_type(g, v).dtype);
}
// The cotangents are as many as the `want` arrays that f gives.
bool apply_cotangents(const Apply *a, int have, int want);

// Linear maps that are kept (linearize.c).
bool apply_linearize(Apply *a);
bool apply_pushforward(Apply *a);
bool apply_pullback(Apply *a);

// Functions with rules of their own (custom.c).
bool apply_custom_jvp(Apply *a);
bool apply_custom_vjp(Apply *a);

// Control flow (control.c).
bool apply_while(Apply *a);
bool apply_fori(Apply *a);
bool apply_scan(Apply *a);    // and map
bool apply_switch(Apply *a);  // and cond
#endif
