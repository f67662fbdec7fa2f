// The walk over a graph, control flow, and the backend's functions.
#include "backends/interp/interp.h"

#include <stdlib.h>
#include <string.h>

#include "backends/interp/node.h"
#include "compiler/legalize.h"
#include "ir/eval.h"

static NodeEval *const by_class[] = {
    [CLASS_MAP] = interp_map,
    [CLASS_REDUCE] = interp_reduce,
    [CLASS_ARGREDUCE] = interp_argreduce,
    [CLASS_SCATTER] = interp_scatter,
    [CLASS_DOT] = interp_dot,
    [CLASS_SORT] = interp_sort,
    [CLASS_FOURIER] = interp_fourier,
    [CLASS_BARRIER] = interp_identity,
};

// The ops of classes whose members have nothing in common.
static NodeEval *const by_op[OP_COUNT] = {
    [OP_broadcast] = interp_broadcast,
    [OP_reshape] = interp_reshape,
    [OP_transpose] = interp_transpose,
    [OP_slice] = interp_slice,
    [OP_pad] = interp_pad,
    [OP_affine] = interp_affine,
    [OP_reverse] = interp_reverse,
    [OP_concatenate] = interp_concatenate,
    [OP_iota] = interp_iota,
    [OP_constant] = interp_constant,
    [OP_gather] = interp_gather,
    [OP_dynamic_slice] = interp_dynamic_slice,
    [OP_dynamic_update_slice] = interp_dynamic_update_slice,
    [OP_call] = interp_call,
    [OP_while] = interp_while,
    [OP_switch] = interp_switch,
};

static NodeEval *node_eval(Op op) {
  NodeEval *f = by_op[op] ? by_op[op] : by_class[op_info(op)->op_class];
  CHECK(f);
  return f;
}

bool interp_map(const NodeRun *r) {
  const Node *n = r->node;
  Type t = run_result(r, 0);
  Dtype in = run_arg(r, n->op == OP_select).dtype;
  eval_map(n->op, n->attrs, in, t.dtype, type_count(t), r->results[0], r->args);
  return true;
}

static void copy_value(Type t, void *to, const void *from) {
  if (type_bytes(t) && to != from) memmove(to, from, type_bytes(t));
}

bool interp_identity(const NodeRun *r) {
  for (int i = 0; i < r->node->nargs; i++) copy_value(run_arg(r, i), r->results[i], r->args[i]);
  return true;
}

static bool walk_graph(const Graph *g, const void *const *args, void *const *results,
                       bool find_nan);

bool interp_call(const NodeRun *r) {
  return walk_graph(r->node->attrs->body, r->args, r->results, r->find_nan);
}

bool interp_switch(const NodeRun *r) {
  const Graphs all = r->node->attrs->branches;
  const int64_t i =
      run_arg(r, 0).dtype == DT_BOOL ? *(const uint8_t *)r->args[0] : *(const int32_t *)r->args[0];
  const Graph *branch = all.v[i >= 0 && i < all.n ? i : all.n - 1];
  return walk_graph(branch, r->args + 1, r->results, r->find_nan);
}

// ---- while

// Buffers for the carried values, in two sets by turns.
typedef struct Carry {
  int n;
  void **set[2];
} Carry;

static void carry_free(Carry *c) {
  for (int s = 0; s < 2; s++) {
    for (int i = 0; c->set[s] && i < c->n; i++) free(c->set[s][i]);
    free(c->set[s]);
  }
}

static bool carry_init(const NodeRun *r, Carry *c) {
  for (int s = 0; s < 2; s++) {
    c->set[s] = xcalloc((size_t)c->n, sizeof *c->set[s]);
    for (int i = 0; i < c->n; i++) {
      if (!(c->set[s][i] = run_alloc(r, type_bytes(run_result(r, i))))) return false;
    }
  }
  return true;
}

// args: the carry, to be replaced at each turn, then the constants.
static bool loop(const NodeRun *r, Carry *c, const void **args) {
  const Attrs *at = r->node->attrs;
  for (int turn = 0;; turn ^= 1) {
    uint8_t again = 0;
    if (!walk_graph(at->cond, args, (void *[]){&again}, r->find_nan)) return false;
    if (!again) return true;
    if (!walk_graph(at->body, args, c->set[turn], r->find_nan)) return false;
    for (int i = 0; i < c->n; i++) args[i] = c->set[turn][i];
  }
}

bool interp_while(const NodeRun *r) {
  Carry c = {.n = (int)r->node->attrs->ncarry};
  size_t bytes = sizeof(void *) * (size_t)r->node->nargs;
  const void **args = xmalloc(bytes);
  if (bytes) memcpy(args, r->args, bytes);
  bool ok = carry_init(r, &c) && loop(r, &c, args);
  for (int i = 0; ok && i < c.n; i++) copy_value(run_result(r, i), r->results[i], args[i]);
  carry_free(&c);
  free(args);
  return ok;
}

// ---- graphs

// The run of one graph: where each value is, and the last node that reads it.
typedef struct Walk {
  const Graph *g;
  const void **at;
  void **owned;  // what is to be freed; NULL for parameters
  int *last;
  bool find_nan;
} Walk;

enum { READ_BY_RESULT = INT32_MAX };

static Walk walk_new(const Graph *g, const void *const *args) {
  size_t n = (size_t)g->nvalues;
  Walk w = {g, xcalloc(n, sizeof *w.at), xcalloc(n, sizeof *w.owned), xcalloc(n, sizeof *w.last)};
  for (int i = 0; i < g->nparams; i++) w.at[g->params[i]] = args[i];
  for (int i = 0; i < g->nnodes; i++) {
    const Node *node = &g->nodes[i];
    for (int k = 0; k < node->nresults; k++) w.last[node->first + (Id)k] = i;
    for (int k = 0; k < node->nargs; k++) w.last[node->args[k]] = i;
  }
  for (int i = 0; i < g->nresults; i++) w.last[g->results[i]] = READ_BY_RESULT;
  return w;
}

static void walk_free(Walk *w) {
  for (int i = 0; i < w->g->nvalues; i++) free(w->owned[i]);
  free(w->at);
  free(w->owned);
  free(w->last);
}

static void release(Walk *w, Id v, int node) {
  if (w->last[v] > node) return;
  free(w->owned[v]);
  w->owned[v] = NULL;
}

// Index of the first NaN, or -1.
static int64_t nan_at(Type t, const void *p) {
  const int parts = dtype_is_complex(t.dtype) ? 2 : 1;
  if (!dtype_is_inexact(t.dtype)) return -1;
  for (int64_t i = 0; i < parts * type_count(t); i++) {
    const double v = eval_number(dtype_part(t.dtype), p, i);
    if (v != v) return i / parts;
  }
  return -1;
}

// A NaN that no operand had was made here.
static bool no_new_nan(const NodeRun *r) {
  static const char *const passes[] = {"forward pass", "derivative (forward mode)",
                                       "backward pass"};
  for (int i = 0; i < r->node->nargs; i++) {
    if (nan_at(run_arg(r, i), r->args[i]) >= 0) return true;
  }
  for (int i = 0; i < r->node->nresults; i++) {
    int64_t at = nan_at(run_result(r, i), r->results[i]);
    if (at < 0) continue;
    return fail(r->node->loc,
                "%s: its result %s is NaN at element %lld, of operands without NaN, in the %s",
                op_info(r->node->op)->name, TYPE_STR(run_result(r, i)), (long long)at,
                passes[r->node->loc.pass]);
  }
  return true;
}

static bool walk_node(Walk *w, int i) {
  const Node *n = &w->g->nodes[i];
  const void **args = xcalloc((size_t)n->nargs, sizeof *args);
  void **results = w->owned + n->first;
  NodeRun r = {w->g, n, args, results, w->find_nan};
  bool ok = true;
  for (int k = 0; k < n->nargs; k++) args[k] = w->at[n->args[k]];
  for (int k = 0; ok && k < n->nresults; k++) {
    results[k] = run_alloc(&r, type_bytes(run_result(&r, k)));
    w->at[n->first + (Id)k] = results[k];
    ok = results[k] != NULL;
  }
  ok = ok && node_eval(n->op)(&r) && (!w->find_nan || no_new_nan(&r));
  for (int k = 0; k < n->nargs; k++) release(w, n->args[k], i);
  for (int k = 0; k < n->nresults; k++) release(w, n->first + (Id)k, i);
  free(args);
  return ok;
}

// A parameter that is also a result must not be overwritten by another result in its buffer.
static bool save_params(Walk *w, void *const *results) {
  const Graph *g = w->g;
  for (int i = 0; i < g->nresults; i++) {
    Id v = g->results[i];
    bool clobbered = false;
    for (int k = 0; k < g->nresults; k++) clobbered |= k != i && results[k] == w->at[v];
    if (w->owned[v] || !clobbered) continue;
    Type t = graph_type(g, v);
    if (!(w->owned[v] = malloc(type_bytes(t) + 1))) return fail(g->loc, "out of memory");
    copy_value(t, w->owned[v], w->at[v]);
    w->at[v] = w->owned[v];
  }
  return true;
}

static bool walk_graph(const Graph *g, const void *const *args, void *const *results,
                       bool find_nan) {
  Walk w = walk_new(g, args);
  w.find_nan = find_nan;
  bool ok = true;
  for (int i = 0; ok && i < g->nnodes; i++) ok = walk_node(&w, i);
  ok = ok && save_params(&w, results);
  for (int i = 0; ok && i < g->nresults; i++)
    copy_value(graph_type(g, g->results[i]), results[i], w.at[g->results[i]]);
  walk_free(&w);
  return ok;
}

static bool walk_legal(const Graph *given, const void *const *args, void *const *results,
                       bool find_nan) {
  Arena *a = arena_new();
  const Graph *g = graph_legalize(a, given);
  const bool ok = g && walk_graph(g, args, results, find_nan);
  arena_free(a);
  return ok;
}

bool interp_graph(const Graph *g, const void *const *args, void *const *results) {
  return walk_legal(g, args, results, false);
}

bool interp_find_nan(const Graph *g, const void *const *args, void *const *results) {
  return walk_legal(g, args, results, true);
}

// ---- the backend

typedef struct InterpExecutable {
  Executable base;
  Arena *arena;
  Graph *graph;
} InterpExecutable;

static void interp_free(Executable *base) {
  InterpExecutable *e = (InterpExecutable *)base;
  arena_free(e->arena);
  free(e);
}

static Executable *interp_compile(const Graph *g, const CompileOptions *options) {
  (void)options;
  InterpExecutable *e = xcalloc(1, sizeof *e);
  e->base = (Executable){&backend_interp, {.kernels = g->nnodes}};
  e->arena = arena_new();
  const Graph *legal = graph_legalize(e->arena, g);
  e->graph = legal ? graph_clone(e->arena, legal) : NULL;
  if (e->graph) return &e->base;
  interp_free(&e->base);
  return NULL;
}

static bool interp_run(Executable *base, const void *const *args, void *const *results) {
  return walk_graph(((InterpExecutable *)base)->graph, args, results, false);
}

static char *interp_dump(const Graph *g, const CompileOptions *options, const char *stage) {
  (void)options;
  fail(g->loc, "the interpreter has no stage '%s': it runs the graph as it is", stage);
  return NULL;
}

const Backend backend_interp = {"interp", interp_compile, interp_run, interp_free, interp_dump};
