// Random numbers, as jax.random draws them. Part of jitc.h, which includes it.
#ifndef JITC_RANDOM_H
#define JITC_RANDOM_H

// threefry2x32 as JAX has it: the same key gives the same bits as JAX. A key is u32[2]. Use each
// key once: split it, or fold a counter into it. Every draw can be given .layout = JC_ORIGINAL, for
// the numbers of jax_threefry_partitionable = False, the default of JAX before 0.5.
typedef enum jc_random_layout { JC_PARTITIONABLE, JC_ORIGINAL } jc_random_layout;

// The key of a seed.
jc_array jc_key_(uint64_t seed, JC_AT_);
#define jc_key(seed) jc_key_(seed, JC_HERE)
// jc_split(key), jc_split(key, 3): new keys, u32[n, 2]; take them with jc_at. Two by default.
struct jc_split {
  jc_array key;
  int64_t n;
  jc_random_layout layout;
};
jc_array jc_split_(struct jc_split s, JC_AT_);
#define jc_split(...) jc_split_((struct jc_split){.key = __VA_ARGS__}, JC_HERE)
// Splits *key: one half stays there, the other is returned. At most one in an expression.
jc_array jc_next_key_(jc_array *key, JC_AT_);
#define jc_next_key(key) jc_next_key_(key, JC_HERE)
// A key made of a key and a number.
jc_array jc_fold_in_(jc_array key, jc_array data, JC_AT_);
#define jc_fold_in(key, data) jc_fold_in_(key, jc_lift(data), JC_HERE)
// jc_bits(key, shape): u32; jc_bits(key, shape, JC_U8): of another unsigned dtype.
struct jc_bits {
  jc_dims shape;
  jc_dtype dtype;
  jc_random_layout layout;
};
jc_array jc_bits_(jc_array key, struct jc_bits b, JC_AT_);
#define jc_bits(key, ...) jc_bits_(key, (struct jc_bits){.shape = __VA_ARGS__}, JC_HERE)
// jc_uniform(key, shape, dtype, .minval =, .maxval =): in [minval, maxval), [0, 1) by default.
struct jc_uniform {
  jc_dims shape;
  jc_dtype dtype;
  double minval, maxval;
  jc_random_layout layout;
};
jc_array jc_uniform_(jc_array key, struct jc_uniform u, JC_AT_);
#define jc_uniform(key, ...) jc_uniform_(key, (struct jc_uniform){.shape = __VA_ARGS__}, JC_HERE)
// What a distribution without further options draws: f32 by default.
struct jc_drawn {
  jc_dims shape;
  jc_dtype dtype;
  jc_random_layout layout;
};
// jc_normal(key, shape, dtype): mean 0, deviation 1.
jc_array jc_normal_(jc_array key, struct jc_drawn s, JC_AT_);
#define jc_normal(key, ...) jc_normal_(key, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
// jc_truncated_normal(key, lo, hi, shape): a normal number given that it lies between lo and hi.
jc_array jc_truncated_normal_(jc_array key, double lo, double hi, struct jc_drawn s, JC_AT_);
#define jc_truncated_normal(key, lo, hi, ...) \
  jc_truncated_normal_(key, lo, hi, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
// jc_exponential(key, shape): rate 1; jc_gumbel, jc_laplace, jc_logistic_draw: location 0, scale 1.
jc_array jc_exponential_(jc_array key, struct jc_drawn s, JC_AT_);
#define jc_exponential(key, ...) \
  jc_exponential_(key, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
jc_array jc_gumbel_(jc_array key, struct jc_drawn s, JC_AT_);
#define jc_gumbel(key, ...) jc_gumbel_(key, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
jc_array jc_laplace_(jc_array key, struct jc_drawn s, JC_AT_);
#define jc_laplace(key, ...) jc_laplace_(key, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
jc_array jc_logistic_draw_(jc_array key, struct jc_drawn s, JC_AT_);
#define jc_logistic_draw(key, ...) \
  jc_logistic_draw_(key, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
// jc_randint(key, lo, hi, shape): i32 in [lo, hi); jc_randint(key, lo, hi, shape, JC_I64): of
// another integer dtype.
struct jc_randint {
  jc_dims shape;
  jc_dtype dtype;
  jc_random_layout layout;
};
jc_array jc_randint_(jc_array key, int64_t lo, int64_t hi, struct jc_randint r, JC_AT_);
#define jc_randint(key, lo, hi, ...) \
  jc_randint_(key, lo, hi, (struct jc_randint){.shape = __VA_ARGS__}, JC_HERE)
// jc_bernoulli(key, p, shape): true with probability p.
jc_array jc_bernoulli_(jc_array key, jc_array p, struct jc_drawn b, JC_AT_);
#define jc_bernoulli(key, p, ...) \
  jc_bernoulli_(key, jc_lift(p), (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
// jc_categorical(key, logits, shape): i32 indices along the logits' last axis, drawn with the
// probabilities softmax(logits); the result has `shape`, then the logits' other axes.
jc_array jc_categorical_(jc_array key, jc_array logits, struct jc_drawn s, JC_AT_);
#define jc_categorical(key, logits, ...) \
  jc_categorical_(key, logits, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
// jc_permutation(key, n): 0 .. n - 1 in random order, i32.
struct jc_permutation {
  int64_t n;
  jc_random_layout layout;
};
jc_array jc_permutation_(jc_array key, struct jc_permutation p, JC_AT_);
#define jc_permutation(key, ...) \
  jc_permutation_(key, (struct jc_permutation){.n = __VA_ARGS__}, JC_HERE)
// jc_choice(key, n, k): k of 0 .. n - 1, each drawn anew unless .without_replacement = true; .p = a
// vector of n probabilities. Of an array: jc_take(x, jc_choice(..), axis).
struct jc_choice {
  int64_t k;
  bool without_replacement;
  jc_random_layout layout;
  jc_array p;
};
jc_array jc_choice_(jc_array key, int64_t n, struct jc_choice c, JC_AT_);
#define jc_choice(key, n, ...) jc_choice_(key, n, (struct jc_choice){.k = __VA_ARGS__}, JC_HERE)

// ---- further distributions

// Parameters are numbers or arrays, which broadcast to the shape of the draw; results are f32
// unless another dtype is given behind the shape; all take .layout.

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
//   jc_wald(key, mean, shape): the inverse Gaussian distribution of scale 1.
//   jc_generalized_normal(key, p, shape): of density exp(-|x|^p), f32 and f64 only.
//   jc_poisson(key, mean, shape), jc_geometric(key, p, shape): i32 or another integer dtype.
#define JC_DRAW1_DECLARE_(name) \
  jc_array jc_##name##_(jc_array key, jc_array a, struct jc_drawn s, JC_AT_);
// clang-format off
#define JC_DRAW1_OPS_(X) \
  X(gamma) X(loggamma) X(chisquare) X(student_t) X(pareto) X(rayleigh) X(lognormal) X(poisson) \
  X(geometric) X(wald) X(generalized_normal)
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
#define jc_wald(key, mean, ...) JC_DRAW1_(jc_wald_, key, mean, __VA_ARGS__)
#define jc_generalized_normal(key, p, ...) JC_DRAW1_(jc_generalized_normal_, key, p, __VA_ARGS__)
#define jc_geometric(key, p, ...) JC_DRAW1_(jc_geometric_, key, p, __VA_ARGS__)

// Of two: jc_beta(key, a, b, shape); jc_weibull(key, scale, concentration, shape); jc_f(key, above,
// below, shape): Fisher's distribution, of the degrees of freedom of its numerator and denominator;
// jc_binomial(key, n, p, shape): how many of n trials succeed with probability p: whole f32 or f64.
#define JC_DRAW2_DECLARE_(name) \
  jc_array jc_##name##_(jc_array key, jc_array a, jc_array b, struct jc_drawn s, JC_AT_);
// clang-format off
#define JC_DRAW2_OPS_(X) X(beta) X(weibull) X(f) X(binomial)
// clang-format on
JC_DRAW2_OPS_(JC_DRAW2_DECLARE_)
#define JC_DRAW2_(name, key, a, b, ...) \
  name(key, jc_lift(a), jc_lift(b), (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
#define jc_beta(key, a, b, ...) JC_DRAW2_(jc_beta_, key, a, b, __VA_ARGS__)
#define jc_weibull(key, scale, concentration, ...) \
  JC_DRAW2_(jc_weibull_, key, scale, concentration, __VA_ARGS__)
#define jc_f(key, above, below, ...) JC_DRAW2_(jc_f_, key, above, below, __VA_ARGS__)
#define jc_binomial(key, n, p, ...) JC_DRAW2_(jc_binomial_, key, n, p, __VA_ARGS__)
// jc_triangular(key, left, mode, right, shape): between left and right, most often at mode.
jc_array jc_triangular_(jc_array key, jc_array left, jc_array mode, jc_array right,
                        struct jc_drawn s, JC_AT_);
#define jc_triangular(key, left, mode, right, ...)                  \
  jc_triangular_(key, jc_lift(left), jc_lift(mode), jc_lift(right), \
                 (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
// jc_multinomial(key, n, p, shape): shape, then p's last axis: how many of n draws fall to each of
// the categories with probabilities p, whole f32 or f64.
jc_array jc_multinomial_(jc_array key, jc_array n, jc_array p, struct jc_drawn s, JC_AT_);
#define jc_multinomial(key, n, p, ...) \
  jc_multinomial_(key, jc_lift(n), p, (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)
// jc_ball(key, d, p, shape): shape, then [d]: points of the unit ball of d dimensions under the
// norm of order p.
jc_array jc_ball_(jc_array key, int64_t d, jc_array p, struct jc_drawn s, JC_AT_);
#define jc_ball(key, d, p, ...) \
  jc_ball_(key, d, jc_lift(p), (struct jc_drawn){.shape = __VA_ARGS__}, JC_HERE)

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
