// Accuracy of the expanded rows: against the EXACT column, in units in the last place, over the
// whole float range.
//   test_ulp --every 1 [row]    every f32 (or every n-th) for the rows of one operand: minutes each
#include "ir/eval.h"
#include "tests/check.h"

enum { LIMIT = 2, CHUNK = 4096, CHUNKS = 60 };

typedef struct Row {
  const char *name;
  Op op;
  int args;
  long double (*exact)(long double a, long double b);
} Row;

#define EXPAND(fn)
#define OP(name, ...)
#define EXACT(expr) return expr;
#define MAP1(name, cols)                                          \
  static long double exact_##name(long double a, long double b) { \
    (void)a, (void)b;                                             \
    cols return 0;                                                \
  }
#define MAP2(name, cols)                                          \
  static long double exact_##name(long double a, long double b) { \
    (void)a, (void)b;                                             \
    cols return 0;                                                \
  }
#define MAP3(name, cols)
#define PRED1(name, cols)
#define PRED2(name, cols)
#define PICK(name, cols)
#include "ir/ops.def"

static const bool has_exact[OP_COUNT] = {
#define EXACT(expr) true,
#define OP(name, ...)
#define MAP1(name, cols) [OP_##name] = FIRST_OF(cols false)
#define MAP2(name, cols) [OP_##name] = FIRST_OF(cols false)
#define MAP3(name, cols)
#define PRED1(name, cols)
#define PRED2(name, cols)
#define PICK(name, cols)
#define FIRST_OF(...) FIRST_ONE(__VA_ARGS__, 0)
#define FIRST_ONE(first, ...) first,
#include "ir/ops.def"
};

static const Row rows[] = {
#define OP(name, ...)
#define MAP1(name, cols) {#name, OP_##name, 1, exact_##name},
#define MAP2(name, cols) {#name, OP_##name, 2, exact_##name},
#define MAP3(name, cols)
#define PRED1(name, cols)
#define PRED2(name, cols)
#define PICK(name, cols)
#include "ir/ops.def"
};
enum { ROWS = sizeof rows / sizeof *rows };

// ---- distance

typedef struct Format {
  Dtype dtype;
  int digits, least_exponent;  // of the last place of a denormal
  long double largest;
} Format;
static const Format formats[] = {{DT_F32, 24, -149, 0x1.fffffep127L},
                                 {DT_F64, 53, -1074, 0x1.fffffffffffffp1023L}};

// |got - want| in units in the last place of `want` in the format; 1e9 where they cannot be
// compared.
static double ulps(const Format *f, long double got, long double want) {
  if (isnan(want) || isnan(got)) return isnan(want) && isnan(got) ? 0 : 1e9;
  if (got == want) return signbit(got) == signbit(want) || got != 0 ? 0 : 1e9;
  if (isinf(want)) return 1e9;
  int e;
  frexpl(want, &e);
  int last = e - f->digits < f->least_exponent ? f->least_exponent : e - f->digits;
  // An infinity stands where the next float after the largest would.
  if (isinf(got)) got = copysignl(ldexpl(1, e > 1000 ? 1024 : 128), got);
  if (fabsl(want) > f->largest && fabsl(got) > f->largest) return 0;
  return (double)fabsl(ldexpl(got - want, -last));
}

static long double load(Dtype d, const void *p, int64_t i) {
  return d == DT_F32 ? (long double)((const float *)p)[i] : (long double)((const double *)p)[i];
}

static void store(Dtype d, void *p, int64_t i, long double v) {
  if (d == DT_F32) ((float *)p)[i] = (float)v;
  else ((double *)p)[i] = (double)v;
}

// ---- points

static const double edges[] = {0.0,
                               0.5,
                               1,
                               1.5,
                               2,
                               3,
                               4,
                               0.70710678118654752,
                               0.75,
                               1.5707963267948966,
                               3.1415926535897931,
                               6.2831853071795862,
                               10,
                               88.7,
                               88.72284,
                               88.8,
                               103.9,
                               104.1,
                               87.3,
                               709.78,
                               709.79,
                               745.1,
                               745.2,
                               708.4,
                               0x1p23,
                               0x1p24,
                               0x1p52,
                               0x1p53,
                               16777217,
                               9.01,
                               0x1p-126,
                               0x1p-149,
                               0x1p-127,
                               0x1p-1022,
                               0x1p-1074,
                               0x1p127,
                               0x1.fffffep127,
                               1e300,
                               0x1.fffffffffffffp1023,
                               INFINITY,
                               NAN,
                               1e22,
                               131072,
                               1048576,
                               33,
                               101,
                               255,
                               0x1.5f476666p13,
                               6381956970095103.0 * 0x1p797,
                               0x1.6ac5b262ca1ffp849};
enum { EDGES = sizeof edges / sizeof *edges };

// A third each: any bits, any exponent near 1, plain range.
static long double random_point(Dtype d) {
  uint64_t r = test_random();
  switch (test_int(0, 4)) {
    case 0: {
      uint32_t u = (uint32_t)r;
      float f;
      double g;
      memcpy(&f, &u, sizeof f);
      memcpy(&g, &r, sizeof g);
      return d == DT_F32 ? (long double)f : (long double)g;
    }
    case 1: return ldexpl(test_uniform(-2, 2), (int)test_int(-30, 12));
    case 2: return test_uniform(-110, 110);
    case 3: return 1 + ldexpl(test_uniform(-1, 1), (int)test_int(-40, 0));
    default: return test_uniform(-12, 12);
  }
}

static long double point(Dtype d, int64_t i) {
  if (i >= 2 * EDGES) return random_point(d);
  return i & 1 ? -edges[i / 2] : edges[i / 2];
}

typedef struct Worst {
  double ulps;
  long double a, b, got, want;
} Worst;

static void compare(const Row *row, const Format *f, int64_t n, void *const x[2], Worst *worst) {
  static char out[CHUNK * 8];
  eval_map(row->op, NULL, f->dtype, f->dtype, n, out, (const void *[]){x[0], x[1]});
  for (int64_t i = 0; i < n; i++) {
    long double a = load(f->dtype, x[0], i), b = load(f->dtype, x[1], i);
    long double want = row->exact(a, b), got = load(f->dtype, out, i);
    double u = ulps(f, got, want);
    if (u > worst->ulps) *worst = (Worst){u, a, b, got, want};
  }
}

static void report(const Row *row, const Format *f, const Worst *w) {
  printf("%-10s %s %7.3f ulp at %.17Lg", row->name, dtype_name(f->dtype), w->ulps, w->a);
  if (row->args == 2) printf(", %.17Lg", w->b);
  printf("\n");
  if (!(w->ulps <= LIMIT))
    FAULT("%s of %s: %g ulp at %.17Lg, %.17Lg: %.17Lg, exactly %.17Lg", row->name,
          dtype_name(f->dtype), w->ulps, w->a, w->b, w->got, w->want);
}

static void sampled(const Row *row, const Format *f) {
  static double x[2][CHUNK];
  Worst worst = {0};
  int64_t pairs = 2 * EDGES;
  for (int64_t c = 0; row->args == 2 && c < pairs; c++) {
    for (int64_t i = 0; i < pairs; i++)
      store(f->dtype, x[0], i, point(f->dtype, i)), store(f->dtype, x[1], i, point(f->dtype, c));
    compare(row, f, pairs, (void *[]){x[0], x[1]}, &worst);
  }
  for (int64_t c = 0; c < CHUNKS; c++) {
    for (int64_t i = 0; i < CHUNK; i++) {
      store(f->dtype, x[0], i, point(f->dtype, c ? INT64_MAX : i));
      store(f->dtype, x[1], i, random_point(f->dtype));
    }
    compare(row, f, CHUNK, (void *[]){x[0], x[1]}, &worst);
  }
  report(row, f, &worst);
}

// Every step-th f32 in order of its bits.
static void exhaustive(const Row *row, uint64_t step) {
  static float x[CHUNK];
  Worst worst = {0};
  for (uint64_t bits = test_random() % step; bits < UINT64_C(1) << 32;) {
    int64_t n = 0;
    for (; n < CHUNK && bits < UINT64_C(1) << 32; bits += step, n++) {
      uint32_t u = (uint32_t)bits;
      memcpy(&x[n], &u, 4);
    }
    compare(row, &formats[0], n, (void *[]){x, x}, &worst);
  }
  report(row, &formats[0], &worst);
}

static uint64_t every;  // step of the exhaustive run, or 0
static const char *only;

static void expansions_are_within_two_ulps(void) {
  for (int r = 0; r < ROWS; r++) {
    if (!has_exact[rows[r].op] || (only && strcmp(only, rows[r].name))) continue;
    if (every) {
      if (rows[r].args == 1) exhaustive(&rows[r], every);
    } else {
      for (int f = 0; f < 2; f++) sampled(&rows[r], &formats[f]);
    }
  }
}

int main(int argc, char **argv) {
  if (argc > 2 && !strcmp(argv[1], "--every")) every = strtoull(argv[2], NULL, 10);
  if (every && argc > 3) only = argv[3];
  RUN(expansions_are_within_two_ulps);
  return tests_done();
}
