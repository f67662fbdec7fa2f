// A custom_jvp node for each function of known derivatives.
#include "frontend/library/np_known.h"

static Graph *graph_of(Np *n, const Known *f, int nparams, Type t, Np *inner, Val *params) {
  Graph *g = graph_region(n->g, f->name, 0, NULL);
  *inner = (Np){g, n->name};
  for (int i = 0; i < nparams; i++) params[i] = np_val(graph_param(g, t, NULL));
  return g;
}

// One node with f's rule, in which f has its rule again, `depth` times.
static Val known(Np *n, const Known *f, const Val *x, int depth) {
  if (!depth) return f->value(n, x);
  const Type t = np_type(n, x[0]);
  Val p[2 * KNOWN_ARGUMENTS];
  Id ids[KNOWN_ARGUMENTS];
  Np inner;
  Graph *value = graph_of(n, f, f->nargs, t, &inner, p);
  const Val v = f->value(&inner, p);
  if (np_bad(v)) return v;
  graph_set_results(value, 1, &v.id);
  Graph *rule = graph_of(n, f, f->nargs + f->npartials, t, &inner, p);
  const Val again = known(&inner, f, p, depth - 1);
  Val tangent = np_mul(&inner, f->partial[0](&inner, p), p[f->nargs]);
  for (int i = 1; i < f->npartials; i++)
    tangent = np_add(&inner, tangent, np_mul(&inner, f->partial[i](&inner, p), p[f->nargs + i]));
  if (np_bad(again) || np_bad(tangent)) return NP_BAD;
  graph_set_results(rule, 2, (Id[]){again.id, tangent.id});
  for (int i = 0; i < f->nargs; i++) ids[i] = x[i].id;
  const Attrs at = {.branches = {2, (const Graph *const[]){value, rule}}};
  return np_val(graph_add(n->g, OP_custom_jvp, f->nargs, ids, &at));
}

Val np_known(Np *n, const Known *f, const Val *given) {
  enum { DERIVATIVES = 3 };
  Val x[KNOWN_ARGUMENTS];
  for (int i = 0; i < f->nargs; i++) x[i] = given[i];
  if (!np_promote(n, f->nargs, x) || !np_broadcast(n, f->nargs, x)) return NP_BAD;
  const bool weak = x[0].weak;
  for (int i = 0; i < f->nargs; i++) x[i] = np_inexact(n, x[i]);
  if (np_bad(x[0]) || !dtype_is_float(np_type(n, x[0]).dtype))
    return np_bad(x[0]) ? NP_BAD : np_fail(n, "does not take %s", TYPE_STR(np_type(n, x[0])));
  Val r = known(n, f, x, DERIVATIVES);
  r.weak = weak;
  return r;
}
