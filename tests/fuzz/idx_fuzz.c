// Fuzzes the IDX reader: any bytes give an array whose elements are all there, or one error.
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "frontend/data/data_idx.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  const int fd = memfd_create("idx", MFD_CLOEXEC);
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  CHECK(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
  IdxArray a;
  if (idx_read((Loc){.file = "fuzz"}, path, &a)) {
    const unsigned char *element = a.data;
    unsigned sum = 0;
    for (size_t i = 0; i < type_bytes(idx_type(&a)); i++) sum += element[i];
    if (sum == UINT32_MAX) abort();  // never: keeps the reads
    CHECK(!failed());
    idx_free(&a);
  } else {
    CHECK(failed() && !a.data);
  }
  diag_clear();
  close(fd);
  return 0;
}
