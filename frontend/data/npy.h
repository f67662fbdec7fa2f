// NumPy's .npy files: reading and writing whole arrays.
#ifndef JITC_FRONTEND_NPY_H
#define JITC_FRONTEND_NPY_H
#include "ir/type.h"
#include "runtime/buffer.h"

typedef struct NpyArray {
  Type type;  // its dims in the arena
  Buffer *buffer;
} NpyArray;

// C order, little-endian, a dtype that ours have. False after fail() at `loc` naming the file; the
// caller releases the buffer.
bool npy_read(Arena *a, Loc loc, const char *path, NpyArray *out);
bool npy_write(Loc loc, const char *path, Type t, const void *data);
#endif
