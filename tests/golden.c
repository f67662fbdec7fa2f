// Golden tests: IR text with the passes to run and what comes of it in comments (tests/golden).
//
//   # case: NAME              starts a case; what stands before the first is the file's caption
//   # passes: simplify, dce   run in order on the one function of the case
//   # structure: mul 1, ...   how often words occur in the result
//   # error: 3:7: ...         the message of an error that must come, less the file's name
//   # expect:                 the rest of the comment is the text of the result
//
// After each pass the graph is verified, its text is read back and printed again, and where the
// pass keeps values they are compared. With --update errors and expectations are rewritten (those
// that a case has) and what changed is shown.
#include <dirent.h>
#include <unistd.h>

#include "compiler/dce.h"
#include "compiler/hoist.h"
#include "compiler/program.h"
#include "compiler/simplify.h"
#include "compiler/transform.h"
#include "compiler/widen.h"
#include "ir/parse.h"
#include "ir/print.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "tests/check.h"
#include "tests/values.h"

// A pass gives a graph, or, as the last one of a case, text.
typedef struct Pass {
  const char *name;
  Graph *(*graph)(Arena *, const Graph *);
  char *(*text)(Arena *, const Graph *);
  bool keeps_values;  // the interpreter gives the same before and after
} Pass;

static char *dot_text(Arena *a, const Graph *g) { return graph_dot(a, g); }

// All floats are active; maps are over 8 lanes.
static Graph *jvp(Arena *a, const Graph *g) { return graph_jvp(a, g, NULL); }
static Graph *vjp(Arena *a, const Graph *g) { return graph_vjp(a, g, NULL); }
static Graph *vmap_axes(Arena *a, const Graph *g, int first, int last) {
  int *in = ARENA_ARRAY(a, int, g->nparams), *out = ARENA_ARRAY(a, int, g->nresults);
  for (int i = 0; i < g->nparams; i++) in[i] = i == g->nparams - 1 ? last : first;
  return graph_vmap(a, g, 8, in, out);
}
static Graph *vmap(Arena *a, const Graph *g) { return vmap_axes(a, g, 0, 0); }
static Graph *vmap_last(Arena *a, const Graph *g) { return vmap_axes(a, g, -1, 0); }

// The program with its kernels, or why it was cut so; donated: result i in the buffer of argument
// i.
static char *program_stage(Arena *a, const Graph *g, bool fused, bool donated, bool notes) {
  int alias[64], count = 0;
  FusionNote *list = NULL;
  for (int i = 0; i < 64; i++) alias[i] = donated && i < g->nparams ? i : -1;
  const Program *p = program_build(
      a, g, &(ProgramOptions){.alias = alias, .fuse = fused, .notes = &list, .nnotes = &count});
  if (!p || !program_verify(p)) return NULL;
  if (!notes) return program_text(a, p);
  Text t = {0};
  for (int i = 0; i < count; i++) text_fmt(&t, "%s\n", list[i].text);
  return text_take(&t, a);
}

static char *kernels(Arena *a, const Graph *g) { return program_stage(a, g, true, false, false); }
static char *unfused(Arena *a, const Graph *g) { return program_stage(a, g, false, false, false); }
static char *donated(Arena *a, const Graph *g) { return program_stage(a, g, true, true, false); }
static char *fusion(Arena *a, const Graph *g) { return program_stage(a, g, true, false, true); }

static const Pass passes[] = {
    {"kernels", .text = kernels},
    {"unfused", .text = unfused},
    {"donated", .text = donated},
    {"fusion", .text = fusion},
    {"clone", .graph = graph_clone, .keeps_values = true},
    {"dce", .graph = graph_dce, .keeps_values = true},
    {"hoist", .graph = graph_hoist, .keeps_values = true},
    {"inline", .graph = graph_inline_calls, .keeps_values = true},
    {"jvp", .graph = jvp},
    {"simplify", .graph = graph_simplify, .keeps_values = true},
    {"vjp", .graph = vjp},
    {"vmap", .graph = vmap},            // every parameter and result along axis 0
    {"vmap_last", .graph = vmap_last},  // the last parameter alone
    {"widen", .graph = graph_widen},
    {"dot", .text = dot_text},
};

typedef struct Case {
  const char *file;
  char *name;       // FILE: NAME
  char *passes;     // or NULL
  char *structure;  // or NULL
  char *error;      // or NULL
  char *expect;     // or NULL
  char *source;     // the file with what is before the case blanked
  char *result;     // what came
  bool is_error;
} Case;

static Arena *arena;
static Case *current;

// ---- running

static const Pass *find_pass(const char *name, size_t n) {
  for (size_t i = 0; i < sizeof passes / sizeof *passes; i++) {
    if (strlen(passes[i].name) == n && !memcmp(passes[i].name, name, n)) return &passes[i];
  }
  FAULT("%s: no pass '%.*s'", current->name, (int)n, name);
  return NULL;
}

static void check_graph(const Graph *g, const char *after) {
  if (!graph_verify(g, after)) FAULT("%s: broken after %s", current->name, after);
  const char *text = graph_text(arena, g, (PrintOptions){0});
  const Graph *back = graph_parse(arena, "printed", text, strlen(text));
  if (!back) {
    FAULT("%s: does not read back: %s\n%s", current->name, diag_message(), text);
    diag_clear();
    return;
  }
  EXPECT_STR(graph_text(arena, back, (PrintOptions){0}), text);
}

// Loops need not end on random arguments.
static bool has_loops(const Graph *g) {
  for (int i = 0; i < g->nnodes; i++) {
    if (op_info(g->nodes[i].op)->op_class == CLASS_CONTROL) return true;
  }
  return false;
}

// Every pass that keeps values is checked on random arguments, corners of the dtypes among them.
static void check_values(const Graph *after, const Graph *before, const char *pass) {
  enum { ROUNDS = 8 };
  for (int i = 0; i < ROUNDS && !failed() && !has_loops(before); i++) {
    Arena *a = arena_new();
    const char *differs = graphs_differ(a, after, before, test_random());
    if (differs) FAULT("%s: %s: %s", current->name, pass, differs);
    arena_free(a);
  }
}

// Gives the text of the result, or NULL after fail().
static char *run_passes(const Graph *g) {
  const char *at = current->passes ? current->passes : "";
  check_graph(g, "parsing");
  for (at += strspn(at, ", "); *at; at += strspn(at, ", ")) {
    const size_t n = strcspn(at, ", ");
    const Pass *pass = find_pass(at, n);
    at += n;
    if (!pass) continue;
    if (pass->text) return pass->text(arena, g);
    const Graph *before = g;
    g = pass->graph(arena, g);
    if (!g) return NULL;
    check_graph(g, pass->name);
    if (pass->keeps_values) check_values(g, before, pass->name);
  }
  return graph_text(arena, g, (PrintOptions){0});
}

static int count_word(const char *text, const char *word, size_t n) {
  int count = 0;
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
  for (const char *p = text; *p;) {
    const size_t run = strspn(p, letters);
    count += run == n && !memcmp(p, word, n);
    p += run ? run : 1;
  }
  return count;
}

static void check_structure(const char *list, const char *text) {
  for (list += strspn(list, ", "); *list; list += strspn(list, ", ")) {
    const size_t n = strcspn(list, " ");
    char *end;
    const long want = strtol(list + n, &end, 10);
    const int got = count_word(text, list, n);
    if (got != want)
      FAULT("%s: '%.*s' occurs %d times, not %ld", current->name, (int)n, list, got, want);
    list = end;
  }
}

static void run_case(void) {
  Case *c = current;
  const Graph *g = graph_parse(arena, "", c->source, strlen(c->source));
  char *text = g ? run_passes(g) : NULL;
  c->is_error = failed();
  if (c->is_error) {
    const char *message = diag_message();
    c->result = arena_str(arena, message + (*message == ':'));
    diag_clear();
  } else {
    c->result = text;
  }
  if (!EXPECT(c->result != NULL)) return;
  if (c->is_error && !c->error) FAULT("%s: error: %s", c->name, c->result);
  if (!c->is_error && c->error) FAULT("%s: no error, expected %s", c->name, c->error);
  if (c->is_error && c->error && strcmp(c->error, c->result) != 0)
    FAULT("%s: error: %s\nexpected: %s", c->name, c->result, c->error);
  if (!c->is_error && c->structure) check_structure(c->structure, c->result);
  if (!c->is_error && c->expect && strcmp(c->expect, c->result) != 0)
    FAULT("%s: got\n%s\nexpected\n%s", c->name, c->result, c->expect);
}

// ---- reading

static bool starts(const char *line, const char *directive) {
  return !strncmp(line, directive, strlen(directive));
}

static char *rest_of(const char *line, size_t n, const char *directive) {
  size_t from = strlen(directive);
  while (from < n && line[from] == ' ') from++;
  return arena_printf(arena, "%.*s", (int)(n - from), line + from);
}

// One line of a case; `expecting` within an expectation.
static void read_line(Case *c, const char *line, size_t n, bool *expecting) {
  if (*expecting && n && *line == '#') {
    const size_t from = n > 1 ? 2 : 1;
    c->expect = arena_printf(arena, "%s%.*s\n", c->expect, (int)(n - from), line + from);
    return;
  }
  *expecting = false;
  if (starts(line, "# passes:")) c->passes = rest_of(line, n, "# passes:");
  if (starts(line, "# structure:")) c->structure = rest_of(line, n, "# structure:");
  if (starts(line, "# error:")) c->error = rest_of(line, n, "# error:");
  if (starts(line, "# expect:")) *expecting = true, c->expect = arena_str(arena, "");
}

// The text up to `to`, with all before `from` blanked: lines keep their numbers.
static char *blanked(const char *text, const char *from, const char *to) {
  char *s = arena_printf(arena, "%.*s", (int)(to - text), text);
  for (char *p = s; p < s + (from - text); p++) {
    if (*p != '\n') *p = ' ';
  }
  return s;
}

static const char *next_line(const char *p) {
  p += strcspn(p, "\n");
  return p + (*p == '\n');
}

static const char *case_end(const char *p) {
  do p = next_line(p);
  while (*p && !starts(p, "# case:"));
  return p;
}

static Case read_case(const char *file, const char *text, const char *from, const char *to) {
  Case c = {.file = file, .source = blanked(text, from, to)};
  bool expecting = false;
  c.name = arena_printf(arena, "%s: %s", file, rest_of(from, strcspn(from, "\n"), "# case:"));
  for (const char *p = next_line(from); p < to; p = next_line(p))
    read_line(&c, p, strcspn(p, "\n"), &expecting);
  return c;
}

// ---- updating

static void add_expectation(Text *out, const Case *c) {
  if (c->is_error) {
    text_fmt(out, "# error: %s\n", c->result);
    return;
  }
  if (!c->expect && !c->error) return;
  text_str(out, "# expect:\n");
  for (const char *p = c->result; *p; p = next_line(p)) {
    const int n = (int)strcspn(p, "\n");
    text_fmt(out, n ? "# %.*s\n" : "#\n", n, p);
  }
}

// The lines of a case without its old result, then the new one.
static void rewrite_case(Text *out, const Case *c, const char *from, const char *to) {
  bool expecting = false;
  for (const char *p = from, *end; p < to; p = end) {
    end = next_line(p);
    expecting = starts(p, "# expect:") || (expecting && *p == '#');
    if (!expecting && !starts(p, "# error:")) text_add(out, p, (size_t)(end - p));
  }
  while (out->n > 1 && out->s[out->n - 1] == '\n' && out->s[out->n - 2] == '\n')
    out->s[--out->n] = 0;
  add_expectation(out, c);
  if (*to) text_str(out, "\n");
}

static void write_file(const char *path, const Text *t) {
  FILE *f = fopen(path, "w");
  if (!f || fwrite(t->s, 1, t->n, f) != t->n) FAULT("cannot write %s", path);
  if (f) fclose(f);
}

static char *read_file(const char *path) {
  FILE *f = fopen(path, "r");
  Text t = {0};
  char chunk[4096];
  if (!f) return NULL;
  for (size_t n; (n = fread(chunk, 1, sizeof chunk, f)) > 0;) text_add(&t, chunk, n);
  fclose(f);
  return text_take(&t, arena);
}

static void run_file(const char *dir, const char *file, bool update) {
  const char *path = arena_printf(arena, "%s/%s", dir, file), *text = read_file(path);
  if (!text) return;
  Text rewritten = {0};
  const char *from = starts(text, "# case:") ? text : case_end(text);
  text_add(&rewritten, text, (size_t)(from - text));
  for (const char *to; *from; from = to) {
    to = case_end(from);
    Case c = read_case(file, text, from, to);
    current = &c;
    run_test(c.name, run_case);
    if (c.result) rewrite_case(&rewritten, &c, from, to);
  }
  if (update && strcmp(rewritten.s, text) != 0) {
    write_file(path, &rewritten);
    fprintf(stderr, "rewrote %s\n", path);
  }
  text_free(&rewritten);
}

static int is_golden(const struct dirent *e) {
  const size_t n = strlen(e->d_name);
  return n > 4 && !strcmp(e->d_name + n - 4, ".jir");
}

int main(int argc, char **argv) {
  const char *dir = getenv("TESTS_DIR");
  const bool update = argc > 1 && !strcmp(argv[1], "--update");
  struct dirent **files = NULL;
  arena = arena_new();
  dir = arena_printf(arena, "%s/golden", dir ? dir : "tests");
  const int n = scandir(dir, &files, is_golden, alphasort);
  for (int i = 0; i < n; i++) {
    run_file(dir, files[i]->d_name, update);
    free(files[i]);
  }
  free(files);
  arena_free(arena);
  return tests_done();
}
