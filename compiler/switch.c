// Derivatives and batching of switch: one of several graphs, chosen by an index.
#include <string.h>

#include "compiler/rules.h"

// operands: the index, then the arguments of the branches.
static Id add_switch(Graph *g, int nbranches, const Graph **branches, int n, const Id *operands) {
  return graph_add(g, OP_switch, n, operands, &(Attrs){.branches = {nbranches, branches}});
}

// ---- forward

// A switch while it is being differentiated.
typedef struct Choice {
  Jvp *c;
  const Node *n;
  Graphs branches;
  int nparams, nresults;
  bool *on, *out;  // which parameters and results of the branches have tangents
} Choice;

// A result has a tangent if one branch gives it one.
static bool find_tangents(Choice *s) {
  Arena *a = s->c->out->arena, *scratch = arena_new();
  bool *got = ARENA_ARRAY(scratch, bool, s->nresults + 1), ok = true;
  s->on = ARENA_ARRAY(a, bool, s->nparams + 1);
  s->out = ARENA_ARRAY(a, bool, s->nresults + 1);
  for (int i = 0; i < s->nparams; i++) s->on[i] = s->c->tangent[s->n->args[1 + i]] != NO_ID;
  for (int k = 0; ok && k < s->branches.n; k++) {
    ok = jvp_graph(scratch, s->branches.v[k], s->on, NULL, got, false) != NULL;
    for (int i = 0; ok && i < s->nresults; i++) s->out[i] |= got[i];
  }
  arena_free(scratch);
  return ok;
}

static int primal_operands(const Choice *s, Id *operands) {
  for (int i = 0; i < s->n->nargs; i++) operands[i] = s->c->primal[s->n->args[i]];
  return s->n->nargs;
}

static int tangent_operands(const Choice *s, int k, Id *operands) {
  for (int i = 0; i < s->nparams; i++) {
    if (s->on[i]) operands[k++] = jvp_tangent(s->c, s->n->args[1 + i]);
  }
  return k;
}

static void set_primals(const Choice *s, Id first) {
  for (int i = 0; i < s->nresults; i++) s->c->primal[s->n->first + (Id)i] = first + (Id)i;
}

static void set_tangents(const Choice *s, Id next) {
  for (int i = 0; i < s->nresults; i++)
    s->c->tangent[s->n->first + (Id)i] = s->out[i] ? next++ : NO_ID;
}

// Values and tangents by one switch.
static bool jvp_together(Choice *s) {
  Graph *g = s->c->out;
  const Graph **branches = ARENA_ARRAY(g->arena, const Graph *, s->branches.n);
  for (int k = 0; k < s->branches.n; k++) {
    branches[k] = jvp_graph(g->arena, s->branches.v[k], s->on, s->out, NULL, false);
    if (!branches[k]) return false;
  }
  Id *operands = ARENA_ARRAY(g->arena, Id, 2 * s->n->nargs);
  const int n = tangent_operands(s, primal_operands(s, operands), operands);
  g->loc = s->n->loc;
  const Id first = add_switch(g, s->branches.n, branches, n, operands);
  if (first == NO_ID) return false;
  set_primals(s, first);
  set_tangents(s, first + (Id)s->nresults);
  return true;
}

// ---- linearizing: what the linear branches need of the known ones

// A residual is an operand of the switch, one of its results, or has a slot: a further result,
// which branches share where types agree.
typedef enum Way { BY_OPERAND, BY_RESULT, BY_SLOT } Way;

typedef struct Residuals {
  Choice *s;
  Linearized *lin;         // by branch
  Way **way;               // by branch and residual
  int **place;             // likewise: which operand, result or slot
  bool *operand, *result;  // which of them are residuals
  Type *slots;
  int nslots;
} Residuals;

static int find_id(const Id *ids, int n, Id v) {
  for (int i = 0; i < n; i++) {
    if (ids[i] == v) return i;
  }
  return -1;
}

static int take_slot(Residuals *r, bool *taken, Type t) {
  int i = 0;
  while (i < r->nslots && (taken[i] || !type_equal(r->slots[i], t))) i++;
  if (i == r->nslots) r->slots[r->nslots++] = t;
  taken[i] = true;
  return i;
}

static void place_residuals(Residuals *r, int branch, bool *taken) {
  const Graph *known = r->lin[branch].known;
  const int nresults = r->s->nresults;
  for (int i = 0; i < r->lin[branch].nresiduals; i++) {
    const Id v = known->results[nresults + i];
    int *at = &r->place[branch][i];
    Way *way = &r->way[branch][i];
    if ((*at = find_id(known->params, known->nparams, v)) >= 0) {
      *way = BY_OPERAND;
      r->operand[*at] = true;
    } else if ((*at = find_id(known->results, nresults, v)) >= 0) {
      *way = BY_RESULT;
      r->result[*at] = true;
    } else {
      *way = BY_SLOT;
      *at = take_slot(r, taken, graph_type(known, v));
    }
  }
}

static bool find_residuals(Residuals *r) {
  Arena *a = r->s->c->out->arena;
  const int n = r->s->branches.n;
  int total = 0;
  r->lin = ARENA_ARRAY(a, Linearized, n);
  r->way = ARENA_ARRAY(a, Way *, n);
  r->place = ARENA_ARRAY(a, int *, n);
  r->operand = ARENA_ARRAY(a, bool, r->s->nparams + 1);
  r->result = ARENA_ARRAY(a, bool, r->s->nresults + 1);
  for (int k = 0; k < n; k++) {
    if (!linearize(a, r->s->branches.v[k], r->s->on, &r->lin[k])) return false;
    r->way[k] = ARENA_ARRAY(a, Way, r->lin[k].nresiduals + 1);
    r->place[k] = ARENA_ARRAY(a, int, r->lin[k].nresiduals + 1);
    total += r->lin[k].nresiduals;
  }
  r->slots = ARENA_ARRAY(a, Type, total + 1);
  for (int k = 0; k < n; k++) place_residuals(r, k, ARENA_ARRAY(a, bool, total + 1));
  return true;
}

// The results, then the slots; those of other branches are zero.
static Graph *known_branch(const Residuals *r, int branch, const Id *operands) {
  const Linearized *lin = &r->lin[branch];
  const int nresults = r->s->nresults;
  Graph *g = graph_region(r->s->c->out, lin->known->name, r->s->nparams, operands);
  Id *got = ARENA_ARRAY(g->arena, Id, lin->known->nresults);
  Id *results = ARENA_ARRAY(g->arena, Id, nresults + r->nslots);
  graph_inline(g, lin->known, g->params, got);
  memcpy(results, got, sizeof *got * (size_t)nresults);
  for (int i = 0; i < r->nslots; i++) results[nresults + i] = NO_ID;
  for (int i = 0; i < lin->nresiduals; i++) {
    if (r->way[branch][i] == BY_SLOT) results[nresults + r->place[branch][i]] = got[nresults + i];
  }
  for (int i = nresults; i < nresults + r->nslots; i++) {
    if (results[i] == NO_ID) results[i] = b_full(g, r->slots[i - nresults], 0);
  }
  graph_set_results(g, nresults + r->nslots, results);
  return g;
}

// Parameters: operands and results that are residuals, slots, tangents.
static Graph *linear_branch(const Residuals *r, int branch, int n, const Id *operands) {
  const Choice *s = r->s;
  const Linearized *lin = &r->lin[branch];
  Graph *g = graph_region(s->c->out, lin->linear->name, n, operands);
  Id *operand = ARENA_ARRAY(g->arena, Id, s->nparams), *result, *slot;
  Id *args = ARENA_ARRAY(g->arena, Id, lin->linear->nparams);
  Id *got = ARENA_ARRAY(g->arena, Id, lin->linear->nresults);
  Id *results = ARENA_ARRAY(g->arena, Id, s->nresults);
  result = ARENA_ARRAY(g->arena, Id, s->nresults);
  int p = 0, k = lin->nresiduals, nresults = 0;
  for (int i = 0; i < s->nparams; i++) operand[i] = r->operand[i] ? g->params[p++] : NO_ID;
  for (int i = 0; i < s->nresults; i++) result[i] = r->result[i] ? g->params[p++] : NO_ID;
  slot = g->params + p;
  p += r->nslots;
  for (int i = 0; i < lin->nresiduals; i++) {
    const Id *from[] = {[BY_OPERAND] = operand, [BY_RESULT] = result, [BY_SLOT] = slot};
    args[i] = from[r->way[branch][i]][r->place[branch][i]];
  }
  while (p < n) args[k++] = g->params[p++];
  graph_inline(g, lin->linear, args, got);
  for (int i = 0, f = 0; i < s->nresults; i++) {
    const Graph *b = s->branches.v[branch];
    if (!dtype_is_inexact(graph_type(b, b->results[i]).dtype)) continue;
    if (s->out[i]) results[nresults++] = got[f];
    f++;
  }
  graph_set_results(g, nresults, results);
  return g;
}

// The values by one switch, the tangents by another.
static bool jvp_apart(Choice *s) {
  Graph *g = s->c->out;
  Residuals r = {.s = s};
  if (!find_residuals(&r)) return false;
  const int nbranches = s->branches.n;
  const Graph **branches = ARENA_ARRAY(g->arena, const Graph *, nbranches);
  Id *operands = ARENA_ARRAY(g->arena, Id, 2 * s->n->nargs + s->nresults + r.nslots);
  g->loc = s->n->loc;
  int n = primal_operands(s, operands);
  for (int k = 0; k < nbranches; k++) branches[k] = known_branch(&r, k, operands + 1);
  const Id first = add_switch(g, nbranches, branches, n, operands);
  if (first == NO_ID) return false;
  n = 1;
  for (int i = 0; i < s->nparams; i++) {
    if (r.operand[i]) operands[n++] = s->c->primal[s->n->args[1 + i]];
  }
  for (int i = 0; i < s->nresults; i++) {
    if (r.result[i]) operands[n++] = first + (Id)i;
  }
  for (int i = 0; i < r.nslots; i++) operands[n++] = first + (Id)(s->nresults + i);
  n = tangent_operands(s, n, operands);
  for (int k = 0; k < nbranches; k++) branches[k] = linear_branch(&r, k, n - 1, operands + 1);
  const Id tangents = add_switch(g, nbranches, branches, n, operands);
  if (tangents == NO_ID) return false;
  set_primals(s, first);
  set_tangents(s, tangents);
  return true;
}

bool jvp_switch(Jvp *c, const Node *n) {
  Choice s = {.c = c,
              .n = n,
              .branches = n->attrs->branches,
              .nparams = n->nargs - 1,
              .nresults = n->nresults};
  if (!find_tangents(&s)) return false;
  bool any = false;
  for (int i = 0; i < s.nresults; i++) any |= s.out[i];
  if (!any) return jvp_copy(c, n) != NO_ID;
  return c->split_control ? jvp_apart(&s) : jvp_together(&s);
}

// ---- backward

static bool reached(const Transpose *c, const Node *n, int result) {
  return c->cotangent[n->first + (Id)result] != NO_ID;
}

Graph *known_first(const Transpose *c, const Node *n, const Graph *body) {
  Graph *g = graph_new(c->out->arena, body->name);
  const Id *operands = n->args + n->nargs - body->nparams;
  Id *args = ARENA_ARRAY(g->arena, Id, body->nparams);
  Id *got = ARENA_ARRAY(g->arena, Id, body->nresults);
  for (int linear = 0; linear < 2; linear++) {
    for (int i = 0; i < body->nparams; i++) {
      if (is_linear(c, operands[i]) == linear)
        args[i] = graph_param(g, graph_type(body, body->params[i]), NULL);
    }
  }
  graph_inline(g, body, args, got);
  int k = 0;
  for (int i = 0; i < body->nresults; i++) {
    if (reached(c, n, i)) got[k++] = got[i];
  }
  graph_set_results(g, k, got);
  return g;
}

bool transpose_switch(Transpose *c, const Node *n) {
  Graph *g = c->out;
  const Graphs all = n->attrs->branches;
  const Graph **branches = ARENA_ARRAY(g->arena, const Graph *, all.n);
  Id *operands = ARENA_ARRAY(g->arena, Id, n->nargs + n->nresults);
  int k = 0;
  for (int i = 0; i < n->nargs; i++) {
    if (!is_linear(c, n->args[i])) operands[k++] = c->value[n->args[i]];
  }
  const int nknown = k - 1;
  for (int i = 0; i < n->nresults; i++) {
    if (reached(c, n, i)) operands[k++] = c->cotangent[n->first + (Id)i];
  }
  for (int i = 0; i < all.n; i++) {
    branches[i] = transpose(g->arena, known_first(c, n, all.v[i]), nknown);
    if (!branches[i]) return false;
  }
  g->loc = n->loc;
  Id ct = add_switch(g, all.n, branches, k, operands);
  if (ct == NO_ID) return false;
  for (int i = 1; i < n->nargs; i++) {
    if (is_linear(c, n->args[i])) transpose_add(c, n->args[i], ct++);
  }
  return true;
}

// ---- batching

// The branches batched, with their results at `axes`, which all agree on: where one branch has an
// axis, or (all) everywhere.
static bool batch_branches(Batch *c, const Node *n, bool all, int *axes, const Graph **out) {
  Arena *a = c->out->arena;
  const Graphs from = n->attrs->branches;
  int *in = ARENA_ARRAY(a, int, n->nargs), *got = ARENA_ARRAY(a, int, n->nresults + 1);
  for (int i = 1; i < n->nargs; i++) in[i - 1] = c->axis[n->args[i]];
  for (int i = 0; i < n->nresults; i++) axes[i] = -1;
  for (int round = 0; round < 2; round++) {
    for (int k = 0; k < from.n; k++) {
      for (int i = 0; i < n->nresults; i++) got[i] = round ? axes[i] : AXIS_FREE;
      if (!(out[k] = batch_graph(a, from.v[k], c->size, in, got))) return false;
      for (int i = 0; i < n->nresults; i++) {
        if (axes[i] < 0) axes[i] = got[i];
      }
    }
    for (int i = 0; all && i < n->nresults; i++) {
      if (axes[i] < 0) axes[i] = 0;
    }
  }
  return true;
}

// Each lane has an index of its own: all branches, of which each lane picks one.
static void pick_by_lane(Batch *c, const Node *n, const int *axes, const Graph **branches) {
  Graph *g = c->out;
  const int nbranches = n->attrs->branches.n;
  Id *args = ARENA_ARRAY(g->arena, Id, n->nargs), *got = ARENA_ARRAY(g->arena, Id, n->nresults);
  const Id index = b_convert(g, c->value[n->args[0]], DT_I32);
  for (int i = 1; i < n->nargs; i++) args[i - 1] = c->value[n->args[i]];
  for (int k = nbranches - 1; k >= 0; k--) {
    graph_inline(g, branches[k], args, got);
    g->loc = n->loc;
    const Id mine = k < nbranches - 1 ? b_eq(g, index, b_like(g, index, k)) : NO_ID;
    for (int i = 0; i < n->nresults && !failed(); i++) {
      Id *v = &c->value[n->first + (Id)i];
      const Ints shape = type_shape(graph_type(g, got[i]));
      if (mine == NO_ID) *v = got[i];
      else if (*v != got[i]) *v = b_select(g, spread(g, mine, shape, INTS(axes[i])), got[i], *v);
    }
  }
}

bool batch_switch(Batch *c, const Node *n) {
  Graph *g = c->out;
  const Graphs all = n->attrs->branches;
  const bool by_lane = c->axis[n->args[0]] >= 0;
  int *axes = ARENA_ARRAY(g->arena, int, n->nresults + 1);
  const Graph **branches = ARENA_ARRAY(g->arena, const Graph *, all.n);
  if (!batch_branches(c, n, by_lane, axes, branches)) return false;
  g->loc = n->loc;
  if (by_lane) {
    pick_by_lane(c, n, axes, branches);
  } else {
    Id *operands = ARENA_ARRAY(g->arena, Id, n->nargs);
    for (int i = 0; i < n->nargs; i++) operands[i] = c->value[n->args[i]];
    batch_result(c, n, add_switch(g, all.n, branches, n->nargs, operands), -1);
  }
  for (int i = 0; i < n->nresults; i++) c->axis[n->first + (Id)i] = axes[i];
  return true;
}
