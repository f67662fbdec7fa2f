// Builders: one small function per op, so that passes and tracing read like formulas. Each gives
// the id of the (first) result, or NO_ID after an error, as graph_add does; locations come from
// g->loc.
#ifndef JITC_IR_BUILD_H
#define JITC_IR_BUILD_H
#include "ir/graph.h"

// b_neg(g, x), b_add(g, x, y), b_select(g, p, x, y), ...: every elementwise row without attributes.
#define OP(name, ...)
#define MAP1(name, cols) Id b_##name(Graph *g, Id x);
#define MAP2(name, cols) Id b_##name(Graph *g, Id x, Id y);
#define MAP3(name, cols) Id b_##name(Graph *g, Id x, Id y, Id z);
#define PART1(name, cols) MAP1(name, cols)
#define PRED1(name, cols) MAP1(name, cols)
#define PRED2(name, cols) MAP2(name, cols)
#define PICK(name, cols) MAP3(name, cols)
#include "ir/ops.def"

Id b_power(Graph *g, Id x, int64_t exponent);  // integer_pow
Id b_convert(Graph *g, Id x, Dtype d);         // x itself where it has that dtype
Id b_bitcast(Graph *g, Id x, Dtype d);
// Floats as integers in total order: -NaN < -inf < .. < -0 < +0 < .. < NaN; others as they are.
Id b_total_order(Graph *g, Id x);
Id b_complex(Graph *g, Id re, Id im);
Id b_real(Graph *g, Id x);
Id b_imag(Graph *g, Id x);
Id b_conj(Graph *g, Id x);  // x itself where it is not complex

// Constants. Values that the dtype cannot hold are converted as C does.
Id b_scalar(Graph *g, Dtype d, double v);  // rank 0
Id b_scalar_int(Graph *g, Dtype d, int64_t v);
Id b_full(Graph *g, Type t, double v);  // a scalar, broadcast
Id b_literal(Graph *g, Type t, bool splat, const void *data);
Id b_iota(Graph *g, Type t, int axis);
Id b_like(Graph *g, Id x, double v);  // b_full of x's type

// Reductions over `axes` (any order, distinct). The order attribute is chosen from the shape:
// `rows` when the last axis of more than one element is reduced, else `cols`. No axes: x itself.
Id b_reduce(Graph *g, Op reducer, Id x, Ints axes);
Order reduce_order(Type x, Ints axes);
Id b_argreduce(Graph *g, Op op, Id x, int axis);
// The order attribute is chosen from the shapes by dot_order.
Id b_dot(Graph *g, Id a, Id b, Ints lhs_batch, Ints rhs_batch, Ints lhs_contract,
         Ints rhs_contract);
Order dot_order(Type a, Type b, const Attrs *at);

Id b_broadcast(Graph *g, Id x, Ints shape, Ints dims);  // x itself where nothing changes
Id b_reshape(Graph *g, Id x, Ints shape);
Id b_transpose(Graph *g, Id x, Ints perm);
Id b_slice(Graph *g, Id x, Ints start, Ints limit, Ints stride);
// x[from:to:step] along one axis, whole along the others.
Id b_slice_axis(Graph *g, Id x, int axis, int64_t from, int64_t to, int64_t step);
Id b_pad(Graph *g, Id x, Id value, Ints low, Ints high, Ints interior);
Id b_reverse(Graph *g, Id x, Ints axes);
// x[i] along axis 0, without that axis, and x with `row` there; i is clamped.
Id b_row(Graph *g, Id x, Id i);
Id b_with_row(Graph *g, Id x, Id i, Id row);
Id b_concatenate(Graph *g, int n, const Id *xs, int axis);
#endif
