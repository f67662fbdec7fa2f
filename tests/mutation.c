// Damaged texts of graphs: cut off at every byte, and with every byte changed, missing or doubled.
#include "ir/text.h"
#include "tests/check.h"
#include "tests/damage.h"
#include "tests/jir_check.h"
#include "tests/random_graph.h"

static const char *const samples[] = {
    "# A loop.\n"
    "def f(n: i32, x: f32[4,2]) -> (i32, f32[4,2]):\n"
    "    def more(i: i32, v: f32[4,2], n: i32) -> bool:\n"
    "        a: bool = lt(i, n)\n"
    "        return a\n"
    "    def step(i: i32, v: f32[4,2], n: i32) -> (i32, f32[4,2]):\n"
    "        a: i32 = add(i, i32(1))\n"
    "        b: f32[4,2] = mul(v, v)   # mlp.c:3\n"
    "        return a, b\n"
    "    i, v = while_[i32, f32[4,2]](i32(0), x, n, ncarry=2, cond=more, body=step)\n"
    "    return i, v\n",
    "def g(x: f32[32,784], w: f32[784,10], k: u32[2]) -> (f32, i64[2,3]):\n"
    "    a: f32[32,10] = dot(x, w, lhs_contract=(1,), rhs_contract=(0,), order=chain)  # a.c:12\n"
    "    b: f32[32,10] = broadcast(f32(-1.5e-3), shape=(32, 10))\n"
    "    c: f32[32,10] = max(a, b)\n"
    "    d: f32 = reduce_sum(c, axes=(0, 1), order=rows)\n"
    "    e: i64[2,3] = constant(literal=i64[2,3]([1, -2, 3, 4, 5, 9223372036854775807]))\n"
    "    h: f32[2,784] = gather(x, k, offset_dims=(1,), collapsed_dims=(0,), index_map=(0,),\n"
    "                           index_vector_dim=1, slice_sizes=(1, 784), mode=fill)\n"
    "    return d, e\n",
};

static void check_text(const char *what, size_t at, const Text *t) {
  const char *fault = jir_check(t->s, t->n);
  if (fault) FAULT("%s at byte %zu: %s\n%.*s", what, at, fault, (int)t->n, t->s);
}

static void damage(const char *s) {
  static const char bytes[] = "0(])\n #-=,a\0\xff";
  const size_t n = strlen(s);
  for (size_t i = 0; i < n; i++) {
    check_changed(jir_check, "cut off", s, i, i, 0, "", 0);
    check_changed(jir_check, "missing", s, n, i, 1, "", 0);
    check_changed(jir_check, "doubled", s, n, i, 0, s + i, 1);
    for (int k = 0; k < 3; k++) {
      const char *by = &bytes[test_int(0, (int64_t)sizeof bytes - 2)];
      check_changed(jir_check, "changed", s, n, i, 1, by, 1);
    }
    check_changed(jir_check, "inserted", s, n, i, 0, "99999999999", 11);
  }
}

static void samples_are_sound(void) {
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
    Arena *a = arena_new();
    EXPECT(graph_parse(a, "sample", samples[i], strlen(samples[i])) != NULL);
    EXPECT_OK();
    arena_free(a);
  }
}

static void damaged_samples(void) {
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) damage(samples[i]);
}

static void damaged_random_graphs(void) {
  for (int i = 0; i < 3; i++) {
    Arena *a = arena_new();
    const RandomGraph options = {.seed = test_random(), .nodes = 15, .depth = 1};
    const char *text = graph_text(a, random_graph(a, options), (PrintOptions){0});
    if (strlen(text) < 6000) damage(text);
    arena_free(a);
  }
}

static void deep_nesting(void) {
  Text t = {0};
  for (int i = 0; i < 200; i++) {
    text_pad(&t, i);
    text_str(&t, "def f(x: f32) -> f32:\n");
  }
  check_text("nested", t.n, &t);
  text_free(&t);
  for (int i = 0; i < 100000; i++) text_str(&t, "(");
  check_text("brackets", t.n, &t);
  text_free(&t);
}

int main(void) {
  RUN(samples_are_sound);
  RUN(damaged_samples);
  RUN(damaged_random_graphs);
  RUN(deep_nesting);
  return tests_done();
}
