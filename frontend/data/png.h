// PNG images.
#ifndef JITC_FRONTEND_PNG_H
#define JITC_FRONTEND_PNG_H
#include "ir/diag.h"
#include "runtime/buffer.h"

typedef struct PngPixels {
  int64_t dim[3];  // height, width, channels: grey, grey and alpha, colours, colours and alpha
  Buffer *buffer;  // u8
} PngPixels;

// The image in memory; false after fail() at `loc` naming the file.
bool png_parse(Loc loc, const char *path, const void *bytes, size_t n, PngPixels *out);
#endif
