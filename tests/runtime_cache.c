// The cache in memory: finds, last use, pins, threads, explanations; the table of variables;
// devices.
#include "runtime/cache.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "check.h"
#include "runtime/config.h"
#include "runtime/device.h"

static atomic_int made, freed;
static void free_int(void *value) {
  atomic_fetch_add(&freed, 1);
  free(value);
}
static int *new_int(int v) {
  int *p = malloc(sizeof *p);
  *p = v;
  atomic_fetch_add(&made, 1);
  return p;
}

static CacheEntry *find(Cache *c, int key) {
  return cache_find(c, &key, sizeof key, cache_hash(&key, sizeof key));
}
static CacheEntry *insert(Cache *c, int key, int value) {
  return cache_insert(c, &key, sizeof key, cache_hash(&key, sizeof key), new_int(value));
}
static bool has(Cache *c, int key) {
  CacheEntry *e = find(c, key);
  if (e) cache_unpin(c, e);
  return e != NULL;
}

static void finds_what_was_put(void) {
  Cache *c = cache_new(10000, free_int);
  for (int i = 0; i < 3000; i++) cache_unpin(c, insert(c, i, 2 * i));
  for (int i = 0; i < 3000; i++) {
    CacheEntry *e = find(c, i);
    if (!EXPECT(e != NULL)) break;
    EXPECT_EQ(*(int *)e->value, 2 * i);
    cache_unpin(c, e);
  }
  EXPECT(find(c, 3000) == NULL);
  EXPECT_EQ(freed, 0);
  cache_free(c);
  EXPECT_EQ(freed, made);
}

static void keys_compare_by_content(void) {
  Cache *c = cache_new(8, free_int);
  const uint64_t one_hash = 42;  // all collide
  cache_unpin(c, cache_insert(c, "abc", 3, one_hash, new_int(1)));
  cache_unpin(c, cache_insert(c, "abd", 3, one_hash, new_int(2)));
  cache_unpin(c, cache_insert(c, "ab", 2, one_hash, new_int(3)));
  cache_unpin(c, cache_insert(c, "", 0, one_hash, new_int(4)));
  CacheEntry *e = cache_find(c, "abd", 3, one_hash);
  EXPECT(e && *(int *)e->value == 2);
  cache_unpin(c, e);
  e = cache_find(c, "", 0, one_hash);
  EXPECT(e && *(int *)e->value == 4);
  cache_unpin(c, e);
  EXPECT(cache_find(c, "abcd", 4, one_hash) == NULL);
  e = cache_insert(c, "abc", 3, one_hash, new_int(9));  // the first one stays
  EXPECT_EQ(*(int *)e->value, 1);
  cache_unpin(c, e);
  cache_free(c);
  EXPECT_EQ(freed, made);
}

static void the_least_recently_used_goes(void) {
  Cache *c = cache_new(3, free_int);
  for (int i = 0; i < 3; i++) cache_unpin(c, insert(c, i, i));
  EXPECT(has(c, 0));
  const int before = freed;
  cache_unpin(c, insert(c, 3, 3));
  EXPECT_EQ(freed, before + 1);
  EXPECT(has(c, 0));
  EXPECT(!has(c, 1));
  EXPECT(has(c, 2));
  EXPECT(has(c, 3));
  cache_free(c);
  EXPECT_EQ(freed, made);
}

static void pinned_entries_stay(void) {
  Cache *c = cache_new(2, free_int);
  CacheEntry *held = insert(c, 0, 100);
  EXPECT(find(c, 0) == held);  // pinned twice
  for (int i = 1; i < 20; i++) cache_unpin(c, insert(c, i, i));
  EXPECT_EQ(*(int *)held->value, 100);
  cache_unpin(c, held);
  cache_unpin(c, insert(c, 20, 20));
  cache_unpin(c, insert(c, 21, 21));
  EXPECT_EQ(*(int *)held->value, 100);
  cache_unpin(c, held);
  EXPECT(has(c, 0));
  cache_unpin(c, insert(c, 22, 22));
  cache_unpin(c, insert(c, 23, 23));
  EXPECT(!has(c, 0));
  cache_free(c);
  EXPECT_EQ(freed, made);
}

static void *churn(void *argument) {
  Cache *c = argument;
  unsigned state = (unsigned)(uintptr_t)&state;
  for (int i = 0; i < 4000; i++) {
    state = state * 1664525u + 1013904223u;
    const int key = (int)(state >> 24) & 63;
    CacheEntry *e = find(c, key);
    if (!e) e = insert(c, key, key);
    EXPECT_EQ(*(int *)e->value, key);
    cache_unpin(c, e);
  }
  return NULL;
}

static void threads_share_the_cache(void) {
  Cache *c = cache_new(32, free_int);
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, churn, c);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  EXPECT(made - freed <= 32);
  cache_free(c);
  EXPECT_EQ(freed, made);
}

static char *copy_text(void *text) { return strdup(text); }

// What cache_explain prints for a key described by `text`.
static char *explanation(Cache *c, Loc loc, char *text) {
  static char got[1000];
  FILE *file = tmpfile();
  const int old = dup(2);
  fflush(stderr);
  dup2(fileno(file), 2);
  cache_explain(c, loc, copy_text, text);
  fflush(stderr);
  dup2(old, 2);
  close(old);
  rewind(file);
  got[fread(got, 1, sizeof got - 1, file)] = 0;
  fclose(file);
  return got;
}

static void misses_explain_themselves(void) {
  Cache *c = cache_new(8, free_int);
  const Loc loc = {"mlp.c", 72, 0};
  EXPECT_STR(explanation(c, loc, "silent\nargument 0: f32[4]\n"), "");
  config_set(CONFIG_EXPLAIN, "fusion,cache");
  EXPECT_STR(explanation(c, loc, "update\nargument 0 (x): f32[4]\nstatic argument 1: 0.5\n"),
             "mlp.c:72: cache: update compiles for the first time\n");
  EXPECT_STR(explanation(c, loc, "loss\nargument 0 (x): f32[4]\n"),
             "mlp.c:72: cache: loss compiles for the first time\n");
  EXPECT_STR(explanation(c, loc, "update\nargument 0 (x): f32[5]\nstatic argument 1: 0.5\n"),
             "mlp.c:72: cache: update compiles again: argument 0 (x) changed f32[4] -> f32[5]\n");
  EXPECT_STR(explanation(c, loc, "update\nargument 0 (x): f32[5]\nstatic argument 1: 0.25\n"),
             "mlp.c:72: cache: update compiles again: static argument 1 changed 0.5 -> 0.25\n");
  EXPECT_STR(explanation(c, loc, "update\nargument 0 (x): f32[6]\nargument 2: i32[]\n"),
             "mlp.c:72: cache: update compiles again: argument 0 (x) changed f32[5] -> f32[6]; "
             "argument 2 is new: i32[]; static argument 1 is gone\n");
  EXPECT_STR(explanation(c, (Loc){0}, "update\nargument 0 (x): f32[6]\nargument 2: i32[]\n"),
             "cache: update compiles again: its last executable for these arguments was dropped\n");
  config_set(CONFIG_EXPLAIN, NULL);
  cache_free(c);
}

static void changing_statics_are_hinted_at(void) {
  Cache *c = cache_new(8, free_int);
  const Loc loc = {"mlp.c", 9, 0};
  char text[100];
  for (int i = 0; i < 20; i++) {
    snprintf(text, sizeof text, "step\nargument 0: f32[4]\nstatic argument 1: %d\n", i);
    EXPECT_STR(explanation(c, loc, text),
               i == 4
                   ? "mlp.c:9: hint: step compiles for each new value: static argument 1 changed "
                     "3 -> 4: make it a jc_array\n"
                   : "");
  }
  for (int i = 0; i < 20; i++) {  // shapes are no such case
    snprintf(text, sizeof text, "f\nargument 0: f32[%d]\nstatic argument 1: %d\n", i, i);
    EXPECT_STR(explanation(c, loc, text), "");
  }
  cache_free(c);
}

static void variables_are_checked(void) {
  EXPECT(config_check());
  EXPECT(!explain(EXPLAIN_CACHE));
  config_set(CONFIG_EXPLAIN, "memory");
  EXPECT(explain(EXPLAIN_MEMORY));
  EXPECT(!explain(EXPLAIN_FUSION));
  config_set(CONFIG_EXPLAIN, "cache,fusoin");
  EXPECT(!config_check());
  EXPECT_FAIL("JITC_EXPLAIN has 'fusoin'");
  config_set(CONFIG_EXPLAIN, NULL);
  config_set(CONFIG_THREADS, "many");
  EXPECT(!config_check());
  EXPECT_FAIL("JITC_THREADS is 'many'");
  config_set(CONFIG_THREADS, "3");
  EXPECT_EQ(config_int(CONFIG_THREADS), 3);
  config_set(CONFIG_THREADS, NULL);
  config_set(CONFIG_VERIFY, "3");
  EXPECT(!config_check());
  EXPECT_FAIL("JITC_VERIFY is '3'");
  config_set(CONFIG_VERIFY, NULL);
  EXPECT(config_check());
}

static void devices_say_what_they_are(void) {
  const Loc loc = {"user.c", 3, 0};
  for (int i = 0; i < device_count(); i++) {
    const Device *d = device_at(i);
    EXPECT(strlen(d->description) > 10);
    EXPECT(device_find(loc, d->name) == (d->backend ? d : NULL));
    if (!d->backend) EXPECT_FAIL("is not available");
  }
  EXPECT(device_find(loc, "tpu") == NULL);
  EXPECT_FAIL("user.c:3: there is no device 'tpu'");
  config_set(CONFIG_DEVICE, "nowhere");
  EXPECT(device_default(loc) == NULL);
  EXPECT_FAIL("nowhere");
  config_set(CONFIG_DEVICE, NULL);
  EXPECT(device_threads() >= 1);
}

int main(void) {
  for (int v = 0; v < CONFIG_COUNT; v++) config_set((ConfigVar)v, NULL);
  RUN(finds_what_was_put);
  RUN(keys_compare_by_content);
  RUN(the_least_recently_used_goes);
  RUN(pinned_entries_stay);
  RUN(threads_share_the_cache);
  RUN(misses_explain_themselves);
  RUN(changing_statics_are_hinted_at);
  RUN(variables_are_checked);
  RUN(devices_say_what_they_are);
  return tests_done();
}
