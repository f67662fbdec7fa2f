// Distributions: densities and the parts up to a point. Part of jitc.h, which includes it.
#ifndef JITC_STATS_H
#define JITC_STATS_H

// Those of jax.scipy.stats, with all parameters given, in its order: jc_norm_logpdf(x, 0, 1). x and
// the parameters are arrays or C numbers that broadcast and promote, integers as f32; all have
// derivatives by x and by the parameters, except by the shapes of beta's cdf. ..logpdf: the log of
// the density (of discrete ones ..logpmf: of the probability), -inf where x cannot be; ..pdf,
// ..pmf: its exp; ..cdf: the probability of x and below.
#define JC_STATS1_DECLARE_(name) jc_array jc_##name##_(jc_array x, jc_array a, JC_AT_);
#define JC_STATS2_DECLARE_(name) \
  jc_array jc_##name##_(jc_array x, jc_array loc, jc_array scale, JC_AT_);
#define JC_STATS3_DECLARE_(name) \
  jc_array jc_##name##_(jc_array x, jc_array a, jc_array loc, jc_array scale, JC_AT_);
#define JC_STATS4_DECLARE_(name) \
  jc_array jc_##name##_(jc_array x, jc_array a, jc_array b, jc_array loc, jc_array scale, JC_AT_);
// clang-format off
#define JC_STATS1_OPS_(X) \
  X(poisson_logpmf) X(poisson_pmf) X(poisson_cdf) X(bernoulli_logpmf) X(bernoulli_pmf) \
  X(bernoulli_cdf)
#define JC_STATS2_OPS_(X) \
  X(norm_logpdf) X(norm_pdf) X(norm_cdf) X(norm_logcdf) X(norm_sf) X(norm_ppf) \
  X(uniform_logpdf) X(uniform_pdf) X(uniform_cdf) X(expon_logpdf) X(expon_pdf) X(expon_cdf) \
  X(cauchy_logpdf) X(cauchy_pdf) X(cauchy_cdf) X(laplace_logpdf) X(laplace_pdf) X(laplace_cdf) \
  X(logistic_logpdf) X(logistic_pdf) X(logistic_cdf)
#define JC_STATS3_OPS_(X) \
  X(gamma_logpdf) X(gamma_pdf) X(gamma_cdf) X(t_logpdf) X(t_pdf)
#define JC_STATS4_OPS_(X) X(beta_logpdf) X(beta_pdf) X(beta_cdf)
// clang-format on
JC_STATS1_OPS_(JC_STATS1_DECLARE_)
JC_STATS2_OPS_(JC_STATS2_DECLARE_)
JC_STATS3_OPS_(JC_STATS3_DECLARE_)
JC_STATS4_OPS_(JC_STATS4_DECLARE_)
#define JC_STATS1_(f, x, a) f(jc_lift(x), jc_lift(a), JC_HERE)
#define JC_STATS2_(f, x, loc, scale) f(jc_lift(x), jc_lift(loc), jc_lift(scale), JC_HERE)
#define JC_STATS3_(f, x, a, loc, scale) \
  f(jc_lift(x), jc_lift(a), jc_lift(loc), jc_lift(scale), JC_HERE)
#define JC_STATS4_(f, x, a, b, loc, scale) \
  f(jc_lift(x), jc_lift(a), jc_lift(b), jc_lift(loc), jc_lift(scale), JC_HERE)

// Normal, of mean loc and deviation scale; logcdf: log of the cdf without underflow; sf: 1 - cdf;
// ppf(q, ..): where the cdf is q.
#define jc_norm_logpdf(x, loc, scale) JC_STATS2_(jc_norm_logpdf_, x, loc, scale)
#define jc_norm_pdf(x, loc, scale) JC_STATS2_(jc_norm_pdf_, x, loc, scale)
#define jc_norm_cdf(x, loc, scale) JC_STATS2_(jc_norm_cdf_, x, loc, scale)
#define jc_norm_logcdf(x, loc, scale) JC_STATS2_(jc_norm_logcdf_, x, loc, scale)
#define jc_norm_sf(x, loc, scale) JC_STATS2_(jc_norm_sf_, x, loc, scale)
#define jc_norm_ppf(q, loc, scale) JC_STATS2_(jc_norm_ppf_, q, loc, scale)
// Uniform from loc to loc + scale.
#define jc_uniform_logpdf(x, loc, scale) JC_STATS2_(jc_uniform_logpdf_, x, loc, scale)
#define jc_uniform_pdf(x, loc, scale) JC_STATS2_(jc_uniform_pdf_, x, loc, scale)
#define jc_uniform_cdf(x, loc, scale) JC_STATS2_(jc_uniform_cdf_, x, loc, scale)
// Exponential from loc on, of mean loc + scale.
#define jc_expon_logpdf(x, loc, scale) JC_STATS2_(jc_expon_logpdf_, x, loc, scale)
#define jc_expon_pdf(x, loc, scale) JC_STATS2_(jc_expon_pdf_, x, loc, scale)
#define jc_expon_cdf(x, loc, scale) JC_STATS2_(jc_expon_cdf_, x, loc, scale)
// Cauchy's, Laplace's and the logistic distribution around loc.
#define jc_cauchy_logpdf(x, loc, scale) JC_STATS2_(jc_cauchy_logpdf_, x, loc, scale)
#define jc_cauchy_pdf(x, loc, scale) JC_STATS2_(jc_cauchy_pdf_, x, loc, scale)
#define jc_cauchy_cdf(x, loc, scale) JC_STATS2_(jc_cauchy_cdf_, x, loc, scale)
#define jc_laplace_logpdf(x, loc, scale) JC_STATS2_(jc_laplace_logpdf_, x, loc, scale)
#define jc_laplace_pdf(x, loc, scale) JC_STATS2_(jc_laplace_pdf_, x, loc, scale)
#define jc_laplace_cdf(x, loc, scale) JC_STATS2_(jc_laplace_cdf_, x, loc, scale)
#define jc_logistic_logpdf(x, loc, scale) JC_STATS2_(jc_logistic_logpdf_, x, loc, scale)
#define jc_logistic_pdf(x, loc, scale) JC_STATS2_(jc_logistic_pdf_, x, loc, scale)
#define jc_logistic_cdf(x, loc, scale) JC_STATS2_(jc_logistic_cdf_, x, loc, scale)
// Gamma of shape a, from loc on; Student's t of `df` degrees of freedom.
#define jc_gamma_logpdf(x, a, loc, scale) JC_STATS3_(jc_gamma_logpdf_, x, a, loc, scale)
#define jc_gamma_pdf(x, a, loc, scale) JC_STATS3_(jc_gamma_pdf_, x, a, loc, scale)
#define jc_gamma_cdf(x, a, loc, scale) JC_STATS3_(jc_gamma_cdf_, x, a, loc, scale)
#define jc_t_logpdf(x, df, loc, scale) JC_STATS3_(jc_t_logpdf_, x, df, loc, scale)
#define jc_t_pdf(x, df, loc, scale) JC_STATS3_(jc_t_pdf_, x, df, loc, scale)
// Beta of shapes a and b, from loc to loc + scale.
#define jc_beta_logpdf(x, a, b, loc, scale) JC_STATS4_(jc_beta_logpdf_, x, a, b, loc, scale)
#define jc_beta_pdf(x, a, b, loc, scale) JC_STATS4_(jc_beta_pdf_, x, a, b, loc, scale)
#define jc_beta_cdf(x, a, b, loc, scale) JC_STATS4_(jc_beta_cdf_, x, a, b, loc, scale)
// Poisson's of mean mu; 1 with probability p, else 0.
#define jc_poisson_logpmf(k, mu) JC_STATS1_(jc_poisson_logpmf_, k, mu)
#define jc_poisson_pmf(k, mu) JC_STATS1_(jc_poisson_pmf_, k, mu)
#define jc_poisson_cdf(k, mu) JC_STATS1_(jc_poisson_cdf_, k, mu)
#define jc_bernoulli_logpmf(k, p) JC_STATS1_(jc_bernoulli_logpmf_, k, p)
#define jc_bernoulli_pmf(k, p) JC_STATS1_(jc_bernoulli_pmf_, k, p)
#define jc_bernoulli_cdf(k, p) JC_STATS1_(jc_bernoulli_cdf_, k, p)

// jc_multivariate_normal_logpdf(x, mean, cov): one for each vector of n numbers along x's last
// axis; mean is such a vector, cov one matrix [n, n]. NaN where cov is not positive definite.
#define JC_NORMALS_DECLARE_(name) \
  jc_array jc_##name##_(jc_array x, jc_array mean, jc_array cov, JC_AT_);
JC_NORMALS_DECLARE_(multivariate_normal_logpdf)
JC_NORMALS_DECLARE_(multivariate_normal_pdf)
#define jc_multivariate_normal_logpdf(x, mean, cov) \
  jc_multivariate_normal_logpdf_(x, mean, cov, JC_HERE)
#define jc_multivariate_normal_pdf(x, mean, cov) jc_multivariate_normal_pdf_(x, mean, cov, JC_HERE)

#endif
