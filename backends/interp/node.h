// Inside the interpreter: evaluation of one node.
#ifndef JITC_BACKENDS_INTERP_NODE_H
#define JITC_BACKENDS_INTERP_NODE_H
#include "backends/interp/interp.h"

typedef struct NodeRun {
  const Graph *graph;
  const Node *node;
  const void *const *args;
  void *const *results;
  bool find_nan;  // in sub-graphs too
} NodeRun;

static inline Type run_arg(const NodeRun *r, int i) {
  return graph_type(r->graph, r->node->args[i]);
}
static inline Type run_result(const NodeRun *r, int i) {
  return graph_type(r->graph, r->node->first + (Id)i);
}

// One function per op class or op: writes r->results; false after fail().
typedef bool NodeEval(const NodeRun *r);
NodeEval interp_map;
NodeEval interp_reduce, interp_argreduce;
NodeEval interp_dot;
NodeEval interp_broadcast, interp_reshape, interp_transpose, interp_slice, interp_pad,
    interp_affine, interp_reverse, interp_concatenate, interp_iota, interp_constant;
NodeEval interp_gather, interp_scatter, interp_dynamic_slice, interp_dynamic_update_slice;
NodeEval interp_sort, interp_fourier;
NodeEval interp_call, interp_switch, interp_while, interp_identity;

// Scratch memory, or NULL after fail() at the node.
void *run_alloc(const NodeRun *r, size_t bytes);

// ---- strided copies (strided.c); strides count elements, of any sign

// Row-major strides of a shape.
void strides_of(Type t, int64_t stride[MAX_RANK]);
// to[sum i stride] = from[sum i stride] over all indices below dim.
void copy_strided(size_t size, int rank, const int64_t *dim, void *to, const int64_t *to_stride,
                  const void *from, const int64_t *from_stride);
// The elements of x with its dimensions in another order, contiguous: x itself where that is its
// order already, else *owned, to be freed. NULL after fail().
const void *reordered(const NodeRun *r, Type t, const void *x, const int *order, void **owned);
// Counts an index up in row-major order; false when it wraps to zero.
bool next_index(int rank, const int64_t *dim, int64_t *index);
#endif
