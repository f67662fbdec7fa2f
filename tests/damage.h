// Damaged text for readers: what the mutation tests share.
#ifndef JITC_TESTS_DAMAGE_H
#define JITC_TESTS_DAMAGE_H
#include "ir/text.h"
#include "tests/check.h"

// What does not hold of these bytes, or NULL.
typedef const char *CheckBytes(const char *bytes, size_t n);

// The text with [at, at + gone) replaced by `by`. It is copied so that its end is an end for ASan.
static inline void check_changed(CheckBytes *check, const char *what, const char *s, size_t n,
                                 size_t at, size_t gone, const char *by, size_t by_n) {
  Text t = {0};
  text_add(&t, s, at);
  text_add(&t, by, by_n);
  text_add(&t, s + at + gone, n - at - gone);
  char *exact = malloc(t.n ? t.n : 1);
  memcpy(exact, t.s, t.n);
  const char *fault = check(exact, t.n);
  if (fault) FAULT("%s at byte %zu: %s\n%.*s", what, at, fault, (int)t.n, t.s);
  free(exact);
  text_free(&t);
}
#endif
