// Reads tables of numbers as text: CSV and its kin.
//
// What separates fields is told from the first line: the most frequent of comma, semicolon and tab,
// or blanks where it has none of them. The first line is a header where one of its fields is no
// number. Fields may stand in quotes. Empty lines do not count.
#include "frontend/data/csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "frontend/data/data.h"
#include "frontend/data/mapped.h"
#include "frontend/show/screen.h"

typedef struct Csv {
  Loc loc;
  const char *path;
  const char *at, *end;
  const char *line_start;
  int64_t line;
  char delimiter;
} Csv;

// Without its quotes; pairs of quotes within are still two.
typedef struct Field {
  const char *s;
  size_t n;
  int64_t line, column;  // from 1
  bool last;             // of its line
} Field;

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

static bool bad(const Csv *c, int64_t line, int64_t column, const char *problem) {
  return fail(c->loc, "'%s':%lld:%lld: %s", c->path, (long long)line, (long long)column, problem);
}

static void skip_blanks(Csv *c) {
  while (c->at < c->end && is_blank(*c->at) && *c->at != c->delimiter) c->at++;
  while (c->delimiter == ' ' && c->at < c->end && is_blank(*c->at)) c->at++;
}

static void end_line(Csv *c) {
  if (c->at < c->end) c->at++;
  c->line++;
  c->line_start = c->at;
}

// To the beginning of the next line that is not empty; false at the end.
static bool next_line(Csv *c) {
  for (;;) {
    const char *p = c->at;
    while (p < c->end && is_blank(*p)) p++;
    if (p == c->end) return false;
    if (*p != '\n') return true;
    c->at = p;
    end_line(c);
  }
}

static bool quoted(Csv *c, Field *f) {
  f->s = ++c->at;
  for (; c->at < c->end; c->at++) {
    if (*c->at == '\n') c->line++, c->line_start = c->at + 1;
    if (*c->at != '"') continue;
    if (c->at + 1 == c->end || c->at[1] != '"') break;
    c->at++;
  }
  if (c->at == c->end) return bad(c, f->line, f->column, "the quote is not closed");
  f->n = (size_t)(c->at++ - f->s);
  skip_blanks(c);
  return true;
}

static void unquoted(Csv *c, Field *f) {
  f->s = c->at;
  while (c->at < c->end && *c->at != '\n' && *c->at != c->delimiter &&
         !(c->delimiter == ' ' && is_blank(*c->at)))
    c->at++;
  f->n = (size_t)(c->at - f->s);
  while (f->n && is_blank(f->s[f->n - 1])) f->n--;
  if (c->delimiter == ' ') skip_blanks(c);
}

static bool next_field(Csv *c, Field *f) {
  skip_blanks(c);
  *f = (Field){.line = c->line, .column = c->at - c->line_start + 1};
  if (c->at < c->end && *c->at == '"') {
    if (!quoted(c, f)) return false;
  } else {
    unquoted(c, f);
  }
  f->last = c->at == c->end || *c->at == '\n';
  if (f->last) end_line(c);
  else if (*c->at == c->delimiter) c->at++;
  else if (c->delimiter != ' ') return bad(c, f->line, f->column, "text follows the quotes");
  return true;
}

// ---- what the first line tells

static void find_delimiter(Csv *c) {
  static const char candidates[] = ",;\t";
  int most = 0;
  c->delimiter = 0;
  bool quotes = false, blanks = false;
  int counts[3] = {0};
  for (const char *p = c->at; p < c->end && (quotes || *p != '\n'); p++) {
    const char *which = *p ? strchr(candidates, *p) : NULL;
    if (*p == '"') quotes = !quotes;
    if (which && !quotes) counts[which - candidates]++;
    if (*p == ' ' && !quotes) blanks = true;
  }
  for (int i = 0; i < 3; i++) {
    if (counts[i] > most) most = counts[i], c->delimiter = candidates[i];
  }
  if (!c->delimiter) c->delimiter = blanks ? ' ' : ',';
}

static bool is_missing(const Field *f) {
  static const char *const words[] = {"", "NA", "N/A", "null", "nan", "?"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (f->n == strlen(words[i]) && !strncasecmp(f->s, words[i], f->n)) return true;
  }
  return false;
}

// No delimiter continues a number, and a NUL follows the last one.
static bool to_number(const Field *f, double *out) {
  char *end;
  *out = NAN;
  if (is_missing(f)) return true;
  *out = strtod(f->s, &end);
  return end == f->s + f->n;
}

static bool names(const Field *f, const char *name) {
  size_t i = 0;
  for (; i < f->n && *name && f->s[i] == *name; name++) i += f->s[i] == '"' ? 2 : 1;
  return i == f->n && !*name;
}

typedef struct Header {
  int64_t columns, chosen;  // -1: all
  bool there;
} Header;

static bool read_header(Csv *c, const char *column, Header *h) {
  Field f = {0};
  double number;
  *h = (Header){.chosen = -1};
  for (; !f.last; h->columns++) {
    if (!next_field(c, &f)) return false;
    if (!to_number(&f, &number)) h->there = true;
    if (column && h->chosen < 0 && names(&f, column)) h->chosen = h->columns;
  }
  if (column && !h->there)
    return fail(c->loc, "'%s' has no line of names, and so no column '%s'", c->path, column);
  if (column && h->chosen < 0)
    return fail(c->loc, "'%s' has no column '%s' among its %lld", c->path, column,
                (long long)h->columns);
  return true;
}

// ---- rows

static bool count_rows(Csv *c, const Header *h, int64_t *rows) {
  for (*rows = 0; next_line(c); ++*rows) {
    Field f = {0};
    int64_t columns = 0;
    const int64_t line = c->line;
    for (; !f.last; columns++) {
      if (!next_field(c, &f)) return false;
    }
    if (columns != h->columns)
      return fail(c->loc, "'%s':%lld: %lld fields, the first line has %lld", c->path,
                  (long long)line, (long long)columns, (long long)h->columns);
  }
  return true;
}

static bool read_row(Csv *c, const Header *h, double **to) {
  Field f = {0};
  for (int64_t i = 0; i < h->columns; i++) {
    if (!next_field(c, &f)) return false;
    if (h->chosen >= 0 && i != h->chosen) continue;
    if (!to_number(&f, (*to)++))
      return fail(c->loc, "'%s':%lld:%lld: '%.*s' is no number", c->path, (long long)f.line,
                  (long long)f.column, f.n < 40 ? (int)f.n : 40, f.s);
  }
  return true;
}

static bool parse(Csv c, const char *column, CsvTable *out) {
  Header h;
  if (!next_line(&c)) return fail(c.loc, "'%s' is empty: no numbers in it", c.path);
  find_delimiter(&c);
  const Csv first = c;
  if (!read_header(&c, column, &h)) return false;
  if (!h.there) c = first;
  const Csv rows = c;
  if (!count_rows(&c, &h, &out->rows)) return false;
  out->columns = h.chosen < 0 ? h.columns : 1;
  out->values = buffer_new(c.loc, sizeof(double) * (size_t)(out->rows * out->columns));
  if (!out->values) return false;
  c = rows;
  double *to = out->values->data;
  for (int64_t i = 0; i < out->rows; i++) {
    if (!next_line(&c) || !read_row(&c, &h, &to)) return false;
  }
  return true;
}

bool csv_parse(Loc loc, const char *path, const char *text, size_t n, const char *column,
               CsvTable *out) {
  *out = (CsvTable){0};
  if (n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) text += 3, n -= 3;
  const PlainNumbers plain = plain_numbers_begin();
  const bool ok = parse((Csv){loc, path, text, text + n, text, 1, ','}, column, out);
  plain_numbers_end(plain);
  if (!ok) buffer_release(out->values), out->values = NULL;
  return ok;
}

// ---- files

static jc_array load(const char *column, const char *path, Loc loc) {
  DataFile f;
  CsvTable t = {0};
  char *text = NULL;
  bool ok = data_file_open(&f, loc, path, false);
  if (ok && !(text = malloc((size_t)f.size + 1)))
    ok = fail(loc, "out of memory: %lld bytes of '%s'", (long long)f.size, path);
  if (ok && (ok = data_file_read(&f, 0, text, (size_t)f.size))) {
    text[f.size] = 0;
    ok = csv_parse(loc, path, text, (size_t)f.size, column, &t);
  }
  free(text);
  data_file_close(&f);
  if (!ok) return handle_poison();
  const Type type = {DT_F64, column ? 1 : 2, (int64_t[]){t.rows, t.columns}};
  return data_array(type_intern(type, false), t.values);
}

jc_array jc_load_csv_(const char *file, int line, const char *format, ...) {
  DATA_PATH(format);
  return ok ? load(NULL, path, loc) : handle_poison();
}

jc_array jc_load_csv_column_(const char *column, const char *file, int line, const char *format,
                             ...) {
  DATA_PATH(format);
  return ok ? load(column, path, loc) : handle_poison();
}
