// Activations, normalisation, losses, initialisers and layers. Part of jitc.h, which includes it.
#ifndef JITC_NN_H
#define JITC_NN_H

// ---- activations: those of jax.nn; jc_relu, jc_silu, jc_sigmoid: elementwise.h

// clang-format off
#define JC_UNARY_NN_(X) \
  X(gelu) X(gelu_erf) X(selu) X(relu6) X(hard_tanh) X(hard_sigmoid) X(hard_silu) X(softsign) \
  X(log_sigmoid) X(mish)
// clang-format on
JC_UNARY_NN_(JC_UNARY_DECLARE_)
#define jc_gelu(x) jc_gelu_(jc_lift(x), JC_HERE)          // x * ndtr(x), by tanh
#define jc_gelu_erf(x) jc_gelu_erf_(jc_lift(x), JC_HERE)  // x * ndtr(x)
// 1.0507 x where x > 0, else 1.7581 (exp(x) - 1): the self-normalising one
#define jc_selu(x) jc_selu_(jc_lift(x), JC_HERE)
#define jc_relu6(x) jc_relu6_(jc_lift(x), JC_HERE)                // x within [0, 6]
#define jc_hard_tanh(x) jc_hard_tanh_(jc_lift(x), JC_HERE)        // x within [-1, 1]
#define jc_hard_sigmoid(x) jc_hard_sigmoid_(jc_lift(x), JC_HERE)  // relu6(x + 3) / 6
#define jc_hard_silu(x) jc_hard_silu_(jc_lift(x), JC_HERE)        // x * hard_sigmoid(x)
#define jc_softsign(x) jc_softsign_(jc_lift(x), JC_HERE)          // x / (1 + |x|)
#define jc_log_sigmoid(x) jc_log_sigmoid_(jc_lift(x), JC_HERE)    // -softplus(-x)
#define jc_mish(x) jc_mish_(jc_lift(x), JC_HERE)                  // x * tanh(softplus(x))

// With a parameter, which has a default where it is left out or 0:
struct jc_activation {
  jc_array x;
  double alpha;
};
jc_array jc_elu_(struct jc_activation a, JC_AT_);
jc_array jc_celu_(struct jc_activation a, JC_AT_);
jc_array jc_squareplus_(struct jc_activation a, JC_AT_);
// x where x > 0, else alpha (exp(x) - 1); jc_elu(x), jc_elu(x, .alpha = 1)
#define jc_elu(...) jc_elu_((struct jc_activation){.x = __VA_ARGS__}, JC_HERE)
// x where x > 0, else alpha (exp(x / alpha) - 1); alpha = 1
#define jc_celu(...) jc_celu_((struct jc_activation){.x = __VA_ARGS__}, JC_HERE)
// (x + sqrt(x^2 + alpha)) / 2; alpha = 4
#define jc_squareplus(...) jc_squareplus_((struct jc_activation){.x = __VA_ARGS__}, JC_HERE)
// jc_glu(x, axis): the first half of the axis times the sigmoid of the second.
jc_array jc_glu_(jc_array x, int axis, JC_AT_);
#define jc_glu(x, axis) jc_glu_(x, axis, JC_HERE)

// ---- normalisation

// To mean 0 and variance 1 over some axes: (x - mean) / sqrt(variance + eps), times scale plus bias
// where these are given: vectors of the length of the last axis (channels are last). Statistics of
// f16 and bf16 are taken in f32; the result has x's dtype, f32 for integers.
struct jc_norm {
  jc_array x;
  int groups;            // jc_group_norm
  jc_array scale, bias;  // left out: 1, 0
  jc_dims axes;
  double eps;          // 0: 1e-6, of jc_batch_norm 1e-5
  jc_array mean, var;  // jc_batch_norm
  double momentum;     // jc_batch_norm_train; 0: 0.99
};
// jc_layer_norm(x, .scale = s, .bias = b): over the last axis, or .axes.
jc_array jc_layer_norm_(struct jc_norm o, JC_AT_);
#define jc_layer_norm(...) jc_layer_norm_((struct jc_norm){.x = __VA_ARGS__}, JC_HERE)
// jc_rms_norm(x, .scale = s): x / sqrt(mean(x^2) + eps), over the last axis, or .axes.
jc_array jc_rms_norm_(struct jc_norm o, JC_AT_);
#define jc_rms_norm(...) jc_rms_norm_((struct jc_norm){.x = __VA_ARGS__}, JC_HERE)
// jc_group_norm(x, 4, .scale = s): x is [N, .., C]; over all axes but the first, of each of 4
// groups of channels.
jc_array jc_group_norm_(struct jc_norm o, JC_AT_);
#define jc_group_norm(a, ...) \
  jc_group_norm_((struct jc_norm){.x = (a), .groups = __VA_ARGS__}, JC_HERE)
// jc_batch_norm(x, .scale = s, .bias = b): over all axes but the last, or .axes, by the statistics
// of this batch; by running ones, of shape [C], where .mean = m, .var = v are given.
jc_array jc_batch_norm_(struct jc_norm o, JC_AT_);
#define jc_batch_norm(...) jc_batch_norm_((struct jc_norm){.x = __VA_ARGS__}, JC_HERE)
// jc_batch_norm_train(x, .mean = m, .var = v, .momentum = 0.99): y by the statistics of this batch,
// and the running ones moved towards them: momentum * m + (1 - momentum) * (the batch's).
struct jc_batch_normed {
  jc_array y, mean, var;
};
struct jc_batch_normed jc_batch_norm_train_(struct jc_norm o, JC_AT_);
#define jc_batch_norm_train(...) jc_batch_norm_train_((struct jc_norm){.x = __VA_ARGS__}, JC_HERE)

// jc_dropout(key, x, rate): zero with probability `rate` (a number in [0, 1)), else x / (1 - rate).
jc_array jc_dropout_(jc_array key, jc_array x, double rate, JC_AT_);
#define jc_dropout(key, x, rate) jc_dropout_(key, x, rate, JC_HERE)

// jc_embedding(table, ids): table[ids], of [rows, features] and integers of any shape; ids out of
// range are clamped.
jc_array jc_embedding_(jc_array table, jc_array ids, JC_AT_);
#define jc_embedding(table, ids) jc_embedding_(table, ids, JC_HERE)

// ---- attention

// jc_attention(q, k, v, .causal = true): softmax(q k^T / sqrt(D)) v for each head, as
// jax.nn.dot_product_attention. q is [.., T, H, D], k and v are [.., S, K, D], where K divides H:
// each head of k serves H / K heads of q. The result is as q. .mask: bool, broadcast to [.., H, T,
// S], true where attention is allowed; .bias is added to the logits; .scale in place of
// 1 / sqrt(D); .causal: query t sees keys 0 to t. Softmax is taken in f32 for f16 and bf16.
struct jc_attention {
  jc_array q, k, v, mask, bias;
  double scale;
  bool causal;
};
jc_array jc_attention_(struct jc_attention o, JC_AT_);
#define jc_attention(a, b, ...) \
  jc_attention_((struct jc_attention){.q = (a), .k = (b), .v = __VA_ARGS__}, JC_HERE)

// ---- recurrent cells

// LSTM: gates i, f, g, o = x w + h u + b side by side along the last axis, c' = sigmoid(f) c +
// sigmoid(i) tanh(g), h' = sigmoid(o) tanh(c').
typedef struct jc_lstm_params {
  jc_array w, u, b;  // [inputs, 4 n], [n, 4 n], [4 n]
} jc_lstm_params;
typedef struct jc_lstm_state {
  jc_array h, c;  // [.., n]
} jc_lstm_state;
// One step; x is [.., inputs].
jc_lstm_state jc_lstm_cell_(jc_lstm_params p, jc_lstm_state s, jc_array x, JC_AT_);
#define jc_lstm_cell(p, s, x) jc_lstm_cell_(p, s, x, JC_HERE)
// All steps of xs [T, .., inputs]: the last state, and h of each step, [T, .., n].
struct jc_lstm_run {
  jc_lstm_state state;
  jc_array ys;
};
struct jc_lstm_run jc_lstm_(jc_lstm_params p, jc_lstm_state s, jc_array xs, JC_AT_);
#define jc_lstm(p, s, xs) jc_lstm_(p, s, xs, JC_HERE)
// f32: lecun-normal w, orthogonal u (each gate for itself), zero biases.
jc_lstm_params jc_lstm_init_(jc_array key, int64_t inputs, int64_t n, JC_AT_);
#define jc_lstm_init(key, inputs, n) jc_lstm_init_(key, inputs, n, JC_HERE)

// GRU: r, z = sigmoid(x w + h u + b), n = tanh(x w + b + r (h u + b_n)), h' = (1 - z) n + z h, with
// the parts r, z, n side by side.
typedef struct jc_gru_params {
  jc_array w, u, b, b_n;  // [inputs, 3 n], [n, 3 n], [3 n], [n]
} jc_gru_params;
jc_array jc_gru_cell_(jc_gru_params p, jc_array h, jc_array x, JC_AT_);
#define jc_gru_cell(p, h, x) jc_gru_cell_(p, h, x, JC_HERE)
struct jc_gru_run {
  jc_array h, ys;
};
struct jc_gru_run jc_gru_(jc_gru_params p, jc_array h, jc_array xs, JC_AT_);
#define jc_gru(p, h, xs) jc_gru_(p, h, xs, JC_HERE)
jc_gru_params jc_gru_init_(jc_array key, int64_t inputs, int64_t n, JC_AT_);
#define jc_gru_init(key, inputs, n) jc_gru_init_(key, inputs, n, JC_HERE)

// ---- losses: those of optax

// jc_one_hot(labels, 10), jc_one_hot(labels, 10, JC_BF16): f32 or of a dtype, a new last axis; a
// label out of range gives a zero row.
struct jc_one_hot {
  int64_t classes;
  jc_dtype dtype;
};
jc_array jc_one_hot_(jc_array labels, struct jc_one_hot h, JC_AT_);
#define jc_one_hot(labels, ...) \
  jc_one_hot_(labels, (struct jc_one_hot){.classes = __VA_ARGS__}, JC_HERE)

// clang-format off
#define JC_BINARY_NN_(X) \
  X(mse) X(mae) X(hinge) X(log_cosh) X(binary_cross_entropy) X(kl_divergence) \
  X(cosine_similarity) X(cosine_distance)
// clang-format on
JC_BINARY_NN_(JC_BINARY_DECLARE_)
// The mean of (p - t)^2 and of |p - t| over all elements.
#define jc_mse(p, t) jc_mse_(jc_lift(p), jc_lift(t), JC_HERE)
#define jc_mae(p, t) jc_mae_(jc_lift(p), jc_lift(t), JC_HERE)
// Elementwise: max(0, 1 - p t) for targets of -1 and 1.
#define jc_hinge(p, t) jc_hinge_(jc_lift(p), jc_lift(t), JC_HERE)
// Elementwise: log cosh(p - t): half the square where that is small, else the distance.
#define jc_log_cosh(p, t) jc_log_cosh_(jc_lift(p), jc_lift(t), JC_HERE)
// Elementwise: -t log sigmoid(logits) - (1 - t) log(1 - sigmoid(logits)), t from 0 to 1.
#define jc_binary_cross_entropy(logits, t) \
  jc_binary_cross_entropy_(jc_lift(logits), jc_lift(t), JC_HERE)
// One per example, along the last axis: the sum of t (log t - log_p).
#define jc_kl_divergence(log_p, t) jc_kl_divergence_(jc_lift(log_p), jc_lift(t), JC_HERE)
// One per example, along the last axis: the cosine of the angle; 0 for a vector of zeros.
#define jc_cosine_similarity(a, b) jc_cosine_similarity_(jc_lift(a), jc_lift(b), JC_HERE)
#define jc_cosine_distance(a, b) jc_cosine_distance_(jc_lift(a), jc_lift(b), JC_HERE)  // 1 - that
// jc_focal_loss(logits, t, .gamma = 2, .alpha = a), elementwise: jc_binary_cross_entropy times
// (1 - p)^gamma, p the probability that the logits give to t, and where .alpha is given by that of
// t = 1, 1 - alpha of t = 0. A gamma of 0 is -0.0.
struct jc_focal_loss {
  jc_array t;
  double gamma, alpha;
};
jc_array jc_focal_loss_(jc_array logits, struct jc_focal_loss o, JC_AT_);
#define jc_focal_loss(logits, ...) \
  jc_focal_loss_(logits, (struct jc_focal_loss){.t = __VA_ARGS__}, JC_HERE)
// jc_huber(p, t, .delta = 1), elementwise: d^2 / 2 for d = |p - t| up to delta, a line beyond.
struct jc_huber {
  jc_array t;
  double delta;
};
jc_array jc_huber_(jc_array p, struct jc_huber o, JC_AT_);
#define jc_huber(p, ...) jc_huber_(p, (struct jc_huber){.t = __VA_ARGS__}, JC_HERE)
// jc_cross_entropy(logits, labels), one per example: -log softmax(logits)[label] along the last
// axis. Labels that are floats are the classes' probabilities, of the logits' shape. .smoothing =
// a: labels become (1 - a) labels + a / classes.
struct jc_cross_entropy {
  jc_array labels;
  double smoothing;
};
jc_array jc_cross_entropy_(jc_array logits, struct jc_cross_entropy o, JC_AT_);
#define jc_cross_entropy(logits, ...) \
  jc_cross_entropy_(logits, (struct jc_cross_entropy){.labels = __VA_ARGS__}, JC_HERE)

JC_UNARY_NN_(JC_LIBRARY_FN_)
JC_BINARY_NN_(JC_LIBRARY_FN2_)

// ---- initialisers: those of jax.nn.initializers, the same numbers from the same key

// jc_glorot_normal(key, JC_SHAPE(in, out)), with a dtype behind it: weights of [.., in, out], axes
// in front of these being a window. .transposed = true: of [out, in].
enum jc_weights_by { JC_BY_IN, JC_BY_OUT, JC_BY_MEAN };
enum jc_weights_draw { JC_DRAW_TRUNCATED, JC_DRAW_NORMAL, JC_DRAW_UNIFORM };
struct jc_weights {
  jc_dims shape;
  jc_dtype dtype;
  bool transposed;
  double scale;               // jc_variance_scaling, jc_orthogonal; 0: 1
  enum jc_weights_by by;      // jc_variance_scaling
  enum jc_weights_draw draw;  // jc_variance_scaling
};
// clang-format off
#define JC_WEIGHTS_OPS_(X) \
  X(glorot_uniform) X(glorot_normal) X(he_uniform) X(he_normal) X(lecun_uniform) X(lecun_normal) \
  X(variance_scaling) X(orthogonal)
// clang-format on
#define JC_WEIGHTS_DECLARE_(name) jc_array jc_##name##_(jc_array key, struct jc_weights w, JC_AT_);
JC_WEIGHTS_OPS_(JC_WEIGHTS_DECLARE_)
#define JC_WEIGHTS_(f, key, ...) f(key, (struct jc_weights){.shape = __VA_ARGS__}, JC_HERE)
// Variance 2 / (in + out); normal ones are cut off at two deviations.
#define jc_glorot_uniform(key, ...) JC_WEIGHTS_(jc_glorot_uniform_, key, __VA_ARGS__)
#define jc_glorot_normal(key, ...) JC_WEIGHTS_(jc_glorot_normal_, key, __VA_ARGS__)
// Variance 2 / in.
#define jc_he_uniform(key, ...) JC_WEIGHTS_(jc_he_uniform_, key, __VA_ARGS__)
#define jc_he_normal(key, ...) JC_WEIGHTS_(jc_he_normal_, key, __VA_ARGS__)
// Variance 1 / in.
#define jc_lecun_uniform(key, ...) JC_WEIGHTS_(jc_lecun_uniform_, key, __VA_ARGS__)
#define jc_lecun_normal(key, ...) JC_WEIGHTS_(jc_lecun_normal_, key, __VA_ARGS__)
// jc_variance_scaling(key, shape, .scale = 2, .by = JC_BY_OUT, .draw = JC_DRAW_UNIFORM): of the
// variance scale / (in, out or their mean).
#define jc_variance_scaling(key, ...) JC_WEIGHTS_(jc_variance_scaling_, key, __VA_ARGS__)
// Orthonormal rows or columns, whichever are fewer, times .scale; the last axis are the columns.
#define jc_orthogonal(key, ...) JC_WEIGHTS_(jc_orthogonal_, key, __VA_ARGS__)

// ---- layers

// A network is a constant table of layers, at file scope:
//
//   static const jc_layer net = JC_SERIAL(JC_CONV(32, 5, 5, .stride = 2), JC_BATCH_NORM(), JC_RELU,
//                                         JC_FLATTEN, JC_DENSE(10), JC_LOG_SOFTMAX);
//   jc_params p = jc_init(&net, key, JC_SHAPE(128, 28, 28, 1));
//   jc_array y = jc_apply(&net, p, x);
//
// The arrays of its parameters are called by where they stand: "[0].w", "[1].scale". Images are
// [N, height, width, channels]; weights and biases begin as in JAX's stax.
//
// Arrays called running_.. are no weights but state: layers take no gradients for them, optimisers
// leave them alone, and training moves them. A loss hands them on behind its value:
//
//   typedef struct { jc_array value; jc_params params; } Loss;
//   static Loss loss(jc_params p, jc_array x, jc_array labels) {
//     jc_array y = jc_apply(&net, p, x, .train = true, .updated = &p);
//     return (Loss){jc_mean(jc_cross_entropy(y, labels)), p};
//   }
//   jc_auto r = jc_value_and_grad(loss)(params, x, labels);
//   params = r.value.params;
//   jc_opt_update(&adam, &params, r.grad, &state);
//
// An own layer is a row {.map = f} of a function on arrays, or {.init = f, .apply = g, .own = &t}.
typedef struct jc_layer jc_layer;
// What a layer is applied to. train: dropout drops, and running statistics move; key: what dropout
// draws from, else zero; updated: takes the parameters with what moved, may be the variable that
// held them, and stays as it is after an error. NULL: an error in training where something moves.
struct jc_input {
  jc_array x, key;
  bool train;
  jc_params *updated;
};
// The parameters of a layer for an input of this shape: jc_params_of(.., .names = ..).
typedef jc_params jc_layer_init(const jc_layer *self, jc_array key, jc_dims shape);
// What it makes of in.x; p are its own parameters (zero where there is no .init). Where in.updated
// is given it holds them too, and takes as many under the same names if state has moved.
typedef jc_array jc_layer_apply(const jc_layer *self, jc_params p, struct jc_input in);

enum jc_layer_kind_ {
  JC_LAYER_OWN_,
  JC_LAYER_SERIAL_,
  JC_LAYER_PARALLEL_,
  JC_LAYER_FAN_OUT_,
  JC_LAYER_FAN_IN_SUM_,
  JC_LAYER_FAN_IN_CONCAT_,
  JC_LAYER_IDENTITY_,
  JC_LAYER_DENSE_,
  JC_LAYER_CONV_,
  JC_LAYER_CONV_TRANSPOSE_,
  JC_LAYER_MAX_POOL_,
  JC_LAYER_AVG_POOL_,
  JC_LAYER_BATCH_NORM_,
  JC_LAYER_LAYER_NORM_,
  JC_LAYER_GROUP_NORM_,
  JC_LAYER_DROPOUT_,
  JC_LAYER_EMBEDDING_,
  JC_LAYER_FLATTEN_,
  JC_LAYER_SOFTMAX_,
  JC_LAYER_LOG_SOFTMAX_,
  JC_LAYER_LEAKY_RELU_,
  JC_LAYER_ELU_,
  JC_LAYER_KINDS_
};
struct jc_layer {
  jc_array (*map)(jc_array x);  // on its input, without parameters
  jc_layer_init *init;          // NULL: no parameters
  jc_layer_apply *apply;
  const void *own;  // for init and apply to use
  enum jc_layer_kind_ kind_;
  int count_;              // JC_FAN_OUT
  const jc_layer *parts_;  // up to one that is all zero
  union {
    struct {
      int64_t out;
      bool no_bias;
    } dense_;
    struct {
      int64_t out, height, width, depth, stride, dilation;
      int groups;
      bool valid, no_bias;
    } conv_;
    struct {
      int64_t height, width, depth, stride;
      jc_padding padding;
    } pool_;
    struct {
      int groups;
      bool no_scale, no_shift;
      double epsilon, momentum;
    } norm_;
    struct {
      double rate;
    } dropout_;
    struct {
      int64_t rows, columns;
    } embedding_;
    double slope_;
  };
};
// clang-format off
#define JC_PARTS_(kind, ...) \
  {.kind_ = kind, .parts_ = (const jc_layer[]){__VA_ARGS__, {.kind_ = JC_LAYER_OWN_}}}
// One layer after the other. It may stand inside another one.
#define JC_SERIAL(...) JC_PARTS_(JC_LAYER_SERIAL_, __VA_ARGS__)
// Layer i on array i of as many arrays: JC_SERIAL(JC_FAN_OUT(2), JC_PARALLEL(f, JC_IDENTITY),
// JC_FAN_IN_SUM) is x -> f(x) + x.
#define JC_PARALLEL(...) JC_PARTS_(JC_LAYER_PARALLEL_, __VA_ARGS__)
#define JC_FAN_OUT(n) {.kind_ = JC_LAYER_FAN_OUT_, .count_ = (n)}  // its input n times, up to 16
#define JC_FAN_IN_SUM {.kind_ = JC_LAYER_FAN_IN_SUM_}              // the sum of the arrays
#define JC_FAN_IN_CONCAT {.kind_ = JC_LAYER_FAN_IN_CONCAT_}  // side by side along the last axis
#define JC_IDENTITY {.kind_ = JC_LAYER_IDENTITY_}
// JC_DENSE(10): x w + b along the last axis; w f32[in, 10], b f32[10]. .no_bias = true.
#define JC_DENSE(...) {.kind_ = JC_LAYER_DENSE_, .dense_ = {.out = __VA_ARGS__}}
// JC_CONV(32, 5, 5, .stride = 2): 32 channels from windows of 5 x 5 (of one to three dimensions):
// jc_conv with JC_SAME padding. .valid = true: without padding; .dilation, .groups, .no_bias.
#define JC_CONV(...) {.kind_ = JC_LAYER_CONV_, .conv_ = {.out = __VA_ARGS__}}
// The same by jc_conv_transpose: .stride = 2 doubles the image. Without .dilation and .groups.
#define JC_CONV_TRANSPOSE(...) {.kind_ = JC_LAYER_CONV_TRANSPOSE_, .conv_ = {.out = __VA_ARGS__}}
// JC_MAX_POOL(2, 2, .stride = 2): the largest of each window; the stride is 1 where not given.
// .padding = JC_SAME. JC_AVG_POOL: the mean; what is padded does not count.
#define JC_MAX_POOL(...) {.kind_ = JC_LAYER_MAX_POOL_, .pool_ = {.height = __VA_ARGS__}}
#define JC_AVG_POOL(...) {.kind_ = JC_LAYER_AVG_POOL_, .pool_ = {.height = __VA_ARGS__}}
// Each channel of the batch to mean 0 and variance 1, then times scale plus shift: f32[channels].
// .epsilon = 1e-5, .no_scale, .no_shift. As in stax by the statistics of the batch at hand, always;
// with .momentum = 0.9 only in training (.train, .updated), which moves running_mean and running_var,
// each f32[channels], towards them: momentum * old + (1 - momentum) * the batch's. Otherwise it
// normalises by these, so that single examples can be given to it.
#define JC_BATCH_NORM(...) {.kind_ = JC_LAYER_BATCH_NORM_, .norm_ = {.groups = 0, __VA_ARGS__}}
// The same within each example: along the last axis; JC_GROUP_NORM(4): over all axes of each of 4
// groups of channels.
#define JC_LAYER_NORM(...) {.kind_ = JC_LAYER_LAYER_NORM_, .norm_ = {.groups = 0, __VA_ARGS__}}
#define JC_GROUP_NORM(...) {.kind_ = JC_LAYER_GROUP_NORM_, .norm_ = {.groups = __VA_ARGS__}}
// JC_DROPOUT(0.1): in training a tenth of the elements become 0, others are divided by 0.9.
#define JC_DROPOUT(...) {.kind_ = JC_LAYER_DROPOUT_, .dropout_ = {.rate = __VA_ARGS__}}
// JC_EMBEDDING(1000, 64): row x[..] of f32[1000, 64], of integers x: jc_init(.., shape, JC_I32).
#define JC_EMBEDDING(...) {.kind_ = JC_LAYER_EMBEDDING_, .embedding_ = {.rows = __VA_ARGS__}}
#define JC_FLATTEN {.kind_ = JC_LAYER_FLATTEN_}          // [N, ..] to [N, -1]
#define JC_SOFTMAX {.kind_ = JC_LAYER_SOFTMAX_}          // along the last axis
#define JC_LOG_SOFTMAX {.kind_ = JC_LAYER_LOG_SOFTMAX_}  // along the last axis
#define JC_RELU {.map = (jc_relu)}
#define JC_TANH {.map = (jc_tanh)}
#define JC_SIGMOID {.map = (jc_sigmoid)}
#define JC_SILU {.map = (jc_silu)}
#define JC_SOFTPLUS {.map = (jc_softplus)}
#define JC_EXP {.map = (jc_exp)}
#define JC_LEAKY_RELU(slope) {.kind_ = JC_LAYER_LEAKY_RELU_, .slope_ = (slope)}
#define JC_ELU {.kind_ = JC_LAYER_ELU_}    // exp(x) - 1 below 0
#define JC_SELU {.map = (jc_selu)}  // the self-normalising ELU
#define JC_GELU {.map = (jc_gelu)}  // by tanh, as jax.nn.gelu
// clang-format on

// jc_init(&net, key, shape), jc_init(&net, key, shape, JC_I32): parameters for an input of this
// shape and dtype (f32 where not given). Shapes inside are found without computing. Poison after an
// error, which names the layer.
jc_params jc_init_(const jc_layer *net, jc_array key, struct jc_like input, JC_AT_);
#define jc_init(net, key, ...) jc_init_(net, key, (struct jc_like){.shape = __VA_ARGS__}, JC_HERE)
// jc_apply(&net, p, x), jc_apply(&net, p, x, .key = key, .train = true, .updated = &p): the network
// on x. p is jc_init's for this network, or a jc_params of as many arrays under the same names.
jc_array jc_apply_(const jc_layer *net, jc_params p, struct jc_input in, JC_AT_);
#define jc_apply(net, p, ...) jc_apply_(net, p, (struct jc_input){.x = __VA_ARGS__}, JC_HERE)

#endif
