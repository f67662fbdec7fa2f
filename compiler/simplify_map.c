// Rules of simplify for elementwise ops. The contract stands in compiler/simplify.c.
#include <string.h>

#include "compiler/simplify_rules.h"
#include "ir/build.h"
#include "ir/half.h"

#define KEEP NO_ID

static Id add1(const Site *s, Op op, Id x) { return simplify_add(s, op, 1, &x, s->attrs); }
static Id add2(const Site *s, Op op, Id x, Id y) {
  return simplify_add(s, op, 2, (Id[]){x, y}, NULL);
}
static bool is_float(const Site *s) { return dtype_is_float(s->type.dtype); }
static Id zeros(const Site *s) { return simplify_full(s, s->type, 0); }
static bool is_op(const Site *s, int arg, Op op) { return graph_is(s->g, s->args[arg], op); }
static Id inner(const Site *s, int arg) { return graph_def(s->g, s->args[arg])->args[0]; }

// The operand which is not the number, where one is (commuting ops).
static Id other_than(const Site *s, double number) {
  if (simplify_is(s->g, s->args[1], number)) return s->args[0];
  return simplify_is(s->g, s->args[0], number) ? s->args[1] : NO_ID;
}

// f(f(x)) = x
static Id involution(const Site *s) { return is_op(s, 0, s->op) ? inner(s, 0) : KEEP; }
// f(f(x)) = f(x)
static Id idempotent(const Site *s) { return is_op(s, 0, s->op) ? s->args[0] : KEEP; }

// Rounding what is rounded already, NaN and infinities included.
static Id rounding(const Site *s) {
  const bool whole = is_op(s, 0, OP_floor) || is_op(s, 0, OP_ceil) || is_op(s, 0, OP_round_even);
  return whole ? s->args[0] : KEEP;
}

static Id absolute(const Site *s) {
  if (is_op(s, 0, OP_abs)) return s->args[0];
  if (dtype_kind(s->type.dtype) == KIND_UNSIGNED) return KEEP;
  return is_op(s, 0, OP_neg) ? add1(s, OP_abs, inner(s, 0)) : KEEP;
}

static Id power(const Site *s) { return s->attrs->exponent == 1 ? s->args[0] : KEEP; }

// a + -0 = a; a + -b = a - b
static Id sum(const Site *s) {
  const Id x = other_than(s, is_float(s) ? -0.0 : 0);
  if (x != NO_ID) return x;
  if (is_op(s, 1, OP_neg)) return add2(s, OP_sub, s->args[0], inner(s, 1));
  return is_op(s, 0, OP_neg) ? add2(s, OP_sub, s->args[1], inner(s, 0)) : KEEP;
}

// a - 0 = a; a - -b = a + b; -0 - b = -b
static Id difference(const Site *s) {
  if (simplify_is(s->g, s->args[1], 0)) return s->args[0];
  if (is_op(s, 1, OP_neg)) return add2(s, OP_add, s->args[0], inner(s, 1));
  if (simplify_is(s->g, s->args[0], is_float(s) ? -0.0 : 0)) return add1(s, OP_neg, s->args[1]);
  return !is_float(s) && s->args[0] == s->args[1] ? zeros(s) : KEEP;
}

// a * 1 = a; a * -1 = -a; -a * -b = a * b; integers: a * 0 = 0
static Id product(const Site *s) {
  const Id same = other_than(s, 1);
  if (same != NO_ID) return same;
  if (s->type.dtype == DT_BOOL) return KEEP;
  const Id negated = other_than(s, -1);
  if (negated != NO_ID) return add1(s, OP_neg, negated);
  if (is_op(s, 0, OP_neg) && is_op(s, 1, OP_neg)) return add2(s, OP_mul, inner(s, 0), inner(s, 1));
  return !is_float(s) && other_than(s, 0) != NO_ID ? zeros(s) : KEEP;
}

// 1 / c, where c is a power of two whose reciprocal is a number of the type: x / c and x * (1 / c)
// round the same value.
static bool exact_reciprocal(Dtype d, uint64_t bits, uint64_t *out) {
  const int width = 8 * (int)dtype_size(d);
  const int digits = d == DT_F64 ? 52 : d == DT_F32 ? 23 : half_digits(d);
  const uint64_t mantissa = (UINT64_C(1) << digits) - 1, sign = UINT64_C(1) << (width - 1);
  const uint64_t exponent = (bits & ~sign) >> digits, bias = ((sign >> digits) >> 1) - 1;
  if (bits & mantissa || exponent == 0 || exponent >= 2 * bias) return false;
  *out = (bits & sign) | (2 * bias - exponent) << digits;
  return true;
}

static Id quotient(const Site *s) {
  uint64_t bits, reciprocal;
  if (simplify_is(s->g, s->args[1], 1)) return s->args[0];
  if (is_op(s, 0, OP_neg) && is_op(s, 1, OP_neg) && is_float(s))
    return add2(s, OP_div, inner(s, 0), inner(s, 1));
  if (!is_float(s) || !simplify_uniform(s->g, s->args[1], &bits) ||
      !exact_reciprocal(s->type.dtype, bits, &reciprocal))
    return KEEP;
  return add2(s, OP_mul, s->args[0], simplify_full(s, s->type, reciprocal));
}

// The identity of the reducer that combines by this op changes nothing: -inf, the least integer, ..
static Id extremum(const Site *s) {
  if (s->args[0] == s->args[1]) return s->args[0];
  uint64_t bits, identity = 0;
  op_identity(s->op == OP_max ? OP_reduce_max : OP_reduce_min, s->type.dtype, &identity);
  for (int i = 0; i < 2; i++) {
    if (simplify_uniform(s->g, s->args[i], &bits) && bits == identity) return s->args[1 - i];
  }
  return KEEP;
}

static Id conjunction(const Site *s) {
  if (s->args[0] == s->args[1]) return s->args[0];
  for (int i = 0; i < 2; i++) {
    if (simplify_is_ones(s->g, s->args[i])) return s->args[1 - i];
  }
  return other_than(s, 0) != NO_ID ? zeros(s) : KEEP;
}

static Id disjunction(const Site *s) {
  if (s->args[0] == s->args[1]) return s->args[0];
  for (int i = 0; i < 2; i++) {
    if (simplify_is_ones(s->g, s->args[i])) return s->args[i];
  }
  return other_than(s, 0);
}

static Id exclusive(const Site *s) {
  return s->args[0] == s->args[1] ? zeros(s) : other_than(s, 0);
}

static Id shift(const Site *s) { return simplify_is(s->g, s->args[1], 0) ? s->args[0] : KEEP; }

static Id choice(const Site *s) {
  uint64_t bits;
  if (s->args[1] == s->args[2]) return s->args[1];
  if (simplify_uniform(s->g, s->args[0], &bits)) return bits ? s->args[1] : s->args[2];
  if (!is_op(s, 0, OP_not)) return KEEP;
  return simplify_add(s, OP_select, 3, (Id[]){inner(s, 0), s->args[2], s->args[1]}, NULL);
}

// Every value of `from` is a value of `to`.
static bool lossless(Dtype from, Dtype to) {
  if (from == to || from == DT_BOOL) return true;
  if (to == DT_BOOL || (dtype_is_float(from) && !dtype_is_float(to))) return false;
  const size_t wide = dtype_size(to), narrow = dtype_size(from);
  if (dtype_is_float(from)) return wide > narrow;
  if (dtype_is_float(to)) return 2 * narrow <= wide;  // 24 and 53 digits hold 16 and 32 bits
  return wide > narrow && (dtype_kind(from) == KIND_UNSIGNED || dtype_kind(to) == KIND_SIGNED);
}

// from -> mid -> to is from -> to: the first step is exact, and the second does not treat the
// values of mid otherwise than from's (floats saturate where integers wrap).
static bool skips(Dtype from, Dtype mid, Dtype to) {
  if (!lossless(from, mid)) return false;
  if (dtype_is_float(to) || to == DT_BOOL || dtype_is_float(from)) return true;
  return !dtype_is_float(mid) || lossless(from, to);
}

static Id conversion(const Site *s) {
  if (s->attrs->dtype == s->type.dtype) return s->args[0];
  if (!is_op(s, 0, OP_convert)) return KEEP;
  const Id x = inner(s, 0);
  if (!skips(graph_type(s->g, x).dtype, s->type.dtype, s->attrs->dtype)) return KEEP;
  return add1(s, OP_convert, x);
}

static Id bits_conversion(const Site *s) {
  if (s->attrs->dtype == s->type.dtype) return s->args[0];
  return is_op(s, 0, OP_bitcast_convert) ? add1(s, OP_bitcast_convert, inner(s, 0)) : KEEP;
}

Rule *const simplify_map_rules[OP_COUNT] = {
    [OP_neg] = involution,
    [OP_not] = involution,
    [OP_sign] = idempotent,
    [OP_floor] = rounding,
    [OP_ceil] = rounding,
    [OP_round_even] = rounding,
    [OP_abs] = absolute,
    [OP_stop_gradient] = idempotent,
    [OP_integer_pow] = power,
    [OP_add] = sum,
    [OP_sub] = difference,
    [OP_mul] = product,
    [OP_div] = quotient,
    [OP_max] = extremum,
    [OP_min] = extremum,
    [OP_and] = conjunction,
    [OP_or] = disjunction,
    [OP_xor] = exclusive,
    [OP_shift_left] = shift,
    [OP_shift_right_logical] = shift,
    [OP_shift_right_arithmetic] = shift,
    [OP_select] = choice,
    [OP_convert] = conversion,
    [OP_bitcast_convert] = bits_conversion,
};
