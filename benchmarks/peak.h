// Limits of this machine, measured in the run that compares with them: FMA peak, and clocks for
// timing.
#ifndef JITC_BENCHMARKS_PEAK_H
#define JITC_BENCHMARKS_PEAK_H
#include <stdint.h>

double bench_seconds(void);  // monotonic

// GFLOP/s of f32 fused multiply-adds on `threads` threads at once: the best of several counts of
// independent chains at each vector width the CPU has, in inline assembly, for about `ms`
// milliseconds.
double peak_fma(int threads, double ms);

// Median of n values; sorts them.
double bench_median(double *values, int n);

// Seconds of one call of f, the median of `rounds` rounds of as many calls as fill `ms`
// milliseconds.
double bench_time(void (*f)(void *), void *context, int rounds, double ms);
#endif
