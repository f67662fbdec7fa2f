// Evaluates kernels stage by stage and scalar by scalar, in exactly the orders that the IR names.
#include "tests/kernel_eval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backends/fourier.h"
#include "compiler/kernel_build.h"
#include "ir/eval.h"

typedef struct Point {
  const Kernel *k;
  void *const *buffers;
  char **stages;         // values of the stages before, 8 bytes per point
  int64_t at[MAX_AXES];  // the point
  uint64_t *value;       // per scalar
  uint32_t *stamp, now;  // which values belong to this point
  uint64_t *carried[MAX_LOOPS];
} Point;

static uint64_t scalar(Point *p, Sid s);

// ---- indices and reads

static int64_t integer(Dtype d, uint64_t bits) {
  Scalar s = {.dtype = d, .imm = bits};
  return scalar_int(&s);
}

static int64_t index_at(Point *p, Ix ix) {
  const IxSum *x = ix_sum(p->k, ix);
  int64_t v = x->constant;
  for (int i = 0; i < x->nterms; i++) {
    const IxTerm *t = &x->terms[i];
    int64_t a = 0;
    if (t->kind == IX_AXIS) a = p->at[t->axis];
    if (t->kind == IX_DIV) a = index_at(p, t->inner) / t->by;
    if (t->kind == IX_MOD) a = index_at(p, t->inner) % t->by;
    if (t->kind == IX_VALUE) {
      a = integer(dag_node(&p->k->dag, t->value)->dtype, scalar(p, t->value));
      a = a < t->lo ? t->lo : a > t->hi ? t->hi : a;
    }
    v += t->coef * a;
  }
  return v;
}

static bool guards_hold(Point *p, int n, const Guard *g) {
  for (int i = 0; i < n; i++) {
    int64_t v = index_at(p, g[i].ix);
    if (v < g[i].lo || v >= g[i].hi) return false;
  }
  return true;
}

static char *element(Point *p, int buffer, Ix ix) {
  const KernelBuffer *b = &p->k->buffers[buffer];
  int64_t i = index_at(p, ix);
  if (i < 0 || i >= b->count)
    BUG("kernel %s: element %lld of %s", p->k->name, (long long)i, b->name);
  return (char *)p->buffers[buffer] + i * (int64_t)dtype_size(b->dtype);
}

static uint64_t read(Point *p, const Access *a) {
  if (!guards_hold(p, a->nguards, a->guards)) return scalar(p, a->otherwise);
  uint64_t bits = 0;
  memcpy(&bits, element(p, a->buffer, a->index), dtype_size(p->k->buffers[a->buffer].dtype));
  return bits;
}

// ---- scalars

static int64_t stage_point(const Point *p, uint32_t axes) {
  int64_t i = 0;
  for (int a = 0; a < p->k->naxes; a++) {
    if (axes >> a & 1) i = i * p->k->axis[a] + p->at[a];
  }
  return i;
}

static uint64_t op_value(Point *p, const Scalar *s) {
  uint64_t in[3], out = 0;
  const void *args[3];
  for (int i = 0; i < s->nargs; i++) in[i] = scalar(p, s->args[i]), args[i] = &in[i];
  Dtype d = dag_node(&p->k->dag, s->args[s->op == OP_select ? 1 : 0])->dtype;
  eval_op(s->op, d, s->dtype, 1, &out, args);
  return out;
}

static void forget(Point *p, int loop) {
  for (int i = 0; i < p->k->dag.n; i++)
    if (kernel_depends(p->k, (Sid)i) & LOOP_BIT(loop)) p->stamp[i] = 0;
}

static void run_loop(Point *p, int number) {
  const KernelLoop *l = &p->k->loops[number];
  uint64_t *next = xcalloc((size_t)l->ncarried + 1, sizeof *next), *now = p->carried[number];
  for (int i = 0; i < l->ncarried; i++) now[i] = scalar(p, l->carried[i].init);
  for (forget(p, number); scalar(p, l->test) & 1; forget(p, number)) {
    for (int i = 0; i < l->ncarried; i++) next[i] = scalar(p, l->carried[i].next);
    for (int i = 0; i < l->nstores; i++) {
      const LoopStore *s = &l->stores[i];
      uint64_t v = scalar(p, s->value);
      memcpy(element(p, s->buffer, s->index), &v, dtype_size(p->k->buffers[s->buffer].dtype));
    }
    memcpy(now, next, sizeof *now * (size_t)l->ncarried);
  }
  free(next);
  for (int i = 0; i < l->ncarried; i++) {
    p->value[l->carried[i].final] = now[i];
    p->stamp[l->carried[i].final] = p->now;
  }
}

static uint64_t compute(Point *p, const Scalar *s) {
  uint64_t out = 0;
  switch (s->kind) {
    case S_CONST: return s->imm;
    case S_AXIS: return (uint64_t)p->at[s->imm];
    case S_LOAD: return read(p, &p->k->accesses[s->imm]);
    case S_STAGE:
      memcpy(&out, p->stages[s->imm] + 8 * stage_point(p, p->k->stages[s->imm].axes), 8);
      return out;
    case S_CARRY: return p->carried[scalar_loop(s->imm)][scalar_carry(s->imm)];
    case S_FINAL:
      run_loop(p, scalar_loop(s->imm));
      return p->carried[scalar_loop(s->imm)][scalar_carry(s->imm)];
    case S_RARE: return scalar(p, s->args[scalar(p, s->args[0]) & 1 ? 2 : 1]);
    case S_TABLE: {
      const ScalarTable *t = &p->k->dag.tables[s->imm];
      int64_t i = (int32_t)scalar(p, s->args[0]);
      memcpy(&out, (const char *)t->data + (size_t)i * dtype_size(t->dtype), dtype_size(t->dtype));
      return out;
    }
    default: return op_value(p, s);
  }
}

static uint64_t scalar(Point *p, Sid s) {
  if (p->stamp[s] == p->now) return p->value[s];
  uint64_t v = compute(p, dag_node(&p->k->dag, s));
  p->stamp[s] = p->now;
  return p->value[s] = v;
}

// ---- reductions

static uint64_t apply(Op op, Dtype d, uint64_t a, uint64_t b) {
  uint64_t out = 0;
  eval_op(op, d, d, 1, &out, (const void *[]){&a, &b});
  return out;
}

static uint64_t apply_fma(Dtype d, uint64_t a, uint64_t b, uint64_t c) {
  uint64_t out = 0;
  if (!dtype_is_float(d)) return apply(OP_add, d, apply(OP_mul, d, a, b), c);
  eval_op(OP_fma, d, d, 1, &out, (const void *[]){&a, &b, &c});
  return out;
}

// What changes nothing when it is added: -0 in floats.
static uint64_t nothing(Dtype d) {
  return dtype_is_float(d) ? UINT64_C(1) << (8 * dtype_size(d) - 1) : 0;
}

// One block of the rows order; b non-NULL: of products, each added by an fma.
static uint64_t rows_block(Op op, Dtype d, int64_t n, const uint64_t *a, const uint64_t *b) {
  uint64_t part[ORDER_PARTIALS];
  for (int64_t i = 0; i < n; i++) {
    uint64_t *to = &part[i % ORDER_PARTIALS];
    if (b) *to = apply_fma(d, a[i], b[i], i < ORDER_PARTIALS ? nothing(d) : *to);
    else *to = i < ORDER_PARTIALS ? a[i] : apply(op, d, *to, a[i]);
  }
  for (int half = ORDER_PARTIALS / 2; half; half /= 2) {
    for (int i = 0; i < half && i + half < n; i++) part[i] = apply(op, d, part[i], part[i + half]);
  }
  return part[0];
}

static uint64_t cols_block(Op op, Dtype d, int64_t n, const uint64_t *a) {
  uint64_t acc = a[0];
  for (int64_t i = 1; i < n; i++) acc = apply(op, d, acc, a[i]);
  return acc;
}

// Overwrites a.
static uint64_t blocks(Order order, Op op, Dtype d, int64_t n, uint64_t *a, const uint64_t *b) {
  int64_t m = 0;
  for (int64_t i = 0; i < n; i += ORDER_BLOCK, m++) {
    int64_t size = n - i < ORDER_BLOCK ? n - i : ORDER_BLOCK;
    a[m] = order == ORDER_ROWS ? rows_block(op, d, size, a + i, b ? b + i : NULL)
                               : cols_block(op, d, size, a + i);
  }
  return m == 1 ? a[0] : blocks(order, op, d, m, a, NULL);
}

static uint64_t chain(Dtype d, int64_t n, const uint64_t *a, const uint64_t *b) {
  uint64_t sum = 0;
  for (int64_t i = 0; i < n; i += CHAIN_BLOCK) {
    uint64_t acc = 0;
    for (int64_t k = i; k < n && k < i + CHAIN_BLOCK; k++) acc = apply_fma(d, a[k], b[k], acc);
    sum = i ? apply(OP_add, d, sum, acc) : acc;
  }
  return sum;
}

static double as_double(Dtype d, uint64_t bits) { return eval_number(d, &bits, 0); }

static uint64_t arg_index(Op op, Dtype d, int64_t n, const uint64_t *a) {
  int64_t best = 0;
  for (int64_t i = 0; i < n; i++) {
    if (dtype_is_float(d) && isnan(as_double(d, a[i]))) return (uint64_t)i;
    uint64_t better = 0;
    eval_op(op == OP_max ? OP_gt : OP_lt, d, DT_BOOL, 1, &better,
            (const void *[]){&a[i], &a[best]});
    if (better & 1) best = i;
  }
  return (uint64_t)best;
}

// ---- stages

// Steps the listed axes row-major; false after the last point.
static bool next_point(Point *p, int n, const int *axes) {
  p->now++;
  for (int i = n - 1; i >= 0; i--) {
    if (++p->at[axes[i]] < p->k->axis[axes[i]]) return true;
    p->at[axes[i]] = 0;
  }
  return false;
}

static uint64_t reduce(Point *p, const Stage *s) {
  int64_t n = 1, i = 0;
  for (int r = 0; r < s->nreduce; r++) n *= p->k->axis[s->reduce[r]];
  uint64_t *a = xmalloc(sizeof *a * (size_t)n), *b = xmalloc(sizeof *b * (size_t)n), out;
  Dtype d = dag_node(&p->k->dag, s->value)->dtype;
  do {
    a[i] = scalar(p, s->value);
    if (s->kind == STAGE_CONTRACT) b[i] = scalar(p, s->value2);
    i++;
  } while (next_point(p, s->nreduce, s->reduce));
  if (s->kind == STAGE_ARGREDUCE) out = arg_index(s->combine, d, n, a);
  else if (s->kind == STAGE_CONTRACT && s->order == ORDER_CHAIN) out = chain(d, n, a, b);
  else out = blocks(s->order, s->combine, d, n, a, s->kind == STAGE_CONTRACT ? b : NULL);
  free(a);
  free(b);
  return out;
}

static void store(Point *p, const Stage *s) {
  Dtype d = p->k->buffers[s->buffer].dtype;
  if (!guards_hold(p, s->nguards, s->guards)) return;
  uint64_t v = scalar(p, s->value), old = 0;
  char *to = element(p, s->buffer, s->index);
  memcpy(&old, to, dtype_size(d));
  if (s->kind == STAGE_SCATTER && s->combine != OP_replace) v = apply(s->combine, d, old, v);
  memcpy(to, &v, dtype_size(d));
}

static void run_stage(Point *p, int i) {
  const Stage *s = &p->k->stages[i];
  int axes[MAX_AXES], n = 0;
  int64_t points = 1;
  for (int a = 0; a < p->k->naxes; a++) {
    if (s->axes >> a & 1) axes[n++] = a, points *= p->k->axis[a];
  }
  p->stages[i] = xcalloc((size_t)points, 8);
  memset(p->at, 0, sizeof p->at);
  p->now++;
  do {
    if (s->kind == STAGE_STORE || s->kind == STAGE_SCATTER) {
      store(p, s);
      continue;
    }
    bool plain = s->kind == STAGE_VALUE || s->kind == STAGE_LOOP;
    uint64_t v = plain ? scalar(p, s->value) : reduce(p, s);
    memcpy(p->stages[i] + 8 * stage_point(p, s->axes), &v, 8);
  } while (next_point(p, n, axes));
}

void kernel_eval(const Kernel *k, void *const *buffers) {
  Point p = {.k = k, .buffers = buffers};
  p.stages = xcalloc((size_t)k->nstages + 1, sizeof *p.stages);
  p.value = xcalloc((size_t)k->dag.n + 1, sizeof *p.value);
  p.stamp = xcalloc((size_t)k->dag.n + 1, sizeof *p.stamp);
  for (int i = 0; i < k->nloops; i++)
    p.carried[i] = xcalloc((size_t)k->loops[i].ncarried, sizeof *p.carried[i]);
  for (int i = 0; i < k->nstages; i++) run_stage(&p, i);
  for (int i = 0; i < k->nloops; i++) free(p.carried[i]);
  for (int i = 0; i < k->nstages; i++) free(p.stages[i]);
  free(p.stages);
  free(p.value);
  free(p.stamp);
}

// ---- programs

static void *place(const Program *p, int m, const void *const *args, void *const *results,
                   char *arena) {
  const Memory *x = &p->memory[m];
  switch (x->kind) {
    case MEM_ARG: return (void *)args[x->index];
    case MEM_RESULT: return results[x->index];
    case MEM_CONST: return (void *)x->data;
    default: return arena + x->offset;
  }
}

static int64_t bytes_of(const Memory *m) { return m->count * (int64_t)dtype_size(m->dtype); }

static bool sorts_before(Dtype d, const char *a, const char *b) {
  uint64_t x = 0, y = 0, less = 0;
  memcpy(&x, a, dtype_size(d));
  memcpy(&y, b, dtype_size(d));
  if (dtype_is_float(d) && isnan(as_double(d, x))) return false;
  if (dtype_is_float(d) && isnan(as_double(d, y))) return true;
  eval_op(OP_lt, d, DT_BOOL, 1, &less, (const void *[]){&x, &y});
  return less & 1;
}

// Insertion sort of one line: stable.
static void sort_line(const Program *p, const Step *s, char **to, int64_t first) {
  int n = s->nmemory / 2;
  for (int64_t i = 1; i < s->length; i++) {
    for (int64_t j = i; j > 0; j--) {
      int64_t at = first + j * s->inner, before = at - s->inner;
      Dtype d = p->memory[s->memory[0]].dtype;
      if (!sorts_before(d, to[0] + at * (int64_t)dtype_size(d),
                        to[0] + before * (int64_t)dtype_size(d)))
        break;
      for (int k = 0; k < n; k++) {
        size_t size = dtype_size(p->memory[s->memory[k]].dtype);
        char t[8], *x = to[k] + at * (int64_t)size, *y = to[k] + before * (int64_t)size;
        memcpy(t, x, size), memcpy(x, y, size), memcpy(y, t, size);
      }
    }
  }
}

static void sort_step(const Program *p, const Step *s, char **memory) {
  int n = s->nmemory / 2;
  for (int i = 0; i < n; i++)
    memcpy(memory[n + i], memory[i], (size_t)bytes_of(&p->memory[s->memory[i]]));
  for (int64_t o = 0; o < s->outer; o++) {
    for (int64_t i = 0; i < s->inner; i++)
      sort_line(p, s, memory + n, o * s->length * s->inner + i);
  }
}

bool fourier_step(const Program *p, const Step *s, char *const *memory) {
  FourierRun r = {.op = s->op, .backwards = s->backwards, .outer = s->outer, .inner = s->inner};
  const int operands = fourier_operands(s->op);
  for (int i = 0; i < s->nmemory; i++) {
    if (i < operands) r.in[i] = memory[i];
    else r.out[i - operands] = memory[i];
  }
  return fourier_arrays(r, p->memory[s->memory[0]].dtype, s->length);
}

static void eval(const Program *p, const void *const *args, void *const *results, char *arena);

static void while_step(const Program *p, const Step *s, char **memory, char **scratch,
                       char *predicate, char *arena) {
  for (;;) {
    eval(s->cond, (const void *const *)memory, (void *[]){predicate}, arena);
    if (!*predicate) return;
    eval(s->body, (const void *const *)memory, (void *const *)scratch, arena);
    for (int i = 0; i < s->ncarry; i++)
      memmove(memory[i], scratch[i], (size_t)bytes_of(&p->memory[s->memory[i]]));
  }
}

int switch_taken(const Program *p, const Step *s, const void *index) {
  const bool by_bool = p->memory[s->memory[0]].dtype == DT_BOOL;
  const int64_t i = by_bool ? *(const uint8_t *)index : *(const int32_t *)index;
  return i >= 0 && i < s->nbranches ? (int)i : s->nbranches - 1;
}

static void run_step(const Program *p, const Step *s, const void *const *args, void *const *results,
                     char *arena) {
  char **memory = xcalloc((size_t)(s->nmemory + s->ncarry) + 1, sizeof *memory);
  char **scratch = memory + s->nmemory;
  for (int i = 0; i < s->nmemory; i++) memory[i] = place(p, s->memory[i], args, results, arena);
  for (int i = 0; i < s->ncarry; i++) scratch[i] = place(p, s->scratch[i], args, results, arena);
  if (s->kind == STEP_KERNEL) kernel_eval(s->kernel, (void *const *)memory);
  if (s->kind == STEP_COPY && p->memory[s->memory[0]].count)
    memmove(memory[1], memory[0], (size_t)bytes_of(&p->memory[s->memory[0]]));
  if (s->kind == STEP_SORT) sort_step(p, s, memory);
  if (s->kind == STEP_FOURIER) fourier_step(p, s, memory);
  if (s->kind == STEP_WHILE)
    while_step(p, s, memory, scratch, place(p, s->predicate, args, results, arena), arena);
  if (s->kind == STEP_SWITCH) {
    const Program *branch = s->branches[switch_taken(p, s, memory[0])];
    eval(branch, (const void *const *)memory + 1,
         (void *const *)memory + s->nmemory - branch->nresults, arena);
  }
  free(memory);
}

static void eval(const Program *p, const void *const *args, void *const *results, char *arena) {
  for (int i = 0; i < p->nsteps; i++) run_step(p, &p->steps[i], args, results, arena);
}

void program_eval(const Program *p, const void *const *args, void *const *results) {
  char *arena = xmalloc((size_t)p->arena_bytes + 64);
  memset(arena, 0xff, (size_t)p->arena_bytes + 64);  // fresh memory is NaN
  eval(p, args, results, arena);
  free(arena);
}
