// Inside the contraction generator: the plan of a contraction, and the parts that a module's
// contractions share.
#ifndef JITC_BACKENDS_CPU_GEMM_PARTS_H
#define JITC_BACKENDS_CPU_GEMM_PARTS_H
#include "backends/cpu/gemm.h"
#include "backends/cpu/gemm_run.h"

// Register tiles: rows x vectors accumulators (chain), rows x columns outputs (rows order).
typedef struct GemmTile {
  int rows, vectors;
} GemmTile;

typedef enum GemmPack { GEMM_PACK_NONE, GEMM_PACK_TAIL, GEMM_PACK_ALL } GemmPack;

// What gemm_plan decided; a function of the machine and the Gemm alone.
typedef struct GemmPlan {
  Gemm g;  // with the roles of A and B exchanged where `swapped`
  GemmBatches batches;
  bool swapped;      // rows of the plan are columns of the caller
  int bytes, lanes;  // of an element, of a vector
  GemmTile tile;     // the largest tile: rows, vectors of a full panel
  int low_rows;      // tiles have tile.rows or low_rows rows: balanced, no narrow remainder
  int tail_vectors;  // of the last panel
  int64_t width;  // columns of a full panel; in rows order of a strip, the last of which is wider
  int64_t tile_row;  // elements between rows of the tile in scratch
  int64_t panels;    // panels in N
  int64_t group;     // panels that are gone through per row tile: they stay in L2
  int64_t chunk;     // ks gone through per group: all, or as many as keep its panels in L2
  GemmPack pack_b;
  bool pack_a;
  GemmWindows windows;  // of A, strides in bytes; nrows 0: none
  int64_t tiles, run_tiles;
  bool direct;           // full panels are stored by the register kernel itself
  bool split_columns;    // threads rather share columns than rows
  int64_t k_padded;      // k rounded up to whole vectors
  int64_t a_tile_bytes;  // of a packed tile of A
  int64_t b_column;      // rows order: stride between columns of B as the kernel sees it, bytes
  int64_t a_row, a_k;    // strides of A as the register kernel sees it, bytes
  int64_t scratch_tile, scratch_totals, scratch_a, scratch_b,
      scratch_segments;  // offsets in a thread's scratch, behind the tile
  int64_t scratch_bytes;
} GemmPlan;

// Columns that the scratch of the rows order holds for each row; strips are half as wide, the last
// up to this.
enum { GEMM_STRIP = 64, GEMM_MAX_OUTPUTS = 8 };

GemmPlan gemm_plan(const Machine *m, const Gemm *g);

// The parts below are found in the module by a name that holds their parameters, or emitted at
// first use.

// The register kernel of chain order (GemmKernel in gemm_run.h). n is even and not 0, unless `odd`.
LLVMValueRef gemm_micro(Emit *e, Dtype dtype, GemmTile tile, bool odd);

// The register kernel of chain order over windows (GemmWindowKernel): runs of `run` rows,
// row_bytes apart. All segments are of even length, unless `odd`.
LLVMValueRef gemm_window_micro(Emit *e, Dtype dtype, GemmTile tile, int run, int64_t row_bytes,
                               bool odd);

// The register kernel of rows order (GemmDot), both operands with unit stride along k; tile.vectors
// counts columns. `tail`: n % 64 may not be 0.
LLVMValueRef gemm_dot(Emit *e, Dtype dtype, GemmTile tile, bool tail);

LLVMValueRef gemm_add(Emit *e, Dtype dtype);  // GemmAdd

// GemmCopy. A panel's row is one k (k_rows) or one outer index. Rows are written in whole vectors,
// a transposed prologue in whole blocks of lanes x lanes: the panel must have that room. `name` is
// for a prologue's own function; plain operands share theirs.
LLVMValueRef gemm_pack(Emit *e, Dtype dtype, const GemmOperand *from, bool k_rows,
                       const char *name);
#endif
