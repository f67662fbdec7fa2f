// Splits complex values into two floats: no backend knows complex numbers.
//
// Outside of the graph they are interleaved: parameters and results c64[S] become f32[S,2] of the
// same memory (of f32[N,2], where the rank is the greatest there is). Inside, each value is a pair.
#include <math.h>
#include <string.h>

#include "compiler/complex_rows.h"
#include "compiler/legalize.h"
#include "compiler/rules.h"

// The walk over a graph.
typedef struct Split {
  Graph *to;
  const Graph *from;
  const Node *node;
  Parts *map;         // by value of `from`
  const Parts *args;  // of the node
} Split;

static bool type_is_complex(const Graph *g, Id v) {
  return dtype_is_complex(graph_type(g, v).dtype);
}

static bool has_complex(const Graph *g);

static bool parts_complex(const Node *n) {
  const Graph *part;
  for (int k = 0; (part = node_part(n, k)); k++)
    if (has_complex(part)) return true;
  return false;
}

static bool has_complex(const Graph *g) {
  for (int i = 0; i < g->nvalues; i++) {
    if (type_is_complex(g, (Id)i)) return true;
  }
  for (int i = 0; i < g->nnodes; i++) {
    if (parts_complex(&g->nodes[i])) return true;
  }
  return false;
}

// ---- between pairs and interleaved memory

static Type interleaved(Arena *a, Type t) {
  const int64_t count = type_count(t);
  if (t.rank == MAX_RANK) t.rank = 1, t.dim = &count;
  t.dtype = dtype_part(t.dtype);
  return type_insert(a, t, t.rank, 2);
}

static Id part_of(Graph *g, Id x, int part, Type t) {
  const int last = graph_type(g, x).rank - 1;
  return b_reshape(g, b_slice_axis(g, x, last, part, part + 1, 1), type_shape(t));
}

static Parts apart(Graph *g, Id x, Type t) {
  return (Parts){part_of(g, x, 0, t), part_of(g, x, 1, t)};
}

static Id together(Graph *g, Parts x, Type t) {
  const Type t2 = interleaved(g->arena, t), last = {t2.dtype, t2.rank, t2.dim};
  int64_t dim[MAX_RANK];
  memcpy(dim, last.dim, sizeof *dim * (size_t)last.rank);
  dim[last.rank - 1] = 1;
  const Ints shape = {last.rank, dim};
  const Id both[] = {b_reshape(g, x.re, shape), b_reshape(g, x.im, shape)};
  return b_concatenate(g, 2, both, last.rank - 1);
}

// ---- what is more than one op for each part

static void split_constant(Split *s) {
  const Literal *l = &s->node->attrs->literal;
  const Type t = {dtype_part(l->type.dtype), l->type.rank, l->type.dim};
  const size_t size = dtype_size(t.dtype);
  const int64_t n = l->splat ? 1 : type_count(t);
  Parts r;
  for (int part = 0; part < 2; part++) {
    char *data = arena_alloc(s->to->arena, size * (size_t)n + 1);
    for (int64_t i = 0; i < n; i++)
      memcpy(data + size * (size_t)i, (const char *)l->data + size * (size_t)(2 * i + part), size);
    *(part ? &r.im : &r.re) = b_literal(s->to, t, l->splat, data);
  }
  s->map[s->node->first] = r;
}

static void split_iota(Split *s) {
  const Attrs *at = s->node->attrs;
  const Type t = type_of(dtype_part(at->dtype), at->shape);
  const Id re = b_iota(s->to, t, (int)at->axis);
  s->map[s->node->first] = (Parts){re, b_like(s->to, re, 0)};
}

static Id dot_parts(Split *s, Id x, Id y) {
  return graph_add(s->to, OP_dot, 2, (Id[]){x, y}, s->node->attrs);
}

// Where the operands of a contraction stand in all its products: batch, free left, free right,
// contracted.
typedef struct Products {
  int64_t shape[2 * MAX_RANK], dims[2][MAX_RANK];
  int rank, contracted;
} Products;

static void place_dims(Products *p, int side, Type t, Ints batch, Ints contract, int first) {
  for (int i = 0, free = p->rank; i < t.rank; i++) {
    int at = -1;
    for (int k = 0; k < batch.n; k++) at = batch.v[k] == i ? k : at;
    for (int k = 0; k < contract.n; k++) at = contract.v[k] == i ? first + k : at;
    if (at < 0) at = free++, p->rank = free;
    p->dims[side][i] = at;
    p->shape[at] = t.dim[i];
  }
}

static Products dot_products(const Attrs *at, Type x, Type y) {
  Products p = {.rank = at->lhs_batch.n, .contracted = at->lhs_contract.n};
  const int first = x.rank + y.rank - at->lhs_batch.n - 2 * at->lhs_contract.n;
  place_dims(&p, 0, x, at->lhs_batch, at->lhs_contract, first);
  place_dims(&p, 1, y, at->rhs_batch, at->rhs_contract, first);
  p.rank = first + p.contracted;
  return p;
}

// A few products are rounded one by one and added in order, as a complex multiplication is by hand:
// four contractions by fma would differ from it where parts cancel.
static bool is_small(const Products *p) {
  enum { FEW = 32, MANY = 1 << 16 };
  int64_t all = 1, sums = 1;
  if (p->rank > MAX_RANK) return false;
  for (int i = 0; i < p->rank; i++) {
    if (p->shape[i] > MANY || (all *= p->shape[i]) > MANY) return false;
    if (i >= p->rank - p->contracted) sums *= p->shape[i];
  }
  return sums <= FEW;
}

static Parts spread_parts(Graph *g, const Products *p, int side, Parts x) {
  const Ints shape = {p->rank, p->shape};
  const Ints dims = {graph_type(g, x.re).rank, p->dims[side]};
  return (Parts){b_broadcast(g, x.re, shape, dims), b_broadcast(g, x.im, shape, dims)};
}

static Id sum_products(Graph *g, const Products *p, Id x) {
  int64_t axes[MAX_RANK];
  for (int i = 0; i < p->contracted; i++) axes[i] = p->rank - p->contracted + i;
  if (!p->contracted) return x;
  return graph_add(g, OP_reduce_sum, 1, &x,
                   &(Attrs){.axes = {p->contracted, axes}, .order = ORDER_COLS});
}

static void split_dot(Split *s) {
  Graph *g = s->to;
  Parts x = s->args[0], y = s->args[1];
  const Products p = dot_products(s->node->attrs, graph_type(g, x.re), graph_type(g, y.re));
  if (!is_small(&p)) {
    s->map[s->node->first] = (Parts){b_sub(g, dot_parts(s, x.re, y.re), dot_parts(s, x.im, y.im)),
                                     b_add(g, dot_parts(s, x.re, y.im), dot_parts(s, x.im, y.re))};
    return;
  }
  x = spread_parts(g, &p, 0, x);
  y = spread_parts(g, &p, 1, y);
  const Id re = b_sub(g, b_mul(g, x.re, y.re), b_mul(g, x.im, y.im));
  const Id im = b_add(g, b_mul(g, x.re, y.im), b_mul(g, x.im, y.re));
  s->map[s->node->first] = (Parts){sum_products(g, &p, re), sum_products(g, &p, im)};
}

// Outside of the operand the real part alone is NaN.
static void split_gather(Split *s) {
  const Parts r = complex_parts(s->to, s->node, s->args);
  Attrs at = *s->node->attrs;
  s->map[s->node->first] = r;
  if (at.mode != MODE_FILL) return;
  const Id inside = gather_inside(s->to, graph_type(s->to, s->args[0].re), s->args[1].re, &at);
  s->map[s->node->first].im = b_select(s->to, inside, r.im, b_like(s->to, r.im, 0));
}

// By a tree of products of two.
static void split_prod(Split *s) {
  Graph *g = s->to;
  const Ints axes = s->node->attrs->axes;
  Parts x = {flat_last(g, s->args[0].re, axes), flat_last(g, s->args[0].im, axes)};
  const int last = graph_type(g, x.re).rank - 1;
  for (int64_t size; (size = graph_type(g, x.re).dim[last]) != 1;) {
    if (size % 2 || !size) x = (Parts){pad_last(g, x.re, 1), pad_last(g, x.im, 0)}, size++;
    if (size == 1) continue;
    const Parts l = {b_slice_axis(g, x.re, last, 0, size / 2, 1),
                     b_slice_axis(g, x.im, last, 0, size / 2, 1)};
    const Parts r = {b_slice_axis(g, x.re, last, size / 2, size, 1),
                     b_slice_axis(g, x.im, last, size / 2, size, 1)};
    x = parts_mul(g, l, r);
  }
  const Ints shape = type_shape(graph_type(s->from, s->node->first));
  s->map[s->node->first] = (Parts){b_reshape(g, x.re, shape), b_reshape(g, x.im, shape)};
}

// ---- ops with any number of operands

// The parts of all operands, in order; *n of them.
static Id *all_parts(Split *s, int *n) {
  Id *args = ARENA_ARRAY(s->to->arena, Id, 2 * s->node->nargs + 1);
  *n = 0;
  for (int i = 0; i < s->node->nargs; i++) {
    args[(*n)++] = s->args[i].re;
    if (is_split(s->args[i])) args[(*n)++] = s->args[i].im;
  }
  return args;
}

// first, and the ids that follow, are the parts of the node's results.
static void take_results(Split *s, Id first) {
  for (int i = 0; i < s->node->nresults; i++) {
    const Id v = s->node->first + (Id)i;
    s->map[v] = (Parts){first, NO_ID};
    if (first != NO_ID) first++;
    if (!type_is_complex(s->from, v)) continue;
    s->map[v].im = first;
    if (first != NO_ID) first++;
  }
}

// Stable sorting by the imaginary parts, then by the real ones, is sorting by both.
static void split_sort(Split *s) {
  int n;
  Id *args = all_parts(s, &n);
  if (!is_split(s->args[0])) {
    take_results(s, graph_add(s->to, OP_sort, n, args, s->node->attrs));
    return;
  }
  const Id re = args[0];
  args[0] = args[1], args[1] = re;
  Id first = graph_add(s->to, OP_sort, n, args, s->node->attrs);
  if (first == NO_ID) return;
  for (int i = 0; i < n; i++) args[i] = first + (Id)i;
  args[0] = first + 1, args[1] = first;
  take_results(s, graph_add(s->to, OP_sort, n, args, s->node->attrs));
}

static Graph *split_body(Arena *a, const Graph *g);

static void split_control(Split *s) {
  int n;
  const Id *args = all_parts(s, &n);
  Attrs at = attrs_map_graphs(s->to->arena, s->node, split_body);
  for (int i = 0; i < s->node->attrs->ncarry; i++) at.ncarry += is_split(s->args[i]);
  if (failed()) return;
  take_results(s, graph_add(s->to, s->node->op, n, args, &at));
}

// ---- the walk

#define FIRST(...) FIRST_OF(__VA_ARGS__, 0)
#define FIRST_OF(first, ...) first
static ComplexRow *const rows[OP_COUNT] = {
#define OP(op, ...) [OP_##op] = FIRST(__VA_ARGS__ NULL),
#define COMPLEX(fn) complex_##fn,
#include "ir/ops.def"
};
ComplexRow *complex_row(Op op) { return rows[op]; }

typedef void Rule(Split *s);
static Rule *const rules[OP_COUNT] = {
    [OP_constant] = split_constant, [OP_iota] = split_iota,
    [OP_dot] = split_dot,           [OP_gather] = split_gather,
    [OP_reduce_prod] = split_prod,  [OP_sort] = split_sort,
    [OP_call] = split_control,      [OP_while] = split_control,
    [OP_switch] = split_control,    [OP_optimization_barrier] = split_control,
};

static bool touches_complex(const Split *s) {
  const Node *n = s->node;
  bool any = parts_complex(n);
  for (int i = 0; i < n->nargs; i++) any |= is_split(s->args[i]);
  for (int i = 0; i < n->nresults; i++) any |= type_is_complex(s->from, n->first + (Id)i);
  return any;
}

static void split_node(Split *s) {
  const Node *n = s->node;
  Parts *args = ARENA_ARRAY(s->to->arena, Parts, n->nargs + 1);
  for (int i = 0; i < n->nargs; i++) args[i] = s->map[n->args[i]];
  s->args = args;
  s->to->loc = n->loc;
  if (!touches_complex(s)) {
    int count;
    take_results(s, graph_add(s->to, n->op, n->nargs, all_parts(s, &count), n->attrs));
  } else if (rules[n->op]) {
    rules[n->op](s);
  } else {
    s->map[n->first] = (rows[n->op] ? rows[n->op] : complex_parts)(s->to, n, args);
  }
}

static void split_nodes(Split *s) {
  for (int i = 0; i < s->from->nnodes && !failed(); i++) {
    s->node = &s->from->nodes[i];
    split_node(s);
  }
}

static Split split_new(Arena *a, const Graph *g) {
  return (Split){
      .to = graph_new(a, g->name), .from = g, .map = ARENA_ARRAY(a, Parts, g->nvalues + 1)};
}

// A sub-graph: its parameters and results are pairs.
static Graph *split_body(Arena *a, const Graph *g) {
  Split s = split_new(a, g);
  for (int i = 0; i < g->nparams; i++) {
    const Id p = g->params[i];
    Type t = graph_type(g, p);
    const bool pair = dtype_is_complex(t.dtype);
    t.dtype = dtype_part(t.dtype);
    s.map[p].re = graph_param(s.to, t, g->values[p].name);
    s.map[p].im = pair ? graph_param(s.to, t, NULL) : NO_ID;
  }
  split_nodes(&s);
  if (failed()) return s.to;
  Id *results = ARENA_ARRAY(a, Id, 2 * g->nresults + 1);
  int n = 0;
  for (int i = 0; i < g->nresults; i++) {
    const Parts r = s.map[g->results[i]];
    results[n++] = r.re;
    if (is_split(r)) results[n++] = r.im;
  }
  graph_set_results(s.to, n, results);
  return s.to;
}

static Graph *split_graph(Arena *a, const Graph *g) {
  Split s = split_new(a, g);
  Id *ids = ARENA_ARRAY(a, Id, g->nparams + g->nresults + 1);
  for (int i = 0; i < g->nparams; i++) {
    const Type t = graph_type(g, g->params[i]);
    const bool pair = dtype_is_complex(t.dtype);
    ids[i] = graph_param(s.to, pair ? interleaved(a, t) : t, g->values[g->params[i]].name);
  }
  for (int i = 0; i < g->nparams; i++) {
    const Id p = g->params[i];
    s.map[p] =
        type_is_complex(g, p) ? apart(s.to, ids[i], graph_type(g, p)) : (Parts){ids[i], NO_ID};
  }
  split_nodes(&s);
  if (failed()) return s.to;
  s.to->loc = g->loc;
  for (int i = 0; i < g->nresults; i++) {
    const Parts r = s.map[g->results[i]];
    ids[i] = is_split(r) ? together(s.to, r, graph_type(g, g->results[i])) : r.re;
  }
  graph_set_results(s.to, g->nresults, ids);
  return s.to;
}

const Graph *legalize_complex(Arena *a, const Graph *g) {
  if (!has_complex(g)) return g;
  Arena *scratch = arena_new();
  const Graph *made = split_graph(scratch, g);
  const Graph *out = failed() ? NULL : graph_clone(a, made);
  arena_free(scratch);
  return out;
}
