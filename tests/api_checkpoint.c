// jc_checkpoint: values and derivatives are those without it, and a deep chain takes less memory.
// jc_linear_transpose against jc_vjp. Axes for each leaf of a tree under jc_vmap.
#include "compiler/program.h"
#include "compiler/transform.h"
#include "frontend/execute.h"
#include "ir/parse.h"
#include "tests/check.h"

typedef struct {
  jc_array w, b;
} Dense;

static jc_array block(Dense p, jc_array x) {
  for (int i = 0; i < 3; i++) x = jc_tanh(jc_add(jc_matmul(jc_sin(x), p.w), p.b));
  return x;
}
JC_FN(jc_array, block, Dense, jc_array);

static jc_array plain(Dense p, jc_array x) {
  for (int i = 0; i < 4; i++) x = block(p, x);
  return jc_sum(jc_square(x));
}
JC_FN(jc_array, plain, Dense, jc_array);
static jc_array again(Dense p, jc_array x) {
  for (int i = 0; i < 4; i++) x = jc_checkpoint(block)(p, x);
  return jc_sum(jc_square(x));
}
JC_FN(jc_array, again, Dense, jc_array);
static jc_array keeping(Dense p, jc_array x) {
  for (int i = 0; i < 4; i++) x = jc_checkpoint(block, .policy = JC_SAVE_DOTS)(p, x);
  return jc_sum(jc_square(x));
}
JC_FN(jc_array, keeping, Dense, jc_array);

typedef struct {
  jc_array h, y;
} Turn;
static Turn step(jc_array h, jc_array x, Dense p) {
  h = jc_checkpoint(block)(p, jc_add(h, x));
  return (Turn){h, jc_sum(h)};
}
JC_FN(Turn, step, jc_array, jc_array, Dense);
static jc_array scanned(Dense p, jc_array xs) {
  return jc_sum(jc_scan(step)(jc_zeros(JC_SHAPE(2, 3)), xs, p).y);
}
JC_FN(jc_array, scanned, Dense, jc_array);
static jc_array scanned_plain(Dense p, jc_array xs) {
  jc_array h = jc_zeros(JC_SHAPE(2, 3)), sum = jc_f32(0);
  for (int i = 0; i < 4; i++) {
    h = block(p, jc_add(h, jc_at(xs, i)));
    sum = jc_add(sum, jc_sum(h));
  }
  return sum;
}
JC_FN(jc_array, scanned_plain, Dense, jc_array);

static void expect_same(jc_array x, jc_array y, double tolerance) {
  EXPECT_STR(jc_shape_str(x), jc_shape_str(y));
  if (!(jc_item(jc_max(jc_abs(jc_sub(x, y)))) <= tolerance))
    FAULT("%s is not %s", jc_str(x), jc_str(y));
  EXPECT_OK();
}
static void expect_tree(Dense x, Dense y, double tolerance) {
  expect_same(x.w, y.w, tolerance);
  expect_same(x.b, y.b, tolerance);
}

static Dense some(void) {
  return (Dense){jc_normal(jc_key(test_random()), JC_SHAPE(3, 3)),
                 jc_normal(jc_key(test_random()), JC_SHAPE(3))};
}

static void same_derivatives(void) {
  Dense p = some(), q = some();
  jc_array x = jc_normal(jc_key(test_random()), JC_SHAPE(2, 3));
  expect_same(jc_jit(again)(p, x), jc_jit(plain)(p, x), 0);
  expect_tree(jc_grad(again)(p, x), jc_grad(plain)(p, x), 1e-4);
  expect_tree(jc_grad(keeping)(p, x), jc_grad(plain)(p, x), 1e-4);
  expect_tree(jc_jit(jc_grad(again))(p, x), jc_grad(plain)(p, x), 1e-4);
  expect_tree(jc_grad(jc_checkpoint(plain))(p, x), jc_grad(plain)(p, x), 1e-4);
  expect_tree(jc_grad(jc_jit(jc_checkpoint(again)))(p, x), jc_grad(plain)(p, x), 1e-4);
  expect_tree(jc_value_and_grad(jc_checkpoint(plain, .policy = JC_SAVE_DOTS))(p, x).grad,
              jc_grad(plain)(p, x), 1e-4);
  expect_same(jc_jvp(again)(p, x, q, x).tangent, jc_jvp(plain)(p, x, q, x).tangent, 1e-2);
  expect_same(jc_jvp(keeping)(p, x, q, x).tangent, jc_jvp(plain)(p, x, q, x).tangent, 1e-2);
  jc_array xs = jc_normal(jc_key(test_random()), JC_SHAPE(4, 2, 3));
  Dense each = jc_vmap(jc_grad(keeping), .in_axes = {JC_NONE, 0})(p, xs);
  expect_tree(each, jc_vmap(jc_grad(plain), .in_axes = {JC_NONE, 0})(p, xs), 1e-4);
  expect_tree(jc_grad(scanned)(p, xs), jc_grad(scanned_plain)(p, xs), 1e-3);
  expect_same(jc_grad_arg(scanned, 1)(p, xs), jc_grad_arg(scanned_plain, 1)(p, xs), 1e-3);
}

static jc_array sines(jc_array x) { return jc_sum(jc_exp(jc_sin(jc_sin(x)))); }
JC_FN(jc_array, sines, jc_array);
static void second_derivatives(void) {
  jc_array x = jc_normal(jc_key(test_random()), JC_SHAPE(3));
  expect_same(jc_hessian(jc_checkpoint(sines))(x), jc_hessian(sines)(x), 1e-5);
  expect_same(jc_jacrev(jc_grad(jc_checkpoint(sines)))(x), jc_hessian(sines)(x), 1e-5);
}

// A chain of elementwise blocks on 1000 numbers; `op` wraps each.
static int64_t peak(const char *op, const char *options, int blocks) {
  Arena *a = arena_new();
  char *text = ARENA_ARRAY(a, char, 1 << 16), *to = text;
  to += sprintf(to, "def f(x0: f32[1000]) -> f32:\n");
  for (int i = 0; i < blocks; i++) {
    to += sprintf(to, "    def block_%d(a: f32[1000]) -> f32[1000]:\n", i);
    const char *v = "a";
    for (int k = 0; k < 4; k++) {
      static const char *const names[] = {"b", "c", "d", "e"};
      to += sprintf(to, "        %s: f32[1000] = sin(%s)\n", names[k], v);
      to += sprintf(to, "        %s%s: f32[1000] = optimization_barrier(%s)\n", names[k], names[k],
                    names[k]);
      static const char *const behind[] = {"bb", "cc", "dd", "ee"};
      v = behind[k];
    }
    to += sprintf(to, "        return ee\n    x%d: f32[1000] = %s(x%d, body=block_%d%s)\n", i + 1,
                  op, i, i, options);
  }
  sprintf(to, "    r: f32 = reduce_sum(x%d, axes=(0,), order=rows)\n    return r\n", blocks);
  const Graph *g = graph_parse(a, "chain", text, strlen(text));
  const Graph *vjp = g ? graph_vjp(a, g, NULL) : NULL;
  const Program *p = vjp ? program_build(a, vjp, &(ProgramOptions){.fuse = true}) : NULL;
  const int64_t bytes = p ? p->arena_bytes : -1;
  EXPECT_OK();
  arena_free(a);
  return bytes;
}

static void memory_falls(void) {
  for (int blocks = 12; blocks <= 24; blocks += 12) {
    const int64_t kept = peak("call", "", blocks), fewer = peak("remat", ", saves=0", blocks);
    // What each block begins with, and what one kernel's blocks compute again.
    if (!(fewer > 0 && fewer <= (blocks + 8) * 4032 && fewer < kept / 2))
      FAULT("%d blocks: %lld bytes with checkpoints, %lld without", blocks, (long long)fewer,
            (long long)kept);
  }
}

// ---- transposes

static jc_array linear(Dense p, jc_array x) {
  return jc_add(jc_matmul(jc_transpose(p.w), jc_vector(1, 2, 3)),
                jc_mul(3, jc_sub(p.b, jc_cumsum(x, 0))));
}
JC_FN(jc_array, linear, Dense, jc_array);
static jc_array not_linear(jc_array x) { return jc_mul(x, x); }
JC_FN(jc_array, not_linear, jc_array);
static jc_array sine(jc_array x) { return jc_sin(x); }
JC_FN(jc_array, sine, jc_array);
static jc_array scaled(jc_array s, jc_array x);
static jc_array factor;
static jc_array times_factor(jc_array x) { return jc_mul(x, factor); }
JC_FN(jc_array, times_factor, jc_array);
static jc_array scaled(jc_array s, jc_array ct) {
  factor = jc_exp(s);
  return jc_linear_transpose(times_factor)(ct, ct).a0;
}
JC_FN(jc_array, scaled, jc_array, jc_array);

static void transposes(void) {
  Dense p = some();
  jc_array x = jc_vector(1, 2, 3), ct = jc_normal(jc_key(test_random()), JC_SHAPE(3));
  jc_auto got = jc_linear_transpose(linear)(p, x, ct);
  jc_auto want = jc_vjp(linear)(p, x, ct);
  expect_tree(got.a0, want.grads.a0, 0);
  expect_same(got.a1, want.grads.a1, 0);
  expect_same(jc_jit(scaled)(jc_f32(0), ct), ct, 0);
  expect_same(scaled(jc_f32(1), ct), jc_mul(ct, exp(1)), 1e-5);
  EXPECT(isnan(jc_item(jc_linear_transpose(not_linear)(ct, ct).a0)));
  EXPECT_FAIL("mul: has no transpose with respect to operand 0: it is not linear");
  EXPECT(isnan(jc_item(jc_linear_transpose(sine)(ct, ct).a0)));
  EXPECT_FAIL("sin: has no transpose with respect to operand 0: it is not linear");
  EXPECT(isnan(jc_item(jc_linear_transpose(times_factor)(ct, jc_f32(1)).a0)));
  jc_clear_error();
}

// ---- vmap

static jc_array apply(Dense p, jc_array x) { return jc_add(jc_mul(p.w, x), p.b); }
JC_FN(jc_array, apply, Dense, jc_array);

static void axes_of_leaves(void) {
  Dense p = {jc_normal(jc_key(test_random()), JC_SHAPE(3, 4)), jc_vector(1, 2, 3)};
  jc_array x = jc_f32(2), want = jc_add(jc_mul(2, jc_transpose(p.w)), p.b);
  expect_same(
      jc_vmap(apply, .in_axes = {0, JC_NONE}, .leaf_axes = {[0] = JC_AXES(1, JC_NONE)})(p, x), want,
      1e-6);
  EXPECT(isnan(jc_item(
      jc_vmap(apply, .in_axes = {0, JC_NONE}, .leaf_axes = {[0] = JC_AXES(1, 0, 0)})(p, x))));
  EXPECT_FAIL("vmap: apply: .leaf_axes has 3 axes for argument 0 (Dense), which has 2 arrays");
  EXPECT(isnan(
      jc_item(jc_vmap(apply, .in_axes = {0, JC_NONE}, .leaf_axes = {[0] = JC_AXES(5, 0)})(p, x))));
  EXPECT_FAIL("vmap: apply: argument 0 (Dense), leaf 0 is f32[3,4]: it has no axis 5");
}

int main(void) {
  RUN(same_derivatives);
  RUN(second_derivatives);
  RUN(memory_falls);
  RUN(transposes);
  RUN(axes_of_leaves);
  return tests_done();
}
