// The elements of concrete arrays.
#ifndef JITC_FRONTEND_READ_H
#define JITC_FRONTEND_READ_H
#include "frontend/handle.h"

// May not be moved: the elements of a lifted number lie in it.
typedef struct Elements {
  Type type;
  const void *data;
  const Slot *slot;
  uint64_t number[ELEMENT_WORDS];
} Elements;

// False after fail(loc, "<who>: <what> ..."), and in silence for poison. what: "its argument".
bool elements_of(jc_array x, const char *who, const char *what, Loc loc, Elements *out);
// Text from malloc as what a public function gives: it lives for the next dozen calls.
const char *text_keep(char *text);
#endif
