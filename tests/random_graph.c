// Random well-typed graphs.
#include "tests/random_graph.h"

#include <math.h>
#include <string.h>

#include "ir/eval.h"
#include "tests/random_gen.h"

// ---- numbers

static double random_double(uint64_t *state) {
  static const double corners[] = {0.0, -0.0, 1.0,   -1.0,   0.5,    2.0,  INFINITY, -INFINITY,
                                   NAN, 3.0,  1e-40, -1e-42, 5e-324, 3e38, -1e10,    0.1};
  const uint64_t r = next(state);
  if (r % 3 == 0) return corners[(r >> 8) % (sizeof corners / sizeof *corners)];
  return ((double)(int64_t)next(state) * 0x1p-63) * (r & 64 ? 4.0 : 100.0);
}

static int64_t random_int(uint64_t *state) {
  static const int64_t corners[] = {0,  1,   -1,  2,    INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN,
                                    31, 255, 127, -128, INT16_MAX, INT16_MIN, 65535};
  const uint64_t r = next(state);
  if (r % 3 == 0) return corners[(r >> 8) % (sizeof corners / sizeof *corners)];
  return (int64_t)(next(state) % 21) - 10;
}

void random_elements(uint64_t seed, Type t, void *out) {
  char *to = out;
  for (int64_t i = 0; i < type_count(t); i++, to += dtype_size(t.dtype)) {
    const double v = random_double(&seed);
    const int64_t n = t.dtype == DT_BOOL ? (int64_t)(next(&seed) & 1) : random_int(&seed);
    if (dtype_is_float(t.dtype)) eval_op(OP_convert, DT_F64, t.dtype, 1, to, (const void *[]){&v});
    else memcpy(to, &n, dtype_size(t.dtype));
  }
}

// ---- one function per kind of op: adds a node and gives its first result

static Id make_map(Gen *r, Op op) {
  const Id x = any_for(r, op, 0);
  Id args[3] = {x, NO_ID, NO_ID};
  for (int i = 1; i < op_info(op)->args; i++) args[i] = of_type(r, type_in(r, x));
  return graph_add(r->g, op, op_info(op)->args, args, NULL);
}

static Id make_select(Gen *r, Op op) {
  const Id x = any_for(r, op, 0);
  const Type t = type_in(r, x), p = {DT_BOOL, t.rank, t.dim};
  const Id which = of_type(r, p), y = of_type(r, t);
  return graph_add(r->g, op, 3, (Id[]){which, x, y}, NULL);
}

static Id make_power(Gen *r, Op op) {
  const Id x = any_for(r, op, 0);
  const bool is_float = dtype_is_float(type_in(r, x).dtype);
  return add1(r, op, x, &(Attrs){.exponent = between(r, is_float ? -3 : 0, 5)});
}

static Id make_reduce_precision(Gen *r, Op op) {
  const Attrs at = {.exponent_bits = between(r, 1, 11), .mantissa_bits = between(r, 0, 52)};
  return add1(r, op, any_for(r, op, 0), &at);
}

static Id make_convert(Gen *r, Op op) {
  const unsigned every = ACCEPTS_FLOAT | ACCEPTS_INT | ACCEPTS_BOOL;
  const Id x = any_for(r, op, 0);
  return add1(r, op, x, &(Attrs){.dtype = random_dtype(r, every)});
}

static Id make_bitcast(Gen *r, Op op) {
  const Id x = any(r, ACCEPTS_FLOAT | ACCEPTS_INT, 0);
  Dtype d;
  do d = random_dtype(r, ACCEPTS_FLOAT | ACCEPTS_INT);
  while (dtype_size(d) != dtype_size(type_in(r, x).dtype) && d != type_in(r, x).dtype &&
         !chance(r, 50));
  if (dtype_size(d) != dtype_size(type_in(r, x).dtype)) d = type_in(r, x).dtype;
  return add1(r, op, x, &(Attrs){.dtype = d});
}

static Id make_reduce(Gen *r, Op op) {
  const Id x = any_for(r, op, 0);
  const Ints axes = some_of(r, type_in(r, x).rank, 0);
  if (chance(r, 2)) return b_reduce(r->g, op, x, axes);
  return add1(r, op, x, &(Attrs){.axes = axes, .order = chance(r, 2) ? ORDER_ROWS : ORDER_COLS});
}

static Id make_argreduce(Gen *r, Op op) {
  Id x = any_for(r, op, 1);
  if (!type_count(type_in(r, x))) x = new_constant(r, type_of(DT_F32, INTS(3, 2)));
  return b_argreduce(r->g, op, x, (int)between(r, 0, type_in(r, x).rank - 1));
}

// The operands share some dimensions, in any order, and have one or two of their own.
static Id make_dot(Gen *r, Op op) {
  const Id x = any_for(r, op, 0);
  const Type t = type_in(r, x);
  int64_t order[MAX_RANK], dim[MAX_RANK], place[MAX_RANK], rhs_batch[MAX_RANK],
      rhs_contract[MAX_RANK];
  for (int i = 0; i < t.rank; i++) order[i] = i;
  shuffle(r, order, t.rank);
  const int shared = (int)between(r, 0, t.rank), nbatch = (int)between(r, 0, shared / 2);
  const int rank = shared + (int)between(r, 0, 1);
  for (int i = 0; i < rank; i++) place[i] = i, dim[i] = between(r, 1, 3);
  shuffle(r, place, rank);
  for (int i = 0; i < shared; i++) {
    dim[place[i]] = t.dim[order[i]];
    if (i < nbatch) rhs_batch[i] = place[i];
    else rhs_contract[i - nbatch] = place[i];
  }
  const Id y = of_type(r, (Type){t.dtype, rank, dim});
  const int k = shared - nbatch;
  return b_dot(r->g, x, y, ints(r, nbatch, order), ints(r, nbatch, rhs_batch),
               ints(r, k, order + nbatch), ints(r, k, rhs_contract));
}

static Id make_broadcast(Gen *r, Op op) {
  const Id x = any_for(r, op, 0);
  const Type t = type_in(r, x);
  int64_t shape[MAX_RANK], dims[MAX_RANK], count = type_count(t);
  const int rank = t.rank + (int)between(r, 0, 2);
  for (int i = 0; i < rank; i++) dims[i] = i, shape[i] = count > 32 ? 1 : between(r, 1, 3);
  shuffle(r, dims, rank);
  for (int i = 0; i < t.rank; i++) {
    if (t.dim[i] != 1 || chance(r, 2)) shape[dims[i]] = t.dim[i];
  }
  return add1(r, op, x, &(Attrs){.shape = {rank, shape}, .dims = {t.rank, dims}});
}

static Id make_reshape(Gen *r, Op op) {
  const Id x = any_for(r, op, 0);
  int64_t shape[MAX_RANK], left = type_count(type_in(r, x));
  int rank = 0;
  for (int i = 0; i < 3; i++) {
    const int64_t f = between(r, 1, 4);
    if (left % f == 0 && chance(r, 2)) shape[rank++] = f, left = left ? left / f : 0;
  }
  if (left != 1 || chance(r, 2)) shape[rank++] = left;
  shuffle(r, shape, rank);
  return add1(r, op, x, &(Attrs){.shape = {rank, shape}});
}

static Id make_transpose(Gen *r, Op op) {
  const Id x = any_for(r, op, 0);
  const int rank = type_in(r, x).rank;
  int64_t perm[MAX_RANK];
  for (int i = 0; i < rank; i++) perm[i] = i;
  shuffle(r, perm, rank);
  return add1(r, op, x, &(Attrs){.perm = {rank, perm}});
}

static Id make_slice(Gen *r, Op op) {
  const Id x = any_for(r, op, 0);
  const Type t = type_in(r, x);
  int64_t start[MAX_RANK], limit[MAX_RANK], stride[MAX_RANK];
  for (int i = 0; i < t.rank; i++) {
    const bool whole = chance(r, 3);
    start[i] = whole ? 0 : between(r, 0, t.dim[i]);
    limit[i] = whole ? t.dim[i] : between(r, start[i], t.dim[i]);
    stride[i] = whole ? 1 : between(r, 1, 3);
  }
  return add1(
      r, op, x,
      &(Attrs){.start = {t.rank, start}, .limit = {t.rank, limit}, .stride = {t.rank, stride}});
}

static Id make_pad(Gen *r, Op op) {
  const Id x = any_for(r, op, 0);
  const Type t = type_in(r, x);
  int64_t low[MAX_RANK], high[MAX_RANK], interior[MAX_RANK], count = type_count(t);
  for (int i = 0; i < t.rank; i++) {
    const bool grows = count < 32;
    interior[i] = grows && chance(r, 3) ? between(r, 0, 2) : 0;
    low[i] = t.dim[i] > 1 ? between(r, -1, grows) : 0;
    high[i] = grows ? between(r, 0, 1) : 0;
  }
  const Id value = of_type(r, type_scalar(t.dtype));
  return graph_add(
      r->g, op, 2, (Id[]){x, value},
      &(Attrs){.low = {t.rank, low}, .high = {t.rank, high}, .interior = {t.rank, interior}});
}

static Id make_reverse(Gen *r, Op op) {
  const Id x = any_for(r, op, 0);
  return add1(r, op, x, &(Attrs){.axes = some_of(r, type_in(r, x).rank, 0)});
}

static Id make_concatenate(Gen *r, Op op) {
  const Id x = any_for(r, op, 1);
  const Type t = type_in(r, x);
  const int n = (int)between(r, 1, 3), axis = (int)between(r, 0, t.rank - 1);
  Id args[3] = {x};
  for (int i = 1; i < n; i++) {
    int64_t dim[MAX_RANK];
    memcpy(dim, t.dim, sizeof *dim * (size_t)t.rank);
    if (chance(r, 2)) dim[axis] = between(r, 0, 2);
    args[i] = of_type(r, (Type){t.dtype, t.rank, dim});
  }
  return graph_add(r->g, op, n, args, &(Attrs){.axis = axis});
}

static Id make_iota(Gen *r, Op op) {
  (void)op;
  const Type t = random_type(r, random_dtype(r, ACCEPTS_FLOAT | ACCEPTS_INT), 1);
  return b_iota(r->g, t, (int)between(r, 0, t.rank - 1));
}

static Id make_constant(Gen *r, Op op) {
  (void)op;
  return new_constant(r, random_type(r, random_dtype(r, 7), 0));
}

// ---- indexing

Windows random_windows(Gen *r, Type x) {
  Windows w = {0};
  int64_t sizes[MAX_RANK], collapsed[MAX_RANK], map[MAX_RANK], kept[MAX_RANK];
  int64_t batch[MAX_RANK], dim[MAX_RANK], index_dim[MAX_RANK];
  int ncollapsed = 0, nmap = 0, nkept = 0, nbatch = (int)between(r, 0, 2), rank = 0;
  const int paired = x.rank > 1 && chance(r, 3) ? (int)between(r, 0, x.rank - 1) : -1;
  for (int i = 0; i < x.rank; i++) {
    sizes[i] = i == paired ? (x.dim[i] > 0) : between(r, x.dim[i] > 0, x.dim[i]);
    if (i == paired) continue;
    if (chance(r, 2)) map[nmap++] = i;
    if (sizes[i] == 1 && chance(r, 2)) collapsed[ncollapsed++] = i;
    else kept[nkept++] = sizes[i];
  }
  shuffle(r, map, nmap);
  for (int i = 0; i < nbatch; i++) batch[i] = between(r, 1, 3);
  const int64_t pair_at = paired >= 0 ? nbatch : -1;
  if (paired >= 0) batch[nbatch++] = x.dim[paired];
  const int vector = nmap == 1 && chance(r, 2) ? nbatch : (int)between(r, 0, nbatch);
  const bool implicit = vector == nbatch && nmap == 1 && chance(r, 2);
  for (int i = 0; i < nbatch + 1; i++) {
    if (i == vector && !implicit) index_dim[rank++] = nmap;
    if (i < nbatch) index_dim[rank++] = batch[i];
  }
  const Ints offsets = some_of(r, nbatch + nkept, nkept);
  const Ints offset = {nkept, offsets.v};
  for (int i = 0, b = 0, k = 0; i < nbatch + nkept; i++)
    dim[i] = ints_has(offset, i) ? kept[k++] : batch[b++];
  const int64_t pair[] = {paired}, pair_index[] = {pair_at + (pair_at >= vector && !implicit)};
  w.at = (Attrs){.offset_dims = ints(r, nkept, offset.v),
                 .collapsed_dims = ints(r, ncollapsed, collapsed),
                 .operand_batch = ints(r, paired >= 0, pair),
                 .index_batch = ints(r, paired >= 0, pair_index),
                 .index_map = ints(r, nmap, map),
                 .index_vector_dim = vector,
                 .slice_sizes = ints(r, x.rank, sizes),
                 .mode = chance(r, 2) ? MODE_CLIP : MODE_FILL};
  w.indices = type_of(DT_I32, ints(r, rank, index_dim));
  w.window = type_of(x.dtype, ints(r, nbatch + nkept, dim));
  return w;
}

static Id make_gather(Gen *r, Op op) {
  const Id x = any_for(r, op, 0);
  const Windows w = random_windows(r, type_in(r, x));
  if (type_count(w.window) > RANDOM_ELEMENTS) return x;
  return graph_add(r->g, op, 2, (Id[]){x, of_type(r, w.indices)}, &w.at);
}

static Id make_scatter(Gen *r, Op op) {
  const Id x = any_for(r, op, 0);
  const Windows w = random_windows(r, type_in(r, x));
  if (type_count(w.window) > RANDOM_ELEMENTS) return x;
  const Id indices = of_type(r, w.indices), updates = of_type(r, w.window);
  return graph_add(r->g, op, 3, (Id[]){x, indices, updates}, &w.at);
}

static int add_starts(Gen *r, int rank, Id *args) {
  for (int i = 0; i < rank; i++)
    args[i] = of_type(r, type_scalar(chance(r, 4) ? random_dtype(r, ACCEPTS_INT) : DT_I32));
  return rank;
}

static Id make_dynamic_slice(Gen *r, Op op) {
  const Id x = any_for(r, op, 0);
  const Type t = type_in(r, x);
  int64_t sizes[MAX_RANK];
  Id args[MAX_RANK + 1] = {x};
  for (int i = 0; i < t.rank; i++) sizes[i] = chance(r, 3) ? t.dim[i] : between(r, 0, t.dim[i]);
  const int n = 1 + add_starts(r, t.rank, args + 1);
  return graph_add(r->g, op, n, args, &(Attrs){.slice_sizes = {t.rank, sizes}});
}

static Id make_dynamic_update(Gen *r, Op op) {
  const Id x = any_for(r, op, 0);
  const Type t = type_in(r, x);
  int64_t dim[MAX_RANK];
  for (int i = 0; i < t.rank; i++) dim[i] = chance(r, 3) ? t.dim[i] : between(r, 0, t.dim[i]);
  Id args[MAX_RANK + 2] = {x, of_type(r, (Type){t.dtype, t.rank, dim})};
  return graph_add(r->g, op, 2 + add_starts(r, t.rank, args + 2), args, NULL);
}

static Id make_sort(Gen *r, Op op) {
  const Id x = any_for(r, op, 1);
  const Type t = type_in(r, x);
  const int n = (int)between(r, 1, 3);
  Id args[3] = {x};
  for (int i = 1; i < n; i++) args[i] = of_type(r, (Type){random_dtype(r, 7), t.rank, t.dim});
  return graph_add(r->g, op, n, args, &(Attrs){.axis = between(r, 0, t.rank - 1)});
}

// ---- windows

static Ints numbers(Gen *r, int n, int64_t low, int64_t high) {
  int64_t v[MAX_RANK];
  for (int i = 0; i < n; i++) v[i] = between(r, low, high);
  return ints(r, n, v);
}

// Windows of up to 3 elements; the padding lets one fit.
static Attrs window_attrs(Gen *r, int n) {
  return (Attrs){.window = numbers(r, n, 1, 3),
                 .stride = numbers(r, n, 1, 3),
                 .low = numbers(r, n, -1, 3),
                 .high = numbers(r, n, -1, 3),
                 .lhs_dilation = numbers(r, n, 1, 2),
                 .rhs_dilation = numbers(r, n, 1, 2)};
}

// Windows of x, in each of its dimensions, or places in the windows that an element is in.
static Id make_affine(Gen *r, Op op) {
  const Id x = any_for(r, op, 0);
  const Type t = type_in(r, x);
  int64_t map[MAX_LIST] = {0}, shape[MAX_RANK];
  if (2 * t.rank > MAX_RANK) return x;
  for (int i = 0; i < t.rank; i++) {
    const int64_t step = between(r, 1, 3);
    map[i * 2 * t.rank + i] = chance(r, 4) ? -step : step;
    map[i * 2 * t.rank + t.rank + i] = between(r, -2, 2);
    shape[i] = between(r, 0, t.dim[i] + 2);
    shape[t.rank + i] = between(r, 1, 3);
  }
  const Attrs at = {.shape = {2 * t.rank, shape},
                    .map = {2 * t.rank * t.rank, map},
                    .start = numbers(r, t.rank, -3, 3),
                    .stride = numbers(r, t.rank, 1, 2)};
  if (type_count((Type){t.dtype, 2 * t.rank, shape}) > 4 * RANDOM_ELEMENTS) return x;
  return graph_add(r->g, op, 2, (Id[]){x, of_type(r, type_scalar(t.dtype))}, &at);
}

static Id make_conv(Gen *r, Op op) {
  const int n = (int)between(r, 0, 2);
  Attrs at = window_attrs(r, n);
  at.window = (Ints){0};
  at.feature_groups = between(r, 1, 2);
  at.batch_groups = at.feature_groups == 1 ? between(r, 1, 2) : 1;
  int64_t dims[3][MAX_RANK], x[MAX_RANK], k[MAX_RANK], inputs = between(r, 1, 3);
  for (int l = 0; l < 3; l++) {
    for (int i = 0; i < n + 2; i++) dims[l][i] = i;
    shuffle(r, dims[l], n + 2);
  }
  x[dims[0][0]] = at.batch_groups * between(r, 1, 2);
  x[dims[0][1]] = at.feature_groups * inputs;
  k[dims[1][0]] = at.feature_groups * at.batch_groups * between(r, 1, 2);
  k[dims[1][1]] = inputs;
  for (int i = 0; i < n; i++)
    x[dims[0][2 + i]] = between(r, 0, 5), k[dims[1][2 + i]] = between(r, 1, 3);
  at.lhs_dims = (Ints){n + 2, dims[0]};
  at.rhs_dims = (Ints){n + 2, dims[1]};
  at.out_dims = (Ints){n + 2, dims[2]};
  const Dtype d = random_dtype(r, op_info(op)->accepts);
  const Id lhs = of_type(r, (Type){d, n + 2, x}), rhs = of_type(r, (Type){d, n + 2, k});
  return graph_add(r->g, op, 2, (Id[]){lhs, rhs}, &at);
}

static Op random_combiner(Gen *r, Dtype d) {
  static const Op ops[] = {OP_max, OP_min, OP_mul, OP_add, OP_sub};
  return ops[between(r, 0, d == DT_BOOL ? 3 : 4)];
}

static Id make_reduce_window(Gen *r, Op op) {
  const Id x = any_for(r, op, 0);
  const Type t = type_in(r, x);
  Attrs at = window_attrs(r, t.rank);
  at.body = combiner_graph(r->g->arena, random_combiner(r, t.dtype), t.dtype);
  return graph_add(r->g, op, 2, (Id[]){x, of_type(r, type_scalar(t.dtype))}, &at);
}

static Id make_select_and_scatter(Gen *r, Op op) {
  const Id x = any_for(r, op, 0);
  const Type t = type_in(r, x);
  Attrs at = window_attrs(r, t.rank);
  at.lhs_dilation = at.rhs_dilation = (Ints){0};
  at.cond = combiner_graph(r->g->arena, chance(r, 2) ? OP_ge : OP_lt, t.dtype);
  at.body = combiner_graph(r->g->arena, random_combiner(r, t.dtype), t.dtype);
  int64_t dim[MAX_RANK];
  for (int i = 0; i < t.rank; i++)
    window_count(t.dim[i], window_dim(&at, at.window.v[i], i), &dim[i]);
  const Id source = of_type(r, (Type){t.dtype, t.rank, dim});
  const Id init = of_type(r, type_scalar(t.dtype));
  return graph_add(r->g, op, 3, (Id[]){x, source, init}, &at);
}

static Id make_cumulative(Gen *r, Op op) {
  const Id x = any_for(r, op, 1);
  const Type t = type_in(r, x);
  return add1(r, op, x,
              &(Attrs){.axis = between(r, 0, t.rank - 1),
                       .backwards = between(r, 0, 1),
                       .body = combiner_graph(r->g->arena, random_combiner(r, t.dtype), t.dtype)});
}

static Id make_barrier(Gen *r, Op op) {
  Id args[3];
  const int n = (int)between(r, 1, 3);
  for (int i = 0; i < n; i++) args[i] = any_for(r, op, 0);
  return graph_add(r->g, op, n, args, NULL);
}

static Id make_top_k(Gen *r, Op op) {
  const Id x = any_for(r, op, 1);
  const Type t = type_in(r, x);
  return graph_add(r->g, op, 1, &x, &(Attrs){.k = between(r, 0, t.dim[t.rank - 1])});
}

// Of three lanes, as many as the tests batch.
static Id make_all_gather(Gen *r, Op op) {
  const Id x = any_for(r, op, 0), lane = of_type(r, type_scalar(DT_I32));
  return graph_add(r->g, op, 2, (Id[]){x, lane}, &(Attrs){.size = 3});
}

// ---- all

static Make *const by_class[] = {
    [CLASS_MAP] = make_map,
    [CLASS_REDUCE] = make_reduce,
    [CLASS_ARGREDUCE] = make_argreduce,
    [CLASS_DOT] = make_dot,
    [CLASS_BARRIER] = make_barrier,
    [CLASS_SORT] = make_sort,
    [CLASS_SCATTER] = make_scatter,
};
static Make *const by_op[OP_COUNT] = {
    [OP_select] = make_select,
    [OP_integer_pow] = make_power,
    [OP_reduce_precision] = make_reduce_precision,
    [OP_convert] = make_convert,
    [OP_bitcast_convert] = make_bitcast,
    [OP_broadcast] = make_broadcast,
    [OP_reshape] = make_reshape,
    [OP_transpose] = make_transpose,
    [OP_slice] = make_slice,
    [OP_pad] = make_pad,
    [OP_affine] = make_affine,
    [OP_conv] = make_conv,
    [OP_reduce_window] = make_reduce_window,
    [OP_select_and_scatter] = make_select_and_scatter,
    [OP_cumulative] = make_cumulative,
    [OP_reverse] = make_reverse,
    [OP_concatenate] = make_concatenate,
    [OP_iota] = make_iota,
    [OP_constant] = make_constant,
    [OP_gather] = make_gather,
    [OP_dynamic_slice] = make_dynamic_slice,
    [OP_dynamic_update_slice] = make_dynamic_update,
    [OP_call] = make_call,
    [OP_while] = make_while,
    [OP_switch] = make_switch,
    [OP_remat] = make_call,
    [OP_all_gather] = make_all_gather,
    [OP_custom_jvp] = make_custom,
    [OP_custom_vjp] = make_custom,
    [OP_reduce] = make_general_reduce,
    [OP_scatter] = make_general_scatter,
    [OP_sort_by] = make_sort_by,
    [OP_top_k] = make_top_k,
};

// No complex numbers, none of the factorizations, whose errors grow with the condition, and not
// what has no value.
bool random_graph_lacks(Op op) {
  return op == OP_complex || op == OP_custom_linear || (op >= OP_fft && op <= OP_svd) ||
         op_info(op)->accepts == ACCEPTS_COMPLEX;
}

void random_nodes(Gen *r, int n) {
  for (int i = 0; i < n; i++) {
    const Op op = (Op)between(r, 0, OP_COUNT - 1);
    const OpClass c = op_info(op)->op_class;
    if (random_graph_lacks(op)) continue;
    Make *make = by_op[op] ? by_op[op] : by_class[c];
    if (!make) BUG("%s: random_graph has no maker for it", op_info(op)->name);
    if ((c == CLASS_CONTROL && r->depth <= 0) || (r->options->allows && !r->options->allows(op)))
      continue;
    if (r->scalars && op == OP_all_gather) continue;
    r->g->loc = (Loc){"random.c", (int)between(r, 1, 99), 0};
    if (make(r, op) == NO_ID) BUG("random_graph: %s", diag_message());
  }
}

Graph *random_graph(Arena *a, RandomGraph options) {
  Gen r = {graph_new(a, "random"), options.seed, &options, options.depth};
  const int nparams = (int)between(&r, 0, 4);
  for (int i = 0; i < nparams; i++) {
    static const char *const names[] = {NULL, "x", "w.layer[0]", "add"};
    const Type t = random_type(&r, random_dtype(&r, 7), 0);
    graph_param(r.g, t, names[between(&r, 0, 3)]);
  }
  random_nodes(&r, options.nodes);
  Id results[4];
  const int n = (int)between(&r, 1, 4);
  for (int i = 0; i < n; i++) results[i] = any(&r, 7, 0);
  graph_set_results(r.g, n, results);
  return r.g;
}
