// Transposes of linear ops.
#include "compiler/rules.h"

static Type type_in(const Transpose *c, Id v) { return graph_type(c->src, v); }
static Id result_cotangent(const Transpose *c, const Node *n) { return c->cotangent[n->first]; }

static bool not_linear(const Node *n, int operand) {
  return fail(n->loc, "%s: has no transpose with respect to operand %d: it is not linear",
              op_info(n->op)->name, operand);
}

// A linear elementwise op scales elements one by one: its tangent is its own transpose.
bool transpose_map(Transpose *c, const Node *n) {
  const Rules rules = rules_of(n->op);
  Id arg[3] = {NO_ID, NO_ID, NO_ID};
  for (int i = 0; i < n->nargs; i++) arg[i] = c->value[n->args[i]];
  for (int i = 0; i < n->nargs; i++) {
    if (arg[i] != NO_ID) continue;
    Tangent s = {c->out,
                 n->attrs,
                 arg[0],
                 arg[1],
                 arg[2],
                 NO_ID,
                 result_cotangent(c, n),
                 type_in(c, n->args[i]).dtype};
    Id share = NO_ID;
    if (!rules.tangent(&s, i, &share) || share == NO_ID) return not_linear(n, i);
    transpose_add(c, n->args[i], share);
  }
  return true;
}

// ---- complex numbers: without conjugation, as JAX's

bool transpose_complex(Transpose *c, const Node *n) {
  const Id ct = result_cotangent(c, n);
  if (is_linear(c, n->args[0])) transpose_add(c, n->args[0], b_real(c->out, ct));
  if (is_linear(c, n->args[1])) transpose_add(c, n->args[1], b_neg(c->out, b_imag(c->out, ct)));
  return true;
}

bool transpose_real(Transpose *c, const Node *n) {
  const Id ct = result_cotangent(c, n);
  transpose_add(c, n->args[0], b_complex(c->out, ct, b_like(c->out, ct, 0)));
  return true;
}

bool transpose_imag(Transpose *c, const Node *n) {
  const Id ct = result_cotangent(c, n);
  transpose_add(c, n->args[0], b_complex(c->out, b_like(c->out, ct, 0), b_neg(c->out, ct)));
  return true;
}

bool transpose_reduce_sum(Transpose *c, const Node *n) {
  const Type x = type_in(c, n->args[0]);
  transpose_add(c, n->args[0], spread_reduced(c->out, result_cotangent(c, n), n->attrs->axes, x));
  return true;
}

// ---- dot

typedef struct Side {
  Ints batch, contract;
  Type type;
} Side;

static Side side_of(const Transpose *c, const Node *n, int k) {
  const Attrs *at = n->attrs;
  const Type t = type_in(c, n->args[k]);
  return k ? (Side){at->rhs_batch, at->rhs_contract, t}
           : (Side){at->lhs_batch, at->lhs_contract, t};
}

static int free_dims(Side s, int64_t *out) {
  int n = 0;
  for (int i = 0; i < s.type.rank; i++) {
    if (!ints_has(s.batch, i) && !ints_has(s.contract, i)) out[n++] = i;
  }
  return n;
}

// For each contracted dimension of y in ascending order, its partner in x.
static int partners(Side x, Side y, int64_t *out) {
  int n = 0;
  for (int d = 0; d < y.type.rank; d++) {
    for (int i = 0; i < y.contract.n; i++) {
      if (y.contract.v[i] == d) out[n++] = x.contract.v[i];
    }
  }
  return n;
}

static bool in_order(const int64_t *v, int n) {
  for (int i = 0; i < n; i++) {
    if (v[i] != i) return false;
  }
  return true;
}

static Ints counting(int64_t *buf, int from, int n) {
  for (int i = 0; i < n; i++) buf[i] = from + i;
  return (Ints){n, buf};
}

// The cotangent of x, operand `k`: the result's, contracted with y over y's free dimensions. Of
// dot(ct, y) and dot(y, ct) the one is taken which needs no transpose, if one is so.
static Id dot_cotangent(Graph *g, const Transpose *c, const Node *n, int k, Id ct, Id y) {
  const Side sx = side_of(c, n, k), sy = side_of(c, n, 1 - k);
  int64_t xfree[MAX_RANK], yfree[MAX_RANK], contracted[MAX_RANK];
  const int nx = free_dims(sx, xfree), ny = free_dims(sy, yfree);
  const int nb = sx.batch.n, nc = partners(sx, sy, contracted);
  // Dimensions of x in the order in which either form gives them.
  int64_t ct_first[MAX_RANK], y_first[MAX_RANK];
  for (int i = 0; i < nb; i++) ct_first[i] = y_first[i] = sx.batch.v[i];
  for (int i = 0; i < nx; i++) ct_first[nb + i] = y_first[nb + nc + i] = xfree[i];
  for (int i = 0; i < nc; i++) ct_first[nb + nx + i] = y_first[nb + i] = contracted[i];
  const bool swap = in_order(y_first, sx.type.rank) && !in_order(ct_first, sx.type.rank);
  int64_t b1[MAX_RANK], b2[MAX_RANK], perm[MAX_RANK];
  const Ints batch = counting(b1, 0, nb), over = counting(b2, k ? nb : nb + nx, ny);
  const Ints yover = {ny, yfree};
  Id v = swap ? b_dot(g, y, ct, sy.batch, batch, yover, over)
              : b_dot(g, ct, y, batch, sy.batch, over, yover);
  const int64_t *order = swap ? y_first : ct_first;
  for (int i = 0; i < sx.type.rank; i++) perm[order[i]] = i;
  return b_transpose(g, v, (Ints){sx.type.rank, perm});
}

bool transpose_dot(Transpose *c, const Node *n) {
  if (is_linear(c, n->args[0]) && is_linear(c, n->args[1])) return not_linear(n, 1);
  const int k = is_linear(c, n->args[0]) ? 0 : 1;
  Id y = c->value[n->args[1 - k]];
  transpose_add(c, n->args[k], dot_cotangent(c->out, c, n, k, result_cotangent(c, n), y));
  return true;
}

// ---- shape

bool transpose_broadcast(Transpose *c, const Node *n) {
  Graph *g = c->out;
  const Type x = type_in(c, n->args[0]);
  const Ints shape = n->attrs->shape, dims = n->attrs->dims;
  int64_t axes[MAX_RANK], kept[MAX_RANK], perm[MAX_RANK];
  int naxes = 0, nkept = 0;
  for (int i = 0; i < shape.n; i++) {
    int from = 0;  // the dimension of x that became i
    while (from < dims.n && dims.v[from] != i) from++;
    if (from == dims.n || x.dim[from] != shape.v[i]) axes[naxes++] = i;
    else kept[nkept++] = from;
  }
  Id ct = b_reduce(g, OP_reduce_sum, result_cotangent(c, n), (Ints){naxes, axes});
  // Dimensions of size 1 that were widened are gone now: the rest in x's order, then reshaped.
  for (int d = 0, k = 0; d < x.rank; d++) {
    for (int i = 0; i < nkept; i++) {
      if (kept[i] == d) perm[k++] = i;
    }
  }
  ct = b_reshape(g, b_transpose(g, ct, (Ints){nkept, perm}), type_shape(x));
  transpose_add(c, n->args[0], ct);
  return true;
}

bool transpose_reshape(Transpose *c, const Node *n) {
  const Ints shape = type_shape(type_in(c, n->args[0]));
  transpose_add(c, n->args[0], b_reshape(c->out, result_cotangent(c, n), shape));
  return true;
}

bool transpose_transpose(Transpose *c, const Node *n) {
  const Ints perm = n->attrs->perm;
  int64_t back[MAX_RANK];
  for (int i = 0; i < perm.n; i++) back[perm.v[i]] = i;
  transpose_add(c, n->args[0], b_transpose(c->out, result_cotangent(c, n), (Ints){perm.n, back}));
  return true;
}

bool transpose_reverse(Transpose *c, const Node *n) {
  transpose_add(c, n->args[0], b_reverse(c->out, result_cotangent(c, n), n->attrs->axes));
  return true;
}

bool transpose_slice(Transpose *c, const Node *n) {
  Graph *g = c->out;
  const Attrs *at = n->attrs;
  const Type x = type_in(c, n->args[0]), r = type_in(c, n->first);
  int64_t high[MAX_RANK], interior[MAX_RANK];
  for (int i = 0; i < x.rank; i++) {
    interior[i] = at->stride.v[i] - 1;
    high[i] = x.dim[i] - at->start.v[i] - ((r.dim[i] - 1) * at->stride.v[i] + 1);
  }
  Id ct = b_pad(g, result_cotangent(c, n), b_scalar(g, x.dtype, 0), at->start, (Ints){x.rank, high},
                (Ints){x.rank, interior});
  transpose_add(c, n->args[0], ct);
  return true;
}

// The cotangent at the places where the operand's elements went; zero for those cut off.
static Id unpad(Graph *g, Id ct, Type x, const Attrs *at) {
  int64_t low[MAX_RANK], high[MAX_RANK], zeros[MAX_RANK] = {0}, size[MAX_RANK], stride[MAX_RANK];
  for (int i = 0; i < x.rank; i++) {
    low[i] = -at->low.v[i], high[i] = -at->high.v[i];
    stride[i] = at->interior.v[i] + 1;
    size[i] = x.dim[i] ? (x.dim[i] - 1) * stride[i] + 1 : 0;
  }
  const Ints none = {x.rank, zeros};
  Id full = b_pad(g, ct, b_scalar(g, x.dtype, 0), (Ints){x.rank, low}, (Ints){x.rank, high}, none);
  return b_slice(g, full, none, (Ints){x.rank, size}, (Ints){x.rank, stride});
}

// The sum of the cotangent over the places which hold padding.
static Id padding_sum(Graph *g, Id ct, Type x, const Attrs *at) {
  const Type bools = {DT_BOOL, x.rank, x.dim};
  Id padding =
      b_pad(g, b_full(g, bools, 0), b_scalar(g, DT_BOOL, 1), at->low, at->high, at->interior);
  int64_t all[MAX_RANK];
  return b_reduce(g, OP_reduce_sum, b_select(g, padding, ct, b_like(g, ct, 0)),
                  counting(all, 0, x.rank));
}

bool transpose_pad(Transpose *c, const Node *n) {
  const Type x = type_in(c, n->args[0]);
  const Id ct = result_cotangent(c, n);
  if (is_linear(c, n->args[0])) transpose_add(c, n->args[0], unpad(c->out, ct, x, n->attrs));
  if (is_linear(c, n->args[1])) transpose_add(c, n->args[1], padding_sum(c->out, ct, x, n->attrs));
  return true;
}

bool transpose_concatenate(Transpose *c, const Node *n) {
  const int axis = (int)n->attrs->axis;
  for (int64_t k = 0, from = 0, to; k < n->nargs; k++, from = to) {
    to = from + type_in(c, n->args[k]).dim[axis];
    if (is_linear(c, n->args[k]))
      transpose_add(c, n->args[k], b_slice_axis(c->out, result_cotangent(c, n), axis, from, to, 1));
  }
  return true;
}

// ---- indexing

bool transpose_gather(Transpose *c, const Node *n) {
  Graph *g = c->out;
  const Type x = type_in(c, n->args[0]);
  if (n->attrs->mode != MODE_CLIP) return not_linear(n, 0);
  Id indices = indices_clamped(g, x, c->value[n->args[1]], n->attrs, n->attrs->slice_sizes);
  Id ct = graph_add(g, OP_scatter_add, 3, (Id[]){b_full(g, x, 0), indices, result_cotangent(c, n)},
                    n->attrs);
  transpose_add(c, n->args[0], ct);
  return true;
}

// op(first.., starts) where the node's starts stand behind its operands.
static Id with_starts(Transpose *c, const Node *n, int operands, Op op, int nfirst, const Id *first,
                      const Attrs *at) {
  Id *args = ARENA_ARRAY(c->out->arena, Id, n->nargs + 2);
  int k = 0;
  for (int i = 0; i < nfirst; i++) args[k++] = first[i];
  for (int i = operands; i < n->nargs; i++) args[k++] = c->value[n->args[i]];
  return graph_add(c->out, op, k, args, at);
}

bool transpose_dynamic_slice(Transpose *c, const Node *n) {
  const Id first[] = {b_full(c->out, type_in(c, n->args[0]), 0), result_cotangent(c, n)};
  transpose_add(c, n->args[0], with_starts(c, n, 1, OP_dynamic_update_slice, 2, first, NULL));
  return true;
}

bool transpose_dynamic_update_slice(Transpose *c, const Node *n) {
  const Type update = type_in(c, n->args[1]);
  const Id ct = result_cotangent(c, n), first[] = {ct, b_full(c->out, update, 0)};
  if (is_linear(c, n->args[0]))
    transpose_add(c, n->args[0], with_starts(c, n, 2, OP_dynamic_update_slice, 2, first, NULL));
  const Attrs at = {.slice_sizes = type_shape(update)};
  if (is_linear(c, n->args[1]))
    transpose_add(c, n->args[1], with_starts(c, n, 2, OP_dynamic_slice, 1, first, &at));
  return true;
}

// ---- control

bool transpose_while(Transpose *c, const Node *n) {
  Counted counted;
  if (loop_counted(c->src, n, &counted)) return transpose_counted(c, n, &counted);
  return fail(n->loc,
              "while: has no reverse derivative, as its number of steps is not known; use jc_fori "
              "with a C bound, or forward differentiation");
}

bool transpose_barrier(Transpose *c, const Node *n) {
  Id *args = ARENA_ARRAY(c->out->arena, Id, n->nargs);
  int k = 0;
  for (int i = 0; i < n->nresults; i++) {
    if (c->cotangent[n->first + (Id)i] != NO_ID) args[k++] = c->cotangent[n->first + (Id)i];
  }
  Id next = graph_add(c->out, n->op, k, args, NULL);
  for (int i = 0; i < n->nresults; i++) {
    if (c->cotangent[n->first + (Id)i] != NO_ID) transpose_add(c, n->args[i], next++);
  }
  return true;
}
