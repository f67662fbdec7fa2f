// The train step of examples/mlp.c: time of a step, of compiling it, from process start to the end
// of the first one. Prints the limit (the FMA peak of this run), ours, and one JSON line;
// benchmarks/mlp_vs_jax sets it beside JAX.
#define main mlp_main
#include "examples/mlp.c"
#undef main

#include <stdlib.h>

#include "benchmarks/peak.h"

enum { WARM_UP = 50, REPEATS = 300 };
static const double step_flops = 410.8e6;  // multiply-adds of the seven contractions, twice

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(void) {
  double us[REPEATS];
  Mlp params = init(jc_key(0));
  jc_array images = jc_uniform(jc_key(1), JC_SHAPE(BATCH, PIXELS), JC_F32, .maxval = 255);
  jc_array labels = jc_astype(jc_randint(jc_key(2), 0, CLASSES, JC_SHAPE(BATCH)), JC_U8);
  double start = jc_seconds();
  params = jc_jit(update, .donate = {true})(params, images, labels).params;
  double compile_ms = 1e3 * (jc_seconds() - start);
  for (int i = 0; i < WARM_UP + REPEATS && jc_ok(); i++) {
    JC_SCOPE(params);
    double t = jc_seconds();
    params = jc_jit(update, .donate = {true})(params, images, labels).params;
    if (i >= WARM_UP) us[i - WARM_UP] = 1e6 * (jc_seconds() - t);
  }
  if (!jc_ok()) return jc_finish();
  qsort(us, REPEATS, sizeof *us, by_value);
  double p50 = us[REPEATS / 2], peak = peak_fma(2, 200);
  printf("limit %.0f GFLOP/s, ours %.0f (%.0f %%), step %.0f us, first call %.1f ms\n", peak,
         step_flops / p50 / 1e3, 100 * step_flops / p50 / 1e3 / peak, p50, compile_ms);
  printf(
      "{\"program\":\"jitc\",\"step_us\":{\"p10\":%.1f,\"p50\":%.1f,\"p90\":%.1f},\"compile_ms\":%."
      "2f}\n",
      us[REPEATS / 10], p50, us[REPEATS * 9 / 10], compile_ms);
  return jc_finish();
}
