// A steady training loop allocates nothing: neither buffers nor other memory.
#include "frontend/execute.h"
#include "tests/check.h"

#if defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#elif defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define SANITIZED 1
#endif

static _Atomic int64_t calls;

#if !SANITIZED && defined __GLIBC__
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t n, size_t bytes);
void *__libc_realloc(void *p, size_t bytes);
void *__libc_memalign(size_t align, size_t bytes);
void *malloc(size_t bytes) {
  atomic_fetch_add(&calls, 1);
  return __libc_malloc(bytes);
}
void *calloc(size_t n, size_t bytes) {
  atomic_fetch_add(&calls, 1);
  return __libc_calloc(n, bytes);
}
void *realloc(void *p, size_t bytes) {
  atomic_fetch_add(&calls, 1);
  return __libc_realloc(p, bytes);
}
void *aligned_alloc(size_t align, size_t bytes) {
  atomic_fetch_add(&calls, 1);
  return __libc_memalign(align, bytes);
}
#endif

typedef struct {
  jc_array w, m, count;
} State;

static State train_step(State s, jc_array x) {
  jc_array g = jc_sub(jc_matmul(s.w, x), s.w);
  jc_array m = jc_add(jc_mul(s.m, 0.9), g);
  return (State){jc_sub(s.w, jc_mul(m, 0.01)), m, jc_add(s.count, 1)};
}
JC_FN(State, train_step, State, jc_array);

enum { STEPS = 300, WARM = 10 };

static void donated_steps_allocate_nothing(void) {
  jc_array x = jc_full(JC_SHAPE(64, 64), 0.01);
  State s = {jc_ones(JC_SHAPE(64, 64)), jc_zeros(JC_SHAPE(64, 64)), jc_zeros(JC_SHAPE(1))};
  BufferStats at = {0};
  int64_t called = 0;
  for (int i = 0; i < STEPS; i++) {
    JC_SCOPE(s);
    if (i == WARM) at = buffer_stats(), called = calls;
    s = jc_jit(train_step, .donate = {true})(s, x);
  }
  EXPECT_EQ(calls, called);
  EXPECT_EQ(buffer_stats().allocations, at.allocations);
  EXPECT_EQ(buffer_stats().live_bytes, at.live_bytes);
  EXPECT_EQ(buffer_stats().pool_bytes, at.pool_bytes);
  EXPECT_EQ(jc_item(jc_sum(s.count)), STEPS);
}

static void reshapes_share_their_buffers(void) {
  jc_array x = jc_ones(JC_SHAPE(100, 100));
  int64_t before = buffer_stats().live_bytes;
  jc_array y = jc_reshape(x, 1000, 10);
  EXPECT_EQ(buffer_stats().live_bytes, before);
  EXPECT_EQ(jc_item(jc_sum(jc_mul(y, y))), 10000);
}

int main(void) {
  RUN(donated_steps_allocate_nothing);
  RUN(reshapes_share_their_buffers);
  return tests_done();
}
