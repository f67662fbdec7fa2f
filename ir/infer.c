// Type rules of elementwise ops, reductions, contraction and control flow.
#include "ir/infer.h"

#include <string.h>

#include "ir/graph.h"

#define NAME(in) op_info((in)->op)->name
#define REJECT(in, ...) fail((in)->loc, __VA_ARGS__)

static Type *result(Infer *in, Type t) {
  in->results[0] = type_copy(in->arena, t);
  return in->results;
}

static bool same_shapes(Infer *in, int from) {
  for (int i = from + 1; i < in->nargs; i++) {
    if (!type_equal(in->args[from], in->args[i]))
      return REJECT(in, "%s: operands differ: %s and %s", NAME(in), TYPE_STR(in->args[from]),
                    TYPE_STR(in->args[i]));
  }
  return true;
}

bool infer_same(Infer *in) { return same_shapes(in, 0) && result(in, in->args[0]); }

// Its derivative has the exponent below.
bool infer_integer_pow(Infer *in) {
  if (in->attrs->exponent == INT64_MIN) return REJECT(in, "integer_pow: the exponent is -2^63");
  return infer_same(in);
}

bool infer_predicate(Infer *in) {
  if (!same_shapes(in, 0)) return false;
  return result(in, (Type){DT_BOOL, in->args[0].rank, in->args[0].dim});
}

bool infer_part(Infer *in) {
  const Type x = in->args[0];
  return result(in, (Type){dtype_part(x.dtype), x.rank, x.dim});
}

bool infer_complex(Infer *in) {
  if (!same_shapes(in, 0)) return false;
  const Type x = in->args[0];
  if (x.dtype != DT_F32 && x.dtype != DT_F64)
    return REJECT(in, "complex: the parts are %s, not f32 or f64", TYPE_STR(x));
  return result(in, (Type){dtype_complex(x.dtype), x.rank, x.dim});
}

bool infer_select(Infer *in) {
  if (in->args[0].dtype != DT_BOOL)
    return REJECT(in, "select: the predicate is %s, not bool", TYPE_STR(in->args[0]));
  if (!same_shapes(in, 1)) return false;
  if (!shape_equal(in->args[0], in->args[1]))
    return REJECT(in, "select: predicate %s and values %s differ in shape", TYPE_STR(in->args[0]),
                  TYPE_STR(in->args[1]));
  return result(in, in->args[1]);
}

bool infer_convert(Infer *in) {
  return result(in, (Type){in->attrs->dtype, in->args[0].rank, in->args[0].dim});
}

bool infer_reduce_precision(Infer *in) {
  const Attrs *at = in->attrs;
  if (at->exponent_bits < 1 || at->mantissa_bits < 0)
    return REJECT(in, "%s: %lld bits of exponent and %lld of mantissa", NAME(in),
                  (long long)at->exponent_bits, (long long)at->mantissa_bits);
  return infer_same(in);
}

bool infer_bitcast(Infer *in) {
  if (dtype_is_complex(in->attrs->dtype))
    return REJECT(in, "bitcast_convert: does not give %s", dtype_name(in->attrs->dtype));
  if (dtype_size(in->args[0].dtype) != dtype_size(in->attrs->dtype))
    return REJECT(in, "bitcast_convert: %s and %s differ in width", dtype_name(in->args[0].dtype),
                  dtype_name(in->attrs->dtype));
  return infer_convert(in);
}

static bool axes_ok(Infer *in, Ints axes, int rank, const char *what, bool sorted) {
  uint32_t seen = 0;
  for (int i = 0; i < axes.n; i++) {
    if (axes.v[i] < 0 || axes.v[i] >= rank)
      return REJECT(in, "%s: %s %lld is out of range for rank %d", NAME(in), what,
                    (long long)axes.v[i], rank);
    if (seen >> axes.v[i] & 1)
      return REJECT(in, "%s: %s %lld occurs twice", NAME(in), what, (long long)axes.v[i]);
    if (sorted && i && axes.v[i] < axes.v[i - 1])
      return REJECT(in, "%s: %s are not in ascending order", NAME(in), what);
    seen |= 1u << axes.v[i];
  }
  return true;
}

static Type without(Arena *a, Type t, Ints axes) {
  int64_t *dim = ARENA_ARRAY(a, int64_t, t.rank);
  int n = 0;
  for (int i = 0; i < t.rank; i++) {
    if (!ints_has(axes, i)) dim[n++] = t.dim[i];
  }
  return (Type){t.dtype, n, dim};
}

bool infer_reduce(Infer *in) {
  if (!axes_ok(in, in->attrs->axes, in->args[0].rank, "axis", true)) return false;
  if (in->attrs->order == ORDER_CHAIN) return REJECT(in, "%s: order is rows or cols", NAME(in));
  in->results[0] = without(in->arena, in->args[0], in->attrs->axes);
  return true;
}

bool infer_argreduce(Infer *in) {
  Ints axis = INTS(in->attrs->axis);
  if (!axes_ok(in, axis, in->args[0].rank, "axis", false)) return false;
  int64_t n = in->args[0].dim[axis.v[0]];
  if (n == 0)
    return REJECT(in, "%s: %s is empty along axis %lld", NAME(in), TYPE_STR(in->args[0]),
                  (long long)axis.v[0]);
  if (n > INT32_MAX)
    return REJECT(in, "%s: axis of %lld elements does not fit an i32 index", NAME(in),
                  (long long)n);
  in->results[0] = without(in->arena, in->args[0], axis);
  in->results[0].dtype = DT_I32;
  return true;
}

static bool same_sizes(Infer *in, Ints l, Ints r, const char *what) {
  Type a = in->args[0], b = in->args[1];
  if (l.n != r.n) return REJECT(in, "dot: %d lhs and %d rhs %s dimensions", l.n, r.n, what);
  if (!axes_ok(in, l, a.rank, what, false) || !axes_ok(in, r, b.rank, what, false)) return false;
  for (int i = 0; i < l.n; i++) {
    if (a.dim[l.v[i]] != b.dim[r.v[i]])
      return REJECT(in, "dot: %s dimensions differ: %s x %s", what, TYPE_STR(a), TYPE_STR(b));
  }
  return true;
}

bool infer_dot(Infer *in) {
  const Attrs *at = in->attrs;
  Type a = in->args[0], b = in->args[1];
  if (a.dtype != b.dtype)
    return REJECT(in, "dot: operands differ: %s and %s", TYPE_STR(a), TYPE_STR(b));
  if (!same_sizes(in, at->lhs_batch, at->rhs_batch, "batch")) return false;
  if (!same_sizes(in, at->lhs_contract, at->rhs_contract, "contracting")) return false;
  if (at->order == ORDER_COLS) return REJECT(in, "dot: order is rows or chain");
  int64_t *dim = ARENA_ARRAY(in->arena, int64_t, a.rank + b.rank);
  int n = 0;
  for (int i = 0; i < at->lhs_batch.n; i++) dim[n++] = a.dim[at->lhs_batch.v[i]];
  for (int i = 0; i < a.rank; i++) {
    if (ints_has(at->lhs_batch, i) && ints_has(at->lhs_contract, i))
      return REJECT(in, "dot: lhs dimension %d is both batch and contracting", i);
    if (!ints_has(at->lhs_batch, i) && !ints_has(at->lhs_contract, i)) dim[n++] = a.dim[i];
  }
  for (int i = 0; i < b.rank; i++) {
    if (ints_has(at->rhs_batch, i) && ints_has(at->rhs_contract, i))
      return REJECT(in, "dot: rhs dimension %d is both batch and contracting", i);
    if (!ints_has(at->rhs_batch, i) && !ints_has(at->rhs_contract, i)) dim[n++] = b.dim[i];
  }
  if (n > MAX_RANK) return REJECT(in, "dot: rank %d of the result is above %d", n, MAX_RANK);
  in->results[0] = (Type){a.dtype, n, dim};
  return true;
}

static bool many_results(Infer *in, int n, const Type *types) {
  in->nresults = n;
  in->results = ARENA_ARRAY(in->arena, Type, n);
  for (int i = 0; i < n; i++) in->results[i] = type_copy(in->arena, types[i]);
  return true;
}

bool infer_identity(Infer *in) { return many_results(in, in->nargs, in->args); }

bool infer_sort(Infer *in) {
  if (in->nargs < 1) return REJECT(in, "sort: takes at least one operand");
  for (int i = 1; i < in->nargs; i++) {
    if (!shape_equal(in->args[0], in->args[i]))
      return REJECT(in, "sort: operands differ in shape: %s and %s", TYPE_STR(in->args[0]),
                    TYPE_STR(in->args[i]));
  }
  Ints axis = INTS(in->attrs->axis);
  return axes_ok(in, axis, in->args[0].rank, "axis", false) && infer_identity(in);
}

// Operands fit the parameters of a sub-graph.
static bool fits_params(Infer *in, const Graph *g, const char *what) {
  if (!g) return REJECT(in, "%s: has no %s", NAME(in), what);
  if (g->nparams != in->nargs)
    return REJECT(in, "%s: %s takes %d operands, got %d", NAME(in), what, g->nparams, in->nargs);
  for (int i = 0; i < in->nargs; i++) {
    if (!type_equal(graph_type(g, g->params[i]), in->args[i]))
      return REJECT(in, "%s: parameter %d of %s is %s, the operand %s", NAME(in), i, what,
                    TYPE_STR(graph_type(g, g->params[i])), TYPE_STR(in->args[i]));
  }
  return true;
}

bool infer_call(Infer *in) {
  const Graph *g = in->attrs->body;
  if (!fits_params(in, g, "body")) return false;
  Type *types = ARENA_ARRAY(in->arena, Type, g->nresults);
  for (int i = 0; i < g->nresults; i++) types[i] = graph_type(g, g->results[i]);
  return many_results(in, g->nresults, types);
}

static bool same_results(Infer *in, const Graph *first, const Graph *g, int k) {
  if (g->nresults != first->nresults)
    return REJECT(in, "switch: branch %d gives %d results, branch 0 %d", k, g->nresults,
                  first->nresults);
  for (int i = 0; i < g->nresults; i++) {
    const Type want = graph_type(first, first->results[i]), got = graph_type(g, g->results[i]);
    if (!type_equal(want, got))
      return REJECT(in, "switch: result %d is %s in branch 0, %s in branch %d", i, TYPE_STR(want),
                    TYPE_STR(got), k);
  }
  return true;
}

bool infer_switch(Infer *in) {
  const Graphs all = in->attrs->branches;
  if (in->nargs < 1 || all.n < 1) return REJECT(in, "switch: takes an index and branches");
  const Type index = in->args[0];
  if (index.rank || (index.dtype != DT_I32 && index.dtype != DT_BOOL))
    return REJECT(in, "switch: the index is %s, not i32[] or bool[]", TYPE_STR(index));
  Infer rest = *in;
  rest.args++;
  rest.nargs--;
  for (int i = 0; i < all.n; i++) {
    if (!fits_params(&rest, all.v[i], "a branch") || !same_results(in, all.v[0], all.v[i], i))
      return false;
  }
  const Graph *g = all.v[0];
  Type *types = ARENA_ARRAY(in->arena, Type, g->nresults);
  for (int i = 0; i < g->nresults; i++) types[i] = graph_type(g, g->results[i]);
  return many_results(in, g->nresults, types);
}

bool infer_while(Infer *in) {
  const Attrs *at = in->attrs;
  if (!fits_params(in, at->cond, "cond") || !fits_params(in, at->body, "body")) return false;
  int64_t n = at->ncarry;
  if (n < 0 || n > in->nargs)
    return REJECT(in, "while: ncarry %lld of %d operands", (long long)n, in->nargs);
  if (at->cond->nresults != 1 ||
      !type_equal(graph_type(at->cond, at->cond->results[0]), type_scalar(DT_BOOL)))
    return REJECT(in, "while: cond gives %s, not bool[]",
                  at->cond->nresults == 1 ? TYPE_STR(graph_type(at->cond, at->cond->results[0]))
                                          : "several results");
  if (at->body->nresults != n)
    return REJECT(in, "while: body gives %d results for %lld carried values", at->body->nresults,
                  (long long)n);
  for (int i = 0; i < n; i++) {
    Type t = graph_type(at->body, at->body->results[i]);
    if (!type_equal(t, in->args[i]))
      return REJECT(in, "while: carried value %d is %s, body gives %s", i, TYPE_STR(in->args[i]),
                    TYPE_STR(t));
  }
  return many_results(in, (int)n, in->args);
}
