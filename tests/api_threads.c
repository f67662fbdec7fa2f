// Threads that share functions and arrays: eager calls, jit, gradients, donation at once.
#include <pthread.h>

#include "frontend/execute.h"
#include "tests/check.h"

enum { THREADS = 4, ROUNDS = 60 };

static jc_array loss(jc_array w, jc_array x) { return jc_sum(jc_square(jc_mul(w, x))); }
JC_FN(jc_array, loss, jc_array, jc_array);
static jc_array step(jc_array w, jc_array x) {
  return jc_sub(w, jc_mul(0.25, jc_grad(loss)(w, x)));
}
JC_FN(jc_array, step, jc_array, jc_array);

static jc_array shared;

// Each thread has its own sizes and works on the shared array as well; *sum is what it should be on
// every run.
static void *work(void *sum) {
  double *out = sum;
  int n = 3 + (int)*out;
  jc_array w = jc_ones(JC_SHAPE(n)), x = jc_full(JC_SHAPE(n), 0.5);
  *out = 0;
  for (int i = 0; i < ROUNDS && jc_ok(); i++) {
    JC_SCOPE(w);
    w = jc_jit(step, .donate = {true})(w, x);
    *out += jc_item(jc_sum(jc_add(jc_slice(shared, JC_AXES(0), JC_AXES(n)), w)));
    *out += jc_item(jc_sum(jc_grad(loss)(w, x)));
  }
  if (!jc_ok()) *out = -1;
  return NULL;
}

static void same_results_as_alone(void) {
  pthread_t threads[THREADS];
  double alone[THREADS], together[THREADS];
  shared = jc_arange(16);
  for (int i = 0; i < THREADS; i++) {
    alone[i] = together[i] = i;
    work(&alone[i]);
  }
  for (int i = 0; i < THREADS; i++)
    EXPECT_EQ(pthread_create(&threads[i], NULL, work, &together[i]), 0);
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
    EXPECT_CLOSE(together[i], alone[i], 0);
  }
}

static void *use_leaked(void *tracer) {
  jc_add(*(jc_array *)tracer, 1);
  bool told = jc_error() && strstr(jc_error(), "traced value of another thread");
  jc_clear_error();
  return told ? tracer : NULL;
}

static bool told;
static jc_array hands_out(jc_array x) {
  pthread_t t;
  void *result = NULL;
  if (pthread_create(&t, NULL, use_leaked, &x) == 0) pthread_join(t, &result);
  told = result;
  return x;
}
JC_FN(jc_array, hands_out, jc_array);

static void tracers_stay_in_their_thread(void) {
  jc_jit(hands_out)(jc_vector(1, 2, 3));
  EXPECT(told);
}

int main(void) {
  if (!getenv("JITC_DEVICE")) execute_on((Loc){0}, "interp");
  RUN(same_results_as_alone);
  RUN(tracers_stay_in_their_thread);
  return tests_done();
}
