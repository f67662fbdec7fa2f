// Convolutions, pools and cumulative functions as a user calls them, against plain loops.
#include "frontend/execute.h"
#include "tests/check.h"

enum { N = 2, H = 5, W = 6, C = 4, O = 6, KH = 3, KW = 2 };

static float at(const float *x, int n, int y, int z, int c, int channels) {
  if (y < 0 || y >= H || z < 0 || z >= W) return 0;
  return x[((n * H + y) * W + z) * channels + c];
}

// stride 2 x 1, dilation 1 x 2, padding 1, 0 x 1, 1
static double want(const float *x, const float *w, int groups, int n, int y, int z, int o) {
  double sum = 0;
  const int inputs = C / groups, group = o / (O / groups);
  for (int a = 0; a < KH; a++) {
    for (int b = 0; b < KW; b++) {
      for (int c = 0; c < inputs; c++)
        sum += (double)at(x, n, 2 * y + a - 1, z + 2 * b - 1, group * inputs + c, C) *
               (double)w[((a * KW + b) * inputs + c) * O + o];
    }
  }
  return sum;
}

static jc_array normal(uint64_t key, jc_dims shape) { return jc_normal(jc_key(key), shape); }

static void convolution(void) {
  for (int groups = 1; groups <= 2; groups++) {
    jc_array x = normal(1, JC_SHAPE(N, H, W, C)), w = normal(2, JC_SHAPE(KH, KW, C / groups, O));
    jc_array y = jc_conv(x, w, .strides = JC_SHAPE(2, 1), .dilation = JC_SHAPE(1, 2),
                         .pads = JC_SHAPE(1, 0, 1, 1), .groups = groups);
    EXPECT_STR(jc_shape_str(y), "f32[2,2,6,6]");
    if (!jc_ok()) return;
    const float *px = jc_data(float, x), *pw = jc_data(float, w), *py = jc_data(float, y);
    for (int i = 0; i < N * 2 * 6 * O; i++)
      EXPECT_CLOSE(py[i], want(px, pw, groups, i / (2 * 6 * O), i / (6 * O) % 2, i / O % 6, i % O),
                   1e-5);
  }
}

static double apart(jc_array a, jc_array b) { return jc_item(jc_max(jc_abs(jc_sub(a, b)))); }

static void layouts(void) {
  jc_array x = normal(1, JC_SHAPE(N, H, W, C)), w = normal(2, JC_SHAPE(KH, KW, C, O));
  jc_array y = jc_conv(x, w, .strides = JC_SHAPE(2), .padding = JC_SAME);
  EXPECT_STR(jc_shape_str(y), "f32[2,3,3,6]");
  jc_array xt = jc_transpose(x, .axes = JC_AXES(0, 3, 1, 2));
  jc_array wt = jc_transpose(w, .axes = JC_AXES(3, 2, 0, 1));
  jc_array yt =
      jc_conv(xt, wt, .strides = JC_SHAPE(2), .padding = JC_SAME, .layout = "NCHW,OIHW,NCHW");
  EXPECT_STR(jc_shape_str(yt), "f32[2,6,3,3]");
  EXPECT(apart(jc_transpose(yt, .axes = JC_AXES(0, 2, 3, 1)), y) < 1e-5);
  EXPECT_STR(jc_shape_str(jc_conv_transpose(y, normal(3, JC_SHAPE(3, 3, O, C)),
                                            .strides = JC_SHAPE(2), .padding = JC_SAME)),
             "f32[2,6,6,4]");
}

static jc_array pooled(jc_array x) {
  return jc_sum(jc_max_pool(x, JC_SHAPE(2), .strides = JC_SHAPE(2)));
}
JC_FN(jc_array, pooled, jc_array);

static void pools(void) {
  float v[] = {1, 1, 5, 2, -1, -1};
  jc_array x = jc_reshape(jc_from(v, 6), 1, 6, 1);
  EXPECT_STR(jc_str(jc_ravel(jc_max_pool(x, JC_SHAPE(3)))), "[5 5 5 2]");
  EXPECT_STR(jc_str(jc_ravel(jc_avg_pool(x, JC_SHAPE(2), .padding = JC_SAME))),
             "[1 3 3.5 0.5 -1 -0.5]");
  EXPECT_STR(jc_str(jc_ravel(jc_grad(pooled)(x))), "[1 0 1 0 1 0]");
}

static void cumulative(void) {
  int32_t v[] = {1, 2, 3, 4};
  jc_array x = jc_from(v, 2, 2), ones = jc_ones(JC_SHAPE(200));
  EXPECT_STR(jc_str(jc_cumsum(x, 1)), "[[1 3]\n [3 7]]");
  EXPECT_STR(jc_str(jc_cumprod(x, 0)), "[[1 2]\n [3 8]]");
  EXPECT_STR(jc_str(jc_cumsum(x, 1, .reverse = true)), "[[3 2]\n [7 4]]");
  EXPECT_STR(jc_str(jc_cummax(x, 0, .reverse = true)), "[[3 4]\n [3 4]]");
  EXPECT(apart(jc_cumsum(ones, 0, .reverse = true), jc_sub(200.0, jc_arange(200))) <= 0);
  EXPECT_STR(jc_str(jc_cummax(x, -1)), "[[1 2]\n [3 4]]");
  EXPECT_STR(jc_str(jc_cummin(x, -1)), "[[1 1]\n [3 3]]");
  EXPECT(apart(jc_cumsum(ones, 0), jc_add(jc_arange(200), 1.0)) <= 0);
  EXPECT(apart(jc_cumlogsumexp(ones, 0), jc_add(jc_log(jc_add(jc_arange(200), 1.0)), 1.0)) < 1e-5);
}

static void faults(void) {
  jc_conv(jc_ones(JC_SHAPE(1, 5, 5, 3)), jc_ones(JC_SHAPE(3, 3, 4, 8)));
  EXPECT(strstr(jc_error(), "api_windows.c:") && strstr(jc_error(), "3 channels"));
  jc_clear_error();
  jc_conv(jc_ones(JC_SHAPE(1, 5, 3)), jc_ones(JC_SHAPE(3, 3, 4, 8)));
  EXPECT(strstr(jc_error(), "f32[1,5,3]") && strstr(jc_error(), "f32[3,3,4,8]"));
  jc_clear_error();
  jc_conv(jc_ones(JC_SHAPE(1, 5, 3)), jc_ones(JC_SHAPE(3, 3, 4)), .layout = "NHC,WIO,NWC");
  EXPECT(strstr(jc_error(), "layout"));
  jc_clear_error();
  jc_max_pool(jc_ones(JC_SHAPE(5, 5)), JC_SHAPE(2, 2));
  EXPECT(strstr(jc_error(), "f32[5,5]"));
  jc_clear_error();
}

int main(void) {
  RUN(convolution);
  RUN(layouts);
  RUN(pools);
  RUN(cumulative);
  RUN(faults);
  return tests_done();
}
