// Shapes and axes: what rules do with them beyond the builders.
#include "compiler/rules.h"

Ints ints_insert(Arena *a, Ints v, int at, int64_t x) {
  int64_t *to = ARENA_ARRAY(a, int64_t, v.n + 1);
  for (int i = 0; i <= v.n; i++) to[i] = i < at ? v.v[i] : i == at ? x : v.v[i - 1];
  return (Ints){v.n + 1, to};
}

Ints ints_shift(Arena *a, Ints v, int64_t from) {
  int64_t *to = ARENA_ARRAY(a, int64_t, v.n);
  for (int i = 0; i < v.n; i++) to[i] = v.v[i] + (v.v[i] >= from);
  return (Ints){v.n, to};
}

Ints ints_fill(Arena *a, int n, int64_t x) {
  int64_t *to = ARENA_ARRAY(a, int64_t, n);
  for (int i = 0; i < n; i++) to[i] = x;
  return (Ints){n, to};
}

Type type_insert(Arena *a, Type t, int at, int64_t size) {
  return type_of(t.dtype, ints_insert(a, type_shape(t), at, size));
}

Id spread(Graph *g, Id x, Ints shape, Ints dims) {
  if (x == NO_ID || !graph_is(g, x, OP_broadcast)) return b_broadcast(g, x, shape, dims);
  const Node *n = graph_def(g, x);
  int64_t through[MAX_RANK];
  for (int i = 0; i < n->attrs->dims.n; i++) through[i] = dims.v[n->attrs->dims.v[i]];
  return b_broadcast(g, n->args[0], shape, (Ints){n->attrs->dims.n, through});
}

Id spread_reduced(Graph *g, Id r, Ints axes, Type x) {
  int64_t dims[MAX_RANK];
  int n = 0;
  for (int i = 0; i < x.rank; i++) {
    if (!ints_has(axes, i)) dims[n++] = i;
  }
  return spread(g, r, type_shape(x), (Ints){n, dims});
}

// One transpose for two.
static Id transposed(Graph *g, Id x, Ints perm) {
  if (!graph_is(g, x, OP_transpose)) return b_transpose(g, x, perm);
  const Node *n = graph_def(g, x);
  int64_t through[MAX_RANK];
  for (int i = 0; i < perm.n; i++) through[i] = n->attrs->perm.v[perm.v[i]];
  return b_transpose(g, n->args[0], (Ints){perm.n, through});
}

// A broadcast is made anew in the other order; anything else is transposed.
Id move_axis(Graph *g, Id x, int from, int to) {
  if (x == NO_ID || from == to) return x;
  const Type t = graph_type(g, x);
  int64_t perm[MAX_RANK], shape[MAX_RANK], place[MAX_RANK];
  for (int i = 0, k = 0; i < t.rank; i++) {
    if (k == from) k++;
    perm[i] = i == to ? from : k++;
  }
  if (!graph_is(g, x, OP_broadcast)) return transposed(g, x, (Ints){t.rank, perm});
  for (int i = 0; i < t.rank; i++) shape[i] = t.dim[perm[i]], place[perm[i]] = i;
  return spread(g, x, (Ints){t.rank, shape}, (Ints){t.rank, place});
}

Id flat_last(Graph *g, Id x, Ints axes) {
  const Type t = graph_type(g, x);
  int64_t perm[MAX_RANK], shape[MAX_RANK + 1], n = 1;
  int rank = 0, k = 0;
  for (int i = 0; i < t.rank; i++) {
    if (!ints_has(axes, i)) shape[rank++] = t.dim[i], perm[k++] = i;
  }
  for (int i = 0; i < t.rank; i++) {
    if (ints_has(axes, i)) n *= t.dim[i], perm[k++] = i;
  }
  shape[rank++] = n;
  return b_reshape(g, b_transpose(g, x, (Ints){k, perm}), (Ints){rank, shape});
}

Id pad_last(Graph *g, Id x, double value) {
  const Type t = graph_type(g, x);
  int64_t none[MAX_RANK] = {0}, high[MAX_RANK] = {0};
  high[t.rank - 1] = 1;
  return b_pad(g, x, b_scalar(g, t.dtype, value), (Ints){t.rank, none}, (Ints){t.rank, high},
               (Ints){t.rank, none});
}
