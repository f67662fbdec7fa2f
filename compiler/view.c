// Affine views: building, transposing and batching them.
#include "compiler/view.h"

#include <string.h>

#include "compiler/rules.h"

View view_of(Type x) {
  View v = {.xrank = x.rank};
  for (int i = 0; i < x.rank; i++) v.stride[i] = 1;
  return v;
}

int view_axis(View *v, int64_t size) {
  v->shape[v->rank] = size;
  return v->rank++;
}

Id view_read(Graph *g, const View *v, Id x, Id value) {
  int64_t map[MAX_RANK * (2 * MAX_RANK + 2)];
  for (int i = 0; i < v->xrank; i++)
    memcpy(map + i * v->rank, v->map[i], sizeof *map * (size_t)v->rank);
  return graph_add(g, OP_affine, 2, (Id[]){x, value},
                   &(Attrs){.shape = {v->rank, v->shape},
                            .map = {v->xrank * v->rank, map},
                            .start = {v->xrank, v->start},
                            .stride = {v->xrank, v->stride}});
}

View view_windows(Type x, const Attrs *at, Type result, const int64_t *place) {
  View v = view_of(x);
  for (int i = 0; i < x.rank; i++) {
    const WindowDim w = window_dim(at, at->window.v[i], i);
    v.map[i][view_axis(&v, result.dim[i])] = w.stride;
    v.start[i] = (place ? place[i] * w.dilation : 0) - w.low;
    v.stride[i] = w.base;
  }
  for (int i = 0; i < x.rank && !place; i++) {
    const WindowDim w = window_dim(at, at->window.v[i], i);
    if (w.size > 1) v.map[i][view_axis(&v, w.size)] = w.dilation;
  }
  return v;
}

Id view_by_place(Graph *g, const Attrs *at, Id x, Id value, Type result) {
  const View v = view_windows(graph_type(g, x), at, result, NULL);
  const Id windows = view_read(g, &v, x, value);
  int64_t perm[MAX_RANK + 1], shape[MAX_RANK + 1] = {window_elements(at->window)};
  if (windows == NO_ID) return NO_ID;
  for (int i = 0; i < v.rank; i++) perm[i] = (result.rank + i) % v.rank;
  for (int i = 0; i < result.rank; i++) shape[1 + i] = result.dim[i];
  return b_reshape(g, b_transpose(g, windows, (Ints){v.rank, perm}),
                   (Ints){result.rank + 1, shape});
}

View view_sources(Type x, const Attrs *at, Type result, const int64_t *place) {
  View v = view_of(result);
  for (int i = 0; i < x.rank; i++) {
    const WindowDim w = window_dim(at, at->window.v[i], i);
    v.map[i][view_axis(&v, x.dim[i])] = w.base;
    v.start[i] = w.low - w.dilation * place[i];
    v.stride[i] = w.stride;
  }
  return v;
}

// ---- transpose
//
// The map is a set of equations between a place r of the view and the place x it reads:
//   sum of by_r[k] * r[k] + sum of by_x[i] * x[i] + constant = 0, one for each dimension of x.
// Each is solved for one r[k]; the r that are left over are summed over.

typedef struct Equation {
  int64_t by_r[MAX_RANK], by_x[MAX_RANK], constant;
  int solved;  // for this r; -1: not yet
} Equation;

// to -= factor * from; false on overflow.
static bool subtract(Equation *to, const Equation *from, int64_t factor) {
  int64_t *t[] = {to->by_r, to->by_x, &to->constant};
  const int64_t *f[] = {from->by_r, from->by_x, &from->constant};
  for (int l = 0; l < 3; l++) {
    for (int i = 0; i < (l < 2 ? MAX_RANK : 1); i++) {
      int64_t product;
      if (__builtin_mul_overflow(f[l][i], factor, &product) ||
          __builtin_sub_overflow(t[l][i], product, &t[l][i]))
        return false;
    }
  }
  return true;
}

static bool only_in(const Equation *e, int n, int i, int k) {
  for (int j = 0; j < n; j++) {
    if (j != i && e[j].by_r[k]) return false;
  }
  return true;
}

// The largest r that no other equation has, else one with coefficient 1 or -1; -1: none.
static int pivot_of(const Equation *e, int n, int i, Ints shape) {
  int best = -1;
  for (int k = 0; k < shape.n; k++) {
    if (e[i].by_r[k] && only_in(e, n, i, k) && (best < 0 || shape.v[k] > shape.v[best])) best = k;
  }
  for (int k = 0; k < shape.n && best < 0; k++) {
    if (e[i].by_r[k] == 1 || e[i].by_r[k] == -1) best = k;
  }
  return best;
}

static bool solve(Equation *e, int n, Ints shape) {
  for (int i = 0; i < n; i++) {
    const int k = e[i].solved = pivot_of(e, n, i, shape);
    if (k < 0) return false;
    for (int j = 0; j < n; j++) {
      if (j != i && e[j].by_r[k] && !subtract(&e[j], &e[i], e[j].by_r[k] * e[i].by_r[k]))
        return false;
    }
  }
  return true;
}

static int solution_of(const Equation *e, int n, int k) {
  for (int i = 0; i < n; i++) {
    if (e[i].solved == k) return i;
  }
  return -1;
}

// Where in the cotangent element x gets its shares from.
static View inverse(const Equation *e, Type x, Ints shape, int *nfree) {
  View v = view_of((Type){x.dtype, shape.n, shape.v});
  int axis[MAX_RANK];
  for (int i = 0; i < x.rank; i++) view_axis(&v, x.dim[i]);
  for (int k = 0; k < shape.n; k++)
    axis[k] = solution_of(e, x.rank, k) < 0 ? view_axis(&v, shape.v[k]) : -1;
  *nfree = v.rank - x.rank;
  for (int k = 0; k < shape.n; k++) {
    if (axis[k] >= 0) {
      v.map[k][axis[k]] = 1;
      continue;
    }
    const Equation *s = &e[solution_of(e, x.rank, k)];
    const int64_t by = s->by_r[k], sign = by < 0 ? 1 : -1;
    for (int i = 0; i < x.rank; i++) v.map[k][i] = sign * s->by_x[i];
    for (int f = 0; f < shape.n; f++) {
      if (axis[f] >= 0) v.map[k][axis[f]] = sign * s->by_r[f];
    }
    v.start[k] = sign * s->constant;
    v.stride[k] = by < 0 ? -by : by;
  }
  return v;
}

static Id affine_cotangent(Graph *g, const Node *n, Type x, Id ct) {
  const Attrs *at = n->attrs;
  const int rank = at->shape.n;
  Equation e[MAX_RANK] = {0};
  for (int i = 0; i < x.rank; i++) {
    memcpy(e[i].by_r, at->map.v + i * rank, sizeof(int64_t) * (size_t)rank);
    e[i].by_x[i] = -at->stride.v[i];
    e[i].constant = at->start.v[i];
    e[i].solved = -1;
  }
  if (!solve(e, x.rank, at->shape)) return fail(n->loc, "affine: its map has no transpose"), NO_ID;
  int nfree;
  const View v = inverse(e, x, at->shape, &nfree);
  int64_t axes[2 * MAX_RANK];
  for (int i = 0; i < nfree; i++) axes[i] = x.rank + i;
  const Id shares = view_read(g, &v, ct, b_scalar(g, x.dtype, 0));
  return shares == NO_ID ? NO_ID : b_reduce(g, OP_reduce_sum, shares, (Ints){nfree, axes});
}

// Where the view has the value instead of elements of x.
static Id outside(Graph *g, Type x, const Attrs *at) {
  const Id in = b_full(g, (Type){DT_BOOL, x.rank, x.dim}, 0);
  return graph_add(g, OP_affine, 2, (Id[]){in, b_scalar(g, DT_BOOL, 1)}, at);
}

bool transpose_affine(Transpose *c, const Node *n) {
  Graph *g = c->out;
  const Type x = graph_type(c->src, n->args[0]);
  const Id ct = c->cotangent[n->first];
  if (is_linear(c, n->args[0])) transpose_add(c, n->args[0], affine_cotangent(g, n, x, ct));
  if (!is_linear(c, n->args[1])) return true;
  int64_t all[MAX_RANK];
  for (int i = 0; i < MAX_RANK; i++) all[i] = i;
  const Id padding = b_select(g, outside(g, x, n->attrs), ct, b_like(g, ct, 0));
  transpose_add(c, n->args[1], b_reduce(g, OP_reduce_sum, padding, (Ints){n->attrs->shape.n, all}));
  return true;
}

// ---- batching

// The map with a row and a column in front: the batch axis of both.
static Attrs with_batch(Arena *a, const Attrs *at, int64_t size) {
  const int rank = at->shape.n, xrank = at->start.n;
  int64_t *map = ARENA_ARRAY(a, int64_t, (xrank + 1) * (rank + 1));
  map[0] = 1;
  for (int i = 0; i < xrank; i++) {
    for (int k = 0; k < rank; k++) map[(i + 1) * (rank + 1) + k + 1] = at->map.v[i * rank + k];
  }
  return (Attrs){.shape = ints_insert(a, at->shape, 0, size),
                 .map = {(xrank + 1) * (rank + 1), map},
                 .start = ints_insert(a, at->start, 0, 0),
                 .stride = ints_insert(a, at->stride, 0, 1)};
}

bool batch_affine(Batch *c, const Node *n) {
  Graph *g = c->out;
  const Type t = graph_type(c->src, n->args[0]);
  const Attrs at = with_batch(g->arena, n->attrs, c->size);
  const Id x = batch_at(c, n->args[0], 0), value = c->value[n->args[1]];
  const bool mapped = c->axis[n->args[1]] >= 0;
  const Id rest = mapped ? b_scalar(g, t.dtype, 0) : value;
  Id r = graph_add(g, OP_affine, 2, (Id[]){x, rest}, &at);
  if (mapped && r != NO_ID) {
    const Id out = outside(g, graph_type(g, x), &at);
    r = b_select(g, out, spread(g, value, at.shape, INTS(0)), r);
  }
  batch_result(c, n, r, 0);
  return true;
}
