// Rules of simplify for updates of arrays. The contract stands in compiler/simplify.c.
#include <string.h>

#include "compiler/rules.h"
#include "compiler/simplify_rules.h"
#include "ir/build.h"

#define KEEP NO_ID

static Id add1(const Site *s, Op op, Id x, const Attrs *at) {
  return simplify_add(s, op, 1, &x, at);
}

// ---- one window at a known place

static int64_t int_of(Dtype d, uint64_t bits) {
  const int unused = 64 - 8 * (int)dtype_size(d);
  return dtype_kind(d) == KIND_SIGNED ? (int64_t)(bits << unused) >> unused : (int64_t)bits;
}

static void int_at(const Literal *l, int i, int64_t *to) {
  uint64_t bits = 0;
  const size_t size = dtype_size(l->type.dtype);
  memcpy(&bits, (const char *)l->data + (l->splat ? 0 : size * (size_t)i), size);
  *to = int_of(l->type.dtype, bits);
}

// The n elements of v, where they are known.
static bool known_ints(const Graph *g, Id v, int n, int64_t *to) {
  uint64_t bits;
  const Node *def = graph_def(g, v);
  const Type t = graph_type(g, v);
  if (type_count(t) != n) return false;
  if (simplify_uniform(g, v, &bits)) {
    for (int i = 0; i < n; i++) to[i] = int_of(t.dtype, bits);
    return true;
  }
  if (def && def->op == OP_constant) {
    for (int i = 0; i < n; i++) int_at(&def->attrs->literal, i, &to[i]);
    return true;
  }
  if (!def || def->op != OP_concatenate || def->nargs != n) return false;
  for (int i = 0; i < n; i++) {
    if (!simplify_uniform(g, def->args[i], &bits)) return false;
    to[i] = int_of(t.dtype, bits);
  }
  return true;
}

// Where the only window starts; -1: there are several, or it is not known.
static bool window_start(const Site *s, Ints sizes, int64_t *start, bool *inside) {
  const Attrs *at = s->attrs;
  const Type updates = graph_type(s->g, s->args[2]);
  int64_t known[MAX_RANK], window = 1;
  for (int i = 0; i < sizes.n; i++) window *= sizes.v[i], start[i] = 0;
  if (at->operand_batch.n || window == 0 || type_count(updates) != window) return false;
  if (!known_ints(s->g, s->args[1], at->index_map.n, known)) return false;
  for (int i = 0; i < at->index_map.n; i++) start[at->index_map.v[i]] = known[i];
  *inside = true;
  for (int i = 0; i < sizes.n; i++)
    *inside &= start[i] >= 0 && start[i] <= s->type.dim[i] - sizes.v[i];
  return true;
}

// Such an update is no scatter: elements next to each other are written.
static Id scatter_rule(const Site *s) {
  Graph *g = s->g;
  const Op combine = op_info(s->op)->combine;
  int64_t start[MAX_RANK], limit[MAX_RANK], stride[MAX_RANK];
  Id args[2 + MAX_RANK];
  bool inside;
  const int rank = s->type.rank;
  if (rank == 0 || s->type.dtype == DT_BOOL) return KEEP;
  const Ints sizes = scatter_sizes(g->arena, s->type, graph_type(g, s->args[2]), s->attrs);
  if (!window_start(s, sizes, start, &inside)) return KEEP;
  if (!inside) return s->args[0];
  Id update = add1(s, OP_reshape, s->args[2], &(Attrs){.shape = sizes});
  if (combine != OP_replace) {
    for (int i = 0; i < rank; i++) limit[i] = start[i] + sizes.v[i], stride[i] = 1;
    const Id there =
        add1(s, OP_slice, s->args[0],
             &(Attrs){.start = {rank, start}, .limit = {rank, limit}, .stride = {rank, stride}});
    update = simplify_add(s, combine, 2, (Id[]){there, update}, NULL);
  }
  args[0] = s->args[0], args[1] = update;
  for (int i = 0; i < rank; i++)
    args[2 + i] = b_scalar_int(g, start[i] > INT32_MAX ? DT_I64 : DT_I32, start[i]);
  return simplify_add(s, OP_dynamic_update_slice, 2 + rank, args, NULL);
}

// ---- select(p, x with an update, x): an update that goes nowhere where p does not hold

// v as a scalar, where it is one that was broadcast.
static Id spread_scalar(const Site *s, Id v) {
  const Node *n = graph_def(s->g, v);
  if (graph_type(s->g, v).rank == 0) return v;
  if (!n || n->op != OP_broadcast || type_count(graph_type(s->g, n->args[0])) != 1) return NO_ID;
  return add1(s, OP_reshape, n->args[0], &(Attrs){.shape = {0}});
}

static Id chosen(const Site *s, Id p, bool when, Id x, Id y) {
  const Id all =
      add1(s, OP_broadcast, p, &(Attrs){.shape = type_shape(graph_type(s->g, x)), .dims = {0}});
  return simplify_add(s, OP_select, 3, (Id[]){all, when ? x : y, when ? y : x}, NULL);
}

// Windows that do not lie inside are dropped.
static Id scatter_when(const Site *s, const Node *n, Id p, bool when) {
  const Type t = graph_type(s->g, n->args[1]);
  if (dtype_kind(t.dtype) != KIND_SIGNED || n->attrs->index_map.n == 0) return KEEP;
  const Id nowhere = simplify_full(s, t, UINT64_MAX >> (64 - 8 * dtype_size(t.dtype)));
  const Id args[] = {n->args[0], chosen(s, p, when, n->args[1], nowhere), n->args[2]};
  return simplify_add(s, n->op, 3, args, n->attrs);
}

static Id update_when(const Site *s, const Node *n, Id p, bool when) {
  const Type t = graph_type(s->g, n->args[1]);
  Id *args = ARENA_ARRAY(s->g->arena, Id, n->nargs);
  memcpy(args, n->args, sizeof *args * (size_t)n->nargs);
  args[1] = n->args[0];
  for (int i = 2; i < n->nargs; i++) args[i - 1] = n->args[i];
  const Id there =
      graph_add(s->g, OP_dynamic_slice, n->nargs - 1, args, &(Attrs){.slice_sizes = type_shape(t)});
  memcpy(args, n->args, sizeof *args * (size_t)n->nargs);
  args[1] = chosen(s, p, when, n->args[1], there);
  return simplify_add(s, OP_dynamic_update_slice, n->nargs, args, n->attrs);
}

static Id select_rule(const Site *s) {
  for (int i = 1; i < 3; i++) {
    const Node *n = graph_def(s->g, s->args[i]);
    if (!n || n->nargs < 2 || n->args[0] != s->args[3 - i]) continue;
    const bool scatter = op_info(n->op)->op_class == CLASS_SCATTER;
    if (!scatter && n->op != OP_dynamic_update_slice) continue;
    const Id p = spread_scalar(s, s->args[0]);
    if (p == NO_ID) return KEEP;
    return scatter ? scatter_when(s, n, p, i == 1) : update_when(s, n, p, i == 1);
  }
  return KEEP;
}

Rule *const simplify_update_rules[OP_COUNT] = {
    [OP_scatter_set] = scatter_rule, [OP_scatter_add] = scatter_rule,
    [OP_scatter_mul] = scatter_rule, [OP_scatter_max] = scatter_rule,
    [OP_scatter_min] = scatter_rule, [OP_scatter_and] = scatter_rule,
    [OP_scatter_or] = scatter_rule,  [OP_scatter_xor] = scatter_rule,
    [OP_select] = select_rule,
};
