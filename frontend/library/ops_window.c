// Convolutions, pools and cumulative functions of the public API.
#include <stdlib.h>
#include <string.h>

#include "compiler/view.h"
#include "frontend/library/ops.h"
#include "ir/window.h"

enum { MOST_SPATIAL = 6 };

// ---- options as integers: lists in front of which stands their length

typedef struct Packed {
  int64_t v[CALL_MAX_OPTIONS];
  int n;
} Packed;

static void pack_list(Packed *p, Ints v) {
  p->v[p->n++] = v.n;
  for (int i = 0; i < v.n; i++) p->v[p->n++] = v.v[i];
}

static Ints unpack_list(Ints options, int *at) {
  const Ints v = {(int)options.v[*at], options.v + *at + 1};
  *at += 1 + v.n;
  return v;
}

static bool list_ok(const jc_dims *d, int most, Loc loc, const char *who, const char *what) {
  return (d->n >= 0 && d->n <= most) || fail(loc, "%s: %d %s, at most %d", who, d->n, what, most);
}

// ---- windows along spatial dimensions

// Value i of a list of n, of which one alone counts for all; none: `otherwise`.
static int64_t one_of(Ints v, int i, int64_t otherwise) {
  return v.n == 0 ? otherwise : v.v[v.n == 1 ? 0 : i];
}

static bool fits_spatial(Np *n, Ints v, int spatial, const char *what) {
  if (v.n <= 1 || v.n == spatial) return true;
  np_fail(n, "%d %s for %d spatial dimensions", v.n, what, spatial);
  return false;
}

// Padding of dimension i: given, or such that ceil(size / stride) windows fit (the odd one behind).
static void pads_of(int64_t size, int64_t span, int64_t stride, int padding, Ints pads, int i,
                    int64_t *low, int64_t *high) {
  *low = *high = 0;
  if (pads.n) {
    *low = pads.v[2 * i], *high = pads.v[2 * i + 1];
  } else if (padding == JC_SAME && stride > 0) {
    const int64_t missing = (size ? (size - 1) / stride * stride : 0) + span - size;
    *low = missing > 0 ? missing / 2 : 0, *high = missing > 0 ? missing - *low : 0;
  }
}

// ---- convolution

// Places of batch (or output features), channels (or input features) and space in a layout.
static bool layout_dims(const char *s, int rank, const char *two, const char *space,
                        int64_t *dims) {
  for (int i = 0; i < rank; i++) {
    const char wanted = i < 2 ? two[i] : space[i - 2];
    const char *found = memchr(s, wanted, (size_t)rank);
    if (!found) return false;
    dims[i] = found - s;
  }
  return true;
}

static bool parse_layout(const char *s, int rank, int64_t dims[3][MAX_RANK]) {
  static const char *const space[] = {"", "W", "HW", "DHW"};
  if (!s) {
    for (int i = 0; i < rank; i++) {
      dims[0][i] = dims[2][i] = i == 0 ? 0 : i == 1 ? rank - 1 : i - 1;
      dims[1][i] = i == 0 ? rank - 1 : i == 1 ? rank - 2 : i - 2;
    }
    return true;
  }
  if (rank > 5 || strlen(s) != 3 * (size_t)rank + 2 || s[rank] != ',' || s[2 * rank + 1] != ',')
    return false;
  return layout_dims(s, rank, "NC", space[rank - 2], dims[0]) &&
         layout_dims(s + rank + 1, rank, "OI", space[rank - 2], dims[1]) &&
         layout_dims(s + 2 * rank + 2, rank, "NC", space[rank - 2], dims[2]);
}

typedef struct Conv {
  bool transposed;
  int padding;
  int64_t groups;
  Ints strides, pads, dilation, lhs_dilation, dims[3];
} Conv;

static Conv unpack_conv(Ints o) {
  Conv c = {.transposed = o.v[0], .padding = (int)o.v[1], .groups = o.v[2]};
  int at = 3;
  c.strides = unpack_list(o, &at), c.pads = unpack_list(o, &at);
  c.dilation = unpack_list(o, &at), c.lhs_dilation = unpack_list(o, &at);
  for (int i = 0; i < 3; i++) c.dims[i] = unpack_list(o, &at);
  return c;
}

// JAX's conv_transpose: the operand's elements stand `stride` apart.
static void transposed_pads(int64_t span, int64_t stride, int padding, int64_t *low,
                            int64_t *high) {
  int64_t all = span + stride - 2;
  if (padding == JC_SAME) {
    *low = stride > span - 1 ? span - 1 : (all + 1) / 2;
  } else {
    if (span > stride) all += span - stride;
    *low = span - 1;
  }
  *high = all - *low;
}

static Val conv_node(Np *n, Val x, Val w, const Conv *c) {
  const Type tx = np_type(n, x), tw = np_type(n, w);
  const int spatial = tx.rank - 2;
  int64_t list[5][MAX_RANK];  // stride, low, high, lhs_dilation, rhs_dilation
  for (int i = 0; i < spatial; i++) {
    const int64_t stride = one_of(c->strides, i, 1), by = one_of(c->dilation, i, 1);
    const int64_t size = tx.dim[c->dims[0].v[2 + i]], taps = tw.dim[c->dims[1].v[2 + i]];
    list[3][i] = c->transposed ? stride : one_of(c->lhs_dilation, i, 1);
    list[4][i] = by;
    list[0][i] = c->transposed ? 1 : stride;
    if (by < 1 || stride < 1 || list[3][i] < 1)
      return np_fail(n, "a stride or dilation is below 1");
    const int64_t span = dilated(taps, by), wide = dilated(size, list[3][i]);
    if (c->transposed && !c->pads.n)
      transposed_pads(span, stride, c->padding, &list[1][i], &list[2][i]);
    else pads_of(wide, span, list[0][i], c->padding, c->pads, i, &list[1][i], &list[2][i]);
  }
  const Attrs at = {.lhs_dims = c->dims[0],
                    .rhs_dims = c->dims[1],
                    .out_dims = c->dims[2],
                    .stride = {spatial, list[0]},
                    .low = {spatial, list[1]},
                    .high = {spatial, list[2]},
                    .lhs_dilation = {spatial, list[3]},
                    .rhs_dilation = {spatial, list[4]},
                    .feature_groups = c->groups,
                    .batch_groups = 1};
  return np_val(graph_add(n->g, OP_conv, 2, (Id[]){x.id, w.id}, &at));
}

static Val build_convolution(Np *n, int k, const Val *v, Ints options) {
  const Conv c = unpack_conv(options);
  Val x = v[0], w = v[1];
  (void)k;
  if (np_bad(x) || np_bad(w)) return NP_BAD;
  const Type tx = np_type(n, x), tw = np_type(n, w);
  const int rank = c.dims[0].n;
  if (tx.rank != rank || tw.rank != rank)
    return np_fail(n, "takes x and w of rank %d each: %s and %s", rank, TYPE_STR(tx), TYPE_STR(tw));
  if (!fits_spatial(n, c.strides, rank - 2, "strides") ||
      !fits_spatial(n, c.dilation, rank - 2, "dilations") ||
      !fits_spatial(n, c.lhs_dilation, rank - 2, "dilations of x"))
    return NP_BAD;
  if (c.pads.n && c.pads.n != 2 * (rank - 2))
    return np_fail(n, "%d pads for %d spatial dimensions, two for each", c.pads.n, rank - 2);
  const int64_t channels = tx.dim[c.dims[0].v[1]], inputs = tw.dim[c.dims[1].v[1]];
  if (c.groups < 1 || channels != inputs * c.groups)
    return np_fail(n, "%s has %lld channels, but %s takes %lld in each of %lld groups",
                   TYPE_STR(tx), (long long)channels, TYPE_STR(tw), (long long)inputs,
                   (long long)c.groups);
  return conv_node(n, x, w, &c);
}

static bool padding_ok(jc_padding padding, Loc loc, const char *who) {
  return (unsigned)padding <= JC_SAME || fail(loc, "%s: %d is no padding", who, (int)padding);
}

static jc_array convolution(const Fn *fn, jc_array x, const struct jc_conv *c, bool transposed,
                            Loc loc) {
  const char *who = fn->name;
  if (!slot_need(c->w, loc, who, "argument 1")) return handle_poison();
  const int rank =
      c->layout ? (int)((strlen(c->layout) - 2) / 3) : jc_rank_(c->w, loc.file, loc.line);
  int64_t dims[3][MAX_RANK];
  const int64_t groups = c->groups ? c->groups : 1;
  Packed p = {.v = {transposed, c->padding, groups}, .n = 3};
  if (rank < 2 || rank > MOST_SPATIAL + 2 || (c->layout && strlen(c->layout) < 8) ||
      !parse_layout(c->layout, rank, dims)) {
    if (!failed())
      fail(loc, "%s: takes a layout like \"NHWC,HWIO,NHWC\" and rank 2 to %d", who,
           MOST_SPATIAL + 2);
    return handle_poison();
  }
  if (!padding_ok(c->padding, loc, who) ||
      !list_ok(&c->strides, MOST_SPATIAL, loc, who, "strides") ||
      !list_ok(&c->pads, 2 * MOST_SPATIAL, loc, who, "pads") ||
      !list_ok(&c->dilation, MOST_SPATIAL, loc, who, "dilations") ||
      !list_ok(&c->lhs_dilation, MOST_SPATIAL, loc, who, "dilations"))
    return handle_poison();
  pack_list(&p, ops_dims(&c->strides)), pack_list(&p, ops_dims(&c->pads));
  pack_list(&p, ops_dims(&c->dilation)), pack_list(&p, ops_dims(&c->lhs_dilation));
  for (int i = 0; i < 3; i++) pack_list(&p, (Ints){rank, dims[i]});
  return call(fn, 2, (jc_array[]){x, c->w}, (Ints){p.n, p.v}, loc);
}

jc_array jc_conv_(jc_array x, struct jc_conv c, const char *file, int line) {
  static const Fn fn = {"conv", build_convolution, 0};
  return convolution(&fn, x, &c, false, HERE(file, line));
}

jc_array jc_conv_transpose_(jc_array x, struct jc_conv c, const char *file, int line) {
  static const Fn fn = {"conv_transpose", build_convolution, 0};
  return convolution(&fn, x, &c, true, HERE(file, line));
}

// ---- pools: x is [N, space.., C]

static Val pooled(Np *n, Val x, Op combine, Ints options) {
  int at = 1;
  const Ints window = unpack_list(options, &at), strides = unpack_list(options, &at),
             pads = unpack_list(options, &at);
  if (np_bad(x)) return NP_BAD;
  const Type t = np_type(n, x);
  const int spatial = t.rank - 2;
  if (spatial < 1 || window.n != spatial)
    return np_fail(n, "a window of rank %d for %s, which is [N, space.., C]", window.n,
                   TYPE_STR(t));
  if (!fits_spatial(n, strides, spatial, "strides")) return NP_BAD;
  if (pads.n && pads.n != 2 * spatial)
    return np_fail(n, "%d pads for %d spatial dimensions, two for each", pads.n, spatial);
  int64_t list[5][MAX_RANK];  // window, stride, low, high, ones
  for (int i = 0; i < t.rank; i++) {
    const bool inner = i > 0 && i < t.rank - 1;
    list[0][i] = inner ? window.v[i - 1] : 1;
    list[1][i] = inner ? one_of(strides, i - 1, 1) : 1;
    list[2][i] = list[3][i] = 0, list[4][i] = 1;
    if (inner)
      pads_of(t.dim[i], list[0][i], list[1][i], (int)options.v[0], pads, i - 1, &list[2][i],
              &list[3][i]);
  }
  uint64_t init[ELEMENT_WORDS];
  op_identity(combine == OP_add ? OP_reduce_sum : OP_reduce_max, t.dtype, init);
  const Attrs attrs = {.window = {t.rank, list[0]},
                       .stride = {t.rank, list[1]},
                       .low = {t.rank, list[2]},
                       .high = {t.rank, list[3]},
                       .lhs_dilation = {t.rank, list[4]},
                       .rhs_dilation = {t.rank, list[4]},
                       .body = combiner_graph(n->g->arena, combine, t.dtype)};
  const Id args[] = {x.id, b_literal(n->g, type_scalar(t.dtype), true, init)};
  return np_val(graph_add(n->g, OP_reduce_window, 2, args, &attrs));
}

OPS_BUILD(max_pool) {
  OPS_UNUSED;
  return pooled(n, v[0], OP_max, options);
}

// Padding counts.
OPS_BUILD(avg_pool) {
  OPS_UNUSED;
  const Val sum = pooled(n, np_bad(v[0]) ? v[0] : np_inexact(n, v[0]), OP_add, options);
  int at = 1;
  const Ints window = unpack_list(options, &at);
  double count = 1;
  for (int i = 0; i < window.n; i++) count *= (double)window.v[i];
  return np_bad(sum) ? sum : np_div(n, sum, np_number(n, sum, count));
}

static jc_array pool(const Fn *fn, jc_array x, const struct jc_pool *o, Loc loc) {
  Packed p = {.v = {o->padding}, .n = 1};
  if (!padding_ok(o->padding, loc, fn->name) ||
      !list_ok(&o->window, MOST_SPATIAL, loc, fn->name, "window sizes") ||
      !list_ok(&o->strides, MOST_SPATIAL, loc, fn->name, "strides") ||
      !list_ok(&o->pads, 2 * MOST_SPATIAL, loc, fn->name, "pads"))
    return handle_poison();
  pack_list(&p, ops_dims(&o->window)), pack_list(&p, ops_dims(&o->strides));
  pack_list(&p, ops_dims(&o->pads));
  return call(fn, 1, &x, (Ints){p.n, p.v}, loc);
}

jc_array jc_max_pool_(jc_array x, struct jc_pool o, const char *file, int line) {
  static const Fn fn = {"max_pool", build_max_pool, PROMOTE_NONE};
  return pool(&fn, x, &o, HERE(file, line));
}

jc_array jc_avg_pool_(jc_array x, struct jc_pool o, const char *file, int line) {
  static const Fn fn = {"avg_pool", build_avg_pool, PROMOTE_NONE};
  return pool(&fn, x, &o, HERE(file, line));
}

// ---- windows that a function combines: their elements along a new first axis, which it reduces

// x with init around it. Options: the padding, then windows, strides, pads, dilations.
OPS_BUILD(window_elements) {
  OPS_UNUSED;
  const Val x = v[0];
  if (np_bad(x) || np_bad(v[1])) return NP_BAD;
  const Type t = np_type(n, x);
  int at = 1;
  const Ints window = unpack_list(options, &at), strides = unpack_list(options, &at);
  const Ints pads = unpack_list(options, &at), dilation = unpack_list(options, &at);
  if (window.n != t.rank || (pads.n && pads.n != 2 * t.rank) || np_type(n, v[1]).rank)
    return np_fail(n, "a window of rank %d, %d pads and init %s for %s", window.n, pads.n,
                   TYPE_STR(np_type(n, v[1])), TYPE_STR(t));
  if (!fits_spatial(n, strides, t.rank, "strides") ||
      !fits_spatial(n, dilation, t.rank, "dilations"))
    return NP_BAD;
  int64_t list[4][MAX_RANK], dims[MAX_RANK];  // stride, low, high, dilation; how many windows
  const Attrs w = {.window = window,
                   .stride = {t.rank, list[0]},
                   .low = {t.rank, list[1]},
                   .high = {t.rank, list[2]},
                   .rhs_dilation = {t.rank, list[3]}};
  for (int i = 0; i < t.rank; i++) {
    const int64_t size = window.v[i], step = one_of(strides, i, 1), apart = one_of(dilation, i, 1);
    bool ok = size >= 1 && step >= 1 && apart >= 1 && size <= INT32_MAX && apart <= INT32_MAX;
    list[0][i] = step, list[3][i] = apart;
    if (ok)
      pads_of(t.dim[i], dilated(size, apart), step, (int)options.v[0], pads, i, &list[1][i],
              &list[2][i]);
    if (!ok || !window_count(t.dim[i], window_dim(&w, size, i), &dims[i]))
      return np_fail(n, "window %lld, stride %lld, dilation %lld", (long long)size, (long long)step,
                     (long long)apart);
  }
  const Id init = np_convert(n, v[1], t.dtype).id;
  const Type windows = {t.dtype, t.rank, dims};
  return (Val){view_by_place(n->g, &w, x.id, init, windows), x.weak};
}

jc_array jc_reduce_window_(jc_array (*op)(jc_array, jc_array), jc_array x, jc_array init,
                           struct jc_window w, const char *file, int line) {
  static const Fn fn = {"reduce_window", build_window_elements, PROMOTE_NONE};
  const Loc loc = HERE(file, line);
  Packed p = {.v = {w.padding}, .n = 1};
  if (!op) return fail(loc, "reduce_window: there is no function"), handle_poison();
  if (!padding_ok(w.padding, loc, fn.name) ||
      !list_ok(&w.window, JC_MAX_RANK, loc, fn.name, "window sizes") ||
      !list_ok(&w.strides, JC_MAX_RANK, loc, fn.name, "strides") ||
      !list_ok(&w.pads, JC_MAX_RANK, loc, fn.name, "pads") ||
      !list_ok(&w.dilation, JC_MAX_RANK, loc, fn.name, "dilations"))
    return handle_poison();
  if (w.window.n + w.strides.n + w.pads.n + w.dilation.n + 5 > CALL_MAX_OPTIONS)
    return fail(loc, "reduce_window: too many numbers"), handle_poison();
  pack_list(&p, ops_dims(&w.window)), pack_list(&p, ops_dims(&w.strides));
  pack_list(&p, ops_dims(&w.pads)), pack_list(&p, ops_dims(&w.dilation));
  const jc_array all = call(&fn, 2, (jc_array[]){x, init}, (Ints){p.n, p.v}, loc);
  return jc_combine_((struct jc_combine){.op = op, .x = all, .init = init, .axes = JC_AXES(0)},
                     file, line);
}

// ---- cumulative

// Options: the axis, and whether backwards.
static Val cumulative(Np *n, Val x, Graph *body, Ints options) {
  int a;
  if (!np_axis(n, options.v[0], np_type(n, x).rank, &a)) return NP_BAD;
  const Attrs at = {.axis = a, .backwards = options.v[1], .body = body};
  return np_val(graph_add(n->g, OP_cumulative, 1, &x.id, &at));
}

static Val cumulative_op(Np *n, Val x, Op op, Ints options) {
  if (np_bad(x)) return x;
  const bool counts = np_type(n, x).dtype == DT_BOOL && (op == OP_add || op == OP_mul);
  if (counts) x = np_convert(n, x, DT_I32);
  return cumulative(n, x, combiner_graph(n->g->arena, op, np_type(n, x).dtype), options);
}

// log(exp(a) + exp(b)) without overflow.
static Graph *logaddexp(Graph *outer, Dtype d) {
  Graph *g = graph_region(outer, "logaddexp", 0, NULL);
  const Id a = graph_param(g, type_scalar(d), "a"), b = graph_param(g, type_scalar(d), "b");
  const Id greater = b_gt(g, a, b), most = b_select(g, greater, a, b);
  const Id gap = b_sub(g, b_select(g, greater, b, a), most), less = b_log1p(g, b_exp(g, gap));
  const Id r = b_select(g, b_ne(g, gap, gap), b_add(g, a, b), b_add(g, most, less));
  graph_set_results(g, 1, &r);
  return g;
}

Val np_cumsum(Np *n, Val x, int64_t axis) { return cumulative_op(n, x, OP_add, INTS(axis, false)); }

static Val cumulative_logsumexp(Np *n, Val x, Ints options) {
  if (!np_bad(x)) x = np_inexact(n, x);
  return np_bad(x) ? x : cumulative(n, x, logaddexp(n->g, np_type(n, x).dtype), options);
}

#define CUMULATIVE(name, ...)                                                         \
  OPS_BUILD(name) {                                                                   \
    OPS_UNUSED;                                                                       \
    return __VA_ARGS__;                                                               \
  }                                                                                   \
  jc_array jc_##name##_(struct jc_cumulative along, const char *file, int line) {     \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};                         \
    return call(&fn, 1, &along.x, INTS(along.axis, along.reverse), HERE(file, line)); \
  }
CUMULATIVE(cumsum, cumulative_op(n, v[0], OP_add, options))
CUMULATIVE(cumprod, cumulative_op(n, v[0], OP_mul, options))
CUMULATIVE(nancumsum, cumulative_op(n, np_without_nan(n, v[0], 0), OP_add, options))
CUMULATIVE(nancumprod, cumulative_op(n, np_without_nan(n, v[0], 1), OP_mul, options))
CUMULATIVE(cummax, cumulative_op(n, v[0], OP_max, options))
CUMULATIVE(cummin, cumulative_op(n, v[0], OP_min, options))
CUMULATIVE(cumlogsumexp, cumulative_logsumexp(n, v[0], options))
