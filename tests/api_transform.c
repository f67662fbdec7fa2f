// Transformations of C functions: values, nesting, static arguments, trees, donation.
#include "frontend/closure.h"
#include "frontend/execute.h"
#include "tests/check.h"

typedef struct {
  jc_array w, b;
} Dense;
typedef struct {
  Dense layer[2];
} Net;
typedef struct {
  jc_array w;
  int power;
  double gain;
} Mixed;
JC_TREE(Mixed, w, power, gain);

static jc_array cube(jc_array x) { return jc_mul(x, jc_square(x)); }
JC_FN(jc_array, cube, jc_array);
static jc_array linear(jc_array w, jc_array x) { return jc_matmul(w, x); }
JC_FN(jc_array, linear, jc_array, jc_array);
static jc_array net(Net p, jc_array x) {
  for (int i = 0; i < 2; i++) x = jc_tanh(jc_add(jc_matmul(p.layer[i].w, x), p.layer[i].b));
  return jc_sum(x);
}
JC_FN(jc_array, net, Net, jc_array);

static double f32(jc_array x) { return jc_item(x); }

static Net make_net(void) {
  jc_array k = jc_split(jc_key(3), 4);
  return (Net){{{jc_normal(jc_at(k, 0), JC_SHAPE(4, 3)), jc_normal(jc_at(k, 1), JC_SHAPE(4))},
                {jc_normal(jc_at(k, 2), JC_SHAPE(2, 4)), jc_normal(jc_at(k, 3), JC_SHAPE(2))}}};
}

static void higher_derivatives(void) {
  EXPECT_CLOSE(f32(jc_grad(cube)(jc_f32(2))), 12, 0);
  EXPECT_CLOSE(f32(jc_grad(jc_grad(cube))(jc_f32(2))), 12, 0);
  EXPECT_CLOSE(f32(jc_grad(jc_grad(jc_grad(cube)))(jc_f32(2))), 6, 0);
  EXPECT_CLOSE(f32(jc_grad(jc_grad(jc_grad(jc_grad(cube))))(jc_f32(2))), 0, 0);
  EXPECT_CLOSE(f32(jc_jit(jc_grad(jc_jit(jc_grad(cube))))(jc_f32(2))), 12, 0);
  EXPECT_CLOSE(f32(jc_grad(jc_tanh)(jc_f32(0))), 1, 0);
}

static void gradient_of_a_tree(void) {
  Net p = make_net(), g;
  jc_array x = jc_vector(0.5, -1, 2);
  g = jc_grad(net)(p, x);
  EXPECT_STR(jc_shape_str(g.layer[0].w), "f32[4,3]");
  // Against a difference in one weight, in f64 through f32 arrays: a thousandth.
  float w[12], dw[12];
  jc_copy(p.layer[0].w, w, sizeof w);
  jc_copy(g.layer[0].w, dw, sizeof dw);
  for (int i = 0; i < 12; i++) {
    float v = w[i], up, down;
    Net q = p;
    w[i] = v + 1e-2f;
    q.layer[0].w = jc_from(w, 4, 3);
    up = (float)f32(net(q, x));
    w[i] = v - 1e-2f;
    q.layer[0].w = jc_from(w, 4, 3);
    down = (float)f32(net(q, x));
    w[i] = v;
    EXPECT_CLOSE(dw[i], (up - down) / 2e-2, 2e-3);
  }
  Net jitted = jc_jit(jc_grad(net))(p, x);
  EXPECT(jc_item(jc_all(jc_equal(jitted.layer[0].w, g.layer[0].w))) == 1);
}

static void memoised(void) {
  EXPECT(jc_grad(net) == jc_grad(net));
  EXPECT(jc_vmap(net, .in_axes = {JC_NONE}) == jc_vmap(net, .in_axes = {JC_NONE}));
  EXPECT(jc_vmap(net, .in_axes = {JC_NONE}) != jc_vmap(net));
}

static void vmap_is_a_loop(void) {
  Net p = make_net();
  jc_array xs = jc_normal(jc_key(9), JC_SHAPE(5, 3));
  Net all = jc_jit(jc_vmap(jc_grad(net), .in_axes = {JC_NONE, 0}))(p, xs);
  EXPECT_STR(jc_shape_str(all.layer[1].w), "f32[5,2,4]");
  for (int i = 0; i < 5; i++) {
    Net one = jc_grad(net)(p, jc_at(xs, i));
    jc_array gap = jc_max(jc_abs(jc_sub(jc_at(all.layer[1].w, i), one.layer[1].w)));
    EXPECT_CLOSE(f32(gap), 0, 1e-6);
  }
  jc_array columns =
      jc_vmap(linear, .in_axes = {JC_NONE, 1}, .out_axes = {1})(p.layer[0].w, jc_transpose(xs));
  EXPECT_STR(jc_shape_str(columns), "f32[4,5]");
}

static void value_and_grad(void) {
  Net p = make_net();
  jc_array x = jc_vector(1, 2, 3);
  jc_auto r = jc_value_and_grad(net)(p, x);
  EXPECT_CLOSE(f32(r.value), f32(net(p, x)), 1e-6);
  EXPECT_STR(jc_shape_str(r.grad.layer[1].b), "f32[2]");
  jc_array gx = jc_grad_arg(net, 1)(p, x);
  EXPECT_STR(jc_shape_str(gx), "f32[3]");
  jc_auto s = jc_value_and_grad_arg(net, 1)(p, x);
  EXPECT(jc_item(jc_all(jc_equal(s.grad, gx))) == 1);
}

typedef struct {
  jc_array loss, logits;
} WithAux;
static WithAux with_aux(jc_array w, jc_array x) {
  jc_array y = jc_matmul(w, x);
  return (WithAux){jc_sum(jc_square(y)), y};
}
JC_FN(WithAux, with_aux, jc_array, jc_array);

static void auxiliary_results(void) {
  jc_auto r = jc_value_and_grad(with_aux)(jc_ones(JC_SHAPE(2, 2)), jc_vector(1, 2));
  EXPECT_STR(jc_str(r.value.logits), "[3 3]");
  EXPECT_STR(jc_str(r.grad), "[[6 12]\n [6 12]]");
}

static void jvp_and_vjp(void) {
  jc_auto t = jc_jvp(cube)(jc_f32(2), jc_f32(0.5));
  EXPECT_CLOSE(f32(t.value), 8, 0);
  EXPECT_CLOSE(f32(t.tangent), 6, 0);
  jc_auto c = jc_vjp(linear)(jc_ones(JC_SHAPE(2, 3)), jc_vector(1, 2, 3), jc_vector(1, 10));
  EXPECT_STR(jc_str(c.value), "[6 6]");
  EXPECT_STR(jc_str(c.grads.a0), "[[1 2 3]\n [10 20 30]]");
  EXPECT_STR(jc_str(c.grads.a1), "[11 11 11]");
  jc_auto h = jc_jvp(jc_grad(cube))(jc_f32(2), jc_f32(1));
  EXPECT_CLOSE(f32(h.tangent), 12, 0);
}

// ---- static arguments

static int traced;
typedef jc_array Scalar(jc_array);
static jc_array act(jc_array x, const char *name, bool twice, float gain, Scalar *f) {
  traced++;
  x = f(x);
  return jc_mul(gain, twice ? f(x) : strcmp(name, "neg") ? x : jc_neg(x));
}
JC_FN(jc_array, act, jc_array, const char *, bool, float, Scalar *);

static void static_arguments(void) {
  jc_array x = jc_f32(2);
  traced = 0;
  char name[] = "neg";
  EXPECT_CLOSE(f32(jc_jit(act)(x, name, false, 0.5f, cube)), -4, 0);
  EXPECT_CLOSE(f32(jc_jit(act)(x, "neg", false, 0.5f, cube)), -4, 0);
  EXPECT_EQ(traced, 1);
  name[0] = 'x';
  EXPECT_CLOSE(f32(jc_jit(act)(x, name, false, 0.5f, cube)), 4, 0);
  EXPECT_CLOSE(f32(jc_jit(act)(x, "neg", true, 0.5f, cube)), 256, 0);
  EXPECT_CLOSE(f32(jc_jit(act)(x, "neg", true, 1.f, cube)), 512, 0);
  EXPECT_EQ(traced, 4);
}

static jc_array mixed(Mixed m, jc_array x) {
  traced++;
  return jc_mul(m.gain, jc_sum(jc_pow(jc_mul(m.w, x), m.power)));
}
JC_FN(jc_array, mixed, Mixed, jc_array);

static void mixed_trees(void) {
  Mixed m = {jc_vector(1, 2), 2, 0.5};
  traced = 0;
  EXPECT_CLOSE(f32(jc_jit(mixed)(m, jc_f32(1))), 2.5, 0);
  m.power = 3;
  EXPECT_CLOSE(f32(jc_jit(mixed)(m, jc_f32(1))), 4.5, 0);
  EXPECT_CLOSE(f32(jc_jit(mixed)(m, jc_f32(1))), 4.5, 0);
  EXPECT_EQ(traced, 2);
  Mixed g = jc_grad(mixed)(m, jc_f32(1));
  EXPECT_STR(jc_str(g.w), "[1.5 6]");
  Mixed twice = jc_tree_map(jc_add, m, m);
  EXPECT_STR(jc_str(twice.w), "[2 4]");
  EXPECT_EQ(twice.power, 3);
  twice.power = 4;
  EXPECT_STR(jc_str(jc_tree_where(jc_less(jc_f32(1), 2), m, twice).w), "[1 2]");
  EXPECT_STR(jc_str(jc_tree_where(jc_less(m.w, 1.5), m, twice).w), "[1 4]");
  EXPECT_STR(jc_str(jc_tree_where(false, m, twice).w), "[2 4]");
  EXPECT_EQ(jc_tree_where(false, m, twice).power, m.power);
  EXPECT(jc_ok());
  m.w = jc_vector(1, 2, 3);
  m = jc_tree_where(true, m, twice);
  EXPECT(jc_error() && strstr(jc_error(), "where: shapes f32[3] and f32[2] do not broadcast"));
  jc_clear_error();
}

typedef struct {
  jc_array scale;
  int n;
} Ctx;
JC_TREE(Ctx, scale, n);
static jc_array with_context(jc_array x, const Ctx *c) {
  for (int i = 0; i < c->n; i++) x = jc_mul(x, c->scale);
  return x;
}
JC_FN(jc_array, with_context, jc_array, const Ctx *);

static void pointers_to_trees(void) {
  Ctx c = {jc_f32(3), 2};
  EXPECT_CLOSE(f32(jc_jit(with_context)(jc_f32(2), &c)), 18, 0);
  c.scale = jc_f32(4);
  EXPECT_CLOSE(f32(jc_jit(with_context)(jc_f32(2), &c)), 32, 0);
  c.n = 1;
  EXPECT_CLOSE(f32(jc_jit(with_context)(jc_f32(2), &c)), 8, 0);
}

// ---- capture

static jc_array table;
static jc_array uses_a_global(jc_array x) { return jc_sum(jc_mul(x, table)); }
JC_FN(jc_array, uses_a_global, jc_array);

static void captures(void) {
  table = jc_vector(1, 2, 3);
  EXPECT_CLOSE(f32(jc_jit(uses_a_global)(jc_f32(1))), 6, 0);
  table = jc_vector(10, 20, 30);  // read when traced
  EXPECT_CLOSE(f32(jc_jit(uses_a_global)(jc_f32(1))), 6, 0);
  EXPECT_CLOSE(f32(jc_grad(uses_a_global)(jc_f32(1))), 60, 0);
  EXPECT_STR(jc_str(jc_vmap(jc_grad(uses_a_global))(jc_vector(1, 2))), "[60 60]");
}

static jc_array outer_value;
static jc_array inner(jc_array x) { return jc_mul(x, outer_value); }
JC_FN(jc_array, inner, jc_array);
static jc_array outer(jc_array y) {
  outer_value = jc_square(y);
  return jc_mul(y, jc_grad(inner)(jc_f32(5)));  // y^3
}
JC_FN(jc_array, outer, jc_array);

static void values_of_an_outer_trace(void) {
  EXPECT_CLOSE(f32(jc_grad(outer)(jc_f32(2))), 12, 0);
  EXPECT_CLOSE(f32(jc_jit(jc_grad(outer))(jc_f32(2))), 12, 0);
  EXPECT_STR(jc_str(jc_vmap(jc_grad(outer))(jc_vector(1, 2))), "[3 12]");
}

// ---- loops

static jc_array below(jc_array x, jc_array limit) { return jc_less(x, limit); }
JC_FN(jc_array, below, jc_array, jc_array);
static jc_array doubled(jc_array x, jc_array limit) {
  (void)limit;
  return jc_mul(x, 2);
}
JC_FN(jc_array, doubled, jc_array, jc_array);
static jc_array add_index(jc_array i, jc_array s) { return jc_add(s, i); }
JC_FN(jc_array, add_index, jc_array, jc_array);
static jc_array loops(jc_array n) { return jc_fori(add_index, n)(jc_i32(0), jc_f32(0)); }
JC_FN(jc_array, loops, jc_array);

static void while_and_fori(void) {
  EXPECT_CLOSE(f32(jc_while(below, doubled)(jc_f32(3), jc_f32(100))), 192, 0);
  EXPECT_CLOSE(f32(jc_fori(add_index, 10)(jc_i32(0), jc_f32(0))), 45, 0);
  EXPECT_CLOSE(f32(jc_jit(loops)(jc_i32(5))), 10, 0);
  EXPECT_CLOSE(f32(jc_jit(loops)(jc_i32(6))), 15, 0);
}

// ---- donation

static Net step(Net p, jc_array x) {
  return jc_tree_sub(p, jc_tree_scale(0.1, jc_grad(net)(p, x)));
}
JC_FN(Net, step, Net, jc_array);

static void donated_steps_allocate_nothing(void) {
  Net p = make_net();
  jc_array x = jc_vector(1, 2, 3);
  p = jc_jit(step, .donate = {true})(p, x);
  p = jc_jit(step, .donate = {true})(p, x);
  int64_t before = buffer_stats().allocations;
  for (int i = 0; i < 100; i++) p = jc_jit(step, .donate = {true})(p, x);
  EXPECT_EQ(buffer_stats().allocations, before);
  Net old = p;
  p = jc_jit(step, .donate = {true})(p, x);
  EXPECT(isnan(jc_item(jc_sum(old.layer[0].w))));
  EXPECT_FAIL("was donated at");
  EXPECT(isfinite(jc_item(jc_sum(p.layer[0].w))));
}

static jc_array both(jc_array a, jc_array b) { return jc_add(a, b); }
JC_FN(jc_array, both, jc_array, jc_array);

static void donation_of_a_shared_array_is_dropped(void) {
  jc_array x = jc_vector(1, 2, 3, 4);
  EXPECT_STR(jc_str(jc_jit(both, .donate = {true})(x, x)), "[2 4 6 8]");
  EXPECT_STR(jc_str(x), "[1 2 3 4]");
  float kept[4] = {1, 2, 3, 4};
  jc_array borrowed = jc_borrow(kept, 4);
  jc_jit(both, .donate = {true})(borrowed, jc_vector(1, 1, 1, 1));
  EXPECT_CLOSE(kept[0], 1, 0);
}

static jc_array jit_calls_jit(jc_array x) { return jc_add(jc_jit(cube)(x), jc_jit(cube)(x)); }
JC_FN(jc_array, jit_calls_jit, jc_array);
static void nested_jit(void) {
  EXPECT_CLOSE(f32(jc_jit(jit_calls_jit)(jc_f32(2))), 16, 0);
  EXPECT_CLOSE(f32(jc_grad(jit_calls_jit)(jc_f32(2))), 24, 0);
}

static void compiled_for_each_type(void) {
  EXPECT_STR(jc_str(jc_jit(cube)(jc_vector(1, 2))), "[1 8]");
  EXPECT_STR(jc_str(jc_jit(cube)(jc_vector(1, 2, 3))), "[1 8 27]");
  EXPECT_STR(jc_shape_str(jc_jit(cube)(jc_ones(JC_SHAPE(2, 3)))), "f32[2,3]");
  EXPECT_STR(jc_shape_str(jc_jit(cube)(jc_ones(JC_SHAPE(3, 2)))), "f32[3,2]");
  EXPECT_STR(jc_shape_str(jc_jit(cube)(jc_ones(JC_SHAPE(3, 2), JC_F64))), "f64[3,2]");
  EXPECT_STR(jc_shape_str(jc_jit(cube)(jc_arange(3))), "i32[3]");
  // A weak number stays weak: it takes the dtype of what it meets.
  EXPECT_STR(jc_shape_str(jc_add(jc_jit(cube)(jc_lift(2.0)), jc_f64(1))), "f64[]");
  EXPECT_STR(jc_shape_str(jc_add(jc_jit(cube)(jc_f32(2)), jc_u8(1))), "f32[]");
  EXPECT_STR(jc_shape_str(jc_add(jc_jit(cube)(jc_lift(2)), jc_u8(1))), "u8[]");
  EXPECT_STR(jc_shape_str(jc_add(jc_jit(cube)(jc_i32(2)), jc_u8(1))), "i32[]");
}

int main(void) {
  if (!getenv("JITC_DEVICE")) execute_on((Loc){0}, "interp");
  RUN(higher_derivatives);
  RUN(gradient_of_a_tree);
  RUN(memoised);
  RUN(vmap_is_a_loop);
  RUN(value_and_grad);
  RUN(auxiliary_results);
  RUN(jvp_and_vjp);
  RUN(static_arguments);
  RUN(mixed_trees);
  RUN(pointers_to_trees);
  RUN(captures);
  RUN(values_of_an_outer_trace);
  RUN(while_and_fori);
  RUN(donated_steps_allocate_nothing);
  RUN(donation_of_a_shared_array_is_dropped);
  RUN(nested_jit);
  RUN(compiled_for_each_type);
  return tests_done();
}
