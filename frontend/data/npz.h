// NumPy's .npz files: zip archives of .npy files.
#ifndef JITC_FRONTEND_NPZ_H
#define JITC_FRONTEND_NPZ_H
#include "frontend/data/archive.h"

bool npz_is(const DataFile *f);  // its first bytes
// The members of an open file by its central directory; false after fail().
bool npz_open(Archive *a);
bool npz_read(Archive *a, const Member *m, NpyArray *out);

// Writes a file of n arrays, stored so that they can be mapped, or deflated.
bool npz_write(Loc loc, const char *path, int n, const Named *arrays, bool deflate, bool lasting);
#endif
