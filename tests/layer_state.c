// Running statistics of layers: against a reference in doubles, through jit, derivatives, vmap,
// optimisers and files, in own layers, and what is said where they are lost.
#include <unistd.h>

#include "frontend/jitc.h"
#include "tests/check.h"

static const jc_layer net =
    JC_SERIAL(JC_DENSE(4), JC_BATCH_NORM(.momentum = 0.75), JC_RELU, JC_DENSE(3),
              JC_BATCH_NORM(.momentum = 0.5, .no_scale = true));
enum { N = 6, IN = 5, OUT = 3 };
static const jc_opt adamw = JC_ADAMW(1e-2, .weight_decay = 0.1, .clip_norm = 1);
typedef JC_OPT_STATE(jc_params) Adam;

static jc_array sines(jc_dims shape, double scale) {
  int64_t n = 1;
  for (int i = 0; i < shape.n; i++) n *= shape.d[i];
  return jc_reshape_(jc_sin(jc_mul(jc_astype(jc_arange(n), JC_F32), scale)), shape, JC_HERE);
}

static double at(jc_array x, int64_t i) { return jc_item(jc_at(jc_ravel(x), (int)i)); }

static jc_array named(jc_params p, const char *name) {
  for (int i = 0; i < jc_params_count(p); i++) {
    if (!strcmp(jc_params_name(p, i), name)) return jc_params_at(p, i);
  }
  FAULT("no parameter %s", name);
  return jc_f32(NAN);
}

static bool is_state(const char *name) { return strstr(name, "running_"); }

// ---- one layer against a reference

static const jc_layer one = JC_BATCH_NORM(.momentum = 0.75);

typedef struct {
  jc_array y;
  jc_params p;
} Applied;
static Applied train_one(jc_params p, jc_array x) {
  const jc_array y = jc_apply(&one, p, x, .train = true, .updated = &p);
  return (Applied){y, p};
}
JC_FN(Applied, train_one, jc_params, jc_array);
static jc_array use_one(jc_params p, jc_array x) { return jc_apply(&one, p, x); }
JC_FN(jc_array, use_one, jc_params, jc_array);

static void moments(jc_array x, int c, double *mean, double *var) {
  const int channels = (int)jc_dim(x, -1), n = (int)jc_size(x) / channels;
  *mean = *var = 0;
  for (int i = 0; i < n; i++) *mean += at(x, i * channels + c) / n;
  for (int i = 0; i < n; i++) *var += pow(at(x, i * channels + c) - *mean, 2) / n;
}

static void one_layer(jc_dims shape) {
  jc_params p = jc_init_(&one, jc_key(0), (struct jc_like){.shape = shape}, JC_HERE);
  enum { C = 3 };
  double mean[C] = {0}, var[C] = {1, 1, 1};
  EXPECT_STR(jc_params_name(p, 2), "running_mean");
  EXPECT_STR(jc_params_name(p, 3), "running_var");
  for (int step = 1; step <= 3; step++) {
    const jc_array x = jc_add(jc_mul(sines(shape, step), 2), step);
    const Applied r = jc_jit(train_one)(p, x);
    p = r.p;
    for (int c = 0; c < C; c++) {
      double m, v;
      moments(x, c, &m, &v);
      mean[c] = 0.75 * mean[c] + 0.25 * m, var[c] = 0.75 * var[c] + 0.25 * v;
      EXPECT_CLOSE(at(jc_params_at(p, 2), c), mean[c], 1e-6);
      EXPECT_CLOSE(at(jc_params_at(p, 3), c), var[c], 1e-6);
      for (int i = c; i < jc_size(x); i += C)
        EXPECT_CLOSE(at(r.y, i), (at(x, i) - m) / sqrt(v + 1e-5), 1e-5);
    }
  }
  jc_dims single = shape;
  single.d[0] = 1;
  const jc_array x = jc_mul(sines(single, 7), 3), y = jc_jit(use_one)(p, x);
  for (int i = 0; i < jc_size(x); i++)
    EXPECT_CLOSE(at(y, i), (at(x, i) - mean[i % C]) / sqrt(var[i % C] + 1e-5), 1e-5);
  EXPECT_OK();
}

static void reference(void) {
  one_layer(JC_SHAPE(5, 3));
  one_layer(JC_SHAPE(2, 4, 1, 3));
}

// Halves keep their statistics in f32; one by one under vmap is the same as all at once.
static void dtypes_and_vmap(void) {
  const jc_params p = jc_init(&one, jc_key(0), JC_SHAPE(4, 3));
  const Applied r = train_one(p, jc_astype(sines(JC_SHAPE(4, 3), 1), JC_BF16));
  EXPECT_STR(jc_shape_str(r.y), "bf16[4,3]");
  EXPECT_STR(jc_shape_str(jc_params_at(r.p, 2)), "f32[3]");
  EXPECT_STR(jc_shape_str(jc_params_at(r.p, 3)), "f32[3]");
  const jc_array x = sines(JC_SHAPE(4, 1, 3), 1);
  const jc_array all = jc_vmap(use_one, .in_axes = {JC_NONE, 0})(r.p, x);
  const jc_array flat = use_one(r.p, jc_reshape(x, 4, 3));
  EXPECT_CLOSE(jc_item(jc_max(jc_abs(jc_sub(jc_ravel(all), jc_ravel(flat))))), 0, 1e-6);
  EXPECT_OK();
}

// ---- training

typedef struct {
  jc_params params;
  Adam opt;
  jc_array step;
} State;

static Applied loss(jc_params p, jc_array x) {
  const jc_array y = jc_apply(&net, p, x, .train = true, .updated = &p);
  return (Applied){jc_sum(jc_mul(jc_square(y), sines(JC_SHAPE(N, OUT), 1))), p};
}
JC_FN(Applied, loss, jc_params, jc_array);

static State update(State s) {
  const jc_array x = jc_normal(jc_fold_in(jc_key(3), s.step), JC_SHAPE(N, IN));
  jc_auto r = jc_value_and_grad(loss)(s.params, x);
  s.params = r.value.p;
  jc_opt_update(&adamw, &s.params, r.grad, &s.opt);
  s.step = jc_add(s.step, 1);
  return s;
}
JC_FN(State, update, State);

static State start(void) {
  State s = {.params = jc_init(&net, jc_key(1), JC_SHAPE(N, IN)), .step = jc_i32(0)};
  jc_opt_init(&adamw, &s.params, &s.opt);
  return s;
}

// Weights change, state is what the forward pass left, and takes no room in the optimiser.
static void optimisers_leave_it(void) {
  const State s = start();
  const jc_array x = jc_normal(jc_fold_in(jc_key(3), s.step), JC_SHAPE(N, IN));
  const Applied forward = loss(s.params, x);
  const State t = jc_jit(update)(s);
  const jc_params g = jc_value_and_grad(loss)(s.params, x).grad;
  int states = 0;
  for (int i = 0; i < jc_params_count(s.params); i++) {
    const char *name = jc_params_name(s.params, i);
    const jc_array now = jc_params_at(t.params, i), m = jc_params_at(t.opt.m, i);
    const double moved = jc_item(jc_norm(jc_sub(now, jc_params_at(s.params, i))));
    if (!(moved > 1e-4)) FAULT("%s has not moved", name);
    EXPECT_EQ(jc_size(m), is_state(name) ? 0 : jc_size(now));
    if (!is_state(name)) continue;
    states++;
    EXPECT_CLOSE(jc_item(jc_norm(jc_params_at(g, i))), 0, 0);
    EXPECT_CLOSE(jc_item(jc_norm(jc_sub(now, jc_params_at(forward.p, i)))), 0, 1e-6);
  }
  EXPECT_EQ(states, 4);
  EXPECT_OK();
}

static jc_array use(jc_params p, jc_array x) { return jc_sum(jc_apply(&net, p, x)); }
JC_FN(jc_array, use, jc_params, jc_array);

static void no_gradients(void) {
  const State s = jc_jit(update)(start());
  const jc_params g = jc_jit(jc_grad(use))(s.params, sines(JC_SHAPE(1, IN), 2));
  for (int i = 0; i < jc_params_count(g); i++) {
    const double norm = jc_item(jc_norm(jc_params_at(g, i)));
    if (is_state(jc_params_name(g, i))) EXPECT_CLOSE(norm, 0, 0);
  }
  EXPECT(jc_item(jc_norm(named(g, "[3].w"))) > 1e-3);
  EXPECT_OK();
}

// 3 steps, to a file and back, 4 more: the bits of 7 steps.
static void resumed(void) {
  State whole = start(), part = start(), back = start();
  for (int i = 0; i < 7; i++) whole = jc_jit(update)(whole);
  for (int i = 0; i < 3; i++) part = jc_jit(update)(part);
  char path[64];
  snprintf(path, sizeof path, "/tmp/jitc-layer-state-%ld.safetensors", (long)getpid());
  EXPECT(jc_save(&part, "%s", path));
  EXPECT(jc_load(&back, "%s", path));
  unlink(path);
  for (int i = 0; i < 4; i++) back = jc_jit(update)(back);
  for (int i = 0; i < jc_params_count(whole.params); i++) {
    const jc_array a = jc_params_at(whole.params, i), b = jc_params_at(back.params, i);
    EXPECT(jc_item(jc_all(jc_equal(a, b))) == 1);
  }
  EXPECT_OK();
}

// ---- own layers

static jc_params count_init(const jc_layer *self, jc_array key, jc_dims shape) {
  (void)self, (void)key, (void)shape;
  return jc_params_of(JC_LIST(jc_f32(2), jc_f32(0)),
                      .names = ((const char *[]){"factor", "running_count"}));
}
static jc_array count_apply(const jc_layer *self, jc_params p, struct jc_input in) {
  (void)self;
  if (in.train && in.updated)
    *in.updated = jc_params_of(JC_LIST(jc_params_at(p, 0), jc_add(jc_params_at(p, 1), 1)),
                               .names = ((const char *[]){"factor", "running_count"}));
  return jc_mul(in.x, jc_params_at(p, 0));
}
static jc_params inner_init(const jc_layer *self, jc_array key, jc_dims shape) {
  return jc_init_(self->own, key, (struct jc_like){.shape = shape}, JC_HERE);
}
static jc_array inner_apply(const jc_layer *self, jc_params p, struct jc_input in) {
  return jc_apply(self->own, p, in.x, .train = in.train, .updated = in.updated);
}
static jc_array loses_apply(const jc_layer *self, jc_params p, struct jc_input in) {
  (void)self;
  if (in.updated) *in.updated = jc_params_of(JC_LIST(jc_params_at(p, 0)));
  return in.x;
}
static const jc_layer own = JC_SERIAL({.init = inner_init, .apply = inner_apply, .own = &one},
                                      {.init = count_init, .apply = count_apply});
static const jc_layer loses = JC_SERIAL(JC_RELU, {.init = count_init, .apply = loses_apply});

static void own_layers(void) {
  jc_params p = jc_init(&own, jc_key(0), JC_SHAPE(4, 3)), q = p;
  const jc_array x = sines(JC_SHAPE(4, 3), 1);
  for (int i = 0; i < 3; i++) jc_apply(&own, p, x, .train = true, .updated = &p);
  EXPECT_CLOSE(jc_item(named(p, "[1].running_count")), 3, 0);
  for (int i = 0; i < 3; i++) {
    jc_params r = jc_params_of(
        JC_LIST(jc_params_at(q, 0), jc_params_at(q, 1), jc_params_at(q, 2), jc_params_at(q, 3)),
        .names = ((const char *[]){"scale", "shift", "running_mean", "running_var"}));
    r = train_one(r, x).p;
    const jc_array v[] = {jc_params_at(r, 0), jc_params_at(r, 1), jc_params_at(r, 2),
                          jc_params_at(r, 3)};
    q = jc_params_of(JC_LIST_OF(v));
  }
  EXPECT_CLOSE(jc_item(jc_norm(jc_sub(named(p, "[0].running_var"), jc_params_at(q, 3)))), 0, 0);
  EXPECT_OK();
}

// ---- mistakes

static const jc_layer wrong_momentum = JC_BATCH_NORM(.momentum = 1.5);

static void mistakes(void) {
  const jc_array x = sines(JC_SHAPE(4, 3), 1);
  jc_params p = jc_init(&one, jc_key(0), JC_SHAPE(4, 3)), before = p;
  EXPECT(isnan(jc_item(jc_sum(jc_apply(&one, p, x, .train = true)))));
  EXPECT_FAIL("JC_BATCH_NORM: training moves its running statistics: jc_apply(.., .train = true, ");
  jc_apply(&one, p, sines(JC_SHAPE(4, 2), 1), .train = true, .updated = &p);
  EXPECT_FAIL("batch_norm_train: ");
  EXPECT(!memcmp(&p, &before, sizeof p));  // after an error they stay
  jc_init(&wrong_momentum, jc_key(0), JC_SHAPE(4, 3));
  EXPECT_FAIL("JC_BATCH_NORM: a momentum of 1.5");
  p = jc_init(&loses, jc_key(0), JC_SHAPE(4, 3));
  jc_apply(&loses, p, x, .updated = &p);
  EXPECT_FAIL("layer [1]: its .updated are not its parameters: 1 arrays, or other names");
}

int main(void) {
  RUN(reference);
  RUN(dtypes_and_vmap);
  RUN(optimisers_leave_it);
  RUN(no_gradients);
  RUN(resumed);
  RUN(own_layers);
  RUN(mistakes);
  return tests_done();
}
