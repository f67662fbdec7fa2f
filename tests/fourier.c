// Fourier transforms of lines by their definition: every length up to a hundred and some larger
// ones, all ways in which lines lie in memory, one thread and two.
#include "backends/fourier.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

// Relative to the size of the whole, in units of the last place: what is seen is at most 4.6.
static const double UNITS = 8;

typedef struct Lines {
  Dtype dtype;
  int64_t n, outer, inner;
} Lines;

static int64_t count_of(const Lines *l) { return l->n * l->outer * l->inner; }
static int64_t half_of(const Lines *l) { return l->outer * (l->n / 2 + 1); }

static double at(Dtype d, const void *x, int64_t i) {
  return d == DT_F32 ? (double)((const float *)x)[i] : ((const double *)x)[i];
}

static void put(Dtype d, void *x, int64_t i, double v) {
  if (d == DT_F32) ((float *)x)[i] = (float)v;
  else ((double *)x)[i] = v;
}

static void *numbers(Dtype d, int64_t n) {
  void *x = xmalloc(dtype_size(d) * (size_t)n);
  for (int64_t i = 0; i < n; i++) put(d, x, i, (double)(test_random() >> 11) * 0x1p-52 - 1);
  return x;
}

static void *copied(Dtype d, const void *x, int64_t n) {
  void *to = xmalloc(dtype_size(d) * (size_t)n);
  for (int64_t i = 0; i < n; i++) put(d, to, i, at(d, x, i));
  return to;
}

// cos and sin of 2 pi k / n.
static double *turns(int64_t n) {
  double *t = xmalloc(sizeof *t * (size_t)(2 * n));
  for (int64_t k = 0; k < n; k++) {
    t[2 * k] =
        (double)cosl(2 * 3.14159265358979323846264338327950288L * (long double)k / (long double)n);
    t[2 * k + 1] =
        (double)sinl(2 * 3.14159265358979323846264338327950288L * (long double)k / (long double)n);
  }
  return t;
}

// By every variant that this CPU has: each gives the bits of the plain one.
static void run_variants(FourierRun *r, const Lines *l, void *scratch, int threads) {
  static const char *const names[] = {"plain", "avx2", "avx512"};
  const int64_t half = half_of(l), all = count_of(l);
  const int64_t nin = r->op == OP_irdft ? half : all, nout = r->op == OP_rdft ? half : all;
  const size_t bytes = dtype_size(l->dtype) * (size_t)nout;
  void *given[2] = {NULL, NULL}, *plain[2] = {NULL, NULL};
  for (int i = 0; i < 2; i++)
    if (r->in[i]) given[i] = copied(l->dtype, r->in[i], nin);
  for (FourierVariant v = FOURIER_PLAIN; v < FOURIER_VARIANTS; v++) {
    if (!fourier_has(v)) continue;
    for (int i = 0; i < 2; i++)
      if (given[i]) memcpy((void *)r->in[i], given[i], dtype_size(l->dtype) * (size_t)nin);
    for (int i = 0; i < threads; i++) fourier_part_by(v, r, scratch, i, threads);
    for (int i = 0; i < 2 && r->out[i]; i++) {
      if (v == FOURIER_PLAIN) plain[i] = copied(l->dtype, r->out[i], nout);
      else if (memcmp(plain[i], r->out[i], bytes) != 0)
        FAULT("%s of %s[%d,%d,%d], %s: other bits than plain", op_info(r->op)->name,
              dtype_name(l->dtype), (int)l->outer, (int)l->n, (int)l->inner, names[v]);
    }
  }
  for (int i = 0; i < 2; i++) {
    free(given[i]);
    free(plain[i]);
  }
}

static void run(FourierRun *r, const Lines *l, int threads) {
  Arena *a = arena_new();
  r->plan = fourier_plan(a, l->dtype, l->n);
  void *scratch = xmalloc((size_t)fourier_scratch(r));
  run_variants(r, l, scratch, threads);
  free(scratch);
  arena_free(a);
}

typedef struct Sum {
  long double off, all;
} Sum;

static void add(Sum *s, long double want, double got) {
  s->off += (want - got) * (want - got), s->all += want * want;
}

static void expect_near(const Lines *l, const char *what, Sum s) {
  const double unit = l->dtype == DT_F32 ? 0x1p-24 : 0x1p-53;
  const double off = (double)(sqrtl(s.off / s.all)) / unit;
  if (!(off <= UNITS))
    FAULT("%s of %s[%d,%d,%d]: off by %g units", what, dtype_name(l->dtype), (int)l->outer,
          (int)l->n, (int)l->inner, off);
}

// Some elements of x's transform against y.
static Sum compared(const Lines *l, void *const *x, void *const *y, int sign) {
  Sum s = {0, 0};
  double *t = turns(l->n);
  const int64_t step = l->n < 130 ? 1 : l->n / 23, lines = l->outer * l->inner;
  for (int64_t i = 0; i < lines; i++) {
    const int64_t first = i / l->inner * l->n * l->inner + i % l->inner;
    for (int64_t k = i % step; k < l->n; k += step) {
      long double re = 0, im = 0;
      for (int64_t j = 0; j < l->n; j++) {
        const double c = t[2 * (j * k % l->n)], q = sign * t[2 * (j * k % l->n) + 1];
        const double a = at(l->dtype, x[0], first + j * l->inner);
        const double b = x[1] ? at(l->dtype, x[1], first + j * l->inner) : 0;
        re += a * c - b * q, im += a * q + b * c;
      }
      if (!x[1] && k > l->n / 2) continue;
      const int64_t to = x[1] ? first + k * l->inner : i * (l->n / 2 + 1) + k;
      add(&s, re, at(l->dtype, y[0], to));
      add(&s, im, at(l->dtype, y[1], to));
    }
  }
  free(t);
  return s;
}

static void complex_lines(Lines l, bool backwards, bool in_place, int threads) {
  const int64_t all = count_of(&l);
  void *x[] = {numbers(l.dtype, all), numbers(l.dtype, all)};
  void *in[] = {copied(l.dtype, x[0], all), copied(l.dtype, x[1], all)};
  void *out[] = {in_place ? in[0] : numbers(l.dtype, all),
                 in_place ? in[1] : numbers(l.dtype, all)};
  FourierRun r = {.op = OP_dft,
                  .backwards = backwards,
                  .outer = l.outer,
                  .inner = l.inner,
                  .in = {in[0], in[1]},
                  .out = {out[0], out[1]}};
  run(&r, &l, threads);
  expect_near(&l, backwards ? "dft back" : "dft", compared(&l, x, out, backwards ? 1 : -1));
  for (int i = 0; i < 2; i++) {
    free(x[i]);
    free(in[i]);
    if (!in_place) free(out[i]);
  }
}

// And back, where the imaginary parts of what is its own mirror image do not matter.
static void real_lines(Lines l, int threads) {
  const int64_t half = l.n / 2 + 1;
  void *x[] = {numbers(l.dtype, count_of(&l)), NULL};
  void *parts[] = {numbers(l.dtype, half_of(&l)), numbers(l.dtype, half_of(&l))};
  void *back = numbers(l.dtype, count_of(&l));
  FourierRun r = {
      .op = OP_rdft, .outer = l.outer, .inner = 1, .in = {x[0]}, .out = {parts[0], parts[1]}};
  run(&r, &l, threads);
  expect_near(&l, "rdft", compared(&l, x, parts, -1));
  for (int64_t i = 0; i < l.outer; i++) {
    put(l.dtype, parts[1], i * half, 3);
    if (l.n % 2 == 0) put(l.dtype, parts[1], (i + 1) * half - 1, -5);
  }
  r = (FourierRun){.op = OP_irdft,
                   .backwards = true,
                   .outer = l.outer,
                   .inner = 1,
                   .in = {parts[0], parts[1]},
                   .out = {back}};
  run(&r, &l, threads);
  Sum s = {0, 0};
  for (int64_t i = 0; i < count_of(&l); i++)
    add(&s, at(l.dtype, x[0], i), at(l.dtype, back, i) / (double)l.n);
  expect_near(&l, "irdft", s);
  free(x[0]);
  free(parts[0]);
  free(parts[1]);
  free(back);
}

static const Dtype dtypes[] = {DT_F32, DT_F64};

static void short_lines(void) {
  for (int d = 0; d < 2; d++) {
    for (int64_t n = 1; n <= 100; n++) {
      complex_lines((Lines){dtypes[d], n, 1, 1}, n % 2, false, 1);
      complex_lines((Lines){dtypes[d], n, 19, 1}, n % 2, true, 2);
      complex_lines((Lines){dtypes[d], n, 2, 17}, n % 3 == 0, n % 2, 2);
      real_lines((Lines){dtypes[d], n, 1, 1}, 1);
      real_lines((Lines){dtypes[d], n, 2 + n % 3, 1}, 2);
      real_lines((Lines){dtypes[d], n, 35, 1}, 2);
    }
  }
}

static void long_lines(void) {
  static const int64_t sizes[] = {128, 251, 289, 360, 961, 997, 1000, 1024, 1331, 2310};
  for (int d = 0; d < 2; d++) {
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
      complex_lines((Lines){dtypes[d], sizes[i], 1, 1}, i % 2, false, 1);
      complex_lines((Lines){dtypes[d], sizes[i], 5, 1}, i % 2, true, 2);
      complex_lines((Lines){dtypes[d], sizes[i], 1, 18}, i % 2, true, 1);
      real_lines((Lines){dtypes[d], sizes[i], 1, 1}, 1);
      real_lines((Lines){dtypes[d], sizes[i], 9, 1}, 2);
    }
    complex_lines((Lines){dtypes[d], 5000, 1, 3}, false, false, 2);
    complex_lines((Lines){dtypes[d], 10007, 1, 2}, true, true, 1);
    complex_lines((Lines){dtypes[d], 65536, 1, 1}, false, true, 1);
  }
}

int main(void) {
  RUN(short_lines);
  RUN(long_lines);
  return tests_done();
}
