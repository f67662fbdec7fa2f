// Type rules of ops over windows, and of affine views.
#include "ir/graph.h"
#include "ir/infer.h"
#include "ir/window.h"

#define NAME(in) op_info((in)->op)->name
#define REJECT(in, ...) fail((in)->loc, __VA_ARGS__)

// ---- affine

enum { MOST_INDEX_BITS = 60 };

// Least and largest value of row i of the map stay far from the ends of int64_t.
static bool row_fits(const Attrs *at, int i) {
  const int64_t most = INT64_C(1) << MOST_INDEX_BITS;
  int64_t lo = at->start.v[i], hi = lo, span;
  for (int r = 0; r < at->shape.n; r++) {
    const int64_t last = at->shape.v[r] ? at->shape.v[r] - 1 : 0;
    if (__builtin_mul_overflow(at->map.v[i * at->shape.n + r], last, &span) ||
        __builtin_add_overflow(span < 0 ? lo : hi, span, span < 0 ? &lo : &hi))
      return false;
  }
  return lo > -most && hi < most;
}

bool infer_affine(Infer *in) {
  const Attrs *at = in->attrs;
  const Type x = in->args[0];
  const Type t = type_of(x.dtype, at->shape);
  if (!type_equal(in->args[1], type_scalar(x.dtype)))
    return REJECT(in, "affine: the value is %s, not %s[]", TYPE_STR(in->args[1]),
                  dtype_name(x.dtype));
  if (!type_fits(t))
    return REJECT(in, "affine: the shape has a negative size, a rank above %d or too many bytes",
                  MAX_RANK);
  if (at->start.n != x.rank || at->stride.n != x.rank || at->map.n != x.rank * t.rank)
    return REJECT(in, "affine: map, start and stride do not fit %s", TYPE_STR(x));
  for (int i = 0; i < x.rank; i++) {
    if (at->stride.v[i] < 1 || at->stride.v[i] >> MOST_INDEX_BITS)
      return REJECT(in, "affine: stride %d is below 1 or out of range", i);
    if (!row_fits(at, i)) return REJECT(in, "affine: index %d is out of range", i);
  }
  in->results[0] = type_copy(in->arena, t);
  return true;
}

// ---- convolution

// The first `n` lists are permutations of the dimensions.
static bool dims_ok(Infer *in, Ints dims, Type t, const char *what) {
  uint32_t seen = 0;
  bool ok = dims.n == t.rank && dims.n >= 2;
  for (int i = 0; ok && i < dims.n; i++) {
    ok = dims.v[i] >= 0 && dims.v[i] < t.rank && !(seen >> dims.v[i] & 1);
    if (ok) seen |= 1u << dims.v[i];
  }
  return ok || REJECT(in, "conv: %s does not name each dimension of %s once", what, TYPE_STR(t));
}

static bool groups_ok(Infer *in, int64_t channels, int64_t inputs, int64_t outputs, int64_t batch) {
  const int64_t f = in->attrs->feature_groups, b = in->attrs->batch_groups;
  if (f < 1 || b < 1 || (f > 1 && b > 1))
    return REJECT(in, "conv: %lld feature groups and %lld batch groups", (long long)f,
                  (long long)b);
  if (channels % f || channels / f != inputs)
    return REJECT(in, "conv: %s has %lld channels, but %s takes %lld in each of %lld groups",
                  TYPE_STR(in->args[0]), (long long)channels, TYPE_STR(in->args[1]),
                  (long long)inputs, (long long)f);
  if (outputs % f || outputs % b || batch % b)
    return REJECT(in,
                  "conv: %lld output channels and a batch of %lld do not divide into %lld groups",
                  (long long)outputs, (long long)batch, (long long)(f > b ? f : b));
  return true;
}

static bool lists_ok(Infer *in, int n, int nlists, const Ints *lists) {
  for (int i = 0; i < nlists; i++) {
    if (lists[i].n != n)
      return REJECT(in, "%s: %d window values for %d dimensions", NAME(in), lists[i].n, n);
  }
  return true;
}

static bool window_reject(Infer *in, int64_t size, int i) {
  const WindowDim w = window_dim(in->attrs, size, i);
  return REJECT(in,
                "%s: in window dimension %d, size %lld, stride %lld, padding %lld and %lld, "
                "dilations %lld and %lld: strides and dilations are at least 1, nothing is above "
                "2^31",
                NAME(in), i, (long long)w.size, (long long)w.stride, (long long)w.low,
                (long long)w.high, (long long)w.base, (long long)w.dilation);
}

bool infer_conv(Infer *in) {
  const Attrs *at = in->attrs;
  const Type x = in->args[0], k = in->args[1];
  if (x.dtype != k.dtype || x.rank != k.rank)
    return REJECT(in, "conv: operands differ: %s and %s", TYPE_STR(x), TYPE_STR(k));
  const int n = x.rank - 2;
  const Type like = {x.dtype, x.rank, x.dim};
  if (!dims_ok(in, at->lhs_dims, x, "lhs_dims") || !dims_ok(in, at->rhs_dims, k, "rhs_dims") ||
      !dims_ok(in, at->out_dims, like, "out_dims"))
    return false;
  const Ints lists[] = {at->stride, at->low, at->high, at->lhs_dilation, at->rhs_dilation};
  if (!lists_ok(in, n, 5, lists)) return false;
  const int64_t *l = at->lhs_dims.v, *r = at->rhs_dims.v, *o = at->out_dims.v;
  const int64_t batch = x.dim[l[0]], outputs = k.dim[r[0]];
  if (!groups_ok(in, x.dim[l[1]], k.dim[r[1]], outputs, batch)) return false;
  int64_t *dim = ARENA_ARRAY(in->arena, int64_t, x.rank);
  dim[o[0]] = batch / at->batch_groups;
  dim[o[1]] = outputs;
  for (int i = 0; i < n; i++) {
    if (!window_count(x.dim[l[2 + i]], window_dim(at, k.dim[r[2 + i]], i), &dim[o[2 + i]]))
      return window_reject(in, k.dim[r[2 + i]], i);
  }
  in->results[0] = (Type){x.dtype, x.rank, dim};
  return true;
}

// ---- reductions

// A graph of scalars: `each` parameters and `results` of each dtype in turn.
static bool scalars_ok(Infer *in, const Graph *g, int nparams, int nresults, const Dtype *params,
                       const Dtype *results) {
  bool ok = g && g->nparams == nparams && g->nresults == nresults;
  for (int i = 0; ok && i < nparams; i++)
    ok = type_equal(graph_type(g, g->params[i]), type_scalar(params[i]));
  for (int i = 0; ok && i < nresults; i++)
    ok = type_equal(graph_type(g, g->results[i]), type_scalar(results[i]));
  return ok || REJECT(in, "%s: a function does not fit the elements of %s", NAME(in),
                      TYPE_STR(in->args[0]));
}

static bool window_shape(Infer *in, Type x, int64_t *dim) {
  const Attrs *at = in->attrs;
  for (int i = 0; i < x.rank; i++) {
    if (at->window.v[i] < 1)
      return REJECT(in, "%s: a window of %lld elements", NAME(in), (long long)at->window.v[i]);
    if (!window_count(x.dim[i], window_dim(at, at->window.v[i], i), &dim[i]))
      return window_reject(in, at->window.v[i], i);
  }
  return true;
}

bool infer_reduce_window(Infer *in) {
  const Attrs *at = in->attrs;
  const int n = in->nargs / 2;
  if (n < 1 || in->nargs % 2) return REJECT(in, "reduce_window: has an init for each operand");
  const Type x = in->args[0];
  const Ints lists[] = {at->window, at->stride,       at->low,
                        at->high,   at->lhs_dilation, at->rhs_dilation};
  if (!lists_ok(in, x.rank, 6, lists)) return false;
  Dtype *d = ARENA_ARRAY(in->arena, Dtype, 2 * n);
  for (int i = 0; i < n; i++) {
    d[i] = d[n + i] = in->args[i].dtype;
    if (!shape_equal(x, in->args[i]) || !type_equal(in->args[n + i], type_scalar(d[i])))
      return REJECT(in, "reduce_window: %s and init %s beside %s", TYPE_STR(in->args[i]),
                    TYPE_STR(in->args[n + i]), TYPE_STR(x));
  }
  int64_t *dim = ARENA_ARRAY(in->arena, int64_t, x.rank);
  if (!scalars_ok(in, at->body, 2 * n, n, d, d) || !window_shape(in, x, dim)) return false;
  in->nresults = n;
  if (n > 1) in->results = ARENA_ARRAY(in->arena, Type, n);
  for (int i = 0; i < n; i++) in->results[i] = (Type){d[i], x.rank, dim};
  return true;
}

bool infer_select_and_scatter(Infer *in) {
  const Attrs *at = in->attrs;
  const Type x = in->args[0], source = in->args[1], init = in->args[2];
  const Ints lists[] = {at->window, at->stride, at->low, at->high};
  const Dtype d[2] = {x.dtype, x.dtype}, is = DT_BOOL;
  int64_t dim[MAX_RANK];
  if (!lists_ok(in, x.rank, 4, lists) || !scalars_ok(in, at->cond, 2, 1, d, &is) ||
      !scalars_ok(in, at->body, 2, 1, d, d) || !window_shape(in, x, dim))
    return false;
  const Type want = {x.dtype, x.rank, dim};
  if (!type_equal(source, want))
    return REJECT(in, "select_and_scatter: the source is %s, but the windows of %s are %s",
                  TYPE_STR(source), TYPE_STR(x), TYPE_STR(want));
  if (!type_equal(init, type_scalar(x.dtype)))
    return REJECT(in, "select_and_scatter: the init of %s is %s", TYPE_STR(x), TYPE_STR(init));
  in->results[0] = (Type){x.dtype, x.rank, x.dim};
  return true;
}

bool infer_cumulative(Infer *in) {
  const Type x = in->args[0];
  const Dtype d[2] = {x.dtype, x.dtype};
  const int64_t axis = in->attrs->axis;
  if (axis < 0 || axis >= x.rank)
    return REJECT(in, "cumulative: axis %lld is out of range for %s", (long long)axis, TYPE_STR(x));
  if (!scalars_ok(in, in->attrs->body, 2, 1, d, d)) return false;
  in->results[0] = x;
  return true;
}
