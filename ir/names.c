// Names of a scope.
#include "ir/names.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "ir/op.h"

static uint32_t hash(const char *s, size_t n) {
  uint32_t h = 2166136261u;
  for (size_t i = 0; i < n; i++) h = (h ^ (unsigned char)s[i]) * 16777619u;
  return h ^ h >> 15;
}

// The slot of the name, or the free one where it would stand.
static NameSlot *slot_of(const Names *t, const char *s, size_t n) {
  for (uint32_t i = hash(s, n);; i++) {
    NameSlot *slot = &t->slots[i & (uint32_t)(t->cap - 1)];
    if (!slot->name || (!strncmp(slot->name, s, n) && !slot->name[n])) return slot;
  }
}

bool names_find(const Names *t, const char *s, size_t n, uint32_t *id) {
  const NameSlot *slot = t->cap ? slot_of(t, s, n) : NULL;
  if (!slot || !slot->name) return false;
  *id = slot->id;
  return true;
}

static void reserve(Names *t) {
  if (2 * t->used < t->cap) return;
  const Names old = *t;
  t->cap = old.cap ? 4 * old.cap : 32;
  t->slots = ARENA_ARRAY(t->arena, NameSlot, t->cap);
  for (int i = 0; i < old.cap; i++) {
    const char *name = old.slots[i].name;
    if (name) *slot_of(t, name, strlen(name)) = old.slots[i];
  }
}

bool names_add(Names *t, const char *s, size_t n, uint32_t id) {
  reserve(t);
  NameSlot *slot = slot_of(t, s, n);
  if (slot->name) return false;
  char *copy = arena_alloc(t->arena, n + 1);
  memcpy(copy, s, n);
  *slot = (NameSlot){copy, id};
  t->used++;
  return true;
}

static const char *const keywords[] = {
    "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
    "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
    "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
    "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield",
};

static bool is(const char *word, const char *s, size_t n) {
  return strlen(word) == n && !memcmp(word, s, n);
}

bool name_is_keyword(const char *s, size_t n) {
  for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
    if (is(keywords[i], s, n)) return true;
  }
  return false;
}

bool name_reserved(const char *s, size_t n) {
  Op op;
  Dtype d;
  return name_is_keyword(s, n) || op_parse(s, n, &op) || dtype_parse(s, n, &d) || is("nan", s, n) ||
         is("inf", s, n);
}

enum { NAME_SIZE = 200 };

// Letters, digits and single underscores; what stands for nothing gives "x".
static size_t identifier(char out[NAME_SIZE], const char *wish) {
  size_t n = 0;
  for (; *wish && n < NAME_SIZE - 16; wish++) {
    const unsigned char c = (unsigned char)*wish;
    const bool fits = c < 128 && (isalpha(c) || c == '_' || (isdigit(c) && n));
    if (fits) out[n++] = (char)c;
    else if (n && wish[1] && out[n - 1] != '_') out[n++] = '_';
  }
  if (!n) out[n++] = 'x';
  if (name_reserved(out, n)) out[n++] = '_';
  out[n] = 0;
  return n;
}

static const char *entered(Names *t, const char *s, size_t n) { return slot_of(t, s, n)->name; }

const char *names_unique(Names *t, const char *wish, uint32_t id) {
  char name[NAME_SIZE], *end;
  size_t n = identifier(name, wish);
  if (names_add(t, name, n, id)) return entered(t, name, n);
  end = name + n;
  // Starting at the number of names keeps this linear for a thousand parameters of one name.
  for (uint32_t i = t->used > 64 ? (uint32_t)t->used : 1;; i++) {
    n = (size_t)(end - name) + (size_t)snprintf(end, 16, "_%u", i);
    if (names_add(t, name, n, id)) return entered(t, name, n);
  }
}

const char *names_letter(Names *t, uint32_t id) {
  for (;;) {
    char s[16], *p = s + sizeof s;
    for (int i = ++t->letters; i > 0; i = (i - 1) / 26) *--p = (char)('a' + (i - 1) % 26);
    const size_t n = (size_t)(s + sizeof s - p);
    if (!name_reserved(p, n) && names_add(t, p, n, id)) return entered(t, p, n);
  }
}
