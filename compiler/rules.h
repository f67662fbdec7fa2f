// What the transformations know of each op: the columns of ops.def that belong to this room, and
// what their rules see.
#ifndef JITC_COMPILER_RULES_H
#define JITC_COMPILER_RULES_H
#include "compiler/transform.h"
#include "ir/build.h"

// Rules return false after fail(). A builder that failed gives NO_ID, which the walkers notice by
// failed(): rules need not look.

// Forward differentiation of `src` into `out`. A tangent is NO_ID where it is zero, which it always
// is for values that are no floats or have no elements.
typedef struct Jvp {
  Graph *out;
  const Graph *src;
  Id *primal, *tangent;  // by value of src
  // The results of loops and switches stay in a node of their own beside that of the tangents: what
  // depends on no tangent must stay so for linearize.
  bool split_control;
} Jvp;

// Transposition of `src` into `out`.
typedef struct Transpose {
  Graph *out;
  const Graph *src;
  Id *value;      // by value of src: those that are not linear; NO_ID for linear ones
  Id *cotangent;  // by value of src: the sum so far; NO_ID where it is zero
} Transpose;

// Batching of `src` into `out`.
typedef struct Batch {
  Graph *out;
  const Graph *src;
  int64_t size;
  Id *value;  // by value of src
  int *axis;  // where the batch axis of value[v] is; -1 where it has none
} Batch;

// What the tangent columns of an elementwise row see: its operands and result, and the tangent of
// one operand. Transposed, t is the cotangent of the result. NO_ID for what is not known.
typedef struct Tangent {
  Graph *g;
  const Attrs *attrs;
  Id x, y, z, r, t;
  Dtype to;  // of what is asked for
} Tangent;

typedef struct Rules {
  // The share of operand k: in *out, NO_ID if it is zero; false if the row has no such column.
  bool (*tangent)(const Tangent *s, int k, Id *out);
  bool (*jvp)(Jvp *c, const Node *n);              // sets all results; some operand has a tangent
  bool (*transpose)(Transpose *c, const Node *n);  // some result has a cotangent
  bool (*batch)(Batch *c, const Node *n);          // sets all results; some operand is mapped
} Rules;

// The row's own rules, else those of its class; NULL where there are none.
Rules rules_of(Op op);

bool jvp_map(Jvp *c, const Node *n);
bool transpose_map(Transpose *c, const Node *n);
bool batch_map(Batch *c, const Node *n);
bool jvp_linear(Jvp *c, const Node *n);
bool jvp_linear_in(Jvp *c, const Node *n, int k);
bool batch_reduce(Batch *c, const Node *n);
bool batch_argreduce(Batch *c, const Node *n);
bool batch_scatter(Batch *c, const Node *n);
// The rules of what an op is legalized to, as rules of the op. `form`: a graph over its operands.
bool jvp_legal(Jvp *c, const Node *n);
bool batch_legal(Batch *c, const Node *n);
bool jvp_form(Jvp *c, const Node *n, const Graph *form);
#define OP(name, ...) __VA_ARGS__
#define JVP(rule) bool jvp_##rule(Jvp *c, const Node *n);
#define TRANSPOSE(rule) bool transpose_##rule(Transpose *c, const Node *n);
#define BATCH(rule) bool batch_##rule(Batch *c, const Node *n);
#include "ir/ops.def"

// ---- jvp

static inline bool has_tangent(Type t) { return dtype_is_inexact(t.dtype) && type_count(t) > 0; }
Id add_tangents(Graph *g, Id a, Id b);  // either may be NO_ID
Id jvp_copy(Jvp *c, const Node *n);     // the primal results, with zero tangents; gives the first
Id jvp_tangent(Jvp *c, Id v);           // of value v of src, zeros materialised
void jvp_set_tangent(Jvp *c, Id v, Id tangent);  // of value v of src, if its type can have one
// The jvp of g with the results' tangents for which want is set (NULL: none), in g's order. Tells
// in nonzero (may be NULL) which results have a tangent. Not pruned.
// The flags of `active` (NULL: all floats); NULL after fail() if one is set for what is no float.
bool *active_params(Arena *a, const Graph *g, const bool *active);
Graph *jvp_graph(Arena *a, const Graph *g, const bool *active, const bool *want, bool *nonzero,
                 bool split_control);

// ---- transpose

void transpose_add(Transpose *c, Id v, Id cotangent);  // NO_ID, or v not linear: nothing
static inline bool is_linear(const Transpose *c, Id v) { return c->value[v] == NO_ID; }

// A node of another graph in `to`; map: where that graph's values stand.
void copy_node(Graph *to, const Node *n, Id *map);
// The body of a node that takes its last operands: parameters that are known first, and only the
// results which have a cotangent.
Graph *known_first(const Transpose *c, const Node *n, const Graph *body);

// As graph_linearize and graph_transpose, but neither pruned nor renumbered.
bool linearize(Arena *a, const Graph *g, const bool *active, Linearized *out);
Graph *transpose(Arena *a, const Graph *linear, int nresiduals);

// ---- loops of which the number of steps is known

typedef struct Counted {
  int counter;  // the carried value that counts
  Dtype dtype;  // its
  int64_t start, end;
} Counted;

// Value v is an integer constant of rank 0.
bool constant_int(const Graph *g, Id v, int64_t *out);
// The condition is i < bound for a carried i, to which each step adds one; bound: the operand, not
// carried, or -1 for the number `end`.
bool loop_counts(const Node *n, int *counter, int *bound, int64_t *end);
bool loop_counted(const Graph *g, const Node *n, Counted *out);  // g: the graph of the node
// The primal loop and the linear one, side by side. on: which operands have tangents.
bool jvp_counted(Jvp *c, const Node *n, const Counted *l, const bool *on);
bool transpose_counted(Transpose *c, const Node *n, const Counted *l);

// ---- batching

enum { AXIS_FREE = -2 };  // a result's axis is whatever comes
void batch_result(Batch *c, const Node *n, Id first, int axis);  // of all results
// Operand v with its batch axis at `axis`, repeated along it where it has none.
Id batch_at(Batch *c, Id v, int axis);
int batch_axis(const Batch *c, const Node *n);  // where elementwise operands had best meet
// g batched; axes: where results are wanted (-1: unmapped, AXIS_FREE), and where they came.
Graph *batch_graph(Arena *a, const Graph *g, int64_t size, const int *in_axes, int *axes);

// ---- shapes

Ints ints_insert(Arena *a, Ints v, int at, int64_t x);  // v with x before element `at`
Ints ints_shift(Arena *a, Ints v, int64_t from);        // v with 1 added to elements >= from
Ints ints_fill(Arena *a, int n, int64_t x);
Type type_insert(Arena *a, Type t, int at, int64_t size);
// A broadcast, straight from its source where x is a broadcast itself.
Id spread(Graph *g, Id x, Ints shape, Ints dims);
// r, the result of a reduction of x over `axes`, repeated to x's shape.
Id spread_reduced(Graph *g, Id r, Ints axes, Type x);
Id move_axis(Graph *g, Id x, int from, int to);
Id flat_last(Graph *g, Id x, Ints axes);              // these axes last and merged to one
Id pad_last(Graph *g, Id x, double value);            // one element more along the last axis
Id repeated(Graph *g, Id x, int axis, int64_t size);  // along a new axis

// ---- indexing

// Which elements a gather reads from inside its operand (bool, of the gather's shape).
Id gather_inside(Graph *g, Type x, Id indices, const Attrs *at);
// Indices with each start clamped so that windows of `sizes` fit x.
Id indices_clamped(Graph *g, Type x, Id indices, const Attrs *at, Ints sizes);
Id gather_clip(Graph *g, Id x, Id indices, const Attrs *at);  // in mode clip, whatever at->mode
Ints scatter_sizes(Arena *a, Type x, Type updates, const Attrs *at);  // of its windows
#endif
