// The train step of examples/clip_mlp.c.
#define main clip_main
#include "examples/clip_mlp.c"
#undef main

#include "benchmarks/step.h"

typedef struct {
  Step s;
  Batch b;
} Run;

static void step(void *run) {
  Run *r = run;
  JC_SCOPE(r->s, r->b);
  r->s = jc_jit(train_step, .donate = {[1] = true})(r->b, r->s, optim);
  jc_item(r->s.loss);
}

int main(void) {
  jc_array images = jc_randint(jc_key(1), 0, 256, JC_SHAPE(BATCH, SIDE, SIDE));
  jc_array labels = jc_randint(jc_key(2), 0, CLASSES, JC_SHAPE(BATCH));
  Run r = {start(jc_key(24)), {jc_astype(images, JC_U8), jc_astype(labels, JC_U8)}};
  step_time("clip_mlp", step, &r);
  return jc_finish();
}
