// Windows along one dimension: where they lie and how many there are.
#ifndef JITC_IR_WINDOW_H
#define JITC_IR_WINDOW_H
#include "ir/op.h"

// Element w of window o is element (stride * o + dilation * w - low) / base of the operand, or
// padding where that is no whole number or outside.
typedef struct WindowDim {
  int64_t size, stride, low, high, base, dilation;
} WindowDim;

// That of the i-th dimension which has windows; dilations that are not given are 1.
WindowDim window_dim(const Attrs *at, int64_t size, int i);
// With `by - 1` holes between elements.
static inline int64_t dilated(int64_t n, int64_t by) { return n ? (n - 1) * by + 1 : 0; }
// Windows that fit a dimension of n elements; false where a number is out of range.
bool window_count(int64_t n, WindowDim w, int64_t *out);

// Elements of one window; INT64_MAX for more than that.
int64_t window_elements(Ints window);

// The elementwise op of two operands that a combiner (a, b) -> r is; OP_COUNT if it is none.
Op combiner_op(const Graph *body);
// The combiner of one elementwise op.
Graph *combiner_graph(Arena *a, Op op, Dtype d);
#endif
