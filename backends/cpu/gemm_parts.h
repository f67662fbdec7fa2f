// Inside the contraction generator: the plan of a contraction, and the parts that a module's
// contractions share.
#ifndef JITC_BACKENDS_CPU_GEMM_PARTS_H
#define JITC_BACKENDS_CPU_GEMM_PARTS_H
#include "backends/cpu/gemm.h"

// Register tiles: rows x vectors accumulators (chain), rows x columns outputs (rows order).
typedef struct GemmTile {
  int rows, vectors;
} GemmTile;

typedef enum GemmPack { GEMM_PACK_NONE, GEMM_PACK_TAIL, GEMM_PACK_ALL } GemmPack;

// What gemm_plan decided; a function of the machine and the Gemm alone.
typedef struct GemmPlan {
  Gemm g;            // with the roles of A and B exchanged where `swapped`
  bool swapped;      // rows of the plan are columns of the caller
  int bytes, lanes;  // of an element, of a vector
  GemmTile tile;     // the largest tile: rows, vectors of a full panel
  int low_rows;      // tiles have tile.rows or low_rows rows: balanced, no narrow remainder
  int tail_vectors;  // of the last panel
  int64_t width;  // columns of a full panel; in rows order of a strip, the last of which is wider
  int64_t tile_row;  // elements between rows of the tile in scratch
  int64_t panels;    // panels in N
  int64_t group;     // panels that are gone through per row tile: they stay in L2
  GemmPack pack_b;
  bool pack_a;
  bool direct;         // full panels are stored by the register kernel itself
  bool split_columns;  // threads rather share columns than rows
  int64_t k_padded;    // k rounded up to whole vectors
  int64_t a_row, a_k;  // strides of A as the register kernel sees it, bytes
  int64_t scratch_a, scratch_b,
      scratch_bytes;  // offsets in a thread's scratch (the tile is first), and its size
} GemmPlan;

// Columns that the scratch of the rows order holds for each row; strips are half as wide, the last
// up to this.
enum {
  GEMM_STRIP = 64,
  GEMM_MAX_OUTPUTS = 8,
  GEMM_DOT_BLOCKS = 2
};  // block sums lie behind two strips

GemmPlan gemm_plan(const Machine *m, const Gemm *g);

// The parts below are found in the module by a name that holds their parameters, or emitted at
// first use.

// The register kernel of one block of k:
//   void (ptr a, i64 a_row, i64 a_k, ptr b, i64 b_k, ptr out, i64 out_row, i64 n, i64 first)
// n steps of k, strides in bytes. out = sums; with `blocks`, out += sums unless `first`. n is even
// and not 0, unless `odd`.
LLVMValueRef gemm_micro(Emit *e, Dtype dtype, GemmTile tile, bool odd, bool blocks);

// The register kernel of the rows order for one block of k, both operands with unit stride along k:
//   void (ptr a, i64 a_row, ptr b, i64 b_column, ptr out, i64 n)
// out[r * tile.vectors + c] = the block's sum of output (r, c); a whole vector of lanes is stored.
// `tail`: n % 64 may not be 0.
LLVMValueRef gemm_dot(Emit *e, Dtype dtype, GemmTile tile, bool tail);

// Copies `count` outer indices from `first` of an operand, all nk steps of k, into a panel:
//   void (ptr context, ptr source, i64 outer, i64 k, i64 batch, i64 first, i64 count, i64 nk, ptr
//   panel, i64 panel_row)
// A panel's row is one k (k_rows) or one outer index. Rows are written in whole vectors, and where
// the copy transposes, in whole blocks of lanes x lanes: the panel must have that room.
LLVMValueRef gemm_pack(Emit *e, Dtype dtype, const GemmOperand *from, bool k_rows,
                       const char *name);

// Transposes a block of at most lanes x lanes: void (ptr from, i64 from_row, ptr to, i64 to_row,
// i64 rows, i64 columns)
LLVMValueRef gemm_transpose(Emit *e, Dtype dtype);

// The epilogue of a contraction over a tile in scratch:
//   void (ptr context, ptr c, ptr tile, i64 batch, i64 row, i64 rows, i64 column, i64 columns)
LLVMValueRef gemm_epilogue(Emit *e, const GemmPlan *p, const char *name);

// The blocking nests, driven by a table of constants (gemm_table):
//   void (ptr table, ptr context, ptr a, ptr b, ptr c, ptr scratch, i64 thread, i64 nthreads)
LLVMValueRef gemm_nest(Emit *e);
LLVMValueRef gemm_dot_nest(Emit *e, Dtype dtype, GemmTile tile);
LLVMValueRef gemm_table(Emit *e, const GemmPlan *p, const char *name);

// Fields of the table: 64-bit numbers (strides in bytes), then functions.
#define GEMM_FIELDS(X)                                                                           \
  X(M)                                                                                           \
  X(N)                                                                                           \
  X(K)                                                                                           \
  X(BATCH) X(A_ROW) X(A_K) X(A_BATCH) X(B_COLUMN) X(B_K) X(B_BATCH) X(C_ROW) X(C_BATCH) X(BYTES) \
      X(HIGH) X(LOW) X(WIDTH) X(PANELS) X(GROUP) X(SPLIT_COLUMNS) X(PACK_A) X(PACK_ALL)          \
          X(PACK_TAIL) X(DIRECT) X(A_KERNEL_ROW) X(A_KERNEL_K) X(PANEL_ROW) X(PANEL_BYTES)       \
              X(SCRATCH_A) X(SCRATCH_B) X(SCRATCH) X(KERNEL_HIGH) X(KERNEL_HIGH_TAIL)            \
                  X(KERNEL_LOW) X(KERNEL_LOW_TAIL) X(COPY_A) X(COPY_B) X(EPILOGUE)
typedef enum GemmField {
#define X(name) FIELD_##name,
  GEMM_FIELDS(X)
#undef X
      FIELD_COUNT
} GemmField;
enum { FIRST_FUNCTION = FIELD_KERNEL_HIGH };
LLVMValueRef gemm_field(Emit *e, LLVMValueRef table, GemmField f);
// [first, last) of a thread's part of n things.
typedef struct GemmRange {
  LLVMValueRef first, last;
} GemmRange;
// Batches are enough to share them alone: an even number each, or so many that it does not matter.
LLVMValueRef gemm_by_batch(Emit *e, LLVMValueRef table, LLVMValueRef nthreads);
GemmRange gemm_part(Emit *e, LLVMValueRef n, LLVMValueRef thread, LLVMValueRef nthreads,
                    LLVMValueRef divided);
#endif
