// Half types for backends that reduce and contract in f32 only. What moves elements keeps their 16
// bits, and elementwise ops are rounded one by one where scalar DAGs are built (ir/scalar.h).
#include "compiler/legalize_half.h"

#include "ir/build.h"

static bool has_half(const Graph *g, const Node *n) {
  for (int i = 0; i < n->nargs; i++) {
    if (dtype_is_half(graph_type(g, n->args[i]).dtype)) return true;
  }
  return dtype_is_half(graph_type(g, n->first).dtype);
}

// A combiner of one op: over f32 it is that op without the rounding.
static bool is_simple(const Graph *body) {
  return body->nparams == 2 && body->nnodes == 1 && body->nresults == 1 &&
         op_info(body->nodes->op)->op_class == CLASS_MAP &&
         dtype_is_half(graph_type(body, body->results[0]).dtype);
}

static const Graph *simple_of_f32(Arena *a, const Graph *body) {
  Graph *to = graph_new(a, body->name);
  const Node *n = body->nodes;
  Id params[2], args[3];
  for (int i = 0; i < 2; i++) params[i] = graph_param(to, type_scalar(DT_F32), NULL);
  for (int i = 0; i < n->nargs; i++) args[i] = params[n->args[i] != body->params[0]];
  to->loc = n->loc;
  const Id r = graph_add(to, n->op, n->nargs, args, n->attrs);
  if (r != NO_ID) graph_set_results(to, 1, &r);
  return to;
}

bool half_wants_f32(const Graph *g, const Node *n, bool has_rule) {
  switch (op_info(n->op)->op_class) {
    case CLASS_REDUCE:
    case CLASS_ARGREDUCE:
    case CLASS_DOT: break;
    case CLASS_WINDOW:
      if (n->op == OP_select_and_scatter) return false;  // rounds each update, as scatters do
      if (n->attrs->body && !is_simple(n->attrs->body)) return false;
      break;
    case CLASS_MAP:  // a rule would round its steps one by one
      if (has_rule && n->op != OP_convert && n->op != OP_bitcast_convert && n->op != OP_select)
        break;
      return false;
    default: return false;
  }
  return n->nresults == 1 && has_half(g, n);
}

void legalize_half(Legalize *s) {
  Graph *g = s->g;
  const Node *n = s->node;
  Id *args = ARENA_ARRAY(g->arena, Id, n->nargs + 1);
  Dtype half = DT_F32;
  for (int i = 0; i < n->nargs; i++) {
    const Dtype d = legalize_arg(s, i).dtype;
    if (dtype_is_half(d)) half = d;
    args[i] = dtype_is_half(d) ? b_convert(g, s->args[i], DT_F32) : s->args[i];
  }
  Attrs at = *n->attrs;
  if (at.body) at.body = simple_of_f32(g->arena, at.body);
  const Id wide = graph_add(g, n->op, n->nargs, args, &at);
  if (wide == NO_ID) return;
  s->results[0] = graph_type(g, wide).dtype == DT_F32 ? b_convert(g, wide, half) : wide;
}
