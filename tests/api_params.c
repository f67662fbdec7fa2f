// jc_params: lists of arrays wherever a jc_array may stand.
#include <pthread.h>
#include <unistd.h>

#include "frontend/execute.h"
#include "tests/check.h"

static jc_params three(double from) {
  const char *const names[] = {"[0].w", "[0].b", "[2].scale"};
  return jc_params_of(
      JC_LIST(jc_add(jc_vector(0, 1), from), jc_full(JC_SHAPE(2, 2), from + 10), jc_f32(from + 20)),
      .names = names);
}

static double total(jc_params p) {
  double sum = 0;
  for (int i = 0; i < jc_params_count(p); i++) sum += jc_item(jc_sum(jc_params_at(p, i)));
  return sum;
}

// sum of squares of all, times x
static jc_array energy(jc_params p, jc_array x) {
  jc_array sum = jc_f32(0);
  for (int i = 0; i < jc_params_count(p); i++)
    sum = jc_add(sum, jc_sum(jc_square(jc_params_at(p, i))));
  return jc_mul(sum, x);
}
JC_FN(jc_array, energy, jc_params, jc_array);

typedef struct {
  jc_array before;
  jc_params p, m;
  jc_array after;
} State;
typedef struct {
  jc_params p;
  jc_array rate;
  int power;
} Described;
JC_TREE(Described, p, rate, power);

static jc_params step(jc_params p, jc_params g) { return jc_tree_sub(p, jc_tree_scale(0.25, g)); }

static State update(State s, jc_array x) {
  jc_auto r = jc_value_and_grad(energy)(s.p, x);
  s.m = r.grad;
  s.p = step(s.p, r.grad);
  s.after = r.value;
  return s;
}
JC_FN(State, update, State, jc_array);

static Described described(Described d) {
  d.p = jc_tree_scale(jc_mul(d.rate, d.power), d.p);
  return d;
}
JC_FN(Described, described, Described);

static void reading(void) {
  jc_params p = three(1);
  EXPECT_EQ(jc_params_count(p), 3);
  EXPECT_STR(jc_str(jc_params_at(p, 0)), "[1 2]");
  EXPECT_STR(jc_params_name(p, 2), "[2].scale");
  jc_params plain = jc_params_of(JC_LIST(jc_f32(1), jc_f32(2)));
  EXPECT_STR(jc_params_name(plain, 1), "[1]");
  EXPECT_CLOSE(jc_item(jc_tree_norm(plain)), sqrt(5), 1e-6);
  EXPECT_CLOSE(total(jc_tree_add(plain, plain)), 6, 0);
  EXPECT_CLOSE(total(jc_tree_map(jc_neg, plain)), -3, 0);
  EXPECT_CLOSE(total(jc_tree_zeros_like(p)), 0, 0);
  jc_leaf leaves[5];
  EXPECT_EQ(jc_tree_flatten(p, 5, leaves), 3);
  EXPECT_STR(leaves[1].path, "[0].b");
  EXPECT_EQ(jc_tree_flatten(((Described){p, jc_f32(1), 2}), 5, leaves), 4);
  EXPECT_STR(leaves[2].path, "p[2].scale");
  EXPECT_STR(leaves[3].path, "rate");
  EXPECT_EQ(jc_tree_count(p), 7);
  const jc_list none = {0, NULL};
  EXPECT_EQ(jc_params_count(jc_params_of(none)), 0);
  EXPECT_OK();
}

static void gradients(void) {
  jc_params p = three(1);
  for (int jit = 0; jit < 2; jit++) {
    jc_params g = (jit ? jc_jit(jc_grad(energy)) : jc_grad(energy))(p, jc_f32(0.5));
    EXPECT_EQ(jc_params_count(g), 3);
    EXPECT_STR(jc_params_name(g, 1), "[0].b");
    EXPECT_STR(jc_str(jc_params_at(g, 0)), "[1 2]");
    EXPECT_STR(jc_shape_str(jc_params_at(g, 1)), "f32[2,2]");
    EXPECT_CLOSE(jc_item(jc_params_at(g, 2)), 21, 0);
  }
  jc_auto r = jc_value_and_grad(energy)(p, jc_f32(2));
  EXPECT_CLOSE(jc_item(r.value), 2 * (1 + 4 + 4 * 121 + 441), 0);
  EXPECT_CLOSE(total(r.grad), 4 * total(p), 0);
  jc_auto t = jc_jvp(energy)(p, jc_f32(1), p, jc_f32(0));
  EXPECT_CLOSE(jc_item(t.tangent), 2 * (1 + 4 + 4 * 121 + 441), 1e-3);
  jc_auto c = jc_vjp(energy)(p, jc_f32(1), jc_f32(1));
  EXPECT_CLOSE(total(c.grads.a0), 2 * total(p), 0);
  EXPECT_CLOSE(jc_item(c.grads.a1), 930, 0);
  EXPECT_OK();
}

static void trees_that_hold_lists(void) {
  State s = {jc_f32(7), three(1), jc_params_of(JC_LIST(jc_f32(0))), jc_f32(8)};
  State plain = update(s, jc_f32(0.5));
  State compiled = jc_jit(update)(s, jc_f32(0.5));
  EXPECT_CLOSE(jc_item(compiled.before), 7, 0);
  EXPECT_CLOSE(total(compiled.p), total(plain.p), 0);
  EXPECT_EQ(jc_params_count(compiled.m), 3);  // one before: the result says how long it is
  EXPECT_CLOSE(total(compiled.m), total(s.p), 0);
  EXPECT_CLOSE(jc_item(compiled.after), jc_item(plain.after), 1e-4);
  // A list of another length, and no list of that member, are compiled for themselves.
  s.p = jc_params_of(JC_LIST(jc_f32(3)));
  EXPECT_CLOSE(total(jc_jit(update)(s, jc_f32(0.5)).p), 2.25, 0);
  State twice = jc_jit(update)(jc_jit(update)(s, jc_f32(0.5)), jc_f32(0.5));
  EXPECT_CLOSE(total(twice.p), 1.6875, 0);
  Described d = {three(0), jc_f32(2), 3};
  d = jc_jit(described)(d);
  EXPECT_EQ(d.power, 3);
  EXPECT_CLOSE(total(d.p), 6 * (1 + 40 + 20), 0);
  EXPECT_OK();
}

// A list that is made in the function: its length is known when that has run.
static jc_params several(jc_array x, int n) {
  jc_array v[8];
  for (int i = 0; i < n; i++) v[i] = jc_mul(x, i);
  return jc_params_of((jc_list){n, v});
}
JC_FN(jc_params, several, jc_array, int);

static jc_array through(jc_array x) {
  jc_params p = jc_jit(several)(x, 3);
  return jc_add(jc_params_at(p, 1), jc_params_at(p, 2));
}
JC_FN(jc_array, through, jc_array);

static void made_inside(void) {
  for (int n = 0; n < 5; n++) {
    jc_params p = jc_jit(several)(jc_f32(2), n);
    EXPECT_EQ(jc_params_count(p), n);
    EXPECT_CLOSE(total(p), n * (n - 1), 0);
    p = jc_vmap(several, .in_axes = {0, JC_NONE})(jc_vector(1, 2, 3), n);
    EXPECT_CLOSE(total(p), 3 * n * (n - 1), 0);
  }
  EXPECT_CLOSE(jc_item(jc_grad(through)(jc_f32(1))), 3, 0);
  EXPECT_CLOSE(jc_item(jc_jit(jc_grad(jc_checkpoint(through)))(jc_f32(1))), 3, 0);
  EXPECT_OK();
}

// ---- control flow

typedef struct {
  jc_params p;
  jc_array y;
} Carried;
static Carried scanned(jc_params p, jc_array x, jc_params by) {
  p = jc_tree_add(p, jc_tree_scale(x, by));
  return (Carried){p, jc_params_at(p, 0)};
}
JC_FN(Carried, scanned, jc_params, jc_array, jc_params);
static jc_array scan_total(jc_params p, jc_array xs) {
  Carried c = jc_scan(scanned)(p, xs, p);
  return jc_add(jc_sum(c.y), jc_params_at(c.p, 1));
}
JC_FN(jc_array, scan_total, jc_params, jc_array);

static jc_params doubled(jc_params p) { return jc_tree_scale(2, p); }
static jc_params first_only(jc_params p) { return jc_params_of(JC_LIST(jc_params_at(p, 0))); }
static jc_params halved(jc_params p) { return jc_tree_scale(0.5, p); }
static jc_array small(jc_params p) { return jc_less(jc_params_at(p, 0), 100); }
static jc_params body(jc_array i, jc_params p) { return (void)i, doubled(p); }
static jc_params growing(jc_array i, jc_params p) { return (void)i, first_only(p); }
static jc_params shrinking(jc_params p, jc_array x) { return (void)x, first_only(p); }
JC_FN(jc_params, doubled, jc_params);
JC_FN(jc_params, first_only, jc_params);
JC_FN(jc_params, halved, jc_params);
JC_FN(jc_array, small, jc_params);
JC_FN(jc_params, body, jc_array, jc_params);
JC_FN(jc_params, growing, jc_array, jc_params);
JC_FN(jc_params, shrinking, jc_params, jc_array);
typedef jc_params Of1(jc_params);
static jc_params choose(jc_array i, jc_params p) {
  return jc_switch(i, doubled, halved, doubled)(p);
}
JC_FN(jc_params, choose, jc_array, jc_params);
static jc_params loop(jc_params p) {
  return ((Of1 *)jc_while_((jc_fn)small, (jc_fn)doubled, JC_HERE))(p);
}
JC_FN(jc_params, loop, jc_params);

static void control(void) {
  jc_params p = jc_params_of(JC_LIST(jc_f32(1), jc_f32(10)));
  EXPECT_CLOSE(jc_item(scan_total(p, jc_vector(1, 2, 3))), (2 + 4 + 7) + 70, 0);
  jc_params g = jc_jit(jc_grad(scan_total))(p, jc_vector(1, 2, 3));
  EXPECT_CLOSE(jc_item(jc_params_at(g, 0)), 2 + 4 + 7, 0);
  EXPECT_CLOSE(jc_item(jc_params_at(g, 1)), 7, 0);
  EXPECT_CLOSE(total(jc_fori(body, 3)(jc_i32(0), p)), 88, 0);
  EXPECT_CLOSE(total(jc_jit(loop)(p)), 11 * 128, 0);
  EXPECT_CLOSE(total(jc_cond(jc_bool(true), doubled, halved)(p)), 22, 0);
  EXPECT_CLOSE(total(jc_jit(choose)(jc_i32(1), p)), 5.5, 0);
  EXPECT_OK();
  jc_cond(jc_bool(true), doubled, first_only)(p);
  EXPECT_FAIL("cond: first_only and doubled give a jc_params of other lengths");
  jc_fori(growing, 3)(jc_i32(0), p);
  EXPECT_FAIL("fori: growing gives 1 arrays, the loop carries 2");
  jc_scan(shrinking)(p, jc_vector(1, 2));
  EXPECT_FAIL("scan: shrinking gives 1 arrays, the carry has 2");
}

// ---- functions with rules of their own

typedef struct {
  jc_array value;
  jc_params kept;
} Forward;
typedef struct {
  jc_params p;
  jc_array x;
} Backward;
static Forward forward(jc_params p, jc_array x) { return (Forward){energy(p, x), p}; }
static Backward backward(jc_params p, jc_array ct) {  // thrice the gradient of p, none of x
  return (Backward){jc_tree_scale(jc_mul(ct, 6), p), jc_f32(0)};
}
JC_FN(Forward, forward, jc_params, jc_array);
JC_FN(Backward, backward, jc_params, jc_array);
JC_CUSTOM_VJP(custom, energy, forward, backward);
typedef struct {
  jc_array value, tangent;
} Both;
static Both forward_mode(jc_params p, jc_array x, jc_params dp, jc_array dx) {
  (void)dx;
  return (Both){energy(p, x), jc_mul(jc_params_at(dp, 0), 5)};
}
JC_FN(Both, forward_mode, jc_params, jc_array, jc_params, jc_array);
JC_CUSTOM_JVP(custom_forward, energy, forward_mode);

static void custom_rules(void) {
  jc_params p = jc_params_of(JC_LIST(jc_f32(1), jc_f32(10)));
  EXPECT_CLOSE(total(jc_grad(custom)(p, jc_f32(1))), 66, 0);
  EXPECT_CLOSE(total(jc_jit(jc_grad(custom_forward))(p, jc_f32(1))), 5, 0);
  EXPECT_CLOSE(jc_item(jc_jvp(custom_forward)(p, jc_f32(1), p, jc_f32(0)).tangent), 5, 0);
  EXPECT_OK();
}

// ---- optimisers

static const jc_opt adam = JC_ADAM(0.5);
typedef JC_OPT_STATE(jc_params) Adam;
typedef struct {
  jc_params p;
  Adam opt;
} Trained;
static Trained train(Trained t, jc_array x) {
  jc_opt_update(&adam, &t.p, jc_grad(energy)(t.p, x), &t.opt);
  return t;
}
JC_FN(Trained, train, Trained, jc_array);

static void optimisers(void) {
  Trained t = {.p = three(1)};
  EXPECT(jc_opt_init(&adam, &t.p, &t.opt));
  for (int i = 0; i < 3; i++) t = jc_jit(train, .donate = {true})(t, jc_f32(1));
  EXPECT_CLOSE(jc_item(jc_params_at(t.p, 2)), 21 - 1.5, 1e-2);  // Adam's first steps are the rate
  EXPECT_EQ(jc_params_count(t.opt.v), 3);
  EXPECT_OK();
  EXPECT(!jc_opt_update(&adam, &t.p, first_only(t.p), &t.opt));
  EXPECT_FAIL("opt_update: 3 parameters, but 1 arrays in the gradients");
}

// ---- files

static void files(void) {
  const char *dir = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
  char path[400];
  snprintf(path, sizeof path, "%s/jitc_params_%ld.safetensors", dir, (long)getpid());
  Trained t = {.p = three(1)}, resumed = {.p = three(5)};
  EXPECT(jc_opt_init(&adam, &t.p, &t.opt) && jc_opt_init(&adam, &resumed.p, &resumed.opt));
  t = jc_jit(train)(t, jc_f32(1));
  EXPECT(jc_save(&t, "%s", path));
  EXPECT(jc_load(&resumed, "%s", path));
  EXPECT_STR(jc_params_name(resumed.p, 1), "[0].b");
  t = jc_jit(train)(t, jc_f32(1));
  resumed = jc_jit(train)(resumed, jc_f32(1));
  EXPECT_CLOSE(jc_item(jc_tree_norm(jc_tree_sub(t.p, resumed.p))), 0, 0);
  EXPECT_CLOSE(jc_item(jc_tree_norm(jc_tree_sub(t.opt.v, resumed.opt.v))), 0, 0);
  // A list alone, by the names of its arrays.
  jc_params p = three(0);
  EXPECT(jc_save(&t.p, "%s", path) && jc_load(&p, "%s", path));
  EXPECT_CLOSE(total(p), total(t.p), 0);
  EXPECT_CLOSE(jc_item(jc_load_named("[2].scale", "%s", path)), jc_item(jc_params_at(p, 2)), 0);
  EXPECT_OK();
  jc_params other = jc_params_of(JC_LIST(jc_f32(1), jc_f32(2), jc_f32(3)));
  EXPECT(!jc_load(&other, "%s", path));
  EXPECT_FAIL("has no array for leaf '[0]'");
  EXPECT_CLOSE(total(other), 6, 0);
  remove(path);
}

// ---- memory

static void donation(void) {
  jc_params p = jc_params_of(JC_LIST(jc_zeros(JC_SHAPE(64)), jc_ones(JC_SHAPE(64))));
  const void *at = jc_data(float, jc_params_at(p, 1));
  jc_params old = p;
  int line = __LINE__ + 1;
  p = jc_jit(doubled, .donate = {true})(p);
  EXPECT(jc_data(float, jc_params_at(p, 1)) == at);
  EXPECT_CLOSE(total(p), 128, 0);
  EXPECT_OK();
  jc_jit(doubled)(old);
  char why[80];
  snprintf(why, sizeof why, "argument 0 (jc_params), [0] was donated at %s:%d", __FILE__, line);
  EXPECT_FAIL(why);
}

static void scopes(void) {
  State s = {jc_f32(0), three(0), three(0), jc_f32(0)};
  const jc_params start = s.p;
  const uint32_t slots = slot_count();
  jc_params middle = s.p;
  for (int i = 0; i < 2000; i++) {
    JC_SCOPE(s);
    s = jc_jit(update, .donate = {i % 2})(s, jc_f32(0.01));
    if (i == 10) middle = s.p;
  }
  EXPECT(slot_count() < slots + 200);
  EXPECT_EQ(jc_params_count(s.p), 3);
  EXPECT(total(s.p) < 1e-2);
  EXPECT_EQ(jc_params_count(start), 3);  // was never carried out of a scope
  EXPECT_OK();
  jc_params_count(middle);
  EXPECT_FAIL("params_count: its jc_params ");
}

static jc_params kept(void) {
  JC_SCOPE();
  return jc_keep(three(4));
}

static void keep(void) {
  EXPECT_CLOSE(total(kept()), 9 + 56 + 24, 0);
  EXPECT_OK();
}

// A list that a traced function uses from around it: its arrays are captured.
static const jc_params *around;
static jc_array uses(jc_array x) { return energy(*around, x); }
JC_FN(jc_array, uses, jc_array);
static jc_array calls(jc_params p, jc_array x) {
  around = &p;
  return jc_grad(uses)(x);
}
JC_FN(jc_array, calls, jc_params, jc_array);

static void captures(void) {
  jc_params p = three(1);
  around = &p;
  EXPECT_CLOSE(jc_item(jc_jit(uses)(jc_f32(2))), 1860, 0);
  jc_params g = jc_jit(jc_grad(calls))(p, jc_f32(1));
  EXPECT_CLOSE(total(g), 2 * total(p), 0);
  EXPECT_OK();
}

// ---- mistakes

static void mistakes(void) {
  jc_params none = {0}, p = three(1);
  jc_jit(doubled)(none);
  EXPECT_FAIL("argument 0 (jc_params) is not an array: it is zero");
  jc_params_at(p, 3);
  EXPECT_FAIL("params_at: no array 3: there are 3");
  jc_params_count((jc_params){jc_f32(1).handle});
  EXPECT_FAIL("params_count: an array is no jc_params");
  jc_add((jc_array){p.handle}, 1);
  EXPECT_FAIL("add: argument 0 is a jc_params, not an array");
  jc_item((jc_array){p.handle});
  EXPECT_FAIL("item: ");
  jc_params_of(JC_LIST(jc_f32(1), (jc_array){p.handle}));
  EXPECT_FAIL("params_of: item 1 is itself a jc_params");
  jc_params_of(JC_LIST(jc_f32(1), (jc_array){0}));
  EXPECT_FAIL("params_of: array 1 is not an array: it is zero");
  (void)jc_tree_add(p, first_only(p));
  EXPECT_FAIL("tree_map: a jc_params has another length in one tree than in another");
  jc_jvp(energy)(p, jc_f32(1), first_only(p), jc_f32(0));
  EXPECT_FAIL("jvp: energy: 4 arrays, but 2 tangents");
  jc_grad(energy)(jc_params_of(JC_LIST(jc_f32(1), jc_i32(1))), jc_f32(1));
  EXPECT_FAIL("grad: energy: argument 0 (jc_params), [1] is i32[]: only floats have a gradient");
  State s = {jc_f32(7), p, p, {0}};
  jc_jit(update)(s, jc_f32(1));
  EXPECT_FAIL("argument 0 (State), leaf 3 is not an array: it is zero");
  jc_params bad = jc_params_of(JC_LIST(jc_f32(1), jc_f32(2)));
  {
    JC_SCOPE();
    bad = jc_params_of(JC_LIST(jc_vector(1, 2), jc_f32(2)));
  }
  jc_params poison = jc_jit(doubled)(bad);
  EXPECT_FAIL("argument 0 (jc_params) was freed with its scope");
  EXPECT_EQ(jc_params_count(jc_jit(doubled)(poison)), 0);
  EXPECT_OK();  // silent
}

static void *in_thread(void *arg) {
  double *sum = arg;
  State s = {jc_f32(0), three(1), three(0), jc_f32(0)};
  for (int i = 0; i < 50; i++) {
    JC_SCOPE(s);
    s = jc_jit(update, .donate = {true})(s, jc_f32(0.1));
    if (i % 10 == 0) s.m = several(jc_f32(1), 1 + i / 10);
  }
  *sum = jc_ok() ? total(s.p) : NAN;
  return NULL;
}

static void threads(void) {
  pthread_t t[4];
  double sums[4];
  for (int i = 0; i < 4; i++) EXPECT(!pthread_create(&t[i], NULL, in_thread, &sums[i]));
  for (int i = 0; i < 4; i++) pthread_join(t[i], NULL);
  for (int i = 1; i < 4; i++) EXPECT_CLOSE(sums[i], sums[0], 0);
  EXPECT(!isnan(sums[0]));
}

int main(void) {
  RUN(reading);
  RUN(gradients);
  RUN(trees_that_hold_lists);
  RUN(made_inside);
  RUN(control);
  RUN(custom_rules);
  RUN(optimisers);
  RUN(files);
  RUN(donation);
  RUN(scopes);
  RUN(keep);
  RUN(captures);
  RUN(mistakes);
  RUN(threads);
  return tests_done();
}
