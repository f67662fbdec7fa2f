// StableHLO text of graphs: the reader gives back a graph of the same bits; every row has a form.
#include "compiler/stablehlo.h"

#include "compiler/transform.h"
#include "frontend/stablehlo/stablehlo.h"
#include "ir/build.h"
#include "ir/parse.h"
#include "ir/verify.h"
#include "tests/check.h"
#include "tests/hlo_check.h"
#include "tests/random_graph.h"
#include "tests/values.h"

static void every_row_has_a_form(void) {
  for (Op op = 0; op < OP_COUNT; op++)
    if (!stablehlo_has(op)) FAULT("%s: has no form", op_info(op)->name);
}

static const Graph *reread(Arena *a, const char *text) {
  HloProgram program;
  bool unsupported = false;
  if (!hlo_program(a, "text", text, strlen(text), &program, &unsupported)) {
    FAULT("cannot be read back: %s\n%s", diag_message(), text);
    diag_clear();
    return NULL;
  }
  return program.graph;
}

// Whether the text of g stands for the same bits.
static bool returns(const Graph *g) {
  Arena *a = arena_new();
  const int before = test_counts.faults;
  const char *text = graph_stablehlo(a, g, NULL);
  const Graph *again = EXPECT_OK() && text ? reread(a, text) : NULL;
  if (again && !graph_verify(again, "reading")) FAULT("%s: the graph is broken", g->name);
  const char *differs = again ? graphs_differ(a, again, g, test_random()) : NULL;
  if (differs) FAULT("%s: %s\n%s", g->name, differs, text);
  EXPECT_OK();
  arena_free(a);
  return test_counts.faults == before;
}

// fma is two roundings there, exp2 a power, sinh and cosh are made of exp; bits of a NaN are
// unspecified. (The derivative of bessel_i1e has bessel_i0e in it.) A lone comparison of floats is
// read as sort, whose NaN are last.
static bool exact(Op op) {
  return op != OP_fma && op != OP_exp2 && op != OP_bitcast_convert && op != OP_bessel_i0e &&
         op != OP_bessel_i1e && op != OP_sinh && op != OP_cosh && op != OP_sort_by;
}

// A node of an elementwise row alone, of each dtype: its text can be read, and has the same type.
static void row_returns(Op op, Dtype d) {
  const OpInfo *info = op_info(op);
  Arena *a = arena_new();
  Graph *g = graph_new(a, info->name);
  const int64_t dim = 3;
  const Type t = {d, 1, &dim};
  Id args[3];
  for (int i = 0; i < info->args; i++)
    args[i] = graph_param(g, op == OP_select && !i ? (Type){DT_BOOL, 1, &dim} : t, NULL);
  const Attrs at = {.dtype = d, .exponent = 3, .exponent_bits = 5, .mantissa_bits = 4};
  const Id r = graph_add(g, op, info->args, args, &at);
  const char *text = NULL;
  if (r != NO_ID) graph_set_results(g, 1, &r), text = graph_stablehlo(a, g, NULL);
  const Graph *again = EXPECT_OK() && text ? reread(a, text) : NULL;
  if (!again || !type_equal(graph_type(again, again->results[0]), graph_type(g, r)))
    FAULT("%s of %s: %s", info->name, dtype_name(d), text);
  arena_free(a);
}

static void every_elementwise_row_returns(void) {
  for (Op op = 0; op < OP_COUNT; op++) {
    if (op_info(op)->op_class > CLASS_MAP) continue;
    for (Dtype d = 0; d < DT_COUNT; d++)
      if (op_accepts(op, d) && !(op == OP_complex && dtype_size(d) == 2)) row_returns(op, d);
  }
}

// A function that the text writes out is as accurate as in one piece, but for fma.
static void what_is_written_out_is_accurate(void) {
  enum { N = 400 };
  Arena *a = arena_new();
  const int64_t dim = N;
  Graph *g = graph_new(a, "f");
  const Id x = graph_param(g, (Type){DT_F64, 1, &dim}, NULL), y = b_bessel_i0e(g, x);
  graph_set_results(g, 1, &y);
  double in[N];
  for (int i = 0; i < N; i++) in[i] = (i - N / 2) * 0.37;
  void *args[] = {in};
  const Graph *again = reread(a, graph_stablehlo(a, g, NULL));
  void **want = graph_values(a, g, args), **got = again ? graph_values(a, again, args) : NULL;
  for (int i = 0; EXPECT(want && got) && i < N; i++) {
    const double w = ((double *)want[0])[i];
    EXPECT_CLOSE(((double *)got[0])[i], w, 1e-14 * w);
  }
  arena_free(a);
}

static void random_graphs_return(void) {
  enum { GRAPHS = 300, NODES = 25, DEPTH = 2 };
  for (int i = 0; i < GRAPHS && test_counts.faults < 3; i++) {
    Arena *a = arena_new();
    const uint64_t seed = test_random();
    const Graph *g =
        random_graph(a, (RandomGraph){seed, .nodes = NODES, .depth = DEPTH, .allows = exact});
    if (!returns(g)) fprintf(stderr, "graph of seed %llu\n", (unsigned long long)seed);
    arena_free(a);
  }
}

static void derivatives_and_batches_return(void) {
  enum { GRAPHS = 60, NODES = 12, LANES = 3 };
  for (int i = 0; i < GRAPHS && test_counts.faults < 3; i++) {
    Arena *a = arena_new();
    const uint64_t seed = test_random();
    const Graph *g = random_graph(a, (RandomGraph){seed, .nodes = NODES, .allows = exact});
    const Graph *vjp = graph_vjp(a, g, NULL);
    diag_clear();  // a loop without a bound has no derivative
    int *axes = ARENA_ARRAY(a, int, g->nparams + g->nresults + 1);
    const Graph *vmap = graph_vmap(a, g, LANES, axes, axes);
    EXPECT_OK();
    if ((vjp && !returns(vjp)) || (vmap && !returns(vmap)))
      fprintf(stderr, "graph of seed %llu\n", (unsigned long long)seed);
    arena_free(a);
  }
}

// ---- the text itself

static void text_has(const char *jir, const char *part) {
  Arena *a = arena_new();
  const Graph *g = graph_parse(a, "case", jir, strlen(jir));
  const char *text = g ? graph_stablehlo(a, g, NULL) : NULL;
  EXPECT_OK();
  EXPECT_HAS(text, part);
  if (g) returns(g);
  arena_free(a);
}

// Order, extrema and finiteness of complex numbers go by their parts; powers below zero divide.
static void complex_numbers_return(void) {
  text_has(
      "def f(x: f32[9], y: f32[9]) -> (f32[9], f32[9]):\n"
      "    z: c64[9] = complex(x, y)\n    a: c64[9] = integer_pow(z, exponent=-1)\n"
      "    b: f32[9] = real(a)\n    c: f32[9] = imag(a)\n    return b, c\n",
      "stablehlo.divide");
  text_has(
      "def f(x: f64[40], y: f64[40], u: f64[40], v: f64[40]) -> (f64[40], f64[40], bool[40], "
      "bool[40], bool[40], bool[40], bool[40]):\n"
      "    z: c128[40] = complex(x, y)\n    w: c128[40] = complex(u, v)\n"
      "    a: c128[40] = max(z, w)\n    b: f64[40] = imag(a)\n"
      "    c: c128[40] = min(z, w)\n    d: f64[40] = imag(c)\n"
      "    e: bool[40] = lt(z, w)\n    f: bool[40] = le(z, w)\n    g: bool[40] = gt(z, w)\n"
      "    h: bool[40] = ge(z, w)\n    i: bool[40] = is_finite(z)\n"
      "    return b, d, e, f, g, h, i\n",
      "stablehlo.compare LT, ");
}

static void what_stablehlo_lacks(void) {
  text_has(
      "def f() -> f32[1]:\n"
      "    a: f32[1] = reduce_sum(f32[1]([-0.0]), axes=(), order=rows)\n    return a\n",
      "return %0");
  text_has(
      "def f(x: f32[3]) -> f32[3]:\n    a: f32[3] = integer_pow(x, exponent=-3)\n    return a\n",
      "stablehlo.divide");
  text_has(
      "def f(x: u8[3]) -> u8[3]:\n    a: u8[3] = abs(x)\n    b: u8[3] = sign(a)\n    return b\n",
      "stablehlo.minimum");
  text_has(
      "def f(x: f32[3]) -> f32[3]:\n    a: f32[3] = reduce_precision(x, exponent_bits=4, "
      "mantissa_bits=11)\n    return a\n",
      "stablehlo.reduce_precision %arg0, format = e4m11 : tensor<3xf32>");
  text_has("def f(x: f32[3]) -> f32[3]:\n    a: f32[3] = stop_gradient(x)\n    return a\n",
           "return %arg0");
  text_has(
      "def f(x: f32[3]) -> f32[3]:\n    a: f32[3] = reduce_sum(x, axes=(), order=rows)\n"
      "    return a\n",
      "return %arg0");
  text_has(
      "def f(x: f32[5, 2], i: i32[4, 1]) -> f32[4, 2]:\n    a: f32[4, 2] = gather(x, i, "
      "offset_dims=(1,), collapsed_dims=(0,), index_map=(0,), index_vector_dim=1, "
      "slice_sizes=(1, 2), mode=fill)\n    return a\n",
      "0x7FC00000");
  text_has(
      "def f(x: f32[5, 4], i: u8, j: i64) -> f32[2, 2]:\n    a: f32[2, 2] = dynamic_slice(x, i, "
      "j, slice_sizes=(2, 2))\n    return a\n",
      "tensor<i64>, tensor<i64>");
}

// XLA aborts where the padding leaves less than nothing, and at windows of scalars.
static void windows_that_xla_aborts_at(void) {
  text_has(
      "def f(x: f32[2]) -> f32[0]:\n"
      "    def add_(a: f32, b: f32) -> f32:\n"
      "        c: f32 = add(a, b)\n"
      "        return c\n"
      "    y: f32[0] = reduce_window(x, f32(0), stride=(1,), low=(-3,), high=(-5,), "
      "lhs_dilation=(2,), rhs_dilation=(1,), window=(1,), body=add_)\n"
      "    return y\n",
      "[[-3, 0]]");
  text_has(
      "def f(x: f32[1,1,2], k: f32[1,1,1]) -> f32[1,1,0]:\n"
      "    y: f32[1,1,0] = conv(x, k, stride=(1,), low=(-2,), high=(-1,), lhs_dims=(0, 1, 2), "
      "rhs_dims=(0, 1, 2), out_dims=(0, 1, 2), lhs_dilation=(1,), rhs_dilation=(1,), "
      "feature_groups=1, batch_groups=1)\n"
      "    return y\n",
      "[[-2, 0]]");
  text_has(
      "def f(x: f32, y: f32) -> f32:\n"
      "    def add_(a: f32, b: f32) -> f32:\n"
      "        c: f32 = add(a, b)\n"
      "        return c\n"
      "    z: f32 = reduce_window(x, y, stride=(), low=(), high=(), lhs_dilation=(), "
      "rhs_dilation=(), window=(), body=add_)\n"
      "    return z\n",
      "window_dimensions = array<i64: 1>");
}

static void any_comparator(void) {
  text_has(
      "def f(x: i32[5], y: f32[5]) -> f32[5]:\n"
      "    def less(a: i32, b: i32, c: f32, d: f32) -> bool:\n"
      "        m: i32 = and(a, i32(3))\n"
      "        n: i32 = and(b, i32(3))\n"
      "        p: bool = lt(m, n)\n"
      "        return p\n"
      "    k, r = sort_by[i32[5], f32[5]](x, y, axis=0, cond=less)\n"
      "    return r\n",
      "stablehlo.sort");
}

static void orders_are_kept(void) {
  text_has(
      "def f(x: f32[70, 90]) -> f32[70]:\n    a: f32[70] = reduce_sum(x, axes=(1,), "
      "order=cols)\n    return a\n",
      "{mhlo.frontend_attributes = {jitc.order = \"cols\"}}");
  text_has(
      "def f(x: f32[9, 700], y: f32[700, 9]) -> f32[9, 9]:\n    a: f32[9, 9] = dot(x, y, "
      "lhs_contract=(1,), rhs_contract=(0,), order=rows)\n    return a\n",
      "{mhlo.frontend_attributes = {jitc.order = \"rows\"}}");
}

static void complex_numbers(void) {
  Arena *a = arena_new();
  const float elements[] = {1, 2, -0.5f, 0};
  Graph *g = graph_new(a, "complex");
  const Id x = graph_param(g, type_of(DT_C64, INTS(2)), "x");
  const Id c = b_literal(g, type_of(DT_C64, INTS(2)), false, elements);
  const Id swapped = b_complex(g, b_imag(g, x), b_real(g, x));
  const Id y = b_mul(g, c, swapped);
  graph_set_results(g, 1, &y);
  EXPECT_HAS(graph_stablehlo(a, g, NULL),
             "dense<[(1.0, 2.0), (-0.5, 0.0)]> : tensor<2xcomplex<f32>>");
  returns(g);
  arena_free(a);
}

static void constants(void) {
  text_has(
      "def f() -> f32[4]:\n    a: f32[4] = constant(literal=f32[4]([nan, -inf, 1e-45, 1e30]))\n"
      "    return a\n",
      "dense<[0x7FC00000, 0xFF800000, 1.4013e-45, 1.0e+30]> : tensor<4xf32>");
  text_has(
      "def f() -> bool[2, 1]:\n    a: bool[2, 1] = constant(literal=bool[2, 1]([True, False]))"
      "\n    return a\n",
      "dense<[[true], [false]]> : tensor<2x1xi1>");
  text_has("def f() -> i8[0, 3]:\n    a: i8[0, 3] = constant(literal=i8[0, 3]([]))\n    return a\n",
           "dense<> : tensor<0x3xi8>");
  Arena *a = arena_new();
  uint16_t many[40];
  for (int i = 0; i < 40; i++) many[i] = (uint16_t)(i * 1000);
  Graph *g = graph_new(a, "many");
  const Id c = b_literal(g, type_of(DT_U16, INTS(40)), false, many);
  graph_set_results(g, 1, &c);
  EXPECT_HAS(graph_stablehlo(a, g, NULL), "dense<\"0x0000E803D007");
  returns(g);
  arena_free(a);
}

int main(void) {
  RUN(every_row_has_a_form);
  RUN(every_elementwise_row_returns);
  RUN(what_is_written_out_is_accurate);
  RUN(complex_numbers_return);
  RUN(what_stablehlo_lacks);
  RUN(windows_that_xla_aborts_at);
  RUN(any_comparator);
  RUN(orders_are_kept);
  RUN(constants);
  RUN(complex_numbers);
  RUN(random_graphs_return);
  RUN(derivatives_and_batches_return);
  return tests_done();
}
