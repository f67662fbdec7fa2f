// Turns a StableHLO module that was read into a graph: functions, calls, regions, loops, checks.
#include <stdlib.h>
#include <string.h>

#include "frontend/stablehlo/stablehlo_lex.h"
#include "frontend/stablehlo/stablehlo_ops.h"

// Calls are inlined: text of a few lines could otherwise stand for any number of nodes.
// What an op takes in nodes and operands beyond a few counts as further ops.
enum {
  FEW_OPS = 1 << 16,
  MOST_OPS = 1 << 20,
  MOST_CALLS = 128,
  MOST_CAPTURES = 4096,
  MOST_ELEMENTS = 256
};
enum { NODES_OF_OP = 4, OPERANDS_OF_OP = 16 };

// ---- ops

bool hlo_not_yet(HloBuild *b, const HloOp *op, const char *what) {
  return hlo_unsupported(b->unsupported, op->loc, "%s, %s", op->row->name, what);
}

bool hlo_result(HloBuild *b, const HloOp *op, Id v) {
  if (v == NO_ID) return false;
  if (op->nresults != 1)
    return fail(op->loc, "%s: has one result, not %d", op->row->name, op->nresults);
  b->ids[op->first] = v;
  return true;
}

// A short text may stand for fewer: it is refused sooner.
static int most_ops(const HloModule *m) {
  enum { OPS_OF_BYTE = 8 };
  if (m->bytes < FEW_OPS / OPS_OF_BYTE) return FEW_OPS;
  return m->bytes < MOST_OPS / OPS_OF_BYTE ? OPS_OF_BYTE * (int)m->bytes : MOST_OPS;
}

static bool accepts(HloBuild *b, const HloOp *op) {
  const unsigned takes = op->row->accepts;
  if (!takes) return true;
  const Dtype d = hlo_arg_type(b, op, 0).dtype;
  if (takes & accepts_bit(d)) return true;
  return fail(op->loc, "%s: takes %s, not %s", op->row->name, accepts_text(takes), dtype_name(d));
}

bool hlo_emit_op(HloBuild *b, const HloOp *op) {
  const int before = b->g->nnodes;
  *b->budget -= 1 + op->nargs / OPERANDS_OF_OP;
  if (*b->budget < 0)
    return hlo_unsupported(b->unsupported, op->loc, "programs of more than %d ops with their calls",
                           most_ops(b->module));
  if (!op->row->many && op->nresults != 1)
    return fail(op->loc, "%s: has one result, not %d", op->row->name, op->nresults);
  b->g->loc = op->loc;
  if (!accepts(b, op) || !op->row->emit(b, op)) return false;
  if (op->row->emit != hlo_emit_call) *b->budget -= (b->g->nnodes - before) / NODES_OF_OP;
  for (int i = 0; i < op->nresults; i++) {
    const Type is = graph_type(b->g, b->ids[op->first + (uint32_t)i]);
    if (!type_equal(is, op->types[i]))
      return fail(op->loc, "%s: gives %s, not %s", op->row->name, TYPE_STR(is),
                  TYPE_STR(op->types[i]));
  }
  return true;
}

bool hlo_emit_return(HloBuild *b, const HloOp *op) {
  (void)b;
  return fail(op->loc, "%s: stands in the middle", op->row->name);
}

// All but the return; its operands are the results.
static bool emit_ops(HloBuild *b, const HloRegion *region, Id *results) {
  const HloOp *op = region->ops;
  for (; op->next; op = op->next) {
    if (!hlo_emit_op(b, op)) return false;
  }
  for (int i = 0; i < op->nargs; i++) results[i] = hlo_arg(b, op, i);
  return true;
}

int hlo_region_results(const HloRegion *region) {
  const HloOp *op = region->ops;
  while (op->next) op = op->next;
  return op->nargs;
}

bool hlo_inline_region(HloBuild *b, const HloRegion *region, const Id *args, Id *results) {
  for (int i = 0; i < region->nargs; i++) b->ids[region->args[i]] = args[i];
  return emit_ops(b, region, results);
}

// ---- calls

static HloFunc *find_func(const HloModule *m, HloSlice name) {
  for (HloFunc *f = m->funcs; f; f = f->next) {
    if (hlo_same(f->name, name)) return f;
  }
  return NULL;
}

static bool fits_call(const HloBuild *b, const HloOp *op, const HloFunc *f) {
  if (op->nargs != f->body.nargs || op->nresults != f->nresults)
    return fail(op->loc, "call: '%.*s' has %d arguments and %d results, not %d and %d",
                (int)f->name.n, f->name.s, f->body.nargs, f->nresults, op->nargs, op->nresults);
  for (int i = 0; i < op->nargs; i++) {
    if (!type_equal(hlo_arg_type(b, op, i), f->body.arg_types[i]))
      return fail(op->loc, "call: argument %d of '%.*s' is %s, not %s", i, (int)f->name.n,
                  f->name.s, TYPE_STR(f->body.arg_types[i]), TYPE_STR(hlo_arg_type(b, op, i)));
  }
  return true;
}

static bool inline_func(HloBuild *b, HloFunc *f, const Id *args, Id *results) {
  Id *outer = b->ids;
  b->ids = xcalloc(f->nvalues + 1, sizeof *b->ids);
  f->active = true;
  const bool ok = hlo_inline_region(b, &f->body, args, results);
  f->active = false;
  free(b->ids);
  b->ids = outer;
  return ok;
}

// What a function without arguments gives is data: nobody wants it folded into the program.
static bool barrier(HloBuild *b, int n, Id *values) {
  const Id first = graph_add(b->g, OP_optimization_barrier, n, values, NULL);
  for (int i = 0; first != NO_ID && i < n; i++) values[i] = first + (Id)i;
  return first != NO_ID;
}

bool hlo_emit_call(HloBuild *b, const HloOp *op) {
  HloFunc *f = find_func(b->module, op->callee);
  if (!f)
    return fail(op->loc, "call: there is no function '%.*s'", (int)op->callee.n, op->callee.s);
  if (f->active) return fail(op->loc, "call: '%.*s' calls itself", (int)op->callee.n, op->callee.s);
  if (!fits_call(b, op, f)) return false;
  if (b->depth >= MOST_CALLS)
    return fail(op->loc, "calls and regions are nested more than %d deep", MOST_CALLS);
  Id *args = xcalloc((size_t)op->nargs + 1, sizeof *args);
  Id *results = xcalloc((size_t)op->nresults + 1, sizeof *results);
  for (int i = 0; i < op->nargs; i++) args[i] = hlo_arg(b, op, i);
  b->depth++;
  bool ok = inline_func(b, f, args, results);
  b->depth--;
  b->g->loc = op->loc;
  if (ok && !op->nargs && op->nresults && b->program) ok = barrier(b, op->nresults, results);
  for (int i = 0; ok && i < op->nresults; i++) b->ids[op->first + (uint32_t)i] = results[i];
  free(args);
  free(results);
  return ok;
}

// ---- checks

static bool add_check(HloBuild *b, const HloOp *op, HloCheckKind kind) {
  if (!b->program) return hlo_not_yet(b, op, "a check in a region");
  if (op->nargs != 2 || op->nresults)
    return fail(op->loc, "%.*s: compares two values", (int)op->callee.n, op->callee.s);
  const Type got = hlo_arg_type(b, op, 0), want = hlo_arg_type(b, op, 1);
  if (!type_equal(got, want))
    return fail(op->loc, "%.*s: %s and %s", (int)op->callee.n, op->callee.s, TYPE_STR(got),
                TYPE_STR(want));
  HloCheck *c = ARENA_NEW(b->arena, HloCheck), **end = &b->program->checks;
  *c = (HloCheck){.kind = kind, .loc = op->loc, .ulps = 3, .got = b->nchecked};
  c->want = c->got + 1;
  if (!hlo_int_or(op, hlo_attr(op, "max_ulp_difference", NULL), c->ulps, &c->ulps)) return false;
  GROW(b->checked, b->checked_cap, b->nchecked + 2);
  b->checked[b->nchecked++] = hlo_arg(b, op, 0);
  b->checked[b->nchecked++] = hlo_arg(b, op, 1);
  while (*end) end = &(*end)->next;
  *end = c;
  return true;
}

static bool same_for_all(const Literal *l) {
  const char *s = l->data;
  const size_t size = dtype_size(l->type.dtype), all = type_bytes(l->type);
  return !l->splat && all > size && !memcmp(s, s + size, all - size);
}

// The element or elements to compare with, given as an attribute.
static bool add_const_check(HloBuild *b, const HloOp *op, HloCheckKind kind) {
  const HloValue *v = hlo_attr(op, "value", "");
  if (!v) v = hlo_attr(op, "expected", NULL);
  if (op->nargs != 1 || !v || v->kind != HLO_DENSE)
    return fail(op->loc, "%.*s: compares a value with dense<..> in 'value'", (int)op->callee.n,
                op->callee.s);
  Literal l = v->literal;
  if (same_for_all(&l)) l.splat = true;
  const Id want = b_literal(b->g, l.type, l.splat, l.data);
  if (want == NO_ID) return false;
  HloOp both = *op;
  uint32_t numbers[2] = {0, 1};
  Id ids[2] = {hlo_arg(b, op, 0), want}, *outer = b->ids;
  both.nargs = 2;
  both.args = numbers;
  b->ids = ids;
  const bool ok = add_check(b, &both, kind);
  b->ids = outer;
  return ok;
}

bool hlo_emit_custom_call(HloBuild *b, const HloOp *op) {
  static const char *const names[HLO_CHECK_KINDS][2] = {
      {"check.expect_eq", "check.expect_eq_const"},
      {"check.expect_close", "check.expect_close_const"},
      {"check.expect_almost_eq", "check.expect_almost_eq_const"}};
  for (int k = 0; k < HLO_CHECK_KINDS; k++) {
    if (hlo_is(op->callee, names[k][0]) || !strcmp(op->row->name, names[k][0]))
      return add_check(b, op, (HloCheckKind)k);
    if (hlo_is(op->callee, names[k][1]) || !strcmp(op->row->name, names[k][1]))
      return add_const_check(b, op, (HloCheckKind)k);
  }
  bool known;
  const bool ok = hlo_emit_lapack(b, op, &known);
  if (known) return ok;
  const bool done = hlo_emit_jax_call(b, op, &known);
  if (known) return done;
  return hlo_unsupported(b->unsupported, op->loc, "%s @%.*s", op->row->name,
                         op->callee.n < 100 ? (int)op->callee.n : 100, op->callee.s);
}

// ---- regions as graphs of their own

typedef struct Captures {
  uint32_t *values;  // numbers, malloc'ed
  bool *seen;        // by number, malloc'ed
  int n, cap;
  uint32_t nseen, seen_cap;
} Captures;

static void capture(Captures *c, uint32_t v) {
  GROW(c->seen, c->seen_cap, v + 1);
  for (; c->nseen <= v; c->nseen++) c->seen[c->nseen] = false;
  if (c->seen[v]) return;
  c->seen[v] = true;
  GROW(c->values, c->cap, c->n + 1);
  c->values[c->n++] = v;
}

// What a region uses of what stands around it.
static void find_captures(const HloRegion *outer, const HloRegion *region, Captures *c) {
  for (const HloOp *op = region->ops; op; op = op->next) {
    for (int i = 0; i < op->nargs && c->n <= MOST_CAPTURES; i++) {
      if (op->args[i] < outer->first || op->args[i] >= outer->end) capture(c, op->args[i]);
    }
    for (const HloRegion *r = op->regions; r; r = r->next) find_captures(outer, r, c);
  }
}

static bool is_small_constant(const Graph *g, Id v) {
  return graph_is(g, v, OP_constant) && graph_type(g, v).rank == 0;
}

// What stands for a captured value in a region's graph: a copy of a constant, else a parameter. In
// the body of an op on single elements (of this kind; NULL: of no such op) an array is put together
// from its elements, each a parameter; but a map takes it whole.
static Id captured_value(const Graph *outer, Id v, Graph *g, const HloBodyKind *kind) {
  const Type t = graph_type(outer, v);
  const int64_t n = type_count(t);
  if (graph_is(outer, v, OP_constant) && (kind || !t.rank))
    return graph_copy_node(g, graph_def(outer, v), NULL);
  if (!kind || *kind == HLO_MAPS || !t.rank) return graph_param(g, t, NULL);
  if (!n) return b_full(g, t, 0);
  Id *elements = ARENA_ARRAY(g->arena, Id, n);
  for (int64_t i = 0; i < n; i++)
    elements[i] = b_reshape(g, graph_param(g, type_scalar(t.dtype), NULL), INTS(1));
  return b_reshape(g, b_concatenate(g, (int)n, elements, 0), type_shape(t));
}

// The region as a graph over its arguments and the captures.
static const Graph *region_graph(HloBuild *b, const HloRegion *region, const Captures *c,
                                 const char *name, const HloBodyKind *kind) {
  if (b->depth >= MOST_CALLS)
    return fail(region->loc, "calls and regions are nested more than %d deep", MOST_CALLS), NULL;
  Graph *outer = b->g, *g = graph_region(outer, name, 0, NULL);
  HloProgram *program = b->program;
  Id *saved = xcalloc((size_t)c->n + 1, sizeof *saved);
  const int nresults = hlo_region_results(region);
  Id *args = xcalloc((size_t)region->nargs + 1, sizeof *args);
  Id *results = xcalloc((size_t)nresults + 1, sizeof *results);
  for (int i = 0; i < region->nargs; i++) args[i] = graph_param(g, region->arg_types[i], NULL);
  for (int i = 0; i < c->n; i++) {
    const Id v = saved[i] = b->ids[c->values[i]];
    b->ids[c->values[i]] = captured_value(outer, v, g, kind);
  }
  b->g = g;
  b->program = NULL;
  b->depth++;
  *b->budget -= g->nnodes / NODES_OF_OP;
  const bool ok = hlo_inline_region(b, region, args, results);
  b->depth--;
  if (ok) graph_set_results(g, nresults, results);
  for (int i = 0; i < c->n; i++) b->ids[c->values[i]] = saved[i];
  b->g = outer;
  b->program = program;
  free(saved);
  free(args);
  free(results);
  return ok ? g : NULL;
}

// What all regions of an op use of what stands around them.
static bool op_captures(HloBuild *b, const HloOp *op, Captures *c) {
  for (const HloRegion *r = op->regions; r; r = r->next) find_captures(r, r, c);
  return c->n <= MOST_CAPTURES || hlo_not_yet(b, op, "more than 4096 captured values");
}

static void captures_free(Captures *c) {
  free(c->values);
  free(c->seen);
}

static Id param_like(Graph *g, const Graph *plain, int i) {
  return graph_param(g, graph_type(plain, plain->params[i]), NULL);
}

// Of `plain`, over acc.., x.. and captured ones: over acc.., captured, x.., captured.
static const Graph *folding_body(HloBuild *b, const Graph *plain, int nargs) {
  Graph *g = graph_region(b->g, "body", 0, NULL);
  const int n = nargs / 2, captured = plain->nparams - nargs;
  Id *args = ARENA_ARRAY(b->arena, Id, plain->nparams);
  Id *results = ARENA_ARRAY(b->arena, Id, n + captured);
  for (int part = 0; part < 2; part++) {
    for (int i = 0; i < n; i++) args[part * n + i] = param_like(g, plain, part * n + i);
    for (int k = 0; k < captured; k++) {
      const Id v = param_like(g, plain, nargs + k);
      if (!part) args[nargs + k] = results[n + k] = v;
    }
  }
  graph_inline(g, plain, args, results);
  graph_set_results(g, n + captured, results);
  return g;
}

// Over two of each operand, then two of each captured one.
static const Graph *comparing_body(HloBuild *b, const Graph *plain, int nargs) {
  Graph *g = graph_region(b->g, "body", 0, NULL);
  Id *args = ARENA_ARRAY(b->arena, Id, plain->nparams), result = NO_ID;
  for (int i = 0; i < plain->nparams; i++) {
    args[i] = param_like(g, plain, i);
    if (i >= nargs) param_like(g, plain, i);
  }
  graph_inline(g, plain, args, &result);
  graph_set_results(g, 1, &result);
  return g;
}

static bool body_fits(const HloRegion *region, HloBodyKind kind) {
  const int results = hlo_region_results(region);
  if (kind == HLO_FOLDS) return region->nargs == 2 * results;
  return kind != HLO_COMPARES || (results == 1 && region->nargs % 2 == 0);
}

// Values of the enclosing graph for the parameters that captured_value makes.
static bool add_captured(HloBuild *b, const HloOp *op, Id v, HloBodyKind kind, HloBody *out) {
  Graph *g = b->g;
  const Type t = graph_type(g, v);
  const int64_t n = type_count(t);
  if (graph_is(g, v, OP_constant)) return true;
  if (kind == HLO_MAPS || !t.rank) {
    out->captured[out->n++] = v;
    return true;
  }
  if (n > MOST_ELEMENTS) return hlo_not_yet(b, op, "captured arrays of more than 256 elements");
  const Id flat = b_reshape(g, v, INTS(n));
  for (int64_t i = 0; i < n; i++)
    out->captured[out->n++] = b_reshape(g, b_slice_axis(g, flat, 0, i, i + 1, 1), (Ints){0});
  return !failed();
}

static bool find_captured(HloBuild *b, const HloOp *op, const Captures *c, HloBodyKind kind,
                          HloBody *out) {
  int64_t most = 1;
  for (int i = 0; i < c->n; i++) {
    const int64_t n = type_count(graph_type(b->g, b->ids[c->values[i]]));
    most += n > MOST_ELEMENTS || n < 1 ? 1 : n;
  }
  out->captured = ARENA_ARRAY(b->arena, Id, most);
  b->g->loc = op->loc;
  for (int i = 0; i < c->n; i++) {
    if (!add_captured(b, op, b->ids[c->values[i]], kind, out)) return false;
  }
  return true;
}

bool hlo_body(HloBuild *b, const HloOp *op, const HloRegion *region, HloBodyKind kind,
              HloBody *out) {
  Captures c = {0};
  *out = (HloBody){0};
  bool ok = op_captures(b, op, &c) && find_captured(b, op, &c, kind, out);
  if (ok && out->n && !body_fits(region, kind))
    ok = fail(op->loc, "%s: its region does not fit its operands", op->row->name);
  if (ok) out->graph = region_graph(b, region, &c, "body", &kind);
  captures_free(&c);
  if (out->graph && out->n && kind == HLO_FOLDS)
    out->graph = folding_body(b, out->graph, region->nargs);
  if (out->graph && out->n && kind == HLO_COMPARES)
    out->graph = comparing_body(b, out->graph, region->nargs);
  return out->graph != NULL;
}

void hlo_spread_captured(HloBuild *b, const HloBody *body, Type like, Id *to) {
  for (int k = 0; k < body->n; k++) {
    const Id v = body->captured[k];
    to[k] = graph_type(b->g, v).rank ? v : b_broadcast(b->g, v, type_shape(like), (Ints){0});
  }
}

// A node with sub-graphs: its operands are those of the op, then the captures.
static bool add_control(HloBuild *b, const HloOp *op, const Captures *c, Op to, const Attrs *at) {
  Id *args = xcalloc((size_t)(op->nargs + c->n) + 1, sizeof *args);
  int n = 0;
  for (int i = 0; i < op->nargs; i++) args[n++] = hlo_arg(b, op, i);
  for (int i = 0; i < c->n; i++) {
    const Id v = b->ids[c->values[i]];
    if (!is_small_constant(b->g, v)) args[n++] = v;
  }
  b->g->loc = op->loc;
  const Id first = graph_add(b->g, to, n, args, at);
  free(args);
  if (first == NO_ID) return false;
  const Node *node = graph_def(b->g, first);
  if (op->nresults != node->nresults)
    return fail(op->loc, "%s: gives %d results, not %d", op->row->name, node->nresults,
                op->nresults);
  for (int i = 0; i < op->nresults; i++) b->ids[op->first + (uint32_t)i] = first + (Id)i;
  return true;
}

bool hlo_emit_while(HloBuild *b, const HloOp *op) {
  if (op->nregions != 2 || op->regions->nargs != op->nargs ||
      op->regions->next->nargs != op->nargs || op->nresults != op->nargs)
    return fail(op->loc, "%s: has a condition and a body with an argument for each value",
                op->row->name);
  if (!op->nargs) return hlo_not_yet(b, op, "a loop without values");
  Captures c = {0};
  Attrs at = {.ncarry = op->nargs};
  bool ok = op_captures(b, op, &c);
  ok = ok && (at.cond = region_graph(b, op->regions, &c, "cond", NULL));
  ok = ok && (at.body = region_graph(b, op->regions->next, &c, "body", NULL));
  ok = ok && add_control(b, op, &c, OP_while, &at);
  captures_free(&c);
  return ok;
}

static bool branches_fit(HloBuild *b, const HloOp *op, bool is_if) {
  const Type index = hlo_arg_type(b, op, 0);
  if (!type_equal(index, type_scalar(is_if ? DT_BOOL : DT_I32)))
    return fail(op->loc, "%s: the index is %s", op->row->name, TYPE_STR(index));
  if (op->nregions < 1 || (is_if && op->nregions != 2))
    return fail(op->loc, "%s: lacks branches", op->row->name);
  for (const HloRegion *r = op->regions; r; r = r->next) {
    if (r->nargs || hlo_region_results(r) != op->nresults)
      return fail(op->loc, "%s: a branch has no arguments, and each result", op->row->name);
  }
  return true;
}

// Of an if the branch for true stands first.
bool hlo_emit_case(HloBuild *b, const HloOp *op) {
  const bool is_if = op->row->param;
  if (!branches_fit(b, op, is_if)) return false;
  if (!op->nresults) return true;
  const Graph **branches = ARENA_ARRAY(b->arena, const Graph *, op->nregions);
  Captures c = {0};
  bool ok = op_captures(b, op, &c);
  int k = is_if ? op->nregions : 0;
  for (const HloRegion *r = op->regions; ok && r; r = r->next) {
    const int at = is_if ? --k : k++;
    ok = (branches[at] = region_graph(b, r, &c, "branch", NULL)) != NULL;
  }
  const Attrs at = {.branches = {op->nregions, branches}};
  ok = ok && add_control(b, op, &c, OP_switch, &at);
  captures_free(&c);
  return ok;
}

// ---- the program

static HloFunc *entry_func(const HloModule *m, const char *file, const char *entry) {
  const Loc loc = {file, m->funcs->loc.line, m->funcs->loc.col};
  HloFunc *f = find_func(m, (HloSlice){entry ? entry : "main", strlen(entry ? entry : "main")});
  if (f) return f;
  if (!entry && !m->funcs->next) return m->funcs;
  if (entry) fail(loc, "has no function '%s'", entry);
  else fail(loc, "has several functions, none of them main: pick one, FILE:NAME");
  return NULL;
}

static void set_results(HloBuild *b, int n, const Id *results) {
  Id *all = xcalloc((size_t)(n + b->nchecked) + 1, sizeof *all);
  if (n) memcpy(all, results, sizeof *all * (size_t)n);
  if (b->nchecked) memcpy(all + n, b->checked, sizeof *all * (size_t)b->nchecked);
  graph_set_results(b->g, n + b->nchecked, all);
  for (HloCheck *c = b->program->checks; c; c = c->next) c->got += n, c->want += n;
  b->program->nresults = n;
  free(all);
}

static bool build_entry(HloBuild *b, HloFunc *f) {
  Id *args = xcalloc((size_t)f->body.nargs + 1, sizeof *args);
  Id *results = xcalloc((size_t)f->nresults + 1, sizeof *results);
  for (int i = 0; i < f->body.nargs; i++) args[i] = graph_param(b->g, f->body.arg_types[i], NULL);
  const bool ok = inline_func(b, f, args, results);
  if (ok) set_results(b, f->nresults, results);
  free(args);
  free(results);
  return ok;
}

bool hlo_build(Arena *a, HloModule *m, const char *file, const char *entry, HloProgram *out,
               bool *unsupported) {
  *unsupported = false;
  *out = (HloProgram){0};
  HloFunc *f = entry_func(m, arena_str(a, file), entry);
  if (!f) return false;
  int64_t budget = most_ops(m);
  out->graph = graph_new(a, arena_printf(a, "%.*s", (int)f->name.n, f->name.s));
  HloBuild b = {.arena = a,
                .module = m,
                .g = out->graph,
                .budget = &budget,
                .unsupported = unsupported,
                .program = out};
  const bool ok = build_entry(&b, f);
  free(b.checked);
  return ok;
}
