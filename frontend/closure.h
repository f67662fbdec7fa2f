// Transformed functions: C function pointers made by libffi, one for each (transformation,
// function, options).
#ifndef JITC_FRONTEND_CLOSURE_H
#define JITC_FRONTEND_CLOSURE_H
#include "backends/backend.h"
#include "frontend/function.h"

typedef enum ClosureKind {
  CLOSURE_JIT,
  CLOSURE_VMAP,
  CLOSURE_GRAD,
  CLOSURE_VALUE_AND_GRAD,
  CLOSURE_JACFWD,
  CLOSURE_JACREV,
  CLOSURE_HESSIAN,
  CLOSURE_JVP,
  CLOSURE_VJP,
  CLOSURE_WHILE,
  CLOSURE_FORI,
  CLOSURE_SCAN,
  CLOSURE_MAP,
  CLOSURE_COND,
  CLOSURE_SWITCH,
  CLOSURE_CHECKPOINT,
  CLOSURE_LINEAR_TRANSPOSE,
  CLOSURE_LINEARIZE,
  CLOSURE_PUSHFORWARD,
  CLOSURE_PULLBACK,
  CLOSURE_CUSTOM_JVP,
  CLOSURE_CUSTOM_VJP,
  CLOSURE_ENTRY,
  CLOSURE_COUNT,
} ClosureKind;

// What makes two closures the same, in words without padding.
typedef struct ClosureKey {
  uint64_t kind;
  uint64_t f, cond;  // functions
  uint64_t donate;   // a bit per argument
  int64_t argument, bound, has_bound;
  int64_t length, unroll, reverse;  // of a scan
  int64_t saves;                    // a checkpoint
  uint64_t axis_name, leaf_axes;    // of a vmap: a string and a LeafAxes, made unique, or 0
  uint64_t branches;                // a list of functions, made unique: see Branches
  int32_t in_axes[JC_MAX_ARGS], out_axes[JC_MAX_ARGS];
} ClosureKey;

// The functions from which a jc_cond or jc_switch picks, or a function and its rules.
typedef struct Branches {
  int n;
  struct Branches *next;
  jc_fn fn[];
} Branches;

// Axes of the arrays of each argument of a vmap; n is 0 where the argument has one for all.
typedef struct LeafAxes {
  struct LeafAxes *next;
  jc_dims of[JC_MAX_ARGS];
} LeafAxes;

typedef struct ClosureVariant ClosureVariant;
typedef struct Returned Returned;
// What jc_stats tells of a closure of jit; variants count in their base.
typedef struct JitCounts {
  const struct Closure *of;
  struct JitCounts *next;  // of all that were compiled
  _Atomic int64_t compiled, trace_ns, optimize_ns, codegen_ns, calls, ticks;
  ExecutableInfo last;  // of the program that was compiled last
} JitCounts;

typedef struct Closure {
  ClosureKey key;
  const char *who;      // "grad", in messages
  Function self;        // what it looks like from outside
  Function *f, *cond;   // what it transforms; while: body and condition
  Function **branches;  // of key.branches, f among them
  int nbranches;
  int number;                   // dense
  Loc loc;                      // of the first use
  const struct Closure *base;   // what this is a variant of, or itself
  ClosureVariant *variants;     // for lists among its arguments; see variant.h
  Returned *returns;            // for lists in what it gives
  _Atomic(JitCounts *) counts;  // of jit, once something was compiled
} Closure;

// The closure of a key, made at the first call; its function pointer is self.fn. NULL after fail().
Closure *closure_get(const ClosureKey *key, Loc loc);

// The number of a further closure.
int closure_number(void);
// Fills the result of `self`: the signature of c when what it transforms is f. saved: the list that
// a linearize gives, where it is known.
void closure_sign_result(const Closure *c, const Function *f, const ListShape *saved,
                         Function *self);
// The closure's C type is f's, and what f returns has the same plain fields.
bool closure_keeps_type(const ClosureKey *key);
// The array that the call of a fori, cond or switch goes by.
jc_array closure_waiting(const Closure *c);

// What a call of a closure does. args as libffi gives them; `result` has room for self.result.
void closure_called(Closure *c, void *const *args, void *result);

// ---- the transformations (transform.c): from values in trace p to values in trace p.
// in: one per array of c->self's parameters; *out: one per array of its result. False after fail().
// *statics is a result of the function whose plain fields are to be kept, or NULL. *self: c's
// signature, with the lists that it returns.
bool transform_apply(Closure *c, Trace *p, void *const *args, const Val *in, Val **out,
                     void **statics, const Function **self, Loc loc);

// A function traced in a graph of its own inside the current trace.
typedef struct Traced {
  const char *axis_name;  // given: of a vmap, or NULL; the axis has axis_size elements
  int64_t axis_size;
  Function *f;  // with the lists that it has returned
  Graph *g;     // parameters: one per array, the lane's number where the axis has a name, captures
  bool *weak;   // per result
  int ncaptures;
  const Capture *captures;
  void *statics;  // the function's result, for its plain fields
} Traced;
// types: one per array of f's parameters. Leaves the trace open: *t is to be given to trace_end.
bool transform_trace(Function *f, void *const *args, const TypeId *types, Loc loc, Trace **t,
                     Traced *out);

// Called with each graph that a transformation has produced, while set in this thread: for
// `jitc trace --stage grad`.
typedef struct TransformWatch {
  void (*seen)(void *context, const char *kind, const Function *f, Loc loc, const Graph *g);
  void *context;
} TransformWatch;
void transform_watch(TransformWatch watch);

// ---- jit (jit.c)
void jit_called(Closure *c, void *const *args, void *result);
// Number of programs that jit has compiled and the time it took, in this process.
typedef struct JitStats {
  int64_t compiled;
  double trace_ms, compile_ms;
} JitStats;
JitStats jit_stats(void);

// Writes arrays into a result; its plain fields come from `statics` (may be NULL: zeros).
void result_store(const Function *f, void *result, const jc_array *arrays, const void *statics);
void result_poison(const Function *f, void *result);
#endif
