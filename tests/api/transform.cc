// Functions transformed from C++: trees, training, nests, control flow, custom derivatives, layers.
#include <jitc.h>

#include <cmath>
#include <cstdio>
#include <cstring>

static int faults;

static void expect(const char *got, const char *want) {
  if (std::strcmp(got, want) == 0) return;
  std::printf("transform.cc: %s, expected %s\n", got, want);
  faults++;
}

// ---- trees and training

struct Dense {
  jc_array w, b;
};
struct Mlp {
  Dense layer[2];
};

static jc_array predict(Mlp p, jc_array x) {
  jc_array h = jc_tanh(jc_add(jc_matmul(p.layer[0].w, x), p.layer[0].b));
  return jc_add(jc_matmul(p.layer[1].w, h), p.layer[1].b);
}
JC_FN(jc_array, predict, Mlp, jc_array);

static jc_array loss(Mlp p, jc_array x, jc_array y) {
  return jc_mean(jc_square(jc_sub(jc_vmap(predict, .in_axes = {JC_NONE, 0})(p, x), y)));
}
JC_FN(jc_array, loss, Mlp, jc_array, jc_array);

static const jc_opt adam = JC_ADAM(1e-2);
typedef JC_OPT_STATE(Mlp) Adam;
struct State {
  Mlp p;
  Adam s;
  jc_array loss;
};
static State update(State s, jc_array x, jc_array y) {
  auto r = jc_value_and_grad(loss)(s.p, x, y);
  jc_opt_update(&adam, &s.p, r.grad, &s.s);
  s.loss = r.value;
  return s;
}
JC_FN(State, update, State, jc_array, jc_array);

static Mlp init(jc_array key) {
  jc_array k = jc_split(key);
  return {{{jc_normal(jc_at(k, 0), JC_SHAPE(8, 3)), jc_zeros(JC_SHAPE(8))},
           {jc_normal(jc_at(k, 1), JC_SHAPE(1, 8)), jc_zeros(JC_SHAPE(1))}}};
}

static void training() {
  Mlp p = init(jc_key(0));
  jc_array x = jc_normal(jc_key(1), JC_SHAPE(32, 3));
  jc_array y = jc_sum(x, .axes = JC_AXES(1), .keepdims = true);
  State s = {p, {}, jc_f32(0)};
  jc_opt_init(&adam, &s.p, &s.s);
  double first = NAN;
  for (int i = 0; i < 50; i++) {
    JC_SCOPE(s);
    s = jc_jit(update, .donate = {true})(s, x, y);
    if (!i) first = jc_item(s.loss);
  }
  if (!(jc_item(s.loss) < 0.5 * first)) faults++;
  p = init(jc_key(0));
  expect(jc_str(jc_tree_norm(jc_tree_sub(p, p))), "0");
  const Mlp three = jc_tree_map(jc_add, p, jc_tree_scale(2, p));
  expect(jc_str(jc_div(jc_tree_norm(three), jc_tree_norm(p))), "3");
  auto c = jc_vjp(loss)(p, x, y, jc_f32(1));
  expect(jc_shape_str(c.grads.a0.layer[0].w), "f32[8,3]");
  struct Rows {
    jc_array x, y;
  } rows = {x, y}, batch;
  int n = 0;
  for (jc_batches it = jc_batches(&rows, 10); jc_next(&it, &batch);) n++;
  if (n != 4) faults++;
}

// ---- nests

static jc_array cube(jc_array x) { return jc_mul(x, x, x); }
JC_FN(jc_array, cube, jc_array);
struct Strided {
  jc_array w;
  int stride;
};
JC_TREE(Strided, w, stride);
static jc_array strided(Strided c, jc_array x) { return jc_mul(jc_mul(c.w, c.stride), x); }
JC_FN(jc_array, strided, Strided, jc_array);
enum Kind { PLUS, TIMES };
static jc_array combined(jc_array x, Kind k, int n) {
  for (int i = 0; i < n; i++) x = k == PLUS ? jc_add(x, x) : jc_mul(x, x);
  return x;
}
JC_FN(jc_array, combined, jc_array, Kind, int);
typedef jc_array Scalar(jc_array);
static jc_array newton(Scalar *f, jc_array x) {
  JC_FN_AS(f, cube);
  return jc_sub(x, jc_div(f(x), jc_grad(f)(x)));
}

static void nests() {
  expect(jc_str(jc_grad(jc_grad(cube))(jc_f32(2))), "12");
  expect(jc_str(jc_jit(jc_vmap(jc_grad(cube)))(jc_vector(1, 2, 3))), "[3 12 27]");
  expect(jc_str(jc_hessian(cube)(jc_f32(2))), "12");
  expect(jc_str(jc_grad(jc_tanh)(jc_f32(0))), "1");
  expect(jc_str(jc_jvp(jc_grad(cube))(jc_f32(2), jc_f32(1)).tangent), "12");
  auto at = jc_linearize(cube)(jc_f32(2));
  expect(jc_str(jc_pushforward(cube)(at.linear, jc_f32(1))), "12");
  expect(jc_str(jc_grad(strided)(Strided{jc_f32(3), 2}, jc_f32(5)).w), "10");
  expect(jc_str(jc_jit(combined)(jc_f32(3), TIMES, 2)), "81");
  expect(jc_str(newton(cube, jc_f32(3))), "2");
}

// ---- control flow

struct Out {
  jc_array carry, y;
};
static Out cell(jc_array h, jc_array x) { return Out{jc_add(h, x), h}; }
JC_FN(Out, cell, jc_array, jc_array);
static jc_array holds(jc_array x) { return jc_less(x, 100); }
JC_FN(jc_array, holds, jc_array);
static jc_array twice(jc_array x) { return jc_mul(x, 2); }
JC_FN(jc_array, twice, jc_array);
static jc_array body(jc_array i, jc_array s) { return jc_add(s, i); }
JC_FN(jc_array, body, jc_array, jc_array);
static jc_array passed_on(jc_array x) {
  return jc_add(jc_ppermute(x, "b", {0, 1}), jc_psum(x, "b"));
}
JC_FN(jc_array, passed_on, jc_array);

static void control() {
  expect(jc_str(jc_scan(cell)(jc_f32(0), jc_arange(4)).y), "[0 0 1 3]");
  expect(jc_str(jc_while(holds, twice)(jc_f32(3))), "192");
  expect(jc_str(jc_fori(body, 5)(jc_i32(0), jc_i32(0))), "10");
  expect(jc_str(jc_cond(true, twice, cube)(jc_f32(3))), "6");
  expect(jc_str(jc_switch(1, twice, cube)(jc_f32(3))), "27");
  expect(jc_str(jc_vmap(passed_on, .axis_name = "b")(jc_vector(1, 2, 3))), "[6 7 6]");
}

// ---- derivatives of one's own, layers, lists, files

struct Kept {
  jc_array y, x;
};
static Kept forward(jc_array x) { return Kept{cube(x), x}; }
JC_FN(Kept, forward, jc_array);
static jc_array backward(jc_array x, jc_array ct) { return jc_mul(ct, jc_mul(x, -1)); }
JC_FN(jc_array, backward, jc_array, jc_array);
JC_CUSTOM_VJP(bent, cube, forward, backward);

static const jc_layer net =
    JC_SERIAL(JC_DENSE(4), JC_BATCH_NORM(.momentum = 0.9), JC_RELU,
              JC_SERIAL(JC_DROPOUT(0.5), JC_DENSE(2, .no_bias = true)), JC_LOG_SOFTMAX);

static void library(const char *path) {
  expect(jc_str(jc_grad(bent)(jc_f32(2))), "-2");
  jc_params p = jc_init(&net, jc_key(0), JC_SHAPE(8, 3));
  expect(jc_shape_str(jc_apply(&net, p, jc_ones(JC_SHAPE(8, 3)))), "f32[8,2]");
  expect(jc_params_name(p, 0), "[0].w");
  const float half = 0.5;
  const jc_array x = jc_vector(half, 2), both[] = {x, x};
  expect(jc_str(jc_stack(JC_LIST(x, jc_add(x, 1)), 0)), "[[0.5 2]\n [1.5 3]]");
  expect(jc_str(jc_concatenate(JC_LIST_OF(both), 0)), "[0.5 2 0.5 2]");
  expect(jc_str(jc_reduce(jc_add, jc_arange(4), 0)), "6");
  jc_save_with(&x, JC_METADATA({"epoch", "3"}), "%s", path);
  expect(jc_load_metadata("epoch", "%s", path), "3");
}
JC_ENTRY(cube, jc_spec(JC_SCALAR));

int main(int argc, char **argv) {
  training();
  nests();
  control();
  library(argc > 1 ? argv[1] : "transform.safetensors");
  return jc_finish() || faults;
}
