// What factorizations are written with: loops over columns of matrices [batch, rows, cols].
#ifndef JITC_COMPILER_LEGALIZE_LINALG_H
#define JITC_COMPILER_LEGALIZE_LINALG_H
#include "compiler/legalize.h"

// Step i on carried arrays and constants x; gives the next carried ones.
typedef void MatrixStep(Graph *g, const Attrs *at, Id i, const Id *x, Id *next);
// Whether there is another step, of the same arrays, as a bool.
typedef Id MatrixMore(Graph *g, const Id *x);

// At most n steps on nargs arrays, the first ncarry of them carried; more may be NULL.
void matrix_loop(Graph *outer, const Attrs *attrs, int64_t n, MatrixStep *step, MatrixMore *more,
                 int ncarry, int nargs, const Id *args, Id *results);

Id matrix_batch(Graph *g, Id x);  // the leading dimensions as one
Id matrix_turned(Graph *g, Id x);
Id matrix_adjoint(Graph *g, Id x);
Id matrix_product(Graph *g, Id x, Id y);
// Rows of x in the order of `index` [batch, rows].
Id matrix_rows(Graph *g, Id x, Id index);
// Column or row i of x, along `axis`; x with v there.
Id matrix_line(Graph *g, Id x, int axis, Id i);
Id matrix_with_line(Graph *g, Id x, Id v, int axis, Id i);
// Places of the elements along an axis compared with i, in x's shape.
Id matrix_places(Graph *g, Op op, Id x, int axis, Id i);
Id matrix_spread(Graph *g, Id x, Id like);        // sizes of 1 repeated
Id matrix_keep(Graph *g, Id where, Id x);         // zero elsewhere
Id matrix_real(Graph *g, Id x);                   // real parts; x itself where it is real
Id matrix_hermitian(Graph *g, Id x, bool lower);  // the matrix of which one triangle is given
// x - v factor (v^H x): a reflection of x, or of its columns after `after` (NO_ID: all).
Id matrix_reflected(Graph *g, Id x, Id v, Id factor, Id after);
// What turns a column [batch, rows, 1] into one with zeros below row i: v (1 at row i, 0 above),
// its factor, and the column as LAPACK keeps it, with v in place of the zeros.
typedef struct Reflection {
  Id v, factor, column;
} Reflection;
Reflection matrix_reflection(Graph *g, Id column, Id i);
// The largest size of an element of each matrix, [batch, 1, 1]; 1 where that is 0. x over such.
Id matrix_largest(Graph *g, Id x);
Id matrix_scaled(Graph *g, Id x, Id scale);
Id matrix_unit(Graph *g, Dtype d, int64_t batch, int64_t n);
// LAPACK's geqp3: columns in the order of `first`, whose flags come first in any case, then by what
// is left of them, the largest first; the form as geqrf's, the factors [batch, steps, 1], the
// columns' places from 0 on [batch, 1, n].
void matrix_pivoted_qr(Graph *g, Id a, Id first, Id *packed, Id *factors, Id *places);

// ---- matrices that are not symmetric (schur.c, schur_real.c): square ones of at least one row

// LAPACK's gehrd: the Hessenberg form with the reflections below it, their factors [batch, n - 1].
void matrix_hessenberg(Graph *g, Id a, Id *packed, Id *factors);
// Of complex a: a = z t z^H, z unitary, t upper triangular.
void matrix_schur(Graph *g, Id a, Id *t, Id *z);
// Of real a: z orthogonal, t with blocks of two rows for eigenvalues that are not real, equal
// elements on their diagonals.
void matrix_schur_real(Graph *g, Id a, Id *t, Id *z);
// Of a complex form: the eigenvectors as columns of length 1 whose largest elements are real.
Id matrix_eigenvectors(Graph *g, Id t, Id z);
#endif
