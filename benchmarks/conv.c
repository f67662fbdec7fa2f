// Convolutions, forward and both gradients, against the FMA peak of the same run.
#include <jitc.h>
#include <stdio.h>

#include "benchmarks/peak.h"

enum { REPEATS = 15 };

// ct weighs the outputs, so that gradients of the loss are those of a layer with that cotangent.
#define CONVOLUTION(name, stride)                                               \
  static jc_array name(jc_array x, jc_array w) {                                \
    return jc_conv(x, w, .strides = JC_SHAPE(stride), .padding = JC_SAME);      \
  }                                                                             \
  JC_FN(jc_array, name, jc_array, jc_array);                                    \
  static jc_array name##_loss(jc_array x, jc_array w, jc_array ct) {            \
    return jc_sum(jc_mul(name(x, w), ct));                                      \
  }                                                                             \
  JC_FN(jc_array, name##_loss, jc_array, jc_array, jc_array);                   \
  static void name##_times(jc_array x, jc_array w, jc_array ct, double *best) { \
    for (int i = -2; i < REPEATS && jc_ok(); i++) {                             \
      JC_SCOPE();                                                               \
      const double t0 = jc_seconds();                                           \
      jc_block(jc_jit(name)(x, w));                                             \
      const double t1 = jc_seconds();                                           \
      jc_block(jc_jit(jc_grad_arg(name##_loss, 0))(x, w, ct));                  \
      const double t2 = jc_seconds();                                           \
      jc_block(jc_jit(jc_grad_arg(name##_loss, 1))(x, w, ct));                  \
      const double t[] = {t1 - t0, t2 - t1, jc_seconds() - t2};                 \
      for (int k = 0; k < 3; k++)                                               \
        if (i >= 0 && (i == 0 || t[k] < best[k])) best[k] = t[k];               \
    }                                                                           \
  }
CONVOLUTION(conv1, 1)
CONVOLUTION(conv2, 2)

typedef struct Shape {
  int n, size, in, window, out, stride;
} Shape;
static const Shape shapes[] = {
    {8, 56, 64, 3, 64, 1},
    {8, 28, 128, 3, 128, 1},
    {128, 28, 1, 5, 32, 2},
    {128, 14, 32, 5, 64, 2},
};

int main(void) {
  const double peak = peak_fma(2, 200);
  printf("%-28s%8s%8s%8s   GFLOP/s; two threads reach %.0f\n", "", "fwd", "dx", "dw", peak);
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes && jc_ok(); i++) {
    JC_SCOPE();
    const Shape s = shapes[i];
    const int o = (s.size + s.stride - 1) / s.stride;
    jc_array x = jc_normal(jc_key(0), JC_SHAPE(s.n, s.size, s.size, s.in));
    jc_array w = jc_normal(jc_key(1), JC_SHAPE(s.window, s.window, s.in, s.out));
    jc_array ct = jc_normal(jc_key(2), JC_SHAPE(s.n, o, o, s.out));
    double best[3] = {0};
    (s.stride == 1 ? conv1_times : conv2_times)(x, w, ct, best);
    const double gflop = 2e-9 * s.n * o * o * s.out * s.window * s.window * s.in;
    printf("%3dx%dx%dx%-3d %dx%d->%-3d /%d    %8.1f%8.1f%8.1f\n", s.n, s.size, s.size, s.in,
           s.window, s.window, s.out, s.stride, gflop / best[0], gflop / best[1], gflop / best[2]);
  }
  return jc_finish();
}
