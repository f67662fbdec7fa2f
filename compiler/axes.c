// Named axes: all_gather, of which the other operations along them are made.
#include "compiler/legalize.h"
#include "compiler/rules.h"

void legalize_all_gather(Legalize *s) {
  s->results[0] = repeated(s->g, s->args[0], 0, s->node->attrs->size);
}

static Id gathered(Graph *g, Id x, Id lane, int64_t size) {
  return graph_add(g, OP_all_gather, 2, (Id[]){x, lane}, &(Attrs){.size = size});
}

bool jvp_all_gather(Jvp *c, const Node *n) {
  const Id lane = c->primal[n->args[1]], x = c->primal[n->args[0]], t = c->tangent[n->args[0]];
  c->primal[n->first] = gathered(c->out, x, lane, n->attrs->size);
  c->tangent[n->first] = gathered(c->out, t, lane, n->attrs->size);
  return true;
}

// All lanes have read this one's x: the sum of their cotangents of it.
bool transpose_all_gather(Transpose *c, const Node *n) {
  Graph *g = c->out;
  const Id lane = c->value[n->args[1]];
  const Id all = gathered(g, c->cotangent[n->first], lane, n->attrs->size);
  if (all == NO_ID) return false;
  transpose_add(c, n->args[0], b_row(g, b_reduce(g, OP_reduce_sum, all, INTS(0)), lane));
  return true;
}

// The batching that maps the lane's number knows x of all of them.
bool batch_all_gather(Batch *c, const Node *n) {
  Graph *g = c->out;
  const int axis = c->axis[n->args[0]];
  if (c->axis[n->args[1]] < 0) {
    const Id all = gathered(g, c->value[n->args[0]], c->value[n->args[1]], n->attrs->size);
    batch_result(c, n, all, axis + 1);
    return true;
  }
  if (c->size != n->attrs->size)
    return fail(n->loc, "all_gather: %lld lanes in a batch of %lld", (long long)n->attrs->size,
                (long long)c->size);
  batch_result(c, n, batch_at(c, n->args[0], 0), -1);
  return true;
}
