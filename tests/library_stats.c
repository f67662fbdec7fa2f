// Distributions, and what came with them: quotients of polynomials, chains of products, overlaps of
// matrices, polar factors, Spence's function, losses, spectra: values of JAX and scipy.
#include "tests/library.h"

#define F(seed, ...) DATA(JC_F64, seed, __VA_ARGS__)

// ---- distributions of a place and a scale, and shapes

typedef struct Operands {
  jc_array x, within, loc, scale, a, b;
} Operands;
static Operands operands(void) {
  Operands o = {.x = F(1, 7), .loc = F(4, 7)};
  o.scale = jc_add(jc_abs(F(2, 7)), 0.5);
  o.a = jc_add(jc_abs(F(3, 7)), 0.25);
  o.b = jc_add(jc_abs(F(5, 7)), 0.75);
  o.within = jc_add(o.loc, jc_mul(o.scale, jc_add(jc_div(F(6, 7), 8), 0.5)));
  return o;
}

typedef jc_array Located(jc_array x, jc_array loc, jc_array scale, const char *file, int line);
typedef jc_array Shaped(jc_array x, jc_array a, jc_array loc, jc_array scale, const char *file,
                        int line);
static jc_array located(Located *f, jc_array x, jc_array loc, jc_array scale) {
  return jc_sum(f(x, loc, scale, JC_HERE));
}
JC_FN(jc_array, located, Located *, jc_array, jc_array, jc_array);
static jc_array shaped(Shaped *f, jc_array x, jc_array a, jc_array loc, jc_array scale) {
  return jc_sum(f(x, a, loc, scale, JC_HERE));
}
JC_FN(jc_array, shaped, Shaped *, jc_array, jc_array, jc_array, jc_array);
static jc_array beta(jc_array x, jc_array a, jc_array b, jc_array loc, jc_array scale) {
  return jc_sum(jc_beta_pdf(x, a, b, loc, scale));
}
JC_FN(jc_array, beta, jc_array, jc_array, jc_array, jc_array, jc_array);

enum { ULPS = 64, SPREAD = 16 };  // of f64: exp multiplies what a density's log is off by
#define NEAR(name, x) expect_jax(__FILE__, __LINE__, name, x, ULPS, SPREAD)

static void of_place_and_scale(void) {
  const Operands o = operands();
#define X(name, inside) \
  { #name, jc_##name##_logpdf_, jc_##name##_pdf_, jc_##name##_cdf_, inside }
  const struct {
    const char *name;
    Located *logpdf, *pdf, *cdf;
    bool inside;
  } all[] = {X(norm, false),   X(uniform, true),  X(expon, false),
             X(cauchy, false), X(laplace, false), X(logistic, false)};
#undef X
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    const char *name = all[i].name;
    const jc_array x = all[i].inside ? o.within : o.x;
    NEAR(named("%s_logpdf", name), all[i].logpdf(x, o.loc, o.scale, JC_HERE));
    NEAR(named("%s_pdf", name), all[i].pdf(x, o.loc, o.scale, JC_HERE));
    NEAR(named("%s_cdf", name), all[i].cdf(x, o.loc, o.scale, JC_HERE));
    NEAR(named("%s_by_0", name), jc_grad_arg(located, 1)(all[i].pdf, x, o.loc, o.scale));
    NEAR(named("%s_by_1", name), jc_grad_arg(located, 2)(all[i].pdf, x, o.loc, o.scale));
    NEAR(named("%s_by_2", name), jc_grad_arg(located, 3)(all[i].pdf, x, o.loc, o.scale));
  }
  NEAR("norm_logcdf", jc_norm_logcdf(jc_mul(o.x, 9), o.loc, o.scale));
  NEAR("norm_sf", jc_norm_sf(o.x, o.loc, o.scale));
  NEAR("norm_ppf", jc_norm_ppf(jc_from(((double[]){0, .01, .5, .9, 1}), 5), 2, 3));
  JAX_NEAR("norm_f32",
           jc_norm_logpdf(DATA(JC_F32, 1, 2, 3), 0.5, jc_add(jc_square(DATA(JC_F32, 2, 3)), 1)), 4);
}

static void of_shapes(void) {
  const Operands o = operands();
  NEAR("gamma_logpdf", jc_gamma_logpdf(o.within, o.a, o.loc, o.scale));
  NEAR("gamma_pdf", jc_gamma_pdf(o.within, o.a, o.loc, o.scale));
  NEAR("gamma_cdf", jc_gamma_cdf(o.within, o.a, o.loc, o.scale));
  NEAR("t_logpdf", jc_t_logpdf(o.x, o.a, o.loc, o.scale));
  NEAR("t_pdf", jc_t_pdf(o.x, o.a, o.loc, o.scale));
  NEAR("beta_logpdf", jc_beta_logpdf(o.within, o.a, o.b, o.loc, o.scale));
  NEAR("beta_pdf", jc_beta_pdf(o.within, o.a, o.b, o.loc, o.scale));
  NEAR("beta_cdf", jc_beta_cdf(o.within, o.a, o.b, o.loc, o.scale));
  NEAR("gamma_by_0", jc_grad_arg(shaped, 1)(jc_gamma_pdf_, o.within, o.a, o.loc, o.scale));
  NEAR("gamma_by_1", jc_grad_arg(shaped, 2)(jc_gamma_pdf_, o.within, o.a, o.loc, o.scale));
  NEAR("gamma_by_2", jc_grad_arg(shaped, 3)(jc_gamma_pdf_, o.within, o.a, o.loc, o.scale));
  NEAR("gamma_by_3", jc_grad_arg(shaped, 4)(jc_gamma_pdf_, o.within, o.a, o.loc, o.scale));
  NEAR("t_by_0", jc_grad_arg(shaped, 1)(jc_t_pdf_, o.x, o.a, o.loc, o.scale));
  NEAR("t_by_1", jc_grad_arg(shaped, 2)(jc_t_pdf_, o.x, o.a, o.loc, o.scale));
  NEAR("t_by_2", jc_grad_arg(shaped, 3)(jc_t_pdf_, o.x, o.a, o.loc, o.scale));
  NEAR("t_by_3", jc_grad_arg(shaped, 4)(jc_t_pdf_, o.x, o.a, o.loc, o.scale));
  NEAR("beta_by_0", jc_grad_arg(beta, 0)(o.within, o.a, o.b, o.loc, o.scale));
  NEAR("beta_by_1", jc_grad_arg(beta, 1)(o.within, o.a, o.b, o.loc, o.scale));
  NEAR("beta_by_2", jc_grad_arg(beta, 2)(o.within, o.a, o.b, o.loc, o.scale));
  NEAR("beta_by_3", jc_grad_arg(beta, 3)(o.within, o.a, o.b, o.loc, o.scale));
  NEAR("beta_by_4", jc_grad_arg(beta, 4)(o.within, o.a, o.b, o.loc, o.scale));
}

static void of_whole_numbers(void) {
  jc_array k = jc_from(((double[]){-1, 0, 1, 2, 5, 9, .5}), 7);
  NEAR("poisson_logpmf", jc_poisson_logpmf(k, 2.5));
  NEAR("poisson_pmf", jc_poisson_pmf(k, 2.5));
  NEAR("poisson_cdf", jc_poisson_cdf(k, 2.5));
  NEAR("bernoulli_logpmf", jc_bernoulli_logpmf(k, .3));
  NEAR("bernoulli_pmf", jc_bernoulli_pmf(k, .3));
  NEAR("bernoulli_cdf", jc_bernoulli_cdf(k, .3));
  EXPECT_STR(jc_shape_str(jc_poisson_pmf(jc_arange(3), jc_ones(JC_SHAPE(2, 1)))), "f32[2,3]");
}

// Outside of where x can be: -inf and 0, and derivatives that are numbers.
static void outside(void) {
  const jc_array x = jc_vector(-1, 0.5, 3);
  EXPECT_STR(jc_str(jc_uniform_logpdf(x, 0, 1)), "[-inf 0 -inf]");
  EXPECT_STR(jc_str(jc_expon_pdf(-1, 0, 1)), "0");
  EXPECT_STR(jc_str(jc_gamma_logpdf(-1, 2, 0, 1)), "-inf");
  EXPECT_STR(jc_str(jc_beta_pdf(x, 1, 1, 0, 1)), "[0 1 0]");
  EXPECT_STR(jc_str(jc_gamma_cdf(-3, 2, 0, 1)), "0");
  const jc_array all = jc_full(JC_SHAPE(3), 2.0);
  EXPECT(isfinite(jc_item(jc_sum(jc_grad_arg(shaped, 1)(jc_gamma_pdf_, x, all, all, all)))));
  EXPECT(isfinite(jc_item(jc_sum(jc_grad(beta)(x, all, all, all, all)))));
  EXPECT_STR(jc_shape_str(jc_norm_pdf(jc_zeros(JC_SHAPE(0)), 0, 1)), "f32[0]");
  EXPECT_STR(jc_shape_str(jc_norm_pdf(jc_f32(0), jc_bf16(1), 1)), "f32[]");
  MESSAGE(jc_norm_logpdf(x, jc_zeros(JC_SHAPE(2)), 1), "norm_logpdf: shapes f32[3] and f32[2]");
  MESSAGE(jc_beta_cdf(x, jc_c64(1, 1), 1, 0, 1), "beta_cdf: does not take complex numbers");
  MESSAGE(jc_poisson_pmf(x, (jc_array){0}), "poisson_pmf: argument 1 is not an array");
}

static jc_array likelihood(jc_array rows, jc_array mean, jc_array cov) {
  return jc_sum(jc_multivariate_normal_logpdf(rows, mean, cov));
}
JC_FN(jc_array, likelihood, jc_array, jc_array, jc_array);
static jc_array each(jc_array row, jc_array mean, jc_array cov) {
  return jc_multivariate_normal_logpdf(row, mean, cov);
}
JC_FN(jc_array, each, jc_array, jc_array, jc_array);

static void of_vectors(void) {
  jc_array m = F(1, 3, 3), cov = jc_add(jc_matmul(m, jc_transpose(m)), jc_eye(3, JC_F64));
  jc_array rows = F(2, 2, 2, 3), mean = F(3, 3);
  NEAR("normals_logpdf", jc_multivariate_normal_logpdf(rows, mean, cov));
  NEAR("normals_pdf", jc_multivariate_normal_pdf(jc_at(jc_at(rows, 0), 0), mean, cov));
  NEAR("normals_grad", jc_jit(jc_grad_arg(likelihood, 2))(rows, mean, cov));
  jc_array mapped = jc_vmap(each, .in_axes = {0, JC_NONE, JC_NONE})(rows, mean, cov);
  EXPECT(jc_item(jc_allclose(mapped, jc_multivariate_normal_logpdf(rows, mean, cov))) == 1);
  MESSAGE(jc_multivariate_normal_logpdf(rows, mean, mean),
          "multivariate_normal_logpdf: vectors f64[2,2,3] of mean f64[3] and covariance f64[3]");
}

// ---- the others

static jc_array quotient(jc_array v) { return jc_polydiv(F(1, 6), v).quotient; }
JC_FN(jc_array, quotient, jc_array);

static void polynomials(void) {
  const jc_array u = F(1, 6), v = F(4, 3);
  NEAR("polydiv_q", jc_polydiv(u, v).quotient);
  NEAR("polydiv_r", jc_polydiv(u, v).remainder);
  NEAR("polydiv_short", jc_polydiv(v, u).quotient);
  NEAR("polydiv_grad", jc_jit(jc_jacfwd(quotient))(v));
  MESSAGE(jc_polydiv(u, F(1, 2, 2)).quotient, "polydiv: of vectors of coefficients, not f64[2,2]");
  MESSAGE(jc_polydiv(jc_zeros(JC_SHAPE(0)), v).quotient, "polydiv: f64[0] by f64[3]");
}

static jc_array places(void) { return jc_from(((int32_t[]){0, -1, 2, 1, 3, 7}), 3, 2); }
static jc_array put(jc_array v) {
  return jc_sum(jc_square(jc_put_along_axis(DATA(JC_F32, 1, 3, 4), places(), v, 1)));
}
JC_FN(jc_array, put, jc_array);
static jc_array put_one(jc_array x, jc_array i) { return jc_put_along_axis(x, i, 9, 0); }
JC_FN(jc_array, put_one, jc_array, jc_array);

static void put_along_axis(void) {
  const jc_array x = DATA(JC_F32, 1, 3, 4), v = DATA(JC_F32, 2, 3, 2);
  JAX("put_along_axis", jc_put_along_axis(x, places(), v, 1));
  JAX("put_along_axis_0", jc_put_along_axis(x, jc_from(((int32_t[]){2, 0, -3, 1}), 1, 4), 9, -2));
  JAX("put_along_axis_by_v", jc_jit(jc_grad(put))(v));
  jc_array i = jc_from(((uint8_t[]){1, 0, 2}), 3, 1);
  EXPECT_STR(jc_str(jc_vmap(put_one)(jc_zeros(JC_SHAPE(3, 2)), i)), "[[0 9]\n [9 0]\n [0 0]]");
  MESSAGE(jc_put_along_axis(x, jc_arange(3), 1, 0), "put_along_axis: indices i32[3] for f32[3,4]");
  MESSAGE(jc_put_along_axis(x, x, 1, 0), "put_along_axis: the index is f32[3,4], not integers");
  MESSAGE(jc_put_along_axis(x, places(), v, 2), "put_along_axis: axis 2 is out of range");
}

static void products(void) {
  jc_array a = F(1, 2, 5), b = F(2, 5, 3), c = F(3, 3, 4), d = F(4, 4);
  NEAR("multi_dot", jc_multi_dot(JC_LIST(a, b, c, d)));
  NEAR("multi_dot_rows", jc_multi_dot(JC_LIST(d, F(5, 4, 2), a)));
  MESSAGE(jc_multi_dot(JC_LIST(a, c)), "multi_dot: array 1 is f64[3,4]: 5 columns are before it");
  MESSAGE(jc_multi_dot(JC_LIST(a)), "multi_dot: of 2 to 16 matrices, not 1");
  MESSAGE(jc_multi_dot(JC_LIST(a, d, c)), "multi_dot: f64[4] is no matrix");
}

static jc_array blurred(jc_array x) { return jc_convolve2d(x, jc_ones(JC_SHAPE(2, 2)), JC_INSIDE); }
JC_FN(jc_array, blurred, jc_array);

static void overlaps(void) {
  static const char *const modes[] = {"full", "same", "valid"};
  const jc_array x = F(1, 4, 4), wide = F(2, 5, 4), small = F(3, 2, 3);
  for (int mode = JC_FULL; mode <= JC_INSIDE; mode++) {
    const jc_overlap m = (jc_overlap)mode;
    NEAR(named("convolve2d_wide_%s", modes[mode]), jc_convolve2d(x, wide, m));
    NEAR(named("convolve2d_small_%s", modes[mode]), jc_convolve2d(x, small, m));
    NEAR(named("correlate2d_wide_%s", modes[mode]), jc_correlate2d(x, wide, m));
    NEAR(named("correlate2d_small_%s", modes[mode]), jc_correlate2d(x, small, m));
  }
  EXPECT_STR(jc_str(jc_vmap(blurred)(jc_ones(JC_SHAPE(2, 2, 3)))), "[[[4 4]]\n [[4 4]]]");
  MESSAGE(jc_convolve2d(x, F(1, 4), JC_FULL), "convolve2d: of matrices with elements, not f64[4]");
  MESSAGE(jc_correlate2d(x, F(1, 5, 2), JC_INSIDE),
          "correlate2d: neither of f64[4,4] and f64[5,2]");
  MESSAGE(jc_convolve2d(x, x, (jc_overlap)3), "convolve2d: 3 is no mode");
}

static void polar(void) {
  const jc_array x = F(1, 4, 3);
  NEAR("polar_u", jc_polar(x).u);
  NEAR("polar_p", jc_polar(x).p);
  MESSAGE(jc_polar(F(1, 3)).u, "svd: f64[3] is no matrix");
}

static jc_array spence(jc_array x) { return jc_sum(jc_spence(x)); }
JC_FN(jc_array, spence, jc_array);

static void spences(void) {
  jc_array at = jc_from(
      ((double[]){-1, 0, 1e-300, 1e-9, .25, .5, .75, .999, 1, 1.001, 1.5, 2, 2.5, 40, 1e10}), 15);
  // scipy's own errors are up to 9 ulps: at 1 / 2 the value is pi^2 / 12 - log(2)^2 / 2
  JAX_ULPS("spence", jc_spence(at), 16);
  EXPECT_CLOSE(jc_item(jc_spence(jc_f64(0.5))), 0.58224052646501250590, 2e-16);
  JAX_ULPS("spence_f32", jc_spence(jc_astype(jc_slice(at, JC_AXES(1), JC_AXES(14)), JC_F32)), 4);
  EXPECT_CLOSE(jc_item(jc_grad(jc_spence)(jc_f64(1))), -1, 0);
  JAX("spence_grad", jc_grad(spence)(jc_slice(at, JC_AXES(3), JC_AXES(15))));
  MESSAGE(jc_spence(jc_c64(1, 1)), "spence: does not take c64[]");
}

static jc_array focal(jc_array x, jc_array t) { return jc_sum(jc_focal_loss(x, t, .alpha = .25)); }
JC_FN(jc_array, focal, jc_array, jc_array);

static void losses(void) {
  const jc_array x = F(1, 3, 4), t = jc_div(jc_abs(F(2, 3, 4)), 4), target = F(5, 3, 4);
  NEAR("log_cosh", jc_log_cosh(x, target));
  NEAR("cosine_distance", jc_cosine_distance(x, target));
  NEAR("focal_loss", jc_focal_loss(x, t));
  NEAR("focal_loss_options", jc_focal_loss(x, t, .gamma = 1.5, .alpha = .3));
  NEAR("focal_loss_flat", jc_focal_loss(x, t, .gamma = -0.0));
  NEAR("focal_loss_grad", jc_jit(jc_grad(focal))(x, t));
  EXPECT_STR(jc_str(jc_grad(jc_log_cosh)(jc_f32(1), jc_f32(1))), "0");
  MESSAGE(jc_focal_loss(x, t, .gamma = -1), "focal_loss: gamma -1, alpha 0");
  MESSAGE(jc_focal_loss(x, F(1, 5)), "focal_loss: shapes f64[3,4] and f64[5] do not broadcast");
}

static jc_array power(jc_array x) { return jc_sum(jc_square(jc_abs(jc_stft(x, 8)))); }
JC_FN(jc_array, power, jc_array);

static void spectra(void) {
  const jc_array x = F(1, 2, 23), own = jc_add(jc_abs(F(3, 6)), 1);
  NEAR("stft_8", jc_stft(x, 8));
  NEAR("istft_8", jc_istft(jc_stft(x, 8), 8));
  NEAR("stft_7", jc_stft(x, 7, .step = 2));
  NEAR("istft_7", jc_istft(jc_stft(x, 7, .step = 2), 7, .step = 2));
  NEAR("stft_6", jc_stft(x, 6, .step = 6, .window = own));
  NEAR("istft_6", jc_istft(jc_stft(x, 6, .step = 6, .window = own), 6, .step = 6, .window = own));
  JAX_NEAR("stft_long", jc_stft(jc_astype(jc_at(x, 0), JC_F32), 20), 4);
  NEAR("stft_grad", jc_jit(jc_grad(power))(x));
  MESSAGE(jc_stft(x, 0), "stft: segments of 0 elements, 0 apart");
  MESSAGE(jc_stft(x, 8, .step = 9), "stft: segments of 8 elements, 9 apart");
  MESSAGE(jc_stft(x, 8, .window = own), "stft: a window of f64[6] for segments of 8 elements");
  MESSAGE(jc_stft(jc_c64(1, 1), 8), "stft: of real numbers along the last axis, not c64[]");
  MESSAGE(jc_istft(jc_stft(x, 8), 6), "istft: c128[2,5,7] for segments of 6 elements");
  MESSAGE(jc_istft((jc_array){0}, 6), "istft: argument 0 is not an array");
}

int main(void) {
  if (!getenv("JITC_DEVICE")) execute_on((Loc){0}, "interp");
  expected_read("stats");
  RUN(of_place_and_scale);
  RUN(of_shapes);
  RUN(of_whole_numbers);
  RUN(outside);
  RUN(of_vectors);
  RUN(polynomials);
  RUN(put_along_axis);
  RUN(products);
  RUN(overlaps);
  RUN(polar);
  RUN(spences);
  RUN(losses);
  RUN(spectra);
  expected_done();
  return tests_done();
}
