// A hash table of names whose entries are a stack.
#include "frontend/stablehlo/stablehlo_names.h"

#include <stdlib.h>
#include <string.h>

static uint64_t hash_of(HloSlice s) {
  uint64_t h = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < s.n; i++) h = (h ^ (unsigned char)s.s[i]) * UINT64_C(0x100000001b3);
  return h ^ h >> 29;
}

static int32_t *bucket(const HloNames *t, uint64_t hash) {
  return &t->buckets[hash & (uint64_t)(t->nbuckets - 1)];
}

static void link_entry(HloNames *t, int i) {
  int32_t *head = bucket(t, t->entries[i].hash);
  t->entries[i].next = *head;
  *head = i;
}

// In order of age, so that the youngest stands first in its bucket again.
static void rehash(HloNames *t) {
  t->nbuckets = t->nbuckets ? 2 * t->nbuckets : 64;
  t->buckets = xrealloc(t->buckets, sizeof *t->buckets * (size_t)t->nbuckets);
  memset(t->buckets, 0xff, sizeof *t->buckets * (size_t)t->nbuckets);
  for (int i = 0; i < t->n; i++) link_entry(t, i);
}

const HloName *hlo_names_find(const HloNames *t, HloSlice text) {
  if (!t->nbuckets) return NULL;
  const uint64_t hash = hash_of(text);
  for (int32_t i = *bucket(t, hash); i >= 0; i = t->entries[i].next) {
    const HloName *e = &t->entries[i];
    if (e->hash == hash && hlo_same(e->text, text)) return e;
  }
  return NULL;
}

bool hlo_names_add(HloNames *t, HloName name) {
  if (hlo_names_find(t, name.text)) return false;
  if (t->n >= t->nbuckets) rehash(t);
  GROW(t->entries, t->cap, t->n + 1);
  name.hash = hash_of(name.text);
  t->entries[t->n] = name;
  link_entry(t, t->n++);
  return true;
}

void hlo_names_cut(HloNames *t, int n) {
  while (t->n > n) {
    const HloName *e = &t->entries[--t->n];
    *bucket(t, e->hash) = e->next;
  }
}

void hlo_names_free(HloNames *t) {
  free(t->entries);
  free(t->buckets);
  *t = (HloNames){0};
}
