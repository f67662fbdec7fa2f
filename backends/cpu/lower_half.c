// Operations on halves: words of 16 bits but inside conversions.
#include "backends/cpu/lower.h"
#include "ir/scalar.h"

typedef LLVMValueRef V;

bool lower_is_half(Op op, Dtype in, Dtype out) { return s_half_op(op, in, out); }

// The machines of these widths convert f16 themselves, to the same bits.
static bool converts_f16(const Emit *e) { return e->machine->width >= WIDTH_AVX2; }

static LLVMTypeRef half_type(const Emit *e, int lanes) {
  LLVMTypeRef half = llvm->HalfTypeInContext(e->context);
  return lanes == 1 ? half : emit_vector(half, lanes);
}

static V widen_f16(Emit *e, V bits, int lanes) {
  V half = llvm->BuildBitCast(e->b, bits, half_type(e, lanes), "");
  return llvm->BuildFPExt(e->b, half, lower_type(e, DT_F32, lanes), "");
}

static V narrow_f16(Emit *e, V x, int lanes) {
  V half = llvm->BuildFPTrunc(e->b, x, half_type(e, lanes), "");
  return llvm->BuildBitCast(e->b, half, lower_type(e, DT_F16, lanes), "");
}

static Dtype operand_dtype(const Dag *d, const Scalar *x) {
  return dag_node(d, x->args[x->op == OP_select])->dtype;
}

static V half_meaning(Emit *e, Op op, Dtype from, Dtype out, const LLVMValueRef *args, int lanes) {
  Arena *a = arena_new();
  Dag d;
  dag_init(&d, a);
  const Sid root = s_half_meaning(&d, op, from, out);
  V *values = ARENA_ARRAY(a, V, root + 1);
  for (Sid s = 0; s <= root; s++) {
    const Scalar *x = dag_node(&d, s);
    V in[3] = {NULL};
    for (int i = 0; i < x->nargs; i++) in[i] = values[x->args[i]];
    if (x->kind == S_INPUT) values[s] = args[x->imm];
    else if (x->kind == S_CONST) values[s] = lower_const(e, x->dtype, x->imm, lanes);
    else values[s] = lower_op(e, x->op, operand_dtype(&d, x), x->dtype, in);
  }
  const V v = values[root];
  arena_free(a);
  return v;
}

V lower_half(Emit *e, Op op, Dtype in, Dtype out, const LLVMValueRef *args) {
  const int lanes = lower_lanes(llvm->TypeOf(args[0]));
  if (op == OP_convert && converts_f16(e)) {
    if (in == DT_F16 && out == DT_F32) return widen_f16(e, args[0], lanes);
    if (in == DT_F32 && out == DT_F16) return narrow_f16(e, args[0], lanes);
  }
  return half_meaning(e, op, in, out, args, lanes);
}
