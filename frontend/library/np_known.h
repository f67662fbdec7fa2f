// Elementwise functions computed in f64 whose derivatives are known as functions of the arguments.
#ifndef JITC_FRONTEND_NP_KNOWN_H
#define JITC_FRONTEND_NP_KNOWN_H
#include "frontend/library/np.h"

enum { KNOWN_ARGUMENTS = 3 };
typedef Val NpElementwise(Np *n, const Val *x);  // of a dtype, in it
typedef struct Known {
  const char *name;
  NpElementwise *value;
  int nargs, npartials;
  NpElementwise *partial[KNOWN_ARGUMENTS];  // by the first arguments
} Known;
// Of arguments that promote and broadcast to floats; differentiable three times.
Val np_known(Np *n, const Known *f, const Val *given);

static inline Val wide(Np *n, Val x) { return np_convert(n, x, DT_F64); }
static inline Val as(Np *n, Val r, Val like) { return np_convert(n, r, np_type(n, like).dtype); }
#endif
