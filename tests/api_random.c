// Random numbers against values that JAX 0.10.2 gives for the same keys.
#include "frontend/execute.h"
#include "tests/check.h"

static void keys(void) {
  uint32_t got[6];
  jc_copy(jc_split(jc_key(42), 3), got, sizeof got);
  static const uint32_t want[] = {1832780943, 270669613,  64467757,
                                  2916123636, 2465931498, 255383827};
  EXPECT_BYTES(got, want, sizeof want);
  jc_copy(jc_fold_in(jc_key(42), 7), got, 8);
  static const uint32_t folded[] = {2547012911, 1371500959};
  EXPECT_BYTES(got, folded, sizeof folded);
  jc_copy(jc_key(UINT64_C(0x123456789)), got, 8);
  EXPECT_EQ(got[0], 1);
  EXPECT_EQ(got[1], 0x23456789);
}

// f16 and bf16: the numbers of JAX, and a checksum over the bits of many.
static void halves(void) {
  static const jc_dtype dtypes[] = {JC_F16, JC_BF16};
  static const uint16_t uniform[2][8] = {
      {0x2ce0, 0x3218, 0x3bce, 0x3a0e, 0x3730, 0x34ec, 0x39bc, 0x3090},
      {0x3f22, 0x3f58, 0x3f78, 0x3f56, 0x3da0, 0x3f58, 0x3f18, 0x3f30}};
  static const uint16_t ranged[2][8] = {
      {0xc149, 0xc036, 0x3e58, 0x3874, 0xbb1c, 0xbe38, 0x35e8, 0xc0a9},
      {0xbd00, 0x3f74, 0x3fc4, 0x3f6c, 0xc028, 0x3f74, 0xbe60, 0x3e60}};
  static const uint16_t normal[2][8] = {
      {0xbdb8, 0xbb01, 0x3fe6, 0x3993, 0xb011, 0xb804, 0x3898, 0xbc45},
      {0x3eb0, 0x3f82, 0x3ff2, 0x3f7c, 0xbfb4, 0x3f82, 0x3e77, 0x3efd}};
  static const uint64_t sums[] = {0x24ab2b44, 0x26bad54e};
  static uint16_t got[20000];
  for (int k = 0; k < 2; k++) {
    JC_SCOPE();
    jc_copy(jc_uniform(jc_key(42), JC_SHAPE(8), dtypes[k]), got, 16);
    EXPECT_BYTES(got, uniform[k], 16);
    jc_copy(jc_uniform(jc_key(42), JC_SHAPE(8), dtypes[k], .minval = -3, .maxval = 1.7), got, 16);
    EXPECT_BYTES(got, ranged[k], 16);
    jc_copy(jc_normal(jc_key(42), JC_SHAPE(8), dtypes[k]), got, 16);
    EXPECT_BYTES(got, normal[k], 16);
    jc_copy(jc_normal(jc_key(42), JC_SHAPE(20000), dtypes[k]), got, sizeof got);
    uint64_t sum = 0;
    for (int i = 0; i < 20000; i++) sum += got[i];
    EXPECT_EQ(sum, sums[k]);
  }
  EXPECT_OK();
}

static void next_key_is_split(void) {
  jc_array key = jc_key(42), one = jc_next_key(&key);
  uint32_t got[2];
  jc_copy(key, got, sizeof got);
  EXPECT_EQ(got[0], 1832780943);
  jc_copy(one, got, sizeof got);
  EXPECT_EQ(got[0], 64467757);
}

static void bits(void) {
  uint32_t got[5];
  jc_copy(jc_bits(jc_key(42), JC_SHAPE(5)), got, sizeof got);
  static const uint32_t want[] = {2098992034, 2919706841, 2646866425, 2409546199, 1935504149};
  EXPECT_BYTES(got, want, sizeof want);
}

static void uniforms(void) {
  float got[4];
  jc_copy(jc_uniform(jc_key(42), JC_SHAPE(4)), got, sizeof got);
  static const float want[] = {0x1.f47048p-2f, 0x1.5c0e6p-1f, 0x1.3b87fp-1f, 0x1.1f3d8p-1f};
  EXPECT_BYTES(got, want, sizeof want);
  jc_copy(jc_uniform(jc_key(42), JC_SHAPE(2), .minval = -2, .maxval = 3), got, 8);
  static const float ranged[] = {0x1.c63168p-2f, 0x1.6623fp+0f};
  EXPECT_BYTES(got, ranged, sizeof ranged);
  double wide[3];
  jc_copy(jc_uniform(jc_key(42), JC_SHAPE(3), JC_F64), wide, sizeof wide);
  static const double wanted[] = {0x1.b4f8123c40884p-2, 0x1.ebd996d6e8400p-7, 0x1.25f641d41e71ap-1};
  EXPECT_BYTES(wide, wanted, sizeof wanted);
}

// Two units in the last place: JAX's own logarithm differs from the truth by more.
static void normals(void) {
  static const double want[] = {-0x1.cfbe2ap-6, 0x1.de57dp-2,   0x1.2eccc2p-2,
                                0x1.3a7648p-3,  -0x1.fc09d6p-4, 0x1.bc4234p-3};
  float got[6];
  jc_copy(jc_normal(jc_key(42), JC_SHAPE(2, 3)), got, sizeof got);
  for (int i = 0; i < 6; i++) EXPECT_CLOSE(got[i], want[i], fabs(want[i]) * 0x1p-22);
}

static void integers(void) {
  int32_t got[10];
  jc_copy(jc_randint(jc_key(42), -5, 100, JC_SHAPE(6)), got, 24);
  static const int32_t want[] = {94, 49, 76, -1, 84, 19};
  EXPECT_BYTES(got, want, sizeof want);
  jc_copy(jc_permutation(jc_key(42), 10), got, sizeof got);
  static const int32_t order[] = {7, 4, 2, 5, 3, 6, 8, 9, 0, 1};
  EXPECT_BYTES(got, order, sizeof order);
  jc_copy(jc_choice(jc_key(42), 10, 4), got, 16);
  static const int32_t drawn[] = {4, 4, 1, 9};
  EXPECT_BYTES(got, drawn, sizeof drawn);
  jc_copy(jc_choice(jc_key(42), 10, 4, .without_replacement = true), got, 16);
  EXPECT_BYTES(got, order, 16);
}

static void bernoulli(void) {
  bool got[8];
  static const bool want[] = {0, 0, 0, 0, 0, 0, 1, 0};
  jc_copy(jc_bernoulli(jc_key(42), 0.3, JC_SHAPE(8)), got, sizeof got);
  EXPECT_BYTES(got, want, sizeof want);
}

// Of the original layout, where it differs: values of JAX with jax_threefry_partitionable = False.
static void original_layout(void) {
  uint32_t keys[6], words[5];
  jc_copy(jc_split(jc_key(42), 3, JC_ORIGINAL), keys, sizeof keys);
  static const uint32_t split[] = {3134548294, 3733159049, 3746501087,
                                   894150801,  801545058,  2363201431};
  EXPECT_BYTES(keys, split, sizeof split);
  jc_copy(jc_split(jc_key(42), .layout = JC_ORIGINAL), keys, 16);
  static const uint32_t two[] = {2465931498, 3679230171, 255383827, 267815257};
  EXPECT_BYTES(keys, two, sizeof two);
  jc_copy(jc_bits(jc_key(42), JC_SHAPE(5), .layout = JC_ORIGINAL), words, sizeof words);
  static const uint32_t bits[] = {3134548294, 3733159049, 843694964, 894150801, 801545058};
  EXPECT_BYTES(words, bits, sizeof bits);
  float u[3], z[3];
  jc_copy(jc_uniform(jc_key(42), JC_SHAPE(3), .layout = JC_ORIGINAL), u, sizeof u);
  static const float uniform[] = {0x1.25f64p-1f, 0x1.9a3f8p-4f, 0x1.e71bp-5f};
  EXPECT_BYTES(u, uniform, sizeof uniform);
  jc_copy(jc_normal(jc_key(42), JC_SHAPE(3), .layout = JC_ORIGINAL), z, sizeof z);
  static const double normal[] = {0x1.7ed806p-3, -0x1.47d8b6p+0, -0x1.8f2f26p+0};
  for (int i = 0; i < 3; i++) EXPECT_CLOSE(z[i], normal[i], fabs(normal[i]) * 0x1p-22);
}

static void original_integers(void) {
  int32_t got[10];
  jc_copy(jc_randint(jc_key(42), -5, 100, JC_SHAPE(5), .layout = JC_ORIGINAL), got, 20);
  static const int32_t drawn[] = {17, -2, 47, 19, 29};
  EXPECT_BYTES(got, drawn, sizeof drawn);
  jc_copy(jc_permutation(jc_key(42), 10, JC_ORIGINAL), got, sizeof got);
  static const int32_t order[] = {9, 0, 2, 6, 1, 4, 5, 8, 3, 7};
  EXPECT_BYTES(got, order, sizeof order);
  jc_copy(jc_choice(jc_key(42), 10, 4, true, JC_ORIGINAL), got, 16);
  EXPECT_BYTES(got, order, 16);
  bool heads[8];
  static const bool wanted[] = {0, 0, 1, 1, 0, 1, 1, 1};
  jc_copy(jc_bernoulli(jc_key(42), 0.3, JC_SHAPE(8), .layout = JC_ORIGINAL), heads, sizeof heads);
  EXPECT_BYTES(heads, wanted, sizeof wanted);
}

// Bits of every width, and integers of every dtype.
static void widths(void) {
  static const struct {
    jc_random_layout layout;
    uint8_t bits8[5];
    uint16_t bits16[5];
    uint64_t bits64[5];
    uint8_t ints8[5];
    int16_t ints16[5];
    int64_t ints64[3];
  } want[] = {
      {JC_PARTITIONABLE,
       {162, 217, 249, 215, 21},
       {5026, 12505, 63993, 49623, 29461},
       {UINT64_C(7871734211187709741), UINT64_C(276886910877598708), UINT64_C(10591095138341673235),
        UINT64_C(13462782411356743825), UINT64_C(12687676868490354166)},
       {44, 114, 71, 169, 109},
       {-156, 2814, 171, 1369, 1409},
       {INT64_C(1035104280218), INT64_C(739820122399), INT64_C(137997668742)}},
      {JC_ORIGINAL,
       {45, 179, 215, 3, 244},
       {8426, 37627, 63599, 6563, 55571},
       {UINT64_C(11878554724538143822), UINT64_C(5949366705374003258),
        UINT64_C(3569329351199305345), UINT64_C(16352916591564049101),
        UINT64_C(15533732488544181321)},
       {12, 43, 7, 129, 184},
       {2812, 1443, 607, 1329, 184},
       {INT64_C(499383503785), INT64_C(463172080455), INT64_C(265601080306)}}};
  for (int i = 0; i < 2; i++) {
    const jc_random_layout layout = want[i].layout;
    const jc_array key = jc_key(42);
    uint8_t b8[5];
    uint16_t b16[5];
    uint64_t b64[5];
    jc_copy(jc_bits(key, JC_SHAPE(5), JC_U8, layout), b8, sizeof b8);
    EXPECT_BYTES(b8, want[i].bits8, sizeof b8);
    jc_copy(jc_bits(key, JC_SHAPE(5), JC_U16, layout), b16, sizeof b16);
    EXPECT_BYTES(b16, want[i].bits16, sizeof b16);
    jc_copy(jc_bits(key, JC_SHAPE(5), JC_U64, layout), b64, sizeof b64);
    EXPECT_BYTES(b64, want[i].bits64, sizeof b64);
    int16_t i16[5];
    int64_t i64[3];
    jc_copy(jc_randint(key, 0, 200, JC_SHAPE(5), JC_U8, layout), b8, sizeof b8);
    EXPECT_BYTES(b8, want[i].ints8, sizeof b8);
    jc_copy(jc_randint(key, -300, 3000, JC_SHAPE(5), JC_I16, layout), i16, sizeof i16);
    EXPECT_BYTES(i16, want[i].ints16, sizeof i16);
    jc_copy(jc_randint(key, -9, INT64_C(1) << 40, JC_SHAPE(3), JC_I64, layout), i64, sizeof i64);
    EXPECT_BYTES(i64, want[i].ints64, sizeof i64);
  }
}

static void expect_near(jc_array x, const double *want) {
  float got[3];
  if (jc_copy(x, got, sizeof got))
    for (int i = 0; i < 3; i++) EXPECT_CLOSE(got[i], want[i], fabs(want[i]) * 0x1p-20);
  EXPECT(jc_ok());
}

static void distributions(void) {
  const jc_array key = jc_key(42);
  expect_near(jc_exponential(key, JC_SHAPE(3)),
              (double[]){0x1.577564p-1, 0x1.23887p+0, 0x1.ea6762p-1});
  expect_near(jc_gumbel(key, JC_SHAPE(3)), (double[]){0x1.561c94p-2, 0x1.e76f18p-1, 0x1.7378bep-1});
  expect_near(jc_laplace(key, JC_SHAPE(3)),
              (double[]){0x1.763472p-6, -0x1.c85968p-2, -0x1.0f066ap-2});
  expect_near(jc_logistic_draw(key, JC_SHAPE(3)),
              (double[]){-0x1.72072p-5, 0x1.817438p-1, 0x1.e51f54p-2});
  expect_near(jc_truncated_normal(key, -1, 2, JC_SHAPE(3)),
              (double[]){0x1.2e7d5ep-3, 0x1.230b36p-1, 0x1.af215p-2});
  int32_t drawn[8];
  jc_copy(jc_categorical(key, jc_log(jc_vector(0.1, 0.6, 0.3)), JC_SHAPE(8)), drawn, sizeof drawn);
  static const int32_t categories[] = {1, 1, 1, 2, 1, 1, 1, 2};
  EXPECT_BYTES(drawn, categories, sizeof categories);
  jc_array rows = jc_categorical(key, jc_zeros(JC_SHAPE(4, 3)), JC_SCALAR);
  EXPECT_STR(jc_shape_str(rows), "i32[4]");
}

static void mistakes(void) {
  jc_uniform(jc_key(0), JC_SHAPE(2), JC_I32);
  EXPECT_FAIL("uniform: gives floats, not i32");
  jc_randint(jc_key(0), 0, 2, JC_SHAPE(2), JC_F64);
  EXPECT_FAIL("randint: gives integers, not f64");
  jc_bits(jc_key(0), JC_SHAPE(2), JC_I32);
  EXPECT_FAIL("bits: gives unsigned integers, not i32");
  jc_truncated_normal(jc_key(0), 2, 1, JC_SHAPE(2));
  EXPECT_FAIL("truncated_normal: between 2 and 1");
  jc_categorical(jc_key(0), jc_f32(1), JC_SHAPE(2));
  EXPECT_FAIL("categorical: logits need an axis of categories");
}

static jc_array draw(jc_array key) { return jc_normal(jc_split(key), JC_SHAPE(3)); }
JC_FN(jc_array, draw, jc_array);
static jc_array draw3(jc_array key) { return jc_normal(key, JC_SHAPE(3)); }
JC_FN(jc_array, draw3, jc_array);

static void keys_are_checked_and_traced(void) {
  jc_array keys = jc_split(jc_key(1), 4), all = jc_vmap(draw3)(keys);
  float row[3], batch[12];
  jc_copy(all, batch, sizeof batch);
  for (int i = 0; i < 4; i++) {
    jc_copy(jc_jit(draw3)(jc_at(keys, i)), row, sizeof row);
    EXPECT_BYTES(&batch[3 * i], row, sizeof row);
  }
  jc_jit(draw)(jc_key(1));
  EXPECT_FAIL("normal: a key is u32[2], this is u32[2,2]");
}

int main(void) {
  if (!getenv("JITC_DEVICE")) execute_on((Loc){0}, "interp");
  RUN(keys);
  RUN(halves);
  RUN(next_key_is_split);
  RUN(bits);
  RUN(uniforms);
  RUN(normals);
  RUN(integers);
  RUN(bernoulli);
  RUN(original_layout);
  RUN(original_integers);
  RUN(widths);
  RUN(distributions);
  RUN(mistakes);
  RUN(keys_are_checked_and_traced);
  return tests_done();
}
