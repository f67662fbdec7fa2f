// Eigenvalues of matrices that are not symmetric, and roots of polynomials, which are some.
#include "compiler/legalize_linalg.h"
#include "frontend/library/ops.h"

// Square matrices as [batch, n, n] of complex numbers; *t: the type they came in.
static Id complex_batch(Np *n, Val x, Type *t) {
  x = np_inexact(n, x);
  if (np_bad(x)) return NO_ID;
  *t = np_type(n, x);
  if (t->rank < 2 || t->dim[t->rank - 1] != t->dim[t->rank - 2])
    return np_fail(n, "%s is no square matrix", TYPE_STR(*t)), NO_ID;
  if (dtype_is_half(t->dtype))
    return np_fail(n, "takes f32, f64, c64 and c128, not %s", TYPE_STR(*t)), NO_ID;
  t->dtype = dtype_complex(t->dtype);
  return matrix_batch(n->g, np_convert(n, x, t->dtype).id);
}

static bool eigen(Np *n, Val x, Val *values, Val *vectors) {
  Type t;
  Id form, rows;
  const Id a = complex_batch(n, x, &t);
  if (a == NO_ID) return false;
  const Ints list = {t.rank - 1, t.dim};
  if (!type_count(t)) {
    *values = np_full(n, type_of(t.dtype, list), 0), *vectors = np_full(n, t, 0);
    return true;
  }
  matrix_schur(n->g, a, &form, &rows);
  if (form == NO_ID) return false;
  *values = np_reshape(n, np_diagonal(n, np_val(form), 0, 1, 2), list);
  const Id v = matrix_eigenvectors(n->g, form, rows);
  *vectors = v == NO_ID ? NP_BAD : np_reshape(n, np_val(v), type_shape(t));
  return !np_bad(*values) && !np_bad(*vectors);
}

static bool eig(Np *n, int k, const Val *v, Ints options, Val *out) {
  OPS_UNUSED;
  return eigen(n, v[0], &out[0], &out[1]);
}
struct jc_eig jc_eig_(jc_array x, const char *file, int line) {
  static const Fn fn = {"eig", NULL, PROMOTE_NONE, 2, eig};
  jc_array r[2];
  call_all(&fn, 1, &x, (Ints){0}, r, HERE(file, line));
  return (struct jc_eig){.values = r[0], .vectors = r[1]};
}

static Val eigenvalues(Np *n, Val x) {
  Val values, vectors;
  return eigen(n, x, &values, &vectors) ? values : NP_BAD;
}
UNARY(eigvals, eigenvalues(n, x))

// Of the companion matrix: ones below the diagonal, the coefficients over the first in row 0.
static Val roots(Np *n, Val p) {
  p = np_inexact(n, p);
  if (np_bad(p)) return p;
  const Type t = np_type(n, p);
  if (t.rank != 1) return np_fail(n, "of a vector of coefficients, not %s", TYPE_STR(t));
  const int64_t degree = t.dim[0] > 1 ? t.dim[0] - 1 : 0, square[] = {degree, degree};
  const Type m = {t.dtype, 2, square};
  if (!degree) return eigenvalues(n, np_full(n, m, 0));
  const Val row = np_map1(n, OP_neg, np_div(n, np_part(n, p, 0, 1, degree + 1), np_row(n, p, 0)));
  const Val below = np_convert(n, np_triangle(n, OP_eq, (Ints){2, square}, -1), t.dtype);
  const Val rest = np_part(n, below, 0, 1, degree);
  return eigenvalues(n, np_concatenate(n, 2, (Val[]){np_expand_dims(n, row, 0), rest}, 0));
}
UNARY(roots, roots(n, x))
