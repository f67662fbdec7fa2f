// Elementwise ops of StableHLO that have no row of their own, or one with attributes.
#include <math.h>

#include "frontend/stablehlo/stablehlo_lex.h"
#include "frontend/stablehlo/stablehlo_ops.h"

bool hlo_emit_square(HloBuild *b, const HloOp *op) {
  return hlo_result(b, op, b_mul(b->g, hlo_arg(b, op, 0), hlo_arg(b, op, 0)));
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

// XLA's formulas, of several ulps for large x: what programs were compared with.
bool hlo_emit_cosh(HloBuild *b, const HloOp *op) {
  if (is_complex(b, op)) return hlo_result(b, op, b_cosh(b->g, hlo_arg(b, op, 0)));
  Id half[2];
  half_exps(b->g, hlo_arg(b, op, 0), half);
  return hlo_result(b, op, b_add(b->g, half[0], half[1]));
}

bool hlo_emit_sinh(HloBuild *b, const HloOp *op) {
  if (is_complex(b, op)) return hlo_result(b, op, b_sinh(b->g, hlo_arg(b, op, 0)));
  Graph *g = b->g;
  const Id x = hlo_arg(b, op, 0), one = b_like(g, x, 1);
  Id half[2];
  half_exps(g, x, half);
  const Id e = b_expm1(g, x), sum = b_add(g, e, b_div(g, e, b_add(g, e, one)));
  const Id near = b_mul(g, b_like(g, x, 0.5), sum), far = b_sub(g, half[0], half[1]);
  return hlo_result(b, op, b_select(g, b_lt(g, b_abs(g, x), one), near, far));
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
