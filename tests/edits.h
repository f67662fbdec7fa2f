// Every small edit of a text that is sound: a number, dtype, name, value, item of a list, bracket
// or line of it is another one, twice there or missing. What the tests of readers share that want
// to come past the first refusal.
#ifndef JITC_TESTS_EDITS_H
#define JITC_TESTS_EDITS_H
#include <ctype.h>

#include "ir/text.h"
#include "tests/check.h"

// The words of a language that stand for each other, and what must hold of its texts: NULL or what
// does not.
typedef struct EditLanguage {
  const char *const *dtypes, *const *ops, *const *values;
  int ndtypes, nops, nvalues;
  const char *(*check)(const char *bytes, size_t n);
  const char *(*sound)(const char *bytes, size_t n);  // of those that are not edited
} EditLanguage;

enum { MOST_TOKENS = 4096 };

typedef enum TokenKind { TOKEN_PUNCT, TOKEN_WORD, TOKEN_NUMBER, TOKEN_SPACE } TokenKind;
typedef struct Token {
  TokenKind kind;
  size_t at, n;
  int close;  // of an opening bracket: the token that closes it, otherwise 0
} Token;

typedef struct Edits {
  const char *text;
  size_t n;
  const EditLanguage *language;
  int64_t every;  // one of so many edits is made
  Token tokens[MOST_TOKENS];
  int ntokens;
} Edits;

// ---- tokens

static inline bool edit_is(const Edits *e, int i, const char *s) {
  return i < e->ntokens && e->tokens[i].n == strlen(s) &&
         !memcmp(e->text + e->tokens[i].at, s, e->tokens[i].n);
}

static inline bool edit_same(const Edits *e, int i, int k) {
  return e->tokens[i].n == e->tokens[k].n &&
         !memcmp(e->text + e->tokens[i].at, e->text + e->tokens[k].at, e->tokens[i].n);
}

static inline bool edit_one_of(const Edits *e, int i, const char *const *words, int n) {
  for (int k = 0; k < n; k++) {
    if (edit_is(e, i, words[k])) return true;
  }
  return false;
}

// The end of the token at s[at]. The x between sizes is a token: 2x3xf32.
static inline size_t edit_end(const char *s, size_t at, TokenKind *kind) {
  const size_t from = at;
  const bool sign = s[at] == '-' && isdigit((unsigned char)s[at + 1]);
  if (sign || isdigit((unsigned char)s[at])) {
    for (at++; isdigit((unsigned char)s[at]) || s[at] == '.' || (s[at] == 'e' && at > from); at++)
      if (s[at] == 'e' && s[at + 1] == '-') at++;
    return *kind = TOKEN_NUMBER, at;
  }
  if (s[at] == 'x' && from && isdigit((unsigned char)s[at - 1])) return *kind = TOKEN_PUNCT, at + 1;
  while (isalnum((unsigned char)s[at]) || strchr("%@_.", s[at] ? s[at] : ' ')) at++;
  if (at > from) return *kind = TOKEN_WORD, at;
  if (s[at] == '"') {
    while (s[++at] && s[at] != '"') {
    }
    return *kind = TOKEN_WORD, at + (s[at] == '"');
  }
  *kind = isspace((unsigned char)s[at]) ? TOKEN_SPACE : TOKEN_PUNCT;
  return at + (s[at] == '-' && s[at + 1] == '>' ? 2 : 1);
}

static inline void edit_tokens(Edits *e) {
  int open[64], depth = 0;
  for (size_t at = 0; at < e->n && e->ntokens < MOST_TOKENS;) {
    Token t = {.at = at};
    at = edit_end(e->text, at, &t.kind);
    t.n = at - t.at;
    const char c = e->text[t.at];
    if (t.n == 1 && strchr("([{<", c) && depth < 64) open[depth++] = e->ntokens;
    if (t.n == 1 && strchr(")]}>", c) && depth) e->tokens[open[--depth]].close = e->ntokens;
    e->tokens[e->ntokens++] = t;
  }
}

// ---- edits

// The text is copied so that its end is an end for ASan; readers find a NUL behind it.
static inline void edit_check(Edits *e, const Text *t) {
  char *exact = malloc(t->n + 1);
  memcpy(exact, t->s, t->n);
  exact[t->n] = 0;
  const char *fault = e->language->check(exact, t->n);
  if (fault) FAULT("%s:\n%s", fault, exact);
  free(exact);
}

static inline bool edit_drawn(const Edits *e) {
  return e->every <= 1 || !test_int(0, e->every - 1);
}

// [at, at + gone) becomes `by`.
static inline void edit_replace(Edits *e, size_t at, size_t gone, const char *by, size_t n) {
  if (!edit_drawn(e)) return;
  Text t = {0};
  text_add(&t, e->text, at);
  text_add(&t, by, n);
  text_add(&t, e->text + at + gone, e->n - at - gone);
  edit_check(e, &t);
  text_free(&t);
}

// All tokens that are the same as i become `by`: types that fitted still do.
static inline void edit_everywhere(Edits *e, int i, const char *by) {
  if (!edit_drawn(e)) return;
  Text t = {0};
  for (int k = 0; k < e->ntokens; k++) {
    if (edit_same(e, i, k)) text_str(&t, by);
    else text_add(&t, e->text + e->tokens[k].at, e->tokens[k].n);
  }
  edit_check(e, &t);
  text_free(&t);
}

static inline bool edit_is_first(const Edits *e, int i) {
  for (int k = 0; k < i; k++) {
    if (edit_same(e, i, k)) return false;
  }
  return true;
}

// Token i becomes `by`, alone and everywhere.
static inline void edit_becomes(Edits *e, int i, const char *by) {
  edit_replace(e, e->tokens[i].at, e->tokens[i].n, by, strlen(by));
  if (edit_is_first(e, i)) edit_everywhere(e, i, by);
}

static inline void edit_number(Edits *e, int i) {
  static const char *const edges[] = {"0",          "1",
                                      "-1",         "2",
                                      "5",          "17",
                                      "64",         "70000",
                                      "2147483647", "2147483648",
                                      "4294967296", "4611686018427387904",
                                      "1e999",      "9223372036854775807",
                                      "-0.5",       "-9223372036854775808"};
  for (size_t k = 0; k < sizeof edges / sizeof *edges; k++) edit_becomes(e, i, edges[k]);
  const int v = atoi(e->text + e->tokens[i].at) % 1000000;
  char near[24];
  for (int by = -1; by <= 1; by += 2) {
    snprintf(near, sizeof near, "%d", v + by);
    edit_becomes(e, i, near);
  }
}

static inline void edit_word(Edits *e, int i) {
  const EditLanguage *w = e->language;
  const bool dtype = edit_one_of(e, i, w->dtypes, w->ndtypes);
  const bool op = !dtype && edit_one_of(e, i, w->ops, w->nops);
  for (int k = 0; dtype && k < w->ndtypes; k++) edit_becomes(e, i, w->dtypes[k]);
  for (int k = 0; op && k < w->nops; k++)
    edit_replace(e, e->tokens[i].at, e->tokens[i].n, w->ops[k], strlen(w->ops[k]));
  if (dtype || op) return;
  edit_replace(e, e->tokens[i].at, e->tokens[i].n, "", 0);
  for (int k = 0; k < e->ntokens; k++) {  // another word of the text
    if (k == i || e->tokens[k].kind != TOKEN_WORD || !edit_is_first(e, k)) continue;
    edit_replace(e, e->tokens[i].at, e->tokens[i].n, e->text + e->tokens[k].at, e->tokens[k].n);
  }
}

// From token i on up to a comma, a closing bracket or the end of the line, brackets stepped over.
static inline int edit_item_end(const Edits *e, int i) {
  for (; i < e->ntokens; i++) {
    const Token *t = &e->tokens[i];
    if (t->close) i = t->close;
    else if (t->n == 1 && strchr(",)]}>\n", e->text[t->at])) break;
  }
  return i;
}

static inline size_t edit_at(const Edits *e, int i) {
  return i < e->ntokens ? e->tokens[i].at : e->n;
}

// What stands behind the = at token i: gone with its name, of another kind.
static inline void edit_value(Edits *e, int i) {
  const size_t at = edit_at(e, i + 1), end = edit_at(e, edit_item_end(e, i + 1));
  for (int k = 0; k < e->language->nvalues; k++)
    edit_replace(e, at, end - at, e->language->values[k], strlen(e->language->values[k]));
}

// The items between brackets: each missing, twice, all of them missing, twice.
static inline void edit_list(Edits *e, int open) {
  const int close = e->tokens[open].close;
  const size_t from = edit_at(e, open + 1), to = edit_at(e, close), all = to - from;
  edit_replace(e, from, all, "", 0);
  edit_replace(e, from - 1, all + 2, "", 0);
  edit_replace(e, from - 1, 0, e->text + from - 1, all + 2);
  for (int i = open + 1; i < close;) {
    const int end = edit_item_end(e, i);
    const size_t at = edit_at(e, i), n = edit_at(e, end) - at;
    const size_t comma = edit_is(e, end, ",");
    edit_replace(e, at, n + comma, "", 0);
    Text twice = {0};
    text_add(&twice, e->text + at, n);
    text_str(&twice, ", ");
    edit_replace(e, at, 0, twice.s, twice.n);
    text_free(&twice);
    i = end > i ? end + 1 : i + 1;
  }
}

static inline void edit_lines(Edits *e) {
  for (size_t at = 0, end; at < e->n; at = end) {
    for (end = at; end < e->n && e->text[end] != '\n';) end++;
    end += end < e->n;
    edit_replace(e, at, end - at, "", 0);
    edit_replace(e, at, 0, e->text + at, end - at);
  }
}

// One of `every` edits.
static inline void edit_all(const char *text, size_t n, const EditLanguage *language,
                            int64_t every) {
  Edits *e = calloc(1, sizeof *e);
  *e = (Edits){.text = text, .n = n, .language = language, .every = every};
  edit_tokens(e);
  edit_lines(e);
  for (int i = 0; i < e->ntokens; i++) {
    if (e->tokens[i].kind == TOKEN_NUMBER) edit_number(e, i);
    if (e->tokens[i].kind == TOKEN_WORD) edit_word(e, i);
    if (edit_is(e, i, "=")) edit_value(e, i);
    if (e->tokens[i].close) edit_list(e, i);
  }
  free(e);
}
#endif
