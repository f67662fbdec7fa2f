// Inverse trigonometric and hyperbolic functions of complex numbers, in f64, after Hull, Fairgrieve
// and Tang: nothing cancels near the branch points, and the sides of a cut are told by signed
// zeros.
#include <math.h>

#include "compiler/complex_rows.h"
#include "compiler/formula.h"

#define K(v) b_like(g, x, v)

// Of x, y >= 0. sine = asin(z)'s real part, cosine = acos(z)'s; height: the imaginary part of both.
typedef struct Arcs {
  Id sine, cosine, height;
} Arcs;

// r = |z + 1|, s = |z - 1|, a = (r + s) / 2; `past`: x > 1.
typedef struct Foci {
  Id r, s, a, past;
} Foci;

// Beyond LARGE squares overflow, below SMALL those of y vanish.
#define LARGE 0x1p500
#define SMALL 0x1p-500

static Foci foci(Graph *g, Id x, Id y) {
  const Id r = parts_size(g, (Parts){ADD(x, K(1)), y}), s = parts_size(g, (Parts){SUB(x, K(1)), y});
  return (Foci){r, s, MUL(K(0.5), ADD(r, s)), b_gt(g, x, K(1))};
}

// sqrt(a^2 - x^2), which the arcs' tangents are quotients with.
static Id leg(Graph *g, Id x, Id y, Foci f) {
  const Id sum = ADD(f.a, x), half = K(0.5), right = ADD(f.r, ADD(x, K(1)));
  const Id inside = ADD(DIV(MUL(y, y), right), ADD(f.s, SUB(K(1), x)));
  const Id outside = ADD(DIV(sum, right), DIV(sum, ADD(f.s, SUB(x, K(1)))));
  return PICK_IF(f.past, MUL(y, SQRT(MUL(half, outside))), SQRT(MUL(half, MUL(sum, inside))));
}

// acosh(a), by a - 1 where a is near 1.
static Id arc_height(Graph *g, Id x, Id y, Foci f) {
  const Id y2 = MUL(y, y), one = K(1), right = DIV(y2, ADD(f.r, ADD(x, one)));
  const Id left = PICK_IF(f.past, ADD(f.s, SUB(x, one)), DIV(y2, ADD(f.s, SUB(one, x))));
  const Id over = MUL(K(0.5), ADD(right, left));
  const Id near = b_log1p(g, ADD(over, SQRT(MUL(over, ADD(f.a, one)))));
  const Id far = b_log(g, ADD(f.a, SQRT(MUL(SUB(f.a, one), ADD(f.a, one)))));
  return PICK_IF(LT(f.a, K(1.5)), near, far);
}

// The height and the leg above a point of the real axis.
static void at_axis(Graph *g, Id x, Id y, Id *height, Id *leg) {
  const Id one = K(1), past = b_gt(g, x, one), edge = b_eq(g, x, one);
  const Id root = SQRT(MUL(ABS(SUB(x, one)), ADD(x, one)));
  const Id on = b_log1p(g, ADD(SUB(x, one), root));
  *height = PICK_IF(edge, SQRT(y), PICK_IF(past, on, DIV(y, root)));
  *leg = PICK_IF(edge, SQRT(y), PICK_IF(past, DIV(MUL(x, y), root), root));
}

static Arcs arcs(Graph *g, Id x, Id y) {
  const Id most = b_max(g, x, y), large = b_gt(g, most, K(LARGE)), small = LT(y, K(SMALL));
  const Id u = PICK_IF(large, K(2), x), v = PICK_IF(b_or(g, large, small), K(2), y);
  const Foci f = foci(g, u, v);
  Id height, across;
  at_axis(g, u, y, &height, &across);
  height = PICK_IF(small, height, arc_height(g, u, v, f));
  across = PICK_IF(small, across, leg(g, u, v, f));
  const Id size = parts_size(g, (Parts){MUL(x, K(0x1p-60)), MUL(y, K(0x1p-60))});
  height = PICK_IF(large, ADD(b_log(g, size), K(61 * 0.69314718055994530942)), height);
  across = PICK_IF(large, y, across);
  height = PICK_IF(b_eq(g, most, K(INFINITY)), K(INFINITY), height);
  return (Arcs){b_atan2(g, x, across), b_atan2(g, across, x), height};
}

static Id with_sign(Graph *g, Id x, Id sign) {
  const Id bits = b_bitcast(g, sign, DT_I64);
  return PICK_IF(LT(bits, b_like(g, bits, 0)), NEG(x), x);
}

static Parts arc_sine(Graph *g, Parts z) {
  const Arcs a = arcs(g, ABS(z.re), ABS(z.im));
  return (Parts){with_sign(g, a.sine, z.re), with_sign(g, a.height, z.im)};
}

static Parts arc_cosine(Graph *g, Parts z) {
  const Id x = z.re, bits = b_bitcast(g, x, DT_I64);
  const Arcs a = arcs(g, ABS(x), ABS(z.im));
  const Id turned = PICK_IF(LT(bits, b_like(g, bits, 0)), SUB(K(M_PI), a.cosine), a.cosine);
  return (Parts){turned, with_sign(g, NEG(a.height), z.im)};
}

// log1p(4 x / |1 - z|^2) / 4, or log(2 / y) / 2 where y^2 vanishes beside 1, and half the angle of
// (1 + z) / (1 - z).
static Parts arc_hyperbolic_tangent(Graph *g, Parts z) {
  const Id x = ABS(z.re), y = ABS(z.im), one = K(1), inf = K(INFINITY);
  const Id large = b_gt(g, b_max(g, x, y), K(LARGE)), a = PICK_IF(large, K(2), x);
  const Id b = PICK_IF(large, K(2), y), off = SUB(one, a);
  const Id log = MUL(K(0.25), b_log1p(g, DIV(MUL(K(4), a), ADD(MUL(off, off), MUL(b, b)))));
  const Id pole = AND(EQ(a, one), LT(b, K(SMALL)));
  const Id steep = MUL(K(0.5), SUB(K(0.69314718055994530942), b_log(g, b)));
  const Id size = parts_size(g, z), far = DIV(DIV(x, size), size);
  const Id angle = b_atan2(g, MUL(K(2), b), SUB(MUL(off, ADD(one, a)), MUL(b, b)));
  const Id flat = EQ(size, inf), turn = MUL(K(0.5), angle);
  const Id re = PICK_IF(large, far, PICK_IF(pole, steep, log));
  return (Parts){with_sign(g, PICK_IF(flat, K(0), re), z.re),
                 with_sign(g, PICK_IF(OR(large, EQ(y, inf)), K(M_PI / 2), turn), z.im)};
}

// asinh(z) = -i asin(i z), and so with the tangents.
static Parts turned(Graph *g, Parts (*of)(Graph *, Parts), Parts z) {
  const Parts r = of(g, (Parts){NEG(z.im), z.re});
  return (Parts){r.im, NEG(r.re)};
}

Parts complex_asin(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  return parts_narrow(g, x[0], arc_sine(g, parts_wide(g, x[0])));
}

Parts complex_acos(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  return parts_narrow(g, x[0], arc_cosine(g, parts_wide(g, x[0])));
}

Parts complex_atan(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  return parts_narrow(g, x[0], turned(g, arc_hyperbolic_tangent, parts_wide(g, x[0])));
}

Parts complex_asinh(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  return parts_narrow(g, x[0], turned(g, arc_sine, parts_wide(g, x[0])));
}

Parts complex_acosh(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  const Parts z = parts_wide(g, x[0]), r = arc_cosine(g, z);
  return parts_narrow(g, x[0], (Parts){ABS(r.im), with_sign(g, r.re, z.im)});
}

Parts complex_atanh(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  return parts_narrow(g, x[0], arc_hyperbolic_tangent(g, parts_wide(g, x[0])));
}
