// Incomplete gamma and beta functions against JAX's in f64.
#include "tests/library.h"

static jc_array shapes_of(void) {
  return jc_vector(.1, .5, 1, 2.5, 10, 33, 100, 0, 0, 3, 3, -1, 3, NAN, 2, 1000);
}
static jc_array places(void) {
  return jc_vector(.01, 2, 1, 1, 12, 30, 130, 1, 0, 0, INFINITY, 1, -1, 1, NAN, 990);
}

static void values(void) {
  jc_array p = jc_vector(.5, 2, 10, 1, 0, 2, 0, 3, -1, 40, 1e-3, 5);
  jc_array q = jc_vector(.5, 3, 1, 1, 2, 0, 0, 3, 2, 50, 2, 5);
  jc_array y = jc_vector(.3, .9, .999, .25, .5, .5, .5, 1.5, .5, .45, .01, 0);
  JAX("igamma_f32", jc_igamma(shapes_of(), places()));
  JAX("igammac_f32", jc_igammac(shapes_of(), places()));
  JAX("betainc_f32", jc_betainc(p, q, y));
  // lgamma of 1000 has that many roundings; JAX's has as well.
  jc_array a = jc_astype(shapes_of(), JC_F64), x = jc_astype(places(), JC_F64);
  JAX_ULPS("igamma_f64", jc_igamma(a, x), 20000);
  JAX_ULPS("igammac_f64", jc_igammac(a, x), 20000);
  JAX_ULPS("betainc_f64",
           jc_betainc(jc_astype(p, JC_F64), jc_astype(q, JC_F64), jc_astype(y, JC_F64)), 2000);
  JAX_NEAR("betaln", jc_betaln(jc_add(DATA(JC_F32, 1, 5), 4), 2.5), 8);
  EXPECT_STR(jc_shape_str(jc_igamma(jc_ones(JC_SHAPE(2, 1)), jc_zeros(JC_SHAPE(0)))), "f32[2,0]");
  EXPECT_STR(jc_shape_str(jc_igamma(1, jc_ones(JC_SHAPE(2), JC_BF16))), "bf16[2]");
  MESSAGE(jc_igamma(jc_ones(JC_SHAPE(2)), jc_ones(JC_SHAPE(3))),
          "igamma: shapes f32[2] and f32[3]");
  MESSAGE(jc_betainc(1, 1, jc_complex(1, 1)), "betainc: does not take c64[]");
}

// ---- derivatives, by a, by x, and again by x

static jc_array seven(jc_array x) { return jc_slice_in_dim(x, 0, 7, 0); }
static jc_array by_a(jc_array a) { return jc_sum(jc_igamma(a, seven(places()))); }
JC_FN(jc_array, by_a, jc_array);
static jc_array by_x(jc_array x) { return jc_sum(jc_igamma(seven(shapes_of()), x)); }
JC_FN(jc_array, by_x, jc_array);
static jc_array upper_by_a(jc_array a) { return jc_sum(jc_igammac(a, seven(places()))); }
JC_FN(jc_array, upper_by_a, jc_array);
static jc_array one_by_x(jc_array x) { return jc_igamma(2.5, x); }
JC_FN(jc_array, one_by_x, jc_array);
static jc_array beta_by_x(jc_array x) { return jc_sum(jc_betainc(2, 3, x)); }
JC_FN(jc_array, beta_by_x, jc_array);
static jc_array beta_by_a(jc_array a) { return jc_sum(jc_betainc(a, 3, 0.5)); }
JC_FN(jc_array, beta_by_a, jc_array);

static void derivatives(void) {
  JAX_ULPS("igamma_by_a", jc_grad(by_a)(seven(shapes_of())), 16);
  JAX_ULPS("igammac_by_a", jc_jit(jc_grad(upper_by_a))(seven(shapes_of())), 16);
  JAX_ULPS("igamma_by_x", jc_grad(by_x)(seven(places())), 16);
  JAX_ULPS("igamma_by_x_x", jc_grad(jc_grad(one_by_x))(jc_f32(1.5)), 16);
  JAX_ULPS("betainc_by_x", jc_grad(beta_by_x)(jc_vector(.1, .5, .9)), 16);
  MESSAGE(jc_grad(beta_by_a)(jc_f32(2)), "betainc");
}

// A batch is its elements.
static void batches(void) {
  jc_array a = jc_vector(.5, 2, 30), x = jc_vector(.1, 3, 25);
  jc_array many = jc_vmap(jc_igamma)(a, x);
  for (int i = 0; i < 3; i++)
    EXPECT_CLOSE(jc_item(jc_at(many, i)), jc_item(jc_igamma(jc_at(a, i), jc_at(x, i))), 0);
}

int main(void) {
  expected_read("special");
  RUN(values);
  RUN(derivatives);
  RUN(batches);
  RUN(expected_done);
  return tests_done();
}
