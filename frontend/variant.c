// Variants of functions and closures for the lists among their arguments and results.
#include "frontend/variant.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// Never taken together with others, but for the one of params.c.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

// Per word of a function's parameters or result: the shape of the list there, or NULL.
typedef struct Shapes {
  int n;
  bool any;
  const ListShape **v, *small[64];
} Shapes;

static void shapes_open(Shapes *s, int n) {
  s->n = n;
  s->any = false;
  s->v = n > 64 ? xmalloc(sizeof *s->v * (size_t)n) : s->small;
}

static void shapes_close(Shapes *s) {
  if (s->v != s->small) free(s->v);
}

static void shapes_set(Shapes *s, int i, jc_array word) {
  const List *l = list_find(word);
  s->v[i] = l ? l->shape : NULL;
  s->any |= l != NULL;
}

static void shapes_of_args(Shapes *s, const Function *f, void *const *args) {
  shapes_open(s, f->narrays);
  for (int i = 0, k = 0; i < f->nleaves; i++) {
    if (f->leaves[i].kind == 'a') shapes_set(s, k++, leaf_word(f, &f->leaves[i], args));
  }
}

// ---- leaves with their lists expanded

static const char *item_name(const Leaf *list, const char *name) {
  if (!list->name) return name;
  const size_t n = strlen(list->name) + strlen(name) + 1;
  char *both = xmalloc(n);
  strcpy(both, list->name);
  return strcat(both, name);
}

static Leaf *expand(const Leaf *from, int n, const ListShape *const *shapes, int *nleaves,
                    int *narrays) {
  int count = n, k = 0;
  for (int i = 0; i < n; i++) {
    if (from[i].kind != 'a') continue;
    if (shapes[k]) count += shapes[k]->n;
    k++;
  }
  Leaf *to = xmalloc(sizeof *to * (size_t)(count + 1)), *at = to;
  *narrays = 0;
  for (int i = 0; i < n; i++) {
    *at = from[i];
    const ListShape *shape = from[i].kind == 'a' ? *shapes++ : NULL;
    *narrays += from[i].kind == 'a' && !shape;
    if (shape) at->kind = 'L', at->list = shape;
    at++;
    for (int item = 0; shape && item < shape->n; item++, ++*narrays) {
      *at = from[i];
      at->item = (uint32_t)item + 1;
      at->name = item_name(&from[i], shape->names[item]);
      at++;
    }
  }
  *nleaves = (int)(at - to);
  return to;
}

static void expand_params(Function *f, const ListShape *const *shapes) {
  f->leaves = expand(f->leaves, f->nleaves, shapes, &f->nleaves, &f->narrays);
  for (int i = 0; i < f->n; i++) f->params[i].nleaves = f->params[i].narrays = 0;
  for (int i = 0; i < f->nleaves; i++) {
    Param *p = &f->params[f->leaves[i].param];
    if (!p->nleaves) p->first = i;
    p->nleaves++;
    p->narrays += f->leaves[i].kind == 'a';
  }
}

static void expand_result(Function *f, const ListShape *const *shapes) {
  f->result_leaves =
      expand(f->result_leaves, f->nresult_leaves, shapes, &f->nresult_leaves, &f->nresult_arrays);
  f->result.nleaves = f->nresult_leaves;
  f->result.narrays = f->nresult_arrays;
}

// ---- variants of functions

struct Variant {
  Variant *next;
  bool of_result;
  Function f;
  const ListShape *shapes[];
};

// The lock is held.
static Function *variant_find(const Function *f, bool of_result, const Shapes *s) {
  for (Variant *v = f->variants; v; v = v->next) {
    if (v->of_result == of_result && !memcmp(v->shapes, s->v, sizeof *s->v * (size_t)s->n))
      return &v->f;
  }
  return NULL;
}

static Function *function_with(Function *f, bool of_result, const Shapes *s) {
  if (!s->any) return f;
  pthread_mutex_lock(&lock);
  Function *found = variant_find(f, of_result, s);
  if (!found) {
    Variant *v = xmalloc(sizeof *v + sizeof *s->v * (size_t)s->n);
    *v = (Variant){.next = f->variants, .of_result = of_result, .f = *f};
    memcpy(v->shapes, s->v, sizeof *s->v * (size_t)s->n);
    v->f.variants = NULL;
    if (of_result) expand_result(&v->f, s->v);
    else expand_params(&v->f, s->v);
    f->variants = v;
    found = &v->f;
  }
  pthread_mutex_unlock(&lock);
  return found;
}

Function *function_for(Function *f, void *const *args) {
  Shapes s;
  shapes_of_args(&s, f, args);
  Function *found = function_with(f, false, &s);
  shapes_close(&s);
  return found;
}

Function *function_returning(Function *f, const void *result) {
  Shapes s;
  shapes_open(&s, f->nresult_arrays);
  for (int i = 0, k = 0; i < f->nresult_leaves; i++) {
    const Leaf *l = &f->result_leaves[i];
    if (l->kind == 'a') shapes_set(&s, k++, leaf_result(l, result));
  }
  Function *found = function_with(f, true, &s);
  shapes_close(&s);
  return found;
}

static int shapes_of_result(Shapes *s, int k, const Function *from, int first) {
  for (int i = first; i < from->nresult_leaves && k < s->n; i++) {
    const Leaf *l = &from->result_leaves[i];
    if (l->item || (l->kind != 'a' && l->kind != 'L')) continue;
    s->v[k++] = l->kind == 'L' ? l->list : NULL;
    s->any |= l->kind == 'L';
  }
  return k;
}

Function *function_taking(Function *f, const Function *residuals, int first,
                          const Function *cotangents) {
  Shapes s;
  shapes_open(&s, f->narrays);
  int k = shapes_of_result(&s, 0, residuals, first);
  k = shapes_of_result(&s, k, cotangents, 0);
  while (k < s.n) s.v[k++] = NULL;
  Function *found = function_with(f, false, &s);
  shapes_close(&s);
  return found;
}

// ---- variants of closures

struct ClosureVariant {
  ClosureVariant *next;
  Closure c;
  int n;
  const ListShape *shapes[];
};

// What has the parameters of c->f, and more behind them, or none of that kind. What follows a
// linearize has its f from there.
static Function *transformed(Function *f, const Closure *c, const Shapes *s) {
  Shapes own = {.n = f->narrays, .v = s->v};
  if (c->key.kind == CLOSURE_PUSHFORWARD || c->key.kind == CLOSURE_PULLBACK) return f;
  if (f->narrays != c->f->narrays) return f;
  for (int i = 0; i < own.n; i++) own.any |= s->v[i] != NULL;
  return function_with(f, false, &own);
}

static ClosureVariant *variant_new(const Closure *c, const Shapes *s) {
  ClosureVariant *v = xmalloc(sizeof *v + sizeof *s->v * (size_t)s->n);
  *v = (ClosureVariant){.c = *c, .n = s->n};
  memcpy(v->shapes, s->v, sizeof *s->v * (size_t)s->n);
  Closure *made = &v->c;
  made->f = transformed(c->f, c, s);
  if (c->cond) made->cond = transformed(c->cond, c, s);
  if (c->key.kind == CLOSURE_COND || c->key.kind == CLOSURE_SWITCH) {
    made->branches = xcalloc((size_t)c->nbranches, sizeof *made->branches);
    for (int i = 0; i < c->nbranches; i++) made->branches[i] = transformed(c->branches[i], c, s);
  }
  expand_params(&made->self, s->v);
  made->variants = NULL;
  made->returns = NULL;
  made->number = closure_number();
  if (made->f != c->f) closure_sign_result(made, made->f, NULL, &made->self);
  return v;
}

Closure *closure_for(Closure *c, void *const *args) {
  Shapes s;
  shapes_of_args(&s, &c->self, args);
  ClosureVariant *v = NULL;
  if (s.any) {
    v = __atomic_load_n(&c->variants, __ATOMIC_ACQUIRE);
    while (v && memcmp(v->shapes, s.v, sizeof *s.v * (size_t)s.n)) v = v->next;
    if (!v) {
      v = variant_new(c, &s);  // another thread may make one as well: both are valid
      pthread_mutex_lock(&lock);
      v->next = c->variants;
      __atomic_store_n(&c->variants, v, __ATOMIC_RELEASE);
      pthread_mutex_unlock(&lock);
    }
  }
  shapes_close(&s);
  return v ? &v->c : c;
}

struct Returned {
  Returned *next;
  const Function *f;
  const ListShape *saved;
  Function self;
};

const Function *closure_returning(Closure *c, Function *f, const ListShape *saved) {
  if (f == c->f && !saved) return &c->self;
  pthread_mutex_lock(&lock);
  Returned *r = c->returns;
  while (r && (r->f != f || r->saved != saved)) r = r->next;
  if (!r) {
    r = xmalloc(sizeof *r);
    *r = (Returned){.next = c->returns, .f = f, .saved = saved, .self = c->self};
    closure_sign_result(c, f, saved, &r->self);
    c->returns = r;
  }
  pthread_mutex_unlock(&lock);
  return &r->self;
}

// ---- comparing

bool lists_agree(const Leaf *have, const Leaf *want, int n) {
  for (int seen = 0; seen < n;) {
    while (have->kind != 'a' && have->kind != 'L') have++;
    while (want->kind != 'a' && want->kind != 'L') want++;
    if (have->kind != want->kind || have->item != want->item) return false;
    if (have->kind == 'L' && have->list->n != want->list->n) return false;
    seen += have->kind == 'a';
    have++, want++;
  }
  return true;
}
