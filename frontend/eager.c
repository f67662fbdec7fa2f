// The programs of eager calls, and when they are compiled.
#include "frontend/eager.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/tier.h"
#include "runtime/cache.h"
#include "runtime/config.h"

// ---- entries

// What compiling the smallest kernel costs, with LLVM open. A call is interpreted until it has used
// as much.
static const double STEPS_TO_COMPILE = 2e6;

typedef struct Eager {
  _Atomic(Callable *) program;
  Callable *interpreted;  // the first one; kept, for another thread may be running it
  int64_t steps;          // of an interpreted call
  _Atomic int64_t left;   // steps until it is compiled
  int words;
  uint64_t key[];
} Eager;

static void eager_free(void *entry) {
  Eager *e = entry;
  Callable *p = atomic_load(&e->program);
  callable_free(p);
  if (p != e->interpreted) callable_free(e->interpreted);
  free(e);
}

static Cache *cache;
static pthread_once_t cache_once = PTHREAD_ONCE_INIT;
static void cache_make(void) { cache = cache_new(CACHE_CAPACITY, eager_free); }

enum { RECENT = 256 };
typedef struct Recent {
  CacheEntry *entry[RECENT];  // pinned
} Recent;

typedef struct Call {
  const Fn *fn;
  int n;
  const TypeId *types;
  Ints options;
  Loc loc;
  const Device *device;
  int words;
  uint64_t key[4 + CALL_MAX_OPERANDS + CALL_MAX_OPTIONS];
} Call;

// ---- compiling

static Graph *record(const Call *c, Arena *a, bool *weak) {
  Graph *g = graph_new(a, c->fn->name);
  g->loc = c->loc;
  Val v[CALL_MAX_OPERANDS];
  for (int i = 0; i < c->n; i++) {
    const TypeInfo *t = type_info(c->types[i]);
    v[i] = (Val){graph_param(g, t->type, NULL), t->weak};
  }
  Np np = {g, c->fn->name};
  Val r[CALL_MAX_RESULTS];
  Id ids[CALL_MAX_RESULTS];
  if (!fn_build(c->fn, &np, c->n, v, c->options, r)) return NULL;
  for (int i = 0; i < fn_nresults(c->fn); i++) ids[i] = r[i].id, weak[i] = r[i].weak;
  graph_set_results(g, fn_nresults(c->fn), ids);
  return g;
}

static Callable *compile(const Call *c, const Device *d, const Graph *g, const bool *weak) {
  const bool countable =
      g->nresults == 1 && !strcmp(d->name, "cpu") && !config_int(CONFIG_DEBUG_NANS);
  Callable *p = countable ? callable_compile_counted(d, g, *weak) : NULL;
  if (!p) p = callable_compile_on(d, g, weak, 0, NULL, NULL);
  if (!p) diag_locate(c->loc);
  return p;
}

static Eager *eager_new(const Call *c) {
  Arena *a = arena_new();
  bool weak[CALL_MAX_RESULTS];
  Graph *g = record(c, a, weak);
  double steps = g ? tier_steps(g) : 0;
  const Device *small = steps < STEPS_TO_COMPILE ? tier_interpreter(c->device) : NULL;
  Callable *p = g ? compile(c, small ? small : c->device, g, weak) : NULL;
  arena_free(a);
  if (!p) return NULL;
  Eager *e = xcalloc(1, sizeof *e + sizeof *c->key * (size_t)c->words);
  atomic_store(&e->program, p);
  if (small) e->interpreted = p, e->steps = (int64_t)steps;
  atomic_store(&e->left, (int64_t)STEPS_TO_COMPILE);
  e->words = c->words;
  memcpy(e->key, c->key, sizeof *c->key * (size_t)c->words);
  return e;
}

static Callable *eager_compile(Eager *e, const Call *c) {
  Arena *a = arena_new();
  bool weak[CALL_MAX_RESULTS];
  Graph *g = record(c, a, weak);
  Callable *p = g ? compile(c, c->device, g, weak) : NULL;
  arena_free(a);
  if (p) atomic_store(&e->program, p);
  return p;
}

// One thread finds the account empty, and compiles; others go on with what there is.
static Callable *choose(Eager *e, const Call *c) {
  Callable *p = atomic_load_explicit(&e->program, memory_order_acquire);
  if (p != e->interpreted) return p;
  int64_t left = atomic_fetch_sub_explicit(&e->left, e->steps, memory_order_relaxed);
  return left >= 0 && left < e->steps ? eager_compile(e, c) : p;
}

// ---- looking up

static bool call_key(Call *c) {
  if (!(c->device = execute_device(c->loc))) return false;
  uint64_t *k = c->key;
  *k++ = (uintptr_t)c->fn;
  *k++ = (uintptr_t)c->device;
  *k++ = (uint64_t)c->n << 32 | (uint32_t)c->options.n;
  for (int i = 0; i < c->n; i++) *k++ = c->types[i];
  for (int i = 0; i < c->options.n; i++) *k++ = (uint64_t)c->options.v[i];
  c->words = (int)(k - c->key);
  return true;
}

static CacheEntry *find(const Call *c, uint64_t hash) {
  size_t bytes = sizeof *c->key * (size_t)c->words;
  pthread_once(&cache_once, cache_make);
  CacheEntry *entry = cache_find(cache, c->key, bytes, hash);
  if (entry) return entry;
  Eager *made = eager_new(c);
  return made ? cache_insert(cache, c->key, bytes, hash, made) : NULL;
}

Callable *eager_program(const Fn *fn, int n, const TypeId *types, Ints options, Loc loc) {
  Call c;
  c.fn = fn, c.n = n, c.types = types, c.options = options, c.loc = loc;
  if (!call_key(&c)) return NULL;
  Context *x = context();
  size_t bytes = sizeof *c.key * (size_t)c.words;
  uint64_t hash = cache_hash(c.key, bytes);
  if (!x->eager) x->eager = xcalloc(1, sizeof(Recent));
  CacheEntry **recent = &((Recent *)x->eager)->entry[hash % RECENT];
  if (*recent) {
    Eager *e = (*recent)->value;
    if (e->words == c.words && !memcmp(e->key, c.key, bytes)) return choose(e, &c);
  }
  CacheEntry *entry = find(&c, hash);
  if (!entry) return NULL;
  if (*recent) cache_unpin(cache, *recent);
  *recent = entry;
  return choose(entry->value, &c);
}
