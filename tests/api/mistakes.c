// A user's program with one mistake for each name.   bad CASE
#include <jitc.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  jc_array w;
  int n;
} Padded;
static jc_array padded(Padded p) { return p.w; }
JC_FN(jc_array, padded, Padded);
typedef struct {
  jc_array w;
  double rate;
} Foreign;
static jc_array foreign(Foreign p) { return p.w; }
JC_FN(jc_array, foreign, Foreign);

static jc_array sum(jc_array x, jc_array y) { return jc_sum(jc_add(x, y)); }
JC_FN(jc_array, sum, jc_array, jc_array);
static jc_array leaked;
static jc_array leak(jc_array x) { return jc_sum(leaked = jc_exp(x)); }
JC_FN(jc_array, leak, jc_array);
static jc_array read_traced(jc_array x) {
  jc_array y = jc_mul(x, 2);
  if (jc_item(y) > 1) y = jc_neg(y);  // MISTAKE read
  return y;
}
JC_FN(jc_array, read_traced, jc_array);
static jc_array data_of_traced(jc_array x) {
  const float *at = jc_data(float, x);  // MISTAKE data
  return jc_mul(x, at[0]);
}
JC_FN(jc_array, data_of_traced, jc_array);
static jc_array inner(jc_array x) {
  return jc_sum(jc_matmul(x, x));  // MISTAKE inside
}
JC_FN(jc_array, inner, jc_array);
static jc_array forever(jc_array x) {
  jc_array all = jc_broadcast_to(x, JC_SHAPE(50, 1000, 1000, 1000));  // MISTAKE inside_memory
  return jc_add(x, jc_sum(jc_sort(all, 0)));
}
JC_FN(jc_array, forever, jc_array);
static jc_array flat(jc_array x) {
  jc_array length = jc_sqrt(jc_sum(jc_square(x)));  // MISTAKE backward
  return jc_mul(length, 0.0);
}
JC_FN(jc_array, flat, jc_array);
static jc_array below(jc_array x) {
  return jc_sum(jc_log(jc_sub(x, 3)));  // MISTAKE forward
}
JC_FN(jc_array, below, jc_array);
static jc_array gone(void) {
  JC_SCOPE();
  return jc_ones(JC_SHAPE(3));
}

#define MISTAKE(name) if (!strcmp(what, #name))

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "", *path = argc > 2 ? argv[2] : "";
  jc_array x = jc_ones(JC_SHAPE(3, 4));  // MISTAKE device
  jc_array v = jc_vector(1, 2, 3), r = x;
  MISTAKE(compile) r = jc_jit(sum)(v, v);              // MISTAKE compile
  MISTAKE(shape) r = jc_add(v, jc_ones(JC_SHAPE(5)));  // MISTAKE shape
  MISTAKE(dtype) r = jc_bitwise_or(v, 1);              // MISTAKE dtype
  MISTAKE(axis) r = jc_softmax(v, 1);                  // MISTAKE axis
  MISTAKE(inside) r = jc_jit(inner)(x);
  MISTAKE(leak) {
    jc_jit(leak)(v);
    r = jc_add(leaked, 1);  // MISTAKE leak
  }
  MISTAKE(read) r = jc_jit(read_traced)(jc_f32(1));
  MISTAKE(data) r = jc_jit(data_of_traced)(v);
  MISTAKE(twice) r = jc_jit(sum, .donate = {true, true})(v, v);  // MISTAKE twice
  MISTAKE(zero) r = jc_exp((jc_array){0});                       // MISTAKE zero
  MISTAKE(wild) r = jc_exp((jc_array){0x00007ffc12345670});      // MISTAKE wild
  MISTAKE(stale) r = jc_exp(gone());                             // MISTAKE stale
  MISTAKE(donated) {
    jc_array y = jc_ones(JC_SHAPE(3));
    jc_jit(sum, .donate = {true})(y, v);
    r = jc_exp(y);  // MISTAKE donated
  }
  MISTAKE(padded) r = jc_jit(padded)((Padded){x, 3});               // MISTAKE padded
  MISTAKE(foreign) r = jc_jit(foreign)((Foreign){x, 0.5});          // MISTAKE foreign
  MISTAKE(memory) r = jc_zeros(JC_SHAPE(INT64_C(1) << 45));         // MISTAKE memory
  MISTAKE(memory200) r = jc_zeros(JC_SHAPE(50, 1000, 1000, 1000));  // MISTAKE memory200
  MISTAKE(inside_memory) r = jc_jit(forever)(jc_f32(1));
  MISTAKE(backward) r = jc_jit(jc_grad(flat))(jc_zeros(JC_SHAPE(3)));
  MISTAKE(forward) r = jc_jit(below)(v);
  MISTAKE(eager) r = jc_log(jc_sub(v, 9));  // MISTAKE eager
  MISTAKE(diverge) {
    jc_options o = jc_parse_options(1, argv, .quiet = true);
    for (int i = 0; jc_report_step(&o, i, 9, .loss = 1.0 / (2 - i)); i++) {  // MISTAKE diverge
      if (i > 2) puts("unreachable");
    }
  }
  MISTAKE(idx) r = jc_load_idx("%s", path);  // MISTAKE idx
  MISTAKE(loop) {
    jc_batches it = jc_batches(&x, -1);  // MISTAKE loop
    while (jc_next(&it, &r)) puts("unreachable");
  }
  // Nothing after a mistake says anything more.
  for (int i = 0; i < 3; i++) r = jc_jit(sum)(r, jc_add(r, jc_vector(1, 2, 3, 4, 5, 6, 7)));
  jc_reshape(x, 99);
  MISTAKE(untold) return 0;
  return jc_finish();
}
