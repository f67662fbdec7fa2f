// Functions with derivatives of their own: the function and its rules are traced at once, and
// recorded as one node that holds them.
#include <string.h>

#include "frontend/apply.h"
#include "frontend/variant.h"

// A function that was traced, and what it captures: values of the enclosing trace.
typedef struct Part {
  Function *f;
  Traced traced;
  Id *captures;
} Part;

typedef struct Custom {
  Apply *a;
  Part part[3];  // f and its rules
  Id *operands;  // the arguments, then captures of all parts
  int n;
} Custom;

static bool trace_part(Custom *s, int k, void *const *args, const TypeId *types) {
  Part *p = &s->part[k];
  Trace *t;
  const bool ok = transform_trace(p->f, args, types, s->a->loc, &t, &p->traced);
  const int n = ok ? p->traced.ncaptures : 0;
  p->captures = ARENA_ARRAY(s->a->p->arena, Id, n + 1);
  for (int i = 0; i < n; i++) p->captures[i] = trace_capture(s->a->p, &p->traced.captures[i]).id;
  trace_end(t);
  return ok;
}

static void custom_begin(Custom *s, Apply *a) {
  *s = (Custom){.a = a, .n = a->c->f->narrays};
  for (int k = 0; k < a->c->nbranches; k++) s->part[k].f = a->c->branches[k];
}

static bool has_value(const Id *v, int n, Id wanted) {
  for (int i = 0; i < n; i++) {
    if (v[i] == wanted) return true;
  }
  return false;
}

static void find_operands(Custom *s) {
  const Apply *a = s->a;
  const int narrays = s->n, nparts = a->c->nbranches;
  int most = narrays;
  for (int k = 0; k < nparts; k++) most += s->part[k].traced.ncaptures;
  s->operands = ARENA_ARRAY(a->p->arena, Id, most + 1);
  for (int i = 0; i < narrays; i++) s->operands[i] = a->in[i].id;
  for (int k = 0; k < nparts; k++) {
    const Part *p = &s->part[k];
    for (int i = 0; i < p->traced.ncaptures; i++) {
      if (!has_value(s->operands + narrays, s->n - narrays, p->captures[i]))
        s->operands[s->n++] = p->captures[i];
    }
  }
}

// The parameter of g, which begins with the operands, that stands for a capture.
static Id operand_param(const Custom *s, const Graph *g, Id captured) {
  int at = s->a->c->f->narrays;
  while (s->operands[at] != captured) at++;
  return g->params[at];
}

// An empty graph named as p; noperands: s->n, or 0.
static Graph *graph_for(const Custom *s, const Part *p, int noperands) {
  Graph *outer = s->a->p->g;
  outer->loc = s->a->loc;
  return graph_region(outer, p->f->name, noperands, s->operands);
}

// Result i of a rule in g, as a value of type `want`; what: "its value", for messages.
static bool fits_type(const Custom *s, const Part *p, int i, Graph *g, Type want, const char *what,
                      Id *v) {
  const Type got = graph_type(g, *v);
  if (p->traced.weak[i] ? !shape_equal(got, want) : !type_equal(got, want))
    return fail(s->a->loc, "%s: %s: %s gives %s as %s, not %s", s->a->c->who, s->a->c->f->name,
                p->f->name, TYPE_STR(got), what, TYPE_STR(want));
  *v = b_convert(g, *v, want.dtype);
  return true;
}

static const char *numbered(const Custom *s, const char *what, int i) {
  return arena_printf(s->a->p->arena, "%s %d", what, i);
}

// The first results are those of f, whose types are in `like`.
static bool fits_values(const Custom *s, const Part *p, Graph *g, const Graph *like, Id *v) {
  for (int i = 0; i < like->nresults; i++) {
    if (!fits_type(s, p, i, g, graph_type(like, like->results[i]), numbered(s, "value", i), &v[i]))
      return false;
  }
  return true;
}

// p's graph over the operands and `more`, ids of g or NULL; its results in v.
static void inline_part(const Custom *s, const Part *p, Graph *g, const Id *more, Id *v) {
  const Graph *from = p->traced.g;
  const int n = from->nparams - p->traced.ncaptures, narrays = s->a->c->f->narrays;
  Id *args = ARENA_ARRAY(g->arena, Id, from->nparams);
  for (int i = 0; i < n; i++) args[i] = i < narrays ? g->params[i] : more[i - narrays];
  for (int i = n; i < from->nparams; i++) args[i] = operand_param(s, g, p->captures[i - n]);
  graph_inline(g, from, args, v);
}

static Graph *value_graph(const Custom *s) {
  Graph *g = graph_for(s, &s->part[0], s->n);
  Id *v = ARENA_ARRAY(g->arena, Id, s->part[0].traced.g->nresults);
  inline_part(s, &s->part[0], g, NULL, v);
  graph_set_results(g, s->part[0].traced.g->nresults, v);
  return g;
}

// ---- signatures

static bool same_leaves(const Leaf *a, const Leaf *b, int n, size_t offset) {
  for (int i = 0; i < n; i++) {
    if (a[i].kind != b[i].kind || a[i].size != b[i].size || a[i].offset + offset != b[i].offset)
      return false;
  }
  return true;
}

static const Leaf *leaves_of(const Function *f, int i) { return f->leaves + f->params[i].first; }

static bool same_params(const Function *f, const Function *g, int from) {
  for (int i = 0; i < f->n; i++) {
    const Param *a = &f->params[i], *b = &g->params[from + i];
    if (a->size != b->size || a->kind != b->kind || a->nleaves != b->nleaves ||
        !same_leaves(leaves_of(f, i), leaves_of(g, from + i), a->nleaves, 0))
      return false;
  }
  return true;
}

// g's result has f's at this offset.
static bool holds_result(const Function *f, const Function *g, int first, size_t offset) {
  return first + f->nresult_leaves <= g->nresult_leaves &&
         same_leaves(f->result_leaves, g->result_leaves + first, f->nresult_leaves, offset);
}

static bool wrong(const Custom *s, const Function *rule, const char *what) {
  return fail(s->a->loc, "%s: %s: %s %s", s->a->c->who, s->a->c->f->name, rule->name, what);
}

// ---- custom_jvp

static bool jvp_signature(const Custom *s) {
  const Function *f = s->part[0].f, *jvp = s->part[1].f;
  if (jvp->n != 2 * f->n || !same_params(f, jvp, 0) || !same_params(f, jvp, f->n))
    return wrong(s, jvp, "does not take the parameters and a tangent for each, of their types");
  if (jvp->result.size != 2 * f->result.size || jvp->nresult_leaves != 2 * f->nresult_leaves ||
      !holds_result(f, jvp, 0, 0) || !holds_result(f, jvp, f->nresult_leaves, f->result.size))
    return wrong(s, jvp, "does not give {value, tangent}, both of the function's type");
  return true;
}

static bool trace_jvp(Custom *s, const TypeId *types) {
  const Apply *a = s->a;
  const int n = a->c->f->narrays;
  TypeId *both = ARENA_ARRAY(a->p->arena, TypeId, 2 * n);
  void **args = ARENA_ARRAY(a->p->arena, void *, MAX_PARAMS);
  for (int i = 0; i < n; i++) {
    both[i] = types[i];
    both[n + i] = type_intern(apply_type(a, i), false);
  }
  for (int i = 0; i < a->c->f->n; i++) args[i] = args[a->c->f->n + i] = a->args[i];
  s->part[1].f = function_for(s->part[1].f, args);
  if (!trace_part(s, 1, args, both)) return false;
  const Function *f = s->part[0].traced.f, *jvp = s->part[1].traced.f;
  if (jvp->nresult_arrays != 2 * f->nresult_arrays ||
      !lists_agree(jvp->result_leaves, f->result_leaves, f->nresult_arrays))
    return wrong(s, jvp, "gives a jc_params of another length than the function");
  return true;
}

// Parameters: the operands, then a tangent for each argument.
static Graph *jvp_rule(const Custom *s, const Graph *f) {
  const Part *p = &s->part[1];
  const int narrays = s->a->c->f->narrays, n = f->nresults;
  Graph *g = graph_for(s, p, s->n);
  Id *v = ARENA_ARRAY(g->arena, Id, 2 * n);
  for (int i = 0; i < narrays; i++) graph_param(g, apply_type(s->a, i), NULL);
  inline_part(s, p, g, g->params + s->n, v);
  if (!fits_values(s, p, g, f, v)) return NULL;
  for (int i = 0; i < n; i++) {
    const Type t = graph_type(f, f->results[i]);
    if (!dtype_is_inexact(t.dtype)) v[n + i] = b_full(g, t, 0);
    else if (!fits_type(s, p, n + i, g, t, numbered(s, "tangent", i), &v[n + i])) return NULL;
  }
  graph_set_results(g, 2 * n, v);
  return g;
}

static bool record(const Custom *s, Op op, const Graph *const *branches) {
  Apply *a = s->a;
  apply_traced(a, s->part[0].traced);
  const int nresults = a->traced.g->nresults;
  if (failed() || !nresults) return !failed();
  a->p->g->loc = a->loc;
  const Id first =
      graph_add(a->p->g, op, s->n, s->operands, &(Attrs){.branches = {a->c->nbranches, branches}});
  for (int i = 0; i < nresults; i++) a->out[i] = (Val){first + (Id)i, a->traced.weak[i]};
  return first != NO_ID;
}

bool apply_custom_jvp(Apply *a) {
  Custom s;
  custom_begin(&s, a);
  const TypeId *types = apply_types(a, a->c->f->narrays);
  if (!jvp_signature(&s)) return false;
  s.part[0].f = a->c->f;
  if (!trace_part(&s, 0, a->args, types) || !trace_jvp(&s, types)) return false;
  find_operands(&s);
  const Graph *branches[2] = {value_graph(&s)};
  branches[1] = jvp_rule(&s, branches[0]);
  return branches[1] && record(&s, OP_custom_jvp, branches);
}

// ---- custom_vjp

// Where the residuals lie in fwd's result.
static size_t residuals_offset(const Custom *s) {
  const size_t align = s->part[2].f->params[0].align, size = s->part[0].f->result.size;
  return (size + align - 1) / align * align;
}

static bool vjp_signature(const Custom *s) {
  const Function *f = s->part[0].f, *fwd = s->part[1].f, *bwd = s->part[2].f;
  if (fwd->n != f->n || !same_params(f, fwd, 0))
    return wrong(s, fwd, "does not take the function's parameters");
  if (!holds_result(f, fwd, 0, 0))
    return wrong(s, fwd, "gives what does not begin with the function's result");
  if (bwd->n != 2 || bwd->params[1].nleaves != f->nresult_leaves ||
      !same_leaves(f->result_leaves, leaves_of(bwd, 1), f->nresult_leaves, 0))
    return wrong(s, bwd, "does not take the residuals and a cotangent of the result's type");
  if (bwd->params[0].nleaves != fwd->nresult_leaves - f->nresult_leaves ||
      !same_leaves(leaves_of(bwd, 0), fwd->result_leaves + f->nresult_leaves,
                   bwd->params[0].nleaves, residuals_offset(s)))
    return wrong(
        s, bwd,
        arena_printf(s->a->p->arena, "takes residuals of another form than those which %s gives",
                     fwd->name));
  if (bwd->nresult_arrays != f->narrays)
    return wrong(s, bwd,
                 arena_printf(s->a->p->arena, "gives %d cotangents; the parameters have %d arrays",
                              bwd->nresult_arrays, f->narrays));
  return true;
}

static bool trace_bwd(Custom *s) {
  static jc_none none;
  const Part *f = &s->part[0], *fwd = &s->part[1];
  const int total = fwd->traced.g->nresults, n = f->traced.g->nresults, nres = total - n;
  const Function *given_f = fwd->traced.f, *value_f = f->traced.f;
  if (total < n || !lists_agree(given_f->result_leaves, value_f->result_leaves, n))
    return wrong(s, given_f, "gives a jc_params of another length than the function");
  s->part[2].f = function_taking(s->part[2].f, given_f, value_f->nresult_leaves, value_f);
  TypeId *types = ARENA_ARRAY(s->a->p->arena, TypeId, total + 1);
  for (int i = 0; i < total; i++) {
    const bool residual = i < nres;
    const Part *p = residual ? fwd : f;
    const int at = residual ? n + i : i - nres;
    types[i] = type_intern(graph_type(p->traced.g, p->traced.g->results[at]),
                           residual && p->traced.weak[at]);
  }
  char *given = fwd->traced.statics;
  const bool empty = !s->part[2].f->params[0].nleaves;
  void *const args[] = {empty ? (void *)&none : given + residuals_offset(s), given};
  if (!trace_part(s, 2, args, types)) return false;
  if (s->part[2].traced.f->nresult_arrays != s->a->c->f->narrays)
    return wrong(s, s->part[2].f, "gives a jc_params of another length than the parameter");
  return true;
}

// Results: the values, the residuals, what bwd captures.
static Graph *fwd_rule(const Custom *s, const Graph *f) {
  const Part *p = &s->part[1], *bwd = &s->part[2];
  const int n = p->traced.g->nresults;
  Graph *g = graph_for(s, p, s->n);
  Id *v = ARENA_ARRAY(g->arena, Id, n + bwd->traced.ncaptures);
  inline_part(s, p, g, NULL, v);
  if (!fits_values(s, p, g, f, v)) return NULL;
  for (int i = 0; i < bwd->traced.ncaptures; i++) v[n + i] = operand_param(s, g, bwd->captures[i]);
  graph_set_results(g, n + bwd->traced.ncaptures, v);
  return g;
}

static bool fits_arguments(const Custom *s, Graph *g, Id *v) {
  const Function *f = s->a->c->f;
  char text[200];
  for (int i = 0, k = 0; i < f->nleaves; i++) {
    if (f->leaves[i].kind != 'a') continue;
    const Type t = apply_type(s->a, k);
    if (!dtype_is_inexact(t.dtype)) {
      v[k] = b_full(g, t, 0);
    } else {
      const char *what =
          arena_printf(s->a->p->arena, "the cotangent of %s", leaf_text(f, &f->leaves[i], text));
      if (!fits_type(s, &s->part[2], k, g, t, what, &v[k])) return false;
    }
    k++;
  }
  return true;
}

// Parameters: residuals, captures, the cotangents of the results.
static Graph *bwd_rule(const Custom *s, const Graph *f, const Graph *fwd) {
  const Part *p = &s->part[2];
  const int nres = s->part[1].traced.g->nresults - f->nresults, n = nres + f->nresults;
  Graph *g = graph_for(s, p, 0);
  for (int i = f->nresults; i < fwd->nresults; i++)
    graph_param(g, graph_type(fwd, fwd->results[i]), NULL);
  for (int i = 0; i < f->nresults; i++) graph_param(g, graph_type(f, f->results[i]), NULL);
  Id *args = ARENA_ARRAY(g->arena, Id, p->traced.g->nparams);
  Id *v = ARENA_ARRAY(g->arena, Id, p->traced.g->nresults);
  for (int i = 0; i < nres; i++) args[i] = g->params[i];
  for (int i = nres; i < n; i++) args[i] = g->params[i + p->traced.ncaptures];
  for (int i = 0; i < p->traced.ncaptures; i++) args[n + i] = g->params[nres + i];
  graph_inline(g, p->traced.g, args, v);
  if (!fits_arguments(s, g, v)) return NULL;
  graph_set_results(g, p->traced.g->nresults, v);
  return g;
}

bool apply_custom_vjp(Apply *a) {
  Custom s;
  custom_begin(&s, a);
  const TypeId *types = apply_types(a, a->c->f->narrays);
  if (!vjp_signature(&s)) return false;
  s.part[0].f = a->c->f;
  s.part[1].f = function_for(s.part[1].f, a->args);
  if (!trace_part(&s, 0, a->args, types) || !trace_part(&s, 1, a->args, types) || !trace_bwd(&s))
    return false;
  find_operands(&s);
  const Graph *branches[3] = {value_graph(&s)};
  branches[1] = fwd_rule(&s, branches[0]);
  branches[2] = branches[1] ? bwd_rule(&s, branches[0], branches[1]) : NULL;
  return branches[2] && record(&s, OP_custom_vjp, branches);
}
