// LAPACK of square matrices: Hessenberg, tridiagonal and Schur forms, eigenvectors.
#include "frontend/stablehlo/stablehlo_lapack.h"
#include "frontend/stablehlo/stablehlo_lex.h"

// The operand as complex matrices [batch, n, n]; NO_ID after fail(). *t: its type.
static Id square(HloBuild *b, const HloOp *op, Type *t) {
  *t = hlo_arg_type(b, op, 0);
  if (t->rank < 2 || t->dim[t->rank - 1] != t->dim[t->rank - 2])
    return fail(op->loc, "%s: %s are no square matrices", op->row->name, TYPE_STR(*t)), NO_ID;
  if (!type_count(*t)) return hlo_not_yet(b, op, "matrices without elements"), NO_ID;
  return matrix_batch(b->g, hlo_arg(b, op, 0));
}

static Id diagonal_of(Graph *g, Id x, Type t) {  // of matrices [batch, n, n]
  const Type type = graph_type(g, x), index = {DT_I32, 3, type.dim};
  const Id here = b_eq(g, b_iota(g, index, 1), b_iota(g, index, 2));
  const Id sum = b_reduce(g, OP_reduce_sum, matrix_keep(g, here, x), INTS(1));
  return b_reshape(g, sum, (Ints){t.rank - 1, t.dim});
}

bool lapack_gehrd(HloBuild *b, const HloOp *op) {
  Graph *g = b->g;
  Type t;
  Id r[2];
  const Id a = square(b, op, &t);
  if (a == NO_ID) return false;
  const HloValue *how = hlo_attr(op, "mhlo.backend_config", NULL);
  int64_t low, high, shape[MAX_RANK];
  const int64_t n = t.dim[t.rank - 1];
  if (!hlo_int_or(op, hlo_entry(how, "low"), 1, &low) ||
      !hlo_int_or(op, hlo_entry(how, "high"), n, &high))
    return false;
  if (low != 1 || high != n) return hlo_not_yet(b, op, "a part of the matrix");
  matrix_hessenberg(g, a, &r[0], &r[1]);
  if (failed()) return false;
  for (int i = 0; i < t.rank - 1; i++) shape[i] = t.dim[i];
  shape[t.rank - 2] = n - 1;
  return lapack_results(
      b, op, 3,
      (Id[]){b_reshape(g, r[0], type_shape(t)), b_reshape(g, r[1], (Ints){t.rank - 1, shape}),
             b_full(g, (Type){DT_I32, t.rank - 2, t.dim}, 0)});
}

static Id both_reversed(Graph *g, Id x) { return b_reverse(g, x, INTS(1, 2)); }

// The same reflections as of a Hessenberg form; of an upper triangle from the last row up. Those
// stand in the triangle that is given.
bool lapack_sytrd(HloBuild *b, const HloOp *op) {
  Graph *g = b->g;
  Type t;
  Id packed, factors;
  const bool lower = lapack_letter(op, "uplo") != 'U';
  const Id given = square(b, op, &t);
  if (given == NO_ID) return false;
  const int64_t n = t.dim[t.rank - 1], batch = graph_type(g, given).dim[0];
  const Id a = matrix_hermitian(g, given, lower);
  matrix_hessenberg(g, lower ? a : both_reversed(g, a), &packed, &factors);
  if (failed()) return false;
  const Id beside = b_slice_axis(g, b_slice_axis(g, packed, 1, 1, n, 1), 2, 0, n - 1, 1);
  const int64_t shapes[2][3] = {{batch, n, 1}, {batch, n - 1, 1}};
  Id line[3] = {b_reshape(g, matrix_real(g, diagonal_of(g, packed, t)), (Ints){3, shapes[0]}),
                b_reshape(g, matrix_real(g, diagonal_of(g, beside, graph_type(g, beside))),
                          (Ints){3, shapes[1]}),
                b_reshape(g, factors, (Ints){3, shapes[1]})};
  if (!lower) {
    packed = both_reversed(g, packed);
    for (int i = 0; i < 3; i++) line[i] = b_reverse(g, line[i], INTS(1));
  }
  const Type index = {DT_I32, 3, graph_type(g, given).dim};
  const Id row = b_iota(g, index, 1), col = b_iota(g, index, 2);
  const Id form = b_select(g, lower ? b_ge(g, row, col) : b_le(g, row, col), packed, given);
  Id all[5] = {form, line[0], line[1], line[2], b_full(g, (Type){DT_I32, t.rank - 2, t.dim}, 0)};
  if (op->nresults != 5) return fail(op->loc, "%s: has five results", op->row->name);
  for (int i = 0; i < 4; i++) all[i] = b_reshape(g, all[i], type_shape(op->types[i]));
  return lapack_results(b, op, 5, all);
}

// The imaginary parts of the eigenvalues of blocks of two rows, [batch, n].
static Id imaginary(Graph *g, Id form) {
  const Type t = graph_type(g, form);
  const int64_t n = t.dim[1];
  const Id zero = b_scalar(g, t.dtype, 0);
  Id beside[2];
  for (int below = 0; below < 2; below++) {
    const Id part = b_slice_axis(g, b_slice_axis(g, form, 1, below, n - 1 + below, 1), 2, 1 - below,
                                 n - below, 1);
    const Id line = diagonal_of(g, part, graph_type(g, part));
    beside[below] = b_sqrt(g, b_abs(g, line));
  }
  const Id size = b_mul(g, beside[0], beside[1]);
  const Id first = b_pad(g, size, zero, INTS(0, 0), INTS(0, 1), INTS(0, 0));
  return b_sub(g, first, b_pad(g, size, zero, INTS(0, 1), INTS(0, 0), INTS(0, 0)));
}

// The operand, of type t, as vectors form vectors^H.
typedef struct Schur {
  Type t;
  Id form, vectors;
  Id diagonal;  // of the form
} Schur;

// Of real matrices a real form, where `real` is given; false after fail().
static bool schur_of(HloBuild *b, const HloOp *op, bool real, Schur *s) {
  Graph *g = b->g;
  const Id a = square(b, op, &s->t);
  if (a == NO_ID) return false;
  const Dtype d = s->t.dtype;
  if (real && !dtype_is_complex(d)) matrix_schur_real(g, a, &s->form, &s->vectors);
  else matrix_schur(g, b_convert(g, a, dtype_complex(d)), &s->form, &s->vectors);
  if (failed()) return false;
  s->diagonal = diagonal_of(g, s->form, s->t);
  return true;
}

bool lapack_gees(HloBuild *b, const HloOp *op) {
  Graph *g = b->g;
  Schur s;
  Id ids[6];
  int n = 0;
  if (lapack_letter(op, "sort") == 'S') return hlo_not_yet(b, op, "sorted eigenvalues");
  if (!schur_of(b, op, true, &s)) return false;
  const Type t = s.t;
  ids[n++] = b_reshape(g, s.form, type_shape(t));
  ids[n++] = b_reshape(g, s.vectors, type_shape(t));
  ids[n++] = s.diagonal;
  if (!dtype_is_complex(t.dtype))
    ids[n++] = b_reshape(g, imaginary(g, s.form), (Ints){t.rank - 1, t.dim});
  ids[n++] = b_full(g, (Type){DT_I32, t.rank - 2, t.dim}, 0);
  ids[n++] = lapack_info(g, b_abs(g, s.diagonal));
  return lapack_results(b, op, n, ids);
}

// Of a real matrix: what has an imaginary part within the rounding of the whole is real.
static Id without_rounding(Graph *g, Id w, Id t) {
  const Type type = graph_type(g, t);
  const double eps = type.dtype == DT_C128 ? 0x1p-52 : 0x1p-23;
  const Id norm = b_reduce(g, OP_reduce_max, b_abs(g, t), INTS(1, 2));
  const Id most = b_mul(g, norm, b_like(g, norm, 4 * eps * (double)type.dim[1]));
  const Id im = b_imag(g, w), size = b_abs(g, im);
  const Type flat = {graph_type(g, im).dtype, 2, type.dim};
  const Id least =
      b_reshape(g, b_broadcast(g, most, type_shape(flat), INTS(0)), type_shape(graph_type(g, im)));
  return b_select(g, b_le(g, size, least), b_like(g, im, 0), im);
}

// Vectors of eigenvalues without an imaginary part [batch, n] are real.
static Id real_where(Graph *g, Id v, Id imag) {
  const Type flat = graph_type(g, v);
  const Id row = b_reshape(g, imag, INTS(flat.dim[0], 1, flat.dim[2]));
  const Id real = matrix_spread(g, b_eq(g, row, b_like(g, row, 0)), v), re = b_real(g, v);
  return b_select(g, real, b_complex(g, re, b_like(g, re, 0)), v);
}

// Those of the adjoint, whose Schur form has rows and columns the other way round.
static Id left_vectors(Graph *g, Id form, Id vectors) {
  const Id v = matrix_eigenvectors(g, both_reversed(g, matrix_adjoint(g, form)),
                                   b_reverse(g, vectors, INTS(2)));
  return v == NO_ID ? v : b_reverse(g, v, INTS(2));
}

// Eigenvalues come in no particular order. Those of real matrices have two results.
bool lapack_geev(HloBuild *b, const HloOp *op) {
  Graph *g = b->g;
  Schur s;
  Id ids[5];
  int n = 0;
  if (!schur_of(b, op, false, &s)) return false;
  const bool left = lapack_letter(op, "compute_left") == 'V';
  const Id w = s.diagonal;
  Id v[2] = {left ? left_vectors(g, s.form, s.vectors) : b_like(g, s.form, 0),
             matrix_eigenvectors(g, s.form, s.vectors)};
  if (failed()) return false;
  if (dtype_is_complex(s.t.dtype)) {
    ids[n++] = w;
  } else {
    ids[n++] = b_real(g, w), ids[n++] = without_rounding(g, w, s.form);
    for (int side = 0; side < 2; side++) v[side] = real_where(g, v[side], ids[1]);
  }
  for (int side = 0; side < 2; side++) ids[n++] = b_reshape(g, v[side], type_shape(s.t));
  ids[n++] = lapack_info(g, b_abs(g, w));
  return lapack_results(b, op, n, ids);
}
