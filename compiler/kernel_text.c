// The text of kernels, which compiler/kernel_parse.c reads back. Scalars that are used once stand
// where they are used; others get names s0, s1, ... in order of printing; stages are t0, t1, ...
//
//   kernel softmax_1(x: f32[12]) -> (v1: f32[12]):
//       axes i: 3, j: 4
//       t0[i] = reduce max rows over j: x[4*i + j]
//       s0 = exp(sub(x[4*i + j], t0))
//       t1[i] = reduce add rows over j: s0
//       store[i, j] v1[4*i + j] = div(s0, t1)
//
// Of loop l the values that it carries are c<l>_<i> inside and f<l>_<i> behind it; its lines stand
// between `loop` and `next`. A loop that stores names the axes at whose points it runs:
//
//       loop 0 [i] (f32(0), x[i])
//       s0 = add(c0_0, c0_1)
//       store v2[4*i + clamp(c0_2, 0, 3)] = s0
//       next (s0, c0_1) while lt(s0, f32(1))
#include <stdlib.h>
#include <string.h>

#include "compiler/kernel_text.h"
#include "ir/text.h"

enum { MAX_NESTING = 6, NEW_LOOP = -2, COUNTED_LOOP = -1 };

typedef struct Printer {
  const Kernel *k;
  Text *t;
  int *uses;            // per scalar
  int *depth;           // per scalar: nesting of its text
  bool *named;          // per scalar
  int loop[MAX_LOOPS];  // its number once printed
  int nloops;
  int *name;  // per scalar: number once printed, or -1
  int nnames;
} Printer;

static void put_scalar(Printer *p, Sid s);
static void put_ix(Printer *p, Ix ix);

// ---- which scalars get names

static void count_scalar(Printer *p, Sid s);

static void count_ix(Printer *p, Ix ix) {
  const IxSum *x = ix_sum(p->k, ix);
  for (int i = 0; i < x->nterms; i++) {
    if (x->terms[i].kind == IX_VALUE) count_scalar(p, x->terms[i].value);
    else if (x->terms[i].kind != IX_AXIS) count_ix(p, x->terms[i].inner);
  }
}

static void count_guards(Printer *p, int n, const Guard *g) {
  for (int i = 0; i < n; i++) count_ix(p, g[i].ix);
}

static void count_one(void *context, Sid s) { count_scalar(context, s); }

static void count_loop(Printer *p, int loop) {
  const KernelLoop *l = &p->k->loops[loop];
  if (p->loop[loop] == COUNTED_LOOP) return;
  p->loop[loop] = COUNTED_LOOP;
  kernel_loop_each(l, count_one, p);
  for (int i = 0; i < l->nstores; i++) count_ix(p, l->stores[i].index);
}

static void count_scalar(Printer *p, Sid s) {
  if (p->uses[s]++) return;
  const Scalar *x = dag_node(&p->k->dag, s);
  for (int i = 0; i < x->nargs; i++) count_scalar(p, x->args[i]);
  if (x->kind == S_FINAL) count_loop(p, scalar_loop(x->imm));
  if (x->kind == S_LOAD) {
    const Access *a = &p->k->accesses[x->imm];
    count_ix(p, a->index);
    count_guards(p, a->nguards, a->guards);
    if (a->otherwise != NO_SID) count_scalar(p, a->otherwise);
  }
}

// What is used again, and what would nest too deeply.
static bool wants_name(const Printer *p, Sid s, int depth) {
  const Scalar *x = dag_node(&p->k->dag, s);
  if (x->kind == S_LOAD) return p->uses[s] > 1 && p->k->accesses[x->imm].nguards;
  return x->nargs && (p->uses[s] > 1 || depth >= MAX_NESTING);
}

static void choose_names(Printer *p) {
  for (uint32_t s = 0; s < (uint32_t)p->k->dag.n; s++) {
    const Scalar *x = dag_node(&p->k->dag, s);
    int depth = 0;
    for (int i = 0; i < x->nargs; i++) {
      if (!p->named[x->args[i]] && p->depth[x->args[i]] >= depth) depth = p->depth[x->args[i]] + 1;
    }
    p->depth[s] = depth;
    p->named[s] = wants_name(p, s, depth);
  }
}

// ---- definitions: what a line needs is printed before it

static void define_scalar(Printer *p, Sid s);
static void define_loop(Printer *p, int loop);

static void define_ix(Printer *p, Ix ix) {
  const IxSum *x = ix_sum(p->k, ix);
  for (int i = 0; i < x->nterms; i++) {
    if (x->terms[i].kind == IX_VALUE) define_scalar(p, x->terms[i].value);
    else if (x->terms[i].kind != IX_AXIS) define_ix(p, x->terms[i].inner);
  }
}

static void define_access(Printer *p, const Access *a) {
  define_ix(p, a->index);
  for (int i = 0; i < a->nguards; i++) define_ix(p, a->guards[i].ix);
  if (a->otherwise != NO_SID) define_scalar(p, a->otherwise);
}

static void put_body(Printer *p, Sid s);

static void define_scalar(Printer *p, Sid s) {
  const Scalar *x = dag_node(&p->k->dag, s);
  if (p->name[s] >= 0) return;
  for (int i = 0; i < x->nargs; i++) define_scalar(p, x->args[i]);
  if (x->kind == S_LOAD) define_access(p, &p->k->accesses[x->imm]);
  if (x->kind == S_FINAL) define_loop(p, scalar_loop(x->imm));
  if (!p->named[s]) return;
  text_fmt(p->t, "    s%d = ", p->nnames);
  put_body(p, s);
  text_str(p->t, "\n");
  p->name[s] = p->nnames++;
}

// ---- expressions

static void put_term(Printer *p, const IxTerm *t) {
  int64_t c = t->coef < 0 ? -t->coef : t->coef;
  if (c != 1) text_fmt(p->t, "%lld*", (long long)c);
  if (t->kind == IX_AXIS) {
    text_str(p->t, p->k->axis_name[t->axis]);
  } else if (t->kind == IX_VALUE) {
    text_str(p->t, "clamp(");
    put_scalar(p, t->value);
    text_fmt(p->t, ", %lld, %lld)", (long long)t->lo, (long long)t->hi);
  } else {
    text_str(p->t, "(");
    put_ix(p, t->inner);
    text_fmt(p->t, ")%s%lld", t->kind == IX_DIV ? "/" : "%", (long long)t->by);
  }
}

static void put_ix(Printer *p, Ix ix) {
  const IxSum *x = ix_sum(p->k, ix);
  for (int i = 0; i < x->nterms; i++) {
    bool minus = x->terms[i].coef < 0;
    text_str(p->t, i ? (minus ? " - " : " + ") : minus ? "-" : "");
    put_term(p, &x->terms[i]);
  }
  if (!x->nterms) text_fmt(p->t, "%lld", (long long)x->constant);
  else if (x->constant)
    text_fmt(p->t, " %c %lld", x->constant < 0 ? '-' : '+',
             (long long)(x->constant < 0 ? -x->constant : x->constant));
}

static void put_guards(Printer *p, int n, const Guard *g) {
  for (int i = 0; i < n; i++) {
    text_fmt(p->t, "%s %lld <= ", i ? " and" : " if", (long long)g[i].lo);
    put_ix(p, g[i].ix);
    text_fmt(p->t, " < %lld", (long long)g[i].hi);
  }
}

static void put_load(Printer *p, const Access *a) {
  text_fmt(p->t, "%s[", p->k->buffers[a->buffer].name);
  put_ix(p, a->index);
  put_guards(p, a->nguards, a->guards);
  if (a->nguards) {
    text_str(p->t, " else ");
    put_scalar(p, a->otherwise);
  }
  text_str(p->t, "]");
}

// f32(0.5)
static void kernel_text_const(Text *t, Dtype d, uint64_t bits) {
  text_fmt(t, "%s(", dtype_name(d));
  Scalar s = {.dtype = d, .imm = bits};
  if (dtype_is_float(d)) text_float_bits(t, d, &bits);
  else if (d == DT_BOOL) text_str(t, bits & 1 ? "True" : "False");
  else if (d == DT_U64) text_fmt(t, "%llu", (unsigned long long)bits);
  else text_fmt(t, "%lld", (long long)scalar_int(&s));
  text_str(t, ")");
}

static void put_op(Printer *p, const Scalar *x) {
  if (x->kind == S_TABLE) text_fmt(p->t, "table%llu(", (unsigned long long)x->imm);
  else text_fmt(p->t, "%s(", x->kind == S_RARE ? "rare" : op_info(x->op)->name);
  for (int i = 0; i < x->nargs; i++) {
    if (i) text_str(p->t, ", ");
    put_scalar(p, x->args[i]);
  }
  bool typed = x->kind == S_OP && (x->op == OP_convert || x->op == OP_bitcast_convert);
  if (typed) text_fmt(p->t, ", %s", dtype_name(x->dtype));
  text_str(p->t, ")");
}

static void put_body(Printer *p, Sid s) {
  const Scalar *x = dag_node(&p->k->dag, s);
  switch (x->kind) {
    case S_CONST: kernel_text_const(p->t, x->dtype, x->imm); return;
    case S_AXIS: text_str(p->t, p->k->axis_name[x->imm]); return;
    case S_STAGE: text_fmt(p->t, "t%llu", (unsigned long long)x->imm); return;
    case S_LOAD: put_load(p, &p->k->accesses[x->imm]); return;
    case S_CARRY:
    case S_FINAL:
      text_fmt(p->t, "%c%d_%d", x->kind == S_CARRY ? 'c' : 'f', p->loop[scalar_loop(x->imm)],
               scalar_carry(x->imm));
      return;
    default: put_op(p, x); return;
  }
}

static void put_scalar(Printer *p, Sid s) {
  if (p->name[s] >= 0) text_fmt(p->t, "s%d", p->name[s]);
  else put_body(p, s);
}

// ---- loops

static void put_axes(Printer *p, uint32_t axes);

static void put_carried(Printer *p, const KernelLoop *l, bool next) {
  text_str(p->t, " (");
  for (int i = 0; i < l->ncarried; i++) {
    if (i) text_str(p->t, ", ");
    put_scalar(p, next ? l->carried[i].next : l->carried[i].init);
  }
  text_str(p->t, ")");
}

static void put_loop_store(Printer *p, const LoopStore *s) {
  define_ix(p, s->index);
  define_scalar(p, s->value);
  text_fmt(p->t, "    store %s[", p->k->buffers[s->buffer].name);
  put_ix(p, s->index);
  text_str(p->t, "] = ");
  put_scalar(p, s->value);
  text_str(p->t, "\n");
}

static void define_loop(Printer *p, int loop) {
  const KernelLoop *l = &p->k->loops[loop];
  if (p->loop[loop] >= 0) return;
  for (int i = 0; i < l->ncarried; i++) define_scalar(p, l->carried[i].init);
  p->loop[loop] = p->nloops++;
  text_fmt(p->t, "    loop %d", p->loop[loop]);
  if (l->nstores) {
    text_str(p->t, " ");
    put_axes(p, l->axes);
  }
  put_carried(p, l, false);
  text_str(p->t, "\n");
  define_scalar(p, l->test);
  for (int i = 0; i < l->nstores; i++) put_loop_store(p, &l->stores[i]);
  for (int i = 0; i < l->ncarried; i++) define_scalar(p, l->carried[i].next);
  text_str(p->t, "    next");
  put_carried(p, l, true);
  text_str(p->t, " while ");
  put_scalar(p, l->test);
  text_str(p->t, "\n");
}

// ---- stages

static void put_axes(Printer *p, uint32_t axes) {
  const char *between = "";
  text_str(p->t, "[");
  for (int i = 0; i < p->k->naxes; i++) {
    if (!(axes >> i & 1)) continue;
    text_fmt(p->t, "%s%s", between, p->k->axis_name[i]);
    between = ", ";
  }
  text_str(p->t, "]");
}

static void put_over(Printer *p, const Stage *s) {
  for (int i = 0; i < s->nreduce; i++)
    text_fmt(p->t, "%s%s", i ? ", " : " over ", p->k->axis_name[s->reduce[i]]);
  text_str(p->t, ": ");
}

static void put_store(Printer *p, const Stage *s) {
  bool scatter = s->kind == STAGE_SCATTER;
  text_str(p->t, scatter ? "    scatter" : "    store");
  put_axes(p, s->axes);
  text_fmt(p->t, " %s[", p->k->buffers[s->buffer].name);
  put_ix(p, s->index);
  put_guards(p, s->nguards, s->guards);
  text_str(p->t, "] ");
  if (scatter && s->combine == OP_add) text_str(p->t, "+");
  else if (scatter && s->combine != OP_replace) text_str(p->t, op_info(s->combine)->name);
  text_str(p->t, "= ");
  put_scalar(p, s->value);
}

static void put_stage(Printer *p, int i) {
  const Stage *s = &p->k->stages[i];
  define_scalar(p, s->value);
  if (s->kind == STAGE_CONTRACT) define_scalar(p, s->value2);
  if (s->kind == STAGE_STORE || s->kind == STAGE_SCATTER) {
    define_ix(p, s->index);
    for (int g = 0; g < s->nguards; g++) define_ix(p, s->guards[g].ix);
    put_store(p, s);
    text_str(p->t, "\n");
    return;
  }
  if (s->kind == STAGE_LOOP) return;  // its lines stand where it was defined
  text_fmt(p->t, "    t%d", i);
  put_axes(p, s->axes);
  const char *combine = op_info(s->combine)->name, *order = order_name(s->order);
  if (s->kind == STAGE_REDUCE) text_fmt(p->t, " = reduce %s %s", combine, order);
  else if (s->kind == STAGE_ARGREDUCE) text_fmt(p->t, " = arg %s", combine);
  else if (s->kind == STAGE_CONTRACT) text_fmt(p->t, " = contract %s", order);
  else text_str(p->t, " = value");
  put_over(p, s);
  put_scalar(p, s->value);
  if (s->kind == STAGE_CONTRACT) {
    text_str(p->t, " * ");
    put_scalar(p, s->value2);
  }
  text_str(p->t, "\n");
}

// ---- the whole

static void put_head(const Kernel *k, Text *t) {
  const char *between = "";
  text_fmt(t, "kernel %s(", k->name);
  for (int i = 0; i < k->nbuffers; i++) {
    const KernelBuffer *b = &k->buffers[i];
    bool first_written = b->written && (!i || !k->buffers[i - 1].written);
    text_fmt(t, "%s%s: %s[%lld]", first_written ? ") -> (" : between, b->name, dtype_name(b->dtype),
             (long long)b->count);
    between = ", ";
  }
  text_str(t, "):\n    axes");
  for (int i = 0; i < k->naxes; i++)
    text_fmt(t, "%s %s: %lld", i ? "," : "", k->axis_name[i], (long long)k->axis[i]);
  text_str(t, "\n");
}

static void put_tables(const Dag *d, Text *t) {
  for (int i = 0; i < d->ntables; i++) {
    const ScalarTable *s = &d->tables[i];
    size_t size = dtype_size(s->dtype);
    text_fmt(t, "    table%d = ", i);
    for (int k = 0; k < s->n; k++) {
      uint64_t bits = 0;
      memcpy(&bits, (const char *)s->data + size * (size_t)k, size);
      if (k) text_str(t, ", ");
      kernel_text_const(t, s->dtype, bits);
    }
    text_str(t, "\n");
  }
}

void kernel_put(Text *t, const Kernel *k) {
  int n = (int)k->dag.n;
  Printer p = {.k = k, .t = t};
  p.uses = xcalloc(3 * (size_t)n + 1, sizeof(int));
  p.named = xcalloc((size_t)n + 1, sizeof(bool));
  p.depth = p.uses + n;
  p.name = p.depth + n;
  for (int i = 0; i < n; i++) p.name[i] = -1;
  for (int i = 0; i < MAX_LOOPS; i++) p.loop[i] = NEW_LOOP;
  for (int i = 0; i < k->nstages; i++) {
    const Stage *s = &k->stages[i];
    count_scalar(&p, s->value);
    if (s->kind == STAGE_CONTRACT) count_scalar(&p, s->value2);
    if (s->kind == STAGE_STORE || s->kind == STAGE_SCATTER) count_ix(&p, s->index);
    count_guards(&p, s->nguards, s->guards);
  }
  choose_names(&p);
  put_head(k, t);
  put_tables(&k->dag, t);
  for (int i = 0; i < k->nstages; i++) put_stage(&p, i);
  free(p.uses);
  free(p.named);
}

char *kernel_text(Arena *a, const Kernel *k) {
  Text t = {0};
  kernel_put(&t, k);
  return text_take(&t, a);
}
