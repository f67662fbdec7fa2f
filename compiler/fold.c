// Rules of simplify: elementwise ops on constants, by the scalar meaning that all backends share.
#include <string.h>

#include "compiler/simplify_rules.h"
#include "ir/build.h"
#include "ir/eval.h"

// Elements of constants which are folded as wholes; equal elements count as one.
enum { FOLD_LIMIT = 64, MAX_OPERANDS = 3 };

static const Literal *literal_of(const Graph *g, Id v) {
  const Node *n = graph_def(g, v);
  return n && n->op == OP_constant ? &n->attrs->literal : NULL;
}

static Type result_type(const Site *s) {
  Type types[MAX_OPERANDS], out = s->type;
  for (int i = 0; i < s->nargs; i++) types[i] = graph_type(s->g, s->args[i]);
  Infer in = {s->g->arena, s->op, s->nargs, types, s->attrs, s->g->loc, 1, &out};
  CHECK(op_infer(&in));
  return out;
}

static Id fold_uniform(const Site *s) {
  uint64_t operands[MAX_OPERANDS], result = 0;
  const void *args[MAX_OPERANDS];
  for (int i = 0; i < s->nargs; i++) {
    if (!simplify_uniform(s->g, s->args[i], &operands[i])) return NO_ID;
    args[i] = &operands[i];
  }
  const Type t = result_type(s);
  eval_map(s->op, s->attrs, graph_type(s->g, s->args[s->nargs - 1]).dtype, t.dtype, 1, &result,
           args);
  return simplify_full(s, t, result);
}

// All elements of an operand, or NULL where they are not known.
static const void *elements(const Site *s, Id v, int64_t n) {
  uint64_t bits;
  const Literal *l = literal_of(s->g, v);
  if (l && !l->splat) return l->data;
  if (!simplify_uniform(s->g, v, &bits)) return NULL;
  const size_t size = dtype_size(graph_type(s->g, v).dtype);
  char *all = arena_alloc(s->g->arena, size * (size_t)n);
  for (int64_t i = 0; i < n; i++) memcpy(all + (size_t)i * size, &bits, size);
  return all;
}

static Id fold_elements(const Site *s) {
  const int64_t n = type_count(s->type);
  const void *args[MAX_OPERANDS];
  if (n == 0 || n > FOLD_LIMIT) return NO_ID;
  for (int i = 0; i < s->nargs; i++) {
    args[i] = elements(s, s->args[i], n);
    if (!args[i]) return NO_ID;
  }
  const Type t = result_type(s);
  uint64_t result[FOLD_LIMIT] = {0};
  eval_map(s->op, s->attrs, graph_type(s->g, s->args[s->nargs - 1]).dtype, t.dtype, n, result,
           args);
  return b_literal(s->g, t, false, result);
}

Id simplify_fold(const Site *s) {
  if (op_info(s->op)->op_class != CLASS_MAP || s->op == OP_complex) return NO_ID;
  const Id v = fold_uniform(s);
  return v != NO_ID ? v : fold_elements(s);
}
