// Lowering of ops that only move elements: each is a map from its coordinates to its operand's.
#include <math.h>
#include <string.h>

#include "compiler/lower.h"

static Type operand_type(const Lower *l, const Node *n) { return graph_type(l->g, n->args[0]); }
static Type result_type(const Lower *l, const Node *n) { return graph_type(l->g, n->first); }

static Sid read_same(Lower *l, const Node *n, const Ix *at, Under under) {
  return lower_value(l, n->args[0], at, under);
}

static Sid read_broadcast(Lower *l, const Node *n, const Ix *at, Under under) {
  Type x = operand_type(l, n);
  Ix to[MAX_RANK];
  for (int i = 0; i < x.rank; i++)
    to[i] = x.dim[i] == 1 ? ix_const(l->k, 0) : at[n->attrs->dims.v[i]];
  return read_same(l, n, to, under);
}

// Coordinates to[0..nto) of one group of dimensions from those of another of the same size.
static void regroup(Kernel *k, int nfrom, const int64_t *from, const Ix *at, int nto,
                    const int64_t *dim, Ix *to) {
  Ix line = ix_const(k, 0);
  int64_t stride = 1;
  for (int i = 0; i < nfrom; i++) line = ix_add(k, ix_mul(k, line, from[i]), at[i]);
  for (int i = nto - 1; i >= 0; i--) {
    Ix whole = ix_div(k, line, stride);
    to[i] = i == 0 ? whole : ix_mod(k, whole, dim[i]);
    stride *= dim[i];
  }
}

// A scalar's list of dimensions is NULL.
static const int64_t *dims_from(Type t, int i) { return t.rank ? t.dim + i : NULL; }

// Dimensions are matched in groups of equal size from the left, so that most indices stay as they
// are.
static Sid read_reshape(Lower *l, const Node *n, const Ix *at, Under under) {
  Type x = operand_type(l, n), t = result_type(l, n);
  Ix to[MAX_RANK];
  if (type_count(t) == 0) return s_const_bits(&l->k->dag, t.dtype, 0);
  if (!at) at = to;  // a scalar has no indices
  int i = 0, j = 0;
  while (i < x.rank || j < t.rank) {
    int i0 = i, j0 = j;
    int64_t p = i < x.rank ? x.dim[i++] : 1, q = j < t.rank ? t.dim[j++] : 1;
    while (p != q) {
      if (p < q) p *= x.dim[i++];
      else q *= t.dim[j++];
    }
    regroup(l->k, j - j0, dims_from(t, j0), at + j0, i - i0, dims_from(x, i0), to + i0);
  }
  return read_same(l, n, to, under);
}

static Sid read_transpose(Lower *l, const Node *n, const Ix *at, Under under) {
  Ix to[MAX_RANK];
  for (int i = 0; i < n->attrs->perm.n; i++) to[n->attrs->perm.v[i]] = at[i];
  return read_same(l, n, to, under);
}

static Sid read_slice(Lower *l, const Node *n, const Ix *at, Under under) {
  const Attrs *s = n->attrs;
  Ix to[MAX_RANK];
  for (int i = 0; i < s->start.n; i++)
    to[i] = ix_add_const(l->k, ix_mul(l->k, at[i], s->stride.v[i]), s->start.v[i]);
  return read_same(l, n, to, under);
}

static Sid read_reverse(Lower *l, const Node *n, const Ix *at, Under under) {
  Type t = result_type(l, n);
  Ix to[MAX_RANK];
  for (int i = 0; i < t.rank; i++) {
    bool turned = ints_has(n->attrs->axes, i);
    to[i] = turned ? ix_add_const(l->k, ix_mul(l->k, at[i], -1), t.dim[i] - 1) : at[i];
  }
  return read_same(l, n, to, under);
}

// The operand's index at / step along a dimension, and where it exists.
static bool divided_index(Lower *l, Ix at, int64_t step, int64_t dim, Ix *to, Under *in) {
  *to = ix_div(l->k, at, step);
  return lower_guard(l, in, (Guard){ix_mod(l->k, at, step), 0, 1}) &&
         lower_guard(l, in, (Guard){*to, 0, dim});
}

static bool padded_index(Lower *l, const Attrs *p, int i, int64_t dim, Ix at, Ix *to, Under *in) {
  return divided_index(l, ix_add_const(l->k, at, -p->low.v[i]), p->interior.v[i] + 1, dim, to, in);
}

static Sid read_pad(Lower *l, const Node *n, const Ix *at, Under under) {
  Type x = operand_type(l, n);
  Ix to[MAX_RANK];
  Under inside = under;
  Sid otherwise = lower_value(l, n->args[1], NULL, under);
  for (int i = 0; i < x.rank; i++) {
    if (!padded_index(l, n->attrs, i, x.dim[i], at[i], &to[i], &inside)) return otherwise;
  }
  return lower_choose(l, read_same(l, n, to, inside), otherwise, under, inside);
}

static Sid read_affine(Lower *l, const Node *n, const Ix *at, Under under) {
  const Attrs *a = n->attrs;
  Type x = operand_type(l, n);
  Ix to[MAX_RANK];
  Under inside = under;
  Sid otherwise = lower_value(l, n->args[1], NULL, under);
  for (int i = 0; i < x.rank; i++) {
    Ix sum = ix_const(l->k, a->start.v[i]);
    for (int r = 0; r < a->shape.n; r++)
      sum = ix_add(l->k, sum, ix_mul(l->k, at[r], a->map.v[i * a->shape.n + r]));
    if (!divided_index(l, sum, a->stride.v[i], x.dim[i], &to[i], &inside)) return otherwise;
  }
  return lower_choose(l, read_same(l, n, to, inside), otherwise, under, inside);
}

static Sid read_concatenate(Lower *l, const Node *n, const Ix *at, Under under) {
  int64_t axis = n->attrs->axis, end = result_type(l, n).dim[axis];
  Ix to[MAX_RANK];
  memcpy(to, at, sizeof *at * (size_t)result_type(l, n).rank);
  Sid value = NO_SID;
  for (int i = n->nargs - 1; i >= 0; i--) {
    int64_t size = graph_type(l->g, n->args[i]).dim[axis];
    end -= size;
    Under inside = under;
    if (!size || !lower_guard(l, &inside, (Guard){at[axis], end, end + size})) continue;
    to[axis] = ix_add_const(l->k, at[axis], -end);
    Sid part = lower_value(l, n->args[i], to, inside);
    value = value == NO_SID ? part : lower_choose(l, part, value, under, inside);
  }
  return value;
}

static Sid read_iota(Lower *l, const Node *n, const Ix *at, Under under) {
  (void)under;
  return s_convert(&l->k->dag, ix_scalar(l->k, at[n->attrs->axis]), n->attrs->dtype);
}

// ---- run-time indices

// Index arithmetic is that of i64: what only u64 holds is its largest, which clamps as well.
static Sid index_value(Lower *l, Sid v) {
  Dag *d = &l->k->dag;
  if (dag_node(d, v)->dtype != DT_U64) return v;
  return s_op(d, OP_min, 2, (Sid[]){v, s_const_int(d, DT_U64, INT64_MAX)}, NULL);
}

Ix lower_start(Lower *l, Id start, const Ix *at, int64_t dim, int64_t size, Under under) {
  Sid v = index_value(l, lower_value(l, start, at, under));
  return ix_value(l->k, v, 0, dim - size);
}

static Sid read_dynamic_slice(Lower *l, const Node *n, const Ix *at, Under under) {
  Type x = operand_type(l, n);
  Ix to[MAX_RANK];
  for (int i = 0; i < x.rank; i++) {
    Ix start = lower_start(l, n->args[1 + i], NULL, x.dim[i], n->attrs->slice_sizes.v[i], under);
    to[i] = ix_add(l->k, start, at[i]);
  }
  return read_same(l, n, to, under);
}

// Coordinates in `indices` of component c of the index vector for the batch coordinates.
static Sid index_component(Lower *l, Id indices, const Attrs *a, const Ix *batch, int c,
                           Under under) {
  Type t = graph_type(l->g, indices);
  Ix to[MAX_RANK];
  for (int i = 0, b = 0; i < t.rank; i++)
    to[i] = i == a->index_vector_dim ? ix_const(l->k, c) : batch[b++];
  return lower_value(l, indices, to, under);
}

// The batch coordinate which belongs to dimension d of the indices.
static int batch_of(const Attrs *a, int64_t d) { return (int)(d - (d > a->index_vector_dim)); }

void lower_window(Lower *l, Id indices, Type x, const Attrs *a, const Ix *at, int rank,
                  const int64_t *sizes, Under under, Ix *to, Guard *guards, int *nguards) {
  Ix batch[MAX_RANK], offset[MAX_RANK];
  int nbatch = 0, noffset = 0;
  for (int i = 0; i < rank; i++) {
    if (ints_has(a->offset_dims, i)) offset[noffset++] = at[i];
    else batch[nbatch++] = at[i];
  }
  for (int i = 0, w = 0; i < x.rank; i++) {
    int mapped = ints_find(a->index_map, i), b = ints_find(a->operand_batch, i);
    to[i] = b >= 0 ? batch[batch_of(a, a->index_batch.v[b])] : ix_const(l->k, 0);
    if (mapped >= 0) {
      Sid v = index_value(l, index_component(l, indices, a, batch, mapped, under));
      int64_t last = x.dim[i] - sizes[i];
      to[i] = ix_add(l->k, to[i], ix_value(l->k, v, 0, last));
      if (guards) guards[(*nguards)++] = (Guard){ix_value(l->k, v, -1, last + 1), 0, last + 1};
    }
    if (b < 0 && !ints_has(a->collapsed_dims, i)) to[i] = ix_add(l->k, to[i], offset[w++]);
  }
}

static Sid outside_value(Lower *l, Dtype d) {
  return dtype_is_float(d) ? s_const(&l->k->dag, d, (double)NAN) : s_const_bits(&l->k->dag, d, 0);
}

static Sid read_gather(Lower *l, const Node *n, const Ix *at, Under under) {
  Type x = operand_type(l, n), t = result_type(l, n);
  Ix to[MAX_RANK];
  Guard guards[MAX_RANK];
  int nguards = 0;
  bool fill = n->attrs->mode == MODE_FILL;
  if (type_count(x) == 0) return outside_value(l, t.dtype);
  lower_window(l, n->args[1], x, n->attrs, at, t.rank, n->attrs->slice_sizes.v, under, to,
               fill ? guards : NULL, &nguards);
  Under inside = under;
  for (int i = 0; i < nguards; i++) {
    if (!lower_guard(l, &inside, guards[i])) return outside_value(l, t.dtype);
  }
  Sid value = read_same(l, n, to, inside);
  return nguards ? lower_choose(l, value, outside_value(l, t.dtype), under, inside) : value;
}

LowerRule *const lower_shape_rules[OP_COUNT] = {
    [OP_broadcast] = read_broadcast, [OP_reshape] = read_reshape,
    [OP_transpose] = read_transpose, [OP_slice] = read_slice,
    [OP_reverse] = read_reverse,     [OP_pad] = read_pad,
    [OP_affine] = read_affine,       [OP_concatenate] = read_concatenate,
    [OP_iota] = read_iota,           [OP_dynamic_slice] = read_dynamic_slice,
    [OP_gather] = read_gather,
};
