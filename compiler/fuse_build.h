// Units and their axes: what the parts of fusion share.
#ifndef JITC_COMPILER_FUSE_BUILD_H
#define JITC_COMPILER_FUSE_BUILD_H
#include "compiler/fuse.h"

void *fusion_grow(Arena *a, void *p, uint32_t *cap, uint32_t n, size_t size);
int unit_new(Fusion *f, UnitKind kind, const Node *n);
int unit_axis(Fusion *f, int unit, int64_t size);
// Value v is stored by the unit over these axes, one per dimension.
void unit_store(Fusion *f, int unit, Id v, const int8_t *axes);
// Gives the unit an axis per dimension of more than one element and writes their numbers to `axes`.
void unit_space(Fusion *f, int unit, Type t, int8_t *axes);
// Fresh axes for the reduced dimensions of a node that is the unit's only stage.
void unit_reduce(Fusion *f, int unit, const Node *n);
int unit_alone(Fusion *f, const Node *n);  // a kernel of its own which stores n's result
int unit_step(Fusion *f, const Node *n);   // sort, while, switch, update, scatter
bool fusion_is_step(Op op);
bool fusion_is_reducing(const Node *n);  // an outer product is not: it is a product of elements
void fusion_note(Fusion *f, const Node *n, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

// Facts about the expression above a value, up to what is in memory for certain: from operands to
// results, before anything is decided.
typedef struct Cone {
  int cost;         // weight of its operations as a tree; saturates
  int leaves;       // reads of memory, likewise
  bool has_reduce;  // a reduction whose result it uses elementwise
  bool has_dot;     // a contraction, likewise
} Cone;
enum { COST_MAX = 1 << 20 };
Cone *fusion_cones(const Fusion *f);
// An affine view that shows elements of its operand several times.
bool node_is_windows(const Graph *g, const Node *n);
int node_weight(const Node *n);  // scalar operations per element, roughly

void fuse_greedy(Fusion *f);
// Fills f->early, and f->kept of what is in it. alias as in ProgramOptions.
void fusion_find_early(Fusion *f, const int *alias);
#endif
