// The modified Bessel functions of the first kind, scaled by exp(-|x|), in f64.
#include "ir/expand.h"

// The polynomial at x^2, whose terms are all positive. While x is large the last steps carry all of
// the sum: their rounding errors are kept, as is that of x^2.
static Sid in_square(Dag *d, Sid x, Poly near) {
  enum { KEPT = 5 };
  Pair z = x_product(d, x, x);
  Sid p = x_num(d, x, near.c[0]), slope = x_num(d, x, 0);
  for (int i = 1; i < near.n - KEPT; i++) {
    slope = s_fma(d, slope, z.high, p);
    p = s_fma(d, p, z.high, x_num(d, x, near.c[i]));
  }
  Sid error = s_mul(d, slope, z.low);
  for (int i = near.n - KEPT; i < near.n; i++) {
    Pair q = x_product(d, p, z.high), r = x_sum(d, q.high, x_num(d, x, near.c[i]));
    error = s_fma(d, error, z.high, s_fma(d, p, z.low, s_add(d, q.low, r.low)));
    p = r.high;
  }
  return s_add(d, p, error);
}

// exp(-|x|) I(|x|) of order 0 or 1: up to 12 by a polynomial in x^2; beyond by one in 1 / x.
static Sid bessel(Dag *d, Sid size, Poly near, Poly far, int order) {
  Sid is_near = x_less(d, size, 12), x = x_at_most(d, size, 12);
  Sid y = s_mul(d, in_square(d, x, near), s_exp(d, s_neg(d, x)));
  if (order == 1) y = s_mul(d, y, x);
  Sid large = x_at_least(d, size, 12), u = s_div(d, x_num(d, x, 1), large);
  return s_select(d, is_near, y, s_div(d, x_poly(d, u, far), s_sqrt(d, large)));
}

static Sid i0e_f64(Dag *d, const Sid *args) {
  return bessel(
      d, s_abs(d, args[0]),
      POLY(4.248242491398621e-49, 2.6996091677544803e-49, 4.767653121283146e-43,
           4.209061715235965e-40, 5.407203161181345e-37, 5.431614672475363e-34,
           4.903491748435066e-31, 3.8427296874262457e-28, 2.597815445854241e-25,
           1.4963336878826938e-22, 7.242258782471221e-20, 2.896903382369656e-17,
           9.38596699263153e-15, 2.402807549485333e-12, 4.709502797072452e-10, 6.78168402777744e-08,
           6.781684027777792e-06, 0.00043402777777777775, 0.015625, 0.25, 1),
      POLY(-45683210.8720797, 23187986.635633025, -5178495.423188339, 677698.7724824188,
           -57729.11462850102, 3388.0072973029664, -136.10082866497902, 4.689574764057341,
           0.14789269361206644, 0.09170270736265418, 0.04473247943214425, 0.02921945695572295,
           0.028050628947431606, 0.049867785050336864, 0.39894228040143265),
      0);
}

static Sid i1e_f64(Dag *d, const Sid *args) {
  Sid y = bessel(
      d, s_abs(d, args[0]),
      POLY(-3.27974860537152e-50, 5.68684408997145e-47, -2.2122093961038123e-44,
           2.458851297624663e-41, 1.2630839919424324e-38, 1.7573859021556137e-35,
           1.6262825227925508e-32, 1.373259142545784e-29, 9.990912951644896e-27,
           6.234765957370071e-24, 3.2919338059699844e-21, 1.4484517636552864e-18,
           5.214426087326967e-16, 1.501754718821584e-13, 3.363930569281578e-11,
           5.651403356486586e-09, 6.781684027777466e-07, 5.425347222222233e-05,
           0.0026041666666666665, 0.0625, 0.5),
      POLY(48287923.9651301, -24568367.809454188, 5499048.651656291, -721226.3453349007,
           61563.08981506828, -3620.671271123908, 145.52991039662706, -5.0832652643494844,
           -0.1835577188184573, -0.11191663123089639, -0.057515281077473196, -0.04090722243747512,
           -0.046751048333916044, -0.149603355150697, 0.3989422804014327),
      1);
  return x_or_sign(d, y, args[0]);
}

Sid expand_bessel_i0e(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return x_in_f64(d, i0e_f64, 1, args);
}

Sid expand_bessel_i1e(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return x_in_f64(d, i1e_f64, 1, args);
}
