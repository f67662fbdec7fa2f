// Jacobians: derivatives along every direction at once, by batching.
#include "compiler/rules.h"
#include "ir/stress.h"

// g with its results from `first` on, or only the first `count` of them.
static Graph *results_of(Arena *a, const Graph *g, int first, int count) {
  Graph *view = ARENA_NEW(a, Graph);
  *view = *g;
  view->results += first;
  view->nresults = count;
  return view;
}

// The unit vectors of t's elements: [count, dims of t].
static Id unit_vectors(Graph *g, Type t) {
  const int64_t n = type_count(t), square[] = {n, n};
  const Type index = {DT_I32, 2, square};
  const Id one = b_convert(g, b_eq(g, b_iota(g, index, 0), b_iota(g, index, 1)), t.dtype);
  return b_reshape(g, one, ints_insert(g->arena, type_shape(t), 0, n));
}

static Graph *like(Arena *a, const Graph *g, const char *what) {
  Graph *to = graph_new(a, arena_printf(a, "%s_%s", g->name, what));
  to->loc = g->loc;
  graph_params_of(to, g, NULL);
  return to;
}

// derivative: g's parameters and a direction of type t -> its results. In `results`, for each unit
// vector at once: the directions lie along axis 0.
static bool along_units(Graph *to, const Graph *derivative, Type t, Id *results) {
  Arena *a = to->arena;
  const int n = derivative->nparams - 1;
  int *in = ARENA_ARRAY(a, int, n + 1), *out = ARENA_ARRAY(a, int, derivative->nresults + 1);
  Id *args = ARENA_ARRAY(a, Id, n + 1);
  for (int i = 0; i < n; i++) in[i] = -1, args[i] = to->params[i];
  args[n] = unit_vectors(to, t);
  const Graph *all = graph_vmap(a, derivative, type_count(t), in, out);
  if (all) graph_inline(to, all, args, results);
  return all != NULL;
}

static Ints joined(Arena *a, Type x, Type y) {
  int64_t *v = ARENA_ARRAY(a, int64_t, x.rank + y.rank + 1);
  for (int i = 0; i < x.rank; i++) v[i] = x.dim[i];
  for (int i = 0; i < y.rank; i++) v[x.rank + i] = y.dim[i];
  return (Ints){x.rank + y.rank, v};
}

// A batch of derivatives of the result along a parameter's elements, [count, dims of y], as
// [dims of y, dims of x].
static Id directions_last(Graph *g, Id batch, Type y, Type x) {
  int64_t perm[MAX_RANK + 1];
  for (int i = 0; i < y.rank; i++) perm[i] = i + 1;
  perm[y.rank] = 0;
  const Id turned = b_transpose(g, batch, (Ints){y.rank + 1, perm});
  return b_reshape(g, turned, joined(g->arena, y, x));
}

static bool ranks_fit(const Graph *g, const bool *active) {
  const Type y = graph_type(g, g->results[0]);
  for (int i = 0; i < g->nparams; i++) {
    const Type x = graph_type(g, g->params[i]);
    if (active[i] && y.rank + x.rank > MAX_RANK)
      return fail(g->loc, "the Jacobian of %s by %s has %d axes; %d are the most", TYPE_STR(y),
                  TYPE_STR(x), y.rank + x.rank, MAX_RANK);
  }
  return true;
}

static bool forward(Graph *to, const Graph *g, const bool *active, Id *results) {
  Arena *a = to->arena;
  const Type y = graph_type(g, g->results[0]);
  bool *only = ARENA_ARRAY(a, bool, g->nparams + 1);
  for (int i = 0, k = 0; i < g->nparams; i++) {
    if (!active[i]) continue;
    only[i] = true;
    const Graph *jvp = graph_jvp(a, g, only);
    only[i] = false;
    const Type x = graph_type(g, g->params[i]);
    Id batch;
    if (!jvp || !along_units(to, results_of(a, jvp, 1, 1), x, &batch)) return false;
    results[k++] = directions_last(to, batch, y, x);
  }
  return true;
}

static bool reverse(Graph *to, const Graph *g, const bool *active, int n, Id *results) {
  Arena *a = to->arena;
  const Type y = graph_type(g, g->results[0]);
  const Graph *vjp = graph_vjp(a, g, active);
  if (!vjp || !along_units(to, results_of(a, vjp, 1, n), y, results)) return false;
  for (int i = 0, k = 0; i < g->nparams; i++) {
    if (!active[i]) continue;
    const Type x = graph_type(g, g->params[i]);
    results[k] = b_reshape(to, results[k], joined(a, y, x));
    k++;
  }
  return true;
}

static Graph *jacobian(Arena *a, const Graph *given, const bool *active, bool backwards) {
  if (failed()) return NULL;
  Arena *scratch = arena_new();
  const Graph *g = results_of(scratch, given, 0, 1);
  Graph *out = NULL, *to = like(scratch, g, "jacobian");
  Id *results = ARENA_ARRAY(scratch, Id, g->nparams + 1);
  int n = 0;
  for (int i = 0; i < g->nparams; i++) n += active[i];
  if (ranks_fit(g, active) &&
      (backwards ? reverse(to, g, active, n, results) : forward(to, g, active, results))) {
    graph_set_results(to, n, results);
    if (!failed()) out = graph_clone(a, to);
  }
  arena_free(scratch);
  return stress_pass(out, "jacobian");
}

Graph *graph_jacfwd(Arena *a, const Graph *g, const bool *active) {
  return jacobian(a, g, active, false);
}

Graph *graph_jacrev(Arena *a, const Graph *g, const bool *active) {
  return jacobian(a, g, active, true);
}
