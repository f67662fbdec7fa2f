// Random programs of the public API: eager = jit = interpreter bit for bit, with one thread and
// with two; derivatives and batches in every order of nesting; vmap against a loop.
#include "frontend/execute.h"
#include "runtime/config.h"
#include "tests/check.h"

enum { VALUES = 14, MOST_DEPTH = 2 };

typedef struct Gen {
  uint64_t state;
  long seed;
  int depth, smooth, n;
  jc_array v[VALUES];
} Gen;

static jc_array program(jc_array x, jc_array y, long seed, int depth, int smooth, int salt);
JC_FN(jc_array, program, jc_array, jc_array, long, int, int, int);
static jc_array loss(jc_array x, jc_array y, long seed, int depth, int smooth, int salt);
JC_FN(jc_array, loss, jc_array, jc_array, long, int, int, int);

static int pick(Gen *r, int n) {
  uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return (int)((z ^ z >> 31) % (uint64_t)n);
}
static jc_array some(Gen *r) {
  return r->v[pick(r, 3) ? r->n - 1 - pick(r, r->n < 4 ? r->n : 4) : pick(r, r->n)];
}

// A value that broadcasts with x.
static jc_array fitting(Gen *r, jc_array x) {
  for (int i = 0; i < 4; i++) {
    jc_array y = some(r);
    const int a = jc_rank(x), b = jc_rank(y), least = a < b ? a : b;
    bool fits = jc_size(x) * jc_size(y) < 4000000;
    for (int k = 1; k <= least && fits; k++) {
      const int64_t m = jc_dim(x, -k), n = jc_dim(y, -k);
      fits = m == n || m == 1 || n == 1;
    }
    if (fits) return y;
  }
  return jc_mean(some(r));
}

static jc_array unary(Gen *r, jc_array x) {
  switch (pick(r, r->smooth ? 13 : 18)) {
    case 0: return jc_tanh(x);
    case 1: return jc_sin(x);
    case 2: return jc_sigmoid(x);
    case 3: return jc_exp(jc_tanh(x));
    case 4: return jc_sqrt(jc_add(jc_square(x), 0.5));
    case 5: return jc_log1p(jc_square(x));
    case 6: return jc_neg(x);
    case 7: return jc_silu(x);
    case 8: return jc_softplus(x);
    case 9: return jc_reciprocal(jc_add(jc_abs(x), 1));
    case 10: return jc_expm1(jc_cos(x));
    case 11: return jc_rsqrt(jc_add(jc_square(x), 1));
    case 12: return jc_mul(0.5, x);
    case 13: return jc_relu(x);
    case 14: return jc_floor(jc_mul(x, 3));
    case 15: return jc_astype(jc_astype(jc_mul(x, 9), JC_I32), JC_F32);
    case 16: return jc_sign(x);
    default: return jc_round(x);
  }
}

static jc_array binary(Gen *r, jc_array x, jc_array y) {
  switch (pick(r, r->smooth ? 5 : 10)) {
    case 0: return jc_add(x, y);
    case 1: return jc_sub(x, y);
    case 2: return jc_mul(jc_tanh(x), y);
    case 3: return jc_div(x, jc_add(jc_square(y), 1));
    case 4: return jc_fma(jc_sin(x), y, 0.25);
    case 5: return jc_maximum(x, y);
    case 6: return jc_minimum(x, y);
    case 7: return jc_where(jc_less(x, y), x, jc_mul(y, 0.5));
    case 8: return jc_clip(x, -0.5, jc_abs(y));
    default: return jc_mul(jc_greater_equal(x, y), x);
  }
}

static jc_array reduce(Gen *r, jc_array x) {
  if (!jc_rank(x)) return jc_cos(x);
  const int axis = pick(r, jc_rank(x));
  if (!jc_dim(x, axis)) return jc_sum(x);
  switch (pick(r, r->smooth ? 6 : 9)) {
    case 0: return jc_mean(x, .axes = JC_AXES(axis));
    case 1: return jc_logsumexp(x, .axes = JC_AXES(axis), .keepdims = true);
    case 2: return jc_softmax(x, axis);
    case 3: return jc_log_softmax(x, axis);
    case 4: return jc_mean(x);
    case 5: return jc_tanh(jc_sum(x, .axes = JC_AXES(axis), .keepdims = pick(r, 2)));
    case 6: return jc_max(x, .axes = JC_AXES(axis), .keepdims = true);
    case 7: return jc_astype(jc_argmax(x, axis), JC_F32);
    default: return jc_sort(x, axis);
  }
}

static jc_array shaped(Gen *r, jc_array x) {
  const int rank = jc_rank(x), axis = rank ? pick(r, rank) : 0;
  if (!rank) return jc_broadcast_to(x, JC_SHAPE(1 + pick(r, 3)));
  switch (pick(r, 9)) {
    case 0: return jc_transpose(x);
    case 1: return jc_reshape(x, -1);
    case 2: return jc_flip(x, axis);
    case 3: return jc_expand_dims(x, axis);
    case 4: return jc_size(x) < 5000 ? jc_concatenate(JC_LIST(x, jc_sin(x)), axis) : jc_neg(x);
    case 5: return jc_at(x, pick(r, (int)jc_dim(x, 0)));
    case 6: return jc_take(x, jc_from(((int32_t[]){0, -1, pick(r, 9)}), 3), axis);
    case 7: return jc_size(x) < 5000 ? jc_stack(JC_LIST(x, jc_mul(x, x)), axis) : jc_exp(jc_sin(x));
    default: {
      jc_dims start = {.n = rank}, limit = {.n = rank};
      for (int i = 0; i < rank; i++) {
        limit.d[i] = jc_dim(x, i);
        start.d[i] = limit.d[i] > 1 ? pick(r, 2) : 0;
      }
      return jc_slice(x, start, limit);
    }
  }
}

static jc_array product(Gen *r, jc_array x) {
  jc_array y = some(r);
  if (!jc_rank(x) || !jc_rank(y)) return jc_mul(jc_sigmoid(x), jc_mean(y));
  x = jc_rank(x) > 2 ? jc_mean(x, .axes = JC_AXES(0)) : x;
  y = jc_rank(y) > 2 ? jc_mean(y, .axes = JC_AXES(0)) : y;
  if (jc_rank(x) > 2 || jc_rank(y) > 2) return jc_tanh(x);
  jc_array z = jc_rank(x) == 2 && pick(r, 2) ? jc_transpose(x) : x;
  const double scale = 1.0 / (1 + (double)jc_dim(x, -1));
  if (jc_dim(z, -1) == jc_dim(y, 0)) return jc_mul(scale, jc_matmul(z, y));
  return jc_mul(scale, jc_rank(x) == 2 ? jc_matmul(x, jc_transpose(x)) : jc_outer(x, x));
}

static jc_array turn(jc_array i, jc_array s, jc_array c) {
  return jc_tanh(jc_add(jc_mul(s, c), jc_mul(0.1, jc_astype(i, JC_F32))));
}
JC_FN(jc_array, turn, jc_array, jc_array, jc_array);

// A transformed program in the program.
static jc_array nested(Gen *r, jc_array x) {
  jc_array y = some(r);
  const long seed = r->seed * 31 + pick(r, 1000);
  const int d = r->depth + 1;
  if (d > MOST_DEPTH || jc_size(x) > 300) return jc_fori(turn, 3)(jc_i32(0), x, jc_f32(0.5));
  switch (pick(r, 7)) {
    case 0: return jc_mean(jc_jit(program)(x, y, seed, d, r->smooth, 0));
    case 1: return jc_tanh(jc_grad(loss)(x, y, seed, d, r->smooth, 0));
    case 2: return jc_tanh(jc_jit(jc_grad(loss))(x, y, seed, d, r->smooth, 0));
    case 3: return jc_tanh(jc_grad_arg(loss, 1)(x, y, seed, d, r->smooth, 0));
    case 4:
      return jc_tanh(
          jc_jvp(loss)(x, y, seed, d, r->smooth, 0, x, y, seed, d, r->smooth, 0).tangent);
    case 5:
      if (jc_rank(x) && jc_dim(x, 0))
        return jc_vmap(loss, .in_axes = {0, JC_NONE})(x, y, seed, d, r->smooth, 0);
      return jc_fori(turn, 2)(jc_i32(0), x, jc_f32(0.25));
    default: return jc_fori(turn, 3)(jc_i32(0), x, jc_f32(0.5));
  }
}

static jc_array program(jc_array x, jc_array y, long seed, int depth, int smooth, int salt) {
  (void)salt;
  Gen r = {
      .state = (uint64_t)seed, .seed = seed, .depth = depth, .smooth = smooth, .n = 2, .v = {x, y}};
  const int n = depth ? 6 : VALUES;
  while (r.n < n) {
    jc_array a = some(&r);
    switch (pick(&r, 8)) {
      case 0:
      case 1: a = unary(&r, a); break;
      case 2:
      case 3: a = binary(&r, a, fitting(&r, a)); break;
      case 4: a = reduce(&r, a); break;
      case 5: a = shaped(&r, a); break;
      case 6: a = product(&r, a); break;
      default: a = nested(&r, a);
    }
    if (jc_rank(a) > 4 || jc_size(a) > 40000) a = jc_mean(a, .axes = JC_AXES(0));
    r.v[r.n++] = a;
  }
  return jc_concatenate(JC_LIST(jc_ravel(r.v[n - 1]), jc_ravel(r.v[n - 2]), jc_ravel(r.v[n - 4])),
                        0);
}

static jc_array loss(jc_array x, jc_array y, long seed, int depth, int smooth, int salt) {
  return jc_mean(jc_tanh(program(x, y, seed, depth, smooth, salt)));
}

// ---- comparing

static float *elements(jc_array x, int64_t *n) {
  *n = jc_size(x);
  float *v = malloc(sizeof *v * (size_t)(*n + 1));
  if (!jc_copy(x, v, sizeof *v * (size_t)*n)) memset(v, 0, sizeof *v * (size_t)*n);
  return v;
}

static bool same(long seed, const char *what, jc_array got, jc_array want) {
  if (!jc_ok()) {
    FAULT("program %ld: %s: %s", seed, what, jc_error());
    jc_clear_error();
    return false;
  }
  int64_t m, n;
  float *a = elements(got, &m), *b = elements(want, &n);
  bool ok = m == n ||
            FAULT("program %ld: %s: %s, not %s", seed, what, jc_shape_str(got), jc_shape_str(want));
  for (int64_t i = 0; ok && i < n; i++) {
    if (memcmp(&a[i], &b[i], 4) && !(isnan(a[i]) && isnan(b[i])))
      ok = FAULT("program %ld: %s: element %lld of %lld is %.9g, not %.9g", seed, what,
                 (long long)i, (long long)n, (double)a[i], (double)b[i]);
  }
  free(a), free(b);
  return ok;
}

// Sums have other orders in a batch.
static void close_to(long seed, const char *what, jc_array got, jc_array want) {
  int64_t m, n;
  float *a = elements(got, &m), *b = elements(want, &n);
  if (m != n)
    FAULT("program %ld: %s: %lld elements, not %lld", seed, what, (long long)m, (long long)n);
  double most = 0;
  for (int64_t i = 0; m == n && i < n; i++) most = fmax(most, fabs((double)b[i]));
  for (int64_t i = 0; m == n && i < n; i++) {
    if (fabs((double)a[i] - (double)b[i]) <= 2e-3 * (most + 1e-2) || (isnan(a[i]) && isnan(b[i])))
      continue;
    FAULT("program %ld: %s: element %lld is %.9g, not %.9g", seed, what, (long long)i, (double)a[i],
          (double)b[i]);
    break;
  }
  free(a), free(b);
}

static jc_array inputs(int rows, int columns) {
  jc_array x = jc_normal(jc_key(test_random()), rows ? JC_SHAPE(rows, columns) : JC_SHAPE(columns));
  return x;
}

static void on(const char *device, const char *threads) {
  execute_on((Loc){0}, device);
  config_set(CONFIG_THREADS, threads);
}

static int sizes(void) { return test_int(0, 5) ? (int)test_int(1, 7) : (int)test_int(40, 150); }
static bool has_cpu;

// ---- the tests

static void jit_is_eager(long seed) {
  JC_SCOPE();
  const int m = sizes();
  on("interp", NULL);
  jc_array x = inputs(sizes(), m), y = inputs(0, m), want = program(x, y, seed, 0, 0, 0);
  same(seed, "jit on the interpreter", jc_jit(program)(x, y, seed, 0, 0, 1), want);
  if (!has_cpu) return;
  on("cpu", "1");
  same(seed, "jit on the CPU", jc_jit(program)(x, y, seed, 0, 0, 2), want);
  on("cpu", "2");
  same(seed, "jit on two threads", jc_jit(program)(x, y, seed, 0, 0, 3), want);
  same(seed, "eager on the CPU", program(x, y, seed, 0, 0, 0), want);
}

static void derivatives(long seed) {
  JC_SCOPE();
  const int m = sizes();
  on(has_cpu && test_int(0, 2) ? "cpu" : "interp", NULL);
  jc_array x = inputs((int)test_int(1, 5), m), y = inputs(0, m);
  jc_array want = jc_grad(loss)(x, y, seed, 0, 0, 0);
  same(seed, "jit of grad", jc_jit(jc_grad(loss))(x, y, seed, 0, 0, 0), want);
  same(seed, "grad of jit", jc_grad(jc_jit(loss))(x, y, seed, 0, 0, 0), want);
  same(seed, "jit of grad of jit", jc_jit(jc_grad(jc_jit(loss)))(x, y, seed, 0, 0, 0), want);
  jc_auto r = jc_jit(jc_value_and_grad(loss))(x, y, seed, 0, 0, 0);
  same(seed, "value and grad", r.grad, want);
  same(seed, "value of value and grad", r.value, loss(x, y, seed, 0, 0, 0));
  jc_auto c = jc_vjp(loss)(x, y, seed, 0, 0, 0, jc_f32(1));
  // Another program: the cotangent is an argument, so that sums may come in another order.
  close_to(seed, "vjp", c.grads.a0, want);
  if (!strcmp(execute_device((Loc){0})->name, "interp")) return;
  on("interp", NULL);
  same(seed, "grad on the interpreter", jc_grad(loss)(x, y, seed, 0, 0, 0), want);
}

static void batches(long seed) {
  JC_SCOPE();
  const int m = (int)test_int(1, 6), n = (int)test_int(1, 4);
  on(has_cpu && test_int(0, 2) ? "cpu" : "interp", NULL);
  jc_array x = jc_normal(jc_key(test_random()), JC_SHAPE(3, n, m)), y = inputs(0, m);
  jc_array want = jc_vmap(jc_grad(loss), .in_axes = {0, JC_NONE})(x, y, seed, 0, 1, 0);
  same(seed, "jit of vmap of grad",
       jc_jit(jc_vmap(jc_grad(loss), .in_axes = {0, JC_NONE}))(x, y, seed, 0, 1, 0), want);
  same(seed, "vmap of jit of grad",
       jc_vmap(jc_jit(jc_grad(loss)), .in_axes = {0, JC_NONE})(x, y, seed, 0, 1, 0), want);
  same(seed, "vmap of grad of jit",
       jc_vmap(jc_grad(jc_jit(loss)), .in_axes = {0, JC_NONE})(x, y, seed, 0, 1, 0), want);
  jc_array all = jc_vmap(program, .in_axes = {0, JC_NONE})(x, y, seed, 0, 1, 0);
  for (int i = 0; i < 3 && jc_ok(); i++) {
    jc_array xi = jc_at(x, i);
    close_to(seed, "vmap of the program", jc_at(all, i), program(xi, y, seed, 0, 1, 0));
    close_to(seed, "vmap of grad", jc_at(want, i), jc_grad(loss)(xi, y, seed, 0, 1, 0));
  }
}

// Derivatives along a direction, forward and in reverse.
static void forward_is_reverse(long seed) {
  JC_SCOPE();
  const int m = (int)test_int(1, 6);
  on("interp", NULL);
  jc_array x = inputs((int)test_int(1, 4), m), y = inputs(0, m), dx = jc_cos(jc_mul(x, 7)),
           dy = jc_sin(jc_mul(y, 5));
  jc_auto t = jc_jvp(loss)(x, y, seed, 0, 1, 0, dx, dy, seed, 0, 1, 0);
  jc_auto c = jc_vjp(loss)(x, y, seed, 0, 1, 0, jc_f32(1));
  jc_array px = jc_mul(c.grads.a0, dx), py = jc_mul(c.grads.a1, dy);
  const double got = jc_item(t.tangent), want = jc_item(jc_add(jc_sum(px), jc_sum(py)));
  const double size = jc_item(jc_add(jc_sum(jc_abs(px)), jc_sum(jc_abs(py))));
  if (jc_ok() && !(fabs(got - want) <= 1e-3 * size + 1e-5) && !(isnan(got) && isnan(want)))
    FAULT("program %ld: jvp is %.9g, vjp gives %.9g", seed, got, want);
}

// So many programs, or the one of TEST_PROGRAM=N.
static void rounds(void (*test)(long), int programs) {
  const char *given = getenv("TEST_PROGRAM");
  for (int n = 0; n < (given ? 1 : programs) && !test_counts.faults; n++) {
    test(given ? atol(given) : (long)(test_random() >> 20));
    if (!jc_ok()) FAULT("%s", jc_error()), jc_clear_error();
  }
}

static void jit_is_eager_always(void) { rounds(jit_is_eager, 16); }
static void derivatives_nest(void) { rounds(derivatives, 10); }
static void batches_nest(void) { rounds(batches, 10); }
static void forward_is_reverse_always(void) { rounds(forward_is_reverse, 300); }

int main(void) {
  has_cpu = execute_on((Loc){0}, "cpu") && jc_ok();
  jc_clear_error();
  RUN(jit_is_eager_always);
  RUN(derivatives_nest);
  RUN(batches_nest);
  RUN(forward_is_reverse_always);
  return tests_done();
}
