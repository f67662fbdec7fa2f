// Linear algebra, Fourier transforms and special functions of several arguments. Part of jitc.h,
// which includes it.
#ifndef JITC_LINALG_H
#define JITC_LINALG_H

// ---- products

// jc_einsum("ij,jk->ik", a, b): the product of 1 to 6 arrays whose axes have letters, summed over
// those that the result lacks. Without "->" the result has the letters that occur once, in
// alphabetical order. A letter twice in one array is its diagonal; "..." stands for further axes,
// which broadcast. Pairs are contracted in the order that takes least work.
jc_array jc_einsum_(const char *subscripts, jc_list arrays, JC_AT_);
#define jc_einsum(subscripts, ...) jc_einsum_(subscripts, JC_LIST(__VA_ARGS__), JC_HERE)

// clang-format off
#define JC_PRODUCT_OPS_(X) X(dot) X(vdot) X(inner) X(kron) X(cross) X(vecdot) X(matvec) X(vecmat)
// clang-format on
JC_PRODUCT_OPS_(JC_BINARY_DECLARE_)
// The last axis of a with the last but one of b (its only one), without batches.
#define jc_dot(a, b) jc_dot_(jc_lift(a), jc_lift(b), JC_HERE)
// sum(conj(a) * b) of all elements.
#define jc_vdot(a, b) jc_vdot_(jc_lift(a), jc_lift(b), JC_HERE)
// The last axis of a with the last of b.
#define jc_inner(a, b) jc_inner_(jc_lift(a), jc_lift(b), JC_HERE)
// Products of the last axes, the others are batches that broadcast: sum(conj(a) * b); a matrix with
// a vector; the conjugate of a vector with a matrix.
#define jc_vecdot(a, b) jc_vecdot_(jc_lift(a), jc_lift(b), JC_HERE)
#define jc_matvec(a, b) jc_matvec_(jc_lift(a), jc_lift(b), JC_HERE)
#define jc_vecmat(a, b) jc_vecmat_(jc_lift(a), jc_lift(b), JC_HERE)
// b times each element of a, as blocks.
#define jc_kron(a, b) jc_kron_(jc_lift(a), jc_lift(b), JC_HERE)
// Cross products along the last axis, of vectors of 3 elements or of 2 (then a number).
#define jc_cross(a, b) jc_cross_(jc_lift(a), jc_lift(b), JC_HERE)

// jc_multi_dot(JC_LIST(a, b, c)): the product of 2 to 16 matrices in the order that takes least
// work; the first may be a row, the last a column, of one axis.
JC_JOIN_DECLARE_(multi_dot)
#define jc_multi_dot(list) jc_multi_dot_(list, JC_HERE)

// jc_tensordot(a, b, 2): sums over the last 2 axes of a with the first 2 of b;
// jc_tensordot(a, b, 0, .a_axes = JC_AXES(1), .b_axes = JC_AXES(0)): over these.
struct jc_tensordot {
  int count;
  jc_dims a_axes, b_axes;
};
jc_array jc_tensordot_(jc_array a, jc_array b, struct jc_tensordot t, JC_AT_);
#define jc_tensordot(a, b, ...) \
  jc_tensordot_(jc_lift(a), jc_lift(b), (struct jc_tensordot){.count = __VA_ARGS__}, JC_HERE)

// ---- norms

// jc_norm(x), jc_norm(x, .axes = JC_AXES(0, 1), .keepdims = true): sqrt(sum(|x|^2)) of all elements
// or over axes. .ord = p, over one axis: (sum |x|^p)^(1 / p), p also INFINITY, -INFINITY (largest,
// least) and -0.0 (how many are not 0; 0 is not given); over two, of matrices: 1, INFINITY (largest
// sum of a column, of a row), 2 (largest singular value), and -1, -INFINITY, -2 for the least;
// .nuclear = true: the sum of singular values.
struct jc_norm_of {
  jc_array x;
  jc_dims axes;
  bool keepdims, nuclear;
  double ord;
};
jc_array jc_norm_(struct jc_norm_of o, JC_AT_);
jc_array(jc_norm)(jc_array x);
#define jc_norm(...) jc_norm_((struct jc_norm_of){.x = __VA_ARGS__}, JC_HERE)

// ---- diagonals and triangles

// jc_diagonal(x), jc_diagonal(x, .offset = 1, .axes = JC_AXES(-2, -1)): the elements x[i, i +
// offset] of two axes, the first two by default, as a new last axis. jc_trace: their sum.
// jc_diag(v), jc_diag(v, .offset = 1): the square matrix with v there; of a matrix its diagonal.
struct jc_diagonal {
  jc_array x;
  int64_t offset;
  jc_dims axes;
};
// clang-format off
#define JC_DIAGONAL_OPS_(X) X(diagonal) X(trace) X(diag)
// clang-format on
#define JC_DIAGONAL_DECLARE_(name) jc_array jc_##name##_(struct jc_diagonal d, JC_AT_);
JC_DIAGONAL_OPS_(JC_DIAGONAL_DECLARE_)
#define jc_diagonal(...) jc_diagonal_((struct jc_diagonal){.x = __VA_ARGS__}, JC_HERE)
#define jc_trace(...) jc_trace_((struct jc_diagonal){.x = __VA_ARGS__}, JC_HERE)
#define jc_diag(...) jc_diag_((struct jc_diagonal){.x = __VA_ARGS__}, JC_HERE)

// jc_tril(x), jc_tril(x, .k = -1): x with zeros above the diagonal number k of its last two axes;
// jc_triu: below it.
struct jc_triangle {
  jc_array x;
  int64_t k;
};
jc_array jc_tril_(struct jc_triangle t, JC_AT_);
jc_array jc_triu_(struct jc_triangle t, JC_AT_);
#define jc_tril(...) jc_tril_((struct jc_triangle){.x = __VA_ARGS__}, JC_HERE)
#define jc_triu(...) jc_triu_((struct jc_triangle){.x = __VA_ARGS__}, JC_HERE)

// jc_block_diag(JC_LIST(a, b)): matrices along the diagonal, zeros elsewhere. jc_toeplitz(c, r):
// with column c and row r (but its first), the same numbers on each diagonal.
JC_JOIN_DECLARE_(block_diag)
JC_BINARY_DECLARE_(toeplitz)
#define jc_block_diag(list) jc_block_diag_(list, JC_HERE)
#define jc_toeplitz(c, r) jc_toeplitz_(c, r, JC_HERE)

// ---- factorizations and systems

// Of matrices in the last two axes, each on its own where there are axes before them: f32, f64, c64
// or c128; integers are taken as f32. All have derivatives unless something else is said.

// jc_cholesky(x): lower triangular L with L L^H = x, x taken as (x + x^H) / 2; NaN where x is not
// positive definite. .upper = true: U with U^H U = x.
struct jc_cholesky {
  jc_array x;
  bool upper;
};
jc_array jc_cholesky_(struct jc_cholesky c, JC_AT_);
#define jc_cholesky(...) jc_cholesky_((struct jc_cholesky){.x = __VA_ARGS__}, JC_HERE)

// jc_triangular_solve(a, b): x with a x = b, reading the upper triangle of a; b is a vector or
// holds columns.
//   .lower = true: the lower triangle; .unit_diagonal = true: with ones on the diagonal;
//   .transpose = JC_TRANSPOSED or JC_ADJOINT: of a; .right_side = true: x a = b.
typedef enum jc_transposed { JC_AS_IS, JC_TRANSPOSED, JC_ADJOINT } jc_transposed;
struct jc_triangular_solve {
  jc_array b;
  bool lower, unit_diagonal, right_side;
  jc_transposed transpose;
};
jc_array jc_triangular_solve_(jc_array a, struct jc_triangular_solve s, JC_AT_);
#define jc_triangular_solve(a, ...) \
  jc_triangular_solve_(a, (struct jc_triangular_solve){.b = __VA_ARGS__}, JC_HERE)

// jc_solve(a, b): x with a x = b, b a vector or columns; infinite or NaN where a is singular.
// jc_cho_solve(l, b): the same for a = l l^H, l of jc_cholesky.
#define JC_SOLVE_DECLARE_(name) jc_array jc_##name##_(jc_array a, jc_array b, JC_AT_);
JC_SOLVE_DECLARE_(solve)
JC_SOLVE_DECLARE_(cho_solve)
#define jc_solve(a, b) jc_solve_(a, b, JC_HERE)
#define jc_cho_solve(l, b) jc_cho_solve_(l, b, JC_HERE)

// clang-format off
#define JC_MATRIX_OPS_(X) X(inv) X(det) X(eigvalsh) X(svdvals) X(matrix_transpose) X(expm)
// clang-format on
JC_MATRIX_OPS_(JC_UNARY_DECLARE_)
#define jc_inv(x) jc_inv_(x, JC_HERE)            // inverse
#define jc_det(x) jc_det_(x, JC_HERE)            // determinant
#define jc_eigvalsh(x) jc_eigvalsh_(x, JC_HERE)  // the values of jc_eigh
#define jc_svdvals(x) jc_svdvals_(x, JC_HERE)    // the s of jc_svd
// The exponential: 1 + x + x x / 2 + ..; NaN where columns have sums above 3e5.
#define jc_expm(x) jc_expm_(x, JC_HERE)
// The last two axes exchanged.
#define jc_matrix_transpose(x) jc_matrix_transpose_(x, JC_HERE)

// The sign of the determinant (a complex number of size 1) and the logarithm of its size.
struct jc_slogdet {
  jc_array sign, logabsdet;
};
struct jc_slogdet jc_slogdet_(jc_array x, JC_AT_);
#define jc_slogdet(x) jc_slogdet_(x, JC_HERE)

// L below the diagonal of lu, its own of ones, and U: the rows of x permuted, x[permutation] = L U;
// pivots: the row exchanged with row i, by i.
struct jc_lu {
  jc_array lu, pivots, permutation;
};
struct jc_lu jc_lu_(jc_array x, JC_AT_);
#define jc_lu(x) jc_lu_(x, JC_HERE)
// jc_lu_solve(jc_lu(a), b): as jc_solve(a, b), of factors that are there.
jc_array jc_lu_solve_(struct jc_lu f, jc_array b, JC_AT_);
#define jc_lu_solve(f, b) jc_lu_solve_(f, b, JC_HERE)

// jc_qr(x): x = q r, q's columns orthonormal, r upper triangular; of [m, n] as many columns as the
// smaller of both. .full_matrices = true: a square q, which of a tall x has no derivative.
struct jc_factor {
  jc_array x;
  bool full_matrices;
};
struct jc_qr {
  jc_array q, r;
};
struct jc_qr jc_qr_(struct jc_factor f, JC_AT_);
#define jc_qr(...) jc_qr_((struct jc_factor){.x = __VA_ARGS__}, JC_HERE)

// Ascending eigenvalues and the vectors (columns) of x taken as (x + x^H) / 2.
struct jc_eigh {
  jc_array values, vectors;
};
struct jc_eigh jc_eigh_(jc_array x, JC_AT_);
#define jc_eigh(x) jc_eigh_(x, JC_HERE)

// Eigenvalues of any square matrix, in no particular order, and the vectors (columns, of length 1):
// c64, or c128 of f64. They have no derivative in reverse. jc_eigvals(x): the values.
struct jc_eig {
  jc_array values, vectors;
};
struct jc_eig jc_eig_(jc_array x, JC_AT_);
JC_UNARY_DECLARE_(eigvals)
#define jc_eig(x) jc_eig_(x, JC_HERE)
#define jc_eigvals(x) jc_eigvals_(x, JC_HERE)

// jc_svd(x): x = u s vh with descending s; of [m, n] as many as the smaller of both, unlike numpy's
// default. .full_matrices = true: square u and vh, without a derivative unless x is square.
struct jc_svd {
  jc_array u, s, vh;
};
struct jc_svd jc_svd_(struct jc_factor f, JC_AT_);
#define jc_svd(...) jc_svd_((struct jc_factor){.x = __VA_ARGS__}, JC_HERE)

// jc_pinv(x), jc_pinv(x, .rtol = 1e-3): Moore and Penrose's inverse; singular values up to rtol
// times the largest count as 0, by default 10 max(m, n) eps. jc_matrix_rank: how many do not, i32;
// by default max(m, n) eps.
struct jc_pinv {
  jc_array x;
  double rtol;
};
jc_array jc_pinv_(struct jc_pinv p, JC_AT_);
jc_array jc_matrix_rank_(struct jc_pinv p, JC_AT_);
#define jc_pinv(...) jc_pinv_((struct jc_pinv){.x = __VA_ARGS__}, JC_HERE)
#define jc_matrix_rank(...) jc_matrix_rank_((struct jc_pinv){.x = __VA_ARGS__}, JC_HERE)

// jc_lstsq(a, b): the shortest x with the least |a x - b|, b a vector or columns; residuals: the
// squares of those sizes, rank and singular values of a. Of one matrix.
struct jc_lstsq {
  jc_array x, residuals, rank, s;
};
struct jc_lstsq jc_lstsq_(jc_array a, jc_array b, JC_AT_);
#define jc_lstsq(a, b) jc_lstsq_(a, b, JC_HERE)

// jc_polar(x): x = u p, u with orthonormal columns (rows where it is wide), p of x^H x's roots,
// none below 0.
struct jc_polar {
  jc_array u, p;
};
struct jc_polar jc_polar_(jc_array x, JC_AT_);
#define jc_polar(x) jc_polar_(x, JC_HERE)

// jc_matrix_power(x, n): x times itself; of the inverse for negative n.
jc_array jc_matrix_power_(jc_array x, int64_t n, JC_AT_);
#define jc_matrix_power(x, n) jc_matrix_power_(x, n, JC_HERE)

// ---- Fourier transforms

// Where the factor 1 / n goes: to the inverse, half to each, to the transform.
typedef enum jc_fft_norm { JC_BACKWARD, JC_ORTHO, JC_FORWARD } jc_fft_norm;
// jc_fft(x, axis), jc_fft(x, -1, .n = 16): n elements along an axis, cut off or filled up with
// zeros. c64, or c128 of f64. jc_rfft: the first n / 2 + 1 of real numbers; jc_irfft: its inverse,
// by default of n = 2 (size - 1) numbers.
struct jc_fourier {
  jc_array x;
  int axis;
  int64_t n;
  jc_fft_norm norm;
};
// jc_fftn(x), jc_fftn(x, .axes = JC_AXES(0, 2), .sizes = JC_SHAPE(8, 8)): along several axes, all
// by default; jc_fft2: the last two by default.
struct jc_fourier_n {
  jc_array x;
  jc_dims axes, sizes;
  jc_fft_norm norm;
};
// clang-format off
#define JC_FOURIER_OPS_(X) X(fft) X(ifft) X(rfft) X(irfft)
// clang-format on
#define JC_FOURIER_DECLARE_(name)                        \
  jc_array jc_##name##_(struct jc_fourier f, JC_AT_);    \
  jc_array jc_##name##n_(struct jc_fourier_n f, JC_AT_); \
  jc_array jc_##name##2_(struct jc_fourier_n f, JC_AT_);
JC_FOURIER_OPS_(JC_FOURIER_DECLARE_)
#define JC_FOURIER_(name, a, ...) \
  name((struct jc_fourier){.x = jc_lift(a), .axis = __VA_ARGS__}, JC_HERE)
#define jc_fft(x, ...) JC_FOURIER_(jc_fft_, x, __VA_ARGS__)
#define jc_ifft(x, ...) JC_FOURIER_(jc_ifft_, x, __VA_ARGS__)
#define jc_rfft(x, ...) JC_FOURIER_(jc_rfft_, x, __VA_ARGS__)
#define jc_irfft(x, ...) JC_FOURIER_(jc_irfft_, x, __VA_ARGS__)
#define jc_fftn(...) jc_fftn_((struct jc_fourier_n){.x = __VA_ARGS__}, JC_HERE)
#define jc_ifftn(...) jc_ifftn_((struct jc_fourier_n){.x = __VA_ARGS__}, JC_HERE)
#define jc_rfftn(...) jc_rfftn_((struct jc_fourier_n){.x = __VA_ARGS__}, JC_HERE)
#define jc_irfftn(...) jc_irfftn_((struct jc_fourier_n){.x = __VA_ARGS__}, JC_HERE)
#define jc_fft2(...) jc_fft2_((struct jc_fourier_n){.x = __VA_ARGS__}, JC_HERE)
#define jc_ifft2(...) jc_ifft2_((struct jc_fourier_n){.x = __VA_ARGS__}, JC_HERE)
#define jc_rfft2(...) jc_rfft2_((struct jc_fourier_n){.x = __VA_ARGS__}, JC_HERE)
#define jc_irfft2(...) jc_irfft2_((struct jc_fourier_n){.x = __VA_ARGS__}, JC_HERE)

// The frequencies of jc_fft's (jc_rfft's) n results where samples are d apart, f32.
jc_array jc_fftfreq_(int64_t n, double d, JC_AT_);
jc_array jc_rfftfreq_(int64_t n, double d, JC_AT_);
#define jc_fftfreq(n, d) jc_fftfreq_(n, d, JC_HERE)
#define jc_rfftfreq(n, d) jc_rfftfreq_(n, d, JC_HERE)
// Frequency 0 to the middle of an axis, and back.
jc_array jc_fftshift_(jc_array x, int axis, JC_AT_);
jc_array jc_ifftshift_(jc_array x, int axis, JC_AT_);
#define jc_fftshift(x, axis) jc_fftshift_(x, axis, JC_HERE)
#define jc_ifftshift(x, axis) jc_ifftshift_(x, axis, JC_HERE)

// jc_stft(x, 256): the spectra of overlapping segments of 256 real numbers along the last axis, as
// scipy.signal.stft: [.., 129, segments], zeros around x. They are .step apart (half their size),
// and weighted by .window = a vector (Hann's), over whose sum they stand. jc_istft(z, 256): back,
// with zeros behind what filled x's last segment.
struct jc_segments {
  int64_t n, step;
  jc_array window;
};
jc_array jc_stft_(jc_array x, struct jc_segments o, JC_AT_);
jc_array jc_istft_(jc_array z, struct jc_segments o, JC_AT_);
#define jc_stft(x, ...) jc_stft_(x, (struct jc_segments){.n = __VA_ARGS__}, JC_HERE)
#define jc_istft(z, ...) jc_istft_(z, (struct jc_segments){.n = __VA_ARGS__}, JC_HERE)

// ---- special functions of several arguments

// Computed in f64 and rounded once. jc_igamma(a, x): the regularized incomplete gamma function, the
// part of the gamma distribution of shape a up to x; jc_igammac: the part above, 1 less that.
// jc_betaln(a, b): log of the beta function.
// clang-format off
#define JC_SPECIAL2_OPS_(X) X(igamma) X(igammac) X(betaln)
// clang-format on
JC_SPECIAL2_OPS_(JC_BINARY_DECLARE_)
// jc_expi(x): the integral of exp(t) / t from -inf to x (Cauchy's value); jc_exp1(x): that of
// exp(-t) / t from x on, NaN below 0.
JC_UNARY_DECLARE_(expi)
JC_UNARY_DECLARE_(exp1)
// jc_spence(x): the integral of log(t) / (1 - t) from 1 to x; NaN below 0.
JC_UNARY_DECLARE_(spence)
#define jc_spence(x) jc_spence_(jc_lift(x), JC_HERE)
#define jc_expi(x) jc_expi_(jc_lift(x), JC_HERE)
#define jc_exp1(x) jc_exp1_(jc_lift(x), JC_HERE)
JC_TERNARY_DECLARE_(betainc)
#define jc_igamma(a, x) jc_igamma_(jc_lift(a), jc_lift(x), JC_HERE)
#define jc_igammac(a, x) jc_igammac_(jc_lift(a), jc_lift(x), JC_HERE)
#define jc_betaln(a, b) jc_betaln_(jc_lift(a), jc_lift(b), JC_HERE)
// jc_betainc(a, b, x): the regularized incomplete beta function, the part of the beta distribution
// up to x in [0, 1]. It has a derivative by x only.
#define jc_betainc(a, b, x) jc_betainc_(jc_lift(a), jc_lift(b), jc_lift(x), JC_HERE)

JC_MATRIX_OPS_(JC_LIBRARY_FN_)
JC_LIBRARY_FN_(norm)
JC_LIBRARY_FN_(expi)
JC_LIBRARY_FN_(exp1)
JC_LIBRARY_FN_(spence)
JC_PRODUCT_OPS_(JC_LIBRARY_FN2_)
JC_SPECIAL2_OPS_(JC_LIBRARY_FN2_)

#endif
