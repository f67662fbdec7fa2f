// Buffers: reference-counted memory of arrays. Freed buffers wait in a pool by size, so that a loop
// allocates nothing and meets no page fault. All functions may be called by any thread.
#ifndef JITC_RUNTIME_BUFFER_H
#define JITC_RUNTIME_BUFFER_H
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "ir/diag.h"

typedef enum BufferKind {
  BUFFER_POOL,      // ours, recycled; data is aligned to 64 bytes
  BUFFER_GUARDED,   // ours, under JITC_VERIFY: beside a guard page, aligned to its element only
  BUFFER_BORROWED,  // the user's memory: never written in place
} BufferKind;

typedef struct Buffer {
  void *data;  // never NULL
  size_t bytes;
  // Private to buffer.c.
  size_t capacity;  // bytes of the whole block; 0: borrowed
  struct Buffer *next;
  void (*release)(void *context);
  void *context;
  atomic_int refs;
  uint8_t kind, size_class;
} Buffer;

enum { BUFFER_ALIGN = 64 };

// Memory for `bytes` bytes (0 is allowed) with one reference; its contents are arbitrary, all ones
// (NaN) under JITC_VERIFY. NULL after fail() at `loc` where there is not that much memory.
Buffer *buffer_new(Loc loc, size_t bytes);

// Memory of others, which must stay until `release(context)` (may be NULL) is called with the last
// reference gone.
Buffer *buffer_borrow(void *data, size_t bytes, void (*release)(void *context), void *context);

static inline Buffer *buffer_retain(Buffer *b) {
  atomic_fetch_add_explicit(&b->refs, 1, memory_order_relaxed);
  return b;
}
void buffer_release(Buffer *b);  // NULL is allowed

// Whole, our own and held once: results may be written into it.
static inline bool buffer_writable(const Buffer *b) {
  return b->kind != BUFFER_BORROWED && atomic_load_explicit(&b->refs, memory_order_acquire) == 1;
}

typedef struct BufferStats {
  int64_t live_bytes;   // in buffers that are held, by capacity
  int64_t peak_bytes;   // the most live_bytes has been
  int64_t pool_bytes;   // waiting for reuse
  int64_t allocations;  // blocks taken from the system so far: constant in a steady loop
  int64_t live_buffers;
} BufferStats;
BufferStats buffer_stats(void);

void buffer_trim(void);               // gives all waiting blocks back to the system
void buffer_pool_cap(int64_t bytes);  // most bytes waiting; default a quarter of the memory
int64_t buffer_memory_limit(void);    // most bytes of all buffers: physical, or the cgroup's less
#endif
