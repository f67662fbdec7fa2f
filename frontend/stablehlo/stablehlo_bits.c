// StableHLO's bitcast_convert, also between dtypes of other widths.
#include "frontend/stablehlo/stablehlo_ops.h"

Dtype hlo_unsigned(size_t size) {
  static const Dtype dtypes[] = {[1] = DT_U8, [2] = DT_U16, [4] = DT_U32, [8] = DT_U64};
  return dtypes[size];
}

static Id shifted(Graph *g, Op op, Id x, int by) {
  const Type t = graph_type(g, x);
  const Id bits = b_broadcast(g, b_scalar_int(g, t.dtype, by), type_shape(t), (Ints){0});
  return graph_add(g, op, 2, (Id[]){x, bits}, NULL);
}

// x of unsigned integers with a new last dimension: the parts of each element, lowest first.
static Id split_bits(Graph *g, Id x, Dtype part, int n) {
  const Type t = graph_type(g, x);
  int64_t shape[MAX_RANK + 1];
  Id parts[8];
  for (int i = 0; i < t.rank; i++) shape[i] = t.dim[i];
  shape[t.rank] = 1;
  for (int i = 0; i < n; i++) {
    const Id low = shifted(g, OP_shift_right_logical, x, 8 * i * (int)dtype_size(part));
    parts[i] = b_reshape(g, b_convert(g, low, part), (Ints){t.rank + 1, shape});
  }
  return b_concatenate(g, n, parts, t.rank);
}

static Id join_bits(Graph *g, Id x, Dtype whole, int n) {
  const Type t = graph_type(g, x);
  Id all = NO_ID;
  for (int i = 0; i < n; i++) {
    Id part = b_slice_axis(g, x, t.rank - 1, i, i + 1, 1);
    part = b_convert(g, b_reshape(g, part, (Ints){t.rank - 1, t.dim}), whole);
    if (part == NO_ID) return NO_ID;
    part = shifted(g, OP_shift_left, part, 8 * i * (int)dtype_size(graph_type(g, x).dtype));
    all = i ? b_or(g, all, part) : part;
  }
  return all;
}

bool hlo_emit_bitcast(HloBuild *b, const HloOp *op) {
  Graph *g = b->g;
  const Type from = hlo_arg_type(b, op, 0);
  const Dtype to = op->types[0].dtype;
  const size_t size = dtype_size(from.dtype), wanted = dtype_size(to);
  Id x = hlo_arg(b, op, 0);
  if (size == wanted) return hlo_result(b, op, b_bitcast(g, x, to));
  if (from.dtype == DT_BOOL || to == DT_BOOL || size > 8 || wanted > 8)
    return hlo_not_yet(b, op, "these element types");
  const int n = (int)(size > wanted ? size / wanted : wanted / size);
  if (size > wanted && from.rank == MAX_RANK)
    return fail(op->loc, "%s: the rank is above %d", op->row->name, MAX_RANK);
  if (size < wanted && (!from.rank || from.dim[from.rank - 1] != n))
    return fail(op->loc, "%s: the last dimension of %s is not %d", op->row->name, TYPE_STR(from),
                n);
  x = b_bitcast(g, x, hlo_unsigned(size));
  if (x == NO_ID) return false;
  x = size > wanted ? split_bits(g, x, hlo_unsigned(wanted), n)
                    : join_bits(g, x, hlo_unsigned(wanted), n);
  return hlo_result(b, op, b_bitcast(g, x, to));
}
