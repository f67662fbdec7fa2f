// jitc trace --format html: one page, which needs nothing else, with the source, the graphs, the
// kernels and the generated code of each subject side by side. Its looks are page.css; what clicks
// do is page.js.
#include <stdlib.h>
#include <string.h>

#include "compiler/program.h"
#include "compiler/simplify.h"
#include "compiler/transform.h"
#include "frontend/page_parts.h"
#include "frontend/show/drawing.h"
#include "frontend/tool/tool.h"
#include "ir/print.h"
#include "runtime/executable.h"

enum { MOST_FILES = 16 };

typedef struct Page {
  Arena *arena;
  const Subject *subject;
  Text *out;
  const char *files[MOST_FILES];  // in which nodes have their places
  int nfiles;
  const char *kernels[4096];  // names
  int nkernels;
} Page;

static void put(Page *p, const char *html) { text_str(p->out, html); }
static void put_text(Page *p, const char *s) { text_escaped(p->out, s); }

// An attribute data-at="...", for who clicks.
static void put_places(Page *p, int n, const Loc *places) {
  put(p, " data-at=\"");
  for (int i = 0; i < n; i++) {
    Text one = {0};
    text_place(&one, places[i]);
    if (one.n && i) put(p, " ");
    if (one.n) put_text(p, one.s);
    text_free(&one);
  }
  put(p, "\"");
}

// ---- source

static void find_files(Page *p, const Graph *g) {
  for (int i = 0; i < g->nnodes; i++) {
    const char *file = g->nodes[i].loc.file;
    int k = 0;
    while (file && k < p->nfiles && strcmp(p->files[k], file)) k++;
    if (file && k == p->nfiles && k < MOST_FILES) p->files[p->nfiles++] = file;
    const Graph *part;
    for (int j = 0; (part = node_part(&g->nodes[i], j)); j++) find_files(p, part);
  }
}

static int count_nodes(const Graph *g, const char *file, int line) {
  int n = 0;
  for (int i = 0; i < g->nnodes; i++) {
    const Loc at = g->nodes[i].loc;
    n += at.file && at.line == line && !strcmp(at.file, file);
    const Graph *part;
    for (int j = 0; (part = node_part(&g->nodes[i], j)); j++) n += count_nodes(part, file, line);
  }
  return n;
}

static void put_line(Page *p, const char *file, int number, const char *text, size_t length) {
  const int nodes = count_nodes(p->subject->graph, file, number);
  put(p, "<div class=\"line\"");
  if (nodes) put_places(p, 1, &(Loc){file, number, 0}), put(p, " tabindex=\"0\"");
  text_fmt(p->out, "><span class=\"no\">%d</span><code>", number);
  char *line = arena_alloc(p->arena, length + 1);
  memcpy(line, text, length);
  put_text(p, line);
  put(p, "</code>");
  if (nodes) text_fmt(p->out, "<span class=\"uses\">%d</span>", nodes);
  put(p, "</div>\n");
}

static void put_file(Page *p, const char *file) {
  size_t n;
  char *text = file_text(file, &n);
  text_fmt(p->out, "<div class=\"name\">");
  put_text(p, file);
  put(p, "</div>\n");
  if (!text) {
    put(p, "<div class=\"problem\">");
    put_text(p, diag_message());
    put(p, "</div>\n");
    diag_clear();
    return;
  }
  int number = 1;
  for (const char *at = text; *at; number++) {
    const size_t length = strcspn(at, "\n");
    put_line(p, file, number, at, length);
    at += length + (at[length] == '\n');
  }
  free(text);
}

static void put_source(Page *p) {
  put(p, "<section class=\"pane source\"><h2><span>Source</span></h2><div class=\"scroll\">\n");
  find_files(p, p->subject->graph);
  for (int i = 0; i < p->nfiles; i++) put_file(p, p->files[i]);
  if (!p->nfiles)
    put(p, "<div class=\"problem\">The nodes of this graph have no places in a source.</div>\n");
  put(p, "</div></section>\n");
}

// ---- graphs

// The text of a graph, a line for each node, which ends in its place as a comment.
static void put_graph_text(Page *p, const Graph *g) {
  const char *text = graph_text(p->arena, g, (PrintOptions){0});
  put(p, "<div class=\"text\">");
  for (const char *at = text; *at;) {
    const size_t length = strcspn(at, "\n");
    char *line = arena_alloc(p->arena, length + 1);
    memcpy(line, at, length);
    const char *place = strstr(line, "  # ");
    put(p, "<div class=\"line\"");
    if (place) {
      put(p, " data-at=\"");
      put_text(p, place + 4);
      put(p, "\"");
    }
    put(p, "><code>");
    put_text(p, line);
    put(p, "</code></div>\n");
    at += length + (at[length] == '\n');
  }
  put(p, "</div>");
}

static void put_problem(Page *p) {
  put(p, "<div class=\"problem\">");
  put_text(p, diag_message() ? diag_message() : "nothing to see");
  put(p, "</div>");
  diag_clear();
}

static void put_graphs(Page *p) {
  const Graph *g = p->subject->graph;
  put(p,
      "<section class=\"pane graph\"><h2><span>Graph</span>"
      "<button class=\"on\" data-turn=\"recorded\">recorded</button>"
      "<button data-turn=\"optimised\">optimised</button><button data-turn=\"text\">text</button>"
      "<button data-zoom=\"1.25\" title=\"larger (ctrl + wheel)\">+</button>"
      "<button data-zoom=\"0.8\" title=\"smaller\">&minus;</button>"
      "<button data-zoom=\"0\" title=\"the whole width\">fit</button></h2>"
      "<div class=\"scroll\">\n<div class=\"tab shown\" data-tab=\"recorded\">");
  drawing_svg(p->out, g);
  put(p, "</div><div class=\"tab\" data-tab=\"optimised\">");
  const Graph *opt = graph_inline_calls(p->arena, g);
  opt = opt ? graph_simplify(p->arena, opt) : NULL;
  if (opt) drawing_svg(p->out, opt);
  else put_problem(p);
  put(p, "</div><div class=\"tab\" data-tab=\"text\">");
  put_graph_text(p, g);
  put(p, "</div></div></section>\n");
}

// ---- kernels

static void put_kernel(Page *p, const Kernel *k) {
  if (p->nkernels < (int)(sizeof p->kernels / sizeof *p->kernels))
    p->kernels[p->nkernels++] = k->name;
  put(p, "<div class=\"kernel\" data-kernel=\"");
  put_text(p, k->name);
  put(p, "\"");
  put_places(p, k->nplaces, k->places);
  text_fmt(p->out, "><h3>%s <small>%.3g M operations, %.3g MB, %d line%s</small></h3>\n<pre>",
           k->name, (double)k->flops * 1e-6, (double)k->bytes * 1e-6, k->nplaces,
           k->nplaces == 1 ? "" : "s");
  put_text(p, kernel_text(p->arena, k));
  put(p, "</pre></div>\n");
}

static void put_step(Page *p, const Step *s) {
  static const char *const names[] = {[STEP_COPY] = "copy",
                                      [STEP_SORT] = "sort",
                                      [STEP_FOURIER] = "transform",
                                      [STEP_WHILE] = "loop",
                                      [STEP_SWITCH] = "switch"};
  if (s->kind == STEP_KERNEL) {
    put_kernel(p, s->kernel);
    return;
  }
  put(p, "<div class=\"note\"");
  put_places(p, 1, &s->loc);
  text_fmt(p->out, "><b>%s</b></div>\n", names[s->kind]);
  const Program *part;
  for (int i = 0; (part = step_part(s, i)); i++)
    for (int k = 0; k < part->nsteps; k++) put_step(p, &part->steps[k]);
}

static void put_notes(Page *p, int n, const FusionNote *notes) {
  for (int i = 0; i < n; i++) {
    put(p, "<div class=\"note\"");
    put_places(p, 1, &notes[i].loc);
    put(p, ">");
    text_place(p->out, notes[i].loc);
    put(p, " ");
    put_text(p, notes[i].text);
    put(p, "</div>\n");
  }
}

static void put_kernels(Page *p) {
  FusionNote *notes = NULL;
  int nnotes = 0;
  put(p,
      "<section class=\"pane kernels\"><h2><span>Kernels</span>"
      "<button class=\"on\" data-turn=\"kernels\">kernels</button>"
      "<button data-turn=\"fusion\">fusion</button></h2>"
      "<div class=\"scroll\"><div class=\"tab shown\" data-tab=\"kernels\">\n");
  const ProgramOptions build = {.fuse = true, .notes = &notes, .nnotes = &nnotes};
  const Program *program = program_build(p->arena, p->subject->graph, &build);
  for (int i = 0; program && i < program->nsteps; i++) put_step(p, &program->steps[i]);
  if (!program) put_problem(p);
  put(p, "</div><div class=\"tab\" data-tab=\"fusion\">\n");
  put_notes(p, nnotes, notes);
  put(p, "</div></div></section>\n");
}

// ---- code

// "k3_add_54_gemm_epilogue" belongs to the kernel add_54.
static const char *kernel_of(const Page *p, const char *function, size_t n) {
  const char *name = memchr(function, '_', n);
  if (*function != 'k' || !name) return NULL;
  const size_t left = n - (size_t)(++name - function);
  for (int i = 0; i < p->nkernels; i++) {
    const size_t length = strlen(p->kernels[i]);
    if (length <= left && !memcmp(p->kernels[i], name, length) &&
        (length == left || name[length] == '_'))
      return p->kernels[i];
  }
  return NULL;
}

// The name of the function that begins on this line: "define void @k0_add(" or "k0_add:".
static const char *function_at(const char *line, size_t n, bool assembly, size_t *length) {
  const char *at = line;
  if (assembly) {
    *length = strcspn(line, ":");
    return *length < n && strchr("kg", *line) && line[*length] == ':' ? line : NULL;
  }
  if (strncmp(line, "define ", 7) || !(at = memchr(line, '@', n))) return NULL;
  *length = strcspn(at + 1, "(");
  return at + 1;
}

static void put_chunk(Page *p, const char *name, size_t length, const char *from, const char *end) {
  const char *kernel = kernel_of(p, name, length);
  char *title = arena_printf(p->arena, "%.*s", (int)length, name);
  char *text = arena_alloc(p->arena, (size_t)(end - from) + 1);
  memcpy(text, from, (size_t)(end - from));
  put(p, "<div class=\"chunk\"");
  if (kernel) {
    put(p, " data-kernel=\"");
    put_text(p, kernel);
    put(p, "\"");
  }
  put(p, "><h3>");
  put_text(p, title);
  text_fmt(p->out, "%s</h3><pre>", kernel ? "" : " <small>shared</small>");
  put_text(p, text);
  put(p, "</pre></div>\n");
}

static void put_functions(Page *p, const char *text, bool assembly) {
  const char *name = NULL, *from = text;
  size_t length = 0, next_length;
  for (const char *at = text; *at;) {
    const size_t n = strcspn(at, "\n");
    const char *next = function_at(at, n, assembly, &next_length);
    if (next) {
      if (name) put_chunk(p, name, length, from, at);
      name = next, length = next_length, from = at;
    }
    at += n + (at[n] == '\n');
  }
  if (name) put_chunk(p, name, length, from, from + strlen(from));
}

static void put_stage(Page *p, const char *stage, bool assembly) {
  const Device *d = tool_device();
  const CompileOptions options = {.threads = device_threads()};
  char *text = d ? executable_text(d, p->subject->graph, &options, stage) : NULL;
  if (text) put_functions(p, text, assembly);
  else put_problem(p);
  free(text);
}

static void put_code(Page *p) {
  put(p,
      "<section class=\"pane code\"><h2><span>Code</span>"
      "<button class=\"on\" data-turn=\"asm\">assembly</button>"
      "<button data-turn=\"llvm\">LLVM</button></h2>"
      "<div class=\"scroll\"><div class=\"tab shown\" data-tab=\"asm\">\n");
  put_stage(p, "asm", true);
  put(p, "</div><div class=\"tab\" data-tab=\"llvm\">\n");
  put_stage(p, "llvm", false);
  put(p, "</div></div></section>\n");
}

// ---- the page

static void put_head(Page *p, const char *path) {
  put(p,
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; script-src 'unsafe-inline'\">\n<title>");
  put_text(p, path);
  put(p, "</title>\n<style>\n" PAGE_CSS);
  drawing_colors(p->out, "", false);
  drawing_colors(p->out, ":root.dark ", true);
  put(p, "</style>\n</head>\n<body>\n<header class=\"top\"><h1>jitc</h1><span class=\"file\">");
  put_text(p, path);
  put(p, "</span>\n");
}

bool tool_page(const Source *source, const char *path, Text *out) {
  Page *p = ARENA_NEW(source->arena, Page);
  p->arena = source->arena, p->out = out;
  put_head(p, path);
  for (int i = 0; i < source->n; i++) {
    put(p, "<button data-open=\"");
    put_text(p, source->subjects[i].name);
    put(p, "\">");
    put_text(p, source->subjects[i].name);
    put(p, "</button>\n");
  }
  put(p,
      "<span class=\"hint\">click a line, a node, a kernel or its code; escape clears</span>\n"
      "<button id=\"theme\">light / dark</button></header>\n");
  for (int i = 0; i < source->n; i++) {
    *p = (Page){.arena = source->arena, .subject = &source->subjects[i], .out = out};
    put(p, "<main class=\"subject\" data-name=\"");
    put_text(p, p->subject->name);
    put(p, "\">\n");
    put_source(p);
    put_graphs(p);
    put_kernels(p);
    put_code(p);
    put(p, "</main>\n");
  }
  put(p, "<script>\n" PAGE_JS "</script>\n</body>\n</html>\n");
  return true;
}
