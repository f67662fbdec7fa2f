// Scopes, handles and what stays alive.
#include "frontend/execute.h"
#include "tests/check.h"

typedef struct {
  jc_array w, b;
} P;

static bool gone(jc_array x) {
  bool none = isnan(jc_item(jc_sum(x))) && jc_error();
  jc_clear_error();
  return none;
}

static P early(P p) {
  for (;;) {
    JC_SCOPE(p);
    p.w = jc_add(p.w, 1);
    return p;
  }
}

static void scopes(void) {
  P p = {jc_vector(0, 0, 0), jc_vector(1, 1, 1)};
  jc_array temporary = p.w, first = p.w, carried = p.w;
  for (int i = 0; i < 10; i++) {
    JC_SCOPE(p);
    temporary = jc_mul(p.w, 2);
    p.w = jc_add(p.w, 1);
    if (i == 3) carried = p.w;
    if (i % 2) continue;
    if (i == 8) break;
  }
  EXPECT_STR(jc_str(p.w), "[9 9 9]");
  EXPECT_STR(jc_str(p.b), "[1 1 1]");
  EXPECT(gone(temporary));
  EXPECT(gone(carried));                 // carried out of a scope, then replaced
  EXPECT_STR(jc_str(first), "[0 0 0]");  // never was: it stays with its own scope
  P q = early((P){jc_vector(41, 41, 41), p.b});
  EXPECT_STR(jc_str(q.w), "[42 42 42]");
}

static void several_names(void) {
  jc_array key = jc_key(1), x = jc_vector(0, 0, 0);
  for (int i = 0; i < 20; i++) {
    JC_SCOPE(key, x);
    x = jc_add(x, jc_bernoulli(jc_next_key(&key), 1, JC_SHAPE(3)));
  }
  EXPECT_STR(jc_str(x), "[20 20 20]");
  EXPECT_OK();
}

static jc_array kept(void) {
  JC_SCOPE();
  jc_array x = jc_vector(1, 2, 3);
  return jc_keep(x);
}

static void keep(void) {
  jc_array x = kept();
  EXPECT_STR(jc_str(x), "[1 2 3]");
  {
    JC_SCOPE();
    jc_array y = kept();
    EXPECT_STR(jc_str(y), "[1 2 3]");
    x = y;
  }
  EXPECT(gone(x));
}

static void nothing_is_lost_in_a_loop(void) {
  P p = {jc_zeros(JC_SHAPE(100)), jc_zeros(JC_SHAPE(100))};
  int64_t buffers[2] = {0};
  uint32_t slots[2] = {0};
  for (int i = 0; i < 2000; i++) {
    JC_SCOPE(p);
    p.w = jc_add(p.w, 1);
    p.b = jc_mul(jc_sub(p.w, 0.5), 2);
    if (i == 100 || i == 1999)
      buffers[i == 1999] = buffer_stats().live_buffers, slots[i == 1999] = slot_count();
  }
  EXPECT_EQ(buffers[1], buffers[0]);
  EXPECT_EQ(slots[1], slots[0]);
  EXPECT_CLOSE(jc_item(jc_at(p.b, 0)), 3999, 0);
}

static void batches(void) {
  float v[10];
  for (int i = 0; i < 10; i++) v[i] = (float)i;
  P data = {jc_from(v, 5, 2), jc_arange(5)}, b;
  int n = 0;
  jc_array last = data.w;
  for (jc_batches it = jc_batches(&data, 2); jc_next(&it, &b); n++) {
    JC_SCOPE();
    EXPECT_EQ(it.count, 3);
    EXPECT_CLOSE(jc_item(jc_at(b.b, 0)), 2 * n, 0);
    EXPECT_EQ(jc_dim(b.w, 0), n < 2 ? 2 : 1);
    if (n == 1) last = b.w;
  }
  EXPECT_EQ(n, 3);
  EXPECT(gone(last));
  n = 0;
  int32_t seen = 0;
  for (jc_batches it = jc_batches(&data, 2, .shuffle = jc_key(1), .drop_last = true);
       jc_next(&it, &b); n++) {
    for (int i = 0; i < 2; i++) {
      int row = (int)jc_item(jc_at(b.b, i));
      EXPECT_CLOSE(jc_item(jc_at(jc_at(b.w, i), 0)), 2 * row, 0);
      seen |= 1 << row;
    }
  }
  EXPECT_EQ(n, 2);
  EXPECT_EQ(__builtin_popcount((unsigned)seen), 4);
}

static void reading(void) {
  double d[3];
  EXPECT(jc_read(jc_arange(3), d));
  EXPECT_CLOSE(d[2], 2, 0);
  const float *p = jc_data(float, jc_vector(4, 5, 6));
  EXPECT(p && p[1] == 5);
  EXPECT_STR(jc_str(jc_bool(true)), "true");
  EXPECT_STR(jc_shape_str(jc_zeros(JC_SHAPE(2, 0))), "f32[2,0]");
  EXPECT_STR(jc_str(jc_zeros(JC_SHAPE(2, 0))), "[[]\n []]");
}

int main(void) {
  if (!getenv("JITC_DEVICE")) execute_on((Loc){0}, "interp");
  RUN(scopes);
  RUN(several_names);
  RUN(keep);
  RUN(nothing_is_lost_in_a_loop);
  RUN(batches);
  RUN(reading);
  return tests_done();
}
