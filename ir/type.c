// Dtypes and shapes.
#include "ir/type.h"

#include <stdio.h>
#include <string.h>

typedef struct DtypeRow {
  const char *name;
  DtypeKind kind;
  size_t size;
} DtypeRow;

static const DtypeRow rows[DT_COUNT] = {
#define X(NAME, name, ctype, kind, bytes) {#name, kind, bytes},
    DTYPES(X)
#undef X
};

const char *dtype_name(Dtype d) { return rows[d].name; }
DtypeKind dtype_kind(Dtype d) { return rows[d].kind; }
size_t dtype_size(Dtype d) { return rows[d].size; }

Dtype dtype_part(Dtype d) { return d == DT_C64 ? DT_F32 : d == DT_C128 ? DT_F64 : d; }
Dtype dtype_complex(Dtype d) { return d == DT_F64 || d == DT_C128 ? DT_C128 : DT_C64; }

bool dtype_parse(const char *s, size_t n, Dtype *out) {
  for (int d = 0; d < DT_COUNT; d++) {
    if (strlen(rows[d].name) == n && !memcmp(rows[d].name, s, n)) {
      *out = (Dtype)d;
      return true;
    }
  }
  return false;
}

bool ints_equal(Ints a, Ints b) {
  return a.n == b.n && (a.n == 0 || !memcmp(a.v, b.v, sizeof(int64_t) * (size_t)a.n));
}

int ints_find(Ints a, int64_t v) {
  for (int i = 0; i < a.n; i++) {
    if (a.v[i] == v) return i;
  }
  return -1;
}

bool ints_has(Ints a, int64_t v) { return ints_find(a, v) >= 0; }

Ints ints_copy(Arena *a, Ints v) {
  return (Ints){v.n, arena_copy(a, v.v, sizeof(int64_t) * (size_t)v.n)};
}

bool shape_equal(Type a, Type b) { return ints_equal(type_shape(a), type_shape(b)); }
bool type_equal(Type a, Type b) { return a.dtype == b.dtype && shape_equal(a, b); }

int64_t type_count(Type t) {
  int64_t n = 1;
  for (int i = 0; i < t.rank; i++) n *= t.dim[i];
  return n;
}

size_t type_bytes(Type t) { return (size_t)type_count(t) * dtype_size(t.dtype); }

// No memory is larger; sums over the arrays of a program stay far from the ends of int64_t.
static const int64_t MOST_BYTES = INT64_C(1) << 50;

bool type_fits(Type t) {
  if (t.rank < 0 || t.rank > MAX_RANK) return false;
  int64_t n = (int64_t)dtype_size(t.dtype);
  // Zero-size dimensions do not excuse an overflow of the others.
  for (int i = 0; i < t.rank; i++) {
    if (t.dim[i] < 0) return false;
    if (t.dim[i] && (__builtin_mul_overflow(n, t.dim[i], &n) || n > MOST_BYTES)) return false;
  }
  return true;
}

Type type_copy(Arena *a, Type t) {
  t.dim = arena_copy(a, t.dim, sizeof(int64_t) * (size_t)t.rank);
  return t;
}

const char *type_str(Type t, char buf[TYPE_TEXT]) {
  int n = snprintf(buf, TYPE_TEXT, "%s[", dtype_name(t.dtype));
  for (int i = 0; i < t.rank && n < TYPE_TEXT; i++) {
    n += snprintf(buf + n, (size_t)(TYPE_TEXT - n), i ? ",%lld" : "%lld", (long long)t.dim[i]);
  }
  if (n < TYPE_TEXT) snprintf(buf + n, (size_t)(TYPE_TEXT - n), "]");
  return buf;
}
