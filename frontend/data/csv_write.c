// Writes tables of numbers as text.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/data/data.h"
#include "frontend/read.h"
#include "frontend/show/screen.h"
#include "ir/eval.h"
#include "runtime/file.h"

typedef struct Writer {
  FileWriter file;
  Elements x;
  int64_t rows, columns;
  size_t n;  // bytes that wait in `room`
  char room[1 << 14];
} Writer;

static void flush(Writer *w) {
  file_add(&w->file, w->room, w->n);
  w->n = 0;
}

static void put(Writer *w, const char *s, size_t n) {
  if (w->n + n > sizeof w->room) flush(w);
  if (n > sizeof w->room) {
    file_add(&w->file, s, n);
    return;
  }
  memcpy(w->room + w->n, s, n);
  w->n += n;
}

// ---- names

// Quotes are doubled; what would be taken for something else stands in them.
static void put_name(Writer *w, const char *name) {
  const bool plain = *name && !strpbrk(name, ",;\t\"\n\r") && *name != ' ' &&
                     name[strlen(name) - 1] != ' ' && strncmp(name, "\xef\xbb\xbf", 3) != 0;
  if (!plain) put(w, "\"", 1);
  for (const char *s = name; *s; s++) {
    if (*s == '"') put(w, "\"", 1);
    put(w, s, 1);
  }
  if (!plain) put(w, "\"", 1);
}

static bool is_number(const char *name) {
  char *end;
  strtod(name, &end);
  return !*name || !*end;
}

static bool names_ok(const struct jc_names *names, int64_t columns, Loc loc) {
  bool words = !names->n;
  if (names->n && names->n != columns)
    return fail(loc, "save_csv: %d names for %lld columns", names->n, (long long)columns);
  for (int i = 0; i < names->n; i++) {
    if (!names->items[i]) return fail(loc, "save_csv: the name of column %d is NULL", i);
    words = words || !is_number(names->items[i]);
  }
  return words || fail(loc,
                       "save_csv: the names of the columns are all numbers: readers would take "
                       "them for a row");
}

static void put_names(Writer *w, const struct jc_names *names) {
  for (int i = 0; i < names->n; i++) {
    if (i) put(w, ",", 1);
    put_name(w, names->items[i]);
  }
  if (names->n) put(w, "\n", 1);
}

// ---- numbers

// Digits for "%.*g": as few as tell v, more where that leaves large whole numbers without exponent.
static int digits_of(Dtype d, double v) {
  const int digits = shortest_digits(d, v);
  const int whole = fabs(v) >= 1 && fabs(v) < 1e16 ? (int)log10(fabs(v)) + 1 : 0;
  return digits > whole ? digits : whole;
}

static void put_number(Writer *w, int64_t i) {
  const Dtype d = w->x.type.dtype;
  char text[NUMBER_TEXT];
  if (!dtype_is_float(d)) {
    whole_number(d, w->x.data, i, text);
  } else {
    const double v = eval_number(d, w->x.data, i);
    if (isnan(v)) strcpy(text, "nan");
    else if (isinf(v)) strcpy(text, v < 0 ? "-inf" : "inf");
    else snprintf(text, sizeof text, "%.*g", digits_of(d, v), v);
  }
  put(w, text, strlen(text));
}

static void put_rows(Writer *w) {
  for (int64_t i = 0; i < w->rows && !w->file.error; i++) {
    for (int64_t k = 0; k < w->columns; k++) {
      if (k) put(w, ",", 1);
      put_number(w, i * w->columns + k);
    }
    put(w, "\n", 1);
  }
}

// ---- files

static bool table_ok(Writer *w, const struct jc_names *names, Loc loc) {
  const Type t = w->x.type;
  if (t.rank < 1 || t.rank > 2 || dtype_is_complex(t.dtype))
    return fail(loc, "save_csv: %s is no table: a vector or a matrix of real numbers is",
                TYPE_STR(t));
  w->rows = t.dim[0];
  w->columns = t.rank == 2 ? t.dim[1] : 1;
  if (!w->columns || (!w->rows && !names->n))
    return fail(loc, "save_csv: %s has nothing to write%s", TYPE_STR(t),
                w->columns ? ": jc_save_csv_columns writes the names at least" : "");
  return names_ok(names, w->columns, loc);
}

static bool save(jc_array x, struct jc_names names, Loc loc, const char *format, va_list ap) {
  char path[MOST_PATH];
  Writer *w = xcalloc(1, sizeof *w);
  const bool ok = data_path(path, loc, format, ap) &&
                  elements_of(x, "save_csv", "its argument", loc, &w->x) &&
                  table_ok(w, &names, loc);
  bool written = false;
  if (ok) {
    const PlainNumbers plain = plain_numbers_begin();
    file_begin(&w->file, loc, path, true);
    put_names(w, &names);
    put_rows(w);
    flush(w);
    written = file_end(&w->file, true);
    plain_numbers_end(plain);
  }
  free(w);
  return written;
}

bool jc_save_csv_(jc_array x, const char *file, int line, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  const bool ok = save(x, (struct jc_names){0}, HERE(file, line), format, ap);
  va_end(ap);
  return ok;
}

bool jc_save_csv_columns_(jc_array x, struct jc_names names, const char *file, int line,
                          const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  const bool ok = save(x, names, HERE(file, line), format, ap);
  va_end(ap);
  return ok;
}
