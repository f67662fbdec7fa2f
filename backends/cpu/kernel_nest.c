// The loops of a kernel: a thread's part of the outer points, the passes inside a point, lanes and
// their tails.
#include <stdlib.h>

#include "backends/cpu/kernel_emit.h"
#include "backends/cpu/object.h"

#define BIT(a) (UINT32_C(1) << (a))

// ---- loops with carried values

CarryLoop carry_begin(KernelEmit *ke, V from, V to, int64_t step, int n, V *carried) {
  Emit *e = ke->e;
  CarryLoop c = {.before = llvm->GetInsertBlock(e->b)};
  c.loop = emit_loop(e, from, to, emit_int(e, step));
  LLVMBasicBlockRef body = llvm->GetInsertBlock(e->b);
  llvm->PositionBuilderBefore(e->b, llvm->GetFirstInstruction(c.loop.head));
  for (int i = 0; i < n; i++) {
    V phi = emit_phi(e, llvm->TypeOf(carried[i]));
    emit_phi_add(phi, carried[i], c.before);
    carried[i] = phi;
  }
  llvm->PositionBuilderAtEnd(e->b, body);
  return c;
}

void carry_end(KernelEmit *ke, CarryLoop *c, int n, V *phis, const V *next) {
  LLVMBasicBlockRef from = llvm->GetInsertBlock(ke->e->b);
  for (int i = 0; i < n; i++) emit_phi_add(phis[i], next[i], from);
  emit_loop_end(ke->e, &c->loop);
}

// ---- lanes

V lanes_mask(KernelEmit *ke, int present, int lanes) {
  if (present >= lanes) return NULL;
  V all[FLAT_LANES];
  for (int i = 0; i < lanes; i++) all[i] = llvm->ConstInt(ke->e->i1, i < present, false);
  return llvm->ConstVector(all, (unsigned)lanes);
}

LaneState lanes_begin(KernelEmit *ke, int axis, V from, int lanes, V mask) {
  LaneState before = {ke->bound, ke->lane_axes, ke->lane_axis, ke->lanes, ke->mask};
  ke->index[axis] = from;
  ke->bound |= BIT(axis);
  ke->lane_axes = BIT(axis);
  ke->lane_axis = axis;
  ke->lanes = lanes;
  ke->mask = mask;
  return before;
}

void lanes_end(KernelEmit *ke, const LaneState *before) {
  ke->bound = before->bound;
  ke->lane_axes = before->lane_axes;
  ke->lane_axis = before->lane_axis;
  ke->lanes = before->lanes;
  ke->mask = before->mask;
}

// One vector along an axis from index `from`.
static void masked_leaf(KernelEmit *ke, const Pass *p, int axis, V from, V mask, LeafFn *leaf) {
  int mark = scope_open(ke);
  LaneState before = lanes_begin(ke, axis, from, ke->s->lanes, mask);
  leaf(ke, p);
  lanes_end(ke, &before);
  scope_close(ke, mark);
}

static void lane_leaf(KernelEmit *ke, const Pass *p, int axis, V from, int present, LeafFn *leaf) {
  masked_leaf(ke, p, axis, from, lanes_mask(ke, present, ke->s->lanes), leaf);
}

// The lanes of a vector from index `from` that exist where there are n.
static V lanes_from(KernelEmit *ke, V n, V from) {
  return emit_mask(ke->e, emit_sub(ke->e, n, from), ke->s->lanes);
}

// Where masks cost nothing, every vector of a kernel with much to compute for few elements has one:
// its values are emitted once, not again for the last vector.
static bool masks_all(const KernelEmit *ke) {
  enum { MANY_SCALARS = 32, MOST_LANES = 16 };
  return ke->e->machine->width == WIDTH_AVX512 && ke->s->serial && ke->s->lanes <= MOST_LANES &&
         ke->k->dag.n >= MANY_SCALARS;
}

// Vectors first .. last - 1 (i64) along an axis; the last of all may be a partial one.
static void lane_loop(KernelEmit *ke, const Pass *p, int axis, V first, V last, LeafFn *leaf) {
  Emit *e = ke->e;
  int64_t lanes = ke->s->lanes, whole = ke->s->size[axis] / lanes, tail = ke->s->size[axis] % lanes;
  if (whole && tail && masks_all(ke)) {
    V step = emit_int(e, lanes), size = emit_int(e, ke->s->size[axis]);
    EmitLoop loop = emit_loop(e, emit_mul(e, first, step), emit_mul(e, last, step), step);
    masked_leaf(ke, p, axis, loop.i, lanes_from(ke, size, loop.i), leaf);
    emit_loop_end(e, &loop);
    return;
  }
  if (first == emit_int(e, 0) && last == emit_int(e, whole + (tail != 0)) && whole < 2) {
    if (whole) lane_leaf(ke, p, axis, first, (int)lanes, leaf);
    if (tail) lane_leaf(ke, p, axis, emit_int(e, whole * lanes), (int)tail, leaf);
    return;
  }
  if (whole) {
    V end = tail ? emit_min(e, last, emit_int(e, whole)) : last;
    EmitLoop loop = emit_loop(e, emit_mul(e, first, emit_int(e, lanes)),
                              emit_mul(e, end, emit_int(e, lanes)), emit_int(e, lanes));
    lane_leaf(ke, p, axis, loop.i, (int)lanes, leaf);
    emit_loop_end(e, &loop);
  }
  if (!tail) return;
  EmitIf has = emit_if(e, llvm->BuildICmp(e->b, LLVMIntSGT, last, emit_int(e, whole), ""));
  lane_leaf(ke, p, axis, emit_int(e, whole * lanes), (int)tail, leaf);
  emit_end_if(e, &has);
}

// ---- passes

void pass_hoist(KernelEmit *ke, const Pass *p) {
  hoist_begin(ke);
  for (int i = 0; i < p->nstages; i++) {
    const Stage *st = &ke->k->stages[p->stages[i]];
    value_hoist(ke, st->value);
    if (st->kind == STAGE_CONTRACT) value_hoist(ke, st->value2);
  }
  for (int i = 0; i < p->nkept; i++) value_hoist(ke, ke->k->stages[p->kept[i]].value);
}

void pass_keep(KernelEmit *ke, const Pass *p) {
  for (int i = p->nkept - 1; i >= 0; i--) {
    int stage = p->kept[i];
    V v = value_of(ke, ke->k->stages[stage].value);
    memo_set(ke, &ke->kept[stage], v, 0);
    scratch_store(ke, stage, v);
  }
}

enum { MAX_STAGES = 64 };

// All values before the first store: a result may lie in the memory of an operand.
static void write_leaf(KernelEmit *ke, const Pass *p) {
  V values[MAX_STAGES];
  pass_keep(ke, p);
  for (int i = 0; i < p->nstages; i++)
    values[i] = value_vector(ke, ke->k->stages[p->stages[i]].value);
  for (int i = 0; i < p->nstages; i++) {
    const Stage *st = &ke->k->stages[p->stages[i]];
    if (st->kind == STAGE_SCATTER) value_combine(ke, st, values[i]);
    else if (st->kind == STAGE_STORE) value_store(ke, st, values[i]);
  }
}

static void pass_leaf(KernelEmit *ke, const Pass *p) {
  const Stage *st = &ke->k->stages[p->stages[0]];
  if (st->kind == STAGE_ARGREDUCE) argreduce_emit(ke, p);
  else if (st->kind == STAGE_REDUCE || st->kind == STAGE_CONTRACT) reduce_emit(ke, p);
  else write_leaf(ke, p);
}

void kernel_bind(KernelEmit *ke, int axis, V index) {
  ke->index[axis] = index;
  ke->bound |= BIT(axis);
}

void kernel_bind_flat(KernelEmit *ke, int n, const int *axes, V flat) {
  for (int i = n - 1; i >= 0; i--) {
    V size = lower_int(llvm->TypeOf(flat), ke->s->size[axes[i]]);
    kernel_bind(ke, axes[i], i ? emit_digit(ke->e, &flat, size) : flat);
  }
}

// Loops over the axes of `left` in row-major order, then the lane axis, then the leaf.
static void pass_loops(KernelEmit *ke, const Pass *p, uint32_t left) {
  if (left) {
    int axis = __builtin_ctz(left), mark = scope_open(ke);
    uint32_t bound = ke->bound;
    pass_hoist(ke, p);
    EmitLoop loop = emit_count(ke->e, emit_int(ke->e, ke->s->size[axis]));
    int inside = scope_open(ke);
    kernel_bind(ke, axis, loop.i);
    pass_loops(ke, p, left & ~BIT(axis));
    scope_close(ke, inside);
    emit_loop_end(ke->e, &loop);
    ke->bound = bound;
    scope_close(ke, mark);
  } else if (p->lane >= 0) {
    int mark = scope_open(ke);
    pass_hoist(ke, p);
    int64_t n = ke->s->size[p->lane], lanes = ke->s->lanes;
    lane_loop(ke, p, p->lane, emit_int(ke->e, 0), emit_int(ke->e, (n + lanes - 1) / lanes),
              pass_leaf);
    scope_close(ke, mark);
  } else {
    pass_leaf(ke, p);
  }
}

// Axes that loops run over: those of more than one element.
static uint32_t loop_axes(const KernelEmit *ke, uint32_t axes) {
  uint32_t out = 0;
  for (int a = 0; a < ke->k->naxes; a++)
    if (axes & BIT(a) && ke->s->size[a] != 1) out |= BIT(a);
  return out;
}

static bool is_empty(const KernelEmit *ke, uint32_t axes) {
  for (int a = 0; a < ke->k->naxes; a++)
    if (axes & BIT(a) && ke->s->size[a] == 0) return true;
  return false;
}

static void point_leaf(KernelEmit *ke, const Pass *unused) {
  (void)unused;
  ke->done = 0;
  for (int i = 0; i < ke->s->npasses; i++) {
    const Pass *p = &ke->s->passes[i];
    uint32_t kept = p->axes & ~p->reduce;
    if (is_empty(ke, kept)) continue;
    uint32_t left = loop_axes(ke, kept);
    if (p->lane >= 0) left &= ~BIT(p->lane);
    pass_loops(ke, p, left);
    if (ke->phase == PHASE_BLOCKS) return;
    ke->done = p->stages[p->nstages - 1] + 1;
  }
}

// ---- a thread's outer points

// [n * thread / nthreads, n * (thread + 1) / nthreads)
static void thread_range_of(KernelEmit *ke, V total, V *from, V *to) {
  Emit *e = ke->e;
  *from = emit_int(e, 0), *to = total;
  if (ke->s->serial && ke->phase != PHASE_BLOCKS) return;
  V next = emit_add(e, ke->thread, emit_int(e, 1));
  *from = llvm->BuildUDiv(e->b, emit_mul(e, total, ke->thread), ke->nthreads, "");
  *to = llvm->BuildUDiv(e->b, emit_mul(e, total, next), ke->nthreads, "");
}

void thread_range(KernelEmit *ke, int64_t n, V *from, V *to) {
  thread_range_of(ke, emit_int(ke->e, n), from, to);
}

static void bind_set(KernelEmit *ke, uint32_t axes, V flat) {
  int list[MAX_AXES], n = 0;
  for (int a = 0; a < ke->k->naxes; a++)
    if (axes & BIT(a)) list[n++] = a;
  kernel_bind_flat(ke, n, list, flat);
}

static int64_t points(const KernelEmit *ke, uint32_t axes) {
  int64_t n = 1;
  for (int a = 0; a < ke->k->naxes; a++)
    if (axes & BIT(a)) n *= ke->s->size[a];
  return n;
}

static void hoist_all(KernelEmit *ke) {
  for (int i = 0; i < ke->s->npasses; i++)
    if (!is_empty(ke, ke->s->passes[i].axes)) pass_hoist(ke, &ke->s->passes[i]);
}

static V max_int(Emit *e, V x, V y) {
  return llvm->BuildSelect(e->b, llvm->BuildICmp(e->b, LLVMIntSGT, x, y, ""), x, y, "");
}

// All vectors of the rows in a range.
static void whole_rows(KernelEmit *ke, uint32_t rows, V from, V to, int64_t chunks) {
  Emit *e = ke->e;
  EmitLoop loop = emit_loop(e, from, to, emit_int(e, 1));
  bind_set(ke, rows, loop.i);
  hoist_all(ke);
  lane_loop(ke, NULL, ke->s->lane, emit_int(e, 0), emit_int(e, chunks), point_leaf);
  emit_loop_end(e, &loop);
}

// Rows are the other outer axes, flattened; a row has `chunks` vectors. A thread's share is a range
// of row * chunks + chunk, so that one long row is shared as well as many short ones.
static void lane_points(KernelEmit *ke, uint32_t rows) {
  Emit *e = ke->e;
  int64_t lanes = ke->s->lanes, chunks = (ke->s->size[ke->s->lane] + lanes - 1) / lanes;
  V from, to, n = emit_int(e, chunks);
  bool whole = rows && (ke->s->serial || chunks == 1);
  thread_range(ke, points(ke, rows) * (whole ? 1 : chunks), &from, &to);
  if (whole) {
    whole_rows(ke, rows, from, to, chunks);
    return;
  }
  if (!rows) {
    lane_loop(ke, NULL, ke->s->lane, from, to, point_leaf);
    return;
  }
  V first = llvm->BuildUDiv(e->b, from, n, "");
  V last = llvm->BuildUDiv(e->b, emit_add(e, to, emit_int(e, chunks - 1)), n, "");
  EmitLoop loop = emit_loop(e, first, last, emit_int(e, 1));
  bind_set(ke, rows, loop.i);
  hoist_all(ke);
  V start = emit_mul(e, loop.i, n);
  V low = max_int(e, emit_sub(e, from, start), emit_int(e, 0));
  lane_loop(ke, NULL, ke->s->lane, low, emit_min(e, emit_sub(e, to, start), n), point_leaf);
  emit_loop_end(e, &loop);
}

static void single_points(KernelEmit *ke, uint32_t axes) {
  Emit *e = ke->e;
  V from, to;
  thread_range(ke, points(ke, axes), &from, &to);
  if (ke->s->serial && !axes) {
    point_leaf(ke, NULL);
    return;
  }
  EmitLoop loop = emit_loop(e, from, to, emit_int(e, 1));
  bind_set(ke, axes, loop.i);
  point_leaf(ke, NULL);
  emit_loop_end(e, &loop);
}

// One axis whose length comes at run time. Where masks cost nothing every vector has one, so that
// the values are emitted once.
static void counted_points(KernelEmit *ke) {
  Emit *e = ke->e;
  int axis = ke->s->lane;
  V lanes = emit_int(e, ke->s->lanes), less = emit_int(e, ke->s->lanes - 1), from, to;
  V whole = llvm->BuildUDiv(e->b, ke->count, lanes, "");
  bool masked = e->machine->width == WIDTH_AVX512;
  thread_range_of(ke, llvm->BuildUDiv(e->b, emit_add(e, ke->count, less), lanes, ""), &from, &to);
  V end = masked ? to : emit_min(e, to, whole);
  EmitLoop loop = emit_loop(e, emit_mul(e, from, lanes), emit_mul(e, end, lanes), lanes);
  masked_leaf(ke, NULL, axis, loop.i, masked ? lanes_from(ke, ke->count, loop.i) : NULL,
              point_leaf);
  emit_loop_end(e, &loop);
  if (masked) return;
  EmitIf has = emit_if(e, llvm->BuildICmp(e->b, LLVMIntSGT, to, whole, ""));
  V rest = emit_mul(e, whole, lanes);
  masked_leaf(ke, NULL, axis, rest, lanes_from(ke, ke->count, rest), point_leaf);
  emit_end_if(e, &has);
}

static void emit_points(KernelEmit *ke) {
  uint32_t outer = loop_axes(ke, ke->s->outer);
  if (is_empty(ke, outer)) return;
  hoist_all(ke);
  if (ke->s->counted) counted_points(ke);
  else if (ke->s->lane >= 0) lane_points(ke, outer & ~BIT(ke->s->lane));
  else single_points(ke, outer);
}

static uint32_t count_ix(const Kernel *k);

static int larger(int x, int y) { return x > y ? x : y; }

static int ix_needs(const Kernel *k, const int *needs, Ix ix) {
  const IxSum *s = ix_sum(k, ix);
  int all = 0;
  for (int i = 0; i < s->nterms; i++) {
    const IxTerm *t = &s->terms[i];
    if (t->kind == IX_VALUE) all = larger(all, needs[t->value]);
    else if (t->kind != IX_AXIS) all = larger(all, ix_needs(k, needs, t->inner));
  }
  return all;
}

static int load_needs(const Kernel *k, const int *needs, const Access *a) {
  int all = ix_needs(k, needs, a->index);
  for (int g = 0; g < a->nguards; g++) all = larger(all, ix_needs(k, needs, a->guards[g].ix));
  return a->otherwise == NO_SID ? all : larger(all, needs[a->otherwise]);
}

typedef struct Needs {
  const int *needs;
  int most;
} Needs;

static void add_needs(void *context, Sid s) {
  Needs *n = context;
  n->most = larger(n->most, n->needs[s]);
}

static int loop_needs(const Kernel *k, const int *needs, const KernelLoop *l) {
  Needs n = {needs, 0};
  kernel_loop_each(l, add_needs, &n);
  for (int i = 0; i < l->nstores; i++)
    n.most = larger(n.most, ix_needs(k, needs, l->stores[i].index));
  return n.most;
}

// A value may be hoisted only when the reductions that it reads are done.
static int *find_needs(Arena *a, const Kernel *k) {
  int *needs = ARENA_ARRAY(a, int, k->dag.n);
  for (int i = 0; i < k->dag.n; i++) {
    const Scalar *n = dag_node(&k->dag, (Sid)i);
    for (int j = 0; j < n->nargs; j++) needs[i] = larger(needs[i], needs[n->args[j]]);
    if (n->kind == S_LOAD) needs[i] = load_needs(k, needs, &k->accesses[n->imm]);
    if (n->kind == S_FINAL) needs[i] = loop_needs(k, needs, &k->loops[scalar_loop(n->imm)]);
    if (n->kind != S_STAGE) continue;
    const Stage *st = &k->stages[n->imm];
    needs[i] = st->kind == STAGE_VALUE ? needs[st->value] : (int)n->imm + 1;
  }
  return needs;
}

KernelEmit kernel_open(Emit *e, Arena *a, const Kernel *k, const Schedule *s, const int *slots,
                       V memory) {
  KernelEmit ke = {.e = e, .arena = a, .k = k, .s = s, .lane_axis = -1, .lanes = 1};
  ke.buffer = ARENA_ARRAY(a, V, k->nbuffers);
  ke.memo = ARENA_ARRAY(a, Memo, k->dag.n);
  ke.spread = ARENA_ARRAY(a, Memo, k->dag.n);
  ke.ix = ARENA_ARRAY(a, Memo, count_ix(k));
  ke.needs = find_needs(a, k);
  ke.seen = ARENA_ARRAY(a, uint32_t, k->dag.n);
  ke.stage = ARENA_ARRAY(a, V, k->nstages);
  ke.kept = ARENA_ARRAY(a, Memo, k->nstages);
  for (int i = 0; i < k->nbuffers; i++)
    ke.buffer[i] = emit_load(e, e->ptr, emit_at_const(e, memory, 8 * slots[i]), 8);
  for (int i = 0; i < k->naxes; i++)
    if (s->size[i] == 1) kernel_bind(&ke, i, emit_int(e, 0));
  return ke;
}

void kernel_close(KernelEmit *ke) { free(ke->trail); }

void kernel_emit(Emit *e, Arena *a, const Kernel *k, const Schedule *s, const int *slots,
                 KernelPart part, const char *name) {
  if (s->gemm) {
    gemm_kernel_emit(e, a, k, s, slots, name);
    return;
  }
  LLVMTypeRef params[4] = {e->ptr, e->ptr, e->i64, e->i64};
  emit_function(e, name, e->none, params, 4);
  KernelEmit ke = kernel_open(e, a, k, s, slots, emit_param(e, 0));
  ke.scratch = emit_param(e, 1);
  ke.thread = emit_param(e, 2);
  ke.nthreads = emit_param(e, 3);
  ke.phase = part.phase;
  if (part.phase)
    ke.shared = emit_load(e, e->ptr, emit_at_const(e, emit_param(e, 0), 8 * part.shared), 8);
  if (s->counted)
    ke.count = emit_load_int(
        e, emit_load(e, e->ptr, emit_at_const(e, emit_param(e, 0), 8 * s->count_slot), 8), 0);
  emit_points(&ke);
  llvm->BuildRetVoid(e->b);
  kernel_close(&ke);
}

static void count(const Kernel *k, Ix ix, uint32_t *n) {
  const IxSum *s = ix_sum(k, ix);
  if (ix + 1 > *n) *n = ix + 1;
  for (int i = 0; i < s->nterms; i++)
    if (s->terms[i].kind == IX_DIV || s->terms[i].kind == IX_MOD) count(k, s->terms[i].inner, n);
}

// Ids of index expressions are dense: one more than the largest in use.
static uint32_t count_ix(const Kernel *k) {
  uint32_t n = 1;
  for (int i = 0; i < k->naccesses; i++) {
    count(k, k->accesses[i].index, &n);
    for (int g = 0; g < k->accesses[i].nguards; g++) count(k, k->accesses[i].guards[g].ix, &n);
  }
  for (int i = 0; i < k->nstages; i++) {
    const Stage *st = &k->stages[i];
    if (st->kind == STAGE_STORE || st->kind == STAGE_SCATTER) count(k, st->index, &n);
    for (int g = 0; g < st->nguards; g++) count(k, st->guards[g].ix, &n);
  }
  for (int l = 0; l < k->nloops; l++)
    for (int i = 0; i < k->loops[l].nstores; i++) count(k, k->loops[l].stores[i].index, &n);
  return n;
}
