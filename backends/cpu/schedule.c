// The choice of a schedule: collapsed axes, parallel axes, passes, and the vector axis by a small
// cost model.
#include "backends/cpu/schedule.h"

#include <string.h>

#include "backends/cpu/schedule_parts.h"

// Nanoseconds per vector of work; measured on Zen4 and Sapphire Rapids, good to a factor of two:
// they only rank.
static const double COST_OP = 0.15, COST_UNIT_LOAD = 0.3, COST_UNIFORM = 0.1,
                    COST_GATHER_LANE = 0.6, COST_PARTIAL = 1.5, COST_LOOP = 1.0, COST_FLOP = 0.01;
// A kernel below this is not worth sharing out.
static const double SERIAL_NS = 2000, SPLIT_NS = 8000;
enum { CHEAP_OPS = 6, STAGED_OPS = 10, SPLIT_BLOCKS = 8 };

typedef struct Draft {
  Arena *arena;
  const Kernel *k;
  const Machine *machine;
  Schedule *s;
  uint32_t *seen;  // per Sid: the last walk that met it
  uint32_t walk;
} Draft;

#define BIT(a) (UINT32_C(1) << (a))

static uint32_t reduce_mask(const Stage *st) {
  uint32_t all = 0;
  for (int i = 0; i < st->nreduce; i++) all |= BIT(st->reduce[i]);
  return all;
}

// ---- collapsing: axes a and a + 1 become one where nothing tells them apart

static bool ix_collapses(const Draft *d, Ix ix, int outer, int inner) {
  const IxSum *s = ix_sum(d->k, ix);
  int64_t co = 0, ci = 0;
  for (int i = 0; i < s->nterms; i++) {
    const IxTerm *t = &s->terms[i];
    if (t->kind == IX_AXIS) {
      if (t->axis == outer) co = t->coef;
      if (t->axis == inner) ci = t->coef;
    } else if (t->kind != IX_VALUE) {
      // An inner sum of a division is affine or not in its own right.
      if (!ix_collapses(d, t->inner, outer, inner)) return false;
    }
  }
  return co == ci * d->s->size[inner];
}

// Of the reduced axes with more than one element, `inner` stands right behind `outer`.
static bool reduced_behind(const Draft *d, const Stage *st, int outer, int inner) {
  int before = -1;
  for (int r = 0; st->reduce[r] != inner; r++)
    if (d->s->size[st->reduce[r]] != 1) before = st->reduce[r];
  return before == outer;
}

static bool stages_collapse(const Draft *d, int outer, int inner) {
  for (int i = 0; i < d->k->nstages; i++) {
    const Stage *st = &d->k->stages[i];
    uint32_t reduce = reduce_mask(st);
    if ((st->axes >> outer & 1) != (st->axes >> inner & 1)) return false;
    if ((reduce >> outer & 1) != (reduce >> inner & 1)) return false;
    if (st->kind == STAGE_ARGREDUCE && reduce >> inner & 1) return false;
    if (reduce >> inner & 1 && !reduced_behind(d, st, outer, inner)) return false;
    bool written = st->kind == STAGE_STORE || st->kind == STAGE_SCATTER;
    if (written && !ix_collapses(d, st->index, outer, inner)) return false;
    for (int g = 0; g < st->nguards; g++)
      if (!ix_collapses(d, st->guards[g].ix, outer, inner)) return false;
  }
  return true;
}

static bool collapses(const Draft *d, int outer, int inner) {
  if (d->s->size[outer] == 1 || d->s->size[inner] == 1) return false;
  for (int i = 0; i < d->k->dag.n; i++) {
    const Scalar *n = dag_node(&d->k->dag, (Sid)i);
    if (n->kind == S_AXIS && ((int)n->imm == outer || (int)n->imm == inner)) return false;
  }
  for (int i = 0; i < d->k->naccesses; i++) {
    const Access *a = &d->k->accesses[i];
    if (!ix_collapses(d, a->index, outer, inner)) return false;
    for (int g = 0; g < a->nguards; g++)
      if (!ix_collapses(d, a->guards[g].ix, outer, inner)) return false;
  }
  for (int l = 0; l < d->k->nloops; l++)
    for (int i = 0; i < d->k->loops[l].nstores; i++)
      if (!ix_collapses(d, d->k->loops[l].stores[i].index, outer, inner)) return false;
  return stages_collapse(d, outer, inner);
}

// The next inner axis of more than one element, or -1.
static int next_axis(const Draft *d, int a) {
  for (a++; a < d->k->naxes; a++)
    if (d->s->size[a] != 1) return a;
  return -1;
}

static void collapse(Draft *d) {
  for (int a = d->k->naxes - 2; a >= 0; a--) {
    int inner = next_axis(d, a);
    if (inner < 0 || !collapses(d, a, inner)) continue;
    d->s->size[inner] *= d->s->size[a];
    d->s->size[a] = 1;
  }
}

// ---- walks over the DAG

typedef struct Footprint {
  double ops;
  double loads;  // per vector, given a lane axis
  bool gathers;
} Footprint;

// An access as seen from a lane axis: 0 uniform, 1 neighbours in either order, 2 anything else.
static int ix_shape(const Draft *d, Ix ix, int lane) {
  if (lane < 0 || !(ix_axes(d->k, ix) & BIT(lane))) return 0;
  int64_t step = 0;
  const IxSum *s = ix_sum(d->k, ix);
  for (int i = 0; i < s->nterms; i++) {
    const IxTerm *t = &s->terms[i];
    uint32_t deps = t->kind == IX_AXIS    ? BIT(t->axis)
                    : t->kind == IX_VALUE ? kernel_depends(d->k, t->value)
                                          : ix_axes(d->k, t->inner);
    if (!(deps & BIT(lane))) continue;
    if (t->kind != IX_AXIS) return 2;
    step += t->coef;
  }
  return step == 1 || step == -1 ? 1 : 2;
}

static double memory_cost(const Draft *d, Ix ix, int lane) {
  static const double costs[2] = {COST_UNIFORM, COST_UNIT_LOAD};
  int shape = ix_shape(d, ix, lane);
  return shape < 2 ? costs[shape] : COST_GATHER_LANE * d->s->lanes;
}

static void walk(Draft *d, Sid sid, int lane, Footprint *f);

typedef struct LoopWalk {
  Draft *d;
  int lane;
  Footprint *f;
} LoopWalk;

static void walk_one(void *context, Sid s) {
  LoopWalk *w = context;
  walk(w->d, s, w->lane, w->f);
}

static void walk_loop(Draft *d, const KernelLoop *l, int lane, Footprint *f) {
  Footprint once = {1, 0, false};
  kernel_loop_each(l, walk_one, &(LoopWalk){d, lane, &once});
  for (int i = 0; i < l->nstores; i++) once.loads += memory_cost(d, l->stores[i].index, lane);
  f->ops += once.ops * (double)l->trips;
  f->loads += once.loads * (double)l->trips;
}

static void walk(Draft *d, Sid sid, int lane, Footprint *f) {
  if (d->seen[sid] == d->walk) return;
  d->seen[sid] = d->walk;
  const Scalar *n = dag_node(&d->k->dag, sid);
  if (n->kind == S_OP) f->ops += n->op == OP_div || n->op == OP_sqrt || n->op == OP_rem ? 6 : 1;
  for (int i = 0; i < n->nargs - (n->kind == S_RARE); i++) walk(d, n->args[i], lane, f);
  if (n->kind == S_LOAD) {
    const Access *a = &d->k->accesses[n->imm];
    f->loads += memory_cost(d, a->index, lane) + COST_OP * a->nguards;
    if (a->otherwise != NO_SID) walk(d, a->otherwise, lane, f);
  }
  if (n->kind == S_FINAL) walk_loop(d, &d->k->loops[scalar_loop(n->imm)], lane, f);
  if (n->kind == S_STAGE) {
    if (d->s->home[n->imm] == HOME_INLINE) walk(d, d->k->stages[n->imm].value, lane, f);
    else f->loads += COST_UNIT_LOAD;
  }
}

static Footprint footprint(Draft *d, const Stage *st, int lane) {
  Footprint f = {0};
  d->walk++;
  walk(d, st->value, lane, &f);
  if (st->kind == STAGE_CONTRACT) walk(d, st->value2, lane, &f);
  if (st->kind == STAGE_STORE || st->kind == STAGE_SCATTER)
    f.loads += memory_cost(d, st->index, lane);
  f.ops++;
  return f;
}

static bool reads(Draft *d, Sid sid, int target);

typedef struct LoopReads {
  Draft *d;
  int target;
  bool any;
} LoopReads;

static void read_one(void *context, Sid s) {
  LoopReads *r = context;
  r->any |= reads(r->d, s, r->target);
}

static bool loop_reads(Draft *d, const KernelLoop *l, int target) {
  LoopReads r = {d, target, false};
  kernel_loop_each(l, read_one, &r);
  return r.any;
}

// Does the value read stage `target`, directly or through inlined ones?
static bool reads(Draft *d, Sid sid, int target) {
  if (d->seen[sid] == d->walk) return false;
  d->seen[sid] = d->walk;
  const Scalar *n = dag_node(&d->k->dag, sid);
  if (n->kind == S_STAGE) {
    if ((int)n->imm == target) return true;
    return d->s->home[n->imm] == HOME_INLINE && reads(d, d->k->stages[n->imm].value, target);
  }
  for (int i = 0; i < n->nargs; i++)
    if (reads(d, n->args[i], target)) return true;
  if (n->kind == S_FINAL) return loop_reads(d, &d->k->loops[scalar_loop(n->imm)], target);
  if (n->kind != S_LOAD) return false;
  const Access *a = &d->k->accesses[n->imm];
  return a->otherwise != NO_SID && reads(d, a->otherwise, target);
}

static bool stage_reads(Draft *d, int stage, int target) {
  const Stage *st = &d->k->stages[stage];
  d->walk++;
  return reads(d, st->value, target) ||
         (st->kind == STAGE_CONTRACT && reads(d, st->value2, target));
}

// ---- outer axes

// Lanes and threads may take parts of an axis of a scatter when targets of its points never meet:
// the axis steps by one in the target, and everything else by multiples of its size.
static bool scatter_splits(const Draft *d, const Stage *st, int axis) {
  const IxSum *s = ix_sum(d->k, st->index);
  int64_t size = d->s->size[axis];
  bool found = false;
  for (int i = 0; i < s->nterms; i++) {
    const IxTerm *t = &s->terms[i];
    if (t->kind == IX_AXIS && t->axis == axis) found = t->coef == 1;
    else if (t->coef % size) return false;
  }
  for (int g = 0; g < st->nguards; g++)
    if (ix_axes(d->k, st->guards[g].ix) & BIT(axis)) return false;
  return found && s->constant % size == 0;
}

static uint32_t outer_axes(const Draft *d) {
  uint32_t outer = ~UINT32_C(0);
  for (int i = 0; i < d->k->nstages; i++) {
    const Stage *st = &d->k->stages[i];
    outer &= st->axes;
    for (int a = 0; st->kind == STAGE_SCATTER && a < d->k->naxes; a++)
      if (outer & BIT(a) && d->s->size[a] > 1 && !scatter_splits(d, st, a)) outer &= ~BIT(a);
  }
  return outer & (BIT(d->k->naxes) - 1);
}

// ---- passes

static uint32_t inner_axes(const Draft *d, const Stage *st) {
  return (st->axes | reduce_mask(st)) & ~d->s->outer;
}

static bool joins(Draft *d, const Pass *p, int stage) {
  const Stage *st = &d->k->stages[stage], *first = &d->k->stages[p->stages[0]];
  bool writes = st->kind == STAGE_STORE && first->kind == STAGE_LOOP;
  if (p->nstages >= 8 || (first->kind != st->kind && !writes) || inner_axes(d, st) != p->axes)
    return false;
  if (st->kind == STAGE_STORE || st->kind == STAGE_LOOP) return true;
  if (st->kind != STAGE_REDUCE || st->order != first->order || st->nreduce != first->nreduce)
    return false;
  if (memcmp(st->reduce, first->reduce, sizeof *st->reduce * (size_t)st->nreduce)) return false;
  for (int i = 0; i < p->nstages; i++)
    if (stage_reads(d, stage, p->stages[i])) return false;
  return true;
}

static void add_stage(Draft *d, Pass *passes, int stage) {
  Pass *last = d->s->npasses ? &passes[d->s->npasses - 1] : NULL;
  const Stage *st = &d->k->stages[stage];
  if (last && joins(d, last, stage)) {
    ((int *)last->stages)[last->nstages++] = stage;
    return;
  }
  int *list = ARENA_ARRAY(d->arena, int, d->k->nstages);
  list[0] = stage;
  passes[d->s->npasses++] = (Pass){.nstages = 1,
                                   .stages = list,
                                   .kept = ARENA_ARRAY(d->arena, int, d->k->nstages),
                                   .axes = inner_axes(d, st),
                                   .reduce = reduce_mask(st),
                                   .lane = -1};
}

static bool pass_reads(Draft *d, const Pass *p, int stage) {
  for (int i = 0; i < p->nstages; i++)
    if (stage_reads(d, p->stages[i], stage)) return true;
  return false;
}

// A named value with inner axes is kept in scratch if it is dear and read by several passes, and
// computed inside the first of them where that one runs through the same points; else it is
// computed where it is read.
static void place_value(Draft *d, Home *home, Pass *passes, int stage) {
  const Stage *st = &d->k->stages[stage];
  int users = 0, first = -1;
  for (int p = d->s->npasses - 1; p >= 0; p--)
    if (pass_reads(d, &passes[p], stage)) users++, first = p;
  Footprint f = footprint(d, st, -1);
  if (users < 2 || f.ops <= CHEAP_OPS || passes[first].axes != inner_axes(d, st)) return;
  home[stage] = HOME_SCRATCH;
  ((int *)passes[first].kept)[passes[first].nkept++] = stage;
}

static void place_stages(Draft *d) {
  Home *home = ARENA_ARRAY(d->arena, Home, d->k->nstages);
  Pass *passes = ARENA_ARRAY(d->arena, Pass, d->k->nstages);
  d->s->home = home;
  d->s->passes = passes;
  for (int i = 0; i < d->k->nstages; i++) {
    const Stage *st = &d->k->stages[i];
    bool point = !(st->axes & ~d->s->outer), value = st->kind == STAGE_VALUE;
    home[i] = value ? HOME_INLINE : point ? HOME_POINT : HOME_SCRATCH;
    if (!value) add_stage(d, passes, i);
  }
  for (int i = d->k->nstages - 1; i >= 0; i--)
    if (d->k->stages[i].kind == STAGE_VALUE && inner_axes(d, &d->k->stages[i]))
      place_value(d, home, passes, i);
}

// ---- vector axis

static int64_t mask_points(const Draft *d, uint32_t axes) {
  int64_t n = 1;
  for (int a = 0; a < d->k->naxes; a++)
    if (axes & BIT(a)) n *= d->s->size[a];
  return n;
}

static double vectors(int64_t n, int64_t lanes) { return (double)((n + lanes - 1) / lanes); }

static bool is_rows(const Stage *st) {
  return (st->kind == STAGE_REDUCE || st->kind == STAGE_CONTRACT) && st->order == ORDER_ROWS;
}

// Cost of one pass at one outer point (a vector of them if `outer_lane`), lanes along `lane`.
static double pass_cost(Draft *d, const Pass *p, int lane, bool outer_lane, bool flat) {
  double per = 0;
  for (int i = 0; i < p->nstages; i++) {
    Footprint f = footprint(d, &d->k->stages[p->stages[i]], lane);
    per += COST_OP * f.ops + f.loads;
    if (is_rows(&d->k->stages[p->stages[i]]) && !flat) per += COST_PARTIAL;
  }
  double points = (double)mask_points(d, p->axes);
  if (flat) {
    int64_t n = mask_points(d, p->reduce);
    points = points / (double)(n ? n : 1) * (vectors(n, d->s->lanes) + 4);
  } else if (!outer_lane && lane >= 0) {
    int64_t n = d->s->size[lane];
    points = points / (double)(n ? n : 1) * vectors(n, d->s->lanes);
  }
  return COST_LOOP + points * per;
}

// The best inner lane axis of a pass; sets it where `choose`.
static double best_inner(Draft *d, Pass *p) {
  const Stage *st = &d->k->stages[p->stages[0]];
  double best = pass_cost(d, p, -1, false, false);
  p->lane = -1;
  p->flat = false;
  for (int a = 0; a < d->k->naxes; a++) {
    if (!(p->axes & ~p->reduce & BIT(a)) || d->s->size[a] < 2 || st->kind == STAGE_SCATTER)
      continue;
    double cost = pass_cost(d, p, a, false, false);
    if (cost < best) best = cost, p->lane = a;
  }
  if (!is_rows(st) && st->kind != STAGE_ARGREDUCE) return best;
  int last = -1;
  for (int a = 0; a < d->k->naxes; a++)
    if (p->reduce & BIT(a) && d->s->size[a] > 1) last = a;
  if (last < 0) return best;
  double cost = pass_cost(d, p, last, false, true);
  if (cost < best) best = cost, p->lane = -1, p->flat = true;
  return best;
}

// What a loop carries goes through one operation after the other: several vectors at once, while
// registers last and threads have their share.
static void widen(Draft *d) {
  enum { MOST_LANES = 64, MOST_VECTORS = 24, SHARES = 4 };
  Schedule *s = d->s;
  int64_t points = mask_points(d, s->outer) / s->size[s->lane];
  int carried = 0;
  for (int i = 0; i < d->k->nloops; i++) carried += d->k->loops[i].ncarried;
  for (int times = 2; times <= 4; times *= 2) {
    if (2 * s->lanes > MOST_LANES || times * (carried + 1) > MOST_VECTORS ||
        points * (s->size[s->lane] / (2 * s->lanes)) < SHARES)
      return;
    s->lanes *= 2;
    s->units = (int64_t)((double)points * vectors(s->size[s->lane], s->lanes));
  }
}

static void choose_lane(Draft *d, Pass *passes) {
  Schedule *s = d->s;
  double inner = 0;
  for (int i = 0; i < s->npasses; i++) inner += best_inner(d, &passes[i]);
  double points = (double)mask_points(d, s->outer), best = inner * points;
  s->lane = -1;
  s->units = mask_points(d, s->outer);
  for (int a = 0; a < d->k->naxes; a++) {
    if (!(s->outer & BIT(a)) || s->size[a] < 2) continue;
    double cost = 0, n = (double)s->size[a];
    for (int i = 0; i < s->npasses; i++) cost += pass_cost(d, &passes[i], a, true, false);
    cost *= points / n * vectors(s->size[a], s->lanes);
    if (cost >= best) continue;
    best = cost, s->lane = a;
    s->units = (int64_t)(points / n * vectors(s->size[a], s->lanes));
  }
  s->work = best;
  if (d->k->nloops && s->lane >= 0) widen(d);
  s->serial = best < SERIAL_NS || s->units < 2;
  if (s->lane < 0) return;
  for (int i = 0; i < s->npasses; i++) passes[i].lane = -1, passes[i].flat = false;
}

// ---- scratch

static int64_t reserve(Schedule *s, int64_t bytes) {
  int64_t at = s->scratch;
  s->scratch += (bytes + 127) & ~INT64_C(63);
  return at;
}

static size_t value_bytes(const Draft *d, const Stage *st) {
  return st->kind == STAGE_ARGREDUCE ? 4 : dtype_size(dag_node(&d->k->dag, st->value)->dtype);
}

// What is dear is computed by native vectors; and what several axes are reduced of, whose elements
// are neighbours in memory only where a vector stays in one row.
static bool stages_values(Draft *d, const Pass *p) {
  const Stage *st = &d->k->stages[p->stages[0]];
  int axes = 0;
  if (!p->flat || d->s->lanes < 2 || mask_points(d, p->reduce) <= d->s->lanes) return false;
  for (int a = 0; a < d->k->naxes; a++) axes += p->reduce & BIT(a) && d->s->size[a] > 1;
  if (is_rows(st) && axes > 1) return true;
  for (int i = 0; st->kind != STAGE_CONTRACT && i < p->nstages; i++)
    if (footprint(d, &d->k->stages[p->stages[i]], -1).ops > STAGED_OPS) return true;
  return false;
}

static void place_scratch(Draft *d, Pass *passes) {
  Schedule *s = d->s;
  int64_t lanes = s->lane >= 0 ? s->lanes : 1;
  int64_t *offset = ARENA_ARRAY(d->arena, int64_t, d->k->nstages);
  for (int i = 0; i < d->k->nstages; i++) {
    const Stage *st = &d->k->stages[i];
    if (s->home[i] != HOME_SCRATCH || st->kind >= STAGE_STORE) continue;
    offset[i] =
        reserve(s, mask_points(d, st->axes & ~s->outer) * lanes * (int64_t)value_bytes(d, st));
  }
  s->offset = offset;
  for (int i = 0; i < s->npasses; i++) {
    Pass *p = &passes[i];
    const Stage *st = &d->k->stages[p->stages[0]];
    int64_t blocks = mask_points(d, p->reduce) / ORDER_BLOCK + 2;
    if (is_rows(st)) p->partials = reserve(s, p->nstages * (blocks + 64) * s->lanes * 8);
    p->staged = stages_values(d, p);
  }
}

// One reduction of many blocks and nothing to share outside of it.
static bool splits(const Draft *d) {
  const Schedule *s = d->s;
  if (s->npasses == 0 || s->units != 1 || s->work < SPLIT_NS) return false;
  const Pass *p = &s->passes[0];
  return p->flat && p->nkept == 0 && is_rows(&d->k->stages[p->stages[0]]) && p->axes == p->reduce &&
         mask_points(d, p->reduce) >= SPLIT_BLOCKS * ORDER_BLOCK;
}

static int widest_bytes(const Kernel *k) {
  int widest = 4;
  for (int i = 0; i < k->nbuffers; i++)
    if (dtype_size(k->buffers[i].dtype) > 4) widest = 8;
  return widest;
}

static const char *form_name(const Draft *d) {
  bool reduces = false, scatters = false, flat = false;
  for (int i = 0; i < d->s->npasses; i++) {
    reduces |= d->s->passes[i].reduce != 0;
    flat |= d->s->passes[i].flat;
    scatters |= d->k->stages[d->s->passes[i].stages[0]].kind == STAGE_SCATTER;
  }
  return scatters          ? "scatter"
         : !reduces        ? "map"
         : flat            ? "rows"
         : d->s->lane >= 0 ? "cols"
                           : "points";
}

// The stages have homes only for the epilogue: values are computed where they are used.
static const Schedule *schedule_gemm(Draft *d) {
  Schedule *s = d->s;
  Home *home = ARENA_ARRAY(d->arena, Home, d->k->nstages);
  home[s->gemm->stage] = HOME_POINT;
  s->home = home;
  s->form = "gemm";
  s->lane = -1;
  s->outer = d->k->stages[s->gemm->stage].axes;
  s->units = mask_points(d, s->outer);
  s->work = (double)d->k->flops * COST_FLOP + 50;
  s->serial = s->work < SERIAL_NS || s->units < 2;
  s->scratch = gemm_kernel_scratch(d->k, s, d->machine);
  return s;
}

// Where the generator's loops around its tiles cost more than the sums, plain ones do: measured
// with a product per iteration of a loop, the generator takes 40 ns and more, a fma that waits for
// the one before 1.1 ns.
static bool is_tiny(const Draft *d) {
  enum { TINY_CHAIN = 32, TINY_ROWS = 1024 };
  const Stage *st = &d->k->stages[d->s->gemm->stage];
  const int64_t sums = mask_points(d, st->axes), length = mask_points(d, reduce_mask(st));
  if (sums > TINY_ROWS || length > TINY_ROWS) return false;
  if (st->order == ORDER_ROWS) return sums * length <= TINY_ROWS;
  return (sums + d->s->lanes - 1) / d->s->lanes * length <= TINY_CHAIN;
}

static void plan(Draft *d, uint32_t outer) {
  d->s->outer = outer;
  d->s->npasses = 0;
  place_stages(d);
  choose_lane(d, (Pass *)d->s->passes);
}

// What is computed at each point after its reductions, in operations.
static double ops_after(Draft *d) {
  double ops = 0;
  for (int i = 0; i < d->k->nstages; i++) {
    const Stage *st = &d->k->stages[i];
    if (st->kind == STAGE_STORE) ops += footprint(d, st, -1).ops;
  }
  return ops;
}

// A small kernel that goes point by point may rather finish each pass before the next, where much
// follows its reductions: that has a vector of points at once then.
static void plan_passes(Draft *d) {
  Schedule *s = d->s;
  plan(d, outer_axes(d));
  if (!s->serial || s->lane >= 0 || s->npasses < 2 || s->units < 2) return;
  if (ops_after(d) <= STAGED_OPS) return;
  const Schedule points = *s;
  plan(d, 0);
  if (s->work > points.work) *s = points;
}

const Schedule *schedule_kernel(Arena *arena, const Kernel *k, const Machine *m) {
  Schedule *s = ARENA_NEW(arena, Schedule);
  Draft d = {arena, k, m, s, NULL, 0};
  d.seen = ARENA_ARRAY(arena, uint32_t, k->dag.n + 1);
  memcpy(s->size, k->axis, sizeof s->size);
  s->lanes = machine_lanes(m, widest_bytes(k));
  collapse(&d);
  s->gemm = gemm_axes(arena, k, s);
  if (s->gemm && !is_tiny(&d)) return schedule_gemm(&d);
  s->gemm = NULL;
  plan_passes(&d);
  place_scratch(&d, (Pass *)s->passes);
  s->form = form_name(&d);
  s->split = splits(&d);
  return s;
}

// ---- text

static char *axes_text(Arena *a, const Kernel *k, const Schedule *s, uint32_t axes) {
  char *text = arena_str(a, "");
  for (int i = 0; i < k->naxes; i++)
    if (axes & BIT(i) && s->size[i] != 1)
      text = arena_printf(a, "%s%s%s: %lld", text, *text ? ", " : "",
                          k->axis_name[i] ? k->axis_name[i] : "?", (long long)s->size[i]);
  return *text ? text : arena_str(a, "-");
}

char *schedule_text(Arena *a, const Kernel *k, const Schedule *s, const Machine *m) {
  if (s->gemm)
    return arena_printf(a, "schedule %s: gemm, %s, %.1f us, scratch %lld\n", k->name,
                        gemm_kernel_text(a, k, s, m), s->work / 1e3, (long long)s->scratch);
  char *text = arena_printf(a, "schedule %s: %s over %s, %d lanes", k->name, s->form,
                            axes_text(a, k, s, s->outer), s->lanes);
  if (s->lane >= 0) text = arena_printf(a, "%s along %s", text, k->axis_name[s->lane]);
  for (int i = 0; i < s->npasses; i++) {
    const Pass *p = &s->passes[i];
    if (!p->axes) continue;
    text = arena_printf(a, "%s; pass %s%s%s", text, axes_text(a, k, s, p->axes),
                        p->flat ? " flat" : "", p->staged ? " staged" : "");
    if (p->lane >= 0) text = arena_printf(a, "%s lanes %s", text, k->axis_name[p->lane]);
    for (int j = 0; j < p->nkept; j++) text = arena_printf(a, "%s keeps %d", text, p->kept[j]);
  }
  return arena_printf(a, "%s%s, %lld units, %.1f us, scratch %lld\n", text,
                      s->split ? ", blocks shared" : "", (long long)s->units, s->work / 1e3,
                      (long long)s->scratch);
}
