// Tables of numbers as text: CSV and its kin.
#ifndef JITC_FRONTEND_CSV_H
#define JITC_FRONTEND_CSV_H
#include <stdbool.h>

#include "ir/diag.h"
#include "runtime/buffer.h"

typedef struct CsvTable {
  int64_t rows, columns;
  Buffer *values;  // f64, row by row
} CsvTable;

// The n bytes at `text`, behind which stands a NUL, as the table in the file `path`. column: only
// the one of that name; NULL: all. False after fail() at `loc` naming the file, line and column.
bool csv_parse(Loc loc, const char *path, const char *text, size_t n, const char *column,
               CsvTable *out);
#endif
