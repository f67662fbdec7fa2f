// Fuzzes the reader of StableHLO text: any bytes give a graph that holds, or one error.
#include <stdint.h>

#include "tests/hlo_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  const char *fault = hlo_check((const char *)bytes, n);
  if (fault) BUG("%s", fault);
  return 0;
}
