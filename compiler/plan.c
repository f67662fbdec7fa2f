// Memory of programs: buffers of values, donation, offsets of temporaries.
#include "compiler/plan.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/fuse_build.h"

enum { ALIGNMENT = 64 };

int plan_memory(Plan *plan, Memory m) {
  Program *p = plan->p;
  p->memory = fusion_grow(p->arena, p->memory, &plan->memory_cap, (uint32_t)p->nmemory, sizeof m);
  p->memory[p->nmemory] = m;
  return p->nmemory++;
}

static int memory_for(Plan *plan, MemoryKind kind, int index, Type t) {
  return plan_memory(
      plan, (Memory){.kind = kind, .index = index, .dtype = t.dtype, .count = type_count(t)});
}

// ---- values

// Memory numbers 0.. are the arguments, then the results.
static void interface_memory(Plan *plan) {
  const Graph *g = plan->g;
  for (int i = 0; i < g->nparams; i++)
    plan->memory[g->params[i]] = memory_for(plan, MEM_ARG, i, graph_type(g, g->params[i]));
  for (int i = 0; i < g->nresults; i++) {
    Id v = plan->fusion->same[g->results[i]];
    int m = memory_for(plan, MEM_RESULT, i, graph_type(g, v));
    if (plan->memory[v] < 0 && plan->fusion->home[v] >= 0) plan->memory[v] = m;
  }
}

// Where in the order stored values and parameters are read last; -1: nowhere.
typedef struct LastReads {
  int position;
  int *last;
} LastReads;

static void note_read(void *context, Id v) {
  const LastReads *r = context;
  r->last[v] = r->position;
}

static const int *find_last_reads(const Plan *plan) {
  const Graph *g = plan->g;
  const int n = (int)plan->fusion->nunits;
  LastReads r = {0, ARENA_ARRAY(plan->p->arena, int, g->nvalues + 1)};
  for (int i = 0; i < g->nvalues; i++) r.last[i] = -1;
  for (; r.position < n; r.position++) plan_reads(plan, plan->order[r.position], note_read, &r);
  for (int i = 0; i < g->nresults; i++) r.last[plan->fusion->same[g->results[i]]] = n;
  return r.last;
}

// Of constants that units read from memory; one number is read where it is needed.
static void constant_memory(Plan *plan, const int *last) {
  const Graph *g = plan->g;
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    if (n->op != OP_constant || plan->fusion->home[n->first] >= 0) continue;
    if (last[n->first] < 0 || !fusion_in_memory(g, n->first)) continue;
    int m = memory_for(plan, MEM_CONST, 0, graph_type(g, n->first));
    plan->p->memory[m].data = n->attrs->literal.data;
    plan->memory[n->first] = m;
  }
}

// The pairs of an operand and the result that takes over its memory: how many, and one.
static int count_updates(const Unit *u, const Node *n) {
  if (u->kind == UNIT_KERNEL) return u->nupdates;
  if (u->kind == UNIT_WHILE) return (int)n->attrs->ncarry;
  return u->kind == UNIT_UPDATE || u->kind == UNIT_SCATTER;
}

static Id updated(const Fusion *f, const Unit *u, const Node *n, int i, Id *into) {
  bool kernel = u->kind == UNIT_KERNEL;
  *into = kernel ? u->into[i] : n->first + (Id)i;
  return kernel ? u->updated[i] : f->same[n->args[i]];
}

// The unit reads v once to update it, and otherwise only where it may be overwritten meanwhile.
static bool reads_apart(const Plan *plan, int unit, Id v, Id into) {
  const Unit *u = &plan->fusion->units[unit];
  const Node *n = &plan->g->nodes[u->node];
  int times = 0;
  for (int i = 0; u->kind == UNIT_WHILE && i < n->nargs; i++)
    times += plan->fusion->same[n->args[i]] == v;
  for (int i = 0; i < u->nupdates; i++) times += u->updated[i] == v;
  return times < 2 && (u->kind > UNIT_SCATTER || plan_overwrites(plan, unit, v, into));
}

// Updated values lie where the unit that reads them last leaves the result.
static void take_over(Plan *plan, int unit, int position, const int *last) {
  const Fusion *f = plan->fusion;
  const Unit *u = &f->units[unit];
  const Node *n = &plan->g->nodes[u->node];
  for (int i = 0; i < count_updates(u, n); i++) {
    Id into, v = updated(f, u, n, i, &into);
    if (f->home[v] < 0 || plan->memory[v] >= 0 || last[v] > position) continue;
    if (reads_apart(plan, unit, v, into)) plan->memory[v] = plan->memory[into];
  }
}

void plan_values(Plan *plan) {
  const Graph *g = plan->g;
  const Fusion *f = plan->fusion;
  plan->memory = ARENA_ARRAY(plan->p->arena, int, g->nvalues + 1);
  memset(plan->memory, -1, sizeof(int) * (size_t)(g->nvalues + 1));
  interface_memory(plan);
  const int *last = find_last_reads(plan);
  constant_memory(plan, last);
  for (int p = (int)f->nunits - 1; p >= 0; p--) {
    const Unit *unit = &f->units[plan->order[p]];
    for (int i = 0; i < unit->nstores; i++) {
      int *m = &plan->memory[unit->stores[i]];
      if (*m < 0) *m = memory_for(plan, MEM_TEMP, 0, graph_type(g, unit->stores[i]));
    }
    take_over(plan, plan->order[p], p, last);
  }
}

// ---- lives

static void touch(int step, int m, int *first, int *last) {
  if (first[m] < 0) first[m] = step;
  last[m] = step;
}

static void find_lives(const Program *p, int *first, int *last) {
  for (int i = 0; i < p->nmemory; i++) first[i] = last[i] = -1;
  for (int i = 0; i < p->nsteps; i++) {
    const Step *s = &p->steps[i];
    for (int k = 0; k < s->nmemory; k++) touch(i, s->memory[k], first, last);
    if (step_part(s, 0)) touch(i, s->inner_arena, first, last);
    if (s->kind != STEP_WHILE) continue;
    for (int k = 0; k < s->ncarry; k++) touch(i, s->scratch[k], first, last);
    touch(i, s->predicate, first, last);
  }
}

// ---- offsets: free pieces of the arena, sorted by offset

typedef struct Piece {
  int64_t offset, bytes;
} Piece;

typedef struct FreeList {
  Piece *pieces;
  int n, cap;
  int64_t end;  // bytes in use so far
} FreeList;

static void piece_remove(FreeList *f, int i) {
  memmove(&f->pieces[i], &f->pieces[i + 1], sizeof(Piece) * (size_t)(--f->n - i));
}

// An arena of this size is never made: where its pieces lie does not matter any more.
static const int64_t MOST_ARENA = INT64_C(1) << 56;

static int64_t arena_take(FreeList *f, int64_t bytes) {
  int best = -1;
  for (int i = 0; i < f->n; i++) {
    if (f->pieces[i].bytes >= bytes && (best < 0 || f->pieces[i].bytes < f->pieces[best].bytes))
      best = i;
  }
  if (best >= 0) {
    Piece *p = &f->pieces[best];
    int64_t at = p->offset;
    p->offset += bytes, p->bytes -= bytes;
    if (!p->bytes) piece_remove(f, best);
    return at;
  }
  Piece *tail = f->n ? &f->pieces[f->n - 1] : NULL;
  int64_t at = f->end;
  if (tail && tail->offset + tail->bytes == f->end) {
    at = tail->offset;
    f->n--;
  }
  f->end = at + bytes < MOST_ARENA ? at + bytes : MOST_ARENA;
  return at;
}

static void arena_give(FreeList *f, int64_t offset, int64_t bytes) {
  int i = f->n;
  while (i > 0 && f->pieces[i - 1].offset > offset) i--;
  GROW(f->pieces, f->cap, f->n + 1);
  memmove(&f->pieces[i + 1], &f->pieces[i], sizeof(Piece) * (size_t)(f->n++ - i));
  f->pieces[i] = (Piece){offset, bytes};
  if (i + 1 < f->n && offset + bytes == f->pieces[i + 1].offset) {
    f->pieces[i].bytes += f->pieces[i + 1].bytes;
    piece_remove(f, i + 1);
  }
  if (i > 0 && f->pieces[i - 1].offset + f->pieces[i - 1].bytes == offset) {
    f->pieces[i - 1].bytes += f->pieces[i].bytes;
    piece_remove(f, i);
  }
}

static int64_t memory_bytes(const Memory *m) {
  int64_t n = m->count * (int64_t)dtype_size(m->dtype);
  return (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

// Memories by the step at which their life begins (ends): lists through `next`.
static void bucket(const Program *p, const int *step, int *head, int *next) {
  for (int i = 0; i < p->nsteps; i++) head[i] = -1;
  for (int m = p->nmemory - 1; m >= 0; m--) {
    if (p->memory[m].kind != MEM_TEMP || step[m] < 0) continue;
    next[m] = head[step[m]];
    head[step[m]] = m;
  }
}

static void shift(const Program *p, int64_t by) {
  for (int i = 0; i < p->nmemory; i++) {
    if (p->memory[i].kind == MEM_TEMP) p->memory[i].offset += by;
  }
  for (int i = 0; i < p->nsteps; i++) {
    const Program *part;
    for (int k = 0; (part = step_part(&p->steps[i], k)); k++) shift(part, by);
  }
}

static void total_bytes(Program *p) {
  p->peak_bytes = p->arena_bytes;
  for (int i = 0; i < p->nmemory; i++) {
    const Memory *m = &p->memory[i];
    if (m->kind == MEM_RESULT) p->peak_bytes += m->count * (int64_t)dtype_size(m->dtype);
  }
}

void plan_arena(Program *p) {
  int n = p->nmemory + 1, steps = p->nsteps + 1;
  int *first = xmalloc(sizeof(int) * (size_t)(4 * n + 2 * steps));
  int *last = first + n, *begin_next = last + n, *end_next = begin_next + n;
  int *begin = end_next + n, *end = begin + steps;
  FreeList f = {0};
  find_lives(p, first, last);
  bucket(p, first, begin, begin_next);
  bucket(p, last, end, end_next);
  for (int i = 0; i < p->nsteps; i++) {
    for (int m = begin[i]; m >= 0; m = begin_next[m])
      if (memory_bytes(&p->memory[m]))
        p->memory[m].offset = arena_take(&f, memory_bytes(&p->memory[m]));
    for (int m = end[i]; m >= 0; m = end_next[m])
      if (memory_bytes(&p->memory[m]))
        arena_give(&f, p->memory[m].offset, memory_bytes(&p->memory[m]));
    const Step *s = &p->steps[i];
    const Program *part;
    for (int k = 0; (part = step_part(s, k)); k++) shift(part, p->memory[s->inner_arena].offset);
  }
  p->arena_bytes = f.end;
  total_bytes(p);
  free(f.pieces);
  free(first);
}
