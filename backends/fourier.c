// Fourier transforms: Stockham passes of radix 2 to 31 over lines that stand beside each other, a
// long line alone as a matrix of such lines, and convolutions with a chirp for other lengths.
#include "backends/fourier.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backends/fourier_plan.h"

// Lines of up to so many elements go side by side through the cache, TILE_LINES of them at least;
// those that stand apart in memory up to STRIDED_MOST. A line alone is a matrix from MATRIX_LEAST
// on.
enum { TILE_MOST = 1000, TILE_LINES = 4, STRIDED_MOST = 4096, MATRIX_LEAST = 64 };
enum {
  FOURIER_GAP = 16
};  // behind each row of a matrix: rows of 2^k bytes would meet in the cache

static int64_t lanes_of(const Fourier *f) { return LANE_BYTES / (int64_t)dtype_size(f->dtype); }

static bool fourier_by_tile(const FourierRun *r) {
  const Fourier *f = r->plan;
  if (f->padded) return false;
  if (r->inner > 1) return f->n <= STRIDED_MOST;
  return !f->first || (f->n <= TILE_MOST && r->outer >= TILE_LINES);
}

// How many lines go together, and how many such groups there are.
static int64_t fourier_group(const FourierRun *r) {
  const bool wide = r->inner > 1 || fourier_by_tile(r);
  return (wide ? lanes_of(r->plan) : 1) * (r->op == OP_dft ? 1 : 2);
}

static int64_t fourier_units(const FourierRun *r) {
  const int64_t group = fourier_group(r), lines = r->inner > 1 ? r->inner : r->outer;
  return (lines + group - 1) / group * (r->inner > 1 ? r->outer : 1);
}

#define REAL float
#define SQUARE_IS_FOUR 1
#define BYTES 16
#define TARGET
#define NAME(x) f32_##x
#include "backends/fourier_lines.h"
#define REAL double
#define SQUARE_IS_FOUR 0
#define BYTES 16
#define TARGET
#define NAME(x) f64_##x
#include "backends/fourier_lines.h"

#ifdef __x86_64__
#define REAL float
#define SQUARE_IS_FOUR 1
#define BYTES 32
#define TARGET __attribute__((target("avx2")))
#define NAME(x) f32_avx2_##x
#include "backends/fourier_lines.h"
#define REAL double
#define SQUARE_IS_FOUR 0
#define BYTES 32
#define TARGET __attribute__((target("avx2")))
#define NAME(x) f64_avx2_##x
#include "backends/fourier_lines.h"
#define REAL float
#define SQUARE_IS_FOUR 1
#define BYTES 64
#define TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw")))
#define NAME(x) f32_avx512_##x
#include "backends/fourier_lines.h"
#define REAL double
#define SQUARE_IS_FOUR 0
#define BYTES 64
#define TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw")))
#define NAME(x) f64_avx512_##x
#include "backends/fourier_lines.h"
#endif

bool fourier_has(FourierVariant v) {
#ifdef __x86_64__
  if (v == FOURIER_AVX512)
    return __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw");
  if (v == FOURIER_AVX2) return __builtin_cpu_supports("avx2");
#endif
  return v == FOURIER_PLAIN;
}

static FourierVariant best(void) {
  FourierVariant v = FOURIER_VARIANTS - 1;
  while (!fourier_has(v)) v--;
  return v;
}

static FourierCode code_for(Dtype d, FourierVariant v) {
#define CODE(name)                                                   \
  (d == DT_F32 ? (FourierCode){f32##name##part, f32##name##line_run} \
               : (FourierCode){f64##name##part, f64##name##line_run})
#ifdef __x86_64__
  if (v == FOURIER_AVX512) return CODE(_avx512_);
  if (v == FOURIER_AVX2) return CODE(_avx2_);
#endif
  CHECK(v == FOURIER_PLAIN);
  return CODE(_);
#undef CODE
}

void fourier_part_by(FourierVariant v, const FourierRun *r, void *scratch, int64_t part,
                     int64_t nparts) {
  code_for(r->plan->dtype, v).part(r, scratch, part, nparts);
}

void fourier_part(const FourierRun *r, void *scratch, int64_t part, int64_t nparts) {
  fourier_part_by(best(), r, scratch, part, nparts);
}

// ---- scratch, in elements

static int64_t tile_scratch(const Fourier *f) { return 4 * f->n * lanes_of(f); }

static int64_t line_scratch(const Fourier *f) {
  if (f->padded) return 2 * f->padded->n + line_scratch(f->padded);
  if (!f->first) return tile_scratch(f);
  const int64_t a = tile_scratch(f->first), b = tile_scratch(f->second);
  return 2 * f->first->n * (f->second->n + FOURIER_GAP) + (a > b ? a : b);
}

int64_t fourier_scratch(const FourierRun *r) {
  const Fourier *f = r->plan;
  const int64_t tile = tile_scratch(f);
  int64_t n;
  if (r->op == OP_dft && fourier_by_tile(r)) n = tile;
  else if (fourier_by_tile(r)) n = tile + 4 * (f->n / 2 + 1) * lanes_of(f);
  else if (r->op == OP_dft) n = line_scratch(f) + (r->inner > 1 ? tile / 2 : 0);
  else n = line_scratch(f) + 4 * f->n + 2;
  return n * (int64_t)dtype_size(f->dtype);
}

// ---- tables

// cos and sin of 2 pi k / n, 0 <= k < n, by the octant.
static void turn_of(int64_t k, int64_t n, double *c, double *s) {
  const bool below = 2 * k > n;
  if (below) k = n - k;
  const bool left = 4 * k > n;
  const int64_t twice = left ? n - 2 * k : 2 * k;  // of the angle, in parts of 2 n; at most n / 2
  const bool steep = 4 * twice > n;
  // Of at most pi / 4: the angle itself, or what it lacks to pi / 2.
  const double angle = M_PI * (steep ? (double)(n - 2 * twice) / 2 : (double)twice) / (double)n;
  const double x = steep ? sin(angle) : cos(angle), y = steep ? cos(angle) : sin(angle);
  *c = left ? -x : x, *s = below ? -y : y;
}

static void put(Dtype d, void *to, int64_t i, double v) {
  if (d == DT_F32) ((float *)to)[i] = (float)v;
  else ((double *)to)[i] = v;
}

static void *table(Arena *a, Dtype d, int64_t n) {
  return arena_alloc(a, dtype_size(d) * (size_t)n);
}

static void put_pair(Dtype d, void *to, int64_t i, int64_t k, int64_t n) {
  double c, s;
  turn_of(k, n, &c, &s);
  put(d, to, 2 * i, c);
  put(d, to, 2 * i + 1, s);
}

static FourierPass pass_of(Arena *a, Dtype d, int radix, int64_t rest, int64_t done) {
  void *turns = table(a, d, 2 * rest * (radix - 1)), *roots = table(a, d, 2 * radix);
  for (int64_t i = 0; i < rest; i++)
    for (int64_t k = 1; k < radix; k++)
      put_pair(d, turns, i * (radix - 1) + k - 1, i * k, radix * rest);
  for (int64_t k = 0; k < radix; k++) put_pair(d, roots, k, k, radix);
  return (FourierPass){radix, rest, done, turns, roots};
}

// The factors of n, large ones first, none above MAX_RADIX; 0: there is a larger prime.
static int factors_of(int64_t n, int *radix) {
  static const int tried[] = {31, 29, 23, 19, 17, 13, 11, 7, 5, 3, 8, 4, 2};
  int count = 0;
  for (size_t i = 0; i < sizeof tried / sizeof *tried; i++)
    for (; n % tried[i] == 0; n /= tried[i]) radix[count++] = tried[i];
  return n == 1 ? count : -1;
}

// cos and sin of 2 pi j k / (high wide), from those of multiples of high and of what is left: two
// roundings more.
static void *between_table(Arena *a, Dtype d, int64_t high, int64_t wide) {
  const int64_t n = high * wide;
  void *to = table(a, d, 2 * n);
  double *coarse = xmalloc(sizeof *coarse * (size_t)(2 * (wide + high))), *fine = coarse + 2 * wide;
  for (int64_t i = 0; i < wide; i++) put_pair(DT_F64, coarse, i, i, wide);
  for (int64_t i = 0; i < high; i++) put_pair(DT_F64, fine, i, i, n);
  for (int64_t k = 0; k < high; k++) {
    for (int64_t j = 0; j < wide; j++) {
      const double *x = coarse + 2 * (j * k / high), *y = fine + 2 * (j * k % high);
      put(d, to, k * wide + j, x[0] * y[0] - x[1] * y[1]);
      put(d, to, n + k * wide + j, x[0] * y[1] + x[1] * y[0]);
    }
  }
  free(coarse);
  return to;
}

static Fourier *plan_passes(Arena *a, Dtype d, int count, const int *radix) {
  Fourier *f = ARENA_NEW(a, Fourier);
  *f = (Fourier){.dtype = d, .n = 1, .npasses = count};
  for (int i = 0; i < count; i++) f->n *= radix[i];
  int64_t done = 1;
  for (int i = 0; i < count; i++) {
    f->pass[i] = pass_of(a, d, radix[i], f->n / done / radix[i], done);
    done *= radix[i];
  }
  return f;
}

// The factors in two parts that are as equal as may be: each goes to the smaller one.
static void plan_matrix(Arena *a, Fourier *f, int count, const int *radix) {
  int part[2][MAX_PASSES] = {{0}}, n[2] = {0};
  int64_t size[2] = {1, 1};
  for (int i = 0; i < count; i++) {
    const int to = size[1] < size[0];
    part[to][n[to]++] = radix[i];
    size[to] *= radix[i];
  }
  f->first = plan_passes(a, f->dtype, n[0], part[0]);
  f->second = plan_passes(a, f->dtype, n[1], part[1]);
  f->between = between_table(a, f->dtype, size[0], size[1]);
}

// ---- the chirp

// The least number from n on without prime factors above 5, a multiple of 16.
static int64_t smooth_above(int64_t n) {
  int64_t best = 16;
  while (best < n) best *= 2;
  for (int64_t five = 16; five < best; five *= 5) {
    for (int64_t three = five; three < best; three *= 3) {
      int64_t all = three;
      while (all < n) all *= 2;
      if (all < best) best = all;
    }
  }
  return best;
}

// Parts of the transform, over m, of the conjugate chirp around 0, over m: in f64.
static double *chirp_kernel(const Fourier *exact, int64_t n, const double *chirp) {
  const int64_t m = exact->n;
  double *x = xmalloc(sizeof *x * (size_t)(2 * m + line_scratch(exact)));
  for (int64_t i = 0; i < 2 * m; i++) x[i] = 0;
  for (int64_t i = 0; i < n; i++) {
    const int64_t back = i ? m - i : 0;
    x[i] = x[back] = chirp[i] / (double)m;
    x[m + i] = x[m + back] = chirp[n + i] / (double)m;
  }
  void *both[] = {x, x + m};
  code_for(DT_F64, best()).line(exact, both, both, x + 2 * m);
  return x;
}

static void plan_chirp(Arena *a, Fourier *f) {
  const int64_t n = f->n, m = smooth_above(2 * n - 1);
  void *chirp = table(a, f->dtype, 2 * n), *kernel = table(a, f->dtype, 2 * m);
  double *exact_chirp = xmalloc(sizeof *exact_chirp * (size_t)(2 * n));
  for (int64_t i = 0; i < n; i++) {
    const uint64_t k = (uint64_t)((unsigned __int128)i * (uint64_t)i % (uint64_t)(2 * n));
    turn_of((int64_t)k, 2 * n, &exact_chirp[i], &exact_chirp[n + i]);
  }
  for (int64_t i = 0; i < 2 * n; i++) put(f->dtype, chirp, i, exact_chirp[i]);
  Arena *scratch = arena_new();
  f->padded = fourier_plan(a, f->dtype, m);
  double *exact = chirp_kernel(f->dtype == DT_F64 ? f->padded : fourier_plan(scratch, DT_F64, m), n,
                               exact_chirp);
  for (int64_t i = 0; i < 2 * m; i++) put(f->dtype, kernel, i, exact[i]);
  free(exact);
  free(exact_chirp);
  arena_free(scratch);
  f->chirp = chirp, f->kernel = kernel;
}

const Fourier *fourier_plan(Arena *a, Dtype d, int64_t n) {
  int radix[64];
  const int count = factors_of(n, radix);
  if (count < 0) {
    Fourier *f = ARENA_NEW(a, Fourier);
    *f = (Fourier){.dtype = d, .n = n};
    plan_chirp(a, f);
    return f;
  }
  const bool matrix = n >= MATRIX_LEAST && count > 1;
  Fourier *f = plan_passes(a, d, matrix && n > STRIDED_MOST ? 0 : count, radix);
  f->n = n;
  if (matrix) plan_matrix(a, f, count, radix);
  return f;
}

bool fourier_arrays(FourierRun r, Dtype d, int64_t n) {
  Arena *a = arena_new();
  r.plan = fourier_plan(a, d, n);
  void *scratch = malloc((size_t)fourier_scratch(&r));
  if (scratch) fourier_part(&r, scratch, 0, 1);
  free(scratch);
  arena_free(a);
  return scratch != NULL;
}
