// Compiling graphs on the current device and calling the result on arrays.
#include "frontend/execute.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/flatten.h"
#include "ir/print.h"
#include "runtime/executable.h"
#include "runtime/profile.h"

static const Device *_Atomic current;

const Device *execute_device(Loc loc) {
  const Device *d = atomic_load_explicit(&current, memory_order_relaxed);
  if (__builtin_expect(!d, 0)) atomic_store(&current, d = device_default(loc));
  return d;
}

bool execute_on(Loc loc, const char *name) {
  const Device *d = device_find(loc, name);
  if (d) atomic_store(&current, d);
  return d;
}

// The same elements in the same order.
static Id without_reshapes(const Graph *g, Id v) {
  while (graph_is(g, v, OP_reshape)) v = graph_def(g, v)->args[0];
  return v;
}

void callable_forwards(const Graph *g, int nargs, int *forward) {
  bool *used = xcalloc((size_t)nargs + 1, sizeof *used);
  for (int i = 0; i < g->nresults; i++) {
    forward[i] = -1;
    const Id v = without_reshapes(g, g->results[i]);
    for (int k = 0; k < nargs && forward[i] < 0; k++) {
      if (g->params[k] == v && !used[k]) used[k] = true, forward[i] = k;
    }
  }
  free(used);
}

// The executable of what is not forwarded; *out is NULL where nothing is left to compute.
static bool compile_rest(Callable *p, const Device *d, const Graph *g, const int *alias,
                         Executable **out) {
  Graph rest = *g;
  rest.results = xmalloc(sizeof *rest.results * (size_t)(g->nresults + 1));
  rest.nresults = 0;
  if (alias) p->alias = xmalloc(sizeof *alias * (size_t)(g->nresults + 1));
  for (int i = 0; i < g->nresults; i++) {
    if (p->forward[i] >= 0) continue;
    if (alias) p->alias[rest.nresults] = alias[i];
    rest.results[rest.nresults++] = g->results[i];
  }
  p->ncomputed = rest.nresults;
  CompileOptions options = {.alias = p->alias, .threads = device_threads()};
  struct Diag *pending = diag_take();
  *out = rest.nresults ? executable_new(d, &rest, &options) : NULL;
  diag_restore(pending);
  free(rest.results);
  return *out || !rest.nresults;
}

static void describe_results(Callable *p, const Graph *g, const bool *weak) {
  int n = g->nresults;
  p->results = xmalloc(sizeof *p->results * (size_t)(n + 1));
  p->result_bytes = xmalloc(sizeof *p->result_bytes * (size_t)(n + 1));
  for (int i = 0; i < n; i++) {
    p->results[i] = type_intern(graph_type(g, g->results[i]), weak && weak[i]);
    p->result_bytes[i] = type_info(p->results[i])->bytes;
  }
}

Callable *callable_compile_on(const Device *d, const Graph *g, const bool *weak, int ncaptures,
                              const Capture *captures, const int *alias) {
  Callable *p = xcalloc(1, sizeof *p);
  p->nargs = g->nparams - ncaptures, p->nhidden = ncaptures, p->nresults = g->nresults;
  p->forward = xmalloc(sizeof *p->forward * (size_t)(g->nresults + 1));
  callable_forwards(g, p->nargs, p->forward);
  describe_results(p, g, weak);
  p->hidden = xcalloc((size_t)ncaptures + 1, sizeof *p->hidden);
  p->hidden_data = xcalloc((size_t)ncaptures + 1, sizeof *p->hidden_data);
  for (int i = 0; i < ncaptures; i++) {
    CHECK(!captures[i].trace);
    p->hidden[i] = buffer_retain(captures[i].buffer);
    p->hidden_data[i] = captures[i].buffer->data;
  }
  if (compile_rest(p, d, g, alias, &p->exe)) return p;
  callable_free(p);
  return NULL;
}

Callable *callable_compile(const Graph *g, const bool *weak, int ncaptures, const Capture *captures,
                           const int *alias, Loc loc) {
  const Device *d = execute_device(loc);
  Callable *p = d ? callable_compile_on(d, g, weak, ncaptures, captures, alias) : NULL;
  if (!p) diag_locate(loc);
  return p;
}

// ---- executables for all shapes, by the text of their graphs

static Cache *counted;
static pthread_once_t counted_once = PTHREAD_ONCE_INIT;
static void free_executable(void *e) { executable_free(e); }
static void counted_make(void) { counted = cache_new(CACHE_CAPACITY, free_executable); }

static CacheEntry *counted_executable(Arena *a, const Device *d, const Graph *g) {
  char *text = graph_text(a, g, (PrintOptions){.no_locations = true});
  const char *key = arena_printf(a, "%s %s", d->name, text);
  size_t bytes = strlen(key);
  uint64_t hash = cache_hash(key, bytes);
  pthread_once(&counted_once, counted_make);
  CacheEntry *e = cache_find(counted, key, bytes, hash);
  if (e) return e;
  CompileOptions options = {.threads = device_threads(), .counted = FLAT_SIZE};
  struct Diag *pending = diag_take();
  Executable *exe = executable_new(d, g, &options);
  diag_restore(pending);
  return exe ? cache_insert(counted, key, bytes, hash, exe) : NULL;
}

Callable *callable_compile_counted(const Device *d, const Graph *g, bool weak) {
  Arena *a = arena_new();
  int64_t count;
  Graph *flat = graph_flatten(a, g, &count);
  CacheEntry *shared = flat ? counted_executable(a, d, flat) : NULL;
  arena_free(a);
  if (!shared) return NULL;
  Callable *p = xcalloc(1, sizeof *p);
  *p = (Callable){.exe = shared->value, .shared = shared, .count = count, .nhidden = 1};
  p->nargs = g->nparams, p->nresults = p->ncomputed = g->nresults;
  p->forward = xmalloc(sizeof *p->forward);
  *p->forward = -1;
  describe_results(p, g, &weak);
  p->hidden = xcalloc(1, sizeof *p->hidden);
  p->hidden_data = xmalloc(sizeof *p->hidden_data);
  *p->hidden_data = &p->count;
  return p;
}

void callable_free(void *program) {
  Callable *p = program;
  if (!p) return;
  if (p->shared) cache_unpin(counted, p->shared);
  else executable_free(p->exe);
  for (int i = 0; i < p->nhidden; i++) buffer_release(p->hidden[i]);
  free(p->results);
  free(p->result_bytes);
  free(p->hidden);
  free(p->hidden_data);
  free(p->forward);
  free(p->alias);
  free(p);
}

// A call in flight.
typedef struct Run {
  Callable *p;
  const void **args;
  Slot *const *slots, *const *donors;
  Buffer **buffers;  // per result; NULL: a small one
  uint64_t *small;
  void **outputs;  // of computed results
  Loc loc;
} Run;

// A result that is an argument: shares its buffer, unless that is the user's memory.
static bool forward_result(Run *r, int i) {
  Callable *p = r->p;
  int from = p->forward[i];
  size_t bytes = p->result_bytes[i];
  r->buffers[i] = NULL;
  if (bytes <= INLINE_BYTES) return memcpy(&r->small[i], r->args[from], bytes), true;
  Buffer *b = r->slots ? r->slots[from]->buffer : NULL;
  if (b && b->kind != BUFFER_BORROWED) return r->buffers[i] = buffer_retain(b), true;
  if (!(r->buffers[i] = buffer_new(r->loc, bytes))) return false;
  return memcpy(r->buffers[i]->data, r->args[from], bytes), true;
}

// The buffer of result i, the k-th computed one: the donor's where there is one. A donation that is
// compiled in but cannot be honoured copies the argument: the executable may count on sharing.
static bool result_buffer(Run *r, int i, int k) {
  Callable *p = r->p;
  size_t bytes = p->result_bytes[i];
  int from = p->alias ? p->alias[k] : -1;
  if (bytes <= INLINE_BYTES) {
    r->buffers[i] = NULL;
    r->outputs[k] = &r->small[i];
    return true;
  }
  Slot *donor = from >= 0 && r->donors ? r->donors[from] : NULL;
  if (donor && donor->buffer && buffer_writable(donor->buffer)) {
    r->buffers[i] = buffer_retain(donor->buffer);
  } else {
    if (!(r->buffers[i] = buffer_new(r->loc, bytes))) return false;
    if (from >= 0) {
      memcpy(r->buffers[i]->data, r->args[from], bytes);
      r->args[from] = r->buffers[i]->data;
    }
  }
  r->outputs[k] = r->buffers[i]->data;
  return true;
}

static bool run_failed(Run *r, int nbuffers, jc_array *results) {
  diag_locate(r->loc);
  for (int i = 0; i < nbuffers; i++) buffer_release(r->buffers[i]);
  for (int i = 0; i < r->p->nresults; i++) results[i] = handle_poison();
  return false;
}

static bool run_executable(const Run *r) {
  Executable *e = r->p->exe;
  if (__builtin_expect(!e->name, 1)) return e->backend->run(e, r->args, r->outputs);
  const int64_t start = now_ns();
  const bool ok = e->backend->run(e, r->args, r->outputs);
  profile_span("call", e->name, r->loc, start, now_ns());
  return ok;
}

static bool run_in(Run *r, jc_array *results) {
  Callable *p = r->p;
  for (int i = 0, k = 0; i < p->nresults; i++) {
    bool ok = p->forward[i] >= 0 ? forward_result(r, i) : result_buffer(r, i, k++);
    if (!ok) return run_failed(r, i, results);
  }
  if (p->exe && !run_executable(r)) return run_failed(r, p->nresults, results);
  for (int i = 0; r->donors && i < p->nargs; i++) {
    if (r->donors[i]) slot_free(r->donors[i]->index, DIED_BY_DONATION, r->loc);
  }
  handle_arrays(p->nresults, p->results, r->buffers, r->small, results);
  return true;
}

enum { SMALL_CALL = 48 };

bool callable_run(Callable *p, const void *const *args, Slot *const *slots, Slot *const *donors,
                  jc_array *results, Loc loc) {
  const void *small_args[SMALL_CALL];
  Buffer *small_buffers[SMALL_CALL];
  uint64_t small_bits[SMALL_CALL];
  void *small_outputs[SMALL_CALL];
  int nargs = p->nargs + p->nhidden;
  bool large = nargs > SMALL_CALL || p->nresults > SMALL_CALL;
  Run r = {p, small_args, slots, donors, small_buffers, small_bits, small_outputs, loc};
  if (__builtin_expect(large, 0)) {
    size_t n = (size_t)(nargs > p->nresults ? nargs : p->nresults);
    r.args = xmalloc(4 * sizeof(uint64_t) * n);
    r.buffers = (Buffer **)((uint64_t *)r.args + n);
    r.small = (uint64_t *)r.args + 2 * n;
    r.outputs = (void **)((uint64_t *)r.args + 3 * n);
  }
  for (int i = 0; i < p->nargs; i++) r.args[i] = args[i];
  for (int i = 0; i < p->nhidden; i++) r.args[p->nargs + i] = p->hidden_data[i];
  bool ok = run_in(&r, results);
  if (large) free(r.args);
  return ok;
}
