// The register kernel of contractions: a tile of rows x vectors accumulators over one block of k.
#include <stdio.h>

#include "backends/cpu/assemble.h"
#include "backends/cpu/gemm_parts.h"
#include "backends/cpu/object.h"
#include "ir/diag.h"

enum { MAX_ROWS = 32, MAX_VECTORS = 8, MAX_SUMS = 64, ROWS_PER_POINTER = 3 };

typedef struct Micro {
  Emit *e;
  GemmTile tile;
  int bytes, lanes, n_pointers;
  int run;  // windows: rows per pointer, row_bytes apart; 0: none
  int64_t row_bytes;
  LLVMTypeRef scalar, vector;
  LLVMValueRef a_row, a_k, b_k;
  LLVMValueRef a[MAX_ROWS / ROWS_PER_POINTER + 1], b;  // where the next step reads
  LLVMValueRef sum[MAX_SUMS];
} Micro;

static Micro new_micro(Emit *e, Dtype dtype, GemmTile tile) {
  int bytes = (int)dtype_size(dtype), lanes = machine_lanes(e->machine, bytes);
  LLVMTypeRef scalar = emit_dtype(e, dtype);
  return (Micro){.e = e,
                 .tile = tile,
                 .bytes = bytes,
                 .lanes = lanes,
                 .scalar = scalar,
                 .vector = emit_vector(scalar, lanes)};
}

// Rows share a pointer in threes: x86 addresses p, p + stride and p + 2 * stride without further
// registers.
static LLVMValueRef row_address(Micro *m, int row) {
  Emit *e = m->e;
  if (m->run) return emit_at_const(e, m->a[row / m->run], row % m->run * m->row_bytes);
  LLVMValueRef p = m->a[row / ROWS_PER_POINTER];
  int within = row % ROWS_PER_POINTER;
  if (within == 0) return p;
  return emit_at(e, p, within == 1 ? m->a_row : llvm->BuildShl(e->b, m->a_row, emit_int(e, 1), ""));
}

static bool of_integers(const Emit *e, LLVMValueRef vector) {
  return llvm->GetElementType(llvm->TypeOf(vector)) == e->i32;
}

static LLVMValueRef multiply_add(Emit *e, LLVMValueRef a, LLVMValueRef b, LLVMValueRef sum) {
  return of_integers(e, sum) ? emit_add(e, sum, emit_mul(e, a, b)) : emit_fma(e, a, b, sum);
}

// One k: the vectors of B once, each row's element broadcast over them.
static void emit_step(Micro *m) {
  Emit *e = m->e;
  LLVMValueRef b[MAX_VECTORS];
  for (int v = 0; v < m->tile.vectors; v++)
    b[v] =
        emit_load(e, m->vector, emit_at_const(e, m->b, (int64_t)v * m->lanes * m->bytes), m->bytes);
  for (int r = 0; r < m->tile.rows; r++) {
    LLVMValueRef a = emit_splat(e, emit_load(e, m->scalar, row_address(m, r), m->bytes), m->lanes);
    for (int v = 0; v < m->tile.vectors; v++) {
      LLVMValueRef *sum = &m->sum[r * m->tile.vectors + v];
      *sum = multiply_add(e, a, b[v], *sum);
    }
  }
  for (int i = 0; i < m->n_pointers; i++) m->a[i] = emit_at(e, m->a[i], m->a_k);
  m->b = emit_at(e, m->b, m->b_k);
}

// Every value the loop carries, one by one: sums, the pointers of A, that of B.
static int carried(Micro *m, LLVMValueRef **out) {
  int n = 0;
  for (int i = 0; i < m->tile.rows * m->tile.vectors; i++) out[n++] = &m->sum[i];
  for (int i = 0; i < m->n_pointers; i++) out[n++] = &m->a[i];
  out[n++] = &m->b;
  return n;
}

enum { MAX_CARRIED = MAX_SUMS + MAX_ROWS };

// count times: `steps` steps of k; count may be 0 only if maybe_none. Afterwards the carried values
// are those at the exit: where the loop surely ran, its last ones, which saves a phi for each
// (compile time).
static void emit_steps(Micro *m, LLVMValueRef count, int steps, bool maybe_none) {
  Emit *e = m->e;
  LLVMValueRef *value[MAX_CARRIED], entry[MAX_CARRIED], phi[MAX_CARRIED];
  int n = carried(m, value);
  LLVMBasicBlockRef before = llvm->GetInsertBlock(e->b), body = emit_block(e, "k"),
                    exit = emit_block(e, "k_done");
  for (int i = 0; i < n; i++) entry[i] = *value[i];
  if (maybe_none)
    llvm->BuildCondBr(e->b, llvm->BuildICmp(e->b, LLVMIntSGT, count, emit_int(e, 0), ""), body,
                      exit);
  else llvm->BuildBr(e->b, body);
  llvm->PositionBuilderAtEnd(e->b, body);
  LLVMValueRef left = emit_phi(e, e->i64);
  for (int i = 0; i < n; i++) {
    phi[i] = *value[i] = emit_phi(e, llvm->TypeOf(entry[i]));
    emit_phi_add(phi[i], entry[i], before);
  }
  for (int s = 0; s < steps; s++) emit_step(m);
  LLVMValueRef next = emit_sub(e, left, emit_int(e, 1));
  emit_phi_add(left, count, before);
  emit_phi_add(left, next, body);
  for (int i = 0; i < n; i++) emit_phi_add(phi[i], *value[i], body);
  llvm->BuildCondBr(e->b, llvm->BuildICmp(e->b, LLVMIntNE, next, emit_int(e, 0), ""), body, exit);
  llvm->PositionBuilderAtEnd(e->b, exit);
  for (int i = 0; i < n && maybe_none; i++) {
    LLVMValueRef last = *value[i];
    *value[i] = emit_phi(e, llvm->TypeOf(entry[i]));
    emit_phi_add(*value[i], entry[i], before);
    emit_phi_add(*value[i], last, body);
  }
}

static void emit_sums(Micro *m, LLVMValueRef out, LLVMValueRef out_row) {
  Emit *e = m->e;
  for (int r = 0; r < m->tile.rows; r++) {
    for (int v = 0; v < m->tile.vectors; v++) {
      LLVMValueRef at = emit_at_const(e, out, (int64_t)v * m->lanes * m->bytes);
      emit_store(e, m->sum[r * m->tile.vectors + v], at, m->bytes);
    }
    out = emit_at(e, out, out_row);
  }
}

static void emit_micro(Micro *m, bool odd) {
  Emit *e = m->e;
  LLVMValueRef zero = llvm->ConstNull(m->vector), n = emit_param(e, 7);
  m->a_row = emit_param(e, 1), m->a_k = emit_param(e, 2), m->b = emit_param(e, 3),
  m->b_k = emit_param(e, 4);
  m->n_pointers = (m->tile.rows + ROWS_PER_POINTER - 1) / ROWS_PER_POINTER;
  m->a[0] = emit_param(e, 0);
  LLVMValueRef step = emit_mul(e, m->a_row, emit_int(e, ROWS_PER_POINTER));
  for (int i = 1; i < m->n_pointers; i++) m->a[i] = emit_at(e, m->a[i - 1], step);
  for (int i = 0; i < m->tile.rows * m->tile.vectors; i++) m->sum[i] = zero;
  emit_steps(m, llvm->BuildLShr(e->b, n, emit_int(e, 1), ""), 2, odd);
  if (odd) emit_steps(m, llvm->BuildAnd(e->b, n, emit_int(e, 1), ""), 1, true);
  emit_sums(m, emit_param(e, 5), emit_param(e, 6));
  llvm->BuildRetVoid(e->b);
}

// Segments one after the other: each sets the pointers of A, the sums and that of B go on.
static void emit_segments(Micro *m, bool odd) {
  Emit *e = m->e;
  const int nsums = m->tile.rows * m->tile.vectors;
  LLVMValueRef group[GEMM_GROUPS], phi[MAX_SUMS + 1], entry[MAX_SUMS + 1];
  LLVMValueRef segments = emit_param(e, 1), nsegments = emit_param(e, 2);
  for (int i = 0; i < m->n_pointers; i++)
    group[i] = emit_load(e, e->ptr, emit_at_const(e, emit_param(e, 0), 8 * i), 8);
  for (int i = 0; i < nsums; i++) entry[i] = m->sum[i];
  entry[nsums] = m->b;
  LLVMBasicBlockRef before = llvm->GetInsertBlock(e->b), body = emit_block(e, "segment");
  llvm->BuildBr(e->b, body);
  llvm->PositionBuilderAtEnd(e->b, body);
  LLVMValueRef s = emit_phi(e, e->i64);
  for (int i = 0; i <= nsums; i++) phi[i] = emit_phi(e, llvm->TypeOf(entry[i]));
  for (int i = 0; i < nsums; i++) m->sum[i] = phi[i];
  m->b = phi[nsums];
  LLVMValueRef segment =
      emit_at(e, segments, emit_mul(e, s, emit_int(e, (int64_t)sizeof(GemmSegment))));
  LLVMValueRef offset = emit_load_int(e, segment, 0), n = emit_load_int(e, segment, 8);
  for (int i = 0; i < m->n_pointers; i++) m->a[i] = emit_at(e, group[i], offset);
  emit_steps(m, llvm->BuildLShr(e->b, n, emit_int(e, 1), ""), 2, odd);
  if (odd) emit_steps(m, llvm->BuildAnd(e->b, n, emit_int(e, 1), ""), 1, true);
  LLVMValueRef next = emit_add(e, s, emit_int(e, 1));
  LLVMBasicBlockRef end = llvm->GetInsertBlock(e->b), exit = emit_block(e, "segments_done");
  emit_phi_add(s, emit_int(e, 0), before);
  emit_phi_add(s, next, end);
  for (int i = 0; i <= nsums; i++) {
    emit_phi_add(phi[i], entry[i], before);
    emit_phi_add(phi[i], i < nsums ? m->sum[i] : m->b, end);
  }
  llvm->BuildCondBr(e->b, llvm->BuildICmp(e->b, LLVMIntSLT, next, nsegments, ""), body, exit);
  llvm->PositionBuilderAtEnd(e->b, exit);
}

// Where it can be, machine code in the module as bytes: NULL else.
static LLVMValueRef assembled(Emit *e, const char *name, const AssembledTile *t) {
  if (e->machine->width != WIDTH_AVX512) return NULL;
  LLVMValueRef global = llvm->GetNamedGlobal(e->module, name);
  MachineCode code;
  if (global || !assemble_micro(t, &code)) return global;
  LLVMValueRef bytes =
      llvm->ConstStringInContext(e->context, (const char *)code.bytes, (unsigned)code.n, true);
  global = llvm->AddGlobal(e->module, llvm->TypeOf(bytes), name);
  llvm->SetInitializer(global, bytes);
  llvm->SetGlobalConstant(global, true);
  llvm->SetLinkage(global, LLVMInternalLinkage);
  llvm->SetSection(global, OBJECT_CODE_SECTION);
  llvm->SetAlignment(global, 64);
  return global;
}

LLVMValueRef gemm_window_micro(Emit *e, Dtype dtype, GemmTile tile, int run, int64_t row_bytes,
                               bool odd) {
  char name[96];
  snprintf(name, sizeof name, "gemm_windows_%s_%dx%d_%d_%lld%s", dtype_name(dtype), tile.rows,
           tile.vectors, run, (long long)row_bytes, odd ? "_odd" : "");
  const AssembledTile plain = {dtype == DT_F64, tile.rows, tile.vectors, run, row_bytes};
  LLVMValueRef code = assembled(e, name, &plain);
  if (code) return code;
  LLVMValueRef found = llvm->GetNamedFunction(e->module, name);
  if (found) return found;
  CHECK(tile.rows * tile.vectors <= MAX_SUMS && tile.vectors <= MAX_VECTORS);
  EmitPause pause = emit_pause(e);
  LLVMTypeRef i = e->i64, params[8] = {e->ptr, e->ptr, i, i, e->ptr, i, e->ptr, i};
  LLVMValueRef f = emit_function(e, name, e->none, params, 8);
  llvm->SetLinkage(f, LLVMInternalLinkage);
  Micro m = new_micro(e, dtype, tile);
  m.run = run, m.row_bytes = row_bytes;
  m.n_pointers = (tile.rows + run - 1) / run;
  CHECK(m.n_pointers <= GEMM_GROUPS);
  m.a_k = emit_param(e, 3), m.b = emit_param(e, 4), m.b_k = emit_param(e, 5);
  for (int s = 0; s < tile.rows * tile.vectors; s++) m.sum[s] = llvm->ConstNull(m.vector);
  emit_segments(&m, odd);
  emit_sums(&m, emit_param(e, 6), emit_param(e, 7));
  llvm->BuildRetVoid(e->b);
  emit_resume(e, pause);
  return f;
}

LLVMValueRef gemm_micro(Emit *e, Dtype dtype, GemmTile tile, bool odd) {
  char name[64];
  snprintf(name, sizeof name, "gemm_%s_%dx%d%s", dtype_name(dtype), tile.rows, tile.vectors,
           odd ? "_odd" : "");
  const AssembledTile plain = {dtype == DT_F64, tile.rows, tile.vectors, 0, 0};
  LLVMValueRef code = dtype_is_float(dtype) ? assembled(e, name, &plain) : NULL;
  if (code) return code;
  LLVMValueRef found = llvm->GetNamedFunction(e->module, name);
  if (found) return found;
  CHECK(tile.rows <= MAX_ROWS && tile.vectors <= MAX_VECTORS &&
        tile.rows * tile.vectors <= MAX_SUMS);
  EmitPause pause = emit_pause(e);
  LLVMTypeRef i = e->i64, params[8] = {e->ptr, i, i, e->ptr, i, e->ptr, i, i};
  LLVMValueRef f = emit_function(e, name, e->none, params, 8);
  llvm->SetLinkage(f, LLVMInternalLinkage);
  Micro m = new_micro(e, dtype, tile);
  emit_micro(&m, odd);
  emit_resume(e, pause);
  return f;
}

// void (ptr out, i64 out_row, ptr x, ptr y, i64 tile_row, i64 rows, i64 row_bytes)
LLVMValueRef gemm_add(Emit *e, Dtype dtype) {
  char name[40];
  snprintf(name, sizeof name, "gemm_%s_add", dtype_name(dtype));
  LLVMValueRef found = llvm->GetNamedFunction(e->module, name);
  if (found) return found;
  EmitPause pause = emit_pause(e);
  LLVMTypeRef p = e->ptr, i = e->i64, params[7] = {p, i, p, p, i, i, i};
  LLVMValueRef f = emit_function(e, name, e->none, params, 7);
  llvm->SetLinkage(f, LLVMInternalLinkage);
  int bytes = (int)dtype_size(dtype), lanes = machine_lanes(e->machine, bytes);
  LLVMTypeRef vector = emit_vector(emit_dtype(e, dtype), lanes);
  EmitLoop row = emit_count(e, emit_param(e, 5));
  LLVMValueRef out = emit_at(e, emit_param(e, 0), emit_mul(e, row.i, emit_param(e, 1)));
  LLVMValueRef offset = emit_mul(e, row.i, emit_param(e, 4));
  LLVMValueRef x = emit_at(e, emit_param(e, 2), offset), y = emit_at(e, emit_param(e, 3), offset);
  EmitLoop at = emit_loop(e, emit_int(e, 0), emit_param(e, 6), emit_int(e, (int64_t)lanes * bytes));
  LLVMValueRef one = emit_load(e, vector, emit_at(e, x, at.i), bytes);
  LLVMValueRef two = emit_load(e, vector, emit_at(e, y, at.i), bytes);
  LLVMValueRef sum =
      of_integers(e, one) ? emit_add(e, one, two) : llvm->BuildFAdd(e->b, one, two, "");
  emit_store(e, sum, emit_at(e, out, at.i), bytes);
  emit_loop_end(e, &at);
  emit_loop_end(e, &row);
  llvm->BuildRetVoid(e->b);
  emit_resume(e, pause);
  return f;
}
