// The verifier of graphs.
#include "ir/verify.h"

#include <stdio.h>
#include <string.h>

#include "ir/print.h"

typedef struct Fault Fault;
struct Fault {
  const Graph *graph;
  int node;  // -1: the function
  const char *text;
  Fault *next;
};

typedef struct Verifier {
  Arena *arena;
  Fault *faults;
} Verifier;

enum { WHOLE = -1 };

static const char *find_fault(void *context, const Graph *g, int node) {
  const Verifier *v = context;
  for (const Fault *f = v->faults; f; f = f->next) {
    if (f->graph == g && f->node == node) return f->text;
  }
  return NULL;
}

__attribute__((format(printf, 4, 5))) static void fault(Verifier *v, const Graph *g, int node,
                                                        const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  const char *text = arena_vprintf(v->arena, fmt, ap);
  va_end(ap);
  const char *before = find_fault(v, g, node);
  Fault *f = ARENA_NEW(v->arena, Fault);
  *f = (Fault){g, node, before ? arena_printf(v->arena, "%s; %s", before, text) : text, v->faults};
  v->faults = f;
}

static bool value_ok(const Graph *g, Id id) { return id < (Id)g->nvalues; }

static void verify_params(Verifier *v, const Graph *g) {
  for (int i = 0; i < g->nparams; i++) {
    const Id id = g->params[i];
    if (!value_ok(g, id)) fault(v, g, WHOLE, "parameter %d is value %u of %d", i, id, g->nvalues);
    else if (g->values[id].node != NO_ID) fault(v, g, WHOLE, "parameter %d is a node's result", i);
    else if (!type_fits(graph_type(g, id))) fault(v, g, WHOLE, "parameter %d has no valid type", i);
  }
  for (int i = 0; i < g->nresults; i++) {
    if (!value_ok(g, g->results[i]))
      fault(v, g, WHOLE, "result %d is value %u of %d", i, g->results[i], g->nvalues);
  }
}

// Every value is the parameter or the result that it says it is.
static void verify_values(Verifier *v, const Graph *g) {
  int params = 0;
  for (int i = 0; i < g->nvalues; i++) {
    const uint32_t def = g->values[i].node;
    params += def == NO_ID;
    if (def == NO_ID) continue;
    const Node *n = def < (uint32_t)g->nnodes ? &g->nodes[def] : NULL;
    if (!n || (Id)i < n->first || (Id)i - n->first >= (Id)n->nresults)
      fault(v, g, WHOLE, "value %d is no result of its node %u", i, def);
  }
  if (params != g->nparams)
    fault(v, g, WHOLE, "%d values without a node for %d parameters", params, g->nparams);
}

static bool operands_ok(Verifier *v, const Graph *g, int index) {
  const Node *n = &g->nodes[index];
  bool ok = true;
  for (int i = 0; i < n->nargs; i++) {
    const Id id = n->args[i];
    if (!value_ok(g, id)) {
      fault(v, g, index, "operand %d is value %u of %d", i, id, g->nvalues);
      ok = false;
    } else if (g->values[id].node != NO_ID && g->values[id].node >= (uint32_t)index) {
      fault(v, g, index, "operand %d is computed later", i);
    }
  }
  return ok;
}

static bool graphs_ok(const Graphs *all) {
  for (int i = 0; i < all->n; i++) {
    if (!all->v[i]) return false;
  }
  return all->n >= 0;
}

static bool attr_ok(const AttrField *f, const void *at) {
  const Ints *ints = at;
  const Literal *l = at;
  switch (f->kind) {
    case ATTR_INTS: return ints->n >= 0 && (ints->n == 0 || ints->v);
    case ATTR_INT: return true;
    case ATTR_DTYPE: return *(const unsigned *)at < DT_COUNT;
    case ATTR_ORDER: return *(const unsigned *)at < ORDER_COUNT;
    case ATTR_MODE: return *(const unsigned *)at < MODE_COUNT;
    case ATTR_LITERAL: return (unsigned)l->type.dtype < DT_COUNT && type_fits(l->type);
    case ATTR_GRAPH: return *(const Graph *const *)at != NULL;
    case ATTR_GRAPHS: return graphs_ok(at);
  }
  return false;
}

static void verify_graph(Verifier *v, const Graph *g);

static bool verify_attrs(Verifier *v, const Graph *g, int index) {
  const Node *n = &g->nodes[index];
  bool ok = true;
  for (int f = 0; f < ATTR_COUNT; f++) {
    const void *at = (const char *)n->attrs + attr_fields[f].offset;
    if (!op_has(n->op, f)) continue;
    if (!attr_ok(&attr_fields[f], at)) {
      fault(v, g, index, "attribute %s is invalid", attr_fields[f].name);
      ok = false;
    } else if (attr_fields[f].kind == ATTR_GRAPH) {
      verify_graph(v, *(const Graph *const *)at);
    } else if (attr_fields[f].kind == ATTR_GRAPHS) {
      const Graphs *all = at;
      for (int i = 0; i < all->n; i++) verify_graph(v, all->v[i]);
    }
  }
  return ok;
}

static void verify_types(Verifier *v, const Graph *g, int index) {
  const Node *n = &g->nodes[index];
  Type one, *types = ARENA_ARRAY(v->arena, Type, n->nargs);
  for (int i = 0; i < n->nargs; i++) types[i] = graph_type(g, n->args[i]);
  Infer in = {v->arena, n->op, n->nargs, types, n->attrs, {0}, 1, &one};
  const bool pending = failed();
  if (!op_infer(&in)) {
    fault(v, g, index, "%s", pending ? "the operands do not fit the op" : diag_message());
    if (!pending) diag_clear();
    return;
  }
  if (in.nresults != n->nresults)
    fault(v, g, index, "has %d results, its rule gives %d", n->nresults, in.nresults);
  for (int i = 0; i < n->nresults && i < in.nresults; i++) {
    const Id id = n->first + (Id)i;
    if (!value_ok(g, id) || g->values[id].node != (uint32_t)index)
      fault(v, g, index, "result %d is not a value of its own", i);
    else if (!type_equal(graph_type(g, id), in.results[i]))
      fault(v, g, index, "result %d is %s, its rule gives %s", i, TYPE_STR(graph_type(g, id)),
            TYPE_STR(in.results[i]));
  }
}

static void verify_graph(Verifier *v, const Graph *g) {
  verify_params(v, g);
  verify_values(v, g);
  for (int i = 0; i < g->nnodes; i++) {
    if ((unsigned)g->nodes[i].op >= OP_COUNT) {
      fault(v, g, WHOLE, "node %d has no valid op", i);
      continue;
    }
    const bool operands = operands_ok(v, g, i), attrs = verify_attrs(v, g, i);
    if (operands && attrs) verify_types(v, g, i);
  }
}

char *graph_faults(Arena *a, const Graph *g) {
  Verifier v = {.arena = arena_new()};
  verify_graph(&v, g);
  char *text = NULL;
  if (v.faults)
    text = graph_text(a, g, (PrintOptions){.as_is = true, .note = find_fault, .context = &v});
  arena_free(v.arena);
  return text;
}

bool graph_verify(const Graph *g, const char *where) {
  Arena *a = arena_new();
  const char *text = graph_faults(a, g);
  if (text) fprintf(stderr, "jitc: the graph is broken after %s:\n%s", where, text);
  arena_free(a);
  return !text;
}
