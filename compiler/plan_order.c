// The order in which units run: producers first, and readers of a donated argument before the unit
// that overwrites it.
#include <stdlib.h>

#include "compiler/plan.h"

void plan_reads(const Plan *plan, int unit, void (*f)(void *context, Id v), void *context) {
  const Unit *u = &plan->fusion->units[unit];
  const Node *n = &plan->g->nodes[u->node];
  const Kernel *k = u->kind <= UNIT_SCATTER ? plan->lowered[unit].kernel : NULL;
  for (int i = 0; k && i < k->nbuffers; i++) {
    if (!k->buffers[i].written) f(context, plan->lowered[unit].values[i]);
  }
  for (int i = 0; i < u->nupdates; i++) f(context, u->updated[i]);
  int operands = u->kind > UNIT_SCATTER ? n->nargs : u->kind != UNIT_KERNEL;
  for (int i = 0; i < operands; i++) f(context, plan->fusion->same[n->args[i]]);
}

typedef struct Edge {
  int to, next;
  int *count;  // of `to`, which this edge is in
} Edge;

typedef struct Scheduler {
  Plan *plan;
  Edge *edges;
  int nedges, edges_cap;
  int *first;             // per unit: its edges
  int *data, *waits;      // per unit: edges into it from producers; from readers it must wait for
  const int *overwriter;  // per value: the unit that may write into its memory, or -1
  int reader;
  int *heap, nheap;  // units that can run, the highest number first
  bool *done;
} Scheduler;

static void edge_add(Scheduler *o, int from, int to, int *count) {
  if (from == to) return;
  GROW(o->edges, o->edges_cap, o->nedges + 1);
  o->edges[o->nedges] = (Edge){to, o->first[from], &count[to]};
  o->first[from] = o->nedges++;
  count[to]++;
}

static void add_read(void *context, Id v) {
  Scheduler *o = context;
  int home = o->plan->fusion->home[v];
  if (home >= 0) edge_add(o, home, o->reader, o->data);
  if (o->overwriter[v] >= 0) edge_add(o, o->reader, o->overwriter[v], o->waits);
}

// ---- the heap

static void push(Scheduler *o, int unit) {
  int i = o->nheap++;
  for (; i > 0 && o->heap[(i - 1) / 2] < unit; i = (i - 1) / 2) o->heap[i] = o->heap[(i - 1) / 2];
  o->heap[i] = unit;
}

static int pop(Scheduler *o) {
  int top = o->heap[0], last = o->heap[--o->nheap], i = 0;
  for (;;) {
    int child = 2 * i + 1;
    if (child + 1 < o->nheap && o->heap[child + 1] > o->heap[child]) child++;
    if (child >= o->nheap || o->heap[child] <= last) break;
    o->heap[i] = o->heap[child];
    i = child;
  }
  o->heap[i] = last;
  return top;
}

// Where each of the rest waits for another, one that has its operands goes first: its result takes
// a temporary then.
static int break_cycle(Scheduler *o, int n) {
  for (int i = n - 1; i >= 0; i--) {
    if (!o->done[i] && !o->data[i]) return i;
  }
  BUG("units depend on each other");
}

static void run(Scheduler *o, int unit) {
  o->done[unit] = true;
  for (int e = o->first[unit]; e >= 0; e = o->edges[e].next) {
    int to = o->edges[e].to;
    --*o->edges[e].count;
    if (!o->done[to] && !o->data[to] && !o->waits[to]) push(o, to);
  }
}

static bool updates(const Unit *u) { return u->kind == UNIT_UPDATE || u->kind == UNIT_SCATTER; }

// The first of the updates which make value `result` of an argument; else what computes it.
static int first_writer(const Plan *plan, Id result, Id param) {
  const Fusion *f = plan->fusion;
  const int home = f->home[result];
  for (Id v = result; f->home[v] >= 0 && updates(&f->units[f->home[v]]);) {
    const int unit = f->home[v];
    v = f->same[plan->g->nodes[f->units[unit].node].args[0]];
    if (v == param) return unit;
  }
  return home;
}

static int *find_overwriters(const Plan *plan) {
  const Graph *g = plan->g;
  const Fusion *f = plan->fusion;
  int *of = ARENA_ARRAY(plan->p->arena, int, g->nvalues + 1);
  for (int i = 0; i < g->nvalues; i++) of[i] = -1;
  for (uint32_t i = 0; i < f->nunits; i++) {
    const Id v = updates(&f->units[i]) ? f->same[g->nodes[f->units[i].node].args[0]] : NO_ID;
    if (v != NO_ID && f->home[v] >= 0) of[v] = (int)i;
  }
  for (int i = 0; plan->alias && i < g->nresults; i++) {
    const Id param = plan->alias[i] >= 0 ? g->params[plan->alias[i]] : NO_ID;
    const int unit = param == NO_ID ? -1 : first_writer(plan, f->same[g->results[i]], param);
    if (unit >= 0) of[param] = unit;
  }
  return of;
}

void plan_order(Plan *plan) {
  int n = (int)plan->fusion->nunits, count = 0;
  Arena *a = plan->p->arena;
  Scheduler o = {.plan = plan, .overwriter = find_overwriters(plan)};
  o.first = ARENA_ARRAY(a, int, n + 1);
  o.data = ARENA_ARRAY(a, int, n + 1), o.waits = ARENA_ARRAY(a, int, n + 1);
  o.heap = ARENA_ARRAY(a, int, n + 1), o.done = ARENA_ARRAY(a, bool, n + 1);
  plan->order = ARENA_ARRAY(a, int, n + 1);
  for (int i = 0; i < n; i++) o.first[i] = -1;
  for (o.reader = 0; o.reader < n; o.reader++) plan_reads(plan, o.reader, add_read, &o);
  for (int i = 0; i < n; i++) {
    if (!o.data[i] && !o.waits[i]) push(&o, i);
  }
  while (count < n) {
    int unit = o.nheap ? pop(&o) : break_cycle(&o, n);
    plan->order[count++] = unit;
    run(&o, unit);
  }
  free(o.edges);
}
