// Control flow as a user writes it: a recurrent cell scanned over time with its gradient, choices,
// loops.
#include <jitc.h>
#include <stdio.h>

typedef struct {
  jc_array w, u, b;
} Cell;
typedef struct {
  jc_array state, out;
} Step;

static Step cell(jc_array state, jc_array x, Cell p) {
  jc_array next = jc_tanh(jc_add(jc_matmul(p.w, state), jc_matmul(p.u, x), p.b));
  return (Step){next, jc_sum(next)};
}
JC_FN(Step, cell, jc_array, jc_array, Cell);

static jc_array loss(Cell p, jc_array xs) {
  Step last = jc_scan(cell)(jc_zeros(JC_SHAPE(2)), xs, p);
  return jc_add(jc_sum(last.state), jc_sum(jc_square(last.out)));
}
JC_FN(jc_array, loss, Cell, jc_array);

// A context by pointer: its arrays may be traced.
typedef struct {
  jc_array rate;
  int times;
} Decay;
JC_TREE(Decay, rate, times);
static jc_array decay(jc_array i, jc_array x, const Decay *d) {
  (void)i;
  for (int k = 0; k < d->times; k++) x = jc_mul(x, d->rate);
  return x;
}
JC_FN(jc_array, decay, jc_array, jc_array, const Decay *);
static jc_array decayed(jc_array x, jc_array rate) {
  Decay d = {rate, 2};
  return jc_fori(decay, 3)(jc_i32(0), x, &d);
}
JC_FN(jc_array, decayed, jc_array, jc_array);

static jc_array half(jc_array n) { return jc_floor_divide(n, 2); }
JC_FN(jc_array, half, jc_array);
static jc_array triple(jc_array n) { return jc_add(jc_mul(3, n), 1); }
JC_FN(jc_array, triple, jc_array);

typedef struct {
  jc_array n, steps;
} Collatz;
static jc_array not_one(Collatz c) { return jc_not_equal(c.n, 1); }
JC_FN(jc_array, not_one, Collatz);
static Collatz collatz(Collatz c) {
  jc_array even = jc_equal(jc_mod(c.n, 2), 0);
  return (Collatz){jc_cond(even, half, triple)(c.n), jc_add(c.steps, 1)};
}
JC_FN(Collatz, collatz, Collatz);
static jc_array steps(jc_array n) {
  return jc_while(not_one, collatz)((Collatz){n, jc_i32(0)}).steps;
}
JC_FN(jc_array, steps, jc_array);

static Step powers(jc_array x, jc_none nothing) {
  (void)nothing;
  return (Step){jc_mul(2, x), x};
}
JC_FN(Step, powers, jc_array, jc_none);

int main(void) {
  Cell p = {jc_reshape(jc_vector(0.5, -0.25, 0.125, 0.75), 2, 2), jc_eye(2), jc_vector(0.5, -0.5)};
  jc_array xs = jc_reshape(jc_vector(1, 0, 0, 1, 0.5, 0.5), 3, 2);
  Cell g = jc_jit(jc_grad(loss))(p, xs);
  printf("loss %.4f, slope of b %s\n", jc_item(jc_jit(loss)(p, xs)), jc_shape_str(g.b));
  printf("decay %g, slope in the rate %g\n", jc_item(decayed(jc_f32(64), jc_f32(0.5))),
         jc_item(jc_grad_arg(decayed, 1)(jc_f32(64), jc_f32(0.5))));
  jc_array n = jc_astype(jc_vector(1, 7, 27, 97), JC_I32);
  printf("collatz %s\n", jc_str(jc_jit(jc_vmap(steps))(n)));
  printf("switch %g %g\n", jc_item(jc_switch(0, half, triple)(jc_i32(10))),
         jc_item(jc_switch(1, half, triple)(jc_i32(10))));
  printf("powers %s\n", jc_str(jc_scan(powers, .length = 5)(jc_i32(1), JC_NO_XS).out));
  printf("reversed %s\n",
         jc_str(jc_scan(powers, .length = 5, .reverse = true)(jc_i32(1), JC_NO_XS).out));
  printf("products %s\n", jc_str(jc_associative_scan(jc_mul, jc_vector(1, 2, 3, 4), 0)));
  printf("map %s\n", jc_str(jc_map(triple)(n)));
  return jc_finish();
}
