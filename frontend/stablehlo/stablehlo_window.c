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
  if (both.n != 2 * n && both.n != 1)
    return fail(op->loc, "%s: the padding does not fit", op->row->name);
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
    int64_t place = item->kind == HLO_INT        ? item->i < n ? item->i + 2 : -1
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
  const Dtype d = op->types[0].dtype;
  Id args[2];
  for (int i = 0; i < 2; i++) {
    const Dtype from = hlo_arg_type(b, op, i).dtype;
    if (from == DT_BOOL || d == DT_BOOL || dtype_is_float(from) != dtype_is_float(d) ||
        dtype_size(from) > dtype_size(d))
      return hlo_not_yet(b, op, "these element types");
    args[i] = b_convert(b->g, hlo_arg(b, op, i), d);
  }
  args[1] = b_reverse(b->g, args[1], turned);
  return hlo_result(b, op, graph_add(b->g, OP_conv, 2, args, &at));
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

bool hlo_emit_select_and_scatter(HloBuild *b, const HloOp *op) {
  Attrs at = {0};
  if (op->nregions != 2) return fail(op->loc, "%s: has two regions", op->row->name);
  if (!window_attrs(b, op, &at) || !(at.cond = hlo_scalar_region(b, op, op->regions)) ||
      !(at.body = hlo_scalar_region(b, op, op->regions->next)))
    return false;
  const Id args[] = {hlo_arg(b, op, 0), hlo_arg(b, op, 1), hlo_arg(b, op, 2)};
  return hlo_result(b, op, graph_add(b->g, OP_select_and_scatter, 3, args, &at));
}
