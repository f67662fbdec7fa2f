// What the public functions on files share, and arrays as raw bytes and .npy files.
#include <stdio.h>

#include "frontend/data/data.h"
#include "frontend/data/mapped.h"
#include "frontend/data/npy.h"
#include "frontend/read.h"

bool data_path(char path[MOST_PATH], Loc loc, const char *format, va_list ap) {
  if (failed()) return false;
  const int n = vsnprintf(path, MOST_PATH, format, ap);
  if (n > 0 && n < MOST_PATH) return true;
  return fail(loc, n > 0 ? "the path '%.60s...' is too long" : "the path is empty", path);
}

jc_array data_array(TypeId type, Buffer *buffer) {
  if (type_info(type)->bytes > INLINE_BYTES) return handle_array(type, buffer);
  jc_array small = handle_small(type, buffer->data);
  buffer_release(buffer);
  return small;
}

jc_array jc_load_bytes_(const char *file, int line, const char *format, ...) {
  DATA_PATH(format);
  if (!ok) return handle_poison();
  DataFile f;
  const bool open = data_file_open(&f, loc, path, false);
  const Type t = {DT_U8, 1, &f.size};
  Buffer *bytes = open ? data_file_array(&f, 0, t) : NULL;
  jc_array h = bytes ? data_array(type_intern(t, false), bytes) : handle_poison();
  data_file_close(&f);
  return h;
}

bool jc_save_npy_(jc_array x, const char *file, int line, const char *format, ...) {
  DATA_PATH(format);
  Elements e;
  return ok && elements_of(x, "save_npy", "its argument", loc, &e) &&
         npy_write(loc, path, e.type, e.data);
}

typedef bool NpyReader(Arena *a, Loc loc, const char *path, NpyArray *out);

static jc_array npy_array(NpyReader *read, Loc loc, const char *path) {
  Arena *a = arena_new();
  NpyArray x;
  const bool ok = read(a, loc, path, &x);
  jc_array h = ok ? data_array(type_intern(x.type, false), x.buffer) : handle_poison();
  arena_free(a);
  return h;
}

jc_array jc_load_npy_(const char *file, int line, const char *format, ...) {
  DATA_PATH(format);
  return ok ? npy_array(npy_read, loc, path) : handle_poison();
}

jc_array jc_map_npy_(const char *file, int line, const char *format, ...) {
  DATA_PATH(format);
  return ok ? npy_array(npy_map, loc, path) : handle_poison();
}
