// Fuzzes the reader of kernels: any bytes give a kernel that holds and prints what reads back, or
// one error.
#include <stdint.h>
#include <string.h>

#include "compiler/kernel.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  Arena *a = arena_new();
  char *text = arena_alloc(a, n + 1);
  if (n) memcpy(text, bytes, n);
  const Kernel *k = kernel_parse(a, text, "text");
  if (!k) CHECK(failed());
  else CHECK(!failed() && kernel_verify(k) && kernel_parse(a, kernel_text(a, k), "printed"));
  diag_clear();
  arena_free(a);
  return 0;
}
