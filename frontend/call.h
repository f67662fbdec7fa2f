// Calling public functions: recorded inside a trace, else run at once.
//
// A public function is a Fn: it builds its composition in a graph from operands and options. In a
// trace that is the trace's graph; on concrete arrays a small graph of its own, compiled as a unit
// and kept by (function, operand types, options), so that the next call is a lookup.
#ifndef JITC_FRONTEND_CALL_H
#define JITC_FRONTEND_CALL_H
#include "frontend/library/np.h"
#include "frontend/trace.h"

enum {
  CALL_MAX_OPERANDS = 256,
  CALL_MAX_OPTIONS = 64,
  CALL_MAX_RESULTS = 4,
  PROMOTE_NONE = CALL_MAX_OPERANDS
};

typedef struct Fn {
  const char *name;
  Val (*build)(Np *n, int k, const Val *x, Ints options);
  int promote_from;  // operands from here on are promoted: literals take their dtype
  // Functions of several results have these in place of build. false after fail().
  int nresults;
  bool (*build_all)(Np *n, int k, const Val *x, Ints options, Val *out);
} Fn;

static inline int fn_nresults(const Fn *fn) { return fn->nresults ? fn->nresults : 1; }
// Records fn: its results in `out`; false after fail().
static inline bool fn_build(const Fn *fn, Np *n, int k, const Val *x, Ints options, Val *out) {
  if (fn->build_all) return fn->build_all(n, k, x, options, out);
  *out = fn->build(n, k, x, options);
  return !np_bad(*out);
}

jc_array call(const Fn *fn, int n, const jc_array *x, Ints options, Loc loc);
// The same for a function of several results.
void call_all(const Fn *fn, int n, const jc_array *x, Ints options, jc_array *results, Loc loc);
#endif
