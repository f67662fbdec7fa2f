// The idioms of emit.h.
#include "backends/cpu/emit.h"

#include <string.h>

#include "backends/cpu/object.h"
#include "ir/diag.h"

bool emit_open(Emit *e, const char *name, const Machine *machine) {
  LLVMContextRef c = llvm->ContextCreate();
  *e = (Emit){
      .machine = machine,
      .context = c,
      .module = llvm->ModuleCreateWithNameInContext(name, c),
      .b = llvm->CreateBuilderInContext(c),
      .none = llvm->VoidTypeInContext(c),
      .i1 = llvm->Int1TypeInContext(c),
      .i8 = llvm->Int8TypeInContext(c),
      .i32 = llvm->Int32TypeInContext(c),
      .i64 = llvm->Int64TypeInContext(c),
      .f32 = llvm->FloatTypeInContext(c),
      .f64 = llvm->DoubleTypeInContext(c),
      .ptr = llvm->PointerTypeInContext(c, 0),
  };
  if (object_target(e->module, machine)) return true;
  emit_close(e);
  return false;
}

void emit_close(Emit *e) {
  if (!e->context) return;
  llvm->DisposeBuilder(e->b);
  llvm->DisposeModule(e->module);
  llvm->ContextDispose(e->context);
  *e = (Emit){0};
}

LLVMTypeRef emit_function_type(Emit *e, LLVMTypeRef ret, const LLVMTypeRef *params, int n) {
  (void)e;
  return llvm->FunctionType(ret, (LLVMTypeRef *)params, (unsigned)n, false);
}

LLVMValueRef emit_function(Emit *e, const char *name, LLVMTypeRef ret, const LLVMTypeRef *params,
                           int n) {
  e->function = llvm->AddFunction(e->module, name, emit_function_type(e, ret, params, n));
  object_function_defaults(e->function);
  llvm->PositionBuilderAtEnd(e->b, emit_block(e, "entry"));
  return e->function;
}

EmitPause emit_pause(const Emit *e) {
  return (EmitPause){e->function, e->function ? llvm->GetInsertBlock(e->b) : NULL};
}

void emit_resume(Emit *e, EmitPause p) {
  e->function = p.function;
  if (p.block) llvm->PositionBuilderAtEnd(e->b, p.block);
}

LLVMValueRef emit_param(const Emit *e, int i) { return llvm->GetParam(e->function, (unsigned)i); }

LLVMValueRef emit_call_pointer(Emit *e, LLVMTypeRef type, LLVMValueRef pointer,
                               const LLVMValueRef *args, int n) {
  return llvm->BuildCall2(e->b, type, pointer, (LLVMValueRef *)args, (unsigned)n, "");
}

LLVMValueRef emit_call(Emit *e, LLVMValueRef function, const LLVMValueRef *args, int n) {
  return emit_call_pointer(e, llvm->GlobalGetValueType(function), function, args, n);
}

LLVMValueRef emit_intrinsic(Emit *e, const char *name, LLVMTypeRef over, const LLVMValueRef *args,
                            int n) {
  unsigned id = llvm->LookupIntrinsicID(name, strlen(name));
  CHECK(id != 0);
  size_t count = over ? 1 : 0;
  return emit_call_pointer(e, llvm->IntrinsicGetType(e->context, id, &over, count),
                           llvm->GetIntrinsicDeclaration(e->module, id, &over, count), args, n);
}

LLVMValueRef emit_fma(Emit *e, LLVMValueRef x, LLVMValueRef y, LLVMValueRef z) {
  LLVMValueRef args[3] = {x, y, z};
  return emit_intrinsic(e, "llvm.fma", llvm->TypeOf(x), args, 3);
}

LLVMTypeRef emit_dtype(const Emit *e, Dtype d) {
  if (d == DT_F32) return e->f32;
  if (d == DT_F64) return e->f64;
  return llvm->IntTypeInContext(e->context, (unsigned)dtype_size(d) * 8);
}

LLVMTypeRef emit_vector(LLVMTypeRef element, int lanes) {
  return llvm->VectorType(element, (unsigned)lanes);
}

LLVMValueRef emit_int(const Emit *e, int64_t v) {
  return llvm->ConstInt(e->i64, (unsigned long long)v, true);
}

LLVMValueRef emit_splat(Emit *e, LLVMValueRef scalar, int lanes) {
  LLVMTypeRef type = emit_vector(llvm->TypeOf(scalar), lanes);
  LLVMValueRef one = llvm->BuildInsertElement(e->b, llvm->GetPoison(type), scalar,
                                              llvm->ConstInt(e->i32, 0, false), "");
  return llvm->BuildShuffleVector(e->b, one, llvm->GetPoison(type),
                                  llvm->ConstNull(emit_vector(e->i32, lanes)), "");
}

enum { MOST_SHUFFLED = 128 };

LLVMValueRef emit_shuffle(Emit *e, LLVMValueRef x, LLVMValueRef y, const int *from, int n) {
  LLVMValueRef lanes[MOST_SHUFFLED];
  CHECK(n <= MOST_SHUFFLED);
  for (int i = 0; i < n; i++) lanes[i] = llvm->ConstInt(e->i32, (unsigned)from[i], false);
  if (!y) y = llvm->GetPoison(llvm->TypeOf(x));
  return llvm->BuildShuffleVector(e->b, x, y, llvm->ConstVector(lanes, (unsigned)n), "");
}

LLVMValueRef emit_lanes(Emit *e, LLVMValueRef v, int first, int step, int n) {
  int from[MOST_SHUFFLED];
  CHECK(n <= MOST_SHUFFLED);
  for (int i = 0; i < n; i++) from[i] = first + step * i;
  return emit_shuffle(e, v, NULL, from, n);
}

LLVMValueRef emit_add(Emit *e, LLVMValueRef x, LLVMValueRef y) {
  return llvm->BuildAdd(e->b, x, y, "");
}
LLVMValueRef emit_sub(Emit *e, LLVMValueRef x, LLVMValueRef y) {
  return llvm->BuildSub(e->b, x, y, "");
}
LLVMValueRef emit_mul(Emit *e, LLVMValueRef x, LLVMValueRef y) {
  return llvm->BuildMul(e->b, x, y, "");
}
LLVMValueRef emit_digit(Emit *e, LLVMValueRef *n, LLVMValueRef size) {
  LLVMValueRef digit = llvm->BuildURem(e->b, *n, size, "");
  *n = llvm->BuildUDiv(e->b, *n, size, "");
  return digit;
}

LLVMValueRef emit_min(Emit *e, LLVMValueRef x, LLVMValueRef y) {
  return llvm->BuildSelect(e->b, llvm->BuildICmp(e->b, LLVMIntSLT, x, y, ""), x, y, "");
}

LLVMValueRef emit_at(Emit *e, LLVMValueRef pointer, LLVMValueRef bytes) {
  return llvm->BuildGEP2(e->b, e->i8, pointer, &bytes, 1, "");
}

LLVMValueRef emit_at_const(Emit *e, LLVMValueRef pointer, int64_t bytes) {
  return bytes ? emit_at(e, pointer, emit_int(e, bytes)) : pointer;
}

LLVMValueRef emit_load(Emit *e, LLVMTypeRef type, LLVMValueRef pointer, int align) {
  LLVMValueRef v = llvm->BuildLoad2(e->b, type, pointer, "");
  llvm->SetAlignment(v, (unsigned)align);
  return v;
}

void emit_store(Emit *e, LLVMValueRef value, LLVMValueRef pointer, int align) {
  llvm->SetAlignment(llvm->BuildStore(e->b, value, pointer), (unsigned)align);
}

LLVMValueRef emit_load_int(Emit *e, LLVMValueRef pointer, int64_t bytes) {
  return emit_load(e, e->i64, emit_at_const(e, pointer, bytes), 8);
}

LLVMValueRef emit_mask(Emit *e, LLVMValueRef count, int lanes) {
  LLVMValueRef iota[64];
  CHECK(lanes <= 64);
  for (int i = 0; i < lanes; i++) iota[i] = llvm->ConstInt(e->i32, (unsigned)i, false);
  LLVMValueRef n = llvm->BuildTrunc(e->b, emit_min(e, count, emit_int(e, lanes)), e->i32, "");
  return llvm->BuildICmp(e->b, LLVMIntSLT, llvm->ConstVector(iota, (unsigned)lanes),
                         emit_splat(e, n, lanes), "");
}

// The intrinsics of masked memory are overloaded on the vector and the pointer.
static LLVMValueRef masked(Emit *e, const char *name, LLVMTypeRef type, const LLVMValueRef *args,
                           int n) {
  LLVMTypeRef over[2] = {type, e->ptr};
  unsigned id = llvm->LookupIntrinsicID(name, strlen(name));
  return emit_call_pointer(e, llvm->IntrinsicGetType(e->context, id, over, 2),
                           llvm->GetIntrinsicDeclaration(e->module, id, over, 2), args, n);
}

LLVMValueRef emit_masked_load(Emit *e, LLVMTypeRef type, LLVMValueRef pointer, int align,
                              LLVMValueRef mask, LLVMValueRef other) {
  if (!mask) return emit_load(e, type, pointer, align);
  LLVMValueRef args[4] = {pointer, llvm->ConstInt(e->i32, (unsigned)align, false), mask,
                          other ? other : llvm->ConstNull(type)};
  return masked(e, "llvm.masked.load", type, args, 4);
}

void emit_masked_store(Emit *e, LLVMValueRef value, LLVMValueRef pointer, int align,
                       LLVMValueRef mask) {
  if (!mask) {
    emit_store(e, value, pointer, align);
    return;
  }
  LLVMValueRef args[4] = {value, pointer, llvm->ConstInt(e->i32, (unsigned)align, false), mask};
  masked(e, "llvm.masked.store", llvm->TypeOf(value), args, 4);
}

LLVMBasicBlockRef emit_block(Emit *e, const char *name) {
  return llvm->AppendBasicBlockInContext(e->context, e->function, name);
}

void emit_goto(Emit *e, LLVMBasicBlockRef block) {
  llvm->BuildBr(e->b, block);
  llvm->PositionBuilderAtEnd(e->b, block);
}

LLVMValueRef emit_phi(Emit *e, LLVMTypeRef type) { return llvm->BuildPhi(e->b, type, ""); }

void emit_phi_add(LLVMValueRef phi, LLVMValueRef value, LLVMBasicBlockRef from) {
  llvm->AddIncoming(phi, &value, &from, 1);
}

EmitLoop emit_loop(Emit *e, LLVMValueRef from, LLVMValueRef to, LLVMValueRef step) {
  LLVMBasicBlockRef before = llvm->GetInsertBlock(e->b), body = emit_block(e, "body");
  EmitLoop loop = {.step = step, .head = emit_block(e, "loop"), .exit = emit_block(e, "done")};
  emit_goto(e, loop.head);
  loop.i = emit_phi(e, e->i64);
  emit_phi_add(loop.i, from, before);
  llvm->BuildCondBr(e->b, llvm->BuildICmp(e->b, LLVMIntSLT, loop.i, to, ""), body, loop.exit);
  llvm->PositionBuilderAtEnd(e->b, body);
  return loop;
}

EmitLoop emit_count(Emit *e, LLVMValueRef n) {
  return emit_loop(e, emit_int(e, 0), n, emit_int(e, 1));
}

void emit_loop_end(Emit *e, EmitLoop *loop) {
  LLVMValueRef next = llvm->BuildNSWAdd(e->b, loop->i, loop->step, "");
  emit_phi_add(loop->i, next, llvm->GetInsertBlock(e->b));
  llvm->BuildBr(e->b, loop->head);
  llvm->PositionBuilderAtEnd(e->b, loop->exit);
}

EmitIf emit_if(Emit *e, LLVMValueRef cond) {
  LLVMBasicBlockRef then = emit_block(e, "then");
  EmitIf i = {.other = emit_block(e, "else"), .exit = emit_block(e, "endif")};
  llvm->BuildCondBr(e->b, cond, then, i.other);
  llvm->PositionBuilderAtEnd(e->b, then);
  return i;
}

void emit_else(Emit *e, EmitIf *i) {
  llvm->BuildBr(e->b, i->exit);
  llvm->PositionBuilderAtEnd(e->b, i->other);
  i->has_else = true;
}

void emit_end_if(Emit *e, EmitIf *i) {
  if (!i->has_else) emit_else(e, i);
  emit_goto(e, i->exit);
}
