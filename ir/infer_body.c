// Type rules of ops with a body of scalars: reduce, scatter, sort_by; and of top_k.
#include "ir/graph.h"
#include "ir/infer.h"

#define NAME(in) op_info((in)->op)->name
#define REJECT(in, ...) fail((in)->loc, __VA_ARGS__)

static bool many_results(Infer *in, int n, const Type *types) {
  in->nresults = n;
  in->results = arena_copy(in->arena, types, sizeof *types * (size_t)n);
  return true;
}

// A graph of scalars of these dtypes; results: how many (those of the first, or one bool).
static bool takes_scalars(Infer *in, const Graph *g, int n, const Dtype *params, bool predicate) {
  if (!g) return REJECT(in, "%s: has no body", NAME(in));
  bool fits = g->nparams == n && g->nresults == (predicate ? 1 : n / 2);
  for (int i = 0; fits && i < n; i++)
    fits = type_equal(graph_type(g, g->params[i]), type_scalar(params[i]));
  for (int i = 0; fits && i < g->nresults; i++)
    fits = type_equal(graph_type(g, g->results[i]), type_scalar(predicate ? DT_BOOL : params[i]));
  return fits || REJECT(in, "%s: the body does not take two scalars of each operand and give %s",
                        NAME(in), predicate ? "a bool" : "one");
}

bool infer_reduces(Infer *in) {
  const int n = in->nargs / 2;
  if (in->nargs < 2 || in->nargs % 2)
    return REJECT(in, "reduce: takes operands and an init of each");
  Dtype *params = ARENA_ARRAY(in->arena, Dtype, 2 * n);
  Type *results = ARENA_ARRAY(in->arena, Type, n);
  for (int i = 0; i < n; i++) {
    const Type x = in->args[i], init = in->args[n + i];
    params[i] = params[n + i] = x.dtype;
    if (!type_equal(init, type_scalar(x.dtype)))
      return REJECT(in, "reduce: the init of %s is %s", TYPE_STR(x), TYPE_STR(init));
    if (!shape_equal(x, in->args[0])) return REJECT(in, "reduce: operands differ in shape");
    Infer one = *in;
    one.nargs = 1, one.args = &in->args[i], one.results = &results[i];
    if (!infer_reduce(&one)) return false;
  }
  return takes_scalars(in, in->attrs->body, 2 * n, params, false) && many_results(in, n, results);
}

bool infer_scatters(Infer *in) {
  const int n = in->nargs / 2;
  if (in->nargs < 3 || in->nargs % 2 == 0)
    return REJECT(in, "scatter: takes operands, indices and updates of each operand");
  Dtype *params = ARENA_ARRAY(in->arena, Dtype, 2 * n);
  Type *results = ARENA_ARRAY(in->arena, Type, n);
  for (int i = 0; i < n; i++) {
    const Type args[3] = {in->args[i], in->args[n], in->args[n + 1 + i]};
    params[i] = params[n + i] = args[0].dtype;
    if (!shape_equal(args[0], in->args[0])) return REJECT(in, "scatter: operands differ in shape");
    Infer one = *in;
    one.nargs = 3, one.args = args, one.results = &results[i];
    if (!infer_scatter(&one)) return false;
  }
  return takes_scalars(in, in->attrs->body, 2 * n, params, false) && many_results(in, n, results);
}

bool infer_sort_by(Infer *in) {
  Dtype *params = ARENA_ARRAY(in->arena, Dtype, 2 * in->nargs + 1);
  for (int i = 0; i < in->nargs; i++) params[2 * i] = params[2 * i + 1] = in->args[i].dtype;
  return infer_sort(in) && takes_scalars(in, in->attrs->cond, 2 * in->nargs, params, true);
}

bool infer_top_k(Infer *in) {
  const Type x = in->args[0];
  if (!x.rank || in->attrs->k < 0 || in->attrs->k > x.dim[x.rank - 1])
    return REJECT(in, "top_k: %lld largest of %s", (long long)in->attrs->k, TYPE_STR(x));
  if (x.dim[x.rank - 1] > INT32_MAX)
    return REJECT(in, "top_k: indices of %s do not fit i32", TYPE_STR(x));
  int64_t *dim = arena_copy(in->arena, x.dim, sizeof *dim * (size_t)x.rank);
  dim[x.rank - 1] = in->attrs->k;
  return many_results(in, 2, (Type[]){{x.dtype, x.rank, dim}, {DT_I32, x.rank, dim}});
}
