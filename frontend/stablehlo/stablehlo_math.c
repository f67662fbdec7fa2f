// Elementwise ops of StableHLO that have no row of their own, or one with attributes.
#include <math.h>

#include "frontend/stablehlo/stablehlo_lex.h"
#include "frontend/stablehlo/stablehlo_ops.h"

// (x - y) (x + y) keeps the real part where x^2 and y^2 overflow; on the diagonals it is 0.
static Id complex_square(Graph *g, Id z) {
  const Id x = b_real(g, z), y = b_imag(g, z);
  const Id product = b_mul(g, b_sub(g, x, y), b_add(g, x, y)), xy = b_mul(g, x, y);
  const Id diagonal = b_eq(g, b_abs(g, x), b_abs(g, y));
  const Id finite = b_lt(g, b_abs(g, x), b_like(g, x, INFINITY));
  const Id none = b_and(g, diagonal, finite);
  return b_complex(g, b_select(g, none, b_like(g, x, 0), product), b_add(g, xy, xy));
}

bool hlo_emit_square(HloBuild *b, const HloOp *op) {
  const Id x = hlo_arg(b, op, 0);
  const bool complex = dtype_is_complex(hlo_arg_type(b, op, 0).dtype);
  return hlo_result(b, op, complex ? complex_square(b->g, x) : b_mul(b->g, x, x));
}

bool hlo_emit_is_inf(HloBuild *b, const HloOp *op) {
  const int sign = op->row->param;
  Id x = hlo_arg(b, op, 0);
  if (!sign) x = b_abs(b->g, x);
  return hlo_result(b, op, b_eq(b->g, x, b_like(b->g, x, sign < 0 ? -INFINITY : INFINITY)));
}

// exp(x + log(1/2)) and exp(-x + log(1/2))
static void half_exps(Graph *g, Id x, Id out[2]) {
  const Id half = b_like(g, x, -0.69314718055994530942);
  out[0] = b_exp(g, b_add(g, x, half));
  out[1] = b_exp(g, b_sub(g, half, x));
}

static bool is_complex(HloBuild *b, const HloOp *op) {
  return dtype_is_complex(hlo_arg_type(b, op, 0).dtype);
}

// XLA's formulas, of several ulps for large x: what programs were compared with. Half types are
// computed in f32.
static Id wide_cosh(Graph *g, Id x) {
  Id half[2];
  half_exps(g, x, half);
  return b_add(g, half[0], half[1]);
}

static Id wide_sinh(Graph *g, Id x) {
  Id half[2];
  half_exps(g, x, half);
  const Id e = b_expm1(g, x), sum = b_add(g, e, b_div(g, e, b_add(g, e, b_like(g, x, 1))));
  const Id near = b_mul(g, b_like(g, x, 0.5), sum), far = b_sub(g, half[0], half[1]);
  return b_select(g, b_lt(g, b_abs(g, x), b_like(g, x, 1)), near, far);
}

static bool by_formula(HloBuild *b, const HloOp *op, Id (*of)(Graph *, Id)) {
  const Id x = hlo_arg(b, op, 0);
  const Dtype d = graph_type(b->g, x).dtype, wide = dtype_size(d) < 4 ? DT_F32 : d;
  return hlo_result(b, op, b_convert(b->g, of(b->g, b_convert(b->g, x, wide)), d));
}

bool hlo_emit_cosh(HloBuild *b, const HloOp *op) {
  if (is_complex(b, op)) return hlo_result(b, op, b_cosh(b->g, hlo_arg(b, op, 0)));
  return by_formula(b, op, wide_cosh);
}

bool hlo_emit_sinh(HloBuild *b, const HloOp *op) {
  if (is_complex(b, op)) return hlo_result(b, op, b_sinh(b->g, hlo_arg(b, op, 0)));
  return by_formula(b, op, wide_sinh);
}

// The upper halves of the products of 32 bits each, and what they carry.
static Id upper_product(Graph *g, Id x, Id y) {
  const Id low = b_like(g, x, 0xffffffff), half = b_like(g, x, 32);
  const Id a = b_and(g, x, low), b = b_shift_right_logical(g, x, half);
  const Id c = b_and(g, y, low), d = b_shift_right_logical(g, y, half);
  const Id ad = b_mul(g, a, d), bc = b_mul(g, b, c);
  Id carry = b_shift_right_logical(g, b_mul(g, a, c), half);
  carry = b_add(g, carry, b_add(g, b_and(g, ad, low), b_and(g, bc, low)));
  Id r = b_add(g, b_mul(g, b, d), b_shift_right_logical(g, carry, half));
  r = b_add(g, r, b_shift_right_logical(g, ad, half));
  return b_add(g, r, b_shift_right_logical(g, bc, half));
}

// The upper half of the bits of a product.
bool hlo_emit_mulhi(HloBuild *b, const HloOp *op) {
  Graph *g = b->g;
  const Dtype d = hlo_arg_type(b, op, 0).dtype;
  Id x = hlo_arg(b, op, 0), y = hlo_arg(b, op, 1);
  if (dtype_size(d) < 8) {
    x = b_mul(g, b_convert(g, x, DT_I64), b_convert(g, y, DT_I64));
    if (x == NO_ID) return false;
    const Id bits = b_like(g, x, (double)(8 * dtype_size(d)));
    return hlo_result(b, op, b_convert(g, b_shift_right_logical(g, x, bits), d));
  }
  Id r = upper_product(g, x, y);
  if (d == DT_I64 && r != NO_ID) {
    const Id zero = b_like(g, x, 0);
    r = b_sub(g, r, b_select(g, b_lt(g, x, zero), y, zero));
    r = b_sub(g, r, b_select(g, b_lt(g, y, zero), x, zero));
  }
  return hlo_result(b, op, r);
}

// `letter` and digits at *i of a word; false if something else stands there.
static bool bits_after(HloSlice word, size_t *i, char letter, int64_t *out) {
  if (*i >= word.n || word.s[(*i)++] != letter) return false;
  const size_t first = *i;
  for (*out = 0; *i < word.n && *i < first + 3 && word.s[*i] >= '0' && word.s[*i] <= '9'; ++*i)
    *out = 10 * *out + word.s[*i] - '0';
  return *i > first;
}

// format = e8m10, or exponent_bits and mantissa_bits
bool hlo_emit_reduce_precision(HloBuild *b, const HloOp *op) {
  Attrs at = {0};
  const HloSlice format = hlo_word(op, "format", 0);
  size_t i = 0;
  if (format.n) {
    if (!bits_after(format, &i, 'e', &at.exponent_bits) ||
        !bits_after(format, &i, 'm', &at.mantissa_bits) || i < format.n)
      return fail(op->loc, "%s: a format is written as e8m10", op->row->name);
  } else if (!hlo_int_or(op, hlo_attr(op, "exponent_bits", NULL), 0, &at.exponent_bits) ||
             !hlo_int_or(op, hlo_attr(op, "mantissa_bits", NULL), 0, &at.mantissa_bits)) {
    return false;
  }
  return hlo_result(b, op, graph_add(b->g, OP_reduce_precision, 1, (Id[]){hlo_arg(b, op, 0)}, &at));
}
