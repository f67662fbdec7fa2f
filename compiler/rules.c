// The rule table: the columns of ops.def, and what classes fill in.
#include "compiler/rules.h"

#include "compiler/tangent.h"

static const Rules rows[OP_COUNT] = {
#define OP(name, ...) [OP_##name] = {.tangent = tangent_##name, __VA_ARGS__},
#define JVP(rule) .jvp = jvp_##rule,
#define TRANSPOSE(rule) .transpose = transpose_##rule,
#define BATCH(rule) .batch = batch_##rule,
#include "ir/ops.def"
};

static const Rules classes[] = {
    [CLASS_MAP] = {.jvp = jvp_map, .transpose = transpose_map, .batch = batch_map},
    [CLASS_REDUCE] = {.batch = batch_reduce},
    [CLASS_ARGREDUCE] = {.batch = batch_argreduce},
    [CLASS_SHAPE] = {.jvp = jvp_linear},
    [CLASS_INDEX] = {.jvp = jvp_linear},
    [CLASS_SCATTER] = {.jvp = jvp_linear, .batch = batch_scatter},
    [CLASS_BARRIER] = {0},
};

Rules rules_of(Op op) {
  Rules r = rows[op];
  const Rules *c = &classes[op_info(op)->op_class];
  if (!r.jvp) r.jvp = c->jvp;
  if (!r.transpose) r.transpose = c->transpose;
  if (!r.batch) r.batch = c->batch;
  return r;
}
