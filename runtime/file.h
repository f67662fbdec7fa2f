// Writes whole files so that a reader sees the old file or the new one, never a part.
#ifndef JITC_RUNTIME_FILE_H
#define JITC_RUNTIME_FILE_H
#include <stdbool.h>
#include <stddef.h>

#include "ir/diag.h"

// A file that is being written: to a temporary file beside it, which takes its place at the end.
// What exists and is no regular file (/dev/stdout, a pipe) is written in place.
typedef struct FileWriter {
  Loc loc;
  char *path;       // what a symbolic link leads to
  char *temporary;  // NULL: in place
  int fd, error;    // the first that a call met
  bool lasting;
} FileWriter;

// lasting: the new file has reached the disk before it takes the old one's place, so that a crash
// of the machine leaves one of them as well; and temporary files which killed writers of this path
// left behind are removed.
// Each is false after an error; file_end tells it at `loc`, naming the file, the old one then being
// untouched. Every file_begin has its file_end: keep == false drops what was written.
bool file_begin(FileWriter *w, Loc loc, const char *path, bool lasting);
bool file_add(FileWriter *w, const void *bytes, size_t n);
bool file_end(FileWriter *w, bool keep);

// Writes `n` bytes to `path` in this way, not lasting.
bool file_write(Loc loc, const char *path, const void *bytes, size_t n);
#endif
