// A graph run node by node, each as an executable of its own: what eager evaluation is for a
// program that is given as a graph.
#ifndef JITC_FRONTEND_STEPS_H
#define JITC_FRONTEND_STEPS_H
#include "frontend/values.h"
#include "runtime/device.h"

typedef struct Steps Steps;

// Compiles every node (equal ones once); the graph must outlive it. NULL after fail().
Steps *steps_new(const Device *device, const CompileOptions *options, const Graph *g);
void steps_free(Steps *s);  // NULL is allowed

// Runs the nodes in order; values are freed after their last use. False after fail().
bool steps_run(const Steps *s, const Values *args, Values *results);
#endif
