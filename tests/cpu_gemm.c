// The contraction generator against a scalar loop of the same rule, bit for bit: odd shapes, all
// layouts and widths, both orders and dtypes, thread counts, prologues and epilogues, A read
// through windows. Operands end at a guard page.
#include "backends/cpu/gemm.h"

#include "backends/cpu/object.h"
#include "check.h"
#include "tests/guarded.h"

// ---- the reference ----

static double read_at(const void *p, Dtype d, int64_t i) {
  return d == DT_F32 ? (double)((const float *)p)[i] : ((const double *)p)[i];
}
static void write_at(void *p, Dtype d, int64_t i, double v) {
  if (d == DT_F32) ((float *)p)[i] = (float)v;
  else ((double *)p)[i] = v;
}
static double fma_as(Dtype d, double a, double b, double c) {
  return d == DT_F32 ? (double)fmaf((float)a, (float)b, (float)c) : fma(a, b, c);
}
static double add_as(Dtype d, double a, double b) {
  return d == DT_F32 ? (double)((float)a + (float)b) : a + b;
}

static double chain(Dtype d, const double *a, const double *b, int64_t k) {
  double total = 0;
  for (int64_t from = 0; from < k; from += 512) {
    double s = 0;
    for (int64_t i = from; i < k && i < from + 512; i++) s = fma_as(d, a[i], b[i], s);
    total = from ? add_as(d, total, s) : s;
  }
  return total;
}

static double tree(Dtype d, double *p) {
  for (int s = 32; s > 0; s /= 2)
    for (int i = 0; i < s; i++) p[i] = add_as(d, p[i], p[i + s]);
  return p[0];
}

// Blocks of elements, then blocks of block sums, until one is left.
static double rows(Dtype d, const double *a, const double *b, int64_t k) {
  double *sums = malloc(sizeof *sums * (size_t)(k / 4096 + 1)), result;
  sums[0] = -0.0;
  int64_t blocks = k;
  do {
    int64_t n = blocks;
    blocks = 0;
    for (int64_t from = 0; from < n; from += 4096) {
      double p[64];
      for (int i = 0; i < 64; i++) p[i] = -0.0;
      for (int64_t i = from; i < n && i < from + 4096; i++)
        p[i % 64] = b ? fma_as(d, a[i], b[i], p[i % 64]) : add_as(d, a[i], p[i % 64]);
      sums[blocks++] = tree(d, p);
    }
    a = sums, b = NULL;
  } while (blocks > 1);
  result = add_as(d, sums[0], 0.0);
  free(sums);
  return result;
}

// ---- a case ----

// How a matrix of x by y lies in memory.
typedef enum Layout {
  LAYOUT_ROWS,
  LAYOUT_COLUMNS,
  LAYOUT_PADDED,
  LAYOUT_SPARSE,
  LAYOUT_COUNT
} Layout;

typedef struct Case {
  Gemm g;
  GemmWindows windows;  // of A, where nrows is not 0
  Width width;
  bool prologue_a, prologue_b, epilogue;
  Layout layout_a, layout_b, layout_c;
} Case;

// Strides of x and y, and the elements of all batches.
static int64_t lay_out(Layout l, int64_t x, int64_t y, int64_t batch, int64_t *sx, int64_t *sy,
                       int64_t *sb) {
  *sx = l == LAYOUT_ROWS ? y : l == LAYOUT_COLUMNS ? 1 : l == LAYOUT_PADDED ? y + 3 : 2 * y + 1;
  *sy = l == LAYOUT_COLUMNS ? x : l == LAYOUT_SPARSE ? 2 : 1;
  *sb = (x > 0 ? (x - 1) * *sx : 0) + (y > 0 ? (y - 1) * *sy : 0) + 1;
  return *sb * batch;
}

// Prologue and epilogue of the tests: the operand is doubled plain memory; C = 3 * value + row -
// column + old C.
typedef struct User {
  const Gemm *g;
  int64_t outer, k, batch;
} User;

static LLVMValueRef lanes_at(Emit *e, LLVMTypeRef scalar, LLVMValueRef base, LLVMValueRef first,
                             int64_t stride, int lanes, LLVMValueRef mask, LLVMValueRef store) {
  int bytes = scalar == e->f32 ? 4 : 8;
  LLVMTypeRef vector = emit_vector(scalar, lanes);
  LLVMValueRef result = llvm->ConstNull(vector);
  for (int l = 0; l < lanes; l++) {
    LLVMValueRef index = llvm->ConstInt(e->i32, (unsigned)l, false);
    LLVMValueRef at = emit_at(
        e, base, emit_mul(e, emit_add(e, first, emit_int(e, l * stride)), emit_int(e, bytes)));
    LLVMBasicBlockRef from = llvm->GetInsertBlock(e->b);
    EmitIf on = {0};
    if (mask) on = emit_if(e, llvm->BuildExtractElement(e->b, mask, index, ""));
    LLVMValueRef with = NULL;
    if (store) emit_store(e, llvm->BuildExtractElement(e->b, store, index, ""), at, bytes);
    else with = llvm->BuildInsertElement(e->b, result, emit_load(e, scalar, at, bytes), index, "");
    LLVMBasicBlockRef then = llvm->GetInsertBlock(e->b);
    (void)from;
    if (!mask) {
      result = with;
      continue;
    }
    emit_end_if(e, &on);
    if (store) continue;
    LLVMValueRef phi = emit_phi(e, vector);
    emit_phi_add(phi, with, then);
    emit_phi_add(phi, result, on.other);
    result = phi;
  }
  return result;
}

static LLVMValueRef doubled(Emit *e, void *user, LLVMValueRef context, LLVMValueRef operand,
                            const GemmPoint *p) {
  const User *u = user;
  (void)context;
  LLVMValueRef at = emit_add(e, emit_mul(e, p->outer, emit_int(e, u->outer)),
                             emit_mul(e, p->k, emit_int(e, u->k)));
  at = emit_add(e, at, emit_mul(e, p->batch, emit_int(e, u->batch)));
  LLVMTypeRef scalar = emit_dtype(e, u->g->dtype);
  LLVMValueRef v =
      lanes_at(e, scalar, operand, at, p->along_k ? u->k : u->outer, p->lanes, p->mask, NULL);
  return llvm->BuildFAdd(e->b, v, v, "");
}

static void combined(Emit *e, void *user, LLVMValueRef context, LLVMValueRef c,
                     const GemmVector *v) {
  const Gemm *g = ((User *)user)->g;
  (void)context;
  LLVMTypeRef scalar = emit_dtype(e, g->dtype), ints = emit_vector(e->i64, v->lanes);
  LLVMTypeRef vector = emit_vector(scalar, v->lanes);
  LLVMValueRef iota[16];
  for (int i = 0; i < v->lanes; i++) iota[i] = emit_int(e, v->along_rows ? i : -i);
  LLVMValueRef difference = emit_splat(e, emit_sub(e, v->row, v->column), v->lanes);
  difference = llvm->BuildAdd(e->b, difference, llvm->ConstVector(iota, (unsigned)v->lanes), "");
  LLVMValueRef x = llvm->BuildSIToFP(e->b, difference, vector, "");
  (void)ints;
  LLVMValueRef three = emit_splat(e, llvm->ConstReal(scalar, 3), v->lanes);
  LLVMValueRef y = llvm->BuildFAdd(e->b, llvm->BuildFMul(e->b, v->value, three, ""), x, "");
  LLVMValueRef at = emit_add(e, emit_mul(e, v->row, emit_int(e, g->c_row)),
                             emit_mul(e, v->column, emit_int(e, g->c_column)));
  at = emit_add(e, at, emit_mul(e, v->batch, emit_int(e, g->c_batch)));
  int64_t stride = v->along_rows ? g->c_row : g->c_column;
  LLVMValueRef old = lanes_at(e, scalar, c, at, stride, v->lanes, v->mask, NULL);
  lanes_at(e, scalar, c, at, stride, v->lanes, v->mask, llvm->BuildFAdd(e->b, y, old, ""));
}

static void fill(void *p, Dtype d, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    double v = test_uniform(-1, 1);
    int kind = (int)test_int(0, 60);
    if (kind == 0) v = 0;
    if (kind == 1) v = -0.0;
    if (kind == 2) v *= d == DT_F32 ? 1e-30 : 1e-200;  // products round to denormals and to -0
    write_at(p, d, i, v);
  }
}

static int64_t level_at(const GemmLevel *level, int64_t n, int64_t i) {
  int64_t at = 0;
  for (int64_t l = n - 1; l >= 0; i /= level[l].size, l--)
    at += i % level[l].size * level[l].stride;
  return at;
}

static int64_t place_in_a(const Case *c, int64_t i, int64_t k) {
  const GemmWindows *w = &c->windows;
  if (!w->nrows) return i * c->g.a.outer + k * c->g.a.k;
  return level_at(w->row, w->nrows, i) + level_at(w->k, w->nks, k);
}

// The strides of windows say how much there is of A.
static int64_t lay_out_windows(Case *c) {
  const GemmWindows *w = &c->windows;
  c->g.windows = w;
  c->g.m = c->g.k = 1;
  for (int i = 0; i < w->nrows; i++) c->g.m *= w->row[i].size;
  for (int i = 0; i < w->nks; i++) c->g.k *= w->k[i].size;
  c->g.a.batch = place_in_a(c, c->g.m - 1, c->g.k - 1) + 1;
  return c->g.a.batch * c->g.batch;
}

static void *expect(const Case *c, const void *a, const void *b, const void *old, size_t bytes) {
  const Gemm *g = &c->g;
  void *want = malloc(bytes ? bytes : 1);
  memcpy(want, old, bytes);
  double *x = malloc(8 * (size_t)(g->k + 1)), *y = malloc(8 * (size_t)(g->k + 1));
  for (int64_t t = 0; t < g->batch; t++)
    for (int64_t i = 0; i < g->m; i++)
      for (int64_t j = 0; j < g->n; j++) {
        for (int64_t k = 0; k < g->k; k++) {
          x[k] = read_at(a, g->dtype, t * g->a.batch + place_in_a(c, i, k));
          y[k] = read_at(b, g->dtype, t * g->b.batch + j * g->b.outer + k * g->b.k);
          if (c->prologue_a) x[k] += x[k];
          if (c->prologue_b) y[k] += y[k];
        }
        double v = (g->order == ORDER_CHAIN ? chain : rows)(g->dtype, x, y, g->k);
        int64_t at = t * g->c_batch + i * g->c_row + j * g->c_column;
        if (c->epilogue) {
          v = g->dtype == DT_F32 ? (double)((float)v * 3.0f) : v * 3.0;
          v = add_as(g->dtype, add_as(g->dtype, v, (double)(i - j)), read_at(old, g->dtype, at));
        }
        write_at(want, g->dtype, at, v);
      }
  free(x);
  free(y);
  return want;
}

typedef void Contract(void *context, const void *a, const void *b, void *c, void *scratch,
                      int64_t thread, int64_t n);

static void describe(const Case *c, int threads) {
  const Gemm *g = &c->g;
  char text[120];
  Machine m;
  machine_with_width(c->width, &m);
  FAULT(
      "%s %s %s: %dx%dx%d batch %d, layouts %d %d %d, prologues %d %d, epilogue %d, %d threads: %s",
      width_name(c->width), dtype_name(g->dtype), g->order == ORDER_CHAIN ? "chain" : "rows",
      (int)g->m, (int)g->n, (int)g->k, (int)g->batch, c->layout_a, c->layout_b, c->layout_c,
      c->prologue_a, c->prologue_b, c->epilogue, threads, gemm_describe(&m, g, text));
}

static void run_case(Case *c) {
  Gemm *g = &c->g;
  size_t size = dtype_size(g->dtype);
  Machine machine;
  if (!machine_with_width(c->width, &machine)) {
    diag_clear();
    return;
  }
  int64_t na = c->windows.nrows
                   ? lay_out_windows(c)
                   : lay_out(c->layout_a, g->m, g->k, g->batch, &g->a.outer, &g->a.k, &g->a.batch);
  int64_t nb = lay_out(c->layout_b, g->k, g->n, g->batch, &g->b.k, &g->b.outer, &g->b.batch);
  int64_t nc = lay_out(c->layout_c, g->m, g->n, g->batch, &g->c_row, &g->c_column, &g->c_batch);
  User user_a = {g, g->a.outer, g->a.k, g->a.batch}, user_b = {g, g->b.outer, g->b.k, g->b.batch},
       user_c = {.g = g};
  if (c->prologue_a) g->a.prologue = doubled, g->a.user = &user_a;
  if (c->prologue_b) g->b.prologue = doubled, g->b.user = &user_b;
  if (c->epilogue) g->epilogue = combined, g->user = &user_c;
  Emit e;
  Bytes object = {0};
  if (!EXPECT(emit_open(&e, "test", &machine))) return;
  gemm_emit(&e, g, "contract");
  bool ok = object_verify(e.module) && object_emit(e.module, &machine, &object);
  emit_close(&e);
  Code *code = ok ? code_load(object.data, object.n) : NULL;
  bytes_free(&object);
  if (!EXPECT_OK() || !EXPECT(code)) return;
  Contract *f = (Contract *)code_symbol(code, "contract");
  Guarded a = guarded((size_t)na * size), b = guarded((size_t)nb * size),
          out = guarded((size_t)nc * size);
  fill(a.data, g->dtype, na), fill(b.data, g->dtype, nb);
  void *old = malloc((size_t)nc * size + 1);
  fill(old, g->dtype, nc);
  void *want = expect(c, a.data, b.data, old, (size_t)nc * size);
  for (int threads = 1; threads <= 3; threads++) {
    int64_t scratch = gemm_scratch_bytes(&machine, g);
    void *room = aligned_alloc(64, (size_t)(scratch * threads));
    memset(room, 0xff, (size_t)(scratch * threads));
    memcpy(out.data, old, (size_t)nc * size);
    for (int t = 0; t < threads; t++) f(NULL, a.data, b.data, out.data, room, t, threads);
    if (memcmp(out.data, want, (size_t)nc * size)) describe(c, threads);
    free(room);
  }
  release(a), release(b), release(out);
  free(old), free(want);
  code_free(code);
}

static void run_shapes(Order order, const int (*shapes)[3], int n) {
  for (int i = 0; i < n; i++)
    for (int w = 0; w < WIDTH_COUNT; w++)
      for (int d = 0; d < 2; d++)
        for (int layouts = 0; layouts < 4; layouts++) {
          Case c = {.g = {.dtype = d ? DT_F64 : DT_F32,
                          .order = order,
                          .m = shapes[i][0],
                          .n = shapes[i][1],
                          .k = shapes[i][2],
                          .batch = 1},
                    .width = (Width)w,
                    .layout_a = layouts & 1,
                    .layout_b = layouts >> 1};
          run_case(&c);
        }
}

static void chain_of_chosen_shapes(void) {
  static const int shapes[][3] = {{1, 1, 1},    {0, 3, 4},    {3, 0, 4},    {3, 4, 0},
                                  {6, 64, 2},   {13, 65, 17}, {7, 16, 513}, {1, 200, 30},
                                  {200, 1, 30}, {80, 10, 33}, {31, 48, 12}};
  run_shapes(ORDER_CHAIN, shapes, sizeof shapes / sizeof *shapes);
}

static void rows_of_chosen_shapes(void) {
  static const int shapes[][3] = {{1, 1, 1},   {3, 4, 0},    {2, 3, 64},  {17, 10, 130},
                                  {1, 70, 65}, {70, 1, 100}, {5, 3, 4097}};
  run_shapes(ORDER_ROWS, shapes, sizeof shapes / sizeof *shapes);
}

static void large_k(void) {
  static const int chains[][3] = {{13, 33, 1537}, {7, 70, 1024}, {29, 21, 4700}},
                   dots[][3] = {{4, 3, 9000}}, vectors[][3] = {{1, 1, 300001}};
  run_shapes(ORDER_CHAIN, chains, 3);
  run_shapes(ORDER_ROWS, dots, 1);
  run_shapes(ORDER_ROWS, vectors, 1);
}

// A transposed A with far rows is packed before the loops.
static void packed_a(void) {
  for (int w = 0; w < WIDTH_COUNT; w++)
    for (int d = 0; d < 2; d++) {
      Case c = {.g = {.dtype = d ? DT_F64 : DT_F32,
                      .order = ORDER_CHAIN,
                      .m = 1030,
                      .n = 260,
                      .k = 19,
                      .batch = 1 + d},
                .width = (Width)w,
                .layout_a = LAYOUT_COLUMNS};
      run_case(&c);
    }
}

static void random_cases(void) {
  for (int i = 0; i < 160; i++) {
    bool wide = test_int(0, 3) == 0;
    Case c = {.g = {.dtype = test_int(0, 2) ? DT_F32 : DT_F64,
                    .order = test_int(0, 3) ? ORDER_CHAIN : ORDER_ROWS,
                    .m = test_int(1, wide ? 150 : 40),
                    .n = test_int(1, wide ? 300 : 70),
                    .k = test_int(1, wide ? 90 : 140),
                    .batch = test_int(0, 3) ? 1 : test_int(0, 5)},
              .width = (Width)test_int(0, WIDTH_COUNT - 1),
              .prologue_a = test_int(0, 4) == 0,
              .prologue_b = test_int(0, 4) == 0,
              .epilogue = test_int(0, 2) == 0,
              .layout_a = (Layout)test_int(0, LAYOUT_COUNT - 1),
              .layout_b = (Layout)test_int(0, LAYOUT_COUNT - 1),
              .layout_c = (Layout)test_int(0, LAYOUT_COUNT - 1)};
    run_case(&c);
  }
}

// Images of `size` x `size` x `in`, windows of `taps` x `taps`: `forward` sums over taps, else over
// the images, as the gradient of the kernel does.
static GemmWindows image_windows(int n, int size, int in, int taps, int stride, bool forward) {
  const int out = (size - taps) / stride + 1;
  const GemmLevel places[] = {{n, size * size * in}, {out, stride * size * in}, {out, stride * in}};
  const GemmLevel seen[] = {{taps, size * in}, {taps, in}, {in, 1}};
  GemmWindows w = {.nrows = 3, .nks = 3};
  memcpy(w.row, forward ? places : seen, sizeof places);
  memcpy(w.k, forward ? seen : places, sizeof seen);
  return w;
}

static void windows(void) {
  static const int shapes[][6] = {// images, size, in, taps, stride, columns
                                  {2, 17, 3, 5, 2, 32}, {3, 9, 33, 3, 1, 33}, {5, 4, 10, 3, 1, 10},
                                  {1, 40, 1, 3, 1, 70}, {4, 3, 2, 3, 1, 9},   {1, 30, 24, 5, 1, 16},
                                  {6, 33, 1, 3, 1, 12}};
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
    for (int w = 0; w < WIDTH_COUNT; w++)
      for (int kind = 0; kind < 4; kind++) {
        const int *s = shapes[i];
        Case c = {
            .g = {.dtype = i % 2 ? DT_F64 : DT_F32, .order = ORDER_CHAIN, .n = s[5], .batch = 1},
            .windows = image_windows(s[0], s[1], s[2], s[3], s[4], kind % 2),
            .width = (Width)w,
            .epilogue = kind >= 2,
            .layout_c = kind == 3 ? LAYOUT_PADDED : LAYOUT_ROWS};
        run_case(&c);
      }
}

static void random_windows(void) {
  for (int i = 0; i < 100; i++) {
    Case c = {.g = {.dtype = test_int(0, 2) ? DT_F32 : DT_F64,
                    .order = ORDER_CHAIN,
                    .n = test_int(1, 70),
                    .batch = test_int(1, 2)},
              .width = (Width)test_int(0, WIDTH_COUNT - 1),
              .epilogue = test_int(0, 2) == 0,
              .prologue_b = test_int(0, 3) == 0,
              .layout_b = (Layout)test_int(0, LAYOUT_COUNT - 1),
              .layout_c = (Layout)test_int(0, LAYOUT_COUNT - 1)};
    c.windows.nrows = test_int(1, 4), c.windows.nks = test_int(1, 4);
    for (int l = 0; l < 4; l++) {
      c.windows.row[l] = (GemmLevel){test_int(1, 7), test_int(0, 30)};
      c.windows.k[l] = (GemmLevel){test_int(1, 6), test_int(0, 30)};
    }
    run_case(&c);
  }
}

int main(void) {
  if (!llvm_open()) {
    fprintf(stderr, "%s\n", diag_message());
    return 1;
  }
  RUN(chain_of_chosen_shapes);
  RUN(rows_of_chosen_shapes);
  RUN(large_k);
  RUN(packed_a);
  RUN(random_cases);
  RUN(windows);
  RUN(random_windows);
  return tests_done();
}
