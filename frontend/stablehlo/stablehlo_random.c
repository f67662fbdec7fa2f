// StableHLO's random bits, which are XLA's: Threefry and Philox by counter (Salmon et al. 2011).
#include "frontend/library/random.h"
#include "frontend/stablehlo/stablehlo_lex.h"
#include "frontend/stablehlo/stablehlo_ops.h"

enum { PHILOX_ROUNDS = 10 };

static Val u64(Np *n, int64_t v) { return np_val(b_scalar_int(n->g, DT_U64, v)); }
static Val u32(Np *n, uint32_t v) { return np_val(b_scalar_int(n->g, DT_U32, v)); }
static Val low(Np *n, Val x) { return np_convert(n, x, DT_U32); }
static Val high(Np *n, Val x) { return low(n, np_map2(n, OP_shift_right_logical, x, u64(n, 32))); }
static Val flat(Np *n, Val x, int64_t count) {
  return np_slice(n, np_reshape(n, x, INTS(-1)), INTS(0), INTS(count), (Ints){0});
}

// ---- Threefry

// Words come in two halves, which alternate along the first even axis, or else the longest.
static Val interleaved(Np *n, Pair words, Type t) {
  int axis = -1;
  for (int i = 0; i < t.rank && axis < 0; i++) {
    if (t.dim[i] % 2 == 0) axis = i;
  }
  for (int i = 0; i < t.rank && t.dim[axis < 0 ? 0 : axis] % 2; i++) {
    if (axis < 0 || t.dim[i] > t.dim[axis]) axis = i;
  }
  int64_t outer = 1, inner = 1;
  for (int i = 0; i < t.rank; i++)
    *(i < axis ? &outer : i > axis ? &inner : &(int64_t){0}) *= t.dim[i];
  const int64_t length = t.rank ? t.dim[axis] : 1, half = (length + 1) / 2;
  const Ints shape = INTS(outer, half, 1, inner);
  Val both[2] = {np_reshape(n, words.a, shape), np_reshape(n, words.b, shape)};
  Val all = np_reshape(n, np_concatenate(n, 2, both, 2), INTS(outer, 2 * half, inner));
  all = np_slice(n, all, INTS(0, 0, 0), INTS(outer, length, inner), (Ints){0});
  return np_reshape(n, all, type_shape(t));
}

// How many counters a draw takes.
static int64_t threefry_counters(Type t, bool wide) {
  int64_t count = type_count(t), even = 0, longest = 1;
  if (wide) return count;
  for (int i = 0; i < t.rank; i++) {
    if (t.dim[i] % 2 == 0) even = 1;
    if (t.dim[i] > longest) longest = t.dim[i];
  }
  return even ? count / 2 : count / longest * ((longest + 1) / 2);
}

static Val threefry_bits(Np *n, Val state, Type t, bool wide, Val *next) {
  const int64_t count = threefry_counters(t, wide);
  Val key = np_row(n, state, 0), from = np_row(n, state, 1);
  Val at = np_add(n, from, np_iota1(n, DT_U64, count));
  Pair bits =
      random_threefry(n, (Pair){low(n, key), high(n, key)}, (Pair){low(n, at), high(n, at)});
  *next = np_stack(n, 2, (Val[]){key, np_add(n, from, u64(n, count))}, 0);
  if (!wide) return interleaved(n, bits, t);
  return np_reshape(n, random_join(n, bits.b, bits.a), type_shape(t));
}

// ---- Philox

static void philox(Np *n, Val x[4], Pair key) {
  for (int round = 0; round < PHILOX_ROUNDS; round++) {
    Val a = np_mul(n, np_convert(n, x[0], DT_U64), u64(n, 0xD2511F53));
    Val b = np_mul(n, np_convert(n, x[2], DT_U64), u64(n, 0xCD9E8D57));
    x[0] = np_map2(n, OP_xor, np_map2(n, OP_xor, high(n, b), x[1]), key.a);
    x[2] = np_map2(n, OP_xor, np_map2(n, OP_xor, high(n, a), x[3]), key.b);
    x[1] = low(n, b);
    x[3] = low(n, a);
    key.a = np_add(n, key.a, u32(n, 0x9E3779B9));
    key.b = np_add(n, key.b, u32(n, 0xBB67AE85));
  }
}

// A counter of 128 bits, its lower half first, and `by`.
static Pair counter_add(Np *n, Pair counter, Val by) {
  Val sum = np_add(n, counter.a, by);
  Val carry = np_convert(n, np_compare(n, OP_lt, sum, counter.a), DT_U64);
  return (Pair){sum, np_add(n, counter.b, carry)};
}

static Val philox_bits(Np *n, Val state, Type t, bool wide, Val *next) {
  const int64_t size = np_type(n, state).dim[0], count = type_count(t);
  const int64_t draws = wide ? (count + 1) / 2 : (count + 3) / 4;
  Val key = np_row(n, state, 0);
  const Pair from = {np_row(n, state, 1), np_row(n, state, size > 2 ? 2 : 0)};
  const Pair at = counter_add(n, from, np_iota1(n, DT_U64, draws));
  const Pair end = counter_add(n, from, u64(n, draws));
  Val x[4] = {low(n, at.a), high(n, at.a), low(n, at.b), high(n, at.b)};
  philox(n, x, (Pair){low(n, key), high(n, key)});
  *next = np_stack(n, size > 2 ? 3 : 2, (Val[]){key, end.a, end.b}, 0);
  Val pairs[2] = {0};
  if (wide) pairs[0] = random_join(n, x[1], x[0]), pairs[1] = random_join(n, x[3], x[2]);
  Val all = wide ? np_stack(n, 2, pairs, 1) : np_stack(n, 4, x, 1);
  return np_reshape(n, flat(n, all, count), type_shape(t));
}

// ---- the ops

bool hlo_emit_rng_bit_generator(HloBuild *b, const HloOp *op) {
  Np np = {b->g, op->row->name};
  const Type state = hlo_arg_type(b, op, 0), t = op->nresults == 2 ? op->types[1] : (Type){0};
  const HloSlice algorithm =
      hlo_word(op, hlo_attr(op, "algorithm", NULL) ? "algorithm" : "rng_algorithm", 0);
  const bool threefry = hlo_is(algorithm, "THREE_FRY");
  if (op->nresults != 2 || state.dtype != DT_U64 || state.rank != 1 || state.dim[0] < 2 ||
      state.dim[0] > (threefry ? 2 : 3))
    return fail(op->loc, "%s: a state and bits of a state, not of %s", op->row->name,
                TYPE_STR(state));
  if (!threefry && !hlo_is(algorithm, "PHILOX") && !hlo_is(algorithm, "DEFAULT"))
    return hlo_not_yet(b, op, "this algorithm");
  if (t.dtype == DT_BOOL || dtype_is_complex(t.dtype)) return hlo_not_yet(b, op, "these elements");
  const size_t size = dtype_size(t.dtype);
  Val next, bits = (threefry ? threefry_bits : philox_bits)(&np, np_val(hlo_arg(b, op, 0)), t,
                                                            size == 8, &next);
  bits = np_convert(&np, bits, hlo_unsigned(size));
  if (np_bad(bits) || np_bad(next)) return false;
  b->ids[op->first] = next.id;
  return (b->ids[op->first + 1] = b_bitcast(b->g, bits.id, t.dtype)) != NO_ID;
}

// Numbers of a key that the op alone has: the text asks for no certain ones.
bool hlo_emit_rng(HloBuild *b, const HloOp *op) {
  Np np = {b->g, op->row->name}, *n = &np;
  const Type t = op->types[0];
  const Ints shape = type_shape(t);
  const Key key = {{u32(n, (uint32_t)op->loc.line), u32(n, op->first)}, JC_PARTITIONABLE};
  Val from = np_val(hlo_arg(b, op, 0)), to = np_val(hlo_arg(b, op, 1)), x;
  const bool normal = hlo_is(
      hlo_word(op, hlo_attr(op, "distribution", NULL) ? "distribution" : "rng_distribution", 0),
      "NORMAL");
  if (t.dtype == DT_BOOL || dtype_is_complex(t.dtype) || (normal && !dtype_is_float(t.dtype)))
    return hlo_not_yet(b, op, "these elements");
  if (dtype_is_int(t.dtype)) {
    Val span = np_convert(n, np_sub(n, to, from), DT_U64);
    x = np_map2(n, OP_rem, random_bits(n, key, shape, DT_U64), span);
    x = np_add(n, np_convert(n, x, t.dtype), from);
  } else if (normal) {
    x = np_map1(n, OP_erf_inv, random_uniform(n, key, shape, t.dtype, -0.99999, 1));
    x = np_mul(n, x, np_mul(n, to, np_val(b_scalar(b->g, t.dtype, 1.4142135623730951))));
    x = np_add(n, x, from);
  } else {
    x = random_uniform(n, key, shape, t.dtype, 0, 1);
    x = np_add(n, np_mul(n, x, np_sub(n, to, from)), from);
  }
  return hlo_result(b, op, x.id);
}
