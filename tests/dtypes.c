// Every dtype through the public functions: promotion against JAX's lattice, sums of small
// integers, what C pointers and numbers become, indices of any integer type.
#include "frontend/execute.h"
#include "frontend/library/np.h"
#include "tests/check.h"

// The table of docs/dtypes.md: what a + b is in JAX. The last three kinds are the weak ones.
enum { WEAK = DT_COUNT, KINDS = WEAK + 3 };
static char sums[KINDS][KINDS][10];
static const char *const weak_names[] = {"int", "float", "complex"};

static Dtype dtype_of_kind(int k) {
  static const Dtype weak[] = {DT_I32, DT_F32, DT_C64};
  return k < WEAK ? (Dtype)k : weak[k - WEAK];
}

static int kind_of(const char *name) {
  for (int k = 0; k < 3; k++) {
    if (!strcmp(name, weak_names[k])) return WEAK + k;
  }
  Dtype d;
  return dtype_parse(name, strlen(name), &d) ? (int)d : -1;
}

static const char *kind_name(Dtype d, bool weak) {
  if (!weak) return dtype_name(d);
  for (int k = WEAK; k < KINDS; k++) {
    if (dtype_of_kind(k) == d) return weak_names[k - WEAK];
  }
  return "weak, but of a width";
}

// Rows begin with their kind, in the order of the first row.
static void read_table(void) {
  char path[600], line[600];
  const char *dir = getenv("TESTS_DIR");
  snprintf(path, sizeof path, "%s/../docs/dtypes.md", dir ? dir : "tests");
  FILE *f = fopen(path, "r");
  int order[KINDS], rows = 0, columns = 0;
  if (!EXPECT(f)) return;
  while (fgets(line, sizeof line, f)) {
    if (line[0] != '|' || line[1] != ' ') continue;
    const char *first = strtok(line, "| \n");
    const bool head = !strcmp(first, "+");
    const int row = head ? 0 : kind_of(first);
    if (!EXPECT(row >= 0)) break;
    for (int i = 0; i < KINDS; i++) {
      const char *cell = strtok(NULL, "| \n");
      if (!EXPECT(cell)) break;
      if (head) order[columns++] = kind_of(cell);
      else if (EXPECT(i < columns && order[i] >= 0))
        snprintf(sums[row][order[i]], sizeof sums[0][0], "%s", cell);
    }
    rows += !head;
  }
  fclose(f);
  EXPECT_EQ(rows, KINDS);
  EXPECT_EQ(columns, KINDS);
}

static void lattice(void) {
  for (int a = 0; a < KINDS; a++) {
    for (int b = 0; b < KINDS; b++) {
      Dtype d;
      bool weak;
      promote(dtype_of_kind(a), a >= WEAK, dtype_of_kind(b), b >= WEAK, &d, &weak);
      EXPECT_STR(kind_name(d, weak), sums[a][b]);
    }
  }
}

static jc_array one_of(int kind) {
  return kind < WEAK        ? jc_ones(JC_SHAPE(2), (jc_dtype)kind)
         : kind == WEAK     ? jc_lift(1)
         : kind == WEAK + 1 ? jc_lift(1.0)
                            : jc_lift_parts_(1, 0);
}

static jc_array add(jc_array x, jc_array y) { return jc_add(x, y); }
JC_FN(jc_array, add, jc_array, jc_array);

static void sums_of_arrays(void) {
  for (int a = 0; a < WEAK; a++) {
    for (int b = 0; b < KINDS; b++) {
      JC_SCOPE();
      jc_array at_once[] = {jc_add(one_of(a), one_of(b)), jc_add(one_of(b), one_of(a))};
      for (int i = 0; i < 2; i++) {
        const TypeInfo *t = type_info(slot_find(at_once[i])->type);
        EXPECT_STR(kind_name(t->type.dtype, t->weak), sums[a][b]);
      }
      jc_array traced = jc_jit(add)(one_of(a), one_of(b));
      EXPECT_STR(dtype_name((Dtype)jc_dtype_of(traced)), dtype_name((Dtype)jc_dtype_of(*at_once)));
      bool bools = a == DT_BOOL && b == DT_BOOL;
      EXPECT_EQ(jc_item(jc_max(jc_real(traced))), bools ? 1 : 2);
    }
  }
  EXPECT_OK();
}

static void reductions(void) {
  static const struct {
    jc_dtype of, sum;
    double most;
  } all[] = {{JC_I8, JC_I32, 127},       {JC_I16, JC_I32, 32767}, {JC_BOOL, JC_I32, 1},
             {JC_U8, JC_U32, 255},       {JC_U16, JC_U32, 65535}, {JC_I32, JC_I32, 1 << 20},
             {JC_U32, JC_U32, 1u << 31}, {JC_I64, JC_I64, 1e15},  {JC_U64, JC_U64, 0x1p63}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    JC_SCOPE();
    jc_array two = jc_full(JC_SHAPE(2), all[i].most, all[i].of);
    jc_array x = jc_concatenate(JC_LIST(two, jc_zeros(JC_SHAPE(1), all[i].of)), 0);
    EXPECT_EQ(jc_dtype_of(jc_sum(x)), all[i].sum);
    EXPECT_EQ(jc_dtype_of(jc_prod(x)), all[i].sum);
    EXPECT_EQ(jc_dtype_of(jc_mean(x)), JC_F32);
    EXPECT_EQ(jc_dtype_of(jc_max(x)), all[i].of);
    EXPECT(jc_item(jc_max(x)) == all[i].most);
    EXPECT(jc_item(jc_min(x)) == 0);
    bool wraps = all[i].of == JC_U32 || all[i].of == JC_U64;
    EXPECT(jc_item(jc_sum(x)) == (wraps ? 0 : 2 * all[i].most));
  }
  EXPECT_OK();
}

// Sums keep the type; statistics are f32's, rounded once.
static void halves(void) {
  static const jc_dtype dtypes[] = {JC_F16, JC_BF16};
  for (int k = 0; k < 2; k++) {
    JC_SCOPE();
    const jc_dtype d = dtypes[k];
    jc_array x = jc_full(JC_SHAPE(3, 1000), 1.5, d), big = jc_full(JC_SHAPE(4), 40000, d);
    EXPECT_EQ(jc_dtype_of(jc_sum(x)), d);
    EXPECT_EQ(jc_item(jc_sum(x)), k ? 4512 : 4500);
    EXPECT_EQ(jc_dtype_of(jc_mean(x)), d);
    EXPECT_EQ(jc_item(jc_mean(x)), 1.5);
    EXPECT_EQ(jc_item(jc_var(x)), 0);
    EXPECT_EQ(jc_item(jc_mean(big)), k ? 39936 : 40000);  // its sum overflows in f16
    EXPECT_EQ(jc_dtype_of(jc_softmax(x, 1)), d);
    EXPECT_EQ(jc_dtype_of(jc_matmul(x, jc_ones(JC_SHAPE(1000, 2), d))), d);
    EXPECT_EQ(jc_dtype_of(jc_add(x, 1)), d);
    EXPECT_EQ(jc_dtype_of(jc_mul(0.1, x)), d);
    EXPECT_EQ(jc_dtype_of(jc_exp(x)), d);
    EXPECT_EQ(jc_item(jc_astype(jc_f64(1 + 0x1p-8 + 0x1p-40), d)), k ? 1 + 0x1p-7 : 1 + 0x1p-8);
    jc_array one = k ? jc_bf16(1.0 / 3) : jc_f16(1.0 / 3);
    EXPECT_EQ(jc_dtype_of(one), d);
    EXPECT_EQ(jc_item(one), k ? 0x1.56p-2 : 0x1.554p-2);
  }
  EXPECT_EQ(jc_dtype_of(jc_add(jc_f16(1), jc_bf16(1))), JC_F32);
  const uint16_t bits[] = {0x3c00, 0x3c01, 0x0001, 0x7c00};
  jc_array x = jc_from_bits(bits, JC_F16, 4);
  uint16_t back[4];
  float wide[4];
  EXPECT(jc_copy(x, back, sizeof back) && jc_read(x, wide));
  EXPECT_BYTES(back, bits, sizeof bits);
  EXPECT(wide[0] == 1 && wide[1] == 1 + 0x1p-10f && wide[2] == 0x1p-24f && isinf(wide[3]));
  EXPECT_EQ(jc_dtype_of(jc_one_hot(jc_arange(2), 3)), JC_F32);
  EXPECT_OK();
}

static jc_array loss(jc_array x, jc_array w) { return jc_sum(jc_square(jc_tanh(jc_matmul(x, w)))); }
JC_FN(jc_array, loss, jc_array, jc_array);

// Derivatives of halves are halves, near those of f32.
static void derivatives_of_halves(void) {
  static const jc_dtype dtypes[] = {JC_F16, JC_BF16};
  for (int k = 0; k < 2; k++) {
    JC_SCOPE();
    jc_array x = jc_normal(jc_key(test_random()), JC_SHAPE(5, 7), dtypes[k]);
    jc_array w = jc_normal(jc_key(test_random()), JC_SHAPE(7, 3), dtypes[k]);
    jc_array got = jc_jit(jc_grad(loss))(x, w);
    jc_array want = jc_grad(loss)(jc_astype(x, JC_F32), jc_astype(w, JC_F32));
    EXPECT_EQ(jc_dtype_of(got), dtypes[k]);
    jc_array far = jc_max(jc_abs(jc_sub(got, want)));
    EXPECT(jc_item(far) < (k ? 0.2 : 0.02));
  }
  EXPECT_OK();
}

static void memory_and_scalars(void) {
  JC_SCOPE();
  const int8_t i8[] = {INT8_MIN, 1, INT8_MAX};
  const int16_t i16[] = {INT16_MIN, 1, INT16_MAX};
  const uint16_t u16[] = {0, 1, UINT16_MAX};
  const uint64_t u64[] = {0, 1, UINT64_MAX};
  const unsigned long long wide[] = {0, 1, ~0ull};
  jc_array all[] = {jc_from(i8, 3), jc_from(i16, 3), jc_from(u16, 3), jc_from(u64, 3),
                    jc_from(wide, 3)};
  jc_array most[] = {jc_i8(INT8_MAX), jc_i16(INT16_MAX), jc_u16(UINT16_MAX), jc_u64(UINT64_MAX),
                     jc_u64(UINT64_MAX)};
  static const jc_dtype dtypes[] = {JC_I8, JC_I16, JC_U16, JC_U64, JC_U64};
  for (int i = 0; i < 5; i++) {
    EXPECT_EQ(jc_dtype_of(all[i]), dtypes[i]);
    EXPECT_EQ(jc_dtype_of(most[i]), dtypes[i]);
    EXPECT_EQ(jc_item(jc_all(jc_equal(jc_max(all[i]), most[i]))), 1);
    jc_array wrapped = jc_add(most[i], 1);  // the least value
    EXPECT_EQ(jc_dtype_of(wrapped), dtypes[i]);
    EXPECT_EQ(jc_item(jc_equal(wrapped, jc_min(all[i]))), 1);
    EXPECT_EQ(jc_item(jc_equal(jc_at(jc_sort(all[i], 0), 2), most[i])), 1);
  }
  EXPECT_OK();
}

static void numbers_that_do_not_fit(void) {
  jc_add(jc_i8(0), 127);
  jc_add(jc_i16(0), -32768);
  jc_add(jc_u16(0), 65535);
  jc_add(jc_u64(0), INT64_MAX);
  EXPECT_OK();
  jc_add(jc_i8(0), 128);
  EXPECT_FAIL("128 does not fit i8");
  jc_add(jc_i16(0), -32769);
  EXPECT_FAIL("-32769 does not fit i16");
  jc_add(jc_u16(0), 65536);
  EXPECT_FAIL("65536 does not fit u16");
  jc_add(jc_u64(0), -1);
  EXPECT_FAIL("-1 does not fit u64");
}

// Positions beyond the index's own range are reached from no index, and those of u64 clamp.
static void indices(void) {
  JC_SCOPE();
  jc_array x = jc_arange(40000);
  EXPECT_EQ(jc_item(jc_take(x, jc_i8(-1), 0)), 39999);
  EXPECT_EQ(jc_item(jc_take(x, jc_i8(127), 0)), 127);
  EXPECT_EQ(jc_item(jc_take(x, jc_i16(-2), 0)), 39998);
  EXPECT_EQ(jc_item(jc_take(x, jc_u16(39998), 0)), 39998);
  EXPECT_EQ(jc_item(jc_take(x, jc_u64(39998), 0)), 39998);
  EXPECT_EQ(jc_item(jc_take(x, jc_u64(UINT64_MAX), 0)), 39999);
  jc_array start = jc_u64(UINT64_MAX - 5);
  EXPECT_EQ(jc_item(jc_dynamic_slice(x, JC_LIST(start), JC_SHAPE(1))), 39999);
  const int16_t labels[] = {0, 299};
  jc_array hot = jc_one_hot(jc_from(labels, 2), 300);
  EXPECT_EQ(jc_item(jc_sum(hot)), 2);
  EXPECT_EQ(jc_item(jc_at(jc_at(hot, 1), 299)), 1);
  EXPECT_OK();
}

int main(void) {
  RUN(read_table);
  RUN(lattice);
  RUN(sums_of_arrays);
  RUN(reductions);
  RUN(halves);
  RUN(derivatives_of_halves);
  RUN(memory_and_scalars);
  RUN(numbers_that_do_not_fit);
  RUN(indices);
  return tests_done();
}
