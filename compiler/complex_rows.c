// Complex elementwise functions as graphs of real ones. Special values are those of C's Annex G
// where it has any, and of powers XLA's.
#include "compiler/complex_rows.h"
#include "compiler/formula.h"

#include <math.h>

#define K(like, v) b_like(g, like, v)

// ---- by parts, and products

Parts complex_parts(Graph *g, const Node *n, const Parts *x) {
  Id *re = ARENA_ARRAY(g->arena, Id, n->nargs + 1), *im = ARENA_ARRAY(g->arena, Id, n->nargs + 1);
  for (int i = 0; i < n->nargs; i++) {
    re[i] = x[i].re;
    im[i] = is_split(x[i]) ? x[i].im : x[i].re;
  }
  return (Parts){graph_add(g, n->op, n->nargs, re, n->attrs),
                 graph_add(g, n->op, n->nargs, im, n->attrs)};
}

Parts parts_mul(Graph *g, Parts x, Parts y) {
  return (Parts){SUB(MUL(x.re, y.re), MUL(x.im, y.im)), ADD(MUL(x.re, y.im), MUL(x.im, y.re))};
}

Parts complex_mul(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  return parts_mul(g, x[0], x[1]);
}

// ---- helpers of functions that work in f64

Parts parts_wide(Graph *g, Parts x) {
  return (Parts){b_convert(g, x.re, DT_F64), b_convert(g, x.im, DT_F64)};
}

Parts parts_narrow(Graph *g, Parts like, Parts x) {
  const Dtype d = like.re == NO_ID ? DT_F64 : graph_type(g, like.re).dtype;
  return (Parts){b_convert(g, x.re, d), x.im == NO_ID ? NO_ID : b_convert(g, x.im, d)};
}

static Id is_inf(Graph *g, Id x) { return EQ(ABS(x), K(x, INFINITY)); }
static Id is_nan(Graph *g, Id x) { return b_ne(g, x, x); }
static Id has_sign(Graph *g, Id x) {
  const Id bits = b_bitcast(g, x, DT_I64);
  return LT(bits, K(bits, 0));
}
static Id copy_sign(Graph *g, Id x, Id sign) {
  return PICK_IF(has_sign(g, sign), NEG(ABS(x)), ABS(x));
}
static Parts scaled(Graph *g, Parts x, Id by) { return (Parts){MUL(x.re, by), MUL(x.im, by)}; }
static Parts parts_add(Graph *g, Parts x, Parts y) {
  return (Parts){ADD(x.re, y.re), ADD(x.im, y.im)};
}
static Parts pick(Graph *g, Id p, Parts x, Parts y) {
  return (Parts){PICK_IF(p, x.re, y.re), PICK_IF(p, x.im, y.im)};
}
static Parts real_number(Graph *g, Parts like, double v) {
  return (Parts){K(like.re, v), K(like.re, 0)};
}

// The larger and the smaller of |re| and |im|; NaN in both where there is one.
static Parts by_size(Graph *g, Parts x) {
  const Id a = ABS(x.re), b = ABS(x.im);
  return (Parts){b_max(g, a, b), b_min(g, a, b)};
}

Id parts_size(Graph *g, Parts x) {
  const Parts s = by_size(g, x);
  const Id r = DIV(s.im, s.re);
  Id h = MUL(s.re, b_sqrt(g, ADD(K(r, 1), MUL(r, r))));
  h = PICK_IF(EQ(s.re, K(r, 0)), s.re, h);
  return PICK_IF(OR(is_inf(g, x.re), is_inf(g, x.im)), K(r, INFINITY), h);
}

// ---- quotients

// Infinite parts become their sign, finite ones 0.
static Parts direction(Graph *g, Parts x) {
  const Id zero = K(x.re, 0);
  return (Parts){PICK_IF(is_inf(g, x.re), b_sign(g, x.re), zero),
                 PICK_IF(is_inf(g, x.im), b_sign(g, x.im), zero)};
}

static Id any_inf(Graph *g, Parts x) { return OR(is_inf(g, x.re), is_inf(g, x.im)); }
static Id all_finite(Graph *g, Parts x) { return AND(b_is_finite(g, x.re), b_is_finite(g, x.im)); }

static Parts times_conj(Graph *g, Parts x, Parts y) {
  return parts_mul(g, x, (Parts){y.re, NEG(y.im)});
}

// Where the formula gave NaN in both parts: by zero, of infinity, by infinity.
static Parts divide_special(Graph *g, Parts x, Parts y, Parts q) {
  const Id zero = K(x.re, 0);
  const Id by_zero = AND(EQ(y.re, zero), EQ(y.im, zero));
  const Id of_inf = AND(any_inf(g, x), all_finite(g, y));
  const Id by_inf = AND(any_inf(g, y), all_finite(g, x));
  Parts r = q;
  r = pick(g, by_inf, scaled(g, times_conj(g, x, direction(g, y)), zero), r);
  r = pick(g, of_inf, scaled(g, times_conj(g, direction(g, x), y), K(zero, INFINITY)), r);
  r = pick(g, by_zero, scaled(g, x, DIV(K(zero, 1), y.re)), r);
  return pick(g, AND(is_nan(g, q.re), is_nan(g, q.im)), r, q);
}

// Smith's: nothing is squared, so that nothing overflows before the quotient does.
static Parts divide(Graph *g, Parts x, Parts y) {
  const Id swap = GT(ABS(y.im), ABS(y.re));
  const Id p = PICK_IF(swap, y.im, y.re), q = PICK_IF(swap, y.re, y.im);
  const Id a = PICK_IF(swap, x.im, x.re), b = PICK_IF(swap, x.re, x.im);
  const Id r = DIV(q, p), den = ADD(p, MUL(q, r));
  const Id ar = MUL(a, r), im = DIV(PICK_IF(swap, SUB(ar, b), SUB(b, ar)), den);
  const Parts quotient = {DIV(ADD(a, MUL(b, r)), den), im};
  return divide_special(g, x, y, quotient);
}

Parts complex_div(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  return parts_narrow(g, x[0], divide(g, parts_wide(g, x[0]), parts_wide(g, x[1])));
}

static Parts reciprocal(Graph *g, Parts x) { return divide(g, real_number(g, x, 1), x); }

// ---- size and direction

Parts complex_abs(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  return parts_narrow(g, x[0], (Parts){parts_size(g, parts_wide(g, x[0])), NO_ID});
}

Parts complex_sign(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  const Parts z = parts_wide(g, x[0]);
  const Id size = parts_size(g, z), is_zero = EQ(size, K(size, 0));
  return parts_narrow(g, x[0], pick(g, is_zero, z, (Parts){DIV(z.re, size), DIV(z.im, size)}));
}

// ---- roots

// The root of a z of middling size, or of an infinite one.
static Parts root(Graph *g, Parts z) {
  const Id zero = K(z.re, 0), half = K(z.re, 0.5);
  const Id t = b_sqrt(g, MUL(ADD(ABS(z.re), parts_size(g, z)), half));
  const Id other = DIV(MUL(ABS(z.im), half), t), left = has_sign(g, z.re);
  Parts r = {PICK_IF(left, other, t), copy_sign(g, PICK_IF(left, t, other), z.im)};
  const Id is_zero = AND(EQ(z.re, zero), EQ(z.im, zero));
  r = pick(g, is_zero, (Parts){zero, z.im}, r);
  return pick(g, is_inf(g, z.im), (Parts){K(zero, INFINITY), z.im}, r);
}

// z times a power of 4, so that neither its size overflows nor digits are lost below.
static Parts square_root(Graph *g, Parts z) {
  const Id size = by_size(g, z).re, one = K(size, 1);
  const Id big = GT(size, K(size, 0x1p1000)), small = LT(size, K(size, 0x1p-900));
  const Id up = PICK_IF(big, K(size, 0x1p-4), PICK_IF(small, K(size, 0x1p200), one));
  const Id down = PICK_IF(big, K(size, 0x1p2), PICK_IF(small, K(size, 0x1p-100), one));
  return scaled(g, root(g, scaled(g, z, up)), down);
}

Parts complex_sqrt(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  return parts_narrow(g, x[0], square_root(g, parts_wide(g, x[0])));
}

Parts complex_rsqrt(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  return parts_narrow(g, x[0], reciprocal(g, square_root(g, parts_wide(g, x[0]))));
}

// ---- exponentials

// exp(a) may be infinite where its product with a sine is not: it comes in two factors.
enum { EXP_LARGE = 700, EXP_FACTOR = 200 };

static Parts exponential(Graph *g, Parts z) {
  const Id large = GT(z.re, K(z.re, EXP_LARGE)), zero = K(z.re, 0);
  const Id e = b_exp(g, PICK_IF(large, SUB(z.re, K(z.re, EXP_FACTOR)), z.re));
  const Id factor = PICK_IF(large, K(z.re, exp(EXP_FACTOR)), K(z.re, 1));
  const Parts turn = {b_cos(g, z.im), b_sin(g, z.im)};
  Parts r = {MUL(MUL(e, turn.re), factor), MUL(MUL(e, turn.im), factor)};
  r.im = PICK_IF(EQ(z.im, zero), z.im, r.im);
  return pick(g, AND(EQ(z.re, K(z.re, -INFINITY)), b_not(g, b_is_finite(g, z.im))),
              (Parts){zero, zero}, r);
}

Parts complex_exp(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  return parts_narrow(g, x[0], exponential(g, parts_wide(g, x[0])));
}

// expm1(a) cos b - 2 sin(b / 2)^2.
Parts complex_expm1(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  const Parts z = parts_wide(g, x[0]), e = exponential(g, z);
  const Id half = b_sin(g, MUL(z.im, K(z.im, 0.5)));
  const Id near = SUB(MUL(b_expm1(g, z.re), b_cos(g, z.im)), MUL(K(half, 2), MUL(half, half)));
  const Id is_near = LT(ABS(z.re), K(z.re, 1)), real = EQ(z.im, K(z.im, 0));
  const Id re = PICK_IF(is_near, near, SUB(e.re, K(e.re, 1)));
  return parts_narrow(g, x[0], (Parts){PICK_IF(real, b_expm1(g, z.re), re), e.im});
}

// 1 / (1 + exp(-z)), or exp(z) / (1 + exp(z)) where that is the smaller power.
Parts complex_logistic(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  const Parts z = parts_wide(g, x[0]), one = real_number(g, z, 1);
  const Id right = b_ge(g, z.re, K(z.re, 0));
  const Parts e = exponential(g, pick(g, right, (Parts){NEG(z.re), NEG(z.im)}, z));
  return parts_narrow(g, x[0], divide(g, pick(g, right, one, e), parts_add(g, one, e)));
}

// ---- trigonometric and hyperbolic functions

// cosh and sinh. Of large arguments: half an exponential, in two factors.
static Parts hyperbolic(Graph *g, Id x) {
  const Id size = ABS(x), half = K(x, 0.5), large = GT(size, K(x, 22));
  const Id root = b_exp(g, MUL(size, half)), huge = MUL(MUL(root, half), root);
  const Id m = b_expm1(g, PICK_IF(large, half, size)), e = ADD(m, K(x, 1));
  const Id c = MUL(half, ADD(e, DIV(K(x, 1), e))), s = MUL(half, ADD(m, DIV(m, e)));
  return (Parts){PICK_IF(large, huge, c), copy_sign(g, PICK_IF(large, huge, s), x)};
}

// a * b where a factor of 0 rules.
static Id times(Graph *g, Id a, Id b) {
  return PICK_IF(EQ(a, K(a, 0)), a, PICK_IF(EQ(b, K(b, 0)), b, MUL(a, b)));
}

Parts complex_sin(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  const Parts z = parts_wide(g, x[0]), h = hyperbolic(g, z.im);
  return parts_narrow(g, x[0],
                      (Parts){times(g, b_sin(g, z.re), h.re), times(g, b_cos(g, z.re), h.im)});
}

Parts complex_cos(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  const Parts z = parts_wide(g, x[0]), h = hyperbolic(g, z.im);
  return parts_narrow(g, x[0],
                      (Parts){times(g, b_cos(g, z.re), h.re), NEG(times(g, b_sin(g, z.re), h.im))});
}

// (sinh a cosh a + i sin b cos b) / (sinh(a)^2 + cos(b)^2); beyond 22: +-1 + i 4 sin b cos b
// e^-2|a|.
static Parts hyperbolic_tangent(Graph *g, Parts z) {
  const Id large = GT(ABS(z.re), K(z.re, 22)), a = PICK_IF(large, K(z.re, 1), z.re);
  const Id decay = b_exp(g, MUL(ABS(z.re), K(z.re, -2)));
  const Parts h = hyperbolic(g, a);
  const Id c = b_cos(g, z.im), sc = MUL(b_sin(g, z.im), c);
  const Id den = ADD(MUL(h.im, h.im), MUL(c, c));
  const Id far = MUL(K(a, 4), MUL(sc, decay));
  const Id flat = AND(is_inf(g, z.re), b_not(g, b_is_finite(g, z.im)));
  const Id one = PICK_IF(OR(flat, b_is_finite(g, z.im)), b_sign(g, z.re), K(a, NAN));
  return (Parts){
      PICK_IF(large, one, DIV(MUL(h.im, h.re), den)),
      PICK_IF(EQ(z.im, K(a, 0)), z.im, PICK_IF(flat, K(a, 0), PICK_IF(large, far, DIV(sc, den))))};
}

Parts complex_tanh(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  return parts_narrow(g, x[0], hyperbolic_tangent(g, parts_wide(g, x[0])));
}

// ---- logarithms and powers

// log |z|: of larger and smaller part x and y, log x + log1p((y / x)^2) / 2; near 1 by the
// difference of |z|^2 from 1, so that nothing is lost.
static Id log_size(Graph *g, Parts z) {
  const Parts s = by_size(g, z);
  const Id one = K(s.re, 1), half = K(s.re, 0.5), r = DIV(s.im, s.re);
  const Id near = MUL(half, b_log1p(g, ADD(MUL(SUB(s.re, one), ADD(s.re, one)), MUL(s.im, s.im))));
  const Id far = ADD(b_log(g, s.re), MUL(half, b_log1p(g, MUL(r, r))));
  const Id is_near = AND(GT(s.re, half), LT(s.re, K(s.re, 1.5)));
  Id v = PICK_IF(is_near, near, far);
  v = PICK_IF(EQ(s.re, K(s.re, 0)), K(s.re, -INFINITY), v);
  return PICK_IF(any_inf(g, z), K(s.re, INFINITY), v);
}

static Parts logarithm(Graph *g, Parts z) {
  return (Parts){log_size(g, z), b_atan2(g, z.im, z.re)};
}

Parts complex_log(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  return parts_narrow(g, x[0], logarithm(g, parts_wide(g, x[0])));
}

// log |1 + z|^2 = log1p(a (2 + a) + b^2).
Parts complex_log1p(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  const Parts z = parts_wide(g, x[0]);
  const Id one = K(z.re, 1), half = K(z.re, 0.5);
  const Parts moved = {ADD(z.re, one), z.im};
  const Id near = MUL(half, b_log1p(g, ADD(MUL(z.re, ADD(K(z.re, 2), z.re)), MUL(z.im, z.im))));
  const Id is_near = LT(by_size(g, z).re, half);
  return parts_narrow(
      g, x[0], (Parts){PICK_IF(is_near, near, log_size(g, moved)), b_atan2(g, z.im, moved.re)});
}

// Powers by a real y > 0 of the real numbers 0 and infinity are those numbers, and infinity to a
// y < 0 is 0; what is not finite else, and of 0 else, is NaN.
static Parts power_special(Graph *g, Parts x, Parts y, Parts power) {
  const Id zero = K(x.re, 0), inf = K(x.re, INFINITY), nan = K(x.re, NAN);
  const Id real = AND(EQ(x.im, zero), EQ(y.im, zero)), up = GT(y.re, zero);
  const Id of_zero = AND(EQ(x.re, zero), EQ(x.im, zero));
  const Id middling = AND(AND(all_finite(g, x), all_finite(g, y)), b_not(g, of_zero));
  Parts r = pick(g, middling, power, (Parts){nan, nan});
  r = pick(g, AND(real, AND(EQ(x.re, zero), up)), (Parts){zero, zero}, r);
  r = pick(g, AND(real, AND(EQ(x.re, inf), up)), (Parts){inf, zero}, r);
  return pick(g, AND(real, AND(EQ(x.re, inf), LT(y.re, zero))), (Parts){zero, zero}, r);
}

// exp(y log x), as XLA has it: 1 to any power and anything to the power 0 are 1.
Parts complex_pow(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  const Parts base = parts_wide(g, x[0]), y = parts_wide(g, x[1]);
  const Id zero = K(y.re, 0);
  const Parts power = exponential(g, parts_mul(g, y, logarithm(g, base)));
  const Id y_zero = AND(EQ(y.re, zero), EQ(y.im, zero));
  const Id of_one = AND(EQ(base.re, K(zero, 1)), EQ(base.im, zero));
  const Parts r = power_special(g, base, y, power);
  return parts_narrow(g, x[0], pick(g, OR(y_zero, of_one), real_number(g, y, 1), r));
}

// tan(z) = -i tanh(i z).
Parts complex_tan(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  const Parts z = parts_wide(g, x[0]), t = hyperbolic_tangent(g, (Parts){NEG(z.im), z.re});
  return parts_narrow(g, x[0], (Parts){t.im, NEG(t.re)});
}

Parts complex_sinh(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  const Parts z = parts_wide(g, x[0]), h = hyperbolic(g, z.re);
  return parts_narrow(g, x[0],
                      (Parts){times(g, b_cos(g, z.im), h.im), times(g, b_sin(g, z.im), h.re)});
}

Parts complex_cosh(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  const Parts z = parts_wide(g, x[0]), h = hyperbolic(g, z.re);
  return parts_narrow(g, x[0],
                      (Parts){times(g, b_cos(g, z.im), h.re), times(g, b_sin(g, z.im), h.im)});
}

Parts complex_integer_pow(Graph *g, const Node *n, const Parts *x) {
  const int64_t exponent = n->attrs->exponent;
  Parts power = x[0], result = real_number(g, x[0], 1);
  bool one = true;
  for (uint64_t k = exponent < 0 ? -(uint64_t)exponent : (uint64_t)exponent; k; k >>= 1) {
    if (k & 1) result = one ? power : parts_mul(g, result, power), one = false;
    if (k > 1) power = parts_mul(g, power, power);
  }
  return exponent < 0 ? parts_narrow(g, x[0], reciprocal(g, parts_wide(g, result))) : result;
}

// ---- comparison: by real parts, then by imaginary ones

Parts complex_eq(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  return (Parts){AND(EQ(x[0].re, x[1].re), EQ(x[0].im, x[1].im)), NO_ID};
}

Parts complex_ne(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  return (Parts){OR(b_ne(g, x[0].re, x[1].re), b_ne(g, x[0].im, x[1].im)), NO_ID};
}

static Id ordered(Graph *g, Op op, const Parts *x) {
  const Id re = graph_add(g, op, 2, (Id[]){x[0].re, x[1].re}, NULL);
  const Id im = graph_add(g, op, 2, (Id[]){x[0].im, x[1].im}, NULL);
  return PICK_IF(EQ(x[0].re, x[1].re), im, re);
}

Parts complex_order(Graph *g, const Node *n, const Parts *x) {
  return (Parts){ordered(g, n->op, x), NO_ID};
}

Parts complex_extremum(Graph *g, const Node *n, const Parts *x) {
  return pick(g, ordered(g, n->op == OP_max ? OP_gt : OP_lt, x), x[0], x[1]);
}

Parts complex_is_finite(Graph *g, const Node *n, const Parts *x) {
  (void)n;
  return (Parts){all_finite(g, x[0]), NO_ID};
}

// ---- conversion

Parts complex_convert(Graph *g, const Node *n, const Parts *x) {
  const Dtype to = n->attrs->dtype, part = dtype_part(to);
  const Id re = b_convert(g, x[0].re, part);
  if (dtype_is_complex(to))
    return (Parts){re, is_split(x[0]) ? b_convert(g, x[0].im, part) : K(re, 0)};
  if (to != DT_BOOL || !is_split(x[0])) return (Parts){re, NO_ID};
  return (Parts){OR(re, b_convert(g, x[0].im, to)), NO_ID};
}

Parts complex_complex(Graph *g, const Node *n, const Parts *x) {
  (void)g, (void)n;
  return (Parts){x[0].re, x[1].re};
}

Parts complex_real(Graph *g, const Node *n, const Parts *x) {
  (void)g, (void)n;
  return (Parts){x[0].re, NO_ID};
}

Parts complex_imag(Graph *g, const Node *n, const Parts *x) {
  (void)g, (void)n;
  return (Parts){x[0].im, NO_ID};
}
