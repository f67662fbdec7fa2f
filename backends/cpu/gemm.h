// The contraction generator: C[i, j] = sum over k of A[i, k] * B[k, j], per batch, emitted as LLVM
// IR.
//
//   void name(ptr context, ptr a, ptr b, ptr c, ptr scratch, i64 thread, i64 nthreads)
//
// Every thread of a region calls the function with the same pointers; each writes its own part of
// C, and no barrier is needed inside. The parts never change a bit: an output is fixed by `order`
// alone.
//
// Order (SEMANTICS section 2), an fma having one rounding, at every width:
//   chain: k in blocks of 512; in a block s = +0, then s = fma(a, b, s) for k ascending; block sums
//          are added in order of k, the first copied. Without any k: +0.
//   rows:  k in blocks of 4096; in a block there are 64 partials p = -0, and element i of the block
//          goes to p[i % 64] = fma(a, b, p[i % 64]); then p[i] += p[i + s] for i < s, for s = 32,
//          16, .., 1. Block sums meet by the same rule with plain additions (block r goes to
//          p[r % 64], 4096 blocks are a block again). At last +0 is added. (-0 is the identity of
//          addition: partials without an element are thereby skipped.)
//
// Code is shared inside a module: register kernels by (tile, dtype), packing by kind. The blocking
// loops are compiled C (gemm_run.c) that the code calls with a table of constants, so a further
// contraction of known tiles costs one table and its epilogue.
#ifndef JITC_BACKENDS_CPU_GEMM_H
#define JITC_BACKENDS_CPU_GEMM_H
#include "backends/cpu/emit.h"
#include "backends/cpu/gemm_run.h"
#include "ir/op.h"

// A vector of finished outputs, for the epilogue to use and store.
typedef struct GemmVector {
  LLVMValueRef value;        // <lanes x dtype>
  LLVMValueRef batch;        // i64
  LLVMValueRef row, column;  // i64: of lane 0
  bool along_rows;           // lane l is output (row + l, column); otherwise (row, column + l)
  int lanes;
  LLVMValueRef mask;  // <lanes x i1>: the lanes that exist; NULL: all
} GemmVector;

// Emits the stores of a vector (and whatever comes before them), each output exactly once, after
// its last k. May load what it is about to overwrite (w -= rate * value): outputs of other vectors
// are never touched before. Emitted twice at most per contraction (whole vectors, masked ones),
// inside loops over vectors. May create blocks, and must leave the builder where emission goes on.
typedef void GemmEpilogue(Emit *e, void *user, LLVMValueRef context, LLVMValueRef c,
                          const GemmVector *v);

// Asks for what the epilogue of that vector will read (its value and mask are NULL), while the sums
// are still computed.
typedef void GemmTouch(Emit *e, void *user, LLVMValueRef context, const GemmVector *v);

// A vector of an operand that a fused producer computes instead of reading it from memory: for A
// elements (batch, outer = i, k), for B (batch, outer = j, k). Lanes run along k (along_k) or along
// the outer index, as the operand asks; off lanes may hold anything, but must not be loaded. Each
// element is asked for once by each thread that needs it: by all of them for the operand whose
// outer index the threads do not share.
typedef struct GemmPoint {
  LLVMValueRef batch, outer, k;  // i64: of lane 0
  bool along_k;
  int lanes;
  LLVMValueRef mask;  // NULL: all
} GemmPoint;
typedef LLVMValueRef GemmPrologue(Emit *e, void *user, LLVMValueRef context, LLVMValueRef operand,
                                  const GemmPoint *p);

typedef struct GemmOperand {
  int64_t outer, k,
      batch;  // strides in elements, of i or j, of k, of the batch index; any sign, zero too
  GemmPrologue *prologue;  // NULL: read from memory by the strides. Otherwise they say only how its
                           // lanes should run: k == 1: along k, else along the outer index
  void *user;
} GemmOperand;

typedef struct Gemm {
  Dtype dtype;             // DT_F32 or DT_F64; or see gemm_takes_integers
  Order order;             // ORDER_CHAIN or ORDER_ROWS
  int64_t m, n, k, batch;  // any may be 0; batch 1 for none
  GemmOperand a, b;
  const GemmBatches *batches;  // not NULL: the batch index is of several axes: their sizes, and in
                               // elements their strides, in place of those below and in a and b
  const GemmWindows *windows;  // not NULL: where elements of A stand, strides in elements; chain
                               // order, and `a` has but the stride of the batch
  int64_t c_row, c_column,
      c_batch;  // strides in elements of a plainly stored C; with an epilogue a hint: the unit
                // stride is the direction its vectors should run
  GemmEpilogue *epilogue;  // NULL: store to c
  GemmTouch *touch;        // NULL: what the epilogue reads is little, or near
  void *user;
} Gemm;

// Integers, whose sums do not depend on the order: by multiplication and addition. Narrower ones
// come by a prologue that widens them.
static inline bool gemm_takes_integers(Dtype d, Order order) {
  return (d == DT_I32 || d == DT_U32) && order == ORDER_CHAIN;
}

// Emits a call of the contraction at the builder's place, with arguments context, a, b, c, scratch,
// thread, nthreads, and the parts it needs into the module; `name` makes theirs unique. Cheaper to
// compile than gemm_emit by a function.
void gemm_call(Emit *e, const Gemm *g, const char *name, const LLVMValueRef arguments[7]);

// Emits the same as a function of its own and returns it.
LLVMValueRef gemm_emit(Emit *e, const Gemm *g, const char *name);

// Bytes of scratch for each thread: the function uses scratch + thread * this. A multiple of 64.
int64_t gemm_scratch_bytes(const Machine *m, const Gemm *g);

// The schedule chosen for a contraction in words, for --stage kernels: "tile 6x64, rows split, b
// packed".
const char *gemm_describe(const Machine *m, const Gemm *g, char text[120]);
#endif
