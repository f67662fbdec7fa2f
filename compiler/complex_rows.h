// The COMPLEX columns of elementwise rows: results by parts.
#ifndef JITC_COMPILER_COMPLEX_ROWS_H
#define JITC_COMPILER_COMPLEX_ROWS_H
#include "ir/build.h"

// A value of the graph whose complex values are split. Of values that are not complex, im is NO_ID.
typedef struct Parts {
  Id re, im;
} Parts;

static inline bool is_split(Parts p) { return p.im != NO_ID; }
Parts parts_mul(Graph *g, Parts x, Parts y);
Parts parts_wide(Graph *g, Parts x);                // in f64
Parts parts_narrow(Graph *g, Parts like, Parts x);  // in the dtype of `like`
Id parts_size(Graph *g, Parts x);                   // |x|, without overflow

// The node's result from the parts of its operands. Functions other than sums and products of c64
// are computed in f64 and rounded once.
#define OP(name, ...) __VA_ARGS__
#define COMPLEX(fn) Parts complex_##fn(Graph *g, const Node *n, const Parts *x);
#include "ir/ops.def"
typedef Parts ComplexRow(Graph *g, const Node *n, const Parts *x);
ComplexRow *complex_row(Op op);  // NULL: the row has none
#endif
