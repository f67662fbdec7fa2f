// Evaluation of scalar meaning over arrays: the C columns of ops.def, per dtype. Used by the
// interpreter and by folding.
#ifndef JITC_IR_EVAL_H
#define JITC_IR_EVAL_H
#include "ir/scalar.h"

// out[i] = op(args[0][i], ...) for i < n, for a row with a C column (or convert, bitcast_convert)
// over operands of `in` (select: of args[1]) giving `out_type`.
void eval_op(Op op, Dtype in, Dtype out_type, int64_t n, void *out, const void *const *args);

// Element i of an array as a double; integers beyond 2^53 are rounded.
double eval_number(Dtype d, const void *data, int64_t i);

// Any elementwise row, expanded ones included. Types are of the operands and the result.
void eval_map(Op op, const Attrs *attrs, Dtype in, Dtype out_type, int64_t n, void *out,
              const void *const *args);

// The value of `root` for n points; inputs[i] is the array of S_INPUT i. The Dag has only S_CONST,
// S_INPUT, S_OP, S_TABLE and S_RARE nodes.
void eval_dag(const Dag *d, Sid root, int64_t n, void *out, const void *const *inputs);
#endif
