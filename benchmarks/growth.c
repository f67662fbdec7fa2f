// What tracing, differentiating and compiling cost as programs grow: a chain of n operations and a
// loop unrolled in C, forward and with the gradient. The cost per operation is to stay the same.
#include <jitc.h>
#include <stdio.h>
#include <stdlib.h>

enum { WIDTH = 64 };

// Four operations a step.
static jc_array chain(jc_array x, int steps) {
  for (int i = 0; i < steps; i++) x = jc_add(jc_mul(jc_sub(x, 0.5), 0.99), jc_neg(jc_abs(x)));
  return jc_sum(x);
}
JC_FN(jc_array, chain, jc_array, int);

// A recurrent net, unrolled: a contraction, a bias and a tanh per step.
static jc_array unrolled(jc_array w, int steps) {
  jc_array h = jc_ones(JC_SHAPE(WIDTH));
  for (int i = 0; i < steps; i++) h = jc_tanh(jc_add(jc_matmul(w, h), 0.1));
  return jc_sum(h);
}
JC_FN(jc_array, unrolled, jc_array, int);

typedef jc_array Function(jc_array, int);

static void measure(const char *name, Function *f, jc_array x, int steps, int ops) {
  JC_SCOPE();
  double t0 = jc_seconds();
  jc_block(f(x, steps));
  double first = jc_seconds() - t0;
  t0 = jc_seconds();
  jc_block(f(x, steps));
  double second = jc_seconds() - t0;
  printf("%-24s %6d operations: first call %8.1f ms, %6.1f us each; a call %8.3f ms\n", name, ops,
         1e3 * first, 1e6 * first / ops, 1e3 * second);
}

int main(int argc, char **argv) {
  const int most = argc > 1 ? atoi(argv[1]) : 16000;
  jc_array x = jc_normal(jc_key(0), JC_SHAPE(WIDTH)),
           w = jc_normal(jc_key(1), JC_SHAPE(WIDTH, WIDTH));
  jc_block(jc_jit(chain)(x, 1));
  for (int ops = 1000; ops <= most && jc_ok(); ops *= 4) {
    measure("chain", jc_jit(chain), x, ops / 5, ops);
    measure("gradient of chain", jc_jit(jc_grad(chain)), x, ops / 5, ops);
    measure("unrolled", jc_jit(unrolled), w, ops / 3, ops);
    measure("gradient of unrolled", jc_jit(jc_grad(unrolled)), w, ops / 3, ops);
  }
  return jc_finish();
}
