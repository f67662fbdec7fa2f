// tangent_<op>: the DX DY DZ columns of each row as a function (see Rules.tangent).
#ifndef JITC_COMPILER_TANGENT_H
#define JITC_COMPILER_TANGENT_H
#include "compiler/rules.h"

#define OP(name, ...) bool tangent_##name(const Tangent *s, int k, Id *out);
#include "ir/ops.def"
#endif
