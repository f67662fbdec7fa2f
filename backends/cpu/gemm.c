// Plans a contraction and puts its parts together.
#include "backends/cpu/gemm.h"

#include <stdio.h>
#include <string.h>

#include "backends/cpu/gemm_parts.h"
#include "ir/diag.h"

enum {
  BIG_OPERANDS = 3 << 20,  // A + B beyond this: B is packed even if it could be read in place
  FAR_ROWS = 4096,         // bytes between the ks of a transposed A from which its tiles are packed
  COLUMNS_TO_PACK_A = 256,   // fewer do not repay it
  MOST_PACKED_A = 64 << 20,  // bytes of scratch each thread may spend on it
  LONG_K = 4096,             // beyond, k is gone through in chunks whose panels fit L2
  K_CHUNK = 4 * CHAIN_BLOCK,
  FEW_ROWS_TO_PACK = 24,  // fewer rows read B too seldom to repay a copy that is not needed
};

// The largest tiles by the vectors of N (or the rows of M, where few), for 32 and for 16 vector
// registers: 20-28 accumulators of 32 hide the FMA's latency on two ports; 12 x 16 or less only
// where nothing else fits.
static GemmTile best_tile(const Machine *m, int64_t rows, int64_t vectors) {
  static const int rows512[] = {0, 24, 14, 8, 6}, rows256[] = {0, 12, 6};
  if (m->width == WIDTH_PLAIN) return (GemmTile){2, vectors < 2 ? 1 : 2};
  bool wide = m->width == WIDTH_AVX512;
  int most = wide ? 4 : 2;
  if (rows <= 3 && vectors > most) most = wide ? 8 : rows == 1 ? 8 : 4;
  int64_t panels = (vectors + most - 1) / most;
  int v = (int)((vectors + panels - 1) / panels);
  // A narrow last panel rather than narrow panels, unless all are alike.
  if (vectors > most && v < most && (vectors % v || v < 3)) v = most;
  if (v > (wide ? 4 : 2)) return (GemmTile){(int)rows, v};
  return (GemmTile){wide ? rows512[v] : rows256[v], v};
}

static int64_t round_up(int64_t x, int64_t to) { return (x + to - 1) / to * to; }
static int64_t at_least_1(int64_t x) { return x > 1 ? x : 1; }

static GemmBatches batches_of(const Gemm *g) {
  if (g->batches) return *g->batches;
  return (GemmBatches){1, {{g->batch, g->a.batch, g->b.batch, g->c_batch}}};
}

static void swap_roles(GemmPlan *p) {
  Gemm g = p->g;
  p->g.m = g.n, p->g.n = g.m;
  p->g.a = g.b, p->g.b = g.a;
  for (int i = 0; i < p->batches.n; i++) {
    GemmBatch *level = &p->batches.level[i];
    *level = (GemmBatch){level->size, level->b, level->a, level->c};
  }
  p->g.c_row = g.c_column, p->g.c_column = g.c_row;
  p->swapped = !p->swapped;
}

// Vectors run along the columns of the plan: where C is contiguous, or, for few columns, where A
// already lies that way.
static void choose_roles(GemmPlan *p) {
  Gemm *g = &p->g;
  if (g->c_column != 1 && g->c_row == 1) swap_roles(p);
  if (g->order == ORDER_CHAIN && g->n <= p->lanes && g->m >= 4 * p->lanes && g->a.outer == 1 &&
      !g->a.prologue)
    swap_roles(p);
}

static void choose_tile(const Machine *m, GemmPlan *p) {
  int64_t rows = p->g.m, vectors = at_least_1((p->g.n + p->lanes - 1) / p->lanes);
  p->tile = best_tile(m, rows, vectors);
  int64_t tiles = at_least_1((rows + p->tile.rows - 1) / p->tile.rows);
  p->tile.rows = (int)at_least_1((rows + tiles - 1) / tiles);
  p->low_rows =
      p->tile.rows > 1 && (rows % p->tile.rows || tiles % 2) ? p->tile.rows - 1 : p->tile.rows;
  p->panels = (vectors + p->tile.vectors - 1) / p->tile.vectors;
  p->tail_vectors = (int)(vectors - (p->panels - 1) * p->tile.vectors);
  p->width = p->tile_row = (int64_t)p->tile.vectors * p->lanes;
}

// Levels between which nothing is to be skipped become one.
static int64_t merge_levels(GemmLevel *level, int64_t n, const GemmLevel *from, int bytes) {
  int64_t out = 0;
  for (int64_t i = 0; i < n; i++) {
    GemmLevel next = {from[i].size, from[i].stride * bytes};
    if (out && level[out - 1].stride == next.stride * next.size) next.size *= level[--out].size;
    level[out++] = next;
  }
  return out;
}

// Windows: tiles are equal parts of a run, or whole runs where those are short.
static void choose_window_tile(const Machine *m, GemmPlan *p) {
  const GemmWindows *from = p->g.windows;
  GemmWindows *w = &p->windows;
  w->nrows = merge_levels(w->row, from->nrows, from->row, p->bytes);
  w->nks = merge_levels(w->k, from->nks, from->k, p->bytes);
  choose_tile(m, p);
  const int64_t most = best_tile(m, p->g.m, p->tile.vectors).rows;
  const int64_t run = w->row[w->nrows - 1].size, runs = p->g.m / run;
  if (run >= most) {
    p->run_tiles = (run + most - 1) / most;
    p->tiles = runs * p->run_tiles;
    p->tile.rows = (int)((run + p->run_tiles - 1) / p->run_tiles);
    p->low_rows = (int)(run / p->run_tiles);
    return;
  }
  int64_t together = most / run < GEMM_GROUPS ? most / run : GEMM_GROUPS;
  p->tiles = (runs + together - 1) / together;
  p->tile.rows = (int)((runs + p->tiles - 1) / p->tiles * run);
  p->low_rows = (int)(runs / p->tiles * run);
}

// Rows order: as many outputs as have room for their 64 partials in three quarters of the
// registers.
static void choose_dot_tile(const Machine *m, GemmPlan *p) {
  int registers = m->width == WIDTH_AVX512 ? 24 : 8,
      outputs = registers / (ORDER_PARTIALS / p->lanes);
  bool square = outputs >= 6 && p->g.n > 1 && p->g.m > 1;
  int rows = square ? 3 : p->g.m > 1 ? outputs : 1, columns = square ? 2 : p->g.m > 1 ? 1 : outputs;
  p->tile.rows = (int)at_least_1(rows < p->g.m ? rows : p->g.m);
  p->tile.vectors = (int)at_least_1(columns < p->g.n ? columns : p->g.n);
  p->chunk = at_least_1(p->g.k);
  p->width = GEMM_STRIP / 2;
  p->tile_row = GEMM_STRIP;
  p->panels = at_least_1(p->g.n / p->width);
  p->split_columns = p->g.m < 4 * p->tile.rows && p->panels > 1;
  p->pack_a = p->g.a.prologue || p->g.a.k != 1;
  p->pack_b = p->g.b.prologue || p->g.b.k != 1 ? GEMM_PACK_ALL : GEMM_PACK_NONE;
  p->a_row = (p->pack_a ? p->k_padded : p->g.a.outer) * p->bytes;
  p->b_column = (p->pack_b ? p->k_padded : p->g.b.outer) * p->bytes;
}

static void place_dot_scratch(GemmPlan *p) {
  int64_t row = p->k_padded * p->bytes, vector = (int64_t)p->lanes * p->bytes;
  p->scratch_tile =
      2 * p->tile.rows * p->tile_row * p->bytes;  // reached back over: rows before the strip's
  p->scratch_a = round_up(p->scratch_tile + (2 * ORDER_PARTIALS + 1) * vector, 64);
  p->scratch_b = p->scratch_a + (p->pack_a ? round_up(p->tile.rows, p->lanes) * row : 0);
  p->scratch_bytes = round_up(p->scratch_b + (p->pack_b ? GEMM_STRIP * row : 0) + 64, 4096);
}

static void choose_packing(const Machine *m, GemmPlan *p) {
  const Gemm *g = &p->g;
  int64_t bytes = (g->m + g->n) * g->k * p->bytes;
  // Narrow panels use one cache line of each row of B, and far rows share the sets of L1.
  bool narrow = m->width != WIDTH_AVX512;
  bool big = (narrow || bytes > BIG_OPERANDS) && g->m >= FEW_ROWS_TO_PACK;
  p->pack_b = g->b.prologue || g->b.outer != 1 || big ? GEMM_PACK_ALL
              : g->n % p->lanes                       ? GEMM_PACK_TAIL
                                                      : GEMM_PACK_NONE;
  p->chunk = g->k > LONG_K ? K_CHUNK : at_least_1(g->k);
  // What windows see is spread over more memory.
  if (p->windows.nrows && g->k > LONG_K) p->chunk = CHAIN_BLOCK;
  int64_t panel_bytes = p->width * p->chunk * p->bytes;
  p->group = at_least_1(m->l2 / 2 / panel_bytes);
  if (p->group > p->panels) p->group = p->panels;
  bool far = g->a.outer == 1 && g->a.k * p->bytes >= FAR_ROWS;
  p->pack_a = g->a.prologue ||
              (far && g->n >= COLUMNS_TO_PACK_A && g->m * g->k * p->bytes <= MOST_PACKED_A);
  // Each thread packs its own columns; and where C's rows are short, rows would share cache lines.
  p->split_columns = p->pack_b == GEMM_PACK_ALL || g->c_column != 1 || g->m <= 2 * p->tile.rows;
}

// A as the kernel reads it: in place, or packed with k or the row as the faster index.
static void place_a(GemmPlan *p) {
  const GemmOperand *a = &p->g.a;
  p->a_row = a->outer * p->bytes, p->a_k = a->k * p->bytes;
  if (p->windows.nrows) p->a_k = p->windows.k[p->windows.nks - 1].stride;
  if (!p->pack_a) return;
  bool k_rows = a->k != 1;
  p->a_row = k_rows ? p->bytes : p->k_padded * p->bytes;
  p->a_k = k_rows ? round_up(p->tile.rows, 2) * p->bytes : p->bytes;
}

static void place_scratch(GemmPlan *p) {
  int64_t vector = (int64_t)p->lanes * p->bytes, k = p->k_padded;
  p->scratch_tile = round_up(p->tile.rows * p->width * p->bytes, 64);
  p->scratch_a = 2 * p->scratch_tile;
  int64_t tiles = p->windows.nrows ? p->tiles : p->g.m / p->low_rows + 1;
  p->a_tile_bytes = round_up(round_up(p->tile.rows, 2) * k * p->bytes + vector, 64);
  p->scratch_totals = p->scratch_a + (p->pack_a ? tiles * p->a_tile_bytes : 0);
  bool several = p->chunk < p->g.k;
  p->scratch_b = p->scratch_totals + (several ? tiles * p->group * p->scratch_tile : 0);
  int64_t slots = p->pack_b == GEMM_PACK_ALL ? p->group : p->pack_b == GEMM_PACK_TAIL ? 1 : 0;
  p->scratch_segments =
      p->scratch_b + slots * round_up(p->chunk, p->lanes) * p->width * p->bytes + 64;
  int64_t segments = 0;
  if (p->windows.nrows)
    segments = p->chunk / p->windows.k[p->windows.nks - 1].size + p->chunk / CHAIN_BLOCK + 4;
  p->scratch_bytes = round_up(p->scratch_segments + segments * (int64_t)sizeof(GemmSegment), 4096);
}

GemmPlan gemm_plan(const Machine *m, const Gemm *g) {
  GemmPlan p = {.g = *g, .batches = batches_of(g), .bytes = (int)dtype_size(g->dtype)};
  CHECK(g->dtype == DT_F32 || g->dtype == DT_F64 || gemm_takes_integers(g->dtype, g->order));
  p.lanes = machine_lanes(m, p.bytes);
  if (!g->windows) choose_roles(&p);
  p.k_padded = round_up(at_least_1(g->k), p.lanes);
  if (g->order == ORDER_ROWS) {
    choose_dot_tile(m, &p);
    place_dot_scratch(&p);
    return p;
  }
  if (g->windows) choose_window_tile(m, &p);
  else choose_tile(m, &p);
  choose_packing(m, &p);
  p.direct = !g->epilogue && p.g.c_column == 1;
  place_a(&p);
  place_scratch(&p);
  return p;
}

int64_t gemm_scratch_bytes(const Machine *m, const Gemm *g) {
  return gemm_plan(m, g).scratch_bytes;
}

const char *gemm_describe(const Machine *m, const Gemm *g, char text[120]) {
  static const char *const packs[] = {"in place", "its last panel packed", "packed"};
  GemmPlan p = gemm_plan(m, g);
  const char *shared = p.split_columns ? "columns" : "rows",
             *of = p.swapped ? " of the transpose" : "";
  if (g->order == ORDER_ROWS)
    snprintf(text, 120, "dot form, tile %dx%d%s, a %s, b %s, threads share %s", p.tile.rows,
             p.tile.vectors, of, packs[p.pack_a ? 2 : 0], packs[p.pack_b], shared);
  else if (g->windows)
    snprintf(text, 120,
             "tile %dx%d of windows, runs of %lld, segments of %lld, b %s, threads share %s",
             p.tile.rows, (int)p.width, (long long)p.windows.row[p.windows.nrows - 1].size,
             (long long)p.windows.k[p.windows.nks - 1].size, packs[p.pack_b], shared);
  else
    snprintf(text, 120, "tile %dx%d%s, a %s, b %s, threads share %s", p.tile.rows, (int)p.width, of,
             packs[p.pack_a ? 2 : 0], packs[p.pack_b], shared);
  return text;
}

// ---- epilogues: from the tile in scratch to where outputs go ----

typedef struct Finish {
  Emit *e;
  const GemmPlan *p;
  LLVMValueRef context, c, tile, batch, row, rows, column, columns;
  LLVMValueRef c_base;  // plain stores: the tile's place in C
} Finish;

static LLVMValueRef scaled(Emit *e, LLVMValueRef i, int64_t bytes) {
  return emit_mul(e, i, emit_int(e, bytes));
}

// By rows and columns of the plan.
static GemmVector vector_at(const GemmPlan *p, LLVMValueRef batch, LLVMValueRef row,
                            LLVMValueRef column) {
  return (GemmVector){.batch = batch,
                      .row = p->swapped ? column : row,
                      .column = p->swapped ? row : column,
                      .along_rows = p->swapped,
                      .lanes = p->lanes};
}

// One vector of the tile: row `r`, columns from `v` on.
static void finish_vector(Finish *f, LLVMValueRef r, LLVMValueRef v, LLVMValueRef mask) {
  Emit *e = f->e;
  const GemmPlan *p = f->p;
  LLVMTypeRef type = emit_vector(emit_dtype(e, p->g.dtype), p->lanes);
  LLVMValueRef at = emit_add(e, scaled(e, r, p->tile_row * p->bytes), scaled(e, v, p->bytes));
  LLVMValueRef value = emit_load(e, type, emit_at(e, f->tile, at), p->bytes);
  if (!p->g.epilogue) {
    LLVMValueRef to = emit_add(e, scaled(e, r, p->g.c_row * p->bytes), scaled(e, v, p->bytes));
    emit_masked_store(e, value, emit_at(e, f->c_base, to), p->bytes, mask);
    return;
  }
  LLVMValueRef row = emit_add(e, f->row, r), column = emit_add(e, f->column, v);
  GemmVector out = vector_at(p, f->batch, row, column);
  out.value = value, out.mask = mask;
  p->g.epilogue(e, p->g.user, f->context, f->c, &out);
}

static void finish_vectors(Finish *f) {
  Emit *e = f->e;
  LLVMValueRef lanes = emit_int(e, f->p->lanes);
  LLVMValueRef rest = llvm->BuildAnd(e->b, f->columns, emit_int(e, f->p->lanes - 1), "");
  LLVMValueRef whole = emit_sub(e, f->columns, rest), mask = emit_mask(e, rest, f->p->lanes);
  EmitLoop row = emit_count(e, f->rows);
  if (f->p->g.n >= f->p->lanes) {
    EmitLoop v = emit_loop(e, emit_int(e, 0), whole, lanes);
    finish_vector(f, row.i, v.i, NULL);
    emit_loop_end(e, &v);
  }
  if (f->p->g.n % f->p->lanes) {
    EmitIf some = emit_if(e, llvm->BuildICmp(e->b, LLVMIntNE, rest, emit_int(e, 0), ""));
    finish_vector(f, row.i, whole, mask);
    emit_end_if(e, &some);
  }
  emit_loop_end(e, &row);
}

static void finish_scalars(Finish *f) {
  Emit *e = f->e;
  const GemmPlan *p = f->p;
  EmitLoop row = emit_count(e, f->rows), column = emit_count(e, f->columns);
  LLVMValueRef from =
      emit_add(e, scaled(e, row.i, p->tile_row * p->bytes), scaled(e, column.i, p->bytes));
  LLVMValueRef to = emit_add(e, scaled(e, row.i, p->g.c_row * p->bytes),
                             scaled(e, column.i, p->g.c_column * p->bytes));
  LLVMValueRef value = emit_load(e, emit_dtype(e, p->g.dtype), emit_at(e, f->tile, from), p->bytes);
  emit_store(e, value, emit_at(e, f->c_base, to), p->bytes);
  emit_loop_end(e, &column);
  emit_loop_end(e, &row);
}

// Where a batch of C stands, in elements.
static LLVMValueRef batch_of_c(Emit *e, const GemmPlan *p, LLVMValueRef batch) {
  const GemmBatches l = p->batches;
  LLVMValueRef at = emit_int(e, 0);
  for (int64_t i = l.n - 1; i >= 0; i--) {
    LLVMValueRef digit = i ? emit_digit(e, &batch, emit_int(e, l.level[i].size)) : batch;
    at = emit_add(e, at, scaled(e, digit, l.level[i].c));
  }
  return at;
}

static LLVMValueRef emit_finish(Emit *e, const GemmPlan *p, const char *name) {
  const Gemm *g = &p->g;
  EmitPause pause = emit_pause(e);
  LLVMTypeRef i = e->i64, params[8] = {e->ptr, e->ptr, e->ptr, i, i, i, i, i};
  LLVMValueRef function = emit_function(e, name, e->none, params, 8);
  llvm->SetLinkage(function, LLVMInternalLinkage);
  Finish f = {e,
              p,
              emit_param(e, 0),
              emit_param(e, 1),
              emit_param(e, 2),
              emit_param(e, 3),
              emit_param(e, 4),
              emit_param(e, 5),
              emit_param(e, 6),
              emit_param(e, 7),
              NULL};
  LLVMValueRef place = emit_add(e, scaled(e, f.row, g->c_row * p->bytes),
                                scaled(e, f.column, g->c_column * p->bytes));
  f.c_base = emit_at(e, f.c, emit_add(e, place, scaled(e, batch_of_c(e, p, f.batch), p->bytes)));
  if (g->epilogue || g->c_column == 1) finish_vectors(&f);
  else finish_scalars(&f);
  llvm->BuildRetVoid(e->b);
  emit_resume(e, pause);
  return function;
}

static LLVMValueRef emit_touch(Emit *e, const GemmPlan *p, const char *name) {
  EmitPause pause = emit_pause(e);
  LLVMTypeRef i = e->i64, params[6] = {e->ptr, i, i, i, i, i};
  LLVMValueRef function = emit_function(e, name, e->none, params, 6);
  llvm->SetLinkage(function, LLVMInternalLinkage);
  LLVMValueRef batch = emit_param(e, 1), first_row = emit_param(e, 2),
               first_column = emit_param(e, 4), lanes = emit_int(e, p->lanes);
  EmitLoop r = emit_count(e, emit_param(e, 3));
  EmitLoop v = emit_loop(e, emit_int(e, 0), emit_param(e, 5), lanes);
  LLVMValueRef row = emit_add(e, first_row, r.i), column = emit_add(e, first_column, v.i);
  GemmVector at = vector_at(p, batch, row, column);
  p->g.touch(e, p->g.user, emit_param(e, 0), &at);
  emit_loop_end(e, &v);
  emit_loop_end(e, &r);
  llvm->BuildRetVoid(e->b);
  emit_resume(e, pause);
  return function;
}

// ---- the table of constants ----

enum {
#define NUMBER(name) FIELD_##name,
#define FUNCTION(type, name) FIELD_##name,
  GEMM_TABLE(NUMBER, FUNCTION)
#undef NUMBER
#undef FUNCTION
      FIELD_COUNT
};

static void set_numbers(Emit *e, const GemmPlan *p, LLVMValueRef *value) {
  const Gemm *g = &p->g;
  int64_t size = p->bytes;
  GemmTable t = {
      .m = g->m,
      .n = g->n,
      .k = g->k,
      .batch = g->batch,
      .a_row = g->a.outer * size,
      .a_k = g->a.k * size,
      .b_column = g->b.outer * size,
      .b_k = g->b.k * size,
      .c_row = g->c_row * size,
      .bytes = size,
      .lanes = p->lanes,
      .high = p->tile.rows,
      .low = p->low_rows,
      .columns = p->tile.vectors,
      .width = p->width,
      .panels = p->panels,
      .group = p->group,
      .chunk = p->chunk,
      .split_columns = p->split_columns,
      .pack_a = p->pack_a,
      .a_tile_bytes = p->a_tile_bytes,
      .pack_b = p->pack_b == GEMM_PACK_ALL,
      .pack_tail = p->pack_b == GEMM_PACK_TAIL,
      .direct = p->direct,
      .kernel_a_row = p->a_row,
      .kernel_a_k = p->a_k,
      .kernel_b_column = p->b_column,
      .tiles = p->tiles,
      .run_tiles = p->run_tiles,
      .scratch_segments = p->scratch_segments,
      .panel_row = p->width * size,
      .panel_bytes = p->width * size * round_up(p->chunk, p->lanes),
      .tile_row = p->tile_row * size,
      .scratch_tile = p->scratch_tile,
      .scratch_totals = p->scratch_totals,
      .scratch_a = p->scratch_a,
      .scratch_b = p->scratch_b,
      .scratch = p->scratch_bytes,
  };
#define NUMBER(name) value[FIELD_##name] = emit_int(e, t.name);
#define FUNCTION(type, name) value[FIELD_##name] = llvm->ConstNull(e->ptr);
  GEMM_TABLE(NUMBER, FUNCTION)
#undef NUMBER
#undef FUNCTION
}

static LLVMValueRef window_kernel(Emit *e, const GemmPlan *p, GemmTile tile) {
  const GemmLevel row = p->windows.row[p->windows.nrows - 1], k = p->windows.k[p->windows.nks - 1];
  const int run = row.size < tile.rows ? (int)row.size : tile.rows;
  return gemm_window_micro(e, p->g.dtype, tile, run, row.stride, k.size % 2 != 0);
}

static LLVMValueRef global_constant(Emit *e, LLVMValueRef value, const char *name) {
  LLVMValueRef global = llvm->AddGlobal(e->module, llvm->TypeOf(value), name);
  llvm->SetInitializer(global, value);
  llvm->SetGlobalConstant(global, true);
  llvm->SetLinkage(global, LLVMPrivateLinkage);
  return global;
}

// A struct of numbers as it lies in memory.
static LLVMValueRef emit_numbers(Emit *e, const void *numbers, size_t bytes, const char *name,
                                 const char *part) {
  enum { MOST_NUMBERS = 64 };
  LLVMValueRef value[MOST_NUMBERS];
  const unsigned n = (unsigned)(bytes / sizeof(int64_t));
  char full[200];
  CHECK(n <= MOST_NUMBERS);
  for (unsigned i = 0; i < n; i++) {
    int64_t number;
    memcpy(&number, (const char *)numbers + i * sizeof number, sizeof number);
    value[i] = emit_int(e, number);
  }
  snprintf(full, sizeof full, "%s_%s", name, part);
  return global_constant(e, llvm->ConstStructInContext(e->context, value, n, false), full);
}

static LLVMValueRef emit_batches(Emit *e, const GemmPlan *p, const char *name) {
  GemmBatches l = {.n = p->batches.n};  // levels that are none are zeros: equal code, equal bytes
  for (int64_t i = 0; i < l.n; i++) {
    l.level[i] = p->batches.level[i];
    l.level[i].a *= p->g.a.prologue ? 0 : p->bytes;
    l.level[i].b *= p->g.b.prologue ? 0 : p->bytes;
    l.level[i].c *= p->bytes;
  }
  return emit_numbers(e, &l, sizeof l, name, "batches");
}

static void set_kernels(Emit *e, const GemmPlan *p, LLVMValueRef *value) {
  Dtype d = p->g.dtype;
  bool odd = p->g.k % 2 || p->g.k == 0, several = p->panels > 1;
  if (p->g.order == ORDER_ROWS || p->g.k > CHAIN_BLOCK) value[FIELD_add] = gemm_add(e, d);
  if (p->g.order == ORDER_ROWS) {
    value[FIELD_dot] = gemm_dot(e, d, p->tile, p->g.k % ORDER_PARTIALS != 0);
    return;
  }
  GemmTile high = p->tile, low = {p->low_rows, high.vectors};
  GemmTile high_tail = {high.rows, p->tail_vectors}, low_tail = {low.rows, p->tail_vectors};
  if (p->windows.nrows) {
    if (several) value[FIELD_kernel_high] = window_kernel(e, p, high);
    if (several) value[FIELD_kernel_low] = window_kernel(e, p, low);
    value[FIELD_kernel_high_tail] = window_kernel(e, p, high_tail);
    value[FIELD_kernel_low_tail] = window_kernel(e, p, low_tail);
    return;
  }
  if (several) value[FIELD_kernel_high] = gemm_micro(e, d, high, odd);
  if (several) value[FIELD_kernel_low] = gemm_micro(e, d, low, odd);
  value[FIELD_kernel_high_tail] = gemm_micro(e, d, high_tail, odd);
  value[FIELD_kernel_low_tail] = gemm_micro(e, d, low_tail, odd);
}

static void set_functions(Emit *e, const GemmPlan *p, const char *name, LLVMValueRef *value) {
  char part[200];
  bool chain = p->g.order == ORDER_CHAIN;
  snprintf(part, sizeof part, "%s_pack_a", name);
  if (p->pack_a)
    value[FIELD_copy_a] = gemm_pack(e, p->g.dtype, &p->g.a, chain && p->g.a.k != 1, part);
  snprintf(part, sizeof part, "%s_pack_b", name);
  if (p->pack_b != GEMM_PACK_NONE)
    value[FIELD_copy_b] = gemm_pack(e, p->g.dtype, &p->g.b, chain, part);
  snprintf(part, sizeof part, "%s_epilogue", name);
  if (!p->direct || p->g.n % p->width) value[FIELD_finish] = emit_finish(e, p, part);
  snprintf(part, sizeof part, "%s_touch", name);
  if (p->g.touch && chain) value[FIELD_touch] = emit_touch(e, p, part);
}

static LLVMValueRef emit_table(Emit *e, const GemmPlan *p, const char *name) {
  char part[200];
  LLVMValueRef value[FIELD_COUNT];
  set_numbers(e, p, value);
  set_kernels(e, p, value);
  set_functions(e, p, name, value);
  if (p->windows.nrows)
    value[FIELD_windows] = emit_numbers(e, &p->windows, sizeof p->windows, name, "windows");
  value[FIELD_batches] = emit_batches(e, p, name);
  snprintf(part, sizeof part, "%s_table", name);
  return global_constant(e, llvm->ConstStructInContext(e->context, value, FIELD_COUNT, false),
                         part);
}

// The driver of gemm_run.c, imported.
static LLVMValueRef driver(Emit *e, Order order) {
  const char *name = order == ORDER_CHAIN ? "cpu_gemm_chain" : "cpu_gemm_rows";
  LLVMTypeRef p = e->ptr, params[8] = {p, p, p, p, p, p, e->i64, e->i64};
  LLVMValueRef found = llvm->GetNamedFunction(e->module, name);
  return found ? found
               : llvm->AddFunction(e->module, name, emit_function_type(e, e->none, params, 8));
}

void gemm_call(Emit *e, const Gemm *g, const char *name, const LLVMValueRef arguments[7]) {
  if (g->m == 0 || g->n == 0 || g->batch == 0) return;
  GemmPlan p = gemm_plan(e->machine, g);
  EmitPause pause = emit_pause(e);
  LLVMValueRef args[8] = {emit_table(e, &p, name)};
  emit_resume(e, pause);
  for (int i = 0; i < 7; i++) args[i + 1] = arguments[i];
  if (p.swapped) args[2] = arguments[2], args[3] = arguments[1];
  emit_call(e, driver(e, g->order), args, 8);
}

LLVMValueRef gemm_emit(Emit *e, const Gemm *g, const char *name) {
  EmitPause pause = emit_pause(e);
  LLVMTypeRef t = e->ptr, params[7] = {t, t, t, t, t, e->i64, e->i64};
  LLVMValueRef f = emit_function(e, name, e->none, params, 7), args[7];
  for (int i = 0; i < 7; i++) args[i] = emit_param(e, i);
  gemm_call(e, g, name, args);
  llvm->BuildRetVoid(e->b);
  emit_resume(e, pause);
  return f;
}
