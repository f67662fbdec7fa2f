// Measures the limits of peak.h.
#include "benchmarks/peak.h"

#include <stdlib.h>
#include <time.h>

#include "backends/cpu/machine.h"
#include "backends/pool.h"

double bench_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// A loop of `chains` independent FMAs on registers of zeros. The compiler may not know these
// registers: it keeps nothing in zmm16-31 unless it is allowed AVX-512.
#define ZMM(n) "vfmadd231ps %%zmm30, %%zmm31, %%zmm" #n "\n\t"
#define YMM(n) "vfmadd231ps %%ymm14, %%ymm15, %%ymm" #n "\n\t"
#define CHAINS_8(R) R(0) R(1) R(2) R(3) R(4) R(5) R(6) R(7)
#define CHAINS_12(R) CHAINS_8(R) R(8) R(9) R(10) R(11)
#define CHAINS_14(R) CHAINS_12(R) R(12) R(13)
#define CHAINS_16(R) CHAINS_14(R) R(14) R(15)
#define CHAINS_24(R) CHAINS_16(R) R(16) R(17) R(18) R(19) R(20) R(21) R(22) R(23)
#define CLEAR_16(r)                                                             \
  "vzeroall\n\t"                                                                \
  "vpxord %%" r "16, %%" r "16, %%" r "16\n\tvpxord %%" r "17, %%" r "17, %%" r \
  "17\n\t"                                                                      \
  "vpxord %%" r "18, %%" r "18, %%" r "18\n\tvpxord %%" r "19, %%" r "19, %%" r \
  "19\n\t"                                                                      \
  "vpxord %%" r "20, %%" r "20, %%" r "20\n\tvpxord %%" r "21, %%" r "21, %%" r \
  "21\n\t"                                                                      \
  "vpxord %%" r "22, %%" r "22, %%" r "22\n\tvpxord %%" r "23, %%" r "23, %%" r \
  "23\n\t"                                                                      \
  "vpxord %%" r "30, %%" r "30, %%" r "30\n\tvpxord %%" r "31, %%" r "31, %%" r "31\n\t"
#define LOOP(name, clear, body)                                                                 \
  static void name(int64_t n) {                                                                 \
    __asm__ volatile(clear ".p2align 5\n1:\n\t" body body "dec %0\n\tjne 1b\n\tvzeroupper\n"    \
                     : "+r"(n)::"cc", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", \
                       "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",      \
                       "xmm14", "xmm15");                                                       \
  }
LOOP(zmm_8, CLEAR_16("zmm"), CHAINS_8(ZMM))
LOOP(zmm_12, CLEAR_16("zmm"), CHAINS_12(ZMM))
LOOP(zmm_16, CLEAR_16("zmm"), CHAINS_16(ZMM))
LOOP(zmm_24, CLEAR_16("zmm"), CHAINS_24(ZMM))
LOOP(ymm_8, "vzeroall\n\t", CHAINS_8(YMM))
LOOP(ymm_12, "vzeroall\n\t", CHAINS_12(YMM))
LOOP(ymm_14, "vzeroall\n\t", CHAINS_14(YMM))

typedef struct FmaLoop {
  void (*run)(int64_t n);
  Width width;
  int chains, lanes;
} FmaLoop;

static const FmaLoop loops[] = {
    {zmm_8, WIDTH_AVX512, 8, 16},   {zmm_12, WIDTH_AVX512, 12, 16}, {zmm_16, WIDTH_AVX512, 16, 16},
    {zmm_24, WIDTH_AVX512, 24, 16}, {ymm_8, WIDTH_AVX2, 8, 8},      {ymm_12, WIDTH_AVX2, 12, 8},
    {ymm_14, WIDTH_AVX2, 14, 8},
};
enum { LOOPS = sizeof loops / sizeof *loops };

typedef struct Run {
  const FmaLoop *loop;
  int64_t n;
} Run;

static void run_part(void *context, int64_t thread, int64_t nthreads) {
  const Run *r = context;
  (void)thread, (void)nthreads;
  r->loop->run(r->n);
}

static double loop_gflops(const FmaLoop *l, int threads, double seconds) {
  Run r = {l, 1000};
  double best = 0, end = bench_seconds() + seconds;
  do {
    double start = bench_seconds();
    pool_run(run_part, &r, threads);
    double took = bench_seconds() - start;
    double gflops = 4e-9 * (double)r.n * l->chains * l->lanes * threads / took;
    if (took < 1e-4) {
      r.n *= 2;
      continue;
    }
    if (gflops > best) best = gflops;
  } while (bench_seconds() < end || best == 0);
  return best;
}

double peak_fma(int threads, double ms) {
  double best = 0;
  for (int i = 0; i < LOOPS; i++) {
    if (loops[i].width > machine_host()->widest) continue;
    double g = loop_gflops(&loops[i], threads, ms * 1e-3 / LOOPS);
    if (g > best) best = g;
  }
  return best;
}

static int by_value(const void *x, const void *y) {
  double a = *(const double *)x, b = *(const double *)y;
  return (a > b) - (a < b);
}

double bench_median(double *values, int n) {
  qsort(values, (size_t)n, sizeof *values, by_value);
  return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

double bench_time(void (*f)(void *), void *context, int rounds, double ms) {
  enum { MAX_ROUNDS = 64 };
  double took[MAX_ROUNDS], start = bench_seconds();
  if (rounds > MAX_ROUNDS) rounds = MAX_ROUNDS;
  f(context);
  f(context);
  double once = (bench_seconds() - start) / 2;
  int64_t calls = once > 0 ? (int64_t)(ms * 1e-3 / rounds / once) : 1000;
  if (calls < 1) calls = 1;
  for (int r = 0; r < rounds; r++) {
    start = bench_seconds();
    for (int64_t i = 0; i < calls; i++) f(context);
    took[r] = (bench_seconds() - start) / (double)calls;
  }
  return bench_median(took, rounds);
}
