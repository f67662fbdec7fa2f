// Opens libLLVM and fills the table of llvm.h.
#include "backends/cpu/llvm.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ir/diag.h"

enum { LLVM_MAJOR = 19 };

static const char *const library_names[] = {
    "libLLVM.so.19.1",
    "libLLVM-19.so",
    "libLLVM.so.19",
    "/usr/lib/llvm-19/lib/libLLVM.so.19.1",
    "/usr/lib/llvm-19/lib/libLLVM-19.so",
};

static Llvm table;
const Llvm *const llvm = &table;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char error[512];  // empty: open

// RTLD_LOCAL and lazy: 130 MB of library whose thousands of relocations are better left alone.
static void *open_library(void) {
  const char *named = getenv("JITC_LLVM");
  if (named && *named) {
    void *lib = dlopen(named, RTLD_LAZY | RTLD_LOCAL);
    if (!lib)
      snprintf(error, sizeof error,
               "cannot open the LLVM that JITC_LLVM names: %s: unset it, or name LLVM 19's library",
               dlerror());
    return lib;
  }
  for (size_t i = 0; i < sizeof library_names / sizeof *library_names; i++) {
    void *lib = dlopen(library_names[i], RTLD_LAZY | RTLD_LOCAL);
    if (lib) return lib;
  }
  snprintf(error, sizeof error,
           "the CPU backend needs LLVM 19's library, which is not installed: install it "
           "(Debian, Ubuntu: apt install libllvm19), or name its file in JITC_LLVM");
  return NULL;
}

static void *find(void *lib, const char *name) {
  void *symbol = dlsym(lib, name);
  if (!symbol && !*error)
    snprintf(error, sizeof error, "the LLVM library lacks %s: version %d is needed", name,
             LLVM_MAJOR);
  return symbol;
}

static void open_once(void) {
  void *lib = open_library();
  if (!lib) return;
#define X(result, name, params) *(void **)&table.name = find(lib, "LLVM" #name);
  LLVM_FUNCTIONS(X)
#undef X
  if (*error) return;
  unsigned major, minor, patch;
  table.GetVersion(&major, &minor, &patch);
  if (major != LLVM_MAJOR) {
    snprintf(error, sizeof error,
             "the LLVM library is version %u; version %d is needed (apt install libllvm19)", major,
             LLVM_MAJOR);
    return;
  }
  table.InitializeX86TargetInfo();
  table.InitializeX86Target();
  table.InitializeX86TargetMC();
  table.InitializeX86AsmPrinter();
}

bool llvm_open(void) {
  pthread_once(&once, open_once);
  return *error ? fail((Loc){0}, "%s", error) : true;
}

static void *open_thread(void *unused) {
  pthread_once(&once, open_once);
  return unused;
}

static pthread_t opener;
static pid_t opener_of;  // a forked child has no such thread

// The library may not go away under a thread that opens it.
static void await_opener(void) {
  if (getpid() == opener_of) pthread_join(opener, NULL);
}

void llvm_open_early(void) {
  if (opener_of || pthread_create(&opener, NULL, open_thread, NULL)) return;
  opener_of = getpid();
  atexit(await_opener);
}
