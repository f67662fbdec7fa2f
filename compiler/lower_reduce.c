// Lowering of reductions and contractions: each becomes a stage.
#include "compiler/lower.h"

Ints node_reduced(const Node *n) {
  OpClass c = op_info(n->op)->op_class;
  if (c == CLASS_DOT) return n->attrs->lhs_contract;
  if (c == CLASS_ARGREDUCE) return (Ints){1, &n->attrs->axis};
  return n->attrs->axes;
}

// The axes that the coordinates of a stage's value name; fusion saw to it that they are plain axes.
static uint32_t stage_axes(Lower *l, const Ix *at, int n) {
  uint32_t mask = 0;
  for (int i = 0; i < n; i++) {
    int axis = ix_single_axis(l->k, at[i]);
    CHECK(axis >= 0 || ix_sum(l->k, at[i])->nterms == 0);
    if (axis >= 0) mask |= 1u << axis;
  }
  return mask;
}

// Indices along the reduced dimensions; the axes among them go to `axes`, their number is returned.
static int reduced_at(Lower *l, const Node *n, Ix *at, int *axes) {
  const int8_t *given = l->fusion->reduced[n - l->g->nodes];
  int count = 0;
  for (int i = 0; i < node_reduced(n).n; i++) {
    at[i] = given[i] < 0 ? ix_const(l->k, 0) : ix_axis(l->k, given[i]);
    if (given[i] >= 0) axes[count++] = given[i];
  }
  return count;
}

// Coordinates in the operand of a reduction: those of the result with the reduced ones between.
static void operand_at(int rank, Ints reduced, const Ix *at, const Ix *inner, Ix *to) {
  for (int i = 0, o = 0, r = 0; i < rank; i++) to[i] = ints_has(reduced, i) ? inner[r++] : at[o++];
}

static Sid stage_value(Lower *l, Stage s, Dtype d) {
  return s_leaf(&l->k->dag, S_STAGE, d, (uint64_t)kernel_stage(l->k, s));
}

// The identity is combined once, last. That matters only for the zero of a float sum: -0 becomes
// +0.
static Sid with_identity(Lower *l, Sid sum, Op combine, Dtype d) {
  if (combine != OP_add || !dtype_is_float(d)) return sum;
  return s_add(&l->k->dag, sum, s_const_bits(&l->k->dag, d, 0));
}

Sid lower_reduce(Lower *l, const Node *n, const Ix *at, Under under) {
  Type x = graph_type(l->g, n->args[0]), t = graph_type(l->g, n->first);
  Ix inner[MAX_RANK], to[MAX_RANK];
  int axes[MAX_RANK];
  if (type_count(x) == 0) {
    uint64_t bits = 0;
    op_identity(n->op, t.dtype, &bits);
    return s_const_bits(&l->k->dag, t.dtype, bits);
  }
  int nreduce = reduced_at(l, n, inner, axes);
  operand_at(x.rank, n->attrs->axes, at, inner, to);
  Sid value = lower_value(l, n->args[0], to, under);
  Op combine = op_info(n->op)->combine;
  if (n->attrs->axes.n == 0) return value;
  if (!nreduce) return with_identity(l, value, combine, t.dtype);
  Stage s = {.kind = STAGE_REDUCE,
             .axes = stage_axes(l, at, t.rank),
             .nreduce = nreduce,
             .reduce = axes,
             .value = value,
             .value2 = NO_SID,
             .combine = combine,
             .order = n->attrs->order};
  return with_identity(l, stage_value(l, s, t.dtype), combine, t.dtype);
}

Sid lower_argreduce(Lower *l, const Node *n, const Ix *at, Under under) {
  Type x = graph_type(l->g, n->args[0]), t = graph_type(l->g, n->first);
  Ix inner[1], to[MAX_RANK];
  int axes[1];
  if (!reduced_at(l, n, inner, axes)) return s_const_int(&l->k->dag, DT_I32, 0);
  operand_at(x.rank, node_reduced(n), at, inner, to);
  Stage s = {.kind = STAGE_ARGREDUCE,
             .axes = stage_axes(l, at, t.rank),
             .nreduce = 1,
             .reduce = axes,
             .value = lower_value(l, n->args[0], to, under),
             .value2 = NO_SID,
             .combine = n->op == OP_argmax ? OP_max : OP_min};
  return stage_value(l, s, DT_I32);
}

// Coordinates in an operand of a contraction; its free dimensions are results from `*next` on.
static void dot_operand_at(int rank, Ints batch, Ints contract, const Ix *at, const Ix *inner,
                           int *next, Ix *to) {
  for (int i = 0; i < rank; i++) {
    int b = ints_find(batch, i), c = ints_find(contract, i);
    to[i] = b >= 0 ? at[b] : c >= 0 ? inner[c] : at[(*next)++];
  }
}

// Nothing to sum: one product, added to +0 in either order.
static Sid one_product(Lower *l, const Node *n, Sid x, Sid y) {
  Dtype d = graph_type(l->g, n->first).dtype;
  if (!dtype_is_float(d)) return s_mul(&l->k->dag, x, y);
  return s_fma(&l->k->dag, x, y, s_const_bits(&l->k->dag, d, 0));
}

Sid lower_dot(Lower *l, const Node *n, const Ix *at, Under under) {
  const Attrs *d = n->attrs;
  Type a = graph_type(l->g, n->args[0]), b = graph_type(l->g, n->args[1]);
  Type t = graph_type(l->g, n->first);
  Ix inner[MAX_RANK], to[MAX_RANK];
  int axes[MAX_RANK], next = d->lhs_batch.n;
  if (type_count(a) == 0 || type_count(b) == 0) return s_const_bits(&l->k->dag, t.dtype, 0);
  Stage s = {.kind = STAGE_CONTRACT, .reduce = axes, .combine = OP_add, .order = d->order};
  s.nreduce = reduced_at(l, n, inner, axes);
  dot_operand_at(a.rank, d->lhs_batch, d->lhs_contract, at, inner, &next, to);
  s.value = lower_value(l, n->args[0], to, under);
  dot_operand_at(b.rank, d->rhs_batch, d->rhs_contract, at, inner, &next, to);
  s.value2 = lower_value(l, n->args[1], to, under);
  if (!s.nreduce) return one_product(l, n, s.value, s.value2);
  s.axes = stage_axes(l, at, t.rank);
  Sid sum = stage_value(l, s, t.dtype);
  return d->order == ORDER_ROWS ? with_identity(l, sum, OP_add, t.dtype) : sum;
}
