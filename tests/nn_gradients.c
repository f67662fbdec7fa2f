// Derivatives of what networks are made of, against differences in f64: activations away from their
// kinks, normalisations, attention, recurrent cells, losses. One row of the table each; jvp along
// random directions, and the gradients times these, must be what central differences give.
#include "frontend/jitc.h"
#include "tests/check.h"

typedef struct {
  jc_array x, y, z;
} In;

// Every element of a result counts, and each differently.
static jc_array weighed(jc_array r) {
  const jc_array w = jc_sin(jc_astype(jc_add(jc_arange(jc_size(r)), 1), JC_F64));
  return jc_sum(jc_mul(jc_ravel(r), w));
}

#define ROW(name, ...)                           \
  static jc_array name(In in) {                  \
    const jc_array x = in.x, y = in.y, z = in.z; \
    (void)x, (void)y, (void)z;                   \
    return weighed(__VA_ARGS__);                 \
  }                                              \
  JC_FN(jc_array, name, In);

ROW(f_relu, jc_relu(x))
ROW(f_relu6, jc_relu6(jc_mul(x, 4)))
ROW(f_leaky_relu, jc_leaky_relu(x, 0.2))
ROW(f_elu, jc_elu(x))
ROW(f_elu_alpha, jc_elu(x, .alpha = 0.5))
ROW(f_celu, jc_celu(x, .alpha = 0.7))
ROW(f_selu, jc_selu(x))
ROW(f_gelu, jc_gelu(x))
ROW(f_gelu_erf, jc_gelu_erf(x))
ROW(f_silu, jc_silu(x))
ROW(f_mish, jc_mish(x))
ROW(f_sigmoid, jc_sigmoid(x))
ROW(f_log_sigmoid, jc_log_sigmoid(x))
ROW(f_hard_sigmoid, jc_hard_sigmoid(jc_mul(x, 2)))
ROW(f_hard_silu, jc_hard_silu(jc_mul(x, 2)))
ROW(f_hard_tanh, jc_hard_tanh(x))
ROW(f_tanh, jc_tanh(x))
ROW(f_softplus, jc_softplus(x))
ROW(f_softsign, jc_softsign(x))
ROW(f_squareplus, jc_squareplus(x))
ROW(f_glu, jc_glu(x, -1))
ROW(f_softmax, jc_softmax(x, -1))
ROW(f_log_softmax, jc_log_softmax(x, 0))
ROW(f_logsumexp, jc_logsumexp(x, .axes = JC_AXES(-1)))

ROW(f_layer_norm, jc_layer_norm(x, .scale = y, .bias = z))
ROW(f_layer_norm_axes, jc_layer_norm(x, .axes = JC_AXES(1, 2)))
ROW(f_rms_norm, jc_rms_norm(x, .scale = y))
ROW(f_group_norm, jc_group_norm(x, 2, .scale = y, .bias = z))
ROW(f_batch_norm, jc_batch_norm(x, .scale = y, .bias = z))
ROW(f_batch_norm_running, jc_batch_norm(x, .mean = y, .var = jc_add(jc_square(z), 0.5)))
static jc_array all_of(struct jc_batch_normed r) {
  return jc_concatenate(JC_LIST(jc_ravel(r.y), r.mean, r.var), 0);
}
ROW(f_batch_norm_train, all_of(jc_batch_norm_train(x, .mean = y, .var = z, .momentum = 0.7)))

ROW(f_attention, jc_attention(x, y, z))
ROW(f_attention_causal, jc_attention(x, y, z, .causal = true))
static jc_array every_third_hidden(int64_t n) {
  return jc_reshape(jc_not_equal(jc_rem(jc_arange(n * n), 3), 1), n, n);
}
ROW(f_attention_mask, jc_attention(x, y, z, .mask = every_third_hidden(3), .scale = 0.3))
ROW(f_attention_bias, jc_attention(x, x, x, .bias = y))

static jc_lstm_params lstm_of(jc_array v) {  // 2 inputs, 3 units
  return (jc_lstm_params){jc_reshape(jc_slice_in_dim(v, 0, 24, 0), 2, 12),
                          jc_reshape(jc_slice_in_dim(v, 24, 60, 0), 3, 12),
                          jc_slice_in_dim(v, 60, 72, 0)};
}
static jc_array lstm_outputs(struct jc_lstm_run r) {
  return jc_concatenate(JC_LIST(jc_ravel(r.ys), jc_ravel(r.state.h), jc_ravel(r.state.c)), 0);
}
static jc_gru_params gru_of(jc_array v) {
  return (jc_gru_params){jc_reshape(jc_slice_in_dim(v, 0, 18, 0), 2, 9),
                         jc_reshape(jc_slice_in_dim(v, 18, 45, 0), 3, 9),
                         jc_slice_in_dim(v, 45, 54, 0), jc_slice_in_dim(v, 54, 57, 0)};
}
ROW(f_lstm_cell, jc_lstm_cell(lstm_of(z), ((jc_lstm_state){y, y}), x).c)
ROW(f_lstm, lstm_outputs(jc_lstm(lstm_of(z), ((jc_lstm_state){y, jc_sin(y)}), x)))
ROW(f_gru_cell, jc_gru_cell(gru_of(z), y, x))
ROW(f_gru, jc_gru(gru_of(z), y, x).ys)

static jc_array labels(void) { return jc_from(((int32_t[]){2, 0, 4, 1}), 4); }
ROW(f_mse, jc_mse(x, y))
ROW(f_mae, jc_mae(x, y))
ROW(f_huber, jc_huber(x, y))
ROW(f_huber_delta, jc_huber(x, y, .delta = 0.4))
ROW(f_hinge, jc_hinge(x, jc_sign(jc_stop_gradient(y))))
ROW(f_binary_cross_entropy, jc_binary_cross_entropy(x, jc_sigmoid(y)))
ROW(f_kl_divergence, jc_kl_divergence(jc_log_softmax(x, -1), jc_softmax(y, -1)))
ROW(f_cosine_similarity, jc_cosine_similarity(x, y))
ROW(f_cross_entropy, jc_cross_entropy(x, labels()))
ROW(f_cross_entropy_smooth, jc_cross_entropy(x, labels(), .smoothing = 0.1))
ROW(f_cross_entropy_soft, jc_cross_entropy(x, jc_softmax(y, -1)))

ROW(f_embedding, jc_embedding(x, labels()))
ROW(f_dropout, jc_dropout(jc_key(3), x, 0.4))

typedef jc_array Scalar(In in);
typedef struct {
  const char *name;
  Scalar *f;
  jc_dims x, y, z;  // rank 1 and size 0: not used
} Row;
#define OF(name) #name, f_##name
#define S(...)                                            \
  {                                                       \
    sizeof((int64_t[]){__VA_ARGS__}) / 8, { __VA_ARGS__ } \
  }
static const Row rows[] = {
    {OF(relu), S(2, 7), S(0), S(0)},
    {OF(relu6), S(2, 7), S(0), S(0)},
    {OF(leaky_relu), S(2, 7), S(0), S(0)},
    {OF(elu), S(2, 7), S(0), S(0)},
    {OF(elu_alpha), S(2, 7), S(0), S(0)},
    {OF(celu), S(2, 7), S(0), S(0)},
    {OF(selu), S(2, 7), S(0), S(0)},
    {OF(gelu), S(2, 7), S(0), S(0)},
    {OF(gelu_erf), S(2, 7), S(0), S(0)},
    {OF(silu), S(2, 7), S(0), S(0)},
    {OF(mish), S(2, 7), S(0), S(0)},
    {OF(sigmoid), S(2, 7), S(0), S(0)},
    {OF(log_sigmoid), S(2, 7), S(0), S(0)},
    {OF(hard_sigmoid), S(2, 7), S(0), S(0)},
    {OF(hard_silu), S(2, 7), S(0), S(0)},
    {OF(hard_tanh), S(2, 7), S(0), S(0)},
    {OF(tanh), S(2, 7), S(0), S(0)},
    {OF(softplus), S(2, 7), S(0), S(0)},
    {OF(softsign), S(2, 7), S(0), S(0)},
    {OF(squareplus), S(2, 7), S(0), S(0)},
    {OF(glu), S(3, 4), S(0), S(0)},
    {OF(softmax), S(3, 5), S(0), S(0)},
    {OF(log_softmax), S(3, 5), S(0), S(0)},
    {OF(logsumexp), S(3, 5), S(0), S(0)},
    {OF(layer_norm), S(2, 3, 5), S(5), S(5)},
    {OF(layer_norm_axes), S(2, 3, 5), S(0), S(0)},
    {OF(rms_norm), S(4, 5), S(5), S(0)},
    {OF(group_norm), S(2, 3, 6), S(6), S(6)},
    {OF(batch_norm), S(4, 3, 5), S(5), S(5)},
    {OF(batch_norm_running), S(4, 5), S(5), S(5)},
    {OF(batch_norm_train), S(4, 5), S(5), S(5)},
    {OF(attention), S(2, 3, 4, 5), S(2, 6, 2, 5), S(2, 6, 2, 5)},
    {OF(attention_causal), S(4, 2, 3), S(4, 1, 3), S(4, 1, 3)},
    {OF(attention_mask), S(3, 2, 3), S(3, 2, 3), S(3, 2, 3)},
    {OF(attention_bias), S(3, 2, 3), S(2, 3, 3), S(0)},
    {OF(lstm_cell), S(2, 2), S(2, 3), S(72)},
    {OF(lstm), S(4, 2, 2), S(2, 3), S(72)},
    {OF(gru_cell), S(2, 2), S(2, 3), S(57)},
    {OF(gru), S(4, 2, 2), S(2, 3), S(57)},
    {OF(mse), S(3, 5), S(3, 5), S(0)},
    {OF(mae), S(3, 5), S(3, 5), S(0)},
    {OF(huber), S(3, 5), S(3, 5), S(0)},
    {OF(huber_delta), S(3, 5), S(3, 5), S(0)},
    {OF(hinge), S(3, 5), S(3, 5), S(0)},
    {OF(binary_cross_entropy), S(3, 5), S(3, 5), S(0)},
    {OF(kl_divergence), S(3, 5), S(3, 5), S(0)},
    {OF(cosine_similarity), S(3, 5), S(3, 5), S(0)},
    {OF(cross_entropy), S(4, 5), S(0), S(0)},
    {OF(cross_entropy_smooth), S(4, 5), S(0), S(0)},
    {OF(cross_entropy_soft), S(4, 5), S(4, 5), S(0)},
    {OF(embedding), S(5, 3), S(0), S(0)},
    {OF(dropout), S(3, 8), S(0), S(0)},
};

// No two are alike, and none is within a step of a kink.
static jc_array numbers(jc_dims shape, double seed) {
  int64_t n = 1;
  for (int i = 0; i < shape.n; i++) n *= shape.d[i];
  const jc_array i = jc_astype(jc_arange(n), JC_F64);
  return jc_reshape_(jc_mul(2.3, jc_sin(jc_add(jc_mul(i, 1.7), seed))), shape, JC_HERE);
}
static In point_of(const Row *r) {
  return (In){numbers(r->x, 0.4), numbers(r->y, 1.3), numbers(r->z, 2.9)};
}
static In direction_of(const Row *r, int k) {
  return (In){numbers(r->x, 11.1 + k), numbers(r->y, 17.7 + k), numbers(r->z, 23.3 + k)};
}
static In moved(In at, In by, double step) { return jc_tree_add(at, jc_tree_scale(step, by)); }
static jc_array product(jc_array a, jc_array b) { return jc_sum(jc_mul(a, b)); }
static double inner(In a, In b) {
  const In p = jc_tree_map(product, a, b);
  return jc_item(p.x) + jc_item(p.y) + jc_item(p.z);
}

// In f64 a step of 1e-5 errs by about 1e-10 of third derivatives, and 1e-11 of the values.
static const double step = 1e-5, tolerance = 1e-7;

static void check_row(const Row *r) {
  Scalar *f = r->f;
  JC_FN_AS(f, f_relu);
  const In at = point_of(r);
  const In gradient = jc_jit(jc_grad(f))(at);
  for (int k = 0; k < 3; k++) {
    const In along = direction_of(r, k);
    const double up = jc_item(f(moved(at, along, step)));
    const double want = (up - jc_item(f(moved(at, along, -step)))) / (2 * step);
    const double backward = inner(gradient, along), forward = jc_item(jc_jvp(f)(at, along).tangent);
    const double close = tolerance * (1 + fabs(want));
    if (!jc_ok() || !EXPECT_CLOSE(backward, want, close) || !EXPECT_CLOSE(forward, want, close)) {
      FAULT("%s along direction %d", r->name, k);
      break;
    }
  }
  EXPECT_OK();
}

static void differences(void) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    JC_SCOPE();
    check_row(&rows[i]);
  }
}

int main(void) {
  RUN(differences);
  return tests_done();
}
