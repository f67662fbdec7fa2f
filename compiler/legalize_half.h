// Legalization of the half types: reductions, windows and contractions of halves are those of f32,
// rounded once.
#ifndef JITC_COMPILER_LEGALIZE_HALF_H
#define JITC_COMPILER_LEGALIZE_HALF_H
#include "compiler/legalize.h"

// Whether a node is to be replaced; `has_rule`: its op has a rule of its own.
bool half_wants_f32(const Graph *g, const Node *n, bool has_rule);
void legalize_half(Legalize *s);
#endif
