// Fuzzes the reader of PNG images: any bytes give all pixels of one, or one error.
#include <stdlib.h>

#include "frontend/data/png.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  PngPixels p;
  const bool ok = png_parse((Loc){.file = "fuzz"}, "x.png", bytes, n, &p);
  CHECK(ok == !failed() && ok == !!p.buffer);
  unsigned sum = 0;
  for (int64_t i = 0; ok && i < p.dim[0] * p.dim[1] * p.dim[2]; i++)
    sum += ((unsigned char *)p.buffer->data)[i];
  if (sum == UINT32_MAX) abort();  // never: keeps the reads
  buffer_release(p.buffer);
  diag_clear();
  return 0;
}
