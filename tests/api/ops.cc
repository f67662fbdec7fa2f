// Ops called from C++, with numbers lifted.
#include <jitc.h>

#include <cstdio>
#include <cstring>

static int faults;

static void expect(const char *got, const char *want) {
  if (std::strcmp(got, want) == 0) return;
  std::printf("ops.cc: %s, expected %s\n", got, want);
  faults++;
}

int main() {
  const float at[] = {1, 2, 3, 4};
  const unsigned char bytes[] = {1, 2, 3, 4};
  const auto x = jc_from(at, 2, 2), b = jc_from(bytes, 4);
  expect(jc_str(jc_add(jc_mul(0.5, x), 1)), "[[1.5 2]\n [2.5 3]]");
  expect(jc_str(jc_sum(x, .axes = JC_AXES(0))), "[4 6]");
  expect(jc_str(jc_matmul(x, jc_transpose(x))), "[[5 11]\n [11 25]]");
  expect(jc_shape_str(jc_add(b, 2u)), "u8[4]");
  expect(jc_shape_str(jc_mul(b, 2.0f)), "f32[4]");
  expect(jc_shape_str(jc_add(jc_arange(3), 1L)), "i32[3]");
  expect(jc_str(jc_where(true, x, 0)), "[[1 2]\n [3 4]]");
  expect(jc_data(float, x)[3] == 4 ? "4" : "not 4", "4");
  if (!jc_data(double, x)) jc_clear_error();
  return jc_finish() || faults;
}
