// LAPACK, as JAX calls it on the CPU: options are letters in mhlo.backend_config.
#include <string.h>

#include "frontend/stablehlo/stablehlo_lapack.h"
#include "frontend/stablehlo/stablehlo_lex.h"

char lapack_letter(const HloOp *op, const char *name) {
  const HloValue *v = hlo_entry(hlo_attr(op, "mhlo.backend_config", NULL), name);
  return v && v->kind == HLO_INT ? (char)v->i : 0;
}

bool lapack_results(HloBuild *b, const HloOp *op, int n, const Id *ids) {
  if (op->nresults != n)
    return fail(op->loc, "%s: %d results, not %d", op->row->name, op->nresults, n);
  for (int i = 0; i < n; i++) {
    if (ids[i] == NO_ID) return false;
    if (!type_equal(graph_type(b->g, ids[i]), op->types[i]))
      return fail(op->loc, "%s: result %d is %s, not %s", op->row->name, i,
                  TYPE_STR(graph_type(b->g, ids[i])), TYPE_STR(op->types[i]));
    b->ids[op->first + (uint32_t)i] = ids[i];
  }
  return true;
}

// The diagonal of square matrices, as real numbers.
static Id diagonal(Graph *g, Id x) {
  const Type t = graph_type(g, x), index = {DT_I32, t.rank, t.dim};
  const Id where = b_eq(g, b_iota(g, index, t.rank - 1), b_iota(g, index, t.rank - 2));
  const Id real = dtype_is_complex(t.dtype) ? b_real(g, x) : x;
  return b_reduce(g, OP_reduce_sum, b_select(g, where, real, b_like(g, real, 0)), INTS(t.rank - 1));
}

// info: 0, or the number of the first column that `bad` marks, counted from `from`.
static Id first_bad(Graph *g, Id bad) {
  const Type t = graph_type(g, bad), index = {DT_I32, t.rank, t.dim};
  const int64_t n = t.dim[t.rank - 1];
  const Id place = b_add(g, b_iota(g, index, t.rank - 1), b_full(g, index, 1));
  const Id none = b_full(g, index, (double)(n + 1));
  const Id least = b_reduce(g, OP_reduce_min, b_select(g, bad, place, none), INTS(t.rank - 1));
  return b_select(g, b_gt(g, least, b_like(g, least, (double)n)), b_like(g, least, 0), least);
}

static bool emit_potrf(HloBuild *b, const HloOp *op) {
  Graph *g = b->g;
  const Attrs at = {.lower = lapack_letter(op, "uplo") != 'U'};
  const Id l = graph_add(g, OP_cholesky, 1, (Id[]){hlo_arg(b, op, 0)}, &at);
  if (l == NO_ID) return false;
  const Id d = diagonal(g, l);
  return lapack_results(b, op, 2, (Id[]){l, first_bad(g, b_ne(g, d, d))});
}

static bool emit_getrf(HloBuild *b, const HloOp *op) {
  Graph *g = b->g;
  const Id lu = graph_add(g, OP_lu, 1, (Id[]){hlo_arg(b, op, 0)}, NULL);
  if (lu == NO_ID) return false;
  const Type t = graph_type(g, lu);
  const Id pivots = b_add(g, lu + 1, b_like(g, lu + 1, 1));
  // The first zero on the diagonal of U, which may be longer than wide.
  const int64_t n = graph_type(g, pivots).dim[t.rank - 2];
  const Id square = b_slice_axis(g, b_slice_axis(g, lu, t.rank - 2, 0, n, 1), t.rank - 1, 0, n, 1);
  const Id d = diagonal(g, dtype_is_complex(t.dtype) ? b_abs(g, square) : square);
  return lapack_results(b, op, 3, (Id[]){lu, pivots, first_bad(g, b_eq(g, d, b_like(g, d, 0)))});
}

static bool emit_trsm(HloBuild *b, const HloOp *op) {
  const char how = lapack_letter(op, "trans_x");
  const Attrs at = {.lower = lapack_letter(op, "uplo") == 'L',
                    .left_side = lapack_letter(op, "side") == 'L',
                    .unit_diagonal = lapack_letter(op, "diag") == 'U',
                    .transpose_a = how == 'T'   ? 1
                                   : how == 'C' ? 2
                                                : 0};
  const Id x =
      graph_add(b->g, OP_triangular_solve, 2, (Id[]){hlo_arg(b, op, 0), hlo_arg(b, op, 1)}, &at);
  return lapack_results(b, op, 1, &x);
}

Id lapack_info(Graph *g, Id values) {
  const Id bad = b_convert(g, b_ne(g, values, values), DT_I32);
  return b_reduce(g, OP_reduce_max, bad, INTS(graph_type(g, values).rank - 1));
}

static bool emit_geqrf(HloBuild *b, const HloOp *op) {
  const Id r = graph_add(b->g, OP_geqrf, 1, (Id[]){hlo_arg(b, op, 0)}, NULL);
  return r != NO_ID && lapack_results(b, op, 2, (Id[]){r, r + 1});
}

// The second operand: which columns come first in any case, those that are not 0. Columns count
// from 1.
static bool emit_geqp3(HloBuild *b, const HloOp *op) {
  Graph *g = b->g;
  const Type t = hlo_arg_type(b, op, 0), flags = hlo_arg_type(b, op, 1);
  if (t.rank < 2 || flags.rank != t.rank - 1 || flags.dim[t.rank - 2] != t.dim[t.rank - 1])
    return fail(op->loc, "%s: a place for each column of %s", op->row->name, TYPE_STR(t));
  if (op->nresults != 3) return fail(op->loc, "%s: has three results", op->row->name);
  const Id a = matrix_batch(g, hlo_arg(b, op, 0)), places = hlo_arg(b, op, 1);
  Id r[3];
  if (a == NO_ID) return false;
  const Id first = b_reshape(g, b_ne(g, places, b_like(g, places, 0)),
                             INTS(graph_type(g, a).dim[0], t.dim[t.rank - 1]));
  matrix_pivoted_qr(g, a, first, &r[0], &r[2], &r[1]);
  if (failed()) return false;
  r[1] = b_add(g, r[1], b_like(g, r[1], 1));
  for (int i = 0; i < 3; i++) r[i] = b_reshape(g, r[i], type_shape(op->types[i]));
  return lapack_results(b, op, 3, r);
}

static bool emit_orgqr(HloBuild *b, const HloOp *op) {
  const Id args[] = {hlo_arg(b, op, 0), hlo_arg(b, op, 1)};
  const Id q = graph_add(b->g, OP_householder_product, 2, args, NULL);
  return lapack_results(b, op, 1, &q);
}

// The product with the square Q of these reflections or its adjoint, from either side.
static bool emit_ormqr(HloBuild *b, const HloOp *op) {
  Graph *g = b->g;
  const HloValue *how = hlo_attr(op, "mhlo.backend_config", NULL);
  const HloValue *left = hlo_entry(how, "left"), *turned = hlo_entry(how, "transpose");
  const Id a = matrix_batch(g, hlo_arg(b, op, 0)), c = matrix_batch(g, hlo_arg(b, op, 2));
  if (a == NO_ID || c == NO_ID) return false;
  const Type t = graph_type(g, a), tau = hlo_arg_type(b, op, 1);
  const int64_t n = t.dim[1], k = tau.rank ? tau.dim[tau.rank - 1] : 0;
  if (t.dim[2] > n || k > n) return hlo_not_yet(b, op, "more reflections than rows");
  const Id zero = b_scalar(g, t.dtype, 0),
           factors = b_reshape(g, hlo_arg(b, op, 1), INTS(t.dim[0], k));
  const Id all[] = {b_pad(g, a, zero, INTS(0, 0, 0), INTS(0, 0, n - t.dim[2]), INTS(0, 0, 0)),
                    b_pad(g, factors, zero, INTS(0, 0), INTS(0, n - k), INTS(0, 0))};
  Id q = graph_add(g, OP_householder_product, 2, all, NULL);
  if (q == NO_ID) return false;
  if (turned && hlo_is(turned->text, "true")) q = matrix_adjoint(g, q);
  const bool first = left && hlo_is(left->text, "true");
  const Id r = matrix_product(g, first ? q : c, first ? c : q);
  const Id shaped = r == NO_ID ? r : b_reshape(g, r, type_shape(op->types[0]));
  return lapack_results(b, op, 1, &shaped);
}

// ---- gtsv: rows of a tridiagonal system as their elements on the diagonal and behind it, and
// those of the right sides

static Id columns(Graph *g, Id x, int64_t from, int64_t to) {
  return b_slice_axis(g, x, 2, from, to, 1);
}

static Id pivot_size(Graph *g, Id x) {
  x = columns(g, x, 0, 1);
  if (!dtype_is_complex(graph_type(g, x).dtype)) return b_abs(g, x);
  return b_add(g, b_abs(g, b_real(g, x)), b_abs(g, b_imag(g, x)));
}

// x: the row that is left, the rows of the triangle, all rows. The larger of the row that is left
// and of the next one stays; what is left of the other starts one column further on.
static void eliminate_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  (void)at;
  const Id one = b_scalar_int(g, DT_I32, 1), row = matrix_line(g, x[2], 1, b_add(g, i, one));
  const Id swap = b_gt(g, pivot_size(g, row), pivot_size(g, x[0]));
  const Id swaps = matrix_spread(g, swap, row);
  const Id stays = b_select(g, swaps, row, x[0]), goes = b_select(g, swaps, x[0], row);
  const Id factor = b_div(g, columns(g, goes, 0, 1), columns(g, stays, 0, 1));
  const Id rest = b_sub(g, goes, b_mul(g, matrix_spread(g, factor, stays), stays));
  const int64_t width = graph_type(g, rest).dim[2];
  const Id moved[] = {columns(g, rest, 1, 3), b_like(g, factor, 0), columns(g, rest, 3, width)};
  next[0] = b_concatenate(g, 3, moved, 2);
  next[1] = matrix_with_line(g, x[1], stays, 1, i);
}

// x: the two rows of the solution below, the solution, the rows of the triangle.
static void substitute_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  (void)at;
  const Type t = graph_type(g, x[3]);
  i = b_sub(g, b_scalar_int(g, DT_I32, t.dim[1] - 1), i);
  const Id row = matrix_line(g, x[3], 1, i);
  Id v = columns(g, row, 3, t.dim[2]);
  for (int k = 0; k < 2; k++)
    v = b_sub(g, v, b_mul(g, matrix_spread(g, columns(g, row, 1 + k, 2 + k), v), x[k]));
  v = b_div(g, v, matrix_spread(g, columns(g, row, 0, 1), v));
  next[0] = v;
  next[1] = x[0];
  next[2] = matrix_with_line(g, x[2], v, 1, i);
}

static bool emit_gtsv(HloBuild *b, const HloOp *op) {
  Graph *g = b->g;
  const Type t = hlo_arg_type(b, op, 3);
  if (t.rank < 2 || !type_count(t)) return hlo_not_yet(b, op, "systems without elements");
  const Id x = matrix_batch(g, hlo_arg(b, op, 3));
  const int64_t n = t.dim[t.rank - 2], m = t.dim[t.rank - 1], batch = graph_type(g, x).dim[0];
  Id parts[4] = {[3] = x};
  for (int k = 0; k < 3; k++) {
    if (type_count(hlo_arg_type(b, op, k)) != batch * n)
      return fail(op->loc, "%s: diagonals of %s", op->row->name, TYPE_STR(t));
    parts[k] = b_reshape(g, hlo_arg(b, op, k), INTS(batch, n, 1));
  }
  const Id zero = b_scalar(g, t.dtype, 0), last = b_scalar_int(g, DT_I32, n - 1);
  parts[2] = matrix_keep(g, matrix_places(g, OP_lt, parts[2], 1, last), parts[2]);
  const Id rows = b_concatenate(g, 4, parts, 2);
  const Id all = b_pad(g, rows, zero, INTS(0, 0, 0), INTS(0, 1, 0), INTS(0, 0, 0));
  const Id top = matrix_line(g, rows, 1, b_scalar_int(g, DT_I32, 0));
  if (top == NO_ID) return false;
  const Id first[] = {columns(g, top, 1, 3), b_like(g, columns(g, top, 0, 1), 0),
                      columns(g, top, 3, 3 + m)};
  Id r[3];
  matrix_loop(g, NULL, n, eliminate_step, NULL, 2, 3,
              (Id[]){b_concatenate(g, 3, first, 2), b_like(g, rows, 0), all}, r);
  if (failed()) return false;
  const Id below = b_like(g, columns(g, top, 3, 3 + m), 0), triangle = r[1];
  matrix_loop(g, NULL, n, substitute_step, NULL, 3, 4, (Id[]){below, below, x, triangle}, r);
  if (failed()) return false;
  const Id d = b_reshape(g, columns(g, triangle, 0, 1), INTS(batch, n));
  const Id info =
      b_reshape(g, first_bad(g, b_eq(g, d, b_like(g, d, 0))), (Ints){t.rank - 2, t.dim});
  return lapack_results(b, op, 5,
                        (Id[]){hlo_arg(b, op, 0), b_reshape(g, d, (Ints){t.rank - 1, t.dim}),
                               hlo_arg(b, op, 2), b_reshape(g, r[2], type_shape(t)), info});
}

static bool emit_syevd(HloBuild *b, const HloOp *op) {
  const Attrs at = {.lower = lapack_letter(op, "uplo") != 'U'};
  const Id v = graph_add(b->g, OP_eigh, 1, (Id[]){hlo_arg(b, op, 0)}, &at);
  return v != NO_ID && lapack_results(b, op, 3, (Id[]){v, v + 1, lapack_info(b->g, v + 1)});
}

static bool emit_gesdd(HloBuild *b, const HloOp *op) {
  const Id x = hlo_arg(b, op, 0);
  const Type t = graph_type(b->g, x);
  // Without vectors the mode does not say their sizes.
  const bool full = op->nresults > 2 && t.rank > 1 && op->types[2].rank == t.rank &&
                    op->types[2].dim[t.rank - 1] == t.dim[t.rank - 2];
  const bool wide = t.rank > 1 && t.dim[t.rank - 1] > t.dim[t.rank - 2];
  const bool full_v = op->nresults > 3 && t.rank > 1 && op->types[3].rank == t.rank &&
                      op->types[3].dim[t.rank - 2] == t.dim[t.rank - 1];
  const Attrs at = {.full_matrices = wide ? full_v : full};
  const Id u = graph_add(b->g, OP_svd, 1, &x, &at);
  return u != NO_ID &&
         lapack_results(b, op, 5, (Id[]){x, u + 1, u, u + 2, lapack_info(b->g, u + 1)});
}

bool hlo_emit_lapack(HloBuild *b, const HloOp *op, bool *known) {
  static const struct {
    const char *name;
    bool (*emit)(HloBuild *b, const HloOp *op);
    int nargs;
  } calls[] = {{"potrf", emit_potrf, 1},   {"getrf", emit_getrf, 1},   {"trsm", emit_trsm, 2},
               {"geqrf", emit_geqrf, 1},   {"orgqr", emit_orgqr, 2},   {"ungqr", emit_orgqr, 2},
               {"syevd", emit_syevd, 1},   {"heevd", emit_syevd, 1},   {"gesdd", emit_gesdd, 1},
               {"ormqr", emit_ormqr, 3},   {"unmqr", emit_ormqr, 3},   {"gtsv", emit_gtsv, 4},
               {"geev", lapack_geev, 1},   {"gees", lapack_gees, 1},   {"gehrd", lapack_gehrd, 1},
               {"sytrd", lapack_sytrd, 1}, {"hetrd", lapack_sytrd, 1}, {"geqp3", emit_geqp3, 2},
               {"gesvd", emit_gesdd, 1}};
  const HloSlice s = op->callee;
  *known = false;
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    const size_t n = strlen(calls[i].name);
    if (s.n != n + 12 || memcmp(s.s, "lapack_", 7) || !strchr("sdcz", s.s[7]) ||
        memcmp(s.s + 8, calls[i].name, n) || memcmp(s.s + 8 + n, "_ffi", 4))
      continue;
    *known = true;
    if (op->nargs != calls[i].nargs)
      return fail(op->loc, "%s: %d operands, not %d", op->row->name, op->nargs, calls[i].nargs);
    return calls[i].emit(b, op);
  }
  return false;
}
