// Rules of simplify for ops that move elements. The contract stands in compiler/simplify.c.
#include <string.h>

#include "compiler/simplify_rules.h"
#include "ir/build.h"

#define KEEP NO_ID

static const Node *operand(const Site *s, Op op) {
  const Node *n = graph_def(s->g, s->args[0]);
  return n && n->op == op ? n : NULL;
}

static Id add1(const Site *s, Op op, Id x, const Attrs *at) {
  return simplify_add(s, op, 1, &x, at);
}

static bool is_identity(Ints v) {
  for (int i = 0; i < v.n; i++) {
    if (v.v[i] != i) return false;
  }
  return true;
}

static bool all_are(Ints v, int64_t value) {
  for (int i = 0; i < v.n; i++) {
    if (v.v[i] != value) return false;
  }
  return true;
}

Type simplify_type(const Site *s) {
  Type out = {0};
  Type args[2] = {s->type, s->nargs > 1 ? graph_type(s->g, s->args[1]) : s->type};
  Infer in = {s->g->arena, s->op, s->nargs, args, s->attrs, s->g->loc, 1, &out};
  return op_infer(&in) ? out : s->type;
}

// Whatever is done to equal elements.
static Id of_uniform(const Site *s) {
  uint64_t bits;
  if (!simplify_uniform(s->g, s->args[0], &bits)) return KEEP;
  return simplify_full(s, simplify_type(s), bits);
}

static Id broadcast_rule(const Site *s) {
  const Ints shape = s->attrs->shape, dims = s->attrs->dims;
  if (ints_equal(type_shape(s->type), shape) && is_identity(dims)) return s->args[0];
  const Node *n = operand(s, OP_broadcast);
  if (!n) return KEEP;
  int64_t through[MAX_RANK];
  const Ints first = n->attrs->dims;
  for (int i = 0; i < first.n; i++) through[i] = dims.v[first.v[i]];
  return add1(s, OP_broadcast, n->args[0], &(Attrs){.shape = shape, .dims = {first.n, through}});
}

static Id reshape_rule(const Site *s) {
  if (ints_equal(type_shape(s->type), s->attrs->shape)) return s->args[0];
  const Node *n = operand(s, OP_reshape);
  return n ? add1(s, OP_reshape, n->args[0], s->attrs) : of_uniform(s);
}

static Id transpose_rule(const Site *s) {
  const Ints perm = s->attrs->perm;
  int64_t to[MAX_RANK], shape[MAX_RANK], at[MAX_RANK];
  if (is_identity(perm)) return s->args[0];
  const Node *n = operand(s, OP_transpose);
  if (n) {
    for (int i = 0; i < perm.n; i++) to[i] = n->attrs->perm.v[perm.v[i]];
    return add1(s, OP_transpose, n->args[0], &(Attrs){.perm = {perm.n, to}});
  }
  n = operand(s, OP_broadcast);
  if (!n) return of_uniform(s);
  for (int i = 0; i < perm.n; i++) shape[i] = s->type.dim[perm.v[i]], at[perm.v[i]] = i;
  const Ints dims = n->attrs->dims;
  for (int i = 0; i < dims.n; i++) to[i] = at[dims.v[i]];
  return add1(s, OP_broadcast, n->args[0],
              &(Attrs){.shape = {perm.n, shape}, .dims = {dims.n, to}});
}

static Id slice_rule(const Site *s) {
  const Attrs *at = s->attrs;
  if (all_are(at->start, 0) && ints_equal(at->limit, type_shape(s->type)) && all_are(at->stride, 1))
    return s->args[0];
  const Node *n = operand(s, OP_slice);
  if (!n) return of_uniform(s);
  int64_t start[MAX_RANK], limit[MAX_RANK], stride[MAX_RANK];
  for (int i = 0; i < at->start.n; i++) {
    const int64_t step = n->attrs->stride.v[i], from = n->attrs->start.v[i];
    const int64_t count = at->limit.v[i] - at->start.v[i];
    if (__builtin_mul_overflow(step, at->stride.v[i], &stride[i])) return KEEP;
    // An empty slice may start behind the last element: its product could be out of range.
    start[i] = count ? from + at->start.v[i] * step : from;
    limit[i] = count ? start[i] + (count - 1) * step + 1 : from;
  }
  const int r = at->start.n;
  return add1(s, OP_slice, n->args[0],
              &(Attrs){.start = {r, start}, .limit = {r, limit}, .stride = {r, stride}});
}

static Id pad_rule(const Site *s) {
  const Attrs *at = s->attrs;
  const bool holes = !all_are(at->interior, 0);
  if (all_are(at->low, 0) && all_are(at->high, 0) && !holes) return s->args[0];
  uint64_t inside, around;
  if (!simplify_uniform(s->g, s->args[0], &inside) ||
      !simplify_uniform(s->g, s->args[1], &around) || inside != around)
    return KEEP;
  return simplify_full(s, simplify_type(s), inside);
}

// Axes of one element need no turning.
static Id reverse_rule(const Site *s) {
  const Ints axes = s->attrs->axes;
  int64_t kept[MAX_RANK];
  int n = 0;
  for (int i = 0; i < axes.n; i++) {
    if (s->type.dim[axes.v[i]] > 1) kept[n++] = axes.v[i];
  }
  if (n == 0) return s->args[0];
  if (n < axes.n) return add1(s, OP_reverse, s->args[0], &(Attrs){.axes = {n, kept}});
  const Node *before = operand(s, OP_reverse);
  if (before && ints_equal(before->attrs->axes, axes)) return before->args[0];
  return of_uniform(s);
}

static Id concatenate_rule(const Site *s) {
  if (s->nargs == 1) return s->args[0];
  const int axis = (int)s->attrs->axis;
  Id *args = ARENA_ARRAY(s->g->arena, Id, s->nargs);
  int n = 0;
  for (int i = 0; i < s->nargs; i++) {
    if (graph_type(s->g, s->args[i]).dim[axis]) args[n++] = s->args[i];
  }
  if (n == 0) return s->args[0];
  return n < s->nargs ? simplify_add(s, OP_concatenate, n, args, s->attrs) : KEEP;
}

// Starts are clamped to 0 where the window is the whole.
static Id dynamic_slice_rule(const Site *s) {
  return ints_equal(s->attrs->slice_sizes, type_shape(s->type)) ? s->args[0] : KEEP;
}

static Id dynamic_update_rule(const Site *s) {
  return shape_equal(s->type, graph_type(s->g, s->args[1])) ? s->args[1] : KEEP;
}

Rule *const simplify_shape_rules[OP_COUNT] = {
    [OP_broadcast] = broadcast_rule,
    [OP_reshape] = reshape_rule,
    [OP_transpose] = transpose_rule,
    [OP_slice] = slice_rule,
    [OP_pad] = pad_rule,
    [OP_reverse] = reverse_rule,
    [OP_concatenate] = concatenate_rule,
    [OP_dynamic_slice] = dynamic_slice_rule,
    [OP_dynamic_update_slice] = dynamic_update_rule,
};
