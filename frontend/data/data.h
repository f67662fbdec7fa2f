// Data for training, and what its files share.
#ifndef JITC_FRONTEND_DATA_H
#define JITC_FRONTEND_DATA_H
#include <stdarg.h>

#include "frontend/handle.h"

double data_load_seconds(void);  // spent in jc_load_idx so far

enum { MOST_PATH = 4096 };
// The path that a format gives; false after fail(), also where an error is pending.
bool data_path(char path[MOST_PATH], Loc loc, const char *format, va_list ap);
// In a function (.., const char *file, int line, const char *format, ...): declares `loc`, its
// caller's place, `path`, the path, and `ok`, whether there is one.
#define DATA_PATH(format)                                \
  const Loc loc = HERE(file, line);                      \
  char path[MOST_PATH];                                  \
  va_list path_ap;                                       \
  va_start(path_ap, format);                             \
  const bool ok = data_path(path, loc, format, path_ap); \
  va_end(path_ap)

// A new array of the current frame. It takes over one reference to the buffer.
jc_array data_array(TypeId type, Buffer *buffer);
#endif
