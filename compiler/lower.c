// From units to kernels: walks from the values that a unit stores to what it reads.
#include "compiler/fuse_build.h"
#include "compiler/lower.h"

#include <ctype.h>
#include <string.h>

// ---- memo: an element is lowered once per coordinates and guards

typedef struct MemoEntry {
  Id value;
  int n, nguards;
  const Ix *at;
  const Guard *guards;
  Sid result;
} MemoEntry;

typedef struct Memo {
  MemoEntry *entries;
  uint32_t n, cap;
} Memo;

static uint64_t memo_hash(const MemoEntry *e) {
  uint64_t h = e->value * UINT64_C(0x9e3779b97f4a7c15);
  for (int i = 0; i < e->n; i++) h = (h ^ e->at[i]) * UINT64_C(0xff51afd7ed558ccd), h ^= h >> 31;
  for (int i = 0; i < e->nguards; i++)
    h = (h ^ e->guards[i].ix ^ (uint64_t)e->guards[i].lo << 32) * UINT64_C(0xff51afd7ed558ccd);
  return h ^ h >> 29;
}

static bool memo_same(const MemoEntry *a, const MemoEntry *b) {
  if (a->value != b->value || a->n != b->n || a->nguards != b->nguards) return false;
  if (a->n && memcmp(a->at, b->at, sizeof(Ix) * (size_t)a->n)) return false;
  for (int i = 0; i < a->nguards; i++) {
    if (a->guards[i].ix != b->guards[i].ix || a->guards[i].lo != b->guards[i].lo ||
        a->guards[i].hi != b->guards[i].hi)
      return false;
  }
  return true;
}

static MemoEntry *memo_find(Memo *m, const MemoEntry *key) {
  for (uint64_t i = memo_hash(key);; i++) {
    MemoEntry *e = &m->entries[i & (m->cap - 1)];
    if (e->value == NO_ID || memo_same(e, key)) return e;
  }
}

static void memo_clear(Arena *a, Memo *m, uint32_t cap) {
  m->cap = cap;
  m->entries = ARENA_ARRAY(a, MemoEntry, cap);
  for (uint32_t i = 0; i < cap; i++) m->entries[i].value = NO_ID;
}

void lower_memo_init(Lower *l) {
  l->memo = ARENA_NEW(l->arena, Memo);
  memo_clear(l->arena, l->memo, 64);
}

static void memo_add(Lower *l, MemoEntry key, Sid result) {
  Memo *m = l->memo;
  if (2 * ++m->n > m->cap) {
    Memo old = *m;
    memo_clear(l->arena, m, 4 * old.cap);
    for (uint32_t i = 0; i < old.cap; i++) {
      if (old.entries[i].value != NO_ID) *memo_find(m, &old.entries[i]) = old.entries[i];
    }
  }
  key.at = arena_copy(l->arena, key.at, sizeof(Ix) * (size_t)key.n);
  key.guards = arena_copy(l->arena, key.guards, sizeof(Guard) * (size_t)key.nguards);
  key.result = result;
  *memo_find(m, &key) = key;
}

// ---- memory

// A parameter's own name, as an identifier that no other buffer of the kernel has.
static const char *buffer_name(Lower *l, Id v) {
  const char *given = l->g->values[v].name;
  if (!given || !*given) return arena_printf(l->arena, "v%u", v);
  char *name = arena_str(l->arena, given);
  for (char *c = name; *c; c++) {
    if (!isalnum((unsigned char)*c)) *c = '_';
  }
  bool taken = isdigit((unsigned char)*name);
  for (int i = 0; i < l->k->nbuffers; i++) taken |= !strcmp(l->k->buffers[i].name, name);
  return taken ? arena_printf(l->arena, "%s_%u", isdigit((unsigned char)*name) ? "p" : name, v)
               : name;
}

int lower_buffer(Lower *l, Id v) {
  for (int i = 0; i < l->k->nbuffers; i++) {
    if (l->buffer_value[i] == v) return i;
  }
  Type t = graph_type(l->g, v);
  const char *name = buffer_name(l, v);
  l->buffer_value = kernel_grow(l->k, l->buffer_value, &l->buffers_cap, (uint32_t)l->k->nbuffers,
                                sizeof *l->buffer_value);
  l->buffer_value[l->k->nbuffers] = v;
  return kernel_buffer(l->k, name, t.dtype, type_count(t));
}

Ix lower_linear(Kernel *k, Type t, const Ix *at) {
  Ix ix = ix_const(k, 0);
  int64_t stride = 1;
  for (int i = t.rank - 1; i >= 0; i--) {
    ix = ix_add(k, ix, ix_mul(k, at[i], stride));
    stride *= t.dim[i];
  }
  return ix;
}

// Ranges do not tell everything: where they leave it open, the index itself is guarded.
static Under secured(Lower *l, Ix index, int64_t count, Under under) {
  if (ix_inside(l->k, index, count, under.n, under.guards)) return under;
  Guard *g = ARENA_ARRAY(l->arena, Guard, under.n + 1);
  if (under.n) memcpy(g, under.guards, sizeof *g * (size_t)under.n);
  g[under.n] = (Guard){index, 0, count};
  return (Under){under.n + 1, g};
}

static Sid zero(Lower *l, Dtype d) { return s_const_bits(&l->k->dag, d, 0); }

static Sid load(Lower *l, Id v, const Ix *at, Under under) {
  Type t = graph_type(l->g, v);
  if (type_count(t) == 0) return zero(l, t.dtype);
  Access a = {
      .buffer = lower_buffer(l, v), .index = lower_linear(l->k, t, at), .otherwise = NO_SID};
  under = secured(l, a.index, type_count(t), under);
  a.nguards = under.n, a.guards = under.guards;
  if (under.n) a.otherwise = zero(l, t.dtype);
  return kernel_load(l->k, a);
}

static Sid constant(Lower *l, Id v, const Literal *lit, const Ix *at, Under under) {
  if (!lit->splat && type_count(lit->type) != 1)
    return l->inside ? lower_loop_fails(l, lit->type) : load(l, v, at, under);
  uint64_t bits = 0;
  memcpy(&bits, lit->data, dtype_size(lit->type.dtype));
  return s_const_bits(&l->k->dag, lit->type.dtype, bits);
}

// ---- values

static Sid lower_map(Lower *l, const Node *n, const Ix *at, Under under) {
  Sid args[3];
  for (int i = 0; i < n->nargs; i++) args[i] = lower_value(l, n->args[i], at, under);
  return s_op(&l->k->dag, n->op, n->nargs, args, n->attrs);
}

static Sid lower_node(Lower *l, const Node *n, Id v, const Ix *at, Under under) {
  OpClass c = op_info(n->op)->op_class;
  if (n->op == OP_while) return lower_loop_result(l, v, at);
  if (l->inside && c != CLASS_MAP && !lower_shape_rules[n->op])
    return lower_loop_fails(l, graph_type(l->g, v));
  switch (c) {
    case CLASS_MAP: return lower_map(l, n, at, under);
    case CLASS_REDUCE: return lower_reduce(l, n, at, under);
    case CLASS_ARGREDUCE: return lower_argreduce(l, n, at, under);
    case CLASS_DOT: return lower_dot(l, n, at, under);
    default: break;
  }
  CHECK(lower_shape_rules[n->op]);
  return lower_shape_rules[n->op](l, n, at, under);
}

// In a trial everything is read from memory.
static Sid trial_read(Lower *l, Id v, const Ix *at, Under under) {
  int rank = graph_type(l->g, v).rank;
  int8_t *axes = arena_alloc(l->arena, (size_t)rank + 1);
  LoopReads *r = l->reads;
  bool plain = true;
  for (int i = 0; i < rank; i++) {
    axes[i] = (int8_t)ix_single_axis(l->k, at[i]);
    plain &= (axes[i] < 0) == (graph_type(l->g, v).dim[i] == 1);
  }
  r->reads = fusion_grow(l->arena, r->reads, &r->cap, r->n, sizeof *r->reads);
  r->reads[r->n++] = (LoopRead){v, plain ? axes : NULL};
  return load(l, v, at, under);
}

Sid lower_value(Lower *l, Id v, const Ix *at, Under under) {
  v = l->fusion->same[v];
  const Node *n = graph_def(l->g, v);
  int home = l->fusion->home[v];
  if (!n && l->inside) return lower_loop_param(l, v, at, under);
  if (l->reads && !l->inside) return trial_read(l, v, at, under);
  if (!n || (home >= 0 && home != l->unit)) return load(l, v, at, under);
  if (n->op == OP_constant) return constant(l, v, &n->attrs->literal, at, under);
  MemoEntry key = {.value = v,
                   .n = graph_type(l->g, v).rank,
                   .nguards = under.n,
                   .at = at,
                   .guards = under.guards};
  const MemoEntry *known = memo_find(l->memo, &key);
  if (known->value != NO_ID) return known->result;
  kernel_place(l->k, n->loc);
  Sid s = lower_node(l, n, v, at, under);
  memo_add(l, key, s);
  return s;
}

// ---- guards

bool lower_guard(Lower *l, Under *under, Guard g) {
  const IxSum *s = ix_sum(l->k, g.ix);
  if (s->hi < g.lo || s->lo >= g.hi) return false;
  if (s->lo >= g.lo && s->hi < g.hi) return true;
  Guard *all = ARENA_ARRAY(l->arena, Guard, under->n + 1);
  if (under->n) memcpy(all, under->guards, sizeof *all * (size_t)under->n);
  all[under->n] = g;
  *under = (Under){under->n + 1, all};
  return true;
}

static Sid guard_scalar(Lower *l, const Guard *g) {
  Dag *d = &l->k->dag;
  const IxSum *s = ix_sum(l->k, g->ix);
  int64_t lo = s->lo, hi = s->hi;
  Sid x = ix_scalar(l->k, g->ix), in = NO_SID;
  if (lo < g->lo) in = s_ge(d, x, s_const_int(d, DT_I64, g->lo));
  if (hi < g->hi) return in;
  Sid below = s_lt(d, x, s_const_int(d, DT_I64, g->hi));
  return in == NO_SID ? below : s_and(d, in, below);
}

Sid lower_choose(Lower *l, Sid x, Sid otherwise, Under outer, Under inside) {
  if (inside.n == outer.n) return x;
  Dag *d = &l->k->dag;
  const Scalar *s = dag_node(d, x);
  if (s->kind == S_LOAD && l->k->accesses[s->imm].nguards == inside.n) {
    Access a = l->k->accesses[s->imm];
    a.otherwise = otherwise;
    return kernel_load(l->k, a);
  }
  Sid in = NO_SID;
  for (int i = outer.n; i < inside.n; i++) {
    Sid one = guard_scalar(l, &inside.guards[i]);
    in = in == NO_SID ? one : s_and(d, in, one);
  }
  return s_select(d, in, x, otherwise);
}

// ---- stores

static void coordinates(Lower *l, Id v, Ix *at) {
  const int8_t *axes = l->fusion->at[v];
  for (int i = 0; i < graph_type(l->g, v).rank; i++)
    at[i] = axes[i] < 0 ? ix_const(l->k, 0) : ix_axis(l->k, axes[i]);
}

static uint32_t axes_mask(const int8_t *axes, int n) {
  uint32_t mask = 0;
  for (int i = 0; i < n; i++) {
    if (axes[i] >= 0) mask |= 1u << axes[i];
  }
  return mask;
}

// A stack of the unit's loop, which the loop itself stores.
static bool is_stack(const Lower *l, const Unit *u, Id v) {
  const Node *n = &l->g->nodes[u->node];
  return u->loop && v >= n->first && v < n->first + (Id)n->nresults &&
         u->loop->update[v - n->first];
}

static bool stores_plainly(const Lower *l, const Unit *u, int i) {
  return type_count(graph_type(l->g, u->stores[i])) && !is_stack(l, u, u->stores[i]);
}

static void store_all(Lower *l, const Unit *u) {
  Sid *values = ARENA_ARRAY(l->arena, Sid, u->nstores);
  Ix at[MAX_RANK];
  if (u->loop) lower_loop_unit(l, u);
  for (int i = 0; i < u->nstores; i++) {
    if (!stores_plainly(l, u, i)) continue;
    coordinates(l, u->stores[i], at);
    values[i] = lower_value(l, u->stores[i], at, (Under){0});
  }
  if (u->loop) lower_loop_stores(l, u);
  for (int i = 0; i < u->nstores; i++) {
    Type t = graph_type(l->g, u->stores[i]);
    if (!stores_plainly(l, u, i)) continue;
    coordinates(l, u->stores[i], at);
    kernel_stage(l->k, (Stage){.kind = STAGE_STORE,
                               .axes = axes_mask(l->fusion->at[u->stores[i]], t.rank),
                               .value = values[i],
                               .value2 = NO_SID,
                               .buffer = lower_buffer(l, u->stores[i]),
                               .index = lower_linear(l->k, t, at)});
  }
}

// Starts of an update: the coordinates in the operand are the start plus those in the update.
static bool update_at(Lower *l, const Node *n, const Ix *at, Ix *to, Under *guards) {
  Type x = graph_type(l->g, n->args[0]), u = graph_type(l->g, n->args[1]);
  for (int i = 0; n->op == OP_dynamic_update_slice && i < x.rank; i++) {
    Ix start = lower_start(l, n->args[2 + i], NULL, x.dim[i], u.dim[i], (Under){0});
    to[i] = ix_add(l->k, start, at[i]);
  }
  if (n->op == OP_dynamic_update_slice) return true;
  Type updates = graph_type(l->g, n->args[2]);
  int64_t sizes[MAX_RANK];
  for (int i = 0, w = 0; i < x.rank; i++) {
    bool gone = ints_has(n->attrs->collapsed_dims, i) || ints_has(n->attrs->operand_batch, i);
    sizes[i] = gone ? 1 : updates.dim[n->attrs->offset_dims.v[w++]];
  }
  Guard g[MAX_RANK];
  int ng = 0;
  lower_window(l, n->args[1], x, n->attrs, at, updates.rank, sizes, (Under){0}, to, g, &ng);
  for (int i = 0; i < ng; i++) {
    if (!lower_guard(l, guards, g[i])) return false;
  }
  return true;
}

// The kernel over the update of a dynamic_update_slice or scatter; the copy stands before it.
static bool store_update(Lower *l, const Node *n) {
  bool scatter = op_info(n->op)->op_class == CLASS_SCATTER;
  Id update = n->args[scatter ? 2 : 1];
  Type x = graph_type(l->g, n->first), u = graph_type(l->g, update);
  if (type_count(u) == 0 || type_count(x) == 0) return false;
  Ix at[MAX_RANK], to[MAX_RANK];
  int8_t axes[MAX_RANK];
  for (int i = 0, a = 0; i < u.rank; i++) {
    axes[i] = u.dim[i] == 1 ? -1 : (int8_t)a++;
    at[i] = axes[i] < 0 ? ix_const(l->k, 0) : ix_axis(l->k, axes[i]);
  }
  Under guards = {0};
  if (!update_at(l, n, at, to, &guards)) return false;
  Sid value = lower_value(l, update, at, (Under){0});
  Ix index = lower_linear(l->k, x, to);
  if (scatter) guards = secured(l, index, type_count(x), guards);
  kernel_stage(l->k, (Stage){.kind = scatter ? STAGE_SCATTER : STAGE_STORE,
                             .axes = axes_mask(axes, u.rank),
                             .value = value,
                             .value2 = NO_SID,
                             .combine = op_info(n->op)->combine,
                             .buffer = lower_buffer(l, n->first),
                             .index = index,
                             .nguards = guards.n,
                             .guards = guards.guards});
  return true;
}

static bool has_points(const Lower *l, const Unit *u) {
  for (int i = 0; i < u->nstores; i++) {
    if (type_count(graph_type(l->g, u->stores[i]))) return true;
  }
  return false;
}

Lowered lower_unit(Arena *a, const Fusion *f, int unit) {
  const Unit *u = &f->units[unit];
  const Node *n = &f->graph->nodes[u->node];
  Lower l = {.arena = a, .fusion = f, .g = f->graph, .unit = unit};
  if (!has_points(&l, u)) return (Lowered){0};
  lower_memo_init(&l);
  l.k = kernel_new(a, arena_printf(a, "%s_%u", op_info(n->op)->name, n->first));
  l.k->loc = n->loc;
  kernel_place(l.k, n->loc);
  for (int i = 0; i < u->naxes; i++) kernel_axis(l.k, u->axis[i] > 1 ? u->axis[i] : 1);
  if (u->kind == UNIT_KERNEL) store_all(&l, u);
  else if (!store_update(&l, n)) return (Lowered){0};
  kernel_finish(l.k);
  return (Lowered){l.k, l.buffer_value};
}
