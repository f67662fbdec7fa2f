// Calling public functions: recorded inside a trace, else run at once.
//
// A public function is a Fn: it builds its composition in a graph from operands and options. In a
// trace that is the trace's graph; on concrete arrays a small graph of its own, compiled as a unit
// and kept by (function, operand types, options), so that the next call is a lookup.
#ifndef JITC_FRONTEND_CALL_H
#define JITC_FRONTEND_CALL_H
#include "frontend/library/np.h"
#include "frontend/trace.h"

enum { CALL_MAX_OPERANDS = 256, CALL_MAX_OPTIONS = 64, PROMOTE_NONE = CALL_MAX_OPERANDS };

typedef struct Fn {
  const char *name;
  Val (*build)(Np *n, int k, const Val *x, Ints options);
  int promote_from;  // operands from here on are promoted: literals take their dtype
} Fn;

jc_array call(const Fn *fn, int n, const jc_array *x, Ints options, Loc loc);
#endif
