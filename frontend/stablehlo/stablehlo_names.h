// Names of values while StableHLO text is read: scopes that open and close with regions.
#ifndef JITC_FRONTEND_STABLEHLO_NAMES_H
#define JITC_FRONTEND_STABLEHLO_NAMES_H
#include "frontend/stablehlo/stablehlo.h"

typedef struct HloName {
  HloSlice text;
  uint32_t first, count;  // numbers of its values
  uint64_t hash;
  int32_t next;  // in its bucket
  bool tuple;    // one value, of which `first` and `count` are the parts
} HloName;

// Zero-initialised it is empty. The entries are a stack: closing a scope takes off what it added.
typedef struct HloNames {
  HloName *entries;
  int32_t *buckets;
  int n, cap, nbuckets;
} HloNames;

bool hlo_names_add(HloNames *t, HloName name);  // false: it is there already
const HloName *hlo_names_find(const HloNames *t, HloSlice text);
void hlo_names_cut(HloNames *t, int n);  // back to n entries
void hlo_names_free(HloNames *t);
#endif
