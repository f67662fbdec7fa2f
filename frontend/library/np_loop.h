// Loops in what the library records: while holds(x): the carried values of x = step(x).
#ifndef JITC_FRONTEND_NP_LOOP_H
#define JITC_FRONTEND_NP_LOOP_H
#include "frontend/library/np.h"

typedef Val NpHolds(Np *n, const Val *x, const void *context);  // a bool scalar
typedef void NpStep(Np *n, const Val *x, Val *next, const void *context);
// Of x the first ncarry are carried, the others stay; all are strong. False after fail().
bool np_while(Np *n, NpHolds *holds, NpStep *step, const void *context, int ncarry, int nargs,
              const Val *x, Val *out);
#endif
