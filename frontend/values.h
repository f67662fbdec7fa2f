// Lists of concrete arrays outside any trace: what a graph is run on, and comparing what comes out.
#ifndef JITC_FRONTEND_VALUES_H
#define JITC_FRONTEND_VALUES_H
#include "backends/backend.h"
#include "runtime/buffer.h"

typedef struct Values {
  int n;
  Type *types;       // in the arena
  Buffer **buffers;  // in the arena; the references are ours
} Values;

// Types of g's parameters or results with memory for each; false after fail(). Free with
// values_free, which an empty list allows as well.
bool values_for_params(Arena *a, const Graph *g, Values *out);
bool values_for_results(Arena *a, const Graph *g, Values *out);
void values_free(Values *v);

// Random elements from a seed: floats uniform in [-1, 1), integers 0..7, u32 any, bools either.
// The same seed gives the same elements in f32 and in f64 (rounded to f32).
void values_random(Values *v, uint64_t seed);
uint64_t random_next(uint64_t *state);  // splitmix64
double random_normal(uint64_t *state);

// Element i of array k as a double, and back. u64-sized integers beyond 2^53 round.
double values_part(const Values *v, int k, int64_t i, int part);  // 0: real, 1: imaginary
double values_get(const Values *v, int k, int64_t i);
void values_set(Values *v, int k, int64_t i, double x);
// Copies elements between arrays of equal counts, converting.
void values_copy(Values *to, int k, const Values *from, int j);
// The largest finite magnitude of array k; 0 where there is none.
double values_largest(const Values *v, int k);

// Runs an executable on them.
bool values_run(Executable *e, const Values *args, Values *results);

// Where two lists differ most.
typedef struct Difference {
  int leaf;       // -1: nowhere
  int64_t index;  // flat, row-major
  double got, want;
  int64_t count;  // of elements that differ, in that leaf
} Difference;
// Equal bits, or both NaN.
bool values_same(const Values *got, const Values *want, Difference *d);
// |got - want| <= tolerance * (1 + the largest finite |want| of the leaf); NaN agrees with NaN
// only.
bool values_close(const Values *got, const Values *want, double tolerance, Difference *d);
// "[3, 7]" of a flat index.
const char *index_str(Type t, int64_t index, char buf[TYPE_TEXT]);
// Distance in units in the last place of the leaf's dtype; |got - want| for integers.
double ulp_distance(Dtype d, double got, double want);
#endif
