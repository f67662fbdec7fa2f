// Edits (edits.h) of the texts of a file, which blank lines part, and the values of what is sound
// among them.
#ifndef JITC_TESTS_EDITED_H
#define JITC_TESTS_EDITED_H
#include "tests/backends.h"
#include "tests/edits.h"

enum { EDIT_EVERY = 150, RUN_EVERY = 40, MOST_ELEMENTS = 2000 };

static bool edited_all(void) { return getenv("TEST_ALL") != NULL; }

// Nothing in it is large, and nothing loops as long as its operands say.
static bool edited_is_small(const Graph *g) {
  int64_t n = 0;
  for (Id v = 0; v < (Id)g->nvalues && n <= MOST_ELEMENTS; v++) {
    const Node *node = graph_def(g, v);
    n += type_count(graph_type(g, v)) > MOST_ELEMENTS ? MOST_ELEMENTS + 1
                                                      : type_count(graph_type(g, v));
    if (node && node->op == OP_while) return false;
  }
  return n <= MOST_ELEMENTS;
}

// One of RUN_EVERY graphs on the CPU and the interpreter.
static void edited_values(const Graph *g) {
  if (test_int(0, RUN_EVERY - 1) || !edited_is_small(g)) return;
  void **args = random_arguments(g);
  same_on_cpu_with(g, args);
  free_all(args, g->nparams);
}

static void edited_file(const char *name, const EditLanguage *l) {
  const char *dir = getenv("TESTS_DIR");
  char path[4096];
  static char text[1 << 16];
  snprintf(path, sizeof path, "%s/edits/%s", dir ? dir : "tests", name);
  FILE *f = fopen(path, "r");
  if (!f) {
    FAULT("cannot read %s", path);
    return;
  }
  const size_t n = fread(text, 1, sizeof text - 1, f);
  fclose(f);
  text[n] = 0;
  for (const char *from = text, *to; *from; from = to) {
    to = strstr(from, "\n\n");
    to = to ? to + 2 : text + n;
    const size_t size = (size_t)(to - from);
    Arena *a = arena_new();
    const char *alone = arena_printf(a, "%.*s", (int)size, from);
    const char *fault = l->sound(alone, size);
    if (fault) FAULT("%s:\n%s", fault, alone);
    edit_all(alone, size, l, edited_all() ? 1 : EDIT_EVERY);
    arena_free(a);
  }
}
#endif
