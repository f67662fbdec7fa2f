// Functions known to jitc: their signatures from JC_FN, how trees fall into leaves, and calls to
// them.
#ifndef JITC_FRONTEND_FUNCTION_H
#define JITC_FRONTEND_FUNCTION_H
#include <ffi.h>

#include "frontend/params.h"
#include "frontend/trace.h"

enum { MAX_PARAMS = 2 * JC_MAX_ARGS };  // jvp doubles them

// One array or plain value within a parameter. kind as in jc_param_: 'a' is an array, or a word
// that may hold a list of arrays. Where lists are expanded (variant.h) 'L' is a list, and an 'a'
// for each of its arrays follows, at the same place.
typedef struct Leaf {
  uint32_t param, offset;
  uint16_t size;
  char kind;
  uint32_t item;          // 1 + its number in the list at this place; 0: is not in a list
  const char *name;       // by JC_TREE and by the list, or NULL
  const ListShape *list;  // of 'L'
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
typedef struct Variant Variant;
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
  Variant *variants;  // with lists expanded; see variant.h
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
static inline jc_array leaf_word(const Function *f, const Leaf *l, void *const *args) {
  return *(const jc_array *)leaf_at(f, l, args);
}
// The array that leaf `l`, of kind 'a', stands for, where the word at its place is known; among
// arguments; in a result.
static inline jc_array leaf_item(const Leaf *l, jc_array word) {
  return __builtin_expect(!l->item, 1) ? word : list_find(word)->v[l->item - 1];
}
static inline jc_array leaf_array(const Function *f, const Leaf *l, void *const *args) {
  return leaf_item(l, leaf_word(f, l, args));
}
static inline jc_array leaf_result(const Leaf *l, const void *result) {
  return leaf_item(l, *(const jc_array *)((const char *)result + l->offset));
}

// Writes an array, or a new list of as many as it has, to where leaf `l` lies, and counts them off.
static inline void leaf_put(const Leaf *l, void *at, const jc_array **arrays) {
  if (__builtin_expect(l->kind == 'a' && !l->item, 1)) {
    *(jc_array *)at = *(*arrays)++;
  } else if (l->kind == 'L') {
    *(jc_array *)at = list_new(l->list, *arrays);
    *arrays += l->list->n;
  }
}

// Words for messages: "argument 0 (Mlp), leaf 3".
const char *leaf_text(const Function *f, const Leaf *l, char buf[200]);

// Calls f on a copy of `args` whose arrays are replaced by `arrays`, and puts the result, in memory
// of the arena, at *result.
void function_call(Function *f, Arena *a, void *const *args, const jc_array *arrays, void **result);

// Visits where the arrays of a struct of `size` bytes lie, or the lists of such: by its JC_TREE in
// the translation unit, else every word. *at and *field start at 0; false after the last. Types of
// one size are told apart by what lies in the struct, at `tree`.
bool tree_next_array(const void *unit, size_t size, const void *tree, size_t *at, int *field,
                     size_t *offset);
// The path of the array at `offset` in a struct, "layer[1].w", as far as JC_TREE gives names in the
// translation unit: of the struct and of those inside it; else "[3]" for its number. What a field
// holds is known by its size: where types of one size make that ambiguous, numbers stand there.
enum { TREE_PATH = 200 };  // a longer one is cut
void tree_path(const void *unit, size_t size, size_t offset, char path[TREE_PATH]);
// The arrays of such a struct, in order, at `out` (NULL: they are counted only); how many. Those of
// lists are among them.
int tree_read(const void *unit, size_t size, const void *tree, jc_array *out);
// Makes *to the tree `like` with those arrays in place of its own; lists are made anew.
void tree_write(const void *unit, size_t size, const void *like, const jc_array *arrays, void *to);
// The JC_TREE that is known of the struct at `tree`: its fields and how many; 0 where there is
// none. False after fail() where it may be of two whose fields lie otherwise: "<who>: ...".
bool tree_fields(const void *unit, size_t size, const void *tree, const char *who, Loc loc,
                 const struct jc_field_ **fields, int *n);
void ring_free(void *ring);  // of results of jc_tree_map, with its thread

// Names and calls of entries' parameters: "a0", or "a0_3" and "a0_w" for leaves of trees.
const char *leaf_name(const Function *f, const Leaf *l, Arena *a);
#endif
