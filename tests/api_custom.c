// Functions with derivatives of their own, written in C: that the rules are what is used, under
// every other transformation, and what is said of wrong ones.
#include "frontend/execute.h"
#include "tests/check.h"
#include "tests/fails.h"

typedef struct {
  jc_array a, b;
} Two;

// ---- reverse rules. Each gives away that it was used: its derivative is wrong by a factor.

static jc_array cube(jc_array x) { return jc_mul(x, jc_square(x)); }
JC_FN(jc_array, cube, jc_array);
static Two cube_fwd(jc_array x) { return (Two){cube(x), x}; }
JC_FN(Two, cube_fwd, jc_array);
static jc_array cube_bwd(jc_array x, jc_array ct) { return jc_mul(30, ct, jc_square(x)); }
JC_FN(jc_array, cube_bwd, jc_array, jc_array);
JC_CUSTOM_VJP(cubed, cube, cube_fwd, cube_bwd);

// Trees, a static parameter, an integer one, plain fields among the residuals.
typedef struct {
  jc_array w, b;
} Dense;
typedef struct {
  jc_array value;
  Dense p;
  jc_array x, rows;
  int times;
} DenseFwd;
JC_TREE(DenseFwd, value, p, x, rows, times);
typedef struct {
  Dense p;
  jc_array x, rows;
  int times;
} DenseRes;
JC_TREE(DenseRes, p, x, rows, times);
typedef struct {
  Dense p;
  jc_array x, rows;
} DenseCt;

static jc_array dense(Dense p, jc_array x, jc_array rows, int times) {
  return jc_mul(times, jc_take(jc_add(jc_matmul(p.w, x), p.b), rows, 0));
}
JC_FN(jc_array, dense, Dense, jc_array, jc_array, int);
static DenseFwd dense_fwd(Dense p, jc_array x, jc_array rows, int times) {
  return (DenseFwd){dense(p, x, rows, times), p, x, rows, times};
}
JC_FN(DenseFwd, dense_fwd, Dense, jc_array, jc_array, int);
static jc_array dense_of(Dense p, jc_array x, jc_array rows) { return dense(p, x, rows, 1); }
JC_FN(jc_array, dense_of, Dense, jc_array, jc_array);
static DenseCt dense_bwd(DenseRes r, jc_array ct) {
  jc_auto c = jc_vjp(dense_of)(r.p, r.x, r.rows, jc_mul(10 * r.times, ct));
  return (DenseCt){c.grads.a0, c.grads.a1, jc_i32(0)};
}
JC_FN(DenseCt, dense_bwd, DenseRes, jc_array);
JC_CUSTOM_VJP(layer, dense, dense_fwd, dense_bwd);

// No residuals; two results, of which one is an integer.
static Two split(jc_array x) { return (Two){jc_sin(x), jc_astype(jc_floor(x), JC_I32)}; }
JC_FN(Two, split, jc_array);
static jc_array split_bwd(jc_none none, Two ct) {
  (void)none;
  return jc_mul(7, ct.a);
}
JC_FN(jc_array, split_bwd, jc_none, Two);
JC_CUSTOM_VJP(parts, split, split, split_bwd);

// ---- forward rules

static jc_array ratio(jc_array x, jc_array y) { return jc_div(x, y); }
JC_FN(jc_array, ratio, jc_array, jc_array);
static Two ratio_jvp(jc_array x, jc_array y, jc_array dx, jc_array dy) {
  jc_array r = jc_div(x, y);
  return (Two){r, jc_mul(10, jc_div(jc_sub(dx, jc_mul(r, dy)), y))};
}
JC_FN(Two, ratio_jvp, jc_array, jc_array, jc_array, jc_array);
JC_CUSTOM_JVP(quotient, ratio, ratio_jvp);

// log(1 + exp(x)) as in JAX's manual: its derivative is finite where that of the formula is not.
static jc_array log1pexp(jc_array x) { return jc_log(jc_add(1.0, jc_exp(x))); }
JC_FN(jc_array, log1pexp, jc_array);
static Two log1pexp_jvp(jc_array x, jc_array t) {
  return (Two){log1pexp(x), jc_mul(jc_sub(1.0, jc_div(1.0, jc_add(1.0, jc_exp(x)))), t)};
}
JC_FN(Two, log1pexp_jvp, jc_array, jc_array);
JC_CUSTOM_JVP(stable, log1pexp, log1pexp_jvp);

// ---- functions that use them

static jc_array total(jc_array x) { return jc_sum(jc_mul(jc_sin(cubed(x)), 2)); }
JC_FN(jc_array, total, jc_array);
static jc_array total_by_hand(jc_array x) { return jc_mul(60, jc_cos(cube(x)), jc_square(x)); }
static jc_array quotients(jc_array x) { return jc_sum(quotient(jc_exp(x), jc_add(x, 3))); }
JC_FN(jc_array, quotients, jc_array);
static jc_array layers(Dense p, jc_array x) {
  return jc_sum(jc_square(layer(p, jc_sin(x), jc_astype(jc_vector(1, 0, 1), JC_I32), 3)));
}
JC_FN(jc_array, layers, Dense, jc_array);
static jc_array plain_layers(Dense p, jc_array x) {
  return jc_sum(jc_square(dense(p, jc_sin(x), jc_astype(jc_vector(1, 0, 1), JC_I32), 3)));
}
JC_FN(jc_array, plain_layers, Dense, jc_array);
static jc_array of_parts(jc_array x) {
  Two t = parts(jc_mul(2, x));
  return jc_sum(jc_mul(t.a, jc_add(t.b, 1)));
}
JC_FN(jc_array, of_parts, jc_array);
static Two step(jc_array h, jc_array x) {
  h = jc_tanh(quotient(cubed(h), jc_add(x, 2)));
  return (Two){h, jc_mul(h, x)};
}
JC_FN(Two, step, jc_array, jc_array);
static jc_array scanned(jc_array x) { return jc_sum(jc_scan(step)(jc_f32(0.5), x).b); }
JC_FN(jc_array, scanned, jc_array);
static jc_array unrolled(jc_array x) {
  jc_array h = jc_f32(0.5), sum = jc_f32(0);
  for (int i = 0; i < (int)jc_dim(x, 0); i++) {
    Two t = step(h, jc_at(x, i));
    h = t.a, sum = jc_add(sum, t.b);
  }
  return sum;
}
JC_FN(jc_array, unrolled, jc_array);
static jc_array chosen(jc_array x) {
  return jc_cond(jc_greater(jc_sum(x), 0), total, quotients)(x);
}
JC_FN(jc_array, chosen, jc_array);

static void expect_same(jc_array x, jc_array y, double tolerance) {
  EXPECT_STR(jc_shape_str(x), jc_shape_str(y));
  jc_array difference = jc_max(jc_abs(jc_sub(x, y)));
  if (!(jc_item(difference) <= tolerance)) FAULT("%s is not %s", jc_str(x), jc_str(y));
  EXPECT_OK();
}

static jc_array some(void) {
  return jc_uniform(jc_key(test_random()), JC_SHAPE(3), JC_F32, .minval = 0.5);
}

static void rules_are_used(void) {
  jc_array x = some();
  expect_same(cubed(x), cube(x), 0);
  expect_same(jc_grad(total)(x), total_by_hand(x), 1e-4);
  expect_same(jc_jit(jc_grad(total))(x), total_by_hand(x), 1e-4);
  expect_same(jc_grad(jc_jit(total))(x), total_by_hand(x), 1e-4);
  expect_same(jc_grad(cubed)(jc_f32(2)), jc_f32(120), 0);
  expect_same(jc_jit(jc_grad(cubed))(jc_f32(2)), jc_f32(120), 0);
  expect_same(jc_grad(jc_jit(cubed))(jc_f32(2)), jc_f32(120), 0);
  expect_same(jc_value_and_grad(cubed)(jc_f32(2)).value, jc_f32(8), 0);
  expect_same(jc_jacrev(cubed)(x), jc_mul(30, jc_eye(3), jc_square(x)), 1e-5);
  // The rule is itself differentiable: 30 x^2 has the derivative 60 x.
  expect_same(jc_grad(jc_grad(cubed))(jc_f32(2)), jc_f32(120), 0);
  expect_same(jc_grad(jc_grad(jc_grad(cubed)))(jc_f32(2)), jc_f32(60), 0);
  expect_same(jc_jvp(jc_grad(cubed))(jc_f32(2), jc_f32(3)).tangent, jc_f32(360), 0);
}

static void forward_rules(void) {
  jc_array x = some(), y = some(), one = jc_ones_like(x);
  jc_auto t = jc_jvp(quotient)(x, y, one, jc_mul(2, one));
  expect_same(t.value, jc_div(x, y), 0);
  expect_same(t.tangent, jc_mul(10, jc_jvp(ratio)(x, y, one, jc_mul(2, one)).tangent), 1e-4);
  jc_auto c = jc_vjp(quotient)(x, y, one);
  expect_same(c.grads.a0, jc_div(10, y), 1e-4);
  expect_same(c.grads.a1, jc_div(jc_mul(-10, x), jc_square(y)), 1e-3);
  expect_same(jc_jacfwd(quotient)(x, y), jc_mul(10, jc_jacfwd(ratio)(x, y)), 1e-4);
  expect_same(jc_jacrev_arg(quotient, 1)(x, y), jc_mul(10, jc_jacrev_arg(ratio, 1)(x, y)), 1e-3);
  // JAX's values of the same functions.
  expect_same(jc_grad(stable)(jc_f32(100)), jc_f32(1), 0);
  expect_same(jc_jit(jc_grad(stable))(jc_f32(3)), jc_f32(0.95257413), 1e-6);
  expect_same(jc_grad(jc_grad(stable))(jc_f32(0)), jc_f32(0.25), 1e-6);
  expect_same(jc_vmap(jc_grad(stable))(jc_vector(-1.5, 0, 2.5)),
              jc_vector(0.18242552, 0.5, 0.92414182), 1e-6);
  EXPECT(isnan(jc_item(jc_grad(log1pexp)(jc_f32(100)))));
}

static void trees(void) {
  Dense p = {jc_normal(jc_key(test_random()), JC_SHAPE(2, 3)), jc_vector(0.5, -1)};
  jc_array x = some();
  jc_auto got = jc_value_and_grad(layers)(p, x);
  jc_auto want = jc_value_and_grad(plain_layers)(p, x);
  expect_same(got.value, want.value, 0);
  expect_same(got.grad.w, jc_mul(10, want.grad.w), 1e-3);
  expect_same(got.grad.b, jc_mul(10, want.grad.b), 1e-3);
  expect_same(jc_grad_arg(layers, 1)(p, x), jc_mul(10, jc_grad_arg(plain_layers, 1)(p, x)), 1e-3);
  // Lanes that share the parameters: the rule's cotangents are summed.
  jc_array xs = jc_normal(jc_key(test_random()), JC_SHAPE(4, 3));
  Dense each = jc_vmap(jc_grad(layers), .in_axes = {JC_NONE, 0})(p, xs);
  Dense plain = jc_vmap(jc_grad(plain_layers), .in_axes = {JC_NONE, 0})(p, xs);
  expect_same(each.w, jc_mul(10, plain.w), 1e-3);
  expect_same(each.b, jc_mul(10, plain.b), 1e-3);
}

static jc_array lanes_layers(Dense p, jc_array xs) {
  return jc_sum(jc_vmap(layers, .in_axes = {JC_NONE, 0})(p, xs));
}
JC_FN(jc_array, lanes_layers, Dense, jc_array);
static jc_array lanes_plain(Dense p, jc_array xs) {
  return jc_sum(jc_vmap(plain_layers, .in_axes = {JC_NONE, 0})(p, xs));
}
JC_FN(jc_array, lanes_plain, Dense, jc_array);
static jc_array lanes_total(jc_array xs) { return jc_sum(jc_vmap(total, .in_axes = {1})(xs)); }
JC_FN(jc_array, lanes_total, jc_array);
static jc_array quotient_lanes(jc_array x, jc_array ys) {
  return jc_sum(jc_vmap(quotient, .in_axes = {JC_NONE, 1})(x, ys));
}
JC_FN(jc_array, quotient_lanes, jc_array, jc_array);
static jc_array ratio_lanes(jc_array x, jc_array ys) {
  return jc_sum(jc_vmap(ratio, .in_axes = {JC_NONE, 1})(x, ys));
}
JC_FN(jc_array, ratio_lanes, jc_array, jc_array);

static void batches(void) {
  Dense p = {jc_normal(jc_key(test_random()), JC_SHAPE(2, 3)), jc_vector(0.5, -1)};
  jc_array xs = jc_uniform(jc_key(test_random()), JC_SHAPE(4, 3));
  expect_same(jc_vmap(cubed, .in_axes = {1})(xs), jc_transpose(cube(xs)), 0);
  expect_same(jc_grad(lanes_total)(xs), total_by_hand(xs), 1e-4);
  Dense got = jc_grad(lanes_layers)(p, xs), want = jc_grad(lanes_plain)(p, xs);
  expect_same(got.w, jc_mul(10, want.w), 2e-3);
  expect_same(got.b, jc_mul(10, want.b), 2e-3);
  expect_same(jc_grad_arg(lanes_layers, 1)(p, xs), jc_mul(10, jc_grad_arg(lanes_plain, 1)(p, xs)),
              2e-3);
  jc_array x = some(), ys = jc_add(1, jc_uniform(jc_key(test_random()), JC_SHAPE(3, 5)));
  expect_same(jc_grad(quotient_lanes)(x, ys), jc_mul(10, jc_grad(ratio_lanes)(x, ys)), 1e-3);
  expect_same(jc_grad_arg(quotient_lanes, 1)(x, ys), jc_mul(10, jc_grad_arg(ratio_lanes, 1)(x, ys)),
              1e-3);
  EXPECT_STR(jc_shape_str(jc_vmap(jc_grad(cubed))(jc_zeros(JC_SHAPE(0)))), "f32[0]");
  EXPECT_STR(jc_shape_str(jc_grad(total)(jc_zeros(JC_SHAPE(2, 0)))), "f32[2,0]");
}

static void control(void) {
  jc_array x = some();
  expect_same(scanned(x), unrolled(x), 1e-6);
  expect_same(jc_grad(scanned)(x), jc_grad(unrolled)(x), 1e-4);
  expect_same(jc_jit(jc_grad(scanned))(x), jc_grad(unrolled)(x), 1e-4);
  expect_same(jc_grad(chosen)(x), total_by_hand(x), 1e-4);
  expect_same(jc_grad(chosen)(jc_neg(x)), jc_grad(quotients)(jc_neg(x)), 1e-5);
  jc_array z = jc_vector(0.25, -1.75);
  jc_array want = jc_mul(14, jc_add(1, jc_floor(jc_mul(2, z))));
  expect_same(jc_grad(of_parts)(z), want, 1e-6);
}

// ---- values from around a function

static jc_array outer;
static jc_array captures(jc_array x) { return jc_mul(x, outer); }
JC_FN(jc_array, captures, jc_array);
static Two captures_fwd(jc_array x) { return (Two){jc_mul(x, outer), jc_cos(x)}; }
JC_FN(Two, captures_fwd, jc_array);
static jc_array captures_bwd(jc_array c, jc_array ct) {
  return jc_mul(c, jc_mul(ct, jc_exp(outer)));
}
JC_FN(jc_array, captures_bwd, jc_array, jc_array);
JC_CUSTOM_VJP(captured, captures, captures_fwd, captures_bwd);
static jc_array around(jc_array x, jc_array y) {
  outer = jc_mul(2, y);
  return captured(x);
}
JC_FN(jc_array, around, jc_array, jc_array);

static void captures_values(void) {
  jc_array x = jc_f32(0.5), y = jc_f32(-0.25);
  expect_same(around(x, y), jc_f32(-0.25), 0);
  expect_same(jc_grad(around)(x, y), jc_f32(cos(0.5) * exp(-0.5)), 1e-6);
  expect_same(jc_jit(jc_grad(around))(x, y), jc_f32(cos(0.5) * exp(-0.5)), 1e-6);
  EXPECT(isnan(jc_item(jc_grad_arg(around, 1)(x, y))));
  EXPECT_FAIL("captures is differentiated by a value which it uses from around it");
}

// ---- what is wrong

static jc_array bwd_of_another(Two residuals, jc_array ct) { return jc_mul(residuals.a, ct); }
JC_FN(jc_array, bwd_of_another, Two, jc_array);
JC_CUSTOM_VJP(other_residuals, cube, cube_fwd, bwd_of_another);
static Two two_cotangents(jc_array x, jc_array ct) { return (Two){x, ct}; }
JC_FN(Two, two_cotangents, jc_array, jc_array);
JC_CUSTOM_VJP(many_cotangents, cube, cube_fwd, two_cotangents);
static jc_array wrong_shape(jc_array x, jc_array ct) { return jc_sum(jc_mul(x, ct)); }
JC_FN(jc_array, wrong_shape, jc_array, jc_array);
JC_CUSTOM_VJP(cotangent_shape, cube, cube_fwd, wrong_shape);
JC_CUSTOM_VJP(fwd_without_value, cube, split, cube_bwd);
static Two sums(jc_array x) { return (Two){jc_sum(x), x}; }
JC_FN(Two, sums, jc_array);
JC_CUSTOM_VJP(fwd_value, cube, sums, cube_bwd);
JC_CUSTOM_VJP(fwd_parameters, cube, ratio_jvp, cube_bwd);
JC_CUSTOM_VJP(bwd_parameters, cube, cube_fwd, cube);
JC_CUSTOM_JVP(jvp_parameters, cube, cube_fwd);
JC_CUSTOM_JVP(jvp_result, cube, ratio);
static Two drops_axis(jc_array x, jc_array t) { return (Two){cube(x), jc_sum(t)}; }
JC_FN(Two, drops_axis, jc_array, jc_array);
JC_CUSTOM_JVP(jvp_type, cube, drops_axis);
static Two tangent_as_value(jc_array x, jc_array t) { return (Two){t, jc_mul(x, t)}; }
JC_FN(Two, tangent_as_value, jc_array, jc_array);
JC_CUSTOM_JVP(jvp_value, cube, tangent_as_value);
static jc_array jvp_values(jc_array x) { return jc_sum(jvp_value(x)); }
JC_FN(jc_array, jvp_values, jc_array);

static void mistakes(void) {
  jc_array x = some();
  FAILS_INSIDE(other_residuals(x),
               "custom_vjp: cube: bwd_of_another takes residuals of another form than those which "
               "cube_fwd gives");
  FAILS_INSIDE(many_cotangents(x),
               "custom_vjp: cube: two_cotangents gives 2 cotangents; the parameters have 1 arrays");
  FAILS_INSIDE(
      cotangent_shape(x),
      "custom_vjp: cube: wrong_shape gives f32[] as the cotangent of argument 0 (jc_array), not "
      "f32[3]");
  FAILS_INSIDE(fwd_value(x), "custom_vjp: cube: sums gives f32[] as value 0, not f32[3]");
  FAILS_INSIDE(fwd_parameters(x),
               "custom_vjp: cube: ratio_jvp does not take the function's parameters");
  FAILS_INSIDE(
      bwd_parameters(x),
      "custom_vjp: cube: cube does not take the residuals and a cotangent of the result's type");
  FAILS_INSIDE(
      jvp_parameters(x),
      "custom_jvp: cube: cube_fwd does not take the parameters and a tangent for each, of their "
      "types");
  FAILS_INSIDE(
      jvp_result(x),
      "custom_jvp: cube: ratio does not give {value, tangent}, both of the function's type");
  FAILS_INSIDE(jvp_type(x), "custom_jvp: cube: drops_axis gives f32[] as tangent 0, not f32[3]");
  FAILS_INSIDE(jc_grad(jvp_values)(x),
               "custom_jvp: the values of the derivative depend on tangents");
  FAILS_INSIDE(jc_jvp(cubed)(x, x).tangent,
               "a function whose reverse rule is cube_bwd (custom_vjp) has no forward derivative");
  FAILS_INSIDE(jc_jacfwd(cubed)(x),
               "a function whose reverse rule is cube_bwd (custom_vjp) has no forward derivative");
  FAILS_INSIDE(jc_jit(jc_jacfwd(total))(x), "a function whose reverse rule is cube_bwd");
}

int main(void) {
  RUN(rules_are_used);
  RUN(forward_rules);
  RUN(trees);
  RUN(batches);
  RUN(control);
  RUN(captures_values);
  RUN(mistakes);
  return tests_done();
}
