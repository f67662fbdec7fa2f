// Lists of arrays behind one handle: jc_params.
//
// A list's slot holds the handles of its arrays, which are slots of their own. Where functions are
// called, a word of a tree that holds a list counts as the arrays in it: see variant.h.
#ifndef JITC_FRONTEND_PARAMS_H
#define JITC_FRONTEND_PARAMS_H
#include "frontend/handle.h"

// How many arrays, and what they are called in messages: unique, so that equal shapes have equal
// addresses. Lives for ever.
typedef struct ListShape {
  struct ListShape *next;
  const struct LinearMap *map;  // of which these are the saved values, or NULL: see linearize.h
  int n;
  const char *names[];
} ListShape;

typedef struct List {
  const ListShape *shape;
  jc_array v[];
} List;

// Whether an array of this name is state and no weight: "[1].running_mean".
bool name_is_state(const char *name);
// names: "[0].w", or NULL: "[0]", "[1]", ...
const ListShape *list_shape(int n, const char *const *names);
// Of n values which jc_linearize saved for this map.
const ListShape *list_shape_of_map(int n, const struct LinearMap *map);
// A new list of the current frame.
jc_array list_new(const ListShape *shape, const jc_array *v);
// The list behind a word, or NULL.
static inline const List *list_find(jc_array word) {
  const Slot *s = slot_find(word);
  return s && slot_kind(s) == SLOT_LIST ? s->data : NULL;
}
// The same; where there is none, fail() with "<who>: <what> ..." and NULL, in silence for poison.
const List *list_need(jc_params p, Loc loc, const char *who);
#endif
