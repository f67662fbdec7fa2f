// Programs, fused and not, against the interpreter bit for bit: every op over every dtype, ways of
// using ops, their derivatives and batches.
#include "compiler/program.h"

#include "backends/backend.h"
#include "compiler/transform.h"
#include "ir/build.h"
#include "ir/eval.h"
#include "ir/parse.h"
#include "ir/print.h"
#include "tests/check.h"
#include "tests/kernel_eval.h"
#include "tests/program_cases.h"
#include "tests/random_graph.h"

// ---- values

static void set_element(Dtype d, void *out, double v) {
  eval_op(OP_convert, DT_F64, d, 1, out, (const void *[]){&v});
}

static double random_value(Dtype d) {
  static const double corners[] = {0, -0.0, 1, -1, INFINITY, -INFINITY, NAN, 0x1p-140, 1e30};
  if (d == DT_BOOL) return (double)test_int(0, 1);
  if (!dtype_is_float(d))
    return (double)(dtype_kind(d) == KIND_SIGNED ? test_int(-9, 9) : test_int(0, 9));
  return test_int(0, 9) ? test_uniform(-3, 3) : corners[test_int(0, 8)];
}

static void *random_array(Arena *a, Type t) {
  char *x = arena_alloc(a, type_bytes(t) + 8);
  for (int64_t i = 0; i < type_count(t); i++)
    set_element(t.dtype, x + i * (int64_t)dtype_size(t.dtype), random_value(t.dtype));
  return x;
}

static bool same_element(Dtype d, const char *x, const char *y) {
  if (!memcmp(x, y, dtype_size(d))) return true;
  return dtype_is_float(d) && isnan(eval_number(d, x, 0)) && isnan(eval_number(d, y, 0));
}

static void *const *results_for(Arena *a, const Graph *g) {
  void **r = ARENA_ARRAY(a, void *, g->nresults + 1);
  for (int i = 0; i < g->nresults; i++)
    r[i] = arena_alloc(a, type_bytes(graph_type(g, g->results[i])) + 8);
  return r;
}

static bool compare(const Graph *g, void *const *got, void *const *want, const char *what,
                    const Program *p) {
  for (int i = 0; i < g->nresults; i++) {
    Type t = graph_type(g, g->results[i]);
    for (int64_t k = 0; k < type_count(t); k++) {
      size_t at = (size_t)k * dtype_size(t.dtype);
      if (same_element(t.dtype, (char *)got[i] + at, (char *)want[i] + at)) continue;
      return FAULT("%s: element %lld of result %d differs:\n%s\n%s", what, (long long)k, i,
                   graph_text(p->arena, g, (PrintOptions){.no_locations = true}),
                   program_text(p->arena, p));
    }
  }
  return true;
}

// ---- checking a graph

// What is printed of a kernel reads back as the same text.
static void check_text(Arena *a, const Kernel *k) {
  const char *text = kernel_text(a, k);
  const Kernel *back = kernel_parse(a, text, "printed");
  if (!back) FAULT("does not read back: %s\n%s", diag_message(), text);
  EXPECT_OK();
  if (back) EXPECT_STR(kernel_text(a, back), text);
}

static void check_texts(Arena *a, const Program *p) {
  for (int i = 0; i < p->nsteps; i++) {
    const Step *s = &p->steps[i];
    if (s->kind == STEP_KERNEL) check_text(a, s->kernel);
    const Program *part;
    for (int k = 0; (part = step_part(s, k)); k++) check_texts(a, part);
  }
}

static const Program *build(Arena *a, const Graph *g, bool fuse, const int *alias) {
  const Program *p = program_build(a, g, &(ProgramOptions){.fuse = fuse, .alias = alias});
  if (EXPECT_OK() && p && program_verify(p)) return p;
  EXPECT_OK();
  return NULL;
}

// Results of some random arguments' types share their buffers.
static const int *random_donation(Arena *a, const Graph *g) {
  int *alias = ARENA_ARRAY(a, int, g->nresults + 1);
  uint64_t taken = 0;
  for (int i = 0; i < g->nresults; i++) {
    alias[i] = -1;
    int k = g->nparams ? (int)test_int(0, g->nparams - 1) : 0;
    bool fits = k < g->nparams && k < 64 &&
                type_equal(graph_type(g, g->params[k]), graph_type(g, g->results[i]));
    if (!fits || taken >> k & 1) continue;
    taken |= UINT64_C(1) << k;
    alias[i] = k;
  }
  return alias;
}

static void check_donated(Arena *a, const Graph *g, const void *const *args, void *const *want,
                          bool fuse) {
  const int *alias = random_donation(a, g);
  const Program *p = build(a, g, fuse, alias);
  if (!p) return;
  const void **copies = ARENA_ARRAY(a, const void *, g->nparams + 1);
  for (int i = 0; i < g->nparams; i++) {
    size_t n = type_bytes(graph_type(g, g->params[i]));
    copies[i] = memcpy(arena_alloc(a, n + 8), args[i], n);
  }
  void **got = ARENA_ARRAY(a, void *, g->nresults + 1);
  void *const *fresh = results_for(a, g);
  for (int i = 0; i < g->nresults; i++) got[i] = alias[i] < 0 ? fresh[i] : (void *)copies[alias[i]];
  program_eval(p, copies, got);
  compare(g, got, want, fuse ? "fused and donated" : "donated", p);
}

static void check_with(Arena *a, const Graph *g, const void *const *args) {
  void *const *want = results_for(a, g);
  Executable *e = backend_interp.compile(g, &(CompileOptions){0});
  if (!EXPECT(e && backend_interp.run(e, args, want))) return;
  backend_interp.free(e);
  for (int fuse = 0; fuse < 2; fuse++) {
    const Program *p = build(a, g, fuse, NULL);
    if (!p) continue;
    check_texts(a, p);
    void *const *got = results_for(a, g);
    program_eval(p, args, got);
    compare(g, got, want, fuse ? "fused" : "not fused", p);
    check_donated(a, g, args, want, fuse);
  }
}

static void check_graph(Arena *a, const Graph *g) {
  if (!g) {
    EXPECT_OK();
    return;
  }
  const void **args = ARENA_ARRAY(a, const void *, g->nparams + 1);
  for (int i = 0; i < g->nparams; i++) args[i] = random_array(a, graph_type(g, g->params[i]));
  check_with(a, g, args);
}

// ---- tests

static bool accepts(Op op, Dtype d) {
  unsigned bit = dtype_is_float(d) ? ACCEPTS_FLOAT : d == DT_BOOL ? ACCEPTS_BOOL : ACCEPTS_INT;
  return op_info(op)->accepts & bit;
}

static void check_map(Op op, Dtype d, Dtype to) {
  const int64_t dims[] = {3, 5};
  static const int64_t empty[] = {0, 2};
  const Type types[] = {{d, 2, dims}, {d, 0, NULL}, {d, 2, empty}};
  for (int k = 0; k < 3; k++) {
    Arena *a = arena_new();
    Graph *g = graph_new(a, op_info(op)->name);
    Id args[3];
    for (int i = 0; i < op_info(op)->args; i++) {
      Type t = types[k];
      if (op == OP_select && i == 0) t.dtype = DT_BOOL;
      args[i] = graph_param(g, t, NULL);
    }
    Id r = graph_add(g, op, op_info(op)->args, args,
                     &(Attrs){.dtype = to, .exponent = 5, .exponent_bits = 4, .mantissa_bits = 7});
    graph_set_results(g, 1, &r);
    check_graph(a, g);
    arena_free(a);
  }
}

static void elementwise(void) {
  for (int op = 0; op < OP_COUNT; op++) {
    if (op_info(op)->op_class != CLASS_MAP || op == OP_complex) continue;
    for (int d = 0; d < DT_REAL_COUNT; d++) {
      if (!accepts(op, d)) continue;
      bool convert = op == OP_convert, bitcast = op == OP_bitcast_convert;
      for (int to = 0; to < (convert || bitcast ? DT_REAL_COUNT : 1); to++) {
        if (bitcast && (dtype_size(d) != dtype_size(to) || d == DT_BOOL || to == DT_BOOL)) continue;
        check_map(op, d, to);
      }
    }
  }
}

static Graph *parse(Arena *a, const char *text) {
  return graph_parse(a, "case", text, strlen(text));
}

static void ways_of_using_ops(void) {
  for (int i = 0; i < PROGRAM_CASES; i++) {
    Arena *a = arena_new();
    check_graph(a, parse(a, program_cases[i]));
    arena_free(a);
  }
}

static void derivatives(void) {
  for (int i = 0; i < PROGRAM_CASES; i++) {
    Arena *a = arena_new();
    const Graph *g = parse(a, program_cases[i]);
    const Graph *d = graph_vjp(a, g, NULL);
    if (d) check_graph(a, d);
    diag_clear();  // not everything has a derivative
    arena_free(a);
  }
}

static void batches(void) {
  for (int i = 0; i < PROGRAM_CASES; i++) {
    Arena *a = arena_new();
    const Graph *g = parse(a, program_cases[i]);
    if (!EXPECT(g)) continue;
    int *in = ARENA_ARRAY(a, int, g->nparams + 1), *out = ARENA_ARRAY(a, int, g->nresults + 1);
    // The text of a batch of three: parameters grow an axis in front.
    Graph *one = graph_clone(a, g);
    for (int k = 0; k < one->nparams; k++) in[k] = 0;
    for (int k = 0; k < one->nresults; k++) out[k] = 0;
    const Graph *v = graph_vmap(a, one, 3, in, out);
    if (EXPECT_OK()) check_graph(a, v);
    arena_free(a);
  }
}

// A loop with a carried array and one that is only read.
static void loops(void) {
  static const char *const text =
      "def f(x: f32[4], n: i32) -> (i32, f32[4], f32[4]):\n"
      "    def cond(i: i32, x: f32[4], y: f32[4], n: i32) -> bool:\n"
      "        c: bool = lt(i, n)\n"
      "        return c\n"
      "    def body(i: i32, x: f32[4], y: f32[4], n: i32) -> (i32, f32[4], f32[4]):\n"
      "        k: i32 = add(i, i32(1))\n"
      "        z: f32[4] = mul(x, y)\n"
      "        w: f32[4] = sin(z)\n"
      "        return k, w, x\n"
      "    a, b, c = while_[i32, f32[4], f32[4]](i32(0), x, x, n, cond=cond, body=body, ncarry=3)\n"
      "    d: f32[4] = add(b, c)\n"
      "    return a, b, d\n";
  Arena *a = arena_new();
  Graph *g = parse(a, text);
  for (int i = 0; i < 4; i++) check_graph(a, g);
  arena_free(a);
}

enum { RANDOM_GRAPHS = 300, RANDOM_NODES = 40 };

// The bits of a NaN are nowhere specified.
static bool shows_no_nan(Op op) { return op != OP_bitcast_convert; }

static void random_graphs(void) {
  for (int i = 0; i < RANDOM_GRAPHS && !test_counts.faults; i++) {
    Arena *a = arena_new();
    uint64_t seed = test_random();
    Graph *g = random_graph(a, (RandomGraph){.seed = seed,
                                             .nodes = (int)test_int(1, RANDOM_NODES),
                                             .depth = (int)test_int(0, 2),
                                             .allows = shows_no_nan});
    if (!EXPECT(g)) continue;
    const void **args = ARENA_ARRAY(a, const void *, g->nparams + 1);
    for (int k = 0; k < g->nparams; k++) {
      Type t = graph_type(g, g->params[k]);
      void *x = arena_alloc(a, type_bytes(t) + 8);
      random_elements(seed + (uint64_t)k, t, x);
      args[k] = x;
    }
    check_with(a, g, args);
    arena_free(a);
  }
}

// Of this thread: what else the machine does hardly counts.
static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double chain_seconds(int n) {
  Arena *a = arena_new();
  Graph *g = graph_new(a, "chain");
  Id x = graph_param(g, (Type){DT_F32, 1, (const int64_t[]){64}}, "x"), v = x;
  for (int i = 0; i < n; i++)
    v = i % 3 == 0 ? b_mul(g, v, x) : i % 3 == 1 ? b_add(g, v, v) : b_neg(g, v);
  graph_set_results(g, 1, &v);
  double start = seconds();
  const Program *p = program_build(a, g, &(ProgramOptions){.fuse = true});
  double took = seconds() - start;
  EXPECT(p && program_verify(p));
  if (p) EXPECT(p->nkernels >= n / 256 && p->nkernels <= n / 64 + 2);
  arena_free(a);
  return took;
}

static void long_chains(void) {
  enum { TRIES = 12 };  // neighbours in the caches make it slower now and then
  double best[2] = {INFINITY, INFINITY};
  for (int i = 0; i < TRIES && best[1] >= 24 * best[0] + 0.005; i++) {
    for (int k = 0; k < 2; k++) best[k] = fmin(best[k], chain_seconds(k ? 32000 : 4000));
  }
  fprintf(stderr, "chains of 4000 and 32000: %.1f ms, %.1f ms\n", 1e3 * best[0], 1e3 * best[1]);
  EXPECT(best[1] < 24 * best[0] + 0.005);  // linear would be 8, quadratic 64
}

int main(void) {
  RUN(elementwise);
  RUN(ways_of_using_ops);
  RUN(derivatives);
  RUN(batches);
  RUN(loops);
  RUN(random_graphs);
  RUN(long_chains);
  return tests_done();
}
