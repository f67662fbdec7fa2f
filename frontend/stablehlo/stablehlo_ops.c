// The table of StableHLO's ops: the name of each and the builder that turns it into ours.
#include "frontend/stablehlo/stablehlo_ops.h"

#include <string.h>

#include "frontend/stablehlo/stablehlo_lex.h"

// ---- attributes

const HloValue *hlo_attr(const HloOp *op, const char *name, const char *other) {
  for (const HloAttr *a = op->attrs; a; a = a->next) {
    if (hlo_is(a->name, name) || (other && hlo_is(a->name, other))) return a->value;
  }
  return NULL;
}

const HloValue *hlo_entry(const HloValue *dict, const char *name) {
  for (const HloAttr *a = dict ? dict->entries : NULL; a; a = a->next) {
    if (hlo_is(a->name, name)) return a->value;
  }
  return NULL;
}

static bool dense_ints(HloBuild *b, const HloOp *op, const Literal *l, int64_t *v, int n) {
  (void)b;
  for (int i = 0; i < n; i++) {
    const int from = l->splat ? 0 : i;
    if (l->type.dtype == DT_I64) v[i] = ((const int64_t *)l->data)[from];
    else if (l->type.dtype == DT_I32) v[i] = ((const int32_t *)l->data)[from];
    else return fail(op->loc, "%s: an attribute does not hold integers", op->row->name);
  }
  return true;
}

bool hlo_ints(HloBuild *b, const HloOp *op, const HloValue *v, Ints *out) {
  *out = (Ints){0};
  if (!v) return true;
  const bool dense = v->kind == HLO_DENSE;
  const int64_t n = dense ? type_count(v->literal.type) : v->n;
  if (n > 2 * MAX_RANK || (!dense && v->kind != HLO_LIST))
    return fail(op->loc, "%s: an attribute is no list of at most %d integers", op->row->name,
                2 * MAX_RANK);
  int64_t *to = ARENA_ARRAY(b->arena, int64_t, n);
  *out = (Ints){(int)n, to};
  if (dense) return dense_ints(b, op, &v->literal, to, (int)n);
  for (const HloValue *item = v->items; item; item = item->next) {
    if (item->kind != HLO_INT)
      return fail(op->loc, "%s: an attribute does not hold integers", op->row->name);
    *to++ = item->i;
  }
  return true;
}

bool hlo_int_or(const HloOp *op, const HloValue *v, int64_t otherwise, int64_t *out) {
  *out = v ? v->i : otherwise;
  return !v || v->kind == HLO_INT || fail(op->loc, "%s: an attribute is no integer", op->row->name);
}

// `#stablehlo<comparison_direction LT>` is read as two entries without values.
static HloSlice last_word(const HloValue *v) {
  if (v->kind != HLO_DICT) return v->text;
  HloSlice word = {0};
  for (const HloAttr *a = v->entries; a; a = a->next) word = a->name;
  return word;
}

HloSlice hlo_word(const HloOp *op, const char *name, int position) {
  for (const HloAttr *a = op->attrs; a; a = a->next) {
    if (a->value && hlo_is(a->name, name)) return last_word(a->value);
    if (!a->name.n && a->value && a->value->kind == HLO_WORD && !position--) return a->value->text;
  }
  return (HloSlice){0};
}

Id hlo_ordered(HloBuild *b, const HloOp *op, Id v) {
  const HloValue *order = hlo_entry(hlo_attr(op, "mhlo.frontend_attributes", NULL), "jitc.order");
  const Node *n = v == NO_ID ? NULL : graph_def(b->g, v);
  if (!order || order->kind != HLO_STRING || !n || !op_has(n->op, ATTR_order)) return v;
  Attrs at = *n->attrs;
  for (int i = 0; i < ORDER_COUNT; i++) {
    if (hlo_is(order->text, order_name((Order)i))) at.order = (Order)i;
  }
  return graph_add(b->g, n->op, n->nargs, n->args, &at);
}

// ---- elementwise

bool hlo_emit_map(HloBuild *b, const HloOp *op) {
  Id args[3];
  for (int i = 0; i < op->nargs; i++) args[i] = hlo_arg(b, op, i);
  return hlo_result(b, op, graph_add(b->g, (Op)op->row->param, op->nargs, args, NULL));
}

static Id spread(HloBuild *b, Id x, Type like) {
  if (graph_type(b->g, x).rank || !like.rank) return x;
  return b_broadcast(b->g, x, type_shape(like), (Ints){0});
}

bool hlo_emit_select(HloBuild *b, const HloOp *op) {
  const Id p = spread(b, hlo_arg(b, op, 0), hlo_arg_type(b, op, 1));
  return hlo_result(b, op, b_select(b->g, p, hlo_arg(b, op, 1), hlo_arg(b, op, 2)));
}

static bool emit_clamp(HloBuild *b, const HloOp *op) {
  const Type t = hlo_arg_type(b, op, 1);
  if (t.dtype == DT_BOOL) return hlo_not_yet(b, op, "i1");
  const Id lo = spread(b, hlo_arg(b, op, 0), t), hi = spread(b, hlo_arg(b, op, 2), t);
  return hlo_result(b, op, b_clamp(b->g, lo, hlo_arg(b, op, 1), hi));
}

bool hlo_compare(HloBuild *b, const HloOp *op, Id x, Id y) {
  static const struct {
    const char *name;
    Op op;
  } directions[] = {{"EQ", OP_eq}, {"NE", OP_ne}, {"LT", OP_lt},
                    {"LE", OP_le}, {"GT", OP_gt}, {"GE", OP_ge}};
  const HloSlice direction = hlo_word(op, "comparison_direction", 0);
  Id args[2] = {x, y};
  if (hlo_is(hlo_word(op, "compare_type", 1), "TOTALORDER")) {
    args[0] = b_total_order(b->g, args[0]);
    args[1] = b_total_order(b->g, args[1]);
  }
  for (size_t i = 0; i < sizeof directions / sizeof *directions; i++) {
    if (hlo_is(direction, directions[i].name))
      return hlo_result(b, op, graph_add(b->g, directions[i].op, 2, args, NULL));
  }
  return fail(op->loc, "%s: the direction is not one of EQ, NE, LT, LE, GT, GE", op->row->name);
}

bool hlo_emit_compare(HloBuild *b, const HloOp *op) {
  return hlo_compare(b, op, hlo_arg(b, op, 0), hlo_arg(b, op, 1));
}

static bool emit_convert(HloBuild *b, const HloOp *op) {
  return hlo_result(b, op, b_convert(b->g, hlo_arg(b, op, 0), op->types[0].dtype));
}

// ---- shape

static bool emit_broadcast_in_dim(HloBuild *b, const HloOp *op) {
  Ints dims;
  if (!hlo_ints(b, op, hlo_attr(op, "dims", "broadcast_dimensions"), &dims)) return false;
  const Type x = hlo_arg_type(b, op, 0);
  if (dims.n != x.rank)
    return fail(op->loc, "%s: %d dims for %s", op->row->name, dims.n, TYPE_STR(x));
  return hlo_result(b, op, b_broadcast(b->g, hlo_arg(b, op, 0), type_shape(op->types[0]), dims));
}

static bool emit_broadcast(HloBuild *b, const HloOp *op) {
  const Type x = hlo_arg_type(b, op, 0);
  int64_t dims[MAX_RANK];
  if (op->types[0].rank < x.rank)
    return fail(op->loc, "%s: the result has fewer dimensions", op->row->name);
  for (int i = 0; i < x.rank; i++) dims[i] = op->types[0].rank - x.rank + i;
  return hlo_result(
      b, op, b_broadcast(b->g, hlo_arg(b, op, 0), type_shape(op->types[0]), (Ints){x.rank, dims}));
}

static bool emit_reshape(HloBuild *b, const HloOp *op) {
  return hlo_result(b, op, b_reshape(b->g, hlo_arg(b, op, 0), type_shape(op->types[0])));
}

static bool emit_transpose(HloBuild *b, const HloOp *op) {
  Ints perm;
  return hlo_ints(b, op, hlo_attr(op, "dims", "permutation"), &perm) &&
         hlo_result(
             b, op,
             graph_add(b->g, OP_transpose, 1, (Id[]){hlo_arg(b, op, 0)}, &(Attrs){.perm = perm}));
}

static bool emit_reverse(HloBuild *b, const HloOp *op) {
  Ints axes;
  return hlo_ints(b, op, hlo_attr(op, "dims", "dimensions"), &axes) &&
         hlo_result(
             b, op,
             graph_add(b->g, OP_reverse, 1, (Id[]){hlo_arg(b, op, 0)}, &(Attrs){.axes = axes}));
}

static bool emit_concatenate(HloBuild *b, const HloOp *op) {
  int64_t axis;
  if (!hlo_int_or(op, hlo_attr(op, "dim", "dimension"), -1, &axis)) return false;
  Id *args = ARENA_ARRAY(b->arena, Id, op->nargs);
  for (int i = 0; i < op->nargs; i++) args[i] = hlo_arg(b, op, i);
  return hlo_result(b, op,
                    graph_add(b->g, OP_concatenate, op->nargs, args, &(Attrs){.axis = axis}));
}

// [lo:hi, lo:hi:stride]
static bool slice_ranges(HloBuild *b, const HloOp *op, const HloValue *list, Attrs *at) {
  int64_t *v[3];
  if (list->n > MAX_RANK) return fail(op->loc, "%s: too many ranges", op->row->name);
  for (int k = 0; k < 3; k++) v[k] = ARENA_ARRAY(b->arena, int64_t, list->n);
  int i = 0;
  for (const HloValue *item = list->items; item; item = item->next, i++) {
    if (item->kind != HLO_LIST || item->n < 2 || item->items->kind != HLO_INT ||
        item->items->next->kind != HLO_INT)
      return fail(op->loc, "%s: a range is lo:hi or lo:hi:stride", op->row->name);
    v[0][i] = item->items->i;
    v[1][i] = item->items->next->i;
    v[2][i] = item->n == 3 ? item->items->next->next->i : 1;
  }
  at->start = (Ints){list->n, v[0]};
  at->limit = (Ints){list->n, v[1]};
  at->stride = (Ints){list->n, v[2]};
  return true;
}

static bool emit_slice(HloBuild *b, const HloOp *op) {
  Attrs at = {0};
  const HloValue *list = NULL;
  for (const HloAttr *a = op->attrs; a; a = a->next) {
    if (!a->name.n && a->value && a->value->kind == HLO_LIST) list = a->value;
  }
  const bool ok = list ? slice_ranges(b, op, list, &at)
                       : hlo_ints(b, op, hlo_attr(op, "start_indices", NULL), &at.start) &&
                             hlo_ints(b, op, hlo_attr(op, "limit_indices", NULL), &at.limit) &&
                             hlo_ints(b, op, hlo_attr(op, "strides", NULL), &at.stride);
  return ok && hlo_result(b, op, graph_add(b->g, OP_slice, 1, (Id[]){hlo_arg(b, op, 0)}, &at));
}

static bool emit_pad(HloBuild *b, const HloOp *op) {
  Attrs at = {0};
  return hlo_ints(b, op, hlo_attr(op, "low", "edge_padding_low"), &at.low) &&
         hlo_ints(b, op, hlo_attr(op, "high", "edge_padding_high"), &at.high) &&
         hlo_ints(b, op, hlo_attr(op, "interior", "interior_padding"), &at.interior) &&
         hlo_result(b, op,
                    graph_add(b->g, OP_pad, 2, (Id[]){hlo_arg(b, op, 0), hlo_arg(b, op, 1)}, &at));
}

static bool emit_iota(HloBuild *b, const HloOp *op) {
  const Type t = op->types[0];
  int64_t axis;
  return hlo_int_or(op, hlo_attr(op, "dim", "iota_dimension"), -1, &axis) &&
         hlo_result(b, op,
                    graph_add(b->g, OP_iota, 0, NULL,
                              &(Attrs){.dtype = t.dtype, .shape = type_shape(t), .axis = axis}));
}

bool hlo_emit_constant(HloBuild *b, const HloOp *op) {
  for (const HloAttr *a = op->attrs; a; a = a->next) {
    if (a->name.n || !a->value || a->value->kind != HLO_DENSE) continue;
    const Literal *l = &a->value->literal;
    return hlo_result(b, op, b_literal(b->g, l->type, l->splat, l->data));
  }
  return fail(op->loc, "%s: has no elements", op->row->name);
}

// ---- indexing

static bool emit_dynamic(HloBuild *b, const HloOp *op) {
  Attrs at = {0};
  const Op to = (Op)op->row->param;
  if (to == OP_dynamic_slice &&
      !hlo_ints(b, op, hlo_attr(op, "sizes", "slice_sizes"), &at.slice_sizes))
    return false;
  if (op->nargs > MAX_RANK + 2) return fail(op->loc, "%s: too many starts", op->row->name);
  Id args[MAX_RANK + 2];
  for (int i = 0; i < op->nargs; i++) args[i] = hlo_arg(b, op, i);
  return hlo_result(b, op, graph_add(b->g, to, op->nargs, args, &at));
}

static bool emit_barrier(HloBuild *b, const HloOp *op) {
  Id *args = ARENA_ARRAY(b->arena, Id, op->nargs);
  for (int i = 0; i < op->nargs; i++) args[i] = hlo_arg(b, op, i);
  if (op->nresults != op->nargs)
    return fail(op->loc, "%s: %d results of %d operands", op->row->name, op->nresults, op->nargs);
  if (!op->nargs) return true;
  const Id first = graph_add(b->g, OP_optimization_barrier, op->nargs, args, NULL);
  if (first == NO_ID) return false;
  for (int i = 0; i < op->nresults; i++) b->ids[op->first + (uint32_t)i] = first + (Id)i;
  return true;
}

// ---- the table

static const HloRow rows[] = {
    {"stablehlo.abs", hlo_emit_map, OP_abs, 1},
    {"stablehlo.real", hlo_emit_map, OP_real, 1},
    {"stablehlo.imag", hlo_emit_map, OP_imag, 1},
    {"stablehlo.complex", hlo_emit_map, OP_complex, 2},
    {"stablehlo.ceil", hlo_emit_map, OP_ceil, 1},
    {"stablehlo.cosine", hlo_emit_map, OP_cos, 1},
    {"stablehlo.exponential", hlo_emit_map, OP_exp, 1},
    {"stablehlo.exponential_minus_one", hlo_emit_map, OP_expm1, 1},
    {"stablehlo.floor", hlo_emit_map, OP_floor, 1},
    {"stablehlo.is_finite", hlo_emit_map, OP_is_finite, 1},
    {"stablehlo.log", hlo_emit_map, OP_log, 1},
    {"stablehlo.log_plus_one", hlo_emit_map, OP_log1p, 1},
    {"stablehlo.logistic", hlo_emit_map, OP_logistic, 1},
    {"stablehlo.negate", hlo_emit_map, OP_neg, 1},
    {"stablehlo.not", hlo_emit_map, OP_not, 1},
    {"stablehlo.round_nearest_even", hlo_emit_map, OP_round_even, 1},
    {"stablehlo.rsqrt", hlo_emit_map, OP_rsqrt, 1},
    {"stablehlo.sign", hlo_emit_map, OP_sign, 1},
    {"stablehlo.sine", hlo_emit_map, OP_sin, 1},
    {"stablehlo.sqrt", hlo_emit_map, OP_sqrt, 1},
    {"stablehlo.tanh", hlo_emit_map, OP_tanh, 1},
    {"stablehlo.cbrt", hlo_emit_map, OP_cbrt, 1},
    {"stablehlo.count_leading_zeros", hlo_emit_map, OP_clz, 1},
    {"stablehlo.popcnt", hlo_emit_map, OP_popcnt, 1},
    {"stablehlo.round_nearest_afz", hlo_emit_map, OP_round_away, 1},
    {"stablehlo.tan", hlo_emit_map, OP_tan, 1},
    {"chlo.acos", hlo_emit_map, OP_acos, 1},
    {"chlo.acosh", hlo_emit_map, OP_acosh, 1},
    {"chlo.asin", hlo_emit_map, OP_asin, 1},
    {"chlo.asinh", hlo_emit_map, OP_asinh, 1},
    {"chlo.atan", hlo_emit_map, OP_atan, 1},
    {"chlo.atanh", hlo_emit_map, OP_atanh, 1},
    {"chlo.bessel_i1e", hlo_emit_map, OP_bessel_i1e, 1},
    {"chlo.cosh", hlo_emit_cosh, 0, 1, .accepts = ACCEPTS_FLOAT | ACCEPTS_COMPLEX},
    {"chlo.digamma", hlo_emit_map, OP_digamma, 1},
    {"chlo.erf", hlo_emit_map, OP_erf, 1},
    {"chlo.erf_inv", hlo_emit_map, OP_erf_inv, 1},
    {"chlo.erfc", hlo_emit_map, OP_erfc, 1},
    {"chlo.lgamma", hlo_emit_map, OP_lgamma, 1},
    {"chlo.sinh", hlo_emit_sinh, 0, 1, .accepts = ACCEPTS_FLOAT | ACCEPTS_COMPLEX},
    {"chlo.tan", hlo_emit_map, OP_tan, 1},
    {"stablehlo.atan2", hlo_emit_map, OP_atan2, 2},
    {"chlo.mulhi", hlo_emit_mulhi, 0, 2, .accepts = ACCEPTS_INT},
    {"chlo.next_after", hlo_emit_map, OP_nextafter, 2},
    {"chlo.polygamma", hlo_emit_map, OP_polygamma, 2},
    {"chlo.zeta", hlo_emit_map, OP_zeta, 2},
    {"stablehlo.reduce_precision", hlo_emit_reduce_precision, 0, 1},
    {"chlo.is_inf", hlo_emit_is_inf, 0, 1, .accepts = ACCEPTS_FLOAT},
    {"chlo.is_neg_inf", hlo_emit_is_inf, -1, 1, .accepts = ACCEPTS_FLOAT},
    {"chlo.is_pos_inf", hlo_emit_is_inf, 1, 1, .accepts = ACCEPTS_FLOAT},
    {"chlo.square", hlo_emit_square, 0, 1},
    {"stablehlo.add", hlo_emit_map, OP_add, 2},
    {"stablehlo.and", hlo_emit_map, OP_and, 2},
    {"stablehlo.divide", hlo_emit_map, OP_div, 2},
    {"stablehlo.maximum", hlo_emit_map, OP_max, 2},
    {"stablehlo.minimum", hlo_emit_map, OP_min, 2},
    {"stablehlo.multiply", hlo_emit_map, OP_mul, 2},
    {"stablehlo.or", hlo_emit_map, OP_or, 2},
    {"stablehlo.power", hlo_emit_map, OP_pow, 2},
    {"stablehlo.remainder", hlo_emit_map, OP_rem, 2},
    {"stablehlo.shift_left", hlo_emit_map, OP_shift_left, 2},
    {"stablehlo.shift_right_arithmetic", hlo_emit_map, OP_shift_right_arithmetic, 2},
    {"stablehlo.shift_right_logical", hlo_emit_map, OP_shift_right_logical, 2},
    {"stablehlo.subtract", hlo_emit_map, OP_sub, 2},
    {"stablehlo.xor", hlo_emit_map, OP_xor, 2},
    {"stablehlo.compare", hlo_emit_compare, 0, 2},
    {"stablehlo.select", hlo_emit_select, 0, 3},
    {"stablehlo.clamp", emit_clamp, 0, 3},
    {"stablehlo.convert", emit_convert, 0, 1},
    {"stablehlo.bitcast_convert", hlo_emit_bitcast, 0, 1},
    {"stablehlo.constant", hlo_emit_constant, 0, 0},
    {"stablehlo.iota", emit_iota, 0, 0},
    {"stablehlo.broadcast", emit_broadcast, 0, 1},
    {"stablehlo.broadcast_in_dim", emit_broadcast_in_dim, 0, 1},
    {"stablehlo.concatenate", emit_concatenate, 0, VARIADIC},
    {"stablehlo.pad", emit_pad, 0, 2},
    {"stablehlo.reshape", emit_reshape, 0, 1},
    {"stablehlo.reverse", emit_reverse, 0, 1},
    {"stablehlo.slice", emit_slice, 0, 1},
    {"stablehlo.transpose", emit_transpose, 0, 1},
    {"stablehlo.fft", hlo_emit_fft, 0, 1},
    {"stablehlo.cholesky", hlo_emit_cholesky, 0, 1},
    {"stablehlo.triangular_solve", hlo_emit_triangular_solve, 0, 2},
    {"stablehlo.dot", hlo_emit_dot, 0, 2},
    {"stablehlo.dot_general", hlo_emit_dot_general, 0, 2},
    {"stablehlo.dynamic_slice", emit_dynamic, OP_dynamic_slice, VARIADIC},
    {"stablehlo.dynamic_update_slice", emit_dynamic, OP_dynamic_update_slice, VARIADIC},
    {"stablehlo.gather", hlo_emit_gather, 0, 2},
    {"stablehlo.scatter", hlo_emit_scatter, 0, VARIADIC, true},
    {"stablehlo.map", hlo_emit_map_region, 0, VARIADIC},
    {"stablehlo.reduce", hlo_emit_reduce, 0, VARIADIC, true},
    {"stablehlo.convolution", hlo_emit_convolution, 0, 2},
    {"stablehlo.reduce_window", hlo_emit_reduce_window, 0, VARIADIC, true},
    {"stablehlo.select_and_scatter", hlo_emit_select_and_scatter, 0, 3},
    {"stablehlo.sort", hlo_emit_sort, 0, VARIADIC, true},
    {"chlo.top_k", hlo_emit_top_k, 0, 1, true},
    {"chlo.broadcast_add", hlo_emit_spread_map, OP_add, 2},
    {"chlo.broadcast_and", hlo_emit_spread_map, OP_and, 2},
    {"chlo.broadcast_atan2", hlo_emit_spread_map, OP_atan2, 2},
    {"chlo.broadcast_complex", hlo_emit_spread_map, OP_complex, 2},
    {"chlo.broadcast_divide", hlo_emit_spread_map, OP_div, 2},
    {"chlo.broadcast_maximum", hlo_emit_spread_map, OP_max, 2},
    {"chlo.broadcast_minimum", hlo_emit_spread_map, OP_min, 2},
    {"chlo.broadcast_multiply", hlo_emit_spread_map, OP_mul, 2},
    {"chlo.broadcast_next_after", hlo_emit_spread_map, OP_nextafter, 2},
    {"chlo.broadcast_or", hlo_emit_spread_map, OP_or, 2},
    {"chlo.broadcast_polygamma", hlo_emit_spread_map, OP_polygamma, 2},
    {"chlo.broadcast_power", hlo_emit_spread_map, OP_pow, 2},
    {"chlo.broadcast_remainder", hlo_emit_spread_map, OP_rem, 2},
    {"chlo.broadcast_shift_left", hlo_emit_spread_map, OP_shift_left, 2},
    {"chlo.broadcast_shift_right_arithmetic", hlo_emit_spread_map, OP_shift_right_arithmetic, 2},
    {"chlo.broadcast_shift_right_logical", hlo_emit_spread_map, OP_shift_right_logical, 2},
    {"chlo.broadcast_subtract", hlo_emit_spread_map, OP_sub, 2},
    {"chlo.broadcast_xor", hlo_emit_spread_map, OP_xor, 2},
    {"chlo.broadcast_zeta", hlo_emit_spread_map, OP_zeta, 2},
    {"chlo.broadcast_compare", hlo_emit_spread_compare, 0, 2},
    {"chlo.broadcast_select", hlo_emit_spread_select, 0, 3},
    {"chlo.constant", hlo_emit_constant, 0, 0},
    {"chlo.constant_like", hlo_emit_constant_like, 0, 1},
    {"chlo.conj", hlo_emit_conj, 0, 1},
    {"chlo.dynamic_reshape", hlo_emit_sized, OP_reshape, 2},
    {"stablehlo.rng_bit_generator", hlo_emit_rng_bit_generator, 0, 1, true},
    {"stablehlo.rng", hlo_emit_rng, 0, 3},
    {"stablehlo.all_gather", hlo_emit_alone, 0, VARIADIC, true},
    {"stablehlo.all_reduce", hlo_emit_alone, 0, VARIADIC, true},
    {"stablehlo.all_to_all", hlo_emit_alone, 0, VARIADIC, true},
    {"stablehlo.collective_broadcast", hlo_emit_alone, 0, 1},
    {"stablehlo.collective_permute", hlo_emit_permute, 0, 1},
    {"stablehlo.cross-replica-sum", hlo_emit_alone, 0, 1},
    {"stablehlo.reduce_scatter", hlo_emit_alone, 0, 1},
    {"stablehlo.partition_id", hlo_emit_zero, 0, 0},
    {"stablehlo.replica_id", hlo_emit_zero, 0, 0},
    {"stablehlo.after_all", hlo_emit_zero, 0, VARIADIC},
    {"stablehlo.create_token", hlo_emit_zero, 0, 0},
    {"stablehlo.tuple", hlo_emit_identity, 0, VARIADIC, true},
    {"stablehlo.get_tuple_element", hlo_emit_tuple_element, 0, VARIADIC, true},
    {"sdy.sharding_constraint", hlo_emit_identity, 0, 1},
    {"stablehlo.dynamic_broadcast_in_dim", hlo_emit_sized, OP_broadcast, 2},
    {"stablehlo.dynamic_iota", hlo_emit_sized, OP_iota, 1},
    {"stablehlo.dynamic_reshape", hlo_emit_sized, OP_reshape, 2},
    {"stablehlo.dynamic_pad", hlo_emit_sized, OP_pad, 5},
    {"stablehlo.real_dynamic_slice", hlo_emit_sized, OP_slice, 4},
    {"stablehlo.get_dimension_size", hlo_emit_dimension_size, 0, 1},
    {"stablehlo.batch_norm_inference", hlo_emit_batch_norm, 0, 5},
    {"stablehlo.batch_norm_grad", hlo_emit_batch_norm_grad, 0, 5, true},
    {"stablehlo.einsum", hlo_emit_einsum, 0, 2},
    {"stablehlo.unary_einsum", hlo_emit_einsum, 0, 1},
    {"stablehlo.torch_index_select", hlo_emit_torch_index_select, 0, 2},
    {"stablehlo.dynamic_gather", hlo_emit_gather, 0, 3},
    {"stablehlo.dynamic_conv", hlo_emit_convolution, 0, 3},
    {"stablehlo.set_dimension_size", hlo_emit_resize, 0, 2},
    {"stablehlo.batch_norm_training", hlo_emit_batch_norm, 1, 3, true},
    {"stablehlo.composite", hlo_emit_call, 0, VARIADIC, true},
    {"stablehlo.case", hlo_emit_case, 0, 1, true},
    {"stablehlo.if", hlo_emit_case, 1, 1, true},
    {"stablehlo.while", hlo_emit_while, 0, VARIADIC, true},
    {"stablehlo.optimization_barrier", emit_barrier, 0, VARIADIC, true},
    {"stablehlo.custom_call", hlo_emit_custom_call, 0, VARIADIC, true},
    {"check.expect_eq", hlo_emit_custom_call, 0, 2, true},
    {"check.expect_eq_const", hlo_emit_custom_call, 0, 1, true},
    {"check.expect_close", hlo_emit_custom_call, 0, 2, true},
    {"check.expect_almost_eq", hlo_emit_custom_call, 0, 2, true},
    {"check.expect_almost_eq_const", hlo_emit_custom_call, 0, 1, true},
    {"call", hlo_emit_call, 0, VARIADIC, true},
    {"func.call", hlo_emit_call, 0, VARIADIC, true},
    {"return", hlo_emit_return, 0, VARIADIC, true},
    {"func.return", hlo_emit_return, 0, VARIADIC, true},
    {"stablehlo.return", hlo_emit_return, 0, VARIADIC, true},
};

const HloRow *hlo_rows(int *n) {
  *n = (int)(sizeof rows / sizeof *rows);
  return rows;
}

const HloRow *hlo_row(HloSlice name) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (hlo_is(name, rows[i].name)) return &rows[i];
  }
  return NULL;
}
