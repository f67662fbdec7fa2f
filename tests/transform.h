// Checks of transformations by value: derivatives against differences, reverse against forward,
// batching against a loop. Graphs are run by the interpreter, in f64 unless said otherwise.
#ifndef JITC_TESTS_TRANSFORM_H
#define JITC_TESTS_TRANSFORM_H
#include "backends/backend.h"
#include "compiler/transform.h"
#include "ir/parse.h"
#include "ir/eval.h"
#include "ir/print.h"
#include "ir/verify.h"
#include "tests/check.h"

static double element(Type t, const void *data, int64_t i) { return eval_number(t.dtype, data, i); }

static void set_element(Type t, void *data, int64_t i, double v) {
  char *at = (char *)data + (size_t)i * dtype_size(t.dtype);
  eval_op(OP_convert, DT_F64, t.dtype, 1, at, (const void *[]){&v});
}

static void *new_array(Arena *a, Type t) { return arena_alloc(a, type_bytes(t) + 8); }
static Type param_type(const Graph *g, int i) { return graph_type(g, g->params[i]); }
static Type result_type(const Graph *g, int i) { return graph_type(g, g->results[i]); }

// Floats in low..high; integers from -2 to 6, so that indices are out of range at times.
static void **random_arguments(Arena *a, const Graph *g, double low, double high) {
  void **args = ARENA_ARRAY(a, void *, g->nparams + 1);
  for (int i = 0; i < g->nparams; i++) {
    const Type t = param_type(g, i);
    args[i] = new_array(a, t);
    for (int64_t k = 0; k < type_count(t); k++) {
      const int64_t whole = dtype_kind(t.dtype) == KIND_SIGNED ? test_int(-2, 6) : test_int(0, 6);
      const double v = dtype_is_float(t.dtype) ? test_uniform(low, high)
                       : t.dtype == DT_BOOL    ? (double)(whole & 1)
                                               : (double)whole;
      set_element(t, args[i], k, v);
    }
  }
  return args;
}

// The results, or NULL after a fault.
static void **run_graph(Arena *a, const Graph *g, void **args) {
  if (!g || !graph_verify(g, "test")) {
    FAULT("no graph, or a wrong one: %s", failed() ? diag_message() : "");
    diag_clear();
    return NULL;
  }
  void **results = ARENA_ARRAY(a, void *, g->nresults + 1);
  for (int i = 0; i < g->nresults; i++) results[i] = new_array(a, result_type(g, i));
  Executable *e = backend_interp.compile(g, &(CompileOptions){0});
  const bool ok = e && backend_interp.run(e, (const void *const *)args, results);
  if (e) backend_interp.free(e);
  if (!ok) EXPECT_OK();
  return ok ? results : NULL;
}

static int float_params(const Graph *g) {
  int n = 0;
  for (int i = 0; i < g->nparams; i++) n += dtype_is_float(param_type(g, i).dtype);
  return n;
}

// args, then per float parameter an array of its type, uniform in -1..1.
static void **with_tangents(Arena *a, const Graph *g, void **args) {
  void **all = ARENA_ARRAY(a, void *, g->nparams + float_params(g) + 1);
  int n = 0;
  for (; n < g->nparams; n++) all[n] = args[n];
  for (int i = 0; i < g->nparams; i++) {
    const Type t = param_type(g, i);
    if (!dtype_is_float(t.dtype)) continue;
    all[n] = new_array(a, t);
    for (int64_t k = 0; k < type_count(t); k++) set_element(t, all[n], k, test_uniform(-1, 1));
    n++;
  }
  return all;
}

// args moved by h along the tangents.
static void **moved(Arena *a, const Graph *g, void **all, double h) {
  void **args = ARENA_ARRAY(a, void *, g->nparams + 1);
  int n = g->nparams;
  for (int i = 0; i < g->nparams; i++) {
    const Type t = param_type(g, i);
    args[i] = arena_copy(a, all[i], type_bytes(t));
    if (!dtype_is_float(t.dtype)) continue;
    for (int64_t k = 0; k < type_count(t); k++)
      set_element(t, args[i], k, element(t, all[i], k) + h * element(t, all[n], k));
    n++;
  }
  return args;
}

static bool same_value(double a, double b) { return a == b || (a != a && b != b); }

static void check_same(const Graph *g, void **got, void **want, const char *what) {
  for (int i = 0; got && want && i < g->nresults; i++) {
    const Type t = result_type(g, i);
    for (int64_t k = 0; k < type_count(t); k++) {
      if (same_value(element(t, got[i], k), element(t, want[i], k))) continue;
      FAULT("%s of %s: result %d changed", what, g->name, i);
      return;
    }
  }
}

// With h the error of a central difference in f64 is about h^2 from the third derivative and
// 1e-16 / h from rounding.
enum { DIFFERENCE_STEPS = 1000000 };

static void check_jvp(const Graph *g, void **args, double tolerance) {
  Arena *a = arena_new();
  const double h = 1.0 / DIFFERENCE_STEPS;
  const Graph *jvp = graph_jvp(a, g, NULL);
  void **all = with_tangents(a, g, args);
  void **plain = run_graph(a, g, args), **got = run_graph(a, jvp, all);
  void **up = run_graph(a, g, moved(a, g, all, h)), **down = run_graph(a, g, moved(a, g, all, -h));
  check_same(g, got, plain, "jvp");
  for (int i = 0; plain && got && up && down && i < g->nresults; i++) {
    const Type t = result_type(g, i);
    for (int64_t k = 0; k < type_count(t); k++) {
      const double tangent = element(t, got[g->nresults + i], k);
      double want = (element(t, up[i], k) - element(t, down[i], k)) / (2 * h);
      if (!dtype_is_float(t.dtype) || !isfinite(element(t, plain[i], k))) want = 0;
      if (!(fabs(tangent - want) <= tolerance * (1 + fabs(want))))
        FAULT("jvp of %s: result %d element %lld: %.12g, by differences %.12g\n%s", g->name, i,
              (long long)k, tangent, want, graph_text(a, g, (PrintOptions){0}));
    }
  }
  arena_free(a);
}

// sum of x*y, and of |x*y| in *size.
static double inner(Type t, const void *x, const void *y, double *size) {
  double sum = 0;
  for (int64_t k = 0; k < type_count(t); k++) {
    const double p = element(t, x, k) * element(t, y, k);
    sum += p;
    *size += fabs(p);
  }
  return sum;
}

// <cotangent, jvp(tangent)> = <vjp(cotangent), tangent>
static void check_vjp(const Graph *g, void **args, double tolerance) {
  Arena *a = arena_new();
  const Graph *jvp = graph_jvp(a, g, NULL), *vjp = graph_vjp(a, g, NULL);
  void **all = with_tangents(a, g, args);
  void **in = ARENA_ARRAY(a, void *, g->nparams + g->nresults + 1);
  int n = 0;
  for (; n < g->nparams; n++) in[n] = args[n];
  for (int i = 0; i < g->nresults; i++) {
    const Type t = result_type(g, i);
    if (!dtype_is_float(t.dtype)) continue;
    in[n] = new_array(a, t);
    for (int64_t k = 0; k < type_count(t); k++) set_element(t, in[n], k, test_uniform(-1, 1));
    n++;
  }
  void **plain = run_graph(a, g, args);
  void **forward = run_graph(a, jvp, all), **back = run_graph(a, vjp, in);
  check_same(g, back, plain, "vjp");
  double left = 0, right = 0, size = 1;
  n = g->nparams;
  for (int i = 0; forward && back && i < g->nresults; i++) {
    const Type t = result_type(g, i);
    if (dtype_is_float(t.dtype)) left += inner(t, in[n++], forward[g->nresults + i], &size);
  }
  n = 0;
  for (int i = 0; forward && back && i < g->nparams; i++) {
    const Type t = param_type(g, i);
    if (!dtype_is_float(t.dtype)) continue;
    right += inner(t, back[g->nresults + n], all[g->nparams + n], &size);
    n++;
  }
  if (!(fabs(left - right) <= tolerance * size))
    FAULT("vjp of %s: %.12g, by jvp %.12g\n%s%s", g->name, right, left,
          graph_text(a, g, (PrintOptions){0}), graph_text(a, vjp, (PrintOptions){0}));
  arena_free(a);
}

// Type t, of one lane, with `size` lanes along axis.
static Type stacked(Arena *a, Type t, int axis, int64_t size) {
  int64_t *dim = ARENA_ARRAY(a, int64_t, t.rank + 1);
  for (int i = 0; i <= t.rank; i++) dim[i] = i < axis ? t.dim[i] : i == axis ? size : t.dim[i - 1];
  return (Type){t.dtype, t.rank + 1, dim};
}

// Element k of lane b in an array stacked along axis.
static int64_t stacked_index(Type lane, int axis, int64_t size, int64_t b, int64_t k) {
  int64_t below = 1;
  for (int i = axis; i < lane.rank; i++) below *= lane.dim[i];
  return (k / below * size + b) * below + k % below;
}

enum { LANES = 3 };

static void **lane_arguments(Arena *a, const Graph *g, void **args, const int *axes, int64_t b) {
  void **lane = ARENA_ARRAY(a, void *, g->nparams + 1);
  for (int i = 0; i < g->nparams; i++) {
    const Type t = param_type(g, i), whole = axes[i] < 0 ? t : stacked(a, t, axes[i], LANES);
    lane[i] = new_array(a, t);
    for (int64_t k = 0; k < type_count(t); k++) {
      const int64_t from = axes[i] < 0 ? k : stacked_index(t, axes[i], LANES, b, k);
      set_element(t, lane[i], k, element(whole, args[i], from));
    }
  }
  return lane;
}

static void check_vmap_axes(const Graph *g, const int *in_axes, const int *out_axes, double low,
                            double high, double tolerance) {
  Arena *a = arena_new();
  const Graph *vmap = graph_vmap(a, g, LANES, in_axes, out_axes);
  void **args = vmap ? random_arguments(a, vmap, low, high) : NULL;
  void **got = run_graph(a, vmap, args);
  for (int64_t b = 0; got && b < LANES; b++) {
    void **want = run_graph(a, g, lane_arguments(a, g, args, in_axes, b));
    for (int i = 0; want && i < g->nresults; i++) {
      const Type t = result_type(g, i);
      for (int64_t k = 0; k < type_count(t); k++) {
        const double y = element(t, want[i], k);
        const double x = element(t, got[i], stacked_index(t, out_axes[i], LANES, b, k));
        if (!same_value(x, y) && !(fabs(x - y) <= tolerance * (1 + fabs(y)))) {
          FAULT("vmap of %s: lane %lld of result %d element %lld: %.12g, by a loop %.12g\n%s%s",
                g->name, (long long)b, i, (long long)k, x, y, graph_text(a, g, (PrintOptions){0}),
                graph_text(a, vmap, (PrintOptions){0}));
          arena_free(a);
          return;
        }
      }
    }
  }
  arena_free(a);
}

// Each parameter alone at each axis, then some at random.
static void check_vmap(const Graph *g, double low, double high, double tolerance) {
  int in[64], out[64], turn = 0;
  for (int p = -6; p < g->nparams; p++) {
    const int last = p < 0 ? 0 : param_type(g, p).rank;
    for (int axis = 0; axis <= last; axis++, turn++) {
      for (int i = 0; i < g->nparams; i++) {
        const int any = (int)test_int(-1, param_type(g, i).rank);
        in[i] = p < 0 ? any : i == p ? axis : -1;
      }
      for (int i = 0; i < g->nresults; i++) out[i] = turn % (result_type(g, i).rank + 1);
      check_vmap_axes(g, in, out, low, high, tolerance);
    }
  }
}

// A batch of nothing has the same shapes but for its axis.
static void check_no_lanes(const Graph *g) {
  Arena *a = arena_new();
  int in[16] = {0}, out[16] = {0};
  const Graph *vmap = graph_vmap(a, g, 0, in, out);
  if (run_graph(a, vmap, vmap ? random_arguments(a, vmap, 0, 1) : NULL)) {
    for (int i = 0; i < g->nresults; i++)
      EXPECT(type_equal(result_type(vmap, i), stacked(a, result_type(g, i), 0, 0)));
  }
  arena_free(a);
}

// Everything up to second order: of g, of its gradient, of its batched form.
__attribute__((unused)) static void check_graph(const Graph *g, double low, double high,
                                                double tolerance) {
  Arena *a = arena_new();
  void **args = random_arguments(a, g, low, high);
  check_jvp(g, args, tolerance);
  check_vjp(g, args, 1e-10);
  check_vmap(g, low, high, 1e-10);
  check_no_lanes(g);
  const Graph *vjp = graph_vjp(a, g, NULL);
  if (vjp) {
    void **more = random_arguments(a, vjp, low, high);
    check_jvp(vjp, more, tolerance);
    check_vjp(vjp, more, 1e-10);
    check_vmap(vjp, low, high, 1e-10);
  }
  int in[16], out[16];
  for (int i = 0; i < g->nparams; i++) in[i] = (int)test_int(0, param_type(g, i).rank);
  for (int i = 0; i < g->nresults; i++) out[i] = (int)test_int(0, result_type(g, i).rank);
  const Graph *vmap = graph_vmap(a, g, LANES, in, out);
  if (vmap && g->nparams) {
    void **more = random_arguments(a, vmap, low, high);
    check_jvp(vmap, more, tolerance);
    check_vjp(vmap, more, 1e-10);
  }
  EXPECT_OK();
  arena_free(a);
}

__attribute__((unused)) static const Graph *parse_case(Arena *a, const char *text) {
  const Graph *g = graph_parse(a, "case", text, strlen(text));
  if (!g) FAULT("does not parse: %s\n%s", diag_message(), text), diag_clear();
  return g;
}
#endif
