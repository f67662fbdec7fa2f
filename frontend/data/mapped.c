// Regular files that arrays are read from, in pieces or as memory.
#include "frontend/data/mapped.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Mapping {
  void *at;
  size_t bytes;
} Mapping;

static void unmap(void *context) {
  Mapping *m = context;
  if (m->bytes) munmap(m->at, m->bytes);
  free(m);
}

static bool map(DataFile *f) {
  const size_t n = (size_t)f->size;
  void *at = n ? mmap(NULL, n, PROT_READ, MAP_PRIVATE, f->fd, 0) : NULL;
  if (at == MAP_FAILED) return fail(f->loc, "cannot map '%s': %s", f->path, strerror(errno));
  Mapping *m = xmalloc(sizeof *m);
  *m = (Mapping){at, n};
  f->map = buffer_borrow(at, n, unmap, m);
  return true;
}

bool data_file_open(DataFile *f, Loc loc, const char *path, bool mapped) {
  struct stat st;
  *f = (DataFile){loc, path, open(path, O_RDONLY | O_CLOEXEC), 0, NULL};
  if (f->fd < 0) return fail(loc, "cannot open '%s': %s", path, strerror(errno));
  if (fstat(f->fd, &st)) return fail(loc, "cannot read '%s': %s", path, strerror(errno));
  if (!S_ISREG(st.st_mode)) return fail(loc, "cannot read '%s': it is no regular file", path);
  f->size = st.st_size;
  return !mapped || map(f);
}

void data_file_close(DataFile *f) {
  if (f->fd >= 0) close(f->fd);
  buffer_release(f->map);
  *f = (DataFile){.fd = -1};
}

bool data_file_read(const DataFile *f, int64_t at, void *to, size_t n) {
  for (size_t done = 0; done < n;) {
    const ssize_t got = pread(f->fd, (char *)to + done, n - done, at + (int64_t)done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(f->loc, "cannot read '%s': %s", f->path, strerror(errno));
    if (!got) return fail(f->loc, "cannot read '%s': it was cut while it was read", f->path);
    done += (size_t)got;
  }
  return true;
}

Buffer *data_file_array(const DataFile *f, int64_t at, Type t) {
  const size_t bytes = type_bytes(t);
  char *mapped = f->map ? (char *)f->map->data + at : NULL;
  if (mapped && (uintptr_t)mapped % dtype_size(t.dtype) == 0)
    return buffer_borrow(mapped, bytes, (void (*)(void *))buffer_release, buffer_retain(f->map));
  Buffer *b = buffer_new(f->loc, bytes);
  if (!b || data_file_read(f, at, b->data, bytes)) return b;
  buffer_release(b);
  return NULL;
}

bool bools_sound(Loc loc, const char *path, Type t, const void *data) {
  const unsigned char *v = data;
  const int64_t n = t.dtype == DT_BOOL ? type_count(t) : 0;
  for (int64_t i = 0; i < n; i++) {
    if (v[i] > 1)
      return fail(loc, "'%s' is corrupt: byte %lld of %s is %d, which is no bool", path,
                  (long long)i, TYPE_STR(t), v[i]);
  }
  return true;
}
