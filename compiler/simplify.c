// Simplification: the walk over a graph, and constants.
//
// The contract of the rules
// * A rule replaces a node only by what has the same bits for every input: NaN (any NaN for a NaN),
//   infinities, both zeros and denormals included. x + 0 is not x (x = -0), x - x is not 0 (x =
//   inf), x * 0 is not 0; x + -0, x - 0, x * 1 are x.
// * No rule adds, removes, splits, merges or reorders reductions and contractions, nor changes
// their
//   operands' order of elements: the order attribute speaks of the recorded shapes.
// * A rule looks at the node, its operands and their operands, no deeper, and its cost does not
//   depend on the size of the arrays (but for constants of at most FOLD_LIMIT elements).
// * What a rule adds must be nearer to the end: fewer nodes, or operands moved towards the
//   parameters.
#include "compiler/simplify.h"

#include <string.h>

#include "compiler/simplify_rules.h"
#include "ir/build.h"
#include "ir/eval.h"
#include "ir/stress.h"

enum { MAX_DEPTH = 16 };  // of rules that call each other for one node

// ---- constants

// Shape ops keep the elements of a uniform value. Rules leave few of them in a row.
static const Literal *splat_of(const Graph *g, Id v) {
  enum { MAX_STEPS = 4 };
  const Node *n = graph_def(g, v);
  for (int i = 0; i < MAX_STEPS && n && n->nargs == 1; i++) {
    if (op_info(n->op)->op_class != CLASS_SHAPE) return NULL;
    n = graph_def(g, n->args[0]);
  }
  if (!n || n->op != OP_constant) return NULL;
  const Literal *l = &n->attrs->literal;
  return l->splat || type_count(l->type) == 1 ? l : NULL;
}

bool simplify_uniform(const Graph *g, Id v, uint64_t *bits) {
  const Literal *l = splat_of(g, v);
  *bits = 0;
  if (!l || dtype_is_complex(l->type.dtype)) return false;
  memcpy(bits, l->data, dtype_size(l->type.dtype));
  return true;
}

static uint64_t bits_of(Dtype d, double number) {
  const int64_t whole = (int64_t)number;
  uint64_t bits = 0;
  if (dtype_is_float(d)) eval_op(OP_convert, DT_F64, d, 1, &bits, (const void *[]){&number});
  else bits = (uint64_t)whole & UINT64_MAX >> (64 - 8 * dtype_size(d));
  return bits;
}

bool simplify_is(const Graph *g, Id v, double number) {
  uint64_t bits;
  return simplify_uniform(g, v, &bits) && bits == bits_of(graph_type(g, v).dtype, number);
}

bool simplify_is_ones(const Graph *g, Id v) {
  return simplify_is(g, v, graph_type(g, v).dtype == DT_BOOL ? 1 : -1);
}

Id simplify_full(const Site *s, Type t, uint64_t bits) {
  const Id scalar = b_literal(s->g, type_scalar(t.dtype), true, &bits);
  return b_broadcast(s->g, scalar, type_shape(t), (Ints){0});
}

// ---- the walk

Id simplify_add(const Site *s, Op op, int nargs, const Id *args, const Attrs *attrs) {
  static const Attrs none;
  Site next = {s->g, op, nargs, args, attrs ? attrs : &none, {0}, s->depth + 1};
  if (nargs) next.type = graph_type(s->g, args[0]);
  // Complex values wait until they are split.
  bool split = true;
  for (int i = 0; i < nargs; i++) split &= !dtype_is_complex(graph_type(s->g, args[i]).dtype);
  if (!split || (attrs && dtype_is_complex(attrs->dtype)))
    return graph_add(s->g, op, nargs, args, attrs);
  Rule *const rules[] = {simplify_fold, simplify_map_rules[op], simplify_shape_rules[op],
                         simplify_dot_rules[op], simplify_update_rules[op]};
  const int nrules = sizeof rules / sizeof *rules;
  for (int i = 0; i < nrules && next.depth < MAX_DEPTH; i++) {
    const Id v = rules[i] ? rules[i](&next) : NO_ID;
    if (v != NO_ID) return v;
  }
  return graph_add(s->g, op, nargs, args, attrs);
}

static Graph *simplified(Arena *a, const Graph *g);

// Branches are compared: without dead nodes.
static Graph *simplified_branch(Arena *a, const Graph *g) {
  return graph_clone(a, simplified(a, g));
}

// parts_done: the graphs in attributes are simplified already.
static void simplify_nodes(Graph *to, const Graph *g, Id *map, bool parts_done);

// The branch, where the index is known, or where all are the same.
static const Graph *only_branch(const Graph *g, const Node *n, const Id *args, const Attrs *at) {
  uint64_t bits;
  const Graphs all = at->branches;
  if (n->op != OP_switch) return NULL;
  bool same = true;
  for (int i = 1; same && i < all.n; i++) same = graph_equal(all.v[0], all.v[i]);
  if (same) return all.v[0];
  if (!simplify_uniform(g, args[0], &bits)) return NULL;
  return all.v[bits < (uint64_t)all.n ? (int)bits : all.n - 1];
}

static void simplify_branch(Graph *to, const Graph *branch, const Id *args, Id *results) {
  Id *map = ARENA_ARRAY(to->arena, Id, branch->nvalues + 1);
  for (int i = 0; i < branch->nparams; i++) map[branch->params[i]] = args[i];
  simplify_nodes(to, branch, map, true);
  for (int i = 0; i < branch->nresults; i++) results[i] = map[branch->results[i]];
}

static void simplify_all_branches(Graph *to, const Node *n, const Id *args, Graphs all, Id *map) {
  Id **results = ARENA_ARRAY(to->arena, Id *, all.n);
  for (int k = 0; k < all.n; k++) {
    results[k] = ARENA_ARRAY(to->arena, Id, n->nresults + 1);
    simplify_branch(to, all.v[k], args + 1, results[k]);
  }
  to->loc = n->loc;
  for (int i = 0; i < n->nresults; i++)
    map[n->first + (Id)i] = simplify_selected(&(Site){.g = to}, args[0], all.n, results, i);
}

static void simplify_node(Graph *to, const Node *n, Id *map, bool parts_done) {
  Id small[8], *args = n->nargs <= 8 ? small : ARENA_ARRAY(to->arena, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++) args[i] = map[n->args[i]];
  const Attrs at =
      parts_done
          ? *n->attrs
          : attrs_map_graphs(to->arena, n, n->op == OP_switch ? simplified_branch : simplified);
  const Graph *branch = only_branch(to, n, args, &at);
  if (branch) {
    simplify_branch(to, branch, args + 1, map + n->first);
    return;
  }
  if (n->op == OP_switch && simplify_is_cheap(&at.branches)) {
    simplify_all_branches(to, n, args, at.branches, map);
    return;
  }
  to->loc = n->loc;
  const Id first = simplify_add(&(Site){.g = to}, n->op, n->nargs, args, &at);
  for (int i = 0; i < n->nresults; i++) map[n->first + (Id)i] = first + (Id)i;
}

static void simplify_nodes(Graph *to, const Graph *g, Id *map, bool parts_done) {
  for (int i = 0; i < g->nnodes; i++) simplify_node(to, &g->nodes[i], map, parts_done);
}

// Dead nodes may remain.
static Graph *simplified(Arena *a, const Graph *g) {
  Graph *to = graph_new(a, g->name);
  Id *map = ARENA_ARRAY(a, Id, g->nvalues + 1);
  graph_params_of(to, g, map);
  simplify_nodes(to, g, map, false);
  graph_results_of(to, g, map);
  return to;
}

Graph *graph_simplify(Arena *a, const Graph *g) {
  Arena *scratch = arena_new();
  Graph *result = graph_clone(a, simplified(scratch, g));
  arena_free(scratch);
  return stress_pass(result, "simplify");
}
