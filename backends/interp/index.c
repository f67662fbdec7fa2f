// Gather, scatter, dynamic slices, sort, Fourier transforms.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backends/interp/node.h"
#include "backends/fourier.h"
#include "backends/sort.h"
#include "ir/eval.h"

static int64_t index_at(Dtype d, const void *x, int64_t i) {
  int64_t v;
  const char *p = (const char *)x + i * (int64_t)dtype_size(d);
  eval_op(OP_convert, d, DT_I64, 1, &v, (const void *[]){p});
  return v < 0 && dtype_kind(d) == KIND_UNSIGNED ? INT64_MAX : v;  // what only u64 holds
}

static int64_t clamp(int64_t v, int64_t low, int64_t high) {
  return v < low ? low : v > high ? high : v;
}

// ---- gather and scatter: windows of `whole` against positions of `part` (the gathered result or
// the updates)

typedef struct Windows {
  Type whole, indices, part;
  const void *index_data;
  const Attrs *at;
  int64_t whole_stride[MAX_RANK], index_stride[MAX_RANK], part_stride[MAX_RANK];
  int64_t size[MAX_RANK];  // of a window along each dimension of `whole`
  int axis[MAX_RANK];      // the dimension of `whole` along which offset dimension i of `part` runs
  int outer;               // leading dimensions of `part`; the rest are offset dimensions
  const int64_t *rest;     // their sizes
} Windows;

static void windows_init(Windows *w) {
  const Attrs *at = w->at;
  strides_of(w->whole, w->whole_stride);
  strides_of(w->indices, w->index_stride);
  strides_of(w->part, w->part_stride);
  for (int i = 0, n = 0; i < w->whole.rank; i++) {
    bool gone = ints_has(at->collapsed_dims, i) || ints_has(at->operand_batch, i);
    w->size[i] = gone ? 1 : w->part.dim[at->offset_dims.v[n]];
    if (!gone) w->axis[n++] = i;
  }
  w->outer = w->part.rank;
  while (w->outer > 0 && ints_has(at->offset_dims, w->outer - 1)) w->outer--;
  w->rest = w->outer < w->part.rank ? w->part.dim + w->outer : NULL;
}

// Where the window of a position of `part` starts, in elements of the indices but for the vector's
// own dimension; batch[] gets the coordinates by dimension of the indices.
static int64_t index_offset(const Windows *w, const int64_t *position, int64_t *batch) {
  int64_t offset = 0;
  for (int i = 0, d = 0; i < w->part.rank; i++) {
    if (ints_has(w->at->offset_dims, i)) continue;
    if (d == w->at->index_vector_dim) d++;
    batch[d] = position[i];
    offset += position[i] * w->index_stride[d++];
  }
  return offset;
}

// The element of `whole` at which the window of `position` begins; clamped inside, or -1 when the
// window does not fit and `clip` is not set. Offset coordinates before `outer` are added.
static int64_t window_origin(const Windows *w, const int64_t *position, bool clip) {
  const Attrs *at = w->at;
  int64_t batch[MAX_RANK], start[MAX_RANK] = {0}, origin = 0;
  int64_t from = index_offset(w, position, batch);
  int64_t step = at->index_vector_dim < w->indices.rank ? w->index_stride[at->index_vector_dim] : 0;
  for (int i = 0; i < at->index_map.n; i++)
    start[at->index_map.v[i]] = index_at(w->indices.dtype, w->index_data, from + i * step);
  for (int i = 0; i < at->operand_batch.n; i++)
    start[at->operand_batch.v[i]] = batch[at->index_batch.v[i]];
  for (int i = 0; i < w->whole.rank; i++) {
    int64_t inside = clamp(start[i], 0, w->whole.dim[i] - w->size[i]);
    if (inside != start[i] && !clip) return -1;
    origin += inside * w->whole_stride[i];
  }
  for (int i = 0; i < at->offset_dims.n; i++) {
    if (at->offset_dims.v[i] < w->outer)
      origin += position[at->offset_dims.v[i]] * w->whole_stride[w->axis[i]];
  }
  return origin;
}

// Strides in `whole` of the trailing offset dimensions of `part`.
static void inner_strides(const Windows *w, int64_t *stride) {
  for (int i = 0; i < w->at->offset_dims.n; i++) {
    if (w->at->offset_dims.v[i] >= w->outer)
      stride[w->at->offset_dims.v[i] - w->outer] = w->whole_stride[w->axis[i]];
  }
}

static void fill_outside(Dtype d, void *out, int64_t n) {
  double nan = NAN;
  char value[8] = {0};
  if (dtype_is_float(d)) eval_op(OP_convert, DT_F64, d, 1, value, (const void *[]){&nan});
  for (int64_t i = 0; i < n; i++)
    memcpy((char *)out + i * (int64_t)dtype_size(d), value, dtype_size(d));
}

bool interp_gather(const NodeRun *r) {
  Windows w = {.whole = run_arg(r, 0),
               .indices = run_arg(r, 1),
               .part = run_result(r, 0),
               .index_data = r->args[1],
               .at = r->node->attrs};
  if (type_count(w.part) == 0) return true;
  if (type_count(w.whole) == 0) {  // nothing can be inside
    fill_outside(w.part.dtype, r->results[0], type_count(w.part));
    return true;
  }
  windows_init(&w);
  int64_t position[MAX_RANK] = {0}, stride[MAX_RANK], n = 1, done = 0;
  int inner = w.part.rank - w.outer;
  int64_t size = (int64_t)dtype_size(w.part.dtype);
  inner_strides(&w, stride);
  for (int i = w.outer; i < w.part.rank; i++) n *= w.part.dim[i];
  do {
    int64_t origin = window_origin(&w, position, w.at->mode == MODE_CLIP);
    char *out = (char *)r->results[0] + done * size;
    if (origin < 0) fill_outside(w.part.dtype, out, n);
    else
      copy_strided((size_t)size, inner, w.rest, out, w.part_stride + w.outer,
                   (const char *)r->args[0] + origin * size, stride);
    done += n;
  } while (next_index(w.outer, w.part.dim, position));
  return true;
}

// Updates in row-major order of their index; a window that does not fit is dropped whole, as XLA
// does.
bool interp_scatter(const NodeRun *r) {
  Windows w = {.whole = run_arg(r, 0),
               .indices = run_arg(r, 1),
               .part = run_arg(r, 2),
               .index_data = r->args[1],
               .at = r->node->attrs};
  const Op combine = op_info(r->node->op)->combine;
  Dtype d = w.whole.dtype;
  int64_t size = (int64_t)dtype_size(d);
  if (type_bytes(w.whole)) memcpy(r->results[0], r->args[0], type_bytes(w.whole));
  if (type_count(w.part) == 0) return true;
  windows_init(&w);
  int64_t position[MAX_RANK] = {0}, stride[MAX_RANK], done = 0;
  int inner = w.part.rank - w.outer;
  inner_strides(&w, stride);
  do {
    int64_t origin = window_origin(&w, position, false), index[MAX_RANK] = {0};
    do {
      int64_t at = origin, sum = 0;
      for (int i = 0; i < inner; i++) at += index[i] * stride[i];
      const int64_t from = done++;
      if (origin < 0) continue;
      const char *update = (const char *)r->args[2] + from * size;
      char *target = (char *)r->results[0] + at * size;
      if (combine == OP_replace) memcpy(&sum, update, (size_t)size);
      else eval_op(combine, d, d, 1, &sum, (const void *[]){target, update});
      memcpy(target, &sum, (size_t)size);
    } while (next_index(inner, w.rest, index));
  } while (next_index(w.outer, w.part.dim, position));
  return true;
}

// ---- dynamic slices

// The first element of a window of `size` in x at starts args[from], ...; clamped so that it fits.
static int64_t dynamic_origin(const NodeRun *r, Type x, const int64_t *size, int from) {
  int64_t stride[MAX_RANK], origin = 0;
  strides_of(x, stride);
  for (int i = 0; i < x.rank; i++) {
    int64_t start = index_at(run_arg(r, from + i).dtype, r->args[from + i], 0);
    origin += clamp(start, 0, x.dim[i] - size[i]) * stride[i];
  }
  return origin;
}

bool interp_dynamic_slice(const NodeRun *r) {
  Type x = run_arg(r, 0), t = run_result(r, 0);
  int64_t from[MAX_RANK], to[MAX_RANK], size = (int64_t)dtype_size(t.dtype);
  if (type_count(t) == 0) return true;
  strides_of(x, from);
  strides_of(t, to);
  copy_strided((size_t)size, t.rank, t.dim, r->results[0], to,
               (const char *)r->args[0] + dynamic_origin(r, x, t.dim, 1) * size, from);
  return true;
}

bool interp_dynamic_update_slice(const NodeRun *r) {
  Type x = run_arg(r, 0), u = run_arg(r, 1);
  int64_t from[MAX_RANK], to[MAX_RANK], size = (int64_t)dtype_size(x.dtype);
  if (type_bytes(x)) memcpy(r->results[0], r->args[0], type_bytes(x));
  if (type_count(u) == 0) return true;
  strides_of(u, from);
  strides_of(x, to);
  copy_strided((size_t)size, u.rank, u.dim,
               (char *)r->results[0] + dynamic_origin(r, x, u.dim, 2) * size, to, r->args[1], from);
  return true;
}

bool interp_sort(const NodeRun *r) {
  int n = r->node->nargs;
  Type *types = run_alloc(r, sizeof *types * (size_t)n);
  if (!types) return false;
  for (int i = 0; i < n; i++) types[i] = run_arg(r, i);
  const int64_t axis = r->node->attrs->axis;
  bool ok = sort_arrays(n, types, axis, types[0].dim[axis], r->args, r->results);
  free(types);
  return ok || fail(r->node->loc, "sort: out of memory");
}

bool interp_fourier(const NodeRun *r) {
  const Node *n = r->node;
  const Type numbers = n->op == OP_irdft ? run_result(r, 0) : run_arg(r, 0);
  const int axis = n->op == OP_dft ? (int)n->attrs->axis : numbers.rank - 1;
  if (!type_count(numbers)) return true;
  FourierRun f = {
      .op = n->op, .backwards = n->op == OP_irdft || n->attrs->backwards, .outer = 1, .inner = 1};
  for (int i = 0; i < numbers.rank; i++) {
    if (i < axis) f.outer *= numbers.dim[i];
    if (i > axis) f.inner *= numbers.dim[i];
  }
  for (int i = 0; i < n->nargs; i++) f.in[i] = r->args[i];
  for (int i = 0; i < n->nresults; i++) f.out[i] = r->results[i];
  return fourier_arrays(f, numbers.dtype, numbers.dim[axis]) ||
         fail(n->loc, "%s: out of memory", op_info(n->op)->name);
}
