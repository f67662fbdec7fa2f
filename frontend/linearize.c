// jc_linearize, jc_pushforward and jc_pullback: a derivative at a point, computed once and kept.
#include "frontend/linearize.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/transform.h"
#include "frontend/apply.h"

// ---- maps, made unique

static bool same_map(const LinearMap *a, const LinearMap *b) {
  return a->hash == b->hash && a->f == b->f && a->nsaved == b->nsaved &&
         !memcmp(a->args, b->args, sizeof *a->args * (size_t)a->f->narrays) &&
         !memcmp(a->results, b->results, sizeof *a->results * (size_t)a->f->nresult_arrays) &&
         graph_equal(a->linear, b->linear);
}

static const TypeId *kept(Arena *a, int n, const TypeId *types) {
  TypeId *to = ARENA_ARRAY(a, TypeId, n + 1);
  for (int i = 0; i < n; i++) to[i] = types[i];
  return to;
}

static const LinearMap *map_intern(const LinearMap *like) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static LinearMap *all;
  pthread_mutex_lock(&lock);
  LinearMap *m = all;
  while (m && !same_map(m, like)) m = m->next;
  if (!m) {
    Arena *a = arena_new();  // stays
    m = ARENA_NEW(a, LinearMap);
    *m = *like;
    m->next = all;
    m->linear = graph_clone(a, like->linear);
    m->args = kept(a, m->f->narrays, like->args);
    m->results = kept(a, m->f->nresult_arrays, like->results);
    all = m;
  }
  pthread_mutex_unlock(&lock);
  return m;
}

static bool is_float(TypeId t) { return dtype_is_inexact(type_info(t)->type.dtype); }

// ---- at a point

static const ListShape *saved_shape(Apply *a, const TypeId *args, const Linearized *lin) {
  const Graph *g = a->traced.g;
  TypeId *results = ARENA_ARRAY(a->p->arena, TypeId, g->nresults + 1);
  for (int i = 0; i < g->nresults; i++)
    results[i] = type_intern(graph_type(g, g->results[i]), a->traced.weak[i]);
  const LinearMap like = {.hash = graph_hash(lin->linear),
                          .f = a->traced.f,
                          .linear = lin->linear,
                          .nsaved = lin->nresiduals,
                          .args = args,
                          .results = results};
  return list_shape_of_map(lin->nresiduals, map_intern(&like));
}

bool apply_linearize(Apply *a) {
  Arena *arena = a->p->arena;
  const int n = a->c->f->narrays;
  const TypeId *args = apply_types(a, n);
  if (!apply_trace(a, a->c->f, args)) return false;
  const Graph *g = a->traced.g;
  bool *active = ARENA_ARRAY(arena, bool, g->nparams + 1);
  for (int i = 0; i < n; i++) active[i] = is_inexact(g, g->params[i]);
  Linearized lin;
  if (!graph_linearize(arena, g, active, &lin)) return false;
  const int total = lin.known->nresults;
  Id *results = ARENA_ARRAY(arena, Id, total + 1);
  if (!apply_record(a, lin.known, results)) return false;
  a->saved = saved_shape(a, args, &lin);
  a->out = ARENA_ARRAY(arena, Val, total + 1);
  for (int i = 0; i < total; i++)
    a->out[i] = (Val){results[i], i < g->nresults && a->traced.weak[i]};
  return true;
}

// ---- forward and backward

// The map of the first argument, whose values become the operands; NULL after fail(). Sets what
// transform_apply needs.
static const LinearMap *map_of(Apply *a) {
  const Function *f = a->c->f;
  const ListShape *s = a->c->self.leaves[0].list;
  const LinearMap *m = s ? s->map : NULL;
  if (!m)
    return fail(a->loc, "%s: %s: argument 0 is not the .linear of jc_linearize(%s)", a->c->who,
                f->name, f->name),
           NULL;
  if (m->f->fn != f->fn)
    return fail(a->loc, "%s: %s: argument 0 is the .linear of jc_linearize(%s), another function",
                a->c->who, f->name, m->f->name),
           NULL;
  for (int i = 0; i < m->nsaved; i++) {
    const Type want = graph_type(m->linear, m->linear->params[i]);
    if (!type_equal(want, apply_type(a, i)))
      return fail(a->loc,
                  "%s: %s: the saved value %d is %s, but was %s in jc_linearize: what a jc_vmap "
                  "gave is used under a jc_vmap",
                  a->c->who, f->name, i, TYPE_STR(apply_type(a, i)), TYPE_STR(want)),
             NULL;
  }
  apply_traced(a, (Traced){.f = m->f});
  a->out = ARENA_ARRAY(a->p->arena, Val, m->f->narrays + m->f->nresult_arrays + 1);
  a->operands = ARENA_ARRAY(a->p->arena, Id, m->linear->nparams + m->f->nresult_arrays + 1);
  for (int i = 0; i < m->nsaved; i++) a->operands[i] = a->in[i].id;
  a->noperands = m->nsaved;
  return m;
}

// Tangent or cotangent i, whose type is that of an argument or a result: an operand if it is
// floats.
static bool add_operand(Apply *a, const LinearMap *m, int i, TypeId like, const char *what) {
  const Type want = type_info(like)->type, have = apply_type(a, m->nsaved + i);
  if (!is_float(like)) return true;
  if (!type_equal(want, have))
    return fail(
        a->loc, "%s: %s: %s %d is %s where it was linearized, %s", a->c->who, m->f->name, what, i,
        TYPE_STR(want),
        arena_printf(a->p->arena, "its %stangent %s", *what == 'r' ? "co" : "", TYPE_STR(have)));
  a->operands[a->noperands++] = a->in[m->nsaved + i].id;
  return true;
}

// The results of g, which has one for each of n arrays that is floats; zeros for the others.
static bool give(Apply *a, const Graph *g, int n, const TypeId *types) {
  Id *results = ARENA_ARRAY(a->p->arena, Id, n + 1);
  if (!apply_record(a, g, results)) return false;
  for (int i = 0, k = 0; i < n; i++) {
    const TypeInfo *t = type_info(types[i]);
    a->out[i] = (Val){is_float(types[i]) ? results[k++] : b_full(a->p->g, t->type, 0), t->weak};
  }
  return true;
}

bool apply_pushforward(Apply *a) {
  const LinearMap *m = map_of(a);
  if (!m) return false;
  const int n = m->f->narrays, have = a->c->self.narrays - m->nsaved;
  if (have != n)
    return fail(a->loc, "pushforward: %s: %d arrays, but %d tangents", m->f->name, n, have);
  for (int i = 0; i < n; i++) {
    if (!add_operand(a, m, i, m->args[i], "array")) return false;
  }
  return jvp_resolved(m->linear) && give(a, m->linear, m->f->nresult_arrays, m->results);
}

bool apply_pullback(Apply *a) {
  const LinearMap *m = map_of(a);
  if (!m) return false;
  const int n = m->f->nresult_arrays;
  if (!apply_cotangents(a, a->c->self.narrays - m->nsaved, n)) return false;
  for (int i = 0; i < n; i++) {
    if (!add_operand(a, m, i, m->results[i], "result")) return false;
  }
  const Graph *back = graph_transpose(a->p->arena, m->linear, m->nsaved);
  return give(a, back, m->f->narrays, m->args);
}
