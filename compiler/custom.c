// Functions with derivatives of their own: custom_jvp, custom_vjp, and custom_linear, which stands
// for the tangents of a custom_vjp until it is transposed.
#include "compiler/legalize.h"
#include "compiler/rules.h"

static const Graph *branch(const Node *n, int k) { return n->attrs->branches.v[k]; }

void legalize_custom(Legalize *s) { graph_inline(s->g, branch(s->node, 0), s->args, s->results); }

static bool only_reverse(const Node *n) {
  return fail(n->loc, "a function whose reverse rule is %s (custom_vjp) has no forward derivative",
              n->attrs->body->name);
}

void legalize_custom_linear(Legalize *s) { only_reverse(s->node); }

bool jvp_resolved(const Graph *g) {
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    if (n->op == OP_custom_linear) return only_reverse(n);
    for (int k = 0; node_part(n, k); k++) {
      if (!jvp_resolved(node_part(n, k))) return false;
    }
  }
  return true;
}

// ---- forward

// The rule of a function says nothing of operands behind its first `n`.
static bool others_constant(const Jvp *c, const Node *n, int first) {
  for (int i = first; i < n->nargs; i++) {
    if (c->tangent[n->args[i]] != NO_ID)
      return fail(n->loc,
                  "%s is differentiated by a value which it uses from around it: its rule knows "
                  "parameters only",
                  branch(n, 0)->name);
  }
  return true;
}

// Primals, then the tangents of the first operands.
static int with_tangents(Jvp *c, const Node *n, int ntangents, Id *args) {
  for (int i = 0; i < n->nargs; i++) args[i] = c->primal[n->args[i]];
  for (int i = 0; i < ntangents; i++) args[n->nargs + i] = jvp_tangent(c, n->args[i]);
  return n->nargs + ntangents;
}

bool jvp_custom_jvp(Jvp *c, const Node *n) {
  Arena *a = c->out->arena;
  const Graph *jvp = branch(n, 1);
  Id *args = ARENA_ARRAY(a, Id, jvp->nparams), *got = ARENA_ARRAY(a, Id, jvp->nresults);
  if (!others_constant(c, n, jvp->nparams - n->nargs)) return false;
  with_tangents(c, n, jvp->nparams - n->nargs, args);
  graph_inline(c->out, jvp, args, got);
  for (int i = 0; i < n->nresults; i++) {
    c->primal[n->first + (Id)i] = got[i];
    jvp_set_tangent(c, n->first + (Id)i, got[n->nresults + i]);
  }
  return true;
}

bool jvp_custom_vjp(Jvp *c, const Node *n) {
  Arena *a = c->out->arena;
  const Graph *fwd = branch(n, 1), *bwd = branch(n, 2);
  const int nresiduals = fwd->nresults - n->nresults;
  if (!others_constant(c, n, bwd->nresults)) return false;
  Id *args = ARENA_ARRAY(a, Id, n->nargs + bwd->nresults);
  Id *got = ARENA_ARRAY(a, Id, fwd->nresults + bwd->nresults);
  with_tangents(c, n, bwd->nresults, args);
  graph_inline(c->out, fwd, args, got);
  for (int i = 0; i < n->nresults; i++) c->primal[n->first + (Id)i] = got[i];
  Id *linear = got + n->nresults;  // residuals, then tangents
  for (int i = 0; i < bwd->nresults; i++) linear[nresiduals + i] = args[n->nargs + i];
  c->out->loc = n->loc;
  const Id first = graph_add(c->out, OP_custom_linear, nresiduals + bwd->nresults, linear,
                             &(Attrs){.body = bwd, .ncarry = nresiduals});
  for (int i = 0; first != NO_ID && i < n->nresults; i++)
    jvp_set_tangent(c, n->first + (Id)i, first + (Id)i);
  return first != NO_ID;
}

// ---- backward

bool transpose_custom_linear(Transpose *c, const Node *n) {
  Graph *g = c->out;
  const Graph *bwd = n->attrs->body;
  const int nresiduals = (int)n->attrs->ncarry;
  Id *args = ARENA_ARRAY(g->arena, Id, bwd->nparams);
  Id *got = ARENA_ARRAY(g->arena, Id, bwd->nresults);
  for (int i = 0; i < nresiduals; i++) {
    if (is_linear(c, n->args[i]))
      return fail(n->loc, "custom_linear: has no transpose with respect to residual %d", i);
    args[i] = c->value[n->args[i]];
  }
  for (int i = 0; i < n->nresults; i++) {
    const Id v = n->first + (Id)i, ct = c->cotangent[v];
    args[nresiduals + i] = ct != NO_ID ? ct : b_full(g, graph_type(c->src, v), 0);
  }
  graph_inline(g, bwd, args, got);
  for (int i = 0; i < bwd->nresults; i++) transpose_add(c, n->args[nresiduals + i], got[i]);
  return true;
}

// ---- batching

static bool add_batched(Batch *c, const Node *n, const Attrs *at) {
  Id *args = ARENA_ARRAY(c->out->arena, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++) args[i] = c->value[n->args[i]];
  c->out->loc = n->loc;
  batch_result(c, n, graph_add(c->out, n->op, n->nargs, args, at), 0);
  return true;
}

static int *operand_axes(const Batch *c, const Node *n) {
  int *axes = ARENA_ARRAY(c->out->arena, int, 2 * n->nargs);
  for (int i = 0; i < n->nargs; i++) axes[i] = c->axis[n->args[i]];
  return axes;
}

static int *all_at(Arena *a, int n, int axis) {
  int *axes = ARENA_ARRAY(a, int, n);
  for (int i = 0; i < n; i++) axes[i] = axis;
  return axes;
}

// A tangent has its operand's axis; results have the first.
bool batch_custom_jvp(Batch *c, const Node *n) {
  Arena *a = c->out->arena;
  const Graph *f = branch(n, 0), *jvp = branch(n, 1);
  int *in = operand_axes(c, n);
  for (int i = n->nargs; i < jvp->nparams; i++) in[i] = in[i - n->nargs];
  const Graph *branches[2] = {batch_graph(a, f, c->size, in, all_at(a, f->nresults, 0))};
  if (branches[0]) branches[1] = batch_graph(a, jvp, c->size, in, all_at(a, jvp->nresults, 0));
  return branches[1] && add_batched(c, n, &(Attrs){.branches = {2, branches}});
}

// bwd's cotangents where the operands have their axes; of one which the lanes share it is the sum.
static Graph *sum_shared(Graph *bwd, const int *in, const int *axes) {
  for (int i = 0; i < bwd->nresults; i++) {
    Id *v = &bwd->results[i];
    if (in[i] >= 0) *v = move_axis(bwd, *v, axes[i], in[i]);
    else if (axes[i] >= 0 && dtype_is_inexact(graph_type(bwd, *v).dtype))
      *v = b_reduce(bwd, OP_reduce_sum, *v, INTS(axes[i]));
    else if (axes[i] >= 0)
      *v = b_row(bwd, move_axis(bwd, *v, axes[i], 0), b_scalar_int(bwd, DT_I32, 0));
  }
  return bwd;
}

bool batch_custom_vjp(Batch *c, const Node *n) {
  Arena *a = c->out->arena;
  const Graph *f = branch(n, 0), *fwd = branch(n, 1), *bwd = branch(n, 2);
  const int *in = operand_axes(c, n);
  int *axes = all_at(a, fwd->nresults, AXIS_FREE), *back = all_at(a, bwd->nparams, 0);
  int *got = all_at(a, bwd->nresults, AXIS_FREE);
  for (int i = 0; i < n->nresults; i++) axes[i] = 0;
  for (int i = 0; i < bwd->nresults; i++) got[i] = in[i] >= 0 ? 0 : AXIS_FREE;
  const Graph *f_all = batch_graph(a, f, c->size, in, all_at(a, f->nresults, 0));
  const Graph *fwd_all = f_all ? batch_graph(a, fwd, c->size, in, axes) : NULL;
  if (!fwd_all) return false;
  for (int i = n->nresults; i < fwd->nresults; i++) back[i - n->nresults] = axes[i];
  Graph *bwd_all = batch_graph(a, bwd, c->size, back, got);
  if (!bwd_all) return false;
  const Graph *branches[] = {f_all, fwd_all, sum_shared(bwd_all, in, got)};
  return add_batched(c, n, &(Attrs){.branches = {3, branches}});
}

bool batch_custom_linear(Batch *c, const Node *n) {
  Arena *a = c->out->arena;
  const Graph *bwd = n->attrs->body;
  Id *args = ARENA_ARRAY(a, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++) args[i] = batch_at(c, n->args[i], 0);
  const Attrs at = {
      .body = batch_graph(a, bwd, c->size, all_at(a, bwd->nparams, 0), all_at(a, bwd->nresults, 0)),
      .ncarry = n->attrs->ncarry};
  if (!at.body) return false;
  c->out->loc = n->loc;
  batch_result(c, n, graph_add(c->out, n->op, n->nargs, args, &at), 0);
  return true;
}
