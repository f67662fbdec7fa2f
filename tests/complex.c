// Complex numbers: every row that takes them against C's own, derivatives and batches, Fourier
// transforms and linear algebra by their definitions.
#include <complex.h>
#include <math.h>
#include <string.h>

#include "backends.h"
#include "backends/interp/interp.h"
#include "compiler/transform.h"
#include "frontend/jitc.h"
#include "ir/parse.h"

typedef double _Complex Cx;

static const struct {
  Op op;
  Cx (*of)(Cx);
} unary[] = {{OP_sqrt, csqrt},   {OP_exp, cexp},     {OP_sin, csin},   {OP_cos, ccos},
             {OP_tanh, ctanh},   {OP_tan, ctan},     {OP_sinh, csinh}, {OP_cosh, ccosh},
             {OP_asin, casin},   {OP_acos, cacos},   {OP_atan, catan}, {OP_asinh, casinh},
             {OP_acosh, cacosh}, {OP_atanh, catanh}, {OP_neg, NULL}};

static Cx number_at(const Type t, const void *data, int64_t i) {
  if (t.dtype == DT_C128) return ((const Cx *)data)[i];
  return (Cx)((const float _Complex *)data)[i];
}

static void random_numbers(Type t, void *out) {
  const int64_t n = 2 * type_count(t);
  for (int64_t i = 0; i < n; i++) {
    const double v = 2 * (double)(test_random() >> 11) * 0x1p-53 - 1;
    if (t.dtype == DT_C128) ((double *)out)[i] = v;
    else ((float *)out)[i] = (float)v;
  }
}

static Cx want_of(Op op, Cx x, Cx y) {
  for (size_t i = 0; i < sizeof unary / sizeof *unary; i++)
    if (unary[i].op == op && unary[i].of) return unary[i].of(x);
  switch (op) {
    case OP_neg: return -x;
    case OP_add: return x + y;
    case OP_sub: return x - y;
    case OP_mul: return x * y;
    case OP_div: return x / y;
    case OP_rsqrt: return 1 / csqrt(x);
    case OP_expm1: return cexp(x) - 1;
    case OP_logistic: return 1 / (1 + cexp(-x));
    case OP_log: return clog(x);
    case OP_log1p: return clog(1 + x);
    case OP_pow: return cpow(x, y);
    case OP_sign: return x / cabs(x);
    case OP_stop_gradient: return x;
    case OP_max: return creal(x) > creal(y) ? x : y;
    case OP_min: return creal(x) < creal(y) ? x : y;
    case OP_abs: return cabs(x);
    case OP_real: return creal(x);
    case OP_imag: return cimag(x);
    default: return NAN;
  }
}

// The rows of one or two complex operands whose values C knows.
static bool is_tested(Op op) {
  const OpInfo *info = op_info(op);
  return info->op_class == CLASS_MAP && info->accepts & ACCEPTS_COMPLEX && !info->attrs &&
         info->args <= 2 && !isnan(creal(want_of(op, 0.5 + 0.25 * I, 0.75 - 0.5 * I)));
}

static void check_row(Op op, Dtype d) {
  Arena *a = arena_new();
  const Type t = {d, 1, (const int64_t[]){40}};
  Graph *g = graph_new(a, op_info(op)->name);
  Id ids[2];
  void *args[2];
  for (int i = 0; i < op_info(op)->args; i++) {
    ids[i] = graph_param(g, t, NULL);
    args[i] = arena_alloc(a, type_bytes(t));
    random_numbers(t, args[i]);
  }
  const Id r = graph_add(g, op, op_info(op)->args, ids, NULL);
  graph_set_results(g, 1, &r);
  const Type tr = graph_type(g, r);
  void *got = arena_alloc(a, type_bytes(tr) + 16);
  EXPECT(interp_graph(g, (const void *const *)args, &got));
  const double eps = d == DT_C64 ? 0x1p-23 : 0x1p-52;
  for (int64_t i = 0; i < 40; i++) {
    const Cx x = number_at(t, args[0], i), y = number_at(t, args[op_info(op)->args - 1], i);
    const Cx want = want_of(op, x, y);
    const Cx v = dtype_is_complex(tr.dtype) ? number_at(tr, got, i)
                 : tr.dtype == DT_F64       ? (Cx)((double *)got)[i]
                                            : (Cx)((float *)got)[i];
    if (!(cabs(v - want) <= 8 * eps * (cabs(want) + (op == OP_expm1))))
      FAULT("%s of %g%+gi, %g%+gi: %g%+gi, not %g%+gi", op_info(op)->name, creal(x), cimag(x),
            creal(y), cimag(y), creal(v), cimag(v), creal(want), cimag(want));
  }
  same_on_cpu(g);
  arena_free(a);
}

static void rows(void) {
  int n = 0;
  for (int op = 0; op < OP_COUNT; op++) {
    if (!is_tested((Op)op)) continue;
    check_row((Op)op, DT_C64), check_row((Op)op, DT_C128), n++;
  }
  EXPECT(n >= 20);
  EXPECT_OK();
}

// ---- special values, as XLA has them (where C's Annex G says nothing else)

typedef struct Corner {
  Op op;
  double x[2], y[2], want[2];
} Corner;

#define INF INFINITY
static const Corner corners[] = {
    {OP_pow, {0, 0}, {0, -0.0}, {1, 0}},       {OP_pow, {NAN, INF}, {0, 0}, {1, 0}},
    {OP_pow, {1, 0}, {NAN, -INF}, {1, 0}},     {OP_pow, {1, -0.0}, {INF, 1}, {1, 0}},
    {OP_pow, {-0.0, 0}, {2.5, -0.0}, {0, 0}},  {OP_pow, {0, 0}, {INF, 0}, {0, 0}},
    {OP_pow, {0, 0}, {-1, 0}, {NAN, NAN}},     {OP_pow, {0, 0}, {1, 1}, {NAN, NAN}},
    {OP_pow, {0, -0.0}, {NAN, 0}, {NAN, NAN}}, {OP_pow, {INF, 0}, {2, 0}, {INF, 0}},
    {OP_pow, {INF, -0.0}, {-2, 0}, {0, 0}},    {OP_pow, {INF, 0}, {-INF, 0}, {0, 0}},
    {OP_pow, {INF, 0}, {1, 1}, {NAN, NAN}},    {OP_pow, {INF, 1}, {-1, 0}, {NAN, NAN}},
    {OP_pow, {-INF, 0}, {2, 0}, {NAN, NAN}},   {OP_pow, {-INF, 1}, {-2, 0}, {NAN, NAN}},
    {OP_pow, {2.5, 0}, {-INF, 0}, {NAN, NAN}}, {OP_pow, {2.5, 1}, {-1, INF}, {NAN, NAN}},
    {OP_div, {0, 1}, {0, 1}, {1, 0}},          {OP_div, {0, 0}, {0, 2.5}, {0, 0}},
    {OP_div, {0, -1}, {0, -1}, {1, -0.0}},     {OP_div, {2.5, 0}, {0, 0}, {INF, NAN}},
    {OP_div, {1, -1}, {-0.0, 0}, {-INF, INF}}, {OP_div, {0, 0}, {0, 0}, {NAN, NAN}},
    {OP_div, {INF, 1}, {1, 1}, {INF, -INF}},   {OP_div, {1, 1}, {-INF, INF}, {0, -0.0}},
    {OP_tanh, {1e30, INF}, {0}, {NAN, NAN}},   {OP_tanh, {-1e30, NAN}, {0}, {NAN, NAN}},
    {OP_tanh, {-1e30, 1}, {0}, {-1, 0}},       {OP_tanh, {INF, INF}, {0}, {1, 0}},
    {OP_tan, {NAN, 1e30}, {0}, {NAN, NAN}},    {OP_tan, {INF, -INF}, {0}, {0, -1}},
    {OP_atan, {INF, NAN}, {0}, {M_PI / 2, 0}}, {OP_atanh, {NAN, -INF}, {0}, {0, -M_PI / 2}},
    {OP_atanh, {1, 0}, {0}, {INF, 0}},
};

static bool same_part(double got, double want, double eps) {
  if (isnan(want) || isnan(got)) return isnan(want) && isnan(got);
  if (want == 0 || isinf(want)) return got == want && !signbit(got) == !signbit(want);
  return fabs(got - want) <= eps * fabs(want);
}

static void check_corner(const Corner *c, Dtype d) {
  Arena *a = arena_new();
  Graph *g = graph_new(a, op_info(c->op)->name);
  const Id ids[] = {graph_param(g, type_scalar(d), NULL), graph_param(g, type_scalar(d), NULL)};
  const Id r = graph_add(g, c->op, op_info(c->op)->args, ids, NULL);
  graph_set_results(g, 1, &r);
  const double *const parts[] = {c->x, c->y};
  void *args[2], *got = arena_alloc(a, sizeof(Cx));
  for (int i = 0; i < 2; i++) args[i] = arena_alloc(a, sizeof(Cx));
  for (int k = 0; k < 4; k++) {
    const double v = parts[k / 2][k % 2];
    if (d == DT_C128) ((double *)args[k / 2])[k % 2] = v;
    else ((float *)args[k / 2])[k % 2] = (float)v;
  }
  EXPECT(interp_graph(g, (const void *const *)args, &got));
  for (int k = 0; k < 2; k++) {
    const double v = d == DT_C128 ? ((double *)got)[k] : (double)((float *)got)[k];
    if (!same_part(v, c->want[k], 1e-6))
      FAULT("%s of %g, %g and %g, %g: part %d is %g, not %g", op_info(c->op)->name, c->x[0],
            c->x[1], c->y[0], c->y[1], k, v, c->want[k]);
  }
  same_on_cpu_with(g, args);
  arena_free(a);
}

static void special_values(void) {
  for (size_t i = 0; i < sizeof corners / sizeof *corners; i++)
    check_corner(&corners[i], DT_C64), check_corner(&corners[i], DT_C128);
  // The square of a tiny part beside the pole is lost, its logarithm not.
  const Corner steep = {OP_atanh, {1, 1e-300}, {0}, {0.5 * (log(2) - log(1e-300)), M_PI / 4}};
  check_corner(&steep, DT_C128);
  EXPECT_OK();
}

// Shape ops, indexing, loops and sorting move pairs: the CPU has the interpreter's bits.
static void by_pairs(void) {
  static const char *const texts[] = {
      "def f(x: c64[2,3], i: i32) -> c64[3,2]:\n"
      "    a: c64[2,3] = dynamic_update_slice(x, c64[1,1]([(1.5, -2.0)]), i, i)\n"
      "    b: c64[3,2] = transpose(a, perm=(1, 0))\n"
      "    return b\n",
      "def f(x: c128[5]) -> (c128[5], c128):\n"
      "    s: c128[5] = sort(x, axis=0)\n"
      "    p: c128 = reduce_prod(x, axes=(0,), order=rows)\n"
      "    return s, p\n",
      "def f(x: c64[4,3], y: c64[3,2]) -> (c64[4,2], c64[4]):\n"
      "    d: c64[4,2] = dot(x, y, lhs_contract=(1,), rhs_contract=(0,), order=chain)\n"
      "    s: c64[4] = reduce_sum(x, axes=(1,), order=rows)\n"
      "    return d, s\n",
      "def f(x: c64[7], i: c64) -> c64[3]:\n"
      "    def least(a: c64, b: c64) -> c64:\n"
      "        c: c64 = min(a, b)\n"
      "        return c\n"
      "    y: c64[3] = reduce_window(x, i, stride=(2,), low=(0,), "
      "high=(0,), window=(3,), lhs_dilation=(1,), rhs_dilation=(1,), body=least)\n"
      "    return y\n",
      "def f(x: c64[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,3]) -> c64[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,3]:\n"
      "    y: c64[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,3] = mul(x, x)\n"
      "    return y\n",
      "def f(x: c64[0,3]) -> (c64[0,3], c64[3]):\n"
      "    y: c64[0,3] = exp(x)\n"
      "    s: c64[3] = reduce_prod(x, axes=(0,), order=cols)\n"
      "    return y, s\n",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    Arena *a = arena_new();
    const Graph *g = graph_parse(a, "case", texts[i], strlen(texts[i]));
    if (EXPECT(g)) same_on_cpu((Graph *)g);
    EXPECT_OK();
    arena_free(a);
  }
}

// ---- derivatives, as JAX 0.10.2 has them (holomorphic rules, transposes without conjugation)

static jc_array square_part(jc_array z) {
  return jc_sum(jc_real(jc_mul(jc_mul(z, z), jc_c128(1, 2))));
}
JC_FN(jc_array, square_part, jc_array);
static jc_array size_of_sine(jc_array z) { return jc_sum(jc_abs(jc_sin(z))); }
JC_FN(jc_array, size_of_sine, jc_array);

static jc_array times_i(jc_array z) { return jc_mul(z, jc_c128(0, 1)); }
JC_FN(jc_array, times_i, jc_array);
static jc_array squared(jc_array z) { return jc_mul(z, z); }
JC_FN(jc_array, squared, jc_array);
static jc_array chosen_part(jc_array z) {
  const jc_array first = jc_greater(jc_real(jc_at(z, 0)), 0);
  return jc_sum(jc_real(jc_cond(first, squared, times_i)(z)));
}
JC_FN(jc_array, chosen_part, jc_array);

static void expect_numbers(jc_array got, int n, const Cx *want) {
  Cx v[8];
  if (!EXPECT(jc_copy(got, v, sizeof *v * (size_t)n))) return;
  for (int i = 0; i < n; i++)
    if (!(cabs(v[i] - want[i]) <= 1e-12))
      FAULT("element %d is %.17g%+.17gi, not %.17g%+.17gi", i, creal(v[i]), cimag(v[i]),
            creal(want[i]), cimag(want[i]));
}

static void gradients(void) {
  JC_SCOPE();
  const Cx z[] = {1 + 2 * I, 3 - 4 * I};
  jc_array x = jc_from(z, 2);
  const Cx w = 1 + 2 * I;
  expect_numbers(jc_grad(square_part)(x), 2, (Cx[]){2 * z[0] * w, 2 * z[1] * w});
  Cx want[2];
  for (int i = 0; i < 2; i++) want[i] = ccos(z[i]) * conj(csin(z[i])) / cabs(csin(z[i]));
  expect_numbers(jc_grad(size_of_sine)(x), 2, want);
  expect_numbers(jc_jit(jc_grad(size_of_sine))(x), 2, want);
  expect_numbers(jc_grad(chosen_part)(x), 2, (Cx[]){2 * z[0], 2 * z[1]});
  expect_numbers(jc_jit(jc_grad(chosen_part))(jc_neg(x)), 2, (Cx[]){I, I});
  EXPECT_OK();
}

// ---- the public functions

static void functions(void) {
  JC_SCOPE();
  const Cx z[] = {1 + 2 * I, 3 - 4 * I};
  jc_array x = jc_from(z, 2);
  expect_numbers(jc_conj(x), 2, (Cx[]){1 - 2 * I, 3 + 4 * I});
  expect_numbers(jc_complex(jc_real(x), jc_imag(x)), 2, z);
  expect_numbers(jc_mul(x, 2), 2, (Cx[]){2 + 4 * I, 6 - 8 * I});
  expect_numbers(jc_mul(x, 2 + 1 * I), 2, (Cx[]){5 * I, 10 - 5 * I});
  EXPECT_EQ(jc_dtype_of(jc_mul(jc_ones(JC_SHAPE(2)), 1 + 1 * I)), JC_C64);
  EXPECT_EQ(jc_dtype_of(jc_add(jc_f64(1), jc_c64(1, 2))), JC_C128);
  EXPECT_EQ(jc_dtype_of(jc_add(jc_i64(1), jc_c64(1, 2))), JC_C64);
  EXPECT_EQ(jc_dtype_of(jc_abs(x)), JC_F64);
  EXPECT_STR(jc_str(x), "[1+2j 3-4j]");
  EXPECT_OK();
  jc_item(jc_c64(1, 2));
  EXPECT_FAIL("is complex");
}

// ---- Fourier transforms and linear algebra

static Graph *of_one(Arena *a, Op op, Type t, const Attrs *at) {
  Graph *g = graph_new(a, op_info(op)->name);
  const Id x = graph_param(g, t, NULL);
  const Id r = graph_add(g, op, 1, &x, at);
  graph_set_results(g, 1, &r);
  return g;
}

static void fourier(void) {
  static const int64_t sizes[][2] = {{9, 1},  {2, 2},   {9, 7},   {2, 33}, {9, 60},
                                     {2, 74}, {9, 263}, {2, 512}, {0, 7}};
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
    Arena *a = arena_new();
    const int64_t rows = sizes[k][0], n = sizes[k][1];
    const Type t = {DT_C128, 2, (const int64_t[]){rows, n}};
    const Graph *g = of_one(a, OP_fft, t, &(Attrs){.length = INTS(n)});
    Cx *x = arena_alloc(a, type_bytes(t)), *y = arena_alloc(a, type_bytes(t));
    random_numbers(t, x);
    EXPECT(interp_graph(g, (const void *[]){x}, (void *[]){y}));
    for (int64_t f = 0; f < rows * n; f++) {
      Cx want = 0;
      for (int64_t j = 0; j < n; j++)
        want += x[f / n * n + j] * cexp(-2 * M_PI * I * (double)(f % n * j % n) / (double)n);
      if (!(cabs(y[f] - want) <= 1e-13 * (double)n)) FAULT("fft of %d", (int)n);
    }
    same_on_cpu((Graph *)g);
    EXPECT_OK();
    arena_free(a);
  }
}

// L L^H = A, and X with L X = B.
static void factors(void) {
  enum { N = 5 };
  Arena *a = arena_new();
  const Type t = {DT_C128, 2, (const int64_t[]){N, N}};
  Cx r[N * N], m[N * N], l[N * N], x[N * N];
  random_numbers(t, r);
  for (int i = 0; i < N * N; i++) {
    m[i] = i / N == i % N ? N : 0;
    for (int k = 0; k < N; k++) m[i] += r[i / N * N + k] * conj(r[i % N * N + k]);
  }
  const Graph *g = of_one(a, OP_cholesky, t, &(Attrs){.lower = 1});
  EXPECT(interp_graph(g, (const void *[]){m}, (void *[]){l}));
  for (int i = 0; i < N * N; i++) {
    Cx sum = 0;
    for (int k = 0; k < N; k++) sum += l[i / N * N + k] * conj(l[i % N * N + k]);
    EXPECT(cabs(sum - m[i]) < 1e-12 && (i / N >= i % N || l[i] == 0));
  }
  same_on_cpu((Graph *)g);
  Graph *solve = graph_new(a, "solve");
  const Id args[] = {graph_param(solve, t, NULL), graph_param(solve, t, NULL)};
  const Id s = graph_add(solve, OP_triangular_solve, 2, args,
                         &(Attrs){.left_side = 1, .lower = 1, .transpose_a = 2});
  graph_set_results(solve, 1, &s);
  EXPECT(interp_graph(solve, (const void *[]){l, r}, (void *[]){x}));
  for (int i = 0; i < N * N; i++) {
    Cx sum = 0;
    for (int k = 0; k < N; k++) sum += conj(l[k * N + i / N]) * x[k * N + i % N];
    EXPECT(cabs(sum - r[i]) < 1e-12);
  }
  EXPECT_OK();
  arena_free(a);
}

// x = U s V^H with U^H U = I and descending s, of tall and wide matrices; one of rank 1.
static void singular_values(void) {
  static const int64_t sizes[][2] = {{5, 3}, {3, 5}, {4, 4}, {1, 1}};
  for (int k = 0; k < 8; k++) {
    Arena *a = arena_new();
    const Type t = {DT_C128, 2, sizes[k / 2]};
    const int m = (int)t.dim[0], n = (int)t.dim[1], few = m < n ? m : n;
    Cx x[25], u[25], v[25];
    double s[5];
    random_numbers(t, x);
    for (int i = n; k % 2 && i < m * n; i++) x[i] = x[i % n] * (i / n);
    Graph *g = graph_new(a, "svd");
    const Id p = graph_param(g, t, NULL), r = graph_add(g, OP_svd, 1, &p, NULL);
    graph_set_results(g, 3, (Id[]){r, r + 1, r + 2});
    EXPECT(interp_graph(g, (const void *[]){x}, (void *[]){u, s, v}));
    for (int i = 0; i < m * n; i++) {
      Cx sum = 0;
      for (int j = 0; j < few; j++) sum += u[i / n * few + j] * s[j] * v[j * n + i % n];
      EXPECT(cabs(sum - x[i]) < 1e-12);
    }
    for (int i = 0; i < few * few; i++) {
      Cx us = 0, vs = 0;
      for (int j = 0; j < m; j++) us += conj(u[j * few + i / few]) * u[j * few + i % few];
      for (int j = 0; j < n; j++) vs += v[i / few * n + j] * conj(v[i % few * n + j]);
      const double want = i / few == i % few;
      EXPECT(cabs(us - want) < 1e-12 && cabs(vs - want) < 1e-12);
    }
    for (int j = 0; j < few; j++) EXPECT(s[j] >= 0 && (!j || s[j] <= s[j - 1]));
    EXPECT(!(k % 2) || few < 2 || s[1] < 1e-12);
    EXPECT_OK();
    arena_free(a);
  }
}

int main(void) {
  RUN(rows);
  RUN(special_values);
  RUN(by_pairs);
  RUN(gradients);
  RUN(functions);
  RUN(fourier);
  RUN(factors);
  RUN(singular_values);
  return tests_done();
}
