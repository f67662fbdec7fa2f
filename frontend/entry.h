// Entries: functions that a program offers to the jitc tool, with example arguments (JC_ENTRY).
#ifndef JITC_FRONTEND_ENTRY_H
#define JITC_FRONTEND_ENTRY_H
#include "frontend/closure.h"

typedef struct Entry {
  const char *name, *file;
  int line;
  void (*call)(void);  // evaluates the example arguments and calls jc_entry_call_'s closure
  jc_fn fn;
} Entry;

int entry_count(void);
const Entry *entry_at(int i);

// The entry traced: arguments are evaluated without values, shapes only. In `a`, with canonical
// numbers; parameters are the arrays of the arguments in order, then arrays that the program made
// before (captures; their elements are given in `hidden` where that is not NULL). NULL after
// fail().
typedef struct EntryHidden {
  int n;
  jc_array *arrays;  // in `a`
} EntryHidden;
Graph *entry_trace(Arena *a, const Entry *e, EntryHidden *hidden);

// As entry_trace, calling `seen` with every graph that a derivative (kind "grad", "value_and_grad",
// "jvp", "vjp") or vmap (kind "vmap") inside the entry produced.
Graph *entry_trace_watched(Arena *a, const Entry *e, TransformWatch watch);

// The example arguments evaluated for real: arrays in the current frame, in `a`; jc_spec arguments
// are random within their range, by `seed`. NULL after fail().
typedef struct EntryArgs {
  int n;
  jc_array *arrays;
} EntryArgs;
EntryArgs *entry_arguments(Arena *a, const Entry *e, uint64_t seed);

// Calls the entry on its example arguments: eagerly, or through jit. The result's arrays.
EntryArgs *entry_run(Arena *a, const Entry *e, uint64_t seed, bool jit);

// Evaluates the example arguments for real and hands a way to call the entry on them to `visit`:
// for timing. Gives what visit does; false after fail().
typedef struct EntryCall EntryCall;
bool entry_visit(const Entry *e, uint64_t seed, bool (*visit)(void *context, EntryCall *call),
                 void *context);
// One call, eager or through jit; its results are freed. False after fail().
bool entry_call(EntryCall *call, bool jit);

// The elements of an array of these: NULL after fail().
const void *entry_data(jc_array h, Type *type);

// What a call of an entry's closure does (closure.c).
void entry_called(Closure *c, void *const *args, void *result);
#endif
