// Types: names of dtypes, sizes, text and what fits.
#include "ir/type.h"

#include "tests/check.h"

static void names_parse_back(void) {
  for (Dtype d = 0; d < DT_COUNT; d++) {
    Dtype back = DT_COUNT;
    const char *name = dtype_name(d);
    EXPECT(dtype_parse(name, strlen(name), &back));
    EXPECT_EQ(back, d);
  }
  Dtype none;
  EXPECT(!dtype_parse("f3", 2, &none));
  EXPECT(!dtype_parse("f321", 4, &none));
}

static void types_print_and_count(void) {
  Type t = type_of(DT_F32, INTS(32, 784));
  EXPECT_STR(TYPE_STR(t), "f32[32,784]");
  EXPECT_STR(TYPE_STR(type_scalar(DT_BOOL)), "bool[]");
  EXPECT_EQ(type_count(t), 32 * 784);
  EXPECT_EQ(type_bytes(t), 4 * 32 * 784);
  EXPECT_EQ(type_count(type_of(DT_I64, INTS(3, 0, 5))), 0);
  EXPECT_EQ(type_count(type_scalar(DT_F64)), 1);
}

static void oversized_types_do_not_fit(void) {
  EXPECT(type_fits(type_of(DT_F32, INTS(1 << 20, 1 << 20))));
  EXPECT(!type_fits(type_of(DT_F32, INTS(INT64_MAX / 4, 2))));
  EXPECT(!type_fits(type_of(DT_U8, INTS(INT64_MAX, 2))));
  EXPECT(!type_fits(type_of(DT_F32, INTS(2, -1))));
  EXPECT(!type_fits((Type){DT_F32, MAX_RANK + 1, (int64_t[MAX_RANK + 1]){0}}));
}

int main(void) {
  RUN(names_parse_back);
  RUN(types_print_and_count);
  RUN(oversized_types_do_not_fit);
  return tests_done();
}
