// Type rules of linear algebra and Fourier transforms.
#include "ir/infer.h"

#define NAME(in) op_info((in)->op)->name
#define REJECT(in, ...) fail((in)->loc, __VA_ARGS__)

bool infer_fft(Infer *in) {
  const Type x = in->args[0];
  const Ints length = in->attrs->length;
  if (length.n < 1 || length.n > 3 || length.n > x.rank)
    return REJECT(in, "%s: %d lengths for %s: there are 1 to 3", NAME(in), length.n, TYPE_STR(x));
  const Dtype part = dtype_part(x.dtype);
  if (part != DT_F32 && part != DT_F64)
    return REJECT(in, "%s: does not take %s", NAME(in), TYPE_STR(x));
  int64_t dim[MAX_RANK];
  for (int i = 0; i < x.rank; i++) dim[i] = x.dim[i];
  for (int i = 0; i < length.n; i++) {
    const int axis = x.rank - length.n + i;
    const int64_t n = length.v[i];
    const bool half = in->op == OP_irfft && i == length.n - 1;
    if (n < 1 || x.dim[axis] != (half ? n / 2 + 1 : n))
      return REJECT(in, "%s: length %lld does not fit dimension %d of %s", NAME(in), (long long)n,
                    axis, TYPE_STR(x));
    if (half) dim[axis] = n;
    if (in->op == OP_rfft && i == length.n - 1) dim[axis] = n / 2 + 1;
  }
  const Dtype d = in->op == OP_irfft ? part : dtype_complex(x.dtype);
  in->results[0] = type_copy(in->arena, (Type){d, x.rank, dim});
  return true;
}

// Real and imaginary parts along an axis of at least one element.
static bool are_parts(Infer *in, int64_t axis) {
  const Type x = in->args[0];
  if (x.dtype != DT_F32 && x.dtype != DT_F64)
    return REJECT(in, "%s: does not take %s", NAME(in), TYPE_STR(x));
  if (in->nargs == 2 && !type_equal(x, in->args[1]))
    return REJECT(in, "%s: parts differ: %s and %s", NAME(in), TYPE_STR(x), TYPE_STR(in->args[1]));
  if (axis < 0 || axis >= x.rank || x.dim[axis] < 1)
    return REJECT(in, "%s: no axis %lld of %s", NAME(in), (long long)axis, TYPE_STR(x));
  return true;
}

// One or two results, like the operand but for the size of the last axis.
static bool last_resized(Infer *in, int nresults, int64_t size) {
  Type t = type_copy(in->arena, in->args[0]);
  int64_t *dim = ARENA_ARRAY(in->arena, int64_t, t.rank + 1);
  for (int i = 0; i < t.rank; i++) dim[i] = i + 1 < t.rank ? t.dim[i] : size;
  t.dim = dim;
  in->nresults = nresults;
  in->results = ARENA_ARRAY(in->arena, Type, nresults);
  for (int i = 0; i < nresults; i++) in->results[i] = t;
  return true;
}

bool infer_dft(Infer *in) {
  if (!are_parts(in, in->attrs->axis)) return false;
  return last_resized(in, 2, in->args[0].dim[in->args[0].rank - 1]);
}

bool infer_rdft(Infer *in) {
  const int last = in->args[0].rank - 1;
  return are_parts(in, last) && last_resized(in, 2, in->args[0].dim[last] / 2 + 1);
}

bool infer_irdft(Infer *in) {
  const int last = in->args[0].rank - 1;
  const int64_t n = in->attrs->size;
  if (!are_parts(in, last)) return false;
  if (n < 1 || in->args[0].dim[last] != n / 2 + 1)
    return REJECT(in, "irdft: size %lld does not fit %s", (long long)n, TYPE_STR(in->args[0]));
  return last_resized(in, 1, n);
}

static bool is_matrix(Infer *in, Type t, bool square) {
  if (t.rank >= 2 && (!square || t.dim[t.rank - 1] == t.dim[t.rank - 2])) return true;
  return REJECT(in, "%s: %s is no %smatrix", NAME(in), TYPE_STR(t), square ? "square " : "");
}

static bool is_full_float(Infer *in, Type t) {
  if (!dtype_is_half(t.dtype)) return true;
  return REJECT(in, "%s: does not take %s", NAME(in), TYPE_STR(t));
}

bool infer_cholesky(Infer *in) {
  if (!is_matrix(in, in->args[0], true) || !is_full_float(in, in->args[0])) return false;
  in->results[0] = type_copy(in->arena, in->args[0]);
  return true;
}

bool infer_triangular_solve(Infer *in) {
  const Type a = in->args[0], b = in->args[1];
  if (!is_matrix(in, a, true) || !is_matrix(in, b, false) || !is_full_float(in, a)) return false;
  bool fits = a.rank == b.rank && a.dtype == b.dtype;
  for (int i = 0; fits && i < a.rank - 2; i++) fits = a.dim[i] == b.dim[i];
  if (!fits || a.dim[a.rank - 1] != b.dim[b.rank - (in->attrs->left_side ? 2 : 1)])
    return REJECT(in, "%s: %s does not fit %s", NAME(in), TYPE_STR(b), TYPE_STR(a));
  if (in->attrs->transpose_a < 0 || in->attrs->transpose_a > 2)
    return REJECT(in, "%s: transpose_a is 0, 1 (transposed) or 2 (adjoint)", NAME(in));
  in->results[0] = type_copy(in->arena, b);
  return true;
}

bool infer_lu(Infer *in) {
  const Type a = in->args[0];
  if (!is_matrix(in, a, false) || !is_full_float(in, a)) return false;
  const int64_t m = a.dim[a.rank - 2], n = a.dim[a.rank - 1];
  int64_t dim[MAX_RANK];
  for (int i = 0; i < a.rank - 2; i++) dim[i] = a.dim[i];
  in->nresults = 3;
  in->results = ARENA_ARRAY(in->arena, Type, 3);
  in->results[0] = type_copy(in->arena, a);
  dim[a.rank - 2] = m < n ? m : n;
  in->results[1] = type_copy(in->arena, (Type){DT_I32, a.rank - 1, dim});
  dim[a.rank - 2] = m;
  in->results[2] = type_copy(in->arena, (Type){DT_I32, a.rank - 1, dim});
  return true;
}

// A matrix type of t's batch; rank one less where cols is negative.
static Type in_batch(Infer *in, Type t, Dtype d, int64_t rows, int64_t cols) {
  int64_t dim[MAX_RANK];
  for (int i = 0; i < t.rank - 2; i++) dim[i] = t.dim[i];
  dim[t.rank - 2] = rows;
  if (cols >= 0) dim[t.rank - 1] = cols;
  return type_copy(in->arena, (Type){d, t.rank - (cols < 0), dim});
}

static Type *results(Infer *in, int n) {
  in->nresults = n;
  return in->results = ARENA_ARRAY(in->arena, Type, n);
}

bool infer_geqrf(Infer *in) {
  const Type a = in->args[0];
  if (!is_matrix(in, a, false) || !is_full_float(in, a)) return false;
  const int64_t m = a.dim[a.rank - 2], n = a.dim[a.rank - 1];
  Type *r = results(in, 2);
  r[0] = type_copy(in->arena, a);
  r[1] = in_batch(in, a, a.dtype, m < n ? m : n, -1);
  return true;
}

bool infer_householder_product(Infer *in) {
  const Type a = in->args[0], tau = in->args[1];
  if (!is_matrix(in, a, false) || !is_full_float(in, a)) return false;
  const int64_t m = a.dim[a.rank - 2], n = a.dim[a.rank - 1];
  bool fits = tau.rank == a.rank - 1 && tau.dtype == a.dtype && m >= n;
  for (int i = 0; fits && i < a.rank - 2; i++) fits = tau.dim[i] == a.dim[i];
  if (!fits || tau.dim[tau.rank - 1] > n)
    return REJECT(in, "%s: factors %s do not fit %s", NAME(in), TYPE_STR(tau), TYPE_STR(a));
  in->results[0] = type_copy(in->arena, a);
  return true;
}

bool infer_qr(Infer *in) {
  const Type a = in->args[0];
  if (!is_matrix(in, a, false) || !is_full_float(in, a)) return false;
  const int64_t m = a.dim[a.rank - 2], n = a.dim[a.rank - 1], k = m < n ? m : n;
  const bool full = in->attrs->full_matrices;
  Type *r = results(in, 2);
  r[0] = in_batch(in, a, a.dtype, m, full ? m : k);
  r[1] = in_batch(in, a, a.dtype, full ? m : k, n);
  return true;
}

bool infer_eigh(Infer *in) {
  const Type a = in->args[0];
  if (!is_matrix(in, a, true) || !is_full_float(in, a)) return false;
  Type *r = results(in, 2);
  r[0] = type_copy(in->arena, a);
  r[1] = in_batch(in, a, dtype_part(a.dtype), a.dim[a.rank - 1], -1);
  return true;
}

bool infer_svd(Infer *in) {
  const Type a = in->args[0];
  if (!is_matrix(in, a, false) || !is_full_float(in, a)) return false;
  const int64_t m = a.dim[a.rank - 2], n = a.dim[a.rank - 1], k = m < n ? m : n;
  const bool full = in->attrs->full_matrices;
  Type *r = results(in, 3);
  r[0] = in_batch(in, a, a.dtype, m, full ? m : k);
  r[1] = in_batch(in, a, dtype_part(a.dtype), k, -1);
  r[2] = in_batch(in, a, a.dtype, full ? n : k, n);
  return true;
}
