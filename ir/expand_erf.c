// erf_inv: the polynomials of M. Giles, "Approximating the erfinv function" (GPU Computing Gems,
// 2012), evaluated in the order of XLA, which random normals depend on.
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
