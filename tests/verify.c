// The verifier: graphs that were broken by hand are told, each fault beside its node.
#include "ir/verify.h"

#include "ir/build.h"
#include "tests/check.h"

static Arena *arena;

// mul(neg(x), x) and a loop over it.
static Graph *sound(void) {
  Graph *g = graph_new(arena, "f"), *cond = graph_new(arena, "cond"),
        *body = graph_new(arena, "body");
  const Type t = type_of(DT_F32, INTS(3));
  const Id b = graph_param(body, t, "v");
  graph_param(cond, t, "v");
  graph_param(cond, type_scalar(DT_BOOL), "go");
  graph_param(body, type_scalar(DT_BOOL), "go");
  graph_set_results(cond, 1, (Id[]){cond->params[1]});
  graph_set_results(body, 1, (Id[]){b_exp(body, b)});
  const Id x = graph_param(g, t, "x"), go = graph_param(g, type_scalar(DT_BOOL), "go");
  const Id y = b_mul(g, b_neg(g, x), x);
  const Id z =
      graph_add(g, OP_while, 2, (Id[]){y, go}, &(Attrs){.cond = cond, .body = body, .ncarry = 1});
  graph_set_results(g, 1, &z);
  return g;
}

#define EXPECT_FAULT(g, part)                     \
  do {                                            \
    EXPECT_HAS(graph_faults(arena, (g)), (part)); \
    EXPECT_OK();                                  \
  } while (0)

static void sound_graphs_have_no_faults(void) { EXPECT(graph_faults(arena, sound()) == NULL); }

static void wrong_types(void) {
  Graph *g = sound();
  g->values[g->nodes[0].first].type = type_of(DT_F32, INTS(4));
  EXPECT_FAULT(g, "result 0 is f32[4], its rule gives f32[3]");
  // The user of the value is told as well.
  EXPECT_FAULT(g, "mul: operands differ: f32[4] and f32[3]");
}

static void faults_stand_beside_their_nodes(void) {
  Graph *g = sound();
  g->values[g->nodes[0].first].type.dtype = DT_I32;
  EXPECT_FAULT(g, "a: i32[3] = neg(x)  # error: result 0 is i32[3], its rule gives f32[3]\n");
}

static void wrong_operands(void) {
  Graph *g = sound();
  ((Id *)g->nodes[1].args)[0] = 77;
  EXPECT_FAULT(g, "operand 0 is value 77 of 5");
  ((Id *)g->nodes[1].args)[0] = g->nodes[2].first;
  EXPECT_FAULT(g, "operand 0 is computed later");
}

static void wrong_ops_and_attributes(void) {
  Graph *g = sound();
  g->nodes[0].op = OP_COUNT;
  EXPECT_FAULT(g, "node 0 has no valid op");
  g = sound();
  ((Attrs *)g->nodes[2].attrs)->body = NULL;
  EXPECT_FAULT(g, "attribute body is invalid");
  g = sound();
  g->nodes[0].op = OP_convert;
  g->nodes[0].attrs = &(Attrs){.dtype = DT_COUNT};
  EXPECT_FAULT(g, "attribute dtype is invalid");
}

static void wrong_parameters_and_results(void) {
  Graph *g = sound();
  g->params[0] = 99;
  EXPECT_FAULT(g, "parameter 0 is value 99 of 5");
  g = sound();
  g->params[0] = g->nodes[0].first;
  EXPECT_FAULT(g, "parameter 0 is a node's result");
  g = sound();
  g->results[0] = 5;
  EXPECT_FAULT(g, "result 0 is value 5 of 5");
  g = sound();
  g->nparams = 1;
  EXPECT_FAULT(g, "2 values without a node for 1 parameters");
  g = sound();
  g->values[2].node = 1;
  EXPECT_FAULT(g, "value 2 is no result of its node 1");
}

static void faults_within_loops(void) {
  Graph *g = sound(), *body = (Graph *)g->nodes[2].attrs->body;
  body->values[body->nodes[0].first].type.dtype = DT_F64;
  EXPECT_FAULT(g, "    a: f64[3] = exp(v)  # error: result 0 is f64[3], its rule gives f32[3]");
  EXPECT_FAULT(g, "while: carried value 0 is f32[3], body gives f64[3]");
}

static void pending_errors_stay(void) {
  Graph *g = sound();
  g->nodes[1].op = OP_select;
  fail((Loc){0}, "the first error");
  EXPECT_HAS(graph_faults(arena, g), "the operands do not fit the op");
  EXPECT_FAIL("the first error");
}

int main(void) {
  arena = arena_new();
  RUN(sound_graphs_have_no_faults);
  RUN(wrong_types);
  RUN(faults_stand_beside_their_nodes);
  RUN(wrong_operands);
  RUN(wrong_ops_and_attributes);
  RUN(wrong_parameters_and_results);
  RUN(faults_within_loops);
  RUN(pending_errors_stay);
  arena_free(arena);
  return tests_done();
}
