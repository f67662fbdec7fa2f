// Nodes with a rule are replaced until none is left.
#include "compiler/legalize.h"

#include "ir/stress.h"

typedef struct Row {
  Op op;
  void (*rule)(Legalize *s);
} Row;

static const Row rows[OP_COUNT] = {
#define OP(name, ...) [OP_##name] = {.op = OP_##name, __VA_ARGS__},
#define LEGALIZE(r) .rule = legalize_##r,
#include "ir/ops.def"
};

static bool is_legal(const Graph *g) {
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    if (rows[n->op].rule || (n->attrs->cond && !is_legal(n->attrs->cond)) ||
        (n->attrs->body && !is_legal(n->attrs->body)))
      return false;
  }
  return true;
}

static Graph *replaced(Arena *a, const Graph *g);

static void replace_node(Graph *to, const Node *n, Id *map) {
  Id *args = ARENA_ARRAY(to->arena, Id, n->nargs + 1);
  for (int i = 0; i < n->nargs; i++) args[i] = map[n->args[i]];
  to->loc = n->loc;
  if (rows[n->op].rule) {
    rows[n->op].rule(&(Legalize){to, n, args, &map[n->first]});
    return;
  }
  Attrs at = *n->attrs;
  if (at.cond) at.cond = replaced(to->arena, at.cond);
  if (at.body) at.body = replaced(to->arena, at.body);
  const Id first = graph_add(to, n->op, n->nargs, args, &at);
  for (int i = 0; i < n->nresults; i++) map[n->first + (Id)i] = first + (Id)i;
}

// One round: the results of rules are not looked at. The depth of recursion is the depth to which
// sub-graphs nest.
static Graph *replaced(Arena *a, const Graph *g) {
  Graph *to = graph_new(a, g->name);
  Id *map = ARENA_ARRAY(a, Id, g->nvalues + 1);
  for (int i = 0; i < g->nparams; i++)
    map[g->params[i]] = graph_param(to, graph_type(g, g->params[i]), g->values[g->params[i]].name);
  for (int i = 0; i < g->nnodes && !failed(); i++) replace_node(to, &g->nodes[i], map);
  if (failed()) return to;
  Id *results = ARENA_ARRAY(a, Id, g->nresults + 1);
  for (int i = 0; i < g->nresults; i++) results[i] = map[g->results[i]];
  graph_set_results(to, g->nresults, results);
  return to;
}

const Graph *graph_legalize(Arena *a, const Graph *g) {
  while (!is_legal(g)) {
    Arena *scratch = arena_new();
    const Graph *next = replaced(scratch, g);
    g = failed() ? NULL : graph_clone(a, next);
    arena_free(scratch);
    if (!g) return NULL;
    g = stress_pass((Graph *)g, "legalize");
  }
  return g;
}
