// StableHLO's Fourier transforms and linear algebra.
#include "frontend/stablehlo/stablehlo_lex.h"
#include "frontend/stablehlo/stablehlo_ops.h"

bool hlo_emit_fft(HloBuild *b, const HloOp *op) {
  static const struct {
    const char *name;
    Op op;
  } kinds[] = {{"FFT", OP_fft}, {"IFFT", OP_ifft}, {"RFFT", OP_rfft}, {"IRFFT", OP_irfft}};
  Attrs at = {0};
  const HloSlice kind = hlo_word(op, hlo_attr(op, "type", NULL) ? "type" : "fft_type", 0);
  if (!hlo_ints(b, op, hlo_attr(op, "length", "fft_length"), &at.length)) return false;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (hlo_is(kind, kinds[i].name))
      return hlo_result(b, op, graph_add(b->g, kinds[i].op, 1, (Id[]){hlo_arg(b, op, 0)}, &at));
  }
  return fail(op->loc, "%s: the type is not one of FFT, IFFT, RFFT, IRFFT", op->row->name);
}

// true, false, or absent.
static bool flag(const HloOp *op, const char *name) {
  return hlo_is(hlo_word(op, name, 99), "true");
}

bool hlo_emit_cholesky(HloBuild *b, const HloOp *op) {
  const Attrs at = {.lower = flag(op, "lower")};
  return hlo_result(b, op, graph_add(b->g, OP_cholesky, 1, (Id[]){hlo_arg(b, op, 0)}, &at));
}

bool hlo_emit_triangular_solve(HloBuild *b, const HloOp *op) {
  const HloSlice how = hlo_word(op, "transpose_a", 99);
  const Attrs at = {.lower = flag(op, "lower"),
                    .left_side = flag(op, "left_side"),
                    .unit_diagonal = flag(op, "unit_diagonal"),
                    .transpose_a = hlo_is(how, "TRANSPOSE") ? 1
                                   : hlo_is(how, "ADJOINT") ? 2
                                                            : 0};
  return hlo_result(
      b, op,
      graph_add(b->g, OP_triangular_solve, 2, (Id[]){hlo_arg(b, op, 0), hlo_arg(b, op, 1)}, &at));
}
