// From a graph to a program: inlining, fusion, lowering, planning, in this order.
#include "compiler/program.h"

#include <string.h>

#include "compiler/dce.h"
#include "compiler/fuse_build.h"
#include "compiler/hoist.h"
#include "compiler/legalize.h"
#include "compiler/plan.h"
#include "compiler/rules.h"
#include "compiler/simplify.h"
#include "compiler/transform.h"

const Program *step_part(const Step *s, int i) {
  if (s->kind == STEP_WHILE) return i == 0 ? s->cond : i == 1 ? s->body : NULL;
  return i < s->nbranches ? s->branches[i] : NULL;
}

static Step *step_add(Plan *plan, Step s) {
  Program *p = plan->p;
  p->steps = fusion_grow(p->arena, p->steps, &plan->steps_cap, (uint32_t)p->nsteps, sizeof s);
  p->steps[p->nsteps] = s;
  return &p->steps[p->nsteps++];
}

// The argument's buffer is the result's.
static bool same_buffer(const Plan *plan, int from, int to) {
  const Memory *a = &plan->p->memory[from], *r = &plan->p->memory[to];
  return plan->alias && a->kind == MEM_ARG && r->kind == MEM_RESULT &&
         plan->alias[r->index] == a->index;
}

static void copy_add(Plan *plan, int from, int to, Loc loc) {
  if (from == to || same_buffer(plan, from, to)) return;
  int *memory = ARENA_ARRAY(plan->p->arena, int, 2);
  memory[0] = from, memory[1] = to;
  step_add(plan, (Step){.kind = STEP_COPY, .nmemory = 2, .memory = memory, .loc = loc});
}

static void kernel_add(Plan *plan, const Node *n, const Lowered *l) {
  if (!l->kernel) return;
  Program *p = plan->p;
  int *memory = ARENA_ARRAY(p->arena, int, l->kernel->nbuffers);
  for (int i = 0; i < l->kernel->nbuffers; i++) memory[i] = plan->memory[l->values[i]];
  step_add(plan, (Step){.kind = STEP_KERNEL,
                        .kernel = l->kernel,
                        .nmemory = l->kernel->nbuffers,
                        .memory = memory,
                        .loc = n->loc});
  p->nkernels++;
  p->flops += l->kernel->flops;
  p->bytes += l->kernel->bytes;
}

static int operand_memory(const Plan *plan, const Node *n, int i) {
  return plan->memory[plan->fusion->same[n->args[i]]];
}

static void update_add(Plan *plan, const Node *n, const Lowered *l) {
  copy_add(plan, operand_memory(plan, n, 0), plan->memory[n->first], n->loc);
  kernel_add(plan, n, l);
}

// Stacks of a loop begin as what it was given.
static void stacks_add(Plan *plan, const Unit *u, const Node *n) {
  for (int i = 0; i < u->nupdates; i++)
    copy_add(plan, plan->memory[u->updated[i]], plan->memory[u->into[i]], n->loc);
}

// How many elements of each sorted line are read: slices may take the first ones only.
static int64_t sort_wanted(const Graph *g, const Node *sort) {
  const int64_t axis = sort->attrs->axis, length = graph_type(g, sort->first).dim[axis];
  const Id end = sort->first + (Id)sort->nresults;
  int64_t wanted = 0;
  for (int i = 0; i < g->nresults; i++) {
    if (g->results[i] >= sort->first && g->results[i] < end) return length;
  }
  for (int u = 0; u < g->nnodes; u++) {
    const Node *n = &g->nodes[u];
    for (int i = 0; i < n->nargs; i++) {
      if (n->args[i] < sort->first || n->args[i] >= end) continue;
      if (n->op != OP_slice) return length;
      if (n->attrs->limit.v[axis] > wanted) wanted = n->attrs->limit.v[axis];
    }
  }
  return wanted;
}

static void sort_add(Plan *plan, const Node *n) {
  int *memory = ARENA_ARRAY(plan->p->arena, int, 2 * n->nargs);
  Type t = graph_type(plan->g, n->first);
  Step s = {.kind = STEP_SORT, .nmemory = 2 * n->nargs, .memory = memory, .loc = n->loc};
  for (int i = 0; i < n->nargs; i++) {
    memory[i] = operand_memory(plan, n, i);
    memory[n->nargs + i] = plan->memory[n->first + (Id)i];
  }
  s.outer = s.inner = 1;
  for (int i = 0; i < t.rank; i++) {
    if (i < n->attrs->axis) s.outer *= t.dim[i];
    if (i > n->attrs->axis) s.inner *= t.dim[i];
  }
  s.length = t.dim[n->attrs->axis];
  s.wanted = sort_wanted(plan->g, n);
  if (type_count(t)) step_add(plan, s);
}

static void fourier_add(Plan *plan, const Node *n) {
  int *memory = ARENA_ARRAY(plan->p->arena, int, n->nargs + n->nresults);
  for (int i = 0; i < n->nargs; i++) memory[i] = operand_memory(plan, n, i);
  for (int i = 0; i < n->nresults; i++) memory[n->nargs + i] = plan->memory[n->first + (Id)i];
  const Type numbers = graph_type(plan->g, n->op == OP_irdft ? n->first : n->args[0]);
  const int axis = n->op == OP_dft ? (int)n->attrs->axis : numbers.rank - 1;
  Step s = {.kind = STEP_FOURIER,
            .nmemory = n->nargs + n->nresults,
            .memory = memory,
            .outer = 1,
            .length = numbers.dim[axis],
            .inner = 1,
            .op = n->op,
            .backwards = n->op == OP_irdft || n->attrs->backwards,
            .loc = n->loc};
  for (int i = 0; i < numbers.rank; i++) {
    if (i < axis) s.outer *= numbers.dim[i];
    if (i > axis) s.inner *= numbers.dim[i];
  }
  if (type_count(numbers)) step_add(plan, s);
}

static int temp_like(Plan *plan, Type t) {
  return plan_memory(plan, (Memory){.kind = MEM_TEMP, .dtype = t.dtype, .count = type_count(t)});
}

// What an iteration makes of carried value i is that with some elements written anew.
static bool updates_in_place(const Graph *body, int i) {
  Id v = body->results[i];
  for (const Node *n = graph_def(body, v); n; n = graph_def(body, v)) {
    const Id k = v - n->first;
    bool loop = n->op == OP_while && k < (Id)n->attrs->ncarry;
    if (!loop && n->op != OP_dynamic_update_slice && op_info(n->op)->op_class != CLASS_SCATTER)
      return false;
    v = n->args[loop ? k : 0];
  }
  return v == body->params[i];
}

// Such values stay in one memory; others go to and fro between two.
static int *kept_in_place(Arena *a, const Node *n) {
  int *alias = ARENA_ARRAY(a, int, n->attrs->ncarry + 1);
  for (int i = 0; i < n->attrs->ncarry; i++)
    alias[i] = updates_in_place(n->attrs->body, i) ? i : -1;
  return alias;
}

// What cannot be written in place after all goes to and fro.
static const Program *body_build(Plan *plan, const Node *n, int *kept) {
  Arena *a = plan->p->arena;
  bool *refused = ARENA_ARRAY(a, bool, n->attrs->ncarry + 1), again = false;
  const ProgramOptions o = {.fuse = plan->fuse, .alias = kept, .refused = refused};
  const Program *body = program_build(a, n->attrs->body, &o);
  for (int i = 0; body && i < n->attrs->ncarry; i++) {
    again |= refused[i];
    if (refused[i]) kept[i] = -1;
  }
  return again ? program_build(a, n->attrs->body, &o) : body;
}

static bool while_add(Plan *plan, const Node *n) {
  Program *p = plan->p;
  int *kept = kept_in_place(p->arena, n);
  const Program *cond =
      program_build(p->arena, n->attrs->cond, &(ProgramOptions){.fuse = plan->fuse});
  const Program *body = cond ? body_build(plan, n, kept) : NULL;
  if (!body) return false;
  int ncarry = (int)n->attrs->ncarry;
  int *memory = ARENA_ARRAY(p->arena, int, n->nargs), *scratch = ARENA_ARRAY(p->arena, int, ncarry);
  for (int i = 0; i < n->nargs; i++) {
    memory[i] = i < ncarry ? plan->memory[n->first + (Id)i] : operand_memory(plan, n, i);
    if (i < ncarry) copy_add(plan, operand_memory(plan, n, i), memory[i], n->loc);
    if (i >= ncarry) continue;
    scratch[i] = kept[i] >= 0 ? memory[i] : temp_like(plan, graph_type(plan->g, n->args[i]));
  }
  int64_t inner = cond->arena_bytes > body->arena_bytes ? cond->arena_bytes : body->arena_bytes;
  int counter, bound;
  int64_t end = 0;
  if (!loop_counts(n, &counter, &bound, &end)) counter = bound = -1;
  step_add(plan, (Step){.kind = STEP_WHILE,
                        .counter = counter,
                        .bound = bound,
                        .end = end,
                        .nmemory = n->nargs,
                        .memory = memory,
                        .cond = cond,
                        .body = body,
                        .ncarry = ncarry,
                        .scratch = scratch,
                        .predicate = temp_like(plan, type_scalar(DT_BOOL)),
                        .inner_arena = temp_like(plan, (Type){DT_U8, 1, &inner}),
                        .loc = n->loc});
  p->nkernels += cond->nkernels + body->nkernels;
  return true;
}

static bool switch_add(Plan *plan, const Node *n) {
  Program *p = plan->p;
  const Graphs all = n->attrs->branches;
  const Program **branches = ARENA_ARRAY(p->arena, const Program *, all.n);
  int *memory = ARENA_ARRAY(p->arena, int, n->nargs + n->nresults);
  int64_t inner = 0;
  for (int i = 0; i < all.n; i++) {
    branches[i] = program_build(p->arena, all.v[i], &(ProgramOptions){.fuse = plan->fuse});
    if (!branches[i]) return false;
    if (branches[i]->arena_bytes > inner) inner = branches[i]->arena_bytes;
    p->nkernels += branches[i]->nkernels;
  }
  for (int i = 0; i < n->nargs; i++) memory[i] = operand_memory(plan, n, i);
  for (int i = 0; i < n->nresults; i++) memory[n->nargs + i] = plan->memory[n->first + (Id)i];
  step_add(plan, (Step){.kind = STEP_SWITCH,
                        .nmemory = n->nargs + n->nresults,
                        .memory = memory,
                        .branches = branches,
                        .nbranches = all.n,
                        .inner_arena = temp_like(plan, (Type){DT_U8, 1, &inner}),
                        .loc = n->loc});
  return true;
}

static bool unit_add(Plan *plan, int unit) {
  const Unit *u = &plan->fusion->units[unit];
  const Node *n = &plan->g->nodes[u->node];
  switch (u->kind) {
    case UNIT_KERNEL:
      stacks_add(plan, u, n);
      kernel_add(plan, n, &plan->lowered[unit]);
      return true;
    case UNIT_UPDATE:
    case UNIT_SCATTER: update_add(plan, n, &plan->lowered[unit]); return true;
    case UNIT_SORT: sort_add(plan, n); return true;
    case UNIT_FOURIER: fourier_add(plan, n); return true;
    case UNIT_SWITCH: return switch_add(plan, n);
    default: return while_add(plan, n);
  }
}

// Results that are not written by the unit which computes them: arguments, constants, a value that
// is two results, and what donation sent through a temporary.
static void results_add(Plan *plan) {
  const Graph *g = plan->g;
  for (int i = 0; i < g->nresults; i++) copy_add(plan, plan->source[i], g->nparams + i, g->loc);
}

// Arguments that are results, but whose buffers other results overwrite.
static void save_arguments(Plan *plan) {
  for (int i = 0; i < plan->g->nresults; i++)
    if (plan->saved[i] >= 0) copy_add(plan, plan->saved[i], plan->source[i], plan->g->loc);
}

static void lower_all(Plan *plan) {
  const Fusion *f = plan->fusion;
  Lowered *l = ARENA_ARRAY(plan->p->arena, Lowered, f->nunits + 1);
  for (uint32_t i = 0; i < f->nunits; i++) {
    if (f->units[i].kind <= UNIT_SCATTER) l[i] = lower_unit(plan->p->arena, f, (int)i);
  }
  plan->lowered = l;
}

static void give_notes(const Fusion *f, const ProgramOptions *o) {
  if (o->notes) *o->notes = f->notes;
  if (o->nnotes) *o->nnotes = (int)f->nnotes;
}

Program *program_build(Arena *a, const Graph *given, const ProgramOptions *options) {
  const Graph *g = graph_inline_calls(a, given);
  if (g) g = graph_legalize(a, g);
  if (g) g = graph_simplify(a, g);
  if (g) g = graph_dce(a, g);
  if (g) g = graph_hoist(a, g);
  if (g && options->fuse) g = graph_prepare(a, g);
  if (!g || failed()) return NULL;
  const FuseMode mode = options->fuse ? FUSE_ALL : FUSE_NONE;
  Fusion *f = fuse(a, g, mode, options->alias, options->notes != NULL);
  give_notes(f, options);
  Program *p = ARENA_NEW(a, Program);
  *p = (Program){.arena = a, .name = g->name, .nargs = g->nparams, .nresults = g->nresults};
  Plan plan = {.p = p, .g = g, .fusion = f, .fuse = options->fuse, .alias = options->alias};
  lower_all(&plan);
  if (failed()) return diag_locate(g->loc), NULL;
  plan_order(&plan);
  plan_values(&plan);
  plan_donations(&plan);
  for (int i = 0; options->refused && i < g->nresults; i++) options->refused[i] = plan.refused[i];
  save_arguments(&plan);
  for (uint32_t i = 0; i < f->nunits; i++) {
    if (!unit_add(&plan, plan.order[i])) return NULL;
  }
  results_add(&plan);
  plan_arena(p);
  return p;
}
