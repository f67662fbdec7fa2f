// Layers, losses and initialisers. Part of jitc.h, which includes it.
#ifndef JITC_NN_H
#define JITC_NN_H

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
// An own layer is a row {.map = f} of a function on arrays, or {.init = f, .apply = g, .own = &t}.
typedef struct jc_layer jc_layer;
// What a layer is applied to. train: dropout drops; key: what it draws from, else zero.
struct jc_input {
  jc_array x, key;
  bool train;
};
// The parameters of a layer for an input of this shape: jc_params_of(.., .names = ..).
typedef jc_params jc_layer_init(const jc_layer *self, jc_array key, jc_dims shape);
// What it makes of in.x; p are its own parameters (zero where there is no .init).
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
  JC_LAYER_SELU_,
  JC_LAYER_GELU_,
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
      double epsilon;
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
// As in stax always by the statistics of the batch at hand. .epsilon = 1e-5, .no_scale, .no_shift.
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
#define JC_SELU {.kind_ = JC_LAYER_SELU_}  // the self-normalising ELU
#define JC_GELU {.kind_ = JC_LAYER_GELU_}  // by tanh, as jax.nn.gelu
// clang-format on

// jc_init(&net, key, shape), jc_init(&net, key, shape, JC_I32): parameters for an input of this
// shape and dtype (f32 where not given). Shapes inside are found without computing. Poison after an
// error, which names the layer.
jc_params jc_init_(const jc_layer *net, jc_array key, struct jc_like input, JC_AT_);
#define jc_init(net, key, ...) jc_init_(net, key, (struct jc_like){.shape = __VA_ARGS__}, JC_HERE)
// jc_apply(&net, p, x), jc_apply(&net, p, x, .key = key, .train = true): the network on x. p is
// jc_init's for this network, or a jc_params of as many arrays under the same names.
jc_array jc_apply_(const jc_layer *net, jc_params p, struct jc_input in, JC_AT_);
#define jc_apply(net, p, ...) jc_apply_(net, p, (struct jc_input){.x = __VA_ARGS__}, JC_HERE)

#endif
