// Statistics without NaN, windows, polynomials, eigenvalues, places and bits, exponential
// integrals: values of JAX, numpy and scipy.
#include "tests/library.h"

#define F(seed, ...) DATA(JC_F32, seed, __VA_ARGS__)
#define COLUMN(x, i) jc_index_in_dim(x, i, 1)

// ---- statistics

static jc_array holes(void) {
  jc_array x = jc_ravel(F(1, 3, 5));
  static const int nan[] = {1, 5, 6, 7, 8, 9, 10, 11};
  for (size_t i = 0; i < sizeof nan / sizeof *nan; i++) x = jc_at_set(x, nan[i], NAN);
  return jc_reshape(x, 3, 5);
}
static jc_array medians(jc_array x) { return jc_sum(jc_nanmedian(x, .axes = JC_AXES(1))); }
JC_FN(jc_array, medians, jc_array);

static void statistics(void) {
  static const char *const methods[] = {"linear", "lower", "higher", "midpoint", "nearest"};
  jc_array x = holes(), some = jc_reshape(jc_at_set(jc_ravel(x), 8, 2.0), 3, 5);
  JAX("nanmedian", jc_nanmedian(some));
  JAX("nanmedian_axis", jc_nanmedian(x, .axes = JC_AXES(1), .keepdims = true));
  JAX("nanmedian_f64", jc_nanmedian(DATA(JC_F64, 2, 4, 3), .axes = JC_AXES(0)));
  for (int i = 0; i < 5; i++)
    JAX(named("nanquantile_%s", methods[i]),
        jc_nanquantile(some, jc_vector(0, .3, .5, 1), .axes = JC_AXES(1),
                       .method = (jc_quantile_method)i));
  JAX("nanquantile_none", jc_nanquantile(x, .25, .axes = JC_AXES(1)));
  JAX("nanpercentile", jc_nanpercentile(some, 40, .axes = JC_AXES(0)));
  JAX("quantile_rows",
      jc_quantile(F(3, 2, 3, 4), jc_reshape(jc_vector(.1, .9), 1, 2), .axes = JC_AXES(0, 2)));
  JAX("nanargmax", jc_nanargmax(x, 1));
  JAX("nanargmin", jc_nanargmin(x, 1));
  JAX("nanargmax_i32", jc_nanargmax(DATA(JC_I32, 1, 2, 5), 0));
  JAX("nancumsum", jc_nancumsum(some, 1));
  JAX("nancumprod", jc_nancumprod(some, 0));
  JAX("nanmedian_grad", jc_jit(jc_grad(medians))(some));
  EXPECT_STR(jc_shape_str(jc_nanquantile(jc_zeros(JC_SHAPE(0, 2)), .5, .axes = JC_AXES(1))),
             "f32[0]");
  MESSAGE(jc_nanquantile(COMPLEX(JC_F32, 1, 3), .5), "nanquantile: does not take c64[3]");
  MESSAGE(jc_nanmedian(jc_zeros(JC_SHAPE(0))), "nanmedian: of nothing: f32[0] is empty");
  MESSAGE(jc_nanargmax(x, 2), "nanargmax: axis 2 is out of range");
  MESSAGE(jc_nancumsum(x, 2), "nancumsum: axis 2 is out of range");
}

// ---- windows

static void windows(void) {
  static const int sizes[] = {1, 2, 7, 8};
  for (int i = 0; i < 4; i++) {
    const int m = sizes[i];
    JAX_NEAR(named("bartlett_%d", m), jc_bartlett(m), 1);
    JAX_NEAR(named("blackman_%d", m), jc_blackman(m), 1);
    JAX_NEAR(named("hamming_%d", m), jc_hamming(m), 1);
    JAX_NEAR(named("hanning_%d", m), jc_hanning(m), 1);
  }
  JAX("kaiser", jc_kaiser(9, 8.6, .dtype = JC_F64));
  JAX("kaiser_0", jc_kaiser(3, 0));
  EXPECT_STR(jc_shape_str(jc_hanning(0, .dtype = JC_BF16)), "bf16[0]");
  MESSAGE(jc_hanning(-1), "hanning: of -1 elements");
  MESSAGE(jc_hanning(3, .dtype = JC_I32), "hanning: gives floats, not i32");
  MESSAGE(jc_kaiser(3, NAN), "kaiser: of 3 elements, beta nan");
}

// ---- polynomials

static jc_array slope_at(jc_array p) { return jc_polyval(jc_polyder(p, 1), 1.5); }
JC_FN(jc_array, slope_at, jc_array);
static jc_array fitted(jc_array y) {
  return jc_sum(jc_polyfit(jc_astype(jc_linspace(-1, 2, 5), JC_F64), y, 2));
}
JC_FN(jc_array, fitted, jc_array);

static void polynomials(void) {
  const jc_array a = F(1, 5), b = F(4, 3);
  JAX("polyadd", jc_polyadd(a, b));
  JAX("polysub", jc_polysub(DATA(JC_I32, 1, 3), DATA(JC_I32, 4, 4)));
  JAX_NEAR("polymul", jc_polymul(a, b), 4);
  JAX("polyder", jc_polyder(a, 1));
  JAX("polyder_3", jc_polyder(a, 3));
  JAX("polyder_5", jc_polyder(a, 4));
  JAX("polyint", jc_polyint(a, 1));
  JAX("polyint_3", jc_polyint(a, 3, .constants = jc_vector(2, -3, 5)));
  JAX_NEAR("poly", jc_poly(b), 4);
  JAX("polyder_grad", jc_grad(slope_at)(a));
  const jc_array x = jc_div(jc_sub(jc_astype(jc_arange(9), JC_F64), 8. / 3), 8. / 3),
                 y = DATA(JC_F64, 2, 9), w = jc_abs(DATA(JC_F64, 5, 9));
  JAX_NEAR("polyfit", jc_polyfit(x, y, 3), 256);
  JAX_NEAR("polyfit_w", jc_polyfit(x, y, 2, .weights = w), 256);
  JAX_NEAR("polyfit_2", jc_polyfit(x, jc_stack(JC_LIST(y, w), 1), 1), 256);
  EXPECT_CLOSE(jc_item(jc_sum(jc_grad(fitted)(DATA(JC_F64, 1, 5)))), 1, 1e-12);  // of a constant
  // Roots of what has these roots.
  const jc_array known = jc_from(((double[]){-3, 0.5, 1, 4}), 4), r = jc_roots(jc_poly(known));
  EXPECT_STR(jc_shape_str(r), "c128[4]");
  EXPECT_CLOSE(jc_item(jc_max(jc_abs(jc_sub(jc_sort(jc_real(r), 0), known)))), 0, 1e-12);
  EXPECT_CLOSE(jc_item(jc_max(jc_abs(jc_imag(r)))), 0, 1e-12);
  EXPECT_STR(jc_shape_str(jc_roots(jc_vector(2))), "c64[0]");
  EXPECT_STR(jc_str(jc_roots(jc_vector(2, 4))), "[-2+0j]");
  EXPECT_STR(jc_str(jc_polyder(jc_vector(2, 4), 5)), "[]");
  EXPECT_STR(jc_str(jc_poly(jc_zeros(JC_SHAPE(0)))), "[1]");
  const jc_array m = F(1, 2, 3);
  MESSAGE(jc_polyadd(a, m), "polyadd: of vectors of coefficients, not f32[2,3]");
  MESSAGE(jc_polyder(a, -1), "polyder: -1 times");
  MESSAGE(jc_polyint(a, 2, .constants = a), "polyint: f32[5] for 2 constants of integration");
  MESSAGE(jc_poly(m), "poly: of a vector of up to 256 roots, not f32[2,3]");
  MESSAGE(jc_roots(m), "roots: of a vector of coefficients, not f32[2,3]");
  MESSAGE(jc_polyfit(m, a, 1), "polyfit: of points f32[2,3] and f32[5]");
  MESSAGE(jc_polyfit(a, a, -1), "polyfit: degree -1");
}

// ---- eigenvalues

static jc_array real_eigvals(jc_array x) { return jc_real(jc_eigvals(x)); }
JC_FN(jc_array, real_eigvals, jc_array);

static void eigenvalues(void) {
  const jc_array x = DATA(JC_F64, 3, 4, 4), w = jc_eigvals(x);
  const jc_array at = jc_lexsort(JC_LIST(jc_imag(w), jc_round(jc_mul(1e6, jc_real(w)))));
  JAX_NEAR("eigvals_real", jc_take(jc_real(w), at, 0), 64);
  JAX_NEAR("eigvals_imag", jc_take(jc_imag(w), at, 0), 64);
  static const jc_dtype dtypes[] = {JC_F32, JC_F64};
  for (int i = 0; i < 2; i++) {
    jc_array stack = DATA(dtypes[i], 2, 3, 4, 4);
    if (i) stack = jc_complex(stack, DATA(dtypes[i], 5, 3, 4, 4));
    const struct jc_eig e = jc_eig(stack);
    const jc_array left = jc_matmul(jc_astype(stack, jc_dtype_of(e.vectors)), e.vectors);
    const jc_array right = jc_mul(e.vectors, jc_expand_dims(e.values, 1));
    EXPECT_STR(jc_shape_str(e.values), i ? "c128[3,4]" : "c64[3,4]");
    EXPECT_CLOSE(jc_item(jc_max(jc_abs(jc_sub(left, right)))), 0, i ? 1e-13 : 5e-5);
  }
  const jc_array many = F(1, 2, 3, 3);
  EXPECT_CLOSE(jc_item(jc_max(jc_abs(jc_sub(jc_vmap(real_eigvals)(many), real_eigvals(many))))), 0,
               1e-5);
  EXPECT_STR(jc_shape_str(jc_eig(jc_zeros(JC_SHAPE(2, 0, 0))).vectors), "c64[2,0,0]");
  EXPECT_STR(jc_str(jc_eigvals(jc_full(JC_SHAPE(1, 1), 3))), "[3+0j]");
  MESSAGE(jc_eigvals(F(1, 2, 3)), "eigvals: f32[2,3] is no square matrix");
  MESSAGE(jc_eig(jc_zeros(JC_SHAPE(2, 2), JC_F16)).values, "eig: takes f32, f64, c64 and c128");
}

// ---- places

static jc_array put_in(jc_array x) { return jc_sum(jc_square(jc_insert(x, 1, x, 0))); }
JC_FN(jc_array, put_in, jc_array);

static void places(void) {
  for (int k = -2; k <= 1; k++) {
    if (k == -1) continue;
    const struct jc_places l = jc_tril_indices(3, .k = k, .m = 4),
                           u = jc_triu_indices(3, .k = k, .m = 4);
    JAX(named("tril_indices_%d_rows", k), l.rows);
    JAX(named("tril_indices_%d_columns", k), l.columns);
    JAX(named("triu_indices_%d_rows", k), u.rows);
    JAX(named("triu_indices_%d_columns", k), u.columns);
  }
  const jc_array flat = jc_from(((int32_t[]){0, 7, -1, 23, 30, -40}), 2, 3);
  const jc_arrays parts = jc_unravel_index(flat, JC_SHAPE(2, 3, 4));
  EXPECT_EQ(parts.n, 3);
  for (int i = 0; i < parts.n; i++) JAX(named("unravel_%d", i), parts.v[i]);
  const jc_array i = jc_from(((int32_t[]){0, 1, 5, -1}), 4),
                 j = jc_from(((int32_t[]){2, -4, 3, 0}), 4);
  JAX("ravel_clip", jc_ravel_multi_index(JC_LIST(i, j), JC_SHAPE(2, 3)));
  JAX("ravel_wrap", jc_ravel_multi_index(JC_LIST(i, j), JC_SHAPE(2, 3), .mode = JC_WRAP));
  const jc_array c = F(1, 2, 3);
  JAX("delete", jc_delete(c, 1, 1));
  JAX("delete_last", jc_delete(c, -1, 0));
  JAX("insert", jc_insert(c, 1, 9, 1));
  JAX("insert_slice", jc_insert(c, 2, jc_vector(1, 2, 3), 0));
  JAX("insert_first", jc_insert(c, 0, F(2, 2, 2), 1));
  JAX("fill_diagonal", jc_fill_diagonal(DATA(JC_I32, 1, 3, 2), 7));
  EXPECT_STR(jc_str(jc_grad(put_in)(jc_vector(1, 2, 3))), "[4 8 12]");
  EXPECT_STR(jc_shape_str(jc_tril_indices(0).rows), "i32[0]");
  MESSAGE(jc_delete(c, 2, 0), "delete: index 2 is out of range for axis 0 of f32[2,3]");
  MESSAGE(jc_insert(c, 3, 1, 0), "insert: index 3 is out of range for axis 0 of f32[2,3]");
  MESSAGE(jc_insert(c, 1, jc_vector(1, 2), 0), "insert: f32[2] does not broadcast to f32[3]");
  MESSAGE(jc_fill_diagonal(i, 1), "fill_diagonal: of a matrix and a number, not i32[4]");
  MESSAGE(jc_tril_indices(3, (jc_unnamed)4).rows, "what follows the size has a name");
  MESSAGE(jc_unravel_index(c, JC_SHAPE(2, 3)).v[0], "unravel_index: the index is f32[2,3], not");
  MESSAGE(jc_unravel_index(i, JC_SHAPE(2, 0)).v[0], "unravel_index: a shape of 0 elements");
  MESSAGE(jc_ravel_multi_index(JC_LIST(i), JC_SHAPE(2, 3)), "1 indices for 2 axes");
}

static void partitions(void) {
  const jc_array x = F(1, 3, 7), p = jc_partition(x, 2, 1), at = jc_argpartition(x, -5, 1);
  EXPECT_STR(jc_str(jc_take_along_axis(x, at, 1)), jc_str(p));
  EXPECT_STR(jc_str(COLUMN(p, 2)), jc_str(COLUMN(jc_sort(x, 1), 2)));
  MESSAGE(jc_partition(x, 7, 1), "partition: index 7 is out of range for axis 1");
}

static void bits(void) {
  const jc_array x = DATA(JC_BOOL, 1, 3, 11);
  for (int axis = 0; axis < 2; axis++) {
    for (int little = 0; little < 2; little++) {
      const char *order = little ? "little" : "big";
      const jc_array p = jc_packbits(x, axis, .little = little);
      JAX(named("packbits_%d_%s", axis, order), p);
      const jc_array u = jc_unpackbits(p, axis, .little = little);
      JAX(named("unpackbits_%d_%s", axis, order), u);
      const jc_array back = jc_unpackbits(p, axis, .little = little, .count = jc_dim(x, axis));
      EXPECT_STR(jc_str(back), jc_str(jc_astype(x, JC_U8)));
    }
  }
  JAX("unpackbits_count", jc_unpackbits(DATA(JC_U8, 1, 4), 0, .count = 13));
  EXPECT_STR(jc_shape_str(jc_packbits(jc_zeros(JC_SHAPE(0), JC_BOOL), 0)), "u8[0]");
  MESSAGE(jc_packbits(F(1, 3), 0), "packbits: of integers or bools, not f32[3]");
  MESSAGE(jc_unpackbits(x, 0), "unpackbits: of u8, not bool[3,11]");
  MESSAGE(jc_unpackbits(DATA(JC_U8, 1, 4), 0, .count = 33), "unpackbits: 33 bits of 32");
}

// ---- products

static jc_array squared(jc_array x) { return jc_vecdot(x, x); }
JC_FN(jc_array, squared, jc_array);

static void products(void) {
  JAX_NEAR("vecdot", jc_vecdot(COMPLEX(JC_F32, 1, 2, 3), COMPLEX(JC_F32, 3, 4, 1, 3)), 2);
  JAX_NEAR("matvec", jc_matvec(COMPLEX(JC_F32, 1, 2, 3), COMPLEX(JC_F32, 3, 4, 3)), 2);
  JAX_NEAR("vecmat", jc_vecmat(COMPLEX(JC_F32, 1, 4, 3), COMPLEX(JC_F32, 3, 3, 2)), 2);
  JAX("vecdot_i32", jc_vecdot(DATA(JC_I32, 1, 4), DATA(JC_I32, 2, 4)));
  EXPECT_STR(jc_str(jc_grad(squared)(jc_vector(1, 2))), "[2 4]");
  MESSAGE(jc_matvec(F(1, 2, 3), F(1, 2)), "matvec");
}

// ---- matrices

static jc_array sum_expm(jc_array x) { return jc_sum(jc_square(jc_expm(x))); }
JC_FN(jc_array, sum_expm, jc_array);

static void matrices(void) {
  static const struct {
    const char *name;
    double by;
  } sizes[] = {{"small", .01}, {"one", .3}, {"large", 5}};
  JAX("block_diag", jc_block_diag(JC_LIST(F(1, 2, 3), jc_f32(7), F(2, 2), F(3, 0, 1))));
  JAX("toeplitz", jc_toeplitz(F(1, 3), F(2, 4)));
  for (int i = 0; i < 3; i++) {
    const jc_array x = jc_mul(DATA(JC_F64, 2, 3, 3), sizes[i].by),
                   y = jc_mul(DATA(JC_F64, 4, 3, 3), sizes[i].by);
    JAX_NEAR(named("expm_%s", sizes[i].name), jc_expm(x), 256);
    JAX_NEAR(named("expm_c_%s", sizes[i].name), jc_expm(jc_complex(x, y)), 256);
  }
  JAX_NEAR("expm_f32", jc_expm(F(1, 2, 3, 3)), 64);
  JAX_NEAR("expm_grad", jc_grad(sum_expm)(jc_div(DATA(JC_F64, 2, 3, 3), 4)), 64);
  EXPECT_STR(jc_str(jc_expm(jc_zeros(JC_SHAPE(2, 2)))), "[[1 0]\n [0 1]]");
  EXPECT_STR(jc_shape_str(jc_expm(jc_zeros(JC_SHAPE(3, 0, 0)))), "f32[3,0,0]");
  const jc_array a = DATA(JC_F64, 3, 2, 4, 4), b = DATA(JC_F64, 1, 2, 4, 3);
  EXPECT_STR(jc_str(jc_lu_solve(jc_lu(a), b)), jc_str(jc_solve(a, b)));
  const jc_array one = jc_at(a, 0), v = jc_index_in_dim(jc_at(b, 0), 0, 1);
  EXPECT_STR(jc_str(jc_lu_solve(jc_lu(one), v)), jc_str(jc_solve(one, v)));
  MESSAGE(jc_expm(F(1, 2, 3)), "expm: of square matrices of f32, f64, c64 or c128, not f32[2,3]");
  MESSAGE(jc_block_diag(JC_LIST(a)), "block_diag: f64[2,4,4] is no matrix");
  MESSAGE(jc_toeplitz(F(1, 3), jc_f32(1)), "toeplitz: of two vectors with elements");
  MESSAGE(jc_lu_solve(jc_lu(one), F(1, 3)), "lu_solve");
}

// ---- compositions

static jc_array sum_log1mexp(jc_array x) { return jc_sum(jc_log1mexp(x)); }
JC_FN(jc_array, sum_log1mexp, jc_array);

static void compositions(void) {
  JAX("factorial", jc_factorial(jc_vector(0, 1, 5, 10.5, 30, -1.5)));
  const jc_array x = jc_from(((double[]){1e-9, .1, .69, .7, 5, 80}), 6);
  JAX("log1mexp", jc_log1mexp(x));
  JAX("log1mexp_grad", jc_grad(sum_log1mexp)(x));
  const jc_array p = jc_at_set(F(1, 9), 2, 0), q = jc_at_set(F(2, 9), 3, 0);
  JAX_NEAR("rel_entr", jc_rel_entr(jc_abs(p), q), 4);
  JAX_NEAR("kl_div", jc_kl_div(p, jc_abs(q)), 4);
}

// ---- exponential integrals

static jc_array sum_expi(jc_array x) { return jc_sum(jc_expi(x)); }
JC_FN(jc_array, sum_expi, jc_array);
static jc_array sum_exp1(jc_array x) { return jc_sum(jc_exp1(x)); }
JC_FN(jc_array, sum_exp1, jc_array);

static void integrals(void) {
  static const double xs[] = {-800, -90, -20, -3.5, -1.01, -1, -.99, -1e-8,    0,         1e-8, .25,
                              .37,  1,   5,   39.9, 40.1,  60, 88,   INFINITY, -INFINITY, NAN};
  static const jc_dtype dtypes[] = {JC_F32, JC_F64};
  for (int i = 0; i < 2; i++) {
    const jc_array x = jc_astype(jc_from(xs, 21), dtypes[i]);
    // Steps of a continued fraction round; close to its zero at 0.3725 it is a difference of
    // numbers of about 1.
    JAX_ULPS(named("expi_%s", i ? "f64" : "f32"), jc_expi(x), 256);
    JAX_ULPS(named("exp1_%s", i ? "f64" : "f32"), jc_exp1(jc_neg(jc_slice_in_dim(x, 0, 13, 0))),
             64);
  }
  JAX("expi_grad", jc_grad(sum_expi)(jc_from(((double[]){-2, .5, 3, 50}), 4)));
  JAX_ULPS("exp1_grad", jc_jit(jc_grad(sum_exp1))(jc_from(((double[]){.01, .5, 3, 50}), 4)), 16);
  EXPECT_STR(jc_shape_str(jc_expi(jc_zeros(JC_SHAPE(0), JC_BF16))), "bf16[0]");
  MESSAGE(jc_expi(COMPLEX(JC_F32, 1, 2)), "expi: does not take c64[2]");
}

int main(void) {
  expected_read("places");
  RUN(statistics);
  RUN(windows);
  RUN(polynomials);
  RUN(eigenvalues);
  RUN(places);
  RUN(partitions);
  RUN(bits);
  RUN(products);
  RUN(matrices);
  RUN(compositions);
  RUN(integrals);
  RUN(expected_done);
  return tests_done();
}
