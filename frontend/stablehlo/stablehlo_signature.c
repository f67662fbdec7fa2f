// Values by name, and the types of an op, while StableHLO text is read.
#include "frontend/stablehlo/stablehlo_parse.h"

// Each use of a tuple is one of all its parts: text of a few lines could have any number.
enum { MOST_OPERANDS = 1 << 16 };

// ---- values

bool hlo_define(HloReader *r, HloToken name, int count, const Type *types, bool tuple,
                uint32_t *first) {
  *first = r->nvalues;
  GROW(r->value_types, r->values_cap, r->nvalues + (uint32_t)count);
  for (int i = 0; i < count; i++) r->value_types[r->nvalues++] = types[i];
  if (!name.text.n) return true;
  if (hlo_names_add(
          r->names,
          (HloName){.text = name.text, .first = *first, .count = (uint32_t)count, .tuple = tuple}))
    return true;
  return fail(name.loc, "'%%%.*s' is defined twice", (int)name.text.n, name.text.s);
}

bool hlo_use(HloReader *r) {
  const HloToken t = r->token;
  if (t.kind != HT_VALUE) return hlo_wanted(r, "a value");
  const HloName *name = hlo_names_find(r->names, t.text);
  if (!name) return fail(t.loc, "'%%%.*s' is not defined", (int)t.text.n, t.text.s);
  const uint32_t results = name->tuple ? 1 : name->count, parts = name->tuple ? name->count : 1;
  if (t.index >= results)
    return fail(t.loc, "'%%%.*s' has %u results", (int)t.text.n, t.text.s, results);
  if ((int)parts > MOST_OPERANDS - r->nuses)
    return fail(t.loc, "an op has more than %d operands", MOST_OPERANDS);
  GROW(r->uses, r->uses_cap, r->nuses + (int)parts);
  for (uint32_t i = 0; i < parts; i++) r->uses[r->nuses++] = name->first + t.index + i;
  hlo_next(r);
  return true;
}

// ---- signatures

static bool push_one(HloReader *r) {
  Type t;
  if (!hlo_type(r, &t)) return false;
  GROW(r->types, r->types_cap, r->ntypes + 1);
  r->types[r->ntypes++] = t;
  return true;
}

// Behind "tuple".
static bool push_parts(HloReader *r, bool outer) {
  hlo_next(r);
  if (!hlo_enter(r) || !hlo_expect(r, "<")) return false;
  for (bool first = true; !hlo_at(r, ">"); first = false) {
    const int before = r->ntypes;
    if (!first && !hlo_expect(r, ",")) return false;
    if (!(hlo_at(r, "tuple") ? push_parts(r, false) : push_one(r))) return false;
    if (!outer) continue;
    GROW(r->widths, r->widths_cap, r->nwidths + 1);
    r->widths[r->nwidths++] = r->ntypes - before;
  }
  hlo_next(r);
  r->depth--;
  return true;
}

bool hlo_push_type(HloReader *r) {
  r->nread++;
  if (!hlo_at(r, "tuple")) return push_one(r);
  r->ntuples++;
  r->nwidths = 0;
  return push_parts(r, true);
}

bool hlo_list(HloReader *r, bool (*item)(HloReader *r)) {
  if (!hlo_expect(r, "(")) return false;
  for (bool first = true; !hlo_at(r, ")"); first = false) {
    if ((!first && !hlo_expect(r, ",")) || !item(r)) return false;
  }
  hlo_next(r);
  return true;
}

static bool push_result_type(HloReader *r) {
  return hlo_push_type(r) && (!hlo_at(r, "{") || hlo_skip_brackets(r)) && hlo_skip_loc(r);
}

bool hlo_type_list(HloReader *r) {
  return hlo_at(r, "(") ? hlo_list(r, push_result_type) : hlo_push_type(r);
}

static bool operand_types(HloReader *r, const HloOp *op, const Type *types, int n) {
  if (n != op->nargs)
    return fail(op->loc, "%s: %d operands, types for %d", op->row->name, op->nargs, n);
  for (int i = 0; i < n; i++) {
    // x0, init0, x1, init1 have their types in the order x0, x1, init0, init1.
    const int at = op->init_pairs ? i / 2 + (i % 2) * (n / 2) : i;
    const Type is = r->value_types[op->args[i]];
    if (!type_equal(is, types[at]))
      return fail(op->loc, "%s: operand %d is %s, not %s", op->row->name, i, TYPE_STR(is),
                  TYPE_STR(types[at]));
  }
  return true;
}

void hlo_set_results(HloReader *r, HloOp *op, const Type *types, int n) {
  op->nresults = n;
  op->types = arena_copy(r->arena, types, sizeof *types * (size_t)n);
}

// Without "->" there is one type for all operands and the result, or (select) the result's comes
// last, or (while, return, optimization_barrier) each operand has its own.
static bool short_signature(HloReader *r, HloOp *op, int wanted) {
  const int n = r->ntypes;
  if (op->row->emit == hlo_emit_return) return operand_types(r, op, r->types, n);
  if (r->ntuples) {  // tuple, optimization_barrier
    hlo_set_results(r, op, r->types, n);
    op->tuple = r->nread == 1;
    return operand_types(r, op, r->types, n);
  }
  if (!wanted && op->row->emit == hlo_emit_custom_call) return true;
  if (!wanted) wanted = n > 1 && n == op->nargs ? n : 1;
  if (wanted > n) return fail(op->loc, "%s: %d results, types for %d", op->row->name, wanted, n);
  if (n > 1 && n == op->nargs && !operand_types(r, op, r->types, n)) return false;
  hlo_set_results(r, op, r->types + n - wanted, wanted);
  return true;
}

static bool result_count(HloReader *r, HloOp *op, int results, int wanted) {
  op->tuple = r->ntuples == 1 && r->nread == 1;
  if (r->ntuples && r->nread > 1 && wanted)
    return hlo_unsupported(r->unsupported, op->loc, "%s, a tuple among several results",
                           op->row->name);
  const int read = op->tuple ? 1 : results;
  if (wanted != read && wanted)
    return fail(op->loc, "%s: %d results for %d names", op->row->name, read, wanted);
  return true;
}

bool hlo_signature(HloReader *r, HloOp *op, int wanted) {
  r->ntypes = r->nread = r->ntuples = r->nwidths = 0;
  if (!hlo_accept(r, ":")) {
    if (op->row->emit == hlo_emit_return && !op->nargs) return true;
    return hlo_wanted(r, "':' and the types");
  }
  const bool listed = hlo_at(r, "(");
  if (!hlo_type_list(r)) return false;
  while (!listed && hlo_accept(r, ",")) {
    if (!hlo_push_type(r)) return false;
  }
  if (!listed && !hlo_at(r, "->")) return short_signature(r, op, wanted);
  const int inputs = r->ntypes;
  op->nwidths = r->nwidths;
  op->widths = arena_copy(r->arena, r->widths, sizeof *r->widths * (size_t)r->nwidths);
  r->nread = r->ntuples = 0;
  if (!operand_types(r, op, r->types, inputs) || !hlo_expect(r, "->") || !hlo_type_list(r))
    return false;
  const int results = r->ntypes - inputs;
  if (!result_count(r, op, results, wanted)) return false;
  hlo_set_results(r, op, results ? r->types + inputs : NULL, results);
  return true;
}
