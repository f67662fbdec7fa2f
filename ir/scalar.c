// Scalar DAGs: hash-consing, folding, exact identities, expansion.
#include "ir/scalar.h"

#include <string.h>

#include "ir/eval.h"
#include "ir/expand.h"
#include "ir/half.h"

enum { FIRST_NODES = 32 };

void dag_init(Dag *d, Arena *a) { *d = (Dag){.arena = a}; }

// ---- hash-consing

static uint32_t hash_scalar(const Scalar *x) {
  uint64_t h = (uint64_t)x->kind * 31 + (uint64_t)x->op * 131 + (uint64_t)x->dtype * 1031;
  h = (h ^ x->imm) * UINT64_C(0x9e3779b97f4a7c15);
  for (int i = 0; i < x->nargs; i++) h = (h ^ h >> 29 ^ x->args[i]) * UINT64_C(0xbf58476d1ce4e5b9);
  return (uint32_t)(h >> 32);
}

static bool scalar_equal(const Scalar *a, const Scalar *b) {
  return a->kind == b->kind && a->op == b->op && a->dtype == b->dtype && a->imm == b->imm &&
         a->nargs == b->nargs && !memcmp(a->args, b->args, sizeof(Sid) * (size_t)a->nargs);
}

// The slot of an equal node, or the free one where it would stand.
static uint32_t *find_slot(const Dag *d, const Scalar *x) {
  for (uint32_t i = hash_scalar(x);; i++) {
    uint32_t *slot = &d->slots[i & (uint32_t)(d->nslots - 1)];
    if (!*slot || scalar_equal(&d->nodes[*slot - 1], x)) return slot;
  }
}

static void dag_grow(Dag *d) {
  int cap = d->cap ? 2 * d->cap : FIRST_NODES;
  Scalar *nodes = ARENA_ARRAY(d->arena, Scalar, cap);
  if (d->n) memcpy(nodes, d->nodes, sizeof *nodes * (size_t)d->n);
  d->nodes = nodes;
  d->cap = cap;
  d->nslots = 4 * cap;
  d->slots = ARENA_ARRAY(d->arena, uint32_t, d->nslots);
  for (int i = 0; i < d->n; i++) *find_slot(d, &d->nodes[i]) = (uint32_t)i + 1;
}

static Sid dag_add(Dag *d, Scalar x) {
  if (d->n == d->cap) dag_grow(d);
  uint32_t *slot = find_slot(d, &x);
  if (!*slot) {
    d->nodes[d->n] = x;
    *slot = (uint32_t)++d->n;
  }
  return *slot - 1;
}

// ---- leaves

// One NaN per dtype: which one is nowhere specified, and equal constants are one node.
static uint64_t canonical_nan(Dtype t, uint64_t bits) {
  const uint64_t f32_inf = UINT64_C(0x7f800000), f64_inf = UINT64_C(0x7ff0) << 48;
  if (t == DT_F32 && (bits & 0x7fffffff) > f32_inf) return f32_inf | 1 << 22;
  if (dtype_is_half(t) && (bits & 0x7fff) > half_infinity(t))
    return half_infinity(t) | UINT64_C(1) << (half_digits(t) - 1);
  if (t == DT_F64 && bits << 1 > f64_inf << 1) return f64_inf | UINT64_C(1) << 51;
  return bits;
}

Sid s_const_bits(Dag *d, Dtype t, uint64_t bits) {
  if (dtype_size(t) < 8) bits &= (UINT64_C(1) << 8 * dtype_size(t)) - 1;
  bits = canonical_nan(t, bits);
  return dag_add(d, (Scalar){.kind = S_CONST, .dtype = t, .imm = bits});
}

Sid s_const(Dag *d, Dtype t, double v) {
  uint64_t bits = 0;
  eval_op(OP_convert, DT_F64, t, 1, &bits, (const void *[]){&v});
  return s_const_bits(d, t, bits);
}

Sid s_const_int(Dag *d, Dtype t, int64_t v) {
  uint64_t bits = 0;
  eval_op(OP_convert, DT_I64, t, 1, &bits, (const void *[]){&v});
  return s_const_bits(d, t, bits);
}

Sid s_leaf(Dag *d, ScalarKind kind, Dtype t, uint64_t imm) {
  return dag_add(d, (Scalar){.kind = kind, .dtype = t, .imm = imm});
}

Sid s_input(Dag *d, Dtype t, int i) { return s_leaf(d, S_INPUT, t, (uint64_t)i); }

// ---- folding and identities

static bool is_const(const Dag *d, Sid s) { return d->nodes[s].kind == S_CONST; }

static bool is_op(const Dag *d, Sid s, Op op) {
  return d->nodes[s].kind == S_OP && d->nodes[s].op == op;
}

// s is the constant v; zeros are told apart.
static bool is_value(const Dag *d, Sid s, double v) {
  const Scalar *x = &d->nodes[s];
  uint64_t bits = 0;
  if (x->kind != S_CONST) return false;
  eval_op(OP_convert, DT_F64, x->dtype, 1, &bits, (const void *[]){&v});
  return bits == x->imm;
}

static bool is_ones(const Dag *d, Sid s) {
  const Scalar *x = &d->nodes[s];
  if (x->kind != S_CONST || x->dtype == DT_BOOL) return false;
  return x->imm == ~UINT64_C(0) >> (64 - 8 * dtype_size(x->dtype));
}

static Sid fold(Dag *d, const Scalar *x) {
  uint64_t in[3] = {0}, out = 0;
  const void *args[3];
  for (int i = 0; i < x->nargs; i++) {
    in[i] = d->nodes[x->args[i]].imm;
    args[i] = &in[i];
  }
  Sid typed = x->args[x->op == OP_select];
  eval_op(x->op, d->nodes[typed].dtype, x->dtype, 1, &out, args);
  return s_const_bits(d, x->dtype, out);
}

static Sid float_identity(const Dag *d, Op op, Sid a, Sid b) {
  switch (op) {
    case OP_mul: return is_value(d, b, 1) ? a : is_value(d, a, 1) ? b : NO_SID;
    case OP_div: return is_value(d, b, 1) ? a : NO_SID;
    case OP_add: return is_value(d, b, -0.0) ? a : is_value(d, a, -0.0) ? b : NO_SID;
    case OP_sub: return is_value(d, b, 0.0) ? a : NO_SID;
    default: return NO_SID;
  }
}

static Sid int_identity(const Dag *d, Op op, Sid a, Sid b) {
  bool zero_a = is_value(d, a, 0), zero_b = is_value(d, b, 0);
  switch (op) {
    case OP_add:
    case OP_or:
    case OP_xor: return zero_b ? a : zero_a ? b : NO_SID;
    case OP_sub:
    case OP_shift_left:
    case OP_shift_right_logical:
    case OP_shift_right_arithmetic: return zero_b ? a : NO_SID;
    case OP_and: return zero_a || is_ones(d, b) ? a : zero_b || is_ones(d, a) ? b : NO_SID;
    case OP_mul:
      if (zero_a || is_value(d, b, 1)) return a;
      return zero_b || is_value(d, a, 1) ? b : NO_SID;
    case OP_div: return is_value(d, b, 1) ? a : NO_SID;
    default: return NO_SID;
  }
}

// An older node equal to x in every bit (NaN payloads apart), or NO_SID.
static Sid identity(const Dag *d, const Scalar *x) {
  Sid a = x->args[0], b = x->nargs > 1 ? x->args[1] : NO_SID;
  Dtype t = d->nodes[a].dtype;
  if (x->op == OP_neg || x->op == OP_not) return is_op(d, a, x->op) ? d->nodes[a].args[0] : NO_SID;
  if (x->op == OP_abs && is_op(d, a, OP_abs)) return a;
  if (x->op == OP_stop_gradient) return a;
  if (x->op == OP_convert && t == x->dtype) return a;
  if (x->op == OP_convert && dtype_is_half(x->dtype) && is_op(d, a, OP_convert) &&
      d->nodes[d->nodes[a].args[0]].dtype == x->dtype)
    return d->nodes[a].args[0];  // to f32 and back
  if (x->op == OP_bitcast_convert) {
    if (t == x->dtype) return a;
    bool back = is_op(d, a, OP_bitcast_convert) && d->nodes[d->nodes[a].args[0]].dtype == x->dtype;
    return back ? d->nodes[a].args[0] : NO_SID;
  }
  if (x->op == OP_select) {
    if (is_const(d, a)) return x->args[d->nodes[a].imm ? 1 : 2];
    return b == x->args[2] ? b : NO_SID;
  }
  if (x->nargs != 2) return NO_SID;
  if (dtype_is_float(t)) return float_identity(d, x->op, a, b);
  return dtype_is_int(t) ? int_identity(d, x->op, a, b) : NO_SID;
}

// ---- operations

static const bool gives_bool[OP_COUNT] = {
#define OP(name, ...)
#define MAP1(name, cols)
#define MAP2(name, cols)
#define MAP3(name, cols)
#define PICK(name, cols)
#define PRED1(name, cols) [OP_##name] = true,
#define PRED2(name, cols) [OP_##name] = true,
#include "ir/ops.def"
};

static Dtype result_type(const Dag *d, Op op, const Sid *args, const Attrs *attrs) {
  if (op == OP_convert || op == OP_bitcast_convert) return attrs->dtype;
  return gives_bool[op] ? DT_BOOL : d->nodes[args[op == OP_select]].dtype;
}

#define FIRST(...) FIRST_OF(__VA_ARGS__, 0)
#define FIRST_OF(first, ...) first
typedef Sid Expansion(Dag *d, const Sid *args, const Attrs *attrs);
static Expansion *const expansions[OP_COUNT] = {
#define OP(op, ...) [OP_##op] = FIRST(__VA_ARGS__ NULL),
#define EXPAND(fn) expand_##fn,
#include "ir/ops.def"
};

// Arithmetic on halves, and conversions but for those from and to f32, in terms of f32.
static bool wants_f32(Op op, Dtype in, Dtype out) {
  const bool plain = op == OP_convert && (in == out || in == DT_F32 || out == DT_F32);
  return s_half_op(op, in, out) && !plain;
}

static Sid through_f32(Dag *d, Op op, int nargs, const Sid *args, const Attrs *attrs) {
  Sid wide[3];
  const Dtype in = d->nodes[args[0]].dtype;
  if (op == OP_convert) {
    const Sid x = dtype_is_half(in) ? s_convert(d, args[0], DT_F32) : x_odd_f32(d, args[0]);
    return s_convert(d, x, attrs->dtype);
  }
  for (int i = 0; i < nargs; i++) wide[i] = s_convert(d, args[i], DT_F32);
  const Sid y = s_op(d, op, nargs, wide, attrs);
  return d->nodes[y].dtype == DT_F32 ? s_convert(d, y, in) : y;
}

static bool all_const(const Dag *d, const Scalar *x) {
  for (int i = 0; i < x->nargs; i++) {
    if (!is_const(d, x->args[i])) return false;
  }
  return true;
}

Sid s_op(Dag *d, Op op, int nargs, const Sid *args, const Attrs *attrs) {
  const Dtype in = d->nodes[args[op == OP_select]].dtype;
  if (wants_f32(op, in, result_type(d, op, args, attrs)))
    return through_f32(d, op, nargs, args, attrs);
  if (expansions[op] && !(d->keeps && d->keeps(op))) return expansions[op](d, args, attrs);
  Scalar x = {.kind = S_OP, .op = op, .nargs = nargs, .dtype = result_type(d, op, args, attrs)};
  memcpy(x.args, args, sizeof(Sid) * (size_t)nargs);
  if (all_const(d, &x)) return fold(d, &x);
  Sid same = identity(d, &x);
  if (same != NO_SID) return same;
  if (op_info(op)->commutes) {
    Scalar turned = x;
    turned.args[0] = x.args[1], turned.args[1] = x.args[0];
    if (d->nslots && *find_slot(d, &turned)) return *find_slot(d, &turned) - 1;
  }
  return dag_add(d, x);
}

Sid s_convert(Dag *d, Sid x, Dtype t) { return s_op(d, OP_convert, 1, &x, &(Attrs){.dtype = t}); }

Sid s_bitcast(Dag *d, Sid x, Dtype t) {
  return s_op(d, OP_bitcast_convert, 1, &x, &(Attrs){.dtype = t});
}

static bool table_is(const ScalarTable *t, Dtype dtype, int n, const void *values) {
  return t->dtype == dtype && t->n == n && !memcmp(t->data, values, (size_t)n * dtype_size(dtype));
}

Sid s_table(Dag *d, Dtype t, int n, const void *values, Sid index) {
  int i = 0;
  while (i < d->ntables && !table_is(&d->tables[i], t, n, values)) i++;
  if (i == d->ntables) {
    ScalarTable *grown = ARENA_ARRAY(d->arena, ScalarTable, d->ntables + 1);
    if (d->ntables) memcpy(grown, d->tables, sizeof *grown * (size_t)d->ntables);
    grown[i] = (ScalarTable){t, n, arena_copy(d->arena, values, (size_t)n * dtype_size(t))};
    d->tables = grown;
    d->tables_cap = ++d->ntables;
  }
  return dag_add(
      d, (Scalar){.kind = S_TABLE, .dtype = t, .nargs = 1, .args = {index}, .imm = (uint64_t)i});
}

Sid s_rare(Dag *d, Sid cond, Sid fast, Sid slow) {
  if (is_const(d, cond)) return d->nodes[cond].imm ? slow : fast;
  if (fast == slow) return fast;
  return dag_add(
      d,
      (Scalar){
          .kind = S_RARE, .dtype = d->nodes[fast].dtype, .nargs = 3, .args = {cond, fast, slow}});
}
