// Nodes with a rule are replaced until none is left.
#include "compiler/legalize.h"

#include "compiler/legalize_half.h"
#include "ir/stress.h"

typedef struct Row {
  Op op;
  LegalizeRule *rule;
} Row;

static const Row rows[OP_COUNT] = {
#define OP(name, ...) [OP_##name] = {.op = OP_##name, __VA_ARGS__},
#define LEGALIZE(r) .rule = legalize_##r,
#include "ir/ops.def"
};

LegalizeRule *legalize_rule(const Graph *g, const Node *n) {
  (void)g;
  return rows[n->op].rule;
}

static bool is_legal(const Graph *g, LegalizeFind *find) {
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    if (find(g, n)) return false;
    for (int k = 0; node_part(n, k); k++) {
      if (!is_legal(node_part(n, k), find)) return false;
    }
  }
  return true;
}

static Graph *replaced_part(Arena *a, const Graph *g, const void *find);

static void replace_node(Graph *to, const Graph *g, const Node *n, Id *map, LegalizeFind *find) {
  Id *args = ARENA_ARRAY(to->arena, Id, n->nargs + 1);
  for (int i = 0; i < n->nargs; i++) args[i] = map[n->args[i]];
  to->loc = n->loc;
  LegalizeRule *rule = find(g, n);
  if (rule) {
    rule(&(Legalize){to, n, args, &map[n->first]});
    return;
  }
  const Attrs at = attrs_map_graphs_with(to->arena, n, replaced_part, &find);
  const Id first = graph_add(to, n->op, n->nargs, args, &at);
  for (int i = 0; i < n->nresults; i++) map[n->first + (Id)i] = first + (Id)i;
}

// One round: the results of rules are not looked at. The depth of recursion is the depth to which
// sub-graphs nest.
static Graph *replaced(Arena *a, const Graph *g, LegalizeFind *find) {
  Graph *to = graph_new(a, g->name);
  Id *map = ARENA_ARRAY(a, Id, g->nvalues + 1);
  graph_params_of(to, g, map);
  for (int i = 0; i < g->nnodes && !failed(); i++) replace_node(to, g, &g->nodes[i], map, find);
  if (failed()) return to;
  graph_results_of(to, g, map);
  return to;
}

static Graph *replaced_part(Arena *a, const Graph *g, const void *find) {
  return replaced(a, g, *(LegalizeFind *const *)find);
}

Graph *node_legalized(Arena *a, const Graph *g, const Node *n) {
  Graph *to = graph_new(a, op_info(n->op)->name);
  Id *args = ARENA_ARRAY(a, Id, n->nargs + 1), *results = ARENA_ARRAY(a, Id, n->nresults + 1);
  for (int i = 0; i < n->nargs; i++)
    args[i] = graph_param(to, type_copy(a, graph_type(g, n->args[i])), NULL);
  to->loc = n->loc;
  rows[n->op].rule(&(Legalize){to, n, args, results});
  if (!failed()) graph_set_results(to, n->nresults, results);
  return failed() ? NULL : to;
}

const Graph *graph_replace(Arena *a, const Graph *g, LegalizeFind *find, const char *pass) {
  while (!is_legal(g, find)) {
    Arena *scratch = arena_new();
    const Graph *next = replaced(scratch, g, find);
    g = failed() ? NULL : graph_clone(a, next);
    arena_free(scratch);
    if (!g) return NULL;
    g = stress_pass((Graph *)g, pass);
  }
  return g;
}

LegalizeRule *legalize_backend_rule(const Graph *g, const Node *n) {
  LegalizeRule *rule = legalize_rule(g, n);
  return half_wants_f32(g, n, rule) ? legalize_half : rule;
}

// What the splitting of complex values leaves may want the rules again.
const Graph *graph_legalize(Arena *a, const Graph *g) {
  const Graph *legal = graph_replace(a, g, legalize_backend_rule, "legalize");
  const Graph *real = legal ? legalize_complex(a, legal) : NULL;
  if (!real || real == legal) return real;
  return graph_replace(a, stress_pass((Graph *)real, "legalize_complex"), legalize_backend_rule,
                       "legalize");
}
