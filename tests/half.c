// The half types: their values, and every way to round to them, against the nearest of all halves.
#include "ir/half.h"

#include <math.h>
#include <stdlib.h>

#include "backends/interp/interp.h"
#include "ir/eval.h"
#include "ir/parse.h"
#include "ir/text.h"
#include "tests/backends.h"

static const Dtype halves[] = {DT_F16, DT_BF16};
enum { FINITE_F16 = 0x7c00, FINITE_BF16 = 0x7f80, RANDOM = 100000 };

static int infinity(Dtype d) { return d == DT_F16 ? FINITE_F16 : FINITE_BF16; }

static void values(void) {
  for (int k = 0; k < 2; k++) {
    const Dtype d = halves[k];
    const int digits = d == DT_F16 ? 10 : 7, bias = d == DT_F16 ? 15 : 127;
    EXPECT(half_value(d, 0) == 0 && !signbit(half_value(d, 0)) && signbit(half_value(d, 0x8000)));
    for (int h = 0; h < infinity(d); h++) {
      const int exponent = h >> digits ? h >> digits : 1;
      const double step = ldexp(1, exponent - bias - digits);
      const double next =
          h + 1 < infinity(d) ? half_value(d, (uint16_t)(h + 1)) : ldexp(1, bias + 1);
      EXPECT(next - half_value(d, (uint16_t)h) == step);
      EXPECT(half_value(d, (uint16_t)(h | 0x8000)) == -half_value(d, (uint16_t)h));
    }
    EXPECT(half_value(d, (uint16_t)infinity(d)) == INFINITY);
    for (int h = infinity(d) + 1; h < 0x8000; h++) EXPECT(isnan(half_value(d, (uint16_t)h)));
  }
  EXPECT(half_value(DT_F16, 0x3c00) == 1 && half_value(DT_BF16, 0x3f80) == 1);
}

// The nearest half by bisection of the list of all; the even one of two. Infinity stands where the
// next number would.
static uint16_t nearest(Dtype d, long double v) {
  const uint16_t sign = signbit(v) ? 0x8000 : 0;
  const long double beyond = ldexpl(1, d == DT_F16 ? 16 : 128), x = fabsl(v);
  int lo = 0, hi = infinity(d);
  if (x >= beyond) return (uint16_t)(sign | hi);
  while (hi - lo > 1) {
    const int mid = (lo + hi) / 2;
    if ((long double)half_value(d, (uint16_t)mid) <= x) lo = mid;
    else hi = mid;
  }
  const long double above = hi == infinity(d) ? beyond : (long double)half_value(d, (uint16_t)hi);
  const long double down = x - (long double)half_value(d, (uint16_t)lo), up = above - x;
  const bool rises = up < down || (up == down && lo & 1);
  return (uint16_t)(sign | (rises ? hi : lo));
}

// ---- numbers where rounding changes: halves, the middles between them, and neighbours of both

typedef struct Cases {
  Dtype from;
  int64_t n;
  char *data;
} Cases;

static void put(Cases *c, long double v) {
  char *at = c->data + (size_t)c->n++ * dtype_size(c->from);
  const bool fits_i = v >= -0x1p63L && v < 0x1p63L, fits_u = v >= 0 && v < 0x1p64L;
  const int64_t i = fits_i ? (int64_t)v : 0;
  const uint64_t u = fits_u ? (uint64_t)v : (uint64_t)i;
  const double wide = (double)v;
  if (dtype_is_float(c->from)) eval_op(OP_convert, DT_F64, c->from, 1, at, (const void *[]){&wide});
  else
    memcpy(at, dtype_kind(c->from) == KIND_UNSIGNED ? &u : (const uint64_t *)&i,
           dtype_size(c->from));
}

static long double neighbour(Dtype from, long double v, int way) {
  if (way == 0) return v;
  if (from == DT_F64) return (long double)nextafter((double)v, way < 0 ? -INFINITY : INFINITY);
  if (dtype_is_float(from))
    return (long double)nextafterf((float)v, way < 0 ? -INFINITY : INFINITY);
  return v + way;
}

static Cases cases_of(Dtype from, Dtype d) {
  const int all = infinity(d);
  Cases c = {from, 0, xmalloc(dtype_size(from) * ((size_t)all * 12 + RANDOM + 8))};
  for (int h = 0; h < all; h++) {
    const long double v = (long double)half_value(d, (uint16_t)h);
    const long double next = h + 1 < all ? (long double)half_value(d, (uint16_t)(h + 1))
                                         : ldexpl(1, d == DT_F16 ? 16 : 128);
    for (int way = -1; way <= 1; way++) {
      for (int s = -1; s <= 1; s += 2) {
        put(&c, (long double)s * neighbour(from, v, way));
        put(&c, (long double)s * neighbour(from, (v + next) / 2, way));
      }
    }
  }
  for (int i = 0; i < RANDOM; i++) {
    const int64_t shift = test_int(0, 63);
    const uint64_t bits = test_random() >> shift;
    memcpy(c.data + (size_t)c.n++ * dtype_size(from), &bits, dtype_size(from));
  }
  put(&c, INFINITY), put(&c, -INFINITY), put(&c, 0x1p200L), put(&c, -0x1p-200L);
  if (dtype_is_float(from)) put(&c, NAN);
  return c;
}

static long double number(Dtype from, const char *data, int64_t i) {
  if (from == DT_I64) return (long double)((const int64_t *)(const void *)data)[i];
  if (from == DT_U64) return (long double)((const uint64_t *)(const void *)data)[i];
  return (long double)eval_number(from, data, i);
}

static void expect_nearest(Dtype d, const Cases *c, const uint16_t *got, const char *what) {
  for (int64_t i = 0; i < c->n; i++) {
    const long double v = number(c->from, c->data, i);
    if (isnan(v) ? isnan(half_value(d, got[i])) : got[i] == nearest(d, v)) continue;
    FAULT("%s: %s to %s: %.20Lg gives %04x, not %04x", what, dtype_name(c->from), dtype_name(d), v,
          got[i], nearest(d, v));
    return;
  }
}

// By the evaluator, by the scalar DAG that targets without halves run, and on the CPU.
static void round_all(Dtype from, Dtype d) {
  Cases c = cases_of(from, d);
  uint16_t *got = xmalloc(sizeof *got * (size_t)c.n);
  Arena *a = arena_new();
  Dag dag;
  dag_init(&dag, a);
  eval_op(OP_convert, from, d, c.n, got, (const void *[]){c.data});
  expect_nearest(d, &c, got, "evaluator");
  eval_dag(&dag, s_half_meaning(&dag, OP_convert, from, d), c.n, got, (const void *[]){c.data});
  expect_nearest(d, &c, got, "DAG");
  Graph *g = graph_new(a, "rounding");
  const Id result = b_convert(g, graph_param(g, type_of(from, INTS(c.n)), "x"), d);
  graph_set_results(g, 1, &result);
  same_on_cpu_with(g, (void *[]){c.data});
  free(got);
  free(c.data);
  arena_free(a);
}

static void rounding(void) {
  static const Dtype from[] = {DT_F32, DT_F64, DT_I32, DT_U32, DT_I64, DT_U64};
  for (int k = 0; k < 2; k++) {
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) round_all(from[i], halves[k]);
  }
}

// Every half as every dtype, and back where the dtype holds it.
static void widening(void) {
  enum { ALL = 1 << 16 };
  uint16_t *bits = xmalloc(sizeof *bits * ALL);
  for (int i = 0; i < ALL; i++) bits[i] = (uint16_t)i;
  for (int k = 0; k < 2; k++) {
    Arena *a = arena_new();
    Dag dag;
    dag_init(&dag, a);
    const Dtype d = halves[k];
    float *x = ARENA_ARRAY(a, float, ALL);
    eval_dag(&dag, s_half_meaning(&dag, OP_convert, d, DT_F32), ALL, x, (const void *[]){bits});
    for (int i = 0; i < ALL; i++) {
      const double v = half_value(d, bits[i]);
      EXPECT(isnan(v) ? isnan(x[i]) : x[i] == (float)v && !signbit(x[i]) == !signbit(v));
    }
    Graph *g = graph_new(a, "widening");
    const Id p = graph_param(g, type_of(d, INTS(ALL)), "x");
    Id results[2 * DT_REAL_COUNT];
    int n = 0;
    for (Dtype to = 0; to < DT_REAL_COUNT; to++) {
      results[n++] = b_convert(g, p, to);
      results[n++] = b_convert(g, b_convert(g, p, to), d);
    }
    graph_set_results(g, n, results);
    same_on_cpu_with(g, (void *[]){bits});
    arena_free(a);
  }
  free(bits);
}

// (a + b) + c rounds twice; sums of many run in f32 and round once.
static void rounds_after_every_op(void) {
  Arena *a = arena_new();
  Graph *g = graph_new(a, "sums");
  const Id x = graph_param(g, type_of(DT_BF16, INTS(3)), "x");
  Id part[3];
  for (int i = 0; i < 3; i++) part[i] = b_slice(g, x, INTS(i), INTS(i + 1), INTS(1));
  const Id results[] = {
      b_add(g, b_add(g, part[0], part[1]), part[2]), b_reduce(g, OP_reduce_sum, x, INTS(0)),
      b_dot(g, x, b_full(g, type_of(DT_BF16, INTS(3)), 1), (Ints){0}, (Ints){0}, INTS(0), INTS(0))};
  graph_set_results(g, 3, results);
  uint16_t in[3], out[3];
  static const double numbers[] = {256, 1, 1};  // 257 is no bf16
  for (int i = 0; i < 3; i++) in[i] = half_of(DT_BF16, numbers[i]);
  EXPECT(interp_graph(g, (const void *[]){in}, (void *[]){&out[0], &out[1], &out[2]}));
  EXPECT(half_value(DT_BF16, out[0]) == 256);
  EXPECT(half_value(DT_BF16, out[1]) == 258 && half_value(DT_BF16, out[2]) == 258);
  same_on_cpu_with(g, (void *[]){in});
  arena_free(a);
}

// Convolutions and running sums are f32's, rounded once per result.
static void windows_round_once(void) {
  static const char text[] =
      "def f(x: bf16[3], y: bf16[1,1,3]) -> (bf16[3], bf16[1], bf16[1,1,1]):\n"
      "    def add_(a: bf16, b: bf16) -> bf16:\n"
      "        r: bf16 = add(a, b)\n"
      "        return r\n"
      "    s: bf16[3] = cumulative(x, axis=0, backwards=0, body=add_)\n"
      "    def plus(a: bf16, b: bf16) -> bf16:\n"
      "        r: bf16 = add(a, b)\n"
      "        return r\n"
      "    w: bf16[1] = reduce_window(x, bf16(0.0), window=(3,), stride=(1,), low=(0,), high=(0,), "
      "lhs_dilation=(1,), rhs_dilation=(1,), body=plus)\n"
      "    k: bf16[1,1,3] = broadcast(bf16(1.0), shape=(1, 1, 3))\n"
      "    c: bf16[1,1,1] = conv(y, k, lhs_dims=(0, 1, 2), rhs_dims=(0, 1, 2), out_dims=(0, 1, 2), "
      "stride=(1,), low=(0,), high=(0,), lhs_dilation=(1,), rhs_dilation=(1,), feature_groups=1, "
      "batch_groups=1)\n"
      "    return s, w, c\n";
  Arena *a = arena_new();
  Graph *g = graph_parse(a, "half", text, strlen(text));
  if (!EXPECT(g != NULL)) {
    fprintf(stderr, "%s\n", diag_message());
    diag_clear();
    return;
  }
  uint16_t in[3], s[3], w, c;
  static const double numbers[] = {256, 1, 1}, sums[] = {256, 256, 258};
  for (int i = 0; i < 3; i++) in[i] = half_of(DT_BF16, numbers[i]);
  EXPECT(interp_graph(g, (const void *[]){in, in}, (void *[]){s, &w, &c}));
  for (int i = 0; i < 3; i++) EXPECT(half_value(DT_BF16, s[i]) == sums[i]);
  EXPECT(half_value(DT_BF16, w) == 258 && half_value(DT_BF16, c) == 258);
  same_on_cpu_with(g, (void *[]){in, in});
  arena_free(a);
}

// Each update is added and rounded by itself, in order: 256 + 1 + 1 stays 256.
static void scatter_rounds_each_update(void) {
  Arena *a = arena_new();
  Graph *g = graph_new(a, "scatter");
  const Id x = graph_param(g, type_of(DT_BF16, INTS(2)), "x");
  const Id indices = b_literal(g, type_of(DT_I32, INTS(2, 1)), true, &(int32_t){1});
  const Id args[] = {x, indices, b_full(g, type_of(DT_BF16, INTS(2)), 1)};
  const Attrs at = {.collapsed_dims = INTS(0), .index_map = INTS(0), .index_vector_dim = 1};
  const Id result = graph_add(g, OP_scatter_add, 3, args, &at);
  if (!EXPECT(result != NO_ID)) fprintf(stderr, "%s\n", diag_message());
  graph_set_results(g, 1, &result);
  uint16_t in[2] = {0, half_of(DT_BF16, 256)}, out[2];
  EXPECT(interp_graph(g, (const void *[]){in}, (void *[]){out}));
  EXPECT(out[0] == 0 && half_value(DT_BF16, out[1]) == 256);
  same_on_cpu_with(g, (void *[]){in});
  arena_free(a);
}

// Texts of constants read back as the same bits.
static void texts(void) {
  for (int k = 0; k < 2; k++) {
    for (int h = 0; h < 1 << 16; h++) {
      const uint16_t bits = (uint16_t)h;
      Text t = {0};
      text_float_bits(&t, halves[k], &bits);
      const uint16_t back = half_of(halves[k], strtod(t.s, NULL));
      if (back != bits && !isnan(half_value(halves[k], bits)))
        FAULT("%s: %04x prints as %s", dtype_name(halves[k]), h, t.s);
      text_free(&t);
    }
  }
  Text t = {0};
  text_float_bits(&t, DT_F16, &(uint16_t){0x2e66});
  text_str(&t, " ");
  text_float_bits(&t, DT_BF16, &(uint16_t){0x3f80});
  EXPECT_STR(t.s, "0.1 1.0");
  text_free(&t);
}

int main(void) {
  RUN(values);
  RUN(rounding);
  RUN(widening);
  RUN(rounds_after_every_op);
  RUN(windows_round_once);
  RUN(scatter_rounds_each_update);
  RUN(texts);
  return tests_done();
}
