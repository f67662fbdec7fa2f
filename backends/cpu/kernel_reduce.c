// Reductions and plain contractions of a pass, in the order that is part of their meaning
// (SEMANTICS: rows, cols, chain), and argument reductions. Absent lanes hold the combiner's exact
// neutral element.
#include "backends/cpu/kernel_emit.h"

#define BIT(a) (UINT32_C(1) << (a))
enum { MAX_FUSED = 8 };

// The reductions of a pass being emitted side by side.
typedef struct Reduction {
  KernelEmit *ke;
  const Pass *p;
  int n;  // reductions
  const Stage *st[MAX_FUSED];
  Dtype dtype[MAX_FUSED];  // of accumulators: bool is u8
  bool is_bool[MAX_FUSED];
  int naxes;
  int axis[MAX_AXES];  // reduced axes of more than one element, outermost first
  int64_t total;
} Reduction;

static Reduction reduction(KernelEmit *ke, const Pass *p) {
  Reduction r = {.ke = ke, .p = p, .n = p->nstages, .total = 1};
  for (int i = 0; i < r.n; i++) {
    r.st[i] = &ke->k->stages[p->stages[i]];
    Dtype d = stage_dtype(ke->k, r.st[i]);
    r.is_bool[i] = d == DT_BOOL;
    r.dtype[i] = d == DT_BOOL ? DT_U8 : d;
  }
  for (int i = 0; i < r.st[0]->nreduce; i++) {
    int a = r.st[0]->reduce[i];
    r.total *= ke->s->size[a];
    if (ke->s->size[a] != 1) r.axis[r.naxes++] = a;
  }
  return r;
}

static V neutral(const Reduction *r, int i, int lanes) {
  const Stage *st = r->st[i];
  Op combine = st->kind == STAGE_CONTRACT ? OP_add : st->combine;
  return lower_const(r->ke->e, r->dtype[i],
                     lower_neutral(combine, r->is_bool[i] ? DT_BOOL : r->dtype[i]), lanes);
}

static V combine(const Reduction *r, int i, V x, V y) {
  const Stage *st = r->st[i];
  Op op = st->kind == STAGE_CONTRACT ? OP_add : st->combine;
  if (r->is_bool[i]) op = op == OP_add ? OP_or : op == OP_mul ? OP_and : op;
  return lower_op(r->ke->e, op, r->dtype[i], r->dtype[i], (V[]){x, y});
}

// What of the element at the point that is bound goes into an accumulator: two values of a
// contraction, one of others.
typedef struct Element {
  V x, y;
} Element;

static Element element(const Reduction *r, int i) {
  KernelEmit *ke = r->ke;
  V x = value_vector(ke, r->st[i]->value);
  if (r->is_bool[i]) x = lower_to_memory(ke->e, DT_BOOL, x);
  return (Element){x, r->st[i]->kind == STAGE_CONTRACT ? value_vector(ke, r->st[i]->value2) : NULL};
}

static V combine_element(const Reduction *r, int i, V acc, Element v) {
  Emit *e = r->ke->e;
  if (!v.y) return combine(r, i, acc, v.x);
  if (dtype_is_float(r->dtype[i])) return emit_fma(e, v.x, v.y, acc);
  return emit_add(e, acc, emit_mul(e, v.x, v.y));
}

static V accumulate(const Reduction *r, int i, V acc) {
  return combine_element(r, i, acc, element(r, i));
}

// At last the sum's +0 is added (it turns the -0 of an empty or all -0 sum into +0); other
// combiners have a neutral start. Then to the stage's home.
static void finish(const Reduction *r, int i, V v) {
  KernelEmit *ke = r->ke;
  int stage = r->p->stages[i];
  bool sum = r->st[i]->kind == STAGE_CONTRACT ? r->st[i]->order == ORDER_ROWS
                                              : r->st[i]->combine == OP_add;
  if (sum && dtype_is_float(r->dtype[i])) v = combine(r, i, v, llvm->ConstNull(llvm->TypeOf(v)));
  if (r->is_bool[i]) v = lower_from_memory(ke->e, DT_BOOL, v);
  if (ke->s->home[stage] == HOME_POINT) ke->stage[stage] = v;
  else scratch_store(ke, stage, v);
}

static void bind_element(const Reduction *r, V flat) {
  kernel_bind_flat(r->ke, r->naxes, r->axis, flat);
}

// ---- one after the other: cols, chain, and each partial of rows

static void accumulate_all(const Reduction *r, V *acc) {
  pass_keep(r->ke, r->p);
  for (int i = 0; i < r->n; i++) acc[i] = accumulate(r, i, acc[i]);
}

// Elements in [from, to) of the flattened reduced axes, in order.
static void sequence(const Reduction *r, V from, V to, V *acc) {
  KernelEmit *ke = r->ke;
  uint32_t bound = ke->bound;
  V phis[MAX_FUSED];
  for (int i = 0; i < r->n; i++) phis[i] = acc[i];
  int before = scope_open(ke);
  pass_hoist(ke, r->p);
  CarryLoop c = carry_begin(ke, from, to, 1, r->n, phis);
  int mark = scope_open(ke);
  for (int i = 0; i < r->n; i++) acc[i] = phis[i];
  bind_element(r, c.loop.i);
  accumulate_all(r, acc);
  scope_close(ke, mark);
  carry_end(ke, &c, r->n, phis, acc);
  scope_close(ke, before);
  for (int i = 0; i < r->n; i++) acc[i] = phis[i];
  ke->bound = bound;
}

// All elements by nested loops: no division per element.
static void nested(const Reduction *r, int depth, V *acc) {
  KernelEmit *ke = r->ke;
  if (depth == r->naxes) {
    accumulate_all(r, acc);
    return;
  }
  uint32_t bound = ke->bound;
  V phis[MAX_FUSED];
  for (int i = 0; i < r->n; i++) phis[i] = acc[i];
  int before = scope_open(ke);
  pass_hoist(ke, r->p);
  V size = emit_int(ke->e, ke->s->size[r->axis[depth]]);
  CarryLoop c = carry_begin(ke, emit_int(ke->e, 0), size, 1, r->n, phis);
  int mark = scope_open(ke);
  for (int i = 0; i < r->n; i++) acc[i] = phis[i];
  kernel_bind(ke, r->axis[depth], c.loop.i);
  nested(r, depth + 1, acc);
  scope_close(ke, mark);
  carry_end(ke, &c, r->n, phis, acc);
  for (int i = 0; i < r->n; i++) acc[i] = phis[i];
  ke->bound = bound;
  scope_close(ke, before);
}

// Blocks of `block` elements in order, their results combined in order, in blocks again where there
// are many. `span`: elements below one result of this level.
static void in_blocks(const Reduction *r, int64_t block, int64_t span, V from, V *acc) {
  KernelEmit *ke = r->ke;
  Emit *e = ke->e;
  V to = emit_min(e, emit_add(e, from, emit_int(e, span)), emit_int(e, r->total));
  if (span <= block) {
    sequence(r, from, to, acc);
    return;
  }
  int64_t inner = block;
  while (inner * ORDER_BLOCK < span) inner *= ORDER_BLOCK;
  V phis[MAX_FUSED], next[MAX_FUSED];
  for (int i = 0; i < r->n; i++) phis[i] = acc[i];
  CarryLoop c = carry_begin(ke, from, to, inner, r->n, phis);
  for (int i = 0; i < r->n; i++) {
    bool chain = r->st[i]->kind == STAGE_CONTRACT && r->st[i]->order == ORDER_CHAIN;
    next[i] = chain ? llvm->ConstNull(llvm->TypeOf(phis[i])) : neutral(r, i, ke->lanes);
  }
  in_blocks(r, block, inner, c.loop.i, next);
  for (int i = 0; i < r->n; i++) next[i] = combine(r, i, phis[i], next[i]);
  carry_end(ke, &c, r->n, phis, next);
  for (int i = 0; i < r->n; i++) acc[i] = phis[i];
}

static void emit_cols(const Reduction *r) {
  V acc[MAX_FUSED];
  for (int i = 0; i < r->n; i++) acc[i] = neutral(r, i, r->ke->lanes);
  if (r->total && r->total <= ORDER_BLOCK) nested(r, 0, acc);
  else if (r->total) in_blocks(r, ORDER_BLOCK, r->total, emit_int(r->ke->e, 0), acc);
  for (int i = 0; i < r->n; i++) finish(r, i, acc[i]);
}

// A block is one fma chain from +0; sums of blocks are added in order, the first copied: that is,
// added to -0. However many blocks there are: no blocks of blocks.
static void emit_chain(const Reduction *r) {
  KernelEmit *ke = r->ke;
  Emit *e = ke->e;
  V zero = llvm->ConstNull(lower_type(e, r->dtype[0], ke->lanes)), acc = zero;
  if (r->total && (r->total <= CHAIN_BLOCK || !dtype_is_float(r->dtype[0]))) {
    nested(r, 0, &acc);
  } else if (r->total) {
    V total = neutral(r, 0, ke->lanes), end = emit_int(e, r->total);
    CarryLoop c = carry_begin(ke, emit_int(e, 0), end, CHAIN_BLOCK, 1, &total);
    V block = zero, to = emit_min(e, emit_add(e, c.loop.i, emit_int(e, CHAIN_BLOCK)), end);
    int mark = scope_open(ke);
    sequence(r, c.loop.i, to, &block);
    scope_close(ke, mark);
    V next = combine(r, 0, total, block);
    carry_end(ke, &c, 1, &total, &next);
    acc = total;
  }
  finish(r, 0, acc);
}

// ---- rows with 64 partials in memory: lanes (if any) run along a kept axis

static V slot(const Reduction *r, int i, V base, V index) {
  int64_t bytes = (int64_t)dtype_size(r->dtype[i]) * r->ke->lanes;
  return emit_at(r->ke->e, base, emit_mul(r->ke->e, index, emit_int(r->ke->e, bytes)));
}

static LLVMTypeRef acc_type(const Reduction *r, int i) {
  return lower_type(r->ke->e, r->dtype[i], r->ke->lanes);
}

static V slot_load(const Reduction *r, int i, V base, V index) {
  return emit_load(r->ke->e, acc_type(r, i), slot(r, i, base, index), (int)dtype_size(r->dtype[i]));
}

static void slot_store(const Reduction *r, int i, V base, V index, V v) {
  emit_store(r->ke->e, v, slot(r, i, base, index), (int)dtype_size(r->dtype[i]));
}

// Fewer than 64 elements need no more partials: the missing ones are neutral in the tree.
static int partials_width(int64_t total) {
  int width = 2;
  while (width < ORDER_PARTIALS && width < total) width *= 2;
  return width;
}

static void partials_reset(const Reduction *r, int i, V base) {
  EmitLoop loop = emit_count(r->ke->e, emit_int(r->ke->e, partials_width(r->total)));
  slot_store(r, i, base, loop.i, neutral(r, i, r->ke->lanes));
  emit_loop_end(r->ke->e, &loop);
}

static V partials_tree(const Reduction *r, int i, V base) {
  Emit *e = r->ke->e;
  CarryLoop c;
  int width = partials_width(r->total);
  V half = emit_int(e, width / 2);
  // for (half = width / 2; half >= 1; half /= 2)
  c = carry_begin(r->ke, emit_int(e, 0), emit_int(e, __builtin_ctz((unsigned)width)), 1, 1, &half);
  EmitLoop loop = emit_count(e, half);
  V low = slot_load(r, i, base, loop.i), high = slot_load(r, i, base, emit_add(e, loop.i, half));
  slot_store(r, i, base, loop.i, combine(r, i, low, high));
  emit_loop_end(e, &loop);
  V next = llvm->BuildLShr(e->b, half, emit_int(e, 1), "");
  carry_end(r->ke, &c, 1, &half, &next);
  return slot_load(r, i, base, emit_int(e, 0));
}

typedef struct Memory {
  V partials[MAX_FUSED], blocks[MAX_FUSED];
} Memory;

// Scratch of a rows reduction: per reduction 64 partials, then the results of blocks.
static Memory rows_memory(const Reduction *r) {
  KernelEmit *ke = r->ke;
  Memory m;
  int64_t blocks = r->total / ORDER_BLOCK + 2;
  for (int i = 0; i < r->n; i++) {
    int64_t at = r->p->partials + i * (blocks + 64) * ke->s->lanes * 8;
    m.partials[i] = emit_at_const(ke->e, ke->scratch, at);
    m.blocks[i] = emit_at_const(ke->e, m.partials[i], 64 * ke->s->lanes * 8);
    if (ke->phase != PHASE_ALL && r->p == &ke->s->passes[0])
      m.blocks[i] = emit_at_const(ke->e, ke->shared, i * blocks * 8);
  }
  return m;
}

static void partial_element(const Reduction *r, const Memory *m, V flat) {
  KernelEmit *ke = r->ke;
  V index = llvm->BuildAnd(ke->e->b, flat, emit_int(ke->e, ORDER_PARTIALS - 1), "");
  pass_keep(ke, r->p);
  for (int i = 0; i < r->n; i++) {
    V acc = slot_load(r, i, m->partials[i], index);
    slot_store(r, i, m->partials[i], index, accumulate(r, i, acc));
  }
}

// The elements [from, to) of one block through the partials.
static void partial_block(const Reduction *r, const Memory *m, V from, V to, V *out) {
  KernelEmit *ke = r->ke;
  for (int i = 0; i < r->n; i++) partials_reset(r, i, m->partials[i]);
  uint32_t bound = ke->bound;
  int before = scope_open(ke);
  pass_hoist(ke, r->p);
  EmitLoop loop = emit_loop(ke->e, from, to, emit_int(ke->e, 1));
  int mark = scope_open(ke);
  bind_element(r, loop.i);
  partial_element(r, m, loop.i);
  scope_close(ke, mark);
  emit_loop_end(ke->e, &loop);
  scope_close(ke, before);
  ke->bound = bound;
  for (int i = 0; i < r->n; i++) out[i] = partials_tree(r, i, m->partials[i]);
}

// `count` results of blocks in memory reduce by the rule for elements, until one is left.
static V reduce_blocks(const Reduction *r, int i, const Memory *m, int64_t count) {
  Emit *e = r->ke->e;
  while (count > 1) {
    int64_t blocks = (count + ORDER_BLOCK - 1) / ORDER_BLOCK;
    EmitLoop outer = emit_count(e, emit_int(e, blocks));
    V from = emit_mul(e, outer.i, emit_int(e, ORDER_BLOCK));
    V to = emit_min(e, emit_add(e, from, emit_int(e, ORDER_BLOCK)), emit_int(e, count));
    partials_reset(r, i, m->partials[i]);
    EmitLoop loop = emit_loop(e, from, to, emit_int(e, 1));
    V index = llvm->BuildAnd(e->b, loop.i, emit_int(e, ORDER_PARTIALS - 1), "");
    V acc = slot_load(r, i, m->partials[i], index), x = slot_load(r, i, m->blocks[i], loop.i);
    slot_store(r, i, m->partials[i], index, combine(r, i, acc, x));
    emit_loop_end(e, &loop);
    slot_store(r, i, m->blocks[i], outer.i, partials_tree(r, i, m->partials[i]));
    emit_loop_end(e, &outer);
    count = blocks;
  }
  return slot_load(r, i, m->blocks[i], emit_int(e, 0));
}

typedef void BlockFn(const Reduction *r, const Memory *m, V from, V to, V *out);

// Results of the blocks [from, to) into memory.
static void block_results(const Reduction *r, const Memory *m, BlockFn *block, V from, V to) {
  KernelEmit *ke = r->ke;
  Emit *e = ke->e;
  V out[MAX_FUSED];
  EmitLoop loop = emit_loop(e, from, to, emit_int(e, 1));
  int mark = scope_open(ke);
  V first = emit_mul(e, loop.i, emit_int(e, ORDER_BLOCK));
  V last = emit_min(e, emit_add(e, first, emit_int(e, ORDER_BLOCK)), emit_int(e, r->total));
  block(r, m, first, last, out);
  for (int i = 0; i < r->n; i++) slot_store(r, i, m->blocks[i], loop.i, out[i]);
  scope_close(ke, mark);
  emit_loop_end(e, &loop);
}

static void emit_rows(const Reduction *r, BlockFn *block) {
  KernelEmit *ke = r->ke;
  Emit *e = ke->e;
  Memory m = rows_memory(r);
  V out[MAX_FUSED];
  int64_t blocks = (r->total + ORDER_BLOCK - 1) / ORDER_BLOCK;
  if (blocks == 0)
    for (int i = 0; i < r->n; i++) out[i] = neutral(r, i, ke->lanes);
  if (blocks == 1) block(r, &m, emit_int(e, 0), emit_int(e, r->total), out);
  if (blocks > 1) {
    bool split = r->p == &ke->s->passes[0] && ke->phase != PHASE_ALL;
    V from = emit_int(e, 0), to = emit_int(e, blocks);
    if (split) thread_range(ke, blocks, &from, &to);
    if (!split || ke->phase == PHASE_BLOCKS) block_results(r, &m, block, from, to);
    if (split && ke->phase == PHASE_BLOCKS) return;
    for (int i = 0; i < r->n; i++) out[i] = reduce_blocks(r, i, &m, blocks);
  }
  for (int i = 0; i < r->n; i++) finish(r, i, out[i]);
}

// ---- rows with the partials in the lanes of registers

// Lanes are flattened elements from `from` on.
static LaneState flat_lanes(const Reduction *r, V from, int lanes, V mask) {
  KernelEmit *ke = r->ke;
  LaneState before = lanes_begin(ke, r->axis[r->naxes - 1], from, lanes, mask);
  if (r->naxes == 1) return before;
  LLVMTypeRef t = r->total < INT32_MAX ? ke->e->i32 : ke->e->i64;
  V iota[FLAT_LANES], first = t == ke->e->i64 ? from : llvm->BuildTrunc(ke->e->b, from, t, "");
  for (int i = 0; i < lanes; i++) iota[i] = llvm->ConstInt(t, (unsigned)i, false);
  V flat =
      emit_add(ke->e, emit_splat(ke->e, first, lanes), llvm->ConstVector(iota, (unsigned)lanes));
  ke->lane_axes = 0;
  ke->lane_axis = -1;
  bind_element(r, flat);
  for (int i = 0; i < r->naxes; i++) ke->lane_axes |= BIT(r->axis[i]);
  return before;
}

// Where the buffers of staged values lie: those of a contraction one behind the other.
static V staged_at(const Reduction *r, const Memory *m, int i, bool second) {
  return emit_at_const(r->ke->e, m->partials[i], second ? FLAT_LANES * 8 : 0);
}

static void stage_element(const Reduction *r, const Memory *m, V first) {
  Emit *e = r->ke->e;
  pass_keep(r->ke, r->p);
  for (int i = 0; i < r->n; i++) {
    const int size = (int)dtype_size(r->dtype[i]);
    const V at = emit_mul(e, first, emit_int(e, size));
    const Element v = element(r, i);
    emit_store(e, v.x, emit_at(e, staged_at(r, m, i, false), at), size);
    if (v.y) emit_store(e, v.y, emit_at(e, staged_at(r, m, i, true), at), size);
  }
}

// A native vector of values, those from `first` on of the buffer, in lanes of the flattened axes.
static void stage_flat(const Reduction *r, const Memory *m, V from, V first, V mask) {
  KernelEmit *ke = r->ke;
  int mark = scope_open(ke);
  LaneState before = flat_lanes(r, from, ke->s->lanes, mask);
  stage_element(r, m, first);
  lanes_end(ke, &before);
  scope_close(ke, mark);
}

// The same where the last axis alone tells the lanes apart, so that they are neighbours in memory;
// vectors that run over its end are left to the other way.
static void stage_rows(const Reduction *r, const Memory *m, V from, V first, V mask) {
  KernelEmit *ke = r->ke;
  const int axis = r->axis[r->naxes - 1], lanes = ke->s->lanes;
  const int64_t size = ke->s->size[axis];
  if (r->naxes == 1 || size < lanes) {
    stage_flat(r, m, from, first, mask);
    return;
  }
  const uint32_t bound = ke->bound;
  int mark = scope_open(ke);
  bind_element(r, from);
  const V at = ke->index[axis];
  EmitIf fits =
      emit_if(ke->e, llvm->BuildICmp(ke->e->b, LLVMIntSLE, at, emit_int(ke->e, size - lanes), ""));
  int inside = scope_open(ke);
  LaneState before = lanes_begin(ke, axis, at, lanes, mask);
  stage_element(r, m, first);
  lanes_end(ke, &before);
  scope_close(ke, inside);
  ke->bound = bound;
  emit_else(ke->e, &fits);
  stage_flat(r, m, from, first, mask);
  emit_end_if(ke->e, &fits);
  scope_close(ke, mark);
}

// Values of a wide vector computed by native vectors into a buffer: less code, fewer registers.
static void staged_values(const Reduction *r, V from, int width, int64_t present, Element *out) {
  KernelEmit *ke = r->ke;
  Emit *e = ke->e;
  Memory m = rows_memory(r);
  int lanes = ke->s->lanes;
  EmitLoop loop =
      emit_loop(e, emit_int(e, 0), emit_int(e, present < 0 ? width : present), emit_int(e, lanes));
  V mask = present < 0 || present % lanes == 0
               ? NULL
               : emit_mask(e, emit_sub(e, emit_int(e, present), loop.i), lanes);
  stage_rows(r, &m, emit_add(e, from, loop.i), loop.i, mask);
  emit_loop_end(e, &loop);
  for (int i = 0; i < r->n; i++) {
    const int size = (int)dtype_size(r->dtype[i]);
    LLVMTypeRef t = lower_type(e, r->dtype[i], width);
    out[i].x = emit_load(e, t, staged_at(r, &m, i, false), size);
    out[i].y =
        r->st[i]->kind == STAGE_CONTRACT ? emit_load(e, t, staged_at(r, &m, i, true), size) : NULL;
  }
}

// One step: `width` elements into as many partials; `present` < 0: all exist.
static void flat_step(const Reduction *r, V from, int width, int64_t present, V *acc) {
  KernelEmit *ke = r->ke;
  V mask = present < 0 ? NULL : lanes_mask(ke, (int)present, width);
  Element staged[MAX_FUSED];
  int mark = scope_open(ke);
  if (r->p->staged) staged_values(r, from, width, present, staged);
  LaneState before = flat_lanes(r, from, width, mask);
  if (!r->p->staged) pass_keep(ke, r->p);
  for (int i = 0; i < r->n; i++) {
    V next = r->p->staged ? combine_element(r, i, acc[i], staged[i]) : accumulate(r, i, acc[i]);
    acc[i] = mask ? llvm->BuildSelect(ke->e->b, mask, next, acc[i], "") : next;
  }
  lanes_end(ke, &before);
  scope_close(ke, mark);
}

static V lanes_tree(const Reduction *r, int i, V v, int width) {
  for (; width > 1; width /= 2)
    v = combine(r, i, emit_lanes(r->ke->e, v, 0, 1, width / 2),
                emit_lanes(r->ke->e, v, width / 2, 1, width / 2));
  return llvm->TypeOf(v) && llvm->GetTypeKind(llvm->TypeOf(v)) == LLVMVectorTypeKind
             ? llvm->BuildExtractElement(r->ke->e->b, v, llvm->ConstInt(r->ke->e->i32, 0, false),
                                         "")
             : v;
}

static void flat_block(const Reduction *r, const Memory *m, V from, V to, V *out) {
  (void)m;
  KernelEmit *ke = r->ke;
  Emit *e = ke->e;
  int width = partials_width(r->total);
  int64_t tail = r->total % width;
  V acc[MAX_FUSED], phis[MAX_FUSED];
  for (int i = 0; i < r->n; i++) acc[i] = neutral(r, i, width);
  if (r->total >= width) {
    V whole = emit_sub(e, to, emit_int(e, width - 1));
    for (int i = 0; i < r->n; i++) phis[i] = acc[i];
    CarryLoop c = carry_begin(ke, from, whole, width, r->n, phis);
    for (int i = 0; i < r->n; i++) acc[i] = phis[i];
    flat_step(r, c.loop.i, width, -1, acc);
    carry_end(ke, &c, r->n, phis, acc);
    for (int i = 0; i < r->n; i++) acc[i] = phis[i];
  }
  if (tail) {
    // Only the last block has a tail.
    LLVMBasicBlockRef before = llvm->GetInsertBlock(e->b);
    V last = llvm->BuildICmp(e->b, LLVMIntEQ, to, emit_int(e, r->total), "");
    LLVMBasicBlockRef then = emit_block(e, "tail"), join = emit_block(e, "join");
    llvm->BuildCondBr(e->b, last, then, join);
    llvm->PositionBuilderAtEnd(e->b, then);
    V with[MAX_FUSED];
    for (int i = 0; i < r->n; i++) with[i] = acc[i];
    flat_step(r, emit_int(e, r->total - tail), width, tail, with);
    LLVMBasicBlockRef end = llvm->GetInsertBlock(e->b);
    emit_goto(e, join);
    for (int i = 0; i < r->n; i++) {
      V phi = emit_phi(e, llvm->TypeOf(acc[i]));
      emit_phi_add(phi, acc[i], before);
      emit_phi_add(phi, with[i], end);
      acc[i] = phi;
    }
  }
  for (int i = 0; i < r->n; i++) out[i] = lanes_tree(r, i, acc[i], width);
}

void reduce_emit(KernelEmit *ke, const Pass *p) {
  Reduction r = reduction(ke, p);
  int mark = scope_open(ke);
  uint32_t bound = ke->bound;
  if (r.total) pass_hoist(ke, p);
  Order order = r.st[0]->order;
  if (r.st[0]->kind == STAGE_CONTRACT && order != ORDER_ROWS) emit_chain(&r);
  else if (order == ORDER_ROWS) emit_rows(&r, p->flat ? flat_block : partial_block);
  else emit_cols(&r);
  ke->bound = bound;
  scope_close(ke, mark);
}

// ---- argument reductions

// x comes before the best so far: a NaN before any number, else strictly larger (smaller).
static V beats(KernelEmit *ke, const Stage *st, Dtype d, V x, V best) {
  Emit *e = ke->e;
  V better = lower_op(e, st->combine == OP_max ? OP_gt : OP_lt, d, DT_BOOL, (V[]){x, best});
  if (!dtype_is_float(d)) return better;
  V nan = llvm->BuildFCmp(e->b, LLVMRealUNO, x, x, "");
  V ordered = llvm->BuildFCmp(e->b, LLVMRealORD, best, best, "");
  return llvm->BuildAnd(e->b, ordered, llvm->BuildOr(e->b, nan, better, ""), "");
}

// The same extremum: neither beats the other.
static V ties(KernelEmit *ke, const Stage *st, Dtype d, V x, V y) {
  Emit *e = ke->e;
  V any = llvm->BuildOr(e->b, beats(ke, st, d, x, y), beats(ke, st, d, y, x), "");
  return llvm->BuildNot(e->b, any, "");
}

typedef struct Best {
  V value, index;
} Best;

static Best better_of(KernelEmit *ke, const Stage *st, Dtype d, Best x, Best y) {
  Emit *e = ke->e;
  V earlier = llvm->BuildICmp(e->b, LLVMIntSLT, y.index, x.index, "");
  V take = llvm->BuildOr(e->b, beats(ke, st, d, y.value, x.value),
                         llvm->BuildAnd(e->b, ties(ke, st, d, x.value, y.value), earlier, ""), "");
  return (Best){llvm->BuildSelect(e->b, take, y.value, x.value, ""),
                llvm->BuildSelect(e->b, take, y.index, x.index, "")};
}

static V lane_numbers(Emit *e, int lanes) {
  V all[FLAT_LANES];
  for (int i = 0; i < lanes; i++) all[i] = llvm->ConstInt(e->i32, (unsigned)i, false);
  return llvm->ConstVector(all, (unsigned)lanes);
}

// best, or the element at the bound point where that beats it.
static Best arg_step(const Reduction *r, Dtype d, Best best) {
  KernelEmit *ke = r->ke;
  Emit *e = ke->e;
  V x = value_vector(ke, r->st[0]->value);
  V at = r->naxes ? ke->index[r->axis[0]] : emit_int(e, 0);
  at = value_spread(ke, llvm->BuildTrunc(e->b, at, e->i32, ""));
  if (r->p->flat) at = emit_add(e, at, lane_numbers(e, ke->lanes));
  V take = beats(ke, r->st[0], d, x, best.value);
  if (r->p->flat && ke->mask) take = llvm->BuildAnd(e->b, take, ke->mask, "");
  return (Best){llvm->BuildSelect(e->b, take, x, best.value, ""),
                llvm->BuildSelect(e->b, take, at, best.index, "")};
}

// Steps of `lanes` elements (1, or a vector where flat) from 0 to `to`.
static Best arg_loop(const Reduction *r, Dtype d, int64_t to, int lanes, Best best) {
  KernelEmit *ke = r->ke;
  V phis[2] = {best.value, best.index};
  CarryLoop c = carry_begin(ke, emit_int(ke->e, 0), emit_int(ke->e, to), lanes, 2, phis);
  int mark = scope_open(ke);
  LaneState before = {ke->bound, ke->lane_axes, ke->lane_axis, ke->lanes, ke->mask};
  if (lanes > 1) lanes_begin(ke, r->axis[0], c.loop.i, lanes, NULL);
  else if (r->naxes) kernel_bind(ke, r->axis[0], c.loop.i);
  Best next = arg_step(r, d, (Best){phis[0], phis[1]});
  lanes_end(ke, &before);
  scope_close(ke, mark);
  V values[2] = {next.value, next.index};
  carry_end(ke, &c, 2, phis, values);
  return (Best){phis[0], phis[1]};
}

// Lanes start from the first element, which none of its equals beats; index 0 is then right for
// them all.
static Best arg_start(const Reduction *r, int lanes) {
  KernelEmit *ke = r->ke;
  uint32_t bound = ke->bound;
  int mark = scope_open(ke);
  if (r->naxes) kernel_bind(ke, r->axis[0], emit_int(ke->e, 0));
  V first = value_vector(ke, r->st[0]->value);
  scope_close(ke, mark);
  ke->bound = bound;
  if (lanes > 1) first = emit_splat(ke->e, first, lanes);
  int total = lanes > 1 ? lanes : ke->lanes;
  LLVMTypeRef t = total > 1 ? emit_vector(ke->e->i32, total) : ke->e->i32;
  return (Best){first, llvm->ConstNull(t)};
}

static Best arg_flat(const Reduction *r, Dtype d) {
  KernelEmit *ke = r->ke;
  int lanes = ke->s->lanes;
  int64_t tail = r->total % lanes;
  Best best = arg_start(r, lanes);
  if (r->total >= lanes) best = arg_loop(r, d, r->total - tail, lanes, best);
  if (tail) {
    LaneState before = lanes_begin(ke, r->axis[0], emit_int(ke->e, r->total - tail), lanes,
                                   lanes_mask(ke, (int)tail, lanes));
    int mark = scope_open(ke);
    best = arg_step(r, d, best);
    scope_close(ke, mark);
    lanes_end(ke, &before);
  }
  for (int half = lanes / 2; half >= 1; half /= 2) {
    Best low = {emit_lanes(r->ke->e, best.value, 0, 1, half),
                emit_lanes(r->ke->e, best.index, 0, 1, half)};
    Best high = {emit_lanes(r->ke->e, best.value, half, 1, half),
                 emit_lanes(r->ke->e, best.index, half, 1, half)};
    best = better_of(ke, r->st[0], d, low, high);
  }
  V zero = llvm->ConstInt(ke->e->i32, 0, false);
  return (Best){NULL, llvm->BuildExtractElement(ke->e->b, best.index, zero, "")};
}

void argreduce_emit(KernelEmit *ke, const Pass *p) {
  Reduction r = reduction(ke, p);
  int mark = scope_open(ke), stage = p->stages[0];
  Dtype d = dag_node(&ke->k->dag, r.st[0]->value)->dtype;
  uint32_t bound = ke->bound;
  pass_hoist(ke, p);
  Best best = p->flat ? arg_flat(&r, d) : arg_loop(&r, d, r.total, 1, arg_start(&r, 1));
  ke->bound = bound;
  scope_close(ke, mark);
  if (ke->s->home[stage] == HOME_POINT) ke->stage[stage] = best.index;
  else scratch_store(ke, stage, best.index);
}
