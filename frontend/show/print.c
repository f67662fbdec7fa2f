// jc_print: arrays and trees as text, laid out as numpy's.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/read.h"
#include "frontend/show/screen.h"
#include "frontend/tree.h"
#include "ir/eval.h"
#include "ir/text.h"

// As numpy's defaults.
enum {
  LARGEST_WHOLE = 1000,
  EDGE = 3,
  LINE_WIDTH = 75,
  FRACTION = 8,
  ALL = 17,
  WORD = NUMBER_TEXT
};
static const double LEAST_EXPONENT_VALUE = 1e8, LEAST_FIXED = 1e-4, WIDEST_FIXED = 1e3;

// How the numbers of one column are written: digits left and right of the point.
typedef struct Format {
  Dtype dtype;
  bool exponents, plus;  // plus: the sign is always there
  int fraction;          // most digits behind the point
  int left, right, exponent;
} Format;

typedef struct Printer {
  Text *out;
  Type type;
  const void *data;
  bool whole;
  Format real, imag;
  int width;  // of integers and bools
} Printer;

// ---- one number

static void trim_zeros(char *digits) {
  char *end = digits + strlen(digits);
  while (end[-1] == '0') *--end = 0;
}

static int exponent_of(double v) { return v == 0 ? 0 : (int)floor(log10(fabs(v))); }

// "1.25", with a point and without zeros at the end.
static void write_fixed(const Format *f, double v, char to[WORD]) {
  int digits = shortest_digits(f->dtype, v) - 1 - exponent_of(v);
  digits = digits < 0 ? 0 : digits > f->fraction ? f->fraction : digits;
  snprintf(to, WORD, f->plus ? "%+.*f" : "%.*f", digits, v);
  if (!digits) strcat(to, ".");
  else trim_zeros(to);
}

static void write_exponent(const Format *f, double v, int digits, char to[WORD]) {
  snprintf(to, WORD, f->plus ? "%+#.*e" : "%#.*e", digits, v);
}

// Where the parts of a written number end.
static int point_of(const char *s) { return (int)strcspn(s, "."); }
static int exponent_at(const char *s) { return (int)strcspn(s, "e"); }

static void widest(Format *f, int left, int right, int exponent) {
  if (left > f->left) f->left = left;
  if (right > f->right) f->right = right;
  if (exponent > f->exponent) f->exponent = exponent;
}

static void measure(Format *f, double v) {
  char text[WORD];
  if (!isfinite(v)) return;
  if (f->exponents) {
    int digits = shortest_digits(f->dtype, v) - 1;
    write_exponent(f, v, digits > f->fraction ? f->fraction : digits, text);
    const int e = exponent_at(text);
    widest(f, point_of(text), e - point_of(text) - 1, (int)strlen(text) - e - 2);
  } else {
    write_fixed(f, v, text);
    widest(f, point_of(text), (int)strlen(text) - point_of(text) - 1, 0);
  }
}

// Columns are at least as wide as a NaN or an infinity that stands in them.
static void measure_odd(Format *f, double v) {
  const int right = 1 + f->right + (f->exponents ? 2 + f->exponent : 0);
  if (isfinite(v)) return;
  const int length = (isnan(v) ? 3 : v < 0 ? 4 : 3) + (f->plus && !(v < 0));
  widest(f, length - right, 0, 0);
}

static void pad_left(char to[WORD], int width, const char *text) {
  const int n = (int)strlen(text), spaces = width > n && width < WORD ? width - n : 0;
  memset(to, ' ', (size_t)spaces);
  memcpy(to + spaces, text, (size_t)n + 1);
}

static void write_real(const Format *f, double v, char to[WORD]) {
  char text[WORD];
  const int tail = f->right + (f->exponents ? 2 + f->exponent : 0);
  if (!isfinite(v)) {
    snprintf(text, sizeof text, "%s%s", v < 0 ? "-" : f->plus ? "+" : "", isnan(v) ? "nan" : "inf");
    pad_left(to, f->left + 1 + tail, text);
    return;
  }
  if (f->exponents) write_exponent(f, v, f->right, text);
  else write_fixed(f, v, text);
  pad_left(to, f->left - point_of(text) + (int)strlen(text), text);
  for (int n = (int)strlen(to); !f->exponents && n < f->left + 1 + tail; n++) strcpy(to + n, " ");
}

static void write_complex(const Printer *p, int64_t i, char to[WORD]) {
  const Dtype part = dtype_part(p->type.dtype);
  char imag[WORD];
  write_real(&p->real, eval_number(part, p->data, 2 * i), to);
  write_real(&p->imag, eval_number(part, p->data, 2 * i + 1), imag);
  const int n = (int)strcspn(imag + strspn(imag, " "), " ") + (int)strspn(imag, " ");
  const size_t at = strlen(to);
  snprintf(to + at, WORD - at, "%.*sj%s", n, imag, imag + n);
}

static void write_plain(const Printer *p, int64_t i, char to[WORD]) {
  const Dtype d = p->type.dtype;
  if (d == DT_BOOL) snprintf(to, WORD, "%s", ((const bool *)p->data)[i] ? "true" : "false");
  else whole_number(d, p->data, i, to);
}

// ---- the elements that are shown

static bool is_summarised(const Printer *p, int axis) {
  return !p->whole && p->type.dim[axis] > 2 * EDGE;
}

typedef void Visit(Printer *p, int64_t i);
static void visit(Printer *p, int axis, int64_t first, Visit *f) {
  if (axis == p->type.rank) {
    f(p, first);
    return;
  }
  const int64_t n = p->type.dim[axis];
  for (int64_t i = 0; i < n; i++) {
    if (is_summarised(p, axis) && i == EDGE) i = n - EDGE;
    visit(p, axis + 1, first * n + i, f);
  }
}

static void part_of(const Printer *p, int64_t i, double v[2]) {
  const Dtype d = p->type.dtype, part = dtype_part(d);
  const bool complex = dtype_is_complex(d);
  v[0] = eval_number(part, p->data, complex ? 2 * i : i);
  v[1] = complex ? eval_number(part, p->data, 2 * i + 1) : 0;
}

// The range of magnitudes decides for exponents; kept in left and right until it is known.
typedef struct Range {
  double least, most;
} Range;
static void range_add(Range *r, double v) {
  v = fabs(v);
  if (!isfinite(v) || v == 0) return;
  r->least = fmin(r->least, v);
  r->most = fmax(r->most, v);
}

typedef struct Columns {
  Printer printer;
  Range real, imag;
} Columns;
static void visit_range(Printer *p, int64_t i) {
  Columns *c = (Columns *)p;
  double v[2];
  part_of(p, i, v);
  range_add(&c->real, v[0]);
  range_add(&c->imag, v[1]);
}
static void visit_measure(Printer *p, int64_t i) {
  double v[2];
  part_of(p, i, v);
  measure(&p->real, v[0]);
  measure(&p->imag, v[1]);
}
static void visit_odd(Printer *p, int64_t i) {
  double v[2];
  part_of(p, i, v);
  measure_odd(&p->real, v[0]);
  measure_odd(&p->imag, v[1]);
}
static void visit_width(Printer *p, int64_t i) {
  char text[WORD];
  write_plain(p, i, text);
  if ((int)strlen(text) > p->width) p->width = (int)strlen(text);
}

static bool needs_exponents(Range r) {
  return r.most >= LEAST_EXPONENT_VALUE ||
         (r.most > 0 && (r.least < LEAST_FIXED || r.most / r.least > WIDEST_FIXED));
}

static void choose_format(Columns *c) {
  Printer *p = &c->printer;
  if (!dtype_is_inexact(p->type.dtype)) {
    visit(p, 0, 0, visit_width);
    return;
  }
  visit(p, 0, 0, visit_range);
  const Format f = {.dtype = dtype_part(p->type.dtype), .fraction = p->type.rank ? FRACTION : ALL};
  p->real = p->imag = f;
  p->real.exponents = needs_exponents(c->real);
  p->imag.exponents = needs_exponents(c->imag);
  p->imag.plus = true;
  visit(p, 0, 0, visit_measure);
  visit(p, 0, 0, visit_odd);
}

// ---- rows

static void write_word(const Printer *p, int64_t i, char to[WORD]) {
  if (dtype_is_complex(p->type.dtype)) {
    write_complex(p, i, to);
  } else if (dtype_is_float(p->type.dtype)) {
    write_real(&p->real, eval_number(p->type.dtype, p->data, i), to);
  } else {
    char text[WORD];
    write_plain(p, i, text);
    pad_left(to, p->width, text);
  }
}

// A row wraps before LINE_WIDTH; room is left for the brackets that close behind it.
typedef struct Row {
  int column, indent, room;
} Row;

static void row_word(Printer *p, Row *r, const char *word) {
  const int n = (int)strlen(word);
  if (r->column > r->indent && r->column + 1 + n > r->room) {
    while (p->out->s[p->out->n - 1] == ' ') p->out->s[--p->out->n] = 0;
    text_fmt(p->out, "\n%*s", r->indent, "");
    r->column = r->indent;
  } else if (r->column > r->indent) {
    text_str(p->out, " ");
    r->column++;
  }
  text_str(p->out, word);
  r->column += n;
}

static void print_row(Printer *p, int64_t first) {
  const int axis = p->type.rank - 1;
  const int64_t n = p->type.dim[axis];
  Row r = {.column = axis + 1, .indent = axis + 1, .room = LINE_WIDTH - axis - 1};
  char word[WORD];
  for (int64_t i = 0; i < n; i++) {
    if (is_summarised(p, axis) && i == EDGE) row_word(p, &r, "..."), i = n - EDGE;
    write_word(p, first * n + i, word);
    row_word(p, &r, word);
  }
}

static void print_axis(Printer *p, int axis, int64_t first) {
  const int64_t n = p->type.dim[axis];
  text_str(p->out, "[");
  if (axis + 1 == p->type.rank) print_row(p, first);
  for (int64_t i = 0; axis + 1 < p->type.rank && i < n; i++) {
    for (int k = axis + 1; i && k < p->type.rank; k++) text_str(p->out, "\n");
    if (i) text_pad(p->out, axis + 1);
    if (is_summarised(p, axis) && i == EDGE) {
      text_str(p->out, "...");
      for (int k = axis + 1; k < p->type.rank; k++) text_str(p->out, "\n");
      text_pad(p->out, axis + 1);
      i = n - EDGE;
    }
    print_axis(p, axis + 1, first * n + i);
  }
  text_str(p->out, "]");
}

static void print_array(Text *out, Type t, const void *data) {
  Columns c = {.printer = {.out = out, .type = t, .data = data},
               .real = {INFINITY, 0},
               .imag = {INFINITY, 0}};
  Printer *p = &c.printer;
  p->whole = type_count(t) <= LARGEST_WHOLE;
  if (!type_count(t)) {
    text_fmt(out, "[] (%s)", TYPE_STR(t));
    return;
  }
  choose_format(&c);
  if (t.rank) {
    print_axis(p, 0, 0);
  } else {
    char word[WORD];
    write_word(p, 0, word);
    text_str(out, word);
  }
}

static bool print_leaf(Text *out, const TreeWalk *w, Loc loc) {
  Elements e;
  if (!elements_of(w->x, "print", *w->path ? w->path : "its argument", loc, &e)) return false;
  if (*w->path) text_fmt(out, "%s: %s\n", w->path, TYPE_STR(e.type));
  print_array(out, e.type, e.data);
  text_str(out, "\n");
  return true;
}

void jc_print_(struct jc_tree_ tree, const char *file, int line) {
  const Loc loc = HERE(file, line);
  Text out = {0};
  const PlainNumbers plain = plain_numbers_begin();
  TreeWalk w = tree_walk(tree);
  while (tree_walk_next(&w) && print_leaf(&out, &w, loc)) continue;
  plain_numbers_end(plain);
  if (out.n) fwrite(out.s, 1, out.n, stdout);
  text_free(&out);
}
