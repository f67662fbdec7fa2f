// The cache in memory: bytes of a key -> whatever was made for it (an executable and how to call
// it). Least recently used entries go when it is full; an entry in use is never freed under its
// user.
#ifndef JITC_RUNTIME_CACHE_H
#define JITC_RUNTIME_CACHE_H
#include <stddef.h>
#include <stdint.h>

#include "ir/diag.h"

typedef struct Cache Cache;
typedef struct CacheEntry {
  void *value;  // the caller's
} CacheEntry;

enum { CACHE_CAPACITY = 4096 };  // entries: a runaway program stays within a few hundred MB

// At most `capacity` entries (pinned ones beyond it live until unpinned). free_value is called once
// for each value, without locks held.
Cache *cache_new(int capacity, void (*free_value)(void *value));
void cache_free(Cache *c);  // no entry may be pinned; NULL is allowed

uint64_t cache_hash(const void *key, size_t bytes);

// The entry of an equal key, pinned, or NULL. ~20 ns. `hash` is cache_hash(key, bytes).
CacheEntry *cache_find(Cache *c, const void *key, size_t bytes, uint64_t hash);

// Adds an entry and gives it pinned; the key is copied. Where another thread was faster, its entry
// is given and `value` freed.
CacheEntry *cache_insert(Cache *c, const void *key, size_t bytes, uint64_t hash, void *value);

void cache_unpin(Cache *c, CacheEntry *e);

// To be called after a miss: remembers it, and under JITC_EXPLAIN=cache says on stderr why the call
// compiles. `describe` gives the key as text, malloc'ed. Its first line names the function; each
// further line is "name of a part: value", for instance
//   argument 1 (jc_array): f32[128,784]
//   static argument 3: 0.5
// What is printed is the difference to the last miss of that function:
//   mlp.c:72: cache: update compiles again: argument 1 (jc_array) changed f32[128,784] ->
//   f32[64,784]
// Where "static ..." parts alone made a function compile four times in a row, a hint is printed
// once in any case: a number that changes should be an array.
void cache_explain(Cache *c, Loc loc, char *(*describe)(void *context), void *context);
#endif
