// The graph builder: adding nodes, hash-consing, copying.
#include "ir/graph.h"

#include <stdlib.h>
#include <string.h>

typedef struct HashCons {
  uint32_t *slots;  // node index + 1, or 0
  int cap, used;
} HashCons;

// ---- hashing and equality of attributes

static uint64_t mix(uint64_t h, uint64_t v) {
  h ^= v + UINT64_C(0x9e3779b97f4a7c15) + (h << 6) + (h >> 2);
  h *= UINT64_C(0xff51afd7ed558ccd);
  return h ^ h >> 32;
}

static uint64_t mix_bytes(uint64_t h, const void *p, size_t n) {
  const unsigned char *s = p;
  for (; n >= 8; n -= 8, s += 8) {
    uint64_t w;
    memcpy(&w, s, 8);
    h = mix(h, w);
  }
  uint64_t w = n;
  if (n) memcpy(&w, s, n);
  return mix(h, w);
}

static size_t literal_bytes(const Literal *l) {
  return l->splat ? dtype_size(l->type.dtype) : type_bytes(l->type);
}

static uint64_t hash_type(uint64_t h, Type t) {
  return mix_bytes(mix(mix(h, t.dtype), (uint64_t)t.rank), t.dim, sizeof(int64_t) * (size_t)t.rank);
}

static uint64_t hash_field(uint64_t h, const AttrField *f, const void *p) {
  switch (f->kind) {
    case ATTR_INTS: {
      const Ints *v = p;
      return mix_bytes(mix(h, (uint64_t)v->n), v->v, sizeof(int64_t) * (size_t)v->n);
    }
    case ATTR_INT: return mix(h, (uint64_t) * (const int64_t *)p);
    case ATTR_LITERAL: {
      const Literal *l = p;
      return mix_bytes(hash_type(h, l->type), l->data, literal_bytes(l));
    }
    case ATTR_GRAPH:
      return mix(h, *(const Graph *const *)p ? graph_hash(*(const Graph *const *)p) : 0);
    case ATTR_GRAPHS: {
      const Graphs *v = p;
      h = mix(h, (uint64_t)v->n);
      for (int i = 0; i < v->n; i++) h = mix(h, v->v[i] ? graph_hash(v->v[i]) : 0);
      return h;
    }
    default: return mix(h, (uint64_t) * (const unsigned *)p);
  }
}

static uint64_t hash_attrs(uint64_t h, Op op, const Attrs *at) {
  for (int i = 0; i < ATTR_COUNT; i++) {
    if (op_has(op, i)) h = hash_field(h, &attr_fields[i], (const char *)at + attr_fields[i].offset);
  }
  return h;
}

static bool parts_equal(const Graph *a, const Graph *b) {
  return a == b || (a && b && graph_equal(a, b));
}

static bool field_equal(const AttrField *f, const void *a, const void *b) {
  switch (f->kind) {
    case ATTR_INTS: return ints_equal(*(const Ints *)a, *(const Ints *)b);
    case ATTR_INT: return *(const int64_t *)a == *(const int64_t *)b;
    case ATTR_LITERAL: {
      const Literal *x = a, *y = b;
      return type_equal(x->type, y->type) && x->splat == y->splat &&
             (!literal_bytes(x) || !memcmp(x->data, y->data, literal_bytes(x)));
    }
    case ATTR_GRAPH: return parts_equal(*(const Graph *const *)a, *(const Graph *const *)b);
    case ATTR_GRAPHS: {
      const Graphs *x = a, *y = b;
      bool same = x->n == y->n;
      for (int i = 0; same && i < x->n; i++) same = parts_equal(x->v[i], y->v[i]);
      return same;
    }
    default: return *(const unsigned *)a == *(const unsigned *)b;
  }
}

bool attrs_equal(Op op, const Attrs *a, const Attrs *b) {
  for (int i = 0; i < ATTR_COUNT; i++) {
    size_t at = attr_fields[i].offset;
    if (op_has(op, i) && !field_equal(&attr_fields[i], (const char *)a + at, (const char *)b + at))
      return false;
  }
  return true;
}

static uint64_t hash_node(Op op, int nargs, const Id *args, const Attrs *attrs) {
  uint64_t h = mix_bytes(mix(op, (uint64_t)nargs), args, sizeof(Id) * (size_t)nargs);
  return hash_attrs(h, op, attrs);
}

// Operands of commuting ops in the one order under which equal nodes are found. The nodes keep the
// order they were given: ids depend on the order of recording, and nothing that is seen may.
static const Id *sorted_args(Op op, int nargs, const Id *args, Id sorted[2]) {
  if (!op_info(op)->commutes || nargs != 2 || args[0] <= args[1]) return args;
  sorted[0] = args[1], sorted[1] = args[0];
  return sorted;
}

bool graph_equal(const Graph *a, const Graph *b) {
  if (a->nparams != b->nparams || a->nresults != b->nresults || a->nnodes != b->nnodes)
    return false;
  for (int i = 0; i < a->nparams; i++) {
    if (a->params[i] != b->params[i] ||
        !type_equal(graph_type(a, a->params[i]), graph_type(b, b->params[i])))
      return false;
  }
  for (int i = 0; i < a->nnodes; i++) {
    const Node *x = &a->nodes[i], *y = &b->nodes[i];
    if (x->op != y->op || x->nargs != y->nargs || x->first != y->first) return false;
    if (x->nargs && memcmp(x->args, y->args, sizeof(Id) * (size_t)x->nargs)) return false;
    if (!attrs_equal(x->op, x->attrs, y->attrs)) return false;
  }
  return !a->nresults || !memcmp(a->results, b->results, sizeof(Id) * (size_t)a->nresults);
}

uint64_t graph_hash(const Graph *g) {
  uint64_t h = mix((uint64_t)g->nparams, (uint64_t)g->nnodes);
  for (int i = 0; i < g->nparams; i++)
    h = hash_type(mix(h, g->params[i]), graph_type(g, g->params[i]));
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    h = mix(h, hash_node(n->op, n->nargs, n->args, n->attrs));
  }
  return mix_bytes(h, g->results, sizeof(Id) * (size_t)g->nresults);
}

// ---- building

Graph *graph_new(Arena *a, const char *name) {
  Graph *g = ARENA_NEW(a, Graph);
  g->arena = a;
  g->name = arena_str(a, name ? name : "f");
  g->cse = ARENA_NEW(a, HashCons);
  return g;
}

// Arrays of a graph live in its arena: growing leaves the old copy behind, at most as much again.
static void *grow(Arena *a, void *p, int *cap, int need, size_t size) {
  if (need <= *cap) return p;
  int n = need > 2 * *cap ? need : 2 * *cap;
  if (n < 16) n = 16;
  void *q = arena_alloc(a, size * (size_t)n);
  if (*cap) memcpy(q, p, size * (size_t)*cap);
  *cap = n;
  return q;
}

static Id value_add(Graph *g, Type t, uint32_t node, const char *name) {
  g->values = grow(g->arena, g->values, &g->values_cap, g->nvalues + 1, sizeof *g->values);
  g->values[g->nvalues] = (Value){t, node, name};
  return (Id)g->nvalues++;
}

Id graph_param(Graph *g, Type t, const char *name) {
  g->params = grow(g->arena, g->params, &g->params_cap, g->nparams + 1, sizeof *g->params);
  Id v = value_add(g, type_copy(g->arena, t), NO_ID, arena_str(g->arena, name));
  return g->params[g->nparams++] = v;
}

void graph_set_results(Graph *g, int n, const Id *results) {
  g->nresults = n;
  g->results = arena_copy(g->arena, results, sizeof(Id) * (size_t)n);
}

Graph *graph_region(Graph *outer, const char *name, int n, const Id *operands) {
  Graph *g = graph_new(outer->arena, name);
  g->loc = outer->loc;
  for (int i = 0; i < n; i++) graph_param(g, graph_type(outer, operands[i]), NULL);
  return g;
}

void graph_params_of(Graph *to, const Graph *g, Id *map) {
  for (int i = 0; i < g->nparams; i++) {
    const Id p = g->params[i], v = graph_param(to, graph_type(g, p), g->values[p].name);
    if (map) map[p] = v;
  }
}

void graph_results_of(Graph *to, const Graph *g, const Id *map) {
  Id *results = ARENA_ARRAY(to->arena, Id, g->nresults);
  for (int i = 0; i < g->nresults; i++) results[i] = map[g->results[i]];
  to->nresults = g->nresults;
  to->results = results;
}

bool graph_is_identity(const Graph *g, Id v, Op reducer) {
  uint64_t element[ELEMENT_WORDS];
  const Dtype d = graph_type(g, v).dtype;
  if (!graph_is(g, v, OP_constant)) return false;
  op_identity(reducer, d, element);
  return !memcmp(graph_def(g, v)->attrs->literal.data, element, dtype_size(d));
}

bool *graph_used(const Graph *g) {
  bool *used = ARENA_ARRAY(g->arena, bool, g->nvalues + 1);
  for (int i = 0; i < g->nnodes; i++) {
    for (int k = 0; k < g->nodes[i].nargs; k++) used[g->nodes[i].args[k]] = true;
  }
  for (int i = 0; i < g->nresults; i++) used[g->results[i]] = true;
  return used;
}

static void field_copy(Arena *a, const AttrField *f, void *to, const void *from) {
  switch (f->kind) {
    case ATTR_INTS: *(Ints *)to = ints_copy(a, *(const Ints *)from); return;
    case ATTR_INT: *(int64_t *)to = *(const int64_t *)from; return;
    case ATTR_GRAPH: *(const Graph **)to = *(const Graph *const *)from; return;
    case ATTR_GRAPHS: {
      const Graphs *v = from;
      *(Graphs *)to = (Graphs){v->n, arena_copy(a, v->v, sizeof *v->v * (size_t)v->n)};
      return;
    }
    case ATTR_LITERAL: {
      const Literal *l = from;
      *(Literal *)to =
          (Literal){type_copy(a, l->type), l->splat, arena_copy(a, l->data, literal_bytes(l))};
      return;
    }
    default: *(unsigned *)to = *(const unsigned *)from; return;
  }
}

static const Attrs no_attrs;

static const Attrs *attrs_copy(Arena *a, Op op, const Attrs *at) {
  if (!op_info(op)->attrs || !at) return &no_attrs;
  Attrs *copy = ARENA_NEW(a, Attrs);
  for (int i = 0; i < ATTR_COUNT; i++) {
    size_t offset = attr_fields[i].offset;
    if (op_has(op, i))
      field_copy(a, &attr_fields[i], (char *)copy + offset, (const char *)at + offset);
  }
  return copy;
}

static bool loc_before(Loc a, Loc b) {
  if (!a.file || !b.file) return a.file && !b.file;
  int c = a.file == b.file ? 0 : strcmp(a.file, b.file);
  if (c || a.line != b.line) return c ? c < 0 : a.line < b.line;
  return a.col != b.col ? a.col < b.col : a.pass < b.pass;
}

static bool same_node(const Node *n, Op op, int nargs, const Id *args, const Attrs *attrs) {
  if (n->op != op || n->nargs != nargs) return false;
  Id sorted[2];
  const Id *own = sorted_args(op, nargs, n->args, sorted);
  return (!nargs || !memcmp(own, args, sizeof(Id) * (size_t)nargs)) &&
         attrs_equal(op, n->attrs, attrs);
}

// The slot of an equal node, or the free slot where it would stand.
static uint32_t *cse_find(Graph *g, Op op, int nargs, const Id *args, const Attrs *attrs) {
  HashCons *t = g->cse;
  Id sorted[2];
  args = sorted_args(op, nargs, args, sorted);
  uint64_t i = hash_node(op, nargs, args, attrs);
  for (;; i++) {
    uint32_t *slot = &t->slots[i & (uint64_t)(t->cap - 1)];
    if (!*slot || same_node(&g->nodes[*slot - 1], op, nargs, args, attrs)) return slot;
  }
}

static void cse_reserve(Graph *g) {
  HashCons *t = g->cse;
  if (2 * t->used < t->cap) return;
  int cap = t->cap ? 4 * t->cap : 64;
  HashCons old = *t;
  t->slots = ARENA_ARRAY(g->arena, uint32_t, cap);
  t->cap = cap;
  for (int i = 0; i < old.cap; i++) {
    if (!old.slots[i]) continue;
    const Node *n = &g->nodes[old.slots[i] - 1];
    *cse_find(g, n->op, n->nargs, n->args, n->attrs) = old.slots[i];
  }
}

static Id node_add(Graph *g, Op op, int nargs, const Id *args, const Attrs *attrs) {
  Type one, *types = ARENA_ARRAY(g->arena, Type, nargs);
  for (int i = 0; i < nargs; i++) types[i] = graph_type(g, args[i]);
  Infer in = {g->arena, op, nargs, types, attrs ? attrs : &no_attrs, g->loc, 1, &one};
  if (!op_infer(&in)) return NO_ID;
  g->nodes = grow(g->arena, g->nodes, &g->nodes_cap, g->nnodes + 1, sizeof *g->nodes);
  Node *n = &g->nodes[g->nnodes++];
  *n = (Node){
      .op = op, .nargs = nargs, .nresults = in.nresults, .first = (Id)g->nvalues, .loc = g->loc};
  n->args = arena_copy(g->arena, args, sizeof(Id) * (size_t)nargs);
  n->attrs = attrs_copy(g->arena, op, attrs);
  for (int i = 0; i < in.nresults; i++)
    value_add(g, in.results[i], (uint32_t)(g->nnodes - 1), NULL);
  return n->first;
}

Id graph_add(Graph *g, Op op, int nargs, const Id *args, const Attrs *attrs) {
  for (int i = 0; i < nargs; i++) {
    if (args[i] == NO_ID) return NO_ID;
  }
  if (op_info(op)->op_class == CLASS_BARRIER) return node_add(g, op, nargs, args, attrs);
  cse_reserve(g);
  uint32_t *slot = cse_find(g, op, nargs, args, attrs ? attrs : &no_attrs);
  if (*slot) {
    Node *n = &g->nodes[*slot - 1];
    if (loc_before(g->loc, n->loc)) {
      n->loc = g->loc;
      if (nargs) n->args = arena_copy(g->arena, args, sizeof(Id) * (size_t)nargs);
    }
    return n->first;
  }
  Id v = node_add(g, op, nargs, args, attrs);
  if (v != NO_ID) {
    *slot = (uint32_t)g->nnodes;
    g->cse->used++;
  }
  return v;
}

// ---- copying

Id graph_copy_node(Graph *g, const Node *n, const Id *args) {
  g->loc = n->loc;
  return graph_add(g, n->op, n->nargs, args, n->attrs);
}

static void map_results(Id *map, const Node *n, Id first) {
  for (int i = 0; i < n->nresults; i++)
    map[n->first + (Id)i] = first == NO_ID ? NO_ID : first + (Id)i;
}

static Id copy_mapped(Graph *g, const Node *n, const Id *map, const Attrs *attrs) {
  Id small[8], *args = n->nargs <= 8 ? small : ARENA_ARRAY(g->arena, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++) args[i] = map[n->args[i]];
  g->loc = n->loc;
  return graph_add(g, n->op, n->nargs, args, attrs);
}

void graph_inline(Graph *g, const Graph *src, const Id *args, Id *results) {
  Id *map = xmalloc(sizeof(Id) * (size_t)(src->nvalues + 1));
  for (int i = 0; i < src->nparams; i++) map[src->params[i]] = args[i];
  Loc before = g->loc;
  for (int i = 0; i < src->nnodes; i++) {
    const Node *n = &src->nodes[i];
    map_results(map, n, copy_mapped(g, n, map, n->attrs));
  }
  for (int i = 0; i < src->nresults; i++) results[i] = map[src->results[i]];
  g->loc = before;
  free(map);
}

// Marks the nodes that the results need. Nodes stand in topological order, so one backward sweep is
// enough.
static bool *live_nodes(const Graph *g) {
  bool *live = xcalloc((size_t)g->nnodes + 1, sizeof *live);
  for (int i = 0; i < g->nresults; i++) {
    if (g->values[g->results[i]].node != NO_ID) live[g->values[g->results[i]].node] = true;
  }
  for (int i = g->nnodes - 1; i >= 0; i--) {
    for (int k = 0; live[i] && k < g->nodes[i].nargs; k++) {
      uint32_t def = g->values[g->nodes[i].args[k]].node;
      if (def != NO_ID) live[def] = true;
    }
  }
  return live;
}

// Depth-first from the results, operands first: an order that does not depend on the order of
// recording.
static int walk_order(const Graph *g, const bool *live, uint32_t *order) {
  bool *done = xcalloc((size_t)g->nnodes + 1, sizeof *done);
  struct Frame {
    uint32_t node;
    int next;
  } *stack = xmalloc(sizeof *stack * ((size_t)g->nnodes + 1));
  int n = 0;
  for (int r = 0; r < g->nresults; r++) {
    uint32_t root = g->values[g->results[r]].node;
    if (root == NO_ID || done[root] || !live[root]) continue;
    int depth = 0;
    done[root] = true;
    stack[depth++] = (struct Frame){root, 0};
    while (depth) {
      struct Frame *f = &stack[depth - 1];
      const Node *node = &g->nodes[f->node];
      if (f->next == node->nargs) {
        order[n++] = f->node;
        depth--;
        continue;
      }
      uint32_t def = g->values[node->args[f->next++]].node;
      if (def == NO_ID || done[def]) continue;
      done[def] = true;
      stack[depth++] = (struct Frame){def, 0};
    }
  }
  free(stack);
  free(done);
  return n;
}

const Graph *node_part(const Node *n, int i) {
  const Attrs *at = n->attrs;
  if (at->cond && i-- == 0) return at->cond;
  if (at->body && i-- == 0) return at->body;
  return i < at->branches.n ? at->branches.v[i] : NULL;
}

Attrs attrs_map_graphs_with(Arena *a, const Node *n,
                            Graph *(*f)(Arena *a, const Graph *g, const void *user),
                            const void *user) {
  Attrs at = *n->attrs;
  if (at.cond) at.cond = f(a, at.cond, user);
  if (at.body) at.body = f(a, at.body, user);
  if (!at.branches.n) return at;
  const Graph **v = ARENA_ARRAY(a, const Graph *, at.branches.n);
  for (int i = 0; i < at.branches.n; i++) v[i] = f(a, at.branches.v[i], user);
  at.branches.v = v;
  return at;
}

typedef Graph *MapGraph(Arena *a, const Graph *g);
static Graph *mapped(Arena *a, const Graph *g, const void *user) {
  return (*(MapGraph *const *)user)(a, g);
}
Attrs attrs_map_graphs(Arena *a, const Node *n, MapGraph *f) {
  return attrs_map_graphs_with(a, n, mapped, &f);
}

Graph *graph_clone(Arena *a, const Graph *g) {
  Graph *to = graph_new(a, g->name);
  Id *map = xmalloc(sizeof(Id) * (size_t)(g->nvalues + 1));
  uint32_t *order = xmalloc(sizeof *order * ((size_t)g->nnodes + 1));
  bool *live = live_nodes(g);
  graph_params_of(to, g, map);
  int n = walk_order(g, live, order);
  for (int i = 0; i < n; i++) {
    const Node *node = &g->nodes[order[i]];
    Attrs at = attrs_map_graphs(a, node, graph_clone);
    map_results(map, node, copy_mapped(to, node, map, &at));
  }
  graph_results_of(to, g, map);
  free(live);
  free(order);
  free(map);
  return to;
}
