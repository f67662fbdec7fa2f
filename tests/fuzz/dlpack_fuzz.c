// Fuzzes the import of DLPack tensors: whatever the fields say of memory that is there, an array
// with all its elements or one error comes of it, and the deleter is called exactly once, or not.
#include <stdlib.h>
#include <string.h>

#include "frontend/handle.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { MEMORY = 1 << 15, AXES = 3, SIZES = 8, STEPS = 17 };
static unsigned char memory[MEMORY];
static int deleted;

typedef struct Tensor {
  void *data;
  int32_t device, number, ndim;
  uint8_t code, bits;
  uint16_t lanes;
  int64_t *shape, *strides;
  uint64_t offset;
  void *context;
  void (*deleter)(struct Tensor *);
} Tensor;

static void delete (Tensor *t) { deleted += t->context == &deleted; }

int LLVMFuzzerTestOneInput(const uint8_t *b, size_t n) {
  if (n < 16) return -1;
  int64_t shape[17] = {0}, strides[AXES];
  for (int i = 0; i < AXES; i++) {
    shape[i] = b[i] % (SIZES + 1) - (b[i] == 255);
    strides[i] = b[3 + i] % STEPS - STEPS / 2;
  }
  if (b[6] == 1) shape[0] = INT64_MAX;
  // All elements lie within 16 * 8 * 8 * 8 bytes of the middle.
  Tensor t = {memory + MEMORY / 2,
              b[7] % 16,
              b[8],
              b[9] % 5 ? b[9] % 4 : (int8_t)b[9],
              b[10] % 9,
              b[11],
              b[12] % 3,
              b[13] % 7 ? shape : NULL,
              b[14] % 2 ? strides : NULL,
              b[15] % 4,
              &deleted,
              delete};
  if (t.ndim > AXES && t.ndim <= 16) t.ndim = AXES;
  deleted = 0;
  {
    JC_SCOPE();
    jc_array x = jc_from_dlpack((struct DLManagedTensor *)&t);
    const bool ok = !failed();
    diag_clear();
    if (ok) {
      const Slot *s = slot_find(x);
      unsigned sum = 0;
      for (size_t i = 0; i < type_info(s->type)->bytes; i++) sum += ((unsigned char *)s->data)[i];
      if (sum == UINT32_MAX) abort();  // never: keeps the reads
    } else {
      CHECK(!deleted);
      deleted = 1;
    }
  }
  CHECK(deleted == 1);
  return 0;
}
