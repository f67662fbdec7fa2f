// Regular files that arrays are read from, in pieces or as memory.
#ifndef JITC_FRONTEND_MAPPED_H
#define JITC_FRONTEND_MAPPED_H
#include "ir/type.h"
#include "runtime/buffer.h"

typedef struct DataFile {
  Loc loc;
  const char *path;
  int fd;
  int64_t size;
  Buffer *map;  // all its bytes, or NULL: arrays are read
} DataFile;

// False after fail() at `loc` naming the file. map: arrays stay in the file, and elements are read
// when they are needed: who changes the file changes the arrays. data_file_close may follow both.
bool data_file_open(DataFile *f, Loc loc, const char *path, bool map);
void data_file_close(DataFile *f);
// The n bytes at an offset, which must be there; false after fail().
bool data_file_read(const DataFile *f, int64_t at, void *to, size_t n);
// An array whose elements are at an offset, which must be there: read, or a view that holds the
// mapped file; a copy where the elements are not aligned there. NULL after fail().
Buffer *data_file_array(const DataFile *f, int64_t at, Type t);

// A bool that is neither 0 nor 1 would be another to each device: false after fail() naming the
// file.
bool bools_sound(Loc loc, const char *path, Type t, const void *data);
#endif
