// The rule of simplify for contractions: heads, groups or other dimensions that were moved and then
// merged stay apart. A contraction reads several dimensions by their strides; the merged one of a
// transposed operand it could only copy.
#include "compiler/simplify_rules.h"
#include "ir/build.h"

// The dimensions of what a reshape merged, per dimension of its result: of result i from first[i]
// to below first[i + 1].
typedef struct Merge {
  Id from;
  Type type;  // of `from`
  int first[MAX_RANK + 1];
} Merge;

// x merges dimensions of a transposed array, and splits none.
static bool merges(const Graph *g, Id x, Merge *m) {
  const Node *n = graph_def(g, x), *moved = n && n->op == OP_reshape ? graph_def(g, n->args[0]) : 0;
  if (!moved || moved->op != OP_transpose) return false;
  const Type to = graph_type(g, x);
  *m = (Merge){.from = n->args[0], .type = graph_type(g, n->args[0])};
  int d = 0;
  bool any = false;
  for (int i = 0; i < to.rank; i++) {
    m->first[i] = d;
    for (int64_t size = 1; d < m->type.rank && (d == m->first[i] || size < to.dim[i]); d++)
      size *= m->type.dim[d];
    int64_t size = 1;
    for (int k = m->first[i]; k < d; k++) size *= m->type.dim[k];
    if (size != to.dim[i]) return false;
    any |= d > m->first[i] + 1;
  }
  m->first[to.rank] = d;
  return any && d == m->type.rank;
}

static Ints expanded(Arena *a, const Merge *m, Ints dims) {
  int64_t *v = ARENA_ARRAY(a, int64_t, MAX_RANK);
  int n = 0;
  for (int i = 0; i < dims.n; i++)
    for (int d = m->first[dims.v[i]]; d < m->first[dims.v[i] + 1]; d++) v[n++] = d;
  return (Ints){n, v};
}

typedef struct Side {
  Ints batch, contract;
} Side;

// The other operand, its batch and contracted dimensions split as those of the merged one were.
static Id split_like(Graph *g, Id x, const Merge *m, Side of_m, Side *side) {
  const Type t = graph_type(g, x);
  int64_t *shape = ARENA_ARRAY(g->arena, int64_t, 2 * MAX_RANK);
  Merge here = {0};
  int rank = 0;
  for (int i = 0; i < t.rank; i++) {
    const int b = ints_find(side->batch, i), c = ints_find(side->contract, i);
    const int64_t merged = b >= 0 ? of_m.batch.v[b] : c >= 0 ? of_m.contract.v[c] : -1;
    here.first[i] = rank;
    if (merged < 0) shape[rank++] = t.dim[i];
    for (int d = merged < 0 ? 0 : m->first[merged]; merged >= 0 && d < m->first[merged + 1]; d++)
      shape[rank++] = m->type.dim[d];
    if (rank > MAX_RANK) return NO_ID;
  }
  here.first[t.rank] = rank;
  side->batch = expanded(g->arena, &here, side->batch);
  side->contract = expanded(g->arena, &here, side->contract);
  return b_reshape(g, x, (Ints){rank, shape});
}

static Id dot_rule(const Site *s) {
  const Attrs *at = s->attrs;
  Merge m;
  const int merged = merges(s->g, s->args[0], &m) ? 0 : merges(s->g, s->args[1], &m) ? 1 : -1;
  if (merged < 0 || at->order != ORDER_CHAIN) return NO_ID;
  Side side[2] = {{at->lhs_batch, at->lhs_contract}, {at->rhs_batch, at->rhs_contract}};
  Side *mine = &side[merged], *other = &side[!merged];
  const Id apart = split_like(s->g, s->args[!merged], &m, *mine, other);
  if (apart == NO_ID) return NO_ID;
  mine->batch = expanded(s->g->arena, &m, mine->batch);
  mine->contract = expanded(s->g->arena, &m, mine->contract);
  Attrs split = *at;
  split.lhs_batch = side[0].batch, split.lhs_contract = side[0].contract;
  split.rhs_batch = side[1].batch, split.rhs_contract = side[1].contract;
  const Id args[2] = {merged ? apart : m.from, merged ? m.from : apart};
  const int rank =
      m.type.rank + graph_type(s->g, apart).rank - mine->batch.n - 2 * mine->contract.n;
  if (rank > MAX_RANK) return NO_ID;
  const Id y = simplify_add(s, OP_dot, 2, args, &split);
  return simplify_add(s, OP_reshape, 1, &y, &(Attrs){.shape = type_shape(simplify_type(s))});
}

Rule *const simplify_dot_rules[OP_COUNT] = {[OP_dot] = dot_rule};
