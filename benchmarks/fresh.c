// A fused elementwise chain over 64 MB into a fresh result, beside a loop that copies 64 MB into a
// warm buffer: page faults on fresh memory cost more than the arithmetic, so results come from
// recycled buffers.
#include <jitc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "benchmarks/peak.h"

enum { ELEMENTS = 16 << 20, REPEATS = 15 };

static jc_array chain(jc_array x) {
  return jc_add(jc_mul(jc_maximum(jc_sub(jc_mul(x, 1.5), 0.25), 0), x), 3);
}
JC_FN(jc_array, chain, jc_array);

int main(void) {
  double copy[REPEATS], ours[REPEATS];
  char *from = malloc(4 * (size_t)ELEMENTS), *to = malloc(4 * (size_t)ELEMENTS);
  if (!from || !to) return 1;
  memset(from, 1, 4 * (size_t)ELEMENTS);
  memset(to, 1, 4 * (size_t)ELEMENTS);
  jc_array x = jc_normal(jc_key(0), JC_SHAPE(ELEMENTS));
  // The two take turns, so that both see the machine in the same state.
  for (int i = -2; i < REPEATS && jc_ok(); i++) {
    JC_SCOPE();
    double t0 = jc_seconds();
    memcpy(to, from, 4 * (size_t)ELEMENTS);
    double t1 = jc_seconds();
    jc_block(jc_jit(chain)(x));
    double t2 = jc_seconds();
    if (i >= 0) copy[i] = t1 - t0, ours[i] = t2 - t1;
  }
  double limit = bench_median(copy, REPEATS), mid = bench_median(ours, REPEATS),
         gb = 8e-9 * ELEMENTS;
  printf(
      "64 MB: copy into a warm buffer, one thread %.1f GB/s; fused chain, fresh result %.1f GB/s: "
      "%.0f %% (bar 85)\n",
      gb / limit, gb / mid, 100 * limit / mid);
  free(from);
  free(to);
  return jc_finish();
}
