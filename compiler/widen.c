// Widening of graphs: floats to f64.
#include "compiler/widen.h"

#include <stdlib.h>
#include <string.h>

#include "ir/build.h"
#include "ir/eval.h"

static Dtype widen_dtype(Dtype d) {
  return dtype_is_float(d) ? DT_F64 : dtype_is_complex(d) ? DT_C128 : d;
}

static Type widen_type(Type t) {
  t.dtype = widen_dtype(t.dtype);
  return t;
}

static Literal widen_literal(Arena *a, Literal l) {
  const Dtype part = dtype_part(l.type.dtype);
  if (!dtype_is_float(part)) return l;
  const int64_t n = (l.splat ? 1 : type_count(l.type)) * (1 + dtype_is_complex(l.type.dtype));
  double *wide = ARENA_ARRAY(a, double, n);
  for (int64_t i = 0; i < n; i++) wide[i] = eval_number(part, l.data, i);
  return (Literal){widen_type(l.type), l.splat, wide};
}

static Attrs widen_attrs(Arena *a, const Node *n) {
  Attrs at = attrs_map_graphs(a, n, graph_widen);
  if (op_has(n->op, ATTR_dtype)) at.dtype = widen_dtype(at.dtype);
  if (op_has(n->op, ATTR_literal)) at.literal = widen_literal(a, at.literal);
  return at;
}

// A bitcast sees the bits of the narrow type.
static Id widen_bitcast(Graph *to, const Graph *from, const Node *n, Id arg) {
  const Dtype in = graph_type(from, n->args[0]).dtype, out = n->attrs->dtype;
  if (dtype_is_float(in)) arg = b_convert(to, arg, in);
  const Id bits = b_bitcast(to, arg, out);
  return dtype_is_float(out) ? b_convert(to, bits, DT_F64) : bits;
}

static Id widen_node(Graph *to, const Graph *from, const Node *n, const Id *map) {
  Id *args = ARENA_ARRAY(to->arena, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++) args[i] = map[n->args[i]];
  to->loc = n->loc;
  if (n->op == OP_bitcast_convert) return widen_bitcast(to, from, n, args[0]);
  const Attrs at = widen_attrs(to->arena, n);
  // Between floats there is nothing any more.
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
  graph_results_of(to, g, map);
  free(map);
  return failed() ? NULL : to;
}
