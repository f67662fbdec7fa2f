// Packing: operands into panels, transposed in registers where their lanes run the other way.
#include <stdio.h>

#include "backends/cpu/gemm_parts.h"
#include "ir/diag.h"

enum { MAX_LANES = 16 };

// Interleaves elements of `size` lanes of vectors `size` apart, inside 128 bits, as unpck does.
static void interleave(Emit *e, LLVMValueRef *v, int n, int lanes, int size) {
  int low[MAX_LANES], high[MAX_LANES];
  for (int i = 0; i < lanes; i++) {
    int unit = i % n / size, source = i / n * n + unit / 2 * size + i % size;
    low[i] = source + (unit % 2) * lanes;
    high[i] = low[i] + n / 2;
  }
  for (int i = 0; i < n; i++) {
    if (i & size) continue;
    LLVMValueRef x = v[i], y = v[i + size];
    v[i] = emit_shuffle(e, x, y, low, lanes);
    v[i + size] = emit_shuffle(e, x, y, high, lanes);
  }
}

typedef struct Pack {
  Emit *e;
  const GemmOperand *from;
  int bytes, lanes;
  LLVMTypeRef scalar, vector;
  LLVMValueRef context, source, outer, k, batch, first, count, first_k, nk, panel, panel_row;
} Pack;

// A vector of the operand: at row `slow`, from `fast` on along the lanes' axis; mask NULL: all
// lanes exist.
static LLVMValueRef read_vector(Pack *p, bool along_k, LLVMValueRef slow, LLVMValueRef fast,
                                LLVMValueRef mask) {
  Emit *e = p->e;
  LLVMValueRef outer = emit_add(e, p->first, along_k ? slow : fast);
  LLVMValueRef k = emit_add(e, p->first_k, along_k ? fast : slow);
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

static void copy_vector(Pack *p, bool along_k, LLVMValueRef slow, LLVMValueRef fast,
                        LLVMValueRef mask) {
  Emit *e = p->e;
  LLVMValueRef v = read_vector(p, along_k, slow, fast, mask);
  LLVMValueRef row = emit_at(e, p->panel, emit_mul(e, slow, p->panel_row));
  emit_store(e, v, emit_at(e, row, emit_mul(e, fast, emit_int(e, p->bytes))), p->bytes);
}

// Lanes run along the panel's rows: a copy.
static void emit_copy(Pack *p, bool along_k, LLVMValueRef n_slow, LLVMValueRef n_fast) {
  Emit *e = p->e;
  LLVMValueRef rest = llvm->BuildAnd(e->b, n_fast, emit_int(e, p->lanes - 1), "");
  LLVMValueRef whole = emit_sub(e, n_fast, rest), mask = emit_mask(e, rest, p->lanes);
  LLVMValueRef has_rest = llvm->BuildICmp(e->b, LLVMIntNE, rest, emit_int(e, 0), "");
  EmitLoop slow = emit_count(e, n_slow);
  EmitLoop fast = emit_loop(e, emit_int(e, 0), whole, emit_int(e, p->lanes));
  copy_vector(p, along_k, slow.i, fast.i, NULL);
  emit_loop_end(e, &fast);
  EmitIf some = emit_if(e, has_rest);
  copy_vector(p, along_k, slow.i, whole, mask);
  emit_end_if(e, &some);
  emit_loop_end(e, &slow);
}

// v[i] and v[i + n / 2] side by side, until one vector is left.
static LLVMValueRef joined(Emit *e, LLVMValueRef *v, int n, int lanes) {
  int both[MAX_LANES];
  for (int i = 0; i < MAX_LANES; i++) both[i] = i;
  for (; n > 1; n /= 2, lanes *= 2) {
    for (int i = 0; i < n / 2; i++) v[i] = emit_shuffle(e, v[2 * i], v[2 * i + 1], both, 2 * lanes);
  }
  return v[0];
}

static int reversed_bits(int i, int n) {
  int r = 0;
  for (int bit = 1; bit < n; bit *= 2) r = 2 * r + ((i & bit) != 0);
  return r;
}

// Transposes `lanes` rows of 128 bits: rows i, i + c, i + 2 * c, ... (c elements in 128 bits) are
// loaded side by side into one vector, so that only shuffles inside 128 bits remain; then column i
// of the rows is one vector.
static void transpose_group(Pack *p, LLVMValueRef from, LLVMValueRef from_row, LLVMValueRef to,
                            LLVMValueRef to_row) {
  Emit *e = p->e;
  int columns = 16 / p->bytes, pieces = p->lanes / columns;
  LLVMTypeRef narrow = emit_vector(p->scalar, columns);
  LLVMValueRef row[MAX_LANES], piece[MAX_LANES] = {0}, v[MAX_LANES];
  for (int i = 0; i < p->lanes; i++) {
    row[i] = emit_load(e, narrow, from, p->bytes);
    from = emit_at(e, from, from_row);
  }
  for (int i = 0; i < columns; i++) {
    for (int k = 0; k < pieces; k++) piece[k] = row[i + k * columns];
    v[i] = joined(e, piece, pieces, columns);
  }
  for (int size = 1; size < columns; size *= 2) interleave(e, v, columns, p->lanes, size);
  for (int i = 0; i < columns; i++) {
    emit_store(e, v[reversed_bits(i, columns)], to, p->bytes);
    to = emit_at(e, to, to_row);
  }
}

// to[k][outer] from rows of lanes along `fast`: all groups of 128 bits of `lanes` slow rows. The
// last group and the last rows reach back over what is done already rather than beyond the end:
// there are at least as many as one takes.
static void transpose_all(Pack *p, LLVMValueRef from, LLVMValueRef from_row, LLVMValueRef to,
                          LLVMValueRef n_slow, LLVMValueRef n_fast) {
  Emit *e = p->e;
  LLVMValueRef lanes = emit_int(e, p->lanes), columns = emit_int(e, 16 / p->bytes),
               bytes = emit_int(e, p->bytes);
  EmitLoop slow = emit_loop(e, emit_int(e, 0), n_slow, lanes);
  LLVMValueRef i = emit_min(e, slow.i, emit_sub(e, n_slow, lanes));
  LLVMValueRef from_i = emit_at(e, from, emit_mul(e, i, from_row)),
               to_i = emit_at(e, to, emit_mul(e, i, bytes));
  EmitLoop fast = emit_loop(e, emit_int(e, 0), n_fast, columns);
  LLVMValueRef k = emit_min(e, fast.i, emit_sub(e, n_fast, columns));
  transpose_group(p, emit_at(e, from_i, emit_mul(e, k, bytes)), from_row,
                  emit_at(e, to_i, emit_mul(e, k, p->panel_row)), p->panel_row);
  emit_loop_end(e, &fast);
  emit_loop_end(e, &slow);
}

static void emit_scalars(Pack *p, bool k_rows);

// Lanes run across the panel's rows: blocks are transposed; operands smaller than a block go
// element by element.
static void emit_transposed(Pack *p, bool along_k, LLVMValueRef n_slow, LLVMValueRef n_fast) {
  Emit *e = p->e;
  LLVMValueRef tall = llvm->BuildICmp(e->b, LLVMIntSGE, n_slow, emit_int(e, p->lanes), "");
  LLVMValueRef wide = llvm->BuildICmp(e->b, LLVMIntSGE, n_fast, emit_int(e, 16 / p->bytes), "");
  EmitIf enough = emit_if(e, llvm->BuildAnd(e->b, tall, wide, ""));
  LLVMValueRef start = emit_add(e, emit_mul(e, p->first, p->outer), emit_mul(e, p->first_k, p->k));
  LLVMValueRef from = emit_at(e, p->source, start);
  transpose_all(p, from, along_k ? p->outer : p->k, p->panel, n_slow, n_fast);
  emit_else(e, &enough);
  emit_scalars(p, along_k);
  emit_end_if(e, &enough);
}

// The same for a prologue's vectors: blocks of lanes x lanes pass through the stack, so that the
// prologue's code is there once and not `lanes` times. The panel has room for whole blocks.
static void emit_transposed_prologue(Pack *p, bool along_k, LLVMValueRef n_slow,
                                     LLVMValueRef n_fast) {
  Emit *e = p->e;
  LLVMValueRef lanes = emit_int(e, p->lanes), row_bytes = emit_int(e, (int64_t)p->lanes * p->bytes);
  LLVMValueRef block =
      llvm->BuildAlloca(e->b, llvm->ArrayType2(p->vector, (uint64_t)p->lanes), "block");
  llvm->SetAlignment(block, 64);
  EmitLoop slow = emit_loop(e, emit_int(e, 0), n_slow, lanes);
  EmitLoop fast = emit_loop(e, emit_int(e, 0), n_fast, lanes);
  EmitLoop row = emit_count(e, emit_min(e, lanes, emit_sub(e, n_slow, slow.i)));
  LLVMValueRef v = read_vector(p, along_k, emit_add(e, slow.i, row.i), fast.i,
                               emit_mask(e, emit_sub(e, n_fast, fast.i), p->lanes));
  emit_store(e, v, emit_at(e, block, emit_mul(e, row.i, row_bytes)), p->bytes);
  emit_loop_end(e, &row);
  LLVMValueRef to = emit_at(e, p->panel, emit_mul(e, fast.i, p->panel_row));
  transpose_all(p, block, row_bytes, emit_at(e, to, emit_mul(e, slow.i, emit_int(e, p->bytes))),
                lanes, lanes);
  emit_loop_end(e, &fast);
  emit_loop_end(e, &slow);
}

// No unit stride at all: element by element.
static void emit_scalars(Pack *p, bool k_rows) {
  Emit *e = p->e;
  EmitLoop row = emit_count(e, k_rows ? p->nk : p->count),
           column = emit_count(e, k_rows ? p->count : p->nk);
  LLVMValueRef k = emit_add(e, p->first_k, k_rows ? row.i : column.i);
  LLVMValueRef outer = emit_add(e, p->first, k_rows ? column.i : row.i);
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
  LLVMTypeRef i = e->i64, params[11] = {e->ptr, e->ptr, i, i, i, i, i, i, i, e->ptr, i};
  LLVMValueRef f = emit_function(e, name, e->none, params, 11);
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
            .first_k = emit_param(e, 7),
            .nk = emit_param(e, 8),
            .panel = emit_param(e, 9),
            .panel_row = emit_param(e, 10)};
  p.vector = emit_vector(p.scalar, p.lanes);
  LLVMValueRef n_slow = along_k ? p.count : p.nk, n_fast = along_k ? p.nk : p.count;
  if (scalars) emit_scalars(&p, k_rows);
  else if (copy) emit_copy(&p, along_k, n_slow, n_fast);
  else if (from->prologue) emit_transposed_prologue(&p, along_k, n_slow, n_fast);
  else emit_transposed(&p, along_k, n_slow, n_fast);
  llvm->BuildRetVoid(e->b);
  emit_resume(e, pause);
  return f;
}
