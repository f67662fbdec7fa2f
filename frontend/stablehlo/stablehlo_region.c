// StableHLO's ops with regions that are one of ours: reductions, sorts.
#include <string.h>

#include "compiler/legalize.h"
#include "frontend/stablehlo/stablehlo_lex.h"
#include "frontend/stablehlo/stablehlo_ops.h"
#include "ir/eval.h"

// ---- what a region does

const HloOp *hlo_def(const HloRegion *region, uint32_t v) {
  for (const HloOp *op = region->ops; op; op = op->next) {
    if (v >= op->first && v < op->first + (uint32_t)op->nresults) return op;
  }
  return NULL;
}

uint32_t hlo_returned(const HloRegion *region, int k) {
  const HloOp *op = region->ops;
  while (op->next) op = op->next;
  return op->args[k];
}

HloSlice hlo_direction(const HloOp *op) {
  if (!op || op->row->emit != hlo_emit_compare) return (HloSlice){0};
  return hlo_word(op, "comparison_direction", 0);
}

static bool takes(const HloOp *op, uint32_t a, uint32_t b) {
  return op && op->nargs == 2 && op->args[0] == a && op->args[1] == b;
}
static bool takes_both(const HloOp *op, uint32_t a, uint32_t b) {
  return takes(op, a, b) || takes(op, b, a);
}

Op hlo_region_op(const HloRegion *region, int k, int a, int b) {
  if (k >= hlo_region_results(region) || a >= region->nargs || b >= region->nargs) return OP_COUNT;
  const HloOp *op = hlo_def(region, hlo_returned(region, k));
  if (!op || op->row->emit != hlo_emit_map || op->nresults != 1) return OP_COUNT;
  return takes_both(op, region->args[a], region->args[b]) ? (Op)op->row->param : OP_COUNT;
}

// ---- reduce

static Op reducer_of(Op combine, Dtype d) {
  const bool is_bool = d == DT_BOOL;
  switch ((int)combine) {
    case OP_add: return is_bool ? OP_reduce_or : OP_reduce_sum;
    case OP_mul: return is_bool ? OP_reduce_and : OP_reduce_prod;
    case OP_max: return OP_reduce_max;
    case OP_min: return OP_reduce_min;
    case OP_and: return OP_reduce_and;
    case OP_or: return OP_reduce_or;
    case OP_xor: return OP_reduce_xor;
    default: return OP_COUNT;
  }
}

static Id operand(const HloBuild *b, const HloOp *op, int k) {
  return hlo_arg(b, op, op->init_pairs ? 2 * k : k);
}
static Id init_of(const HloBuild *b, const HloOp *op, int k) {
  return hlo_arg(b, op, op->init_pairs ? 2 * k + 1 : op->nargs / 2 + k);
}

// The init is combined once, last.
static Id reduced(HloBuild *b, const HloOp *op, Op combine, Id x, Id init, Ints axes) {
  Graph *g = b->g;
  const Op reducer = reducer_of(combine, graph_type(g, x).dtype);
  const Id sum = b_reduce(g, reducer, x, axes), y = axes.n ? hlo_ordered(b, op, sum) : sum;
  // Without axes there is no reduction that would have made -0 + 0 a zero.
  if (y == NO_ID || (axes.n && graph_is_identity(g, init, reducer))) return y;
  const Id spread = b_broadcast(g, init, type_shape(graph_type(g, y)), (Ints){0});
  return graph_add(g, op_info(reducer)->combine, 2, (Id[]){y, spread}, NULL);
}

// `applies stablehlo.add`, or its region.
static Op combiner(const HloOp *op, int k) {
  const int n = op->nargs / 2;
  if (op->nregions) return hlo_region_op(op->regions, k, k, n + k);
  const HloRow *row = hlo_row(hlo_word(op, "applies", 1));
  return row && row->emit == hlo_emit_map && row->nargs == 2 && n == 1 ? (Op)row->param : OP_COUNT;
}

// argmax as JAX writes it: the first largest, NaN before all, with its index:
//   value = a > b | a != a ? a : b      index = (a > b | a != a) | (a == b & i < j) ? i : j
static bool is_extremum(const HloRegion *r, const HloOp *op, const char *direction) {
  const uint32_t a = r->args[0], b = r->args[2];
  if (!op || op->row->emit != hlo_emit_map || op->row->param != OP_or) return false;
  const HloOp *x = hlo_def(r, op->args[0]), *y = hlo_def(r, op->args[1]);
  return takes(x, a, b) && takes(y, a, a) && hlo_is(hlo_direction(x), direction) &&
         hlo_is(hlo_direction(y), "NE");
}

static bool is_first(const HloRegion *r, const HloOp *op) {
  if (!op || op->row->emit != hlo_emit_map || op->row->param != OP_and) return false;
  const HloOp *x = hlo_def(r, op->args[0]), *y = hlo_def(r, op->args[1]);
  return takes(x, r->args[0], r->args[2]) && takes(y, r->args[1], r->args[3]) &&
         hlo_is(hlo_direction(x), "EQ") && hlo_is(hlo_direction(y), "LT");
}

static bool is_arg_region(const HloRegion *r, const char *direction) {
  if (r->nargs != 4 || hlo_region_results(r) != 2) return false;
  const HloOp *value = hlo_def(r, hlo_returned(r, 0)), *index = hlo_def(r, hlo_returned(r, 1));
  for (int k = 0; k < 2; k++) {
    const HloOp *op = k ? index : value;
    if (!op || op->row->emit != hlo_emit_select || op->args[1] != r->args[k] ||
        op->args[2] != r->args[2 + k])
      return false;
  }
  const HloOp *either = hlo_def(r, index->args[0]);
  return is_extremum(r, hlo_def(r, value->args[0]), direction) && either &&
         either->row->emit == hlo_emit_map && either->row->param == OP_or &&
         is_extremum(r, hlo_def(r, either->args[0]), direction) &&
         is_first(r, hlo_def(r, either->args[1]));
}

// The extremum, then the least index of what equals it.
static bool emit_argreduce(HloBuild *b, const HloOp *op, Op combine, Ints axes) {
  Graph *g = b->g;
  const Id x = operand(b, op, 0), i = operand(b, op, 1);
  const Id init = init_of(b, op, 0), init_index = init_of(b, op, 1);
  const Type tx = graph_type(g, x), ti = graph_type(g, i);
  if (!dtype_is_int(ti.dtype)) return hlo_not_yet(b, op, "this reducer");
  const Id best = reduced(b, op, combine, x, init, axes);
  if (best == NO_ID) return false;
  const Type tb = graph_type(g, best);
  int64_t kept[MAX_RANK];
  int n = 0;
  for (int d = 0; d < tx.rank; d++) {
    if (!ints_has(axes, d)) kept[n++] = d;
  }
  const Id all = b_broadcast(g, best, type_shape(tx), (Ints){n, kept});
  const Id here =
      dtype_is_float(tx.dtype) ? b_or(g, b_eq(g, x, all), b_ne(g, x, x)) : b_eq(g, x, all);
  uint64_t most = 0;
  op_identity(OP_reduce_min, ti.dtype, &most);
  const Id none = b_literal(g, type_scalar(ti.dtype), true, &most);
  const Id far = b_broadcast(g, none, type_shape(ti), (Ints){0});
  const Id first = b_reduce(g, OP_reduce_min, b_select(g, here, i, far), axes);
  if (first == NO_ID) return false;
  const Id start = b_select(g, b_eq(g, b_broadcast(g, init, type_shape(tb), (Ints){0}), best),
                            b_broadcast(g, init_index, type_shape(tb), (Ints){0}),
                            b_broadcast(g, none, type_shape(tb), (Ints){0}));
  b->ids[op->first] = best;
  b->ids[op->first + 1] = b_min(g, first, start);
  return b->ids[op->first + 1] != NO_ID;
}

static bool reduce_fits(HloBuild *b, const HloOp *op, Ints axes) {
  const int n = op->nargs / 2;
  if (op->nargs < 2 || op->nargs % 2 || op->nresults != n)
    return fail(op->loc, "%s: has an operand, an init and a result of each", op->row->name);
  if (!op->nregions && !hlo_word(op, "applies", 1).n)
    return fail(op->loc, "%s: has no region", op->row->name);
  if (op->nregions && (op->nregions != 1 || op->regions->nargs != op->nargs ||
                       hlo_region_results(op->regions) != n))
    return fail(op->loc, "%s: its region has two arguments and a result of each operand",
                op->row->name);
  for (int k = 0; k < n; k++) {
    const Type x = graph_type(b->g, operand(b, op, k)), init = graph_type(b->g, init_of(b, op, k));
    if (!type_equal(init, type_scalar(x.dtype)))
      return fail(op->loc, "%s: the init of %s is %s", op->row->name, TYPE_STR(x), TYPE_STR(init));
    if (!shape_equal(x, graph_type(b->g, operand(b, op, 0))))
      return fail(op->loc, "%s: operands differ in shape", op->row->name);
    for (int i = 0; i < axes.n; i++) {
      bool twice = false;
      for (int j = 0; j < i; j++) twice |= axes.v[i] == axes.v[j];
      if (twice || axes.v[i] < 0 || axes.v[i] >= x.rank)
        return fail(op->loc, "%s: dimensions are not distinct ones of %s", op->row->name,
                    TYPE_STR(x));
    }
  }
  return true;
}

static bool takes_reducer(Op combine, Dtype d) {
  const Op reducer = reducer_of(combine, d);
  return reducer != OP_COUNT && op_accepts(reducer, d);
}

// `applies stablehlo.power` as a graph.
static const Graph *applied(HloBuild *b, const HloOp *op) {
  const HloRow *row = hlo_row(hlo_word(op, "applies", 1));
  if (!row || row->emit != hlo_emit_map || row->nargs != 2 || op->nargs != 2)
    return hlo_not_yet(b, op, "this reducer"), NULL;
  const Id init = init_of(b, op, 0);
  Graph *g = graph_region(b->g, "body", 2, (Id[]){init, init});
  const Id r = graph_add(g, (Op)row->param, 2, g->params, NULL);
  if (r != NO_ID) graph_set_results(g, 1, &r);
  return r == NO_ID ? NULL : g;
}

static bool reduce_with(HloBuild *b, const HloOp *op, Ints axes) {
  const int n = op->nresults;
  int64_t sorted[MAX_RANK];
  Attrs at = {.axes = {axes.n, sorted}};
  for (int d = 0, k = 0; d < MAX_RANK; d++) {
    if (ints_has(axes, d)) sorted[k++] = d;
  }
  HloBody body = {0};
  if (!op->nregions) body.graph = applied(b, op);
  else if (!hlo_body(b, op, op->regions, HLO_FOLDS, &body)) return false;
  if (!body.graph) return false;
  const int all = n + body.n;
  Id *args = ARENA_ARRAY(b->arena, Id, 2 * all);
  for (int k = 0; k < n; k++) args[k] = operand(b, op, k), args[all + k] = init_of(b, op, k);
  hlo_spread_captured(b, &body, graph_type(b->g, args[0]), args + n);
  for (int k = 0; k < body.n; k++) args[all + n + k] = body.captured[k];
  at.body = body.graph;
  b->g->loc = op->loc;
  const Id first = graph_add(b->g, OP_reduce, 2 * all, args, &at);
  for (int k = 0; k < n; k++) b->ids[op->first + (uint32_t)k] = first + (Id)k;
  return first != NO_ID;
}

// ---- map

bool hlo_emit_map_region(HloBuild *b, const HloOp *op) {
  if (op->nregions != 1 || op->nargs < 1 || op->regions->nargs != op->nargs ||
      hlo_region_results(op->regions) != 1)
    return fail(op->loc, "%s: has a region with an argument of each operand", op->row->name);
  const Type t = hlo_arg_type(b, op, 0);
  Id *args = ARENA_ARRAY(b->arena, Id, op->nargs), r = NO_ID;
  for (int i = 0; i < op->nargs; i++) {
    args[i] = hlo_arg(b, op, i);
    if (!shape_equal(t, hlo_arg_type(b, op, i)))
      return fail(op->loc, "%s: operands differ in shape", op->row->name);
    if (!type_equal(op->regions->arg_types[i], type_scalar(hlo_arg_type(b, op, i).dtype)))
      return fail(op->loc, "%s: its region takes %s", op->row->name,
                  TYPE_STR(op->regions->arg_types[i]));
  }
  HloBody body;
  if (!hlo_body(b, op, op->regions, HLO_MAPS, &body)) return false;
  b->g->loc = op->loc;
  const Type gives = graph_type(body.graph, body.graph->results[0]);
  if (gives.rank) return fail(op->loc, "%s: its region gives %s", op->row->name, TYPE_STR(gives));
  Id *all = ARENA_ARRAY(b->arena, Id, op->nargs + body.n);
  for (int i = 0; i < op->nargs; i++) all[i] = args[i];
  hlo_spread_captured(b, &body, t, all + op->nargs);
  map_scalars(b->g, body.graph, type_shape(t), all, &r);
  return hlo_result(b, op, r);
}

// ---- reductions

bool hlo_emit_reduce(HloBuild *b, const HloOp *op) {
  Ints axes;
  if (!hlo_ints(b, op, hlo_attr(op, "dimensions", NULL), &axes) || !reduce_fits(b, op, axes))
    return false;
  if (op->nregions && is_arg_region(op->regions, "GT")) return emit_argreduce(b, op, OP_max, axes);
  if (op->nregions && is_arg_region(op->regions, "LT")) return emit_argreduce(b, op, OP_min, axes);
  for (int k = 0; k < op->nresults; k++) {
    const Op combine = combiner(op, k);
    if (combine == OP_COUNT || !takes_reducer(combine, graph_type(b->g, operand(b, op, k)).dtype))
      return reduce_with(b, op, axes);
    const Id y = reduced(b, op, combine, operand(b, op, k), init_of(b, op, k), axes);
    if (y == NO_ID) return false;
    b->ids[op->first + (uint32_t)k] = y;
  }
  return true;
}
