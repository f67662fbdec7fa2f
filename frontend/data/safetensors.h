// safetensors files: named arrays. A 64-bit length, that many bytes of JSON, the elements.
#ifndef JITC_FRONTEND_SAFETENSORS_H
#define JITC_FRONTEND_SAFETENSORS_H
#include "frontend/data/archive.h"

// The names, types and places of the arrays in an open file, and its metadata; sorted by name.
// False after fail(): every byte of the file must belong to one array.
bool safetensors_open(Archive *a);
bool safetensors_read(Archive *a, const Member *m, NpyArray *out);

// Writes a file of n arrays and of `extra` pairs of metadata; lasting as in runtime/file.h.
bool safetensors_write(Loc loc, const char *path, int n, const Named *arrays, int extra,
                       const Pair *metadata, bool lasting);
#endif
