// Accuracy of the expanded rows: against the EXACT column, in units in the last place, over the
// whole float range.
//   test_ulp --every 1 [row]    every f32 (or every n-th) for the rows of one operand, on all CPUs:
//                               minutes each; prints how far it is
//   test_ulp --table 1 [row]    the same, and more samples for the others, as
//                               docs/accuracy.md has it
#include <sys/wait.h>
#include <unistd.h>

#include "ir/eval.h"
#include "tests/check.h"
#include "tests/special.h"

enum { CHUNK = 4096, CHUNKS = 60, MANY = 4, MOST_JOBS = 64 };

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

// ---- what is promised

typedef struct Bar {
  Op op;
  double limit;  // ulps
  double scale;  // of values smaller than this the error counts in the ulps of this
} Bar;
enum { LIMIT = 4 };  // of rows not named
static const Bar bars[] = {
    {OP_exp, 2, 0},         {OP_log, 2, 0},           {OP_log1p, 2, 0}, {OP_expm1, 2, 0},
    {OP_tanh, 2, 0},        {OP_logistic, 2, 0},      {OP_sin, 2, 0},   {OP_cos, 2, 0},
    {OP_pow, 2, 0},         {OP_exp2, 2, 0},          {OP_erf, 2, 0},   {OP_cbrt, 1, 0},
    {OP_lgamma, LIMIT, 1},  // it has zeros at 1, 2 and between the poles
    {OP_digamma, LIMIT, 8}, {OP_polygamma, LIMIT, 8},
};

static Bar bar_of(Op op) {
  for (size_t i = 0; i < sizeof bars / sizeof *bars; i++) {
    if (bars[i].op == op) return bars[i];
  }
  return (Bar){op, LIMIT, 0};
}

// Whose exact value takes long.
static int chunks_of(Op op) {
  return op == OP_zeta || op == OP_polygamma ? CHUNKS / 20 : op == OP_digamma ? CHUNKS / 4 : CHUNKS;
}

// ---- distance

typedef struct Format {
  Dtype dtype;
  int digits, least_exponent;  // of the last place of a denormal
  long double largest;
} Format;
static const Format formats[] = {{DT_F32, 24, -149, 0x1.fffffep127L},
                                 {DT_F64, 53, -1074, 0x1.fffffffffffffp1023L}};

// |got - want| in units in the last place of `want` (of `scale` if that is larger) in the format;
// 1e9 where they cannot be compared.
static double ulps(const Format *f, long double got, long double want, long double scale) {
  if (isnan(want) || isnan(got)) return isnan(want) && isnan(got) ? 0 : 1e9;
  if (got == want) return signbit(got) == signbit(want) || got != 0 ? 0 : 1e9;
  if (isinf(want)) return 1e9;
  int e;
  frexpl(fabsl(want) > scale ? want : scale, &e);
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

static long double scaled(double most, int64_t low, int64_t high) {
  const int exponent = (int)test_int(low, high);
  return ldexpl(test_uniform(-most, most), exponent);
}

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
    case 1: return scaled(2, -30, 12);
    case 2: return test_uniform(-110, 110);
    case 3: return 1 + scaled(1, -40, 0);
    default: return test_uniform(-12, 12);
  }
}

static long double point(Dtype d, int64_t i) {
  if (i >= 2 * EDGES) return random_point(d);
  return i & 1 ? -edges[i / 2] : edges[i / 2];
}

// What a row is compared at: zeta and polygamma of positive numbers, orders of polygamma whole.
static void in_domain(Op op, Dtype d, int64_t n, void *const x[2]) {
  for (int64_t i = 0; i < n && (op == OP_zeta || op == OP_polygamma); i++) {
    const long double a = fmodl(fabsl(load(d, x[0], i)), 60), b = load(d, x[1], i);
    store(d, x[0], i, op == OP_polygamma ? floorl(a) : a);
    store(d, x[1], i, fmodl(fabsl(b), 1e4L));
  }
}

// ---- comparison

typedef struct Worst {
  double ulps;
  long double a, b, got, want;
} Worst;

static void compare(const Row *row, const Format *f, int64_t n, void *const x[2], Worst *worst) {
  static char out[CHUNK * 8];
  const Bar bar = bar_of(row->op);
  eval_map(row->op, NULL, f->dtype, f->dtype, n, out, (const void *[]){x[0], x[1]});
  for (int64_t i = 0; i < n; i++) {
    long double a = load(f->dtype, x[0], i), b = load(f->dtype, x[1], i);
    long double want = row->exact(a, b), got = load(f->dtype, out, i);
    double u = ulps(f, got, want, bar.scale);
    if (u > worst->ulps) *worst = (Worst){u, a, b, got, want};
  }
}

static void check(const Row *row, const Format *f, const Worst *w) {
  if (!(w->ulps <= bar_of(row->op).limit))
    FAULT("%s of %s: %g ulp at %.17Lg, %.17Lg: %.17Lg, exactly %.17Lg", row->name,
          dtype_name(f->dtype), w->ulps, w->a, w->b, w->got, w->want);
}

static Worst sampled(const Row *row, const Format *f, int64_t chunks) {
  static double x[2][CHUNK];
  void *const at[] = {x[0], x[1]};
  Worst worst = {0};
  int64_t pairs = 2 * EDGES;
  for (int64_t c = 0; row->args == 2 && c < pairs; c++) {
    for (int64_t i = 0; i < pairs; i++)
      store(f->dtype, x[0], i, point(f->dtype, i)), store(f->dtype, x[1], i, point(f->dtype, c));
    in_domain(row->op, f->dtype, pairs, at);
    compare(row, f, pairs, at, &worst);
  }
  for (int64_t c = 0; c < chunks; c++) {
    for (int64_t i = 0; i < CHUNK; i++) {
      store(f->dtype, x[0], i, point(f->dtype, c ? INT64_MAX : i));
      store(f->dtype, x[1], i, random_point(f->dtype));
    }
    in_domain(row->op, f->dtype, CHUNK, at);
    compare(row, f, CHUNK, at, &worst);
  }
  check(row, f, &worst);
  return worst;
}

// ---- every step-th f32 in order of its bits, from `first` on

static Worst walk(const Row *row, uint64_t first, uint64_t step, bool tells) {
  static float x[CHUNK];
  Worst worst = {0};
  int told = 0;
  for (uint64_t bits = first; bits < UINT64_C(1) << 32;) {
    int64_t n = 0;
    for (; n < CHUNK && bits < UINT64_C(1) << 32; bits += step, n++) {
      uint32_t u = (uint32_t)bits;
      memcpy(&x[n], &u, 4);
    }
    compare(row, &formats[0], n, (void *[]){x, x}, &worst);
    const int percent = (int)(bits * 100 >> 32);
    if (tells && percent >= told + 5)
      fprintf(stderr, "%s: %d %%, %.3f ulp\n", row->name, told = percent, worst.ulps);
  }
  return worst;
}

// Each CPU walks in a process of its own.
static Worst exhaustive(const Row *row, uint64_t step) {
  const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
  const int jobs = cpus < 1 ? 1 : cpus > MOST_JOBS ? MOST_JOBS : (int)cpus;
  int pipes[MOST_JOBS][2];
  Worst worst = {0};
  for (int j = 0; j < jobs; j++) {
    if (pipe(pipes[j])) FAULT("no pipe");
    if (fork()) continue;
    const Worst w = walk(row, (uint64_t)j * step, (uint64_t)jobs * step, j == 0);
    _exit(write(pipes[j][1], &w, sizeof w) != (ssize_t)sizeof w);
  }
  for (int j = 0; j < jobs; j++) {
    Worst w = {.ulps = 1e9};
    close(pipes[j][1]);
    if (read(pipes[j][0], &w, sizeof w) != (ssize_t)sizeof w) FAULT("a process has no result");
    if (w.ulps > worst.ulps) worst = w;
    close(pipes[j][0]);
  }
  while (wait(NULL) > 0) continue;
  check(row, &formats[0], &worst);
  return worst;
}

// ---- modes

static uint64_t every;  // step of the exhaustive run, or 0
static const char *only;
static bool table;

static bool is_wanted(const Row *row) {
  return has_exact[row->op] && (!only || !strcmp(only, row->name));
}

static void print_point(const Row *row, const Worst *w) {
  printf("%.9Lg", w->a);
  if (row->args == 2) printf(", %.9Lg", w->b);
}

static void report(const Row *row, const Format *f, Worst w) {
  printf("%-10s %s %7.3f ulp at ", row->name, dtype_name(f->dtype), w.ulps);
  print_point(row, &w);
  printf("\n");
}

static void expansions_are_accurate(void) {
  for (int r = 0; r < ROWS; r++) {
    if (!is_wanted(&rows[r])) continue;
    if (every) {
      if (rows[r].args == 1) report(&rows[r], &formats[0], exhaustive(&rows[r], every));
      continue;
    }
    for (int f = 0; f < 2; f++)
      report(&rows[r], &formats[f], sampled(&rows[r], &formats[f], chunks_of(rows[r].op)));
  }
}

static void print_cell(const Row *row, const Worst *w) {
  printf(" %.2f | ", w->ulps);
  if (w->ulps > 0) print_point(row, w);
  printf(" |");
}

static void table_row(const Row *row) {
  const Bar bar = bar_of(row->op);
  const bool whole = row->args == 1;
  const Worst narrow =
      whole ? exhaustive(row, every) : sampled(row, &formats[0], MANY * chunks_of(row->op));
  const Worst wide = sampled(row, &formats[1], MANY * chunks_of(row->op));
  printf("| `%s` | %g%s |", row->name, bar.limit, bar.scale > 0 ? " *" : "");
  print_cell(row, &narrow);
  print_cell(row, &wide);
  printf("\n");
  fflush(stdout);
}

static void accuracy_table(void) {
  printf(
      "# Accuracy of the elementwise functions\n\n"
      "Largest error found, in units in the last place of the exact result, against `long "
      "double` references\n(`meson test ulp` holds the limits; this page is what `test_ulp "
      "--table %llu` prints). Functions of one operand in f32: every\n",
      (unsigned long long)every);
  if (every > 1) printf("%llu-th float of all 2^32, ", (unsigned long long)every);
  else printf("float of all 2^32, ");
  printf(
      "denormals, infinities and NaN included. Functions of two operands and all of f64: %d "
      "random\npoints (any bits, any exponent, near 1, and -110 .. 110) and edge values. "
      "`sqrt`, `div` and the other basic operations are\nrounded correctly.\n\n"
      "\\* The function has zeros: where its value is below 1 (8 of `digamma` and `polygamma`), "
      "the error counts in ulps of that. "
      "`zeta` and `polygamma` are taken at\npositive numbers up to 60 and 10^4.\n\n"
      "`test_ulp --every 1 exp` tries all 2^32 floats of a row, ten minutes of a core: `exp` is "
      "0.891 ulp off at most (at 5.2016387),\n`log` 0.947 (at 1.56361532).\n\n"
      "| function | limit | f32 ulp | at | f64 ulp | at |\n|---|---|---|---|---|---|\n",
      MANY * CHUNKS * CHUNK);
  for (int r = 0; r < ROWS; r++) {
    if (is_wanted(&rows[r])) table_row(&rows[r]);
  }
}

int main(int argc, char **argv) {
  if (argc > 2) {
    every = strtoull(argv[2], NULL, 10);
    table = !strcmp(argv[1], "--table");
    if (every && argc > 3) only = argv[3];
  }
  if (table && every) accuracy_table();
  else RUN(expansions_are_accurate);
  return tests_done();
}
