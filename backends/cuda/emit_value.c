// Scalar values and index expressions as C expressions.
#include "backends/cuda/emit_value.h"

#include <inttypes.h>
#include <stdlib.h>

#include "backends/cuda/prelude.h"

void emit_line_begin(Emit *e) { fprintf(e->f, "%*s", 2 * e->indent, ""); }

static void print_atom(Emit *e, const IxTerm *t) {
  switch (t->kind) {
    case IX_AXIS: fprintf(e->f, "a%d", t->axis); return;
    case IX_VALUE:
      fprintf(e->f, "clamp_index((int64_t)v%u, %" PRId64 "LL, %" PRId64 "LL)", t->value, t->lo,
              t->hi);
      return;
    default:
      fputc('(', e->f);
      emit_ix(e, t->inner);
      fprintf(e->f, t->kind == IX_DIV ? " / %" PRId64 "LL)" : " %% %" PRId64 "LL)", t->by);
  }
}

void emit_ix(Emit *e, Ix ix) {
  const IxSum *s = ix_sum(e->k, ix);
  bool constant = s->constant || s->nterms == 0;
  fputc('(', e->f);
  if (constant) fprintf(e->f, "%" PRId64 "LL", s->constant);
  for (int i = 0; i < s->nterms; i++) {
    if (i || constant) fprintf(e->f, " + ");
    if (s->terms[i].coef != 1) fprintf(e->f, "%" PRId64 "LL * ", s->terms[i].coef);
    print_atom(e, &s->terms[i]);
  }
  fputc(')', e->f);
}

void emit_guards(Emit *e, int n, const Guard *guards) {
  for (int i = 0; i < n; i++) {
    fprintf(e->f, "%sinside(", i ? " && " : "");
    emit_ix(e, guards[i].ix);
    fprintf(e->f, ", %" PRId64 "LL, %" PRId64 "LL)", guards[i].lo, guards[i].hi);
  }
}

// ---- which nodes a stage needs

static void mark_ix(const Kernel *k, Ix ix, bool *need) {
  const IxSum *s = ix_sum(k, ix);
  for (int i = 0; i < s->nterms; i++) {
    const IxTerm *t = &s->terms[i];
    if (t->kind == IX_VALUE) need[t->value] = true;
    if (t->kind == IX_DIV || t->kind == IX_MOD) mark_ix(k, t->inner, need);
  }
}

static void mark_load(const Kernel *k, const Access *a, bool *need) {
  mark_ix(k, a->index, need);
  for (int i = 0; i < a->nguards; i++) mark_ix(k, a->guards[i].ix, need);
  if (a->nguards) need[a->otherwise] = true;
}

static void mark(void *context, Sid s) { ((bool *)context)[s] = true; }

static void mark_loop(const Kernel *k, const KernelLoop *l, bool *need) {
  kernel_loop_each(l, mark, need);
  for (int i = 0; i < l->nstores; i++) mark_ix(k, l->stores[i].index, need);
  for (int i = 0; i < l->ncarried; i++) need[l->carried[i].carry] = true;
}

// Operands precede their users, so one backward sweep finds all.
static void mark_operands(const Kernel *k, bool *need) {
  for (int i = k->dag.n - 1; i >= 0; i--) {
    const Scalar *s = dag_node(&k->dag, (Sid)i);
    if (!need[i]) continue;
    for (int a = 0; a < s->nargs; a++) need[s->args[a]] = true;
    if (s->kind == S_FINAL) mark_loop(k, &k->loops[scalar_loop(s->imm)], need);
    if (s->kind == S_LOAD) mark_load(k, &k->accesses[s->imm], need);
  }
}

static bool *needed_by(const Kernel *k, const Stage *st) {
  bool *need = xcalloc((size_t)k->dag.n + 1, sizeof *need);
  need[st->value] = true;
  if (st->kind == STAGE_CONTRACT) need[st->value2] = true;
  if (st->kind == STAGE_STORE || st->kind == STAGE_SCATTER) mark_ix(k, st->index, need);
  for (int i = 0; i < st->nguards; i++) mark_ix(k, st->guards[i].ix, need);
  mark_operands(k, need);
  return need;
}

// ---- values

void emit_const(Emit *e, const Scalar *s) {
  size_t bytes = dtype_size(s->dtype);
  uint64_t bits = bytes == 8 ? s->imm : s->imm & ((UINT64_C(1) << (8 * bytes)) - 1);
  if (s->dtype == DT_F32) fprintf(e->f, "__int_as_float((int)0x%08" PRIx64 "u)", bits);
  else if (s->dtype == DT_F64)
    fprintf(e->f, "__longlong_as_double((long long)0x%016" PRIx64 "ull)", bits);
  else fprintf(e->f, "(%s)0x%" PRIx64 "ull", cuda_type(s->dtype), bits);
}

static void print_load(Emit *e, const Access *a) {
  if (a->nguards) {
    fputc('(', e->f);
    emit_guards(e, a->nguards, a->guards);
    fprintf(e->f, ") ? ");
  }
  fprintf(e->f, "b%d[", a->buffer);
  emit_ix(e, a->index);
  fputc(']', e->f);
  if (a->nguards) fprintf(e->f, " : v%u", a->otherwise);
}

static void print_stage_call(Emit *e, int stage) {
  fprintf(e->f, "k%d_s%d(", e->id, stage);
  for (int i = 0; i < e->k->nbuffers; i++) fprintf(e->f, "%sb%d", i ? ", " : "", i);
  for (int a = 0; a < e->k->naxes; a++) {
    if (e->k->stages[stage].axes >> a & 1) fprintf(e->f, ", a%d", a);
  }
  fputc(')', e->f);
}

static void print_operation(Emit *e, const Scalar *s) {
  cuda_call_name(e->f, &e->k->dag, s);
  for (int i = 0; i < s->nargs; i++) fprintf(e->f, "%sv%u", i ? ", " : "(", s->args[i]);
  fputc(')', e->f);
}

void emit_scalar(Emit *e, const Scalar *s) {
  switch (s->kind) {
    case S_CONST: emit_const(e, s); return;
    case S_OP: print_operation(e, s); return;
    case S_TABLE: fprintf(e->f, "k%d_t%d[v%u]", e->id, (int)s->imm, s->args[0]); return;
    case S_RARE: fprintf(e->f, "v%u ? v%u : v%u", s->args[0], s->args[2], s->args[1]); return;
    case S_AXIS: fprintf(e->f, "a%d", (int)s->imm); return;
    case S_LOAD: print_load(e, &e->k->accesses[s->imm]); return;
    case S_STAGE: print_stage_call(e, (int)s->imm); return;
    case S_CARRY:
    case S_FINAL: fprintf(e->f, "l%d_%d", scalar_loop(s->imm), scalar_carry(s->imm)); return;
    case S_INPUT: fputc('a' + (int)s->imm, e->f); return;
  }
}

static void print_definition(Emit *e, int i) {
  const Scalar *s = dag_node(&e->k->dag, (Sid)i);
  emit_line_begin(e);
  fprintf(e->f, "const %s v%d = ", cuda_type(s->dtype), i);
  emit_scalar(e, s);
  fprintf(e->f, ";\n");
}

// What is needed and not printed yet, and depends on no loop but those in `open`: printed up to
// node `end`; only: those of them.
typedef struct Values {
  Emit *e;
  bool *need;
  uint32_t open, emitted;  // loops: LOOP_BIT
} Values;

static void print_values(Values *p, int end, const bool *only);

static void print_loop(Values *p, int number, int end) {
  Emit *e = p->e;
  const KernelLoop *l = &e->k->loops[number];
  p->emitted |= LOOP_BIT(number);
  for (int i = 0; i < l->ncarried; i++)
    LINE(e, "%s l%d_%d = v%u;", cuda_type(dag_node(&e->k->dag, l->carried[i].init)->dtype), number,
         i, l->carried[i].init);
  LINE(e, "for (;;) {");
  e->indent++;
  p->open |= LOOP_BIT(number);
  bool *tested = xcalloc((size_t)e->k->dag.n + 1, sizeof *tested);
  tested[l->test] = true;
  mark_operands(e->k, tested);
  print_values(p, end, tested);
  free(tested);
  LINE(e, "if (!v%u) break;", l->test);
  print_values(p, end, NULL);
  p->open &= ~LOOP_BIT(number);
  for (int i = 0; i < l->nstores; i++) {
    emit_line_begin(e);
    fprintf(e->f, "b%d[", l->stores[i].buffer);
    emit_ix(e, l->stores[i].index);
    fprintf(e->f, "] = v%u;\n", l->stores[i].value);
  }
  for (int i = 0; i < l->ncarried; i++) LINE(e, "l%d_%d = v%u;", number, i, l->carried[i].next);
  e->indent--;
  LINE(e, "}");
}

static void print_values(Values *p, int end, const bool *only) {
  const uint32_t loops = ~(LOOP_BIT(0) - 1);
  for (int i = 0; i < end; i++) {
    const Scalar *s = dag_node(&p->e->k->dag, (Sid)i);
    if (!p->need[i] || (only && !only[i])) continue;
    if (kernel_depends(p->e->k, (Sid)i) & loops & ~p->open) continue;
    p->need[i] = false;
    if (s->kind == S_FINAL && !(p->emitted & LOOP_BIT(scalar_loop(s->imm))))
      print_loop(p, scalar_loop(s->imm), i);
    print_definition(p->e, i);
  }
}

void emit_values(Emit *e, const Stage *st) {
  Values all = {e, needed_by(e->k, st), 0, 0};
  print_values(&all, e->k->dag.n, NULL);
  free(all.need);
}
