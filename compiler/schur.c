// Matrices that are not symmetric: Hessenberg and Schur forms, eigenvectors.
//
// The Schur form comes of QR steps with Wilkinson's shift on a Hessenberg matrix, the real one of
// Francis' steps with two shifts. Below the matrix stand the rows of a unitary one, so that columns
// of both turn together. Each matrix of a batch works on its rows lo..hi, what is below hi being
// done.
#include "compiler/schur.h"

enum { EXCEPTIONAL = 10 };

static double epsilon(Graph *g, Id x) {
  return dtype_part(graph_type(g, x).dtype) == DT_F64 ? 0x1p-52 : 0x1p-23;
}

static Id as_dtype_of(Graph *g, Id real, Id x) {
  return b_convert(g, real, graph_type(g, x).dtype);
}

static Id rows_of(Graph *g, Id x, int64_t from, int64_t to) {
  return b_slice_axis(g, x, 1, from, to, 1);
}

// ---- Hessenberg

// x: the matrix, the factors [batch, n - 1, 1].
static void hessenberg_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  (void)at;
  const Id row = b_add(g, i, b_scalar_int(g, DT_I32, 1));
  const Reflection r = matrix_reflection(g, matrix_line(g, x[0], 2, i), row);
  const Id left = matrix_reflected(g, x[0], r.v, b_conj(g, r.factor), i);
  // From the right: the adjoint, from the left.
  const Id both = matrix_reflected(g, matrix_adjoint(g, left), r.v, b_conj(g, r.factor), NO_ID);
  next[0] = matrix_with_line(g, matrix_adjoint(g, both), r.column, 2, i);
  next[1] = matrix_with_line(g, x[1], r.factor, 1, i);
}

void matrix_hessenberg(Graph *g, Id a, Id *packed, Id *factors) {
  const Type t = graph_type(g, a);
  const int64_t n = t.dim[1] - 1, dim[] = {t.dim[0], n, 1};
  Id r[2] = {a, b_full(g, (Type){t.dtype, 3, dim}, 0)};
  if (n) matrix_loop(g, NULL, n, hessenberg_step, NULL, 2, 2, (Id[]){r[0], r[1]}, r);
  *packed = r[0];
  *factors = failed() ? NO_ID : b_reshape(g, r[1], INTS(t.dim[0], n));
}

// The product of these reflections.
static Id unitary(Graph *g, Id packed, Id factors) {
  const Type t = graph_type(g, packed);
  const int64_t n = t.dim[1];
  const Id unit = matrix_unit(g, t.dtype, t.dim[0], n);
  if (n == 1) return unit;
  const Id vectors = b_slice_axis(g, rows_of(g, packed, 1, n), 2, 0, n - 1, 1);
  const Id q = graph_add(g, OP_householder_product, 2, (Id[]){vectors, factors}, NULL);
  if (q == NO_ID) return q;
  const Id wide = b_pad(g, q, b_scalar(g, t.dtype, 0), INTS(0, 1, 1), INTS(0, 0, 0), INTS(0, 0, 0));
  const Id zero = b_scalar_int(g, DT_I32, 0);
  return b_add(g, wide, matrix_keep(g, matrix_places(g, OP_eq, unit, 1, zero), unit));
}

// ---- QR steps

static Id index_of(Graph *g, Id x, int axis) {
  const Type t = graph_type(g, x);
  return b_iota(g, (Type){DT_I32, t.rank, t.dim}, axis);
}

Id schur_element(Graph *g, Id x, Id row, Id col) {
  const Id rows = index_of(g, x, 1), cols = index_of(g, x, 2);
  const Id here = b_and(g, b_eq(g, rows, matrix_spread(g, row, rows)),
                        b_eq(g, cols, matrix_spread(g, col, cols)));
  const Id sum = b_reduce(g, OP_reduce_sum, matrix_keep(g, here, x), INTS(1, 2));
  return b_reshape(g, sum, INTS(graph_type(g, x).dim[0], 1, 1));
}

Id schur_exceptional(Graph *g, Id sweep) {
  const Id turn = b_rem(g, sweep, b_scalar_int(g, DT_I32, EXCEPTIONAL));
  return b_eq(g, turn, b_scalar_int(g, DT_I32, EXCEPTIONAL - 1));
}

// The eigenvalue of the last two rows that is closer to the last element; now and then another.
static Id shift(Graph *g, Id h, Id hi, Id sweep) {
  const Id before = b_sub(g, hi, b_like(g, hi, 1));
  const Id a = schur_element(g, h, before, before), b = schur_element(g, h, before, hi);
  const Id c = schur_element(g, h, hi, before), d = schur_element(g, h, hi, hi),
           bc = b_mul(g, b, c);
  const Id half = b_mul(g, b_sub(g, a, d), b_like(g, a, 0.5));
  const Id root = b_sqrt(g, b_add(g, b_mul(g, half, half), bc));
  const Id plus = b_add(g, half, root), minus = b_sub(g, half, root);
  const Id far = b_select(g, b_ge(g, b_abs(g, plus), b_abs(g, minus)), plus, minus);
  const Id none = b_eq(g, b_abs(g, far), b_like(g, b_abs(g, far), 0));
  const Id near = b_div(g, bc, b_select(g, none, b_like(g, far, 1), far));
  const Id mu = b_sub(g, d, b_select(g, none, b_like(g, near, 0), near));
  const Id odd = schur_exceptional(g, sweep);
  const Id size = b_abs(g, c), other = b_mul(g, size, b_like(g, size, 0.75));
  return b_select(g, b_broadcast(g, odd, type_shape(graph_type(g, mu)), (Ints){0}),
                  b_add(g, d, as_dtype_of(g, other, d)), mu);
}

// x: the matrix over the unitary one, lo, hi, the shift. Rows and columns i and i + 1 turn so that
// what stands below the diagonal in column i - 1 (the first time: of the shifted matrix) vanishes.
static void chase_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  (void)at;
  const Id one = b_scalar_int(g, DT_I32, 1), after = b_add(g, i, one), before = b_sub(g, i, one);
  const Id here = b_broadcast(g, i, type_shape(graph_type(g, x[1])), (Ints){0});
  const Id first = b_eq(g, x[1], here);
  const Id active = b_and(g, b_le(g, x[1], here), b_lt(g, here, x[2]));
  const Id p = matrix_line(g, x[0], 1, i), q = matrix_line(g, x[0], 1, after);
  const Id a =
      b_select(g, first, b_sub(g, matrix_line(g, p, 2, i), x[3]), matrix_line(g, p, 2, before));
  const Id b = b_select(g, first, matrix_line(g, q, 2, i), matrix_line(g, q, 2, before));
  const Id size = b_abs(g, b_complex(g, b_abs(g, a), b_abs(g, b)));
  const Id turns = b_and(g, active, b_gt(g, size, b_like(g, size, 0)));
  const Id by = as_dtype_of(g, b_select(g, turns, size, b_like(g, size, 1)), a);
  const Id c = b_select(g, turns, b_div(g, a, by), b_like(g, a, 1));
  const Id s = b_select(g, turns, b_div(g, b, by), b_like(g, b, 0));
  const Id cr = matrix_spread(g, c, p), sr = matrix_spread(g, s, p);
  Id m = matrix_with_line(g, x[0], b_add(g, b_mul(g, b_conj(g, cr), p), b_mul(g, b_conj(g, sr), q)),
                          1, i);
  m = matrix_with_line(g, m, b_sub(g, b_mul(g, cr, q), b_mul(g, sr, p)), 1, after);
  const Id u = matrix_line(g, m, 2, i), v = matrix_line(g, m, 2, after);
  const Id cc = matrix_spread(g, c, u), sc = matrix_spread(g, s, u);
  m = matrix_with_line(g, m, b_add(g, b_mul(g, cc, u), b_mul(g, sc, v)), 2, i);
  next[0] = matrix_with_line(g, m, b_sub(g, b_mul(g, b_conj(g, cc), v), b_mul(g, b_conj(g, sc), u)),
                             2, after);
}

// Of sizes [batch, n, n]: those at (column + down, column), [batch, 1, n].
static Id band(Graph *g, Id sizes, int down) {
  const Id col = index_of(g, sizes, 2);
  const Id here = b_eq(g, index_of(g, sizes, 1), b_add(g, col, b_like(g, col, down)));
  const Type t = graph_type(g, sizes);
  return b_reshape(g, b_reduce(g, OP_reduce_sum, matrix_keep(g, here, sizes), INTS(1)),
                   INTS(t.dim[0], 1, t.dim[2]));
}

// Which elements below the diagonal count, [batch, 1, n] by column. NaN do not.
static Id living(Graph *g, Id h) {
  const Id sizes = b_abs(g, h), below = band(g, sizes, 1), diagonal = band(g, sizes, 0);
  const Type t = graph_type(g, diagonal);
  const Id next = b_pad(g, b_slice_axis(g, diagonal, 2, 1, t.dim[2], 1), b_scalar(g, t.dtype, 0),
                        INTS(0, 0, 0), INTS(0, 0, 1), INTS(0, 0, 0));
  const Id sum = b_add(g, diagonal, next);
  const Id most = b_reshape(g, b_reduce(g, OP_reduce_max, sizes, INTS(1, 2)), INTS(t.dim[0], 1, 1));
  const Id scale = b_select(g, b_gt(g, sum, b_like(g, sum, 0)), sum, matrix_spread(g, most, sum));
  return b_gt(g, below, b_mul(g, scale, b_like(g, scale, epsilon(g, h))));
}

static Id most_of(Graph *g, Id x) {  // [batch, 1, n] -> [batch, 1, 1]
  return b_reshape(g, b_reduce(g, OP_reduce_max, x, INTS(2)), INTS(graph_type(g, x).dim[0], 1, 1));
}

// Of flags [batch, 1, n]: each the one before it.
static Id before_too(Graph *g, Id live) {
  const int64_t n = graph_type(g, live).dim[2];
  return b_pad(g, b_slice_axis(g, live, 2, 0, n - 1, 1), b_scalar_int(g, DT_BOOL, 0), INTS(0, 0, 1),
               INTS(0, 0, 0), INTS(0, 0, 0));
}

void schur_deflate(Graph *g, Id m, bool pairs, Id *next) {
  const int64_t n = graph_type(g, m).dim[2];
  const Id live = living(g, rows_of(g, m, 0, n));
  const Id row = index_of(g, m, 1), col = index_of(g, m, 2);
  const Id below = b_and(g, b_eq(g, row, b_add(g, col, b_like(g, col, 1))),
                         b_lt(g, row, b_like(g, row, (double)n)));
  const Id gone = b_and(g, below, b_not(g, matrix_spread(g, live, m)));
  next[0] = b_select(g, gone, b_like(g, m, 0), m);
  const Id place = index_of(g, live, 2);
  const Id last = most_of(g, b_select(g, pairs ? b_and(g, live, before_too(g, live)) : live, place,
                                      b_like(g, place, -1)));
  const Id cut = b_and(g, b_not(g, live), b_lt(g, place, matrix_spread(g, last, place)));
  const Id after = b_add(g, place, b_like(g, place, 1));
  next[1] = most_of(g, b_select(g, cut, after, b_like(g, after, 0)));
  next[2] = b_add(g, last, b_like(g, last, 1));
}

// x: the matrix over the unitary one, lo, hi.
static void sweep_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  const int64_t n = graph_type(g, x[0]).dim[2];
  const Id mu = shift(g, rows_of(g, x[0], 0, n), x[2], i);
  const Id args[] = {x[0], x[1], x[2], mu};
  Id m;
  matrix_loop(g, at, n - 1, chase_step, NULL, 1, 4, args, &m);
  if (!failed()) schur_deflate(g, m, false, next);
}

Id schur_unfinished(Graph *g, const Id *x) {
  const Id most = b_reduce(g, OP_reduce_max, x[2], INTS(0, 1, 2));
  return b_gt(g, most, b_like(g, most, 0));
}

Id schur_upper(Graph *g, Id x, int below) {
  const Id col = index_of(g, x, 2);
  return matrix_keep(g, b_le(g, index_of(g, x, 1), b_add(g, col, b_like(g, col, below))), x);
}

Id schur_hessenberg(Graph *g, Id a) {
  Id packed, factors;
  matrix_hessenberg(g, a, &packed, &factors);
  if (failed()) return NO_ID;
  const Id parts[] = {schur_upper(g, packed, 1), unitary(g, packed, factors)};
  return failed() ? NO_ID : b_concatenate(g, 2, parts, 1);
}

void matrix_schur(Graph *g, Id a, Id *t, Id *z) {
  const int64_t n = graph_type(g, a).dim[1];
  const Id scale = matrix_largest(g, a), m = schur_hessenberg(g, matrix_scaled(g, a, scale));
  Id x[3];
  if (m == NO_ID) return;
  schur_deflate(g, m, false, x);
  if (n > 1 && !failed())
    matrix_loop(g, NULL, SCHUR_SWEEPS_PER_ROW * n, sweep_step, schur_unfinished, 3, 3,
                (Id[]){x[0], x[1], x[2]}, x);
  if (failed()) return;
  const Id form = schur_upper(g, rows_of(g, x[0], 0, n), 0);
  *t = b_mul(g, form, matrix_spread(g, as_dtype_of(g, scale, form), form));
  *z = rows_of(g, x[0], n, 2 * n);
}

// ---- eigenvectors

static Id column_sizes(Graph *g, Id x) {  // the largest of each column, [batch, 1, n]
  const Type t = graph_type(g, x);
  return b_reshape(g, b_reduce(g, OP_reduce_max, b_abs(g, x), INTS(1)),
                   INTS(t.dim[0], 1, t.dim[2]));
}

static Id columns_over(Graph *g, Id x, Id by) {
  const Id safe = b_select(g, b_gt(g, by, b_like(g, by, 0)), by, b_like(g, by, 1));
  return b_div(g, x, matrix_spread(g, as_dtype_of(g, safe, x), x));
}

// x: the vectors so far, from the last row up, t, its eigenvalues [batch, 1, n], the least
// difference of two that is divided by [batch, 1, 1].
static void vectors_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  (void)at;
  i = b_sub(g, b_scalar_int(g, DT_I32, graph_type(g, x[0]).dim[1] - 1), i);
  const Id whole = matrix_line(g, x[1], 1, i), right = matrix_places(g, OP_gt, whole, 2, i);
  const Id row = matrix_keep(g, right, whole);
  const Id apart = b_sub(g, matrix_spread(g, matrix_line(g, whole, 2, i), x[2]), x[2]);
  const Id size = b_abs(g, apart), least = matrix_spread(g, x[3], size);
  const Id by = b_select(g, b_lt(g, size, least), as_dtype_of(g, least, apart), apart);
  const Id v = matrix_keep(g, right, b_neg(g, b_div(g, matrix_product(g, row, x[0]), by)));
  const Id own = b_select(g, matrix_places(g, OP_eq, v, 2, i), b_like(g, v, 1), v);
  const Id all = matrix_with_line(g, x[0], own, 1, i);
  const Id sizes = column_sizes(g, all);
  next[0] = columns_over(g, all, b_max(g, sizes, b_like(g, sizes, 1)));
}

Id matrix_eigenvectors(Graph *g, Id t, Id z) {
  const Type type = graph_type(g, t);
  const int64_t n = type.dim[1];
  const Id diagonal = matrix_keep(g, b_eq(g, index_of(g, t, 1), index_of(g, t, 2)), t);
  const Id w = b_reshape(g, b_reduce(g, OP_reduce_sum, diagonal, INTS(1)), INTS(type.dim[0], 1, n));
  const Id norm = most_of(g, column_sizes(g, t));
  const Id scaled = b_mul(g, norm, b_like(g, norm, epsilon(g, t)));
  const Id least = b_select(g, b_gt(g, scaled, b_like(g, scaled, 0)), scaled, b_like(g, scaled, 1));
  Id v;
  matrix_loop(g, NULL, n, vectors_step, NULL, 1, 4, (Id[]){b_like(g, t, 0), t, w, least}, &v);
  if (failed()) return NO_ID;
  v = matrix_product(g, z, v);
  v = columns_over(g, v, column_sizes(g, v));
  const Id size = b_abs(g, v);
  const Id sum = b_reduce(g, OP_reduce_sum, b_mul(g, size, size), INTS(1));
  v = columns_over(g, v, b_reshape(g, b_sqrt(g, sum), INTS(type.dim[0], 1, n)));
  const Id most = b_reshape(g, b_argreduce(g, OP_argmax, b_abs(g, v), 1), INTS(type.dim[0], 1, n));
  const Id row = index_of(g, v, 1);
  const Id here = b_eq(g, row, matrix_spread(g, b_convert(g, most, DT_I32), row));
  const Id one = b_reshape(g, b_reduce(g, OP_reduce_sum, matrix_keep(g, here, v), INTS(1)),
                           INTS(type.dim[0], 1, n));
  return b_mul(g, v, matrix_spread(g, b_conj(g, columns_over(g, one, b_abs(g, one))), v));
}
