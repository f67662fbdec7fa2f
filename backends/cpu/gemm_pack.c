// Packing: operands into panels, and the in-register transpose they and stores share.
#include <stdio.h>
#include <string.h>

#include "backends/cpu/gemm_parts.h"
#include "ir/diag.h"

enum { MAX_LANES = 16 };

// Lane `from` of the concatenation of two vectors, for each lane.
static LLVMValueRef shuffle(Emit *e, LLVMValueRef x, LLVMValueRef y, const int *from, int lanes) {
  LLVMValueRef index[MAX_LANES];
  for (int i = 0; i < lanes; i++) index[i] = llvm->ConstInt(e->i32, (unsigned)from[i], false);
  return llvm->BuildShuffleVector(e->b, x, y, llvm->ConstVector(index, (unsigned)lanes), "");
}

// Exchanges rows `span` apart inside 128-bit lanes, as unpck does: elements of `size` lanes are
// interleaved.
static void interleave(Emit *e, LLVMValueRef *v, int lanes, int lane128, int span, int size) {
  int low[MAX_LANES], high[MAX_LANES];
  for (int i = 0; i < lanes; i++) {
    int base = i / lane128 * lane128, unit = i % lane128 / size, within = i % size;
    int source = base + unit / 2 * size + within;
    low[i] = source + (unit % 2) * lanes;
    high[i] = low[i] + lane128 / 2;
  }
  for (int i = 0; i < lanes; i++) {
    if (i & span) continue;
    LLVMValueRef x = v[i], y = v[i + span];
    v[i] = shuffle(e, x, y, low, lanes);
    v[i + span] = shuffle(e, x, y, high, lanes);
  }
}

// Exchanges rows `span` apart in whole 128-bit lanes: the even ones of both rows, then the odd
// ones.
static void exchange(Emit *e, LLVMValueRef *v, int lanes, int lane128, int span) {
  int even[MAX_LANES], odd[MAX_LANES], blocks = lanes / lane128;
  for (int i = 0; i < lanes; i++) {
    int block = i / lane128, source = block * 2 % blocks;
    even[i] = source * lane128 + i % lane128 + (block >= blocks / 2 ? lanes : 0);
    odd[i] = even[i] + lane128;
  }
  for (int i = 0; i < lanes; i++) {
    if (i & span) continue;
    LLVMValueRef x = v[i], y = v[i + span];
    v[i] = shuffle(e, x, y, even, lanes);
    v[i + span] = shuffle(e, x, y, odd, lanes);
  }
}

// Where a row of the transpose ends up after the stages: the stages move index bits of rows, never
// look at values, so the order is found by running them over row numbers at emission.
static void transpose_order(int lanes, int lane128, int *order) {
  int inside = 0, across = 0;
  for (int s = 1; s < lane128; s *= 2) inside++;
  for (int s = lane128; s < lanes; s *= 2) across++;
  for (int i = 0; i < lanes; i++) {
    int column = 0;
    for (int bit = 0; bit < inside; bit++) column |= (i >> bit & 1) << (inside - 1 - bit);
    for (int bit = 0; bit < across; bit++) column |= (i >> (inside + bit) & 1) << (inside + bit);
    order[i] = column;
  }
}

static void transpose_vectors(Emit *e, LLVMValueRef *v, int lanes, int bytes) {
  int lane128 = 16 / bytes, order[MAX_LANES];
  LLVMValueRef result[MAX_LANES];
  for (int span = 1, size = 1; span < lane128; span *= 2, size *= 2)
    interleave(e, v, lanes, lane128, span, size);
  for (int span = lane128; span < lanes; span *= 2) exchange(e, v, lanes, lane128, span);
  transpose_order(lanes, lane128, order);
  for (int i = 0; i < lanes; i++) result[order[i]] = v[i];
  memcpy(v, result, sizeof *v * (size_t)lanes);
}

// Rows that do not exist are read from the last that does, and written to it before it: no
// branches.
LLVMValueRef gemm_transpose(Emit *e, Dtype dtype) {
  char name[40];
  snprintf(name, sizeof name, "gemm_transpose_%s", dtype_name(dtype));
  LLVMValueRef found = llvm->GetNamedFunction(e->module, name);
  if (found) return found;
  EmitPause pause = emit_pause(e);
  LLVMTypeRef params[6] = {e->ptr, e->i64, e->ptr, e->i64, e->i64, e->i64};
  LLVMValueRef f = emit_function(e, name, e->none, params, 6), v[MAX_LANES];
  llvm->SetLinkage(f, LLVMInternalLinkage);
  int bytes = (int)dtype_size(dtype), lanes = machine_lanes(e->machine, bytes);
  LLVMTypeRef vector = emit_vector(emit_dtype(e, dtype), lanes);
  LLVMValueRef rows = emit_param(e, 4), columns = emit_param(e, 5), one = emit_int(e, 1);
  LLVMValueRef in = emit_mask(e, columns, lanes), out = emit_mask(e, rows, lanes);
  LLVMValueRef last_row = emit_sub(e, rows, one), last_column = emit_sub(e, columns, one);
  for (int i = 0; i < lanes; i++) {
    LLVMValueRef offset = emit_mul(e, emit_min(e, emit_int(e, i), last_row), emit_param(e, 1));
    v[i] = emit_masked_load(e, vector, emit_at(e, emit_param(e, 0), offset), bytes, in, NULL);
  }
  transpose_vectors(e, v, lanes, bytes);
  for (int i = lanes - 1; i >= 0; i--) {
    LLVMValueRef offset = emit_mul(e, emit_min(e, emit_int(e, i), last_column), emit_param(e, 3));
    emit_masked_store(e, v[i], emit_at(e, emit_param(e, 2), offset), bytes, out);
  }
  llvm->BuildRetVoid(e->b);
  emit_resume(e, pause);
  return f;
}

typedef struct Pack {
  Emit *e;
  const GemmOperand *from;
  int bytes, lanes;
  LLVMTypeRef scalar, vector;
  LLVMValueRef context, source, outer, k, batch, first, count, nk, panel, panel_row;
} Pack;

// A vector of the operand: `slow` rows and from `fast` on along the lanes' axis, `rest` lanes of
// which exist.
static LLVMValueRef read_vector(Pack *p, bool along_k, LLVMValueRef slow, LLVMValueRef fast,
                                LLVMValueRef rest) {
  Emit *e = p->e;
  LLVMValueRef outer = emit_add(e, p->first, along_k ? slow : fast), k = along_k ? fast : slow;
  LLVMValueRef mask = emit_mask(e, rest, p->lanes);
  if (p->from->prologue) {
    GemmPoint point = {.batch = p->batch,
                       .outer = outer,
                       .k = k,
                       .along_k = along_k,
                       .lanes = p->lanes,
                       .mask = mask};
    return p->from->prologue(e, p->from->user, p->context, p->source, &point);
  }
  LLVMValueRef at =
      emit_at(e, p->source, emit_add(e, emit_mul(e, outer, p->outer), emit_mul(e, k, p->k)));
  return emit_masked_load(e, p->vector, at, p->bytes, mask, NULL);
}

// Lanes run along the panel's rows: a copy.
static void emit_copy(Pack *p, bool along_k, LLVMValueRef n_slow, LLVMValueRef n_fast) {
  Emit *e = p->e;
  EmitLoop slow = emit_count(e, n_slow);
  EmitLoop fast = emit_loop(e, emit_int(e, 0), n_fast, emit_int(e, p->lanes));
  LLVMValueRef v = read_vector(p, along_k, slow.i, fast.i, emit_sub(e, n_fast, fast.i));
  LLVMValueRef row = emit_at(e, p->panel, emit_mul(e, slow.i, p->panel_row));
  emit_store(e, v, emit_at(e, row, emit_mul(e, fast.i, emit_int(e, p->bytes))), p->bytes);
  emit_loop_end(e, &fast);
  emit_loop_end(e, &slow);
}

// Lanes run across the panel's rows: blocks of lanes x lanes are transposed. A prologue's vectors
// are first written to the stack, so that its code is there once and not `lanes` times.
static void emit_transposed(Pack *p, bool along_k, LLVMValueRef n_slow, LLVMValueRef n_fast) {
  Emit *e = p->e;
  int64_t row_bytes = (int64_t)p->lanes * p->bytes;
  LLVMValueRef lanes = emit_int(e, p->lanes), block = NULL;
  if (p->from->prologue) {
    block = llvm->BuildAlloca(e->b, llvm->ArrayType2(p->vector, (uint64_t)p->lanes), "block");
    llvm->SetAlignment(block, 64);
  }
  EmitLoop slow = emit_loop(e, emit_int(e, 0), n_slow, lanes);
  EmitLoop fast = emit_loop(e, emit_int(e, 0), n_fast, lanes);
  LLVMValueRef rows = emit_min(e, lanes, emit_sub(e, n_slow, slow.i));
  LLVMValueRef columns = emit_min(e, lanes, emit_sub(e, n_fast, fast.i)), from, from_row;
  if (p->from->prologue) {
    EmitLoop row = emit_count(e, rows);
    LLVMValueRef v = read_vector(p, along_k, emit_add(e, slow.i, row.i), fast.i, columns);
    emit_store(e, v, emit_at(e, block, emit_mul(e, row.i, emit_int(e, row_bytes))), p->bytes);
    emit_loop_end(e, &row);
    from = block, from_row = emit_int(e, row_bytes);
  } else {
    LLVMValueRef outer = emit_add(e, p->first, along_k ? slow.i : fast.i),
                 k = along_k ? fast.i : slow.i;
    from = emit_at(e, p->source, emit_add(e, emit_mul(e, outer, p->outer), emit_mul(e, k, p->k)));
    from_row = along_k ? p->outer : p->k;
  }
  LLVMValueRef to = emit_at(e, p->panel, emit_mul(e, fast.i, p->panel_row));
  LLVMValueRef args[6] = {
      from,         from_row, emit_at(e, to, emit_mul(e, slow.i, emit_int(e, p->bytes))),
      p->panel_row, rows,     columns};
  emit_call(e, gemm_transpose(e, p->bytes == 4 ? DT_F32 : DT_F64), args, 6);
  emit_loop_end(e, &fast);
  emit_loop_end(e, &slow);
}

// No unit stride at all: element by element.
static void emit_scalars(Pack *p, bool k_rows) {
  Emit *e = p->e;
  EmitLoop row = emit_count(e, k_rows ? p->nk : p->count),
           column = emit_count(e, k_rows ? p->count : p->nk);
  LLVMValueRef k = k_rows ? row.i : column.i,
               outer = emit_add(e, p->first, k_rows ? column.i : row.i);
  LLVMValueRef from =
      emit_at(e, p->source, emit_add(e, emit_mul(e, outer, p->outer), emit_mul(e, k, p->k)));
  LLVMValueRef to = emit_at(e, p->panel, emit_mul(e, row.i, p->panel_row));
  emit_store(e, emit_load(e, p->scalar, from, p->bytes),
             emit_at(e, to, emit_mul(e, column.i, emit_int(e, p->bytes))), p->bytes);
  emit_loop_end(e, &column);
  emit_loop_end(e, &row);
}

LLVMValueRef gemm_pack(Emit *e, Dtype dtype, const GemmOperand *from, bool k_rows,
                       const char *name) {
  bool along_k = from->k == 1, scalars = !from->prologue && from->k != 1 && from->outer != 1;
  if (along_k && from->outer == 1 && !from->prologue)
    along_k = !k_rows;  // an extent of 1: either way is a copy
  bool copy = along_k != k_rows;
  char shared[64];
  snprintf(shared, sizeof shared, "gemm_pack_%s_%s_%s", dtype_name(dtype), k_rows ? "k" : "outer",
           scalars ? "scalars"
           : copy  ? "copy"
                   : "transpose");
  if (!from->prologue) name = shared;
  LLVMValueRef found = llvm->GetNamedFunction(e->module, name);
  if (found) return found;
  EmitPause pause = emit_pause(e);
  LLVMTypeRef i = e->i64, params[10] = {e->ptr, e->ptr, i, i, i, i, i, i, e->ptr, i};
  LLVMValueRef f = emit_function(e, name, e->none, params, 10);
  llvm->SetLinkage(f, LLVMInternalLinkage);
  int bytes = (int)dtype_size(dtype);
  Pack p = {.e = e,
            .from = from,
            .bytes = bytes,
            .lanes = machine_lanes(e->machine, bytes),
            .scalar = emit_dtype(e, dtype),
            .context = emit_param(e, 0),
            .source = emit_param(e, 1),
            .outer = emit_param(e, 2),
            .k = emit_param(e, 3),
            .batch = emit_param(e, 4),
            .first = emit_param(e, 5),
            .count = emit_param(e, 6),
            .nk = emit_param(e, 7),
            .panel = emit_param(e, 8),
            .panel_row = emit_param(e, 9)};
  p.vector = emit_vector(p.scalar, p.lanes);
  LLVMValueRef n_slow = along_k ? p.count : p.nk, n_fast = along_k ? p.nk : p.count;
  if (scalars) emit_scalars(&p, k_rows);
  else if (copy) emit_copy(&p, along_k, n_slow, n_fast);
  else emit_transposed(&p, along_k, n_slow, n_fast);
  llvm->BuildRetVoid(e->b);
  emit_resume(e, pause);
  return f;
}
