// The half types as numbers.
#include "ir/half.h"

#include <math.h>

static int bias(Dtype d) { return d == DT_F16 ? 15 : 127; }

double half_value(Dtype d, uint16_t bits) {
  const int digits = half_digits(d), exponent = (bits & 0x7fff) >> digits;
  const int fraction = bits & ((1 << digits) - 1), hidden = exponent ? 1 << digits : 0;
  double v = ldexp(fraction + hidden, (exponent ? exponent : 1) - bias(d) - digits);
  if ((bits & 0x7fff) >= half_infinity(d)) v = fraction ? (double)NAN : (double)INFINITY;
  return bits >> 15 ? -v : v;
}

// Bits are numbers in order, so that a fraction which rounds up to 2 carries into the exponent.
uint16_t half_of(Dtype d, long double v) {
  const int digits = half_digits(d);
  const uint16_t sign = signbit(v) ? 0x8000 : 0, infinity = half_infinity(d);
  if (isnan(v)) return sign | infinity | (uint16_t)(1 << (digits - 1));
  if (v == 0) return sign;
  int exponent = isinf(v) ? 2 * bias(d) : ilogbl(v);
  if (exponent > bias(d)) return sign | infinity;
  if (exponent < 1 - bias(d)) exponent = 1 - bias(d);
  const long double steps = rintl(ldexpl(fabsl(v), digits - exponent));
  const int below = (exponent + bias(d) - 1) << digits;  // the bits of a fraction of 0
  return sign | (uint16_t)(below + (int)steps);
}
