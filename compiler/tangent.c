// The tangent columns of elementwise rows, and the words in which they are written.
#include "compiler/tangent.h"

#include "compiler/formula.h"

// Words, beside those of formula.h. Constants have the type of the tangent.
#define ZERO NO_ID
#define K(v) b_like(g, t, v)
#define POWER(a, n) power(g, a, n)
#define TRUNC(a) trunc_to_zero(g, a)
#define CONVERT(a) b_convert(g, a, s->to)
#define SHARE(a, b) share(g, a, b)
#define HALF_SQRT_PI 0.88622692545275801365
#define SQRT_PI (2 * HALF_SQRT_PI)
#define LN_2 0.69314718055994530942
#define I1E_SLOPE i1e_slope(g, x, r)
#define LESS_PRECISE(a) graph_add(g, OP_reduce_precision, 1, (Id[]){a}, s->attrs)

static Id power(Graph *g, Id x, int64_t n) {
  return n == 0 ? b_like(g, x, 1) : n == 1 ? x : b_power(g, x, n);
}

static Id trunc_to_zero(Graph *g, Id x) { return b_mul(g, b_sign(g, x), b_floor(g, b_abs(g, x))); }

// What the larger of a and b is to a: 1 if a is, a half if they are equal, else 0.
static Id share(Graph *g, Id a, Id b) {
  Id tie = b_select(g, b_eq(g, a, b), b_like(g, a, 0.5), b_like(g, a, 0));
  return b_select(g, b_gt(g, a, b), b_like(g, a, 1), tie);
}

// Of a complex x: the part of t along x.
static Id abs_tangent(Graph *g, Id x, Id r, Id t) {
  if (!dtype_is_complex(graph_type(g, x).dtype)) return MUL(t, PICK_IF(GE(x, K(0)), K(1), K(-1)));
  const Id size = PICK_IF(EQ(r, b_like(g, r, 0)), b_like(g, r, 1), r);
  return b_real(g, MUL(t, DIV(b_conj(g, x), b_convert(g, size, graph_type(g, x).dtype))));
}
#define ABS_TANGENT abs_tangent(g, x, r, t)

// i0e(x) - r (sign(x) + 1 / x), 1/2 near zero
static Id i1e_slope(Graph *g, Id x, Id r) {
  const double eps = graph_type(g, x).dtype == DT_F64 ? 0x1p-52 : 0x1p-23;
  Id tiny = b_le(g, b_abs(g, x), b_like(g, x, eps)), safe = b_select(g, tiny, b_like(g, x, eps), x);
  Id rest = b_add(g, b_sign(g, safe), b_div(g, b_like(g, x, 1), safe));
  Id slope = b_sub(g, b_bessel_i0e(g, safe), b_mul(g, r, rest));
  return b_select(g, tiny, b_like(g, x, 0.5), slope);
}

#define OP(name, ...)                                          \
  bool tangent_##name(const Tangent *s, int k, Id *out) {      \
    Graph *g = s->g;                                           \
    const Id x = s->x, y = s->y, z = s->z, r = s->r, t = s->t; \
    const int64_t exponent = s->attrs->exponent;               \
    (void)g, (void)x, (void)y, (void)z, (void)r, (void)t;      \
    (void)exponent, (void)k, (void)out;                        \
    __VA_ARGS__                                                \
    return false;                                              \
  }
#define DX(e) \
  if (k == 0) return *out = (e), true;
#define DY(e) \
  if (k == 1) return *out = (e), true;
#define DZ(e) \
  if (k == 2) return *out = (e), true;
#include "ir/ops.def"
