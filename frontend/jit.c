// jit: compiled functions kept by function, static arguments, types and device; and transformations
// called outside of any trace, which run their graph at once.
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/clock.h"
#include "frontend/closure.h"
#include "frontend/execute.h"
#include "frontend/variant.h"
#include "runtime/cache.h"
#include "runtime/profile.h"

static struct { _Atomic int64_t compiled, trace_ns, compile_ns; } stats;

JitStats jit_stats(void) {
  return (JitStats){stats.compiled, (double)stats.trace_ns * 1e-6, (double)stats.compile_ns * 1e-6};
}

// ---- entries of the cache

typedef struct JitEntry {
  Callable *program;
  const Function *self;  // with the lists that it returns
  void *statics;         // plain fields of the result, or NULL
  int words;
  uint64_t key[];
} JitEntry;

static void entry_free(void *entry) {
  JitEntry *e = entry;
  callable_free(e->program);
  free(e->statics);
  free(e);
}

static Cache *cache;
static pthread_once_t cache_once = PTHREAD_ONCE_INIT;
static void cache_make(void) { cache = cache_new(CACHE_CAPACITY, entry_free); }

// ---- counts

static JitCounts *all_counts;
static pthread_mutex_t counts_lock = PTHREAD_MUTEX_INITIALIZER;

static JitCounts *counts_of(Closure *c) {
  Closure *base = (Closure *)c->base;
  pthread_mutex_lock(&counts_lock);
  JitCounts *n = atomic_load_explicit(&base->counts, memory_order_relaxed);
  if (!n) {
    n = xcalloc(1, sizeof *n);
    *n = (JitCounts){.of = base, .next = all_counts};
    all_counts = n;
  }
  atomic_store_explicit(&base->counts, n, memory_order_release);
  atomic_store_explicit(&c->counts, n, memory_order_release);
  pthread_mutex_unlock(&counts_lock);
  return n;
}

static void count_compiled(Closure *c, int64_t trace_ns, int64_t compile_ns, const Callable *p) {
  JitCounts *n = counts_of(c);
  stats.compiled++;
  n->compiled++;
  stats.trace_ns += trace_ns;
  n->trace_ns += trace_ns;
  stats.compile_ns += compile_ns;
  if (!p || !p->exe) return;
  n->optimize_ns += (int64_t)(p->exe->info.optimize_ms * 1e6);
  n->codegen_ns += (int64_t)(p->exe->info.codegen_ms * 1e6);
  pthread_mutex_lock(&counts_lock);
  n->last = p->exe->info;
  pthread_mutex_unlock(&counts_lock);
}

static void add_counts(struct jc_stats *s, const JitCounts *n) {
  s->compiled += n->compiled;
  s->calls += n->calls;
  s->trace_ms += (double)n->trace_ns * 1e-6;
  s->optimize_ms += (double)n->optimize_ns * 1e-6;
  s->codegen_ms += (double)n->codegen_ns * 1e-6;
  s->seconds += profile_seconds(n->ticks);
  s->flops = n->last.flops;
  s->bytes = n->last.bytes;
  s->peak_bytes = n->last.peak_bytes;
  s->kernels = n->last.kernels;
}

struct jc_stats jc_stats_(jc_fn f, const char *file, int line) {
  struct jc_stats s = {0};
  if (!function_find(f, "stats", HERE(file, line))) return s;
  pthread_mutex_lock(&counts_lock);
  for (const JitCounts *n = all_counts; n; n = n->next)
    if (n->of->self.fn == f || n->of->key.f == (uintptr_t)f || n->of->f->fn == f) add_counts(&s, n);
  pthread_mutex_unlock(&counts_lock);
  return s;
}

// ---- a call: its key, and where its arrays are

enum { SMALL = 64 };
typedef struct Call {
  Closure *c;
  void *const *args;
  Loc loc;
  uint64_t *key;
  int words, cap;
  bool has_lists;     // that the closure does not expand
  const void **data;  // per array
  Slot **slots;
  uint64_t *numbers;  // of literals
  uint64_t small_key[SMALL], small_numbers[SMALL];
  const void *small_data[SMALL];
  Slot *small_slots[SMALL];
} Call;

static void call_open(Call *k, Closure *c, void *const *args, Loc loc) {
  k->c = c;
  k->args = args;
  k->loc = loc;
  k->key = k->small_key, k->cap = SMALL, k->words = 0;
  k->has_lists = false;
  k->data = k->small_data, k->slots = k->small_slots, k->numbers = k->small_numbers;
  size_t n = (size_t)c->self.narrays;
  if (__builtin_expect(n > SMALL, 0)) {
    k->data = xmalloc(3 * sizeof(uint64_t) * n);
    k->slots = (Slot **)(k->data + n);
    k->numbers = (uint64_t *)(k->data + 2 * n);
  }
}

static void call_close(Call *k) {
  if (k->key != k->small_key) free(k->key);
  if (k->data != k->small_data) free(k->data);
}

static inline void key_word(Call *k, uint64_t w) {
  if (__builtin_expect(k->words == k->cap, 0)) {
    uint64_t *more = xmalloc(2 * sizeof *more * (size_t)k->cap);
    memcpy(more, k->key, sizeof *more * (size_t)k->words);
    if (k->key != k->small_key) free(k->key);
    k->key = more;
    k->cap *= 2;
  }
  k->key[k->words++] = w;
}

static void key_bytes(Call *k, const char *s, size_t n) {
  for (size_t i = 0; i < n; i += 8) {
    uint64_t w = 0;
    memcpy(&w, s + i, n - i < 8 ? n - i : 8);
    key_word(k, w);
  }
}

static void key_text(Call *k, const char *s) {
  size_t n = s ? strlen(s) : 0;
  key_word(k, s ? n : UINT64_MAX);
  key_bytes(k, s, n);
}

// Part of a program or a library: what it points to stays, as far as the key is concerned.
static bool is_static_storage(const void *p) {
  Dl_info info;
  return !p || dladdr(p, &info);
}

static bool key_static(Call *k, const Leaf *l, const void *at) {
  uint64_t w = 0;
  if (l->kind == 's') {
    key_text(k, *(const char *const *)at);
    return true;
  }
  if (l->kind == 'o') {
    key_bytes(k, at, l->size);
    return true;
  }
  memcpy(&w, at, l->size < 8 ? l->size : 8);
  char text[200];
  if (l->kind == 'p' && !is_static_storage((const void *)(uintptr_t)w))
    return fail(k->loc,
                "jit: %s: %s points to memory that may change under the same address: give it "
                "static storage, or describe what it points to by JC_TREE",
                k->c->self.name, leaf_text(&k->c->self, l, text));
  key_word(k, w);
  return true;
}

static Slot *argument(Call *k, const Leaf *l, jc_array h) {
  char text[200];
  const Function *f = &k->c->self;
  Slot *s = slot_find(h);
  if (s && (slot_kind(s) == SLOT_ARRAY || slot_kind(s) == SLOT_LITERAL)) return s;
  s = slot_need(h, k->loc, f->name, "%s", leaf_text(f, l, text));
  if (!s || slot_kind(s) == SLOT_POISON) return NULL;
  if (slot_kind(s) == SLOT_LIST) {
    if (l->item)
      fail(k->loc, "%s: %s is a jc_params, not an array", f->name, leaf_text(f, l, text));
    k->has_lists = !l->item;
    return NULL;
  }
  if (slot_kind(s) == SLOT_TRACER)
    return fail(k->loc, "%s: %s is a traced value of another thread", f->name,
                leaf_text(f, l, text)),
           NULL;
  return s;
}

static TypeId literal_type(const Slot *s) { return s->type; }

// Fills the key and finds the arrays; false after fail(), for poison, and where a list is found.
static bool call_flatten(Call *k) {
  const Function *f = &k->c->self;
  key_word(k, (uintptr_t)k->c);
  key_word(k, (uintptr_t)execute_device(k->loc));
  if (!k->key[1]) return false;
  int n = 0;
  for (int i = 0; i < f->nleaves; i++) {
    const Leaf *l = &f->leaves[i];
    if (l->kind != 'a') {
      if (l->kind != 'L' && !key_static(k, l, leaf_at(f, l, k->args))) return false;
      continue;
    }
    const jc_array word = leaf_word(f, l, k->args);
    Slot *s = slot_find(word);
    if (__builtin_expect(!s || slot_kind(s) != SLOT_ARRAY, 0) &&
        !(s = argument(k, l, leaf_item(l, word))))
      return false;
    k->slots[n] = s;
    k->data[n] = s->data;
    if (__builtin_expect(slot_kind(s) == SLOT_LITERAL, 0)) {
      literal_store(s, type_info(literal_type(s))->type.dtype, &k->numbers[n]);
      k->data[n] = &k->numbers[n];
    }
    key_word(k, s->type);
    n++;
  }
  return true;
}

static void types_of(const Call *k, TypeId *types) {
  for (int i = 0; i < k->c->self.narrays; i++) types[i] = k->slots[i]->type;
}

// ---- compiling

static bool is_donated(const Closure *c, uint32_t param) { return c->key.donate >> param & 1; }

// For each result an argument of its type that is donated, each used once: the ones at the same
// place in their trees first, as in params -> params.
static int *donations(const Call *k, const Graph *g) {
  const Function *f = &k->c->self;
  int *alias = xmalloc(sizeof *alias * (size_t)(g->nresults + 1));
  bool *used = xcalloc((size_t)f->narrays + 1, sizeof *used);
  callable_forwards(g, f->narrays, alias);
  for (int r = 0; r < g->nresults; r++) {
    if (alias[r] >= 0) used[alias[r]] = true;
  }
  for (int r = 0; r < g->nresults; r++) {
    if (alias[r] >= 0) continue;
    Type want = graph_type(g, g->results[r]);
    for (int i = 0, n = 0; i < f->nleaves && alias[r] < 0; i++) {
      const Leaf *l = &f->leaves[i];
      if (l->kind != 'a') continue;
      if (is_donated(k->c, l->param) && !used[n] && type_bytes(want) > INLINE_BYTES &&
          type_equal(graph_type(g, g->params[n]), want))
        alias[r] = n, used[n] = true;
      n++;
    }
  }
  free(used);
  return alias;
}

static JitEntry *entry_new(Call *k, const Function *f, Callable *p, const void *statics) {
  JitEntry *e = xmalloc(sizeof *e + sizeof *k->key * (size_t)k->words);
  *e = (JitEntry){.program = p, .self = f, .words = k->words};
  memcpy(e->key, k->key, sizeof *k->key * (size_t)k->words);
  if (f->nresult_leaves != f->nresult_arrays) {
    e->statics = xmalloc(f->result.size);
    memcpy(e->statics, statics, f->result.size);
  }
  return e;
}

static JitEntry *jit_compile(Call *k) {
  Closure *c = k->c;
  TypeId *types = xmalloc(sizeof *types * (size_t)(c->f->narrays + 1));
  types_of(k, types);
  int64_t start = now_ns();
  Trace *t;
  Traced traced = {0};
  JitEntry *e = NULL;
  if (transform_trace(c->f, k->args, types, k->loc, &t, &traced)) {
    int64_t recorded = now_ns();
    int *alias = c->key.donate ? donations(k, traced.g) : NULL;
    Callable *p =
        callable_compile(traced.g, traced.weak, traced.ncaptures, traced.captures, alias, k->loc);
    free(alias);
    if (p) e = entry_new(k, closure_returning(c, traced.f, NULL), p, traced.statics);
    profile_span("trace", c->f->name, k->loc, start, recorded);
    count_compiled(c, recorded - start, now_ns() - recorded, p);
  }
  trace_end(t);
  free(types);
  return e;
}

// ---- why a call compiles

static void describe_leaf(FILE *out, const Call *k, const Leaf *l, int *array) {
  const Function *f = &k->c->self;
  const void *at = leaf_at(f, l, k->args);
  char text[200];
  fprintf(out, "%s%s: ", l->kind == 'a' ? "" : "static ", leaf_text(f, l, text));
  switch (l->kind) {
    case 'a': {
      const TypeInfo *t = type_info(k->slots[(*array)++]->type);
      fprintf(out, "%s%s", TYPE_STR(t->type), t->weak ? " (weak)" : "");
      break;
    }
    case 'L': fprintf(out, "%d arrays", l->list->n); break;
    case 'b': fputs(*(const bool *)at ? "true" : "false", out); break;
    case 'i': fprintf(out, "%d", *(const int *)at); break;
    case 'u': fprintf(out, "%u", *(const unsigned *)at); break;
    case 'l': fprintf(out, "%ld", *(const long *)at); break;
    case 'f': fprintf(out, "%g", *(const float *)at); break;
    case 'd': fprintf(out, "%g", *(const double *)at); break;
    case 's': fprintf(out, "\"%s\"", *(const char *const *)at); break;
    case 'o': fprintf(out, "an optimiser of rate %g", ((const jc_opt *)at)->rate); break;
    default: fprintf(out, "%p", *(void *const *)at);
  }
  fputc('\n', out);
}

static char *describe(void *call) {
  const Call *k = call;
  char *text = NULL;
  size_t size;
  FILE *out = open_memstream(&text, &size);
  if (!out) return NULL;
  fprintf(out, "%s\n", k->c->self.name);
  int array = 0;
  for (int i = 0; i < k->c->self.nleaves; i++) describe_leaf(out, k, &k->c->self.leaves[i], &array);
  fclose(out);
  return text;
}

// ---- calls

static CacheEntry **last_of(Closure *c) {
  Context *x = context();
  if (__builtin_expect(c->number >= x->nlast_calls, 0)) {
    int n = 2 * c->number + 16;
    x->last_calls = xrealloc(x->last_calls, sizeof *x->last_calls * (size_t)n);
    memset(x->last_calls + x->nlast_calls, 0, sizeof *x->last_calls * (size_t)(n - x->nlast_calls));
    x->nlast_calls = n;
  }
  return (CacheEntry **)&x->last_calls[c->number];
}

static JitEntry *entry_for(Call *k) {
  CacheEntry **last = last_of(k->c);
  size_t bytes = sizeof *k->key * (size_t)k->words;
  if (__builtin_expect(*last != NULL, 1)) {
    JitEntry *e = (*last)->value;
    if (e->words == k->words && !memcmp(e->key, k->key, bytes)) return e;
  }
  pthread_once(&cache_once, cache_make);
  uint64_t hash = cache_hash(k->key, bytes);
  CacheEntry *found = cache_find(cache, k->key, bytes, hash);
  if (!found) {
    cache_explain(cache, k->loc, describe, k);
    JitEntry *made = jit_compile(k);
    if (!made) return NULL;
    found = cache_insert(cache, k->key, bytes, hash, made);
  }
  last = last_of(k->c);  // tracing may have called others
  if (*last) cache_unpin(cache, *last);
  *last = found;
  return found->value;
}

static const Leaf *array_leaf(const Function *f, int array) {
  const Leaf *l = f->leaves;
  for (; l->kind != 'a' || array; l++) array -= l->kind == 'a';
  return l;
}

// An array that two donated parameters are given would be gone for one of them.
static bool donated_once(const Call *k, int i, int j) {
  const Function *f = &k->c->self;
  const Leaf *a = array_leaf(f, i), *b = array_leaf(f, j);
  char first[200], second[200];
  if (a->param == b->param || !is_donated(k->c, b->param) || !type_info(k->slots[i]->type)->bytes)
    return true;
  return fail(k->loc,
              "%s: %s and %s are one and the same array, and both are donated: donate one of them, "
              "or pass a copy (jc_add(x, 0))",
              f->name, leaf_text(f, a, first), leaf_text(f, b, second));
}

// The slots that give their buffers away: each must occur once among the arguments. False after
// fail().
static bool find_donors(Call *k, Slot **donors) {
  const Function *f = &k->c->self;
  int n = 0;
  for (int i = 0; i < f->nleaves; i++) {
    const Leaf *l = &f->leaves[i];
    if (l->kind != 'a') continue;
    Slot *s = k->slots[n];
    bool once = is_donated(k->c, l->param) && slot_kind(s) == SLOT_ARRAY;
    for (int j = 0; once && j < f->narrays; j++) {
      once = j == n || k->slots[j] != s;
      if (!once && j > n && !donated_once(k, n, j)) return false;
    }
    donors[n++] = once ? s : NULL;
  }
  return true;
}

static void run_entry(Call *k, JitEntry *e, void *result) {
  const Function *f = e->self;
  jc_array small[SMALL], *arrays = small;
  Slot *small_donors[SMALL], **donors = NULL;
  if (f->nresult_arrays > SMALL) arrays = xmalloc(sizeof *arrays * (size_t)f->nresult_arrays);
  bool sound = true;
  if (k->c->key.donate) {
    donors = f->narrays > SMALL ? xmalloc(sizeof *donors * (size_t)f->narrays) : small_donors;
    sound = find_donors(k, donors);
  }
  const int64_t start = profile_ticks();
  if (sound && callable_run(e->program, k->data, k->slots, donors, arrays, k->loc)) {
    result_store(f, result, arrays, e->statics);
  } else {
    result_poison(f, result);
  }
  JitCounts *n = atomic_load_explicit(&k->c->counts, memory_order_acquire);
  if (!n) n = counts_of(k->c);
  atomic_fetch_add_explicit(&n->calls, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&n->ticks, profile_ticks() - start, memory_order_relaxed);
  if (arrays != small) free(arrays);
  if (donors && donors != small_donors) free(donors);
}

// ---- other transformations outside of a trace: recorded and run at once. Their programs are kept
// by graph, so that a loop over jc_grad(f)(x) compiles once.

typedef struct Kept {
  uint64_t hash;
  const Device *device;
  Arena *arena;
  Graph *g;
  bool *weak;
  Callable *program;
} Kept;
enum { KEPT = 64 };
static Kept kept[KEPT];
static int next_kept;
static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;

static Callable *kept_find(const Kept *k) {
  for (int i = 0; i < KEPT; i++) {
    const Kept *have = &kept[i];
    if (have->program && have->hash == k->hash && have->device == k->device &&
        graph_equal(have->g, k->g) &&
        !memcmp(have->weak, k->weak, sizeof *k->weak * (size_t)k->g->nresults))
      return have->program;
  }
  return NULL;
}

static void kept_free(Kept *k) {
  callable_free(k->program);
  arena_free(k->arena);
  *k = (Kept){0};
}

// Runs g on data; under the lock, for the program may go when another takes its place.
static bool run_graph(const Graph *g, const bool *weak, const void *const *data, jc_array *results,
                      Loc loc) {
  Kept k = {.arena = arena_new(), .device = execute_device(loc)};
  k.g = graph_clone(k.arena, g);
  k.hash = graph_hash(k.g);
  k.weak = arena_copy(k.arena, weak, sizeof *weak * (size_t)(g->nresults + 1));
  pthread_mutex_lock(&kept_lock);
  Callable *p = k.device ? kept_find(&k) : NULL;
  if (!p && k.device && (p = callable_compile(k.g, weak, 0, NULL, NULL, loc))) {
    k.program = p;
    kept_free(&kept[next_kept]);
    kept[next_kept] = k;
    next_kept = (next_kept + 1) % KEPT;
    k.arena = NULL;
  }
  bool ok = p && callable_run(p, data, NULL, NULL, results, loc);
  pthread_mutex_unlock(&kept_lock);
  arena_free(k.arena);
  return ok;
}

static bool apply_root(Call *k, Trace *t, void *result) {
  const Function *f = &k->c->self;
  const int narrays = f->narrays;
  Val *in = ARENA_ARRAY(t->arena, Val, narrays), *out;
  for (int i = 0; i < narrays; i++) {
    const TypeInfo *info = type_info(k->slots[i]->type);
    in[i] = (Val){graph_param(t->g, info->type, NULL), info->weak};
  }
  void *statics = NULL;
  if (!transform_apply(k->c, t, k->args, in, &out, &statics, &f, k->loc)) return false;
  const int nresults = f->nresult_arrays;
  jc_array *results = ARENA_ARRAY(t->arena, jc_array, nresults + 1);
  Id *ids = ARENA_ARRAY(t->arena, Id, nresults);
  bool *weak = ARENA_ARRAY(t->arena, bool, nresults + 1);
  for (int i = 0; i < nresults; i++) ids[i] = out[i].id, weak[i] = out[i].weak;
  graph_set_results(t->g, nresults, ids);
  const void **data = ARENA_ARRAY(t->arena, const void *, narrays + t->ncaptures);
  for (int i = 0; i < narrays; i++) data[i] = k->data[i];
  for (int i = 0; i < t->ncaptures; i++) data[narrays + i] = t->captures[i].buffer->data;
  // The results belong to the frame outside the trace.
  Context *x = context();
  Frame *inner = x->frame;
  x->frame = inner->outer;
  bool ok = run_graph(t->g, weak, data, results, k->loc);
  if (ok) result_store(f, result, results, closure_keeps_type(&k->c->key) ? statics : NULL);
  x->frame = inner;
  return ok;
}

static void run_root(Call *k, void *result) {
  Trace *t = trace_begin(k->c->self.name, k->loc);
  if (!apply_root(k, t, result)) result_poison(&k->c->self, result);
  trace_end(t);
}

static void called(Closure *c, void *const *args, void *result, Loc loc) {
  Call k;
  call_open(&k, c, args, loc);
  JitEntry *e;
  if (!call_flatten(&k)) {
    if (k.has_lists) called(closure_for(c, args), args, result, loc);
    else result_poison(&c->self, result);
  } else if (c->key.kind != CLOSURE_JIT) {
    run_root(&k, result);
  } else if ((e = entry_for(&k))) {
    run_entry(&k, e, result);
  } else {
    result_poison(&c->self, result);
  }
  call_close(&k);
}

void jit_called(Closure *c, void *const *args, void *result) {
  const Context *x = context();
  called(c, args, result, x->made == c ? x->here : c->loc);
}
