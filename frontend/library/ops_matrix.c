// Matrices made of others: blocks, Toeplitz's, the exponential, polar factors.
#include <math.h>

#include "frontend/library/ops.h"

// ---- blocks on the diagonal

static Val zeros(Np *n, Dtype d, int64_t rows, int64_t columns) {
  const int64_t dim[] = {rows, columns};
  return np_full(n, (Type){d, 2, dim}, 0);
}

OPS_BUILD(block_diag) {
  OPS_UNUSED;
  enum { MOST = 64 };
  Val x[MOST], rows[MOST];
  if (k < 1 || k > MOST) return np_fail(n, "of 1 to %d matrices, not %d", MOST, k);
  for (int i = 0; i < k; i++) x[i] = v[i];
  if (!np_promote(n, k, x)) return NP_BAD;
  int64_t all = 0, before = 0;
  for (int i = 0; i < k; i++) {
    while (!np_bad(x[i]) && np_type(n, x[i]).rank < 2) x[i] = np_expand_dims(n, x[i], 0);
    if (np_bad(x[i])) return NP_BAD;
    if (np_type(n, x[i]).rank > 2) return np_fail(n, "%s is no matrix", TYPE_STR(np_type(n, x[i])));
    all += np_type(n, x[i]).dim[1];
  }
  for (int i = 0; i < k; i++) {
    const Type t = np_type(n, x[i]);
    const Val row[] = {zeros(n, t.dtype, t.dim[0], before), x[i],
                       zeros(n, t.dtype, t.dim[0], all - before - t.dim[1])};
    rows[i] = np_concatenate(n, 3, row, 1);
    before += t.dim[1];
  }
  return np_concatenate(n, k, rows, 0);
}
jc_array jc_block_diag_(jc_list list, const char *file, int line) {
  static const Fn fn = {"block_diag", build_block_diag, PROMOTE_NONE};
  return call(&fn, list.n, list.items, (Ints){0}, HERE(file, line));
}

// ---- equal numbers on each diagonal: the row in reverse, without its first, then the column

static Val toeplitz(Np *n, Val column, Val row) {
  Val x[2] = {column, row};
  if (!np_promote(n, 2, x)) return NP_BAD;
  const Type tc = np_type(n, x[0]), tr = np_type(n, x[1]);
  if (tc.rank != 1 || tr.rank != 1 || !tc.dim[0] || !tr.dim[0])
    return np_fail(n, "of two vectors with elements, not %s and %s", TYPE_STR(tc), TYPE_STR(tr));
  const int64_t columns = tr.dim[0], dim[] = {tc.dim[0], columns};
  const Val rest = np_flip(n, np_part(n, x[1], 0, 1, columns), 0);
  const Type t = {DT_I32, 2, dim};
  const Val apart = np_sub(n, np_iota(n, t, 0), np_iota(n, t, 1));
  const Val at = np_add(n, apart, np_number(n, apart, (double)(columns - 1)));
  return np_take(n, np_concatenate(n, 2, (Val[]){rest, x[0]}, 0), at, 0, MODE_CLIP);
}
BINARY(toeplitz, toeplitz(n, a, b))

// ---- exp: Pade's quotient of degree 13 of x over a power of 2, squared as often (Higham 2005)

enum { DEGREE = 13, SQUARINGS = 16 };

// The even (odd: over x) part of the polynomial, of unit and x^2, x^4, x^6.
static Val part(Np *n, const double *c, int first, const Val *power) {
  Val sum[2];
  for (int half = 0; half < 2; half++) {
    const double *at = c + first + 6 * half + 2 * half;
    const int count = half ? 3 : 4, from = half ? 1 : 0;
    sum[half] = np_mul(n, power[from], np_number(n, power[0], at[0]));
    for (int i = 1; i < count; i++)
      sum[half] =
          np_add(n, sum[half], np_mul(n, power[from + i], np_number(n, power[0], at[2 * i])));
  }
  return np_add(n, sum[0], np_matmul(n, power[3], sum[1]));
}

static Val expm(Np *n, Val x) {
  x = np_inexact(n, x);
  if (np_bad(x)) return x;
  const Type t = np_type(n, x);
  const int64_t size = t.rank > 1 ? t.dim[t.rank - 1] : -1;
  if (t.rank < 2 || t.dim[t.rank - 2] != size || dtype_is_half(t.dtype))
    return np_fail(n, "of square matrices of f32, f64, c64 or c128, not %s", TYPE_STR(t));
  if (!type_count(t)) return x;
  double c[DEGREE + 1] = {1};
  for (int i = 0; i < DEGREE; i++)
    c[i + 1] = c[i] * (DEGREE - i) / ((double)(2 * DEGREE - i) * (i + 1));
  const Val sums = np_reduce(n, OP_reduce_sum, np_map1(n, OP_abs, x), INTS(-2), true);
  const Val norm = np_map1(n, OP_stop_gradient, np_reduce(n, OP_reduce_max, sums, INTS(-1), true));
  const Val parts = np_div(n, norm, np_number(n, norm, 5.371920351148152));
  const Val least = np_map2(n, OP_max, parts, np_number(n, parts, 0.5));
  const Val log2 = np_div(n, np_map1(n, OP_log, least), np_number(n, least, log(2)));
  const Val times = np_add(n, np_map1(n, OP_floor, log2), np_number(n, log2, 1));
  const Val scale = np_map1(n, OP_exp2, np_map1(n, OP_neg, times));
  x = np_mul(n, x, np_convert(n, scale, t.dtype));
  const int64_t dim[] = {size, size};
  Val power[4] = {np_convert(n, np_triangle(n, OP_eq, (Ints){2, dim}, 0), t.dtype)};
  power[0] = np_broadcast_to(n, power[0], type_shape(t));
  power[1] = np_matmul(n, x, x), power[2] = np_matmul(n, power[1], power[1]);
  power[3] = np_matmul(n, power[2], power[1]);
  const Val odd = np_matmul(n, x, part(n, c, 1, power)), even = part(n, c, 0, power);
  Val r = np_solve(n, np_sub(n, even, odd), np_add(n, even, odd));
  for (int i = 0; i < SQUARINGS; i++) {
    // What is not squared is not computed with: it could overflow.
    const Val more = np_compare(n, OP_gt, times, np_number(n, times, i));
    const Val base = np_select(n, more, r, power[0]);
    r = np_select(n, more, np_matmul(n, base, base), r);
  }
  const Val fits = np_compare(n, OP_le, times, np_number(n, times, SQUARINGS));
  return np_select(n, fits, r, np_number(n, r, NAN));
}
UNARY(expm, expm(n, x))

// ---- polar factors, of the singular values'

struct jc_polar jc_polar_(jc_array x, const char *file, int line) {
  const struct jc_svd f = jc_svd_((struct jc_factor){.x = x}, file, line);
  if (handle_is_poison(f.s)) return (struct jc_polar){handle_poison(), handle_poison()};
  const jc_array turned = jc_matrix_transpose_(jc_conj_(f.vh, file, line), file, line);
  const jc_array s = jc_expand_dims_(f.s, -2, file, line);
  return (struct jc_polar){.u = jc_matmul_(f.u, f.vh, file, line),
                           .p = jc_matmul_(jc_mul_(turned, s, file, line), f.vh, file, line)};
}
