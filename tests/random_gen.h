// Inside random_graph.c and random_bodies.c: draws, types, operands.
#ifndef JITC_TESTS_RANDOM_GEN_H
#define JITC_TESTS_RANDOM_GEN_H
#include "ir/build.h"
#include "ir/window.h"
#include "tests/random_graph.h"

typedef struct Gen {
  Graph *g;
  uint64_t state;
  const RandomGraph *options;
  int depth;
  bool scalars;  // a body of scalars, whose batching is not the one that names axes
} Gen;

// ---- numbers

static inline uint64_t next(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}

static inline int64_t between(Gen *r, int64_t low, int64_t high) {
  return low + (int64_t)(next(&r->state) % (uint64_t)(high - low + 1));
}
static inline bool chance(Gen *r, int of) { return between(r, 1, of) == 1; }

// ---- types and operands

static inline unsigned accepts_of(Dtype d) {
  return dtype_is_float(d) ? ACCEPTS_FLOAT : d == DT_BOOL ? ACCEPTS_BOOL : ACCEPTS_INT;
}

static inline bool allowed(const Gen *r, Dtype d) {
  return !r->options->has_dtype || r->options->has_dtype(d) || d == DT_BOOL || d == DT_I32;
}

static inline Dtype random_dtype(Gen *r, unsigned accepts) {
  for (;;) {
    const Dtype d = (Dtype)between(r, 0, DT_REAL_COUNT - 1);
    if (accepts_of(d) & accepts && (allowed(r, d) || chance(r, 1000))) return d;
  }
}

static inline Type random_type(Gen *r, Dtype d, int min_rank) {
  static const int64_t sizes[] = {1, 2, 3, 5, 7, 1, 2, 4, 17, 0};
  enum { SIZES = sizeof sizes / sizeof *sizes };
  const int rank = (int)between(r, min_rank, 4);
  int64_t *dim = ARENA_ARRAY(r->g->arena, int64_t, rank + 1), count = 1;
  for (int i = 0; i < rank; i++) {
    dim[i] = sizes[between(r, 0, chance(r, 4) ? SIZES - 1 : SIZES - 4)];
    if (count * dim[i] > RANDOM_ELEMENTS) dim[i] = 1;
    count *= dim[i] ? dim[i] : 1;
  }
  return (Type){d, rank, dim};
}

static inline Type type_in(const Gen *r, Id v) { return graph_type(r->g, v); }

static inline Id new_constant(Gen *r, Type t) {
  if (t.rank && chance(r, 2))
    return b_broadcast(r->g, new_constant(r, type_scalar(t.dtype)), type_shape(t), (Ints){0});
  const bool splat = t.rank == 0 || chance(r, 3);
  uint64_t one[1] = {0};
  void *data = splat ? one : arena_alloc(r->g->arena, type_bytes(t) + 1);
  random_elements(next(&r->state), splat ? type_scalar(t.dtype) : t, data);
  return b_literal(r->g, t, splat, data);
}

// A value of that type: one that is there, one converted, or a constant.
static inline Id of_type(Gen *r, Type t) {
  Id same_shape = NO_ID;
  for (int i = 0; i < 24 && r->g->nvalues; i++) {
    const Id v = (Id)between(r, 0, r->g->nvalues - 1);
    if (type_equal(type_in(r, v), t)) return v;
    if (shape_equal(type_in(r, v), t)) same_shape = v;
  }
  if (same_shape != NO_ID && (!r->options->allows || r->options->allows(OP_convert)))
    return b_convert(r->g, same_shape, t.dtype);
  return new_constant(r, t);
}

// Any value of those dtypes and at least that rank, preferably a late one. Ops that add dimensions
// to it stay within MAX_RANK, batched as well.
static inline Id any(Gen *r, unsigned accepts, int min_rank) {
  enum { MOST_DIMS = MAX_RANK - 4 };
  for (int i = 0; i < 16 && r->g->nvalues; i++) {
    const int first = chance(r, 2) ? 0 : r->g->nvalues * 3 / 4;
    const Id v = (Id)between(r, first, r->g->nvalues - 1);
    const Type t = type_in(r, v);
    if (accepts_of(t.dtype) & accepts && t.rank >= min_rank && t.rank <= MOST_DIMS &&
        type_count(t) <= RANDOM_ELEMENTS)
      return v;
  }
  return new_constant(r, random_type(r, random_dtype(r, accepts), min_rank));
}

static inline Id any_for(Gen *r, Op op, int min_rank) {
  return any(r, op_info(op)->accepts, min_rank);
}

static inline Ints ints(Gen *r, int n, const int64_t *v) {
  return ints_copy(r->g->arena, (Ints){n, v});
}

static inline void shuffle(Gen *r, int64_t *v, int n) {
  for (int i = n - 1; i > 0; i--) {
    const int k = (int)between(r, 0, i);
    const int64_t t = v[i];
    v[i] = v[k], v[k] = t;
  }
}

// Some of 0 .. n-1, ascending.
static inline Ints some_of(Gen *r, int n, int at_least) {
  int64_t v[MAX_RANK];
  int k = 0;
  for (int i = 0; i < n; i++) {
    if (n - i <= at_least - k || chance(r, 2)) v[k++] = i;
  }
  return ints(r, k, v);
}

static inline Id add1(Gen *r, Op op, Id x, const Attrs *at) {
  return graph_add(r->g, op, 1, &x, at);
}

// ---- what makes nodes

typedef struct Windows {
  Attrs at;
  Type indices, window;  // window: of gather's result and scatter's updates
} Windows;

// Of a gather from x, or of a scatter into it.
Windows random_windows(Gen *r, Type x);

// About n nodes.
void random_nodes(Gen *r, int n);

// Adds a node and gives its first result.
typedef Id Make(Gen *, Op);
Make make_call, make_while, make_switch, make_custom, make_general_reduce, make_general_scatter,
    make_sort_by;
#endif
