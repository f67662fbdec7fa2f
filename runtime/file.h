// Writes whole files so that a reader sees the old file or the new one, never a part.
#ifndef JITC_RUNTIME_FILE_H
#define JITC_RUNTIME_FILE_H
#include <stdbool.h>
#include <stddef.h>

#include "ir/diag.h"

// Writes `n` bytes to `path` through a temporary file beside it and a rename. What exists and is no
// regular file
// (/dev/stdout, a pipe) is written in place. An error at `loc` names the file; the old file is then
// untouched.
bool file_write(Loc loc, const char *path, const void *bytes, size_t n);
#endif
