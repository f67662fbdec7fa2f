// jitc check --against pjrt: values, gradients and batches compared with another compiler's.
#include "compiler/stablehlo.h"
#include "compiler/transform.h"
#include "frontend/tool/against.h"
#include "frontend/tool/tool_check.h"

enum { BATCH = 2 };

static void tell_fault(Report *r, const char *what, const AgainstFault *f, int more) {
  check_fault(r, what, "%s %s, element %s: %.9g there, %.9g here (%.3g ulp)%s",
              op_info(f->node->op)->name, TYPE_STR(f->type),
              index_str(f->type, f->index, (char[TYPE_TEXT]){0}), f->got, f->want, f->ulps,
              more ? "; more nodes differ" : "");
}

static bool compare_nodes(Report *r, Arena *a, const Device *theirs, const Graph *g,
                          const Values *in, const char *what) {
  enum { MOST = 2 };
  AgainstFault faults[MOST];
  char detail[64];
  int nodes = 0, n = 0;
  const Device *ours = device_find((Loc){0}, "cpu");
  diag_clear();  // without LLVM the interpreter has the same bits
  if (!ours) ours = device_find((Loc){0}, "interp");
  Difference d;
  if (!ours || !against_nodes(a, ours, theirs, g, in, &nodes, faults, MOST, &n) ||
      !against_results(a, ours, theirs, g, in, &d))
    return false;
  snprintf(detail, sizeof detail, "%d values within the tolerance of their op", nodes);
  if (n) tell_fault(r, what, &faults[0], n > 1);
  else check_pass(r, what, detail);
  if (d.leaf < 0) return true;
  check_fault(r, what, "result %d, element %lld: %.9g there, %.9g here", d.leaf, (long long)d.index,
              d.got, d.want);
  return true;
}

// What StableHLO has no form for cannot be asked; what the plugin refuses is a fault.
static void compare(Report *r, Arena *a, const Device *theirs, const Graph *g, const Values *in,
                    const char *what) {
  if (!graph_stablehlo(a, g, NULL)) {
    check_skip(r, what);
  } else if (!compare_nodes(r, a, theirs, g, in, what)) {
    check_fault(r, what, "%s", diag_message());
    diag_clear();
  }
}

// The given values first, then random ones.
static bool fill_up(Arena *a, const Graph *g, const Values *first, uint64_t seed, Values *out) {
  if (!values_for_params(a, g, out)) return false;
  values_random(out, seed);
  for (int i = 0; first && i < first->n; i++) values_copy(out, i, first, i);
  return true;
}

static bool compare_made(Report *r, Arena *a, const Device *theirs, const Graph *g,
                         const Values *first, uint64_t seed, const char *what) {
  Values in = {0};
  if (!g) return check_skip(r, what), true;
  const bool ok = fill_up(a, g, first, seed, &in);
  if (ok) compare(r, a, theirs, g, &in, what);
  values_free(&in);
  return ok;
}

bool check_against(Report *r, Arena *a, const Device *theirs, const Values *in, uint64_t seed) {
  const Graph *g = r->subject->graph;
  int *axes = ARENA_ARRAY(a, int, g->nparams + g->nresults + 1);  // all 0
  compare(r, a, theirs, g, in, "pjrt: values");
  return compare_made(r, a, theirs, graph_vjp(a, g, NULL), in, seed, "pjrt: gradients") &&
         compare_made(r, a, theirs, graph_vmap(a, g, BATCH, axes, axes), NULL, seed, "pjrt: vmap");
}
