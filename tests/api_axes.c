// Named axes: sums, extrema, exchanges between the examples of a vmap, against the same on whole
// arrays, under the other transformations.
#include "frontend/execute.h"
#include "tests/check.h"
#include "tests/fails.h"

static void expect_same(jc_array x, jc_array y, double tolerance) {
  EXPECT_STR(jc_shape_str(x), jc_shape_str(y));
  if (!(jc_item(jc_max(jc_abs(jc_sub(x, y)))) <= tolerance))
    FAULT("%s is not %s", jc_str(x), jc_str(y));
  EXPECT_OK();
}

typedef struct {
  jc_array sum, mean, max, min, all, index;
} All;
static All everything(jc_array x) {
  return (All){jc_psum(x, "b"), jc_pmean(x, "b"),      jc_pmax(x, "b"),
               jc_pmin(x, "b"), jc_all_gather(x, "b"), jc_axis_index("b")};
}
JC_FN(All, everything, jc_array);
static jc_array softmax(jc_array x) {
  jc_array e = jc_exp(jc_sub(x, jc_stop_gradient(jc_pmax(x, "b"))));
  return jc_div(e, jc_psum(e, "b"));
}
JC_FN(jc_array, softmax, jc_array);
static jc_array shifted(jc_array x) { return jc_ppermute(x, "b", {0, 1}, {1, 2}, {3, 0}); }
JC_FN(jc_array, shifted, jc_array);
static jc_array constant(jc_array x) {
  (void)x;
  return jc_psum(1, "b");
}
JC_FN(jc_array, constant, jc_array);

static void values(void) {
  jc_array x = jc_normal(jc_key(test_random()), JC_SHAPE(4, 3)), one = jc_ones(JC_SHAPE(4, 1));
  All r = jc_vmap(everything, .axis_name = "b")(x);
  expect_same(r.sum, jc_mul(one, jc_sum(x, .axes = JC_AXES(0))), 1e-6);
  expect_same(r.mean, jc_mul(one, jc_mean(x, .axes = JC_AXES(0))), 1e-6);
  expect_same(r.max, jc_mul(one, jc_max(x, .axes = JC_AXES(0))), 0);
  expect_same(r.min, jc_mul(one, jc_min(x, .axes = JC_AXES(0))), 0);
  expect_same(r.all, jc_mul(jc_ones(JC_SHAPE(4, 1, 1)), x), 0);
  expect_same(r.index, jc_arange(4), 0);
  All t = jc_jit(jc_vmap(everything, .axis_name = "b", .in_axes = {1}))(jc_transpose(x));
  expect_same(t.sum, r.sum, 1e-6);
  expect_same(t.index, r.index, 0);
  expect_same(jc_vmap(softmax, .axis_name = "b")(x), jc_softmax(x, 0), 1e-6);
  jc_array v = jc_vector(1, 2, 3, 4);
  expect_same(jc_vmap(shifted, .axis_name = "b")(v), jc_vector(4, 1, 2, 0), 0);
  expect_same(jc_vmap(constant, .axis_name = "b")(v), jc_full(JC_SHAPE(4), 4, JC_I32), 0);
  EXPECT_STR(jc_shape_str(jc_vmap(softmax, .axis_name = "b")(jc_zeros(JC_SHAPE(0, 2)))),
             "f32[0,2]");
}

// Inside jit, scan, cond, checkpoint and another vmap, also one of another name.
typedef struct {
  jc_array h, y;
} Step;
static Step step(jc_array h, jc_array x) {
  h = jc_add(jc_psum(jc_mul(h, x), "b"), x);
  return (Step){h, h};
}
JC_FN(Step, step, jc_array, jc_array);
static jc_array scanned(jc_array x) { return jc_sum(jc_scan(step)(jc_f32(0.25), x).y); }
JC_FN(jc_array, scanned, jc_array);
static jc_array each(jc_array x) { return jc_jit(jc_checkpoint(softmax))(x); }
JC_FN(jc_array, each, jc_array);
static jc_array both(jc_array x) {
  return jc_add(jc_mul(10, jc_axis_index("b")), jc_add(jc_axis_index("c"), jc_mul(0, x)));
}
JC_FN(jc_array, both, jc_array);
static jc_array two_axes(jc_array x) { return jc_vmap(both, .axis_name = "c")(x); }
JC_FN(jc_array, two_axes, jc_array);
static jc_array total(jc_array x) {
  return jc_cond(jc_greater(jc_axis_index("b"), 1), softmax, each)(x);
}
JC_FN(jc_array, total, jc_array);

static jc_array by_hand(jc_array xs) {
  jc_array h = jc_full(JC_SHAPE(3), 0.25, JC_F32), sum = jc_zeros(JC_SHAPE(3));
  for (int i = 0; i < 2; i++) {
    jc_array x = jc_at(jc_transpose(xs), i);
    h = jc_add(jc_sum(jc_mul(h, x)), x);
    sum = jc_add(sum, h);
  }
  return sum;
}
static jc_array by_hand_first(jc_array xs) {
  return jc_sum(jc_mul(by_hand(xs), jc_vector(1, 2, 3)));
}
JC_FN(jc_array, by_hand_first, jc_array);
static jc_array mapped_first(jc_array xs) {
  return jc_sum(jc_mul(jc_vmap(scanned, .axis_name = "b")(xs), jc_vector(1, 2, 3)));
}
JC_FN(jc_array, mapped_first, jc_array);

static void nests(void) {
  jc_array x = jc_normal(jc_key(test_random()), JC_SHAPE(3, 2));
  expect_same(jc_vmap(scanned, .axis_name = "b")(x), by_hand(x), 1e-4);
  expect_same(jc_grad(mapped_first)(x), jc_grad(by_hand_first)(x), 1e-3);
  expect_same(jc_vmap(total, .axis_name = "b")(x), jc_softmax(x, 0), 1e-6);
  jc_array y = jc_vmap(two_axes, .axis_name = "b")(x);
  expect_same(y, jc_from(((float[]){0, 1, 10, 11, 20, 21}), 3, 2), 0);
}

// The derivative inside the map, as JAX's: the transpose of psum is psum.
static jc_array square_of_sum(jc_array x) { return jc_square(jc_psum(x, "b")); }
JC_FN(jc_array, square_of_sum, jc_array);
static jc_array inside(jc_array x) { return jc_grad(square_of_sum)(x); }
JC_FN(jc_array, inside, jc_array);
static jc_array outside(jc_array x) { return jc_sum(jc_vmap(square_of_sum, .axis_name = "b")(x)); }
JC_FN(jc_array, outside, jc_array);
static jc_array moved(jc_array x) {
  return jc_sum(jc_mul(jc_axis_index("b"), shifted(jc_square(x))));
}
JC_FN(jc_array, moved, jc_array);
static jc_array moved_inside(jc_array x) { return jc_grad(moved)(x); }
JC_FN(jc_array, moved_inside, jc_array);
static jc_array tangent(jc_array x) { return jc_jvp(softmax)(x, jc_mul(x, x)).tangent; }
JC_FN(jc_array, tangent, jc_array);
static jc_array softmax0(jc_array x) { return jc_softmax(x, 0); }
JC_FN(jc_array, softmax0, jc_array);

static void derivatives(void) {
  jc_array x = jc_vector(1, 2, 3, -1);  // 5 in sum: each 4 lanes * 2 * 5
  expect_same(jc_vmap(inside, .axis_name = "b")(x), jc_full(JC_SHAPE(4), 40, JC_F32), 0);
  expect_same(jc_grad(outside)(x), jc_full(JC_SHAPE(4), 40, JC_F32), 0);
  expect_same(jc_vmap(moved_inside, .axis_name = "b")(x), jc_vector(2, 8, 0, 0), 0);
  expect_same(jc_vmap(tangent, .axis_name = "b")(x), jc_jvp(softmax0)(x, jc_mul(x, x)).tangent,
              1e-5);
}

static jc_array unknown(jc_array x) { return jc_psum(x, "rows"); }
JC_FN(jc_array, unknown, jc_array);
static jc_array outside_lanes(jc_array x) { return jc_ppermute(x, "b", {0, 9}); }
JC_FN(jc_array, outside_lanes, jc_array);
static jc_array to_one(jc_array x) { return jc_ppermute(x, "b", {0, 1}, {2, 1}); }
JC_FN(jc_array, to_one, jc_array);

static void mistakes(void) {
  jc_array x = jc_vector(1, 2, 3);
  FAILS_INSIDE(jc_psum(x, "b"), "psum: no jc_vmap around this call has .axis_name = \"b\"");
  FAILS_INSIDE(jc_vmap(unknown, .axis_name = "b")(x),
               "psum: no jc_vmap around this call has .axis_name = \"rows\"");
  FAILS_INSIDE(jc_vmap(unknown)(x), "psum: no jc_vmap around this call has .axis_name = \"rows\"");
  FAILS_INSIDE(jc_vmap(outside_lanes, .axis_name = "b")(x),
               "ppermute: pair 0, {0, 9}: no such example");
  FAILS_INSIDE(jc_vmap(to_one, .axis_name = "b")(x),
               "ppermute: pair 1, {2, 1}: an example occurs twice");
}

int main(void) {
  RUN(values);
  RUN(nests);
  RUN(derivatives);
  RUN(mistakes);
  return tests_done();
}
