// The stress mode JITC_VERIFY: what every pass gives is looked at before the next one gets it.
#ifndef JITC_IR_STRESS_H
#define JITC_IR_STRESS_H
#include "ir/graph.h"

// What `pass` made, as its last step: gives g itself. Under JITC_VERIFY it must verify, and its
// text must read back as the same graph; otherwise this is a bug of ours. NULL (after fail()) stays
// NULL.
Graph *stress_pass(Graph *g, const char *pass);
#endif
