// clip_mlp.c: layer functions, a clipped cross-entropy, SGD with momentum that is passed along.
#include <jitc.h>
#include <stdio.h>

enum { SIDE = 28, HIDDEN = 512, CLASSES = 10, BATCH = 64, EPOCHS = 50 };
static const jc_opt optim = JC_SGD(1e-2, .momentum = 0.6);

typedef struct {
  jc_array w, b;
} Linear;
typedef struct {
  Linear l1, l2, l3;
} Model;
typedef JC_OPT_STATE(Model) OptState;
typedef struct {
  jc_array loss;
  Model model;
  OptState opt;
} Step;
typedef struct {
  jc_array x, y;
} Batch;

// Pixels are 0 .. 255: with wider weights the softmax starts saturated, where the clip below has no
// gradient, and some seeds never leave it.
static Linear linear_init(jc_array key, int in, int out) {
  return (Linear){jc_mul(0.01, jc_normal(key, JC_SHAPE(out, in))), jc_zeros(JC_SHAPE(out))};
}

static jc_array linear(Linear p, jc_array x) { return jc_add(jc_matmul(p.w, x), p.b); }

static Step start(jc_array key) {
  jc_array k = jc_split(key, 3);
  Step s = {.loss = jc_f32(0),
            .model = {.l1 = linear_init(jc_at(k, 0), SIDE * SIDE, HIDDEN),
                      .l2 = linear_init(jc_at(k, 1), HIDDEN, HIDDEN),
                      .l3 = linear_init(jc_at(k, 2), HIDDEN, CLASSES)}};
  jc_opt_init(&optim, &s.model, &s.opt);
  return s;
}

static jc_array predict(jc_array x, Model m) {  // u8[28,28] -> probabilities f32[10]
  x = jc_astype(jc_ravel(x), JC_F32);
  x = jc_relu(linear(m.l1, x));
  x = jc_relu(linear(m.l2, x));
  return jc_softmax(linear(m.l3, x), -1);
}
JC_FN(jc_array, predict, jc_array, Model);

static jc_array predict_all(jc_array x, Model m) {
  return jc_vmap(predict, .in_axes = {0, JC_NONE})(x, m);
}

static jc_array cross_entropy(jc_array probabilities, jc_array target) {
  return jc_neg(jc_sum(jc_mul(target, jc_log(probabilities))));
}
JC_FN(jc_array, cross_entropy, jc_array, jc_array);

static jc_array loss(Batch b, Model m) {
  jc_array p = jc_clip(predict_all(b.x, m), 1e-7, 1 - 1e-7);  // log(0) would give NaN
  jc_array losses = jc_vmap(cross_entropy)(p, jc_one_hot(b.y, CLASSES));
  return jc_mean(jc_div(losses, CLASSES));
}
JC_FN(jc_array, loss, Batch, Model);

static Step train_step(Batch b, Step s, jc_opt opt) {
  jc_auto r = jc_value_and_grad_arg(loss, 1)(b, s.model);
  jc_opt_update(&opt, &s.model, r.grad, &s.opt);
  s.loss = r.value;
  return s;
}
JC_FN(Step, train_step, Batch, Step, jc_opt);

static jc_array accuracy(Batch b, Model m) {
  return jc_mean(jc_equal(jc_argmax(predict_all(b.x, m), 1), b.y));
}
JC_FN(jc_array, accuracy, Batch, Model);

JC_ENTRY(train_step,
         (Batch){jc_spec(JC_SHAPE(BATCH, SIDE, SIDE), JC_U8, .high = 256),
                 jc_spec(JC_SHAPE(BATCH), JC_U8)},
         start(jc_key(24)), optim);

static Batch load(const jc_options *o, const char *name, int rows) {
  if (o->synthetic) {
    jc_array key = jc_key((uint64_t)rows);
    return (Batch){jc_astype(jc_randint(key, 0, 256, JC_SHAPE(rows, SIDE, SIDE)), JC_U8),
                   jc_astype(jc_randint(key, 0, CLASSES, JC_SHAPE(rows)), JC_U8)};
  }
  return (Batch){jc_load_idx("%s/%s-images-idx3-ubyte.gz", o->data, name),
                 jc_load_idx("%s/%s-labels-idx1-ubyte.gz", o->data, name)};
}

static double accuracy_on(Batch data, Model m) {
  double right = 0;
  Batch b;
  for (jc_batches it = jc_batches(&data, 2000); jc_next(&it, &b);) {
    JC_SCOPE();
    right += jc_item(jc_jit(accuracy)(b, m)) * (double)jc_dim(b.y, 0);
  }
  return right / (double)jc_dim(data.y, 0);
}

int main(int argc, char **argv) {
  jc_options o = jc_parse_options(argc, argv, .data = "data/mnist", .epochs = EPOCHS,
                                  .batch = BATCH, .seed = 24);
  Batch train = load(&o, "train", 60 * o.batch), test = load(&o, "t10k", 10 * o.batch), b;
  Step s = start(jc_key(o.seed));

  bool more = true;
  for (int epoch = 1; more && epoch <= o.epochs && jc_ok(); epoch++) {
    JC_SCOPE(s);
    double total = 0;
    int64_t done = 0;
    jc_batches it = jc_batches(&train, o.batch);
    while (more && jc_next(&it, &b)) {
      JC_SCOPE(s);
      s = jc_jit(train_step, .donate = {[1] = true})(b, s, optim);
      total += jc_item(s.loss);
      more = jc_report_step(&o, ++done, it.count);
    }
    jc_report_epoch(&o, epoch, .loss = total / (double)done,
                    .train_accuracy = accuracy_on(train, s.model),
                    .test_accuracy = accuracy_on(test, s.model));
  }
  jc_report_done(&o);
  return jc_finish();
}
