// Stable sorting: elements become ranks of 32 or 64 bits, ranks are sorted with their positions.
#include "backends/sort.h"

#include <stdlib.h>
#include <string.h>

#include "ir/diag.h"
#include "ir/half.h"

enum { SHORT = 32, RADIX_BITS = 8, BUCKETS = 1 << RADIX_BITS };
// Of ranks of 32 bits, whose position stands in the lower half of one word.
enum { WORD_BITS = 11, WORD_BUCKETS = 1 << WORD_BITS, WORD_PASSES = 3 };

typedef struct Item {
  uint64_t rank;
  int64_t from;
} Item;

// ---- ranks

static uint64_t rank_f32(float v) {
  uint32_t u;
  if (v != v) return UINT64_MAX;
  v += 0.0f;  // -0 becomes +0
  memcpy(&u, &v, sizeof u);
  return u >> 31 ? ~u : u | UINT32_C(1) << 31;
}

static uint64_t rank_f64(double v) {
  uint64_t u;
  if (v != v) return UINT64_MAX;
  v += 0.0;
  memcpy(&u, &v, sizeof u);
  return u >> 63 ? ~u : u | UINT64_C(1) << 63;
}

static uint64_t rank_half(Dtype d, uint16_t bits) {
  const uint16_t magnitude = bits & 0x7fff;
  if (magnitude > half_infinity(d)) return UINT64_MAX;
  return bits >> 15 ? 0x8000u - magnitude : 0x8000u + magnitude;
}

#define RANK_F32(v) rank_f32(v)
#define RANK_F64(v) rank_f64(v)
#define RANK_I32(v) ((uint32_t)(v) ^ UINT32_C(1) << 31)
#define RANK_I64(v) ((uint64_t)(v) ^ UINT64_C(1) << 63)
#define RANK_U32(v) (v)
#define RANK_U8(v) (v)
#define RANK_I8(v) RANK_I32(v)
#define RANK_I16(v) RANK_I32(v)
#define RANK_U16(v) (v)
#define RANK_U64(v) (v)
#define RANK_BOOL(v) (v)

void sort_ranks(Dtype d, int64_t n, const void *x, int64_t stride, uint64_t *ranks) {
  switch (d) {
#define X(NAME, name, ctype, kind, bytes)                                                   \
  case DT_##NAME:                                                                           \
    for (int64_t i = 0; i < n; i++) ranks[i] = RANK_##NAME(((const ctype *)x)[i * stride]); \
    return;
    C_DTYPES(X)
#undef X
    case DT_F16:
    case DT_BF16:
      for (int64_t i = 0; i < n; i++) ranks[i] = rank_half(d, ((const uint16_t *)x)[i * stride]);
      return;
    default: BUG("dtype %d", d);
  }
}

// ---- sorting of items

static void insertion_sort(int64_t n, Item *x) {
  for (int64_t i = 1; i < n; i++) {
    Item item = x[i];
    int64_t k = i;
    for (; k > 0 && x[k - 1].rank > item.rank; k--) x[k] = x[k - 1];
    x[k] = item;
  }
}

// One stable pass by the digit at `shift`.
static void radix_pass(int64_t n, const Item *x, Item *out, int shift) {
  int64_t start[BUCKETS + 1] = {0};
  for (int64_t i = 0; i < n; i++) start[(x[i].rank >> shift & (BUCKETS - 1)) + 1]++;
  for (int b = 0; b < BUCKETS; b++) start[b + 1] += start[b];
  for (int64_t i = 0; i < n; i++) out[start[x[i].rank >> shift & (BUCKETS - 1)]++] = x[i];
}

// Words of rank and position by the digits of the rank: all counts in one pass, then a pass for
// each digit in which some differ. The sorted words: x or the scratch.
static const uint64_t *sort_words(int64_t n, uint64_t *x, uint64_t *scratch) {
  static const int shifts[WORD_PASSES] = {32, 32 + WORD_BITS, 32 + 2 * WORD_BITS};
  uint32_t count[WORD_PASSES][WORD_BUCKETS] = {{0}};
  for (int64_t i = 0; i < n; i++) {
    for (int p = 0; p < WORD_PASSES; p++) count[p][x[i] >> shifts[p] & (WORD_BUCKETS - 1)]++;
  }
  for (int p = 0; p < WORD_PASSES; p++) {
    uint32_t sum = 0, *c = count[p];
    if (c[x[0] >> shifts[p] & (WORD_BUCKETS - 1)] == n) continue;
    for (int b = 0; b < WORD_BUCKETS; b++) {
      const uint32_t here = c[b];
      c[b] = sum, sum += here;
    }
    for (int64_t i = 0; i < n; i++) scratch[c[x[i] >> shifts[p] & (WORD_BUCKETS - 1)]++] = x[i];
    uint64_t *t = x;
    x = scratch, scratch = t;
  }
  return x;
}

// The sorted items: x or the scratch. Digits in which no two differ are passed over.
static const Item *sort_items(int64_t n, Item *x, Item *scratch) {
  if (n <= SHORT) {
    insertion_sort(n, x);
    return x;
  }
  uint64_t differs = 0;
  for (int64_t i = 1; i < n; i++) differs |= x[i].rank ^ x[0].rank;
  for (int shift = 0; shift < 64; shift += RADIX_BITS) {
    if (!(differs >> shift & (BUCKETS - 1))) continue;
    radix_pass(n, x, scratch, shift);
    Item *t = x;
    x = scratch, scratch = t;
  }
  return x;
}

// ---- selection

// The rank that stands at `place` in order. Scratch of n holds those that may still be it.
static uint64_t rank_at(int64_t n, const uint64_t *ranks, int64_t place, uint64_t *scratch) {
  uint64_t differs = 0;
  for (int64_t i = 1; i < n; i++) differs |= ranks[i] ^ ranks[0];
  int shift = 0;
  while (shift < 64 - RADIX_BITS && differs >> shift >> RADIX_BITS) shift += RADIX_BITS;
  for (; shift >= 0 && differs; shift -= RADIX_BITS) {
    int64_t count[BUCKETS] = {0}, kept = 0;
    uint64_t digit = 0;
    for (int64_t i = 0; i < n; i++) count[ranks[i] >> shift & (BUCKETS - 1)]++;
    for (; place >= count[digit]; digit++) place -= count[digit];
    for (int64_t i = 0; i < n; i++) {
      const uint64_t r = ranks[i];
      if ((r >> shift & (BUCKETS - 1)) == digit) scratch[kept++] = r;
    }
    ranks = scratch, n = kept;
  }
  return ranks[0];
}

// The first `wanted` of n in order, of equals those that stand first, in the order of the line.
static void select_items(int64_t n, const uint64_t *ranks, int64_t wanted, uint64_t *scratch,
                         Item *out) {
  const uint64_t last = rank_at(n, ranks, wanted - 1, scratch);
  int64_t equals = wanted, taken = 0;
  for (int64_t i = 0; i < n; i++) equals -= ranks[i] < last;
  for (int64_t i = 0; i < n; i++) {
    if (ranks[i] < last || (ranks[i] == last && equals-- > 0)) out[taken++] = (Item){ranks[i], i};
  }
}

// ---- lines

// Where the elements of a sorted line come from.
static void order_of(int64_t n, const uint64_t *ranks, Item *items, int64_t *from) {
  uint64_t all = 0;
  for (int64_t i = 0; i < n; i++) all |= ranks[i];
  if (all > UINT32_MAX || n > UINT32_MAX || n <= SHORT) {
    for (int64_t i = 0; i < n; i++) items[i] = (Item){ranks[i], i};
    const Item *sorted = sort_items(n, items, items + n);
    for (int64_t i = 0; i < n; i++) from[i] = sorted[i].from;
    return;
  }
  uint64_t *words = (uint64_t *)items;
  for (int64_t i = 0; i < n; i++) words[i] = ranks[i] << 32 | (uint64_t)i;
  const uint64_t *sorted = sort_words(n, words, words + n);
  for (int64_t i = 0; i < n; i++) from[i] = (int64_t)(sorted[i] & UINT32_MAX);
}

static void order_of_first(int64_t n, uint64_t *ranks, int64_t wanted, Item *items, int64_t *from) {
  select_items(n, ranks, wanted, ranks + n, items);
  const Item *sorted = sort_items(wanted, items, items + wanted);
  for (int64_t i = 0; i < wanted; i++) from[i] = sorted[i].from;
}

// By way of a line: out may be in.
#define PERMUTE(T)                                                                                \
  do {                                                                                            \
    for (int64_t i = 0; i < n; i++) ((T *)line)[i] = ((const T *)in)[from[i] * stride];           \
    if (stride == 1) memcpy(out, line, sizeof(T) * (size_t)n);                                    \
    for (int64_t i = 0; stride != 1 && i < n; i++) ((T *)out)[i * stride] = ((const T *)line)[i]; \
  } while (0)

static void permute(size_t size, int64_t n, int64_t stride, const int64_t *from, const void *in,
                    void *out, void *line) {
  if (n <= 0) return;
  switch (size) {
    case 1: PERMUTE(uint8_t); return;
    case 2: PERMUTE(uint16_t); return;
    case 4: PERMUTE(uint32_t); return;
    case 8: PERMUTE(uint64_t); return;
    case 16: PERMUTE(Item); return;
    default: BUG("elements of %zu bytes", size);
  }
}

bool sort_arrays(int narrays, const Type *types, int64_t axis, int64_t wanted,
                 const void *const *in, void *const *out) {
  int64_t n = types[0].dim[axis], inner = 1;
  for (int i = (int)axis + 1; i < types[0].rank; i++) inner *= types[0].dim[i];
  int64_t lines = n && wanted ? type_count(types[0]) / n : 0;
  Item *items = malloc(sizeof *items * 2 * (size_t)wanted + 1);
  uint64_t *ranks = malloc(sizeof *ranks * 2 * (size_t)n + 1);
  int64_t *from = malloc(sizeof *from * (size_t)wanted + 1);
  if (!items || !ranks || !from) return free(items), free(ranks), free(from), false;
  for (int64_t l = 0; l < lines; l++) {
    int64_t first = l / inner * n * inner + l % inner;
    sort_ranks(types[0].dtype, n, (const char *)in[0] + (size_t)first * dtype_size(types[0].dtype),
               inner, ranks);
    if (wanted < n) order_of_first(n, ranks, wanted, items, from);
    else order_of(n, ranks, items, from);
    for (int a = 0; a < narrays; a++) {
      size_t size = dtype_size(types[a].dtype), at = (size_t)first * size;
      permute(size, wanted, inner, from, (const char *)in[a] + at, (char *)out[a] + at, ranks);
    }
  }
  free(items);
  free(ranks);
  free(from);
  return true;
}
