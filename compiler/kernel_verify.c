// The verifier of kernels: every index inside its buffer, stages in order, types that fit.
#include "compiler/kernel_build.h"
#include "compiler/program.h"

typedef struct Verifier {
  const Kernel *k;
  bool ok;
} Verifier;

__attribute__((format(printf, 2, 3))) static void fault(Verifier *v, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  const char *what = arena_vprintf(v->k->arena, fmt, ap);
  va_end(ap);
  v->ok = fail(v->k->loc, "kernel %s: %s\n%s", v->k->name, what, kernel_text(v->k->arena, v->k));
}

static void check_index(Verifier *v, const char *what, int buffer, Ix ix, int n, const Guard *g) {
  if (buffer < 0 || buffer >= v->k->nbuffers) {
    fault(v, "%s of buffer %d, which is not there", what, buffer);
    return;
  }
  const KernelBuffer *b = &v->k->buffers[buffer];
  if (!ix_inside(v->k, ix, b->count, n, g))
    fault(v, "a %s of %s may lie outside its %lld elements", what, b->name, (long long)b->count);
}

static void check_accesses(Verifier *v) {
  for (int i = 0; i < v->k->naccesses; i++) {
    const Access *a = &v->k->accesses[i];
    check_index(v, "read", a->buffer, a->index, a->nguards, a->guards);
    if ((a->nguards > 0) != (a->otherwise != NO_SID)) fault(v, "read %d: guards without else", i);
  }
}

// A scalar of a loop: depends on nothing but points at which all of the loop does, and on loops
// around it.
typedef struct LoopScalars {
  Verifier *v;
  int loop;
  uint32_t axes;
} LoopScalars;

static void collect_axes(void *context, Sid s) {
  LoopScalars *c = context;
  if (s >= (Sid)c->v->k->dag.n) fault(c->v, "loop %d lacks a scalar", c->loop);
  else c->axes |= kernel_depends(c->v->k, s);
}

static void check_loop(Verifier *v, int number) {
  const Kernel *k = v->k;
  const KernelLoop *l = &k->loops[number];
  LoopScalars all = {v, number, 0};
  if (!l->ncarried) fault(v, "loop %d carries nothing", number);
  kernel_loop_each(l, collect_axes, &all);
  if (!v->ok) return;
  if (dag_node(&k->dag, l->test)->dtype != DT_BOOL)
    fault(v, "loop %d: its test is no bool", number);
  for (int i = 0; i < l->ncarried; i++) {
    const Carried *c = &l->carried[i];
    if (kernel_depends(k, c->init) & LOOP_BIT(number))
      fault(v, "loop %d: value %d begins with itself", number, i);
    if (dag_node(&k->dag, c->init)->dtype != dag_node(&k->dag, c->next)->dtype)
      fault(v, "loop %d: value %d changes its dtype", number, i);
  }
  for (int i = 0; i < l->nstores; i++) {
    const LoopStore *s = &l->stores[i];
    check_index(v, "write", s->buffer, s->index, 0, NULL);
    if (!v->ok) return;
    if (!k->buffers[s->buffer].written) fault(v, "loop %d writes what is only read", number);
    if (dag_node(&k->dag, s->value)->dtype != k->buffers[s->buffer].dtype)
      fault(v, "loop %d stores another dtype", number);
    if ((ix_axes(k, s->index) | kernel_depends(k, s->value)) & ~(l->axes | LOOP_BIT(number)))
      fault(v, "loop %d stores at other points than it runs at", number);
  }
}

static uint32_t inner_axes(const Stage *s) {
  uint32_t axes = s->axes;
  for (int i = 0; i < s->nreduce; i++) axes |= 1u << s->reduce[i];
  return axes;
}

static void check_value(Verifier *v, int stage, Sid s) {
  const Kernel *k = v->k;
  if (s >= (Sid)k->dag.n) {
    fault(v, "stage %d has no value", stage);
    return;
  }
  uint32_t axes = inner_axes(&k->stages[stage]);
  if (kernel_depends(k, s) & ~axes) fault(v, "stage %d uses axes that it does not run over", stage);
}

static void check_reduce(Verifier *v, int i, const Stage *s) {
  uint32_t seen = s->axes;
  for (int r = 0; r < s->nreduce; r++) {
    if (s->reduce[r] < 0 || s->reduce[r] >= v->k->naxes || seen >> s->reduce[r] & 1)
      fault(v, "stage %d: reduced axes are not distinct others", i);
    seen |= 1u << s->reduce[r];
  }
  bool reduces = s->kind == STAGE_REDUCE || s->kind == STAGE_ARGREDUCE || s->kind == STAGE_CONTRACT;
  if (reduces && dtype_is_half(dag_node(&v->k->dag, s->value)->dtype))
    fault(v, "stage %d reduces halves: f32 does", i);
  if (reduces != (s->nreduce > 0)) fault(v, "stage %d: %d reduced axes", i, s->nreduce);
}

static void check_loop_stage(Verifier *v, int stage) {
  const Kernel *k = v->k;
  const Stage *s = &k->stages[stage];
  const Scalar *x = s->value < (Sid)k->dag.n ? dag_node(&k->dag, s->value) : NULL;
  if (!x || x->kind != S_FINAL || k->loops[scalar_loop(x->imm)].axes != s->axes)
    fault(v, "stage %d is no loop over its axes", stage);
}

static void check_stage(Verifier *v, int i) {
  const Kernel *k = v->k;
  const Stage *s = &k->stages[i];
  if (s->kind == STAGE_LOOP) check_loop_stage(v, i);
  if (s->axes >> k->naxes) fault(v, "stage %d: axes that are not there", i);
  check_value(v, i, s->value);
  if (v->ok) check_reduce(v, i, s);
  if (s->kind == STAGE_CONTRACT) check_value(v, i, s->value2);
  if (!v->ok || (s->kind != STAGE_STORE && s->kind != STAGE_SCATTER)) return;
  check_index(v, "write", s->buffer, s->index, s->nguards, s->guards);
  if (ix_axes(k, s->index) & ~s->axes) fault(v, "stage %d: its index uses other axes", i);
  if (v->ok && dag_node(&k->dag, s->value)->dtype != k->buffers[s->buffer].dtype)
    fault(v, "stage %d stores another dtype than %s has", i, k->buffers[s->buffer].name);
}

typedef struct Needed {
  const int *needs;
  int *most;
} Needed;

static void need_more(void *context, Sid s) {
  Needed *n = context;
  if (n->needs[s] > *n->most) *n->most = n->needs[s];
}

// A stage's value may be used only by later ones: stages stand in the order of their scalars.
static void check_stage_order(Verifier *v) {
  const Kernel *k = v->k;
  int *needs = ARENA_ARRAY(k->arena, int, k->dag.n + 1);
  for (uint32_t i = 0; i < (uint32_t)k->dag.n; i++) {
    const Scalar *s = dag_node(&k->dag, i);
    if (s->kind == S_STAGE) needs[i] = (int)s->imm + 1;
    if (s->kind == S_FINAL)
      kernel_loop_each(&k->loops[scalar_loop(s->imm)], need_more, &(Needed){needs, &needs[i]});
    for (int a = 0; a < s->nargs; a++) {
      if (needs[s->args[a]] > needs[i]) needs[i] = needs[s->args[a]];
    }
  }
  for (int i = 0; i < k->nstages; i++) {
    const Stage *s = &k->stages[i];
    if (needs[s->value] > i || (s->kind == STAGE_CONTRACT && needs[s->value2] > i))
      fault(v, "stage %d uses a later one", i);
  }
}

bool kernel_verify(const Kernel *k) {
  Verifier v = {k, true};
  bool written = false;
  for (int i = 0; i < k->nbuffers; i++) {
    if (written && !k->buffers[i].written) fault(&v, "buffers that are read stand first");
    written |= k->buffers[i].written;
  }
  for (int i = 0; i < k->naxes; i++) {
    if (k->axis[i] < 1) fault(&v, "axis %s is empty", k->axis_name[i]);
  }
  for (int i = 0; v.ok && i < k->nloops; i++) check_loop(&v, i);
  if (v.ok) check_accesses(&v);
  for (int i = 0; v.ok && i < k->nstages; i++) check_stage(&v, i);
  if (v.ok) check_stage_order(&v);
  return v.ok;
}
