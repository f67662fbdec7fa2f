// StableHLO's Fourier transforms and linear algebra.
#include "compiler/legalize_linalg.h"
#include "frontend/stablehlo/stablehlo_lex.h"
#include "frontend/stablehlo/stablehlo_ops.h"

// A transform of a length of 0: nothing to compute, the result has no elements or zeros. NO_ID
// where it is none, or does not fit.
static Id no_points(Graph *g, Type x, Op kind, Ints length) {
  int64_t dim[MAX_RANK];
  bool none = false;
  const Dtype part = dtype_part(x.dtype);
  if (length.n < 1 || length.n > x.rank || (part != DT_F32 && part != DT_F64)) return NO_ID;
  for (int i = 0; i < x.rank; i++) dim[i] = x.dim[i];
  for (int i = 0; i < length.n; i++) {
    const int axis = x.rank - length.n + i;
    const bool last = i == length.n - 1;
    const int64_t n = length.v[i], half = n / 2 + 1;
    none |= n == 0;
    if (n < 0 || x.dim[axis] != (last && kind == OP_irfft ? half : n)) return NO_ID;
    if (last && kind == OP_irfft) dim[axis] = n;
    if (last && kind == OP_rfft) dim[axis] = half;
  }
  const Dtype d = kind == OP_irfft ? part : dtype_complex(x.dtype);
  return none ? b_full(g, (Type){d, x.rank, dim}, 0) : NO_ID;
}

bool hlo_emit_fft(HloBuild *b, const HloOp *op) {
  static const struct {
    const char *name;
    Op op;
  } kinds[] = {{"FFT", OP_fft}, {"IFFT", OP_ifft}, {"RFFT", OP_rfft}, {"IRFFT", OP_irfft}};
  Attrs at = {0};
  const HloSlice kind = hlo_word(op, hlo_attr(op, "type", NULL) ? "type" : "fft_type", 0);
  if (!hlo_ints(b, op, hlo_attr(op, "length", "fft_length"), &at.length)) return false;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (!hlo_is(kind, kinds[i].name)) continue;
    const Id x = hlo_arg(b, op, 0),
             none = no_points(b->g, graph_type(b->g, x), kinds[i].op, at.length);
    return hlo_result(b, op, none != NO_ID ? none : graph_add(b->g, kinds[i].op, 1, &x, &at));
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

// ---- triangular systems of up to these many rows: by the inverse, in XLA's order of operations.
// Systems that are badly conditioned give the digits that programs were compared with in no other.

enum { MOST_INVERTED = 64 };

static Id chain(Graph *g, Id x, Id y) {
  const Attrs at = {.lhs_batch = INTS(0),
                    .rhs_batch = INTS(0),
                    .lhs_contract = INTS(2),
                    .rhs_contract = INTS(1),
                    .order = ORDER_CHAIN};
  return x == NO_ID || y == NO_ID ? NO_ID : graph_add(g, OP_dot, 2, (Id[]){x, y}, &at);
}

// Terms of even and of odd number apart.
static Id two_chains(Graph *g, Id x, Id y) {
  const int64_t n = graph_type(g, y).dim[1];
  const Id even = chain(g, b_slice_axis(g, x, 2, 0, n, 2), b_slice_axis(g, y, 1, 0, n, 2));
  if (n == 1) return even;
  return b_add(g, even, chain(g, b_slice_axis(g, x, 2, 1, n, 2), b_slice_axis(g, y, 1, 1, n, 2)));
}

// Row i of the inverse of a matrix with a unit diagonal: minus its row times the rows that are
// there; those that are not are the ones of a negative unit matrix. x: the inverse, the matrix.
static void inverse_step(Graph *g, const Attrs *at, Id i, const Id *x, Id *next) {
  const int64_t n = graph_type(g, x[1]).dim[1];
  i = at->lower ? b_add(g, i, b_scalar_int(g, DT_I32, 1))
                : b_sub(g, b_scalar_int(g, DT_I32, n - 2), i);
  const Id row = chain(g, b_neg(g, matrix_line(g, x[1], 1, i)), x[0]);
  next[0] = matrix_with_line(g, x[0], row, 1, i);
}

// a [batch, n, n]: its lower or upper triangle.
static Id triangle_inverse(Graph *g, Id a, const Attrs *at) {
  const Type t = graph_type(g, a), index = {DT_I32, 3, t.dim};
  const Id row = b_iota(g, index, 1), column = b_iota(g, index, 2);
  const Id on = b_eq(g, row, column), one = b_like(g, a, 1);
  Id x = matrix_keep(g, at->lower ? b_ge(g, row, column) : b_le(g, row, column), a);
  if (at->unit_diagonal) x = b_select(g, on, one, x);
  Id d = b_reduce(g, OP_reduce_sum, matrix_keep(g, on, x), INTS(1));
  d = b_select(g, b_eq(g, d, b_like(g, d, 0)), b_like(g, d, 1), d);
  const Id scaled = b_div(g, x, b_broadcast(g, d, type_shape(t), INTS(0, 2)));
  const Id edge = b_eq(g, row, b_like(g, row, at->lower ? 0 : (double)(t.dim[1] - 1)));
  const Id start = matrix_keep(g, on, b_select(g, edge, one, b_neg(g, one)));
  Id inverse = NO_ID;
  matrix_loop(g, at, t.dim[1] - 1, inverse_step, NULL, 1, 2, (Id[]){start, scaled}, &inverse);
  return failed() ? NO_ID : b_div(g, inverse, b_broadcast(g, d, type_shape(t), INTS(0, 1)));
}

static Id solve_by_inverse(Graph *g, Id a, Id b, const Attrs *at) {
  const Id y = matrix_batch(g, b);
  Id inverse = triangle_inverse(g, matrix_batch(g, a), at);
  if (inverse == NO_ID) return NO_ID;
  if (at->transpose_a)
    inverse = at->transpose_a == 2 ? matrix_adjoint(g, inverse) : matrix_turned(g, inverse);
  const Id x = at->left_side ? two_chains(g, inverse, y) : two_chains(g, y, inverse);
  return x == NO_ID ? x : b_reshape(g, x, type_shape(graph_type(g, b)));
}

bool hlo_emit_triangular_solve(HloBuild *b, const HloOp *op) {
  const HloSlice how = hlo_word(op, "transpose_a", 99);
  const Attrs at = {.lower = flag(op, "lower"),
                    .left_side = flag(op, "left_side"),
                    .unit_diagonal = flag(op, "unit_diagonal"),
                    .transpose_a = hlo_is(how, "TRANSPOSE") ? 1
                                   : hlo_is(how, "ADJOINT") ? 2
                                                            : 0};
  const Id args[] = {hlo_arg(b, op, 0), hlo_arg(b, op, 1)};
  const Id x = graph_add(b->g, OP_triangular_solve, 2, args, &at);  // checks the operands
  if (x == NO_ID) return false;
  const Type t = graph_type(b->g, args[0]);
  const bool inverts = t.dim[t.rank - 1] <= MOST_INVERTED && type_count(graph_type(b->g, x));
  return hlo_result(b, op, inverts ? solve_by_inverse(b->g, args[0], args[1], &at) : x);
}
