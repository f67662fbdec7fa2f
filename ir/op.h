// Ops and their attributes: what derives from the rows of ops.def.
#ifndef JITC_IR_OP_H
#define JITC_IR_OP_H
#include "ir/diag.h"
#include "ir/type.h"

typedef struct Graph Graph;

typedef enum Op {
#define OP(name, ...) OP_##name,
#include "ir/ops.def"
  OP_COUNT,
  OP_replace = OP_COUNT,  // as what combines: the second operand
} Op;

typedef enum OpClass {
  CLASS_MAP,  // elementwise: operands and result have one shape
  CLASS_REDUCE,
  CLASS_ARGREDUCE,
  CLASS_DOT,
  CLASS_SHAPE,   // each result element is one operand element (or the pad value)
  CLASS_SOURCE,  // no operands
  CLASS_WINDOW,  // over windows of its operands
  CLASS_INDEX,
  CLASS_SCATTER,  // (x, indices, updates) -> x with its elements combined with updates
  CLASS_SORT,
  CLASS_FOURIER,  // discrete Fourier transforms of parts
  CLASS_CONTROL,  // holds sub-graphs
  CLASS_BARRIER,  // never merged
} OpClass;

// The order in which a reduction or contraction combines its elements (part of its meaning: equal
// bits everywhere).
//   rows   blocks of 4096 of the flattened reduced axes; element i of a block goes to partial i mod
//          64; absent lanes are skipped; partials meet in a tree: p[i] with p[i + s] for s = 32,
//          16,
//          .., 1; block results reduce by the same rule
//   cols   blocks of 4096, each in order; then the same rule over the block results
//   chain  contractions: blocks of 512 of K, each one fma chain from +0; block sums added in order,
//          the first copied
// The accumulated value is the left operand of each step. The identity of the reducer is combined
// once, last: a sum of -0 alone is +0. A contraction by rows adds products to partials by fma, the
// first onto -0 (x * y rounded once), block sums by plain addition, and +0 at last.
typedef enum Order { ORDER_ROWS, ORDER_COLS, ORDER_CHAIN, ORDER_COUNT } Order;
enum { ORDER_BLOCK = 4096, ORDER_PARTIALS = 64, CHAIN_BLOCK = 512 };

typedef enum IndexMode { MODE_CLIP, MODE_FILL, MODE_COUNT } IndexMode;

// Elements of a constant. One element (splat) or all of them, in row-major order, in the arena of
// the graph.
typedef struct Literal {
  Type type;
  bool splat;
  const void *data;
} Literal;

// X(field, kind): every attribute there is. A row of ops.def lists the ones its op has.
#define ATTR_FIELDS(X)     \
  X(axes, INTS)            \
  X(axis, INT)             \
  X(shape, INTS)           \
  X(dims, INTS)            \
  X(perm, INTS)            \
  X(start, INTS)           \
  X(limit, INTS)           \
  X(stride, INTS)          \
  X(low, INTS)             \
  X(high, INTS)            \
  X(interior, INTS)        \
  X(map, INTS)             \
  X(window, INTS)          \
  X(lhs_dims, INTS)        \
  X(rhs_dims, INTS)        \
  X(out_dims, INTS)        \
  X(lhs_dilation, INTS)    \
  X(rhs_dilation, INTS)    \
  X(feature_groups, INT)   \
  X(batch_groups, INT)     \
  X(backwards, INT)        \
  X(lhs_batch, INTS)       \
  X(rhs_batch, INTS)       \
  X(lhs_contract, INTS)    \
  X(rhs_contract, INTS)    \
  X(offset_dims, INTS)     \
  X(collapsed_dims, INTS)  \
  X(operand_batch, INTS)   \
  X(index_batch, INTS)     \
  X(index_map, INTS)       \
  X(index_vector_dim, INT) \
  X(slice_sizes, INTS)     \
  X(exponent, INT)         \
  X(exponent_bits, INT)    \
  X(mantissa_bits, INT)    \
  X(length, INTS)          \
  X(lower, INT)            \
  X(left_side, INT)        \
  X(unit_diagonal, INT)    \
  X(transpose_a, INT)      \
  X(full_matrices, INT)    \
  X(ncarry, INT)           \
  X(k, INT)                \
  X(size, INT)             \
  X(saves, INT)            \
  X(dtype, DTYPE)          \
  X(order, ORDER)          \
  X(mode, MODE)            \
  X(literal, LITERAL)      \
  X(cond, GRAPH)           \
  X(body, GRAPH)           \
  X(branches, GRAPHS)

typedef enum AttrKind {
  ATTR_INTS,
  ATTR_INT,
  ATTR_DTYPE,
  ATTR_ORDER,
  ATTR_MODE,
  ATTR_LITERAL,
  ATTR_GRAPH,
  ATTR_GRAPHS,
} AttrKind;

typedef Ints AttrINTS;
typedef int64_t AttrINT;
typedef Dtype AttrDTYPE;
typedef Order AttrORDER;
typedef IndexMode AttrMODE;
typedef Literal AttrLITERAL;
typedef const Graph *AttrGRAPH;
typedef struct Graphs {
  int n;
  const Graph *const *v;
} Graphs;
typedef Graphs AttrGRAPHS;

// Attributes of a node. Fields which its op does not have are zero.
typedef struct Attrs {
#define X(field, kind) Attr##kind field;
  ATTR_FIELDS(X)
#undef X
} Attrs;

enum {
#define X(field, kind) ATTR_##field,
  ATTR_FIELDS(X)
#undef X
      ATTR_COUNT
};
#define A(field) (UINT64_C(1) << ATTR_##field)
// Where windows of an operand start: gather and scatter.
#define WINDOWS                                                                            \
  (A(offset_dims) | A(collapsed_dims) | A(operand_batch) | A(index_batch) | A(index_map) | \
   A(index_vector_dim))

typedef struct AttrField {
  const char *name;
  AttrKind kind;
  size_t offset;
} AttrField;
extern const AttrField attr_fields[ATTR_COUNT];

const char *order_name(Order o);
const char *mode_name(IndexMode m);

enum { VARIADIC = -1, ACCEPTS_FLOAT = 1, ACCEPTS_INT = 2, ACCEPTS_BOOL = 4, ACCEPTS_COMPLEX = 8 };

unsigned accepts_bit(Dtype d);
const char *accepts_text(unsigned accepts);  // of bools, integers and floats, or the inexact ones

// What a type rule sees, and where it puts its results (dims from `arena`).
typedef struct Infer {
  Arena *arena;
  Op op;
  int nargs;
  const Type *args;
  const Attrs *attrs;  // never NULL
  Loc loc;
  int nresults;   // set by the rule; 1 unless it says otherwise
  Type *results;  // room for 1; a rule with more allocates from arena
} Infer;

typedef struct OpInfo {
  const char *name, *doc;
  OpClass op_class;
  int args;          // number of operands, or VARIADIC
  unsigned accepts;  // ACCEPTS_*
  uint64_t attrs;    // A(field) | ...
  bool (*infer)(Infer *in);
  Op combine;  // reducers and scatters
  bool commutes;
  bool on_float, on_signed, on_unsigned, on_bool;  // which C columns there are
  bool expands;                                    // has an EXPAND column
} OpInfo;

extern const OpInfo op_table[OP_COUNT];
static inline const OpInfo *op_info(Op op) { return &op_table[op]; }
static inline bool op_has(Op op, int attr) { return op_table[op].attrs >> attr & 1; }
bool op_accepts(Op op, Dtype d);  // the ACCEPTS column
bool op_parse(const char *s, size_t n, Op *out);

// Checks operand count, dtypes and attributes and computes the result types; false after fail().
bool op_infer(Infer *in);

// Identity element of a reducer for a dtype as one element in *out (8 bytes): 0, 1, -inf, inf, ...
void op_identity(Op reducer, Dtype d, void *out);
#endif
