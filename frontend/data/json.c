// JSON as files and messages need it: strings, counts, and the marks between them.
#include "frontend/data/json.h"

#include <string.h>

bool json_fail(const Json *j, const char *problem) {
  return fail(j->loc, "%s: byte %zu of its header: %s", j->what, (size_t)(j->at - j->text),
              problem);
}

static void skip_spaces(Json *j) {
  while (j->at < j->end && strchr(" \t\n\r", *j->at) && *j->at) j->at++;
}

bool json_takes(Json *j, char mark) {
  skip_spaces(j);
  if (j->at == j->end || *j->at != mark) return false;
  j->at++;
  return true;
}

bool json_needs(Json *j, char mark) {
  if (json_takes(j, mark)) return true;
  return json_fail(
      j, (char[]){'\'', mark, '\'', ' ', 'i', 's', ' ', 'm', 'i', 's', 's', 'i', 'n', 'g', 0});
}

bool json_more(Json *j, char close, bool *first) {
  if (failed() || json_takes(j, close)) return false;
  if (!*first && !json_needs(j, ',')) return false;
  *first = false;
  return true;
}

static bool hex4(Json *j, unsigned *out) {
  *out = 0;
  for (int i = 0; i < 4; i++, j->at++) {
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *d = j->at < j->end && *j->at ? strchr(digits, *j->at) : NULL;
    if (!d) return json_fail(j, "\\u has less than four digits behind it");
    *out = *out << 4 | ((unsigned)(d - digits) & 15);
  }
  return true;
}

static char *put_utf8(char *to, unsigned c) {
  if (c < 0x80) {
    *to++ = (char)c;
    return to;
  }
  const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  static const unsigned char lead[] = {0, 0xC0, 0xE0, 0xF0};
  *to++ = (char)(lead[more] | c >> 6 * more);
  for (int i = more - 1; i >= 0; i--) *to++ = (char)(0x80 | (c >> 6 * i & 0x3F));
  return to;
}

// Behind "\u"; two of them make one character beyond 16 bits.
static bool unicode_escape(Json *j, char **to) {
  unsigned c, low;
  if (!hex4(j, &c)) return false;
  if (!c) return json_fail(j, "a NUL in a string");
  if (c >= 0xD800 && c < 0xE000) {
    if (c >= 0xDC00 || j->end - j->at < 6 || j->at[0] != '\\' || j->at[1] != 'u')
      return json_fail(j, "half a character");
    j->at += 2;
    if (!hex4(j, &low)) return false;
    if (low < 0xDC00 || low >= 0xE000) return json_fail(j, "half a character");
    c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
  }
  *to = put_utf8(*to, c);
  return true;
}

static bool escape(Json *j, char **to) {
  static const char from[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
  const char c = j->at < j->end ? *j->at++ : 0;
  if (c == 'u') return unicode_escape(j, to);
  const char *p = c ? strchr(from, c) : NULL;
  if (!p) return json_fail(j, "an escape that JSON has not");
  *(*to)++ = means[p - from];
  return true;
}

const char *json_text(Json *j) {
  if (!json_needs(j, '"')) return NULL;
  const char *close = j->at;  // escapes only shrink: room for all up to the closing quote
  while (close < j->end && *close != '"') close += *close == '\\' ? 2 : 1;
  if (close >= j->end) return json_fail(j, "a string without an end"), NULL;
  char *text = arena_alloc(j->arena, (size_t)(close - j->at) + 1), *to = text;
  while (*j->at != '"') {
    const unsigned char c = (unsigned char)*j->at++;
    if (c < 0x20) return json_fail(j, "a control character in a string"), NULL;
    if (c != '\\') *to++ = (char)c;
    else if (!escape(j, &to)) return NULL;
  }
  j->at++;
  return text;
}

bool json_count(Json *j, int64_t *n) {
  skip_spaces(j);
  const char *start = j->at;
  *n = 0;
  for (; j->at < j->end && *j->at >= '0' && *j->at <= '9'; j->at++) {
    if (*n > (INT64_C(1) << 62) / 10 - 1) return json_fail(j, "a number that is too large");
    *n = *n * 10 + (*j->at - '0');
  }
  return j->at > start || json_fail(j, "a whole number is missing");
}

bool json_ends(Json *j) {
  skip_spaces(j);
  return j->at == j->end || json_fail(j, "something follows the end");
}

void json_string(Text *t, const char *s) {
  text_str(t, "\"");
  for (; *s; s++) {
    if (*s == '"' || *s == '\\') text_fmt(t, "\\%c", *s);
    else if ((unsigned char)*s < ' ') text_fmt(t, "\\u%04x", *s);
    else text_add(t, s, 1);
  }
  text_str(t, "\"");
}
