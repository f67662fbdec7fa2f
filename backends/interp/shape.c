// Shape ops and sources: each result element is one operand element.
#include <stdlib.h>
#include <string.h>

#include "backends/interp/node.h"
#include "ir/eval.h"

// out[index] = x[offset + index . stride] over the result's shape
static bool read_strided(const NodeRun *r, int64_t offset, const int64_t *stride) {
  Type t = run_result(r, 0);
  int64_t to[MAX_RANK];
  size_t size = dtype_size(t.dtype);
  if (!type_count(t)) return true;
  strides_of(t, to);
  copy_strided(size, t.rank, t.dim, r->results[0], to,
               (const char *)r->args[0] + offset * (int64_t)size, stride);
  return true;
}

bool interp_broadcast(const NodeRun *r) {
  Type x = run_arg(r, 0);
  int64_t from[MAX_RANK], stride[MAX_RANK] = {0};
  strides_of(x, from);
  for (int i = 0; i < x.rank; i++) stride[r->node->attrs->dims.v[i]] = x.dim[i] == 1 ? 0 : from[i];
  return read_strided(r, 0, stride);
}

bool interp_reshape(const NodeRun *r) {
  size_t bytes = type_bytes(run_result(r, 0));
  if (bytes) memcpy(r->results[0], r->args[0], bytes);
  return true;
}

bool interp_transpose(const NodeRun *r) {
  Type x = run_arg(r, 0);
  int64_t from[MAX_RANK], stride[MAX_RANK];
  strides_of(x, from);
  for (int i = 0; i < x.rank; i++) stride[i] = from[r->node->attrs->perm.v[i]];
  return read_strided(r, 0, stride);
}

bool interp_slice(const NodeRun *r) {
  Type x = run_arg(r, 0), t = run_result(r, 0);
  int64_t stride[MAX_RANK], offset = 0;
  strides_of(x, stride);
  for (int i = 0; i < x.rank; i++) {
    offset += r->node->attrs->start.v[i] * stride[i];
    stride[i] = t.dim[i] > 1 ? stride[i] * r->node->attrs->stride.v[i] : 0;  // any where it ends
  }
  return type_count(t) == 0 || read_strided(r, offset, stride);
}

bool interp_reverse(const NodeRun *r) {
  Type x = run_arg(r, 0);
  int64_t stride[MAX_RANK], offset = 0;
  strides_of(x, stride);
  for (int i = 0; i < x.rank; i++) {
    if (!ints_has(r->node->attrs->axes, i)) continue;
    offset += (x.dim[i] - 1) * stride[i];
    stride[i] = -stride[i];
  }
  return type_count(x) == 0 || read_strided(r, offset, stride);
}

static void fill(void *out, size_t size, int64_t n, const void *value) {
  for (int64_t i = 0; i < n; i++) memcpy((char *)out + (size_t)i * size, value, size);
}

static int64_t ceil_div(int64_t a, int64_t b) { return a <= 0 ? 0 : (a + b - 1) / b; }

// Element i of the operand goes to low + i (interior + 1), where that is inside.
bool interp_pad(const NodeRun *r) {
  const Attrs *at = r->node->attrs;
  Type x = run_arg(r, 0), t = run_result(r, 0);
  size_t size = dtype_size(t.dtype);
  int64_t from[MAX_RANK], to[MAX_RANK], dim[MAX_RANK], read = 0, write = 0;
  fill(r->results[0], size, type_count(t), r->args[1]);
  strides_of(x, from);
  strides_of(t, to);
  for (int i = 0; i < x.rank; i++) {
    int64_t low = at->low.v[i], step = at->interior.v[i] + 1;
    int64_t first = ceil_div(-low, step), end = ceil_div(t.dim[i] - low, step);
    if (end > x.dim[i]) end = x.dim[i];
    if (first >= end) return true;
    dim[i] = end - first;
    read += first * from[i];
    write += (low + first * step) * to[i];
    to[i] = dim[i] > 1 ? to[i] * step : 0;
  }
  copy_strided(size, x.rank, dim, (char *)r->results[0] + write * (int64_t)size, to,
               (const char *)r->args[0] + read * (int64_t)size, from);
  return true;
}

// The element of x for index r of the result, or NULL.
static const char *affine_element(const NodeRun *r, Type x, const int64_t *index) {
  const Attrs *at = r->node->attrs;
  int64_t from = 0;
  for (int i = 0; i < x.rank; i++) {
    int64_t v = at->start.v[i];
    for (int k = 0; k < at->shape.n; k++) v += at->map.v[i * at->shape.n + k] * index[k];
    if (v % at->stride.v[i] || v < 0 || v / at->stride.v[i] >= x.dim[i]) return NULL;
    from = from * x.dim[i] + v / at->stride.v[i];
  }
  return (const char *)r->args[0] + from * (int64_t)dtype_size(x.dtype);
}

bool interp_affine(const NodeRun *r) {
  const Type x = run_arg(r, 0), t = run_result(r, 0);
  const size_t size = dtype_size(t.dtype);
  int64_t index[MAX_RANK] = {0};
  char *to = r->results[0];
  if (type_count(t) == 0) return true;
  do {
    const char *from = affine_element(r, x, index);
    memcpy(to, from ? from : r->args[1], size);
    to += size;
  } while (next_index(t.rank, t.dim, index));
  return true;
}

bool interp_concatenate(const NodeRun *r) {
  Type t = run_result(r, 0);
  int64_t axis = r->node->attrs->axis, at = 0, to[MAX_RANK], from[MAX_RANK];
  size_t size = dtype_size(t.dtype);
  strides_of(t, to);
  for (int i = 0; i < r->node->nargs; i++) {
    Type x = run_arg(r, i);
    strides_of(x, from);
    copy_strided(size, x.rank, x.dim, (char *)r->results[0] + at * to[axis] * (int64_t)size, to,
                 r->args[i], from);
    at += x.dim[axis];
  }
  return true;
}

bool interp_iota(const NodeRun *r) {
  Type t = run_result(r, 0);
  int64_t axis = r->node->attrs->axis, n = t.dim[axis], stride[MAX_RANK] = {0};
  size_t size = dtype_size(t.dtype);
  char *line = run_alloc(r, size * (size_t)n);
  if (!line) return false;
  for (int64_t i = 0; i < n; i++)
    eval_op(OP_convert, DT_I64, t.dtype, 1, line + (size_t)i * size, (const void *[]){&i});
  stride[axis] = 1;
  NodeRun from_line = *r;
  from_line.args = (const void *[]){line};
  bool ok = read_strided(&from_line, 0, stride);
  free(line);
  return ok;
}

bool interp_constant(const NodeRun *r) {
  const Literal *l = &r->node->attrs->literal;
  if (l->splat) fill(r->results[0], dtype_size(l->type.dtype), type_count(l->type), l->data);
  else if (type_bytes(l->type)) memcpy(r->results[0], l->data, type_bytes(l->type));
  return true;
}
