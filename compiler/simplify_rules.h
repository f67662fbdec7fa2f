// The rules of simplify: one function per op.
#ifndef JITC_COMPILER_SIMPLIFY_RULES_H
#define JITC_COMPILER_SIMPLIFY_RULES_H
#include "ir/graph.h"

// A node about to be added to g. Its operands are simplified already.
typedef struct Site {
  Graph *g;
  Op op;
  int nargs;
  const Id *args;
  const Attrs *attrs;
  Type type;  // of the first operand
  int depth;  // of rules that led here
} Site;

// The value that stands for the node, or NO_ID where the rule has nothing to say.
typedef Id Rule(const Site *s);
typedef Rule *const RuleTable[OP_COUNT];
extern RuleTable simplify_map_rules, simplify_shape_rules, simplify_dot_rules,
    simplify_update_rules;

// Of the node's first result.
Type simplify_type(const Site *s);

// The elementwise ops on constants (compiler/fold.c).
Rule simplify_fold;

// Adds a node on behalf of a rule; rules apply to it as well.
Id simplify_add(const Site *s, Op op, int nargs, const Id *args, const Attrs *attrs);

// The branches of a switch may all be computed.
bool simplify_is_cheap(const Graphs *branches);
// Result i of the branch that `index` names, of n: all have been computed.
Id simplify_selected(const Site *s, Id index, int n, Id *const *results, int i);

// All elements of v are one value that is known: its bits in *bits.
bool simplify_uniform(const Graph *g, Id v, uint64_t *bits);
// They are this number (-0 and +0 differ).
bool simplify_is(const Graph *g, Id v, double number);
bool simplify_is_ones(const Graph *g, Id v);  // integers: all bits; bool: true
// A constant of v's type.
Id simplify_full(const Site *s, Type t, uint64_t bits);
#endif
