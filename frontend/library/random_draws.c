// Distributions, as JAX draws them.
#include <float.h>
#include <math.h>
#include <string.h>

#include "frontend/library/random.h"

static Val number(Np *n, Dtype d, double v) { return np_val(b_scalar(n->g, d, v)); }

// Of a dtype: the smallest positive normal number, and the distance of 1 to its neighbours.
static double tiny(Dtype d) {
  return d == DT_F64 ? DBL_MIN : d == DT_F16 ? 0x1p-14 : (double)FLT_MIN;
}
static double epsilon(Dtype d) {
  return d == DT_F64   ? DBL_EPSILON
         : d == DT_F32 ? (double)FLT_EPSILON
         : d == DT_F16 ? 0x1p-10
                       : 0x1p-7;
}
// The greatest number below x, and the least above, for |x| of about 1.
static double next_to(Dtype d, double x, double to) {
  if (d == DT_F64) return nextafter(x, to);
  if (d == DT_F32) return (double)nextafterf((float)x, (float)to);
  return x + (fabs(to) > fabs(x) ? 1 : -0.5) * copysign(epsilon(d), x);
}

bool random_float_ok(const char *who, jc_dtype d, Loc loc) {
  return ops_dtype_ok(d, loc, who) &&
         (dtype_is_float((Dtype)d) ||
          fail(loc, "%s: gives floats, not %s", who, dtype_name((Dtype)d)));
}

// ---- bits and uniform numbers

OPS_BUILD(bits) {
  OPS_UNUSED;
  Draw w;
  return random_draw(n, v[0], options, &w) ? random_bits(n, w.key, w.shape, w.dtype) : NP_BAD;
}
jc_array jc_bits_(jc_array key, struct jc_bits b, const char *file, int line) {
  static const Fn fn = {"bits", build_bits, PROMOTE_NONE};
  Loc loc = HERE(file, line);
  const jc_dtype d = b.dtype == JC_F32 ? JC_U32 : b.dtype;
  if (!ops_dtype_ok(d, loc, "bits")) return handle_poison();
  if (dtype_kind((Dtype)d) != KIND_UNSIGNED)
    return fail(loc, "bits: gives unsigned integers, not %s", dtype_name((Dtype)d)),
           handle_poison();
  return random_call(&fn, 1, &key, &b.shape, b.layout, d, 0, NULL, loc);
}

// Two numbers go with the call as its further words.
static bool range_draw(Np *n, Val key, Ints options, Draw *out, double *range) {
  const bool ok = random_draw(n, key, options, out);
  if (ok) memcpy(range, out->rest, 2 * sizeof *range);
  return ok;
}
static jc_array range_call(const Fn *fn, jc_array key, const jc_dims *shape,
                           jc_random_layout layout, jc_dtype dtype, const double *range, Loc loc) {
  int64_t more[2];
  memcpy(more, range, sizeof more);
  return random_call(fn, 1, &key, shape, layout, dtype, 2, more, loc);
}

OPS_BUILD(uniform) {
  OPS_UNUSED;
  Draw w;
  double range[2];
  if (!range_draw(n, v[0], options, &w, range)) return NP_BAD;
  return random_uniform(n, w.key, w.shape, w.dtype, range[0], range[1]);
}
jc_array jc_uniform_(jc_array key, struct jc_uniform u, const char *file, int line) {
  static const Fn fn = {"uniform", build_uniform, PROMOTE_NONE};
  const double range[2] = {u.minval, u.minval == 0 && u.maxval == 0 ? 1 : u.maxval};
  if (!random_float_ok("uniform", u.dtype, HERE(file, line))) return handle_poison();
  return range_call(&fn, key, &u.shape, u.layout, u.dtype, range, HERE(file, line));
}

// Two draws make twice the bits; their remainder by the span, as JAX computes it in the width of d,
// and in no less than 32 bits.
static Val randint(Np *n, const Draw *w, int64_t low, int64_t high) {
  const bool wide = dtype_size(w->dtype) == 8;
  const Dtype u = wide ? DT_U64 : DT_U32;
  const uint64_t mask = wide ? UINT64_MAX : UINT32_MAX;
  const uint64_t range = high > low ? ((uint64_t)high - (uint64_t)low) & mask : 1;
  Val upper = random_bits(n, random_split(n, w->key, 0), w->shape, u);
  Val offset = random_bits(n, random_split(n, w->key, 1), w->shape, u);
  if (range) {  // 0 is the whole of the dtype: the remainder has no effect
    const uint64_t root = (wide ? UINT64_C(1) << 32 : UINT64_C(1) << 16) % range;
    Val s = np_val(b_scalar_int(n->g, u, (int64_t)range));
    Val square = np_val(b_scalar_int(n->g, u, (int64_t)(((root * root) & mask) % range)));
    offset =
        np_add(n, np_mul(n, np_map2(n, OP_rem, upper, s), square), np_map2(n, OP_rem, offset, s));
    offset = np_map2(n, OP_rem, offset, s);
  }
  return np_add(n, np_val(b_scalar_int(n->g, w->dtype, low)), np_convert(n, offset, w->dtype));
}

OPS_BUILD(randint) {
  OPS_UNUSED;
  Draw w;
  return random_draw(n, v[0], options, &w) ? randint(n, &w, w.rest[0], w.rest[1]) : NP_BAD;
}
jc_array jc_randint_(jc_array key, int64_t lo, int64_t hi, struct jc_randint r, const char *file,
                     int line) {
  static const Fn fn = {"randint", build_randint, PROMOTE_NONE};
  Loc loc = HERE(file, line);
  const jc_dtype d = r.dtype == JC_F32 ? JC_I32 : r.dtype;
  if (!ops_dtype_ok(d, loc, "randint")) return handle_poison();
  if (!dtype_is_int((Dtype)d))
    return fail(loc, "randint: gives integers, not %s", dtype_name((Dtype)d)), handle_poison();
  return random_call(&fn, 1, &key, &r.shape, r.layout, d, 2, (int64_t[]){lo, hi}, loc);
}

OPS_BUILD(bernoulli) {
  OPS_UNUSED;
  Draw w;
  if (!random_draw(n, v[0], options, &w) || np_bad(v[1])) return NP_BAD;
  Val p = np_inexact(n, v[1]);
  return np_compare(n, OP_lt, random_uniform(n, w.key, w.shape, np_type(n, p).dtype, 0, 1), p);
}
jc_array jc_bernoulli_(jc_array key, jc_array p, struct jc_drawn b, const char *file, int line) {
  static const Fn fn = {"bernoulli", build_bernoulli, PROMOTE_NONE};
  return random_call(&fn, 2, (jc_array[]){key, p}, &b.shape, b.layout, JC_BOOL, 0, NULL,
                     HERE(file, line));
}

// ---- continuous distributions: a function of uniform numbers

// DISTRIBUTION(name, low, high, ...): of u, drawn between low and high; d is the dtype.
#define DISTRIBUTION(name, low, high, ...)                                                    \
  OPS_BUILD(name) {                                                                           \
    OPS_UNUSED;                                                                               \
    Draw w;                                                                                   \
    if (!random_draw(n, v[0], options, &w)) return NP_BAD;                                    \
    const Dtype d = w.dtype;                                                                  \
    Val u = random_uniform(n, w.key, w.shape, d, low, high);                                  \
    return __VA_ARGS__;                                                                       \
  }                                                                                           \
  jc_array jc_##name##_(jc_array key, struct jc_drawn s, const char *file, int line) {        \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};                                 \
    if (!random_float_ok(#name, s.dtype, HERE(file, line))) return handle_poison();           \
    return random_call(&fn, 1, &key, &s.shape, s.layout, s.dtype, 0, NULL, HERE(file, line)); \
  }

static Val minus_log(Np *n, Val x) { return np_map1(n, OP_neg, np_map1(n, OP_log, x)); }
Val random_normal_of(Np *n, Dtype d, Val u) {
  return np_mul(n, number(n, d, sqrt(2)), np_map1(n, OP_erf_inv, u));
}
static Val laplace_of(Np *n, Val u) {
  Val size = np_map1(n, OP_log1p, np_map1(n, OP_neg, np_map1(n, OP_abs, u)));
  return np_mul(n, np_map1(n, OP_sign, u), size);
}
static Val logistic_of(Np *n, Dtype d, Val u) {
  return np_map1(n, OP_log, np_div(n, u, np_sub(n, number(n, d, 1), u)));
}

static Val exponential_of(Np *n, Val u) {
  return np_map1(n, OP_neg, np_map1(n, OP_log1p, np_map1(n, OP_neg, u)));
}
double random_normal_low(Dtype d) { return next_to(d, -1, 0); }
Val random_normals(Np *n, Key key, Ints shape, Dtype d) {
  return random_normal_of(n, d, random_uniform(n, key, shape, d, random_normal_low(d), 1));
}
Val random_exponentials(Np *n, Key key, Ints shape, Dtype d) {
  return exponential_of(n, random_uniform(n, key, shape, d, 0, 1));
}
Val random_gumbels(Np *n, Key key, Ints shape, Dtype d) {
  return minus_log(n, minus_log(n, random_uniform(n, key, shape, d, tiny(d), 1)));
}

DISTRIBUTION(normal, next_to(d, -1, 0), 1, random_normal_of(n, d, u))
DISTRIBUTION(exponential, 0, 1, exponential_of(n, u))
DISTRIBUTION(gumbel, tiny(d), 1, minus_log(n, minus_log(n, u)))
DISTRIBUTION(laplace, -1 + epsilon(d) / 2, 1, laplace_of(n, u))
DISTRIBUTION(logistic_draw, tiny(d), 1, logistic_of(n, d, u))

OPS_BUILD(truncated_normal) {
  OPS_UNUSED;
  Draw w;
  double range[2];
  if (!range_draw(n, v[0], options, &w, range)) return NP_BAD;
  const Dtype d = w.dtype;
  Val u = random_uniform(n, w.key, w.shape, d, erf(range[0] / sqrt(2)), erf(range[1] / sqrt(2)));
  // Rounding must not lead out of the open interval.
  Val lo = number(n, d, next_to(d, range[0], INFINITY)),
      hi = number(n, d, next_to(d, range[1], -INFINITY));
  return np_clip(n, random_normal_of(n, d, u), lo, hi);
}
jc_array jc_truncated_normal_(jc_array key, double lo, double hi, struct jc_drawn s,
                              const char *file, int line) {
  static const Fn fn = {"truncated_normal", build_truncated_normal, PROMOTE_NONE};
  Loc loc = HERE(file, line);
  if (!random_float_ok("truncated_normal", s.dtype, loc)) return handle_poison();
  if (!(lo < hi)) return fail(loc, "truncated_normal: between %g and %g", lo, hi), handle_poison();
  return range_call(&fn, key, &s.shape, s.layout, s.dtype, (double[]){lo, hi}, loc);
}

// ---- categories

// Gumbel's maximum: the shape of the draw is followed by that of the logits.
OPS_BUILD(categorical) {
  OPS_UNUSED;
  Draw w;
  if (!random_draw(n, v[0], options, &w) || np_bad(v[1])) return NP_BAD;
  Val logits = np_inexact(n, v[1]);
  Type t = np_type(n, logits);
  if (!t.rank) return np_fail(n, "logits need an axis of categories");
  int64_t shape[2 * MAX_RANK];
  const int rank = w.shape.n + t.rank;
  if (rank > MAX_RANK) return np_fail(n, "a rank of %d; %d is the most", rank, MAX_RANK);
  memcpy(shape, w.shape.v, sizeof *shape * (size_t)w.shape.n);
  memcpy(shape + w.shape.n, t.dim, sizeof *shape * (size_t)t.rank);
  Val u = random_uniform(n, w.key, (Ints){rank, shape}, t.dtype, tiny(t.dtype), 1);
  return np_arg(n, OP_argmax, np_add(n, minus_log(n, minus_log(n, u)), logits), -1);
}
jc_array jc_categorical_(jc_array key, jc_array logits, struct jc_drawn s, const char *file,
                         int line) {
  static const Fn fn = {"categorical", build_categorical, PROMOTE_NONE};
  return random_call(&fn, 2, (jc_array[]){key, logits}, &s.shape, s.layout, JC_I32, 0, NULL,
                     HERE(file, line));
}

// ---- orders

// Sorted by random keys, as often as makes ties unlikely.
Val random_permutation(Np *n, Key key, int64_t count) {
  Val x = np_iota1(n, DT_I32, count);
  int rounds = count > 1 ? (int)ceil(3 * log((double)count) / log((double)UINT32_MAX)) : 0;
  for (int i = 0; i < rounds; i++) {
    Key sub = random_split(n, key, 1);
    key = random_split(n, key, 0);
    Val order = random_bits(n, sub, INTS(count), DT_U32);
    Id sorted = graph_add(n->g, OP_sort, 2, (Id[]){order.id, x.id}, &(Attrs){.axis = 0});
    if (sorted == NO_ID) return NP_BAD;
    x = np_val(sorted + 1);
  }
  return x;
}

OPS_BUILD(permutation) {
  OPS_UNUSED;
  Key key;
  if (!random_key(n, v[0], options.v[1], &key)) return NP_BAD;
  Val all = random_permutation(n, key, options.v[0]);
  return options.n < 3 ? all : np_slice(n, all, INTS(0), INTS(options.v[2]), (Ints){0});
}
jc_array jc_permutation_(jc_array key, struct jc_permutation p, const char *file, int line) {
  static const Fn fn = {"permutation", build_permutation, PROMOTE_NONE};
  if (p.n < 0 || p.n > INT32_MAX)
    return fail(HERE(file, line), "permutation: of %lld", (long long)p.n), handle_poison();
  return call(&fn, 1, &key, INTS(p.n, (int64_t)p.layout), HERE(file, line));
}

// With probabilities: where the sum of those before exceeds a part of all; without replacement the
// largest of Gumbel's numbers plus logarithms.
OPS_BUILD(weighted_choice) {
  OPS_UNUSED;
  Key key;
  if (!random_key(n, v[0], options.v[1], &key) || np_bad(v[1])) return NP_BAD;
  const Val p = np_inexact(n, v[1]);
  const Type t = np_type(n, p);
  if (t.rank != 1 || t.dim[0] != options.v[0] || !dtype_is_float(t.dtype))
    return np_fail(n, "probabilities %s of %lld numbers", TYPE_STR(t), (long long)options.v[0]);
  if (options.v[3]) {
    const Val g = random_gumbels(n, key, type_shape(t), t.dtype);
    return np_top_k(n, np_add(n, g, np_map1(n, OP_log, p)), options.v[2], true);
  }
  const Val sums = np_cumsum(n, p, 0),
            u = random_uniform(n, key, INTS(options.v[2]), t.dtype, 0, 1);
  const Val r = np_mul(n, np_row(n, sums, -1), np_sub(n, np_number(n, u, 1), u));
  return np_searchsorted(n, sums, r, false);
}

jc_array jc_choice_(jc_array key, int64_t count, struct jc_choice c, const char *file, int line) {
  static const Fn fn = {"choice", build_permutation, PROMOTE_NONE};
  Loc loc = HERE(file, line);
  if (count < 1 || count > INT32_MAX || c.k < 0)
    return fail(loc, "choice: %lld of %lld", (long long)c.k, (long long)count), handle_poison();
  if (c.p.handle) {
    static const Fn weighted = {"choice", build_weighted_choice, PROMOTE_NONE};
    if (c.without_replacement && c.k > count)
      return fail(loc, "choice: %lld of %lld without replacement", (long long)c.k,
                  (long long)count),
             handle_poison();
    return call(&weighted, 2, (jc_array[]){key, c.p},
                INTS(count, (int64_t)c.layout, c.k, c.without_replacement), loc);
  }
  if (!c.without_replacement)
    return jc_randint_(key, 0, count, (struct jc_randint){JC_SHAPE(c.k), JC_I32, c.layout}, file,
                       line);
  if (c.k > count)
    return fail(loc, "choice: %lld of %lld without replacement", (long long)c.k, (long long)count),
           handle_poison();
  return call(&fn, 1, &key, INTS(count, (int64_t)c.layout, c.k), loc);
}
