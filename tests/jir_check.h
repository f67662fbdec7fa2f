// What must hold for any bytes read as a graph; shared by the mutation test and the fuzzer.
#ifndef JITC_TESTS_JIR_CHECK_H
#define JITC_TESTS_JIR_CHECK_H
#include <stdio.h>
#include <string.h>

#include "compiler/dce.h"
#include "compiler/simplify.h"
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

// Either one error at file:line:col, or a graph which holds, reads back and may be simplified.
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
    if (!fault && !graph_verify(graph_simplify(a, g), "simplify")) fault = "simplify breaks it";
    if (!fault && !graph_verify(graph_dce(a, g), "dce")) fault = "dce breaks it";
  }
  diag_clear();
  arena_free(a);
  return fault;
}
#endif
