// Which loops run inside kernels: those whose bodies are elementwise on what they carry, stacks
// apart, to which each iteration adds a part.
#include <string.h>

#include "compiler/fuse_build.h"
#include "compiler/lower.h"
#include "compiler/rules.h"

enum { SOME_TRIPS = 16 };  // of a loop that does not say

typedef struct Analysis {
  Fusion *f;
  const Node *n;
  SeqLoop *loop;
  Counted counted;
  bool is_counted;
} Analysis;

// ---- stacks

static int count_uses(const Graph *g, Id v) {
  int uses = 0;
  for (int i = 0; i < g->nnodes; i++)
    for (int k = 0; k < g->nodes[i].nargs; k++) uses += g->nodes[i].args[k] == v;
  for (int i = 0; i < g->nresults; i++) uses += g->results[i] == v;
  return uses;
}

// The node by which carried value i is a stack: nothing else sees it.
static const Node *stack_update(const Analysis *a, int i) {
  const Graph *body = a->n->attrs->body, *cond = a->n->attrs->cond;
  const Node *n = graph_def(body, body->results[i]);
  bool is = n && n->op == OP_dynamic_update_slice && n->args[0] == body->params[i] &&
            count_uses(body, n->args[0]) == 1 && count_uses(body, n->first) == 1 &&
            count_uses(cond, cond->params[i]) == 0 && type_count(graph_type(body, n->args[1]));
  return is ? n : NULL;
}

// v is sign * counter + offset.
static bool counts_with(const Analysis *a, Id v, int64_t *sign, int64_t *offset) {
  const Graph *g = a->n->attrs->body;
  int64_t number;
  *sign = 1, *offset = 0;
  for (int depth = 0; depth < 4; depth++) {
    if (v == g->params[a->counted.counter]) return true;
    const Node *n = graph_def(g, v);
    if (!n || (n->op != OP_add && n->op != OP_sub)) return false;
    bool first = constant_int(g, n->args[0], &number);
    if (!first && !constant_int(g, n->args[1], &number)) return false;
    *offset += n->op == OP_sub && !first ? -*sign * number : *sign * number;
    if (n->op == OP_sub && first) *sign = -*sign;
    v = n->args[!first ? 0 : 1];
  }
  return false;
}

static bool covers(const Analysis *a, const Node *n) {
  const Graph *g = a->n->attrs->body;
  Type x = graph_type(g, n->args[0]), u = graph_type(g, n->args[1]);
  int part = -1;
  for (int i = 0; i < x.rank; i++) {
    if (x.dim[i] == u.dim[i]) continue;
    if (part >= 0 || u.dim[i] != 1) return false;
    part = i;
  }
  const int64_t start = a->counted.start, last = a->counted.end - 1;
  int64_t sign, offset;
  if (!a->is_counted || last < start) return false;
  if (part < 0) return true;
  if (!counts_with(a, n->args[2 + part], &sign, &offset)) return false;
  int64_t lo = sign > 0 ? start + offset : offset - last;
  int64_t hi = sign > 0 ? last + offset : offset - start;
  return lo <= 0 && hi >= x.dim[part] - 1;
}

// ---- groups: carried values (parts of stacks) of one shape, dimensions of one element apart

static int group_of(Analysis *a, Type t) {
  int64_t axis[MAX_RANK];
  int n = 0;
  for (int i = 0; i < t.rank; i++)
    if (t.dim[i] != 1) axis[n++] = t.dim[i];
  SeqLoop *l = a->loop;
  for (int i = 0; i < l->ngroups; i++)
    if (l->groups[i].naxes == n &&
        (!n || !memcmp(l->groups[i].axis, axis, sizeof *axis * (size_t)n)))
      return i;
  LoopGroup *g = &l->groups[l->ngroups];
  *g = (LoopGroup){.naxes = n};
  if (n) memcpy(g->axis, axis, sizeof *axis * (size_t)n);
  return l->ngroups++;
}

static bool find_groups(Analysis *a) {
  const Graph *g = a->f->graph, *body = a->n->attrs->body;
  SeqLoop *l = a->loop;
  bool reverse = false;
  for (int i = 0; i < a->n->attrs->ncarry; i++) {
    const Node *u = stack_update(a, i);
    Type t = graph_type(g, a->n->args[i]);
    if (type_count(t) == 0) return false;
    l->update[i] = u;
    l->covered[i] = u && covers(a, u);
    l->group[i] = group_of(a, u ? graph_type(body, u->args[1]) : t);
    reverse |= u && l->apart;
  }
  return !reverse;
}

// ---- all

// The condition is whether any element's holds.
static bool tests_any(const Graph *cond) {
  const Node *n = graph_def(cond, cond->results[0]);
  if (!n || n->op != OP_reduce_or) return false;
  return n->attrs->axes.n == graph_type(cond, n->args[0]).rank;
}

const SeqLoop *fuse_loop(Fusion *f, const Node *n) {
  Arena *arena = f->arena;
  const int ncarry = (int)n->attrs->ncarry;
  Analysis a = {.f = f, .n = n, .loop = ARENA_NEW(arena, SeqLoop)};
  if (ncarry == 0) return NULL;
  a.is_counted = loop_counted(f->graph, n, &a.counted);
  *a.loop = (SeqLoop){.trips = a.is_counted ? a.counted.end - a.counted.start : SOME_TRIPS,
                      .apart = tests_any(n->attrs->cond),
                      .update = ARENA_ARRAY(arena, const Node *, ncarry),
                      .covered = ARENA_ARRAY(arena, bool, ncarry),
                      .group = ARENA_ARRAY(arena, int, ncarry),
                      .groups = ARENA_ARRAY(arena, LoopGroup, ncarry)};
  if (!find_groups(&a)) return NULL;
  a.loop->cond = fuse_inside(arena, n->attrs->cond);
  a.loop->body = fuse_inside(arena, n->attrs->body);
  for (int i = 0; i < a.loop->ngroups; i++)
    if (!lower_loop_trial(f, n, a.loop, i)) return NULL;
  return a.loop;
}
