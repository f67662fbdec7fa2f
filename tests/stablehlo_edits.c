// Sound programs of StableHLO (tests/edits/stablehlo.mlir) and their small edits: each is a graph
// that holds, and gives the interpreter's values on the CPU, or is refused with one error at its
// place. TEST_ALL=1 makes all edits instead of a part of them.
#include "frontend/stablehlo/stablehlo_ops.h"
#include "tests/edited.h"
#include "tests/hlo_check.h"

static const char *const values[] = {"",
                                     "0",
                                     "-1",
                                     "true",
                                     "\"a\"",
                                     "1.5 : f32",
                                     "[]",
                                     "[0]",
                                     "[[0]]",
                                     "array<i64>",
                                     "array<i64: 0, 0>",
                                     "dense<0> : tensor<i64>",
                                     "dense<[[1, 0]]> : tensor<1x2xi64>",
                                     "dense<1> : tensor<70000xi32>",
                                     "{}",
                                     "{a = 1}",
                                     "unit",
                                     "@f",
                                     "[0] x [0]",
                                     "#stablehlo<a B>"};

// NULL, or why it is refused.
static const char *sound(const char *bytes, size_t n) {
  static char refusal[1000];
  Arena *a = arena_new();
  bool unsupported = false;
  HloProgram p;
  const bool ok = hlo_program(a, "text", bytes, n, &p, &unsupported);
  if (ok) edited_values(p.graph);
  else snprintf(refusal, sizeof refusal, "%s", diag_message());
  diag_clear();
  arena_free(a);
  return ok ? NULL : refusal;
}

static const char *check(const char *bytes, size_t n) {
  const char *fault = hlo_check(bytes, n);
  if (!fault) sound(bytes, n);
  return fault;
}

static void sound_and_edited(void) {
  int nrows;
  const HloRow *rows = hlo_rows(&nrows);
  const char *ops[400];
  for (int i = 0; i < nrows; i++) ops[i] = rows[i].name;
  const EditLanguage stablehlo = {.dtypes = hlo_dtypes,
                                  .ndtypes = sizeof hlo_dtypes / sizeof *hlo_dtypes,
                                  .ops = ops,
                                  .nops = nrows,
                                  .values = values,
                                  .nvalues = sizeof values / sizeof *values,
                                  .check = check,
                                  .sound = sound};
  edited_file("stablehlo.mlir", &stablehlo);
}

int main(void) {
  RUN(sound_and_edited);
  return tests_done();
}
