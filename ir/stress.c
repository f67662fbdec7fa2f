// Looking at the result of every pass.
#include "ir/stress.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "ir/diag.h"
#include "ir/parse.h"
#include "ir/print.h"
#include "ir/verify.h"

static bool stress_is_on(void) {
  static _Atomic int on = -1;
  int now = atomic_load_explicit(&on, memory_order_relaxed);
  if (now >= 0) return now;
  const char *v = getenv("JITC_VERIFY");
  atomic_store(&on, now = v && atoi(v) > 0);
  return now;
}

static void check_text(Arena *a, const Graph *g, const char *pass) {
  const char *text = graph_text(a, g, (PrintOptions){0});
  const Graph *back = graph_parse(a, "printed", text, strlen(text));
  if (!back) BUG("the text after %s does not read back: %s\n%s", pass, diag_message(), text);
  if (strstr(text, "nan")) return;  // its bits are not specified: equal ones may become one value
  const char *again = graph_text(a, back, (PrintOptions){0});
  if (strcmp(again, text)) BUG("the text after %s prints otherwise:\n%s\n%s", pass, text, again);
  back = graph_clone(a, back);  // the same order of nodes
  const Graph *same = graph_clone(a, g);
  if (graph_hash(back) != graph_hash(same) || !graph_equal(back, same))
    BUG("the text after %s reads as another graph:\n%s", pass, text);
}

Graph *stress_pass(Graph *g, const char *pass) {
  if (!g || !stress_is_on()) return g;
  Arena *a = arena_new();
  struct Diag *pending = diag_take();
  if (!graph_verify(g, pass)) BUG("%s broke the graph of %s", pass, g->name);
  check_text(a, g, pass);
  diag_restore(pending);
  arena_free(a);
  return g;
}
