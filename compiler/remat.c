// Checkpoints: what is computed again for the derivative in reverse instead of being kept.
#include <stdlib.h>

#include "compiler/legalize.h"
#include "compiler/rules.h"

void legalize_remat(Legalize *s) { graph_inline(s->g, s->node->attrs->body, s->args, s->results); }

// ---- forward

// The jvp of a body, from which the graph of its tangents is taken.
typedef struct Checkpoint {
  Arena *arena;
  const Graph *jvp;
  int nprimals, nvalues;   // parameters and results that are no tangents
  bool *tangent, *needed;  // by value of jvp: depends on tangents; the tangents need it
  Id *saved;               // values of jvp that are kept
  int nsaved;
} Checkpoint;

static bool is_contraction(const Node *n) { return n->op == OP_dot || n->op == OP_conv; }

static void find_tangents(Checkpoint *s) {
  const Graph *g = s->jvp;
  for (int i = s->nprimals; i < g->nparams; i++) s->tangent[g->params[i]] = true;
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    bool any = false;
    for (int k = 0; k < n->nargs; k++) any |= s->tangent[n->args[k]];
    for (int k = 0; k < n->nresults; k++) s->tangent[n->first + (Id)k] = any;
  }
}

// The contractions of values that the tangents need; what these are made of is not needed.
static void find_saved(Checkpoint *s) {
  const Graph *g = s->jvp;
  for (int i = s->nvalues; i < g->nresults; i++) s->needed[g->results[i]] = true;
  for (int i = g->nnodes - 1; i >= 0; i--) {
    const Node *n = &g->nodes[i];
    bool any = false;
    for (int k = 0; k < n->nresults; k++) any |= s->needed[n->first + (Id)k];
    if (any && is_contraction(n) && !s->tangent[n->first]) {
      s->saved[s->nsaved++] = n->first;
    } else {
      for (int k = 0; any && k < n->nargs; k++) s->needed[n->args[k]] = true;
    }
  }
}

// The values and what is kept.
static Graph *value_body(const Checkpoint *s) {
  const Graph *g = s->jvp;
  Graph *to = graph_new(s->arena, g->name);
  Id *map = ARENA_ARRAY(s->arena, Id, g->nvalues + 1);
  Id *results = ARENA_ARRAY(s->arena, Id, s->nvalues + s->nsaved);
  for (int i = 0; i < s->nprimals; i++)
    map[g->params[i]] = graph_param(to, graph_type(g, g->params[i]), NULL);
  for (int i = 0; i < g->nnodes; i++) {
    if (!s->tangent[g->nodes[i].first]) copy_node(to, &g->nodes[i], map);
  }
  for (int i = 0; i < s->nvalues; i++) results[i] = map[g->results[i]];
  for (int i = 0; i < s->nsaved; i++) results[s->nvalues + i] = map[s->saved[i]];
  graph_set_results(to, s->nvalues + s->nsaved, results);
  return graph_clone(s->arena, to);
}

// Parameters: those of the body, what is kept, tangents.
static Graph *tangent_body(const Checkpoint *s) {
  const Graph *g = s->jvp;
  Graph *to = graph_new(s->arena, g->name);
  Id *map = ARENA_ARRAY(s->arena, Id, g->nvalues + 1);
  Id *results = ARENA_ARRAY(s->arena, Id, g->nresults);
  for (int i = 0; i < g->nvalues; i++) map[i] = NO_ID;
  for (int i = 0; i < s->nprimals; i++)
    map[g->params[i]] = graph_param(to, graph_type(g, g->params[i]), NULL);
  for (int i = 0; i < s->nsaved; i++)
    map[s->saved[i]] = graph_param(to, graph_type(g, s->saved[i]), NULL);
  for (int i = s->nprimals; i < g->nparams; i++)
    map[g->params[i]] = graph_param(to, graph_type(g, g->params[i]), NULL);
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    if (n->nresults != 1 || map[n->first] == NO_ID) copy_node(to, n, map);
  }
  for (int i = s->nvalues; i < g->nresults; i++) results[i - s->nvalues] = map[g->results[i]];
  graph_set_results(to, g->nresults - s->nvalues, results);
  return graph_clone(s->arena, to);
}

static bool find_jvp(Jvp *c, const Node *n, Checkpoint *s, bool *out) {
  Arena *a = c->out->arena;
  const Graph *body = n->attrs->body;
  bool *on = ARENA_ARRAY(a, bool, n->nargs + 1);
  for (int i = 0; i < n->nargs; i++) on[i] = c->tangent[n->args[i]] != NO_ID;
  Arena *scratch = arena_new();
  bool ok = jvp_graph(scratch, body, on, NULL, out, true) != NULL;
  arena_free(scratch);
  if (ok) ok = (s->jvp = jvp_graph(a, body, on, out, NULL, true)) != NULL;
  if (!ok) return false;
  *s = (Checkpoint){.arena = a,
                    .jvp = s->jvp,
                    .nprimals = n->nargs,
                    .nvalues = n->nresults,
                    .tangent = ARENA_ARRAY(a, bool, s->jvp->nvalues + 1),
                    .needed = ARENA_ARRAY(a, bool, s->jvp->nvalues + 1),
                    .saved = ARENA_ARRAY(a, Id, s->jvp->nnodes + 1)};
  return true;
}

// The values by one node, which gives what is kept besides, and the tangents by another.
bool jvp_remat(Jvp *c, const Node *n) {
  Graph *g = c->out;
  bool *out = ARENA_ARRAY(g->arena, bool, n->nresults + 1), any = false;
  Checkpoint s;
  if (!find_jvp(c, n, &s, out)) return false;
  for (int i = 0; i < n->nresults; i++) any |= out[i];
  if (n->attrs->saves) find_tangents(&s), find_saved(&s);
  if (!any || !s.nsaved) {
    if (jvp_copy(c, n) == NO_ID || !any) return !failed();
  }
  int k = n->nargs;
  Id *args = ARENA_ARRAY(g->arena, Id, 2 * n->nargs + s.nsaved);
  for (int i = 0; i < n->nargs; i++) args[i] = c->primal[n->args[i]];
  if (s.nsaved) {
    const Attrs at = {.body = value_body(&s), .saves = n->attrs->saves};
    const Id first = graph_add(g, OP_remat, n->nargs, args, &at);
    if (first == NO_ID) return false;
    for (int i = 0; i < n->nresults; i++) c->primal[n->first + (Id)i] = first + (Id)i;
    for (int i = 0; i < s.nsaved; i++) args[k++] = first + (Id)(n->nresults + i);
  }
  for (int i = 0; i < n->nargs; i++) {
    if (c->tangent[n->args[i]] != NO_ID) args[k++] = c->tangent[n->args[i]];
  }
  Id next =
      graph_add(g, OP_remat, k, args, &(Attrs){.body = tangent_body(&s), .saves = n->attrs->saves});
  if (next == NO_ID) return false;
  for (int i = 0; i < n->nresults; i++) c->tangent[n->first + (Id)i] = out[i] ? next++ : NO_ID;
  return true;
}

// ---- backward

// Known values enter by a barrier with the cotangents: nothing of this is merged with what was
// computed before, nor begun early.
bool transpose_remat(Transpose *c, const Node *n) {
  Graph *g = c->out;
  Id *args = ARENA_ARRAY(g->arena, Id, n->nargs + n->nresults), *late;
  int nknown = 0, nargs, nlate = 0;
  for (int i = 0; i < n->nargs; i++) {
    if (!is_linear(c, n->args[i])) args[nknown++] = c->value[n->args[i]];
  }
  nargs = nknown;
  for (int i = 0; i < n->nresults; i++) {
    const Id ct = c->cotangent[n->first + (Id)i];
    if (ct != NO_ID) args[nargs++] = ct;
  }
  Graph *body = transpose(g->arena, known_first(c, n, n->attrs->body), nknown);
  if (!body || !(body = graph_clone(g->arena, body))) return false;
  const bool *used = graph_used(body);
  late = ARENA_ARRAY(g->arena, Id, nargs);
  for (int i = 0; i < nargs; i++) {
    if (used[body->params[i]]) late[nlate++] = args[i];
  }
  g->loc = n->loc;
  Id next = nlate ? graph_add(g, OP_optimization_barrier, nlate, late, NULL) : NO_ID;
  for (int i = 0; i < nargs; i++) {
    if (used[body->params[i]]) args[i] = next++;
  }
  Id *got = ARENA_ARRAY(g->arena, Id, body->nresults);
  graph_inline(g, body, args, got);
  for (int i = 0, k = 0; i < n->nargs; i++) {
    if (is_linear(c, n->args[i])) transpose_add(c, n->args[i], got[k++]);
  }
  return true;
}

// ---- batching

bool batch_remat(Batch *c, const Node *n) {
  Arena *a = c->out->arena;
  int *in = ARENA_ARRAY(a, int, n->nargs), *out = ARENA_ARRAY(a, int, n->nresults);
  Id *args = ARENA_ARRAY(a, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++) {
    in[i] = c->axis[n->args[i]];
    args[i] = c->value[n->args[i]];
  }
  for (int i = 0; i < n->nresults; i++) out[i] = AXIS_FREE;
  const Graph *body = batch_graph(a, n->attrs->body, c->size, in, out);
  if (!body) return false;
  c->out->loc = n->loc;
  const Attrs at = {.body = body, .saves = n->attrs->saves};
  batch_result(c, n, graph_add(c->out, OP_remat, n->nargs, args, &at), -1);
  for (int i = 0; i < n->nresults; i++) c->axis[n->first + (Id)i] = out[i];
  return true;
}
