// Random bits: threefry2x32 as JAX has it, in its two layouts. In the partitionable one element i
// of a draw is a function of the key and of i alone; in the original one counters are drawn in
// halves.
#include "frontend/library/random.h"

#include "ir/half.h"

static Val u32(Np *n, uint32_t v) { return np_val(b_scalar_int(n->g, DT_U32, v)); }

static Val rotate(Np *n, Val x, uint32_t by) {
  return np_map2(n, OP_or, np_map2(n, OP_shift_left, x, u32(n, by)),
                 np_map2(n, OP_shift_right_logical, x, u32(n, 32 - by)));
}

// Twenty rounds on x under the key k (Salmon et al. 2011).
Pair random_threefry(Np *n, Pair k, Pair x) {
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

bool random_key(Np *n, Val key, int64_t layout, Key *out) {
  if (np_bad(key)) return false;
  Type t = np_type(n, key);
  if (t.dtype != DT_U32 || t.rank != 1 || t.dim[0] != 2)
    return np_fail(n, "a key is u32[2], this is %s", TYPE_STR(t)), false;
  *out = (Key){{np_row(n, key, 0), np_row(n, key, 1)}, (jc_random_layout)layout};
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

// ---- the original layout

// `count` words: the counters 0, 1, ... in two halves, the second filled up by a 0.
static Val original_words(Np *n, Pair key, int64_t count) {
  const int64_t half = (count + 1) / 2;
  Val all = np_iota1(n, DT_U32, count), first = np_slice(n, all, INTS(0), INTS(half), (Ints){0});
  Val second = np_slice(n, all, INTS(half), INTS(count), (Ints){0});
  if (count % 2)
    second = np_concatenate(n, 2, (Val[]){second, np_reshape(n, u32(n, 0), INTS(1))}, 0);
  Pair p = random_threefry(n, key, (Pair){first, second});
  Val both = np_concatenate(n, 2, (Val[]){p.a, p.b}, 0);
  return count % 2 ? np_slice(n, both, INTS(0), INTS(count), (Ints){0}) : both;
}

Val random_join(Np *n, Val high, Val low) {
  Val up = np_map2(n, OP_shift_left, np_convert(n, high, DT_U64),
                   np_val(b_scalar_int(n->g, DT_U64, 32)));
  return np_map2(n, OP_or, up, np_convert(n, low, DT_U64));
}

static Val original_bits(Np *n, Pair key, int64_t count, Dtype d) {
  const int64_t bits = (int64_t)dtype_size(d) * 8, words = (count * bits + 31) / 32;
  Val all = original_words(n, key, words);
  if (bits == 32) return all;
  if (bits == 64)
    return random_join(n, np_slice(n, all, INTS(0), INTS(count), (Ints){0}),
                       np_slice(n, all, INTS(count), INTS(2 * count), (Ints){0}));
  // The parts of each word, lowest first.
  const int64_t parts = 32 / bits;
  Val by = np_mul(n, np_iota1(n, DT_U32, parts), u32(n, (uint32_t)bits));
  Val pair[2] = {np_expand_dims(n, all, 1), np_expand_dims(n, by, 0)};
  if (!np_broadcast(n, 2, pair)) return NP_BAD;
  Val cut = np_map2(n, OP_shift_right_logical, pair[0], pair[1]);
  cut = np_convert(n, np_map2(n, OP_and, cut, u32(n, (UINT32_C(1) << bits) - 1)), d);
  return np_slice(n, np_reshape(n, cut, INTS(words * parts)), INTS(0), INTS(count), (Ints){0});
}

// ---- both

Val random_bits(Np *n, Key key, Ints shape, Dtype d) {
  const int64_t count = type_count(type_of(d, shape));
  if (key.layout == JC_ORIGINAL) return np_reshape(n, original_bits(n, key.words, count, d), shape);
  Pair p = random_threefry(n, key.words, counters(n, count));
  p = (Pair){np_reshape(n, p.a, shape), np_reshape(n, p.b, shape)};
  if (d == DT_U64) return random_join(n, p.a, p.b);
  return np_convert(n, np_map2(n, OP_xor, p.a, p.b), d);
}

Val random_keys(Np *n, Key key, int64_t count) {
  if (key.layout == JC_ORIGINAL)
    return np_reshape(n, original_words(n, key.words, 2 * count), INTS(count, 2));
  Pair p = random_threefry(n, key.words, counters(n, count));
  return np_stack(n, 2, (Val[]){p.a, p.b}, 1);
}

Key random_split(Np *n, Key key, uint32_t i) {
  if (key.layout != JC_ORIGINAL)
    return (Key){random_threefry(n, key.words, (Pair){u32(n, 0), u32(n, i)}), key.layout};
  // Words 2 i and 2 i + 1 of the halves of counters 0 1 and 2 3.
  Pair first = random_threefry(n, key.words, (Pair){u32(n, 0), u32(n, 2)});
  Pair second = random_threefry(n, key.words, (Pair){u32(n, 1), u32(n, 3)});
  return (Key){i ? (Pair){first.b, second.b} : (Pair){first.a, second.a}, key.layout};
}

static Val integer(Np *n, Dtype d, uint64_t v) { return np_val(b_scalar_int(n->g, d, (int64_t)v)); }

// The mantissa's bits under the exponent of 1: in [1, 2), less 1. bfloat16 draws 8 bits.
static const struct {
  Dtype drawn, bits;
  uint64_t mantissa, one;
} forms[] = {[DT_F32] = {DT_U32, DT_U32, 23, 0x3F800000},
             [DT_F64] = {DT_U64, DT_U64, 52, UINT64_C(0x3FF0000000000000)},
             [DT_F16] = {DT_U16, DT_U16, 10, 0x3C00},
             [DT_BF16] = {DT_U8, DT_U16, 7, 0x3F80}};

static Val unit(Np *n, Val drawn, Dtype d) {
  const uint64_t unused = 8 * dtype_size(forms[d].drawn) - forms[d].mantissa;
  Val bits = np_convert(n, drawn, forms[d].bits);
  bits = np_map2(n, OP_shift_right_logical, bits, integer(n, forms[d].bits, unused));
  bits = np_map2(n, OP_or, bits, integer(n, forms[d].bits, forms[d].one));
  return np_sub(n, np_val(b_bitcast(n->g, bits.id, d)), np_val(b_scalar(n->g, d, 1)));
}

static double number_in(Dtype d, double v) {
  return dtype_is_half(d) ? half_value(d, half_of(d, v)) : v;
}

// Bits of the width that d draws, as a number in [low, high).
static Val in_range(Np *n, Val drawn, Dtype d, double low, double high) {
  const double span =
      d == DT_F32 ? (double)((float)high - (float)low) : number_in(d, high) - number_in(d, low);
  Val x = unit(n, drawn, d), lo = np_val(b_scalar(n->g, d, low));
  // Rounded once, as XLA compiles JAX's expression; halves after each op.
  Val factors[3] = {x, np_val(b_scalar(n->g, d, span)), lo};
  if (!np_broadcast(n, 3, factors)) return NP_BAD;
  x = dtype_is_half(d) ? np_add(n, np_mul(n, factors[0], factors[1]), factors[2])
                       : np_val(b_fma(n->g, factors[0].id, factors[1].id, factors[2].id));
  return np_map2(n, OP_max, lo, x);
}

Val random_uniform(Np *n, Key key, Ints shape, Dtype d, double low, double high) {
  return in_range(n, random_bits(n, key, shape, forms[d].drawn), d, low, high);
}

// ---- many keys, each of which draws one number

Key random_lanes(Np *n, Key key, int64_t count) {
  const Val rows = random_keys(n, key, count);
  return (Key){{np_reshape(n, np_part(n, rows, 1, 0, 1), INTS(count)),
                np_reshape(n, np_part(n, rows, 1, 1, 2), INTS(count))},
               key.layout};
}

Key random_split_of(Np *n, Key key, uint32_t i, uint32_t count) {
  if (key.layout != JC_ORIGINAL)
    return (Key){random_threefry(n, key.words, (Pair){u32(n, 0), u32(n, i)}), key.layout};
  Val word[2];
  for (uint32_t k = 0; k < 2; k++) {  // of 2 count words, in halves
    const uint32_t at = 2 * i + k, first = at < count ? at : at - count;
    const Pair p = random_threefry(n, key.words, (Pair){u32(n, first), u32(n, first + count)});
    word[k] = at < count ? p.a : p.b;
  }
  return (Key){{word[0], word[1]}, key.layout};
}

Val random_lane_uniform(Np *n, Key key, Dtype d, double low, double high) {
  const bool wide = dtype_size(d) == 8, original = key.layout == JC_ORIGINAL;
  const Pair p = random_threefry(n, key.words, (Pair){u32(n, 0), u32(n, original && wide)});
  const Val word = original ? p.a : np_map2(n, OP_xor, p.a, p.b);
  return in_range(n, wide ? random_join(n, p.a, p.b) : word, d, low, high);
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
  Key key;
  return random_key(n, v[0], options.v[1], &key) ? random_keys(n, key, options.v[0]) : NP_BAD;
}
jc_array jc_split_(struct jc_split s, const char *file, int line) {
  static const Fn fn = {"split", build_split, PROMOTE_NONE};
  if (s.n < 0 || s.n > INT32_MAX)
    return fail(HERE(file, line), "split: into %lld keys", (long long)s.n), handle_poison();
  return call(&fn, 1, &s.key, INTS(s.n ? s.n : 2, (int64_t)s.layout), HERE(file, line));
}

jc_array jc_next_key_(jc_array *key, const char *file, int line) {
  if (!key) return fail(HERE(file, line), "next_key: the key is NULL"), handle_poison();
  jc_array both = jc_split_((struct jc_split){.key = *key}, file, line);
  *key = jc_at_(both, jc_lift(0), file, line);
  return jc_at_(both, jc_lift(1), file, line);
}

// The same in both layouts.
OPS_BUILD(fold_in) {
  OPS_UNUSED;
  Key key;
  if (!random_key(n, v[0], JC_PARTITIONABLE, &key) || np_bad(v[1])) return NP_BAD;
  if (np_type(n, v[1]).rank || !dtype_is_int(np_type(n, v[1]).dtype))
    return np_fail(n, "folds in an integer scalar, not %s", TYPE_STR(np_type(n, v[1])));
  Pair p = random_threefry(n, key.words, (Pair){u32(n, 0), np_convert(n, v[1], DT_U32)});
  return np_stack(n, 2, (Val[]){p.a, p.b}, 0);
}
jc_array jc_fold_in_(jc_array key, jc_array data, const char *file, int line) {
  static const Fn fn = {"fold_in", build_fold_in, PROMOTE_NONE};
  return call(&fn, 2, (jc_array[]){key, data}, (Ints){0}, HERE(file, line));
}

// ---- draws

bool random_draw(Np *n, Val key, Ints options, Draw *out) {
  const int64_t *more = options.v + 1 + options.v[0];
  *out = (Draw){
      .shape = {(int)options.v[0], options.v + 1}, .dtype = (Dtype)more[1], .rest = more + 2};
  return random_key(n, key, more[0], &out->key);
}

jc_array random_call(const Fn *fn, int k, const jc_array *x, const jc_dims *shape,
                     jc_random_layout layout, jc_dtype dtype, int extra, const int64_t *more,
                     Loc loc) {
  enum { MOST = 4 };
  int64_t options[3 + MAX_RANK + MOST];
  if (!ops_shape_ok(shape, loc, fn->name)) return handle_poison();
  int count = 0;
  options[count++] = shape->n;
  for (int i = 0; i < shape->n; i++) options[count++] = shape->d[i];
  options[count++] = (int64_t)layout;
  options[count++] = (int64_t)dtype;
  for (int i = 0; i < extra; i++) options[count++] = more[i];
  return call(fn, k, x, (Ints){count, options}, loc);
}
