// Random numbers: threefry2x32 as JAX has it, in the partitionable layout: element i of a draw is a
// function of the key and of i alone.
#include <math.h>
#include <string.h>

#include "frontend/ops.h"
#include "ir/half.h"

typedef struct Pair {
  Val a, b;
} Pair;

static Val u32(Np *n, uint32_t v) { return np_val(b_scalar_int(n->g, DT_U32, v)); }

static Val rotate(Np *n, Val x, uint32_t by) {
  return np_map2(n, OP_or, np_map2(n, OP_shift_left, x, u32(n, by)),
                 np_map2(n, OP_shift_right_logical, x, u32(n, 32 - by)));
}

// Twenty rounds on x under the key k (Salmon et al. 2011).
static Pair threefry(Np *n, Pair k, Pair x) {
  static const uint32_t rotations[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
  Val keys[3] = {k.a, k.b, np_map2(n, OP_xor, np_map2(n, OP_xor, k.a, k.b), u32(n, 0x1BD11BDA))};
  x.a = np_add(n, x.a, keys[0]);
  x.b = np_add(n, x.b, keys[1]);
  for (uint32_t group = 0; group < 5; group++) {
    for (int i = 0; i < 4; i++) {
      x.a = np_add(n, x.a, x.b);
      x.b = np_map2(n, OP_xor, rotate(n, x.b, rotations[group % 2][i]), x.a);
    }
    x.a = np_add(n, x.a, keys[(group + 1) % 3]);
    x.b = np_add(n, np_add(n, x.b, keys[(group + 2) % 3]), u32(n, group + 1));
  }
  return x;
}

static bool key_parts(Np *n, Val key, Pair *out) {
  if (np_bad(key)) return false;
  Type t = np_type(n, key);
  if (t.dtype != DT_U32 || t.rank != 1 || t.dim[0] != 2)
    return np_fail(n, "a key is u32[2], this is %s", TYPE_STR(t)), false;
  *out = (Pair){np_row(n, key, 0), np_row(n, key, 1)};
  return true;
}

// The 64-bit index of each element of a shape, in halves. Bits are drawn flat and reshaped.
static Pair counters(Np *n, int64_t count) {
  Pair c = {u32(n, 0), np_iota1(n, DT_U32, count)};
  if (count <= UINT32_MAX) return c;
  Val i = np_iota1(n, DT_I64, count);
  c.a = np_convert(n, np_map2(n, OP_shift_right_logical, i, np_val(b_scalar_int(n->g, DT_I64, 32))),
                   DT_U32);
  Val low = np_map2(n, OP_and, i, np_val(b_scalar_int(n->g, DT_I64, UINT32_MAX)));
  c.b = np_convert(n, low, DT_U32);
  return c;
}

static Pair draw(Np *n, Pair key, Ints shape) {
  Pair bits = threefry(n, key, counters(n, type_count(type_of(DT_U32, shape))));
  return (Pair){np_reshape(n, bits.a, shape), np_reshape(n, bits.b, shape)};
}

static Val draw32(Np *n, Pair key, Ints shape) {
  Pair p = draw(n, key, shape);
  return np_map2(n, OP_xor, p.a, p.b);
}

// count keys, as rows.
static Val split(Np *n, Pair key, int64_t count) {
  Pair p = threefry(n, key, counters(n, count));
  return np_stack(n, 2, (Val[]){p.a, p.b}, 1);
}

static Pair split_at(Np *n, Pair key, int64_t count, uint32_t i) {
  (void)count;
  return threefry(n, key, (Pair){u32(n, 0), u32(n, i)});
}

// ---- keys

OPS_BUILD(key) {
  OPS_UNUSED;
  uint32_t words[2] = {(uint32_t)((uint64_t)options.v[0] >> 32), (uint32_t)options.v[0]};
  return np_val(b_literal(n->g, (Type){DT_U32, 1, (int64_t[]){2}}, false, words));
}
jc_array jc_key_(uint64_t seed, const char *file, int line) {
  static const Fn fn = {"key", build_key, PROMOTE_NONE};
  if (context()->trace) return call(&fn, 0, NULL, INTS((int64_t)seed), HERE(file, line));
  uint32_t words[2] = {(uint32_t)(seed >> 32), (uint32_t)seed};
  return jc_from_(words, JC_U32, JC_SHAPE(2), file, line);
}

OPS_BUILD(split) {
  OPS_UNUSED;
  Pair key;
  return key_parts(n, v[0], &key) ? split(n, key, options.v[0]) : NP_BAD;
}
jc_array jc_split_(struct jc_split s, const char *file, int line) {
  static const Fn fn = {"split", build_split, PROMOTE_NONE};
  if (s.n < 0 || s.n > INT32_MAX)
    return fail(HERE(file, line), "split: into %lld keys", (long long)s.n), handle_poison();
  return call(&fn, 1, &s.key, INTS(s.n ? s.n : 2), HERE(file, line));
}

jc_array jc_next_key_(jc_array *key, const char *file, int line) {
  jc_array both = jc_split_((struct jc_split){.key = *key}, file, line);
  *key = jc_at_(both, jc_lift(0), file, line);
  return jc_at_(both, jc_lift(1), file, line);
}

OPS_BUILD(fold_in) {
  OPS_UNUSED;
  Pair key;
  if (!key_parts(n, v[0], &key) || np_bad(v[1])) return NP_BAD;
  if (np_type(n, v[1]).rank || !dtype_is_int(np_type(n, v[1]).dtype))
    return np_fail(n, "folds in an integer scalar, not %s", TYPE_STR(np_type(n, v[1])));
  Pair p = threefry(n, key, (Pair){u32(n, 0), np_convert(n, v[1], DT_U32)});
  return np_stack(n, 2, (Val[]){p.a, p.b}, 0);
}
jc_array jc_fold_in_(jc_array key, jc_array data, const char *file, int line) {
  static const Fn fn = {"fold_in", build_fold_in, PROMOTE_NONE};
  return call(&fn, 2, (jc_array[]){key, data}, (Ints){0}, HERE(file, line));
}

// ---- draws: options begin with the shape's length and the shape

static Ints shape_of(Ints options) { return (Ints){(int)options.v[0], options.v + 1}; }
static const int64_t *after_shape(Ints options) { return options.v + 1 + options.v[0]; }

static jc_array draw_call(const Fn *fn, int k, const jc_array *x, const jc_dims *shape, int extra,
                          const int64_t *more, Loc loc) {
  int64_t options[1 + MAX_RANK + 4];
  if (!ops_shape_ok(shape, loc, fn->name)) return handle_poison();
  options[0] = shape->n;
  memcpy(options + 1, shape->d, sizeof *options * (size_t)shape->n);
  memcpy(options + 1 + shape->n, more, sizeof *options * (size_t)extra);
  return call(fn, k, x, (Ints){1 + shape->n + extra, options}, loc);
}

OPS_BUILD(bits) {
  OPS_UNUSED;
  Pair key;
  return key_parts(n, v[0], &key) ? draw32(n, key, shape_of(options)) : NP_BAD;
}
jc_array jc_bits_(jc_array key, jc_dims shape, const char *file, int line) {
  static const Fn fn = {"bits", build_bits, PROMOTE_NONE};
  return draw_call(&fn, 1, &key, &shape, 0, (int64_t[]){0}, HERE(file, line));
}

// The same from the low 16 bits of a draw, of which bf16 takes 8.
static Val half_unit(Np *n, Pair key, Ints shape, Dtype d) {
  const uint32_t taken = d == DT_F16 ? 16 : 8, one = d == DT_F16 ? 0x3C00 : 0x3F80;
  Val bits = np_map2(n, OP_and, draw32(n, key, shape), u32(n, (1u << taken) - 1));
  bits = np_map2(n, OP_shift_right_logical, bits, u32(n, taken - (uint32_t)half_digits(d)));
  bits = np_convert(n, np_map2(n, OP_or, bits, u32(n, one)), DT_U16);
  return np_sub(n, np_val(b_bitcast(n->g, bits.id, d)), np_val(b_scalar(n->g, d, 1)));
}

// The mantissa's bits under the exponent of 1: in [1, 2), less 1.
static Val unit(Np *n, Pair key, Ints shape, Dtype d) {
  if (d == DT_F32) {
    Val bits = np_map2(n, OP_shift_right_logical, draw32(n, key, shape), u32(n, 9));
    bits = np_map2(n, OP_or, bits, u32(n, 0x3F800000));
    return np_sub(n, np_val(b_bitcast(n->g, bits.id, DT_F32)), np_val(b_scalar(n->g, DT_F32, 1)));
  }
  if (dtype_is_half(d)) return half_unit(n, key, shape, d);
  Pair p = draw(n, key, shape);
  Val high =
      np_map2(n, OP_shift_left, np_convert(n, p.a, DT_I64), np_val(b_scalar_int(n->g, DT_I64, 32)));
  Val bits = np_map2(n, OP_or, high, np_convert(n, p.b, DT_I64));
  bits = np_map2(n, OP_shift_right_logical, bits, np_val(b_scalar_int(n->g, DT_I64, 12)));
  bits = np_map2(n, OP_or, bits, np_val(b_scalar_int(n->g, DT_I64, 0x3FF0000000000000)));
  return np_sub(n, np_val(b_bitcast(n->g, bits.id, DT_F64)), np_val(b_scalar(n->g, DT_F64, 1)));
}

static double number_in(Dtype d, double v) {
  return dtype_is_half(d) ? half_value(d, half_of(d, v)) : v;
}

// -1's neighbour towards 0.
static double above_minus_one(Dtype d) {
  return dtype_is_half(d) ? ldexp(1, -half_digits(d) - 1) - 1
         : d == DT_F32    ? (double)nextafterf(-1, 0)
                          : nextafter(-1, 0);
}

static Val uniform(Np *n, Pair key, Ints shape, Dtype d, double low, double high) {
  double span =
      d == DT_F32 ? (double)((float)high - (float)low) : number_in(d, high) - number_in(d, low);
  Val x = unit(n, key, shape, d), lo = np_val(b_scalar(n->g, d, low));
  // Rounded once, as XLA compiles JAX's expression; halves after each op.
  Val factors[3] = {x, np_val(b_scalar(n->g, d, span)), lo};
  if (!np_broadcast(n, 3, factors)) return NP_BAD;
  x = dtype_is_half(d) ? np_add(n, np_mul(n, factors[0], factors[1]), factors[2])
                       : np_val(b_fma(n->g, factors[0].id, factors[1].id, factors[2].id));
  return np_map2(n, OP_max, lo, x);
}

OPS_BUILD(uniform) {
  OPS_UNUSED;
  Pair key;
  double range[2];
  const int64_t *more = after_shape(options);
  memcpy(range, more + 1, sizeof range);
  if (!key_parts(n, v[0], &key)) return NP_BAD;
  return uniform(n, key, shape_of(options), (Dtype)more[0], range[0], range[1]);
}
jc_array jc_uniform_(jc_array key, struct jc_uniform u, const char *file, int line) {
  static const Fn fn = {"uniform", build_uniform, PROMOTE_NONE};
  double range[2] = {u.minval, u.minval == 0 && u.maxval == 0 ? 1 : u.maxval};
  int64_t more[3] = {(int64_t)u.dtype};
  memcpy(more + 1, range, sizeof range);
  if (!ops_dtype_ok(u.dtype, HERE(file, line), "uniform")) return handle_poison();
  if (!dtype_is_float((Dtype)u.dtype))
    return fail(HERE(file, line), "uniform: gives floats"), handle_poison();
  return draw_call(&fn, 1, &key, &u.shape, 3, more, HERE(file, line));
}

OPS_BUILD(normal) {
  OPS_UNUSED;
  Pair key;
  Dtype d = (Dtype)*after_shape(options);
  if (!key_parts(n, v[0], &key)) return NP_BAD;
  Val u = uniform(n, key, shape_of(options), d, above_minus_one(d), 1);
  double root2 = d == DT_F32 ? (double)(float)sqrt(2) : sqrt(2);
  return np_mul(n, np_val(b_scalar(n->g, d, root2)), np_map1(n, OP_erf_inv, u));
}
jc_array jc_normal_(jc_array key, struct jc_like like, const char *file, int line) {
  static const Fn fn = {"normal", build_normal, PROMOTE_NONE};
  int64_t dtype = (int64_t)like.dtype;
  if (!ops_dtype_ok(like.dtype, HERE(file, line), "normal")) return handle_poison();
  if (!dtype_is_float((Dtype)like.dtype))
    return fail(HERE(file, line), "normal: gives floats"), handle_poison();
  return draw_call(&fn, 1, &key, &like.shape, 1, &dtype, HERE(file, line));
}

// Two draws make 64 bits; their remainder by the span, as JAX computes it in 32.
static Val randint(Np *n, Pair key, Ints shape, int32_t low, int32_t high) {
  uint32_t span = high > low ? (uint32_t)high - (uint32_t)low : 1;
  uint32_t square = (uint32_t)(65536 % span);
  square = span ? (uint32_t)(square * square) % span : 0;
  Val s = u32(n, span);
  Val upper = draw32(n, split_at(n, key, 2, 0), shape);
  Val lower = draw32(n, split_at(n, key, 2, 1), shape);
  Val offset = np_add(n, np_mul(n, np_map2(n, OP_rem, upper, s), u32(n, square)),
                      np_map2(n, OP_rem, lower, s));
  offset = np_convert(n, np_map2(n, OP_rem, offset, s), DT_I32);
  return np_add(n, np_val(b_scalar_int(n->g, DT_I32, low)), offset);
}

OPS_BUILD(randint) {
  OPS_UNUSED;
  Pair key;
  const int64_t *more = after_shape(options);
  if (!key_parts(n, v[0], &key)) return NP_BAD;
  return randint(n, key, shape_of(options), (int32_t)more[0], (int32_t)more[1]);
}
jc_array jc_randint_(jc_array key, int32_t lo, int32_t hi, jc_dims shape, const char *file,
                     int line) {
  static const Fn fn = {"randint", build_randint, PROMOTE_NONE};
  return draw_call(&fn, 1, &key, &shape, 2, (int64_t[]){lo, hi}, HERE(file, line));
}

OPS_BUILD(bernoulli) {
  OPS_UNUSED;
  Pair key;
  if (!key_parts(n, v[0], &key) || np_bad(v[1])) return NP_BAD;
  Val p = np_inexact(n, v[1]);
  return np_compare(n, OP_lt, uniform(n, key, shape_of(options), np_type(n, p).dtype, 0, 1), p);
}
jc_array jc_bernoulli_(jc_array key, jc_array p, jc_dims shape, const char *file, int line) {
  static const Fn fn = {"bernoulli", build_bernoulli, PROMOTE_NONE};
  return draw_call(&fn, 2, (jc_array[]){key, p}, &shape, 0, (int64_t[]){0}, HERE(file, line));
}

// Sorted by random keys, as often as makes ties unlikely.
static Val permutation(Np *n, Pair key, int64_t count) {
  Val x = np_iota1(n, DT_I32, count);
  int rounds = count > 1 ? (int)ceil(3 * log((double)count) / log((double)UINT32_MAX)) : 0;
  for (int i = 0; i < rounds; i++) {
    Pair sub = split_at(n, key, 2, 1);
    key = split_at(n, key, 2, 0);
    Val order = draw32(n, sub, INTS(count));
    Id sorted = graph_add(n->g, OP_sort, 2, (Id[]){order.id, x.id}, &(Attrs){.axis = 0});
    if (sorted == NO_ID) return NP_BAD;
    x = np_val(sorted + 1);
  }
  return x;
}

OPS_BUILD(permutation) {
  OPS_UNUSED;
  Pair key;
  if (!key_parts(n, v[0], &key)) return NP_BAD;
  Val all = permutation(n, key, options.v[0]);
  return options.n < 2 ? all : np_slice(n, all, INTS(0), INTS(options.v[1]), (Ints){0});
}
jc_array jc_permutation_(jc_array key, int64_t count, const char *file, int line) {
  static const Fn fn = {"permutation", build_permutation, PROMOTE_NONE};
  if (count < 0 || count > INT32_MAX)
    return fail(HERE(file, line), "permutation: of %lld", (long long)count), handle_poison();
  return call(&fn, 1, &key, INTS(count), HERE(file, line));
}

jc_array jc_choice_(jc_array key, int64_t count, struct jc_choice c, const char *file, int line) {
  static const Fn fn = {"choice", build_permutation, PROMOTE_NONE};
  Loc loc = HERE(file, line);
  if (count < 1 || count > INT32_MAX || c.k < 0)
    return fail(loc, "choice: %lld of %lld", (long long)c.k, (long long)count), handle_poison();
  if (!c.without_replacement) return jc_randint_(key, 0, (int32_t)count, JC_SHAPE(c.k), file, line);
  if (c.k > count)
    return fail(loc, "choice: %lld of %lld without replacement", (long long)c.k, (long long)count),
           handle_poison();
  return call(&fn, 1, &key, INTS(count, c.k), loc);
}
