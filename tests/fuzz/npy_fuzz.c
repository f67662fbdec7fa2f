// Fuzzes the readers of .npy files: any bytes give an array whose elements are all there, or one
// error, and both readers agree.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "frontend/data/npy.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  const int fd = memfd_create("npy", MFD_CLOEXEC);
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  CHECK(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
  Arena *a = arena_new();
  NpyArray x, y;
  const bool reads = npy_read(a, (Loc){.file = "fuzz"}, path, &x);
  CHECK(reads == !failed() && reads == !!x.buffer);
  diag_clear();
  const bool maps = npy_map(a, (Loc){.file = "fuzz"}, path, &y);
  CHECK(maps == !failed() && maps == !!y.buffer && maps == reads);
  if (reads) {
    CHECK(type_equal(x.type, y.type));
    CHECK(!memcmp(x.buffer->data, y.buffer->data, type_bytes(x.type)));
  }
  buffer_release(x.buffer);
  buffer_release(y.buffer);
  diag_clear();
  arena_free(a);
  close(fd);
  return 0;
}
