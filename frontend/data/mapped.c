// Files as memory, and arrays that lie in them.
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

static Buffer *map(int fd, Loc loc, const char *path) {
  struct stat st;
  if (fstat(fd, &st)) return fail(loc, "cannot read '%s': %s", path, strerror(errno)), NULL;
  if (!S_ISREG(st.st_mode))
    return fail(loc, "cannot map '%s': it is no regular file: load it instead", path), NULL;
  const size_t n = (size_t)st.st_size;
  void *at = n ? mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
  if (at == MAP_FAILED) return fail(loc, "cannot map '%s': %s", path, strerror(errno)), NULL;
  Mapping *m = xmalloc(sizeof *m);
  *m = (Mapping){at, n};
  return buffer_borrow(at, n, unmap, m);
}

Buffer *file_map(Loc loc, const char *path) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail(loc, "cannot open '%s': %s", path, strerror(errno)), NULL;
  Buffer *b = map(fd, loc, path);
  close(fd);
  return b;
}

Buffer *buffer_part(Loc loc, Buffer *whole, size_t offset, Type t) {
  char *at = (char *)whole->data + offset;
  const size_t bytes = type_bytes(t);
  if ((uintptr_t)at % dtype_size(t.dtype) == 0)
    return buffer_borrow(at, bytes, (void (*)(void *))buffer_release, buffer_retain(whole));
  Buffer *copy = buffer_new(loc, bytes);
  if (copy) memcpy(copy->data, at, bytes);
  return copy;
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
