// jc_print, jc_show, jc_tree_*: the arrays are those that numpy printed for print.out, whose words
// for bools are C's.
#include <jitc.h>
#include <math.h>
#include <stdio.h>

typedef struct {
  jc_array w, b;
} Dense;
typedef struct {
  Dense layer[2];
  jc_array scale[3];
  int steps;
} Net;
JC_TREE(Dense, w, b);
JC_TREE(Net, layer, scale, steps);
typedef struct {
  jc_array left, right;
} Pair;

static jc_array largest(jc_array x) { return jc_max(jc_abs(x)); }
static jc_array traced(Pair p) {
  jc_tree_print(p);
  printf("%d\n", (int)jc_tree_count(p));
  return jc_tree_reduce(jc_add, jc_tree_map(largest, p), 0.0);
}
JC_FN(jc_array, traced, Pair);

static void print_floats(void) {
  jc_array x = jc_arange(24);
  jc_print(jc_f32(0.1));
  jc_print(jc_f64(1.0 / 3));
  jc_print(jc_vector(1, 2.5, -3.125));
  jc_print(jc_vector(1e10, 1, NAN, -INFINITY));
  jc_print(jc_vector(1, NAN));
  jc_print(jc_vector(-0.0, INFINITY, 1.25));
  jc_print(jc_vector(1e-5, 1));
  jc_print(jc_vector(0.001, 100));
  jc_print(jc_vector(16777216, 0.1));
  jc_print(jc_from(((double[]){1e300, 1e-300, -1e100}), 3));
  jc_print(jc_div(jc_astype(x, JC_F32), 7));
  jc_print(jc_div(jc_astype(jc_reshape(x, 4, 6), JC_F64), 7));
  jc_print(jc_astype(jc_vector(0.1, 1000, 65504), JC_F16));
  jc_print(jc_astype(jc_vector(0.5, 3.140625, -2), JC_BF16));
  jc_print(jc_full(JC_SHAPE(2, 2), 0));
}

static void print_others(void) {
  jc_array x = jc_arange(24);
  jc_print(jc_reshape(x, 2, 3, 4));
  jc_print(jc_reshape(jc_arange(1001), 7, 143));
  jc_print(jc_reshape(jc_arange(2000), 10, 10, 20));
  jc_print(jc_arange(1000));
  jc_print(jc_arange(1001));
  jc_print(jc_from(((int64_t[]){INT64_MIN, 0, INT64_MAX}), 3));
  jc_print(jc_from(((uint64_t[]){UINT64_MAX, 1}), 2));
  jc_print(jc_from(((int8_t[]){-128, 127}), 1, 2));
  jc_print(jc_less(x, 5));
  jc_print(jc_bool(true));
  jc_print(jc_complex(jc_vector(1, 2.5), jc_vector(-1, 3)));
  jc_print(jc_c128(1e10, -0.5));
  jc_print(jc_zeros(JC_SHAPE(0, 3)));
  jc_print(jc_zeros(JC_SHAPE(0), JC_C64));
}

int main(void) {
  print_floats();
  print_others();
  Net n = {.steps = 3};
  for (int i = 0; i < 2; i++)
    n.layer[i] = (Dense){jc_full(JC_SHAPE(2, 3), i + 1), jc_zeros(JC_SHAPE(2))};
  for (int i = 0; i < 3; i++) n.scale[i] = jc_arange(i);
  jc_print(n);
  jc_tree_print(n);
  jc_leaf leaves[3];
  printf("%d arrays:", jc_tree_flatten(n, 3, leaves));
  for (int i = 0; i < 3; i++) printf(" %s %s", leaves[i].path, jc_shape_str(leaves[i].x));
  printf("\n");
  Pair p = {jc_vector(1, 2, 3), jc_vector(-5)};
  jc_print(jc_jit(traced)(p));
  jc_print(p);
  jc_tree_print(p.left);
  jc_show(n);
  jc_show(jc_linspace(0, 1, 480));
  jc_show(jc_vector(NAN, 2, INFINITY));
  jc_show(jc_zeros(JC_SHAPE(0)));
  jc_show(jc_c64(3, 4));
  return jc_finish();
}
