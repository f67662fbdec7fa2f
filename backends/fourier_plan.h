// Inside fourier.c: what a transform is made of.
#ifndef JITC_BACKENDS_FOURIER_PLAN_H
#define JITC_BACKENDS_FOURIER_PLAN_H
#include "backends/fourier.h"

enum { MAX_RADIX = 31, MAX_PASSES = 40, LANE_BYTES = 64 };

// Rows (i + rest j) done + q, j < radix, are transformed over j and turned by i k; that over k goes
// to row (radix i + k) done + q.
typedef struct FourierPass {
  int radix;
  int64_t rest, done;
  const void *turns;  // cos, sin of 2 pi i k / (radix rest): [rest, radix - 1, 2]
  const void *roots;  // of 2 pi k / radix: [radix, 2]
} FourierPass;

struct Fourier {
  Dtype dtype;
  int64_t n;
  int npasses;
  FourierPass pass[MAX_PASSES];
  // One line as a matrix [first, second]: over its columns, turned, over its rows.
  const Fourier *first, *second;
  const void *between;  // cos, then sin: [n] each
  // Lengths with a large prime factor: a convolution with a chirp, by transforms of `padded`.
  const Fourier *padded;
  const void *chirp;   // cos, then sin of pi j^2 / n: [n] each
  const void *kernel;  // parts of the chirp's own transform over padded.n: [padded.n] each
};

// One set of functions for each dtype and width of vectors.
typedef struct FourierCode {
  void (*part)(const FourierRun *r, void *scratch, int64_t part, int64_t nparts);
  void (*line)(const Fourier *f, void *const *in, void *const *out, void *scratch);
} FourierCode;
#endif
