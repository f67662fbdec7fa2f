// CUDA C in the plain schedule: each stage of a kernel is a device function of its axes, recomputed
// where it is used; the kernel itself runs the stores.
#include "backends/cuda/emit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "backends/cuda/emit_value.h"
#include "backends/cuda/prelude.h"

// ---- reductions

static Dtype stage_dtype(const Emit *e, const Stage *st) {
  return dag_node(&e->k->dag, st->value)->dtype;
}

static int64_t reduced_count(const Kernel *k, const Stage *st) {
  int64_t n = 1;
  for (int i = 0; i < st->nreduce; i++) n *= k->axis[st->reduce[i]];
  return n;
}

// Axes from the flattened number `from`, outermost first.
static void print_unflatten(Emit *e, int n, const int *axes, const char *from) {
  int64_t inner = 1;
  for (int i = n - 1; i >= 0; i--) {
    int64_t size = e->k->axis[axes[i]];
    emit_line_begin(e);
    fprintf(e->f, "const int64_t a%d = %s", axes[i], from);
    if (inner > 1) fprintf(e->f, " / %" PRId64 "LL", inner);
    if (i) fprintf(e->f, " %% %" PRId64 "LL", size);
    fprintf(e->f, ";\n");
    inner *= size ? size : 1;
  }
}

static void print_element(Emit *e, const Stage *st) {
  print_unflatten(e, st->nreduce, st->reduce, "i");
  emit_values(e, st);
}

// What one element does to the accumulator `acc`, which holds nothing yet where `first` holds. A
// chain begins with fma(x, y, +0), a partial of rows with the product itself.
static void print_combine(Emit *e, const Stage *st, const char *acc, const char *first) {
  const char *t = dtype_name(stage_dtype(e, st));
  unsigned x = st->value, y = st->value2;
  if (st->kind != STAGE_CONTRACT) {
    LINE(e, "%s = %s ? v%u : %s_%s(%s, v%u);", acc, first, x, op_info(st->combine)->name, t, acc,
         x);
  } else if (!dtype_is_float(stage_dtype(e, st))) {
    LINE(e, "%s = %s ? mul_%s(v%u, v%u) : add_%s(%s, mul_%s(v%u, v%u));", acc, first, t, x, y, t,
         acc, t, x, y);
  } else if (st->order == ORDER_ROWS) {
    LINE(e, "%s = %s ? mul_%s(v%u, v%u) : fma_%s(v%u, v%u, %s);", acc, first, t, x, y, t, x, y,
         acc);
  } else {
    LINE(e, "%s = fma_%s(v%u, v%u, %s ? 0 : %s);", acc, t, x, y, first, acc);
  }
}

static Op combiner(const Stage *st) { return st->kind == STAGE_CONTRACT ? OP_add : st->combine; }

static void print_identity(Emit *e, const Stage *st) {
  Scalar s = {.kind = S_CONST, .dtype = stage_dtype(e, st)};
  for (int op = 0; op < OP_COUNT; op++) {
    const OpInfo *info = op_info((Op)op);
    if (info->op_class == CLASS_REDUCE && info->combine == combiner(st))
      op_identity((Op)op, s.dtype, &s.imm);
  }
  emit_line_begin(e);
  fprintf(e->f, "return ");
  emit_const(e, &s);
  fprintf(e->f, ";\n");
}

// Blocks of `block` elements combined in order, each from its first element; then the block values
// in order.
static void print_blocks(Emit *e, const Stage *st, int64_t n, int64_t block) {
  const char *t = cuda_type(stage_dtype(e, st)), *name = dtype_name(stage_dtype(e, st));
  int64_t nblocks = (n + block - 1) / block;
  LINE(e, "%s total = 0;", t);
  LINE(e, "for (int64_t j = 0; j < %" PRId64 "LL; j++) {", nblocks);
  e->indent++;
  LINE(e, "%s acc = 0;", t);
  LINE(e, "const int64_t begin = j * %" PRId64 "LL, left = %" PRId64 "LL - begin;", block, n);
  LINE(e, "const int64_t end = begin + (left < %" PRId64 "LL ? left : %" PRId64 "LL);", block,
       block);
  LINE(e, "for (int64_t i = begin; i < end; i++) {");
  e->indent++;
  print_element(e, st);
  print_combine(e, st, "acc", "i == begin");
  e->indent--;
  LINE(e, "}");
  LINE(e, "total = j == 0 ? acc : %s_%s(total, acc);", op_info(combiner(st))->name, name);
  e->indent--;
  LINE(e, "}");
  LINE(e, "return total;");
}

static void print_tree(Emit *e, const Stage *st, const char *p, const char *count) {
  LINE(e, "for (int s = 32; s; s /= 2)");
  LINE(e, "  for (int l = 0; l < s && l + s < %s; l++)", count);
  LINE(e, "    %s[l] = %s_%s(%s[l], %s[l + s]);", p, op_info(combiner(st))->name,
       dtype_name(stage_dtype(e, st)), p, p);
}

// 64 partials per block of 4096, met in a tree; the block values reduce by the same rule.
static void print_rows(Emit *e, const Stage *st, int64_t n) {
  const char *t = cuda_type(stage_dtype(e, st)), *name = dtype_name(stage_dtype(e, st));
  int64_t nblocks = (n + ORDER_BLOCK - 1) / ORDER_BLOCK;
  LINE(e, "%s p[%d], q[%d];", t, ORDER_PARTIALS, ORDER_PARTIALS);
  LINE(e, "for (int64_t j = 0; j < %" PRId64 "LL; j++) {", nblocks);
  e->indent++;
  LINE(e, "const int64_t left = %" PRId64 "LL - j * %d, size = left < %d ? left : %d;", n,
       ORDER_BLOCK, ORDER_BLOCK, ORDER_BLOCK);
  LINE(e, "for (int64_t l = 0; l < size; l++) {");
  e->indent++;
  LINE(e, "const int64_t i = j * %d + l;", ORDER_BLOCK);
  print_element(e, st);
  print_combine(e, st, "p[l % 64]", "l < 64");
  e->indent--;
  LINE(e, "}");
  LINE(e, "const int filled = size < 64 ? (int)size : 64;");
  print_tree(e, st, "p", "filled");
  LINE(e, "q[j %% 64] = j < 64 ? p[0] : %s_%s(q[j %% 64], p[0]);", op_info(combiner(st))->name,
       name);
  e->indent--;
  LINE(e, "}");
  char count[24];
  snprintf(count, sizeof count, "%d", (int)(nblocks < ORDER_PARTIALS ? nblocks : ORDER_PARTIALS));
  print_tree(e, st, "q", count);
  LINE(e, "return q[0];");
}

static void print_argreduce(Emit *e, const Stage *st, int64_t n) {
  unsigned v = st->value;
  LINE(e, "%s best = 0;", cuda_type(stage_dtype(e, st)));
  LINE(e, "int32_t at = 0;");
  LINE(e, "for (int64_t i = 0; i < %" PRId64 "LL; i++) {", n);
  e->indent++;
  print_element(e, st);
  if (dtype_is_float(stage_dtype(e, st))) LINE(e, "if (v%u != v%u) return (int32_t)i;", v, v);
  LINE(e, "if (i == 0 || v%u %s best) best = v%u, at = (int32_t)i;", v,
       st->combine == OP_max ? ">" : "<", v);
  e->indent--;
  LINE(e, "}");
  LINE(e, "return at;");
}

// More blocks than a second level holds would need a third; no array here is that large.
static void check_levels(int64_t n) {
  if (n > (int64_t)ORDER_BLOCK * ORDER_BLOCK) BUG("a reduction of %" PRId64 " elements", n);
}

static void print_reduction(Emit *e, const Stage *st) {
  int64_t n = reduced_count(e->k, st);
  if (st->kind == STAGE_REDUCE) check_levels(n);
  if (n == 0) print_identity(e, st);
  else if (st->kind == STAGE_ARGREDUCE) print_argreduce(e, st, n);
  else if (st->order == ORDER_ROWS) print_rows(e, st, n);
  else print_blocks(e, st, n, st->order == ORDER_CHAIN ? CHAIN_BLOCK : ORDER_BLOCK);
}

// ---- stages and kernels

static bool writes(const Stage *st) { return st->kind >= STAGE_STORE; }

static void print_parameters(Emit *e) {
  for (int i = 0; i < e->k->nbuffers; i++) {
    const KernelBuffer *b = &e->k->buffers[i];
    fprintf(e->f, "%s%s%s *b%d", i ? ", " : "", b->written ? "" : "const ", cuda_type(b->dtype), i);
  }
}

static void print_stage_function(Emit *e, int index) {
  const Stage *st = &e->k->stages[index];
  Dtype d = st->kind == STAGE_ARGREDUCE ? DT_I32 : stage_dtype(e, st);
  fprintf(e->f, "__device__ %s k%d_s%d(", cuda_type(d), e->id, index);
  print_parameters(e);
  for (int a = 0; a < e->k->naxes; a++) {
    if (st->axes >> a & 1) fprintf(e->f, ", int64_t a%d", a);
  }
  fprintf(e->f, ") {\n");
  e->indent = 1;
  if (st->kind == STAGE_VALUE) {
    emit_values(e, st);
    LINE(e, "return v%u;", st->value);
  } else {
    print_reduction(e, st);
  }
  fprintf(e->f, "}\n");
}

static int axis_list(const Kernel *k, uint32_t mask, int *axes) {
  int n = 0;
  for (int a = 0; a < k->naxes; a++) {
    if (mask >> a & 1) axes[n++] = a;
  }
  return n;
}

static int64_t stage_points(const Kernel *k, const Stage *st) {
  int64_t n = 1;
  for (int a = 0; a < k->naxes; a++) {
    if (st->axes >> a & 1) n *= k->axis[a];
  }
  return n;
}

static void print_write(Emit *e, const Stage *st) {
  emit_line_begin(e);
  if (st->nguards) {
    fprintf(e->f, "if (");
    emit_guards(e, st->nguards, st->guards);
    fprintf(e->f, ") ");
  }
  fprintf(e->f, "b%d[", st->buffer);
  emit_ix(e, st->index);
  fprintf(e->f, "] = ");
  if (st->kind == STAGE_STORE || st->combine == OP_replace) {
    fprintf(e->f, "v%u;\n", st->value);
    return;
  }
  fprintf(e->f, "%s_%s(b%d[", op_info(st->combine)->name, dtype_name(stage_dtype(e, st)),
          st->buffer);
  emit_ix(e, st->index);
  fprintf(e->f, "], v%u);\n", st->value);
}

// The points of a scatter run in order on one thread; a store runs one point per thread.
static void print_store(Emit *e, const Stage *st) {
  int axes[MAX_AXES], n = axis_list(e->k, st->axes, axes);
  int64_t points = stage_points(e->k, st);
  bool scatter = st->kind == STAGE_SCATTER;
  if (scatter) LINE(e, "for (int64_t i = 0; t == 0 && i < %" PRId64 "LL; i++) {", points);
  else LINE(e, "if (t < %" PRId64 "LL) {", points);
  e->indent++;
  print_unflatten(e, n, axes, scatter ? "i" : "t");
  emit_values(e, st);
  if (st->kind != STAGE_LOOP) print_write(e, st);
  e->indent--;
  LINE(e, "}");
}

int64_t cuda_points(const Kernel *k) {
  int64_t most = 1;
  for (int i = 0; i < k->nstages; i++) {
    int64_t n = k->stages[i].kind == STAGE_SCATTER ? 1 : stage_points(k, &k->stages[i]);
    if (!writes(&k->stages[i])) n = 1;
    if (n > most) most = n;
  }
  return most;
}

// Initialisers of device constants must be constant expressions; hexadecimal floats are exact.
static void print_table_entry(Emit *e, Dtype d, const void *p) {
  Scalar s = {.kind = S_CONST, .dtype = d};
  memcpy(&s.imm, p, dtype_size(d));
  double wide;
  float narrow;
  if (d == DT_F64) {
    memcpy(&wide, p, sizeof wide);
    fprintf(e->f, "%a", wide);
  } else if (d == DT_F32) {
    memcpy(&narrow, p, sizeof narrow);
    fprintf(e->f, "%af", (double)narrow);
  } else {
    emit_const(e, &s);
  }
}

static void print_tables(Emit *e) {
  for (int i = 0; i < e->k->dag.ntables; i++) {
    const ScalarTable *t = &e->k->dag.tables[i];
    fprintf(e->f, "__device__ const %s k%d_t%d[] = {", cuda_type(t->dtype), e->id, i);
    for (int j = 0; j < t->n; j++) {
      if (j) fputs(", ", e->f);
      print_table_entry(e, t->dtype, (const char *)t->data + (size_t)j * dtype_size(t->dtype));
    }
    fprintf(e->f, "};\n");
  }
}

static void print_kernel(Emit *e) {
  const Kernel *k = e->k;
  fprintf(e->f, "\n// %s: %" PRId64 " threads\n", k->name, cuda_points(k));
  print_tables(e);
  for (int i = 0; i < k->nstages; i++) {
    if (!writes(&k->stages[i])) print_stage_function(e, i);
  }
  fprintf(e->f, "EXPORT void k%d(", e->id);
  print_parameters(e);
  fprintf(e->f, ") {\n");
  e->indent = 1;
  LINE(e, "const int64_t t = THREAD;");
  for (int i = 0; i < k->nstages; i++) {
    if (writes(&k->stages[i])) print_store(e, &k->stages[i]);
  }
  fprintf(e->f, "}\n");
}

// ---- whole texts: first what the kernels need, then the kernels

typedef void Visit(void *ctx, const Kernel *k);

static void each_kernel(const Program *p, Visit *visit, void *ctx) {
  for (int i = 0; i < p->nsteps; i++) {
    const Step *s = &p->steps[i];
    if (s->kind == STEP_KERNEL) visit(ctx, s->kernel);
    const Program *part;
    for (int k = 0; (part = step_part(s, k)); k++) each_kernel(part, visit, ctx);
  }
}

typedef struct Needs {
  FILE *f;
  PreludeSeen *seen;
} Needs;

static void visit_needs(void *ctx, const Kernel *k) {
  Needs *n = ctx;
  cuda_prelude_need(n->f, n->seen, &k->dag);
  for (int i = 0; i < k->nstages; i++) {
    const Stage *st = &k->stages[i];
    Dtype d = dag_node(&k->dag, st->value)->dtype;
    if (st->kind == STAGE_CONTRACT) {
      cuda_prelude_need_op(n->f, n->seen, OP_mul, d);
      if (dtype_is_float(d)) cuda_prelude_need_op(n->f, n->seen, OP_fma, d);
    }
    const bool combines = st->kind == STAGE_SCATTER && st->combine != OP_replace;
    if (st->kind == STAGE_CONTRACT || st->kind == STAGE_REDUCE || combines)
      cuda_prelude_need_op(n->f, n->seen, combiner(st), d);
  }
}

static void visit_print(void *ctx, const Kernel *k) {
  Emit *e = ctx;
  e->k = k;
  print_kernel(e);
  e->id++;
}

char *cuda_text(const Program *p) {
  char *text = NULL;
  size_t size = 0;
  FILE *f = open_memstream(&text, &size);
  if (!f) BUG("no memory for the text");
  PreludeSeen *seen = xcalloc(1, sizeof *seen);
  cuda_prelude_begin(f);
  each_kernel(p, visit_needs, &(Needs){f, seen});
  each_kernel(p, visit_print, &(Emit){.f = f});
  free(seen);
  fclose(f);
  return text;
}
