// Moving what does not change out of loops.
#include "compiler/hoist.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/rules.h"
#include "ir/stress.h"

static Graph *hoisted(Arena *a, const Graph *g);

// A loop being copied to the graph `to`.
typedef struct Loop {
  Graph *to;
  const Node *n;
  const Graph *cond, *body;  // with their own loops done
  const Id *map;             // of the graph around the loop
  bool *fixed;               // by operand: it is a constant of the new loop
  int ncarry;                // of the old loop
  // The new loop: its operands, in two parts.
  Id *carry, *constants;
  int ncarried, nconstants, room;
} Loop;

// ---- rows that are read in one step alone

static bool constant_index(const Graph *g, Id v, int64_t *out) {
  return constant_int(g, v, out) && *out >= 0;
}

// Row k of the stack at step k, from either end: k = i + c or c - i.
static bool row_of_step(const Graph *body, Id v, const Counted *l, int64_t *first, int64_t *last) {
  const Id i = body->params[l->counter];
  const Node *n = graph_def(body, v);
  int64_t c = 0;
  *first = l->start, *last = l->end - 1;
  if (v == i) return true;
  if (!n || (n->op != OP_sub && n->op != OP_add)) return false;
  if (n->op == OP_add) {
    if (n->args[0] == i ? !constant_int(body, n->args[1], &c)
                        : n->args[1] != i || !constant_int(body, n->args[0], &c))
      return false;
    *first += c, *last += c;
  } else if (n->args[0] == i) {
    if (!constant_int(body, n->args[1], &c)) return false;
    *first -= c, *last -= c;
  } else {
    if (n->args[1] != i || !constant_int(body, n->args[0], &c)) return false;
    *first = c - l->start, *last = c - l->end + 1;
  }
  return true;
}

// Whole rows at index `row`, which names another row in each step and is never clamped.
static bool is_row(const Graph *body, Type stack, Type part, const Id *starts, const Counted *l) {
  int64_t first, last, zero;
  if (!stack.rank || part.rank != stack.rank || part.dim[0] != 1) return false;
  for (int i = 1; i < stack.rank; i++) {
    if (part.dim[i] != stack.dim[i] || !constant_index(body, starts[i], &zero) || zero)
      return false;
  }
  return row_of_step(body, starts[0], l, &first, &last) && first >= 0 && last >= 0 &&
         first < stack.dim[0] && last < stack.dim[0];
}

// The update that makes carried value k, if all else that reads k are slices of the same row.
static bool rows_read_once(const Graph *body, int k, const Counted *l) {
  const Id stack = body->params[k];
  const Node *update = graph_def(body, body->results[k]);
  if (!update || update->op != OP_dynamic_update_slice || update->args[0] != stack) return false;
  const Type t = graph_type(body, stack);
  if (!is_row(body, t, graph_type(body, update->args[1]), update->args + 2, l)) return false;
  for (int i = 0; i < body->nresults; i++) {
    if (body->results[i] == stack || (i != k && body->results[i] == update->first)) return false;
  }
  for (int i = 0; i < body->nnodes; i++) {
    const Node *n = &body->nodes[i];
    for (int j = 0; j < n->nargs; j++) {
      if (n->args[j] == update->first) return false;
      if (n->args[j] != stack || n == update) continue;
      if (n->op != OP_dynamic_slice || j || n->args[1] != update->args[2] ||
          !is_row(body, t, graph_type(body, n->first), n->args + 1, l))
        return false;
    }
  }
  return true;
}

static bool reads_param(const Graph *g, int k) {
  for (int i = 0; i < g->nnodes; i++) {
    for (int j = 0; j < g->nodes[i].nargs; j++) {
      if (g->nodes[i].args[j] == g->params[k]) return true;
    }
  }
  return g->results[0] == g->params[k];
}

// ---- operands

static void find_fixed(Loop *l, const Graph *from, const bool *used) {
  Counted counted;
  const bool counts = loop_counted(from, l->n, &counted);
  for (int i = 0; i < l->n->nargs; i++) {
    l->fixed[i] = i >= l->ncarry || l->body->results[i] == l->body->params[i] ||
                  (counts && i != counted.counter && !used[l->n->first + (Id)i] &&
                   !reads_param(l->cond, i) && rows_read_once(l->body, i, &counted));
  }
}

// ---- the body

static bool is_long(const Node *n) {
  switch (op_info(n->op)->op_class) {
    case CLASS_DOT:
    case CLASS_REDUCE:
    case CLASS_ARGREDUCE:
    case CLASS_SORT:
    case CLASS_FOURIER:
    case CLASS_CONTROL: return true;
    case CLASS_MAP: return op_info(n->op)->expands;
    default: return n->op == OP_scatter_add;
  }
}

// Not what might never end.
static bool may_move(const Node *n) {
  return n->op != OP_while && n->op != OP_call && n->op != OP_remat &&
         !op_has(n->op, ATTR_branches) && op_info(n->op)->op_class != CLASS_BARRIER;
}

// One number, or an array of one: a copy in another graph, else NO_ID.
static Id small_constant(const Graph *g, Graph *in, Id v) {
  const Node *n = graph_def(g, v);
  const bool spread = n && n->op == OP_broadcast;
  const Node *number = spread ? graph_def(g, n->args[0]) : n;
  if (!number || number->op != OP_constant || number->attrs->literal.type.rank) return NO_ID;
  const Id copy = graph_copy_node(in, number, NULL);
  return spread ? graph_copy_node(in, n, &copy) : copy;
}

// A constant of the new loop, as a parameter of the body.
static Id constant_param(Loop *l, Graph *body, Id outside) {
  for (int i = 0; i < l->nconstants; i++) {
    if (l->constants[i] == outside) return body->params[l->ncarried + i];
  }
  l->constants[l->nconstants++] = outside;
  return graph_param(body, graph_type(l->to, outside), NULL);
}

// Values of the old body: what they are in the new one, and in front of the loop, where they depend
// on constants alone.
typedef struct Values {
  Id *inside, *outside;
} Values;

static Values values_new(Loop *l, Graph *body) {
  const size_t size = sizeof(Id) * ((size_t)l->body->nvalues + 1);
  Values v = {xmalloc(size), xmalloc(size)};
  memset(v.inside, 0xff, size);
  memset(v.outside, 0xff, size);
  for (int i = 0; i < l->n->nargs; i++) {
    const Id p = l->body->params[i], operand = l->map[l->n->args[i]];
    if (!l->fixed[i]) {
      v.inside[p] = graph_param(body, graph_type(l->body, p), l->body->values[p].name);
      l->carry[l->ncarried++] = operand;
    } else {
      v.outside[p] = operand;
    }
  }
  return v;
}

static Id inside(Loop *l, Graph *body, Values *v, Id old) {
  if (v->inside[old] != NO_ID) return v->inside[old];
  Id made = small_constant(l->to, body, v->outside[old]);
  if (made == NO_ID) made = constant_param(l, body, v->outside[old]);
  return v->inside[old] = made;
}

static void set_results(const Node *n, Id *map, Id first) {
  for (int i = 0; i < n->nresults; i++)
    map[n->first + (Id)i] = first == NO_ID ? NO_ID : first + (Id)i;
}

static void body_node(Loop *l, Graph *body, Values *v, const Node *n) {
  Id *args = ARENA_ARRAY(body->arena, Id, n->nargs);
  bool fixed = may_move(n);
  for (int i = 0; i < n->nargs; i++) fixed &= v->outside[n->args[i]] != NO_ID;
  if (fixed) {
    for (int i = 0; i < n->nargs; i++) args[i] = v->outside[n->args[i]];
    set_results(n, v->outside, graph_copy_node(l->to, n, args));
    if (is_long(n)) return;  // read from outside, when it is read
  }
  for (int i = 0; i < n->nargs; i++) args[i] = inside(l, body, v, n->args[i]);
  set_results(n, v->inside, graph_copy_node(body, n, args));
}

static Graph *new_body(Loop *l) {
  Graph *g = graph_new(l->to->arena, l->body->name);
  const Loc loc = l->to->loc;
  Values v = values_new(l, g);
  for (int i = 0; i < l->body->nnodes; i++) body_node(l, g, &v, &l->body->nodes[i]);
  Id *results = ARENA_ARRAY(g->arena, Id, l->ncarry);
  int n = 0;
  for (int i = 0; i < l->ncarry; i++) {
    if (!l->fixed[i]) results[n++] = inside(l, g, &v, l->body->results[i]);
  }
  graph_set_results(g, n, results);
  l->to->loc = loc;
  free(v.inside);
  free(v.outside);
  return g;
}

// The condition has no nodes worth moving; it sees the same parameters.
static Graph *new_cond(Loop *l, const Graph *body) {
  Graph *g = graph_new(l->to->arena, l->cond->name);
  Id *args = ARENA_ARRAY(g->arena, Id, l->n->nargs), holds;
  int next = 0;
  graph_params_of(g, body, NULL);
  for (int i = 0; i < l->n->nargs; i++) {
    const Id operand = l->map[l->n->args[i]];
    if (!l->fixed[i]) args[i] = g->params[next++];
    else if (!reads_param(l->cond, i)) args[i] = NO_ID;
    else if ((args[i] = small_constant(l->to, g, operand)) == NO_ID)
      args[i] = constant_param(l, g, operand);
  }
  graph_inline(g, l->cond, args, &holds);
  graph_set_results(g, 1, &holds);
  return g;
}

// Both see all operands.
static void same_params(const Loop *l, Graph *body) {
  for (int i = body->nparams - l->ncarried; i < l->nconstants; i++)
    graph_param(body, graph_type(l->to, l->constants[i]), NULL);
}

static void copy_loop(Graph *to, const Graph *from, const Node *n, const bool *used, Id *map) {
  Arena *a = to->arena;
  const Attrs parts = attrs_map_graphs(a, n, hoisted);
  Loop l = {.to = to, .n = n, .cond = parts.cond, .body = parts.body, .map = map};
  l.ncarry = (int)n->attrs->ncarry;
  l.fixed = ARENA_ARRAY(a, bool, n->nargs + 1);
  l.room = 2 * n->nargs + l.body->nvalues + 1;
  l.carry = ARENA_ARRAY(a, Id, l.ncarry + 1);
  l.constants = ARENA_ARRAY(a, Id, l.room);
  find_fixed(&l, from, used);
  Graph *body = new_body(&l);
  Graph *cond = new_cond(&l, body);
  same_params(&l, body);
  Id *operands = ARENA_ARRAY(a, Id, l.ncarried + l.nconstants);
  memcpy(operands, l.carry, sizeof(Id) * (size_t)l.ncarried);
  memcpy(operands + l.ncarried, l.constants, sizeof(Id) * (size_t)l.nconstants);
  to->loc = n->loc;
  Id next = graph_add(to, OP_while, l.ncarried + l.nconstants, operands,
                      &(Attrs){.cond = cond, .body = body, .ncarry = l.ncarried});
  for (int i = 0; i < l.ncarry; i++) map[n->first + (Id)i] = l.fixed[i] ? map[n->args[i]] : next++;
}

// ---- graphs

static void copy_other(Graph *to, const Node *n, Id *map) {
  Id *args = ARENA_ARRAY(to->arena, Id, n->nargs);
  for (int i = 0; i < n->nargs; i++) args[i] = map[n->args[i]];
  const Attrs at = attrs_map_graphs(to->arena, n, hoisted);
  to->loc = n->loc;
  set_results(n, map, graph_add(to, n->op, n->nargs, args, &at));
}

static Graph *hoisted(Arena *a, const Graph *given) {
  const Graph *g = graph_clone(a, given);  // without dead nodes, which would read
  Graph *to = graph_new(a, g->name);
  Id *map = xmalloc(sizeof *map * ((size_t)g->nvalues + 1));
  const bool *used = graph_used(g);
  graph_params_of(to, g, map);
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    if (n->op == OP_while) copy_loop(to, g, n, used, map);
    else copy_other(to, n, map);
  }
  graph_results_of(to, g, map);
  free(map);
  return to;
}

static bool has_loops(const Graph *g) {
  for (int i = 0; i < g->nnodes; i++) {
    if (g->nodes[i].op == OP_while) return true;
    const Graph *part;
    for (int k = 0; (part = node_part(&g->nodes[i], k)); k++) {
      if (has_loops(part)) return true;
    }
  }
  return false;
}

Graph *graph_hoist(Arena *a, const Graph *g) {
  if (!has_loops(g)) return graph_clone(a, g);
  Arena *scratch = arena_new();
  Graph *out = graph_clone(a, hoisted(scratch, g));
  arena_free(scratch);
  return stress_pass(out, "hoist");
}
