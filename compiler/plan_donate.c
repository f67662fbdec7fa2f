// Donation: results written into the buffers of arguments, where nobody reads those later.
#include <string.h>

#include "compiler/plan.h"

typedef struct Donor {
  Plan *plan;
  int *target;    // per value: the result that is written into this parameter's buffer, or -1
  int *written;   // per result: position of the first unit that writes to its memory, or -1
  bool *refused;  // per result
  int position;
  const Unit *unit;
} Donor;

static int result_memory(const Plan *plan, int result) { return plan->g->nparams + result; }

// ---- inside one kernel

static bool ix_reads(const Kernel *k, const bool *reads, Ix ix) {
  const IxSum *s = ix_sum(k, ix);
  for (int i = 0; i < s->nterms; i++) {
    const IxTerm *t = &s->terms[i];
    if (t->kind != IX_AXIS &&
        (t->kind == IX_VALUE ? reads[t->value] : ix_reads(k, reads, t->inner)))
      return true;
  }
  return false;
}

static bool access_reads(const Kernel *k, const bool *reads, const Access *a, int buffer) {
  bool any = a->buffer == buffer || ix_reads(k, reads, a->index);
  for (int i = 0; i < a->nguards; i++) any |= ix_reads(k, reads, a->guards[i].ix);
  return any || (a->otherwise != NO_SID && reads[a->otherwise]);
}

static bool stage_reads(const bool *reads, const Stage *s) {
  return reads[s->value] || (s->kind == STAGE_CONTRACT && reads[s->value2]);
}

typedef struct Reads {
  const bool *reads;
  bool any;
} Reads;

static void add_scalar(void *context, Sid s) {
  Reads *r = context;
  r->any |= r->reads[s];
}

// What changes in a loop has no flag of its own: it comes from the loop's scalars.
static bool loop_reads(const Kernel *k, const bool *reads, const KernelLoop *l) {
  Reads r = {reads, false};
  kernel_loop_each(l, add_scalar, &r);
  for (int i = 0; i < l->nstores; i++) r.any |= ix_reads(k, reads, l->stores[i].index);
  return r.any;
}

// Per scalar: its value uses the buffer, stages before apart.
static bool *scalars_reading(const Plan *plan, const Kernel *k, int buffer) {
  bool *reads = ARENA_ARRAY(plan->p->arena, bool, k->dag.n + 1);
  for (uint32_t i = 0; i < (uint32_t)k->dag.n; i++) {
    const Scalar *s = dag_node(&k->dag, i);
    reads[i] = s->kind == S_LOAD && access_reads(k, reads, &k->accesses[s->imm], buffer);
    reads[i] |= s->kind == S_FINAL && loop_reads(k, reads, &k->loops[scalar_loop(s->imm)]);
    for (int a = 0; a < s->nargs; a++) reads[i] |= reads[s->args[a]];
  }
  return reads;
}

// Stage `store` may overwrite the buffer that it reads: all reads are of the very element that is
// written, by this stage or stores before it at the same points.
static bool may_overwrite(const Plan *plan, const Kernel *k, int buffer, int store) {
  const Stage *w = &k->stages[store];
  if (w->kind != STAGE_STORE) return false;
  for (int i = 0; i < k->nloops; i++)
    if (k->loops[i].nstores) return false;
  for (int i = 0; i < k->naccesses; i++) {
    const Access *a = &k->accesses[i];
    if (a->buffer == buffer && (a->index != w->index || a->nguards)) return false;
  }
  const bool *reads = scalars_reading(plan, k, buffer);
  for (int i = 0; i < k->nstages; i++) {
    const Stage *s = &k->stages[i];
    bool before = i <= store && s->kind == STAGE_STORE && s->axes == w->axes;
    if (stage_reads(reads, s) && !before) return false;
  }
  return true;
}

static int buffer_with(const Lowered *l, Id v) {
  for (int i = 0; i < l->kernel->nbuffers; i++) {
    if (l->values[i] == v) return i;
  }
  return -1;
}

static int store_of(const Kernel *k, int buffer) {
  for (int i = 0; i < k->nstages; i++) {
    if (k->stages[i].kind == STAGE_STORE && k->stages[i].buffer == buffer) return i;
  }
  return -1;
}

// The kernel with its stores in such an order that one which overwrites an argument comes after the
// others that read it, as far as possible.
static void order_stores(const Donor *d, const Lowered *l) {
  Kernel *k = l->kernel;
  const Plan *plan = d->plan;
  for (int round = 0; round < k->nstages; round++) {
    bool moved = false;
    for (int i = 0; i < k->nbuffers && !moved; i++) {
      int r = k->buffers[i].written ? -1 : d->target[l->values[i]];
      int out = r < 0 ? -1 : buffer_with(l, plan->fusion->same[plan->g->results[r]]);
      int store = out < 0 ? -1 : store_of(k, out), last = store;
      if (store < 0) continue;
      const bool *reads = scalars_reading(plan, k, i);
      for (int s = store + 1; s < k->nstages; s++) {
        if (stage_reads(reads, &k->stages[s])) last = s;
      }
      if (last == store) continue;
      Stage w = k->stages[store];
      memmove(&k->stages[store], &k->stages[store + 1], sizeof w * (size_t)(last - store));
      k->stages[last] = w;
      moved = true;
    }
    if (!moved) return;
  }
}

// All is read before the only element is written.
static bool writes_one(const Kernel *k) {
  for (int i = 0; i < k->naxes; i++)
    if (k->axis[i] > 1) return false;
  return k->nloops == 0 && k->nstages == 1;
}

bool plan_overwrites(const Plan *plan, int unit, Id v, Id into) {
  const Lowered *l = &plan->lowered[unit];
  const int in = l->kernel ? buffer_with(l, v) : -1, out = l->kernel ? buffer_with(l, into) : -1;
  if (in < 0) return true;
  if (plan->fusion->units[unit].kind != UNIT_KERNEL && writes_one(l->kernel)) return true;
  const int store = out < 0 ? -1 : store_of(l->kernel, out);
  return store >= 0 && may_overwrite(plan, l->kernel, in, store);
}

static bool kernel_allows(const Donor *d, int r, Id param) {
  const Plan *plan = d->plan;
  const Id first = plan->g->nodes[d->unit->node].first;
  for (int i = 0; i < d->unit->nupdates; i++)
    if (d->unit->updated[i] == param && plan->memory[d->unit->into[i]] != result_memory(plan, r))
      return false;
  const bool kernel = d->unit->kind == UNIT_KERNEL;
  const Id into = kernel ? plan->fusion->same[plan->g->results[r]] : first;
  return plan_overwrites(plan, (int)(d->unit - plan->fusion->units), param, into);
}

// ---- between units

// A unit that updates its operands in place may take this one over: it is read nowhere else in it.
static bool step_allows(const Donor *d, int r, Id param) {
  const Plan *plan = d->plan;
  const Node *n = &plan->g->nodes[d->unit->node];
  int carried = d->unit->kind == UNIT_WHILE ? (int)n->attrs->ncarry : d->unit->kind < UNIT_SORT;
  int operands = d->unit->kind > UNIT_SCATTER ? n->nargs : 1;
  for (int i = 0; i < operands; i++) {
    if (plan->fusion->same[n->args[i]] != param) continue;
    if (i >= carried || plan->memory[n->first + (Id)i] != result_memory(plan, r)) return false;
  }
  return true;
}

static void check_read(void *context, Id v) {
  Donor *d = context;
  int r = d->target[v];
  if (r < 0 || d->written[r] < 0 || d->position < d->written[r]) return;
  bool ok = d->position == d->written[r] && kernel_allows(d, r, v) &&
            (d->unit->kind == UNIT_KERNEL || step_allows(d, r, v));
  if (!ok) d->refused[r] = true;
}

static void find_written(Donor *d) {
  const Plan *plan = d->plan;
  for (int i = 0; i < plan->g->nresults; i++) d->written[i] = -1;
  for (int p = (int)plan->fusion->nunits - 1; p >= 0; p--) {
    const Unit *u = &plan->fusion->units[plan->order[p]];
    for (int i = 0; i < u->nstores; i++) {
      int r = plan->memory[u->stores[i]] - plan->g->nparams;
      if (r >= 0 && r < plan->g->nresults) d->written[r] = p;
    }
  }
}

// All values that were to lie in the result's buffer go to a temporary.
static void redirect(Plan *plan, int r) {
  Memory m = plan->p->memory[result_memory(plan, r)];
  int temp = plan_memory(plan, (Memory){.kind = MEM_TEMP, .dtype = m.dtype, .count = m.count});
  for (int i = 0; i < plan->g->nvalues; i++) {
    if (plan->memory[i] == result_memory(plan, r)) plan->memory[i] = temp;
  }
}

static void find_refused(Donor *d) {
  Plan *plan = d->plan;
  int n = (int)plan->fusion->nunits;
  find_written(d);
  for (int i = 0; i < n; i++) {
    d->unit = &plan->fusion->units[plan->order[i]];
    const Lowered *l = &plan->lowered[plan->order[i]];
    d->position = i;
    if (d->unit->kind == UNIT_KERNEL && l->kernel) order_stores(d, l);
    plan_reads(plan, plan->order[i], check_read, d);
  }
  for (int i = 0; i < plan->g->nresults; i++) {
    if (d->refused[i]) redirect(plan, i);
  }
}

// ---- results that are copies

static void find_sources(Donor *d) {
  Plan *plan = d->plan;
  const Graph *g = plan->g;
  for (int i = 0; i < g->nresults; i++) {
    Id v = plan->fusion->same[g->results[i]];
    int m = plan->memory[v];
    plan->source[i] = m;
    plan->saved[i] = -1;
    bool own = plan->alias && graph_def(g, v) == NULL && plan->alias[i] >= 0 &&
               g->params[plan->alias[i]] == v;
    if (plan->p->memory[m].kind != MEM_ARG || d->target[v] < 0 || own) continue;
    plan->saved[i] = m;
    plan->source[i] = plan_memory(plan, (Memory){.kind = MEM_TEMP,
                                                 .dtype = plan->p->memory[m].dtype,
                                                 .count = plan->p->memory[m].count});
  }
}

void plan_donations(Plan *plan) {
  const Graph *g = plan->g;
  Arena *a = plan->p->arena;
  Donor d = {.plan = plan};
  d.target = ARENA_ARRAY(a, int, g->nvalues + 1);
  d.written = ARENA_ARRAY(a, int, g->nresults + 1);
  d.refused = ARENA_ARRAY(a, bool, g->nresults + 1);
  plan->source = ARENA_ARRAY(a, int, g->nresults + 1);
  plan->saved = ARENA_ARRAY(a, int, g->nresults + 1);
  for (int i = 0; i < g->nvalues; i++) d.target[i] = -1;
  for (int i = 0; plan->alias && i < g->nresults; i++) {
    if (plan->alias[i] >= 0) d.target[g->params[plan->alias[i]]] = i;
  }
  plan->refused = d.refused;
  if (plan->alias) find_refused(&d);
  find_sources(&d);
}
