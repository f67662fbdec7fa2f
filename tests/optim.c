// Optimisers: against values computed by optax, at once and compiled, in every float dtype; that
// the table is a static argument by content; what a state costs; what is said of wrong uses.
#include "frontend/jitc.h"
#include "tests/check.h"

typedef struct {
  jc_array w, b, c;  // [2, 3], [2], a scalar
} Params;
typedef JC_OPT_STATE(Params) State;
typedef struct {
  Params p;
  State s;
} Both;

static Both step(Both b, Params g, jc_opt opt) {
  jc_opt_update(&opt, &b.p, g, &b.s);
  return b;
}
JC_FN(Both, step, Both, Params, jc_opt);

enum { NUMBERS = 9, CALLS = 7 };

static Params params_of(const double *v, jc_dtype d) {
  return (Params){jc_astype(jc_from(v, 2, 3), d), jc_astype(jc_from(v + 6, 2), d),
                  jc_astype(jc_reshape_(jc_from(v + 8, 1), JC_SCALAR, JC_HERE), d)};
}

static Params start(jc_dtype d) {
  return params_of((const double[]){0.5, -0.25, 1, 2, 0, -1.5, 0.1, -0.3, 0.75}, d);
}

static Params grads(int call, jc_dtype d) {
  double v[NUMBERS];
  for (int i = 0; i < NUMBERS; i++) v[i] = ((i * 5 + call * 7) % 11 - 5) / 8.;
  return params_of(v, d);
}

static void read(Params p, double *out) {
  jc_read(p.w, out), jc_read(p.b, out + 6), jc_read(p.c, out + 8);
}

// ---- the parameters after CALLS calls, as optax 0.2.8 has them in f64

typedef struct Case {
  const char *name;
  jc_opt opt;
  double want[NUMBERS];
} Case;
static const Case cases[] = {
    {"JC_SGD(0.1)",
     JC_SGD(0.1),
     {0.475, -0.1625, 0.925, 2.0375, 0.0125, -1.5125, 0.0625, -0.225, 0.6625}},
    {"JC_MOMENTUM(0.1, 0.9)",
     JC_MOMENTUM(0.1, 0.9),
     {0.5837396875, 0.02057575, 0.6544819375, 2.186034763, -0.05743405, -1.67014985, 0.0693999625,
      -0.1820658375, 0.444407725}},
    {"JC_NESTEROV(0.1, 0.8)",
     JC_NESTEROV(0.1, 0.8),
     {0.5080176, 0.0197432, 0.715304, 2.14328624, -0.00525296, -1.62059152, 0.03869008, -0.14114848,
      0.46085712}},
    {"JC_ADAGRAD(0.1)",
     JC_ADAGRAD(0.1),
     {0.505515857, -0.136251073, 0.9006716172, 2.083367487, -0.01353841912, -1.499651518,
      0.05524411635, -0.2085028061, 0.6385190751}},
    {"JC_RMSPROP(0.01)",
     JC_RMSPROP(0.01),
     {0.501529953, -0.2076003716, 0.9647845928, 2.048874577, -0.005837980827, -1.488895057,
      0.08067666919, -0.2620330974, 0.7051363713}},
    {"JC_RMSPROP(0.01, .momentum = 0.9, .nesterov = 1, .decay = 0.8)",
     JC_RMSPROP(0.01, .momentum = 0.9, .nesterov = 1, .decay = 0.8),
     {0.5456156108, -0.1237390083, 0.8671415349, 2.190212644, -0.04858349649, -1.47502827,
      0.05107843824, -0.2009985827, 0.6010094218}},
    {"JC_ADAM(0.01)",
     JC_ADAM(0.01),
     {0.5149122534, -0.2289660389, 0.9686993258, 2.027105693, -0.01531373742, -1.505256528,
      0.08997804997, -0.2872520763, 0.7211711078}},
    {"JC_ADAM(0.01, .b1 = -0.0, .eps = 0.125)",
     JC_ADAM(0.01, .b1 = -0.0, .eps = 0.125),
     {0.4940631928, -0.2323756386, 0.9897665653, 2.009730875, 0.003537582009, -1.498564183,
      0.09328252156, -0.2848121182, 0.7338240053}},
    {"JC_ADAMW(0.01)",
     JC_ADAMW(0.01),
     {0.5149086621, -0.2289643469, 0.9686924568, 2.027091562, -0.01531364178, -1.505246038,
      0.08997740829, -0.2872500286, 0.7211659595}},
    {"JC_ADAMW(0.01, .weight_decay = 0.25, .b1 = 0.5)",
     JC_ADAMW(0.01, .weight_decay = 0.25, .b1 = 0.5),
     {0.4936902005, -0.2237717305, 0.9633512505, 1.982935318, -0.002688498114, -1.476542278,
      0.08865458254, -0.2800890515, 0.711021915}},
    {"JC_LION(0.01)",
     JC_LION(0.01),
     {0.4899649011, -0.2299830005, 0.9699311021, 2.009859304, -0.009999300021, -1.509894703,
      0.08999290021, -0.2899789006, 0.7199482016}},
    {"JC_SGD(0.1, .clip = 0.25)",
     JC_SGD(0.1, .clip = 0.25),
     {0.4875, -0.2125, 0.9625, 2.025, -0.0125, -1.4875, 0.075, -0.2625, 0.7125}},
    {"JC_SGD(0.1, .clip_norm = 1)",
     JC_SGD(0.1, .clip_norm = 1),
     {0.4737784441, -0.1743396517, 0.9333303169, 2.033326727, 0.006946876094, -1.507739642,
      0.06887535711, -0.2341230828, 0.6784272299}},
    {"JC_SGD(0.1, .clip_norm = 100)",
     JC_SGD(0.1, .clip_norm = 100),
     {0.475, -0.1625, 0.925, 2.0375, 0.0125, -1.5125, 0.0625, -0.225, 0.6625}},
    {"JC_ADAM(0.01, .every = 3)",
     JC_ADAM(0.01, .every = 3),
     {0.5119149798, -0.2311562382, 0.983299419, 2.009473684, 0.00744136738, -1.518305974,
      0.1070643873, -0.3063389629, 0.731014249}},
    {"JC_SGD(0.1, .schedule = JC_LINEAR(5, .end = 0.02))",
     JC_SGD(0.1, .schedule = JC_LINEAR(5, .end = 0.02)),
     {0.5189999975, -0.2044999995, 0.9290000056, 2.043500002, -0.02349999454, -1.524500006,
      0.09650000595, -0.2770000065, 0.7005000007}},
    {"JC_SGD(0.1, .schedule = JC_EXPONENTIAL(2, 0.5))",
     JC_SGD(0.1, .schedule = JC_EXPONENTIAL(2, 0.5)),
     {0.5324793691, -0.2146446593, 0.9338848289, 2.039885802, -0.02720970917, -1.518435923,
      0.08738895601, -0.279530461, 0.7075444169}},
    {"JC_SGD(0.1, .schedule = JC_EXPONENTIAL(2, 0.5, .staircase = 1, .end = 0.03))",
     JC_SGD(0.1, .schedule = JC_EXPONENTIAL(2, 0.5, .staircase = 1, .end = 0.03)),
     {0.5112500004, -0.1937499999, 0.9224999987, 2.063750001, -0.02875000099, -1.525, 0.07875000024,
      -0.2762500001, 0.7087499995}},
    {"JC_SGD(0.1, .schedule = JC_COSINE(5, .end = 0.01))",
     JC_SGD(0.1, .schedule = JC_COSINE(5, .end = 0.01)),
     {0.5276168236, -0.213378603, 0.9326168236, 2.053554324, -0.02488317644, -1.529628603,
      0.1038668236, -0.287128603, 0.701621397}},
    {"JC_SGD(0.1, .schedule = JC_COSINE(5, .exponent = 2))",
     JC_SGD(0.1, .schedule = JC_COSINE(5, .exponent = 2)),
     {0.5451818873, -0.2230955515, 0.9373693873, 2.055338137, -0.03294311271, -1.527468011,
      0.09674438729, -0.2977805107, 0.7175294485}},
    {"JC_SGD(0.1, .schedule = JC_WARMUP_COSINE(2, 6, .start = 0.01, .end = 0.005))",
     JC_SGD(0.1, .schedule = JC_WARMUP_COSINE(2, 6, .start = 0.01, .end = 0.005)),
     {0.4617249286, -0.2199046623, 0.9889124307, 1.998845339, 0.02984992997, -1.535842161,
      0.1447828419, -0.2949046619, 0.6982203391}},
    {"JC_SGD(0.1, .schedule = JC_PIECEWISE(.at = {2, 4}, .scale = {0.5, 0.1}))",
     JC_SGD(0.1, .schedule = JC_PIECEWISE(.at = {2, 4}, .scale = {0.5, 0.1})),
     {0.5175, -0.209375, 0.919375, 2.073125, -0.04125, -1.525, 0.09125, -0.285625, 0.711875}},
    {"JC_ADAM(0.01, .every = 2, .clip_norm = 0.5, .schedule = JC_LINEAR(3))",
     JC_ADAM(0.01, .every = 2, .clip_norm = 0.5, .schedule = JC_LINEAR(3)),
     {0.509297353, -0.2373656425, 0.9840073019, 2.014201972, -0.01165164488, -1.511800459,
      0.091816704, -0.3053227482, 0.7428626125}},
};
enum { CASES = sizeof cases / sizeof *cases };

static void run_case(const Case *c, jc_dtype d, bool jit, double *got) {
  JC_SCOPE();
  Both b = {.p = start(d)};
  EXPECT(jc_opt_init(&c->opt, &b.p, &b.s));
  for (int i = 0; i < CALLS; i++) {
    Params g = grads(i, d);
    b = jit ? jc_jit(step, .donate = {true})(b, g, c->opt) : step(b, g, c->opt);
  }
  EXPECT_EQ(jc_dtype_of(b.p.w), d);
  EXPECT_EQ(jc_item(b.s.step), CALLS);
  read(b.p, got);
}

static void agrees(jc_dtype d, double tolerance) {
  for (int i = 0; i < CASES; i++) {
    double got[2][NUMBERS] = {{0}};
    for (int jit = 0; jit < 2; jit++) {
      run_case(&cases[i], d, jit, got[jit]);
      for (int k = 0; k < NUMBERS; k++) {
        if (!EXPECT_CLOSE(got[jit][k], cases[i].want[k], tolerance))
          FAULT("%s, number %d", cases[i].name, k);
      }
    }
    EXPECT_BYTES(got[0], got[1], sizeof got[0]);
  }
  EXPECT(jc_ok());
}
// optax evaluates schedules in f32 whatever the parameters' dtype.
static void f64_agrees(void) { agrees(JC_F64, 2e-8); }
static void f32_agrees(void) { agrees(JC_F32, 1e-6); }
// Parameters up to 2 are rounded at each update, to half a unit in the last place.
static void f16_agrees(void) { agrees(JC_F16, CALLS * 0x1p-10); }
static void bf16_agrees(void) { agrees(JC_BF16, CALLS * 0x1p-7); }

// ---- the rate

static void rates(void) {
  static const jc_opt constant = JC_SGD(0.25);
  static const jc_opt piecewise =
      JC_SGD(0.5, .schedule = JC_PIECEWISE(.at = {2000}, .scale = {0.5}));
  static const jc_opt cosine = JC_SGD(1, .every = 2, .schedule = JC_COSINE(100));
  State s = {.step = jc_i32(2000)};
  EXPECT_EQ(jc_item(jc_opt_rate(&constant, &s)) * 4, 1);
  EXPECT_EQ(jc_item(jc_opt_rate(&piecewise, &s)) * 4, 1);
  s.step = jc_i32(1999);
  EXPECT_EQ(jc_item(jc_opt_rate(&piecewise, &s)) * 4, 2);
  s.step = jc_i32(100);  // 50 updates
  EXPECT_CLOSE(jc_item(jc_opt_rate(&cosine, &s)), 0.5, 1e-6);
  s.step = jc_i32(5000);
  EXPECT_CLOSE(jc_item(jc_opt_rate(&cosine, &s)), 0, 1e-6);
}

static void given_rate(void) {
  static const jc_opt opt = JC_SGD(100);
  Params p = start(JC_F32), g = grads(0, JC_F32);
  State s;
  double before[NUMBERS], after[NUMBERS], by[NUMBERS];
  read(p, before), read(g, by);
  jc_opt_init(&opt, &p, &s);
  EXPECT(jc_opt_update(&opt, &p, g, &s, .rate = jc_f32(0.5)));
  read(p, after);
  for (int i = 0; i < NUMBERS; i++) EXPECT_CLOSE(after[i], before[i] - 0.5 * by[i], 1e-7);
}

// ---- what a state costs

static void empty_state(void) {
  static const jc_opt sgd = JC_SGD(0.1), momentum = JC_MOMENTUM(0.1, 0.9), adam = JC_ADAM(0.1);
  Params p = start(JC_F32);
  State s;
  jc_opt_init(&sgd, &p, &s);
  EXPECT_EQ(jc_size(s.m.w) + jc_size(s.v.w) + jc_size(s.sum.w), 0);
  jc_opt_init(&momentum, &p, &s);
  EXPECT_EQ(jc_size(s.m.w), 6);
  EXPECT_EQ(jc_size(s.v.w) + jc_size(s.sum.w), 0);
  jc_opt_init(&adam, &p, &s);
  EXPECT_EQ(jc_size(s.m.w) + jc_size(s.v.b) + jc_size(s.m.c), 9);
}

// ---- other trees: one array; one with plain fields, of the size of Params; with an empty array

typedef struct {
  jc_array w;
  int64_t stride;
  jc_array none;
} Conv;
JC_TREE(Conv, w, stride, none);
_Static_assert(sizeof(Conv) == sizeof(Params), "types of one size are told apart");

static void other_trees(void) {
  static const jc_opt adam = JC_ADAM(0.5);
  jc_array x = jc_vector(1, 2);
  JC_OPT_STATE(jc_array) s;
  EXPECT(jc_opt_init(&adam, &x, &s));
  EXPECT(jc_opt_update(&adam, &x, jc_vector(1, -1), &s));
  EXPECT_CLOSE(jc_item(jc_at(x, 0)), 0.5, 1e-5);
  EXPECT_CLOSE(jc_item(jc_at(x, 1)), 2.5, 1e-5);
  Conv c = {jc_vector(1, 2), 7, jc_zeros(JC_SHAPE(0, 3))};
  JC_OPT_STATE(Conv) t;
  EXPECT(jc_opt_init(&adam, &c, &t));
  EXPECT(jc_opt_update(&adam, &c, c, &t));
  EXPECT_EQ(c.stride, 7);
  EXPECT_EQ(t.m.stride, 7);
  EXPECT_CLOSE(jc_item(jc_at(c.w, 1)), 1.5, 1e-5);
  EXPECT_EQ(jc_dim(c.none, 1), 3);
  EXPECT(jc_ok());
}

// A gradient of another float dtype is converted.
static void other_dtype(void) {
  static const jc_opt sgd = JC_SGD(1);
  jc_array x = jc_vector(1, 2);
  JC_OPT_STATE(jc_array) s;
  jc_opt_init(&sgd, &x, &s);
  EXPECT(jc_opt_update(&sgd, &x, jc_astype(jc_vector(1, 1), JC_F64), &s));
  EXPECT_EQ(jc_dtype_of(x), JC_F32);
  EXPECT_EQ(jc_item(jc_at(x, 1)), 1);
}

// ---- wrong uses: each leaves parameters and state as they were

static void said(bool worked, const char *what) {
  EXPECT(!worked);
  EXPECT_HAS(jc_error(), "optim.c:");
  EXPECT_HAS(jc_error(), what);
  jc_clear_error();
}

static void mistakes(void) {
  static const jc_opt sgd = JC_SGD(0.1), adam = JC_ADAM(0.1), nothing;
  Params p = start(JC_F32), g = grads(0, JC_F32), old = p;
  State s;
  said(jc_opt_init(&nothing, &p, &s), "opt_init: the jc_opt is empty");
  Params integers = {jc_vector(1), jc_arange(3), jc_vector(1)};
  said(jc_opt_init(&sgd, &integers, &s),
       "opt_init: parameter 1 is i32[3]: optimisers change floats");
  jc_opt_init(&sgd, &p, &s);
  jc_array count = s.step;
  said(jc_opt_update(&adam, &p, g, &s),
       "opt_update: parameter 0 is f32[2,3], its state f32[0]: jc_opt_init makes the state");
  said(jc_opt_update(&sgd, &p, ((Params){g.w, g.w, g.c}), &s),
       "opt_update: parameter 1 is f32[2], its gradient f32[2,3]");
  said(jc_opt_update(&sgd, &p, g, &s, .rate = jc_vector(1, 2)), "the rate is f32[2], not a scalar");
  Params without = g;
  without.c = (jc_array){0};
  said(jc_opt_update(&sgd, &p, without, &s), "the gradient of parameter 2 is not an array");
  State none = {{0}, s.m, s.v, s.sum};
  said(jc_opt_update(&sgd, &p, g, &none), "the state's count is not an array");
  EXPECT(p.w.handle == old.w.handle && p.c.handle == old.c.handle);
  EXPECT(s.step.handle == count.handle);
}

int main(void) {
  RUN(f64_agrees);
  RUN(f32_agrees);
  RUN(f16_agrees);
  RUN(bf16_agrees);
  RUN(rates);
  RUN(given_rate);
  RUN(empty_state);
  RUN(other_trees);
  RUN(other_dtype);
  RUN(mistakes);
  return tests_done();
}
