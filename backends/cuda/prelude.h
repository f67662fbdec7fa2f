// The prelude of CUDA text: device functions for the scalar operations in use.
#ifndef JITC_BACKENDS_CUDA_PRELUDE_H
#define JITC_BACKENDS_CUDA_PRELUDE_H
#include <stdio.h>

#include "backends/cuda/emit.h"

// Which functions were printed already, by op, operand dtype and result dtype.
typedef struct PreludeSeen {
  bool have[OP_COUNT][DT_COUNT][DT_COUNT];
} PreludeSeen;

const char *cuda_type(Dtype d);
void cuda_prelude_begin(FILE *f);
void cuda_prelude_need(FILE *f, PreludeSeen *seen, const Dag *d);       // all operations of a DAG
void cuda_prelude_need_op(FILE *f, PreludeSeen *seen, Op op, Dtype d);  // T, T -> T (combiners)
void cuda_call_name(FILE *f, const Dag *d, const Scalar *s);  // the function of an S_OP node
#endif
