// Transformations: their signatures, what they refuse, and that their cost is linear. (What they
// compute is in transform_ops and transform_cases, how it looks in golden.)
#include "compiler/transform.h"
#include "ir/build.h"
#include "ir/parse.h"
#include "ir/verify.h"
#include "tests/check.h"

static Graph *parsed(Arena *a, const char *text) {
  Graph *g = graph_parse(a, "t", text, strlen(text));
  EXPECT_OK();
  return g;
}

static const char *const mixed =
    "def f(w: f32[4,3], i: i32[3], x: f64[3]) -> (f32[4], i32[3], f64):\n"
    "    s: f32[4] = reduce_sum(w, axes=(1,), order=rows)\n"
    "    j: i32[3] = neg(i)\n"
    "    y: f64[3] = convert(j, dtype=f64)\n"
    "    z: f64[3] = mul(x, y)\n"
    "    r: f64 = reduce_sum(z, axes=(0,), order=rows)\n"
    "    return s, j, r\n";

static void expect_types(const Graph *g, const Id *values, int n, const char *const *want) {
  for (int i = 0; i < n; i++) EXPECT_STR(TYPE_STR(graph_type(g, values[i])), want[i]);
}

static void signatures(void) {
  Arena *a = arena_new();
  const Graph *g = parsed(a, mixed), *jvp = graph_jvp(a, g, NULL), *vjp = graph_vjp(a, g, NULL);
  const Graph *one = graph_vjp(a, g, (bool[]){false, false, true});
  EXPECT_OK();
  EXPECT_EQ(jvp->nparams, 5);
  expect_types(jvp, jvp->params, 5,
               (const char *[]){"f32[4,3]", "i32[3]", "f64[3]", "f32[4,3]", "f64[3]"});
  EXPECT_EQ(jvp->nresults, 6);
  expect_types(jvp, jvp->results, 6,
               (const char *[]){"f32[4]", "i32[3]", "f64[]", "f32[4]", "i32[3]", "f64[]"});
  EXPECT_EQ(vjp->nparams, 5);
  expect_types(vjp, vjp->params, 5,
               (const char *[]){"f32[4,3]", "i32[3]", "f64[3]", "f32[4]", "f64[]"});
  EXPECT_EQ(vjp->nresults, 5);
  expect_types(vjp, vjp->results, 5,
               (const char *[]){"f32[4]", "i32[3]", "f64[]", "f32[4,3]", "f64[3]"});
  EXPECT_EQ(one->nresults, 4);
  expect_types(one, one->results + 3, 1, (const char *[]){"f64[3]"});
  arena_free(a);
}

static void linearized_parts(void) {
  Arena *a = arena_new();
  Linearized lin;
  const Graph *g = parsed(a, mixed);
  if (!EXPECT(graph_linearize(a, g, NULL, &lin))) return;
  EXPECT(graph_verify(lin.known, "known") && graph_verify(lin.linear, "linear"));
  EXPECT_EQ(lin.nresiduals, 1);
  EXPECT_EQ(lin.known->nresults, 4);
  expect_types(lin.known, lin.known->results + 3, 1, (const char *[]){"f64[3]"});
  EXPECT_EQ(lin.linear->nparams, 3);
  EXPECT_EQ(lin.linear->nresults, 2);
  const Graph *back = graph_transpose(a, lin.linear, lin.nresiduals);
  if (!EXPECT(back != NULL)) return;
  expect_types(back, back->params, 3, (const char *[]){"f64[3]", "f32[4]", "f64[]"});
  expect_types(back, back->results, 2, (const char *[]){"f32[4,3]", "f64[3]"});
  // Twice transposed it takes tangents to tangents again.
  const Graph *again = graph_transpose(a, back, lin.nresiduals);
  if (EXPECT(again != NULL)) EXPECT(graph_equal(again, graph_clone(a, lin.linear)));
  arena_free(a);
}

static int residuals_of(Arena *a, const char *text) {
  Linearized lin;
  return graph_linearize(a, parsed(a, text), NULL, &lin) ? lin.nresiduals : -1;
}

// What several linear nodes use is one residual, and what none does is none.
static void no_idle_residuals(void) {
  Arena *a = arena_new();
  EXPECT_EQ(residuals_of(a,
                         "def f(x: f32, y: f32) -> (f32, f32):\n"
                         "    s: f32 = stop_gradient(y)\n"
                         "    c: f32 = exp(s)\n"
                         "    p: f32 = mul(x, c)\n"
                         "    q: f32 = mul(p, c)\n"
                         "    return p, q\n"),
            1);
  EXPECT_EQ(residuals_of(a,
                         "def f(x: f32) -> f32:\n"
                         "    d: f32 = sin(x)\n"
                         "    s: f32 = stop_gradient(d)\n"
                         "    r: f32 = mul(s, x)\n"
                         "    return r\n"),
            1);
  arena_free(a);
}

static void backward_nodes_have_locations(void) {
  Arena *a = arena_new();
  const Graph *g = parsed(a,
                          "def f(x: f32[3]) -> f32:\n"
                          "    y: f32[3] = sin(x)  # model.c:7\n"
                          "    r: f32 = reduce_sum(y, axes=(0,), order=rows)  # model.c:9\n"
                          "    return r\n");
  const Graph *vjp = graph_vjp(a, g, NULL);
  for (int i = 0; i < vjp->nnodes; i++) {
    const Node *n = &vjp->nodes[i];
    EXPECT_EQ(n->loc.line, n->op == OP_reduce_sum || n->op == OP_broadcast ? 9 : 7);
  }
  arena_free(a);
}

static void refusals(void) {
  Arena *a = arena_new();
  const Graph *g = parsed(a, mixed);
  EXPECT(!graph_jvp(a, g, (bool[]){true, true, false}));
  EXPECT_FAIL("f: no derivative with respect to parameter i of type i32[3]: it is not a float");
  EXPECT(!graph_vjp(a, g, (bool[]){false, true, false}));
  EXPECT_FAIL("parameter i of type i32[3]");
  EXPECT(!graph_vmap(a, g, 5, (int[]){3, -1, -1}, (int[]){0, 0, 0}));
  EXPECT_FAIL("vmap: in_axis 0 of f is 3, out of range for f32[4,3] with one axis more");
  EXPECT(!graph_vmap(a, g, 5, (int[]){0, -1, -1}, (int[]){0, 0, -2}));
  EXPECT_FAIL("vmap: out_axis 2 of f is -2");
  EXPECT(!graph_vmap(a, g, 5, (int[]){0, -1, -1}, (int[]){-1, 0, 0}));
  EXPECT_FAIL("t:2:17: vmap: result 0 of f depends on a mapped argument, but its out_axis is none");
  EXPECT(graph_vmap(a, g, 5, (int[]){0, -1, -1}, (int[]){0, -1, -1}) != NULL);
  EXPECT(!graph_vmap(a, g, INT64_MAX / 8, (int[]){0, -1, -1}, (int[]){0, -1, -1}));
  EXPECT_FAIL("too large");
  // What is not linear has no transpose.
  const Graph *sine = parsed(a,
                             "def f(x: f32) -> f32:\n"
                             "    r: f32 = sin(x)\n"
                             "    return r\n");
  EXPECT(!graph_transpose(a, sine, 0));
  EXPECT_FAIL("t:2:14: sin: has no transpose with respect to operand 0: it is not linear");
  const Graph *fill = parsed(a,
                             "def f(i: i32[2], x: f32[3]) -> f32[2]:\n"
                             "    r: f32[2] = gather(x, i, collapsed_dims=(0,), index_map=(0,),"
                             " index_vector_dim=1, slice_sizes=(1,), mode=fill)\n"
                             "    return r\n");
  EXPECT(!graph_transpose(a, fill, 1));
  EXPECT_FAIL("gather: has no transpose");
  // A pending error stays, and nothing is made.
  fail((Loc){0}, "first");
  EXPECT(!graph_jvp(a, g, NULL) && !graph_vjp(a, g, NULL) && !graph_inline_calls(a, g));
  EXPECT_FAIL("first");
  arena_free(a);
}

// ---- shapes that are too large to run, or have no elements

static void permutations_of_long_axes(void) {
  Arena *a = arena_new();
  const Graph *jvp = graph_jvp(a,
                               parsed(a,
                                      "def f(x: f32[3000000000]) -> f32[3000000000]:\n"
                                      "    r: f32[3000000000] = sort(x, axis=0)\n"
                                      "    return r\n"),
                               NULL);
  if (!EXPECT(jvp != NULL)) return;
  for (int i = 0; i < jvp->nnodes; i++) {
    if (jvp->nodes[i].op == OP_iota) EXPECT_EQ(jvp->nodes[i].attrs->dtype, DT_I64);
  }
  arena_free(a);
}

static void transpose_of_nothing(void) {
  Arena *a = arena_new();
  const Graph *back =
      graph_transpose(a,
                      parsed(a,
                             "def f(x: f32[5]) -> f32[0]:\n"
                             "    r: f32[0] = slice(x, start=(0,), limit=(0,), stride=(3,))\n"
                             "    return r\n"),
                      0);
  if (EXPECT(back != NULL)) expect_types(back, back->results, 1, (const char *[]){"f32[5]"});
  arena_free(a);
}

// ---- where the batch axis goes

static void batch_axes(void) {
  Arena *a = arena_new();
  // StableHLO wants operand_batch in ascending order.
  const Graph *g =
      parsed(a,
             "def f(x: f32[3,4,2], i: i32[2,3,5]) -> f32[2,3,5]:\n"
             "    r: f32[2,3,5] = gather(x, i, collapsed_dims=(1,), operand_batch=(0, 2),"
             " index_batch=(1, 0), index_map=(1,), index_vector_dim=3, slice_sizes=(1, 1, 1),"
             " mode=clip)\n"
             "    return r\n");
  const Graph *vmap = graph_vmap(a, g, 7, (int[]){1, 0}, (int[]){0});
  const Attrs *at = graph_def(vmap, vmap->results[0])->attrs;
  EXPECT(ints_equal(at->operand_batch, INTS(0, 1, 3)));
  EXPECT(ints_equal(at->index_batch, INTS(2, 0, 1)));
  // A broadcast goes where the other operand is, though it comes first.
  g = parsed(a,
             "def f(s: f32, x: f32[3]) -> f32[3]:\n"
             "    b: f32[3] = broadcast(s, shape=(3,))\n"
             "    r: f32[3] = sub(b, x)\n"
             "    return r\n");
  vmap = graph_vmap(a, g, 7, (int[]){0, 1}, (int[]){1});
  EXPECT_EQ(vmap->nnodes, 2);
  arena_free(a);
}

// y = sin(y) * x, n times
static const Graph *chain(Arena *a, int n) {
  Graph *g = graph_new(a, "chain");
  Id x = graph_param(g, type_of(DT_F32, INTS(4)), "x"), y = x;
  for (int i = 0; i < n / 2; i++) y = b_mul(g, b_sin(g, y), x);
  graph_set_results(g, 1, &y);
  return g;
}

// Nodes of the results, over nodes of the chain: no more for long chains than for short ones. And
// long ones come to an end: deep recursion or lists that are searched would not.
static void cost_is_linear(void) {
  double first[3] = {0};
  for (int n = 1000; n <= 64000; n *= 4) {
    Arena *a = arena_new();
    const Graph *g = chain(a, n);
    const int axis = 0;
    const Graph *made[] = {graph_jvp(a, g, NULL), graph_vjp(a, g, NULL),
                           graph_vmap(a, g, 8, &axis, &axis)};
    for (int i = 0; i < 3; i++) {
      if (!EXPECT(made[i] != NULL)) continue;
      const double per = (double)made[i]->nnodes / n;
      if (n == 1000) first[i] = per;
      EXPECT(per < 6 && per <= first[i] * 1.01);
    }
    arena_free(a);
  }
}

// Zero tangents are not computed with: what depends on no active parameter costs nothing.
static void inactive_costs_nothing(void) {
  Arena *a = arena_new();
  const Graph *g = parsed(a,
                          "def f(x: f32[3], y: f32[3]) -> f32[3]:\n"
                          "    a: f32[3] = sin(y)\n"
                          "    b: f32[3] = exp(a)\n"
                          "    r: f32[3] = mul(x, b)\n"
                          "    return r\n");
  const Graph *jvp = graph_jvp(a, g, (bool[]){true, false});
  const Graph *vjp = graph_vjp(a, g, (bool[]){true, false});
  EXPECT_EQ(jvp->nnodes, 4);
  EXPECT_EQ(vjp->nnodes, 4);
  arena_free(a);
}

int main(void) {
  RUN(signatures);
  RUN(linearized_parts);
  RUN(no_idle_residuals);
  RUN(backward_nodes_have_locations);
  RUN(refusals);
  RUN(permutations_of_long_axes);
  RUN(transpose_of_nothing);
  RUN(batch_axes);
  RUN(cost_is_linear);
  RUN(inactive_costs_nothing);
  return tests_done();
}
