// What the tool works on: the functions of a .jir file, a .mlir file, the entries of a .c file; and
// their arguments.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/clock.h"
#include "frontend/data/npy.h"
#include "frontend/tool/tool.h"
#include "ir/parse.h"

// ---- reading

// With a NUL behind it; malloc'ed.
static char *read_all(FILE *f, size_t *n) {
  char *s = NULL;
  size_t cap = 0, got;
  *n = 0;
  do {
    GROW(s, cap, *n + (1 << 16));
    got = fread(s + *n, 1, cap - *n - 1, f);
    *n += got;
  } while (got);
  s[*n] = 0;
  return s;
}

char *file_text(const char *path, size_t *n) {
  FILE *f = fopen(path, "re");
  if (!f) {
    fail((Loc){path, 0, 0}, "cannot be opened: %s", strerror(errno));
    return NULL;
  }
  char *text = read_all(f, n);
  const bool ok = !ferror(f);
  if (!ok) fail((Loc){path, 0, 0}, "cannot be read: %s", strerror(errno));
  fclose(f);
  if (ok) return text;
  free(text);
  return NULL;
}

static bool open_text(const char *path, Source *p) {
  size_t size;
  char *text = file_text(path, &size);
  Graph **graphs = text ? graphs_parse(p->arena, path, text, size, &p->n) : NULL;
  free(text);
  if (!graphs) return false;
  p->subjects = ARENA_ARRAY(p->arena, Subject, p->n);
  for (int i = 0; i < p->n; i++)
    p->subjects[i] = (Subject){.name = graphs[i]->name, .loc = {path, 0, 0}, .graph = graphs[i]};
  return true;
}

static bool open_stablehlo(const char *path, const char *entry, Source *p, int *status) {
  size_t size;
  bool unsupported = false;
  HloModule module;
  HloProgram *program = ARENA_NEW(p->arena, HloProgram);
  char *text = file_text(path, &size);
  const bool ok = text && hlo_read(p->arena, path, text, size, &module, &unsupported) &&
                  hlo_build(p->arena, &module, path, entry, program, &unsupported);
  free(text);
  if (unsupported) *status = TOOL_UNSUPPORTED;
  if (!ok) return false;
  p->subjects = ARENA_NEW(p->arena, Subject);
  p->subjects[p->n++] = (Subject){.name = program->graph->name,
                                  .loc = {path, 0, 0},
                                  .graph = program->graph,
                                  .program = program};
  return true;
}

// ---- picking

static bool ends_in(const char *s, const char *end) {
  const size_t n = strlen(s), m = strlen(end);
  return n >= m && !strcmp(s + n - m, end);
}

// Splits "F.c:entry", unless there is a file of that whole name.
static const char *split(Arena *a, const char *path, const char **name) {
  const char *colon = strrchr(path, ':');
  *name = NULL;
  if (!colon || !colon[1] || !access(path, F_OK)) return path;
  *name = colon + 1;
  return arena_printf(a, "%.*s", (int)(colon - path), path);
}

static bool pick(Source *p, const char *path, const char *name) {
  Text known = {0};
  for (int i = 0; i < p->n; i++) {
    if (!strcmp(p->subjects[i].name, name)) {
      p->subjects += i;
      p->n = 1;
      text_free(&known);
      return true;
    }
    text_fmt(&known, i ? ", %s" : "%s", p->subjects[i].name);
  }
  fail((Loc){path, 0, 0}, "has no entry '%s': it has %s", name, known.s ? known.s : "none");
  text_free(&known);
  return false;
}

bool source_open(const char *given, Source *out, int *status) {
  *out = (Source){.arena = arena_new()};
  *status = TOOL_BAD_INPUT;
  const char *name, *path = split(out->arena, given, &name);
  if (ends_in(path, ".mlir")) return open_stablehlo(path, name, out, status);
  bool ok;
  if (ends_in(path, ".jir")) ok = open_text(path, out);
  else if (ends_in(path, ".c")) ok = entries_open(path, out);
  else ok = fail((Loc){path, 0, 0}, "is neither a .c nor a .jir nor a .mlir file");
  ok = ok && (!name || pick(out, path, name));
  for (int i = 0; ok && i < out->n; i++)
    ok = out->subjects[i].graph || entry_open(out->arena, &out->subjects[i]);
  return ok;
}

void source_close(Source *p) { arena_free(p->arena); }

// ---- arguments

const char *param_label(const Graph *g, int i, char buf[TYPE_TEXT]) {
  const char *name = g->values[g->params[i]].name;
  snprintf(buf, TYPE_TEXT, name ? "%d (%s)" : "%d", i, name);
  return buf;
}

static int find_param(const Graph *g, const char *word) {
  char *end;
  const long i = strtol(word, &end, 10);
  if (end != word && !*end) return i >= 0 && i < g->nparams ? (int)i : -1;
  for (int k = 0; k < g->nparams; k++) {
    const char *name = g->values[g->params[k]].name;
    if (name && !strcmp(name, word)) return k;
  }
  return -1;
}

static bool read_input(Arena *a, const Subject *s, const char *input, Values *out) {
  const char *equals = strchr(input, '=');
  if (!equals) return fail((Loc){0}, "--input %s: give it as I=FILE.npy", input);
  const int i = find_param(s->graph, arena_printf(a, "%.*s", (int)(equals - input), input));
  if (i < 0)
    return fail(s->loc, "%s has no parameter '%.*s': it has %d", s->name, (int)(equals - input),
                input, s->graph->nparams);
  NpyArray array;
  if (!npy_read(a, s->loc, equals + 1, &array)) return false;
  buffer_release(out->buffers[i]);
  out->buffers[i] = array.buffer;
  if (type_equal(array.type, out->types[i])) return true;
  return fail(s->loc, "%s: parameter %s is %s, '%s' holds %s", s->name,
              param_label(s->graph, i, (char[TYPE_TEXT]){0}), TYPE_STR(out->types[i]), equals + 1,
              TYPE_STR(array.type));
}

bool subject_arguments(Arena *a, const Subject *s, const ToolArgs *args, uint64_t seed,
                       Values *out) {
  if (!values_for_params(a, s->graph, out)) return false;
  bool ok = true;
  if (s->entry) ok = entry_values(a, s, seed, out);
  else values_random(out, seed);
  for (int i = 0; ok && i < args->ninputs; i++) ok = read_input(a, s, args->inputs[i], out);
  if (!ok) values_free(out);
  return ok;
}

uint64_t tool_seed(const ToolArgs *args) {
  if (args->seed) return strtoull(args->seed, NULL, 0);
  uint64_t state = (uint64_t)(now_ms() * 1e6) ^ (uint64_t)getpid() << 40;
  return random_next(&state) >> 40;
}
