// Memory of programs: which buffer holds which value, and when.
#ifndef JITC_COMPILER_PLAN_H
#define JITC_COMPILER_PLAN_H
#include "compiler/fuse.h"
#include "compiler/lower.h"

// A program while it is made.
typedef struct Plan {
  Program *p;
  const Graph *g;
  const Fusion *fusion;
  Lowered *lowered;  // per unit
  int *memory;       // per value: index into p->memory, or -1
  int *order;        // units in order of execution
  int *source;       // per result: the memory whose contents it is; copied at the end
  int *saved;        // per result: the argument that is copied to `source` at the start, or -1
  bool *refused;     // per result: it cannot be written where `alias` says
  const int *alias;  // per result: the argument whose buffer it shares, or -1; or NULL
  bool fuse;
  uint32_t memory_cap, steps_cap;
} Plan;

int plan_memory(Plan *plan, Memory m);
// Gives each stored value its memory; updated values take over their operand's where nobody else
// reads that.
void plan_values(Plan *plan);
// The order in which units run: every reader of a donated argument before the unit that writes
// there, as far as that is possible.
void plan_order(Plan *plan);
// The kernel of a unit may write result `into` where v is that it reads.
bool plan_overwrites(const Plan *plan, int unit, Id v, Id into);
// Where each result comes from. Results that share an argument's buffer but would be written too
// early go through a temporary; so do donated arguments that are results elsewhere.
void plan_donations(Plan *plan);
// Calls f(context, v) for each stored value or parameter that a unit reads, maybe more than once.
void plan_reads(const Plan *plan, int unit, void (*f)(void *context, Id v), void *context);
// Offsets of temporaries, by best fit over their lives.
void plan_arena(Program *p);
#endif
