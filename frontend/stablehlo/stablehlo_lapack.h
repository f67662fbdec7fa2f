// What LAPACK's calls in stablehlo_lapack.c and those of square matrices share.
#ifndef JITC_STABLEHLO_LAPACK_H
#define JITC_STABLEHLO_LAPACK_H
#include "compiler/legalize_linalg.h"
#include "frontend/stablehlo/stablehlo_ops.h"

// An option, 0 where it is not given.
char lapack_letter(const HloOp *op, const char *name);
// The results of the op, which have its types.
bool lapack_results(HloBuild *b, const HloOp *op, int n, const Id *ids);
// info of a computation that always ends: 1 where a number of `values` [.., n] is NaN.
Id lapack_info(Graph *g, Id values);

bool lapack_gehrd(HloBuild *b, const HloOp *op);
bool lapack_sytrd(HloBuild *b, const HloOp *op);
bool lapack_gees(HloBuild *b, const HloOp *op);
bool lapack_geev(HloBuild *b, const HloOp *op);
#endif
