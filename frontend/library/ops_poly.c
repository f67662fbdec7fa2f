// Polynomials as vectors of coefficients, of the highest power first.
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "frontend/library/ops.h"

static bool vectors(Np *n, int k, Val *x) {
  if (!np_promote(n, k, x)) return false;
  for (int i = 0; i < k; i++) {
    if (np_type(n, x[i]).rank != 1)
      return np_fail(n, "of vectors of coefficients, not %s", TYPE_STR(np_type(n, x[i]))), false;
  }
  return true;
}

static Val behind_zeros(Np *n, Val x, int64_t size) {
  const Type t = np_type(n, x);
  const int64_t missing = size - t.dim[0];
  if (missing <= 0) return x;
  const Val zeros = np_full(n, (Type){t.dtype, 1, &missing}, 0);
  return np_concatenate(n, 2, (Val[]){zeros, x}, 0);
}

static Val combined(Np *n, Op op, Val a, Val b) {
  Val x[2] = {a, b};
  if (!vectors(n, 2, x)) return NP_BAD;
  const int64_t size[] = {np_type(n, x[0]).dim[0], np_type(n, x[1]).dim[0]};
  return np_map2(n, op, behind_zeros(n, x[0], size[1]), behind_zeros(n, x[1], size[0]));
}
BINARY(polyadd, combined(n, OP_add, a, b))
BINARY(polysub, combined(n, OP_sub, a, b))
BINARY(polymul, np_convolve(n, a, b, JC_FULL))

// Powers e come times e (e - 1) .. or over (e + 1) (e + 2) ..: `times` of them. Constants of
// integration stand behind.
enum { MOST_TIMES = 64 };
static Val weighted(Np *n, Val p, int64_t count, int64_t times, bool over) {
  double *by = calloc((size_t)count + 1, sizeof *by);
  CHECK(by);
  for (int64_t i = 0; i < count; i++) {
    double product = 1;
    for (int64_t k = 0; k < times; k++)
      product *= (double)(over ? count - i + k : count - 1 - i + times - k);
    by[i] = product;
  }
  const Val v = np_val(b_literal(n->g, (Type){DT_F64, 1, &count}, false, by));
  free(by);
  const Val same = np_convert(n, v, np_type(n, p).dtype);
  return over ? np_div(n, p, same) : np_mul(n, p, same);
}

OPS_BUILD(polyder) {
  OPS_UNUSED;
  Val p = np_inexact(n, v[0]);
  if (np_bad(p) || !vectors(n, 1, &p)) return NP_BAD;
  const int64_t left = np_type(n, p).dim[0] - options.v[0];
  return weighted(n, np_part(n, p, 0, 0, left > 0 ? left : 0), left > 0 ? left : 0, options.v[0],
                  false);
}

OPS_BUILD(polyint) {
  OPS_UNUSED;
  const int64_t times = options.v[0];
  Val p = np_inexact(n, v[0]);
  if (np_bad(p) || !vectors(n, 1, &p)) return NP_BAD;
  const Dtype d = np_type(n, p).dtype;
  p = weighted(n, p, np_type(n, p).dim[0], times, true);
  Val constants = np_full(n, (Type){d, 1, &times}, 0);
  if (k == 2) {
    if (np_bad(v[1])) return v[1];
    const Type t = np_type(n, v[1]);
    if (t.rank != 1 || t.dim[0] != times)
      return np_fail(n, "%s for %lld constants of integration", TYPE_STR(t), (long long)times);
    double factorial[MOST_TIMES];
    for (int64_t i = times; i-- > 0;)
      factorial[i] = i == times - 1 ? 1 : factorial[i + 1] * (double)(times - 1 - i);
    const Val by = np_val(b_literal(n->g, (Type){DT_F64, 1, &times}, false, factorial));
    constants = np_div(n, np_convert(n, v[1], d), np_convert(n, by, d));
  }
  return np_concatenate(n, 2, (Val[]){p, constants}, 0);
}

static bool times_ok(const Fn *fn, int64_t times, Loc loc) {
  return (times >= 0 && times <= MOST_TIMES) ||
         fail(loc, "%s: %lld times", fn->name, (long long)times);
}
jc_array jc_polyder_(jc_array p, int64_t times, const char *file, int line) {
  static const Fn fn = {"polyder", build_polyder, PROMOTE_NONE};
  if (!times_ok(&fn, times, HERE(file, line))) return handle_poison();
  return call(&fn, 1, &p, INTS(times), HERE(file, line));
}
jc_array jc_polyint_(jc_array p, struct jc_polyint o, const char *file, int line) {
  static const Fn fn = {"polyint", build_polyint, PROMOTE_NONE};
  if (!times_ok(&fn, o.m, HERE(file, line))) return handle_poison();
  return call(&fn, o.constants.handle ? 2 : 1, (jc_array[]){p, o.constants}, INTS(o.m),
              HERE(file, line));
}

// By hand: each coefficient of the quotient takes its multiple of v off u.
static bool build_polydiv(Np *n, int k, const Val *given, Ints options, Val *out) {
  enum { MOST = 256 };
  (void)options;
  Val x[2] = {given[0], given[1]}, quotient[MOST];
  if (!vectors(n, k, x)) return false;
  Val u = np_inexact(n, x[0]), v = np_inexact(n, x[1]);
  const int64_t m = np_type(n, u).dim[0], few = np_type(n, v).dim[0], count = m - few + 1;
  if (!m || !few || count > MOST)
    return np_fail(n, "%s by %s: of vectors with elements, in up to %d steps",
                   TYPE_STR(np_type(n, u)), TYPE_STR(np_type(n, v)), MOST),
           false;
  for (int64_t i = 0; i < count && !np_bad(u); i++) {
    quotient[i] = np_div(n, np_row(n, u, i), np_row(n, v, 0));
    const Val rest = np_sub(n, np_part(n, u, 0, i, i + few), np_mul(n, quotient[i], v));
    const Val parts[] = {np_part(n, u, 0, 0, i), rest, np_part(n, u, 0, i + few, m)};
    u = np_concatenate(n, 3, parts, 0);
  }
  const int64_t one = 1;
  out[0] = count > 0 ? np_stack(n, (int)count, quotient, 0)
                     : np_full(n, (Type){np_type(n, u).dtype, 1, &one}, 0);
  out[1] = u;
  return !np_bad(out[0]) && !np_bad(u);
}
struct jc_polydiv jc_polydiv_(jc_array u, jc_array v, const char *file, int line) {
  static const Fn fn = {.name = "polydiv", .nresults = 2, .build_all = build_polydiv};
  jc_array r[2];
  call_all(&fn, 2, (jc_array[]){u, v}, (Ints){0}, r, HERE(file, line));
  return (struct jc_polydiv){r[0], r[1]};
}

// The product of all x - root.
static Val product(Np *n, Val r) {
  enum { MOST = 256 };
  r = np_inexact(n, r);
  if (np_bad(r)) return r;
  const Type t = np_type(n, r);
  if (t.rank != 1 || t.dim[0] > MOST)
    return np_fail(n, "of a vector of up to %d roots, not %s", MOST, TYPE_STR(t));
  const int64_t one = 1;
  const Val zero = np_full(n, (Type){t.dtype, 1, &one}, 0);
  Val p = np_full(n, (Type){t.dtype, 1, &one}, 1);
  for (int64_t i = 0; i < t.dim[0] && !np_bad(p); i++) {
    const Val higher = np_concatenate(n, 2, (Val[]){p, zero}, 0);
    const Val lower = np_concatenate(n, 2, (Val[]){zero, np_mul(n, p, np_row(n, r, i))}, 0);
    p = np_sub(n, higher, lower);
  }
  return p;
}
UNARY(poly, product(n, x))

// Least squares of the powers of x, each over its size.
jc_array jc_polyfit_(jc_array x, jc_array y, struct jc_polyfit o, const char *file, int line) {
  const Loc loc = HERE(file, line);
  if (o.degree < 0 || o.degree > 255)
    return fail(loc, "polyfit: degree %lld", (long long)o.degree), handle_poison();
  if (!slot_need(x, loc, "polyfit", "x") || !slot_need(y, loc, "polyfit", "y"))
    return handle_poison();
  if (handle_is_poison(x) || handle_is_poison(y)) return handle_poison();
  if (jc_rank_(x, file, line) != 1 || jc_rank_(y, file, line) < 1 || jc_rank_(y, file, line) > 2 ||
      jc_dim_(x, 0, file, line) != jc_dim_(y, 0, file, line))
    return fail(loc, "polyfit: of points %s and %s: a vector, and as many numbers or rows",
                jc_shape_str(x), jc_shape_str(y)),
           handle_poison();
  jc_array powers = jc_vander_(x, o.degree + 1, file, line);
  if (o.weights.handle) {
    powers = jc_mul_(powers, jc_expand_dims_(o.weights, 1, file, line), file, line);
    y = jc_rank_(y, file, line) == 1
            ? jc_mul_(y, o.weights, file, line)
            : jc_mul_(y, jc_expand_dims_(o.weights, 1, file, line), file, line);
  }
  jc_array size = jc_norm_((struct jc_norm_of){powers, .axes = JC_AXES(0)}, file, line);
  jc_array c = jc_lstsq_(jc_div_(powers, size, file, line), y, file, line).x;
  if (jc_rank_(y, file, line) == 2) size = jc_expand_dims_(size, 1, file, line);
  return jc_div_(c, size, file, line);
}
