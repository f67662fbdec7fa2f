// Discrete Fourier transforms as contractions with small matrices: mixed radix, Bluestein's for
// large primes. Their derivatives follow from the form.
#include <math.h>
#include <string.h>

#include "compiler/complex_rows.h"
#include "compiler/legalize.h"
#include "compiler/rules.h"

// A factor up to DENSE is a matrix; a prime above DENSE_PRIME is a convolution.
enum { DENSE = 32, DENSE_PRIME = 256 };

// The transform in hand: arrays [rows, n]. Real ones have no imaginary part.
typedef struct Fft {
  Graph *g;
  Dtype part;
  int sign;  // of the exponent
} Fft;

static Id add(const Fft *f, Id x, Id y) {
  return x == NO_ID ? y : y == NO_ID ? x : b_add(f->g, x, y);
}

// ---- constants: exp(sign 2 pi i turn(r, c) / n) of [rows, cols]

typedef uint64_t Turn(int64_t r, int64_t c, int64_t n);

static uint64_t turn_product(int64_t r, int64_t c, int64_t n) {
  return (uint64_t)((unsigned __int128)(uint64_t)r * (uint64_t)c % (uint64_t)n);
}
static uint64_t turn_chirp(int64_t r, int64_t c, int64_t n) {
  (void)r;
  return turn_product(c, c, n);
}

static Id table(const Fft *f, int64_t rows, int64_t cols, int64_t n, Turn *turn, bool sine) {
  const Type t = {f->part, 2, (const int64_t[]){rows, cols}};
  const size_t size = dtype_size(f->part);
  char *data = arena_alloc(f->g->arena, type_bytes(t) + 1);
  for (int64_t i = 0; i < rows * cols; i++) {
    const long double angle = 2 * 3.14159265358979323846264338327950288L *
                              (long double)turn(i / cols, i % cols, n) / (long double)n;
    const double v = (double)(sine ? f->sign * sinl(angle) : cosl(angle));
    const float narrow = (float)v;
    memcpy(data + size * (size_t)i, f->part == DT_F32 ? (const void *)&narrow : &v, size);
  }
  return b_literal(f->g, t, false, data);
}

static Parts turns(const Fft *f, int64_t rows, int64_t cols, int64_t n, Turn *turn) {
  return (Parts){table(f, rows, cols, n, turn, false), table(f, rows, cols, n, turn, true)};
}

// ---- by parts

static Parts reshaped(const Fft *f, Parts x, Ints shape) {
  return (Parts){b_reshape(f->g, x.re, shape),
                 x.im == NO_ID ? NO_ID : b_reshape(f->g, x.im, shape)};
}

static Parts turned(const Fft *f, Parts x, Ints perm) {
  return (Parts){b_transpose(f->g, x.re, perm), b_transpose(f->g, x.im, perm)};
}

static Parts contracted(const Fft *f, Parts x, int64_t axis, Parts w) {
  const Ints none = {0};
  Graph *g = f->g;
  Parts r = {b_dot(g, x.re, w.re, none, none, INTS(axis), INTS(0)),
             b_dot(g, x.re, w.im, none, none, INTS(axis), INTS(0))};
  if (x.im == NO_ID) return r;
  r.re = b_sub(g, r.re, b_dot(g, x.im, w.im, none, none, INTS(axis), INTS(0)));
  r.im = add(f, r.im, b_dot(g, x.im, w.re, none, none, INTS(axis), INTS(0)));
  return r;
}

// w of the last dimensions of x's shape.
static Parts scaled_by(const Fft *f, Parts x, Parts w) {
  const Type t = graph_type(f->g, x.re), tw = graph_type(f->g, w.re);
  int64_t dims[MAX_RANK];
  for (int i = 0; i < tw.rank; i++) dims[i] = t.rank - tw.rank + i;
  const Ints to = {tw.rank, dims}, shape = type_shape(t);
  const Parts all = {b_broadcast(f->g, w.re, shape, to), b_broadcast(f->g, w.im, shape, to)};
  if (x.im != NO_ID) return parts_mul(f->g, x, all);
  return (Parts){b_mul(f->g, x.re, all.re), b_mul(f->g, x.re, all.im)};
}

static Id cut_or_fill(const Fft *f, Id x, int64_t n) {
  if (x == NO_ID) return x;
  const Type t = graph_type(f->g, x);
  return b_pad(f->g, x, b_scalar(f->g, t.dtype, 0), INTS(0, 0), INTS(0, n - t.dim[1]), INTS(0, 0));
}

static Parts resized(const Fft *f, Parts x, int64_t n) {
  return (Parts){cut_or_fill(f, x.re, n), cut_or_fill(f, x.im, n)};
}

// ---- one axis

static int64_t factor_of(int64_t n) {
  for (int64_t k = DENSE; k > 1; k--) {
    if (n % k == 0) return k;
  }
  for (int64_t k = DENSE + 1; k * k <= n; k++) {
    if (n % k == 0) return k;
  }
  return n;
}

static Parts transform(const Fft *f, Parts x);

// A convolution with a chirp: jk = (j^2 + k^2 - (k - j)^2) / 2.
static Parts bluestein(const Fft *f, Parts x, int64_t n) {
  int64_t m = 1;
  while (m < 2 * n - 1) m *= 2;
  const Fft forth = {f->g, f->part, -1}, back = {f->g, f->part, 1};
  const Fft opposite = {f->g, f->part, -f->sign};
  const Parts chirp = turns(f, 1, n, 2 * n, turn_chirp);
  const Parts other = turns(&opposite, 1, n, 2 * n, turn_chirp);
  const Parts one = reshaped(f, chirp, INTS(n));
  const Parts x2 = transform(&forth, resized(f, scaled_by(f, x, one), m));
  // [c0 .. c(n-1) 0 .. 0 c(n-1) .. c1]
  Id kernel[2];
  const Id both[] = {other.re, other.im};
  for (int i = 0; i < 2; i++) {
    const Id tail = b_reverse(f->g, b_slice_axis(f->g, both[i], 1, 1, n, 1), INTS(1));
    const Id list[] = {cut_or_fill(f, both[i], m - (n - 1)), tail};
    kernel[i] = b_concatenate(f->g, 2, list, 1);
  }
  const Parts k2 = reshaped(f, transform(&forth, (Parts){kernel[0], kernel[1]}), INTS(m));
  const Parts y = resized(f, transform(&back, scaled_by(f, x2, k2)), n);
  const Id by = b_like(f->g, y.re, 1.0 / (double)m);
  return scaled_by(f, (Parts){b_mul(f->g, y.re, by), b_mul(f->g, y.im, by)}, one);
}

// Element j1 n2 + j2 gives element k1 + n1 k2: a transform over j1, a turn by j2 k1, one over j2.
static Parts split_in_two(const Fft *f, Parts x, int64_t rows, int64_t n1, int64_t n2) {
  const int64_t n = n1 * n2;
  Parts y = reshaped(f, x, INTS(rows, n1, n2));
  y = contracted(f, y, 1, turns(f, n1, n1, n1, turn_product));  // [rows, j2, k1]
  y = scaled_by(f, y, turns(f, n2, n1, n, turn_product));
  y = reshaped(f, turned(f, y, INTS(0, 2, 1)), INTS(rows * n1, n2));
  y = reshaped(f, transform(f, y), INTS(rows, n1, n2));
  return reshaped(f, turned(f, y, INTS(0, 2, 1)), INTS(rows, n));
}

static Parts transform(const Fft *f, Parts x) {
  if (x.re == NO_ID) return x;
  const Type t = graph_type(f->g, x.re);
  const int64_t n = t.dim[1], n1 = factor_of(n);
  if (n1 < n && n > DENSE) return split_in_two(f, x, t.dim[0], n1, n / n1);
  if (n > DENSE_PRIME) return bluestein(f, x, n);
  return contracted(f, x, 1, turns(f, n, n, n, turn_product));
}

// ---- the axes of a node

static Parts apart(Graph *g, Id x) {
  if (!dtype_is_complex(graph_type(g, x).dtype)) return (Parts){x, NO_ID};
  return (Parts){b_real(g, x), b_imag(g, x)};
}

// Along one axis; inverse ones are divided by its size.
static Parts along(Fft *f, Parts x, int axis) {
  Graph *g = f->g;
  const Type t = graph_type(g, x.re);
  const int last = t.rank - 1;
  const int64_t n = t.dim[axis];
  if (n == 0 || type_count(t) == 0) return (Parts){x.re, x.im == NO_ID ? b_like(g, x.re, 0) : x.im};
  Parts y = {move_axis(g, x.re, axis, last),
             x.im == NO_ID ? NO_ID : move_axis(g, x.im, axis, last)};
  const Ints shape = type_shape(graph_type(g, y.re));
  y = reshaped(f, transform(f, reshaped(f, y, INTS(type_count(t) / n, n))), shape);
  y = (Parts){move_axis(g, y.re, last, axis), move_axis(g, y.im, last, axis)};
  if (f->sign < 0) return y;
  const Id by = b_like(g, y.re, (double)n);
  return (Parts){b_div(g, y.re, by), b_div(g, y.im, by)};
}

// The other half of a spectrum of real numbers: x[n - k] is the conjugate of x[k].
static Id mirrored(Graph *g, Id x, int64_t n, bool negate) {
  const int axis = graph_type(g, x).rank - 1;
  Id tail = b_reverse(g, b_slice_axis(g, x, axis, 1, n - n / 2, 1), INTS(axis));
  if (negate) tail = b_neg(g, tail);
  return b_concatenate(g, 2, (Id[]){x, tail}, axis);
}

void legalize_fft(Legalize *s) {
  Graph *g = s->g;
  const Op op = s->node->op;
  const Ints length = s->node->attrs->length;
  const Type t = legalize_arg(s, 0);
  Fft f = {g, dtype_part(t.dtype), op == OP_fft || op == OP_rfft ? -1 : 1};
  Parts x = apart(g, s->args[0]);
  const int first = t.rank - length.n, last = t.rank - 1;
  const int64_t n = length.v[length.n - 1];
  if (op == OP_rfft) {
    x = along(&f, x, last);
    x = (Parts){b_slice_axis(g, x.re, last, 0, n / 2 + 1, 1),
                b_slice_axis(g, x.im, last, 0, n / 2 + 1, 1)};
  }
  for (int axis = first; axis < last; axis++) x = along(&f, x, axis);
  if (op == OP_irfft) x = (Parts){mirrored(g, x.re, n, false), mirrored(g, x.im, n, true)};
  if (op != OP_rfft) x = along(&f, x, last);
  s->results[0] = op == OP_irfft ? x.re : b_complex(g, x.re, x.im);
}
