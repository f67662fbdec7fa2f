// The table of lower.h.
#include "backends/cpu/lower.h"

#include <math.h>
#include <string.h>

typedef LLVMValueRef V;

// An operation being lowered: operands, and the type they and the result have.
typedef struct Lower {
  Emit *e;
  Dtype dtype;
  LLVMTypeRef type;
  V a, b, c;
} Lower;
typedef V LowerFn(const Lower *l);

enum { MAX_LANES = 64 };

int lower_lanes(LLVMTypeRef t) {
  return llvm->GetTypeKind(t) == LLVMVectorTypeKind ? (int)llvm->GetVectorSize(t) : 1;
}

static LLVMTypeRef type_element(LLVMTypeRef t) {
  return llvm->GetTypeKind(t) == LLVMVectorTypeKind ? llvm->GetElementType(t) : t;
}

static V splat_const(V scalar, int lanes) {
  if (lanes == 1) return scalar;
  V all[MAX_LANES];
  CHECK(lanes <= MAX_LANES);
  for (int i = 0; i < lanes; i++) all[i] = scalar;
  return llvm->ConstVector(all, (unsigned)lanes);
}

LLVMTypeRef lower_type(const Emit *e, Dtype d, int lanes) {
  LLVMTypeRef t = d == DT_BOOL ? e->i1 : emit_dtype(e, d);
  return lanes == 1 ? t : emit_vector(t, lanes);
}

V lower_int(LLVMTypeRef type, int64_t v) {
  return splat_const(llvm->ConstInt(type_element(type), (unsigned long long)v, true),
                     lower_lanes(type));
}

V lower_const(const Emit *e, Dtype d, uint64_t bits, int lanes) {
  if (d == DT_BOOL) return splat_const(llvm->ConstInt(e->i1, bits & 1, false), lanes);
  if (!dtype_is_float(d) || dtype_is_half(d))
    return splat_const(llvm->ConstInt(emit_dtype(e, d), bits, false), lanes);
  LLVMTypeRef t = emit_dtype(e, d);
  V word = llvm->ConstInt(d == DT_F32 ? e->i32 : e->i64, bits, false);
  return splat_const(llvm->ConstBitCast(word, t), lanes);
}

static V real(const Lower *l, double v) {
  return splat_const(llvm->ConstReal(type_element(l->type), v), lower_lanes(l->type));
}
static V integer(const Lower *l, int64_t v) { return lower_int(l->type, v); }
static int64_t bits_of(const Lower *l) { return 8 * (int64_t)dtype_size(l->dtype); }

static V pick(const Lower *l, V cond, V yes, V no) {
  if (cond == llvm->ConstAllOnes(llvm->TypeOf(cond))) return yes;
  if (cond == llvm->ConstNull(llvm->TypeOf(cond))) return no;
  return llvm->BuildSelect(l->e->b, cond, yes, no, "");
}
static V icmp(const Lower *l, LLVMIntPredicate p, V x, V y) {
  return llvm->BuildICmp(l->e->b, p, x, y, "");
}
static V fcmp(const Lower *l, LLVMRealPredicate p, V x, V y) {
  return llvm->BuildFCmp(l->e->b, p, x, y, "");
}
static V intrinsic(const Lower *l, const char *name, int n) {
  return emit_intrinsic(l->e, name, l->type, &l->a, n);
}

#define BINARY(fn, build) \
  static V fn(const Lower *l) { return llvm->build(l->e->b, l->a, l->b, ""); }
BINARY(f_add, BuildFAdd)
BINARY(f_sub, BuildFSub)
BINARY(f_mul, BuildFMul)
BINARY(f_div, BuildFDiv)
BINARY(f_rem, BuildFRem)
BINARY(i_add, BuildAdd)
BINARY(i_sub, BuildSub)
BINARY(i_mul, BuildMul)
BINARY(i_and, BuildAnd)
BINARY(i_or, BuildOr)
BINARY(i_xor, BuildXor)

#define INTRINSIC(fn, name, n) \
  static V fn(const Lower *l) { return intrinsic(l, name, n); }
INTRINSIC(f_abs, "llvm.fabs", 1)
INTRINSIC(f_sqrt, "llvm.sqrt", 1)
INTRINSIC(f_floor, "llvm.floor", 1)
INTRINSIC(f_ceil, "llvm.ceil", 1)
INTRINSIC(f_round, "llvm.roundeven", 1)
INTRINSIC(f_fma, "llvm.fma", 3)

#define COMPARE(fn, real_predicate, signed_predicate, unsigned_predicate)           \
  static V f_##fn(const Lower *l) { return fcmp(l, real_predicate, l->a, l->b); }   \
  static V s_##fn(const Lower *l) { return icmp(l, signed_predicate, l->a, l->b); } \
  static V u_##fn(const Lower *l) { return icmp(l, unsigned_predicate, l->a, l->b); }
COMPARE(eq, LLVMRealOEQ, LLVMIntEQ, LLVMIntEQ)
COMPARE(ne, LLVMRealUNE, LLVMIntNE, LLVMIntNE)
COMPARE(lt, LLVMRealOLT, LLVMIntSLT, LLVMIntULT)
COMPARE(le, LLVMRealOLE, LLVMIntSLE, LLVMIntULE)
COMPARE(gt, LLVMRealOGT, LLVMIntSGT, LLVMIntUGT)
COMPARE(ge, LLVMRealOGE, LLVMIntSGE, LLVMIntUGE)

static V same(const Lower *l) { return l->a; }
static V select_abc(const Lower *l) { return pick(l, l->a, l->b, l->c); }
static V f_neg(const Lower *l) { return llvm->BuildFNeg(l->e->b, l->a, ""); }
static V i_neg(const Lower *l) { return llvm->BuildNeg(l->e->b, l->a, ""); }
static V i_not(const Lower *l) { return llvm->BuildNot(l->e->b, l->a, ""); }
static V s_abs(const Lower *l) {
  return pick(l, icmp(l, LLVMIntSLT, l->a, integer(l, 0)), i_neg(l), l->a);
}
static V f_sign(const Lower *l) {
  V zero = real(l, 0);
  return pick(l, fcmp(l, LLVMRealOGT, l->a, zero), real(l, 1),
              pick(l, fcmp(l, LLVMRealOLT, l->a, zero), real(l, -1), l->a));
}
static V s_sign(const Lower *l) {
  return pick(l, icmp(l, LLVMIntSGT, l->a, integer(l, 0)), integer(l, 1),
              pick(l, icmp(l, LLVMIntSLT, l->a, integer(l, 0)), integer(l, -1), integer(l, 0)));
}
static V u_sign(const Lower *l) {
  return llvm->BuildZExt(l->e->b, icmp(l, LLVMIntNE, l->a, integer(l, 0)), l->type, "");
}
static V f_rsqrt(const Lower *l) { return llvm->BuildFDiv(l->e->b, real(l, 1), f_sqrt(l), ""); }
static V f_is_finite(const Lower *l) {
  return fcmp(l, LLVMRealOEQ, llvm->BuildFSub(l->e->b, l->a, l->a, ""), real(l, 0));
}

// Division never sees a divisor that traps; the special ones are chosen afterwards.
static V s_div(const Lower *l) {
  V zero = icmp(l, LLVMIntEQ, l->b, integer(l, 0)),
    minus = icmp(l, LLVMIntEQ, l->b, integer(l, -1));
  V safe = pick(l, llvm->BuildOr(l->e->b, zero, minus, ""), integer(l, 1), l->b);
  V quotient = llvm->BuildSDiv(l->e->b, l->a, safe, "");
  return pick(l, zero, integer(l, -1), pick(l, minus, i_neg(l), quotient));
}
static V s_rem(const Lower *l) {
  V zero = icmp(l, LLVMIntEQ, l->b, integer(l, 0)),
    minus = icmp(l, LLVMIntEQ, l->b, integer(l, -1));
  V safe = pick(l, llvm->BuildOr(l->e->b, zero, minus, ""), integer(l, 1), l->b);
  return pick(l, zero, l->a, llvm->BuildSRem(l->e->b, l->a, safe, ""));
}
static V u_div(const Lower *l) {
  V zero = icmp(l, LLVMIntEQ, l->b, integer(l, 0)), safe = pick(l, zero, integer(l, 1), l->b);
  return pick(l, zero, integer(l, -1), llvm->BuildUDiv(l->e->b, l->a, safe, ""));
}
static V u_rem(const Lower *l) {
  V zero = icmp(l, LLVMIntEQ, l->b, integer(l, 0)), safe = pick(l, zero, integer(l, 1), l->b);
  return pick(l, zero, l->a, llvm->BuildURem(l->e->b, l->a, safe, ""));
}

// A shift by the width or more is poison in LLVM: the amount is cut, the result chosen.
static V shift_fits(const Lower *l) { return icmp(l, LLVMIntULT, l->b, integer(l, bits_of(l))); }
static V shift_amount(const Lower *l) {
  return llvm->BuildAnd(l->e->b, l->b, integer(l, bits_of(l) - 1), "");
}
static V i_shl(const Lower *l) {
  return pick(l, shift_fits(l), llvm->BuildShl(l->e->b, l->a, shift_amount(l), ""), integer(l, 0));
}
static V i_lshr(const Lower *l) {
  return pick(l, shift_fits(l), llvm->BuildLShr(l->e->b, l->a, shift_amount(l), ""), integer(l, 0));
}
static V i_ashr(const Lower *l) {
  V amount = pick(l, shift_fits(l), l->b, integer(l, bits_of(l) - 1));
  return llvm->BuildAShr(l->e->b, l->a, amount, "");
}

static bool always(V cond) { return cond == llvm->ConstAllOnes(llvm->TypeOf(cond)); }

// The sign bit of a constant: comparisons fold.
static bool is_negative(const Lower *l, V x) {
  LLVMTypeRef word = l->dtype == DT_F32 ? l->e->i32 : l->e->i64;
  int lanes = lower_lanes(l->type);
  if (lanes > 1) word = emit_vector(word, lanes);
  return always(icmp(l, LLVMIntSLT, llvm->BuildBitCast(l->e->b, x, word, ""), lower_int(word, 0)));
}

// max and min with a constant that is no NaN are one comparison: strict, or not where the constant
// is the zero that wins over the other zero.
static V extremum(const Lower *l, bool max) {
  V x = l->a, c = l->b;
  if (llvm->IsConstant(x)) x = l->b, c = l->a;
  if (!llvm->IsConstant(c) || !always(fcmp(l, LLVMRealORD, c, c)))
    return intrinsic(l, max ? "llvm.maximum" : "llvm.minimum", 2);
  bool zero = always(fcmp(l, LLVMRealOEQ, c, real(l, 0))) && is_negative(l, c) != max;
  LLVMRealPredicate p =
      max ? (zero ? LLVMRealOLE : LLVMRealOLT) : (zero ? LLVMRealOGE : LLVMRealOGT);
  return llvm->BuildSelect(l->e->b, fcmp(l, p, x, c), c, x, "");
}
static V f_max(const Lower *l) { return extremum(l, true); }
static V f_min(const Lower *l) { return extremum(l, false); }
INTRINSIC(s_max, "llvm.smax", 2)
INTRINSIC(s_min, "llvm.smin", 2)
INTRINSIC(u_max, "llvm.umax", 2)
INTRINSIC(u_min, "llvm.umin", 2)

typedef struct LowerRow {
  LowerFn *on[4];  // by DtypeKind
} LowerRow;
#define ROW(on_float, on_signed, on_unsigned, on_bool) \
  {                                                    \
    { on_float, on_signed, on_unsigned, on_bool }      \
  }

static const LowerRow rows[OP_COUNT] = {
    [OP_neg] = ROW(f_neg, i_neg, i_neg, NULL),
    [OP_abs] = ROW(f_abs, s_abs, same, NULL),
    [OP_sign] = ROW(f_sign, s_sign, u_sign, NULL),
    [OP_sqrt] = ROW(f_sqrt, NULL, NULL, NULL),
    [OP_rsqrt] = ROW(f_rsqrt, NULL, NULL, NULL),
    [OP_floor] = ROW(f_floor, NULL, NULL, NULL),
    [OP_ceil] = ROW(f_ceil, NULL, NULL, NULL),
    [OP_round_even] = ROW(f_round, NULL, NULL, NULL),
    [OP_not] = ROW(NULL, i_not, i_not, i_not),
    [OP_stop_gradient] = ROW(same, same, same, same),
    [OP_is_finite] = ROW(f_is_finite, NULL, NULL, NULL),
    [OP_add] = ROW(f_add, i_add, i_add, i_or),
    [OP_sub] = ROW(f_sub, i_sub, i_sub, NULL),
    [OP_mul] = ROW(f_mul, i_mul, i_mul, i_and),
    [OP_div] = ROW(f_div, s_div, u_div, NULL),
    [OP_rem] = ROW(f_rem, s_rem, u_rem, NULL),
    [OP_max] = ROW(f_max, s_max, u_max, i_or),
    [OP_min] = ROW(f_min, s_min, u_min, i_and),
    [OP_and] = ROW(NULL, i_and, i_and, i_and),
    [OP_or] = ROW(NULL, i_or, i_or, i_or),
    [OP_xor] = ROW(NULL, i_xor, i_xor, i_xor),
    [OP_shift_left] = ROW(NULL, i_shl, i_shl, NULL),
    [OP_shift_right_logical] = ROW(NULL, i_lshr, i_lshr, NULL),
    [OP_shift_right_arithmetic] = ROW(NULL, i_ashr, i_ashr, NULL),
    [OP_eq] = ROW(f_eq, s_eq, u_eq, u_eq),
    [OP_ne] = ROW(f_ne, s_ne, u_ne, u_ne),
    [OP_lt] = ROW(f_lt, s_lt, u_lt, u_lt),
    [OP_le] = ROW(f_le, s_le, u_le, u_le),
    [OP_gt] = ROW(f_gt, s_gt, u_gt, u_gt),
    [OP_ge] = ROW(f_ge, s_ge, u_ge, u_ge),
    [OP_select] = ROW(select_abc, select_abc, select_abc, select_abc),
    [OP_fma] = ROW(f_fma, NULL, NULL, NULL),
};

static LLVMTypeRef as_type(const Lower *l, Dtype d) {
  return lower_type(l->e, d, lower_lanes(l->type));
}

static V integer_to(const Lower *l, Dtype out) {
  LLVMTypeRef to = as_type(l, out);
  bool is_signed = dtype_kind(l->dtype) == KIND_SIGNED;
  if (dtype_is_float(out))
    return (is_signed ? llvm->BuildSIToFP : llvm->BuildUIToFP)(l->e->b, l->a, to, "");
  int64_t from = l->dtype == DT_BOOL ? 1 : bits_of(l), width = 8 * (int64_t)dtype_size(out);
  if (from == width) return l->a;
  if (from > width) return llvm->BuildTrunc(l->e->b, l->a, to, "");
  return (is_signed ? llvm->BuildSExt : llvm->BuildZExt)(l->e->b, l->a, to, "");
}

// llvm.fpto[su]i.sat, overloaded on the result and the operand.
static V saturate(const Lower *l, Dtype out) {
  const char *name = dtype_kind(out) == KIND_SIGNED ? "llvm.fptosi.sat" : "llvm.fptoui.sat";
  LLVMTypeRef over[2] = {as_type(l, out), l->type};
  unsigned id = llvm->LookupIntrinsicID(name, strlen(name));
  return emit_call_pointer(l->e, llvm->IntrinsicGetType(l->e->context, id, over, 2),
                           llvm->GetIntrinsicDeclaration(l->e->module, id, over, 2), &l->a, 1);
}

static V convert(const Lower *l, Dtype out) {
  if (out == l->dtype) return l->a;
  if (out == DT_BOOL)
    return dtype_is_float(l->dtype) ? fcmp(l, LLVMRealUNE, l->a, real(l, 0))
                                    : icmp(l, LLVMIntNE, l->a, integer(l, 0));
  if (!dtype_is_float(l->dtype)) return integer_to(l, out);
  if (out == DT_F64) return llvm->BuildFPExt(l->e->b, l->a, as_type(l, out), "");
  if (out == DT_F32) return llvm->BuildFPTrunc(l->e->b, l->a, as_type(l, out), "");
  return saturate(l, out);
}

static V bitcast(const Lower *l, Dtype out) {
  if (out == DT_BOOL || l->dtype == DT_BOOL) return convert(l, out);
  return llvm->BuildBitCast(l->e->b, l->a, as_type(l, out), "");
}

V lower_op(Emit *e, Op op, Dtype in, Dtype out, const LLVMValueRef *args) {
  if (lower_is_half(op, in, out)) return lower_half(e, op, in, out, args);
  const OpInfo *info = op_info(op);
  V first = op == OP_select ? args[1] : args[0];
  Lower l = {.e = e, .dtype = in, .type = llvm->TypeOf(first), .a = args[0]};
  if (info->args > 1) l.b = args[1];
  if (info->args > 2) l.c = args[2];
  if (op == OP_convert) return convert(&l, out);
  if (op == OP_bitcast_convert) return bitcast(&l, out);
  LowerFn *fn = rows[op].on[dtype_kind(in)];
  if (!fn) BUG("no lowering of %s on %s", info->name, dtype_name(in));
  return fn(&l);
}

V lower_to_memory(Emit *e, Dtype d, V v) {
  if (d != DT_BOOL) return v;
  int lanes = lower_lanes(llvm->TypeOf(v));
  return llvm->BuildZExt(e->b, v, lanes == 1 ? e->i8 : emit_vector(e->i8, lanes), "");
}

V lower_from_memory(Emit *e, Dtype d, V v) {
  if (d != DT_BOOL) return v;
  return llvm->BuildICmp(e->b, LLVMIntNE, v, lower_int(llvm->TypeOf(v), 0), "");
}

uint64_t lower_neutral(Op combine, Dtype d) {
  for (int op = 0; op < OP_COUNT; op++) {
    if (op_table[op].combine != combine || op_table[op].op_class != CLASS_REDUCE) continue;
    uint64_t bits = 0;
    op_identity((Op)op, d, &bits);
    if (combine == OP_add && dtype_is_float(d)) bits = UINT64_C(1) << (8 * dtype_size(d) - 1);
    return bits;
  }
  BUG("%s is no reducer", op_info(combine)->name);
}
