// Binomial and multinomial numbers, as JAX draws them: sums of geometric numbers where few are
// expected (Kachitvichyanukul and Schmeiser 1988), else by rejection (Hormann 1993).
#include <math.h>

#include "frontend/library/np_loop.h"
#include "frontend/library/random.h"

static Val number(Np *n, Val like, double v) { return np_number(n, like, v); }
static Val choose(Np *n, Val c, Val a, Val b) { return np_val(np_select(n, c, a, b).id); }
static Val is(Np *n, Op op, Val x, double v) { return np_compare(n, op, x, number(n, x, v)); }
static Val plus(Np *n, Val x, double v) { return np_add(n, x, number(n, x, v)); }
static Val times(Np *n, double v, Val x) { return np_mul(n, number(n, x, v), x); }
static Val rest(Np *n, Val x) { return np_sub(n, number(n, x, 1), x); }
static Val either(Np *n, Val a, Val b) { return np_map2(n, OP_or, a, b); }
static Val log_of(Np *n, Val x) { return np_map1(n, OP_log, x); }
static Key carried(const void *layout, const Val *words) {
  return (Key){{words[0], words[1]}, *(const jc_random_layout *)layout};
}
static Val uniforms(Np *n, Key key, Val like) {
  const Type t = np_type(n, like);
  return random_uniform(n, key, type_shape(t), t.dtype, 0, 1);
}

// ---- few: key key k sum | count log(1 - p): as long as k geometric numbers have a sum within it

static Val within(Np *n, const Val *x) { return np_compare(n, OP_le, x[3], x[4]); }
static Val some_within(Np *n, const Val *x, const void *layout) {
  (void)layout;
  return np_reduce(n, OP_reduce_or, within(n, x), (Ints){0}, false);
}
static void next_geometric(Np *n, const Val *x, Val *next, const void *layout) {
  const Key key = random_split(n, carried(layout, x), 1);
  const Val u = uniforms(n, random_split(n, carried(layout, x), 0), x[2]);
  next[0] = key.words.a, next[1] = key.words.b;
  next[2] = choose(n, within(n, x), plus(n, x[2], 1), x[2]);
  next[3] = np_val(np_add(n, x[3], np_map1(n, OP_ceil, np_div(n, log_of(n, u), x[5]))).id);
}

static Val few(Np *n, Key key, Val count, Val p) {
  const Type t = np_type(n, p);
  const Val in[] = {key.words.a,      key.words.b, np_full(n, t, 0),
                    np_full(n, t, 0), count,       np_map1(n, OP_log1p, np_map1(n, OP_neg, p))};
  Val out[4];
  const bool ok = np_while(n, some_within, next_geometric, &key.layout, 4, 6, in, out);
  return ok ? plus(n, out[2], -1) : NP_BAD;
}

// ---- many

// log(k!) less Stirling's formula: of 0 to 9 as it is, above by its series.
static Val stirling_tail(Np *n, Val k) {
  enum { EXACT = 10 };
  double exact[EXACT];
  for (int i = 0; i < EXACT; i++)
    exact[i] = lgamma(i + 1) - (i + 0.5) * log(i + 1) + (i + 1) - 0.91893853320467274178;
  const Type list = {DT_F64, 1, (int64_t[]){EXACT}};
  const Val known = np_convert(n, np_val(b_literal(n->g, list, false, exact)), np_type(n, k).dtype);
  const Val small = np_clip(n, k, number(n, k, 0), number(n, k, EXACT - 1)), up = plus(n, small, 1);
  const Val square = np_mul(n, up, up);
  const Val inner = np_sub(n, number(n, k, 1. / 360), np_div(n, number(n, k, 1. / 1260), square));
  const Val series = np_div(n, np_sub(n, number(n, k, 1. / 12), np_div(n, inner, square)), up);
  const Val at = np_convert(n, np_map1(n, OP_floor, small), DT_I32);
  return np_select(n, is(n, OP_le, k, EXACT - 1), np_take(n, known, at, 0, MODE_CLIP), series);
}

// key key k accepted | what does not change
enum { K = 2, ACCEPTED, COUNT, B, A, C, V_R, ODDS, ALPHA, MODE, FIRST, TAIL_1, TAIL_2, ALL };

static Val some_left(Np *n, const Val *x, const void *layout) {
  (void)layout;
  return np_map1(n, OP_not, np_reduce(n, OP_reduce_and, x[ACCEPTED], (Ints){0}, false));
}

// The logarithm of k's probability over that of the most probable number.
static Val log_ratio(Np *n, const Val *x, Val k) {
  const Val left = np_sub(n, x[COUNT], k), up = plus(n, left, 1);
  const Val from = plus(n, np_sub(n, x[COUNT], x[MODE]), 1);
  const Val second = np_mul(n, plus(n, x[COUNT], 1), log_of(n, np_div(n, from, up)));
  const Val odds = np_div(n, np_mul(n, x[ODDS], up), plus(n, k, 1));
  const Val third = np_mul(n, plus(n, k, 0.5), log_of(n, odds));
  Val sum = np_add(n, np_add(n, x[FIRST], second), third);
  sum = np_add(n, np_add(n, sum, x[TAIL_1]), x[TAIL_2]);
  return np_sub(n, np_sub(n, sum, stirling_tail(n, k)), stirling_tail(n, left));
}

static void transform(Np *n, const Val *x, Val *next, const void *layout) {
  Key key[3];
  for (uint32_t i = 0; i < 3; i++) key[i] = random_split_of(n, carried(layout, x), i, 3);
  const Val u = plus(n, uniforms(n, key[1], x[K]), -0.5), v = uniforms(n, key[2], x[K]);
  const Val edge = np_sub(n, number(n, u, 0.5), np_map1(n, OP_abs, u));
  const Val sure = np_map2(n, OP_and, is(n, OP_ge, edge, 0.07), np_compare(n, OP_le, v, x[V_R]));
  const Val slope = np_add(n, np_div(n, times(n, 2, x[A]), edge), x[B]);
  const Val k = np_map1(n, OP_floor, np_add(n, np_mul(n, slope, u), x[C]));
  const Val out = either(n, is(n, OP_lt, k, 0), np_compare(n, OP_gt, k, x[COUNT]));
  const Val hat = np_add(n, np_div(n, x[A], np_mul(n, edge, edge)), x[B]);
  const Val height = log_of(n, np_div(n, np_mul(n, v, x[ALPHA]), hat));
  const Val below = np_compare(n, OP_le, height, log_ratio(n, x, k));
  const Val accept = either(n, sure, np_map2(n, OP_and, np_map1(n, OP_not, out), below));
  next[0] = key[0].words.a, next[1] = key[0].words.b;
  next[K] = choose(n, accept, k, x[K]);
  next[ACCEPTED] = either(n, x[ACCEPTED], accept);
}

static Val many(Np *n, Key key, Val count, Val p) {
  const Type t = np_type(n, p), flags = type_of(DT_BOOL, type_shape(t));
  Val in[ALL] = {key.words.a, key.words.b, np_full(n, t, -1), np_full(n, flags, 0), count}, out[4];
  const Val mean = np_mul(n, count, p);
  const Val deviation = np_map1(n, OP_sqrt, np_mul(n, mean, rest(n, p)));
  in[B] = plus(n, times(n, 2.53, deviation), 1.15);
  in[A] = np_add(n, plus(n, times(n, 0.0248, in[B]), -0.0873), times(n, 0.01, p));
  in[C] = plus(n, mean, 0.5);
  in[V_R] = np_sub(n, number(n, p, 0.92), np_div(n, number(n, p, 4.2), in[B]));
  in[ODDS] = np_div(n, p, rest(n, p));
  in[ALPHA] = np_mul(n, plus(n, np_div(n, number(n, p, 5.1), in[B]), 2.83), deviation);
  const Val mode = in[MODE] = np_map1(n, OP_floor, np_mul(n, plus(n, count, 1), p));
  const Val left = np_sub(n, count, mode);
  const Val odds = np_div(n, plus(n, mode, 1), np_mul(n, in[ODDS], plus(n, left, 1)));
  in[FIRST] = np_mul(n, plus(n, mode, 0.5), log_of(n, odds));
  in[TAIL_1] = stirling_tail(n, mode), in[TAIL_2] = stirling_tail(n, left);
  for (int i = COUNT; i < ALL; i++) in[i].weak = false;
  return np_while(n, some_left, transform, &key.layout, 4, ALL, in, out) ? out[K] : NP_BAD;
}

// ---- binomial: of the rarer of success and failure

// count and p of one shape and dtype.
static Val binomial(Np *n, Key key, Val count, Val p) {
  if (np_bad(count) || np_bad(p)) return NP_BAD;
  const Val rare = is(n, OP_lt, p, 0.5);
  Val q = np_select(n, rare, p, rest(n, p));
  const Val no_count = either(n, np_compare(n, OP_ne, count, count), is(n, OP_lt, count, 0));
  const Val no_p = np_compare(n, OP_ne, q, q), bad_p = either(n, no_p, is(n, OP_lt, q, 0));
  const Val infinite = is(n, OP_eq, np_map1(n, OP_abs, count), INFINITY);
  q = choose(n, bad_p, number(n, q, 0.01), q);
  const Val small = either(n, no_count, is(n, OP_le, np_mul(n, count, q), 10));
  count = np_map1(n, OP_floor, count);
  const Val few_of = choose(n, small, count, number(n, count, 0));
  const Val many_of = choose(n, small, number(n, count, 1e4), count);
  const Val many_q = choose(n, small, number(n, q, 0.5), q);
  Val r = np_select(n, small, few(n, key, few_of, q), many(n, key, many_of, many_q));
  const Val bad = either(n, bad_p, no_count);
  r = np_select(n, bad, number(n, r, NAN), r);
  r = np_select(n, np_map2(n, OP_and, infinite, np_map1(n, OP_not, bad)), number(n, r, INFINITY),
                r);
  const Val as_is = either(n, either(n, rare, no_count), either(n, no_p, infinite));
  return choose(n, as_is, r, np_sub(n, count, r));
}

static Val in_shape(Np *n, const Draw *w, Val a, Ints shape) {
  return np_val(np_broadcast_to(n, np_convert(n, a, w->dtype), shape).id);
}

DRAWN2(binomial, FULL_FLOATS,
       binomial(n, w.key, in_shape(n, &w, a, w.shape), in_shape(n, &w, b, w.shape)))

// ---- multinomial: of what is left, category by category

// step left counts | keys ratios
static Val more_categories(Np *n, const Val *x, const void *context) {
  (void)context;
  return is(n, OP_lt, x[0], (double)np_type(n, x[4]).dim[0]);
}
static Val row_of(Np *n, Val x, Val i) { return np_take(n, x, i, 0, MODE_CLIP); }
static void draw_category(Np *n, const Val *x, Val *next, const void *context) {
  const Val key = row_of(n, x[3], x[0]), ratio = row_of(n, x[4], x[0]);
  const Key of = {{np_row(n, key, 0), np_row(n, key, 1)}, *(const jc_random_layout *)context};
  const Val p = np_clip(n, ratio, number(n, ratio, 0), number(n, ratio, 1));
  const Val drawn = binomial(n, of, x[1], np_val(p.id));
  next[0] = np_val(plus(n, x[0], 1).id);
  next[1] = np_sub(n, x[1], drawn);
  next[2] = np_at_update(n, OP_scatter_set, x[2], x[0], drawn);
}

static Val multinomial(Np *n, const Draw *w, Val count, Val p) {
  const Type t = np_type(n, p);
  int64_t dim[MAX_RANK];
  Ints shape;
  if (!t.rank) return np_fail(n, "probabilities need an axis of categories");
  if (!random_longer(n, w, 1, &t.dim[t.rank - 1], dim, &shape)) return NP_BAD;
  count = in_shape(n, w, count, w->shape);
  p = np_move(n, in_shape(n, w, p, shape), -1, 0);
  if (np_bad(count) || np_bad(p) || !type_count(np_type(n, p))) return np_move(n, p, 0, -1);
  const Val sums = np_flip(n, np_cumsum(n, np_flip(n, p, 0), 0), 0);
  const Val ratios = np_div(n, p, choose(n, is(n, OP_eq, sums, 0), number(n, sums, 1), sums));
  const Val in[] = {np_val(b_scalar_int(n->g, DT_I32, 0)), count, np_full(n, np_type(n, p), 0),
                    random_keys(n, w->key, dim[shape.n - 1]), np_val(ratios.id)};
  Val out[3];
  if (!np_while(n, more_categories, draw_category, &w->key.layout, 3, 5, in, out)) return NP_BAD;
  return np_move(n, out[2], 0, -1);
}
DRAWN2(multinomial, FULL_FLOATS, multinomial(n, &w, a, b))
