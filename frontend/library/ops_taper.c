// Windows of signals: computed at once, in double.
#include <math.h>
#include <stdlib.h>

#include "frontend/library/random.h"

static const double PI = 3.14159265358979323846;

static double bessel_i0(double x) {
  double sum = 1, term = 1;
  for (int k = 1; term > 1e-17 * sum; k++) sum += term *= x / (2 * k) * (x / (2 * k));
  return sum;
}

// At t from -1 to 1.
typedef double Taper(double t, double beta);
static double bartlett(double t, double beta) { return (void)beta, 1 - fabs(t); }
static double hanning(double t, double beta) { return (void)beta, 0.5 + 0.5 * cos(PI * t); }
static double hamming(double t, double beta) { return (void)beta, 0.54 + 0.46 * cos(PI * t); }
static double blackman(double t, double beta) {
  return (void)beta, 0.42 + 0.5 * cos(PI * t) + 0.08 * cos(2 * PI * t);
}
static double kaiser(double t, double beta) {
  return bessel_i0(beta * sqrt(1 - t * t)) / bessel_i0(beta);
}

static jc_array taper(const char *who, Taper *f, const struct jc_taper *o, const char *file,
                      int line) {
  const Loc loc = HERE(file, line);
  if (o->n < 0 || o->n > INT32_MAX || !(fabs(o->beta) <= 700))
    return fail(loc, "%s: of %lld elements, beta %g", who, (long long)o->n, o->beta),
           handle_poison();
  if (!random_float_ok(who, o->dtype, loc)) return handle_poison();
  double *v = calloc((size_t)o->n + 1, sizeof *v);
  if (!v) return fail(loc, "%s: out of memory", who), handle_poison();
  const double last = (double)(o->n - 1);
  for (int64_t i = 0; i < o->n; i++)
    v[i] = o->n > 1 ? f((2 * (double)i - last) / last, o->beta) : 1;
  const jc_array r = jc_from_(v, JC_F64, JC_SHAPE(o->n), file, line);
  free(v);
  return jc_astype_(r, o->dtype, file, line);
}

#define TAPER(name)                                                      \
  jc_array jc_##name##_(struct jc_taper o, const char *file, int line) { \
    return taper(#name, name, &o, file, line);                           \
  }
TAPER(bartlett)
TAPER(blackman)
TAPER(hamming)
TAPER(hanning)
TAPER(kaiser)
