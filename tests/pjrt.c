// XLA as an oracle, through a PJRT plugin: every row of the op table and random graphs, node by
// node within the tolerances of frontend/against.c; the device's errors. TEST_PJRT_PLUGIN names the
// plugin (tests/pjrt.sh looks for one).
#include <pthread.h>

#include "compiler/transform.h"
#include "frontend/tool/against.h"
#include "ir/build.h"
#include "ir/print.h"
#include "runtime/config.h"
#include "runtime/executable.h"
#include "tests/check.h"
#include "tests/random_graph.h"

static const Device *ours, *theirs;
static char name[4096];  // of theirs

// ---- comparing

static Values random_values(Arena *a, const Graph *g) {
  Values in;
  if (!values_for_params(a, g, &in)) return in;
  const uint64_t seed = test_random();
  for (int i = 0; i < in.n; i++)
    random_elements(seed + (uint64_t)i, in.types[i], in.buffers[i]->data);
  return in;
}

static void show(const Graph *g, const AgainstFault *f) {
  FAULT("%s: %s gives %s, element %s: %.9g there, %.9g here (%.3g ulp); %lld differ", g->name,
        op_info(f->node->op)->name, TYPE_STR(f->type),
        index_str(f->type, f->index, (char[TYPE_TEXT]){0}), f->got, f->want, f->ulps,
        (long long)f->count);
}

static int compared;

static bool same_for(const Graph *g, Arena *a, Values in) {
  enum { MOST = 4 };
  AgainstFault faults[MOST];
  int nodes = 0, n = 0;
  const bool ok = against_nodes(a, ours, theirs, g, &in, &nodes, faults, MOST, &n);
  for (int i = 0; i < n; i++) show(g, &faults[i]);
  if (!ok) {
    FAULT("%s: %s\n%s", g->name, diag_message(), graph_text(a, g, (PrintOptions){0}));
    diag_clear();
  }
  compared += nodes;
  values_free(&in);
  return ok && !n;
}

static bool same_as_xla(const Graph *g) {
  Arena *a = arena_new();
  const bool same = same_for(g, a, random_values(a, g));
  arena_free(a);
  return same;
}

// On numbers between those.
static bool same_on(const Graph *g, double low, double high) {
  Arena *a = arena_new();
  Values in = random_values(a, g);
  for (int k = 0; k < in.n; k++) {
    for (int64_t i = 0; i < type_count(in.types[k]); i++)
      values_set(&in, k, i, test_uniform(low, high));
  }
  const bool same = same_for(g, a, in);
  arena_free(a);
  return same;
}

// ---- rows

static unsigned accepts(Dtype d) {
  return dtype_is_float(d) ? ACCEPTS_FLOAT : d == DT_BOOL ? ACCEPTS_BOOL : ACCEPTS_INT;
}

// Every elementwise row of a dtype at once.
static void elementwise(void) {
  for (int d = 0; d < DT_REAL_COUNT; d++) {
    Arena *a = arena_new();
    const Type t = type_of((Dtype)d, INTS(1000));
    Graph *g = graph_new(a, arena_printf(a, "maps of %s", dtype_name((Dtype)d)));
    const Id p = graph_param(g, (Type){DT_BOOL, t.rank, t.dim}, "p");
    Id x[3], results[OP_COUNT + 16];
    int n = 0;
    for (int i = 0; i < 3; i++) x[i] = graph_param(g, t, "x");
    for (Op op = 0; op < OP_COUNT; op++) {
      const OpInfo *info = op_info(op);
      if (info->op_class != CLASS_MAP || info->attrs || !(info->accepts & accepts((Dtype)d)) ||
          op == OP_complex)
        continue;
      const Id args[3] = {op == OP_select ? p : x[0], x[1], x[2]};
      results[n++] = graph_add(g, op, info->args, args, NULL);
    }
    for (int e = -3; d != DT_BOOL && e < 6; e++) results[n++] = b_power(g, x[0], e);
    graph_set_results(g, n, results);
    if (EXPECT_OK()) same_as_xla(g);
    arena_free(a);
  }
}

// Every row of complex numbers, and those that move them.
static void complex_rows(void) {
  static const Dtype parts[] = {DT_F32, DT_F64};
  for (int d = 0; d < 2; d++) {
    Arena *a = arena_new();
    Graph *g = graph_new(a, d ? "rows of c128" : "rows of c64");
    const Type t = type_of(parts[d], INTS(50, 10));
    Id p[6], x[3], results[OP_COUNT + 16];
    int n = 0;
    for (int i = 0; i < 6; i++) p[i] = graph_param(g, t, "x");
    for (int i = 0; i < 3; i++) x[i] = results[n++] = graph_add(g, OP_complex, 2, &p[2 * i], NULL);
    for (Op op = 0; op < OP_COUNT; op++) {
      const OpInfo *info = op_info(op);
      if (info->op_class != CLASS_MAP || info->attrs || !(info->accepts & ACCEPTS_COMPLEX))
        continue;
      const Id args[3] = {op == OP_select ? b_lt(g, p[0], p[1]) : x[0], x[1], x[2]};
      results[n++] = graph_add(g, op, info->args, args, NULL);
    }
    for (int e = -3; e < 6; e++) results[n++] = b_power(g, x[0], e);
    results[n++] = b_transpose(g, x[0], INTS(1, 0));
    results[n++] = b_reshape(g, x[1], INTS(20, 25));
    graph_set_results(g, n, results);
    if (EXPECT_OK()) same_on(g, -3, 3);
    arena_free(a);
  }
}

static void conversions(void) {
  Arena *a = arena_new();
  for (int d = 0; d < DT_REAL_COUNT; d++) {
    Graph *g = graph_new(a, arena_printf(a, "convert from %s", dtype_name((Dtype)d)));
    const Id x = graph_param(g, type_of((Dtype)d, INTS(1000)), "x");
    Id results[DT_REAL_COUNT];
    for (int to = 0; to < DT_REAL_COUNT; to++) results[to] = b_convert(g, x, (Dtype)to);
    graph_set_results(g, DT_REAL_COUNT, results);
    same_as_xla(g);
  }
  arena_free(a);
}

static Op only;
static bool is_only(Op op) { return op == only; }

// Each row in small graphs of its own, of any dtypes and shapes.
static void every_row(void) {
  enum { GRAPHS = 2, NODES = 12 };
  for (only = 0; only < OP_COUNT; only++) {
    for (int i = 0; i < GRAPHS; i++) {
      Arena *a = arena_new();
      const uint64_t seed = test_random();
      const Graph *g = random_graph(
          a, (RandomGraph){seed, .nodes = NODES, .depth = op_info(only)->op_class == CLASS_CONTROL,
                           .allows = is_only});
      if (!same_as_xla(g))
        fprintf(stderr, "%s, graph of seed %llu\n", op_info(only)->name, (unsigned long long)seed);
      arena_free(a);
    }
  }
}

static void random_graphs(void) {
  enum { GRAPHS = 200, NODES = 25, DEPTH = 2 };
  for (int i = 0; i < GRAPHS && test_counts.faults < 8; i++) {
    Arena *a = arena_new();
    const uint64_t seed = test_random();
    const Graph *g = random_graph(a, (RandomGraph){seed, .nodes = NODES, .depth = DEPTH});
    if (!same_as_xla(g))
      fprintf(stderr, "graph of seed %llu\n%s", (unsigned long long)seed,
              graph_text(a, g, (PrintOptions){0}));
    arena_free(a);
  }
}

static void derivatives_and_batches(void) {
  enum { GRAPHS = 20, NODES = 12, LANES = 3 };
  for (int i = 0; i < GRAPHS; i++) {
    Arena *a = arena_new();
    const Graph *g = random_graph(a, (RandomGraph){test_random(), .nodes = NODES});
    const Graph *vjp = graph_vjp(a, g, NULL);
    diag_clear();  // a loop without a bound has no derivative
    int *axes = ARENA_ARRAY(a, int, g->nparams + g->nresults + 1);
    const Graph *vmap = graph_vmap(a, g, LANES, axes, axes);
    if (vjp) same_as_xla(vjp);
    if (vmap) same_as_xla(vmap);
    arena_free(a);
  }
}

// ---- the device

static Graph *sum_graph(Arena *a) {
  Graph *g = graph_new(a, "sum");
  const Id x = graph_param(g, type_of(DT_F32, INTS(4)), "x");
  const Id results[] = {b_add(g, x, x), x, x};
  graph_set_results(g, 3, results);
  return g;
}

static void *many_calls(void *executable) {
  const float x[4] = {1, 2, 3, 4};
  float y[3][4];
  Executable *e = executable;
  int wrong = 0;
  for (int i = 0; i < 200; i++) {
    memset(y, 0, sizeof y);
    wrong += !e->backend->run(e, (const void *[]){x}, (void *[]){y[0], y[1], y[2]});
    for (int k = 0; k < 4; k++) wrong += y[0][k] != 2 * x[k] || y[1][k] != x[k] || y[2][k] != x[k];
  }
  return wrong ? executable : NULL;
}

static void calls_from_threads(void) {
  enum { THREADS = 4 };
  Arena *a = arena_new();
  Executable *e = executable_new(theirs, sum_graph(a), NULL);
  pthread_t threads[THREADS];
  for (int i = 0; EXPECT(e != NULL) && i < THREADS; i++)
    pthread_create(&threads[i], NULL, many_calls, e);
  for (int i = 0; e && i < THREADS; i++) {
    void *wrong;
    pthread_join(threads[i], &wrong);
    EXPECT(!wrong);
  }
  executable_free(e);
  arena_free(a);
}

// Results written over arguments, in the manner of donation.
static void donated(void) {
  Arena *a = arena_new();
  float x[4] = {1, 2, 3, 4}, y[2][4];
  Executable *e =
      executable_new(theirs, sum_graph(a), &(CompileOptions){.alias = (int[]){0, -1, -1}});
  if (EXPECT(e != NULL)) {
    EXPECT(e->backend->run(e, (const void *[]){x}, (void *[]){x, y[0], y[1]}));
    EXPECT(x[0] == 2 && x[3] == 8 && y[0][0] == 1 && y[1][3] == 4);
  }
  executable_free(e);
  arena_free(a);
}

static void errors_are_told(void) {
  EXPECT(!device_find((Loc){0}, "pjrt:/nowhere/plugin.so"));
  EXPECT_FAIL("the PJRT plugin cannot be opened: /nowhere/plugin.so");
  EXPECT(!device_find((Loc){0}, "pjrt:libm.so.6"));
  EXPECT_FAIL("libm.so.6: is no PJRT plugin: it has no GetPjrtApi");
  EXPECT(!device_find((Loc){0}, "pjrtx"));
  EXPECT_FAIL("there is no device 'pjrtx'");
  EXPECT(device_find((Loc){0}, name) == theirs);
  Arena *a = arena_new();
  EXPECT(!theirs->backend->dump(sum_graph(a), NULL, "llvm"));
  EXPECT_FAIL("a PJRT plugin has no stage 'llvm'");
  EXPECT(!theirs->backend->compile(sum_graph(a), NULL));
  EXPECT_FAIL("no PJRT plugin is chosen");
  // What the plugin itself refuses: more bytes than there are.
  Graph *g = graph_new(a, "huge");
  const Id x = b_full(g, type_of(DT_F32, INTS(1 << 28, 1 << 18)), 1);
  graph_set_results(g, 1, &x);
  Executable *e = executable_new(theirs, g, NULL);
  float *nothing = malloc(4);
  if (e) EXPECT(!e->backend->run(e, NULL, (void *[]){nothing}));
  EXPECT_FAIL(theirs->plugin ? ".so: " : "");
  executable_free(e);
  free(nothing);
  arena_free(a);
}

enum { EXIT_SKIPPED = 77 };

int main(void) {
  if (!getenv("TEST_PJRT_PLUGIN")) {
    fprintf(stderr, "skipped: TEST_PJRT_PLUGIN names no plugin\n");
    return EXIT_SKIPPED;
  }
  snprintf(name, sizeof name, "pjrt:%s", getenv("TEST_PJRT_PLUGIN"));
  ours = device_find((Loc){0}, "interp");
  theirs = device_find((Loc){0}, name);
  if (!theirs) return fprintf(stderr, "%s\n0 passed, 1 failed\n", diag_message()), 1;
  RUN(errors_are_told);
  RUN(calls_from_threads);
  RUN(donated);
  RUN(elementwise);
  RUN(complex_rows);
  RUN(conversions);
  RUN(every_row);
  RUN(random_graphs);
  RUN(derivatives_and_batches);
  fprintf(stderr, "%d values compared with %s\n", compared, theirs->description);
  return tests_done();
}
