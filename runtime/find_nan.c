// An executable around another one: the interpreter looks first.
#include "runtime/find_nan.h"

#include <stdlib.h>

#include "backends/interp/interp.h"

typedef struct Finder {
  Executable base;
  Executable *inner;
  Arena *arena;
  Graph *graph;
} Finder;

static void free_results(const Graph *g, void **results) {
  for (int i = 0; i < g->nresults; i++) free(results[i]);
  free(results);
}

static bool finder_run(Executable *base, const void *const *args, void *const *results) {
  const Finder *f = (const Finder *)base;
  const Graph *g = f->graph;
  void **seen = xcalloc((size_t)g->nresults + 1, sizeof *seen);
  bool ok = true;
  for (int i = 0; ok && i < g->nresults; i++) {
    seen[i] = malloc(type_bytes(graph_type(g, g->results[i])) + 1);
    ok = seen[i] || fail(g->loc, "%s: out of memory while looking for a NaN", g->name);
  }
  ok = ok && interp_find_nan(g, args, seen);
  free_results(g, seen);
  return ok && f->inner->backend->run(f->inner, args, results);
}

static void finder_free(Executable *base) {
  Finder *f = (Finder *)base;
  f->inner->backend->free(f->inner);
  arena_free(f->arena);
  free(f);
}

static const Backend finder = {.name = "find-nan", .run = finder_run, .free = finder_free};

Executable *find_nan_new(const Graph *g, Executable *inner) {
  Finder *f = xcalloc(1, sizeof *f);
  f->base = (Executable){&finder, inner->info};
  f->inner = inner;
  f->arena = arena_new();
  f->graph = graph_clone(f->arena, g);
  return &f->base;
}
