// What must hold for any bytes read as a graph; shared by the mutation test and the fuzzer.
#ifndef JITC_TESTS_JIR_CHECK_H
#define JITC_TESTS_JIR_CHECK_H
#include <stdio.h>
#include <string.h>

#include "compiler/dce.h"
#include "compiler/program.h"
#include "compiler/simplify.h"
#include "compiler/transform.h"
#include "ir/parse.h"
#include "ir/print.h"
#include "ir/verify.h"

static inline const char *jir_reprints(Arena *a, const Graph *g) {
  const char *text = graph_text(a, g, (PrintOptions){0});
  const Graph *back = graph_parse(a, "printed", text, strlen(text));
  if (!back) return "its text does not read back";
  return strcmp(graph_text(a, back, (PrintOptions){0}), text) != 0 ? "its text prints otherwise"
                                                                   : NULL;
}

// A transformation gives a sound graph, or says why it cannot.
static inline const char *jir_made(const Graph *made, const char *fault) {
  const bool ok = made ? !failed() && graph_verify(made, fault) : failed();
  diag_clear();
  return ok ? NULL : fault;
}

static inline const char *jir_transforms(Arena *a, const Graph *g) {
  int *axes = ARENA_ARRAY(a, int, g->nparams + g->nresults + 1);
  const char *fault = jir_made(graph_simplify(a, g), "simplify breaks it");
  if (!fault) fault = jir_made(graph_dce(a, g), "dce breaks it");
  if (!fault) fault = jir_made(graph_vjp(a, g, NULL), "vjp breaks it");
  if (!fault && g->nparams) fault = jir_made(graph_vmap(a, g, 3, axes, axes), "vmap breaks it");
  const Program *p = fault ? NULL : program_build(a, g, &(ProgramOptions){.fuse = true});
  if (!fault && (p ? !program_verify(p) : !failed())) fault = "its program is broken";
  return fault;
}

// Either one error at file:line:col, or a graph which holds, reads back and may be
// transformed and compiled.
// NULL, or what does not hold. Clears the error.
static inline const char *jir_check(const char *bytes, size_t n) {
  Arena *a = arena_new();
  const char *fault = NULL;
  const Graph *g = graph_parse(a, "text", bytes, n);
  int line, col;
  if (!g) {
    if (!failed()) fault = "refused without an error";
    else if (sscanf(diag_message(), "text:%d:%d: ", &line, &col) != 2)
      fault = "the error has no place";
  } else if (failed()) {
    fault = "accepted with an error";
  } else if (!graph_verify(g, "parsing")) {
    fault = "the graph is broken";
  } else {
    fault = jir_reprints(a, g);
    if (!fault) fault = jir_transforms(a, g);
  }
  diag_clear();
  arena_free(a);
  return fault;
}
#endif
