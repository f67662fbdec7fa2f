// rnn_scan.c: the gradient through a loop over time. An LSTM reads numbers and marks, and learns to
// give the sum of the two numbers that were marked.
#include <jitc.h>
#include <stdio.h>

enum { STEPS = 30, UNITS = 32, BATCH = 64, EPOCHS = 20, PER_EPOCH = 100 };
static const jc_opt adam = JC_ADAM(3e-3, .clip_norm = 1);

typedef struct {
  jc_array w, u, b;  // the gates: of the input, of the state
  jc_array w_out, b_out;
} Rnn;
typedef JC_OPT_STATE(Rnn) Adam;
typedef struct {
  jc_array h, c;
} Memory;
typedef struct {
  jc_array xs, sums;  // [time, batch, 2]: number and mark; [batch]
} Batch;
typedef struct {
  Rnn rnn;
  Adam opt;
  jc_array loss;
} State;

// One step in time. jc_scan carries the memory along; p is the same in each step.
static Memory cell(Memory m, jc_array x, Rnn p) {
  jc_array all = jc_add(jc_matmul(x, p.w), jc_add(jc_matmul(m.h, p.u), p.b));  // [batch, 4 units]
  jc_array g = jc_transpose(jc_reshape(all, -1, 4, UNITS), .axes = JC_AXES(1, 0, 2));
  jc_array keep = jc_sigmoid(jc_at(g, 0)), in = jc_sigmoid(jc_at(g, 1)),
           out = jc_sigmoid(jc_at(g, 2));
  jc_array c = jc_add(jc_mul(keep, m.c), jc_mul(in, jc_tanh(jc_at(g, 3))));
  return (Memory){.h = jc_mul(out, jc_tanh(c)), .c = c};
}
JC_FN(Memory, cell, Memory, jc_array, Rnn);

static jc_array loss(Rnn p, Batch b) {
  jc_array zeros = jc_zeros(JC_SHAPE(jc_dim(b.sums, 0), UNITS));
  Memory end = jc_scan(cell)((Memory){zeros, zeros}, b.xs, p);
  jc_array y = jc_add(jc_matmul(end.h, p.w_out), p.b_out);
  return jc_mse(jc_ravel(y), b.sums);
}
JC_FN(jc_array, loss, Rnn, Batch);

// A mark in each half of the sequence.
static Batch draw(jc_array key, int batch) {
  jc_array k = jc_split(key, 3), time = jc_expand_dims(jc_arange(STEPS), 1);
  jc_array numbers = jc_uniform(jc_at(k, 0), JC_SHAPE(STEPS, batch));
  jc_array first = jc_randint(jc_at(k, 1), 0, STEPS / 2, JC_SHAPE(batch));
  jc_array second = jc_randint(jc_at(k, 2), STEPS / 2, STEPS, JC_SHAPE(batch));
  jc_array marks = jc_logical_or(jc_equal(time, first), jc_equal(time, second));
  jc_array xs = jc_stack(JC_LIST(numbers, jc_astype(marks, JC_F32)), -1);
  return (Batch){xs, jc_sum(jc_mul(numbers, marks), .axes = JC_AXES(0))};
}

static State init(jc_array key) {
  jc_array k = jc_split(key, 3);
  State s = {.rnn = {.w = jc_lecun_normal(jc_at(k, 0), JC_SHAPE(2, 4 * UNITS)),
                     .u = jc_lecun_normal(jc_at(k, 1), JC_SHAPE(UNITS, 4 * UNITS)),
                     .b = jc_zeros(JC_SHAPE(4 * UNITS)),
                     .w_out = jc_lecun_normal(jc_at(k, 2), JC_SHAPE(UNITS, 1)),
                     .b_out = jc_zeros(JC_SHAPE(1))},
             .loss = jc_f32(0)};
  jc_opt_init(&adam, &s.rnn, &s.opt);
  return s;
}

static State update(State s, jc_array key, int batch) {
  jc_auto r = jc_value_and_grad(loss)(s.rnn, draw(key, batch));
  jc_opt_update(&adam, &s.rnn, r.grad, &s.opt);
  s.loss = r.value;
  return s;
}
JC_FN(State, update, State, jc_array, int);
JC_ENTRY(loss, init(jc_key(0)).rnn, draw(jc_key(1), BATCH));

int main(int argc, char **argv) {
  jc_options o = jc_parse_options(argc, argv, .epochs = EPOCHS, .batch = BATCH);
  jc_array key = jc_key(o.seed);
  State s = init(jc_next_key(&key));
  double test = 0;
  bool more = true;
  for (int epoch = 1; more && epoch <= o.epochs && jc_ok(); epoch++) {
    JC_SCOPE(s, key);
    double total = 0;
    int done = 0;
    while (more && done < PER_EPOCH && jc_ok()) {
      JC_SCOPE(s, key);
      s = jc_jit(update, .donate = {true})(s, jc_next_key(&key), o.batch);
      total += jc_item(s.loss);
      more = jc_report_step(&o, ++done, PER_EPOCH);
    }
    test = jc_item(jc_jit(loss)(s.rnn, draw(jc_next_key(&key), 1000)));
    if (!o.quiet) printf("epoch %d: loss %.5f, of new sequences %.5f\n", epoch, total / done, test);
  }
  jc_report_done(&o);
  // Who always says 1, the mean, is wrong by 1/6.
  printf("squared error %.4f: %s\n", test, test < 0.02 ? "it remembers" : "it guesses");
  return jc_finish();
}
