// The blocking loops around the register kernels: batch, groups of panels, row tiles, panels,
// blocks of k.
#include "backends/cpu/gemm_run.h"

#include <stdbool.h>
#include <string.h>

#include "ir/op.h"

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

enum { MOST_BLOCKS = 16 };  // in a chunk of k

// [first, last) of n things: this thread's part, or all of them.
typedef struct Range {
  int64_t first, last;
} Range;

static Range part(int64_t n, int64_t thread, int64_t nthreads, bool divided) {
  if (!divided) return (Range){0, n};
  return (Range){n * thread / nthreads, n * (thread + 1) / nthreads};
}

// Batches are enough to share them alone: an even number each, or so many that it does not matter.
static bool share_batches(int64_t batch, int64_t nthreads) {
  return batch % nthreads == 0 || batch >= 4 * nthreads;
}

// A stretch of k: all of it, or a chunk whose panels stay in cache.
typedef struct Chunk {
  int64_t first, count;
} Chunk;

typedef struct Run {
  const GemmTable *t;
  void *context;
  const char *a, *b;  // of the current batch
  char *c, *out;      // c: of all batches, out: of the current
  char *scratch;      // this thread's
  int64_t batch;
  int64_t tiles, rows_each, rows_more;  // balanced: the first rows_more tiles have a row more
  // Windows: the segments of the chunk at hand, and where those of each of its blocks begin.
  GemmSegment *segments;
  int64_t block[MOST_BLOCKS + 1];
} Run;

static void enter_batch(Run *r, const void *a, const void *b) {
  const GemmBatches *l = r->t->batches;
  r->a = a, r->b = b, r->out = r->c;
  for (int64_t i = l->n - 1, rest = r->batch; i >= 0; i--) {
    const GemmBatch *level = &l->level[i];
    const int64_t digit = i ? rest % level->size : rest;
    r->a += digit * level->a, r->b += digit * level->b, r->out += digit * level->c;
    rest /= level->size;
  }
}

// As many tiles as threads can share evenly if even the lower ones are then tall enough, else as
// few as possible.
static void balance_rows(Run *r, int64_t nthreads) {
  const GemmTable *t = r->t;
  if (t->windows) {
    // Of a run, or runs of all rows.
    const int64_t run = t->windows->row[t->windows->nrows - 1].size;
    const int64_t parts = t->run_tiles ? t->run_tiles : t->tiles,
                  n = t->run_tiles ? run : t->m / run;
    r->tiles = t->tiles, r->rows_each = n / parts, r->rows_more = n % parts;
    return;
  }
  int64_t few = (t->m + t->high - 1) / t->high, even = (few + nthreads - 1) / nthreads * nthreads;
  r->tiles = t->m / even >= t->low ? even : few;
  r->rows_each = t->m / r->tiles;
  r->rows_more = t->m % r->tiles;
}

static void pack_panel(const Run *r, int64_t panel, int64_t slot, Chunk k) {
  const GemmTable *t = r->t;
  int64_t first = panel * t->width;
  t->copy_b(r->context, r->b, t->b_column, t->b_k, r->batch, first, least(t->width, t->n - first),
            k.first, k.count, r->scratch + t->scratch_b + slot * t->panel_bytes, t->panel_row);
}

typedef struct Tile {
  int64_t row, rows;
  const char *a;
  const char *group[GEMM_GROUPS];  // windows: where its runs begin
} Tile;

// Where element i stands, whose last digit is that of the last level.
static int64_t level_offset(const GemmLevel *level, int64_t n, int64_t i) {
  int64_t offset = 0;
  for (int64_t l = n - 1; l >= 0; i /= level[l].size, l--)
    offset += i % level[l].size * level[l].stride;
  return offset;
}

// A part of a run, or whole runs.
static Tile window_tile(const Run *r, int64_t index) {
  const GemmTable *t = r->t;
  const GemmWindows *w = t->windows;
  const GemmLevel last = w->row[w->nrows - 1];
  const int64_t i = t->run_tiles ? index % t->run_tiles : index;
  const int64_t first = i * r->rows_each + least(i, r->rows_more);
  const int64_t n = r->rows_each + (i < r->rows_more);
  Tile tile = {.row = first * last.size, .rows = n * last.size};
  if (t->run_tiles) {
    const int64_t run = index / t->run_tiles;
    tile.row = run * last.size + first, tile.rows = n;
    tile.group[0] = r->a + level_offset(w->row, w->nrows - 1, run) + first * last.stride;
    return tile;
  }
  for (int64_t g = 0; g < n; g++)
    tile.group[g] = r->a + level_offset(w->row, w->nrows - 1, first + g);
  return tile;
}

// The segments of a chunk, none of which is in two blocks.
static void find_segments(Run *r, Chunk k) {
  const GemmWindows *w = r->t->windows;
  const GemmLevel last = w->k[w->nks - 1];
  const int64_t end = k.first + k.count;
  int64_t n = 0, blocks = 0;
  for (int64_t i = k.first; i < end;) {
    const int64_t in_block = (i - k.first) % CHAIN_BLOCK, place = i % last.size;
    if (in_block == 0) r->block[blocks++] = n;
    const int64_t count = least(least(last.size - place, CHAIN_BLOCK - in_block), end - i);
    r->segments[n++] =
        (GemmSegment){level_offset(w->k, w->nks - 1, i / last.size) + place * last.stride, count};
    i += count;
  }
  r->block[blocks] = n;
}

// The rows of a tile; packed tiles stand one behind the other, from the thread's first.
static Tile row_tile(const Run *r, int64_t index, int64_t first) {
  const GemmTable *t = r->t;
  if (t->windows) return window_tile(r, index);
  Tile tile = {.row = index * r->rows_each + least(index, r->rows_more),
               .rows = r->rows_each + (index < r->rows_more)};
  tile.a = t->pack_a ? r->scratch + t->scratch_a + (index - first) * t->a_tile_bytes
                     : r->a + tile.row * t->a_row;
  return tile;
}

// Packs all tiles of this thread, a few ks of every tile at a time: what is contiguous in A is
// neighbouring tiles.
static void pack_tiles(const Run *r, Range tiles) {
  enum { STEP = 16 };
  const GemmTable *t = r->t;
  // A row of the panel is one k or one row of A: the faster index has the smaller stride.
  int64_t panel_row = t->kernel_a_row > t->kernel_a_k ? t->kernel_a_row : t->kernel_a_k;
  for (int64_t k = 0; k < t->k; k += STEP)
    for (int64_t i = tiles.first; i < tiles.last; i++) {
      Tile tile = row_tile(r, i, tiles.first);
      t->copy_a(r->context, r->a, t->a_row, t->a_k, r->batch, tile.row, tile.rows, k,
                least(STEP, t->k - k), (char *)tile.a + k * t->kernel_a_k, panel_row);
    }
}

// The block of k from chunk.first + k on for one tile; b points at it.
static inline void run_block(const Run *r, const Tile *tile, GemmKernel *kernel, Chunk chunk,
                             int64_t k, const char *b, int64_t b_k, char *out, int64_t out_row) {
  const GemmTable *t = r->t;
  if (t->windows) {
    const int64_t *block = &r->block[k / CHAIN_BLOCK];
    ((GemmWindowKernel *)(void (*)(void))kernel)(tile->group, r->segments + block[0],
                                                 block[1] - block[0], t->kernel_a_k, b, b_k, out,
                                                 out_row);
    return;
  }
  kernel(tile->a + (chunk.first + k) * t->kernel_a_k, t->kernel_a_row, t->kernel_a_k, b, b_k, out,
         out_row, least(CHAIN_BLOCK, chunk.count - k));
}

// A chunk of k for one tile; b points at the chunk. Sums of the blocks of k meet in `total`; the
// last addition goes to `out`.
static inline void run_kernel(const Run *r, const Tile *tile, GemmKernel *kernel, const char *b,
                              int64_t b_k, Chunk chunk, char *total, char *out, int64_t out_row) {
  const GemmTable *t = r->t;
  if (t->k <= CHAIN_BLOCK) {
    run_block(r, tile, kernel, chunk, 0, b, b_k, out, out_row);
    return;
  }
  char *sum = r->scratch + t->scratch_tile;
  for (int64_t k = 0; k < chunk.count; k += CHAIN_BLOCK) {
    bool first = chunk.first + k == 0, last = t->k - chunk.first - k <= CHAIN_BLOCK;
    run_block(r, tile, kernel, chunk, k, b + k * b_k, b_k, first ? total : sum, t->tile_row);
    if (!first)
      t->add(last ? out : total, last ? out_row : t->tile_row, total, sum, t->tile_row, tile->rows,
             t->tile_row);
  }
}

static inline void run_panel(const Run *r, const Tile *tile, int64_t panel, int64_t slot, Chunk k,
                             char *total) {
  const GemmTable *t = r->t;
  bool is_last = panel == t->panels - 1, packed = t->pack_b || (is_last && t->pack_tail);
  int64_t column = panel * t->width, columns = least(t->width, t->n - column);
  const char *b = r->b + column * t->b_column + k.first * t->b_k;
  if (packed) b = r->scratch + t->scratch_b + (t->pack_b ? slot * t->panel_bytes : 0);
  GemmKernel *kernel = tile->rows == t->high ? is_last ? t->kernel_high_tail : t->kernel_high
                       : is_last             ? t->kernel_low_tail
                                             : t->kernel_low;
  bool direct = t->direct && columns == t->width;
  char *out = r->out + tile->row * t->c_row + column * t->bytes;
  const bool ends = k.first + k.count == t->k;
  if (t->touch && ends) t->touch(r->context, r->batch, tile->row, tile->rows, column, columns);
  run_kernel(r, tile, kernel, b, packed ? t->panel_row : t->b_k, k, total,
             direct ? out : r->scratch, direct ? t->c_row : t->tile_row);
  if (!direct && ends)
    t->finish(r->context, r->c, r->scratch, r->batch, tile->row, tile->rows, column, columns);
}

// The panels of a group against all tiles, for a chunk of k. Sums of a tile stay in scratch while
// it runs; if there are several chunks, those of each tile have a place of their own.
static void run_group(Run *r, Range tiles, Range group, Chunk k) {
  const GemmTable *t = r->t;
  if (t->windows) find_segments(r, k);
  for (int64_t p = group.first; p < group.last && t->pack_b; p++)
    pack_panel(r, p, p - group.first, k);
  if (t->pack_tail && group.last == t->panels) pack_panel(r, t->panels - 1, 0, k);
  for (int64_t i = tiles.first; i < tiles.last; i++) {
    Tile tile = row_tile(r, i, tiles.first);
    for (int64_t p = group.first; p < group.last; p++) {
      int64_t place = (i - tiles.first) * t->group + p - group.first;
      char *total =
          k.count == t->k ? r->scratch : r->scratch + t->scratch_totals + place * t->scratch_tile;
      run_panel(r, &tile, p, p - group.first, k, total);
    }
  }
}

static void run_batch(Run *r, Range tiles, Range panels) {
  const GemmTable *t = r->t;
  if (t->pack_a) pack_tiles(r, tiles);
  for (int64_t g = panels.first; g < panels.last; g += t->group) {
    Range group = {g, least(panels.last, g + t->group)};
    int64_t k = 0;
    do {
      run_group(r, tiles, group, (Chunk){k, least(t->chunk, t->k - k)});
      k += t->chunk;
    } while (k < t->k);
  }
}

void cpu_gemm_chain(const GemmTable *t, void *context, const void *a, const void *b, void *c,
                    void *scratch, int64_t thread, int64_t nthreads) {
  Run r = {.t = t, .context = context, .c = c, .scratch = (char *)scratch + thread * t->scratch};
  r.segments = (GemmSegment *)(r.scratch + t->scratch_segments);
  balance_rows(&r, nthreads);
  bool by_batch = share_batches(t->batch, nthreads), columns_enough = t->panels >= nthreads;
  bool by_columns = !by_batch && columns_enough && (t->split_columns || r.tiles < nthreads);
  Range batches = part(t->batch, thread, nthreads, by_batch);
  Range tiles = part(r.tiles, thread, nthreads, !by_batch && !by_columns);
  Range panels = part(t->panels, thread, nthreads, by_columns);
  for (r.batch = batches.first; r.batch < batches.last; r.batch++) {
    enter_batch(&r, a, b);
    run_batch(&r, tiles, panels);
  }
}

// ---- rows order ----

static void add_vectors(const GemmTable *t, char *to, const char *from) {
  int64_t row = t->lanes * t->bytes;
  t->add(to, row, to, from, row, 1, row);
}

// Block sums of one tile, a vector each, meet by the same rule as partials: block r in p[r % 64],
// then the tree.
static void sum_blocks(const GemmTable *t, char *sums, int64_t count) {
  int64_t row = t->lanes * t->bytes;
  for (int64_t s = ORDER_PARTIALS / 2; s > 0; s /= 2)
    for (int64_t i = 0; i < s && i + s < count; i++)
      add_vectors(t, sums + i * row, sums + (i + s) * row);
}

// A few elements of 4 or 8 bytes: less than a call of memcpy.
static inline void copy_words(char *to, const char *from, int64_t bytes) {
  for (int64_t i = 0; i < bytes; i += 4) memcpy(to + i, from + i, 4);
}

// p[i % 64] takes the sum at `from`: copied while i < 64, then added.
static void take_sum(const GemmTable *t, char *partials, int64_t i, const char *from) {
  int64_t row = t->lanes * t->bytes;
  char *to = partials + i % ORDER_PARTIALS * row;
  if (i >= ORDER_PARTIALS) add_vectors(t, to, from);
  else if (to != from) memcpy(to, from, (size_t)row);
}

// At most 4096 blocks of k for one tile: their sum is left in the first vector of `sums`, which has
// one row more than partials.
static void dot_blocks(const GemmTable *t, const char *a, const char *b, int64_t nk, char *sums) {
  int64_t row = t->lanes * t->bytes, blocks = 0;
  for (int64_t k = 0; k < nk || k == 0; k += ORDER_BLOCK, blocks++) {
    char *out = sums + least(blocks, ORDER_PARTIALS) * row;
    t->dot(a + k * t->bytes, t->kernel_a_row, b + k * t->bytes, t->kernel_b_column, out,
           least(ORDER_BLOCK, nk - k));
    take_sum(t, sums, blocks, out);
  }
  if (blocks > 1) sum_blocks(t, sums, least(blocks, ORDER_PARTIALS));
}

// All of k for one tile; its outputs go to the strip in scratch, at its column. What holds for
// elements and blocks holds for blocks of 4096 blocks.
static void run_dot(const Run *r, const char *a, const char *b, int64_t column) {
  const int64_t most = (int64_t)ORDER_BLOCK * ORDER_BLOCK;
  const GemmTable *t = r->t;
  char *sums = r->scratch + t->scratch_tile,
       *larger = sums + (ORDER_PARTIALS + 1) * t->lanes * t->bytes;
  dot_blocks(t, a, b, least(most, t->k), sums);
  if (t->k > most) {
    int64_t n = 0;
    for (int64_t k = 0; k < t->k; k += most, n++) {
      if (k > 0) dot_blocks(t, a + k * t->bytes, b + k * t->bytes, least(most, t->k - k), sums);
      take_sum(t, larger, n, sums);
    }
    sum_blocks(t, larger, least(n, ORDER_PARTIALS));
    sums = larger;
  }
  for (int64_t i = 0; i < t->high; i++)
    copy_words(r->scratch + i * t->tile_row + column * t->bytes, sums + i * t->columns * t->bytes,
               t->columns * t->bytes);
}

// One tile of rows against a strip of columns. At the ends tiles reach back over outputs that are
// done already: they are computed again and dropped, for every tile is whole.
static void run_strip(const Run *r, int64_t row, int64_t end, const char *b, int64_t column,
                      int64_t columns) {
  const GemmTable *t = r->t;
  int64_t start = least(row, t->m - t->high), rows = least(t->high, end - row);
  const char *a = r->a + start * t->a_row;
  if (t->pack_a) {
    char *room = r->scratch + t->scratch_a;
    t->copy_a(r->context, r->a, t->a_row, t->a_k, r->batch, start, t->high, 0, t->k, room,
              t->kernel_a_row);
    a = room;
  }
  for (int64_t j = 0; j < columns; j += t->columns) {
    int64_t at = least(j, columns - t->columns);
    run_dot(r, a, b + at * t->kernel_b_column, at);
  }
  t->finish(r->context, r->c, r->scratch + (row - start) * t->tile_row, r->batch, row, rows, column,
            columns);
}

static void run_strips(const Run *r, Range rows, Range strips) {
  const GemmTable *t = r->t;
  for (int64_t s = strips.first; s < strips.last; s++) {
    int64_t column = s * t->width, columns = s == t->panels - 1 ? t->n - column : t->width;
    const char *b = r->b + column * t->b_column;
    if (t->pack_b) {
      char *room = r->scratch + t->scratch_b;
      t->copy_b(r->context, r->b, t->b_column, t->b_k, r->batch, column, columns, 0, t->k, room,
                t->kernel_b_column);
      b = room;
    }
    for (int64_t row = rows.first; row < rows.last; row += t->high)
      run_strip(r, row, rows.last, b, column, columns);
  }
}

void cpu_gemm_rows(const GemmTable *t, void *context, const void *a, const void *b, void *c,
                   void *scratch, int64_t thread, int64_t nthreads) {
  Run r = {.t = t, .context = context, .c = c, .scratch = (char *)scratch + thread * t->scratch};
  bool by_batch = share_batches(t->batch, nthreads), by_columns = !by_batch && t->split_columns;
  Range batches = part(t->batch, thread, nthreads, by_batch);
  Range rows = part(t->m, thread, nthreads, !by_batch && !by_columns);
  Range strips = part(t->panels, thread, nthreads, by_columns);
  for (r.batch = batches.first; r.batch < batches.last; r.batch++) {
    enter_batch(&r, a, b);
    run_strips(&r, rows, strips);
  }
}
