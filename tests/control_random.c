// Random graphs with loops, choices and calls in each other: batching lane by lane, forward against
// reverse, and what the passes keep.
#include "compiler/hoist.h"
#include "compiler/simplify.h"
#include "tests/random_graph.h"
#include "tests/transform.h"

static bool is_control(Op op) {
  return op == OP_while || op == OP_switch || op == OP_call || op == OP_remat;
}

// Ops whose lanes are the single results bit for bit, and which have both derivatives.
static bool allowed(Op op) {
  const OpClass c = op_info(op)->op_class;
  if (op == OP_bitcast_convert || op == OP_reduce_precision) return false;
  return c == CLASS_MAP || c == CLASS_SHAPE || c == CLASS_SOURCE || is_control(op) ||
         op == OP_dynamic_slice || op == OP_dynamic_update_slice;
}
static bool f64_only(Dtype d) { return d == DT_F64; }

static Graph *next_graph(Arena *a) {
  for (;;) {
    Graph *g = random_graph(a, (RandomGraph){.seed = test_random(),
                                             .nodes = (int)test_int(4, 14),
                                             .depth = 3,
                                             .allows = allowed,
                                             .has_dtype = f64_only});
    for (int i = 0; g && i < g->nnodes; i++) {
      if (is_control(g->nodes[i].op)) return g;
    }
  }
}

static void lanes(void) {
  for (int i = 0; i < 150; i++) {
    Arena *a = arena_new();
    const Graph *g = next_graph(a);
    int in[64], out[64];
    for (int k = 0; k < g->nparams; k++) in[k] = (int)test_int(-1, param_type(g, k).rank);
    for (int k = 0; k < g->nresults; k++) out[k] = (int)test_int(0, result_type(g, k).rank);
    check_vmap_axes(g, in, out, -2, 2, 0);
    arena_free(a);
  }
}

static void passes(void) {
  for (int i = 0; i < 300; i++) {
    Arena *a = arena_new();
    const Graph *g = next_graph(a);
    void **args = random_arguments(a, g, -2, 2), **want = run_graph(a, g, args);
    check_same(g, run_graph(a, graph_hoist(a, graph_inline_calls(a, g)), args), want, "hoisting");
    check_same(g, run_graph(a, graph_hoist(a, graph_simplify(a, graph_inline_calls(a, g))), args),
               want, "simplifying and hoisting");
    arena_free(a);
  }
}

static bool is_finite(const Graph *g, void **values) {
  for (int i = 0; values && i < g->nresults; i++) {
    const Type t = result_type(g, i);
    for (int64_t k = 0; k < type_count(t); k++) {
      if (dtype_is_float(t.dtype) && !(fabs(element(t, values[i], k)) < 1e6)) return false;
    }
  }
  return values != NULL;
}

static void both_ways(void) {
  int checked = 0;
  for (int i = 0; i < 400; i++) {
    Arena *a = arena_new();
    const Graph *g = next_graph(a), *jvp = graph_jvp(a, g, NULL), *vjp = graph_vjp(a, g, NULL);
    void **args = random_arguments(a, g, -2, 2);
    // Derivatives in halves round at other places in each direction.
    const bool halves = strstr(graph_text(a, g, (PrintOptions){0}), "f16") != NULL;
    if (!jvp || !vjp) {
      // Some functions have none.
      if (!strstr(diag_message(), "has no derivative"))
        FAULT("%s\n%s", diag_message(), graph_text(a, g, (PrintOptions){0}));
      diag_clear();
    } else {
      void **back = random_arguments(a, vjp, -1, 1);
      for (int k = 0; k < g->nparams; k++) back[k] = args[k];
      if (!halves && is_finite(vjp, run_graph(a, vjp, back)) &&
          is_finite(jvp, run_graph(a, jvp, with_tangents(a, g, args)))) {
        check_vjp(g, args, 1e-8);
        checked++;
      }
    }
    arena_free(a);
  }
  if (checked < 40) FAULT("only %d graphs were finite", checked);
}

int main(void) {
  RUN(passes);
  RUN(lanes);
  RUN(both_ways);
  return tests_done();
}
