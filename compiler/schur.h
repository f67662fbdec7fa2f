// What both Schur forms are made of, the complex one and the real one.
#ifndef JITC_COMPILER_SCHUR_H
#define JITC_COMPILER_SCHUR_H
#include "compiler/legalize_linalg.h"

enum { SCHUR_SWEEPS_PER_ROW = 30 };

// Element (row, col) of each matrix, which are [batch, 1, 1].
Id schur_element(Graph *g, Id x, Id row, Id col);
// The Hessenberg form of a over the unitary matrix that gives it. NO_ID after fail().
Id schur_hessenberg(Graph *g, Id a);
// Whether this sweep is one of those with another shift.
Id schur_exceptional(Graph *g, Id sweep);
// Sets what does not count to zero, and lo and hi: next[0..2]. Blocks of two rows are done as well
// with `pairs`.
void schur_deflate(Graph *g, Id m, bool pairs, Id *next);
// Of the matrix, lo and hi: whether hi is above 0 anywhere.
Id schur_unfinished(Graph *g, const Id *x);
// x with zeros from so many rows below the diagonal on.
Id schur_upper(Graph *g, Id x, int below);
#endif
