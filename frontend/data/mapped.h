// Files as memory, and arrays that lie in them.
#ifndef JITC_FRONTEND_MAPPED_H
#define JITC_FRONTEND_MAPPED_H
#include "ir/type.h"
#include "runtime/buffer.h"

// The bytes of a regular file, mapped; NULL after fail() at `loc` naming it. Elements are read when
// they are needed: who changes the file while it is mapped changes the arrays.
Buffer *file_map(Loc loc, const char *path);

// An array that lies at an offset of a buffer: a view which holds it where the elements are aligned
// there, else a copy. NULL after fail().
Buffer *buffer_part(Loc loc, Buffer *whole, size_t offset, Type t);

// A bool that is neither 0 nor 1 would be another to each device: false after fail() naming the
// file.
bool bools_sound(Loc loc, const char *path, Type t, const void *data);
#endif
