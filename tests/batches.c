// Batches: all rows once, shuffled or not, gathered ahead or not; splits; labels.
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "frontend/handle.h"
#include "tests/check.h"

typedef struct {
  jc_array x, y;
} Data;

enum { N = 1003, COLUMNS = 400 };

// Row i of x is i, i, i, ...; y[i] is i.
static Data data_new(int64_t n, int64_t columns) {
  jc_array y = jc_arange(n);
  return (Data){jc_add(jc_zeros(JC_SHAPE(n, columns)), jc_expand_dims(y, 1)), y};
}

static int threads_now(void) {
  int n = -1;
  FILE *f = fopen("/proc/self/status", "r");
  for (char line[200]; f && fgets(line, sizeof line, f);)
    if (sscanf(line, "Threads: %d", &n) == 1) break;
  if (f) fclose(f);
  return n;
}

// The batch holds the rows that the order names, from `at` on.
static void expect_rows(Data b, jc_array order, int64_t at, int64_t columns) {
  const int64_t n = jc_dim(b.y, 0);
  const int32_t *y = jc_data(int32_t, b.y), *rows = jc_data(int32_t, order);
  const float *x = jc_data(float, b.x);
  if (!EXPECT(y && x && rows)) return;
  for (int64_t i = 0; i < n; i++) {
    EXPECT_EQ(y[i], rows[at + i]);
    for (int64_t k = 0; k < columns; k++) EXPECT_EQ(x[i * columns + k], y[i]);
  }
}

// Sizes on either side of what is gathered ahead.
static void shuffled_batches_are_the_permutation(void) {
  static const int64_t sizes[] = {1, 7, 64, 170, 400, N - 1, N, N + 5}, columns[] = {0, 1, COLUMNS};
  for (size_t c = 0; c < 3; c++)
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
      for (int drop = 0; drop < 2; drop++) {
        JC_SCOPE();
        Data all = data_new(N, columns[c]), b;
        jc_array key = jc_key(k), order = jc_permutation(key, N);
        int64_t at = 0, count = 0;
        jc_batches it = jc_batches(&all, sizes[k], .shuffle = key, .drop_last = drop);
        for (; jc_next(&it, &b); count++) {
          JC_SCOPE();
          expect_rows(b, order, at, columns[c]);
          at += jc_dim(b.y, 0);
        }
        EXPECT_EQ(at, drop ? N / sizes[k] * sizes[k] : N);
        EXPECT_EQ(count, it.count);
        EXPECT(!jc_next(&it, &b));
      }
  EXPECT_OK();
}

static void a_batch_is_gone_with_the_next(void) {
  Data all = data_new(N, COLUMNS), b;
  jc_batches it = jc_batches(&all, 400, .shuffle = jc_key(1));
  EXPECT(jc_next(&it, &b));
  jc_array first = b.x;
  EXPECT(jc_next(&it, &b));
  EXPECT(isnan(jc_item(jc_sum(first))));
  EXPECT_FAIL("was freed");
}

// What was gathered ahead of other arrays is not given.
static void data_may_change_in_the_loop(void) {
  Data all = data_new(N, COLUMNS), b;
  jc_batches it = jc_batches(&all, 300, .shuffle = jc_key(1));
  EXPECT(jc_next(&it, &b));
  all.x = jc_neg(all.x);
  while (jc_next(&it, &b))
    EXPECT_EQ(jc_item(jc_all(jc_equal(jc_neg(b.x), jc_expand_dims(b.y, 1)))), 1);
  EXPECT_OK();
  it = jc_batches(&all, 300, .shuffle = jc_key(1));
  EXPECT(jc_next(&it, &b));
  all = data_new(N - 1, COLUMNS);
  EXPECT(!jc_next(&it, &b));
  EXPECT_FAIL("next: the data has 1002 rows, it had 1003");
}

// Threads and memory go with the loop, or where it was left, with its scope.
static void nothing_stays(void) {
  Data all = data_new(N, COLUMNS), b;
  jc_block(jc_sum(all.x));
  const int threads = threads_now();
  const int64_t buffers = buffer_stats().live_buffers;
  for (int epoch = 0; epoch < 20; epoch++) {
    JC_SCOPE();
    int steps = 0;
    for (jc_batches it = jc_batches(&all, 200, .shuffle = jc_key(epoch)); jc_next(&it, &b);)
      if (++steps == 3 && epoch % 2) break;
    if (epoch % 2 == 0) EXPECT_EQ(threads_now(), threads);
  }
  EXPECT_EQ(threads_now(), threads);
  EXPECT_EQ(buffer_stats().live_buffers, buffers);
  EXPECT_OK();
}

static void a_forked_child_goes_on(void) {
  JC_SCOPE();
  Data all = data_new(N, COLUMNS), b;
  jc_array order = jc_permutation(jc_key(3), N);
  jc_batches it = jc_batches(&all, 200, .shuffle = jc_key(3));
  EXPECT(jc_next(&it, &b));
  const pid_t child = fork();
  int64_t at = jc_dim(b.y, 0);
  while (jc_next(&it, &b)) {
    expect_rows(b, order, at, COLUMNS);
    at += jc_dim(b.y, 0);
  }
  EXPECT_EQ(at, N);
  if (!child) _exit(test_counts.faults != 0);
  int status;
  EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status) && !WEXITSTATUS(status));
}

static void *one_loop(void *seed) {
  JC_SCOPE();
  Data all = data_new(N, COLUMNS), b;
  jc_array order = jc_permutation(jc_key(*(int *)seed), N);
  int64_t at = 0;
  for (jc_batches it = jc_batches(&all, 200, .shuffle = jc_key(*(int *)seed)); jc_next(&it, &b);) {
    expect_rows(b, order, at, COLUMNS);
    at += jc_dim(b.y, 0);
  }
  EXPECT(jc_ok());
  return NULL;
}

static void threads_have_loops_of_their_own(void) {
  enum { THREADS = 4 };
  pthread_t threads[THREADS];
  int seeds[THREADS];
  for (int i = 0; i < THREADS; i++) {
    seeds[i] = i;
    CHECK(!pthread_create(&threads[i], NULL, one_loop, &seeds[i]));
  }
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
}

static void mistakes_are_told(void) {
  Data all = data_new(10, 2), b;
  struct {
    jc_array v[1];
  } other;
  jc_batches it = jc_batches(&all, 3, .shuffle = jc_f32(1));
  EXPECT(!jc_next(&it, &b));
  EXPECT(jc_error() != NULL);
  jc_clear_error();
  it = jc_batches(&all, 3);
  EXPECT(!jc_next(&it, &other));
  EXPECT_FAIL("next: the batch is a struct of 8 bytes, the data of 16");
  all.y = jc_arange(9);
  it = jc_batches(&all, 3);
  EXPECT_FAIL("batches: leaf 1 has 9 rows, leaf 0 10");
  all.y = (jc_array){0};
  it = jc_batches(&all, 3);
  EXPECT_FAIL("batches: leaf 1 is not an array: it is zero");
  {
    JC_SCOPE();
    all = data_new(10, 2);
    it = jc_batches(&all, 3, .shuffle = jc_key(1));
  }
  EXPECT(!jc_next(&it, &b));
  EXPECT_FAIL("was freed with its scope");
}

// ---- splits

static void splits_have_all_rows_once(void) {
  for (int shuffled = 0; shuffled < 2; shuffled++) {
    JC_SCOPE();
    Data all = data_new(N, COLUMNS), train, test;
    jc_array key = shuffled ? jc_key(5) : (jc_array){0};
    EXPECT(jc_train_test_split(&all, &train, &test, 0.2, .key = key));
    EXPECT_STR(jc_shape_str(test.x), "f32[201,400]");  // rounded up
    EXPECT_STR(jc_shape_str(train.x), "f32[802,400]");
    jc_array order = shuffled ? jc_permutation(key, N) : jc_arange(N);
    expect_rows(test, order, shuffled ? 0 : 802, COLUMNS);
    expect_rows(train, order, shuffled ? 201 : 0, COLUMNS);
  }
  Data all = data_new(3, 2), train, test;
  EXPECT(!jc_train_test_split(&all, &train, &test, 0));
  EXPECT_FAIL("a share of 0 is not between 0 and 1");
  EXPECT(!jc_train_test_split(&all, &train, &test, 0.9));
  EXPECT_FAIL("a share of 0.9 of 3 rows leaves none to train on");
  all.x = jc_f32(0);
  EXPECT(!jc_train_test_split(&all, &train, &test, 0.5));
  EXPECT_FAIL("train_test_split: leaf 0 is a scalar");
}

static void labels_are_in_range(void) {
  const uint8_t v[] = {0, 3, 9, 10, 2};
  jc_array labels = jc_from(v, 5);
  EXPECT(jc_check_labels(labels, 11));
  EXPECT(jc_check_labels(jc_zeros(JC_SHAPE(0), JC_I32), 1));
  EXPECT(!jc_check_labels(labels, 10));
  EXPECT_FAIL("batches.c:");
  EXPECT(!jc_check_labels(labels, 10));
  EXPECT_FAIL("label 3 of u8[5] is 10, of 10 classes the last is 9");
  EXPECT(!jc_check_labels(jc_astype(jc_neg(jc_astype(labels, JC_I32)), JC_I32), 10));
  EXPECT_FAIL("label 1 of i32[5] is -3");
  EXPECT(!jc_check_labels(jc_vector(1), 10));
  EXPECT_FAIL("labels are integers, these are f32[1]");
}

int main(void) {
  RUN(shuffled_batches_are_the_permutation);
  RUN(a_batch_is_gone_with_the_next);
  RUN(data_may_change_in_the_loop);
  RUN(nothing_stays);
  RUN(a_forked_child_goes_on);
  RUN(threads_have_loops_of_their_own);
  RUN(mistakes_are_told);
  RUN(splits_have_all_rows_once);
  RUN(labels_are_in_range);
  return tests_done();
}
