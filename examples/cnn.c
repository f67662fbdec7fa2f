// cnn.c: a convolutional network from a table of layers, trained with Adam on MNIST.
#include <jitc.h>
#include <stdio.h>

enum { SIDE = 28, CLASSES = 10, BATCH = 128, EPOCHS = 10 };

static const jc_layer net = JC_SERIAL(                         //
    JC_CONV(32, 5, 5, .stride = 2), JC_BATCH_NORM(), JC_RELU,  //
    JC_CONV(32, 5, 5, .stride = 2), JC_BATCH_NORM(), JC_RELU,  //
    JC_CONV(10, 3, 3, .stride = 2), JC_BATCH_NORM(), JC_RELU,  //
    JC_CONV(10, 3, 3, .stride = 2), JC_RELU,                   //
    JC_FLATTEN, JC_DENSE(CLASSES), JC_LOG_SOFTMAX);
static const jc_opt adam = JC_ADAM(1e-3);

typedef struct {
  jc_array images, labels;
} Batch;
typedef JC_OPT_STATE(jc_params) Adam;
typedef struct {
  jc_params params;
  Adam opt;
  jc_array loss;
} State;

static jc_array predict(jc_params p, Batch b) {
  return jc_apply(&net, p, jc_astype(b.images, JC_F32));
}

static jc_array loss(jc_params p, Batch b) {
  return jc_neg(jc_sum(jc_mul(predict(p, b), jc_one_hot(b.labels, CLASSES))));
}
JC_FN(jc_array, loss, jc_params, Batch);

static jc_array accuracy(jc_params p, Batch b) {
  return jc_mean(jc_equal(jc_argmax(predict(p, b), 1), b.labels));
}
JC_FN(jc_array, accuracy, jc_params, Batch);

static State update(State s, Batch b) {
  jc_auto r = jc_value_and_grad(loss)(s.params, b);
  jc_opt_update(&adam, &s.params, r.grad, &s.opt);
  s.loss = jc_div(r.value, jc_dim(b.labels, 0));
  return s;
}
JC_FN(State, update, State, Batch);

static State init(jc_array key, jc_dims image) {
  State s = {.params = jc_init(&net, key, image), .loss = jc_f32(0)};
  jc_opt_init(&adam, &s.params, &s.opt);
  return s;
}

JC_ENTRY(update, init(jc_key(0), JC_SHAPE(BATCH, SIDE, SIDE, 1)),
         (Batch){jc_spec(JC_SHAPE(BATCH, SIDE, SIDE, 1), JC_U8, .high = 256),
                 jc_spec(JC_SHAPE(BATCH), JC_U8)});

static Batch load(const jc_options *o, jc_dims image, const char *name, int rows) {
  Batch b;
  if (o->synthetic) {
    jc_array key = jc_key((uint64_t)rows);
    b.images = jc_astype(jc_randint(key, 0, 256, JC_SHAPE(rows, SIDE * SIDE)), JC_U8);
    b.labels = jc_astype(jc_randint(key, 0, CLASSES, JC_SHAPE(rows)), JC_U8);
  } else {
    b.images = jc_load_idx("%s/%s-images-idx3-ubyte.gz", o->data, name);
    b.labels = jc_load_idx("%s/%s-labels-idx1-ubyte.gz", o->data, name);
  }
  b.images = jc_reshape(b.images, -1, image.d[1], image.d[2], image.d[3]);
  return b;
}

static double accuracy_on(Batch data, jc_params p) {
  double right = 0;
  Batch b;
  for (jc_batches it = jc_batches(&data, 2000); jc_next(&it, &b);) {
    JC_SCOPE();
    right += jc_item(jc_jit(accuracy)(p, b)) * (double)jc_dim(b.labels, 0);
  }
  return right / (double)jc_dim(data.labels, 0);
}

int main(int argc, char **argv) {
  bool literal = false;  // as the document feeds them: one row of 28 pixels with 28 channels
  jc_options o = jc_parse_options(argc, argv, .data = "data/mnist", .epochs = EPOCHS,
                                  .batch = BATCH, .switches = {{"--literal", &literal}});
  jc_dims image = literal ? JC_SHAPE(o.batch, 1, SIDE, SIDE) : JC_SHAPE(o.batch, SIDE, SIDE, 1);
  Batch train = load(&o, image, "train", 60 * o.batch), test = load(&o, image, "t10k", o.batch), b;
  jc_array key = jc_key(o.seed);
  State s = init(key, image);

  bool more = true;
  for (int epoch = 1; more && epoch <= o.epochs && jc_ok(); epoch++) {
    JC_SCOPE(s);
    double total = 0;
    int64_t done = 0;
    jc_batches it = jc_batches(&train, o.batch, .shuffle = jc_fold_in(key, epoch));
    while (more && jc_next(&it, &b)) {
      JC_SCOPE(s);
      s = jc_jit(update, .donate = {true})(s, b);
      total += jc_item(s.loss);
      more = jc_report_step(&o, ++done, it.count);
    }
    jc_report_epoch(&o, epoch, .loss = total / (double)done,
                    .train_accuracy = accuracy_on(train, s.params),
                    .test_accuracy = accuracy_on(test, s.params));
  }
  jc_report_done(&o);
  return jc_finish();
}
