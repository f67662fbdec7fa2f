// DLPack: arrays out and in, shared or copied, and every tensor that is refused. The structs are
// declared here once more, as a user's <dlpack/dlpack.h> has them.
#include <unistd.h>

#include "frontend/handle.h"
#include "tests/check.h"

typedef struct {
  int32_t device_type, device_id;
} DLDevice;
typedef struct {
  uint8_t code, bits;
  uint16_t lanes;
} DLDataType;
typedef struct {
  void *data;
  DLDevice device;
  int32_t ndim;
  DLDataType dtype;
  int64_t *shape, *strides;
  uint64_t byte_offset;
} DLTensor;
typedef struct DLManagedTensor {
  DLTensor dl_tensor;
  void *manager_ctx;
  void (*deleter)(struct DLManagedTensor *self);
} DLManagedTensor;
typedef struct DLManagedTensorVersioned {
  struct {
    uint32_t major, minor;
  } version;
  void *manager_ctx;
  void (*deleter)(struct DLManagedTensorVersioned *self);
  uint64_t flags;
  DLTensor dl_tensor;
} DLManagedTensorVersioned;

static int deleted;
static void delete (DLManagedTensor *self) { deleted += self->manager_ctx == &deleted; }
static void delete_versioned(DLManagedTensorVersioned *self) {
  deleted += self->manager_ctx == &deleted;
}

static float numbers[24];
static int64_t shape[] = {2, 3}, strides[] = {3, 1};

static DLManagedTensor tensor(void) {
  for (int i = 0; i < 24; i++) numbers[i] = (float)i;
  return (DLManagedTensor){{numbers, {1, 0}, 2, {2, 32, 1}, shape, NULL, 0}, &deleted, delete};
}

static void tensors_are_shared(void) {
  deleted = 0;
  for (int versioned = 0; versioned < 2; versioned++) {
    DLManagedTensor t = tensor();  // lives longer than the array which deletes it
    DLManagedTensorVersioned v = {{1, 3}, &deleted, delete_versioned, 1, t.dl_tensor};
    v.dl_tensor.strides = strides;
    JC_SCOPE();
    jc_array x = versioned ? jc_from_dlpack_versioned(&v) : jc_from_dlpack(&t);
    EXPECT_STR(jc_shape_str(x), "f32[2,3]");
    EXPECT(jc_data(float, x) == numbers);
    EXPECT_EQ(jc_item(jc_sum(jc_add(x, 1))), 21);
    EXPECT_EQ(deleted, versioned);
  }
  EXPECT_EQ(deleted, 2);
  EXPECT_OK();
}

static void what_is_not_row_major_is_copied(void) {
  static const struct {
    int64_t stride[2];
    uint64_t offset;
    const char *want;
  } cases[] = {
      {{1, 2}, 0, "[[0 2 4]\n [1 3 5]]"}, {{6, 2}, 4, "[[1 3 5]\n [7 9 11]]"},
      {{0, 0}, 8, "[[2 2 2]\n [2 2 2]]"}, {{-3, -1}, 20, "[[5 4 3]\n [2 1 0]]"},
      {{0, 1}, 0, "[[0 1 2]\n [0 1 2]]"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    DLManagedTensor t = tensor();
    deleted = 0;
    t.dl_tensor.strides = (int64_t *)cases[i].stride;
    t.dl_tensor.byte_offset = cases[i].offset;
    jc_array x = jc_from_dlpack(&t);
    EXPECT_EQ(deleted, 1);
    EXPECT_STR(jc_str(x), cases[i].want);
  }
  DLManagedTensor t = tensor();
  deleted = 0;
  memmove((char *)numbers + 1, numbers, sizeof numbers - 1);
  t.dl_tensor.byte_offset = 1;  // not aligned
  EXPECT_STR(jc_str(jc_from_dlpack(&t)), "[[0 1 2]\n [3 4 5]]");
  t = tensor();
  t.dl_tensor.ndim = 0;
  t.deleter = NULL;
  t.dl_tensor.shape = NULL;
  EXPECT_STR(jc_shape_str(jc_from_dlpack(&t)), "f32[]");
  t = tensor();
  t.dl_tensor.shape = (int64_t[]){2, 0};
  t.dl_tensor.data = NULL;
  EXPECT_STR(jc_shape_str(jc_from_dlpack(&t)), "f32[2,0]");
  EXPECT_EQ(deleted, 2);
  EXPECT_OK();
}

static void refuse(DLManagedTensor t, const char *part) {
  deleted = 0;
  EXPECT(isnan(jc_item(jc_from_dlpack(&t))));
  EXPECT_HAS(diag_message(), "dlpack.c:");
  EXPECT_FAIL(part);
  EXPECT_EQ(deleted, 0);  // still the caller's
}

static void foreign_tensors_are_refused(void) {
  DLManagedTensor t = tensor();
  t.dl_tensor.device = (DLDevice){2, 1};
  refuse(t, "the tensor is on device type 2 (CUDA), number 1: move it to the CPU");
  t = tensor(), t.dl_tensor.device.device_type = 99;
  refuse(t, "device type 99 (foreign)");
  t = tensor(), t.dl_tensor.dtype = (DLDataType){2, 8, 1};
  refuse(t, "no array has the dtype float of 8 bits in 1 lanes");
  t = tensor(), t.dl_tensor.dtype = (DLDataType){2, 32, 4};
  refuse(t, "in 4 lanes");
  t = tensor(), t.dl_tensor.dtype = (DLDataType){7, 8, 1};
  refuse(t, "kind of code 7");
  t = tensor(), t.dl_tensor.ndim = 17;
  refuse(t, "17 axes, at most 16");
  t = tensor(), t.dl_tensor.ndim = -1;
  refuse(t, "-1 axes");
  t = tensor(), t.dl_tensor.shape = NULL;
  refuse(t, "the shape is missing");
  t = tensor(), t.dl_tensor.shape = (int64_t[]){-2, 3};
  refuse(t, "negative");
  t = tensor(), t.dl_tensor.shape = (int64_t[]){INT64_MAX, INT64_MAX};
  refuse(t, "larger than any memory");
  t = tensor(), t.dl_tensor.data = NULL;
  refuse(t, "the tensor has no elements");
  t = tensor(), t.dl_tensor.dtype = (DLDataType){6, 8, 1}, t.dl_tensor.byte_offset = 4;
  refuse(t, "which is no bool");
  jc_from_dlpack(NULL);
  EXPECT_FAIL("the tensor is NULL");
  DLManagedTensorVersioned v = {{2, 0}, &deleted, delete_versioned, 0, tensor().dl_tensor};
  jc_from_dlpack_versioned(&v);
  EXPECT_FAIL("of version 2.0, known is 1");
}

static void arrays_go_out_and_come_back(void) {
  static const uint8_t types[DT_COUNT][2] = {{2, 32}, {2, 64}, {0, 32}, {0, 64}, {1, 32},
                                             {6, 8},  {1, 8},  {0, 8},  {0, 16}, {1, 16},
                                             {1, 64}, {2, 16}, {4, 16}, {5, 64}, {5, 128}};
  const int64_t before = buffer_stats().live_buffers;
  for (int d = 0; d < DT_COUNT; d++) {
    JC_SCOPE();
    jc_array x = jc_astype(jc_reshape(jc_arange(12), 2, 6), (jc_dtype)d), y;
    DLManagedTensor *t = jc_to_dlpack(x);
    DLManagedTensorVersioned *v = jc_to_dlpack_versioned(x);
    if (!EXPECT(t && v)) return;
    EXPECT(t->dl_tensor.data == jc_data_(x, (jc_dtype)d, JC_HERE));
    EXPECT_EQ(t->dl_tensor.dtype.code, types[d][0]);
    EXPECT_EQ(t->dl_tensor.dtype.bits, types[d][1]);
    EXPECT_EQ(v->dl_tensor.strides[0], 6);
    EXPECT_EQ(v->flags, 1);
    y = jc_from_dlpack(t);
    EXPECT_EQ(jc_item(jc_all(jc_equal(x, y))), 1);
    y = jc_from_dlpack_versioned(v);
    EXPECT_EQ(jc_item(jc_all(jc_equal(x, y))), 1);
  }
  DLManagedTensorVersioned *small = jc_to_dlpack_versioned(jc_i32(5));
  EXPECT_EQ(*(int *)small->dl_tensor.data, 5);
  EXPECT_EQ(small->flags, 3);
  small->deleter(small);
  DLManagedTensor *lifted = jc_to_dlpack(jc_lift(2.5));
  EXPECT(*(float *)lifted->dl_tensor.data == 2.5f);
  lifted->deleter(lifted);
  EXPECT(!jc_to_dlpack((jc_array){0}));
  EXPECT_FAIL("to_dlpack: its argument is not an array: it is zero");
  EXPECT_EQ(buffer_stats().live_buffers, before);
}

// Elements that another library holds are not written to, nor freed.
static jc_array twice(jc_array x) { return jc_mul(x, 2); }
JC_FN(jc_array, twice, jc_array);

static void what_went_out_stays(void) {
  DLManagedTensor *t;
  {
    JC_SCOPE();
    jc_array x = jc_add(jc_zeros(JC_SHAPE(100)), 3);
    t = jc_to_dlpack(x);
    x = jc_jit(twice, .donate = {true})(x);
    EXPECT_EQ(jc_item(jc_at(x, 99)), 6);
  }
  EXPECT(((float *)t->dl_tensor.data)[99] == 3);
  t->deleter(t);
}

int main(void) {
  RUN(tensors_are_shared);
  RUN(what_is_not_row_major_is_copied);
  RUN(foreign_tensors_are_refused);
  RUN(arrays_go_out_and_come_back);
  RUN(what_went_out_stays);
  return tests_done();
}
