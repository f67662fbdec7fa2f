// Buffers and their pool. A block of the pool begins with its Buffer; sizes come in classes, four
// to a power of two, each with a list of waiting blocks behind a spin lock of a few instructions.
#include "runtime/buffer.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ir/arena.h"
#include "runtime/config.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

enum {
  HEADER = 64,  // room of the Buffer before its data
  SMALLEST_BITS = 6,
  CLASSES = 4 * (48 - SMALLEST_BITS),
  HUGE_PAGE = 2 << 20,  // blocks from here on are mapped alone and ask for huge pages
  SPINS_BEFORE_YIELD = 100,
};
_Static_assert(sizeof(Buffer) <= HEADER, "a Buffer fits before its data");

typedef struct SizeClass {
  _Alignas(64) atomic_flag lock;
  Buffer *waiting;
  int64_t live;  // blocks in use
} SizeClass;

// live_bytes changes with each call, footprint (all we have from the system) only on a miss: what
// waits in the pool is the difference.
static struct {
  SizeClass classes[CLASSES];
  atomic_llong live_bytes, peak_bytes, footprint, allocations, others, cap;
} pool = {.cap = -1};

// ---- size classes

// Capacity of class c: 64, 80, 96, 112, 128, 160, ...
static size_t class_size(int c) { return (size_t)(4 + c % 4) << (c / 4 + SMALLEST_BITS - 2); }

static int class_of(size_t bytes) {
  if (bytes <= (size_t)1 << SMALLEST_BITS) return 0;
  const int top = 63 - __builtin_clzll(bytes - 1);  // 2^top < bytes <= 2^(top + 1), or equal below
  const int quarter = (int)((bytes - 1) >> (top - 2) & 3);
  return 4 * (top - SMALLEST_BITS) + quarter + 1;
}

static void lock_class(SizeClass *s) {
  for (int spins = 0; atomic_flag_test_and_set_explicit(&s->lock, memory_order_acquire);) {
    if (++spins > SPINS_BEFORE_YIELD) sched_yield();
    else __builtin_ia32_pause();
  }
}
static void unlock_class(SizeClass *s) {
  atomic_flag_clear_explicit(&s->lock, memory_order_release);
}

// A waiting block, or NULL; it counts as in use.
static Buffer *take(SizeClass *s) {
  lock_class(s);
  Buffer *b = s->waiting;
  if (b) s->waiting = b->next;
  s->live++;
  unlock_class(s);
  return b;
}

// A block is no longer in use; it waits from now on unless it is NULL.
static void put(SizeClass *s, Buffer *b) {
  lock_class(s);
  if (b) b->next = s->waiting, s->waiting = b;
  s->live--;
  unlock_class(s);
}

// ---- the system's memory

static long long read_limit(const char *path) {
  long long bytes = -1;
  FILE *f = fopen(path, "re");
  if (!f) return -1;
  if (fscanf(f, "%lld", &bytes) != 1) bytes = -1;
  fclose(f);
  return bytes;
}

static long long memory_limit;
static void find_memory_limit(void) {
  memory_limit = (long long)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
  static const char *const groups[] = {"/sys/fs/cgroup/memory.max",
                                       "/sys/fs/cgroup/memory/memory.limit_in_bytes"};
  for (int i = 0; i < 2; i++) {
    const long long group = read_limit(groups[i]);
    if (group > 0 && group < memory_limit) memory_limit = group;
  }
}

int64_t buffer_memory_limit(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, find_memory_limit);
  return memory_limit;
}

static size_t page_size(void) { return (size_t)sysconf(_SC_PAGESIZE); }
static size_t round_up(size_t n, size_t to) { return (n + to - 1) & ~(to - 1); }

static void *map_pages(size_t bytes) {
  void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return p == MAP_FAILED ? NULL : p;
}

// A mapping that begins on a huge page's boundary.
static void *map_huge(size_t bytes) {
  char *p = map_pages(bytes + HUGE_PAGE);
  if (!p) return NULL;
  char *aligned = (char *)round_up((size_t)p, HUGE_PAGE);
  if (aligned > p) munmap(p, (size_t)(aligned - p));
  const size_t behind = (size_t)(p + HUGE_PAGE - aligned);
  if (behind) munmap(aligned + bytes, behind);
  madvise(aligned, bytes, MADV_HUGEPAGE);
  return aligned;
}

static size_t block_bytes(size_t capacity) {
  const size_t whole = round_up(HEADER + capacity, BUFFER_ALIGN);
  return whole < HUGE_PAGE ? whole : round_up(whole, page_size());
}

static Buffer *block_new(int size_class) {
  const size_t capacity = class_size(size_class), whole = block_bytes(capacity);
  Buffer *b = whole < HUGE_PAGE ? aligned_alloc(BUFFER_ALIGN, whole) : map_huge(whole);
  if (!b) return NULL;
  *b = (Buffer){.data = (char *)b + HEADER,
                .capacity = capacity,
                .kind = BUFFER_POOL,
                .size_class = (uint8_t)size_class};
  return b;
}

static void block_free(Buffer *b) {
  const size_t whole = block_bytes(b->capacity);
  UNPOISON(b->data, b->capacity);
  atomic_fetch_sub(&pool.footprint, (long long)b->capacity);
  if (whole < HUGE_PAGE) free(b);
  else munmap(b, whole);
}

// ---- counting

static void count_live(long long bytes) {
  const long long live =
      atomic_fetch_add_explicit(&pool.live_bytes, bytes, memory_order_relaxed) + bytes;
  long long peak = atomic_load_explicit(&pool.peak_bytes, memory_order_relaxed);
  while (live > peak && !atomic_compare_exchange_weak(&pool.peak_bytes, &peak, live)) {
  }
}

static long long waiting_bytes(void) {
  return atomic_load_explicit(&pool.footprint, memory_order_relaxed) -
         atomic_load_explicit(&pool.live_bytes, memory_order_relaxed);
}

static long long pool_cap(void) {
  const long long cap = atomic_load_explicit(&pool.cap, memory_order_relaxed);
  return cap >= 0 ? cap : buffer_memory_limit() / 4;
}

void buffer_pool_cap(int64_t bytes) { atomic_store(&pool.cap, bytes); }

BufferStats buffer_stats(void) {
  BufferStats stats = {.live_bytes = pool.live_bytes,
                       .peak_bytes = pool.peak_bytes,
                       .pool_bytes = waiting_bytes(),
                       .allocations = pool.allocations,
                       .live_buffers = pool.others};
  for (int c = 0; c < CLASSES; c++) {
    lock_class(&pool.classes[c]);
    stats.live_buffers += pool.classes[c].live;
    unlock_class(&pool.classes[c]);
  }
  return stats;
}

void buffer_trim(void) {
  for (int c = 0; c < CLASSES; c++) {
    SizeClass *s = &pool.classes[c];
    lock_class(s);
    Buffer *b = s->waiting;
    s->waiting = NULL;
    unlock_class(s);
    while (b) {
      Buffer *next = b->next;
      block_free(b);
      b = next;
    }
  }
}

// ---- under JITC_VERIFY: one mapping per buffer, ending or beginning at a page nobody may touch

static size_t guarded_pages(size_t bytes) { return round_up(bytes ? bytes : 1, page_size()); }

static Buffer *guarded_new(size_t bytes) {
  const size_t page = page_size(), inner = guarded_pages(bytes);
  char *p = map_pages(inner + 2 * page);
  if (!p) return NULL;
  mprotect(p, page, PROT_NONE);
  mprotect(p + page + inner, page, PROT_NONE);
  memset(p + page, 0xff, inner);
  Buffer *b = xmalloc(sizeof *b);
  const bool before = config_verify() == 2;
  *b = (Buffer){.data = before ? p + page : p + page + inner - bytes,
                .context = p,
                .capacity = inner,
                .kind = BUFFER_GUARDED};
  return b;
}

static void guarded_free(Buffer *b) {
  atomic_fetch_sub(&pool.footprint, (long long)b->capacity);
  munmap(b->context, b->capacity + 2 * page_size());
  free(b);
}

// ---- the public functions

static Buffer *from_system(size_t bytes, int size_class) {
  return config_verify() ? guarded_new(bytes) : block_new(size_class);
}

// A block from the system; the pool is emptied where both do not fit.
static Buffer *fresh(size_t bytes, int size_class) {
  const long long left = buffer_memory_limit() - atomic_load(&pool.live_bytes);
  if (bytes > (size_t)LLONG_MAX / 2 || (long long)bytes > left) return NULL;
  if ((long long)bytes > left - waiting_bytes()) buffer_trim();
  Buffer *b = from_system(bytes, size_class);
  if (!b) buffer_trim(), b = from_system(bytes, size_class);
  if (!b) return NULL;
  atomic_fetch_add_explicit(&pool.allocations, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&pool.footprint, (long long)b->capacity, memory_order_relaxed);
  return b;
}

static Buffer *no_memory(Loc loc, size_t bytes) {
  fail(loc,
       "out of memory: an array of %zu bytes (%.1f GB) does not fit, %.1f of %.1f GB are in use",
       bytes, (double)bytes / 1e9, (double)atomic_load(&pool.live_bytes) / 1e9,
       (double)buffer_memory_limit() / 1e9);
  return NULL;
}

static Buffer *acquire(size_t bytes) {
  if (bytes >= class_size(CLASSES - 1)) return NULL;
  if (config_verify()) {
    Buffer *b = fresh(bytes, 0);
    if (b) atomic_fetch_add(&pool.others, 1);
    return b;
  }
  const int c = class_of(bytes);
  Buffer *b = take(&pool.classes[c]);
  if (!b && !(b = fresh(bytes, c))) return put(&pool.classes[c], NULL), NULL;
  UNPOISON(b->data, bytes);
  POISON((char *)b->data + bytes, b->capacity - bytes);
  return b;
}

Buffer *buffer_new(Loc loc, size_t bytes) {
  Buffer *b = acquire(bytes);
  if (!b) return no_memory(loc, bytes);
  b->bytes = bytes;
  atomic_store_explicit(&b->refs, 1, memory_order_relaxed);
  count_live((long long)b->capacity);
  return b;
}

Buffer *buffer_borrow(void *data, size_t bytes, void (*release)(void *), void *context) {
  static char nothing[BUFFER_ALIGN];
  Buffer *b = xmalloc(sizeof *b);
  *b = (Buffer){.data = data ? data : nothing,
                .bytes = bytes,
                .kind = BUFFER_BORROWED,
                .release = release,
                .context = context,
                .refs = 1};
  atomic_fetch_add(&pool.others, 1);
  return b;
}

// Back to the list of its class; a full pool is emptied first, for what fills it may never be asked
// for again.
static void recycle(Buffer *b) {
  SizeClass *s = &pool.classes[b->size_class];
  const long long cap = pool_cap(), bytes = (long long)b->capacity;
  if (bytes > cap) {
    put(s, NULL);
    block_free(b);
    return;
  }
  if (waiting_bytes() > cap) buffer_trim();
  POISON(b->data, b->capacity);
  put(s, b);
}

void buffer_release(Buffer *b) {
  if (!b || atomic_fetch_sub_explicit(&b->refs, 1, memory_order_acq_rel) != 1) return;
  count_live(-(long long)b->capacity);
  if (b->kind == BUFFER_POOL) {
    recycle(b);
    return;
  }
  atomic_fetch_sub(&pool.others, 1);
  if (b->kind == BUFFER_GUARDED) {
    guarded_free(b);
    return;
  }
  if (b->release) b->release(b->context);
  free(b);
}

// JITC_EXPLAIN=memory: the account of the whole process, when it ends.
static void __attribute__((destructor)) explain_memory(void) {
  if (!explain(EXPLAIN_MEMORY)) return;
  const BufferStats s = buffer_stats();
  fprintf(
      stderr,
      "memory: arrays took %.3f MB at most, %lld blocks came from the system; at the end %.3f MB "
      "in %lld arrays are in use and %.3f MB wait for reuse\n",
      (double)s.peak_bytes / 1e6, (long long)s.allocations, (double)s.live_bytes / 1e6,
      (long long)s.live_buffers, (double)s.pool_bytes / 1e6);
}
