// Widening of graphs from f32 to f64.
#include "compiler/widen.h"

#include <stdlib.h>
#include <string.h>

#include "ir/build.h"

static Type widen_type(Type t) {
  if (t.dtype == DT_F32) t.dtype = DT_F64;
  return t;
}

static Literal widen_literal(Arena *a, Literal l) {
  if (l.type.dtype != DT_F32) return l;
  const int64_t n = l.splat ? 1 : type_count(l.type);
  double *wide = ARENA_ARRAY(a, double, n);
  for (int64_t i = 0; i < n; i++) wide[i] = (double)((const float *)l.data)[i];
  return (Literal){widen_type(l.type), l.splat, wide};
}

static Attrs widen_attrs(Arena *a, const Node *n) {
  Attrs at = attrs_map_graphs(a, n, graph_widen);
  if (op_has(n->op, ATTR_dtype) && at.dtype == DT_F32) at.dtype = DT_F64;
  if (op_has(n->op, ATTR_literal)) at.literal = widen_literal(a, at.literal);
  return at;
}

// A bitcast sees 32 bits on both sides.
static Id widen_bitcast(Graph *to, const Graph *from, const Node *n, Id arg) {
  if (graph_type(from, n->args[0]).dtype == DT_F32) arg = b_convert(to, arg, DT_F32);
  const Id bits = b_bitcast(to, arg, n->attrs->dtype);
  return n->attrs->dtype == DT_F32 ? b_convert(to, bits, DT_F64) : bits;
}

static Id widen_node(Graph *to, const Graph *from, const Node *n, const Id *map) {
  Id *args = ARENA_ARRAY(to->arena, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++) args[i] = map[n->args[i]];
  to->loc = n->loc;
  if (n->op == OP_bitcast_convert) return widen_bitcast(to, from, n, args[0]);
  const Attrs at = widen_attrs(to->arena, n);
  // f32 <-> f64 is nothing any more.
  if (n->op == OP_convert) return b_convert(to, args[0], at.dtype);
  return graph_add(to, n->op, n->nargs, args, &at);
}

Graph *graph_widen(Arena *a, const Graph *g) {
  Graph *to = graph_new(a, g->name);
  Id *map = xmalloc(sizeof *map * ((size_t)g->nvalues + 1));
  for (int i = 0; i < g->nparams; i++) {
    const Id p = g->params[i];
    map[p] = graph_param(to, widen_type(graph_type(g, p)), g->values[p].name);
  }
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    const Id first = widen_node(to, g, n, map);
    for (int k = 0; k < n->nresults; k++)
      map[n->first + (Id)k] = first == NO_ID ? NO_ID : first + (Id)k;
  }
  Id *results = ARENA_ARRAY(a, Id, g->nresults);
  for (int i = 0; i < g->nresults; i++) results[i] = map[g->results[i]];
  graph_set_results(to, g->nresults, results);
  free(map);
  return failed() ? NULL : to;
}
