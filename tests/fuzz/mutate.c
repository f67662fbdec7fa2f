// Mutations of programs as text: half of the time whole tokens change, so that more of what comes
// of it gets past the parsers than of changed bytes.
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/stablehlo/stablehlo_ops.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

typedef struct Edit {
  char *text;
  size_t n, most;
  unsigned random;
} Edit;

typedef struct Part {
  size_t at, n;
} Part;

static unsigned below(Edit *e, unsigned n) {
  e->random = e->random * 1664525u + 1013904223u;
  return (e->random >> 8) % n;
}

static const char *const numbers[] = {"0",
                                      "1",
                                      "2",
                                      "3",
                                      "-1",
                                      "7",
                                      "8",
                                      "16",
                                      "17",
                                      "64",
                                      "1000",
                                      "65536",
                                      "2147483647",
                                      "2147483648",
                                      "4294967296",
                                      "4611686018427387904",
                                      "9223372036854775807",
                                      "-9223372036854775808",
                                      "1e999",
                                      "0x7F800000"};
static const char *const dtypes[] = {"f32", "f64", "f16", "bf16", "i1",   "bool", "i8",
                                     "i32", "i64", "ui8", "u32",  "ui64", "c64",  "complex<f32>"};
#define ONE_OF(e, list) ((list)[below(e, sizeof(list) / sizeof *(list))])

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool in_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
}
static bool in_line(char c) { return c != '\n'; }

static bool replace(Edit *e, Part p, const char *by, size_t n) {
  if (e->n - p.n + n > e->most) return false;
  memmove(e->text + p.at + n, e->text + p.at + p.n, e->n - p.at - p.n);
  memmove(e->text + p.at, by, n);
  e->n += n - p.n;
  return true;
}

// The run of such characters around a place, or behind it.
static Part run_at(Edit *e, bool (*in)(char)) {
  size_t at = below(e, (unsigned)e->n + 1);
  while (at < e->n && !in(e->text[at])) at++;
  Part p = {at, 0};
  while (p.at && in(e->text[p.at - 1])) p.at--;
  while (p.at + p.n < e->n && in(e->text[p.at + p.n])) p.n++;
  return p;
}

static bool replace_copy(Edit *e, Part p, Part by) {
  char *copy = malloc(by.n + 1);
  memcpy(copy, e->text + by.at, by.n);
  const bool ok = replace(e, p, copy, by.n);
  free(copy);
  return ok;
}

// All of one number or dtype become another: types that fitted still do.
static bool replace_all(Edit *e, const char *from, const char *to) {
  const size_t n = strlen(from), m = strlen(to);
  bool any = false;
  for (size_t at = 0; at + n <= e->n; at++) {
    if (memcmp(e->text + at, from, n) != 0) continue;
    if (!replace(e, (Part){at, n}, to, m)) return any;
    any = true;
    at += m - 1;
  }
  return any;
}

static bool all_of_a_number(Edit *e) {
  char from[24] = {0};
  const Part p = run_at(e, is_digit);
  if (!p.n || p.n >= sizeof from) return false;
  memcpy(from, e->text + p.at, p.n);
  return replace_all(e, from, ONE_OF(e, numbers));
}

// A line goes, or stands twice, or elsewhere.
static bool move_line(Edit *e) {
  Part from = run_at(e, in_line), to = run_at(e, in_line);
  if (!below(e, 3)) return replace(e, from, "", 0);
  from.n += from.at + from.n < e->n;
  return replace_copy(e, (Part){to.at, 0}, from);
}

// Operands of one op become those of another. A name of StableHLO's takes the place of a word with
// a dot, if it meets one.
static bool other_op(Edit *e) {
  int n;
  const HloRow *rows = hlo_rows(&n);
  const int k = (int)below(e, (unsigned)(n + OP_COUNT));
  const char *by = k < n ? rows[k].name : op_info((Op)(k - n))->name;
  Part p = run_at(e, in_word);
  if (k < n && !memchr(e->text + p.at, '.', p.n)) p = run_at(e, in_word);
  return replace(e, p, by, strlen(by));
}

static bool edit(Edit *e) {
  const char *by = ONE_OF(e, numbers);
  switch (below(e, 7)) {
    case 0: return replace(e, run_at(e, is_digit), by, strlen(by));
    case 1: return all_of_a_number(e);
    case 2: return replace_all(e, ONE_OF(e, dtypes), ONE_OF(e, dtypes));
    case 3: return move_line(e);
    case 4: return replace(e, run_at(e, in_word), "", 0);
    case 5: return other_op(e);
    default: return replace_copy(e, run_at(e, in_word), run_at(e, in_word));
  }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed) {
  Edit e = {(char *)data, size, most, seed * 2654435761u};
  bool any = false;
  if (size && below(&e, 2)) {
    for (unsigned i = 1 + below(&e, 3); i; i--) any |= edit(&e);
  }
  return any && e.n ? e.n : LLVMFuzzerMutate(data, size, most);
}
