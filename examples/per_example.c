// per_example.c: gradients of single examples by vmap(grad(loss)), averaged by hand.
#include <jitc.h>
#include <math.h>
#include <stdio.h>

enum { SIDE = 28, PIXELS = SIDE * SIDE, FIRST = 50, SECOND = 100, CLASSES = 10 };
enum { ITERATIONS = 5000, EVERY = 500, BATCH = 100, SAMPLE = 1000 };

typedef struct {
  jc_array w0, b0, w1, b1, w2, b2;
} Params;
typedef struct {
  jc_array x, y;
} Data;

// Weights are N(0, 1). The last ones are divided by the root of their inputs, so that no output of
// tanh starts saturated: a class that does is not learned, which costs 10 % with some seeds.
static Params init(jc_array key) {
  jc_array k = jc_split(key, 6);
  return (Params){
      .w0 = jc_normal(jc_at(k, 0), JC_SHAPE(FIRST, PIXELS)),
      .b0 = jc_normal(jc_at(k, 1), JC_SHAPE(FIRST)),
      .w1 = jc_normal(jc_at(k, 2), JC_SHAPE(SECOND, FIRST)),
      .b1 = jc_normal(jc_at(k, 3), JC_SHAPE(SECOND)),
      .w2 = jc_div(jc_normal(jc_at(k, 4), JC_SHAPE(CLASSES, SECOND)), sqrt(SECOND)),
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

static Data rows_of(Data d, jc_array rows) {
  return (Data){jc_take(d.x, rows, 0), jc_take(d.y, rows, 0)};
}

static Data draw(jc_array key, Data d, int64_t n) {
  return rows_of(d, jc_choice(key, jc_dim(d.x, 0), n, .without_replacement = true));
}

static Data load(const jc_options *o) {  // u8 images and labels of both files
  if (o->synthetic) {
    jc_array key = jc_split(jc_key(0));
    return (Data){jc_randint(jc_at(key, 0), 0, 256, JC_SHAPE(5000, PIXELS)),
                  jc_randint(jc_at(key, 1), 0, CLASSES, JC_SHAPE(5000))};
  }
  jc_array x[2], y[2];
  for (int i = 0; i < 2; i++) {
    x[i] = jc_load_idx("%s/%s-images-idx3-ubyte.gz", o->data, i ? "t10k" : "train");
    y[i] = jc_load_idx("%s/%s-labels-idx1-ubyte.gz", o->data, i ? "t10k" : "train");
  }
  return (Data){jc_reshape(jc_concatenate(JC_LIST_OF(x), 0), -1, PIXELS),
                jc_concatenate(JC_LIST_OF(y), 0)};
}

static Data normalize(Data d) {
  jc_array x = jc_astype(d.x, JC_F32);
  return (Data){jc_div(x, jc_norm(x, .axes = JC_AXES(1), .keepdims = true)),
                jc_one_hot(d.y, CLASSES)};
}

static void print_sample(Data d) {
  double pixels[PIXELS];
  if (!jc_read(jc_at(d.x, 0), pixels)) return;
  for (int i = 0; i < PIXELS; i++)
    printf("%c%s", pixels[i] > 100 ? '@' : ' ', i % SIDE == SIDE - 1 ? "\n" : "");
  printf("Sample answer: %g\n\n", jc_item(jc_at(d.y, 0)));
}

int main(int argc, char **argv) {
  jc_options o = jc_parse_options(argc, argv, .data = "data/mnist", .epochs = ITERATIONS / EVERY,
                                  .batch = BATCH, .seed = 298504);
  jc_array key = jc_key(o.seed);
  Data all = load(&o);
  int64_t n = jc_dim(all.x, 0), ntrain = n * 6 / 7;
  jc_array order = jc_permutation(jc_next_key(&key), n);
  Data sample = rows_of(all, jc_slice(order, JC_AXES(0), JC_AXES(1)));
  Data train = normalize(rows_of(all, jc_slice(order, JC_AXES(0), JC_AXES(ntrain))));
  Data test = normalize(rows_of(all, jc_slice(order, JC_AXES(ntrain), JC_AXES(n))));
  Params params = init(jc_next_key(&key));
  if (!o.quiet) {
    jc_print_devices();
    print_sample(sample);
    printf("initial accuracy: %.4f\n", jc_item(jc_jit(accuracy)(params, test)));
  }

  double rate = 0.5;
  bool more = true;
  for (int64_t i = 1; more && i <= (int64_t)o.epochs * EVERY && jc_ok(); i++) {
    JC_SCOPE(params, key);
    Data b = draw(jc_next_key(&key), train, o.batch);
    params = jc_jit(update, .donate = {true})(params, b.x, b.y, jc_f32(rate));
    more = jc_report_step(&o, (i - 1) % EVERY + 1, EVERY);
    if (i % 2000 == 0) rate *= 0.5;
    if (i % EVERY && more) continue;
    Data part = draw(jc_next_key(&key), train, SAMPLE);
    jc_report_epoch(&o, (int)((i + EVERY - 1) / EVERY),
                    .loss = jc_item(jc_jit(mean_loss)(params, part)),
                    .train_accuracy = jc_item(jc_jit(accuracy)(params, part)),
                    .test_accuracy = jc_item(jc_jit(accuracy)(params, test)));
  }
  jc_report_done(&o);
  return jc_finish();
}
