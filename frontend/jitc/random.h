// Further distributions, as jax.random draws them. Part of jitc.h, which includes it.
//
// Parameters are numbers or arrays, which broadcast to the shape of the draw; results are f32
// unless another dtype is given behind the shape; all take .layout.
#ifndef JITC_RANDOM_H
#define JITC_RANDOM_H

// Of no parameter. cauchy: location 0, scale 1; maxwell: lengths of normal vectors in space;
// rademacher: -1 or 1, i32 unless another dtype is given.
#define JC_DRAW0_DECLARE_(name) jc_array jc_##name##_(jc_array key, struct jc_drawn s, JC_AT_);
// clang-format off
#define JC_DRAW0_OPS_(X) X(cauchy) X(maxwell) X(rademacher)
// clang-format on
JC_DRAW0_OPS_(JC_DRAW0_DECLARE_)
#define jc_cauchy(key, ...) jc_cauchy_(key, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
#define jc_maxwell(key, ...) jc_maxwell_(key, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
#define jc_rademacher(key, ...) \
  jc_rademacher_(key, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)

// Of one parameter:
//   jc_gamma(key, a, shape): shape a, scale 1, by rejection, a key for each element; jc_loggamma:
//     its logarithm, also for small a; f32 and f64 only, as are those made of them. No derivative
//     by the parameter in reverse.
//   jc_chisquare(key, df, shape), jc_student_t(key, df, shape): degrees of freedom.
//   jc_pareto(key, b, shape): at least 1, exponent b. jc_rayleigh(key, scale, shape).
//   jc_lognormal(key, sigma, shape): exp of sigma times a normal number.
//   jc_poisson(key, mean, shape), jc_geometric(key, p, shape): i32 or another integer dtype.
#define JC_DRAW1_DECLARE_(name) \
  jc_array jc_##name##_(jc_array key, jc_array a, struct jc_drawn s, JC_AT_);
// clang-format off
#define JC_DRAW1_OPS_(X) \
  X(gamma) X(loggamma) X(chisquare) X(student_t) X(pareto) X(rayleigh) X(lognormal) X(poisson) \
  X(geometric)
// clang-format on
JC_DRAW1_OPS_(JC_DRAW1_DECLARE_)
#define JC_DRAW1_(name, key, a, ...) \
  name(key, jc_lift(a), (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
#define jc_gamma(key, a, ...) JC_DRAW1_(jc_gamma_, key, a, __VA_ARGS__)
#define jc_loggamma(key, a, ...) JC_DRAW1_(jc_loggamma_, key, a, __VA_ARGS__)
#define jc_chisquare(key, df, ...) JC_DRAW1_(jc_chisquare_, key, df, __VA_ARGS__)
#define jc_student_t(key, df, ...) JC_DRAW1_(jc_student_t_, key, df, __VA_ARGS__)
#define jc_pareto(key, b, ...) JC_DRAW1_(jc_pareto_, key, b, __VA_ARGS__)
#define jc_rayleigh(key, scale, ...) JC_DRAW1_(jc_rayleigh_, key, scale, __VA_ARGS__)
#define jc_lognormal(key, sigma, ...) JC_DRAW1_(jc_lognormal_, key, sigma, __VA_ARGS__)
#define jc_poisson(key, mean, ...) JC_DRAW1_(jc_poisson_, key, mean, __VA_ARGS__)
#define jc_geometric(key, p, ...) JC_DRAW1_(jc_geometric_, key, p, __VA_ARGS__)

// Of two: jc_beta(key, a, b, shape); jc_weibull(key, scale, concentration, shape).
#define JC_DRAW2_DECLARE_(name) \
  jc_array jc_##name##_(jc_array key, jc_array a, jc_array b, struct jc_drawn s, JC_AT_);
// clang-format off
#define JC_DRAW2_OPS_(X) X(beta) X(weibull)
// clang-format on
JC_DRAW2_OPS_(JC_DRAW2_DECLARE_)
#define JC_DRAW2_(name, key, a, b, ...) \
  name(key, jc_lift(a), jc_lift(b), (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
#define jc_beta(key, a, b, ...) JC_DRAW2_(jc_beta_, key, a, b, __VA_ARGS__)
#define jc_weibull(key, scale, concentration, ...) \
  JC_DRAW2_(jc_weibull_, key, scale, concentration, __VA_ARGS__)

// jc_dirichlet(key, alpha, shape): shape, then alpha's last axis: positive numbers of sum 1.
jc_array jc_dirichlet_(jc_array key, jc_array alpha, struct jc_drawn s, JC_AT_);
#define jc_dirichlet(key, alpha, ...) \
  jc_dirichlet_(key, alpha, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
// jc_multivariate_normal(key, mean, cov, shape): shape, then mean's axis [n]; cov [n, n].
jc_array jc_multivariate_normal_(jc_array key, jc_array mean, jc_array cov, struct jc_drawn s,
                                 JC_AT_);
#define jc_multivariate_normal(key, mean, cov, ...) \
  jc_multivariate_normal_(key, mean, cov, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
// jc_random_orthogonal(key, n, shape): shape, then orthogonal matrices [n, n].
jc_array jc_random_orthogonal_(jc_array key, int64_t n, struct jc_drawn s, JC_AT_);
#define jc_random_orthogonal(key, n, ...) \
  jc_random_orthogonal_(key, n, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
// jc_shuffle(key, x, axis): the slices of x along an axis in random order.
struct jc_shuffle {
  int axis;
  jc_random_layout layout;
};
jc_array jc_shuffle_(jc_array key, jc_array x, struct jc_shuffle s, JC_AT_);
#define jc_shuffle(key, x, ...) \
  jc_shuffle_(key, x, (struct jc_shuffle){.axis = __VA_ARGS__}, JC_HERE)

#endif
