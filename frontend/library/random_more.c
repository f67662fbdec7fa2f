// Distributions that are functions of uniform or normal numbers and of parameters.
#include <float.h>
#include <math.h>
#include <string.h>

#include "frontend/library/random.h"

static Val number(Np *n, Val like, double v) { return np_number(n, like, v); }

static Val parameter(Np *n, const Draw *w, Val a) {
  return np_bad(a) ? a : np_broadcast_to(n, np_convert(n, a, w->dtype), w->shape);
}

// ---- without parameters

static Val cauchy(Np *n, const Draw *w) {
  const double eps = w->dtype == DT_F64   ? DBL_EPSILON
                     : w->dtype == DT_F32 ? (double)FLT_EPSILON
                     : w->dtype == DT_F16 ? 0x1p-10
                                          : 0x1p-7;
  const Val u = random_uniform(n, w->key, w->shape, w->dtype, eps, 1);
  const Val angle =
      np_mul(n, number(n, u, 3.14159265358979323846), np_sub(n, u, number(n, u, 0.5)));
  return np_map1(n, OP_tan, angle);
}

static bool longer(Np *n, const Draw *w, int count, const int64_t *more, int64_t *dim, Ints *out) {
  if (w->shape.n + count > MAX_RANK) return np_fail(n, "the shape has too many axes"), false;
  memcpy(dim, w->shape.v, sizeof *dim * (size_t)w->shape.n);
  memcpy(dim + w->shape.n, more, sizeof *dim * (size_t)count);
  *out = (Ints){w->shape.n + count, dim};
  return true;
}

static Val maxwell(Np *n, const Draw *w) {
  int64_t dim[MAX_RANK];
  Ints shape;
  if (!longer(n, w, 1, (int64_t[]){3}, dim, &shape)) return NP_BAD;
  return np_norm(n, random_normals(n, w->key, shape, w->dtype), INTS(-1), false);
}

static Val rademacher(Np *n, const Draw *w) {
  const Val u = random_uniform(n, w->key, w->shape, DT_F32, 0, 1);
  const Val up = np_convert(n, np_compare(n, OP_lt, u, number(n, u, 0.5)), w->dtype);
  return np_sub(n, np_mul(n, number(n, up, 2), up), number(n, up, 1));
}

// ---- with parameters

static Val pareto(Np *n, const Draw *w, Val b) {
  return np_map1(n, OP_exp, np_div(n, random_exponentials(n, w->key, w->shape, w->dtype), b));
}

static Val rayleigh(Np *n, const Draw *w, Val scale) {
  const Val u = random_uniform(n, w->key, w->shape, w->dtype, 0, 1);
  const Val square = np_mul(n, np_map1(n, OP_log, u), number(n, u, -2));
  return np_mul(n, scale, np_map1(n, OP_sqrt, square));
}

static Val lognormal(Np *n, const Draw *w, Val sigma) {
  return np_map1(n, OP_exp, np_mul(n, random_normals(n, w->key, w->shape, w->dtype), sigma));
}

static Val weibull(Np *n, const Draw *w, Val scale, Val concentration) {
  const Val e = random_exponentials(n, w->key, w->shape, w->dtype);
  const Val power = np_div(n, number(n, e, 1), concentration);
  return np_mul(n, np_map2(n, OP_pow, e, power), scale);
}

static Val geometric(Np *n, const Draw *w, Val p) {
  p = np_inexact(n, p);
  if (np_bad(p)) return p;
  const Dtype d = np_type(n, p).dtype;
  Val u = random_uniform(n, w->key, w->shape, d, 0, 1);
  u = np_select(n, np_compare(n, OP_eq, u, number(n, u, 0)), number(n, u, 1), u);
  const Val fail_log = np_map1(n, OP_log1p, np_map1(n, OP_neg, p));
  const Val steps = np_map1(n, OP_floor, np_div(n, np_map1(n, OP_log, u), fail_log));
  return np_convert(n, np_broadcast_to(n, np_add(n, steps, number(n, steps, 1)), w->shape),
                    w->dtype);
}

static Val multivariate_normal(Np *n, const Draw *w, Val mean, Val cov) {
  mean = np_convert(n, mean, w->dtype), cov = np_convert(n, cov, w->dtype);
  const Type t = np_type(n, mean), tc = np_type(n, cov);
  if (t.rank != 1 || tc.rank != 2 || tc.dim[0] != t.dim[0] || tc.dim[1] != t.dim[0])
    return np_fail(n, "of mean %s and covariance %s", TYPE_STR(t), TYPE_STR(tc));
  int64_t dim[MAX_RANK];
  Ints shape;
  if (!longer(n, w, 1, t.dim, dim, &shape)) return NP_BAD;
  const Val sum = np_add(n, cov, np_adjoint(n, cov));
  const Val even = np_mul(n, sum, number(n, sum, 0.5));
  const Val l = np_val(graph_add(n->g, OP_cholesky, 1, &even.id, &(Attrs){.lower = true}));
  const Val x = random_normals(n, w->key, shape, w->dtype);
  return np_bad(l) ? l : np_add(n, np_einsum(n, "ij,...j->...i", 2, (Val[]){l, x}), mean);
}

static Val orthogonal(Np *n, const Draw *w) {
  int64_t dim[MAX_RANK];
  Ints shape;
  if (!longer(n, w, 2, (int64_t[]){w->rest[0], w->rest[0]}, dim, &shape)) return NP_BAD;
  const Val z = random_normals(n, w->key, shape, w->dtype);
  const Val q = np_val(graph_add(n->g, OP_qr, 1, &z.id, NULL));
  if (np_bad(q)) return q;
  const Val diagonal = np_diagonal(n, np_val(q.id + 1), 0, -2, -1);
  return np_mul(n, q, np_expand_dims(n, np_map1(n, OP_sign, diagonal), -2));
}

// ---- public functions

typedef enum Kind { FLOATS, FULL_FLOATS, INTEGERS } Kind;

// The dtype to draw: f32, or i32 where integers are wanted; -1 after fail().
static int drawn(const Fn *fn, Kind kind, jc_dtype d, Loc loc) {
  if (kind == INTEGERS && d == JC_F32) d = JC_I32;
  if (!ops_dtype_ok(d, loc, fn->name)) return -1;
  if (kind == INTEGERS && !dtype_is_int((Dtype)d))
    return fail(loc, "%s: gives integers, not %s", fn->name, dtype_name((Dtype)d)), -1;
  if (kind != INTEGERS && !random_float_ok(fn->name, d, loc)) return -1;
  if (kind == FULL_FLOATS && dtype_is_half((Dtype)d))
    return fail(loc, "%s: gives f32 and f64, not %s", fn->name, dtype_name((Dtype)d)), -1;
  return (int)d;
}

#define DRAWN(name, kind, parameters, ...)                                           \
  OPS_BUILD(name) {                                                                  \
    OPS_UNUSED;                                                                      \
    Draw w;                                                                          \
    if (!random_draw(n, v[0], options, &w)) return NP_BAD;                           \
    for (int i = 1; i < k; i++) {                                                    \
      if (np_bad(v[i])) return NP_BAD;                                               \
    }                                                                                \
    return __VA_ARGS__;                                                              \
  }                                                                                  \
  jc_array jc_##name##_ parameters {                                                 \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};                        \
    const Loc loc = HERE(file, line);                                                \
    const int d = drawn(&fn, kind, s.dtype, loc);                                    \
    if (d < 0) return handle_poison();                                               \
    return random_call(&fn, ARGUMENTS, &s.shape, s.layout, (jc_dtype)d, EXTRA, loc); \
  }
#define EXTRA 0, NULL
#define ARGUMENTS 1, &key
#define NONE (jc_array key, struct jc_drawn s, const char *file, int line)
DRAWN(cauchy, FLOATS, NONE, cauchy(n, &w))
DRAWN(maxwell, FLOATS, NONE, maxwell(n, &w))
DRAWN(rademacher, INTEGERS, NONE, rademacher(n, &w))
#undef ARGUMENTS
#define ARGUMENTS \
  2, (jc_array[]) { key, a }
#define ONE (jc_array key, jc_array a, struct jc_drawn s, const char *file, int line)
DRAWN(pareto, FLOATS, ONE, pareto(n, &w, parameter(n, &w, v[1])))
DRAWN(rayleigh, FLOATS, ONE, rayleigh(n, &w, parameter(n, &w, v[1])))
DRAWN(lognormal, FLOATS, ONE, lognormal(n, &w, parameter(n, &w, v[1])))
DRAWN(geometric, INTEGERS, ONE, geometric(n, &w, v[1]))
#undef ARGUMENTS
#define ARGUMENTS \
  3, (jc_array[]) { key, a, b }
#define TWO (jc_array key, jc_array a, jc_array b, struct jc_drawn s, const char *file, int line)
DRAWN(weibull, FLOATS, TWO, weibull(n, &w, parameter(n, &w, v[1]), parameter(n, &w, v[2])))
DRAWN(multivariate_normal, FULL_FLOATS, TWO, multivariate_normal(n, &w, v[1], v[2]))
#undef ARGUMENTS
#undef EXTRA
#define ARGUMENTS 1, &key
#define EXTRA 1, &size
DRAWN(random_orthogonal, FULL_FLOATS,
      (jc_array key, int64_t size, struct jc_drawn s, const char *file, int line),
      orthogonal(n, &w))

OPS_BUILD(shuffle) {
  OPS_UNUSED;
  Key key;
  int axis;
  if (!random_key(n, v[0], options.v[1], &key) || np_bad(v[1])) return NP_BAD;
  const Type t = np_type(n, v[1]);
  if (!np_axis(n, options.v[0], t.rank, &axis)) return NP_BAD;
  if (!t.dim[axis]) return v[1];
  return np_take(n, v[1], random_permutation(n, key, t.dim[axis]), axis, MODE_CLIP);
}
jc_array jc_shuffle_(jc_array key, jc_array x, struct jc_shuffle s, const char *file, int line) {
  static const Fn fn = {"shuffle", build_shuffle, PROMOTE_NONE};
  return call(&fn, 2, (jc_array[]){key, x}, INTS(s.axis, (int64_t)s.layout), HERE(file, line));
}
