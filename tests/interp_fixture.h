// A graph of one node on the interpreter, for tests of ops one by one.
#ifndef JITC_TESTS_INTERP_FIXTURE_H
#define JITC_TESTS_INTERP_FIXTURE_H
#include "backends/interp/interp.h"
#include "ir/build.h"
#include "ir/half.h"
#include "tests/check.h"

enum { MAX_OPERANDS = 6 };

// A graph of one node, its operands and results. Everything lives until done().
typedef struct Fixture {
  Arena *arena;
  Graph *g;
  Id params[MAX_OPERANDS];
  const void *args[MAX_OPERANDS];
  void *results[MAX_OPERANDS];
  int n;
} Fixture;

static Fixture fixture(void) {
  Fixture f = {.arena = arena_new()};
  f.g = graph_new(f.arena, "f");
  return f;
}

static void done(Fixture *f) {
  for (int i = 0; i < f->g->nresults; i++) free(f->results[i]);
  arena_free(f->arena);
}

static Id operand(Fixture *f, Type t, const void *data) {
  f->args[f->n] = arena_copy(f->arena, data, type_bytes(t));
  return f->params[f->n++] = graph_param(f->g, t, NULL);
}

static void random_elements(Dtype d, int64_t n, void *out) {
  for (int64_t i = 0; i < n; i++) {
    switch (d) {
      case DT_F32: ((float *)out)[i] = (float)test_uniform(-4, 4); break;
      case DT_F64: ((double *)out)[i] = test_uniform(-4, 4); break;
      case DT_BOOL: ((uint8_t *)out)[i] = test_random() & 1; break;
      case DT_F16:
      case DT_BF16: ((uint16_t *)out)[i] = half_of(d, test_uniform(-4, 4)); break;
      default: {
        int64_t v = test_int(-100, 100);
        memcpy((char *)out + (size_t)i * dtype_size(d), &v, dtype_size(d));
      }
    }
  }
}

static Id random_operand(Fixture *f, Type t) {
  void *data = arena_alloc(f->arena, type_bytes(t) + 1);
  random_elements(t.dtype, type_count(t), data);
  f->args[f->n] = data;
  return f->params[f->n++] = graph_param(f->g, t, NULL);
}

static Type type_make(Fixture *f, Dtype d, Ints shape) {
  return type_of(d, ints_copy(f->arena, shape));
}

// Runs through the backend's interface.
static bool run(Fixture *f, int nresults, const Id *ids) {
  for (int i = 0; i < nresults; i++) {
    if (!EXPECT(ids[i] != NO_ID)) return EXPECT_OK(), false;
  }
  graph_set_results(f->g, nresults, ids);
  for (int i = 0; i < nresults; i++)
    f->results[i] = malloc(type_bytes(graph_type(f->g, ids[i])) + 1);
  CompileOptions options = {0};
  Executable *e = backend_interp.compile(f->g, &options);
  bool ok = e && backend_interp.run(e, f->args, f->results);
  backend_interp.free(e);
  return EXPECT(ok) && EXPECT_OK();
}

static const void *run1(Fixture *f, Id id) { return run(f, 1, &id) ? f->results[0] : NULL; }

static const char *element(Type t, const void *x, const int64_t *index) {
  int64_t at = 0;
  for (int i = 0; i < t.rank; i++) at = at * t.dim[i] + index[i];
  return (const char *)x + at * (int64_t)dtype_size(t.dtype);
}
#endif
