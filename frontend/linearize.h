// Linear maps that are kept: what jc_linearize gives, and its use forward and backward.
//
// A C function pointer has no place for saved values, so they travel in a jc_params. Its shape
// (params.h), which is unique, tells which map they are of.
#ifndef JITC_FRONTEND_LINEARIZE_H
#define JITC_FRONTEND_LINEARIZE_H
#include "frontend/function.h"

// Unique: maps with equal parts have equal addresses. Lives for ever.
typedef struct LinearMap {
  struct LinearMap *next;
  uint64_t hash;
  Function *f;          // as it was called, and has returned
  const Graph *linear;  // saved values, a tangent per float argument -> one per float result
  int nsaved;
  const TypeId *args, *results;  // per array of f's parameters and result
} LinearMap;
#endif
