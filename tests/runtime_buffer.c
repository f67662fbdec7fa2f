// Buffers: recycling, alignment, caps, guard pages, borrowed memory, threads.
#include "runtime/buffer.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "runtime/config.h"

static const Loc here = {"user.c", 7, 0};

static void sizes_are_aligned_and_writable(void) {
  for (int i = 0; i < 400; i++) {
    const size_t bytes = (size_t)test_int(0, 1 << test_int(0, 22));
    Buffer *b = buffer_new(here, bytes);
    if (!EXPECT(b != NULL)) return;
    EXPECT_EQ(b->bytes, bytes);
    EXPECT_EQ((uintptr_t)b->data % BUFFER_ALIGN, 0);
    memset(b->data, 0x5a, bytes);
    buffer_release(b);
  }
  buffer_release(NULL);
}

static void freed_memory_is_used_again(void) {
  buffer_trim();
  Buffer *a = buffer_new(here, 1000);
  void *data = a->data;
  buffer_release(a);
  const int64_t allocations = buffer_stats().allocations;
  for (int i = 0; i < 1000; i++) {
    Buffer *b = buffer_new(here, (size_t)(900 + i % 100));
    EXPECT(b->data == data);
    buffer_release(b);
  }
  EXPECT_EQ(buffer_stats().allocations, allocations);
}

static void counts_add_up(void) {
  buffer_trim();
  const BufferStats before = buffer_stats();
  Buffer *b = buffer_new(here, 1 << 20);
  EXPECT(buffer_stats().live_bytes >= before.live_bytes + (1 << 20));
  EXPECT(buffer_stats().peak_bytes >= buffer_stats().live_bytes);
  EXPECT_EQ(buffer_stats().live_buffers, before.live_buffers + 1);
  EXPECT(buffer_writable(b));
  buffer_retain(b);
  EXPECT(!buffer_writable(b));
  buffer_release(b);
  EXPECT_EQ(buffer_stats().live_buffers, before.live_buffers + 1);
  buffer_release(b);
  EXPECT_EQ(buffer_stats().live_bytes, before.live_bytes);
  EXPECT_EQ(buffer_stats().live_buffers, before.live_buffers);
  EXPECT(buffer_stats().pool_bytes >= 1 << 20);
  buffer_trim();
  EXPECT_EQ(buffer_stats().pool_bytes, 0);
}

static void the_pool_is_capped(void) {
  enum { CAP = 1 << 20, BLOCK = 100000, BLOCKS = 40 };
  buffer_trim();
  buffer_pool_cap(CAP);
  Buffer *held[BLOCKS];
  for (int i = 0; i < BLOCKS; i++) held[i] = buffer_new(here, BLOCK);
  for (int i = 0; i < BLOCKS; i++) buffer_release(held[i]);
  EXPECT(buffer_stats().pool_bytes <= CAP + 2 * BLOCK);
  EXPECT(buffer_stats().pool_bytes > 0);
  buffer_release(buffer_new(here, 8 * CAP));  // larger than the cap: never kept
  EXPECT(buffer_stats().pool_bytes <= CAP + 2 * BLOCK);
  buffer_pool_cap(-1);
  buffer_trim();
}

static void what_does_not_fit_is_an_error(void) {
  const size_t asked[] = {(size_t)1 << 46, SIZE_MAX, SIZE_MAX / 2, SIZE_MAX - 63,
                          (size_t)buffer_memory_limit() + 1};
  for (int i = 0; i < 5; i++) {
    char size[32];
    snprintf(size, sizeof size, "%zu bytes", asked[i]);
    EXPECT(buffer_new(here, asked[i]) == NULL);
    EXPECT(diag_message() && strstr(diag_message(), size));
    EXPECT_FAIL("user.c:7: out of memory");
  }
  Buffer *b = buffer_new(here, 64);  // and the pool still works
  EXPECT(b != NULL);
  buffer_release(b);
}

static int released;
static void count_release(void *context) { released += *(int *)context; }

static void borrowed_memory_is_given_back_once(void) {
  float data[4] = {1, 2, 3, 4};
  int three = 3;
  released = 0;
  Buffer *b = buffer_borrow(data, sizeof data, count_release, &three);
  EXPECT(b->data == data);
  EXPECT(!buffer_writable(b));
  buffer_retain(b);
  buffer_release(b);
  EXPECT_EQ(released, 0);
  buffer_release(b);
  EXPECT_EQ(released, 3);
  Buffer *nothing = buffer_borrow(NULL, 0, NULL, NULL);
  EXPECT(nothing->data != NULL);
  buffer_release(nothing);
}

// Whether touching data[offset] ends a child process.
static bool faults(const Buffer *b, ptrdiff_t offset) {
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGSEGV, SIG_DFL);  // sanitizers would print a report
    volatile char *p = b->data;
    p[offset] = 1;
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status != 0;
}

static void verify_puts_guards_and_nans(void) {
  const char *modes[] = {"1", "2"};
  for (int mode = 0; mode < 2; mode++) {
    config_set(CONFIG_VERIFY, modes[mode]);
    const size_t bytes = 4 * (size_t)test_int(1, 5000);
    Buffer *b = buffer_new(here, bytes);
    EXPECT_EQ((uintptr_t)b->data % 4, 0);
    for (size_t i = 0; i < bytes / 4; i++) EXPECT(isnan(((float *)b->data)[i]));
    EXPECT(!faults(b, (ptrdiff_t)bytes - 1));
    EXPECT(!faults(b, 0));
    EXPECT(faults(b, mode == 0 ? (ptrdiff_t)bytes : -1));
    EXPECT(buffer_writable(b));
    buffer_release(b);
    Buffer *empty = buffer_new(here, 0);
    EXPECT(empty && empty->data);
    buffer_release(empty);
  }
  config_set(CONFIG_VERIFY, NULL);
}

enum { THREADS = 4, ROUNDS = 3000, HELD = 8 };

// Each buffer is marked by its holder; a mark that changed means that two had it.
static void *churn(void *argument) {
  const int id = *(int *)argument;
  Buffer *held[HELD] = {0};
  unsigned state = (unsigned)id * 2654435761u + 1;
  for (int i = 0; i < ROUNDS; i++) {
    state = state * 1664525u + 1013904223u;
    Buffer **slot = &held[state >> 16 & (HELD - 1)];
    if (*slot) EXPECT_EQ(*(int *)(*slot)->data, id);
    buffer_release(*slot);
    *slot = buffer_new(here, 64u << (state >> 24 & 7));
    *(int *)(*slot)->data = id;
    if (i % 500 == 0) buffer_trim();
  }
  for (int i = 0; i < HELD; i++) buffer_release(held[i]);
  return NULL;
}

static void threads_share_the_pool(void) {
  const int64_t before = buffer_stats().live_bytes;
  pthread_t threads[THREADS];
  int ids[THREADS];
  for (int i = 0; i < THREADS; i++) {
    ids[i] = i + 1;
    pthread_create(&threads[i], NULL, churn, &ids[i]);
  }
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  EXPECT_EQ(buffer_stats().live_bytes, before);
}

int main(void) {
  config_set(CONFIG_VERIFY, NULL);
  RUN(sizes_are_aligned_and_writable);
  RUN(freed_memory_is_used_again);
  RUN(counts_add_up);
  RUN(the_pool_is_capped);
  RUN(what_does_not_fit_is_an_error);
  RUN(borrowed_memory_is_given_back_once);
  RUN(verify_puts_guards_and_nans);
  RUN(threads_share_the_pool);
  buffer_trim();
  return tests_done();
}
