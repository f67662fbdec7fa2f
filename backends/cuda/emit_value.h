// Printing of scalar values and index expressions inside a stage of a kernel.
#ifndef JITC_BACKENDS_CUDA_EMIT_VALUE_H
#define JITC_BACKENDS_CUDA_EMIT_VALUE_H
#include <stdio.h>

#include "compiler/kernel.h"

typedef struct Emit {
  FILE *f;
  const Kernel *k;
  int id;  // number of the kernel: prefix of its names
  int indent;
} Emit;

void emit_line_begin(Emit *e);
#define LINE(e, ...) (emit_line_begin(e), fprintf((e)->f, __VA_ARGS__), fputc('\n', (e)->f))

// Axes are the locals a0, a1, ...; values of the DAG v0, v1, ...; buffers b0, b1, ...
void emit_ix(Emit *e, Ix ix);
void emit_guards(Emit *e, int n, const Guard *guards);
void emit_const(Emit *e, const Scalar *s);
void emit_scalar(Emit *e, const Scalar *s);  // one node; inputs are a, b, c
void emit_values(
    Emit *e, const Stage *st);  // a local for each node that the stage's values and indices need
#endif
