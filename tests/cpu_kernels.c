// Reductions, contractions, shape and index ops, loops and small models: the CPU backend has the
// interpreter's bits.
#include <pthread.h>
#include <xmmintrin.h>

#include "backends.h"

static Arena *arena;
static Graph *graph;
static Id results[64];
static int nresults;

static void begin(const char *name) {
  arena = arena_new();
  graph = graph_new(arena, name);
  nresults = 0;
}
static Id param(Dtype d, Ints shape) { return graph_param(graph, type_of(d, shape), "x"); }
static void result(Id v) { results[nresults++] = v; }
static void end(void) {
  EXPECT_OK();
  graph_set_results(graph, nresults, results);
  same_on_cpu(graph);
  EXPECT_OK();
  arena_free(arena);
}

static bool reduces(Op op, Dtype d) {
  unsigned set = dtype_is_float(d) ? ACCEPTS_FLOAT : d == DT_BOOL ? ACCEPTS_BOOL : ACCEPTS_INT;
  return op_info(op)->accepts & set;
}

static void reduce_all(Dtype d, Ints shape, Ints axes) {
  begin("reduce");
  Id x = param(d, shape);
  for (Op op = OP_reduce_sum; op <= OP_reduce_or; op++)
    if (reduces(op, d)) result(b_reduce(graph, op, x, axes));
  if (axes.n == 1 && shape.v[axes.v[0]] > 0) {
    result(b_argreduce(graph, OP_argmax, x, (int)axes.v[0]));
    result(b_argreduce(graph, OP_argmin, x, (int)axes.v[0]));
  }
  end();
}

static void reductions(void) {
  for (int d = 0; d < DT_REAL_COUNT; d++) {
    reduce_all((Dtype)d, INTS(3, 71), INTS(1));
    reduce_all((Dtype)d, INTS(37, 19), INTS(0));
  }
}

static void odd_reductions(void) {
  reduce_all(DT_F32, INTS(4097), INTS(0));
  reduce_all(DT_F32, INTS(3, 0), INTS(1));
  reduce_all(DT_F32, INTS(0, 3), INTS(1));
  reduce_all(DT_F32, INTS(20, 10), INTS(1));
  reduce_all(DT_F32, INTS(5, 64), INTS(1));
  reduce_all(DT_F32, INTS(5, 1), INTS(1));
  reduce_all(DT_F32, INTS(3, 5, 7), INTS(0, 2));
  reduce_all(DT_F32, INTS(4, 5, 100), INTS(1, 2));
  reduce_all(DT_F64, INTS(9, 4, 33), INTS(0, 1));
  reduce_all(DT_F32, INTS(30000), INTS(0));
  reduce_all(DT_F32, INTS(9000, 3), INTS(0));
  reduce_all(DT_F32, INTS(2, 4500, 3), INTS(0, 1));
}

// Reduced axes that are not one in memory: a vector stays in a row, or runs over its end.
static void reduce_rows(Dtype d, int64_t rows, int64_t columns) {
  begin("reduce_rows");
  const Ints shape = INTS(rows, columns), both = INTS(0, 1);
  const Id x = param(d, shape), b = param(d, INTS(columns)), y = param(d, INTS(columns, rows));
  const Id wide = b_broadcast(graph, b, shape, INTS(1));
  const Id turned = graph_add(graph, OP_transpose, 1, &y, &(Attrs){.perm = INTS(1, 0)});
  const Id part =
      graph_add(graph, OP_slice, 1, &x,
                &(Attrs){.start = INTS(0, 1), .limit = INTS(rows, columns), .stride = INTS(1, 1)});
  const Id joined =
      graph_add(graph, OP_concatenate, 3, (Id[]){x, wide, turned}, &(Attrs){.axis = 1});
  const bool truth = d == DT_BOOL;
  const Op sum = truth ? OP_reduce_or : OP_reduce_sum;
  const Id list[] = {part, joined, truth ? b_and(graph, x, wide) : b_mul(graph, x, wide),
                     truth ? b_or(graph, x, turned) : b_add(graph, b_mul(graph, x, turned), x)};
  for (int i = 0; i < 4; i++) {
    result(b_reduce(graph, sum, list[i], both));
    result(b_reduce(graph, truth ? OP_reduce_and : OP_reduce_max, list[i], both));
  }
  end();
}

static void reductions_of_rows(void) {
  static const int64_t columns[] = {2, 15, 17, 64, 100};
  for (int i = 0; i < 5; i++) reduce_rows(DT_F32, 9, columns[i]);
  reduce_rows(DT_F64, 70, 33);
  reduce_rows(DT_I16, 5, 65);
  reduce_rows(DT_BOOL, 33, 39);
  reduce_rows(DT_BF16, 5, 71);
  reduce_rows(DT_F32, 300, 41);
}

static void softmax_of(Dtype d, int64_t rows, int64_t columns, int axis) {
  begin("softmax");
  Ints shape = INTS(rows, columns), ax = INTS(axis), kept = INTS(1 - axis);
  Id x = param(d, shape),
     m = b_broadcast(graph, b_reduce(graph, OP_reduce_max, x, ax), shape, kept);
  Id e = b_exp(graph, b_sub(graph, x, m)), sum = b_reduce(graph, OP_reduce_sum, e, ax);
  result(b_div(graph, e, b_broadcast(graph, sum, shape, kept)));
  Id logs = b_sub(graph, b_sub(graph, x, m), b_broadcast(graph, b_log(graph, sum), shape, kept));
  result(logs);
  result(b_reduce(graph, OP_reduce_sum, b_mul(graph, logs, x), INTS(0, 1)));
  end();
}

static void softmax(void) {
  softmax_of(DT_F32, 7, 130, 1);
  softmax_of(DT_F32, 128, 10, 1);
  softmax_of(DT_F64, 5, 77, 1);
  softmax_of(DT_F32, 20, 45, 0);
}

static void dot_of(Dtype d, Ints a, Ints b, int ca, int cb) {
  begin("dot");
  Id x = param(d, a), y = param(d, b);
  bool batched = a.n == 3;
  Id t = batched ? b_dot(graph, x, y, INTS(0), INTS(0), INTS(ca), INTS(cb))
                 : b_dot(graph, x, y, (Ints){0}, (Ints){0}, INTS(ca), INTS(cb));
  result(t);
  result(b_max(graph, b_add(graph, t, b_like(graph, t, 1)), b_like(graph, t, 0)));
  end();
}

static void dots(void) {
  static const Dtype dtypes[] = {DT_F32, DT_F64, DT_I32, DT_U8, DT_I8, DT_I16, DT_U16, DT_U64};
  for (int d = 0; d < 8; d++) {
    dot_of(dtypes[d], INTS(9, 33), INTS(33, 17), 1, 0);
    dot_of(dtypes[d], INTS(33, 5), INTS(21, 33), 0, 1);
  }
  dot_of(DT_F32, INTS(17, 600), INTS(10, 600), 1, 1);
  dot_of(DT_F32, INTS(65, 70), INTS(70, 130), 1, 0);
  dot_of(DT_F32, INTS(3, 20, 15), INTS(3, 15, 18), 2, 1);
  dot_of(DT_F32, INTS(4, 0), INTS(0, 5), 1, 0);
  dot_of(DT_F32, INTS(700), INTS(700), 0, 0);
  dot_of(DT_F32, INTS(40, 300), INTS(300), 1, 0);
}

static void shapes(void) {
  begin("shapes");
  Id x = param(DT_F32, INTS(4, 6, 10)), zero = b_scalar(graph, DT_F32, 7);
  result(b_transpose(graph, x, INTS(2, 0, 1)));
  result(b_reshape(graph, b_transpose(graph, x, INTS(1, 0, 2)), INTS(5, 48)));
  result(b_slice(graph, x, INTS(1, 0, 2), INTS(4, 6, 9), INTS(2, 3, 2)));
  result(b_pad(graph, x, zero, INTS(1, -1, 2), INTS(0, 3, -2), INTS(1, 0, 2)));
  result(b_reverse(graph, x, INTS(0, 2)));
  result(b_concatenate(graph, 3, (Id[]){x, b_neg(graph, x), x}, 1));
  result(b_concatenate(graph, 2, (Id[]){x, b_exp(graph, x)}, 2));
  result(b_iota(graph, type_of(DT_I32, INTS(3, 21)), 1));
  result(b_broadcast(graph, b_slice(graph, x, INTS(0, 0, 0), INTS(1, 1, 10), INTS(1, 1, 1)),
                     INTS(3, 1, 10), INTS(0, 1, 2)));
  Id p = param(DT_BOOL, INTS(7, 9));
  result(b_transpose(graph, b_not(graph, p), INTS(1, 0)));
  end();
}

static Id add_node(Op op, int n, const Id *args, Attrs at) {
  return graph_add(graph, op, n, args, &at);
}

static void indexing(void) {
  begin("indexing");
  Id x = param(DT_F32, INTS(9, 20)), rows = param(DT_I32, INTS(13, 1)),
     updates = param(DT_F32, INTS(13, 20));
  Id start = param(DT_I32, (Ints){0}), small = param(DT_F32, INTS(2, 3));
  Attrs take = {.offset_dims = INTS(1),
                .collapsed_dims = INTS(0),
                .index_map = INTS(0),
                .index_vector_dim = 1};
  Attrs gather = take;
  gather.slice_sizes = INTS(1, 20);
  result(add_node(OP_gather, 2, (Id[]){x, rows}, gather));
  gather.mode = MODE_FILL;
  result(add_node(OP_gather, 2, (Id[]){x, rows}, gather));
  result(add_node(OP_scatter_add, 3, (Id[]){x, rows, updates}, take));
  result(
      add_node(OP_dynamic_slice, 3, (Id[]){x, start, start}, (Attrs){.slice_sizes = INTS(3, 7)}));
  result(add_node(OP_dynamic_update_slice, 4, (Id[]){x, small, start, start}, (Attrs){0}));
  end();
}

static void sorting(void) {
  begin("sort");
  Id x = param(DT_F32, INTS(5, 40, 3)), y = b_iota(graph, type_of(DT_I32, INTS(5, 40, 3)), 1);
  Id first = add_node(OP_sort, 2, (Id[]){x, y}, (Attrs){.axis = 1});
  result(first);
  result(first + 1);
  end();
}

// Products of integers, narrow ones widened, with an epilogue: exact, so that any order gives them.
static void integer_product(Dtype from, Dtype to, int64_t m, int64_t n, int64_t k) {
  begin("integers");
  const Ints none = {0};
  const Id x = b_convert(graph, param(from, INTS(m, k)), to);
  const Id y = b_convert(graph, param(from, INTS(k, n)), to), z = param(to, INTS(m, n));
  const Id p = b_dot(graph, x, y, none, none, INTS(1), INTS(0));
  result(p);
  result(b_add(graph, p, z));
  const Id turned = b_convert(graph, param(from, INTS(n, k)), to);
  result(b_dot(graph, x, turned, none, none, INTS(1), INTS(1)));
  end();
}

static void integer_products(void) {
  static const Dtype types[][2] = {{DT_I8, DT_I32},  {DT_U8, DT_I32}, {DT_I32, DT_I32},
                                   {DT_U16, DT_U32}, {DT_I8, DT_I64}, {DT_I8, DT_I8}};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    integer_product(types[i][0], types[i][1], 37, 70, 91);
    integer_product(types[i][0], types[i][1], 13, 16, 1100);
    integer_product(types[i][0], types[i][1], 9, 5, 0);
  }
}

// Every other element, in pairs and not, of lengths with tails.
static void strided_elements(void) {
  static const int64_t sizes[] = {2, 62, 64, 300, 301};
  for (int d = 0; d < DT_REAL_COUNT; d++) {
    begin("strided");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
      const int64_t n = sizes[i];
      const Id x = param((Dtype)d, INTS(n)), y = param((Dtype)d, INTS(3, n));
      for (int64_t odd = 0; odd < 2; odd++) {
        result(b_slice_axis(graph, x, 0, odd, n, 2));
        result(b_slice_axis(graph, y, 1, odd, n, 2));
      }
      const Id both[] = {b_reshape(graph, y, INTS(3, n, 1)),
                         b_reshape(graph, b_reverse(graph, y, INTS(0)), INTS(3, n, 1))};
      result(b_concatenate(graph, 2, both, 2));
    }
    end();
  }
}

// while (i < n) { x = x * 0.5 + c; i = i + 1 } over an array and a scalar.
static void loops_of(int64_t size) {
  begin("loop");
  Type t = type_of(DT_F32, INTS(size)), s = type_scalar(DT_I32);
  Graph *cond = graph_new(arena, "cond"), *body = graph_new(arena, "body");
  Id i = graph_param(cond, s, "i"), n;
  graph_param(cond, t, "x"), n = graph_param(cond, s, "n"), graph_param(cond, t, "c");
  graph_set_results(cond, 1, (Id[]){b_lt(cond, i, n)});
  i = graph_param(body, s, "i");
  Id x = graph_param(body, t, "x"), c;
  graph_param(body, s, "n"), c = graph_param(body, t, "c");
  Id next[2] = {b_add(body, i, b_scalar_int(body, DT_I32, 1)),
                b_add(body, b_mul(body, x, b_like(body, x, 0.5)), c)};
  graph_set_results(body, 2, next);
  Id args[4] = {b_scalar_int(graph, DT_I32, 0), param(DT_F32, INTS(size)),
                b_scalar_int(graph, DT_I32, 7), param(DT_F32, INTS(size))};
  Id first = add_node(OP_while, 4, args, (Attrs){.cond = cond, .body = body, .ncarry = 2});
  result(first);
  result(first + 1);
  end();
}

static void loops(void) {
  loops_of(3);
  loops_of(100000);
}

// A two-layer network's loss: contraction, bias, activation, log-softmax.
static void network(void) {
  begin("network");
  Id x = param(DT_F32, INTS(32, 100)), w = param(DT_F32, INTS(100, 64)),
     b = param(DT_F32, INTS(64));
  Id v = param(DT_F32, INTS(64, 10));
  Id h = b_add(graph, b_dot(graph, x, w, (Ints){0}, (Ints){0}, INTS(1), INTS(0)),
               b_broadcast(graph, b, INTS(32, 64), INTS(1)));
  h = b_max(graph, h, b_like(graph, h, 0));
  Id y = b_dot(graph, h, v, (Ints){0}, (Ints){0}, INTS(1), INTS(0));
  Id m = b_broadcast(graph, b_reduce(graph, OP_reduce_max, y, INTS(1)), INTS(32, 10), INTS(0));
  Id z = b_sub(graph, y, m);
  Id lse = b_log(graph, b_reduce(graph, OP_reduce_sum, b_exp(graph, z), INTS(1)));
  result(b_sub(graph, z, b_broadcast(graph, lse, INTS(32, 10), INTS(0))));
  result(b_reduce(graph, OP_reduce_sum, h, INTS(0)));
  end();
}

// Large enough that threads share it.
static void shared_work(void) {
  begin("shared");
  Id x = param(DT_F32, INTS(300, 333));
  result(b_tanh(graph, x));
  result(b_reduce(graph, OP_reduce_sum, b_exp(graph, x), INTS(1)));
  result(b_reduce(graph, OP_reduce_sum, x, INTS(0)));
  result(b_reduce(graph, OP_reduce_sum, x, INTS(0, 1)));
  Id mean = b_reduce(graph, OP_reduce_sum, b_mul(graph, x, b_tanh(graph, x)), INTS(0, 1));
  result(b_mul(graph, mean, b_scalar(graph, DT_F32, 0.5)));
  result(b_reduce(graph, OP_reduce_max, x, INTS(0, 1)));
  end();
}

// A caller that flushes denormals (a library built with -ffast-math is enough) gets IEEE results
// and its own mode back.
static void floating_point_mode(void) {
  enum { FLUSH_ALL = 0x8040 };
  begin("denormals");
  Id x = param(DT_F32, INTS(100));
  Id y = b_mul(graph, x, b_like(graph, x, 0.5));
  graph_set_results(graph, 1, &y);
  float in[100], out[100];
  for (int i = 0; i < 100; i++) in[i] = (float)(i + 1) * 0x1p-140f;
  Executable *e = backend_cpu.compile(graph, NULL);
  unsigned before = _mm_getcsr();
  _mm_setcsr(before | FLUSH_ALL);
  bool ok = e && backend_cpu.run(e, (const void *[]){in}, (void *[]){out});
  unsigned after = _mm_getcsr();
  _mm_setcsr(before);
  EXPECT(ok);
  EXPECT_EQ(after & FLUSH_ALL, FLUSH_ALL);
  for (int i = 0; i < 100; i++) EXPECT(out[i] == (float)(i + 1) * 0x1p-141f);
  if (e) backend_cpu.free(e);
  arena_free(arena);
}

typedef struct Caller {
  Executable *exe;
  const float *in, *want;
  int wrong;
} Caller;

enum { CALLERS = 4, CALLS = 50, CALL_SIZE = 20000 };

static void *call_often(void *context) {
  Caller *c = context;
  float *out = malloc(CALL_SIZE * sizeof *out);
  for (int i = 0; i < CALLS; i++) {
    backend_cpu.run(c->exe, (const void *[]){c->in}, (void *[]){out});
    c->wrong += memcmp(out, c->want, CALL_SIZE * sizeof *out) != 0;
  }
  free(out);
  return NULL;
}

// One executable called by several threads at once: each call has memory of its own.
static void calls_at_once(void) {
  begin("calls");
  Id x = param(DT_F32, INTS(100, CALL_SIZE / 100)),
     m = b_reduce(graph, OP_reduce_sum, b_tanh(graph, x), INTS(1));
  Id y = b_sub(graph, x, b_broadcast(graph, m, INTS(100, CALL_SIZE / 100), INTS(0)));
  graph_set_results(graph, 1, &y);
  float *in = malloc(CALL_SIZE * sizeof *in), *want = malloc(CALL_SIZE * sizeof *want);
  for (int i = 0; i < CALL_SIZE; i++) in[i] = (float)test_uniform(-2, 2);
  Executable *e = backend_cpu.compile(graph, NULL);
  if (EXPECT(e && backend_cpu.run(e, (const void *[]){in}, (void *[]){want}))) {
    pthread_t thread[CALLERS];
    Caller callers[CALLERS];
    for (int i = 0; i < CALLERS; i++) {
      callers[i] = (Caller){e, in, want, 0};
      pthread_create(&thread[i], NULL, call_often, &callers[i]);
    }
    for (int i = 0; i < CALLERS; i++) pthread_join(thread[i], NULL), EXPECT_EQ(callers[i].wrong, 0);
  }
  if (e) backend_cpu.free(e);
  free(in), free(want);
  arena_free(arena);
}

static void dumps(void) {
  begin("dumps");
  Id x = param(DT_F32, INTS(8, 100)), y = b_reduce(graph, OP_reduce_sum, b_exp(graph, x), INTS(1));
  graph_set_results(graph, 1, &y);
  static const char *const stages[][2] = {
      {"kernels", "# schedule"}, {"llvm", "define void @k0"}, {"asm", "k0_"}};
  for (int i = 0; i < 3; i++) {
    char *text = backend_cpu.dump(graph, NULL, stages[i][0]);
    EXPECT_HAS(text, stages[i][1]);
    free(text);
  }
  EXPECT(!backend_cpu.dump(graph, NULL, "cuda"));
  EXPECT_FAIL("no stage 'cuda'");
  EXPECT(!backend_cpu.compile(graph, &(CompileOptions){.width = 100}));
  EXPECT_FAIL("vectors of 100 bits");
  arena_free(arena);
}

// ---- convolutions as training has them: images, their windows by strides, holes and padding

// What the sums run over: taps and features; for the gradient of the kernel, images and places.
enum { OVER_TAPS, OVER_IMAGES };

static Id conv(Dtype d, int over, Ints x, Ints k, int64_t stride, int64_t holes, int64_t pad) {
  static const int64_t lhs[2][4] = {{0, 3, 1, 2}, {3, 0, 1, 2}};
  static const int64_t rhs[2][4] = {{3, 2, 0, 1}, {3, 0, 1, 2}};
  static const int64_t out[2][4] = {{0, 3, 1, 2}, {2, 3, 0, 1}};
  const bool taps = over == OVER_TAPS;
  const Ints step = INTS(stride, stride), one = INTS(1, 1);
  const Id args[] = {param(d, x), param(d, k)};
  return graph_add(graph, OP_conv, 2, args,
                   &(Attrs){.lhs_dims = {4, lhs[over]},
                            .rhs_dims = {4, rhs[over]},
                            .out_dims = {4, out[over]},
                            .stride = taps ? step : one,
                            .low = INTS(pad, pad),
                            .high = INTS(pad + 1, pad),
                            .lhs_dilation = INTS(holes, holes),
                            .rhs_dilation = taps ? one : step,
                            .feature_groups = 1,
                            .batch_groups = 1});
}

static void conv_and_more(Dtype d, int over, Ints x, Ints k, int64_t stride, int64_t holes,
                          int64_t pad) {
  begin("conv");
  const Id y = conv(d, over, x, k, stride, holes, pad);
  if (!EXPECT_OK()) return;
  const Type t = graph_type(graph, y);
  const Id bias = param(d, INTS(t.dim[3])), rest = param(d, type_shape(t));
  const Id sum = b_add(graph, y, b_broadcast(graph, bias, type_shape(t), INTS(3)));
  result(b_max(graph, sum, b_like(graph, sum, 0)));
  result(b_sub(graph, rest, y));
  end();
  begin("conv");
  result(b_transpose(graph, conv(d, over, x, k, stride, holes, pad), INTS(0, 3, 1, 2)));
  end();
}

static void convolutions(void) {
  for (int f = 0; f < 2; f++) {
    const Dtype d = f ? DT_F64 : DT_F32;
    conv_and_more(d, OVER_TAPS, INTS(3, 14, 14, 1), INTS(5, 5, 1, 32), 2, 1, 1);
    conv_and_more(d, OVER_TAPS, INTS(2, 9, 7, 24), INTS(3, 3, 24, 10), 2, 1, 1);
    conv_and_more(d, OVER_TAPS, INTS(5, 4, 4, 10), INTS(3, 3, 10, 9), 1, 1, 0);
    conv_and_more(d, OVER_TAPS, INTS(1, 3, 20, 8), INTS(1, 3, 8, 70), 1, 1, 0);
    conv_and_more(d, OVER_TAPS, INTS(3, 5, 5, 33), INTS(4, 4, 33, 40), 1, 2, 2);
    conv_and_more(d, OVER_TAPS, INTS(2, 6, 6, 4), INTS(3, 3, 4, 7), 1, 3, 1);
    conv_and_more(d, OVER_IMAGES, INTS(6, 9, 9, 5), INTS(6, 5, 5, 20), 2, 1, 1);
    conv_and_more(d, OVER_IMAGES, INTS(70, 9, 9, 3), INTS(70, 9, 9, 32), 1, 1, 1);
  }
}

// ---- contractions in rows order of operands that take long to compute

static void computed_rows(void) {
  for (int f = 0; f < 2; f++) {
    const Dtype d = f ? DT_F64 : DT_F32;
    for (int64_t k = 5; k < 150; k = 5 * k + 2) {
      begin("rows");
      const Id x = param(d, INTS(k)), y = param(d, INTS(5, k));
      result(b_dot(graph, b_tanh(graph, x), y, (Ints){0}, (Ints){0}, INTS(0), INTS(1)));
      result(b_dot(graph, y, b_tanh(graph, x), (Ints){0}, (Ints){0}, INTS(1), INTS(0)));
      result(
          b_dot(graph, b_sin(graph, y), b_tanh(graph, x), (Ints){0}, (Ints){0}, INTS(1), INTS(0)));
      end();
    }
  }
}

// ---- attention: products of heads that lie interleaved, so that batches are of several strides

static Id head(Id x, int which, Ints shape) {
  return b_reshape(graph, b_slice_axis(graph, x, 2, which, which + 1, 1), shape);
}

static void attend(Dtype d, int64_t batch, int64_t length, int64_t heads, int64_t width) {
  const Ints shape = INTS(batch, length, heads, width);
  begin("attention");
  const Id x = param(d, INTS(batch, length, 3, heads, width));
  const Id q = head(x, 0, shape), k = head(x, 1, shape), v = head(x, 2, shape);
  const Id score = b_dot(graph, q, k, INTS(0, 2), INTS(0, 2), INTS(3), INTS(3));
  const Id mixed = b_dot(graph, score, v, INTS(0, 1), INTS(0, 2), INTS(3), INTS(1));
  const Id bias = param(d, INTS(length)), rest = param(d, type_shape(graph_type(graph, score)));
  result(
      b_add(graph, score, b_broadcast(graph, bias, type_shape(graph_type(graph, score)), INTS(2))));
  result(b_mul(graph, score, rest));
  const Id joined = b_reshape(graph, b_transpose(graph, mixed, INTS(0, 2, 1, 3)),
                              INTS(batch, length, heads * width));
  const Id w = param(d, INTS(heads * width, 20));
  result(b_dot(graph, joined, w, (Ints){0}, (Ints){0}, INTS(2), INTS(0)));
  end();
}

static void attention(void) {
  for (int f = 0; f < 2; f++) {
    const Dtype d = f ? DT_F64 : DT_F32;
    attend(d, 3, 17, 4, 32);
    attend(d, 2, 40, 3, 16);
    attend(d, 1, 9, 2, 70);
    attend(d, 5, 4, 3, 7);
    attend(d, 2, 64, 1, 1);
    attend(d, 2, 600, 2, 8);
    attend(d, 2, 0, 2, 8);
  }
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    void (*run)(void);
  } tests[] = {{"reductions", reductions},
               {"odd", odd_reductions},
               {"reduce_rows", reductions_of_rows},
               {"softmax", softmax},
               {"dots", dots},
               {"shapes", shapes},
               {"indexing", indexing},
               {"sorting", sorting},
               {"loops", loops},
               {"network", network},
               {"mode", floating_point_mode},
               {"calls", calls_at_once},
               {"dumps", dumps},
               {"shared", shared_work},
               {"convolutions", convolutions},
               {"attention", attention},
               {"rows", computed_rows},
               {"integers", integer_products},
               {"strided", strided_elements}};
  for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
    if (argc < 2 || !strcmp(argv[1], tests[i].name)) run_test(tests[i].name, tests[i].run);
  return tests_done();
}
