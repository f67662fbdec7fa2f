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

static void check_stage(Verifier *v, int i) {
  const Kernel *k = v->k;
  const Stage *s = &k->stages[i];
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

// A stage's value may be used only by later ones: stages stand in the order of their scalars.
static void check_stage_order(Verifier *v) {
  const Kernel *k = v->k;
  int *needs = ARENA_ARRAY(k->arena, int, k->dag.n + 1);
  for (uint32_t i = 0; i < (uint32_t)k->dag.n; i++) {
    const Scalar *s = dag_node(&k->dag, i);
    if (s->kind == S_STAGE) needs[i] = (int)s->imm + 1;
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
  check_accesses(&v);
  for (int i = 0; v.ok && i < k->nstages; i++) check_stage(&v, i);
  if (v.ok) check_stage_order(&v);
  return v.ok;
}
