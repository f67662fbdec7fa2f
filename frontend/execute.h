// Callables: compiled graphs with what it takes to call them on arrays.
#ifndef JITC_FRONTEND_EXECUTE_H
#define JITC_FRONTEND_EXECUTE_H
#include "frontend/handle.h"
#include "frontend/trace.h"
#include "runtime/cache.h"
#include "runtime/device.h"

typedef struct Callable {
  Executable *exe;
  CacheEntry *shared;  // not NULL: the executable is this entry's, and serves all lengths:
  int64_t count;       // ours, a hidden argument
  int nargs, nhidden, nresults;  // hidden arguments follow the visible ones
  TypeId *results;
  size_t *result_bytes;
  Buffer **hidden;
  const void **hidden_data;
  // Per result: the visible argument that it is, or -1; those are not computed but share its
  // buffer.
  int *forward;
  int ncomputed;
  // Per computed result: the argument in whose buffer it may be written, or -1; NULL: none.
  int *alias;
} Callable;

// The results of g that are arguments, or such in another shape: fills `forward` as above. Distinct
// results get distinct buffers, so an argument is forwarded once.
void callable_forwards(const Graph *g, int nargs, int *forward);

// The device that calls run on now: execute_on's, else the default one; NULL after fail().
const Device *execute_device(Loc loc);
bool execute_on(Loc loc, const char *device);

// Compiles g, whose last parameters are the captures (concrete ones). weak: per result. alias: per
// result of g, may be NULL. NULL after fail(). An error that is pending does not hinder it.
Callable *callable_compile(const Graph *g, const bool *weak, int ncaptures, const Capture *captures,
                           const int *alias, Loc loc);
Callable *callable_compile_on(const Device *d, const Graph *g, const bool *weak, int ncaptures,
                              const Capture *captures, const int *alias);
// The same for a graph that maps equal places of arrays, by an executable that serves all shapes:
// one that was made for another shape needs no compiling. NULL without an error where g is of
// another kind.
Callable *callable_compile_counted(const Device *d, const Graph *g, bool weak);
void callable_free(void *program);

// args: elements of the visible arguments. donors: per argument the slot that gives its buffer
// away, or NULL; donors itself may be NULL. On success the donors are gone and results[i] are new
// arrays of the current frame; on failure nothing is consumed and all are poison.
bool callable_run(Callable *p, const void *const *args, Slot *const *slots, Slot *const *donors,
                  jc_array *results, Loc loc);
#endif
