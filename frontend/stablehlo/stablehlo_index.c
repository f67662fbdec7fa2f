// StableHLO's contractions, gathers and scatters as ours: dimension numbers.
#include "frontend/stablehlo/stablehlo_lex.h"
#include "frontend/stablehlo/stablehlo_ops.h"

// ---- contraction

// The dtype in which products and sums are taken: the result's, or the operands' where theirs is
// the wider of the kind. Of bools: counts.
static bool dot_dtype(HloBuild *b, const HloOp *op, Dtype *out) {
  const Dtype d = op->types[0].dtype;
  *out = d == DT_BOOL ? DT_I32 : d;
  for (int i = 0; i < 2; i++) {
    const Dtype from = hlo_arg_type(b, op, i).dtype;
    const bool narrows = dtype_is_inexact(from) && !dtype_is_inexact(d);
    if (narrows || (dtype_is_complex(from) && !dtype_is_complex(d)))
      return hlo_not_yet(b, op, "these element types");
    if (dtype_kind(from) == dtype_kind(*out) && dtype_size(from) > dtype_size(*out)) *out = from;
  }
  return true;
}

static bool add_dot(HloBuild *b, const HloOp *op, Ints lb, Ints rb, Ints lc, Ints rc) {
  Dtype d;
  Id args[2];
  if (!dot_dtype(b, op, &d)) return false;
  for (int i = 0; i < 2; i++) args[i] = b_convert(b->g, hlo_arg(b, op, i), d);
  Attrs at = {.lhs_batch = lb, .rhs_batch = rb, .lhs_contract = lc, .rhs_contract = rc};
  const Type l = graph_type(b->g, args[0]), r = graph_type(b->g, args[1]);
  // The type rule tells what is wrong with the dimensions; the order can only be chosen of right
  // ones.
  Type one;
  at.order = ORDER_ROWS;
  Infer in = {b->arena, OP_dot, 2, (Type[]){l, r}, &at, op->loc, 1, &one};
  if (!op_infer(&in)) return false;
  const Id dot = hlo_ordered(b, op, b_dot(b->g, args[0], args[1], lb, rb, lc, rc));
  return hlo_result(b, op, b_convert(b->g, dot, op->types[0].dtype));
}

// `contracting_dims = [1] x [0]`, or two lists in #stablehlo.dot<..>.
static bool dim_pair(HloBuild *b, const HloOp *op, const char *pretty, const char *lhs,
                     const char *rhs, Ints *l, Ints *r) {
  const HloValue *pair = hlo_attr(op, pretty, NULL);
  const HloValue *dict = hlo_attr(op, "dot_dimension_numbers", NULL);
  if (pair && pair->kind != HLO_PAIR)
    return fail(op->loc, "%s: %s is [..] x [..]", op->row->name, pretty);
  return hlo_ints(b, op, pair ? pair->items : hlo_entry(dict, lhs), l) &&
         hlo_ints(b, op, pair ? pair->items->next : hlo_entry(dict, rhs), r);
}

bool hlo_emit_dot_general(HloBuild *b, const HloOp *op) {
  Ints lb, rb, lc, rc;
  return dim_pair(b, op, "batching_dims", "lhs_batching_dimensions", "rhs_batching_dimensions", &lb,
                  &rb) &&
         dim_pair(b, op, "contracting_dims", "lhs_contracting_dimensions",
                  "rhs_contracting_dimensions", &lc, &rc) &&
         add_dot(b, op, lb, rb, lc, rc);
}

bool hlo_emit_dot(HloBuild *b, const HloOp *op) {
  const Type l = hlo_arg_type(b, op, 0), r = hlo_arg_type(b, op, 1);
  if (l.rank < 1 || l.rank > 2 || r.rank < 1 || r.rank > 2)
    return fail(op->loc, "%s: takes vectors and matrices", op->row->name);
  return add_dot(b, op, (Ints){0}, (Ints){0}, INTS(l.rank - 1), INTS(0));
}

// ---- gather, scatter

// Names of the same lists in gather and in scatter.
typedef struct IndexNames {
  const char *numbers, *offset, *collapsed, *batch, *index_batch, *map;
} IndexNames;

static bool index_attrs(HloBuild *b, const HloOp *op, IndexNames n, Attrs *at) {
  const HloValue *d = hlo_attr(op, n.numbers, NULL);
  if (!d || d->kind != HLO_DICT) return fail(op->loc, "%s: has no %s", op->row->name, n.numbers);
  return hlo_ints(b, op, hlo_entry(d, n.offset), &at->offset_dims) &&
         hlo_ints(b, op, hlo_entry(d, n.collapsed), &at->collapsed_dims) &&
         hlo_ints(b, op, hlo_entry(d, n.batch), &at->operand_batch) &&
         hlo_ints(b, op, hlo_entry(d, n.index_batch), &at->index_batch) &&
         hlo_ints(b, op, hlo_entry(d, n.map), &at->index_map) &&
         hlo_int_or(op, hlo_entry(d, "index_vector_dim"), 0, &at->index_vector_dim);
}

bool hlo_emit_gather(HloBuild *b, const HloOp *op) {
  Attrs at = {.mode = MODE_CLIP};
  const IndexNames names = {"dimension_numbers",           "offset_dims",
                            "collapsed_slice_dims",        "operand_batching_dims",
                            "start_indices_batching_dims", "start_index_map"};
  return index_attrs(b, op, names, &at) &&
         (op->nargs == 3 ? hlo_constant_ints(b, op, 2, &at.slice_sizes)
                         : hlo_ints(b, op, hlo_attr(op, "slice_sizes", NULL), &at.slice_sizes)) &&
         hlo_result(
             b, op,
             graph_add(b->g, OP_gather, 2, (Id[]){hlo_arg(b, op, 0), hlo_arg(b, op, 1)}, &at));
}

// The row that does to each element what the region does for operand k of n; OP_COUNT if none does.
static Op scatter_row(const HloOp *op, int k, int n, Dtype d) {
  const bool sets = hlo_returned(op->regions, k) == op->regions->args[n + k];
  const Op combine = sets ? OP_replace : hlo_region_op(op->regions, k, k, n + k);
  if (combine == OP_COUNT && !sets) return OP_COUNT;
  for (int i = 0; i < OP_COUNT; i++) {
    const OpInfo *info = op_info((Op)i);
    if (info->op_class == CLASS_SCATTER && info->combine == combine)
      return op_accepts((Op)i, d) ? (Op)i : OP_COUNT;
  }
  return OP_COUNT;
}

static bool add_scatter(HloBuild *b, const HloOp *op, int n, Attrs *at) {
  HloBody body;
  if (!hlo_body(b, op, op->regions, HLO_FOLDS, &body)) return false;
  const int all = n + body.n;
  Id *args = ARENA_ARRAY(b->arena, Id, 2 * all + 1), *updates = args + all + 1;
  for (int i = 0; i < n; i++) args[i] = hlo_arg(b, op, i), updates[i] = hlo_arg(b, op, n + 1 + i);
  args[all] = hlo_arg(b, op, n);
  hlo_spread_captured(b, &body, hlo_arg_type(b, op, 0), args + n);
  hlo_spread_captured(b, &body, hlo_arg_type(b, op, n + 1), updates + n);
  at->body = body.graph;
  b->g->loc = op->loc;
  const Id first = graph_add(b->g, OP_scatter, 2 * all + 1, args, at);
  for (int i = 0; first != NO_ID && i < n; i++) b->ids[op->first + (uint32_t)i] = first + (Id)i;
  return first != NO_ID;
}

bool hlo_emit_scatter(HloBuild *b, const HloOp *op) {
  Attrs at = {0};
  const IndexNames names = {"scatter_dimension_numbers",     "update_window_dims",
                            "inserted_window_dims",          "input_batching_dims",
                            "scatter_indices_batching_dims", "scatter_dims_to_operand_dims"};
  const int n = op->nargs / 2;
  if (op->nargs < 3 || op->nargs % 2 == 0 || op->nregions != 1 || op->nresults != n ||
      op->regions->nargs != 2 * n || hlo_region_results(op->regions) != n)
    return fail(op->loc, "%s: takes operands, indices, updates and a combiner", op->row->name);
  if (!index_attrs(b, op, names, &at)) return false;
  for (int k = 0; k < n; k++) {
    const Op row = scatter_row(op, k, n, hlo_arg_type(b, op, k).dtype);
    if (row == OP_COUNT) return add_scatter(b, op, n, &at);
    const Id args[] = {hlo_arg(b, op, k), hlo_arg(b, op, n), hlo_arg(b, op, n + 1 + k)};
    const Id v = graph_add(b->g, row, 3, args, &at);
    if (v == NO_ID) return false;
    b->ids[op->first + (uint32_t)k] = v;
  }
  return true;
}
