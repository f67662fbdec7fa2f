// Values of the library's functions against those that JAX 0.10.2 gives for the same arguments:
// lines of tests/library/NAME.txt, which tests/library/NAME.py makes. A line is a case's name, its
// type, its elements.
#ifndef JITC_TESTS_LIBRARY_H
#define JITC_TESTS_LIBRARY_H
#include <ctype.h>
#include <float.h>

#include "frontend/execute.h"
#include "tests/check.h"

typedef struct Expected {
  char *text;
  const char *name, *type, *elements;
  bool met;
} Expected;
enum { MOST_EXPECTED = 2000 };
static Expected expected_lines[MOST_EXPECTED];
static int expected_count;

static inline void expected_read(const char *name) {
  char path[600];
  const char *dir = getenv("TESTS_DIR");
  snprintf(path, sizeof path, "%s/library/%s.txt", dir ? dir : "tests", name);
  FILE *f = fopen(path, "r");
  if (!f) {
    FAULT("cannot open %s", path);
    return;
  }
  char *line = NULL;
  size_t cap = 0;
  while (expected_count < MOST_EXPECTED && getline(&line, &cap, f) > 0) {
    Expected *e = &expected_lines[expected_count++];
    e->text = strdup(line);
    e->name = strtok(e->text, " ");
    e->type = strtok(NULL, " \n");
    e->elements = strtok(NULL, "\n");
  }
  free(line);
  fclose(f);
}

// Every line was compared with something.
static inline void expected_done(void) {
  for (int i = 0; i < expected_count; i++) {
    if (!expected_lines[i].met) FAULT("no case of %s", expected_lines[i].name);
    free(expected_lines[i].text);
  }
}

static inline double library_epsilon(const char *type) {
  if (!strncmp(type, "f64", 3) || !strncmp(type, "c128", 4)) return DBL_EPSILON;
  if (!strncmp(type, "f16", 3)) return 0x1p-10;
  if (!strncmp(type, "bf16", 4)) return 0x1p-7;
  return type[0] == 'f' || type[0] == 'c' ? (double)FLT_EPSILON : 0;
}

// The parts of x as doubles, two for each complex number; NULL after an error.
static inline double *library_numbers(jc_array x, int64_t *count) {
  const bool complex = jc_ok() && (jc_dtype_of(x) == JC_C64 || jc_dtype_of(x) == JC_C128);
  *count = jc_size(x) * (complex ? 2 : 1);
  double *v = calloc((size_t)*count + 1, sizeof *v);
  if (!complex) {
    jc_read(x, v);
    return v;
  }
  jc_array parts[] = {jc_real(x), jc_imag(x)};
  double *half = calloc((size_t)*count + 1, sizeof *half);
  for (int k = 0; k < 2; k++) {
    jc_read(parts[k], half);
    for (int64_t i = 0; i < *count / 2; i++) v[2 * i + k] = half[i];
  }
  free(half);
  return v;
}

// Each element within `ulps` of its own size and `spread` of the largest one's.
static inline void expect_jax(const char *file, int line, const char *name, jc_array x, double ulps,
                              double spread) {
  Expected *e = NULL;
  for (int i = 0; i < expected_count && !e; i++) {
    if (!strcmp(expected_lines[i].name, name)) e = &expected_lines[i];
  }
  if (!e) {
    test_fault(file, line, "%s: there is nothing to compare it with", name);
    return;
  }
  e->met = true;
  if (!jc_ok()) {
    test_fault(file, line, "%s: %s", name, jc_error());
    jc_clear_error();
    return;
  }
  if (!expect_str(file, line, name, jc_shape_str(x), e->type)) return;
  int64_t count;
  double *got = library_numbers(x, &count), *want = calloc((size_t)count + 1, sizeof *want);
  const char *at = e->elements ? e->elements : "";
  double largest = 0;
  for (int64_t i = 0; i < count; i++) {
    char *end;
    want[i] = strtod(at, &end);
    if (end == at) test_fault(file, line, "%s: element %" PRId64 " is missing", name, i);
    at = end;
    if (isfinite(want[i])) largest = fmax(largest, fabs(want[i]));
  }
  const double eps = library_epsilon(e->type);
  for (int64_t i = 0; i < count; i++) {
    const double tolerance = eps * (ulps * fabs(want[i]) + spread * largest);
    if (!expect_close(file, line, name, got[i], want[i], isfinite(tolerance) ? tolerance : 0)) {
      fprintf(stderr, "  at %" PRId64 "\n", i);
      break;
    }
  }
  free(got), free(want);
}
// JAX(name, x): within 4 ulps; JAX_NEAR: of what is a sum, within a part of the largest element.
#define JAX(name, x) expect_jax(__FILE__, __LINE__, name, x, 4, 0)
#define JAX_ULPS(name, x, ulps) expect_jax(__FILE__, __LINE__, name, x, ulps, 0)
#define JAX_NEAR(name, x, spread) expect_jax(__FILE__, __LINE__, name, x, 4, spread)

// Arguments: eighths from -3.75 to 3.75 in an order without a pattern, integers from -30 to 30 (0
// to 60), bools.
static inline jc_array library_data(jc_dtype dtype, int seed, jc_dims shape) {
  int64_t count = 1;
  for (int i = 0; i < shape.n; i++) count *= shape.d[i];
  double *v = calloc((size_t)count + 1, sizeof *v);
  const bool is_unsigned = dtype == JC_U8 || dtype == JC_U16 || dtype == JC_U32 || dtype == JC_U64;
  const bool is_float = dtype == JC_F32 || dtype == JC_F64 || dtype == JC_F16 || dtype == JC_BF16;
  for (int64_t i = 0; i < count; i++) {
    const int64_t k = (i * 7919 + seed * INT64_C(104729) + i * i * 31) % 61;
    v[i] = dtype == JC_BOOL ? (double)(k % 2) : is_unsigned ? (double)k : (double)(k - 30);
    if (is_float) v[i] /= 8;
  }
  jc_array x = jc_astype(jc_reshape(jc_from(v, count), 1, -1), dtype);
  free(v);
  return jc_reshape_(x, shape, __FILE__, __LINE__);
}
#define DATA(dtype, seed, ...) library_data(dtype, seed, JC_SHAPE(__VA_ARGS__))
#define COMPLEX(dtype, seed, ...) \
  jc_complex(DATA(dtype, seed, __VA_ARGS__), DATA(dtype, (seed) + 1, __VA_ARGS__))
// A case's name made of parts; until the next one.
static inline const char *named(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static inline const char *named(const char *fmt, ...) {
  static char text[80];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(text, sizeof text, fmt, ap);
  va_end(ap);
  return text;
}
#define MESSAGE(x, part)          \
  do {                            \
    (void)(x);                    \
    EXPECT_HAS(jc_error(), part); \
    jc_clear_error();             \
  } while (0)
#endif
