// One graph on several backends: the same bits (or both NaN) as the interpreter, at every vector
// width and on one and two threads.
#ifndef JITC_TESTS_BACKENDS_H
#define JITC_TESTS_BACKENDS_H
#include "backends/backend.h"
#include "backends/cpu/machine.h"
#include "check.h"
#include "ir/build.h"
#include "ir/eval.h"

enum { GUARD = 64, GUARD_BYTE = 0xa5 };

// Bytes with a guard behind them.
static void *guarded_new(size_t bytes) {
  unsigned char *p = malloc(bytes + GUARD);
  memset(p, GUARD_BYTE, bytes + GUARD);
  return p;
}
static bool guard_holds(const void *p, size_t bytes) {
  for (int i = 0; i < GUARD; i++)
    if (((const unsigned char *)p)[bytes + (size_t)i] != GUARD_BYTE) return false;
  return true;
}

static bool element_same(Dtype d, const void *a, const void *b) {
  if (dtype_is_float(d) && isnan(eval_number(d, a, 0)) && isnan(eval_number(d, b, 0))) return true;
  return !memcmp(a, b, dtype_size(d));
}

static void random_float(Dtype d, void *out) {
  static const double special[] = {0,
                                   -0.0,
                                   1,
                                   -1,
                                   0.5,
                                   2,
                                   INFINITY,
                                   -INFINITY,
                                   NAN,
                                   1e-40,
                                   -3e-42,
                                   3.4e38,
                                   2147483648.0,
                                   -2147483649.0,
                                   4294967296.0,
                                   9.3e18,
                                   255.5,
                                   1e-310};
  double v = test_int(0, 3) ? test_uniform(-4, 4) : special[test_int(0, 17)];
  eval_op(OP_convert, DT_F64, d, 1, out, (const void *[]){&v});
}

static void random_element(Dtype d, void *out) {
  if (dtype_is_complex(d)) {
    random_float(dtype_part(d), out);
    random_float(dtype_part(d), (char *)out + dtype_size(d) / 2);
    return;
  }
  if (dtype_is_float(d)) {
    random_float(d, out);
    return;
  }
  static const int64_t special[] = {0,         1,         -1, 2,  INT64_MIN, INT64_MAX,
                                    INT32_MIN, INT32_MAX, 31, 32, 63,        64};
  int64_t v = test_int(0, 2) ? test_int(-9, 9) : special[test_int(0, 11)];
  if (!test_int(0, 4)) v = (int64_t)test_random();
  if (d == DT_BOOL) v &= 1;
  memcpy(out, &v, dtype_size(d));
  if (d == DT_I32 && (v == INT64_MIN || v == INT64_MAX))
    *(int32_t *)out = v < 0 ? INT32_MIN : INT32_MAX;
}

static void **random_arguments(const Graph *g) {
  void **args = xcalloc((size_t)g->nparams + 1, sizeof *args);
  for (int i = 0; i < g->nparams; i++) {
    Type t = graph_type(g, g->params[i]);
    args[i] = guarded_new(type_bytes(t));
    for (int64_t j = 0; j < type_count(t); j++)
      random_element(t.dtype, (char *)args[i] + (size_t)j * dtype_size(t.dtype));
  }
  return args;
}

static void **new_results(const Graph *g) {
  void **results = xcalloc((size_t)g->nresults + 1, sizeof *results);
  for (int i = 0; i < g->nresults; i++)
    results[i] = guarded_new(type_bytes(graph_type(g, g->results[i])));
  return results;
}

static void free_all(void **p, int n) {
  for (int i = 0; i < n; i++) free(p[i]);
  free(p);
}

static bool run_on(const Backend *b, const Graph *g, const CompileOptions *o, void **args,
                   void **results) {
  Executable *e = b->compile(g, o);
  bool ok = e && b->run(e, (const void *const *)args, results);
  if (e) b->free(e);
  if (!ok)
    FAULT("%s: %s does not run: %s", g->name, b->name, failed() ? diag_message() : "?"),
        diag_clear();
  return ok;
}

// Names the node whose value differs.
static const char *result_name(const Graph *g, int i) {
  const Node *n = graph_def(g, g->results[i]);
  return n ? op_info(n->op)->name : "parameter";
}

static bool results_same(const Graph *g, const char *where, void **got, void **want) {
  bool same = true;
  for (int i = 0; i < g->nresults; i++) {
    Type t = graph_type(g, g->results[i]);
    size_t size = dtype_size(t.dtype);
    if (!guard_holds(got[i], type_bytes(t)))
      FAULT("%s: result %d wrote behind its end", g->name, i);
    for (int64_t j = 0; j < type_count(t); j++) {
      const char *x = (const char *)got[i] + (size_t)j * size,
                 *y = (const char *)want[i] + (size_t)j * size;
      const Dtype part = dtype_part(t.dtype);
      const size_t half = dtype_is_complex(t.dtype) ? size / 2 : 0;
      if (element_same(part, x, y) && element_same(part, x + half, y + half)) continue;
      uint64_t a = 0, b = 0;
      memcpy(&a, x, size < 8 ? size : 8), memcpy(&b, y, size < 8 ? size : 8);
      FAULT("%s (%s): result %d (%s %s) at %lld: %llx, interpreter %llx (%g, %g)", g->name, where,
            i, result_name(g, i), TYPE_STR(t), (long long)j, (unsigned long long)a,
            (unsigned long long)b, eval_number(t.dtype, x, 0), eval_number(t.dtype, y, 0));
      same = false;
      break;
    }
  }
  return same;
}

static bool same_on_cpu_with(const Graph *g, void **args) {
  static const int widths[] = {128, 256, 512};
  void **want = new_results(g);
  bool ok = run_on(&backend_interp, g, NULL, args, want);
  for (int w = 0; ok && w < 3; w++) {
    if (w > (int)machine_host()->widest) break;
    for (int threads = 1; threads <= 2; threads++) {
      char where[32];
      snprintf(where, sizeof where, "%d bits, %d threads", widths[w], threads);
      void **got = new_results(g);
      CompileOptions o = {.width = widths[w], .threads = threads};
      if (run_on(&backend_cpu, g, &o, args, got)) ok &= results_same(g, where, got, want);
      else ok = false;
      free_all(got, g->nresults);
    }
  }
  free_all(want, g->nresults);
  return ok;
}

__attribute__((unused)) static bool same_on_cpu(const Graph *g) {
  void **args = random_arguments(g);
  bool ok = same_on_cpu_with(g, args);
  free_all(args, g->nparams);
  return ok;
}
#endif
