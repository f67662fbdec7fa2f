// Fuzzes the reader of graphs: any bytes give a graph that holds and reads back, or one error.
#include <stdint.h>

#include "tests/jir_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  const char *fault = jir_check((const char *)bytes, n);
  if (fault) BUG("%s", fault);
  return 0;
}
