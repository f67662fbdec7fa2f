// The real Schur form: Francis' steps, which take two shifts at once, and blocks of two rows with
// equal elements on the diagonal where eigenvalues are not real.
//
// The matrix has a row and a column of zeros behind the others, so that three rows can be read
// everywhere. As in schur.c the rows of an orthogonal matrix stand below it.
#include "compiler/schur.h"

static Id times(Graph *g, Id factor, Id x) { return b_mul(g, matrix_spread(g, factor, x), x); }

static Id half(Graph *g, Id x) { return b_mul(g, x, b_like(g, x, 0.5)); }

// v with its sign as x's; that of 0 is +.
static Id signed_as(Graph *g, Id v, Id x) {
  return b_select(g, b_lt(g, x, b_like(g, x, 0)), b_neg(g, v), v);
}

// Sum and product of the eigenvalues of the last two rows; now and then of others.
static void two_shifts(Graph *g, Id h, Id hi, Id sweep, Id *sum, Id *product) {
  const Id one = b_like(g, hi, 1), before = b_sub(g, hi, one);
  const Id a = schur_element(g, h, before, before), b = schur_element(g, h, before, hi);
  const Id c = schur_element(g, h, hi, before), d = schur_element(g, h, hi, hi);
  const Id size =
      b_add(g, b_abs(g, c), b_abs(g, schur_element(g, h, before, b_sub(g, before, one))));
  const Id odd =
      b_broadcast(g, schur_exceptional(g, sweep), type_shape(graph_type(g, a)), (Ints){0});
  *sum = b_select(g, odd, b_mul(g, size, b_like(g, size, 1.5)), b_add(g, a, d));
  *product = b_select(g, odd, b_mul(g, size, size), b_sub(g, b_mul(g, a, d), b_mul(g, b, c)));
}

// What three rows or columns become by the reflection with v = (1, y, z).
typedef struct Three {
  Id y, z, factor;
} Three;

static void reflect(Graph *g, Three r, const Id *x, Id *to) {
  const Id sum = b_add(g, x[0], b_add(g, times(g, r.y, x[1]), times(g, r.z, x[2])));
  const Id part = times(g, r.factor, sum);
  to[0] = b_sub(g, x[0], part);
  to[1] = b_sub(g, x[1], times(g, r.y, part));
  to[2] = b_sub(g, x[2], times(g, r.z, part));
}

// The reflection that makes (a, b, c) one number over two zeros; none where not `active`.
static Three reflection_of(Graph *g, const Id *v, Id active) {
  const Id zero = b_like(g, v[0], 0), one = b_like(g, v[0], 1);
  const Id most = b_max(g, b_abs(g, v[0]), b_max(g, b_abs(g, v[1]), b_abs(g, v[2])));
  const Id turns = b_and(g, active, b_gt(g, b_max(g, b_abs(g, v[1]), b_abs(g, v[2])), zero));
  const Id scale = b_select(g, turns, most, one);
  const Id a = b_div(g, v[0], scale), b = b_div(g, v[1], scale), c = b_div(g, v[2], scale);
  const Id squares = b_add(g, b_mul(g, a, a), b_add(g, b_mul(g, b, b), b_mul(g, c, c)));
  const Id norm = signed_as(g, b_sqrt(g, squares), a), sum = b_add(g, a, norm);
  const Id by = b_select(g, turns, sum, one), length = b_select(g, turns, norm, one);
  return (Three){b_select(g, turns, b_div(g, b, by), zero),
                 b_select(g, turns, b_div(g, c, by), zero),
                 b_select(g, turns, b_div(g, sum, length), zero)};
}

// The first column of the product of both shifted matrices, over its element below the diagonal
// that is not zero.
static void bulge(Graph *g, Id h, Id lo, Id sum, Id product, Id *v) {
  const Id one = b_like(g, lo, 1), next = b_add(g, lo, one), third = b_add(g, next, one);
  const Id a = schur_element(g, h, lo, lo), b = schur_element(g, h, lo, next);
  const Id c = schur_element(g, h, next, lo), d = schur_element(g, h, next, next);
  const Id safe = b_select(g, b_eq(g, c, b_like(g, c, 0)), b_like(g, c, 1), c);
  const Id square = b_add(g, b_mul(g, a, b_sub(g, a, sum)), product);
  v[0] = b_add(g, b_div(g, square, safe), b);
  v[1] = b_sub(g, b_add(g, a, d), sum);
  v[2] = schur_element(g, h, third, next);
}

// x: the matrix over the orthogonal one, lo, hi, the first column that the sweep is of (three).
static void chase_three(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  (void)at;
  const Id one = b_scalar_int(g, DT_I32, 1), before = b_sub(g, i, one);
  const Id here = b_broadcast(g, i, type_shape(graph_type(g, x[1])), (Ints){0});
  const Id first = b_eq(g, x[1], here);
  const Id active = b_and(g, b_le(g, x[1], here), b_lt(g, here, x[2]));
  Id place[3] = {i, b_add(g, i, one)}, line[3], v[3], turned[3], m = x[0];
  place[2] = b_add(g, place[1], one);
  for (int k = 0; k < 3; k++) {
    line[k] = matrix_line(g, m, 1, place[k]);
    v[k] = b_select(g, first, x[3 + k], matrix_line(g, line[k], 2, before));
  }
  // The last step is of two rows.
  const Id inside = b_lt(g, b_add(g, here, b_like(g, here, 1)), x[2]);
  v[2] = matrix_keep(g, inside, v[2]);
  const Three r = reflection_of(g, v, active);
  reflect(g, r, line, turned);
  for (int k = 0; k < 3; k++) m = matrix_with_line(g, m, turned[k], 1, place[k]);
  for (int k = 0; k < 3; k++) line[k] = matrix_line(g, m, 2, place[k]);
  reflect(g, r, line, turned);
  for (int k = 0; k < 3; k++) m = matrix_with_line(g, m, turned[k], 2, place[k]);
  next[0] = m;
}

// x: the matrix over the orthogonal one, lo, hi.
static void sweep_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  const int64_t n = graph_type(g, x[0]).dim[2];
  const Id h = b_slice_axis(g, x[0], 1, 0, n, 1);
  Id sum, product, args[6] = {x[0], x[1], x[2]}, m;
  two_shifts(g, h, x[2], i, &sum, &product);
  bulge(g, h, x[1], sum, product, args + 3);
  matrix_loop(g, at, n - 2, chase_three, NULL, 1, 6, args, &m);
  if (!failed()) schur_deflate(g, m, true, next);
}

// ---- blocks of two rows

// A block, whose c is not zero, and how it turns: by (cos, sin) to an upper triangle where its
// eigenvalues are real, to equal elements on the diagonal elsewhere.
typedef struct Block {
  Id real, cos, sin, product;  // product: of the elements beside the diagonal, where not real
} Block;

static Block block_of(Graph *g, Id a, Id b, Id c, Id d) {
  const Id zero = b_like(g, a, 0), one = b_like(g, a, 1);
  const Id p = half(g, b_sub(g, a, d)), left = b_add(g, b_mul(g, p, p), b_mul(g, b, c));
  const Id real = b_ge(g, left, zero);
  const Id root = b_sqrt(g, b_select(g, real, left, zero));
  const Id z = b_add(g, p, signed_as(g, root, p));
  const Id length = b_abs(g, b_complex(g, z, c));
  const Id sum = b_add(g, b, c), size = b_abs(g, b_complex(g, sum, b_add(g, p, p)));
  const Id some = b_gt(g, size, zero), by = b_select(g, some, size, one);
  const Id cos = b_sqrt(g, half(g, b_add(g, one, b_div(g, b_abs(g, sum), by))));
  const Id sin = b_neg(g, signed_as(g, b_div(g, p, b_mul(g, by, cos)), sum));
  return (Block){real, b_select(g, real, b_div(g, z, length), b_select(g, some, cos, one)),
                 b_select(g, real, b_div(g, c, length), b_select(g, some, sin, zero)), left};
}

static void turn(Graph *g, Block k, Id *x, Id *y) {
  const Id u = b_add(g, times(g, k.cos, *x), times(g, k.sin, *y));
  *y = b_sub(g, times(g, k.cos, *y), times(g, k.sin, *x));
  *x = u;
}

// `line` with v in place i.
static Id with_place(Graph *g, Id line, Id i, Id v) {
  return b_select(g, matrix_places(g, OP_eq, line, 2, i), matrix_spread(g, v, line), line);
}

// x: the matrix over the orthogonal one. The block of rows i and i + 1, if there is one.
static void block_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  (void)at;
  const Id after = b_add(g, i, b_scalar_int(g, DT_I32, 1));
  Id m = x[0], p = matrix_line(g, m, 1, i), q = matrix_line(g, m, 1, after);
  const Id c = matrix_line(g, q, 2, i), none = b_eq(g, c, b_like(g, c, 0));
  Block k = block_of(g, matrix_line(g, p, 2, i), matrix_line(g, p, 2, after),
                     b_select(g, none, b_like(g, c, 1), c), matrix_line(g, q, 2, after));
  k.cos = b_select(g, none, b_like(g, c, 1), k.cos);
  k.sin = b_select(g, none, b_like(g, c, 0), k.sin);
  turn(g, k, &p, &q);
  m = matrix_with_line(g, matrix_with_line(g, m, p, 1, i), q, 1, after);
  p = matrix_line(g, m, 2, i), q = matrix_line(g, m, 2, after);
  turn(g, k, &p, &q);
  m = matrix_with_line(g, matrix_with_line(g, m, p, 2, i), q, 2, after);
  // What should be zero, or equal, or of different signs, is so exactly.
  p = matrix_line(g, m, 1, i), q = matrix_line(g, m, 1, after);
  const Id above = matrix_line(g, p, 2, after), below = matrix_line(g, q, 2, i);
  const Id a = matrix_line(g, p, 2, i), d = matrix_line(g, q, 2, after),
           mean = half(g, b_add(g, a, d));
  const Id alone = b_or(g, none, k.real), steep = b_ge(g, b_abs(g, below), b_abs(g, above));
  const Id one = b_like(g, below, 1);
  const Id up = b_div(g, k.product, b_select(g, alone, one, below));
  const Id down = b_div(g, k.product, b_select(g, alone, one, above));
  p = with_place(g, p, i, b_select(g, alone, a, mean));
  p = with_place(g, p, after, b_select(g, alone, above, b_select(g, steep, up, above)));
  q = with_place(g, q, i, b_select(g, alone, b_like(g, below, 0), b_select(g, steep, below, down)));
  q = with_place(g, q, after, b_select(g, alone, d, mean));
  next[0] = matrix_with_line(g, matrix_with_line(g, m, p, 1, i), q, 1, after);
}

void matrix_schur_real(Graph *g, Id a, Id *t, Id *z) {
  const Type type = graph_type(g, a);
  const int64_t n = type.dim[1], all = n + 1;
  const Id scale = matrix_largest(g, a);
  const Id wide = b_pad(g, matrix_scaled(g, a, scale), b_scalar(g, type.dtype, 0), INTS(0, 0, 0),
                        INTS(0, 1, 1), INTS(0, 0, 0));
  Id x[3] = {schur_hessenberg(g, wide)};
  if (failed()) return;
  schur_deflate(g, x[0], true, x);
  if (n > 2 && !failed())
    matrix_loop(g, NULL, SCHUR_SWEEPS_PER_ROW * n, sweep_step, schur_unfinished, 3, 3,
                (Id[]){x[0], x[1], x[2]}, x);
  if (failed()) return;
  // Turning blocks would bring back what rounding left below.
  const Id parts[] = {schur_upper(g, b_slice_axis(g, x[0], 1, 0, all, 1), 1),
                      b_slice_axis(g, x[0], 1, all, 2 * all, 1)};
  x[0] = b_concatenate(g, 2, parts, 1);
  if (n > 1 && !failed()) matrix_loop(g, NULL, n - 1, block_step, NULL, 1, 1, (Id[]){x[0]}, x);
  if (failed()) return;
  const Id form = b_slice_axis(g, b_slice_axis(g, x[0], 1, 0, n, 1), 2, 0, n, 1);
  *t = b_mul(g, form, matrix_spread(g, scale, form));
  *z = b_slice_axis(g, b_slice_axis(g, x[0], 1, all, all + n, 1), 2, 0, n, 1);
}
