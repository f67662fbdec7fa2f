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
  RUN(keys_are_checked_and_traced);
  return tests_done();
}
