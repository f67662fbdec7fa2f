// Factorizations and triangular systems as loops over columns or rows.
#include "compiler/legalize_linalg.h"

#include "compiler/rules.h"

void matrix_loop(Graph *outer, const Attrs *attrs, int64_t n, MatrixStep *step, MatrixMore *more,
                 int ncarry, int nargs, const Id *args, Id *results) {
  Graph *cond = graph_new(outer->arena, "cond"), *body = graph_new(outer->arena, "body");
  Id *operands = ARENA_ARRAY(outer->arena, Id, nargs + 1);
  Id *x = ARENA_ARRAY(outer->arena, Id, nargs + 1),
     *next = ARENA_ARRAY(outer->arena, Id, nargs + 1);
  const Type counter = type_scalar(DT_I32);
  const Id i = graph_param(cond, counter, "i"), k = graph_param(body, counter, "i");
  operands[0] = b_scalar_int(outer, DT_I32, 0);
  for (int a = 0; a < nargs; a++) {
    if (args[a] == NO_ID) return;
    operands[a + 1] = args[a];
    next[a] = graph_param(cond, graph_type(outer, args[a]), NULL);
    x[a] = graph_param(body, graph_type(outer, args[a]), NULL);
  }
  Id again = b_lt(cond, i, b_scalar_int(cond, DT_I32, n));
  if (more) again = b_and(cond, again, more(cond, next));
  graph_set_results(cond, 1, &again);
  body->loc = outer->loc;
  step(body, attrs, k, x, next + 1);
  next[0] = b_add(body, k, b_scalar_int(body, DT_I32, 1));
  if (failed()) return;
  graph_set_results(body, ncarry + 1, next);
  const Id first = graph_add(outer, OP_while, nargs + 1, operands,
                             &(Attrs){.cond = cond, .body = body, .ncarry = ncarry + 1});
  for (int r = 0; r < ncarry; r++) results[r] = first == NO_ID ? NO_ID : first + 1 + (Id)r;
}

Id matrix_batch(Graph *g, Id x) {
  const Type t = graph_type(g, x);
  const int64_t rows = t.dim[t.rank - 2], cols = t.dim[t.rank - 1];
  int64_t batch = 1;
  for (int i = 0; i < t.rank - 2; i++) batch *= t.dim[i];
  return b_reshape(g, x, INTS(batch, rows, cols));
}

Id matrix_turned(Graph *g, Id x) { return b_transpose(g, x, INTS(0, 2, 1)); }
Id matrix_adjoint(Graph *g, Id x) { return b_conj(g, matrix_turned(g, x)); }

Id matrix_line(Graph *g, Id x, int axis, Id i) {
  const Type t = graph_type(g, x);
  const Id zero = b_scalar_int(g, DT_I32, 0);
  const int64_t sizes[] = {t.dim[0], axis == 1 ? 1 : t.dim[1], axis == 2 ? 1 : t.dim[2]};
  const Attrs at = {.slice_sizes = {3, sizes}};
  return graph_add(g, OP_dynamic_slice, 4,
                   (Id[]){x, zero, axis == 1 ? i : zero, axis == 2 ? i : zero}, &at);
}

Id matrix_with_line(Graph *g, Id x, Id v, int axis, Id i) {
  const Id zero = b_scalar_int(g, DT_I32, 0);
  return graph_add(g, OP_dynamic_update_slice, 5,
                   (Id[]){x, v, zero, axis == 1 ? i : zero, axis == 2 ? i : zero}, NULL);
}

Id matrix_places(Graph *g, Op op, Id x, int axis, Id i) {
  const Type t = graph_type(g, x);
  const Type index = {DT_I32, t.rank, t.dim};
  const Id all = b_broadcast(g, i, type_shape(index), (Ints){0});
  return graph_add(g, op, 2, (Id[]){b_iota(g, index, axis), all}, NULL);
}

Id matrix_product(Graph *g, Id x, Id y) {
  return b_dot(g, x, y, INTS(0), INTS(0), INTS(2), INTS(1));
}

Id matrix_spread(Graph *g, Id x, Id like) {
  return b_broadcast(g, x, type_shape(graph_type(g, like)), INTS(0, 1, 2));
}

Id matrix_keep(Graph *g, Id where, Id x) { return b_select(g, where, x, b_like(g, x, 0)); }

// ---- cholesky: column i of L is that of A - L L^H, over the root of its diagonal element

static void cholesky_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  (void)at;
  const Id l = x[0], a = x[1];
  const Id v = b_sub(g, matrix_line(g, a, 2, i),
                     matrix_product(g, l, matrix_adjoint(g, matrix_line(g, l, 1, i))));
  Id pivot = matrix_line(g, v, 1, i);
  const Dtype d = graph_type(g, v).dtype;
  if (dtype_is_complex(d)) pivot = b_real(g, pivot);
  const Id root = b_convert(g, b_sqrt(g, pivot), d);
  const Id column = b_div(g, v, matrix_spread(g, root, v));
  const Id diagonal = matrix_places(g, OP_eq, v, 1, i);
  const Id whole = b_select(g, diagonal, matrix_spread(g, root, v), column);
  next[0] = matrix_with_line(g, l, matrix_keep(g, matrix_places(g, OP_ge, v, 1, i), whole), 2, i);
}

void legalize_cholesky(Legalize *s) {
  Graph *g = s->g;
  const Type t = legalize_arg(s, 0);
  const bool lower = s->node->attrs->lower;
  Id a = matrix_batch(g, s->args[0]), l = NO_ID;
  if (!type_count(t)) {
    s->results[0] = s->args[0];
    return;
  }
  if (!lower) a = matrix_adjoint(g, a);
  matrix_loop(g, s->node->attrs, t.dim[t.rank - 1], cholesky_step, NULL, 1, 2,
              (Id[]){b_like(g, a, 0), a}, &l);
  if (failed()) return;
  s->results[0] = b_reshape(g, lower ? l : matrix_adjoint(g, l), type_shape(t));
}

// ---- triangular systems: row i of X is that of B over A_ii; what it adds to later rows is taken
// off

static void solve_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  const Id a = x[1];
  const int64_t n = graph_type(g, a).dim[1];
  if (!at->lower) i = b_sub(g, b_scalar_int(g, DT_I32, n - 1), i);
  const Id column = matrix_line(g, a, 2, i);
  Id row = matrix_line(g, x[0], 1, i);
  if (!at->unit_diagonal) row = b_div(g, row, matrix_spread(g, matrix_line(g, column, 1, i), row));
  const Id later =
      matrix_keep(g, matrix_places(g, at->lower ? OP_gt : OP_lt, column, 1, i), column);
  next[0] = matrix_with_line(g, b_sub(g, x[0], matrix_product(g, later, row)), row, 1, i);
}

void legalize_triangular_solve(Legalize *s) {
  Graph *g = s->g;
  Attrs at = *s->node->attrs;
  const Type tb = legalize_arg(s, 1);
  if (!type_count(tb)) {
    s->results[0] = s->args[1];
    return;
  }
  Id a = matrix_batch(g, s->args[0]), b = matrix_batch(g, s->args[1]), x = NO_ID;
  if (at.transpose_a) a = at.transpose_a == 2 ? matrix_adjoint(g, a) : matrix_turned(g, a);
  if (!at.left_side) a = matrix_turned(g, a), b = matrix_turned(g, b);
  if (!at.transpose_a == !at.left_side) at.lower = !at.lower;
  matrix_loop(g, &at, graph_type(g, a).dim[1], solve_step, NULL, 1, 2, (Id[]){b, a}, &x);
  if (failed()) return;
  s->results[0] = b_reshape(g, at.left_side ? x : matrix_turned(g, x), type_shape(tb));
}

// ---- lu: the row with the largest element left in column i becomes row i

static Id size_of(Graph *g, Id x) {
  if (!dtype_is_complex(graph_type(g, x).dtype)) return b_abs(g, x);
  return b_add(g, b_abs(g, b_real(g, x)), b_abs(g, b_imag(g, x)));  // LAPACK's
}

// Rows of x [batch, rows, cols] in the order of `index` [batch, rows].
static Id take_rows(Graph *g, Id x, Id index) {
  const Attrs at = {.offset_dims = INTS(2),
                    .collapsed_dims = INTS(1),
                    .operand_batch = INTS(0),
                    .index_batch = INTS(0),
                    .index_map = INTS(1),
                    .index_vector_dim = 2,
                    .slice_sizes = INTS(1, 1, graph_type(g, x).dim[2]),
                    .mode = MODE_CLIP};
  return graph_add(g, OP_gather, 2, (Id[]){x, index}, &at);
}

// x: the matrix, pivots [batch, steps, 1], permutation [batch, rows, 1].
static void lu_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  (void)at;
  const Type t = graph_type(g, x[0]);
  const Ints rows = INTS(t.dim[0], t.dim[1]);
  const Id column = matrix_line(g, x[0], 2, i), size = size_of(g, column);
  const Id left = matrix_places(g, OP_ge, size, 1, i);
  const Id best =
      b_argreduce(g, OP_argmax, b_select(g, left, size, b_like(g, size, -1)), 1);  // [batch, 1]
  const Id pivot = b_broadcast(g, best, rows, INTS(0, 1));
  const Type index = {DT_I32, 2, rows.v};
  const Id number = b_iota(g, index, 1), here = b_broadcast(g, i, rows, (Ints){0});
  const Id order =
      b_select(g, b_eq(g, number, here), pivot, b_select(g, b_eq(g, number, pivot), here, number));
  const Id swapped = take_rows(g, x[0], order);
  const Id v = matrix_line(g, swapped, 2, i), top = matrix_line(g, v, 1, i), zero = b_like(g, v, 0);
  const Id divisor =
      matrix_spread(g, b_select(g, b_eq(g, top, b_like(g, top, 0)), b_like(g, top, 1), top), v);
  const Id below = matrix_places(g, OP_gt, v, 1, i);
  const Id factors = b_select(g, below, b_div(g, v, divisor), zero);
  const Id row = matrix_line(g, swapped, 1, i);
  const Id update = matrix_keep(g, matrix_places(g, OP_gt, row, 2, i), row);
  const Id rest = b_sub(g, swapped, matrix_product(g, factors, update));
  next[0] = matrix_with_line(g, rest, b_select(g, below, factors, v), 2, i);
  next[1] = matrix_with_line(g, x[1], b_reshape(g, best, INTS(t.dim[0], 1, 1)), 1, i);
  next[2] = take_rows(g, x[2], order);
}

void legalize_lu(Legalize *s) {
  Graph *g = s->g;
  const Type t = legalize_arg(s, 0);
  const int64_t m = t.dim[t.rank - 2], n = t.dim[t.rank - 1], steps = m < n ? m : n;
  const Id a = matrix_batch(g, s->args[0]);
  const int64_t batch = graph_type(g, a).dim[0];
  const int64_t ones[] = {batch, steps, 1}, rows[] = {batch, m, 1};
  Id r[3] = {a, b_full(g, (Type){DT_I32, 3, ones}, 0), b_iota(g, (Type){DT_I32, 3, rows}, 1)};
  if (type_count(t))
    matrix_loop(g, s->node->attrs, steps, lu_step, NULL, 3, 3, (Id[]){r[0], r[1], r[2]}, r);
  if (failed()) return;
  int64_t dim[MAX_RANK];
  for (int i = 0; i < t.rank - 2; i++) dim[i] = t.dim[i];
  s->results[0] = b_reshape(g, r[0], type_shape(t));
  dim[t.rank - 2] = steps;
  s->results[1] = b_reshape(g, r[1], (Ints){t.rank - 1, dim});
  dim[t.rank - 2] = m;
  s->results[2] = b_reshape(g, r[2], (Ints){t.rank - 1, dim});
}
