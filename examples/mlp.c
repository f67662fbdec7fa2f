// mlp.c: a perceptron on MNIST, 784-512-512-10; predict, written for ONE image, is batched by vmap.
#include <jitc.h>
#include <stdio.h>

enum { PIXELS = 28 * 28, CLASSES = 10, LAYERS = 3, BATCH = 128, EPOCHS = 8 };
static const int sizes[LAYERS + 1] = {PIXELS, 512, 512, CLASSES};
static const double scale = 0.01, step_size = 0.01;

typedef struct {
  jc_array w, b;
} Dense;
typedef struct {
  Dense layer[LAYERS];
} Mlp;
typedef struct {
  jc_array images, labels;
} Data;

static Mlp init(jc_array key) {
  Mlp p;
  jc_array keys = jc_split(key, LAYERS + 1);
  for (int i = 0; i < LAYERS; i++) {
    jc_array k = jc_split(jc_at(keys, i));
    p.layer[i].w = jc_mul(scale, jc_normal(jc_at(k, 0), JC_SHAPE(sizes[i + 1], sizes[i])));
    p.layer[i].b = jc_mul(scale, jc_normal(jc_at(k, 1), JC_SHAPE(sizes[i + 1])));
  }
  return p;
}

static jc_array predict(Mlp p, jc_array image) {  // f32[784] -> log-probabilities f32[10]
  jc_array x = image;
  for (int i = 0; i < LAYERS; i++) {
    x = jc_add(jc_matmul(p.layer[i].w, x), p.layer[i].b);
    if (i < LAYERS - 1) x = jc_relu(x);
  }
  return jc_sub(x, jc_logsumexp(x));
}
JC_FN(jc_array, predict, Mlp, jc_array);

static jc_array predict_all(Mlp p, jc_array images) {
  return jc_vmap(predict, .in_axes = {JC_NONE, 0})(p, images);
}

static jc_array loss(Mlp p, jc_array images, jc_array targets) {
  return jc_neg(jc_mean(jc_mul(predict_all(p, images), targets)));
}
JC_FN(jc_array, loss, Mlp, jc_array, jc_array);

typedef struct {
  Mlp params;
  jc_array loss;
} Step;

static Step update(Mlp p, jc_array images, jc_array labels) {
  jc_array pixels = jc_astype(images, JC_F32);
  jc_auto r = jc_value_and_grad(loss)(p, pixels, jc_one_hot(labels, CLASSES));
  return (Step){jc_tree_sub(p, jc_tree_scale(step_size, r.grad)), r.value};
}
JC_FN(Step, update, Mlp, jc_array, jc_array);

static jc_array accuracy(Mlp p, jc_array images, jc_array labels) {
  jc_array best = jc_argmax(predict_all(p, jc_astype(images, JC_F32)), 1);
  return jc_mean(jc_equal(best, labels));
}
JC_FN(jc_array, accuracy, Mlp, jc_array, jc_array);

JC_ENTRY(update, init(jc_key(0)), jc_spec(JC_SHAPE(BATCH, PIXELS), JC_U8, .high = 256),
         jc_spec(JC_SHAPE(BATCH), JC_U8));

static Data load(const jc_options *o, const char *name, int rows) {
  if (o->synthetic) {
    jc_array image = jc_astype(jc_arange(PIXELS), JC_U8), labels = jc_rem(jc_arange(rows), CLASSES);
    return (Data){jc_broadcast_to(image, JC_SHAPE(rows, PIXELS)), jc_astype(labels, JC_U8)};
  }
  return (Data){
      .images = jc_reshape(jc_load_idx("%s/%s-images-idx3-ubyte.gz", o->data, name), -1, PIXELS),
      .labels = jc_load_idx("%s/%s-labels-idx1-ubyte.gz", o->data, name),
  };
}

static double accuracy_on(Data d, Mlp p) {
  double right = 0;
  Data part;
  for (jc_batches it = jc_batches(&d, 2000); jc_next(&it, &part);) {
    JC_SCOPE();
    jc_array a = jc_jit(accuracy)(p, part.images, part.labels);
    right += jc_item(a) * (double)jc_dim(part.labels, 0);
  }
  return right / (double)jc_dim(d.labels, 0);
}

int main(int argc, char **argv) {
  jc_options o =
      jc_parse_options(argc, argv, .data = "data/mnist", .epochs = EPOCHS, .batch = BATCH);
  Data train = load(&o, "train", 60 * o.batch), test = load(&o, "t10k", 10 * o.batch), batch;
  Mlp params = init(jc_key(o.seed));

  bool more = true;
  for (int epoch = 1; more && epoch <= o.epochs && jc_ok(); epoch++) {
    JC_SCOPE(params);  // what params holds at the end lives on; all else made here is freed
    double total = 0;
    int64_t done = 0;
    jc_batches it = jc_batches(&train, o.batch);
    while (more && jc_next(&it, &batch)) {
      JC_SCOPE(params);
      Step s = jc_jit(update, .donate = {true})(params, batch.images, batch.labels);
      params = s.params;
      double l = jc_item(s.loss);
      total += l;
      more = jc_report_step(&o, ++done, it.count, .loss = l);
    }
    jc_report_epoch(&o, epoch, .loss = total / (double)done,
                    .train_accuracy = accuracy_on(train, params),
                    .test_accuracy = accuracy_on(test, params));
  }
  jc_report_done(&o);
  return jc_finish();
}
