// Eager calls on the interpreter and compiled: equal bits, before and after a function is hot.
#include "frontend/execute.h"
#include "frontend/tier.h"
#include "ir/build.h"
#include "tests/check.h"

enum { CALLS = 40000, ELEMENTS = 37 };

static jc_array chain(jc_array x, jc_array y) {
  return jc_add(jc_tanh(jc_mul(x, y)), jc_sub(jc_exp(x), jc_sum(y)));
}

static void fill(float *v, int n) {
  for (int i = 0; i < n; i++) v[i] = (float)test_uniform(-2, 2);
}

// The first calls are interpreted, the last ones compiled.
static void hot_functions_keep_their_bits(void) {
  float a[ELEMENTS], b[ELEMENTS], first[ELEMENTS], now[ELEMENTS];
  fill(a, ELEMENTS), fill(b, ELEMENTS);
  jc_array x = jc_from(a, ELEMENTS), y = jc_from(b, ELEMENTS);
  jc_copy(chain(x, y), first, sizeof first);
  for (int i = 0; i < CALLS; i++) {
    JC_SCOPE();
    jc_copy(chain(x, y), now, sizeof now);
    if (memcmp(first, now, sizeof now) && !FAULT("call %d differs from the first", i)) return;
  }
}

static jc_array draws(jc_array key) {
  jc_array k = jc_split(key, 3);
  jc_array n = jc_normal(jc_at(k, 0), JC_SHAPE(5, 7)), u = jc_uniform(jc_at(k, 1), JC_SHAPE(7));
  return jc_add(jc_mul(n, u), jc_randint(jc_at(k, 2), -9, 9, JC_SHAPE(5, 1)));
}
JC_FN(jc_array, draws, jc_array);

// Compiled as one function against interpreted one by one.
static void jit_is_eager(void) {
  float eager[35], jit[35];
  uint64_t seed = test_random();
  jc_copy(draws(jc_key(seed)), eager, sizeof eager);
  jc_copy(jc_jit(draws)(jc_key(seed)), jit, sizeof jit);
  EXPECT_BYTES(eager, jit, sizeof jit);
}

static jc_array scaled(jc_array key) { return jc_mul(jc_normal(key, JC_SHAPE(123, 457)), 0.01); }
JC_FN(jc_array, scaled, jc_array);

// Large eager draws run by executables for all lengths, jit's is for its own.
static void lengths_at_run_time_keep_the_bits(void) {
  jc_array key = jc_key(test_random());
  jc_normal(key, JC_SHAPE(300, 301));  // another length first
  static float eager[123 * 457], jit[123 * 457];
  jc_copy(scaled(key), eager, sizeof eager);
  jc_copy(jc_jit(scaled)(key), jit, sizeof jit);
  EXPECT_BYTES(eager, jit, sizeof jit);
}

// What the rules of ops make of them is what counts.
static void windows_and_products_cost_their_places(void) {
  Arena *a = arena_new();
  Graph *g = graph_new(a, "g");
  const Ints shape = INTS(512, 512), ones = INTS(1, 1), none = INTS(0, 0);
  const Id x = graph_param(g, type_of(DT_F32, shape), NULL);
  const double few = tier_steps(g);
  const Attrs at = {.lhs_contract = INTS(1), .rhs_contract = INTS(0), .order = ORDER_CHAIN};
  EXPECT(graph_add(g, OP_dot, 2, (Id[]){x, x}, &at) != NO_ID);
  EXPECT(few < 1e4 && tier_steps(g) > 512.0 * 512 * 512);
  g = graph_new(a, "g");
  Graph *body = graph_new(a, "body");
  const Id both[] = {graph_param(body, type_scalar(DT_F32), NULL),
                     graph_param(body, type_scalar(DT_F32), NULL)};
  graph_set_results(body, 1, (Id[]){b_add(body, both[0], both[1])});
  const Id pool[] = {graph_param(g, type_of(DT_F32, shape), NULL), b_scalar(g, DT_F32, 0)};
  const Attrs window = {.window = INTS(9, 9),
                        .stride = ones,
                        .low = none,
                        .high = none,
                        .lhs_dilation = ones,
                        .rhs_dilation = ones,
                        .body = body};
  EXPECT(graph_add(g, OP_reduce_window, 2, pool, &window) != NO_ID);
  EXPECT(tier_steps(g) > 500.0 * 500 * 81);
  arena_free(a);
}

int main(void) {
  RUN(hot_functions_keep_their_bits);
  RUN(jit_is_eager);
  RUN(lengths_at_run_time_keep_the_bits);
  RUN(windows_and_products_cost_their_places);
  return tests_done();
}
