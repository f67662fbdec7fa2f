// Expansions: one function per EXPAND column of ops.def builds the scalar meaning of its row out of
// rows with a C column, convert, bitcast_convert, s_table and s_rare. The float formulas serve f32
// and f64; what differs is in their coefficients, which tools/fit_math.py finds.
#ifndef JITC_IR_EXPAND_H
#define JITC_IR_EXPAND_H
#include "ir/scalar.h"

#define OP(name, ...) __VA_ARGS__
#define EXPAND(fn) Sid expand_##fn(Dag *d, const Sid *args, const Attrs *attrs);
#include "ir/ops.def"

static inline Dtype x_type(const Dag *d, Sid x) { return d->nodes[x].dtype; }
static inline bool x_wide(const Dag *d, Sid x) { return x_type(d, x) == DT_F64; }

// The coefficients of a polynomial, highest power first.
typedef struct Poly {
  int n;
  const double *c;
} Poly;
#define POLY(...) \
  ((Poly){(int)(sizeof((double[]){__VA_ARGS__}) / sizeof(double)), (const double[]){__VA_ARGS__}})
Sid x_poly(Dag *d, Sid x, Poly p);  // by Horner's rule in fma

Sid x_num(Dag *d, Sid x, double v);   // a constant of x's dtype
Sid x_int(Dag *d, Sid x, int64_t v);  // the same for integers
Sid x_less(Dag *d, Sid x, double v);
Sid x_greater(Dag *d, Sid x, double v);
// max(x, v) and min(x, v) in one x86 instruction; NaN stays.
Sid x_at_least(Dag *d, Sid x, double v);
Sid x_at_most(Dag *d, Sid x, double v);

Dtype x_int_type(Dag *d, Sid x);      // the signed integer as wide as the float x
Sid x_bits(Dag *d, Sid x);            // x's bits in it
Sid x_float(Dag *d, Sid bits);        // and back
Sid x_sign_bit(Dag *d, Sid x);        // x's bits but for the sign cleared
Sid x_or_sign(Dag *d, Sid y, Sid x);  // y with x's sign bit set in it, for results of x's sign
// For conversion to a half: x as an f32 of which every half's rounding is x's own (rounded to odd
// where x has more digits than an f32).
Sid x_odd_f32(Dag *d, Sid x);
// A row of floats that is computed in f64 whatever its dtype: f32 operands go there and back.
Sid x_in_f64(Dag *d, Sid (*f)(Dag *d, const Sid *args), int nargs, const Sid *args);
Sid x_integer_power(Dag *d, Sid x, Sid n);

// high + low, |low| <= ulp(high) / 2
typedef struct Pair {
  Sid high, low;
} Pair;
Pair x_sum(Dag *d, Sid a, Sid b);  // a + b for |a| >= |b| or a = 0, with the rounding error
Sid x_lost(Dag *d, Sid a, Sid b, Sid sum);  // a + b - sum of the rounded sum of any two
Pair x_product(Dag *d, Sid a, Sid b);
Pair x_log_pair(Dag *d, Sid x);  // of positive finite f64, to about 2^-64

// x = n ln2 + r with |r| <= ln2 / 2. The low bits of `shifted` hold n + bias.
typedef struct ExpParts {
  Sid r, shifted;
} ExpParts;
ExpParts x_exp_reduce(Dag *d, Sid x, int bias);
// The float whose exponent field is the low bits of `shifted`: 2^n for the dtype's bias.
Sid x_exp_scale(Dag *d, Sid shifted);
// exp(r) 2^n with n + 2 bias in `shifted`: no intermediate overflow, one rounding for denormals.
Sid x_exp_finish(Dag *d, ExpParts e);
// exp(x) / 2 for x >= 0, up to where that overflows
Sid x_half_exp(Dag *d, Sid x);
enum { BIAS_F32 = 127, BIAS_F64 = 1023 };
static inline int x_bias(const Dag *d, Sid x) { return x_wide(d, x) ? BIAS_F64 : BIAS_F32; }

// x = 2^k m with sqrt(1/2) <= m < sqrt(2), for positive normal x.
typedef struct LogParts {
  Sid k, m;  // k: an integer
} LogParts;
LogParts x_log_split(Dag *d, Sid x);
#endif
