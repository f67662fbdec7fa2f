// The checks in a StableHLO program (check.expect_*): compares its results with what it expects.
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "frontend/tool/tool.h"

// |got - want| of expect_almost_eq, as the reference has it.
static const double ALMOST = 1e-3;

static const char *const names[HLO_CHECK_KINDS] = {
    [HLO_EQ] = "expect_eq", [HLO_CLOSE] = "expect_close", [HLO_ALMOST] = "expect_almost_eq"};

// The parts of complex numbers are compared one by one.
static bool part_holds(const HloCheck *c, const Values *v, int64_t i, int part) {
  const Dtype d = dtype_part(v->types[c->got].dtype);
  const double x = values_part(v, c->got, i, part), y = values_part(v, c->want, i, part);
  if (isnan(x) || isnan(y)) return isnan(x) && isnan(y);
  if (!dtype_is_float(d) || c->kind == HLO_EQ) return false;
  if (isinf(x) || isinf(y)) return x == y;
  return c->kind == HLO_CLOSE ? ulp_distance(d, x, y) <= (double)c->ulps : fabs(x - y) <= ALMOST;
}

static bool holds(const HloCheck *c, const Values *v, int64_t i) {
  const Dtype d = v->types[c->got].dtype;
  const size_t size = dtype_size(d);
  const char *a = v->buffers[c->got]->data, *b = v->buffers[c->want]->data;
  if (!memcmp(a + size * (size_t)i, b + size * (size_t)i, size)) return true;
  return part_holds(c, v, i, 0) && (!dtype_is_complex(d) || part_holds(c, v, i, 1));
}

// All digits, of 64-bit integers as well.
static const char *element_text(const Values *v, int k, int64_t i, char buf[64]) {
  const Dtype d = v->types[k].dtype;
  const void *data = v->buffers[k]->data;
  if (dtype_is_complex(d))
    snprintf(buf, 64, d == DT_C64 ? "(%.9g, %.9g)" : "(%.17g, %.17g)", values_part(v, k, i, 0),
             values_part(v, k, i, 1));
  else if (d == DT_I64) snprintf(buf, 64, "%" PRId64, ((const int64_t *)data)[i]);
  else if (d == DT_BOOL) snprintf(buf, 64, "%s", values_get(v, k, i) != 0 ? "true" : "false");
  else snprintf(buf, 64, d == DT_F64 ? "%.17g" : "%.9g", values_get(v, k, i));
  return buf;
}

static double distance(const Values *v, const HloCheck *c, int64_t i) {
  const Dtype d = v->types[c->got].dtype;
  if (dtype_is_complex(d))
    return fmax(
        ulp_distance(dtype_part(d), values_part(v, c->got, i, 0), values_part(v, c->want, i, 0)),
        ulp_distance(dtype_part(d), values_part(v, c->got, i, 1), values_part(v, c->want, i, 1)));
  if (d != DT_I64) return ulp_distance(d, values_get(v, c->got, i), values_get(v, c->want, i));
  const int64_t a = ((const int64_t *)v->buffers[c->got]->data)[i];
  const int64_t b = ((const int64_t *)v->buffers[c->want]->data)[i];
  return (double)(a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a);
}

static void print_fault(const HloCheck *c, const Values *v, int64_t first, int64_t count) {
  const Type t = v->types[c->got];
  fflush(stdout);
  fprintf(stderr,
          "%s:%d:%d: error: %s does not hold: element %s of %s: got %s, expected %s (%.3g ulp); "
          "%lld of %lld differ\n",
          c->loc.file, c->loc.line, c->loc.col, names[c->kind],
          index_str(t, first, (char[TYPE_TEXT]){0}), TYPE_STR(t),
          element_text(v, c->got, first, (char[64]){0}),
          element_text(v, c->want, first, (char[64]){0}), distance(v, c, first), (long long)count,
          (long long)type_count(t));
}

static bool check(const HloCheck *c, const Values *v) {
  const Type t = v->types[c->got];
  if (!memcmp(v->buffers[c->got]->data, v->buffers[c->want]->data, type_bytes(t))) return true;
  const int64_t n = type_count(t);
  int64_t count = 0, first = 0;
  for (int64_t i = 0; i < n; i++) {
    if (!holds(c, v, i) && !count++) first = i;
  }
  if (count) print_fault(c, v, first, count);
  return !count;
}

void tool_checks(const HloProgram *p, const Values *results, int *held, int *total) {
  *held = *total = 0;
  for (const HloCheck *c = p->checks; c; c = c->next) {
    *held += check(c, results);
    ++*total;
  }
}
