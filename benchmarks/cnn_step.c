// The train step of the convolutional network of examples/cnn.c at 28x28x1, or, as `literal`, at
// 1x28x28: layers of five, five, three and three taps and strides of 2, batch norm, adam.
#include <string.h>

#include "benchmarks/step.h"

enum { BATCH = 128, CLASSES = 10, CONVS = 4, NORMS = 3 };
static const int window[CONVS] = {5, 5, 3, 3}, features[CONVS] = {32, 32, 10, 10};

typedef struct {
  jc_array w, b;
} Layer;
typedef struct {
  jc_array scale, bias;
} Norm;
typedef struct {
  Layer conv[CONVS], dense;
  Norm norm[NORMS];
} Net;
typedef struct {
  Net params, m, v;
  jc_array count, loss;
} State;

static jc_array normal(jc_array *key, jc_dims shape) {
  return jc_mul(0.05, jc_normal(jc_next_key(key), shape));
}

static Net init(jc_array key, int height, int channels) {
  Net p;
  int h = height, w = 28, c = channels;
  for (int i = 0; i < CONVS; i++) {
    p.conv[i].w = normal(&key, JC_SHAPE(window[i], window[i], c, features[i]));
    p.conv[i].b = normal(&key, JC_SHAPE(features[i]));
    h = (h + 1) / 2, w = (w + 1) / 2, c = features[i];
    if (i < NORMS) p.norm[i] = (Norm){jc_ones(JC_SHAPE(c)), jc_zeros(JC_SHAPE(c))};
  }
  p.dense = (Layer){normal(&key, JC_SHAPE(h * w * c, CLASSES)), normal(&key, JC_SHAPE(CLASSES))};
  return p;
}

static jc_array batch_norm(Norm p, jc_array x) {
  jc_array mean = jc_mean(x, .axes = JC_AXES(0, 1, 2));
  jc_array square = jc_mean(jc_square(x), .axes = JC_AXES(0, 1, 2));
  jc_array var = jc_maximum(jc_sub(square, jc_square(mean)), 0);
  x = jc_mul(jc_sub(x, mean), jc_rsqrt(jc_add(var, 1e-5)));
  return jc_add(jc_mul(p.scale, x), p.bias);
}

static jc_array predict(Net p, jc_array x) {
  for (int i = 0; i < CONVS; i++) {
    x = jc_conv(x, p.conv[i].w, .strides = JC_SHAPE(2), .padding = JC_SAME);
    x = jc_add(x, p.conv[i].b);
    if (i < NORMS) x = batch_norm(p.norm[i], x);
    x = jc_relu(x);
  }
  x = jc_add(jc_matmul(jc_reshape(x, BATCH, -1), p.dense.w), p.dense.b);
  return jc_log_softmax(x, -1);
}

static jc_array loss(Net p, jc_array x, jc_array y) {
  return jc_neg(jc_sum(jc_mul(predict(p, x), jc_one_hot(y, CLASSES))));
}
JC_FN(jc_array, loss, Net, jc_array, jc_array);

static jc_array moment(jc_array m, jc_array g) { return jc_add(jc_mul(0.9, m), jc_mul(0.1, g)); }
static jc_array second(jc_array v, jc_array g) {
  return jc_add(jc_mul(0.999, v), jc_mul(0.001, jc_square(g)));
}

static Net adam(Net x, Net m, Net v, jc_array count) {
  const size_t n = sizeof x / sizeof(jc_array);
  jc_array *px = (jc_array *)&x, *pm = (jc_array *)&m, *pv = (jc_array *)&v;
  jc_array m_rest = jc_sub(1, jc_pow(0.9, count)), v_rest = jc_sub(1, jc_pow(0.999, count));
  for (size_t i = 0; i < n; i++) {
    jc_array step = jc_add(jc_sqrt(jc_div(pv[i], v_rest)), 1e-8);
    px[i] = jc_sub(px[i], jc_div(jc_mul(1e-3, jc_div(pm[i], m_rest)), step));
  }
  return x;
}

static State update(State s, jc_array x, jc_array y) {
  jc_auto r = jc_value_and_grad(loss)(s.params, x, y);
  const size_t n = sizeof s.params / sizeof(jc_array);
  jc_array *g = (jc_array *)&r.grad, *m = (jc_array *)&s.m, *v = (jc_array *)&s.v;
  for (size_t i = 0; i < n; i++) m[i] = moment(m[i], g[i]), v[i] = second(v[i], g[i]);
  s.count = jc_add(s.count, 1);
  s.params = adam(s.params, s.m, s.v, s.count);
  s.loss = r.value;
  return s;
}
JC_FN(State, update, State, jc_array, jc_array);

typedef struct {
  State s;
  jc_array x, y;
} Run;

static void step(void *run) {
  Run *r = run;
  JC_SCOPE(r->s, r->x, r->y);
  r->s = jc_jit(update, .donate = {true})(r->s, r->x, r->y);
  jc_item(r->s.loss);
}

int main(int argc, char **argv) {
  const bool literal = argc > 1 && !strcmp(argv[1], "literal");
  const int height = literal ? 1 : 28, channels = literal ? 28 : 1;
  Run r = {.x = jc_uniform(jc_key(1), JC_SHAPE(BATCH, height, 28, channels), JC_F32, .maxval = 255),
           .y = jc_randint(jc_key(2), 0, CLASSES, JC_SHAPE(BATCH))};
  r.s.params = init(jc_key(0), height, channels);
  r.s.m = jc_tree_scale(jc_f32(0), r.s.params);
  r.s.v = jc_tree_scale(jc_f32(0), r.s.params);
  r.s.count = r.s.loss = jc_f32(0);
  step_time(literal ? "cnn --literal" : "cnn", step, &r);
  return jc_finish();
}
