// per_example.c: gradients of single examples by vmap(grad(loss)), averaged by hand.
#include <jitc.h>
#include <stdio.h>

enum { PIXELS = 28 * 28, CLASSES = 10, FIRST = 50, SECOND = 100, BATCH = 100, SAMPLE = 1000 };

typedef struct {
  jc_array w0, b0, w1, b1, w2, b2;
} Params;
typedef struct {
  jc_array x, y;
} Data;

static Params init(jc_array key) {
  jc_array k = jc_split(key, 6);
  return (Params){
      .w0 = jc_normal(jc_at(k, 0), JC_SHAPE(FIRST, PIXELS)),
      .b0 = jc_normal(jc_at(k, 1), JC_SHAPE(FIRST)),
      .w1 = jc_normal(jc_at(k, 2), JC_SHAPE(SECOND, FIRST)),
      .b1 = jc_normal(jc_at(k, 3), JC_SHAPE(SECOND)),
      .w2 = jc_normal(jc_at(k, 4), JC_SHAPE(CLASSES, SECOND)),
      .b2 = jc_normal(jc_at(k, 5), JC_SHAPE(CLASSES)),
  };
}

static jc_array layer(jc_array w, jc_array b, jc_array x) {
  return jc_tanh(jc_add(jc_matmul(w, x), b));
}

static jc_array predict(Params p, jc_array x) {
  return jc_softmax(layer(p.w2, p.b2, layer(p.w1, p.b1, layer(p.w0, p.b0, x))), -1);
}

// Cross-entropy of each class against all others, of ONE example.
static jc_array loss(Params p, jc_array x, jc_array y) {
  jc_array q = predict(p, x), hit = jc_mul(y, jc_log(q));
  jc_array miss = jc_mul(jc_sub(1, y), jc_log(jc_sub(1, q)));
  return jc_neg(jc_sum(jc_add(hit, miss)));
}
JC_FN(jc_array, loss, Params, jc_array, jc_array);

static jc_array average(jc_array g) { return jc_mean(g, .axes = JC_AXES(0)); }

static Params update(Params p, jc_array x, jc_array y, jc_array rate) {
  Params each = jc_vmap(jc_grad(loss), .in_axes = {JC_NONE, 0, 0})(p, x, y);
  return jc_tree_sub(p, jc_tree_scale(rate, jc_tree_map(average, each)));
}
JC_FN(Params, update, Params, jc_array, jc_array, jc_array);

static jc_array is_right(Params p, jc_array x, jc_array y) {
  return jc_equal(jc_argmax(predict(p, x), 0), jc_argmax(y, 0));
}
JC_FN(jc_array, is_right, Params, jc_array, jc_array);

static jc_array accuracy(Params p, Data d) {
  return jc_mean(jc_vmap(is_right, .in_axes = {JC_NONE, 0, 0})(p, d.x, d.y));
}
JC_FN(jc_array, accuracy, Params, Data);

static jc_array mean_loss(Params p, Data d) {
  return jc_mean(jc_vmap(loss, .in_axes = {JC_NONE, 0, 0})(p, d.x, d.y));
}
JC_FN(jc_array, mean_loss, Params, Data);

JC_ENTRY(update, init(jc_key(0)), jc_spec(JC_SHAPE(BATCH, PIXELS)),
         jc_spec(JC_SHAPE(BATCH, CLASSES)), jc_f32(0.5));

static Data prepare(jc_array images, jc_array labels) {
  jc_array x = jc_astype(jc_reshape(images, -1, PIXELS), JC_F32);
  x = jc_div(x, jc_norm(x, .axes = JC_AXES(1), .keepdims = true));
  return (Data){x, jc_one_hot(labels, CLASSES)};
}

static Data load(const jc_options *o, const char *name, int rows) {
  if (o->synthetic) {
    jc_array key = jc_split(jc_key((uint64_t)rows));
    return prepare(jc_randint(jc_at(key, 0), 0, 256, JC_SHAPE(rows, PIXELS)),
                   jc_randint(jc_at(key, 1), 0, CLASSES, JC_SHAPE(rows)));
  }
  return prepare(jc_load_idx("%s/%s-images-idx3-ubyte.gz", o->data, name),
                 jc_load_idx("%s/%s-labels-idx1-ubyte.gz", o->data, name));
}

static Data draw_rows(jc_array key, Data d, int64_t n) {
  jc_array rows = jc_choice(key, jc_dim(d.x, 0), n, .without_replacement = true);
  return (Data){jc_take(d.x, rows, 0), jc_take(d.y, rows, 0)};
}

int main(int argc, char **argv) {
  jc_options o = jc_parse_options(argc, argv, .data = "data/mnist", .epochs = 10, .steps = 500,
                                  .batch = BATCH, .seed = 298504);
  Data train = load(&o, "train", 4000), test = load(&o, "t10k", 1000);
  jc_array key = jc_key(o.seed);
  Params params = init(jc_next_key(&key));
  double rate = 0.5;

  for (int epoch = 1; epoch <= o.epochs && jc_ok(); epoch++) {
    JC_SCOPE(params, key);
    for (int i = 1; i <= o.steps && jc_ok(); i++) {
      JC_SCOPE(params, key);
      Data b = draw_rows(jc_next_key(&key), train, o.batch);
      params = jc_jit(update, .donate = {true})(params, b.x, b.y, jc_f32(rate));
      jc_report_step(&o, i, o.steps);
    }
    Data part = draw_rows(jc_next_key(&key), train, SAMPLE);
    jc_report_epoch(&o, epoch, .loss = jc_item(jc_jit(mean_loss)(params, part)),
                    .train_accuracy = jc_item(jc_jit(accuracy)(params, part)),
                    .test_accuracy = jc_item(jc_jit(accuracy)(params, test)));
    if (epoch % 4 == 0) rate *= 0.5;
  }
  jc_report_done(&o);
  return jc_finish();
}
