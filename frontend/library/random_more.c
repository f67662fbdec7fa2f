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

bool random_longer(Np *n, const Draw *w, int count, const int64_t *more, int64_t *dim, Ints *out) {
  if (w->shape.n + count > MAX_RANK) return np_fail(n, "the shape has too many axes"), false;
  memcpy(dim, w->shape.v, sizeof *dim * (size_t)w->shape.n);
  memcpy(dim + w->shape.n, more, sizeof *dim * (size_t)count);
  *out = (Ints){w->shape.n + count, dim};
  for (int i = 0; i < count; i++) {
    if (more[i] < 0) return np_fail(n, "of size %lld", (long long)more[i]), false;
  }
  return type_fits(type_of(DT_C128, *out)) || (np_fail(n, "the shape is too large"), false);
}

static Val maxwell(Np *n, const Draw *w) {
  int64_t dim[MAX_RANK];
  Ints shape;
  if (!random_longer(n, w, 1, (int64_t[]){3}, dim, &shape)) return NP_BAD;
  return np_norm(n, random_normals(n, w->key, shape, w->dtype), INTS(-1), false);
}

Val random_signs(Np *n, Key key, Ints shape, Dtype d) {
  const Val u = random_uniform(n, key, shape, d == DT_F64 ? DT_F64 : DT_F32, 0, 1);
  const Val up = np_convert(n, np_compare(n, OP_lt, u, number(n, u, 0.5)), d);
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

// Michael, Schucany and Haas: one of the two roots that belong to a square of a normal number.
static Val wald(Np *n, const Draw *w, Val mean) {
  const Val v = random_normals(n, random_split(n, w->key, 0), w->shape, w->dtype);
  const Val z = random_uniform(n, random_split(n, w->key, 1), w->shape, w->dtype, 0, 1);
  const Val y = np_mul(n, v, v), square = np_mul(n, mean, mean);
  const Val under = np_add(n, np_mul(n, np_mul(n, number(n, mean, 4), mean), y),
                           np_mul(n, square, np_mul(n, y, y)));
  const Val half = np_mul(n, np_div(n, mean, number(n, mean, 2)), np_map1(n, OP_sqrt, under));
  const Val middle = np_add(n, mean, np_div(n, np_mul(n, square, y), number(n, y, 2)));
  const Val x = np_sub(n, middle, half), part = np_div(n, mean, np_add(n, mean, x));
  return np_select(n, np_compare(n, OP_le, z, part), x, np_div(n, square, x));
}

static Val triangular(Np *n, const Draw *w, Val left, Val mode, Val right) {
  const Val u = random_uniform(n, w->key, w->shape, w->dtype, 0, 1);
  const Val width = np_sub(n, right, left), rise = np_sub(n, mode, left);
  const Val below = np_compare(n, OP_lt, u, np_div(n, rise, width));
  const Val from_left = np_mul(n, np_mul(n, u, width), rise), rest = np_sub(n, number(n, u, 1), u);
  const Val from_right = np_mul(n, np_mul(n, rest, width), np_sub(n, right, mode));
  return np_select(n, below, np_add(n, left, np_map1(n, OP_sqrt, from_left)),
                   np_sub(n, right, np_map1(n, OP_sqrt, from_right)));
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
  if (!random_longer(n, w, 1, t.dim, dim, &shape)) return NP_BAD;
  const Val sum = np_add(n, cov, np_adjoint(n, cov));
  const Val even = np_mul(n, sum, number(n, sum, 0.5));
  const Val l = np_val(graph_add(n->g, OP_cholesky, 1, &even.id, &(Attrs){.lower = true}));
  const Val x = random_normals(n, w->key, shape, w->dtype);
  return np_bad(l) ? l : np_add(n, np_einsum(n, "ij,...j->...i", 2, (Val[]){l, x}), mean);
}

static Val orthogonal(Np *n, const Draw *w) {
  int64_t dim[MAX_RANK];
  Ints shape;
  if (!random_longer(n, w, 2, (int64_t[]){w->rest[0], w->rest[0]}, dim, &shape)) return NP_BAD;
  const Val z = random_normals(n, w->key, shape, w->dtype);
  const Val q = np_val(graph_add(n->g, OP_qr, 1, &z.id, NULL));
  if (np_bad(q)) return q;
  const Val diagonal = np_diagonal(n, np_val(q.id + 1), 0, -2, -1);
  return np_mul(n, q, np_expand_dims(n, np_map1(n, OP_sign, diagonal), -2));
}

// ---- public functions

int random_drawn(const Fn *fn, DrawnKind kind, jc_dtype d, Loc loc) {
  if (kind == INTEGERS && d == JC_F32) d = JC_I32;
  if (!ops_dtype_ok(d, loc, fn->name)) return -1;
  if (kind == INTEGERS && !dtype_is_int((Dtype)d))
    return fail(loc, "%s: gives integers, not %s", fn->name, dtype_name((Dtype)d)), -1;
  if (kind != INTEGERS && !random_float_ok(fn->name, d, loc)) return -1;
  if (kind == FULL_FLOATS && dtype_is_half((Dtype)d))
    return fail(loc, "%s: gives f32 and f64, not %s", fn->name, dtype_name((Dtype)d)), -1;
  return (int)d;
}

DRAWN0(cauchy, FLOATS, cauchy(n, &w))
DRAWN0(maxwell, FLOATS, maxwell(n, &w))
DRAWN0(rademacher, INTEGERS, random_signs(n, w.key, w.shape, w.dtype))
DRAWN1(pareto, FLOATS, pareto(n, &w, parameter(n, &w, a)))
DRAWN1(rayleigh, FLOATS, rayleigh(n, &w, parameter(n, &w, a)))
DRAWN1(lognormal, FLOATS, lognormal(n, &w, parameter(n, &w, a)))
DRAWN1(wald, FLOATS, wald(n, &w, parameter(n, &w, a)))
DRAWN1(geometric, INTEGERS, geometric(n, &w, a))
DRAWN2(weibull, FLOATS, weibull(n, &w, parameter(n, &w, a), parameter(n, &w, b)))
DRAWN2(multivariate_normal, FULL_FLOATS, multivariate_normal(n, &w, a, b))
DRAWN(triangular, FLOATS,
      (jc_array key, jc_array a, jc_array b, jc_array c, struct jc_drawn s, const char *file,
       int line),
      DRAWN_OF(key, a, b, c), 0, 0,
      triangular(n, &w, parameter(n, &w, a), parameter(n, &w, b), parameter(n, &w, v[3])))
DRAWN(random_orthogonal, FULL_FLOATS,
      (jc_array key, int64_t size, struct jc_drawn s, const char *file, int line), DRAWN_OF(key), 1,
      size, orthogonal(n, &w))

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
