// Building kernels: axes, buffers, accesses and stages; what each scalar depends on.
#include <string.h>

#include "compiler/kernel_build.h"

Kernel *kernel_new(Arena *a, const char *name) {
  Kernel *k = ARENA_NEW(a, Kernel);
  k->arena = a;
  k->name = arena_str(a, name);
  dag_init(&k->dag, a);
  ix_init(k);
  return k;
}

void *kernel_grow(const Kernel *k, void *p, uint32_t *cap, uint32_t n, size_t size) {
  if (n < *cap) return p;
  uint32_t want = *cap ? 2 * *cap : 8;
  void *q = arena_alloc(k->arena, size * want);
  if (n) memcpy(q, p, size * n);
  *cap = want;
  return q;
}

void kernel_place(Kernel *k, Loc loc) {
  if (!loc.file) return;
  for (int i = k->nplaces - 1; i >= 0; i--)
    if (k->places[i].line == loc.line && !strcmp(k->places[i].file, loc.file)) return;
  k->places = kernel_grow(k, k->places, &k->places_cap, (uint32_t)k->nplaces, sizeof *k->places);
  k->places[k->nplaces++] = loc;
}

int kernel_axis(Kernel *k, int64_t size) {
  CHECK(k->naxes < MAX_AXES);
  k->axis[k->naxes] = size;
  return k->naxes++;
}

int kernel_buffer(Kernel *k, const char *name, Dtype d, int64_t count) {
  k->buffers =
      kernel_grow(k, k->buffers, &k->buffers_cap, (uint32_t)k->nbuffers, sizeof *k->buffers);
  k->buffers[k->nbuffers] = (KernelBuffer){.name = name, .dtype = d, .count = count};
  return k->nbuffers++;
}

static bool guards_same(int n, const Guard *a, const Guard *b) {
  for (int i = 0; i < n; i++) {
    if (a[i].ix != b[i].ix || a[i].lo != b[i].lo || a[i].hi != b[i].hi) return false;
  }
  return true;
}

Sid kernel_load(Kernel *k, Access access) {
  Dtype d = k->buffers[access.buffer].dtype;
  for (int i = k->naccesses - 1; i >= 0; i--) {
    const Access *a = &k->accesses[i];
    if (a->index == access.index && a->buffer == access.buffer && a->nguards == access.nguards &&
        a->otherwise == access.otherwise && guards_same(a->nguards, a->guards, access.guards))
      return s_leaf(&k->dag, S_LOAD, d, (uint64_t)i);
  }
  k->accesses =
      kernel_grow(k, k->accesses, &k->accesses_cap, (uint32_t)k->naccesses, sizeof *k->accesses);
  access.guards = arena_copy(k->arena, access.guards, sizeof(Guard) * (size_t)access.nguards);
  k->accesses[k->naccesses] = access;
  return s_leaf(&k->dag, S_LOAD, d, (uint64_t)k->naccesses++);
}

int kernel_stage(Kernel *k, Stage s) {
  k->stages = kernel_grow(k, k->stages, &k->stages_cap, (uint32_t)k->nstages, sizeof *k->stages);
  s.reduce = arena_copy(k->arena, s.reduce, sizeof(int) * (size_t)s.nreduce);
  s.guards = arena_copy(k->arena, s.guards, sizeof(Guard) * (size_t)s.nguards);
  if (s.kind == STAGE_STORE || s.kind == STAGE_SCATTER) k->buffers[s.buffer].written = true;
  k->stages[k->nstages] = s;
  return k->nstages++;
}

// ---- loops

int kernel_loop(Kernel *k) {
  if (k->nloops == MAX_LOOPS) return -1;
  if (!k->loops) k->loops = ARENA_ARRAY(k->arena, KernelLoop, MAX_LOOPS);
  k->loops[k->nloops] = (KernelLoop){.test = NO_SID};
  return k->nloops++;
}

Sid kernel_carry(Kernel *k, int loop, Sid init) {
  KernelLoop *l = &k->loops[loop];
  Dtype d = dag_node(&k->dag, init)->dtype;
  Sid carry = s_leaf(&k->dag, S_CARRY, d, scalar_carried(loop, l->ncarried));
  l->carried =
      kernel_grow(k, l->carried, &l->carried_cap, (uint32_t)l->ncarried, sizeof *l->carried);
  l->carried[l->ncarried++] = (Carried){init, NO_SID, carry, NO_SID};
  return carry;
}

void kernel_loop_close(Kernel *k, int loop, Sid test) {
  KernelLoop *l = &k->loops[loop];
  l->test = test;
  for (int i = 0; i < l->ncarried; i++)
    l->carried[i].final = s_leaf(&k->dag, S_FINAL, dag_node(&k->dag, l->carried[i].init)->dtype,
                                 scalar_carried(loop, i));
}

void kernel_loop_store(Kernel *k, int loop, LoopStore s) {
  KernelLoop *l = &k->loops[loop];
  l->stores = kernel_grow(k, l->stores, &l->stores_cap, (uint32_t)l->nstores, sizeof s);
  l->stores[l->nstores++] = s;
  k->buffers[s.buffer].written = true;
}

void kernel_loop_each(const KernelLoop *l, void (*f)(void *context, Sid s), void *context) {
  f(context, l->test);
  for (int i = 0; i < l->ncarried; i++) {
    f(context, l->carried[i].init);
    f(context, l->carried[i].next);
  }
  for (int i = 0; i < l->nstores; i++) f(context, l->stores[i].value);
}

// ---- scalars of indices

int64_t scalar_int(const Scalar *s) {
  switch (s->dtype) {
    case DT_I32: return (int32_t)s->imm;
    case DT_U32: return (uint32_t)s->imm;
    case DT_U8: return (uint8_t)s->imm;
    case DT_I8: return (int8_t)s->imm;
    case DT_I16: return (int16_t)s->imm;
    case DT_U16: return (uint16_t)s->imm;
    default: return (int64_t)s->imm;
  }
}

static Sid term_scalar(Kernel *k, const IxTerm *t) {
  Dag *d = &k->dag;
  switch (t->kind) {
    case IX_AXIS: return s_leaf(d, S_AXIS, DT_I64, (uint64_t)t->axis);
    case IX_DIV: return s_div(d, ix_scalar(k, t->inner), s_const_int(d, DT_I64, t->by));
    case IX_MOD: return s_rem(d, ix_scalar(k, t->inner), s_const_int(d, DT_I64, t->by));
    default: break;
  }
  return s_clamp(d, s_const_int(d, DT_I64, t->lo), s_convert(d, t->value, DT_I64),
                 s_const_int(d, DT_I64, t->hi));
}

Sid ix_scalar(Kernel *k, Ix ix) {
  IxSum s = *ix_sum(k, ix);
  Dag *d = &k->dag;
  Sid sum = NO_SID;
  for (int i = 0; i < s.nterms; i++) {
    Sid t = term_scalar(k, &s.terms[i]);
    if (s.terms[i].coef != 1) t = s_mul(d, t, s_const_int(d, DT_I64, s.terms[i].coef));
    sum = sum == NO_SID ? t : s_add(d, sum, t);
  }
  if (sum == NO_SID) return s_const_int(d, DT_I64, s.constant);
  return s.constant ? s_add(d, sum, s_const_int(d, DT_I64, s.constant)) : sum;
}

// ---- ranges under guards

static const IxTerm *find_atom(const IxSum *s, const IxTerm *t) {
  for (int i = 0; i < s->nterms; i++) {
    const IxTerm *u = &s->terms[i];
    if (u->kind == t->kind && u->axis == t->axis && u->inner == t->inner && u->by == t->by &&
        u->value == t->value && u->lo == t->lo && u->hi == t->hi)
      return u;
  }
  return NULL;
}

// What all guards of an index say about it; where none of its values passes them, nothing is
// accessed and any will do.
static void guarded_range(int n, const Guard *guards, Ix ix, int64_t *lo, int64_t *hi) {
  for (int i = 0; i < n; i++) {
    if (guards[i].ix != ix) continue;
    if (guards[i].lo > *lo) *lo = guards[i].lo < *hi ? guards[i].lo : *hi;
    if (guards[i].hi - 1 < *hi) *hi = guards[i].hi - 1 > *lo ? guards[i].hi - 1 : *lo;
  }
}

// Takes c * guard out of `rest` where all its atoms stand there with a common factor c; what is
// known of the guard's index then bounds that part.
static void take_guard(const Kernel *k, IxSum *rest, IxTerm *terms, int n, const Guard *guards,
                       int number, int64_t *lo, int64_t *hi) {
  const Guard *g = &guards[number];
  const IxSum *s = ix_sum(k, g->ix);
  if (!s->nterms) return;
  const IxTerm *first = find_atom(rest, &s->terms[0]);
  int64_t c = first ? first->coef / s->terms[0].coef : 0;
  for (int i = 0; i < s->nterms; i++) {
    const IxTerm *t = find_atom(rest, &s->terms[i]);
    if (!c || !t || t->coef != c * s->terms[i].coef) return;
  }
  for (int i = 0; i < s->nterms; i++) {
    const IxTerm *t = find_atom(rest, &s->terms[i]);
    terms[t - terms] = terms[--rest->nterms];
  }
  int64_t a = s->lo, b = s->hi;
  guarded_range(n, guards, g->ix, &a, &b);
  a -= s->constant, b -= s->constant;
  *lo += c > 0 ? c * a : c * b;
  *hi += c > 0 ? c * b : c * a;
}

bool ix_inside(const Kernel *k, Ix ix, int64_t count, int nguards, const Guard *guards) {
  IxSum rest = *ix_sum(k, ix);
  if (rest.lo >= 0 && rest.hi < count) return true;
  for (int i = 0; i < nguards; i++) {
    if (guards[i].ix == ix && guards[i].lo >= 0 && guards[i].hi <= count) return true;
  }
  if (rest.nterms > MAX_AXES || !nguards) return false;
  IxTerm terms[MAX_AXES];
  if (rest.nterms) memcpy(terms, rest.terms, sizeof *terms * (size_t)rest.nterms);
  rest.terms = terms;
  int64_t lo = 0, hi = 0;
  for (int i = 0; i < nguards; i++) take_guard(k, &rest, terms, nguards, guards, i, &lo, &hi);
  lo += rest.constant, hi += rest.constant;
  for (int i = 0; i < rest.nterms; i++) {
    int64_t a = terms[i].coef * terms[i].lo, b = terms[i].coef * terms[i].hi;
    lo += a < b ? a : b;
    hi += a < b ? b : a;
  }
  return lo >= 0 && hi < count;
}

// ---- finishing

static uint32_t guards_axes(const Kernel *k, int n, const Guard *g) {
  uint32_t axes = 0;
  for (int i = 0; i < n; i++) axes |= ix_axes(k, g[i].ix);
  return axes;
}

// A loop runs as a whole: where one of its finals is known, all are.
static uint32_t final_axes(const Kernel *k, int loop) {
  const KernelLoop *l = &k->loops[loop];
  uint32_t axes = l->axes;
  for (int i = 0; i < l->ncarried; i++) axes |= k->depends[l->carried[i].carry];
  return axes & ~LOOP_BIT(loop);
}

static uint32_t scalar_axes(const Kernel *k, const Scalar *s) {
  uint32_t axes = 0;
  if (s->kind == S_AXIS) return 1u << s->imm;
  if (s->kind == S_STAGE) return k->stages[s->imm].axes;
  if (s->kind == S_FINAL) return final_axes(k, scalar_loop(s->imm));
  if (s->kind == S_CARRY) {
    // What was found of the loop so far: see carried_axes.
    const Carried *c = &k->loops[scalar_loop(s->imm)].carried[scalar_carry(s->imm)];
    return k->depends[c->carry] | LOOP_BIT(scalar_loop(s->imm));
  }
  if (s->kind == S_LOAD) {
    const Access *a = &k->accesses[s->imm];
    axes = ix_axes(k, a->index) | guards_axes(k, a->nguards, a->guards);
    if (a->otherwise != NO_SID) axes |= k->depends[a->otherwise];
  }
  for (int i = 0; i < s->nargs; i++) axes |= k->depends[s->args[i]];
  return axes;
}

// Sums over the scalars of a program do not overflow.
static const int64_t MOST_POINTS = INT64_MAX >> 20;

static int64_t points(const Kernel *k, uint32_t axes) {
  int64_t n = 1;
  for (int i = 0; i < k->naxes; i++) {
    if (axes >> i & 1 && __builtin_mul_overflow(n, k->axis[i], &n)) return MOST_POINTS;
  }
  for (int l = 0; l < k->nloops; l++) {
    if (axes & LOOP_BIT(l) && __builtin_mul_overflow(n, k->loops[l].trips, &n)) return MOST_POINTS;
  }
  return n < MOST_POINTS ? n : MOST_POINTS;
}

static uint32_t reduce_mask(const Stage *s) {
  uint32_t m = 0;
  for (int i = 0; i < s->nreduce; i++) m |= 1u << s->reduce[i];
  return m;
}

// Floating operations and bytes of buffers touched: each scalar counts once per point it depends
// on, each buffer once.
static void count_work(Kernel *k) {
  for (uint32_t i = 0; i < (uint32_t)k->dag.n; i++) {
    const Scalar *s = dag_node(&k->dag, i);
    if (s->kind == S_OP && dtype_is_float(s->dtype)) k->flops += points(k, k->depends[i]);
  }
  for (int i = 0; i < k->nstages; i++) {
    const Stage *s = &k->stages[i];
    int per = s->kind == STAGE_CONTRACT ? 2 : s->nreduce || s->kind == STAGE_SCATTER;
    if (per) k->flops += per * points(k, s->axes | reduce_mask(s));
  }
  for (int i = 0; i < k->nbuffers; i++)
    k->bytes += k->buffers[i].count * (int64_t)dtype_size(k->buffers[i].dtype);
}

// What the points of a loop's carried values are: those of where they come from, and all that the
// test depends on, for lanes end apart then. Inner loops may depend on what outer ones carry.
static bool carried_axes(Kernel *k) {
  bool changed = false;
  for (int l = 0; l < k->nloops; l++) {
    const KernelLoop *loop = &k->loops[l];
    for (int i = 0; i < loop->ncarried; i++) {
      const Carried *c = &loop->carried[i];
      uint32_t *now = &k->depends[c->carry], before = *now;
      *now |= k->depends[c->init] | k->depends[c->next] | k->depends[loop->test];
      changed |= *now != before;
    }
  }
  return changed;
}

static void find_depends(Kernel *k) {
  k->depends = ARENA_ARRAY(k->arena, uint32_t, k->dag.n + 1);
  do {
    for (uint32_t i = 0; i < (uint32_t)k->dag.n; i++)
      k->depends[i] = scalar_axes(k, dag_node(&k->dag, i));
  } while (carried_axes(k));
}

static const char *axis_letters = "ijklmnopqrstuvwxyzabcdef";

void kernel_finish(Kernel *k) {
  find_depends(k);
  for (int i = 0; i < k->naxes; i++)
    if (!k->axis_name[i]) k->axis_name[i] = arena_printf(k->arena, "%c", axis_letters[i]);
  count_work(k);
}
