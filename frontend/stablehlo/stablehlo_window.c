// StableHLO's convolutions and windows as ours.
#include "frontend/stablehlo/stablehlo_lex.h"
#include "frontend/stablehlo/stablehlo_ops.h"

// Integers or lists of them, one behind the other; `otherwise` n times where there is none.
static bool flat_ints(HloBuild *b, const HloOp *op, const HloValue *v, int n, int64_t otherwise,
                      Ints *out) {
  int64_t *to = ARENA_ARRAY(b->arena, int64_t, n + 1);
  int k = 0;
  *out = (Ints){n, to};
  if (!v) {
    for (; k < n; k++) to[k] = otherwise;
    return true;
  }
  if (v->kind != HLO_LIST || !v->n || v->items->kind != HLO_LIST) return hlo_ints(b, op, v, out);
  for (const HloValue *item = v->items; item; item = item->next) {
    Ints part;
    if (!hlo_ints(b, op, item, &part)) return false;
    for (int i = 0; i < part.n && k < n; i++) to[k++] = part.v[i];
  }
  return k == n || fail(op->loc, "%s: the padding does not fit", op->row->name);
}

static bool set_padding(HloBuild *b, const HloOp *op, Ints both, int n, Attrs *at) {
  if (both.n != 2 * n) return fail(op->loc, "%s: the padding does not fit", op->row->name);
  int64_t *low = ARENA_ARRAY(b->arena, int64_t, n), *high = ARENA_ARRAY(b->arena, int64_t, n);
  for (int i = 0; i < n; i++) low[i] = both.v[2 * i], high[i] = both.v[2 * i + 1];
  at->low = (Ints){n, low}, at->high = (Ints){n, high};
  return true;
}

static bool padding(HloBuild *b, const HloOp *op, const HloValue *v, int n, Attrs *at) {
  Ints both;
  return flat_ints(b, op, v, 2 * n, 0, &both) && set_padding(b, op, both, n, at);
}

static bool operand_padding(HloBuild *b, const HloOp *op, int operand, int n, Attrs *at) {
  Ints both;
  return hlo_constant_ints(b, op, operand, &both) && set_padding(b, op, both, n, at);
}

// ---- convolution

// [b, 0, 1, f]: where each of `names` and each spatial number stands.
static bool dim_numbers(HloBuild *b, const HloOp *op, const HloValue *list, const char *first,
                        const char *second, Ints *out) {
  const int n = list->n;
  int64_t *to = ARENA_ARRAY(b->arena, int64_t, n + 1);
  bool ok = list->kind == HLO_LIST && n >= 2 && n <= MAX_RANK;
  for (int i = 0; ok && i < n; i++) to[i] = -1;
  int at = 0;
  for (const HloValue *item = list->items; ok && item; item = item->next, at++) {
    int64_t place = item->kind == HLO_INT        ? item->i >= 0 && item->i < n ? item->i + 2 : -1
                    : hlo_is(item->text, first)  ? 0
                    : hlo_is(item->text, second) ? 1
                                                 : -1;
    ok = place >= 0 && place < n && to[place] < 0;
    if (ok) to[place] = at;
  }
  *out = (Ints){n, to};
  return ok || fail(op->loc, "%s: dim_numbers are like [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]",
                    op->row->name);
}

static bool conv_dims(HloBuild *b, const HloOp *op, Attrs *at) {
  const HloValue *v = hlo_attr(op, "dim_numbers", "dimension_numbers");
  if (v && v->kind == HLO_DICT && v->entries) v = v->entries->value;
  if (!v || v->kind != HLO_PAIR || v->n != 3)
    return fail(op->loc, "%s: has no dim_numbers", op->row->name);
  const HloValue *l = v->items, *r = l->next, *o = r->next;
  return dim_numbers(b, op, l, "b", "f", &at->lhs_dims) &&
         dim_numbers(b, op, r, "o", "i", &at->rhs_dims) &&
         dim_numbers(b, op, o, "b", "f", &at->out_dims);
}

// The spatial dimensions of the kernel that are turned round.
static bool reversed(HloBuild *b, const HloOp *op, const HloValue *v, const Attrs *at, Ints *out) {
  int64_t *axes = ARENA_ARRAY(b->arena, int64_t, at->rhs_dims.n + 1);
  int i = 0;
  *out = (Ints){0, axes};
  if (v && v->kind == HLO_DENSE) return hlo_not_yet(b, op, "window_reversal as dense<..>");
  for (const HloValue *item = v ? v->items : NULL; item; item = item->next, i++) {
    if (i + 2 >= at->rhs_dims.n) return fail(op->loc, "%s: too many flags", op->row->name);
    if (hlo_is(item->text, "true") || item->i) axes[out->n++] = at->rhs_dims.v[2 + i];
  }
  return true;
}

bool hlo_emit_convolution(HloBuild *b, const HloOp *op) {
  Attrs at = {0};
  Ints turned;
  const HloValue *w = hlo_attr(op, "window", NULL);
  if (!conv_dims(b, op, &at)) return false;
  const int n = at.lhs_dims.n - 2;
#define WINDOW(pretty, name) w ? hlo_entry(w, pretty) : hlo_attr(op, name, NULL)
  if (!flat_ints(b, op, WINDOW("stride", "window_strides"), n, 1, &at.stride) ||
      !(op->nargs == 3 ? operand_padding(b, op, 2, n, &at)
                       : padding(b, op, WINDOW("pad", "padding"), n, &at)) ||
      !flat_ints(b, op, WINDOW("lhs_dilate", "lhs_dilation"), n, 1, &at.lhs_dilation) ||
      !flat_ints(b, op, WINDOW("rhs_dilate", "rhs_dilation"), n, 1, &at.rhs_dilation) ||
      !reversed(b, op, WINDOW("reverse", "window_reversal"), &at, &turned) ||
      !hlo_int_or(op, hlo_attr(op, "feature_group_count", NULL), 1, &at.feature_groups) ||
      !hlo_int_or(op, hlo_attr(op, "batch_group_count", NULL), 1, &at.batch_groups))
    return false;
#undef WINDOW
  // Of bools: whether both are true anywhere.
  const bool bools = op->types[0].dtype == DT_BOOL;
  const Dtype d = bools ? DT_I32 : op->types[0].dtype;
  Id args[2];
  for (int i = 0; i < 2; i++) {
    const Dtype from = hlo_arg_type(b, op, i).dtype;
    if ((from == DT_BOOL) != bools || dtype_is_float(from) != dtype_is_float(d) ||
        dtype_size(from) > dtype_size(d))
      return hlo_not_yet(b, op, "these element types");
    args[i] = b_convert(b->g, hlo_arg(b, op, i), d);
  }
  args[1] = b_reverse(b->g, args[1], turned);
  const Id sum = graph_add(b->g, OP_conv, 2, args, &at);
  return hlo_result(b, op, bools && sum != NO_ID ? b_ne(b->g, sum, b_like(b->g, sum, 0)) : sum);
}

// ---- windows with regions

static bool window_attrs(HloBuild *b, const HloOp *op, Attrs *at) {
  const int n = hlo_arg_type(b, op, 0).rank;
  return flat_ints(b, op, hlo_attr(op, "window_dimensions", NULL), n, 1, &at->window) &&
         flat_ints(b, op, hlo_attr(op, "window_strides", NULL), n, 1, &at->stride) &&
         padding(b, op, hlo_attr(op, "padding", NULL), n, at);
}

bool hlo_emit_reduce_window(HloBuild *b, const HloOp *op) {
  Attrs at = {0};
  HloBody body;
  if (op->nargs < 2 || op->nargs % 2 || op->nregions != 1 || op->nresults != op->nargs / 2)
    return fail(op->loc, "%s: has an init and a result for each operand, and a combiner",
                op->row->name);
  const int n = hlo_arg_type(b, op, 0).rank;
  if (!window_attrs(b, op, &at) ||
      !flat_ints(b, op, hlo_attr(op, "base_dilations", NULL), n, 1, &at.lhs_dilation) ||
      !flat_ints(b, op, hlo_attr(op, "window_dilations", NULL), n, 1, &at.rhs_dilation) ||
      !hlo_body(b, op, op->regions, HLO_FOLDS, &body))
    return false;
  const int operands = op->nargs / 2, all = operands + body.n;
  Id *args = ARENA_ARRAY(b->arena, Id, 2 * all);
  for (int i = 0; i < operands; i++)
    args[i] = hlo_arg(b, op, i), args[all + i] = hlo_arg(b, op, operands + i);
  hlo_spread_captured(b, &body, hlo_arg_type(b, op, 0), args + operands);
  for (int k = 0; k < body.n; k++) args[all + operands + k] = body.captured[k];
  at.body = body.graph;
  const Id first = graph_add(b->g, OP_reduce_window, 2 * all, args, &at);
  for (int i = 0; first != NO_ID && i < op->nresults; i++)
    b->ids[op->first + (uint32_t)i] = first + (Id)i;
  return first != NO_ID;
}

// Of a selection over x, y and captured values, a fold that finds the element which is selected and
// its number: over value, number and captured of both. Numbers are -1 where there is no element.
static const Graph *finding_body(HloBuild *b, const Graph *select) {
  Graph *g = graph_region(b->g, "body", 0, NULL);
  const int captured = select->nparams - 2, n = 2 + captured;
  Id v[2][2], *args = ARENA_ARRAY(b->arena, Id, n), *results = ARENA_ARRAY(b->arena, Id, n), first;
  for (int side = 0; side < 2; side++) {
    args[side] = v[side][0] = graph_param(g, graph_type(select, select->params[side]), NULL);
    v[side][1] = graph_param(g, type_scalar(DT_I64), NULL);
    for (int k = 2; k < n; k++) {
      const Id p = graph_param(g, graph_type(select, select->params[k]), NULL);
      if (!side) args[k] = results[k] = p;
    }
  }
  graph_inline(g, select, args, &first);
  const Id none = b_scalar_int(g, DT_I64, -1);
  first = b_or(g, b_eq(g, v[1][1], none), b_and(g, b_ne(g, v[0][1], none), first));
  for (int i = 0; i < 2; i++) results[i] = b_select(g, first, v[0][i], v[1][i]);
  graph_set_results(g, n, results);
  return failed() ? NULL : g;
}

// The number of the element that each window selects, [windows, 1].
static Id selected(HloBuild *b, const HloOp *op, const HloBody *select, Attrs at) {
  Graph *g = b->g;
  const Id x = hlo_arg(b, op, 0);
  const Type t = graph_type(g, x);
  const int n = 2 + select->n;
  Id *args = ARENA_ARRAY(b->arena, Id, 2 * n);
  const Id numbers = b_iota(g, type_of(DT_I64, INTS(type_count(t))), 0);
  args[0] = x, args[1] = b_reshape(g, numbers, type_shape(t));
  args[n] = hlo_arg(b, op, 2), args[n + 1] = b_scalar_int(g, DT_I64, -1);
  hlo_spread_captured(b, select, t, args + 2);
  for (int k = 0; k < select->n; k++) args[n + 2 + k] = select->captured[k];
  int64_t ones[MAX_RANK];
  for (int i = 0; i < t.rank; i++) ones[i] = 1;
  at.lhs_dilation = at.rhs_dilation = (Ints){t.rank, ones};
  if (!(at.body = finding_body(b, select->graph))) return NO_ID;
  const Id found = graph_add(g, OP_reduce_window, 2 * n, args, &at);
  if (found == NO_ID) return NO_ID;
  return b_reshape(g, found + 1, INTS(type_count(hlo_arg_type(b, op, 1)), 1));
}

// With captured values: windows look for their elements, into which the sources are scattered.
static bool select_then_scatter(HloBuild *b, const HloOp *op, const HloBody *select, Attrs at) {
  Graph *g = b->g;
  HloBody body;
  if (!hlo_body(b, op, op->regions->next, HLO_FOLDS, &body)) return false;
  const Type t = hlo_arg_type(b, op, 0), source = hlo_arg_type(b, op, 1);
  const Type all = {t.dtype, 1, (int64_t[]){type_count(t)}};
  const Type each = {t.dtype, 1, (int64_t[]){type_count(source)}};
  const Id where = selected(b, op, select, at);
  if (where == NO_ID) return false;
  const int n = 1 + body.n;
  Id *args = ARENA_ARRAY(b->arena, Id, 2 * n + 1);
  args[0] = b_broadcast(g, hlo_arg(b, op, 2), type_shape(all), (Ints){0});
  args[n] = where;
  args[n + 1] = b_reshape(g, hlo_arg(b, op, 1), type_shape(each));
  hlo_spread_captured(b, &body, all, args + 1);
  hlo_spread_captured(b, &body, each, args + n + 2);
  const Attrs into = {
      .collapsed_dims = INTS(0), .index_map = INTS(0), .index_vector_dim = 1, .body = body.graph};
  const Id r = graph_add(g, OP_scatter, 2 * n + 1, args, &into);
  return r != NO_ID && hlo_result(b, op, b_reshape(g, r, type_shape(t)));
}

static bool takes_two(const HloOp *op, const HloRegion *r) {
  return (r->nargs == 2 && hlo_region_results(r) == 1) ||
         fail(op->loc, "%s: its regions take two values and give one", op->row->name);
}

bool hlo_emit_select_and_scatter(HloBuild *b, const HloOp *op) {
  Attrs at = {0};
  HloBody select, scatter;
  if (op->nregions != 2) return fail(op->loc, "%s: has two regions", op->row->name);
  if (!takes_two(op, op->regions) || !takes_two(op, op->regions->next) ||
      !window_attrs(b, op, &at) || !hlo_body(b, op, op->regions, HLO_PLAIN, &select))
    return false;
  if (select.n) return select_then_scatter(b, op, &select, at);
  if (!hlo_body(b, op, op->regions->next, HLO_PLAIN, &scatter)) return false;
  at.cond = select.graph, at.body = scatter.graph;
  const Id args[] = {hlo_arg(b, op, 0), hlo_arg(b, op, 1), hlo_arg(b, op, 2)};
  return hlo_result(b, op, graph_add(b->g, OP_select_and_scatter, 3, args, &at));
}
