// Shapes, statistics, sequences and counting: values of JAX.
#include "tests/library.h"

#define F(seed, ...) DATA(JC_F32, seed, __VA_ARGS__)
#define I(seed, ...) DATA(JC_I32, seed, __VA_ARGS__)

static jc_array odd(void) { return jc_vector(0, -0.0f, 1.5, -2.5, INFINITY, -INFINITY, NAN); }
static jc_array holes(void) {
  jc_array x = F(1, 4, 5);
  return jc_at_set(jc_where(jc_greater(x, 2), NAN, x), 2, NAN);
}
static void elementwise(void) {
  jc_array m = F(1, 3, 4), v = F(2, 7);
  JAX("deg2rad", jc_deg2rad(v));
  JAX("rad2deg", jc_rad2deg(v));
  JAX("signbit", jc_signbit(odd()));
  JAX("signbit_bf16", jc_signbit(jc_astype(odd(), JC_BF16)));
  JAX("signbit_i32", jc_signbit(I(1, 4)));
  JAX("copysign", jc_copysign(v, odd()));
  JAX("heaviside", jc_heaviside(odd(), 0.5));
  JAX("fmod", jc_fmod(v, F(5, 7)));
  JAX("fmax", jc_fmax(odd(), v));
  JAX("fmin", jc_fmin(v, odd()));
  static const jc_dtype dtypes[] = {JC_I32, JC_U8, JC_I64};
  static const char *const names[] = {"i32", "u8", "i64"};
  for (int i = 0; i < 3; i++) {
    JAX(named("gcd_%s", names[i]), jc_gcd(DATA(dtypes[i], 1, 9), DATA(dtypes[i], 4, 9)));
    JAX(named("lcm_%s", names[i]), jc_lcm(DATA(dtypes[i], 1, 9), DATA(dtypes[i], 4, 9)));
  }
  JAX("float_power", jc_float_power(I(1, 5), I(2, 5)));
  JAX_ULPS("logaddexp2", jc_logaddexp2(odd(), v), 8);
  JAX("array_equal", jc_array_equal(m, m));
  JAX("array_equal_not", jc_array_equal(m, jc_add(m, jc_eye(3, .m = 4))));
  JAX("array_equal_shape", jc_array_equal(m, v));
  JAX_NEAR("polyval", jc_polyval(F(1, 4), v), 2);
  JAX("isclose", jc_isclose(odd(), jc_add(odd(), 1e-6)));
  JAX("isclose_nan", jc_isclose(odd(), odd(), .equal_nan = true));
  JAX("isclose_i32", jc_isclose(I(1, 4), jc_add(I(1, 4), jc_from(((int32_t[]){0, 1, 0, 0}), 4))));
  JAX("allclose", jc_allclose(m, jc_mul(m, 1 + 1e-6)));
  JAX("allclose_atol", jc_allclose(m, jc_add(m, 0.5), .atol = 0.6));
  EXPECT_CLOSE(jc_item(jc_allclose(1, 1 + 1e-6, .exact = true)), 0, 0);
  EXPECT_CLOSE(jc_item(jc_expit(0)), 0.5, 0);
  EXPECT_CLOSE(jc_item(jc_gammaln(5)), log(24), 1e-6);
  MESSAGE(jc_gcd(1.5, 2), "gcd: of integers, not f32[]");
  MESSAGE(jc_polyval(m, 1), "polyval: coefficients are a vector, not f32[3,4]");
  MESSAGE(jc_allclose(m, m, .rtol = -1), "allclose: tolerances -1");
}

static void parts(void) {
  jc_array m = F(1, 3, 4), v = F(2, 7);
  jc_arrays p = jc_parts(m, 2, 1);
  EXPECT_EQ(p.n, 2);
  for (int i = 0; i < p.n; i++) JAX(named("parts_%d", i), p.v[i]);
  p = jc_unstack(m, -1);
  EXPECT_EQ(p.n, 4);
  JAX("unstack", p.v[1]);
  jc_list axes = JC_LIST(v, jc_at(m, 0), jc_slice(jc_at(m, 1), JC_AXES(0), JC_AXES(2)));
  jc_arrays xy = jc_meshgrid(axes), ij = jc_meshgrid(axes, .ij = true);
  for (int i = 0; i < 3; i++) {
    JAX(named("meshgrid_%d", i), xy.v[i]);
    JAX(named("meshgrid_ij_%d", i), ij.v[i]);
  }
  JAX("slice_in_dim", jc_slice_in_dim(m, 0, 4, 1, .stride = 2));
  JAX("index_in_dim", jc_index_in_dim(m, -1, 1));
  JAX("index_in_dim", jc_index_in_dim(m, jc_i32(9), 1));
  JAX("take_wrap", jc_take(v, jc_from(((int32_t[]){-1, 7, -9, 20}), 4), 0, .mode = JC_WRAP));
  MESSAGE(jc_parts(m, 3, 1), "parts: 4 elements along axis 1 in 3 equal parts");
  MESSAGE(jc_parts(m, 2, 2), "parts: axis 2 is out of range for rank 2");
  MESSAGE(jc_unstack(jc_zeros(JC_SHAPE(17)), 0), "unstack: 17 slices, at most 16");
  MESSAGE(jc_index_in_dim(m, 4, 1), "index_in_dim: index 4 is out of range for axis 1 of f32[3,4]");
  MESSAGE(jc_meshgrid(JC_LIST(m)), "meshgrid: array 0 is f32[3,4], no vector");
}

static void shapes(void) {
  jc_array m = F(1, 3, 4), v = F(2, 7), three = DATA(JC_I8, 1, 2, 3, 2);
  JAX("tile", jc_tile(m, JC_SHAPE(2, 1, 2)));
  JAX("tile_short", jc_tile(m, JC_SHAPE(2)));
  JAX("repeat", jc_repeat(m, 2, 1));
  JAX("roll", jc_roll(m, 5, 0));
  JAX("roll_back", jc_roll(m, -1, 1));
  JAX("swapaxes", jc_swapaxes(three, 0, -1));
  JAX("moveaxis", jc_moveaxis(three, 0, -1));
  for (int k = -1; k < 4; k++) JAX(named("rot90_%d", k), jc_rot90(m, k));
  JAX("rot90_axes", jc_rot90(I(1, 2, 2, 3), 1, .axes = JC_AXES(2, 0)));
  JAX("fliplr", jc_fliplr(m));
  JAX("atleast", jc_atleast_3d(m));
  JAX("atleast_1", jc_atleast_3d(v));
  JAX("atleast_2d", jc_atleast_2d(v));
  EXPECT_STR(jc_shape_str(jc_atleast_1d(3)), "i32[1]");
  JAX("hstack", jc_hstack(JC_LIST(v, jc_at(m, 0))));
  JAX("hstack_m", jc_hstack(JC_LIST(m, I(2, 3, 1))));
  JAX("vstack", jc_vstack(JC_LIST(m, jc_at(m, 0))));
  JAX("dstack", jc_dstack(JC_LIST(m, m)));
  JAX("column_stack", jc_column_stack(JC_LIST(jc_index_in_dim(m, 0, 1), m)));
  EXPECT_STR(jc_shape_str(jc_tile(m, JC_SHAPE(0, 2))), "f32[0,8]");
  EXPECT_STR(jc_shape_str(jc_roll(jc_zeros(JC_SHAPE(0, 2)), 3, 0)), "f32[0,2]");
  MESSAGE(jc_tile(m, JC_SHAPE(-1)), "tile: -1 times");
  MESSAGE(jc_repeat(m, 2, 2), "repeat: axis 2 is out of range");
  MESSAGE(jc_rot90(v, 1), "rot90: axis 1 is out of range for rank 1");
  MESSAGE(jc_vstack(JC_LIST(m, v)), "vstack: array 1 is f32[1,7], array 0 is f32[3,4]");
}

static void padding(void) {
  static const char *const modes[] = {"constant", "edge", "reflect", "symmetric", "wrap"};
  jc_array m = F(1, 3, 4), v = F(2, 7);
  jc_array few = jc_slice_in_dim(v, 0, 3, 0), one = jc_slice_in_dim(v, 0, 1, 0);
  for (int i = 0; i < 5; i++) {
    const jc_pad_mode mode = (jc_pad_mode)i;
    JAX(named("pad_%s", modes[i]), jc_pad(m, JC_SHAPE(1, 2, 3, 0), mode));
    JAX(named("pad_far_%s", modes[i]), jc_pad(few, JC_SHAPE(7, 8), mode));
    JAX(named("pad_one_%s", modes[i]), jc_pad(one, JC_SHAPE(2, 3), mode));
  }
  JAX("pad_value", jc_pad(I(1, 2, 2), JC_SHAPE(1, 1), .value = 9));
  MESSAGE(jc_pad(m, JC_SHAPE(1, 2, 3)), "pad: 3 widths for f32[3,4]");
  MESSAGE(jc_pad(m, JC_SHAPE(-1, 2)), "pad: widths -1 and 2 of axis 0");
  MESSAGE(jc_pad(jc_zeros(JC_SHAPE(0)), JC_SHAPE(1, 2), JC_PAD_EDGE),
          "pad: axis 0 has no elements");
}

static void ranges(void) {
  JAX("arange", jc_arange(2, 17, 4));
  JAX("arange_down", jc_arange(3, -3, -2));
  JAX("arange_f32", jc_arange(.5, 2, .25));
  JAX("arange_i64", jc_arange(5, 8, 1, JC_I64));
  JAX("arange_none", jc_arange(5, 2));
  JAX("eye", jc_eye(2, .m = 4, .k = 1));
  JAX("eye_i32", jc_eye(4, JC_I32, .m = 2, .k = -1));
  JAX("one_hot", jc_one_hot(jc_from(((int32_t[]){2, 0, 5}), 3), 3, JC_I32));
  JAX("logspace", jc_logspace(-1, 2, 7));
  JAX("logspace_2", jc_logspace(0, 5, 6, .base = 2));
  JAX("geomspace", jc_geomspace(.25, 64, 5));
  JAX("geomspace_minus", jc_geomspace(-1, -100, 3));
  MESSAGE(jc_arange(0, 1, 0), "arange: from 0 to 1 by 0 as i32");
  MESSAGE(jc_arange(-1), "arange: -1 is no count");
  MESSAGE(jc_geomspace(-1, 1, 3), "geomspace: from -1 to 1");
}

// ---- statistics

static jc_array third(jc_array x) { return jc_quantile(x, 0.3); }
JC_FN(jc_array, third, jc_array);

static void without_nan(void) {
#define NAN_CASE(name, what)                                                  \
  JAX_NEAR("nan" name, jc_nan##what(holes()), 4);                             \
  JAX_NEAR("nan" name "_rows", jc_nan##what(holes(), .axes = JC_AXES(1)), 4); \
  JAX_NEAR("nan" name "_i32", jc_nan##what(I(3, 4)), 4)
  NAN_CASE("sum", sum);
  NAN_CASE("prod", prod);
  NAN_CASE("mean", mean);
  NAN_CASE("max", max);
  NAN_CASE("min", min);
  NAN_CASE("var", var);
  NAN_CASE("std", std);
#undef NAN_CASE
  JAX_NEAR("nanvar_ddof", jc_nanvar(holes(), .axes = JC_AXES(0), .ddof = 1, .keepdims = true), 4);
  MESSAGE(jc_nanmax(jc_zeros(JC_SHAPE(0))), "nanmax: of nothing");
}

static void quantiles(void) {
  jc_array m = F(1, 3, 4), v = F(2, 7), q = jc_vector(0, .1, .5, .77, 1);
  JAX("ptp", jc_ptp(m, .axes = JC_AXES(1)));
  JAX("median_f32", jc_median(F(1, 3, 4), .axes = JC_AXES(0)));
  JAX("median_f64", jc_median(DATA(JC_F64, 1, 3, 4), .axes = JC_AXES(0)));
  JAX("median_f16", jc_median(DATA(JC_F16, 1, 3, 4), .axes = JC_AXES(0)));
  JAX("median_all", jc_median(v));
  JAX("median_nan", jc_median(holes(), .axes = JC_AXES(0)));
  JAX("median_i32", jc_median(I(1, 6)));
  static const char *const methods[] = {"linear", "lower", "higher", "midpoint", "nearest"};
  for (int i = 0; i < 5; i++)
    JAX_NEAR(named("quantile_%s", methods[i]), jc_quantile(v, q, .method = (jc_quantile_method)i),
             2);
  JAX_NEAR("quantile_axis", jc_quantile(F(1, 2, 3, 4), q, .axes = JC_AXES(1)), 2);
  JAX_NEAR("quantile_axes",
           jc_quantile(F(1, 2, 3, 4), 0.25, .axes = JC_AXES(0, 2), .keepdims = true), 2);
  JAX_NEAR("percentile", jc_percentile(v, 33), 2);
  JAX_NEAR("quantile_grad", jc_grad(third)(v), 8);
  MESSAGE(jc_quantile(m, 0.5, .axes = JC_AXES(2)), "quantile: axis 2 is out of range");
  MESSAGE(jc_median(jc_zeros(JC_SHAPE(0))), "median: of nothing");
  EXPECT(isnan(jc_item(jc_quantile(v, 1.5))));
}

static void weights(void) {
  jc_array m = F(1, 3, 4);
  JAX_NEAR("average", jc_average(m, jc_abs(m)), 4);
  JAX_NEAR("average_axis", jc_average(m, jc_abs(jc_at(m, 0)), .axes = JC_AXES(1)), 4);
  JAX_NEAR("average_axis0", jc_average(m, jc_abs(jc_index_in_dim(m, 0, 1)), .axes = JC_AXES(0)), 4);
  JAX_NEAR("cov", jc_cov(m), 4);
  JAX_NEAR("cov_biased", jc_cov(m, .biased = true), 4);
  JAX_NEAR("cov_vector", jc_cov(F(2, 7)), 4);
  JAX_NEAR("corrcoef", jc_corrcoef(m), 4);
  MESSAGE(jc_average(m, F(1, 4)), "average: weights f32[4] for f32[3,4]");
  MESSAGE(jc_cov(F(1, 2, 2, 2)), "cov: of the rows of a matrix");
}

// ---- sequences

static jc_array interpolated(jc_array y) {
  return jc_sum(jc_square(jc_interp(F(3, 5), jc_vector(-2, -1, .5, .5, 3), y)));
}
JC_FN(jc_array, interpolated, jc_array);

static void sequences(void) {
  jc_array m = F(1, 3, 4), v = F(2, 7), xs = jc_vector(-2, -1, .5, .5, 3);
  JAX("diff", jc_diff(m, 0));
  JAX("diff_2", jc_diff(m, -1, .n = 2));
  JAX("diff_bool", jc_diff(DATA(JC_BOOL, 1, 5), 0));
  JAX("diff_u8", jc_diff(DATA(JC_U8, 1, 5), 0));
  JAX("gradient", jc_gradient(m, 1, .spacing = .5));
  JAX("gradient_0", jc_gradient(m, 0));
  JAX_NEAR("trapezoid", jc_trapezoid(m, 1, .spacing = .5), 4);
  JAX_NEAR("trapezoid_0", jc_trapezoid(m, 0), 4);
  JAX_NEAR("unwrap", jc_unwrap(jc_mul(4, v), 0), 4);
  JAX_NEAR("unwrap_axis", jc_unwrap(jc_mul(4, m), 0), 4);
  JAX_NEAR("interp", jc_interp(F(3, 2, 5), xs, jc_slice_in_dim(v, 0, 5, 0)), 4);
  JAX_NEAR("interp_grad", jc_grad(interpolated)(jc_slice_in_dim(v, 0, 5, 0)), 8);
  JAX_NEAR("vander", jc_vander(v, 4), 2);
  MESSAGE(jc_gradient(jc_zeros(JC_SHAPE(1)), 0), "gradient: 1 elements along axis 0");
  MESSAGE(jc_interp(v, xs, v), "interp: points are two vectors of one length");
  EXPECT_STR(jc_shape_str(jc_diff(jc_zeros(JC_SHAPE(0)), 0)), "f32[0]");
}

static void convolutions(void) {
  static const char *const modes[] = {"full", "same", "valid"};
  static const int sizes[][2] = {{7, 3}, {3, 7}, {6, 4}, {5, 5}, {1, 1}};
  for (int i = 0; i < 3; i++) {
    for (int k = 0; k < 5; k++) {
      const int a = sizes[k][0], b = sizes[k][1];
      const jc_overlap mode = (jc_overlap)i;
      JAX_NEAR(named("convolve_%s_%d_%d", modes[i], a, b), jc_convolve(F(1, a), F(2, b), mode), 4);
      JAX_NEAR(named("correlate_%s_%d_%d", modes[i], a, b), jc_correlate(F(1, a), F(2, b), mode),
               4);
    }
  }
  JAX("convolve_i32", jc_convolve(I(1, 4), I(2, 3), JC_FULL));
  MESSAGE(jc_convolve(F(1, 2, 2), F(1, 2), JC_FULL), "convolve: of vectors with elements");
}

static jc_array windows_squared(jc_array x) {
  return jc_sum(jc_square(jc_reduce_window((jc_add), x, 0, JC_SHAPE(3, 2), .padding = JC_SAME)));
}
JC_FN(jc_array, windows_squared, jc_array);

static void windows(void) {
  jc_array m = F(1, 3, 4);
  JAX_NEAR("window_sum", jc_reduce_window((jc_add), m, 0, JC_SHAPE(2, 2)), 2);
  JAX("window_max", jc_reduce_window((jc_maximum), m, -INFINITY, JC_SHAPE(2, 3),
                                     .strides = JC_SHAPE(2, 1), .padding = JC_SAME));
  JAX_NEAR("window_product",
           jc_reduce_window((jc_mul), m, 1, JC_SHAPE(2, 2), .strides = JC_SHAPE(1, 2),
                            .pads = JC_SHAPE(1, 0, 0, 2), .dilation = JC_SHAPE(2, 1)),
           2);
  JAX_NEAR("window_grad", jc_grad(windows_squared)(m), 8);
  EXPECT_STR(jc_shape_str(jc_reduce_window((jc_add), m, 0, JC_SHAPE(5, 2))), "f32[0,3]");
  // windows of many elements, pads that take some away
  jc_array wide = jc_normal(jc_key(test_random()), JC_SHAPE(40, 50), .dtype = JC_F64);
  jc_array most = jc_reduce_window((jc_maximum), wide, -INFINITY, JC_SHAPE(30, 41),
                                   .pads = JC_SHAPE(-1, 0, 0, -2));
  EXPECT_STR(jc_shape_str(most), "f64[10,8]");
  for (int i = 0; i < 10; i++) {
    jc_array rows = jc_slice(wide, JC_AXES(1 + i, 0), JC_AXES(31 + i, 48));
    for (int j = 0; j < 8; j++) {
      jc_array window = jc_slice(rows, JC_AXES(0, j), JC_AXES(30, 41 + j));
      EXPECT(jc_item(jc_at(jc_at(most, i), j)) == jc_item(jc_max(window)));
    }
  }
  MESSAGE(jc_reduce_window((jc_add), m, 0, JC_SHAPE(2)), "reduce_window: a window of rank 1");
  MESSAGE(jc_reduce_window((jc_add), m, 0, JC_SHAPE(0, 2)), "reduce_window: window 0");
}

// ---- counting

static jc_array largest_squared(jc_array rows) {
  jc_array ids = jc_from(((int32_t[]){0, 2, -1, 2, 7, 0, 3}), 7);
  jc_array s = jc_segment_max(rows, ids, 3);
  return jc_sum(jc_square(jc_slice_in_dim(s, 0, 3, 0, .stride = 2)));
}
JC_FN(jc_array, largest_squared, jc_array);

static void counting(void) {
  jc_array m = F(1, 3, 4), v = F(2, 7), x = I(1, 12), bins = jc_vector(-2, 0, 0, 1.5);
  JAX("bincount", jc_bincount(jc_mod(x, 7), 7));
  JAX("bincount_edges", jc_bincount(x, 9));
  JAX_NEAR("bincount_weights", jc_bincount(jc_mod(x, 5), 5, .weights = F(2, 12)), 4);
  jc_array more = jc_concatenate(JC_LIST(v, bins), 0);
  for (int right = 0; right < 2; right++) {
    JAX(named("digitize_%d", right), jc_digitize(more, bins, right));
    JAX(named("digitize_down_%d", right), jc_digitize(more, jc_flip(bins, 0), right));
  }
  struct jc_histogram h = jc_histogram(F(1, 40), 5);
  JAX("histogram", h.counts);
  JAX("histogram_edges", h.edges);
  JAX("histogram_range", jc_histogram(F(1, 40), 4, .low = -1, .high = 2).counts);
  jc_array above = jc_greater(m, 0);
  JAX("argwhere", jc_argwhere(above, 8, .fill = -1));
  JAX("argwhere_short", jc_argwhere(above, 2));
  JAX("flatnonzero", jc_flatnonzero(jc_greater(v, 0), 6, .fill = 7));
  JAX("select", jc_select(JC_LIST(jc_greater(v, 2), jc_greater(v, 0)), JC_LIST(v, jc_neg(v)), 9));
  jc_array ids = jc_from(((int32_t[]){0, 2, -1, 2, 7, 0, 3}), 7), rows = F(4, 7, 2);
  JAX_NEAR("segment_sum", jc_segment_sum(rows, ids, 4), 2);
  JAX_NEAR("segment_prod", jc_segment_prod(rows, ids, 4), 2);
  JAX("segment_max", jc_segment_max(rows, ids, 4));
  JAX("segment_min", jc_segment_min(I(4, 7), ids, 4));
  JAX("segment_grad", jc_grad(largest_squared)(jc_index_in_dim(rows, 0, 1)));
  EXPECT_STR(jc_shape_str(jc_argwhere(jc_zeros(JC_SHAPE(0, 3)), 2)), "i32[2,2]");
  EXPECT_STR(jc_str(jc_segment_sum(jc_zeros(JC_SHAPE(0)), jc_zeros(JC_SHAPE(0), JC_I32), 2)),
             "[0 0]");
  MESSAGE(jc_bincount(v, 3), "bincount: of a vector of integers, not f32[7]");
  MESSAGE(jc_histogram(v, 0), "histogram: 0 bins");
  MESSAGE(jc_segment_sum(rows, x, 4), "segment_sum: ids i32[12] for f32[7,2]");
  MESSAGE(jc_select(JC_LIST(above), JC_LIST(m, m), 0), "select: 1 conditions and 2 choices");
}

int main(void) {
  expected_read("arrays");
  RUN(elementwise);
  RUN(parts);
  RUN(shapes);
  RUN(padding);
  RUN(ranges);
  RUN(without_nan);
  RUN(quantiles);
  RUN(weights);
  RUN(sequences);
  RUN(convolutions);
  RUN(windows);
  RUN(counting);
  RUN(expected_done);
  return tests_done();
}
