// Special functions in long double, for comparison: by series that need no coefficients.
#ifndef JITC_TESTS_SPECIAL_H
#define JITC_TESTS_SPECIAL_H

long double special_digamma(long double x);
long double special_i0e(long double x);
long double special_i1e(long double x);
long double special_zeta(long double s, long double q);
long double special_polygamma(long double n, long double x);
#endif
