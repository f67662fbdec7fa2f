// Loops recorded as one node.
#include "frontend/library/np_loop.h"

enum { MOST_LOOPED = 16 };

static Graph *part(Np *n, const char *name, int nargs, const Val *x, Np *inner, Val *params) {
  Graph *g = graph_region(n->g, name, 0, NULL);
  *inner = (Np){g, n->name};
  for (int i = 0; i < nargs; i++) params[i] = np_val(graph_param(g, np_type(n, x[i]), NULL));
  return g;
}

bool np_while(Np *n, NpHolds *holds, NpStep *step, const void *context, int ncarry, int nargs,
              const Val *x, Val *out) {
  Val p[MOST_LOOPED], next[MOST_LOOPED];
  Id ids[MOST_LOOPED];
  Np inner;
  CHECK(nargs <= MOST_LOOPED);
  for (int i = 0; i < nargs; i++) {
    if (np_bad(x[i])) return false;
  }
  Graph *cond = part(n, "holds", nargs, x, &inner, p);
  const Val more = holds(&inner, p, context);
  if (np_bad(more)) return false;
  graph_set_results(cond, 1, &more.id);
  Graph *body = part(n, "step", nargs, x, &inner, p);
  step(&inner, p, next, context);
  for (int i = 0; i < ncarry; i++) {
    if (np_bad(next[i])) return false;
    ids[i] = next[i].id;
  }
  graph_set_results(body, ncarry, ids);
  for (int i = 0; i < nargs; i++) ids[i] = x[i].id;
  const Id r =
      graph_add(n->g, OP_while, nargs, ids, &(Attrs){.cond = cond, .body = body, .ncarry = ncarry});
  for (int i = 0; i < ncarry; i++) out[i] = np_val(r == NO_ID ? NO_ID : r + (Id)i);
  return r != NO_ID;
}
