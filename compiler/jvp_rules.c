// Forward derivatives of ops that are not elementwise, and of elementwise ones by their columns.
#include "compiler/rules.h"

bool jvp_map(Jvp *c, const Node *n) {
  const Rules rules = rules_of(n->op);
  const Id r = jvp_copy(c, n);
  Id sum = NO_ID, arg[3] = {NO_ID, NO_ID, NO_ID};
  for (int i = 0; i < n->nargs; i++) arg[i] = c->primal[n->args[i]];
  for (int i = 0; i < n->nargs; i++) {
    const Id t = c->tangent[n->args[i]];
    if (t == NO_ID) continue;
    Tangent s = {c->out, n->attrs, arg[0], arg[1], arg[2], r, t, graph_type(c->out, r).dtype};
    Id share = NO_ID;
    if (!rules.tangent(&s, i, &share))
      return fail(n->loc, "%s: has no derivative with respect to operand %d", op_info(n->op)->name,
                  i);
    sum = add_tangents(c->out, sum, share);
  }
  jvp_set_tangent(c, n->first, sum);
  return true;
}

// An op that is linear in operand k, the only one with a tangent.
bool jvp_linear_in(Jvp *c, const Node *n, int k) {
  jvp_copy(c, n);
  Id *args = ARENA_ARRAY(c->out->arena, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++)
    args[i] = i == k ? c->tangent[n->args[i]] : c->primal[n->args[i]];
  jvp_set_tangent(c, n->first, graph_copy_node(c->out, n, args));
  return true;
}

// An op that is linear in all its float operands together.
bool jvp_linear(Jvp *c, const Node *n) {
  jvp_copy(c, n);
  Id *args = ARENA_ARRAY(c->out->arena, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++) {
    const Id v = n->args[i];
    args[i] = dtype_is_inexact(graph_type(c->src, v).dtype) ? jvp_tangent(c, v) : c->primal[v];
  }
  jvp_set_tangent(c, n->first, graph_copy_node(c->out, n, args));
  return true;
}

// An op that is linear in each of its two operands.
bool jvp_bilinear(Jvp *c, const Node *n) {
  jvp_copy(c, n);
  const Id x = n->args[0], y = n->args[1];
  const Id dx[] = {c->tangent[x], c->primal[y]}, dy[] = {c->primal[x], c->tangent[y]};
  Id sum = graph_copy_node(c->out, n, dx);
  jvp_set_tangent(c, n->first, add_tangents(c->out, sum, graph_copy_node(c->out, n, dy)));
  return true;
}

// Elements equal to the extremum share its tangent equally.
bool jvp_reduce_extremum(Jvp *c, const Node *n) {
  Graph *g = c->out;
  const Ints axes = n->attrs->axes;
  const Id r = jvp_copy(c, n), x = c->primal[n->args[0]];
  const Type t = graph_type(g, x);
  Id hits = b_convert(g, b_eq(g, x, spread_reduced(g, r, axes, t)), t.dtype);
  Id count = b_reduce(g, OP_reduce_sum, hits, axes);
  Id sum = b_reduce(g, OP_reduce_sum, b_mul(g, c->tangent[n->args[0]], hits), axes);
  jvp_set_tangent(c, n->first, b_div(g, sum, count));
  return true;
}

// By a tree of products of two, so that no factor is ever divided out: exact where factors are 0.
bool jvp_reduce_prod(Jvp *c, const Node *n) {
  Graph *g = c->out;
  const Id r = jvp_copy(c, n);
  Id x = flat_last(g, c->primal[n->args[0]], n->attrs->axes);
  Id t = flat_last(g, c->tangent[n->args[0]], n->attrs->axes);
  const int last = graph_type(g, x).rank - 1;
  for (int64_t size; (size = graph_type(g, x).dim[last]) > 1;) {
    if (size % 2) x = pad_last(g, x, 1), t = pad_last(g, t, 0), size++;
    Id xl = b_slice_axis(g, x, last, 0, size / 2, 1),
       xr = b_slice_axis(g, x, last, size / 2, size, 1);
    Id tl = b_slice_axis(g, t, last, 0, size / 2, 1),
       tr = b_slice_axis(g, t, last, size / 2, size, 1);
    x = b_mul(g, xl, xr);
    t = b_add(g, b_mul(g, tl, xr), b_mul(g, tr, xl));
  }
  jvp_set_tangent(c, n->first, b_reshape(g, t, type_shape(graph_type(g, r))));
  return true;
}

// Outside of the operand a filled element is constant.
bool jvp_gather(Jvp *c, const Node *n) {
  if (n->attrs->mode != MODE_FILL) return jvp_linear(c, n);
  Graph *g = c->out;
  jvp_copy(c, n);
  const Id x = c->primal[n->args[0]], indices = c->primal[n->args[1]];
  Id inside = gather_inside(g, graph_type(g, x), indices, n->attrs);
  Id t = gather_clip(g, c->tangent[n->args[0]], indices, n->attrs);
  jvp_set_tangent(c, n->first, b_select(g, inside, t, b_like(g, t, 0)));
  return true;
}

// The elements of t along `axis` in the order of `index`, which has t's shape.
static Id take_along(Graph *g, Id t, Id index, int axis) {
  const int rank = graph_type(g, t).rank;
  int64_t others[MAX_RANK];
  int n = 0;
  for (int i = 0; i < rank; i++) {
    if (i != axis) others[n++] = i;
  }
  const Attrs at = {.collapsed_dims = INTS(axis),
                    .operand_batch = {n, others},
                    .index_batch = {n, others},
                    .index_map = INTS(axis),
                    .index_vector_dim = rank,
                    .slice_sizes = ints_fill(g->arena, rank, 1),
                    .mode = MODE_CLIP};
  return graph_add(g, OP_gather, 2, (Id[]){t, index}, &at);
}

// A comparator with two parameters more, which it does not look at.
static const Graph *also_given(Arena *a, const Graph *cond, Dtype d) {
  Graph *g = graph_new(a, cond->name);
  Id *args = ARENA_ARRAY(a, Id, cond->nparams), r;
  for (int i = 0; i < cond->nparams; i++)
    args[i] = graph_param(g, graph_type(cond, cond->params[i]), NULL);
  for (int i = 0; i < 2; i++) graph_param(g, type_scalar(d), NULL);
  graph_inline(g, cond, args, &r);
  graph_set_results(g, 1, &r);
  return g;
}

bool jvp_top_k(Jvp *c, const Node *n) {
  const Id first = jvp_copy(c, n);
  const int axis = graph_type(c->src, n->args[0]).rank - 1;
  c->tangent[n->first] = take_along(c->out, c->tangent[n->args[0]], first + 1, axis);
  return true;
}

// Sorts an index along with the operands: tangents follow the permutation.
bool jvp_sort(Jvp *c, const Node *n) {
  Graph *g = c->out;
  const int axis = (int)n->attrs->axis;
  Type index = graph_type(c->src, n->args[0]);
  index.dtype = index.dim[axis] > INT32_MAX ? DT_I64 : DT_I32;
  Id *args = ARENA_ARRAY(g->arena, Id, n->nargs + 1);
  for (int i = 0; i < n->nargs; i++) args[i] = c->primal[n->args[i]];
  args[n->nargs] = b_iota(g, index, axis);
  Attrs at = *n->attrs;
  if (at.cond) at.cond = also_given(g->arena, at.cond, index.dtype);
  const Id first = graph_add(g, n->op, n->nargs + 1, args, &at);
  for (int i = 0; i < n->nargs; i++) {
    const Id v = n->first + (Id)i, t = c->tangent[n->args[i]];
    c->primal[v] = first + (Id)i;
    c->tangent[v] = t == NO_ID ? NO_ID : take_along(g, t, first + (Id)n->nargs, axis);
  }
  return true;
}

// Tangents pass a barrier of their own.
bool jvp_barrier(Jvp *c, const Node *n) {
  jvp_copy(c, n);
  Id *args = ARENA_ARRAY(c->out->arena, Id, n->nargs);
  int k = 0;
  for (int i = 0; i < n->nargs; i++) {
    if (c->tangent[n->args[i]] != NO_ID) args[k++] = c->tangent[n->args[i]];
  }
  Id next = graph_add(c->out, n->op, k, args, NULL);
  for (int i = 0; i < n->nargs; i++) {
    if (c->tangent[n->args[i]] != NO_ID) c->tangent[n->first + (Id)i] = next++;
  }
  return true;
}

// ---- while

// Which of a loop's operands have tangents: those that have one before it, and carried values to
// which the body gives one.
static bool loop_tangents(Jvp *c, const Node *n, bool *on) {
  bool *next = ARENA_ARRAY(c->out->arena, bool, n->nargs + 1);
  for (int i = 0; i < n->nargs; i++) on[i] = c->tangent[n->args[i]] != NO_ID;
  for (bool changed = true; changed;) {
    Arena *scratch = arena_new();
    const bool ok = jvp_graph(scratch, n->attrs->body, on, NULL, next, false) != NULL;
    arena_free(scratch);
    if (!ok) return false;
    changed = false;
    for (int i = 0; i < n->attrs->ncarry; i++) {
      changed |= next[i] && !on[i];
      on[i] |= next[i];
    }
  }
  return true;
}

static int count_on(const bool *on, int from, int to) {
  int n = 0;
  for (int i = from; i < to; i++) n += on[i];
  return n;
}

// `inner` (parameters: carry, constants, then the tangents that it takes) with the parameters of
// the new loop: carry, tangents of the carry, constants, tangents of constants.
static Graph *loop_part(Arena *a, const Graph *inner, const Node *n, const bool *on) {
  Graph *g = graph_new(a, inner->name);
  Id *args = ARENA_ARRAY(a, Id, 2 * n->nargs);
  const int ncarry = (int)n->attrs->ncarry;
  const Graph *body = n->attrs->body;
  int tangent = n->nargs;
  for (int part = 0; part < 2; part++) {
    const int from = part ? ncarry : 0, to = part ? n->nargs : ncarry;
    for (int i = from; i < to; i++) {
      const Id p = body->params[i];
      args[i] = graph_param(g, graph_type(body, p), body->values[p].name);
    }
    for (int i = from; i < to; i++) {
      if (on[i]) args[tangent++] = graph_param(g, graph_type(body, body->params[i]), NULL);
    }
  }
  Id *results = ARENA_ARRAY(a, Id, inner->nresults);
  graph_inline(g, inner, args, results);
  graph_set_results(g, inner->nresults, results);
  return g;
}

static Id loop_with_tangents(Jvp *c, const Node *n, const bool *on) {
  Graph *g = c->out;
  const int ncarry = (int)n->attrs->ncarry;
  const Graph *body = jvp_graph(g->arena, n->attrs->body, on, on, NULL, false);
  if (!body) return NO_ID;
  Attrs at = {.cond = loop_part(g->arena, n->attrs->cond, n, on),
              .body = loop_part(g->arena, body, n, on),
              .ncarry = ncarry + count_on(on, 0, ncarry)};
  Id *args = ARENA_ARRAY(g->arena, Id, 2 * n->nargs);
  int k = 0;
  for (int part = 0; part < 2; part++) {
    const int from = part ? ncarry : 0, to = part ? n->nargs : ncarry;
    for (int i = from; i < to; i++) args[k++] = c->primal[n->args[i]];
    for (int i = from; i < to; i++) {
      if (on[i]) args[k++] = jvp_tangent(c, n->args[i]);
    }
  }
  g->loc = n->loc;
  return graph_add(g, OP_while, k, args, &at);
}

// The loop carries tangents beside its values.
bool jvp_while(Jvp *c, const Node *n) {
  const int ncarry = (int)n->attrs->ncarry;
  bool *on = ARENA_ARRAY(c->out->arena, bool, n->nargs + 1);
  if (!loop_tangents(c, n, on)) return false;
  const bool any = count_on(on, 0, ncarry) > 0;
  Counted counted;
  if (any && c->split_control && loop_counted(c->src, n, &counted))
    return jvp_counted(c, n, &counted, on);
  if (c->split_control || !any) jvp_copy(c, n);
  if (!any) return true;
  const Id first = loop_with_tangents(c, n, on);
  Id tangent = first + (Id)ncarry;
  for (int i = 0; i < ncarry; i++) {
    if (!c->split_control) c->primal[n->first + (Id)i] = first + (Id)i;
    c->tangent[n->first + (Id)i] = on[i] ? tangent++ : NO_ID;
  }
  return first != NO_ID;
}
