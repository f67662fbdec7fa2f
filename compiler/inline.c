// Calls replaced by what they call.
#include <stdlib.h>

#include "compiler/transform.h"
#include "ir/stress.h"

static Graph *inline_calls(Arena *a, const Graph *g);

static bool has_calls(const Graph *g) {
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    if (n->op == OP_call) return true;
    const Graph *part;
    for (int k = 0; (part = node_part(n, k)); k++) {
      if (has_calls(part)) return true;
    }
  }
  return false;
}

static void inline_node(Graph *to, const Node *n, Id *map) {
  Id *args = ARENA_ARRAY(to->arena, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++) args[i] = map[n->args[i]];
  Attrs at = attrs_map_graphs(to->arena, n, inline_calls);
  to->loc = n->loc;
  if (n->op == OP_call) {
    graph_inline(to, at.body, args, &map[n->first]);
    return;
  }
  Id first = graph_add(to, n->op, n->nargs, args, &at);
  for (int i = 0; i < n->nresults; i++) map[n->first + (Id)i] = first + (Id)i;
}

// The depth of recursion is the depth to which sub-graphs nest.
static Graph *inline_calls(Arena *a, const Graph *g) {
  Graph *to = graph_new(a, g->name);
  Id *map = xmalloc(sizeof *map * ((size_t)g->nvalues + 1));
  graph_params_of(to, g, map);
  for (int i = 0; i < g->nnodes; i++) inline_node(to, &g->nodes[i], map);
  graph_results_of(to, g, map);
  free(map);
  return to;
}

Graph *graph_inline_calls(Arena *a, const Graph *g) {
  if (failed()) return NULL;
  if (!has_calls(g)) return graph_clone(a, g);
  Arena *scratch = arena_new();
  Graph *out = graph_clone(a, inline_calls(scratch, g));
  arena_free(scratch);
  return stress_pass(out, "inlining");
}
