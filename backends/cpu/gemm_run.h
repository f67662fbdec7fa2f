// What drives a contraction at run time: the table of constants emitted for each, and the blocking
// loops that generated code calls with it. They are compiled C, not emitted: as IR they would cost
// 8 ms of every program's compilation.
#ifndef JITC_BACKENDS_CPU_GEMM_RUN_H
#define JITC_BACKENDS_CPU_GEMM_RUN_H
#include <stdint.h>

// The register kernel of one block of k, in chain order: n steps, strides in bytes; out = sums.
typedef void GemmKernel(const char *a, int64_t a_row, int64_t a_k, const char *b, int64_t b_k,
                        char *out, int64_t out_row, int64_t n);

// The same where A is read through windows: `group` points at the first rows of the tile's runs,
// and its ks stand in segments, a_k apart in each.
typedef struct GemmSegment {
  int64_t offset, count;
} GemmSegment;
typedef void GemmWindowKernel(const char *const *group, const GemmSegment *segments, int64_t n,
                              int64_t a_k, const char *b, int64_t b_k, char *out, int64_t out_row);

// Where A's elements stand: the digits of a row, and those of a k, outermost first, each by its
// stride. The rows of the last level are a run: they are as far from each other everywhere.
enum { GEMM_LEVELS = 8, GEMM_GROUPS = 8 };
typedef struct GemmLevel {
  int64_t size, stride;
} GemmLevel;
typedef struct GemmWindows {
  int64_t nrows, nks;
  GemmLevel row[GEMM_LEVELS], k[GEMM_LEVELS];
} GemmWindows;

// The batch index is taken apart into digits, outermost first, each with its strides.
enum { GEMM_BATCHES = 4 };
typedef struct GemmBatch {
  int64_t size, a, b, c;
} GemmBatch;
typedef struct GemmBatches {
  int64_t n;
  GemmBatch level[GEMM_BATCHES];
} GemmBatches;

// The same in rows order: out[r * columns + c] = the block's sum of output (r, c); whole vectors
// are stored.
typedef void GemmDot(const char *a, int64_t a_row, const char *b, int64_t b_column, char *out,
                     int64_t n);

// out = x + y over rows of whole vectors; x and y are tiles in scratch.
typedef void GemmAdd(char *out, int64_t out_row, const char *x, const char *y, int64_t tile_row,
                     int64_t rows, int64_t row_bytes);

// Copies `count` outer indices from `first` of an operand, nk steps of k from `first_k`, to the
// start of a panel.
typedef void GemmCopy(void *context, const void *source, int64_t outer, int64_t k, int64_t batch,
                      int64_t first, int64_t count, int64_t first_k, int64_t nk, void *panel,
                      int64_t panel_row);

// From a tile in scratch to where outputs go.
typedef void GemmFinish(void *context, void *c, const void *tile, int64_t batch, int64_t row,
                        int64_t rows, int64_t column, int64_t columns);

// Asks the caches for what `finish` will read of a tile.
typedef void GemmTouchTile(void *context, int64_t batch, int64_t row, int64_t rows, int64_t column,
                           int64_t columns);

// X(kind, name): the table's fields, in order: 64-bit numbers (strides in bytes), then functions.
// The emitter fills it by name, the driver reads it as a struct; its layout belongs to the disk
// cache's key through the library's version.
// clang-format off
#define GEMM_TABLE(NUMBER, FUNCTION)                                                               \
  NUMBER(m)                                                                                        \
  NUMBER(n)                                                                                        \
  NUMBER(k)                                                                                        \
  NUMBER(batch)                                                                                    \
  NUMBER(a_row)                                                                                    \
  NUMBER(a_k)                                                                                      \
  NUMBER(b_column)                                                                                 \
  NUMBER(b_k)                                                                                      \
  NUMBER(c_row)                                                                                    \
  NUMBER(bytes)              /* of an element */                                   \
      NUMBER(lanes) NUMBER(high) NUMBER(low) /* rows of a tile: either; rows order: `high` rows */ \
      NUMBER(columns)                        /* rows order: columns of a tile */                   \
      NUMBER(width)                          /* columns of a panel */                              \
      NUMBER(panels) NUMBER(group) /* panels gone through per row tile */ NUMBER(                  \
          chunk)            /* ks gone through per group */                                        \
      NUMBER(split_columns) /* threads rather share columns than rows */                           \
      NUMBER(pack_a) NUMBER(a_tile_bytes) NUMBER(pack_b) NUMBER(pack_tail)                         \
          NUMBER(direct) /* full panels go straight to c */                                        \
      NUMBER(kernel_a_row) NUMBER(kernel_a_k)                                                      \
          NUMBER(kernel_b_column) /* as the kernel sees the operands */                            \
      NUMBER(tiles)     /* windows: how many, */                                                   \
      NUMBER(run_tiles) /* how many a run is cut into, or 0: tiles are whole runs */               \
      NUMBER(scratch_segments)                                                                     \
      NUMBER(panel_row) NUMBER(panel_bytes) NUMBER(tile_row) NUMBER(scratch_tile)                  \
          NUMBER(scratch_totals) NUMBER(scratch_a) NUMBER(scratch_b) NUMBER(scratch)               \
              FUNCTION(GemmKernel, kernel_high) FUNCTION(GemmKernel, kernel_high_tail)             \
                  FUNCTION(GemmKernel, kernel_low) FUNCTION(GemmKernel, kernel_low_tail)           \
                      FUNCTION(GemmDot, dot) FUNCTION(GemmAdd, add) FUNCTION(GemmCopy, copy_a)     \
                          FUNCTION(GemmCopy, copy_b) FUNCTION(GemmFinish, finish) FUNCTION(GemmTouchTile, touch)                      \
                            FUNCTION(const GemmWindows, windows) FUNCTION(const GemmBatches, batches)
// clang-format on

typedef struct GemmTable {
#define NUMBER(name) int64_t name;
#define FUNCTION(type, name) type *name;
  GEMM_TABLE(NUMBER, FUNCTION)
#undef NUMBER
#undef FUNCTION
} GemmTable;

// Names in the runtime table of objects.
void cpu_gemm_chain(const GemmTable *t, void *context, const void *a, const void *b, void *c,
                    void *scratch, int64_t thread, int64_t nthreads);
void cpu_gemm_rows(const GemmTable *t, void *context, const void *a, const void *b, void *c,
                   void *scratch, int64_t thread, int64_t nthreads);
#endif
