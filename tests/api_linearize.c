// jc_linearize, jc_pushforward and jc_pullback against jc_jvp, jc_vjp and differences.
#include "tests/check.h"

#include "frontend/closure.h"

static void expect_same(jc_array x, jc_array y, double tolerance) {
  EXPECT_STR(jc_shape_str(x), jc_shape_str(y));
  if (!jc_size(x)) return;
  if (!(jc_item(jc_max(jc_abs(jc_sub(x, y)))) <= tolerance))
    FAULT("%s is not %s", jc_str(x), jc_str(y));
}
static jc_array some(int seed, jc_dims shape) { return jc_normal(jc_key((uint64_t)seed), shape); }

// ---- one array

static jc_array wave(jc_array x) { return jc_mul(jc_sin(x), jc_exp(jc_cos(x))); }
JC_FN(jc_array, wave, jc_array);
static jc_array other(jc_array x) { return jc_tanh(x); }
JC_FN(jc_array, other, jc_array);

static void is_jvp_and_vjp(void) {
  jc_array x = some(1, JC_SHAPE(4)), dx = some(2, JC_SHAPE(4));
  jc_auto at = jc_linearize(wave)(x);
  expect_same(at.value, wave(x), 0);
  for (int i = 0; i < 3; i++, dx = jc_mul(2, dx)) {
    expect_same(jc_pushforward(wave)(at.linear, dx), jc_jvp(wave)(x, dx).tangent, 1e-5);
    expect_same(jc_pullback(wave)(at.linear, dx).a0, jc_vjp(wave)(x, dx).grads.a0, 1e-5);
  }
  jc_array one = jc_f64(1), y = jc_f64(0.7), h = jc_f64(1e-6);
  jc_array difference = jc_sub(wave(jc_add(y, h)), wave(jc_sub(y, h)));
  expect_same(jc_pushforward(wave)(jc_linearize(wave)(y).linear, one), jc_div(difference, 2e-6),
              1e-8);
  const jc_array none = jc_zeros(JC_SHAPE(0, 3));
  expect_same(jc_pushforward(wave)(jc_linearize(wave)(none).linear, none), none, 0);
}

// Nothing is saved of what is linear already.
static jc_array doubled(jc_array x) { return jc_mul(2, x); }
JC_FN(jc_array, doubled, jc_array);

static void saves_what_is_needed(void) {
  jc_auto at = jc_linearize(doubled)(jc_vector(1, 2));
  EXPECT_EQ(jc_params_count(at.linear), 0);
  expect_same(jc_pushforward(doubled)(at.linear, jc_vector(3, 4)), jc_vector(6, 8), 0);
  EXPECT(jc_params_count(jc_linearize(wave)(jc_f32(1)).linear) > 0);
}

// ---- compiled, batched, differentiated

typedef struct {
  jc_array value;
  jc_params linear;
} Kept;
static Kept keep(jc_array x) {
  jc_auto at = jc_linearize(wave)(x);
  return (Kept){at.value, at.linear};
}
JC_FN(Kept, keep, jc_array);
static jc_array push(jc_params linear, jc_array dx) { return jc_pushforward(wave)(linear, dx); }
JC_FN(jc_array, push, jc_params, jc_array);
static jc_array pull(jc_params linear, jc_array dz) { return jc_pullback(wave)(linear, dz).a0; }
JC_FN(jc_array, pull, jc_params, jc_array);
static jc_array both(jc_array x, jc_array dx) {
  jc_auto at = jc_linearize(wave)(x);
  return jc_sum(jc_pullback(wave)(at.linear, jc_pushforward(wave)(at.linear, dx)).a0);
}
JC_FN(jc_array, both, jc_array, jc_array);
static jc_array both_plain(jc_array x, jc_array dx) {
  return jc_sum(jc_vjp(wave)(x, jc_jvp(wave)(x, dx).tangent).grads.a0);
}
JC_FN(jc_array, both_plain, jc_array, jc_array);

static void nests(void) {
  jc_array x = some(3, JC_SHAPE(5)), dx = some(4, JC_SHAPE(5)), many = some(5, JC_SHAPE(7, 5));
  jc_auto at = jc_linearize(wave)(x);
  jc_array want = jc_jvp(wave)(x, dx).tangent;
  Kept jitted = jc_jit(keep)(x);
  expect_same(jitted.value, at.value, 0);
  expect_same(jc_pushforward(wave)(jitted.linear, dx), want, 1e-5);
  expect_same(jc_jit(push)(jitted.linear, dx), want, 1e-5);
  expect_same(jc_jit(jc_pushforward(wave))(at.linear, dx), want, 1e-5);
  expect_same(jc_jit(jc_linearize(wave))(x).value, at.value, 0);
  expect_same(jc_jit(both)(x, dx), both_plain(x, dx), 1e-4);
  jc_array batched = jc_vmap(jc_pushforward(wave), .in_axes = {JC_NONE, 0})(at.linear, many);
  for (int i = 0; i < 7; i++)
    expect_same(jc_at(batched, i), jc_jvp(wave)(x, jc_at(many, i)).tangent, 1e-5);
  jc_auto lanes = jc_vmap(jc_linearize(wave))(many);
  expect_same(jc_vmap(jc_pushforward(wave))(lanes.linear, many), jc_jvp(wave)(many, many).tangent,
              1e-5);
  expect_same(jc_vmap(pull)(jc_jit(jc_vmap(keep))(many).linear, many),
              jc_vjp(wave)(many, many).grads.a0, 1e-5);
}

static jc_array height(jc_array x) { return jc_sum(jc_square(wave(x))); }
JC_FN(jc_array, height, jc_array);

static void differentiates(void) {
  jc_array x = some(6, JC_SHAPE(3)), dx = some(7, JC_SHAPE(3));
  jc_params linear = jc_linearize(wave)(x).linear;
  expect_same(jc_grad(both)(x, dx), jc_grad(both_plain)(x, dx), 1e-4);
  expect_same(jc_jit(jc_grad(both))(x, dx), jc_grad(both_plain)(x, dx), 1e-4);
  jc_auto c = jc_vjp(push)(linear, dx, x);
  expect_same(c.grads.a1, jc_vjp(wave)(x, x).grads.a0, 1e-5);
  EXPECT_EQ(jc_params_count(c.grads.a0), jc_params_count(linear));
  expect_same(jc_jvp(pull)(linear, dx, linear, x).value, pull(linear, dx), 0);
  // Products with the Hessian, many at one point.
  linear = jc_linearize(jc_grad(height))(x).linear;
  expect_same(jc_pushforward(jc_grad(height))(linear, dx), jc_matmul(jc_hessian(height)(x), dx),
              1e-4);
}

// ---- trees, integers, static arguments, several results

typedef struct {
  jc_array w, b;
} Dense;
typedef struct {
  jc_array y, rank;
  Dense seen;
} Out;
static Out layer(Dense p, jc_array rows, int power, jc_array x) {
  jc_array y = jc_tanh(jc_add(jc_matmul(jc_take(x, rows, 0), p.w), p.b));
  for (int i = 1; i < power; i++) y = jc_mul(y, y);
  return (Out){y, jc_argmax(y, 1), {jc_mul(p.w, p.w), jc_exp(p.b)}};
}
JC_FN(Out, layer, Dense, jc_array, int, jc_array);

static void takes_trees(void) {
  Dense p = {some(8, JC_SHAPE(3, 2)), some(9, JC_SHAPE(2))},
        dp = {some(10, JC_SHAPE(3, 2)), some(11, JC_SHAPE(2))};
  jc_array rows = jc_vector(1, 0, 1, 3), x = some(12, JC_SHAPE(4, 3)),
           dx = some(13, JC_SHAPE(4, 3));
  rows = jc_astype(rows, JC_I32);
  jc_auto at = jc_linearize(layer)(p, rows, 2, x);
  jc_auto t = jc_jvp(layer)(p, rows, 2, x, dp, rows, 2, dx);
  Out got = jc_pushforward(layer)(at.linear, dp, rows, 2, dx);
  expect_same(at.value.y, t.value.y, 0);
  expect_same(got.y, t.tangent.y, 1e-5);
  expect_same(got.rank, t.tangent.rank, 0);
  expect_same(got.seen.w, t.tangent.seen.w, 1e-5);
  expect_same(got.seen.b, t.tangent.seen.b, 1e-5);
  jc_auto back = jc_pullback(layer)(at.linear, got);
  jc_auto want = jc_vjp(layer)(p, rows, 2, x, got).grads;
  expect_same(back.a0.w, want.a0.w, 1e-4);
  expect_same(back.a0.b, want.a0.b, 1e-4);
  expect_same(back.a1, want.a1, 0);
  expect_same(back.a3, want.a3, 1e-4);
}

// A list among the arguments and in the result.
static jc_params squares(jc_params p) {
  return jc_params_of(
      JC_LIST(jc_square(jc_params_at(p, 0)), jc_mul(jc_params_at(p, 0), jc_params_at(p, 1))));
}
JC_FN(jc_params, squares, jc_params);

static void takes_lists(void) {
  jc_params p = jc_params_of(JC_LIST(jc_f32(3), jc_vector(1, 2)));
  jc_params d = jc_params_of(JC_LIST(jc_f32(1), jc_vector(0, 1)));
  jc_auto at = jc_linearize(squares)(p);
  jc_params t = jc_pushforward(squares)(at.linear, d);
  expect_same(jc_params_at(t, 0), jc_f32(6), 0);
  expect_same(jc_params_at(t, 1), jc_vector(1, 5), 0);
  jc_params back = jc_pullback(squares)(at.linear, t).a0;
  expect_same(jc_params_at(back, 0), jc_f32(6 * 6 + 1 + 2 * 5), 0);
  expect_same(jc_params_at(back, 1), jc_vector(3, 15), 0);
}

// ---- loops, captured values, rules of one's own

static jc_array turn(jc_array i, jc_array x) { return jc_mul(jc_sin(x), jc_add(i, 1.5)); }
JC_FN(jc_array, turn, jc_array, jc_array);
static jc_array looped(jc_array x) { return jc_fori(turn, 6)(jc_i32(0), x); }
JC_FN(jc_array, looped, jc_array);
static jc_array small(jc_array x) { return jc_less(jc_sum(x), 100); }
JC_FN(jc_array, small, jc_array);
static jc_array grow(jc_array x) { return jc_mul(x, x); }
JC_FN(jc_array, grow, jc_array);
static jc_array until(jc_array x) { return jc_while(small, grow)(x); }
JC_FN(jc_array, until, jc_array);

static jc_array factor;
static jc_array scaled(jc_array x) { return jc_mul(jc_sin(x), factor); }
JC_FN(jc_array, scaled, jc_array);
static jc_array scaled_by(jc_array s, jc_array x) {
  factor = jc_exp(s);
  return jc_pushforward(scaled)(jc_linearize(scaled)(x).linear, x);
}
JC_FN(jc_array, scaled_by, jc_array, jc_array);

static Kept own_fwd(jc_array x) { return (Kept){jc_sin(x), jc_params_of(JC_LIST(jc_cos(x)))}; }
JC_FN(Kept, own_fwd, jc_array);
static jc_array own_bwd(jc_params r, jc_array ct) {
  return jc_mul(jc_mul(10, ct), jc_params_at(r, 0));
}
JC_FN(jc_array, own_bwd, jc_params, jc_array);
static jc_array sine(jc_array x) { return jc_sin(x); }
JC_FN(jc_array, sine, jc_array);
JC_CUSTOM_VJP(own, sine, own_fwd, own_bwd);

static void goes_through_loops(void) {
  jc_array x = some(14, JC_SHAPE(3)), dx = some(15, JC_SHAPE(3));
  jc_params linear = jc_linearize(looped)(x).linear;
  expect_same(jc_pushforward(looped)(linear, dx), jc_jvp(looped)(x, dx).tangent, 1e-3);
  expect_same(jc_pullback(looped)(linear, dx).a0, jc_vjp(looped)(x, dx).grads.a0, 1e-3);
  x = jc_vector(1.5, 2);
  linear = jc_linearize(until)(x).linear;
  expect_same(jc_pushforward(until)(linear, x), jc_jvp(until)(x, x).tangent, 1e-2);
  EXPECT_OK();
  jc_pullback(until)(linear, x);
  EXPECT_FAIL("while: has no reverse derivative");
}

static void captures(void) {
  expect_same(jc_jit(scaled_by)(jc_f32(1), jc_f32(2)), jc_f32(exp(1) * cos(2) * 2), 1e-5);
  expect_same(jc_grad(scaled_by)(jc_f32(1), jc_f32(2)), jc_f32(exp(1) * cos(2) * 2), 1e-5);
  jc_clear_error();
  jc_array x = jc_vector(1, 2);
  jc_params linear = jc_linearize(own)(x).linear;
  expect_same(jc_pullback(own)(linear, x).a0, jc_mul(jc_mul(10, x), jc_cos(x)), 1e-5);
  EXPECT_OK();
  jc_pushforward(own)(linear, x);
  EXPECT_FAIL("own_bwd (custom_vjp) has no forward derivative");
}

// ---- mistakes

static void tells_mistakes(void) {
  jc_array x = jc_vector(1, 2), three = jc_vector(1, 2, 3);
  jc_params linear = jc_linearize(wave)(x).linear;
  EXPECT(isnan(jc_item(jc_sum(jc_pushforward(wave)(linear, three)))));
  EXPECT_FAIL("pushforward: wave: array 0 is f32[2] where it was linearized, its tangent f32[3]");
  jc_pullback(wave)(linear, three);
  EXPECT_FAIL("pullback: wave: result 0 is f32[2] where it was linearized, its cotangent f32[3]");
  jc_pushforward(other)(linear, x);
  EXPECT_FAIL("argument 0 is the .linear of jc_linearize(wave), another function");
  jc_pushforward(wave)(jc_params_of(JC_LIST(x)), x);
  EXPECT_FAIL("argument 0 is not the .linear of jc_linearize(wave)");
  jc_pushforward(wave)((jc_params){x.handle}, x);
  EXPECT_FAIL("argument 0 is not the .linear of jc_linearize(wave)");
  jc_params lanes = jc_vmap(jc_linearize(wave))(x).linear;
  jc_pushforward(wave)(lanes, jc_f32(1));
  EXPECT_FAIL("the saved value 0 is f32[2], but was f32[] in jc_linearize");
  jc_pushforward(wave)((jc_params){0}, x);
  EXPECT_FAIL("wave: argument 0 (jc_params) is not an array: it is zero");
  jc_array text = jc_pushforward(wave)(linear, three);
  EXPECT_HAS(diag_message(), "api_linearize.c:");
  EXPECT(isnan(jc_item(text)));
  jc_clear_error();
}

int main(void) {
  RUN(is_jvp_and_vjp);
  RUN(saves_what_is_needed);
  RUN(nests);
  RUN(differentiates);
  RUN(takes_trees);
  RUN(takes_lists);
  RUN(goes_through_loops);
  RUN(captures);
  RUN(tells_mistakes);
  return tests_done();
}
