// Names of a scope: a map from identifiers to numbers, and how identifiers are made.
#ifndef JITC_IR_NAMES_H
#define JITC_IR_NAMES_H
#include <stdbool.h>
#include <stdint.h>

#include "ir/arena.h"

typedef struct NameSlot {
  const char *name;
  uint32_t id;
} NameSlot;

// Zero-initialised but for the arena, in which it grows.
typedef struct Names {
  Arena *arena;
  NameSlot *slots;
  int cap, used, letters;
} Names;

bool names_find(const Names *t, const char *s, size_t n, uint32_t *id);
// False if the name is taken. The text is copied.
bool names_add(Names *t, const char *s, size_t n, uint32_t id);

// Words that name neither values nor functions: Python's keywords, ops, dtypes, nan and inf.
bool name_reserved(const char *s, size_t n);
bool name_is_keyword(const char *s, size_t n);  // of Python

// Enters a free identifier as like `wish` as can be ("p.layer[0].w" -> p_layer_0_w) and gives it.
const char *names_unique(Names *t, const char *wish, uint32_t id);
// Enters the next free one of a, b, .., z, aa, ab, ..
const char *names_letter(Names *t, uint32_t id);
#endif
