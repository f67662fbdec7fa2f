// One axis in place of many, for graphs without an operation that tells them apart.
#include "compiler/flatten.h"

enum { UNIFORM_COUNT = 256 };  // most elements of a value that is not of the axis

typedef struct Flat {
  Graph *to;
  Type shape;     // of the values of the axis, as recorded
  int64_t count;  // their elements
  Id *id;         // per value of the graph
  bool *is_flat;  // it is one of them
} Flat;

static const int64_t flat_dims[1] = {FLAT_SIZE};

static bool is_whole(const Flat *f, Type t) { return t.rank > 0 && type_count(t) == f->count; }

static bool add_param(Flat *f, const Graph *g, Id v) {
  Type t = graph_type(g, v);
  f->is_flat[v] = t.rank > 0 && t.rank == f->shape.rank && is_whole(f, t);
  for (int i = 0; f->is_flat[v] && i < t.rank; i++) f->is_flat[v] = t.dim[i] == f->shape.dim[i];
  Type flat = {t.dtype, 1, flat_dims};
  f->id[v] = graph_param(f->to, f->is_flat[v] ? flat : t, NULL);
  return f->is_flat[v] || type_count(t) <= UNIFORM_COUNT;
}

// A value of the axis made of none.
static bool add_source(Flat *f, const Graph *g, const Node *n) {
  Type t = graph_type(g, n->first);
  Attrs at = *n->attrs;
  at.shape = (Ints){1, flat_dims};
  if (n->op == OP_iota && t.rank == 1) {
    f->id[n->first] = graph_add(f->to, OP_iota, 0, NULL, &at);
  } else if (n->op == OP_constant && at.literal.splat) {
    at.literal.type = (Type){t.dtype, 1, flat_dims};
    f->id[n->first] = graph_add(f->to, OP_constant, 0, NULL, &at);
  } else if (n->op == OP_broadcast && graph_type(g, n->args[0]).rank == 0) {
    f->id[n->first] = graph_add(f->to, OP_broadcast, 1, &f->id[n->args[0]], &at);
  } else {
    return false;
  }
  return f->is_flat[n->first] = true;
}

static bool add_map(Flat *f, const Graph *g, const Node *n, const Id *args) {
  for (int i = 0; i < n->nargs; i++)
    if (!f->is_flat[n->args[i]] && graph_type(g, n->args[i]).rank > 0) return false;
  f->id[n->first] = graph_copy_node(f->to, n, args);
  return f->is_flat[n->first] = true;
}

static bool add_node(Flat *f, Arena *a, const Graph *g, const Node *n) {
  bool any = false;
  Id *args = ARENA_ARRAY(a, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++) args[i] = f->id[n->args[i]], any |= f->is_flat[n->args[i]];
  if (n->nresults != 1) return false;
  if (any && n->op == OP_reshape) {
    f->id[n->first] = args[0];
    return f->is_flat[n->first] = true;
  }
  if (any) return op_info(n->op)->op_class == CLASS_MAP && add_map(f, g, n, args);
  Type t = graph_type(g, n->first);
  if (is_whole(f, t) && add_source(f, g, n)) return true;
  f->id[n->first] = graph_copy_node(f->to, n, args);
  return type_count(t) <= UNIFORM_COUNT;
}

// Their parts are another axis.
static bool any_complex(const Graph *g) {
  for (int i = 0; i < g->nvalues; i++)
    if (dtype_is_complex(graph_type(g, (Id)i).dtype)) return true;
  return false;
}

Graph *graph_flatten(Arena *a, const Graph *g, int64_t *count) {
  if (g->nresults != 1 || any_complex(g)) return NULL;
  Flat f = {.to = graph_new(a, g->name), .shape = graph_type(g, g->results[0])};
  *count = f.count = type_count(f.shape);
  if (f.shape.rank == 0 || f.count < 2 || f.count > FLAT_SIZE) return NULL;
  f.id = ARENA_ARRAY(a, Id, g->nvalues);
  f.is_flat = ARENA_ARRAY(a, bool, g->nvalues);
  for (int i = 0; i < g->nparams; i++)
    if (!add_param(&f, g, g->params[i])) return NULL;
  for (int i = 0; i < g->nnodes; i++)
    if (!add_node(&f, a, g, &g->nodes[i])) return NULL;
  Id result = g->results[0];
  if (!f.is_flat[result] || graph_def(f.to, f.id[result]) == NULL) return NULL;
  graph_set_results(f.to, 1, &f.id[result]);
  return f.to;
}
