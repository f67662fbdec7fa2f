// Kernels that are contractions: which of them the generator takes, and what it computes before and
// after the sums.
#include "backends/cpu/gemm.h"
#include "backends/cpu/kernel_emit.h"
#include "backends/cpu/schedule_parts.h"

#define BIT(a) (UINT32_C(1) << (a))

enum { LEAST_STREAM = 1 << 16 };  // outputs from which what an epilogue reads is asked for ahead

// ---- which kernels

static bool one_axis(const Kernel *k, const Schedule *s, uint32_t axes, int *axis) {
  *axis = -1;
  for (int a = 0; a < k->naxes; a++) {
    if (!(axes & BIT(a)) || s->size[a] == 1) continue;
    if (*axis >= 0) return false;
    *axis = a;
  }
  return true;
}

// All stages but the contraction are stores (and values) at its own points.
static bool is_epilogue(const Kernel *k, int contract) {
  for (int i = 0; i < k->nstages; i++) {
    const Stage *st = &k->stages[i];
    if (i == contract) continue;
    if (st->kind != STAGE_STORE && st->kind != STAGE_VALUE) return false;
    if (st->axes != k->stages[contract].axes) return false;
  }
  return true;
}

static int find_contract(const Kernel *k) {
  int found = -1;
  for (int i = 0; i < k->nstages; i++) {
    if (k->stages[i].kind != STAGE_CONTRACT) continue;
    if (found >= 0) return -1;
    found = i;
  }
  return found;
}

// ---- windows

// An unguarded affine load is read by strides; anything else is computed by the packing.
static const Access *plain_load(const Kernel *k, Sid v) {
  const Scalar *n = dag_node(&k->dag, v);
  if (n->kind != S_LOAD) return NULL;
  const Access *a = &k->accesses[n->imm];
  const IxSum *s = ix_sum(k, a->index);
  for (int i = 0; i < s->nterms; i++)
    if (s->terms[i].kind != IX_AXIS) return NULL;
  return a->nguards ? NULL : a;
}

static int64_t stride_of(const Kernel *k, Ix ix, int axis) {
  const IxSum *s = ix_sum(k, ix);
  for (int i = 0; axis >= 0 && i < s->nterms; i++)
    if (s->terms[i].kind == IX_AXIS && s->terms[i].axis == axis) return s->terms[i].coef;
  return 0;
}

// An index is affine in these axes as in one: that of the last, flattened.
static bool ix_flat(const Kernel *k, const Schedule *s, Ix ix, int n, const int *axes) {
  const IxSum *sum = ix_sum(k, ix);
  int64_t stride = n ? stride_of(k, ix, axes[n - 1]) : 0;
  for (int i = 0; i < sum->nterms; i++) {
    const IxTerm *t = &sum->terms[i];
    const uint32_t deps = t->kind == IX_AXIS    ? BIT(t->axis)
                          : t->kind == IX_VALUE ? kernel_depends(k, t->value)
                                                : ix_axes(k, t->inner);
    for (int a = 0; a < n && t->kind != IX_AXIS; a++)
      if (deps & BIT(axes[a])) return false;
  }
  for (int a = n - 1; a >= 0; stride *= s->size[axes[a]], a--)
    if (stride_of(k, ix, axes[a]) != stride) return false;
  return true;
}

static bool access_flat(const Kernel *k, const Schedule *s, const Access *a, int n,
                        const int *axes) {
  for (int g = 0; g < a->nguards; g++)
    if (!ix_flat(k, s, a->guards[g].ix, n, axes)) return false;
  return ix_flat(k, s, a->index, n, axes);
}

// The rows are told apart by the operand that has windows alone.
static bool rows_flat(const Kernel *k, const Schedule *s, const GemmAxes *g,
                      const Access *windows) {
  for (int i = 0; i < k->dag.n; i++) {
    const Scalar *n = dag_node(&k->dag, (Sid)i);
    for (int a = 0; a < g->nm; a++)
      if (n->kind == S_AXIS && (int)n->imm == g->ms[a]) return false;
    const Access *a = n->kind == S_LOAD ? &k->accesses[n->imm] : windows;
    if (a != windows && !access_flat(k, s, a, g->nm, g->ms)) return false;
  }
  for (int i = 0; i < k->nstages; i++)
    if (k->stages[i].kind == STAGE_STORE && !ix_flat(k, s, k->stages[i].index, g->nm, g->ms))
      return false;
  return true;
}

static int list_axes(const Kernel *k, const Schedule *s, uint32_t axes, int *list) {
  int n = 0;
  for (int a = 0; a < k->naxes; a++)
    if (axes & BIT(a) && s->size[a] != 1) list[n++] = a;
  return n;
}

// The first operand is read through windows: by strides, but along several axes.
static bool window_axes(const Kernel *k, const Schedule *s, uint32_t rows, GemmAxes *g) {
  const Stage *st = &k->stages[g->stage];
  const Access *a = plain_load(k, st->value), *b = plain_load(k, st->value2);
  const int64_t least_columns = s->lanes / 2;
  if (!a || !b || st->order != ORDER_CHAIN || g->n < 0 || s->size[g->n] < least_columns)
    return false;
  g->nm = list_axes(k, s, rows, g->ms);
  for (int i = 0; i < st->nreduce; i++)
    if (s->size[st->reduce[i]] != 1) g->ks[g->nk++] = st->reduce[i];
  if (!g->nm || !g->nk || g->nm > GEMM_LEVELS || g->nk > GEMM_LEVELS) return false;
  for (int i = 0; i < g->nm; i++)
    if (!s->size[g->ms[i]]) return false;
  for (int i = 0; i < g->nk; i++)
    if (!s->size[g->ks[i]]) return false;
  if (!access_flat(k, s, b, g->nk, g->ks)) return false;
  g->windows = true;
  g->m = g->ms[g->nm - 1], g->k = g->ks[g->nk - 1];
  g->flat_m = rows_flat(k, s, g, a);
  return true;
}

static bool batch_axes(const Kernel *k, const Schedule *s, uint32_t axes, GemmAxes *g) {
  int list[MAX_AXES];
  g->nbatch = list_axes(k, s, axes, list);
  if (g->nbatch > GEMM_BATCHES) return false;
  for (int i = 0; i < g->nbatch; i++) g->batches[i] = list[i];
  return true;
}

static int64_t size_of(const Schedule *s, int axis) { return axis < 0 ? 1 : s->size[axis]; }

const GemmAxes *gemm_axes(Arena *a, const Kernel *k, const Schedule *s) {
  int stage = find_contract(k);
  if (stage < 0 || !is_epilogue(k, stage)) return NULL;
  const Stage *st = &k->stages[stage];
  const Dtype d = dag_node(&k->dag, st->value)->dtype;
  const bool integers = gemm_takes_integers(d, st->order);
  if ((!dtype_is_float(d) || dtype_is_half(d)) && !integers) return NULL;
  uint32_t x = kernel_depends(k, st->value), y = kernel_depends(k, st->value2), reduce = 0;
  for (int i = 0; i < st->nreduce; i++) reduce |= BIT(st->reduce[i]);
  GemmAxes g = {.stage = stage};
  uint32_t both = st->axes & x & y, only_y = st->axes & y & ~x, rest = st->axes & ~both & ~only_y;
  if (!one_axis(k, s, only_y, &g.n) || !batch_axes(k, s, both, &g)) return NULL;
  const bool plain = one_axis(k, s, reduce, &g.k) && one_axis(k, s, rest, &g.m);
  if (!plain && (integers || !window_axes(k, s, rest, &g))) return NULL;
  if (st->order == ORDER_COLS) return NULL;
  if (g.nbatch > 1 && size_of(s, g.m) < s->lanes / 2 && size_of(s, g.n) < s->lanes / 2) return NULL;
  return arena_copy(a, &g, sizeof g);
}

static int64_t sizes_of(const Schedule *s, int n, const int *axes) {
  int64_t size = 1;
  for (int i = 0; i < n; i++) size *= s->size[axes[i]];
  return size;
}

// ---- what the generator calls

typedef struct Context {
  Arena *arena;
  const Kernel *k;
  const Schedule *s;
  const int *slots;
  Sid value;  // of an operand
  int outer;  // its free axis
} Context;

static void bind_some(KernelEmit *ke, int axis, V index) {
  if (axis >= 0) kernel_bind(ke, axis, index);
}

static void bind_rows(KernelEmit *ke, const GemmAxes *g, V row) {
  if (!g->windows) return bind_some(ke, g->m, row);
  if (!g->flat_m) return kernel_bind_flat(ke, g->nm, g->ms, row);
  for (int i = 0; i < g->nm - 1; i++) kernel_bind(ke, g->ms[i], emit_int(ke->e, 0));
  kernel_bind(ke, g->m, row);
}

static void run_lanes(KernelEmit *ke, int axis, int lanes, V mask) {
  ke->lanes = lanes;
  ke->mask = mask;
  ke->lane_axis = axis;
  ke->lane_axes = axis < 0 ? 0 : BIT(axis);
}

static V operand_values(Emit *e, void *user, V memory, V operand, const GemmPoint *p) {
  (void)operand;
  const Context *c = user;
  const GemmAxes *g = c->s->gemm;
  KernelEmit ke = kernel_open(e, c->arena, c->k, c->s, c->slots, memory);
  kernel_bind_flat(&ke, g->nbatch, g->batches, p->batch);
  bind_some(&ke, c->outer, p->outer);
  bind_some(&ke, g->k, p->k);
  run_lanes(&ke, p->along_k ? g->k : c->outer, p->lanes, p->mask);
  V v = value_vector(&ke, c->value);  // equal in all lanes where that axis has one element
  kernel_close(&ke);
  return v;
}

static void store_outputs(Emit *e, void *user, V memory, V unused, const GemmVector *v) {
  (void)unused;
  const Context *c = user;
  const GemmAxes *g = c->s->gemm;
  KernelEmit ke = kernel_open(e, c->arena, c->k, c->s, c->slots, memory);
  kernel_bind_flat(&ke, g->nbatch, g->batches, v->batch);
  bind_rows(&ke, g, v->row);
  bind_some(&ke, g->n, v->column);
  int axis = v->along_rows ? g->m : g->n;
  run_lanes(&ke, axis, axis < 0 ? 1 : v->lanes, axis < 0 ? NULL : v->mask);
  V first = llvm->ConstInt(e->i32, 0, false);
  ke.stage[g->stage] = axis < 0 ? llvm->BuildExtractElement(e->b, v->value, first, "") : v->value;
  V values[64];
  int n = 0;
  for (int i = 0; i < c->k->nstages; i++)
    if (c->k->stages[i].kind == STAGE_STORE) values[n++] = value_vector(&ke, c->k->stages[i].value);
  n = 0;
  for (int i = 0; i < c->k->nstages; i++)
    if (c->k->stages[i].kind == STAGE_STORE) value_store(&ke, &c->k->stages[i], values[n++]);
  kernel_close(&ke);
}

// A load that runs through the outputs, an element for each, beside them in memory.
static const Access *streamed(const Kernel *k, const GemmAxes *g, int axis, int node) {
  if (dag_node(&k->dag, (Sid)node)->kind != S_LOAD || axis < 0) return NULL;
  const Access *a = plain_load(k, (Sid)node);
  if (!a || (g->k >= 0 && stride_of(k, a->index, g->k))) return NULL;
  const bool both =
      g->m >= 0 && g->n >= 0 && stride_of(k, a->index, g->m) && stride_of(k, a->index, g->n);
  return both && stride_of(k, a->index, axis) == 1 ? a : NULL;
}

static void touch_inputs(Emit *e, void *user, V memory, const GemmVector *v) {
  const Context *c = user;
  const GemmAxes *g = c->s->gemm;
  const int axis = v->along_rows ? g->m : g->n;
  KernelEmit ke = kernel_open(e, c->arena, c->k, c->s, c->slots, memory);
  kernel_bind_flat(&ke, g->nbatch, g->batches, v->batch);
  bind_rows(&ke, g, v->row);
  bind_some(&ke, g->n, v->column);
  run_lanes(&ke, axis, axis < 0 ? 1 : v->lanes, NULL);
  for (int i = 0; i < c->k->dag.n; i++) {
    const Access *a = streamed(c->k, g, axis, i);
    if (a) value_prefetch(&ke, a);
  }
  kernel_close(&ke);
}

static bool touches(const Kernel *k, const GemmAxes *g) {
  for (int i = 0; i < k->dag.n; i++)
    if (streamed(k, g, g->n, i) || streamed(k, g, g->m, i)) return true;
  return false;
}

// ---- emission

// Which way a computed operand's lanes should run: along k when some load steps by one there.
static int64_t computed_stride(const Kernel *k, Sid v, int axis_k) {
  for (int i = 0; axis_k >= 0 && i < k->dag.n; i++) {
    const Scalar *n = dag_node(&k->dag, (Sid)i);
    if (n->kind == S_LOAD && !(kernel_depends(k, (Sid)i) & ~kernel_depends(k, v)) &&
        stride_of(k, k->accesses[n->imm].index, axis_k) == 1)
      return 1;
  }
  return 0;
}

static GemmOperand operand(const GemmAxes *g, Context *c, Sid v, int outer) {
  *c = (Context){c->arena, c->k, c->s, c->slots, v, outer};
  const Access *a = plain_load(c->k, v);
  if (a)
    return (GemmOperand){.outer = stride_of(c->k, a->index, outer),
                         .k = stride_of(c->k, a->index, g->k)};
  return (GemmOperand){.k = computed_stride(c->k, v, g->k), .prologue = operand_values, .user = c};
}

static const Stage *main_store(const Kernel *k) {
  for (int i = 0; i < k->nstages; i++)
    if (k->stages[i].kind == STAGE_STORE) return &k->stages[i];
  return NULL;
}

typedef struct Contraction {
  Gemm gemm;
  GemmWindows windows;
  GemmBatches batches;
  Context a, b, c;
} Contraction;

static void describe_windows(Contraction *x, const Kernel *k, const Schedule *s) {
  const GemmAxes *g = s->gemm;
  const Ix index = plain_load(k, k->stages[g->stage].value)->index;
  x->windows = (GemmWindows){g->nm, g->nk, {{0}}, {{0}}};
  for (int i = 0; i < g->nm; i++)
    x->windows.row[i] = (GemmLevel){s->size[g->ms[i]], stride_of(k, index, g->ms[i])};
  for (int i = 0; i < g->nk; i++)
    x->windows.k[i] = (GemmLevel){s->size[g->ks[i]], stride_of(k, index, g->ks[i])};
  x->gemm.windows = &x->windows;
  x->gemm.m = sizes_of(s, g->nm, g->ms);
  x->gemm.k = sizes_of(s, g->nk, g->ks);
}

static int64_t stride_in(const Kernel *k, const Access *a, int axis) {
  return a ? stride_of(k, a->index, axis) : 0;
}

static void describe_batches(Contraction *x, const Kernel *k, const Schedule *s, const Stage *out) {
  const GemmAxes *g = s->gemm;
  const Stage *st = &k->stages[g->stage];
  const Access *a = plain_load(k, st->value), *b = plain_load(k, st->value2);
  x->batches.n = g->nbatch;
  for (int i = 0; i < g->nbatch; i++) {
    const int axis = g->batches[i];
    x->batches.level[i] = (GemmBatch){s->size[axis], stride_in(k, a, axis), stride_in(k, b, axis),
                                      out ? stride_of(k, out->index, axis) : 0};
  }
}

static void describe(Contraction *x, Arena *arena, const Kernel *k, const Schedule *s,
                     const int *slots) {
  const GemmAxes *g = s->gemm;
  const Stage *st = &k->stages[g->stage], *out = main_store(k);
  Context base = {arena, k, s, slots, 0, -1};
  x->a = x->b = x->c = base;
  x->gemm = (Gemm){.dtype = dag_node(&k->dag, st->value)->dtype,
                   .order = st->order,
                   .m = size_of(s, g->m),
                   .n = size_of(s, g->n),
                   .k = size_of(s, g->k),
                   .batch = sizes_of(s, g->nbatch, g->batches),
                   .batches = &x->batches,
                   .epilogue = store_outputs,
                   .user = &x->c};
  for (int i = 0; i < st->nreduce; i++)
    if (s->size[st->reduce[i]] == 0) x->gemm.k = 0;
  x->gemm.a = operand(g, &x->a, st->value, g->m);
  x->gemm.b = operand(g, &x->b, st->value2, g->n);
  if (g->windows) describe_windows(x, k, s);
  describe_batches(x, k, s, out);
  if (!out) return;
  x->gemm.c_row = stride_of(k, out->index, g->m);
  x->gemm.c_column = stride_of(k, out->index, g->n);
  bool plain =
      dag_node(&k->dag, out->value)->kind == S_STAGE && ix_sum(k, out->index)->constant == 0;
  for (int i = 0; i < k->nstages; i++) plain &= i == g->stage || &k->stages[i] == out;
  plain &= !g->windows || g->flat_m;
  if (plain) x->gemm.epilogue = NULL;
  else if (!g->windows && touches(k, g) && x->gemm.m * x->gemm.n >= LEAST_STREAM)
    x->gemm.touch = touch_inputs;
}

int64_t gemm_kernel_scratch(const Kernel *k, const Schedule *s, const Machine *m) {
  Contraction x;
  describe(&x, NULL, k, s, NULL);
  return gemm_scratch_bytes(m, &x.gemm);
}

const char *gemm_kernel_text(Arena *a, const Kernel *k, const Schedule *s, const Machine *m) {
  Contraction x;
  char text[120];
  describe(&x, a, k, s, NULL);
  return arena_str(a, gemm_describe(m, &x.gemm, text));
}

static V operand_pointer(Emit *e, V memory, const Kernel *k, const int *slots, Sid v) {
  const Access *a = plain_load(k, v);
  if (!a) return memory;
  V base = emit_load(e, e->ptr, emit_at_const(e, memory, 8 * slots[a->buffer]), 8);
  int64_t bytes = (int64_t)dtype_size(k->buffers[a->buffer].dtype);
  return emit_at_const(e, base, ix_sum(k, a->index)->constant * bytes);
}

void gemm_kernel_emit(Emit *e, Arena *arena, const Kernel *k, const Schedule *s, const int *slots,
                      const char *name) {
  Contraction x;
  describe(&x, arena, k, s, slots);
  const Stage *st = &k->stages[s->gemm->stage], *out = main_store(k);
  LLVMTypeRef params[4] = {e->ptr, e->ptr, e->i64, e->i64};
  emit_function(e, name, e->none, params, 4);
  V memory = emit_param(e, 0), thread = emit_param(e, 2);
  // The generator finds a thread's scratch by its number; ours is the thread's own already.
  int64_t bytes = gemm_scratch_bytes(e->machine, &x.gemm);
  V before = emit_sub(e, emit_int(e, 0), emit_mul(e, thread, emit_int(e, bytes)));
  V c = out ? emit_load(e, e->ptr, emit_at_const(e, memory, 8 * slots[out->buffer]), 8) : memory;
  V args[7] = {memory,
               operand_pointer(e, memory, k, slots, st->value),
               operand_pointer(e, memory, k, slots, st->value2),
               c,
               emit_at(e, emit_param(e, 1), before),
               thread,
               emit_param(e, 3)};
  gemm_call(e, &x.gemm, arena_printf(arena, "%s_gemm", name), args);
  llvm->BuildRetVoid(e->b);
}
