// Recording and eager execution of public functions.
#include "frontend/call.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/execute.h"
#include "runtime/cache.h"

// ---- literals among operands

// The dtype that operands from `from` on promote to; false where only literals decide.
static void common_dtype(const Fn *fn, int n, Slot *const *s, Dtype *d, bool *weak) {
  bool first = true;
  for (int i = fn->promote_from; i < n; i++) {
    const TypeInfo *t = type_info(s[i]->type);
    if (first) {
      *d = t->type.dtype, *weak = t->weak;
    } else {
      promote(*d, *weak, t->type.dtype, t->weak, d, weak);
    }
    first = false;
  }
}

// A C integer that the dtype cannot hold.
static bool literal_fits(const Slot *s, Dtype d, Loc loc, const char *name) {
  static const int64_t low[DT_COUNT] = {[DT_I32] = INT32_MIN, [DT_I64] = INT64_MIN};
  static const int64_t high[DT_COUNT] = {
      [DT_I32] = INT32_MAX, [DT_I64] = INT64_MAX, [DT_U32] = UINT32_MAX, [DT_U8] = UINT8_MAX};
  if (!dtype_is_int(d) || type_info(s->type)->type.dtype != DT_I32) return true;
  if (s->integer >= low[d] && s->integer <= high[d]) return true;
  return fail(loc, "%s: %lld does not fit %s", name, (long long)s->integer, dtype_name(d));
}

// ---- in a trace

static jc_array record(Trace *t, const Fn *fn, int n, const jc_array *x, Ints options, Loc loc) {
  Val v[CALL_MAX_OPERANDS];
  Slot *s[CALL_MAX_OPERANDS];
  t->g->loc = loc;
  for (int i = 0; i < n; i++) {
    if (!trace_use(t, x[i], loc, fn->name, i, &v[i])) return handle_poison();
    s[i] = slot_find(x[i]);
  }
  Dtype d = DT_F32;
  bool weak = false;
  common_dtype(fn, n, s, &d, &weak);
  for (int i = fn->promote_from; i < n; i++) {
    if (slot_kind(s[i]) != SLOT_LITERAL) continue;
    if (!literal_fits(s[i], d, loc, fn->name)) return handle_poison();
    v[i] = trace_literal(t->g, s[i], d, weak);
  }
  Np np = {t->g, fn->name};
  return trace_value(t, fn->build(&np, n, v, options));
}

// ---- at once

// A small call runs in the interpreter at first: the bits are the same, and most calls of a
// program's start come once. One that comes again is compiled for the device.
typedef struct EagerCall {
  Program *_Atomic program;
  Program *first;  // the interpreter's, once `program` is the device's
  Arena *arena;    // of g, which waits to be compiled; NULL: it has been
  Graph *g;
  bool weak;
  _Atomic int calls;
  int words;
  uint64_t key[];
} EagerCall;

enum { INTERPRETED_CALLS = 3, INTERPRETED_BYTES = 4096 };
static pthread_mutex_t promote_lock = PTHREAD_MUTEX_INITIALIZER;

static void eager_free(void *call) {
  EagerCall *e = call;
  program_free(e->program);
  program_free(e->first);
  arena_free(e->arena);
  free(e);
}

static const Device *interpreter(void) {
  for (int i = 0; i < device_count(); i++) {
    const Device *d = device_at(i);
    if (d->backend == &backend_interp) return d;
  }
  return NULL;
}

static bool is_small(const Graph *g) {
  size_t bytes = type_bytes(graph_type(g, g->results[0]));
  for (int i = 0; i < g->nparams; i++) bytes += type_bytes(graph_type(g, g->params[i]));
  return bytes <= INTERPRETED_BYTES;
}

static Program *promoted(EagerCall *e, Loc loc) {
  pthread_mutex_lock(&promote_lock);
  if (e->arena) {
    Program *p = program_compile(e->g, &e->weak, 0, NULL, NULL, loc);
    if (p) e->first = e->program, e->program = p;
    arena_free(e->arena);
    e->arena = NULL;
  }
  pthread_mutex_unlock(&promote_lock);
  return e->program;
}

static inline Program *eager_pick(EagerCall *e, Loc loc) {
  Program *p = atomic_load_explicit(&e->program, memory_order_acquire);
  if (__builtin_expect(e->calls > INTERPRETED_CALLS, 1)) return p;
  return ++e->calls > INTERPRETED_CALLS ? promoted(e, loc) : p;
}

static Cache *eager_cache;
static pthread_once_t eager_once = PTHREAD_ONCE_INIT;
static void eager_cache_make(void) { eager_cache = cache_new(CACHE_CAPACITY, eager_free); }

enum { RECENT = 256 };
typedef struct Recent {
  CacheEntry *entry[RECENT];  // pinned
} Recent;

static EagerCall *eager_compile(const Fn *fn, int n, const TypeId *types, Ints options,
                                const uint64_t *key, int words, Loc loc) {
  Arena *a = arena_new();
  Graph *g = graph_new(a, fn->name);
  g->loc = loc;
  Val v[CALL_MAX_OPERANDS];
  for (int i = 0; i < n; i++) {
    const TypeInfo *t = type_info(types[i]);
    v[i] = (Val){graph_param(g, t->type, NULL), t->weak};
  }
  Np np = {g, fn->name};
  Val r = fn->build(&np, n, v, options);
  EagerCall *made = NULL;
  Program *p = NULL;
  bool later = false;
  if (!np_bad(r)) {
    graph_set_results(g, 1, &r.id);
    const Device *device = execute_device(loc), *interp = interpreter();
    later = interp && device != interp && is_small(g);
    p = program_compile_on(later ? interp : device, g, &r.weak, 0, NULL, NULL);
  }
  if (p) {
    made = xcalloc(1, sizeof *made + sizeof *key * (size_t)words);
    made->program = p;
    made->weak = r.weak;
    made->words = words;
    memcpy(made->key, key, sizeof *key * (size_t)words);
    if (later) made->arena = a, made->g = g;
    else made->calls = INTERPRETED_CALLS + 1;
  }
  if (!made || !made->arena) arena_free(a);
  return made;
}

static Program *eager_program(Context *c, const Fn *fn, int n, const TypeId *types, Ints options,
                              Loc loc) {
  uint64_t key[4 + CALL_MAX_OPERANDS + CALL_MAX_OPTIONS];
  const Device *device = execute_device(loc);
  if (!device) return NULL;
  int words = 0;
  key[words++] = (uintptr_t)fn;
  key[words++] = (uintptr_t)device;
  key[words++] = (uint64_t)n << 32 | (uint32_t)options.n;
  for (int i = 0; i < n; i++) key[words++] = types[i];
  for (int i = 0; i < options.n; i++) key[words++] = (uint64_t)options.v[i];
  uint64_t hash = cache_hash(key, sizeof *key * (size_t)words);
  if (!c->eager) c->eager = xcalloc(1, sizeof(Recent));
  CacheEntry **recent = &((Recent *)c->eager)->entry[hash % RECENT];
  if (*recent) {
    EagerCall *e = (*recent)->value;
    if (e->words == words && !memcmp(e->key, key, sizeof *key * (size_t)words))
      return eager_pick(e, loc);
  }
  pthread_once(&eager_once, eager_cache_make);
  CacheEntry *entry = cache_find(eager_cache, key, sizeof *key * (size_t)words, hash);
  if (!entry) {
    EagerCall *made = eager_compile(fn, n, types, options, key, words, loc);
    if (!made) return NULL;
    entry = cache_insert(eager_cache, key, sizeof *key * (size_t)words, hash, made);
  }
  if (*recent) cache_unpin(eager_cache, *recent);
  *recent = entry;
  return eager_pick(entry->value, loc);
}

static TypeId scalar_type(Dtype d, bool weak) {
  static _Atomic uint32_t known[DT_COUNT][2];  // id + 1
  uint32_t id = atomic_load_explicit(&known[d][weak], memory_order_relaxed);
  if (!id) atomic_store(&known[d][weak], id = type_intern(type_scalar(d), weak) + 1);
  return id - 1;
}

static jc_array run_now(Context *c, const Fn *fn, int n, const jc_array *x, Ints options, Loc loc) {
  Slot *s[CALL_MAX_OPERANDS];
  TypeId types[CALL_MAX_OPERANDS];
  const void *data[CALL_MAX_OPERANDS];
  uint64_t numbers[CALL_MAX_OPERANDS];
  bool literals = false;
  for (int i = 0; i < n; i++) {
    s[i] = slot_find(x[i]);
    if (!s[i]) s[i] = slot_need(x[i], loc, fn->name, "argument %d", i);
    if (!s[i] || slot_kind(s[i]) == SLOT_POISON) return handle_poison();
    types[i] = s[i]->type;
    data[i] = s[i]->data;
    if (slot_kind(s[i]) == SLOT_LITERAL) literals = true;
    if (slot_kind(s[i]) == SLOT_TRACER)
      return fail(loc, "%s: argument %d is a traced value of another thread", fn->name, i),
             handle_poison();
  }
  if (literals) {
    Dtype d = DT_F32;
    bool weak = true;
    common_dtype(fn, n, s, &d, &weak);
    for (int i = 0; i < n; i++) {
      if (slot_kind(s[i]) != SLOT_LITERAL) continue;
      bool joins = i >= fn->promote_from;
      Dtype own = joins ? d : type_info(types[i])->type.dtype;
      if (!literal_fits(s[i], own, loc, fn->name)) return handle_poison();
      literal_store(s[i], own, &numbers[i]);
      types[i] = scalar_type(own, joins ? weak : own != DT_BOOL);
      data[i] = &numbers[i];
    }
  }
  Program *p = eager_program(c, fn, n, types, options, loc);
  jc_array result = handle_poison();
  if (p) program_run(p, data, s, NULL, &result, loc);
  return result;
}

jc_array call(const Fn *fn, int n, const jc_array *x, Ints options, Loc loc) {
  Context *c = context();
  if (n > CALL_MAX_OPERANDS)
    return fail(loc, "%s: takes at most %d arrays, got %d", fn->name, CALL_MAX_OPERANDS, n),
           handle_poison();
  if (c->trace) return record(c->trace, fn, n, x, options, loc);
  return run_now(c, fn, n, x, options, loc);
}
