// The op table, expanded.
#include "ir/op.h"

#include <math.h>
#include <string.h>

#include "ir/half.h"
#include "ir/infer.h"

const AttrField attr_fields[ATTR_COUNT] = {
#define X(field, kind) {#field, ATTR_##kind, offsetof(Attrs, field)},
    ATTR_FIELDS(X)
#undef X
};

const char *order_name(Order o) { return (const char *[]){"rows", "cols", "chain"}[o]; }
const char *mode_name(IndexMode m) { return (const char *[]){"clip", "fill"}[m]; }

enum { F = ACCEPTS_FLOAT, I = ACCEPTS_INT, B = ACCEPTS_BOOL, C = ACCEPTS_COMPLEX };

#define ACCEPTS(set) .accepts = (set),
#define INFER(rule) .infer = infer_##rule,
#define CLASS(c) .op_class = CLASS_##c,
#define ATTRS(mask) .attrs = mask,
#define ARGS(n) .args = n,
#define COMBINE(op) .combine = OP_##op,
#define FLOAT(c) .on_float = true,
#define SIGNED(c) .on_signed = true,
#define UNSIGNED(c) .on_unsigned = true,
#define BOOL(c) .on_bool = true,
#define EXPAND(fn) .expands = true,
#define COMMUTES .commutes = true,
#define DOC(text) .doc = text,
#define OP(op, ...) [OP_##op] = {.name = #op, __VA_ARGS__},
const OpInfo op_table[OP_COUNT] = {
#include "ir/ops.def"
};

bool op_parse(const char *s, size_t n, Op *out) {
  for (int op = 0; op < OP_COUNT; op++) {
    if (strlen(op_table[op].name) == n && !memcmp(op_table[op].name, s, n)) {
      *out = (Op)op;
      return true;
    }
  }
  return false;
}

unsigned accepts_bit(Dtype d) {
  switch (dtype_kind(d)) {
    case KIND_FLOAT: return ACCEPTS_FLOAT;
    case KIND_BOOL: return ACCEPTS_BOOL;
    case KIND_COMPLEX: return ACCEPTS_COMPLEX;
    default: return ACCEPTS_INT;
  }
}

const char *accepts_text(unsigned accepts) {
  static const char *const texts[16] = {"",
                                        "floats",
                                        "integers",
                                        "floats and integers",
                                        "bools",
                                        "floats and bools",
                                        "integers and bools",
                                        "real numbers",
                                        "complex numbers",
                                        "floats and complex numbers"};
  return texts[accepts];
}

bool op_accepts(Op op, Dtype d) { return op_info(op)->accepts & accepts_bit(d); }

// The operands to which the ACCEPTS column applies: indices and predicates have rules of their own.
static int accepted_operands(const Infer *in) {
  if (in->op == OP_gather || in->op == OP_dynamic_slice) return in->nargs > 1 ? 1 : in->nargs;
  return in->op == OP_dynamic_update_slice && in->nargs > 2 ? 2 : in->nargs;
}

bool op_infer(Infer *in) {
  const OpInfo *info = op_info(in->op);
  if (info->args != VARIADIC && info->args != in->nargs)
    return fail(in->loc, "%s: takes %d operands, got %d", info->name, info->args, in->nargs);
  for (int i = in->op == OP_select; i < accepted_operands(in); i++) {
    if (i == 1 && info->op_class == CLASS_SCATTER) continue;
    if (!op_accepts(in->op, in->args[i].dtype))
      return fail(in->loc, "%s: does not take %s", info->name, TYPE_STR(in->args[i]));
  }
  in->nresults = 1;
  if (!info->infer(in)) return false;
  for (int i = 0; i < in->nresults; i++) {
    if (!type_fits(in->results[i]))
      return fail(in->loc, "%s: the result %s is too large", info->name, TYPE_STR(in->results[i]));
  }
  return true;
}

static double identity_value(Op combine, Dtype d) {
  bool is_float = dtype_is_float(d);
  switch (combine) {
    case OP_mul: return 1;
    case OP_max: return is_float ? -INFINITY : 0;
    case OP_min: return is_float ? INFINITY : 0;
    default: return 0;
  }
}

void op_identity(Op reducer, Dtype d, void *out) {
  Op combine = op_table[reducer].combine;
  double v = identity_value(combine, d);
  uint64_t bits = 0;
  size_t size = dtype_size(d);
  if (dtype_is_complex(d)) {
    memset(out, 0, size);  // the imaginary part
    op_identity(reducer, dtype_part(d), out);
    return;
  }
  if (d == DT_F32) {
    float f = (float)v;
    memcpy(&bits, &f, sizeof f);
  } else if (d == DT_F64) {
    memcpy(&bits, &v, sizeof v);
  } else if (dtype_is_half(d)) {
    bits = half_of(d, v);
  } else if (d == DT_BOOL) {
    bits = combine == OP_and || combine == OP_mul || combine == OP_min;
  } else {
    uint64_t top = UINT64_C(1) << (8 * size - 1);
    bool is_signed = dtype_kind(d) == KIND_SIGNED;
    if (combine == OP_mul) bits = 1;
    if (combine == OP_and) bits = ~UINT64_C(0);
    if (combine == OP_max) bits = is_signed ? top : 0;
    if (combine == OP_min) bits = is_signed ? top - 1 : ~UINT64_C(0);
  }
  memcpy(out, &bits, size);
}
