// Files of named arrays: safetensors and .npz.
#ifndef JITC_FRONTEND_ARCHIVE_H
#define JITC_FRONTEND_ARCHIVE_H
#include "frontend/data/mapped.h"
#include "frontend/data/npy.h"

// An array in a file. What lies at `at` is the format's matter.
typedef struct Member {
  const char *name;
  int64_t at, bytes;  // in the file
  Type type;          // safetensors
  const char *dtype;  // safetensors: one that ours has not, or NULL
  int64_t whole;      // .npz: bytes when inflated
  uint32_t checksum;  // .npz
  bool deflated;      // .npz
} Member;

typedef struct Pair {
  const char *key, *value;
} Pair;

typedef struct Archive {
  Arena *arena;
  DataFile file;
  int n, nmetadata;
  Member *members;  // sorted by name
  Pair *metadata;
  bool (*read)(struct Archive *a, const Member *m, NpyArray *out);
} Archive;

// An array on its way into a file.
typedef struct Named {
  const char *name;
  Type type;
  const void *data;
} Named;

// Opens a file of either format, told by its bytes. False after fail(); archive_close may follow
// both. map: arrays stay in the file where they can.
bool archive_open(Archive *a, Loc loc, const char *path, bool map);
void archive_close(Archive *a);
const Member *archive_find(const Archive *a, const char *name);  // or NULL
// False after fail(); the caller releases the buffer.
bool archive_read(Archive *a, const Member *m, NpyArray *out);

// Sorts the members; false after fail() where two have one name.
bool archive_sort(Archive *a);
#endif
