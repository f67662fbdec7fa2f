// Scalar operations as LLVM IR: one table keyed by op, for single values and vectors alike. Bits
// equal those of the C columns of ops.def at every width.
#ifndef JITC_BACKENDS_CPU_LOWER_H
#define JITC_BACKENDS_CPU_LOWER_H
#include "backends/cpu/emit.h"
#include "ir/op.h"

// The type of a value: bool is i1 (i8 in memory). lanes == 1 is no vector.
LLVMTypeRef lower_type(const Emit *e, Dtype d, int lanes);
LLVMValueRef lower_const(const Emit *e, Dtype d, uint64_t bits, int lanes);
// An integer constant of a type, or of each lane of a vector type.
LLVMValueRef lower_int(LLVMTypeRef type, int64_t v);

// A row of ops.def with a C column over operands of `in` (select: of args[1]), or convert,
// bitcast_convert to `out`.
LLVMValueRef lower_op(Emit *e, Op op, Dtype in, Dtype out, const LLVMValueRef *args);
// The same where the row computes with halves (lower_half.c).
bool lower_is_half(Op op, Dtype in, Dtype out);
LLVMValueRef lower_half(Emit *e, Op op, Dtype in, Dtype out, const LLVMValueRef *args);
int lower_lanes(LLVMTypeRef t);  // 1: no vector

// Between the value's type and memory's, which differ for bool.
LLVMValueRef lower_to_memory(Emit *e, Dtype d, LLVMValueRef v);
LLVMValueRef lower_from_memory(Emit *e, Dtype d, LLVMValueRef v);

// Elements that leave an accumulator as it is: -0, 1, -inf, inf, ...; exact, so that absent lanes
// may hold them.
uint64_t lower_neutral(Op combine, Dtype d);
#endif
