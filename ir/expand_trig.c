// sin, cos and tan.
#include <math.h>

#include "ir/expand.h"

// x = n pi/2 + r with |r| <= pi/4; of n only the last two bits are right.
typedef struct Reduced {
  Sid r, n;
} Reduced;

// ---- any finite x: Payne and Hanek's method in integers

// 2/pi in words of 32 bits, the first of weight 2^-32, behind two of zero.
static const uint32_t two_over_pi[] = {
    0x00000000, 0x00000000, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041,
    0xfe5163ab, 0xdebbc561, 0xb7246e3a, 0x424dd2e0, 0x06492eea, 0x09d1921c, 0xfe1deb1c, 0xb129a73e,
    0xe88235f5, 0x2ebb4484, 0xe99c7026, 0xb45f7e41, 0x3991d639, 0x835339f4, 0x9c845f8b, 0xbdf9283b,
    0x1ff897ff, 0xde05980f, 0xef2f118b, 0x5a0a6d1f, 0x6d367ecf, 0x27cb09b7, 0x4f463f66, 0x9e5fea2d,
    0x7527bac7, 0xebe5f17b, 0x3d0739f7, 0x8a5292ea, 0x6bfb5fb1, 0x1f8d5d08, 0x56033046,
};
enum {
  TABLE_WORDS = sizeof two_over_pi / sizeof *two_over_pi,
  LEADING_ZEROS = 2,
  WORDS = 7,  // that meet a double's mantissa above 2^-138
  LIMBS = 5,  // 32 bits each, kept of the product mod 4
};

static Sid low_half(Dag *d, Sid x) { return s_and(d, x, x_int(d, x, 0xffffffff)); }
static Sid high_half(Dag *d, Sid x) { return s_shift_right_logical(d, x, x_int(d, x, 32)); }
static Sid left(Dag *d, Sid x, Sid n) { return s_shift_left(d, x, n); }
static Sid right(Dag *d, Sid x, Sid n) { return s_shift_right_logical(d, x, n); }

// limb[i]: bits of weight 2^(e - 32 i) and up of the mantissa times 2/pi, as far as they matter mod
// 4; e in -30 .. 1 by choice of the first word. *shift = e + 30.
static void product_limbs(Dag *d, Sid x, Sid limb[LIMBS], Sid *shift) {
  Sid bits = x_bits(d, x), m[2], word[WORDS], sum = NO_SID;
  Sid exponent = s_and(d, right(d, bits, x_int(d, bits, 52)), x_int(d, bits, 0x7ff));
  Sid e = s_sub(d, exponent, x_int(d, bits, 1075 + 2));
  Sid first = s_shift_right_arithmetic(d, e, x_int(d, e, 5));
  *shift = s_and(d, e, x_int(d, e, 31));
  first = s_add(d, s_max(d, first, x_int(d, e, -LEADING_ZEROS)), x_int(d, e, LEADING_ZEROS));
  first = s_convert(d, first, DT_I32);
  for (int i = 0; i < WORDS; i++) {
    Sid at = s_add(d, first, s_const_int(d, DT_I32, i));
    word[i] = s_convert(d, s_table(d, DT_U32, TABLE_WORDS, two_over_pi, at), DT_I64);
  }
  int64_t hidden = INT64_C(1) << 52;
  Sid mantissa = s_or(d, s_and(d, bits, x_int(d, bits, hidden - 1)), x_int(d, bits, hidden));
  m[0] = low_half(d, mantissa), m[1] = high_half(d, mantissa);
  for (int i = LIMBS - 1; i >= 0; i--) {
    Sid part =
        s_add(d, low_half(d, s_mul(d, m[0], word[i])), high_half(d, s_mul(d, m[0], word[i + 1])));
    part = s_add(d, part, low_half(d, s_mul(d, m[1], word[i + 1])));
    part = s_add(d, part, high_half(d, s_mul(d, m[1], word[i + 2])));
    sum = sum == NO_SID ? part : s_add(d, part, high_half(d, sum));
    limb[i] = low_half(d, sum);
  }
}

// (whole + rest 2^-64) 2^-62 quarter turns as radians; `rest` is unsigned.
static Sid turns_to_radians(Dag *d, Sid whole, Sid rest) {
  Sid mask = x_int(d, whole, 0xfff);
  Sid big = s_convert(d, s_and(d, whole, s_not(d, mask)), DT_F64);
  Sid small = s_convert(d, s_and(d, whole, mask), DT_F64);
  Sid high = s_add(d, big, small), error = s_sub(d, small, s_sub(d, high, big));
  Sid tail = s_convert(d, right(d, rest, x_int(d, rest, 11)), DT_F64);
  Sid low = s_fma(d, tail, x_num(d, tail, 0x1p-53), error);
  Sid y = s_add(d, high, low), y_low = s_sub(d, low, s_sub(d, y, high));
  Sid quarter = x_num(d, y, 0x1.921fb54442d18p+0 * 0x1p-62);
  Sid quarter_low = x_num(d, y, 0x1.1a62633145c07p-54 * 0x1p-62);
  Sid r = s_mul(d, y, quarter), r_low = s_fma(d, y, quarter, s_neg(d, r));
  return s_add(d, r, s_add(d, r_low, s_fma(d, y, quarter_low, s_mul(d, y_low, quarter))));
}

static Reduced reduce_any(Dag *d, Sid x) {
  Sid limb[LIMBS], shift;
  product_limbs(d, x, limb, &shift);
  Sid half = x_int(d, shift, 32), back = s_sub(d, x_int(d, shift, 64), shift);
  Sid a = s_or(d, left(d, limb[0], half), limb[1]);
  Sid b = s_or(d, left(d, limb[2], half), limb[3]), c = left(d, limb[4], half);
  // Two integer bits on top, then fraction; the second word goes on.
  Sid top = s_or(d, left(d, a, shift), right(d, b, back));
  Sid next = s_or(d, left(d, b, shift), right(d, c, back));
  Sid places = x_int(d, top, 62);
  Sid n = right(d, s_add(d, top, x_int(d, top, INT64_C(1) << 61)), places);
  Sid whole = s_sub(d, top, left(d, n, places));
  return (Reduced){turns_to_radians(d, whole, next), n};
}

// ---- usual x: Cody and Waite's method

static Reduced reduce_usual(Dag *d, Sid x) {
  bool wide = x_wide(d, x);
  static const double parts[2][3] = {
      {-0x1.921fb6p+0, 0x1.777a5cp-25, 0x1.ee59dap-50},
      {-0x1.921fb54442d18p+0, -0x1.1a62633145c07p-54, 0x1.f1976b7ed8fbcp-110},
  };
  Sid magic = x_num(d, x, wide ? 0x1.8p52 : 0x1.8p23);
  Sid t = s_fma(d, x, x_num(d, x, 0x1.45f306dc9c883p-1), magic), n = s_sub(d, t, magic), r = x;
  for (int i = 0; i < 3; i++) r = s_fma(d, n, x_num(d, x, parts[wide][i]), r);
  return (Reduced){r, x_bits(d, t)};
}

// |x| beyond which three parts of pi/2 do not do.
static Reduced reduce(Dag *d, Sid x) {
  Dtype t = x_type(d, x);
  Reduced usual = reduce_usual(d, x), any = reduce_any(d, s_convert(d, x, DT_F64));
  Sid rare = s_not(d, x_less(d, x, x_wide(d, x) ? 0x1p20 : 0x1p17));
  Sid finite = x_less(d, x, INFINITY);
  Sid slow = s_select(d, finite, s_convert(d, any.r, t), x_num(d, x, NAN));
  return (Reduced){s_rare(d, rare, usual.r, slow),
                   s_rare(d, rare, usual.n, s_convert(d, any.n, x_int_type(d, x)))};
}

// ---- on [-pi/4, pi/4]

static Sid sin_poly(Dag *d, Sid r, Sid z) {
  Poly p = x_wide(d, r)
               ? POLY(1.5896000046150026e-10, -2.5050743528454354e-08, 2.755731359108751e-06,
                      -0.00019841269829484602, 0.008333333333321945, -0.1666666666666663)
               : POLY(-0.0001951840822584927, 0.008332190103828907, -0.16666655242443085);
  return s_fma(d, s_mul(d, r, z), x_poly(d, z, p), r);
}

static Sid cos_poly(Dag *d, Sid z) {
  if (!x_wide(d, z))
    return x_poly(
        d, z, POLY(2.4432742065982893e-05, -0.0013887311797589064, 0.04166664555668831, -0.5, 1));
  return x_poly(
      d, z,
      POLY(-1.1358979878585515e-11, 2.087570973642429e-09, -2.7557314246727625e-07,
           2.4801587289088995e-05, -0.0013888888888873433, 0.041666666666666595, -0.5, 1));
}

// sin(|x| + turns pi/2)
static Sid quarter_sine(Dag *d, Sid x, int turns) {
  Reduced q = reduce(d, s_abs(d, x));
  Sid z = s_mul(d, q.r, q.r), n = s_add(d, q.n, x_int(d, q.n, turns));
  Sid odd = s_ne(d, s_and(d, n, x_int(d, n, 1)), x_int(d, n, 0));
  Sid y = s_select(d, odd, cos_poly(d, z), sin_poly(d, q.r, z));
  Sid negative = s_shift_left(d, s_and(d, n, x_int(d, n, 2)), x_int(d, n, x_wide(d, x) ? 62 : 30));
  return x_float(d, s_xor(d, x_bits(d, y), negative));
}

Sid expand_sin(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  Sid x = args[0], y = quarter_sine(d, x, 0);
  return x_float(d, s_xor(d, x_bits(d, y), x_sign_bit(d, x)));
}

Sid expand_cos(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return quarter_sine(d, args[0], 1);
}

// sin / cos or -cos / sin of what is left of x
static Sid tan_f64(Dag *d, const Sid *args) {
  Sid x = args[0];
  Reduced q = reduce(d, s_abs(d, x));
  Sid z = s_mul(d, q.r, q.r), sin = sin_poly(d, q.r, z), cos = cos_poly(d, z);
  Sid odd = s_ne(d, s_and(d, q.n, x_int(d, q.n, 1)), x_int(d, q.n, 0));
  Sid y = s_div(d, s_select(d, odd, s_neg(d, cos), sin), s_select(d, odd, sin, cos));
  return x_float(d, s_xor(d, x_bits(d, y), x_sign_bit(d, x)));
}

Sid expand_tan(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return x_in_f64(d, tan_f64, 1, args);
}
