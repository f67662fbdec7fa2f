// Householder reflections, with LAPACK's signs.
#include "compiler/legalize_linalg.h"
#include "compiler/rules.h"

static bool is_complex(Graph *g, Id x) { return dtype_is_complex(graph_type(g, x).dtype); }
static Id as_dtype_of(Graph *g, Id real, Id x) {
  return b_convert(g, real, graph_type(g, x).dtype);
}

// The root of the sum of squares of each column [batch, rows, 1], without overflow.
static Id column_norm(Graph *g, Id x) {
  const Type t = graph_type(g, x);
  const Ints one = INTS(t.dim[0], 1, 1);
  const Id size =
      is_complex(g, x) ? b_max(g, b_abs(g, b_real(g, x)), b_abs(g, b_imag(g, x))) : b_abs(g, x);
  const Id most = b_reshape(g, b_reduce(g, OP_reduce_max, size, INTS(1)), one);
  const Id scale = b_select(g, b_gt(g, most, b_like(g, most, 0)), most, b_like(g, most, 1));
  const Id y = b_div(g, x, matrix_spread(g, as_dtype_of(g, scale, x), x));
  Id square = b_mul(g, y, y);
  if (is_complex(g, y))
    square = b_add(g, b_mul(g, b_real(g, y), b_real(g, y)), b_mul(g, b_imag(g, y), b_imag(g, y)));
  const Id sum = b_reshape(g, b_reduce(g, OP_reduce_sum, square, INTS(1)), one);
  return b_mul(g, scale, b_sqrt(g, sum));
}

Id matrix_reflected(Graph *g, Id x, Id v, Id factor, Id after) {
  Id row = matrix_product(g, matrix_adjoint(g, v), x);
  row = b_mul(g, row, matrix_spread(g, factor, row));
  if (after != NO_ID) row = matrix_keep(g, matrix_places(g, OP_gt, row, 2, after), row);
  return b_sub(g, x, matrix_product(g, v, row));
}

Reflection matrix_reflection(Graph *g, Id column, Id i) {
  const Id alpha = matrix_line(g, column, 1, i);
  const Id below = matrix_keep(g, matrix_places(g, OP_gt, column, 1, i), column);
  const Id norm = column_norm(g, below), zero = b_like(g, norm, 0);
  const bool complex = is_complex(g, alpha);
  const Id re = complex ? b_real(g, alpha) : alpha;
  Id none = b_eq(g, norm, zero);
  if (complex) none = b_and(g, none, b_eq(g, b_imag(g, alpha), zero));
  const Id all = column_norm(g, matrix_keep(g, matrix_places(g, OP_ge, column, 1, i), column));
  const Id beta = b_select(g, b_lt(g, re, zero), all, b_neg(g, all));
  const Id divisor = b_select(g, none, b_like(g, beta, 1), beta);
  Id tau = b_div(g, b_sub(g, beta, re), divisor);
  if (complex) tau = b_complex(g, tau, b_neg(g, b_div(g, b_imag(g, alpha), divisor)));
  tau = b_select(g, none, b_like(g, tau, 0), tau);
  const Id pivot =
      b_select(g, none, b_like(g, alpha, 1), b_sub(g, alpha, as_dtype_of(g, beta, alpha)));
  const Id here = matrix_places(g, OP_eq, column, 1, i);
  const Id tail = b_div(g, below, matrix_spread(g, pivot, below));
  const Id v = b_select(g, here, b_like(g, tail, 1), tail);
  const Id first = b_select(g, none, alpha, as_dtype_of(g, beta, alpha));
  const Id above = b_select(g, matrix_places(g, OP_lt, column, 1, i), column, tail);
  return (Reflection){v, tau, b_select(g, here, matrix_spread(g, first, above), above)};
}

// x: the matrix, the factors [batch, steps, 1].
static void geqrf_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  (void)at;
  const Reflection r = matrix_reflection(g, matrix_line(g, x[0], 2, i), i);
  next[0] =
      matrix_with_line(g, matrix_reflected(g, x[0], r.v, b_conj(g, r.factor), i), r.column, 2, i);
  next[1] = matrix_with_line(g, x[1], r.factor, 1, i);
}

void legalize_geqrf(Legalize *s) {
  Graph *g = s->g;
  const Type t = legalize_arg(s, 0);
  const Id a = matrix_batch(g, s->args[0]);
  if (failed()) return;
  int64_t dim[MAX_RANK];
  for (int i = 0; i < t.rank - 2; i++) dim[i] = t.dim[i];
  const int64_t m = t.dim[t.rank - 2], n = t.dim[t.rank - 1], steps = m < n ? m : n;
  dim[t.rank - 2] = steps;
  const int64_t factors[] = {graph_type(g, a).dim[0], steps, 1};
  Id r[2] = {a, b_full(g, (Type){t.dtype, 3, factors}, 0)};
  if (type_count(t))
    matrix_loop(g, s->node->attrs, steps, geqrf_step, NULL, 2, 2, (Id[]){r[0], r[1]}, r);
  if (failed()) return;
  s->results[0] = b_reshape(g, r[0], type_shape(t));
  s->results[1] = b_reshape(g, r[1], (Ints){t.rank - 1, dim});
}

// ---- with the largest column first

// Columns i and `best` [batch, 1, 1] of x, each in the other's place.
static Id columns_exchanged(Graph *g, Id x, Id i, Id best) {
  const Type t = graph_type(g, x), index = {DT_I32, 3, t.dim};
  const Id there =
      b_eq(g, b_iota(g, index, 2), b_broadcast(g, best, type_shape(index), INTS(0, 1, 2)));
  const Id sum = b_reduce(g, OP_reduce_sum, matrix_keep(g, there, x), INTS(2));
  const Id up = b_reshape(g, sum, INTS(t.dim[0], t.dim[1], 1)), down = matrix_line(g, x, 2, i);
  return b_select(g, matrix_places(g, OP_eq, x, 2, i), matrix_spread(g, up, x),
                  b_select(g, there, matrix_spread(g, down, x), x));
}

// x: the matrix, the factors, the columns' places, how many come first in any case [batch, 1, 1],
// the largest element at first [batch, 1, 1].
static void pivoted_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  const Type t = graph_type(g, x[2]);
  const Id below = matrix_keep(g, matrix_places(g, OP_ge, x[0], 1, i), x[0]);
  const Id size = b_abs(g, matrix_scaled(g, below, x[4]));
  const Id square = b_reduce(g, OP_reduce_sum, b_mul(g, size, size), INTS(1));
  const Id left = b_reshape(g, square, (Ints){3, t.dim});
  const Id open = b_select(g, matrix_places(g, OP_ge, left, 2, i), left, b_like(g, left, -1));
  const Id most = b_convert(g, b_argreduce(g, OP_argmax, open, 2), DT_I32);
  const Id here = b_broadcast(g, i, INTS(t.dim[0], 1, 1), (Ints){0});
  const Id best = b_select(g, b_lt(g, here, x[3]), here, b_reshape(g, most, INTS(t.dim[0], 1, 1)));
  const Id y[] = {columns_exchanged(g, x[0], i, best), x[1]};
  geqrf_step(g, at, i, y, next);
  next[2] = columns_exchanged(g, x[2], i, best);
}

void matrix_pivoted_qr(Graph *g, Id a, Id first, Id *packed, Id *factors, Id *places) {
  const Type t = graph_type(g, a);
  const int64_t batch = t.dim[0], m = t.dim[1], n = t.dim[2], steps = m < n ? m : n;
  const Id later = b_convert(g, b_not(g, first), DT_I32);
  const Id index = b_iota(g, graph_type(g, later), 1);
  const Id order = graph_add(g, OP_sort, 2, (Id[]){later, index}, &(Attrs){.axis = 1});
  if (order == NO_ID) return;
  const Id fixed = b_reduce(g, OP_reduce_sum, b_convert(g, first, DT_I32), INTS(1));
  Id x[5] = {a, b_full(g, (Type){t.dtype, 3, INTS(batch, steps, 1).v}, 0),
             b_reshape(g, order + 1, INTS(batch, 1, n)), b_reshape(g, fixed, INTS(batch, 1, 1)),
             NO_ID};
  if (type_count(t)) {
    x[0] = matrix_turned(g, matrix_rows(g, matrix_turned(g, a), order + 1));
    x[4] = matrix_largest(g, a);
    matrix_loop(g, NULL, steps, pivoted_step, NULL, 3, 5, (Id[]){x[0], x[1], x[2], x[3], x[4]}, x);
  }
  *packed = x[0], *factors = x[1], *places = x[2];
}

// The reflections from the last to the first. x: Q so far, the vectors, the factors.
static void product_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  (void)at;
  i = b_sub(g, b_scalar_int(g, DT_I32, graph_type(g, x[2]).dim[1] - 1), i);
  const Id column = matrix_line(g, x[1], 2, i);
  const Id below = matrix_keep(g, matrix_places(g, OP_gt, column, 1, i), column);
  const Id v = b_select(g, matrix_places(g, OP_eq, column, 1, i), b_like(g, below, 1), below);
  next[0] = matrix_reflected(g, x[0], v, matrix_line(g, x[2], 1, i), NO_ID);
}

void legalize_householder_product(Legalize *s) {
  Graph *g = s->g;
  const Type t = legalize_arg(s, 0), tau = legalize_arg(s, 1);
  const Id a = matrix_batch(g, s->args[0]);
  if (failed()) return;
  const Type flat = graph_type(g, a), index = {DT_I32, 3, flat.dim};
  const int64_t steps = tau.dim[tau.rank - 1];
  const Id factors = b_reshape(g, s->args[1], INTS(flat.dim[0], steps, 1));
  Id q = b_convert(g, b_eq(g, b_iota(g, index, 1), b_iota(g, index, 2)), t.dtype);
  if (type_count(t) && steps)
    matrix_loop(g, s->node->attrs, steps, product_step, NULL, 1, 3, (Id[]){q, a, factors}, &q);
  if (failed()) return;
  s->results[0] = b_reshape(g, q, type_shape(t));
}
