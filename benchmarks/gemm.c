// Contractions against the FMA peak of the same run and against OpenBLAS, where it is installed.
//   bench_gemm [--width plain|avx2|avx512] [--only NAME] [--ms MILLISECONDS]
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/cpu/gemm.h"
#include "backends/cpu/object.h"
#include "backends/pool.h"
#include "benchmarks/peak.h"
#include "ir/diag.h"

typedef struct Shape {
  const char *name;
  int m, n, k;
  bool ta, tb;  // A is stored [k, m], B is stored [n, k]
  Order order;
} Shape;

static const Shape shapes[] = {
    {"64", 64, 64, 64, 0, 0, ORDER_CHAIN},
    {"96", 96, 96, 96, 0, 0, ORDER_CHAIN},
    {"128", 128, 128, 128, 0, 0, ORDER_CHAIN},
    {"192", 192, 192, 192, 0, 0, ORDER_CHAIN},
    {"256", 256, 256, 256, 0, 0, ORDER_CHAIN},
    {"512", 512, 512, 512, 0, 0, ORDER_CHAIN},
    {"1024", 1024, 1024, 1024, 0, 0, ORDER_CHAIN},
    {"2048", 2048, 2048, 2048, 0, 0, ORDER_CHAIN},
    {"128 NT", 128, 128, 128, 0, 1, ORDER_CHAIN},
    {"128 TN", 128, 128, 128, 1, 0, ORDER_CHAIN},
    {"256 NT", 256, 256, 256, 0, 1, ORDER_CHAIN},
    {"256 TN", 256, 256, 256, 1, 0, ORDER_CHAIN},
    {"512 NT", 512, 512, 512, 0, 1, ORDER_CHAIN},
    {"512 TN", 512, 512, 512, 1, 0, ORDER_CHAIN},
    {"1024 NT", 1024, 1024, 1024, 0, 1, ORDER_CHAIN},
    {"1024 TN", 1024, 1024, 1024, 1, 0, ORDER_CHAIN},
    {"fwd1 NN", 128, 512, 784, 0, 0, ORDER_CHAIN},
    {"fwd1 NT", 128, 512, 784, 0, 1, ORDER_CHAIN},
    {"fwd1 h^T", 512, 128, 784, 0, 1, ORDER_CHAIN},
    {"fwd2 NN", 128, 512, 512, 0, 0, ORDER_CHAIN},
    {"fwd2 NT", 128, 512, 512, 0, 1, ORDER_CHAIN},
    {"dx NT", 128, 512, 512, 0, 1, ORDER_CHAIN},
    {"dW1 TN", 784, 512, 128, 1, 0, ORDER_CHAIN},
    {"dW1' TN", 512, 784, 128, 1, 0, ORDER_CHAIN},
    {"dW2 TN", 512, 512, 128, 1, 0, ORDER_CHAIN},
    {"N=10 NT dot", 128, 10, 512, 0, 1, ORDER_ROWS},
    {"N=10 NN", 128, 10, 512, 0, 0, ORDER_CHAIN},
    {"N=10 TN", 512, 10, 128, 1, 0, ORDER_CHAIN},
    {"M=10 TN", 10, 512, 128, 1, 0, ORDER_CHAIN},
    {"K=10 NN", 128, 512, 10, 0, 0, ORDER_CHAIN},
    {"A x", 1024, 1, 1024, 0, 0, ORDER_ROWS},
};
enum { SHAPES = sizeof shapes / sizeof *shapes, ROUNDS = 7 };

typedef void Contract(void *context, const void *a, const void *b, void *c, void *scratch,
                      int64_t thread, int64_t n);
typedef void Sgemm(int order, int ta, int tb, int m, int n, int k, float alpha, const float *a,
                   int lda, const float *b, int ldb, float beta, float *c, int ldc);

typedef struct Work {
  const Shape *s;
  float *a, *b, *c;
  void *scratch;
  Contract *f;
  Sgemm *sgemm;
  int threads;
} Work;

static void part(void *context, int64_t thread, int64_t nthreads) {
  Work *w = context;
  w->f(NULL, w->a, w->b, w->c, w->scratch, thread, nthreads);
}

static void ours(void *context) { pool_run(part, context, ((Work *)context)->threads); }

static void theirs(void *context) {
  Work *w = context;
  const Shape *s = w->s;
  enum { ROW_MAJOR = 101, PLAIN = 111, TRANSPOSED = 112 };
  w->sgemm(ROW_MAJOR, s->ta ? TRANSPOSED : PLAIN, s->tb ? TRANSPOSED : PLAIN, s->m, s->n, s->k, 1,
           w->a, s->ta ? s->m : s->k, w->b, s->tb ? s->k : s->n, 0, w->c, s->n);
}

static Gemm describe(const Shape *s) {
  Gemm g = {.dtype = DT_F32,
            .order = s->order,
            .m = s->m,
            .n = s->n,
            .k = s->k,
            .batch = 1,
            .c_row = s->n,
            .c_column = 1};
  g.a = (GemmOperand){.outer = s->ta ? 1 : s->k, .k = s->ta ? s->m : 1};
  g.b = (GemmOperand){.outer = s->tb ? s->k : 1, .k = s->tb ? 1 : s->n};
  return g;
}

static Code *compile(const Machine *m, const Gemm *g, double *ms) {
  double start = bench_seconds();
  Emit e;
  Bytes object = {0};
  if (!emit_open(&e, "bench", m)) return NULL;
  gemm_emit(&e, g, "contract");
  bool ok = object_emit(e.module, m, &object);
  emit_close(&e);
  Code *code = ok ? code_load(object.data, object.n) : NULL;
  bytes_free(&object);
  *ms = (bench_seconds() - start) * 1e3;
  return code;
}

static float *matrix(int64_t n) {
  float *p = aligned_alloc(64, (size_t)(n * 4 + 63) / 64 * 64);
  for (int64_t i = 0; i < n; i++) p[i] = (float)(i % 7) - 3;
  return p;
}

// Percentages against the larger of the peaks just before and just after.
static void measure(Work *w, double total_ms) {
  double flops = 2.0 * w->s->m * w->s->n * w->s->k, percent[ROUNDS], gflops[ROUNDS], ratio[ROUNDS],
         limit[ROUNDS];
  double before = peak_fma(w->threads, 10);
  for (int r = 0; r < ROUNDS; r++) {
    double mine = flops / bench_time(ours, w, 3, total_ms / ROUNDS) * 1e-9;
    double other = w->sgemm ? flops / bench_time(theirs, w, 3, total_ms / ROUNDS) * 1e-9 : 0;
    double after = peak_fma(w->threads, 10);
    limit[r] = before > after ? before : after;
    gflops[r] = mine, percent[r] = 100 * mine / limit[r], ratio[r] = other > 0 ? mine / other : 0;
    before = after;
  }
  printf("  | %d: %6.1f %6.1f %6.1f%%", w->threads, bench_median(limit, ROUNDS),
         bench_median(gflops, ROUNDS), bench_median(percent, ROUNDS));
  if (w->sgemm) printf(" %5.2fx", bench_median(ratio, ROUNDS));
}

static void run_shape(const Machine *m, const Shape *s, Sgemm *sgemm, void (*set_threads)(int),
                      double ms) {
  Gemm g = describe(s);
  char text[120];
  double compile_ms;
  Code *code = compile(m, &g, &compile_ms);
  if (!code) {
    printf("%s: %s\n", s->name, diag_message());
    diag_clear();
    return;
  }
  int threads = pool_threads();
  Work w = {.s = s,
            .a = matrix((int64_t)s->m * s->k),
            .b = matrix((int64_t)s->k * s->n),
            .c = matrix((int64_t)s->m * s->n),
            .f = (Contract *)code_symbol(code, "contract"),
            .sgemm = sgemm};
  w.scratch = aligned_alloc(4096, (size_t)(gemm_scratch_bytes(m, &g) * threads));
  printf("%-12s %4d %4d %4d", s->name, s->m, s->n, s->k);
  for (int t = 1; t <= threads && t <= 2; t++) {
    w.threads = t;
    if (sgemm) set_threads(t);
    measure(&w, ms);
  }
  printf("  %4.1f ms  %s\n", compile_ms, gemm_describe(m, &g, text));
  fflush(stdout);
  free(w.a), free(w.b), free(w.c), free(w.scratch);
  code_free(code);
}

int main(int argc, char **argv) {
  Machine m = *machine_host();
  const char *only = NULL;
  double ms = 60;
  for (int i = 1; i + 1 < argc; i += 2) {
    Width w;
    if (!strcmp(argv[i], "--only")) only = argv[i + 1];
    if (!strcmp(argv[i], "--ms")) ms = atof(argv[i + 1]);
    if (!strcmp(argv[i], "--width") &&
        (!width_parse(argv[i + 1], &w) || !machine_with_width(w, &m)))
      return 2;
  }
  if (!llvm_open()) {
    fprintf(stderr, "%s\n", diag_message());
    return 1;
  }
  // OpenBLAS before 0.3.22 takes Sapphire Rapids for something four times slower.
  if (m.widest == WIDTH_AVX512) setenv("OPENBLAS_CORETYPE", "SkylakeX", 0);
  void *blas = dlopen("libopenblas.so.0", RTLD_NOW);
  Sgemm *sgemm = blas ? (Sgemm *)dlsym(blas, "cblas_sgemm") : NULL;
  void (*set_threads)(int) = blas ? (void (*)(int))dlsym(blas, "openblas_set_num_threads") : NULL;
  printf("%s, %s; per threads: FMA peak, ours in GFLOP/s, %% of peak%s; compile time\n", m.model,
         width_name(m.width), sgemm ? ", against OpenBLAS" : " (no OpenBLAS here)");
  for (int i = 0; i < SHAPES; i++)
    if (!only || strstr(shapes[i].name, only))
      run_shape(&m, &shapes[i], set_threads ? sgemm : NULL, set_threads, ms);
  return 0;
}
