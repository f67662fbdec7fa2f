// Writes whole files so that a reader sees the old file or the new one, never a part.
#include "runtime/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ir/arena.h"

// Unique among processes and threads; O_EXCL guards against what is left of a crashed process with
// our number.
static char *temporary_name(const char *path) {
  static atomic_uint counter;
  const size_t size = strlen(path) + 48;
  char *name = xmalloc(size);
  snprintf(name, size, "%s.%ld-%u.tmp", path, (long)getpid(), atomic_fetch_add(&counter, 1));
  return name;
}

// Where the name in the path begins.
static size_t folder_length(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? (size_t)(slash - path) + 1 : 0;
}

static char *folder_of(const char *path) {
  const size_t n = folder_length(path);
  char *folder = xmalloc(n + 2);
  memcpy(folder, path, n);
  memcpy(folder + n, ".", 2);
  return folder;
}

// ---- what killed writers left behind

// NAME.digits-digits.tmp
static bool is_temporary_of(const char *file, const char *name) {
  const size_t n = strlen(name);
  if (strncmp(file, name, n) != 0 || file[n] != '.') return false;
  static const char digits[] = "0123456789";
  const char *p = file + n + 1;
  const size_t pid = strspn(p, digits);
  if (!pid || p[pid] != '-') return false;
  p += pid + 1;
  const size_t count = strspn(p, digits);
  return count && !strcmp(p + count, ".tmp");
}

// A writer holds a lock on its file for as long as it lives.
static void remove_if_left(int folder, const char *file) {
  const int fd = openat(folder, file, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return;
  if (!flock(fd, LOCK_EX | LOCK_NB)) unlinkat(folder, file, 0);
  close(fd);
}

static void remove_left_behind(const char *path) {
  char *folder = folder_of(path);
  DIR *dir = opendir(folder);
  for (struct dirent *e; dir && (e = readdir(dir));) {
    if (is_temporary_of(e->d_name, path + folder_length(path)))
      remove_if_left(dirfd(dir), e->d_name);
  }
  if (dir) closedir(dir);
  free(folder);
}

// ---- writing

// Made and locked; another writer may take it for one left behind in between, and then there is
// another try.
static int temporary_open(const char *name) {
  for (int tries = 0; tries < 100; tries++) {
    struct stat st;
    const int fd = open(name, O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL, 0666);
    if (fd < 0 && errno == EEXIST && !unlink(name)) continue;
    if (fd < 0 || flock(fd, LOCK_EX) || (!fstat(fd, &st) && st.st_nlink)) return fd;
    close(fd);
  }
  return -1;
}

static bool note(FileWriter *w, bool ok) {
  if (!ok && !w->error) w->error = errno ? errno : EIO;
  return !w->error;
}

bool file_begin(FileWriter *w, Loc loc, const char *path, bool lasting) {
  struct stat st;
  char *real = realpath(path, NULL);
  *w = (FileWriter){
      .loc = loc, .path = real ? real : xmalloc(strlen(path) + 1), .fd = -1, .lasting = lasting};
  if (!real) strcpy(w->path, path);
  errno = 0;
  if (!stat(w->path, &st) && !S_ISREG(st.st_mode)) {
    w->fd = open(w->path, O_WRONLY | O_CLOEXEC);
  } else {
    if (lasting) remove_left_behind(w->path);
    w->temporary = temporary_name(w->path);
    w->fd = temporary_open(w->temporary);
  }
  return note(w, w->fd >= 0);
}

bool file_add(FileWriter *w, const void *bytes, size_t n) {
  const char *from = bytes;
  while (n && !w->error) {
    errno = 0;
    const ssize_t done = write(w->fd, from, n);
    if (done < 0 && errno == EINTR) continue;
    if (!note(w, done >= 0)) break;
    from += done;
    n -= (size_t)done;
  }
  return !w->error;
}

// The name in the folder has reached the disk too. File systems without this have no need of it.
static void folder_sync(const char *path) {
  char *folder = folder_of(path);
  const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) fsync(fd), close(fd);
  free(folder);
}

static const char *advice(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT: return "the disk is full: make room and save again";
    case EFBIG: return "the file would be larger than is allowed (ulimit -f)";
    default: return "check the folder and its permissions";
  }
}

bool file_end(FileWriter *w, bool keep) {
  const bool lasting = w->lasting && w->temporary;
  errno = 0;
  if (keep && !w->error && lasting) note(w, !fsync(w->fd));
  if (!lasting && w->fd >= 0) note(w, !close(w->fd));  // else the lock ends with the rename
  if (keep && !w->error && w->temporary) note(w, !rename(w->temporary, w->path));
  if (w->temporary && (w->error || !keep)) unlink(w->temporary);
  if (lasting && w->fd >= 0) close(w->fd);
  if (keep && !w->error && lasting) folder_sync(w->path);
  const bool ok = !w->error;
  if (!ok) fail(w->loc, "cannot write '%s': %s: %s", w->path, strerror(w->error), advice(w->error));
  free(w->temporary);
  free(w->path);
  *w = (FileWriter){.fd = -1};
  return ok && keep;
}

bool file_write(Loc loc, const char *path, const void *bytes, size_t n) {
  FileWriter w;
  file_begin(&w, loc, path, false);
  file_add(&w, bytes, n);
  return file_end(&w, true);
}
