// The lexer of the Python-like texts.
#include "ir/lex.h"
#include "ir/half.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static char peek(const Lexer *l, int k) { return l->end - l->at > k ? l->at[k] : 0; }
static Loc loc_here(const Lexer *l) {
  return (Loc){l->file, l->line, (int)(l->at - l->line_start) + 1};
}

void lex_start(Lexer *l, Arena *a, const char *file, const char *text, size_t n) {
  *l = (Lexer){.arena = a, .file = arena_str(a, file ? file : "text"), .line = 1, .depth = 1};
  l->at = l->line_start = text;
  l->end = text + n;
  lex_next(l);
}

// ---- tokens

static void take(Lexer *l, TokenKind kind, size_t n) {
  const Loc loc = loc_here(l);
  l->token = (Token){.kind = kind, .s = l->at, .n = n, .line = loc.line, .col = loc.col};
  l->at += n;
}

// Nothing follows an error.
static void stop(Lexer *l) {
  l->at = l->end;
  l->dedents = 0;
  l->depth = 1;
  l->line_begun = true;
  l->parens = 0;
  l->bad = true;
  take(l, TOK_END, 0);
}

static void take_comment(Lexer *l, const char **s, size_t *n) {
  const char *from = ++l->at;
  while (l->at < l->end && *l->at != '\n') l->at++;
  const char *to = l->at;
  while (from < to && *from == ' ') from++;
  while (to > from && (to[-1] == ' ' || to[-1] == '\r')) to--;
  *s = from;
  *n = (size_t)(to - from);
}

static void next_line(Lexer *l) {
  l->at++;
  l->line++;
  l->line_start = l->at;
}

static void skip_blanks(Lexer *l) {
  while (l->at < l->end && (*l->at == ' ' || *l->at == '\t' || *l->at == '\r')) l->at++;
}

// Skips empty lines and lines of comment; gives the indentation of the next line with a token.
static bool indentation(Lexer *l, int *width) {
  for (;;) {
    while (l->at < l->end && *l->at == ' ') l->at++;
    *width = (int)(l->at - l->line_start);
    if (peek(l, 0) == '\t') return fail(loc_here(l), "tab in the indentation: use spaces");
    skip_blanks(l);
    const char *s;
    size_t n;
    if (peek(l, 0) == '#') take_comment(l, &s, &n);
    if (l->at == l->end) return true;
    if (*l->at != '\n') return true;
    next_line(l);
  }
}

// Sets the pending INDENT (1) or DEDENTs at the start of a line.
static bool begin_line(Lexer *l, bool *opened) {
  int width = 0;
  *opened = false;
  l->line_begun = true;
  if (!indentation(l, &width)) return false;
  if (l->at == l->end) width = 0;
  if (width > l->indents[l->depth - 1]) {
    if (l->depth == LEX_MAX_DEPTH)
      return fail(loc_here(l), "blocks are nested deeper than %d", LEX_MAX_DEPTH);
    l->indents[l->depth++] = width;
    return *opened = true;
  }
  while (width < l->indents[l->depth - 1]) l->depth--, l->dedents++;
  if (width == l->indents[l->depth - 1]) return true;
  return fail(loc_here(l), "the indentation fits no block around it");
}

static void take_number(Lexer *l) {
  int n = 0;
  bool real = false;
  while (is_digit(peek(l, n))) n++;
  if (peek(l, n) == '.' && is_digit(peek(l, n + 1))) {
    real = true;
    for (n++; is_digit(peek(l, n));) n++;
  }
  const int sign = peek(l, n + 1) == '-' || peek(l, n + 1) == '+';
  if ((peek(l, n) == 'e' || peek(l, n) == 'E') && is_digit(peek(l, n + 1 + sign))) {
    real = true;
    for (n += 2 + sign; is_digit(peek(l, n));) n++;
  }
  take(l, real ? TOK_FLOAT : TOK_INT, (size_t)n);
}

static int punctuation(const Lexer *l) {
  static const char *const two[] = {"->", "+=", "==", "!=", "<=", ">=", "**", "<<", ">>"};
  for (size_t i = 0; i < sizeof two / sizeof *two; i++) {
    if (peek(l, 0) == two[i][0] && peek(l, 1) == two[i][1]) return 2;
  }
  return peek(l, 0) && strchr("()[]{},:;=.+-*/%<>&|^~@", peek(l, 0)) ? 1 : 0;
}

static void take_punctuation(Lexer *l) {
  const int n = punctuation(l);
  const unsigned char c = (unsigned char)*l->at;
  if (!n) {
    if (c > 32 && c < 127) fail(loc_here(l), "unexpected character '%c'", c);
    else fail(loc_here(l), "unexpected byte 0x%02x", c);
    stop(l);
    return;
  }
  if (strchr("([{", c)) l->parens++;
  if (strchr(")]}", c) && l->parens) l->parens--;
  take(l, TOK_PUNCT, (size_t)n);
}

// The end of a line or of the text; true if a token came of it.
static bool take_line_end(Lexer *l) {
  const char *comment = NULL;
  size_t comment_n = 0;
  for (;;) {
    skip_blanks(l);
    if (peek(l, 0) == '#') take_comment(l, &comment, &comment_n);
    if (!l->parens || l->at == l->end || *l->at != '\n') break;
    next_line(l);
  }
  if (l->at < l->end && *l->at != '\n') return false;
  const bool last = l->at == l->end;
  if (last && (l->parens || l->token.kind == TOK_NEWLINE || l->token.kind == TOK_DEDENT)) {
    take(l, TOK_END, 0);
    return true;
  }
  take(l, TOK_NEWLINE, 0);
  l->token.comment = comment;
  l->token.comment_n = comment_n;
  if (!last) next_line(l);
  l->line_begun = false;
  return true;
}

void lex_next(Lexer *l) {
  bool opened = false;
  if (!l->line_begun && !begin_line(l, &opened)) {
    stop(l);
    return;
  }
  if (opened) {
    take(l, TOK_INDENT, 0);
  } else if (l->dedents) {
    l->dedents--;
    take(l, TOK_DEDENT, 0);
  } else if (l->at == l->end && l->token.n == 0) {
    take(l, TOK_END, 0);
  } else if (!take_line_end(l)) {
    if (is_letter(*l->at)) {
      int n = 1;
      while (is_letter(peek(l, n)) || is_digit(peek(l, n))) n++;
      take(l, TOK_NAME, (size_t)n);
    } else if (is_digit(*l->at)) {
      take_number(l);
    } else {
      take_punctuation(l);
    }
  }
}

// ---- what parsers ask

Loc lex_loc(const Lexer *l) { return (Loc){l->file, l->token.line, l->token.col}; }
bool lex_kind(const Lexer *l, TokenKind kind) { return l->token.kind == kind; }

bool lex_is(const Lexer *l, const char *s) {
  const Token *t = &l->token;
  return (t->kind == TOK_NAME || t->kind == TOK_PUNCT) && strlen(s) == t->n &&
         !memcmp(s, t->s, t->n);
}

bool lex_accept(Lexer *l, const char *s) {
  if (!lex_is(l, s)) return false;
  lex_next(l);
  return true;
}

static const char *const kind_names[] = {
    [TOK_END] = "the end of the text",
    [TOK_NEWLINE] = "the end of the line",
    [TOK_INDENT] = "an indented block",
    [TOK_DEDENT] = "the end of the block",
    [TOK_NAME] = "a name",
    [TOK_INT] = "an integer",
    [TOK_FLOAT] = "a number",
    [TOK_PUNCT] = "punctuation",
};

bool lex_fail(Lexer *l, const char *what) {
  enum { SHOWN = 40 };
  const Token *t = &l->token;
  if (t->n == 0) return fail(lex_loc(l), "expected %s, got %s", what, kind_names[t->kind]);
  return fail(lex_loc(l), "expected %s, got '%.*s'", what, (int)(t->n < SHOWN ? t->n : SHOWN),
              t->s);
}

bool lex_expect(Lexer *l, const char *s) {
  if (lex_accept(l, s)) return true;
  char quoted[32];
  snprintf(quoted, sizeof quoted, "'%s'", s);
  return lex_fail(l, quoted);
}

bool lex_expect_kind(Lexer *l, TokenKind kind, Token *out) {
  if (l->token.kind != kind) return lex_fail(l, kind_names[kind]);
  if (out) *out = l->token;
  lex_next(l);
  return true;
}

// ---- numbers and types

bool lex_uint(Lexer *l, uint64_t *magnitude, bool *negative) {
  *negative = lex_accept(l, "-");
  const Loc loc = lex_loc(l);
  Token t = l->token;
  *magnitude = 0;
  if (!lex_expect_kind(l, TOK_INT, NULL)) return false;
  for (size_t i = 0; i < t.n; i++) {
    if (__builtin_mul_overflow(*magnitude, 10, magnitude) ||
        __builtin_add_overflow(*magnitude, (uint64_t)(t.s[i] - '0'), magnitude))
      return fail(loc, "the integer does not fit 64 bits");
  }
  return true;
}

// Two's complement, if the value lies in low .. high (high as magnitude).
static bool int_between(Lexer *l, uint64_t low, uint64_t high, uint64_t *bits, const char *what) {
  const Loc loc = lex_loc(l);
  uint64_t magnitude = 0;
  bool negative = false;
  if (!lex_uint(l, &magnitude, &negative)) return false;
  if (magnitude > (negative ? low : high))
    return fail(loc, "%s%llu does not fit %s", negative ? "-" : "", (unsigned long long)magnitude,
                what);
  *bits = negative ? -magnitude : magnitude;
  return true;
}

bool lex_int(Lexer *l, int64_t *out) {
  uint64_t bits = 0;
  if (!int_between(l, (uint64_t)INT64_MAX + 1, INT64_MAX, &bits, "i64")) return false;
  *out = (int64_t)bits;
  return true;
}

enum { NUMBER_SIZE = 400 };

// strtod and strtof want the locale's decimal point.
static bool number_text(Loc loc, Token t, char out[NUMBER_SIZE]) {
  const char *point = localeconv()->decimal_point;
  size_t n = 0, point_n = strlen(point);
  if (t.n + point_n >= NUMBER_SIZE)
    return fail(loc, "the number has more than %d digits", NUMBER_SIZE - 20);
  for (size_t i = 0; i < t.n; i++) {
    if (t.s[i] != '.') out[n++] = t.s[i];
    else memcpy(out + n, point, point_n), n += point_n;
  }
  out[n] = 0;
  return true;
}

static bool float_value(Lexer *l, Dtype d, double *out) {
  const Loc loc = lex_loc(l);
  if (lex_accept(l, "inf")) return *out = INFINITY, true;
  if (lex_accept(l, "nan")) return *out = NAN, true;
  if (!lex_kind(l, TOK_FLOAT) && !lex_kind(l, TOK_INT)) return lex_fail(l, "a number");
  char text[NUMBER_SIZE];
  if (!number_text(loc, l->token, text)) return false;
  // Rounded once: through strtof, not through a double.
  *out = d == DT_F32 ? (double)strtof(text, NULL) : strtod(text, NULL);
  if (dtype_is_half(d)) *out = half_value(d, half_of(d, *out));
  if (isinf(*out)) return fail(loc, "%s does not fit %s", text, dtype_name(d));
  lex_next(l);
  return true;
}

static bool lex_float(Lexer *l, Dtype d, void *out) {
  const bool negative = lex_accept(l, "-");
  double v;
  if (!float_value(l, d, &v)) return false;
  v = negative ? -v : v;
  const float f = (float)v;
  const uint16_t half = half_of(d, v);
  if (d == DT_F32) memcpy(out, &f, sizeof f);
  else if (d == DT_F64) memcpy(out, &v, sizeof v);
  else memcpy(out, &half, sizeof half);
  return true;
}

static bool lex_complex(Lexer *l, Dtype d, void *out) {
  const Dtype part = dtype_part(d);
  return lex_expect(l, "(") && lex_float(l, part, out) && lex_expect(l, ",") &&
         lex_float(l, part, (char *)out + dtype_size(part)) && lex_expect(l, ")");
}

bool lex_element(Lexer *l, Dtype d, void *out) {
  if (dtype_is_complex(d)) return lex_complex(l, d, out);
  const unsigned width = 8 * (unsigned)dtype_size(d);
  const uint64_t all = UINT64_MAX >> (64 - width), half = UINT64_C(1) << (width - 1);
  uint64_t bits = 0;
  switch (dtype_kind(d)) {
    case KIND_COMPLEX:
    case KIND_FLOAT: return lex_float(l, d, out);
    case KIND_BOOL:
      bits = lex_is(l, "True");
      if (!bits && !lex_is(l, "False")) return lex_fail(l, "True or False");
      lex_next(l);
      break;
    case KIND_SIGNED:
      if (!int_between(l, half, half - 1, &bits, dtype_name(d))) return false;
      break;
    case KIND_UNSIGNED:
      if (!int_between(l, 0, all, &bits, dtype_name(d))) return false;
      break;
  }
  memcpy(out, &bits, dtype_size(d));  // little-endian
  return true;
}

bool lex_dtype(Lexer *l, Dtype *out) {
  if (!lex_kind(l, TOK_NAME) || !dtype_parse(l->token.s, l->token.n, out))
    return lex_fail(l, "a type");
  lex_next(l);
  return true;
}

bool lex_type(Lexer *l, Type *out) {
  const Loc loc = lex_loc(l);
  int64_t dim[MAX_RANK];
  *out = (Type){0};
  if (!lex_dtype(l, &out->dtype)) return false;
  if (!lex_accept(l, "[")) return true;
  while (!lex_is(l, "]")) {
    if (out->rank && !lex_expect(l, ",")) return false;
    if (out->rank == MAX_RANK) return fail(loc, "the rank is above %d", MAX_RANK);
    if (lex_is(l, "-")) return lex_fail(l, "a size");
    if (!lex_int(l, &dim[out->rank])) return false;
    out->rank++;
  }
  lex_next(l);
  out->dim = dim;
  if (!type_fits(*out)) return fail(loc, "the type has more bytes than any memory");
  *out = type_copy(l->arena, *out);
  return true;
}
