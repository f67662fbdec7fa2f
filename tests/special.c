// Special functions in long double: recurrences up to where the asymptotic series is exact.
#include "tests/special.h"

#include <math.h>

static const long double PI = 3.14159265358979323846264338327950288L;

// B_2j / (2 j)!: -2 (-1)^j zeta(2 j) / (2 pi)^(2 j)
static long double bernoulli_term(int j) {
  static long double known[32];
  if (known[j] != 0) return known[j];
  long double zeta = 0;
  for (int k = 40; k > 0; k--) zeta += powl(k, -2 * j);
  zeta += powl(40.5L, 1 - 2 * j) / (2 * j - 1);
  if (j == 1) zeta = PI * PI / 6;
  if (j == 2) zeta = powl(PI, 4) / 90;
  if (j == 3) zeta = powl(PI, 6) / 945;
  return known[j] = (j % 2 ? 2 : -2) * zeta / powl(2 * PI, 2 * j);
}

// ---- digamma

long double special_digamma(long double x) {
  enum { FAR = 40, TERMS = 10 };
  if (x <= 0 && x == floorl(x)) return NAN;
  if (x < 0) {
    const long double f = -x - floorl(-x);
    const long double slope = f == 0.5L ? 0 : PI / tanl(PI * (f > 0.5L ? f - 1 : f));
    return special_digamma(1 - x) + slope;
  }
  if (isinf(x)) return x;
  long double sum = 0, factorial = 1;
  for (; x < FAR; x++) sum -= 1 / x;
  long double tail = 0;
  for (int j = 1; j <= TERMS; j++) {
    tail += bernoulli_term(j) * factorial / powl(x, 2 * j);  // (2 j - 1)! = factorial
    factorial *= (2.0L * j) * (2 * j + 1);
  }
  return sum + (logl(x) - 1 / (2 * x) - tail);
}

// ---- Bessel functions

static long double scaled_bessel(long double x, int order) {
  enum { FAR = 60 };
  if (isinf(x)) return 0;
  long double term = 1, sum = 1;
  if (x < FAR) {
    if (order) term = sum = x / 2;
    for (int k = 1; term > sum * 1e-22L; k++) sum += term *= x * x / 4 / k / (k + order);
    return sum * expl(-x);
  }
  for (int k = 1; k < 30; k++) {
    const long double odd = 2 * k - 1;
    sum += term *= -(4.0L * order * order - odd * odd) / (8 * k * x);
  }
  return sum / sqrtl(2 * PI * x);
}

long double special_i0e(long double x) { return scaled_bessel(fabsl(x), 0); }
long double special_i1e(long double x) { return copysignl(scaled_bessel(fabsl(x), 1), x); }

// ---- zeta

long double special_zeta(long double s, long double q) {
  enum { FAR = 40, CORRECTIONS = 14 };
  if (isnan(s) || isnan(q)) return NAN;
  if (s == 1) return INFINITY;
  if (q <= 0 && q == floorl(q)) return s / 2 == floorl(s / 2) ? (long double)INFINITY : NAN;
  if (s < 1) return NAN;
  if (isinf(s) || isinf(q)) return NAN;
  long double sum = 0;
  int k = 0;
  for (; k < FAR || q + k < FAR; k++) sum += powl(q + k, -s);
  const long double a = q + k, t = powl(a, -s);
  sum += t * (a / (s - 1) + 0.5L);
  long double term = s / a;
  for (int j = 1; j <= CORRECTIONS && s < 30 * a; j++) {
    sum += t * bernoulli_term(j) * term;
    term *= (s + 2 * j - 1) * (s + 2 * j) / (a * a);
  }
  return sum;
}

long double special_polygamma(long double n, long double x) {
  if (n == 0) return special_digamma(x);
  if (!(n > 0) || n != floorl(n)) return NAN;
  return (fmodl(n, 2) == 0 ? -1 : 1) * tgammal(n + 1) * special_zeta(n + 1, x);
}
