// The text of kernels and their index expressions: simplification, what is refused, and texts that
// somebody damaged.
#include "compiler/kernel_build.h"
#include "tests/check.h"

// ---- index expressions

static Kernel *three_axes(Arena *a) {
  Kernel *k = kernel_new(a, "k");
  kernel_axis(k, 5), kernel_axis(k, 3), kernel_axis(k, 4);
  return k;
}

static Ix linear(Kernel *k) {
  Ix i = ix_mul(k, ix_axis(k, 0), 12), j = ix_mul(k, ix_axis(k, 1), 4);
  return ix_add(k, ix_add(k, i, j), ix_axis(k, 2));
}

static void quotients_by_range(void) {
  Arena *a = arena_new();
  Kernel *k = three_axes(a);
  Ix x = linear(k);
  EXPECT_EQ(ix_div(k, x, 12), ix_axis(k, 0));
  EXPECT_EQ(ix_mod(k, x, 4), ix_axis(k, 2));
  EXPECT_EQ(ix_mod(k, ix_div(k, x, 4), 3), ix_axis(k, 1));
  EXPECT_EQ(ix_div(k, x, 60), ix_const(k, 0));
  EXPECT_EQ(ix_mod(k, x, 60), x);
  arena_free(a);
}

// Quotients and remainders that stay, come back to what they were made of.
static void quotients_that_meet_again(void) {
  Arena *a = arena_new();
  Kernel *k = three_axes(a);
  Ix x = linear(k), q = ix_div(k, x, 7), r = ix_mod(k, x, 7);
  EXPECT(ix_sum(k, q)->terms[0].kind == IX_DIV);
  EXPECT_EQ(ix_add(k, ix_mul(k, q, 7), r), x);
  EXPECT_EQ(ix_div(k, ix_div(k, x, 7), 3), ix_div(k, x, 21));
  EXPECT_EQ(ix_mod(k, ix_mod(k, x, 14), 7), r);
  arena_free(a);
}

static int64_t value_at(const Kernel *k, Ix ix, const int64_t *at) {
  const IxSum *s = ix_sum(k, ix);
  int64_t v = s->constant;
  for (int i = 0; i < s->nterms; i++) {
    const IxTerm *t = &s->terms[i];
    int64_t inner = t->kind == IX_AXIS ? at[t->axis] : value_at(k, t->inner, at);
    EXPECT(inner >= 0);
    v += t->coef * (t->kind == IX_DIV ? inner / t->by : t->kind == IX_MOD ? inner % t->by : inner);
  }
  EXPECT(s->lo <= v && v <= s->hi);
  return v;
}

static int64_t floor_div(int64_t x, int64_t y) { return x / y - (x % y < 0); }

// A random chain of operations has the value that arithmetic gives, at every point.
static void random_chain(Kernel *k) {
  static const int64_t step[3] = {12, 4, 1};
  Ix x = linear(k);
  int64_t kinds[6], by[6], at[3];
  for (int i = 0; i < 6; i++) {
    kinds[i] = test_int(0, 3), by[i] = test_int(1, 9);
    int64_t c = by[i] * (test_int(0, 1) ? 1 : -1);
    if (kinds[i] < 2) by[i] = c;
    if (kinds[i] == 0) x = ix_add(k, x, ix_const(k, c));
    if (kinds[i] == 1) x = ix_mul(k, x, c);
    if (kinds[i] == 2) x = ix_div(k, x, by[i]);
    if (kinds[i] == 3) x = ix_mod(k, x, by[i]);
  }
  for (at[0] = 0; at[0] < 5; at[0]++) {
    for (at[1] = 0; at[1] < 3; at[1]++) {
      for (at[2] = 0; at[2] < 4; at[2]++) {
        int64_t want = 0;
        for (int i = 0; i < 3; i++) want += at[i] * step[i];
        for (int i = 0; i < 6; i++) {
          if (kinds[i] == 0) want += by[i];
          if (kinds[i] == 1) want *= by[i];
          if (kinds[i] == 2) want = floor_div(want, by[i]);
          if (kinds[i] == 3) want -= floor_div(want, by[i]) * by[i];
        }
        if (!EXPECT_EQ(value_at(k, x, at), want)) return;
      }
    }
  }
}

static void indices_keep_their_values(void) {
  Arena *a = arena_new();
  Kernel *k = three_axes(a);
  for (int i = 0; i < 300 && !test_counts.faults; i++) random_chain(k);
  arena_free(a);
}

// ---- texts

static const char *const good =
    "kernel f(x: f32[12], n: i32[3]) -> (y: f32[12]):\n"
    "    axes i: 3, j: 4\n"
    "    table0 = f32(0.5), f32(1.5)\n"
    "    t0[i] = reduce max rows over j: x[4*i + j]\n"
    "    s0 = sub(x[4*i + j], t0)\n"
    "    t1[i] = reduce add rows over j: mul(s0, s0)\n"
    "    s1 = select(gt(s0, f32(0.0)), x[4*i + j - 1 if 1 <= j < 4 else t1], table0(convert(gt(s0, "
    "t1), i32)))\n"
    "    store[i, j] y[j + 4*clamp(n[i], 0, 2)] = rare(is_finite(s1), s1, s0)\n";

// In whichever order their operands came first.
static void commuting_ops_are_one(void) {
  Arena *a = arena_new();
  Dag *d = &kernel_new(a, "k")->dag;
  Sid x = s_input(d, DT_F32, 0), y = s_input(d, DT_F32, 1);
  Sid late = s_add(d, y, x), early = s_add(d, x, y);
  EXPECT_EQ(late, early);
  EXPECT_EQ(s_mul(d, x, y), s_mul(d, y, x));
  EXPECT(s_sub(d, x, y) != s_sub(d, y, x));
  arena_free(a);
}

static void a_text_reads_back(void) {
  Arena *a = arena_new();
  const Kernel *k = kernel_parse(a, good, "good");
  if (EXPECT_OK() && EXPECT(k)) EXPECT_STR(kernel_text(a, k), good);
  arena_free(a);
}

static void refused(const char *body, const char *message) {
  Arena *a = arena_new();
  const char *head = "kernel f(x: f32[12]) -> (y: f32[12]):\n    axes i: 3, j: 4\n    ";
  EXPECT(!kernel_parse(a, arena_printf(a, "%s%s\n", head, body), "bad"));
  EXPECT_FAIL(message);
  arena_free(a);
}

static void what_is_refused(void) {
  refused("store[i, j] y[4*i + j] = x[4*i + j + 1]", "may lie outside");
  refused("store[i, j] y[5*i + j] = x[4*i + j]", "may lie outside");
  refused("store[i] y[4*i + j] = x[i]", "index uses other axes");
  refused("store[i] y[i] = x[j]", "axes that it does not run over");
  refused("store[i] y[i] = s0", "expected a scalar");
  refused("store[i] y[i] = t0", "expected a scalar");
  refused("store[i] y[i] = i", "stores another dtype");
  refused("store[i] x[i] = x[i]", "not among the results");
  refused("store[i] y[i] = not(x[i])", "does not take");
  refused("t0[i] = reduce add rows over i: x[i]", "distinct others");
  refused("t0[i] = reduce sub rows over j: x[i]", "expected a reducer");
  refused("store[i] y[i/0] = x[i]", "expected ']'");
  refused("store[i] y[(i)/0] = x[i]", "not positive");
  refused("store[i] y[99999999999999999*i] = x[i]", "");
}

// Bytes changed, dropped or doubled: an error or a kernel, never a crash.
static void damaged_texts(void) {
  static const char letters[] = "0123456789[](),:=+-*/% \n<>ijxyst";
  for (int i = 0; i < 3000; i++) {
    Arena *a = arena_new();
    size_t n = strlen(good);
    char *text = arena_printf(a, "%s", good);
    for (int64_t k = test_int(1, 3); k > 0; k--) {
      size_t at = (size_t)test_int(0, (int64_t)n - 1);
      if (test_int(0, 2)) text[at] = letters[test_int(0, sizeof letters - 2)];
      else memmove(&text[at], &text[at + 1], n - at), n--;
    }
    const Kernel *k = kernel_parse(a, text, "damaged");
    if (!k) EXPECT(failed());
    diag_clear();
    arena_free(a);
  }
}

int main(void) {
  RUN(quotients_by_range);
  RUN(quotients_that_meet_again);
  RUN(indices_keep_their_values);
  RUN(commuting_ops_are_one);
  RUN(a_text_reads_back);
  RUN(what_is_refused);
  RUN(damaged_texts);
  return tests_done();
}
