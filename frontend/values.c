// Lists of concrete arrays: memory, random elements, comparison.
#include "frontend/values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir/eval.h"
#include "ir/half.h"

static bool allocate(Arena *a, const Graph *g, int n, const Id *ids, Values *out) {
  *out = (Values){n, ARENA_ARRAY(a, Type, n), ARENA_ARRAY(a, Buffer *, n)};
  for (int i = 0; i < n; i++) {
    out->types[i] = graph_type(g, ids[i]);
    const Node *from = graph_def(g, ids[i]);
    out->buffers[i] = buffer_new(from ? from->loc : (Loc){0}, type_bytes(out->types[i]));
    if (!out->buffers[i]) return values_free(out), false;
  }
  return true;
}

bool values_for_params(Arena *a, const Graph *g, Values *out) {
  return allocate(a, g, g->nparams, g->params, out);
}

bool values_for_results(Arena *a, const Graph *g, Values *out) {
  return allocate(a, g, g->nresults, g->results, out);
}

void values_free(Values *v) {
  for (int i = 0; i < v->n; i++) {
    buffer_release(v->buffers[i]);
    v->buffers[i] = NULL;
  }
  v->n = 0;
}

// ---- elements

double values_part(const Values *v, int k, int64_t i, int part) {
  const Dtype d = v->types[k].dtype;
  if (!dtype_is_complex(d)) return part ? 0 : eval_number(d, v->buffers[k]->data, i);
  return eval_number(dtype_part(d), v->buffers[k]->data, 2 * i + part);
}

double values_get(const Values *v, int k, int64_t i) { return values_part(v, k, i, 0); }

// The numbers of an array: complex elements are two.
static int64_t numbers_of(Type t) { return type_count(t) * (1 + dtype_is_complex(t.dtype)); }

static void number_set(Values *v, int k, int64_t i, double x) {
  const Dtype d = dtype_part(v->types[k].dtype);
  char *data = v->buffers[k]->data;
  eval_op(OP_convert, DT_F64, d, 1, data + (size_t)i * dtype_size(d), (const void *[]){&x});
}

void values_set(Values *v, int k, int64_t i, double x) {
  if (!dtype_is_complex(v->types[k].dtype)) {
    number_set(v, k, i, x);
    return;
  }
  number_set(v, k, 2 * i, x);
  number_set(v, k, 2 * i + 1, 0);
}

void values_copy(Values *to, int k, const Values *from, int j) {
  if (to->types[k].dtype == from->types[j].dtype) {
    memcpy(to->buffers[k]->data, from->buffers[j]->data, type_bytes(to->types[k]));
    return;
  }
  const Dtype d = dtype_part(from->types[j].dtype);
  const int64_t n = numbers_of(to->types[k]);
  for (int64_t i = 0; i < n; i++) number_set(to, k, i, eval_number(d, from->buffers[j]->data, i));
}

// ---- random elements

uint64_t random_next(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}

// Uniform in [0, 1).
static double random_unit(uint64_t *state) { return (double)(random_next(state) >> 11) * 0x1p-53; }

double random_normal(uint64_t *state) {
  const double u = 1 - random_unit(state), angle = 2 * M_PI * random_unit(state);
  return sqrt(-2 * log(u)) * cos(angle);
}

static double random_element(Dtype d, uint64_t *state) {
  if (dtype_is_float(d)) return (float)(2 * random_unit(state) - 1);
  if (d == DT_U32) return (double)(uint32_t)random_next(state);
  return (double)(random_next(state) % (d == DT_BOOL ? 2 : 8));
}

void values_random(Values *v, uint64_t seed) {
  for (int k = 0; k < v->n; k++) {
    uint64_t state = seed + (uint64_t)k * 0x632be59bd9b4e019u;
    const Dtype d = dtype_part(v->types[k].dtype);
    const int64_t n = numbers_of(v->types[k]);
    for (int64_t i = 0; i < n; i++) number_set(v, k, i, random_element(d, &state));
  }
}

// ---- running

enum { FEW = 64 };

bool values_run(Executable *e, const Values *args, Values *results) {
  const void *few_in[FEW], **in = args->n <= FEW ? few_in : xmalloc(sizeof *in * (size_t)args->n);
  void *few_out[FEW],
      **out = results->n <= FEW ? few_out : xmalloc(sizeof *out * (size_t)results->n);
  for (int i = 0; i < args->n; i++) in[i] = args->buffers[i]->data;
  for (int i = 0; i < results->n; i++) out[i] = results->buffers[i]->data;
  const bool ok = e->backend->run(e, in, out);
  if (in != few_in) free(in);
  if (out != few_out) free(out);
  return ok;
}

// ---- comparison

static bool same_bits(const Values *a, const Values *b, int k, int64_t i) {
  const size_t size = dtype_size(a->types[k].dtype);
  const char *x = a->buffers[k]->data, *y = b->buffers[k]->data;
  if (!memcmp(x + size * (size_t)i, y + size * (size_t)i, size)) return true;
  return isnan(values_get(a, k, i)) && isnan(values_get(b, k, i));
}

static void note(Difference *d, int leaf, int64_t index, double got, double want, double *worst,
                 double distance) {
  d->count++;
  if (distance <= *worst) return;
  *worst = distance;
  d->leaf = leaf, d->index = index, d->got = got, d->want = want;
}

// A leaf whose types disagree differs at its first element.
static bool comparable(const Values *got, const Values *want, int k, Difference *d) {
  if (type_equal(got->types[k], want->types[k])) return true;
  *d = (Difference){.leaf = k, .count = type_count(got->types[k])};
  return false;
}

bool values_same(const Values *got, const Values *want, Difference *d) {
  for (int k = 0; k < got->n; k++) {
    *d = (Difference){.leaf = -1};
    if (!comparable(got, want, k, d)) return false;
    if (!memcmp(got->buffers[k]->data, want->buffers[k]->data, type_bytes(got->types[k]))) continue;
    double worst = -1;
    const int64_t n = type_count(got->types[k]);
    for (int64_t i = 0; i < n; i++) {
      if (same_bits(got, want, k, i)) continue;
      const double x = values_get(got, k, i), y = values_get(want, k, i);
      const double distance = isfinite(x - y) ? fabs(x - y) : INFINITY;
      note(d, k, i, x, y, &worst, distance);
    }
    if (d->count) return false;
  }
  *d = (Difference){.leaf = -1};
  return true;
}

double values_largest(const Values *v, int k) {
  double most = 0;
  const int64_t n = type_count(v->types[k]);
  for (int64_t i = 0; i < n; i++) {
    const double x = fabs(values_get(v, k, i));
    if (isfinite(x) && x > most) most = x;
  }
  return most;
}

bool values_close(const Values *got, const Values *want, double tolerance, Difference *d) {
  for (int k = 0; k < got->n; k++) {
    *d = (Difference){.leaf = -1};
    if (!comparable(got, want, k, d)) return false;
    double worst = -1;
    const double most = tolerance * (1 + values_largest(want, k));
    const int64_t n = type_count(got->types[k]);
    for (int64_t i = 0; i < n; i++) {
      const double x = values_get(got, k, i), y = values_get(want, k, i), distance = fabs(x - y);
      if (x == y || distance <= most || (isnan(x) && isnan(y))) continue;
      note(d, k, i, x, y, &worst, isnan(distance) ? INFINITY : distance);
    }
    if (d->count) return false;
  }
  *d = (Difference){.leaf = -1};
  return true;
}

const char *index_str(Type t, int64_t index, char buf[TYPE_TEXT]) {
  int64_t at[MAX_RANK];
  for (int i = t.rank - 1; i >= 0; i--) {
    at[i] = t.dim[i] ? index % t.dim[i] : 0;
    index = t.dim[i] ? index / t.dim[i] : 0;
  }
  int n = snprintf(buf, TYPE_TEXT, "[");
  for (int i = 0; i < t.rank; i++)
    n += snprintf(buf + n, (size_t)(TYPE_TEXT - n), i ? ", %lld" : "%lld", (long long)at[i]);
  snprintf(buf + n, (size_t)(TYPE_TEXT - n), "]");
  return buf;
}

// The floats of a width in order as integers: neighbours differ by 1.
static int64_t ordinal(Dtype d, double x) {
  int64_t bits;
  if (d == DT_F64) {
    memcpy(&bits, &x, 8);
    return bits < 0 ? -(bits & INT64_MAX) : bits;
  }
  if (dtype_is_half(d)) {
    const uint16_t half = half_of(d, x);
    return half >> 15 ? -(half & INT16_MAX) : half;
  }
  const float f = (float)x;
  int32_t narrow;
  memcpy(&narrow, &f, 4);
  return narrow < 0 ? -(int64_t)(narrow & INT32_MAX) : narrow;
}

double ulp_distance(Dtype d, double got, double want) {
  if (isnan(got) || isnan(want)) return isnan(got) && isnan(want) ? 0 : INFINITY;
  if (!dtype_is_float(d)) return fabs(got - want);
  return (double)fabsl((long double)ordinal(d, got) - (long double)ordinal(d, want));
}
