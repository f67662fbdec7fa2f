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
Id matrix_unit(Graph *g, Dtype d, int64_t batch, int64_t n);
#endif
