// StableHLO's sort and top_k: comparators that compare keys, and any others.
#include <string.h>

#include "frontend/stablehlo/stablehlo_lex.h"
#include "frontend/stablehlo/stablehlo_ops.h"
#include "ir/eval.h"

// ---- comparators that compare keys

enum { MOST_KEYS = 16 };

typedef struct SortKey {
  int operand;
  bool descending, total, canonical;
} SortKey;

// A constant of one float; false otherwise.
static bool float_constant(const HloOp *op, double *out) {
  if (!op || op->row->emit != hlo_emit_constant) return false;
  for (const HloAttr *a = op->attrs; a; a = a->next) {
    if (!a->value || a->value->kind != HLO_DENSE || a->value->literal.type.rank) continue;
    const Literal *l = &a->value->literal;
    if (!dtype_is_float(l->type.dtype)) return false;
    *out = eval_number(l->type.dtype, l->data, 0);
    return true;
  }
  return false;
}

// The select of a value that compares so with itself or (zero) with 0, and becomes NaN or 0 there.
static const HloOp *replaces(const HloRegion *r, uint32_t v, const char *direction, bool zero) {
  const HloOp *op = hlo_def(r, v);
  double with, by;
  if (!op || op->row->emit != hlo_emit_select) return NULL;
  const HloOp *test = hlo_def(r, op->args[0]);
  if (!hlo_is(hlo_direction(test), direction) || !float_constant(hlo_def(r, op->args[1]), &by) ||
      (zero ? by != 0 || __builtin_signbit(by) : by == by))
    return NULL;
  if (!zero) return test->args[0] == test->args[1] ? op : NULL;
  return test->args[0] == op->args[2] && float_constant(hlo_def(r, test->args[1]), &with) &&
                 with == 0
             ? op
             : NULL;
}

// JAX compares x == 0 ? 0 : x, and x != x ? NaN : that: x itself, without these selects.
static uint32_t without_canonical(const HloRegion *r, uint32_t v, bool *canonical) {
  const HloOp *nan = replaces(r, v, "NE", false);
  const HloOp *zero = nan ? replaces(r, nan->args[2], "EQ", true) : NULL;
  const HloOp *test = nan ? hlo_def(r, nan->args[0]) : NULL;
  *canonical = zero && (test->args[0] == zero->args[2] || test->args[0] == nan->args[2]);
  return *canonical ? zero->args[2] : v;
}

static bool one_of(HloSlice s, const char *a, const char *b) {
  return hlo_is(s, a) || hlo_is(s, b);
}

// "Less" (or "greater") of one operand; or equal: a stable sort tells no difference.
static bool sort_key(const HloRegion *r, const HloOp *op, SortKey *out) {
  const HloSlice direction = hlo_direction(op);
  const bool down = one_of(direction, "GT", "GE");
  if (!down && !one_of(direction, "LT", "LE")) return false;
  bool left = false, right = false;
  const uint32_t a = without_canonical(r, op->args[0], &left);
  const uint32_t b = without_canonical(r, op->args[1], &right);
  *out = (SortKey){.operand = -1, .descending = down, .canonical = left};
  out->total = hlo_is(hlo_word(op, "compare_type", 1), "TOTALORDER");
  for (int i = 0; i + 1 < r->nargs; i += 2) {
    const bool swapped = r->args[i] == b && r->args[i + 1] == a;
    if (!swapped && !(r->args[i] == a && r->args[i + 1] == b)) continue;
    out->operand = i / 2;
    out->descending ^= swapped;
  }
  return out->operand >= 0 && left == right;
}

static const HloOp *map_of(const HloRegion *r, uint32_t v, Op op) {
  const HloOp *def = hlo_def(r, v);
  return def && def->row->emit == hlo_emit_map && def->row->param == (int)op ? def : NULL;
}

// Both compare the same values.
static bool same_operands(const HloOp *a, const HloOp *b) {
  return a->nargs == 2 && b->nargs == 2 &&
         ((a->args[0] == b->args[0] && a->args[1] == b->args[1]) ||
          (a->args[0] == b->args[1] && a->args[1] == b->args[0]));
}

// a < b, or a == b and the rest of the keys: in any order of the operands. *rest: the rest.
static bool next_key(const HloRegion *r, const HloOp *either, SortKey *key, uint32_t *rest) {
  for (int i = 0; i < 2; i++) {
    const HloOp *less = hlo_def(r, either->args[i]);
    const HloOp *both = map_of(r, either->args[1 - i], OP_and);
    for (int k = 0; less && both && k < 2; k++) {
      const HloOp *equal = hlo_def(r, both->args[k]);
      *rest = both->args[1 - k];
      if (equal && hlo_is(hlo_direction(equal), "EQ") && same_operands(less, equal) &&
          one_of(hlo_direction(less), "LT", "GT") && sort_key(r, less, key))
        return true;
    }
  }
  return false;
}

// Lexicographic comparison; the number of keys, 0 if the region is anything else.
static int sort_keys(const HloRegion *r, SortKey *keys) {
  uint32_t v = hlo_returned(r, 0);
  for (int n = 0; n < MOST_KEYS; n++) {
    const HloOp *op = hlo_def(r, v), *either = map_of(r, v, OP_or);
    if (op && sort_key(r, op, &keys[n])) return n + 1;
    if (!either || !next_key(r, either, &keys[n], &v)) return 0;
  }
  return 0;
}

// -0 as 0, NaN as one of positive sign.
static Id canonical(Graph *g, Id x) {
  if (!dtype_is_float(graph_type(g, x).dtype)) return x;
  const Id zero = b_like(g, x, 0), nan = b_like(g, x, __builtin_nan(""));
  return b_select(g, b_ne(g, x, x), nan, b_select(g, b_eq(g, x, zero), zero, x));
}

// Ascending by it is the order that was asked for. Our sort takes -0 for 0 and NaN for the largest.
static Id key_of(Graph *g, Id x, SortKey key) {
  const bool is_float = dtype_is_float(graph_type(g, x).dtype);
  if (!is_float) return key.descending ? b_not(g, x) : x;
  if (!key.descending && (key.canonical || !key.total)) return x;
  if (key.canonical || !key.total) x = canonical(g, x);
  x = b_total_order(g, x);
  return key.descending ? b_not(g, x) : x;
}

// ---- sorts

// One stable sort by each key, the last key first; the first operand itself may be the key.
static Id sort_by_key(HloBuild *b, int n, Id *x, SortKey key, int64_t axis) {
  Id *args = ARENA_ARRAY(b->arena, Id, n + 1);
  memcpy(args + 1, x, sizeof *x * (size_t)n);
  args[0] = key_of(b->g, x[key.operand], key);
  if (args[0] == NO_ID) return NO_ID;
  const int skip = args[0] == args[1];
  const Id first = graph_add(b->g, OP_sort, n + 1 - skip, args + skip, &(Attrs){.axis = axis});
  for (int i = 0; first != NO_ID && i < n; i++) x[i] = first + (Id)(i + !skip);
  return first;
}

static bool sort_with(HloBuild *b, const HloOp *op, Id *x, int64_t axis) {
  HloBody body;
  if (!hlo_body(b, op, op->regions, HLO_COMPARES, &body)) return false;
  Id *all = ARENA_ARRAY(b->arena, Id, op->nargs + body.n);
  memcpy(all, x, sizeof *x * (size_t)op->nargs);
  hlo_spread_captured(b, &body, graph_type(b->g, x[0]), all + op->nargs);
  b->g->loc = op->loc;
  const Attrs at = {.axis = axis, .cond = body.graph};
  const Id first = graph_add(b->g, OP_sort_by, op->nargs + body.n, all, &at);
  for (int i = 0; i < op->nargs; i++) x[i] = first + (Id)i;
  return first != NO_ID;
}

bool hlo_emit_sort(HloBuild *b, const HloOp *op) {
  SortKey keys[MOST_KEYS];
  int64_t axis;
  if (op->nargs < 1 || op->nresults != op->nargs || op->nregions != 1 ||
      op->regions->nargs != 2 * op->nargs || hlo_region_results(op->regions) != 1)
    return fail(op->loc, "%s: has a comparator with two arguments of each operand", op->row->name);
  if (!hlo_int_or(op, hlo_attr(op, "dimension", NULL), -1, &axis)) return false;
  const Type t = hlo_arg_type(b, op, 0);
  if (axis < -t.rank || axis >= t.rank)
    return fail(op->loc, "%s: dimension %lld is out of range for %s", op->row->name,
                (long long)axis, TYPE_STR(t));
  if (axis < 0) axis += t.rank;
  Id *x = ARENA_ARRAY(b->arena, Id, op->nargs);
  for (int i = 0; i < op->nargs; i++) x[i] = hlo_arg(b, op, i);
  const int n = sort_keys(op->regions, keys);
  if (!n && !sort_with(b, op, x, axis)) return false;
  for (int k = n - 1; k >= 0; k--) {
    if (sort_by_key(b, op->nargs, x, keys[k], axis) == NO_ID) return false;
  }
  for (int i = 0; i < op->nargs; i++) b->ids[op->first + (uint32_t)i] = x[i];
  return true;
}

bool hlo_emit_top_k(HloBuild *b, const HloOp *op) {
  Graph *g = b->g;
  const Id x = hlo_arg(b, op, 0);
  const Type t = graph_type(g, x);
  int64_t k;
  if (!hlo_int_or(op, hlo_attr(op, "k", NULL), -1, &k)) return false;
  if (!t.rank || k < 0 || k > t.dim[t.rank - 1] || op->nresults != 2)
    return fail(op->loc, "%s: k does not fit %s", op->row->name, TYPE_STR(t));
  const Id first = graph_add(g, OP_top_k, 1, &x, &(Attrs){.k = k});
  b->ids[op->first] = first, b->ids[op->first + 1] = first + 1;
  return first != NO_ID;
}
