// Loops with a known number of steps, which have a reverse derivative.
//
// Linearizing such a loop gives two. The known one runs the body's known part and keeps what the
// linear part needs of each step in stacks, arrays with one element per step; what constants of the
// loop give is computed once, and rows of them are read again. The linear one
// carries tangents and reads the stacks. Its transpose runs through the steps backward, carries
// cotangents, and sums those of its constants. All three count as the first did, so that they can
// be linearized and transposed again.
#include <stdlib.h>
#include <string.h>

#include "compiler/rules.h"

bool constant_int(const Graph *g, Id v, int64_t *out) {
  if (!graph_is(g, v, OP_constant)) return false;
  const Literal *l = &graph_def(g, v)->attrs->literal;
  if (l->type.rank || !dtype_is_int(l->type.dtype)) return false;
  const unsigned bits = 8 * (unsigned)dtype_size(l->type.dtype);
  uint64_t raw = 0;
  memcpy(&raw, l->data, bits / 8);
  const bool is_signed = dtype_kind(l->type.dtype) == KIND_SIGNED;
  *out = is_signed ? (int64_t)(raw << (64 - bits)) >> (64 - bits) : (int64_t)raw;
  return is_signed || *out >= 0;
}

static int param_index(const Graph *g, Id v) {
  for (int i = 0; i < g->nparams; i++) {
    if (g->params[i] == v) return i;
  }
  return -1;
}

// i + 1 of parameter i
static bool counts_up(const Graph *body, int i) {
  const Node *n = graph_def(body, body->results[i]);
  int64_t step;
  if (!n || n->op != OP_add) return false;
  for (int k = 0; k < 2; k++) {
    if (n->args[k] == body->params[i] && constant_int(body, n->args[1 - k], &step))
      return step == 1;
  }
  return false;
}

bool loop_counts(const Node *n, int *counter, int *bound, int64_t *end) {
  const Graph *cond = n->attrs->cond;
  const Node *test = graph_def(cond, cond->results[0]);
  if (!test || test->op != OP_lt) return false;
  *counter = param_index(cond, test->args[0]);
  *bound = param_index(cond, test->args[1]);
  if (*counter < 0 || *counter >= n->attrs->ncarry || !counts_up(n->attrs->body, *counter))
    return false;
  return *bound >= n->attrs->ncarry || (*bound < 0 && constant_int(cond, test->args[1], end));
}

bool loop_counted(const Graph *g, const Node *n, Counted *out) {
  int i, bound;
  if (!loop_counts(n, &i, &bound, &out->end)) return false;
  if (bound >= 0 && !constant_int(g, n->args[bound], &out->end)) return false;
  if (!constant_int(g, n->args[i], &out->start)) return false;
  out->counter = i;
  out->dtype = graph_type(g, n->args[i]).dtype;
  if (out->end < out->start) out->end = out->start;
  return true;
}

// ---- making loops of that kind: the counter is carried first

static Id below_end(Graph *g, const Counted *l) {
  return b_lt(g, g->params[0], b_scalar_int(g, l->dtype, l->end));
}

static Id counted_up(Graph *g, const Counted *l) {
  return b_add(g, g->params[0], b_scalar_int(g, l->dtype, 1));
}

static Id add_loop(Graph *outer, const Counted *l, Graph *body, int n, const Id *operands) {
  Graph *cond = graph_region(outer, "below", n, operands);
  const Id go_on = below_end(cond, l);
  graph_set_results(cond, 1, &go_on);
  return graph_add(outer, OP_while, n, operands,
                   &(Attrs){.cond = cond, .body = body, .ncarry = body->nresults});
}

// Where step i stands in a stack: row i - start.
static Id stack_row(Graph *g, const Counted *l, Id i) {
  return l->start ? b_sub(g, i, b_scalar_int(g, l->dtype, l->start)) : i;
}

// ---- linearizing

// How a residual of the body comes to the linear loop.
typedef enum Way {
  BY_STACK,
  BY_OPERAND,  // a constant of the loop, or computed from constants in front of it
  BY_COUNTER,
  BY_STEP,  // computed again from constants and the counter: a row of what is scanned
} Way;

typedef struct Stacked {
  Jvp *c;
  const Node *n;
  const Counted *l;
  Linearized lin;
  Way *way;      // by residual
  Id *source;    // by residual: the stack or the operand, in the outer graph
  bool *needed;  // by value of the known body: BY_STEP needs it
  int nstacks;
} Stacked;

// What the values of the known body depend on, and whether it is cheap to compute them again.
typedef struct Origin {
  bool carry, counter, cheap;
} Origin;

static bool is_cheap(const Node *n) {
  const OpClass c = op_info(n->op)->op_class;
  return c == CLASS_SHAPE || c == CLASS_SOURCE || n->op == OP_dynamic_slice ||
         (c == CLASS_MAP && !op_info(n->op)->expands);
}

static Origin *find_origins(const Stacked *s) {
  const Graph *g = s->lin.known;
  Origin *of = xcalloc((size_t)g->nvalues + 1, sizeof *of);
  for (int i = 0; i < g->nparams; i++)
    of[g->params[i]] = (Origin){.carry = i < s->n->attrs->ncarry && i != s->l->counter,
                                .counter = i == s->l->counter,
                                .cheap = true};
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    Origin all = {.cheap = is_cheap(n), .carry = op_info(n->op)->op_class == CLASS_BARRIER};
    for (int k = 0; k < n->nargs; k++) {
      const Origin *x = &of[n->args[k]];
      all = (Origin){all.carry | x->carry, all.counter | x->counter, all.cheap & x->cheap};
    }
    for (int k = 0; k < n->nresults; k++) of[n->first + (Id)k] = all;
  }
  return of;
}

static Way way_of(const Stacked *s, const Origin *of, Id v) {
  if (v == s->lin.known->params[s->l->counter]) return BY_COUNTER;
  if (of[v].carry) return BY_STACK;
  return !of[v].counter ? BY_OPERAND : of[v].cheap ? BY_STEP : BY_STACK;
}

// Copies the nodes of g that the flagged values need, with `map` filled for parameters.
static void copy_needed(Graph *to, const Graph *g, bool *needed, Id *map) {
  for (int i = g->nnodes - 1; i >= 0; i--) {
    const Node *n = &g->nodes[i];
    bool any = false;
    for (int k = 0; k < n->nresults; k++) any |= needed[n->first + (Id)k];
    for (int k = 0; any && k < n->nargs; k++) needed[n->args[k]] = true;
    for (int k = 0; any && k < n->nresults; k++) needed[n->first + (Id)k] = true;
  }
  for (int i = 0; to && i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    if (!needed[n->first]) continue;
    Id *args = ARENA_ARRAY(to->arena, Id, n->nargs);
    for (int k = 0; k < n->nargs; k++) args[k] = map[n->args[k]];
    const Id first = graph_copy_node(to, n, args);
    for (int k = 0; k < n->nresults; k++) map[n->first + (Id)k] = first + (Id)k;
  }
}

// What depends on constants alone, in front of the loop.
static void hoist_residuals(Stacked *s) {
  const Graph *known = s->lin.known;
  const int ncarry = (int)s->n->attrs->ncarry;
  Id *map = xmalloc(sizeof *map * ((size_t)known->nvalues + 1));
  bool *needed = xcalloc((size_t)known->nvalues + 1, sizeof *needed);
  for (int i = 0; i < known->nparams; i++) map[known->params[i]] = s->c->primal[s->n->args[i]];
  for (int r = 0; r < s->lin.nresiduals; r++)
    needed[known->results[ncarry + r]] |= s->way[r] == BY_OPERAND;
  copy_needed(s->c->out, known, needed, map);
  for (int r = 0; r < s->lin.nresiduals; r++) {
    if (s->way[r] == BY_OPERAND) s->source[r] = map[known->results[ncarry + r]];
  }
  free(map);
  free(needed);
}

static void find_ways(Stacked *s) {
  const Graph *known = s->lin.known;
  const int ncarry = (int)s->n->attrs->ncarry;
  Arena *a = s->c->out->arena;
  Origin *of = find_origins(s);
  s->way = ARENA_ARRAY(a, Way, s->lin.nresiduals + 1);
  s->source = ARENA_ARRAY(a, Id, s->lin.nresiduals + 1);
  s->needed = ARENA_ARRAY(a, bool, known->nvalues + 1);
  for (int r = 0; r < s->lin.nresiduals; r++) {
    const Id v = known->results[ncarry + r];
    s->way[r] = way_of(s, of, v);
    s->nstacks += s->way[r] == BY_STACK;
    s->needed[v] |= s->way[r] == BY_STEP;
  }
  copy_needed(NULL, known, s->needed, NULL);
  hoist_residuals(s);
  free(of);
}

// Carry, stacks, constants, of `n` values with the stacks after the carry.
static void split_params(const Stacked *s, const Graph *g, Id *plain) {
  const int ncarry = (int)s->n->attrs->ncarry;
  for (int i = 0; i < s->n->nargs; i++) plain[i] = g->params[i < ncarry ? i : i + s->nstacks];
}

static Graph *known_body(Stacked *s, int n, const Id *operands) {
  const int ncarry = (int)s->n->attrs->ncarry;
  Graph *g = graph_region(s->c->out, s->lin.known->name, n, operands);
  Id *plain = ARENA_ARRAY(g->arena, Id, n),
     *got = ARENA_ARRAY(g->arena, Id, s->lin.known->nresults);
  split_params(s, g, plain);
  graph_inline(g, s->lin.known, plain, got);
  int k = ncarry;
  for (int r = 0; r < s->lin.nresiduals; r++) {
    if (s->way[r] != BY_STACK) continue;
    got[k] = b_with_row(g, g->params[k], stack_row(g, s->l, plain[s->l->counter]), got[ncarry + r]);
    k++;
  }
  graph_set_results(g, k, got);
  return g;
}

static Graph *known_cond(Stacked *s, int n, const Id *operands) {
  Graph *g = graph_region(s->c->out, s->n->attrs->cond->name, n, operands);
  Id *plain = ARENA_ARRAY(g->arena, Id, n), go_on;
  split_params(s, g, plain);
  graph_inline(g, s->n->attrs->cond, plain, &go_on);
  graph_set_results(g, 1, &go_on);
  return g;
}

static bool add_known_loop(Stacked *s) {
  Graph *g = s->c->out;
  const Node *n = s->n;
  const int ncarry = (int)n->attrs->ncarry;
  const Graph *known = s->lin.known;
  Id *operands = ARENA_ARRAY(g->arena, Id, n->nargs + s->nstacks);
  int k = 0;
  for (int i = 0; i < ncarry; i++) operands[k++] = s->c->primal[n->args[i]];
  for (int r = 0; r < s->lin.nresiduals; r++) {
    if (s->way[r] != BY_STACK) continue;
    const Type t = graph_type(known, known->results[ncarry + r]);
    operands[k++] = b_full(g, type_insert(g->arena, t, 0, s->l->end - s->l->start), 0);
    if (operands[k - 1] == NO_ID) return false;
  }
  for (int i = ncarry; i < n->nargs; i++) operands[k++] = s->c->primal[n->args[i]];
  const Attrs at = {.cond = known_cond(s, k, operands),
                    .body = known_body(s, k, operands),
                    .ncarry = ncarry + s->nstacks};
  g->loc = n->loc;
  const Id first = graph_add(g, OP_while, k, operands, &at);
  Id stack = first + (Id)ncarry;
  for (int i = 0; i < ncarry; i++) s->c->primal[n->first + (Id)i] = first + (Id)i;
  for (int r = 0; r < s->lin.nresiduals; r++) {
    if (s->way[r] == BY_STACK) s->source[r] = stack++;
  }
  return first != NO_ID;
}

static bool has_source(const Stacked *s, int r) {
  return s->way[r] == BY_STACK || s->way[r] == BY_OPERAND;
}

// A constant of the loop from which residuals are computed again.
static bool is_origin(const Stacked *s, int operand) {
  return operand >= s->n->attrs->ncarry && s->needed[s->lin.known->params[operand]];
}

// Parameters: counter, tangents of the carry (ntangents), sources of residuals, origins, tangents
// of constants.
static Graph *linear_body(Stacked *s, const bool *on, int ntangents, int n, const Id *operands) {
  const Graph *linear = s->lin.linear, *body = s->n->attrs->body, *known = s->lin.known;
  const int ncarry = (int)s->n->attrs->ncarry;
  Graph *g = graph_region(s->c->out, linear->name, n, operands);
  Id *args = ARENA_ARRAY(g->arena, Id, linear->nparams + 1);
  Id *got = ARENA_ARRAY(g->arena, Id, linear->nresults + 1);
  Id *map = ARENA_ARRAY(g->arena, Id, known->nvalues + 1);
  int p = 1 + ntangents, k = s->lin.nresiduals;
  for (int r = 0; r < s->lin.nresiduals; r++) {
    if (has_source(s, r)) args[r] = g->params[p++];
    if (s->way[r] == BY_STACK) args[r] = b_row(g, args[r], stack_row(g, s->l, g->params[0]));
  }
  map[known->params[s->l->counter]] = g->params[0];
  for (int i = ncarry; i < s->n->nargs; i++) {
    if (is_origin(s, i)) map[known->params[i]] = g->params[p++];
  }
  copy_needed(g, known, s->needed, map);
  for (int r = 0; r < s->lin.nresiduals; r++) {
    if (!has_source(s, r)) args[r] = map[known->results[ncarry + r]];
  }
  for (int i = 0; i < ntangents; i++) args[k++] = g->params[1 + i];
  while (p < n) args[k++] = g->params[p++];
  graph_inline(g, linear, args, got);
  Id *results = ARENA_ARRAY(g->arena, Id, ntangents + 1);
  int nresults = 0;
  results[nresults++] = counted_up(g, s->l);
  for (int i = 0, f = 0; i < body->nresults; i++) {
    if (!dtype_is_inexact(graph_type(body, body->results[i]).dtype)) continue;
    if (on[i]) results[nresults++] = got[f];
    f++;
  }
  graph_set_results(g, nresults, results);
  return g;
}

static bool add_linear_loop(Stacked *s, const bool *on) {
  Graph *g = s->c->out;
  const Node *n = s->n;
  const int ncarry = (int)n->attrs->ncarry;
  Id *operands = ARENA_ARRAY(g->arena, Id, 1 + 2 * n->nargs + s->lin.nresiduals);
  int k = 0;
  g->loc = n->loc;
  operands[k++] = b_scalar_int(g, s->l->dtype, s->l->start);
  for (int i = 0; i < ncarry; i++) {
    if (on[i]) operands[k++] = jvp_tangent(s->c, n->args[i]);
  }
  const int ntangents = k - 1;
  for (int r = 0; r < s->lin.nresiduals; r++) {
    if (has_source(s, r)) operands[k++] = s->source[r];
  }
  for (int i = ncarry; i < n->nargs; i++) {
    if (is_origin(s, i)) operands[k++] = s->c->primal[n->args[i]];
  }
  for (int i = ncarry; i < n->nargs; i++) {
    if (on[i]) operands[k++] = jvp_tangent(s->c, n->args[i]);
  }
  Graph *body = linear_body(s, on, ntangents, k, operands);
  const Id first = add_loop(g, s->l, body, k, operands);
  Id tangent = first + 1;
  for (int i = 0; i < ncarry; i++) s->c->tangent[n->first + (Id)i] = on[i] ? tangent++ : NO_ID;
  return first != NO_ID;
}

bool jvp_counted(Jvp *c, const Node *n, const Counted *l, const bool *on) {
  if (l->end == l->start) {  // the loop gives what it was given
    jvp_copy(c, n);
    for (int i = 0; i < n->attrs->ncarry; i++)
      c->tangent[n->first + (Id)i] = c->tangent[n->args[i]];
    return true;
  }
  Stacked s = {.c = c, .n = n, .l = l};
  if (!linearize(c->out->arena, n->attrs->body, on, &s.lin)) return false;
  find_ways(&s);
  return add_known_loop(&s) && add_linear_loop(&s, on);
}

// ---- transposing

// A linear loop: a counter, carried linear values, and constants of which some are linear.
typedef struct Backward {
  Transpose *c;
  const Node *n;
  const Counted *l;
  int ncarry, nlinear, nknown;  // without the counter; linear and known constants
} Backward;

static bool is_known(const Backward *b, int operand) {
  return !is_linear(b->c, b->n->args[operand]);
}

// The body as a graph to transpose: counter, known constants, then carry and linear constants.
static const Graph *transposed_body(Backward *b) {
  const Graph *body = b->n->attrs->body;
  const int all = (int)b->n->attrs->ncarry;
  Graph *g = graph_new(b->c->out->arena, body->name);
  Id *args = ARENA_ARRAY(g->arena, Id, b->n->nargs);
  Id *got = ARENA_ARRAY(g->arena, Id, all);
#define PARAM(i) args[i] = graph_param(g, graph_type(body, body->params[i]), NULL)
  PARAM(b->l->counter);
  for (int i = all; i < b->n->nargs; i++) {
    if (is_known(b, i)) PARAM(i);
  }
  for (int i = 0; i < all; i++) {
    if (i != b->l->counter) PARAM(i);
  }
  for (int i = all; i < b->n->nargs; i++) {
    if (!is_known(b, i)) PARAM(i);
  }
#undef PARAM
  graph_inline(g, body, args, got);
  int k = 0;
  for (int i = 0; i < all; i++) {
    if (i != b->l->counter) got[k++] = got[i];
  }
  graph_set_results(g, k, got);
  return transpose(g->arena, g, 1 + b->nknown);
}

// Parameters: counter, cotangents of the carry, sums for linear constants, known constants.
static Graph *backward_body(Backward *b, int n, const Id *operands) {
  const Graph *step = transposed_body(b);
  if (!step) return NULL;
  const int nsums = 1 + b->ncarry;
  Graph *g = graph_region(b->c->out, step->name, n, operands);
  Id *args = ARENA_ARRAY(g->arena, Id, step->nparams);
  Id *results = ARENA_ARRAY(g->arena, Id, 1 + step->nresults);
  int k = 0;
  const Id last = b_scalar_int(g, b->l->dtype, b->l->start + b->l->end - 1);
  args[k++] = b_sub(g, last, g->params[0]);
  for (int i = 0; i < b->nknown; i++) args[k++] = g->params[nsums + b->nlinear + i];
  for (int i = 0; i < b->ncarry; i++) args[k++] = g->params[1 + i];
  graph_inline(g, step, args, results + 1);
  results[0] = counted_up(g, b->l);
  for (int i = 0; i < b->nlinear; i++)
    results[nsums + i] = b_add(g, g->params[nsums + i], results[nsums + i]);
  graph_set_results(g, nsums + b->nlinear, results);
  return g;
}

bool transpose_counted(Transpose *c, const Node *n, const Counted *l) {
  Graph *g = c->out;
  Backward b = {c, n, l, (int)n->attrs->ncarry - 1, 0, 0};
  Id *operands = ARENA_ARRAY(g->arena, Id, n->nargs);
  int k = 0;
  operands[k++] = b_scalar_int(g, l->dtype, l->start);
  for (int i = 0; i <= b.ncarry; i++) {
    const Id v = n->first + (Id)i;
    if (i == l->counter) continue;
    const Id ct = c->cotangent[v];
    operands[k++] = ct != NO_ID ? ct : b_full(g, graph_type(c->src, v), 0);
  }
  for (int i = b.ncarry + 1; i < n->nargs; i++) {
    if (is_known(&b, i)) continue;
    operands[k++] = b_full(g, graph_type(c->src, n->args[i]), 0);
    b.nlinear++;
  }
  for (int i = b.ncarry + 1; i < n->nargs; i++) {
    if (!is_known(&b, i)) continue;
    operands[k++] = c->value[n->args[i]];
    b.nknown++;
  }
  Graph *body = backward_body(&b, k, operands);
  if (!body) return false;
  Id ct = add_loop(g, l, body, k, operands) + 1;
  for (int i = 0; i < n->nargs; i++) {
    const bool carried = i <= b.ncarry;
    if (carried ? i != l->counter : !is_known(&b, i)) transpose_add(c, n->args[i], ct++);
  }
  return true;
}
