// Loops whose body is several small kernels: contractions, reductions, gathers, scatters, sorts,
// choices and loops inside. loop_steps_jax.py measures the same programs in JAX.
#include <jitc.h>
#include <stdio.h>
#include <stdlib.h>

enum { STEPS = 1000, ROUNDS = 31 };

// What loops carry, and what they hold still.
typedef struct {
  jc_array carry, y;
} Step;
typedef struct {
  jc_array x, i;
} Search;
typedef struct {
  jc_array x, a, n;
} Root;
typedef struct {
  jc_array x, p;
} Belief;
typedef struct {
  Belief carry;
  jc_array y;
} Tracked;
typedef struct {
  jc_array f, h, q, r;
} Motion;
typedef struct {
  jc_array w, u, b;
} Lstm;
typedef struct {
  jc_array h, c;
} State;
typedef struct {
  State carry;
  jc_array y;
} Gated;
typedef struct {
  jc_array w1, b1, w2;
} Net;

static jc_array spread(int seed, jc_dims shape, float scale) {
  return jc_mul(jc_normal(jc_key(seed), shape), scale);
}

// ---- a product of a matrix and a vector per step

static jc_array turned(jc_array i, jc_array h, jc_array w) {
  return (void)i, jc_tanh(jc_matmul(w, h));
}
JC_FN(jc_array, turned, jc_array, jc_array, jc_array);
static jc_array matvec(jc_array h, jc_array w) { return jc_fori(turned, STEPS)(jc_i32(0), h, w); }
JC_FN(jc_array, matvec, jc_array, jc_array);

static jc_array powered(jc_array i, jc_array v, jc_array a) {
  (void)i;
  jc_array next = jc_matmul(a, v);
  return jc_div(next, jc_sqrt(jc_sum(jc_square(next))));
}
JC_FN(jc_array, powered, jc_array, jc_array, jc_array);
static jc_array power(jc_array v, jc_array a) { return jc_fori(powered, STEPS)(jc_i32(0), v, a); }
JC_FN(jc_array, power, jc_array, jc_array);

// ---- choices

static jc_array up(jc_array x) { return jc_sub(jc_mul(x, 0.5f), 1); }
JC_FN(jc_array, up, jc_array);
static jc_array down(jc_array x) { return jc_add(jc_mul(x, x), 0.25f); }
JC_FN(jc_array, down, jc_array);
static jc_array level(jc_array x) { return jc_sin(x); }
JC_FN(jc_array, level, jc_array);

static Search chosen(Search s) {
  return (Search){jc_cond(jc_greater(jc_sum(s.x), 0), up, down)(s.x), jc_add(s.i, 1)};
}
JC_FN(Search, chosen, Search);
static jc_array goes_on(Search s) { return jc_less(s.i, STEPS); }
JC_FN(jc_array, goes_on, Search);
static jc_array while_cond(jc_array x) {
  return jc_while(goes_on, chosen)((Search){x, jc_i32(0)}).x;
}
JC_FN(jc_array, while_cond, jc_array);

static jc_array switched(jc_array i, jc_array x) {
  return jc_switch(jc_mod(i, 3), up, down, level)(x);
}
JC_FN(jc_array, switched, jc_array, jc_array);
static jc_array fori_switch(jc_array x) { return jc_fori(switched, STEPS)(jc_i32(0), x); }
JC_FN(jc_array, fori_switch, jc_array);

// ---- loops inside

static jc_array inner(jc_array h, jc_array x, jc_array w) {
  return jc_tanh(jc_add(jc_matmul(w, h), x));
}
JC_FN(jc_array, inner, jc_array, jc_array, jc_array);
static Step outer(jc_array h, jc_array xs, jc_array w) {
  jc_array next = jc_scan(inner)(h, xs, w);
  return (Step){next, jc_sum(next)};
}
JC_FN(Step, outer, jc_array, jc_array, jc_array);
static Step nested(jc_array h, jc_array xs, jc_array w) { return jc_scan(outer)(h, xs, w); }
JC_FN(Step, nested, jc_array, jc_array, jc_array);

static Root closer(Root r) {
  jc_array f = jc_sub(jc_mul(jc_mul(r.x, r.x), r.x), r.a);
  return (Root){jc_sub(r.x, jc_div(f, jc_mul(3, jc_mul(r.x, r.x)))), r.a, jc_add(r.n, 1)};
}
JC_FN(Root, closer, Root);
static jc_array apart(Root r) {
  jc_array f = jc_sub(jc_mul(jc_mul(r.x, r.x), r.x), r.a);
  return jc_logical_and(jc_greater(jc_abs(f), 1e-3f), jc_less(r.n, 20));
}
JC_FN(jc_array, apart, Root);
static Step solved(jc_array s, jc_array x) {
  jc_array root = jc_while(apart, closer)((Root){jc_f32(1), jc_add(jc_abs(s), 1), jc_i32(0)}).x;
  return (Step){jc_add(jc_mul(s, 0.5f), jc_mul(root, x)), root};
}
JC_FN(Step, solved, jc_array, jc_array);
static Step newton(jc_array s, jc_array xs) { return jc_scan(solved)(s, xs); }
JC_FN(Step, newton, jc_array, jc_array);

// ---- reading and writing at places

static jc_array row_after(jc_array i, jc_array rows, jc_array w) {
  jc_array row = jc_matmul(w, jc_at(rows, i));
  return jc_dynamic_update_slice(rows, jc_reshape(row, 1, -1), JC_LIST(jc_add(i, 1), jc_i32(0)));
}
JC_FN(jc_array, row_after, jc_array, jc_array, jc_array);
static jc_array updates(jc_array rows, jc_array w) {
  return jc_fori(row_after, STEPS)(jc_i32(0), rows, w);
}
JC_FN(jc_array, updates, jc_array, jc_array);

static Step looked_up(jc_array s, jc_array i, jc_array table) {
  jc_array next = jc_add(jc_mul(s, 0.5f), jc_at(table, i));
  return (Step){next, jc_max(next)};
}
JC_FN(Step, looked_up, jc_array, jc_array, jc_array);
static Step gathers(jc_array s, jc_array is, jc_array table) {
  return jc_scan(looked_up)(s, is, table);
}
JC_FN(Step, gathers, jc_array, jc_array, jc_array);

static jc_array counted(jc_array i, jc_array n, jc_array is) {
  return jc_at_add(n, jc_at(is, i), 1.0f);
}
JC_FN(jc_array, counted, jc_array, jc_array, jc_array);
static jc_array histogram(jc_array n, jc_array is) {
  return jc_fori(counted, STEPS)(jc_i32(0), n, is);
}
JC_FN(jc_array, histogram, jc_array, jc_array);

static jc_array shuffled(jc_array i, jc_array x) {
  (void)i;
  jc_array s = jc_sort(x, 0);
  return jc_sub(jc_mul(jc_flip(s, 0), 1.01f), jc_mul(jc_sin(x), 0.5f));
}
JC_FN(jc_array, shuffled, jc_array, jc_array);
static jc_array sorts(jc_array x) { return jc_fori(shuffled, STEPS)(jc_i32(0), x); }
JC_FN(jc_array, sorts, jc_array);

// ---- models

static Tracked track(Belief b, jc_array z, Motion m) {
  jc_array x = jc_matmul(m.f, b.x);
  jc_array p = jc_add(jc_matmul(jc_matmul(m.f, b.p), jc_transpose(m.f)), m.q);
  jc_array s = jc_add(jc_matmul(jc_matmul(m.h, p), jc_transpose(m.h)), m.r);
  jc_array a = jc_at(jc_at(s, 0), 0), d = jc_at(jc_at(s, 1), 1);
  jc_array o = jc_at(jc_at(s, 0), 1), c = jc_at(jc_at(s, 1), 0);
  jc_array det = jc_sub(jc_mul(a, d), jc_mul(o, c));
  jc_array inv = jc_div(jc_reshape(jc_stack(JC_LIST(d, jc_neg(o), jc_neg(c), a), 0), 2, 2), det);
  jc_array gain = jc_matmul(jc_matmul(p, jc_transpose(m.h)), inv);
  x = jc_add(x, jc_matmul(gain, jc_sub(z, jc_matmul(m.h, x))));
  p = jc_sub(p, jc_matmul(jc_matmul(gain, m.h), p));
  return (Tracked){{x, p}, x};
}
JC_FN(Tracked, track, Belief, jc_array, Motion);
static Tracked kalman(Belief b, jc_array zs, Motion m) { return jc_scan(track)(b, zs, m); }
JC_FN(Tracked, kalman, Belief, jc_array, Motion);

static Gated gates(State s, jc_array x, Lstm p) {
  jc_array z = jc_add(jc_add(jc_matmul(p.w, s.h), jc_matmul(p.u, x)), p.b);
  const int64_t n = jc_size(s.h);
  jc_array i = jc_sigmoid(jc_slice(z, JC_SHAPE(0), JC_SHAPE(n)));
  jc_array f = jc_sigmoid(jc_slice(z, JC_SHAPE(n), JC_SHAPE(2 * n)));
  jc_array o = jc_sigmoid(jc_slice(z, JC_SHAPE(2 * n), JC_SHAPE(3 * n)));
  jc_array g = jc_tanh(jc_slice(z, JC_SHAPE(3 * n), JC_SHAPE(4 * n)));
  jc_array c = jc_add(jc_mul(f, s.c), jc_mul(i, g)), h = jc_mul(o, jc_tanh(c));
  return (Gated){{h, c}, h};
}
JC_FN(Gated, gates, State, jc_array, Lstm);
static jc_array lstm(Lstm p, State s, jc_array xs) {
  return jc_sum(jc_square(jc_scan(gates)(s, xs, p).y));
}
JC_FN(jc_array, lstm, Lstm, State, jc_array);

static jc_array fit_loss(Net p, jc_array x, jc_array y) {
  jc_array h = jc_tanh(jc_add(jc_matmul(x, p.w1), p.b1));
  return jc_mean(jc_square(jc_sub(jc_matmul(h, p.w2), y)));
}
JC_FN(jc_array, fit_loss, Net, jc_array, jc_array);
static Net fit_step(jc_array i, Net p, jc_array x, jc_array y) {
  (void)i;
  Net g = jc_grad(fit_loss)(p, x, y);
  return (Net){jc_sub(p.w1, jc_mul(0.1f, g.w1)), jc_sub(p.b1, jc_mul(0.1f, g.b1)),
               jc_sub(p.w2, jc_mul(0.1f, g.w2))};
}
JC_FN(Net, fit_step, jc_array, Net, jc_array, jc_array);
static Net fit(Net p, jc_array x, jc_array y) {
  return jc_fori(fit_step, STEPS)(jc_i32(0), p, x, y);
}
JC_FN(Net, fit, Net, jc_array, jc_array);

// ---- measuring

static int by_value(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void report(const char *name, double first_ms, double *us) {
  qsort(us, ROUNDS, sizeof *us, by_value);
  printf("%-12s %8.3f %8.3f us per step (best, median); first call %6.1f ms\n", name, us[0],
         us[ROUNDS / 2], first_ms);
}

#define MEASURE(name, call)                              \
  do {                                                   \
    JC_SCOPE();                                          \
    double us_[ROUNDS], start_ = jc_seconds();           \
    jc_block(call);                                      \
    const double first_ = 1e3 * (jc_seconds() - start_); \
    for (int r_ = 0; r_ < ROUNDS && jc_ok(); r_++) {     \
      JC_SCOPE();                                        \
      start_ = jc_seconds();                             \
      jc_block(call);                                    \
      us_[r_] = 1e6 * (jc_seconds() - start_) / STEPS;   \
    }                                                    \
    if (jc_ok()) report(name, first_, us_);              \
  } while (0)

static void models(void) {
  Motion m = {jc_add(jc_eye(4), spread(1, JC_SHAPE(4, 4), 0.02f)), spread(2, JC_SHAPE(2, 4), 1),
              jc_mul(jc_eye(4), 0.1f), jc_eye(2)};
  Belief b = {jc_zeros(JC_SHAPE(4)), jc_eye(4)};
  jc_array zs = spread(3, JC_SHAPE(STEPS, 2), 1);
  MEASURE("kalman", jc_jit(kalman)(b, zs, m));
  enum { H = 16, IN = 8 };
  Lstm p = {spread(4, JC_SHAPE(4 * H, H), 0.2f), spread(5, JC_SHAPE(4 * H, IN), 0.2f),
            jc_zeros(JC_SHAPE(4 * H))};
  State s = {jc_zeros(JC_SHAPE(H)), jc_zeros(JC_SHAPE(H))};
  jc_array xs = spread(6, JC_SHAPE(STEPS, IN), 1);
  MEASURE("lstm", jc_jit(lstm)(p, s, xs));
  MEASURE("lstm_grad", jc_jit(jc_grad(lstm))(p, s, xs));
  Net n = {spread(7, JC_SHAPE(8, 32), 0.3f), jc_zeros(JC_SHAPE(32)),
           spread(8, JC_SHAPE(32, 1), 0.3f)};
  jc_array x = spread(9, JC_SHAPE(16, 8), 1), y = spread(10, JC_SHAPE(16, 1), 1);
  MEASURE("fit", jc_jit(fit)(n, x, y));
}

static void places(void) {
  jc_array rows = spread(1, JC_SHAPE(STEPS + 1, 8), 1), near = jc_mul(jc_eye(8), 0.99f);
  MEASURE("update_slice", jc_jit(updates)(rows, near));
  jc_array is = jc_randint(jc_key(2), 0, 64, JC_SHAPE(STEPS));
  jc_array zeros = jc_zeros(JC_SHAPE(16)), table = spread(3, JC_SHAPE(64, 16), 1);
  MEASURE("gather", jc_jit(gathers)(zeros, is, table));
  jc_array none = jc_zeros(JC_SHAPE(64)), mixed = spread(4, JC_SHAPE(16), 1);
  MEASURE("histogram", jc_jit(histogram)(none, is));
  MEASURE("sort", jc_jit(sorts)(mixed));
}

static void choices(void) {
  jc_array x = spread(5, JC_SHAPE(8), 1), y = spread(5, JC_SHAPE(16), 1);
  MEASURE("while_cond", jc_jit(while_cond)(x));
  MEASURE("switch", jc_jit(fori_switch)(y));
}

static void inside(void) {
  jc_array h = spread(6, JC_SHAPE(4), 1), xs = spread(7, JC_SHAPE(50, 20, 4), 1);
  jc_array w = spread(8, JC_SHAPE(4, 4), 0.4f), two = jc_f32(2), zs = spread(9, JC_SHAPE(STEPS), 1);
  MEASURE("nested", jc_jit(nested)(h, xs, w));
  MEASURE("newton", jc_jit(newton)(two, zs));
}

int main(void) {
  jc_array w = spread(1, JC_SHAPE(32, 32), 0.2f), h = spread(2, JC_SHAPE(32), 1);
  jc_array v = spread(3, JC_SHAPE(64), 1), a = spread(4, JC_SHAPE(64, 64), 1);
  MEASURE("matvec", jc_jit(matvec)(h, w));
  MEASURE("power", jc_jit(power)(v, a));
  choices();
  inside();
  places();
  models();
  return jc_finish();
}
