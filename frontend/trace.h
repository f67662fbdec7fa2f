// Traces: functions run on stand-ins for arrays, and what they do is recorded in a graph.
//
// Traces nest: each transformation in a nest records the function inside it in a graph of its own.
// A value of an outer trace, or a concrete array, that is used inside becomes a further parameter
// (a capture): graphs are closed. Concrete arrays of at most INLINE_BYTES become constants.
#ifndef JITC_FRONTEND_TRACE_H
#define JITC_FRONTEND_TRACE_H
#include "frontend/handle.h"
#include "frontend/library/np.h"

typedef struct Capture {
  Id param;  // in the trace's graph
  TypeId type;
  Trace *trace;  // whose value it is, or NULL: a concrete array
  Id id;
  Buffer *buffer;  // held until the trace ends, and by the executable that uses it
} Capture;

struct Trace {
  Trace *outer;
  int depth;     // how many there are around it
  Arena *arena;  // shared by all traces of a nest; the outermost owns it
  Graph *g;
  Frame frame;  // owns the stand-ins
  const char *name;
  Loc loc;
  Capture *captures;
  int ncaptures, captures_cap;
  const char *what;  // "grad of loss", in messages
  struct {
    const char *name;  // of the axis of this vmap, or NULL
    int64_t size;
    jc_array lane;  // the number of this example: an i32 scalar
  } axis;
};

// Opens a trace inside the current one. `name` is the graph's name.
Trace *trace_begin(const char *name, Loc loc);
// Closes the innermost trace: its stand-ins die. The graph stays valid until the outermost ends.
void trace_end(Trace *t);

jc_array trace_param(Trace *t, TypeId type, const char *name);
jc_array trace_value(Trace *t, Val v);

// The value in t's graph that stands for `h`; false after fail(loc, ...), and in silence for
// poison. Words for messages: "<who>: argument <i> ...".
bool trace_use(Trace *t, jc_array h, Loc loc, const char *who, int i, Val *out);

// The value in t's graph of what another trace has captured.
Val trace_capture(Trace *t, const Capture *c);

// Literals take the dtype that they are given.
Val trace_literal(Graph *g, const Slot *s, Dtype d, bool weak);

// The number of a literal as one element of a dtype.
void literal_store(const Slot *s, Dtype d, void *out);
#endif
