// JITC_DEBUG_NANS: the operation that makes a NaN is named with its place, in loops as well; what
// merely passes one on is not.
#include <math.h>

#include "ir/build.h"
#include "runtime/config.h"
#include "runtime/executable.h"
#include "tests/check.h"

static Graph *log_of_difference(Arena *a) {
  Graph *g = graph_new(a, "f");
  Id x = graph_param(g, type_of(DT_F32, INTS(3)), "x");
  g->loc = (Loc){"user.c", 7, 0};
  Id y = b_sub(g, x, b_like(g, x, 1));
  g->loc.line = 8;
  Id z = b_log(g, y);
  g->loc.line = 9;
  Id sum = b_reduce(g, OP_reduce_sum, z, INTS(0));
  graph_set_results(g, 1, &sum);
  return g;
}

static bool run(const Graph *g, const float *x, float *result) {
  Executable *e = executable_new(device_find((Loc){0}, "interp"), g, NULL);
  if (!EXPECT(e != NULL)) return false;
  bool ok = e->backend->run(e, (const void *[]){x}, (void *[]){result});
  executable_free(e);
  return ok;
}

static void test_names_the_maker(void) {
  Arena *a = arena_new();
  Graph *g = log_of_difference(a);
  float result = 0;
  const float bad[] = {2, 3, 0.5f}, good[] = {2, 3, 4}, given[] = {2, NAN, 4};
  config_set(CONFIG_DEBUG_NANS, "1");
  EXPECT(!run(g, bad, &result));
  EXPECT_FAIL(
      "user.c:8: log: its result f32[3] is NaN at element 2, of operands without NaN, in the "
      "forward");
  EXPECT(run(g, good, &result) && result > 0);
  EXPECT(run(g, given, &result) && result != result);
  config_set(CONFIG_DEBUG_NANS, NULL);
  EXPECT(run(g, bad, &result) && result != result);
  EXPECT_OK();
  arena_free(a);
}

static void test_inside_a_call(void) {
  Arena *a = arena_new();
  Graph *g = graph_new(a, "g");
  Id x = graph_param(g, type_of(DT_F32, INTS(3)), "x");
  Id y = graph_add(g, OP_call, 1, &x, &(Attrs){.body = log_of_difference(a)});
  graph_set_results(g, 1, &y);
  float result = 0;
  config_set(CONFIG_DEBUG_NANS, "1");
  EXPECT(!run(g, (const float[]){0, 0, 0}, &result));
  EXPECT_FAIL("user.c:8: log");
  config_set(CONFIG_DEBUG_NANS, NULL);
  arena_free(a);
}

int main(void) {
  RUN(test_names_the_maker);
  RUN(test_inside_a_call);
  return tests_done();
}
