// A sound text for every row of ops.def (tests/edits/ops.jir) and their small edits: each is a
// graph that holds, prints, transforms, compiles and gives the interpreter's values on the CPU, or
// is refused with one error at its place. TEST_ALL=1 makes all edits instead of a part of them.
#include "tests/edited.h"
#include "tests/jir_check.h"

static const char *const dtypes[] = {"bool", "i8",  "i16", "i32", "i64",  "u8",  "u16", "u32",
                                     "u64",  "f16", "f32", "f64", "bf16", "c64", "c128"};
static const char *const values[] = {
    "",           "0",      "-1",        "3",        "()",
    "(0,)",       "(0, 0)", "(1, 0, 2)", "(-1, -1)", "(4611686018427387904, 4611686018427387904)",
    "f32",        "rows",   "clip",      "f32(1.0)", "f32[2]([1.0, 2.0])",
    "f32[0]([])", "f"};

static const char *sound(const char *bytes, size_t n) {
  static char refusal[1000];
  Arena *a = arena_new();
  const Graph *g = graph_parse(a, "text", bytes, n);
  if (g) edited_values(g);
  else snprintf(refusal, sizeof refusal, "%s", diag_message());
  diag_clear();
  arena_free(a);
  return g ? NULL : refusal;
}

static const char *check(const char *bytes, size_t n) {
  const char *fault = jir_check(bytes, n);
  if (!fault) sound(bytes, n);
  return fault;
}

static void sound_and_edited(void) {
  const char *ops[OP_COUNT];
  for (int i = 0; i < OP_COUNT; i++) ops[i] = op_info((Op)i)->name;
  const EditLanguage jir = {.dtypes = dtypes,
                            .ndtypes = sizeof dtypes / sizeof *dtypes,
                            .ops = ops,
                            .nops = OP_COUNT,
                            .values = values,
                            .nvalues = sizeof values / sizeof *values,
                            .check = check,
                            .sound = sound};
  edited_file("ops.jir", &jir);
}

int main(void) {
  RUN(sound_and_edited);
  return tests_done();
}
