// Executables and their texts.
#include "runtime/executable.h"

#include <stdlib.h>
#include <string.h>

#include "backends/cuda/emit.h"
#include "backends/cuda/nvrtc.h"
#include "compiler/program.h"
#include "ir/verify.h"
#include "runtime/config.h"
#include "runtime/find_nan.h"
#include "runtime/profile.h"

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static void print_notes(const Graph *g, int n, const FusionNote *notes) {
  for (int i = 0; i < n; i++) {
    if (notes[i].loc.file)
      fprintf(stderr, "%s:%d: ", base_name(notes[i].loc.file), notes[i].loc.line);
    fprintf(stderr, "fusion: %s: %s\n", g->name, notes[i].text);
  }
}

// Builds the program once more, for those who want to see or check it.
static bool look_at_program(const Graph *g, const CompileOptions *options) {
  Arena *a = arena_new();
  FusionNote *notes = NULL;
  int nnotes = 0;
  const ProgramOptions build = {.alias = options ? options->alias : NULL,
                                .fuse = true,
                                .notes = explain(EXPLAIN_FUSION) ? &notes : NULL,
                                .nnotes = &nnotes};
  const Program *p = program_build(a, g, &build);
  print_notes(g, nnotes, notes);
  const bool ok = p && (!config_verify() || program_verify(p) ||
                        fail(g->loc, "%s: its program is not sound", g->name));
  arena_free(a);
  return ok;
}

Executable *executable_new(const Device *d, const Graph *g, const CompileOptions *given) {
  CompileOptions options[1] = {given ? *given : (CompileOptions){0}};
  options->plugin = d->plugin;
  if (config_verify() && !graph_verify(g, "before it is compiled")) {
    fail(g->loc, "%s: the graph is not sound", g->name);
    return NULL;
  }
  if ((config_verify() || explain(EXPLAIN_FUSION)) && !look_at_program(g, options)) return NULL;
  const int64_t start = profile_on() ? now_ns() : 0;
  Executable *e = d->backend->compile(g, options);
  if (e && config_int(CONFIG_DEBUG_NANS)) e = find_nan_new(g, e);
  if (e && start) profile_compiled(e, g, start);
  return e;
}

void executable_free(Executable *e) {
  if (!e) return;
  free((char *)e->name);
  e->backend->free(e);
}

static char *cuda_stage(const Graph *g, const char *stage) {
  Arena *a = arena_new();
  const ProgramOptions build = {.fuse = true};
  const Program *p = program_build(a, g, &build);
  char *text = p ? cuda_text(p) : NULL;
  arena_free(a);
  if (!text || strcmp(stage, "ptx")) return text;
  size_t size;
  char *ptx = nvrtc_compile(text, "sm_80", true, &size);
  free(text);
  return ptx;
}

char *executable_text(const Device *d, const Graph *g, const CompileOptions *options,
                      const char *stage) {
  if (!strcmp(stage, "cuda") || !strcmp(stage, "ptx")) return cuda_stage(g, stage);
  return d->backend->dump(g, options, stage);
}
