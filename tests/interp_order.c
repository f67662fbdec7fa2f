// The interpreter's reductions and contractions: their order bit for bit, against the rules in
// words of their own.
#include "tests/interp_fixture.h"

// ---- reductions

// The rule of `rows` in its own words: slots that may be empty.
typedef struct Slot {
  bool there;
  double v;
} Slot;

static double add(Dtype d, double a, double b) {
  return d == DT_F32 ? (double)((float)a + (float)b) : a + b;
}

static Slot join(Dtype d, Slot a, Slot b) {
  if (!a.there) return b;
  if (!b.there) return a;
  return (Slot){true, add(d, a.v, b.v)};
}

static double rows_reference(Dtype d, const double *x, int64_t n) {
  if (n == 1) return x[0];
  int64_t blocks = (n + 4095) / 4096;
  double *sums = malloc(sizeof *sums * (size_t)blocks);
  for (int64_t b = 0; b < blocks; b++) {
    Slot p[64] = {{0}};
    for (int64_t i = 0; i < 4096 && b * 4096 + i < n; i++)
      p[i % 64] = join(d, p[i % 64], (Slot){true, x[b * 4096 + i]});
    for (int width = 32; width >= 1; width /= 2)
      for (int i = 0; i < width; i++) p[i] = join(d, p[i], p[i + width]);
    sums[b] = p[0].v;
  }
  double result = rows_reference(d, sums, blocks);
  free(sums);
  return result;
}

static double cols_reference(Dtype d, const double *x, int64_t n) {
  if (n == 1) return x[0];
  int64_t blocks = (n + 4095) / 4096;
  double *sums = malloc(sizeof *sums * (size_t)blocks);
  for (int64_t b = 0; b < blocks; b++) {
    sums[b] = x[b * 4096];
    for (int64_t i = b * 4096 + 1; i < n && i < (b + 1) * 4096; i++)
      sums[b] = add(d, sums[b], x[i]);
  }
  double result = cols_reference(d, sums, blocks);
  free(sums);
  return result;
}

static double number(Dtype d, const void *p) {
  return d == DT_F32 ? (double)*(const float *)p : *(const double *)p;
}

// A sum over axis 0 of [n, kept] or over axis 1 of [kept, n].
static void sum_orders(Dtype d, int64_t n, int64_t kept, bool rows) {
  Fixture f = fixture();
  Type t = type_make(&f, d, rows ? INTS(kept, n) : INTS(n, kept));
  Id x = random_operand(&f, t);
  const char *got = run1(&f, b_reduce(f.g, OP_reduce_sum, x, rows ? INTS(1) : INTS(0)));
  double *line = malloc(sizeof *line * (size_t)n);
  for (int64_t k = 0; got && k < kept; k++) {
    for (int64_t i = 0; i < n; i++)
      line[i] = number(d, element(t, f.args[0], rows ? (int64_t[]){k, i} : (int64_t[]){i, k}));
    double want = (rows ? rows_reference : cols_reference)(d, line, n) + 0.0;
    double v = number(d, got + (size_t)k * dtype_size(d));
    if (memcmp(&v, &want, sizeof v))
      FAULT("%s of %s, n %d: %a, expected %a", rows ? "rows" : "cols", dtype_name(d), (int)n, v,
            want);
  }
  free(line);
  done(&f);
}

static void sums_have_their_order(void) {
  static const int64_t sizes[] = {1,   2,    3,    31,   63,   64,   65,   127,
                                  128, 1000, 4095, 4096, 4097, 5000, 8192, 12345};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    for (Dtype d = DT_F32; d <= DT_F64; d++) {
      sum_orders(d, sizes[i], 3, true);
      sum_orders(d, sizes[i], 3, false);
    }
  }
  sum_orders(DT_F32, 4096 * 65 + 7, 1, true);
}

static void sums_over_several_axes_flatten_row_major(void) {
  Fixture f = fixture();
  Type t = type_make(&f, DT_F32, INTS(5, 7, 6));
  Id x = random_operand(&f, t);
  Id ids[] = {b_reduce(f.g, OP_reduce_sum, x, INTS(0, 2)),
              b_reduce(f.g, OP_reduce_sum, x, INTS(0, 1))};
  if (run(&f, 2, ids)) {
    for (int64_t j = 0; j < 7; j++) {
      double line[30];
      for (int64_t i = 0; i < 30; i++)
        line[i] = number(DT_F32, element(t, f.args[0], (int64_t[]){i / 6, j, i % 6}));
      EXPECT(((float *)f.results[0])[j] == (float)rows_reference(DT_F32, line, 30));
    }
    for (int64_t j = 0; j < 6; j++) {
      double line[35];
      for (int64_t i = 0; i < 35; i++)
        line[i] = number(DT_F32, element(t, f.args[0], (int64_t[]){i / 7, i % 7, j}));
      EXPECT(((float *)f.results[1])[j] == (float)cols_reference(DT_F32, line, 35));
    }
  }
  done(&f);
}

static void sum_of_minus_zero_is_zero(void) {
  Fixture f = fixture();
  float zeros[] = {-0.0f, -0.0f, -0.0f};
  Id x = operand(&f, type_make(&f, DT_F32, INTS(3)), zeros);
  const float *got = run1(&f, b_reduce(f.g, OP_reduce_sum, x, INTS(0)));
  EXPECT(got && *got == 0 && !signbit(*got));
  done(&f);
}

static void other_reducers(void) {
  static const Op ops[] = {OP_reduce_sum, OP_reduce_prod, OP_reduce_max,
                           OP_reduce_min, OP_reduce_and,  OP_reduce_or};
  for (int o = 0; o < 6; o++) {
    for (Dtype d = DT_I32; d < DT_REAL_COUNT; d++) {
      if ((d == DT_BOOL && o < 2) || dtype_is_float(d)) continue;
      Fixture f = fixture();
      Type t = type_make(&f, d, INTS(70, 3));
      Id x = random_operand(&f, t);
      const char *got = run1(&f, b_reduce(f.g, ops[o], x, INTS(0)));
      for (int64_t j = 0; got && j < 3; j++) {
        int64_t want = 0, v = 0;
        bool is_signed = dtype_kind(d) == KIND_SIGNED;
        for (int64_t i = 0; i < 70; i++) {
          int64_t e = 0;
          uint64_t sign = UINT64_C(1) << (8 * dtype_size(d) - 1);
          memcpy(&e, element(t, f.args[0], (int64_t[]){i, j}), dtype_size(d));
          if (is_signed) e = (int64_t)(((uint64_t)e ^ sign) - sign);
          bool less = is_signed ? e < want : (uint64_t)e < (uint64_t)want;
          bool take[] = {0, 0, !less, less, 0, 0};
          want = i == 0    ? e
                 : o == 0  ? (int64_t)((uint64_t)want + (uint64_t)e)
                 : o == 1  ? (int64_t)((uint64_t)want * (uint64_t)e)
                 : take[o] ? e
                 : o == 4  ? (want & e)
                 : o == 5  ? (want | e)
                           : want;
        }
        memcpy(&v, got + (size_t)j * dtype_size(d), dtype_size(d));
        if (memcmp(&v, &want, dtype_size(d)))
          FAULT("%s of %s is %llx, expected %llx", op_info(ops[o])->name, dtype_name(d),
                (long long)v, (long long)want);
      }
      done(&f);
    }
  }
}

static void argmax_takes_the_first(void) {
  Fixture f = fixture();
  float values[] = {1,      5,   5, -3,  /**/ -0.0f,     0,         -1,        -1,
                    /**/ 2, NAN, 9, NAN, /**/ -INFINITY, -INFINITY, -INFINITY, -INFINITY};
  Id x = operand(&f, type_make(&f, DT_F32, INTS(4, 4)), values);
  Id ids[] = {b_argreduce(f.g, OP_argmax, x, 1), b_argreduce(f.g, OP_argmin, x, 1),
              b_argreduce(f.g, OP_argmax, x, 0)};
  if (run(&f, 3, ids)) {
    EXPECT_BYTES(f.results[0], ((int32_t[]){1, 0, 1, 0}), 16);
    EXPECT_BYTES(f.results[1], ((int32_t[]){3, 2, 1, 0}), 16);
    EXPECT_BYTES(f.results[2], ((int32_t[]){2, 2, 2, 2}), 16);
  }
  done(&f);
}

static void argmax_of_integers(void) {
  Fixture f = fixture();
  int32_t values[] = {-5, INT32_MAX, INT32_MIN, INT32_MAX};
  uint8_t bytes[] = {3, 255, 0, 7};
  Id x = operand(&f, type_make(&f, DT_I32, INTS(4)), values),
     y = operand(&f, type_make(&f, DT_U8, INTS(4)), bytes);
  Id ids[] = {b_argreduce(f.g, OP_argmax, x, 0), b_argreduce(f.g, OP_argmin, x, 0),
              b_argreduce(f.g, OP_argmax, y, 0), b_argreduce(f.g, OP_argmin, y, 0)};
  const int32_t want[] = {1, 2, 1, 2};
  if (run(&f, 4, ids)) {
    for (int i = 0; i < 4; i++) EXPECT_EQ(*(int32_t *)f.results[i], want[i]);
  }
  done(&f);
}

// ---- contraction

static double fused(Dtype d, double a, double b, double c) {
  return d == DT_F32 ? (double)fmaf((float)a, (float)b, (float)c) : fma(a, b, c);
}

static double chain_reference(Dtype d, const double *a, const double *b, int64_t k) {
  double sum = 0;
  for (int64_t block = 0; block < k; block += 512) {
    double part = 0;
    for (int64_t i = block; i < k && i < block + 512; i++) part = fused(d, a[i], b[i], part);
    sum = block ? add(d, sum, part) : part;
  }
  return sum;
}

static double rows_dot_reference(Dtype d, const double *a, const double *b, int64_t k) {
  int64_t blocks = (k + 4095) / 4096;
  double *sums = malloc(sizeof *sums * (size_t)blocks);
  for (int64_t n = 0; n < blocks; n++) {
    Slot p[64] = {{0}};
    for (int64_t i = n * 4096; i < k && i < (n + 1) * 4096; i++) {
      Slot *s = &p[i % 64];
      *s = (Slot){true, s->there      ? fused(d, a[i], b[i], s->v)
                        : d == DT_F32 ? (double)((float)a[i] * (float)b[i])
                                      : a[i] * b[i]};
    }
    for (int width = 32; width >= 1; width /= 2)
      for (int i = 0; i < width; i++) p[i] = join(d, p[i], p[i + width]);
    sums[n] = p[0].v;
  }
  double result = rows_reference(d, sums, blocks) + 0.0;
  free(sums);
  return result;
}

// [batch] m x k by k x n; `layout` bit 0: a as [k, m], bit 1: b as [n, k].
static void dot_case(Dtype d, int64_t batch, int64_t m, int64_t n, int64_t k, int layout,
                     Order order) {
  Fixture f = fixture();
  bool ta = layout & 1, tb = layout & 2;
  Type a = type_make(&f, d, ta ? INTS(batch, k, m) : INTS(batch, m, k));
  Type b = type_make(&f, d, tb ? INTS(batch, n, k) : INTS(batch, k, n));
  Id x = random_operand(&f, a), y = random_operand(&f, b);
  Attrs at = {.lhs_batch = INTS(0),
              .rhs_batch = INTS(0),
              .lhs_contract = INTS(ta ? 1 : 2),
              .rhs_contract = INTS(tb ? 2 : 1),
              .order = order};
  const char *got = run1(&f, graph_add(f.g, OP_dot, 2, (Id[]){x, y}, &at));
  double *p = malloc(sizeof *p * (size_t)(2 * k + 1)), *q = p + k;
  for (int64_t o = 0; got && o < batch * m * n; o++) {
    int64_t h = o / (m * n), i = o / n % m, j = o % n;
    for (int64_t l = 0; l < k; l++) {
      p[l] = number(d, element(a, f.args[0], ta ? (int64_t[]){h, l, i} : (int64_t[]){h, i, l}));
      q[l] = number(d, element(b, f.args[1], tb ? (int64_t[]){h, j, l} : (int64_t[]){h, l, j}));
    }
    double want =
        k == 0 ? 0 : (order == ORDER_ROWS ? rows_dot_reference : chain_reference)(d, p, q, k);
    double v = number(d, got + (size_t)o * dtype_size(d));
    if (memcmp(&v, &want, sizeof v)) {
      FAULT("%s %s %dx%dx%d: %a, expected %a", dtype_name(d), order_name(order), (int)m, (int)n,
            (int)k, v, want);
      break;
    }
  }
  free(p);
  done(&f);
}

static void dots_have_their_order(void) {
  static const int64_t shapes[][4] = {{1, 1, 1, 1},    {2, 3, 5, 7},    {1, 4, 65, 511},
                                      {1, 2, 64, 512}, {1, 3, 10, 513}, {1, 5, 130, 20},
                                      {3, 2, 2, 1600}, {1, 2, 3, 4097}, {1, 1, 1, 9000},
                                      {1, 3, 4, 0},    {1, 0, 4, 3}};
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    for (int layout = 0; layout < 4; layout++) {
      for (Dtype d = DT_F32; d <= DT_F64; d++) {
        const int64_t *v = shapes[s];
        dot_case(d, v[0], v[1], v[2], v[3], layout, ORDER_CHAIN);
        dot_case(d, v[0], v[1], v[2], v[3], layout, ORDER_ROWS);
      }
    }
  }
}

static void integer_dots_wrap(void) {
  Fixture f = fixture();
  int32_t a[] = {INT32_MAX, 2, 3, INT32_MIN}, b[] = {2, 3, -1, 7};
  Type t = type_make(&f, DT_I32, INTS(2, 2));
  Id x = operand(&f, t, a), y = operand(&f, t, b);
  const int32_t *got = run1(&f, b_dot(f.g, x, y, (Ints){0}, (Ints){0}, INTS(1), INTS(0)));
  for (int i = 0; got && i < 4; i++) {
    uint32_t want = 0;
    for (int k = 0; k < 2; k++) want += (uint32_t)a[i / 2 * 2 + k] * (uint32_t)b[k * 2 + i % 2];
    EXPECT_EQ((uint32_t)got[i], want);
  }
  done(&f);
}

int main(void) {
  RUN(sums_have_their_order);
  RUN(sums_over_several_axes_flatten_row_major);
  RUN(sum_of_minus_zero_is_zero);
  RUN(other_reducers);
  RUN(argmax_takes_the_first);
  RUN(argmax_of_integers);
  RUN(dots_have_their_order);
  RUN(integer_dots_wrap);
  return tests_done();
}
