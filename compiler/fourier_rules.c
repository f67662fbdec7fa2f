// Derivatives and batches of transforms of parts, which are linear.
#include "compiler/rules.h"

bool jvp_fourier(Jvp *c, const Node *n) {
  jvp_copy(c, n);
  Id args[2];
  for (int i = 0; i < n->nargs; i++) args[i] = jvp_tangent(c, n->args[i]);
  const Id first = graph_copy_node(c->out, n, args);
  for (int i = 0; first != NO_ID && i < n->nresults; i++)
    jvp_set_tangent(c, n->first + (Id)i, first + (Id)i);
  return true;
}

static Id cotangent_of(Transpose *c, const Node *n, int i) {
  const Id v = n->first + (Id)i, ct = c->cotangent[v];
  return ct != NO_ID ? ct : b_full(c->out, graph_type(c->src, v), 0);
}

static Id transform(Graph *g, Id re, Id im, int64_t axis, bool backwards) {
  return graph_add(g, OP_dft, 2, (Id[]){re, im}, &(Attrs){.axis = axis, .backwards = backwards});
}

// Re of (re' + i im') exp(i jk) and Im of it, for the cotangents re', im' of the parts.
bool transpose_dft(Transpose *c, const Node *n) {
  const Id first = transform(c->out, cotangent_of(c, n, 0), cotangent_of(c, n, 1), n->attrs->axis,
                             !n->attrs->backwards);
  if (first == NO_ID) return false;
  for (int i = 0; i < 2; i++) transpose_add(c, n->args[i], first + (Id)i);
  return true;
}

bool transpose_rdft(Transpose *c, const Node *n) {
  Graph *g = c->out;
  const Type x = graph_type(c->src, n->args[0]);
  const int last = x.rank - 1;
  const int64_t *none = ints_fill(g->arena, x.rank, 0).v;
  int64_t high[MAX_RANK] = {0};
  high[last] = x.dim[last] - (x.dim[last] / 2 + 1);
  const Ints zeros = {x.rank, none};
  Id part[2];
  for (int i = 0; i < 2; i++)
    part[i] = b_pad(g, cotangent_of(c, n, i), b_scalar(g, x.dtype, 0), zeros, (Ints){x.rank, high},
                    zeros);
  transpose_add(c, n->args[0], transform(g, part[0], part[1], last, true));
  return !failed();
}

// Elements that stand for their mirror images too count twice.
bool transpose_irdft(Transpose *c, const Node *n) {
  Graph *g = c->out;
  const Type t = graph_type(c->src, n->args[0]);
  const int last = t.rank - 1;
  const int64_t half = t.dim[last], size = n->attrs->size;
  const Id ct = cotangent_of(c, n, 0), first = graph_add(g, OP_rdft, 1, &ct, NULL);
  if (first == NO_ID) return false;
  const Type index = {DT_I32, t.rank, t.dim};
  const Id at = b_iota(g, index, last);
  Id once = b_eq(g, at, b_like(g, at, 0));
  if (size % 2 == 0) once = b_or(g, once, b_eq(g, at, b_like(g, at, (double)(half - 1))));
  for (int i = 0; i < 2; i++) {
    const Id part = first + (Id)i;
    transpose_add(c, n->args[i], b_select(g, once, part, b_mul(g, part, b_like(g, part, 2))));
  }
  return !failed();
}

bool batch_dft(Batch *c, const Node *n) {
  const int axis = batch_axis(c, n);
  Attrs at = *n->attrs;
  at.axis += at.axis >= axis;
  Id args[2];
  for (int i = 0; i < 2; i++) args[i] = batch_at(c, n->args[i], axis);
  batch_result(c, n, graph_add(c->out, OP_dft, 2, args, &at), axis);
  return !failed();
}
