// Choices between branches that cost less than choosing: all are computed, and their results
// selected.
#include "compiler/fuse_build.h"
#include "compiler/simplify_rules.h"
#include "ir/build.h"

enum {
  LANES = 16,      // elements that are computed at once, roughly
  MOST_WORK = 64,  // weight of operations on so many elements: some 20 ns, as a choice takes
};

static int64_t work_on(const Node *n, int64_t elements) {
  return node_weight(n) * ((elements + LANES - 1) / LANES);
}

static bool is_plain(const Node *n) {
  const OpClass c = op_info(n->op)->op_class;
  return c == CLASS_MAP || c == CLASS_SHAPE || c == CLASS_SOURCE || n->op == OP_dynamic_slice;
}

static int64_t plain_work(const Graph *g, const Node *n) {
  return is_plain(n) ? work_on(n, type_count(graph_type(g, n->first))) : MOST_WORK + 1;
}

// n makes a result of which the other branch leaves an argument as it is: select_rule of
// compiler/simplify_update.c makes a single update of both.
static bool updates_argument(const Graphs *all, int branch, const Node *n) {
  const bool scatter = op_info(n->op)->op_class == CLASS_SCATTER;
  if (all->n != 2 || (!scatter && n->op != OP_dynamic_update_slice)) return false;
  const Graph *g = all->v[branch], *other = all->v[1 - branch];
  if (scatter &&
      (dtype_kind(graph_type(g, n->args[1]).dtype) != KIND_SIGNED || n->attrs->index_map.n == 0))
    return false;
  int results = 0, left = 0;
  for (int i = 0; i < g->nresults; i++) {
    if (g->results[i] != n->first) continue;
    results++;
    for (int p = 0; p < g->nparams; p++)
      left += g->params[p] == n->args[0] && other->params[p] == other->results[i];
  }
  for (int i = 0; i < g->nnodes; i++)
    for (int k = 0; k < g->nodes[i].nargs; k++) results += g->nodes[i].args[k] == n->first;
  return results == 1 && left == 1;
}

bool simplify_is_cheap(const Graphs *all) {
  int64_t work = 0;
  for (int b = 0; b < all->n; b++) {
    const Graph *g = all->v[b];
    for (int i = 0; i < g->nnodes && work <= MOST_WORK; i++) {
      const Node *n = &g->nodes[i];
      const int update = n->op == OP_dynamic_update_slice ? 1 : 2;
      work += updates_argument(all, b, n) ? work_on(n, type_count(graph_type(g, n->args[update])))
                                          : plain_work(g, n);
    }
  }
  return work <= MOST_WORK;
}

// Whether the index is that of branch k: as a scalar.
static Id is_branch(const Site *s, Id index, int k) {
  Graph *g = s->g;
  const Node *n = graph_def(g, index);
  if (n && n->op == OP_convert && graph_type(g, n->args[0]).dtype == DT_BOOL) index = n->args[0];
  const Dtype d = graph_type(g, index).dtype;
  if (d == DT_BOOL) return k ? index : simplify_add(s, OP_not, 1, &index, NULL);
  const Id number = b_scalar_int(g, d, k);
  return simplify_add(s, OP_eq, 2, (Id[]){index, number}, NULL);
}

Id simplify_selected(const Site *s, Id index, int n, Id *const *results, int i) {
  Id r = results[n - 1][i];
  for (int k = n - 2; k >= 0; k--) {
    const Id p = is_branch(s, index, k);
    const Attrs at = {.shape = type_shape(graph_type(s->g, r)), .dims = {0}};
    const Id all = simplify_add(s, OP_broadcast, 1, &p, &at);
    r = simplify_add(s, OP_select, 3, (Id[]){all, results[k][i], r}, NULL);
  }
  return r;
}
