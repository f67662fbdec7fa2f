// erf and erfc. erf_inv: the polynomials of M. Giles, "Approximating the erfinv function" (GPU
// Computing Gems, 2012), evaluated in the order of XLA, which random normals depend on.
#include <math.h>

#include "ir/expand.h"

static const double near_f32[] = {2.81022636e-08,  3.43273939e-07, -3.5233877e-06,
                                  -4.39150654e-06, 0.00021858087,  -0.00125372503,
                                  -0.00417768164,  0.246640727,    1.50140941};
static const double far_f32[] = {-0.000200214257, 0.000100950558, 0.00134934322,
                                 -0.00367342844,  0.00573950773,  -0.0076224613,
                                 0.00943887047,   1.00167406,     2.83297682};

static const double near_f64[] = {
    -3.6444120640178196996e-21, -1.685059138182016589e-19,  1.2858480715256400167e-18,
    1.115787767802518096e-17,   -1.333171662854620906e-16,  2.0972767875968561637e-17,
    6.6376381343583238325e-15,  -4.0545662729752068639e-14, -8.1519341976054721522e-14,
    2.6335093153082322977e-12,  -1.2975133253453532498e-11, -5.4154120542946279317e-11,
    1.051212273321532285e-09,   -4.1126339803469836976e-09, -2.9070369957882005086e-08,
    4.2347877827932403518e-07,  -1.3654692000834678645e-06, -1.3882523362786468719e-05,
    0.0001867342080340571352,   -0.00074070253416626697512, -0.0060336708714301490533,
    0.24015818242558961693,     1.6536545626831027356};
static const double middle_f64[] = {
    2.2137376921775787049e-09, 9.0756561938885390979e-08, -2.7517406297064545428e-07,
    1.8239629214389227755e-08, 1.5027403968909827627e-06, -4.013867526981545969e-06,
    2.9234449089955446044e-06, 1.2475304481671778723e-05, -4.7318229009055733981e-05,
    6.8284851459573175448e-05, 2.4031110387097893999e-05, -0.0003550375203628474796,
    0.00095328937973738049703, -0.0016882755560235047313, 0.0024914420961078508066,
    -0.0037512085075692412107, 0.005370914553590063617,   1.0052589676941592334,
    3.0838856104922207635};
static const double far_f64[] = {
    -2.7109920616438573243e-11, -2.5556418169965252055e-10, 1.5076572693500548083e-09,
    -3.7894654401267369937e-09, 7.6157012080783393804e-09,  -1.4960026627149240478e-08,
    2.9147953450901080826e-08,  -6.7711997758452339498e-08, 2.2900482228026654717e-07,
    -9.9298272942317002539e-07, 4.5260625972231537039e-06,  -1.9681778105531670567e-05,
    7.5995277030017761139e-05,  -0.00021503011930044477347, -0.00013871931833623122026,
    1.0103004648645343977,      4.8499064014085844221};
enum { NEAR = 23, MIDDLE = 19, FAR = 17, ALL_F32 = 9 };

static Sid erf_inv_f32(Dag *d, Sid w) {
  Sid near = x_less(d, w, 5), p = NO_SID;
  Sid t = s_select(d, near, s_sub(d, w, x_num(d, w, 2.5)), s_sub(d, s_sqrt(d, w), x_num(d, w, 3)));
  for (int i = 0; i < ALL_F32; i++) {
    Sid c = s_select(d, near, x_num(d, w, near_f32[i]), x_num(d, w, far_f32[i]));
    p = i ? s_fma(d, p, t, c) : c;
  }
  return p;
}

// The polynomials have 23, 19 and 17 coefficients; the longer ones go on where the shorter have
// ended.
static Sid erf_inv_f64(Dag *d, Sid w) {
  Sid near = x_less(d, w, 6.25), middle = x_less(d, w, 16), root = s_sqrt(d, w), p = NO_SID;
  Sid shift = s_select(d, middle, x_num(d, w, 3.25), x_num(d, w, 5));
  Sid t = s_select(d, near, s_sub(d, w, x_num(d, w, 3.125)), s_sub(d, root, shift));
  for (int i = 0; i < NEAR; i++) {
    Sid c = x_num(d, w, near_f64[i]);
    if (i < MIDDLE) c = s_select(d, near, c, x_num(d, w, middle_f64[i]));
    if (i < FAR) c = s_select(d, middle, c, x_num(d, w, far_f64[i]));
    Sid next = i ? s_fma(d, p, t, c) : c;
    p = i < FAR ? next : s_select(d, i < MIDDLE ? middle : near, next, p);
  }
  return p;
}

Sid expand_erf_inv(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  Sid x = args[0], w = s_neg(d, s_log1p(d, s_neg(d, s_mul(d, x, x))));
  Sid p = x_wide(d, x) ? erf_inv_f64(d, w) : erf_inv_f32(d, w);
  Sid end = s_eq(d, s_abs(d, x), x_num(d, x, 1));
  return s_select(d, end, s_mul(d, x, x_num(d, x, INFINITY)), s_mul(d, p, x));
}

// ---- erf and erfc

// erf(x) for |x| <= 1
static Sid erf_near(Dag *d, Sid x) {
  Sid z = s_mul(d, x, x);
  Poly p = x_wide(d, x)
               ? POLY(6.762801638832501e-11, -1.1876555591839105e-09, 1.4798357234369911e-08,
                      -1.6372371891698225e-07, 1.6463247307130268e-06, -1.4925748180206354e-05,
                      0.00012055338161400656, -0.0008548327199358272, 0.00522397762924565,
                      -0.026866170645631897, 0.11283791670958783, -0.37612638903183876,
                      0.1283791670955126)
               : POLY(-8.577988410252146e-06, 0.00010858781752176583, -0.0008423232357017696,
                      0.005216406192630529, -0.026863550767302513, 0.11283743381500244,
                      -0.37612634897232056, 0.12837916612625122);
  return s_fma(d, x, x_poly(d, z, p), x);
}

// erfc(x) of an f64 x >= 1/2: exp(-x^2) / (1 + 2 x) times a polynomial in (x - 4) / (x + 4)
static Sid erfc_far(Dag *d, Sid x) {
  x = x_at_most(d, x, 28);  // 0 from there on
  Sid four = x_num(d, x, 4), t = s_div(d, s_sub(d, x, four), s_add(d, x, four));
  Sid p = x_poly(d, t,
                 POLY(-1.227353515317857e-09, -1.3594977147164797e-09, -6.076692128875576e-09,
                      -7.355747608237751e-09, 9.883046233486519e-08, 5.944713856649854e-08,
                      -8.164856062443635e-07, 3.0628174930231866e-07, 5.70526172202767e-06,
                      -1.1228481016870634e-05, -2.4397756493834e-05, 0.00015062385937686216,
                      -0.00019925700562674917, -0.0007577737746636281, 0.005031970020312166,
                      -0.016197733988127565, 0.03716751553400964, -0.06633036581833242,
                      0.09373283499850438, -0.10103906603600539, 0.06809705425468963,
                      0.015379652102612973, -0.1396211168405625, 1.2329951186255526));
  Sid z = s_mul(d, x, x), low = s_fma(d, x, x, s_neg(d, z));
  ExpParts e = x_exp_reduce(d, s_neg(d, z), 2 * BIAS_F64);
  e.r = s_sub(d, e.r, low);
  Sid q = s_div(d, p, s_fma(d, x, x_num(d, x, 2), x_num(d, x, 1)));
  return s_mul(d, x_exp_finish(d, e), q);
}

// 1 - exp(q(x)) for f32 x >= 1
static Sid erf_far_f32(Dag *d, Sid x) {
  Sid q = x_poly(d, x_at_most(d, x, 4),
                 POLY(0.00018644783995114267, -0.002947971224784851, 0.021837973967194557,
                      -0.10310398042201996, -0.6381507515907288, -1.1270841360092163,
                      -0.00034309859620407224));
  return s_sub(d, x_num(d, x, 1), x_exp_finish(d, x_exp_reduce(d, q, 2 * BIAS_F32)));
}

Sid expand_erf(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  Sid x = args[0], size = s_abs(d, x), far;
  if (x_wide(d, x)) far = s_sub(d, x_num(d, x, 1), erfc_far(d, x_at_least(d, size, 0.5)));
  else far = erf_far_f32(d, size);
  return s_select(d, x_less(d, size, 1), erf_near(d, x), x_or_sign(d, far, x));
}

// The two values that 1 - erf(x) and erfc(|x|) give meet at -1 and 1/2.
static Sid erfc_f64(Dag *d, const Sid *args) {
  Sid x = args[0], size = x_at_least(d, s_abs(d, x), 0.5), one = x_num(d, x, 1);
  Sid far = erfc_far(d, size), near = s_sub(d, one, erf_near(d, x));
  Sid left = s_sub(d, x_num(d, x, 2), far);
  Sid inside = s_and(d, x_greater(d, x, -1), x_less(d, x, 0.5));
  return s_select(d, inside, near, s_select(d, x_less(d, x, 0), left, far));
}

Sid expand_erfc(Dag *d, const Sid *args, const Attrs *attrs) {
  (void)attrs;
  return x_in_f64(d, erfc_f64, 1, args);
}
