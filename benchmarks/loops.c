// What an iteration of a compiled loop costs: scalars, elementwise bodies, scans, a recurrent cell
// and its gradient. loops_jax.py measures the same programs in JAX.
#include <jitc.h>
#include <stdio.h>

enum { COUNT = 1000000, SIDE = 512, DEPTH = 100, STEPS = 1000, WIDE = 1000, ROUNDS = 15 };
enum { BATCH = 16, INPUTS = 16, HIDDEN = 32, LENGTH = 128 };

typedef struct {
  jc_array re, im, n;
} Point;
typedef struct {
  jc_array carry, y;
} Step;
typedef struct {
  jc_array w, u, b;
} Cell;

// ---- scalars

static jc_array halve(jc_array i, jc_array x) {
  (void)i;
  return jc_add(jc_mul(x, 0.5f), 1.0f);
}
JC_FN(jc_array, halve, jc_array, jc_array);

static jc_array counted(jc_array x) { return jc_fori(halve, COUNT)(jc_i32(0), x); }
JC_FN(jc_array, counted, jc_array);

typedef struct {
  jc_array x, i;
} Search;
static Search search_step(Search s) { return (Search){jc_mul(s.x, 0.99999f), jc_add(s.i, 1)}; }
JC_FN(Search, search_step, Search);
static jc_array search_on(Search s) {
  return jc_logical_and(jc_greater(s.x, 1e-30f), jc_less(s.i, COUNT));
}
JC_FN(jc_array, search_on, Search);
static jc_array searched(jc_array x) {
  return jc_while(search_on, search_step)((Search){x, jc_i32(0)}).i;
}
JC_FN(jc_array, searched, jc_array);

// ---- elementwise bodies

static Point orbit(jc_array i, Point z, jc_array re, jc_array im) {
  (void)i;
  jc_array a = jc_mul(z.re, z.re), b = jc_mul(z.im, z.im), c = jc_mul(z.re, z.im);
  jc_array inside = jc_less_equal(jc_add(a, b), 4.0f);
  return (Point){jc_add(jc_sub(a, b), re), jc_add(jc_add(c, c), im),
                 jc_add(z.n, jc_astype(inside, JC_I32))};
}
JC_FN(Point, orbit, jc_array, Point, jc_array, jc_array);

static jc_array mandelbrot(jc_array re, jc_array im) {
  Point z = {jc_zeros_like(re), jc_zeros_like(im), jc_zeros(JC_SHAPE(SIDE, SIDE), JC_I32)};
  return jc_fori(orbit, DEPTH)(jc_i32(0), z, re, im).n;
}
JC_FN(jc_array, mandelbrot, jc_array, jc_array);

static Step average(jc_array s, jc_array x) {
  jc_array next = jc_add(jc_mul(s, 0.9f), jc_mul(x, 0.1f));
  return (Step){next, next};
}
JC_FN(Step, average, jc_array, jc_array);

static Step averages(jc_array s, jc_array xs) { return jc_scan(average)(s, xs); }
JC_FN(Step, averages, jc_array, jc_array);

// ---- a recurrent cell

static Step cell(jc_array h, jc_array x, Cell p) {
  jc_array next = jc_tanh(jc_add(jc_add(jc_matmul(h, p.w), jc_matmul(x, p.u)), p.b));
  return (Step){next, next};
}
JC_FN(Step, cell, jc_array, jc_array, Cell);

static jc_array recurrent(Cell p, jc_array h, jc_array xs) {
  Step s = jc_scan(cell)(h, xs, p);
  return jc_sum(jc_square(s.y));
}
JC_FN(jc_array, recurrent, Cell, jc_array, jc_array);

// ---- measuring

#define BEST_NS(call, per, out)                           \
  do {                                                    \
    JC_SCOPE();                                           \
    jc_block(call);                                       \
    out = 1e30;                                           \
    for (int round_ = 0; round_ < ROUNDS; round_++) {     \
      JC_SCOPE();                                         \
      double start_ = jc_seconds();                       \
      jc_block(call);                                     \
      double ns_ = 1e9 * (jc_seconds() - start_) / (per); \
      if (ns_ < out) out = ns_;                           \
    }                                                     \
  } while (0)

int main(void) {
  double ns;
  jc_array one = jc_f32(1);
  BEST_NS(jc_jit(counted)(one), COUNT, ns);
  printf("scalar fori:              %8.2f ns per iteration (JAX 2.6-4.2)\n", ns);
  BEST_NS(jc_jit(searched)(one), COUNT, ns);
  printf("scalar while:             %8.2f ns per iteration (JAX 2.6-4.2)\n", ns);
  jc_array re = jc_uniform(jc_key(1), JC_SHAPE(SIDE, SIDE), .minval = -2.0, .maxval = 1);
  jc_array im = jc_uniform(jc_key(2), JC_SHAPE(SIDE, SIDE), .minval = -1, .maxval = 1);
  BEST_NS(jc_jit(mandelbrot)(re, im), 1e6, ns);
  printf("mandelbrot 512x512x100:   %8.2f ms (JAX 36)\n", ns);
  jc_array xs = jc_normal(jc_key(3), JC_SHAPE(STEPS, WIDE)), s = jc_zeros(JC_SHAPE(WIDE));
  BEST_NS(jc_jit(averages)(s, xs), STEPS, ns);
  printf("averages of 1000, scan:   %8.2f ns per step\n", ns);
  Cell p = {jc_mul(jc_normal(jc_key(4), JC_SHAPE(HIDDEN, HIDDEN)), 0.1f),
            jc_mul(jc_normal(jc_key(5), JC_SHAPE(INPUTS, HIDDEN)), 0.1f),
            jc_zeros(JC_SHAPE(HIDDEN))};
  jc_array h = jc_zeros(JC_SHAPE(BATCH, HIDDEN));
  jc_array in = jc_normal(jc_key(6), JC_SHAPE(LENGTH, BATCH, INPUTS));
  BEST_NS(jc_jit(recurrent)(p, h, in), 1e3 * LENGTH, ns);
  printf("recurrent cell:           %8.2f us per step (JAX 1.8)\n", ns);
  BEST_NS(jc_jit(jc_grad(recurrent))(p, h, in), 1e3 * LENGTH, ns);
  printf("its value and gradient:   %8.2f us per step (JAX 8.6)\n", ns);
  return jc_finish();
}
