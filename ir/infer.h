// Type rules: one function per INFER column of ops.def.
#ifndef JITC_IR_INFER_H
#define JITC_IR_INFER_H
#include "ir/op.h"

#define OP(name, ...) __VA_ARGS__
#define INFER(rule) bool infer_##rule(Infer *in);
#include "ir/ops.def"
#endif
