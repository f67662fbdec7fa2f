// Distributions of the public API: of operands made of one shape and dtype, of which x is freed
// from its place and scale, compositions of the public operations.
#include <math.h>

#include "frontend/library/ops.h"

// The operations below stand at the user's call.
#undef JC_HERE
#define JC_HERE loc.file, loc.line

static const double PI = 3.14159265358979323846;

// ---- operands

typedef struct Operands {
  jc_array y, scale, a, b;  // y: (x - loc) / scale
} Operands;

static bool same_floats(Np *n, int k, const Val *v, Val *x) {
  for (int i = 0; i < k; i++) x[i] = v[i];
  if (!np_promote(n, k, x)) return false;
  for (int i = 0; i < k; i++) {
    if (dtype_is_complex(np_type(n, x[i]).dtype))
      return np_fail(n, "does not take complex numbers"), false;
    x[i] = np_inexact(n, x[i]);
  }
  return np_broadcast(n, k, x);
}

// Of x, loc, scale, and up to two shapes.
static bool build_located(Np *n, int k, const Val *v, Ints options, Val *out) {
  (void)options;
  Val x[5];
  if (!same_floats(n, k, v, x)) return false;
  out[0] = np_div(n, np_sub(n, x[0], x[1]), x[2]);
  for (int i = 1; i < 4; i++) out[i] = x[i + 1 < k ? i + 1 : 2];
  return !np_bad(out[0]);
}
// Of x and a shape.
static bool build_shaped(Np *n, int k, const Val *v, Ints options, Val *out) {
  (void)options;
  return same_floats(n, k, v, out);
}

typedef jc_array Formula(Operands o, Loc loc);

static jc_array located(const Fn *fn, Formula *f, int k, const jc_array *x, Loc loc) {
  jc_array r[4];
  call_all(fn, k, x, (Ints){0}, r, loc);
  if (handle_is_poison(r[0])) return handle_poison();
  return f((Operands){r[0], r[1], r[2], r[3]}, loc);
}
static jc_array shaped(const Fn *fn, Formula *f, jc_array x, jc_array a, Loc loc) {
  jc_array r[2];
  call_all(fn, 2, (jc_array[]){x, a}, (Ints){0}, r, loc);
  if (handle_is_poison(r[0])) return handle_poison();
  return f((Operands){.y = r[0], .a = r[1]}, loc);
}

#define FORMULA(name, ...)                         \
  static jc_array name##_of(Operands o, Loc loc) { \
    const jc_array y = o.y, a = o.a, s = o.scale;  \
    (void)y, (void)a, (void)s;                     \
    return __VA_ARGS__;                            \
  }
#define FN(who, n, build) static const Fn fn = {.name = #who, .nresults = n, .build_all = build}
#define DISTRIBUTION1(name, ...)                                              \
  FORMULA(name, __VA_ARGS__)                                                  \
  jc_array jc_##name##_(jc_array x, jc_array a, const char *file, int line) { \
    FN(name, 2, build_shaped);                                                \
    return shaped(&fn, name##_of, x, a, HERE(file, line));                    \
  }
#define DISTRIBUTION2(name, ...)                                                               \
  FORMULA(name, __VA_ARGS__)                                                                   \
  jc_array jc_##name##_(jc_array x, jc_array at, jc_array scale, const char *file, int line) { \
    FN(name, 4, build_located);                                                                \
    return located(&fn, name##_of, 3, (jc_array[]){x, at, scale}, HERE(file, line));           \
  }
#define DISTRIBUTION3(name, ...)                                                               \
  FORMULA(name, __VA_ARGS__)                                                                   \
  jc_array jc_##name##_(jc_array x, jc_array a, jc_array at, jc_array scale, const char *file, \
                        int line) {                                                            \
    FN(name, 4, build_located);                                                                \
    return located(&fn, name##_of, 4, (jc_array[]){x, at, scale, a}, HERE(file, line));        \
  }
#define DISTRIBUTION4(name, ...)                                                           \
  FORMULA(name, __VA_ARGS__)                                                               \
  jc_array jc_##name##_(jc_array x, jc_array a, jc_array b, jc_array at, jc_array scale,   \
                        const char *file, int line) {                                      \
    FN(name, 4, build_located);                                                            \
    return located(&fn, name##_of, 5, (jc_array[]){x, at, scale, a, b}, HERE(file, line)); \
  }

// Where y can be: f there, `otherwise` elsewhere. y is `safe` where it cannot be, for the sake of
// derivatives.
static jc_array within(jc_array can, jc_array value, double otherwise, Loc loc) {
  return jc_where(can, value, otherwise);
}
static jc_array from_0(jc_array y, Loc loc) { return jc_greater_equal(y, 0.0); }
static jc_array in_unit(jc_array y, Loc loc) {
  return jc_logical_and(from_0(y, loc), jc_less_equal(y, 1.0));
}

// ---- normal, uniform, exponential

DISTRIBUTION2(norm_logpdf, jc_mul(-0.5, jc_add(jc_log(jc_mul(2 * PI, jc_square(s))), jc_square(y))))
DISTRIBUTION2(norm_pdf, jc_exp(norm_logpdf_of(o, loc)))
DISTRIBUTION2(norm_cdf, jc_ndtr(y))
DISTRIBUTION2(norm_logcdf, jc_log_ndtr(y))
DISTRIBUTION2(norm_sf, jc_ndtr(jc_neg(y)))
jc_array jc_norm_ppf_(jc_array q, jc_array at, jc_array scale, const char *file, int line) {
  const Loc loc = HERE(file, line);
  return jc_add(jc_mul(jc_ndtri(q), scale), at);
}

DISTRIBUTION2(uniform_logpdf, within(in_unit(y, loc), jc_sub(0.0, jc_log(s)), -INFINITY, loc))
DISTRIBUTION2(uniform_pdf, jc_exp(uniform_logpdf_of(o, loc)))
DISTRIBUTION2(uniform_cdf, jc_clip(y, 0.0, 1.0))

DISTRIBUTION2(expon_logpdf, within(from_0(y, loc), jc_neg(jc_add(y, jc_log(s))), -INFINITY, loc))
DISTRIBUTION2(expon_pdf, jc_exp(expon_logpdf_of(o, loc)))
DISTRIBUTION2(expon_cdf, jc_neg(jc_expm1(jc_neg(jc_maximum(y, 0.0)))))

// ---- around a place

DISTRIBUTION2(cauchy_logpdf, jc_neg(jc_add(jc_log(jc_mul(PI, s)), jc_log1p(jc_square(y)))))
DISTRIBUTION2(cauchy_pdf, jc_exp(cauchy_logpdf_of(o, loc)))
// Below 0 by the angle to the other axis: 1/2 and the arc would cancel.
DISTRIBUTION2(cauchy_cdf, jc_div(jc_atan2(1.0, jc_neg(y)), PI))
DISTRIBUTION2(laplace_logpdf, jc_neg(jc_add(jc_abs(y), jc_log(jc_mul(2.0, s)))))
DISTRIBUTION2(laplace_pdf, jc_exp(laplace_logpdf_of(o, loc)))
static jc_array laplace(jc_array y, Loc loc) {
  jc_array tail = jc_mul(0.5, jc_exp(jc_neg(jc_abs(y))));
  return jc_where(jc_less_equal(y, 0.0), tail, jc_sub(1.0, tail));
}
DISTRIBUTION2(laplace_cdf, laplace(y, loc))
static jc_array logistic(jc_array y, jc_array s, Loc loc) {
  jc_array half = jc_mul(0.5, y);
  return jc_sub(jc_mul(-2.0, jc_logaddexp(half, jc_neg(half))), jc_log(s));
}
DISTRIBUTION2(logistic_logpdf, logistic(y, s, loc))
DISTRIBUTION2(logistic_pdf, jc_exp(logistic_logpdf_of(o, loc)))
DISTRIBUTION2(logistic_cdf, jc_sigmoid(y))

// ---- with shapes

static jc_array gamma_density(Operands o, Loc loc) {
  jc_array can = from_0(o.y, loc), y = jc_where(can, o.y, 1.0);
  jc_array terms = jc_sub(jc_xlogy(jc_sub(o.a, 1.0), y), y);
  return within(can, jc_sub(jc_sub(terms, jc_lgamma(o.a)), jc_log(o.scale)), -INFINITY, loc);
}
DISTRIBUTION3(gamma_logpdf, gamma_density(o, loc))
DISTRIBUTION3(gamma_pdf, jc_exp(gamma_density(o, loc)))
DISTRIBUTION3(gamma_cdf, jc_igamma(a, jc_maximum(y, 0.0)))

static jc_array student(Operands o, Loc loc) {
  jc_array df = o.a, half = jc_mul(0.5, df), more = jc_mul(0.5, jc_add(df, 1.0));
  jc_array size = jc_add(jc_mul(0.5, jc_log(jc_mul(PI, df))), jc_log(o.scale));
  jc_array norm = jc_add(size, jc_sub(jc_lgamma(half), jc_lgamma(more)));
  return jc_neg(jc_add(norm, jc_mul(more, jc_log1p(jc_div(jc_square(o.y), df)))));
}
DISTRIBUTION3(t_logpdf, student(o, loc))
DISTRIBUTION3(t_pdf, jc_exp(student(o, loc)))

static jc_array beta_density(Operands o, Loc loc) {
  jc_array can = in_unit(o.y, loc), y = jc_where(can, o.y, 0.5);
  jc_array terms = jc_add(jc_xlogy(jc_sub(o.a, 1.0), y), jc_xlog1py(jc_sub(o.b, 1.0), jc_neg(y)));
  return within(can, jc_sub(jc_sub(terms, jc_betaln(o.a, o.b)), jc_log(o.scale)), -INFINITY, loc);
}
DISTRIBUTION4(beta_logpdf, beta_density(o, loc))
DISTRIBUTION4(beta_pdf, jc_exp(beta_density(o, loc)))
DISTRIBUTION4(beta_cdf, jc_betainc(a, o.b, jc_clip(y, 0.0, 1.0)))

// ---- of whole numbers

static jc_array poisson(jc_array k, jc_array mu, Loc loc) {
  jc_array can = jc_logical_and(from_0(k, loc), jc_equal(k, jc_round(k)));
  jc_array n = jc_where(can, k, 0.0);
  jc_array value = jc_sub(jc_sub(jc_xlogy(n, mu), jc_lgamma(jc_add(n, 1.0))), mu);
  return within(can, value, -INFINITY, loc);
}
DISTRIBUTION1(poisson_logpmf, poisson(y, a, loc))
DISTRIBUTION1(poisson_pmf, jc_exp(poisson(y, a, loc)))
DISTRIBUTION1(poisson_cdf,
              within(from_0(y, loc), jc_igammac(jc_floor(jc_add(jc_maximum(y, 0.0), 1.0)), a), 0.0,
                     loc))

static jc_array bernoulli(jc_array k, jc_array p, Loc loc) {
  jc_array can = jc_logical_or(jc_equal(k, 0.0), jc_equal(k, 1.0)), n = jc_where(can, k, 0.0);
  jc_array value = jc_add(jc_xlogy(n, p), jc_xlog1py(jc_sub(1.0, n), jc_neg(p)));
  return within(can, value, -INFINITY, loc);
}
DISTRIBUTION1(bernoulli_logpmf, bernoulli(y, a, loc))
DISTRIBUTION1(bernoulli_pmf, jc_exp(bernoulli(y, a, loc)))
DISTRIBUTION1(bernoulli_cdf,
              jc_where(from_0(y, loc), jc_where(jc_less(y, 1.0), jc_sub(1.0, a), 1.0), 0.0))

// ---- of vectors

// (x - mean) by the inverse of cov's lower factor, of rows.
static jc_array normals(const char *who, jc_array x, jc_array mean, jc_array cov, Loc loc) {
  const jc_array all[] = {x, mean, cov};
  for (int i = 0; i < 3; i++) {
    if (!slot_need(all[i], loc, who, "argument %d", i) || handle_is_poison(all[i]))
      return handle_poison();
  }
  const int rank = jc_rank(x);
  const int64_t n = jc_rank(mean) == 1 ? jc_dim(mean, 0) : -1;
  if (rank < 1 || jc_dim(x, -1) != n || jc_rank(cov) != 2 || jc_dim(cov, 0) != n ||
      jc_dim(cov, 1) != n)
    return fail(loc, "%s: vectors %s of mean %s and covariance %s: takes [.., n], [n] and [n, n]",
                who, jc_shape_str(x), jc_shape_str(mean), jc_shape_str(cov)),
           handle_poison();
  jc_dims shape = {.n = rank - 1};
  int64_t count = 1;
  for (int i = 0; i < rank - 1; i++) count *= shape.d[i] = jc_dim(x, i);
  jc_array l = jc_cholesky(cov), rows = jc_reshape(jc_sub(x, mean), count, n);
  jc_array y = jc_triangular_solve(l, jc_transpose(rows), .lower = true);
  jc_array size = jc_sum(jc_log(jc_diagonal(l)));
  jc_array log_p = jc_mul(-0.5, jc_sum(jc_square(y), .axes = JC_AXES(0)));
  log_p = jc_sub(log_p, jc_add(size, 0.5 * (double)n * log(2 * PI)));
  return jc_reshape_(log_p, shape, loc.file, loc.line);
}
jc_array jc_multivariate_normal_logpdf_(jc_array x, jc_array mean, jc_array cov, const char *file,
                                        int line) {
  return normals("multivariate_normal_logpdf", x, mean, cov, HERE(file, line));
}
jc_array jc_multivariate_normal_pdf_(jc_array x, jc_array mean, jc_array cov, const char *file,
                                     int line) {
  const Loc loc = HERE(file, line);
  return jc_exp(normals("multivariate_normal_pdf", x, mean, cov, loc));
}
