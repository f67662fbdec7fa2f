// Jacobians and Hessians of C functions: against each other, and what is known in closed form.
#include "frontend/execute.h"
#include "tests/check.h"

typedef struct {
  jc_array w, b;
} Dense;

static jc_array dense(Dense p, jc_array x) { return jc_tanh(jc_add(jc_matmul(p.w, x), p.b)); }
JC_FN(jc_array, dense, Dense, jc_array);
static jc_array swirl(jc_array x) {
  return jc_mul(jc_reshape(jc_concatenate(JC_LIST(jc_sin(x), jc_exp(x)), 0), 2, -1), jc_sum(x));
}
JC_FN(jc_array, swirl, jc_array);
static jc_array cubic(jc_array x, jc_array a) { return jc_sum(jc_mul(a, jc_mul(x, jc_mul(x, x)))); }
JC_FN(jc_array, cubic, jc_array, jc_array);
static jc_array product(jc_array x) { return jc_prod(x); }
JC_FN(jc_array, product, jc_array);
static jc_array jacobian_trace(jc_array x) { return jc_sum(jc_jacrev(product)(x)); }
JC_FN(jc_array, jacobian_trace, jc_array);

static void expect_same(jc_array x, jc_array y, double tolerance) {
  EXPECT_STR(jc_shape_str(x), jc_shape_str(y));
  EXPECT(jc_item(jc_max(jc_abs(jc_sub(x, y)))) <= tolerance);
  EXPECT_OK();
}

static void forward_is_reverse(void) {
  jc_array x = jc_uniform(jc_key(test_random()), JC_SHAPE(3));
  EXPECT_STR(jc_shape_str(jc_jacfwd(swirl)(x)), "f32[2,3,3]");
  expect_same(jc_jacfwd(swirl)(x), jc_jacrev(swirl)(x), 1e-5);
  expect_same(jc_jit(jc_jacfwd(swirl))(x), jc_jacfwd(swirl)(x), 1e-5);
  Dense p = {jc_normal(jc_key(1), JC_SHAPE(4, 3)), jc_normal(jc_key(2), JC_SHAPE(4))};
  Dense f = jc_jacfwd(dense)(p, x), r = jc_jacrev(dense)(p, x);
  EXPECT_STR(jc_shape_str(f.w), "f32[4,4,3]");
  EXPECT_STR(jc_shape_str(f.b), "f32[4,4]");
  expect_same(f.w, r.w, 1e-6);
  expect_same(f.b, r.b, 1e-6);
  // By x it is w, scaled by the derivative of tanh: that by b.
  jc_array by_x = jc_jacrev_arg(dense, 1)(p, x);
  expect_same(by_x, jc_matmul(r.b, p.w), 1e-6);
  expect_same(jc_jacfwd_arg(dense, 1)(p, x), by_x, 1e-6);
}

static void hessians(void) {
  jc_array x = jc_vector(1, 2, -3), a = jc_vector(2, 0.5, 1);
  jc_array want = jc_mul(jc_eye(3), jc_mul(6, jc_mul(a, x)));
  expect_same(jc_hessian(cubic)(x, a), want, 1e-5);
  expect_same(jc_jacfwd(jc_jacrev(cubic))(x, a), want, 1e-5);
  expect_same(jc_jacrev(jc_jacfwd(cubic))(x, a), want, 1e-5);
  expect_same(jc_jacfwd(jc_grad(cubic))(x, a), want, 1e-5);
  expect_same(jc_hessian_arg(cubic, 1)(x, a), jc_zeros(JC_SHAPE(3, 3)), 0);
  jc_array y = jc_vector(2, 3, 5);
  expect_same(jc_hessian(product)(y), jc_from(((float[]){0, 5, 3, 5, 0, 2, 3, 2, 0}), 3, 3), 1e-5);
  jc_array m = jc_reshape(y, 3, 1);
  EXPECT_STR(jc_shape_str(jc_hessian(product)(m)), "f32[3,1,3,1]");
}

static void nests(void) {
  jc_array xs = jc_uniform(jc_key(test_random()), JC_SHAPE(5, 3));
  jc_array all = jc_vmap(jc_jacrev(swirl))(xs);
  for (int i = 0; i < 5; i++) expect_same(jc_at(all, i), jc_jacrev(swirl)(jc_at(xs, i)), 1e-5);
  jc_array y = jc_vector(2, 3, 5);
  expect_same(jc_grad(jacobian_trace)(y), jc_vector(8, 7, 5), 1e-5);
  EXPECT_STR(jc_shape_str(jc_jacrev(swirl)(jc_zeros(JC_SHAPE(0)))), "f32[2,0,0]");
  EXPECT_STR(jc_shape_str(jc_jacfwd(swirl)(jc_zeros(JC_SHAPE(0)))), "f32[2,0,0]");
  EXPECT_OK();
}

static void mistakes(void) {
  Dense p = {jc_zeros(JC_SHAPE(2, 3)), jc_zeros(JC_SHAPE(2))};
  jc_hessian(dense)(p, jc_zeros(JC_SHAPE(3)));
  EXPECT_FAIL("hessian: dense gives f32[2], not a float scalar");
  jc_jacrev(swirl)(jc_arange(3));
  EXPECT_FAIL("jacrev: swirl: argument 0 (jc_array) is i32[3]: only floats have a gradient");
}

int main(void) {
  if (!getenv("JITC_DEVICE")) execute_on((Loc){0}, "interp");
  RUN(forward_is_reverse);
  RUN(hessians);
  RUN(nests);
  RUN(mistakes);
  return tests_done();
}
