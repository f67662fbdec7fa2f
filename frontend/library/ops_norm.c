// Norms of vectors and matrices of the public API.
#include <math.h>
#include <string.h>

#include "frontend/library/ops.h"

// Options: keepdims, nuclear, ord's bits, axes.
enum { KEEPDIMS, NUCLEAR, ORD, AXES };

typedef struct Norm {
  double ord;
  bool keepdims, nuclear;
  Axes axes;
} Norm;

static Val sizes(Np *n, Val x) {
  return dtype_is_complex(np_type(n, x).dtype) ? np_map1(n, OP_abs, x) : x;
}

static Val euclidean(Np *n, Val x, const Norm *o) {
  return np_norm(n, sizes(n, x), (Ints){o->axes.n, o->axes.v}, o->keepdims);
}

static Val power(Np *n, Val a, double by) { return np_map2(n, OP_pow, a, np_number(n, a, by)); }

static Val of_vector(Np *n, Val x, const Norm *o) {
  const Ints axes = {o->axes.n, o->axes.v};
  if (o->ord == 2) return euclidean(n, x, o);
  if (o->ord == 0) {
    const Val counts = np_convert(n, np_nonzero(n, x), np_type(n, sizes(n, x)).dtype);
    return np_reduce(n, OP_reduce_sum, counts, axes, o->keepdims);
  }
  const Val a = np_map1(n, OP_abs, x);
  if (isinf(o->ord))
    return np_reduce(n, o->ord > 0 ? OP_reduce_max : OP_reduce_min, a, axes, o->keepdims);
  if (o->ord == 1) return np_reduce(n, OP_reduce_sum, a, axes, o->keepdims);
  const Val sum = np_reduce(n, OP_reduce_sum, power(n, a, o->ord), axes, o->keepdims);
  return np_bad(sum) ? sum : power(n, sum, 1 / o->ord);
}

// Sums of sizes along one axis of the matrix, the largest (or least) of them along the other.
static Val by_sums(Np *n, Val x, const Norm *o) {
  const int first = isinf(o->ord) ? 1 : 0;
  const Val sums = np_reduce(n, OP_reduce_sum, np_map1(n, OP_abs, x), INTS(o->axes.v[first]), true);
  const Val r =
      np_reduce(n, o->ord > 0 ? OP_reduce_max : OP_reduce_min, sums, INTS(o->axes.v[!first]), true);
  if (o->keepdims || np_bad(r)) return r;
  return np_reduce(n, OP_reduce_sum, r, (Ints){2, o->axes.v}, false);
}

static Val by_values(Np *n, Val x, const Norm *o) {
  const int rank = np_type(n, x).rank;
  int64_t perm[MAX_RANK], ones[MAX_RANK];
  int k = 0;
  for (int i = 0; i < rank; i++) {
    const bool reduced = i == o->axes.v[0] || i == o->axes.v[1];
    ones[i] = reduced ? 1 : np_type(n, x).dim[i];
    if (!reduced) perm[k++] = i;
  }
  perm[k] = o->axes.v[0], perm[k + 1] = o->axes.v[1];
  const Val s = np_svdvals(n, np_transpose(n, x, (Ints){rank, perm}));
  const Op op = o->nuclear ? OP_reduce_sum : o->ord > 0 ? OP_reduce_max : OP_reduce_min;
  const Val r = np_reduce(n, op, s, INTS(-1), false);
  return o->keepdims && !np_bad(r) ? np_reshape(n, r, (Ints){rank, ones}) : r;
}

static Val of_matrix(Np *n, Val x, const Norm *o) {
  if (o->nuclear || fabs(o->ord) == 2) return by_values(n, x, o);
  if (fabs(o->ord) == 1 || isinf(o->ord)) return by_sums(n, x, o);
  return np_fail(
      n, "a matrix has no norm of order %g: 1, -1, 2, -2, INFINITY, -INFINITY or .nuclear", o->ord);
}

// Axes and an order that go together.
static bool norm_of(Np *n, Val x, Ints options, Norm *o) {
  const Type t = np_type(n, x);
  const Ints given = {options.n - AXES, options.v + AXES};
  *o = (Norm){ops_double(options, ORD), options.v[KEEPDIMS], options.v[NUCLEAR], {.n = 0}};
  if (!np_axes(n, given, t.rank, &o->axes)) return false;
  if (given.n) memcpy(o->axes.v, given.v, sizeof *given.v * (size_t)given.n);
  for (int i = 0; i < given.n; i++) o->axes.v[i] += o->axes.v[i] < 0 ? t.rank : 0;
  if (o->nuclear && o->ord != 0)
    return np_fail(n, "takes .nuclear or .ord = %g, not both", o->ord), false;
  if (isnan(o->ord)) return np_fail(n, "takes no .ord of NaN"), false;
  return true;
}

OPS_BUILD(norm) {
  OPS_UNUSED;
  Norm o;
  const Val x = np_inexact(n, v[0]);
  if (np_bad(x) || !norm_of(n, x, options, &o)) return NP_BAD;
  if (o.ord == 0 && !signbit(o.ord) && !o.nuclear) return euclidean(n, x, &o);
  if (o.axes.n == 2) return of_matrix(n, x, &o);
  if (o.axes.n == 1 && !o.nuclear) return of_vector(n, x, &o);
  return np_fail(n, "of %s over %d axes: an .ord is for one axis (vectors) or two (matrices)",
                 TYPE_STR(np_type(n, x)), o.axes.n);
}

jc_array jc_norm_(struct jc_norm_of o, const char *file, int line) {
  static const Fn fn = {"norm", build_norm, PROMOTE_NONE};
  int64_t options[AXES + MAX_RANK] = {o.keepdims, o.nuclear, ops_word(o.ord)};
  if (o.axes.n < 0 || o.axes.n > MAX_RANK)
    return fail(HERE(file, line), "norm: %d axes", o.axes.n), handle_poison();
  memcpy(options + AXES, o.axes.d, sizeof *options * (size_t)o.axes.n);
  return call(&fn, 1, &o.x, (Ints){AXES + o.axes.n, options}, HERE(file, line));
}
jc_array(jc_norm)(jc_array x) {
  const Loc here = context()->here;
  return jc_norm_((struct jc_norm_of){.x = x}, here.file, here.line);
}
