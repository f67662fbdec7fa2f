// Compiles a user's C file into a shared object in a private folder and opens it.
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "frontend/tool/tool.h"
#include "jitc_config.h"

extern char **environ;

// The folder with jitc.h that belongs to this library: beside an installed one, or the source
// tree's.
static const char *header_folder(Arena *a) {
  Dl_info info;
  if (dladdr((void *)(intptr_t)header_folder, &info) && info.dli_fname) {
    char *library = realpath(info.dli_fname, NULL);
    char *end = library ? strrchr(library, '/') : NULL;
    for (int up = 0; end && up < 3; up++) {  // lib/ or lib/x86_64-linux-gnu/
      *end = 0;
      char *folder = arena_printf(a, "%s/include", library);
      if (!access(arena_printf(a, "%s/jitc.h", folder), R_OK)) return free(library), folder;
      end = strrchr(library, '/');
    }
    free(library);
  }
  return !access(JITC_TREE_INCLUDE "/jitc.h", R_OK) ? JITC_TREE_INCLUDE : JITC_INSTALLED_INCLUDE;
}

// The words of $CC, then our flags; NULL-terminated.
static char **command_line(Arena *a, const char *source, const char *object) {
  enum { MOST_WORDS = 32 };
  const char *cc = getenv("CC");
  char *rest = arena_str(a, cc && *cc ? cc : "cc"), *word;
  char **argv = ARENA_ARRAY(a, char *, MOST_WORDS + 16);
  int n = 0;
  while (n < MOST_WORDS && (word = strsep(&rest, " \t"))) {
    if (*word) argv[n++] = word;
  }
  char *include = arena_printf(a, "-I%s", header_folder(a));
  const char *const flags[] = {"-std=gnu11", "-O1",     "-g",    "-ffp-contract=off",
                               "-fPIC",      "-shared", include, "-o",
                               object,       source};
  const int nflags = sizeof flags / sizeof *flags;
  for (int i = 0; i < nflags; i++) argv[n++] = arena_str(a, flags[i]);
  return argv;
}

// Runs a program and waits, with ^C going to it alone: what we made must be cleaned up.
static bool spawn(const char *path, char **argv) {
  pid_t child;
  int status = 0;
  void (*old)(int) = signal(SIGINT, SIG_IGN);
  posix_spawnattr_t attr;
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  posix_spawnattr_init(&attr);
  posix_spawnattr_setsigdefault(&attr, &interrupt);
  posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
  const int error = posix_spawnp(&child, argv[0], NULL, &attr, argv, environ);
  posix_spawnattr_destroy(&attr);
  while (!error && waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  signal(SIGINT, old);
  const Loc loc = {path, 0, 0};
  if (error)
    return fail(loc, "cannot run the C compiler '%s': %s: install one or set CC", argv[0],
                strerror(error));
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  return fail(loc, "does not compile: '%s' said why above", argv[0]);
}

static void *open_object(const char *path, const char *object) {
  void *library = dlopen(object, RTLD_NOW | RTLD_LOCAL);
  if (library) return library;
  const char *why = dlerror();
  const char *name = strstr(why, object);
  fail((Loc){path, 0, 0}, "cannot be loaded: %s", name ? name + strlen(object) + 2 : why);
  return NULL;
}

static void *compile_in(Arena *a, const char *path, const char *folder) {
  char *object = arena_printf(a, "%s/program.so", folder);
  // A name that begins with a dash would be an option.
  char *source = arena_printf(a, path[0] == '-' ? "./%s" : "%s", path);
  fflush(stdout);
  void *library = NULL;
  if (spawn(path, command_line(a, source, object))) library = open_object(path, object);
  unlink(object);
  return library;
}

void *compile_and_open(const char *path) {
  if (access(path, R_OK)) {
    fail((Loc){path, 0, 0}, "cannot be read: %s", strerror(errno));
    return NULL;
  }
  Arena *a = arena_new();
  const char *where = getenv("TMPDIR");
  char *folder = arena_printf(a, "%s/jitc-XXXXXX", where && *where ? where : "/tmp");
  void *library = NULL;
  if (mkdtemp(folder)) {
    library = compile_in(a, path, folder);
    rmdir(folder);
  } else {
    fail((Loc){0}, "cannot make the folder '%s': %s: set TMPDIR", folder, strerror(errno));
  }
  arena_free(a);
  return library;
}
