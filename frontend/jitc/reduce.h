// Sums and their kin, along axes; order. Part of jitc.h, which includes it.
#ifndef JITC_REDUCE_H
#define JITC_REDUCE_H

// ---- reductions

// jc_sum(x), jc_sum(x, .axes = JC_AXES(0, 1), .keepdims = true): over all axes where none is given.
struct jc_reduce {
  jc_array x;
  jc_dims axes;
  bool keepdims;
  double ddof;  // jc_var, jc_std: what is taken off the count
};
#define JC_REDUCE_DECLARE_(name)                     \
  jc_array jc_##name##_(struct jc_reduce r, JC_AT_); \
  jc_array(jc_##name)(jc_array x);
// clang-format off
#define JC_REDUCE_OPS_(X) \
  X(sum) X(prod) X(mean) X(max) X(min) X(all) X(any) X(logsumexp) X(var) X(std) X(count_nonzero)
// clang-format on
JC_REDUCE_OPS_(JC_REDUCE_DECLARE_)
#define jc_sum(...) jc_sum_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)    // 0 of nothing
#define jc_prod(...) jc_prod_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)  // 1 of nothing
#define jc_mean(...) jc_mean_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)  // f32 of integers
#define jc_max(...) jc_max_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)    // NaN propagates
#define jc_min(...) jc_min_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)    // NaN propagates
#define jc_all(...) jc_all_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)    // none is zero
#define jc_any(...) jc_any_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)    // one is not zero
// log(sum(exp(x))) without overflow.
#define jc_logsumexp(...) jc_logsumexp_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)
// Variance and standard deviation; .ddof = 1 for the unbiased estimate.
#define jc_var(...) jc_var_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)
#define jc_std(...) jc_std_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)
// How many elements are not zero, as i32.
#define jc_count_nonzero(...) jc_count_nonzero_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)

// Functions along one axis, which is always given; negative counts from the last.
#define JC_ALONG_DECLARE_(name) jc_array jc_##name##_(jc_array x, int axis, JC_AT_);
// clang-format off
#define JC_ALONG_OPS_(X) \
  X(argmax) X(argmin) X(softmax) X(log_softmax)
// clang-format on
JC_ALONG_OPS_(JC_ALONG_DECLARE_)
#define jc_argmax(x, axis) jc_argmax_(x, axis, JC_HERE)  // i32; the first NaN, else first largest
#define jc_argmin(x, axis) jc_argmin_(x, axis, JC_HERE)  // i32; the first NaN, else first smallest
#define jc_softmax(x, axis) jc_softmax_(x, axis, JC_HERE)          // exp(x) over its sum
#define jc_log_softmax(x, axis) jc_log_softmax_(x, axis, JC_HERE)  // log of softmax

// jc_sort(x, axis): ascending, NaN last; jc_argsort(x, axis): the i32 indices that sort x. Both are
// stable: equals stay in their order, also with .descending = true (NaN first).
struct jc_sort {
  jc_array x;
  int axis;
  bool descending;
};
jc_array jc_sort_(struct jc_sort sort, JC_AT_);
jc_array jc_argsort_(struct jc_sort sort, JC_AT_);
#define jc_sort(a, ...) jc_sort_((struct jc_sort){.x = jc_lift(a), .axis = __VA_ARGS__}, JC_HERE)
#define jc_argsort(a, ...) \
  jc_argsort_((struct jc_sort){.x = jc_lift(a), .axis = __VA_ARGS__}, JC_HERE)
// jc_lexsort(JC_LIST(b, a)): the i32 indices that sort by a, then by b; of vectors.
jc_array jc_lexsort_(jc_list keys, JC_AT_);
#define jc_lexsort(keys) jc_lexsort_(keys, JC_HERE)
// jc_top_k(x, k): the k largest of the last axis, largest first, and their i32 indices. Of equals
// the first comes first; NaN is largest.
struct jc_top_k {
  jc_array values, indices;
};
struct jc_top_k jc_top_k_(jc_array x, int64_t k, JC_AT_);
#define jc_top_k(x, k) jc_top_k_(x, k, JC_HERE)
// jc_searchsorted(sorted, v): for each v the i32 number of elements of a sorted vector in front of
// it: those that are less, or (.right = true) not greater. NaN is behind all others.
struct jc_searchsorted {
  jc_array sorted, v;
  bool right;
  char end_;
};
jc_array jc_searchsorted_(struct jc_searchsorted search, JC_AT_);
#define jc_searchsorted(a, ...) JC_SEARCHSORTED_(a, __VA_ARGS__, .end_ = 0)
#define JC_SEARCHSORTED_(a, b, ...) \
  jc_searchsorted_((struct jc_searchsorted){.sorted = (a), .v = jc_lift(b), __VA_ARGS__}, JC_HERE)

// jc_cumsum(x, axis), jc_cumsum(x, axis, .reverse = true): of the elements up to each one along an
// axis, or of those from it on: sum, product, largest, smallest, log of the sum of exp. bools count
// as i32 in sums and products.
struct jc_cumulative {
  jc_array x;
  int axis;
  bool reverse;
};
// clang-format off
#define JC_CUMULATIVE_OPS_(X) X(cumsum) X(cumprod) X(cummax) X(cummin) X(cumlogsumexp)
// clang-format on
#define JC_CUMULATIVE_DECLARE_(name) jc_array jc_##name##_(struct jc_cumulative along, JC_AT_);
JC_CUMULATIVE_OPS_(JC_CUMULATIVE_DECLARE_)
#define JC_CUMULATIVE_(name, a, ...) \
  name((struct jc_cumulative){.x = (a), .axis = __VA_ARGS__}, JC_HERE)
#define jc_cumsum(a, ...) JC_CUMULATIVE_(jc_cumsum_, a, __VA_ARGS__)
#define jc_cumprod(a, ...) JC_CUMULATIVE_(jc_cumprod_, a, __VA_ARGS__)
#define jc_cummax(a, ...) JC_CUMULATIVE_(jc_cummax_, a, __VA_ARGS__)
#define jc_cummin(a, ...) JC_CUMULATIVE_(jc_cummin_, a, __VA_ARGS__)
#define jc_cumlogsumexp(a, ...) JC_CUMULATIVE_(jc_cumlogsumexp_, a, __VA_ARGS__)

#endif
