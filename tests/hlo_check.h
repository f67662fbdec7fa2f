// What must hold for any bytes read as StableHLO; shared by the mutation test and the fuzzer.
#ifndef JITC_TESTS_HLO_CHECK_H
#define JITC_TESTS_HLO_CHECK_H
#include <stdio.h>
#include <string.h>

#include "compiler/program.h"
#include "compiler/simplify.h"
#include "frontend/stablehlo/stablehlo.h"
#include "ir/verify.h"

static inline bool says_unsupported(const char *message) {
  static const char end[] = ": not supported yet";
  const size_t n = strlen(message);
  return n >= sizeof end - 1 && !strcmp(message + n - (sizeof end - 1), end);
}

// A graph is compiled to a program that holds, or it is said why it cannot be.
static inline const char *hlo_compiles(Arena *a, const Graph *g) {
  if (!graph_verify(g, "reading")) return "the graph is broken";
  if (!graph_verify(graph_simplify(a, g), "simplify")) return "simplify breaks it";
  const Program *p = program_build(a, g, &(ProgramOptions){.fuse = true});
  return (p ? !program_verify(p) : !failed()) ? "its program is broken" : NULL;
}

static const char *const hlo_dtypes[] = {"i1",   "i8",   "i16",  "i32",          "i64",
                                         "ui8",  "ui16", "ui32", "ui64",         "f16",
                                         "bf16", "f32",  "f64",  "complex<f32>", "complex<f64>"};

// The program of a text; false after an error.
static inline bool hlo_program(Arena *a, const char *name, const char *bytes, size_t n,
                               HloProgram *out, bool *unsupported) {
  HloModule module;
  return hlo_read(a, name, bytes, n, &module, unsupported) &&
         hlo_build(a, &module, name, NULL, out, unsupported);
}

// Either one error at file:line:col, or a graph which holds and compiles. NULL, or what does not.
// Clears the error.
static inline const char *hlo_checked(const char *bytes, size_t n, bool *accepted) {
  Arena *a = arena_new();
  const char *fault = NULL;
  bool unsupported = false;
  int line, col;
  HloProgram program;
  *accepted = hlo_program(a, "text", bytes, n, &program, &unsupported);
  if (!*accepted) {
    if (!failed()) fault = "refused without an error";
    else if (sscanf(diag_message(), "text:%d:%d: ", &line, &col) != 2)
      fault = "the error has no place";
    else if (unsupported != says_unsupported(diag_message()))
      fault = "the error and its kind disagree";
  } else if (failed()) {
    fault = "accepted with an error";
  } else {
    fault = hlo_compiles(a, program.graph);
  }
  diag_clear();
  arena_free(a);
  return fault;
}

static inline const char *hlo_check(const char *bytes, size_t n) {
  bool accepted;
  return hlo_checked(bytes, n, &accepted);
}
#endif
