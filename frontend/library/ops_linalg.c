// Factorizations and systems of equations of the public API.
#include <float.h>
#include <math.h>

#include "frontend/library/ops.h"

Val np_conj(Np *n, Val x) { return np_bad(x) ? x : (Val){b_conj(n->g, x.id), x.weak}; }

static Val turned(Np *n, Val x) {
  if (np_bad(x)) return x;
  const int rank = np_type(n, x).rank;
  if (rank < 2) return np_fail(n, "%s is no matrix", TYPE_STR(np_type(n, x)));
  return np_move(n, x, rank - 1, rank - 2);
}
Val np_adjoint(Np *n, Val x) { return turned(n, np_conj(n, x)); }

// ---- operands

// Inexact matrices of a type that factorizations have.
static Val matrix(Np *n, Val x) {
  x = np_inexact(n, x);
  if (np_bad(x)) return x;
  const Type t = np_type(n, x);
  if (t.rank < 2) return np_fail(n, "%s is no matrix", TYPE_STR(t));
  if (dtype_is_half(t.dtype))
    return np_fail(n, "takes f32, f64, c64 and c128, not %s", TYPE_STR(t));
  return x;
}

static int64_t rows_of(Np *n, Val x) {
  const Type t = np_type(n, x);
  return t.dim[t.rank - 2];
}
static int64_t cols_of(Np *n, Val x) {
  const Type t = np_type(n, x);
  return t.dim[t.rank - 1];
}

static Val square(Np *n, Val x) {
  x = matrix(n, x);
  if (np_bad(x) || rows_of(n, x) == cols_of(n, x)) return x;
  return np_fail(n, "%s is not square", TYPE_STR(np_type(n, x)));
}

static Val result(Np *n, Op op, int k, const Id *args, const Attrs *at) {
  return np_val(graph_add(n->g, op, k, args, at));
}

static Val symmetrized(Np *n, Val x) {
  const Val sum = np_add(n, x, np_adjoint(n, x));
  return np_bad(sum) ? sum : np_mul(n, sum, np_number(n, sum, 0.5));
}

// Leading axes of both broadcast.
static bool same_batch(Np *n, Val *a, Val *b) {
  int64_t dim[2][MAX_RANK];
  Val *x[] = {a, b};
  const Type ta = np_type(n, *a), tb = np_type(n, *b);
  const int rank = ta.rank > tb.rank ? ta.rank : tb.rank;
  for (int i = 0; i < rank - 2; i++) {
    const int ia = i - (rank - ta.rank), ib = i - (rank - tb.rank);
    const int64_t da = ia < 0 ? 1 : ta.dim[ia], db = ib < 0 ? 1 : tb.dim[ib];
    if (da != db && da != 1 && db != 1)
      return np_fail(n, "batches of %s and %s differ", TYPE_STR(ta), TYPE_STR(tb)), false;
    dim[0][i] = dim[1][i] = da == 1 ? db : da;
  }
  for (int k = 0; k < 2; k++) {
    dim[k][rank - 2] = rows_of(n, *x[k]), dim[k][rank - 1] = cols_of(n, *x[k]);
    *x[k] = np_broadcast_to(n, *x[k], (Ints){rank, dim[k]});
  }
  return !np_bad(*a) && !np_bad(*b);
}

// A matrix and columns of one dtype; a vector becomes one column, and *vector says so.
static bool system_of(Np *n, Val *a, Val *b, bool *vector) {
  Val x[2] = {*a, *b};
  if (!np_promote(n, 2, x)) return false;
  *a = matrix(n, x[0]), *b = np_inexact(n, x[1]);
  if (np_bad(*a) || np_bad(*b)) return false;
  if (!np_type(n, *b).rank) return np_fail(n, "the right side is a scalar"), false;
  *vector = np_type(n, *b).rank == 1;
  if (*vector) *b = np_expand_dims(n, *b, -1);
  return same_batch(n, a, b);
}

static bool fits(Np *n, Val a, Val b, int64_t size) {
  return size == rows_of(n, a) ||
         (np_fail(n, "sizes of %s and %s differ", TYPE_STR(np_type(n, a)), TYPE_STR(np_type(n, b))),
          false);
}

static Val column_off(Np *n, Val x, bool vector) { return vector ? np_squeeze(n, x, -1) : x; }

static Val triangular(Np *n, Val a, Val b, Attrs at) {
  return result(n, OP_triangular_solve, 2, (Id[]){a.id, b.id}, &at);
}

// ---- solving

OPS_BUILD(triangular_solve) {
  OPS_UNUSED;
  Val a = v[0], b = v[1];
  bool vector;
  const bool right = options.v[2];
  if (!system_of(n, &a, &b, &vector)) return NP_BAD;
  if (vector && right) b = turned(n, b);
  a = square(n, a);
  if (np_bad(a) || !fits(n, a, b, right ? cols_of(n, b) : rows_of(n, b))) return NP_BAD;
  const Val x = triangular(n, a, b,
                           (Attrs){.lower = options.v[0],
                                   .unit_diagonal = options.v[1],
                                   .left_side = !right,
                                   .transpose_a = options.v[3]});
  return vector ? np_squeeze(n, x, right ? -2 : -1) : x;
}
jc_array jc_triangular_solve_(jc_array a, struct jc_triangular_solve s, const char *file,
                              int line) {
  static const Fn fn = {"triangular_solve", build_triangular_solve, PROMOTE_NONE};
  if ((unsigned)s.transpose > JC_ADJOINT)
    return fail(HERE(file, line), "triangular_solve: transpose = %d", (int)s.transpose),
           handle_poison();
  return call(&fn, 2, (jc_array[]){a, s.b},
              INTS(s.lower, s.unit_diagonal, s.right_side, (int64_t)s.transpose), HERE(file, line));
}

// a x = b by L U, b's rows permuted.
static Val by_factors(Np *n, Val lu, Val permutation, Val b) {
  const Val order = np_expand_dims(n, permutation, -1);
  b = rows_of(n, b) ? np_take_along_axis(n, b, order, -2, MODE_CLIP) : b;
  if (np_bad(b)) return b;
  const Val y =
      triangular(n, lu, b, (Attrs){.left_side = true, .lower = true, .unit_diagonal = true});
  return triangular(n, lu, y, (Attrs){.left_side = true});
}

static Val lu_solved(Np *n, Val a, Val b) {
  const Val lu = result(n, OP_lu, 1, &a.id, NULL);
  return np_bad(lu) ? lu : by_factors(n, lu, np_val(lu.id + 2), b);
}

Val np_solve(Np *n, Val a, Val b) {
  bool vector;
  if (!system_of(n, &a, &b, &vector)) return NP_BAD;
  a = square(n, a);
  if (np_bad(a) || !fits(n, a, b, rows_of(n, b))) return NP_BAD;
  return column_off(n, lu_solved(n, a, b), vector);
}

static Val cho_solve(Np *n, Val l, Val b) {
  bool vector;
  if (!system_of(n, &l, &b, &vector)) return NP_BAD;
  l = square(n, l);
  if (np_bad(l) || !fits(n, l, b, rows_of(n, b))) return NP_BAD;
  const Val y = triangular(n, l, b, (Attrs){.left_side = true, .lower = true});
  const Attrs back = {.left_side = true, .lower = true, .transpose_a = 2};
  return column_off(n, triangular(n, l, y, back), vector);
}

#define SOLVE(name, build)                                                    \
  OPS_BUILD(name) {                                                           \
    OPS_UNUSED;                                                               \
    return build(n, v[0], v[1]);                                              \
  }                                                                           \
  jc_array jc_##name##_(jc_array a, jc_array b, const char *file, int line) { \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};                 \
    return call(&fn, 2, (jc_array[]){a, b}, (Ints){0}, HERE(file, line));     \
  }
SOLVE(solve, np_solve)
SOLVE(cho_solve, cho_solve)

OPS_BUILD(lu_solve) {
  OPS_UNUSED;
  bool vector;
  Val lu = v[0], b = v[2];
  if (np_bad(v[1]) || !system_of(n, &lu, &b, &vector)) return NP_BAD;
  lu = square(n, lu);
  if (np_bad(lu) || !fits(n, lu, b, rows_of(n, b))) return NP_BAD;
  return column_off(n, by_factors(n, lu, v[1], b), vector);
}
jc_array jc_lu_solve_(struct jc_lu f, jc_array b, const char *file, int line) {
  static const Fn fn = {"lu_solve", build_lu_solve, PROMOTE_NONE};
  return call(&fn, 3, (jc_array[]){f.lu, f.permutation, b}, (Ints){0}, HERE(file, line));
}

static Val unit(Np *n, Dtype d, int64_t size) {
  const int64_t dim[] = {size, size};
  return np_convert(n, np_triangle(n, OP_eq, (Ints){2, dim}, 0), d);
}

static Val inverse(Np *n, Val x) {
  x = square(n, x);
  return np_bad(x) ? x : np_solve(n, x, unit(n, np_type(n, x).dtype, cols_of(n, x)));
}
UNARY(inv, inverse(n, x))
UNARY(matrix_transpose, turned(n, x))

OPS_BUILD(matrix_power) {
  OPS_UNUSED;
  int64_t power = options.v[0];
  Val x = power < 0 ? inverse(n, v[0]) : v[0], r = NP_BAD;
  if (np_bad(x)) return x;
  const Type t = np_type(n, x);
  if (t.rank < 2 || rows_of(n, x) != cols_of(n, x))
    return np_fail(n, "%s is no square matrix", TYPE_STR(t));
  if (!power) return np_broadcast_to(n, unit(n, t.dtype, cols_of(n, x)), type_shape(t));
  uint64_t left = power < 0 ? -(uint64_t)power : (uint64_t)power;
  for (; left && !np_bad(x); left /= 2) {
    if (left % 2) r = np_bad(r) ? x : np_matmul(n, r, x);
    if (left > 1) x = np_matmul(n, x, x);
  }
  return r;
}
jc_array jc_matrix_power_(jc_array x, int64_t power, const char *file, int line) {
  static const Fn fn = {"matrix_power", build_matrix_power, PROMOTE_NONE};
  return call(&fn, 1, &x, INTS(power), HERE(file, line));
}

// ---- determinants

static Val on_diagonal(Np *n, Val x) { return np_diagonal(n, x, 0, -2, -1); }

// -1 where an odd number of rows was exchanged, in the shape of the determinants.
static Val parity(Np *n, Val pivots, Val like) {
  const Type t = np_type(n, pivots);
  const Val still = np_iota(n, t, t.rank - 1), moved = np_compare(n, OP_ne, pivots, still);
  const Val count = np_sum(n, moved, INTS(-1), false), one = np_number(n, like, 1);
  const Val odd = np_map2(n, OP_and, count, np_number(n, count, 1));
  return np_select(n, np_nonzero(n, odd), np_map1(n, OP_neg, one), one);
}

static Val element(Np *n, Val x, int i, int k) {
  const int last = np_type(n, x).rank - 1;
  const Val row = np_part(n, x, last - 1, i, i + 1);
  return np_squeeze(n, np_squeeze(n, np_part(n, row, last, k, k + 1), -1), -1);
}

static Val minor_of(Np *n, Val x, int i, int k) {
  return np_sub(n, np_mul(n, element(n, x, 0, i), element(n, x, 1, k)),
                np_mul(n, element(n, x, 0, k), element(n, x, 1, i)));
}

// Up to 3 by 3 by minors, so that singular matrices have a derivative; else by L U.
static Val determinant(Np *n, Val x) {
  x = square(n, x);
  if (np_bad(x)) return x;
  const int64_t size = cols_of(n, x);
  if (size == 1) return element(n, x, 0, 0);
  if (size == 2) return minor_of(n, x, 0, 1);
  if (size == 3) {
    const Val a = np_mul(n, element(n, x, 2, 0), minor_of(n, x, 1, 2));
    const Val b = np_mul(n, element(n, x, 2, 1), minor_of(n, x, 0, 2));
    const Val c = np_mul(n, element(n, x, 2, 2), minor_of(n, x, 0, 1));
    return np_add(n, np_sub(n, a, b), c);
  }
  const Val lu = result(n, OP_lu, 1, &x.id, NULL);
  if (np_bad(lu)) return lu;
  const Val diagonal = on_diagonal(n, lu), sign = parity(n, np_val(lu.id + 1), diagonal);
  return np_mul(n, sign, np_reduce(n, OP_reduce_prod, diagonal, INTS(-1), false));
}
UNARY(det, determinant(n, x))

static bool slogdet(Np *n, int k, const Val *v, Ints options, Val *out) {
  OPS_UNUSED;
  const Val x = square(n, v[0]);
  if (np_bad(x)) return false;
  const Val lu = result(n, OP_lu, 1, &x.id, NULL);
  if (np_bad(lu)) return false;
  const Val diagonal = on_diagonal(n, lu), signs = np_map1(n, OP_sign, diagonal);
  const Val sign = np_reduce(n, OP_reduce_prod, signs, INTS(-1), false);
  out[0] = np_mul(n, sign, parity(n, np_val(lu.id + 1), sign));
  const Val size = np_map1(n, OP_log, np_map1(n, OP_abs, diagonal));
  out[1] = np_reduce(n, OP_reduce_sum, size, INTS(-1), false);
  return !np_bad(out[0]) && !np_bad(out[1]);
}
struct jc_slogdet jc_slogdet_(jc_array x, const char *file, int line) {
  static const Fn fn = {"slogdet", NULL, PROMOTE_NONE, 2, slogdet};
  jc_array r[2];
  call_all(&fn, 1, &x, (Ints){0}, r, HERE(file, line));
  return (struct jc_slogdet){.sign = r[0], .logabsdet = r[1]};
}

// ---- factorizations

OPS_BUILD(cholesky) {
  OPS_UNUSED;
  const Val x = symmetrized(n, square(n, v[0]));
  if (np_bad(x)) return x;
  const Val l = result(n, OP_cholesky, 1, &x.id, &(Attrs){.lower = true});
  return options.v[0] ? np_adjoint(n, l) : l;
}
jc_array jc_cholesky_(struct jc_cholesky c, const char *file, int line) {
  static const Fn fn = {"cholesky", build_cholesky, PROMOTE_NONE};
  return call(&fn, 1, &c.x, INTS(c.upper), HERE(file, line));
}

static bool factors(Np *n, Op op, Val x, const Attrs *at, int count, Val *out) {
  if (np_bad(x)) return false;
  const Val first = result(n, op, 1, &x.id, at);
  for (int i = 0; i < count; i++) out[i] = np_val(first.id + (Id)i);
  return !np_bad(first);
}

static bool build_lu(Np *n, int k, const Val *v, Ints options, Val *out) {
  OPS_UNUSED;
  return factors(n, OP_lu, matrix(n, v[0]), NULL, 3, out);
}
struct jc_lu jc_lu_(jc_array x, const char *file, int line) {
  static const Fn fn = {"lu", NULL, PROMOTE_NONE, 3, build_lu};
  jc_array r[3];
  call_all(&fn, 1, &x, (Ints){0}, r, HERE(file, line));
  return (struct jc_lu){.lu = r[0], .pivots = r[1], .permutation = r[2]};
}

static bool build_qr(Np *n, int k, const Val *v, Ints options, Val *out) {
  OPS_UNUSED;
  const Attrs at = {.full_matrices = options.v[0]};
  return factors(n, OP_qr, matrix(n, v[0]), &at, 2, out);
}
struct jc_qr jc_qr_(struct jc_factor f, const char *file, int line) {
  static const Fn fn = {"qr", NULL, PROMOTE_NONE, 2, build_qr};
  jc_array r[2];
  call_all(&fn, 1, &f.x, INTS(f.full_matrices), r, HERE(file, line));
  return (struct jc_qr){.q = r[0], .r = r[1]};
}

static bool eigh(Np *n, Val x, Val *out) {
  Val r[2];
  if (!factors(n, OP_eigh, symmetrized(n, square(n, x)), &(Attrs){.lower = true}, 2, r))
    return false;
  out[0] = r[1], out[1] = r[0];
  return true;
}
static bool build_eigh(Np *n, int k, const Val *v, Ints options, Val *out) {
  OPS_UNUSED;
  return eigh(n, v[0], out);
}
struct jc_eigh jc_eigh_(jc_array x, const char *file, int line) {
  static const Fn fn = {"eigh", NULL, PROMOTE_NONE, 2, build_eigh};
  jc_array r[2];
  call_all(&fn, 1, &x, (Ints){0}, r, HERE(file, line));
  return (struct jc_eigh){.values = r[0], .vectors = r[1]};
}
static Val eigenvalues(Np *n, Val x) {
  Val r[2];
  return eigh(n, x, r) ? r[0] : NP_BAD;
}
UNARY(eigvalsh, eigenvalues(n, x))

static bool svd(Np *n, Val x, bool full, Val *out) {
  return factors(n, OP_svd, matrix(n, x), &(Attrs){.full_matrices = full}, 3, out);
}
static bool build_svd(Np *n, int k, const Val *v, Ints options, Val *out) {
  OPS_UNUSED;
  return svd(n, v[0], options.v[0], out);
}
struct jc_svd jc_svd_(struct jc_factor f, const char *file, int line) {
  static const Fn fn = {"svd", NULL, PROMOTE_NONE, 3, build_svd};
  jc_array r[3];
  call_all(&fn, 1, &f.x, INTS(f.full_matrices), r, HERE(file, line));
  return (struct jc_svd){.u = r[0], .s = r[1], .vh = r[2]};
}
Val np_svdvals(Np *n, Val x) {
  Val r[3];
  return svd(n, x, false, r) ? r[1] : NP_BAD;
}
UNARY(svdvals, np_svdvals(n, x))

// ---- by singular values

// Those above rtol (default: `times` max(m, n) eps) of the largest.
static Val counted(Np *n, Val x, Val s, double rtol, double times) {
  const Dtype d = np_type(n, s).dtype;
  const int64_t m = rows_of(n, x), k = cols_of(n, x);
  const double eps = d == DT_F64 ? DBL_EPSILON : (double)FLT_EPSILON;
  if (rtol <= 0) rtol = times * (double)(m > k ? m : k) * eps;
  const Val largest =
      np_type(n, s).dim[np_type(n, s).rank - 1] ? np_part(n, s, np_type(n, s).rank - 1, 0, 1) : s;
  return np_compare(n, OP_gt, s, np_mul(n, largest, np_number(n, s, rtol)));
}

// V times (1 / s where that counts), U^H: 1 / s as columns.
static Val inverse_of(Np *n, const Val *f, Val counts) {
  const Val one = np_number(n, f[1], 1), zero = np_number(n, f[1], 0);
  const Val by = np_select(n, counts, np_div(n, one, np_select(n, counts, f[1], one)), zero);
  const Val scaled = np_mul(n, np_adjoint(n, f[0]), np_expand_dims(n, by, -1));
  return np_matmul(n, np_adjoint(n, f[2]), scaled);
}

OPS_BUILD(pinv) {
  OPS_UNUSED;
  Val f[3], x = matrix(n, v[0]);
  if (np_bad(x) || !svd(n, x, false, f)) return NP_BAD;
  return inverse_of(n, f, counted(n, x, f[1], ops_double(options, 0), 10));
}
jc_array jc_pinv_(struct jc_pinv p, const char *file, int line) {
  static const Fn fn = {"pinv", build_pinv, PROMOTE_NONE};
  return call(&fn, 1, &p.x, INTS(ops_word(p.rtol)), HERE(file, line));
}

OPS_BUILD(matrix_rank) {
  OPS_UNUSED;
  Val f[3], x = matrix(n, v[0]);
  if (np_bad(x) || !svd(n, x, false, f)) return NP_BAD;
  return np_sum(n, counted(n, x, f[1], ops_double(options, 0), 1), INTS(-1), false);
}
jc_array jc_matrix_rank_(struct jc_pinv p, const char *file, int line) {
  static const Fn fn = {"matrix_rank", build_matrix_rank, PROMOTE_NONE};
  return call(&fn, 1, &p.x, INTS(ops_word(p.rtol)), HERE(file, line));
}

static bool lstsq(Np *n, int k, const Val *v, Ints options, Val *out) {
  OPS_UNUSED;
  Val a = v[0], b = v[1], f[3];
  bool vector;
  if (!system_of(n, &a, &b, &vector) || !fits(n, a, b, rows_of(n, b))) return false;
  if (np_type(n, a).rank != 2)
    return np_fail(n, "of one matrix, not %s", TYPE_STR(np_type(n, a))), false;
  if (!svd(n, a, false, f)) return false;
  const Val counts = counted(n, a, f[1], 0, 1);
  const Val x = np_matmul(n, inverse_of(n, f, counts), b);
  const Val error = np_map1(n, OP_abs, np_sub(n, b, np_matmul(n, a, x)));
  const Val squares = np_sum(n, np_mul(n, error, error), INTS(-2), false);
  out[0] = column_off(n, x, vector);
  out[1] = vector ? np_squeeze(n, squares, -1) : squares;
  out[2] = np_sum(n, counts, INTS(-1), false);
  out[3] = f[1];
  return !np_bad(out[0]) && !np_bad(out[1]) && !np_bad(out[2]);
}
struct jc_lstsq jc_lstsq_(jc_array a, jc_array b, const char *file, int line) {
  static const Fn fn = {"lstsq", NULL, PROMOTE_NONE, 4, lstsq};
  jc_array r[4];
  call_all(&fn, 2, (jc_array[]){a, b}, (Ints){0}, r, HERE(file, line));
  return (struct jc_lstsq){.x = r[0], .residuals = r[1], .rank = r[2], .s = r[3]};
}
