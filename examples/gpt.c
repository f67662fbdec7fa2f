// gpt.c: a small transformer that learns to write a text byte by byte; it is written for ONE
// sequence and batched by vmap. --data names the text; Debian's bible-kjv has one of 4 MB:
//   bible -f gen1:1-rev22:21 >kjv.txt && gpt --data kjv.txt
#include <jitc.h>
#include <stdio.h>
#include <string.h>

enum { BYTES = 256, LENGTH = 64, WIDTH = 128, HEADS = 4, LAYERS = 4, BATCH = 32 };

typedef struct {
  jc_array norm1, qkv, out, norm2, up, down;
} Block;
typedef struct {
  jc_array bytes, places, norm;
  Block block[LAYERS];
} Gpt;
JC_TREE(Gpt, bytes, places, norm, block);

static const jc_opt adamw = JC_ADAMW(2e-3, .weight_decay = 0.01, .clip_norm = 1);
typedef JC_OPT_STATE(Gpt) Moments;
typedef struct {
  Gpt params;
  Moments opt;
  jc_array loss;
} State;

static jc_array weights(jc_array key, int in, int out) {
  return jc_mul(0.02, jc_normal(key, JC_SHAPE(in, out)));
}

static Gpt init(jc_array key) {
  jc_array k = jc_split(key, 2);
  Gpt p = {
      .bytes = weights(jc_at(k, 0), BYTES, WIDTH),
      .places = weights(jc_at(k, 1), LENGTH, WIDTH),
      .norm = jc_ones(JC_SHAPE(WIDTH)),
  };
  for (int i = 0; i < LAYERS; i++) {
    k = jc_split(jc_fold_in(key, i), 4);
    p.block[i] = (Block){
        .norm1 = jc_ones(JC_SHAPE(WIDTH)),
        .qkv = weights(jc_at(k, 0), WIDTH, 3 * WIDTH),
        .out = weights(jc_at(k, 1), WIDTH, WIDTH),
        .norm2 = jc_ones(JC_SHAPE(WIDTH)),
        .up = weights(jc_at(k, 2), WIDTH, 4 * WIDTH),
        .down = weights(jc_at(k, 3), 4 * WIDTH, WIDTH),
    };
  }
  return p;
}

static jc_array attend(Block b, jc_array x) {
  jc_array heads = jc_reshape(jc_matmul(x, b.qkv), LENGTH, 3, HEADS, WIDTH / HEADS);
  jc_array q = jc_take(heads, 0, 1), k = jc_take(heads, 1, 1), v = jc_take(heads, 2, 1);
  return jc_matmul(jc_reshape(jc_attention(q, k, v, .causal = true), LENGTH, WIDTH), b.out);
}

static jc_array predict(Gpt p, jc_array text) {  // u8[LENGTH] -> logits of the next byte, each
  jc_array x = jc_add(jc_take(p.bytes, text, 0), p.places);
  for (int i = 0; i < LAYERS; i++) {
    Block b = p.block[i];
    x = jc_add(x, attend(b, jc_rms_norm(x, .scale = b.norm1)));
    x = jc_add(x, jc_matmul(jc_gelu(jc_matmul(jc_rms_norm(x, .scale = b.norm2), b.up)), b.down));
  }
  return jc_matmul(jc_rms_norm(x, .scale = p.norm), jc_transpose(p.bytes));
}
JC_FN(jc_array, predict, Gpt, jc_array);

static jc_array loss(Gpt p, jc_array text) {  // u8[batch, LENGTH + 1]: each byte from those before
  jc_array from = jc_slice(text, JC_AXES(0, 0), JC_AXES(jc_dim(text, 0), LENGTH));
  jc_array to = jc_slice(text, JC_AXES(0, 1), JC_AXES(jc_dim(text, 0), LENGTH + 1));
  return jc_mean(jc_cross_entropy(jc_vmap(predict, .in_axes = {JC_NONE, 0})(p, from), to));
}
JC_FN(jc_array, loss, Gpt, jc_array);

static State update(State s, jc_array text) {
  jc_auto r = jc_value_and_grad(loss)(s.params, text);
  jc_opt_update(&adamw, &s.params, r.grad, &s.opt);
  s.loss = r.value;
  return s;
}
JC_FN(State, update, State, jc_array);

// The byte that follows the first n of the window, drawn at a temperature of 0.8.
static jc_array next_byte(Gpt p, jc_array window, jc_array n, jc_array key) {
  jc_array logits = jc_at(predict(p, window), jc_sub(n, 1));
  return jc_astype(jc_categorical(key, jc_div(logits, 0.8), JC_SCALAR), JC_U8);
}
JC_FN(jc_array, next_byte, Gpt, jc_array, jc_array, jc_array);

static State start(jc_array key) {
  State s = {.params = init(key), .loss = jc_f32(0)};
  jc_opt_init(&adamw, &s.params, &s.opt);
  return s;
}
JC_ENTRY(update, start(jc_key(0)), jc_spec(JC_SHAPE(BATCH, LENGTH + 1), JC_U8, .high = 128));

static void write_text(Gpt p, jc_array key, int n) {
  uint8_t window[LENGTH] = "In the beginning ";
  int have = (int)strlen((char *)window);
  printf("%s", (char *)window);
  for (int i = 0; i < n && jc_ok(); i++) {
    JC_SCOPE();
    jc_array byte = jc_jit(next_byte)(p, jc_from(window, LENGTH), jc_i32(have), jc_fold_in(key, i));
    if (have == LENGTH) memmove(window, window + 1, (size_t)--have);
    putchar(window[have++] = (uint8_t)jc_item(byte));
    fflush(stdout);
  }
  putchar('\n');
}

// Rows of LENGTH + 1 bytes from anywhere in the text.
static jc_array draw(jc_array key, jc_array text, int rows) {
  jc_array from = jc_randint(key, 0, jc_size(text) - LENGTH, JC_SHAPE(rows, 1));
  return jc_take(text, jc_add(from, jc_arange(LENGTH + 1)), 0);
}

int main(int argc, char **argv) {
  jc_options o =
      jc_parse_options(argc, argv, .data = "kjv.txt", .epochs = 10, .steps = 200, .batch = BATCH);
  jc_array text =
      o.synthetic ? jc_astype(jc_rem(jc_arange(10000), 100), JC_U8) : jc_load_bytes("%s", o.data);
  jc_array key = jc_key(o.seed);
  State s = start(key);

  for (int epoch = 1; epoch <= o.epochs && jc_ok(); epoch++) {
    JC_SCOPE(s, key);
    double total = 0;
    for (int i = 1; i <= o.steps && jc_ok(); i++) {
      JC_SCOPE(s, key);
      s = jc_jit(update, .donate = {true})(s, draw(jc_next_key(&key), text, o.batch));
      total += jc_item(s.loss);
      jc_report_step(&o, i, o.steps, .loss = jc_item(s.loss));
    }
    jc_report_epoch(&o, epoch, .loss = total / o.steps);
  }
  if (!o.quiet) write_text(s.params, key, 400);
  jc_report_done(&o);
  return jc_finish();
}
