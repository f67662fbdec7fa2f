// Eigenvalues and singular values by rotations of pairs of columns until all are orthogonal
// (Jacobi's method, one-sided). A round rotates half as many pairs as there are columns; the pairs
// of a round are columns of `top` and `bottom` [batch, rows, pairs], which then move on as in a
// tournament. Below the columns stand those of a unit matrix, which collect the rotations.
#include <math.h>

#include "compiler/legalize_linalg.h"
#include "compiler/rules.h"

enum { MAX_SWEEPS = 30 };

Id matrix_real(Graph *g, Id x) {
  return dtype_is_complex(graph_type(g, x).dtype) ? b_real(g, x) : x;
}

// Sums of conj(x) y over rows: [batch, 1, cols].
static Id inner(Graph *g, Id x, Id y) {
  const Type t = graph_type(g, x);
  return b_reshape(g, b_reduce(g, OP_reduce_sum, b_mul(g, b_conj(g, x), y), INTS(1)),
                   INTS(t.dim[0], 1, t.dim[2]));
}

static Id divided(Graph *g, Id x, Id y) {  // 0 where y is 0
  const Id zero = b_eq(g, y, b_like(g, y, 0));
  return b_select(g, zero, b_like(g, x, 0), b_div(g, x, b_select(g, zero, b_like(g, y, 1), y)));
}

static void rotate(Graph *g, Id *top, Id *bottom, Id *off, int64_t rows) {
  const Dtype d = graph_type(g, *top).dtype;
  const Id p = b_slice_axis(g, *top, 1, 0, rows, 1), q = b_slice_axis(g, *bottom, 1, 0, rows, 1);
  const Id alpha = matrix_real(g, inner(g, p, p)), beta = matrix_real(g, inner(g, q, q));
  const Id gamma = inner(g, p, q), size = b_abs(g, gamma);
  const Id angle = divided(g, size, b_mul(g, b_sqrt(g, alpha), b_sqrt(g, beta)));
  *off = b_max(g, *off, b_reduce(g, OP_reduce_max, angle, INTS(0, 1, 2)));
  const Id zero = b_like(g, size, 0), one = b_like(g, size, 1);
  const Id still = b_eq(g, size, zero);
  const Id safe = b_select(g, still, one, size);
  const Id zeta = b_div(g, b_mul(g, b_sub(g, beta, alpha), b_like(g, size, 0.5)), safe);
  const Id root = b_add(g, b_abs(g, zeta), b_sqrt(g, b_add(g, one, b_mul(g, zeta, zeta))));
  Id t = b_div(g, b_select(g, b_lt(g, zeta, zero), b_neg(g, one), one), root);
  t = b_select(g, still, zero, t);
  const Id c = b_div(g, one, b_sqrt(g, b_add(g, one, b_mul(g, t, t))));
  const Id phase = b_select(g, still, b_like(g, gamma, 1), b_div(g, gamma, b_convert(g, safe, d)));
  const Id cosine = matrix_spread(g, b_convert(g, c, d), *top);
  const Id sine = matrix_spread(g, b_convert(g, b_mul(g, c, t), d), *top);
  const Id turned = b_mul(g, *bottom, matrix_spread(g, b_conj(g, phase), *bottom));
  const Id x = b_sub(g, b_mul(g, cosine, *top), b_mul(g, sine, turned));
  *bottom = b_add(g, b_mul(g, sine, *top), b_mul(g, cosine, turned));
  *top = x;
}

// The first of top stays; the others go round.
static void move_on(Graph *g, Id *top, Id *bottom) {
  const int64_t n = graph_type(g, *top).dim[2];
  if (n < 2) return;
  const Id first = b_slice_axis(g, *top, 2, 0, 1, 1), next = b_slice_axis(g, *bottom, 2, 0, 1, 1);
  const Id last = b_slice_axis(g, *top, 2, n - 1, n, 1);
  const Id up[] = {first, next, b_slice_axis(g, *top, 2, 1, n - 1, 1)};
  const Id down[] = {b_slice_axis(g, *bottom, 2, 1, n, 1), last};
  *top = b_concatenate(g, n > 2 ? 3 : 2, up, 2);
  *bottom = b_concatenate(g, 2, down, 2);
}

// x: top, bottom, the largest cosine between columns so far.
static void round_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  (void)i;
  for (int k = 0; k < 3; k++) next[k] = x[k];
  rotate(g, &next[0], &next[1], &next[2], at->k);
  move_on(g, &next[0], &next[1]);
}

static void sweep_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  (void)i;
  const int64_t columns = 2 * graph_type(g, x[0]).dim[2];
  const Id args[] = {x[0], x[1], b_like(g, x[2], 0)};
  matrix_loop(g, at, columns - 1, round_step, NULL, 3, 3, args, next);
}

static Id not_orthogonal(Graph *g, const Id *x) {
  const Type t = graph_type(g, x[0]);
  const double eps = dtype_part(t.dtype) == DT_F64 ? 0x1p-53 : 0x1p-24;
  return b_gt(g, x[2], b_like(g, x[2], eps * sqrt((double)t.dim[1])));
}

Id matrix_unit(Graph *g, Dtype d, int64_t batch, int64_t n) {
  const int64_t dim[] = {batch, n, n};
  const Type index = {DT_I32, 3, dim};
  return b_convert(g, b_eq(g, b_iota(g, index, 1), b_iota(g, index, 2)), d);
}

// A of *x times unitary *v has orthogonal columns, which become *x.
static void jacobi(Graph *g, Id *x, Id *v) {
  const Type t = graph_type(g, *x);
  const int64_t m = t.dim[1], n = t.dim[2], even = n + n % 2;
  const Id zero = b_scalar(g, t.dtype, 0);
  const Id wide = b_pad(g, *x, zero, INTS(0, 0, 0), INTS(0, 0, even - n), INTS(0, 0, 0));
  const Id all = b_concatenate(g, 2, (Id[]){wide, matrix_unit(g, t.dtype, t.dim[0], even)}, 1);
  if (failed()) return;
  Id r[3];
  const Id args[] = {b_slice_axis(g, all, 2, 0, even / 2, 1),
                     b_slice_axis(g, all, 2, even / 2, even, 1),
                     b_scalar(g, dtype_part(t.dtype), 1)};
  const Attrs at = {.k = m};
  matrix_loop(g, &at, MAX_SWEEPS, sweep_step, not_orthogonal, 3, 3, args, r);
  if (failed()) return;
  const Id whole = b_slice_axis(g, b_concatenate(g, 2, r, 2), 2, 0, n, 1);
  *x = b_slice_axis(g, whole, 1, 0, m, 1);
  *v = b_slice_axis(g, whole, 1, m, m + n, 1);
}

// ---- the columns in order: products with a matrix of zeros and ones

// w [batch, 1, n] real.
static Id order_of(Graph *g, Id w, bool descending) {
  const Type t = graph_type(g, w);
  const int64_t n = t.dim[2], square[] = {t.dim[0], n, n};
  const Type index = {DT_I32, 3, square};
  const Ints shape = {3, square};
  const Id mine = b_broadcast(g, b_reshape(g, w, INTS(t.dim[0], n)), shape, INTS(0, 1));
  const Id other = b_broadcast(g, w, shape, INTS(0, 1, 2));
  const Id row = b_iota(g, index, 1), col = b_iota(g, index, 2);
  const Id less = descending ? b_gt(g, other, mine) : b_lt(g, other, mine);
  const Id before = b_or(g, less, b_and(g, b_eq(g, other, mine), b_lt(g, col, row)));
  const Id place = b_reduce(g, OP_reduce_sum, b_convert(g, before, DT_I32), INTS(2));
  return b_eq(g, b_broadcast(g, place, shape, INTS(0, 1)), col);
}

static Id ordered(Graph *g, Id x, Id order) {
  return matrix_product(g, x, b_convert(g, order, graph_type(g, x).dtype));
}

Id matrix_largest(Graph *g, Id x) {
  const Type t = graph_type(g, x);
  const Id most = b_reduce(g, OP_reduce_max, b_abs(g, x), INTS(1, 2));
  const Id some = b_select(g, b_eq(g, most, b_like(g, most, 0)), b_like(g, most, 1), most);
  return b_reshape(g, some, INTS(t.dim[0], 1, 1));
}

Id matrix_scaled(Graph *g, Id x, Id scale) {
  return b_div(g, x, matrix_spread(g, b_convert(g, scale, graph_type(g, x).dtype), x));
}

// ---- eigh: the columns of A + c I, which is positive, become those of V (w + c)

// The matrix of which one triangle is given.
Id matrix_hermitian(Graph *g, Id x, bool lower) {
  const Type t = graph_type(g, x), index = {DT_I32, 3, t.dim};
  const Id row = b_iota(g, index, 1), col = b_iota(g, index, 2);
  const Id given = lower ? b_gt(g, row, col) : b_lt(g, row, col);
  const Id half = matrix_keep(g, given, x);
  const Id diagonal = b_convert(g, matrix_real(g, matrix_keep(g, b_eq(g, row, col), x)), t.dtype);
  return b_add(g, b_add(g, half, matrix_adjoint(g, half)), diagonal);
}

void legalize_eigh(Legalize *s) {
  Graph *g = s->g;
  const Type t = legalize_arg(s, 0), w_type = graph_type(g, s->args[0]);
  const int64_t n = t.dim[t.rank - 1];
  const Ints w_shape = {w_type.rank - 1, w_type.dim};  // square: the last size is n as well
  if (!type_count(t)) {
    s->results[0] = s->args[0];
    const Type none = {dtype_part(t.dtype), w_shape.n, w_shape.v};
    s->results[1] = b_full(g, none, 0);
    return;
  }
  const Id given = matrix_hermitian(g, matrix_batch(g, s->args[0]), s->node->attrs->lower);
  if (failed()) return;
  const Id scale = matrix_largest(g, given), a = matrix_scaled(g, given, scale);
  const int64_t batch = graph_type(g, a).dim[0];
  const Id size = b_abs(g, a);
  const Id shift = b_mul(g, b_sqrt(g, b_reduce(g, OP_reduce_sum, b_mul(g, size, size), INTS(1, 2))),
                         b_full(g, (Type){dtype_part(t.dtype), 1, &batch}, 1.5));
  const Id one = matrix_unit(g, t.dtype, batch, n);
  const Id spread =
      b_broadcast(g, b_convert(g, shift, t.dtype), type_shape(graph_type(g, a)), INTS(0));
  Id x = b_add(g, a, b_mul(g, one, spread)), v = NO_ID;
  jacobi(g, &x, &v);
  if (failed()) return;
  const Id w = matrix_real(g, inner(g, v, matrix_product(g, a, v)));
  const Id order = order_of(g, w, false);
  s->results[0] = b_reshape(g, ordered(g, v, order), type_shape(t));
  const Id values = b_mul(g, ordered(g, w, order), matrix_spread(g, scale, w));
  s->results[1] = b_reshape(g, values, w_shape);
}

// dw is the diagonal of D = V^H dA V, and dV = V (D / (w_col - w_row)) off the diagonal.
bool jvp_eigh(Jvp *c, const Node *n) {
  Graph *g = c->out;
  const Id first = jvp_copy(c, n), given = jvp_tangent(c, n->args[0]);
  if (first == NO_ID || given == NO_ID) return false;
  const Type t = graph_type(g, first), w_type = graph_type(g, first + 1);
  if (!type_count(t)) return true;
  const Id v = matrix_batch(g, first),
           da = matrix_hermitian(g, matrix_batch(g, given), n->attrs->lower);
  if (failed()) return false;
  const Type flat = graph_type(g, v);
  const Ints shape = type_shape(flat);
  const Id w = b_reshape(g, first + 1, INTS(flat.dim[0], flat.dim[1]));
  const Id d = matrix_product(g, matrix_adjoint(g, v), matrix_product(g, da, v));
  const Id diagonal = b_convert(g, matrix_unit(g, DT_I32, flat.dim[0], flat.dim[1]), DT_BOOL);
  const Id gap =
      b_sub(g, b_broadcast(g, w, shape, INTS(0, 2)), b_broadcast(g, w, shape, INTS(0, 1)));
  const Id factor =
      matrix_keep(g, b_not(g, diagonal),
                  b_div(g, b_like(g, gap, 1), b_select(g, diagonal, b_like(g, gap, 1), gap)));
  const Id dv = matrix_product(g, v, b_mul(g, d, b_convert(g, factor, t.dtype)));
  const Id dw = b_reduce(g, OP_reduce_sum, matrix_keep(g, diagonal, matrix_real(g, d)), INTS(2));
  c->tangent[n->first] = b_reshape(g, dv, type_shape(t));
  c->tangent[n->first + 1] = b_reshape(g, dw, type_shape(w_type));
  return !failed();
}

// ---- svd: x = Q R, R^H V = U s, so x = (Q V) s U^H

// Columns made orthonormal, as far as they are not, their directions kept.
static Id orthonormal(Graph *g, Id x) {
  const Type t = graph_type(g, x);
  const Id r = graph_add(g, OP_geqrf, 1, &x, NULL);
  if (r == NO_ID) return NO_ID;
  const Id q = graph_add(g, OP_householder_product, 2, (Id[]){r, r + 1}, NULL);
  const Id diagonal =
      matrix_keep(g, b_convert(g, matrix_unit(g, DT_I32, t.dim[0], t.dim[2]), DT_BOOL), r);
  const Id sum = b_reshape(g, b_reduce(g, OP_reduce_sum, matrix_real(g, diagonal), INTS(1)),
                           INTS(t.dim[0], 1, t.dim[2]));
  const Id all = matrix_spread(g, b_lt(g, sum, b_like(g, sum, 0)), q);
  return b_select(g, all, b_neg(g, q), q);
}

// Of x [batch, m, n], m >= n: u [batch, m, m or n], s [batch, n], v [batch, n, n].
static bool tall_svd(Graph *g, Id x, bool full, Id *u, Id *s, Id *v) {
  const Type t = graph_type(g, x);
  const int64_t batch = t.dim[0], m = t.dim[1], n = t.dim[2];
  const Id scale = matrix_largest(g, x),
           qr = graph_add(g, OP_geqrf, 1, (Id[]){matrix_scaled(g, x, scale)}, NULL);
  if (failed()) return false;
  Id vectors = qr;
  if (full)
    vectors =
        b_pad(g, qr, b_scalar(g, t.dtype, 0), INTS(0, 0, 0), INTS(0, 0, m - n), INTS(0, 0, 0));
  const Id q = graph_add(g, OP_householder_product, 2, (Id[]){vectors, qr + 1}, NULL);
  const Id square = b_slice_axis(g, qr, 1, 0, n, 1);
  const int64_t dim[] = {batch, n, n};
  const Type index = {DT_I32, 3, dim};
  const Id r = matrix_keep(g, b_ge(g, b_iota(g, index, 2), b_iota(g, index, 1)), square);
  Id columns = matrix_adjoint(g, r), turns = NO_ID;
  jacobi(g, &columns, &turns);
  if (failed()) return false;
  const Id length = b_sqrt(g, matrix_real(g, inner(g, columns, columns)));
  const Id order = order_of(g, length, true);
  const Id norm = b_select(g, b_eq(g, length, b_like(g, length, 0)), b_like(g, length, 1), length);
  *v = orthonormal(g, ordered(g, matrix_scaled(g, columns, norm), order));
  *s = b_reshape(g, b_mul(g, ordered(g, length, order), matrix_spread(g, scale, length)),
                 INTS(batch, n));
  const Id left = b_slice_axis(g, q, 2, 0, n, 1);
  *u = matrix_product(g, left, ordered(g, turns, order));
  if (full && m > n) *u = b_concatenate(g, 2, (Id[]){*u, b_slice_axis(g, q, 2, n, m, 1)}, 2);
  return !failed();
}

static Ints shape_in_batch(Graph *g, Type t, int64_t rows, int64_t cols, int rank) {
  int64_t *dim = ARENA_ARRAY(g->arena, int64_t, t.rank + 1);
  for (int i = 0; i < t.rank - 2; i++) dim[i] = t.dim[i];
  dim[t.rank - 2] = rows, dim[t.rank - 1] = cols;
  return (Ints){rank, dim};
}

static Id unit_like(Graph *g, Dtype d, Ints shape) {
  const Type index = {DT_I32, shape.n, shape.v};
  return b_convert(g, b_eq(g, b_iota(g, index, shape.n - 2), b_iota(g, index, shape.n - 1)), d);
}

void legalize_svd(Legalize *s) {
  Graph *g = s->g;
  const Type t = legalize_arg(s, 0);
  const int64_t m = t.dim[t.rank - 2], n = t.dim[t.rank - 1], k = m < n ? m : n;
  const bool full = s->node->attrs->full_matrices, wide = m < n;
  const Ints us = shape_in_batch(g, t, m, full ? m : k, t.rank),
             ss = shape_in_batch(g, t, k, 1, t.rank - 1),
             vs = shape_in_batch(g, t, full ? n : k, n, t.rank);
  if (!type_count(t)) {
    s->results[0] = unit_like(g, t.dtype, us), s->results[2] = unit_like(g, t.dtype, vs);
    s->results[1] = b_full(g, (Type){dtype_part(t.dtype), ss.n, ss.v}, 0);
    return;
  }
  Id x = matrix_batch(g, s->args[0]), u, values, v;
  if (failed() || !tall_svd(g, wide ? matrix_adjoint(g, x) : x, full, &u, &values, &v)) return;
  s->results[0] = b_reshape(g, wide ? v : u, us);
  s->results[1] = b_reshape(g, values, ss);
  s->results[2] = b_reshape(g, matrix_adjoint(g, wide ? u : v), vs);
}
