// The registry of entries, and their evaluation: traced, or for real.
#include "frontend/entry.h"

#include <stdlib.h>
#include <string.h>

#include "frontend/execute.h"
#include "frontend/variant.h"
#include "frontend/library/ops.h"

static struct {
  Entry *v;
  int n, cap;
} entries;

int entry_count(void) { return entries.n; }
const Entry *entry_at(int i) { return &entries.v[i]; }

void jc_entry_(const char *name, void (*call)(void), jc_fn f, const char *file, int line) {
  GROW(entries.v, entries.cap, entries.n + 1);
  entries.v[entries.n++] = (Entry){name, file, line, call, f};
}

// What jc_entry_call_'s closure and jc_spec do now.
typedef enum Mode { MODE_TRACE, MODE_ARGUMENTS, MODE_RUN, MODE_RUN_JIT, MODE_VISIT } Mode;
static _Thread_local struct {
  Mode mode;
  Arena *arena;
  uint64_t seed;
  int nspecs;
  bool called;
  Graph *graph;  // MODE_TRACE
  EntryHidden *hidden;
  bool (*visit)(void *context, EntryCall *call);
  void *context;
  bool visited;       // what it gave
  EntryArgs *arrays;  // the others
} now;

// ---- example arguments

jc_array jc_spec_(struct jc_spec s, const char *file, int line) {
  Loc loc = HERE(file, line);
  int number = now.nspecs++;
  Context *c = context();
  if (c->trace) {
    if (!ops_shape_ok(&s.shape, loc, "spec") || !ops_dtype_ok(s.dtype, loc, "spec"))
      return handle_poison();
    return trace_param(c->trace, type_intern((Type){(Dtype)s.dtype, s.shape.n, s.shape.d}, false),
                       NULL);
  }
  jc_array key = jc_fold_in_(jc_key_(now.seed, file, line), jc_lift(number), file, line);
  bool ranged = s.low != 0 || s.high != 0;
  if (dtype_is_float((Dtype)s.dtype)) {
    if (!ranged)
      return jc_normal_(key, (struct jc_drawn){.shape = s.shape, .dtype = s.dtype}, file, line);
    struct jc_uniform u = {.shape = s.shape, .dtype = s.dtype, .minval = s.low, .maxval = s.high};
    return jc_uniform_(key, u, file, line);
  }
  int32_t high = ranged ? (int32_t)s.high : s.dtype == JC_BOOL ? 2 : 10;
  return jc_astype_(
      jc_randint_(key, (int64_t)s.low, high, (struct jc_randint){.shape = s.shape}, file, line),
      s.dtype, file, line);
}

// ---- the call of the entry

static void trace_call(Function *f, void *const *args, Loc loc) {
  Context *c = context();
  f = function_for(f, args);
  TypeId *types = ARENA_ARRAY(c->trace->arena, TypeId, f->narrays);
  char text[200];
  for (int i = 0, k = 0; i < f->nleaves; i++) {
    const Leaf *l = &f->leaves[i];
    if (l->kind != 'a') continue;
    const Slot *s = slot_need(leaf_array(f, l, args), loc, f->name, "%s", leaf_text(f, l, text));
    if (!s || slot_kind(s) == SLOT_POISON) return;
    types[k++] = s->type;
  }
  Trace *t;
  Traced traced = {0};
  if (transform_trace(f, args, types, loc, &t, &traced)) {
    now.graph = graph_clone(now.arena, traced.g);
    EntryHidden *h = now.hidden;
    if (h) h->arrays = ARENA_ARRAY(now.arena, jc_array, traced.ncaptures);
    for (int i = 0; h && i < traced.ncaptures; i++) {
      const Capture *k = &traced.captures[i];
      h->arrays[h->n++] =
          k->buffer ? handle_array(k->type, buffer_retain(k->buffer)) : handle_poison();
    }
  }
  trace_end(t);
}

static EntryArgs *arrays_new(int n) {
  EntryArgs *a = ARENA_NEW(now.arena, EntryArgs);
  a->arrays = ARENA_ARRAY(now.arena, jc_array, n);
  return a;
}

static Function *eager_or_jit(Function *f, bool jit) {
  if (!jit) return f;
  const jc_fn fn = jc_jit_((struct jc_jit){.f = f->fn}, f->loc.file, f->loc.line);
  return function_find(fn, "entry", f->loc);
}

static void call_function(Function *f, void *const *args, void *result) {
  void *again[MAX_PARAMS];  // ffi_call overwrites its argument array
  memcpy(again, args, sizeof *again * (size_t)f->n);
  ffi_call(&f->cif, f->fn, result, again);
}

struct EntryCall {
  Function *eager, *jit;
  void *const *args;
  void *result;
};

bool entry_call(EntryCall *c, bool jit) {
  JC_SCOPE();
  call_function(jit ? c->jit : c->eager, c->args, c->result);
  return !failed();
}

static void visit_call(Function *f, void *const *args, void *result) {
  EntryCall call = {f, eager_or_jit(f, true), args, result};
  now.visited = call.jit && now.visit(now.context, &call);
}

static void run_call(Function *f, void *const *args, void *result) {
  Function *callee = eager_or_jit(f, now.mode == MODE_RUN_JIT);
  if (!callee) return;
  call_function(callee, args, result);
  f = function_returning(f, result);
  now.arrays = arrays_new(f->nresult_arrays);
  for (int i = 0; i < f->nresult_leaves; i++) {
    const Leaf *l = &f->result_leaves[i];
    if (l->kind == 'a') now.arrays->arrays[now.arrays->n++] = leaf_result(l, result);
  }
}

void entry_called(Closure *c, void *const *args, void *result) {
  Function *f = c->f;
  now.called = true;
  result_poison(&c->self, result);
  if (now.mode == MODE_TRACE) {
    trace_call(f, args, f->loc);
  } else if (now.mode == MODE_ARGUMENTS) {
    f = function_for(f, args);
    now.arrays = arrays_new(f->narrays);
    for (int i = 0; i < f->nleaves; i++) {
      if (f->leaves[i].kind == 'a')
        now.arrays->arrays[now.arrays->n++] = leaf_array(f, &f->leaves[i], args);
    }
  } else if (now.mode == MODE_VISIT) {
    visit_call(f, args, result);
  } else {
    run_call(f, args, result);
  }
}

static void begin(Mode mode, Arena *a, uint64_t seed, const Entry *e) {
  memset(&now, 0, sizeof now);
  now.mode = mode;
  now.arena = a;
  now.seed = seed;
  context()->here = HERE(e->file, e->line);
}

// ---- the ways to evaluate an entry

Graph *entry_trace(Arena *a, const Entry *e, EntryHidden *hidden) {
  begin(MODE_TRACE, a, 0, e);
  now.hidden = hidden;
  Trace *t = trace_begin(e->name, HERE(e->file, e->line));
  e->call();
  trace_end(t);
  return now.graph;
}

Graph *entry_trace_watched(Arena *a, const Entry *e, TransformWatch watch) {
  transform_watch(watch);
  Graph *g = entry_trace(a, e, NULL);
  transform_watch((TransformWatch){0});
  return g;
}

EntryArgs *entry_arguments(Arena *a, const Entry *e, uint64_t seed) {
  begin(MODE_ARGUMENTS, a, seed, e);
  e->call();
  return failed() ? NULL : now.arrays;
}

EntryArgs *entry_run(Arena *a, const Entry *e, uint64_t seed, bool jit) {
  begin(jit ? MODE_RUN_JIT : MODE_RUN, a, seed, e);
  e->call();
  return failed() ? NULL : now.arrays;
}

bool entry_visit(const Entry *e, uint64_t seed, bool (*visit)(void *, EntryCall *), void *context) {
  begin(MODE_VISIT, NULL, seed, e);
  now.visit = visit;
  now.context = context;
  e->call();
  return now.visited && !failed();
}

const void *entry_data(jc_array h, Type *type) {
  const Slot *s = slot_need(h, (Loc){0}, "entry", "its array");
  if (!s || slot_kind(s) != SLOT_ARRAY) return NULL;
  *type = type_info(s->type)->type;
  return s->data;
}
