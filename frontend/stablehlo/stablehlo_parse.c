// Regions and ops of StableHLO text: what reads the part of the grammar below functions.
#include <string.h>

#include "frontend/stablehlo/stablehlo_parse.h"

enum { MOST_RESULTS = 4096, MOST_REGIONS = 256 };

// ---- regions

static bool read_op(HloReader *r, HloOp **out);

static bool push_arg(HloReader *r) {
  const HloToken name = r->token;
  if (name.kind != HT_VALUE) return hlo_wanted(r, "an argument");
  hlo_next(r);
  uint32_t v;
  const int before = r->ntypes, tuples = r->ntuples;
  if (!hlo_expect(r, ":") || !hlo_push_type(r)) return false;
  const int n = r->ntypes - before;
  if (!hlo_define(r, name, n, r->types + before, r->ntuples > tuples, &v)) return false;
  GROW(r->uses, r->uses_cap, r->nuses + n);
  for (int i = 0; i < n; i++) r->uses[r->nuses++] = v + (uint32_t)i;
  return (!hlo_at(r, "{") || hlo_skip_brackets(r)) && hlo_skip_loc(r);
}

bool hlo_arg_list(HloReader *r) { return hlo_list(r, push_arg); }

// The scratch lists are its arguments.
void hlo_take_args(HloReader *r, HloRegion *out) {
  out->nargs = r->nuses;
  out->args = arena_copy(r->arena, r->uses, sizeof *r->uses * (size_t)r->nuses);
  out->arg_types = arena_copy(r->arena, r->types, sizeof *r->types * (size_t)r->nuses);
}

static bool ops_until_brace(HloReader *r, HloRegion *out) {
  HloOp **end = &out->ops, *last = NULL;
  while (!hlo_at(r, "}")) {
    if (last && last->row->emit == hlo_emit_return)
      return r->token.kind == HT_END ? hlo_wanted(r, "'}'")
                                     : fail(r->token.loc, "an op stands behind the return");
    if (!read_op(r, end)) return false;
    last = *end;
    end = &last->next;
  }
  if (!last || last->row->emit != hlo_emit_return)
    return fail(r->token.loc, "the region does not end in a return");
  out->end = r->nvalues;
  hlo_next(r);
  return true;
}

bool hlo_region_body(HloReader *r, HloRegion *out) {
  if (!hlo_expect(r, "{")) return false;
  if (r->token.kind == HT_BLOCK) {
    hlo_next(r);
    r->nuses = r->ntypes = 0;
    if (out->nargs) return fail(out->loc, "the region has its arguments twice");
    if (hlo_at(r, "(") && !hlo_arg_list(r)) return false;
    hlo_take_args(r, out);
    if (!hlo_expect(r, ":")) return false;
  }
  return ops_until_brace(r, out);
}

// Names from *names on are known in the region only.
static HloRegion *begin_region(HloReader *r, int *names) {
  if (!hlo_enter(r)) return NULL;
  *names = r->names->n;
  HloRegion *region = ARENA_NEW(r->arena, HloRegion);
  region->first = r->nvalues;
  region->loc = r->token.loc;
  return region;
}

static bool finish_region(HloReader *r, HloOp *op, HloRegion *region, int names) {
  if (!hlo_region_body(r, region)) return false;
  HloRegion **end = &op->regions;
  while (*end) end = &(*end)->next;
  *end = region;
  op->nregions++;
  hlo_names_cut(r->names, names);
  r->depth--;
  return true;
}

static bool plain_region(HloReader *r, HloOp *op) {
  int names;
  HloRegion *region = begin_region(r, &names);
  return region && finish_region(r, op, region, names);
}

// reducer(%acc0: T, %x0: T) (%acc1: T, %x1: T) { .. }: arguments in the order acc0, acc1, x0, x1.
static bool reducer_region(HloReader *r, HloOp *op) {
  int names;
  HloRegion *region = begin_region(r, &names);
  if (!region) return false;
  r->nuses = r->ntypes = 0;
  while (hlo_at(r, "(")) {
    if (!hlo_arg_list(r)) return false;
  }
  if (!r->nuses || r->nuses % 2)
    return fail(region->loc, "a reducer has two arguments for each operand");
  hlo_take_args(r, region);
  for (int i = 0; i < region->nargs; i++) {
    const int to = i / 2 + (i % 2) * (region->nargs / 2);
    region->args[to] = r->uses[i];
    region->arg_types[to] = r->types[i];
  }
  return finish_region(r, op, region, names);
}

// A region of while in its pretty form: its arguments were named before the types were known.
static bool loop_region(HloReader *r, HloOp *op, const HloToken *names_of, int n) {
  int names;
  HloRegion *region = begin_region(r, &names);
  if (!region) return false;
  region->nargs = n;
  region->args = ARENA_ARRAY(r->arena, uint32_t, n);
  region->arg_types = op->types;
  for (int i = 0; i < n; i++) {
    if (!hlo_define(r, names_of[i], 1, &op->types[i], false, &region->args[i])) return false;
  }
  return finish_region(r, op, region, names);
}

// ---- ops

static void take_operands(HloReader *r, HloOp *op) {
  op->nargs = r->nuses;
  op->args = arena_copy(r->arena, r->uses, sizeof *r->uses * (size_t)r->nuses);
}

static bool generic_regions(HloReader *r, HloOp *op) {
  hlo_next(r);
  do {
    if (op->nregions == MOST_REGIONS)
      return fail(op->loc, "%s: more than %d regions", op->row->name, MOST_REGIONS);
    if (!plain_region(r, op)) return false;
  } while (hlo_accept(r, ","));
  return hlo_expect(r, ")");
}

static bool properties(HloReader *r, HloOp *op) {
  int n = 0;
  if (!hlo_accept(r, "<")) return true;
  return hlo_expect(r, "{") && hlo_entries(r, "}", &op->attrs, &n) && hlo_expect(r, ">");
}

// Behind `"name"`.
static bool generic(HloReader *r, HloOp *op, int wanted) {
  r->nuses = 0;
  if (!hlo_list(r, hlo_use)) return false;
  take_operands(r, op);
  int n = 0;
  if (!properties(r, op) || (hlo_at(r, "(") && !generic_regions(r, op))) return false;
  if (hlo_accept(r, "{") && !hlo_entries(r, "}", &op->attrs, &n)) return false;
  const HloValue *callee = hlo_attr(op, "callee", NULL),
                 *target = hlo_attr(op, "call_target_name", NULL);
  if (!callee) callee = target ? target : hlo_attr(op, "decomposition", NULL);
  if (callee) op->callee = callee->text;
  const HloValue *value = hlo_attr(op, "value", NULL);
  if (value && value->kind == HLO_DENSE &&
      !hlo_add_attr(r, &op->attrs, (HloSlice){0}, op->loc, (HloValue *)value))
    return false;
  return hlo_signature(r, op, wanted);
}

// The named arguments of a loop, until its types are known.
typedef struct Pretty {
  HloToken *loop_names;  // in the arena
  int nloop, depth;
} Pretty;

static bool pretty_operand(HloReader *r, Pretty *p) {
  const HloToken name = r->token;
  HloReader ahead = *r;
  hlo_next(&ahead);
  if (!hlo_at(&ahead, "=")) return hlo_use(r);
  if (!p->loop_names) p->loop_names = ARENA_ARRAY(r->arena, HloToken, HLO_MOST_ITEMS);
  if (p->nloop == HLO_MOST_ITEMS)
    return fail(name.loc, "the loop has more than %d values", HLO_MOST_ITEMS);
  p->loop_names[p->nloop++] = name;
  hlo_next(r);
  hlo_next(r);
  return hlo_use(r);
}

static bool pretty_word(HloReader *r, HloOp *op) {
  const HloToken t = r->token;
  if (hlo_at(r, "dense")) {
    HloValue *v = hlo_value(r);
    return v && hlo_add_attr(r, &op->attrs, (HloSlice){0}, t.loc, v);
  }
  hlo_next(r);
  if (hlo_is(t.text, "init") && hlo_at(r, ":")) {
    op->init_pairs = true;
    hlo_next(r);
    return hlo_use(r);
  }
  HloValue *v;
  if (hlo_accept(r, "=")) {
    return (v = hlo_value(r)) && hlo_add_attr(r, &op->attrs, t.text, t.loc, v);
  }
  v = ARENA_NEW(r->arena, HloValue);
  v->kind = HLO_WORD;
  v->text = t.text;
  return hlo_add_attr(r, &op->attrs, (HloSlice){0}, t.loc, v);
}

static bool pretty_bracket(HloReader *r, HloOp *op, Pretty *p) {
  const Loc loc = r->token.loc;
  int n = 0;
  if (hlo_accept(r, "(")) return p->depth++, true;
  if (hlo_at(r, ")") && p->depth) return hlo_next(r), p->depth--, true;
  if (hlo_accept(r, "{")) return hlo_entries(r, "}", &op->attrs, &n);
  if (hlo_at(r, "<")) return hlo_skip_brackets(r);  // sdy's shardings
  if (!hlo_at(r, "[")) return hlo_wanted(r, "':' and the types");
  HloValue *v = hlo_value(r);
  return v && hlo_add_attr(r, &op->attrs, (HloSlice){0}, loc, v);
}

// The next op begins although this one has no types yet.
static bool at_next_op(const HloReader *r, const HloOp *op, const Pretty *p) {
  if (p->depth || r->token.loc.line == op->loc.line) return false;
  if (r->token.kind == HT_WORD) return hlo_row(r->token.text) != NULL;
  if (r->token.kind != HT_VALUE) return false;
  HloReader ahead = *r;
  hlo_next(&ahead);
  return hlo_at(&ahead, "=");
}

static bool pretty_item(HloReader *r, HloOp *op, Pretty *p) {
  if (at_next_op(r, op, p)) return hlo_wanted(r, "':' and the types");
  if (r->token.kind == HT_VALUE) return pretty_operand(r, p);
  if (r->token.kind == HT_WORD) return pretty_word(r, op);
  if (r->token.kind == HT_STRING) return hlo_next(r), true;  // the name of a composite
  if (hlo_accept(r, ",")) return true;
  if (r->token.kind != HT_SYMBOL) return pretty_bracket(r, op, p);
  op->callee = r->token.text;
  hlo_next(r);
  return true;
}

static bool constant(HloReader *r, HloOp *op) {
  int n = 0;
  if (hlo_accept(r, "{") && !hlo_entries(r, "}", &op->attrs, &n)) return false;
  if (!hlo_at(r, "dense")) return hlo_wanted(r, "'dense'");
  HloValue *v = hlo_value(r);
  if (!v || !hlo_add_attr(r, &op->attrs, (HloSlice){0}, op->loc, v)) return false;
  hlo_set_results(r, op, &v->literal.type, 1);
  return true;
}

static bool at_return_end(const HloReader *r, const HloOp *op) {
  return op->row->emit == hlo_emit_return && !r->nuses && (hlo_at(r, "}") || hlo_at(r, "loc"));
}

// `check.expect_eq_const %x, dense<..> : T`: the type is the constant's.
static bool at_check_end(const HloOp *op) {
  const HloAttr *last = op->attrs;
  return op->row->emit == hlo_emit_custom_call && last && last->value &&
         last->value->kind == HLO_DENSE && !last->name.n;
}

static bool pretty(HloReader *r, HloOp *op, int wanted) {
  Pretty p = {0};
  r->nuses = 0;
  while ((p.depth || !hlo_at(r, ":")) && !at_return_end(r, op) && !at_check_end(op)) {
    if (!pretty_item(r, op, &p)) return false;
  }
  take_operands(r, op);
  const HloValue *decomposition = hlo_attr(op, "decomposition", NULL);
  if (decomposition) op->callee = decomposition->text;
  if (at_check_end(op)) return true;
  if (op->init_pairs && (op->nargs % 2 || op->nargs == 0))
    return fail(op->loc, "%s: each operand has one init", op->row->name);
  if (!hlo_signature(r, op, wanted)) return false;
  if (hlo_accept(r, "reducer")) return reducer_region(r, op);
  if (!p.nloop) return true;
  if (p.nloop != op->nresults)
    return fail(op->loc, "%s: %d values, types for %d", op->row->name, p.nloop, op->nresults);
  if (hlo_accept(r, "attributes") && !hlo_skip_brackets(r)) return false;
  return hlo_expect(r, "cond") && loop_region(r, op, p.loop_names, p.nloop) &&
         hlo_expect(r, "do") && loop_region(r, op, p.loop_names, p.nloop);
}

// The names in front of "=".
typedef struct Targets {
  HloToken *names;
  int *counts;
  int n, total;
} Targets;

static bool read_targets(HloReader *r, Targets *t) {
  HloToken few[64];
  int counts[64];
  do {
    if (r->token.kind != HT_VALUE) return hlo_wanted(r, "the name of a result");
    if (t->n == 64)
      return hlo_unsupported(r->unsupported, r->token.loc, "more than 64 names of results");
    few[t->n] = r->token;
    hlo_next(r);
    int64_t count = 1;
    if (hlo_accept(r, ":") && !hlo_int(r, &count)) return false;
    if (count < 1 || count > MOST_RESULTS)
      return fail(few[t->n].loc, "the number of results is not in 1..%d", MOST_RESULTS);
    counts[t->n++] = (int)count;
    t->total += (int)count;
  } while (hlo_accept(r, ","));
  t->names = arena_copy(r->arena, few, sizeof *few * (size_t)t->n);
  t->counts = arena_copy(r->arena, counts, sizeof *counts * (size_t)t->n);
  return hlo_expect(r, "=");
}

static bool find_row(HloReader *r, HloOp *op) {
  const HloToken t = r->token;
  op->loc = t.loc;
  if (t.kind != HT_WORD && t.kind != HT_STRING) return hlo_wanted(r, "an op");
  op->row = hlo_row(t.text);
  if (op->row) return true;
  const int n = t.text.n < 100 ? (int)t.text.n : 100;
  const bool dotted = memchr(t.text.s, '.', t.text.n) != NULL;
  if (!dotted) return fail(t.loc, "there is no op '%.*s'", n, t.text.s);
  for (size_t i = 0; i < t.text.n; i++) {
    if (t.text.s[i] <= ' ' || t.text.s[i] > '~') return fail(t.loc, "the name of an op is broken");
  }
  return hlo_unsupported(r->unsupported, t.loc, "%.*s", n, t.text.s);
}

static bool define_results(HloReader *r, HloOp *op, const Targets *t) {
  op->first = r->nvalues;
  if (t->n == 1 && op->tuple)
    return hlo_define(r, t->names[0], op->nresults, op->types, true, &op->first);
  if (t->n && t->total != op->nresults)
    return fail(op->loc, "%s: %d results for %d names", op->row->name, op->nresults, t->total);
  if (!t->n) {
    uint32_t first;
    return hlo_define(r, (HloToken){0}, op->nresults, op->types, false, &first);
  }
  for (int i = 0, at = 0; i < t->n; at += t->counts[i++]) {
    uint32_t first;
    if (!hlo_define(r, t->names[i], t->counts[i], op->types + at, false, &first)) return false;
  }
  return true;
}

static bool read_op(HloReader *r, HloOp **out) {
  Targets t = {0};
  HloOp *op = *out = ARENA_NEW(r->arena, HloOp);
  if (r->token.kind == HT_VALUE && !read_targets(r, &t)) return false;
  if (!find_row(r, op)) return false;
  const bool quoted = r->token.kind == HT_STRING;
  hlo_next(r);
  const bool is_constant =
      hlo_is((HloSlice){op->row->name, strlen(op->row->name)}, "stablehlo.constant");
  if (!(quoted ? generic(r, op, t.total) : is_constant ? constant(r, op) : pretty(r, op, t.total)))
    return false;
  if (op->row->nargs != VARIADIC && op->row->nargs != op->nargs)
    return fail(op->loc, "%s: takes %d operands, got %d", op->row->name, op->row->nargs, op->nargs);
  return hlo_skip_loc(r) && define_results(r, op, &t);
}
