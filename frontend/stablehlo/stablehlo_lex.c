// Cuts StableHLO text into tokens.
#include "frontend/stablehlo/stablehlo_lex.h"

#include <stdio.h>
#include <string.h>

bool hlo_same(HloSlice a, HloSlice b) { return a.n == b.n && (!a.n || !memcmp(a.s, b.s, a.n)); }
bool hlo_is(HloSlice a, const char *b) { return hlo_same(a, (HloSlice){b, strlen(b)}); }

Loc hlo_here(const HloReader *r) {
  return (Loc){r->file, r->line, (int)(r->at - r->line_start) + 1};
}

bool hlo_unsupported(bool *flag, Loc loc, const char *fmt, ...) {
  if (failed()) return false;
  char what[512];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(what, sizeof what, fmt, ap);
  va_end(ap);
  *flag = true;
  return fail(loc, "%s: not supported yet", what);
}

void hlo_blanks(HloReader *r) {
  while (r->at < r->end) {
    const char c = *r->at;
    if (c == '\n') {
      r->line++;
      r->line_start = r->at + 1;
    } else if (c == '/' && r->at + 1 < r->end && r->at[1] == '/') {
      const char *stop = memchr(r->at, '\n', (size_t)(r->end - r->at));
      r->at = stop ? stop : r->end;
      continue;
    } else if (c != ' ' && c != '\t' && c != '\r') {
      return;
    }
    r->at++;
  }
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}
static bool in_word(char c) { return is_letter(c) || is_digit(c) || c == '.'; }
static bool in_name(char c) { return in_word(c) || c == '-'; }

static void take(HloReader *r, HloTokenKind kind, bool (*more)(char)) {
  const char *from = r->at;
  while (r->at < r->end && more(*r->at)) r->at++;
  r->token.kind = kind;
  r->token.text = (HloSlice){from, (size_t)(r->at - from)};
}

static void reject(HloReader *r, const char *message) {
  r->bad = true;
  r->token.kind = HT_END;
  fail(r->token.loc, "%s", message);
}

static void take_number(HloReader *r) {
  const char *from = r->at;
  r->at += *r->at == '-';
  while (r->at < r->end && is_digit(*r->at)) r->at++;
  if (r->at < r->end && *r->at == '.') {
    r->at++;
    while (r->at < r->end && is_digit(*r->at)) r->at++;
  }
  if (r->at + 1 < r->end && (*r->at == 'e' || *r->at == 'E') &&
      (is_digit(r->at[1]) || r->at[1] == '+' || r->at[1] == '-')) {
    r->at += 2;
    while (r->at < r->end && is_digit(*r->at)) r->at++;
  }
  r->token.kind = HT_NUMBER;
  r->token.text = (HloSlice){from, (size_t)(r->at - from)};
}

static void take_string(HloReader *r, HloTokenKind kind) {
  const char *from = ++r->at;
  while (r->at < r->end && *r->at != '"' && *r->at != '\n')
    r->at += *r->at == '\\' && r->at + 1 < r->end && r->at[1] != '\n' ? 2 : 1;
  if (r->at >= r->end || *r->at != '"') {
    reject(r, "the string does not end");
    return;
  }
  r->token.kind = kind;
  r->token.text = (HloSlice){from, (size_t)(r->at - from)};
  r->at++;
}

// Behind a % name: #1.
static void take_index(HloReader *r) {
  if (r->at + 1 >= r->end || *r->at != '#' || !is_digit(r->at[1])) return;
  uint64_t index = 0;
  for (r->at++; r->at < r->end && is_digit(*r->at); r->at++) {
    index = 10 * index + (uint64_t)(*r->at - '0');
    if (index > UINT32_MAX) index = UINT32_MAX;
  }
  r->token.index = (uint32_t)index;
}

static void take_sigil(HloReader *r, char c) {
  r->at++;
  if (c == '@' && r->at < r->end && *r->at == '"') {
    take_string(r, HT_SYMBOL);
    return;
  }
  take(r, c == '%' ? HT_VALUE : c == '@' ? HT_SYMBOL : HT_BLOCK, in_name);
  if (!r->token.text.n) reject(r, "a name is missing");
  else if (c == '%') take_index(r);
}

static void take_punct(HloReader *r, char c) {
  static const char all[] = "()[]{}<>,:=#!?*+";
  const size_t n = c == '-' && r->at + 1 < r->end && r->at[1] == '>' ? 2 : 1;
  if (n == 1 && (!c || !strchr(all, c))) {
    r->bad = true;
    if ((unsigned char)c < ' ' || (unsigned char)c > '~')
      fail(r->token.loc, "unexpected byte 0x%02x", (unsigned char)c);
    else fail(r->token.loc, "unexpected '%c'", c);
    return;
  }
  r->token.kind = HT_PUNCT;
  r->token.text = (HloSlice){r->at, n};
  r->at += n;
}

void hlo_next(HloReader *r) {
  if (r->bad) return;
  hlo_blanks(r);
  r->token = (HloToken){.kind = HT_END, .loc = hlo_here(r)};
  if (r->at >= r->end) return;
  const char c = *r->at;
  if (is_letter(c)) take(r, HT_WORD, in_word);
  else if (is_digit(c) || (c == '-' && r->at + 1 < r->end && is_digit(r->at[1]))) take_number(r);
  else if (c == '%' || c == '@' || c == '^') take_sigil(r, c);
  else if (c == '"') take_string(r, HT_STRING);
  else take_punct(r, c);
}

void hlo_start(HloReader *r) {
  r->line = 1;
  r->line_start = r->at;
  hlo_next(r);
}

bool hlo_at(const HloReader *r, const char *s) {
  return (r->token.kind == HT_WORD || r->token.kind == HT_PUNCT) && hlo_is(r->token.text, s);
}

bool hlo_accept(HloReader *r, const char *s) {
  if (!hlo_at(r, s)) return false;
  hlo_next(r);
  return true;
}

bool hlo_wanted(HloReader *r, const char *what) {
  static const char *const sigils[] = {
      [HT_VALUE] = "%", [HT_SYMBOL] = "@", [HT_BLOCK] = "^", [HT_STRING] = "\"", [HT_PUNCT] = ""};
  enum { SHOWN = 40 };
  if (r->bad) return false;
  const HloToken t = r->token;
  if (t.kind == HT_END) return fail(t.loc, "expected %s, got the end of the text", what);
  const char *sigil = sigils[t.kind] ? sigils[t.kind] : "";
  const int n = t.text.n < SHOWN ? (int)t.text.n : SHOWN;
  return fail(t.loc, "expected %s, got '%s%.*s%s'", what, sigil, n, t.text.s,
              t.kind == HT_STRING ? "\"" : "");
}

bool hlo_expect(HloReader *r, const char *s) {
  if (hlo_accept(r, s)) return true;
  char quoted[64];
  snprintf(quoted, sizeof quoted, "'%s'", s);
  return hlo_wanted(r, quoted);
}

bool hlo_enter(HloReader *r) {
  if (r->depth >= HLO_MOST_DEPTH)
    return fail(r->token.loc, "brackets are nested more than %d deep", HLO_MOST_DEPTH);
  r->depth++;
  return true;
}

bool hlo_skip_brackets(HloReader *r) {
  const Loc open = r->token.loc;
  int64_t depth = 0;
  do {
    if (r->token.kind == HT_END)
      return r->bad ? false : fail(open, "the bracket is not closed before the end of the text");
    if (r->token.kind == HT_PUNCT && r->token.text.n == 1) {
      depth += strchr("([{<", *r->token.text.s) != NULL;
      depth -= strchr(")]}>", *r->token.text.s) != NULL;
    }
    hlo_next(r);
  } while (depth > 0);
  return true;
}

bool hlo_skip_loc(HloReader *r) {
  if (!hlo_at(r, "loc")) return true;
  hlo_next(r);
  return hlo_at(r, "(") ? hlo_skip_brackets(r) : hlo_wanted(r, "'('");
}

bool hlo_int(HloReader *r, int64_t *out) {
  if (r->token.kind != HT_NUMBER) return hlo_wanted(r, "an integer");
  const HloSlice t = r->token.text;
  const bool negative = t.s[0] == '-';
  uint64_t v = 0;
  for (size_t i = negative; i < t.n; i++) {
    if (!is_digit(t.s[i])) return hlo_wanted(r, "an integer");
    if (__builtin_mul_overflow(v, 10, &v) ||
        __builtin_add_overflow(v, (uint64_t)(t.s[i] - '0'), &v) ||
        v > (uint64_t)INT64_MAX + negative)
      return fail(r->token.loc, "the number does not fit 64 bits");
  }
  *out = (int64_t)(negative ? -v : v);
  hlo_next(r);
  return true;
}
