// Fourier transforms of overlapping segments, as scipy.signal's stft and istft: zeros around the
// signal, a window, the spectrum over the window's sum.
#include "frontend/library/ops.h"

// The operations below stand at the user's call.
#undef JC_HERE
#define JC_HERE loc.file, loc.line

typedef struct Segments {
  int64_t n, step, count, length;  // of a segment, between two, how many, of all they cover
  jc_array window, at;             // at: [count, n], where each element of a segment lies
} Segments;

static bool plan(const char *who, int64_t n, const struct jc_segments *o, jc_dtype d, Loc loc,
                 Segments *s) {
  enum { MOST = 1 << 20 };
  *s = (Segments){.n = n, .step = o->step ? o->step : n - n / 2};
  if (n < 1 || n > MOST || s->step < 1 || s->step > n)
    return fail(loc, "%s: segments of %lld elements, %lld apart", who, (long long)n,
                (long long)s->step);
  // Hann's window of n + 1 numbers, whose last is its first.
  s->window = o->window;
  if (!o->window.handle)
    s->window = n == 1
                    ? jc_ones(JC_SHAPE(1), d)
                    : jc_slice_in_dim(jc_hanning_((struct jc_taper){n + 1, d}, JC_HERE), 0, n, 0);
  const Slot *w = slot_need(s->window, loc, who, "the window");
  if (!w || handle_is_poison(s->window)) return false;
  if (jc_rank(s->window) != 1 || jc_dim(s->window, 0) != n)
    return fail(loc, "%s: a window of %s for segments of %lld elements", who,
                jc_shape_str(s->window), (long long)n);
  return true;
}

static void place(Segments *s, int64_t count, Loc loc) {
  s->count = count;
  s->length = (count - 1) * s->step + s->n;
  jc_array first = jc_mul(jc_arange(count), s->step);
  s->at = jc_add(jc_expand_dims(first, 1), jc_arange(s->n));
}

static bool is_real(jc_array x, const char *who, Loc loc) {
  if (!slot_need(x, loc, who, "argument 0") || handle_is_poison(x)) return false;
  if (jc_rank(x) > 0 && jc_dim(x, -1) > 0 && !dtype_is_complex((Dtype)jc_dtype_of(x))) return true;
  return fail(loc, "%s: of real numbers along the last axis, not %s", who, jc_shape_str(x));
}

// x with `low` zeros in front of its last axis and `high` behind.
static jc_array with_zeros(jc_array x, int64_t low, int64_t high, Loc loc) {
  jc_dims widths = {.n = 2 * jc_rank(x)};
  if (widths.n > JC_MAX_RANK)
    return fail(loc, "stft: %s has too many axes", jc_shape_str(x)), handle_poison();
  widths.d[widths.n - 2] = low, widths.d[widths.n - 1] = high;
  return jc_pad(x, widths);
}

jc_array jc_stft_(jc_array x, struct jc_segments o, const char *file, int line) {
  const Loc loc = HERE(file, line);
  Segments s;
  if (!is_real(x, "stft", loc)) return handle_poison();
  x = jc_dtype_of(x) == JC_F64 ? x : jc_astype(x, JC_F32);
  if (!plan("stft", o.n, &o, jc_dtype_of(x), loc, &s)) return handle_poison();
  const int64_t size = jc_dim(x, -1) + 2 * (s.n / 2), over = size > s.n ? size - s.n : 0;
  place(&s, (over + s.step - 1) / s.step + 1, loc);
  if (s.count > INT32_MAX / s.n)
    return fail(loc, "stft: %lld segments of %lld", (long long)s.count, (long long)s.n),
           handle_poison();
  x = with_zeros(x, s.n / 2, s.length - size + s.n / 2, loc);
  jc_array parts = jc_mul(jc_take(x, s.at, -1), jc_div(s.window, jc_sum(s.window)));
  return jc_swapaxes(jc_rfft(parts, -1), -1, -2);
}

// Segments put side by side and added where they overlap: the last two axes become one.
static jc_array overlapped(const Segments *s, jc_array parts, Loc loc) {
  const int rank = jc_rank(parts);
  jc_dims shape = {.n = rank - 1};
  int64_t rows = 1;
  for (int i = 0; i < rank - 2; i++) rows *= shape.d[i] = jc_dim(parts, i);
  shape.d[rank - 2] = s->length;
  parts = jc_transpose(jc_reshape(parts, rows, s->count * s->n));
  jc_array none = jc_zeros(JC_SHAPE(s->length, rows), jc_dtype_of(parts));
  jc_array sum = jc_at_add(none, jc_ravel(s->at), parts);
  return jc_reshape_(jc_transpose(sum), shape, loc.file, loc.line);
}

jc_array jc_istft_(jc_array z, struct jc_segments o, const char *file, int line) {
  const Loc loc = HERE(file, line);
  Segments s;
  if (!slot_need(z, loc, "istft", "argument 0") || handle_is_poison(z)) return handle_poison();
  const jc_dtype d = jc_dtype_of(z);
  if (jc_rank(z) < 2 || !dtype_is_complex((Dtype)d) || jc_dim(z, -2) != o.n / 2 + 1 ||
      jc_dim(z, -1) < 1)
    return fail(loc, "istft: %s for segments of %lld elements: takes complex [.., %lld, segments]",
                jc_shape_str(z), (long long)o.n, (long long)(o.n / 2 + 1)),
           handle_poison();
  if (!plan("istft", o.n, &o, d == JC_C128 ? JC_F64 : JC_F32, loc, &s)) return handle_poison();
  place(&s, jc_dim(z, -1), loc);
  jc_array parts = jc_irfft(jc_swapaxes(z, -1, -2), -1, .n = s.n);
  parts = jc_mul(parts, jc_mul(s.window, jc_sum(s.window)));
  jc_array squares = jc_broadcast_to(jc_square(s.window), JC_SHAPE(s.count, s.n));
  jc_array norm = overlapped(&s, squares, loc);
  norm = jc_where(jc_greater(norm, 1e-10), norm, 1.0);
  jc_array x = jc_div(overlapped(&s, parts, loc), norm);
  const int64_t edge = s.n / 2;
  return jc_slice_in_dim(x, edge, s.length - edge > edge ? s.length - edge : edge, -1);
}
