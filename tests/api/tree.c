// A program as a user writes it: trees, scopes, options, every way to name a function.
#include <jitc.h>
#include <stdio.h>

typedef struct {
  jc_array w, b;
} Dense;
typedef struct {
  Dense layer[2];
} Net;
typedef struct {
  jc_array w, b;
  int stride;
  double eps;
  const char *name;
  jc_array more[2];
} Conv;
JC_TREE(Conv, w, b, stride, eps, name, more);

static jc_array loss(Net p, jc_array x, jc_array y) {
  for (int i = 0; i < 2; i++) x = jc_tanh(jc_add(jc_matmul(p.layer[i].w, x), p.layer[i].b));
  return jc_mean(jc_square(jc_sub(x, y)));
}
JC_FN(jc_array, loss, Net, jc_array, jc_array);

static jc_array scaled(Conv c, jc_array x) { return jc_mul(c.eps, c.stride, jc_add(c.w, x)); }
JC_FN(jc_array, scaled, Conv, jc_array);

typedef jc_array Scalar(jc_array);
static jc_array cube(jc_array x) { return jc_mul(x, jc_square(x)); }
JC_FN(jc_array, cube, jc_array);

static jc_array newton(Scalar *f, jc_array x, int steps) {
  JC_FN_AS(f, cube);
  for (int i = 0; i < steps; i++) x = jc_sub(x, jc_div(f(x), jc_grad(f)(x)));
  return x;
}
JC_FN(jc_array, newton, Scalar *, jc_array, int);

JC_ENTRY(cube, jc_spec(JC_SCALAR, JC_F32, .low = 1, .high = 2));

static Net init(jc_array key) {
  Net p;
  for (int i = 0; i < 2; i++)
    p.layer[i] = (Dense){jc_normal(jc_fold_in(key, i), JC_SHAPE(3, 3)), jc_zeros(JC_SHAPE(3))};
  return p;
}

static Net step(Net p, jc_array x, jc_array y) {
  return jc_tree_sub(p, jc_tree_scale(0.01, jc_grad(loss)(p, x, y)));
}
JC_FN(Net, step, Net, jc_array, jc_array);

int main(void) {
  Net p = init(jc_key(1));
  jc_array x = jc_vector(1, 2, 3), y = jc_vector(0.5, 0, 1);
  double first = jc_item(loss(p, x, y));
  for (int i = 0; i < 50 && jc_ok(); i++) {
    JC_SCOPE(p);
    p = jc_jit(step, .donate = {[0] = true})(p, x, y);
  }
  printf("loss went down: %d\n", jc_item(loss(p, x, y)) < first);

  jc_array rows[2] = {x, y};
  jc_array xs = jc_stack(JC_LIST_OF(rows), 0);
  Net all = jc_jit(jc_vmap(jc_grad(loss), .in_axes = {JC_NONE, 0, 0}))(p, xs, xs);
  Net most = jc_grad(jc_jit(loss))(p, x, y);
  jc_auto r = jc_jit(jc_value_and_grad(jc_jit(loss)))(p, x, y);
  struct jc_vg0_loss again = jc_value_and_grad(loss)(p, x, y);
  jc_auto t = jc_jvp(loss)(p, x, y, all.layer[0].b.handle ? most : p, x, y);
  jc_auto c = jc_vjp(loss)(p, x, y, jc_f32(1));
  printf("%s %s %d\n", jc_shape_str(all.layer[1].w), jc_shape_str(c.grads.a0.layer[0].b),
         jc_item(r.value) == jc_item(again.value) && jc_item(t.value) == jc_item(c.value));
  printf("fourth: %g\n", jc_item(jc_grad(jc_grad(jc_grad(jc_grad(jc_grad(cube)))))(jc_f32(3))));
  printf("newton: %.3g\n", jc_item(jc_jit(newton)(cube, jc_f32(1), 10)));
  printf("jvp of grad: %g\n", jc_item(jc_jvp(jc_grad(cube))(jc_f32(2), jc_f32(1)).tangent));

  Conv conv = {.w = x, .b = y, .stride = 2, .eps = 0.5, .name = "c", .more = {x, y}};
  conv = jc_tree_map(jc_add, conv, conv);
  printf("%s %d\n", jc_str(jc_jit(scaled)(conv, 1 ? x : y)), conv.stride);
  printf("%s\n", jc_str(jc_where(jc_greater(x, 1), x, jc_full(JC_SHAPE(3), 9))));
  return jc_finish();
}
