// Random graphs: they hold, read back, clone to equals, and passes keep them whole.
#include "tests/random_graph.h"

#include "compiler/dce.h"
#include "compiler/simplify.h"
#include "compiler/transform.h"
#include "ir/parse.h"
#include "ir/print.h"
#include "ir/verify.h"
#include "tests/check.h"
#include "tests/values.h"

enum { ROUNDS = 300, NODES = 40, DEPTH = 2 };

static Graph *make(Arena *a) {
  return random_graph(
      a, (RandomGraph){test_random(), .nodes = (int)test_int(0, NODES), .depth = DEPTH});
}

static void for_graphs(void (*check)(Arena *, const Graph *)) {
  for (int i = 0; i < ROUNDS; i++) {
    Arena *a = arena_new();
    check(a, make(a));
    arena_free(a);
    EXPECT_OK();
  }
}

static void check_holds(Arena *a, const Graph *g) {
  const char *faults = graph_faults(a, g);
  if (faults) FAULT("%s", faults);
}

static void check_reads_back(Arena *a, const Graph *g) {
  const char *text = graph_text(a, g, (PrintOptions){0});
  const Graph *back = graph_parse(a, "printed", text, strlen(text));
  if (!back) {
    FAULT("%s\n%s", diag_message(), text);
    return;
  }
  EXPECT_STR(graph_text(a, back, (PrintOptions){0}), text);
  EXPECT(graph_equal(graph_clone(a, back), graph_clone(a, g)));
}

static void check_clone(Arena *a, const Graph *g) {
  const Graph *once = graph_clone(a, g), *twice = graph_clone(a, once);
  EXPECT(graph_equal(once, twice));
  EXPECT(graph_hash(once) == graph_hash(twice));
  check_holds(a, once);
}

static void check_passes(Arena *a, const Graph *g) {
  const Graph *less = graph_dce(a, g), *simple = graph_simplify(a, g);
  check_holds(a, less);
  check_holds(a, simple);
  EXPECT(graph_equal(graph_dce(a, less), less));
  EXPECT(graph_equal(graph_simplify(a, simple), simple));
  EXPECT_EQ(simple->nparams, g->nparams);
  EXPECT_EQ(simple->nresults, g->nresults);
  for (int i = 0; i < g->nresults; i++)
    EXPECT(type_equal(graph_type(simple, simple->results[i]), graph_type(g, g->results[i])));
}

// Which NaN comes out is open: its bits are not looked at.
static bool has_values(Op op) { return op != OP_bitcast_convert; }

static void check_values(Arena *a, const Graph *g, const char *what,
                         Graph *(*pass)(Arena *, const Graph *)) {
  const char *differs = graphs_differ(a, pass(a, g), g, test_random());
  if (differs) FAULT("%s: %s\n%s", what, differs, graph_text(a, g, (PrintOptions){0}));
}

static void passes_keep_values(void) {
  for (int i = 0; i < ROUNDS; i++) {
    Arena *a = arena_new();
    const Graph *g = random_graph(a, (RandomGraph){test_random(), NODES, DEPTH, has_values, NULL});
    check_values(a, g, "clone", graph_clone);
    check_values(a, g, "dce", graph_dce);
    check_values(a, g, "simplify", graph_simplify);
    arena_free(a);
    EXPECT_OK();
  }
}

// What a transformation gives holds; or it says why there is none.
static void check_transformed(Arena *a, const Graph *g, const Graph *made, const char *what) {
  if (made) check_holds(a, made);
  else if (!strstr(diag_message(), "derivative") && !strstr(diag_message(), "too large"))
    FAULT("%s: %s\n%s", what, diag_message(), graph_text(a, g, (PrintOptions){0}));
  diag_clear();
}

static void check_transformations(Arena *a, const Graph *g) {
  int in[8], out[8];
  for (int i = 0; i < g->nparams; i++) in[i] = (int)test_int(-1, graph_type(g, g->params[i]).rank);
  for (int i = 0; i < g->nresults; i++)
    out[i] = (int)test_int(0, graph_type(g, g->results[i]).rank);
  check_transformed(a, g, graph_jvp(a, g, NULL), "jvp");
  check_transformed(a, g, graph_vjp(a, g, NULL), "vjp");
  check_transformed(a, g, graph_vmap(a, g, 3, in, out), "vmap");
}

static void graphs_hold(void) { for_graphs(check_holds); }
static void graphs_read_back(void) { for_graphs(check_reads_back); }
static void clones_are_equal(void) { for_graphs(check_clone); }
static void passes_keep_graphs_whole(void) { for_graphs(check_passes); }

static void graphs_transform(void) { for_graphs(check_transformations); }

static void seeds_repeat(void) {
  Arena *a = arena_new();
  const RandomGraph options = {.seed = test_random(), .nodes = NODES, .depth = DEPTH};
  EXPECT(graph_equal(random_graph(a, options), random_graph(a, options)));
  arena_free(a);
}

static void every_op_occurs(void) {
  bool seen[OP_COUNT] = {0};
  for (int i = 0; i < ROUNDS; i++) {
    Arena *a = arena_new();
    const Graph *g = random_graph(a, (RandomGraph){test_random(), .nodes = NODES, .depth = DEPTH});
    for (int k = 0; k < g->nnodes; k++) seen[g->nodes[k].op] = true;
    arena_free(a);
  }
  for (Op op = 0; op < OP_COUNT; op++) {
    if (!seen[op] && !random_graph_lacks(op)) FAULT("%s never occurs", op_info(op)->name);
  }
}

int main(void) {
  RUN(graphs_hold);
  RUN(graphs_read_back);
  RUN(clones_are_equal);
  RUN(passes_keep_graphs_whole);
  RUN(passes_keep_values);
  RUN(graphs_transform);
  RUN(seeds_repeat);
  RUN(every_op_occurs);
  return tests_done();
}
