#include "ir/window.h"

#include "ir/graph.h"

WindowDim window_dim(const Attrs *at, int64_t size, int i) {
  return (WindowDim){.size = size,
                     .stride = at->stride.v[i],
                     .low = at->low.v[i],
                     .high = at->high.v[i],
                     .base = at->lhs_dilation.n ? at->lhs_dilation.v[i] : 1,
                     .dilation = at->rhs_dilation.n ? at->rhs_dilation.v[i] : 1};
}

static bool in_range(int64_t v, int64_t low) {
  const int64_t most = INT64_C(1) << 31;
  return v >= low && v <= most;
}

bool window_count(int64_t n, WindowDim w, int64_t *out) {
  const int64_t most = INT64_C(1) << 31;
  if (!in_range(n, 0) || !in_range(w.size, 0) || !in_range(w.stride, 1) || !in_range(w.base, 1) ||
      !in_range(w.dilation, 1) || !in_range(w.low, -most) || !in_range(w.high, -most))
    return false;
  int64_t padded;
  if (__builtin_add_overflow(dilated(n, w.base), w.low + w.high, &padded)) return false;
  const int64_t span = dilated(w.size, w.dilation);
  *out = padded <= 0 || span > padded ? 0 : (padded - span) / w.stride + 1;
  return true;
}

int64_t window_elements(Ints window) {
  int64_t n = 1;
  for (int i = 0; i < window.n; i++) {
    if (__builtin_mul_overflow(n, window.v[i], &n)) return INT64_MAX;
  }
  return n;
}

Op combiner_op(const Graph *body) {
  if (body->nparams != 2 || body->nresults != 1) return OP_COUNT;
  const Node *n = graph_def(body, body->results[0]);
  if (!n || op_info(n->op)->op_class != CLASS_MAP || n->nargs != 2) return OP_COUNT;
  const Id a = body->params[0], b = body->params[1];
  const bool straight = n->args[0] == a && n->args[1] == b;
  const bool turned = n->args[0] == b && n->args[1] == a && op_info(n->op)->commutes;
  return straight || turned ? n->op : OP_COUNT;
}

Graph *combiner_graph(Arena *a, Op op, Dtype d) {
  Graph *g = graph_new(a, op_info(op)->name);
  const Id x = graph_param(g, type_scalar(d), "a"), y = graph_param(g, type_scalar(d), "b");
  const Id r = graph_add(g, op, 2, (Id[]){x, y}, NULL);
  graph_set_results(g, 1, &r);
  return g;
}
