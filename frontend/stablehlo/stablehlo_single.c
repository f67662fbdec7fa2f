// StableHLO's ops that need no row: those of many participants, of which there is one here; those
// with sizes as operands, which the result's type has too; JAX's custom calls; normalisation.
#include <stdlib.h>
#include <string.h>

#include "frontend/library/np.h"
#include "frontend/stablehlo/stablehlo_lex.h"
#include "frontend/stablehlo/stablehlo_ops.h"

// ---- one participant

static bool alone(HloBuild *b, const HloOp *op) {
  const HloValue *groups = hlo_attr(op, "replica_groups", NULL);
  bool one = op->nargs == op->nresults &&
             (!groups || groups->kind != HLO_DENSE || type_count(groups->literal.type) <= 1);
  for (int i = 0; one && i < op->nargs; i++) one = type_equal(hlo_arg_type(b, op, i), op->types[i]);
  return one || hlo_not_yet(b, op, "more than one participant");
}

bool hlo_emit_identity(HloBuild *b, const HloOp *op) {
  if (op->nargs != op->nresults)
    return fail(op->loc, "%s: %d results of %d operands", op->row->name, op->nresults, op->nargs);
  for (int i = 0; i < op->nargs; i++) b->ids[op->first + (uint32_t)i] = hlo_arg(b, op, i);
  return true;
}

// The operands are the parts of the tuple.
bool hlo_emit_tuple_element(HloBuild *b, const HloOp *op) {
  const HloValue *index = hlo_attr(op, "index", "");
  int64_t i, from = 0;
  if (index && index->kind == HLO_LIST) index = index->items;
  if (!hlo_int_or(op, index, -1, &i)) return false;
  if (i < 0 || i >= op->nwidths)
    return fail(op->loc, "%s: no element %lld: the tuple has %d", op->row->name, (long long)i,
                op->nwidths);
  for (int k = 0; k < i; k++) from += op->widths[k];
  if (op->nresults != op->widths[i])
    return fail(op->loc, "%s: the types are not those of element %lld", op->row->name,
                (long long)i);
  for (int k = 0; k < op->nresults; k++)
    b->ids[op->first + (uint32_t)k] = hlo_arg(b, op, (int)from + k);
  return true;
}

bool hlo_emit_alone(HloBuild *b, const HloOp *op) {
  return alone(b, op) && hlo_emit_identity(b, op);
}

bool hlo_emit_zero(HloBuild *b, const HloOp *op) {
  return hlo_result(b, op, b_full(b->g, op->types[0], 0));
}

// Zeros where nobody sends.
bool hlo_emit_permute(HloBuild *b, const HloOp *op) {
  const HloValue *pairs = hlo_attr(op, "source_target_pairs", NULL);
  if (!alone(b, op)) return false;
  if (!pairs || pairs->kind != HLO_DENSE || type_count(pairs->literal.type) > 2)
    return hlo_not_yet(b, op, "more than one participant");
  return type_count(pairs->literal.type) ? hlo_emit_identity(b, op) : hlo_emit_zero(b, op);
}

// ---- JAX's custom calls

// The best elements by a comparator that its name tells, exactly.
static bool approximate_top_k(HloBuild *b, const HloOp *op) {
  const HloValue *config = hlo_attr(op, "mhlo.backend_config", NULL);
  const HloValue *calls = hlo_attr(op, "called_computations", NULL);
  const HloValue *by = calls && calls->kind == HLO_LIST ? calls->items : NULL;
  int64_t k, axis;
  if (op->nargs != 4 || op->nresults != 2 || !by || by->kind != HLO_SYMBOL || by->text.n < 8)
    return hlo_not_yet(b, op, "ApproxTopK of this form");
  const bool greatest = !memcmp(by->text.s, "top_k_gt", 8);
  if (!greatest && memcmp(by->text.s, "top_k_lt", 8))
    return hlo_not_yet(b, op, "ApproxTopK by this comparator");
  if (!hlo_int_or(op, hlo_entry(config, "top_k"), -1, &k) ||
      !hlo_int_or(op, hlo_entry(config, "reduction_dim"), -1, &axis))
    return false;
  const Id x = hlo_arg(b, op, 0);
  const Type t = graph_type(b->g, x);
  if (axis < 0 || axis >= t.rank || k < 0 || k > t.dim[axis] || dtype_is_complex(t.dtype))
    return fail(op->loc, "%s: k does not fit %s", op->row->name, TYPE_STR(t));
  const Id key = !greatest ? x : dtype_is_float(t.dtype) ? b_neg(b->g, x) : b_not(b->g, x);
  const Id sorted =
      graph_add(b->g, OP_sort, 3, (Id[]){key, x, hlo_arg(b, op, 1)}, &(Attrs){.axis = axis});
  for (int i = 0; sorted != NO_ID && i < 2; i++)
    b->ids[op->first + (uint32_t)i] = b_slice_axis(b->g, sorted + 1 + (Id)i, (int)axis, 0, k, 1);
  return sorted != NO_ID;
}

static bool mhlo_top_k(HloBuild *b, const HloOp *op) {
  const HloValue *at = hlo_attr(op, "mhlo.attributes", NULL), *largest = hlo_entry(at, "largest");
  int64_t k;
  if (!hlo_int_or(op, hlo_entry(at, "k"), -1, &k)) return false;
  if (op->nargs != 1 || op->nresults != 2 || (largest && !hlo_is(largest->text, "true")))
    return hlo_not_yet(b, op, "mhlo.topk of this form");
  const Id x = hlo_arg(b, op, 0), first = graph_add(b->g, OP_top_k, 1, &x, &(Attrs){.k = k});
  b->ids[op->first] = first, b->ids[op->first + 1] = first + 1;
  return first != NO_ID;
}

bool hlo_emit_jax_call(HloBuild *b, const HloOp *op, bool *known) {
  static const struct {
    const char *name;
    HloEmit emit;
  } calls[] = {{"Sharding", hlo_emit_identity},
               {"SPMDFullToShardShape", hlo_emit_alone},
               {"SPMDShardToFullShape", hlo_emit_alone},
               {"annotate_device_placement", hlo_emit_identity},
               {"LayoutConstraint", hlo_emit_identity},
               {"MoveToHost", hlo_emit_identity},
               {"MoveToDevice", hlo_emit_identity},
               {"ApproxTopK", approximate_top_k},
               {"mhlo.topk", mhlo_top_k}};
  static const struct {
    const char *name;
    Op op;
  } maps[] = {{"mhlo.erf", OP_erf}, {"mhlo.tan", OP_tan}};
  *known = true;
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    if (hlo_is(op->callee, calls[i].name)) return calls[i].emit(b, op);
  }
  for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
    if (hlo_is(op->callee, maps[i].name) && op->nargs == 1)
      return hlo_result(b, op, graph_add(b->g, maps[i].op, 1, (Id[]){hlo_arg(b, op, 0)}, NULL));
  }
  return *known = false;
}

// ---- sizes as operands

bool hlo_constant_ints(HloBuild *b, const HloOp *op, int i, Ints *out) {
  const Id v = hlo_arg(b, op, i);
  if (!graph_is(b->g, v, OP_constant)) return hlo_not_yet(b, op, "sizes that are no constants");
  const HloValue dense = {.kind = HLO_DENSE, .literal = graph_def(b->g, v)->attrs->literal};
  return hlo_ints(b, op, &dense, out);
}

// Operands first, first + 1, ... as attributes.
static bool constant_lists(HloBuild *b, const HloOp *op, int first, Ints *const to[3]) {
  for (int i = 0; i < 3; i++) {
    if (!hlo_constant_ints(b, op, first + i, to[i])) return false;
  }
  return true;
}

bool hlo_emit_sized(HloBuild *b, const HloOp *op) {
  const Type t = op->types[0];
  const Op to = (Op)op->row->param;
  Attrs at = {.shape = type_shape(t)};
  Id args[2] = {hlo_arg(b, op, 0), op->nargs > 1 ? hlo_arg(b, op, 1) : NO_ID};
  bool ok = true;
  if (to == OP_broadcast)
    ok = hlo_ints(b, op, hlo_attr(op, "dims", "broadcast_dimensions"), &at.dims);
  if (to == OP_pad) ok = constant_lists(b, op, 2, (Ints *[]){&at.low, &at.high, &at.interior});
  if (to == OP_slice) ok = constant_lists(b, op, 1, (Ints *[]){&at.start, &at.limit, &at.stride});
  if (to == OP_iota) {
    at.dtype = t.dtype;
    ok = hlo_int_or(op, hlo_attr(op, "dim", "iota_dimension"), -1, &at.axis);
  }
  const int nargs = to == OP_iota ? 0 : to == OP_pad ? 2 : 1;
  return ok && hlo_result(b, op, graph_add(b->g, to, nargs, args, &at));
}

bool hlo_emit_dimension_size(HloBuild *b, const HloOp *op) {
  const Type t = hlo_arg_type(b, op, 0);
  int64_t axis;
  if (!hlo_int_or(op, hlo_attr(op, "dim", "dimension"), -1, &axis)) return false;
  if (axis < 0 || axis >= t.rank)
    return fail(op->loc, "%s: %s has no such dimension", op->row->name, TYPE_STR(t));
  return hlo_result(b, op, b_scalar_int(b->g, DT_I32, t.dim[axis]));
}

// Sizes are static: only the one that is there already can be set.
bool hlo_emit_resize(HloBuild *b, const HloOp *op) {
  const Type t = hlo_arg_type(b, op, 0);
  int64_t axis;
  Ints size;
  if (!hlo_int_or(op, hlo_attr(op, "dim", "dimension"), -1, &axis) ||
      !hlo_constant_ints(b, op, 1, &size))
    return false;
  if (axis < 0 || axis >= t.rank || size.n != 1)
    return fail(op->loc, "%s: %s has no such dimension", op->row->name, TYPE_STR(t));
  if (size.v[0] != t.dim[axis]) return hlo_not_yet(b, op, "sizes that change");
  return hlo_result(b, op, hlo_arg(b, op, 0));
}

// ---- normalisation

static bool number(const HloOp *op, const HloValue *v, double *out) {
  char text[64] = {0};
  if (!v || (v->kind != HLO_FLOAT && v->kind != HLO_INT) || v->text.n >= sizeof text)
    return fail(op->loc, "%s: an attribute is no number", op->row->name);
  memcpy(text, v->text.s, v->text.n);
  *out = strtod(text, NULL);
  return true;
}

bool hlo_emit_constant_like(HloBuild *b, const HloOp *op) {
  double v = 0;
  return number(op, hlo_attr(op, "value", NULL), &v) &&
         hlo_result(b, op, b_like(b->g, hlo_arg(b, op, 0), v));
}

// The feature dimension of the first operand, and the others.
typedef struct Features {
  double epsilon;
  int64_t feature, rest[MAX_RANK];
  Type type;
  Ints others;
} Features;

static bool features(HloBuild *b, const HloOp *op, int nresults, Features *f) {
  const Type t = f->type = hlo_arg_type(b, op, 0);
  if (!number(op, hlo_attr(op, "epsilon", NULL), &f->epsilon) ||
      !hlo_int_or(op, hlo_attr(op, "feature_index", NULL), -1, &f->feature))
    return false;
  if (f->feature < 0 || f->feature >= t.rank || !dtype_is_float(t.dtype) ||
      op->nresults != nresults)
    return fail(op->loc, "%s: %s has no such feature", op->row->name, TYPE_STR(t));
  int n = 0;
  for (int i = 0; i < t.rank; i++) {
    if (i != f->feature) f->rest[n++] = i;
  }
  f->others = (Ints){n, f->rest};
  return true;
}

// How many elements a feature has, in the shape of a vector of them.
static Id feature_count(Graph *g, const Features *f) {
  const int64_t size = f->type.dim[f->feature];
  const double count = (double)(size ? type_count(f->type) / size : 0);
  return b_full(g, (Type){f->type.dtype, 1, &size}, count);
}

static Id by_feature(Graph *g, const Features *f, Id v) {
  return b_broadcast(g, v, type_shape(f->type), (Ints){1, &f->feature});
}

static Id feature_sum(Graph *g, const Features *f, Id x) {
  return b_reduce(g, OP_reduce_sum, x, f->others);
}

// (x - mean) / sqrt(variance + epsilon) * scale + offset, by the feature; in training of the mean
// and the variance of x, which are results then.
bool hlo_emit_batch_norm(HloBuild *b, const HloOp *op) {
  Graph *g = b->g;
  Features f;
  const bool training = op->row->param;
  const Id x = hlo_arg(b, op, 0);
  if (!features(b, op, training ? 3 : 1, &f)) return false;
  Id mean = training ? NO_ID : hlo_arg(b, op, 3), variance = training ? NO_ID : hlo_arg(b, op, 4);
  if (training) {
    const Id count = feature_count(g, &f);
    mean = b_div(g, feature_sum(g, &f, x), count);
    const Id off = b_sub(g, x, by_feature(g, &f, mean));
    variance = b_div(g, feature_sum(g, &f, b_mul(g, off, off)), count);
  }
  const Id root = b_sqrt(g, b_add(g, variance, b_like(g, variance, f.epsilon)));
  Id y = b_sub(g, x, by_feature(g, &f, mean));
  y = b_div(g, b_mul(g, y, by_feature(g, &f, hlo_arg(b, op, 1))), by_feature(g, &f, root));
  y = b_add(g, y, by_feature(g, &f, hlo_arg(b, op, 2)));
  b->ids[op->first] = y;
  if (training) b->ids[op->first + 1] = mean, b->ids[op->first + 2] = variance;
  return y != NO_ID;
}

// Of (x, scale, mean, variance, dy), in the specification's order of operations: the gradients of
// x, of scale and of the offset.
bool hlo_emit_batch_norm_grad(HloBuild *b, const HloOp *op) {
  Graph *g = b->g;
  Features f;
  if (!features(b, op, 3, &f)) return false;
  const Id x = hlo_arg(b, op, 0), dy = hlo_arg(b, op, 4), variance = hlo_arg(b, op, 3);
  const Id count = by_feature(g, &f, feature_count(g, &f));
  const Id centered = b_sub(g, x, by_feature(g, &f, hlo_arg(b, op, 2)));
  const Id spread = by_feature(g, &f, b_add(g, variance, b_like(g, variance, f.epsilon)));
  const Id deviation = b_sqrt(g, spread), offset = feature_sum(g, &f, dy);
  const Id along = by_feature(g, &f, feature_sum(g, &f, b_mul(g, dy, centered)));
  const Id rest = b_sub(g, b_sub(g, b_mul(g, dy, count), by_feature(g, &f, offset)),
                        b_div(g, b_mul(g, along, centered), spread));
  const Id rate = b_div(g, b_div(g, by_feature(g, &f, hlo_arg(b, op, 1)), deviation), count);
  b->ids[op->first] = b_mul(g, rate, rest);
  b->ids[op->first + 1] = feature_sum(g, &f, b_mul(g, dy, b_div(g, centered, deviation)));
  b->ids[op->first + 2] = offset;
  return offset != NO_ID && b->ids[op->first + 1] != NO_ID && b->ids[op->first] != NO_ID;
}

// ---- ops that remain for old programs

bool hlo_emit_einsum(HloBuild *b, const HloOp *op) {
  const HloValue *config = hlo_attr(op, "einsum_config", "config");
  char text[64] = {0};
  if (!config || config->text.n >= sizeof text)
    return fail(op->loc, "%s: has no einsum_config", op->row->name);
  memcpy(text, config->text.s, config->text.n);
  Val x[2];
  for (int i = 0; i < op->nargs; i++) x[i] = np_val(hlo_arg(b, op, i));
  Np n = {b->g, op->row->name};
  b->g->loc = op->loc;
  return hlo_result(b, op, np_einsum(&n, text, op->nargs, x).id);
}

// x[.., index[..], ..]: the dimension `dim` of x by an index whose first batch_dims go with those
// of x.
bool hlo_emit_torch_index_select(HloBuild *b, const HloOp *op) {
  const Type x = hlo_arg_type(b, op, 0), index = hlo_arg_type(b, op, 1);
  int64_t dim, batch, offset[MAX_RANK], sizes[MAX_RANK], firsts[MAX_RANK];
  if (!hlo_int_or(op, hlo_attr(op, "dim", NULL), -1, &dim) ||
      !hlo_int_or(op, hlo_attr(op, "batch_dims", NULL), 0, &batch))
    return false;
  if (dim < 0 || dim >= x.rank || batch < 0 || batch > dim || batch > index.rank)
    return fail(op->loc, "%s: %s and %s have no such dimensions", op->row->name, TYPE_STR(x),
                TYPE_STR(index));
  int n = 0;
  for (int i = 0; i < x.rank; i++) sizes[i] = i < batch || i == dim ? 1 : x.dim[i];
  for (int64_t i = batch; i < dim; i++) offset[n++] = i;
  for (int64_t i = dim + 1; i < x.rank; i++) offset[n++] = i - 1 + index.rank - batch;
  for (int i = 0; i < batch; i++) firsts[i] = i;
  const Attrs at = {.offset_dims = {n, offset},
                    .collapsed_dims = {1, &dim},
                    .operand_batch = {(int)batch, firsts},
                    .index_batch = {(int)batch, firsts},
                    .index_map = {1, &dim},
                    .index_vector_dim = index.rank,
                    .slice_sizes = {x.rank, sizes},
                    .mode = MODE_CLIP};
  return hlo_result(
      b, op, graph_add(b->g, OP_gather, 2, (Id[]){hlo_arg(b, op, 0), hlo_arg(b, op, 1)}, &at));
}
