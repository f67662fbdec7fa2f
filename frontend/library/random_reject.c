// Distributions drawn by rejection: gamma (Marsaglia and Tsang 2000) and what is made of it,
// poisson (Knuth; Hormann 1993). As in JAX each element of a gamma draw has a key of its own, and
// all of a poisson draw go on until the last is accepted.
#include <math.h>

#include "frontend/library/np_loop.h"
#include "frontend/library/random.h"

static Val number(Np *n, Val like, double v) { return np_number(n, like, v); }
static Val select_strong(Np *n, Val c, Val a, Val b) {
  const Val r = np_select(n, c, a, b);
  return np_val(r.id);
}

// ---- gamma

typedef struct Lanes {
  jc_random_layout layout;
  Dtype d;
} Lanes;
static Key key_of(const Lanes *l, const Val *words) {
  return (Key){{words[0], words[1]}, l->layout};
}

// key key x v | c: x normal until v = 1 + c x is positive.
static Val not_positive(Np *n, const Val *x) {
  return np_compare(n, OP_le, x[3], number(n, x[3], 0));
}
static Val some_not_positive(Np *n, const Val *x, const void *context) {
  (void)context;
  return np_reduce(n, OP_reduce_or, not_positive(n, x), (Ints){0}, false);
}
static void draw_positive(Np *n, const Val *x, Val *next, const void *context) {
  const Lanes *l = context;
  const Val active = not_positive(n, x);
  const Key key = random_split(n, key_of(l, x), 0), sub = random_split(n, key_of(l, x), 1);
  const Val u = random_lane_uniform(n, sub, l->d, random_normal_low(l->d), 1);
  const Val drawn = random_normal_of(n, l->d, u);
  const Val v = np_add(n, number(n, drawn, 1), np_mul(n, drawn, x[4]));
  next[0] = select_strong(n, active, key.words.a, x[0]);
  next[1] = select_strong(n, active, key.words.b, x[1]);
  next[2] = select_strong(n, active, drawn, x[2]);
  next[3] = select_strong(n, active, v, x[3]);
}

// key key X V U | d c: rejected while neither the squeeze nor the test accepts.
static Val rejected(Np *n, const Val *x) {
  const Val square = x[2], v = x[3], u = x[4], one = number(n, v, 1);
  const Val squeeze = np_sub(n, one, np_mul(n, number(n, v, 0.0331), np_mul(n, square, square)));
  const Val log_v = np_map1(n, OP_log, v);
  const Val inner = np_mul(n, x[5], np_add(n, np_sub(n, one, v), log_v));
  const Val bound = np_add(n, np_mul(n, square, number(n, v, 0.5)), inner);
  return np_map2(n, OP_and, np_compare(n, OP_ge, u, squeeze),
                 np_compare(n, OP_ge, np_map1(n, OP_log, u), bound));
}
static Val some_rejected(Np *n, const Val *x, const void *context) {
  (void)context;
  return np_reduce(n, OP_reduce_or, rejected(n, x), (Ints){0}, false);
}
static void draw_again(Np *n, const Val *x, Val *next, const void *context) {
  const Lanes *l = context;
  const Val active = rejected(n, x);
  const Key key = random_split_of(n, key_of(l, x), 0, 3);
  const Key of_x = random_split_of(n, key_of(l, x), 1, 3);
  const Key of_u = random_split_of(n, key_of(l, x), 2, 3);
  // Lanes that are done need no positive v.
  const Val zero = np_sub(n, x[2], x[2]);
  const Val start = select_strong(n, active, number(n, zero, -1), number(n, zero, 1));
  const Val in[] = {of_x.words.a, of_x.words.b, np_val(zero.id), start, x[6]};
  Val out[4];
  for (int i = 0; i < 5; i++) next[i] = NP_BAD;
  if (!np_while(n, some_not_positive, draw_positive, l, 4, 5, in, out)) return;
  const Val cube = np_mul(n, np_mul(n, out[3], out[3]), out[3]);
  next[0] = select_strong(n, active, key.words.a, x[0]);
  next[1] = select_strong(n, active, key.words.b, x[1]);
  next[2] = select_strong(n, active, np_mul(n, out[2], out[2]), x[2]);
  next[3] = select_strong(n, active, cube, x[3]);
  next[4] = select_strong(n, active, random_lane_uniform(n, of_u, l->d, 0, 1), x[4]);
}

// Of a in `shape`; below 1 by that of a + 1 times a uniform number to the 1 / a.
Val random_gammas(Np *n, Key key, Val a, Ints shape, Dtype d, bool logarithm) {
  const Lanes lanes = {key.layout, d};
  const Type t = type_of(d, shape);
  if (np_bad(a)) return a;
  a = np_broadcast_to(n, np_convert(n, a, d), shape);
  if (np_bad(a) || !type_count(t)) return a;
  a = np_reshape(n, a, INTS(type_count(t)));
  const Key all = random_lanes(n, key, type_count(t));
  const Key first = random_split(n, all, 0), sub = random_split(n, all, 1);
  const Val one = number(n, a, 1), third = number(n, a, 1. / 3);
  const Val large = np_compare(n, OP_ge, a, one);
  const Val above = np_val(np_select(n, large, a, np_add(n, a, one)).id);
  const Val scale = np_sub(n, above, third);
  const Val c = np_div(n, third, np_map1(n, OP_sqrt, scale)), zero = np_sub(n, a, a);
  const Val in[] = {first.words.a,
                    first.words.b,
                    np_val(zero.id),
                    np_val(np_add(n, zero, one).id),
                    np_val(np_add(n, zero, number(n, a, 2)).id),
                    np_val(scale.id),
                    np_val(c.id)};
  Val out[5], r;
  if (!np_while(n, some_rejected, draw_again, &lanes, 5, 7, in, out)) return NP_BAD;
  const Val u = random_lane_uniform(n, sub, d, 0, 1), inverse = np_div(n, one, a);
  if (logarithm) {
    const Val log_u = np_map1(n, OP_log1p, np_map1(n, OP_neg, u));
    const Val none = np_map2(n, OP_or, large, np_compare(n, OP_eq, log_u, number(n, u, 0)));
    const Val boost = np_select(n, none, number(n, u, 0), np_mul(n, log_u, inverse));
    r = np_add(n, np_add(n, np_map1(n, OP_log, scale), np_map1(n, OP_log, out[3])), boost);
  } else {
    const Val power = np_map2(n, OP_pow, np_sub(n, one, u), inverse);
    r = np_mul(n, np_mul(n, scale, out[3]), np_select(n, large, one, power));
  }
  return np_reshape(n, r, shape);
}

// ---- made of it

static Val chi_square(Np *n, Key key, const Draw *w, Val df) {
  df = np_convert(n, df, w->dtype);
  const Val half = np_div(n, df, number(n, df, 2));
  const Val g = np_map1(n, OP_exp, random_gammas(n, key, half, w->shape, w->dtype, true));
  return np_mul(n, g, number(n, g, 2));
}

static Val f_draw(Np *n, const Draw *w, Val above, Val below) {
  const Val x = chi_square(n, random_split(n, w->key, 1), w, above);
  const Val y = chi_square(n, random_split(n, w->key, 0), w, below);
  return np_div(n, np_div(n, x, np_convert(n, above, w->dtype)),
                np_div(n, y, np_convert(n, below, w->dtype)));
}

// Of density exp(-|x|^p).
static Val generalized_normal(Np *n, Key key, Ints shape, Dtype d, Val p) {
  const Val inverse = np_div(n, number(n, np_convert(n, p, d), 1), np_convert(n, p, d));
  const Val g = random_gammas(n, random_split(n, key, 0), inverse, shape, d, false);
  const Val sign = random_signs(n, random_split(n, key, 1), shape, d);
  return np_mul(n, sign, np_map2(n, OP_pow, g, inverse));
}

static Val ball(Np *n, const Draw *w, Val p) {
  int64_t dim[MAX_RANK];
  Ints shape;
  if (np_type(n, p).rank) return np_fail(n, "of the norm %s, no scalar", TYPE_STR(np_type(n, p)));
  if (!random_longer(n, w, 1, w->rest, dim, &shape)) return NP_BAD;
  const Val g = generalized_normal(n, random_split(n, w->key, 0), shape, w->dtype, p);
  const Val e = random_exponentials(n, random_split(n, w->key, 1), w->shape, w->dtype);
  p = np_convert(n, p, w->dtype);
  const Val powers = np_map2(n, OP_pow, np_map1(n, OP_abs, g), p);
  const Val sum = np_add(n, np_sum(n, powers, INTS(-1), false), e);
  const Val size = np_map2(n, OP_pow, sum, np_div(n, number(n, p, 1), p));
  return np_div(n, g, np_expand_dims(n, size, -1));
}

static Val student_t(Np *n, const Draw *w, Val df) {
  df = np_convert(n, df, w->dtype);
  const Val half = np_div(n, df, number(n, df, 2));
  const Val x = random_normals(n, random_split(n, w->key, 0), w->shape, w->dtype);
  const Val g = random_gammas(n, random_split(n, w->key, 1), half, w->shape, w->dtype, false);
  return np_mul(n, x, np_map1(n, OP_sqrt, np_div(n, half, g)));
}

static Val beta_draw(Np *n, const Draw *w, Val a, Val b) {
  const Val x = random_gammas(n, random_split(n, w->key, 0), a, w->shape, w->dtype, true);
  const Val y = random_gammas(n, random_split(n, w->key, 1), b, w->shape, w->dtype, true);
  const Val most = np_map2(n, OP_max, x, y);
  const Val ex = np_map1(n, OP_exp, np_sub(n, x, most));
  return np_div(n, ex, np_add(n, ex, np_map1(n, OP_exp, np_sub(n, y, most))));
}

static Val dirichlet(Np *n, const Draw *w, Val alpha) {
  if (np_bad(alpha)) return alpha;
  const Type t = np_type(n, alpha);
  if (!t.rank || w->shape.n == MAX_RANK) return np_fail(n, "of alpha %s", TYPE_STR(t));
  int64_t dim[MAX_RANK];
  for (int i = 0; i < w->shape.n; i++) dim[i] = w->shape.v[i];
  dim[w->shape.n] = t.dim[t.rank - 1];
  const Ints shape = {w->shape.n + 1, dim};
  return np_softmax(n, random_gammas(n, w->key, alpha, shape, w->dtype, true), -1);
}

// ---- poisson

static Key carried(const void *layout, const Val *words) {
  return (Key){{words[0], words[1]}, *(const jc_random_layout *)layout};
}
static Val below(Np *n, Val log_product, Val mean) {
  return np_compare(n, OP_gt, log_product, np_map1(n, OP_neg, mean));
}

// key key k log | mean: k uniform numbers have a product above exp(-mean).
static Val product_above(Np *n, const Val *x, const void *layout) {
  (void)layout;
  return np_reduce(n, OP_reduce_or, below(n, x[3], x[4]), (Ints){0}, false);
}
static void multiply(Np *n, const Val *x, Val *next, const void *layout) {
  const Key key = random_split(n, carried(layout, x), 0),
            sub = random_split(n, carried(layout, x), 1);
  const Type t = np_type(n, x[3]);
  const Val u = random_uniform(n, sub, type_shape(t), DT_F32, 0, 1);
  next[0] = key.words.a, next[1] = key.words.b;
  next[2] = select_strong(n, below(n, x[3], x[4]), np_add(n, x[2], number(n, x[2], 1)), x[2]);
  next[3] = np_val(np_add(n, x[3], np_map1(n, OP_log, u)).id);
}

// key key k accepted | mean log(mean) b a 1/alpha v_r
static Val some_left(Np *n, const Val *x, const void *layout) {
  (void)layout;
  return np_map1(n, OP_not, np_reduce(n, OP_reduce_and, x[3], (Ints){0}, false));
}
static void transform(Np *n, const Val *x, Val *next, const void *layout) {
  const Ints shape = type_shape(np_type(n, x[2]));
  const Val mean = x[4], b = x[6], a = x[7];
  Key key[3];
  for (uint32_t i = 0; i < 3; i++) key[i] = random_split_of(n, carried(layout, x), i, 3);
  Val u = random_uniform(n, key[1], shape, DT_F32, 0, 1);
  u = np_sub(n, u, number(n, u, 0.5));
  const Val v = random_uniform(n, key[2], shape, DT_F32, 0, 1);
  const Val edge = np_sub(n, number(n, u, 0.5), np_map1(n, OP_abs, u));
  const Val slope = np_add(n, np_div(n, np_mul(n, number(n, a, 2), a), edge), b);
  const Val at = np_add(n, np_add(n, np_mul(n, slope, u), mean), number(n, u, 0.43));
  const Val k = np_map1(n, OP_floor, at);
  const Val hat = np_add(n, np_div(n, a, np_mul(n, edge, edge)), b);
  const Val s = np_map1(n, OP_log, np_div(n, np_mul(n, v, x[8]), hat));
  const Val gamma = np_map1(n, OP_lgamma, np_add(n, k, number(n, k, 1)));
  const Val t = np_sub(n, np_sub(n, np_mul(n, k, x[5]), mean), gamma);
  const Val sure = np_map2(n, OP_and, np_compare(n, OP_ge, edge, number(n, edge, 0.07)),
                           np_compare(n, OP_le, v, x[9]));
  const Val thin = np_map2(n, OP_and, np_compare(n, OP_lt, edge, number(n, edge, 0.013)),
                           np_compare(n, OP_gt, v, edge));
  const Val out = np_map2(n, OP_or, np_compare(n, OP_lt, k, number(n, k, 0)), thin);
  const Val tested = np_map2(n, OP_and, np_map1(n, OP_not, out), np_compare(n, OP_le, s, t));
  const Val accept = np_map2(n, OP_or, sure, tested);
  next[0] = key[0].words.a, next[1] = key[0].words.b;
  next[2] = select_strong(n, accept, k, x[2]);
  next[3] = np_map2(n, OP_or, x[3], accept);
}

static Val linear(Np *n, Val x, double a, double b) {  // a + b x
  return np_val(np_add(n, number(n, x, a), np_mul(n, number(n, x, b), x)).id);
}

static Val large_poisson(Np *n, const Draw *w, Val mean) {
  const Val b = linear(n, np_map1(n, OP_sqrt, mean), 0.931, 2.53),
            a = linear(n, b, -0.059, 0.02483);
  const Val three = np_sub(n, b, number(n, b, 3.4)), two = np_sub(n, b, number(n, b, 2));
  const Val alpha = np_add(n, np_div(n, number(n, b, 1.1328), three), number(n, b, 1.1239));
  const Val v_r = np_sub(n, number(n, b, 0.9277), np_div(n, number(n, b, 3.6224), two));
  const Type t = type_of(DT_F32, w->shape), flags = type_of(DT_BOOL, w->shape);
  const Val in[] = {w->key.words.a,
                    w->key.words.b,
                    np_full(n, t, -1),
                    np_full(n, flags, 0),
                    mean,
                    np_val(np_map1(n, OP_log, mean).id),
                    b,
                    a,
                    np_val(alpha.id),
                    np_val(v_r.id)};
  Val out[4];
  return np_while(n, some_left, transform, &w->key.layout, 4, 10, in, out) ? out[2] : NP_BAD;
}

static Val poisson(Np *n, const Draw *w, Val mean) {
  if (np_bad(mean)) return mean;
  mean = np_broadcast_to(n, np_convert(n, mean, DT_F32), w->shape);
  if (np_bad(mean)) return mean;
  const Val ten = number(n, mean, 10), zero = number(n, mean, 0);
  const Val nan = np_compare(n, OP_ne, mean, mean);
  const Val small = np_map2(n, OP_or, nan, np_compare(n, OP_lt, mean, ten));
  const Type t = type_of(DT_F32, w->shape), counts = type_of(w->dtype, w->shape);
  const Val in[] = {w->key.words.a, w->key.words.b, np_full(n, counts, 0), np_full(n, t, 0),
                    select_strong(n, small, mean, zero)};
  Val out[4];
  if (!np_while(n, product_above, multiply, &w->key.layout, 4, 5, in, out)) return NP_BAD;
  const Val few = np_sub(n, out[2], number(n, out[2], 1));
  Val many = large_poisson(n, w, select_strong(n, small, number(n, mean, 1e5), mean));
  if (np_bad(many)) return many;
  many = np_convert(n, many, w->dtype);
  const Val r = np_select(n, small, few, many);
  return np_select(n, np_compare(n, OP_eq, mean, zero), number(n, r, 0), r);
}

// ---- public functions

DRAWN1(gamma, FULL_FLOATS, random_gammas(n, w.key, a, w.shape, w.dtype, false))
DRAWN1(loggamma, FULL_FLOATS, random_gammas(n, w.key, a, w.shape, w.dtype, true))
DRAWN1(chisquare, FULL_FLOATS, chi_square(n, w.key, &w, a))
DRAWN1(student_t, FULL_FLOATS, student_t(n, &w, a))
DRAWN1(dirichlet, FULL_FLOATS, dirichlet(n, &w, a))
DRAWN1(generalized_normal, FULL_FLOATS, generalized_normal(n, w.key, w.shape, w.dtype, a))
DRAWN1(poisson, INTEGERS, poisson(n, &w, a))
DRAWN2(beta, FULL_FLOATS, beta_draw(n, &w, a, b))
DRAWN2(f, FULL_FLOATS, f_draw(n, &w, a, b))
DRAWN(ball, FULL_FLOATS,
      (jc_array key, int64_t size, jc_array p, struct jc_drawn s, const char *file, int line),
      DRAWN_OF(key, p), 1, size, ball(n, &w, a))
