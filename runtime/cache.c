// The cache in memory: a hash table of chains and a list by last use, under one spin lock.
#include "runtime/cache.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir/arena.h"
#include "runtime/config.h"

typedef struct Entry {
  CacheEntry shared;  // first: callers hold a pointer to it
  struct Entry *chain;
  struct Entry *newer, *older;  // by last use
  uint64_t hash;
  size_t bytes;
  int pins;
  unsigned char key[];
} Entry;

typedef struct Description {  // of a function's last miss
  struct Description *next;
  char *text;
  int static_changes;  // misses in a row for which a static argument alone was to blame
} Description;

struct Cache {
  atomic_flag lock;
  void (*free_value)(void *);
  Entry **slots;
  uint64_t mask;
  Entry *newest, *oldest;
  int entries, capacity;
  atomic_flag explain_lock;
  Description *descriptions;
};

enum { FIRST_SLOTS = 64, SPINS_BEFORE_YIELD = 100, HINT_AFTER = 4 };

static void lock(atomic_flag *f) {
  for (int spins = 0; atomic_flag_test_and_set_explicit(f, memory_order_acquire);) {
    if (++spins > SPINS_BEFORE_YIELD) sched_yield();
    else __builtin_ia32_pause();
  }
}
static void unlock(atomic_flag *f) { atomic_flag_clear_explicit(f, memory_order_release); }

uint64_t cache_hash(const void *key, size_t bytes) {
  const unsigned char *s = key;
  uint64_t h = bytes * UINT64_C(0x9e3779b97f4a7c15), w;
  for (; bytes >= 8; bytes -= 8, s += 8) {
    memcpy(&w, s, 8);
    h = (h ^ w) * UINT64_C(0xff51afd7ed558ccd);
    h ^= h >> 32;
  }
  w = 0;
  memcpy(&w, s, bytes);
  h = (h ^ w) * UINT64_C(0xc4ceb9fe1a85ec53);
  return h ^ h >> 29;
}

Cache *cache_new(int capacity, void (*free_value)(void *)) {
  Cache *c = xcalloc(1, sizeof *c);
  c->capacity = capacity;
  c->free_value = free_value;
  c->mask = FIRST_SLOTS - 1;
  c->slots = xcalloc(FIRST_SLOTS, sizeof *c->slots);
  return c;
}

// ---- the list by last use, and the table; the lock is held

static void list_remove(Cache *c, Entry *e) {
  *(e->newer ? &e->newer->older : &c->newest) = e->older;
  *(e->older ? &e->older->newer : &c->oldest) = e->newer;
}

static void list_push(Cache *c, Entry *e) {
  e->newer = NULL;
  e->older = c->newest;
  *(c->newest ? &c->newest->newer : &c->oldest) = e;
  c->newest = e;
}

static Entry *table_find(Cache *c, const void *key, size_t bytes, uint64_t hash) {
  for (Entry *e = c->slots[hash & c->mask]; e; e = e->chain) {
    if (e->hash == hash && e->bytes == bytes && !memcmp(e->key, key, bytes)) return e;
  }
  return NULL;
}

static void table_grow(Cache *c) {
  if ((uint64_t)c->entries <= c->mask) return;
  const uint64_t mask = 2 * c->mask + 1;
  Entry **slots = xcalloc(mask + 1, sizeof *slots);
  for (Entry *e = c->newest; e; e = e->older) {
    e->chain = slots[e->hash & mask];
    slots[e->hash & mask] = e;
  }
  free(c->slots);
  c->slots = slots;
  c->mask = mask;
}

// Takes an entry that nobody uses out; it joins *dead.
static void drop(Cache *c, Entry *e, Entry **dead) {
  Entry **at = &c->slots[e->hash & c->mask];
  while (*at != e) at = &(*at)->chain;
  *at = e->chain;
  list_remove(c, e);
  c->entries--;
  e->chain = *dead, *dead = e;
}

static void free_dead(Cache *c, Entry *dead) {
  while (dead) {
    Entry *next = dead->chain;
    c->free_value(dead->shared.value);
    free(dead);
    dead = next;
  }
}

static Entry *evict(Cache *c) {
  Entry *dead = NULL;
  for (Entry *e = c->oldest, *newer; e && c->entries > c->capacity; e = newer) {
    newer = e->newer;
    if (!e->pins) drop(c, e, &dead);
  }
  return dead;
}

// ---- the public functions

CacheEntry *cache_find(Cache *c, const void *key, size_t bytes, uint64_t hash) {
  lock(&c->lock);
  Entry *e = table_find(c, key, bytes, hash);
  if (e) {
    e->pins++;
    if (e != c->newest) list_remove(c, e), list_push(c, e);
  }
  unlock(&c->lock);
  return e ? &e->shared : NULL;
}

static Entry *entry_new(const void *key, size_t bytes, uint64_t hash, void *value) {
  Entry *e = xcalloc(1, sizeof *e + bytes);
  e->shared.value = value;
  e->hash = hash;
  e->bytes = bytes;
  e->pins = 1;
  memcpy(e->key, key, bytes);
  return e;
}

CacheEntry *cache_insert(Cache *c, const void *key, size_t bytes, uint64_t hash, void *value) {
  Entry *mine = entry_new(key, bytes, hash, value), *dead = NULL;
  lock(&c->lock);
  Entry *e = table_find(c, key, bytes, hash);
  if (e) {
    e->pins++;
    dead = mine;
  } else {
    e = mine;
    e->chain = c->slots[hash & c->mask];
    c->slots[hash & c->mask] = e;
    list_push(c, e);
    c->entries++;
    table_grow(c);
    dead = evict(c);
  }
  unlock(&c->lock);
  free_dead(c, dead);
  return &e->shared;
}

void cache_unpin(Cache *c, CacheEntry *entry) {
  Entry *dead = NULL;
  lock(&c->lock);
  ((Entry *)entry)->pins--;
  if (c->entries > c->capacity) dead = evict(c);
  unlock(&c->lock);
  free_dead(c, dead);
}

void cache_free(Cache *c) {
  if (!c) return;
  Entry *dead = NULL;
  while (c->oldest) drop(c, c->oldest, &dead);
  free_dead(c, dead);
  for (Description *d = c->descriptions, *next; d; d = next) {
    next = d->next;
    free(d->text);
    free(d);
  }
  free(c->slots);
  free(c);
}

// ---- explanations

static int line_length(const char *s) { return (int)strcspn(s, "\n"); }
static const char *line_next(const char *s) { return s += line_length(s), *s ? s + 1 : s; }

// Length of "name" in the line "name: value".
static int name_length(const char *line) {
  const int n = line_length(line);
  for (int i = 0; i + 1 < n; i++) {
    if (line[i] == ':' && line[i + 1] == ' ') return i;
  }
  return n;
}

// The line of `text` with the same name, or NULL.
static const char *line_like(const char *text, const char *line) {
  const int n = name_length(line);
  for (; *text; text = line_next(text)) {
    if (name_length(text) == n && !memcmp(text, line, (size_t)n)) return text;
  }
  return NULL;
}

static void print_value(FILE *out, const char *line) {
  const int n = name_length(line), all = line_length(line);
  if (n < all) fprintf(out, "%.*s", all - n - 2, line + n + 2);
  else fprintf(out, "%.*s", all, line);
}

static bool same_line(const char *a, const char *b) {
  return line_length(a) == line_length(b) && !memcmp(a, b, (size_t)line_length(a));
}

// How the description `now` differs from `before`, part by part; false where it does not.
static bool print_changes(FILE *out, const char *before, const char *now) {
  int changes = 0;
  for (const char *l = now; *l; l = line_next(l)) {
    const char *old = line_like(before, l);
    if (old && same_line(old, l)) continue;
    fprintf(out, "%s%.*s ", changes++ ? "; " : "", name_length(l), l);
    fputs(old ? "changed " : "is new: ", out);
    if (old) print_value(out, old), fputs(" -> ", out);
    print_value(out, l);
  }
  for (const char *l = before; *l; l = line_next(l)) {
    if (!line_like(now, l))
      fprintf(out, "%s%.*s is gone", changes++ ? "; " : "", name_length(l), l);
  }
  return changes > 0;
}

// The function's: its description's first line.
static void print_name(FILE *out, const char *description) {
  fwrite(description, 1, (size_t)line_length(description), out);
}

static void print_explanation(FILE *out, Loc loc, const char *before, const char *now) {
  if (loc.file) fprintf(out, "%s:%d: ", loc.file, loc.line);
  fputs("cache: ", out);
  print_name(out, now);
  fputs(" compiles", out);
  if (!before) {
    fputs(" for the first time", out);
  } else {
    fputs(" again: ", out);
    if (!print_changes(out, line_next(before), line_next(now)))
      fputs("its last executable for these arguments was dropped", out);
  }
  fputc('\n', out);
}

// An address is no number that could be an array.
static bool is_pointer(const char *line) {
  return memmem(line, (size_t)line_length(line), ": 0x", 4) != NULL;
}

// Whether nothing but static arguments changed.
static bool only_statics_changed(const char *before, const char *now) {
  static const char word[] = "static ";
  int changes = 0;
  for (const char *l = now; *l; l = line_next(l)) {
    const char *old = line_like(before, l);
    if (old && same_line(old, l)) continue;
    if (!old || strncmp(l, word, sizeof word - 1) || is_pointer(l)) return false;
    changes++;
  }
  return changes > 0;
}

static void print_hint(FILE *out, Loc loc, const char *before, const char *now) {
  if (loc.file) fprintf(out, "%s:%d: ", loc.file, loc.line);
  fputs("hint: ", out);
  print_name(out, now);
  fputs(" compiles for each new value: ", out);
  print_changes(out, line_next(before), line_next(now));
  fputs(": make it a jc_array\n", out);
}

static Description *description_of(Cache *c, const char *now) {
  for (Description *d = c->descriptions; d; d = d->next) {
    if (same_line(d->text, now)) return d;
  }
  Description *d = xcalloc(1, sizeof *d);
  d->next = c->descriptions;
  return c->descriptions = d;
}

// Notes the miss and writes what is to be said of it.
static void explain_miss(Cache *c, FILE *out, Loc loc, char *now) {
  Description *d = description_of(c, now);
  if (explain(EXPLAIN_CACHE)) print_explanation(out, loc, d->text, now);
  const bool statics = d->text && only_statics_changed(line_next(d->text), line_next(now));
  d->static_changes = statics ? d->static_changes + 1 : 0;
  if (d->static_changes == HINT_AFTER) print_hint(out, loc, d->text, now);
  free(d->text);
  d->text = now;
}

void cache_explain(Cache *c, Loc loc, char *(*describe)(void *), void *context) {
  char *now = describe(context), *message = NULL;
  size_t n;
  FILE *out = open_memstream(&message, &n);
  if (!out) {
    free(now);
    return;
  }
  lock(&c->explain_lock);
  explain_miss(c, out, loc, now);
  unlock(&c->explain_lock);
  fclose(out);
  fputs(message, stderr);
  free(message);
}
