// Graphs: a function in SSA form. Nodes are hash-consed when added; values have dense 32-bit ids.
#ifndef JITC_IR_GRAPH_H
#define JITC_IR_GRAPH_H
#include "ir/op.h"

typedef uint32_t Id;  // a value of a graph
enum { NO_ID = UINT32_MAX };

typedef struct Node {
  Op op;
  int nargs, nresults;
  const Id *args;
  Id first;            // its results are the values first .. first + nresults - 1
  const Attrs *attrs;  // never NULL
  Loc loc;
} Node;

typedef struct Value {
  Type type;
  uint32_t node;     // index into nodes, or NO_ID for a parameter
  const char *name;  // a parameter's name, or NULL
} Value;

// All members are read by everyone and changed only by graph_*. Nodes stand in topological order.
// A graph is closed: sub-graphs in attributes (body, cond) see nothing but their own parameters.
struct Graph {
  Arena *arena;  // owned by the caller; sub-graphs may live in it as well
  const char *name;
  Value *values;
  Node *nodes;
  Id *params, *results;
  int nvalues, nnodes, nparams, nresults;
  int values_cap, nodes_cap, params_cap;
  Loc loc;  // given to nodes that are added next
  struct HashCons *cse;
};

Graph *graph_new(Arena *a, const char *name);        // lives in `a`; nothing to free
Id graph_param(Graph *g, Type t, const char *name);  // name may be NULL
void graph_set_results(Graph *g, int n, const Id *results);

// A sub-graph for a node of `outer`, empty, with a parameter of the type of each operand.
Graph *graph_region(Graph *outer, const char *name, int n, const Id *operands);
// What a pass from graph to graph begins and ends with: parameters as those of g, entered in `map`
// (by g's ids, or NULL), and g's results by `map`.
void graph_params_of(Graph *to, const Graph *g, Id *map);
void graph_results_of(Graph *to, const Graph *g, const Id *map);

// Adds a node, or finds an equal one, and gives its first result. attrs may be NULL where the op
// has none; attributes and dims are copied into the arena; sub-graphs are referred to. A merged
// node keeps the smaller (file, line). NO_ID among the operands gives NO_ID in silence; a type
// error is reported by fail() and gives NO_ID.
Id graph_add(Graph *g, Op op, int nargs, const Id *args, const Attrs *attrs);

// Of NO_ID, a value that failed, it is a scalar of which sizes may be read: what goes on building
// behind a fault need not ask after each node.
static inline Type graph_type(const Graph *g, Id v) {
  static const int64_t sizes[MAX_RANK] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  return v == NO_ID ? (Type){.dim = sizes} : g->values[v].type;
}
// The node which computes v, or NULL for a parameter.
static inline const Node *graph_def(const Graph *g, Id v) {
  return v == NO_ID || g->values[v].node == NO_ID ? NULL : &g->nodes[g->values[v].node];
}
static inline bool graph_is(const Graph *g, Id v, Op op) {
  const Node *n = graph_def(g, v);
  return n && n->op == op;
}

// v is the constant that a reducer begins with.
bool graph_is_identity(const Graph *g, Id v, Op reducer);

// Which values are an operand of a node or a result, in g's arena.
bool *graph_used(const Graph *g);

// Copies node `n` of another graph (or of g) with other operands, under the node's own location.
Id graph_copy_node(Graph *g, const Node *n, const Id *args);
// Adds all nodes of `src` to g with its parameters replaced by `args`, and gives its results in
// `results` (src->nresults ids). Sub-graphs are shared, not copied: both graphs must live equally
// long.
void graph_inline(Graph *g, const Graph *src, const Id *args, Id *results);
// A copy in another arena, sub-graphs included, of what the results need: nodes renumbered by a
// walk from the results (the canonical order: the same for every order of recording). Dead nodes
// vanish; parameters stay.
Graph *graph_clone(Arena *a, const Graph *g);

// A node's attributes with f(a, g) for each sub-graph g; one for which f gives NULL stays NULL.
Attrs attrs_map_graphs(Arena *a, const Node *n, Graph *(*f)(Arena *a, const Graph *g));
// The same by f(a, g, user).
Attrs attrs_map_graphs_with(Arena *a, const Node *n,
                            Graph *(*f)(Arena *a, const Graph *g, const void *user),
                            const void *user);
// The sub-graphs of a node, by i from 0 on; NULL behind the last.
const Graph *node_part(const Node *n, int i);

bool attrs_equal(Op op, const Attrs *a, const Attrs *b);  // sub-graphs by structure
bool graph_equal(const Graph *a, const Graph *b);         // names and locations do not count
uint64_t graph_hash(const Graph *g);                      // of what graph_equal compares
#endif
