// Checks for tests: a test is a void function run by RUN; each check that does not hold prints its
// place and values.
//
//   static void add_works(void) { EXPECT_EQ(1 + 1, 2); }
//   int main(void) { RUN(add_works); return tests_done(); }    // prints "1 passed, 0 failed"
#ifndef JITC_TESTS_CHECK_H
#define JITC_TESTS_CHECK_H
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ir/diag.h"

typedef struct TestCounts {
  int passed, failed, skipped;
  int faults;  // checks of the running test that did not hold
  bool skip;   // the running test cannot run here
  uint64_t seed, state;
} TestCounts;
static TestCounts test_counts;

enum { MAX_PRINTED_FAULTS = 20 };

// Counts a fault of the running test and prints it, "file:line: message"; false, so that a check is
// a condition.
__attribute__((format(printf, 3, 4), unused)) static bool test_fault(const char *file, int line,
                                                                     const char *fmt, ...) {
  if (++test_counts.faults > MAX_PRINTED_FAULTS) return false;
  va_list ap;
  va_start(ap, fmt);
  fprintf(stderr, "%s:%d: ", file, line);
  vfprintf(stderr, fmt, ap);
  fputc('\n', stderr);
  va_end(ap);
  return false;
}
#define FAULT(...) test_fault(__FILE__, __LINE__, __VA_ARGS__)

#define EXPECT(cond) ((cond) ? true : FAULT("does not hold: %s", #cond))

#define EXPECT_EQ(got, want) expect_eq(__FILE__, __LINE__, #got, (int64_t)(got), (int64_t)(want))
static inline bool expect_eq(const char *file, int line, const char *what, int64_t got,
                             int64_t want) {
  return got == want ||
         test_fault(file, line, "%s is %" PRId64 ", expected %" PRId64, what, got, want);
}

#define EXPECT_STR(got, want) expect_str(__FILE__, __LINE__, #got, (got), (want))
static inline bool expect_str(const char *file, int line, const char *what, const char *got,
                              const char *want) {
  if (got && want && !strcmp(got, want)) return true;
  return test_fault(file, line, "%s is\n%s\nexpected\n%s", what, got ? got : "(null)",
                    want ? want : "(null)");
}

#define EXPECT_HAS(text, part) expect_has(__FILE__, __LINE__, #text, (text), (part))
static inline bool expect_has(const char *file, int line, const char *what, const char *text,
                              const char *part) {
  if (text && strstr(text, part)) return true;
  return test_fault(file, line, "%s lacks \"%s\":\n%s", what, part, text ? text : "(null)");
}

// |got - want| <= tolerance; equal infinities agree, a NaN agrees only with a NaN.
#define EXPECT_CLOSE(got, want, tolerance) \
  expect_close(__FILE__, __LINE__, #got, (got), (want), (tolerance))
static inline bool expect_close(const char *file, int line, const char *what, double got,
                                double want, double tolerance) {
  if (got == want || (isnan(got) && isnan(want)) || fabs(got - want) <= tolerance) return true;
  return test_fault(file, line, "%s is %.17g, expected %.17g within %g", what, got, want,
                    tolerance);
}

// The same bytes; tells the first that differs.
#define EXPECT_BYTES(got, want, n) expect_bytes(__FILE__, __LINE__, #got, (got), (want), (n))
static inline bool expect_bytes(const char *file, int line, const char *what, const void *got,
                                const void *want, size_t n) {
  const uint8_t *a = got, *b = want;
  for (size_t i = 0; i < n; i++)
    if (a[i] != b[i])
      return test_fault(file, line, "%s: byte %zu of %zu is %02x, expected %02x", what, i, n, a[i],
                        b[i]);
  return true;
}

// An error is pending and its message contains `part`; clears it.
#define EXPECT_FAIL(part) expect_fail(__FILE__, __LINE__, (part))
static inline bool expect_fail(const char *file, int line, const char *part) {
  const char *got = diag_message();
  bool ok = got && strstr(got, part);
  if (!ok)
    test_fault(file, line, "expected an error with \"%s\", got: %s", part, got ? got : "none");
  diag_clear();
  return ok;
}

// No error is pending; prints and clears it otherwise.
#define EXPECT_OK() expect_ok(__FILE__, __LINE__)
static inline bool expect_ok(const char *file, int line) {
  if (!failed()) return true;
  test_fault(file, line, "unexpected error: %s", diag_message());
  diag_clear();
  return false;
}

#define RUN(test) run_test(#test, test)
static inline void run_test(const char *name, void (*test)(void)) {
  test_counts.faults = 0;
  test_counts.skip = false;
  test();
  if (failed()) test_fault(name, 0, "left an error pending: %s", diag_message()), diag_clear();
  if (test_counts.faults) {
    test_counts.failed++;
    fprintf(stderr, "FAILED %s: %d faults\n", name, test_counts.faults);
  } else if (test_counts.skip) {
    test_counts.skipped++;
  } else {
    test_counts.passed++;
  }
}

// In a test: it cannot run here; `return` after it.
__attribute__((unused)) static void test_skip(const char *why) {
  fprintf(stderr, "skipped: %s\n", why);
  test_counts.skip = true;
}

// The closing line; the exit status of main.
__attribute__((unused)) static int tests_done(void) {
  fflush(stdout);
  fprintf(stderr, "%d passed, %d failed", test_counts.passed, test_counts.failed);
  if (test_counts.skipped) fprintf(stderr, ", %d skipped", test_counts.skipped);
  fputc('\n', stderr);
  return test_counts.failed || !(test_counts.passed + test_counts.skipped);
}

// Random inputs (splitmix64) from a fresh seed, printed once; TEST_SEED=N repeats a run.
__attribute__((unused)) static uint64_t test_random(void) {
  if (!test_counts.seed) {
    const char *given = getenv("TEST_SEED");
    test_counts.seed =
        given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL) * 1000003 + (uint64_t)clock();
    test_counts.state = test_counts.seed;
    fprintf(stderr, "TEST_SEED=%" PRIu64 "\n", test_counts.seed);
    test_counts.seed |= !test_counts.seed;
  }
  uint64_t z = test_counts.state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

// In [low, high), respectively low..high with both ends.
__attribute__((unused)) static double test_uniform(double low, double high) {
  return low + (high - low) * ((double)(test_random() >> 11) * 0x1p-53);
}
__attribute__((unused)) static int64_t test_int(int64_t low, int64_t high) {
  return low + (int64_t)(test_random() % (uint64_t)(high - low + 1));
}
#endif
