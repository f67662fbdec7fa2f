// Functions known to jitc: their signatures from JC_FN, how trees fall into leaves, and calls to
// them.
#ifndef JITC_FRONTEND_FUNCTION_H
#define JITC_FRONTEND_FUNCTION_H
#include <ffi.h>

#include "frontend/trace.h"

enum { MAX_PARAMS = 2 * JC_MAX_ARGS };  // jvp doubles them

// One array or plain value within a parameter. kind as in jc_param_; 'a' is an array.
typedef struct Leaf {
  uint32_t param, offset, size;
  char kind;
  const char *name;  // by JC_TREE, or NULL
} Leaf;

typedef struct Param {
  const char *type;
  size_t size, align;
  char kind;
  bool indirect;  // a pointer to a struct described by JC_TREE: its leaves lie there
  int first, nleaves, narrays;
  ffi_type *ffi;
  ffi_type own;  // of structs
} Param;

struct Closure;
typedef struct Function {
  const char *name;
  jc_fn fn;
  const void *unit;
  Loc loc;
  int n;  // parameters
  Param result, params[MAX_PARAMS];
  Leaf *leaves;         // of all parameters, in order
  Leaf *result_leaves;  // all of the result's
  int nleaves, narrays, nresult_leaves, nresult_arrays;
  ffi_cif cif;
  struct Closure *closure;  // what made it, or NULL: the user's
  const char *fault;        // the type that cannot be flattened, or NULL
  bool resolved;
} Function;

// The function behind a pointer, its leaves resolved; NULL after fail() where it is unknown. who:
// "jit", "grad", ...
Function *function_find(jc_fn fn, const char *who, Loc loc);
// False after fail() for a function that cannot be transformed: its structs are not made of arrays.
bool function_sound(const Function *f, const char *who, Loc loc);
void function_add(Function *f);

// Where leaf `l` lies in arguments as libffi gives them, or in a result.
static inline void *leaf_at(const Function *f, const Leaf *l, void *const *args) {
  char *base = args[l->param];
  if (f->params[l->param].indirect) base = *(char **)base;
  return base + l->offset;
}

// Words for messages: "argument 0 (Mlp), leaf 3".
const char *leaf_text(const Function *f, const Leaf *l, char buf[200]);

// Calls f on a copy of `args` whose arrays are replaced by `arrays`, and puts the result, in memory
// of the arena, at *result.
void function_call(Function *f, Arena *a, void *const *args, const jc_array *arrays, void **result);

// Visits where the arrays of a struct of `size` bytes lie: by its JC_TREE in the translation unit,
// else every word. *at and *field start at 0; false after the last.
bool tree_next_array(const void *unit, size_t size, size_t *at, int *field, size_t *offset);
// The path of the array at `offset` in a struct, "layer[1].w", as far as JC_TREE gives names in the
// translation unit: of the struct and of those inside it; else "[3]" for its number. What a field
// holds is known by its size: where types of one size make that ambiguous, numbers stand there.
enum { TREE_PATH = 64 };
void tree_path(const void *unit, size_t size, size_t offset, char path[TREE_PATH]);
// The arrays of such a struct, in order, at `out` (NULL: they are counted only); how many.
int tree_read(const void *unit, size_t size, const void *tree, jc_array *out);
// Makes *to the tree `like` with those arrays in place of its own.
void tree_write(const void *unit, size_t size, const void *like, const jc_array *arrays, void *to);
void ring_free(void *ring);  // of results of jc_tree_map, with its thread

// Names and calls of entries' parameters: "a0", or "a0_3" and "a0_w" for leaves of trees.
const char *leaf_name(const Function *f, const Leaf *l, Arena *a);
#endif
