// Entries of C files as subjects of the tool: tracing them, their example arguments, the graphs
// that transformations inside them made.
#include <stdlib.h>
#include <string.h>

#include "backends/clock.h"
#include "frontend/entry.h"
#include "frontend/tool/tool.h"
#include "ir/print.h"

// The entries that the file has registered on opening are those behind `first`. The library stays
// open: what was made of its functions lives as long as the process.
bool entries_open(const char *path, Source *out) {
  const int first = entry_count();
  if (!compile_and_open(path)) return false;
  out->n = entry_count() - first;
  if (out->n <= 0)
    return fail((Loc){path, 0, 0},
                "exports no entry: put JC_ENTRY(f, example arguments...); behind a function f");
  out->subjects = ARENA_ARRAY(out->arena, Subject, out->n);
  for (int i = 0; i < out->n; i++) {
    const Entry *e = entry_at(first + i);
    out->subjects[i] = (Subject){.name = e->name, .loc = {e->file, e->line, 0}, .entry = e};
  }
  return true;
}

bool entry_open(Arena *a, Subject *s) {
  const double start = now_ms();
  s->hidden = ARENA_NEW(a, EntryHidden);
  s->graph = entry_trace(a, s->entry, s->hidden);
  s->trace_ms = now_ms() - start;
  return s->graph && !failed();  // an error sticks while recording goes on
}

static bool copy_array(jc_array h, Values *out, int i) {
  Type t;
  const void *data = entry_data(h, &t);
  if (!data) return false;
  CHECK(type_equal(t, out->types[i]));
  memcpy(out->buffers[i]->data, data, type_bytes(t));
  return true;
}

bool entry_values(Arena *a, const Subject *s, uint64_t seed, Values *out) {
  JC_SCOPE();
  const EntryArgs *args = entry_arguments(a, s->entry, seed);
  bool ok = args != NULL;
  for (int i = 0; ok && i < args->n; i++) ok = copy_array(args->arrays[i], out, i);
  for (int i = 0; ok && i < s->hidden->n; i++)
    ok = copy_array(s->hidden->arrays[i], out, args->n + i);
  return ok;
}

bool entry_results(Arena *a, const Subject *s, uint64_t seed, bool jit, Values *out) {
  JC_SCOPE();
  if (!values_for_results(a, s->graph, out)) return false;
  const EntryArgs *results = entry_run(a, s->entry, seed, jit);
  bool ok = results != NULL;
  for (int i = 0; ok && i < results->n; i++) ok = copy_array(results->arrays[i], out, i);
  return ok;
}

// ---- graphs made inside an entry

typedef struct Seen {
  Arena *arena;
  const char *kind;
  GraphPrinter *print;
  const ToolArgs *args;
  struct Piece {
    const char *file, *text;
    int line;
  } * pieces;
  int n, cap;
} Seen;

static const char *base_name(const char *path) {
  const char *slash = path ? strrchr(path, '/') : NULL;
  return slash ? slash + 1 : path ? path : "?";
}

static void see(void *context, const char *kind, const Function *f, Loc loc, const Graph *g) {
  Seen *s = context;
  const bool is_vmap = !strcmp(kind, "vmap"), wants_vmap = !strcmp(s->kind, "vmap");
  if (is_vmap != wants_vmap) return;
  Text t = {0};
  text_fmt(&t, "%s %s of %s, %s:%d\n", tool_is_stablehlo(s->args) ? "//" : "#", kind, f->name,
           base_name(loc.file), loc.line);
  if (!s->print(s->arena, g, s->args, &t)) {
    text_free(&t);
    return;
  }
  GROW(s->pieces, s->cap, s->n + 1);
  s->pieces[s->n++] = (struct Piece){base_name(loc.file), text_take(&t, s->arena), loc.line};
}

static int compare_pieces(const void *a, const void *b) {
  const struct Piece *x = a, *y = b;
  const int c = strcmp(x->file, y->file);
  return c                    ? c
         : x->line != y->line ? (x->line > y->line) - (x->line < y->line)
                              : strcmp(x->text, y->text);
}

bool entry_inner(Arena *a, const Subject *s, const ToolArgs *args, GraphPrinter *print, Text *out) {
  Seen seen = {.arena = a, .kind = args->stage, .print = print, .args = args};
  const bool ok = entry_trace_watched(a, s->entry, (TransformWatch){see, &seen}) && !failed();
  if (seen.n) qsort(seen.pieces, (size_t)seen.n, sizeof *seen.pieces, compare_pieces);
  for (int i = 0; ok && i < seen.n; i++) text_fmt(out, i ? "\n%s" : "%s", seen.pieces[i].text);
  free(seen.pieces);
  if (ok && !seen.n)
    return fail(s->loc, "%s has no %s inside", s->name,
                strcmp(args->stage, "vmap") ? "derivative" : "vmap");
  return ok;
}
