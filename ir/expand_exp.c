// exp and the functions made of it: exp2, expm1, sinh, cosh, tanh, logistic.
#include "ir/expand.h"

static const double LOG2_E = 0x1.71547652b82fep+0;

// Adding 1.5 * 2^(fraction bits) rounds to an integer and leaves it in the low bits.
static double rounder(const Dag *d, Sid x) { return x_wide(d, x) ? 0x1.8p52 : 0x1.8p23; }

ExpParts x_exp_reduce(Dag *d, Sid x, int bias) {
  Sid magic = x_num(d, x, rounder(d, x) + bias);
  Sid t = s_fma(d, x, x_num(d, x, LOG2_E), magic), n = s_sub(d, t, magic);
  bool wide = x_wide(d, x);
  Sid high = x_num(d, x, wide ? -0x1.62e42fefa39efp-1 : -0x1.62e43p-1);
  Sid low = x_num(d, x, wide ? -0x1.abc9e3b39803fp-56 : 0x1.05c61p-29);
  return (ExpParts){s_fma(d, n, low, s_fma(d, n, high, x)), x_bits(d, t)};
}

Sid x_exp_scale(Dag *d, Sid shifted) {
  int fraction = x_type(d, shifted) == DT_I64 ? 52 : 23;
  return x_float(d, s_shift_left(d, shifted, x_int(d, shifted, fraction)));
}

// exp(r)
static Sid exp_poly(Dag *d, Sid r) {
  if (!x_wide(d, r))
    return x_poly(d, r,
                  POLY(0.001374505925923586, 0.008368953131139278, 0.04166965186595917,
                       0.166665181517601, 0.49999988079071045, 1, 1));
  return x_poly(d, r,
                POLY(2.0871118996516387e-09, 2.511261961121433e-08, 2.755741760561271e-07,
                     2.7557232976642465e-06, 2.480158715528519e-05, 0.00019841269898562968,
                     0.001388888888896801, 0.008333333333315983, 0.041666666666666526,
                     0.16666666666666685, 0.5, 1, 1));
}

// exp(r) - 1
static Sid expm1_poly(Dag *d, Sid r) {
  Poly p = x_wide(d, r) ? POLY(2.0886628566207795e-09, 2.5109150342499663e-08,
                               2.755736187845215e-07, 2.7557243859914046e-06,
                               2.4801587227582338e-05, 0.0001984126988650898, 0.0013888888888928335,
                               0.008333333333321457, 0.0416666666666666, 0.16666666666666677, 0.5)
                        : POLY(0.0013862447813153267, 0.008366682566702366, 0.041667524725198746,
                               0.16666541993618011, 0.4999999701976776);
  return s_fma(d, s_mul(d, r, r), x_poly(d, r, p), r);
}

Sid x_exp_finish(Dag *d, ExpParts e) {
  Sid half = s_shift_right_logical(d, e.shifted, x_int(d, e.shifted, 1));
  Sid y = s_mul(d, exp_poly(d, e.r), x_exp_scale(d, half));
  return s_mul(d, y, x_exp_scale(d, s_sub(d, e.shifted, half)));
}

// Arguments beyond these give 0 and inf whatever they are.
static double exp_least(const Dag *d, Sid x) { return x_wide(d, x) ? -746 : -104; }
static double exp_most(const Dag *d, Sid x) { return x_wide(d, x) ? 710 : 89; }

Sid expand_exp(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  Sid x = args[0];
  x = x_at_most(d, x_at_least(d, x, exp_least(d, x)), exp_most(d, x));
  return x_exp_finish(d, x_exp_reduce(d, x, 2 * x_bias(d, x)));
}

// 2^n (exp(r) - 1) + (2^n - 1), at half size so that 2^n does not overflow.
Sid expand_expm1(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  Sid x = args[0];
  Sid near = x_at_most(d, x_at_least(d, x, x_wide(d, x) ? -38 : -18), exp_most(d, x));
  ExpParts e = x_exp_reduce(d, near, x_bias(d, x) - 1);
  Sid scale = x_exp_scale(d, e.shifted);
  Sid y = s_fma(d, scale, expm1_poly(d, e.r), s_sub(d, scale, x_num(d, x, 0.5)));
  Sid tiny = x_less(d, s_abs(d, x), x_wide(d, x) ? 0x1p-54 : 0x1p-25);
  return s_select(d, tiny, x, s_add(d, y, y));
}

// h (1 - t) with what rounding took from h, `lost`, put back: (h + lost) / (h + lost + 1) to first
// order.
static Sid tanh_corrected(Dag *d, Sid h, Sid t, Sid lost) {
  Sid rest = s_sub(d, x_num(d, h, 1), t);
  return s_add(d, h, s_fma(d, s_neg(d, h), t, s_mul(d, lost, s_mul(d, rest, rest))));
}

// h / (h + 1) with h = (exp(2|x|) - 1) / 2: for negative arguments h would lose a bit. While h is
// small h (1 - t) keeps less of the errors of t = h / (h + 1).
Sid expand_tanh(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  Sid x = args[0];
  Sid near = x_at_most(d, s_abs(d, x), x_wide(d, x) ? 20 : 10);  // 1 to the last bit
  ExpParts e = x_exp_reduce(d, s_add(d, near, near), x_bias(d, x) - 1);
  Sid scale = x_exp_scale(d, e.shifted), p = expm1_poly(d, e.r),
      c = s_sub(d, scale, x_num(d, x, 0.5));
  Sid h = s_fma(d, scale, p, c), t = s_div(d, h, s_add(d, h, x_num(d, x, 1)));
  Sid fine = x_wide(d, x) ? tanh_corrected(d, h, t, s_fma(d, scale, p, s_sub(d, c, h)))
                          : s_fma(d, s_neg(d, h), t, h);
  return x_or_sign(d, s_select(d, x_less(d, h, 0.5), fine, t), x);
}

// z / (1 + z) or 1 / (1 + z) with z = exp(-|x|): both tails keep their digits. As a (1 - q) with
// q = z / (1 + z), so that the errors of q vanish with z.
Sid expand_logistic(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  Sid x = args[0], one = x_num(d, x, 1);
  double lift = x_wide(d, x) ? 512 : 64;  // n <= 0: scaled up by 2^lift, then down in one rounding
  Sid near = x_at_least(d, s_neg(d, s_abs(d, x)), exp_least(d, x));
  ExpParts e = x_exp_reduce(d, near, x_bias(d, x) + (int)lift);
  Sid z = s_mul(d, exp_poly(d, e.r), x_exp_scale(d, e.shifted));
  z = s_mul(d, z, x_num(d, x, x_wide(d, x) ? 0x1p-512 : 0x1p-64));
  Sid q = s_div(d, z, s_add(d, one, z)), a = s_select(d, x_less(d, x, 0), z, one);
  return s_fma(d, s_neg(d, a), q, a);
}

// x = n + r: exp(r ln2) 2^n
Sid expand_exp2(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  const bool wide = x_wide(d, args[0]);
  Sid x = x_at_most(d, x_at_least(d, args[0], wide ? -1076 : -151), wide ? 1025 : 129);
  Sid magic = x_num(d, x, rounder(d, x) + 2 * x_bias(d, x)), t = s_add(d, x, magic);
  Sid r = s_sub(d, x, s_sub(d, t, magic));
  return x_exp_finish(d, (ExpParts){s_mul(d, r, x_num(d, x, 0x1.62e42fefa39efp-1)), x_bits(d, t)});
}

Sid x_half_exp(Dag *d, Sid x) {
  ExpParts e = x_exp_reduce(d, x_at_most(d, x, exp_most(d, x) + 1), 2 * x_bias(d, x));
  e.shifted = s_sub(d, e.shifted, x_int(d, e.shifted, 1));
  return x_exp_finish(d, e);
}

// h + 1 / 4 h of h = exp(|x|) / 2
static Sid cosh_f64(Dag *d, const Sid *args) {
  Sid h = x_half_exp(d, s_abs(d, args[0]));
  return s_add(d, h, s_div(d, x_num(d, h, 0.25), h));
}

static Sid sinh_f64(Dag *d, const Sid *args) {
  Sid x = args[0], h = x_half_exp(d, s_abs(d, x)), z = s_mul(d, x, x);
  Sid q = x_poly(d, z,
                 POLY(4.420998513320708e-15, 7.581135625977607e-13, 1.6060161067945112e-10,
                      2.5052098436572166e-08, 2.7557319273633615e-06, 0.0001984126984113355,
                      0.008333333333333519, 0.16666666666666666));
  Sid near = s_fma(d, s_mul(d, x, z), q, x), far = s_sub(d, h, s_div(d, x_num(d, h, 0.25), h));
  return s_select(d, x_less(d, s_abs(d, x), 1), near, x_or_sign(d, far, x));
}

Sid expand_sinh(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return x_in_f64(d, sinh_f64, 1, args);
}

Sid expand_cosh(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return x_in_f64(d, cosh_f64, 1, args);
}
