// Numbers taken apart and put together: significands, exponents, whole parts.
#include <math.h>

#include "frontend/library/ops.h"

typedef struct Format {
  Dtype floats, words;
  int mantissa, bias;
} Format;
static Format format_of(Dtype d) {
  return d == DT_F64 ? (Format){DT_F64, DT_I64, 52, 1023} : (Format){DT_F32, DT_I32, 23, 127};
}

static Val number(Np *n, Val like, double v) { return np_number(n, like, v); }

// Floats as f32 or f64: halves lie in f32 without loss.
static Val wide(Np *n, Val x) {
  x = np_inexact(n, x);
  if (np_bad(x)) return x;
  const Dtype d = np_type(n, x).dtype;
  if (!dtype_is_float(d)) return np_fail(n, "does not take %s", TYPE_STR(np_type(n, x)));
  return dtype_is_half(d) ? np_convert(n, x, DT_F32) : x;
}
static Val as_given(Np *n, Val r, Val x) {
  x = np_inexact(n, x);
  return np_bad(r) || np_bad(x) ? NP_BAD : np_to(n, r, np_type(n, x).dtype, x.weak);
}

static Val bits_of(Np *n, Val x, Dtype words) { return np_val(b_bitcast(n->g, x.id, words)); }

// 2^e for words e of normal exponents.
static Val power_of_two(Np *n, const Format *f, Val e) {
  const Val biased = np_add(n, e, number(n, e, f->bias));
  const Val bits = np_map2(n, OP_shift_left, biased, number(n, e, f->mantissa));
  return np_bad(bits) ? bits : bits_of(n, bits, f->floats);
}

// x * 2^e for words e, rounded once: in steps that keep what is small above the least numbers.
static Val scale(Np *n, const Format *f, Val x, Val e) {
  const double up = f->bias, down = 1 - f->bias + f->mantissa + 1;
  for (int i = 0; i < 2; i++) {
    const Val high = np_compare(n, OP_gt, e, number(n, e, up));
    const Val low = np_compare(n, OP_lt, e, number(n, e, 1 - f->bias));
    const Val step = np_select(n, high, number(n, e, up),
                               np_select(n, low, number(n, e, down), number(n, e, 0)));
    x = np_mul(n, x, power_of_two(n, f, step));
    e = np_sub(n, e, step);
  }
  return np_mul(n, x,
                power_of_two(n, f, np_clip(n, e, number(n, e, 1 - f->bias), number(n, e, up))));
}

static Val ldexp_of(Np *n, Val a, Val b) {
  const Val x = wide(n, a);
  if (np_bad(x) || np_bad(b)) return NP_BAD;
  if (!dtype_is_int(np_type(n, b).dtype) && np_type(n, b).dtype != DT_BOOL)
    return np_fail(n, "the exponent is an integer, not %s", TYPE_STR(np_type(n, b)));
  const Format f = format_of(np_type(n, x).dtype);
  const double most = 4 * f.bias;
  if (dtype_size(np_type(n, b).dtype) >= 4)
    b = np_clip(n, b, number(n, b, dtype_kind(np_type(n, b).dtype) == KIND_SIGNED ? -most : 0),
                number(n, b, most));
  return as_given(n, scale(n, &f, x, np_convert(n, b, f.words)), a);
}
OPS_BUILD(ldexp) {
  OPS_UNUSED;
  return ldexp_of(n, v[0], v[1]);
}
jc_array jc_ldexp_(jc_array x, jc_array e, const char *file, int line) {
  static const Fn fn = {"ldexp", build_ldexp, PROMOTE_NONE};
  return call(&fn, 2, (jc_array[]){x, e}, (Ints){0}, HERE(file, line));
}

static bool frexp_of(Np *n, int k, const Val *v, Ints options, Val *out) {
  OPS_UNUSED;
  const Val x = wide(n, v[0]);
  if (np_bad(x)) return false;
  const Format f = format_of(np_type(n, x).dtype);
  const Val none = np_map2(n, OP_or, np_map1(n, OP_not, np_map1(n, OP_is_finite, x)),
                           np_compare(n, OP_eq, x, number(n, x, 0)));
  // Numbers below the normal ones are so many powers of two larger first.
  const Val small = np_compare(n, OP_lt, np_map1(n, OP_abs, x), number(n, x, ldexp(1, 1 - f.bias)));
  const Val grown = np_select(n, small, np_mul(n, x, number(n, x, ldexp(1, f.mantissa))), x);
  if (np_bad(grown)) return false;
  const Val bits = bits_of(n, np_convert(n, grown, f.floats), f.words);
  const Val biased =
      np_map2(n, OP_and, np_map2(n, OP_shift_right_logical, bits, number(n, bits, f.mantissa)),
              number(n, bits, 2 * f.bias + 1));
  Val e = np_sub(n, biased, number(n, bits, f.bias - 1));
  e = np_sub(n, e, np_select(n, small, number(n, e, f.mantissa), number(n, e, 0)));
  e = np_select(n, none, number(n, e, 0), e);
  const Val part = scale(n, &f, x, np_map1(n, OP_neg, e));
  out[0] = as_given(n, np_select(n, none, x, part), v[0]);
  out[1] = np_convert(n, e, DT_I32);
  return !np_bad(out[0]) && !np_bad(out[1]);
}
struct jc_frexp jc_frexp_(jc_array x, const char *file, int line) {
  static const Fn fn = {"frexp", NULL, PROMOTE_NONE, 2, frexp_of};
  jc_array r[2] = {handle_poison(), handle_poison()};
  call_all(&fn, 1, &x, (Ints){0}, r, HERE(file, line));
  return (struct jc_frexp){r[0], r[1]};
}

static bool modf_of(Np *n, int k, const Val *v, Ints options, Val *out) {
  OPS_UNUSED;
  const Val x = np_inexact(n, v[0]);
  if (np_bad(x)) return false;
  if (!dtype_is_float(np_type(n, x).dtype))
    return np_fail(n, "does not take %s", TYPE_STR(np_type(n, x))), false;
  const Val up = np_map1(n, OP_ceil, x), down = np_map1(n, OP_floor, x);
  out[1] = np_select(n, np_compare(n, OP_ge, x, number(n, x, 0)), down, up);
  out[0] = np_bad(out[1]) ? NP_BAD : np_sub(n, x, out[1]);
  return !np_bad(out[0]);
}
struct jc_modf jc_modf_(jc_array x, const char *file, int line) {
  static const Fn fn = {"modf", NULL, PROMOTE_NONE, 2, modf_of};
  jc_array r[2] = {handle_poison(), handle_poison()};
  call_all(&fn, 1, &x, (Ints){0}, r, HERE(file, line));
  return (struct jc_modf){r[0], r[1]};
}
