// One instance of the transforms: of REAL, in vectors of BYTES for TARGET; NAME(x) are its names.
// Elements of LANES lines stand beside each other, so that all arithmetic is by whole vectors.

#define INLINE static inline __attribute__((always_inline)) TARGET
#define V NAME(vector)
#define Rows NAME(rows)
#define Side NAME(side)
#define LANES ((int64_t)(LANE_BYTES / sizeof(REAL)))
#define WIDTH ((int64_t)(BYTES / sizeof(REAL)))

typedef REAL V __attribute__((vector_size(BYTES), aligned(__alignof__(REAL)), may_alias));

// Element j of lane l: re[j row + l].
typedef struct Rows {
  REAL *re, *im;
  int64_t row;
} Rows;

// The same where lanes may stand apart: re[j step + l lane].
typedef struct Side {
  REAL *re, *im;
  int64_t step, lane;
} Side;

// ---- butterflies, in place

INLINE void NAME(two)(V *re, V *im, int a, int b) {
  const V r = re[a] - re[b], i = im[a] - im[b];
  re[a] += re[b], im[a] += im[b];
  re[b] = r, im[b] = i;
}

// Of elements a, b, c, d, in this order; the result likewise.
INLINE void NAME(four)(V *re, V *im, int a, int b, int c, int d) {
  const V sr = re[a] + re[c], si = im[a] + im[c], tr = re[a] - re[c], ti = im[a] - im[c];
  const V ur = re[b] + re[d], ui = im[b] + im[d], vr = re[b] - re[d], vi = im[b] - im[d];
  re[a] = sr + ur, im[a] = si + ui;
  re[b] = tr + vi, im[b] = ti - vr;
  re[c] = sr - ur, im[c] = si - ui;
  re[d] = tr - vi, im[d] = ti + vr;
}

INLINE void NAME(eight)(V *re, V *im) {
  const REAL half = (REAL)0.70710678118654752440;
  NAME(four)(re, im, 0, 2, 4, 6);
  NAME(four)(re, im, 1, 3, 5, 7);
  const V r3 = (re[3] + im[3]) * half, i3 = (im[3] - re[3]) * half;
  const V r5 = im[5], i5 = -re[5];
  const V r7 = (im[7] - re[7]) * half, i7 = -(re[7] + im[7]) * half;
  re[3] = r3, im[3] = i3, re[5] = r5, im[5] = i5, re[7] = r7, im[7] = i7;
  for (int k = 0; k < 8; k += 2) NAME(two)(re, im, k, k + 1);
  // 0 4 1 5 2 6 3 7 stand in 0 .. 7.
  const V r[] = {re[0], re[2], re[4], re[6], re[1], re[3], re[5], re[7]};
  const V i[] = {im[0], im[2], im[4], im[6], im[1], im[3], im[5], im[7]};
  for (int k = 0; k < 8; k++) re[k] = r[k], im[k] = i[k];
}

// Elements j and r - j meet cosines in their sum, sines in their difference.
INLINE void NAME(odd)(const int r, const REAL *roots, V *re, V *im) {
  V sr[MAX_RADIX / 2 + 1], si[MAX_RADIX / 2 + 1], dr[MAX_RADIX / 2 + 1], di[MAX_RADIX / 2 + 1];
  const V r0 = re[0], i0 = im[0];
  for (int j = 1; j <= r / 2; j++) {
    sr[j] = re[j] + re[r - j], si[j] = im[j] + im[r - j];
    dr[j] = re[j] - re[r - j], di[j] = im[j] - im[r - j];
    re[0] += sr[j], im[0] += si[j];
  }
  for (int k = 1; k <= r / 2; k++) {
    V pr = r0, pi = i0, qr = {0}, qi = {0};
    for (int j = 1, at = k; j <= r / 2; j++, at = at + k < r ? at + k : at + k - r) {
      pr += sr[j] * roots[2 * at], pi += si[j] * roots[2 * at];
      qr += di[j] * roots[2 * at + 1], qi += dr[j] * roots[2 * at + 1];
    }
    re[k] = pr + qr, im[k] = pi - qi;
    re[r - k] = pr - qr, im[r - k] = pi + qi;
  }
}

INLINE void NAME(butterfly)(const int r, const REAL *roots, V *re, V *im) {
  if (r == 2) NAME(two)(re, im, 0, 1);
  else if (r == 4) NAME(four)(re, im, 0, 1, 2, 3);
  else if (r == 8) NAME(eight)(re, im);
  else NAME(odd)(r, roots, re, im);
}

// ---- passes over all rows

INLINE void NAME(pass)(const int r, const FourierPass *p, Rows x, Rows y) {
  for (int64_t i = 0; i < p->rest; i++) {
    const REAL *turns = (const REAL *)p->turns + 2 * (r - 1) * i;
    for (int64_t at = 0; at < p->done * LANES; at += WIDTH) {
      const int64_t q = at / LANES, l = at % LANES;
      V re[MAX_RADIX], im[MAX_RADIX];
      for (int j = 0; j < r; j++) {
        const int64_t from = ((i + p->rest * j) * p->done + q) * x.row + l;
        re[j] = *(const V *)(x.re + from), im[j] = *(const V *)(x.im + from);
      }
      NAME(butterfly)(r, p->roots, re, im);
      for (int k = 1; i && k < r; k++) {
        const REAL c = turns[2 * k - 2], s = turns[2 * k - 1];
        const V t = re[k] * c + im[k] * s;
        im[k] = im[k] * c - re[k] * s, re[k] = t;
      }
      for (int k = 0; k < r; k++) {
        const int64_t to = ((r * i + k) * p->done + q) * y.row + l;
        *(V *)(y.re + to) = re[k], *(V *)(y.im + to) = im[k];
      }
    }
  }
}

static TARGET void NAME(pass_run)(const FourierPass *p, Rows x, Rows y) {
  switch (p->radix) {
    case 2: NAME(pass)(2, p, x, y); break;
    case 3: NAME(pass)(3, p, x, y); break;
    case 4: NAME(pass)(4, p, x, y); break;
    case 5: NAME(pass)(5, p, x, y); break;
    case 7: NAME(pass)(7, p, x, y); break;
    case 8: NAME(pass)(8, p, x, y); break;
    default: NAME(pass)(p->radix, p, x, y);
  }
}

// One of two buffers for the rows of all lanes.
static Rows NAME(buffer)(const Fourier *f, REAL *scratch, int i) {
  REAL *at = scratch + 2 * i * f->n * LANES;
  return (Rows){at, at + f->n * LANES, LANES};
}

// The last pass may be in place; x may be the first buffer.
static TARGET void NAME(columns)(const Fourier *f, Rows x, Rows y, REAL *scratch) {
  int next = x.re == scratch || x.im == scratch;
  for (int i = 0; i < f->npasses; i++, next ^= 1) {
    const Rows to = i + 1 == f->npasses ? y : NAME(buffer)(f, scratch, next);
    NAME(pass_run)(&f->pass[i], x, to);
    x = to;
  }
  for (int64_t l = 0; !f->npasses && l < LANES; l++) {
    const REAL re = x.re[l], im = x.im[l];
    y.re[l] = re, y.im[l] = im;
  }
}

// ---- lanes that stand apart

// Squares of what fits 16 bytes are transposed at once.
#define SQUARE ((int64_t)(16 / sizeof(REAL)))
typedef REAL NAME(small) __attribute__((vector_size(16), aligned(__alignof__(REAL)), may_alias));

INLINE void NAME(square)(const REAL *from, int64_t row, REAL *to, int64_t to_row) {
  typedef NAME(small) S;
  S x[4], y[4];
  for (int i = 0; i < SQUARE; i++) x[i] = *(const S *)(from + i * row);
#if SQUARE_IS_FOUR
  const S a = __builtin_shufflevector(x[0], x[1], 0, 4, 1, 5);
  const S b = __builtin_shufflevector(x[2], x[3], 0, 4, 1, 5);
  const S c = __builtin_shufflevector(x[0], x[1], 2, 6, 3, 7);
  const S d = __builtin_shufflevector(x[2], x[3], 2, 6, 3, 7);
  y[0] = __builtin_shufflevector(a, b, 0, 1, 4, 5);
  y[1] = __builtin_shufflevector(a, b, 2, 3, 6, 7);
  y[2] = __builtin_shufflevector(c, d, 0, 1, 4, 5);
  y[3] = __builtin_shufflevector(c, d, 2, 3, 6, 7);
#else
  y[0] = __builtin_shufflevector(x[0], x[1], 0, 2);
  y[1] = __builtin_shufflevector(x[0], x[1], 1, 3);
#endif
  for (int i = 0; i < SQUARE; i++) *(S *)(to + i * to_row) = y[i];
}

// to[j to_row + i] = from[i row + j] for i < m, j < n.
static TARGET void NAME(transposed)(int64_t m, int64_t n, const REAL *from, int64_t row, REAL *to,
                                    int64_t to_row) {
  const int64_t wide = m - m % SQUARE, high = n - n % SQUARE;
  for (int64_t j = 0; j < high; j += SQUARE)
    for (int64_t i = 0; i < wide; i += SQUARE)
      NAME(square)(from + i * row + j, row, to + j * to_row + i, to_row);
  for (int64_t j = 0; j < n; j++)
    for (int64_t i = j < high ? wide : 0; i < m; i++) to[j * to_row + i] = from[i * row + j];
}

// Of n elements; lanes that are not there are zero.
static TARGET void NAME(load)(int64_t n, const REAL *x, const Side *s, int64_t lanes, REAL *to) {
  if (lanes < LANES) memset(to, 0, sizeof(REAL) * (size_t)(n * LANES));
  if (s->step == 1) NAME(transposed)(lanes, n, x, s->lane, to, LANES);
  for (int64_t j = 0; s->step != 1 && j < n; j++)
    memcpy(to + j * LANES, x + j * s->step, sizeof(REAL) * (size_t)lanes);
}

static TARGET void NAME(unload)(int64_t n, const REAL *x, const Side *s, int64_t lanes, REAL *to) {
  if (s->step == 1) NAME(transposed)(n, lanes, x, LANES, to, s->lane);
  for (int64_t j = 0; s->step != 1 && j < n; j++)
    memcpy(to + j * s->step, x + j * LANES, sizeof(REAL) * (size_t)lanes);
}

static bool NAME(direct)(const Side *s, int64_t lanes) { return s->lane == 1 && lanes == LANES; }

// At most LANES lines. One of step and lane is 1.
static TARGET void NAME(tile)(const Fourier *f, Side in, Side out, int64_t lanes, REAL *scratch) {
  const Rows own = NAME(buffer)(f, scratch, 0);
  Rows x = {in.re, in.im, in.step}, y = {out.re, out.im, out.step};
  if (!NAME(direct)(&in, lanes)) {
    NAME(load)(f->n, in.re, &in, lanes, own.re);
    NAME(load)(f->n, in.im, &in, lanes, own.im);
    x = own;
  }
  if (!NAME(direct)(&out, lanes)) y = own;
  NAME(columns)(f, x, y, scratch);
  if (NAME(direct)(&out, lanes)) return;
  NAME(unload)(f->n, own.re, &out, lanes, out.re);
  NAME(unload)(f->n, own.im, &out, lanes, out.im);
}

// ---- a line alone

INLINE void NAME(turn)(int64_t n, REAL *re, REAL *im, const REAL *c, const REAL *s) {
  for (int64_t i = 0; i < n; i++) {
    const REAL t = re[i] * c[i] + im[i] * s[i];
    im[i] = im[i] * c[i] - re[i] * s[i], re[i] = t;
  }
}

// A matrix of rows: columns are transformed and turned, then rows.
static TARGET void NAME(matrix)(const Fourier *f, Side in, Side out, REAL *scratch) {
  const int64_t high = f->first->n, wide = f->second->n, row = wide + FOURIER_GAP;
  REAL *re = scratch, *im = re + high * row, *rest = im + high * row;
  const REAL *c = f->between, *s = c + f->n;
  for (int64_t j = 0; j < wide; j += LANES) {
    const int64_t lanes = wide - j < LANES ? wide - j : LANES;
    NAME(tile)
    (f->first, (Side){in.re + j, in.im + j, wide, 1}, (Side){re + j, im + j, row, 1}, lanes, rest);
    for (int64_t k = 1; k < high; k++)
      NAME(turn)(lanes, re + k * row + j, im + k * row + j, c + k * wide + j, s + k * wide + j);
  }
  for (int64_t k = 0; k < high; k += LANES) {
    const int64_t lanes = high - k < LANES ? high - k : LANES;
    NAME(tile)
    (f->second, (Side){re + k * row, im + k * row, 1, row}, (Side){out.re + k, out.im + k, high, 1},
     lanes, rest);
  }
}

static TARGET void NAME(line)(const Fourier *f, Side in, Side out, REAL *scratch);

// jk = (j^2 + k^2 - (k - j)^2) / 2.
static TARGET void NAME(chirp)(const Fourier *f, Side in, Side out, REAL *scratch) {
  const Fourier *p = f->padded;
  REAL *re = scratch, *im = re + p->n, *rest = im + p->n;
  const REAL *c = f->chirp, *s = c + f->n, *kr = f->kernel, *ki = kr + p->n;
  memcpy(re, in.re, sizeof(REAL) * (size_t)f->n);
  memcpy(im, in.im, sizeof(REAL) * (size_t)f->n);
  memset(re + f->n, 0, sizeof(REAL) * (size_t)(p->n - f->n));
  memset(im + f->n, 0, sizeof(REAL) * (size_t)(p->n - f->n));
  NAME(turn)(f->n, re, im, c, s);
  const Side x = {re, im, 1, 0}, swapped = {im, re, 1, 0};
  NAME(line)(p, x, x, rest);
  for (int64_t i = 0; i < p->n; i++) {
    const REAL t = re[i] * kr[i] - im[i] * ki[i];
    im[i] = im[i] * kr[i] + re[i] * ki[i], re[i] = t;
  }
  NAME(line)(p, swapped, swapped, rest);
  NAME(turn)(f->n, re, im, c, s);
  memcpy(out.re, re, sizeof(REAL) * (size_t)f->n);
  memcpy(out.im, im, sizeof(REAL) * (size_t)f->n);
}

static TARGET void NAME(line)(const Fourier *f, Side in, Side out, REAL *scratch) {
  if (f->padded) NAME(chirp)(f, in, out, scratch);
  else if (f->first) NAME(matrix)(f, in, out, scratch);
  else NAME(tile)(f, in, out, 1, scratch);
}

static void NAME(line_run)(const Fourier *f, void *const *in, void *const *out, void *scratch) {
  NAME(line)(f, (Side){in[0], in[1], 1, 0}, (Side){out[0], out[1], 1, 0}, scratch);
}

// ---- lines of a step

// Lines that stand apart, one by one.
static TARGET void NAME(gathered)(const Fourier *f, Side in, Side out, int64_t lanes,
                                  REAL *scratch) {
  REAL *re = scratch, *im = re + f->n * lanes, *rest = im + f->n * lanes;
  NAME(transposed)(f->n, lanes, in.re, in.step, re, f->n);
  NAME(transposed)(f->n, lanes, in.im, in.step, im, f->n);
  for (int64_t l = 0; l < lanes; l++) {
    const Side x = {re + l * f->n, im + l * f->n, 1, 0};
    NAME(line)(f, x, x, rest);
  }
  NAME(transposed)(lanes, f->n, re, f->n, out.re, out.step);
  NAME(transposed)(lanes, f->n, im, f->n, out.im, out.step);
}

static TARGET void NAME(unit)(const FourierRun *r, int64_t unit, REAL *scratch) {
  const Fourier *f = r->plan;
  const int64_t group = fourier_group(r), all = r->inner > 1 ? r->inner : r->outer;
  const int64_t groups = (all + group - 1) / group, first = unit % groups * group;
  const int64_t lanes = all - first < group ? all - first : group;
  const int64_t at = unit / groups * f->n * r->inner + first * (r->inner > 1 ? 1 : f->n);
  Side in = {(REAL *)r->in[0] + at, (REAL *)r->in[1] + at, r->inner, r->inner > 1 ? 1 : f->n};
  Side out = {(REAL *)r->out[0] + at, (REAL *)r->out[1] + at, in.step, in.lane};
  if (r->backwards) {
    REAL *t = in.re;
    in.re = in.im, in.im = t;
    t = out.re, out.re = out.im, out.im = t;
  }
  if (fourier_by_tile(r)) NAME(tile)(f, in, out, lanes, scratch);
  else if (r->inner > 1) NAME(gathered)(f, in, out, lanes, scratch);
  else NAME(line)(f, in, out, scratch);
}

// ---- real numbers: a line and the next one are the parts of one of complex numbers

// z = a + i b gives the spectra of a and b, by the symmetry of theirs. Of `lanes` beside each
// other.
INLINE void NAME(apart)(int64_t n, int64_t lanes, Rows z, Rows a, Rows b) {
  const REAL half = (REAL)0.5;
  for (int64_t k = 0; k <= n / 2; k++) {
    const int64_t x = k * z.row, y = (k ? n - k : 0) * z.row, to = k * a.row;
    for (int64_t l = 0; l < lanes; l++) {
      const REAL xr = z.re[x + l], xi = z.im[x + l], yr = z.re[y + l], yi = z.im[y + l];
      a.re[to + l] = (xr + yr) * half, a.im[to + l] = (xi - yi) * half;
      b.re[to + l] = (xi + yi) * half, b.im[to + l] = (yr - xr) * half;
    }
  }
}

INLINE void NAME(together)(int64_t n, int64_t lanes, Rows a, Rows b, Rows z) {
  for (int64_t k = 0; k <= n / 2; k++) {
    const bool real = k == 0 || 2 * k == n;
    const int64_t x = k * z.row, y = (k ? n - k : 0) * z.row, at = k * a.row;
    for (int64_t l = 0; l < lanes; l++) {
      const REAL ar = a.re[at + l], ai = real ? 0 : a.im[at + l];
      const REAL br = b.re[at + l], bi = real ? 0 : b.im[at + l];
      z.re[x + l] = ar - bi, z.im[x + l] = ai + br;
      z.re[y + l] = ar + bi, z.im[y + l] = br - ai;
    }
  }
}

// The lines of a step: numbers and parts.
typedef struct NAME(lines) {
  REAL *number, *re, *im;
} NAME(lines);

static NAME(lines) NAME(lines_at)(const FourierRun *r, int64_t line) {
  const bool forth = r->op == OP_rdft;
  const int64_t n = r->plan->n, half = n / 2 + 1;
  REAL *number = forth ? (REAL *)r->in[0] : (REAL *)r->out[0];
  REAL *re = forth ? (REAL *)r->out[0] : (REAL *)r->in[0];
  REAL *im = forth ? (REAL *)r->out[1] : (REAL *)r->in[1];
  return (NAME(lines)){number + line * n, re + line * half, im + line * half};
}

static TARGET void NAME(real_pair)(const FourierRun *r, int64_t line, bool both, REAL *scratch) {
  const int64_t n = r->plan->n;
  REAL *none = scratch, *re = none + 2 * n + 2, *im = re + n, *rest = im + n;
  const NAME(lines) x = NAME(lines_at)(r, line);
  const NAME(lines) y =
      both ? NAME(lines_at)(r, line + 1) : (NAME(lines)){none, none, none + n + 1};
  const Rows a = {x.re, x.im, 1}, b = {y.re, y.im, 1}, z = {re, im, 1};
  if (!both) memset(none, 0, sizeof(REAL) * (size_t)(2 * n + 2));
  if (r->op == OP_rdft) {
    NAME(line)(r->plan, (Side){x.number, y.number, 1, 0}, (Side){re, im, 1, 0}, rest);
    NAME(apart)(n, 1, z, a, b);
  } else {
    NAME(together)(n, 1, a, b, z);
    NAME(line)(r->plan, (Side){im, re, 1, 0}, (Side){y.number, x.number, 1, 0}, rest);
  }
}

// The second half of the lines with the first.
static TARGET void NAME(real_tile)(const FourierRun *r, int64_t line, int64_t lines,
                                   REAL *scratch) {
  const Fourier *f = r->plan;
  const int64_t n = f->n, half = n / 2 + 1, size = half * LANES, lanes = (lines + 1) / 2;
  const Rows z = NAME(buffer)(f, scratch, 0), swapped = {z.im, z.re, LANES};
  REAL *own = scratch + 4 * n * LANES, *part[] = {own, own + size, own + 2 * size, own + 3 * size};
  const NAME(lines) x = NAME(lines_at)(r, line), y = NAME(lines_at)(r, line + lanes);
  REAL *at[] = {x.re, x.im, y.re, y.im};
  const Side number = {NULL, NULL, 1, n}, parts = {NULL, NULL, 1, half};
  const Rows a = {part[0], part[1], LANES}, b = {part[2], part[3], LANES};
  if (r->op == OP_rdft) {
    NAME(load)(n, x.number, &number, lanes, z.re);
    NAME(load)(n, y.number, &number, lines - lanes, z.im);
    NAME(columns)(f, z, z, scratch);
    NAME(apart)(n, LANES, z, a, b);
    for (int i = 0; i < 4; i++)
      NAME(unload)(half, part[i], &parts, i < 2 ? lanes : lines - lanes, at[i]);
  } else {
    for (int i = 0; i < 4; i++)
      NAME(load)(half, at[i], &parts, i < 2 ? lanes : lines - lanes, part[i]);
    NAME(together)(n, LANES, a, b, z);
    NAME(columns)(f, swapped, swapped, scratch);
    NAME(unload)(n, z.re, &number, lanes, x.number);
    NAME(unload)(n, z.im, &number, lines - lanes, y.number);
  }
}

static TARGET void NAME(real_unit)(const FourierRun *r, int64_t unit, REAL *scratch) {
  const int64_t group = fourier_group(r), line = unit * group, left = r->outer - line;
  if (fourier_by_tile(r)) NAME(real_tile)(r, line, left < group ? left : group, scratch);
  else NAME(real_pair)(r, line, left > 1, scratch);
}

static void NAME(part)(const FourierRun *r, void *scratch, int64_t part, int64_t nparts) {
  const int64_t units = fourier_units(r), end = units * (part + 1) / nparts;
  for (int64_t i = units * part / nparts; i < end; i++) {
    if (r->op == OP_dft) NAME(unit)(r, i, scratch);
    else NAME(real_unit)(r, i, scratch);
  }
}

#undef INLINE
#undef V
#undef Rows
#undef Side
#undef LANES
#undef WIDTH
#undef SQUARE
#undef SQUARE_IS_FOUR
#undef REAL
#undef BYTES
#undef TARGET
#undef NAME
