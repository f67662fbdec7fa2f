// The train step of examples/mlp.c, also as a share of the FMA peak of this run.
#define main mlp_main
#include "examples/mlp.c"
#undef main

#include "benchmarks/peak.h"
#include "benchmarks/step.h"

static const double step_flops = 410.8e6;  // multiply-adds of the seven contractions, twice

typedef struct {
  Mlp params;
  jc_array images, labels;
} Run;

static void step(void *run) {
  Run *r = run;
  JC_SCOPE(r->params, r->images, r->labels);
  Step s = jc_jit(update, .donate = {true})(r->params, r->images, r->labels);
  r->params = s.params;
  jc_item(s.loss);
}

int main(void) {
  Run r = {.params = init(jc_key(0)),
           .images = jc_uniform(jc_key(1), JC_SHAPE(BATCH, PIXELS), JC_F32, .maxval = 255),
           .labels = jc_astype(jc_randint(jc_key(2), 0, CLASSES, JC_SHAPE(BATCH)), JC_U8)};
  const double us = step_time("mlp", step, &r), peak = peak_fma(2, 200);
  fprintf(stderr, "limit %.0f GFLOP/s, ours %.0f (%.0f %%)\n", peak, step_flops / us / 1e3,
          100 * step_flops / us / 1e3 / peak);
  return jc_finish();
}
