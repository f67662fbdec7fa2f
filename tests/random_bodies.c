// Random nodes with sub-graphs: calls, loops, branches, functions with rules of their own, bodies
// of scalars.
#include "tests/random_gen.h"

static Gen inner(Gen *r, const char *name, int n, const Id *args) {
  Gen in = {graph_new(r->g->arena, name), next(&r->state), r->options, r->depth - 1, r->scalars};
  for (int i = 0; i < n; i++) graph_param(in.g, type_in(r, args[i]), NULL);
  return in;
}

Id make_call(Gen *r, Op op) {
  Id args[4], results[3];
  const int n = (int)between(r, 0, 4), nresults = (int)between(r, 1, 3);
  for (int i = 0; i < n; i++) args[i] = any_for(r, op, 0);
  Gen in = inner(r, "callee", n, args);
  random_nodes(&in, 5);
  for (int i = 0; i < nresults; i++) results[i] = any(&in, 7, 0);
  graph_set_results(in.g, nresults, results);
  return graph_add(r->g, op, n, args, &(Attrs){.body = in.g});
}

// The first carried value counts from 0 to at most 3.
Id make_while(Gen *r, Op op) {
  Id args[5], results[5];
  const int ncarry = 1 + (int)between(r, 0, 3), n = ncarry + (int)between(r, 0, 5 - ncarry);
  args[0] = b_scalar_int(r->g, DT_I32, 0);
  for (int i = 1; i < n; i++) args[i] = any_for(r, op, 0);
  Gen cond = inner(r, "cond", n, args), body = inner(r, "body", n, args);
  results[0] = b_lt(cond.g, cond.g->params[0], b_scalar_int(cond.g, DT_I32, between(r, 0, 3)));
  graph_set_results(cond.g, 1, results);
  random_nodes(&body, 5);
  results[0] = b_add(body.g, body.g->params[0], b_scalar_int(body.g, DT_I32, 1));
  for (int i = 1; i < ncarry; i++) results[i] = of_type(&body, type_in(r, args[i]));
  graph_set_results(body.g, ncarry, results);
  return graph_add(r->g, op, n, args, &(Attrs){.cond = cond.g, .body = body.g, .ncarry = ncarry});
}

Id make_switch(Gen *r, Op op) {
  Id args[5], results[3];
  const Graph *branches[3];
  const bool by_bool = chance(r, 3);
  const int n = (int)between(r, 1, 5), nbranches = (int)between(r, 1, 3);
  const int nresults = (int)between(r, 1, 3);
  args[0] = of_type(r, type_scalar(by_bool ? DT_BOOL : DT_I32));
  for (int i = 1; i < n; i++) args[i] = any_for(r, op, 0);
  for (int i = 0; i < nresults; i++) results[i] = any_for(r, op, 0);
  for (int k = 0; k < nbranches; k++) {
    Id given[3];
    Gen in = inner(r, "branch", n - 1, args + 1);
    random_nodes(&in, 5);
    for (int i = 0; i < nresults; i++) given[i] = of_type(&in, type_in(r, results[i]));
    graph_set_results(in.g, nresults, given);
    branches[k] = in.g;
  }
  return graph_add(r->g, op, n, args, &(Attrs){.branches = {nbranches, branches}});
}

// ---- functions with rules of their own: zero derivatives

Id make_custom(Gen *r, Op op) {
  Id args[4], results[6];
  const int n = (int)between(r, 1, 4), nresults = (int)between(r, 1, 3);
  for (int i = 0; i < n; i++) args[i] = any_for(r, op, 0);
  Gen f = inner(r, "f", n, args);
  random_nodes(&f, 5);
  for (int i = 0; i < nresults; i++) results[i] = any(&f, 7, 0);
  graph_set_results(f.g, nresults, results);
  Gen rule = inner(r, "rule", n, args), back = inner(r, "back", 0, NULL);
  for (int i = 0; op == OP_custom_jvp && i < n; i++) graph_param(rule.g, type_in(r, args[i]), NULL);
  graph_inline(rule.g, f.g, rule.g->params, results);
  for (int i = 0; i < nresults; i++) {
    graph_param(back.g, graph_type(f.g, f.g->results[i]), NULL);
    results[nresults + i] = b_like(rule.g, results[i], 0);
  }
  graph_set_results(rule.g, op == OP_custom_jvp ? 2 * nresults : nresults, results);
  for (int i = 0; i < n; i++) results[i] = b_full(back.g, type_in(r, args[i]), 0);
  graph_set_results(back.g, n, results);
  const Graph *branches[] = {f.g, rule.g, back.g};
  return graph_add(r->g, op, n, args,
                   &(Attrs){.branches = {op == OP_custom_jvp ? 2 : 3, branches}});
}

// ---- bodies of scalars

// Two parameters of each dtype, a.. then b.. (or a0, b0, a1, ..).
static Gen scalar_body(Gen *r, int n, const Id *args, bool paired) {
  Gen in = inner(r, "body", 0, NULL);
  for (int i = 0; i < 2 * n; i++)
    graph_param(in.g, type_scalar(type_in(r, args[paired ? i / 2 : i % n]).dtype), NULL);
  in.scalars = true;
  random_nodes(&in, 4);
  return in;
}

static const Graph *scalar_combiner(Gen *r, int n, const Id *args) {
  Gen in = scalar_body(r, n, args, false);
  Id results[3];
  for (int i = 0; i < n; i++) results[i] = of_type(&in, type_scalar(type_in(r, args[i]).dtype));
  graph_set_results(in.g, n, results);
  return in.g;
}

// x and others of its shape.
static int alike(Gen *r, Id x, Id *args) {
  const Type t = type_in(r, x);
  const int n = (int)between(r, 1, 3);
  args[0] = x;
  for (int i = 1; i < n; i++) args[i] = of_type(r, (Type){random_dtype(r, 7), t.rank, t.dim});
  return n;
}

Id make_general_reduce(Gen *r, Op op) {
  Id args[6];
  const Id x = any_for(r, op, 0);
  const int n = alike(r, x, args), rank = type_in(r, x).rank;
  for (int i = 0; i < n; i++) args[n + i] = of_type(r, type_scalar(type_in(r, args[i]).dtype));
  const Attrs at = {.axes = some_of(r, rank, (int)between(r, 0, rank)),
                    .body = scalar_combiner(r, n, args)};
  return graph_add(r->g, op, 2 * n, args, &at);
}

Id make_general_scatter(Gen *r, Op op) {
  Id args[7];
  const Id x = any_for(r, op, 0);
  const int n = alike(r, x, args);
  Windows w = random_windows(r, type_in(r, x));
  if (type_count(w.window) > RANDOM_ELEMENTS) return x;
  args[n] = of_type(r, w.indices);
  for (int i = 0; i < n; i++)
    args[n + 1 + i] = of_type(r, (Type){type_in(r, args[i]).dtype, w.window.rank, w.window.dim});
  w.at.body = scalar_combiner(r, n, args);
  return graph_add(r->g, op, 2 * n + 1, args, &w.at);
}

Id make_sort_by(Gen *r, Op op) {
  Id args[3];
  const Id x = any_for(r, op, 1);
  const int n = alike(r, x, args);
  Gen in = scalar_body(r, n, args, true);
  const Id less = of_type(&in, type_scalar(DT_BOOL));
  graph_set_results(in.g, 1, &less);
  const Attrs at = {.axis = between(r, 0, type_in(r, x).rank - 1), .cond = in.g};
  return graph_add(r->g, op, n, args, &at);
}
