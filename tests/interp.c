// The interpreter: each op class against a naive reference, odd shapes. Reductions and
// contractions: tests/interp_order.c.
#include "tests/interp_fixture.h"

static bool count_up(Type t, int64_t *index) {
  for (int i = t.rank; i-- > 0; index[i] = 0) {
    if (++index[i] < t.dim[i]) return true;
  }
  return false;
}

static bool same_bits_f32(float a, float b) {
  return (isnan(a) && isnan(b)) || !memcmp(&a, &b, sizeof a);
}
// ---- elementwise

static void maps_of_every_dtype(void) {
  for (Dtype d = 0; d < DT_REAL_COUNT; d++) {
    Fixture f = fixture();
    Type t = type_make(&f, d, INTS(3, 5));
    Id x = random_operand(&f, t), y = random_operand(&f, t);
    const uint8_t *got = run1(&f, b_eq(f.g, b_add(f.g, x, y), b_add(f.g, y, x)));
    for (int i = 0; got && i < 15; i++) EXPECT_EQ(got[i], 1);
    done(&f);
  }
}

static void zero_size_and_rank_zero(void) {
  Fixture f = fixture();
  Id x = random_operand(&f, type_make(&f, DT_F32, INTS(0, 3)));
  Id y = operand(&f, type_scalar(DT_F32), &(float){2});
  Id ids[] = {b_exp(f.g, x), b_reduce(f.g, OP_reduce_sum, x, INTS(0)),
              b_reduce(f.g, OP_reduce_max, x, INTS(0)), b_mul(f.g, y, y),
              b_concatenate(f.g, 2, (Id[]){x, x}, 1)};
  if (run(&f, 5, ids)) {
    const float *sum = f.results[1], *max = f.results[2], *square = f.results[3];
    EXPECT(sum[2] == 0 && max[0] == -INFINITY && *square == 4);
  }
  done(&f);
}

// ---- shape

static void broadcast_transpose_reverse(void) {
  for (Dtype d = 0; d < DT_REAL_COUNT; d++) {
    Fixture f = fixture();
    Type t = type_make(&f, d, INTS(4, 1, 3));
    Id x = random_operand(&f, t);
    Id ids[] = {b_broadcast(f.g, x, INTS(3, 2, 4, 5), INTS(2, 3, 0)),
                b_transpose(f.g, x, INTS(2, 0, 1)), b_reverse(f.g, x, INTS(0, 2)),
                b_reshape(f.g, x, INTS(6, 2))};
    if (run(&f, 4, ids)) {
      int64_t i[MAX_RANK] = {0};
      Type out = graph_type(f.g, ids[0]);
      do
        EXPECT_BYTES(element(out, f.results[0], i),
                     element(t, f.args[0], (int64_t[]){i[2], 0, i[0]}), dtype_size(d));
      while (count_up(out, i));
      out = graph_type(f.g, ids[1]);
      do
        EXPECT_BYTES(element(out, f.results[1], i),
                     element(t, f.args[0], (int64_t[]){i[1], i[2], i[0]}), dtype_size(d));
      while (count_up(out, i));
      do
        EXPECT_BYTES(element(t, f.results[2], i),
                     element(t, f.args[0], (int64_t[]){3 - i[0], 0, 2 - i[2]}), dtype_size(d));
      while (count_up(t, i));
      EXPECT_BYTES(f.results[3], f.args[0], type_bytes(t));
    }
    done(&f);
  }
}

static void slice_and_concatenate(void) {
  Fixture f = fixture();
  Type t = type_make(&f, DT_I32, INTS(7, 6));
  Id x = random_operand(&f, t), y = random_operand(&f, type_make(&f, DT_I32, INTS(7, 2)));
  Id ids[] = {b_slice(f.g, x, INTS(1, 0), INTS(7, 5), INTS(2, 3)),
              b_concatenate(f.g, 3, (Id[]){x, y, x}, 1),
              b_slice(f.g, x, INTS(7, 6), INTS(7, 6), INTS(1, 1))};
  if (run(&f, 3, ids)) {
    const int32_t *in = f.args[0], *second = f.args[1], *s = f.results[0], *c = f.results[1];
    for (int i = 0; i < 3; i++)
      for (int j = 0; j < 2; j++) EXPECT_EQ(s[i * 2 + j], in[(1 + 2 * i) * 6 + 3 * j]);
    for (int i = 0; i < 7; i++)
      for (int j = 0; j < 14; j++)
        EXPECT_EQ(c[i * 14 + j], j < 6   ? in[i * 6 + j]
                                 : j < 8 ? second[i * 2 + j - 6]
                                         : in[i * 6 + j - 8]);
  }
  done(&f);
}

// One dimension of padding: what stands at result index i, or -1 for the value.
static int64_t padded_from(int64_t i, int64_t n, int64_t low, int64_t interior) {
  int64_t at = i - low;
  if (at < 0 || at % (interior + 1)) return -1;
  at /= interior + 1;
  return at < n ? at : -1;
}

static void pads(void) {
  for (int trial = 0; trial < 200; trial++) {
    Fixture f = fixture();
    int64_t n[2], low[2], high[2], inner[2];
    bool fits = true;
    for (int i = 0; i < 2; i++) {
      n[i] = test_int(0, 5), low[i] = test_int(-3, 3), high[i] = test_int(-3, 3),
      inner[i] = test_int(0, 2);
      fits = fits && n[i] + low[i] + high[i] + (n[i] > 0 ? n[i] - 1 : 0) * inner[i] >= 0;
    }
    if (!fits) {
      done(&f);
      continue;
    }
    Type t = type_make(&f, DT_F32, (Ints){2, n});
    Id x = random_operand(&f, t), v = operand(&f, type_scalar(DT_F32), &(float){-99});
    Id id = b_pad(f.g, x, v, (Ints){2, low}, (Ints){2, high}, (Ints){2, inner});
    const float *got = run1(&f, id);
    Type out = graph_type(f.g, id);
    for (int64_t o = 0; got && o < type_count(out); o++) {
      int64_t i = padded_from(o / out.dim[1], n[0], low[0], inner[0]);
      int64_t j = padded_from(o % out.dim[1], n[1], low[1], inner[1]);
      EXPECT(got[o] == (i < 0 || j < 0 ? -99 : ((const float *)f.args[0])[i * n[1] + j]));
    }
    done(&f);
  }
}

static void sources(void) {
  Fixture f = fixture();
  Id ids[] = {b_iota(f.g, type_of(DT_U8, INTS(2, 300)), 1),
              b_iota(f.g, type_of(DT_F64, INTS(3, 2)), 0),
              b_full(f.g, type_of(DT_I64, INTS(3)), -7)};
  if (run(&f, 3, ids)) {
    for (int i = 0; i < 600; i++) EXPECT_EQ(((uint8_t *)f.results[0])[i], i % 300 % 256);
    for (int i = 0; i < 6; i++) EXPECT(((double *)f.results[1])[i] == i / 2);
    for (int i = 0; i < 3; i++) EXPECT_EQ(((int64_t *)f.results[2])[i], -7);
  }
  done(&f);
}

// ---- indexing

static void rows_are_gathered(void) {
  for (int mode = 0; mode < MODE_COUNT; mode++) {
    Fixture f = fixture();
    int32_t rows[] = {2, -1, 5, 0, 4};
    Type t = type_make(&f, DT_F32, INTS(5, 3));
    Id x = random_operand(&f, t), i = operand(&f, type_make(&f, DT_I32, INTS(5)), rows);
    Attrs at = {.offset_dims = INTS(1),
                .collapsed_dims = INTS(0),
                .index_map = INTS(0),
                .index_vector_dim = 1,
                .slice_sizes = INTS(1, 3),
                .mode = (IndexMode)mode};
    const float *got = run1(&f, graph_add(f.g, OP_gather, 2, (Id[]){x, i}, &at)), *in = f.args[0];
    for (int o = 0; got && o < 15; o++) {
      int row = rows[o / 3], inside = row < 0 ? 0 : row > 4 ? 4 : row;
      float want = mode == MODE_FILL && row != inside ? NAN : in[inside * 3 + o % 3];
      EXPECT(same_bits_f32(got[o], want));
    }
    done(&f);
  }
}

// x[6, 5, 4]; indices [3, 2, 2] with vectors in the last dimension naming dimensions 2 and 0;
// windows of [2, 3] along 0 and 1 at result dimensions `offsets`; dimension 2 collapsed.
static void general_gather(Ints offsets, IndexMode mode) {
  Fixture f = fixture();
  Type t = type_make(&f, DT_I32, INTS(6, 5, 4)), it = type_make(&f, DT_I64, INTS(3, 2, 2));
  int64_t raw[12];
  for (int i = 0; i < 12; i++) raw[i] = test_int(-2, 7);
  Id x = random_operand(&f, t), i = operand(&f, it, raw);
  Attrs at = {.offset_dims = offsets,
              .collapsed_dims = INTS(2),
              .index_map = INTS(2, 0),
              .index_vector_dim = 2,
              .slice_sizes = INTS(2, 3, 1),
              .mode = mode};
  Id id = graph_add(f.g, OP_gather, 2, (Id[]){x, i}, &at);
  const int32_t *got = run1(&f, id);
  Type out = graph_type(f.g, id);
  int64_t p[MAX_RANK] = {0};
  for (int64_t o = 0; got && o < type_count(out); o++, count_up(out, p)) {
    int64_t w[2], b[2];
    for (int k = 0, nw = 0, nb = 0; k < 4; k++) {
      if (ints_has(offsets, k)) w[nw++] = p[k];
      else b[nb++] = p[k];
    }
    int64_t s2 = raw[(b[0] * 2 + b[1]) * 2], s0 = raw[(b[0] * 2 + b[1]) * 2 + 1];
    int64_t c2 = s2 < 0 ? 0 : s2 > 3 ? 3 : s2, c0 = s0 < 0 ? 0 : s0 > 4 ? 4 : s0;
    bool outside = c2 != s2 || c0 != s0;
    int32_t want = *(const int32_t *)element(t, f.args[0], (int64_t[]){c0 + w[0], w[1], c2});
    EXPECT_EQ(got[o], outside && mode == MODE_FILL ? 0 : want);
  }
  done(&f);
}

static void gathers(void) {
  for (int mode = 0; mode < MODE_COUNT; mode++) {
    general_gather(INTS(2, 3), (IndexMode)mode);
    general_gather(INTS(0, 3), (IndexMode)mode);
    general_gather(INTS(0, 1), (IndexMode)mode);
    general_gather(INTS(1, 2), (IndexMode)mode);
  }
}

static void batched_gather(void) {
  Fixture f = fixture();
  int32_t at_column[] = {3, 0, 2, 9};
  Type t = type_make(&f, DT_F32, INTS(4, 5));
  Id x = random_operand(&f, t), i = operand(&f, type_make(&f, DT_I32, INTS(4, 1)), at_column);
  Attrs at = {.collapsed_dims = INTS(1),
              .operand_batch = INTS(0),
              .index_batch = INTS(0),
              .index_map = INTS(1),
              .index_vector_dim = 1,
              .slice_sizes = INTS(1, 1)};
  const float *got = run1(&f, graph_add(f.g, OP_gather, 2, (Id[]){x, i}, &at)), *in = f.args[0];
  for (int r = 0; got && r < 4; r++)
    EXPECT(got[r] == in[r * 5 + (at_column[r] > 4 ? 4 : at_column[r])]);
  done(&f);
}

// Several updates of one element are added in order of the update index: floats tell.
static void scatter_adds_in_order(Ints offsets) {
  Fixture f = fixture();
  bool last = offsets.v[0] == 1;
  Type t = type_make(&f, DT_F32, INTS(6)),
       ut = type_make(&f, DT_F32, last ? INTS(40, 2) : INTS(2, 40));
  int32_t at_index[40];
  for (int i = 0; i < 40; i++) at_index[i] = (int32_t)test_int(-1, 5);
  Id x = random_operand(&f, t), i = operand(&f, type_make(&f, DT_I32, INTS(40, 1)), at_index);
  Id u = random_operand(&f, ut);
  Attrs at = {.offset_dims = offsets, .index_map = INTS(0), .index_vector_dim = 1};
  const float *got = run1(&f, graph_add(f.g, OP_scatter_add, 3, (Id[]){x, i, u}, &at)),
              *update = f.args[2];
  float want[6];
  memcpy(want, f.args[0], sizeof want);
  for (int k = 0; k < 80; k++) {
    int b = last ? k / 2 : k % 40, w = last ? k % 2 : k / 40, start = at_index[b];
    if (start >= 0 && start <= 4) want[start + w] += update[k];
  }
  if (got) EXPECT_BYTES(got, want, sizeof want);
  done(&f);
}

static void scatters(void) {
  scatter_adds_in_order(INTS(1));
  scatter_adds_in_order(INTS(0));
}

static void dynamic_slices_clamp(void) {
  for (int32_t start = -3; start <= 8; start++) {
    Fixture f = fixture();
    Type t = type_make(&f, DT_U8, INTS(6, 4));
    Id x = random_operand(&f, t), u = random_operand(&f, type_make(&f, DT_U8, INTS(2, 4)));
    Id i = operand(&f, type_scalar(DT_I32), &start),
       j = operand(&f, type_scalar(DT_U32), &(uint32_t){1});
    Attrs at = {.slice_sizes = INTS(2, 3)};
    Id ids[] = {graph_add(f.g, OP_dynamic_slice, 3, (Id[]){x, i, j}, &at),
                graph_add(f.g, OP_dynamic_update_slice, 4, (Id[]){x, u, i, j}, NULL)};
    if (run(&f, 2, ids)) {
      const uint8_t *in = f.args[0], *update = f.args[1], *s = f.results[0], *d = f.results[1];
      int row = start < 0 ? 0 : start > 4 ? 4 : start;
      for (int k = 0; k < 6; k++) EXPECT_EQ(s[k], in[(row + k / 3) * 4 + 1 + k % 3]);
      for (int k = 0; k < 24; k++) {
        bool inside = k / 4 >= row && k / 4 < row + 2;
        EXPECT_EQ(d[k], inside ? update[k - row * 4] : in[k]);
      }
    }
    done(&f);
  }
}

// ---- sort

static bool sorts_before(float a, float b) { return isnan(b) ? !isnan(a) : a < b; }

static void sort_case(int64_t n, int axis) {
  Fixture f = fixture();
  Type t = type_make(&f, DT_F32, axis ? INTS(3, n) : INTS(n, 3));
  float *keys = arena_alloc(f.arena, type_bytes(t) + 1);
  int64_t *tags = arena_alloc(f.arena, 8 * (size_t)type_count(t) + 1);
  for (int64_t i = 0; i < type_count(t); i++) {
    keys[i] = (float)test_int(-3, 3) * 0.5f;
    if (test_int(0, 9) == 0) keys[i] = NAN;
    if (test_int(0, 5) == 0) keys[i] = -0.0f;
    if (test_int(0, 20) == 0) keys[i] = -INFINITY;
    tags[i] = i;
  }
  Id x = operand(&f, t, keys), y = operand(&f, (Type){DT_I64, t.rank, t.dim}, tags);
  Id first = graph_add(f.g, OP_sort, 2, (Id[]){x, y}, &(Attrs){.axis = axis});
  if (run(&f, 2, (Id[]){first, first + 1})) {
    int64_t step = axis ? 1 : 3;
    for (int64_t l = 0; l < 3; l++) {
      const float *k = (float *)f.results[0] + (axis ? l * n : l);
      const int64_t *tag = (int64_t *)f.results[1] + (axis ? l * n : l);
      for (int64_t i = 0; i < n; i++) {
        EXPECT(same_bits_f32(k[i * step], keys[tag[i * step]]));
        if (i == 0) continue;
        float a = k[(i - 1) * step], b = k[i * step];
        EXPECT(!sorts_before(b, a));
        if (!sorts_before(a, b)) EXPECT(tag[(i - 1) * step] < tag[i * step]);
      }
    }
  }
  done(&f);
}

static void sorts_are_stable(void) {
  static const int64_t sizes[] = {0, 1, 2, 10, 32, 33, 300};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    sort_case(sizes[i], 0), sort_case(sizes[i], 1);
}

static void every_dtype_sorts(void) {
  Fixture f = fixture();
  int32_t a[] = {5, INT32_MIN, -1, INT32_MAX, 0};
  int64_t b[] = {5, INT64_MIN, -1, INT64_MAX, 0};
  double c[] = {5, -INFINITY, NAN, 1e300, -1e-300};
  uint32_t d[] = {5, UINT32_MAX, 0, 7, 6};
  uint8_t e[] = {1, 0, 1, 0, 0};
  const void *data[] = {a, b, c, d, e};
  Dtype types[] = {DT_I32, DT_I64, DT_F64, DT_U32, DT_BOOL};
  Id ids[5];
  for (int i = 0; i < 5; i++) {
    Id x = operand(&f, type_make(&f, types[i], INTS(5)), data[i]);
    ids[i] = graph_add(f.g, OP_sort, 1, &x, &(Attrs){.axis = 0});
  }
  if (run(&f, 5, ids)) {
    EXPECT_BYTES(f.results[0], ((int32_t[]){INT32_MIN, -1, 0, 5, INT32_MAX}), 20);
    EXPECT_BYTES(f.results[1], ((int64_t[]){INT64_MIN, -1, 0, 5, INT64_MAX}), 40);
    EXPECT_BYTES(f.results[2], ((double[]){-INFINITY, -1e-300, 5, 1e300}), 32);
    EXPECT_BYTES(f.results[3], ((uint32_t[]){0, 5, 6, 7, UINT32_MAX}), 20);
    EXPECT_BYTES(f.results[4], ((uint8_t[]){0, 0, 0, 1, 1}), 5);
  }
  done(&f);
}

// ---- control

// while i < n: (i, a, b) = (i + 1, b, a + b)
static void loops_and_calls(void) {
  Fixture f = fixture();
  Type t = type_scalar(DT_I32);
  Graph *cond = graph_new(f.arena, "cond"), *body = graph_new(f.arena, "body");
  Id c[4], b[4], x[4];
  for (int i = 0; i < 4; i++) c[i] = graph_param(cond, t, NULL), b[i] = graph_param(body, t, NULL);
  graph_set_results(cond, 1, (Id[]){b_lt(cond, c[0], c[3])});
  graph_set_results(
      body, 3,
      (Id[]){b_add(body, b[0], b_scalar_int(body, DT_I32, 1)), b[2], b_add(body, b[1], b[2])});
  const int32_t start[] = {0, 0, 1, 20};
  for (int i = 0; i < 4; i++) x[i] = operand(&f, t, &start[i]);
  Id loop = graph_add(f.g, OP_while, 4, x, &(Attrs){.cond = cond, .body = body, .ncarry = 3});
  Id twice = graph_add(f.g, OP_call, 4, x, &(Attrs){.body = body});
  Id kept = graph_add(f.g, OP_optimization_barrier, 2, (Id[]){loop + 1, x[3]}, NULL);
  if (run(&f, 5, (Id[]){loop, loop + 1, loop + 2, twice + 2, kept})) {
    const int32_t want[] = {20, 6765, 10946, 1, 6765};
    for (int i = 0; i < 5; i++) EXPECT_EQ(*(int32_t *)f.results[i], want[i]);
  }
  done(&f);
}

// Results may stand in the arguments' buffers.
static void donated_arguments(void) {
  Fixture f = fixture();
  Type t = type_make(&f, DT_F32, INTS(2));
  float x[] = {1, 2}, y[] = {10, 20};
  Id a = graph_param(f.g, t, "a"), b = graph_param(f.g, t, "b");
  graph_set_results(f.g, 2, (Id[]){b, b_add(f.g, a, b)});
  CompileOptions options = {.alias = (int[]){0, 1}};
  Executable *e = backend_interp.compile(f.g, &options);
  EXPECT(backend_interp.run(e, (const void *[]){x, y}, (void *[]){x, y}));
  EXPECT(x[0] == 10 && x[1] == 20 && y[0] == 11 && y[1] == 22);
  backend_interp.free(e);
  arena_free(f.arena);
}

static void no_other_stage(void) {
  Fixture f = fixture();
  EXPECT(!backend_interp.dump(f.g, NULL, "llvm"));
  EXPECT_FAIL("the interpreter has no stage 'llvm'");
  arena_free(f.arena);
}

int main(void) {
  RUN(maps_of_every_dtype);
  RUN(zero_size_and_rank_zero);
  RUN(broadcast_transpose_reverse);
  RUN(slice_and_concatenate);
  RUN(pads);
  RUN(sources);
  RUN(rows_are_gathered);
  RUN(gathers);
  RUN(batched_gather);
  RUN(scatters);
  RUN(dynamic_slices_clamp);
  RUN(sorts_are_stable);
  RUN(every_dtype_sorts);
  RUN(loops_and_calls);
  RUN(donated_arguments);
  RUN(no_other_stage);
  return tests_done();
}
