// Opening NVRTC and compiling with it.
#include "backends/cuda/nvrtc.h"

#include <dlfcn.h>
#include <stdint.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir/arena.h"
#include "ir/diag.h"

typedef void *NvrtcProgram;

// X(result, name, parameters): every function used of NVRTC's C API (its public documentation).
#define NVRTC_FUNCTIONS(X)                                                                       \
  X(const char *, GetErrorString, (int))                                                         \
  X(int, CreateProgram,                                                                          \
    (NvrtcProgram *, const char *, const char *, int, const char *const *, const char *const *)) \
  X(int, DestroyProgram, (NvrtcProgram *))                                                       \
  X(int, CompileProgram, (NvrtcProgram, int, const char *const *))                               \
  X(int, GetPTXSize, (NvrtcProgram, size_t *))                                                   \
  X(int, GetPTX, (NvrtcProgram, char *))                                                         \
  X(int, GetCUBINSize, (NvrtcProgram, size_t *))                                                 \
  X(int, GetCUBIN, (NvrtcProgram, char *))                                                       \
  X(int, GetProgramLogSize, (NvrtcProgram, size_t *))                                            \
  X(int, GetProgramLog, (NvrtcProgram, char *))

static struct {
  void *library;
#define X(result, name, parameters) result(*name) parameters;
  NVRTC_FUNCTIONS(X)
#undef X
} nvrtc;

static const char *const places[] = {"libnvrtc.so", "libnvrtc.so.13", "libnvrtc.so.12",
                                     "/usr/local/cuda/lib64/libnvrtc.so",
                                     "/usr/local/cuda/lib/libnvrtc.so"};

static void *open_library(void) {
  const char *named = getenv("JITC_NVRTC");
  if (named && *named) return dlopen(named, RTLD_NOW | RTLD_LOCAL);
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    void *lib = dlopen(places[i], RTLD_NOW | RTLD_LOCAL);
    if (lib) return lib;
  }
  return NULL;
}

// NVRTC opens its builtins by soname when it first compiles: with the copy beside the library open
// already, the loader finds that one whatever its search path is.
static void open_builtins(void) {
  Dl_info info;
  char *folder = NULL;
  if (!dladdr((void *)(uintptr_t)nvrtc.CreateProgram, &info) || !info.dli_fname) return;
  const char *slash = strrchr(info.dli_fname, '/');
  if (slash && asprintf(&folder, "%.*s/libnvrtc-builtins.so", (int)(slash - info.dli_fname),
                        info.dli_fname) > 0)
    dlopen(folder, RTLD_NOW | RTLD_GLOBAL);
  free(folder);
}

static void open_once(void) {
  void *lib = open_library();
  if (!lib) return;
#define X(result, name, parameters)                  \
  *(void **)&nvrtc.name = dlsym(lib, "nvrtc" #name); \
  if (!nvrtc.name) {                                 \
    dlclose(lib);                                    \
    return;                                          \
  }
  NVRTC_FUNCTIONS(X)
#undef X
  nvrtc.library = lib;
  open_builtins();
}

bool nvrtc_open(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, open_once);
  if (nvrtc.library) return true;
  return fail(
      (Loc){0},
      "cuda: NVRTC cannot be opened: install CUDA's libnvrtc, or name the file in JITC_NVRTC");
}

static bool report(NvrtcProgram p, int status) {
  size_t size = 0;
  char *log = NULL;
  if (p && !nvrtc.GetProgramLogSize(p, &size) && size) {
    log = xcalloc(1, size + 1);
    nvrtc.GetProgramLog(p, log);
  }
  fail((Loc){0}, "cuda: NVRTC: %s: %.1500s", nvrtc.GetErrorString(status), log ? log : "");
  free(log);
  return false;
}

static char *take_result(NvrtcProgram p, bool ptx, size_t *size) {
  int status = ptx ? nvrtc.GetPTXSize(p, size) : nvrtc.GetCUBINSize(p, size);
  char *out = status ? NULL : xcalloc(1, *size + 1);
  if (!status) status = ptx ? nvrtc.GetPTX(p, out) : nvrtc.GetCUBIN(p, out);
  if (!status) return out;
  free(out);
  report(p, status);
  return NULL;
}

char *nvrtc_compile(const char *text, const char *arch, bool ptx, size_t *size) {
  if (!nvrtc_open()) return NULL;
  NvrtcProgram p = NULL;
  char target[64];
  snprintf(target, sizeof target, "--gpu-architecture=%s", arch);
  // --fmad=false: a fused multiply-add would change bits; divisions and roots stay IEEE and
  // denormals are kept.
  const char *const options[] = {target, "--fmad=false", "--prec-div=true", "--prec-sqrt=true",
                                 "--ftz=false"};
  int status = nvrtc.CreateProgram(&p, text, "jitc.cu", 0, NULL, NULL);
  if (!status) status = nvrtc.CompileProgram(p, sizeof options / sizeof *options, options);
  char *out = NULL;
  if (status) report(p, status);
  else out = take_result(p, ptx, size);
  if (p) nvrtc.DestroyProgram(&p);
  return out;
}
