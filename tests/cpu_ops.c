// Every elementwise row of ops.def on every dtype and odd shapes: the CPU backend has the
// interpreter's bits.
#include "backends.h"

static unsigned accepts(Dtype d) {
  return dtype_is_float(d) ? ACCEPTS_FLOAT : d == DT_BOOL ? ACCEPTS_BOOL : ACCEPTS_INT;
}

// One graph with a result for each row that takes this dtype.
static Graph *all_maps(Arena *a, Type t) {
  Graph *g = graph_new(a, arena_printf(a, "maps %s", TYPE_STR(t)));
  Id x[3], results[OP_COUNT];
  int n = 0;
  for (int i = 0; i < 3; i++) x[i] = graph_param(g, t, "x");
  Id p = graph_param(g, (Type){DT_BOOL, t.rank, t.dim}, "p");
  for (int op = 0; op < OP_COUNT; op++) {
    const OpInfo *info = op_info((Op)op);
    if (info->op_class != CLASS_MAP || info->attrs || op == OP_complex) continue;
    if (!(info->accepts & accepts(t.dtype))) continue;
    Id args[3] = {op == OP_select ? p : x[0], x[1], x[2]};
    results[n++] = graph_add(g, (Op)op, info->args, args, NULL);
  }
  graph_set_results(g, n, results);
  return g;
}

// Row-major shapes, each ended by -1.
static const int64_t shapes[][4] = {{-1},    {0, -1},  {1, -1},       {5, 0, 3, -1},
                                    {7, -1}, {33, -1}, {3, 5, 7, -1}, {1000, -1}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static Type shape_type(Dtype d, int i) {
  int rank = 0;
  while (shapes[i][rank] >= 0) rank++;
  return (Type){d, rank, shapes[i]};
}

static void maps(void) {
  for (int d = 0; d < DT_REAL_COUNT; d++)
    for (int s = 0; s < SHAPES; s++) {
      if (s != 0 && s != 1 && s != SHAPES - 1 && (d + s) % 3)
        continue;  // a third of the rest: compiling is slow
      Arena *a = arena_new();
      same_on_cpu(all_maps(a, shape_type((Dtype)d, s)));
      EXPECT_OK();
      arena_free(a);
    }
}

static void conversions(void) {
  for (int d = 0; d < DT_REAL_COUNT; d++) {
    Arena *a = arena_new();
    Graph *g = graph_new(a, arena_printf(a, "convert from %s", dtype_name((Dtype)d)));
    Id x = graph_param(g, shape_type((Dtype)d, SHAPES - 1), "x"), results[DT_REAL_COUNT * 2];
    int n = 0;
    for (int to = 0; to < DT_REAL_COUNT; to++) {
      results[n++] = b_convert(g, x, (Dtype)to);
      bool equal =
          dtype_size((Dtype)to) == dtype_size((Dtype)d) && (to == DT_BOOL) == (d == DT_BOOL);
      if (equal && !dtype_is_float((Dtype)to)) results[n++] = b_bitcast(g, x, (Dtype)to);
    }
    graph_set_results(g, n, results);
    same_on_cpu(g);
    arena_free(a);
  }
}

static void powers(void) {
  Arena *a = arena_new();
  static const Dtype dtypes[] = {DT_F32, DT_F64, DT_I32, DT_U8, DT_I8, DT_I16, DT_U16, DT_U64};
  for (int d = 0; d < 8; d++) {
    Graph *g = graph_new(a, "powers");
    Id x = graph_param(g, type_of(dtypes[d], INTS(50)), "x"), results[9];
    for (int e = 0; e < 9; e++) results[e] = b_power(g, x, dtype_is_float(dtypes[d]) ? e - 3 : e);
    graph_set_results(g, 9, results);
    same_on_cpu(g);
  }
  arena_free(a);
}

int main(void) {
  RUN(maps);
  RUN(conversions);
  RUN(powers);
  return tests_done();
}
