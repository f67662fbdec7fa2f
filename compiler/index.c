// Indices of gather and scatter: clamping them, and which of them lie inside.
#include "compiler/rules.h"

Id gather_clip(Graph *g, Id x, Id indices, const Attrs *at) {
  Attrs clip = *at;
  clip.mode = MODE_CLIP;
  return graph_add(g, OP_gather, 2, (Id[]){x, indices}, &clip);
}

// Ones gathered in mode fill are NaN where they come from outside.
Id gather_inside(Graph *g, Type x, Id indices, const Attrs *at) {
  Attrs fill = *at;
  fill.mode = MODE_FILL;
  Id ones = b_full(g, type_of(DT_F32, type_shape(x)), 1);
  Id got = graph_add(g, OP_gather, 2, (Id[]){ones, indices}, &fill);
  return b_eq(g, got, b_like(g, got, 1));
}

static int64_t most(Dtype d) {
  const int bits = 8 * (int)dtype_size(d) - (dtype_kind(d) == KIND_SIGNED);
  return bits >= 63 ? INT64_MAX : (INT64_C(1) << bits) - 1;
}

Id indices_clamped(Graph *g, Type x, Id indices, const Attrs *at, Ints sizes) {
  if (indices == NO_ID) return NO_ID;
  const Type t = graph_type(g, indices);
  int64_t bound[MAX_RANK] = {0};
  bool same = true;
  for (int i = 0; i < at->index_map.n; i++) {
    const int64_t d = at->index_map.v[i], room = x.dim[d] - sizes.v[d];
    bound[i] = room < most(t.dtype) ? room : most(t.dtype);
    same &= bound[i] == bound[0];
  }
  if (at->index_map.n == 0) return indices;
  Id high = b_broadcast(g, b_scalar_int(g, t.dtype, bound[0]), type_shape(t), (Ints){0});
  if (!same) {
    const Ints all = {at->index_map.n, bound};
    high = b_convert(g, b_literal(g, type_of(DT_I64, INTS(all.n)), false, bound), t.dtype);
    high = b_broadcast(g, high, type_shape(t), INTS(at->index_vector_dim));
  }
  return b_clamp(g, b_like(g, indices, 0), indices, high);
}

Ints scatter_sizes(Arena *a, Type x, Type updates, const Attrs *at) {
  int64_t *sizes = ARENA_ARRAY(a, int64_t, x.rank);
  for (int i = 0, w = 0; i < x.rank; i++) {
    const bool gone = ints_has(at->collapsed_dims, i) || ints_has(at->operand_batch, i);
    sizes[i] = !gone ? updates.dim[at->offset_dims.v[w++]] : x.dim[i] ? 1 : 0;
  }
  return (Ints){x.rank, sizes};
}
