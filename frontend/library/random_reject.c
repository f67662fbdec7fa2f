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
static Val gamma_draw(Np *n, Key key, Val a, Ints shape, Dtype d, bool logarithm) {
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

static Val chi_square(Np *n, const Draw *w, Val df) {
  df = np_convert(n, df, w->dtype);
  const Val half = np_div(n, df, number(n, df, 2));
  const Val g = np_map1(n, OP_exp, gamma_draw(n, w->key, half, w->shape, w->dtype, true));
  return np_mul(n, g, number(n, g, 2));
}

static Val student_t(Np *n, const Draw *w, Val df) {
  df = np_convert(n, df, w->dtype);
  const Val half = np_div(n, df, number(n, df, 2));
  const Val x = random_normals(n, random_split(n, w->key, 0), w->shape, w->dtype);
  const Val g = gamma_draw(n, random_split(n, w->key, 1), half, w->shape, w->dtype, false);
  return np_mul(n, x, np_map1(n, OP_sqrt, np_div(n, half, g)));
}

static Val beta_draw(Np *n, const Draw *w, Val a, Val b) {
  const Val x = gamma_draw(n, random_split(n, w->key, 0), a, w->shape, w->dtype, true);
  const Val y = gamma_draw(n, random_split(n, w->key, 1), b, w->shape, w->dtype, true);
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
  return np_softmax(n, gamma_draw(n, w->key, alpha, shape, w->dtype, true), -1);
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

static bool drawn_ok(const Fn *fn, jc_dtype d, Loc loc) {
  return random_float_ok(fn->name, d, loc) &&
         (dtype_size((Dtype)d) >= 4 ||
          fail(loc, "%s: gives f32 and f64, not %s", fn->name, dtype_name((Dtype)d)));
}

// Of k parameters in v from 1 on.
#define REJECTED(name, parameters, ...)                                                         \
  OPS_BUILD(name) {                                                                             \
    OPS_UNUSED;                                                                                 \
    Draw w;                                                                                     \
    if (!random_draw(n, v[0], options, &w)) return NP_BAD;                                      \
    const Val a = v[1];                                                                         \
    return np_bad(a) ? a : __VA_ARGS__;                                                         \
  }                                                                                             \
  jc_array jc_##name##_ parameters {                                                            \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};                                   \
    if (!drawn_ok(&fn, s.dtype, HERE(file, line))) return handle_poison();                      \
    return random_call(&fn, ARGUMENTS, &s.shape, s.layout, s.dtype, 0, NULL, HERE(file, line)); \
  }
#define ONE (jc_array key, jc_array a, struct jc_drawn s, const char *file, int line)
#define ARGUMENTS \
  2, (jc_array[]) { key, a }
REJECTED(gamma, ONE, gamma_draw(n, w.key, a, w.shape, w.dtype, false))
REJECTED(loggamma, ONE, gamma_draw(n, w.key, a, w.shape, w.dtype, true))
REJECTED(chisquare, ONE, chi_square(n, &w, a))
REJECTED(student_t, ONE, student_t(n, &w, a))
REJECTED(dirichlet, ONE, dirichlet(n, &w, a))
#undef ARGUMENTS
#define ARGUMENTS \
  3, (jc_array[]) { key, a, b }
REJECTED(beta,
         (jc_array key, jc_array a, jc_array b, struct jc_drawn s, const char *file, int line),
         np_bad(v[2]) ? NP_BAD : beta_draw(n, &w, a, v[2]))

OPS_BUILD(poisson) {
  OPS_UNUSED;
  Draw w;
  return random_draw(n, v[0], options, &w) ? poisson(n, &w, v[1]) : NP_BAD;
}
jc_array jc_poisson_(jc_array key, jc_array mean, struct jc_drawn s, const char *file, int line) {
  static const Fn fn = {"poisson", build_poisson, PROMOTE_NONE};
  const Loc loc = HERE(file, line);
  const jc_dtype d = s.dtype == JC_F32 ? JC_I32 : s.dtype;
  if (!ops_dtype_ok(d, loc, fn.name)) return handle_poison();
  if (!dtype_is_int((Dtype)d))
    return fail(loc, "poisson: gives integers, not %s", dtype_name((Dtype)d)), handle_poison();
  return random_call(&fn, 2, (jc_array[]){key, mean}, &s.shape, s.layout, d, 0, NULL, loc);
}
