// The CUDA device: this build shows the text of kernels and compiles it; running on a GPU is not
// built yet.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/backend.h"
#include "backends/cuda/emit.h"
#include "backends/cuda/nvrtc.h"

enum { NEWEST_WITHOUT_ASKING = 90 };

static Executable *cuda_compile(const Graph *g, const CompileOptions *options) {
  (void)g, (void)options;
  fail((Loc){0},
       "cuda: kernels can be shown (--stage cuda, ptx) but not run yet: use --device cpu");
  return NULL;
}

static bool cuda_run(Executable *e, const void *const *args, void *const *results) {
  (void)e, (void)args, (void)results;
  return fail((Loc){0}, "cuda: not run yet");
}

static void cuda_free(Executable *e) { (void)e; }

static char *dump_program(const Program *p, const char *stage) {
  char *text = cuda_text(p), arch[16];
  if (!strcmp(stage, "cuda")) return text;
  size_t size;
  snprintf(arch, sizeof arch, "sm_%d", NEWEST_WITHOUT_ASKING);
  char *ptx = nvrtc_compile(text, arch, true, &size);
  free(text);
  return ptx;
}

static char *cuda_dump(const Graph *g, const CompileOptions *options, const char *stage) {
  Arena *a = arena_new();
  const Program *p = program_build(
      a, g, &(ProgramOptions){.alias = options ? options->alias : NULL, .fuse = true});
  char *text = p ? dump_program(p, stage) : NULL;
  arena_free(a);
  return text;
}

const Backend backend_cuda = {
    .name = "cuda", .compile = cuda_compile, .run = cuda_run, .free = cuda_free, .dump = cuda_dump};
