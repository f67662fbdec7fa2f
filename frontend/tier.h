// Tiers: work that is over in the interpreter before a compiler would have begun runs there. The
// bits are equal.
#ifndef JITC_FRONTEND_TIER_H
#define JITC_FRONTEND_TIER_H
#include "ir/graph.h"
#include "runtime/device.h"

// How long the interpreter takes for g, in steps of about a nanosecond (measured: add of 16 floats
// 160, exp of 16 2,800, of 1,000 19,000, normal of 512 100,000); without end where g has loops.
double tier_steps(const Graph *g);

// The interpreter, where it may stand in for device d: that is the CPU, and neither JITC_VERIFY nor
// JITC_TIER=compile is set. Otherwise NULL.
const Device *tier_interpreter(const Device *d);

// The device for a program that runs once: d, or the interpreter where that is sooner done than
// opening and running the compiler.
const Device *tier_for_one_run(const Device *d, const Graph *g);
#endif
