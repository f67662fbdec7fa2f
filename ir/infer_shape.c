// Type rules of shape and indexing ops.
#include <string.h>

#include "ir/infer.h"

#define NAME(in) op_info((in)->op)->name
#define REJECT(in, ...) fail((in)->loc, __VA_ARGS__)

static bool one_per_dim(Infer *in, Ints v, const char *what) {
  if (v.n == in->args[0].rank) return true;
  return REJECT(in, "%s: %d %s values for %s", NAME(in), v.n, what, TYPE_STR(in->args[0]));
}

static bool result_dims(Infer *in, int rank, const int64_t *dim) {
  if (rank > MAX_RANK)
    return REJECT(in, "%s: rank %d of the result is above %d", NAME(in), rank, MAX_RANK);
  in->results[0] =
      (Type){in->args[0].dtype, rank, arena_copy(in->arena, dim, sizeof(int64_t) * (size_t)rank)};
  return true;
}

static bool shape_fits(Infer *in, Ints shape, Dtype d) {
  if (shape.n <= MAX_RANK && type_fits(type_of(d, shape))) return true;
  return REJECT(in, "%s: the shape has a negative size, a rank above %d or too many bytes",
                NAME(in), MAX_RANK);
}

bool infer_broadcast(Infer *in) {
  Type x = in->args[0];
  Ints shape = in->attrs->shape, dims = in->attrs->dims;
  if (!shape_fits(in, shape, x.dtype) || !one_per_dim(in, dims, "dims")) return false;
  uint32_t seen = 0;
  for (int i = 0; i < dims.n; i++) {
    int64_t d = dims.v[i];
    if (d < 0 || d >= shape.n || seen >> d & 1)
      return REJECT(in, "broadcast: dims are not distinct dimensions of the result");
    if (x.dim[i] != 1 && x.dim[i] != shape.v[d])
      return REJECT(in, "broadcast: dimension %d of %s does not fit %s", i, TYPE_STR(x),
                    TYPE_STR(type_of(x.dtype, shape)));
    seen |= 1u << d;
  }
  return result_dims(in, shape.n, shape.v);
}

bool infer_reshape(Infer *in) {
  Ints shape = in->attrs->shape;
  Type to = type_of(in->args[0].dtype, shape);
  if (!shape_fits(in, shape, to.dtype)) return false;
  if (type_count(to) != type_count(in->args[0]))
    return REJECT(in, "reshape: %s has another number of elements than %s", TYPE_STR(in->args[0]),
                  TYPE_STR(to));
  return result_dims(in, shape.n, shape.v);
}

bool infer_transpose(Infer *in) {
  Ints perm = in->attrs->perm;
  if (!one_per_dim(in, perm, "perm")) return false;
  int64_t dim[MAX_RANK];
  uint32_t seen = 0;
  for (int i = 0; i < perm.n; i++) {
    if (perm.v[i] < 0 || perm.v[i] >= perm.n || seen >> perm.v[i] & 1)
      return REJECT(in, "transpose: perm is not a permutation of the dimensions of %s",
                    TYPE_STR(in->args[0]));
    seen |= 1u << perm.v[i];
    dim[i] = in->args[0].dim[perm.v[i]];
  }
  return result_dims(in, perm.n, dim);
}

bool infer_slice(Infer *in) {
  const Attrs *at = in->attrs;
  if (!one_per_dim(in, at->start, "start") || !one_per_dim(in, at->limit, "limit") ||
      !one_per_dim(in, at->stride, "stride"))
    return false;
  int64_t dim[MAX_RANK];
  for (int i = 0; i < at->start.n; i++) {
    int64_t lo = at->start.v[i], hi = at->limit.v[i], step = at->stride.v[i];
    if (lo < 0 || hi < lo || hi > in->args[0].dim[i] || step < 1)
      return REJECT(in, "slice: %lld:%lld:%lld is out of range for dimension %d of %s",
                    (long long)lo, (long long)hi, (long long)step, i, TYPE_STR(in->args[0]));
    dim[i] = hi > lo ? (hi - lo - 1) / step + 1 : 0;
  }
  return result_dims(in, at->start.n, dim);
}

// No memory holds more.
static bool padding_fits(int64_t v) {
  enum { MOST_BITS = 50 };
  return v >= -(INT64_C(1) << MOST_BITS) && v <= INT64_C(1) << MOST_BITS;
}

bool infer_pad(Infer *in) {
  const Attrs *at = in->attrs;
  Type x = in->args[0];
  if (!type_equal(in->args[1], type_scalar(x.dtype)))
    return REJECT(in, "pad: the value is %s, not %s[]", TYPE_STR(in->args[1]), dtype_name(x.dtype));
  if (!one_per_dim(in, at->low, "low") || !one_per_dim(in, at->high, "high") ||
      !one_per_dim(in, at->interior, "interior"))
    return false;
  int64_t dim[MAX_RANK];
  for (int i = 0; i < x.rank; i++) {
    int64_t n = x.dim[i], holes;
    const int64_t low = at->low.v[i], high = at->high.v[i], interior = at->interior.v[i];
    if (interior < 0) return REJECT(in, "pad: interior padding is negative");
    if (!padding_fits(low) || !padding_fits(high) || !padding_fits(interior))
      return REJECT(in, "pad: padding of dimension %d of %s is out of range", i, TYPE_STR(x));
    if (__builtin_mul_overflow(n > 0 ? n - 1 : 0, interior, &holes) ||
        __builtin_add_overflow(n + low + high, holes, &n))
      return REJECT(in, "pad: dimension %d of %s overflows", i, TYPE_STR(x));
    if (n < 0) return REJECT(in, "pad: dimension %d of %s becomes negative", i, TYPE_STR(x));
    dim[i] = n;
  }
  return result_dims(in, x.rank, dim);
}

bool infer_reverse(Infer *in) {
  for (int i = 0; i < in->attrs->axes.n; i++) {
    int64_t a = in->attrs->axes.v[i];
    if (a < 0 || a >= in->args[0].rank)
      return REJECT(in, "reverse: axis %lld is out of range for %s", (long long)a,
                    TYPE_STR(in->args[0]));
  }
  return result_dims(in, in->args[0].rank, in->args[0].dim);
}

bool infer_concatenate(Infer *in) {
  if (in->nargs < 1) return REJECT(in, "concatenate: takes at least one operand");
  Type x = in->args[0];
  int64_t axis = in->attrs->axis, total = 0, dim[MAX_RANK];
  if (axis < 0 || axis >= x.rank)
    return REJECT(in, "concatenate: axis %lld is out of range for %s", (long long)axis,
                  TYPE_STR(x));
  for (int i = 0; i < in->nargs; i++) {
    Type t = in->args[i];
    bool fits = t.rank == x.rank && t.dtype == x.dtype;
    for (int k = 0; fits && k < t.rank; k++) fits = k == axis || t.dim[k] == x.dim[k];
    if (!fits)
      return REJECT(in, "concatenate: operands differ: %s and %s", TYPE_STR(x), TYPE_STR(t));
    if (__builtin_add_overflow(total, t.dim[axis], &total))
      return REJECT(in, "concatenate: the result is too large");
  }
  for (int k = 0; k < x.rank; k++) dim[k] = k == axis ? total : x.dim[k];
  return result_dims(in, x.rank, dim);
}

bool infer_iota(Infer *in) {
  const Attrs *at = in->attrs;
  if (!shape_fits(in, at->shape, at->dtype)) return false;
  if (at->axis < 0 || at->axis >= at->shape.n)
    return REJECT(in, "iota: axis %lld is out of range for rank %d", (long long)at->axis,
                  at->shape.n);
  if (at->dtype == DT_BOOL) return REJECT(in, "iota: has no bool form");
  in->results[0] = type_copy(in->arena, type_of(at->dtype, at->shape));
  return true;
}

bool infer_constant(Infer *in) {
  if (!in->attrs->literal.data && type_count(in->attrs->literal.type) > 0)
    return REJECT(in, "constant: has no elements");
  if (!type_fits(in->attrs->literal.type)) return REJECT(in, "constant: the shape is too large");
  in->results[0] = type_copy(in->arena, in->attrs->literal.type);
  return true;
}

static bool indices_ok(Infer *in, int from) {
  for (int i = from; i < in->nargs; i++) {
    if (!dtype_is_int(in->args[i].dtype) || in->args[i].rank != 0)
      return REJECT(in, "%s: start %d is %s, not an integer scalar", NAME(in), i - from,
                    TYPE_STR(in->args[i]));
  }
  if (in->nargs - from == in->args[0].rank) return true;
  return REJECT(in, "%s: %d starts for %s", NAME(in), in->nargs - from, TYPE_STR(in->args[0]));
}

bool infer_dynamic_slice(Infer *in) {
  if (in->nargs < 1) return REJECT(in, "dynamic_slice: takes an operand and its starts");
  Ints sizes = in->attrs->slice_sizes;
  if (!indices_ok(in, 1) || !one_per_dim(in, sizes, "slice_sizes")) return false;
  for (int i = 0; i < sizes.n; i++) {
    if (sizes.v[i] < 0 || sizes.v[i] > in->args[0].dim[i])
      return REJECT(in, "dynamic_slice: size %lld does not fit dimension %d of %s",
                    (long long)sizes.v[i], i, TYPE_STR(in->args[0]));
  }
  return result_dims(in, sizes.n, sizes.v);
}

bool infer_dynamic_update_slice(Infer *in) {
  if (in->nargs < 2)
    return REJECT(in, "dynamic_update_slice: takes an operand, an update and starts");
  Type x = in->args[0], u = in->args[1];
  bool fits = x.dtype == u.dtype && x.rank == u.rank;
  for (int i = 0; fits && i < x.rank; i++) fits = u.dim[i] <= x.dim[i];
  if (!fits)
    return REJECT(in, "dynamic_update_slice: update %s does not fit %s", TYPE_STR(u), TYPE_STR(x));
  return indices_ok(in, 2) && result_dims(in, x.rank, x.dim);
}

// Shared by gather and scatter: `indices` and the attributes describe where windows of `x` start.
// Gives the sizes of the batch dimensions of the indices in order.
static bool index_dims(Infer *in, Type x, Type indices, int64_t *batch, int *nbatch) {
  const Attrs *at = in->attrs;
  int64_t vd = at->index_vector_dim;
  if (!dtype_is_int(indices.dtype))
    return REJECT(in, "%s: indices are %s, not integers", NAME(in), TYPE_STR(indices));
  if (vd < 0 || vd > indices.rank)
    return REJECT(in, "%s: index_vector_dim %lld is out of range for %s", NAME(in), (long long)vd,
                  TYPE_STR(indices));
  int64_t length = vd == indices.rank ? 1 : indices.dim[vd];
  if (length != at->index_map.n)
    return REJECT(in, "%s: index_map has %d entries for index vectors of %lld", NAME(in),
                  at->index_map.n, (long long)length);
  if (at->operand_batch.n != at->index_batch.n)
    return REJECT(in, "%s: operand_batch and index_batch differ in length", NAME(in));
  uint32_t seen = 0;
  const Ints lists[] = {at->collapsed_dims, at->operand_batch};
  for (int l = 0; l < 2; l++) {
    for (int i = 0; i < lists[l].n; i++) {
      int64_t d = lists[l].v[i];
      if (d < 0 || d >= x.rank || seen >> d & 1)
        return REJECT(in, "%s: collapsed and batch dimensions are not distinct dimensions of %s",
                      NAME(in), TYPE_STR(x));
      seen |= 1u << d;
    }
  }
  uint32_t mapped = 0;
  for (int i = 0; i < at->index_map.n; i++) {
    int64_t d = at->index_map.v[i];
    if (d < 0 || d >= x.rank || mapped >> d & 1 || ints_has(at->operand_batch, d))
      return REJECT(in, "%s: index_map does not name distinct dimensions of %s", NAME(in),
                    TYPE_STR(x));
    mapped |= 1u << d;
  }
  *nbatch = 0;
  for (int i = 0; i < indices.rank; i++) {
    if (i != vd) batch[(*nbatch)++] = indices.dim[i];
  }
  for (int i = 0; i < at->index_batch.n; i++) {
    int64_t d = at->index_batch.v[i];
    if (d < 0 || d >= indices.rank || d == vd || indices.dim[d] != x.dim[at->operand_batch.v[i]])
      return REJECT(in, "%s: batch dimensions of %s and %s differ", NAME(in), TYPE_STR(x),
                    TYPE_STR(indices));
  }
  return true;
}

// Assembles batch and window dimensions by offset_dims; window sizes come from the dimensions of x
// that are neither collapsed nor batch.
static bool windowed_shape(Infer *in, Type x, const int64_t *sizes, const int64_t *batch,
                           int nbatch, int64_t *dim, int *rank) {
  const Attrs *at = in->attrs;
  int64_t window[MAX_RANK];
  int nwindow = 0;
  for (int i = 0; i < x.rank; i++) {
    if (!ints_has(at->collapsed_dims, i) && !ints_has(at->operand_batch, i))
      window[nwindow++] = sizes[i];
  }
  *rank = nbatch + nwindow;
  if (nwindow != at->offset_dims.n || *rank > MAX_RANK)
    return REJECT(in, "%s: %d offset_dims for windows of rank %d", NAME(in), at->offset_dims.n,
                  nwindow);
  for (int i = 0, b = 0, w = 0; i < *rank; i++) {
    bool is_window = ints_has(at->offset_dims, i);
    if (is_window ? w >= nwindow : b >= nbatch)
      return REJECT(in, "%s: offset_dims are out of range", NAME(in));
    dim[i] = is_window ? window[w++] : batch[b++];
  }
  return true;
}

bool infer_gather(Infer *in) {
  const Attrs *at = in->attrs;
  Type x = in->args[0];
  int64_t batch[MAX_RANK], dim[MAX_RANK];
  int nbatch, rank;
  if (!one_per_dim(in, at->slice_sizes, "slice_sizes") ||
      !index_dims(in, x, in->args[1], batch, &nbatch))
    return false;
  for (int i = 0; i < x.rank; i++) {
    int64_t s = at->slice_sizes.v[i];
    bool gone = ints_has(at->collapsed_dims, i) || ints_has(at->operand_batch, i);
    // A collapsed dimension without elements would leave nothing to read for each index.
    const bool nothing = s == 0 && ints_has(at->collapsed_dims, i);
    if (s < 0 || s > x.dim[i] || (gone && s > 1) || nothing)
      return REJECT(in, "gather: slice size %lld does not fit dimension %d of %s", (long long)s, i,
                    TYPE_STR(x));
  }
  return windowed_shape(in, x, at->slice_sizes.v, batch, nbatch, dim, &rank) &&
         result_dims(in, rank, dim);
}

bool infer_scatter(Infer *in) {
  Type x = in->args[0], updates = in->args[2];
  int64_t batch[MAX_RANK], sizes[MAX_RANK], dim[MAX_RANK];
  int nbatch, rank;
  if (updates.dtype != x.dtype)
    return REJECT(in, "%s: updates %s for %s", NAME(in), TYPE_STR(updates), TYPE_STR(x));
  if (!index_dims(in, x, in->args[1], batch, &nbatch)) return false;
  // Windows may be smaller than the operand: their sizes are read off the updates.
  for (int i = 0, w = 0; i < x.rank; i++) {
    bool gone = ints_has(in->attrs->collapsed_dims, i) || ints_has(in->attrs->operand_batch, i);
    if (!gone && (w >= in->attrs->offset_dims.n || in->attrs->offset_dims.v[w] < 0 ||
                  in->attrs->offset_dims.v[w] >= updates.rank))
      return REJECT(in, "%s: offset_dims do not fit %s", NAME(in), TYPE_STR(updates));
    sizes[i] = gone ? 1 : updates.dim[in->attrs->offset_dims.v[w++]];
    if (sizes[i] > x.dim[i] && !(gone && x.dim[i] == 0))
      return REJECT(in, "%s: a window of %s does not fit %s", NAME(in), TYPE_STR(updates),
                    TYPE_STR(x));
  }
  if (!windowed_shape(in, x, sizes, batch, nbatch, dim, &rank)) return false;
  if (!shape_equal((Type){x.dtype, rank, dim}, updates))
    return REJECT(in, "%s: updates are %s, not %s", NAME(in), TYPE_STR(updates),
                  TYPE_STR(((Type){x.dtype, rank, dim})));
  return result_dims(in, x.rank, x.dim);
}
