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
  LLVMValueRef low[MAX_LANES], high[MAX_LANES];
  int half = size / 2;
  for (int i = 0; i < d->lanes; i++) {
    int from = i / half * size + i % half;  // over the concatenation of x and y
    low[i] = llvm->ConstInt(e->i32, (unsigned)from, false);
    high[i] = llvm->ConstInt(e->i32, (unsigned)(from + half), false);
  }
  LLVMValueRef l =
      llvm->BuildShuffleVector(e->b, x, y, llvm->ConstVector(low, (unsigned)d->lanes), "");
  LLVMValueRef h =
      llvm->BuildShuffleVector(e->b, x, y, llvm->ConstVector(high, (unsigned)d->lanes), "");
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
  emit_store(e, emit_tree(&d), emit_param(e, 4), bytes);
  llvm->BuildRetVoid(e->b);
  emit_resume(e, pause);
  return f;
}

// ---- the nest ----

typedef struct DotNest {
  Emit *e;
  Dtype dtype;
  GemmTile tile;
  int bytes, lanes;
  LLVMValueRef table, context, a, b, c, mine, thread, nthreads;
  LLVMValueRef m, n, k, blocks;  // blocks: block sums of one tile, in scratch
  LLVMValueRef batch, batch_a, batch_b;
  LLVMValueRef a_base, a_row, b_base, b_column;  // as the kernel sees them: k is contiguous
} DotNest;

static LLVMValueRef field(DotNest *n, GemmField f) { return gemm_field(n->e, n->table, f); }
static LLVMValueRef truth(DotNest *n, GemmField f) {
  return llvm->BuildICmp(n->e->b, LLVMIntNE, field(n, f), emit_int(n->e, 0), "");
}

// Block sums meet by the same tree: p[i] += p[i + s] for s = 32 .. 1 where p[i + s] exists.
static void add_blocks(DotNest *n, LLVMTypeRef vector, LLVMValueRef count) {
  Emit *e = n->e;
  LLVMValueRef row = emit_int(e, (int64_t)n->lanes * n->bytes);
  LLVMBasicBlockRef before = llvm->GetInsertBlock(e->b), body = emit_block(e, "halves"),
                    done = emit_block(e, "summed");
  emit_goto(e, body);
  LLVMValueRef s = emit_phi(e, e->i64), one = emit_int(e, 1);
  emit_phi_add(s, emit_int(e, ORDER_PARTIALS / 2), before);
  EmitLoop i = emit_count(e, emit_min(e, s, emit_sub(e, count, s)));
  LLVMValueRef to = emit_at(e, n->blocks, emit_mul(e, i.i, row));
  LLVMValueRef from = emit_at(e, to, emit_mul(e, s, row));
  LLVMValueRef sum = llvm->BuildFAdd(e->b, emit_load(e, vector, to, n->bytes),
                                     emit_load(e, vector, from, n->bytes), "");
  emit_store(e, sum, to, n->bytes);
  emit_loop_end(e, &i);
  LLVMValueRef next = llvm->BuildLShr(e->b, s, one, "");
  emit_phi_add(s, next, llvm->GetInsertBlock(e->b));
  llvm->BuildCondBr(e->b, llvm->BuildICmp(e->b, LLVMIntNE, next, emit_int(e, 0), ""), body, done);
  llvm->PositionBuilderAtEnd(e->b, done);
}

// All of k for the tile at (row, column) relative to a_base and b_base; sums into the strip at its
// column.
static void run_tile(DotNest *n, LLVMValueRef row, LLVMValueRef column) {
  Emit *e = n->e;
  LLVMValueRef zero = emit_int(e, 0), block = emit_int(e, ORDER_BLOCK),
               bytes = emit_int(e, n->bytes);
  LLVMTypeRef scalar = emit_dtype(e, n->dtype), vector = emit_vector(scalar, n->lanes);
  LLVMTypeRef i = e->i64, params[6] = {e->ptr, i, e->ptr, i, e->ptr, i};
  LLVMValueRef a = emit_at(e, n->a_base, emit_mul(e, row, n->a_row));
  LLVMValueRef b = emit_at(e, n->b_base, emit_mul(e, column, n->b_column));
  LLVMValueRef none = llvm->BuildICmp(e->b, LLVMIntEQ, n->k, zero, "");
  EmitLoop k = emit_loop(e, zero, llvm->BuildSelect(e->b, none, emit_int(e, 1), n->k, ""), block);
  LLVMValueRef skip = emit_mul(e, k.i, bytes),
               index = llvm->BuildLShr(e->b, k.i, emit_int(e, 12), "");
  LLVMValueRef partials = emit_int(e, ORDER_PARTIALS),
               row_bytes = emit_int(e, (int64_t)n->lanes * n->bytes);
  LLVMValueRef slot =
      emit_min(e, index, partials);  // beyond 64 blocks: a slot of its own, then added
  LLVMValueRef out = emit_at(e, n->blocks, emit_mul(e, slot, row_bytes));
  LLVMValueRef args[6] = {
      emit_at(e, a, skip), n->a_row, emit_at(e, b, skip),
      n->b_column,         out,      emit_min(e, block, emit_sub(e, n->k, k.i))};
  emit_call_pointer(e, emit_function_type(e, e->none, params, 6), field(n, FIELD_KERNEL_HIGH), args,
                    6);
  EmitIf more = emit_if(e, llvm->BuildICmp(e->b, LLVMIntSGE, index, partials, ""));
  LLVMValueRef which = llvm->BuildAnd(e->b, index, emit_int(e, ORDER_PARTIALS - 1), "");
  LLVMValueRef to = emit_at(e, n->blocks, emit_mul(e, which, row_bytes));
  emit_store(e,
             llvm->BuildFAdd(e->b, emit_load(e, vector, to, n->bytes),
                             emit_load(e, vector, out, n->bytes), ""),
             to, n->bytes);
  emit_end_if(e, &more);
  emit_loop_end(e, &k);
  LLVMValueRef up = emit_add(e, n->k, emit_int(e, ORDER_BLOCK - 1));
  LLVMValueRef blocks = emit_min(e, llvm->BuildLShr(e->b, up, emit_int(e, 12), ""), partials);
  EmitIf many = emit_if(e, llvm->BuildICmp(e->b, LLVMIntSGT, blocks, emit_int(e, 1), ""));
  add_blocks(n, vector, blocks);
  emit_end_if(e, &many);
  LLVMValueRef sums = emit_load(e, vector, n->blocks, n->bytes);
  sums = llvm->BuildFAdd(e->b, sums, llvm->ConstNull(vector), "");
  for (int r = 0; r < n->tile.rows; r++)
    for (int c = 0; c < n->tile.vectors; c++) {
      LLVMValueRef lane = llvm->ConstInt(e->i32, (unsigned)(r * n->tile.vectors + c), false);
      LLVMValueRef place = emit_at(e, n->mine, emit_mul(e, column, bytes));
      emit_store(e, llvm->BuildExtractElement(e->b, sums, lane, ""),
                 emit_at_const(e, place, ((int64_t)r * GEMM_STRIP + c) * n->bytes), n->bytes);
    }
}

static LLVMTypeRef pack_type(Emit *e) {
  LLVMTypeRef i = e->i64, params[10] = {e->ptr, e->ptr, i, i, i, i, i, i, e->ptr, i};
  return emit_function_type(e, e->none, params, 10);
}

// Outer indices first..first + count of an operand with k contiguous: in place, or packed into
// scratch.
static LLVMValueRef k_contiguous(DotNest *n, bool is_b, LLVMValueRef first, LLVMValueRef count) {
  Emit *e = n->e;
  LLVMValueRef operand = is_b ? n->batch_b : n->batch_a,
               outer = field(n, is_b ? FIELD_B_COLUMN : FIELD_A_ROW);
  LLVMValueRef packed = truth(n, is_b ? FIELD_PACK_ALL : FIELD_PACK_A);
  LLVMValueRef room = emit_at(e, n->mine, field(n, is_b ? FIELD_SCRATCH_B : FIELD_SCRATCH_A));
  LLVMValueRef in_place = emit_at(e, operand, emit_mul(e, first, outer));
  EmitIf pack = emit_if(e, packed);
  LLVMValueRef args[10] = {
      n->context, operand, outer, field(n, is_b ? FIELD_B_K : FIELD_A_K), n->batch, first,
      count,      n->k,    room,  is_b ? n->b_column : n->a_row};
  emit_call_pointer(e, pack_type(e), field(n, is_b ? FIELD_COPY_B : FIELD_COPY_A), args, 10);
  emit_end_if(e, &pack);
  return llvm->BuildSelect(e->b, packed, room, in_place, "");
}

// One tile of rows against a strip of columns. At the ends, tiles reach back over outputs already
// done: those are computed again and dropped, for every tile is whole.
static void run_strip(DotNest *n, LLVMValueRef row, LLVMValueRef end, LLVMValueRef column,
                      LLVMValueRef columns) {
  Emit *e = n->e;
  LLVMValueRef tall = emit_int(e, n->tile.rows), wide = emit_int(e, n->tile.vectors);
  LLVMValueRef start = emit_min(e, row, emit_sub(e, n->m, tall));
  n->a_base = k_contiguous(n, false, start, tall);
  EmitLoop j = emit_loop(e, emit_int(e, 0), columns, wide);
  run_tile(n, emit_int(e, 0), emit_min(e, j.i, emit_sub(e, columns, wide)));
  emit_loop_end(e, &j);
  LLVMValueRef done =
      emit_mul(e, emit_sub(e, row, start), emit_int(e, (int64_t)GEMM_STRIP * n->bytes));
  LLVMTypeRef i = e->i64, params[8] = {e->ptr, e->ptr, e->ptr, i, i, i, i, i};
  LLVMValueRef rows = emit_min(e, tall, emit_sub(e, end, row));
  LLVMValueRef args[8] = {n->context, n->c,   emit_at(e, n->mine, done), n->batch, row, rows,
                          column,     columns};
  emit_call_pointer(e, emit_function_type(e, e->none, params, 8), field(n, FIELD_EPILOGUE), args,
                    8);
}

// Threads share batches, rows or strips of columns; the last strip is the widest, so that each has
// columns enough for its last tile to reach back over.
static void emit_loops(DotNest *n) {
  Emit *e = n->e;
  LLVMValueRef by_batch = gemm_by_batch(e, n->table, n->nthreads),
               by_columns = truth(n, FIELD_SPLIT_COLUMNS);
  LLVMValueRef not_batch = llvm->BuildNot(e->b, by_batch, ""), one = emit_int(e, 1);
  LLVMValueRef by_rows = llvm->BuildAnd(e->b, not_batch, llvm->BuildNot(e->b, by_columns, ""), "");
  by_columns = llvm->BuildAnd(e->b, not_batch, by_columns, "");
  GemmRange batches = gemm_part(e, field(n, FIELD_BATCH), n->thread, n->nthreads, by_batch);
  GemmRange rows = gemm_part(e, n->m, n->thread, n->nthreads, by_rows);
  GemmRange strips = gemm_part(e, field(n, FIELD_PANELS), n->thread, n->nthreads, by_columns);
  EmitLoop batch = emit_loop(e, batches.first, batches.last, one);
  n->batch = batch.i;
  n->batch_a = emit_at(e, n->a, emit_mul(e, batch.i, field(n, FIELD_A_BATCH)));
  n->batch_b = emit_at(e, n->b, emit_mul(e, batch.i, field(n, FIELD_B_BATCH)));
  EmitLoop s = emit_loop(e, strips.first, strips.last, one);
  LLVMValueRef width = field(n, FIELD_WIDTH), column = emit_mul(e, s.i, width);
  LLVMValueRef last =
      llvm->BuildICmp(e->b, LLVMIntEQ, s.i, emit_sub(e, field(n, FIELD_PANELS), one), "");
  LLVMValueRef columns = llvm->BuildSelect(e->b, last, emit_sub(e, n->n, column), width, "");
  n->b_base = k_contiguous(n, true, column, columns);
  EmitLoop row = emit_loop(e, rows.first, rows.last, emit_int(e, n->tile.rows));
  run_strip(n, row.i, rows.last, column, columns);
  emit_loop_end(e, &row);
  emit_loop_end(e, &s);
  emit_loop_end(e, &batch);
}

LLVMValueRef gemm_dot_nest(Emit *e, Dtype dtype, GemmTile tile) {
  char name[64];
  snprintf(name, sizeof name, "gemm_dot_nest_%s_%dx%d", dtype_name(dtype), tile.rows, tile.vectors);
  LLVMValueRef found = llvm->GetNamedFunction(e->module, name);
  if (found) return found;
  EmitPause pause = emit_pause(e);
  LLVMTypeRef p = e->ptr, params[8] = {p, p, p, p, p, p, e->i64, e->i64};
  LLVMValueRef f = emit_function(e, name, e->none, params, 8);
  llvm->SetLinkage(f, LLVMInternalLinkage);
  int bytes = (int)dtype_size(dtype);
  DotNest n = {.e = e,
               .dtype = dtype,
               .tile = tile,
               .bytes = bytes,
               .lanes = machine_lanes(e->machine, bytes),
               .table = emit_param(e, 0),
               .context = emit_param(e, 1),
               .a = emit_param(e, 2),
               .b = emit_param(e, 3),
               .c = emit_param(e, 4),
               .thread = emit_param(e, 6),
               .nthreads = emit_param(e, 7)};
  n.mine = emit_at(e, emit_param(e, 5), emit_mul(e, n.thread, field(&n, FIELD_SCRATCH)));
  n.blocks =
      emit_at(e, n.mine, emit_int(e, (int64_t)MAX_OUTPUTS * GEMM_STRIP * GEMM_DOT_BLOCKS * bytes));
  n.m = field(&n, FIELD_M), n.n = field(&n, FIELD_N), n.k = field(&n, FIELD_K);
  n.a_row = field(&n, FIELD_A_KERNEL_ROW), n.b_column = field(&n, FIELD_A_KERNEL_K);
  emit_loops(&n);
  llvm->BuildRetVoid(e->b);
  emit_resume(e, pause);
  return f;
}
