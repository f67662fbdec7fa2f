// Files of named arrays: safetensors and .npz.
#include "frontend/data/archive.h"

#include <stdlib.h>
#include <string.h>

#include "frontend/data/npz.h"
#include "frontend/data/safetensors.h"

static int by_name(const void *x, const void *y) {
  return strcmp(((const Member *)x)->name, ((const Member *)y)->name);
}

bool archive_sort(Archive *a) {
  if (a->n) qsort(a->members, (size_t)a->n, sizeof *a->members, by_name);
  for (int i = 1; i < a->n; i++) {
    if (!by_name(&a->members[i - 1], &a->members[i]))
      return fail(a->file.loc, "'%s' has two arrays of the name '%s'", a->file.path,
                  a->members[i].name);
  }
  return true;
}

bool archive_open(Archive *a, Loc loc, const char *path, bool map) {
  *a = (Archive){.arena = arena_new(), .read = safetensors_read};
  if (!data_file_open(&a->file, loc, path, map)) return false;
  if (!npz_is(&a->file)) return !failed() && safetensors_open(a);
  a->read = npz_read;
  return npz_open(a);
}

void archive_close(Archive *a) {
  data_file_close(&a->file);
  arena_free(a->arena);
  *a = (Archive){.file.fd = -1};
}

const Member *archive_find(const Archive *a, const char *name) {
  const Member key = {.name = name};
  return a->n ? bsearch(&key, a->members, (size_t)a->n, sizeof key, by_name) : NULL;
}

bool archive_read(Archive *a, const Member *m, NpyArray *out) { return a->read(a, m, out); }
