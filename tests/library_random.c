// Distributions against the draws of JAX with the same keys. What is rejected is so by comparisons
// of logarithms: the same to within roundings.
#include "tests/library.h"

static const char *in_layout(bool original, const char *name) {
  static char text[80];
  snprintf(text, sizeof text, "%s%s", original ? "original_" : "", name);
  return text;
}
#define DRAW(name, x) JAX_ULPS(in_layout(original, name), x, 32)

static void draws_of_gammas(bool original, jc_random_layout layout, jc_array key) {
  jc_array alphas = jc_vector(.01, .3, .9, 1, 2.5, 10, 1000);
  // To the power of 100, errors of a logarithm count a hundred times.
  JAX_ULPS(in_layout(original, "gamma"), jc_gamma(key, alphas, JC_SHAPE(3, 7), .layout = layout),
           400);
  DRAW("gamma_scalar", jc_gamma(key, 0.7, JC_SCALAR, .layout = layout));
  DRAW("loggamma", jc_loggamma(key, alphas, JC_SHAPE(3, 7), .layout = layout));
  DRAW("gamma_f64", jc_gamma(key, 1.5, JC_SHAPE(5), JC_F64, .layout = layout));
  JAX_ULPS(in_layout(original, "beta"), jc_beta(key, alphas, 2, JC_SHAPE(7), .layout = layout),
           1000);
  jc_array some = jc_slice_in_dim(alphas, 1, 5, 0);
  JAX_ULPS(in_layout(original, "dirichlet"), jc_dirichlet(key, some, JC_SHAPE(3), .layout = layout),
           200);
  DRAW("student_t", jc_student_t(key, 3, JC_SHAPE(6), .layout = layout));
  DRAW("chisquare", jc_chisquare(key, 3, JC_SHAPE(6), .layout = layout));
}

static void draws_of_numbers(bool original, jc_random_layout layout, jc_array key) {
  DRAW("cauchy", jc_cauchy(key, JC_SHAPE(7), .layout = layout));
  DRAW("maxwell", jc_maxwell(key, JC_SHAPE(5), .layout = layout));
  DRAW("rademacher", jc_rademacher(key, JC_SHAPE(9), .layout = layout));
  DRAW("pareto", jc_pareto(key, 2, JC_SHAPE(7), .layout = layout));
  DRAW("rayleigh", jc_rayleigh(key, 2, JC_SHAPE(7), .layout = layout));
  DRAW("lognormal", jc_lognormal(key, 0.5, JC_SHAPE(7), .layout = layout));
  DRAW("weibull", jc_weibull(key, 2, 1.5, JC_SHAPE(7), .layout = layout));
  jc_array cov = jc_reshape(jc_vector(2, .5, .5, 1), 2, 2);
  DRAW("multivariate_normal",
       jc_multivariate_normal(key, jc_vector(1, -1), cov, JC_SHAPE(3), .layout = layout));
  JAX_NEAR(in_layout(original, "orthogonal"),
           jc_random_orthogonal(key, 3, JC_SHAPE(2), .layout = layout), 16);
  DRAW("triangular", jc_triangular(key, -1, .5, 4, JC_SHAPE(9), .layout = layout));
  // The lesser of two roots is a difference of numbers that grow with the mean squared.
  JAX_NEAR(in_layout(original, "wald"),
           jc_wald(key, jc_vector(.2, 1, 30), JC_SHAPE(3, 3), .layout = layout), 128);
  DRAW("f", jc_f(key, 3, 7, JC_SHAPE(6), .layout = layout));
  DRAW("generalized_normal", jc_generalized_normal(key, 1.5, JC_SHAPE(7), .layout = layout));
  DRAW("ball", jc_ball(key, 3, 1, JC_SHAPE(4), .layout = layout));
  DRAW("ball_f64", jc_ball(key, 2, 2, JC_SCALAR, JC_F64, .layout = layout));
}

static void draws_of_counts(bool original, jc_random_layout layout, jc_array key) {
  jc_array means = jc_vector(0, .1, 2, 9.5, 10, 33, 1e4);
  DRAW("poisson", jc_poisson(key, means, JC_SHAPE(4, 7), .layout = layout));
  DRAW("poisson_small", jc_poisson(key, 3, JC_SHAPE(11), .layout = layout));
  DRAW("geometric", jc_geometric(key, 0.2, JC_SHAPE(9), .layout = layout));
  jc_array ps = jc_vector(0, .001, .03, .2, .49, .5, .8, .999, 1, -.5, NAN);
  DRAW("binomial_few", jc_binomial(key, 12, ps, JC_SHAPE(3, 11), .layout = layout));
  DRAW("binomial_many", jc_binomial(key, 500, ps, JC_SHAPE(3, 11), .layout = layout));
  DRAW("binomial_f64", jc_binomial(key, 40, jc_f64(.3), JC_SHAPE(5), JC_F64, .layout = layout));
  jc_array ns = jc_vector(0, 1, 3.5, 90, 1e4, -2, INFINITY, NAN);
  DRAW("binomial_counts", jc_binomial(key, ns, .4, JC_SHAPE(8), .layout = layout));
  jc_array q = jc_vector(.1, 0, .4, .3, .2), both = jc_stack(JC_LIST(q, jc_flip(q, 0)), 0);
  DRAW("multinomial", jc_multinomial(key, 100, q, JC_SHAPE(3), .layout = layout));
  DRAW("multinomial_rows",
       jc_multinomial(key, jc_vector(3, 50), both, JC_SHAPE(2), .layout = layout));
}

static void draws_of_places(bool original, jc_random_layout layout, jc_array key) {
  DRAW("shuffle", jc_shuffle(key, DATA(JC_F32, 1, 3, 6), 1, .layout = layout));
  jc_array p = jc_vector(.1, .2, .05, .4, .25);
  DRAW("choice_p", jc_choice(key, 5, 8, .p = p, .layout = layout));
  DRAW("choice_p_without",
       jc_choice(key, 5, 4, .p = p, .without_replacement = true, .layout = layout));
}

static void draws(bool original) {
  const jc_random_layout layout = original ? JC_ORIGINAL : JC_PARTITIONABLE;
  jc_array key = jc_key(42);
  draws_of_gammas(original, layout, key);
  draws_of_numbers(original, layout, key);
  draws_of_counts(original, layout, key);
  draws_of_places(original, layout, key);
}

static void partitionable(void) { draws(false); }
static void original(void) { draws(true); }

// In a jit and a vmap the same numbers.
static jc_array drawn(jc_array key) { return jc_gamma(key, 0.7, JC_SHAPE(4)); }
JC_FN(jc_array, drawn, jc_array);
static jc_array counted(jc_array key) { return jc_poisson(key, 4, JC_SHAPE(3)); }
JC_FN(jc_array, counted, jc_array);

static jc_array sorted_out(jc_array key) {
  return jc_multinomial(key, 30, jc_vector(.2, .5, .3), JC_SHAPE(2));
}
JC_FN(jc_array, sorted_out, jc_array);

static void transformed(void) {
  jc_array keys = jc_split(jc_key(7), 3);
  jc_array many = jc_jit(jc_vmap(drawn))(keys), counts = jc_vmap(counted)(keys);
  jc_array parts = jc_jit(jc_vmap(sorted_out))(keys);
  for (int i = 0; i < 3; i++) {
    EXPECT_STR(jc_str(jc_at(many, i)), jc_str(drawn(jc_at(keys, i))));
    EXPECT_STR(jc_str(jc_at(counts, i)), jc_str(counted(jc_at(keys, i))));
    EXPECT_STR(jc_str(jc_at(parts, i)), jc_str(sorted_out(jc_at(keys, i))));
  }
}

// Means and variances of many.
static void moments(void) {
  enum { N = 20000 };
  jc_array key = jc_key(3);
  jc_array g = jc_gamma(key, 2.5, JC_SHAPE(N)), k = jc_poisson(key, 20, JC_SHAPE(N));
  EXPECT_CLOSE(jc_item(jc_mean(g)), 2.5, 0.06);
  EXPECT_CLOSE(jc_item(jc_var(g)), 2.5, 0.15);
  EXPECT_CLOSE(jc_item(jc_mean(k)), 20, 0.2);
  EXPECT_CLOSE(jc_item(jc_var(jc_astype(k, JC_F32))), 20, 1);
  jc_array b = jc_binomial(key, 100, .3, JC_SHAPE(N)), w = jc_wald(key, 2, JC_SHAPE(N));
  EXPECT_CLOSE(jc_item(jc_mean(b)), 30, 0.2);
  EXPECT_CLOSE(jc_item(jc_var(b)), 21, 1);
  EXPECT_CLOSE(jc_item(jc_mean(w)), 2, 0.1);
  EXPECT_CLOSE(jc_item(jc_mean(jc_triangular(key, 0, 1, 5, JC_SHAPE(N)))), 2, 0.05);
  jc_array m = jc_multinomial(key, 20, jc_vector(1, 3), JC_SHAPE(N));
  EXPECT_CLOSE(jc_item(jc_min(jc_sum(m, .axes = JC_AXES(1)))), 20, 0);
  EXPECT_CLOSE(jc_item(jc_mean(jc_slice_in_dim(m, 0, 1, 1))), 5, 0.1);
  EXPECT(jc_item(jc_max(jc_norm(jc_ball(key, 3, 2, JC_SHAPE(N)), .axes = JC_AXES(1)))) <= 1);
  EXPECT_CLOSE(jc_item(jc_mean(jc_beta(key, 2, 3, JC_SHAPE(N)))), 0.4, 0.01);
  EXPECT_CLOSE(jc_item(jc_median(jc_cauchy(key, JC_SHAPE(N)))), 0, 0.05);
}

static void mistakes(void) {
  jc_array key = jc_key(0), two = jc_vector(1, 2);
  EXPECT_STR(jc_shape_str(jc_gamma(key, 1, JC_SHAPE(0, 3))), "f32[0,3]");
  EXPECT_STR(jc_shape_str(jc_poisson(key, 1, JC_SHAPE(0), JC_I8)), "i8[0]");
  MESSAGE(jc_gamma(key, two, JC_SHAPE(3)), "gamma: f32[2] does not broadcast to f32[3]");
  MESSAGE(jc_gamma(key, 1, JC_SHAPE(3), JC_F16), "gamma: gives f32 and f64, not f16");
  MESSAGE(jc_gamma(two, 1, JC_SHAPE(3)), "gamma: a key is u32[2], this is f32[2]");
  MESSAGE(jc_poisson(key, 1, JC_SHAPE(3), JC_F64), "poisson: gives integers, not f64");
  MESSAGE(jc_choice(key, 3, 2, .p = two), "choice: probabilities f32[2] of 3 numbers");
  MESSAGE(jc_multivariate_normal(key, two, two, JC_SHAPE(3)),
          "multivariate_normal: of mean f32[2] and covariance f32[2]");
  MESSAGE(jc_shuffle(key, two, 1), "shuffle: axis 1 is out of range");
  EXPECT_STR(jc_shape_str(jc_binomial(key, 3, .5, JC_SHAPE(0))), "f32[0]");
  EXPECT_STR(jc_shape_str(jc_multinomial(key, 3, jc_zeros(JC_SHAPE(0)), JC_SHAPE(2))), "f32[2,0]");
  EXPECT_STR(jc_shape_str(jc_ball(key, 0, 2, JC_SHAPE(2))), "f32[2,0]");
  MESSAGE(jc_binomial(key, two, .5, JC_SHAPE(3)), "binomial: f32[2] does not broadcast to f32[3]");
  MESSAGE(jc_binomial(key, 3, .5, JC_SHAPE(3), JC_I32), "binomial: gives floats, not i32");
  MESSAGE(jc_multinomial(key, 3, jc_f32(1), JC_SHAPE(3)),
          "multinomial: probabilities need an axis");
  MESSAGE(jc_ball(key, -1, 2, JC_SHAPE(3)), "ball: of size -1");
  MESSAGE(jc_ball(key, 3, two, JC_SHAPE(3)), "ball: of the norm f32[2], no scalar");
  MESSAGE(jc_wald(key, 1, JC_SHAPE(3), JC_I32), "wald: gives floats, not i32");
  MESSAGE(jc_triangular(two, 0, 1, 2, JC_SHAPE(3)), "triangular: a key is u32[2]");
  MESSAGE(jc_dirichlet(key, jc_f32(1), JC_SHAPE(3)), "dirichlet: of alpha f32[]");
}

int main(void) {
  expected_read("draws");
  RUN(partitionable);
  RUN(original);
  RUN(transformed);
  RUN(moments);
  RUN(mistakes);
  RUN(expected_done);
  return tests_done();
}
