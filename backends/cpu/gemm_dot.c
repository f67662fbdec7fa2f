// Contractions in rows order: both operands run along k, 64 partial sums per output, and a fixed
// tree.
#include <stdio.h>

#include "backends/cpu/gemm_parts.h"
#include "ir/diag.h"

enum { MAX_OUTPUTS = GEMM_MAX_OUTPUTS, MAX_PARTS = 32, MAX_LANES = 16 };

typedef struct Dot {
  Emit *e;
  GemmTile tile;            // outputs: rows x columns
  int bytes, lanes, parts;  // parts: vectors that hold the 64 partials of an output
  LLVMTypeRef vector;
  LLVMValueRef a_row, b_column;
  LLVMValueRef sum[MAX_OUTPUTS * MAX_PARTS];
} Dot;

static LLVMValueRef minus_zero(Dot *d) {
  LLVMTypeRef scalar = llvm->GetElementType(d->vector);
  return emit_splat(d->e, llvm->ConstReal(scalar, -0.0), d->lanes);
}

// Adds 64 elements of k at a and b to the partials; with `left`, only that many. Off lanes multiply
// +0 by -0: fma(+0, -0, p) is p.
static void emit_partials(Dot *d, LLVMValueRef a, LLVMValueRef b, LLVMValueRef left) {
  Emit *e = d->e;
  for (int part = 0; part < d->parts; part++) {
    int64_t first = (int64_t)part * d->lanes;
    LLVMValueRef mask = left ? emit_mask(e, emit_sub(e, left, emit_int(e, first)), d->lanes) : NULL;
    LLVMValueRef column[MAX_OUTPUTS], b_at = b, a_at = a;
    for (int c = 0; c < d->tile.vectors; c++, b_at = emit_at(e, b_at, d->b_column))
      column[c] = emit_masked_load(e, d->vector, emit_at_const(e, b_at, first * d->bytes), d->bytes,
                                   mask, minus_zero(d));
    for (int r = 0; r < d->tile.rows; r++, a_at = emit_at(e, a_at, d->a_row)) {
      LLVMValueRef x = emit_masked_load(e, d->vector, emit_at_const(e, a_at, first * d->bytes),
                                        d->bytes, mask, NULL);
      for (int c = 0; c < d->tile.vectors; c++) {
        LLVMValueRef *sum = &d->sum[(r * d->tile.vectors + c) * d->parts + part];
        *sum = emit_fma(e, x, column[c], *sum);
      }
    }
  }
}

// Two vectors of segments of `size` lanes become one of segments half as long: the first one's,
// then the second's.
static LLVMValueRef fold(Dot *d, LLVMValueRef x, LLVMValueRef y, int size) {
  Emit *e = d->e;
  int low[MAX_LANES], high[MAX_LANES], half = size / 2;
  for (int i = 0; i < d->lanes; i++) {
    low[i] = i / half * size + i % half;  // over the concatenation of x and y
    high[i] = low[i] + half;
  }
  LLVMValueRef l = emit_shuffle(e, x, y, low, d->lanes), h = emit_shuffle(e, x, y, high, d->lanes);
  return llvm->BuildFAdd(e->b, l, h, "");
}

// The tree of all outputs at once: output i ends in lane i.
static LLVMValueRef emit_tree(Dot *d) {
  int n = d->tile.rows * d->tile.vectors;
  LLVMValueRef v[MAX_OUTPUTS];
  for (int o = 0; o < n; o++) {
    LLVMValueRef *part = &d->sum[o * d->parts];
    for (int s = d->parts / 2; s > 0; s /= 2)
      for (int i = 0; i < s; i++) part[i] = llvm->BuildFAdd(d->e->b, part[i], part[i + s], "");
    v[o] = part[0];
  }
  for (int size = d->lanes; size > 1; size /= 2) {
    for (int i = 0; 2 * i < n; i++)
      v[i] = fold(d, v[2 * i], v[2 * i + 1 < n ? 2 * i + 1 : 2 * i], size);
    n = (n + 1) / 2;
  }
  return v[0];
}

static void emit_whole_steps(Dot *d, LLVMValueRef *a, LLVMValueRef *b, LLVMValueRef steps) {
  Emit *e = d->e;
  int n = d->tile.rows * d->tile.vectors * d->parts;
  LLVMValueRef phi[MAX_OUTPUTS * MAX_PARTS], start_a = *a, start_b = *b;
  LLVMValueRef step_bytes = emit_int(e, (int64_t)ORDER_PARTIALS * d->bytes);
  LLVMBasicBlockRef before = llvm->GetInsertBlock(e->b);
  EmitLoop loop = emit_count(e, steps);
  LLVMBasicBlockRef body = llvm->GetInsertBlock(e->b);
  llvm->PositionBuilderBefore(e->b, llvm->GetFirstInstruction(loop.head));
  for (int i = 0; i < n; i++) {
    phi[i] = emit_phi(e, d->vector);
    emit_phi_add(phi[i], d->sum[i], before);
    d->sum[i] = phi[i];
  }
  llvm->PositionBuilderAtEnd(e->b, body);
  LLVMValueRef offset = emit_mul(e, loop.i, step_bytes);
  emit_partials(d, emit_at(e, start_a, offset), emit_at(e, start_b, offset), NULL);
  for (int i = 0; i < n; i++) emit_phi_add(phi[i], d->sum[i], llvm->GetInsertBlock(e->b));
  emit_loop_end(e, &loop);
  for (int i = 0; i < n; i++) d->sum[i] = phi[i];
  LLVMValueRef done = emit_mul(e, steps, step_bytes);
  *a = emit_at(e, start_a, done), *b = emit_at(e, start_b, done);
}

static void emit_tail(Dot *d, LLVMValueRef a, LLVMValueRef b, LLVMValueRef left) {
  Emit *e = d->e;
  int n = d->tile.rows * d->tile.vectors * d->parts;
  LLVMValueRef before[MAX_OUTPUTS * MAX_PARTS];
  for (int i = 0; i < n; i++) before[i] = d->sum[i];
  EmitIf some = emit_if(e, llvm->BuildICmp(e->b, LLVMIntNE, left, emit_int(e, 0), ""));
  emit_partials(d, a, b, left);
  LLVMBasicBlockRef then = llvm->GetInsertBlock(e->b);
  emit_end_if(e, &some);
  for (int i = 0; i < n; i++) {
    LLVMValueRef after = d->sum[i];
    d->sum[i] = emit_phi(e, d->vector);
    emit_phi_add(d->sum[i], before[i], some.other);
    emit_phi_add(d->sum[i], after, then);
  }
}

LLVMValueRef gemm_dot(Emit *e, Dtype dtype, GemmTile tile, bool tail) {
  char name[64];
  snprintf(name, sizeof name, "gemm_dot_%s_%dx%d%s", dtype_name(dtype), tile.rows, tile.vectors,
           tail ? "_tail" : "");
  LLVMValueRef found = llvm->GetNamedFunction(e->module, name);
  if (found) return found;
  EmitPause pause = emit_pause(e);
  LLVMTypeRef i = e->i64, params[6] = {e->ptr, i, e->ptr, i, e->ptr, i};
  LLVMValueRef f = emit_function(e, name, e->none, params, 6);
  llvm->SetLinkage(f, LLVMInternalLinkage);
  int bytes = (int)dtype_size(dtype), lanes = machine_lanes(e->machine, bytes);
  Dot d = {.e = e,
           .tile = tile,
           .bytes = bytes,
           .lanes = lanes,
           .parts = ORDER_PARTIALS / lanes,
           .vector = emit_vector(emit_dtype(e, dtype), lanes),
           .a_row = emit_param(e, 1),
           .b_column = emit_param(e, 3)};
  int outputs = tile.rows * tile.vectors;
  CHECK(outputs <= MAX_OUTPUTS && outputs <= lanes && d.parts <= MAX_PARTS);
  for (int k = 0; k < outputs * d.parts; k++) d.sum[k] = minus_zero(&d);
  LLVMValueRef a = emit_param(e, 0), b = emit_param(e, 2), n = emit_param(e, 5);
  emit_whole_steps(&d, &a, &b, llvm->BuildLShr(e->b, n, emit_int(e, 6), ""));
  if (tail) emit_tail(&d, a, b, llvm->BuildAnd(e->b, n, emit_int(e, ORDER_PARTIALS - 1), ""));
  // At last +0 is added, once: -0 + 0 is +0; of several blocks, all may have it added, for x + 0
  // changes only -0, and the sum of the blocks' zeros is +0 then as it should be.
  LLVMValueRef sums = llvm->BuildFAdd(e->b, emit_tree(&d), llvm->ConstNull(d.vector), "");
  emit_store(e, sums, emit_param(e, 4), bytes);
  llvm->BuildRetVoid(e->b);
  emit_resume(e, pause);
  return f;
}
