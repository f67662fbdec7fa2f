// More of numpy: shapes, statistics, sequences, counting. Part of jitc.h, which includes it.
#ifndef JITC_ARRAY_H
#define JITC_ARRAY_H

// ---- elementwise

// clang-format off
#define JC_UNARY_MORE_(X) \
  X(deg2rad) X(rad2deg) X(signbit) X(expit) X(gammaln) X(factorial) X(log1mexp)
#define JC_BINARY_MORE_(X) \
  X(copysign) X(heaviside) X(fmod) X(fmax) X(fmin) X(gcd) X(lcm) X(float_power) X(logaddexp2) \
  X(array_equal) X(polyval) X(rel_entr) X(kl_div)
// clang-format on
JC_UNARY_MORE_(JC_UNARY_DECLARE_)
JC_BINARY_MORE_(JC_BINARY_DECLARE_)
#define jc_deg2rad(x) jc_deg2rad_(jc_lift(x), JC_HERE)      // degrees in radians
#define jc_rad2deg(x) jc_rad2deg_(jc_lift(x), JC_HERE)      // radians in degrees
#define jc_signbit(x) jc_signbit_(jc_lift(x), JC_HERE)      // below 0, or -0, as bool
#define jc_expit(x) jc_expit_(jc_lift(x), JC_HERE)          // jc_sigmoid by scipy's name
#define jc_gammaln(x) jc_gammaln_(jc_lift(x), JC_HERE)      // jc_lgamma by scipy's name
#define jc_factorial(x) jc_factorial_(jc_lift(x), JC_HERE)  // gamma(x + 1); 0 below 0
#define jc_log1mexp(x) jc_log1mexp_(jc_lift(x), JC_HERE)    // log(1 - exp(-x)) without cancellation
// a log(a / b): 0 where a is 0, inf where one is negative or b is 0; with b - a added
#define jc_rel_entr(a, b) jc_rel_entr_(jc_lift(a), jc_lift(b), JC_HERE)
#define jc_kl_div(a, b) jc_kl_div_(jc_lift(a), jc_lift(b), JC_HERE)
// |a| with the sign of b
#define jc_copysign(a, b) jc_copysign_(jc_lift(a), jc_lift(b), JC_HERE)
// 0 where a < 0, b where a is 0, else 1
#define jc_heaviside(a, b) jc_heaviside_(jc_lift(a), jc_lift(b), JC_HERE)
// jc_rem by numpy's name: the sign of a
#define jc_fmod(a, b) jc_fmod_(jc_lift(a), jc_lift(b), JC_HERE)
// The larger (smaller); where one is NaN the other
#define jc_fmax(a, b) jc_fmax_(jc_lift(a), jc_lift(b), JC_HERE)
#define jc_fmin(a, b) jc_fmin_(jc_lift(a), jc_lift(b), JC_HERE)
// Greatest common divisor and least common multiple of integers
#define jc_gcd(a, b) jc_gcd_(jc_lift(a), jc_lift(b), JC_HERE)
#define jc_lcm(a, b) jc_lcm_(jc_lift(a), jc_lift(b), JC_HERE)
// a to the b, integers as floats
#define jc_float_power(a, b) jc_float_power_(jc_lift(a), jc_lift(b), JC_HERE)
// log2(2^a + 2^b) without overflow
#define jc_logaddexp2(a, b) jc_logaddexp2_(jc_lift(a), jc_lift(b), JC_HERE)
// Whether shapes and all elements are equal, a bool scalar
#define jc_array_equal(a, b) jc_array_equal_(jc_lift(a), jc_lift(b), JC_HERE)
// The polynomial with coefficients a, of the highest power first, at b
#define jc_polyval(a, b) jc_polyval_(jc_lift(a), jc_lift(b), JC_HERE)

// jc_isclose(a, b), with .rtol, .atol (1e-5 and 1e-8), .equal_nan = true: |a - b| <= atol + rtol
// |b|, elementwise. jc_allclose: everywhere, a bool scalar. .exact = true: both tolerances are 0
// where not given.
struct jc_isclose {
  jc_array b;
  double rtol, atol;
  bool equal_nan, exact;
  char end_;
};
jc_array jc_isclose_(jc_array a, struct jc_isclose c, JC_AT_);
jc_array jc_allclose_(jc_array a, struct jc_isclose c, JC_AT_);
#define jc_isclose(a, ...) JC_ISCLOSE_(jc_isclose_, a, __VA_ARGS__, .end_ = 0)
#define jc_allclose(a, ...) JC_ISCLOSE_(jc_allclose_, a, __VA_ARGS__, .end_ = 0)
#define JC_ISCLOSE_(name, a, other, ...) \
  name(jc_lift(a), (struct jc_isclose){.b = jc_lift(other), __VA_ARGS__}, JC_HERE)

// ---- shape

// Several arrays of one call: r.n of them, r.v[0] and on.
enum { JC_MAX_PARTS = 16 };
typedef struct jc_arrays {
  int n;
  jc_array v[JC_MAX_PARTS];
} jc_arrays;

// jc_parts(x, 3, axis): x in 3 equal parts along an axis, numpy's split; jc_unstack(x, axis): the
// slices along an axis, without it.
jc_arrays jc_parts_(jc_array x, int n, int axis, JC_AT_);
jc_arrays jc_unstack_(jc_array x, int axis, JC_AT_);
#define jc_parts(x, n, axis) jc_parts_(x, n, axis, JC_HERE)
#define jc_unstack(x, axis) jc_unstack_(x, axis, JC_HERE)
// jc_meshgrid(JC_LIST(x, y)): each vector along an axis of its own, repeated along the others; the
// first is along axis 1, the second along axis 0; .ij = true: along axes 0, 1, ..
struct jc_meshgrid {
  jc_list vectors;
  bool ij;
  char end_;
};
jc_arrays jc_meshgrid_(struct jc_meshgrid m, JC_AT_);
#define jc_meshgrid(...) JC_MESHGRID_(__VA_ARGS__, .end_ = 0)
#define JC_MESHGRID_(list, ...) \
  jc_meshgrid_((struct jc_meshgrid){.vectors = list, __VA_ARGS__}, JC_HERE)

// jc_slice_in_dim(x, from, to, axis): x[.., from:to, ..]; .stride = 2. jc_index_in_dim(x, i, axis):
// x[.., i, ..] without that axis, i a C number or an integer array scalar, which is clamped.
struct jc_slice_in_dim {
  int axis;
  int64_t stride;
};
jc_array jc_slice_in_dim_(jc_array x, int64_t from, int64_t to, struct jc_slice_in_dim s, JC_AT_);
jc_array jc_index_in_dim_(jc_array x, jc_array i, int axis, JC_AT_);
#define jc_slice_in_dim(x, from, to, ...) \
  jc_slice_in_dim_(x, from, to, (struct jc_slice_in_dim){.axis = __VA_ARGS__}, JC_HERE)
#define jc_index_in_dim(x, i, axis) jc_index_in_dim_(x, jc_lift(i), axis, JC_HERE)

// jc_tile(x, JC_SHAPE(2, 1)): x so often along each axis. jc_repeat(x, n, axis): each element n
// times. jc_roll(x, n, axis): elements n places on, the last ones to the front.
jc_array jc_tile_(jc_array x, jc_dims times, JC_AT_);
jc_array jc_repeat_(jc_array x, int64_t n, int axis, JC_AT_);
jc_array jc_roll_(jc_array x, int64_t n, int axis, JC_AT_);
#define jc_tile(x, times) jc_tile_(x, times, JC_HERE)
#define jc_repeat(x, n, axis) jc_repeat_(x, n, axis, JC_HERE)
#define jc_roll(x, n, axis) jc_roll_(x, n, axis, JC_HERE)

// Axes a and b exchanged; axis a at place b, the others in their order.
jc_array jc_swapaxes_(jc_array x, int a, int b, JC_AT_);
jc_array jc_moveaxis_(jc_array x, int a, int b, JC_AT_);
#define jc_swapaxes(x, a, b) jc_swapaxes_(x, a, b, JC_HERE)
#define jc_moveaxis(x, a, b) jc_moveaxis_(x, a, b, JC_HERE)

// jc_pad(x, JC_SHAPE(1, 2, 0, 0)): one element before and two behind along axis 0, none along axis
// 1; two numbers count for all axes. .value = v, or .mode: the edge, x mirrored without (REFLECT)
// or with (SYMMETRIC) its edge, x again.
typedef enum jc_pad_mode {
  JC_PAD_VALUE,
  JC_PAD_EDGE,
  JC_PAD_REFLECT,
  JC_PAD_SYMMETRIC,
  JC_PAD_WRAP
} jc_pad_mode;
struct jc_pad {
  jc_dims widths;
  jc_pad_mode mode;
  double value;
};
jc_array jc_pad_(jc_array x, struct jc_pad p, JC_AT_);
#define jc_pad(x, ...) jc_pad_(x, (struct jc_pad){.widths = __VA_ARGS__}, JC_HERE)

// jc_rot90(x, k): turned k times from axis 0 to axis 1; .axes = JC_AXES(a, b).
struct jc_rot90 {
  int k;
  jc_dims axes;
};
jc_array jc_rot90_(jc_array x, struct jc_rot90 r, JC_AT_);
#define jc_rot90(x, ...) jc_rot90_(x, (struct jc_rot90){.k = __VA_ARGS__}, JC_HERE)

#define jc_flipud(x) jc_flip(x, 0)  // rows in reverse order
#define jc_fliplr(x) jc_flip(x, 1)  // columns in reverse order

// clang-format off
#define JC_SHAPE_OPS_(X) X(atleast_1d) X(atleast_2d) X(atleast_3d)
#define JC_JOIN_OPS_(X) X(hstack) X(vstack) X(dstack) X(column_stack)
// clang-format on
JC_SHAPE_OPS_(JC_UNARY_DECLARE_)
#define JC_JOIN_DECLARE_(name) jc_array jc_##name##_(jc_list list, JC_AT_);
JC_JOIN_OPS_(JC_JOIN_DECLARE_)
#define jc_atleast_1d(x) jc_atleast_1d_(jc_lift(x), JC_HERE)  // a scalar as [1]
#define jc_atleast_2d(x) jc_atleast_2d_(jc_lift(x), JC_HERE)  // a vector as [1, n]
#define jc_atleast_3d(x) \
  jc_atleast_3d_(jc_lift(x), JC_HERE)              // [n] as [1, n, 1], [m, n] as [m, n, 1]
#define jc_hstack(list) jc_hstack_(list, JC_HERE)  // along axis 1, of vectors 0
#define jc_vstack(list) jc_vstack_(list, JC_HERE)  // rows, along axis 0
#define jc_dstack(list) jc_dstack_(list, JC_HERE)  // along axis 2
#define jc_column_stack(list) jc_column_stack_(list, JC_HERE)  // vectors as columns

// jc_logspace(a, b, n): n f32 numbers from 10^a to 10^b, equal in their quotients; .base = 2;
// jc_geomspace(a, b, n): from a to b.
struct jc_logspace {
  int64_t n;
  double base;
};
jc_array jc_logspace_(double start, double stop, struct jc_logspace s, JC_AT_);
jc_array jc_geomspace_(double start, double stop, int64_t n, JC_AT_);
#define jc_logspace(start, stop, ...) \
  jc_logspace_(start, stop, (struct jc_logspace){.n = __VA_ARGS__}, JC_HERE)
#define jc_geomspace(start, stop, n) jc_geomspace_(start, stop, n, JC_HERE)

// ---- statistics

// As jc_sum and its kin, over all axes where none is given. nan...: without what is NaN (NaN of
// nothing but those; sum 0, product 1). ptp: largest less smallest. median: NaN where one is NaN.
// clang-format off
#define JC_REDUCE_MORE_(X) \
  X(nansum) X(nanprod) X(nanmean) X(nanmax) X(nanmin) X(nanvar) X(nanstd) X(ptp) X(median) \
  X(nanmedian)
// clang-format on
JC_REDUCE_MORE_(JC_REDUCE_DECLARE_)
#define jc_nansum(...) jc_nansum_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)
#define jc_nanprod(...) jc_nanprod_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)
#define jc_nanmean(...) jc_nanmean_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)
#define jc_nanmax(...) jc_nanmax_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)
#define jc_nanmin(...) jc_nanmin_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)
#define jc_nanvar(...) jc_nanvar_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)
#define jc_nanstd(...) jc_nanstd_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)
#define jc_ptp(...) jc_ptp_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)
#define jc_median(...) jc_median_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)
#define jc_nanmedian(...) jc_nanmedian_((struct jc_reduce){.x = __VA_ARGS__}, JC_HERE)
// jc_nanargmax(x, axis), jc_nanargmin(x, axis): the i32 place of the largest (smallest) that is not
// NaN, -1 where there is none. jc_nancumsum, jc_nancumprod: as jc_cumsum, NaN as 0, as 1.
JC_ALONG_DECLARE_(nanargmax)
JC_ALONG_DECLARE_(nanargmin)
#define jc_nanargmax(x, axis) jc_nanargmax_(x, axis, JC_HERE)
#define jc_nanargmin(x, axis) jc_nanargmin_(x, axis, JC_HERE)
JC_CUMULATIVE_DECLARE_(nancumsum)
JC_CUMULATIVE_DECLARE_(nancumprod)
#define jc_nancumsum(a, ...) JC_CUMULATIVE_(jc_nancumsum_, a, __VA_ARGS__)
#define jc_nancumprod(a, ...) JC_CUMULATIVE_(jc_nancumprod_, a, __VA_ARGS__)

// jc_quantile(x, q), q in [0, 1], a number or an array, whose axes come first: over all elements,
// or .axes; between two elements in proportion, or .method. jc_percentile: q in [0, 100].
// jc_nanquantile, jc_nanpercentile: of what is not NaN.
typedef enum jc_quantile_method {
  JC_LINEAR,
  JC_LOWER,
  JC_HIGHER,
  JC_MIDPOINT,
  JC_NEAREST
} jc_quantile_method;
struct jc_quantile {
  jc_array q;
  jc_dims axes;
  jc_quantile_method method;
  bool keepdims;
  char end_;
};
jc_array jc_quantile_(jc_array x, struct jc_quantile q, JC_AT_);
jc_array jc_percentile_(jc_array x, struct jc_quantile q, JC_AT_);
jc_array jc_nanquantile_(jc_array x, struct jc_quantile q, JC_AT_);
jc_array jc_nanpercentile_(jc_array x, struct jc_quantile q, JC_AT_);
#define jc_nanquantile(x, ...) JC_QUANTILE_(jc_nanquantile_, x, __VA_ARGS__, .end_ = 0)
#define jc_nanpercentile(x, ...) JC_QUANTILE_(jc_nanpercentile_, x, __VA_ARGS__, .end_ = 0)
#define jc_quantile(x, ...) JC_QUANTILE_(jc_quantile_, x, __VA_ARGS__, .end_ = 0)
#define jc_percentile(x, ...) JC_QUANTILE_(jc_percentile_, x, __VA_ARGS__, .end_ = 0)
#define JC_QUANTILE_(name, x, a, ...) \
  name(x, (struct jc_quantile){.q = jc_lift(a), __VA_ARGS__}, JC_HERE)

// jc_average(x, w): sum(w x) / sum(w), of weights in x's shape, or a vector along .axes = one axis.
struct jc_average {
  jc_array weights;
  jc_dims axes;
};
jc_array jc_average_(jc_array x, struct jc_average a, JC_AT_);
#define jc_average(x, ...) jc_average_(x, (struct jc_average){.weights = __VA_ARGS__}, JC_HERE)

// jc_cov(x): covariances of the rows of a matrix; .ddof = 0 by .biased = true. jc_corrcoef(x):
// correlations.
struct jc_cov {
  jc_array x;
  bool biased;
};
jc_array jc_cov_(struct jc_cov c, JC_AT_);
jc_array jc_corrcoef_(jc_array x, JC_AT_);
#define jc_cov(...) jc_cov_((struct jc_cov){.x = __VA_ARGS__}, JC_HERE)
#define jc_corrcoef(x) jc_corrcoef_(x, JC_HERE)

// ---- sequences

// jc_diff(x, axis): differences of neighbours; .n = 2: of those again.
struct jc_diff {
  int axis, n;
};
jc_array jc_diff_(jc_array x, struct jc_diff d, JC_AT_);
#define jc_diff(x, ...) jc_diff_(x, (struct jc_diff){.axis = __VA_ARGS__}, JC_HERE)
// jc_gradient(x, axis), .spacing = h (1): central differences, one-sided at the edges.
// jc_trapezoid(y, axis), .spacing = h (1): the integral by the trapezoidal rule.
struct jc_spaced {
  int axis;
  double spacing;
};
jc_array jc_gradient_(jc_array x, struct jc_spaced s, JC_AT_);
jc_array jc_trapezoid_(jc_array x, struct jc_spaced s, JC_AT_);
#define jc_gradient(x, ...) jc_gradient_(x, (struct jc_spaced){.axis = __VA_ARGS__}, JC_HERE)
#define jc_trapezoid(x, ...) jc_trapezoid_(x, (struct jc_spaced){.axis = __VA_ARGS__}, JC_HERE)
// Angles along an axis without jumps of more than pi.
jc_array jc_unwrap_(jc_array x, int axis, JC_AT_);
#define jc_unwrap(x, axis) jc_unwrap_(x, axis, JC_HERE)
// jc_interp(x, xp, fp): at x the line through points (xp, fp), xp ascending; fp's ends outside.
jc_array jc_interp_(jc_array x, jc_array xp, jc_array fp, JC_AT_);
#define jc_interp(x, xp, fp) jc_interp_(jc_lift(x), xp, fp, JC_HERE)
// jc_convolve(a, v, JC_FULL) of two vectors: all sums of a[i] v[k - i]; JC_SAME_SIZE: as many as
// the longer has; JC_INSIDE: those with all of the shorter. jc_correlate: of a[i + k] conj(v[i]).
typedef enum jc_overlap { JC_FULL, JC_SAME_SIZE, JC_INSIDE } jc_overlap;
jc_array jc_convolve_(jc_array a, jc_array v, jc_overlap mode, JC_AT_);
jc_array jc_correlate_(jc_array a, jc_array v, jc_overlap mode, JC_AT_);
#define jc_convolve(a, v, mode) jc_convolve_(a, v, mode, JC_HERE)
#define jc_correlate(a, v, mode) jc_correlate_(a, v, mode, JC_HERE)
// jc_convolve2d(a, v, JC_FULL), jc_correlate2d: of two matrices, as scipy.signal's, zeros around
// them; JC_SAME_SIZE: a's size; JC_INSIDE: one of them lies within the other. Of real numbers.
jc_array jc_convolve2d_(jc_array a, jc_array v, jc_overlap mode, JC_AT_);
jc_array jc_correlate2d_(jc_array a, jc_array v, jc_overlap mode, JC_AT_);
#define jc_convolve2d(a, v, mode) jc_convolve2d_(a, v, mode, JC_HERE)
#define jc_correlate2d(a, v, mode) jc_correlate2d_(a, v, mode, JC_HERE)
// jc_vander(x, n): columns x^(n - 1), .., x, 1.
jc_array jc_vander_(jc_array x, int64_t n, JC_AT_);
#define jc_vander(x, n) jc_vander_(x, n, JC_HERE)

// ---- windows

// jc_hanning(n), jc_hanning(n, JC_F64): n numbers from 0 (hamming: 0.08) up to 1 and down
// again, f32 or another float. jc_kaiser(n, beta): beta up to 700.
struct jc_taper {
  int64_t n;
  jc_dtype dtype;
  double beta;
};
// clang-format off
#define JC_TAPER_OPS_(X) X(bartlett) X(blackman) X(hamming) X(hanning) X(kaiser)
// clang-format on
#define JC_TAPER_DECLARE_(name) jc_array jc_##name##_(struct jc_taper o, JC_AT_);
JC_TAPER_OPS_(JC_TAPER_DECLARE_)
#define jc_bartlett(...) jc_bartlett_((struct jc_taper){.n = __VA_ARGS__}, JC_HERE)
#define jc_blackman(...) jc_blackman_((struct jc_taper){.n = __VA_ARGS__}, JC_HERE)
#define jc_hamming(...) jc_hamming_((struct jc_taper){.n = __VA_ARGS__}, JC_HERE)
#define jc_hanning(...) jc_hanning_((struct jc_taper){.n = __VA_ARGS__}, JC_HERE)
#define jc_kaiser(size, ...) \
  jc_kaiser_((struct jc_taper){.n = (size), .beta = __VA_ARGS__}, JC_HERE)

// ---- polynomials

// Vectors of coefficients, of the highest power first. jc_polyadd, jc_polysub, jc_polymul(a, b): of
// two (the product is of floats). jc_poly(r): the one with roots r, of first coefficient 1, of up
// to 256. jc_roots(p): its roots, c64 (c128 of f64) in no particular order; the first coefficient
// must not be 0. It has no derivative in reverse.
// clang-format off
#define JC_POLY_OPS_(X) X(polyadd) X(polysub) X(polymul)
// clang-format on
JC_POLY_OPS_(JC_BINARY_DECLARE_)
JC_UNARY_DECLARE_(poly)
JC_UNARY_DECLARE_(roots)
#define jc_polyadd(a, b) jc_polyadd_(a, b, JC_HERE)
#define jc_polysub(a, b) jc_polysub_(a, b, JC_HERE)
#define jc_polymul(a, b) jc_polymul_(a, b, JC_HERE)
// jc_polydiv(u, v): u = quotient v + remainder; the remainder has u's length, its first
// coefficients are what rounding leaves of 0. In up to 256 steps.
struct jc_polydiv {
  jc_array quotient, remainder;
};
struct jc_polydiv jc_polydiv_(jc_array u, jc_array v, JC_AT_);
#define jc_polydiv(u, v) jc_polydiv_(u, v, JC_HERE)
#define jc_poly(r) jc_poly_(r, JC_HERE)
#define jc_roots(p) jc_roots_(p, JC_HERE)
// jc_polyder(p, m): the derivative, m times (up to 64). jc_polyint(p, m): the integral, with
// .constants = a vector of m constants of integration, the first one's first; 0 where not given.
struct jc_polyint {
  int64_t m;
  jc_array constants;
};
jc_array jc_polyder_(jc_array p, int64_t m, JC_AT_);
jc_array jc_polyint_(jc_array p, struct jc_polyint o, JC_AT_);
#define jc_polyder(p, m) jc_polyder_(p, m, JC_HERE)
#define jc_polyint(p, ...) jc_polyint_(p, (struct jc_polyint){.m = __VA_ARGS__}, JC_HERE)
// jc_polyfit(x, y, degree): the polynomial with the least sum of squares of y - p(x), y of x's
// shape or with columns; .weights = w: of w (y - p(x)).
struct jc_polyfit {
  int64_t degree;
  jc_array weights;
};
jc_array jc_polyfit_(jc_array x, jc_array y, struct jc_polyfit o, JC_AT_);
#define jc_polyfit(x, y, ...) jc_polyfit_(x, y, (struct jc_polyfit){.degree = __VA_ARGS__}, JC_HERE)

// ---- places

// Stands where options have to be named: a number given there is not the pointer.
typedef const struct jc_unnamed_ *jc_unnamed;

// jc_tril_indices(n), jc_triu_indices(n, .k = 1, .m = 5): the i32 rows and columns of the elements
// of an n by m (n) matrix on and below (above) diagonal k, row by row.
struct jc_triangle_size {
  int64_t n;
  jc_unnamed unnamed_;
  int64_t k, m;
};
struct jc_places {
  jc_array rows, columns;
};
struct jc_places jc_tril_indices_(struct jc_triangle_size o, JC_AT_);
struct jc_places jc_triu_indices_(struct jc_triangle_size o, JC_AT_);
#define jc_tril_indices(...) jc_tril_indices_((struct jc_triangle_size){.n = __VA_ARGS__}, JC_HERE)
#define jc_triu_indices(...) jc_triu_indices_((struct jc_triangle_size){.n = __VA_ARGS__}, JC_HERE)
// jc_unravel_index(i, JC_SHAPE(3, 4)): for flat indices the index along each axis; negative ones
// count from the end, what is out of range is clamped. jc_ravel_multi_index(JC_LIST(i, j),
// JC_SHAPE(3, 4)): back; clamped along each axis, or .mode = JC_WRAP.
jc_arrays jc_unravel_index_(jc_array i, jc_dims shape, JC_AT_);
#define jc_unravel_index(i, shape) jc_unravel_index_(jc_lift(i), shape, JC_HERE)
struct jc_ravelled {
  jc_dims shape;
  jc_mode mode;
};
jc_array jc_ravel_multi_index_(jc_list indices, struct jc_ravelled o, JC_AT_);
#define jc_ravel_multi_index(indices, ...) \
  jc_ravel_multi_index_(indices, (struct jc_ravelled){.shape = __VA_ARGS__}, JC_HERE)
// jc_delete(x, i, axis): x without slice i. jc_insert(x, i, v, axis): with v in front of slice i (i
// the size: behind the last), v of the shape of a slice or broadcast to it, or of x's rank:
// several.
jc_array jc_delete_(jc_array x, int64_t i, int axis, JC_AT_);
jc_array jc_insert_(jc_array x, int64_t i, jc_array v, int axis, JC_AT_);
#define jc_delete(x, i, axis) jc_delete_(x, i, axis, JC_HERE)
#define jc_insert(x, i, v, axis) jc_insert_(x, i, jc_lift(v), axis, JC_HERE)
// jc_put_along_axis(x, i, v, axis): x with x[.., i[.., k, ..], ..] = v[.., k, ..], where
// jc_take_along_axis(x, i, axis) reads: i has x's rank and, but along the axis, its sizes; v
// broadcasts to i. Negative indices count from the end, others out of range put nothing; of equal
// ones any is the last.
jc_array jc_put_along_axis_(jc_array x, jc_array indices, jc_array v, int axis, JC_AT_);
#define jc_put_along_axis(x, indices, v, axis) \
  jc_put_along_axis_(x, jc_lift(indices), jc_lift(v), axis, JC_HERE)
// jc_fill_diagonal(x, v): a matrix with the number v on its diagonal.
jc_array jc_fill_diagonal_(jc_array x, jc_array v, JC_AT_);
#define jc_fill_diagonal(x, v) jc_fill_diagonal_(x, jc_lift(v), JC_HERE)
// jc_partition(x, k, axis): in an order in which element k stands where sorting puts it, none in
// front of it is larger, none behind smaller; NaN last. jc_argpartition: the i32 indices.
jc_array jc_partition_(jc_array x, int64_t k, int axis, JC_AT_);
jc_array jc_argpartition_(jc_array x, int64_t k, int axis, JC_AT_);
#define jc_partition(x, k, axis) jc_partition_(x, k, axis, JC_HERE)
#define jc_argpartition(x, k, axis) jc_argpartition_(x, k, axis, JC_HERE)
// jc_packbits(x, axis): eight bools (integers that are not 0) to a u8, the first in the highest bit
// unless .little = true, zeros behind the last. jc_unpackbits(x, axis): back, 0 or 1 as u8; .count
// = how many.
struct jc_bit_order {
  int axis;
  bool little;
  int64_t count;
};
jc_array jc_packbits_(jc_array x, struct jc_bit_order o, JC_AT_);
jc_array jc_unpackbits_(jc_array x, struct jc_bit_order o, JC_AT_);
#define jc_packbits(x, ...) jc_packbits_(x, (struct jc_bit_order){.axis = __VA_ARGS__}, JC_HERE)
#define jc_unpackbits(x, ...) jc_unpackbits_(x, (struct jc_bit_order){.axis = __VA_ARGS__}, JC_HERE)

// ---- sets

// Compiled code knows its shapes beforehand: how many elements to give stands in `size`. Where
// there are fewer, .fill (an array scalar) stands behind them, or the least of them; what is more
// is left out. NaN equals NaN in jc_unique alone.
struct jc_unique_options {
  int64_t size;
  jc_array fill;
};
// jc_unique(x, size): the elements of x without repetition, ascending; i32: where in x (flat) the
// first of each stands, for each of x (of its shape) its number among them, how often each occurs
// (0 behind the last).
struct jc_unique {
  jc_array values, index, inverse, counts;
};
struct jc_unique jc_unique_(jc_array x, struct jc_unique_options o, JC_AT_);
#define jc_unique(x, ...) jc_unique_(x, (struct jc_unique_options){.size = __VA_ARGS__}, JC_HERE)
// jc_union1d(a, b, size): of both; jc_intersect1d: in both; jc_setdiff1d: in a and not in b, filled
// with 0; jc_setxor1d: in one of them only. Ascending, without repetition.
// clang-format off
#define JC_SET_OPS_(X) X(union1d) X(intersect1d) X(setdiff1d) X(setxor1d)
// clang-format on
#define JC_SET_DECLARE_(name) \
  jc_array jc_##name##_(jc_array a, jc_array b, struct jc_unique_options o, JC_AT_);
JC_SET_OPS_(JC_SET_DECLARE_)
#define JC_SET_(name, a, b, ...) \
  name(a, b, (struct jc_unique_options){.size = __VA_ARGS__}, JC_HERE)
#define jc_union1d(a, b, ...) JC_SET_(jc_union1d_, a, b, __VA_ARGS__)
#define jc_intersect1d(a, b, ...) JC_SET_(jc_intersect1d_, a, b, __VA_ARGS__)
#define jc_setdiff1d(a, b, ...) JC_SET_(jc_setdiff1d_, a, b, __VA_ARGS__)
#define jc_setxor1d(a, b, ...) JC_SET_(jc_setxor1d_, a, b, __VA_ARGS__)
// jc_isin(x, list): for each of x whether it is among the list's elements; .invert = true: whether
// it is not.
struct jc_isin {
  jc_array list;
  bool invert;
};
jc_array jc_isin_(jc_array x, struct jc_isin i, JC_AT_);
#define jc_isin(x, ...) jc_isin_(jc_lift(x), (struct jc_isin){.list = __VA_ARGS__}, JC_HERE)

// ---- parts of numbers

// jc_frexp(x): x = part * 2^exponent, part from 0.5 up to 1 in size, exponent i32; 0, infinities
// and NaN have exponent 0. jc_ldexp(x, e): x * 2^e for integers e, rounded once.
struct jc_frexp {
  jc_array part, exponent;
};
struct jc_frexp jc_frexp_(jc_array x, JC_AT_);
#define jc_frexp(x) jc_frexp_(jc_lift(x), JC_HERE)
jc_array jc_ldexp_(jc_array x, jc_array e, JC_AT_);
#define jc_ldexp(x, e) jc_ldexp_(jc_lift(x), jc_lift(e), JC_HERE)
// jc_modf(x): x = fraction + whole, both with the sign of x.
struct jc_modf {
  jc_array fraction, whole;
};
struct jc_modf jc_modf_(jc_array x, JC_AT_);
#define jc_modf(x) jc_modf_(jc_lift(x), JC_HERE)

// ---- counting, choosing

// jc_bincount(x, n): how often each of 0 .. n - 1 occurs in an integer vector, i32; .weights = w:
// the sum of their weights. Negative numbers count as 0, others out of range do not count.
struct jc_bincount {
  int64_t n;
  jc_array weights;
};
jc_array jc_bincount_(jc_array x, struct jc_bincount b, JC_AT_);
#define jc_bincount(x, ...) jc_bincount_(x, (struct jc_bincount){.n = __VA_ARGS__}, JC_HERE)
// jc_digitize(x, bins): for each x the i32 number of the bin between ascending (or descending)
// edges that it is in, 0 before the first; an edge belongs to the bin above it, or (.right = true)
// below it.
struct jc_digitize {
  jc_array bins;
  bool right;
};
jc_array jc_digitize_(jc_array x, struct jc_digitize d, JC_AT_);
#define jc_digitize(x, ...) \
  jc_digitize_(jc_lift(x), (struct jc_digitize){.bins = __VA_ARGS__}, JC_HERE)
// jc_histogram(x, bins): how many elements lie in each of equal bins between x's smallest and
// largest, or .low and .high, the last of which has both its edges; and the bins + 1 edges.
struct jc_histogram_options {
  int64_t bins;
  double low, high;
};
struct jc_histogram {
  jc_array counts, edges;
};
struct jc_histogram jc_histogram_(jc_array x, struct jc_histogram_options h, JC_AT_);
#define jc_histogram(x, ...) \
  jc_histogram_(x, (struct jc_histogram_options){.bins = __VA_ARGS__}, JC_HERE)

// jc_argwhere(x, size): the i32 indices [size, rank] of the elements that are not zero, in order;
// rows behind them hold .fill. jc_flatnonzero: indices into x as a vector.
struct jc_argwhere {
  int64_t size, fill;
};
jc_array jc_argwhere_(jc_array x, struct jc_argwhere a, JC_AT_);
jc_array jc_flatnonzero_(jc_array x, struct jc_argwhere a, JC_AT_);
#define jc_argwhere(x, ...) jc_argwhere_(x, (struct jc_argwhere){.size = __VA_ARGS__}, JC_HERE)
#define jc_flatnonzero(x, ...) \
  jc_flatnonzero_(x, (struct jc_argwhere){.size = __VA_ARGS__}, JC_HERE)
// jc_select(JC_LIST(c, d), JC_LIST(x, y), z): x where c holds, else y where d does, else z.
jc_array jc_select_(jc_list conditions, jc_list choices, jc_array otherwise, JC_AT_);
#define jc_select(conditions, choices, otherwise) \
  jc_select_(conditions, choices, jc_lift(otherwise), JC_HERE)

// jc_segment_sum(x, ids, n): row i of n is the sum of x's rows (slices along axis 0) whose id is i;
// the identity (0, 1, -inf or the least, inf or the largest) where there is none. Slices with
// other ids do nothing.
#define JC_SEGMENT_DECLARE_(name) \
  jc_array jc_segment_##name##_(jc_array x, jc_array ids, int64_t n, JC_AT_);
// clang-format off
#define JC_SEGMENT_OPS_(X) X(sum) X(prod) X(max) X(min)
// clang-format on
JC_SEGMENT_OPS_(JC_SEGMENT_DECLARE_)
#define jc_segment_sum(x, ids, n) jc_segment_sum_(x, ids, n, JC_HERE)
#define jc_segment_prod(x, ids, n) jc_segment_prod_(x, ids, n, JC_HERE)
#define jc_segment_max(x, ids, n) jc_segment_max_(x, ids, n, JC_HERE)
#define jc_segment_min(x, ids, n) jc_segment_min_(x, ids, n, JC_HERE)

JC_UNARY_MORE_(JC_LIBRARY_FN_)
JC_BINARY_MORE_(JC_LIBRARY_FN2_)
JC_SHAPE_OPS_(JC_LIBRARY_FN_)
JC_REDUCE_MORE_(JC_LIBRARY_FN_)
JC_POLY_OPS_(JC_LIBRARY_FN2_)

#endif
