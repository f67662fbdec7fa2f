// Arena allocation: chained blocks, bump pointer.
#include "ir/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Under AddressSanitizer what is handed out has a guard behind it that must not be touched.
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
enum { GUARD = 16 };
#else
enum { GUARD = 0 };
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)0)
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)0)
#endif

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20, ALIGN = 16, EXIT_NO_MEMORY = 70 };

typedef struct Block Block;
struct Block {
  Block *next;
  size_t size, used;
  _Alignas(ALIGN) unsigned char data[];
};

struct Arena {
  Block *head;
  size_t next_size;
};

static void *checked(void *p) {
  if (!p) {
    fputs("jitc: out of memory for compiler data\n", stderr);
    exit(EXIT_NO_MEMORY);
  }
  return p;
}

void *xmalloc(size_t bytes) { return checked(malloc(bytes ? bytes : 1)); }
void *xcalloc(size_t n, size_t size) { return checked(calloc(n ? n : 1, size ? size : 1)); }
void *xrealloc(void *p, size_t bytes) { return checked(realloc(p, bytes ? bytes : 1)); }

Arena *arena_new(void) {
  Arena *a = xcalloc(1, sizeof *a);
  a->next_size = FIRST_BLOCK;
  return a;
}

void arena_free(Arena *a) {
  if (!a) return;
  for (Block *b = a->head, *next; b; b = next) {
    next = b->next;
    free(b);
  }
  free(a);
}

static Block *block_add(Arena *a, size_t need) {
  size_t size = need > a->next_size ? need : a->next_size;
  if (a->next_size < LARGEST_BLOCK) a->next_size *= 2;
  Block *b = xcalloc(1, sizeof *b + size);
  ASAN_POISON_MEMORY_REGION(b->data, size);
  b->size = size;
  b->next = a->head;
  a->head = b;
  return b;
}

void *arena_alloc(Arena *a, size_t bytes) {
  size_t need = ((bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1)) + GUARD;
  Block *b = a->head;
  if (!b || b->size - b->used < need) b = block_add(a, need);
  void *p = b->data + b->used;
  b->used += need;
  ASAN_UNPOISON_MEMORY_REGION(p, bytes);
  return p;
}

void *arena_copy(Arena *a, const void *src, size_t bytes) {
  return bytes ? memcpy(arena_alloc(a, bytes), src, bytes) : NULL;
}

char *arena_str(Arena *a, const char *s) { return s ? arena_copy(a, s, strlen(s) + 1) : NULL; }

char *arena_vprintf(Arena *a, const char *fmt, va_list ap) {
  va_list again;
  va_copy(again, ap);
  int n = vsnprintf(NULL, 0, fmt, ap);
  char *s = arena_alloc(a, (size_t)n + 1);
  vsnprintf(s, (size_t)n + 1, fmt, again);
  va_end(again);
  return s;
}

char *arena_printf(Arena *a, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  char *s = arena_vprintf(a, fmt, ap);
  va_end(ap);
  return s;
}
