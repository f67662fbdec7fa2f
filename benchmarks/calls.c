// What calls cost: a jitted function with a tiny body, an eager operation, memory over a long
// training loop.
#include <jitc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCHES = 50, CALLS = 2000, SHORT_RUN = 1000, LONG_RUN = 100000 };

typedef struct {
  jc_array a, b, c, d, e, f;
} Six;

static Six shift(Six s) { return (Six){s.b, s.c, s.d, s.e, s.f, jc_add(s.a, 1)}; }
JC_FN(Six, shift, Six);

static Six step(Six s, jc_array x) {
  return (Six){jc_add(s.a, x), jc_mul(s.b, x), jc_sub(s.c, x), jc_tanh(s.d), jc_add(s.e, s.f), s.f};
}
JC_FN(Six, step, Six, jc_array);

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *v, int n) {
  qsort(v, (size_t)n, sizeof *v, by_value);
  return v[n / 2];
}

static double jitted_call_ns(Six s) {
  double ns[BATCHES];
  Six (*f)(Six) = jc_jit(shift);
  for (int b = 0; b < BATCHES; b++) {
    JC_SCOPE();
    double t = jc_seconds();
    for (int i = 0; i < CALLS; i++) {
      JC_SCOPE();
      f(s);
    }
    ns[b] = 1e9 * (jc_seconds() - t) / CALLS;
  }
  return median(ns, BATCHES);
}

static double eager_op_ns(jc_array x, jc_array y) {
  double ns[BATCHES];
  for (int b = 0; b < BATCHES; b++) {
    JC_SCOPE();
    double t = jc_seconds();
    for (int i = 0; i < CALLS; i++) {
      JC_SCOPE();
      jc_add(x, y);
    }
    ns[b] = 1e9 * (jc_seconds() - t) / CALLS;
  }
  return median(ns, BATCHES);
}

static long resident_kb(void) {
  long kb = -1;
  char line[256];
  FILE *f = fopen("/proc/self/status", "r");
  while (f && fgets(line, sizeof line, f)) {
    if (!strncmp(line, "VmRSS:", 6)) kb = strtol(line + 6, NULL, 10);
  }
  if (f) fclose(f);
  return kb;
}

static Six train(Six s, int steps) {
  for (int i = 0; i < steps && jc_ok(); i++) {
    JC_SCOPE(s);
    s = jc_jit(step, .donate = {true})(s, jc_f32(1e-3));
  }
  return s;
}

int main(void) {
  jc_array v = jc_ones(JC_SHAPE(16));
  Six s = {v, jc_add(v, 1), jc_add(v, 2), jc_add(v, 3), jc_add(v, 4), jc_add(v, 5)};
  printf("jitted call, 6 leaves in and out: %.0f ns (bar 250, goal 100)\n", jitted_call_ns(s));
  printf("eager add of 16 floats:           %.0f ns (bar 1000)\n", eager_op_ns(v, s.b));
  s = train(s, SHORT_RUN);
  long before = resident_kb();
  s = train(s, LONG_RUN - SHORT_RUN);
  long after = resident_kb();
  printf("resident after %d steps:        %ld kB; after %d: %ld kB (bar: within 1024)\n", SHORT_RUN,
         before, LONG_RUN, after);
  return jc_finish();
}
