// NumPy's .npy files: reading and writing whole arrays.
#ifndef JITC_FRONTEND_NPY_H
#define JITC_FRONTEND_NPY_H
#include "ir/type.h"
#include "runtime/buffer.h"

typedef struct NpyArray {
  Type type;  // its dims in the arena
  Buffer *buffer;
} NpyArray;

// Where the bytes of one come from.
typedef struct NpySource {
  const char *name;  // for messages: the file
  int64_t left;      // as many bytes are to come; -1: unknown
  // Up to n bytes; fewer only at the end. -1 after fail().
  int64_t (*read)(void *context, void *to, size_t n);
  void *context;
} NpySource;

// C order, little-endian, a dtype that ours have. False after fail() at `loc` naming the file; the
// caller releases the buffer.
bool npy_read_type(Arena *a, Loc loc, NpySource *from, Type *out);  // the elements come next
bool npy_read_from(Arena *a, Loc loc, NpySource *from, NpyArray *out);
bool npy_read(Arena *a, Loc loc, const char *path, NpyArray *out);
bool npy_map(Arena *a, Loc loc, const char *path, NpyArray *out);  // elements stay in the file

// What stands in front of the elements; *n bytes.
const char *npy_header(Arena *a, Type t, size_t *n);
bool npy_write(Loc loc, const char *path, Type t, const void *data);
#endif
