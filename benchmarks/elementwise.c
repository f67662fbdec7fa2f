// Elementwise kernels and reductions of the CPU backend beside loops that only move the memory: the
// limit is a copy (or a read) in the same run.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backends/backend.h"
#include "ir/build.h"

enum { REPEATS = 15 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

typedef struct Case {
  const char *name;
  Graph *graph;
  Executable *exe;
  const void *args[2];
  void *results[1];
  int64_t elements;
} Case;

static float *new_floats(int64_t n) {
  float *p = aligned_alloc(64, (size_t)n * 4 + 64);
  for (int64_t i = 0; i < n; i++) p[i] = (float)(i % 1000) * 0.004f - 2;
  return p;
}

typedef Id Body(Graph *g, Id x);

static Case make(Arena *a, const char *name, Body *body, Ints shape, int threads) {
  Case c = {.name = name, .graph = graph_new(a, name)};
  Id x = graph_param(c.graph, type_of(DT_F32, shape), "x"), y = body(c.graph, x);
  graph_set_results(c.graph, 1, &y);
  c.elements = type_count(type_of(DT_F32, shape));
  c.exe = backend_cpu.compile(c.graph, &(CompileOptions){.threads = threads});
  if (!c.exe) fprintf(stderr, "%s\n", diag_message()), exit(1);
  c.args[0] = new_floats(c.elements);
  c.results[0] = new_floats(c.elements + 16);
  return c;
}

// Seconds of one call: the best of several.
static double seconds(Case *c, int64_t calls) {
  double best = 1e9;
  for (int r = 0; r < REPEATS; r++) {
    double t = now();
    for (int64_t i = 0; i < calls; i++) backend_cpu.run(c->exe, c->args, c->results);
    t = (now() - t) / (double)calls;
    if (t < best) best = t;
  }
  return best;
}

static double copy_seconds(const Case *c) {
  double best = 1e9;
  for (int r = 0; r < REPEATS; r++) {
    double t = now();
    memcpy(c->results[0], c->args[0], (size_t)c->elements * 4);
    t = now() - t;
    if (t < best) best = t;
  }
  return best;
}

static Id identity(Graph *g, Id x) { return b_mul(g, x, b_like(g, x, 1.5)); }
static Id chain(Graph *g, Id x) {
  Id y = b_mul(g, b_add(g, b_mul(g, x, b_like(g, x, 1.1)), b_like(g, x, 0.3)), x);
  return b_max(g, b_sub(g, y, b_abs(g, x)), b_like(g, x, 0));
}
static Id body_exp(Graph *g, Id x) { return b_exp(g, x); }
static Id body_tanh(Graph *g, Id x) { return b_tanh(g, x); }
static Id body_log(Graph *g, Id x) { return b_log(g, x); }
static Id body_sin(Graph *g, Id x) { return b_sin(g, x); }
static Id body_sum(Graph *g, Id x) { return b_reduce(g, OP_reduce_sum, x, INTS(0)); }
static Id body_columns(Graph *g, Id x) { return b_reduce(g, OP_reduce_sum, x, INTS(0)); }
static Id body_transpose(Graph *g, Id x) { return b_transpose(g, x, INTS(1, 0)); }
static Id body_softmax(Graph *g, Id x) {
  Ints shape = type_shape(graph_type(g, x));
  Id m = b_broadcast(g, b_reduce(g, OP_reduce_max, x, INTS(1)), shape, INTS(0));
  Id e = b_exp(g, b_sub(g, x, m));
  return b_div(g, e, b_broadcast(g, b_reduce(g, OP_reduce_sum, e, INTS(1)), shape, INTS(0)));
}

static void big(Arena *a, const char *name, Body *body, int threads) {
  Case c = make(a, name, body, INTS(16 << 20), threads);
  double copy = copy_seconds(&c), ours = seconds(&c, 1);
  printf("%-10s 64 MB, %d threads: copy loop (1 thread) %.2f ms, ours %.2f ms, ratio %.0f %%\n",
         name, threads, copy * 1e3, ours * 1e3, 100 * copy / ours);
  backend_cpu.free(c.exe);
}

static void hot(Arena *a, const char *name, Body *body, Ints shape) {
  Case c = make(a, name, body, shape, 1);
  double t = seconds(&c, 200000000 / 8 / (c.elements + 1) + 1);
  printf("%-10s %8lld elements, 1 thread: %.3f ns per element; codegen %.1f ms\n", name,
         (long long)c.elements, t * 1e9 / (double)c.elements, c.exe->info.codegen_ms);
  backend_cpu.free(c.exe);
}

int main(void) {
  Arena *a = arena_new();
  for (int threads = 1; threads <= 2; threads++) {
    big(a, "scale", identity, threads);
    big(a, "chain", chain, threads);
    big(a, "exp", body_exp, threads);
  }
  hot(a, "chain", chain, INTS(8192));
  hot(a, "exp", body_exp, INTS(8192));
  hot(a, "tanh", body_tanh, INTS(8192));
  hot(a, "log", body_log, INTS(8192));
  hot(a, "sin", body_sin, INTS(8192));
  hot(a, "sum", body_sum, INTS(8192));
  hot(a, "sum", body_sum, INTS(1 << 20));
  hot(a, "columns", body_columns, INTS(128, 512));
  hot(a, "softmax", body_softmax, INTS(64, 1024));
  hot(a, "softmax", body_softmax, INTS(1000, 10));
  hot(a, "transpose", body_transpose, INTS(256, 256));
  hot(a, "call", identity, INTS(1));
  big(a, "sum", body_sum, 1);
  big(a, "sum", body_sum, 2);
  arena_free(a);
}
