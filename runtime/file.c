// Writes whole files so that a reader sees the old file or the new one, never a part.
#include "runtime/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ir/arena.h"

static bool write_all(int fd, const char *bytes, size_t n) {
  while (n) {
    const ssize_t done = write(fd, bytes, n);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return false;
    bytes += done;
    n -= (size_t)done;
  }
  return true;
}

static bool write_to(const char *path, int flags, const void *bytes, size_t n) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC | flags, 0666);
  if (fd < 0) return false;
  const bool written = write_all(fd, bytes, n);
  const int error = errno;
  const bool closed = !close(fd);
  if (!written) errno = error;
  return written && closed;
}

// Unique among processes and threads; O_EXCL guards against what is left of a crashed process with
// our number.
static char *temporary_name(const char *path) {
  static atomic_uint counter;
  const size_t size = strlen(path) + 48;
  char *name = xmalloc(size);
  snprintf(name, size, "%s.%ld-%u.tmp", path, (long)getpid(), atomic_fetch_add(&counter, 1));
  return name;
}

static bool replace(const char *path, const void *bytes, size_t n) {
  char *temporary = temporary_name(path);
  unlink(temporary);
  bool ok = write_to(temporary, O_CREAT | O_EXCL, bytes, n) && !rename(temporary, path);
  const int error = errno;
  if (!ok) unlink(temporary);
  free(temporary);
  errno = error;
  return ok;
}

bool file_write(Loc loc, const char *path, const void *bytes, size_t n) {
  struct stat st;
  const bool in_place = !stat(path, &st) && !S_ISREG(st.st_mode);
  if (in_place ? write_to(path, 0, bytes, n) : replace(path, bytes, n)) return true;
  return fail(loc, "cannot write '%s': %s: check the folder and its permissions", path,
              strerror(errno));
}
