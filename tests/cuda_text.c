// The plain CUDA text, compiled by cc, equals the interpreter bit for bit on random graphs over the
// whole op table, fused and not; and NVRTC compiles the same text for real architectures.
#include <stdlib.h>
#include <string.h>

#include "backends/cuda/emit.h"
#include "backends/cuda/nvrtc.h"
#include "backends/interp/interp.h"
#include "ir/build.h"
#include "ir/eval.h"
#include "tests/check.h"
#include "tests/cuda_host.h"
#include "tests/random_graph.h"

enum { GRAPHS = 60, NODES = 12, NVRTC_EVERY = 10 };

// Elements are equal in their bits, or both NaN.
static bool same_elements(Type t, const void *a, const void *b) {
  size_t size = dtype_size(t.dtype);
  for (int64_t i = 0; i < type_count(t); i++) {
    const char *p = (const char *)a + (size_t)i * size, *q = (const char *)b + (size_t)i * size;
    if (!memcmp(p, q, size)) continue;
    const double x = eval_number(t.dtype, p, 0), y = eval_number(t.dtype, q, 0);
    if (x == x || y == y) return false;
  }
  return true;
}

typedef struct Values {
  int n;
  void **at;
} Values;

static Values values_new(const Graph *g, int n, const Id *ids) {
  Values v = {n, calloc((size_t)n + 1, sizeof(void *))};
  for (int i = 0; i < n; i++) v.at[i] = calloc(1, type_bytes(graph_type(g, ids[i])) + 8);
  return v;
}

static void values_free(Values v) {
  for (int i = 0; i < v.n; i++) free(v.at[i]);
  free(v.at);
}

// Two bit patterns of NaN may become different integers.
static bool no_bitcast(Op op) { return op != OP_bitcast_convert; }

static void compare(const Graph *g, const Program *p, Values args, Values want, uint64_t seed) {
  CudaHost *host = cuda_host_new(p);
  if (!EXPECT(host != NULL)) return;
  Values got = values_new(g, g->nresults, g->results);
  EXPECT(cuda_host_run(host, (const void *const *)args.at, got.at));
  for (int i = 0; i < g->nresults; i++) {
    if (!same_elements(graph_type(g, g->results[i]), got.at[i], want.at[i]))
      FAULT("seed %llu: result %d differs from the interpreter's", (unsigned long long)seed, i);
  }
  values_free(got);
  cuda_host_free(host);
}

// Against the interpreter, fused and, if asked, node by node.
static void check_graph(Arena *a, const Graph *g, uint64_t seed, bool unfused) {
  Values args = values_new(g, g->nparams, g->params), want = values_new(g, g->nresults, g->results);
  for (int i = 0; i < g->nparams; i++)
    random_elements(seed + (uint64_t)i, graph_type(g, g->params[i]), args.at[i]);
  EXPECT(interp_graph(g, (const void *const *)args.at, want.at));
  for (int fuse = !unfused; fuse < 2; fuse++) {
    const Program *p = program_build(a, g, &(ProgramOptions){.fuse = fuse});
    if (!EXPECT(p != NULL)) break;
    compare(g, p, args, want, seed);
  }
  EXPECT_OK();
  values_free(want);
  values_free(args);
}

static void check_random(uint64_t seed) {
  Arena *a = arena_new();
  const RandomGraph kind = {.seed = seed, .nodes = NODES, .depth = 1, .allows = no_bitcast};
  check_graph(a, random_graph(a, kind), seed, true);
  arena_free(a);
}

static void test_host_equals_interpreter(void) {
  for (int i = 0; i < GRAPHS; i++) check_random(test_random());
}

// All rows which take the dtype, and conversions from and to every other.
static Graph *rows_of(Arena *a, Dtype d) {
  enum { N = 200 };
  Graph *g = graph_new(a, dtype_name(d));
  Id x[2], results[OP_COUNT + 2 * DT_REAL_COUNT];
  const unsigned accepts = dtype_is_float(d) ? ACCEPTS_FLOAT : ACCEPTS_INT;
  int n = 0;
  for (int i = 0; i < 2; i++) x[i] = graph_param(g, type_of(d, INTS(N)), "x");
  for (int op = 0; op < OP_COUNT; op++) {
    const OpInfo *info = op_info((Op)op);
    if (op != OP_complex && info->op_class == CLASS_MAP && !info->attrs &&
        info->accepts & accepts && info->args <= 2)
      results[n++] = graph_add(g, (Op)op, info->args, x, NULL);
  }
  for (int to = 0; to < DT_REAL_COUNT; to++) {
    results[n++] = b_convert(g, x[0], (Dtype)to);
    results[n++] = b_convert(g, graph_param(g, type_of((Dtype)to, INTS(N)), "y"), d);
  }
  for (Op op = OP_reduce_sum; op <= OP_reduce_or; op++)
    if (op_info(op)->accepts & accepts) results[n++] = b_reduce(g, op, x[0], INTS(0));
  results[n++] = b_dot(g, x[0], x[1], (Ints){0}, (Ints){0}, INTS(0), INTS(0));
  CHECK(n <= OP_COUNT + 2 * DT_REAL_COUNT);
  graph_set_results(g, n, results);
  return g;
}

static void check_rows(Dtype d) {
  Arena *a = arena_new();
  check_graph(a, rows_of(a, d), test_random(), false);
  arena_free(a);
}

static void test_integers_and_halves(void) {
  for (Dtype d = 0; d < DT_REAL_COUNT; d++) {
    if (dtype_is_int(d) || dtype_is_half(d)) check_rows(d);
  }
}

// Several blocks of each order, which random graphs are too small for.
static Graph *long_reductions(Arena *a) {
  Graph *g = graph_new(a, "orders");
  Id x = graph_param(g, type_of(DT_F32, INTS(2, 9001)), "x"),
     y = graph_param(g, type_of(DT_F32, INTS(9001, 3)), "y");
  Id z = graph_param(g, type_of(DT_F32, INTS(2, 9001)), "z"), results[4];
  results[0] = b_dot(g, x, y, (Ints){0}, (Ints){0}, INTS(1), INTS(0));
  results[1] = b_dot(g, x, z, (Ints){0}, (Ints){0}, INTS(1), INTS(1));
  results[2] = b_reduce(g, OP_reduce_sum, x, INTS(1));
  results[3] = b_reduce(g, OP_reduce_sum, y, INTS(0));
  graph_set_results(g, 4, results);
  return g;
}

static void test_orders(void) {
  Arena *a = arena_new();
  Graph *g = long_reductions(a);
  Values args = values_new(g, g->nparams, g->params), want = values_new(g, g->nresults, g->results);
  for (int i = 0; i < g->nparams; i++) {
    float *x = args.at[i];
    for (int64_t k = 0; k < type_count(graph_type(g, g->params[i])); k++)
      x[k] = (float)test_uniform(-1, 1);
  }
  EXPECT(interp_graph(g, (const void *const *)args.at, want.at));
  const Program *p = program_build(a, g, &(ProgramOptions){.fuse = true});
  if (EXPECT(p != NULL)) compare(g, p, args, want, 0);
  values_free(want);
  values_free(args);
  arena_free(a);
}

static void compile_text(uint64_t seed, const char *arch) {
  Arena *a = arena_new();
  Graph *g = random_graph(a, (RandomGraph){.seed = seed, .nodes = 4 * NODES, .depth = 1});
  const Program *p = program_build(a, g, &(ProgramOptions){.fuse = true});
  if (EXPECT(p != NULL)) {
    size_t size = 0;
    char *text = cuda_text(p), *cubin = nvrtc_compile(text, arch, false, &size);
    EXPECT(cubin != NULL && size > 0);
    EXPECT_OK();
    free(cubin);
    free(text);
  }
  arena_free(a);
}

static void test_nvrtc_compiles(void) {
  if (!nvrtc_open()) {
    diag_clear();
    test_skip("NVRTC is not installed");
    return;
  }
  for (int i = 0; i < GRAPHS / NVRTC_EVERY; i++)
    compile_text(test_random(), i % 2 ? "sm_90" : "sm_80");
}

static void test_nvrtc_reports(void) {
  size_t size;
  if (!nvrtc_open()) {
    diag_clear();
    test_skip("NVRTC is not installed");
    return;
  }
  EXPECT(nvrtc_compile("this is no CUDA", "sm_80", false, &size) == NULL);
  EXPECT_FAIL("NVRTC");
  EXPECT(nvrtc_compile("", "sm_1", false, &size) == NULL);
  EXPECT_FAIL("NVRTC");
}

int main(void) {
  RUN(test_host_equals_interpreter);
  RUN(test_integers_and_halves);
  RUN(test_orders);
  RUN(test_nvrtc_compiles);
  RUN(test_nvrtc_reports);
  return tests_done();
}
