// The StableHLO form of every op: one row each.
#include <string.h>

#include "compiler/mlir.h"
#include "ir/eval.h"

static const char *form_name(const Node *n) { return mlir_forms[n->op].name; }

// ---- elementwise

static void print_named(MlirScope *s, const Node *n) {
  text_fmt(&s->m->out, "%s ", form_name(n));
  mlir_operands(s, n);
  text_str(&s->m->out, " : ");
  mlir_same_types(s, n);
}

// The form that every op of MLIR has; of dialects whose own forms differ.
static void print_generic(MlirScope *s, const Node *n) {
  text_fmt(&s->m->out, "\"%s\"(", form_name(n));
  mlir_operands(s, n);
  text_str(&s->m->out, ") : ");
  mlir_types(s, n);
}

static void print_converted(MlirScope *s, const Node *n) {
  text_fmt(&s->m->out, "%s ", form_name(n));
  mlir_operands(s, n);
  text_str(&s->m->out, " : ");
  mlir_types(s, n);
}

static const char *comparison_type(Dtype d) {
  switch (dtype_kind(d)) {
    case KIND_SIGNED: return "SIGNED";
    case KIND_UNSIGNED:
    case KIND_BOOL: return "UNSIGNED";
    default: return "FLOAT";
  }
}

static void print_compare(MlirScope *s, const Node *n) {
  text_fmt(&s->m->out, "stablehlo.compare %s, ", form_name(n));
  mlir_operands(s, n);
  text_fmt(&s->m->out, ", %s : ", comparison_type(graph_type(s->g, n->args[0]).dtype));
  mlir_types(s, n);
}

static void print_select(MlirScope *s, const Node *n) {
  text_str(&s->m->out, "stablehlo.select ");
  mlir_operands(s, n);
  text_str(&s->m->out, " : ");
  mlir_type(&s->m->out, graph_type(s->g, n->args[0]));
  text_str(&s->m->out, ", ");
  mlir_type(&s->m->out, graph_type(s->g, n->first));
}

// ---- reductions and contractions

// What the reader would not choose by itself.
static void print_order(MlirScope *s, const Node *n, Order usual) {
  if (n->attrs->order == usual) return;
  text_fmt(&s->m->out, " {mhlo.frontend_attributes = {jitc.order = \"%s\"}}",
           order_name(n->attrs->order));
}

static void print_reduce(MlirScope *s, const Node *n) {
  uint64_t identity[ELEMENT_WORDS];
  Text *out = &s->m->out;
  const Type x = graph_type(s->g, n->args[0]);
  op_identity(n->op, x.dtype, identity);
  const char *init = mlir_scalar(s, x.dtype, identity);
  text_fmt(out,
           "stablehlo.reduce(%s init: %s) applies %s across dimensions = ", s->name[n->args[0]],
           init, form_name(n));
  mlir_ints(out, n->attrs->axes);
  print_order(s, n, reduce_order(x, n->attrs->axes));
  text_str(out, " : (");
  mlir_type(out, x);
  text_str(out, ", ");
  mlir_type(out, type_scalar(x.dtype));
  text_str(out, ") -> ");
  mlir_type(out, graph_type(s->g, n->first));
}

// One op of a region written by hand: "\n  %7 = stablehlo.or %5, %6 : T"; its name.
static const char *region_op(MlirScope *s, const char *op, const char *a, const char *b,
                             const char *types) {
  const char *name = mlir_fresh(s->m);
  mlir_line(s->m, s->indent + 2);
  text_fmt(&s->m->out, "%s = stablehlo.%s%s, %s : %s", name, op, a, b, types);
  return name;
}

static const char *region_compare(MlirScope *s, const char *direction, Dtype d, bool total,
                                  const char *a, const char *b) {
  const char *t = stablehlo_type(s->m->arena, type_scalar(d)), *name = mlir_fresh(s->m);
  mlir_line(s->m, s->indent + 2);
  text_fmt(&s->m->out, "%s = stablehlo.compare %s, %s, %s, %s : (%s, %s) -> tensor<i1>", name,
           direction, a, b, total ? "TOTALORDER" : comparison_type(d), t, t);
  return name;
}

static const char *region_select(MlirScope *s, const char *p, const char *a, const char *b,
                                 const char *type) {
  const char *name = mlir_fresh(s->m);
  mlir_line(s->m, s->indent + 2);
  text_fmt(&s->m->out, "%s = stablehlo.select %s, %s, %s : tensor<i1>, %s", name, p, a, b, type);
  return name;
}

// a beats b: larger (smaller), or NaN.
static const char *wins(MlirScope *s, const char *direction, Dtype d, const char *a,
                        const char *b) {
  const char *more = region_compare(s, direction, d, false, a, b);
  return region_op(s, "or ", more, region_compare(s, "NE", d, false, a, a), "tensor<i1>");
}

// "^bb0(%5: T, ..)" in front of the ops of a region: n pairs of arguments, of types by turns.
static void region_head(MlirScope *s, int n, const char *const *names, const Dtype *dtypes) {
  text_str(&s->m->out, "({");
  mlir_line(s->m, s->indent);
  text_str(&s->m->out, "^bb0(");
  for (int i = 0; i < n; i++) {
    text_fmt(&s->m->out, i ? ", %s: " : "%s: ", names[i]);
    mlir_type(&s->m->out, type_scalar(dtypes[i]));
  }
  text_str(&s->m->out, "):");
}

static void region_return(MlirScope *s, const char *what) {
  mlir_line(s->m, s->indent + 2);
  text_fmt(&s->m->out, "stablehlo.return %s", what);
  mlir_line(s->m, s->indent);
  text_str(&s->m->out, "})");
}

// The region of a reduction to (value, index): the winner, the first of equals.
static void arg_region(MlirScope *s, const char *direction, Dtype d) {
  const char *v[4];
  const char *t = stablehlo_type(s->m->arena, type_scalar(d)), *ti = "tensor<i32>";
  for (int i = 0; i < 4; i++) v[i] = mlir_fresh(s->m);
  region_head(s, 4, v, (Dtype[]){d, DT_I32, d, DT_I32});
  const char *more = wins(s, direction, d, v[0], v[2]);
  const char *equal = region_compare(s, "EQ", d, false, v[0], v[2]);
  const char *sooner = region_compare(s, "LT", DT_I32, false, v[1], v[3]);
  const char *first = region_op(s, "and ", equal, sooner, "tensor<i1>");
  const char *pick = region_op(s, "or ", more, first, "tensor<i1>");
  const char *value = region_select(s, more, v[0], v[2], t);
  const char *index = region_select(s, pick, v[1], v[3], ti);
  region_return(s, arena_printf(s->m->arena, "%s, %s : %s, %s", value, index, t, ti));
}

static void print_argreduce(MlirScope *s, const Node *n) {
  Mlir *m = s->m;
  uint64_t identity = 0;
  const Type x = graph_type(s->g, n->args[0]), i = {DT_I32, x.rank, x.dim};
  Type y = graph_type(s->g, n->first);
  op_identity(n->op == OP_argmax ? OP_reduce_max : OP_reduce_min, x.dtype, &identity);
  const char *init = mlir_scalar(s, x.dtype, &identity);
  const char *zero = mlir_scalar(s, DT_I32, &(int32_t){0}), *iota = mlir_fresh(m);
  const char *tx = stablehlo_type(m->arena, x), *ti = stablehlo_type(m->arena, i);
  text_str(&m->before, "\n");
  text_pad(&m->before, s->indent);
  text_fmt(&m->before, "%s = stablehlo.iota dim = %lld : %s", iota, (long long)n->attrs->axis, ti);
  text_fmt(&m->out, "\"stablehlo.reduce\"(%s, %s, %s, %s) <{dimensions = array<i64: %lld>}> ",
           s->name[n->args[0]], iota, init, zero, (long long)n->attrs->axis);
  arg_region(s, form_name(n), x.dtype);
  const char *scalar = stablehlo_type(m->arena, type_scalar(x.dtype));
  const char *indices = stablehlo_type(m->arena, y);
  y.dtype = x.dtype;
  text_fmt(&m->out, " : (%s, %s, %s, tensor<i32>) -> (%s, %s)", tx, ti, scalar,
           stablehlo_type(m->arena, y), indices);
}

static void print_dot(MlirScope *s, const Node *n) {
  const Attrs *at = n->attrs;
  Text *out = &s->m->out;
  const Type x = graph_type(s->g, n->args[0]), y = graph_type(s->g, n->args[1]);
  text_str(out, "stablehlo.dot_general ");
  mlir_operands(s, n);
  if (at->lhs_batch.n) {
    text_str(out, ", batching_dims = ");
    mlir_ints(out, at->lhs_batch);
    text_str(out, " x ");
    mlir_ints(out, at->rhs_batch);
  }
  text_str(out, ", contracting_dims = ");
  mlir_ints(out, at->lhs_contract);
  text_str(out, " x ");
  mlir_ints(out, at->rhs_contract);
  // f32 stays f32 where the machine would rather use less.
  if (dtype_is_float(x.dtype)) text_str(out, ", precision = [HIGHEST, HIGHEST]");
  print_order(s, n, dot_order(x, y, at));
  text_str(out, " : ");
  mlir_types(s, n);
}

// ---- shape

// ", dims = [..]" behind the operands.
static void print_listed(MlirScope *s, const Node *n, const char *word, Ints v) {
  text_fmt(&s->m->out, "%s ", form_name(n));
  mlir_operands(s, n);
  text_fmt(&s->m->out, ", %s = ", word);
  mlir_ints(&s->m->out, v);
  text_str(&s->m->out, " : ");
  mlir_types(s, n);
}

static void print_broadcast(MlirScope *s, const Node *n) {
  print_listed(s, n, "dims", n->attrs->dims);
}
static void print_transpose(MlirScope *s, const Node *n) {
  print_listed(s, n, "dims", n->attrs->perm);
}

static void print_reverse(MlirScope *s, const Node *n) {
  text_fmt(&s->m->out, "stablehlo.reverse %s, dims = ", s->name[n->args[0]]);
  mlir_ints(&s->m->out, n->attrs->axes);
  text_str(&s->m->out, " : ");
  mlir_type(&s->m->out, graph_type(s->g, n->first));
}

static void print_fft(MlirScope *s, const Node *n) {
  text_fmt(&s->m->out, "stablehlo.fft %s, type = %s, length = ", s->name[n->args[0]], form_name(n));
  mlir_ints(&s->m->out, n->attrs->length);
  text_str(&s->m->out, " : ");
  mlir_types(s, n);
}

static void print_slice(MlirScope *s, const Node *n) {
  const Attrs *at = n->attrs;
  Text *out = &s->m->out;
  text_fmt(out, "stablehlo.slice %s [", s->name[n->args[0]]);
  for (int i = 0; i < at->start.n; i++) {
    text_fmt(out, "%s%lld:%lld", i ? ", " : "", (long long)at->start.v[i],
             (long long)at->limit.v[i]);
    if (at->stride.v[i] != 1) text_fmt(out, ":%lld", (long long)at->stride.v[i]);
  }
  text_str(out, "] : ");
  mlir_types(s, n);
}

static void print_pad(MlirScope *s, const Node *n) {
  Text *out = &s->m->out;
  text_str(out, "stablehlo.pad ");
  mlir_operands(s, n);
  text_str(out, ", low = "), mlir_ints(out, n->attrs->low);
  text_str(out, ", high = "), mlir_ints(out, n->attrs->high);
  text_str(out, ", interior = "), mlir_ints(out, n->attrs->interior);
  text_str(out, " : ");
  mlir_types(s, n);
}

static void print_concatenate(MlirScope *s, const Node *n) {
  text_str(&s->m->out, "stablehlo.concatenate ");
  mlir_operands(s, n);
  text_fmt(&s->m->out, ", dim = %lld : ", (long long)n->attrs->axis);
  mlir_types(s, n);
}

static void print_iota(MlirScope *s, const Node *n) {
  text_fmt(&s->m->out, "stablehlo.iota dim = %lld : ", (long long)n->attrs->axis);
  mlir_type(&s->m->out, graph_type(s->g, n->first));
}

static void print_constant(MlirScope *s, const Node *n) {
  text_str(&s->m->out, "stablehlo.constant ");
  mlir_literal(&s->m->out, &n->attrs->literal);
}

// ---- indexing

static void print_numbers(MlirScope *s, const char *const *names, const Attrs *at) {
  const Ints lists[] = {at->offset_dims, at->collapsed_dims, at->operand_batch, at->index_batch,
                        at->index_map};
  for (int i = 0; i < 5; i++) {
    if (!lists[i].n) continue;
    text_fmt(&s->m->out, "%s = ", names[i]);
    mlir_ints(&s->m->out, lists[i]);
    text_str(&s->m->out, ", ");
  }
  text_fmt(&s->m->out, "index_vector_dim = %lld>", (long long)at->index_vector_dim);
}

// "array<i64: 1, 2>"
static void print_array(Text *out, Ints v) {
  text_str(out, "array<i64");
  for (int i = 0; i < v.n; i++) text_fmt(out, i ? ", %lld" : ": %lld", (long long)v.v[i]);
  text_str(out, ">");
}

static void print_gather(MlirScope *s, const Node *n) {
  static const char *const names[] = {"offset_dims", "collapsed_slice_dims",
                                      "operand_batching_dims", "start_indices_batching_dims",
                                      "start_index_map"};
  Text *out = &s->m->out;
  text_str(out, "\"stablehlo.gather\"(");
  mlir_operands(s, n);
  text_str(out, ") <{dimension_numbers = #stablehlo.gather<");
  print_numbers(s, names, n->attrs);
  text_str(out, ", indices_are_sorted = false, slice_sizes = ");
  print_array(out, n->attrs->slice_sizes);
  text_str(out, "}> : ");
  mlir_types(s, n);
}

static void print_scatter_head(MlirScope *s, const Node *n) {
  static const char *const names[] = {"update_window_dims", "inserted_window_dims",
                                      "input_batching_dims", "scatter_indices_batching_dims",
                                      "scatter_dims_to_operand_dims"};
  Text *out = &s->m->out;
  text_str(out, "\"stablehlo.scatter\"(");
  mlir_operands(s, n);
  text_str(out, ") <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<");
  print_numbers(s, names, n->attrs);
  text_str(out, ", unique_indices = false}> ");
}

// Elements combined with updates by one op, or replaced.
static void print_scatter(MlirScope *s, const Node *n) {
  Text *out = &s->m->out;
  const Dtype d = graph_type(s->g, n->args[0]).dtype;
  const char *v[2] = {mlir_fresh(s->m), mlir_fresh(s->m)};
  const char *t = stablehlo_type(s->m->arena, type_scalar(d));
  print_scatter_head(s, n);
  region_head(s, 2, v, (Dtype[]){d, d});
  const char *y = form_name(n) ? region_op(s, form_name(n), v[0], v[1], t) : v[1];
  region_return(s, arena_printf(s->m->arena, "%s : %s", y, t));
  text_str(out, " : ");
  mlir_types(s, n);
}

static void print_dynamic_slice(MlirScope *s, const Node *n) {
  print_listed(s, n, "sizes", n->attrs->slice_sizes);
}

// ---- sort

// -0 as 0, every NaN as the one that comes last.
static const char *canonical(MlirScope *s, Dtype d, const char *x, const char *zero,
                             const char *nan) {
  const char *t = stablehlo_type(s->m->arena, type_scalar(d));
  const char *is_zero = region_compare(s, "EQ", d, false, x, zero);
  const char *y = region_select(s, is_zero, zero, x, t);
  return region_select(s, region_compare(s, "NE", d, false, x, x), nan, y, t);
}

static void sort_region(MlirScope *s, const Node *n) {
  Mlir *m = s->m;
  const char **v = ARENA_ARRAY(m->arena, const char *, 2 * n->nargs);
  Dtype *dtypes = ARENA_ARRAY(m->arena, Dtype, 2 * n->nargs);
  for (int i = 0; i < 2 * n->nargs; i++) {
    v[i] = mlir_fresh(m);
    dtypes[i] = graph_type(s->g, n->args[i / 2]).dtype;
  }
  region_head(s, 2 * n->nargs, v, dtypes);
  const char *key[2] = {v[0], v[1]};
  const bool is_float = dtype_is_float(dtypes[0]);
  if (is_float) {
    const char *constant[2];
    for (int i = 0; i < 2; i++) {
      uint64_t bits = 0;
      const double value = i ? (double)__builtin_nan("") : 0;
      eval_op(OP_convert, DT_F64, dtypes[0], 1, &bits, (const void *[]){&value});
      constant[i] = mlir_fresh(m);
      mlir_line(m, s->indent + 2);
      text_fmt(&m->out, "%s = stablehlo.constant ", constant[i]);
      mlir_literal(&m->out, &(Literal){type_scalar(dtypes[0]), true, &bits});
    }
    for (int i = 0; i < 2; i++) key[i] = canonical(s, dtypes[0], v[i], constant[0], constant[1]);
  }
  const char *less = region_compare(s, "LT", dtypes[0], is_float, key[0], key[1]);
  region_return(s, arena_printf(m->arena, "%s : tensor<i1>", less));
}

static void print_sort(MlirScope *s, const Node *n) {
  text_str(&s->m->out, "\"stablehlo.sort\"(");
  mlir_operands(s, n);
  text_fmt(&s->m->out, ") <{dimension = %lld : i64, is_stable = true}> ",
           (long long)n->attrs->axis);
  sort_region(s, n);
  text_str(&s->m->out, " : ");
  mlir_types(s, n);
}

// ---- control

static void print_call(MlirScope *s, const Node *n) {
  text_fmt(&s->m->out, "call @%s(", mlir_callee(s->m, n->attrs->body));
  mlir_operands(s, n);
  text_str(&s->m->out, ") : ");
  mlir_types(s, n);
}

// The carry has names of its own; constants are seen from outside.
static void print_while(MlirScope *s, const Node *n) {
  Mlir *m = s->m;
  const int carry = (int)n->attrs->ncarry;
  const char **params = ARENA_ARRAY(m->arena, const char *, n->nargs + 1);
  text_str(&m->out, "stablehlo.while(");
  for (int i = 0; i < n->nargs; i++) {
    params[i] = i < carry ? mlir_fresh(m) : s->name[n->args[i]];
    if (i < carry) text_fmt(&m->out, i ? ", %s = %s" : "%s = %s", params[i], s->name[n->args[i]]);
  }
  text_str(&m->out, ")");
  for (int i = 0; i < carry; i++) {
    text_str(&m->out, i ? ", " : " : ");
    mlir_type(&m->out, graph_type(s->g, n->args[i]));
  }
  mlir_line(m, s->indent);
  text_str(&m->out, "cond {");
  mlir_region(s, n->attrs->cond, params);
  mlir_line(m, s->indent);
  text_str(&m->out, "} do {");
  mlir_region(s, n->attrs->body, params);
  mlir_line(m, s->indent);
  text_str(&m->out, "}");
}

// "({ ^bb0(..): .. })" of a graph of scalars.
static void print_scalar_region(MlirScope *s, const Graph *g) {
  Arena *a = s->m->arena;
  const char **names = ARENA_ARRAY(a, const char *, g->nparams + 1);
  Dtype *dtypes = ARENA_ARRAY(a, Dtype, g->nparams + 1);
  for (int i = 0; i < g->nparams; i++) {
    names[i] = mlir_fresh(s->m);
    dtypes[i] = graph_type(g, g->params[i]).dtype;
  }
  region_head(s, g->nparams, names, dtypes);
  mlir_region(s, g, names);
  mlir_line(s->m, s->indent);
  text_str(&s->m->out, "})");
}

static void print_by(MlirScope *s, const Node *n, const Graph *body) {
  print_scalar_region(s, body);
  text_str(&s->m->out, " : ");
  mlir_types(s, n);
}

static void print_reduce_by(MlirScope *s, const Node *n) {
  text_str(&s->m->out, "\"stablehlo.reduce\"(");
  mlir_operands(s, n);
  text_str(&s->m->out, ") <{dimensions = ");
  print_array(&s->m->out, n->attrs->axes);
  text_str(&s->m->out, "}> ");
  print_by(s, n, n->attrs->body);
}

static void print_scatter_by(MlirScope *s, const Node *n) {
  print_scatter_head(s, n);
  print_by(s, n, n->attrs->body);
}

static void print_sort_by(MlirScope *s, const Node *n) {
  text_str(&s->m->out, "\"stablehlo.sort\"(");
  mlir_operands(s, n);
  text_fmt(&s->m->out, ") <{dimension = %lld : i64, is_stable = true}> ",
           (long long)n->attrs->axis);
  print_by(s, n, n->attrs->cond);
}

// Branches see their operands from outside.
static void print_switch(MlirScope *s, const Node *n) {
  Mlir *m = s->m;
  const Graphs all = n->attrs->branches;
  const char **params = ARENA_ARRAY(m->arena, const char *, n->nargs);
  const char *index = s->name[n->args[0]];
  for (int i = 1; i < n->nargs; i++) params[i - 1] = s->name[n->args[i]];
  if (graph_type(s->g, n->args[0]).dtype == DT_BOOL) {
    const char *name = mlir_fresh(m);
    text_str(&m->before, "\n");
    text_pad(&m->before, s->indent);
    text_fmt(&m->before, "%s = stablehlo.convert %s : (tensor<i1>) -> tensor<i32>", name, index);
    index = name;
  }
  text_fmt(&m->out, "\"stablehlo.case\"(%s) (", index);
  for (int i = 0; i < all.n; i++) {
    text_str(&m->out, i ? ", {" : "{");
    mlir_region(s, all.v[i], params);
    mlir_line(m, s->indent);
    text_str(&m->out, "}");
  }
  text_str(&m->out, ") : (tensor<i32>) -> ");
  mlir_result_types(s, n);
}

static void print_reduce_precision(MlirScope *s, const Node *n) {
  text_fmt(&s->m->out, "%s ", form_name(n));
  mlir_operands(s, n);
  text_fmt(&s->m->out, ", format = e%lldm%lld : ", (long long)n->attrs->exponent_bits,
           (long long)n->attrs->mantissa_bits);
  mlir_same_types(s, n);
}

// ---- the table

#define NAMED(op, text) [OP_##op] = {.print = print_named, .name = "stablehlo." text}
#define NAMED_REAL(op, text) \
  [OP_##op] = {print_named, "stablehlo." text, mlir_by_parts, mlir_is_complex}
#define CHLO(op, text) [OP_##op] = {.print = print_generic, .name = "chlo." text}
#define COMPARE(op, text) [OP_##op] = {.print = print_compare, .name = text}
#define ORDER(op, text) [OP_##op] = {print_compare, text, mlir_by_parts, mlir_is_complex}
#define REDUCE(op, text) \
  [OP_##op] = {print_reduce, "stablehlo." text, mlir_pass, mlir_reduces_nothing}
#define SCATTER(op, text) \
  [OP_scatter_##op] = {print_scatter, text, mlir_scalar_scatter, mlir_is_scalar}

const MlirForm mlir_forms[OP_COUNT] = {
    NAMED(neg, "negate"),
    NAMED(sqrt, "sqrt"),
    NAMED(rsqrt, "rsqrt"),
    NAMED(floor, "floor"),
    NAMED(ceil, "ceil"),
    NAMED(round_even, "round_nearest_even"),
    NAMED(exp, "exponential"),
    NAMED(log, "log"),
    NAMED(log1p, "log_plus_one"),
    NAMED(expm1, "exponential_minus_one"),
    NAMED(tanh, "tanh"),
    NAMED(logistic, "logistic"),
    NAMED(sin, "sine"),
    NAMED(cos, "cosine"),
    NAMED(not, "not"),
    NAMED_REAL(is_finite, "is_finite"),
    NAMED(add, "add"),
    NAMED(sub, "subtract"),
    NAMED(mul, "multiply"),
    NAMED(div, "divide"),
    NAMED(rem, "remainder"),
    NAMED_REAL(max, "maximum"),
    NAMED_REAL(min, "minimum"),
    NAMED(pow, "power"),
    NAMED(and, "and"),
    NAMED(or, "or"),
    NAMED(xor, "xor"),
    NAMED(shift_left, "shift_left"),
    NAMED(shift_right_logical, "shift_right_logical"),
    NAMED(shift_right_arithmetic, "shift_right_arithmetic"),
    NAMED(clamp, "clamp"),
    [OP_abs] = {print_named, "stablehlo.abs", mlir_pass, mlir_is_unsigned},
    [OP_sign] = {print_named, "stablehlo.sign", mlir_unsigned_sign, mlir_is_unsigned},
    NAMED(cbrt, "cbrt"),
    NAMED(tan, "tan"),
    NAMED(round_away, "round_nearest_afz"),
    NAMED(popcnt, "popcnt"),
    NAMED(clz, "count_leading_zeros"),
    NAMED(atan2, "atan2"),
    CHLO(erf, "erf"),
    CHLO(erfc, "erfc"),
    CHLO(erf_inv, "erf_inv"),
    CHLO(asin, "asin"),
    CHLO(acos, "acos"),
    CHLO(atan, "atan"),
    CHLO(sinh, "sinh"),
    CHLO(cosh, "cosh"),
    CHLO(asinh, "asinh"),
    CHLO(acosh, "acosh"),
    CHLO(atanh, "atanh"),
    CHLO(lgamma, "lgamma"),
    CHLO(digamma, "digamma"),
    CHLO(bessel_i1e, "bessel_i1e"),
    CHLO(nextafter, "next_after"),
    CHLO(zeta, "zeta"),
    CHLO(polygamma, "polygamma"),
    [OP_exp2] = {.rule = mlir_exp2},
    [OP_bessel_i0e] = {.rule = mlir_expanded},
    [OP_reduce_precision] = {print_reduce_precision, "stablehlo.reduce_precision"},
    [OP_complex] = {print_converted, "stablehlo.complex"},
    [OP_real] = {print_converted, "stablehlo.real"},
    [OP_imag] = {print_converted, "stablehlo.imag"},
    [OP_convert] = {print_converted, "stablehlo.convert"},
    [OP_bitcast_convert] = {print_converted, "stablehlo.bitcast_convert"},
    COMPARE(eq, "EQ"),
    COMPARE(ne, "NE"),
    ORDER(lt, "LT"),
    ORDER(le, "LE"),
    ORDER(gt, "GT"),
    ORDER(ge, "GE"),
    [OP_select] = {print_select},
    [OP_integer_pow] = {.rule = mlir_power},
    [OP_stop_gradient] = {.rule = mlir_pass},
    [OP_fma] = {.rule = mlir_fma},
    REDUCE(reduce_sum, "add"),
    REDUCE(reduce_prod, "multiply"),
    REDUCE(reduce_max, "maximum"),
    REDUCE(reduce_min, "minimum"),
    REDUCE(reduce_and, "and"),
    REDUCE(reduce_or, "or"),
    REDUCE(reduce_xor, "xor"),
    [OP_reduce] = {print_reduce_by},
    [OP_argmax] = {print_argreduce, "GT", .extra = 1},
    [OP_argmin] = {print_argreduce, "LT", .extra = 1},
    [OP_dot] = {print_dot},
    [OP_fft] = {print_fft, "FFT"},
    [OP_ifft] = {print_fft, "IFFT"},
    [OP_rfft] = {print_fft, "RFFT"},
    [OP_irfft] = {print_fft, "IRFFT"},
    [OP_dft] = {.rule = mlir_dft},
    [OP_rdft] = {.rule = mlir_rdft},
    [OP_irdft] = {.rule = mlir_irdft},
    [OP_reshape] = {print_converted, "stablehlo.reshape"},
    [OP_broadcast] = {print_broadcast, "stablehlo.broadcast_in_dim"},
    [OP_transpose] = {print_transpose, "stablehlo.transpose"},
    [OP_slice] = {print_slice},
    [OP_pad] = {print_pad},
    [OP_affine] = {.rule = mlir_affine},
    [OP_conv] = {mlir_conv},
    [OP_reduce_window] = {mlir_reduce_window, NULL, mlir_scalar_window, mlir_is_scalar},
    [OP_select_and_scatter] = {mlir_select_and_scatter, NULL, mlir_scalar_window, mlir_is_scalar},
    [OP_reverse] = {print_reverse},
    [OP_concatenate] = {print_concatenate},
    [OP_iota] = {print_iota},
    [OP_constant] = {print_constant},
    [OP_gather] = {print_gather, NULL, mlir_masked_gather, mlir_fills},
    SCATTER(set, NULL),
    SCATTER(add, "add "),
    SCATTER(mul, "multiply "),
    SCATTER(max, "maximum "),
    SCATTER(min, "minimum "),
    SCATTER(and, "and "),
    SCATTER(or, "or "),
    SCATTER(xor, "xor "),
    [OP_scatter] = {print_scatter_by, NULL, mlir_scalar_scatter, mlir_is_scalar},
    [OP_dynamic_slice] = {print_dynamic_slice, "stablehlo.dynamic_slice", mlir_same_starts,
                          mlir_mixed_starts},
    [OP_dynamic_update_slice] = {print_converted, "stablehlo.dynamic_update_slice",
                                 mlir_same_starts, mlir_mixed_starts},
    [OP_sort] = {print_sort},
    [OP_sort_by] = {print_sort_by},
    [OP_call] = {print_call},
    [OP_while] = {print_while},
    [OP_switch] = {print_switch},
    [OP_optimization_barrier] = {print_generic, "stablehlo.optimization_barrier"},
};
