// Graphs as fusion likes them: masks of relu read off its result, since the activation is kept
// anyway and the value before it need not be; concatenations of many parts as trees, since an
// element goes through a select per part.
#include "compiler/fuse.h"
#include "ir/build.h"
#include "ir/stress.h"

// Chains of max nodes by their first operand, and the relu select(gt(x, y), x, y) of each mask.
typedef struct Relus {
  int *head, *next;
  int *of;  // per value: the node of the relu whose mask it is, or -1
} Relus;

static bool has_max(const Graph *g, const Relus *t, Id x, Id y) {
  Id lo = x < y ? x : y, hi = x < y ? y : x;
  for (int i = t->head[lo]; i >= 0; i = t->next[i]) {
    if (g->nodes[i].args[1] == hi) return true;
  }
  return false;
}

static bool is_relu(const Graph *g, const Node *n) {
  if (n->op != OP_select || !graph_is(g, n->args[0], OP_gt)) return false;
  const Node *mask = graph_def(g, n->args[0]);
  return mask->args[0] == n->args[1] && mask->args[1] == n->args[2];
}

static Relus find_relus(Arena *a, const Graph *g) {
  Relus t = {ARENA_ARRAY(a, int, g->nvalues + 1), ARENA_ARRAY(a, int, g->nnodes + 1),
             ARENA_ARRAY(a, int, g->nvalues + 1)};
  for (int i = 0; i < g->nvalues; i++) t.head[i] = t.of[i] = -1;
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    if (is_relu(g, n)) t.of[n->args[0]] = i;
    if (n->op != OP_max) continue;
    t.next[i] = t.head[n->args[0]];
    t.head[n->args[0]] = i;
  }
  return t;
}

typedef struct Reuse {
  Graph *to;
  const Graph *g;
  Relus relus;
  Id *map;
} Reuse;

// A mask whose relu was copied already, for any user but the relu itself.
static Id operand(const Reuse *r, int node, Id v) {
  int relu = r->relus.of[v];
  if (relu < 0 || relu >= node) return r->map[v];
  const Node *h = &r->g->nodes[relu];
  return b_gt(r->to, r->map[h->first], r->map[h->args[2]]);
}

enum { MAX_PARTS = 8 };

static Id concatenate_tree(Graph *to, const Node *n, Id *parts) {
  int count = n->nargs;
  while (count > 1) {
    int groups = 0;
    for (int i = 0; i < count; i += MAX_PARTS) {
      int size = count - i < MAX_PARTS ? count - i : MAX_PARTS;
      parts[groups++] = b_concatenate(to, size, &parts[i], (int)n->attrs->axis);
    }
    count = groups;
  }
  return parts[0];
}

static Id copy_node(Reuse *r, int node) {
  const Node *n = &r->g->nodes[node];
  Id *args = ARENA_ARRAY(r->to->arena, Id, n->nargs + 1);
  r->to->loc = n->loc;
  for (int i = 0; i < n->nargs; i++) args[i] = operand(r, node, n->args[i]);
  if (n->op == OP_concatenate && n->nargs > MAX_PARTS) return concatenate_tree(r->to, n, args);
  bool greater = n->op == OP_gt || n->op == OP_lt;
  if (greater && has_max(r->g, &r->relus, n->args[0], n->args[1]))
    args[n->op == OP_lt] = b_max(r->to, args[0], args[1]);
  return graph_add(r->to, n->op, n->nargs, args, n->attrs);
}

static bool has_work(const Graph *g) {
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    if (n->op == OP_gt || n->op == OP_lt || (n->op == OP_concatenate && n->nargs > MAX_PARTS))
      return true;
  }
  return false;
}

const Graph *graph_prepare(Arena *a, const Graph *g) {
  if (!has_work(g)) return g;
  Reuse r = {graph_new(a, g->name), g, find_relus(a, g), ARENA_ARRAY(a, Id, g->nvalues + 1)};
  Id *results = ARENA_ARRAY(a, Id, g->nresults + 1);
  for (int i = 0; i < g->nparams; i++) {
    const Value *v = &g->values[g->params[i]];
    r.map[g->params[i]] = graph_param(r.to, v->type, v->name);
  }
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    Id first = copy_node(&r, i);
    for (int k = 0; k < n->nresults; k++) r.map[n->first + (Id)k] = first + (Id)k;
  }
  for (int i = 0; i < g->nresults; i++) results[i] = r.map[g->results[i]];
  graph_set_results(r.to, g->nresults, results);
  return stress_pass(graph_clone(a, r.to), "prepare");
}
