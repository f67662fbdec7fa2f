// Contractions in the two orders of ir/op.h.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backends/interp/node.h"

// c[m, n] = sum over k of a[m, k] b[k, n] (chain) or a[m, k] b[n, k] (rows), all contiguous
typedef struct Matmul {
  int64_t m, n, k;
  const void *a, *b;
  void *c;
} Matmul;

enum { TILE = 64 };  // columns whose sums are kept at a time

// A block of k as fma chains from +0; its sums are added to c, the first are copied. The tile's
// width is constant so that compilers use vectors.
#define CHAIN(name, T, FMA)                                                                       \
  static inline __attribute__((always_inline)) void name##_block(                                 \
      const T *a, const T *b, T *c, int64_t n, int64_t width, int64_t k, bool first) {            \
    T sum[TILE] = {0};                                                                            \
    if (width == TILE) {                                                                          \
      for (int64_t i = 0; i < k; i++) {                                                           \
        for (int j = 0; j < TILE; j++) sum[j] = FMA(a[i], b[i * n + j], sum[j]);                  \
      }                                                                                           \
    } else {                                                                                      \
      for (int64_t i = 0; i < k; i++) {                                                           \
        for (int64_t j = 0; j < width; j++) sum[j] = FMA(a[i], b[i * n + j], sum[j]);             \
      }                                                                                           \
    }                                                                                             \
    for (int64_t j = 0; j < width; j++) c[j] = first ? sum[j] : c[j] + sum[j];                    \
  }                                                                                               \
  static inline __attribute__((always_inline)) void name(const Matmul *p) {                       \
    const T *a = p->a, *b = p->b;                                                                 \
    for (int64_t k = 0; k < p->k || k == 0; k += CHAIN_BLOCK) {                                   \
      int64_t count = p->k - k < CHAIN_BLOCK ? p->k - k : CHAIN_BLOCK;                            \
      for (int64_t j = 0; j < p->n; j += TILE) {                                                  \
        int64_t width = p->n - j < TILE ? p->n - j : TILE;                                        \
        for (int64_t i = 0; i < p->m; i++)                                                        \
          name##_block(a + i * p->k + k, b + k * p->n + j, (T *)p->c + i * p->n + j, p->n, width, \
                       count, k == 0);                                                            \
      }                                                                                           \
    }                                                                                             \
  }

// The sum of one output: in a block of 4096, product i goes to partial i mod 64 by fma, the first
// one onto -0 (which copies it); partials meet, block sums meet by the same rule without products,
// and at last +0 is added.
#define ROWS(name, T, FMA)                                                                      \
  static inline __attribute__((always_inline))                                                  \
  T name##_partials(const T *a, const T *b, int64_t k) {                                        \
    T p[ORDER_PARTIALS];                                                                        \
    for (int i = 0; i < ORDER_PARTIALS; i++) p[i] = -(T)0;                                      \
    int64_t i = 0;                                                                              \
    for (; i + ORDER_PARTIALS <= k; i += ORDER_PARTIALS) {                                      \
      for (int l = 0; l < ORDER_PARTIALS; l++)                                                  \
        p[l] = b ? FMA(a[i + l], b[i + l], p[l]) : p[l] + a[i + l];                             \
    }                                                                                           \
    for (int l = 0; i + l < k; l++) p[l] = b ? FMA(a[i + l], b[i + l], p[l]) : p[l] + a[i + l]; \
    for (int s = ORDER_PARTIALS / 2; s; s /= 2) {                                               \
      for (int l = 0; l < s; l++) p[l] += p[l + s];                                             \
    }                                                                                           \
    return p[0];                                                                                \
  }                                                                                             \
  static inline __attribute__((always_inline))                                                  \
  T name##_sum(const T *a, const T *b, int64_t k, T *sums) {                                    \
    do {                                                                                        \
      int64_t blocks = 0;                                                                       \
      for (int64_t i = 0; i < k; i += ORDER_BLOCK) {                                            \
        int64_t count = k - i < ORDER_BLOCK ? k - i : ORDER_BLOCK;                              \
        sums[blocks++] = name##_partials(a + i, b ? b + i : NULL, count);                       \
      }                                                                                         \
      k = blocks, a = sums, b = NULL;                                                           \
    } while (k > 1);                                                                            \
    return sums[0] + (T)0;                                                                      \
  }                                                                                             \
  static inline __attribute__((always_inline)) void name(const Matmul *p, void *scratch) {      \
    const T *a = p->a, *b = p->b;                                                               \
    for (int64_t i = 0; i < p->m; i++) {                                                        \
      for (int64_t j = 0; j < p->n; j++)                                                        \
        ((T *)p->c)[i * p->n + j] =                                                             \
            p->k ? name##_sum(a + i * p->k, b + j * p->k, p->k, scratch) : (T)0;                \
    }                                                                                           \
  }

#define WRAP(a, b, c) ((c) + 1u * (a) * (b))
CHAIN(chain_f32, float, fmaf)
CHAIN(chain_f64, double, fma)
CHAIN(chain_u32, uint32_t, WRAP)
CHAIN(chain_u64, uint64_t, WRAP)
CHAIN(chain_u16, uint16_t, WRAP)
CHAIN(chain_u8, uint8_t, WRAP)
ROWS(rows_f32, float, fmaf)
ROWS(rows_f64, double, fma)

static inline __attribute__((always_inline)) void chain_any(Dtype d, const Matmul *p) {
  if (d == DT_F32) chain_f32(p);
  else if (d == DT_F64) chain_f64(p);
  else if (dtype_size(d) == 8) chain_u64(p);
  else if (dtype_size(d) == 4) chain_u32(p);
  else if (dtype_size(d) == 2) chain_u16(p);
  else chain_u8(p);
}

// scratch: for the sums of all blocks of 4096
static inline __attribute__((always_inline)) void matmul_any(Dtype d, const Matmul *p,
                                                             void *scratch) {
  if (!scratch) chain_any(d, p);
  else if (d == DT_F32) rows_f32(p, scratch);
  else rows_f64(p, scratch);
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) static void matmul_fma(Dtype d, const Matmul *p,
                                                           void *scratch) {
  matmul_any(d, p, scratch);
}
static bool has_fma(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#else
static void matmul_fma(Dtype d, const Matmul *p, void *scratch) { matmul_any(d, p, scratch); }
static bool has_fma(void) { return false; }
#endif

static void matmul(Dtype d, const Matmul *p, void *scratch) {
  if (has_fma()) matmul_fma(d, p, scratch);
  else matmul_any(d, p, scratch);
}

// Dimensions of an operand as: batch, then free and contracted ones in the order asked for.
static void dot_order_dims(Type t, Ints batch, Ints contract, bool k_last, int *order) {
  int n = 0;
  for (int i = 0; i < batch.n; i++) order[n++] = (int)batch.v[i];
  for (int pass = 0; pass < 2; pass++) {
    if ((pass == 1) == k_last) {
      for (int i = 0; i < contract.n; i++) order[n++] = (int)contract.v[i];
    } else {
      for (int i = 0; i < t.rank; i++) {
        if (!ints_has(batch, i) && !ints_has(contract, i)) order[n++] = i;
      }
    }
  }
}

static int64_t product(Type t, Ints dims) {
  int64_t n = 1;
  for (int i = 0; i < dims.n; i++) n *= t.dim[dims.v[i]];
  return n;
}

static void all_batches(Dtype d, Matmul p, int64_t batches, void *scratch) {
  size_t size = dtype_size(d);
  for (int64_t i = 0; i < batches; i++) {
    matmul(d, &p, scratch);
    p.a = (const char *)p.a + (size_t)(p.m * p.k) * size;
    p.b = (const char *)p.b + (size_t)(p.k * p.n) * size;
    p.c = (char *)p.c + (size_t)(p.m * p.n) * size;
  }
}

bool interp_dot(const NodeRun *r) {
  const Attrs *at = r->node->attrs;
  Type a = run_arg(r, 0), b = run_arg(r, 1), c = run_result(r, 0);
  bool rows = at->order == ORDER_ROWS && dtype_is_float(a.dtype);
  int64_t batches = product(a, at->lhs_batch), k = product(a, at->lhs_contract);
  if (type_count(c) == 0) return true;
  if (k == 0) return memset(r->results[0], 0, type_bytes(c)) != NULL;
  Matmul p = {.k = k, .c = r->results[0]};
  p.m = type_count(a) / (batches * k), p.n = type_count(b) / (batches * k);
  int order[MAX_RANK];
  void *owned[3] = {NULL};
  dot_order_dims(a, at->lhs_batch, at->lhs_contract, true, order);
  p.a = reordered(r, a, r->args[0], order, &owned[0]);
  dot_order_dims(b, at->rhs_batch, at->rhs_contract, rows, order);
  p.b = p.a ? reordered(r, b, r->args[1], order, &owned[1]) : NULL;
  if (p.b && rows) owned[2] = run_alloc(r, (size_t)(k / ORDER_BLOCK + 1) * sizeof(double));
  bool ok = p.b && (!rows || owned[2]);
  if (ok) all_batches(a.dtype, p, batches, owned[2]);
  for (int i = 0; i < 3; i++) free(owned[i]);
  return ok;
}
