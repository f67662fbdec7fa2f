// numpy on graphs: what the public functions record. Dtypes promote by JAX's lattice, shapes
// broadcast; a fault is reported at g->loc under the public function's name and gives NO_ID, which
// all functions here pass on.
#ifndef JITC_FRONTEND_NP_H
#define JITC_FRONTEND_NP_H
#include "ir/build.h"

// A value with its weakness: a weak value takes the dtype of what it meets.
typedef struct Val {
  Id id;
  bool weak;
} Val;

typedef struct Np {
  Graph *g;
  const char *name;  // the public function's, for messages
} Np;

static inline bool np_bad(Val v) { return v.id == NO_ID; }
static inline Val np_val(Id id) { return (Val){id, false}; }
static inline Type np_type(Np *n, Val v) { return graph_type(n->g, v.id); }
#define NP_BAD ((Val){NO_ID, false})
Val np_fail(Np *n, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

// ---- promotion and broadcasting
void promote(Dtype a, bool weak_a, Dtype b, bool weak_b, Dtype *d, bool *weak);
Val np_convert(Np *n, Val x, Dtype d);  // strong
Val np_to(Np *n, Val x, Dtype d, bool weak);
Val np_inexact(Np *n, Val x);             // integers and bools as (weak) f32
bool np_promote(Np *n, int k, Val *x);    // all to their common dtype
bool np_broadcast(Np *n, int k, Val *x);  // all to their common shape
Val np_broadcast_to(Np *n, Val x, Ints shape);
Val np_number(Np *n, Val like, double v);               // a weak scalar of like's dtype
bool np_axis(Np *n, int64_t axis, int rank, int *out);  // wraps negative ones

// ---- elementwise
Val np_map1(Np *n, Op op, Val x);
Val np_real1(Np *n, Op op, Val x);  // of np_inexact(x)
Val np_map2(Np *n, Op op, Val a, Val b);
Val np_compare(Np *n, Op op, Val a, Val b);
Val np_select(Np *n, Val c, Val a, Val b);
Val np_nonzero(Np *n, Val x);  // as bool
Val np_mod(Np *n, Val a, Val b);
Val np_floor_divide(Np *n, Val a, Val b);
Val np_true_divide(Np *n, Val a, Val b);
Val np_clip(Np *n, Val x, Val lo, Val hi);
Val np_softplus(Np *n, Val x);
Val np_greater_first(Np *n, Val x[2]);  // puts the greater in x[0]; gives x[1] - x[0], up to 0
Val np_ndtr(Np *n, Val x);
static inline Val np_add(Np *n, Val a, Val b) { return np_map2(n, OP_add, a, b); }
static inline Val np_sub(Np *n, Val a, Val b) { return np_map2(n, OP_sub, a, b); }
static inline Val np_mul(Np *n, Val a, Val b) { return np_map2(n, OP_mul, a, b); }
static inline Val np_div(Np *n, Val a, Val b) { return np_map2(n, OP_div, a, b); }

// ---- reductions. An Axes is resolved against a rank: no axes given means all.
typedef struct Axes {
  int64_t v[MAX_RANK];
  int n;
} Axes;
bool np_axes(Np *n, Ints given, int rank, Axes *out);
Val np_reduce(Np *n, Op op, Val x, Ints axes, bool keepdims);
Val np_without_nan(Np *n, Val x, double v);  // v in the place of each NaN
Val np_widen(Np *n, Val x);                  // small integers and bools as i32 or u32
Val np_sum(Np *n, Val x, Ints axes, bool keepdims);
Val np_mean(Np *n, Val x, Ints axes, bool keepdims);
Val np_var(Np *n, Val x, Ints axes, bool keepdims, double ddof);
Val np_logsumexp(Np *n, Val x, Ints axes, bool keepdims);
Val np_norm(Np *n, Val x, Ints axes, bool keepdims);
Val np_arg(Np *n, Op op, Val x, int64_t axis);
Val np_softmax(Np *n, Val x, int64_t axis);
Val np_log_softmax(Np *n, Val x, int64_t axis);
Val np_one_hot(Np *n, Val x, int64_t classes);
Val np_matmul(Np *n, Val a, Val b);

// ---- shape
Val np_reshape(Np *n, Val x, Ints shape);  // one size may be -1
Val np_transpose(Np *n, Val x, Ints axes);
Val np_expand_dims(Np *n, Val x, int64_t axis);
Val np_squeeze(Np *n, Val x, int64_t axis);
Val np_flip(Np *n, Val x, int64_t axis);
Val np_concatenate(Np *n, int k, const Val *x, int64_t axis);
Val np_stack(Np *n, int k, const Val *x, int64_t axis);
Val np_slice(Np *n, Val x, Ints start, Ints limit, Ints stride);
Val np_row(Np *n, Val x, int64_t i);                            // x[i]
Val np_move(Np *n, Val x, int64_t from, int64_t to);            // an axis
Val np_part(Np *n, Val x, int axis, int64_t from, int64_t to);  // x[.., from:to, ..]
Val np_roll(Np *n, Val x, int64_t by, int64_t axis);
Val np_diagonal(Np *n, Val x, int64_t offset, int64_t a, int64_t b);  // as a new last axis
// Where the row plus k compares so with the column, in the last two of a shape.
Val np_triangle(Np *n, Op op, Ints shape, int64_t k);

// ---- linear algebra
Val np_einsum(Np *n, const char *subscripts, int k, const Val *x);
Val np_conj(Np *n, Val x);
Val np_adjoint(Np *n, Val x);  // of matrices in the last two axes

Val np_solve(Np *n, Val a, Val b);  // a of matrices, b of columns or a vector
Val np_svdvals(Np *n, Val x);       // of matrices in the last two axes

// ---- indexing, sorting
// The i32 flat indices of the first `size` elements that are not zero, then `fill`.
Val np_flatnonzero(Np *n, Val x, int64_t size, int64_t fill);
Val np_take(Np *n, Val x, Val indices, int64_t axis, IndexMode mode);
Val np_take_along_axis(Np *n, Val x, Val indices, int64_t axis, IndexMode mode);
Val np_at_update(Np *n, Op scatter, Val x, Val i, Val v);
Val np_dynamic_slice(Np *n, Val x, int k, const Val *start, Ints sizes);
Val np_dynamic_update_slice(Np *n, Val x, Val v, int k, const Val *start);
Val np_sort(Np *n, Val x, int64_t axis, bool descending);
Val np_argsort(Np *n, Val x, int64_t axis, bool descending);
Val np_lexsort(Np *n, int k, const Val *keys);
Val np_top_k(Np *n, Val x, int64_t k, bool indices);
Val np_cumsum(Np *n, Val x, int64_t axis);
Val np_searchsorted(Np *n, Val sorted, Val v, bool right);

// ---- sources
Val np_full(Np *n, Type t, double v);
Val np_iota(Np *n, Type t, int axis);
Val np_iota1(Np *n, Dtype d, int64_t count);
#endif
