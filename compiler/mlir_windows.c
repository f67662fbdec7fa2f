// StableHLO text of convolutions and windows.
#include "compiler/mlir.h"
#include "ir/window.h"

static void list(Text *out, const char *name, Ints v) {
  text_fmt(out, "%s = ", name);
  mlir_ints(out, v);
}

// The padding of x, whose dimensions with windows `dims` lists (NULL: all). What cuts off more than
// there is leaves nothing: XLA aborts at sizes below zero.
static void pairs(Text *out, const Attrs *at, Type x, const int64_t *dims) {
  text_str(out, "[");
  for (int i = 0; i < at->low.n; i++) {
    const int64_t base = at->lhs_dilation.n ? at->lhs_dilation.v[i] : 1;
    const int64_t least = -dilated(x.dim[dims ? dims[i] : i], base) - at->low.v[i];
    const int64_t high = at->high.v[i] > least ? at->high.v[i] : least;
    text_fmt(out, "%s[%lld, %lld]", i ? ", " : "", (long long)at->low.v[i], (long long)high);
  }
  text_str(out, "]");
}

static void dim_numbers(Text *out, Ints dims, const char *first, const char *second) {
  text_str(out, "[");
  for (int64_t d = 0; d < dims.n; d++) {
    int k = 0;
    while (dims.v[k] != d) k++;
    if (d) text_str(out, ", ");
    if (k < 2) text_str(out, k ? second : first);
    else text_fmt(out, "%d", k - 2);
  }
  text_str(out, "]");
}

void mlir_conv(MlirScope *s, const Node *n) {
  const Attrs *at = n->attrs;
  Text *out = &s->m->out;
  text_str(out, "stablehlo.convolution(");
  mlir_operands(s, n);
  text_str(out, ") dim_numbers = ");
  dim_numbers(out, at->lhs_dims, "b", "f");
  text_str(out, "x");
  dim_numbers(out, at->rhs_dims, "o", "i");
  text_str(out, "->");
  dim_numbers(out, at->out_dims, "b", "f");
  text_str(out, ", window = {");
  if (at->stride.n) {
    list(out, "stride", at->stride);
    text_str(out, ", pad = "), pairs(out, at, graph_type(s->g, n->args[0]), at->lhs_dims.v + 2);
    list(out, ", lhs_dilate", at->lhs_dilation);
    list(out, ", rhs_dilate", at->rhs_dilation);
  }
  text_fmt(out, "} {batch_group_count = %lld : i64, feature_group_count = %lld : i64",
           (long long)at->batch_groups, (long long)at->feature_groups);
  if (dtype_is_float(graph_type(s->g, n->first).dtype))
    text_str(out,
             ", precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]");
  text_str(out, "} : ");
  mlir_types(s, n);
}

// ---- windows with regions

static void array(Text *out, const char *name, Ints v) {
  text_fmt(out, "%s = array<i64", name);
  for (int i = 0; i < v.n; i++) text_fmt(out, i ? ", %lld" : ": %lld", (long long)v.v[i]);
  text_str(out, ">");
}

static void scalar_region(MlirScope *s, const Graph *g) {
  Mlir *m = s->m;
  const char **params = ARENA_ARRAY(m->arena, const char *, g->nparams + 1);
  text_str(&m->out, "{");
  mlir_line(m, s->indent);
  text_str(&m->out, "^bb0(");
  for (int i = 0; i < g->nparams; i++) {
    params[i] = mlir_fresh(m);
    text_fmt(&m->out, "%s%s: ", i ? ", " : "", params[i]);
    mlir_type(&m->out, graph_type(g, g->params[i]));
  }
  text_str(&m->out, "):");
  mlir_region(s, g, params);
  mlir_line(m, s->indent);
  text_str(&m->out, "}");
}

static void print_windowed(MlirScope *s, const Node *n, const char *name, bool dilated) {
  const Attrs *at = n->attrs;
  Text *out = &s->m->out;
  text_fmt(out, "\"%s\"(", name);
  mlir_operands(s, n);
  text_str(out, ") <{");
  if (at->low.n) {
    text_str(out, "padding = dense<"), pairs(out, at, graph_type(s->g, n->args[0]), NULL);
    text_fmt(out, "> : tensor<%dx2xi64>, ", at->low.n);
  }
  array(out, "window_dimensions", at->window);
  array(out, ", window_strides", at->stride);
  if (dilated) array(out, ", base_dilations", at->lhs_dilation);
  if (dilated) array(out, ", window_dilations", at->rhs_dilation);
  text_str(out, "}> (");
  if (at->cond) scalar_region(s, at->cond), text_str(out, ", ");
  scalar_region(s, at->body);
  text_str(out, ") : ");
  mlir_types(s, n);
}

void mlir_reduce_window(MlirScope *s, const Node *n) {
  print_windowed(s, n, "stablehlo.reduce_window", true);
}

void mlir_select_and_scatter(MlirScope *s, const Node *n) {
  print_windowed(s, n, "stablehlo.select_and_scatter", false);
}

// As the one window of a vector: XLA aborts at windows of scalars.
void mlir_scalar_window(Legalize *s) {
  Graph *g = s->g;
  const Node *n = s->node;
  const bool dilates = n->op == OP_reduce_window;
  const Ints one = INTS(1), none = INTS(0);
  Attrs at = *n->attrs;
  at.window = at.stride = one;
  at.low = at.high = none;
  at.lhs_dilation = at.rhs_dilation = dilates ? one : (Ints){0};
  Id args[3];
  for (int i = 0; i < n->nargs; i++)  // the init is a scalar there as well
    args[i] = i < n->nargs - 1 ? b_reshape(g, s->args[i], INTS(1)) : s->args[i];
  s->results[0] = b_reshape(g, graph_add(g, n->op, n->nargs, args, &at), (Ints){0});
}

// ---- views

// start + map * index, for dimension i of x, as i64 of the view's shape.
static Id numerator(Graph *g, const Attrs *at, int i) {
  const Type t = type_of(DT_I64, at->shape);
  Id sum = b_broadcast(g, b_scalar_int(g, DT_I64, at->start.v[i]), at->shape, (Ints){0});
  for (int k = 0; k < at->shape.n; k++) {
    const int64_t by = at->map.v[i * at->shape.n + k];
    if (!by) continue;
    const Id factor = b_broadcast(g, b_scalar_int(g, DT_I64, by), at->shape, (Ints){0});
    sum = b_add(g, sum, b_mul(g, b_iota(g, t, k), factor));
  }
  return sum;
}

// A gather by computed places, and the value where they are none.
void mlir_affine(Legalize *s) {
  Graph *g = s->g;
  const Attrs *at = s->node->attrs;
  const Type x = legalize_arg(s, 0), t = type_of(x.dtype, at->shape);
  const Id value = b_broadcast(g, s->args[1], at->shape, (Ints){0});
  s->results[0] = value;
  if (!type_count(x) || !type_count(t)) return;
  Id inside = b_full(g, (Type){DT_BOOL, t.rank, t.dim}, 1);
  Id line = b_full(g, (Type){DT_I64, t.rank, t.dim}, 0);
  for (int i = 0; i < x.rank && !failed(); i++) {
    const Id sum = numerator(g, at, i);
    const Id by = b_broadcast(g, b_scalar_int(g, DT_I64, at->stride.v[i]), at->shape, (Ints){0});
    const Id size = b_broadcast(g, b_scalar_int(g, DT_I64, x.dim[i]), at->shape, (Ints){0});
    const Id zero = b_like(g, sum, 0), place = b_div(g, sum, by);
    inside = b_and(g, inside, b_eq(g, b_rem(g, sum, by), zero));
    inside = b_and(g, inside, b_and(g, b_ge(g, sum, zero), b_lt(g, place, size)));
    line = b_add(g, b_mul(g, line, size), place);
  }
  const Id flat = b_reshape(g, s->args[0], INTS(type_count(x)));
  const Attrs take = {.collapsed_dims = INTS(0),
                      .index_map = INTS(0),
                      .index_vector_dim = t.rank,
                      .slice_sizes = INTS(1),
                      .mode = MODE_CLIP};
  const Id got = graph_add(g, OP_gather, 2, (Id[]){flat, line}, &take);
  s->results[0] = b_select(g, inside, got, value);
}
