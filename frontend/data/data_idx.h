// Reads IDX files (the format of MNIST), plain or gzipped, into memory.
#ifndef JITC_FRONTEND_DATA_IDX_H
#define JITC_FRONTEND_DATA_IDX_H
#include <stdbool.h>
#include <stdint.h>

#include "ir/diag.h"
#include "ir/type.h"

// An array in row-major order and in this machine's byte order.
typedef struct IdxArray {
  Dtype dtype;  // u8, i32, f32 or f64
  int rank;
  int64_t dim[MAX_RANK];
  void *data;  // malloc'ed, never NULL after a successful read; the reader's caller frees it
} IdxArray;

// Its type; points into *a.
static inline Type idx_type(const IdxArray *a) { return (Type){a->dtype, a->rank, a->dim}; }

// Reads the file at `path`. Where it does not exist, the same name with or without ".gz" is tried;
// whether a file is gzipped is told from its bytes. Anything short of a whole, valid file is an
// error at `loc` that names the file; *out is then left empty (data == NULL).
bool idx_read(Loc loc, const char *path, IdxArray *out);

void idx_free(IdxArray *a);
#endif
