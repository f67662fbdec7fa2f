// Transformations: the shape of what they make, as text, and what they refuse.
#include "compiler/transform.h"
#include "ir/build.h"
#include "ir/print.h"
#include "tests/check.h"

static Graph *mlp(Arena *a) {
  Graph *g = graph_new(a, "loss");
  Id w = graph_param(g, type_of(DT_F32, INTS(4, 3)), "w");
  Id x = graph_param(g, type_of(DT_F32, INTS(3)), "x");
  g->loc = (Loc){"mlp.c", 5, 0};
  Id h = b_dot(g, w, x, (Ints){0}, (Ints){0}, INTS(1), INTS(0));
  g->loc.line = 6;
  h = b_tanh(g, h);
  g->loc.line = 7;
  Id r = b_reduce(g, OP_reduce_sum, h, INTS(0));
  graph_set_results(g, 1, &r);
  return g;
}

static void show(void) {
  Arena *a = arena_new();
  Graph *g = mlp(a);
  puts(graph_text(a, g, (PrintOptions){0}));
  puts(graph_text(a, graph_jvp(a, g, NULL), (PrintOptions){0}));
  puts(graph_text(a, graph_vjp(a, g, NULL), (PrintOptions){0}));
  Graph *v = graph_vmap(a, g, 8, (int[]){-1, 0}, (int[]){0});
  puts(graph_text(a, v, (PrintOptions){0}));
  puts(graph_text(a, graph_vjp(a, v, (bool[]){true, false}), (PrintOptions){0}));
  EXPECT_OK();
  arena_free(a);
}

int main(void) {
  RUN(show);
  return tests_done();
}
