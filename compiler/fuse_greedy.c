// The decisions of fusion, taken node by node against the order of execution. When a node is
// reached, all its readers have their units; it is computed inside them, or stored by one of them,
// or opens a unit of its own.
//
// Why no cycles can arise: units are numbered in the order in which they are opened, and a node is
// stored only by a unit whose number is not below that of any reader. So data flow only from higher
// to lower numbers. The operands of a barrier are treated as if all readers of its results read
// each of them, so that the units in the order of their numbers keep it.
#include <string.h>

#include "compiler/fuse_build.h"

enum {
  MAX_OPS = 256,         // weight per kernel; a block of 16,000 operations spilled everything
  MAX_AGAIN = 16,        // of that, what it computes at more than one place
  MAX_STORES = 16,       // results per kernel
  CHEAP = 4,             // weight that may be computed again for each reader or element
  MAX_COPIES = 4,        // readers for which it is
  ROW_LIMIT = 16384,     // elements of a row that is gone over several times: 64 KB
  SERIAL_LIMIT = 65536,  // elements that one thread may handle alone
  SMALL_SPACE = 4096,    // points of a kernel in which so much may be repeated:
  SMALL_COST = 32,
  MIN_ROWS = 8,         // rows that make parallel work
  LONG_WINDOWS = 64,    // elements of a window over which a contraction sums,
  MANY_OUTPUTS = 8,     // and outputs that read each, from which windows are copied
  STRIDED_LIMIT = 512,  // elements of a row that is strided: vectors hold neighbouring rows
  MAX_PLACES = 16,      // places at which one element of a kernel reads a value it computes
};

// A value as one unit reads it.
typedef struct Use {
  int unit;
  bool plain;          // everywhere at the coordinates `axes`, one axis of the unit per dimension
  bool repeated;       // an element is computed more than once
  bool windowed;       // once for each window that it is in
  bool copied;         // a contraction wants it in memory,
  bool in_place;       // or what it sees of that
  const int8_t *axes;  // -1 for dimensions of one element
  // Different coordinates (and guards) at which it is read: it is lowered for each. No more than
  // MAX_PLACES + 1 are told apart.
  uint64_t *places;
  int nplaces;
  struct Use *next;
} Use;

typedef struct Greedy {
  Fusion *f;
  const Graph *g;
  const Cone *cones;
  Use **uses;   // per value: by unit, the highest first, which is mostly the one at work
  int *behind;  // per result of a barrier, and value that it passes on: the highest unit behind it
  int *siblings;
  uint32_t nsiblings;  // slots: hash of a space -> unit + 1
} Greedy;

// ---- uses

static int rank_of(const Greedy *s, Id v) { return graph_type(s->g, v).rank; }

static uint64_t mix(uint64_t h, uint64_t x) {
  h = (h ^ x) * UINT64_C(0x9e3779b97f4a7c15);
  return h ^ h >> 29;
}

static uint64_t axes_place(const int8_t *axes, int rank) {
  uint64_t h = 1;
  for (int i = 0; i < rank; i++) h = mix(h, (uint64_t)(axes[i] + 2));
  return h;
}

static void place_add(Greedy *s, Use *u, uint64_t place) {
  for (int i = 0; i < u->nplaces; i++) {
    if (u->places[i] == place) return;
  }
  if (u->nplaces > MAX_PLACES) return;
  uint64_t *places = ARENA_ARRAY(s->f->arena, uint64_t, u->nplaces + 1);
  if (u->nplaces) memcpy(places, u->places, sizeof *places * (size_t)u->nplaces);
  places[u->nplaces++] = place;
  u->places = places;
}

static void set_behind(Greedy *s, Id v, int unit) {
  if (s->behind[v] < unit) s->behind[v] = unit;
}

static Use *use_add(Greedy *s, Id v, int unit, const int8_t *axes, bool repeated) {
  if (s->f->same[v] != v) set_behind(s, v, unit);
  v = s->f->same[v];
  size_t rank = (size_t)rank_of(s, v);
  Use **at = &s->uses[v];
  while (*at && (*at)->unit > unit) at = &(*at)->next;
  if (*at && (*at)->unit == unit) {
    Use *u = *at;
    u->plain = u->plain && axes && (!rank || !memcmp(u->axes, axes, rank));
    u->repeated |= repeated;
    return u;
  }
  Use *u = ARENA_NEW(s->f->arena, Use);
  *u = (Use){unit, axes != NULL, repeated, .next = *at};
  if (axes) u->axes = memcpy(arena_alloc(s->f->arena, rank + 1), axes, rank);
  return *at = u;
}

// A value that the unit's stage itself reads.
static Use *use_stage(Greedy *s, Id v, int unit, const int8_t *axes, bool repeated) {
  Use *u = use_add(s, v, unit, axes, repeated);
  place_add(s, u, axes ? axes_place(axes, rank_of(s, v)) : mix(0, v));
  return u;
}

static uint32_t axes_mask(const int8_t *axes, int n) {
  uint32_t mask = 0;
  for (int i = 0; i < n; i++) {
    if (axes[i] >= 0) mask |= 1u << axes[i];
  }
  return mask;
}

// The axes name each element of v once.
static bool covers(const Greedy *s, Id v, const int8_t *axes) {
  Type t = graph_type(s->g, v);
  int distinct = 0;
  for (int i = 0; i < t.rank; i++) {
    if ((axes[i] < 0) != (t.dim[i] == 1)) return false;
    distinct += axes[i] >= 0;
  }
  return distinct == __builtin_popcount(axes_mask(axes, t.rank));
}

// ---- what the operands of a node are read at, given what the node is

typedef bool AxesRule(const Greedy *s, const Node *n, const int8_t *axes, int8_t *to);

static bool axes_broadcast(const Greedy *s, const Node *n, const int8_t *axes, int8_t *to) {
  Type x = graph_type(s->g, n->args[0]);
  for (int i = 0; i < x.rank; i++) to[i] = x.dim[i] == 1 ? -1 : axes[n->attrs->dims.v[i]];
  return true;
}

static bool axes_transpose(const Greedy *s, const Node *n, const int8_t *axes, int8_t *to) {
  (void)s;
  for (int i = 0; i < n->attrs->perm.n; i++) to[n->attrs->perm.v[i]] = axes[i];
  return true;
}

// Only dimensions of one element come or go.
static bool axes_reshape(const Greedy *s, const Node *n, const int8_t *axes, int8_t *to) {
  Type x = graph_type(s->g, n->args[0]), t = graph_type(s->g, n->first);
  int j = 0;
  for (int i = 0; i < x.rank; i++) {
    to[i] = -1;
    if (x.dim[i] == 1) continue;
    while (j < t.rank && t.dim[j] == 1) j++;
    if (j == t.rank || t.dim[j] != x.dim[i]) return false;
    to[i] = axes[j++];
  }
  return true;
}

static AxesRule *const axes_rules[OP_COUNT] = {
    [OP_broadcast] = axes_broadcast,
    [OP_transpose] = axes_transpose,
    [OP_reshape] = axes_reshape,
};

// Elements of operand i are computed again for several elements of the result.
static bool repeats(const Greedy *s, const Node *n, int i) {
  if (n->op == OP_concatenate) return n->nargs > 1;
  if (n->op == OP_dot)
    return type_count(graph_type(s->g, n->first)) > type_count(graph_type(s->g, n->args[i]));
  if (i > 0)
    return op_info(n->op)->op_class == CLASS_INDEX || n->op == OP_pad || n->op == OP_affine;
  if (n->op == OP_affine) return true;
  Type x = graph_type(s->g, n->args[0]), t = graph_type(s->g, n->first);
  return (n->op == OP_broadcast || n->op == OP_gather) && type_count(t) > type_count(x);
}

// Operand i of n, at `axes` or where n's coordinates lead.
static void read_places(Greedy *s, const Node *n, int i, const Use *use, const int8_t *axes,
                        Use *to) {
  const bool map = op_info(n->op)->op_class == CLASS_MAP;
  if (axes) place_add(s, to, axes_place(axes, rank_of(s, n->args[i])));
  for (int p = 0; !axes && p < use->nplaces; p++)
    place_add(s, to, map ? use->places[p] : mix(mix(use->places[p], n->first), (uint64_t)i));
}

// n is computed inside the unit of `use`: its operands are read there.
static void read_operands(Greedy *s, const Node *n, const Use *use) {
  int8_t to[MAX_RANK];
  bool map = op_info(n->op)->op_class == CLASS_MAP;
  for (int i = 0; i < n->nargs; i++) {
    const int8_t *axes = NULL;
    if (use->plain && map) axes = use->axes;
    if (use->plain && axes_rules[n->op] && axes_rules[n->op](s, n, use->axes, to)) axes = to;
    Use *u = use_add(s, n->args[i], use->unit, axes, use->repeated || repeats(s, n, i));
    read_places(s, n, i, use, axes, u);
    u->windowed |= use->windowed || (i == 0 && node_is_windows(s->g, n));
    u->copied |= use->in_place;
  }
}

// ---- conditions

static Unit *unit_of(const Greedy *s, const Use *u) { return &s->f->units[u->unit]; }

// What n adds to the unit: it is there once for each place.
static int weight_in(const Node *n, const Use *use) {
  return node_weight(n) * (use->nplaces > 1 ? use->nplaces : 1);
}

static bool has_room(const Unit *u, int weight) {
  return u->kind <= UNIT_SCATTER && u->ops + weight <= MAX_OPS;
}

// Of that, what it computes again.
static int weight_again(const Node *n, const Use *use) {
  return weight_in(n, use) - node_weight(n);
}

static int64_t space(const Unit *u, uint32_t axes) {
  int64_t n = 1;
  for (int i = 0; i < u->naxes; i++) {
    if (axes >> i & 1) n *= u->axis[i];
  }
  return n;
}

// How long a row may be that is gone over several times. Where the rows are not the outermost axes,
// a row is strided; it still pays while neighbouring rows fill vectors.
static int64_t row_limit(const Unit *u, uint32_t rows) {
  if (!(rows & (rows + 1))) return ROW_LIMIT;
  return rows > (u->root & ~rows) ? STRIDED_LIMIT : 0;
}

// The unit may go over rows of `rows`, a reduction along each row first.
static bool rows_fit(const Unit *u, uint32_t rows) {
  if (u->kind != UNIT_KERNEL || u->contracts || rows & ~u->root) return false;
  if (u->has_stage && rows != u->rows) return false;
  uint32_t inner = u->root & ~rows;
  if (!inner) return true;
  int64_t length = space(u, inner), count = space(u, rows);
  if (length > row_limit(u, rows)) return false;
  return count >= MIN_ROWS || count * length <= SERIAL_LIMIT;
}

// Computed once per row before the elements of the row are.
static bool per_row(const Greedy *s, Id v, const Use *use) {
  return use->plain && s->cones[v].has_reduce &&
         rows_fit(unit_of(s, use), axes_mask(use->axes, rank_of(s, v)));
}

static bool is_view(const Node *n) {
  OpClass c = op_info(n->op)->op_class;
  return c == CLASS_SHAPE || c == CLASS_SOURCE || c == CLASS_INDEX;
}

static const char *why_not_inside(const Greedy *s, const Node *n, const Use *use) {
  const Unit *u = unit_of(s, use);
  const Cone *c = &s->cones[n->first];
  if (u->kind > UNIT_SCATTER) return "read by a step";
  if (!has_room(u, weight_in(n, use))) return "the kernel is full";
  if (c->cost && use->nplaces > MAX_PLACES) return "read at too many places";
  if (use->nplaces > 1 && u->again + weight_again(n, use) > MAX_AGAIN)
    return "read at several places, by a kernel that repeats enough";
  bool again = c->cost > CHEAP || (c->cost && (c->has_dot || c->has_reduce));
  if (use->copied && is_view(n) && !(use->in_place && node_is_windows(s->g, n)))
    return "windows of a contraction";
  if (use->windowed && (c->cost || c->has_dot || c->has_reduce)) return "read through windows";
  bool small = !c->has_dot && c->cost <= SMALL_COST && space(u, UINT32_MAX) <= SMALL_SPACE;
  if (use->repeated && again && !small && !per_row(s, n->first, use))
    return "expensive, and read more than once per element";
  return NULL;
}

// Why an elementwise or shape node is not computed where it is read, or NULL.
static const char *why_kept(const Greedy *s, const Node *n) {
  Id v = n->first;
  int readers = 0;
  if (s->f->kept[v]) return "needed in memory";
  for (const Use *u = s->uses[v]; u; u = u->next, readers++) {
    const char *why = why_not_inside(s, n, u);
    if (why) return why;
  }
  const Cone *c = &s->cones[v];
  if (readers <= 1 || (is_view(n) && c->cost <= CHEAP)) return NULL;
  if (c->has_dot || c->has_reduce) return is_view(n) ? NULL : "several kernels read it";
  bool cheap = c->cost <= CHEAP && c->leaves <= 2 && readers <= MAX_COPIES;
  return cheap ? NULL : "several kernels read it";
}

// ---- placing

// The reader that runs first, which may store v; NULL also where a barrier's results are read
// earlier.
static const Use *host_of(const Greedy *s, Id v) {
  const Use *host = s->uses[v];
  return host && host->unit >= s->behind[v] ? host : NULL;
}

// The unit can write v at the coordinates at which it reads it.
static bool storable(const Greedy *s, Id v, const Use *use) {
  const Unit *u = unit_of(s, use);
  if (u->kind != UNIT_KERNEL || !use->plain || !covers(s, v, use->axes)) return false;
  uint32_t mask = axes_mask(use->axes, rank_of(s, v));
  return mask == u->root || (u->has_stage && !u->contracts && mask == u->rows);
}

static void absorb(Greedy *s, const Node *n, const Use *use) {
  unit_of(s, use)->ops += weight_in(n, use);
  unit_of(s, use)->again += weight_again(n, use);
  read_operands(s, n, use);
  fusion_note(s->f, n, "into %s", op_info(s->g->nodes[unit_of(s, use)->node].op)->name);
}

// ---- siblings: a unit over the same space

static uint64_t space_hash(Type t) {
  uint64_t h = 1;
  for (int i = 0; i < t.rank; i++) {
    if (t.dim[i] != 1) h = (h ^ (uint64_t)t.dim[i]) * UINT64_C(0x9e3779b97f4a7c15), h ^= h >> 29;
  }
  return h;
}

static bool same_space(const Unit *u, Type t, int8_t *axes) {
  int a = 0;
  for (int i = 0; i < t.rank; i++) {
    axes[i] = -1;
    if (t.dim[i] == 1) continue;
    if (!(u->root >> a & 1) || u->axis[a] != t.dim[i]) return false;
    axes[i] = (int8_t)a++;
  }
  return u->root == (1u << a) - 1;
}

// The last unit opened over the space of v, where v's readers are all below it; else -1.
static int sibling_of(Greedy *s, const Node *n, int8_t *axes, int **slot) {
  Type t = graph_type(s->g, n->first);
  *slot = &s->siblings[space_hash(t) & (s->nsiblings - 1)];
  int unit = **slot - 1;
  if (unit < 0 || s->cones[n->first].has_dot) return -1;
  const Unit *u = &s->f->units[unit];
  if (u->contracts || u->nstores >= MAX_STORES || !has_room(u, node_weight(n))) return -1;
  if (unit < s->behind[n->first]) return -1;
  if (s->f->early[n->first] != s->f->early[s->g->nodes[u->node].first]) return -1;
  for (const Use *use = s->uses[n->first]; use; use = use->next) {
    if (use->unit >= unit) return -1;
  }
  return same_space(u, t, axes) ? unit : -1;
}

static void open_unit(Greedy *s, const Node *n) {
  int8_t axes[MAX_RANK];
  int *slot;
  int unit = sibling_of(s, n, axes, &slot);
  if (unit >= 0) {
    fusion_note(s->f, n, "beside %s", op_info(s->g->nodes[s->f->units[unit].node].op)->name);
    unit_store(s->f, unit, n->first, axes);
  } else {
    unit = unit_alone(s->f, n);
    if (!s->cones[n->first].has_dot) *slot = unit + 1;
  }
  s->f->units[unit].ops += node_weight(n);
  uint64_t place = axes_place(s->f->at[n->first], rank_of(s, n->first));
  read_operands(s, n,
                &(Use){unit, true, .axes = s->f->at[n->first], .places = &place, .nplaces = 1});
}

// ---- kinds of nodes

static void place_loop(Greedy *s, const Node *n) {
  Id v = n->first;
  if (n->op == OP_constant && (!s->f->kept[v] || fusion_in_memory(s->g, v))) return;
  const char *why = why_kept(s, n);
  if (!why) {
    for (const Use *u = s->uses[v]; u; u = u->next) absorb(s, n, u);
    return;
  }
  fusion_note(s->f, n, "kept: %s", why);
  const Use *host = host_of(s, v);
  if (host && !s->f->early[v] && storable(s, v, host) && !why_not_inside(s, n, host)) {
    unit_store(s->f, host->unit, v, host->axes);
    absorb(s, n, host);
  } else {
    open_unit(s, n);
  }
}

// An axis of the unit that can stand for a reduced dimension: one that the row does not use.
static int free_axis(Greedy *s, int unit, int64_t size, uint32_t *used) {
  const Unit *u = &s->f->units[unit];
  int axis = -1;
  for (int i = 0; i < u->naxes && axis < 0; i++) {
    if (!(*used >> i & 1) && u->axis[i] == size) axis = i;
  }
  if (axis < 0) axis = unit_axis(s->f, unit, size);
  *used |= 1u << axis;
  return axis;
}

// The reduced dimensions get axes and the operand is read there.
static void read_reduced(Greedy *s, const Node *n, int unit, const int8_t *axes) {
  Type x = graph_type(s->g, n->args[0]);
  Ints dims = node_reduced(n);
  int8_t *inner = arena_alloc(s->f->arena, (size_t)dims.n + 1), to[MAX_RANK];
  uint32_t used = axes_mask(axes, rank_of(s, n->first));
  for (int i = 0; i < dims.n; i++)
    inner[i] = x.dim[dims.v[i]] == 1 ? -1 : (int8_t)free_axis(s, unit, x.dim[dims.v[i]], &used);
  for (int i = 0, o = 0, r = 0; i < x.rank; i++) to[i] = ints_has(dims, i) ? inner[r++] : axes[o++];
  s->f->reduced[n - s->g->nodes] = inner;
  use_stage(s, n->args[0], unit, to, false);
}

static bool reads_windows(const Greedy *s, Id v) {
  const Node *n = graph_def(s->g, s->f->same[v]);
  return n && node_is_windows(s->g, n);
}

// Long sums over windows, each element of which is read for many outputs: contractions run along
// plain arrays.
static bool wants_copies(const Greedy *s, const Node *n) {
  const Type x = graph_type(s->g, n->args[0]), y = graph_type(s->g, n->args[1]);
  int64_t k = 1, batch = 1;
  for (int i = 0; i < n->attrs->lhs_contract.n; i++) k *= x.dim[n->attrs->lhs_contract.v[i]];
  for (int i = 0; i < n->attrs->lhs_batch.n; i++) batch *= x.dim[n->attrs->lhs_batch.v[i]];
  if (k < LONG_WINDOWS || batch == 0) return false;
  const bool left = reads_windows(s, n->args[0]), right = reads_windows(s, n->args[1]);
  return (left && type_count(y) / k / batch >= MANY_OUTPUTS) ||
         (right && type_count(x) / k / batch >= MANY_OUTPUTS);
}

// Windows of which none leaves the array: contractions with columns enough read them by strides.
static bool sees_windows(const Greedy *s, const Node *n) {
  enum { LEAST_COLUMNS = 8 };
  const Type x = graph_type(s->g, n->args[0]), y = graph_type(s->g, n->args[1]);
  const Node *v = graph_def(s->g, s->f->same[n->args[0]]);
  int64_t shared = 1;
  if (!dtype_is_float(x.dtype) || dtype_is_half(x.dtype) || n->attrs->order != ORDER_CHAIN)
    return false;
  if (!reads_windows(s, n->args[0]) || reads_windows(s, n->args[1]) || !type_count(x)) return false;
  for (int i = 0; i < n->attrs->rhs_contract.n; i++) shared *= y.dim[n->attrs->rhs_contract.v[i]];
  for (int i = 0; i < n->attrs->rhs_batch.n; i++) shared *= y.dim[n->attrs->rhs_batch.v[i]];
  if (type_count(y) / shared < LEAST_COLUMNS) return false;
  const Type from = graph_type(s->g, v->args[0]);
  for (int i = 0; i < from.rank; i++) {
    int64_t last = v->attrs->start.v[i];
    if (v->attrs->stride.v[i] != 1 || last < 0) return false;
    for (int r = 0; r < x.rank; r++) {
      const int64_t by = v->attrs->map.v[i * x.rank + r];
      if (by < 0) return false;
      last += by * (x.dim[r] - 1);
    }
    if (last >= from.dim[i]) return false;
  }
  return true;
}

static void enter_stage(Greedy *s, const Node *n, int unit, const int8_t *axes) {
  Unit *u = &s->f->units[unit];
  u->has_stage = true;
  u->rows = axes_mask(axes, rank_of(s, n->first));
  u->order = n->attrs->order;
  u->ops++;
  if (n->op != OP_dot) {
    read_reduced(s, n, unit, axes);
    return;
  }
  u->contracts = true;
  unit_reduce(s->f, unit, n);
  const bool in_place = sees_windows(s, n), copied = in_place || wants_copies(s, n);
  for (int i = 0; i < 2; i++) {
    Use *use = use_stage(s, n->args[i], unit, NULL, true);
    use->copied |= copied, use->in_place |= i == 0 && in_place;
  }
}

// Elements of the operand that one result takes.
static int64_t reduced_size(const Greedy *s, const Node *n) {
  Type x = graph_type(s->g, n->args[0]);
  int64_t size = 1;
  for (int i = 0; i < node_reduced(n).n; i++) size *= x.dim[node_reduced(n).v[i]];
  return size;
}

static const char *why_no_stage(const Greedy *s, const Node *n, const Use *use) {
  if (!use) return s->uses[n->first] ? "a barrier comes before its readers" : "a result";
  const Unit *u = unit_of(s, use);
  Id v = n->first;
  if (!use->plain || !covers(s, v, use->axes)) return "not read at its own coordinates";
  uint32_t rows = axes_mask(use->axes, rank_of(s, v));
  if (u->kind != UNIT_KERNEL || !has_room(u, 1)) return "the kernel has no room";
  if (u->naxes + node_reduced(n).n > MAX_AXES) return "too many axes";
  if (n->op == OP_dot)
    return u->has_stage || rows != u->root ? "not the kernel's only stage" : NULL;
  if (!rows_fit(u, rows)) return "its rows do not fit the kernel";
  if (u->has_stage && u->order != n->attrs->order) return "reductions in another order";
  if (rows == u->root) return NULL;
  return reduced_size(s, n) > row_limit(u, rows) ? "the row is too long" : NULL;
}

static void place_reducing(Greedy *s, const Node *n) {
  const Use *host = host_of(s, n->first);
  const char *why = why_no_stage(s, n, host);
  bool several = s->f->kept[n->first] || (host && s->uses[n->first]->next);
  if (!why) {
    fusion_note(s->f, n, "a stage of %s", op_info(s->g->nodes[unit_of(s, host)->node].op)->name);
    enter_stage(s, n, host->unit, host->axes);
    if (several) unit_store(s->f, host->unit, n->first, host->axes);
    return;
  }
  fusion_note(s->f, n, "a kernel: %s", why);
  int unit = unit_alone(s->f, n);
  enter_stage(s, n, unit, s->f->at[n->first]);
}

// ---- loops inside kernels

static bool is_used(const Greedy *s, Id v) { return s->uses[v] || s->f->kept[v]; }

static void add_update(Fusion *f, Unit *u, const Node *n, int carry) {
  if (!u->updated) {
    u->updated = ARENA_ARRAY(f->arena, Id, n->nresults);
    u->into = ARENA_ARRAY(f->arena, Id, n->nresults);
  }
  u->updated[u->nupdates] = f->same[n->args[carry]];
  u->into[u->nupdates++] = n->first + (Id)carry;
}

// The results of a group that are used, by a kernel of their own.
static void place_group(Greedy *s, const Node *n, const SeqLoop *loop, int group) {
  Fusion *f = s->f;
  const LoopGroup *g = &loop->groups[group];
  int8_t axes[MAX_RANK];
  int unit = -1;
  for (int i = 0; i < n->nresults; i++) {
    Id v = n->first + (Id)i;
    if (loop->group[i] != group || !is_used(s, v)) continue;
    if (unit < 0) {
      unit = unit_new(f, UNIT_KERNEL, n);
      for (int a = 0; a < g->naxes; a++) unit_axis(f, unit, g->axis[a]);
    }
    if (loop->update[i]) memset(axes, -1, sizeof axes);
    else loop_axes(graph_type(s->g, v), axes);
    unit_store(f, unit, v, axes);
    if (loop->update[i] && !loop->covered[i]) add_update(f, &f->units[unit], n, i);
  }
  if (unit < 0) return;
  Unit *u = &f->units[unit];
  u->loop = loop, u->group = group;
  u->root = (1u << u->naxes) - 1;
  u->ops = g->weight;
  u->has_stage = u->contracts = true;  // no further stages
  for (int i = 0; i < g->nreads; i++) {
    const LoopRead *r = &g->reads[i];
    bool once = r->axes && axes_mask(r->axes, rank_of(s, r->value)) == u->root;
    use_stage(s, r->value, unit, r->axes, !once);
  }
}

static void place_loop_groups(Greedy *s, const Node *n, const SeqLoop *loop) {
  for (int i = 0; i < loop->ngroups; i++) place_group(s, n, loop, i);
  fusion_note(s->f, n, "inside %s", loop->ngroups > 1 ? "kernels" : "a kernel");
}

// Operands in memory, and those computed inside the kernel over an update.
static void place_step(Greedy *s, const Node *n) {
  int unit = unit_step(s->f, n);
  UnitKind kind = s->f->units[unit].kind;
  for (int i = 0; i < n->nargs; i++) {
    bool update = kind <= UNIT_SCATTER && i == (kind == UNIT_SCATTER ? 2 : 1);
    int8_t axes[MAX_RANK];
    Type t = graph_type(s->g, n->args[i]);
    for (int k = 0, a = 0; k < t.rank; k++) axes[k] = t.dim[k] == 1 ? -1 : (int8_t)a++;
    use_stage(s, n->args[i], unit, update ? axes : NULL, !update);
  }
}

static void place_barrier(Greedy *s, const Node *n) {
  int unit = -1;
  for (int i = 0; i < n->nresults; i++) {
    if (unit < s->behind[n->first + (Id)i]) unit = s->behind[n->first + (Id)i];
  }
  for (int i = 0; i < n->nargs; i++) {
    set_behind(s, n->args[i], unit);
    set_behind(s, s->f->same[n->args[i]], unit);
  }
}

// What a barrier passes on to readers that came to be in the unit which computes it needs no
// memory.
static bool is_private(const Greedy *s, Id v) {
  const Use *use = s->uses[v];
  return s->f->passed[v] && use && !use->next && use->unit == s->f->home[v];
}

static void drop_private(Greedy *s, Unit *u) {
  const int n = u->nstores;
  u->nstores = 0;
  for (int i = 0; i < n; i++) {
    if (is_private(s, u->stores[i])) s->f->home[u->stores[i]] = -1;
    else u->stores[u->nstores++] = u->stores[i];
  }
}

void fuse_greedy(Fusion *f) {
  const Graph *g = f->graph;
  Greedy s = {.f = f, .g = g, .cones = fusion_cones(f), .nsiblings = 64};
  while ((int)s.nsiblings < g->nnodes) s.nsiblings *= 2;
  s.siblings = ARENA_ARRAY(f->arena, int, s.nsiblings);
  s.uses = ARENA_ARRAY(f->arena, Use *, g->nvalues + 1);
  s.behind = ARENA_ARRAY(f->arena, int, g->nvalues + 1);
  for (int i = 0; i < g->nvalues; i++) s.behind[i] = -1;
  for (int i = g->nnodes - 1; i >= 0; i--) {
    const Node *n = &g->nodes[i];
    if (f->seq[i]) place_loop_groups(&s, n, f->seq[i]);
    else if (fusion_is_step(n->op)) place_step(&s, n);
    else if (fusion_is_reducing(n)) place_reducing(&s, n);
    else if (op_info(n->op)->op_class == CLASS_BARRIER) place_barrier(&s, n);
    else place_loop(&s, n);
  }
  for (uint32_t i = 0; i < f->nunits; i++) drop_private(&s, &f->units[i]);
}
