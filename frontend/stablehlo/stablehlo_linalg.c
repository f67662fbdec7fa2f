// StableHLO's Fourier transforms and linear algebra, and the LAPACK calls that JAX makes of the
// latter on the CPU.
#include <string.h>

#include "frontend/stablehlo/stablehlo_lex.h"
#include "frontend/stablehlo/stablehlo_ops.h"

bool hlo_emit_fft(HloBuild *b, const HloOp *op) {
  static const struct {
    const char *name;
    Op op;
  } kinds[] = {{"FFT", OP_fft}, {"IFFT", OP_ifft}, {"RFFT", OP_rfft}, {"IRFFT", OP_irfft}};
  Attrs at = {0};
  const HloSlice kind = hlo_word(op, hlo_attr(op, "type", NULL) ? "type" : "fft_type", 0);
  if (!hlo_ints(b, op, hlo_attr(op, "length", "fft_length"), &at.length)) return false;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (hlo_is(kind, kinds[i].name))
      return hlo_result(b, op, graph_add(b->g, kinds[i].op, 1, (Id[]){hlo_arg(b, op, 0)}, &at));
  }
  return fail(op->loc, "%s: the type is not one of FFT, IFFT, RFFT, IRFFT", op->row->name);
}

// true, false, or absent.
static bool flag(const HloOp *op, const char *name) {
  return hlo_is(hlo_word(op, name, 99), "true");
}

bool hlo_emit_cholesky(HloBuild *b, const HloOp *op) {
  const Attrs at = {.lower = flag(op, "lower")};
  return hlo_result(b, op, graph_add(b->g, OP_cholesky, 1, (Id[]){hlo_arg(b, op, 0)}, &at));
}

bool hlo_emit_triangular_solve(HloBuild *b, const HloOp *op) {
  const HloSlice how = hlo_word(op, "transpose_a", 99);
  const Attrs at = {.lower = flag(op, "lower"),
                    .left_side = flag(op, "left_side"),
                    .unit_diagonal = flag(op, "unit_diagonal"),
                    .transpose_a = hlo_is(how, "TRANSPOSE") ? 1
                                   : hlo_is(how, "ADJOINT") ? 2
                                                            : 0};
  return hlo_result(
      b, op,
      graph_add(b->g, OP_triangular_solve, 2, (Id[]){hlo_arg(b, op, 0), hlo_arg(b, op, 1)}, &at));
}

// ---- LAPACK, as JAX calls it: options are letters in mhlo.backend_config

static char letter(const HloOp *op, const char *name) {
  const HloValue *v = hlo_entry(hlo_attr(op, "mhlo.backend_config", NULL), name);
  return v && v->kind == HLO_INT ? (char)v->i : 0;
}

static bool results(HloBuild *b, const HloOp *op, int n, const Id *ids) {
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
  const Attrs at = {.lower = letter(op, "uplo") != 'U'};
  const Id l = graph_add(g, OP_cholesky, 1, (Id[]){hlo_arg(b, op, 0)}, &at);
  if (l == NO_ID) return false;
  const Id d = diagonal(g, l);
  return results(b, op, 2, (Id[]){l, first_bad(g, b_ne(g, d, d))});
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
  return results(b, op, 3, (Id[]){lu, pivots, first_bad(g, b_eq(g, d, b_like(g, d, 0)))});
}

static bool emit_trsm(HloBuild *b, const HloOp *op) {
  const char how = letter(op, "trans_x");
  const Attrs at = {.lower = letter(op, "uplo") == 'L',
                    .left_side = letter(op, "side") == 'L',
                    .unit_diagonal = letter(op, "diag") == 'U',
                    .transpose_a = how == 'T'   ? 1
                                   : how == 'C' ? 2
                                                : 0};
  const Id x =
      graph_add(b->g, OP_triangular_solve, 2, (Id[]){hlo_arg(b, op, 0), hlo_arg(b, op, 1)}, &at);
  return results(b, op, 1, &x);
}

// info of a computation that always ends: 1 where a number of `values` [.., n] is NaN.
static Id no_numbers(Graph *g, Id values) {
  const Id bad = b_convert(g, b_ne(g, values, values), DT_I32);
  return b_reduce(g, OP_reduce_max, bad, INTS(graph_type(g, values).rank - 1));
}

static bool emit_geqrf(HloBuild *b, const HloOp *op) {
  const Id r = graph_add(b->g, OP_geqrf, 1, (Id[]){hlo_arg(b, op, 0)}, NULL);
  return r != NO_ID && results(b, op, 2, (Id[]){r, r + 1});
}

static bool emit_orgqr(HloBuild *b, const HloOp *op) {
  const Id args[] = {hlo_arg(b, op, 0), hlo_arg(b, op, 1)};
  const Id q = graph_add(b->g, OP_householder_product, 2, args, NULL);
  return results(b, op, 1, &q);
}

static bool emit_syevd(HloBuild *b, const HloOp *op) {
  const Attrs at = {.lower = letter(op, "uplo") != 'U'};
  const Id v = graph_add(b->g, OP_eigh, 1, (Id[]){hlo_arg(b, op, 0)}, &at);
  return v != NO_ID && results(b, op, 3, (Id[]){v, v + 1, no_numbers(b->g, v + 1)});
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
  return u != NO_ID && results(b, op, 5, (Id[]){x, u + 1, u, u + 2, no_numbers(b->g, u + 1)});
}

bool hlo_emit_lapack(HloBuild *b, const HloOp *op, bool *known) {
  static const struct {
    const char *name;
    bool (*emit)(HloBuild *b, const HloOp *op);
    int nargs;
  } calls[] = {{"potrf", emit_potrf, 1}, {"getrf", emit_getrf, 1}, {"trsm", emit_trsm, 2},
               {"geqrf", emit_geqrf, 1}, {"orgqr", emit_orgqr, 2}, {"ungqr", emit_orgqr, 2},
               {"syevd", emit_syevd, 1}, {"heevd", emit_syevd, 1}, {"gesdd", emit_gesdd, 1}};
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
