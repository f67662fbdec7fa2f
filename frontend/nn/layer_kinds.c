// The layers of the library, written with the public operations.
#include <math.h>
#include <string.h>

#include "frontend/nn/layer.h"

// The operations below stand at the user's call.
#undef JC_HERE
#define JC_HERE loc.file, loc.line

typedef const struct jc_input *Input;

static int64_t channels_of(const jc_dims *shape) { return shape->d[shape->n - 1]; }

// ---- how parameters begin: as in stax

static jc_array key_at(jc_array key, int i, Loc loc) { return jc_at(jc_split(key), i); }

static jc_array small_bias(jc_array key, int64_t n, double std, Loc loc) {
  return jc_mul(jc_normal(key, JC_SHAPE(n)), std);
}

static bool sound(const jc_array *p, int n) {
  for (int i = 0; i < n; i++) {
    if (handle_is_poison(p[i])) return false;
  }
  return true;
}

static bool positive(int64_t n, const char *what, const char *who, Loc loc) {
  return n > 0 || fail(loc, "%s: %lld %s", who, (long long)n, what);
}

// ---- dense

static bool dense_init(const jc_layer *l, jc_array key, const jc_dims *shape, jc_array *p,
                       Loc loc) {
  const int64_t out = l->dense_.out;
  if (!positive(out, "outputs", "JC_DENSE", loc)) return false;
  if (!shape->n) return fail(loc, "JC_DENSE: its input is a scalar");
  const int64_t in = channels_of(shape);
  p[0] = jc_glorot_normal(key_at(key, 0, loc), JC_SHAPE(in, out));
  p[1] = small_bias(key_at(key, 1, loc), out, 1e-2, loc);
  return sound(p, 2);
}

static jc_array dense_apply(const jc_layer *l, jc_array *p, Input in, Loc loc) {
  const jc_array y = jc_matmul(in->x, p[0]);
  return l->dense_.no_bias ? y : jc_add(y, p[1]);
}

// ---- convolutions

static int conv_rank(const jc_layer *l) {
  return l->conv_.depth ? 3 : l->conv_.width ? 2 : l->conv_.height ? 1 : 0;
}

static jc_dims times(int64_t n, int rank) {
  jc_dims d = {.n = n ? rank : 0};
  for (int i = 0; i < d.n; i++) d.d[i] = n;
  return d;
}

static bool conv_fits(const jc_layer *l, const jc_dims *shape, const char *who, Loc loc) {
  const int rank = conv_rank(l), groups = l->conv_.groups ? l->conv_.groups : 1;
  if (!positive(l->conv_.out, "channels", who, loc)) return false;
  if (!rank || l->conv_.height < 0 || l->conv_.width < 0 || l->conv_.depth < 0)
    return fail(loc, "%s: its window has no size", who);
  if (shape->n != rank + 2)
    return fail(loc, "%s: a window of %d dimensions needs an input of %d axes, [N, .., channels]",
                who, rank, rank + 2);
  if (groups < 1 || channels_of(shape) % groups || l->conv_.out % groups)
    return fail(loc, "%s: %lld channels to %lld in %d groups", who, (long long)channels_of(shape),
                (long long)l->conv_.out, groups);
  return true;
}

static bool any_conv_init(const jc_layer *l, jc_array key, const jc_dims *shape, jc_array *p,
                          const char *who, Loc loc) {
  if (!conv_fits(l, shape, who, loc)) return false;
  const int rank = conv_rank(l), groups = l->conv_.groups ? l->conv_.groups : 1;
  const int64_t in = channels_of(shape) / groups, out = l->conv_.out;
  const int64_t size[] = {l->conv_.height, l->conv_.width, l->conv_.depth};
  jc_dims w = {.n = rank + 2};
  for (int i = 0; i < rank; i++) w.d[i] = size[i];
  w.d[rank] = in, w.d[rank + 1] = out;
  p[0] = jc_glorot_normal(key_at(key, 0, loc), w);
  p[1] = small_bias(key_at(key, 1, loc), out, 1e-6, loc);
  return sound(p, 2);
}

static bool conv_init(const jc_layer *l, jc_array key, const jc_dims *shape, jc_array *p, Loc loc) {
  return any_conv_init(l, key, shape, p, "JC_CONV", loc);
}

static bool conv_transpose_init(const jc_layer *l, jc_array key, const jc_dims *shape, jc_array *p,
                                Loc loc) {
  if (l->conv_.dilation || l->conv_.groups)
    return fail(loc, "JC_CONV_TRANSPOSE: takes no .dilation and no .groups");
  return any_conv_init(l, key, shape, p, "JC_CONV_TRANSPOSE", loc);
}

static jc_array any_conv(const jc_layer *l, const jc_array *p, Input in, bool transposed, Loc loc) {
  const int rank = conv_rank(l);
  const struct jc_conv c = {.w = p[0],
                            .strides = times(l->conv_.stride, rank),
                            .padding = l->conv_.valid ? JC_VALID : JC_SAME,
                            .dilation = times(l->conv_.dilation, rank),
                            .groups = l->conv_.groups};
  const jc_array y = transposed ? jc_conv_transpose_(in->x, c, loc.file, loc.line)
                                : jc_conv_(in->x, c, loc.file, loc.line);
  return l->conv_.no_bias ? y : jc_add(y, p[1]);
}

static jc_array conv_apply(const jc_layer *l, jc_array *p, Input in, Loc loc) {
  return any_conv(l, p, in, false, loc);
}

static jc_array conv_transpose_apply(const jc_layer *l, jc_array *p, Input in, Loc loc) {
  return any_conv(l, p, in, true, loc);
}

// ---- pooling

static struct jc_pool pool_of(const jc_layer *l) {
  const int rank = l->pool_.depth ? 3 : l->pool_.width ? 2 : 1;
  return (struct jc_pool){
      .window = {.n = rank, .d = {l->pool_.height, l->pool_.width, l->pool_.depth}},
      .strides = times(l->pool_.stride, rank),
      .padding = l->pool_.padding};
}

static jc_array max_pool_apply(const jc_layer *l, jc_array *p, Input in, Loc loc) {
  (void)p;
  return jc_max_pool_(in->x, pool_of(l), loc.file, loc.line);
}

// Averages count padding as zeros: where there is some they are divided by how much of each window
// is not.
static jc_array avg_pool_apply(const jc_layer *l, jc_array *p, Input in, Loc loc) {
  (void)p;
  const struct jc_pool pool = pool_of(l);
  const jc_array mean = jc_avg_pool_(in->x, pool, loc.file, loc.line);
  if (pool.padding == JC_VALID || handle_is_poison(mean)) return mean;
  jc_dims one = {.n = jc_rank(in->x)};
  for (int i = 0; i < one.n; i++) one.d[i] = i && i < one.n - 1 ? jc_dim(in->x, i) : 1;
  const jc_array ones = jc_ones(one, jc_dtype_of(in->x));
  return jc_div(mean, jc_avg_pool_(ones, pool, loc.file, loc.line));
}

// ---- normalisation

static double epsilon_of(const jc_layer *l) { return l->norm_.epsilon ? l->norm_.epsilon : 1e-5; }

static bool norm_init(const jc_layer *l, jc_array key, const jc_dims *shape, jc_array *p, Loc loc) {
  (void)l, (void)key;
  if (!shape->n) return fail(loc, "%s: its input is a scalar", layer_kind(l)->name);
  p[0] = jc_ones(JC_SHAPE(channels_of(shape)));
  p[1] = jc_zeros(JC_SHAPE(channels_of(shape)));
  return sound(p, 2);
}

static struct jc_norm norm_of(const jc_layer *l, const jc_array *p, Input in) {
  struct jc_norm n = {.x = in->x, .groups = l->norm_.groups, .eps = epsilon_of(l)};
  if (!l->norm_.no_scale) n.scale = *p++;
  if (!l->norm_.no_shift) n.bias = *p;
  return n;
}

// Behind scale and shift: the running mean and variance, where there is a momentum.
static bool batch_norm_init(const jc_layer *l, jc_array key, const jc_dims *shape, jc_array *p,
                            Loc loc) {
  const double momentum = l->norm_.momentum;
  if (!(momentum >= 0 && momentum < 1))
    return fail(loc, "JC_BATCH_NORM: a momentum of %g", momentum);
  if (!norm_init(l, key, shape, p, loc)) return false;
  p[2] = jc_zeros(JC_SHAPE(channels_of(shape)));
  p[3] = jc_ones(JC_SHAPE(channels_of(shape)));
  return sound(p, 4);
}

static jc_array running_norm(const jc_layer *l, struct jc_norm n, jc_array *running, Input in,
                             Loc loc) {
  n.mean = jc_stop_gradient(running[0]);
  n.var = jc_stop_gradient(running[1]);
  n.momentum = l->norm_.momentum;
  if (!in->train) return jc_batch_norm_(n, loc.file, loc.line);
  if (!in->updated)
    return fail(loc,
                "JC_BATCH_NORM: training moves its running statistics: jc_apply(.., .train = "
                "true, .updated = &p) says where to"),
           handle_poison();
  const struct jc_batch_normed r = jc_batch_norm_train_(n, loc.file, loc.line);
  running[0] = r.mean;
  running[1] = r.var;
  return r.y;
}

static jc_array batch_norm_apply(const jc_layer *l, jc_array *p, Input in, Loc loc) {
  if (jc_rank(in->x) < 2)
    return fail(loc, "JC_BATCH_NORM: its input has no batch axis"), handle_poison();
  const struct jc_norm n = norm_of(l, p, in);
  if (l->norm_.momentum == 0) return jc_batch_norm_(n, loc.file, loc.line);
  return running_norm(l, n, p + !l->norm_.no_scale + !l->norm_.no_shift, in, loc);
}

static jc_array layer_norm_apply(const jc_layer *l, jc_array *p, Input in, Loc loc) {
  return jc_layer_norm_(norm_of(l, p, in), loc.file, loc.line);
}

static bool group_norm_init(const jc_layer *l, jc_array key, const jc_dims *shape, jc_array *p,
                            Loc loc) {
  const int groups = l->norm_.groups;
  if (!positive(groups, "groups", "JC_GROUP_NORM", loc)) return false;
  if (shape->n < 2 || channels_of(shape) % groups)
    return fail(loc,
                "JC_GROUP_NORM: %d groups need an input [N, .., channels] with a multiple of "
                "as many channels",
                groups);
  return norm_init(l, key, shape, p, loc);
}

static jc_array group_norm_apply(const jc_layer *l, jc_array *p, Input in, Loc loc) {
  return jc_group_norm_(norm_of(l, p, in), loc.file, loc.line);
}

// ---- others

static jc_array dropout_apply(const jc_layer *l, jc_array *p, Input in, Loc loc) {
  (void)p;
  const double rate = l->dropout_.rate;
  if (!(rate >= 0 && rate < 1)) return fail(loc, "JC_DROPOUT: a rate of %g", rate), handle_poison();
  if (!in->train || rate == 0) return in->x;
  if (!in->key.handle)
    return fail(loc, "JC_DROPOUT: training needs a key: jc_apply(.., .key = key, .train = true)"),
           handle_poison();
  return jc_dropout(in->key, in->x, rate);
}

static bool embedding_init(const jc_layer *l, jc_array key, const jc_dims *shape, jc_array *p,
                           Loc loc) {
  (void)shape;
  const int64_t rows = l->embedding_.rows, columns = l->embedding_.columns;
  if (!positive(rows, "rows", "JC_EMBEDDING", loc) ||
      !positive(columns, "columns", "JC_EMBEDDING", loc))
    return false;
  p[0] = jc_div(jc_normal(key, JC_SHAPE(rows, columns)), sqrt((double)columns));
  return sound(p, 1);
}

static jc_array embedding_apply(const jc_layer *l, jc_array *p, Input in, Loc loc) {
  (void)l;
  return jc_take(p[0], in->x, 0);
}

static jc_array flatten_apply(const jc_layer *l, jc_array *p, Input in, Loc loc) {
  (void)l, (void)p;
  int64_t rest = 1;  // -1 says nothing where there are no examples
  for (int i = 1; i < jc_rank(in->x); i++) rest *= jc_dim(in->x, i);
  if (!jc_rank(in->x)) return fail(loc, "JC_FLATTEN: its input is a scalar"), handle_poison();
  return jc_reshape(in->x, jc_dim(in->x, 0), rest);
}

static jc_array softmax_apply(const jc_layer *l, jc_array *p, Input in, Loc loc) {
  (void)l, (void)p;
  return jc_softmax(in->x, -1);
}

static jc_array log_softmax_apply(const jc_layer *l, jc_array *p, Input in, Loc loc) {
  (void)l, (void)p;
  return jc_log_softmax(in->x, -1);
}

static jc_array leaky_relu_apply(const jc_layer *l, jc_array *p, Input in, Loc loc) {
  (void)p;
  return jc_leaky_relu(in->x, l->slope_);
}

static jc_array elu_apply(const jc_layer *l, jc_array *p, Input in, Loc loc) {
  (void)l, (void)p;
  return jc_elu(in->x);
}

static const LayerKind kinds[JC_LAYER_KINDS_] = {
    [JC_LAYER_DENSE_] = {"JC_DENSE", {"w", "b"}, dense_init, dense_apply},
    [JC_LAYER_CONV_] = {"JC_CONV", {"w", "b"}, conv_init, conv_apply},
    [JC_LAYER_CONV_TRANSPOSE_] = {"JC_CONV_TRANSPOSE",
                                  {"w", "b"},
                                  conv_transpose_init,
                                  conv_transpose_apply},
    [JC_LAYER_MAX_POOL_] = {"JC_MAX_POOL", .apply = max_pool_apply},
    [JC_LAYER_AVG_POOL_] = {"JC_AVG_POOL", .apply = avg_pool_apply},
    [JC_LAYER_BATCH_NORM_] = {"JC_BATCH_NORM",
                              {"scale", "shift", "running_mean", "running_var"},
                              batch_norm_init,
                              batch_norm_apply},
    [JC_LAYER_LAYER_NORM_] = {"JC_LAYER_NORM", {"scale", "shift"}, norm_init, layer_norm_apply},
    [JC_LAYER_GROUP_NORM_] = {"JC_GROUP_NORM",
                              {"scale", "shift"},
                              group_norm_init,
                              group_norm_apply},
    [JC_LAYER_DROPOUT_] = {"JC_DROPOUT", .apply = dropout_apply},
    [JC_LAYER_EMBEDDING_] = {"JC_EMBEDDING", {"rows"}, embedding_init, embedding_apply},
    [JC_LAYER_FLATTEN_] = {"JC_FLATTEN", .apply = flatten_apply},
    [JC_LAYER_SOFTMAX_] = {"JC_SOFTMAX", .apply = softmax_apply},
    [JC_LAYER_LOG_SOFTMAX_] = {"JC_LOG_SOFTMAX", .apply = log_softmax_apply},
    [JC_LAYER_LEAKY_RELU_] = {"JC_LEAKY_RELU", .apply = leaky_relu_apply},
    [JC_LAYER_ELU_] = {"JC_ELU", .apply = elu_apply},
};

const LayerKind *layer_kind(const jc_layer *l) { return &kinds[l->kind_]; }

static bool keeps(const jc_layer *l, int i) {
  switch (l->kind_) {
    case JC_LAYER_DENSE_: return i == 0 || !l->dense_.no_bias;
    case JC_LAYER_CONV_:
    case JC_LAYER_CONV_TRANSPOSE_: return i == 0 || !l->conv_.no_bias;
    case JC_LAYER_BATCH_NORM_:
      if (i > 1) return l->norm_.momentum != 0;
      // fall through
    case JC_LAYER_LAYER_NORM_:
    case JC_LAYER_GROUP_NORM_: return i == 0 ? !l->norm_.no_scale : !l->norm_.no_shift;
    default: return true;
  }
}

int layer_params(const jc_layer *l, int which[LAYER_PARAMS]) {
  const LayerKind *k = layer_kind(l);
  int n = 0;
  for (int i = 0; i < LAYER_PARAMS && k->params[i]; i++) {
    if (keeps(l, i)) which[n++] = i;
  }
  return n;
}
