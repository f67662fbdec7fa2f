// Normalisations of the public API.
#include <string.h>

#include "frontend/library/ops.h"

// Operands that may be left out: their bits in `given`, in this order.
enum { SCALE, BIAS, MEAN, VAR, OPTIONAL };
// Options: given, eps, groups, momentum, the axes.
enum { GIVEN, EPS, GROUPS, MOMENTUM, AXES };

static bool is_given(Ints options, int which) { return options.v[GIVEN] >> which & 1; }
static Val given(const Val *v, Ints options, int which) {
  int at = 1;
  for (int i = 0; i < which; i++) at += is_given(options, i);
  return v[at];
}

// A vector of the length of the last axis, in the dtype of `like`.
static Val vector_for(Np *n, Val v, Val like, const char *what) {
  if (np_bad(v) || np_bad(like)) return NP_BAD;
  const Type t = np_type(n, v), x = np_type(n, like);
  if (t.rank != 1 || t.dim[0] != x.dim[x.rank - 1])
    return np_fail(n, "%s is %s for x of %s: one number for each of the last axis", what,
                   TYPE_STR(t), TYPE_STR(x));
  return np_to(n, v, x.dtype, false);
}

static Val scaled(Np *n, Val y, const Val *v, Ints options) {
  if (is_given(options, SCALE))
    y = np_mul(n, y, vector_for(n, given(v, options, SCALE), y, "scale"));
  if (is_given(options, BIAS)) y = np_add(n, y, vector_for(n, given(v, options, BIAS), y, "bias"));
  return y;
}

// x as it is computed with: of rank 1 at least, halves in f32.
static Val operand(Np *n, Val x) {
  if (np_bad(x)) return x;
  x = np_inexact(n, x);
  const Type t = np_type(n, x);
  if (!dtype_is_float(t.dtype)) return np_fail(n, "does not take %s", TYPE_STR(t));
  if (!t.rank) return np_fail(n, "takes no scalars");
  return dtype_is_half(t.dtype) ? np_convert(n, x, DT_F32) : x;
}
static Val result(Np *n, Val y, Val x) {
  return np_bad(y) || np_bad(x) ? NP_BAD : np_convert(n, y, np_type(n, np_inexact(n, x)).dtype);
}

static Val root_of(Np *n, Val var, Ints options) {
  return np_map1(n, OP_rsqrt, np_add(n, var, np_number(n, var, ops_double(options, EPS))));
}

typedef struct Statistics {
  Val centred, var;  // var (and mean) with the reduced axes as ones
  Val mean;
} Statistics;
static Statistics statistics(Np *n, Val x, Ints axes) {
  Statistics s = {.mean = np_mean(n, x, axes, true)};
  s.centred = np_sub(n, x, s.mean);
  s.var = np_mean(n, np_mul(n, s.centred, s.centred), axes, true);
  return s;
}

static Ints axes_or(Ints options, Ints otherwise) {
  return options.n > AXES ? (Ints){options.n - AXES, options.v + AXES} : otherwise;
}

OPS_BUILD(layer_norm) {
  OPS_UNUSED;
  const Val x = operand(n, v[0]);
  if (np_bad(x)) return x;
  const Statistics s = statistics(n, x, axes_or(options, INTS(-1)));
  if (np_bad(s.var)) return NP_BAD;
  return result(n, scaled(n, np_mul(n, s.centred, root_of(n, s.var, options)), v, options), v[0]);
}

OPS_BUILD(rms_norm) {
  OPS_UNUSED;
  const Val x = operand(n, v[0]);
  if (np_bad(x)) return x;
  const Val square = np_mean(n, np_mul(n, x, x), axes_or(options, INTS(-1)), true);
  if (np_bad(square)) return NP_BAD;
  return result(n, scaled(n, np_mul(n, x, root_of(n, square, options)), v, options), v[0]);
}

OPS_BUILD(group_norm) {
  OPS_UNUSED;
  const Val x = operand(n, v[0]);
  if (np_bad(x)) return x;
  const Type t = np_type(n, x);
  const int64_t groups = options.v[GROUPS];
  if (t.rank < 2 || t.rank == MAX_RANK || groups < 1 || t.dim[t.rank - 1] % groups)
    return np_fail(n, "%lld groups for x of %s, which is [N, .., C]", (long long)groups,
                   TYPE_STR(t));
  int64_t dim[MAX_RANK], axes[MAX_RANK];
  memcpy(dim, t.dim, sizeof *dim * (size_t)t.rank);
  dim[t.rank - 1] = groups, dim[t.rank] = t.dim[t.rank - 1] / groups;
  int naxes = 0;
  for (int i = 1; i <= t.rank; i++) {
    if (i != t.rank - 1) axes[naxes++] = i;
  }
  const Statistics s =
      statistics(n, np_reshape(n, x, (Ints){t.rank + 1, dim}), (Ints){naxes, axes});
  const Val y = np_mul(n, s.centred, root_of(n, s.var, options));
  return result(n, scaled(n, np_reshape(n, y, (Ints){t.rank, t.dim}), v, options), v[0]);
}

// ---- over the batch

static Ints batch_axes(Np *n, Val x, Ints options, int64_t *all) {
  const int rank = np_type(n, x).rank;
  for (int i = 0; i < rank - 1; i++) all[i] = i;
  return axes_or(options, (Ints){rank - 1, all});
}

// A vector has no batch: without axes a reduction would be over all.
static bool has_batch(Np *n, Val x) {
  return np_type(n, x).rank > 1 ||
         (np_fail(n, "x is %s, not [N, .., C]", TYPE_STR(np_type(n, x))), false);
}

static Val by_running(Np *n, Val x, const Val *v, Ints options) {
  const Val mean = vector_for(n, given(v, options, MEAN), x, "mean");
  const Val var = vector_for(n, given(v, options, VAR), x, "var");
  if (np_bad(mean) || np_bad(var)) return NP_BAD;
  return np_mul(n, np_sub(n, x, mean), root_of(n, var, options));
}

OPS_BUILD(batch_norm) {
  OPS_UNUSED;
  const Val x = operand(n, v[0]);
  if (np_bad(x) || !has_batch(n, x)) return NP_BAD;
  int64_t all[MAX_RANK];
  Val y;
  if (is_given(options, MEAN)) {
    y = by_running(n, x, v, options);
  } else {
    const Statistics s = statistics(n, x, batch_axes(n, x, options, all));
    if (np_bad(s.var)) return NP_BAD;
    y = np_mul(n, s.centred, root_of(n, s.var, options));
  }
  return result(n, scaled(n, y, v, options), v[0]);
}

// old and what the batch has, as a vector.
static Val moved(Np *n, Val old, Val batch, Val x, Ints options, const char *what) {
  const double momentum = ops_double(options, MOMENTUM);
  const Val is = vector_for(n, old, x, what);
  if (np_bad(is) || np_bad(batch)) return NP_BAD;
  const Type t = np_type(n, is);
  if (type_count(np_type(n, batch)) != t.dim[0])
    return np_fail(n, "statistics of %s are not one number per channel",
                   TYPE_STR(np_type(n, batch)));
  const Val now = np_reshape(n, batch, (Ints){1, t.dim});
  const Val next = np_add(n, np_mul(n, is, np_number(n, is, momentum)),
                          np_mul(n, now, np_number(n, now, 1 - momentum)));
  return np_convert(n, next, np_type(n, old).dtype);
}

static bool build_batch_norm_train(Np *n, int k, const Val *v, Ints options, Val *out) {
  (void)k;
  const Val x = operand(n, v[0]);
  int64_t all[MAX_RANK];
  if (np_bad(x) || !has_batch(n, x)) return false;
  const Statistics s = statistics(n, x, batch_axes(n, x, options, all));
  if (np_bad(s.var)) return false;
  const Val y = np_mul(n, s.centred, root_of(n, s.var, options));
  out[0] = result(n, scaled(n, y, v, options), v[0]);
  out[1] = moved(n, given(v, options, MEAN), s.mean, x, options, "mean");
  out[2] = moved(n, given(v, options, VAR), s.var, x, options, "var");
  return !np_bad(out[0]) && !np_bad(out[1]) && !np_bad(out[2]);
}

// ---- the public functions

typedef struct Packed {
  jc_array operand[1 + OPTIONAL];
  int n;
  int64_t options[AXES + MAX_RANK];
} Packed;

static bool pack(const struct jc_norm *o, double eps, const char *who, Loc loc, Packed *p) {
  const jc_array optional[OPTIONAL] = {o->scale, o->bias, o->mean, o->var};
  *p = (Packed){.operand = {o->x}, .n = 1};
  for (int i = 0; i < OPTIONAL; i++) {
    if (!optional[i].handle) continue;
    p->operand[p->n++] = optional[i];
    p->options[GIVEN] |= 1 << i;
  }
  p->options[EPS] = ops_word(o->eps == 0 ? eps : o->eps);
  p->options[GROUPS] = o->groups;
  p->options[MOMENTUM] = ops_word(o->momentum == 0 ? 0.99 : o->momentum);
  if (o->axes.n < 0 || o->axes.n > MAX_RANK)
    return fail(loc, "%s: %d axes, at most %d", who, o->axes.n, MAX_RANK);
  memcpy(p->options + AXES, o->axes.d, sizeof *o->axes.d * (size_t)o->axes.n);
  return true;
}

static jc_array norm(const Fn *fn, const struct jc_norm *o, double eps, Loc loc) {
  Packed p;
  if (!pack(o, eps, fn->name, loc, &p)) return handle_poison();
  if (!o->mean.handle != !o->var.handle)
    return fail(loc, "%s: .mean and .var go together", fn->name), handle_poison();
  return call(fn, p.n, p.operand, (Ints){AXES + o->axes.n, p.options}, loc);
}

#define NORM(name, eps)                                                 \
  jc_array jc_##name##_(struct jc_norm o, const char *file, int line) { \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};           \
    return norm(&fn, &o, eps, HERE(file, line));                        \
  }
NORM(layer_norm, 1e-6)
NORM(rms_norm, 1e-6)
NORM(group_norm, 1e-6)
NORM(batch_norm, 1e-5)

struct jc_batch_normed jc_batch_norm_train_(struct jc_norm o, const char *file, int line) {
  static const Fn fn = {"batch_norm_train", NULL, PROMOTE_NONE, 3, build_batch_norm_train};
  const Loc loc = HERE(file, line);
  jc_array r[3] = {handle_poison(), handle_poison(), handle_poison()};
  Packed p;
  if (!o.mean.handle || !o.var.handle) {
    fail(loc, "batch_norm_train: takes the running .mean and .var");
  } else if (pack(&o, 1e-5, fn.name, loc, &p)) {
    call_all(&fn, p.n, p.operand, (Ints){AXES + o.axes.n, p.options}, r, loc);
  }
  return (struct jc_batch_normed){r[0], r[1], r[2]};
}
