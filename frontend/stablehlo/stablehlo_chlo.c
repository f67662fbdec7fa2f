// CHLO's ops that broadcast their operands first.
#include "frontend/library/np.h"
#include "frontend/stablehlo/stablehlo_lex.h"
#include "frontend/stablehlo/stablehlo_ops.h"

// The operands in the shape of the result. Dimensions of one of a lower rank may be named.
static bool spread_args(HloBuild *b, const HloOp *op, Id out[3]) {
  Np np = {b->g, op->row->name};
  const Ints shape = type_shape(op->types[0]);
  Ints dims;
  if (!hlo_ints(b, op, hlo_attr(op, "broadcast_dimensions", NULL), &dims)) return false;
  for (int i = 0; i < op->nargs; i++) {
    out[i] = hlo_arg(b, op, i);
    const Type t = graph_type(b->g, out[i]);
    const bool named = dims.n && dims.n == t.rank && t.rank < shape.n;
    out[i] = named ? b_broadcast(b->g, out[i], shape, dims)
                   : np_broadcast_to(&np, np_val(out[i]), shape).id;
    if (out[i] == NO_ID) return false;
  }
  return true;
}

bool hlo_emit_spread_map(HloBuild *b, const HloOp *op) {
  Id x[3];
  return spread_args(b, op, x) &&
         hlo_result(b, op, graph_add(b->g, (Op)op->row->param, op->nargs, x, NULL));
}

bool hlo_emit_spread_compare(HloBuild *b, const HloOp *op) {
  Id x[3];
  return spread_args(b, op, x) && hlo_compare(b, op, x[0], x[1]);
}

bool hlo_emit_spread_select(HloBuild *b, const HloOp *op) {
  Id x[3];
  return spread_args(b, op, x) && hlo_result(b, op, b_select(b->g, x[0], x[1], x[2]));
}

bool hlo_emit_conj(HloBuild *b, const HloOp *op) {
  return hlo_result(b, op, b_conj(b->g, hlo_arg(b, op, 0)));
}
