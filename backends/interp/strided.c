// Copies between strided arrays.
#include <stdlib.h>
#include <string.h>

#include "backends/interp/node.h"

void *run_alloc(const NodeRun *r, size_t bytes) {
  void *p = malloc(bytes ? bytes : 1);
  if (!p) fail(r->node->loc, "%s: out of memory for %zu bytes", op_info(r->node->op)->name, bytes);
  return p;
}

void strides_of(Type t, int64_t stride[MAX_RANK]) {
  int64_t n = 1;
  for (int i = t.rank - 1; i >= 0; i--) {
    stride[i] = n;
    n *= t.dim[i];
  }
}

bool next_index(int rank, const int64_t *dim, int64_t *index) {
  for (int i = rank - 1; i >= 0; i--) {
    if (++index[i] < dim[i]) return true;
    index[i] = 0;
  }
  return false;
}

#define LINE(ctype)                                        \
  do {                                                     \
    ctype *t = (ctype *)to;                                \
    const ctype *f = (const ctype *)from;                  \
    for (int64_t i = 0; i < n; i++) t[i * ts] = f[i * fs]; \
  } while (0)

static void copy_line(size_t size, int64_t n, char *to, int64_t ts, const char *from, int64_t fs) {
  if (ts == 1 && fs == 1) memcpy(to, from, (size_t)n * size);
  else if (size == 1) LINE(uint8_t);
  else if (size == 2) LINE(uint16_t);
  else if (size == 4) LINE(uint32_t);
  else LINE(uint64_t);
}

void copy_strided(size_t size, int rank, const int64_t *dim, void *to, const int64_t *to_stride,
                  const void *from, const int64_t *from_stride) {
  int64_t index[MAX_RANK] = {0}, n = rank ? dim[rank - 1] : 1;
  int64_t ts = rank ? to_stride[rank - 1] : 1, fs = rank ? from_stride[rank - 1] : 1;
  for (int i = 0; i < rank; i++) {
    if (dim[i] == 0) return;
  }
  do {
    int64_t t = 0, f = 0;
    for (int i = 0; i < rank - 1; i++) t += index[i] * to_stride[i], f += index[i] * from_stride[i];
    copy_line(size, n, (char *)to + t * (int64_t)size, ts, (const char *)from + f * (int64_t)size,
              fs);
  } while (next_index(rank - 1, dim, index));
}

const void *reordered(const NodeRun *r, Type t, const void *x, const int *order, void **owned) {
  int64_t stride[MAX_RANK], dim[MAX_RANK], from[MAX_RANK], to[MAX_RANK];
  bool same = true;
  *owned = NULL;
  strides_of(t, stride);
  for (int i = 0; i < t.rank; i++) {
    same = same && order[i] == i;
    dim[i] = t.dim[order[i]];
    from[i] = stride[order[i]];
  }
  if (same) return x;
  if (!(*owned = run_alloc(r, type_bytes(t)))) return NULL;
  strides_of((Type){t.dtype, t.rank, dim}, to);
  copy_strided(dtype_size(t.dtype), t.rank, dim, *owned, to, x, from);
  return *owned;
}
