// Transformations at work: the inner function is traced in a graph of its own, the graph is
// transformed, and the result recorded in the enclosing trace, or run where there is none.
#include "compiler/transform.h"

#include <stdlib.h>
#include <string.h>

#include "frontend/apply.h"
#include "frontend/entry.h"
#include "frontend/execute.h"
#include "frontend/variant.h"

static _Thread_local TransformWatch watch;
void transform_watch(TransformWatch w) { watch = w; }

// ---- tracing a function

static bool collect_results(Function *f, Trace *t, const void *result, Loc loc, Traced *out) {
  f = out->f = function_returning(f, result);
  Id *ids = ARENA_ARRAY(t->arena, Id, f->nresult_arrays);
  out->weak = ARENA_ARRAY(t->arena, bool, f->nresult_arrays);
  for (int i = 0, k = 0; i < f->nresult_leaves; i++) {
    const Leaf *l = &f->result_leaves[i];
    if (l->kind != 'a') continue;
    jc_array h = leaf_result(l, result);
    Val v;
    if (!slot_need(h, loc, f->name, "leaf %d%s%s of its result", i, l->name ? " " : "",
                   l->name ? l->name : ""))
      return false;
    if (!trace_use(t, h, loc, f->name, i, &v)) return false;
    ids[k] = v.id;
    out->weak[k++] = v.weak;
  }
  graph_set_results(t->g, f->nresult_arrays, ids);
  return true;
}

enum { DEEPEST_TRACE = 256 };  // each takes a few kB of the stack

bool transform_trace(Function *f, void *const *args, const TypeId *types, Loc loc, Trace **trace,
                     Traced *out) {
  Trace *t = *trace = trace_begin(f->name, loc);
  jc_array *arrays = ARENA_ARRAY(t->arena, jc_array, f->narrays);
  for (int i = 0, k = 0; i < f->nleaves; i++) {
    if (f->leaves[i].kind != 'a') continue;
    arrays[k] = trace_param(t, types[k], leaf_name(f, &f->leaves[i], t->arena));
    k++;
  }
  out->f = f;
  if (t->depth == DEEPEST_TRACE)
    return fail(loc,
                "%s: %d transformed functions call one another inside: a recursion ends by a "
                "static argument, or is a jc_while",
                f->name, t->depth);
  if (out->axis_name) {
    t->axis.name = out->axis_name;
    t->axis.size = out->axis_size;
    t->axis.lane = trace_param(t, type_intern(type_scalar(DT_I32), false), "lane");
  }
  struct Diag *before = diag_take();
  function_call(f, t->arena, args, arrays, &out->statics);
  const bool broke = failed();  // also where the result does not depend on it
  diag_restore(before);
  CHECK(context()->trace == t);
  if (broke || !collect_results(f, t, out->statics, loc, out)) return false;
  out->g = t->g;
  out->ncaptures = t->ncaptures;
  out->captures = t->captures;
  return true;
}

// ---- what the transformations have in common

void apply_traced(Apply *a, Traced traced) {
  a->traced = traced;
  a->out = ARENA_ARRAY(a->p->arena, Val, 2 * traced.f->nresult_arrays + a->c->self.narrays + 1);
}

bool apply_trace(Apply *a, Function *f, const TypeId *types) {
  Trace *t;
  Traced traced = a->traced;
  bool ok = transform_trace(f, a->args, types, a->loc, &t, &traced);
  apply_traced(a, traced);
  const int named = a->traced.axis_name != NULL, n = f->narrays + named;
  const int total = n + (ok ? a->traced.ncaptures : 0);
  a->operands = ARENA_ARRAY(a->p->arena, Id, total + traced.f->nresult_arrays + n + 2);
  for (int i = 0; i < f->narrays; i++) a->operands[i] = a->in[i].id;
  if (named) a->operands[f->narrays] = b_iota(a->p->g, (Type){DT_I32, 1, &a->traced.axis_size}, 0);
  for (int i = n; i < total; i++)
    a->operands[i] = trace_capture(a->p, &a->traced.captures[i - n]).id;
  a->noperands = total;
  trace_end(t);
  return ok;
}

const TypeId *apply_types(Apply *a, int n) {
  TypeId *types = ARENA_ARRAY(a->p->arena, TypeId, n);
  for (int i = 0; i < n; i++) types[i] = type_intern(apply_type(a, i), a->in[i].weak);
  return types;
}

bool apply_record(Apply *a, const Graph *g, Id *results) {
  if (!g) return false;
  if (watch.seen) watch.seen(watch.context, a->c->who, a->c->f, a->loc, g);
  graph_inline(a->p->g, g, a->operands, results);
  return true;
}

// ---- jit inside a trace: a call

static bool record_body(Apply *a, Op op) {
  const Graph *body = a->traced.g;
  const Attrs at = {.body = body, .saves = op == OP_remat ? a->c->key.saves : 0};
  a->p->g->loc = a->loc;
  if (!body->nresults) return true;
  Id first = graph_add(a->p->g, op, a->noperands, a->operands, &at);
  if (first == NO_ID) return false;
  for (int i = 0; i < body->nresults; i++) a->out[i] = (Val){first + (Id)i, a->traced.weak[i]};
  return true;
}

static bool apply_jit(Apply *a) {
  if (!apply_trace(a, a->c->f, apply_types(a, a->c->f->narrays))) return false;
  return record_body(a, OP_call);
}

// ---- checkpoint

static bool apply_checkpoint(Apply *a) {
  if (!apply_trace(a, a->c->f, apply_types(a, a->c->f->narrays))) return false;
  return record_body(a, OP_remat);
}

// ---- vmap

// The axis that is asked for array i, leaf l.
static bool given_axis(Apply *a, const Leaf *l, int i, int *given) {
  const Function *f = a->c->f;
  const LeafAxes *axes = (const LeafAxes *)(uintptr_t)a->c->key.leaf_axes;
  const jc_dims *own = axes ? &axes->of[l->param] : NULL;
  if (l->param >= JC_MAX_ARGS) return *given = 0, true;  // a jvp has twice as many
  *given = a->c->key.in_axes[l->param];
  if (!own || !own->n) return true;
  if (own->n < 0 || own->n != f->params[l->param].narrays)
    return fail(
        a->loc, "vmap: %s: .leaf_axes has %d axes for argument %d (%s), which has %d arrays",
        f->name, own->n, (int)l->param, f->params[l->param].type, f->params[l->param].narrays);
  for (uint32_t k = 0; k < l->param; k++) i -= f->params[k].narrays;
  *given = own->d[i] < INT32_MIN || own->d[i] > INT32_MAX ? INT32_MAX : (int)own->d[i];
  return true;
}

static bool batched_type(Apply *a, const Leaf *l, int i, int *axis, int64_t *size, TypeId *type) {
  Function *f = a->c->f;
  int given;
  if (!given_axis(a, l, i, &given)) return false;
  char text[200];
  Type t = apply_type(a, i);
  *axis = -1;
  *type = type_intern(t, a->in[i].weak);
  if (given == JC_NONE) return true;
  *axis = given < 0 ? given + t.rank : given;
  if (*axis < 0 || *axis >= t.rank)
    return fail(a->loc, "vmap: %s: %s is %s: it has no axis %d (JC_NONE shares it)", f->name,
                leaf_text(f, l, text), TYPE_STR(t), given);
  if (*size >= 0 && *size != t.dim[*axis])
    return fail(a->loc, "vmap: %s: %s is %s: %lld along axis %d, but %lld in an argument before",
                f->name, leaf_text(f, l, text), TYPE_STR(t), (long long)t.dim[*axis], *axis,
                (long long)*size);
  *size = t.dim[*axis];
  int64_t dim[MAX_RANK];
  for (int k = 0, n = 0; k < t.rank; k++) {
    if (k != *axis) dim[n++] = t.dim[k];
  }
  *type = type_intern((Type){t.dtype, t.rank - 1, dim}, a->in[i].weak);
  return true;
}

static bool out_axes(Apply *a, int *axes) {
  for (int i = 0; i < a->traced.g->nresults; i++) {
    int given = i < JC_MAX_ARGS ? a->c->key.out_axes[i] : 0;
    Type t = graph_type(a->traced.g, a->traced.g->results[i]);
    axes[i] = given == JC_NONE ? -1 : given < 0 ? given + t.rank + 1 : given;
    if (axes[i] < -1 || axes[i] > t.rank)
      return fail(a->loc, "vmap: %s: result %d is %s in each example: no room for axis %d",
                  a->c->f->name, i, TYPE_STR(t), given);
  }
  return true;
}

static bool apply_vmap(Apply *a) {
  Function *f = a->c->f;
  Arena *arena = a->p->arena;
  TypeId *types = ARENA_ARRAY(arena, TypeId, f->narrays);
  int *axes = ARENA_ARRAY(arena, int, f->narrays);
  int64_t size = -1;
  for (int i = 0, k = 0; i < f->nleaves; i++) {
    if (f->leaves[i].kind != 'a') continue;
    if (!batched_type(a, &f->leaves[i], k, &axes[k], &size, &types[k])) return false;
    k++;
  }
  if (size < 0) return fail(a->loc, "vmap: %s: no argument has a batch axis", f->name);
  a->traced.axis_name = (const char *)(uintptr_t)a->c->key.axis_name;
  a->traced.axis_size = size;
  if (a->traced.axis_name && size > INT32_MAX)
    return fail(a->loc, "vmap: %s: a named axis of %lld", f->name, (long long)size);
  if (!apply_trace(a, f, types)) return false;
  const Graph *g = a->traced.g;
  int *in_axes = ARENA_ARRAY(arena, int, g->nparams), *to = ARENA_ARRAY(arena, int, g->nresults);
  for (int i = 0; i < g->nparams; i++) in_axes[i] = i < f->narrays ? axes[i] : -1;
  if (a->traced.axis_name) in_axes[f->narrays] = 0;
  if (!out_axes(a, to)) return false;
  Id *results = ARENA_ARRAY(arena, Id, g->nresults);
  if (!apply_record(a, graph_vmap(arena, g, size, in_axes, to), results)) return false;
  for (int i = 0; i < g->nresults; i++) a->out[i] = (Val){results[i], a->traced.weak[i]};
  return true;
}

// ---- derivatives

// A view of g with only its first result.
static Graph *first_result(Arena *a, const Graph *g) {
  Graph *one = ARENA_NEW(a, Graph);
  *one = *g;
  one->nresults = 1;
  return one;
}

static bool gradient_inputs(Apply *a, bool *active) {
  Function *f = a->c->f;
  char text[200];
  for (int i = 0, k = 0; i < f->nleaves; i++) {
    const Leaf *l = &f->leaves[i];
    if (l->kind != 'a') continue;
    active[k] = l->param == (uint32_t)a->c->key.argument;
    if (active[k] && !dtype_is_inexact(apply_type(a, k).dtype))
      return fail(a->loc, "%s: %s: %s is %s: only floats have a gradient", a->c->who, f->name,
                  leaf_text(f, l, text), TYPE_STR(apply_type(a, k)));
    k++;
  }
  if (!f->params[a->c->key.argument].narrays)
    return fail(a->loc, "%s: %s: argument %d (%s) has no arrays", a->c->who, f->name,
                (int)a->c->key.argument, f->params[a->c->key.argument].type);
  return true;
}

static bool apply_grad(Apply *a) {
  Function *f = a->c->f;
  Arena *arena = a->p->arena;
  if (!apply_trace(a, f, apply_types(a, f->narrays))) return false;
  const Graph *g = a->traced.g;
  bool *active = ARENA_ARRAY(arena, bool, g->nparams);
  if (!gradient_inputs(a, active)) return false;
  Type t = g->nresults ? graph_type(g, g->results[0]) : (Type){0};
  if (!g->nresults || t.rank || !dtype_is_inexact(t.dtype))
    return fail(a->loc, "%s: %s gives %s, not a float scalar%s", a->c->who, f->name,
                g->nresults ? TYPE_STR(t) : "nothing", t.rank ? ": sum or average it" : "");
  int n = a->noperands;
  bool values = a->c->key.kind == CLOSURE_VALUE_AND_GRAD;
  Id *results = ARENA_ARRAY(arena, Id, g->nresults + f->narrays + 1);
  if (values && g->nresults > 1) graph_inline(a->p->g, g, a->operands, results);
  a->operands[n] = b_scalar(a->p->g, t.dtype, 1);
  Id *gradient = ARENA_ARRAY(arena, Id, f->narrays + 1);
  if (!apply_record(a, graph_vjp(arena, first_result(arena, g), active), gradient)) return false;
  results[0] = gradient[0];
  int at = 0;
  for (int i = 0; values && i < g->nresults; i++)
    a->out[at++] = (Val){results[i], a->traced.weak[i]};
  for (int i = 0, k = 1; i < f->narrays; i++) {
    if (active[i]) a->out[at++] = (Val){gradient[k++], a->in[i].weak};
  }
  return true;
}

// jacfwd, jacrev, hessian: of the first result, which for a hessian is a scalar and has one array
// to be differentiated by.
static bool apply_jacobian(Apply *a) {
  Function *f = a->c->f;
  Arena *arena = a->p->arena;
  if (!apply_trace(a, f, apply_types(a, f->narrays))) return false;
  const Graph *g = a->traced.g, *by;
  bool *active = ARENA_ARRAY(arena, bool, g->nparams);
  if (!gradient_inputs(a, active)) return false;
  const bool twice = a->c->key.kind == CLOSURE_HESSIAN;
  const Type t = g->nresults ? graph_type(g, g->results[0]) : (Type){0};
  if (!g->nresults || !dtype_is_inexact(t.dtype) || (twice && t.rank))
    return fail(a->loc, "%s: %s gives %s, not %s", a->c->who, f->name,
                g->nresults ? TYPE_STR(t) : "nothing", twice ? "a float scalar" : "floats");
  if (twice && f->params[a->c->key.argument].narrays != 1)
    return fail(a->loc, "hessian: %s: argument %d has %d arrays: only one can have a Hessian",
                f->name, (int)a->c->key.argument, f->params[a->c->key.argument].narrays);
  by = a->c->key.kind == CLOSURE_JACFWD ? graph_jacfwd(arena, g, active)
                                        : graph_jacrev(arena, g, active);
  if (by && twice) by = graph_jacfwd(arena, by, active);
  Id *results = ARENA_ARRAY(arena, Id, f->narrays + 1);
  if (!apply_record(a, by, results)) return false;
  for (int i = 0, k = 0; i < f->narrays; i++) {
    if (active[i]) a->out[k] = (Val){results[k], a->in[i].weak}, k++;
  }
  return true;
}

static bool apply_jvp(Apply *a) {
  Function *f = a->c->f;
  Arena *arena = a->p->arena;
  int n = f->narrays;
  char text[200];
  if (a->c->self.narrays != 2 * n)
    return fail(a->loc, "jvp: %s: %d arrays, but %d tangents", f->name, n, a->c->self.narrays - n);
  for (int i = 0, k = 0; i < f->nleaves; i++) {
    if (f->leaves[i].kind != 'a') continue;
    if (!type_equal(apply_type(a, k), apply_type(a, n + k)) &&
        dtype_is_inexact(apply_type(a, k).dtype))
      return fail(a->loc, "jvp: %s: %s is %s, its tangent %s", f->name,
                  leaf_text(f, &f->leaves[i], text), TYPE_STR(apply_type(a, k)),
                  TYPE_STR(apply_type(a, n + k)));
    k++;
  }
  if (!apply_trace(a, f, apply_types(a, n))) return false;
  const Graph *g = a->traced.g;
  bool *active = ARENA_ARRAY(arena, bool, g->nparams);
  for (int i = 0; i < n; i++) {
    active[i] = is_inexact(g, g->params[i]);
    if (active[i]) a->operands[a->noperands++] = a->in[n + i].id;
  }
  Id *results = ARENA_ARRAY(arena, Id, 2 * g->nresults);
  if (!apply_record(a, graph_jvp(arena, g, active), results)) return false;
  for (int i = 0; i < 2 * g->nresults; i++)
    a->out[i] = (Val){results[i], a->traced.weak[i % g->nresults]};
  return true;
}

bool apply_cotangents(const Apply *a, int have, int want) {
  if (have == want) return true;
  return fail(a->loc, "%s: %s gives %d arrays, its cotangent has %d", a->c->who, a->c->f->name,
              want, have);
}

static bool apply_vjp(Apply *a) {
  Function *f = a->c->f;
  Arena *arena = a->p->arena;
  int n = f->narrays;
  if (!apply_trace(a, f, apply_types(a, n))) return false;
  const Graph *g = a->traced.g;
  bool *active = ARENA_ARRAY(arena, bool, g->nparams);
  for (int i = 0; i < n; i++) active[i] = is_inexact(g, g->params[i]);
  if (!apply_cotangents(a, a->c->self.narrays - n, g->nresults)) return false;
  for (int i = 0; i < g->nresults; i++) {
    Type want = graph_type(g, g->results[i]);
    if (!dtype_is_inexact(want.dtype)) continue;
    if (!type_equal(want, apply_type(a, n + i)))
      return fail(a->loc, "vjp: %s: result %d is %s, its cotangent %s", f->name, i, TYPE_STR(want),
                  TYPE_STR(apply_type(a, n + i)));
    a->operands[a->noperands++] = a->in[n + i].id;
  }
  Id *results = ARENA_ARRAY(arena, Id, g->nresults + n);
  if (!apply_record(a, graph_vjp(arena, g, active), results)) return false;
  int at = 0, k = g->nresults;
  for (; at < g->nresults; at++) a->out[at] = (Val){results[at], a->traced.weak[at]};
  for (int i = 0; i < n; i++)
    a->out[at++] = (Val){active[i] ? results[k++] : b_like(a->p->g, a->in[i].id, 0), a->in[i].weak};
  return true;
}

// g with its captures, which are known, in front of the arrays.
static Graph *captures_first(Arena *a, const Graph *g, int narrays) {
  Graph *view = ARENA_NEW(a, Graph);
  const int n = g->nparams - narrays;
  *view = *g;
  view->params = ARENA_ARRAY(a, Id, g->nparams + 1);
  for (int i = 0; i < g->nparams; i++) view->params[i] = g->params[i < n ? narrays + i : i - n];
  return graph_inline_calls(a, view);
}

static bool apply_linear_transpose(Apply *a) {
  Function *f = a->c->f;
  Arena *arena = a->p->arena;
  const int n = f->narrays;
  if (!apply_trace(a, f, apply_types(a, n))) return false;
  const Graph *g = a->traced.g;
  const int ncaptures = g->nparams - n;
  if (!apply_cotangents(a, a->c->self.narrays - n, g->nresults)) return false;
  Id *operands = ARENA_ARRAY(arena, Id, ncaptures + g->nresults);
  for (int i = 0; i < ncaptures; i++) operands[i] = a->operands[n + i];
  for (int i = 0; i < n; i++) {
    if (!is_inexact(g, g->params[i]))
      return fail(a->loc, "linear_transpose: %s: array %d is %s, not floats", f->name, i,
                  TYPE_STR(apply_type(a, i)));
  }
  for (int i = 0; i < g->nresults; i++) {
    const Type want = graph_type(g, g->results[i]);
    if (!dtype_is_inexact(want.dtype) || !type_equal(want, apply_type(a, n + i)))
      return fail(a->loc, "linear_transpose: %s: result %d is %s, its cotangent %s", f->name, i,
                  TYPE_STR(want), TYPE_STR(apply_type(a, n + i)));
    operands[ncaptures + i] = a->in[n + i].id;
  }
  const Graph *flat = captures_first(arena, g, n);
  Id *results = ARENA_ARRAY(arena, Id, n + 1);
  a->operands = operands;
  if (!flat || !apply_record(a, graph_transpose(arena, flat, ncaptures), results)) return false;
  for (int i = 0; i < n; i++) a->out[i] = (Val){results[i], a->in[i].weak};
  return true;
}

static bool (*const appliers[CLOSURE_COUNT])(Apply *) = {
    [CLOSURE_JIT] = apply_jit,
    [CLOSURE_VMAP] = apply_vmap,
    [CLOSURE_GRAD] = apply_grad,
    [CLOSURE_VALUE_AND_GRAD] = apply_grad,
    [CLOSURE_JACFWD] = apply_jacobian,
    [CLOSURE_JACREV] = apply_jacobian,
    [CLOSURE_HESSIAN] = apply_jacobian,
    [CLOSURE_JVP] = apply_jvp,
    [CLOSURE_VJP] = apply_vjp,
    [CLOSURE_WHILE] = apply_while,
    [CLOSURE_FORI] = apply_fori,
    [CLOSURE_SCAN] = apply_scan,
    [CLOSURE_MAP] = apply_scan,
    [CLOSURE_COND] = apply_switch,
    [CLOSURE_SWITCH] = apply_switch,
    [CLOSURE_CUSTOM_JVP] = apply_custom_jvp,
    [CLOSURE_CUSTOM_VJP] = apply_custom_vjp,
    [CLOSURE_CHECKPOINT] = apply_checkpoint,
    [CLOSURE_LINEAR_TRANSPOSE] = apply_linear_transpose,
    [CLOSURE_LINEARIZE] = apply_linearize,
    [CLOSURE_PUSHFORWARD] = apply_pushforward,
    [CLOSURE_PULLBACK] = apply_pullback,
};

bool transform_apply(Closure *c, Trace *p, void *const *args, const Val *in, Val **out,
                     void **statics, const Function **self, Loc loc) {
  Apply a = {.c = c, .p = p, .args = args, .in = in, .loc = loc};
  Loc before = p->g->loc;
  struct Diag *pending = diag_take();  // of the past: this call is sound
  bool ok = appliers[c->key.kind](&a);
  diag_restore(pending);
  p->g->loc = before;
  if (!ok) return false;
  *statics = a.traced.statics;
  *self = closure_returning(c, a.traced.f, a.saved);
  *out = a.out;
  for (int i = 0; ok && i < (*self)->nresult_arrays; i++) ok = a.out[i].id != NO_ID;
  return ok;
}

// ---- calls of closures

static void called_in_trace(Closure *c, Trace *p, void *const *args, void *result, Loc loc) {
  c = closure_for(c, args);
  const Function *s = &c->self;
  Val *in = ARENA_ARRAY(p->arena, Val, s->narrays), *out;
  char text[200];
  for (int i = 0, k = 0; i < s->nleaves; i++) {
    const Leaf *l = &s->leaves[i];
    if (l->kind != 'a') continue;
    jc_array h = leaf_array(s, l, args);
    if (!slot_need(h, loc, c->who, "%s: %s", s->name, leaf_text(s, l, text)) ||
        !trace_use(p, h, loc, c->who, i, &in[k++])) {
      result_poison(s, result);
      return;
    }
  }
  void *statics;
  if (!transform_apply(c, p, args, in, &out, &statics, &s, loc)) {
    result_poison(s, result);
    return;
  }
  jc_array *arrays = ARENA_ARRAY(p->arena, jc_array, s->nresult_arrays);
  for (int i = 0; i < s->nresult_arrays; i++) arrays[i] = trace_value(p, out[i]);
  result_store(s, result, arrays, closure_keeps_type(&c->key) ? statics : NULL);
}

void closure_called(Closure *c, void *const *args, void *result) {
  Context *x = context();
  Loc loc = x->made == c ? x->here : c->loc;
  if (c->f->fault || (c->cond && c->cond->fault)) {
    function_sound(c->f->fault ? c->f : c->cond, c->who, loc);
    result_poison(&c->self, result);
  } else if (c->key.kind == CLOSURE_ENTRY) {
    entry_called(c, args, result);
  } else if (x->trace) {
    called_in_trace(c, x->trace, args, result, loc);
  } else {
    jit_called(c, args, result);
  }
  x->here = loc;
}
