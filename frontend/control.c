// Control flow as transformations of functions: loops, scans and choices become nodes with
// sub-graphs.
#include <string.h>

#include "frontend/apply.h"
#include "frontend/variant.h"

// ---- while and fori

// What the call goes by beside its arguments.
static bool waiting_use(Apply *a, const char *what, Val *out) {
  const jc_array h = closure_waiting(a->c);
  return slot_need(h, a->loc, a->c->who, "%s", what) &&
         trace_use(a->p, h, a->loc, a->c->who, 0, out);
}

// A loop's operands: the carry, constants, captures of the body, captures of the condition.
typedef struct Loop {
  Graph *body, *cond;
  Id *operands;
  int n, ncarry;
} Loop;

// Results of the traced body as the carry's types: weak ones are converted.
static void carry_results(Apply *a, const Graph *from, const bool *weak, Graph *g, Id *ids,
                          int first) {
  for (int i = 0; i < from->nresults; i++) {
    Dtype d = apply_type(a, first + i).dtype;
    if (weak[i]) ids[i] = b_convert(g, ids[i], d);
  }
}

static const Leaf *array_leaf(const Function *f, int i) {
  for (int k = 0; k < f->nleaves; k++) {
    if (f->leaves[k].kind == 'a' && i-- == 0) return &f->leaves[k];
  }
  BUG("%s has no array %d", f->name, i);
}

// Result i of the body against input k.
static bool carried_fits(const Apply *a, const Graph *g, int i, int k) {
  const Type have = graph_type(g, g->results[i]), want = apply_type(a, k);
  if (a->traced.weak[i] ? shape_equal(have, want) : type_equal(have, want)) return true;
  char text[200];
  return fail(a->loc, "%s: %s: %s is carried as %s, but comes out as %s%s", a->c->who,
              a->c->f->name, leaf_text(a->c->f, array_leaf(a->c->f, k), text), TYPE_STR(want),
              TYPE_STR(have), shape_equal(have, want) ? ": jc_astype makes them agree" : "");
}

// The n arrays that are carried, argument `param`, come back in lists of the same lengths.
static bool carried_lists_fit(const Apply *a, int n, int param) {
  const Function *f = a->c->f;
  if (lists_agree(a->traced.f->result_leaves, f->leaves + f->params[param].first, n)) return true;
  return fail(a->loc, "%s: the loop carries a jc_params of another length than %s gives", a->c->who,
              f->name);
}

static bool loop_carry_ok(Apply *a, int first) {
  Function *f = a->c->f;
  const Graph *g = a->traced.g;
  int carry = first ? f->params[1].narrays : f->params[0].narrays;
  if (g->nresults != carry)
    return fail(a->loc, "%s: %s gives %d arrays, the loop carries %d", a->c->who, f->name,
                g->nresults, carry);
  if (!carried_lists_fit(a, carry, first ? 1 : 0)) return false;
  for (int i = 0; i < carry; i++) {
    if (!carried_fits(a, g, i, first + i)) return false;
  }
  return true;
}

static bool loop_record(Apply *a, const Loop *l, int skip) {
  a->p->g->loc = a->loc;
  Id r = graph_add(a->p->g, OP_while, l->n, l->operands,
                   &(Attrs){.cond = l->cond, .body = l->body, .ncarry = l->ncarry});
  if (r == NO_ID) return false;
  for (int i = skip; i < l->ncarry; i++) a->out[i - skip] = (Val){r + (Id)i, false};
  return true;
}

bool apply_while(Apply *a) {
  Function *body = a->c->f, *cond = a->c->cond;
  if (body->narrays != cond->narrays)
    return fail(a->loc, "while: %s and %s differ in their parameters", cond->name, body->name);
  int n = body->narrays;
  const TypeId *types = apply_types(a, n);
  if (!apply_trace(a, body, types) || !loop_carry_ok(a, 0)) return false;
  Apply c = *a;
  if (!apply_trace(&c, cond, types)) return false;
  const Graph *cg = c.traced.g, *bg = a->traced.g;
  if (cg->nresults != 1 || !type_equal(graph_type(cg, cg->results[0]), type_scalar(DT_BOOL)))
    return fail(a->loc, "while: %s gives %s, not bool[]", cond->name,
                cg->nresults ? TYPE_STR(graph_type(cg, cg->results[0])) : "nothing");
  Loop l = {.ncarry = bg->nresults, .n = a->noperands + c.noperands - n};
  l.operands = ARENA_ARRAY(a->p->arena, Id, l.n);
  memcpy(l.operands, a->operands, sizeof(Id) * (size_t)a->noperands);
  for (int i = n; i < c.noperands; i++) l.operands[a->noperands + i - n] = c.operands[i];
  a->p->g->loc = a->loc;
  l.body = graph_region(a->p->g, body->name, l.n, l.operands);
  l.cond = graph_region(a->p->g, cond->name, l.n, l.operands);
  Id *ids = ARENA_ARRAY(a->p->arena, Id, bg->nresults + l.n), holds;
  graph_inline(l.body, bg, l.body->params, ids);
  carry_results(a, bg, a->traced.weak, l.body, ids, 0);
  graph_set_results(l.body, bg->nresults, ids);
  memcpy(ids, l.cond->params, sizeof(Id) * (size_t)n);
  memcpy(ids + n, l.cond->params + a->noperands, sizeof(Id) * (size_t)(c.noperands - n));
  graph_inline(l.cond, cg, ids, &holds);
  graph_set_results(l.cond, 1, &holds);
  return loop_record(a, &l, 0);
}

static bool fori_end(Apply *a, Id *end) {
  Type t = apply_type(a, 0);
  a->p->g->loc = a->loc;
  if (!a->c->key.has_bound) {
    *end = b_scalar_int(a->p->g, t.dtype, a->c->key.bound);
    return true;
  }
  Val v;
  if (!waiting_use(a, "the bound", &v)) return false;
  if (graph_type(a->p->g, v.id).rank || !dtype_is_int(graph_type(a->p->g, v.id).dtype))
    return fail(a->loc, "fori: the bound is %s, not an integer scalar",
                TYPE_STR(graph_type(a->p->g, v.id)));
  *end = b_convert(a->p->g, v.id, t.dtype);
  return true;
}

bool apply_fori(Apply *a) {
  Function *f = a->c->f;
  Id end;
  if (f->n < 2 || f->params[0].kind != 'a' || !dtype_is_int(apply_type(a, 0).dtype) ||
      apply_type(a, 0).rank)
    return fail(a->loc, "fori: argument 0 of %s is the index, an integer scalar", f->name);
  if (!fori_end(a, &end) || !apply_trace(a, f, apply_types(a, f->narrays)) || !loop_carry_ok(a, 1))
    return false;
  const Graph *bg = a->traced.g;
  Loop l = {.ncarry = 1 + bg->nresults, .n = a->noperands + 1};
  l.operands = a->operands;
  l.operands[a->noperands] = end;
  a->p->g->loc = a->loc;
  l.body = graph_region(a->p->g, f->name, l.n, l.operands);
  l.cond = graph_region(a->p->g, "below", l.n, l.operands);
  Id *ids = ARENA_ARRAY(a->p->arena, Id, l.ncarry);
  Id i = l.body->params[0];
  graph_inline(l.body, bg, l.body->params, ids + 1);
  ids[0] = b_add(l.body, i, b_scalar_int(l.body, graph_type(l.body, i).dtype, 1));
  carry_results(a, bg, a->traced.weak, l.body, ids + 1, 1);
  graph_set_results(l.body, l.ncarry, ids);
  Id holds = b_lt(l.cond, l.cond->params[0], l.cond->params[l.n - 1]);
  graph_set_results(l.cond, 1, &holds);
  return loop_record(a, &l, 1);
}

// ---- scan and map

// Parameters of the loop: the counter, the carry, the stacks, then what stays: the scanned arrays,
// constants, captures.
typedef struct Scan {
  Apply *a;
  int ncarry, nxs, nys, nrest;
  int64_t length, unroll;
  Dtype counter;
  Type *stacks;
} Scan;

static bool scanned_length(Scan *s, int i) {
  const Apply *a = s->a;
  const Type t = apply_type(a, i);
  char text[200];
  const char *leaf = leaf_text(a->c->f, array_leaf(a->c->f, i), text);
  if (!t.rank)
    return fail(a->loc, "%s: %s: %s is %s: it has no axis to go along", a->c->who, a->c->f->name,
                leaf, TYPE_STR(t));
  if (s->length >= 0 && s->length != t.dim[0])
    return fail(a->loc, "%s: %s: %s is %s: %lld along axis 0, not %lld as %s", a->c->who,
                a->c->f->name, leaf, TYPE_STR(t), (long long)t.dim[0], (long long)s->length,
                i == s->ncarry ? ".length says" : "in an array before");
  s->length = t.dim[0];
  return true;
}

static bool scan_options(Scan *s) {
  const Apply *a = s->a;
  const Function *f = a->c->f;
  const ClosureKey *key = &a->c->key;
  const bool is_map = key->kind == CLOSURE_MAP;
  if (f->n < 2 && !is_map)
    return fail(a->loc,
                "scan: %s takes the carry and what is scanned (jc_none for nothing): it has one "
                "parameter",
                f->name);
  if (key->length < 0 || key->unroll < 0)
    return fail(a->loc, "scan: .%s is %lld", key->length < 0 ? "length" : "unroll",
                (long long)(key->length < 0 ? key->length : key->unroll));
  s->ncarry = is_map ? 0 : f->params[0].narrays;
  s->nxs = f->params[!is_map].narrays;
  s->length = key->length ? key->length : -1;
  for (int i = 0; i < s->nxs; i++) {
    if (!scanned_length(s, s->ncarry + i)) return false;
  }
  if (s->length < 0)
    return fail(a->loc, "%s: %s: argument %d has no arrays%s", a->c->who, f->name, !is_map,
                is_map ? "" : ": .length says how many steps there are");
  s->unroll = key->unroll ? key->unroll : 1;
  s->counter = s->length <= INT32_MAX ? DT_I32 : DT_I64;
  return true;
}

// f is traced on one step.
static const TypeId *step_types(const Scan *s) {
  const Apply *a = s->a;
  TypeId *types = ARENA_ARRAY(a->p->arena, TypeId, a->c->f->narrays);
  for (int i = 0; i < a->c->f->narrays; i++) {
    Type t = apply_type(a, i);
    if (i >= s->ncarry && i < s->ncarry + s->nxs) t = (Type){t.dtype, t.rank - 1, t.dim + 1};
    types[i] = type_intern(t, a->in[i].weak);
  }
  return types;
}

static bool step_fits(Scan *s) {
  const Apply *a = s->a;
  const Graph *g = a->traced.g;
  if (g->nresults < s->ncarry)
    return fail(a->loc, "scan: %s gives %d arrays, the carry has %d", a->c->f->name, g->nresults,
                s->ncarry);
  if (!carried_lists_fit(a, s->ncarry, 0)) return false;
  for (int i = 0; i < s->ncarry; i++) {
    if (!carried_fits(a, g, i, i)) return false;
  }
  s->nys = g->nresults - s->ncarry;
  s->nrest = a->noperands - s->ncarry;
  s->stacks = ARENA_ARRAY(a->p->arena, Type, s->nys + 1);
  for (int i = 0; i < s->nys; i++) {
    const Type t = graph_type(g, g->results[s->ncarry + i]);
    int64_t *dim = ARENA_ARRAY(a->p->arena, int64_t, t.rank + 1);
    dim[0] = s->length;
    if (t.rank) memcpy(dim + 1, t.dim, sizeof *dim * (size_t)t.rank);
    s->stacks[i] = (Type){t.dtype, t.rank + 1, dim};
    if (!type_fits(s->stacks[i]))
      return fail(a->loc, "scan: %lld of %s are too large", (long long)s->length, TYPE_STR(t));
  }
  return true;
}

// Step k of f in g: carry and stacks are replaced by the next ones.
static void scan_step(const Scan *s, Graph *g, Id k, Id *carry, Id *stacks, const Id *rest) {
  const Apply *a = s->a;
  const Graph *step = a->traced.g;
  Id *args = ARENA_ARRAY(g->arena, Id, s->ncarry + s->nrest);
  Id *results = ARENA_ARRAY(g->arena, Id, step->nresults);
  if (a->c->key.reverse) k = b_sub(g, b_scalar_int(g, s->counter, s->length - 1), k);
  memcpy(args, carry, sizeof *args * (size_t)s->ncarry);
  for (int i = 0; i < s->nrest; i++)
    args[s->ncarry + i] = i < s->nxs ? b_row(g, rest[i], k) : rest[i];
  graph_inline(g, step, args, results);
  for (int i = 0; i < s->ncarry; i++) carry[i] = b_convert(g, results[i], apply_type(a, i).dtype);
  for (int i = 0; i < s->nys; i++) stacks[i] = b_with_row(g, stacks[i], k, results[s->ncarry + i]);
}

// The loop over whole groups of unrolled steps.
static bool scan_loop(const Scan *s, int64_t trips, Id *carry, Id *stacks, const Id *rest) {
  Graph *g = s->a->p->g;
  const int ncarry = 1 + s->ncarry + s->nys, n = ncarry + s->nrest;
  Id *operands = ARENA_ARRAY(g->arena, Id, n);
  operands[0] = b_scalar_int(g, s->counter, 0);
  memcpy(operands + 1, carry, sizeof(Id) * (size_t)s->ncarry);
  memcpy(operands + 1 + s->ncarry, stacks, sizeof(Id) * (size_t)s->nys);
  memcpy(operands + ncarry, rest, sizeof(Id) * (size_t)s->nrest);
  if (failed()) return false;
  Graph *body = graph_region(g, s->a->c->f->name, n, operands);
  Graph *cond = graph_region(g, "below", n, operands);
  const Id i = body->params[0];
  Id *next = ARENA_ARRAY(g->arena, Id, ncarry);
  memcpy(next, body->params, sizeof(Id) * (size_t)ncarry);
  for (int64_t u = 0; u < s->unroll; u++) {
    Id k = i;
    if (s->unroll > 1) k = b_mul(body, i, b_scalar_int(body, s->counter, s->unroll));
    if (u) k = b_add(body, k, b_scalar_int(body, s->counter, u));
    scan_step(s, body, k, next + 1, next + 1 + s->ncarry, body->params + ncarry);
  }
  next[0] = b_add(body, i, b_scalar_int(body, s->counter, 1));
  graph_set_results(body, ncarry, next);
  const Id holds = b_lt(cond, cond->params[0], b_scalar_int(cond, s->counter, trips));
  graph_set_results(cond, 1, &holds);
  if (failed()) return false;
  const Id first =
      graph_add(g, OP_while, n, operands, &(Attrs){.cond = cond, .body = body, .ncarry = ncarry});
  for (int k = 0; k < s->ncarry; k++) carry[k] = first + 1 + (Id)k;
  for (int k = 0; k < s->nys; k++) stacks[k] = first + 1 + (Id)(s->ncarry + k);
  return first != NO_ID;
}

bool apply_scan(Apply *a) {
  Scan s = {.a = a};
  if (!scan_options(&s) || !apply_trace(a, a->c->f, step_types(&s)) || !step_fits(&s)) return false;
  Graph *g = a->p->g;
  Id *carry = a->operands, *rest = a->operands + s.ncarry;
  Id *stacks = ARENA_ARRAY(g->arena, Id, s.nys + 1);
  g->loc = a->loc;
  for (int i = 0; i < s.nys; i++) stacks[i] = b_full(g, s.stacks[i], 0);
  // One group is no loop.
  int64_t trips = s.length / s.unroll;
  if (trips < 2) trips = 0;
  if (trips && !scan_loop(&s, trips, carry, stacks, rest)) return false;
  for (int64_t k = trips * s.unroll; k < s.length; k++)
    scan_step(&s, g, b_scalar_int(g, s.counter, k), carry, stacks, rest);
  for (int i = 0; i < s.ncarry; i++) a->out[i] = (Val){carry[i], a->in[i].weak};
  for (int i = 0; i < s.nys; i++)
    a->out[s.ncarry + i] = (Val){stacks[i], a->traced.weak[s.ncarry + i]};
  return true;
}

// ---- cond and switch

// Branches that were traced, with one list of what they capture.
typedef struct Choice {
  Apply *a;
  Traced *traced;
  Id **captures;  // by branch
  Id *operands;   // the index, the arguments, captures of all branches
  int n;
} Choice;

static bool choice_index(Choice *s) {
  const Apply *a = s->a;
  const bool is_cond = a->c->key.kind == CLOSURE_COND;
  Val v;
  a->p->g->loc = a->loc;
  if (!waiting_use(s->a, is_cond ? "the predicate" : "the index", &v)) return false;
  const Type t = graph_type(a->p->g, v.id);
  if (t.rank || (t.dtype != DT_BOOL && !dtype_is_int(t.dtype)) || (!is_cond && t.dtype == DT_BOOL))
    return fail(a->loc, "%s: the %s is %s, not %s", a->c->who, is_cond ? "predicate" : "index",
                TYPE_STR(t), is_cond ? "bool[]" : "an integer scalar");
  Graph *g = a->p->g;
  if (is_cond && t.dtype != DT_BOOL) v.id = b_ne(g, v.id, b_like(g, v.id, 0));
  if (!is_cond && t.dtype != DT_I32) {  // large indices stay large
    const Dtype d = dtype_kind(t.dtype) == KIND_SIGNED ? DT_I64 : DT_U64;
    const Id zero = b_scalar_int(g, d, 0), most = b_scalar_int(g, d, a->c->nbranches - 1);
    v.id = b_convert(g, b_clamp(g, zero, b_convert(g, v.id, d), most), DT_I32);
  } else if (!is_cond) {
    v.id =
        b_clamp(g, b_scalar_int(g, DT_I32, 0), v.id, b_scalar_int(g, DT_I32, a->c->nbranches - 1));
  }
  s->operands[s->n++] = v.id;
  return true;
}

static int operand_place(Choice *s, int from, Id v) {
  for (int i = from; i < s->n; i++) {
    if (s->operands[i] == v) return i;
  }
  s->operands[s->n] = v;
  return s->n++;
}

static bool trace_branches(Choice *s) {
  Apply *a = s->a;
  Function *f = a->c->f;
  Arena *arena = a->p->arena;
  const int nbranches = a->c->nbranches;
  const TypeId *types = apply_types(a, f->narrays);
  int ncaptures = 0;
  s->traced = ARENA_ARRAY(arena, Traced, nbranches);
  s->captures = ARENA_ARRAY(arena, Id *, nbranches);
  for (int k = 0; k < nbranches; k++) {
    Apply one = *a;
    if (a->c->branches[k]->narrays != f->narrays)
      return fail(a->loc, "%s: %s and %s differ in their parameters", a->c->who, f->name,
                  a->c->branches[k]->name);
    if (!apply_trace(&one, a->c->branches[k], types)) return false;
    s->traced[k] = one.traced;
    s->captures[k] = one.operands + f->narrays;
    ncaptures += one.traced.ncaptures;
  }
  apply_traced(a, s->traced[0]);
  for (int k = 1; k < nbranches; k++) {
    const Function *one = s->traced[0].f, *other = s->traced[k].f;
    if (one->nresult_arrays != other->nresult_arrays ||
        !lists_agree(one->result_leaves, other->result_leaves, one->nresult_arrays))
      return fail(a->loc, "%s: %s and %s give a jc_params of other lengths", a->c->who, one->name,
                  other->name);
  }
  s->operands = ARENA_ARRAY(arena, Id, 1 + f->narrays + ncaptures);
  return true;
}

// The dtype of result i: that of a branch which is not weak, and it has to fit the others.
static bool branch_dtype(const Choice *s, int i, Dtype *dtype, bool *weak) {
  const Apply *a = s->a;
  int strong = 0;
  while (strong < a->c->nbranches && s->traced[strong].weak[i]) strong++;
  *weak = strong == a->c->nbranches;
  if (*weak) strong = 0;
  const Type want = graph_type(s->traced[strong].g, s->traced[strong].g->results[i]);
  *dtype = want.dtype;
  for (int k = 0; k < a->c->nbranches; k++) {
    const Traced *t = &s->traced[k];
    const Type got = graph_type(t->g, t->g->results[i]);
    if (t->weak[i] && !*weak ? !shape_equal(got, want) : !type_equal(got, want))
      return fail(a->loc, "%s: result %d is %s from %s, %s from %s", a->c->who, i, TYPE_STR(want),
                  a->c->branches[strong]->name, TYPE_STR(got), a->c->branches[k]->name);
  }
  return true;
}

static Graph *choice_branch(const Choice *s, int k, const Dtype *dtypes) {
  const Traced *t = &s->traced[k];
  const int narrays = s->a->c->f->narrays;
  Graph *g = graph_region(s->a->p->g, t->g->name, s->n - 1, s->operands + 1);
  Id *args = ARENA_ARRAY(g->arena, Id, t->g->nparams);
  Id *results = ARENA_ARRAY(g->arena, Id, t->g->nresults);
  for (int i = 0; i < narrays; i++) args[i] = g->params[i];
  for (int i = 0; i < t->ncaptures; i++) {
    int at = 1 + narrays;
    while (s->operands[at] != s->captures[k][i]) at++;
    args[narrays + i] = g->params[at - 1];
  }
  graph_inline(g, t->g, args, results);
  for (int i = 0; i < t->g->nresults; i++) results[i] = b_convert(g, results[i], dtypes[i]);
  graph_set_results(g, t->g->nresults, results);
  return g;
}

bool apply_switch(Apply *a) {
  Choice s = {.a = a};
  const int nbranches = a->c->nbranches, narrays = a->c->f->narrays;
  if (!trace_branches(&s) || !choice_index(&s)) return false;
  const int nresults = s.traced[0].g->nresults;
  Dtype *dtypes = ARENA_ARRAY(a->p->arena, Dtype, nresults + 1);
  bool *weak = ARENA_ARRAY(a->p->arena, bool, nresults + 1);
  for (int i = 0; i < nresults; i++) {
    if (!branch_dtype(&s, i, &dtypes[i], &weak[i])) return false;
  }
  for (int i = 0; i < narrays; i++) s.operands[s.n++] = a->in[i].id;
  for (int k = 0; k < nbranches; k++) {
    for (int i = 0; i < s.traced[k].ncaptures; i++)
      operand_place(&s, 1 + narrays, s.captures[k][i]);
  }
  const Graph **branches = ARENA_ARRAY(a->p->arena, const Graph *, nbranches);
  a->p->g->loc = a->loc;
  for (int k = 0; k < nbranches; k++) branches[k] = choice_branch(&s, k, dtypes);
  if (failed() || !nresults) return !failed();
  const Id first =
      graph_add(a->p->g, OP_switch, s.n, s.operands, &(Attrs){.branches = {nbranches, branches}});
  for (int i = 0; i < nresults; i++) a->out[i] = (Val){first + (Id)i, weak[i]};
  return first != NO_ID;
}
