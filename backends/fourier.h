// Discrete Fourier transforms of lines of numbers, shared by the backends. Real and imaginary parts
// are arrays of their own; nothing is divided by the length.
#ifndef JITC_BACKENDS_FOURIER_H
#define JITC_BACKENDS_FOURIER_H
#include "ir/arena.h"
#include "ir/op.h"

typedef struct Fourier Fourier;

// Of lines of n > 0 elements, f32 or f64: its tables, in `a`.
const Fourier *fourier_plan(Arena *a, Dtype d, int64_t n);

// What a step does: `op` is OP_dft, of parts [outer, n, inner]; OP_rdft, of numbers [outer, n] to
// parts [outer, n / 2 + 1]; OP_irdft, of those to numbers. The results may be the operands.
typedef struct FourierRun {
  const Fourier *plan;
  Op op;
  bool backwards;
  int64_t outer, inner;
  const void *in[2];
  void *out[2];
} FourierRun;

// How much memory a thread needs, and its share of the work.
int64_t fourier_scratch(const FourierRun *r);
void fourier_part(const FourierRun *r, void *scratch, int64_t part, int64_t nparts);

// The code for each width of vectors, and whether this CPU has it. All give the same bits;
// fourier_part takes the widest.
typedef enum FourierVariant {
  FOURIER_PLAIN,
  FOURIER_AVX2,
  FOURIER_AVX512,
  FOURIER_VARIANTS
} FourierVariant;
bool fourier_has(FourierVariant v);
void fourier_part_by(FourierVariant v, const FourierRun *r, void *scratch, int64_t part,
                     int64_t nparts);

// The whole of r without its plan, of lines of n: with tables and scratch of its own. False when
// there is no memory for the scratch.
bool fourier_arrays(FourierRun r, Dtype d, int64_t n);
#endif
