// Comparing node by node with another implementation: the tolerances, and the walk.
#include "frontend/tool/against.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/transform.h"
#include "ir/build.h"
#include "runtime/executable.h"

// ---- tolerances

// Units in the last place of the result by which XLA's CPU backend and we may differ: its error and
// ours, as measured over the float range. Ops that are not named agree exactly; sums and products
// of many elements are bounded by bound_of.
static const struct Tolerance {
  float f32, f64;
} tolerances[OP_COUNT] = {
    [OP_exp] = {4, 4},
    [OP_log] = {4, 4},
    [OP_log1p] = {4, 300},  // XLA's is far off below -0.4
    [OP_expm1] = {7, 7},
    [OP_tanh] = {7, 7},
    [OP_logistic] = {6, 6},
    [OP_sin] = {4, 4},
    [OP_cos] = {4, 4},
    [OP_pow] = {16, 16},
    [OP_rsqrt] = {3, 3},
    [OP_erf_inv] = {80, 80},
    [OP_integer_pow] = {4, 4},
    [OP_fma] = {1, 1},
    [OP_erfc] = {256, 1024},  // XLA's is far off where it is tiny
    [OP_atanh] = {16, 1024},  // its log1p
    [OP_lgamma] = {64, 256},  // its reflection
    [OP_cbrt] = {16, 1024},   // pow(x, 1 / 3)
    [OP_sinh] = {256, 2048},  // exp(x + log(1 / 2))
    [OP_cosh] = {256, 2048},
    [OP_polygamma] = {64, 64},  // exp(lgamma(n + 1)): 28 and 17 measured up to MOST_ORDER
};

// f16 and bf16 are computed in f32 and rounded: neighbours here, one further there.
enum { HALF_ULPS = 2 };

// Functions without a row in the table; complex numbers, in units of the modulus.
enum { USUAL_ULPS = 16, COMPLEX_ULPS = 32 };

// The distance of 1 to the next number, the least normal and the greatest number.
typedef struct Range {
  double epsilon, smallest, greatest;
} Range;

static Range range_of(Dtype d) {
  d = dtype_part(d);
  if (d == DT_F64) return (Range){DBL_EPSILON, DBL_MIN, DBL_MAX};
  if (d == DT_F16) return (Range){0x1p-10, 0x1p-14, 65504};
  if (d == DT_BF16) return (Range){0x1p-7, 0x1p-126, 0x1.fep127};
  return (Range){(double)FLT_EPSILON, (double)FLT_MIN, (double)FLT_MAX};
}

// How many elements a result element is summed (or multiplied) of; 0 for other ops.
static double terms_of(const Graph *g, const Node *n) {
  const OpInfo *op = op_info(n->op);
  const double all = (double)type_count(graph_type(g, n->first));
  double count = 0;
  if (op->op_class == CLASS_REDUCE) count = (double)type_count(graph_type(g, n->args[0]));
  if (op->op_class == CLASS_DOT) {
    const Type t = graph_type(g, n->args[0]);
    double k = 1;
    for (int i = 0; i < n->attrs->lhs_contract.n; i++)
      k *= (double)t.dim[n->attrs->lhs_contract.v[i]];
    return k;
  }
  if (n->op == OP_conv) {
    const Type kernel = graph_type(g, n->args[1]);
    const double features = (double)kernel.dim[n->attrs->rhs_dims.v[0]];
    return features > 0 ? (double)type_count(kernel) / features : 0;
  }
  if (n->op == OP_fma) return 1;
  if (n->op == OP_scatter_add || n->op == OP_scatter_mul)
    return 1 + (double)type_count(graph_type(g, n->args[2]));
  return all > 0 ? count / all : 0;
}

static bool is_float_node(const Graph *g, const Node *n) {
  return dtype_is_float(graph_type(g, n->first).dtype);
}

static bool is_complex_node(const Graph *g, const Node *n) {
  return dtype_is_complex(graph_type(g, n->first).dtype) ||
         (n->op == OP_abs && dtype_is_complex(graph_type(g, n->args[0]).dtype));
}

static bool is_product(const Node *n) { return n->op == OP_reduce_prod || n->op == OP_scatter_mul; }

// Where a product of these is finite, no partial product of x overflows or is denormal, whatever
// the order.
static Id magnitude(Graph *u, Id x) {
  const Id y = b_abs(u, x), one = b_like(u, x, 1);
  return b_select(u, b_eq(u, y, b_like(u, x, 0)), one, b_max(u, y, b_div(u, one, y)));
}

// Sums have an error in proportion to the sum of magnitudes: the same op of those. NO_ID for
// others.
static Id bound_of(Graph *u, const Graph *g, const Node *n, const Id *args) {
  if (!is_float_node(g, n)) return NO_ID;
  Id x[3] = {0};
  if (n->op == OP_reduce_sum) {
    x[0] = b_abs(u, args[0]);
  } else if (n->op == OP_reduce_prod) {
    x[0] = magnitude(u, args[0]);
  } else if (n->op == OP_dot || n->op == OP_conv) {
    x[0] = b_abs(u, args[0]), x[1] = b_abs(u, args[1]);
  } else if (n->op == OP_scatter_add) {
    x[0] = b_abs(u, args[0]), x[1] = args[1], x[2] = b_abs(u, args[2]);
  } else if (n->op == OP_scatter_mul) {
    x[0] = magnitude(u, args[0]), x[1] = args[1], x[2] = magnitude(u, args[2]);
  } else if (n->op == OP_fma) {
    for (int i = 0; i < 3; i++) x[i] = b_abs(u, args[i]);
  } else {
    return NO_ID;
  }
  return graph_copy_node(u, n, x);
}

// ---- the nodes side by side

// A value of a node, and where it is among the results of the graph of all nodes.
typedef struct Item {
  const Node *node;
  Type type;
  Id value;
  int bound;     // result of the graph of bounds; -1: none
  int exponent;  // of an integer's power: the parameter; -1: none
  int selected;  // of select_and_scatter: the parameter of its operand; -1: none
  int series;    // of zeta and polygamma: the parameter of the first operand, -1: none
  int base;      // ... and of the second
  double terms;
  bool is_complex;  // the result, or what it is the modulus of
} Item;

typedef struct Side {
  Arena *arena;
  const Graph *g;
  Graph *all, *bounds;  // nodes without their neighbours; bounds of some
  Id *param;            // per value of g: its parameter in both, or NO_ID
  Id *values;           // of g, by parameter
  int nparams;
  Item *items;
  int nitems;
} Side;

static void need_param(Side *s, Id v) {
  if (s->param[v] != NO_ID) return;
  s->param[v] = graph_param(s->all, graph_type(s->g, v), NULL);
  graph_param(s->bounds, graph_type(s->g, v), NULL);
  s->values[s->nparams++] = v;
}

static int param_of(const Side *s, Id value) {
  int i = 0;
  while (s->values[i] != value) i++;
  return i;
}

static int exponent_of(const Side *s, const Node *n) {
  return n->op == OP_pow && !is_float_node(s->g, n) ? param_of(s, n->args[1]) : -1;
}

// Windows along several dimensions are searched in an order that XLA chooses.
static int selected_of(const Side *s, const Node *n) {
  int dims = 0;
  for (int i = 0; n->op == OP_select_and_scatter && i < n->attrs->window.n; i++)
    dims += n->attrs->window.v[i] > 1;
  return dims > 1 ? param_of(s, n->args[0]) : -1;
}

static int by_value(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// Whether x has equal elements, of which that order decides, or a NaN, which is like any other.
static bool has_ties(Arena *a, const Values *v, int k) {
  const int64_t n = type_count(v->types[k]);
  double *x = ARENA_ARRAY(a, double, n + 1);
  for (int64_t i = 0; i < n; i++) {
    x[i] = values_get(v, k, i);
    if (isnan(x[i])) return true;
  }
  qsort(x, (size_t)n, sizeof *x, by_value);
  for (int64_t i = 1; i < n; i++) {
    if (x[i] == x[i - 1]) return true;
  }
  return false;
}

// XLA looks at six bits of an integer exponent, and one of its two emitters gives 0 where 1 or -1
// has a negative one. The same has infinity for a NaN without mantissa.
static bool is_wrong_there(const Item *t, const Values *operands, int64_t i, double got,
                           double want) {
  enum { HIGHEST_EXPONENT = 63 };
  if (t->node->op == OP_reduce_precision)
    return t->node->attrs->mantissa_bits == 0 && isinf(got) && isnan(want);
  if (t->exponent < 0) return false;
  const double exponent = values_get(operands, t->exponent, i);
  return exponent > HIGHEST_EXPONENT || (exponent < 0 && got == 0 && fabs(want) == 1);
}

static int series_of(const Side *s, const Node *n, int operand) {
  return n->op == OP_zeta || n->op == OP_polygamma ? param_of(s, n->args[operand]) : -1;
}

// zeta(s, q) and polygamma(s - 1, q) are compared where XLA's powers q^-s, in the type of the
// result, are far from the ends of its range. Outside q > 0 and s > 1 their poles and corners
// differ; order 0 is digamma, with zeros.
static bool is_series_compared(const Item *t, const Values *operands, int64_t i) {
  enum { MOST_ORDER = 8, MOST_BASE = 100 };
  const double least_base = 0x1p-10;
  if (t->series < 0) return true;
  const double s = values_get(operands, t->series, i), q = values_get(operands, t->base, i);
  if (!(q >= least_base && q <= MOST_BASE && s <= MOST_ORDER)) return false;
  return t->node->op == OP_zeta ? s > 1 : s >= 1 && s == floor(s);
}

static void add_node(Side *s, const Node *n, Id *results, Id *bounds, int *nbounds) {
  Id *args = ARENA_ARRAY(s->arena, Id, n->nargs + 1);
  for (int i = 0; i < n->nargs; i++) args[i] = s->param[n->args[i]];
  const Id first = graph_copy_node(s->all, n, args);
  const Id bound = bound_of(s->bounds, s->g, n, args);
  for (int i = 0; first != NO_ID && i < n->nresults; i++) {
    results[s->nitems] = first + (Id)i;
    s->items[s->nitems++] = (Item){.node = n,
                                   .type = graph_type(s->g, n->first + (Id)i),
                                   .value = n->first + (Id)i,
                                   .bound = bound == NO_ID ? -1 : *nbounds,
                                   .exponent = exponent_of(s, n),
                                   .selected = selected_of(s, n),
                                   .series = series_of(s, n, 0),
                                   .base = series_of(s, n, 1),
                                   .terms = terms_of(s->g, n),
                                   .is_complex = is_complex_node(s->g, n)};
  }
  if (bound != NO_ID) bounds[(*nbounds)++] = bound;
}

// In an order that XLA may choose; its padding is left out, ours holds the init.
static bool is_window_compared(const Graph *g, const Node *n) {
  const Attrs *at = n->attrs;
  if (at->body->nnodes != 1 || !op_info(at->body->nodes[0].op)->commutes) return false;
  if (n->op != OP_reduce_window || at->body->nodes[0].op == OP_max ||
      at->body->nodes[0].op == OP_min)
    return true;
  for (int d = 0; d < graph_type(g, n->args[0]).rank; d++) {
    if ((at->low.n && at->low.v[d]) || (at->high.n && at->high.v[d]) ||
        (at->lhs_dilation.n && at->lhs_dilation.v[d] > 1))
      return false;
  }
  return true;
}

// Of scatters whose indices have no components XLA takes the last update alone: 3 times 2 times 5
// is 15 there.
static bool is_scatter_compared(const Graph *g, const Node *n) {
  const Type indices = graph_type(g, n->args[1]);
  const int64_t axis = n->attrs->index_vector_dim;
  return axis >= indices.rank || indices.dim[axis] > 0;
}

static bool is_compared(const Graph *g, const Node *n) {
  const bool window = n->op == OP_reduce_window || n->op == OP_select_and_scatter;
  if (window && !is_window_compared(g, n)) return false;
  if (op_info(n->op)->op_class == CLASS_SCATTER && !is_scatter_compared(g, n)) return false;
  return op_info(n->op)->op_class != CLASS_CONTROL;
}

static Side side_new(Arena *a, const Graph *g) {
  Side s = {.arena = a, .g = g, .all = graph_new(a, "nodes"), .bounds = graph_new(a, "bounds")};
  const int most = g->nvalues + 1;
  Id *results = ARENA_ARRAY(a, Id, most), *bounds = ARENA_ARRAY(a, Id, most);
  int nbounds = 0;
  s.param = ARENA_ARRAY(a, Id, most);
  s.values = ARENA_ARRAY(a, Id, most);
  s.items = ARENA_ARRAY(a, Item, most);
  for (int v = 0; v < g->nvalues; v++) s.param[v] = NO_ID;
  for (int i = 0; i < g->nnodes; i++) {
    for (int k = 0; k < g->nodes[i].nargs; k++) need_param(&s, g->nodes[i].args[k]);
  }
  for (int i = 0; i < g->nnodes; i++) {
    if (is_compared(g, &g->nodes[i])) add_node(&s, &g->nodes[i], results, bounds, &nbounds);
  }
  graph_set_results(s.all, s.nitems, results);
  graph_set_results(s.bounds, nbounds, bounds);
  return s;
}

// ---- running

static bool run_on(const Device *d, Arena *a, const Graph *g, const Values *in, Values *out) {
  const CompileOptions options = {.threads = device_threads()};
  Executable *e = executable_new(d, g, &options);
  const bool ok = e && values_for_results(a, g, out) && values_run(e, in, out);
  executable_free(e);
  return ok;
}

// Denormals are zeros for XLA.
static void flush_denormals(Values *v, int k) {
  const Dtype d = v->types[k].dtype;
  if (!dtype_is_float(d)) return;
  const int64_t n = type_count(v->types[k]);
  for (int64_t i = 0; i < n; i++) {
    const double x = values_get(v, k, i);
    if (x != 0 && fabs(x) < range_of(d).smallest) values_set(v, k, i, copysign(0, x));
  }
}

// Every value of g that is an operand somewhere, in the order of the parameters of s->all.
static bool operand_values(const Side *s, const Device *ours, const Values *in, Values *out) {
  Graph every = *s->g;
  every.results = s->values;
  every.nresults = s->nparams;
  if (!run_on(ours, s->arena, &every, in, out)) return false;
  for (int k = 0; k < out->n; k++) flush_denormals(out, k);
  return true;
}

// ---- comparing

static double allowed(const Item *t, double want, double bound) {
  const Dtype d = t->type.dtype;
  const struct Tolerance *row = &tolerances[t->node->op];
  const Range range = range_of(d);
  double ulps = d == DT_F64 ? (double)row->f64 : (double)row->f32;
  if (ulps == 0 && op_info(t->node->op)->expands && t->node->op != OP_clamp) ulps = USUAL_ULPS;
  if (dtype_size(d) == 2 && (ulps > 0 || t->node->op == OP_convert)) ulps = HALF_ULPS;
  // A result may be flushed, and so may the partial results of a sum.
  const double flushed = range.smallest * (1 + t->terms);
  if (is_product(t->node)) bound = fabs(want);
  // Their zeros are sums that cancel: of numbers about 1, and of digamma(1 - x) and a cotangent.
  if (t->node->op == OP_lgamma) want = fmax(fabs(want), 1);
  if (t->node->op == OP_digamma) want = fmax(fabs(want), 8);
  return ulps * range.epsilon * fabs(want) + 2 * t->terms * range.epsilon * bound + flushed;
}

// An overflow is as far away as the largest number.
static double no_overflow(Dtype d, double x) {
  return isinf(x) ? copysign(range_of(d).greatest, x) : x;
}

static bool agrees(const Item *t, double got, double want, double bound) {
  if (got == want || (isnan(got) && isnan(want))) return true;
  if (!dtype_is_float(t->type.dtype)) return false;
  // The sum of magnitudes overflows: it depends on the order whether the sum does.
  if (!isfinite(bound)) return true;
  // Padding and holes are left out here, and are zeros that infinities meet there.
  if (t->node->op == OP_conv && !(isfinite(got) && isfinite(want))) return true;
  const double most = allowed(t, no_overflow(t->type.dtype, want), bound);
  if (isnan(got) || isnan(want)) return false;
  return fabs(no_overflow(t->type.dtype, got) - no_overflow(t->type.dtype, want)) <= most;
}

// Integers beyond 2^53 are compared as bits.
static bool same_bits(const Values *x, const Values *y, int k, int64_t i) {
  const size_t size = dtype_size(x->types[k].dtype);
  return !memcmp((const char *)x->buffers[k]->data + size * (size_t)i,
                 (const char *)y->buffers[k]->data + size * (size_t)i, size);
}

// XLA's sinh of a small number is a difference of numbers about 1/2, and a part of these functions;
// the quotients divide by one that is small where they are large.
static double complex_scale(Op op, double modulus) {
  const double least = fmax(modulus, 1);
  if (op == OP_sin || op == OP_cos || op == OP_sinh || op == OP_cosh) return least;
  return op == OP_tan || op == OP_tanh ? least * least : modulus;
}

// Of complex numbers or of their modulus. Where they meet infinities their parts differ.
static bool complex_agrees(const Item *t, const Values *got, const Values *want, int k, int64_t i) {
  const Range range = range_of(t->type.dtype);
  const Op op = t->node->op;
  const double log_ulps = t->type.dtype == DT_C128 ? (double)tolerances[OP_log1p].f64 : 0;
  const double ulps = fmax(COMPLEX_ULPS, op == OP_log || op == OP_log1p ? log_ulps : 0);
  const double x = values_part(want, k, i, 0), dx = values_part(got, k, i, 0) - x;
  const double y = values_part(want, k, i, 1), dy = values_part(got, k, i, 1) - y;
  if (!isfinite(dx) || !isfinite(dy)) return true;
  return hypot(dx, dy) <= ulps * range.epsilon * complex_scale(op, hypot(x, y)) + range.smallest;
}

static bool item_fault(const Side *s, int k, const Values *operands, const Values *got,
                       const Values *want, const Values *bounds, AgainstFault *f) {
  const Item *t = &s->items[k];
  *f = (AgainstFault){.node = t->node, .type = t->type};
  if (t->selected >= 0 && has_ties(s->arena, operands, t->selected)) return false;
  for (int64_t i = 0; i < type_count(t->type); i++) {
    if (same_bits(got, want, k, i) || !is_series_compared(t, operands, i)) continue;
    const double x = values_get(got, k, i), y = values_get(want, k, i);
    if (is_wrong_there(t, operands, i, x, y)) continue;
    if (t->is_complex && complex_agrees(t, got, want, k, i)) continue;
    const double bound = t->bound < 0 ? 0 : values_get(bounds, t->bound, i);
    if (dtype_is_float(t->type.dtype) && agrees(t, x, y, bound)) continue;
    if (!f->count++) f->index = i, f->got = x, f->want = y;
  }
  f->ulps = ulp_distance(t->type.dtype, f->got, f->want);
  return f->count > 0;
}

typedef struct Walk {
  const Device *ours, *theirs;
  int *nodes, *n, most;
  AgainstFault *faults;
} Walk;

static bool compare_graph(Walk *w, Arena *a, const Graph *g, const Values *in);

// The value of v where g runs here.
static void value_of(const Side *s, const Values *operands, Id v, Values *to, int k) {
  for (int q = 0; q < s->nparams; q++) {
    if (s->values[q] == v) values_copy(to, k, operands, q);
  }
}

// Regions on the operands of their node: those of a switch stand behind its index.
static bool compare_parts(Walk *w, const Side *s, const Values *operands) {
  bool ok = true;
  for (int i = 0; ok && i < s->g->nnodes; i++) {
    const Node *n = &s->g->nodes[i];
    for (int k = 0; ok && op_info(n->op)->op_class == CLASS_CONTROL && node_part(n, k); k++) {
      const Graph *part = node_part(n, k);
      const int skip = n->nargs - part->nparams;
      Values in = {0};
      ok = values_for_params(s->arena, part, &in);
      for (int p = 0; ok && p < part->nparams; p++)
        value_of(s, operands, n->args[p + skip], &in, p);
      ok = ok && compare_graph(w, s->arena, part, &in);
      values_free(&in);
    }
  }
  return ok;
}

static bool compare_graph(Walk *w, Arena *a, const Graph *g, const Values *in) {
  const Side s = side_new(a, g);
  Values operands = {0}, got = {0}, want = {0}, bounds = {0};
  bool ok = !failed() && operand_values(&s, w->ours, in, &operands);
  if (s.nitems)
    ok = ok && run_on(w->ours, a, s.all, &operands, &want) &&
         run_on(w->ours, a, s.bounds, &operands, &bounds) &&
         run_on(w->theirs, a, s.all, &operands, &got);
  for (int k = 0; ok && k < s.nitems; k++) {
    AgainstFault f;
    ++*w->nodes;
    if (item_fault(&s, k, &operands, &got, &want, &bounds, &f) && *w->n < w->most)
      w->faults[(*w->n)++] = f;
  }
  ok = ok && compare_parts(w, &s, &operands);
  values_free(&operands);
  values_free(&got);
  values_free(&want);
  values_free(&bounds);
  return ok;
}

bool against_nodes(Arena *a, const Device *ours, const Device *theirs, const Graph *g,
                   const Values *in, int *nodes, AgainstFault *faults, int most, int *n) {
  Walk w = {ours, theirs, nodes, n, most, faults};
  *nodes = *n = 0;
  g = graph_inline_calls(a, g);
  return g && compare_graph(&w, a, g, in);
}

// ---- whole graphs

// The relative distance of results of ops in a row that passes.
static double loose(Dtype d) {
  if (d == DT_F64) return 1e-8;
  return dtype_size(d) == 2 ? 5e-2 : 1e-3;
}

bool against_results(Arena *a, const Device *ours, const Device *theirs, const Graph *g,
                     const Values *in, Difference *d) {
  Values got = {0}, want = {0};
  *d = (Difference){.leaf = -1};
  const bool ok = run_on(ours, a, g, in, &want) && run_on(theirs, a, g, in, &got);
  for (int k = 0; ok && k < got.n && d->leaf < 0; k++) {
    const Dtype dtype = got.types[k].dtype;
    Values x = {1, &got.types[k], &got.buffers[k]}, y = {1, &want.types[k], &want.buffers[k]};
    if (!dtype_is_float(dtype)) continue;
    values_close(&x, &y, loose(dtype), d);
    if (d->leaf >= 0) d->leaf = k;
  }
  values_free(&got);
  values_free(&want);
  return ok;
}
