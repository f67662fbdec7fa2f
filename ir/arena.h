// Arenas: all memory of the IR. Things live until their arena is freed; nothing is freed alone.
#ifndef JITC_IR_ARENA_H
#define JITC_IR_ARENA_H
#include <stdarg.h>
#include <stddef.h>

typedef struct Arena Arena;

Arena *arena_new(void);
void arena_free(Arena *a);  // NULL is allowed

// Zeroed memory aligned to 16 bytes. Running out of memory for the compiler's own structures prints
// one line and exits with status 70: array data never comes from here, its failures are statuses.
void *arena_alloc(Arena *a, size_t bytes);
void *arena_copy(Arena *a, const void *src, size_t bytes);  // bytes == 0 gives NULL
char *arena_str(Arena *a, const char *s);
char *arena_printf(Arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(Arena *a, const char *fmt, va_list ap);

#define ARENA_NEW(a, T) ((T *)arena_alloc((a), sizeof(T)))
#define ARENA_ARRAY(a, T, n) ((T *)arena_alloc((a), sizeof(T) * (size_t)(n)))

// malloc and realloc which never return NULL, with the same last word as arena_alloc.
void *xmalloc(size_t bytes);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t bytes);

// Grows the malloc'ed array `p` of `cap` elements to hold at least `need`; amortised doubling.
#define GROW(p, cap, need)                              \
  do {                                                  \
    if ((need) > (cap)) {                               \
      (cap) = (need) > 2 * (cap) ? (need) : 2 * (cap);  \
      (p) = xrealloc((p), sizeof *(p) * (size_t)(cap)); \
    }                                                   \
  } while (0)
#endif
