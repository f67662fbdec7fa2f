// Fuzzes the reader of safetensors files: any bytes give arrays whose elements are all there, or
// one error.
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "frontend/data/archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void read_all(Archive *a) {
  for (int i = 0; i < a->n; i++) {
    NpyArray x;
    const bool ok = archive_read(a, &a->members[i], &x);
    CHECK(ok == !failed() && ok == !!x.buffer && archive_find(a, a->members[i].name));
    unsigned sum = 0;
    for (size_t k = 0; ok && k < type_bytes(x.type); k++)
      sum += ((const unsigned char *)x.buffer->data)[k];
    if (sum == UINT32_MAX) abort();  // never: keeps the reads
    buffer_release(x.buffer);
    diag_clear();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  const int fd = memfd_create("archive", MFD_CLOEXEC);
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  CHECK(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
  for (int map = 0; map < 2; map++) {
    Archive a;
    const bool ok = archive_open(&a, (Loc){.file = "fuzz"}, path, map);
    CHECK(ok == !failed());
    if (ok) read_all(&a);
    archive_close(&a);
    diag_clear();
  }
  close(fd);
  return 0;
}
