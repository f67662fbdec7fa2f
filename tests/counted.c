// Executables whose length comes at run time: the bits of the interpreter at every length, and what
// may be made into one.
#include "compiler/flatten.h"
#include "ir/parse.h"
#include "tests/backends.h"

static const char mapped[] =
    "def f(x: f32[%d], n: u8[%d], s: f32, k: u32[2]) -> u8[%d]:\n"
    "    a: u32[1] = slice(k, start=(1,), limit=(2,), stride=(1,))\n"
    "    b: u32 = reshape(a)\n"
    "    c: u32[%d] = broadcast(b, shape=(%d,))\n"
    "    d: u32[%d] = iota(axis=0, shape=(%d,), dtype=u32)\n"
    "    m: u32[%d] = add(c, d)\n"
    "    e: u32[%d] = mul(m, d)\n"
    "    o: f32[%d] = convert(e, dtype=f32)\n"
    "    g: f32[%d] = exp(x)\n"
    "    h: f32[%d] = broadcast(s, shape=(%d,))\n"
    "    i: f32[%d] = fma(g, h, o)\n"
    "    p: f32[%d] = erf_inv(i)\n"
    "    j: u8[%d] = convert(p, dtype=u8)\n"
    "    q: u8[%d] = add(j, n)\n"
    "    return q\n";

static Graph *mapped_graph(Arena *a, int n) {
  char text[2000];
  int used = snprintf(text, sizeof text, mapped, n, n, n, n, n, n, n, n, n, n, n, n, n, n, n, n, n);
  return graph_parse(a, "mapped", text, (size_t)used);
}

static Graph *parsed(Arena *a, const char *text) {
  return graph_parse(a, "text", text, strlen(text));
}

// Guarded memory for each argument of g.
static void *argument(Type t) {
  void *p = guarded_new(type_bytes(t));
  for (int64_t i = 0; i < type_count(t); i++)
    random_element(t.dtype, (char *)p + i * (int64_t)dtype_size(t.dtype));
  return p;
}

static void same_as_interpreter(Executable *exe, int n) {
  Arena *a = arena_new();
  Graph *g = mapped_graph(a, n);
  void *args[4], *want = guarded_new((size_t)n), *got = guarded_new((size_t)n);
  for (int i = 0; i < 4; i++) args[i] = argument(graph_type(g, g->params[i]));
  const int64_t count = n;
  const void *all[5] = {args[0], args[1], args[2], args[3], &count};
  Executable *reference = backend_interp.compile(g, NULL);
  EXPECT(reference->backend->run(reference, all, (void *[]){want}));
  EXPECT(exe->backend->run(exe, all, (void *[]){got}));
  if (memcmp(want, got, (size_t)n)) FAULT("%d elements differ from the interpreter's", n);
  EXPECT(guard_holds(got, (size_t)n));
  reference->backend->free(reference);
  for (int i = 0; i < 4; i++) free(args[i]);
  free(want), free(got);
  arena_free(a);
}

static void every_length(void) {
  static const int lengths[] = {0, 1, 2, 15, 16, 17, 63, 64, 65, 1000, 5000, 100003};
  static const int widths[] = {128, 256, 512};
  Arena *a = arena_new();
  int64_t count;
  Graph *flat = graph_flatten(a, mapped_graph(a, 77), &count);
  EXPECT(flat != NULL);
  EXPECT_EQ(count, 77);
  for (int w = 0; flat && w < 3; w++) {
    Executable *exe =
        backend_cpu.compile(flat, &(CompileOptions){.width = widths[w], .counted = FLAT_SIZE});
    if (!exe) diag_clear();  // this CPU lacks the width
    for (size_t i = 0; exe && i < sizeof lengths / sizeof *lengths; i++)
      same_as_interpreter(exe, lengths[i]);
    if (exe) exe->backend->free(exe);
  }
  arena_free(a);
}

static void shapes_share_a_graph(void) {
  Arena *a = arena_new();
  int64_t one, other;
  Graph *x = graph_flatten(
      a,
      parsed(a,
             "def f(x: f32[4, 5], y: f32[4, 5]) -> f32[4, 5]:\n"
             "    a: f32[4, 5] = exp(y)\n    b: f32[4, 5] = add(x, a)\n    return b\n"),
      &one);
  Graph *y =
      graph_flatten(a,
                    parsed(a,
                           "def f(x: f32[70], y: f32[70]) -> f32[70]:\n"
                           "    a: f32[70] = exp(y)\n    b: f32[70] = add(x, a)\n    return b\n"),
                    &other);
  EXPECT(x && y && graph_equal(x, y));
  EXPECT_EQ(one, 20);
  EXPECT_EQ(other, 70);
  arena_free(a);
}

static void what_moves_elements_stays(void) {
  static const char *const texts[] = {
      "def f(x: f32[4, 5]) -> f32[5, 4]:\n    a: f32[5, 4] = transpose(x, perm=(1, 0))\n    return "
      "a\n",
      "def f(x: f32[5]) -> f32[4, 5]:\n    a: f32[4, 5] = broadcast(x, shape=(4, 5), dims=(1,))\n  "
      "  return a\n",
      "def f(x: f32[4]) -> f32[4]:\n    a: f32[4] = reverse(x, axes=(0,))\n    return a\n",
      "def f(x: f32[4, 5]) -> i32[4, 5]:\n    a: i32[4, 5] = iota(axis=1, shape=(4, 5), "
      "dtype=i32)\n    return a\n",
      "def f(x: f32[9]) -> f32:\n    a: f32 = reduce_sum(x, axes=(0,), order=rows)\n    return a\n",
      "def f(x: f32[9]) -> f32[9]:\n    return x\n",
      "def f(x: f32[1]) -> f32[1]:\n    a: f32[1] = exp(x)\n    return a\n",
  };
  Arena *a = arena_new();
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    int64_t count;
    Graph *g = parsed(a, texts[i]);
    if (!EXPECT(g != NULL)) diag_clear();
    else if (graph_flatten(a, g, &count)) FAULT("made flat:\n%s", texts[i]);
  }
  arena_free(a);
}

int main(void) {
  RUN(every_length);
  RUN(shapes_share_a_graph);
  RUN(what_moves_elements_stays);
  return tests_done();
}
