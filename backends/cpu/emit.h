// Building LLVM IR: a module under construction and the few idioms all emitters share (functions,
// loops, branches, vectors, masks). Plain instructions are built through the table:
// llvm->BuildFAdd(e->b, x, y, "").
#ifndef JITC_BACKENDS_CPU_EMIT_H
#define JITC_BACKENDS_CPU_EMIT_H
#include "backends/cpu/llvm.h"
#include "backends/cpu/machine.h"
#include "ir/type.h"

typedef struct Emit {
  const Machine *machine;
  LLVMContextRef context;
  LLVMModuleRef module;
  LLVMBuilderRef b;
  LLVMValueRef function;  // being emitted
  LLVMTypeRef none, i1, i8, i32, i64, f32, f64, ptr;
} Emit;

// A context and an empty module for the machine. llvm_open() must have returned true. False with an
// error.
bool emit_open(Emit *e, const char *name, const Machine *machine);
void emit_close(Emit *e);

// Begins `ret name(params)` and places the builder at its entry; ends the function before if one is
// open elsewhere. Save and restore with emit_pause/emit_resume to emit a helper function in the
// middle of another.
LLVMValueRef emit_function(Emit *e, const char *name, LLVMTypeRef ret, const LLVMTypeRef *params,
                           int n);
typedef struct EmitPause {
  LLVMValueRef function;
  LLVMBasicBlockRef block;
} EmitPause;
EmitPause emit_pause(const Emit *e);
void emit_resume(Emit *e, EmitPause p);
LLVMValueRef emit_param(const Emit *e, int i);
LLVMValueRef emit_call(Emit *e, LLVMValueRef function, const LLVMValueRef *args, int n);
LLVMTypeRef emit_function_type(Emit *e, LLVMTypeRef ret, const LLVMTypeRef *params, int n);
LLVMValueRef emit_call_pointer(Emit *e, LLVMTypeRef type, LLVMValueRef pointer,
                               const LLVMValueRef *args, int n);
// An intrinsic overloaded on `over` (NULL: on nothing): emit_intrinsic(e, "llvm.fma", type, args,
// 3).
LLVMValueRef emit_intrinsic(Emit *e, const char *name, LLVMTypeRef over, const LLVMValueRef *args,
                            int n);
LLVMValueRef emit_fma(Emit *e, LLVMValueRef x, LLVMValueRef y, LLVMValueRef z);

LLVMTypeRef emit_dtype(const Emit *e, Dtype d);  // bool is i8 in memory
LLVMTypeRef emit_vector(LLVMTypeRef element, int lanes);
LLVMValueRef emit_int(const Emit *e, int64_t v);  // an i64
LLVMValueRef emit_splat(Emit *e, LLVMValueRef scalar, int lanes);
// n lanes of a vector, or of two of one type (y may be NULL), one behind the other: `from` tells
// which.
LLVMValueRef emit_shuffle(Emit *e, LLVMValueRef x, LLVMValueRef y, const int *from, int n);
// n lanes from `first` on, in steps.
LLVMValueRef emit_lanes(Emit *e, LLVMValueRef v, int first, int step, int n);

// Integers of type i64.
LLVMValueRef emit_min(Emit *e, LLVMValueRef x, LLVMValueRef y);
LLVMValueRef emit_add(Emit *e, LLVMValueRef x, LLVMValueRef y);
LLVMValueRef emit_sub(Emit *e, LLVMValueRef x, LLVMValueRef y);
LLVMValueRef emit_mul(Emit *e, LLVMValueRef x, LLVMValueRef y);
// Takes the last digit off a number without a sign: *n % size; *n becomes *n / size.
LLVMValueRef emit_digit(Emit *e, LLVMValueRef *n, LLVMValueRef size);

// Memory. `align` in bytes: the element's size for what callers pass in.
LLVMValueRef emit_at(Emit *e, LLVMValueRef pointer, LLVMValueRef bytes);  // pointer + bytes
LLVMValueRef emit_at_const(Emit *e, LLVMValueRef pointer, int64_t bytes);
LLVMValueRef emit_load(Emit *e, LLVMTypeRef type, LLVMValueRef pointer, int align);
void emit_store(Emit *e, LLVMValueRef value, LLVMValueRef pointer, int align);
LLVMValueRef emit_load_int(Emit *e, LLVMValueRef pointer,
                           int64_t bytes);  // the i64 at pointer + bytes

// <lanes x i1>: lane i is on where i < count (an i64, may exceed lanes).
LLVMValueRef emit_mask(Emit *e, LLVMValueRef count, int lanes);
// mask == NULL: all lanes. `other` fills the lanes that are off; NULL: zero.
LLVMValueRef emit_masked_load(Emit *e, LLVMTypeRef type, LLVMValueRef pointer, int align,
                              LLVMValueRef mask, LLVMValueRef other);
void emit_masked_store(Emit *e, LLVMValueRef value, LLVMValueRef pointer, int align,
                       LLVMValueRef mask);

LLVMBasicBlockRef emit_block(Emit *e, const char *name);  // appended; the builder stays
void emit_goto(Emit *e, LLVMBasicBlockRef block);         // branches to it and continues there

// for (i64 i = from; i < to; i += step). Between begin and end the builder is in the body.
typedef struct EmitLoop {
  LLVMValueRef i, step;
  LLVMBasicBlockRef head, exit;
} EmitLoop;
EmitLoop emit_loop(Emit *e, LLVMValueRef from, LLVMValueRef to, LLVMValueRef step);
EmitLoop emit_count(Emit *e, LLVMValueRef n);  // i = 0 .. n - 1
void emit_loop_end(Emit *e, EmitLoop *loop);

// if (cond) { ... } [else { ... }]
typedef struct EmitIf {
  LLVMBasicBlockRef other, exit;
  bool has_else;
} EmitIf;
EmitIf emit_if(Emit *e, LLVMValueRef cond);
void emit_else(Emit *e, EmitIf *i);
void emit_end_if(Emit *e, EmitIf *i);

// A phi with its first way in from the current block, placed at the start of `head`; later ways by
// emit_phi_add.
LLVMValueRef emit_phi(Emit *e, LLVMTypeRef type);
void emit_phi_add(LLVMValueRef phi, LLVMValueRef value, LLVMBasicBlockRef from);
#endif
