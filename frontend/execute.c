// Compiling graphs on the current device and calling the result on arrays.
#include "frontend/execute.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/executable.h"

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

Program *program_compile(const Graph *g, const bool *weak, int ncaptures, const Capture *captures,
                         const int *alias, Loc loc) {
  const Device *d = execute_device(loc);
  if (!d) return NULL;
  CompileOptions options = {.alias = alias, .threads = device_threads()};
  Executable *exe = executable_new(d, g, &options);
  if (!exe) return NULL;
  Program *p = xcalloc(1, sizeof *p);
  int n = g->nresults, nargs = g->nparams - ncaptures;
  *p = (Program){.exe = exe, .nargs = nargs, .nhidden = ncaptures, .nresults = n};
  p->results = xmalloc(sizeof *p->results * (size_t)n);
  p->result_bytes = xmalloc(sizeof *p->result_bytes * (size_t)n);
  for (int i = 0; i < n; i++) {
    p->results[i] = type_intern(graph_type(g, g->results[i]), weak && weak[i]);
    p->result_bytes[i] = type_info(p->results[i])->bytes;
  }
  p->hidden = xmalloc(sizeof *p->hidden * (size_t)ncaptures);
  p->hidden_data = xmalloc(sizeof *p->hidden_data * (size_t)ncaptures);
  for (int i = 0; i < ncaptures; i++) {
    CHECK(!captures[i].trace);
    p->hidden[i] = buffer_retain(captures[i].buffer);
    p->hidden_data[i] = captures[i].buffer->data;
  }
  if (alias) {
    p->alias = xmalloc(sizeof *alias * (size_t)n);
    memcpy(p->alias, alias, sizeof *alias * (size_t)n);
  }
  return p;
}

void program_free(void *program) {
  Program *p = program;
  if (!p) return;
  executable_free(p->exe);
  for (int i = 0; i < p->nhidden; i++) buffer_release(p->hidden[i]);
  free(p->results);
  free(p->result_bytes);
  free(p->hidden);
  free(p->hidden_data);
  free(p->alias);
  free(p);
}

// A call in flight.
typedef struct Run {
  Program *p;
  const void **args;
  Buffer **buffers;  // of results; NULL: a small one
  uint64_t *small;
  void **outputs;
} Run;

// The buffer of result i: the donor's where there is one. A donation that is compiled in but cannot
// be honoured copies the argument: the executable may count on sharing.
static bool result_buffer(Run *r, int i, Slot *const *donors, Loc loc) {
  Program *p = r->p;
  r->buffers[i] = NULL;
  int from = p->alias ? p->alias[i] : -1;
  if (p->result_bytes[i] <= INLINE_BYTES) {
    r->outputs[i] = &r->small[i];
    if (from >= 0) {
      memcpy(&r->small[i], r->args[from], p->result_bytes[i]);
      r->args[from] = &r->small[i];
    }
    return true;
  }
  Slot *donor = from >= 0 && donors ? donors[from] : NULL;
  if (donor && donor->buffer && buffer_writable(donor->buffer)) {
    r->buffers[i] = buffer_retain(donor->buffer);
  } else {
    if (!(r->buffers[i] = buffer_new(loc, p->result_bytes[i]))) return false;
    if (from >= 0) {
      memcpy(r->buffers[i]->data, r->args[from], p->result_bytes[i]);
      r->args[from] = r->buffers[i]->data;
    }
  }
  r->outputs[i] = r->buffers[i]->data;
  return true;
}

static bool run_failed(Run *r, int nbuffers, jc_array *results) {
  for (int i = 0; i < nbuffers; i++) buffer_release(r->buffers[i]);
  for (int i = 0; i < r->p->nresults; i++) results[i] = handle_poison();
  return false;
}

static bool run_in(Run *r, Slot *const *donors, jc_array *results, Loc loc) {
  Program *p = r->p;
  for (int i = 0; i < p->nresults; i++) {
    if (!result_buffer(r, i, donors, loc)) return run_failed(r, i, results);
  }
  if (!p->exe->backend->run(p->exe, r->args, r->outputs))
    return run_failed(r, p->nresults, results);
  for (int i = 0; donors && i < p->nargs; i++) {
    if (donors[i]) slot_free(handle_index(slot_handle(donors[i])), DIED_BY_DONATION, loc);
  }
  for (int i = 0; i < p->nresults; i++)
    results[i] = r->buffers[i] ? handle_array(p->results[i], r->buffers[i])
                               : handle_small(p->results[i], &r->small[i]);
  return true;
}

enum { SMALL_CALL = 48 };

bool program_run(Program *p, const void *const *args, Slot *const *donors, jc_array *results,
                 Loc loc) {
  const void *small_args[SMALL_CALL];
  Buffer *small_buffers[SMALL_CALL];
  uint64_t small_bits[SMALL_CALL];
  void *small_outputs[SMALL_CALL];
  int nargs = p->nargs + p->nhidden;
  bool large = nargs > SMALL_CALL || p->nresults > SMALL_CALL;
  Run r = {p, small_args, small_buffers, small_bits, small_outputs};
  if (__builtin_expect(large, 0)) {
    size_t n = (size_t)(nargs > p->nresults ? nargs : p->nresults);
    r.args = xmalloc(4 * sizeof(uint64_t) * n);
    r.buffers = (Buffer **)((uint64_t *)r.args + n);
    r.small = (uint64_t *)r.args + 2 * n;
    r.outputs = (void **)((uint64_t *)r.args + 3 * n);
  }
  for (int i = 0; i < p->nargs; i++) r.args[i] = args[i];
  for (int i = 0; i < p->nhidden; i++) r.args[p->nargs + i] = p->hidden_data[i];
  bool ok = run_in(&r, donors, results, loc);
  if (large) free(r.args);
  return ok;
}
