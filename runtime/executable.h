// Executables: a graph compiled for a device, with what JITC_VERIFY and JITC_EXPLAIN ask for on the
// way.
#ifndef JITC_RUNTIME_EXECUTABLE_H
#define JITC_RUNTIME_EXECUTABLE_H
#include "runtime/device.h"

// As d->backend->compile. Under JITC_VERIFY the graph, and the program that comes of it, are
// checked first; JITC_EXPLAIN=fusion prints each decision about a node, with its place; under
// JITC_DEBUG_NANS its runs fail at the node that makes a NaN. NULL after fail().
Executable *executable_new(const Device *d, const Graph *g, const CompileOptions *options);
void executable_free(Executable *e);  // NULL is allowed

// Text of a later form of a graph: the backend's stages, and for every device "cuda" and "ptx".
// malloc'ed; NULL after fail().
char *executable_text(const Device *d, const Graph *g, const CompileOptions *options,
                      const char *stage);
#endif
