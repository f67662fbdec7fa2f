// The functions of neural networks: against values of jax.nn, flax's formulas and optax, at once
// and compiled, in every float dtype that makes sense; gradients; what is said of wrong uses.
#include "frontend/jitc.h"
#include "tests/check.h"
#include "tests/nn_values.h"

#define COUNT(v) ((int)(sizeof(v) / sizeof *(v)))

// ((i * step) % turn - turn / 2) / parts, i = 0, 1, ..
static jc_array sequence_(jc_dims shape, int step, int turn, double parts, jc_dtype d) {
  double v[128];
  int n = 1;
  for (int i = 0; i < shape.n; i++) n *= (int)shape.d[i];
  for (int i = 0; i < n; i++) v[i] = ((i * step) % turn - turn / 2) / parts;
  return jc_astype(jc_reshape_(jc_from(v, n), shape, JC_HERE), d);
}
#define SEQUENCE(d, step, ...) sequence_(JC_SHAPE(__VA_ARGS__), step, 13, 4, d)

static const char *what = "";
static void agrees_(jc_array got, const double *want, int n, double tolerance, int line) {
  double v[256];
  if (jc_size(got) != n || !jc_read(got, v)) {
    FAULT("line %d %s: %s for %d numbers: %s", line, what, jc_shape_str(got), n,
          jc_error() ? jc_error() : "");
    jc_clear_error();
    return;
  }
  for (int i = 0; i < n; i++) {
    if (!(fabs(v[i] - want[i]) <= tolerance * (1 + fabs(want[i]))))
      FAULT("line %d %s: number %d is %.10g, expected %.10g", line, what, i, v[i], want[i]);
  }
}
#define AGREES(got, want, tolerance) agrees_(got, want, COUNT(want), tolerance, __LINE__)

static const struct Precision {
  jc_dtype dtype;
  double tolerance;
} precisions[] = {{JC_F64, 2e-9}, {JC_F32, 2e-6}, {JC_F16, 4e-3}, {JC_BF16, 3e-2}};
enum { F64, F32, F16, BF16, PRECISIONS };

// ---- activations

static jc_array elu_half(jc_array x) { return jc_elu(x, .alpha = 0.5); }
static jc_array celu_half(jc_array x) { return jc_celu(x, .alpha = 0.5); }
static jc_array squareplus_1(jc_array x) { return jc_squareplus(x, .alpha = 1); }
static jc_array elu(jc_array x) { return jc_elu(x); }
static jc_array squareplus(jc_array x) { return jc_squareplus(x); }
JC_FN(jc_array, elu_half, jc_array);
JC_FN(jc_array, celu_half, jc_array);
JC_FN(jc_array, squareplus_1, jc_array);
JC_FN(jc_array, elu, jc_array);
JC_FN(jc_array, squareplus, jc_array);

// clang-format off
#define ACTIVATIONS(X)                                                                  \
  X(jc_gelu, gelu)                                                                      \
  X(jc_gelu_erf, gelu_erf)                                                              \
  X(jc_selu, selu)                                                                      \
  X(jc_relu6, relu6)                                                                    \
  X(jc_hard_tanh, hard_tanh)                                                            \
  X(jc_hard_sigmoid, hard_sigmoid) X(jc_hard_silu, hard_silu) X(jc_softsign, softsign)  \
      X(jc_log_sigmoid, log_sigmoid) X(jc_mish, mish) X(elu, elu) X(elu_half, elu_half) \
          X(celu_half, celu_half) X(squareplus, squareplus) X(squareplus_1, squareplus_1)
// clang-format on

static void activations(void) {
  for (int i = 0; i < PRECISIONS; i++) {
    jc_array x = jc_astype(jc_from(activation_at, COUNT(activation_at)), precisions[i].dtype);
    const double tolerance = precisions[i].tolerance;
#define X(f, name)                                                       \
  what = #name;                                                          \
  AGREES((f)(x), want_##name, tolerance);                                \
  AGREES(jc_jit(f)(x), want_##name, tolerance);                          \
  if (i <= F32) AGREES(jc_vmap(jc_grad(f))(x), slope_##name, tolerance); \
  EXPECT_EQ(jc_dtype_of((f)(x)), precisions[i].dtype);
    ACTIVATIONS(X)
#undef X
    what = "";
    jc_array pairs = SEQUENCE(precisions[i].dtype, 7, 2, 6);
    AGREES(jc_glu(pairs, 1), want_glu, tolerance);
    AGREES(jc_glu(pairs, -2), want_glu0, tolerance);
  }
  EXPECT_EQ(jc_dim(jc_gelu(jc_zeros(JC_SHAPE(0, 3))), 1), 3);
  EXPECT_EQ(jc_dtype_of(jc_mish(jc_arange(3))), JC_F32);
  EXPECT_EQ(jc_item(jc_relu6(jc_f32(NAN))) == 0, 1);
  EXPECT(isnan(jc_item(jc_gelu(jc_f32(NAN)))));
  EXPECT(jc_ok());
}

// ---- normalisation

static jc_array layer_sum(jc_array x, jc_array s, jc_array b, jc_array ct) {
  return jc_sum(jc_mul(jc_layer_norm(x, .scale = s, .bias = b), ct));
}
JC_FN(jc_array, layer_sum, jc_array, jc_array, jc_array, jc_array);
static jc_array batch_sum(jc_array x, jc_array s, jc_array b, jc_array ct) {
  return jc_sum(jc_mul(jc_batch_norm(x, .scale = s, .bias = b), ct));
}
JC_FN(jc_array, batch_sum, jc_array, jc_array, jc_array, jc_array);

static void norms(void) {
  for (int i = 0; i < PRECISIONS; i++) {
    const jc_dtype d = precisions[i].dtype;
    const double tolerance = precisions[i].tolerance;
    jc_array x = SEQUENCE(d, 7, 2, 3, 4), s = jc_astype(jc_vector(1, 0.5, 2, -1), d);
    jc_array b = jc_astype(jc_vector(0, 1, -0.5, 0.25), d);
    AGREES(jc_layer_norm(x, .scale = s, .bias = b), want_layer_norm, tolerance);
    AGREES(jc_layer_norm(x, .axes = JC_AXES(1, 2), .eps = 1e-3), want_layer_norm_axes, tolerance);
    AGREES(jc_rms_norm(x, .scale = s), want_rms_norm, tolerance);
    AGREES(jc_group_norm(x, 2, .scale = s, .bias = b), want_group_norm, tolerance);
    AGREES(jc_batch_norm(x, .scale = s, .bias = b), want_batch_norm, tolerance);
    jc_array m = jc_astype(jc_vector(0.5, -0.5, 0, 1), d),
             v = jc_astype(jc_vector(1, 2, 0.5, 0.25), d);
    AGREES(jc_batch_norm(x, .scale = s, .bias = b, .mean = m, .var = v), want_batch_norm_running,
           tolerance);
    struct jc_batch_normed r =
        jc_batch_norm_train(x, .scale = s, .bias = b, .mean = m, .var = v, .momentum = 0.9);
    AGREES(r.y, want_batch_norm, tolerance);
    AGREES(r.mean, want_batch_mean, tolerance);
    AGREES(r.var, want_batch_var, tolerance);
    EXPECT_EQ(jc_dtype_of(r.y), d);
    EXPECT_EQ(jc_dtype_of(jc_rms_norm(x)), d);
    if (i > F32) continue;
    jc_array ct = SEQUENCE(d, 5, 2, 3, 4);
    AGREES(jc_jit(jc_grad(layer_sum))(x, s, b, ct), slope_layer_norm, 20 * tolerance);
    AGREES(jc_jit(jc_grad(batch_sum))(x, s, b, ct), slope_batch_norm, 20 * tolerance);
  }
  EXPECT(jc_ok());
}

static void dropout(void) {
  jc_array x = jc_ones(JC_SHAPE(1000)), key = jc_key(3);
  jc_array y = jc_dropout(key, x, 0.25);
  const double kept = jc_item(jc_count_nonzero(y));
  EXPECT(kept > 690 && kept < 810);
  EXPECT_CLOSE(jc_item(jc_max(y)), 1 / 0.75, 1e-6);
  EXPECT_CLOSE(jc_item(jc_sum(y)), kept / 0.75, 1e-3);
  EXPECT_EQ(jc_item(jc_sum(jc_dropout(key, x, 0))), 1000);
  EXPECT_EQ(jc_dtype_of(jc_dropout(key, jc_astype(x, JC_BF16), 0.5)), JC_BF16);
}

static void embedding(void) {
  jc_array table = SEQUENCE(JC_F32, 1, 5, 2),
           y = jc_embedding(table, jc_from(((int[]){4, 0, 4}), 1, 3));
  EXPECT_STR(jc_shape_str(y), "f32[1,3,2]");
  EXPECT_EQ(jc_item(jc_at(jc_at(jc_at(y, 0), 1), 1)) * 4, -5);
  EXPECT_EQ(jc_item(jc_at(jc_at(jc_at(y, 0), 2), 1)) * 4, 3);
}

// ---- attention

static jc_array mask(void) {
  bool v[15];
  for (int i = 0; i < 15; i++) v[i] = i * 7 % 5 != 1;
  return jc_from(v, 3, 5);
}

static jc_array causal(jc_array q, jc_array k, jc_array v) {
  return jc_attention(q, k, v, .causal = true);
}
JC_FN(jc_array, causal, jc_array, jc_array, jc_array);

static void attention(void) {
  for (int i = 0; i < PRECISIONS; i++) {
    const jc_dtype d = precisions[i].dtype;
    const double tolerance = precisions[i].tolerance;
    jc_array q = SEQUENCE(d, 7, 2, 3, 4, 2), k = SEQUENCE(d, 5, 2, 5, 2, 2);
    jc_array v = sequence_(JC_SHAPE(2, 5, 2, 2), 4, 11, 4, d);
    AGREES(jc_attention(q, k, v), want_attention, tolerance);
    AGREES(jc_attention(q, k, v, .scale = 0.3), want_attention_scaled, tolerance);
    AGREES(jc_attention(q, k, v, .mask = mask()), want_attention_mask, tolerance);
    jc_array bias = SEQUENCE(d, 3, 4, 3, 5);
    AGREES(jc_attention(q, k, v, .mask = mask(), .bias = bias), want_attention_bias, tolerance);
    k = SEQUENCE(d, 5, 2, 3, 2, 2), v = sequence_(JC_SHAPE(2, 3, 2, 2), 4, 11, 4, d);
    AGREES(causal(q, k, v), want_attention_causal, tolerance);
    AGREES(jc_jit(causal)(q, k, v), want_attention_causal, tolerance);
    AGREES(jc_vmap(causal)(q, k, v), want_attention_causal, tolerance);
    EXPECT_EQ(jc_dtype_of(causal(q, k, v)), d);
  }
  EXPECT(jc_ok());
}

// ---- losses

static void losses(void) {
  for (int i = 0; i < PRECISIONS; i++) {
    const jc_dtype d = precisions[i].dtype;
    const double tolerance = precisions[i].tolerance;
    jc_array p = SEQUENCE(d, 7, 2, 3), t = SEQUENCE(d, 5, 2, 3);
    jc_array pr = jc_astype(jc_from(((double[]){0, 0.25, 0.75, 0.5, 0, 0.5}), 2, 3), d);
    AGREES(jc_mse(p, t), want_mse, tolerance);
    AGREES(jc_mae(p, t), want_mae, tolerance);
    AGREES(jc_huber(p, t), want_huber, tolerance);
    AGREES(jc_huber(p, t, .delta = 2), want_huber_2, tolerance);
    AGREES(jc_hinge(p, jc_sign(jc_add(t, 0.1))), want_hinge, tolerance);
    AGREES(jc_binary_cross_entropy(p, pr), want_bce, tolerance);
    AGREES(jc_kl_divergence(jc_log_softmax(p, -1), pr), want_kl, tolerance);
    AGREES(jc_cosine_similarity(p, t), want_cosine, tolerance);
    jc_array labels = jc_from(((int[]){2, 0}), 2);
    AGREES(jc_cross_entropy(p, labels), want_ce, tolerance);
    AGREES(jc_cross_entropy(p, labels, .smoothing = 0.1), want_ce_smooth, tolerance);
    AGREES(jc_cross_entropy(p, pr), want_ce_probabilities, tolerance);
  }
  EXPECT_EQ(jc_item(jc_cosine_similarity(jc_vector(0, 0), jc_vector(1, 2))), 0);
  EXPECT_EQ(jc_item(jc_sum(jc_grad(jc_cosine_similarity)(jc_vector(0, 0), jc_vector(0, 0)))), 0);
  EXPECT_EQ(jc_item(jc_grad(jc_mse)(jc_f32(3), jc_f32(1))), 4);
  EXPECT(isinf(jc_item(jc_binary_cross_entropy(jc_f32(INFINITY), jc_f32(0)))));
  EXPECT(jc_ok());
}

// ---- recurrent cells

static jc_array lstm_loss(jc_lstm_params p, jc_lstm_state s, jc_array xs) {
  return jc_sum(jc_square(jc_lstm(p, s, xs).ys));
}
JC_FN(jc_array, lstm_loss, jc_lstm_params, jc_lstm_state, jc_array);
static jc_array gru_loss(jc_gru_params p, jc_array h, jc_array xs) {
  return jc_sum(jc_square(jc_gru(p, h, xs).ys));
}
JC_FN(jc_array, gru_loss, jc_gru_params, jc_array, jc_array);

static void recurrent(void) {
  for (int i = 0; i < PRECISIONS; i++) {
    const jc_dtype d = precisions[i].dtype;
    const double tolerance = precisions[i].tolerance;
    jc_array xs = SEQUENCE(d, 7, 4, 2, 3);
    jc_lstm_params p = {sequence_(JC_SHAPE(3, 8), 5, 13, 8, d),
                        sequence_(JC_SHAPE(2, 8), 3, 13, 8, d),
                        sequence_(JC_SHAPE(8), 2, 13, 16, d)};
    jc_lstm_state s = {jc_zeros(JC_SHAPE(2, 2), d), jc_full(JC_SHAPE(2, 2), 0.5, d)}, step = s;
    struct jc_lstm_run r = jc_lstm(p, s, xs);
    AGREES(r.ys, want_lstm, tolerance);
    AGREES(r.state.c, want_lstm_c, tolerance);
    for (int t = 0; t < 4; t++) step = jc_lstm_cell(p, step, jc_at(xs, t));
    AGREES(step.c, want_lstm_c, tolerance);
    jc_gru_params g = {sequence_(JC_SHAPE(3, 6), 5, 13, 8, d),
                       sequence_(JC_SHAPE(2, 6), 3, 13, 8, d), sequence_(JC_SHAPE(6), 2, 13, 16, d),
                       jc_astype(jc_vector(0.5, -0.25), d)};
    jc_array h = jc_full(JC_SHAPE(2, 2), 0.5, d), h1 = h;
    AGREES(jc_gru(g, h, xs).ys, want_gru, tolerance);
    for (int t = 0; t < 4; t++) h1 = jc_gru_cell(g, h1, jc_at(xs, t));
    agrees_(h1, want_gru + 12, 4, tolerance, __LINE__);
    if (i > F32) continue;
    AGREES(jc_jit(jc_grad(lstm_loss))(p, s, xs).w, slope_lstm, 10 * tolerance);
    AGREES(jc_jit(jc_grad(gru_loss))(g, h, xs).w, slope_gru, 10 * tolerance);
  }
  jc_lstm_params p = jc_lstm_init(jc_key(0), 3, 4);
  EXPECT_STR(jc_shape_str(p.u), "f32[4,16]");
  EXPECT_STR(jc_shape_str(jc_gru_init(jc_key(0), 3, 4).w), "f32[3,12]");
  EXPECT(jc_ok());
}

// ---- initialisers

static void weights(void) {
  const double tolerance = 2e-6;
  jc_array key = jc_key(7);
  jc_dims shape = JC_SHAPE(2, 3);
  AGREES(jc_glorot_uniform(key, shape), want_glorot_uniform, tolerance);
  AGREES(jc_glorot_normal(key, shape), want_glorot_normal, tolerance);
  AGREES(jc_he_uniform(key, shape), want_he_uniform, tolerance);
  AGREES(jc_he_normal(key, shape), want_he_normal, tolerance);
  AGREES(jc_lecun_uniform(key, shape), want_lecun_uniform, tolerance);
  AGREES(jc_lecun_normal(key, shape), want_lecun_normal, tolerance);
  AGREES(jc_glorot_uniform(key, shape, .transposed = true), want_glorot_transposed, tolerance);
  AGREES(jc_he_normal(key, JC_SHAPE(2, 2, 1, 2)), want_he_window, tolerance);
  AGREES(jc_variance_scaling(key, shape, .scale = 3, .by = JC_BY_OUT, .draw = JC_DRAW_NORMAL),
         want_scaling, tolerance);
  AGREES(jc_orthogonal(key, JC_SHAPE(3, 2), .scale = 2), want_orthogonal, tolerance);
  AGREES(jc_orthogonal(key, shape), want_orthogonal_wide, tolerance);
  EXPECT_EQ(jc_dtype_of(jc_orthogonal(key, shape, JC_BF16)), JC_BF16);
  EXPECT_EQ(jc_dtype_of(jc_he_normal(key, shape, JC_F64)), JC_F64);
  EXPECT(jc_ok());
}

// ---- wrong uses

static void said_(const char *text, int line) {
  if (!jc_error() || !strstr(jc_error(), text) || !strstr(jc_error(), "nn.c:"))
    FAULT("line %d: \"%s\" is not in: %s", line, text, jc_error() ? jc_error() : "(no error)");
  jc_clear_error();
}
#define SAYS(text, ...) ((void)(__VA_ARGS__), said_(text, __LINE__))

static void mistakes(void) {
  jc_array x = jc_ones(JC_SHAPE(2, 3)), two = jc_vector(1, 2);
  SAYS("glu: axis 1 of f32[2,3] has no halves", jc_glu(x, 1));
  SAYS("layer_norm: scale is f32[2] for x of f32[2,3]", jc_layer_norm(x, .scale = two));
  SAYS("layer_norm: axis 2 is out of range", jc_layer_norm(x, .axes = JC_AXES(2)));
  SAYS("layer_norm: takes no scalars", jc_layer_norm(jc_f32(1)));
  SAYS("group_norm: 2 groups for x of f32[2,3]", jc_group_norm(x, 2));
  SAYS("group_norm: 0 groups", jc_group_norm(x, 0));
  SAYS("batch_norm: .mean and .var go together", jc_batch_norm(x, .mean = two));
  SAYS("batch_norm: x is f32[2]", jc_batch_norm(two));
  SAYS("batch_norm_train: takes the running .mean and .var", jc_batch_norm_train(x));
  SAYS("batch_norm_train: mean is f32[2]", jc_batch_norm_train(x, .mean = two, .var = two));
  SAYS("dropout: a rate of 1", jc_dropout(jc_key(0), x, 1));
  SAYS("dropout: a rate of nan", jc_dropout(jc_key(0), x, NAN));
  jc_array q = jc_ones(JC_SHAPE(2, 3, 4)), k = jc_ones(JC_SHAPE(2, 2, 4));
  SAYS("attention: q of f32[2,3,4] with k of f32[2,2,4]", jc_attention(q, k, k));
  SAYS("attention: the mask is f32[2,2], not bool",
       jc_attention(k, k, k, .mask = jc_ones(JC_SHAPE(2, 2))));
  SAYS("attention: q of f32[2,3] with", jc_attention(x, x, x));
  SAYS("cross_entropy: labels of f32[2] for logits of f32[2,3]: floats are probabilities",
       jc_cross_entropy(x, two));
  SAYS("cross_entropy: smoothing of 2", jc_cross_entropy(x, jc_arange(2), .smoothing = 2));
  SAYS("kl_divergence: f32[] has no axis of classes", jc_kl_divergence(1.0, 2.0));
  SAYS("mse: shapes f32[2,3] and f32[2] do not broadcast", jc_mse(x, two));
  SAYS("he_normal: a shape of rank 1", jc_he_normal(jc_key(0), JC_SHAPE(3)));
  SAYS("he_normal: draws floats, not i32", jc_he_normal(jc_key(0), JC_SHAPE(3, 3), JC_I32));
  SAYS("orthogonal: size -1 of axis 0", jc_orthogonal(jc_key(0), JC_SHAPE(-1, 3)));
  SAYS("lstm_cell: w of f32[2,3] and u of f32[2,3]",
       jc_lstm_cell(((jc_lstm_params){x, x, two}), ((jc_lstm_state){x, x}), x));
}

int main(void) {
  RUN(activations);
  RUN(norms);
  RUN(dropout);
  RUN(embedding);
  RUN(attention);
  RUN(losses);
  RUN(recurrent);
  RUN(weights);
  RUN(mistakes);
  return tests_done();
}
