// Values of graphs by the interpreter.
#include "tests/values.h"

#include <math.h>
#include <string.h>

#include "backends/interp/interp.h"
#include "ir/eval.h"
#include "ir/print.h"
#include "tests/random_graph.h"

void **random_arguments(Arena *a, const Graph *g, uint64_t seed) {
  void **args = ARENA_ARRAY(a, void *, g->nparams + 1);
  for (int i = 0; i < g->nparams; i++) {
    const Type t = graph_type(g, g->params[i]);
    args[i] = arena_alloc(a, type_bytes(t) + 1);
    random_elements(seed + (uint64_t)i, t, args[i]);
  }
  return args;
}

void **graph_values(Arena *a, const Graph *g, void *const *args) {
  void **results = ARENA_ARRAY(a, void *, g->nresults + 1);
  for (int i = 0; i < g->nresults; i++)
    results[i] = arena_alloc(a, type_bytes(graph_type(g, g->results[i])) + 1);
  return interp_graph(g, (const void *const *)args, results) ? results : NULL;
}

static bool is_nan(Dtype d, const void *p) {
  return dtype_is_float(d) && isnan(eval_number(d, p, 0));
}

const char *values_differ(Arena *a, const Graph *g, void *const *got, void *const *want) {
  for (int r = 0; r < g->nresults; r++) {
    const Type t = graph_type(g, g->results[r]);
    const size_t size = dtype_size(t.dtype);
    for (int64_t i = 0; i < type_count(t); i++) {
      const char *x = (const char *)got[r] + (size_t)i * size,
                 *y = (const char *)want[r] + (size_t)i * size;
      if (!memcmp(x, y, size) || (is_nan(t.dtype, x) && is_nan(t.dtype, y))) continue;
      return arena_printf(a, "element %lld of result %d is %s, not %s", (long long)i, r,
                          literal_text(a, &(Literal){type_scalar(t.dtype), true, x}),
                          literal_text(a, &(Literal){type_scalar(t.dtype), true, y}));
    }
  }
  return NULL;
}

const char *graphs_differ(Arena *a, const Graph *got, const Graph *want, uint64_t seed) {
  void **args = random_arguments(a, want, seed);
  void **x = graph_values(a, got, args), **y = graph_values(a, want, args);
  return x && y ? values_differ(a, want, x, y) : "an evaluation failed";
}
