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

// ---- blocks of columns. Matrices of more than a few blocks are padded to whole ones by a unit
// matrix, which changes no factor.

enum { BLOCK = 32, MANY_COLUMNS = 2 * BLOCK };

static int64_t whole_blocks(int64_t n) { return (n + BLOCK - 1) / BLOCK * BLOCK; }

// [batch, n, n] with n a multiple of BLOCK.
static Id unit_padded(Graph *g, Id a, int64_t n) {
  const Type t = graph_type(g, a);
  const Id zero = b_scalar(g, t.dtype, 0), one = b_scalar(g, t.dtype, 1);
  const int64_t more = n - t.dim[1];
  if (!more) return a;
  a = b_pad(g, a, zero, INTS(0, 0, 0), INTS(0, more, more), INTS(0, 0, 0));
  const Type shape = graph_type(g, a), index = {DT_I32, 3, shape.dim};
  const Id row = b_iota(g, index, 1), col = b_iota(g, index, 2);
  const Id last = b_broadcast(g, b_scalar_int(g, DT_I32, t.dim[1]), type_shape(shape), (Ints){0});
  const Id outside = b_and(g, b_eq(g, row, col), graph_add(g, OP_ge, 2, (Id[]){row, last}, NULL));
  return b_select(g, outside, b_broadcast(g, one, type_shape(shape), (Ints){0}), a);
}

// ---- cholesky: column i of L is that of A - L L^H, over the root of its diagonal element

// Column i of l, those before it are known, of what is left of a; its diagonal element stands in
// row `diagonal`.
static Id cholesky_column(Graph *g, Id i, Id diagonal, Id l, Id a) {
  const Id v = b_sub(g, matrix_line(g, a, 2, i),
                     matrix_product(g, l, matrix_adjoint(g, matrix_line(g, l, 1, diagonal))));
  Id pivot = matrix_line(g, v, 1, diagonal);
  const Dtype d = graph_type(g, v).dtype;
  if (dtype_is_complex(d)) pivot = b_real(g, pivot);
  const Id root = b_convert(g, b_sqrt(g, pivot), d);
  const Id column = b_div(g, v, matrix_spread(g, root, v));
  const Id whole =
      b_select(g, matrix_places(g, OP_eq, v, 1, diagonal), matrix_spread(g, root, v), column);
  const Id below = matrix_places(g, OP_ge, v, 1, diagonal);
  return matrix_with_line(g, l, matrix_keep(g, below, whole), 2, i);
}

static void cholesky_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  (void)at;
  next[0] = cholesky_column(g, i, i, x[0], x[1]);
}

// x: a block of columns of L, that of A, the number of its first.
static void panel_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  (void)at;
  next[0] = cholesky_column(g, i, b_add(g, x[2], i), x[0], x[1]);
}

static Id block_of(Graph *g, Id x, int axis, Id first) {
  const Type t = graph_type(g, x);
  const Id zero = b_scalar_int(g, DT_I32, 0);
  const int64_t sizes[] = {t.dim[0], axis == 1 ? BLOCK : t.dim[1], axis == 2 ? BLOCK : t.dim[2]};
  return graph_add(g, OP_dynamic_slice, 4,
                   (Id[]){x, zero, axis == 1 ? first : zero, axis == 2 ? first : zero},
                   &(Attrs){.slice_sizes = {3, sizes}});
}

// Block i of the columns of L, from those before.
static void cholesky_block(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  const Id first = b_mul(g, i, b_scalar_int(g, DT_I32, BLOCK));
  const Id before = matrix_product(g, x[0], matrix_adjoint(g, block_of(g, x[0], 1, first)));
  const Id left = b_sub(g, block_of(g, x[1], 2, first), before);
  Id panel = NO_ID;
  matrix_loop(g, at, BLOCK, panel_step, NULL, 1, 3, (Id[]){b_like(g, left, 0), left, first},
              &panel);
  next[0] = matrix_with_line(g, x[0], panel, 2, first);
}

void legalize_cholesky(Legalize *s) {
  Graph *g = s->g;
  const Type t = legalize_arg(s, 0);
  const bool lower = s->node->attrs->lower;
  const int64_t n = t.rank ? t.dim[t.rank - 1] : 0, wide = whole_blocks(n);
  Id a = matrix_batch(g, s->args[0]), l = NO_ID;
  if (!type_count(t)) {
    s->results[0] = s->args[0];
    return;
  }
  if (!lower) a = matrix_adjoint(g, a);
  const bool blocks = n > MANY_COLUMNS;
  if (blocks) a = unit_padded(g, a, wide);
  matrix_loop(g, s->node->attrs, blocks ? wide / BLOCK : n, blocks ? cholesky_block : cholesky_step,
              NULL, 1, 2, (Id[]){b_like(g, a, 0), a}, &l);
  if (failed()) return;
  if (blocks && wide > n) l = b_slice_axis(g, b_slice_axis(g, l, 1, 0, n, 1), 2, 0, n, 1);
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

Id matrix_rows(Graph *g, Id x, Id index) {
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

// Row `best` [batch, 1] of x in row `row`, and that in its place.
static Id exchanged(Graph *g, Id x, Id row, Id best) {
  const Type t = graph_type(g, x), index = {DT_I32, 3, t.dim};
  const Id up = matrix_rows(g, x, best), down = matrix_line(g, x, 1, row);
  const Id there =
      b_eq(g, b_iota(g, index, 1), b_broadcast(g, best, type_shape(index), INTS(0, 1)));
  return b_select(g, matrix_places(g, OP_eq, x, 1, row), matrix_spread(g, up, x),
                  b_select(g, there, matrix_spread(g, down, x), x));
}

// Column i of x[0], whose diagonal element stands in row `row`; of the others only the first `real`
// rows may become it (NO_ID: all). x: the matrix, pivots [batch, steps, 1], permutation
// [batch, rows, 1].
static void lu_column(Graph *g, Id i, Id row, Id real, const Id *x, Id *next) {
  const Type t = graph_type(g, x[0]);
  const Id column = matrix_line(g, x[0], 2, i);
  Id size = size_of(g, column);
  if (real != NO_ID)
    size = b_select(g, matrix_places(g, OP_lt, size, 1, real), size, b_like(g, size, -0.5));
  const Id left = matrix_places(g, OP_ge, size, 1, row);
  const Id best =
      b_argreduce(g, OP_argmax, b_select(g, left, size, b_like(g, size, -1)), 1);  // [batch, 1]
  const Id swapped = exchanged(g, x[0], row, best);
  const Id v = matrix_line(g, swapped, 2, i), top = matrix_line(g, v, 1, row),
           zero = b_like(g, v, 0);
  const Id divisor =
      matrix_spread(g, b_select(g, b_eq(g, top, b_like(g, top, 0)), b_like(g, top, 1), top), v);
  const Id below = matrix_places(g, OP_gt, v, 1, row);
  const Id factors = b_select(g, below, b_div(g, v, divisor), zero);
  const Id line = matrix_line(g, swapped, 1, row);
  const Id update = matrix_keep(g, matrix_places(g, OP_gt, line, 2, i), line);
  const Id rest = b_sub(g, swapped, matrix_product(g, factors, update));
  next[0] = matrix_with_line(g, rest, b_select(g, below, factors, v), 2, i);
  next[1] = matrix_with_line(g, x[1], b_reshape(g, best, INTS(t.dim[0], 1, 1)), 1, i);
  next[2] = exchanged(g, x[2], row, best);
}

static void lu_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  (void)at;
  lu_column(g, i, i, NO_ID, x, next);
}

// Behind the carried: the number of the panel's first column, and of rows that are not padding.
static void lu_panel_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  (void)at;
  lu_column(g, i, b_add(g, x[3], i), x[4], x, next);
}

// Block i of the columns is factorized alone; then its exchanges of rows are made in the others,
// its rows of U solved for, and what they add to later rows taken off.
static void lu_block(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  const Type t = graph_type(g, x[0]), pivots = {DT_I32, 3, INTS(t.dim[0], BLOCK, 1).v};
  const Id first = b_mul(g, i, b_scalar_int(g, DT_I32, BLOCK));
  const Id end = b_add(g, first, b_scalar_int(g, DT_I32, BLOCK));
  Id r[3] = {block_of(g, x[0], 2, first), b_full(g, pivots, 0), b_iota(g, graph_type(g, x[2]), 1)};
  matrix_loop(g, at, BLOCK, lu_panel_step, NULL, 3, 5, (Id[]){r[0], r[1], r[2], first, x[3]}, r);
  if (failed()) return;
  const Id order = b_reshape(g, r[2], INTS(t.dim[0], t.dim[1]));
  const Id a = matrix_with_line(g, matrix_rows(g, x[0], order), r[0], 2, first);
  const Id rows = block_of(g, a, 1, first), corner = block_of(g, r[0], 1, first);
  const Id solved = graph_add(g, OP_triangular_solve, 2, (Id[]){corner, rows},
                              &(Attrs){.lower = 1, .left_side = 1, .unit_diagonal = 1});
  const Id later = matrix_places(g, OP_ge, rows, 2, end);
  const Id upper = b_select(g, later, solved, rows);
  const Id whole = matrix_with_line(g, a, upper, 1, first);
  const Id below = matrix_places(g, OP_ge, r[0], 1, end);
  // In memory: a contraction of what is only read goes fastest.
  const Id factors =
      graph_add(g, OP_optimization_barrier, 2,
                (Id[]){matrix_keep(g, below, r[0]), matrix_keep(g, later, upper)}, NULL);
  if (factors == NO_ID) return;
  const Id product = matrix_product(g, factors, factors + 1);
  const Id inside =
      b_and(g, matrix_places(g, OP_ge, a, 1, end), matrix_places(g, OP_ge, a, 2, end));
  next[0] = b_select(g, inside, b_sub(g, whole, product), whole);
  next[1] = matrix_with_line(g, x[1], r[1], 1, first);
  next[2] = matrix_rows(g, x[2], order);
}

// Rows and columns of zeros change no factor, nor are rows exchanged for them.
static Id zero_padded(Graph *g, Id a, int64_t rows, int64_t cols) {
  const Type t = graph_type(g, a);
  return b_pad(g, a, b_scalar(g, t.dtype, 0), INTS(0, 0, 0),
               INTS(0, rows - t.dim[1], cols - t.dim[2]), INTS(0, 0, 0));
}

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

void legalize_lu(Legalize *s) {
  Graph *g = s->g;
  const Type t = legalize_arg(s, 0);
  const int64_t m = t.dim[t.rank - 2], n = t.dim[t.rank - 1], steps = m < n ? m : n;
  const bool blocks = steps > MANY_COLUMNS;
  const int64_t wide = blocks ? whole_blocks(steps) : steps, high = larger(m, wide);
  Id a = matrix_batch(g, s->args[0]);
  const int64_t batch = graph_type(g, a).dim[0];
  const int64_t ones[] = {batch, wide, 1}, rows[] = {batch, high, 1};
  if (blocks) a = zero_padded(g, a, high, larger(n, wide));
  Id r[3] = {a, b_full(g, (Type){DT_I32, 3, ones}, 0), b_iota(g, (Type){DT_I32, 3, rows}, 1)};
  if (type_count(t))
    matrix_loop(g, s->node->attrs, blocks ? wide / BLOCK : steps, blocks ? lu_block : lu_step, NULL,
                3, 3 + blocks, (Id[]){r[0], r[1], r[2], b_scalar_int(g, DT_I32, m)}, r);
  if (failed()) return;
  if (blocks) {
    r[0] = b_slice_axis(g, b_slice_axis(g, r[0], 1, 0, m, 1), 2, 0, n, 1);
    r[1] = b_slice_axis(g, r[1], 1, 0, steps, 1);
    r[2] = b_slice_axis(g, r[2], 1, 0, m, 1);
  }
  int64_t dim[MAX_RANK];
  for (int i = 0; i < t.rank - 2; i++) dim[i] = t.dim[i];
  s->results[0] = b_reshape(g, r[0], type_shape(t));
  dim[t.rank - 2] = steps;
  s->results[1] = b_reshape(g, r[1], (Ints){t.rank - 1, dim});
  dim[t.rank - 2] = m;
  s->results[2] = b_reshape(g, r[2], (Ints){t.rank - 1, dim});
}
