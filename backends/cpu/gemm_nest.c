// The blocking nest around the register kernels: batch, groups of panels, row tiles, panels, blocks
// of k.
#include "backends/cpu/gemm_parts.h"

LLVMValueRef gemm_field(Emit *e, LLVMValueRef table, GemmField f) {
  LLVMValueRef at = emit_at_const(e, table, 8 * (int64_t)f);
  return emit_load(e, (int)f < (int)FIRST_FUNCTION ? e->i64 : e->ptr, at, 8);
}

GemmRange gemm_part(Emit *e, LLVMValueRef n, LLVMValueRef thread, LLVMValueRef nthreads,
                    LLVMValueRef divided) {
  LLVMValueRef next = emit_add(e, thread, emit_int(e, 1));
  LLVMValueRef first = llvm->BuildSDiv(e->b, emit_mul(e, n, thread), nthreads, "");
  LLVMValueRef last = llvm->BuildSDiv(e->b, emit_mul(e, n, next), nthreads, "");
  return (GemmRange){llvm->BuildSelect(e->b, divided, first, emit_int(e, 0), ""),
                     llvm->BuildSelect(e->b, divided, last, n, "")};
}

LLVMValueRef gemm_by_batch(Emit *e, LLVMValueRef table, LLVMValueRef nthreads) {
  LLVMValueRef batch = gemm_field(e, table, FIELD_BATCH),
               rest = llvm->BuildSRem(e->b, batch, nthreads, "");
  LLVMValueRef even = llvm->BuildICmp(e->b, LLVMIntEQ, rest, emit_int(e, 0), "");
  LLVMValueRef many =
      llvm->BuildICmp(e->b, LLVMIntSGE, batch, emit_mul(e, nthreads, emit_int(e, 4)), "");
  return llvm->BuildOr(e->b, even, many, "");
}

typedef struct Nest {
  Emit *e;
  LLVMValueRef table, context, a, b, c, mine, thread, nthreads;  // mine: this thread's scratch
  LLVMValueRef m, n, k, width, panels;
  LLVMValueRef tiles, rows_each, rows_more;  // balanced: the first rows_more tiles have a row more
  GemmRange batches, row_tiles, panel_range;
  LLVMValueRef batch, batch_a, batch_b, batch_c;  // the current one and its operands
} Nest;

static LLVMValueRef field(Nest *n, GemmField f) { return gemm_field(n->e, n->table, f); }
static LLVMValueRef truth(Nest *n, GemmField f) {
  return llvm->BuildICmp(n->e->b, LLVMIntNE, field(n, f), emit_int(n->e, 0), "");
}
static LLVMValueRef compare(Nest *n, LLVMIntPredicate p, LLVMValueRef x, LLVMValueRef y) {
  return llvm->BuildICmp(n->e->b, p, x, y, "");
}
static LLVMValueRef select(Nest *n, LLVMValueRef c, LLVMValueRef x, LLVMValueRef y) {
  return llvm->BuildSelect(n->e->b, c, x, y, "");
}
static LLVMValueRef ceil_div(Nest *n, LLVMValueRef x, LLVMValueRef y) {
  LLVMValueRef up = emit_sub(n->e, emit_add(n->e, x, y), emit_int(n->e, 1));
  return llvm->BuildSDiv(n->e->b, up, y, "");
}

// As many tiles as threads can share evenly, if the lower ones are then still tall enough; else as
// few as possible.
static void balance_rows(Nest *n) {
  Emit *e = n->e;
  LLVMValueRef few = ceil_div(n, n->m, field(n, FIELD_HIGH));
  LLVMValueRef even = emit_mul(e, ceil_div(n, few, n->nthreads), n->nthreads);
  LLVMValueRef tall = llvm->BuildSDiv(e->b, n->m, even, "");
  n->tiles = select(n, compare(n, LLVMIntSGE, tall, field(n, FIELD_LOW)), even, few);
  n->rows_each = llvm->BuildSDiv(e->b, n->m, n->tiles, "");
  n->rows_more = emit_sub(e, n->m, emit_mul(e, n->rows_each, n->tiles));
}

// What threads share: whole batches where there are enough, else row tiles or panels: the preferred
// if every thread gets one, else the other.
static void choose_split(Nest *n) {
  Emit *e = n->e;
  LLVMBuilderRef b = e->b;
  LLVMValueRef batch = field(n, FIELD_BATCH), by_batch = gemm_by_batch(e, n->table, n->nthreads);
  LLVMValueRef rows_enough = compare(n, LLVMIntSGE, n->tiles, n->nthreads);
  LLVMValueRef columns_enough = compare(n, LLVMIntSGE, n->panels, n->nthreads);
  LLVMValueRef prefer_columns =
      llvm->BuildAnd(b, truth(n, FIELD_SPLIT_COLUMNS), columns_enough, "");
  LLVMValueRef only_columns =
      llvm->BuildAnd(b, llvm->BuildNot(b, rows_enough, ""), columns_enough, "");
  LLVMValueRef by_columns = llvm->BuildOr(b, prefer_columns, only_columns, "");
  LLVMValueRef by_rows = llvm->BuildNot(b, llvm->BuildOr(b, by_batch, by_columns, ""), "");
  by_columns = llvm->BuildAnd(b, by_columns, llvm->BuildNot(b, by_batch, ""), "");
  n->batches = gemm_part(e, batch, n->thread, n->nthreads, by_batch);
  n->row_tiles = gemm_part(e, n->tiles, n->thread, n->nthreads, by_rows);
  n->panel_range = gemm_part(e, n->panels, n->thread, n->nthreads, by_columns);
}

static LLVMValueRef panel_columns(Nest *n, LLVMValueRef panel) {
  return emit_min(n->e, n->width, emit_sub(n->e, n->n, emit_mul(n->e, panel, n->width)));
}

static LLVMTypeRef pack_type(Emit *e) {
  LLVMTypeRef i = e->i64, params[10] = {e->ptr, e->ptr, i, i, i, i, i, i, e->ptr, i};
  return emit_function_type(e, e->none, params, 10);
}

// Packs panel `panel` of B into slot `slot` of this thread's scratch.
static void pack_panel(Nest *n, LLVMValueRef panel, LLVMValueRef slot) {
  Emit *e = n->e;
  LLVMValueRef offset =
      emit_add(e, field(n, FIELD_SCRATCH_B), emit_mul(e, slot, field(n, FIELD_PANEL_BYTES)));
  LLVMValueRef args[10] = {n->context,
                           n->batch_b,
                           field(n, FIELD_B_COLUMN),
                           field(n, FIELD_B_K),
                           n->batch,
                           emit_mul(e, panel, n->width),
                           panel_columns(n, panel),
                           n->k,
                           emit_at(e, n->mine, offset),
                           field(n, FIELD_PANEL_ROW)};
  emit_call_pointer(e, pack_type(e), field(n, FIELD_COPY_B), args, 10);
}

static void pack_group(Nest *n, LLVMValueRef first, LLVMValueRef last) {
  Emit *e = n->e;
  EmitIf all = emit_if(e, truth(n, FIELD_PACK_ALL));
  EmitLoop panel = emit_loop(e, first, last, emit_int(e, 1));
  pack_panel(n, panel.i, emit_sub(e, panel.i, first));
  emit_loop_end(e, &panel);
  emit_else(e, &all);
  LLVMValueRef ends = compare(n, LLVMIntEQ, last, n->panels);
  EmitIf tail = emit_if(e, llvm->BuildAnd(e->b, truth(n, FIELD_PACK_TAIL), ends, ""));
  pack_panel(n, emit_sub(e, n->panels, emit_int(e, 1)), emit_int(e, 0));
  emit_end_if(e, &tail);
  emit_end_if(e, &all);
}

typedef struct Rows {
  LLVMValueRef first, count, a, a_row, a_k;
} Rows;

// The rows of a tile, packed if the plan wants it.
static Rows tile_rows(Nest *n, LLVMValueRef tile) {
  Emit *e = n->e;
  Rows r = {.a_row = field(n, FIELD_A_KERNEL_ROW), .a_k = field(n, FIELD_A_KERNEL_K)};
  r.first = emit_add(e, emit_mul(e, tile, n->rows_each), emit_min(e, tile, n->rows_more));
  LLVMValueRef more = compare(n, LLVMIntSLT, tile, n->rows_more);
  r.count = emit_add(e, n->rows_each, llvm->BuildZExt(e->b, more, e->i64, ""));
  LLVMValueRef packed = truth(n, FIELD_PACK_A),
               room = emit_at(e, n->mine, field(n, FIELD_SCRATCH_A));
  LLVMValueRef in_place = emit_at(e, n->batch_a, emit_mul(e, r.first, field(n, FIELD_A_ROW)));
  r.a = select(n, packed, room, in_place);
  EmitIf pack = emit_if(e, packed);
  // A panel's rows are ks (row stride 1 element) or outer indices: the larger of the two strides is
  // its row.
  LLVMValueRef row = select(n, compare(n, LLVMIntSGT, r.a_row, r.a_k), r.a_row, r.a_k);
  LLVMValueRef args[10] = {n->context,
                           n->batch_a,
                           field(n, FIELD_A_ROW),
                           field(n, FIELD_A_K),
                           n->batch,
                           r.first,
                           r.count,
                           n->k,
                           room,
                           row};
  emit_call_pointer(e, pack_type(e), field(n, FIELD_COPY_A), args, 10);
  emit_end_if(e, &pack);
  return r;
}

// All blocks of k of one tile; the last panel has kernels of its own.
static void run_kernel(Nest *n, const Rows *r, LLVMValueRef is_last, LLVMValueRef b,
                       LLVMValueRef b_k, LLVMValueRef out, LLVMValueRef out_row) {
  Emit *e = n->e;
  LLVMTypeRef i = e->i64, params[9] = {e->ptr, i, i, e->ptr, i, e->ptr, i, i, i};
  LLVMValueRef high = compare(n, LLVMIntEQ, r->count, field(n, FIELD_HIGH));
  LLVMValueRef index =
      select(n, high, emit_int(e, FIELD_KERNEL_HIGH), emit_int(e, FIELD_KERNEL_LOW));
  index = emit_add(e, index, llvm->BuildZExt(e->b, is_last, e->i64, ""));
  LLVMValueRef at = emit_at(e, n->table, emit_mul(e, index, emit_int(e, 8)));
  LLVMValueRef kernel = emit_load(e, e->ptr, at, 8), zero = emit_int(e, 0),
               block = emit_int(e, CHAIN_BLOCK);
  LLVMValueRef none = compare(n, LLVMIntEQ, n->k, zero);
  LLVMValueRef end =
      select(n, none, emit_int(e, 1), n->k);  // without any k the kernel stores zeros
  EmitLoop k = emit_loop(e, zero, end, block);
  LLVMValueRef steps = emit_min(e, block, emit_sub(e, n->k, k.i));
  LLVMValueRef first = llvm->BuildZExt(e->b, compare(n, LLVMIntEQ, k.i, zero), i, "");
  LLVMValueRef args[9] = {emit_at(e, r->a, emit_mul(e, k.i, r->a_k)),
                          r->a_row,
                          r->a_k,
                          emit_at(e, b, emit_mul(e, k.i, b_k)),
                          b_k,
                          out,
                          out_row,
                          steps,
                          first};
  emit_call_pointer(e, emit_function_type(e, e->none, params, 9), kernel, args, 9);
  emit_loop_end(e, &k);
}

static void run_tile(Nest *n, const Rows *r, LLVMValueRef panel, LLVMValueRef slot) {
  Emit *e = n->e;
  LLVMValueRef bytes = field(n, FIELD_BYTES), panel_row = field(n, FIELD_PANEL_ROW),
               all = truth(n, FIELD_PACK_ALL);
  LLVMValueRef is_last = compare(n, LLVMIntEQ, panel, emit_sub(e, n->panels, emit_int(e, 1)));
  LLVMValueRef in_tail = llvm->BuildAnd(e->b, is_last, truth(n, FIELD_PACK_TAIL), "");
  LLVMValueRef packed = llvm->BuildOr(e->b, all, in_tail, "");
  LLVMValueRef first = emit_mul(e, panel, n->width), columns = panel_columns(n, panel);
  slot = select(n, all, slot, emit_int(e, 0));
  LLVMValueRef room = emit_at(e, emit_at(e, n->mine, field(n, FIELD_SCRATCH_B)),
                              emit_mul(e, slot, field(n, FIELD_PANEL_BYTES)));
  LLVMValueRef in_place = emit_at(e, n->batch_b, emit_mul(e, first, field(n, FIELD_B_COLUMN)));
  LLVMValueRef b = select(n, packed, room, in_place),
               b_k = select(n, packed, panel_row, field(n, FIELD_B_K));
  LLVMValueRef full = compare(n, LLVMIntEQ, columns, n->width);
  LLVMValueRef direct = llvm->BuildAnd(e->b, truth(n, FIELD_DIRECT), full, ""),
               c_row = field(n, FIELD_C_ROW);
  LLVMValueRef place =
      emit_at(e, emit_at(e, n->batch_c, emit_mul(e, r->first, c_row)), emit_mul(e, first, bytes));
  LLVMValueRef out = select(n, direct, place, n->mine);
  run_kernel(n, r, is_last, b, b_k, out, select(n, direct, c_row, panel_row));
  EmitIf finish = emit_if(e, llvm->BuildNot(e->b, direct, ""));
  LLVMTypeRef i = e->i64, params[8] = {e->ptr, e->ptr, e->ptr, i, i, i, i, i};
  LLVMValueRef args[8] = {n->context, n->c, n->mine, n->batch, r->first, r->count, first, columns};
  emit_call_pointer(e, emit_function_type(e, e->none, params, 8), field(n, FIELD_EPILOGUE), args,
                    8);
  emit_end_if(e, &finish);
}

static void emit_loops(Nest *n) {
  Emit *e = n->e;
  EmitLoop batch = emit_loop(e, n->batches.first, n->batches.last, emit_int(e, 1));
  n->batch = batch.i;
  n->batch_a = emit_at(e, n->a, emit_mul(e, batch.i, field(n, FIELD_A_BATCH)));
  n->batch_b = emit_at(e, n->b, emit_mul(e, batch.i, field(n, FIELD_B_BATCH)));
  n->batch_c = emit_at(e, n->c, emit_mul(e, batch.i, field(n, FIELD_C_BATCH)));
  EmitLoop group = emit_loop(e, n->panel_range.first, n->panel_range.last, field(n, FIELD_GROUP));
  LLVMValueRef end = emit_min(e, n->panel_range.last, emit_add(e, group.i, group.step));
  pack_group(n, group.i, end);
  EmitLoop tile = emit_loop(e, n->row_tiles.first, n->row_tiles.last, emit_int(e, 1));
  Rows rows = tile_rows(n, tile.i);
  EmitLoop panel = emit_loop(e, group.i, end, emit_int(e, 1));
  run_tile(n, &rows, panel.i, emit_sub(e, panel.i, group.i));
  emit_loop_end(e, &panel);
  emit_loop_end(e, &tile);
  emit_loop_end(e, &group);
  emit_loop_end(e, &batch);
}

LLVMValueRef gemm_nest(Emit *e) {
  LLVMValueRef found = llvm->GetNamedFunction(e->module, "gemm_nest");
  if (found) return found;
  EmitPause pause = emit_pause(e);
  LLVMTypeRef p = e->ptr, params[8] = {p, p, p, p, p, p, e->i64, e->i64};
  LLVMValueRef f = emit_function(e, "gemm_nest", e->none, params, 8);
  llvm->SetLinkage(f, LLVMInternalLinkage);
  Nest n = {.e = e,
            .table = emit_param(e, 0),
            .context = emit_param(e, 1),
            .a = emit_param(e, 2),
            .b = emit_param(e, 3),
            .c = emit_param(e, 4),
            .thread = emit_param(e, 6),
            .nthreads = emit_param(e, 7)};
  n.mine = emit_at(e, emit_param(e, 5), emit_mul(e, n.thread, field(&n, FIELD_SCRATCH)));
  n.m = field(&n, FIELD_M), n.n = field(&n, FIELD_N), n.k = field(&n, FIELD_K);
  n.width = field(&n, FIELD_WIDTH), n.panels = field(&n, FIELD_PANELS);
  balance_rows(&n);
  choose_split(&n);
  emit_loops(&n);
  llvm->BuildRetVoid(e->b);
  emit_resume(e, pause);
  return f;
}
