// Loops inside kernels. A carried value is lowered element by element: what an iteration makes of
// an element at some coordinates is lowered at the same, and where that reads other carried values,
// their elements there are carried as well. Whatever else the loop reads is lowered outside of it.
#include <string.h>

#include "compiler/fuse_build.h"
#include "compiler/lower.h"

enum { MOST_ELEMENTS = 64, MOST_SCALARS = 6000 };  // carried, and in a kernel with a loop

// An element that is carried: of carried value `carry` at `at`.
typedef struct Element {
  int carry;
  const Ix *at;
  Sid scalar;  // S_CARRY
} Element;

// A part of a stack that an iteration writes.
typedef struct StackStore {
  int carry;
  Ix index;
  Sid value;
} StackStore;

typedef struct LoopLowering {
  struct LoopLowering *next;
  const Node *n;
  const SeqLoop *seq;
  Lower *outer;
  Lower cond, body;
  int loop;  // of the kernel
  Element elements[MOST_ELEMENTS];
  int nelements;
  StackStore *stacks;
  uint32_t nstacks, stacks_cap;
  bool closed;
} LoopLowering;

Sid lower_loop_fails(Lower *l, Type t) {
  if (!l->reads) BUG("a loop does not fit its kernel");
  l->reads->failed = true;
  return s_const_bits(&l->k->dag, t.dtype, 0);
}

// ---- elements

static Element *find_element(LoopLowering *p, int carry, const Ix *at, int rank) {
  for (int i = 0; i < p->nelements; i++) {
    Element *e = &p->elements[i];
    if (e->carry == carry && (!rank || !memcmp(e->at, at, sizeof *at * (size_t)rank))) return e;
  }
  return NULL;
}

// An axis of the dimension's size, or a number: so that only so many elements come up.
static bool is_place(const Kernel *k, Ix at, int64_t size) {
  const IxSum *s = ix_sum(k, at);
  int axis = ix_single_axis(k, at);
  if (axis >= 0) return k->axis[axis] == size;
  return s->nterms == 0 && s->constant >= 0 && s->constant < size;
}

static Sid element(LoopLowering *p, int carry, const Ix *at) {
  Lower *l = p->outer;
  Id operand = p->n->args[carry];
  Type t = graph_type(l->g, operand);
  Element *known = find_element(p, carry, at, t.rank);
  if (known) return known->scalar;
  bool fits = p->nelements < MOST_ELEMENTS && !p->seq->update[carry] && !p->closed;
  for (int i = 0; i < t.rank; i++) fits = fits && is_place(l->k, at[i], t.dim[i]);
  if (!fits) return lower_loop_fails(l, t);
  Element e = {carry, arena_copy(l->arena, at, sizeof *at * (size_t)t.rank), NO_SID};
  e.scalar = kernel_carry(l->k, p->loop, lower_value(l, operand, at, (Under){0}));
  p->elements[p->nelements++] = e;
  return e.scalar;
}

Sid lower_loop_param(Lower *l, Id v, const Ix *at, Under under) {
  LoopLowering *p = l->inside;
  int i = 0;
  while (l->g->params[i] != v) i++;
  return i < p->n->attrs->ncarry ? element(p, i, at)
                                 : lower_value(p->outer, p->n->args[i], at, under);
}

// ---- the test

// Where the condition is asked of an element that stays when its own does not hold: the body's
// result is select(p, next, before), p maybe spread over further dimensions.
static const Node *own_test(const LoopLowering *p, const Element *e, Ix *at) {
  const Graph *body = p->body.g;
  const Node *stay = graph_def(body, body->results[e->carry]);
  if (!stay || stay->op != OP_select || stay->args[2] != body->params[e->carry]) return NULL;
  const Node *spread = graph_def(body, stay->args[0]);
  int rank = graph_type(body, stay->args[0]).rank;
  if (rank) memcpy(at, e->at, sizeof *at * (size_t)rank);
  if (!rank || !spread || spread->op != OP_broadcast) return stay;
  Type x = graph_type(body, spread->args[0]);
  for (int i = 0; i < x.rank; i++)
    at[i] = x.dim[i] == 1 ? ix_const(p->body.k, 0) : e->at[spread->attrs->dims.v[i]];
  return stay;
}

static Sid test_of(LoopLowering *p) {
  const Graph *cond = p->cond.g;
  Ix at[MAX_RANK];
  if (!p->seq->apart) return lower_value(&p->cond, cond->results[0], NULL, (Under){0});
  Id any = graph_def(cond, cond->results[0])->args[0];
  if (!own_test(p, &p->elements[0], at)) return lower_loop_fails(p->outer, graph_type(cond, any));
  return lower_value(&p->cond, any, at, (Under){0});
}

// In a trial: each element stays where the test does not hold for it.
static void check_apart(LoopLowering *p, Sid test) {
  Ix at[MAX_RANK];
  const Graph *cond = p->cond.g;
  Type t = graph_type(cond, graph_def(cond, cond->results[0])->args[0]);
  for (int i = 0; i < p->nelements; i++) {
    const Node *stay = own_test(p, &p->elements[i], at);
    Type q = stay ? graph_type(p->body.g, stay->args[0]) : t;
    bool spread = stay && graph_is(p->body.g, stay->args[0], OP_broadcast);
    if (spread) q = graph_type(p->body.g, graph_def(p->body.g, stay->args[0])->args[0]);
    bool same = stay && shape_equal(q, t) &&
                lower_value(&p->body, stay->args[0], p->elements[i].at, (Under){0}) == test;
    if (!same) lower_loop_fails(p->outer, t);
  }
}

// ---- a loop

static Lower region(LoopLowering *p, const Fusion *f) {
  Lower l = {.arena = p->outer->arena,
             .fusion = f,
             .g = f->graph,
             .unit = -1,
             .k = p->outer->k,
             .inside = p,
             .reads = p->outer->reads};
  lower_memo_init(&l);
  return l;
}

static LoopLowering *loop_begin(Lower *l, const Node *n, const SeqLoop *seq) {
  LoopLowering *p = ARENA_NEW(l->arena, LoopLowering);
  *p = (LoopLowering){.next = l->loops, .n = n, .seq = seq, .outer = l, .loop = kernel_loop(l->k)};
  p->cond = region(p, seq->cond);
  p->body = region(p, seq->body);
  if (p->loop < 0) return NULL;
  l->k->loops[p->loop].trips = seq->trips;
  l->loops = p;
  return p;
}

// The next values of all elements, and of those that come up meanwhile.
static void loop_end(LoopLowering *p) {
  Kernel *k = p->outer->k;
  const Graph *body = p->body.g;
  if (p->nelements == 0) test_of(p);
  if (p->nelements == 0) {
    lower_loop_fails(p->outer, type_scalar(DT_BOOL));
    return;
  }
  Sid test = test_of(p);
  for (int i = 0; i < p->nelements && k->dag.n < MOST_SCALARS; i++) {
    const Element *e = &p->elements[i];
    Sid next = lower_value(&p->body, body->results[e->carry], e->at, (Under){0});
    k->loops[p->loop].carried[i].next = next;  // what is carried may have moved
  }
  if (k->dag.n >= MOST_SCALARS) lower_loop_fails(p->outer, type_scalar(DT_BOOL));
  if (p->seq->apart && p->outer->reads) check_apart(p, test);
  kernel_loop_close(k, p->loop, test);
  p->closed = true;
}

static LoopLowering *find_loop(Lower *l, const Node *n, int carry, const Ix *at, int rank) {
  for (LoopLowering *p = l->loops; p; p = p->next) {
    if (p->n == n && p->closed && find_element(p, carry, at, rank)) return p;
  }
  return NULL;
}

Sid lower_loop_result(Lower *l, Id v, const Ix *at) {
  const Node *n = graph_def(l->g, v);
  const SeqLoop *seq = l->fusion->seq[n - l->g->nodes];
  Type t = graph_type(l->g, v);
  int carry = (int)(v - n->first);
  if (!seq || seq->update[carry] || (l->reads && l->reads->failed)) return lower_loop_fails(l, t);
  LoopLowering *p = find_loop(l, n, carry, at, t.rank);
  if (!p) {
    if (!(p = loop_begin(l, n, seq))) return lower_loop_fails(l, t);
    for (int i = 0; i < n->attrs->ncarry; i++)
      if (!seq->update[i] && shape_equal(graph_type(l->g, n->first + (Id)i), t)) element(p, i, at);
    loop_end(p);
  }
  const Element *e = find_element(p, carry, at, t.rank);
  if (!e || !p->closed) return lower_loop_fails(l, t);
  return l->k->loops[p->loop].carried[e - p->elements].final;
}

// ---- a loop as a unit's main part

void loop_axes(Type t, int8_t *axes) {
  for (int i = 0, a = 0; i < t.rank; i++) axes[i] = t.dim[i] == 1 ? -1 : (int8_t)a++;
}

static void plain_place(Lower *l, Type t, Ix *at) {
  int8_t axes[MAX_RANK];
  loop_axes(t, axes);
  for (int i = 0; i < t.rank; i++) at[i] = axes[i] < 0 ? ix_const(l->k, 0) : ix_axis(l->k, axes[i]);
}

static void stack_store(LoopLowering *p, int carry) {
  Lower *b = &p->body;
  const Node *n = p->seq->update[carry];
  Type x = graph_type(b->g, n->args[0]), u = graph_type(b->g, n->args[1]);
  Ix at[MAX_RANK], to[MAX_RANK];
  plain_place(b, u, at);
  for (int i = 0; i < x.rank; i++)
    to[i] =
        ix_add(b->k, lower_start(b, n->args[2 + i], NULL, x.dim[i], u.dim[i], (Under){0}), at[i]);
  StackStore s = {carry, lower_linear(b->k, x, to), lower_value(b, n->args[1], at, (Under){0})};
  p->stacks = fusion_grow(b->arena, p->stacks, &p->stacks_cap, p->nstacks, sizeof *p->stacks);
  p->stacks[p->nstacks++] = s;
}

// The group's carried values at the places that the unit's axes name.
static LoopLowering *lower_group(Lower *l, const Node *n, const SeqLoop *seq, int group,
                                 const bool *wanted) {
  LoopLowering *p = loop_begin(l, n, seq);
  Ix at[MAX_RANK];
  for (int i = 0; p && i < n->attrs->ncarry; i++) {
    if (seq->group[i] != group || !wanted[i]) continue;
    if (seq->update[i]) {
      stack_store(p, i);
    } else {
      plain_place(l, graph_type(l->g, n->first + (Id)i), at);
      element(p, i, at);
    }
  }
  if (p) loop_end(p);
  return p;
}

void lower_loop_unit(Lower *l, const Unit *u) {
  const Node *n = &l->g->nodes[u->node];
  bool *wanted = ARENA_ARRAY(l->arena, bool, n->nresults + 1);
  for (int i = 0; i < u->nstores; i++)
    if (u->stores[i] >= n->first && u->stores[i] < n->first + (Id)n->nresults)
      wanted[u->stores[i] - n->first] = true;
  if (!lower_group(l, n, u->loop, u->group, wanted)) BUG("no room for a loop");
}

void lower_loop_stores(Lower *l, const Unit *u) {
  Kernel *k = l->k;
  const LoopLowering *p = l->loops;
  while (p->n != &l->g->nodes[u->node]) p = p->next;
  KernelLoop *loop = &k->loops[p->loop];
  if (!p->nstacks) return;
  loop->axes = (1u << u->naxes) - 1;
  for (uint32_t i = 0; i < p->nstacks; i++) {
    const StackStore *s = &p->stacks[i];
    int buffer = lower_buffer(l, p->n->first + (Id)s->carry);
    kernel_loop_store(k, p->loop, (LoopStore){buffer, s->index, s->value});
  }
  kernel_stage(k, (Stage){.kind = STAGE_LOOP,
                          .axes = loop->axes,
                          .value = loop->carried[0].final,
                          .value2 = NO_SID});
}

// ---- trials

static int count_operations(const Dag *d) {
  int n = 0;
  for (int i = 0; i < d->n; i++) n += dag_node(d, (Sid)i)->kind == S_OP;
  return n;
}

bool lower_loop_trial(const Fusion *f, const Node *n, const SeqLoop *seq, int group) {
  Arena *a = arena_new();
  LoopReads reads = {0};
  LoopGroup *g = &seq->groups[group];
  Lower l = {.arena = a, .fusion = f, .g = f->graph, .unit = -1, .reads = &reads};
  bool *all = ARENA_ARRAY(a, bool, n->nresults + 1);
  memset(all, true, (size_t)n->nresults);
  lower_memo_init(&l);
  l.k = kernel_new(a, "trial");
  for (int i = 0; i < g->naxes; i++) kernel_axis(l.k, g->axis[i]);
  bool ok = lower_group(&l, n, seq, group, all) && !reads.failed;
  g->weight = count_operations(&l.k->dag);
  g->reads = arena_copy(f->arena, reads.reads, sizeof *g->reads * reads.n);
  g->nreads = (int)reads.n;
  for (int i = 0; i < g->nreads; i++) {
    if (g->reads[i].axes)
      g->reads[i].axes = arena_copy(f->arena, g->reads[i].axes,
                                    (size_t)graph_type(f->graph, g->reads[i].value).rank + 1);
  }
  arena_free(a);
  return ok;
}
