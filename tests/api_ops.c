// The numpy-like functions: values, and derivatives where they have a corner.
#include "frontend/execute.h"
#include "tests/check.h"

// A double meets f64 with all its digits.
static void numbers_of_c(void) {
  EXPECT_CLOSE(jc_item(jc_mul(jc_f64(1), 0.1)), 0.1, 0);
  EXPECT_EQ(jc_item(jc_add(jc_i64(1), INT64_C(1) << 40)), (INT64_C(1) << 40) + 1);
}

static void reductions(void) {
  jc_array x = jc_vector(0.5, -1.25, 3), m = jc_reshape(jc_arange(6), 2, 3);
  EXPECT_CLOSE(jc_item(jc_logsumexp(x)), 3.0919857, 1e-6);
  EXPECT_CLOSE(jc_item(jc_var(x, .ddof = 1)), 4.5625 * 1, 1e-5);
  EXPECT_CLOSE(jc_item(jc_norm(x)), 3.2882366, 1e-6);
  EXPECT_STR(jc_str(jc_sum(m, .axes = JC_AXES(0))), "[3 5 7]");
  EXPECT_STR(jc_shape_str(jc_sum(m, .axes = JC_AXES(-1), .keepdims = true)), "i32[2,1]");
  EXPECT_STR(jc_shape_str(jc_mean(m)), "f32[]");
  EXPECT_STR(jc_shape_str(jc_sum(jc_equal(m, 1))), "i32[]");
  EXPECT_STR(jc_str(jc_argmax(m, 1)), "[2 2]");
  EXPECT_CLOSE(jc_item(jc_sum(jc_zeros(JC_SHAPE(0)))), 0, 0);
  EXPECT_CLOSE(jc_item(jc_prod(jc_zeros(JC_SHAPE(0)))), 1, 0);
  EXPECT(isnan(jc_item(jc_mean(jc_zeros(JC_SHAPE(0))))));
  EXPECT_CLOSE(jc_item(jc_count_nonzero(jc_vector(0, 2, -1))), 2, 0);
  EXPECT(isinf(jc_item(jc_logsumexp(jc_full(JC_SHAPE(3), -INFINITY)))));
  EXPECT_CLOSE(jc_item(jc_cross_entropy(x, jc_i32(2))), 0.0919857, 1e-6);
  float p[3];
  jc_copy(jc_softmax(x, 0), p, sizeof p);
  EXPECT_CLOSE(p[1], 0.01301067, 1e-7);
}

static void integers(void) {
  int32_t a[] = {7, -7, 7, -7}, b[] = {2, 2, -2, -2};
  jc_array x = jc_from(a, 4), y = jc_from(b, 4);
  EXPECT_STR(jc_str(jc_floor_divide(x, y)), "[3 -4 -4 3]");
  EXPECT_STR(jc_str(jc_mod(x, y)), "[1 1 -1 -1]");
  EXPECT_STR(jc_str(jc_div(x, y)), "[3 -3 -3 3]");
  EXPECT_STR(jc_str(jc_rem(x, y)), "[1 -1 1 -1]");
  EXPECT_STR(jc_str(jc_true_divide(x, y)), "[3.5 -3.5 -3.5 3.5]");
  EXPECT_STR(jc_str(jc_shift_right(x, 1)), "[3 -4 3 -4]");
  EXPECT_STR(jc_str(jc_pow(y, 3)), "[8 8 -8 -8]");
  EXPECT_STR(jc_str(jc_astype(jc_vector(2.9, -2.9, NAN, 1e20), JC_I32)), "[2 -2 0 2.14748e+09]");
}

static void shapes(void) {
  jc_array m = jc_reshape(jc_arange(6), 2, -1);
  EXPECT_STR(jc_str(jc_transpose(m)), "[[0 3]\n [1 4]\n [2 5]]");
  EXPECT_STR(jc_shape_str(jc_transpose(jc_zeros(JC_SHAPE(2, 3, 4)), .axes = JC_AXES(1, 2, 0))),
             "f32[3,4,2]");
  EXPECT_STR(jc_str(jc_flip(m, 1)), "[[2 1 0]\n [5 4 3]]");
  EXPECT_STR(jc_shape_str(jc_expand_dims(m, -1)), "i32[2,3,1]");
  EXPECT_STR(jc_shape_str(jc_squeeze(jc_expand_dims(m, 0), 0)), "i32[2,3]");
  EXPECT_STR(jc_str(jc_stack(JC_LIST(jc_f32(1), jc_f32(2)), 0)), "[1 2]");
  EXPECT_STR(jc_str(jc_concatenate(JC_LIST(jc_arange(2), jc_vector(0.5)), 0)), "[0 1 0.5]");
  EXPECT_STR(jc_shape_str(jc_matmul(jc_ones(JC_SHAPE(5, 1, 2, 3)), jc_ones(JC_SHAPE(4, 3, 6)))),
             "f32[5,4,2,6]");
  EXPECT_STR(jc_shape_str(jc_matmul(jc_ones(JC_SHAPE(3)), jc_ones(JC_SHAPE(4, 3, 6)))), "f32[4,6]");
  EXPECT_STR(jc_shape_str(jc_matmul(jc_ones(JC_SHAPE(4, 2, 3)), jc_ones(JC_SHAPE(3)))), "f32[4,2]");
  EXPECT_STR(jc_str(jc_linspace(0, 1, 5)), "[0 0.25 0.5 0.75 1]");
  EXPECT_STR(jc_str(jc_eye(2)), "[[1 0]\n [0 1]]");
  EXPECT_STR(jc_str(jc_outer(jc_vector(1, 2), jc_vector(3, 4))), "[[3 4]\n [6 8]]");
}

static void indexing(void) {
  jc_array m = jc_reshape(jc_arange(6), 2, 3);
  EXPECT_STR(jc_str(jc_at(m, -1)), "[3 4 5]");
  EXPECT_STR(jc_str(jc_at(m, jc_i32(1))), "[3 4 5]");
  EXPECT_STR(jc_str(jc_at(m, jc_i32(7))), "[3 4 5]");  // clamped
}

static void take(void) {
  jc_array m = jc_reshape(jc_arange(6), 2, 3);
  int32_t columns[] = {2, -3};
  EXPECT_STR(jc_str(jc_take(m, jc_from(columns, 2), 1)), "[[2 0]\n [5 3]]");
  EXPECT_STR(jc_str(jc_slice(m, JC_AXES(0, 0), JC_AXES(2, 3), .strides = JC_AXES(1, 2))),
             "[[0 2]\n [3 5]]");
  EXPECT_STR(jc_str(jc_dynamic_slice(m, JC_LIST(jc_i32(5), jc_i32(-2)), JC_SHAPE(1, 2))),
             "[[4 5]]");
  EXPECT_STR(jc_str(jc_dynamic_update_slice(m, jc_full(JC_SHAPE(1, 1), 9, JC_I32),
                                            JC_LIST(jc_i32(0), jc_i32(1)))),
             "[[0 9 2]\n [3 4 5]]");
  EXPECT_STR(jc_str(jc_one_hot(jc_from(columns, 2), 3)), "[[0 0 1]\n [0 0 0]]");
  EXPECT_STR(jc_str(jc_argsort(jc_vector(3, 1, 2), 0)), "[1 2 0]");
  EXPECT_STR(jc_str(jc_sort(jc_vector(3, NAN, 2), -1)), "[2 3 nan]");
}

static void updates(void) {
  int32_t rows[] = {1, -1, 5, 0};
  jc_array m = jc_reshape(jc_arange(6), 2, 3), i = jc_from(rows, 4);
  EXPECT_STR(jc_str(jc_at_set(jc_vector(1, 2, 3), 1, 9)), "[1 9 3]");
  EXPECT_STR(
      jc_str(jc_at_set(jc_vector(1, 2, 3), jc_from(((int32_t[]){0, 0}), 2), jc_vector(7, 8))),
      "[8 2 3]");  // the last one stays
  EXPECT_STR(jc_str(jc_at_add(jc_vector(1, 2, 3), i, jc_vector(10, 20, 30, 40))), "[41 12 23]");
  EXPECT_STR(jc_str(jc_at_mul(m, i, 2)), "[[0 2 4]\n [12 16 20]]");
  EXPECT_STR(jc_str(jc_at_max(m, 0, jc_vector(9, 0, 9))), "[[9 1 9]\n [3 4 5]]");
  EXPECT_STR(jc_str(jc_at_min(m, -1, 4)), "[[0 1 2]\n [3 4 4]]");
  EXPECT_STR(jc_str(jc_take(jc_vector(1, 2, 3), i, 0, .mode = JC_FILL)), "[2 3 nan 1]");
  EXPECT_STR(jc_str(jc_take_along_axis(m, jc_argsort(m, 1, .descending = true), 1)),
             "[[2 1 0]\n [5 4 3]]");
}

static jc_array matrix(jc_array a, jc_array b) { return jc_sub(jc_add(a, b), jc_mul(a, 0)); }

static void orders(void) {
  EXPECT_STR(jc_str(jc_sort(jc_vector(3, NAN, 1), 0, .descending = true)), "[nan 3 1]");
  EXPECT_STR(jc_str(jc_argsort(jc_vector(1, 2, 1, 2), 0, .descending = true)), "[1 3 0 2]");
  EXPECT_STR(jc_str(jc_lexsort(JC_LIST(jc_vector(3, 2, 1, 0), jc_vector(1, 0, 1, 0)))),
             "[3 1 2 0]");
  struct jc_top_k top = jc_top_k(jc_vector(1, 5, 5, NAN, 2), 3);
  EXPECT_STR(jc_str(top.values), "[nan 5 5]");
  EXPECT_STR(jc_str(top.indices), "[3 1 2]");
  jc_array sorted = jc_vector(1, 2, 2, 3, NAN), v = jc_vector(0, 2, 2.5, 9, NAN);
  EXPECT_STR(jc_str(jc_searchsorted(sorted, v)), "[0 1 3 4 4]");
  EXPECT_STR(jc_str(jc_searchsorted(sorted, v, .right = true)), "[0 3 3 4 5]");
  EXPECT_STR(jc_str(jc_searchsorted(jc_zeros(JC_SHAPE(0)), v)), "[0 0 0 0 0]");
  jc_array m = jc_reshape(jc_arange(6), 2, 3);
  EXPECT_CLOSE(jc_item(jc_reduce(matrix, m, 100)), 115, 0);
  EXPECT_STR(jc_str(jc_reduce(matrix, m, 0, .axes = JC_AXES(1), .keepdims = true)), "[[3]\n [12]]");
  EXPECT_STR(jc_str(jc_reduce(matrix, jc_zeros(JC_SHAPE(0, 2)), 3, .axes = JC_AXES(0))), "[3 3]");
}

// ---- derivatives at corners

static jc_array clip_unit(jc_array x) { return jc_clip(x, 0, 1); }
JC_FN(jc_array, clip_unit, jc_array);
static jc_array largest(jc_array x) { return jc_max(x); }
JC_FN(jc_array, largest, jc_array);
static jc_array length(jc_array x) { return jc_norm(x); }
JC_FN(jc_array, length, jc_array);
static jc_array twice_max(jc_array x) { return jc_maximum(x, 1); }
JC_FN(jc_array, twice_max, jc_array);
static jc_array product(jc_array x) { return jc_prod(x); }
JC_FN(jc_array, product, jc_array);
static jc_array sorted_first(jc_array x) { return jc_at(jc_sort(x, 0), 0); }
JC_FN(jc_array, sorted_first, jc_array);
static jc_array softplus_sum(jc_array x) { return jc_sum(jc_softplus(x)); }
JC_FN(jc_array, softplus_sum, jc_array);

static void corners(void) {
  EXPECT_CLOSE(jc_item(jc_grad(jc_relu)(jc_f32(0))), 0, 0);
  EXPECT_CLOSE(jc_item(jc_grad(jc_abs)(jc_f32(0))), 1, 0);
  EXPECT(isinf(jc_item(jc_grad(jc_sqrt)(jc_f32(0)))));
  EXPECT_CLOSE(jc_item(jc_grad(clip_unit)(jc_f32(1))), 0.5, 0);
  EXPECT_CLOSE(jc_item(jc_grad(clip_unit)(jc_f32(0))), 0.5, 0);
  EXPECT_CLOSE(jc_item(jc_grad(twice_max)(jc_f32(1))), 0.5, 0);
  EXPECT_STR(jc_str(jc_grad(largest)(jc_vector(2, 1, 2))), "[0.5 0 0.5]");
  EXPECT(isnan(jc_item(jc_at(jc_grad(length)(jc_zeros(JC_SHAPE(2))), 0))));
  EXPECT_STR(jc_str(jc_grad(product)(jc_vector(2, 0, 3))), "[0 6 0]");
  EXPECT_STR(jc_str(jc_grad(sorted_first)(jc_vector(2, 1, 3))), "[0 1 0]");
  EXPECT_STR(jc_str(jc_grad(softplus_sum)(jc_vector(-1000, 0, 1000))), "[0 0.5 1]");
  EXPECT_CLOSE(jc_item(jc_grad(jc_floor)(jc_f32(0.5))), 0, 0);
  EXPECT_CLOSE(jc_item(jc_grad(jc_stop_gradient)(jc_f32(2))), 0, 0);
}

static jc_array leaks(jc_array x) { return jc_leaky_relu(x, 0.1); }
JC_FN(jc_array, leaks, jc_array);
static jc_array log_adds(jc_array x) { return jc_logaddexp(x, 0); }
JC_FN(jc_array, log_adds, jc_array);
static jc_array adds_log(jc_array x) { return jc_logaddexp(0, x); }
JC_FN(jc_array, adds_log, jc_array);
static jc_array log2_adds(jc_array x) { return jc_logaddexp2(x, 0); }
JC_FN(jc_array, log2_adds, jc_array);
static jc_array log_sums(jc_array x) { return jc_sum(jc_cumlogsumexp(x, 0)); }
JC_FN(jc_array, log_sums, jc_array);
static jc_array log_loss(jc_array x) { return jc_binary_cross_entropy(x, 0.25); }
JC_FN(jc_array, log_loss, jc_array);

// Smooth functions that are computed in pieces: their derivatives where the pieces meet.
static void seams(void) {
  const jc_array zero = jc_f64(0);
  EXPECT_CLOSE(jc_item(jc_grad(jc_softplus)(zero)), 0.5, 1e-15);
  EXPECT_CLOSE(jc_item(jc_grad(jc_grad(jc_softplus))(zero)), 0.25, 1e-15);
  EXPECT_CLOSE(jc_item(jc_grad(jc_grad(jc_grad(jc_softplus)))(zero)), 0, 1e-15);
  EXPECT_CLOSE(jc_item(jc_grad(jc_grad(jc_log_sigmoid))(zero)), -0.25, 1e-15);
  EXPECT_CLOSE(jc_item(jc_grad(jc_grad(jc_grad(jc_mish)))(zero)), -0.096, 1e-14);
  EXPECT_CLOSE(jc_item(jc_grad(jc_grad(log_loss))(zero)), 0.25, 1e-15);
  EXPECT_CLOSE(jc_item(jc_hessian(softplus_sum)(jc_vector(0))), 0.25, 1e-7);
  EXPECT_CLOSE(jc_item(jc_grad(log_adds)(zero)), 0.5, 1e-15);
  EXPECT_CLOSE(jc_item(jc_grad(adds_log)(zero)), 0.5, 1e-15);
  EXPECT_CLOSE(jc_item(jc_grad(jc_grad(log_adds))(zero)), 0.25, 1e-15);
  EXPECT_CLOSE(jc_item(jc_grad(jc_grad(adds_log))(zero)), 0.25, 1e-15);
  EXPECT_CLOSE(jc_item(jc_grad(log2_adds)(zero)), 0.5, 1e-15);
  EXPECT_STR(jc_str(jc_grad(log_sums)(jc_vector(1, 1, 1))), "[1.83333 0.833333 0.333333]");
  const double pi = 3.14159265358979323846;
  EXPECT_CLOSE(jc_item(jc_grad(jc_sinc)(zero)), 0, 1e-15);
  EXPECT_CLOSE(jc_item(jc_grad(jc_grad(jc_sinc))(zero)), -pi * pi / 3, 1e-14);
  EXPECT_CLOSE(jc_item(jc_grad(leaks)(zero)), 1, 0);
  for (double x = 0.025; x < 0.04; x += 0.001)  // on both sides of where the series begins
    EXPECT_CLOSE(jc_item(jc_sinc(jc_f64(x))), sin(pi * x) / (pi * x), 1e-15);
}

// More of mathematics, beside libm.
static void mathematics(void) {
  const double x = test_uniform(0.1, 0.9), y = test_uniform(-3, 3);
  const jc_array a = jc_f64(x), b = jc_f64(y);
  EXPECT_CLOSE(jc_item(jc_erf(b)), erf(y), 1e-14);
  EXPECT_CLOSE(jc_item(jc_erfc(b)), erfc(y), 1e-14);
  EXPECT_CLOSE(jc_item(jc_exp2(b)), exp2(y), 1e-14);
  EXPECT_CLOSE(jc_item(jc_log2(a)), log2(x), 1e-14);
  EXPECT_CLOSE(jc_item(jc_log10(a)), log10(x), 1e-14);
  EXPECT_CLOSE(jc_item(jc_cbrt(b)), cbrt(y), 1e-14);
  EXPECT_CLOSE(jc_item(jc_tan(a)), tan(x), 1e-14);
  EXPECT_CLOSE(jc_item(jc_asin(a)), asin(x), 1e-14);
  EXPECT_CLOSE(jc_item(jc_acos(a)), acos(x), 1e-14);
  EXPECT_CLOSE(jc_item(jc_atan(b)), atan(y), 1e-14);
  EXPECT_CLOSE(jc_item(jc_sinh(b)), sinh(y), 1e-13);
  EXPECT_CLOSE(jc_item(jc_cosh(b)), cosh(y), 1e-13);
  EXPECT_CLOSE(jc_item(jc_asinh(b)), asinh(y), 1e-14);
  EXPECT_CLOSE(jc_item(jc_acosh(jc_add(a, 1))), acosh(x + 1), 1e-14);
  EXPECT_CLOSE(jc_item(jc_atanh(a)), atanh(x), 1e-13);
  EXPECT_CLOSE(jc_item(jc_lgamma(a)), lgamma(x), 1e-14);
  EXPECT_CLOSE(jc_item(jc_digamma(1)), -0.57721566, 1e-6);
  EXPECT_CLOSE(jc_item(jc_zeta(2, 1)), 1.6449341, 1e-6);
  for (int s = -4; s <= 4; s += 2) EXPECT(isinf(jc_item(jc_zeta(s, -2.0))));
  EXPECT(isnan(jc_item(jc_zeta(-3, 0))) && isnan(jc_item(jc_zeta(0, 0.5))));
  EXPECT(isinf(jc_item(jc_zeta(1, -1))) && isnan(jc_item(jc_zeta(NAN, -1))));
  EXPECT_CLOSE(jc_item(jc_polygamma(1, 1)), 1.6449341, 1e-6);
  EXPECT_CLOSE(jc_item(jc_i0e(1)), 0.46575961, 1e-6);
  EXPECT_CLOSE(jc_item(jc_i1e(1)), 0.20791042, 1e-6);
  EXPECT_CLOSE(jc_item(jc_i0(1)), 1.26606588, 1e-6);
  EXPECT_CLOSE(jc_item(jc_i1(1)), 0.56515910, 1e-6);
  EXPECT_CLOSE(jc_item(jc_ndtr(jc_sub(0, b))), 0.5 * erfc(y * sqrt(0.5)), 1e-14);
  EXPECT_CLOSE(jc_item(jc_ndtr(b)), 0.5 * erfc(-y * sqrt(0.5)), 1e-14);
  EXPECT_CLOSE(jc_item(jc_logit(jc_f64(0.25))), log(1.0 / 3), 1e-14);
  EXPECT_CLOSE(jc_item(jc_entr(jc_f64(0.5))), 0.5 * log(2), 1e-14);
  EXPECT_CLOSE(jc_item(jc_sinc(0.5)), 0.63661977, 1e-6);
  EXPECT_CLOSE(jc_item(jc_sinc(0)), 1, 0);
  EXPECT_CLOSE(jc_item(jc_xlogy(2, 3)), 2.19722458, 1e-6);
  EXPECT_CLOSE(jc_item(jc_xlogy(0, -1)), 0, 0);
  EXPECT_CLOSE(jc_item(jc_xlog1py(2, 3)), 2.77258872, 1e-6);
  EXPECT_CLOSE(jc_item(jc_xlog1py(0, -1)), 0, 0);
  EXPECT_CLOSE(jc_item(jc_atan2(b, a)), atan2(y, x), 1e-14);
  EXPECT_CLOSE(jc_item(jc_hypot(a, b)), hypot(x, y), 1e-14);
  EXPECT_CLOSE(jc_item(jc_hypot(1e30, 1e30)), 1.41421356e30, 1e24);
  EXPECT_CLOSE(jc_item(jc_logaddexp(1000, 1000)), 1000.6931, 1e-3);
  EXPECT_CLOSE(jc_item(jc_logaddexp(-INFINITY, -INFINITY)), -INFINITY, 0);
  EXPECT_CLOSE(jc_item(jc_nextafter(jc_f64(1), 2)), nextafter(1, 2), 0);
  EXPECT_STR(jc_str(jc_trunc(jc_vector(-1.5, 1.5, 2))), "[-1 1 2]");
  EXPECT_STR(jc_str(jc_round_away(jc_vector(-2.5, 0.5, 1.25))), "[-3 1 1]");
  EXPECT_STR(jc_str(jc_nan_to_num(jc_vector(NAN, 1))), "[0 1]");
  EXPECT_CLOSE(jc_item(jc_nan_to_num(jc_f32(INFINITY))), 0x1.fffffep127, 0);
  EXPECT(jc_item(jc_popcount(jc_u8(255))) == 8 && jc_item(jc_clz(jc_i32(1))) == 31);
  EXPECT(jc_item(jc_isposinf(INFINITY)) == 1 && jc_item(jc_isneginf(INFINITY)) == 0);
}

// jit gives the bits of eager.
static jc_array chain(jc_array x, jc_array w) {
  jc_array h = jc_tanh(jc_matmul(x, w));
  return jc_log_softmax(jc_add(jc_mul(h, 3), jc_pow(x, 2)), -1);
}
JC_FN(jc_array, chain, jc_array, jc_array);

static void jit_is_eager(void) {
  jc_array k = jc_split(jc_key(test_random()));
  jc_array x = jc_normal(jc_at(k, 0), JC_SHAPE(33, 17)),
           w = jc_normal(jc_at(k, 1), JC_SHAPE(17, 17));
  float eager[33 * 17], jitted[33 * 17];
  jc_copy(chain(x, w), eager, sizeof eager);
  jc_copy(jc_jit(chain)(x, w), jitted, sizeof jitted);
  EXPECT_BYTES(jitted, eager, sizeof eager);
}

// Long lines go by another way than short ones: ascending, equals in the order in which they stood.
static void long_sorts(void) {
  enum { COUNT = 5000 };
  static const jc_dtype types[] = {JC_I32, JC_F32, JC_U32, JC_F64, JC_I8};
  for (int d = 0; d < 5; d++) {
    jc_array ints = jc_randint(jc_key((uint64_t)d), d == 2 ? 0 : -100, 100, JC_SHAPE(COUNT));
    jc_array x = jc_astype(ints, types[d]), order = jc_astype(jc_argsort(x, 0), JC_I32);
    jc_array sorted = jc_astype(jc_sort(x, 0), JC_F64), from = jc_astype(x, JC_F64);
    if (!EXPECT_OK()) return;
    const int *at = jc_data(int, order);
    const double *y = jc_data(double, sorted), *z = jc_data(double, from);
    for (int i = 0; i < COUNT; i++) {
      EXPECT(at[i] >= 0 && at[i] < COUNT && y[i] == z[at[i]]);
      if (i) EXPECT(y[i - 1] < y[i] || (y[i - 1] == y[i] && at[i - 1] < at[i]));
    }
  }
}

int main(void) {
  if (!getenv("JITC_DEVICE")) execute_on((Loc){0}, "interp");
  RUN(numbers_of_c);
  RUN(reductions);
  RUN(integers);
  RUN(shapes);
  RUN(indexing);
  RUN(take);
  RUN(updates);
  RUN(orders);
  RUN(corners);
  RUN(seams);
  RUN(mathematics);
  RUN(jit_is_eager);
  RUN(long_sorts);
  return tests_done();
}
