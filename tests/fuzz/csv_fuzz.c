// Fuzzes the reader of tables as text: any bytes give all numbers of a table, or one error.
#include <stdlib.h>
#include <string.h>

#include "frontend/data/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  char *text = malloc(n + 1);
  if (n) memcpy(text, bytes, n);
  text[n] = 0;
  for (int k = 0; k < 2; k++) {
    CsvTable t;
    const bool ok = csv_parse((Loc){.file = "fuzz"}, "x.csv", text, n, k ? "a" : NULL, &t);
    CHECK(ok == !failed() && ok == !!t.values);
    double sum = 0;
    for (int64_t i = 0; ok && i < t.rows * t.columns; i++) sum += ((double *)t.values->data)[i];
    if (sum == -12345.678) abort();  // hardly ever: keeps the reads
    buffer_release(t.values);
    diag_clear();
  }
  free(text);
  return 0;
}
