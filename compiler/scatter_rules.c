// Derivatives of scatters.
#include "compiler/legalize.h"
#include "compiler/rules.h"

typedef struct Scatter {
  Graph *g;
  const Node *node;
  Id indices;
  Type x, updates;
} Scatter;

static Scatter scatter_of(Graph *g, const Graph *src, const Node *n, const Id *value) {
  return (Scatter){g, n, value[n->args[1]], graph_type(src, n->args[0]),
                   graph_type(src, n->args[2])};
}

static Id scattered(const Scatter *s, Op op, Id x, Id updates) {
  return graph_add(s->g, op, 3, (Id[]){x, s->indices, updates}, s->node->attrs);
}

// The elements of x that updates go to; where a window was dropped, any others.
static Id gathered(const Scatter *s, Id x) {
  Attrs at = *s->node->attrs;
  at.slice_sizes = scatter_sizes(s->g->arena, s->x, s->updates, &at);
  return gather_clip(s->g, x, s->indices, &at);
}

static Id inside(const Scatter *s) {
  Attrs at = *s->node->attrs;
  at.slice_sizes = scatter_sizes(s->g->arena, s->x, s->updates, &at);
  return gather_inside(s->g, s->x, s->indices, &at);
}

static Id zeros(const Scatter *s, Type t) { return b_full(s->g, t, 0); }

static bool no_elements(const Scatter *s) { return type_count(s->updates) == 0; }

// ---- transposition; updates that went nowhere get zero

bool transpose_scatter_add(Transpose *c, const Node *n) {
  const Scatter s = scatter_of(c->out, c->src, n, c->value);
  const Id ct = c->cotangent[n->first];
  transpose_add(c, n->args[0], ct);
  if (!is_linear(c, n->args[2])) return true;
  const Id mine = gathered(&s, ct);
  transpose_add(c, n->args[2], b_select(s.g, inside(&s), mine, b_like(s.g, mine, 0)));
  return true;
}

// Of the updates to one element the last stays: numbers of updates, scattered likewise, tell which.
static Id stays(const Scatter *s) {
  const int64_t n = type_count(s->updates);
  const Type flat = {n < INT32_MAX ? DT_I32 : DT_I64, 1, &n};
  const Id one = b_full(s->g, flat, 1);
  const Id numbers =
      b_reshape(s->g, b_add(s->g, b_iota(s->g, flat, 0), one), type_shape(s->updates));
  const Id last =
      scattered(s, OP_scatter_set, zeros(s, (Type){flat.dtype, s->x.rank, s->x.dim}), numbers);
  return b_eq(s->g, gathered(s, last), numbers);
}

bool transpose_scatter_set(Transpose *c, const Node *n) {
  const Scatter s = scatter_of(c->out, c->src, n, c->value);
  const Id ct = c->cotangent[n->first];
  if (is_linear(c, n->args[0]))
    transpose_add(c, n->args[0], scattered(&s, OP_scatter_set, ct, zeros(&s, s.updates)));
  if (!is_linear(c, n->args[2])) return true;
  const Id mine = no_elements(&s) ? zeros(&s, s.updates) : gathered(&s, ct);
  transpose_add(c, n->args[2], b_select(s.g, stays(&s), mine, b_like(s.g, mine, 0)));
  return true;
}

bool transpose_scatter_mul(Transpose *c, const Node *n) {
  const Scatter s = scatter_of(c->out, c->src, n, c->value);
  if (is_linear(c, n->args[2])) return fail(n->loc, "scatter_mul: is not linear in operand 2");
  transpose_add(c, n->args[0],
                scattered(&s, OP_scatter_mul, c->cotangent[n->first], c->value[n->args[2]]));
  return true;
}

// ---- jvp

static const Graph *product(Arena *a, Dtype d) {
  Graph *g = graph_new(a, "product");
  const Id x = graph_param(g, type_scalar(d), NULL), y = graph_param(g, type_scalar(d), NULL);
  const Id r = b_mul(g, x, y);
  graph_set_results(g, 1, &r);
  return g;
}

// Linear in the elements; for a derivative by updates the factors are taken one by one: none is
// divided out.
bool jvp_scatter_mul(Jvp *c, const Node *n) {
  if (c->tangent[n->args[2]] == NO_ID) return jvp_linear_in(c, n, 0);
  Arena *a = c->out->arena;
  Attrs at = *n->attrs;
  at.body = product(a, graph_type(c->src, n->first).dtype);
  Node general = *n;
  general.op = OP_scatter, general.attrs = &at;
  const Graph *form = node_legalized(a, c->src, &general);
  return form && jvp_form(c, n, form);
}

// Elements and updates equal to the extremum share its tangent equally.
bool jvp_scatter_extremum(Jvp *c, const Node *n) {
  const Scatter s = scatter_of(c->out, c->src, n, c->primal);
  Graph *g = s.g;
  const Id r = jvp_copy(c, n), u = c->primal[n->args[2]];
  const Id kept = b_convert(g, b_eq(g, c->primal[n->args[0]], r), s.x.dtype);
  const Id hits = b_convert(g, b_eq(g, u, gathered(&s, r)), s.x.dtype);
  const Id count = scattered(&s, OP_scatter_add, kept, hits);
  const Id sum = scattered(&s, OP_scatter_add, b_mul(g, kept, jvp_tangent(c, n->args[0])),
                           b_mul(g, hits, jvp_tangent(c, n->args[2])));
  c->tangent[n->first] = b_div(g, sum, count);
  return true;
}
