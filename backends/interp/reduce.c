// Reductions in the two orders of ir/op.h, and argmax, argmin.
#include <stdlib.h>
#include <string.h>

#include "backends/interp/node.h"
#include "backends/sort.h"
#include "ir/eval.h"

enum { MAX_ELEMENT = 8 };

typedef struct Reducer {
  Op combine;
  Dtype dtype;
  size_t size;
} Reducer;

static void combine(const Reducer *c, int64_t n, void *out, const void *x, const void *y) {
  eval_op(c->combine, c->dtype, c->dtype, n, out, (const void *[]){x, y});
}

// ---- rows

// Up to 64 partials meet: p[i] with p[i + s], s = 32, 16, .., 1, where both are there.
static void meet(const Reducer *c, int64_t n, char *p) {
  char next[ORDER_PARTIALS * MAX_ELEMENT];
  for (int64_t s = ORDER_PARTIALS / 2; s; s /= 2) {
    if (n <= s) continue;
    combine(c, n - s, next, p, p + (size_t)s * c->size);
    memcpy(p, next, (size_t)(n - s) * c->size);
    n = s;
  }
}

// One block: element i goes to partial i mod 64.
static void reduce_block(const Reducer *c, int64_t n, const char *x, char *out) {
  char a[ORDER_PARTIALS * MAX_ELEMENT], b[ORDER_PARTIALS * MAX_ELEMENT], *p = a, *q = b;
  int64_t lanes = n < ORDER_PARTIALS ? n : ORDER_PARTIALS;
  memcpy(p, x, (size_t)lanes * c->size);
  for (int64_t i = lanes; i < n; i += ORDER_PARTIALS) {
    int64_t count = n - i < ORDER_PARTIALS ? n - i : ORDER_PARTIALS;
    if (count < lanes) memcpy(q, p, (size_t)lanes * c->size);
    combine(c, count, q, p, x + (size_t)i * c->size);
    char *t = p;
    p = q, q = t;
  }
  meet(c, lanes, p);
  memcpy(out, p, c->size);
}

static int64_t blocks_of(int64_t n) { return (n + ORDER_BLOCK - 1) / ORDER_BLOCK; }

// Reduces a line in place, block results to its front, until one is left.
static void reduce_line(const Reducer *c, int64_t n, char *x) {
  do {
    for (int64_t b = 0; b < blocks_of(n); b++) {
      int64_t first = b * ORDER_BLOCK, count = n - first < ORDER_BLOCK ? n - first : ORDER_BLOCK;
      reduce_block(c, count, x + (size_t)first * c->size, x + (size_t)b * c->size);
    }
    n = blocks_of(n);
  } while (n > 1);
}

static bool reduce_rows(const NodeRun *r, const Reducer *c, int64_t kept, int64_t n,
                        const char *x) {
  char *line = run_alloc(r, (size_t)n * c->size);
  if (!line) return false;
  for (int64_t i = 0; i < kept; i++) {
    memcpy(line, x + (size_t)(i * n) * c->size, (size_t)n * c->size);
    reduce_line(c, n, line);
    memcpy((char *)r->results[0] + (size_t)i * c->size, line, c->size);
  }
  free(line);
  return true;
}

// ---- cols

// x: n rows of `kept` elements; block results go to out, row by row.
static void cols_pass(const Reducer *c, int64_t kept, int64_t n, const char *x, char *out,
                      char *scratch) {
  size_t row = (size_t)kept * c->size;
  for (int64_t b = 0; b < blocks_of(n); b++) {
    int64_t first = b * ORDER_BLOCK, end = n - first < ORDER_BLOCK ? n : first + ORDER_BLOCK;
    char *p = out + (size_t)b * row, *q = scratch;
    memcpy(p, x + (size_t)first * row, row);
    for (int64_t i = first + 1; i < end; i++) {
      combine(c, kept, q, p, x + (size_t)i * row);
      char *t = p;
      p = q, q = t;
    }
    if (p == scratch) memcpy(out + (size_t)b * row, p, row);
  }
}

static bool reduce_cols(const NodeRun *r, const Reducer *c, int64_t kept, int64_t n,
                        const char *x) {
  size_t row = (size_t)kept * c->size;
  char *sums = run_alloc(r, row * (size_t)(2 * blocks_of(n) + 1)), *scratch = sums;
  if (!sums) return false;
  char *from = sums + row, *to = from + row * (size_t)blocks_of(n);
  cols_pass(c, kept, n, x, from, scratch);
  for (n = blocks_of(n); n > 1; n = blocks_of(n)) {
    cols_pass(c, kept, n, from, to, scratch);
    char *t = from;
    from = to, to = t;
  }
  memcpy(r->results[0], from, row);
  free(sums);
  return true;
}

// ---- both

// The identity is combined once, last: a sum of -0 alone is +0, as XLA's.
static bool combine_identity(const NodeRun *r, const Reducer *c, bool empty, int64_t n) {
  char *all = run_alloc(r, 2 * (size_t)n * c->size), *out = r->results[0];
  if (!all) return false;
  for (int64_t i = 0; i < n; i++) op_identity(r->node->op, c->dtype, all + (size_t)i * c->size);
  if (empty) {
    memcpy(out, all, (size_t)n * c->size);
  } else {
    memcpy(all + (size_t)n * c->size, out, (size_t)n * c->size);
    combine(c, n, out, all + (size_t)n * c->size, all);
  }
  free(all);
  return true;
}

bool interp_reduce(const NodeRun *r) {
  const Attrs *at = r->node->attrs;
  Type x = run_arg(r, 0);
  Reducer c = {op_info(r->node->op)->combine, x.dtype, dtype_size(x.dtype)};
  int64_t kept = type_count(run_result(r, 0)), n = 1;
  int order[MAX_RANK], count = 0;
  bool rows = at->order == ORDER_ROWS;
  for (int i = 0; i < at->axes.n; i++) n *= x.dim[at->axes.v[i]];
  for (int pass = 0; pass < 2; pass++) {
    for (int i = 0; i < x.rank; i++) {
      if (ints_has(at->axes, i) == (rows ? pass == 1 : pass == 0)) order[count++] = i;
    }
  }
  if (kept == 0) return true;
  if (at->axes.n == 0) return memcpy(r->results[0], r->args[0], type_bytes(x)) != NULL;
  if (n == 0) return combine_identity(r, &c, true, kept);
  void *owned;
  const char *elements = reordered(r, x, r->args[0], order, &owned);
  bool ok = elements && (rows ? reduce_rows : reduce_cols)(r, &c, kept, n, elements);
  free(owned);
  return ok && combine_identity(r, &c, false, kept);
}

// ---- argmax, argmin

// The first greatest rank; for argmin of the complement, with NaN above all in both.
static int32_t first_extremum(int64_t n, const uint64_t *rank, bool least, bool is_float) {
  int64_t best = 0;
  uint64_t best_rank = 0;
  for (int64_t i = 0; i < n; i++) {
    bool nan = is_float && rank[i] == UINT64_MAX;
    uint64_t v = least && !nan ? ~rank[i] : rank[i];
    if (i == 0 || v > best_rank) best = i, best_rank = v;
  }
  return (int32_t)best;
}

bool interp_argreduce(const NodeRun *r) {
  Type x = run_arg(r, 0);
  int64_t axis = r->node->attrs->axis, n = x.dim[axis], inner = 1;
  for (int i = (int)axis + 1; i < x.rank; i++) inner *= x.dim[i];
  uint64_t *rank = run_alloc(r, sizeof *rank * (size_t)n);
  if (!rank) return false;
  for (int64_t l = 0; l < type_count(run_result(r, 0)); l++) {
    int64_t first = l / inner * n * inner + l % inner;
    const char *line = (const char *)r->args[0] + (size_t)first * dtype_size(x.dtype);
    sort_ranks(x.dtype, n, line, inner, rank);
    ((int32_t *)r->results[0])[l] =
        first_extremum(n, rank, r->node->op == OP_argmin, dtype_is_float(x.dtype));
  }
  free(rank);
  return true;
}
