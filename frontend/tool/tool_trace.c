// jitc trace: prints a program's graphs, or what becomes of them.
#include <stdlib.h>
#include <string.h>

#include "compiler/simplify.h"
#include "compiler/stablehlo.h"
#include "compiler/transform.h"
#include "frontend/show/drawing.h"
#include "frontend/tool/tool.h"
#include "ir/print.h"
#include "runtime/executable.h"
#include "runtime/file.h"

bool tool_is_stablehlo(const ToolArgs *args) {
  return args->format && !strcmp(args->format, "stablehlo");
}

// Compilers look for @main: what stands alone has that name, others their own.
static bool print_stablehlo(Arena *a, const Graph *g, const ToolArgs *args, Text *out) {
  const char *name = args->names ? names_unique(args->names, g->name, 0) : "main";
  const char *text = graph_stablehlo(a, g, name);
  if (text) text_str(out, text);
  return text;
}

static bool print_graph(Arena *a, const Graph *g, const ToolArgs *args, Text *out) {
  const char *format = args->format ? args->format : "text";
  if (tool_is_stablehlo(args)) return print_stablehlo(a, g, args, out);
  if (!strcmp(format, "text")) text_str(out, graph_text(a, g, (PrintOptions){0}));
  else if (!strcmp(format, "dot")) text_str(out, graph_dot(a, g));
  else if (!strcmp(format, "svg")) text_str(out, graph_svg(a, g));
  else
    return fail((Loc){0}, "--format %s is none: choose text, svg, html, dot or stablehlo", format);
  return true;
}

static Graph *stage_trace(Arena *a, const Graph *g) { return graph_clone(a, g); }
static Graph *stage_grad(Arena *a, const Graph *g) { return graph_vjp(a, g, NULL); }
static Graph *stage_vmap(Arena *a, const Graph *g) {
  enum { BATCH = 2 };
  int *axes = ARENA_ARRAY(a, int, g->nparams + g->nresults);  // all 0
  return graph_vmap(a, g, BATCH, axes, axes);
}
static Graph *stage_opt(Arena *a, const Graph *g) {
  g = graph_inline_calls(a, g);
  return g ? graph_simplify(a, g) : NULL;
}

static const struct {
  const char *name;
  Graph *(*make)(Arena *a, const Graph *g);
} stages[] = {
    {"trace", stage_trace}, {"grad", stage_grad}, {"vmap", stage_vmap}, {"opt", stage_opt}};
static const char *const dumps[] = {"kernels", "llvm", "asm", "cuda", "ptx"};

static bool print_dump(const Subject *s, const char *stage, Text *out) {
  const Device *d = tool_device();
  if (!d) return false;
  const CompileOptions options = {.threads = device_threads()};
  char *text = executable_text(d, s->graph, &options, stage);
  if (!text) return false;
  text_str(out, text);
  free(text);
  return true;
}

static bool print_stage(Arena *a, const Subject *s, const ToolArgs *args, Text *out) {
  const char *stage = args->stage ? args->stage : "trace";
  if (s->entry && (!strcmp(stage, "grad") || !strcmp(stage, "vmap")))
    return entry_inner(a, s, args, print_graph, out);
  for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
    if (strcmp(stage, stages[i].name)) continue;
    const Graph *g = stages[i].make(a, s->graph);
    return g && print_graph(a, g, args, out);
  }
  for (size_t i = 0; i < sizeof dumps / sizeof *dumps; i++) {
    if (!strcmp(stage, dumps[i])) return print_dump(s, stage, out);
  }
  if (!strcmp(stage, "sass")) return fail((Loc){0}, "--stage sass is not built yet: choose ptx");
  return fail((Loc){0},
              "there is no stage '%s': choose trace, grad, vmap, opt, kernels, llvm, asm, "
              "cuda or ptx",
              stage);
}

static bool makes_several(const Source *p, const ToolArgs *args) {
  const bool inner = args->stage && (!strcmp(args->stage, "grad") || !strcmp(args->stage, "vmap"));
  return args->npaths > 1 || p->n > 1 || (inner && p->subjects[0].entry);
}

static bool trace_source(const Source *p, const char *path, const ToolArgs *given, Names *names,
                         Text *out) {
  if (given->format && !strcmp(given->format, "html")) {
    if (given->stage || given->npaths > 1)
      return fail((Loc){0}, "--format html takes one file and shows all stages");
    return tool_page(p, path, out);
  }
  ToolArgs args = *given;
  args.names = makes_several(p, given) ? names : NULL;
  for (int i = 0; i < p->n; i++) {
    if (i) text_str(out, "\n");
    if (!print_stage(p->arena, &p->subjects[i], &args, out)) return false;
  }
  return true;
}

static bool write_text(const ToolArgs *args, const Text *out) {
  if (args->output) return file_write((Loc){0}, args->output, out->s ? out->s : "", out->n);
  fwrite(out->s, 1, out->n, stdout);
  return true;
}

int tool_trace(const ToolArgs *args) {
  int status = TOOL_OK;
  Text out = {0};
  Names names = {.arena = arena_new()};
  bool ok = true;
  for (int i = 0; ok && i < args->npaths; i++) {
    Source p;
    ok = source_open(args->paths[i], &p, &status);
    if (ok && i) text_str(&out, "\n");
    if (ok) status = TOOL_BAD_INPUT, ok = trace_source(&p, args->paths[i], args, &names, &out);
    source_close(&p);
  }
  ok = ok && write_text(args, &out);
  text_free(&out);
  arena_free(names.arena);
  return ok ? TOOL_OK : tool_error(status);
}
