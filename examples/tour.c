// tour.c: jit, grad and vmap, one after the other.
#include <jitc.h>
#include <stdio.h>

enum { ELEMENTS = 1000000, ROWS = 150, COLUMNS = 100, EXAMPLES = 10 };

static jc_array selu(jc_array x) {
  const double alpha = 1.67, lambda = 1.05;
  jc_array below = jc_mul(alpha, jc_sub(jc_exp(x), 1));
  return jc_mul(lambda, jc_where(jc_greater(x, 0), x, below));
}
JC_FN(jc_array, selu, jc_array);

static jc_array cube(jc_array x) { return jc_mul(x, jc_square(x)); }
JC_FN(jc_array, cube, jc_array);

static jc_array product(jc_array matrix, jc_array vector) { return jc_matmul(matrix, vector); }
JC_FN(jc_array, product, jc_array, jc_array);

// The same for many vectors: a loop, and without one.
static jc_array product_by_loop(jc_array matrix, jc_array vectors) {
  jc_array rows[EXAMPLES];
  for (int i = 0; i < EXAMPLES; i++) rows[i] = product(matrix, jc_at(vectors, i));
  return jc_stack(JC_LIST_OF(rows), 0);
}

static jc_array product_by_vmap(jc_array matrix, jc_array vectors) {
  return jc_vmap(product, .in_axes = {JC_NONE, 0})(matrix, vectors);
}
JC_FN(jc_array, product_by_vmap, jc_array, jc_array);

JC_ENTRY(selu, jc_spec(JC_SHAPE(ELEMENTS)));
JC_ENTRY(product_by_vmap, jc_spec(JC_SHAPE(ROWS, COLUMNS)), jc_spec(JC_SHAPE(EXAMPLES, COLUMNS)));

int main(int argc, char **argv) {
  jc_options o = jc_parse_options(argc, argv, .seed = 0);
  jc_array keys = jc_split(jc_key(o.seed), 3);

  jc_array x = jc_normal(jc_at(keys, 0), JC_SHAPE(ELEMENTS));
  JC_TIMEIT(selu(x));
  JC_TIMEIT(jc_jit(selu)(x));

  jc_array two = jc_f32(2);
  printf("cube(2) and its derivatives: %g %g %g %g\n", jc_item(cube(two)),
         jc_item(jc_grad(cube)(two)), jc_item(jc_grad(jc_grad(cube))(two)),
         jc_item(jc_grad(jc_grad(jc_grad(cube)))(two)));

  jc_array matrix = jc_normal(jc_at(keys, 1), JC_SHAPE(ROWS, COLUMNS));
  jc_array vectors = jc_normal(jc_at(keys, 2), JC_SHAPE(EXAMPLES, COLUMNS));
  JC_TIMEIT(product_by_loop(matrix, vectors));
  JC_TIMEIT(jc_jit(product_by_vmap)(matrix, vectors));
  printf("%s\n", jc_shape_str(product_by_vmap(matrix, vectors)));
  return jc_finish();
}
