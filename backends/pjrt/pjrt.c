// The backend of PJRT plugins: graphs go there as StableHLO text, arrays through host memory.
#include <stdlib.h>
#include <string.h>

#include "backends/backend.h"
#include "backends/clock.h"
#include "backends/pjrt/plugin.h"
#include "compiler/stablehlo.h"

typedef struct PjrtRun {
  Executable base;
  const PjrtPlugin *plugin;
  PjrtLoaded *loaded;
  Arena *arena;
  Loc loc;
  const char *name;
  int nargs, nresults;
  Type *args, *results;
} PjrtRun;

// PJRT's numbers of element types, by our names; 0: none.
static int element_type(Dtype d) {
  static const char *const names[] = {"bool", "i8",  "i16", "i32", "i64",  "u8",  "u16", "u32",
                                      "u64",  "f16", "f32", "f64", "bf16", "c64", "c128"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (!strcmp(names[i], dtype_name(d))) return (int)i + 1;
  }
  return 0;
}

// ---- compiling

// A serialized CompileOptionsProto: executable_build_options (3) { num_replicas (4): 1
// num_partitions (5): 1 }, and env_option_overrides (7) { key (1), value (2) { bool_field (2):
// false } }: XLA's CPU compiler may drop NaN from max and min if it is not told.
#define NO_FAST_MIN_MAX "xla_cpu_enable_fast_min_max"
static const char compile_options[] =
    "\x1a\x04\x20\x01\x28\x01"
    "\x3a\x21\x0a\x1b" NO_FAST_MIN_MAX "\x12\x02\x10\x00";
enum { OPTIONS_SIZE = sizeof compile_options - 1 };
_Static_assert(sizeof NO_FAST_MIN_MAX - 1 == 0x1b, "lengths stand in the text");

static PjrtLoaded *compile_text(const PjrtPlugin *p, Loc loc, char *text) {
  const PjrtProgram program = PJRT_ARGS(PjrtProgram, .code = text, .code_size = strlen(text),
                                        .format = "mlir", .format_size = sizeof "mlir" - 1);
  PjrtCompileArgs args = PJRT_ARGS(PjrtCompileArgs, .client = p->client, .program = &program,
                                   .options = compile_options, .options_size = OPTIONS_SIZE);
  return pjrt_call(p, loc, PJRT_Client_Compile, &args) ? args.loaded : NULL;
}

static Type *types_of(Arena *a, const Graph *g, int n, const Id *ids, int64_t *bytes) {
  Type *types = ARENA_ARRAY(a, Type, n + 1);
  for (int i = 0; i < n; i++) {
    types[i] = type_copy(a, graph_type(g, ids[i]));
    *bytes += (int64_t)type_bytes(types[i]);
  }
  return types;
}

static const PjrtPlugin *plugin_of(const Graph *g, const CompileOptions *options) {
  if (!options || !options->plugin)
    return fail(g->loc, "no PJRT plugin is chosen: give --device pjrt:PATH"), NULL;
  return options->plugin;
}

static PjrtLoaded *compile_graph(const PjrtPlugin *p, const Graph *g, ExecutableInfo *info) {
  Arena *a = arena_new();
  const double start = now_ms();
  char *text = graph_stablehlo(a, g, NULL);
  const double printed = now_ms();
  PjrtLoaded *loaded = text ? compile_text(p, g->loc, text) : NULL;
  info->optimize_ms = printed - start;
  info->codegen_ms = now_ms() - printed;
  arena_free(a);
  return loaded;
}

static Executable *pjrt_compile(const Graph *g, const CompileOptions *options) {
  if (options && options->counted) return NULL;  // shapes are fixed there
  const PjrtPlugin *p = plugin_of(g, options);
  if (!p) return NULL;
  PjrtRun *e = xcalloc(1, sizeof *e);
  int64_t in = 0, out = 0;
  e->base.backend = &backend_pjrt;
  e->plugin = p;
  e->arena = arena_new();
  e->loc = g->loc;
  if (g->loc.file) e->loc.file = arena_str(e->arena, g->loc.file);
  e->name = arena_str(e->arena, g->name);
  e->nargs = g->nparams, e->nresults = g->nresults;
  e->args = types_of(e->arena, g, g->nparams, g->params, &in);
  e->results = types_of(e->arena, g, g->nresults, g->results, &out);
  e->loaded = compile_graph(p, g, &e->base.info);
  e->base.info.kernels = 1;
  e->base.info.bytes = in + out;
  e->base.info.peak_bytes = out;
  if (e->loaded) return &e->base;
  e->base.backend->free(&e->base);
  return NULL;
}

static void pjrt_free(Executable *base) {
  PjrtRun *e = (PjrtRun *)base;
  pjrt_destroy(e->plugin, PJRT_LoadedExecutable_Destroy, e->loaded);
  arena_free(e->arena);
  free(e);
}

// ---- running

// The buffers of one call; events say when the plugin has done with our memory.
typedef struct Call {
  PjrtBuffer **args, **results;
  PjrtEvent **read;
} Call;

static bool upload(const PjrtRun *e, Call *c, int i, const void *data) {
  static const uint64_t nothing[8];
  const Type t = e->args[i];
  PjrtUploadArgs u =
      PJRT_ARGS(PjrtUploadArgs, .client = e->plugin->client, .data = data ? data : nothing,
                .type = element_type(t.dtype), .dims = t.dim, .ndims = (size_t)t.rank,
                .semantics = PJRT_ZERO_COPY, .device = e->plugin->device);
  if (!pjrt_call(e->plugin, e->loc, PJRT_Client_BufferFromHostBuffer, &u)) return false;
  c->args[i] = u.buffer;
  c->read[i] = u.done;
  return true;
}

static bool execute(const PjrtRun *e, Call *c) {
  PjrtEvent *done = NULL;
  PjrtExecuteOptions options = PJRT_ARGS(PjrtExecuteOptions, .location = e->name);
  PjrtExecuteArgs x = PJRT_ARGS(PjrtExecuteArgs, .loaded = e->loaded, .options = &options,
                                .args = (PjrtBuffer *const *const[]){c->args}, .ndevices = 1,
                                .nargs = (size_t)e->nargs,
                                .results = (PjrtBuffer * *const[]){c->results}, .done = &done);
  return pjrt_call(e->plugin, e->loc, PJRT_LoadedExecutable_Execute, &x) &&
         pjrt_wait(e->plugin, e->loc, done);
}

// Row-major, whatever the device has.
static bool download(const PjrtRun *e, const Call *c, int i, void *data) {
  const Type t = e->results[i];
  int64_t order[MAX_RANK];
  for (int d = 0; d < t.rank; d++) order[d] = t.rank - 1 - d;
  PjrtLayout layout = PJRT_ARGS(PjrtLayout, .kind = 0);
  layout.tiled.size = sizeof layout.tiled;
  layout.tiled.minor_to_major = order;
  layout.tiled.n = (size_t)t.rank;
  PjrtDownloadArgs d = PJRT_ARGS(PjrtDownloadArgs, .buffer = c->results[i], .layout = &layout,
                                 .data = data, .bytes = type_bytes(t));
  if (!type_bytes(t)) return true;
  return pjrt_call(e->plugin, e->loc, PJRT_Buffer_ToHostBuffer, &d) &&
         pjrt_wait(e->plugin, e->loc, d.done);
}

static bool pjrt_run(Executable *base, const void *const *args, void *const *results) {
  const PjrtRun *e = (const PjrtRun *)base;
  const size_t n = (size_t)e->nargs, m = (size_t)e->nresults;
  void **all = xcalloc(2 * n + m + 1, sizeof *all);
  Call c = {(PjrtBuffer **)all, (PjrtBuffer **)all + n, (PjrtEvent **)all + n + m};
  bool ok = true;
  for (int i = 0; ok && i < e->nargs; i++) ok = upload(e, &c, i, args[i]);
  ok = ok && execute(e, &c);
  // Results may be written where arguments are (donation): those must have been read.
  for (int i = 0; i < e->nargs; i++) {
    pjrt_destroy(e->plugin, PJRT_Buffer_Destroy, c.args[i]);
    ok = pjrt_wait(e->plugin, e->loc, c.read[i]) && ok;
  }
  for (int i = 0; i < e->nresults; i++) {
    ok = ok && download(e, &c, i, results[i]);
    pjrt_destroy(e->plugin, PJRT_Buffer_Destroy, c.results[i]);
  }
  free(all);
  return ok;
}

// ---- the backend

static char *pjrt_dump(const Graph *g, const CompileOptions *options, const char *stage) {
  (void)options;
  fail(g->loc, "a PJRT plugin has no stage '%s': what it is given is --format stablehlo", stage);
  return NULL;
}

const Backend backend_pjrt = {"pjrt", pjrt_compile, pjrt_run, pjrt_free, pjrt_dump};
