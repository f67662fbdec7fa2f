// The terminal's characters, and numbers with points.
#include "frontend/show/screen.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir/eval.h"
#include "ir/half.h"

bool screen_is_utf8(void) {
  static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  for (int i = 0; i < 3; i++) {
    const char *value = getenv(names[i]);
    if (value && *value) return strcasestr(value, "UTF-8") || strcasestr(value, "utf8");
  }
  return false;
}

PlainNumbers plain_numbers_begin(void) {
  PlainNumbers n = {.plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0)};
  n.before = uselocale(n.plain);
  return n;
}

void plain_numbers_end(PlainNumbers n) {
  uselocale(n.before);
  if (n.plain) freelocale(n.plain);
}

static bool tells(Dtype d, double v, int digits, char text[NUMBER_TEXT]) {
  snprintf(text, NUMBER_TEXT, "%.*e", digits - 1, v);
  const double back = strtod(text, NULL);
  if (d == DT_F64) return back == v;
  if (d == DT_F32) return (float)back == (float)v && strtof(text, NULL) == (float)v;
  return half_of(d, back) == half_of(d, v);
}

// Decimals of so many digits all differ among normal numbers: what is shorter has zeros behind it.
static int distinct_digits(Dtype d) {
  return d == DT_F64 ? DBL_DIG : d == DT_F32 ? FLT_DIG : d == DT_F16 ? 3 : 2;
}
static double least_normal(Dtype d) {
  return d == DT_F64 ? DBL_MIN : d == DT_F16 ? 0x1p-14 : FLT_MIN;
}

int shortest_digits(Dtype d, double v) {
  char text[NUMBER_TEXT];
  int digits = fabs(v) < least_normal(d) ? 1 : distinct_digits(d);
  const bool zeros = tells(d, v, digits, text);
  if (zeros) {
    size_t end = strcspn(text, "e");
    while (digits > 1 && text[--end] == '0') digits--;
    return digits;
  }
  while (digits < DBL_DECIMAL_DIG && !tells(d, v, digits, text)) digits++;
  return digits;
}

void whole_number(Dtype d, const void *data, int64_t i, char to[NUMBER_TEXT]) {
  if (d == DT_I64) snprintf(to, NUMBER_TEXT, "%lld", (long long)((const int64_t *)data)[i]);
  else if (d == DT_U64)
    snprintf(to, NUMBER_TEXT, "%llu", (unsigned long long)((const uint64_t *)data)[i]);
  else snprintf(to, NUMBER_TEXT, "%.0f", eval_number(d, data, i));
}
