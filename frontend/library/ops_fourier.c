// Fourier transforms of the public API.
#include <math.h>

#include "frontend/library/ops.h"

// n zeros or as many elements less at the end of an axis.
static Val resized(Np *n, Val x, int axis, int64_t size) {
  const Type t = np_type(n, x);
  int64_t none[MAX_RANK] = {0}, high[MAX_RANK] = {0};
  high[axis] = size - t.dim[axis];
  const Ints zeros = {t.rank, none};
  return (Val){b_pad(n->g, x.id, b_scalar(n->g, t.dtype, 0), zeros, (Ints){t.rank, high}, zeros),
               x.weak};
}

static Val as_complex(Np *n, Val x) {
  if (np_bad(x)) return x;
  return np_to(n, x, dtype_complex(np_type(n, x).dtype), x.weak);
}

static Val as_real(Np *n, Val x) {
  x = np_inexact(n, x);
  if (np_bad(x)) return x;
  const Type t = np_type(n, x);
  if (dtype_is_complex(t.dtype)) return np_fail(n, "is for real numbers, not %s", TYPE_STR(t));
  return dtype_is_half(t.dtype) ? np_to(n, x, DT_F32, x.weak) : x;
}

static double factor(bool inverse, jc_fft_norm norm, double n) {
  if (norm == JC_ORTHO) return inverse ? sqrt(n) : 1 / sqrt(n);
  return norm == JC_FORWARD ? (inverse ? n : 1 / n) : 1;
}

// Along one axis; size: of the result (of the input, for rfft), 0: that of x.
static Val fourier(Np *n, Op op, Val x, int64_t given, int64_t size, jc_fft_norm norm) {
  if ((unsigned)norm > JC_FORWARD) return np_fail(n, "%d is no norm", (int)norm);
  int axis;
  x = op == OP_rfft ? as_real(n, x) : as_complex(n, x);
  if (np_bad(x) || !np_axis(n, given, np_type(n, x).rank, &axis)) return NP_BAD;
  const Type t = np_type(n, x);
  if (!size) size = op == OP_irfft ? 2 * (t.dim[axis] - 1) : t.dim[axis];
  if (size < 1 || size > INT32_MAX)
    return np_fail(n, "a transform of %lld elements, of %s along axis %d", (long long)size,
                   TYPE_STR(t), axis);
  x = resized(n, x, axis, op == OP_irfft ? size / 2 + 1 : size);
  x = np_move(n, x, axis, t.rank - 1);
  if (np_bad(x)) return x;
  x.id = graph_add(n->g, op, 1, &x.id, &(Attrs){.length = INTS(size)});
  const double by = factor(op == OP_ifft || op == OP_irfft, norm, (double)size);
  if (by != 1) x = np_mul(n, x, np_number(n, x, by));
  return np_move(n, x, t.rank - 1, axis);
}

// ---- one axis: options are the axis, the size, the norm

#define FOURIER(name)                                                                             \
  OPS_BUILD(name) {                                                                               \
    OPS_UNUSED;                                                                                   \
    return fourier(n, OP_##name, v[0], options.v[0], options.v[1], (jc_fft_norm)options.v[2]);    \
  }                                                                                               \
  jc_array jc_##name##_(struct jc_fourier f, const char *file, int line) {                        \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};                                     \
    if (f.n < 0)                                                                                  \
      return fail(HERE(file, line), #name ": of %lld elements", (long long)f.n), handle_poison(); \
    return call(&fn, 1, &f.x, INTS(f.axis, f.n, (int64_t)f.norm), HERE(file, line));              \
  }
FOURIER(fft)
FOURIER(ifft)
FOURIER(rfft)
FOURIER(irfft)

// ---- several: options are the norm, how many sizes there are, sizes, axes

static Val fourier_n(Np *n, Op op, Val x, Ints options) {
  if (np_bad(x)) return x;
  const int rank = np_type(n, x).rank, nsizes = (int)options.v[1];
  const int64_t *sizes = options.v + 2;
  int64_t axes[MAX_RANK];
  int count = options.n - 2 - nsizes;
  if (!count) count = nsizes ? nsizes : rank;
  if (count > rank || !count || (nsizes && nsizes != count))
    return np_fail(n, "%d sizes and %d axes for %s", nsizes, count, TYPE_STR(np_type(n, x)));
  uint32_t seen = 0;
  for (int i = 0; i < count; i++) {
    int axis;
    const bool given = options.n > 2 + nsizes;
    if (!np_axis(n, given ? sizes[nsizes + i] : rank - count + i, rank, &axis)) return NP_BAD;
    if (seen >> axis & 1) return np_fail(n, "axis %d is given twice", axis);
    seen |= 1u << axis, axes[i] = axis;
  }
  // Real numbers are what goes in or comes out along the last axis.
  const jc_fft_norm norm = (jc_fft_norm)options.v[0];
  const Op rest = op == OP_rfft ? OP_fft : op == OP_irfft ? OP_ifft : op;
  const int last = count - 1;
  if (op == OP_rfft) x = fourier(n, op, x, axes[last], nsizes ? sizes[last] : 0, norm);
  for (int i = 0; i < (op == rest ? count : last); i++)
    x = fourier(n, rest, x, axes[i], nsizes ? sizes[i] : 0, norm);
  return op == OP_irfft ? fourier(n, op, x, axes[last], nsizes ? sizes[last] : 0, norm) : x;
}

static jc_array call_n(const Fn *fn, const struct jc_fourier_n *f, const jc_dims *axes, Loc loc) {
  int64_t options[2 + 2 * MAX_RANK] = {(int64_t)f->norm, f->sizes.n};
  if (!ops_shape_ok(&f->sizes, loc, fn->name)) return handle_poison();
  if (axes->n < 0 || axes->n > MAX_RANK)
    return fail(loc, "%s: %d axes", fn->name, axes->n), handle_poison();
  int at = 2;
  for (int i = 0; i < f->sizes.n; i++) options[at++] = f->sizes.d[i];
  for (int i = 0; i < axes->n; i++) options[at++] = axes->d[i];
  return call(fn, 1, &f->x, (Ints){at, options}, loc);
}

#define FOURIER_N(name)                                                       \
  OPS_BUILD(name##n) {                                                        \
    OPS_UNUSED;                                                               \
    return fourier_n(n, OP_##name, v[0], options);                            \
  }                                                                           \
  jc_array jc_##name##n_(struct jc_fourier_n f, const char *file, int line) { \
    static const Fn fn = {#name "n", build_##name##n, PROMOTE_NONE};          \
    return call_n(&fn, &f, &f.axes, HERE(file, line));                        \
  }                                                                           \
  jc_array jc_##name##2_(struct jc_fourier_n f, const char *file, int line) { \
    static const Fn fn = {#name "2", build_##name##n, PROMOTE_NONE};          \
    const jc_dims last = JC_AXES(-2, -1), *axes = f.axes.n ? &f.axes : &last; \
    return call_n(&fn, &f, axes, HERE(file, line));                           \
  }
FOURIER_N(fft)
FOURIER_N(ifft)
FOURIER_N(rfft)
FOURIER_N(irfft)

// ---- frequencies

// 0, 1, .. and, where they are not those of real numbers, .., -2, -1; over n d.
static Val frequencies(Np *n, int64_t count, double d, bool real) {
  const int64_t size = real ? count / 2 + 1 : count, positive = (count - 1) / 2 + 1;
  Val i = np_iota1(n, DT_I32, size);
  if (!real) {
    const Val back = np_sub(n, i, np_number(n, i, (double)count));
    i = np_select(n, np_compare(n, OP_lt, i, np_number(n, i, (double)positive)), i, back);
  }
  i = np_convert(n, i, DT_F32);
  return np_div(n, i, np_number(n, i, (double)count * d));
}

#define FREQUENCIES(name, real)                                                    \
  OPS_BUILD(name) {                                                                \
    OPS_UNUSED;                                                                    \
    return frequencies(n, options.v[0], ops_double(options, 1), real);             \
  }                                                                                \
  jc_array jc_##name##_(int64_t count, double d, const char *file, int line) {     \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};                      \
    if (count < 1 || count > INT32_MAX)                                            \
      return fail(HERE(file, line), #name ": of %lld elements", (long long)count), \
             handle_poison();                                                      \
    return call(&fn, 0, NULL, INTS(count, ops_word(d)), HERE(file, line));         \
  }
FREQUENCIES(fftfreq, false)
FREQUENCIES(rfftfreq, true)

static Val shifted(Np *n, Val x, int64_t given, bool back) {
  int axis;
  if (np_bad(x) || !np_axis(n, given, np_type(n, x).rank, &axis)) return NP_BAD;
  const int64_t half = np_type(n, x).dim[axis] / 2;
  return np_roll(n, x, back ? -half : half, axis);
}

#define SHIFT(name, back)                                                   \
  OPS_BUILD(name) {                                                         \
    OPS_UNUSED;                                                             \
    return shifted(n, v[0], options.v[0], back);                            \
  }                                                                         \
  jc_array jc_##name##_(jc_array x, int axis, const char *file, int line) { \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};               \
    return call(&fn, 1, &x, INTS(axis), HERE(file, line));                  \
  }
SHIFT(fftshift, false)
SHIFT(ifftshift, true)
