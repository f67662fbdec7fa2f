// Type rules of ops that hold functions with derivatives of their own, and of all_gather.
#include "ir/graph.h"
#include "ir/infer.h"

#define NAME(in) op_info((in)->op)->name
#define REJECT(in, ...) fail((in)->loc, __VA_ARGS__)

// Types of values of a sub-graph, in a list that is to be met one after the other.
typedef struct Expected {
  Infer *in;
  const char *what;  // "fwd takes"
  const Graph *g;
  const Id *v;
  int n, at;
} Expected;

static Expected parameters(Infer *in, const char *what, const Graph *g) {
  return (Expected){in, what, g, g->params, g->nparams, 0};
}
static Expected results(Infer *in, const char *what, const Graph *g) {
  return (Expected){in, what, g, g->results, g->nresults, 0};
}

// The next one is t.
static bool meets(Expected *e, Type t) {
  if (e->at == e->n) return REJECT(e->in, "%s: %s %d values, too few", NAME(e->in), e->what, e->n);
  const Type got = graph_type(e->g, e->v[e->at++]);
  return type_equal(got, t) || REJECT(e->in, "%s: %s %s as value %d, not %s", NAME(e->in), e->what,
                                      TYPE_STR(got), e->at - 1, TYPE_STR(t));
}

static bool meets_all(Expected *e, const Graph *g, const Id *v, int n) {
  for (int i = 0; i < n; i++) {
    if (!meets(e, graph_type(g, v[i]))) return false;
  }
  return true;
}

static bool ends(const Expected *e) {
  return e->at == e->n ||
         REJECT(e->in, "%s: %s %d values, not %d", NAME(e->in), e->what, e->n, e->at);
}

static bool meets_operands(Expected *e, int n) {
  for (int i = 0; i < n; i++) {
    if (!meets(e, e->in->args[i])) return false;
  }
  return true;
}

static bool has_branches(Infer *in, int n) {
  const Graphs all = in->attrs->branches;
  if (all.n != n) return REJECT(in, "%s: takes %d branches", NAME(in), n);
  for (int k = 0; k < n; k++) {
    if (!all.v[k]) return REJECT(in, "%s: has no branch %d", NAME(in), k);
  }
  return true;
}

static bool results_of(Infer *in, const Graph *f) {
  in->nresults = f->nresults;
  in->results = ARENA_ARRAY(in->arena, Type, f->nresults);
  for (int i = 0; i < f->nresults; i++) in->results[i] = graph_type(f, f->results[i]);
  return true;
}

bool infer_all_gather(Infer *in) {
  const Type x = in->args[0];
  if (!type_equal(in->args[1], type_scalar(DT_I32)))
    return REJECT(in, "all_gather: the lane's number is %s, not i32[]", TYPE_STR(in->args[1]));
  if (in->attrs->size < 0 || x.rank == MAX_RANK)
    return REJECT(in, "all_gather: %s of %lld lanes", TYPE_STR(x), (long long)in->attrs->size);
  int64_t *dim = ARENA_ARRAY(in->arena, int64_t, x.rank + 1);
  dim[0] = in->attrs->size;
  for (int i = 0; i < x.rank; i++) dim[i + 1] = x.dim[i];
  in->results[0] = (Type){x.dtype, x.rank + 1, dim};
  return type_fits(in->results[0]) || REJECT(in, "all_gather: %s of %lld lanes is too large",
                                             TYPE_STR(x), (long long)in->attrs->size);
}

bool infer_custom_jvp(Infer *in) {
  if (!has_branches(in, 2)) return false;
  const Graph *f = in->attrs->branches.v[0], *jvp = in->attrs->branches.v[1];
  Expected e = parameters(in, "f takes", f);
  if (!meets_operands(&e, in->nargs) || !ends(&e)) return false;
  e = parameters(in, "jvp takes", jvp);
  if (!meets_operands(&e, in->nargs)) return false;
  const int ntangents = jvp->nparams - in->nargs;
  if (!meets_operands(&e, ntangents < in->nargs ? ntangents : in->nargs) || !ends(&e)) return false;
  e = results(in, "jvp gives", jvp);
  return meets_all(&e, f, f->results, f->nresults) && meets_all(&e, f, f->results, f->nresults) &&
         ends(&e) && results_of(in, f);
}

bool infer_custom_vjp(Infer *in) {
  if (!has_branches(in, 3)) return false;
  const Graph *const *v = in->attrs->branches.v, *f = v[0], *fwd = v[1], *bwd = v[2];
  Expected e = parameters(in, "f takes", f);
  if (!meets_operands(&e, in->nargs) || !ends(&e)) return false;
  e = parameters(in, "fwd takes", fwd);
  if (!meets_operands(&e, in->nargs) || !ends(&e)) return false;
  e = results(in, "fwd gives", fwd);
  if (!meets_all(&e, f, f->results, f->nresults)) return false;
  e = parameters(in, "bwd takes", bwd);
  if (!meets_all(&e, fwd, fwd->results + f->nresults, fwd->nresults - f->nresults) ||
      !meets_all(&e, f, f->results, f->nresults) || !ends(&e))
    return false;
  e = results(in, "bwd gives", bwd);
  if (!meets_operands(&e, bwd->nresults < in->nargs ? bwd->nresults : in->nargs)) return false;
  return ends(&e) && results_of(in, f);
}

bool infer_custom_linear(Infer *in) {
  const Graph *bwd = in->attrs->body;
  const int64_t n = in->attrs->ncarry;
  if (!bwd) return REJECT(in, "custom_linear: has no body");
  if (n < 0 || n > in->nargs || n > bwd->nparams)
    return REJECT(in, "custom_linear: ncarry %lld of %d operands", (long long)n, in->nargs);
  Expected e = parameters(in, "the body takes", bwd);
  if (!meets_operands(&e, (int)n)) return false;
  e = results(in, "the body gives", bwd);
  for (int i = (int)n; i < in->nargs; i++) {
    if (!meets(&e, in->args[i])) return false;
  }
  if (!ends(&e)) return false;
  Graph view = *bwd;
  view.results = bwd->params + n;
  view.nresults = bwd->nparams - (int)n;
  return results_of(in, &view);
}
