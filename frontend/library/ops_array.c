// Reductions, shapes, indexing and constructors of the public API.
#include <math.h>
#include <string.h>

#include "frontend/library/ops.h"

bool ops_shape_ok(const jc_dims *d, Loc loc, const char *who) {
  if (d->n < 0 || d->n > MAX_RANK) return fail(loc, "%s: %d axes, at most %d", who, d->n, MAX_RANK);
  for (int i = 0; i < d->n; i++) {
    if (d->d[i] < 0)
      return fail(loc, "%s: size %lld of axis %d is negative", who, (long long)d->d[i], i);
  }
  if (!type_fits(type_of(DT_C128, ops_dims(d))))
    return fail(loc, "%s: the shape is too large", who);
  return true;
}

bool ops_dtype_ok(jc_dtype dtype, Loc loc, const char *who) {
  return (unsigned)dtype < DT_COUNT || fail(loc, "%s: %d is no dtype", who, (int)dtype);
}

// ---- reductions

jc_array ops_reduce(const Fn *fn, const struct jc_reduce *r, Loc loc) {
  int64_t options[2 + MAX_RANK] = {r->keepdims};
  if (r->axes.n < 0 || r->axes.n > MAX_RANK)
    return fail(loc, "%s: %d axes", fn->name, r->axes.n), handle_poison();
  memcpy(&options[1], &r->ddof, sizeof r->ddof);
  memcpy(&options[2], r->axes.d, sizeof(int64_t) * (size_t)r->axes.n);
  return call(fn, 1, &r->x, (Ints){2 + r->axes.n, options}, loc);
}

static Val extremum(Np *n, Op op, Val x, Ints given, bool keepdims) {
  Axes axes;
  if (np_bad(x) || !np_axes(n, given, np_type(n, x).rank, &axes)) return NP_BAD;
  Type t = np_type(n, x);
  for (int i = 0; i < axes.n; i++) {
    if (!t.dim[axes.v[i]]) return np_fail(n, "of nothing: %s is empty", TYPE_STR(t));
  }
  return np_reduce(n, op, x, given, keepdims);
}

static Val strong(Val x) { return (Val){x.id, false}; }

REDUCE(sum, np_sum(n, x, axes, keepdims))
REDUCE(prod, np_reduce(n, OP_reduce_prod, np_widen(n, x), axes, keepdims))
REDUCE(mean, np_mean(n, x, axes, keepdims))
REDUCE(max, extremum(n, OP_reduce_max, x, axes, keepdims))
REDUCE(min, extremum(n, OP_reduce_min, x, axes, keepdims))
REDUCE(all, strong(np_reduce(n, OP_reduce_and, np_nonzero(n, x), axes, keepdims)))
REDUCE(any, strong(np_reduce(n, OP_reduce_or, np_nonzero(n, x), axes, keepdims)))
REDUCE(logsumexp, np_logsumexp(n, x, axes, keepdims))
REDUCE(var, np_var(n, x, axes, keepdims, ddof))
REDUCE(std, np_map1(n, OP_sqrt, np_var(n, x, axes, keepdims, ddof)))
REDUCE(count_nonzero, np_sum(n, np_nonzero(n, x), axes, keepdims))

// ---- along one axis

#define ALONG(name, ...)                                                    \
  OPS_BUILD(name) {                                                         \
    OPS_UNUSED;                                                             \
    Val x = v[0];                                                           \
    int64_t axis = options.v[0];                                            \
    return __VA_ARGS__;                                                     \
  }                                                                         \
  jc_array jc_##name##_(jc_array x, int axis, const char *file, int line) { \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};               \
    return call(&fn, 1, &x, INTS(axis), HERE(file, line));                  \
  }

ALONG(argmax, np_arg(n, OP_argmax, x, axis))
ALONG(argmin, np_arg(n, OP_argmin, x, axis))
ALONG(softmax, np_softmax(n, x, axis))
ALONG(log_softmax, np_log_softmax(n, x, axis))
ALONG(expand_dims, np_expand_dims(n, x, axis))
ALONG(squeeze, np_squeeze(n, x, axis))
ALONG(flip, np_flip(n, x, axis))

OPS_BUILD(one_hot) {
  OPS_UNUSED;
  return np_convert(n, np_one_hot(n, v[0], options.v[0]), (Dtype)options.v[1]);
}
jc_array jc_one_hot_(jc_array labels, struct jc_one_hot h, const char *file, int line) {
  static const Fn fn = {"one_hot", build_one_hot, PROMOTE_NONE};
  if (!ops_dtype_ok(h.dtype, HERE(file, line), fn.name)) return handle_poison();
  return call(&fn, 1, &labels, INTS(h.classes, (int64_t)h.dtype), HERE(file, line));
}

// ---- shapes

// Functions of an array and a list of numbers.
#define LISTED(name, args, list, ...)                                             \
  OPS_BUILD(name) {                                                               \
    OPS_UNUSED;                                                                   \
    Val x = v[0];                                                                 \
    return __VA_ARGS__;                                                           \
  }                                                                               \
  jc_array jc_##name##_ args {                                                    \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};                     \
    jc_dims given = list;                                                         \
    if (given.n < 0 || given.n > MAX_RANK)                                        \
      return fail(HERE(file, line), #name ": %d axes", given.n), handle_poison(); \
    return call(&fn, 1, &x, ops_dims(&given), HERE(file, line));                  \
  }
LISTED(reshape, (jc_array x, jc_dims shape, const char *file, int line), shape,
       np_reshape(n, x, options))
LISTED(broadcast_to, (jc_array x, jc_dims shape, const char *file, int line), shape,
       np_broadcast_to(n, x, options))

OPS_BUILD(transpose) {
  OPS_UNUSED;
  return np_transpose(n, v[0], options);
}
jc_array jc_transpose_(struct jc_transpose t, const char *file, int line) {
  static const Fn fn = {"transpose", build_transpose, PROMOTE_NONE};
  if (t.axes.n < 0 || t.axes.n > MAX_RANK)
    return fail(HERE(file, line), "transpose: %d axes", t.axes.n), handle_poison();
  return call(&fn, 1, &t.x, ops_dims(&t.axes), HERE(file, line));
}

OPS_BUILD(stack) {
  OPS_UNUSED;
  return np_stack(n, k, v, options.v[0]);
}
jc_array jc_stack_(jc_list list, int axis, const char *file, int line) {
  static const Fn fn = {"stack", build_stack, 0};
  return call(&fn, list.n, list.items, INTS(axis), HERE(file, line));
}

OPS_BUILD(concatenate) {
  OPS_UNUSED;
  return np_concatenate(n, k, v, options.v[0]);
}
jc_array jc_concatenate_(jc_list list, int axis, const char *file, int line) {
  static const Fn fn = {"concatenate", build_concatenate, 0};
  return call(&fn, list.n, list.items, INTS(axis), HERE(file, line));
}

// ---- indexing

OPS_BUILD(at) {
  OPS_UNUSED;
  return k == 1 ? np_row(n, v[0], options.v[0]) : np_take(n, v[0], v[1], 0, MODE_CLIP);
}
jc_array jc_at_(jc_array x, jc_array i, const char *file, int line) {
  static const Fn fn = {"at", build_at, PROMOTE_NONE};
  const Slot *s = slot_find(i);
  if (s && slot_kind(s) == SLOT_LITERAL && type_info(s->type)->type.dtype == DT_I32)
    return call(&fn, 1, &x, INTS(s->integer), HERE(file, line));
  return call(&fn, 2, (jc_array[]){x, i}, (Ints){0}, HERE(file, line));
}

// Options are three lists, each with its length before it.
static Ints list_in(Ints options, int number) {
  const int64_t *at = options.v;
  while (number--) at += 1 + *at;
  return (Ints){(int)*at, at + 1};
}
static int list_put(int64_t *to, int n, const jc_dims *d) {
  to[n++] = d->n;
  memcpy(to + n, d->d, sizeof(int64_t) * (size_t)d->n);
  return n + d->n;
}

OPS_BUILD(slice) {
  OPS_UNUSED;
  return np_slice(n, v[0], list_in(options, 0), list_in(options, 1), list_in(options, 2));
}
jc_array jc_slice_(jc_array x, jc_dims start, struct jc_slice s, const char *file, int line) {
  static const Fn fn = {"slice", build_slice, PROMOTE_NONE};
  int64_t options[3 * (1 + MAX_RANK)];
  const jc_dims *lists[] = {&start, &s.limit, &s.strides};
  int n = 0;
  for (int i = 0; i < 3; i++) {
    if (lists[i]->n < 0 || lists[i]->n > MAX_RANK)
      return fail(HERE(file, line), "slice: %d axes", lists[i]->n), handle_poison();
    n = list_put(options, n, lists[i]);
  }
  return call(&fn, 1, &x, (Ints){n, options}, HERE(file, line));
}

static bool starts_ok(const jc_list *l, const char *who, Loc loc) {
  if (l->n >= 0 && l->n <= MAX_RANK && (!l->n || l->items)) return true;
  return fail(loc, "%s: %d starts%s", who, l->n, l->items ? "" : ", of which the list is NULL");
}

OPS_BUILD(dynamic_slice) {
  OPS_UNUSED;
  return np_dynamic_slice(n, v[0], k - 1, v + 1, options);
}
jc_array jc_dynamic_slice_(jc_array x, jc_list start, jc_dims sizes, const char *file, int line) {
  static const Fn fn = {"dynamic_slice", build_dynamic_slice, PROMOTE_NONE};
  jc_array all[1 + MAX_RANK] = {x};
  if (!ops_shape_ok(&sizes, HERE(file, line), fn.name) ||
      !starts_ok(&start, fn.name, HERE(file, line)))
    return handle_poison();
  if (start.n) memcpy(all + 1, start.items, sizeof *all * (size_t)start.n);
  return call(&fn, 1 + start.n, all, ops_dims(&sizes), HERE(file, line));
}

OPS_BUILD(dynamic_update_slice) {
  OPS_UNUSED;
  return np_dynamic_update_slice(n, v[0], v[1], k - 2, v + 2);
}
jc_array jc_dynamic_update_slice_(jc_array x, jc_array v, jc_list start, const char *file,
                                  int line) {
  static const Fn fn = {"dynamic_update_slice", build_dynamic_update_slice, PROMOTE_NONE};
  jc_array all[2 + MAX_RANK] = {x, v};
  if (!starts_ok(&start, fn.name, HERE(file, line))) return handle_poison();
  if (start.n) memcpy(all + 2, start.items, sizeof *all * (size_t)start.n);
  return call(&fn, 2 + start.n, all, (Ints){0}, HERE(file, line));
}

// ---- constructors: options are dtype, the value's bits, shape

OPS_BUILD(full) {
  OPS_UNUSED;
  double value;
  memcpy(&value, &options.v[1], sizeof value);
  return np_full(n, type_of((Dtype)options.v[0], (Ints){options.n - 2, options.v + 2}), value);
}

static jc_array full(const Fn *fn, double value, jc_dims shape, jc_dtype dtype, Loc loc) {
  int64_t options[2 + MAX_RANK] = {(int64_t)dtype};
  if (!ops_shape_ok(&shape, loc, fn->name) || !ops_dtype_ok(dtype, loc, fn->name))
    return handle_poison();
  memcpy(&options[1], &value, sizeof value);
  memcpy(&options[2], shape.d, sizeof(int64_t) * (size_t)shape.n);
  return call(fn, 0, NULL, (Ints){2 + shape.n, options}, loc);
}

jc_array jc_zeros_(struct jc_like like, const char *file, int line) {
  static const Fn fn = {"zeros", build_full, PROMOTE_NONE};
  return full(&fn, 0, like.shape, like.dtype, HERE(file, line));
}
jc_array jc_ones_(struct jc_like like, const char *file, int line) {
  static const Fn fn = {"ones", build_full, PROMOTE_NONE};
  return full(&fn, 1, like.shape, like.dtype, HERE(file, line));
}
jc_array jc_full_(struct jc_fill fill, const char *file, int line) {
  static const Fn fn = {"full", build_full, PROMOTE_NONE};
  return full(&fn, fill.value, fill.shape, fill.dtype, HERE(file, line));
}

static Val full_like(Np *n, Val x, Val value) {
  if (np_bad(x) || np_bad(value)) return NP_BAD;
  Type t = np_type(n, x);
  return np_broadcast_to(n, np_convert(n, value, t.dtype), type_shape(t));
}
OPS_BUILD(full_like) {
  OPS_UNUSED;
  return full_like(n, v[0], k == 2 ? v[1] : np_number(n, v[0], (double)options.v[0]));
}
jc_array jc_zeros_like_(jc_array x, const char *file, int line) {
  static const Fn fn = {"zeros_like", build_full_like, PROMOTE_NONE};
  return call(&fn, 1, &x, INTS(0), HERE(file, line));
}
jc_array jc_ones_like_(jc_array x, const char *file, int line) {
  static const Fn fn = {"ones_like", build_full_like, PROMOTE_NONE};
  return call(&fn, 1, &x, INTS(1), HERE(file, line));
}
jc_array jc_full_like_(jc_array x, jc_array value, const char *file, int line) {
  static const Fn fn = {"full_like", build_full_like, PROMOTE_NONE};
  return call(&fn, 2, (jc_array[]){x, value}, (Ints){0}, HERE(file, line));
}
jc_array jc_zeros_leaf_(jc_array x) {
  Loc here = context()->here;
  return jc_zeros_like_(x, here.file, here.line);
}

// Options: dtype, how many, the bits of the first one and of the step.
OPS_BUILD(arange) {
  OPS_UNUSED;
  const Dtype d = (Dtype)options.v[0];
  const double start = ops_double(options, 2), step = ops_double(options, 3);
  if (start == 0 && step == 1) return np_iota1(n, d, options.v[1]);
  const Dtype wide = dtype_is_inexact(d) ? DT_F64 : DT_I64;
  const Val i = np_iota1(n, wide, options.v[1]);
  return np_convert(n, np_add(n, np_number(n, i, start), np_mul(n, i, np_number(n, i, step))), d);
}
jc_array jc_arange_(struct jc_arange a, const char *file, int line) {
  static const Fn fn = {"arange", build_arange, PROMOTE_NONE};
  const Loc loc = HERE(file, line);
  if (!ops_dtype_ok(a.dtype, loc, fn.name)) return handle_poison();
  const double steps = ceil((a.stop - a.start) / a.step), count = steps > 0 ? steps : 0;
  const bool whole = a.start == floor(a.start) && a.step == floor(a.step);
  if (a.start == 0 && a.step == 1 && a.stop < 0)
    return fail(loc, "arange: %g is no count of numbers", a.stop), handle_poison();
  if (!(fabs(a.step) > 0) || !(steps <= INT32_MAX) || a.dtype == JC_BOOL ||
      (dtype_is_int((Dtype)a.dtype) && !whole))
    return fail(loc, "arange: from %g to %g by %g as %s", a.start, a.stop, a.step,
                dtype_name((Dtype)a.dtype)),
           handle_poison();
  return call(&fn, 0, NULL,
              INTS((int64_t)a.dtype, (int64_t)count, ops_word(a.start), ops_word(a.step)), loc);
}

// start * (1 - i / (n - 1)) + stop * (i / (n - 1)), and stop itself at the end.
OPS_BUILD(linspace) {
  OPS_UNUSED;
  double start, stop;
  memcpy(&start, &options.v[0], sizeof start);
  memcpy(&stop, &options.v[1], sizeof stop);
  int64_t count = options.v[2];
  Val i = np_convert(n, np_iota1(n, DT_I32, count), DT_F32);
  Val part = np_div(n, i, np_number(n, i, (double)(count > 1 ? count - 1 : 1)));
  Val rest = np_sub(n, np_number(n, i, 1), part);
  Val line =
      np_add(n, np_mul(n, rest, np_number(n, i, start)), np_mul(n, part, np_number(n, i, stop)));
  if (count < 2) return line;
  Val last = np_compare(n, OP_eq, i, np_number(n, i, (double)(count - 1)));
  return np_select(n, last, np_number(n, i, stop), line);
}
jc_array jc_linspace_(double start, double stop, int64_t count, const char *file, int line) {
  static const Fn fn = {"linspace", build_linspace, PROMOTE_NONE};
  int64_t options[3] = {0, 0, count};
  memcpy(&options[0], &start, sizeof start);
  memcpy(&options[1], &stop, sizeof stop);
  if (count < 0 || count > INT32_MAX)
    return fail(HERE(file, line), "linspace: %lld is no count", (long long)count), handle_poison();
  return call(&fn, 0, NULL, (Ints){3, options}, HERE(file, line));
}
