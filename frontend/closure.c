// Making and memoising closures, and their signatures.
#include "frontend/closure.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/entry.h"

static const char *const names[CLOSURE_COUNT] = {
    "jit",
    "vmap",
    "grad",
    "value_and_grad",
    "jacfwd",
    "jacrev",
    "hessian",
    "jvp",
    "vjp",
    "while",
    "fori",
    "scan",
    "map",
    "cond",
    "switch",
    "checkpoint",
    "linear_transpose",
    "linearize",
    "pushforward",
    "pullback",
    "custom_jvp",
    "custom_vjp",
    "entry",
};

// ---- signatures of derived functions

static size_t align_up(size_t n, size_t align) { return (n + align - 1) / align * align; }

// The struct {first; second} in C's layout.
static Param pair_of(const char *type, const Param *first, const Param *second) {
  size_t align = first->align > second->align ? first->align : second->align;
  size_t size = align_up(align_up(first->size, second->align) + second->size, align);
  return (Param){.type = type, .size = size, .align = align, .kind = 't'};
}

static Param struct_of(const char *type, int n, const Param *members) {
  size_t size = 0, align = 1;
  for (int i = 0; i < n; i++) {
    size = align_up(size, members[i].align) + members[i].size;
    if (members[i].align > align) align = members[i].align;
  }
  return (Param){.type = type, .size = align_up(size, align), .align = align, .kind = 't'};
}

// Derived results hold structs that no JC_TREE describes as a whole: their leaves are put together
// from those of the members.
typedef struct Layout {
  Leaf *v;
  int n;
  size_t end;
} Layout;

static void layout_add(Layout *to, const Param *p, const Leaf *leaves) {
  to->end = align_up(to->end, p->align);
  to->v = xrealloc(to->v, sizeof *to->v * (size_t)(to->n + p->nleaves + 1));
  for (int i = 0; i < p->nleaves; i++) {
    Leaf l = leaves[i];
    if (p->indirect || p->kind == 'p') l = (Leaf){.size = 8, .kind = 'p'};
    l.param = 0;
    l.offset += (uint32_t)to->end;
    to->v[to->n++] = l;
    if (p->indirect) break;
  }
  to->end += p->size;
}

static void result_of(Function *self, Param shape, const Layout *l) {
  self->result = shape;
  self->result.nleaves = l->n;
  self->result_leaves = l->v;
  self->nresult_leaves = l->n;
  self->nresult_arrays = 0;
  for (int i = 0; i < l->n; i++) self->nresult_arrays += l->v[i].kind == 'a';
  self->result.narrays = self->nresult_arrays;
}

static const Leaf *param_leaves(const Function *f, int i) { return f->leaves + f->params[i].first; }

// The values that linearize saves, as a parameter and as part of a result.
static const Param saved_param = {
    .type = "jc_params", .size = 8, .align = 8, .kind = 'a', .nleaves = 1, .narrays = 1};
static const Leaf saved_leaf = {.size = 8, .kind = 'a'};

static void layout_add_saved(Layout *to, const ListShape *saved) {
  Param p = saved_param;
  if (!saved) {
    layout_add(to, &p, &saved_leaf);
    return;
  }
  Leaf *all = xmalloc(sizeof *all * (size_t)(saved->n + 1));
  p.nleaves = saved->n + 1;
  for (int i = 0; i <= saved->n; i++) {
    all[i] = saved_leaf;
    all[i].item = (uint32_t)i;
    if (i) all[i].name = saved->names[i - 1];
  }
  all[0].kind = 'L', all[0].list = saved;
  layout_add(to, &p, all);
  free(all);
}

void closure_sign_result(const Closure *c, const Function *f, const ListShape *saved, Function *s) {
  const Param *arg = &f->params[c->key.argument];
  Layout l = {0};
  switch ((ClosureKind)c->key.kind) {
    case CLOSURE_GRAD:
    case CLOSURE_JACFWD:
    case CLOSURE_JACREV:
    case CLOSURE_HESSIAN:
      layout_add(&l, arg, param_leaves(f, (int)c->key.argument));
      result_of(s, *arg, &l);
      return;
    case CLOSURE_VALUE_AND_GRAD:
      layout_add(&l, &f->result, f->result_leaves);
      layout_add(&l, arg, param_leaves(f, (int)c->key.argument));
      result_of(s, pair_of("value and grad", &f->result, arg), &l);
      return;
    case CLOSURE_JVP:
      layout_add(&l, &f->result, f->result_leaves);
      layout_add(&l, &f->result, f->result_leaves);
      result_of(s, pair_of("value and tangent", &f->result, &f->result), &l);
      return;
    case CLOSURE_VJP: {
      Param args = struct_of("grads", f->n, f->params);
      layout_add(&l, &f->result, f->result_leaves);
      l.end = align_up(l.end, args.align);
      for (int i = 0; i < f->n; i++) layout_add(&l, &f->params[i], param_leaves(f, i));
      result_of(s, pair_of("value and grads", &f->result, &args), &l);
      return;
    }
    case CLOSURE_LINEARIZE:
      layout_add(&l, &f->result, f->result_leaves);
      layout_add_saved(&l, saved);
      result_of(s, pair_of("value and linear", &f->result, &saved_param), &l);
      return;
    case CLOSURE_PULLBACK:
    case CLOSURE_LINEAR_TRANSPOSE: {
      const Param args = struct_of("cotangents", f->n, f->params);
      for (int i = 0; i < f->n; i++) layout_add(&l, &f->params[i], param_leaves(f, i));
      result_of(s, args, &l);
      return;
    }
    default: layout_add(&l, &f->result, f->result_leaves); result_of(s, f->result, &l);
  }
}

static void sign_param(Function *s, const Param *like, const Leaf *leaves) {
  Param *p = &s->params[s->n];
  *p = *like;
  p->first = s->nleaves;
  s->leaves = xrealloc(s->leaves, sizeof *s->leaves * (size_t)(s->nleaves + p->nleaves + 1));
  for (int k = 0; k < p->nleaves; k++) {
    Leaf *l = &s->leaves[s->nleaves++];
    *l = leaves[k];
    l->param = (uint32_t)s->n;
    s->narrays += l->kind == 'a';
  }
  s->n++;
}

static void sign_params(Closure *c) {
  Function *s = &c->self, *f = c->f;
  const ClosureKind kind = (ClosureKind)c->key.kind;
  if (kind == CLOSURE_PUSHFORWARD || kind == CLOSURE_PULLBACK) {
    Param saved = saved_param;
    saved.ffi = &ffi_type_uint64;
    sign_param(s, &saved, &saved_leaf);
  }
  for (int i = 0; kind != CLOSURE_PULLBACK && i < f->n; i++)
    sign_param(s, &f->params[i], param_leaves(f, i));
  for (int i = 0; kind == CLOSURE_JVP && i < f->n; i++)
    sign_param(s, &f->params[i], param_leaves(f, i));
  if (kind == CLOSURE_VJP || kind == CLOSURE_LINEAR_TRANSPOSE || kind == CLOSURE_PULLBACK)
    sign_param(s, &f->result, f->result_leaves);
}

// ---- libffi

static void handler(ffi_cif *cif, void *result, void **args, void *closure) {
  (void)cif;
  closure_called(closure, args, result);
}

static ffi_type *word_struct(size_t size) {
  ffi_type *t = xcalloc(1, sizeof *t);
  size_t n = size / 8;
  t->type = FFI_TYPE_STRUCT;
  t->elements = xcalloc(n + 1, sizeof *t->elements);
  for (size_t i = 0; i < n; i++) t->elements[i] = &ffi_type_uint64;
  return t;
}

static void prepare_call(Closure *c) {
  Function *s = &c->self;
  ffi_type **types = xcalloc((size_t)s->n, sizeof *types);
  for (int i = 0; i < s->n; i++) types[i] = s->params[i].ffi;
  ffi_type *result =
      s->result.kind == 't' && !s->result.ffi ? word_struct(s->result.size) : s->result.ffi;
  CHECK(ffi_prep_cif(&s->cif, FFI_DEFAULT_ABI, (unsigned)s->n, result, types) == FFI_OK);
  void *code;
  ffi_closure *closure = ffi_closure_alloc(sizeof *closure, &code);
  if (!closure) BUG("no memory for a closure");
  CHECK(ffi_prep_closure_loc(closure, &s->cif, handler, c, code) == FFI_OK);
  memcpy(&s->fn, &code, sizeof code);
}

// ---- memo

static struct {
  Closure **slots;
  size_t n, cap;
} made;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
enum { MANY_CLOSURES = 10000, RECENT = 64 };

static uint64_t key_hash(const ClosureKey *k) {
  uint64_t h = k->kind, words[sizeof *k / 8];
  memcpy(words, k, sizeof *k);
  for (size_t i = 1; i < sizeof words / sizeof *words; i++) {
    h = (h ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
    h ^= h >> 29;
  }
  return h;
}

static Closure **memo_slot(const ClosureKey *k, uint64_t h) {
  for (;; h++) {
    Closure **s = &made.slots[h & (made.cap - 1)];
    if (!*s || !memcmp(&(*s)->key, k, sizeof *k)) return s;
  }
}

static void memo_grow(void) {
  if (2 * made.n < made.cap) return;
  Closure **old = made.slots;
  size_t n = made.cap;
  made.cap = n ? 2 * n : 64;
  made.slots = xcalloc(made.cap, sizeof *old);
  for (size_t i = 0; i < n; i++) {
    if (old[i]) *memo_slot(&old[i]->key, key_hash(&old[i]->key)) = old[i];
  }
  free(old);
}

static bool find_branches(Closure *c, Loc loc) {
  const Branches *b = (const Branches *)(uintptr_t)c->key.branches;
  if (!b) return true;
  c->branches = xcalloc((size_t)b->n, sizeof(Function *));
  for (c->nbranches = 0; c->nbranches < b->n; c->nbranches++) {
    Function *f = function_find(b->fn[c->nbranches], c->who, loc);
    if (!f) return false;
    c->branches[c->nbranches] = f;
  }
  return true;
}

// The closure goes by an array that is not among its arguments.
static bool waits(const Function *f) {
  for (; f && f->closure; f = f->closure->f) {
    const ClosureKey *k = &f->closure->key;
    if (k->has_bound || k->kind == CLOSURE_COND || k->kind == CLOSURE_SWITCH) return true;
  }
  return false;
}

static Closure *closure_new(const ClosureKey *key, Loc loc) {
  const char *who = names[key->kind];
  Function *f = function_find((jc_fn)(uintptr_t)key->f, who, loc), *cond = NULL;
  if (!f) return NULL;
  const bool has_cond = key->cond || key->kind == CLOSURE_WHILE;
  if (has_cond && !(cond = function_find((jc_fn)(uintptr_t)key->cond, who, loc))) return NULL;
  if (key->argument < 0 || key->argument >= f->n) {
    fail(loc, "%s: %s has no argument %lld", who, f->name, (long long)key->argument);
    return NULL;
  }
  if (key->kind == CLOSURE_JIT && waits(f)) {
    fail(loc,
         "jit: a compiled call would keep the predicate, index or bound of this loop or choice: "
         "jit a function around it");
    return NULL;
  }
  Closure *c = xcalloc(1, sizeof *c);
  *c = (Closure){.key = *key, .who = who, .f = f, .cond = cond, .loc = loc, .base = c};
  if (!find_branches(c, loc)) {
    free(c->branches);
    free(c);
    return NULL;
  }
  c->self =
      (Function){.name = f->name, .unit = f->unit, .loc = f->loc, .closure = c, .resolved = true};
  sign_params(c);
  closure_sign_result(c, c->f, NULL, &c->self);
  prepare_call(c);
  function_add(&c->self);
  return c;
}

int closure_number(void) {
  static _Atomic int next;
  return next++;
}

Closure *closure_get(const ClosureKey *key, Loc loc) {
  static _Thread_local struct { Closure *v[RECENT]; } recent;
  context()->here = loc;
  uint64_t h = key_hash(key);
  Closure **near = &recent.v[h % RECENT];
  if (*near && !memcmp(&(*near)->key, key, sizeof *key)) return context()->made = *near;
  pthread_mutex_lock(&lock);
  memo_grow();
  Closure *c = *memo_slot(key, h);
  pthread_mutex_unlock(&lock);
  if (!c) {
    if (!(c = closure_new(key, loc))) return NULL;
    pthread_mutex_lock(&lock);
    memo_grow();
    Closure **s = memo_slot(key, h);
    if (*s) {
      c = *s;  // another thread was faster; the second stays valid, unused
    } else {
      made.n++;
      c->number = closure_number();
      *s = c;
      if (made.n == MANY_CLOSURES)
        fprintf(stderr, "%s:%d: hint: %d transformed functions so far: is an option changing?\n",
                loc.file, loc.line, MANY_CLOSURES);
    }
    pthread_mutex_unlock(&lock);
  }
  return context()->made = *near = c;
}

// What is called in place of a function that is unknown, after the error: where a struct comes back
// through memory, its address is both the first argument and what a function returns.
static void *nothing(void *result) { return result; }

bool closure_keeps_type(const ClosureKey *key) {
  switch ((ClosureKind)key->kind) {
    case CLOSURE_GRAD:
    case CLOSURE_VALUE_AND_GRAD:
    case CLOSURE_JACFWD:
    case CLOSURE_JACREV:
    case CLOSURE_HESSIAN:
    case CLOSURE_JVP:
    case CLOSURE_LINEAR_TRANSPOSE:
    case CLOSURE_LINEARIZE:
    case CLOSURE_PUSHFORWARD:
    case CLOSURE_PULLBACK:
    case CLOSURE_VJP: return false;
    default: return true;
  }
}

static jc_fn code_of(const ClosureKey *key, Loc loc) {
  Closure *c = closure_get(key, loc);
  if (c) return c->self.fn;
  return closure_keeps_type(key) && key->f ? (jc_fn)(uintptr_t)key->f : (jc_fn)nothing;
}

// ---- the public constructors

static ClosureKey key_of(ClosureKind kind, jc_fn f) {
  ClosureKey k;
  memset(&k, 0, sizeof k);
  k.kind = kind;
  k.f = (uintptr_t)f;
  return k;
}

// ---- closures that go by an array which is no argument

static jc_fn code_with(const ClosureKey *key, jc_array array, Loc loc) {
  Context *x = context();
  const unsigned at = x->next_waiting % (sizeof x->waiting / sizeof *x->waiting);
  const Closure *c = closure_get(key, loc);
  if (c) {
    x->waiting[at].closure = c;
    x->waiting[at].array = array;
    x->waiting[at].taken = false;
    x->next_waiting++;
  }
  return code_of(key, loc);
}

// The last one that no call has taken yet; where all are taken (a pointer that was kept), the last.
jc_array closure_waiting(const Closure *c) {
  Context *x = context();
  const unsigned size = sizeof x->waiting / sizeof *x->waiting;
  jc_array last = {0};
  for (unsigned i = 1; i <= size; i++) {
    const unsigned at = (x->next_waiting - i) % size;
    if (x->waiting[at].closure != c->base) continue;
    if (!last.handle) last = x->waiting[at].array;
    if (x->waiting[at].taken) continue;
    x->waiting[at].taken = true;
    return x->waiting[at].array;
  }
  return last;
}

static const Branches *branches_intern(int n, const jc_fn *fn) {
  static Branches *all;
  pthread_mutex_lock(&lock);
  Branches *b = all;
  while (b && (b->n != n || memcmp(b->fn, fn, sizeof *fn * (size_t)n))) b = b->next;
  if (!b) {
    b = xmalloc(sizeof *b + sizeof *fn * (size_t)n);
    b->n = n;
    b->next = all;
    memcpy(b->fn, fn, sizeof *fn * (size_t)n);
    all = b;
  }
  pthread_mutex_unlock(&lock);
  return b;
}

jc_fn jc_jit_(struct jc_jit o, const char *file, int line) {
  ClosureKey k = key_of(CLOSURE_JIT, o.f);
  for (int i = 0; i < JC_MAX_ARGS; i++) k.donate |= (uint64_t)o.donate[i] << i;
  return code_of(&k, HERE(file, line));
}

static const char *name_intern(const char *name) {
  static struct Name {
    struct Name *next;
    char text[];
  } * all;
  pthread_mutex_lock(&lock);
  struct Name *n = all;
  while (n && strcmp(n->text, name)) n = n->next;
  if (!n) {
    n = xmalloc(sizeof *n + strlen(name) + 1);
    n->next = all;
    strcpy(n->text, name);
    all = n;
  }
  pthread_mutex_unlock(&lock);
  return n->text;
}

static bool same_axes(const jc_dims *a, const jc_dims *b) {
  for (int i = 0; i < JC_MAX_ARGS; i++) {
    const int n = a[i].n < 0 ? 0 : a[i].n > JC_MAX_RANK ? JC_MAX_RANK : a[i].n;
    if (a[i].n != b[i].n || memcmp(a[i].d, b[i].d, sizeof *a[i].d * (size_t)n)) return false;
  }
  return true;
}

static const LeafAxes *axes_intern(const jc_dims *axes) {
  static LeafAxes *all;
  bool any = false;
  for (int i = 0; i < JC_MAX_ARGS; i++) any |= axes[i].n != 0;
  if (!any) return NULL;
  pthread_mutex_lock(&lock);
  LeafAxes *l = all;
  while (l && !same_axes(l->of, axes)) l = l->next;
  if (!l) {
    l = xmalloc(sizeof *l);
    l->next = all;
    memcpy(l->of, axes, sizeof l->of);
    all = l;
  }
  pthread_mutex_unlock(&lock);
  return l;
}

jc_fn jc_vmap_(struct jc_vmap o, const char *file, int line) {
  ClosureKey k = key_of(CLOSURE_VMAP, o.f);
  if (o.axis_name) k.axis_name = (uintptr_t)name_intern(o.axis_name);
  k.leaf_axes = (uintptr_t)axes_intern(o.leaf_axes);
  for (int i = 0; i < JC_MAX_ARGS; i++) k.in_axes[i] = o.in_axes[i], k.out_axes[i] = o.out_axes[i];
  return code_of(&k, HERE(file, line));
}

static jc_fn derived(ClosureKind kind, struct jc_grad o, Loc loc) {
  ClosureKey k = key_of(kind, o.f);
  k.argument = o.argument;
  return code_of(&k, loc);
}
jc_fn jc_grad_(struct jc_grad o, const char *file, int line) {
  return derived(CLOSURE_GRAD, o, HERE(file, line));
}
jc_fn jc_value_and_grad_(struct jc_grad o, const char *file, int line) {
  return derived(CLOSURE_VALUE_AND_GRAD, o, HERE(file, line));
}
jc_fn jc_jacfwd_(struct jc_grad o, const char *file, int line) {
  return derived(CLOSURE_JACFWD, o, HERE(file, line));
}
jc_fn jc_jacrev_(struct jc_grad o, const char *file, int line) {
  return derived(CLOSURE_JACREV, o, HERE(file, line));
}
jc_fn jc_hessian_(struct jc_grad o, const char *file, int line) {
  return derived(CLOSURE_HESSIAN, o, HERE(file, line));
}
jc_fn jc_jvp_(struct jc_grad o, const char *file, int line) {
  return derived(CLOSURE_JVP, o, HERE(file, line));
}
jc_fn jc_vjp_(struct jc_grad o, const char *file, int line) {
  return derived(CLOSURE_VJP, o, HERE(file, line));
}

jc_fn jc_linear_transpose_(struct jc_grad o, const char *file, int line) {
  return derived(CLOSURE_LINEAR_TRANSPOSE, o, HERE(file, line));
}

jc_fn jc_linearize_(struct jc_grad o, const char *file, int line) {
  return derived(CLOSURE_LINEARIZE, o, HERE(file, line));
}
jc_fn jc_pushforward_(struct jc_grad o, const char *file, int line) {
  return derived(CLOSURE_PUSHFORWARD, o, HERE(file, line));
}
jc_fn jc_pullback_(struct jc_grad o, const char *file, int line) {
  return derived(CLOSURE_PULLBACK, o, HERE(file, line));
}

jc_fn jc_checkpoint_(struct jc_checkpoint o, const char *file, int line) {
  ClosureKey k = key_of(CLOSURE_CHECKPOINT, o.f);
  k.saves = o.policy == JC_SAVE_DOTS;
  return code_of(&k, HERE(file, line));
}

jc_fn jc_while_(jc_fn holds, jc_fn body, const char *file, int line) {
  ClosureKey k = key_of(CLOSURE_WHILE, body);
  k.cond = (uintptr_t)holds;
  return code_of(&k, HERE(file, line));
}

jc_fn jc_fori_(jc_fn body, jc_array end, const char *file, int line) {
  ClosureKey k = key_of(CLOSURE_FORI, body);
  const Slot *s = slot_find(end);
  if (s && slot_kind(s) == SLOT_LITERAL && type_info(s->type)->type.dtype == DT_I32) {
    k.bound = s->integer;
  } else {
    k.has_bound = 1;
  }
  return code_with(&k, end, HERE(file, line));
}

jc_fn jc_scan_(struct jc_scan o, const char *file, int line) {
  ClosureKey k = key_of(CLOSURE_SCAN, o.f);
  k.length = o.length, k.unroll = o.unroll, k.reverse = o.reverse;
  return code_of(&k, HERE(file, line));
}

jc_fn jc_map_(jc_fn f, const char *file, int line) {
  ClosureKey k = key_of(CLOSURE_MAP, f);
  return code_of(&k, HERE(file, line));
}

jc_fn jc_cond_(jc_array pred, jc_fn yes, jc_fn no, const char *file, int line) {
  ClosureKey k = key_of(CLOSURE_COND, no);
  k.branches = (uintptr_t)branches_intern(2, (jc_fn[]){no, yes});
  return code_with(&k, pred, HERE(file, line));
}

jc_fn jc_switch_(jc_array index, int n, const jc_fn *branches, const char *file, int line) {
  ClosureKey k = key_of(CLOSURE_SWITCH, branches[0]);
  k.branches = (uintptr_t)branches_intern(n, branches);
  return code_with(&k, index, HERE(file, line));
}

static jc_fn with_rules(ClosureKind kind, int n, const jc_fn *f, Loc loc) {
  ClosureKey k = key_of(kind, f[0]);
  k.branches = (uintptr_t)branches_intern(n, f);
  return code_of(&k, loc);
}
jc_fn jc_custom_jvp_(jc_fn f, jc_fn jvp, const char *file, int line) {
  return with_rules(CLOSURE_CUSTOM_JVP, 2, (jc_fn[]){f, jvp}, HERE(file, line));
}
jc_fn jc_custom_vjp_(jc_fn f, jc_fn fwd, jc_fn bwd, const char *file, int line) {
  return with_rules(CLOSURE_CUSTOM_VJP, 3, (jc_fn[]){f, fwd, bwd}, HERE(file, line));
}

jc_fn jc_entry_call_(jc_fn f) {
  ClosureKey k = key_of(CLOSURE_ENTRY, f);
  return code_of(&k, context()->here);
}

// ---- results

void result_store(const Function *f, void *result, const jc_array *arrays, const void *statics) {
  if (f->nresult_leaves == f->nresult_arrays) {  // and no lists
    for (int i = 0; i < f->nresult_leaves; i++)
      *(jc_array *)((char *)result + f->result_leaves[i].offset) = arrays[i];
    return;
  }
  memset(result, 0, f->result.size);
  if (statics) memcpy(result, statics, f->result.size);
  for (int i = 0; i < f->nresult_leaves; i++)
    leaf_put(&f->result_leaves[i], (char *)result + f->result_leaves[i].offset, &arrays);
}

void result_poison(const Function *f, void *result) {
  for (int i = 0; i < f->nresult_leaves; i++) {
    const Leaf *l = &f->result_leaves[i];
    void *at = (char *)result + l->offset;
    if (l->kind == 'a' || l->kind == 'L') {
      *(jc_array *)at = handle_poison();
    } else {
      memset(at, 0, l->size);
    }
  }
}
