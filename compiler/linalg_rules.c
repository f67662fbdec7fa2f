// Derivatives of triangular_solve and of the factorizations; qr by reflections.
#include "compiler/legalize_linalg.h"
#include "compiler/rules.h"

// Of matrices as x: where the number of the row compares so with that of the column: OP_lt above
// the diagonal, OP_eq on it, OP_gt below.
static Id triangle(Graph *g, Op op, Id x) {
  const Type t = graph_type(g, x), index = {DT_I32, t.rank, t.dim};
  const Id at[] = {b_iota(g, index, t.rank - 2), b_iota(g, index, t.rank - 1)};
  return graph_add(g, op, 2, at, NULL);
}

// ---- triangular_solve: op(a) x = b gives op(a) dx = db - op(da) x, da in the triangle that is
// read

static Id turned_by(Graph *g, Id a, int64_t how) {
  return how == 1 ? matrix_turned(g, a) : how == 2 ? matrix_adjoint(g, a) : a;
}

bool jvp_triangular_solve(Jvp *c, const Node *n) {
  Graph *g = c->out;
  const Attrs *at = n->attrs;
  const Id x = jvp_copy(c, n), da = c->tangent[n->args[0]];
  Id db = c->tangent[n->args[1]];
  if (x == NO_ID) return false;
  if (da != NO_ID && type_count(graph_type(g, x))) {
    const Op outside =
        at->lower ? (at->unit_diagonal ? OP_gt : OP_ge) : (at->unit_diagonal ? OP_lt : OP_le);
    const Id flat = matrix_batch(g, da), flat_x = matrix_batch(g, x);
    if (failed()) return false;
    const Id used = turned_by(g, matrix_keep(g, triangle(g, outside, flat), flat), at->transpose_a);
    const Id move =
        at->left_side ? matrix_product(g, used, flat_x) : matrix_product(g, flat_x, used);
    const Id less = b_neg(g, b_reshape(g, move, type_shape(graph_type(g, x))));
    db = add_tangents(g, db, less);
  }
  if (db == NO_ID) return true;
  c->tangent[n->first] =
      graph_add(g, OP_triangular_solve, 2, (Id[]){c->primal[n->args[0]], db}, at);
  return !failed();
}

bool transpose_triangular_solve(Transpose *c, const Node *n) {
  if (is_linear(c, n->args[0])) return fail(n->loc, "triangular_solve: it is not linear in a");
  Graph *g = c->out;
  Attrs at = *n->attrs;
  Id a = c->value[n->args[0]];
  if (at.transpose_a == 2) a = b_conj(g, a);
  at.transpose_a = !at.transpose_a;
  const Id ct = c->cotangent[n->first];
  transpose_add(c, n->args[1], graph_add(g, OP_triangular_solve, 2, (Id[]){a, ct}, &at));
  return !failed();
}

// ---- cholesky: with M = L^-1 dx L^-H, dL = L times M's lower triangle, its diagonal halved

// op(a) x = b, or x op(a) = b.
static Id solved(Graph *g, Id a, Id b, Attrs at) {
  return graph_add(g, OP_triangular_solve, 2, (Id[]){a, b}, &at);
}

// x r = a, r the upper triangle of a matrix.
static Id over_triangle(Graph *g, Id a, Id r) { return solved(g, r, a, (Attrs){.lower = false}); }

bool jvp_cholesky(Jvp *c, const Node *n) {
  Graph *g = c->out;
  const bool lower = n->attrs->lower;
  const Id first = jvp_copy(c, n), given = jvp_tangent(c, n->args[0]);
  if (first == NO_ID || given == NO_ID) return false;
  const Type t = graph_type(g, first);
  if (!type_count(t)) return true;
  const Id dx = matrix_hermitian(g, matrix_batch(g, given), lower);
  Id l = matrix_batch(g, first);
  if (failed()) return false;
  if (!lower) l = matrix_adjoint(g, l);
  const Id right = solved(g, l, dx, (Attrs){.lower = true, .transpose_a = 2});
  const Id m = solved(g, l, right, (Attrs){.lower = true, .left_side = true});
  const Id half = b_mul(g, matrix_keep(g, triangle(g, OP_eq, m), m), b_like(g, m, 0.5));
  const Id phi = b_add(g, matrix_keep(g, triangle(g, OP_gt, m), m), half);
  const Id dl = matrix_product(g, l, phi);
  c->tangent[n->first] = b_reshape(g, lower ? dl : matrix_adjoint(g, dl), type_shape(t));
  return !failed();
}

// ---- lu: with M = L^-1 P dx U^-1, dL = L times M below the diagonal, dU = the rest of M times U

bool jvp_lu(Jvp *c, const Node *n) {
  Graph *g = c->out;
  const Type t = graph_type(c->src, n->args[0]);
  if (t.dim[t.rank - 2] != t.dim[t.rank - 1]) return jvp_legal(c, n);
  const Id first = jvp_copy(c, n), given = jvp_tangent(c, n->args[0]);
  if (first == NO_ID || given == NO_ID) return false;
  if (!type_count(t)) return true;
  const Id lu = matrix_batch(g, first), dx = matrix_batch(g, given);
  if (failed()) return false;
  const Type flat = graph_type(g, lu);
  const Id order = b_reshape(g, first + 2, INTS(flat.dim[0], flat.dim[1]));
  const Id lower = triangle(g, OP_gt, lu), none = b_like(g, lu, 0);
  const Id l = b_select(g, lower, lu, matrix_unit(g, t.dtype, flat.dim[0], flat.dim[1]));
  const Id u = b_select(g, lower, none, lu);
  const Id left = solved(g, lu, matrix_rows(g, dx, order),
                         (Attrs){.lower = true, .left_side = true, .unit_diagonal = true});
  const Id m = over_triangle(g, left, lu);
  const Id dl = matrix_product(g, l, b_select(g, lower, m, none));
  const Id du = matrix_product(g, b_select(g, lower, none, m), u);
  c->tangent[n->first] = b_reshape(g, b_add(g, dl, du), type_shape(t));
  return !failed();
}

// ---- qr

void legalize_qr(Legalize *s) {
  Graph *g = s->g;
  const Type t = legalize_arg(s, 0);
  const int64_t m = t.dim[t.rank - 2], n = t.dim[t.rank - 1], k = m < n ? m : n;
  const int64_t cols = s->node->attrs->full_matrices ? m : k;
  int64_t q_dim[MAX_RANK], r_dim[MAX_RANK];
  for (int i = 0; i < t.rank; i++) q_dim[i] = r_dim[i] = t.dim[i];
  q_dim[t.rank - 1] = r_dim[t.rank - 2] = cols;
  const Type q_type = {t.dtype, t.rank, q_dim}, r_type = {t.dtype, t.rank, r_dim};
  if (!type_count(t)) {
    s->results[1] = b_full(g, r_type, 0);
    s->results[0] = b_convert(g, triangle(g, OP_eq, b_full(g, q_type, 0)), t.dtype);
    return;
  }
  const Id x = matrix_batch(g, s->args[0]), packed = graph_add(g, OP_geqrf, 1, &x, NULL);
  if (failed()) return;
  Id vectors = b_slice_axis(g, packed, 2, 0, k, 1);
  if (cols > k)
    vectors = b_pad(g, vectors, b_scalar(g, t.dtype, 0), INTS(0, 0, 0), INTS(0, 0, cols - k),
                    INTS(0, 0, 0));
  const Id q = graph_add(g, OP_householder_product, 2, (Id[]){vectors, packed + 1}, NULL);
  const Id r = b_slice_axis(g, packed, 1, 0, cols, 1);
  s->results[0] = b_reshape(g, q, type_shape(q_type));
  s->results[1] = b_reshape(g, matrix_keep(g, triangle(g, OP_le, r), r), type_shape(r_type));
}

// Of square or tall x: with W = dx R^-1 and M = Q^H W, Q^H dQ is the skew D that agrees with M
// below the diagonal; dQ = Q (D - M) + W, dR = (M - D) R.
static void tangent_of_tall(Graph *g, Id q, Id r, Id dx, Id *dq, Id *dr) {
  const Id w = over_triangle(g, dx, r), m = matrix_product(g, matrix_adjoint(g, q), w);
  const Id below = matrix_keep(g, triangle(g, OP_gt, m), m);
  Id d = b_sub(g, below, matrix_adjoint(g, below));
  const Type t = graph_type(g, m);
  if (dtype_is_complex(t.dtype)) {
    const Id imaginary = b_sub(g, m, b_convert(g, b_real(g, m), t.dtype));
    d = b_add(g, d, matrix_keep(g, triangle(g, OP_eq, m), imaginary));
  }
  *dq = b_add(g, matrix_product(g, q, b_sub(g, d, m)), w);
  *dr = matrix_product(g, b_sub(g, m, d), r);
}

bool jvp_qr(Jvp *c, const Node *n) {
  Graph *g = c->out;
  const Id first = jvp_copy(c, n), given = jvp_tangent(c, n->args[0]);
  if (first == NO_ID || given == NO_ID) return false;
  const Type t = graph_type(g, given), q_type = graph_type(g, first);
  const int64_t rows = t.dim[t.rank - 2], cols = t.dim[t.rank - 1];
  if (!type_count(t)) return true;
  if (rows > cols && n->attrs->full_matrices)
    return fail(n->loc, "qr: the full Q of a tall matrix has no derivative");
  const Id q = matrix_batch(g, first), r = matrix_batch(g, first + 1), dx = matrix_batch(g, given);
  if (failed()) return false;
  Id dq, dr;
  if (rows >= cols) {
    tangent_of_tall(g, q, r, dx, &dq, &dr);
  } else {  // the further columns of R are Q^H x
    const Id x = matrix_batch(g, c->primal[n->args[0]]);
    tangent_of_tall(g, q, b_slice_axis(g, r, 2, 0, rows, 1), b_slice_axis(g, dx, 2, 0, rows, 1),
                    &dq, &dr);
    const Id rest =
        b_add(g, matrix_product(g, matrix_adjoint(g, dq), b_slice_axis(g, x, 2, rows, cols, 1)),
              matrix_product(g, matrix_adjoint(g, q), b_slice_axis(g, dx, 2, rows, cols, 1)));
    dr = b_concatenate(g, 2, (Id[]){dr, rest}, 2);
  }
  c->tangent[n->first] = b_reshape(g, dq, type_shape(q_type));
  c->tangent[n->first + 1] = b_reshape(g, dr, type_shape(graph_type(g, first + 1)));
  return !failed();
}

// ---- svd

// What dx adds to U outside of the span of U: (dx V - U (U^H dx V)) / s; 0 where U is square.
static Id outside(Graph *g, Id du, Id u, Id dxv, Id s) {
  const Type t = graph_type(g, u);
  if (t.dim[1] == t.dim[2]) return du;
  const Id within = matrix_product(g, u, matrix_product(g, matrix_adjoint(g, u), dxv));
  return b_add(g, du, b_div(g, b_sub(g, dxv, within), matrix_spread(g, s, u)));
}

// With D = U^H dx V: ds is its diagonal; U^H dU = F (D s + s D^H) + (D - D^H) / 2 s on the
// diagonal, V^H dV = F (s D + D^H s), where F is 1 / (s_col^2 - s_row^2) off the diagonal.
bool jvp_svd(Jvp *c, const Node *n) {
  Graph *g = c->out;
  const Id first = jvp_copy(c, n), given = jvp_tangent(c, n->args[0]);
  if (first == NO_ID || given == NO_ID) return false;
  const Type t = graph_type(g, given), s_type = graph_type(g, first + 1);
  if (!type_count(t)) return true;
  if (n->attrs->full_matrices && t.dim[t.rank - 2] != t.dim[t.rank - 1])
    return fail(n->loc, "svd: the full U and V of %s have no derivative", TYPE_STR(t));
  const Id u = matrix_batch(g, first), dx = matrix_batch(g, given);
  const Id v = matrix_adjoint(g, matrix_batch(g, first + 2));
  if (failed()) return false;
  const int64_t batch = graph_type(g, u).dim[0], k = graph_type(g, u).dim[2];
  const Id dxv = matrix_product(g, dx, v), d = matrix_product(g, matrix_adjoint(g, u), dxv);
  const Id s_row = b_reshape(g, first + 1, INTS(batch, 1, k));
  const Id s_col = b_reshape(g, first + 1, INTS(batch, k, 1)), real = matrix_real(g, d);
  const Id across = matrix_spread(g, s_row, real), down = matrix_spread(g, s_col, real);
  const Id diagonal = triangle(g, OP_eq, real), one = b_like(g, real, 1);
  const Id gap = b_mul(g, b_add(g, across, down), b_sub(g, across, down));
  const Id f = matrix_keep(g, b_not(g, diagonal), b_div(g, one, b_select(g, diagonal, one, gap)));
  const Id factor = b_convert(g, f, t.dtype);
  const Id ds = b_mul(g, d, b_convert(g, across, t.dtype));
  const Id sd = b_mul(g, b_convert(g, down, t.dtype), d);
  const Id skew = b_mul(g, b_sub(g, d, matrix_adjoint(g, d)), b_like(g, d, 0.5));
  const Id none = b_eq(g, across, b_like(g, across, 0));
  const Id inverse = matrix_keep(g, b_and(g, diagonal, b_not(g, none)),
                                 b_div(g, one, b_select(g, none, one, across)));
  const Id turn = b_add(g, b_mul(g, factor, b_add(g, ds, matrix_adjoint(g, ds))),
                        b_mul(g, skew, b_convert(g, inverse, t.dtype)));
  const Id du = matrix_product(g, u, turn);
  const Id dv = matrix_product(g, v, b_mul(g, factor, b_add(g, sd, matrix_adjoint(g, sd))));
  const Id s = b_convert(g, s_row, t.dtype);
  const Id all_u = outside(g, du, u, dxv, s);
  const Id all_v = outside(g, dv, v, matrix_product(g, matrix_adjoint(g, dx), u), s);
  const Id values = b_reduce(g, OP_reduce_sum, matrix_keep(g, diagonal, real), INTS(2));
  c->tangent[n->first] = b_reshape(g, all_u, type_shape(graph_type(g, first)));
  c->tangent[n->first + 1] = b_reshape(g, values, type_shape(s_type));
  c->tangent[n->first + 2] =
      b_reshape(g, matrix_adjoint(g, all_v), type_shape(graph_type(g, first + 2)));
  return !failed();
}
