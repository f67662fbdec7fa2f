// Growing text.
#include "ir/text.h"
#include "ir/half.h"

#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_add(Text *t, const char *s, size_t n) {
  GROW(t->s, t->cap, t->n + n + 1);
  if (n) memcpy(t->s + t->n, s, n);
  t->s[t->n += n] = 0;
}

void text_str(Text *t, const char *s) { text_add(t, s, strlen(s)); }

void text_fmt(Text *t, const char *fmt, ...) {
  va_list ap, again;
  va_start(ap, fmt);
  va_copy(again, ap);
  const size_t n = (size_t)vsnprintf(NULL, 0, fmt, ap);
  GROW(t->s, t->cap, t->n + n + 1);
  vsnprintf(t->s + t->n, n + 1, fmt, again);
  t->n += n;
  va_end(again);
  va_end(ap);
}

void text_pad(Text *t, int spaces) { text_fmt(t, "%*s", spaces, ""); }

void text_free(Text *t) {
  free(t->s);
  *t = (Text){0};
}

char *text_take(Text *t, Arena *a) {
  char *s = t->n ? arena_copy(a, t->s, t->n + 1) : arena_str(a, "");
  text_free(t);
  return s;
}

// A locale may print 0,5: its decimal point is put right.
static void decimal_point(char *s) {
  const char *point = localeconv()->decimal_point;
  char *at = strcmp(point, ".") ? strstr(s, point) : NULL;
  if (!at) return;
  *at = '.';
  memmove(at + 1, at + strlen(point), strlen(at + strlen(point)) + 1);
}

static bool not_finite(Text *t, double v) {
  if (isfinite(v)) return false;
  text_str(t, isnan(v) ? "nan" : v > 0 ? "inf" : "-inf");
  return true;
}

static void add_digits(Text *t, char *digits) {
  decimal_point(digits);
  text_str(t, digits);
  if (!strpbrk(digits, ".e")) text_str(t, ".0");
}

void text_float(Text *t, double v) {
  if (not_finite(t, v)) return;
  char s[40];
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(s, sizeof s, "%.*g", digits, v);
    if (strtod(s, NULL) == v) break;
  }
  add_digits(t, s);
}

void text_float32(Text *t, float v) {
  if (not_finite(t, (double)v)) return;
  char s[40];
  for (int digits = 6; digits <= 9; digits++) {
    snprintf(s, sizeof s, "%.*g", digits, (double)v);
    if (strtof(s, NULL) == v) break;
  }
  add_digits(t, s);
}

static void text_half(Text *t, Dtype d, uint16_t bits) {
  const double v = half_value(d, bits);
  if (not_finite(t, v)) return;
  char s[40];
  const bool whole = fabs(v) < 1e5 && v == rint(v);
  for (int digits = whole ? 5 : 3; digits <= 9; digits++) {
    snprintf(s, sizeof s, "%.*g", digits, v);
    if (half_of(d, strtod(s, NULL)) == bits) break;
  }
  add_digits(t, s);
}

void text_float_bits(Text *t, Dtype d, const void *element) {
  double wide;
  float narrow;
  uint16_t half;
  if (d == DT_F64) memcpy(&wide, element, sizeof wide), text_float(t, wide);
  else if (d == DT_F32) memcpy(&narrow, element, sizeof narrow), text_float32(t, narrow);
  else memcpy(&half, element, sizeof half), text_half(t, d, half);
}
