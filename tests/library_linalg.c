// einsum, products, diagonals, factorizations, Fourier transforms: values and derivatives of JAX.
#include "tests/library.h"

#define F(seed, ...) DATA(JC_F32, seed, __VA_ARGS__)
#define C(seed, ...) COMPLEX(JC_F32, seed, __VA_ARGS__)

static jc_array spd3(void) {
  return jc_reshape(jc_vector(4, 1, .5, 1, 3, -.25, .5, -.25, 2), 3, 3);
}
static jc_array gen4(void) { return jc_add(F(3, 4, 4), jc_mul(6, jc_eye(4))); }
static jc_array herm3(void) {
  jc_array h = jc_mul(C(1, 3, 3), 0.125);
  return jc_add(h, jc_conj(jc_transpose(h)), jc_mul(6, jc_eye(3)));
}

static jc_array einsum_loss(jc_array a) {
  return jc_sum(jc_square(jc_einsum("ij,jk,ki->i", a, F(2, 3, 4), F(3, 4, 2))));
}
JC_FN(jc_array, einsum_loss, jc_array);

static void einsum(void) {
  jc_array a = F(1, 2, 3), b = F(2, 3, 4);
  JAX("einsum_matmul", jc_einsum("ij,jk->ik", a, b));
  JAX("einsum_implicit", jc_einsum("ij , jk", a, b));
  JAX("einsum_implicit_order", jc_einsum("ba", a));
  JAX("einsum_trace", jc_einsum("ii", F(1, 3, 3)));
  JAX("einsum_diagonal", jc_einsum("ii->i", F(1, 3, 3)));
  JAX("einsum_diagonal3", jc_einsum("iji->ji", F(1, 3, 2, 3)));
  JAX("einsum_sum", jc_einsum("ij->", a));
  JAX("einsum_rows", jc_einsum("ij->j", a));
  JAX("einsum_batch", jc_einsum("bij,bjk->bik", F(1, 2, 3, 2), F(2, 2, 2, 3)));
  JAX("einsum_outer", jc_einsum("i,j->ji", F(1, 2), F(2, 3)));
  JAX("einsum_hadamard", jc_einsum("ij,ij->ij", a, F(2, 2, 3)));
  JAX("einsum_dots", jc_einsum("...ij,...jk->...ik", F(1, 2, 3, 2), F(2, 2, 3)));
  JAX("einsum_dots_implicit", jc_einsum("...i,...i", a, F(2, 1, 3)));
  JAX("einsum_dots_sum", jc_einsum("i...->...", F(1, 2, 3, 2)));
  JAX_NEAR("einsum_three", jc_einsum("ij,jk,kl->il", a, b, F(3, 4, 2)), 8);
  JAX_NEAR("einsum_four", jc_einsum("a,ab,bc,cd->d", F(1, 2), F(2, 2, 3), F(3, 3, 2), F(4, 2, 4)),
           8);
  JAX_NEAR("einsum_free_sum", jc_einsum("ij,k->i", a, F(2, 4)), 4);
  JAX_NEAR("einsum_repeated", jc_einsum("ii,ij->j", F(1, 3, 3), F(2, 3, 2)), 4);
  JAX_NEAR("einsum_attention", jc_einsum("bqhd,bkhd->bhqk", F(1, 2, 3, 2, 4), F(2, 2, 2, 2, 4)), 4);
  JAX("einsum_zero", jc_einsum("ij,jk->ik", jc_zeros(JC_SHAPE(2, 0)), jc_zeros(JC_SHAPE(0, 3))));
  JAX("einsum_f64", jc_einsum("ij,jk", DATA(JC_F64, 1, 3, 3), F(2, 3, 3)));
  JAX("einsum_i32", jc_einsum("ij,jk", DATA(JC_I32, 1, 3, 3), DATA(JC_I32, 2, 3, 3)));
  JAX("einsum_c64", jc_einsum("ij,jk", C(1, 3, 3), C(2, 3, 3)));
  JAX("einsum_bf16", jc_einsum("ij,jk", DATA(JC_BF16, 1, 3, 3), DATA(JC_BF16, 2, 3, 3)));
  JAX_NEAR("einsum_grad", jc_grad(einsum_loss)(a), 16);
}

static void einsum_mistakes(void) {
  jc_array a = F(1, 2, 3), b = F(2, 3, 4);
  MESSAGE(jc_einsum("ij,jk->ik", a), "einsum: \"ij,jk->ik\": more terms than operands");
  MESSAGE(jc_einsum("ij->i", a, b), "fewer terms than operands");
  MESSAGE(jc_einsum("ij,ik", a, b), "axis 0 of operand 1, f32[3,4], is not of size 2");
  MESSAGE(jc_einsum("ijk", a), "operand 0 is f32[2,3]");
  MESSAGE(jc_einsum("i", a), "operand 0 is f32[2,3]");
  MESSAGE(jc_einsum("ij->iz", a), "the result has a letter that no operand has");
  MESSAGE(jc_einsum("ij->ii", a), "the result has a letter twice");
  MESSAGE(jc_einsum("i1", a), "letters");
  MESSAGE(jc_einsum("ij-i", a), "\"->\" is expected");
  MESSAGE(jc_einsum("...j->j", a), "the result lacks \"...\"");
  MESSAGE(jc_einsum("", a), "no letters");
}

static void products(void) {
  jc_array a = F(1, 2, 3), b = F(2, 3, 4);
  JAX("dot_mm", jc_dot(a, b));
  JAX_NEAR("dot_nd", jc_dot(F(1, 2, 2, 3), F(2, 2, 3, 2)), 4);
  JAX("dot_scalar", jc_dot(jc_at(F(1, 1), 0), b));
  JAX_NEAR("vdot", jc_vdot(C(1, 2, 3), C(3, 2, 3)), 4);
  JAX_NEAR("inner", jc_inner(a, F(2, 4, 3)), 4);
  JAX_NEAR("tensordot2", jc_tensordot(F(1, 2, 3, 4), F(2, 3, 4, 2), 2), 8);
  JAX("tensordot0", jc_tensordot(F(1, 2), F(2, 3), 0));
  JAX_NEAR(
      "tensordot_axes",
      jc_tensordot(F(1, 2, 3, 4), F(2, 4, 2), 0, .a_axes = JC_AXES(0, 2), .b_axes = JC_AXES(1, 0)),
      8);
  JAX("kron", jc_kron(a, F(2, 2, 2)));
  JAX("kron_ranks", jc_kron(DATA(JC_I32, 1, 3), DATA(JC_I32, 2, 2, 2)));
  JAX("cross", jc_cross(a, F(2, 2, 3)));
  JAX("cross2", jc_cross(F(1, 4, 2), F(2, 2)));
  JAX("cross23", jc_cross(F(1, 4, 2), F(2, 3)));
  MESSAGE(jc_dot(a, a), "dot: axis 1 of f32[2,3] and axis 0 of f32[2,3] differ");
  MESSAGE(jc_tensordot(a, b, 3), "tensordot: over 3 axes of f32[2,3] and f32[3,4]");
  MESSAGE(jc_tensordot(a, b, 0, .a_axes = JC_AXES(5), .b_axes = JC_AXES(0)),
          "axis 5 is out of range");
  MESSAGE(jc_tensordot(a, b, 0, .a_axes = JC_AXES(1)), "tensordot: over 0 axes, or 1 with 0");
  MESSAGE(jc_cross(b, b), "cross: of vectors of 2 or 3 elements, not f32[3,4]");
}

static void diagonals(void) {
  static const int64_t offsets[] = {-3, -1, 0, 2, 4, 7};
  jc_array m = F(1, 3, 5);
  for (int i = 0; i < 6; i++) {
    char name[40];
    const int k = (int)offsets[i];
#define CASE(op, ...) snprintf(name, sizeof name, op "_%d", k), JAX(name, __VA_ARGS__)
    CASE("diagonal", jc_diagonal(m, .offset = k));
    CASE("diag", jc_diag(F(1, 3), .offset = k));
    CASE("tril", jc_tril(m, .k = k));
    CASE("triu", jc_triu(m, .k = k));
    CASE("trace", jc_trace(m, .offset = k));
    CASE("tri", jc_tri(3, .m = 5, .k = k, .dtype = JC_I32));
#undef CASE
  }
  JAX("diagonal_axes", jc_diagonal(F(1, 2, 3, 4), .offset = 1, .axes = JC_AXES(2, 0)));
  JAX("trace_i8", jc_trace(DATA(JC_I8, 1, 4, 4)));
  JAX("diag_zero", jc_diag(jc_zeros(JC_SHAPE(0)), .offset = 2));
  JAX("tril_batch", jc_tril(DATA(JC_I32, 1, 2, 2, 3)));
  MESSAGE(jc_diagonal(F(1, 3)), "diagonal: f32[3] is no matrix");
  MESSAGE(jc_diagonal(m, .axes = JC_AXES(0, 0)), "axis 0 is given twice");
  MESSAGE(jc_diag(F(1, 2, 2, 2)), "diag: of a vector or a matrix");
  MESSAGE(jc_triu(F(1, 3)), "triu: f32[3] is no matrix");
}

// ---- factorizations

static jc_array cholesky_cubed(jc_array x) { return jc_sum(jc_pow(jc_cholesky(x), 3)); }
JC_FN(jc_array, cholesky_cubed, jc_array);
static jc_array triangular_squared(jc_array a) {
  return jc_sum(
      jc_square(jc_triangular_solve(a, F(1, 4, 2), .lower = true, .transpose = JC_TRANSPOSED)));
}
JC_FN(jc_array, triangular_squared, jc_array);
static jc_array solve_squared(jc_array a) { return jc_sum(jc_square(jc_solve(a, F(1, 4)))); }
JC_FN(jc_array, solve_squared, jc_array);
static jc_array log_size(jc_array a) { return jc_slogdet(a).logabsdet; }
JC_FN(jc_array, log_size, jc_array);
static jc_array values_cubed(jc_array x) { return jc_sum(jc_pow(jc_svdvals(x), 3)); }
JC_FN(jc_array, values_cubed, jc_array);
static jc_array q_weighed(jc_array x) { return jc_sum(jc_mul(jc_qr(x).q, F(9, 4, 3))); }
JC_FN(jc_array, q_weighed, jc_array);
static jc_array eigen_cubed(jc_array x) { return jc_sum(jc_pow(jc_eigh(x).values, 3)); }
JC_FN(jc_array, eigen_cubed, jc_array);
static jc_array determinant(jc_array x) { return jc_det(x); }
JC_FN(jc_array, determinant, jc_array);

static void cholesky(void) {
  JAX_NEAR("cholesky", jc_cholesky(spd3()), 4);
  JAX_NEAR("cholesky_upper", jc_cholesky(spd3(), .upper = true), 4);
  JAX_NEAR("cholesky_c64", jc_cholesky(herm3()), 4);
  JAX_NEAR("cholesky_grad", jc_grad(cholesky_cubed)(spd3()), 32);
  JAX("cholesky_nan", jc_isnan(jc_cholesky(jc_neg(spd3()))));
  JAX_NEAR("cho_solve", jc_cho_solve(jc_cholesky(spd3()), F(1, 3)), 8);
  MESSAGE(jc_cholesky(F(1, 2, 3)), "cholesky: f32[2,3] is not square");
  MESSAGE(jc_cholesky(F(1, 3)), "cholesky: f32[3] is no matrix");
  MESSAGE(jc_cholesky(DATA(JC_F16, 1, 2, 2)),
          "cholesky: takes f32, f64, c64 and c128, not f16[2,2]");
}

static void solving(void) {
  jc_array a = gen4(), b = F(1, 4);
  JAX_NEAR("triangular", jc_triangular_solve(a, F(1, 4, 2)), 8);
  JAX_NEAR("triangular_lower", jc_triangular_solve(a, b, .lower = true), 8);
  JAX_NEAR("triangular_trans",
           jc_triangular_solve(a, b, .transpose = JC_TRANSPOSED, .unit_diagonal = true), 8);
  JAX_NEAR("triangular_right",
           jc_triangular_solve(a, F(1, 2, 4), .lower = true, .right_side = true), 8);
  JAX_NEAR("triangular_grad", jc_grad(triangular_squared)(a), 32);
  JAX_NEAR("solve", jc_solve(a, b), 16);
  JAX_NEAR("solve_columns", jc_solve(a, F(1, 4, 2)), 16);
  JAX_NEAR("solve_batch", jc_solve(jc_stack(JC_LIST(a, jc_transpose(a)), 0), F(1, 4, 2)), 16);
  JAX_NEAR("solve_c64", jc_solve(herm3(), C(5, 3)), 16);
  JAX_NEAR("solve_grad", jc_grad(solve_squared)(a), 32);
  JAX_NEAR("inv", jc_inv(a), 16);
  JAX_NEAR("inv_f64", jc_inv(jc_astype(a, JC_F64)), 16);
  JAX_NEAR("matrix_power", jc_matrix_power(a, 5), 8);
  JAX_NEAR("matrix_power_inv", jc_matrix_power(a, -2), 32);
  JAX("matrix_power_0", jc_matrix_power(a, 0));
  MESSAGE(jc_solve(a, F(1, 3)), "solve: sizes of f32[4,4] and f32[3,1] differ");
  MESSAGE(jc_solve(a, jc_f32(1)), "solve: the right side is a scalar");
  MESSAGE(jc_solve(jc_zeros(JC_SHAPE(3, 2, 2)), jc_zeros(JC_SHAPE(4, 2, 1))), "batches of");
  MESSAGE(jc_matrix_power(F(1, 2, 3), 2), "matrix_power: f32[2,3] is no square matrix");
  MESSAGE(jc_triangular_solve(a, b, .transpose = (jc_transposed)7), "transpose = 7");
}

static void determinants(void) {
  for (int n = 1; n <= 5; n++) {
    char name[40];
    jc_array x = F(n, n, n);
    struct jc_slogdet s = jc_slogdet(x);
    snprintf(name, sizeof name, "det_%d", n);
    JAX_ULPS(name, jc_det(x), 64);
    snprintf(name, sizeof name, "slogdet_sign_%d", n);
    JAX(name, s.sign);
    snprintf(name, sizeof name, "slogdet_log_%d", n);
    JAX_ULPS(name, s.logabsdet, 64);
  }
  JAX_ULPS("det_batch", jc_det(DATA(JC_F64, 1, 2, 4, 4)), 64);
  JAX_NEAR("det_grad", jc_grad(determinant)(F(3, 3, 3)), 32);
  JAX_NEAR("det4_grad", jc_grad(determinant)(gen4()), 32);
  JAX_NEAR("slogdet_grad", jc_grad(log_size)(gen4()), 32);
}

static void factorizations(void) {
  struct jc_lu lu = jc_lu(F(5, 4, 3));
  JAX_NEAR("lu", lu.lu, 4);
  JAX("lu_pivots", lu.pivots);
  JAX("lu_permutation", lu.permutation);
  jc_array tall = F(2, 4, 3), wide = F(2, 3, 4);
  JAX_NEAR("qr_q_tall", jc_qr(tall).q, 16);
  JAX_NEAR("qr_r_tall", jc_qr(tall).r, 16);
  JAX_NEAR("qr_q_wide", jc_qr(wide).q, 16);
  JAX_NEAR("qr_r_wide", jc_qr(wide).r, 16);
  JAX_NEAR("qr_full", jc_qr(tall, .full_matrices = true).r, 16);
  EXPECT_STR(jc_shape_str(jc_qr(tall, .full_matrices = true).q), "f32[4,4]");
  JAX_NEAR("qr_c64", jc_qr(C(2, 3, 3)).r, 16);
  JAX_NEAR("qr_grad", jc_grad(q_weighed)(tall), 64);
  JAX_NEAR("svd_s_tall", jc_svdvals(tall), 16);
  JAX_NEAR("svd_s_wide", jc_svdvals(wide), 16);
  struct jc_svd f = jc_svd(wide);
  jc_array back = jc_matmul(jc_mul(f.u, f.s), f.vh);
  EXPECT_CLOSE(jc_item(jc_max(jc_abs(jc_sub(back, wide)))), 0, 1e-5);
  EXPECT_STR(jc_shape_str(jc_svd(wide, .full_matrices = true).vh), "f32[4,4]");
  JAX_NEAR("svd_grad_tall", jc_grad(values_cubed)(tall), 64);
  JAX_NEAR("svd_grad_wide", jc_grad(values_cubed)(wide), 64);
  JAX_NEAR("pinv_tall", jc_pinv(tall), 64);
  JAX_NEAR("pinv_wide", jc_pinv(wide), 64);
  JAX_NEAR("eigh", jc_eigvalsh(spd3()), 16);
  JAX_NEAR("eigh_vectors", jc_abs(jc_eigh(spd3()).vectors), 16);
  JAX_NEAR("eigh_c64", jc_eigvalsh(herm3()), 16);
  JAX_NEAR("eigh_grad", jc_grad(eigen_cubed)(spd3()), 64);
  struct jc_lstsq l = jc_lstsq(F(2, 5, 3), F(7, 5));
  JAX_NEAR("lstsq_x", l.x, 64);
  JAX_NEAR("lstsq_residuals", l.residuals, 64);
  JAX("lstsq_rank", l.rank);
  JAX("rank", jc_matrix_rank(jc_outer(F(1, 4), F(2, 3))));
  EXPECT_STR(jc_shape_str(jc_svd(jc_zeros(JC_SHAPE(2, 0, 3))).u), "f32[2,0,0]");
  EXPECT_STR(jc_shape_str(jc_qr(jc_zeros(JC_SHAPE(3, 0))).q), "f32[3,0]");
  EXPECT_CLOSE(jc_item(jc_det(jc_zeros(JC_SHAPE(0, 0)))), 1, 0);
  EXPECT_STR(jc_shape_str(jc_solve(jc_zeros(JC_SHAPE(0, 0)), jc_zeros(JC_SHAPE(0)))), "f32[0]");
  MESSAGE(jc_eigh(wide), "eigh: f32[3,4] is not square");
  MESSAGE(jc_lstsq(jc_zeros(JC_SHAPE(2, 3, 3)), jc_zeros(JC_SHAPE(3))), "lstsq: of one matrix");
}

// A batch by vmap is a batch by its leading axis.
static jc_array solved(jc_array a) { return jc_solve(a, F(1, 4)); }
JC_FN(jc_array, solved, jc_array);
static jc_array summed_qr(jc_array a) {
  struct jc_qr f = jc_qr(a);
  return jc_add(jc_sum(f.q), jc_sum(f.r));
}
JC_FN(jc_array, summed_qr, jc_array);

static void batches(void) {
  jc_array a = jc_stack(JC_LIST(gen4(), jc_transpose(gen4())), 0);
  jc_array many = jc_vmap(solved)(a),
           one = jc_solve(a, jc_broadcast_to(F(1, 4, 1), JC_SHAPE(2, 4, 1)));
  EXPECT_CLOSE(jc_item(jc_max(jc_abs(jc_sub(many, jc_squeeze(one, -1))))), 0, 1e-6);
  jc_array g = jc_jit(jc_vmap(jc_grad(summed_qr)))(a);
  for (int i = 0; i < 2; i++) {
    jc_array want = jc_grad(summed_qr)(jc_at(a, i));
    EXPECT_CLOSE(jc_item(jc_max(jc_abs(jc_sub(jc_at(g, i), want)))), 0, 1e-5);
  }
}

// ---- Fourier

static jc_array fft_squared(jc_array x) { return jc_sum(jc_square(jc_abs(jc_fft(x, -1)))); }
JC_FN(jc_array, fft_squared, jc_array);
static jc_array rfft_squared(jc_array x) { return jc_sum(jc_square(jc_abs(jc_rfft(x, -1)))); }
JC_FN(jc_array, rfft_squared, jc_array);

static void fourier(void) {
  static const int sizes[] = {1, 2, 5, 8, 12};
  for (int i = 0; i < 5; i++) {
    char name[40];
    const int n = sizes[i];
    snprintf(name, sizeof name, "fft_%d", n);
    JAX_NEAR(name, jc_fft(C(n, 2, n), -1), 8);
    snprintf(name, sizeof name, "ifft_%d", n);
    JAX_NEAR(name, jc_ifft(C(n, 2, n), 1), 8);
    snprintf(name, sizeof name, "rfft_%d", n);
    JAX_NEAR(name, jc_rfft(F(n, 2, n), -1), 8);
    snprintf(name, sizeof name, "irfft_%d", n);
    JAX_NEAR(name, jc_irfft(C(n, 2, n), -1, .n = n), 8);
  }
  JAX_NEAR("fft_real", jc_fft(DATA(JC_I32, 1, 4), 0), 8);
  JAX_NEAR("fft_f64", jc_fft(DATA(JC_F64, 1, 6), 0), 8);
  JAX_NEAR("fft_axis", jc_fft(C(1, 3, 4), 0), 8);
  JAX_NEAR("fft_longer", jc_fft(C(1, 3), 0, .n = 5), 8);
  JAX_NEAR("fft_shorter", jc_fft(C(1, 5), 0, .n = 3, .norm = JC_ORTHO), 8);
  JAX_NEAR("ifft_forward", jc_ifft(C(1, 5), 0, .norm = JC_FORWARD), 8);
  JAX_NEAR("irfft_default", jc_irfft(C(1, 5), 0, .norm = JC_ORTHO), 8);
  JAX_NEAR("fft2", jc_fft2(C(1, 2, 3, 4)), 8);
  JAX_NEAR("ifft2", jc_ifft2(C(1, 3, 4), .sizes = JC_SHAPE(4, 2)), 8);
  JAX_NEAR("rfft2", jc_rfft2(F(1, 3, 4)), 8);
  JAX_NEAR("irfft2", jc_irfft2(C(1, 3, 4)), 8);
  JAX_NEAR("fftn", jc_fftn(C(1, 2, 3, 4)), 8);
  JAX_NEAR("fftn_axes", jc_fftn(C(1, 2, 3, 4), .axes = JC_AXES(0, 2)), 8);
  JAX_NEAR("fft_grad", jc_grad(fft_squared)(F(1, 5)), 16);
  JAX_NEAR("rfft_grad", jc_grad(rfft_squared)(F(1, 6)), 16);
  static const int lengths[] = {1, 4, 5};
  for (int i = 0; i < 3; i++) {
    char name[40];
    const int n = lengths[i];
    snprintf(name, sizeof name, "fftfreq_%d", n);
    JAX(name, jc_fftfreq(n, .5));
    snprintf(name, sizeof name, "rfftfreq_%d", n);
    JAX(name, jc_rfftfreq(n, .5));
    snprintf(name, sizeof name, "fftshift_%d", n);
    JAX(name, jc_fftshift(F(1, n), 0));
    snprintf(name, sizeof name, "ifftshift_%d", n);
    JAX(name, jc_ifftshift(F(1, n), -1));
  }
  MESSAGE(jc_fft(F(1, 3), 1), "fft: axis 1 is out of range for rank 1");
  MESSAGE(jc_rfft(C(1, 3), 0), "rfft: is for real numbers, not c64[3]");
  MESSAGE(jc_irfft(C(1, 1), 0), "irfft: a transform of 0 elements");
  MESSAGE(jc_fft(F(1, 3), 0, .n = -1), "fft: of -1 elements");
  MESSAGE(jc_fftn(F(1, 3, 3), .axes = JC_AXES(1, 1)), "fftn: axis 1 is given twice");
  EXPECT_STR(jc_shape_str(jc_fft(jc_zeros(JC_SHAPE(0, 4)), 1)), "c64[0,4]");
}

// Beyond 64 columns by blocks, the last of which is not whole.
static void factorizations_by_blocks(void) {
  for (int k = 0; k < 3; k++) {
    const int64_t rows[] = {70, 101, 130}, cols[] = {70, 130, 101};
    jc_array x = jc_normal(jc_key(test_random()), JC_SHAPE(2, rows[k], cols[k]));
    const int64_t n = rows[k] < cols[k] ? rows[k] : cols[k];
    struct jc_lu f = jc_lu(x);
    jc_array l = jc_add(jc_tril(jc_slice_in_dim(f.lu, 0, n, 2), .k = -1), jc_eye(rows[k], .m = n));
    jc_array u = jc_triu(jc_slice_in_dim(f.lu, 0, n, 1));
    for (int b = 0; b < 2; b++) {
      jc_array want = jc_take(jc_at(x, b), jc_at(f.permutation, b), 0);
      const double off = jc_item(jc_max(jc_abs(jc_sub(jc_matmul(jc_at(l, b), jc_at(u, b)), want))));
      EXPECT(off < 1e-4 && jc_item(jc_max(jc_abs(l))) == 1);
    }
    jc_array a =
        jc_add(jc_matmul(x, jc_matrix_transpose(x)), jc_mul((double)rows[k], jc_eye(rows[k])));
    jc_array c = jc_cholesky(a);
    EXPECT(jc_item(jc_max(jc_abs(jc_sub(jc_matmul(c, jc_matrix_transpose(c)), a)))) < 1e-3);
    EXPECT(jc_item(jc_max(jc_abs(jc_sub(c, jc_tril(c))))) == 0);
  }
  EXPECT_OK();
}

int main(void) {
  expected_read("linalg");
  RUN(einsum);
  RUN(einsum_mistakes);
  RUN(products);
  RUN(diagonals);
  RUN(cholesky);
  RUN(solving);
  RUN(determinants);
  RUN(factorizations);
  RUN(batches);
  RUN(fourier);
  RUN(factorizations_by_blocks);
  RUN(expected_done);
  return tests_done();
}
