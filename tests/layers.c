// Tables of layers: parameters, values and gradients as those of JAX's stax, and what goes wrong.
#include "frontend/execute.h"
#include "tests/check.h"

static jc_array sines(jc_dims shape) {
  int64_t n = 1;
  for (int i = 0; i < shape.n; i++) n *= shape.d[i];
  return jc_reshape_(jc_sin(jc_astype(jc_arange(n), JC_F32)), shape, JC_HERE);
}

static double at(jc_array x, int64_t i) {
  return jc_item(jc_at(jc_ravel(x), (int)(i < 0 ? jc_size(x) + i : i)));
}

static jc_array named(jc_params p, const char *name) {
  for (int i = 0; i < jc_params_count(p); i++) {
    if (!strcmp(jc_params_name(p, i), name)) return jc_params_at(p, i);
  }
  FAULT("no parameter %s", name);
  return jc_f32(NAN);
}

// ---- against stax

static const jc_layer net = JC_SERIAL(
    JC_CONV(4, 3, 3, .stride = 2), JC_BATCH_NORM(), JC_RELU, JC_FAN_OUT(3),
    JC_PARALLEL(JC_CONV(4, 2, 2), JC_IDENTITY, JC_SERIAL(JC_CONV(4, 1, 1), JC_TANH)), JC_FAN_IN_SUM,
    JC_FAN_OUT(2),
    JC_PARALLEL(JC_MAX_POOL(2, 2, .padding = JC_SAME), JC_AVG_POOL(2, 2, .padding = JC_SAME)),
    JC_FAN_IN_CONCAT, JC_FLATTEN, JC_DENSE(5), JC_LOG_SOFTMAX);

static jc_array weighted(jc_params p, jc_array x) {
  const jc_array y = jc_apply(&net, p, x);
  return jc_sum(jc_mul(y, jc_reshape(jc_arange(10), 2, 5)));
}
JC_FN(jc_array, weighted, jc_params, jc_array);

// Made by jax.example_libraries.stax of JAX 0.10.2: the first and last elements of the parameters,
// the norm and the first element of the gradient of `weighted`. NaN: not compared.
static const struct {
  const char *name, *shape;
  double first, last, norm, gradient;
} expected[] = {
    {"[0].w", "f32[3,3,3,4]", -0.13243866, 0.0484969206, 981.403593, 22.503231},
    // Before a batch norm: its gradient is rounding alone.
    {"[0].b", "f32[4]", -7.09006599e-07, 1.10388885e-06, NAN, NAN},
    {"[1].scale", "f32[4]", 1, 1, 65.3214629, -46.7333679},
    {"[1].shift", "f32[4]", 0, 0, 85.502216, -59.8681488},
    {"[4][0].w", "f32[2,2,4,4]", 0.231935501, 0.463842332, 104.794828, -52.3581161},
    {"[4][0].b", "f32[4]", 1.0560027e-06, -1.82996814e-07, 77.6081176, -66.6507721},
    {"[4][2][0].w", "f32[1,1,4,4]", -0.216184005, -0.503884673, 73.4500155, -48.1581306},
    {"[4][2][0].b", "f32[4]", 1.04988919e-06, 2.00314716e-08, 69.5335549, -61.5977249},
    {"[10].w", "f32[72,5]", -0.1622888, 0.0286550298, 343.675169, 10.6934118},
    {"[10].b", "f32[5]", 0.0107465573, 0.00523562357, 34.5073993, 4.11383438},
};
enum { EXPECTED = sizeof expected / sizeof *expected };
static const double expected_y[10] = {-2.86967564, -0.369208783, -3.05463529,  -1.69800222,
                                      -3.82526064, -4.69793463,  -0.137748376, -5.27194405,
                                      -2.38309598, -3.80902362};

static void as_stax(void) {
  const jc_array x = sines(JC_SHAPE(2, 6, 5, 3));
  const jc_params p = jc_init(&net, jc_key(7), JC_SHAPE(2, 6, 5, 3));
  EXPECT_EQ(jc_params_count(p), EXPECTED);
  const jc_params g = jc_jit(jc_grad(weighted))(p, x);
  for (int i = 0; i < EXPECTED && jc_ok(); i++) {
    const double close = 1e-6 * fabs(expected[i].first) + 1e-12;
    EXPECT_STR(jc_params_name(p, i), expected[i].name);
    EXPECT_STR(jc_shape_str(jc_params_at(p, i)), expected[i].shape);
    EXPECT_CLOSE(at(jc_params_at(p, i), 0), expected[i].first, close);
    EXPECT_CLOSE(at(jc_params_at(p, i), -1), expected[i].last, 1e-6 * fabs(expected[i].last));
    if (isnan(expected[i].norm)) continue;
    EXPECT_CLOSE(jc_item(jc_norm(jc_params_at(g, i))), expected[i].norm, 1e-4 * expected[i].norm);
    EXPECT_CLOSE(at(jc_params_at(g, i), 0), expected[i].gradient, 2e-4 * expected[i].norm);
  }
  const jc_array y = jc_apply(&net, p, x);
  EXPECT_STR(jc_shape_str(y), "f32[2,5]");
  for (int i = 0; i < 10; i++) EXPECT_CLOSE(at(y, i), expected_y[i], 2e-5);
  EXPECT_OK();
}

static const jc_layer up = JC_SERIAL(JC_CONV_TRANSPOSE(3, 3, 3, .stride = 2), JC_DENSE(2));

static void transposed(void) {
  const jc_params p = jc_init(&up, jc_key(3), JC_SHAPE(2, 2, 3, 2));
  const jc_array y = jc_apply(&up, p, sines(JC_SHAPE(2, 2, 3, 2)));
  EXPECT_STR(jc_shape_str(y), "f32[2,4,6,2]");
  EXPECT_CLOSE(jc_item(jc_sum(jc_abs(y))), 15.7024822, 1e-4);
  EXPECT_CLOSE(at(y, 0), 0.175296649, 1e-6);
  EXPECT_CLOSE(at(y, -1), -0.0713940561, 1e-6);
  EXPECT_OK();
}

// ---- shapes and names

static jc_params init_traced(jc_array key) { return jc_init(&net, key, JC_SHAPE(2, 6, 5, 3)); }
JC_FN(jc_params, init_traced, jc_array);

static void init_in_a_trace(void) {
  const jc_params plain = jc_init(&net, jc_key(7), JC_SHAPE(2, 6, 5, 3));
  const jc_params jitted = jc_jit(init_traced)(jc_key(7));
  EXPECT_EQ(jc_params_count(jitted), EXPECTED);
  EXPECT_STR(jc_params_name(jitted, 4), "[4][0].w");
  EXPECT_CLOSE(jc_item(jc_tree_norm(jc_tree_sub(plain, jitted))), 0, 0);
  const jc_params many = jc_vmap(init_traced)(jc_split(jc_key(1), 3));
  EXPECT_STR(jc_shape_str(jc_params_at(many, 9)), "f32[3,5]");
  EXPECT_OK();
}

typedef struct {
  jc_layer net;
  jc_dims in;
  jc_dtype dtype;
  const char *params, *out;
} Case;
static const Case cases[] = {
    {JC_DENSE(4), {1, {3}}, JC_F32, "w f32[3,4] b f32[4] ", "f32[4]"},
    {JC_DENSE(4, .no_bias = true), {3, {2, 5, 3}}, JC_F32, "w f32[3,4] ", "f32[2,5,4]"},
    {JC_DENSE(4), {2, {0, 3}}, JC_F32, "w f32[3,4] b f32[4] ", "f32[0,4]"},
    {JC_CONV(8, 5), {3, {2, 9, 3}}, JC_F32, "w f32[5,3,8] b f32[8] ", "f32[2,9,8]"},
    {JC_CONV(8, 5, .valid = true, .dilation = 2),
     {3, {2, 9, 3}},
     JC_F32,
     "w f32[5,3,8] b f32[8] ",
     "f32[2,1,8]"},
    {JC_CONV(8, 3, 3, .groups = 2, .no_bias = true),
     {4, {1, 4, 4, 6}},
     JC_F32,
     "w f32[3,3,3,8] ",
     "f32[1,4,4,8]"},
    {JC_CONV(2, 3, 3, 3, .stride = 2),
     {5, {1, 4, 5, 6, 1}},
     JC_F32,
     "w f32[3,3,3,1,2] b f32[2] ",
     "f32[1,2,3,3,2]"},
    {JC_CONV_TRANSPOSE(2, 3, .valid = true, .stride = 2),
     {3, {1, 4, 3}},
     JC_F32,
     "w f32[3,3,2] b f32[2] ",
     "f32[1,9,2]"},
    {JC_MAX_POOL(2, 3, .stride = 2), {4, {1, 6, 7, 2}}, JC_F32, "", "f32[1,3,3,2]"},
    {JC_AVG_POOL(3), {3, {1, 6, 2}}, JC_F32, "", "f32[1,4,2]"},
    {JC_BATCH_NORM(.no_scale = true), {2, {4, 3}}, JC_F32, "shift f32[3] ", "f32[4,3]"},
    {JC_BATCH_NORM(.no_scale = true, .no_shift = true), {2, {4, 3}}, JC_F32, "", "f32[4,3]"},
    {JC_LAYER_NORM(.no_shift = true), {2, {4, 3}}, JC_F32, "scale f32[3] ", "f32[4,3]"},
    {JC_GROUP_NORM(2), {3, {4, 3, 6}}, JC_F32, "scale f32[6] shift f32[6] ", "f32[4,3,6]"},
    {JC_EMBEDDING(7, 3), {2, {4, 5}}, JC_I32, "rows f32[7,3] ", "f32[4,5,3]"},
    {JC_FLATTEN, {4, {2, 3, 4, 5}}, JC_F32, "", "f32[2,60]"},
    {JC_FLATTEN, {3, {0, 3, 4}}, JC_F32, "", "f32[0,12]"},
    {JC_DROPOUT(0.5), {2, {2, 3}}, JC_F32, "", "f32[2,3]"},
};

static void shapes(void) {
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const Case *c = &cases[i];
    const jc_params p = jc_init_(&c->net, jc_key(i), (struct jc_like){c->in, c->dtype}, JC_HERE);
    char text[200] = "";
    for (int k = 0; k < jc_params_count(p); k++) {
      strcat(strcat(text, jc_params_name(p, k)), " ");
      strcat(strcat(text, jc_shape_str(jc_params_at(p, k))), " ");
    }
    EXPECT_STR(text, c->params);
    const jc_array y = jc_apply(&c->net, p, jc_zeros(c->in, c->dtype));
    EXPECT_STR(jc_shape_str(y), c->out);
    if (!EXPECT_OK()) FAULT("case %zu", i);
  }
}

// ---- values of single layers

static double f_relu(double x) { return x > 0 ? x : 0; }
static double f_sigmoid(double x) { return 1 / (1 + exp(-x)); }
static double f_silu(double x) { return x * f_sigmoid(x); }
static double f_softplus(double x) { return log1p(exp(x)); }
static double f_elu(double x) { return x > 0 ? x : expm1(x); }
static double f_leaky(double x) { return x >= 0 ? x : 0.25 * x; }
static double f_selu(double x) {
  return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * expm1(x));
}
static double f_gelu(double x) {
  return 0.5 * x * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)));
}
static double f_same(double x) { return x; }
static jc_array doubled(jc_array x) { return jc_mul(2, x); }
static double f_doubled(double x) { return 2 * x; }

static const struct {
  jc_layer layer;
  double (*f)(double);
} maps[] = {
    {JC_RELU, f_relu},         {JC_TANH, tanh},
    {JC_SIGMOID, f_sigmoid},   {JC_SILU, f_silu},
    {JC_SOFTPLUS, f_softplus}, {JC_EXP, exp},
    {JC_ELU, f_elu},           {JC_LEAKY_RELU(0.25), f_leaky},
    {JC_SELU, f_selu},         {JC_GELU, f_gelu},
    {JC_IDENTITY, f_same},     {{.map = doubled}, f_doubled},
};

static void activations(void) {
  const double points[] = {-30, -2.5, -0.5, -1e-3, 0, 1e-3, 0.7, 3, 20};
  for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
    const jc_params none = jc_init(&maps[i].layer, jc_key(0), JC_SHAPE(9));
    EXPECT_EQ(jc_params_count(none), 0);
    const jc_array y = jc_apply(&maps[i].layer, none, jc_astype(jc_from(points, 9), JC_F32));
    for (int k = 0; k < 9; k++) {
      const double want = maps[i].f((double)(float)points[k]);
      EXPECT_CLOSE(at(y, k), want, 2e-6 * fabs(want) + 1e-6);
    }
  }
  EXPECT_OK();
}

static const jc_layer batch_norm = JC_BATCH_NORM(.epsilon = 1e-3);
static const jc_layer layer_norm = JC_LAYER_NORM();
static const jc_layer group_norm = JC_GROUP_NORM(2);
enum { N = 3, H = 4, C = 6 };

// The group that x[n, h, c] is normalised with.
static int group_of(const jc_layer *l, int n, int h, int c) {
  return l == &batch_norm ? c : l == &layer_norm ? n * H + h : n * 2 + c / (C / 2);
}

static void norms(void) {
  const jc_layer *layers[] = {&batch_norm, &layer_norm, &group_norm};
  const jc_array x = jc_add(jc_mul(10, sines(JC_SHAPE(N, H, C))), 3);
  for (int i = 0; i < 3; i++) {
    jc_params p = jc_init(layers[i], jc_key(0), JC_SHAPE(N, H, C));
    p = jc_params_of(JC_LIST(jc_vector(1, 2, 3, 4, 5, 6), jc_vector(0, 1, 0, -1, 0, 1)),
                     .names = ((const char *[]){"scale", "shift"}));
    double sum[N * H] = {0}, squares[N * H] = {0}, count[N * H] = {0};
    for (int k = 0; k < N * H * C; k++) {
      const int g = group_of(layers[i], k / (H * C), k / C % H, k % C);
      sum[g] += at(x, k), squares[g] += at(x, k) * at(x, k), count[g]++;
    }
    const jc_array y = jc_apply(layers[i], p, x);
    for (int k = 0; k < N * H * C; k++) {
      const int g = group_of(layers[i], k / (H * C), k / C % H, k % C);
      const double mean = sum[g] / count[g], variance = squares[g] / count[g] - mean * mean;
      const double z = (at(x, k) - mean) / sqrt(variance + (i ? 1e-5 : 1e-3));
      EXPECT_CLOSE(at(y, k), z * at(jc_params_at(p, 0), k % C) + at(jc_params_at(p, 1), k % C),
                   2e-5);
    }
  }
  EXPECT_OK();
}

static const jc_layer dropping = JC_SERIAL(JC_DROPOUT(0.25), JC_DROPOUT(0));

static void dropout(void) {
  const jc_params none = jc_init(&dropping, jc_key(0), JC_SHAPE(100, 100));
  const jc_array x = jc_ones(JC_SHAPE(100, 100));
  EXPECT_CLOSE(jc_item(jc_sum(jc_apply(&dropping, none, x))), 10000, 0);
  const jc_array y = jc_apply(&dropping, none, x, .key = jc_key(5), .train = true);
  EXPECT_CLOSE(jc_item(jc_mean(jc_equal(y, 0))), 0.25, 0.02);
  EXPECT_CLOSE(jc_item(jc_max(y)), 1 / 0.75, 1e-6);
  const jc_array other = jc_apply(&dropping, none, x, .key = jc_key(6), .train = true);
  EXPECT(jc_item(jc_sum(jc_not_equal(y, other))) > 1000);
  EXPECT_OK();
  jc_apply(&dropping, none, x, .train = true);
  EXPECT_FAIL("JC_DROPOUT: training needs a key");
}

// ---- own layers

typedef struct {
  double start;
} Power;
static jc_params power_init(const jc_layer *self, jc_array key, jc_dims shape) {
  (void)key;
  const Power *o = self->own;
  const jc_array v[] = {jc_full(JC_SHAPE(shape.d[shape.n - 1]), o->start), jc_f32(2)};
  return jc_params_of(JC_LIST_OF(v), .names = ((const char *[]){"factor", "power"}));
}
static jc_array power_apply(const jc_layer *self, jc_params p, struct jc_input in) {
  (void)self;
  return jc_mul(jc_params_at(p, 0), jc_pow(in.x, jc_params_at(p, 1)));
}
static const Power three = {3};
static const jc_layer small = JC_SERIAL(JC_DENSE(2), JC_RELU);
static jc_params inner_init(const jc_layer *self, jc_array key, jc_dims shape) {
  (void)self;
  return jc_init_(&small, key, (struct jc_like){.shape = shape}, JC_HERE);
}
static jc_array inner_apply(const jc_layer *self, jc_params p, struct jc_input in) {
  (void)self;
  return jc_apply(&small, p, in.x);
}
static jc_array row_sum(const jc_layer *self, jc_params p, struct jc_input in) {
  (void)self, (void)p;
  return jc_sum(in.x, .axes = JC_AXES(-1));
}
static const jc_layer own =
    JC_SERIAL({.init = power_init, .apply = power_apply, .own = &three}, {.map = doubled},
              {.init = inner_init, .apply = inner_apply}, {.apply = row_sum});

static jc_array own_total(jc_params p, jc_array x) { return jc_sum(jc_apply(&own, p, x)); }
JC_FN(jc_array, own_total, jc_params, jc_array);

static jc_array ones_of(jc_array x) { return jc_ones_like(x); }

static void own_layers(void) {
  const jc_params p = jc_init(&own, jc_key(0), JC_SHAPE(4, 3));
  EXPECT_EQ(jc_params_count(p), 4);
  EXPECT_STR(jc_params_name(p, 1), "[0].power");
  EXPECT_STR(jc_params_name(p, 2), "[2][0].w");
  const jc_params ones = jc_tree_map(ones_of, p);
  const jc_array y = jc_apply(&own, ones, jc_full(JC_SHAPE(4, 3), 2));
  EXPECT_STR(jc_str(y), "[26 26 26 26]");  // 2 * (3 * (2 * 2) + 1)
  const jc_params g = jc_grad(own_total)(ones, jc_full(JC_SHAPE(4, 3), 2));
  EXPECT_CLOSE(jc_item(jc_params_at(g, 1)), 2 * 12 * 4 * log(2), 1e-4);
  EXPECT_OK();
}

// ---- gradients against finite differences, in f64

static const jc_layer various =
    JC_SERIAL(JC_CONV(4, 3, 2, .dilation = 2), JC_LAYER_NORM(), JC_GELU,
              JC_CONV_TRANSPOSE(6, 2, 2, .stride = 2), JC_GROUP_NORM(3), JC_ELU,
              JC_AVG_POOL(2, 2, .stride = 2), JC_BATCH_NORM(), JC_SILU, JC_MAX_POOL(2, 2),
              JC_FLATTEN, JC_DENSE(4), JC_SELU, JC_DENSE(3, .no_bias = true), JC_SOFTMAX);
static jc_array to_f64(jc_array x) { return jc_astype(x, JC_F64); }
static jc_array various_loss(jc_params p, jc_array x) {
  return jc_sum(jc_mul(jc_apply(&various, p, x), jc_reshape(jc_arange(6), 2, 3)));
}
JC_FN(jc_array, various_loss, jc_params, jc_array);

static void finite_differences(void) {
  const jc_array x = to_f64(sines(JC_SHAPE(2, 4, 3, 2)));
  const jc_params p = jc_tree_map(to_f64, jc_init(&various, jc_key(2), JC_SHAPE(2, 4, 3, 2)));
  const jc_params g = jc_jit(jc_grad(various_loss))(p, x);
  const double step = 1e-6;
  for (int i = 0; i < jc_params_count(p) && jc_ok(); i++) {
    const jc_array along = jc_sin(jc_add(jc_mul(jc_params_at(p, i), 50), 1));
    double values[2];
    for (int side = 0; side < 2; side++) {
      jc_array v[32];
      const char *names[32];
      for (int k = 0; k < jc_params_count(p); k++)
        v[k] = jc_params_at(p, k), names[k] = jc_params_name(p, k);
      v[i] = jc_add(v[i], jc_mul(side ? step : -step, along));
      const jc_params moved = jc_params_of((jc_list){jc_params_count(p), v}, .names = names);
      values[side] = jc_item(various_loss(moved, x));
    }
    const double want = (values[1] - values[0]) / (2 * step);
    const double got = jc_item(jc_sum(jc_mul(jc_params_at(g, i), along)));
    if (!EXPECT_CLOSE(got, want, 1e-6 * (1 + fabs(want)))) FAULT("%s", jc_params_name(p, i));
  }
  EXPECT_OK();
}

// ---- mistakes

static const jc_layer two_ways = JC_SERIAL(JC_FAN_OUT(2), JC_DENSE(3));
static const jc_layer left_open = JC_SERIAL(JC_DENSE(3), JC_FAN_OUT(2));
static const jc_layer uneven = JC_SERIAL(JC_FAN_OUT(3), JC_PARALLEL(JC_RELU, JC_TANH));
static const jc_layer wrong_rank = JC_SERIAL(JC_DENSE(3), JC_CONV(2, 3, 3));
static const jc_layer no_size = JC_SERIAL(JC_CONV(2));
static const jc_layer wrong_groups = JC_SERIAL(JC_CONV(4, 3, .groups = 2));
static const jc_layer sum_of_unlike =
    JC_SERIAL(JC_FAN_OUT(2), JC_PARALLEL(JC_DENSE(3), JC_DENSE(4)), JC_FAN_IN_SUM);
static const jc_layer of_floats = JC_EMBEDDING(4, 2);
static const jc_layer no_apply = {.init = power_init, .own = &three};

static void mistakes(void) {
  const jc_dims in = JC_SHAPE(2, 5, 3);
  const jc_array key = jc_key(0);
  const int line = __LINE__ + 1;
  jc_init_(&two_ways, key, (struct jc_like){.shape = in}, JC_HERE);
  char place[64];
  snprintf(place, sizeof place, "layers.c:%d: layer [1], JC_DENSE, takes one array, not 2", line);
  EXPECT_FAIL(place);
  jc_init_(&left_open, key, (struct jc_like){.shape = in}, JC_HERE);
  EXPECT_FAIL("the network gives 2 arrays");
  jc_init_(&uneven, key, (struct jc_like){.shape = in}, JC_HERE);
  EXPECT_FAIL("layer [1]: JC_PARALLEL of 2 layers on 3 arrays: JC_FAN_OUT(2) before it");
  jc_init_(&wrong_rank, key, (struct jc_like){.shape = in}, JC_HERE);
  EXPECT_FAIL("JC_CONV: a window of 2 dimensions needs an input of 4 axes");
  jc_init_(&no_size, key, (struct jc_like){.shape = in}, JC_HERE);
  EXPECT_FAIL("JC_CONV: its window has no size");
  jc_init_(&wrong_groups, key, (struct jc_like){.shape = in}, JC_HERE);
  EXPECT_FAIL("JC_CONV: 3 channels to 4 in 2 groups");
  jc_init_(&sum_of_unlike, key, (struct jc_like){.shape = in}, JC_HERE);
  EXPECT_FAIL("add: shapes f32[2,5,3] and f32[2,5,4] do not broadcast");
  jc_init_(&of_floats, key, (struct jc_like){.shape = in}, JC_HERE);
  EXPECT_FAIL("take: ");
  jc_init_(&no_apply, key, (struct jc_like){.shape = in}, JC_HERE);
  EXPECT_FAIL("layer [0], an own one, has no .apply");
  jc_init(&small, (jc_array){0}, JC_SHAPE(2));
  EXPECT_FAIL("init: the key is not an array: it is zero");
  jc_init(&small, key, JC_SHAPE(-2));
  EXPECT_FAIL("init: ");
  const jc_params p = jc_init(&small, key, JC_SHAPE(2, 3));
  EXPECT_OK();
  jc_apply(&net, p, jc_zeros(JC_SHAPE(2, 6, 5, 3)));
  EXPECT_FAIL("conv: ");  // the same names, so it is the shapes that tell
  jc_apply(&batch_norm, p, jc_zeros(JC_SHAPE(2, 3)));
  EXPECT_FAIL("layer [0], JC_BATCH_NORM, has \"scale\" where they have [0].w");
  jc_apply(&dropping, p, jc_zeros(JC_SHAPE(2, 3)));
  EXPECT_FAIL("apply: not the parameters of this network: it has no [0].w");
  jc_apply(&small, p, jc_zeros(JC_SHAPE(2, 4)));
  EXPECT_FAIL("matmul: ");
  EXPECT(isnan(jc_item(jc_sum(jc_apply(&small, (jc_params){0}, jc_zeros(JC_SHAPE(2, 3)))))));
  EXPECT_FAIL("apply: its jc_params is not an array: it is zero");
}

static void memory(void) {
  const uint32_t slots = slot_count();
  jc_params p = {0};
  for (int i = 0; i < 50; i++) {
    JC_SCOPE(p);
    p = jc_init(&net, jc_key((uint64_t)i), JC_SHAPE(2, 6, 5, 3));
  }
  EXPECT(slot_count() < slots + 2000);
  EXPECT_STR(jc_shape_str(named(p, "[10].w")), "f32[72,5]");
  EXPECT_OK();
}

int main(void) {
  RUN(as_stax);
  RUN(transposed);
  RUN(init_in_a_trace);
  RUN(shapes);
  RUN(activations);
  RUN(norms);
  RUN(dropout);
  RUN(own_layers);
  RUN(finite_differences);
  RUN(mistakes);
  RUN(memory);
  return tests_done();
}
