// The iteration of examples/per_example.c, its sampling alone (as `sampling`), and, for the tour,
// selu of a million numbers (as `selu`).
#include <string.h>

#define main per_example_main
#include "examples/per_example.c"
#undef main

#include "benchmarks/step.h"

enum { IMAGES = 60000, ELEMENTS = 1000000 };

typedef struct {
  Params params;
  Data train;
  jc_array key;
} Run;

static void step(void *run) {
  Run *r = run;
  JC_SCOPE(r->params, r->train, r->key);
  Data b = draw(jc_next_key(&r->key), r->train, BATCH);
  r->params = jc_jit(update, .donate = {true})(r->params, b.x, b.y, jc_f32(0.5));
  jc_block(r->params.b2);
}

static void sample(void *run) {
  Run *r = run;
  JC_SCOPE(r->key);
  jc_block(jc_choice(jc_next_key(&r->key), IMAGES, BATCH, .without_replacement = true));
}

static jc_array selu(jc_array x) {
  jc_array below = jc_sub(jc_mul(1.67, jc_exp(x)), 1.67);
  return jc_mul(1.05, jc_where(jc_greater(x, 0), x, below));
}
JC_FN(jc_array, selu, jc_array);

static void activate(void *x) {
  JC_SCOPE();
  jc_block(jc_jit(selu)(*(jc_array *)x));
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "per_example";
  Run r = {.key = jc_key(1)};
  if (!strcmp(what, "sampling")) {
    step_time(what, sample, &r);
  } else if (!strcmp(what, "selu")) {
    jc_array x = jc_normal(jc_key(0), JC_SHAPE(ELEMENTS));
    step_time(what, activate, &x);
  } else {
    r.params = init(jc_key(0));
    r.train = normalize((Data){jc_randint(jc_key(2), 0, 256, JC_SHAPE(IMAGES, PIXELS)),
                               jc_randint(jc_key(3), 0, CLASSES, JC_SHAPE(IMAGES))});
    step_time(what, step, &r);
  }
  return jc_finish();
}
