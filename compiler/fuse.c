// Fusion: walks the graph against the order of execution and gives every value a unit, or none.
#include "compiler/fuse.h"

#include <stdarg.h>
#include <string.h>

#include "compiler/fuse_build.h"

void *fusion_grow(Arena *a, void *p, uint32_t *cap, uint32_t n, size_t size) {
  if (n < *cap) return p;
  uint32_t want = *cap ? 2 * *cap : 16;
  void *q = arena_alloc(a, size * want);
  if (n) memcpy(q, p, size * n);
  *cap = want;
  return q;
}

int unit_new(Fusion *f, UnitKind kind, const Node *n) {
  f->units = fusion_grow(f->arena, f->units, &f->units_cap, f->nunits, sizeof *f->units);
  f->units[f->nunits] = (Unit){.kind = kind, .node = (uint32_t)(n - f->graph->nodes)};
  return (int)f->nunits++;
}

int unit_axis(Fusion *f, int unit, int64_t size) {
  Unit *u = &f->units[unit];
  u->axis[u->naxes] = size;
  return u->naxes++;
}

void unit_store(Fusion *f, int unit, Id v, const int8_t *axes) {
  Unit *u = &f->units[unit];
  u->stores = fusion_grow(f->arena, u->stores, &u->stores_cap, (uint32_t)u->nstores, sizeof(Id));
  u->stores[u->nstores++] = v;
  f->home[v] = unit;
  size_t rank = (size_t)graph_type(f->graph, v).rank;
  f->at[v] = memcpy(arena_alloc(f->arena, rank + 1), axes, rank);
}

void unit_space(Fusion *f, int unit, Type t, int8_t *axes) {
  for (int i = 0; i < t.rank; i++)
    axes[i] = t.dim[i] == 1 ? -1 : (int8_t)unit_axis(f, unit, t.dim[i]);
  f->units[unit].root = (1u << f->units[unit].naxes) - 1;
}

void fusion_note(Fusion *f, const Node *n, const char *fmt, ...) {
  if (!f->explain) return;
  f->notes = fusion_grow(f->arena, f->notes, &f->notes_cap, f->nnotes, sizeof *f->notes);
  va_list ap;
  va_start(ap, fmt);
  char *what = arena_vprintf(f->arena, fmt, ap);
  va_end(ap);
  const char *text = arena_printf(f->arena, "%s: %s", op_info(n->op)->name, what);
  f->notes[f->nnotes++] = (FusionNote){n->loc, text};
}

// ---- each node alone

bool fusion_in_memory(const Graph *g, Id v) {
  const Node *n = graph_def(g, v);
  if (!n) return true;
  const Literal *l = &n->attrs->literal;
  return n->op == OP_constant && (!l->splat || type_count(l->type) == 1);
}

bool fusion_is_reducing(const Node *n) {
  OpClass c = op_info(n->op)->op_class;
  if (c == CLASS_DOT) return n->attrs->lhs_contract.n > 0;
  return c == CLASS_REDUCE || c == CLASS_ARGREDUCE;
}

void unit_reduce(Fusion *f, int unit, const Node *n) {
  Ints dims = node_reduced(n);
  Type x = graph_type(f->graph, n->args[0]);
  int8_t *axes = arena_alloc(f->arena, (size_t)dims.n + 1);
  for (int i = 0; i < dims.n; i++) {
    int64_t size = x.dim[dims.v[i]];
    axes[i] = size == 1 ? -1 : (int8_t)unit_axis(f, unit, size);
  }
  f->reduced[n - f->graph->nodes] = axes;
}

int unit_alone(Fusion *f, const Node *n) {
  int8_t axes[MAX_RANK];
  int unit = unit_new(f, UNIT_KERNEL, n);
  unit_space(f, unit, graph_type(f->graph, n->first), axes);
  unit_store(f, unit, n->first, axes);
  return unit;
}

static UnitKind step_kind(Op op) {
  switch (op_info(op)->op_class) {
    case CLASS_SORT: return UNIT_SORT;
    case CLASS_FOURIER: return UNIT_FOURIER;
    case CLASS_CONTROL: return op == OP_while ? UNIT_WHILE : UNIT_SWITCH;
    case CLASS_SCATTER: return UNIT_SCATTER;
    default: return UNIT_UPDATE;
  }
}

bool fusion_is_step(Op op) {
  OpClass c = op_info(op)->op_class;
  return c == CLASS_SORT || c == CLASS_FOURIER || c == CLASS_CONTROL || c == CLASS_SCATTER ||
         op == OP_dynamic_update_slice;
}

// The space of an update is that of what is written.
int unit_step(Fusion *f, const Node *n) {
  int8_t axes[MAX_RANK];
  int unit = unit_new(f, step_kind(n->op), n);
  if (f->units[unit].kind == UNIT_UPDATE || f->units[unit].kind == UNIT_SCATTER) {
    Id update = n->args[f->units[unit].kind == UNIT_SCATTER ? 2 : 1];
    unit_space(f, unit, graph_type(f->graph, update), axes);
  }
  memset(axes, -1, sizeof axes);
  for (int i = 0; i < n->nresults; i++) unit_store(f, unit, n->first + (Id)i, axes);
  return unit;
}

static void each_alone(Fusion *f) {
  for (int i = f->graph->nnodes - 1; i >= 0; i--) {
    const Node *n = &f->graph->nodes[i];
    bool constant =
        n->op == OP_constant && (!f->kept[n->first] || fusion_in_memory(f->graph, n->first));
    if (fusion_is_step(n->op)) {
      unit_step(f, n);
    } else if (op_info(n->op)->op_class != CLASS_BARRIER && !constant) {
      int unit = unit_alone(f, n);
      if (fusion_is_reducing(n)) unit_reduce(f, unit, n);
    }
  }
}

// ---- the whole graph

// Barriers pass memory on: their results are their operands.
static void pass_barriers(Fusion *f) {
  const Graph *g = f->graph;
  Id *same = ARENA_ARRAY(f->arena, Id, g->nvalues + 1);
  for (int i = 0; i < g->nvalues; i++) same[i] = (Id)i;
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    bool barrier = op_info(n->op)->op_class == CLASS_BARRIER;
    for (int k = 0; barrier && k < n->nresults; k++) same[n->first + (Id)k] = same[n->args[k]];
  }
  f->same = same;
}

static void keep_operands(Fusion *f, const Node *n) {
  const SeqLoop *loop = f->seq[n - f->graph->nodes];
  for (int i = 0; loop && i < n->attrs->ncarry; i++)
    if (loop->update[i] && !loop->covered[i]) f->kept[f->same[n->args[i]]] = true;
  if (loop) return;
  OpClass c = op_info(n->op)->op_class;
  bool all = c == CLASS_SORT || c == CLASS_FOURIER || c == CLASS_CONTROL;
  int count = all ? n->nargs : fusion_is_step(n->op);
  for (int i = 0; i < count; i++) f->kept[f->same[n->args[i]]] = true;
}

static void keep_passed(Fusion *f, const Node *n) {
  for (int i = 0; op_info(n->op)->op_class == CLASS_BARRIER && i < n->nargs; i++) {
    const Id v = f->same[n->args[i]];
    f->passed[v] |= !f->kept[v];
    f->kept[v] = true;
  }
}

static void find_kept(Fusion *f) {
  const Graph *g = f->graph;
  f->kept = ARENA_ARRAY(f->arena, bool, g->nvalues + 1);
  f->passed = ARENA_ARRAY(f->arena, bool, g->nvalues + 1);
  for (int i = 0; i < g->nresults; i++) f->kept[f->same[g->results[i]]] = true;
  for (int i = 0; i < g->nnodes; i++) keep_operands(f, &g->nodes[i]);
  for (int i = 0; i < g->nnodes; i++) keep_passed(f, &g->nodes[i]);
}

static Fusion *fusion_new(Arena *a, const Graph *g) {
  Fusion *f = ARENA_NEW(a, Fusion);
  *f = (Fusion){.arena = a, .graph = g};
  f->home = ARENA_ARRAY(a, int, g->nvalues + 1);
  f->at = ARENA_ARRAY(a, const int8_t *, g->nvalues + 1);
  f->seq = ARENA_ARRAY(a, const SeqLoop *, g->nnodes + 1);
  f->reduced = ARENA_ARRAY(a, const int8_t *, g->nnodes + 1);
  for (int i = 0; i < g->nvalues; i++) f->home[i] = -1;
  pass_barriers(f);
  return f;
}

static void find_loops(Fusion *f) {
  for (int i = 0; i < f->graph->nnodes; i++)
    if (f->graph->nodes[i].op == OP_while) f->seq[i] = fuse_loop(f, &f->graph->nodes[i]);
}

Fusion *fuse_inside(Arena *a, const Graph *g) {
  Fusion *f = fusion_new(a, g);
  find_loops(f);
  return f;
}

Fusion *fuse(Arena *a, const Graph *g, FuseMode mode, const int *alias, bool explain) {
  Fusion *f = fusion_new(a, g);
  f->explain = explain;
  if (mode == FUSE_ALL) find_loops(f);
  find_kept(f);
  fusion_find_early(f, mode == FUSE_ALL ? alias : NULL);
  if (mode == FUSE_NONE) each_alone(f);
  else fuse_greedy(f);
  return f;
}
