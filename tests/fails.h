// Calls of the public API that have to fail, with an error that names the test's own file and line.
#ifndef JITC_TESTS_FAILS_H
#define JITC_TESTS_FAILS_H
#include "frontend/jitc.h"
#include "tests/check.h"

// An error names this file, and a line of the call (0: any line), which may be over several: gcc
// takes the first of them, clang the last.
static inline bool error_is_here(const char *error, const char *file, int line) {
  const char *name = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
  const char *at = error ? strstr(error, name) : NULL;
  if (!at || at[strlen(name)] != ':') return false;
  return !line || abs(atoi(at + strlen(name) + 1) - line) <= 3;
}

// The first error, and the value it leaves: poison, or where the closure itself was refused, any.
#define TRY(call, text, line)                                          \
  jc_array r_ = call;                                                  \
  const char *error_ = jc_error();                                     \
  if (!error_is_here(error_, __FILE__, line) || !strstr(error_, text)) \
    FAULT("not \"%s\": %s", text, error_ ? error_ : "no error");       \
  jc_clear_error()
#define FAILS_AT(call, text, line) \
  do {                             \
    TRY(call, text, line);         \
    EXPECT(isnan(jc_item(r_)));    \
    jc_clear_error();              \
  } while (0)
#define FAILS(call, text) FAILS_AT(call, text, __LINE__)
#define FAILS_INSIDE(call, text) FAILS_AT(call, text, 0)  // on a line of the function called
#define REFUSED(call, text)    \
  do {                         \
    TRY(call, text, __LINE__); \
    (void)r_;                  \
  } while (0)
#endif
