// The table of StableHLO's ops, and what the builders of its rows share.
#ifndef JITC_FRONTEND_STABLEHLO_OPS_H
#define JITC_FRONTEND_STABLEHLO_OPS_H
#include "frontend/stablehlo/stablehlo.h"
#include "ir/build.h"

// A function, or a region of one, being turned into nodes.
typedef struct HloBuild {
  Arena *arena;
  HloModule *module;
  Graph *g;   // the nodes go here
  Id *ids;    // by number of the value
  int depth;  // of calls and regions
  int64_t *budget;
  bool *unsupported;
  HloProgram *program;  // gets the checks; NULL inside regions
  Id *checked;          // malloc'ed: pairs of values that checks compare
  int nchecked, checked_cap;
} HloBuild;

typedef bool (*HloEmit)(HloBuild *b, const HloOp *op);

typedef struct HloRow {
  const char *name;
  HloEmit emit;
  int param;         // of emit: mostly an Op
  int nargs;         // VARIADIC: any number
  bool many;         // any number of results; otherwise one
  unsigned accepts;  // ACCEPTS_* of the first operand, where several nodes stand for the row: one
                     // says it itself
} HloRow;

// NULL where there is none of this name.
const HloRow *hlo_row(HloSlice name);
const HloRow *hlo_rows(int *n);                      // all of them
bool hlo_emit_return(HloBuild *b, const HloOp *op);  // marks the end of a region

// ---- for builders

static inline Id hlo_arg(const HloBuild *b, const HloOp *op, int i) { return b->ids[op->args[i]]; }
static inline Type hlo_arg_type(const HloBuild *b, const HloOp *op, int i) {
  return graph_type(b->g, hlo_arg(b, op, i));
}
// The only result; false if building it failed.
bool hlo_result(HloBuild *b, const HloOp *op, Id v);
// An attribute by name, or by the other one (NULL: none); NULL if it is not there.
const HloValue *hlo_attr(const HloOp *op, const char *name, const char *other);
const HloValue *hlo_entry(const HloValue *dict, const char *name);
// Integers of a list; an absent one is empty.
bool hlo_ints(HloBuild *b, const HloOp *op, const HloValue *v, Ints *out);
bool hlo_int_or(const HloOp *op, const HloValue *v, int64_t otherwise, int64_t *out);
// A word that stands in the text without a name, or under this name (also #stablehlo<.. WORD>).
HloSlice hlo_word(const HloOp *op, const char *name, int position);
// The reduction or contraction v with the order of summation that the text asks for, if it does.
Id hlo_ordered(HloBuild *b, const HloOp *op, Id v);
bool hlo_not_yet(HloBuild *b, const HloOp *op, const char *what);  // "stablehlo.sort, WHAT: ..."

// Nodes of a region on these arguments, into b->g; results: as many as the region returns.
bool hlo_inline_region(HloBuild *b, const HloRegion *region, const Id *args, Id *results);
int hlo_region_results(const HloRegion *region);
// A region on scalars as a graph of its own. What it uses of what stands around it, element by
// element, becomes further operands, spread over the shape of the others: arguments and results of
// these come last, and are left out where the op is done.
typedef enum HloBodyKind {
  HLO_PLAIN,     // arguments as they stand
  HLO_FOLDS,     // acc.., x..: gives the next acc..
  HLO_COMPARES,  // two of each operand: gives a predicate
  HLO_MAPS,      // one of each operand; arrays that it captures are operands as they are
} HloBodyKind;
typedef struct HloBody {
  const Graph *graph;
  int n;  // captured
  Id *captured;
} HloBody;
bool hlo_body(HloBuild *b, const HloOp *op, const HloRegion *region, HloBodyKind kind,
              HloBody *out);
void hlo_spread_captured(HloBuild *b, const HloBody *body, Type like, Id *to);
// The builder of every op with its checks: operands, budget, result types.
bool hlo_emit_op(HloBuild *b, const HloOp *op);

// What a region of scalars does with its arguments `a` and `b` for its result `k`, where that is
// one elementwise op of both; OP_COUNT if it is anything else.
Op hlo_region_op(const HloRegion *region, int k, int a, int b);
// The op of a region that gives a value; NULL for arguments and what stands around it.
const HloOp *hlo_def(const HloRegion *region, uint32_t v);
uint32_t hlo_returned(const HloRegion *region, int k);
// LT, EQ, .. if op is a comparison, else empty.
HloSlice hlo_direction(const HloOp *op);

bool hlo_emit_map(HloBuild *b, const HloOp *op);
bool hlo_emit_select(HloBuild *b, const HloOp *op);
bool hlo_emit_compare(HloBuild *b, const HloOp *op);
bool hlo_compare(HloBuild *b, const HloOp *op, Id x, Id y);  // as the op says
bool hlo_emit_constant(HloBuild *b, const HloOp *op);
// Builders in other files.
bool hlo_emit_reduce_precision(HloBuild *b, const HloOp *op);
bool hlo_emit_is_inf(HloBuild *b, const HloOp *op);  // param: the sign, 0 for both
bool hlo_emit_cosh(HloBuild *b, const HloOp *op);
bool hlo_emit_sinh(HloBuild *b, const HloOp *op);
bool hlo_emit_mulhi(HloBuild *b, const HloOp *op);
bool hlo_emit_square(HloBuild *b, const HloOp *op);
bool hlo_emit_reduce(HloBuild *b, const HloOp *op);
bool hlo_emit_map_region(HloBuild *b, const HloOp *op);
Dtype hlo_unsigned(size_t size);  // unsigned integers of so many bytes
bool hlo_emit_bitcast(HloBuild *b, const HloOp *op);
bool hlo_emit_sort(HloBuild *b, const HloOp *op);
bool hlo_emit_scatter(HloBuild *b, const HloOp *op);
bool hlo_emit_gather(HloBuild *b, const HloOp *op);
bool hlo_emit_dot_general(HloBuild *b, const HloOp *op);
bool hlo_emit_dot(HloBuild *b, const HloOp *op);
bool hlo_emit_while(HloBuild *b, const HloOp *op);
bool hlo_emit_case(HloBuild *b, const HloOp *op);
bool hlo_emit_call(HloBuild *b, const HloOp *op);
bool hlo_emit_fft(HloBuild *b, const HloOp *op);
bool hlo_emit_cholesky(HloBuild *b, const HloOp *op);
bool hlo_emit_triangular_solve(HloBuild *b, const HloOp *op);
bool hlo_emit_lapack(HloBuild *b, const HloOp *op, bool *known);  // a custom call of JAX's
bool hlo_emit_custom_call(HloBuild *b, const HloOp *op);
bool hlo_emit_convolution(HloBuild *b, const HloOp *op);
bool hlo_emit_reduce_window(HloBuild *b, const HloOp *op);
bool hlo_emit_select_and_scatter(HloBuild *b, const HloOp *op);
bool hlo_emit_top_k(HloBuild *b, const HloOp *op);
bool hlo_emit_rng_bit_generator(HloBuild *b, const HloOp *op);
bool hlo_emit_rng(HloBuild *b, const HloOp *op);
// One participant alone.
bool hlo_emit_alone(HloBuild *b, const HloOp *op);    // collectives: what the operands are
bool hlo_emit_zero(HloBuild *b, const HloOp *op);     // partition_id, replica_id, tokens
bool hlo_emit_permute(HloBuild *b, const HloOp *op);  // collective_permute
bool hlo_emit_tuple_element(HloBuild *b, const HloOp *op);
bool hlo_emit_identity(HloBuild *b, const HloOp *op);
bool hlo_emit_jax_call(HloBuild *b, const HloOp *op, bool *known);  // custom calls of JAX's
// Ops with sizes as operands, of which the result's type tells as much; those that need them want
// constants.
bool hlo_emit_sized(HloBuild *b, const HloOp *op);  // param: the op to build
bool hlo_emit_dimension_size(HloBuild *b, const HloOp *op);
bool hlo_emit_batch_norm(HloBuild *b, const HloOp *op);  // param: 1 for training
bool hlo_emit_batch_norm_grad(HloBuild *b, const HloOp *op);
bool hlo_emit_einsum(HloBuild *b, const HloOp *op);
bool hlo_emit_torch_index_select(HloBuild *b, const HloOp *op);
bool hlo_emit_resize(HloBuild *b, const HloOp *op);  // set_dimension_size
// Integers of operand i, which is a constant.
bool hlo_constant_ints(HloBuild *b, const HloOp *op, int i, Ints *out);
// Ops that broadcast their operands first.
bool hlo_emit_spread_map(HloBuild *b, const HloOp *op);
bool hlo_emit_spread_compare(HloBuild *b, const HloOp *op);
bool hlo_emit_spread_select(HloBuild *b, const HloOp *op);
bool hlo_emit_constant_like(HloBuild *b, const HloOp *op);
bool hlo_emit_conj(HloBuild *b, const HloOp *op);
#endif
